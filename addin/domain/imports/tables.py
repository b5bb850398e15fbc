"""Read the columns and rows of one table, and tell who each row names: what rosters and logs share."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from addin.domain.imports.account import Fate, Record, TableAccount
from addin.domain.imports.content import is_organisation
from addin.domain.imports.people import Match
from addin.domain.imports.readings import (
    REMARK,
    Reading,
    TypedCell,
    column_of,
    given_to_several,
    is_person,
    plain_text,
    read_column,
    read_remarks,
    read_values,
    ticked,
    without_ids,
)
from addin.domain.imports.register import PEOPLE, Register
from validators.cells import Cell
from validators.columns import Kind
from validators.divisions import townships, townships_called
from validators.identity import unit_named_in
from validators.normalise import squeeze
from validators.sheets import columns_by_field, model_for
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, Scale, Split, Target
from validators.sources.tables import Layout, SourceColumn

_MOST_LISTED = 500
"""Cells of one column that are listed one by one."""
_LISTED = "照片和附件未下载，请按所列地址自行保存"
_LINK = re.compile(r"https?://|www\.|\.(?:jpe?g|png|pdf|docx?)\b|DISPIMG|附件|图片")


class TableColumn:
    """One column that is placed.

    Attributes:
        at: Its index in the table.
        target: Where it goes.
        name: 导师·姓名.
        heading: 姓名.
        readings: Of its distinct cells.
        adds: Whether it only adds to a text that another column gives.
        codes: Which of them each record has, -1 for none; a mark for 同上 has the one above.
    """

    def __init__(
        self, at: int, target: Target, column: SourceColumn, readings: list[Reading]
    ) -> None:
        self.at, self.target, self.readings = at, target, readings
        self.name, self.heading, self.cells = column.name, column.heading, column.cells
        self.adds = target.field != REMARK and any(r.fate is Fate.REMARK for r in readings)
        self.codes = column.cells.codes
        if any(reading.ditto for reading in readings):
            self.codes = array("i", self.codes)
            for record, code in enumerate(self.codes):
                if record and code >= 0 and readings[code].ditto and self.codes[record - 1] >= 0:
                    self.codes[record] = self.codes[record - 1]

    def reading(self, record: int) -> Reading | None:
        """Return what a record's cell says, None of an empty one."""
        code = self.codes[record]
        return None if code < 0 else self.readings[code]


class GivenCell(NamedTuple):
    """A cell of a record with what it says."""

    column: TableColumn
    reading: Reading


class NamedPerson(NamedTuple):
    """Somebody a row names: who it is, or the name of one who is not known.

    Attributes:
        record: The one; None where nobody can tell.
        name: As read.
        at: The column of the name.
        candidates: Those it may be.
    """

    record: Record | None
    name: str
    at: int = -1
    candidates: tuple[Record, ...] = ()


class TablePlacement:
    """One table on its way into the ledger.

    Args:
        register: The rows of the ledger and those that are added.
        account: Where every cell goes; filled in.
        mappings: Where its columns go, in the terms of the ledger's sheets.
    """

    held_back = False
    """Whether its rows wait as a whole for the clerk's word on a column."""

    def __init__(
        self, register: Register, account: TableAccount, mappings: Sequence[ColumnMapping]
    ) -> None:
        self.register = register
        self.account = account
        self.source = account.table
        self.waiting = {mapping.target for mapping in mappings if not mapping.certain}
        # what adds to a text stands behind what it adds to
        self.columns = sorted(self._read(mappings), key=lambda column: column.adds)
        self._said: set[tuple[int, str]] = set()

    # --- columns ---

    def _read(self, mappings: Sequence[ColumnMapping]) -> Iterator[TableColumn]:
        for at, (mapping, column) in enumerate(zip(mappings, self.source.columns, strict=True)):
            if not mapping.certain:
                self._settle_column(at, Fate.WAITING, _ask(mapping))
            elif mapping.target == NOT_IMPORTED:
                self._decline(at, mapping)
            elif mapping.target.sheet == "unit" and mapping.target.field not in _PLACE_FIELDS:
                self._settle_column(at, Fate.DECLINED, "填报信息请在台账中填写")
            else:
                kept = self._without_ids(at)
                yield TableColumn(at, mapping.target, column, self._readings(at, mappings, kept))

    def _readings(
        self, at: int, mappings: Sequence[ColumnMapping], kept: Sequence[Cell | None]
    ) -> list[Reading]:
        """Read a column; of several that feed one field of text all but the surest add to it."""
        mapping, column = mappings[at], self.source.columns[at]
        alike = [n for n, m in enumerate(mappings) if m.certain and m.target == mapping.target]
        rivals = [n for n in alike if mappings[n].scale is not Scale.OPTION]
        target = column_of(mapping.target)
        if mapping.scale is Scale.OPTION or (len(rivals) > 1 and target.choices):
            return _read_option(column, mapping, kept)
        main = max(rivals, key=lambda other: (mappings[other].confidence, -other))
        text = target.kind is Kind.TEXT and target.field not in {"name", REMARK}
        if at != main and text and self.source.layout is not Layout.MATRIX:
            return read_remarks(column, target.field, kept)
        return read_column(column, mapping, kept)

    def _settle_column(self, at: int, fate: Fate, why: str) -> None:
        self.account.settle_column(at, fate)
        cells = self.source.columns[at].cells
        count = len(cells.codes) - len(cells.blank_rows())
        if count:
            self.account.note(fate, why, -1, at, count=count)

    def _decline(self, at: int, mapping: ColumnMapping) -> None:
        why = mapping.why or "导入对照中已选“不导入”"
        self._settle_column(at, Fate.DECLINED, why)
        self._without_ids(at)
        cells = self.source.columns[at].cells
        texts = {n: cell for n, cell in enumerate(cells.values) if isinstance(cell, str)}
        links = {code for code, text in texts.items() if _LINK.search(text)}
        for record, _ in cells.rows_with(links)[:_MOST_LISTED]:
            self.account.note(Fate.DECLINED, _LISTED, record, at)

    def _without_ids(self, at: int) -> Sequence[Cell | None]:
        """Return the distinct cells of a column without ID numbers, and count those that held one."""
        cells = self.source.columns[at].cells
        kept = without_ids(cells.values)
        if kept is not cells.values:
            pairs = enumerate(zip(cells.values, kept, strict=True))
            held = {code for code, (cell, without) in pairs if without is not cell}
            self.register.placement.id_numbers += len(cells.rows_with(held))
        return kept

    # --- rows ---

    def place(self) -> None:
        """Place every row."""
        for record in self.rows():
            self.place_row(record)
        self.finish()

    def rows(self) -> Iterator[int]:
        """Yield the records to place; those struck through and of other units are declined."""
        townships = [c for c in self.columns if c.target == Target("unit", "township")]
        for record in range(len(self.source)):
            if record in self.source.struck:
                self._decline_row(record, "整行有删除线，未导入；仍需导入的请取消删除线后再导入")
            elif townships and (other := self._other_unit(record, townships)):
                self._decline_row(record, f"属于“{other}”，不属于本台账，未导入")
            else:
                yield record

    def finish(self) -> None:
        """Say what is to be said of the table as a whole."""
        for column in self.columns:
            if column.target.field == REMARK:
                self._tell_remark(column)

    def _tell_remark(self, column: TableColumn) -> None:
        fates = [self.account.fate(record, column.at) for record in range(len(self.source))]
        if count := fates.count(Fate.REMARK):
            sheet = model_for(column.target.sheet).sheet.name
            told = f"没有对应的列，连同列名填入“{sheet}”的备注"
            self.account.note(Fate.REMARK, told, -1, column.at, count=count)

    def _decline_row(self, record: int, why: str) -> None:
        for at, column in enumerate(self.source.columns):
            if column.cells.codes[record] >= 0:
                self.account.settle(record, at, Fate.DECLINED)
        self.account.note(Fate.DECLINED, why, record)

    def _other_unit(self, record: int, townships: Sequence[TableColumn]) -> str:
        """Return the name of the other unit a row says it is of, "" where it is of this one."""
        for column in townships:
            named = plain_text(column.cells.cell(record))
            called = {unit.unit_code for unit in townships_called(named)}
            if called and self.register.unit not in called:
                return named
        return ""

    def place_row(self, record: int) -> None:
        """Place one row: the people it names, then what it says of them."""
        given: dict[str, list[GivenCell]] = {}
        for column in self.columns:
            reading = column.reading(record)
            if reading is None:
                continue
            if reading.fate is Fate.DECLINED or column.target.sheet == "unit":
                self.account.settle(record, column.at, Fate.DECLINED)
            elif self.held_back:
                self.account.settle(record, column.at, Fate.WAITING)
            else:
                given.setdefault(column.target.sheet, []).append(GivenCell(column, reading))
        if given:
            mentors, mentees = self.people_of(record, given)
            self.place_given(record, given, mentors, mentees)
            for cells in given.values():
                self.leave(record, cells, "未写明属于何人，未导入")

    def people_of(
        self, record: int, given: dict[str, list[GivenCell]]
    ) -> tuple[list[NamedPerson], list[NamedPerson]]:
        """Return the mentors and the mentees a row names; their cells are taken out of `given`."""
        named = {key: [*self.people(record, key, given.pop(key))] for key in PEOPLE if key in given}
        mentees = [*named.get("individual", ()), *named.get("organisation", ())]
        return named.get("mentor", []), mentees

    def place_given(
        self, record: int, given: dict[str, list[GivenCell]], mentors: list[NamedPerson],
        mentees: list[NamedPerson],
    ) -> None:  # fmt: skip
        """Place what a row says of people; what is placed is taken out of `given`."""
        raise NotImplementedError

    def leave(self, record: int, cells: Iterable[GivenCell], why: str) -> None:
        """Say of cells that nobody can tell what they belong to."""
        cells = [*cells]
        for column, _ in cells:
            self.account.settle(record, column.at, Fate.UNREADABLE)
        if cells:
            self.account.note(Fate.UNREADABLE, why, record, cells[0].column.at)

    # --- people ---

    def people(self, record: int, key: str, cells: list[GivenCell]) -> Iterator[NamedPerson]:
        """Yield the people a row names in the columns of one sheet, and give them their values."""
        names = [one for one in cells if is_person(one.column.target)]
        for another in names[1:]:
            yield from self.people(record, key, [another])
        named = names[0] if names else None
        cells = [one for one in cells if one not in names[1:]]
        id_field = model_for(key).sheet.id_field
        if named is None:
            code = next(
                (dict(r.values).get(id_field) for c, r in cells if c.target.field == id_field), None
            )
            known = self.register.people[key].by_id(code) if code else None
            if known:
                self.complete(record, known, cells)
                yield NamedPerson(known, known.name)
            elif Target(key, "name") in self.waiting:
                for column, _ in cells:
                    self.account.settle(record, column.at, Fate.WAITING)
            else:
                who = f"没有{_CALLED[key]}姓名，无法确定属于何人，未导入；与上一行相同的请补填姓名"
                self.leave(record, cells, who)
            return
        several = named.reading.people
        if not several:
            yield self._person(record, key, cells, named)
            return
        self._say(record, named, named.reading.note)
        others = [one for one in cells if one is not named]
        shares = {id(one): [*given_to_several(one.reading, len(several))] for one in others}
        for at, (name, phone) in enumerate(several):
            values = [("name", name), *([("phone", phone)] if phone else [])]
            mine = [GivenCell(named.column, Reading(tuple(values)))]
            mine += [
                GivenCell(one.column, shares[id(one)][at]) for one in others if shares[id(one)]
            ]
            if at == 0:
                mine += [_as_remark(record, one) for one in others if not shares[id(one)]]
                if named.reading.rest:
                    mine.append(GivenCell(named.column, _remark(named.reading.rest)))
            yield self._person(record, key, mine, mine[0])

    def _person(
        self, record: int, key: str, cells: list[GivenCell], named: GivenCell
    ) -> NamedPerson:
        value = dict(named.reading.values)["name"]
        name = str(value)
        if key == "individual" and is_organisation(name):
            key, cells = "organisation", [_of_organisation(record, one) for one in cells]
        people = self.register.people[key]
        facts = {field: value for _, reading in cells for field, value in reading.values}
        code = facts.get(people.id_field)
        known = people.by_id(code) if isinstance(code, str) else None
        if known and not people.is_called(known, name):
            known = None  # another ledger's number
        match = None if known else people.find(name, facts)
        found = known or (match.record if match else None)
        return self.recognise(record, key, cells, named, found, match)

    def recognise(  # the facts of one person
        self, record: int, key: str, cells: list[GivenCell], named: GivenCell,
        found: Record | None, match: Match | None,
    ) -> NamedPerson:  # fmt: skip
        """Return whom a name means: here one who is not known is added."""
        value = dict(named.reading.values)["name"]
        if match and match.several:
            self.account.note(Fate.UNREADABLE, f"{match.doubt}，未导入", record, named.column.at)
            for column, _ in cells:
                self.account.settle(record, column.at, Fate.UNREADABLE)
            return NamedPerson(None, str(value))
        seen = (self.account.index, record)
        if found is None:
            id_field = self.register.people[key].id_field
            facts = {field: value for _, reading in cells for field, value in reading.values}
            first = {"name": value, id_field: facts.get(id_field)}
            found = self.register.new(key, first, seen, self.source.file)
            fate = Fate.UNREADABLE if isinstance(value, TypedCell) else Fate.PLACED
            self._tell_stranger(record, named, found, cells)
        else:
            fate = Fate.PLACED if found.seen == seen else Fate.DUPLICATE
        self.account.settle(record, named.column.at, fate)
        if fate is Fate.UNREADABLE:
            self.account.note(fate, named.reading.note, record, named.column.at, found, "name")
        if match and match.doubt:
            self._doubt(record, named, found, match.doubt)
        self.complete(record, found, cells)
        return NamedPerson(found, str(value))

    def _tell_stranger(
        self, record: int, named: GivenCell, found: Record, cells: Iterable[GivenCell]
    ) -> None:
        """Say of a new person whose unit is in another township that it is so."""
        facts = {field: value for _, reading in cells for field, value in reading.values}
        other = other_township(str(facts.get("employer") or ""), self.register.unit)
        if other:
            told = f"单位在“{other}”，可能是外单位人员，请核对应否列入本台账"
            self.account.note(Fate.PLACED, told, record, named.column.at, found, "name")

    def _doubt(self, record: int, named: GivenCell, found: Record, doubt: str) -> None:
        """Say once of one person how it was recognised, unless the row shares a merged cell."""
        key = (id(found), doubt)
        if key not in self._said and (record, named.column.at) not in self.source.shared:
            self._said.add(key)
            fate = Fate.DUPLICATE if found.seen is None else Fate.PLACED
            self.account.note(fate, doubt, record, named.column.at, found, "name")

    def complete(self, record: int, known: Record, cells: Iterable[GivenCell]) -> None:
        """Give a row of the ledger what the cells of a record say of it."""
        self.feed(record, known)
        for column, reading in cells:
            fates = []
            for field, value in reading.values:
                if field == "name":
                    continue
                if field == model_for(known.key).sheet.id_field:
                    fates.append(self._keep_id(record, column, known, value))
                    continue
                adds = column.adds and field == column.target.field
                fate, told = self.register.give(known, field, value, adds=adds)
                fates.append(fate)
                self._tell(record, column, reading, known, field, fate, told)
            if reading.rest:
                fates.append(self.register.give(known, REMARK, reading.rest)[0])
            if fates and not is_person(column.target):
                self.account.settle(record, column.at, min(fates, key=[*Fate].index))
            elif not fates and not is_person(column.target):
                self.account.settle(record, column.at, Fate.DECLINED)

    def _keep_id(self, record: int, column: TableColumn, known: Record, code: object) -> Fate:
        """Return what becomes of an ID of the source: the ledger's own numbers stay."""
        if self.register.meet(self.source.file, known, code):
            return Fate.PLACED if known.row is None else Fate.DUPLICATE
        here = known.values.get(model_for(known.key).sheet.id_field)
        told = f"编号“{code}”不属于本台账，已重新编为 {here}"
        self.account.note(Fate.DECLINED, told, record, column.at, known, column.target.field)
        return Fate.DECLINED

    def _tell(
        self, record: int, column: TableColumn, reading: Reading, known: Record, field: str,
        fate: Fate, told: str,
    ) -> None:  # fmt: skip
        merged = (record, column.at) in self.source.shared
        shared = merged and known.seen != (self.account.index, record)
        if told and not shared:
            self.account.note(fate, told, record, column.at, known, field)
        elif fate is Fate.UNREADABLE or (reading.note and fate is Fate.PLACED):
            self.account.note(fate, reading.note, record, column.at, known, field)

    def _say(self, record: int, given: GivenCell, sentence: str) -> None:
        if sentence:
            self.account.note(Fate.PLACED, sentence, record, given.column.at)

    def feed(self, record: int, target: Record) -> None:
        """Note that a row feeds a record."""
        targets = self.account.targets.get(record, ())
        if target not in targets:
            self.account.targets[record] = (*targets, target)


# --- mappings and readings in the terms of the ledger ---

_PLACE_FIELDS = frozenset({"county", "township"})
_CALLED = {"mentor": "导师", "individual": "对象", "organisation": "党组织"}


@cache
def other_township(employer: str, unit: str) -> str:
    """Return the name of the township a unit is in where it is not the ledger's own."""
    found = unit_named_in(employer, townships()) if employer else None
    return found.name if found and found.unit_code != unit else ""


def _ask(mapping: ColumnMapping) -> str:
    if mapping.target == NOT_IMPORTED:
        return "内容不能确定，请在“导入对照”中选择目标"
    if mapping.split is Split.ABOVE:
        return "有空白单元格，可能与上一行相同，请在“导入对照”中确认"
    column = column_of(mapping.target)
    sheet = model_for(mapping.target.sheet).sheet.name
    return f"可能是“{sheet}·{column.heading}”，请在“导入对照”中确认"


def _read_option(
    column: SourceColumn, mapping: ColumnMapping, kept: Sequence[Cell | None]
) -> list[Reading]:
    """Read a column that stands for one option of a field: 1 or √ means its heading's word."""
    target = column_of(mapping.target)
    word = next((w for w in target.choices if w in squeeze(column.heading)), "")
    chosen = read_values(target, [word])[0] if word else None
    readings = read_column(column, mapping, kept)
    for at, cell in enumerate(column.cells.values):
        answer = ticked(cell) if chosen else None
        if answer is not None and chosen:
            readings[at] = chosen if answer else Reading(fate=Fate.DECLINED)
    return readings


def _remark(text: str) -> Reading:
    return Reading(((REMARK, text),), fate=Fate.REMARK)


def _as_remark(record: int, given: GivenCell) -> GivenCell:
    """Return a cell as a remark with its heading: of several people nobody knows whose it is."""
    column = given.column
    typed = without_ids([column.cells.values[column.codes[record]]])[0]
    text = f"{column.name}：{plain_text(typed)}"
    return GivenCell(column, Reading(((REMARK, text),), fate=Fate.REMARK))


def _of_organisation(record: int, given: GivenCell) -> GivenCell:
    """Return a cell of a person as one of an organisation: what that has no field for is a remark."""
    fields = columns_by_field(model_for("organisation"))
    if all(field in fields for field, _ in given.reading.values):
        return given
    return _as_remark(record, given)

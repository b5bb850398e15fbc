"""Place the rows of mapped tables in a ledger: who each row names, and the records it feeds.

People and pairings first, whatever the order of the files, then what is recorded about them. A table
of entries only names people: who is not in the ledger is not made up from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from addin.domain.imports.account import Fate, Placement, Record, TableAccount
from addin.domain.imports.people import is_organisation
from addin.domain.imports.readings import (
    REMARK,
    AsTyped,
    Reading,
    given_to_several,
    is_person,
    plain_text,
    read_column,
    read_values,
    ticked,
)
from addin.domain.imports.register import PEOPLE, REFERENCES, Register
from validators.cells import CellColumn
from validators.divisions import townships_called
from validators.ledger import Ledger
from validators.names import without_id_numbers
from validators.normalise import squeeze
from validators.sheets import columns_by_field, model_for
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, TableMapping, Target
from validators.sources.tables import Layout, Source, SourceColumn

_SAME_AS = {
    Target("pairing", "mentor_name"): Target("mentor", "name"),
    Target("pairing", "mentee_name"): Target("individual", "name"),
    Target("assessment", "mentee_name"): Target("individual", "name"),
}
"""Looked-up names, which are the people themselves."""
_ARROW = "→"
_MOST_LISTED = 500
"""Cells of one column that are listed one by one."""
_LINKS = ("http://", "https://", "www.", ".jpg", ".png", ".jpeg", "DISPIMG", "附件", "图片")


def place(mappings: Iterable[TableMapping], ledger: Ledger, unit: str) -> Placement:
    """Place the rows of tables in a ledger.

    Args:
        mappings: The tables and where their columns go.
        ledger: The ledger of one workbook, every row with its ID; it is not changed.
        unit: The 9-digit code of its unit.

    Returns:
        The rows to add and to complete, and where every row and cell of the tables went.
    """
    register = Register(ledger, unit)
    accounts = [TableAccount(at, mapping) for at, mapping in enumerate(mappings)]
    tables = [_Table(register, account) for account in accounts]
    for table in sorted(tables, key=lambda table: bool(table.entries)):
        table.place()
    register.placement.tables = accounts
    return register.placement


def note_loose(placement: Placement, sources: Iterable[Source]) -> None:
    """Take the cells outside the tables into the account."""
    placement.loose = [(source.file, cell) for source in sources for cell in source.loose]


@dataclass(slots=True)
class _Column:
    """One column that is placed."""

    at: int
    target: Target
    name: str
    heading: str
    cells: CellColumn
    readings: list[Reading]

    def reading(self, record: int) -> Reading | None:
        """Return what a record's cell says; a mark for 同上 what the one above says."""
        codes = self.cells.codes
        code = codes[record]
        if code < 0:
            return None
        reading = self.readings[code]
        while reading.ditto and record and codes[record - 1] >= 0:
            record -= 1
            reading = self.readings[codes[record]]
        return reading


class _Given(NamedTuple):
    """A cell of a record with what it says."""

    column: _Column
    reading: Reading


class _Person(NamedTuple):
    """Somebody a row names: who it is, or the name of one who is not known."""

    record: Record | None
    name: str


class _Table:
    """One table on its way into the ledger.

    Attributes:
        entries: The keys of the entries it holds.
    """

    def __init__(self, register: Register, account: TableAccount) -> None:
        self._register = register
        self._account = account
        self._source = account.table
        mappings = [_aligned(mapping) for mapping in account.mapping.columns]
        mappings = _without_entry_text(mappings, self._source.layout)
        self.entries = tuple(
            dict.fromkeys(m.target.sheet for m in mappings if m.target.sheet in REFERENCES)
        )
        self._waiting = {m.target for m in mappings if not m.certain}
        self._held_back = bool(self.entries) and any(
            target in self._waiting for key in self.entries for target in _RECOGNISED[key]
        )
        self._columns = [*self._read(mappings)]
        self._names: list[_Column] = []
        self._said: set[tuple[int, str]] = set()
        self._again = 0

    # --- columns ---

    def _read(self, mappings: Sequence[ColumnMapping]) -> Iterator[_Column]:
        for at, (mapping, column) in enumerate(zip(mappings, self._source.columns, strict=True)):
            if not mapping.certain:
                self._settle_column(at, Fate.WAITING, _ask(mapping))
            elif mapping.target == NOT_IMPORTED:
                self._decline(at, mapping)
            elif mapping.target.sheet == "unit" and mapping.target.field not in _PLACE_FIELDS:
                self._settle_column(at, Fate.DECLINED, "填报信息请在台账里填写")
            else:
                optional = sum(m.target == mapping.target for m in mappings) > 1
                readings = (
                    _read_option(column, mapping) if optional else read_column(column, mapping)
                )
                self._count_id_numbers(at)
                yield _Column(
                    at, mapping.target, column.name, column.heading, column.cells, readings
                )

    def _settle_column(self, at: int, fate: Fate, why: str) -> None:
        self._account.settle_column(at, fate)
        cells = self._source.columns[at].cells
        count = len(cells.codes) - len(cells.blank_rows())
        if count:
            self._account.note(fate, why, -1, at, count=count)

    def _decline(self, at: int, mapping: ColumnMapping) -> None:
        why = mapping.why or "对照里选了不导入"
        self._settle_column(at, Fate.DECLINED, why)
        self._count_id_numbers(at)
        cells = self._source.columns[at].cells
        links = {
            code
            for code, cell in enumerate(cells.values)
            if isinstance(cell, str) and any(mark in cell for mark in _LINKS)
        }
        for record, _ in cells.rows_with(links)[:_MOST_LISTED]:
            self._account.note(
                Fate.DECLINED, "照片和附件没有下载，请按这里的地址自行保存", record, at
            )

    def _count_id_numbers(self, at: int) -> None:
        cells = self._source.columns[at].cells
        held = {
            code for code, cell in enumerate(cells.values) if without_id_numbers(cell) is not cell
        }
        self._register.placement.id_numbers += len(cells.rows_with(held))

    # --- rows ---

    def place(self) -> None:
        """Place every row."""
        for record in range(len(self._source)):
            if record in self._source.struck:
                self._settle_row(
                    record, Fate.DECLINED, "整行划了删除线，没有导入；仍要导入的请去掉删除线再导入"
                )
            elif other := self._other_unit(record):
                self._settle_row(record, Fate.DECLINED, f"是{other}的，不属于本台账，没有导入")
            else:
                self._place_row(record)
        for column in self._columns:
            if column.target.field == REMARK and column.readings and column.cells.codes:
                self._tell_remark(column)
        if self._again:
            self._account.note(
                Fate.DUPLICATE, "台账里已有同一天、同一对、内容相同的记录，没有重复导入", -1, -1,
                count=self._again,
            )  # fmt: skip

    def _tell_remark(self, column: _Column) -> None:
        fates = [self._account.fate(record, column.at) for record in range(len(self._source))]
        if count := fates.count(Fate.REMARK):
            sheet = model_for(column.target.sheet).sheet.name
            told = f"没有对应的列，连同列名写入“{sheet}”的备注"
            self._account.note(Fate.REMARK, told, -1, column.at, count=count)

    def _settle_row(self, record: int, fate: Fate, why: str) -> None:
        for at, column in enumerate(self._source.columns):
            if column.cells.codes[record] >= 0:
                self._account.settle(record, at, fate)
        self._account.note(fate, why, record)

    def _other_unit(self, record: int) -> str:
        """Return the name of the other unit a row says it is of, "" where it is of this one."""
        for column in self._columns:
            if column.target == Target("unit", "township") and column.cells.codes[record] >= 0:
                self._account.settle(record, column.at, Fate.DECLINED)
                named = plain_text(column.cells.cell(record))
                called = {unit.unit_code for unit in townships_called(named)}
                if called and self._register.unit not in called:
                    return f"“{named}”"
        return ""

    def _place_row(self, record: int) -> None:
        given: dict[str, list[_Given]] = {}
        for column in self._columns:
            reading = column.reading(record)
            if reading is None:
                continue
            if reading.fate is Fate.DECLINED or column.target.sheet == "unit":
                self._account.settle(record, column.at, Fate.DECLINED)
            elif self._held_back:
                self._account.settle(record, column.at, Fate.WAITING)
            else:
                given.setdefault(column.target.sheet, []).append(_Given(column, reading))
        if not given:
            return
        self._names = []
        people = {
            key: [*self._people(record, key, given.pop(key))] for key in PEOPLE if key in given
        }
        mentors = people.get("mentor", [])
        mentees = [*people.get("individual", ()), *people.get("organisation", ())]
        if self.entries:
            for key in self.entries:
                self._place_entries(record, key, given.pop(key, []), mentors, mentees)
        elif mentors or mentees or "pairing" in given:
            self._place_pairing(record, given.pop("pairing", []), mentors, mentees)
        for cells in given.values():
            self._leave(record, cells, "没有说明是谁的，没有导入")

    def _leave(self, record: int, cells: Iterable[_Given], why: str) -> None:
        cells = [*cells]
        for column, _ in cells:
            self._account.settle(record, column.at, Fate.UNREADABLE)
        if cells:
            self._account.note(Fate.UNREADABLE, why, record, cells[0].column.at)

    # --- people ---

    def _people(self, record: int, key: str, cells: list[_Given]) -> Iterator[_Person]:
        """Yield the people a row names in the columns of one sheet, and give them their values."""
        named = next((one for one in cells if is_person(one.column.target)), None)
        id_field = model_for(key).sheet.id_field
        if named is None:
            code = next(
                (dict(r.values).get(id_field) for c, r in cells if c.target.field == id_field), None
            )
            known = self._register.people[key].by_id(code) if code else None
            if known:
                self._complete(record, known, cells)
                yield _Person(known, known.name)
            elif Target(key, "name") in self._waiting:
                for column, _ in cells:
                    self._account.settle(record, column.at, Fate.WAITING)
            else:
                self._leave(
                    record,
                    cells,
                    f"没有{_CALLED[key]}姓名，不知道是谁的，没有导入；与上一行相同的请补上姓名",
                )
            return
        names = named.reading.people
        if not names:
            yield self._person(record, key, cells, named)
            return
        self._say(record, named, named.reading.note)
        others = [one for one in cells if one is not named]
        shares = {id(one): [*given_to_several(one.reading, len(names))] for one in others}
        for at, (name, phone) in enumerate(names):
            values = [("name", name), *([("phone", phone)] if phone else [])]
            mine = [_Given(named.column, Reading(tuple(values)))]
            mine += [_Given(one.column, shares[id(one)][at]) for one in others if shares[id(one)]]
            if at == 0:
                mine += [_as_remark(one) for one in others if not shares[id(one)]]
                if named.reading.rest:
                    mine.append(_Given(named.column, _remark(named.reading.rest)))
            yield self._person(record, key, mine, mine[0])

    def _person(self, record: int, key: str, cells: list[_Given], named: _Given) -> _Person:
        value = dict(named.reading.values)["name"]
        name = str(value)
        if key == "individual" and is_organisation(name):
            key, cells = "organisation", [*map(_of_organisation, cells)]
        people = self._register.people[key]
        facts = {field: value for _, reading in cells for field, value in reading.values}
        code = facts.get(people.id_field)
        known = people.by_id(code) if isinstance(code, str) else None
        match = None if known else people.find(name, facts)
        if match and match.several:
            self._account.note(Fate.UNREADABLE, f"{match.doubt}，没有导入", record, named.column.at)
            if not self.entries:
                for column, _ in cells:
                    self._account.settle(record, column.at, Fate.UNREADABLE)
                return _Person(None, name)
        found = known or (match.record if match else None)
        if self.entries:
            return self._entry_person(record, cells, named, found)
        seen = (self._account.index, record)
        if found is None:
            found = self._register.new(key, {"name": value}, seen)
            fate = Fate.UNREADABLE if isinstance(value, AsTyped) else Fate.PLACED
        else:
            fate = Fate.PLACED if found.seen == seen else Fate.DUPLICATE
        self._account.settle(record, named.column.at, fate)
        if fate is Fate.UNREADABLE:
            self._account.note(fate, named.reading.note, record, named.column.at, found, "name")
        if match and match.doubt:
            self._doubt(record, named, found, match.doubt)
        self._complete(record, found, cells)
        return _Person(found, name)

    def _entry_person(
        self, record: int, cells: list[_Given], named: _Given, found: Record | None
    ) -> _Person:
        """Return one an entry names; who is not in the ledger is not made up."""
        self._names.append(named.column)
        if found:
            self._complete(record, found, cells)
        for column, _ in cells:
            if found is None and column is not named.column:
                self._account.settle(record, column.at, Fate.UNREADABLE)
        return _Person(found, str(dict(named.reading.values)["name"]))

    def _doubt(self, record: int, named: _Given, found: Record, doubt: str) -> None:
        """Say once of one person how it was recognised, unless the row shares a merged cell."""
        key = (id(found), doubt)
        if key not in self._said and (record, named.column.at) not in self._source.shared:
            self._said.add(key)
            self._account.note(
                Fate.DUPLICATE if found.seen is None else Fate.PLACED, doubt, record,
                named.column.at, found, "name",
            )  # fmt: skip

    def _complete(self, record: int, known: Record, cells: Iterable[_Given]) -> None:
        """Give a row of the ledger what the cells of a record say."""
        self._feed(record, known)
        for column, reading in cells:
            fates = []
            for field, value in reading.values:
                if field == "name" or (field == model_for(known.key).sheet.id_field):
                    continue
                fate, told = self._register.give(known, field, value)
                fates.append(fate)
                self._tell(record, column, reading, known, field, fate, told)
            if reading.rest:
                fates.append(self._register.give(known, REMARK, reading.rest)[0])
            if fates and not is_person(column.target):
                self._account.settle(record, column.at, min(fates, key=[*Fate].index))
            elif not fates and not is_person(column.target):
                self._account.settle(record, column.at, Fate.DECLINED)

    def _tell(
        self, record: int, column: _Column, reading: Reading, known: Record, field: str,
        fate: Fate, told: str,
    ) -> None:  # fmt: skip
        shared = (record, column.at) in self._source.shared and known.seen != (
            self._account.index,
            record,
        )
        if told and not shared:
            self._account.note(fate, told, record, column.at, known, field)
        elif fate is Fate.UNREADABLE or (reading.note and fate is Fate.PLACED):
            self._account.note(fate, reading.note, record, column.at, known, field)

    def _say(self, record: int, given: _Given, sentence: str) -> None:
        if sentence:
            self._account.note(Fate.PLACED, sentence, record, given.column.at)

    def _feed(self, record: int, target: Record) -> None:
        targets = self._account.targets.get(record, ())
        if target not in targets:
            self._account.targets[record] = (*targets, target)

    # --- pairings ---

    def _place_pairing(
        self, record: int, cells: list[_Given], mentors: list[_Person], mentees: list[_Person]
    ) -> None:
        values = {field: value for _, reading in cells for field, value in reading.values}
        codes = [
            [str(values[field])] if values.get(field) else
            [self._register.people[p.record.key].code(p.record) for p in people if p.record]
            for field, people in (("mentor_id", mentors), ("mentee_id", mentees))
        ]  # fmt: skip
        pairs = [(mentor, mentee) for mentor in codes[0] for mentee in codes[1]]
        if not pairs:
            if cells:
                self._leave(record, cells, "导师或对象不全，没有结对")
            return
        for mentor, mentee in pairs:
            seen = (self._account.index, record)
            pairing, _ = self._register.pairing(mentor, mentee, values.get("paired_on"), seen)
            self._complete(record, pairing, cells)

    # --- entries ---

    def _place_entries(
        self, record: int, key: str, cells: list[_Given], mentors: list[_Person],
        mentees: list[_Person],
    ) -> None:  # fmt: skip
        """Place what a row records: one entry, of a table by months one for each month."""
        months = [one for one in cells if one.column.target == Target("log", "content")]
        if self._source.layout is not Layout.MATRIX or not months:
            self._place_entry(record, key, cells, mentors, mentees)
            return
        others = [one for one in cells if one not in months]
        for one in months:
            month = AsTyped(self._month(one.column.heading))
            dated = _Given(one.column, replace(one.reading, values=(
                *one.reading.values, ("date", month)), note=_VAGUE, fate=Fate.UNREADABLE,
            ))  # fmt: skip
            self._place_entry(record, key, [dated, *others], mentors, mentees)

    def _month(self, heading: str) -> str:
        year = re.search(r"20\d\d(?=年)", self._source.title)
        return f"{year[0]}年{heading}" if year and "年" not in heading else heading

    def _place_entry(
        self, record: int, key: str, cells: list[_Given], mentors: list[_Person],
        mentees: list[_Person],
    ) -> None:  # fmt: skip
        values = _joined(cells)
        names = _names_of(mentors, mentees) if key != "assessment" else _names_of([], mentees)
        whom, told = values.get(REFERENCES[key]), ""
        if whom is None:
            whom, told = self._whom(key, names, mentors, mentees, values.get("date"))
        known = self._register.entry(key, whom, names, values)
        if known is None:
            self._add_entry(record, key, cells, {**values, REFERENCES[key]: whom}, told)
            return
        reference, _ = (
            self._register.give(known, REFERENCES[key], whom) if whom else (Fate.DUPLICATE, "")
        )
        for column in self._names:
            self._account.settle(record, column.at, reference)
        before = len(self._account.notes)
        self._complete(record, known, cells)
        if known.seen is None:
            self._again += 1
        elif len(self._account.notes) == before:
            self._account.note(
                Fate.DUPLICATE,
                "与同一文件里另一行的日期、人员和内容都相同，只导入一次",
                record,
                -1,
                known,
            )

    def _add_entry(
        self, record: int, key: str, cells: list[_Given], values: dict[str, object], told: str
    ) -> None:
        given = {field: value for field, value in values.items() if value is not None}
        entry = self._register.new(key, given, (self._account.index, record))
        self._register.note_entry(entry)
        self._feed(record, entry)
        for column, reading in cells:
            self._account.settle(record, column.at, reading.fate)
            if reading.fate is Fate.UNREADABLE or reading.note:
                field = reading.values[-1][0] if reading.values else ""
                self._account.note(reading.fate, reading.note, record, column.at, entry, field)
        fate = Fate.UNREADABLE if told else Fate.PLACED
        for column in self._names:
            self._account.settle(record, column.at, fate)
        if told:
            at = self._names[0].at if self._names else -1
            self._account.note(fate, told, record, at, entry, REFERENCES[key])

    def _whom(
        self, key: str, names: str, mentors: list[_Person], mentees: list[_Person], day: object
    ) -> tuple[object, str]:
        """Return the IDs an entry names, or the names and why their IDs were not found."""
        if not names:
            return None, ""
        unknown = [person.name for person in (*mentors, *mentees) if person.record is None]
        if key == "assessment":
            unknown = [person.name for person in mentees if person.record is None]
        if unknown:
            who = "、".join(unknown)
            return AsTyped(names), f"台账里没有“{who}”，请先登记或导入名册，再填编号"
        code = {
            id(p): self._register.people[p.record.key].code(p.record)
            for p in (*mentors, *mentees)
            if p.record
        }
        if key == "assessment":
            return code[id(mentees[0])], ""
        found: dict[str, None] = {}
        for mentor in [code[id(p)] for p in mentors] or [""]:
            for mentee in [code[id(p)] for p in mentees] or [""]:
                pairings = self._register.pairings_on(mentor, mentee, day)
                if len(pairings) != 1:
                    many = (
                        f"“{names}”有 {len(pairings)} 次结对，分不清是哪一次"
                        if pairings
                        else f"“{names}”没有可以对上的结对"
                    )
                    return AsTyped(names), f"{many}，请在“结对编号”选编号"
                found[str(pairings[0].values.get("pairing_id"))] = None
        return (tuple(found) if key == "log" else next(iter(found))), ""


# --- mappings and readings in the terms of the ledger ---

_PLACE_FIELDS = frozenset({"county", "township"})
_CALLED = {"mentor": "导师", "individual": "对象", "organisation": "党组织"}
_NAMES = tuple(Target(key, "name") for key in PEOPLE)
_RECOGNISED = {
    "log": (*_NAMES, Target("log", "date"), Target("log", "content"), Target("log", "pairing_ids")),
    "assessment": (*_NAMES[1:], Target("assessment", "assessed_on"), Target("assessment", "mentee_id")),
    "duty": (*_NAMES, Target("duty", "item"), Target("duty", "pairing_id")),
}  # fmt: skip
"""What must be known of a table's entries before any of them is placed: else they came twice."""
_VAGUE = "只写了月份，请补上是哪一天"


def _ask(mapping: ColumnMapping) -> str:
    if mapping.target == NOT_IMPORTED:
        return "拿不准是什么，请在“导入对照”里选目标"
    column = columns_by_field(model_for(mapping.target.sheet))[mapping.target.field]
    sheet = model_for(mapping.target.sheet).sheet.name
    return f"可能是“{sheet}·{column.heading}”，请在“导入对照”里确认"


def _aligned(mapping: ColumnMapping) -> ColumnMapping:
    return replace(mapping, target=_SAME_AS.get(mapping.target, mapping.target))


def _without_entry_text(mappings: list[ColumnMapping], layout: Layout) -> list[ColumnMapping]:
    """Take 帮带内容 on a list of pairs for a remark on the pairing: without a day it is no contact."""
    targets = {mapping.target for mapping in mappings}
    paired = any(target.sheet == "pairing" for target in targets)
    if not paired or Target("log", "date") in targets or layout is Layout.MATRIX:
        return mappings
    return [
        replace(m, target=Target("pairing", REMARK)) if m.target.sheet == "log" else m
        for m in mappings
    ]


def _read_option(column: SourceColumn, mapping: ColumnMapping) -> list[Reading]:
    """Read a column that stands for one option of a field: 1 or √ means its heading's word."""
    target = columns_by_field(model_for(mapping.target.sheet))[mapping.target.field]
    word = next((w for w in target.choices if w in squeeze(column.heading)), "")
    chosen = read_values(target, [word])[0] if word else None
    readings = read_column(column, mapping)
    for at, cell in enumerate(column.cells.values):
        answer = ticked(cell) if chosen else None
        if answer is not None and chosen:
            readings[at] = chosen if answer else Reading(fate=Fate.DECLINED)
    return readings


def _remark(text: str) -> Reading:
    return Reading(((REMARK, text),), fate=Fate.REMARK)


def _as_remark(given: _Given) -> _Given:
    """Return a cell as a remark with its heading: of several people nobody knows whose it is."""
    texts = "；".join(str(value) for _, value in given.reading.values)
    return _Given(given.column, _remark(f"{given.column.name}：{texts}"))


def _of_organisation(given: _Given) -> _Given:
    """Return a cell of a person as one of an organisation: what that has no field for is a remark."""
    fields = columns_by_field(model_for("organisation"))
    if all(field in fields for field, _ in given.reading.values):
        return given
    return _as_remark(given)


def _joined(cells: Iterable[_Given]) -> dict[str, object]:
    """Return the values of an entry; several answers to one question stand together as text."""
    values: dict[str, object] = {}
    for _, reading in cells:
        for field, value in reading.values:
            before = values.get(field)
            values[field] = value if before is None else AsTyped(f"{before}、{value}")
    return values


def _names_of(mentors: Sequence[_Person], mentees: Sequence[_Person]) -> str:
    sides = ["、".join(person.name for person in side) for side in (mentors, mentees)]
    return _ARROW.join(side for side in sides if side)

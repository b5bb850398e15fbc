"""Place the rows of a table of entries: contacts, assessments, duties of people the ledger has.

A log of 20,000 rows names few pairs, so who a row speaks of is looked up once for each combination of
names; what is left for a row is to make its entry, unless the ledger has it already.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from addin.domain.imports.account import Fate, Record, TableAccount
from addin.domain.imports.people import Match
from addin.domain.imports.readings import REMARK, TypedCell, is_person
from addin.domain.imports.register import PEOPLE, RECOGNISED_BY, REFERENCES, Register, comparable
from addin.domain.imports.tables import GivenCell, NamedPerson, TableColumn, TablePlacement
from validators.sheets import model_for
from validators.sources.mapping import ColumnMapping, Target
from validators.sources.tables import Layout

_NAMES = tuple(Target(key, "name") for key in PEOPLE)
_ARROW = "→"
_VAGUE = "只写了月份，请补写具体日期"
_AGAIN = "台账中已有同一天、同一对、内容相同的记录，未重复导入"
_TWICE = "与同一文件中另一行的日期、人员和内容都相同，只导入一次"


def entry_keys(mappings: Sequence[ColumnMapping], layout: Layout) -> tuple[str, ...]:
    """Return the keys of the entries a table holds, () for a list of people and pairs."""
    targets = {mapping.target for mapping in mappings}
    if is_list_of_pairs(targets, layout):
        return tuple(key for key in REFERENCES if key != "log" and _holds(targets, key))
    return tuple(key for key in REFERENCES if _holds(targets, key))


def is_list_of_pairs(targets: set[Target], layout: Layout) -> bool:
    """Tell whether a table lists pairs: what is done in a pair is then no contact, for it has no day."""
    paired = any(target.sheet == "pairing" for target in targets)
    return paired and Target("log", "date") not in targets and layout is not Layout.MATRIX


def _holds(targets: set[Target], key: str) -> bool:
    return any(target.sheet == key for target in targets)


def pair_texts(mappings: Sequence[ColumnMapping], layout: Layout) -> list[ColumnMapping]:
    """Return mappings in which 帮带内容 on a list of pairs is a remark on the pairing."""
    if not is_list_of_pairs({mapping.target for mapping in mappings}, layout):
        return [*mappings]
    remark = Target("pairing", REMARK)
    return [replace(m, target=remark) if m.target.sheet == "log" else m for m in mappings]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Whom the rows with the same names speak of.

    Attributes:
        mentors: IDs that the mentors' names may mean, one tuple for each name.
        mentees: The same of the mentees.
        names: 马志远→朱晓明.
        unknown: (column, name) of the first who is not known.
        columns: The columns of the names.
        others: Further columns about the people, and what becomes of their cells in later rows.
        whom: What `EntryTable` found of them by the key of the entry, where no day matters.
    """

    mentors: tuple[tuple[str, ...], ...]
    mentees: tuple[tuple[str, ...], ...]
    names: str
    unknown: tuple[int, str] | None
    columns: tuple[int, ...]
    others: tuple[tuple[int, Fate], ...]
    whom: dict[str, tuple[object, str, int]] = field(default_factory=dict)


class EntryTable(TablePlacement):
    """A table of entries on its way into the ledger; see `TablePlacement`.

    Args:
        keys: The keys of the entries a row holds.

    Attributes:
        pairs: Whom rows speak of, by the codes of the cells that name them.
        names: The columns of names.
        others: The columns that say nothing of people or entries.
        same: The comparison forms of a column's readings, by sheet and field.
    """

    def __init__(
        self, register: Register, account: TableAccount, mappings: Sequence[ColumnMapping],
        keys: tuple[str, ...],
    ) -> None:  # fmt: skip
        super().__init__(register, account, mappings)
        self._keys = keys
        self._people = [c for c in self.columns if c.target.sheet in PEOPLE]
        self.names = [column for column in self._people if is_person(column.target)]
        self.others: list[TableColumn] = []
        self._by_key: dict[str, list[TableColumn]] = {}
        self.pairs: dict[tuple[int, ...], _Pair] = {}
        self._again = 0
        self.held_back = bool(self.waiting) and not all(map(self._is_known, keys))
        self.same = {
            (column.target.sheet, column.target.field): _comparables(column)
            for column in self.columns
            if column.target.field in RECOGNISED_BY.get(column.target.sheet, ()) and not column.adds
        }

    def _is_known(self, key: str) -> bool:
        """Tell whether it is certain by what the entries are recognised: else they came twice."""
        certain = {column.target for column in self.columns}
        whom = {*_NAMES, Target(key, REFERENCES[key])}
        months = self.source.layout is Layout.MATRIX and key == "log"
        fields = [name for name in RECOGNISED_BY[key] if not (months and name == "date")]
        known = all(Target(key, name) in certain for name in fields)
        return known and bool(certain & whom) and not self.waiting & whom

    def place(self) -> None:
        """Place every row."""
        if self.held_back:
            super().place()
            return
        self._by_key = {
            key: [c for c in self.columns if c.target.sheet == key] for key in self._keys
        }
        self.others = [
            c for c in self.columns if c not in self._people and c.target.sheet not in self._keys
        ]
        plain = self._plain_rows()
        for record in self.rows():
            if not (plain and plain.place(record)):
                self._place_oddly(record)
        if plain:
            plain.settle()
        self.finish()

    def _plain_rows(self) -> _PlainRows | None:
        targets = [column.target for column in self.columns]
        ordinary = len(self._keys) == 1 and len({*targets}) == len(targets)
        if not ordinary or self.source.layout is Layout.MATRIX:
            return None
        return _PlainRows(self, self._keys[0], self._people, self._by_key[self._keys[0]])

    def _place_oddly(self, record: int) -> None:
        pair = self._pair(record)
        for column in self.others:
            if column.codes[record] >= 0:
                self.account.settle(record, column.at, Fate.DECLINED)
        for key, columns in self._by_key.items():
            for cells in self._entries_of(record, columns):
                self._place_entry(record, key, cells, pair)

    def finish(self) -> None:
        """Say what is to be said of the table as a whole."""
        super().finish()
        if self._again:
            self.account.note(Fate.DUPLICATE, _AGAIN, -1, -1, count=self._again)

    # --- whom a row speaks of ---

    def _pair(self, record: int) -> _Pair:
        codes = tuple([column.codes[record] for column in self._people])
        pair = self.pairs.get(codes)
        if pair is None:
            pair = self.pairs[codes] = self._look_up(record)
            return pair
        for at, fate in pair.others:
            self.account.settle(record, at, fate)
        return pair

    def _look_up(self, record: int) -> _Pair:
        given: dict[str, list[GivenCell]] = {}
        others: list[tuple[int, Fate]] = []
        for column in self._people:
            reading = column.reading(record)
            if reading and reading.fate is not Fate.DECLINED:
                given.setdefault(column.target.sheet, []).append(GivenCell(column, reading))
            elif reading:
                self.account.settle(record, column.at, Fate.DECLINED)
                others.append((column.at, Fate.DECLINED))
        cells = [cell.column for some in given.values() for cell in some]
        mentors, mentees = self.people_of(record, given)
        named = tuple(column.at for column in cells if is_person(column.target))
        unknown = next((p for p in (*mentors, *mentees) if not p.candidates), None)
        again = Fate.UNREADABLE if unknown else Fate.DUPLICATE
        others += [(column.at, again) for column in cells if column.at not in named]
        return _Pair(
            tuple(map(self._codes, mentors)), tuple(map(self._codes, mentees)),
            _names_of(mentors, mentees), (unknown.at, unknown.name) if unknown else None, named,
            tuple(others),
        )  # fmt: skip

    def _codes(self, person: NamedPerson) -> tuple[str, ...]:
        return tuple(self.register.people[one.key].code(one) for one in person.candidates)

    def recognise(
        self, record: int, key: str, cells: list[GivenCell], named: GivenCell,
        found: Record | None, match: Match | None,
    ) -> NamedPerson:  # fmt: skip
        """Return whom a name means; who is not in the ledger is not made up from an entry."""
        del key
        if found:
            self.complete(record, found, cells)
        else:
            for column, _ in cells:
                if column is not named.column:
                    self.account.settle(record, column.at, Fate.UNREADABLE)
        candidates = (found,) if found else match.candidates if match else ()
        name = str(dict(named.reading.values)["name"])
        return NamedPerson(found, name, named.column.at, candidates)

    def whom(self, key: str, pair: _Pair, day: object) -> tuple[object, str, int]:
        """Return the IDs an entry names; or the names, why their IDs were not found, and the column."""
        known = pair.whom.get(key)
        if known is None:
            known = self._looked_up(key, pair, day)
            if key != "log" or not self._depends_on_day(pair):
                pair.whom[key] = known
        return known

    def _depends_on_day(self, pair: _Pair) -> bool:
        return any(
            len(self.register.pairings_on(mentor, mentee, None)) > 1
            for mentors in pair.mentors or (("",),)
            for mentees in pair.mentees or (("",),)
            for mentor in mentors
            for mentee in mentees
        )

    def _looked_up(self, key: str, pair: _Pair, day: object) -> tuple[object, str, int]:
        at = pair.columns[0] if pair.columns else -1
        if not pair.names:
            return None, "", at
        of_mentee = REFERENCES[key] == "mentee_id"
        if pair.unknown and not (of_mentee and all(pair.mentees)):
            where, name = pair.unknown
            told = f"台账中没有“{name}”，请先登记或导入名册，再填写编号"
            return TypedCell(pair.names), told, where
        if of_mentee:
            codes = [code for codes in pair.mentees for code in codes]
            if len(codes) == 1:
                return codes[0], "", at
            return TypedCell(pair.names), f"“{pair.names}”无法确定是哪一位，请填对象编号", at
        found: dict[str, None] = {}
        for mentors in pair.mentors or (("",),):
            for mentees in pair.mentees or (("",),):
                pairings = [
                    pairing
                    for mentor in mentors
                    for mentee in mentees
                    for pairing in self.register.pairings_on(mentor, mentee, day)
                ]
                if len(pairings) != 1:
                    several = f"有 {len(pairings)} 次结对，无法确定是哪一次"
                    many = several if pairings else "没有相符的结对"
                    told = f"“{pair.names}”{many}，请在“结对编号”中选择编号"
                    return TypedCell(pair.names), told, at
                found[str(pairings[0].values.get("pairing_id"))] = None
        return (tuple(found) if key == "log" else next(iter(found))), "", at

    # --- entries ---

    def _entries_of(self, record: int, columns: Sequence[TableColumn]) -> list[list[GivenCell]]:
        """Return the cells of each entry of a row: of a table by months one for each month."""
        cells = []
        for column in columns:
            code = column.codes[record]
            if code < 0:
                continue
            reading = column.readings[code]
            if reading.fate is Fate.DECLINED:
                self.account.settle(record, column.at, Fate.DECLINED)
            else:
                cells.append(GivenCell(column, reading))
        return [cells] if self.source.layout is not Layout.MATRIX else [*self._by_month(cells)]

    def _by_month(self, cells: list[GivenCell]) -> Iterator[list[GivenCell]]:
        months = [one for one in cells if one.column.target == Target("log", "content")]
        others = [one for one in cells if one not in months]
        for column, reading in months:
            values = (*reading.values, ("date", TypedCell(self._month(column.heading))))
            dated = reading._replace(values=values, note=_VAGUE, fate=Fate.UNREADABLE)
            yield [GivenCell(column, dated), *others]

    def _month(self, heading: str) -> str:
        year = re.search(r"20\d\d(?=年)", self.source.title)
        return f"{year[0]}年{heading}" if year and "年" not in heading else heading

    def _place_entry(self, record: int, key: str, cells: list[GivenCell], pair: _Pair) -> None:
        values = _joined(cells)
        if not values:
            return
        whom: object = self._as_here(key, values.get(REFERENCES[key]))
        told, at = "", -1
        if whom is None:
            whom, told, at = self.whom(key, pair, values.get("date"))
        same = self._key(record, key, cells, values)
        known = self.register.entry(key, same, whom, pair.names)
        if known is None and any(column.adds for column, _ in cells):
            # what adds to the text may have waited when the entry came
            bare = [cell for cell in cells if not cell.column.adds]
            bare_key = self._key(record, key, bare, _joined(bare))
            known = self.register.entry(key, bare_key, whom, pair.names)
        if known is None:
            if whom is not None:
                values[REFERENCES[key]] = whom
            entry = self._add(record, key, cells, values, same)
            fate = Fate.UNREADABLE if told else Fate.PLACED
            if told:
                self.account.note(fate, told, record, at, entry, REFERENCES[key])
        else:
            fate = Fate.DUPLICATE
            if whom is not None:
                fate = self.register.give(known, REFERENCES[key], whom)[0]
            self._meet(record, known, cells)
        for column in pair.columns:
            self.account.settle(record, column, fate)

    def _as_here(self, key: str, codes: object) -> object:
        """Return IDs of the source as the ledger has them."""
        file = self.source.file
        if isinstance(codes, tuple):
            return tuple(self.register.code_here(file, ("pairing",), code) for code in codes)
        of_mentee = REFERENCES[key] == "mentee_id"
        keys = ("individual", "organisation") if of_mentee else ("pairing",)
        return self.register.code_here(file, keys, codes) if isinstance(codes, str) else codes

    def _key(
        self, record: int, key: str, cells: list[GivenCell], values: Mapping[str, object]
    ) -> tuple[object, ...]:
        """Return what an entry is recognised by; the values of a column were compared together."""
        by_field = {column.target.field: column for column, _ in cells}
        if any(column.adds for column, _ in cells):
            by_field = {}
        parts = []
        for name in RECOGNISED_BY[key]:
            value, column = values.get(name), by_field.get(name)
            known = self.same.get((key, name)) if column else None
            if known and column and len(column.readings) == len(known):
                part = known[column.codes[record]]
                parts.append(part if part is not None else comparable(value))
            else:
                parts.append(comparable(value))
        return tuple(parts)

    def _add(
        self, record: int, key: str, cells: list[GivenCell], values: dict[str, object],
        same: tuple[object, ...],
    ) -> Record:  # fmt: skip
        entry = self.register.new(key, values, (self.account.index, record))
        self.register.note_entry(entry, same)
        self.feed(record, entry)
        for column, reading in cells:
            self.account.settle(record, column.at, reading.fate)
            if reading.note:
                field = reading.values[-1][0] if reading.values else ""
                self.account.note(reading.fate, reading.note, record, column.at, entry, field)
        return entry

    def _meet(self, record: int, known: Record, cells: list[GivenCell]) -> None:
        """Take the cells of an entry that is there already: what it lacks is added."""
        before = len(self.account.notes)
        self.complete(record, known, cells)
        if known.seen is None:
            self._again += 1
        elif len(self.account.notes) == before:
            self.account.note(Fate.DUPLICATE, _TWICE, record, -1, known)


class _PlainRows:
    """The rows of a table that are simply new: nothing to split, to ask or to compare.

    In a log nearly all are so; together they take a fifth of the time.
    """

    def __init__(
        self, table: EntryTable, key: str, people: Sequence[TableColumn],
        columns: Sequence[TableColumn],
    ) -> None:  # fmt: skip
        self._table, self._key, self._columns = table, key, columns
        self._fields = [column.target.field for column in columns]
        self._odd: set[int] = set()
        values = [self._values(column) for column in columns]
        self._values_of = [*zip(*values, strict=True)]
        size = len(table.source)
        nothing = [None] * size
        self._same_of = [*zip(*(
            _of_rows(table.same[key, field], columns[self._fields.index(field)].codes)
            if (key, field) in table.same else nothing
            for field in RECOGNISED_BY[key]
        ), strict=True)]  # fmt: skip
        codes = [column.codes for column in people]
        self._names_of = [*zip(*codes, strict=True)] if codes else [()] * size
        self._entries = table.register.entries(key)
        self._named = REFERENCES[key] not in self._fields
        if not self._named or model_for(key).sheet.id_field in self._fields:
            self._odd.update(range(size))  # codes of another ledger are looked at one by one
        self._placed: list[int] = []

    def _values(self, column: TableColumn) -> list[object]:
        """Return the value of every row; rows with a cell that says more or less are odd."""
        plain = [
            r.values[0][1] if r.fate is Fate.PLACED and len(r.values) == 1 and not r.note else None
            for r in column.readings
        ]
        odd = {code for code, value in enumerate(plain) if value is None}
        if odd:
            self._odd.update(row for row, code in enumerate(column.codes) if code in odd)
        return _of_rows(plain, column.codes)

    def place(self, record: int) -> bool:
        """Place a row; False where it is not plain."""
        table, key = self._table, self._key
        pair = table.pairs.get(self._names_of[record])
        if record in self._odd or pair is None or pair.others:
            return False
        cells = self._values_of[record]
        values = dict(zip(self._fields, cells, strict=True))
        if self._named:
            whom, told, _ = pair.whom.get(key) or table.whom(key, pair, values.get("date"))
            if told or whom is None:
                return False
            values[REFERENCES[key]] = whom
        same = self._same_of[record]
        if same in self._entries:
            return False
        if None in cells:
            values = {name: value for name, value in values.items() if value is not None}
        entry = table.register.new_entry(key, values, (table.account.index, record))
        self._entries[same] = [entry]
        table.account.targets[record] = (entry,)
        self._placed.append(record)
        return True

    def settle(self) -> None:
        """Say that all cells of the rows placed are placed."""
        for column in (*self._columns, *self._table.names):
            self._table.account.settle_rows(self._placed, column.at, Fate.PLACED)
        for column in self._table.others:
            self._table.account.settle_rows(self._placed, column.at, Fate.DECLINED)


def _of_rows(values: Sequence[object], codes: Sequence[int]) -> list[object]:
    """Return the value of every row by its code; None for -1."""
    known = [*values, None]
    return [known[code] for code in codes]


def _comparables(column: TableColumn) -> list[object]:
    """Return the comparison form of a column's readings, None for one that is looked at alone."""
    singles = [r.values[0][1] if len(r.values) == 1 else None for r in column.readings]
    texts = [value for value in singles if isinstance(value, str)]
    squeezed = iter(_squeezed(texts))
    return [next(squeezed) if isinstance(value, str) else comparable(value) for value in singles]


def _squeezed(texts: list[str]) -> list[str]:
    """Return `comparable` of many texts; together this takes a tenth of the time."""
    joined = "".join(_APART.join(texts).split())
    for wide, narrow in _WIDE:
        joined = joined.replace(wide, narrow)
    if not (joined.isprintable() and unicodedata.is_normalized("NFKC", joined)):
        joined = str(comparable(joined))
    parts = joined.split(_APART)
    if len(parts) != len(texts):
        return [str(comparable(text)) for text in texts]
    return [part.strip("。.") for part in parts]


_APART = "␟"
_WIDE = [*zip("，；：（）！？", ",;:()!?", strict=True)]
"""The wide characters nearly every text has; others are seldom."""


def _joined(cells: Sequence[GivenCell]) -> dict[str, object]:
    """Return the values of an entry; several answers to one question stand together as text."""
    values: dict[str, object] = {}
    for _, reading in cells:
        for name, value in reading.values:
            if name not in values:
                values[name] = value
            elif reading.fate is Fate.REMARK:
                values[name] = f"{values[name]}；{value}"
            else:
                values[name] = TypedCell(f"{values[name]}、{value}")
    return values


def _names_of(mentors: Sequence[NamedPerson], mentees: Sequence[NamedPerson]) -> str:
    sides = ["、".join(person.name for person in side) for side in (mentors, mentees)]
    return _ARROW.join(side for side in sides if side)

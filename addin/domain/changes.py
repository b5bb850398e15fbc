"""Changes between two states of the same rows: added, changed and removed; findings fixed, left and new.

    match_rows       which row of the new state continues which of the old
        1. by an ID that stands once in both
        2. by all cells, then by all cells but the ID: a row that was renumbered, or had no ID
        3. of the rest, in one unit, the most alike of which one has no sure ID
    compare_rows     the cells of matched rows that mean something else now; rows bangdai writes come
                     and go by themselves, what clerks typed in them does not
    compare_findings findings by unit, row, column and words, whatever row numbers they name

A column is compared by its distinct texts, so the work for each row is a few comparisons of numbers.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from validators.cells import BLANK, Cell, CellColumn
from validators.checks import check_values
from validators.columns import Column, Fill
from validators.findings import Finding
from validators.identity import UNIT_DIGITS, unit_of
from validators.sheets import ExchangeRow, PairingRow, Row, SuggestionRow, columns_by_field
from validators.vocabulary import Level, Source

Codes = NDArray[np.int64]

Cited = Mapping[tuple[int, str], Level]
"""Cells an error or a warning cites, by row and content."""

_ALIKE = 0.5
"""The least share of equal cells of rows that continue each other without a sure ID."""
_MOST_PAIRS = 250_000
"""Pairs of rows of one unit that are looked at for likeness; past it they are added and removed."""
_SUMMARY = 4
_NUMBERS = re.compile(r"[\d*]+")


class ChangeKind(StrEnum):
    """What happened to a row or a finding."""

    ADDED = "新增"
    CHANGED = "修改"
    REMOVED = "删除"
    FIXED = "问题已改正"
    LEFT = "问题仍存在"
    NEW = "问题新出现"


class Change(NamedTuple):
    """One cell, row or finding.

    Attributes:
        place: The unit, "" where there is one only.
        sheet: The sheet's name.
        key: The row's ID, else the row in its file.
        kind: What happened.
        heading: The column, "" of a whole row.
        old: What stood there, or the finding's sentence.
        new: What stands there now, or the new finding's sentence.
    """

    place: str
    sheet: str
    key: str
    kind: ChangeKind
    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowSet:
    """The rows of one sheet in one state.

    Attributes:
        model: The sheet.
        columns: Texts by field; a column that state lacks is absent.
        rows: The row in its file.
    """

    model: type[Row]
    columns: Mapping[str, CellColumn]
    rows: array[int]

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, field: str, row: int) -> str:
        """Return what stands in a field of a row."""
        column = self.columns.get(field)
        return str(column.cell(row) or "") if column else ""

    def key(self, row: int) -> str:
        """Return the ID of a row or what it is about, else its row in the file."""
        code = "、".join(self.text(name, row) for name in key_fields(self.model)).strip("、")
        return code or (f"第 {self.rows[row]} 行" if self.rows[row] else "")

    def typed(self, row: int) -> Iterator[tuple[Column, str]]:
        """Yield the cells of a row clerks filled."""
        fields = columns_by_field(self.model)
        for name in self.columns:
            if fields[name].fill is Fill.CLERK and (text := self.text(name, row)):
                yield fields[name], text

    def received(self) -> NDArray[np.bool_]:
        """Tell of which rows a superior sent them down: what happens to them the unit did not do."""
        origin = self.columns.get("origin") if self.model is ExchangeRow else None
        if origin is None:
            return np.zeros(len(self), bool)
        sent = [value in {Source.COUNTY, Source.CITY} for value in origin.values]
        return np.array([*sent, False])[np.frombuffer(origin.codes, np.int32)]

    def summary(self, row: int) -> str:
        """Return the first cells of a row in one sentence."""
        told = (
            f"{column.heading} {text}"
            for column, text in self.typed(row)
            if column.field != self.model.sheet.id_field
        )
        return "；".join(text for text, _ in zip(told, range(_SUMMARY), strict=False))


def compared_fields(model: type[Row]) -> list[str]:
    """Return the fields a clerk types, in the order of the columns."""
    columns = columns_by_field(model).items()
    return [name for name, column in columns if column.fill is Fill.CLERK]


def key_fields(model: type[Row]) -> tuple[str, ...]:
    """Return the fields that say which row a row is, () where its content alone says it."""
    return (model.sheet.id_field,) if model.sheet.id_field else model.sheet.about


# --- which row continues which -------------------------------------------------------------------


class _Pairing:
    """The columns of two states side by side, and the rows matched so far."""

    def __init__(self, old: RowSet, new: RowSet) -> None:
        self.old, self.new = old, new
        self.fields = [name for name in old.columns if name in new.columns]
        self.codes = {name: _shared(old.columns[name], new.columns[name]) for name in self.fields}
        self.ids = [_ids(old), _ids(new)]
        self.counts = [Counter(ids) for ids in self.ids]
        self.old_of = np.full(len(new), BLANK, np.int64)
        self.taken = np.zeros(len(old), bool)

    def match(self, old: int, new: int) -> None:
        self.old_of[new] = old
        self.taken[old] = True

    def left(self) -> tuple[Codes, Codes]:
        """Return the rows of both states that have no match."""
        return np.flatnonzero(~self.taken), np.flatnonzero(self.old_of == BLANK)

    def content(self, side: int, rows: Codes, *, with_id: bool) -> Codes:
        """Return the codes of rows, a line each, which begins with 0."""
        names = [n for n in self.fields if with_id or n != self.old.model.sheet.id_field]
        columns = (self.codes[name][side][rows] for name in names)
        return np.column_stack([np.zeros(len(rows), np.int64), *columns])

    def sure(self, side: int, rows: Codes) -> NDArray[np.bool_]:
        """Tell of which rows the ID says which row it is."""
        ids, counts, width = self.ids[side], self.counts[side], self.old.model.sheet.id_width
        return np.array(
            [counts[ids[row]] == 1 and _is_whole(ids[row], width) for row in rows], bool
        )


def match_rows(old: RowSet, new: RowSet) -> Codes:
    """Return for every new row the old row it continues, `BLANK` for none."""
    pairing = _Pairing(old, new)
    _match_ids(pairing)
    for with_id in (True, False):
        _match_content(pairing, with_id=with_id)
    _match_alike(pairing)
    return pairing.old_of


def _match_ids(pairing: _Pairing) -> None:
    (old_ids, new_ids), (old_counts, new_counts) = pairing.ids, pairing.counts
    single = {code: row for row, code in enumerate(old_ids) if code and old_counts[code] == 1}
    for row, code in enumerate(new_ids):
        if code in single and new_counts[code] == 1:
            pairing.match(single[code], row)


def _match_content(pairing: _Pairing, *, with_id: bool) -> None:
    old, new = pairing.left()
    if not (len(old) and len(new)):
        return
    waiting: dict[bytes, deque[int]] = defaultdict(deque)
    for row, content in zip(old, pairing.content(0, old, with_id=with_id), strict=True):
        waiting[content.tobytes()].append(row)
    for row, content in zip(new, pairing.content(1, new, with_id=with_id), strict=True):
        if found := waiting.get(content.tobytes()):
            pairing.match(found.popleft(), row)


def _match_alike(pairing: _Pairing) -> None:
    mine, theirs = pairing.left()
    if not 0 < len(mine) * len(theirs) <= _MOST_PAIRS:
        return
    before = pairing.content(0, mine, with_id=False)[:, 1:]
    after = pairing.content(1, theirs, with_id=False)[:, 1:]
    equal = ((before[:, None] == after[None]) & (before[:, None] != BLANK)).sum(axis=2)
    filled = np.maximum((before != BLANK).sum(1)[:, None], (after != BLANK).sum(1)[None])
    scores = equal / np.maximum(filled, 1)
    scores[np.outer(pairing.sure(0, mine), pairing.sure(1, theirs))] = 0
    order = np.argsort(-scores, axis=None, kind="stable")
    for at in order[: np.count_nonzero(scores >= _ALIKE)]:
        first, second = divmod(int(at), len(theirs))
        if not pairing.taken[mine[first]] and pairing.old_of[theirs[second]] == BLANK:
            pairing.match(mine[first], theirs[second])


def _ids(rows: RowSet) -> list[str]:
    parts = []
    for name in key_fields(rows.model):
        column = rows.columns.get(name, CellColumn([], array("i", [BLANK]) * len(rows)))
        texts = [*map(str, column.values), ""]  # the last answers `BLANK`
        parts.append([texts[code] for code in column.codes])
    if len(parts) > 1:
        return ["、".join(part).strip("、") for part in zip(*parts, strict=True)]
    return parts[0] if parts else [""] * len(rows)


def _is_whole(code: str, width: int) -> bool:
    unit, number = unit_of(code), code.rpartition("-")[2]
    return len(unit) == UNIT_DIGITS and unit.isdigit() and len(number) >= width


def _shared(old: CellColumn, new: CellColumn) -> tuple[Codes, Codes]:
    """Return two columns by codes of the same texts."""
    known: dict[Cell, int] = {}
    sides = []
    for column in (old, new):
        codes = [known.setdefault(value, len(known)) for value in column.values]
        mapped = np.array([*codes, BLANK], np.int64)  # the last answers `BLANK`
        sides.append(mapped[np.frombuffer(column.codes, np.int32)])
    return sides[0], sides[1]


# --- what changed --------------------------------------------------------------------------------


def compare_rows(
    old: RowSet, new: RowSet, old_of: Codes, cited: tuple[Cited, Cited]
) -> Iterator[Change]:
    """Yield what was changed, added and removed, in the order of the new rows, removed ones last.

    Posts a superior sent down are left out, but for cells that had to be corrected.

    Args:
        old: The rows before.
        new: The rows now.
        old_of: See `match_rows`.
        cited: The cells of either state that an error or a warning cites. Those of errors could not
            be read: the number 20260503 looks like the text, and only one of them is a day.
    """
    changed: dict[int, list[Change]] = defaultdict(list)
    own, own_before = ~new.received(), ~old.received()
    matched = np.flatnonzero(old_of != BLANK)
    fields = columns_by_field(old.model)
    typed = (name for name in old.columns if fields[name].fill is Fill.CLERK)
    for name in (name for name in typed if name in new.columns):
        before, after = _shared(old.columns[name], new.columns[name])
        for row in map(int, matched[before[old_of[matched]] != after[matched]]):
            texts = old.text(name, int(old_of[row])), new.text(name, row)
            levels = [
                side.get((int(at), text))
                for at, text, side in zip((old_of[row], row), texts, cited, strict=True)
            ]
            if not (own[row] or levels[0]):
                continue
            unread = [level is Level.ERROR for level in levels]
            if unread[0] != unread[1] or not _same(fields[name], *texts):
                changed[row].append(_change(new, row, ChangeKind.CHANGED, fields[name], *texts))
    for row in map(int, np.flatnonzero((old_of == BLANK) & own)):
        changed[row].extend(_whole(new, row, ChangeKind.ADDED))
    for row in sorted(changed):
        yield from changed[row]
    for row in map(int, np.setdiff1d(np.flatnonzero(own_before), old_of)):
        yield from _whole(old, row, ChangeKind.REMOVED)


def _whole(rows: RowSet, row: int, kind: ChangeKind) -> Iterator[Change]:
    """Yield the line on a row that one state has; of a row bangdai writes, those on what was typed."""
    cells = rows.typed(row) if rows.model.sheet.about else [(None, rows.summary(row))]
    for column, text in cells:
        texts = (text, "") if kind is ChangeKind.REMOVED else ("", text)
        yield _change(rows, row, ChangeKind.CHANGED if column else kind, column, *texts)


def _change(
    rows: RowSet, row: int, kind: ChangeKind, column: Column | None, old: str, new: str
) -> Change:
    heading = column.heading if column else ""
    return Change("", rows.model.sheet.name, rows.key(row), kind, heading, old, new)


@cache
def _same(column: Column, old: str, new: str) -> bool:
    """Tell whether two texts of a column are two writings of one value."""
    if not (old and new):  # a word such as “无” that stands for no content
        problem = check_values(column, [old or new]).problems.get(0)
        return problem is not None and problem.kind == "blank_word"
    before, after = check_values(column, [old, new]).values
    return before is not None and bool(before == after)


# --- findings ------------------------------------------------------------------------------------


class PlacedFinding(NamedTuple):
    """A finding of one state.

    Attributes:
        finding: The finding.
        row: The index of its row in the state's rows of the sheet, `BLANK` where it is of none.
    """

    finding: Finding
    row: int


def compare_findings(
    old: Iterable[PlacedFinding],
    new: Iterable[PlacedFinding],
    matches: Mapping[str, Codes],
    keys: Mapping[str, tuple[RowSet, RowSet]],
) -> Iterator[Change]:
    """Yield the errors and warnings that are fixed, left and new.

    Args:
        old: Those before.
        new: Those now.
        matches: By sheet, see `match_rows`.
        keys: By sheet, its rows in both states.
    """
    waiting: dict[tuple[object, ...], deque[PlacedFinding]] = defaultdict(deque)
    for one in _grave(old, matches):
        waiting[_identity(one, ("old", one.row))].append(one)
    lines: list[tuple[PlacedFinding, ChangeKind, int]] = []
    for one in _grave(new, matches):
        of = matches.get(one.finding.sheet)
        before = int(of[one.row]) if of is not None and one.row != BLANK else BLANK
        found = waiting.get(
            _identity(one, ("old", before) if before != BLANK else ("new", one.row))
        )
        lines.append((one, ChangeKind.LEFT if found else ChangeKind.NEW, 1))
        if found:
            found.popleft()
    fixed = [(one, ChangeKind.FIXED, 0) for same in waiting.values() for one in same]
    fixed.sort(key=lambda line: (line[0].row, line[0].finding.cell, line[0].finding.message))
    for one, kind, side in [*fixed, *lines]:
        finding = one.finding
        rows = keys.get(finding.sheet)
        key = rows[side].key(one.row) if rows and one.row != BLANK else finding.cell
        sentence = finding.message
        texts = ("", sentence) if kind is ChangeKind.NEW else (sentence, "")
        yield Change("", finding.sheet, key, kind, finding.heading, *texts)


def _grave(
    findings: Iterable[PlacedFinding], matches: Mapping[str, Codes]
) -> Iterator[PlacedFinding]:
    """Yield the errors and warnings, those on sheets of one state alone by their cells."""
    for one in findings:
        if one.finding.level is not Level.NOTICE:
            yield one if one.finding.sheet in matches else one._replace(row=BLANK)


def _identity(one: PlacedFinding, row: tuple[str, int]) -> tuple[object, ...]:
    finding = one.finding
    where = row if one.row != BLANK else finding.cell
    return finding.sheet, where, finding.heading, _NUMBERS.sub("", finding.message)


# --- all sheets ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """One state of a unit: the rows of every sheet by its name, and the findings."""

    place: str
    sheets: Mapping[str, RowSet]
    findings: Sequence[PlacedFinding]

    def cited(self) -> dict[str, dict[tuple[int, str], Level]]:
        """Return by sheet the cells an error or a warning cites, by row and content, with the graver."""
        cells: dict[str, dict[tuple[int, str], Level]] = defaultdict(dict)
        for one in self.findings:
            finding, cell = one.finding, (one.row, one.finding.value)
            if one.row == BLANK or finding.level is Level.NOTICE:
                continue
            known = cells[finding.sheet]
            if known.get(cell) is not Level.ERROR:
                known[cell] = finding.level
        return cells


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two states.

    Attributes:
        changes: By unit, then in the order of the sheets: rows before findings.
        only_old: Units of the old state only; their rows are not listed.
        only_new: Units of the new state only; their rows are not listed.
        places: The units compared.
    """

    changes: tuple[Change, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    places: tuple[str, ...]

    def counts(self) -> dict[str, Counter[ChangeKind]]:
        """Return by unit how many lines of each kind there are."""
        counted: dict[str, Counter[ChangeKind]] = {place: Counter() for place in self.places}
        for change in self.changes:
            counted[change.place][change.kind] += 1
        return counted

    def changed_rows(self) -> Counter[str]:
        """Return by unit how many rows have a changed cell."""
        rows = {
            (change.place, change.sheet, change.key)
            for change in self.changes
            if change.kind is ChangeKind.CHANGED
        }
        return Counter(place for place, _, _ in rows)


def joined(parts: Iterable[Comparison]) -> Comparison:
    """Join the comparisons of different units."""
    listed = list(parts)
    old, new = (sorted(chain.from_iterable(names)) for names in (
        (part.only_old for part in listed), (part.only_new for part in listed)
    ))  # fmt: skip
    changes = chain.from_iterable(part.changes for part in listed)
    places = chain.from_iterable(part.places for part in listed)
    return Comparison(tuple(changes), tuple(old), tuple(new), tuple(places))


def compare_states(old: State, new: State) -> Comparison:
    """Compare two states of one unit."""
    pairs = {
        name: (rows, new.sheets[name]) for name, rows in old.sheets.items() if name in new.sheets
    }
    matches = {name: match_rows(*pair) for name, pair in pairs.items()}
    cited = [state.cited() for state in (old, new)]
    changes = [
        change
        for name, pair in pairs.items()
        for change in compare_rows(*pair, matches[name], (cited[0][name], cited[1][name]))
    ]
    paired = _paired(new)
    changes = [change for change in changes if change.new or change.key not in paired]
    findings = compare_findings(old.findings, new.findings, matches, pairs)
    tabs = {name: at for at, name in enumerate(pairs)}
    changes += sorted(findings, key=lambda change: tabs.get(change.sheet, len(tabs)))
    told = (change._replace(place=new.place) for change in changes)
    return Comparison(tuple(told), (), (), (new.place,))


def _paired(state: State) -> set[str]:
    """Return the keys of suggestions that became pairings: bangdai took those rows away."""
    rows, left = (state.sheets.get(model.sheet.name) for model in (PairingRow, SuggestionRow))
    if rows is None or left is None:
        return set()
    pairs = (
        "、".join(rows.text(name, row) for name in key_fields(SuggestionRow))
        for row in range(len(rows))
    )
    return {*pairs} - {left.key(row) for row in range(len(left))}

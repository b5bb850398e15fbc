"""Compare what was read and mapped with the right answers, cell by cell.

Nothing here knows how the reader works: a column of the truth is found again by the places of its
cells, a record likewise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tests.imports.plan import Answer, Asking, Plan, either, nothing, remark
from validators.sources.mapping import ColumnMapping, TableMapping
from validators.sources.tables import Source, SourceTable

CellPlace = tuple[str, int, int]
"""A tab's name ("" in a text file) with row and column."""
Truths = dict[CellPlace, tuple[Answer, str]]
"""The answer of every cell of a record, with its table."""


class Verdict(StrEnum):
    """What became of one column."""

    RIGHT = "对"
    ASKED = "问"
    DOUBTED = "该问"
    """Asked, where that is right."""
    WRONG = "错"
    LOST = "漏"
    """It stands in no table at all."""


@dataclass
class Score:
    """Columns by verdict and records of one or several files."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    records: int = 0
    kept: int = 0
    phantoms: int = 0
    unaccounted: int = 0
    remarks: list[str] = field(default_factory=list)

    def __iadd__(self, other: Score) -> Score:
        self.verdicts += other.verdicts
        self.records += other.records
        self.kept += other.kept
        self.phantoms += other.phantoms
        self.unaccounted += other.unaccounted
        self.remarks += other.remarks
        return self

    @property
    def columns(self) -> int:
        """How many columns there are that need not be asked about."""
        return sum(self.verdicts.values()) - self.verdicts[Verdict.DOUBTED]

    @property
    def right(self) -> float:
        return self.verdicts[Verdict.RIGHT] / (self.columns or 1)

    @property
    def wrong(self) -> float:
        return self.verdicts[Verdict.WRONG] / (sum(self.verdicts.values()) or 1)


def score(plan: Plan, source: Source, mappings: Iterable[TableMapping]) -> Score:
    """Score one file."""
    by_table = {id(mapping.table): mapping for mapping in mappings}
    result = Score()
    _score_columns(plan, source, by_table, result)
    _score_records(plan, source, result)
    result.unaccounted = sum(1 for _ in unaccounted(plan, source))
    result.remarks += [f"不在账上：{place}" for place in list(unaccounted(plan, source))[:3]]
    return result


def _key(plan: Plan, sheet: str) -> str:
    return "" if len(plan.tabs) == 1 else sheet


def truths(plan: Plan) -> Truths:
    """Return the answers of all cells of records; a column is known by its answer and heading row."""
    return {
        (_key(plan, tab.name), *place): (put.answer, put.records[0].rstrip("0123456789"))
        for tab, place, put in plan.cells()
        if put.answer and put.records
    }


def columns_read(plan: Plan, source: Source) -> dict[CellPlace, list[tuple[SourceTable, int]]]:
    """Return in which columns of which tables each cell was read."""
    read: dict[CellPlace, list[tuple[SourceTable, int]]] = {}
    for table in source.tables:
        for row in table.rows:
            for index, cell in row.cells.items():
                place = (_key(plan, cell.sheet), cell.row, cell.column)
                read.setdefault(place, []).append((table, index))
    return read


NO_TAB_NAME = either(nothing("tab"), remark("tab"))
"""A tab's name that says nothing may be passed over or kept."""


def _score_columns(
    plan: Plan, source: Source, mappings: dict[int, TableMapping], result: Score
) -> None:
    read = columns_read(plan, source)
    homes: dict[tuple[str, Answer], Counter[tuple[int, int] | None]] = {}
    tables = {id(table): table for table in source.tables}
    for place, (answer, table) in truths(plan).items():
        found = homes.setdefault((table if len(plan.tabs) == 1 else "", answer), Counter())
        for home in read.get(place, [None]):  # type: ignore[list-item]
            found[None if home is None else (id(home[0]), home[1])] += 1
    for place, found_at in read.items():
        if place[1] == 0:
            answer = plan.tab_name or NO_TAB_NAME
            homes.setdefault(("", answer), Counter()).update(
                (id(table), index) for table, index in found_at
            )
    for (_, answer), found in homes.items():
        verdicts = []
        for home, cells in found.items():
            if home is None:
                verdicts.append((Verdict.RIGHT if answer.ignored else Verdict.LOST, ""))
                continue
            mapping = mappings[home[0]].columns[home[1]]
            heading = tables[home[0]].columns[home[1]].name
            verdict = judged(answer, mapping)
            verdicts.append((verdict, f"{heading}（{cells}格）→ {_shown(mapping)}"))
        worst = max(verdicts, key=lambda pair: _BADNESS[pair[0]])
        result.verdicts[worst[0]] += 1
        if worst[0] in (Verdict.ASKED, Verdict.WRONG, Verdict.LOST):
            result.remarks.append(f"{worst[0]} {answer.key}：{worst[1]}")


_BADNESS = {
    Verdict.RIGHT: 0,
    Verdict.DOUBTED: 1,
    Verdict.ASKED: 2,
    Verdict.LOST: 3,
    Verdict.WRONG: 4,
}


def judged(answer: Answer, mapping: ColumnMapping) -> Verdict:
    """Judge where one column goes."""
    if not mapping.certain:
        return Verdict.ASKED if answer.asking is Asking.NEVER else Verdict.DOUBTED
    if mapping.target in answer.targets and mapping.split in answer.splits and not mapping.scale:
        return Verdict.RIGHT
    return Verdict.WRONG


def _shown(mapping: ColumnMapping) -> str:
    target = ".".join(mapping.target).strip(".") or "不导入"
    extra = "".join(f" {part}" for part in (mapping.split, mapping.scale) if part)
    return f"{target}{extra} {mapping.confidence:.2f}{'' if mapping.certain else '?'} {mapping.why}"


def _score_records(plan: Plan, source: Source, result: Score) -> None:
    """Count the records that stand whole in a row of their own, and rows that are no record."""
    wanted: dict[str, set[CellPlace]] = {}
    owner: dict[CellPlace, str] = {}
    for tab, place, put in plan.cells():
        if not put.records or (put.answer and put.answer.ignored):
            continue
        at = (_key(plan, tab.name), *place)
        for record in put.records:
            wanted.setdefault(f"{tab.name}/{record}", set()).add(at)
        if len(put.records) == 1:
            owner[at] = f"{tab.name}/{put.records[0]}"
    known = {(_key(plan, tab.name), *place) for tab, place, _ in plan.cells()}
    rows = [
        {(_key(plan, cell.sheet), cell.row, cell.column) for cell in row.cells.values()} & known
        for table in source.tables
        for row in table.rows
    ]
    kept = set()
    for cells in rows:
        records = {owner[place] for place in cells if place in owner}
        if len(records) == 1 and wanted[next(iter(records))] <= cells:
            kept |= records
        elif not records and cells:
            result.phantoms += 1
            result.remarks.append(f"多出的行：{sorted(cells)[0]}")
    result.records += len(wanted)
    result.kept += len(kept)
    for record in [name for name in wanted if name not in kept][:3]:
        result.remarks.append(f"没读成一行：{record}")


def unaccounted(plan: Plan, source: Source) -> Iterator[CellPlace]:
    """Yield the cells of the file that are neither in a record nor outside all, or are in both."""
    counted: Counter[CellPlace] = Counter()
    for table in source.tables:
        for row in table.rows:
            places = {(c.sheet, c.row, c.column): i for i, c in row.cells.items()}
            counted.update(
                (_key(plan, sheet), line, column)
                for (sheet, line, column), index in places.items()
                if index not in row.shared
            )
    shared = {
        (_key(plan, row.cells[index].sheet), row.cells[index].row, row.cells[index].column)
        for table in source.tables
        for row in table.rows
        for index in row.shared
    }
    counted.update(shared)
    counted.update(
        (_key(plan, loose.cell.sheet), loose.cell.row, loose.cell.column) for loose in source.loose
    )
    for tab, place, _ in plan.cells():
        at = (_key(plan, tab.name), *place)
        if counted[at] != 1:
            yield at

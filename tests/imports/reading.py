"""Plan → file → what the add-in makes of it, scored."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from addin.actions.imports.import_files import known_names
from addin.domain.imports.account import Placement
from addin.domain.imports.mapping import map_table
from addin.domain.imports.placement import note_loose, place
from tests.imports.cast import UNIT, cast
from tests.imports.disturbances import disturbed
from tests.imports.landed import TERM, Rows, base_rows, based, ledger_of, placed
from tests.imports.layouts.layout import Layout
from tests.imports.plan import Asking, Plan
from tests.imports.scoring import Score, score, truths
from tests.imports.writing import write
from validators.sources.mapping import ColumnMapping, KnownNames, TableMapping
from validators.sources.tables import Source
from workbooks.foreign import read_source


@dataclass(frozen=True)
class Import:
    """One file on its way into a ledger, up to what would be written.

    Attributes:
        base: The rows the ledger had before.
        rows: What it has after; see `landed.placed`.
    """

    source: Source
    mappings: list[TableMapping]
    placement: Placement
    base: Rows
    rows: Rows

    @property
    def before(self) -> dict[str, int]:
        return {key: len(rows) for key, rows in self.base.items()}


def base_of(plan: Plan) -> Rows:
    """Return what the ledger must hold for a file's rows to find their place."""
    if based(plan):
        return base_rows(cast())
    certificates = any("certificate" in row for row in plan.expected.get("mentor", ()))
    return base_rows(cast(), TERM) if certificates else {}


def import_file(path: Path, base: Rows, plan: Plan | None = None) -> Import:
    """Read, map and place one file.

    Args:
        path: The file.
        base: The rows of the ledger it goes into.
        plan: What was written: says what a clerk says who is asked where one may ask.
    """
    return import_source(read_source(path), base, plan)


def import_source(source: Source, base: Rows, plan: Plan | None = None) -> Import:
    """Map and place a file that was read; see `import_file`."""
    ledger = ledger_of(base)
    known = known_names(ledger, UNIT)
    mappings = [map_table(table, known) for table in source.tables]
    if plan:
        mappings = [answered(mapping, plan) for mapping in mappings]
    placement = place(mappings, ledger, UNIT)
    note_loose(placement, [source])
    return Import(source, mappings, placement, base, placed(placement, base))


def answered(mapping: TableMapping, plan: Plan) -> TableMapping:
    """Return a mapping with the right answers to what may be asked."""
    known = truths(plan)
    columns = list(mapping.columns)
    for row in mapping.table.rows:
        for index, cell in row.cells.items():
            answer = known.get((cell.sheet if len(plan.tabs) > 1 else "", cell.row, cell.column))
            if answer and answer[0].asking is Asking.MAY and not columns[index].certain:
                target = min(answer[0].targets)
                columns[index] = ColumnMapping(target, 1.0, certain=True)
    return TableMapping(mapping.table, tuple(columns))


def read_and_score(plan: Plan) -> Score:
    """Write a plan, read the file and map its columns, with nothing known beforehand."""
    with tempfile.TemporaryDirectory() as folder:
        source = read_source(write(plan, Path(folder)))
    return score(plan, source, [map_table(table, KnownNames()) for table in source.tables])


def score_wordings(layout: Layout, group: str, seed: int = 3) -> Score:
    """Return the score of a layout in one group of its wordings, with the people of a seed."""
    total = Score()
    for wording in layout.wordings:
        if wording.group == group:
            total += read_and_score(layout.plan(wording.number, seed))
    return total


def score_disturbed(layout: Layout, rounds: int) -> Score:
    """Return the score of a layout made untidy, in each wording `rounds` times."""
    total = Score()
    for wording in layout.wordings:
        for number in range(rounds):
            plan = layout.plan(wording.number)
            names = disturbed(plan, Random(f"{layout.name}/{wording.number}/{number}"))
            result = read_and_score(plan) if names else Score()
            if wording.group == "shown":
                result.remarks = [f"{remark}（{'、'.join(names)}）" for remark in result.remarks]
            else:
                result.remarks = []
            total += result
    return total

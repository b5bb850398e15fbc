"""Plan → file → what the add-in makes of it, scored."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from addin.domain.imports.mapping import map_table
from tests.imports.disturbances import disturbed
from tests.imports.layouts.layout import Layout
from tests.imports.plan import Plan
from tests.imports.scoring import Score, score
from tests.imports.writing import write
from workbooks.foreign import read_source


def read_and_score(plan: Plan) -> Score:
    """Write a plan, read the file and map its columns, with nothing known beforehand."""
    with tempfile.TemporaryDirectory() as folder:
        source = read_source(write(plan, Path(folder)))
    return score(plan, source, [map_table(table) for table in source.tables])


def score_wordings(layout: Layout, *, held_back: bool) -> Score:
    """Return the score of a layout in the wordings shown or held back."""
    total = Score()
    for wording in layout.wordings:
        if wording.held_back is held_back:
            total += read_and_score(layout.plan(wording.number))
    return total


def score_disturbed(layout: Layout, rounds: int) -> Score:
    """Return the score of a layout made untidy, in each wording `rounds` times."""
    total = Score()
    for wording in layout.wordings:
        for number in range(rounds):
            plan = layout.plan(wording.number)
            names = disturbed(plan, Random(f"{layout.name}/{wording.number}/{number}"))
            result = read_and_score(plan) if names else Score()
            if not wording.held_back:
                result.remarks = [f"{remark}（{'、'.join(names)}）" for remark in result.remarks]
            else:
                result.remarks = []
            total += result
    return total

"""Papers of townships are read record by record, and their columns go where they belong.

What may be asked or go astray is pinned for each layout; the pins together keep the promise of the
whole: 95 of 100 columns right without asking, one of 100 wrong.
"""

from __future__ import annotations

import pytest

from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.layouts.layout import GROUPS
from tests.imports.plan import Asking
from tests.imports.reading import score_wordings
from tests.imports.scoring import Score, Verdict, truths

ASKED: dict[str, int] = {}
"""Columns of all wordings that are asked about without need."""
WRONG: dict[str, int] = {}


@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_go_where_they_belong_and_records_stay_whole(name: str) -> None:
    result = Score()
    for group in GROUPS:
        result += score_wordings(LAYOUTS[name], group)

    asked = result.verdicts[Verdict.ASKED] + result.verdicts[Verdict.LOST]
    assert asked <= ASKED.get(name, 0), result.remarks
    assert result.verdicts[Verdict.WRONG] <= WRONG.get(name, 0), result.remarks
    assert (result.kept, result.phantoms, result.unaccounted) == (result.records, 0, 0)


def test_what_is_pinned_keeps_the_promise() -> None:
    columns = sum(_columns(name) for name in LAYOUTS)

    assert sum(ASKED.values()) + sum(WRONG.values()) <= 0.05 * columns
    assert sum(WRONG.values()) <= 0.01 * columns
    assert set(ASKED) | set(WRONG) <= set(LAYOUTS)


def _columns(name: str) -> int:
    """Return how many columns of a layout nobody need be asked about, in all wordings."""
    layout = LAYOUTS[name]
    return sum(
        len(
            {
                (table, a)
                for a, table in truths(layout.plan(w.number)).values()
                if a.asking is Asking.NEVER
            }
        )
        for w in layout.wordings
    )

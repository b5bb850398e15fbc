"""Awards, pool and exchange never raise, whatever a ledger lacks or garbles."""

from __future__ import annotations

from typing import Any

import pytest

from addin.domain.awards import awards, public_list
from addin.domain.exchange import experiences, unanswered
from addin.domain.facts import LedgerFacts
from addin.domain.pool_changes import pool_changes
from addin.domain.ranking import ranking
from tests.addin.domain.gold import checked
from tests.build import AS_OF, a_ledger, a_world
from validators.columns import Fill
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import columns_by_field, model_for

USED = (
    "mentor", "individual", "organisation", "pairing", "duty", "log", "assessment", "conversion",
    "completion", "misconduct", "exchange",
)  # fmt: skip


def run(ledger: Ledger) -> None:
    """Make every row that would be written."""
    facts = LedgerFacts.of(checked(ledger), Settings(), AS_OF)
    judged = awards(facts)
    public_list(judged)
    for row in (*judged, *pool_changes(facts)):
        row.as_row()
    for standing in ranking(facts):
        assert standing.township or not standing.unit
    for post in (*unanswered(ledger, Settings(), AS_OF), *experiences(ledger, AS_OF)):
        assert post.fact


def typed_columns(key: str) -> list[str]:
    columns = columns_by_field(model_for(key)).values()
    return [column.field for column in columns if column.fill is not Fill.LOOKUP]


def test_an_empty_ledger_has_nothing_to_say() -> None:
    run(a_ledger(**{key: [] for key in USED}))
    run(Ledger.of([], []))


@pytest.mark.parametrize("key", USED)
def test_a_missing_sheet_or_column_is_survived(key: str) -> None:
    run(a_ledger(without=[key]))
    for name in typed_columns(key):
        run(a_ledger(without=[f"{key}.{name}"]))


@pytest.mark.parametrize("cell", [None, "不详", 10**20], ids=["blank", "text", "number"])
@pytest.mark.parametrize("key", USED)
def test_a_blank_or_garbled_cell_is_survived(key: str, cell: Any) -> None:
    for name in typed_columns(key):
        rows = a_world()[key]
        rows[0][name] = cell
        run(a_ledger(**{key: rows}))

from __future__ import annotations

from tests.build import ledger_of
from validators.sheets import IndividualRow, MentorRow


def test_one_record_is_what_all_records_hold() -> None:
    ledger = ledger_of()

    for model in (MentorRow, IndividualRow):
        table = ledger.table(model)
        assert [table.record(row) for row in range(len(table))] == table.records() != []

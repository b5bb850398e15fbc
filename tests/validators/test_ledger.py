from __future__ import annotations

from tests.build import ledger_of
from validators.sheets import IndividualRow, MentorRow
from validators.sheets.base import Row


def test_one_record_is_what_all_records_hold() -> None:
    ledger = ledger_of()

    for model in (MentorRow, IndividualRow):
        table = ledger.table(model)
        assert [table.record(row) for row in range(len(table))] == table.records() != []


def test_records_are_the_rows_that_the_model_constructs_and_share_nothing() -> None:
    ledger = ledger_of()

    for model in (MentorRow, IndividualRow):
        table, names = ledger.table(model), list(model.model_fields)
        made: list[Row] = [
            model.model_construct(**dict(zip(names, row, strict=True)))
            for row in table.columns(*names)
        ]
        assert table.records() == made
        assert [vars(row) for row in table.records()] == [vars(row) for row in made]
        first, again = table.record(0), table.record(0)
        first.__dict__["name"] = "改了"
        assert again.name == table.column("name")[0]

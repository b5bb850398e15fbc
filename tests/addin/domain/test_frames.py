"""Frames hold what the ledger's columns do, typed; pandas is loaded for nothing else."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pandas as pd
import pytest

from addin.domain.frames import PLACES, frame, frames
from tests.build import AS_OF, OTHER_UNIT, a_ledger, a_world, change, code, ledger_of
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.sheets import LogEntryRow, MentorRow, PairingRow, columns_by_field
from validators.validation import validate


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    world = a_world(OTHER_UNIT)
    other = a_ledger(file="邻镇.xlsx", unit=OTHER_UNIT, form=world.pop("unit"), **world)
    ledger = Ledger.merged([ledger_of(change("mentor", 0, born="不详")), other])
    validate(ledger, RuleContext(AS_OF))
    return ledger


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def test_every_cell_of_every_sheet_stands_in_its_frame(ledger: Ledger) -> None:
    for key, sheet in frames(ledger).items():
        table = ledger.tables[key]
        fields = list(columns_by_field(table.model))
        assert list(sheet.columns) == [*(name for name in PLACES if name not in fields), *fields]
        assert list(sheet["accepted"]) == table.accepted()
        for name in fields:
            assert [plain(value) for value in sheet[name]] == table.column(name), (key, name)


def test_columns_are_typed(ledger: Ledger) -> None:
    mentors, log = frame(ledger.table(MentorRow)), frame(ledger.table(LogEntryRow))

    assert mentors["born"].dtype == "datetime64[s]"
    assert mentors["capacity"].dtype == "Int64"
    assert mentors["mentor_id"].dtype == "string"
    assert "调出" in mentors["status"].cat.categories
    assert log["hours"].dtype == "Float64"
    assert log["pairing_ids"][0] == (code("J"),)


def test_rows_name_their_place_and_whether_they_are_accepted(ledger: Ledger) -> None:
    mentors = frame(ledger.table(MentorRow), "mentor_id", "born")

    assert list(mentors.columns) == ["file", "row", "accepted", "mentor_id", "born"]
    rejected = mentors[~mentors["accepted"]]
    assert list(zip(rejected["file"], rejected["row"], rejected["mentor_id"], strict=True)) == [
        ("开城镇.xlsx", ledger.table(MentorRow).parts[0].rows[0], code("D"))
    ]
    assert rejected["born"].isna().all()
    assert set(mentors["file"]) == {"开城镇.xlsx", "邻镇.xlsx"}


def test_a_group_by_counts_as_by_hand(ledger: Ledger) -> None:
    pairings = frame(ledger.table(PairingRow), "status", "paired_on")

    running = pairings[pairings["accepted"] & (pairings["status"] == "帮带中")]

    months = running.groupby(running["paired_on"].dt.to_period("M")).size()
    counted = [
        (status, day)
        for _, (status, day) in ledger.table(PairingRow).accepted_rows("status", "paired_on")
        if status == "帮带中"
    ]
    assert months["2026-03"] == sum(day >= date(2026, 3, 1) for _, day in counted) > 0


def test_a_ledger_without_the_sheet_or_column_has_an_empty_one() -> None:
    empty = frames(Ledger.of([], []))
    world = a_world()
    short = a_ledger(form=world.pop("unit"), without=["mentor.born"], **world)

    assert all(len(sheet) == 0 for sheet in empty.values())
    assert empty["mentor"]["born"].dtype == "datetime64[s]"
    assert frame(short.table(MentorRow))["born"].isna().all()


def test_the_commands_do_not_wait_for_pandas() -> None:
    modules = "addin.actions.consolidation.written, addin.actions.flags, addin.domain.rollup"
    script = f"import sys, {modules}; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

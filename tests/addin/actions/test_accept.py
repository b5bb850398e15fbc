"""Proposed duties are written beside the log, and count once the clerk has accepted them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from addin.cli import cli
from tests.addin.ribbon.pressing import AS_OF, long_ledger
from validators.ledger import Ledger
from validators.sheets import DutyRow, LogEntryRow, Row
from workbooks.reader import read_ledger

LOGS = 20
UNIT = "640402104"
DUTIES = [f"ZR{UNIT}-0001", f"ZR{UNIT}-0002"]
"""Both ask for 4 of the 20 contacts, none of which names a duty."""


def run(*arguments: object) -> Result:
    texts = [*map(str, arguments), "--as-of", AS_OF.isoformat()]
    result = CliRunner().invoke(cli, texts, standalone_mode=False)
    assert result.exception is None, result.output
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a ledger, updated, updated and accepted, accepted, and accepted twice."""
    made = tmp_path_factory.mktemp("accept")
    source = long_ledger(made / "台账.xlsx", LOGS)
    run("update", source, "--out", made / "更新.xlsx")
    run("update", source, "--out", made / "采纳.xlsx", "--accept-duties")
    run("accept", made / "更新.xlsx", "--out", made / "命令.xlsx")
    return made


def rows(ledger: Ledger, model: type[Row], *fields: str) -> list[tuple[Any, ...]]:
    return list(ledger.table(model).columns(*fields))


def read(path: Path) -> Ledger:
    return read_ledger(path).ledger


def test_proposals_stand_in_their_column_and_count_for_nothing(folder: Path) -> None:
    ledger = read(folder / "更新.xlsx")

    assert rows(ledger, DutyRow, "done", "progress") == [(0, "未开始")] * 2
    assert set(ledger.table(LogEntryRow).column("duty_ids")) == {None}
    proposed = ledger.table(LogEntryRow).column("duty_proposed")
    assert sorted(codes for codes in proposed if codes) == [(DUTIES[0],)] * 4 + [(DUTIES[1],)] * 4


@pytest.mark.parametrize("accepted", ["采纳.xlsx", "命令.xlsx"])
def test_accepting_writes_the_proposals_into_blank_cells_and_counts_them(
    folder: Path, accepted: str
) -> None:
    before, after = read(folder / "更新.xlsx"), read(folder / accepted)

    named = before.table(LogEntryRow).column("duty_proposed")
    assert after.table(LogEntryRow).column("duty_ids") == named
    assert set(after.table(LogEntryRow).column("duty_proposed")) == {None}
    assert rows(after, DutyRow, "done", "progress") == [(4, "已完成")] * 2
    others = ("log_id", "date", "pairing_ids", "aspect", "content", "recorder")
    assert rows(after, LogEntryRow, *others) == rows(before, LogEntryRow, *others)


def test_what_the_clerk_typed_is_not_changed(tmp_path: Path) -> None:
    source = long_ledger(tmp_path / "台账.xlsx", LOGS, duty_ids=DUTIES[1])

    run("update", source, "--out", tmp_path / "采纳.xlsx", "--accept-duties")

    ledger = read(tmp_path / "采纳.xlsx")
    assert set(ledger.table(LogEntryRow).column("duty_ids")) == {(DUTIES[1],)}
    assert rows(ledger, DutyRow, "done") == [(0,), (LOGS,)]


def test_accepting_twice_is_accepting_once(folder: Path) -> None:
    again = run("accept", folder / "命令.xlsx", "--out", folder / "再.xlsx")

    assert "没有可采纳的职责编号建议" in again.output
    assert not (folder / "再.xlsx").exists()


def test_it_is_said_how_many_entries_count_for_no_duty(folder: Path) -> None:
    updated = run("update", folder / "台账.xlsx", "--out", folder / "又.xlsx").output
    accepted = run("update", folder / "又.xlsx", "--out", folder / "还.xlsx", "--accept-duties")
    validated = CliRunner().invoke(
        cli, ["validate", str(folder / "更新.xlsx"), "--all", "--as-of", AS_OF.isoformat()]
    )

    told = f"工作日志有 {LOGS} 条未填职责编号，不计入职责完成次数；其中 8 条有职责编号建议"
    assert told in updated
    assert "采纳职责编号建议 8 条" in accepted.output
    assert f"工作日志有 {LOGS - 8} 条未填职责编号" in accepted.output
    assert f"工作日志有 {LOGS} 条未填职责编号" in validated.output.replace("\n", "")
    assert validated.output.count("未填职责编号") == 1

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from addin.actions.new import start_ledger
from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from validators.divisions import find_unit
from validators.errors import UnknownDivision, UsageError
from validators.rules import RuleContext
from validators.settings import Settings, read_settings
from validators.sheets import DutyRow, LogEntryRow, MentorRow, PairingRow, SettingRow, UnitRow
from validators.validation import validate
from workbooks.reader import read_ledger
from workbooks.template.workbook import write_ledger


@pytest.fixture(scope="module")
def last_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("last") / "去年.xlsx"
    write_ledger(path, find_unit("开城镇"), 2026, rows=filled_rows(), as_of=AS_OF)
    return path


def test_a_new_ledger_reads_back_empty_and_knows_its_unit(tmp_path: Path) -> None:
    out = tmp_path / "开城镇.xlsx"

    started = start_ledger("开城镇", out, year=2026, as_of=date(2026, 1, 5))
    read = read_ledger(out)

    assert "原州区开城镇 2026 年度台账" in started.sentence
    assert read.findings == []
    assert read.ledger.unit_codes == {"开城镇.xlsx": "640402104"}
    assert read.ledger.table(UnitRow).column("year") == [2026]
    assert len(read.ledger.table(MentorRow)) == len(read.ledger.table(LogEntryRow)) == 0
    missing = {
        f.heading
        for f in validate(read.ledger, RuleContext(date(2026, 1, 5)))
        if f.level == "error"
    }
    assert missing == {"填报单位", "填报人", "办公电话", "填报时间"}


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "开城镇.xlsx"
    out.write_bytes(b"a year's work")

    with pytest.raises(UsageError, match="已存在"):
        start_ledger("开城镇", out, year=2026, as_of=AS_OF)

    assert out.read_bytes() == b"a year's work"


def test_an_unknown_unit_lists_near_names(tmp_path: Path) -> None:
    with pytest.raises(UnknownDivision, match="开城镇"):
        start_ledger("开成镇", tmp_path / "a.xlsx", year=2026, as_of=AS_OF)


def test_county_and_city_units_have_ledgers_too(tmp_path: Path) -> None:
    start_ledger("原州区", tmp_path / "县.xlsx", year=2026, as_of=AS_OF)
    start_ledger("固原市", tmp_path / "市.xlsx", year=2026, as_of=AS_OF)

    assert read_ledger(tmp_path / "县.xlsx").ledger.unit_codes == {"县.xlsx": "640402000"}
    assert read_ledger(tmp_path / "市.xlsx").ledger.unit_codes == {"市.xlsx": "640400000"}


def test_carry_over_keeps_what_is_open_and_last_years_log_in_a_sheet_of_its_own(
    tmp_path: Path, last_year: Path
) -> None:
    out = tmp_path / "今年.xlsx"
    started = start_ledger(
        "开城镇", out, year=2027, as_of=AS_OF, last=read_ledger(last_year).ledger
    )

    before, after = read_ledger(last_year).ledger, read_ledger(out).ledger

    assert {part.sheet: len(part) for part in after.table(LogEntryRow).parts} == {
        "工作日志": 0,
        "上年日志": len(before.table(LogEntryRow)),
    }
    assert after.table(LogEntryRow).column("log_id") == before.table(LogEntryRow).column("log_id")
    assert after.table(MentorRow).column("mentor_id") == before.table(MentorRow).column("mentor_id")
    pairings = after.table(PairingRow)
    assert set(pairings.column("carried")) == {"上年结转"}
    assert pairings.column("status").count("帮带中") == before.table(PairingRow).column(
        "status"
    ).count("帮带中")
    assert set(after.table(DutyRow).column("pairing_id")) <= set(pairings.column("pairing_id"))
    assert after.table(UnitRow).column("year") == [2027]
    assert f"上年日志 {len(before.table(LogEntryRow))} 条" in started.sentence
    assert "未期满结对" in started.sentence
    assert "已结束的结对" in started.sentence


def test_carry_over_continues_the_ids_where_they_stopped(tmp_path: Path, last_year: Path) -> None:
    first, second = tmp_path / "二.xlsx", tmp_path / "三.xlsx"
    start_ledger("开城镇", first, year=2027, as_of=AS_OF, last=read_ledger(last_year).ledger)
    start_ledger("开城镇", second, year=2028, as_of=AS_OF, last=read_ledger(first).ledger)

    logs = read_ledger(last_year).ledger.table(LogEntryRow).column("log_id")
    highest = max(int(code.rpartition("-")[2]) for code in logs if code)
    for path in (first, second):
        settings = _settings(path)
        assert settings.used_ids["R"] == str(highest)


def _settings(path: Path) -> Settings:
    rows = read_ledger(path).ledger.table(SettingRow).columns("name", "value")
    settings, problems = read_settings((name, value) for name, value in rows)
    assert problems == {}
    return settings


def test_another_units_ledger_is_not_carried_over(tmp_path: Path, last_year: Path) -> None:
    with pytest.raises(UsageError, match="640402104"):
        start_ledger(
            "三营镇",
            tmp_path / "a.xlsx",
            year=2027,
            as_of=AS_OF,
            last=read_ledger(last_year).ledger,
        )

    assert not (tmp_path / "a.xlsx").exists()

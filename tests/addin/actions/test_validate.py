from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from addin.actions.validate import discover, examine
from tests.workbooks.grids import UNIT, headings, mentor_values, row_of, write_grids
from validators.findings import Report
from validators.sheets import MentorRow

AS_OF = date(2026, 7, 1)


def ledger(path: Path, reported: date = date(2026, 6, 30), code: str = "640402104") -> Path:
    form = [list(pair) for pair in UNIT]
    form[1][1], form[2][1] = {"640402104": "开城镇", "640402105": "张易镇"}[code], code
    form[8][1] = reported
    mentor = mentor_values(1, mentor_id=f"D{code}-001", grassroots_since=date(1998, 7, 1))
    rows = [headings(MentorRow), row_of(MentorRow, **mentor)]
    return write_grids(path, {"填报信息": form, "导师库": rows})


def report(folder: Path) -> Report:
    sources, _ = discover([folder])
    return examine(sources, as_of=AS_OF).report()


def warnings(said: Report) -> list[tuple[str, str]]:
    return [(f.code, f.file) for f in said.findings if f.level != "notice"]


def test_a_copy_of_a_ledger_is_one_warning_and_not_a_thousand_duplicates(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    shutil.copy(tmp_path / "开城镇.xlsx", tmp_path / "开城镇(1).xlsx")

    assert [code for code, _ in warnings(report(tmp_path))] == ["file.copy"]


def test_of_two_ledgers_of_a_unit_the_older_is_not_compared(tmp_path: Path) -> None:
    ledger(tmp_path / "新.xlsx", date(2026, 6, 30))
    ledger(tmp_path / "旧.xlsx", date(2026, 3, 31))

    assert warnings(report(tmp_path)) == [("file.same_unit", "旧.xlsx")]


def test_the_same_person_in_two_units_is_cited_in_both(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    ledger(tmp_path / "张易镇.xlsx", code="640402105")

    assert set(warnings(report(tmp_path))) == {
        ("mentor.person.duplicate", "张易镇.xlsx"),
        ("mentor.person.duplicate", "开城镇.xlsx"),
    }

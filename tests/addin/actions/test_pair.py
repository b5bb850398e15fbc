from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from addin.actions.pair import PairResult, suggest_pairings
from addin.cli import cli
from tests.addin.actions.waiting_ledger import (
    AS_OF,
    UNIT,
    form,
    individual,
    mark,
    mentor,
    waiting_rows,
    write_waiting,
)
from validators.errors import UsageError
from workbooks.files import file_kind
from workbooks.reader import read_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns


def d(number: int) -> str:
    return f"D{UNIT}-{number:03}"


def g(number: int) -> str:
    return f"G{UNIT}-{number:03}"


def run(source: Path, out: Path | None, **changes: Any) -> PairResult:
    return suggest_pairings(source, out, **{"as_of": AS_OF, **changes})


def rows_of(path: Path) -> list[dict[str, Any]]:
    sheet = load_workbook(path)["结对建议"]
    headings = [cell.value for cell in sheet[3]]
    rows = [
        dict(zip(headings, (c.value for c in row), strict=True))
        for row in sheet.iter_rows(min_row=4)
    ]
    return [row for row in rows if row["对象编号"]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_waiting(tmp_path_factory.mktemp("waiting") / "开城镇.xlsx")


@pytest.fixture(scope="module")
def draft(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("draft") / "建议.xlsx"
    run(source, out)
    return out


def test_everybody_who_waits_is_in_the_draft_with_a_mentor_strong_where_they_are_weak(
    draft: Path,
) -> None:
    pairs = {(row["对象编号"], row["导师编号"]) for row in rows_of(draft)}

    assert {pair for pair in pairs if pair[0].startswith("G")} == {
        (g(2), d(2)),
        (g(3), d(3)),
        (g(4), d(2)),
        (g(5), d(1)),
    }
    assert {pair for pair in pairs if pair[0].startswith("Z")} == {
        (f"Z{UNIT}-001", d(2)),
        (f"Z{UNIT}-001", d(3)),
    }


def test_the_team_covers_the_weak_aspects_and_says_so(draft: Path) -> None:
    team = [row for row in rows_of(draft) if row["对象编号"].startswith("Z")]

    assert {row["结对方式"] for row in team} == {"组团帮"}
    assert any("产业发展" in row["理由"] for row in team)


def test_no_other_part_of_the_workbook_changes(source: Path, draft: Path) -> None:
    with ZipFile(source) as before, ZipFile(draft) as after:
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}

        assert before.namelist() == after.namelist()
    assert len([name for name in changed if name.startswith("xl/worksheets/")]) == 1


def test_the_draft_is_a_ledger_without_errors(draft: Path) -> None:
    read = read_ledger(draft)

    assert [f for f in read.findings if f.level == "error"] == []


def test_what_the_clerk_wrote_survives_another_run(draft: Path, tmp_path: Path) -> None:
    marked = mark(
        draft,
        tmp_path / "填.xlsx",
        {
            (d(2), g(2)): {"采纳": "不予结对", "备注": "两人工作时间冲突"},
            (d(3), g(3)): {"导师意见": "同意", "对象意见": "同意"},
            (d(1), g(5)): {"采纳": "组织制定"},
        },
    )

    done = run(marked, tmp_path / "再.xlsx")
    rows = {(row["导师编号"], row["对象编号"]): row for row in rows_of(tmp_path / "再.xlsx")}

    assert (d(2), g(2)) not in {(p.mentor_id, p.mentee_id) for p in done.suggestions.pairs}
    refused = rows[d(2), g(2)]
    assert (refused["采纳"], refused["备注"]) == ("不予结对", "两人工作时间冲突")
    assert refused["理由"].startswith("本次未建议")
    agreed = rows[d(3), g(3)]
    assert (agreed["导师意见"], agreed["对象意见"], agreed["双向自愿"]) == ("同意", "同意", 100)
    assert rows[d(1), g(5)]["采纳"] == "组织制定", "what cannot be read is not lost either"
    assert any(
        change.mentee_id == g(2) and change.before == d(2) for change in done.suggestions.changes
    )


def test_a_mentee_nobody_can_help_is_shown_with_the_reason(tmp_path: Path) -> None:
    rows = waiting_rows()
    rows["mentor"] = [mentor(3, "李建国", "governance", avoid="田玉梅")]
    rows["pairing"], rows["individual"] = [], [individual(4, "田玉梅", "governance")]
    rows["organisation"] = []
    path = write_waiting(tmp_path / "开城镇.xlsx", rows)

    done = run(path, tmp_path / "建议.xlsx")
    shown = rows_of(tmp_path / "建议.xlsx")

    assert [one.mentee_id for one in done.suggestions.unmatched] == [g(4)]
    assert [(row["对象编号"], row["导师编号"]) for row in shown] == [(g(4), None)]
    assert shown[0]["理由"].startswith("无可用导师")
    assert "回避 1 名" in shown[0]["理由"]


def test_an_existing_file_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "已有.xlsx"
    out.write_bytes(b"a year's work")

    with pytest.raises(UsageError, match="已存在"):
        run(source, out)

    assert out.read_bytes() == b"a year's work"


def test_the_ledger_itself_is_not_touched(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "开城镇.xlsx")
    before = path.read_bytes()

    run(path, tmp_path / "建议.xlsx")

    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A township without a mentor beside one with two; and a file that is no workbook."""
    folder = tmp_path_factory.mktemp("county")
    other = "640402105"
    write_waiting(
        folder / "开城镇.xlsx",
        {"unit": [form()], "individual": [individual(1, "朱晓明", "conduct")]},
    )
    (folder / "张易").mkdir()
    write_waiting(
        folder / "张易" / "张易镇.xlsx",
        {
            "unit": [form(other)],
            "mentor": [
                mentor(1, "赵国平", "conduct", other),
                mentor(2, "金玉霞", "industry", other),
            ],
        },
        unit=other,
    )
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 cut")
    return folder


def test_in_a_county_mentors_go_where_they_are_needed(county: Path, tmp_path: Path) -> None:
    done = run(county, tmp_path / "各乡镇")

    assert [(p.mentor_id, p.mentee_id) for p in done.suggestions.pairs] == [
        ("D640402105-001", g(1))
    ]
    assert done.suggestions.pairs[0].scores.nearness == 0.5
    assert [row["导师姓名"] for row in rows_of(tmp_path / "各乡镇" / "开城镇.xlsx")] == ["赵国平"]
    assert (tmp_path / "各乡镇" / "张易" / "张易镇.xlsx").exists()
    assert done.exit_code == 2, "one file could not be read"


def test_a_county_can_have_one_list_of_all_suggestions(county: Path, tmp_path: Path) -> None:
    out = tmp_path / "结对建议.xlsx"

    run(county, out)
    book = load_workbook(out)

    assert book.sheetnames == ["结对建议", "无可用导师", "变动清单"]
    assert [cell.value for cell in book["结对建议"][4]][1:7] == [
        "原州区", "开城镇", g(1), "朱晓明", "D640402105-001", "赵国平",
    ]  # fmt: skip
    assert file_kind(out) == "结对建议汇总"
    run(county, out)  # a list of ours is replaced


def test_the_json_is_what_the_readme_says(source: Path) -> None:
    result = CliRunner().invoke(
        cli, ["pair", str(source), "--json", "--as-of", "2026-06-30"], standalone_mode=False
    )
    plan = json.loads(result.output)

    assert {*plan} == {
        "suggestions", "unmatched", "not_kept", "notes", "objective", "bound", "gap", "seconds",
    }  # fmt: skip
    assert {*plan["suggestions"][0]} == {
        "mentor_id", "mentee_id", "scores", "total", "mode", "path", "reason",
    }  # fmt: skip
    assert {*plan["suggestions"][0]["scores"]} == {
        "领域相近", "帮带便捷", "以强带弱", "双向自愿", "组织统筹",
    }  # fmt: skip
    assert plan["gap"] == 0
    assert plan["bound"] == plan["objective"]
    assert {*plan["seconds"]} == {"scoring", "candidates", "solve"}


def test_why_not_him_is_answered(source: Path) -> None:
    said = CliRunner().invoke(
        cli, ["pair", str(source), "--why", d(3), g(4), "--as-of", "2026-06-30"],
        standalone_mode=False,
    )  # fmt: skip

    assert "回避" in said.output

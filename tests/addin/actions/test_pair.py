from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from addin.actions.pair import PairResult, suggest_pairings
from addin.actions.update import update_ledgers
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
    book = load_workbook(path, read_only=True)  # of its own sheet: the hidden ones are long
    headings, *lines = book["结对建议"].iter_rows(min_row=3, values_only=True)
    rows = [dict(zip(headings, line, strict=True)) for line in lines]
    book.close()
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
    names = load_workbook(source, read_only=True).sheetnames
    sheets = {f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(names, 1)}
    with ZipFile(source) as before, ZipFile(draft) as after:
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}

        assert before.namelist() == after.namelist()
    # 首页 and 本周待办 are saved for the day of the command
    assert {sheets[name] for name in changed if name in sheets} <= {
        "结对建议", "首页", "本周待办", "设置", "_待办", "_查询",
    }  # fmt: skip


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

    assert book.sheetnames == ["结对建议", "无可用导师", "未保留", "变动清单"]
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
        "suggestions", "unmatched", "not_kept", "notes", "files", "objective", "bound", "gap",
        "seconds",
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


def test_people_are_called_by_id_or_by_name(source: Path) -> None:
    said = [
        CliRunner().invoke(
            cli, ["pair", str(source), "--why", *pair, "--as-of", "2026-06-30"],
            standalone_mode=False,
        ).output
        for pair in ((d(3), g(4)), ("李建国", "田玉梅"), ("李 建国", g(4).lower()))
    ]  # fmt: skip

    assert "回避" in said[0]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize(
    ("mentor_name", "refusal"),
    [("马志远", "姓名或名称为“马志远”的有 2 个"), ("马致远", "导师库中没有导师 马致远")],
)
def test_a_name_of_several_or_of_nobody_asks_for_the_id(
    mentor_name: str, refusal: str, tmp_path: Path
) -> None:
    rows = waiting_rows()
    rows["mentor"].append(mentor(9, "马志远", "industry"))
    path = write_waiting(tmp_path / "开城镇.xlsx", rows)

    with pytest.raises(UsageError, match=refusal) as error:
        run(path, None).why(mentor_name, g(4))

    assert "编号" in error.value.suggestion
    assert mentor_name != "马志远" or f"{d(1)}、{d(9)}" in error.value.message


def _without_ids(rows: Any) -> Any:
    for key, field in (("mentor", "mentor_id"), ("individual", "mentee_id")):
        for row in rows[key]:
            row[field] = None
    rows["pairing"] = []
    return rows


def test_blank_ids_are_filled_first_so_that_everybody_is_paired(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "开城镇.xlsx", _without_ids(waiting_rows()))

    done = run(path, tmp_path / "建议.xlsx")

    assert done.exit_code == 0
    assert done.ids == 9
    assert "有 9 行没有编号，已在新台账中补全" in done.numbering
    ledger = read_ledger(done.out or path).ledger
    assert [*ledger.tables["mentor"].by_id] == [d(n) for n in range(1, 5)]
    ids = {*ledger.tables["individual"].by_id}
    assert ids == {g(n) for n in range(1, 6)}
    assert {row["对象编号"] for row in rows_of(tmp_path / "建议.xlsx")} >= ids
    assert done.suggestions.warnings == ()


def test_who_cannot_even_be_numbered_is_no_success(tmp_path: Path) -> None:
    rows = _without_ids(waiting_rows())
    rows["organisation"] = []
    path = write_waiting(tmp_path / "台账.xlsx", rows)
    book = load_workbook(path)
    for row in book["填报信息"]:
        for cell in row:  # neither code nor name says whose it is
            if cell.value in {UNIT, "开城镇"}:
                cell.value = "不清楚"
    book.save(path)

    result = CliRunner().invoke(
        cli, ["pair", str(path), "--as-of", "2026-06-30"], standalone_mode=False
    )

    assert result.return_value == 1
    assert "没有可安排的对象，没有新的建议：有 4 名（个）待结对的对象未参加结对" in result.output
    assert "个人对象表有 4 个对象没有编号" in result.output


SCORES = ("领域相近", "帮带便捷", "以强带弱", "双向自愿", "组织统筹")
"""Headings of the five scores, whose default weights are 25, 20, 30, 15 and 10."""


def _of(row: dict[str, Any]) -> list[Any]:
    return [row[heading] for heading in ("匹配分", *SCORES, "导师姓名", "结对方式", "帮带路径")]


def test_another_mentor_typed_into_a_row_gets_scores_of_the_new_pair(
    draft: Path, tmp_path: Path
) -> None:
    """王秀兰 is strong where 陈小燕 is weak, 马志远 is not: his pair must not keep her score."""
    marked = mark(
        draft, tmp_path / "填.xlsx", {(d(2), g(2)): {"导师编号": d(1), "采纳": "组织指定"}}
    )

    run(marked, tmp_path / "再.xlsx")
    update_ledgers(marked, tmp_path / "更新.xlsx", as_of=AS_OF)

    (before,) = (row for row in rows_of(draft) if row["对象编号"] == g(2))
    for path in (tmp_path / "再.xlsx", tmp_path / "更新.xlsx"):
        (row,) = (row for row in rows_of(path) if row["对象编号"] == g(2))
        assert row["导师姓名"] == "马志远"
        assert row["以强带弱"] < before["以强带弱"]
        assert row["组织统筹"] == 100
        weights = (25, 20, 30, 15, 10)
        total = sum(w * row[name] for w, name in zip(weights, SCORES, strict=True)) / 100
        assert row["匹配分"] == pytest.approx(total, abs=0.06)
        assert row["匹配分"] < before["匹配分"]


def test_an_assignment_that_cannot_be_kept_shows_its_own_scores_and_why(
    draft: Path, tmp_path: Path
) -> None:
    """李建国 has 田玉梅 among those to avoid; 杨生华 is paused."""
    for number, reason, strength in ((3, "回避人员", 100), (4, "已暂停", 33.3)):
        marks = {(d(2), g(4)): {"导师编号": d(number), "采纳": "组织指定"}}
        marked = mark(draft, tmp_path / f"填{number}.xlsx", marks)

        done = run(marked, tmp_path / f"再{number}.xlsx")

        rows = {(r["导师编号"], r["对象编号"]): r for r in rows_of(tmp_path / f"再{number}.xlsx")}
        row, suggested = rows[d(number), g(4)], rows[d(2), g(4)]
        assert row["理由"].startswith("组织指定未保留：")
        assert reason in row["理由"]
        assert row["导师姓名"] != suggested["导师姓名"]
        assert row["以强带弱"] == strength
        assert row["结对方式"] is None, "there is no such pairing"
        assert done.as_json()["not_kept"][0]["mentor_id"] == d(number)


def test_a_row_with_a_mentor_nobody_knows_keeps_no_scores_of_another(
    draft: Path, tmp_path: Path
) -> None:
    marks = {(d(2), g(2)): {"导师编号": d(77), "采纳": "组织指定"}}
    marked = mark(draft, tmp_path / "填.xlsx", marks)

    run(marked, tmp_path / "再.xlsx")

    (row,) = (row for row in rows_of(tmp_path / "再.xlsx") if row["导师编号"] == d(77))
    assert _of(row) == [None] * 9
    assert "导师库中没有该导师" in row["理由"]


def test_ledgers_with_settings_of_their_own_are_said_to_have_them(tmp_path: Path) -> None:
    folder = tmp_path / "各乡镇"
    folder.mkdir()
    for unit, weights in ((UNIT, "20、20、20、20、20"), ("640402105", None)):
        path = write_waiting(folder / f"{unit}.xlsx", {"unit": [form(unit)]}, unit=unit)
        if weights:
            book = load_workbook(path)
            (name,) = (cell for cell in book["参数"]["A"] if cell.value == "匹配权重")
            book["参数"].cell(name.row, 2).value = weights
            book.save(path)

    done = run(folder, None)

    (said,) = (text for text in done.as_json()["notes"] if "匹配权重" in text)
    assert f"未采用 {UNIT}.xlsx 的" in said


def test_in_a_countys_draft_update_corrects_only_rows_with_another_mentor_typed(
    draft: Path, tmp_path: Path
) -> None:
    foreign = "D640402105-001"
    marks = {
        (d(2), g(2)): {"导师编号": d(1), "采纳": "组织指定"},
        (d(2), g(4)): {"导师编号": foreign, "采纳": "组织指定"},
    }
    marked = mark(draft, tmp_path / "填.xlsx", marks)

    update_ledgers(marked, tmp_path / "更新.xlsx", as_of=AS_OF)

    before = {row["对象编号"]: row for row in rows_of(marked)}
    for row in rows_of(tmp_path / "更新.xlsx"):
        old = before[row["对象编号"]]
        if row["对象编号"] == g(2):
            assert row["导师姓名"] == "马志远"
            assert row["匹配分"] < old["匹配分"]
        elif row["导师编号"] == foreign:
            assert _of(row) == [None] * 9, "nobody here knows that mentor"
        elif row["对象编号"].startswith("G"):
            assert row == old

"""What the clerk sees: where a button leads, what it asks, what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlwings as xw

from addin.actions.new import start_ledger
from addin.buttons import buttons
from addin.hosts.calc.host import CalcHost
from addin.ribbon.session import MOST_LINES, boxed
from addin.ribbon.tools import manual
from tests.addin.actions.waiting_ledger import waiting_rows, write_waiting
from tests.addin.ribbon.pressing import AS_OF, lighten, opened, press, tabs_of
from validators.errors import UsageError
from workbooks.live.host import use_host


@pytest.fixture
def ledger(sample: Path, calc: xw.App, tmp_path: Path) -> xw.Book:
    return opened(calc, sample, tmp_path)


def place(book: xw.Book) -> str:
    chosen = book.app.selection
    return f"{chosen.sheet.name}!{chosen.get_address(False, False)}"


def test_the_next_finding_is_selected_one_after_the_other_and_round_again(ledger: xw.Book) -> None:
    checked = press(ledger, "validate")
    results = ledger.sheets["校验结果"]
    rows: Sequence[Sequence[str]] = results.range("B4:C200").value
    places = [f"{sheet}!{cell}" for sheet, cell in rows if cell]
    results["A1"].select()

    first = press(ledger, "next_finding")
    visited = [place(ledger)]
    for _ in places[1:4]:
        press(ledger, "next_finding")
        visited.append(place(ledger))
    sheet, cell = places[-1].split("!")
    ledger.sheets[sheet].activate()
    ledger.sheets[sheet][cell].select()
    last = press(ledger, "next_finding")

    assert checked.active == "校验结果"
    assert visited == places[:4]
    assert first.status.startswith(f"第 1/{len(places)} 个　[错误] {places[0]}")
    assert "→" in first.status
    assert first.alerts == []
    assert last.status.startswith("第 1/")


def test_after_enter_the_walk_goes_on_and_a_deleted_sheet_is_passed_over(ledger: xw.Book) -> None:
    press(ledger, "validate")
    press(ledger, "next_finding")
    here = ledger.app.selection
    here.offset(1, 0).select()

    second = press(ledger, "next_finding")
    gone = ledger.app.selection.sheet.name
    ledger.sheets[gone].delete()
    third = press(ledger, "next_finding")

    assert second.status.startswith("第 2/")
    assert f"工作表“{gone}”已删除" in third.status
    assert third.active != gone


def test_without_a_validation_the_clerk_is_told_to_validate_first(ledger: xw.Book) -> None:
    with pytest.raises(UsageError, match="请先点“录入校验”"):
        press(ledger, "next_finding")


def test_tidying_shows_what_it_would_write_and_a_no_leaves_everything(ledger: xw.Book) -> None:
    told = press(ledger, "tidy", answer="no")

    question = told.alerts[0]
    assert len(told.alerts) == 1
    assert "→" in question
    assert "恢复" in question
    assert len(question.splitlines()) <= MOST_LINES
    assert "没有可撤销" in press(ledger, "undo").alerts[0]


def test_tidying_twice_finds_nothing_the_second_time(ledger: xw.Book) -> None:
    first, second = press(ledger, "tidy"), press(ledger, "tidy")

    assert "已更改" in first.alerts[-1]
    assert second.alerts == ["没有需要规范的内容。"]


def test_undo_asks_before_it_takes_away_what_was_typed_since(ledger: xw.Book) -> None:
    press(ledger, "flags")
    cell = ledger.sheets["预警名单"]["C4"]
    cell.value = "亲手填的"

    refused = press(ledger, "undo", answer="no")

    assert "预警名单!C4" in refused.alerts[0]
    assert cell.value == "亲手填的"
    assert "已撤销“预警研判”" in press(ledger, "undo").alerts[-1]
    assert cell.value != "亲手填的"


def test_the_hint_goes_from_the_status_bar_with_the_next_message(ledger: xw.Book) -> None:
    shown = press(ledger, "validate", "next_finding")

    after = press(ledger, "undo")

    assert shown.status.startswith("第 1/")
    assert after.status in ("", "False")


def test_an_empty_answer_cancels(ledger: xw.Book) -> None:
    told = press(ledger, "new_ledger", answers=["  "])

    assert told.alerts == ["已取消，未新建台账。"]


def test_a_summary_counts_what_the_results_hold(ledger: xw.Book) -> None:
    told = press(ledger, "gold_mentors", "pool", "update_growth", "update_duties")

    rows = ledger.sheets["金牌导师"].range("A4:A60").value
    judged = sum(value is not None for value in rows)
    assert f"参评导师 {judged} 名" in told.alerts[0]
    assert told.alerts[1].startswith("导师库调整建议")
    assert "成长档案" in told.alerts[2]
    assert told.active == "职责清单"


def test_confirming_leads_to_the_pairings_and_names_what_was_refused(
    adopted: Path, calc: xw.App, tmp_path: Path
) -> None:
    told = press(opened(calc, adopted, tmp_path), "confirm")

    assert told.alerts[0].startswith("已确认结对")
    assert "未结对：结对建议第" in told.alerts[0]
    assert told.active == "结对台账"


def test_a_mentor_is_changed_only_after_the_question(calc: xw.App, tmp_path: Path) -> None:
    rows = waiting_rows()
    mentee, mentor = rows["individual"][0]["mentee_id"], rows["mentor"][1]["mentor_id"]
    rows["suggestion"] = [{"mentee_id": mentee, "mentor_id": mentor, "decision": "组织指定"}]
    book = calc.books.open(lighten(write_waiting(tmp_path / "换导师.xlsx", rows)))

    with pytest.raises(UsageError, match="已有 1 名"):
        press(book, "confirm", answer="no")
    told = press(book, "confirm", answer="yes")

    assert "第 4 行的对象已有导师" in told.alerts[0]
    assert "终止，原因“更换导师”" in told.alerts[-1]
    sheet = book.sheets["结对台账"]
    column = sheet.range("A3:S3").value.index("状态")
    assert [sheet.range((row, column + 1)).value for row in (4, 5)] == ["终止", "帮带中"]


def test_with_nothing_adopted_nothing_is_confirmed(ledger: xw.Book) -> None:
    with pytest.raises(UsageError, match="请先填写“采纳”列"):
        press(ledger, "confirm")


def test_settings_and_manual_bring_their_sheet_to_the_front(
    adopted: Path, calc: xw.App, tmp_path: Path
) -> None:
    ledger = opened(calc, adopted, tmp_path)

    at_rest = tabs_of(ledger)
    assert not at_rest["参数"]
    assert press(ledger, "settings").active == "参数"
    assert all(tabs_of(ledger)[name] for name in ("参数", "职责模板", "负面情形"))
    assert press(ledger, "settings").active == "设置"
    assert tabs_of(ledger) == at_rest
    assert press(ledger, "manual").active == "使用说明"


def test_without_a_ledger_the_manual_is_a_page_on_every_button(calc: xw.App) -> None:
    host = CalcHost()
    with use_host(host):
        manual.press(calc.books.add())

    page = host.pages[0].read_text(encoding="utf-8")
    assert [one.label for one in buttons() if f"<dt>{one.label}</dt>" not in page] == []
    assert [one.label for one in buttons() if one.help not in page] == []


def test_a_message_box_holds_no_more_lines_than_a_screen() -> None:
    text = boxed((f"第 {number} 条" + "很长" * 60 for number in range(50)), "共 50 条。")

    lines = text.splitlines()
    assert len(lines) == MOST_LINES
    assert lines[0] == "共 50 条。"
    assert lines[-1] == "……另有 32 条"
    assert max(map(len, lines)) <= 60


def test_where_nobody_waits_the_suggestion_says_so_and_no_more(
    calc: xw.App, tmp_path: Path
) -> None:
    start_ledger("640402104", tmp_path / "空白.xlsx", year=2026, as_of=AS_OF)

    told = press(calc.books.open(lighten(tmp_path / "空白.xlsx")), "suggest")

    assert told.alerts == ["没有待结对的对象，没有新的建议：“个人对象”和“组织对象”表中尚无对象。"]

"""What goes wrong during a click in WPS: a plain sentence, and nothing half written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from addin.buttons import buttons
from addin.hosts.wps.presses import Presses
from tests.addin.hosts.wps.clicks import in_this_day, presses_in, sending
from tests.support.wps_answers import Addin, Message
from tests.support.wps_memory import MemoryAnswers
from workbooks.live import undo

WRITING = ("write", "set_format", "resize_table", "set_visible", "add_sheet", "put_looks", "protect", "fit_rows")  # fmt: skip
"""Operations after which something is otherwise than before."""


@pytest.fixture
def presses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Presses:
    in_this_day(monkeypatch)
    undo._STEPS.clear()
    return presses_in(tmp_path)


@pytest.fixture
def answers(ledger: Path) -> MemoryAnswers:
    return MemoryAnswers(ledger)


@pytest.fixture
def addin(presses: Presses, answers: MemoryAnswers) -> Addin:
    return Addin(sending(presses), answers)


# --- errors ---------------------------------------------------------------------------------------

KINDS = {
    "refused": "未完成。请先保存，按 Esc",
    "failed": "未完成。请先保存，按 Esc",
    "busy": "WPS 表格正忙，未响应。请按 Esc 结束正在编辑的单元格",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_at_any_write_is_one_sentence_and_everything_is_put_back(
    addin: Addin, answers: MemoryAnswers, kind: str, tmp_path: Path
) -> None:
    before = answers.contents
    addin.click("validate", answers.click)
    addin.click("undo", answers.click)
    assert answers.contents == before
    writes = (
        sum(answers.done[name] for name in ("write", "set_format", "put_looks", "add_sheet")) // 2
    )
    assert writes > 5
    for number in range(1, writes, 3):
        left = iter([None] * (number - 1) + [{"kind": kind, "message": "对象不支持 13812345678"}])
        answers.failing = lambda one, left=left: (  # type: ignore[misc]
            next(left, None)
            if one["op"] in {"write", "set_format", "put_looks", "add_sheet"}
            else None
        )

        done = addin.click("validate", answers.click)

        answers.failing = lambda _: None
        assert done["message"] is None
        if "结构受保护" in answers.alerts[-1]:  # no sheet to remember marks: written without
            assert kind == "refused"
            addin.click("undo", answers.click)
        else:
            assert KINDS[kind] in answers.alerts[-1], number
        assert answers.contents == before, number
        assert answers.settings["screen_updating"], number
    assert "没有可撤销" in _told(addin, answers, "undo")
    if kind == "failed":
        log = (tmp_path / "bangdai.log").read_text("utf-8-sig")
        assert "对象不支持 138" in log
        assert "13812345678" not in log


def _told(addin: Addin, answers: MemoryAnswers, button: str) -> str:
    addin.click(button, answers.click)
    return answers.alerts[-1]


def test_another_workbook_and_an_unknown_button_are_told(
    addin: Addin, answers: MemoryAnswers
) -> None:
    answers.book.sheets[:] = answers.book.sheets[:1]
    answers.book.sheets[0].Name = "采购"
    for one in [button for button in buttons() if button.needs][:3]:
        assert "不是导师帮带台账" in _told(addin, answers, one.id)

    assert "没有按钮“format_disk”" in addin.click("format_disk", answers.click)["message"]


# --- a page that goes away ------------------------------------------------------------------------


class Leaving:
    """A page that goes away at its batch of some number, having executed it or not."""

    def __init__(self, answers: MemoryAnswers, number: int, *, executed: bool) -> None:
        self._answers, self._left, self._executed = answers, number, executed

    def __call__(self, operations: Sequence[Message]) -> list[Message]:
        self._left -= 1
        if self._left:
            return self._answers(operations)
        if self._executed:
            self._answers(operations)
        raise ConnectionResetError


def batches(addin: Addin, button: str, answers: MemoryAnswers) -> list[int]:
    """Return the numbers of a click's batches in which something is written."""
    numbers = []
    asked = [message for message in addin.conversation(button, answers.click) if message["kind"] == "ask"]  # fmt: skip
    for number, message in enumerate(asked, 1):
        if any(one["op"] in WRITING for one in message["operations"]):
            numbers.append(number)
    return numbers


@pytest.mark.parametrize("executed", [True, False], ids=["executed", "not executed"])
@pytest.mark.parametrize("button", ["fill_numbers", "validate"])
def test_wherever_a_page_goes_away_the_next_click_finds_all_written_or_nothing(
    presses: Presses, addin: Addin, answers: MemoryAnswers, button: str, executed: bool
) -> None:
    say = sending(presses)
    before = answers.contents
    wanted = batches(addin, button, answers)
    after = answers.contents
    addin.click("undo", answers.click)
    assert answers.contents == before != after
    ends = set()
    for number in wanted[:: 1 if executed else 3]:
        with pytest.raises(ConnectionResetError):
            Addin(say, Leaving(answers, number, executed=executed)).click(button, answers.click)
        presses.cancel([*presses._known][-1])

        done = addin.click("next_finding", answers.click)

        assert done["kind"] == "done"
        assert "上一次点击中断" in done["message"]
        assert answers.contents in (before, after), number
        ends.add(answers.contents == before)
        if answers.contents == after:
            addin.click("undo", answers.click)
        assert answers.contents == before, number
        assert answers.settings["screen_updating"]
    assert True in ends


# --- two windows ----------------------------------------------------------------------------------


def test_two_windows_with_a_workbook_of_the_same_name_keep_apart(
    presses: Presses, ledger: Path, tmp_path: Path
) -> None:
    say = sending(presses)
    other = tmp_path / ledger.name
    other.write_bytes(ledger.read_bytes())
    mine, theirs = MemoryAnswers(ledger), MemoryAnswers(other)
    before = theirs.contents
    first, second = Addin(say, mine, "窗口一"), Addin(say, theirs, "窗口二")

    first.click("fill_numbers", mine.click)

    assert mine.contents != theirs.contents == before
    assert "没有可撤销" in _told(second, theirs, "undo")
    assert "已撤销" in _told(first, mine, "undo")
    assert mine.contents == before


def test_messages_of_one_click_can_come_from_any_page_of_its_window(
    presses: Presses, answers: MemoryAnswers
) -> None:
    """A dialogue's own page goes on where the script of the ribbon stopped."""
    say = sending(presses)
    ribbon: Iterator[Message] = Addin(say, answers).conversation("fill_numbers", answers.click)
    message = next(ribbon)
    while message["kind"] != "done":
        results = answers(message.get("operations", []))
        message = say(
            "/answer", {"press": message["press"], "seq": message["seq"], "results": results}
        )

    assert "已补" in answers.alerts[-1] or "编号" in answers.alerts[-1]

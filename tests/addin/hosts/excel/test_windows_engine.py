"""Buttons through xlwings' own Windows engine, on a stand-in for Excel that counts and refuses calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from addin import clock
from addin.hosts.excel.desktop import press
from tests.addin.ribbon.pressing import lighten, long_ledger
from tests.support.com_excel import Excel, refused, xlwings_on_windows
from tests.support.shared import SharedFolder
from workbooks.live import retry, suspended_ui, undo


@pytest.fixture(scope="session")
def ledgers(shared_folder: SharedFolder) -> Path:
    """Return a folder of ledgers: few.xlsx with 30 errors, many.xlsx with 300."""

    def write(folder: Path) -> None:
        for name, errors in (("few", 30), ("many", 300)):
            lighten(long_ledger(folder / f"{name}.xlsx", errors, form="线中"))

    return shared_folder("com-ledgers", write)


@pytest.fixture
def over_com(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return xlwings' Windows half; ten seconds of waiting take no time."""
    undo._STEPS.clear()
    suspended_ui._UNFINISHED.clear()
    moments = iter(range(10**6))
    quick = partial(retry.retry, sleep=lambda _: None, clock=lambda: next(moments) / 10)
    monkeypatch.setattr(retry, "retry", quick)
    with xlwings_on_windows() as module:
        yield module


@pytest.fixture
def excel(over_com: Any, ledgers: Path) -> Excel:
    return Excel(over_com, ledgers / "few.xlsx")


def contents(excel: Excel) -> dict[str, Any]:
    return {sheet.Name: (dict(sheet.cells), dict(sheet.notes)) for sheet in excel.book.sheets}


def fills(excel: Excel) -> dict[str, dict[tuple[int, int], int]]:
    return {
        sheet.Name: {at: fill for at, fill in sheet.fills.items() if fill is not None}
        for sheet in excel.book.sheets
    }


def settings(excel: Excel) -> tuple[Any, ...]:
    app = excel.app
    return app.ScreenUpdating, app.EnableEvents, app.StatusBar, app.AutoFillFormulasInLists


AS_BEFORE = (True, True, False, True)


# --- how many calls -------------------------------------------------------------------------------


def calls(over_com: Any, ledger: Path, log: Path, *buttons: str) -> list[int]:
    excel = Excel(over_com, ledger)
    counts = []
    for name in buttons:
        excel.line.calls.clear()
        press(name, log)
        counts.append(excel.line.calls.total())
    assert not log.exists()
    return counts


def test_checking_and_numbering_are_few_calls_however_much_is_found(
    over_com: Any, ledgers: Path, tmp_path: Path
) -> None:
    buttons = ("validate", "fill_numbers", "undo", "validate", "undo")

    few = calls(over_com, ledgers / "few.xlsx", tmp_path / "log", *buttons)
    undo._STEPS.clear()
    many = calls(over_com, ledgers / "many.xlsx", tmp_path / "log", *buttons)

    for counts in (few, many):
        checking, numbering, undone, again, last = counts
        assert checking <= 400
        assert again <= 400
        assert numbering <= 200
        assert max(undone, last) <= 200
    assert all(more <= less + 20 for more, less in zip(many, few, strict=True))


def test_without_its_own_macros_the_marks_are_the_same(
    over_com: Any, ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()  # 校验结果 says it
    monkeypatch.setattr(clock, "now", lambda: now)
    looks = []
    for with_addin in (True, False):
        undo._STEPS.clear()
        excel = Excel(over_com, ledgers / "few.xlsx")
        excel.app.with_addin = with_addin
        before = contents(excel)
        press("validate", tmp_path / "log")
        looks.append((contents(excel), fills(excel)))
        press("undo", tmp_path / "log")
        assert contents(excel) == before
        assert not any(fills(excel).values())

    assert looks[0] == looks[1]
    assert not (tmp_path / "log").exists()
    assert sum(len(notes) for _, notes in looks[0][0].values()) > 30


def test_notes_the_macro_could_not_write_are_written_one_by_one(
    excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = type(excel.app)._PutLooks

    def short(app: Any, tab: Any, cells: Any, fills: Any, notes: Any, *sizes: Any) -> int:
        put(app, tab, cells, fills, [note and note[:100] for note in notes], *sizes)
        return 100 * len(notes)

    press("validate", tmp_path / "log")
    whole = contents(excel)
    press("undo", tmp_path / "log")
    monkeypatch.setattr(type(excel.app), "_PutLooks", short)

    press("validate", tmp_path / "log")

    assert contents(excel) == whole


# --- Excel refuses --------------------------------------------------------------------------------


def refusing(excel: Excel, after: int, times: float) -> None:
    """Let so many calls be refused after the first `after`."""
    state = {"refused": 0.0}

    def rejecting() -> bool:
        if excel.line.calls.total() < after or state["refused"] >= times:
            return False
        state["refused"] += 1
        return True

    excel.line.rejecting = rejecting


def test_a_button_waits_for_a_busy_excel_wherever_it_is(
    over_com: Any, ledgers: Path, tmp_path: Path
) -> None:
    excel = Excel(over_com, ledgers / "few.xlsx")
    press("fill_numbers", tmp_path / "log")
    total, told, wanted = excel.line.calls.total(), excel.boxes, contents(excel)

    for after in (1, total // 2, total - 2):
        undo._STEPS.clear()
        excel = Excel(over_com, ledgers / "few.xlsx")
        refusing(excel, after, 7)
        press("fill_numbers", tmp_path / "log")
        assert excel.boxes == told, after
        assert contents(excel) == wanted
        assert settings(excel) == AS_BEFORE
    assert not (tmp_path / "log").exists()


def test_what_was_written_is_told_even_if_excel_never_answers_again(
    over_com: Any, ledgers: Path, tmp_path: Path
) -> None:
    excel = Excel(over_com, ledgers / "few.xlsx")
    press("fill_numbers", tmp_path / "log")
    total, told = excel.line.calls.total(), excel.boxes
    undo._STEPS.clear()
    excel = Excel(over_com, ledgers / "few.xlsx")
    refusing(excel, total - 1, float("inf"))  # what it does last is to show the sheet

    press("fill_numbers", tmp_path / "log")

    (box,) = excel.boxes
    assert box.startswith(told[0][:7])
    assert "未能切换到该表" in box


def test_settings_left_switched_off_are_put_back_by_the_next_click_and_not_taken_for_the_clerks(
    excel: Excel, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    before = contents(excel)
    refusing(excel, 100, float("inf"))
    press("fill_numbers", log)
    left, first = settings(excel), excel.boxes.copy()
    excel.line.rejecting = lambda: False

    press("fill_numbers", log)

    assert left != AS_BEFORE
    assert "Excel 正忙" in first[0]
    assert settings(excel) == AS_BEFORE
    assert "已补全编号" in excel.boxes[-1]
    assert contents(excel) != before
    assert "ExcelBusy" in log.read_text("utf-8-sig")  # what lies behind a sentence is written down


def test_an_incomplete_restoration_is_told_and_its_cause_is_in_the_log(
    excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OSError("the server went away")

    monkeypatch.setattr("workbooks.live.change.Change.finish", gone)
    monkeypatch.setattr("workbooks.live.snapshot.CellsSnapshot.restore", gone)

    press("fill_numbers", tmp_path / "log")

    assert "未能完全恢复原状" in excel.boxes[0]
    assert "the server went away" in (tmp_path / "log").read_text("utf-8-sig")


# --- another window in front ----------------------------------------------------------------------


def test_no_button_needs_excel_to_be_in_front(
    over_com: Any, excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_way(*_: object, **__: object) -> None:
        raise OSError("another window is in front")

    monkeypatch.setattr(over_com.App, "activate", in_the_way)

    press("validate", tmp_path / "log")
    press("next_finding", tmp_path / "log")

    assert "已对" in excel.boxes[0]
    assert len(excel.boxes) == 1
    assert excel.book.active.Name != "校验结果"
    assert excel.app.selection is not None
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("button", ["fill_numbers", "validate", "next_finding"])
def test_a_sheet_that_cannot_be_shown_is_a_remark(
    button: str, excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(_: object) -> None:
        raise refused("类 Worksheet 的 Activate 方法无效")

    if button == "next_finding":
        press("validate", tmp_path / "log")
        excel.boxes.clear()
    monkeypatch.setattr(type(excel.book.sheets[0]), "Activate", unable)

    press(button, tmp_path / "log")

    assert "未能切换" in excel.boxes[0]
    assert "未完成" not in excel.boxes[0]
    assert not (tmp_path / "log").exists()


# --- the end of a process -------------------------------------------------------------------------

ENDED = """
import atexit, sys
from tests.support.com_excel import xlwings_on_windows
with xlwings_on_windows() as over_com:
    over_com.Apps.cleanup = staticmethod(lambda: print("every Excel without a window is ended"))
    {imports}
    atexit._run_exitfuncs()
"""


@pytest.mark.parametrize(
    ("imports", "ended"),
    [
        ("pass", True),  # what xlwings does by itself
        ("import addin.hosts.excel.desktop", False),
        ("import addin.formulas", False),
    ],
)
def test_no_process_of_ours_ends_an_excel_of_the_clerks(imports: str, ended: bool) -> None:
    program = ENDED.format(imports=imports)

    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert ("is ended" in done.stdout) is ended

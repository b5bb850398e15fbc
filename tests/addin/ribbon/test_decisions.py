"""Buttons on decisions: 一键更新 after a yes and a no, the certificates of 期满处理, and 上报."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlwings as xw

from addin.actions.decisions.complete import complete_pairings
from addin.actions.decisions.submit import submit_ledger
from addin.actions.update import update_ledgers
from tests.addin.ribbon.pressing import AS_OF, cells_of, looks_of, opened, press, shown_in
from validators.errors import UsageError


@pytest.fixture
def ledger(decided: Path, calc: xw.App, tmp_path: Path) -> xw.Book:
    (tmp_path / "开").mkdir()
    return opened(calc, decided, tmp_path / "开")


def saved(book: xw.Book, path: Path) -> Path:
    book.save(path)
    return path


def recalculated(app: xw.App, path: Path) -> Path:
    """Return a workbook saved by the program the buttons are pressed in."""
    book = app.books.open(path)
    book.save(path.with_name(f"算过的{path.name}"))
    book.close()
    return path.with_name(f"算过的{path.name}")


def test_after_a_yes_an_update_writes_what_was_decided_and_all_else_in_one_step(
    ledger: xw.Book, decided: Path, calc: xw.App, tmp_path: Path
) -> None:
    before = looks_of(saved(ledger, tmp_path / "之前.xlsx"))
    update_ledgers(decided, tmp_path / "命令.xlsx", as_of=AS_OF, agrees=lambda _: True)
    calculated = calc.books.open(tmp_path / "命令.xlsx")
    by_command = shown_in(calculated)
    calculated.close()
    ledger.activate()

    told = press(ledger, "update_all")
    by_button = shown_in(ledger)
    undone = press(ledger, "undo")
    after = looks_of(saved(ledger, tmp_path / "撤销.xlsx"))

    assert "按已登记的决定，有 10 处" in told.alerts[0]
    assert "陈小燕 状态“帮带中” → “期满出师”" in told.alerts[0]
    assert "已按登记的决定更新 10 处" in told.alerts[-1]
    assert by_button == by_command
    assert "已撤销" in undone.alerts[-1]
    assert after == before
    assert "没有可撤销" in press(ledger, "undo").alerts[-1], "it was one step"


def test_after_a_no_an_update_leaves_what_was_typed(ledger: xw.Book, decided: Path) -> None:
    told = press(ledger, "update_all", answer="no")

    sheet = ledger.sheets["个人对象"]
    status = sheet["A3:AZ3"].value.index("状态")
    assert sheet[4, status].value == "帮带中"
    assert "已更新" in told.alerts[-1]
    assert "已按登记的决定" not in told.alerts[-1]


def test_the_certificates_are_those_of_the_command(
    ledger: xw.Book, decided: Path, tmp_path: Path
) -> None:
    told = press(ledger, "complete", answers=[str(tmp_path / "证书.xlsx")])

    by_command = complete_pairings(decided, tmp_path / "命令.xlsx", as_of=AS_OF)
    assert by_command.papers is not None
    assert cells_of(tmp_path / "证书.xlsx") == cells_of(by_command.papers)
    assert "出师证书、期满证书 2 份" in told.alerts[-1]


def test_what_is_sent_is_what_the_command_sends_and_the_open_ledger_says_the_day(
    ledger: xw.Book, decided: Path, calc: xw.App, tmp_path: Path
) -> None:
    ledger.sheets["导师库"]["B4"].value = "马 志远"
    ledger.save(tmp_path / "改过.xlsx")
    result = submit_ledger(
        tmp_path / "改过.xlsx", tmp_path / "命令", as_of=AS_OF, sends=lambda _: True,
        tidies=lambda _: True,
    )  # fmt: skip
    assert result.out is not None
    by_command = recalculated(calc, result.out)
    ledger.activate()

    told = press(ledger, "submit", answers=[str(tmp_path / "上报.xlsx")])

    assert cells_of(tmp_path / "上报.xlsx") == cells_of(by_command)
    days = [value for value in ledger.sheets["填报信息"]["B3:B20"].value if hasattr(value, "date")]
    assert [value.date() for value in days] == [AS_OF]
    assert ledger.sheets["导师库"]["B4"].value == "马志远"
    assert any("错误" in alert for alert in told.alerts[:-1]), "errors are told first"
    assert str(tmp_path / "上报.xlsx") in told.alerts[-1]
    press(ledger, "undo")
    assert ledger.sheets["导师库"]["B4"].value == "马 志远"


def test_a_ledger_whose_errors_are_to_be_corrected_first_is_not_sent(
    ledger: xw.Book, tmp_path: Path
) -> None:
    told = press(ledger, "submit", answer="no", answers=[str(tmp_path / "上报.xlsx")])

    assert told.alerts[-1].startswith("未上报")
    assert not (tmp_path / "上报.xlsx").exists()
    assert date(2026, 6, 28) in {
        value.date()
        for value in ledger.sheets["填报信息"]["B3:B20"].value
        if hasattr(value, "date")
    }


def test_what_was_sent_before_is_never_replaced(ledger: xw.Book, tmp_path: Path) -> None:
    (tmp_path / "上报.xlsx").write_bytes(b"before")

    with pytest.raises(UsageError, match="未覆盖"):
        press(ledger, "submit", answers=[str(tmp_path / "上报.xlsx")])

    assert (tmp_path / "上报.xlsx").read_bytes() == b"before"
    assert "没有可撤销" in press(ledger, "undo").alerts[-1]

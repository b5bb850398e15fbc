"""What every button does where it cannot do its work: a plain sentence, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.buttons import buttons
from addin.hosts.calc import CalcHost, protect
from addin.hosts.calc.notes import ExcelRefused
from addin.hosts.calc.sheet import Sheet
from addin.ribbon.tools import manual
from tests.addin.ribbon.pressing import opened, press, shown_in
from tests.support.buttons_and_commands import LEDGERS
from validators.errors import BangdaiError, UsageError
from validators.sheets import UnitRow
from workbooks.live.host import use_host

NEEDING = [one for one in buttons() if one.needs]


def test_without_a_workbook_the_clerk_is_told_to_open_one() -> None:
    for one in NEEDING:
        with pytest.raises(UsageError, match="没有打开的工作簿"):
            one.press(None)


def test_another_workbook_is_named_and_stays_as_it_is(calc: xw.App) -> None:
    book = calc.books.add()
    book.sheets[0]["A1"].value = "采购清单"

    for one in NEEDING:
        with pytest.raises(UsageError, match="不是导师帮带台账"):
            press(book, one.id)

        assert len(book.sheets) == 1, one.id
        assert book.sheets[0].used_range.value == "采购清单", one.id
        assert not book.app.status_bar, one.id


@pytest.fixture
def ledger(sample: Path, calc: xw.App, tmp_path: Path) -> xw.Book:
    return opened(calc, sample, tmp_path)


def test_each_missing_sheet_is_named(ledger: xw.Book) -> None:
    for one in NEEDING:
        name = one.needs.sheet.name
        if one.needs is not UnitRow:
            sheet = next((sheet for sheet in ledger.sheets if sheet.name == name), None)
            if sheet is not None:
                sheet.name = f"旧{name}"

            with pytest.raises(UsageError, match=rf"没有工作表“{name}”"):
                press(ledger, one.id)

            assert not ledger.app.status_bar


@pytest.mark.parametrize("source", LEDGERS)
def test_a_sheet_with_a_password_is_named_and_nothing_is_written(
    source: str, request: pytest.FixtureRequest, calc: xw.App, tmp_path: Path
) -> None:
    book = opened(calc, request.getfixturevalue(source), tmp_path)
    for sheet in book.sheets:
        protect(sheet, "a secret")
    before = shown_in(book)
    for name in LEDGERS[source]:
        with pytest.raises(BangdaiError, match=r"密码"):
            press(book, name)

        assert not book.app.status_bar, name
    assert shown_in(book) == before


class Planted:
    """An engine whose next write but some fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, sheet: xw.Sheet) -> None:
        self.left = 0
        kind = type(sheet.range("A1:B2").impl)
        for name in ("raw_value", "formula"):
            whole = getattr(kind, name)
            monkeypatch.setattr(kind, name, whole.setter(self._failing(whole.fset)))

    def _failing(self, write: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def failing(cells: Any, value: Any) -> None:
            self.left -= 1
            if self.left == 0:
                raise RuntimeError("planted")
            write(cells, value)

        return failing


@pytest.mark.parametrize("source", LEDGERS)
def test_an_error_of_the_spreadsheet_midway_leaves_nothing_half_written(
    source: str, request: pytest.FixtureRequest, calc: xw.App, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    book = opened(calc, request.getfixturevalue(source), tmp_path)
    before = shown_in(book)
    planted = Planted(monkeypatch, book.sheets[0])
    for name in LEDGERS[source]:
        planted.left = 1 if name == "fill_numbers" else 2  # it writes but one block

        with pytest.raises(RuntimeError, match="planted"):
            press(book, name)

        planted.left = 0
        assert not book.app.status_bar, name
        assert book.app.screen_updating, name
    assert shown_in(book) == before
    assert "没有可撤销" in press(book, "undo").alerts[-1]


def test_a_sheet_the_clerk_hid_is_written_but_not_shown_as_excel_shows_none(
    ledger: xw.Book,
) -> None:
    press(ledger, "validate")
    results = next(sheet for sheet in ledger.sheets if sheet.name == "校验结果")
    front = next(sheet for sheet in ledger.sheets if sheet.name == "导师库")
    front.activate()
    results.visible = False

    pressed = press(ledger, "validate")

    assert pressed.active == front.name
    assert "工作表“校验结果”中，但未能切换到该表；该表被隐藏的，请先取消隐藏" in pressed.alerts[-1]
    assert results.used_range.shape[0] > 5


def test_settings_that_stay_hidden_are_named_and_a_hidden_guide_is_shown_as_a_page(
    ledger: xw.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "使用说明" in [sheet.name for sheet in ledger.sheets]:
        ledger.sheets["使用说明"].visible = False
    host = CalcHost()

    def refused(sheet: xw.Sheet, value: bool) -> None:
        raise ExcelRefused("工作簿结构受保护")

    with monkeypatch.context() as protected:
        protected.setattr(Sheet, "visible", property(lambda _: False, refused))
        with pytest.raises(UsageError, match=r"“参数”被隐藏"):
            press(ledger, "settings")
    with use_host(host):
        manual.press(ledger)

    assert len(host.pages) == 1

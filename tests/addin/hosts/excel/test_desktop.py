"""Excel as a host: what is called with which arguments; Excel itself is not here."""

from __future__ import annotations

import sys
import types
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.hosts.excel.desktop import ExcelHost, calling_book
from tests.support.com_excel import xlwings_on_windows
from tests.workbooks.live import refusals
from workbooks.live.host import Host
from workbooks.live.retry import is_busy


class ComError(Exception):
    """Like `pywintypes.com_error`."""

    def __init__(self, hresult: int, code: int) -> None:
        super().__init__(hresult, "", None, None)
        self.hresult, self.excepinfo = hresult, (0, "Microsoft Excel", "", "", 0, code)


class Filter:
    def __init__(self, on: bool) -> None:
        self.FilterMode = on
        self.shown = 0

    def ShowAllData(self) -> None:  # noqa: N802 - Excel's name
        assert self.FilterMode, "Excel fails where nothing is filtered"
        self.FilterMode = False
        self.shown += 1


class Table:
    def __init__(self, one: Filter | None) -> None:
        self.api = types.SimpleNamespace(ShowAutoFilter=one is not None, AutoFilter=one)


class ComSheet(Filter):
    """Excel's own worksheet, as far as it is used."""

    def __init__(self, password: str | None = None, filtered: bool = False) -> None:
        super().__init__(filtered)
        self.password, self.error = password, ComError(-2147352567, -2146827284)
        self.protected_with: dict[str, object] = {}

    @property
    def ProtectContents(self) -> bool:  # noqa: N802 - Excel's name
        return self.password is not None

    def Unprotect(self, password: str) -> None:  # noqa: N802 - Excel's name
        if self.password not in (None, password):
            raise self.error
        self.password = None

    def Protect(self, **how: object) -> None:  # noqa: N802 - Excel's name
        self.protected_with, self.password = how, str(how["Password"])


def a_sheet(api: ComSheet, *filters: Filter | None) -> Any:
    return types.SimpleNamespace(api=api, tables=[Table(one) for one in filters])


class ComApp:
    """Excel itself: what it was asked, and what it answers."""

    def __init__(self, answer: Any = False) -> None:
        self.answer = answer
        self.asked: list[tuple[object, ...]] = []

    def GetSaveAsFilename(self, *asked: object) -> Any:  # noqa: N802 - Excel's name
        self.asked.append(asked)
        return self.answer

    def GetOpenFilename(self, *asked: object) -> Any:  # noqa: N802 - Excel's name
        self.asked.append(asked)
        return self.answer

    def InputBox(self, *asked: object, Type: int) -> Any:  # noqa: N802, N803 - Excel's names
        self.asked.append((*asked, Type))
        return self.answer

    def FileDialog(self, kind: int) -> Any:  # noqa: N802 - Excel's name
        self.asked.append((kind,))
        dialog = types.SimpleNamespace(SelectedItems={1: self.answer}.__getitem__)
        dialog.Show = lambda: self.asked.append((dialog.Title,)) or -bool(self.answer)
        return dialog


def a_book(app: ComApp) -> Any:
    return types.SimpleNamespace(app=types.SimpleNamespace(api=app))


@pytest.fixture
def excel() -> Host:
    return ExcelHost()


def test_a_protection_without_a_password_goes_and_comes_back_as_the_template_has_it(
    excel: Host,
) -> None:
    api = ComSheet(password="")
    sheet = a_sheet(api)

    assert excel.is_protected(sheet)
    assert excel.unprotect(sheet)
    assert not excel.is_protected(sheet)
    excel.protect(sheet)

    assert excel.is_protected(sheet)
    assert api.protected_with == {
        "Password": "",
        "DrawingObjects": True,
        "Contents": True,
        "Scenarios": True,
        "AllowFormattingColumns": True,
        "AllowFormattingRows": True,
        "AllowSorting": True,
        "AllowFiltering": True,
    }


def test_a_protection_with_a_password_stays(excel: Host) -> None:
    sheet = a_sheet(ComSheet(password="密码"))

    assert not excel.unprotect(sheet)
    assert excel.is_protected(sheet)


@pytest.mark.parametrize("error", [ComError(-2147418111, 0), OSError("RPC server unavailable")])
def test_that_excel_is_busy_or_gone_is_no_password(excel: Host, error: Exception) -> None:
    api = ComSheet(password="密码")
    api.error = error  # type: ignore[assignment]

    with pytest.raises(type(error)):
        excel.unprotect(a_sheet(api))


@pytest.mark.parametrize(
    ("own", "of_tables", "filtered"),
    [
        (False, [], False),
        (False, [None, Filter(False)], False),
        (True, [], True),
        (False, [None, Filter(True)], True),
        (True, [Filter(True)], True),
    ],
)
def test_filters_of_the_sheet_and_of_its_tables_are_seen_and_cleared(
    excel: Host, own: bool, of_tables: list[Filter | None], filtered: bool
) -> None:
    api = ComSheet(filtered=own)
    sheet = a_sheet(api, *of_tables)

    assert excel.is_filtered(sheet) is filtered
    excel.show_all(sheet)

    assert not excel.is_filtered(sheet)
    assert api.shown == int(own)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("【错误】编号重复", 1), ("【错误】" + "编" * 60, 4), ("第一条\n第二条\n\n———\n我的批注", 5)],
)
def test_a_note_gets_the_size_its_text_needs(excel: Host, text: str, lines: int) -> None:
    shape = types.SimpleNamespace(Width=108, Height=59)
    comment = types.SimpleNamespace(Shape=shape)
    cell: Any = types.SimpleNamespace(api=types.SimpleNamespace(Comment=comment))

    excel.fit_note(cell, text)

    assert shape.Width > 200
    assert lines * 12 < shape.Height < (lines + 2) * 14


def test_questions_are_asked_in_excel(excel: Host) -> None:
    folder, target, text = ComApp(r"C:\台账"), ComApp(r"C:\台账\新.xlsx"), ComApp("开城镇")

    assert excel.choose_folder(a_book(folder), "台账在哪里？") == Path(r"C:\台账")
    assert excel.choose_target(a_book(target), "写到哪里？", Path("旧.xlsx")) == Path(
        r"C:\台账\新.xlsx"
    )
    source = ComApp(r"C:\名册.csv")
    assert excel.choose_file(a_book(source), "哪个文件？") == Path(r"C:\名册.csv")
    assert source.asked[0][1:] == (1, "哪个文件？")
    assert excel.ask(a_book(text), "哪个单位？", "开城镇") == "开城镇"

    assert folder.asked == [(4,), ("台账在哪里？",)]
    assert target.asked == [("旧.xlsx", "Excel 工作簿 (*.xlsx), *.xlsx", 1, "写到哪里？")]
    assert text.asked == [("哪个单位？", "导师帮带", "开城镇", 2)]


def test_what_excel_says_when_the_clerk_cancels_is_no_answer(excel: Host) -> None:
    book = a_book(ComApp(False))

    assert excel.choose_folder(book, "台账在哪里？") is None
    assert excel.choose_file(book, "哪个文件？") is None
    assert excel.choose_target(book, "写到哪里？", Path("旧.xlsx")) is None
    assert excel.ask(book, "哪个单位？") is None


def test_a_copy_is_saved_without_moving_the_open_workbook(excel: Host) -> None:
    saved: list[str] = []
    book: Any = types.SimpleNamespace(api=types.SimpleNamespace(SaveCopyAs=saved.append))

    excel.save_copy(book, Path("上报.xlsx"))

    assert saved == ["上报.xlsx"]


def test_an_empty_answer_is_not_cancelled(excel: Host) -> None:
    assert excel.ask(a_book(ComApp("")), "哪个单位？") == ""


def test_pages_are_shown_in_the_browser(
    excel: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)

    excel.show_page(tmp_path / "说明.html")

    assert shown == [(tmp_path / "说明.html").as_uri()]


def test_text_is_put_on_the_clipboard_and_a_busy_one_is_told(
    excel: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    stand_in = types.SimpleNamespace(
        CF_UNICODETEXT=13,
        OpenClipboard=lambda: calls.append("open"),
        EmptyClipboard=lambda: calls.append("empty"),
        SetClipboardText=lambda *told: calls.append(told),
        CloseClipboard=lambda: calls.append("close"),
    )
    assert excel.copy_text("没有这个模块的") is False
    monkeypatch.setitem(sys.modules, "win32clipboard", stand_in)

    assert excel.copy_text("一行\n二行") is True
    assert calls == ["open", "empty", ("一行\r\n二行", 13), "close"]

    def refuse() -> None:
        raise OSError("busy")

    stand_in.OpenClipboard = refuse
    assert excel.copy_text("一行") is False


# --- xlwings' own retries ------------------------------------------------------------------------


@pytest.fixture
def over_com() -> Iterator[Any]:
    """Return xlwings' Windows half, without Windows."""
    with xlwings_on_windows() as module:
        yield module


class Busy:
    """An object of an Excel that rejects every call."""

    def __init__(self) -> None:
        self.calls = 0
        self._oleobj_ = types.SimpleNamespace(GetIDsOfNames=self.reject)

    def reject(self, *_: object) -> None:
        self.calls += 1
        raise refusals.ComError(refusals.REJECTED)

    __call__ = reject

    @property
    def Value(self) -> object:  # noqa: N802 - Excel's name
        self.calls += 1
        raise refusals.ComError(refusals.REJECTED)


def test_as_xlwings_has_it_a_rejected_call_is_answered_with_nothing(over_com: Any) -> None:
    assert over_com.COMRetryObjectWrapper(Busy())() is None


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Busy:
    """Return Excel's own object of the workbook whose button was clicked, handed over unwrapped."""
    busy = Busy()
    book = types.SimpleNamespace(api=busy)
    monkeypatch.setattr(xw.Book, "caller", staticmethod(lambda: book))
    return busy


def test_a_busy_excel_is_told_at_once(over_com: Any, called: Busy) -> None:
    busy, wrapped = called, calling_book().api

    for touch in (wrapped, lambda: wrapped.Value, over_com.COMRetryMethodWrapper(busy.reject)):
        busy.calls = 0
        with pytest.raises(refusals.ComError) as told:
            touch()
        assert told.value.hresult == -2147418111
        assert busy.calls == 1


@pytest.mark.usefixtures("called")
def test_a_property_excel_is_too_busy_to_name_is_told_too(over_com: Any) -> None:
    wrapped = calling_book().api

    with pytest.raises(over_com.ExcelBusyError) as told:
        _ = wrapped.Unknown

    assert is_busy(told.value)


@pytest.mark.parametrize("state", [True, False, None])
def test_hidden_rows_and_columns_are_asked_for_in_one_call_each(
    excel: Host, state: bool | None
) -> None:
    lines: Any = types.SimpleNamespace(api=types.SimpleNamespace(Hidden=state))

    assert excel.rows_hidden(lines) is state
    assert excel.columns_hidden(lines) is state


def test_what_excel_does_to_tables_by_itself_is_told_and_set() -> None:
    correct = types.SimpleNamespace(AutoFillFormulasInLists=True, AutoExpandListRange=False)
    book: Any = types.SimpleNamespace(
        app=types.SimpleNamespace(api=types.SimpleNamespace(AutoCorrect=correct))
    )

    before = ExcelHost().table_autocorrect(book)
    ExcelHost().set_table_autocorrect(book, (False, True))

    assert before == (True, False)
    assert (correct.AutoFillFormulasInLists, correct.AutoExpandListRange) == (False, True)

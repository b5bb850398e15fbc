from __future__ import annotations

from typing import Any

import pytest
import xlwings as xw
from xlwings import base_classes

from addin.hosts.calc import CalcHost
from addin.hosts.calc.cells import Cells
from tests.workbooks.live.refusals import REJECTED, ComError
from workbooks.live import retry
from workbooks.live.change import changing
from workbooks.live.host import use_host
from workbooks.live.retry import ExcelBusy, with_retries
from workbooks.live.suspended_ui import suspended_ui
from workbooks.live.undo import undo_last


def kept(name: str) -> Any:
    """Return a property that keeps what it was set to, and refuses what a test lets it refuse."""

    def put(app: FakeApp, value: object) -> None:
        refusals = app.refusing.get((name, value), [])
        if refusals:
            raise refusals.pop()
        app.set.append((name, value))
        app.state[name] = value

    return property(lambda app: app.state[name], put)


class FakeApp(base_classes.App, base_classes.Book):
    """An application and its workbook."""

    pid = 1
    screen_updating = kept("screen_updating")
    enable_events = kept("enable_events")
    status_bar = kept("status_bar")

    def __init__(self, **state: Any) -> None:
        self.state: dict[str, Any] = {
            "screen_updating": True, "enable_events": True, "status_bar": False,
        } | state  # fmt: skip
        self.set: list[tuple[str, object]] = []
        self.refusing: dict[tuple[str, object], list[Exception]] = {}

    @property
    def app(self) -> FakeApp:
        return self


def a_book(**state: Any) -> xw.Book:
    return with_retries(xw.Book(impl=FakeApp(**state)))


def fail_in_the_middle(book: Any) -> None:
    with suspended_ui(book):
        assert (book.app.screen_updating, book.app.enable_events) == (False, False)
        book.app.status_bar = "校验中"
        raise ValueError("其中")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten seconds pass in no time."""
    moments = iter(range(10**6))
    bounded = retry.retry
    monkeypatch.setattr(
        retry,
        "retry",
        lambda call: bounded(call, sleep=lambda _: None, clock=lambda: float(next(moments))),
    )


@pytest.mark.parametrize("screen", [True, False])
@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize("status", [False, "正在打印…"])
def test_everything_is_left_as_it_was(screen: bool, events: bool, status: str | bool) -> None:
    before = {"screen_updating": screen, "enable_events": events, "status_bar": status}
    book = a_book(**before)

    with suspended_ui(book):
        during = dict(book.impl.state)
        book.app.status_bar = "校验中 3/20"

    assert during == before | {"screen_updating": False, "enable_events": False}
    assert book.impl.state == before


@pytest.mark.parametrize("shown", [None, "FALSE", ""])
def test_the_status_bar_is_given_back_to_excel(shown: Any) -> None:
    book = a_book(status_bar=shown)

    with suspended_ui(book):
        book.app.status_bar = "校验中"

    assert book.impl.state["status_bar"] is False


def test_calculation_is_left_alone() -> None:
    book = a_book()

    with suspended_ui(book):
        pass

    assert {name for name, _ in book.impl.set} == {"screen_updating", "enable_events", "status_bar"}


def test_an_error_in_the_body_goes_on_after_everything_is_put_back() -> None:
    book = a_book()

    with pytest.raises(ValueError, match="其中"):
        fail_in_the_middle(book)

    assert book.impl.state == {"screen_updating": True, "enable_events": True, "status_bar": False}


def test_what_is_refused_a_few_times_is_put_back_all_the_same() -> None:
    book = a_book()
    book.impl.refusing["enable_events", True] = [ComError(REJECTED)] * 5

    with suspended_ui(book):
        pass

    assert book.impl.state == {"screen_updating": True, "enable_events": True, "status_bar": False}


@pytest.mark.parametrize("name", ["status_bar", "enable_events", "screen_updating"])
def test_one_thing_that_cannot_be_put_back_does_not_keep_the_others(name: str) -> None:
    book = a_book()
    old = book.impl.state[name]
    book.impl.refusing[name, old] = [ComError(REJECTED)] * 100

    with pytest.raises(ExcelBusy), suspended_ui(book):
        book.app.status_bar = "校验中"

    kept = {"screen_updating": True, "enable_events": True, "status_bar": False}
    del kept[name]
    assert kept.items() <= book.impl.state.items()


def test_an_error_in_the_body_matters_more_than_one_of_putting_back() -> None:
    book = a_book()
    book.impl.refusing["screen_updating", True] = [RuntimeError("Excel 已关闭")]

    with pytest.raises(ValueError, match="其中"), suspended_ui(book):
        raise ValueError("其中")


def test_what_fails_at_the_start_leaves_nothing_switched_off() -> None:
    book = a_book()
    book.impl.refusing["enable_events", False] = [RuntimeError("不行")]

    with pytest.raises(RuntimeError, match="不行"), suspended_ui(book):
        raise AssertionError("the body must not run")

    assert book.impl.state == {"screen_updating": True, "enable_events": True, "status_bar": False}


def test_a_body_within_another_stays_suspended_till_the_outer_one_ends() -> None:
    book = a_book()

    with suspended_ui(book):
        with suspended_ui(book):
            pass
        between = dict(book.impl.state)

    assert (between["screen_updating"], between["enable_events"]) == (False, False)
    assert book.impl.state["screen_updating"] is True


def test_a_real_spreadsheet_is_left_as_it_was(calc: xw.App) -> None:
    book = calc.books.add()

    with pytest.raises(ValueError, match="其中"):
        fail_in_the_middle(book)

    assert calc.impl.statuses == ["校验中"]
    assert (calc.screen_updating, calc.enable_events, calc.status_bar) == (True, True, False)


class _Helpful(CalcHost):
    """A host that, as Excel, adds to what is written in tables if it is let."""

    def __init__(self, habits: tuple[bool, bool]) -> None:
        super().__init__()
        self.now = habits

    def table_autocorrect(self, book: xw.Book) -> tuple[bool, bool]:
        del book
        return self.now

    def set_table_autocorrect(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        del book
        self.now = wanted


@pytest.mark.parametrize("habits", [(True, True), (True, False), (False, False)])
def test_nothing_is_added_to_what_a_change_or_its_undoing_writes(
    habits: tuple[bool, bool], calc: xw.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, helpful = calc.books.add(), _Helpful(habits)
    seen: list[tuple[bool, bool]] = []
    written = Cells.raw_value
    assert written.fset is not None
    put = written.fset

    def noted(cells: Cells, rows: Any) -> None:
        seen.append(helpful.now)
        put(cells, rows)

    monkeypatch.setattr(Cells, "raw_value", property(written.fget, noted))

    with use_host(helpful):
        with changing(book, "写入") as change:
            change.put(book.sheets[0], 1, 1, [["文字"]])
        after_change = helpful.now
        undo_last(book)

    assert set(seen) == {(False, False)}
    assert len(seen) >= 2
    assert after_change == helpful.now == habits


def test_after_an_error_tables_are_helped_as_before(calc: xw.App) -> None:
    book, helpful = calc.books.add(), _Helpful((True, False))

    with use_host(helpful), pytest.raises(RuntimeError, match="planted"), changing(book, "写入"):
        raise RuntimeError("planted")

    assert helpful.now == (True, False)

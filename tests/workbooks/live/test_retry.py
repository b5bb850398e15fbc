from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import pytest
import xlwings as xw
from xlwings import base_classes

from tests.workbooks.live.refusals import EDITING, EXCEPTION, REJECTED, RETRY_LATER, ComError
from workbooks.live import retry as module
from workbooks.live.retry import ExcelBusy, is_busy, retry, with_retries

T = TypeVar("T")


class ExcelBusyError(Exception):
    """As xlwings names it."""


class Hours:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now


class Excel:
    """Answers after so many refusals."""

    def __init__(self, refusals: float, error: Exception) -> None:
        self.refusals, self.error = refusals, error
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self.refusals:
            raise self.error
        return "答"


def ask(excel: Callable[[], str], hours: Hours) -> str:
    return retry(excel, 10, sleep=hours.sleep, clock=hours.clock)


BUSY = [
    ComError(REJECTED),
    ComError(RETRY_LATER),
    ComError(EXCEPTION, EDITING),
    ComError(EDITING[-1]),
    ExcelBusyError("Excel application is not responding"),
    AttributeError("Property 'Excel.Application.ScreenUpdating' can not be set."),
]


@pytest.mark.parametrize("error", BUSY, ids=repr)
def test_a_busy_excel_is_asked_again_until_it_answers(error: Exception) -> None:
    excel, hours = Excel(7, error), Hours()

    assert ask(excel, hours) == "答"
    assert excel.asked == 8
    assert 0 < hours.now < 10


@pytest.mark.parametrize("error", BUSY, ids=repr)
def test_an_excel_that_stays_busy_is_given_up_with_a_plain_word(error: Exception) -> None:
    excel, hours = Excel(float("inf"), error), Hours()

    with pytest.raises(ExcelBusy, match="Excel 正忙") as raised:
        ask(excel, hours)

    assert "Esc" in raised.value.suggestion
    assert raised.value.__cause__ is error
    assert 10 <= hours.now < 11
    assert excel.asked < 200


@pytest.mark.parametrize(
    "error",
    [
        ComError(EXCEPTION, (0, "Microsoft Excel", "名称已存在", "", 0, -2146827284)),
        ComError(EXCEPTION),
        ComError(EXCEPTION, (0, "short")),
        ComError(-2147023174),  # the server is gone
        AttributeError("'NoneType' object has no attribute 'Range'"),
        ValueError("no"),
    ],
    ids=repr,
)
def test_every_other_error_goes_through_at_once(error: Exception) -> None:
    excel, hours = Excel(1, error), Hours()

    with pytest.raises(type(error)) as raised:
        ask(excel, hours)

    assert raised.value is error
    assert (excel.asked, hours.now) == (1, 0.0)


def test_being_interrupted_is_never_taken_for_busy() -> None:
    assert not is_busy(KeyboardInterrupt())


def test_the_error_survives_being_sent_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(ExcelBusy()))

    assert str(copy) == str(ExcelBusy())


# --- the proxy around a workbook -----------------------------------------------------------------


class EngineSheet(base_classes.Sheet):
    """A sheet of an engine that refuses every call twice."""

    def __init__(self, book: EngineBook, name: str) -> None:
        self.of, self._name = book, name
        self.moved_before: object = None

    @property
    def name(self) -> str:
        return self.of.ask(self._name)

    @name.setter
    def name(self, value: str) -> None:
        self._name = self.of.ask(value)

    @property
    def book(self) -> EngineBook:
        return self.of.ask(self.of)

    def move(self, before: object, after: object) -> None:
        del after
        self.moved_before = self.of.ask(before)


class EngineSheets(base_classes.Sheets):
    def __init__(self, book: EngineBook) -> None:
        self.of = book

    def __len__(self) -> int:
        return self.of.ask(len(self.of.tabs))

    def __iter__(self) -> Iterator[EngineSheet]:
        yield from self.of.ask(self.of.tabs)

    def __call__(self, name_or_index: int | str) -> EngineSheet:
        tabs = self.of.ask(self.of.tabs)
        return next(t for n, t in enumerate(tabs, 1) if name_or_index in (n, t._name))


class EngineBook(base_classes.App, base_classes.Book):
    pid = 1

    def __init__(self) -> None:
        self.tabs = [EngineSheet(self, name) for name in ("填报信息", "导师库")]
        self.refusals, self.asked = 2, 0

    def ask(self, answer: T) -> T:
        """Answer what is asked, after two refusals."""
        self.asked += 1
        if self.asked % (self.refusals + 1):
            raise ComError(REJECTED)
        return answer

    @property
    def app(self) -> EngineBook:
        return self.ask(self)

    @property
    def sheets(self) -> EngineSheets:
        return self.ask(EngineSheets(self))

    @property
    def name(self) -> str:
        return self.ask("台账.xlsx")


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> EngineBook:
    """Return an engine's workbook; waiting takes no time."""
    hours = Hours()
    timed = partial(retry, sleep=hours.sleep, clock=hours.clock)
    monkeypatch.setattr(module, "retry", timed)
    return EngineBook()


def test_everything_asked_of_a_workbook_is_asked_again(busy: EngineBook) -> None:
    book = with_retries(xw.Book(impl=busy))

    names = [sheet.name for sheet in book.sheets]
    book.sheets["导师库"].name = "导师"
    book.sheets[0].move(before=book.sheets[1])

    assert names == ["填报信息", "导师库"]
    assert [tab._name for tab in busy.tabs] == ["填报信息", "导师"]
    assert len(book.sheets) == 2


def test_the_engine_is_handed_its_own_objects_and_the_caller_xlwings(busy: EngineBook) -> None:
    book = with_retries(xw.Book(impl=busy))
    first, second = book.sheets

    first.move(before=second)

    assert busy.tabs[0].moved_before is busy.tabs[1]
    assert (type(book), type(first)) == (xw.Book, xw.Sheet)
    assert isinstance(first.impl, EngineSheet)
    assert first.impl


def test_a_missing_attribute_is_missing_at_once(busy: EngineBook) -> None:
    book = with_retries(xw.Book(impl=busy))

    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = book.impl.colour

    assert busy.asked == 0


def test_calls_within_a_call_do_not_wait_longer_than_it(busy: EngineBook) -> None:
    hours = Hours()
    book = with_retries(xw.Book(impl=busy))
    busy.refusals = 10**6

    with pytest.raises(ExcelBusy):
        retry(lambda: book.sheets["导师库"].name, 10, sleep=hours.sleep, clock=hours.clock)

    assert 10 <= hours.now < 11

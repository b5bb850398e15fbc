from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from tests.workbooks.live.refusals import EDITING, EXCEPTION, REJECTED, RETRY_LATER, ComError
from workbooks.live.retry import ExcelBusy, is_busy, retry


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

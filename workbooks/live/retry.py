"""Wait a little while Excel is busy, then say so plainly.

While a cell is being edited or a dialogue is open, Excel refuses every call from outside. xlwings
itself tries again for ever, so the Excel host lets it try once only. A host hands every button a
workbook from `with_retries`: each attribute that is read or set and each method that is called
through it, however deep (book → sheet → range → note), is tried again for up to ten seconds.

    book = with_retries(xw.Book.caller())
    book.sheets["导师库"]["A1"].value      # plain xlwings from here on
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import FunctionType
from typing import Any, Final, TypeVar

import xlwings as xw
from xlwings import base_classes

from validators.errors import BangdaiError

T = TypeVar("T")

_PATIENCE: Final = 10.0
"""Seconds to go on asking."""
_PAUSE: Final = 0.1

_WHILE_EDITING: Final = -2146777998
"""VBA_E_IGNORE: a cell is being edited; sometimes an error of its own, sometimes in `excepinfo`."""
_REFUSED: Final = frozenset({-2147418111, -2147417846, _WHILE_EDITING})
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER and the above."""
_ERROR: Final = -2147352567
"""DISP_E_EXCEPTION: an error of Excel's own, such as 1004."""
_XLWINGS_ERROR: Final = "ExcelBusyError"
"""xlwings' own error for it, in a module that can be imported on Windows only."""
_NOT_SET: Final = "can not be set"
"""What pywin32 makes of a refused call that sets a property: an AttributeError with these words."""

_ENGINE_CLASSES: Final = tuple(
    member
    for member in vars(base_classes).values()
    if isinstance(member, type) and member.__module__ == base_classes.__name__
)

_RETRYING: ContextVar[bool] = ContextVar("retrying", default=False)
"""Whether a call is being retried already: what it calls does not begin to wait anew."""


class ExcelBusy(BangdaiError):
    """Excel did not answer for as long as we waited; nothing can be done until it does."""

    def __init__(self) -> None:
        super().__init__(
            "Excel 正忙，未响应", "请按 Esc 结束正在编辑的单元格、关闭打开的对话框后再点一次"
        )

    def __reduce__(self) -> tuple[type[ExcelBusy], tuple[()]]:
        return type(self), ()


def retry(
    call: Callable[[], T],
    seconds: float = _PATIENCE,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Return what `call` returns, calling it again while Excel says that it is busy.

    Within `call` nothing else retries: the outermost call waits, once.

    Args:
        call: One thing asked of Excel; it may be asked twice.
        seconds: How long to go on asking.
        sleep: Waits between two calls.
        clock: Tells the time in seconds.

    Raises:
        ExcelBusy: Excel was busy all the time. Any other error goes through at once.
    """
    if _RETRYING.get():
        return call()
    until = clock() + seconds
    token = _RETRYING.set(True)
    try:
        while True:
            try:
                return call()
            except Exception as error:
                if not is_busy(error):
                    raise
                if clock() >= until:
                    raise ExcelBusy from error
            sleep(_PAUSE)
    finally:
        _RETRYING.reset(token)


def is_busy(error: BaseException) -> bool:
    """Tell whether an error is Excel's way to say that it cannot answer just now."""
    if type(error).__name__ == _XLWINGS_ERROR or getattr(error, "hresult", None) in _REFUSED:
        return True
    if isinstance(error, AttributeError):
        return _NOT_SET in str(error)
    details = getattr(error, "excepinfo", None)
    return isinstance(details, tuple) and len(details) > 5 and details[5] == _WHILE_EDITING


def is_refused(error: BaseException) -> bool:
    """Tell whether an error is Excel's way to say that something cannot be done (1004)."""
    return getattr(error, "hresult", None) == _ERROR


def with_retries(book: xw.Book) -> xw.Book:
    """Return the same workbook, everything asked of which is retried while Excel is busy."""
    return xw.Book(impl=RetryProxy.around(book.impl))


class RetryProxy:
    """Stands for an object whose attributes and calls are retried while Excel is busy.

    xlwings' Book, Sheet, Range … are thin fronts of an engine's objects, in their attribute `impl`.
    The proxy stands between the two, so that the fronts remain what they are: compared, printed,
    iterated and handed to one another as usual. What an engine's object gives is wrapped as well
    if it is one of the engine's objects; the proxies among the arguments are unwrapped.

    Args:
        target: The object.
    """

    __slots__ = ("__target",)

    def __init__(self, target: Any) -> None:
        object.__setattr__(self, "_RetryProxy__target", target)

    @classmethod
    def around(cls, value: Any) -> Any:
        """Return proxies of engine objects, one or a list of them; any other value as it is."""
        if type(value) is not cls and isinstance(value, _ENGINE_CLASSES):
            return cls(value)
        if isinstance(value, list) and value and isinstance(value[0], _ENGINE_CLASSES):
            return [cls.around(member) for member in value]
        return value

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """The class of what it stands for, so that isinstance() answers as without a proxy."""
        return type(self.__target)

    def __getattr__(self, name: str) -> Any:
        if not isinstance(getattr(type(self.__target), name, None), FunctionType):
            return self.around(retry(lambda: getattr(self.__target, name)))
        method = getattr(self.__target, name)  # Excel is asked only when it is called
        return lambda *arguments, **named: self.around(_call(method, *arguments, **named))

    def __setattr__(self, name: str, value: Any) -> None:
        retry(lambda: setattr(self.__target, name, _unwrapped(value)))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call what it stands for, such as a collection: `sheets(1)`."""
        return self.around(_call(self.__target, *arguments, **named))

    def __iter__(self) -> Iterator[Any]:
        # no list(): that would ask for the length as well
        return map(self.around, retry(lambda: [member for member in self.__target]))  # noqa: C416

    def __len__(self) -> int:
        return retry(lambda: len(self.__target))

    def __bool__(self) -> bool:
        return True  # never a question to Excel: a whole sheet has more cells than it can count

    def __getitem__(self, key: Any) -> Any:
        return self.around(retry(lambda: self.__target[_unwrapped(key)]))

    def __contains__(self, key: object) -> bool:
        return retry(lambda: _unwrapped(key) in self.__target)


def _call(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    bare = [_unwrapped(argument) for argument in arguments]
    bare_named = {name: _unwrapped(argument) for name, argument in named.items()}
    return retry(lambda: function(*bare, **bare_named))


def _unwrapped(value: Any) -> Any:
    if type(value) is not RetryProxy:
        return value
    return object.__getattribute__(value, "_RetryProxy__target")

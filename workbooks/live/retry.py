"""Wait a little while Excel is busy, then say so plainly.

While a cell is being edited or a dialogue is open, Excel refuses every call from outside. xlwings by
itself tries on for ever, so the Excel host lets it try once only; every call of ours goes through
`patiently` instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from validators.errors import BangdaiError

T = TypeVar("T")

_REFUSED: Final = frozenset({-2147418111, -2147417846})
"""RPC_E_CALL_REJECTED and RPC_E_SERVERCALL_RETRYLATER."""
_ERROR: Final = -2147352567
"""DISP_E_EXCEPTION: an error of Excel's own, such as 1004."""
_WHILE_EDITING: Final = -2146777998
"""What Excel puts into `excepinfo` when a cell is being edited (VBA_E_IGNORE)."""
_XLWINGS_SAYS: Final = "ExcelBusyError"
"""xlwings' own word for it, in a module that can be imported on Windows only."""

_NOT_SET: Final = "can not be set"
"""What pywin32 makes of a refused call that sets a property: an AttributeError with these words."""

_PAUSE: Final = 0.1


class ExcelBusy(BangdaiError):
    """Excel did not answer for as long as we waited; nothing can be done until it does."""

    def __init__(self) -> None:
        super().__init__(
            "Excel 正忙，没有响应", "请按 Esc 结束正在编辑的单元格、关闭打开的对话框后再点一次"
        )

    def __reduce__(self) -> tuple[type[ExcelBusy], tuple[()]]:
        return type(self), ()


def retry(
    call: Callable[[], T],
    seconds: float = 10,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Return what `call` returns, calling it again while Excel says that it is busy.

    Args:
        call: One thing asked of Excel; it may be asked twice.
        seconds: How long to go on asking.
        sleep: Waits between two calls.
        clock: Tells the time in seconds.

    Raises:
        ExcelBusy: Excel was busy all the time. Any other error goes through at once.
    """
    until = clock() + seconds
    while True:
        try:
            return call()
        except Exception as error:
            if not is_busy(error):
                raise
            if clock() >= until:
                raise ExcelBusy from error
        sleep(_PAUSE)


def is_busy(error: BaseException) -> bool:
    """Tell whether an error is Excel's way to say that it cannot answer just now."""
    if type(error).__name__ == _XLWINGS_SAYS or getattr(error, "hresult", None) in _REFUSED:
        return True
    if isinstance(error, AttributeError):
        return _NOT_SET in str(error)
    details = getattr(error, "excepinfo", None)
    return isinstance(details, tuple) and len(details) > 5 and details[5] == _WHILE_EDITING


def is_refused(error: BaseException) -> bool:
    """Tell whether an error is Excel's way to say that something cannot be done (1004)."""
    return getattr(error, "hresult", None) == _ERROR

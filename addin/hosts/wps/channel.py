"""What the engine says to one click's add-in: writes wait for the next question, errors are Excel's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from xlwings import NoSuchObjectError

from addin.hosts.wps.conversation import Conversation, PressBroken, Result
from addin.hosts.wps.operations import ErrorKind, Operation, SetSettings
from validators.errors import BangdaiError
from workbooks.live.retry import ExcelBusy

_EXCEPTION_OCCURRED = -2147352567
_ERROR_1004 = -2146827284
_MOST_WAITING = 200


class WpsRefused(Exception):
    """What WPS answers where Excel answers with error 1004.

    Attributes:
        hresult, strerror, excepinfo, argerror: As in `pywintypes.com_error`.
    """

    def __init__(self, message: str) -> None:
        self.hresult, self.strerror, self.argerror = _EXCEPTION_OCCURRED, "发生意外。", None
        self.excepinfo = (0, "WPS", message, "", 0, _ERROR_1004)
        super().__init__(self.hresult, self.strerror, self.excepinfo, self.argerror)

    def __str__(self) -> str:
        return str(self.excepinfo[2])


class WpsBusy(ExcelBusy):
    """WPS does not take anything while a cell is edited; it waits for us, so nothing changes by itself."""

    def __init__(self) -> None:
        BangdaiError.__init__(
            self,
            "WPS 表格正忙，未响应",
            "请按 Esc 结束正在编辑的单元格、关闭打开的对话框后再点一次",
        )


class WpsFailed(Exception):
    """WPS lacks something, or the add-in has a fault."""


_ERRORS: dict[str, Callable[[str], Exception]] = {
    ErrorKind.REFUSED: WpsRefused,
    ErrorKind.MISSING: NoSuchObjectError,
}


class Channel:
    """One click's line to its add-in.

    Args:
        conversation: What carries it.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._waiting: list[Operation] = []
        self._on_question: list[Callable[[], None]] = []

    @property
    def window(self) -> str:
        """The loaded add-in."""
        return self._conversation.window

    def after_questions(self, call: Callable[[], None]) -> None:
        """Have something called whenever a clerk was asked, who may have changed anything meanwhile."""
        self._on_question.append(call)

    def tell(self, operation: Operation) -> None:
        """Have something done, at the latest before the next question.

        Raises:
            What `ask` raises, if many wait already.
        """
        self._waiting.append(operation)
        if not operation.waits or len(self._waiting) >= _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Have done what waits.

        Raises:
            What `ask` raises.
        """
        if self._waiting:
            self._sent([])

    def ask(self, operation: Operation, back: Operation | None = None) -> Any:
        """Return the value of an operation; what waits is done before.

        Args:
            operation: The operation.
            back: What takes it back where the page is gone before it says whether it was done, so
                that nobody else knows of it.

        Raises:
            WpsRefused: WPS said no, to it or to what waited.
            NoSuchObjectError: The workbook, sheet or table is gone.
            WpsBusy: A cell is being edited, or a dialogue is open.
            WpsFailed: Anything else.
            PressBroken, WpsGone: Nobody answers.
        """
        try:
            value = self._sent([operation])[-1].get("value")
        except PressBroken:
            if back is not None:
                with suppress(Exception):  # it was not done
                    self._sent([back])
            raise
        if operation.asks:
            for call in self._on_question:
                call()
        return value

    def _sent(self, last: Sequence[Operation]) -> Sequence[Result]:
        batch, self._waiting = [*self._waiting, *last], []
        try:
            results = self._conversation.ask(batch)
        except PressBroken:
            self._waiting = [one for one in batch if isinstance(one, SetSettings)]
            raise
        for operation, result in zip(batch, results, strict=True):
            if "error" in result:
                raise _error(operation, result["error"])
        return results


def _error(operation: Operation, told: Any) -> Exception:
    kind, message = (
        (told.get("kind"), told.get("message")) if isinstance(told, dict) else ("", told)
    )
    if kind == ErrorKind.BUSY:
        return WpsBusy()
    known = _ERRORS.get(str(kind))
    return known(str(message)) if known else WpsFailed(f"{operation.op}: {kind}: {message}")

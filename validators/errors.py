"""The exceptions a user can act on; every other exception is a bug and shows a traceback.

BangdaiError
├── UnreadableWorkbook   one file cannot be read; the others go on
├── UnknownDivision      no such county or township, or an ambiguous name
├── WriteRefused         the target exists and is not ours, is locked, or cannot be written
├── UpdateRefused        a ledger lacks the sheet or column to be written, or is no plain .xlsx
├── UsageError           the command cannot do its work with these arguments
├── ExcelBusy            an open workbook does not answer (workbooks.live.retry)
│   └── WpsBusy          WPS takes nothing while a cell is edited (addin.hosts.wps.channel)
├── NotRestored          an error left an open workbook changed (workbooks.live.change)
├── WpsGone              WPS was closed or does not answer (addin.hosts.wps.conversation)
└── HostFailed           LibreOffice is missing or does not answer (addin.hosts.calc.office)
"""

from __future__ import annotations


class BangdaiError(Exception):
    """A problem with a plain Chinese sentence for the user and, where known, what to do."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"{self.message}。{self.suggestion}" if self.suggestion else self.message


class UnreadableWorkbook(BangdaiError):
    """One workbook cannot be read; `code` is the stable finding code (`file.*`)."""

    def __init__(self, code: str, message: str, suggestion: str = "") -> None:
        super().__init__(message, suggestion)
        self.code = code

    def __reduce__(self) -> tuple[type[UnreadableWorkbook], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.suggestion)


class UnknownDivision(BangdaiError):
    """A division name or code that is unknown or ambiguous."""


class WriteRefused(BangdaiError):
    """The output cannot be written without losing something that is not ours."""


class UpdateRefused(BangdaiError):
    """Changes cannot be written into a ledger without losing or misplacing something."""


class UsageError(BangdaiError):
    """The command cannot do its work with these arguments."""

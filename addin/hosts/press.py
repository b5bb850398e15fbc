"""Run a button's function as a click in any spreadsheet program does, and tell the clerk what went wrong.

A clerk never sees a traceback: a problem the clerk can act on is its own sentence, every other
error is one sentence with the place of the log, in which phone numbers are masked.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import xlwings as xw

from addin.buttons import TAB, Button
from validators.errors import BangdaiError
from workbooks.backups import edited_copies
from workbooks.live.host import Host, use_host
from workbooks.live.suspended_ui import finish_restoring
from workbooks.masking import mask_text

_LOG_BYTES, _OLD_LOGS = 512 * 1024, 3


def press_button(button: Button, book: xw.Book, host: Host, log: Path) -> None:
    """Run a button on a workbook in its program; a message box says what went wrong, if anything.

    Args:
        button: The button.
        book: The workbook that was active when it was clicked.
        host: The program.
        log: Where errors are written down.
    """
    try:
        with use_host(host):
            finish_restoring(book)
            edited_copies()  # of a press that failed: nothing was replaced
            button.press(book)
    except BangdaiError as error:
        if error.__cause__ is not None:  # what lies behind the sentence is for technicians
            write_down(log, button.id, error)
        _tell(book, str(error), log)
    except Exception as error:
        _tell(book, _failure(button, error, log), log)


def _failure(button: Button, error: Exception, log: Path) -> str:
    written = write_down(log, button.id, error)
    where = f"原因已记在 {log}，请发给技术人员" if written else "原因未能记录（磁盘已满或没有权限）"
    return (
        f"“{button.label}”未完成。请先保存，按 Esc 结束正在编辑的单元格后再点一次；"
        f"仍未解决的，{where}。"
    )


def _tell(book: xw.Book, sentence: str, log: Path) -> None:
    try:
        book.app.alert(sentence, title=TAB, mode="critical")
    except Exception as error:  # the workbook was closed meanwhile: there is nobody to tell
        write_down(log, f"could not say: {sentence}", error)


# --- the log -------------------------------------------------------------------------------------


class _MaskingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))


def write_down(file: Path, what: str, error: BaseException) -> bool:
    """Append one entry with the error's traceback, personal numbers masked; old entries roll off.

    Returns:
        Whether it could be written; a full disk is no reason for a second error.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        handler = RotatingFileHandler(
            file, maxBytes=_LOG_BYTES, backupCount=_OLD_LOGS, encoding="utf-8-sig"
        )
    except OSError:
        return False
    handler.setFormatter(_MaskingFormatter("%(asctime)s %(message)s"))
    trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("bangdai", logging.ERROR, __file__, 0, what, None, trace)
    try:
        handler.emit(record)
    finally:
        handler.close()
    return True

"""What the VBA behind a button calls: find the button, take the workbook, run it, say what failed.

A clerk never sees a traceback: a problem the clerk can act on is its own sentence, every other error
is one sentence with the place of the log.
"""

from __future__ import annotations

from pathlib import Path

import xlwings as xw

from addin.buttons import TAB, Button, button
from addin.hosts.excel.desktop import ExcelHost, let_excel_be_busy
from addin.hosts.excel.journal import write_down
from addin.hosts.excel.places import log_file
from addin.hosts.functions import function_of
from validators.errors import BangdaiError
from workbooks.live.host import use_host

__all__ = ["press"]


def press(name: str, log: Path | None = None) -> None:
    """Run the button with this id on the workbook that was active when it was clicked.

    Args:
        name: The button's id.
        log: Where errors are written down; `log_file()` when None.

    Raises:
        BangdaiError: The button is unknown or Excel cannot be reached, so that nothing can be shown
            from here: the VBA shows the sentence.
    """
    one = button(name)
    log = log or log_file()
    let_excel_be_busy()
    book = _caller(log)
    try:
        with use_host(ExcelHost()):
            function_of(one)(book)
    except BangdaiError as error:
        _tell(book, str(error), log)
    except Exception as error:
        _tell(book, _sentence(one, error, log), log)


def _caller(log: Path) -> xw.Book:
    try:
        return xw.Book.caller()
    except Exception as error:
        write_down(log, "no calling workbook", error)
        raise BangdaiError(
            "没有连上 Excel 里打开的工作簿", "请关闭全部 Excel 窗口再打开一次"
        ) from None


def _sentence(one: Button, error: Exception, log: Path) -> str:
    written = write_down(log, one.id, error)
    where = f"原因已记在 {log}，请发给技术人员" if written else "原因没能记下来（磁盘满或没有权限）"
    return (
        f"“{one.label}”没有做完。请先存盘，按 Esc 结束正在编辑的单元格后再点一次；"
        f"仍然不行，{where}。"
    )


def _tell(book: xw.Book, sentence: str, log: Path) -> None:
    try:
        book.app.alert(sentence, title=TAB, mode="critical")
    except Exception as error:  # the workbook was closed meanwhile: there is nobody to tell
        write_down(log, f"could not say: {sentence}", error)

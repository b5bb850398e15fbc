"""Where a button's new workbook goes, and opening it once it is there."""

from __future__ import annotations

import re
from pathlib import Path

import xlwings as xw

from workbooks.live.busy import patiently
from workbooks.live.host import host

__all__ = ["ask_target", "folder_of", "open_new"]

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_ENDING = ".xlsx"


def ask_target(book: xw.Book, title: str, name: str, folder: Path | None = None) -> Path | None:
    """Let the clerk choose where a new workbook goes; None where she cancels.

    Args:
        book: The workbook in front.
        title: What is asked.
        name: The name that is proposed, without ending; another if a file has it already.
        folder: Where it is proposed; beside the workbook in front if None.
    """
    proposal = _free(folder or folder_of(book), _NOT_IN_NAMES.sub("", name).strip())
    chosen = patiently(lambda: host().choose_target(book, title, proposal))
    if chosen is None or chosen.suffix.lower() == _ENDING:
        return chosen
    return chosen.with_name(f"{chosen.name}{_ENDING}")


def folder_of(book: xw.Book) -> Path:
    """Return the folder a workbook lies in; the clerk's own if it lies nowhere on this computer."""
    try:
        folder = Path(book.fullname).parent
    except Exception:  # of a workbook in the cloud xlwings may not know where it lies here
        folder = Path()
    if folder.is_absolute() and folder.is_dir():
        return folder
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def open_new(book: xw.Book, path: Path) -> None:
    """Open a workbook that was just written, beside the one in front."""
    patiently(lambda: book.app.books.open(path))


def _free(folder: Path, name: str) -> Path:
    """Return a path in `folder` where nothing stands."""
    path, number = folder / f"{name}{_ENDING}", 1
    while path.exists():
        number += 1
        path = folder / f"{name}（{number}）{_ENDING}"
    return path

"""The cells a clerk has selected, however many."""

from __future__ import annotations

import xlwings as xw

from workbooks.live.busy import patiently

__all__ = ["selection"]


def selection(book: xw.Book) -> xw.Range | None:
    """Return the selected cells, None where something else is selected, such as a picture.

    xlwings' own `App.selection` first asks Excel how many cells these are, which fails for a whole
    sheet: the number does not fit what Excel counts with. For the same reason the range must not be
    asked for its length or its truth.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    found = patiently(lambda: book.app.impl.selection)
    return None if found is None else xw.Range(impl=found)

"""What is selected is found, however many cells these are."""

from __future__ import annotations

import types
from typing import Any

import xlwings as xw

from workbooks.live.reading import selection


class _WholeSheet:
    """As xlwings has a range in Excel: more cells than Excel counts."""

    row, column = 1, 1

    def __len__(self) -> int:
        raise OverflowError


def a_book(selected: Any) -> Any:
    app = types.SimpleNamespace(impl=types.SimpleNamespace(selection=selected))
    return types.SimpleNamespace(app=app)


def test_a_whole_sheet_is_selected_without_its_cells_being_counted() -> None:
    found = selection(a_book(_WholeSheet()))

    assert found is not None
    assert (found.row, found.column) == (1, 1)


def test_a_picture_is_no_selected_cell() -> None:
    assert selection(a_book(None)) is None


def test_selected_cells_are_found_in_a_spreadsheet(calc: xw.App) -> None:
    book = calc.books.add()
    book.sheets[0].range("B3:C7").select()

    found = selection(book)

    assert found is not None
    assert found.address == "$B$3:$C$7"

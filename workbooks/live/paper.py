"""A worksheet of an open workbook as a `Paper`: read at once, changed in memory, written in blocks.

Looks stay where they are, but number formats go with their values, so that a day stays a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import TypeVar

import xlwings as xw
from openpyxl.formula.translate import Translator

from validators.cells import letters
from workbooks.bulk.cell_xml import MAX_TEXT, as_text, number
from workbooks.grids import Rectangle
from workbooks.live.addresses import block
from workbooks.live.busy import patiently
from workbooks.live.contents import Content, Formula, Grid, read_grid
from workbooks.live.formats import GENERAL, Codes, is_dated, read_formats
from workbooks.placing import Body
from workbooks.reach import Reach, TableArea
from workbooks.sheet_writing import Values, text_too_long
from workbooks.template.values import shown
from workbooks.updates import Link

__all__ = ["LivePaper", "Window", "as_content"]

T = TypeVar("T")

_LOOKED_AT = 60  # rows whose formats say what is usual in a column


class Window:
    """A block of a worksheet in memory, as it is and as it is going to be.

    Args:
        sheet: The worksheet.
        area: The block.

    Attributes:
        before: What the cells hold, with their number formats.
        codes_before: Those.
        after: What they are going to hold.
        codes: The number formats they are going to have.
        touched: The (row, column) of every cell that is written, in the worksheet.
    """

    def __init__(self, sheet: xw.Sheet, area: Rectangle) -> None:
        cells = block(sheet, area)
        self.sheet, self.area = sheet, area
        self.before: Grid = read_grid(cells)
        self.codes_before: Codes = read_formats(cells)
        self.after: Grid = [[*line] for line in self.before]
        self.codes: Codes = [[*line] for line in self.codes_before]
        self.touched: set[tuple[int, int]] = set()

    def covers(self, row: int, at: int) -> bool:
        """Tell whether a cell is in the block."""
        top, left, n_rows, n_columns = self.area
        return top <= row < top + n_rows and left <= at < left + n_columns

    def now(self, row: int, at: int) -> Content:
        """Return what a cell is going to hold."""
        return self.after[row - self.area[0]][at - self.area[1]]

    def code(self, row: int, at: int) -> str:
        """Return the number format a cell is going to have."""
        return self.codes[row - self.area[0]][at - self.area[1]]

    def old(self, row: int, at: int) -> tuple[Content, str]:
        """Return what a cell held, and its number format."""
        down, right = row - self.area[0], at - self.area[1]
        return self.before[down][right], self.codes_before[down][right]

    def part(self, rows: list[list[T]], area: Rectangle) -> list[list[T]]:
        """Return what `rows`, of the block's shape, have for a smaller area of the worksheet."""
        down, right = area[0] - self.area[0], area[1] - self.area[1]
        return [line[right : right + area[3]] for line in rows[down : down + area[2]]]

    def put(self, row: int, at: int, content: Content, code: str) -> None:
        """Let a cell hold `content` in a number format."""
        down, right = row - self.area[0], at - self.area[1]
        self.after[down][right] = content
        self.codes[down][right] = code
        self.touched.add((row, at))


class LivePaper:
    """One worksheet of an open workbook.

    Args:
        windows: The blocks an update may touch, the one below the headings first.
        body: What stands where in it.
        reach: Its table and the rows not to write to.

    Attributes:
        windows: Those blocks.
        unmerged: Merged areas to be taken apart first.
        fitted: The rows whose height is to be fitted.
    """

    def __init__(self, windows: Sequence[Window], body: Body, reach: Reach[TableArea]) -> None:
        self.windows = windows
        self.unmerged: list[Rectangle] = []
        self.fitted: set[int] = set()
        self._body, self._reach = body, reach
        self._usual = cache(self._usual_code)
        self._column_code = cache(self._below)

    def clear(self, rows: Sequence[int], end: int, keep: Iterable[int]) -> None:
        """Empty the cells below headings; those that are the table's get the usual formats."""
        del keep  # every window remembers all it held
        wanted = {*rows}
        for top, left, bottom, right in self._body.raw.merges:
            if wanted.issuperset(range(top, bottom + 1)):
                self.unmerged.append((top, left, bottom - top + 1, right - left + 1))
        for row in rows:
            for at in self._reach.headed:
                window = self._window(row, at)
                code = self._usual(at) if row <= end else window.code(row, at)
                window.put(row, at, None, code)

    def put(self, row: int, at: int, value: object, like: int | None = None) -> None:
        """Put a value into a cell; what its format would show wrongly goes in as text."""
        code = self._code(row, at, like)
        if isinstance(value, date) and not is_dated(code) and self._body.heading_row:
            known = (self._usual(at), self._column_code(at))
            code = next((one for one in known if is_dated(one)), code)
        self._window(row, at).put(row, at, as_content(value, code, self._body.name), code)

    def formula(self, row: int, at: int, text: str, shown: str, like: int | None = None) -> None:
        """Put a formula into a cell; the spreadsheet itself finds out what it shows."""
        del shown
        content = Formula(f"={text}") if text else None
        self._window(row, at).put(row, at, content, self._code(row, at, like))

    def carry(self, row: int, at: int, kept: int) -> None:
        """Put the cell that stood in the row `kept` here, its number format with it."""
        window = self._window(kept, at)
        content, code = window.old(kept, at)
        if isinstance(content, Formula):
            origin, target = f"{letters(at)}{kept}", f"{letters(at)}{row}"
            content = Formula(Translator(content.text, origin).translate_formula(target))
        self._window(row, at).put(row, at, content, code)

    def has_formula(self, row: int, at: int) -> bool:
        """Tell whether a cell holds a formula."""
        return isinstance(self._window(row, at).now(row, at), Formula)

    def is_blank(self, row: int, at: int) -> bool:
        """Tell whether a cell holds nothing."""
        return self._window(row, at).now(row, at) is None

    def recalculated(self, row: int, at: int, shown: str) -> None:
        """Do nothing: the spreadsheet calculates."""

    def settle(self, row: int, values: Values, like: int | None = None) -> None:
        """Give all cells of a new row their formats."""
        del values, like
        if row not in self._reach.body_rows:
            for at in self._reach.headed:
                window = self._window(row, at)
                window.put(row, at, window.now(row, at), self._code(row, at, None))
        self.fitted.add(row)

    def prepare(self, row: int) -> None:
        """Give all cells of a blank row their formats."""
        self.settle(row, {})
        self.fitted.discard(row)

    def grow(self, row: int, values: Values) -> None:
        """Let the row's height be fitted."""
        del values
        self.fitted.add(row)

    def _window(self, row: int, at: int) -> Window:
        return next(window for window in self.windows if window.covers(row, at))

    def _code(self, row: int, at: int, like: int | None) -> str:
        window = self._window(row, at)
        if like is not None:
            return window.old(like, at)[1]
        code = window.code(row, at)
        fresh = row >= self._reach.body_rows.stop and at in self._reach.headed
        return self._usual(at) if fresh and code == GENERAL and self._body.heading_row else code

    def _usual_code(self, at: int) -> str:
        """Return the number format most of the cells have in a column."""
        rows = [row for row in self._reach.body_rows if row not in self._reach.kept]
        found = Counter(self._window(row, at).old(row, at)[1] for row in rows[-_LOOKED_AT:])
        window = self._window(self._body.first_row, at)
        return found.most_common(1)[0][0] if found else window.code(self._body.first_row, at)

    def _below(self, at: int) -> str:
        """Return the number format a column has where nobody ever wrote."""
        sheet = self._window(self._body.first_row, at).sheet
        last = patiently(lambda: sheet.cells.shape[0])  # of an .xls the 65,536th
        return str(patiently(lambda: sheet.range((last, at)).number_format) or GENERAL)


def as_content(value: object, code: str, sheet: str) -> Content:
    """Return a value as a cell of a number format holds it; what it would show wrongly as text.

    Args:
        value: What a cell can hold, or a `Link`.
        code: The number format.
        sheet: The tab's name, for messages.

    Raises:
        UpdateRefused: A text is longer than a cell holds.
    """
    if isinstance(value, Link):
        return Formula(f"={value.formula}")
    plain = shown(value)
    if plain is None:
        return None
    if not isinstance(plain, str):
        digits = number(plain, dated=is_dated(code))
        if digits is not None:  # a day is left to the spreadsheet, which knows its date system
            return plain if isinstance(plain, date) else float(digits)
        plain = as_text(plain)
    if len(plain.encode("utf-16-le", "surrogatepass")) > 2 * MAX_TEXT:
        raise text_too_long(sheet, plain)
    return plain

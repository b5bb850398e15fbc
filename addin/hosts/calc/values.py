"""Cells' contents and number formats: a fixed number of calls for a block, whatever its rows.

Error values are the exception: LibreOffice says only cell by cell which error it is.
"""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from addin.hosts.calc.notes import add_note, notes_in
from addin.hosts.calc.office import Area, area_of, struct
from addin.hosts.calc.text import ERRORS, TypedContent, from_calc, to_calc, typed
from addin.hosts.xlwings_engine import CellError
from workbooks.ooxml.addresses import rectangles

if TYPE_CHECKING:
    from addin.hosts.calc.cells import Cells


GENERAL = 0
"""The key of the format General."""

_DATE, _TIME, _LOGICAL, _TEXT = 2, 4, 1024, 256
_KEPT = r'"[^"]*"|\\.|\[[^\]]*\]'
_CAPITALS = re.compile(rf"(?P<kept>{_KEPT})|(?P<letters>[A-Z]+)")
_GENERAL_CODE = re.compile(rf"(?P<kept>{_KEPT})|(?P<general>General)", re.IGNORECASE)


class NumberFormats:
    """Excel's format codes and LibreOffice's keys in one UNO document, remembered once looked up.

    Codes are registered in the document's own language (Chinese): an English one would be saved as
    `[$-409]yyyy-mm-dd`. There, General is called 常规, and date letters come back as capitals.
    """

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._own = struct("lang.Locale")  # empty: the document's
        self._general = str(self._formats.getByKey(GENERAL).FormatString)
        self._keys: dict[str, int] = {}
        self._codes: dict[int, str] = {GENERAL: "General"}
        self._kinds: dict[int, int] = {}

    @property
    def truth(self) -> int:
        """The key of the format that makes a number a truth value."""
        if "truth" not in self._keys:
            self._keys["truth"] = int(self._formats.getStandardFormat(_LOGICAL, self._own))
        return self._keys["truth"]

    def key(self, code: str) -> int:
        """Return the key of an Excel format code, registered if it is new.

        Raises:
            com.sun.star.util.MalformedNumberFormatException: This is no format code.
        """
        if code not in self._keys:
            self._keys[code] = self._registered(code)
            self._codes.setdefault(self._keys[code], code)
        return self._keys[code]

    def code(self, key: int) -> str:
        """Return the Excel format code of `key`; a truth value's is General, as in Excel."""
        if key not in self._codes:
            self._codes[key] = "General" if self.is_truth(key) else self._excel_code(key)
        return self._codes[key]

    def is_date(self, key: int) -> bool:
        """Tell whether Excel gives cells of this format as dates (a time alone is a number)."""
        return bool(self._kind(key) & _DATE)

    def is_truth(self, key: int) -> bool:
        """Tell whether cells of this format hold truth values."""
        return bool(self._kind(key) & _LOGICAL)

    def is_text(self, key: int) -> bool:
        """Tell whether what is written into cells of this format stays text."""
        return bool(self._kind(key) & _TEXT)

    def _kind(self, key: int) -> int:
        if key == GENERAL:
            return 0
        if key not in self._kinds:
            self._kinds[key] = int(self._formats.getByKey(key).Type)
        return self._kinds[key]

    def _registered(self, code: str) -> int:
        if code.lower() == "general":
            return GENERAL
        localized = _GENERAL_CODE.sub(lambda m: m["kept"] or self._general, code)
        key = int(self._formats.queryKey(localized, self._own, False))
        return key if key >= 0 else int(self._formats.addNew(localized, self._own))

    def _excel_code(self, key: int) -> str:
        code = str(self._formats.getByKey(key).FormatString).replace(self._general, "General")
        if not self._kind(key) & (_DATE | _TIME):
            return code
        return _CAPITALS.sub(lambda m: m["kept"] or m["letters"].lower(), code)


# --- contents -------------------------------------------------------------------------------------

Block = list[list[Any]]
"""Rows of cells."""

_ERROR_RESULTS = 4
_ERROR_OF_CODE = {
    502: "#NUM!", 503: "#NUM!", 504: "#REF!", 519: "#VALUE!", 521: "#NULL!", 523: "#NUM!",
    524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
_WITHOUT_TIME, _WITH_TIME = "yyyy/m/d", "yyyy/m/d h:mm"
_TRUTH = "truth"
_TRUTHS = (0.0, 1.0)
"""What a truth value is stored as."""
_MARKED = "General"
"""The format of a text that was written with an apostrophe before it."""


def read(cells: Cells) -> Block:
    """Return what the cells hold: None, text, float, bool, datetime or `CellError`."""
    block = [list(row) for row in cells.uno.getDataArray()]
    formats, epoch = cells.book.formats, cells.book.epoch
    for key, where in _formatted_numbers(cells, block):
        if formats.is_truth(key):
            _change(block, where, bool)
        elif formats.is_date(key):
            _change(block, where, lambda days: moment(epoch, days))
    if any(value is None for row in block for value in row):
        _put_errors(cells, block)
    return [[None if value == "" else value for value in row] for row in block]


def read_formulas(cells: Cells) -> tuple[tuple[str, ...], ...]:
    """Return the cells' formulas; where there is none, the content as Excel's `Formula` has it."""
    written, shown = cells.uno.getFormulaArray(), cells.uno.getDataArray()
    truths = [list(row) for row in shown]
    for key, where in _formatted_numbers(cells, truths, _TRUTHS):
        if cells.book.formats.is_truth(key):
            _change(truths, where, bool)
    return tuple(tuple(map(_formula_text, *rows)) for rows in zip(written, truths, strict=True))


def write(cells: Cells, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of the cells' shape as Excel would take them.

    Raises:
        SheetProtected: One of the cells is locked.
    """
    keys = _keys(cells)
    taken = [
        [_taken(cells, value, key) for value, key in zip(row, row_keys, strict=True)]
        for row, row_keys in zip(rows, keys, strict=True)
    ]
    notes = notes_in(cells)  # LibreOffice counts them among the contents that are replaced
    cells.uno.setDataArray(tuple(tuple(_stored(cell) for cell in row) for row in taken))
    _write_formats(cells, taken, keys)
    _write_formulas(cells, taken)
    for row, column, text in notes:
        add_note(cells.sheet, row, column, text)


def filled(value: Any, cells: Cells) -> Block:
    """Return one value for every cell; a formula's relative references move along, as in Excel."""
    n_rows, n_columns = cells.shape
    if not (isinstance(value, str) and value.startswith("=") and len(cells) > 1):
        return [[value] * n_columns for _ in range(n_rows)]
    moving = Translator(value, origin=f"{get_column_letter(cells.column)}{cells.row}")
    return [
        [moving.translate_formula(row_delta=row, col_delta=column) for column in range(n_columns)]
        for row in range(n_rows)
    ]


# --- reading -------------------------------------------------------------------------------------


def _formatted_numbers(
    cells: Cells, block: Block, among: Container[float] | None = None
) -> Iterator[tuple[int, list[Area]]]:
    """Yield number formats as `_formatted` does, but only where numbers stand: far fewer calls.

    Args:
        cells: The cells.
        block: What they hold.
        among: The numbers that matter; all without it.
    """
    wanted = []
    for column, values in enumerate(zip(*block, strict=True)):
        rows = [
            row
            for row, value in enumerate(values)
            if isinstance(value, float) and (among is None or value in among)
        ]
        if rows:
            wanted.append((rows[0], column, rows[-1] - rows[0] + 1, 1))
    for place, part in _parts(cells, wanted):
        if part.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE":
            yield int(part.NumberFormat), [place]
        else:
            yield from _formatted(cells, part)


def _parts(cells: Cells, places: Sequence[Area]) -> Iterator[tuple[Area, Any]]:
    """Yield each place, counted from 0 within the cells, with a cursor on it: one object for all."""
    if not places:
        return
    cursor = cells.sheet.uno.createCursorByRange(cells.uno)
    above, left, _, _ = at = (0, 0, *cells.shape)
    for place in places:
        row, column, height, width = place
        down, right = row - above, column - left
        if down > 0 or right > 0:
            cursor.collapseToSize(1, 1)  # else it might reach beyond the sheet, and would not move
        if down or right:
            cursor.gotoOffset(right, down)
        if place != at:
            cursor.collapseToSize(width, height)
        above, left, at = row, column, place
        yield place, cursor


def _formatted(cells: Cells, part: Any = None) -> Iterator[tuple[int, list[Area]]]:
    """Yield every number format but General with its areas, counted from 0 within the cells.

    Args:
        cells: The cells.
        part: Those of them looked at, as UNO's range; all without one.
    """
    groups = (part or cells.uno).getUniqueCellFormatRanges()
    for index in range(groups.Count):
        group = groups.getByIndex(index)
        key = int(group.NumberFormat)
        if key != GENERAL:
            yield key, [_within(cells, address) for address in group.RangeAddresses]


def _within(cells: Cells, address: Any) -> Area:
    row, column, n_rows, n_columns = area_of(address)
    return row - cells.row, column - cells.column, n_rows, n_columns


def _change(block: Block, areas: list[Area], how: Any) -> None:
    for row, column, n_rows, n_columns in areas:
        for line in block[row : row + n_rows]:
            for at in range(column, column + n_columns):
                if isinstance(line[at], float):
                    line[at] = how(line[at])


def moment(epoch: dt.datetime, days: float) -> dt.datetime | float:
    """Return a day's number as Excel gives a date, or the number where there is no such day."""
    try:
        return epoch + dt.timedelta(milliseconds=round(days * 86_400_000))
    except OverflowError:
        return days


def _put_errors(cells: Cells, block: Block) -> None:
    for address in cells.uno.queryFormulaCells(_ERROR_RESULTS).RangeAddresses:
        row, column, n_rows, n_columns = _within(cells, address)
        for down in range(row, row + n_rows):
            for right in range(column, column + n_columns):
                code = cells.uno.getCellByPosition(right, down).getError()
                block[down][right] = CellError(_ERROR_OF_CODE.get(code, "#VALUE!"))


def _formula_text(written: str, value: Any) -> str:
    if written.startswith("{=") and written != value:
        written = written[1:-1]
    if written.startswith("=") and written != value:
        text = from_calc(written)  # a truth value of a saved file is a formula in LibreOffice
        return text[1:] if text in ("=TRUE", "=FALSE", *(f"={e}" for e in ERRORS)) else text
    return _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15G}"
    return str(value or "")


# --- writing -------------------------------------------------------------------------------------


def _keys(cells: Cells) -> list[list[int]]:
    """Return the number format of every cell."""
    n_rows, n_columns = cells.shape
    keys = [[GENERAL] * n_columns for _ in range(n_rows)]
    for key, areas in _formatted(cells):
        for row, column, height, width in areas:
            for line in keys[row : row + height]:
                line[column : column + width] = [key] * width
    return keys


def _taken(cells: Cells, value: Any, key: int) -> TypedContent:  # noqa: PLR0911  # one per type
    """Return what a value becomes in a cell of this number format."""
    if value is None or value == "":
        return TypedContent()
    if key != GENERAL and cells.book.formats.is_text(key):
        return TypedContent(
            _text_of(value).removeprefix("'")
        )  # as everywhere, the first one is a sign
    if isinstance(value, bool):
        return TypedContent(value, _TRUTH)
    if isinstance(value, dt.date):
        return _typed_date(cells.book.epoch, value)
    if isinstance(value, numbers.Real):
        return TypedContent(float(value))
    if isinstance(value, CellError):
        return TypedContent(formula=f"={value}")
    content = typed(str(value))
    return content._replace(format=_TRUTH) if isinstance(content.value, bool) else content


def _text_of(value: Any) -> str:
    if isinstance(value, dt.date):
        time = (
            f" {value:%H:%M}"
            if isinstance(value, dt.datetime) and value.time() != dt.time()
            else ""
        )
        return f"{value.year}/{value.month}/{value.day}{time}"
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return _as_text(float(value) if is_number else value)


def _typed_date(epoch: dt.datetime, value: dt.date) -> TypedContent:
    moment = dt.datetime(*value.timetuple()[:6])  # noqa: DTZ001 - a cell knows no time zone
    days = (moment - epoch) / dt.timedelta(days=1)
    return TypedContent(days, _WITHOUT_TIME if days.is_integer() else _WITH_TIME)


def _stored(cell: TypedContent) -> float | str:
    return float(cell.value) if isinstance(cell.value, bool) else cell.value


def _write_formats(cells: Cells, taken: list[list[TypedContent]], keys: list[list[int]]) -> None:
    """Give what Excel formats by itself its format; a truth value's goes with its value."""
    formats = cells.book.formats
    wanted: dict[int, list[tuple[int, int]]] = {}
    for row, (line, line_keys) in enumerate(zip(taken, keys, strict=True)):
        for column, (cell, key) in enumerate(zip(line, line_keys, strict=True)):
            kept = key != GENERAL and not formats.is_truth(key)
            if kept and cell.format not in (_TRUTH, _MARKED):
                continue
            new = formats.truth if cell.format == _TRUTH else formats.key(cell.format or "General")
            if kept and cell.format == _MARKED:
                new = key
            if new != key or cell.format == _MARKED:  # LibreOffice makes it a cell for text
                wanted.setdefault(new, []).append((row, column))
    for new, where in wanted.items():
        cells.part(rectangles(where)).NumberFormat = new


def _write_formulas(cells: Cells, taken: list[list[TypedContent]]) -> None:
    places = [
        (row, column)
        for row, line in enumerate(taken)
        for column, cell in enumerate(line)
        if cell.formula
    ]
    tables = cells.book.tables if places else ()
    for row, column, n_rows, n_columns in rectangles(places):
        texts = tuple(
            tuple(to_calc(cell.formula, tables) for cell in line[column : column + n_columns])
            for line in taken[row : row + n_rows]
        )
        last = column + n_columns - 1, row + n_rows - 1
        cells.uno.getCellRangeByPosition(column, row, *last).setFormulaArray(texts)

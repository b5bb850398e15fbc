"""Read and write contents and number formats of blocks of cells exactly, in few calls.

A cell's content is None, text, a number (a day is its serial number, which no time zone and no date
system changes), a truth value, a `Formula` or an `ErrorValue`. A day to be written is a `date`.

What is written into a cell goes through Excel's parser as if it were typed: `001` becomes a number,
`5/6` a day, `=1+1` a formula. An apostrophe before it keeps a text as it is; a cell with the format
for text takes everything as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple, cast

import xlwings as xw

from workbooks.ooxml.addresses import addresses, block
from workbooks.ooxml.dates import Kind, format_kind

_NO_SUCH_PROPERTY = frozenset({-2147352570, -2147352573})
"""DISP_E_UNKNOWNNAME and DISP_E_MEMBERNOTFOUND."""


class Formula(NamedTuple):
    """A formula with its equals sign."""

    text: str


class ErrorValue(NamedTuple):
    """An error that no formula gives, such as `#N/A` pasted as a value."""

    text: str


Content = str | float | bool | date | Formula | ErrorValue | None
Grid = list[list[Content]]
"""Rows of contents."""
Area = tuple[int, int, int, int]
"""First row, first column, number of rows, number of columns: what a `Rectangle` is.

Blocks are handed about as a sheet and an area: of a range, Excel would have to be asked seven times.
"""


def read_grid(sheet: xw.Sheet, area: Area) -> Grid:
    """Return what a block of cells holds, in three calls whatever its number of rows."""
    cells = block(sheet, area)
    values, formulas = _matrix(cells.raw_value, area), _matrix(_formulas(cells), area)
    return [list(map(_content, *rows)) for rows in zip(values, formulas, strict=True)]


def read_values(sheet: xw.Sheet, area: Area) -> Sequence[Sequence[Any]]:
    """Return what a block of cells shows, as the spreadsheet hands it over, in two calls."""
    return _matrix(block(sheet, area).raw_value, area)


def spills(cell: xw.Range) -> bool:
    """Tell by a cell whether Excel spills: one that does not, as Excel 2016, has no `Formula2`.

    A property that does not exist must not be set: pywin32 says then what it says of a busy Excel.
    """
    return _formula2(cell) is not None


_LONGEST_SHARED = 255


def longest_shared(cells: xw.Range) -> int:
    """Return how many characters an array formula may have that is written to a whole block.

    Excel's `FormulaArray` takes 255; an engine without that limit says so.
    """
    return int(getattr(cells.impl, "longest_shared", _LONGEST_SHARED))


def put_array(cells: xw.Range, formula: str) -> None:
    """Let one formula fill a block: one too long for that spills from the first cell, see `spills`."""
    if len(formula) <= longest_shared(cells):
        cells.formula_array = formula
    else:
        cells[0, 0].formula2 = formula


def _formulas(cells: xw.Range) -> Any:
    formulas = _formula2(cells)
    return cells.formula if formulas is None else formulas


def _formula2(cells: xw.Range) -> Any:
    """Return `Formula2` of cells, None where Excel has no such property."""
    try:
        return cells.formula2
    except AttributeError:
        return None
    except Exception as error:
        if getattr(error, "hresult", None) in _NO_SUCH_PROPERTY:  # as xlwings passes it on
            return None
        raise


def _matrix(content: Any, area: Area) -> Sequence[Sequence[Any]]:
    """Return rows of cells also where an engine gives a single cell by itself."""
    if area[2:] == (1, 1) and not isinstance(content, list | tuple):
        return [[content]]
    return cast("Sequence[Sequence[Any]]", content)


def _content(value: Any, formula: Any) -> Content:
    if isinstance(formula, str) and formula.startswith("=") and value != formula:
        return Formula(formula)
    if value is None or value == "":
        return None
    if isinstance(value, bool | float) or type(value) is str:
        return value
    if isinstance(value, int | str):  # an error: its number through COM, its name elsewhere
        return ErrorValue(str(formula or value))
    return float(formula)  # a day, or an amount of money that would come rounded


# --- number formats -------------------------------------------------------------------------------

GENERAL, TEXT = "General", "@"
Codes = list[list[str]]
"""Rows of Excel's format codes."""

_UNKNOWN_ID = -1
_DATED = (Kind.DATE, Kind.DATETIME)


def read_formats(sheet: xw.Sheet, area: Area) -> Codes:
    """Return the number formats of a block.

    Columns of one format each take about four calls a column, whatever their number of rows; so do
    rows below which all columns have another format, such as those under a table.
    """
    n_rows, n_columns = area[2:]
    codes = [[GENERAL] * n_columns for _ in range(n_rows)]
    _read_part(sheet, area, codes, (0, 0, n_rows, n_columns))
    return codes


def _read_part(sheet: xw.Sheet, area: Area, codes: Codes, part: Area) -> None:
    row, column, n_rows, n_columns = part
    code = block(sheet, (area[0] + row, area[1] + column, n_rows, n_columns)).number_format
    if code is not None:
        for line in codes[row : row + n_rows]:
            line[column : column + n_columns] = [code] * n_columns
        return
    for smaller in _smaller_parts(sheet, area, codes, part):
        _read_part(sheet, area, codes, smaller)


def _smaller_parts(sheet: xw.Sheet, area: Area, codes: Codes, part: Area) -> Iterator[Area]:
    """Yield halves; where the first column, which is read, changes its format, all it is beside."""
    row, column, n_rows, n_columns = part
    if n_columns == 1:
        half = n_rows // 2
        yield row, column, half, 1
        yield row + half, column, n_rows - half, 1
        return
    _read_part(sheet, area, codes, (row, column, n_rows, 1))
    runs = [len([*run]) for _, run in groupby(line[column] for line in codes[row : row + n_rows])]
    if len(runs) == 1 and n_columns > 2:
        half = (n_columns - 1) // 2
        yield row, column + 1, n_rows, half
        yield row, column + 1 + half, n_rows, n_columns - 1 - half
        return
    for length in runs:
        yield row, column + 1, length, n_columns - 1
        row += length


def set_formats(
    sheet: xw.Sheet, area: Area, wanted: Mapping[str, Collection[tuple[int, int]]]
) -> None:
    """Set number formats: code → places, counted from 0 within the block."""
    top, left = area[:2]
    for code, places in wanted.items():
        for address in addresses((top + row, left + at) for row, at in places):
            sheet.range(address).number_format = code


def is_dated(code: str) -> bool:
    """Tell whether a format shows numbers as days."""
    return format_kind(_UNKNOWN_ID, code) in _DATED


# --- writing --------------------------------------------------------------------------------------

MAX_FORMULA = 8_192
"""The longest formula, in characters."""
_LONG = 8_000
"""Texts longer than this do not go into a cell as part of a block in every Excel."""
_TRUTHS = ("true", "false")
_MONTH = re.compile(r"[A-Za-z]{3,9}[\s\-/.,]*\d")
_IN_WORDS = re.compile(r"(?:上午|下午)?[〇○零一二三四五六七八九十廿]+[年月日时点]")
"""What a Chinese Excel takes for a day or a time though it has no digit: 二〇二六年一月五日."""
_CLOCK = re.compile(r"\d.*(?::|上午|下午)|(?::|上午|下午).*\d|\d\s*[ap]\.?m", re.IGNORECASE)

Place = tuple[int, int]


def write_grid(sheet: xw.Sheet, area: Area, contents: Grid, codes: Codes) -> None:
    """Write a block of cells; only texts of over 8,000 characters go one by one.

    Args:
        sheet: The sheet.
        area: The block.
        contents: What it is to hold, in its shape.
        codes: The number formats its cells have, and keep.
    """
    awkward = _places(contents, codes, _is_awkward)
    if awkward:  # in a cell for text a number would become text, and a formula its own text
        set_formats(sheet, area, {GENERAL: awkward})
    rows = [list(map(_outgoing, *both)) for both in zip(contents, codes, strict=True)]
    for first, last, formulas in _runs(contents):
        part = area[0], area[1] + first, area[2], last - first
        _write(sheet, part, [row[first:last] for row in rows], formulas=formulas)
    for row, at in _places(contents, codes, lambda content, _: _is_long(content)):
        text = _marked(str(contents[row][at]), codes[row][at])
        _write(sheet, _cell(area, row, at), [[text]], formulas=False)
    _mend_apostrophes(sheet, area, contents, codes)
    _keep_general(sheet, area, contents, codes)
    if awkward:
        set_formats(sheet, area, {TEXT: awkward})


def _runs(contents: Grid) -> Iterator[tuple[int, int, bool]]:
    """Yield (first column, column after the last, with formulas) of neighbouring columns."""
    kinds = list(map(_has_formulas, zip(*contents, strict=True)))
    first = 0
    for kind, run in groupby(kinds):
        last = first + len(list(run))
        yield first, last, kind
        first = last


def _has_formulas(column: Sequence[Content]) -> bool:
    """Tell whether a column is written as formulas: a day could be misread there."""
    kinds = {*map(type, column)}
    return Formula in kinds and not kinds & {date, datetime}


def _places(contents: Grid, codes: Codes, wanted: Callable[[Content, str], bool]) -> list[Place]:
    return [
        (row, at)
        for row, (line, line_codes) in enumerate(zip(contents, codes, strict=True))
        for at, (content, code) in enumerate(zip(line, line_codes, strict=True))
        if wanted(content, code)
    ]


def _is_awkward(content: Content, code: str) -> bool:
    return code == TEXT and content is not None and not isinstance(content, str)


def _is_long(content: Content) -> bool:
    return isinstance(content, str) and len(content) > _LONG


def _outgoing(content: Content, code: str) -> object:
    """Return what has to be written for a cell of a format to hold `content`."""
    if isinstance(content, Formula | ErrorValue):
        return content.text
    if isinstance(content, str):
        return None if len(content) > _LONG else _marked(content, code)
    return content


def _marked(text: str, code: str) -> str:
    """Return a text with the apostrophe it needs in a cell of this format."""
    needed = text.startswith("'") if code == TEXT else _is_suspect(text)
    return f"'{text}" if needed else text


def _is_suspect(text: str) -> bool:
    """Tell whether Excel might take a text for something else; too often does no harm."""
    return bool(
        not text[:1].isalpha()
        or text.strip().casefold() in _TRUTHS
        or _MONTH.match(text)
        or _CLOCK.search(text)
        or _IN_WORDS.match(text)
    )


def _write(sheet: xw.Sheet, area: Area, rows: list[list[object]], *, formulas: bool) -> None:
    # xlwings makes "" of None for `value` only: as it is, Excel would be handed Null
    raw = [["" if value is None else value for value in row] for row in rows]
    cells = block(sheet, area)
    if formulas and spills(block(sheet, _cell(area, 0, 0))):
        cells.impl.formula2 = raw  # the setter of xlwings' front asks a hundred things besides
        return
    if any(isinstance(value, date) for row in rows for value in row):
        # `value` would prepare the days for Excel, but asks as many
        prepared = sheet.book.app.engine.impl.prepare_xl_data_element
        raw = [[_prepared(value, prepared) for value in row] for row in raw]
    cells.raw_value = raw


def _prepared(value: object, prepare: Callable[[object, None], object]) -> object:
    return prepare(value, None) if isinstance(value, date) else value


def _cell(area: Area, row: int, at: int) -> Area:
    """Return one cell of a block, counted from 0 within it."""
    return area[0] + row, area[1] + at, 1, 1


def _mend_apostrophes(sheet: xw.Sheet, area: Area, contents: Grid, codes: Codes) -> None:
    """Write texts that begin with an apostrophe again where a cell for text kept the mark too."""
    for row, at in _places(contents, codes, _is_quoted):
        cell, text = _cell(area, row, at), str(contents[row][at])
        if read_values(sheet, cell)[0][0] == f"'{text}":
            _write(sheet, cell, [[text]], formulas=False)


def _is_quoted(content: Content, code: str) -> bool:
    return code == TEXT and isinstance(content, str) and content.startswith("'")


def _keep_general(sheet: xw.Sheet, area: Area, contents: Grid, codes: Codes) -> None:
    """Take back the format of days that Excel gives by itself to some formulas' cells."""
    places = _places(
        contents, codes, lambda content, code: code == GENERAL and isinstance(content, Formula)
    )
    for at in sorted({at for _, at in places}):
        rows = [row for row, column in places if column == at]
        now = read_formats(sheet, (area[0] + rows[0], area[1] + at, rows[-1] - rows[0] + 1, 1))
        changed = [(row, at) for row in rows if now[row - rows[0]][0] != GENERAL]
        set_formats(sheet, area, {GENERAL: changed})

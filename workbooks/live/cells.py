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


def read_grid(cells: xw.Range) -> Grid:
    """Return what a block of cells holds, in two calls whatever its number of rows."""
    values = _matrix(cells.raw_value, cells.shape)
    formulas = _matrix(_formulas(cells), cells.shape)
    return [list(map(_content, *rows)) for rows in zip(values, formulas, strict=True)]


def spills(cells: xw.Range) -> bool:
    """Tell whether Excel spills: one that does not, such as Excel 2016, has no `Formula2`.

    A property that does not exist must not be set: pywin32 says then what it says of a busy Excel.
    """
    return _formula2(cells[0, 0]) is not None


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


def _matrix(content: Any, shape: tuple[int, int]) -> Sequence[Sequence[Any]]:
    """Return rows of cells also where an engine gives a single cell by itself."""
    if shape == (1, 1) and not isinstance(content, list | tuple):
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


def read_formats(cells: xw.Range) -> Codes:
    """Return the number formats of a block.

    Columns of one format each take about two calls a column, whatever their number of rows.
    """
    n_rows, n_columns = cells.shape
    codes = [[GENERAL] * n_columns for _ in range(n_rows)]
    _read_part(cells, codes, (0, 0, n_rows, n_columns))
    return codes


def _read_part(cells: xw.Range, codes: Codes, part: tuple[int, int, int, int]) -> None:
    row, column, n_rows, n_columns = part
    sheet = cells.sheet
    where = block(sheet, (cells.row + row, cells.column + column, n_rows, n_columns))
    code = where.number_format
    if code is not None:
        for line in codes[row : row + n_rows]:
            line[column : column + n_columns] = [code] * n_columns
    elif n_columns > 1:
        half = n_columns // 2
        _read_part(cells, codes, (row, column, n_rows, half))
        _read_part(cells, codes, (row, column + half, n_rows, n_columns - half))
    else:
        half = n_rows // 2
        _read_part(cells, codes, (row, column, half, 1))
        _read_part(cells, codes, (row + half, column, n_rows - half, 1))


def set_formats(cells: xw.Range, wanted: Mapping[str, Collection[tuple[int, int]]]) -> None:
    """Set number formats: code → places, counted from 0 within the block."""
    sheet, top, left = cells.sheet, cells.row, cells.column
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


def write_grid(cells: xw.Range, contents: Grid, codes: Codes) -> None:
    """Write a block of cells; only texts of over 8,000 characters go one by one.

    Args:
        cells: The block.
        contents: What it is to hold, in its shape.
        codes: The number formats its cells have, and keep.
    """
    awkward = _places(contents, codes, _is_awkward)
    if awkward:  # in a cell for text a number would become text, and a formula its own text
        set_formats(cells, {GENERAL: awkward})
    rows = [list(map(_outgoing, *both)) for both in zip(contents, codes, strict=True)]
    for first, last, formulas in _runs(contents):
        part = cells[:, first:last]
        _write(part, [row[first:last] for row in rows], formulas=formulas)
    for row, at in _places(contents, codes, lambda content, _: _is_long(content)):
        _write(cells[row, at], [[_marked(str(contents[row][at]), codes[row][at])]], formulas=False)
    _mend_apostrophes(cells, contents, codes)
    _keep_general(cells, contents, codes)
    if awkward:
        set_formats(cells, {TEXT: awkward})


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


def _write(cells: xw.Range, rows: list[list[object]], *, formulas: bool) -> None:
    # xlwings makes "" of None for `value` only: as it is, Excel would be handed Null
    raw = [["" if value is None else value for value in row] for row in rows]
    if formulas and spills(cells):
        cells.formula2 = raw
    elif any(isinstance(value, date) for row in rows for value in row):
        cells.value = rows
    else:  # only days have to be prepared for Excel, and `value` asks many things besides
        cells.raw_value = raw


def _mend_apostrophes(cells: xw.Range, contents: Grid, codes: Codes) -> None:
    """Write texts that begin with an apostrophe again where a cell for text kept the mark too."""
    for row, at in _places(contents, codes, _is_quoted):
        cell, text = cells[row, at], str(contents[row][at])
        if cell.value == f"'{text}":
            _write(cell, [[text]], formulas=False)


def _is_quoted(content: Content, code: str) -> bool:
    return code == TEXT and isinstance(content, str) and content.startswith("'")


def _keep_general(cells: xw.Range, contents: Grid, codes: Codes) -> None:
    """Take back the format of days that Excel gives by itself to some formulas' cells."""
    places = _places(
        contents, codes, lambda content, code: code == GENERAL and isinstance(content, Formula)
    )
    for at in sorted({at for _, at in places}):
        rows = [row for row, column in places if column == at]
        now = read_formats(cells[rows[0] : rows[-1] + 1, at : at + 1])
        changed = [(row, at) for row in rows if now[row - rows[0]][0] != GENERAL]
        set_formats(cells, {GENERAL: changed})

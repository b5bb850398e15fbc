"""Write a block of cells so that it holds exactly what it is to hold, in few calls.

What is written into a cell goes through Excel's parser as if it were typed: `001` becomes a
number, `5/6` a day, `=1+1` a formula. An apostrophe before it keeps a text as it is; a cell with
the format for text takes everything as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

import xlwings as xw

from workbooks.live.busy import patiently
from workbooks.live.contents import Content, Failure, Formula, Grid, spills
from workbooks.live.formats import GENERAL, TEXT, Codes, read_formats, set_formats

__all__ = ["MAX_FORMULA", "write_grid"]

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
    if isinstance(content, Formula | Failure):
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
    raw = [["" if one is None else one for one in row] for row in rows]

    def write_formulas() -> None:
        cells.formula2 = raw

    def write_days() -> None:
        cells.value = rows

    def write() -> None:
        cells.raw_value = raw

    if formulas and spills(cells):
        patiently(write_formulas)
    else:  # only days have to be prepared for Excel, and `value` asks many things besides
        dated = any(isinstance(one, date) for row in rows for one in row)
        patiently(write_days if dated else write)


def _mend_apostrophes(cells: xw.Range, contents: Grid, codes: Codes) -> None:
    """Write texts that begin with an apostrophe again where a cell for text kept the mark too."""
    quoted = _places(contents, codes, _is_quoted)
    if not quoted:
        return
    for row, at in quoted:
        one, text = cells[row, at], str(contents[row][at])
        if _value(one) == f"'{text}":
            _write(one, [[text]], formulas=False)


def _value(cell: xw.Range) -> object:
    return patiently(lambda: cell.value)


def _is_quoted(content: Content, code: str) -> bool:
    return code == TEXT and isinstance(content, str) and content.startswith("'")


def _keep_general(cells: xw.Range, contents: Grid, codes: Codes) -> None:
    """Take back the format of days that Excel gives by itself to some formulas' cells."""
    places = _places(
        contents, codes, lambda content, code: code == GENERAL and isinstance(content, Formula)
    )
    for at in sorted({at for _, at in places}):
        rows = [row for row, column in places if column == at]
        found = read_formats(cells[rows[0] : rows[-1] + 1, at : at + 1])
        changed = [(row, at) for row in rows if found[row - rows[0]][0] != GENERAL]
        set_formats(cells, {GENERAL: changed})

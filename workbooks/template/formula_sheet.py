"""Fill a hidden sheet with formulas and what they are saved with.

A column that computes the same in thousands of rows is one array formula: Excel, WPS and
LibreOffice open a ledger in half the time, and only rows that hold something need a saved value.
Programs that write worksheets cell by cell would pad an array with zeros.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from workbooks.ooxml.cells import escaped, text_element
from workbooks.template.layout import FIRST_ROW

Saved = str | int

_DIMENSION = re.compile(r"<dimension\s[^>]*>(?:</dimension>)?")
_DATA = re.compile(r"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)


class FormulaCell(NamedTuple):
    """A cell with a formula.

    Attributes:
        at: Its address.
        formula: The formula without its equals sign; "" in a cell that holds a text, or belongs to
            the array that begins above it.
        value: What it is saved with.
        style: Name of its style.
        area: The cells an array formula fills, "" for any other.
    """

    at: str
    formula: str
    value: Saved
    style: str = ""
    area: str = ""


def column_array(
    letter: str,
    rows: int,
    formula: str,
    values: Sequence[Saved],
    blank: Saved = "",
    top: int = FIRST_ROW,
    typed: tuple[str, str] | None = None,
) -> Iterator[FormulaCell]:
    """Yield the cells of an array formula that fills part of a column.

    ONLYOFFICE takes a column for as long as something is typed in it: for a single value, which it
    repeats in every row. Where nothing is typed below the first row, the others are blank; where
    nothing is typed at all, nothing is computed. Both are asked by conditions of one value: one for
    each row would take LibreOffice as long as all that is computed.

    Args:
        letter: The column.
        rows: How many rows the formula fills.
        formula: It gives one value for each of them.
        values: The first of these values; the others are `blank`.
        blank: What a row that holds nothing shows.
        top: The first row.
        typed: References to what clerks type in a column it looks at: all of it, and that from the
            second row on.
    """
    first, *others = [*values[:rows], *[blank] * (rows - len(values))]
    last = top + rows - 1
    area = f"{letter}{top}:{letter}{last}"
    if typed:
        empty = f'"{blank}"' if isinstance(blank, str) else blank
        wanted = f"IF(COUNTA({typed[1]})>0,1,ROW($A${top}:$A${last})={top})"
        formula = f"IF(COUNTA({typed[0]})=0,{empty},IF({wanted},{formula},{empty}))"
    yield FormulaCell(f"{letter}{top}", formula, first, area=area)
    for row, value in enumerate(others, top + 1):
        if value:  # an empty cell counts as "" and as 0
            yield FormulaCell(f"{letter}{row}", "", value)


def filled(worksheet: str, cells: Iterable[FormulaCell]) -> str:
    """Return the XML of a worksheet that holds exactly these cells; addresses have no `$`."""
    rows: dict[int, list[tuple[int, str, FormulaCell]]] = defaultdict(list)
    for cell in cells:
        letter = cell.at.rstrip("0123456789")
        rows[int(cell.at[len(letter) :])].append((len(letter), letter, cell))
    text = "".join(
        f'<row r="{row}">{"".join(_element(cell) for *_, cell in sorted(rows[row]))}</row>'
        for row in sorted(rows)
    )
    _, last = max((size, letter) for row in rows.values() for size, letter, _ in row)
    worksheet = _DIMENSION.sub(f'<dimension ref="A1:{last}{max(rows)}"/>', worksheet, count=1)
    return _DATA.sub(lambda _: f"<sheetData>{text}</sheetData>", worksheet, count=1)


def _element(cell: FormulaCell) -> str:
    if not cell.formula and isinstance(cell.value, str) and not cell.area:
        return f'<c r="{cell.at}" t="inlineStr"><is>{text_element(cell.value)}</is></c>'
    kind = f' t="array" ref="{cell.area}"' if cell.area else ""
    formula = f"<f{kind}>{escaped(cell.formula)}</f>" if cell.formula else ""
    if isinstance(cell.value, int):
        return f'<c r="{cell.at}">{formula}<v>{cell.value}</v></c>'
    return f'<c r="{cell.at}" t="str">{formula}<v>{escaped(cell.value)}</v></c>'

"""Native marks: what is missing, doubled or in the future shows while it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.columns import Column, Fill
from validators.sheets import Row, SheetKind
from validators.vocabulary import Alert, DutyProgress
from workbooks.template.layout import FIRST_ROW, LAST_ROW, column_number, placed_columns
from workbooks.template.styles import LINE, Styles

__all__ = ["MARKS", "add_marks", "row_in_use"]

MARKS = {
    "missing": "#FFC7CE",
    "recommended": "#FFF2CC",
    "double": "#F4B084",
    "future": "#F8CBAD",
}
"""Fill colours; 使用说明 explains the same ones."""

_WORDS = {
    Alert.RED.value: "#FFC7CE",
    Alert.YELLOW.value: "#FFEB9C",
    Alert.BLUE.value: "#BDD7EE",
    DutyProgress.OVERDUE.value: "#FFC7CE",
    DutyProgress.DONE.value: "#C6EFCE",
    "错误": "#FFC7CE",
    "警告": "#FFEB9C",
}
_WORDED = {"flag": ("level",), "duty": ("progress",), "check": ("level",)}


def add_marks(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    """Add the marks of one table sheet, down to row 5,000."""
    columns = placed_columns(model)
    if model.sheet.id_field and model.sheet.kind is not SheetKind.SETTINGS:
        number = column_number(model, model.sheet.id_field)
        _mark(sheet, [number], {"type": "duplicate"}, styles, MARKS["double"])
    for field in _WORDED.get(model.sheet.key, ()):
        for word, colour in _WORDS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            _mark(sheet, [column_number(model, field)], rule, styles, colour)
    typed = [n for n, column in enumerate(columns, 1) if column.fill is Fill.CLERK]
    in_use = row_in_use(columns)
    _mark_blank(sheet, _where(columns, required=True), in_use, styles, MARKS["missing"])
    _mark_blank(sheet, _where(columns, recommended=True), in_use, styles, MARKS["recommended"])
    past = _where(columns, past=True)
    if past:
        first = f"{letters(past[0])}{FIRST_ROW}"
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({first}),{first}>TODAY())"}
        _mark(sheet, past, rule, styles, MARKS["future"])
    if typed:
        line = styles.make(border=1, border_color=LINE)
        options = {"type": "formula", "criteria": f"={in_use}", "format": line}
        sheet.conditional_format(FIRST_ROW - 1, 0, LAST_ROW - 1, len(columns) - 1, options)


def row_in_use(columns: Sequence[Column], row: int = FIRST_ROW) -> str:
    """Return the condition that a clerk typed anything in `row`; look-ups do not count."""
    typed = [n for n, column in enumerate(columns, 1) if column.fill is Fill.CLERK]
    blocks = ",".join(
        f"${letters(first)}{row}:${letters(last)}{row}"
        if last > first
        else f"${letters(first)}{row}"
        for first, last in _runs(typed)
    )
    return f"COUNTA({blocks})>0"


def _mark_blank(
    sheet: Worksheet, numbers: list[int], in_use: str, styles: Styles, colour: str
) -> None:
    if numbers:
        rule = {
            "type": "formula",
            "criteria": f'=AND({letters(numbers[0])}{FIRST_ROW}="",{in_use})',
        }
        _mark(sheet, numbers, rule, styles, colour)


def _mark(
    sheet: Worksheet, numbers: list[int], rule: dict[str, Any], styles: Styles, colour: str
) -> None:
    """Add one rule to several columns; its formula is written for the first of them."""
    ranges = [
        f"{letters(first)}{FIRST_ROW}:{letters(last)}{LAST_ROW}" for first, last in _runs(numbers)
    ]
    options = {**rule, "format": styles.make(bg_color=colour)}
    if len(ranges) > 1:
        options["multi_range"] = " ".join(ranges)
    sheet.conditional_format(ranges[0], options)


def _where(columns: Iterable[Column], **facts: bool) -> list[int]:
    return [
        number
        for number, column in enumerate(columns, 1)
        if column.fill is Fill.CLERK
        and all(getattr(column, name) is wanted for name, wanted in facts.items())
    ]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return (first, last) of each run of neighbouring numbers."""
    groups = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    found = [[number for _, number in group] for _, group in groups]
    return [(run[0], run[-1]) for run in found]

"""Native aids while a clerk types: dropdowns, messages, checks, and highlighted cells.

Highlights show what is missing, doubled or in the future; all rules reach row 5,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.columns import Column, Fill, Kind
from validators.sheets import Row, SheetKind
from validators.vocabulary import Alert, DutyProgress
from workbooks.template.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LAST_ROW,
    column_number,
    placed_columns,
)
from workbooks.template.lists import list_name
from workbooks.template.styles import BOX, Styles

HIGHLIGHT_COLOURS = {
    "missing": "#FFC7CE",
    "recommended": "#FFF2CC",
    "double": "#F4B084",
    "future": "#F8CBAD",
}
"""Fill colours by what a highlight says; 使用说明 explains the same ones."""

_COLOURS_OF_WORDS = {
    Alert.RED.value: "#FFC7CE",
    Alert.YELLOW.value: "#FFEB9C",
    Alert.BLUE.value: "#BDD7EE",
    DutyProgress.OVERDUE.value: "#FFC7CE",
    DutyProgress.DONE.value: "#C6EFCE",
    "错误": "#FFC7CE",
    "警告": "#FFEB9C",
}
_COLOURED_FIELDS = {"flag": ("level",), "duty": ("progress",), "check": ("level",)}


def add_highlights(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    """Add the highlights of one table sheet."""
    columns = placed_columns(model)
    if model.sheet.id_field and model.sheet.kind is not SheetKind.SETTINGS:
        number = column_number(model, model.sheet.id_field)
        _highlight(sheet, [number], {"type": "duplicate"}, styles, HIGHLIGHT_COLOURS["double"])
    for field in _COLOURED_FIELDS.get(model.sheet.key, ()):
        for word, colour in _COLOURS_OF_WORDS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            _highlight(sheet, [column_number(model, field)], rule, styles, colour)
    typed = [n for n, column in enumerate(columns, 1) if column.fill is Fill.CLERK]
    in_use = row_in_use(columns)
    _highlight_blank(
        sheet, _where(columns, required=True), in_use, styles, HIGHLIGHT_COLOURS["missing"]
    )
    _highlight_blank(
        sheet, _where(columns, recommended=True), in_use, styles, HIGHLIGHT_COLOURS["recommended"]
    )
    past = _where(columns, past=True)
    if past:
        first = f"{letters(past[0])}{FIRST_ROW}"
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({first}),{first}>TODAY())"}
        _highlight(sheet, past, rule, styles, HIGHLIGHT_COLOURS["future"])
    if typed:
        options = {"type": "formula", "criteria": f"={in_use}", "format": styles.make(**BOX)}
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


def _highlight_blank(
    sheet: Worksheet, numbers: list[int], in_use: str, styles: Styles, colour: str
) -> None:
    if numbers:
        rule = {
            "type": "formula",
            "criteria": f'=AND({letters(numbers[0])}{FIRST_ROW}="",{in_use})',
        }
        _highlight(sheet, numbers, rule, styles, colour)


def _highlight(
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
    runs = [[number for _, number in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]


# --- dropdowns, messages and checks ---------------------------------------------------------------

TITLE_LIMIT, MESSAGE_LIMIT = 32, 255
FIRST_DAY, LAST_DAY = date(1930, 1, 1), date(2100, 12, 31)
HIGHEST = 999_999_999


def add_rules(sheet: Worksheet, model: type[Row]) -> None:
    """Add a message to each heading and a rule to each column that is typed."""
    for index, column in enumerate(placed_columns(model)):
        heading = {"validate": "any", **_message(column)}
        sheet.data_validation(HEADING_ROW - 1, index, HEADING_ROW - 1, index, heading)
        if column.fill is Fill.CLERK:
            rule = rule_for(column)
            sheet.data_validation(FIRST_ROW - 1, index, LAST_ROW - 1, index, rule)


def rule_for(column: Column) -> dict[str, Any]:
    """Return XlsxWriter's options for the cells of one column.

    A cell that may hold several words gets its dropdown without an error box: Excel would raise
    one at every honest entry.
    """
    several = any(get_origin(part) is tuple for part in _parts(column.annotation))
    style = {"error_type": "stop" if column.strict else "warning", "show_error": not several}
    return {**_condition(column), **style, **_message(column)}


def _message(column: Column) -> dict[str, str]:
    return {
        "input_title": _title(column),
        "input_message": column.help[:MESSAGE_LIMIT],
    }


def _title(column: Column) -> str:
    must = "（必填）" if column.required and column.fill is Fill.CLERK else ""
    return f"{column.heading}{must}"[:TITLE_LIMIT]


def _condition(column: Column) -> dict[str, Any]:
    if name := list_name(column):
        return {"validate": "list", "source": f"={name}", **_error("列表里没有", column)}
    if column.choices:
        return {"validate": "list", "source": list(column.choices), **_error("列表里没有", column)}
    if column.kind in {Kind.DAY, Kind.MONTH}:
        limits = {"criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        return {"validate": "date", **limits, **_error("不是日期", column)}
    if column.kind in {Kind.INTEGER, Kind.DECIMAL}:
        low, high = _bounds(column)
        kind = "integer" if column.kind is Kind.INTEGER else "decimal"
        limits = {"criteria": "between", "minimum": low, "maximum": high}
        return {"validate": kind, **limits, **_error("数字不对", column)}
    return {"validate": "any"}


def _error(title: str, column: Column) -> dict[str, str]:
    again = "请按提示重填。" if column.strict else "如果确实要填这个内容，请选“是”。"
    if column.kind in {Kind.DAY, Kind.MONTH}:
        example = "2026-05-03" if column.kind is Kind.DAY else "1978-05"
        again = f"请按 {example} 的样子填写，用短横线，不用小数点。"
    return {
        "error_title": title,
        "error_message": f"“{column.heading}”：{column.help}。{again}"[:MESSAGE_LIMIT],
    }


def _bounds(column: Column) -> tuple[int, int]:
    low, high = 0, HIGHEST
    for fact in (*column.metadata, *_facts(column.annotation)):
        low = max(low, int(getattr(fact, "ge", None) or 0))
        high = min(high, int(getattr(fact, "le", None) or HIGHEST))
    return low, high


def _facts(annotation: Any) -> Iterator[Any]:
    for part in _parts(annotation):
        yield from part.metadata if isinstance(part, FieldInfo) else (part,)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)

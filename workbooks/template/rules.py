"""Native dropdowns, input messages and checks at entry, from row 4 to row 5,000."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from xlsxwriter.worksheet import Worksheet

from validators.columns import Column, Fill, Kind
from validators.sheets import Row
from workbooks.template.layout import FIRST_ROW, HEADING_ROW, LAST_ROW, placed_columns
from workbooks.template.lists import list_name

__all__ = ["MESSAGE_LIMIT", "TITLE_LIMIT", "add_rules", "rule_for"]

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

"""The data dictionary of exported tables: every column's type, meaning, unit and source, by the models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from addin.domain.frames import PLACES, is_list
from addin.domain.reports.figure_tables import FigureRow
from validators.columns import Column, Fill, Kind
from validators.ledger import Ledger, Table
from validators.sheets import Row, columns_by_field


class ColumnEntry(NamedTuple):
    """What the dictionary says of one column.

    Attributes:
        table: Key of the table.
        table_name: Its Chinese name.
        column: Name of the column.
        heading: Its Chinese heading.
        type: SQL type.
        values: The words of a closed list, joined by 、.
        meaning: One sentence.
        unit: What numbers count or measure, "" where there is nothing to say.
        source: The sheet, and who fills it.
        is_masked: Whether it holds phones, which an export masks.
    """

    table: str
    table_name: str
    column: str
    heading: str
    type: str
    values: str
    meaning: str
    unit: str
    source: str
    is_masked: bool = False


HEADINGS = ("表", "表名", "列", "列名", "类型", "取值", "含义", "单位", "来源", "打码")

ADDED = "读取台账时加入"
"""The source of the columns that say whose a row is and where it stands."""

_TYPES = {Kind.DAY: "DATE", Kind.MONTH: "DATE", Kind.INTEGER: "BIGINT", Kind.DECIMAL: "DOUBLE"}
_PLACE_TYPES = {"row": "BIGINT", "accepted": "BOOLEAN"}
_PLACE_HEADINGS = {
    "unit_code": "行政区划代码", "county": "县(区)", "township": "乡镇(街道)", "file": "来源文件",
    "row": "来源行", "accepted": "通过校验",
}  # fmt: skip
_SOURCES = {Fill.CLERK: "填报", Fill.LOOKUP: "按编号自动带出", Fill.COMPUTED: "由本工具计算"}


def data_dictionary(ledger: Ledger) -> tuple[ColumnEntry, ...]:
    """Return an entry for every column of `frames(ledger)`, in its order."""
    return tuple(entry for table in ledger.tables.values() for entry in _entries(table))


def sql_type(column: Column) -> str:
    """Return the SQL type of a column's values."""
    return "VARCHAR[]" if is_list(column) else _TYPES.get(column.kind, "VARCHAR")


def is_phone(column: Column) -> bool:
    """Return whether a column holds phones, a person's or an office's."""
    return column.mask or column.field.endswith("phone")


def _entries(table: Table[Row]) -> Iterator[ColumnEntry]:
    sheet, columns = table.model.sheet, columns_by_field(table.model)
    if not issubclass(table.model, FigureRow):
        for name, meaning in PLACES.items():
            if name not in columns:
                yield ColumnEntry(
                    sheet.key, sheet.name, name, _PLACE_HEADINGS[name],
                    _PLACE_TYPES.get(name, "VARCHAR"), "", meaning, "", ADDED,
                )  # fmt: skip
    for column in columns.values():
        meaning = column.help + ("（当月 1 日）" if column.kind is Kind.MONTH else "")
        yield ColumnEntry(
            sheet.key, sheet.name, column.field, column.heading, sql_type(column),
            "、".join(column.choices), meaning, _unit(column),
            f"{sheet.name}·{_SOURCES[column.fill]}", is_phone(column),
        )  # fmt: skip


def _unit(column: Column) -> str:
    """Return the unit a number is declared with, or that its heading names in brackets."""
    if column.unit or column.kind not in {Kind.INTEGER, Kind.DECIMAL}:
        return column.unit
    named = re.search(r"\((.+)\)$", column.heading)
    return named[1] if named else ""

"""BD_DATE, BD_NAME, BD_PLACE: one accepted spelling out of many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from addin.formulas.ledger import day_of_serial
from addin.formulas.ranges import Answer, Given, Plain, plain, texts, udf
from validators.cells import Cell
from validators.checks import check_values
from validators.columns import Column
from validators.divisions import find_unit, full_name
from validators.errors import UnknownDivision
from validators.findings import as_typed
from validators.messages import describe
from validators.normalise import squeeze
from validators.sheets import (
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    columns_by_field,
)

_DAY = columns_by_field(LogEntryRow)["date"]
_NAME = columns_by_field(MentorRow)["name"]
_VILLAGE = columns_by_field(IndividualRow)["village"]


@udf("规范日期", about=(LogEntryRow,), dated=True)
def BD_DATE(text: Annotated[Any, texts("date")]) -> Answer:
    """将各种格式的日期转为日期值；无法确定日期的，注明原因。结果若显示为数字，请将单元格格式设为日期。

    Serial numbers are days: Excel on the web hands every date over as one.
    """
    return _each(text, lambda cell: _normalised(_DAY, day_of_serial(cell)))


@udf("规范姓名", about=(MentorRow, IndividualRow))
def BD_NAME(text: Annotated[Any, texts("name")]) -> Answer:
    """将姓名转为规范格式：删除多余的空格和不可见字符，统一间隔号；不是姓名的，注明原因。"""
    return _each(text, lambda cell: _normalised(_NAME, cell))


@udf("规范地名", about=(MentorRow, IndividualRow, OrganisationRow))
def BD_PLACE(text: Annotated[Any, texts("village")]) -> Answer:
    """将地名转为规范格式：乡镇写为“县名+乡镇名”，村委会、居委会写为村、社区；重名或无法识别的乡镇，列出可选名称。

    A village is only spelled: which village is meant, its unit says.
    """
    return _each(text, _place)


def _each(given: Given, normalise: Callable[[Cell], Plain]) -> Answer:
    cells = given.block
    rows = [["" if cell is None else normalise(cell) for cell in row] for row in cells.rows]
    return rows[0][0] if cells.single else rows


def _normalised(column: Column, cell: Cell) -> Plain:
    checked = check_values(column, [cell])
    problem = checked.problems.get(0)
    if problem and problem.is_error:
        return "，".join(describe(problem.kind, column, as_typed(cell), problem.context))
    return plain(checked.values[0])


def _place(cell: Cell) -> Plain:
    typed = squeeze(str(cell)) if isinstance(cell, str | int) else ""
    if typed.endswith(_TOWNSHIP_ENDS) or typed.isdigit():
        try:
            return full_name(find_unit(typed))
        except UnknownDivision as unknown:
            return str(unknown)
    return _normalised(_VILLAGE, cell)


_TOWNSHIP_ENDS = ("镇", "乡", "街道", "街道办事处", "县", "区", "市")

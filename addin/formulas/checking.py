"""BD_CHECK: what is wrong with every row of a table."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

import xlwings as xw

from addin.formulas.arguments import AsOf, SettingsTable
from addin.formulas.cells import Answer, block, never_raising
from addin.formulas.intake import Given, Judged, as_of_day, checked_sheet, one_word
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, Row, SettingRow
from workbooks.template.layout import FIRST_ROW

__all__ = ["BD_CHECK"]

_TABLES = {model.sheet.name: model for model in SHEETS if not model.sheet.form}
_RANGE = {"ndim": 2, "err_to_str": True}


@xw.func
@never_raising
def BD_CHECK(
    rows: Annotated[Any, {"doc": "要检查的行，如 tbl_log", **_RANGE}],
    headings: Annotated[Any, {"doc": "这些行的标题行，如 tbl_log[#Headers]", **_RANGE}],
    sheet: Annotated[Any, {"doc": "是台账的哪张表，如“工作日志”", **_RANGE}],
    settings: SettingsTable = None,
    as_of: AsOf = None,
    first_row: Annotated[
        Any, {"doc": "第一行在工作表中的行号；不填按模板为 4，提示中的单元格以此为准", **_RANGE}
    ] = None,
) -> Answer:
    """逐行检查一张台账表，每行写出问题，没有问题的为空。只查这张表自己看得出的问题；和其他表对照的问题请用“录入校验”。"""
    given, above = block(rows), block(headings)
    if given.width != above.width:
        raise UsageError("第 1、2 个参数的列数不一致", "请选同一张表的数据行和标题行")
    word = one_word(3, sheet)
    model = _TABLES.get(squeeze(word))
    if model is None:
        raise UsageError(f"第 3 个参数“{word}”不是台账的表名", f"可填：{'、'.join(_TABLES)}")
    first = _row_number(first_row)
    found = checked_sheet(
        model, (*above.rows, *given.rows), first - above.height,
        Given(4, SettingRow, settings), as_of_day(5, as_of),
    )  # fmt: skip
    said = _by_row(found, model)
    texts: list[list[Any]] = [[said.get(first + at, "")] for at in range(given.height)]
    return texts[0][0] if given.height == 1 else texts


def _row_number(typed: Any) -> int:
    word = one_word(6, typed)
    if not word:
        return FIRST_ROW
    if not word.isdecimal() or not int(word):
        raise UsageError(f"第 6 个参数“{word}”不是行号", "请填数字，如 4，或不填")
    return int(word)


def _by_row(found: Judged, model: type[Row]) -> dict[int, str]:
    """Return the findings of a sheet by worksheet row, from left to right."""
    said: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for one in found.findings:
        if one.sheet == model.sheet.name:
            text = f"{one.heading}：{one.message}，{one.suggestion}"
            said[one.row].append((len(one.column), one.column, text))
    return {row: "；".join(text for *_, text in sorted(texts)) for row, texts in said.items()}

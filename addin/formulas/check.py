"""BD_CHECK: what is wrong with every row of a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Annotated, Any

from addin.formulas import ranges as arg
from addin.formulas.ledger import FormulaLedger, one_word, validated
from addin.formulas.ranges import Answer, Argument, Block, Given, udf
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, LogEntryRow, Row, SettingRow, SheetKind
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.template.layout import FIRST_ROW

_TABLES = {model.sheet.name: model for model in SHEETS if not model.sheet.form}

CLERKS_TABLES: tuple[type[Row], ...] = (
    LogEntryRow,  # where another sheet is in front
    *(
        model
        for model in _TABLES.values()
        if model is not LogEntryRow
        and (model.sheet.kind is not SheetKind.GENERATED or model.sheet.id_field)
    ),
)
"""The tables a clerk fills in, 职责清单 among them; other generated rows have no IDs of their own."""


@udf("逐行检查", about=CLERKS_TABLES)
def BD_CHECK(
    rows: Annotated[Any, Argument("需检查的行，如 tbl_log", "@:rows")],
    headings: Annotated[Any, Argument("所检查行的标题行，如 tbl_log[#Headers]", "@:headings")],
    sheet: Annotated[Any, Argument("台账的表名，如“工作日志”", "@:sheet")],
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
    first_row: Annotated[
        Any, Argument("第一行在工作表中的行号；不填按模板为 4，提示中的单元格以此为准", "@:first")
    ] = None,
) -> Answer:
    """逐行检查一张台账表，每行列出问题，没有问题的为空。只检查本表可以判断的问题；需与其他表对照的，请点“录入校验”。"""
    body, above = rows.block, headings.block
    if body.width != above.width:
        raise UsageError("第 1、2 个参数的列数不一致", "请选同一张表的数据行和标题行")
    word = one_word(sheet)
    model = _TABLES.get(squeeze(word))
    if model is None:
        raise UsageError(f"第 3 个参数“{word}”不是台账的表名", f"可填：{'、'.join(_TABLES)}")
    first = _row_number(first_row)
    cells = Block((*above.rows, *body.rows), body.tells_blanks)
    table = Given(2, model, cells, first - above.height)
    if model is SettingRow:
        settings = replace(settings, value=None)
    texts = _texts_by_row(validated([table], settings, as_of), model)
    column: list[list[Any]] = [[texts.get(first + at, "")] for at in range(body.height)]
    return column[0][0] if body.height == 1 else column


def _row_number(argument: Given) -> int:
    word = one_word(argument)
    if not word:
        return FIRST_ROW
    if not word.isdecimal() or not 0 < int(word) <= WORKSHEET_ROWS:
        raise UsageError(f"第 6 个参数“{word}”不是行号", "请填数字，如 4，或不填")
    return int(word)


def _texts_by_row(ledger: FormulaLedger, model: type[Row]) -> dict[int, str]:
    """Return the findings of a sheet by worksheet row, from left to right."""
    texts: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for finding in ledger.findings:
        if finding.sheet == model.sheet.name:
            text = f"{finding.heading}：{finding.message}，{finding.suggestion}"
            texts[finding.row].append((len(finding.column), finding.column, text))
    return {row: "；".join(text for *_, text in sorted(some)) for row, some in texts.items()}

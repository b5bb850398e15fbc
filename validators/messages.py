"""Every problem of one cell: its level and its sentence in plain Chinese.

`PROBLEMS` is keyed by kind, which is also the last part of a finding's code
(`log.date.date_ambiguous`). `kind_of` maps every pydantic error type to a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from validators.columns import Column, Kind
from validators.vocabulary import Level


class Wording(NamedTuple):
    """Level, sentence and suggestion of one kind; `{…}` are filled from the problem's context.

    `spares` says that an error is but a warning in an optional column: its rows can do without.
    """

    level: Level
    message: str
    suggestion: str
    spares: bool = False


PROBLEMS: dict[str, Wording] = {
    "missing": Wording(Level.ERROR, "“{heading}”是必填项，未填写", "请补填：{help}"),
    "choice": Wording(
        Level.ERROR, "“{value}”不在“{heading}”的选项内", "请从下拉列表中选：{choices}"
    ),
    "code_malformed": Wording(
        Level.ERROR, "“{value}”不是正确的编号", "编号形如 {example}，请对照原编号改正"
    ),
    "date_unreadable": Wording(
        Level.ERROR, "“{value}”不是有效日期", "请按“{date_parts}”重新填写，如 {date_example}"
    ),
    "date_ambiguous": Wording(
        Level.ERROR,
        "“{value}”无法确定是{date_unit}（{lack}）",
        "{guess}请按“{date_parts}”写全，如 {date_example}",
    ),
    "date_number": Wording(
        Level.ERROR, "“{value}”是数值，不是日期", "可能是 {likely}，请按日期重新填写"
    ),
    "date_serial": Wording(
        Level.ERROR, "“{value}”是失去日期格式的数值", "可能是 {likely}，请核对后按日期重新填写"
    ),
    "date_format_lost": Wording(
        Level.WARNING,
        "“{heading}”整列失去日期格式，{count} 个单元格显示为“{value}”等数值，已按日期（{reading} 等）读取",
        "请点“规范格式”统一改正，或将整列单元格格式设为日期",
    ),
    "date_out_of_range": Wording(
        Level.ERROR, "日期“{value}”的年份不合理", "请核对年份，应在 1930 至 2100 年之间"
    ),
    "number_unreadable": Wording(
        Level.ERROR, "“{value}”不是数字", "“{heading}”只填数字，请去掉文字说明"
    ),
    "number_shown": Wording(
        Level.ERROR,
        "单元格显示“{shown}”，实际存储的是 {stored}，无法确定以哪个为准",
        "请核对“{heading}”后按常规格式重新填写",
    ),
    "percent_lost": Wording(
        Level.ERROR,
        "“{value}”过小，可能是百分数失去格式",
        "可能是 {likely} 分，请核对“{heading}”后重新填写",
    ),
    "money_unit": Wording(
        Level.ERROR,
        "“{value}”过大，可能按“元”填写",
        "按“元”填写的应为 {likely} 万元，请核对后重新填写",
    ),
    "number_not_integer": Wording(Level.ERROR, "“{value}”不是整数", "“{heading}”请填整数"),
    "out_of_range": Wording(
        Level.ERROR, "“{value}”超出范围，{bounds}", "请核对“{heading}”后重新填写"
    ),
    "digits_lost": Wording(
        Level.ERROR, "“{value}”超过 15 位，尾数已丢失", "请先将单元格格式设为文本，再重新填写"
    ),
    "formula_error": Wording(Level.ERROR, "公式错误 {value}", "请改正公式，或直接填写内容"),
    "formula_uncalculated": Wording(
        Level.ERROR, "公式没有计算结果", "请用 Excel 打开并保存后再上报"
    ),
    "control_character": Wording(
        Level.ERROR, "内容中有不可见的控制字符（{code}）", "请清空本单元格后重新填写"
    ),
    "text_too_long": Wording(
        Level.ERROR, "内容共 {length} 字，超过单元格上限 32767 字", "请精简内容"
    ),
    "ditto": Wording(
        Level.ERROR, "“{value}”未写明“{heading}”", "请逐行写明“{heading}”", spares=True
    ),
    "placeholder": Wording(
        Level.ERROR, "“{value}”未写明“{heading}”", "请补填：{help}", spares=True
    ),
    "characters_lost": Wording(
        Level.ERROR, "“{value}”中有文字丢失，只显示问号", "请对照原件补全", spares=True
    ),
    "name_several": Wording(
        Level.ERROR,
        "“{value}”中不止一人",
        "每个单元格只填一人，请从“{options}”中选定，其余人员另起一行填写",
        spares=True,
    ),
    "name_malformed": Wording(
        Level.ERROR, "“{value}”不是姓名", "“{heading}”只填一人姓名，请去掉其他内容", spares=True
    ),
    "name_more": Wording(
        Level.WARNING,
        "“{value}”除姓名外还有其他内容，已按“{reading}”读取",
        "请只保留姓名“{reading}”，其他内容填入相应列",
    ),
    "name_doubtful": Wording(
        Level.WARNING,
        "“{value}”可能不是一人的姓名",
        "请核对：两人的分两行填写，少数民族姓名各部分之间加“·”；填写无误的无需修改",
    ),
    "id_number_only": Wording(
        Level.ERROR,
        "“{heading}”中填写了身份证号",
        "本台账不收集身份证号，请改填“{heading}”：{help}",
        spares=True,
    ),
    "id_number": Wording(
        Level.WARNING, "“{heading}”中有身份证号", "本台账不收集身份证号，请从本单元格删除"
    ),
    "says_little": Wording(Level.WARNING, "“{value}”未写明具体做法", "请用一两句话写明做了什么"),
    "malformed": Wording(Level.ERROR, "“{value}”填写不正确", "请对照“{heading}”的填写说明：{help}"),
    "phone_malformed": Wording(
        Level.WARNING,
        "“{value}”不是有效的电话号码",
        "请核对：手机号码填 11 位数字，座机号码加区号，如 0954-2032000",
    ),
    "normalised": Wording(
        Level.NOTICE, "{form}{odd}，已识别为“{reading}”", "请点“规范格式”改为“{reading}”"
    ),
    "not_text": Wording(
        Level.NOTICE,
        "内容不是文字格式，已识别为“{reading}”",
        "无需处理；与显示的内容不同的，请改为文字格式后重新填写",
    ),
    "blank_word": Wording(Level.NOTICE, "“{value}”按空白处理", "无需处理，无内容的可以留空"),
    "recommended": Wording(
        Level.NOTICE, "“{heading}”有 {count} 行未填写，此处为第一行", "请补填：{help}"
    ),
}

_BY_TYPE = {
    "missing": "missing",
    "enum": "choice",
    "literal_error": "choice",
    "bool_type": "choice",
    "bool_parsing": "choice",
    "string_pattern_mismatch": "code_malformed",
    "int_from_float": "number_not_integer",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "multiple_of": "out_of_range",
    "finite_number": "out_of_range",
    "too_short": "missing",
}
_BY_PREFIX = {
    "date": "date_unreadable",
    "time": "date_unreadable",
    "timezone": "date_unreadable",
    "int_": "number_unreadable",
    "float_": "number_unreadable",
    "decimal_": "number_unreadable",
    "complex_": "number_unreadable",
}


def kind_of(error_type: str) -> str:
    """Return the kind a pydantic error type belongs to; `malformed` where nothing says more."""
    if error_type in PROBLEMS:
        return error_type
    by_prefix = (kind for start, kind in _BY_PREFIX.items() if error_type.startswith(start))
    return _BY_TYPE.get(error_type) or next(by_prefix, "malformed")


def describe(kind: str, column: Column, value: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return the sentence and the suggestion for one cell of `column`."""
    facts = {**_facts(column), "value": value, **context}
    if kind == "out_of_range":
        facts["bounds"] = _bounds(context)
    wording = PROBLEMS[kind]
    return wording.message.format_map(facts), wording.suggestion.format_map(facts)


@cache
def _facts(column: Column) -> dict[str, Any]:
    return {
        "heading": column.heading,
        "help": column.help,
        "choices": _some(column.choices),
        "example": "9 位数字" if column.kind is Kind.TEXT else column.heading,
        "form": "写法不规范",
        "odd": "",
        "lack": "缺年或缺日",
        "guess": "",
        "count": 0,
        **_DATES[column.kind is Kind.MONTH],
    }


_DATES = (
    {"date_unit": "哪一天", "date_parts": "年-月-日", "date_example": "2026-05-03"},
    {"date_unit": "哪年哪月", "date_parts": "年-月", "date_example": "1978-05"},
)
"""How a day, and a month, is spoken of and written."""


def _some(choices: tuple[str, ...], most: int = 8) -> str:
    return "、".join(choices[:most]) + ("等" if len(choices) > most else "") or "列表中已有的词语"


_BOUND_WORDS = {"ge": "不小于 {}", "gt": "大于 {}", "le": "不大于 {}", "lt": "小于 {}"}


def _bounds(context: Mapping[str, Any]) -> str:
    words = (word.format(context[key]) for key, word in _BOUND_WORDS.items() if key in context)
    return "应" + ("、".join(words) or "在允许的范围内")

"""The arguments formulas share: how they are handed over and what the function wizard says of them.

A host hands over every range as rows of cells (`ndim` 2), error cells as their text.
"""

from __future__ import annotations

from typing import Annotated, Any

__all__ = [
    "AsOf",
    "Assessments",
    "Completions",
    "Conversions",
    "Drafts",
    "Duties",
    "Individuals",
    "Log",
    "Mentees",
    "Mentors",
    "MentorsPool",
    "Misconducts",
    "Organisations",
    "Pairings",
    "SettingsTable",
    "Texts",
]

_RANGE = {"ndim": 2, "err_to_str": True}
_WHOLE = "整张表，连同标题行"

Mentors = Annotated[Any, {"doc": "导师编号所在的单元格，可以是一列", **_RANGE}]
Mentees = Annotated[Any, {"doc": "对象编号所在的单元格，可以是一列", **_RANGE}]
Texts = Annotated[Any, {"doc": "要规范的单元格，可以是一列", **_RANGE}]
MentorsPool = Annotated[Any, {"doc": f"导师库{_WHOLE}，如 tbl_mentor[#All]", **_RANGE}]
Individuals = Annotated[Any, {"doc": f"个人对象{_WHOLE}，如 tbl_individual[#All]", **_RANGE}]
Organisations = Annotated[Any, {"doc": f"组织对象{_WHOLE}，如 tbl_organisation[#All]", **_RANGE}]
Pairings = Annotated[Any, {"doc": f"结对台账{_WHOLE}，如 tbl_pairing[#All]", **_RANGE}]
Drafts = Annotated[Any, {"doc": f"结对建议{_WHOLE}，如 tbl_suggestion[#All]；可不填", **_RANGE}]
Duties = Annotated[Any, {"doc": f"职责清单{_WHOLE}，如 tbl_duty[#All]", **_RANGE}]
Log = Annotated[Any, {"doc": f"工作日志{_WHOLE}，如 tbl_log[#All]", **_RANGE}]
Assessments = Annotated[Any, {"doc": f"成长评价{_WHOLE}，如 tbl_assessment[#All]", **_RANGE}]
Conversions = Annotated[Any, {"doc": f"培养转化{_WHOLE}，如 tbl_conversion[#All]", **_RANGE}]
Completions = Annotated[Any, {"doc": f"期满考核{_WHOLE}，如 tbl_completion[#All]", **_RANGE}]
Misconducts = Annotated[Any, {"doc": f"负面情形{_WHOLE}，如 tbl_misconduct[#All]", **_RANGE}]
SettingsTable = Annotated[
    Any, {"doc": f"参数{_WHOLE}，如 tbl_setting[#All]；不填用默认口径", **_RANGE}
]
AsOf = Annotated[Any, {"doc": "数据截至哪一天；不填为今天。要随日期自动重算请填 TODAY()", **_RANGE}]

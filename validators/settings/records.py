"""Hints on the quality of records."""

from __future__ import annotations

from typing import Annotated

from validators.settings.describing import Described, setting
from validators.settings.fields import Number, Share

__all__ = ["RecordSettings"]


class RecordSettings(Described):
    """Hints on the quality of records."""

    copied_similarity: Annotated[
        Share,
        setting(
            "近似内容相似度下限",
            unit="%",
            meaning="两条日志的内容除姓名、地名、日期和数字外，相同程度不低于该值时在记录质量提示中列出",
        ),
    ] = 90
    copied_characters: Annotated[
        Number,
        setting(
            "近似内容最少字数",
            unit="字",
            meaning="除姓名、地名、数字、标点和常用短语外，少于该字数的内容不作比较",
        ),
    ] = 16
    day_entries: Annotated[
        Number,
        setting(
            "同日记录条数提示值",
            unit="条",
            meaning="一名记录人同一天的日志超过该条数时提示，同一次集体活动只计一条",
        ),
    ] = 10
    month_end_days: Annotated[
        Number, setting("月末天数", unit="天", meaning="每月最后几天算月末，用于记录质量提示")
    ] = 3
    quarter_end_days: Annotated[
        Number, setting("季末天数", unit="天", meaning="每季度最后几天算季末，用于记录质量提示")
    ] = 10
    period_end_share: Annotated[
        Share,
        setting(
            "期末集中比例", unit="%", meaning="一月或一季的日志在月末或季末的比例不低于该值时提示"
        ),
    ] = 50
    period_entries: Annotated[
        Number,
        setting("期末集中最少条数", unit="条", meaning="一月或一季的日志少于该条数时不看是否集中"),
    ] = 10

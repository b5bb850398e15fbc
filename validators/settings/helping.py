"""What a pairing owes, and when a mentee is flagged (S6, S7, S10)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from validators.settings.describing import PUBLISHED, Described, setting
from validators.settings.fields import Marks, Number, Periods, Share

__all__ = ["HelpingSettings"]


class HelpingSettings(Described):
    """What a pairing owes, and when a mentee is flagged (S6, S7, S10)."""

    contacts_per_month: Annotated[
        Number,
        setting(
            "每月联系次数", unit="次", meaning="每对结对每个自然月至少联系几次", source=PUBLISHED
        ),
    ] = 1
    counted_days: Annotated[
        Number,
        setting(
            "计入联系的最少天数",
            unit="天",
            meaning="一个自然月扣除宽限、暂停和免计的天数后，不少于该天数才要求联系",
        ),
    ] = 15
    exempt_periods: Annotated[
        Periods,
        setting(
            "免计时段",
            meaning="不计联系次数的时段，写成 2026-02-10至2026-02-24，多段用顿号分开",
        ),
    ] = ()
    grace_days: Annotated[
        Number, setting("新结对宽限天数", unit="天", meaning="新结对在该天数内不预警")
    ] = 30
    assessment_months: Annotated[
        Number,
        setting("评价间隔", unit="月", meaning="几个月评价一次对象", source=PUBLISHED),
    ] = 3
    contact_rate: Annotated[
        Share, setting("联系完成率下限", unit="%", meaning="近三个月联系完成率低于该值预警")
    ] = 80
    idle_aspect_days: Annotated[
        Number, setting("薄弱方面未帮带天数", unit="天", meaning="薄弱方面超过该天数没有帮带时预警")
    ] = 60
    unpaired_days: Annotated[
        Number, setting("未结对天数", unit="天", meaning="确定为对象后超过该天数未结对时预警")
    ] = 15
    low_satisfaction: Annotated[
        Number, setting("满意度下限", unit="分", meaning="满意度不超过该值时预警")
    ] = 2
    flat_below: Annotated[
        Number,
        setting("需提升分值", unit="分", meaning="低于该分值的方面连续两次评价都没有提升时预警"),
    ] = 4
    early_days: Annotated[
        Number,
        setting("提前提醒天数", unit="天", meaning="离预警期限不超过该天数时列为蓝色，提前提醒"),
    ] = 7
    red_score: Annotated[
        Number, setting("红色预警分数线", unit="分", meaning="风险分不低于该值为红色")
    ] = 60
    flag_points: Annotated[
        Marks,
        setting(
            "预警规则分值",
            meaning="改动哪条写哪条，如 上月未联系=35，多条用顿号分开；写 0 不用该条",
        ),
    ] = Field(default_factory=dict)

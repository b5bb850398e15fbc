"""Who may help whom, and what weighs how much in a suggestion (S1–S3)."""

from __future__ import annotations

from typing import Annotated

from validators.settings.describing import PUBLISHED, Described, setting
from validators.settings.fields import Number, Words, numbers

__all__ = ["PairingSettings"]


class PairingSettings(Described):
    """Who may help whom, and what weighs how much in a suggestion (S1–S3)."""

    load_warning: Annotated[
        Number,
        setting(
            "导师帮带人数提醒值",
            unit="人",
            meaning="一名导师同时帮带个人数超过该值时提醒",
            source=PUBLISHED,
        ),
    ] = 3
    load_limit: Annotated[
        Number,
        setting("导师帮带人数上限", unit="人", meaning="一名导师同时帮带个人数超过该值为错误"),
    ] = 5
    organisation_load_limit: Annotated[
        Number,
        setting("导师帮带组织数上限", unit="个", meaning="一名导师同时帮带组织数超过该值时提醒"),
    ] = 2
    mentors_per_individual: Annotated[
        Number,
        setting("个人最多导师数", unit="名", meaning="一名个人对象最多几名导师，可调到 5"),
    ] = 3
    mentors_per_organisation: Annotated[
        Number, setting("组织最多导师数", unit="名", meaning="一个组织对象最多几名导师")
    ] = 3
    weak_at_most: Annotated[
        Number, setting("薄弱方面分值", unit="分", meaning="对象某方面得分不超过该值为薄弱")
    ] = 2
    strong_at_least: Annotated[
        Number, setting("擅长方面分值", unit="分", meaning="导师某方面得分不低于该值为擅长")
    ] = 4
    period_months: Annotated[
        Number,
        setting(
            "帮带周期", unit="月", meaning="结对日期到期满日期的月数，可续期", source=PUBLISHED
        ),
    ] = 12
    veteran_years: Annotated[
        Number,
        setting(
            "老业务、老乡镇、老支书最低年限", unit="年", meaning="参加基层工作年限低于该值时提醒"
        ),
    ] = 5
    newcomer_years: Annotated[
        Number,
        setting("新任职年限", unit="年", meaning="任现职不满该年限的对象为新任职，可老带新"),
    ] = 2
    pairing_weights: Annotated[
        Words,
        numbers(5),
        setting(
            "匹配权重",
            unit="分",
            meaning="依次为领域相近、帮带便捷、以强带弱、双向自愿、组织统筹",
        ),
    ] = ("25", "20", "30", "15", "10")
    nearness: Annotated[
        Words,
        numbers(4),
        setting("便捷系数", meaning="依次为同村、同乡镇、同县、同市"),
    ] = ("1.0", "0.8", "0.5", "0.2")
    churn: Annotated[
        Number,
        setting(
            "建议变动扣分",
            unit="分",
            meaning="重新生成结对建议时，换掉一条原建议要多出几分（满分 100）才换",
        ),
    ] = 5

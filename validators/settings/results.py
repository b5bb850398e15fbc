"""Gold mentors, changes of the pool, closing and ranking (S9, S11–S13)."""

from __future__ import annotations

from typing import Annotated

from validators.settings.describing import PUBLISHED, Described, setting
from validators.settings.fields import Number, Share, Words, numbers

__all__ = ["ResultSettings"]


class ResultSettings(Described):
    """Gold mentors, changes of the pool, closing and ranking (S9, S11–S13)."""

    gold_total: Annotated[
        Number, setting("金牌导师总分下限", unit="分", meaning="总分不低于该值才可入围")
    ] = 90
    gold_log_rate: Annotated[
        Share, setting("金牌导师日志合规率下限", unit="%", meaning="日志合规率不低于该值才可入围")
    ] = 95
    gold_quota: Annotated[
        Share,
        setting(
            "金牌导师名额比例", unit="%", meaning="每县入围人数占导师数的上限，不足 1 名按 1 名"
        ),
    ] = 10
    gold_weights: Annotated[
        Words,
        numbers(4),
        setting("金牌导师分项分值", unit="分", meaning="依次为履职、档案日志、成效、满意度"),
    ] = ("30", "20", "30", "20")
    pool_idle_months: Annotated[
        Number,
        setting("导师未联系月数", unit="月", meaning="名下结对连续几个整月都没有联系，建议暂停"),
    ] = 3
    pool_failed_share: Annotated[
        Share, setting("期满不合格比例", unit="%", meaning="期满考核不合格占比达到该值，建议暂停")
    ] = 50
    pool_effect_months: Annotated[
        Number, setting("成效考察月数", unit="月", meaning="帮带满几个月仍无成效，建议调出")
    ] = 6
    pool_widen_result: Annotated[
        Share, setting("增加帮带成效率", unit="%", meaning="成效率达到该值的导师才建议增加帮带人数")
    ] = 80
    ranking_weights: Annotated[
        Words,
        numbers(7),
        setting(
            "比学赶帮分项分值",
            unit="分",
            meaning="依次为结对、按月联系、职责、成长、期满、转化、销号",
        ),
    ] = ("15", "15", "20", "25", "10", "5", "10")
    ranking_prior: Annotated[
        Number,
        setting(
            "比学赶帮平滑基数", unit="个", meaning="各项先按全体平均补这么多个，基数小的不虚高"
        ),
    ] = 10
    qualified_score: Annotated[
        Number, setting("合格分数线", unit="分", meaning="期满考核达到该分为合格")
    ] = 70
    excellent_score: Annotated[
        Number, setting("优秀分数线", unit="分", meaning="期满考核达到该分为优秀")
    ] = 90
    closing_score: Annotated[
        Number,
        setting("销号验收分数线", unit="分", meaning="验收得分不低于该值", source=PUBLISHED),
    ] = 70
    closing_votes: Annotated[
        Share,
        setting(
            "销号不满意票比例上限", unit="%", meaning="不满意票占总票不超过该值", source=PUBLISHED
        ),
    ] = 50
    unanswered_days: Annotated[
        Number, setting("问题答复天数", unit="天", meaning="交流园地的问题超过该天数未答复时列出")
    ] = 15

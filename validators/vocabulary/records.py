"""Words for logs, assessments and what is computed from them."""

from __future__ import annotations

from validators.vocabulary.base import Word

__all__ = [
    "Alert",
    "Aspect",
    "AssessmentChannel",
    "Conclusion",
    "ContactForm",
    "DutyProgress",
    "ExchangeKind",
    "GrowthTrend",
    "Method",
    "PoolChange",
    "PoolDecision",
    "Rating",
    "Role",
    "Shortlisted",
    "Source",
]


class Aspect(Word):
    """The six aspects (六个方面), rated 1–5."""

    CONVICTION = "思想情怀"
    COMPETENCE = "业务能力"
    ORGANISATION = "组织建设"
    CONDUCT = "工作作风"
    INDUSTRY = "产业发展"
    GOVERNANCE = "基层治理"


class Role(Word):
    """帮带作用 (传帮带培促)."""

    TRANSMIT = "传"
    HELP = "帮"
    LEAD = "带"
    TRAIN = "培"
    SPUR = "促"


class Method(Word):
    """帮带方法 (S6)."""

    ASSIGNMENTS = "布置作业法"
    CASES = "案件处理法"
    DELEGATION = "放手压担法"
    EXCHANGE = "交流提高法"


class ContactForm(Word):
    """形式 of a contact."""

    OFFLINE = "线下"
    ONLINE = "线上"


class DutyProgress(Word):
    """进度 of a duty, counted from the log."""

    NOT_STARTED = "未开始"
    IN_PROGRESS = "进行中"
    DONE = "已完成"
    OVERDUE = "逾期"


class AssessmentChannel(Word):
    """采集方式 of an assessment."""

    PAPER = "纸质"
    PHONE = "电话"
    TALK = "座谈"


class Rating(Word):
    """等次 at the end-of-period assessment."""

    EXCELLENT = "优秀"
    QUALIFIED = "合格"
    UNQUALIFIED = "不合格"


class Conclusion(Word):
    """结论 at the end-of-period assessment."""

    GRADUATE = "出师"
    RENEW = "续帮"
    CHANGE = "调整"


class Alert(Word):
    """级别 of a flag."""

    RED = "红"
    YELLOW = "黄"
    BLUE = "蓝"


class PoolChange(Word):
    """建议 for the mentor pool."""

    BRING_IN = "调入"
    PAUSE = "暂停"
    RELEASE = "调出"
    WIDEN = "增加帮带人数"


class PoolDecision(Word):
    """决定 on a suggested pool change."""

    AGREE = "同意"
    DEFER = "暂缓"
    REFUSE = "不同意"


class Shortlisted(Word):
    """入围 for gold mentor."""

    YES = "入围"
    NO = "未入围"


class GrowthTrend(Word):
    """成长趋势 across assessments."""

    RISING = "上升"
    STEADY = "平稳"
    FALLING = "下降"
    UNKNOWN = "待评价"


class ExchangeKind(Word):
    """类型 of an exchange post."""

    QUESTION = "问题"
    ANSWER = "答复"
    EXPERIENCE = "经验"
    NOTICE = "通报"


class Source(Word):
    """来源 of an exchange post."""

    TOWNSHIP = "本乡镇"
    CITY = "市级下发"

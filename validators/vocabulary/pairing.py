"""Words for suggestions, pairings and duties."""

from __future__ import annotations

from validators.vocabulary.base import Word

__all__ = ["Decision", "Mode", "Opinion", "PairingStatus", "Path", "Side", "Subject"]


class Mode(Word):
    """结对方式 (S3)."""

    ONE_TO_ONE = "一对一"
    ONE_TO_MANY = "一对多"
    MANY_TO_ONE = "多对一"
    TEAM = "多对多·小团队"
    CROSS_VILLAGE = "跨村带"
    GROUP = "组团帮"


class Path(Word):
    """帮带路径 (S3)."""

    TOWNSHIP_TO_VILLAGE = "乡带村"
    OLD_TO_NEW = "老带新"
    STRONG_TO_WEAK = "强带弱"


class PairingStatus(Word):
    """状态 of a pairing."""

    RUNNING = "帮带中"
    EXPIRED = "期满"
    ENDED = "终止"


class Decision(Word):
    """采纳 of a suggestion."""

    ADOPT = "采纳"
    ASSIGNED = "组织指定"
    REFUSE = "不予结对"


class Opinion(Word):
    """导师意见 and 对象意见."""

    AGREE = "同意"
    DISAGREE = "不同意"
    OBEY = "服从安排"


class Side(Word):
    """责任方 of a duty."""

    MENTOR = "导师"
    MENTEE = "对象"


class Subject(Word):
    """What a duty template is for."""

    INDIVIDUAL = "个人"
    ORGANISATION = "组织"

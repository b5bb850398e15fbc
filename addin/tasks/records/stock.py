"""Phrases everybody writes: they say nothing about who wrote an entry first."""

from __future__ import annotations

import re

__all__ = ["informative"]

_PHRASES = (
    "入户走访|走访入户|走访慰问|走访群众|入户宣传|入户|走访|了解情况|了解有关情况|了解基本情况"
    "|了解生产生活情况|了解群众生产生活情况|生产生活情况|家庭情况|思想动态|工作开展情况|工作情况"
    "|宣传政策|宣传党的政策|宣传党的惠民政策|宣传惠农政策|惠民政策|惠农政策|政策宣传|讲解政策"
    "|谈心谈话|开展谈心谈话|促膝谈心|座谈交流|交流座谈|召开座谈会|座谈会|面对面交流|电话联系"
    "|电话沟通|微信联系|听取意见建议|听取意见|听取群众意见|征求意见|意见建议|诉求|收集诉求"
    "|指导工作|现场指导|业务指导|工作指导|帮助解决问题|解决困难问题|解决实际困难|存在的问题|困难问题"
    "|提出意见建议|提出要求|提出了要求|下一步工作|下步工作|下步打算|安排部署|工作安排|安排工作|布置工作"
    "|开展帮带|帮带工作|帮带活动|结对帮带|导师帮带|帮带对象|帮带|导师|学习文件|理论学习|集中学习"
    "|学习上级精神|会议精神|学习贯彻|参加学习|组织学习|三会一课|会一课|主题党日|党员大会|支委会"
    "|支部会议|支部|会议记录|党支部|群众|情况|工作|开展|进行|相关|有关|落实"
)
_STOCK = re.compile("|".join(sorted(_PHRASES.split("|"), key=len, reverse=True)))


def informative(skeleton: str, least: int) -> bool:
    """Return whether `least` or more characters are left beside stock phrases."""
    if len(skeleton) < least:
        return False
    return len(skeleton) >= 3 * least or len(_STOCK.sub("", skeleton)) >= least

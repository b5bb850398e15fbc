"""The articles of an agreement, in words."""

from __future__ import annotations

from workbooks.printed.content import PairingPaper
from workbooks.printed.words import full_date

__all__ = ["PREAMBLE", "clauses"]

PREAMBLE = (
    "　　为落实基层干部“导师帮带制”，传经验、帮业务、带作风，按照双向自愿、组织统筹的原则，"
    "甲、乙双方结成帮带对子，在丙方组织下签订本协议。"
)


def clauses(pairing: PairingPaper, contacts_per_month: int) -> tuple[tuple[str, str], ...]:
    """Return the articles as (heading, text)."""
    path = f"，帮带路径为{pairing.path}" if pairing.path else ""
    return (
        (
            "帮带方式和期限",
            f"结对方式为{pairing.mode}{path}。帮带期限自{full_date(pairing.paired_on)}起"
            f"至{full_date(pairing.until)}止。",
        ),
        ("帮带重点", _focus(pairing)),
        (
            "双方职责",
            "甲方履行传、帮、带、培、促的责任，言传身教、放手压担；乙方虚心求教、主动实践，"
            f"按时完成任务。{'具体事项、次数和期限见附件1。' if pairing.duties else ''}",
        ),
        (
            "联系要求",
            f"帮带期内甲、乙双方每月至少联系{contacts_per_month}次，线上线下均可，"
            "每次联系如实记入工作日志。一方因故暂不能联系的，提前告知对方并报丙方。",
        ),
        (
            "考核",
            "丙方定期了解帮带情况，按期评价乙方成长；帮带期满组织考核，评定优秀、合格或不合格，"
            "作出出师、续帮或调整的结论。考核结果作为评价甲、乙双方的参考。",
        ),
        (
            "纪律",
            f"甲、乙双方遵守附件{_annex(pairing)}所列要求。违反的，丙方视情节提醒、"
            "批评教育或者调整结对；违纪违法的，按有关规定处理。",
        ),
        (
            "变更和终止",
            "因工作调动、健康等原因不能继续帮带的，经丙方同意可以暂停、调整或者终止，"
            "并在结对台账中注明。",
        ),
        (
            "其他",
            "本协议一式三份，甲、乙、丙三方各执一份，自各方签字（盖章）之日起生效。"
            "附件与正文具有同等效力。",
        ),
    )


def _focus(pairing: PairingPaper) -> str:
    if not pairing.weak:
        return "根据乙方岗位需要和成长情况，全面帮助提升。"
    return f"针对乙方的薄弱环节，重点帮助提升{'、'.join(pairing.weak)}。"


def _annex(pairing: PairingPaper) -> str:
    return "2" if pairing.duties else ""

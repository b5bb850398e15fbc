"""Flags on what the mentee thinks of the mentor."""

from __future__ import annotations

from collections.abc import Iterable

from addin.tasks.flags.base import Hit, flag_rule
from addin.tasks.flags.grounds import Grounds
from validators.vocabulary import Alert

__all__ = ["low_satisfaction"]


@flag_rule(
    "flag.satisfaction.low",
    name="满意度低",
    level=Alert.YELLOW,
    points=40,
    measure="请乡镇党委单独听取对象意见，与导师谈话改进；双方都有意愿的可以调整导师",
)
def low_satisfaction(grounds: Grounds) -> Iterable[Hit]:
    """The latest 满意度 since the present pairings began is at most the limit."""
    for code, settled in grounds.settled.items():
        began = min(made.paired_on for made in settled if made.paired_on)
        rated = [
            (one, one.satisfaction)
            for one in grounds.assessments.get(code, ())
            if one.satisfaction is not None and one.day >= began
        ]
        limit = grounds.settings_of(grounds.mentees[code].file).low_satisfaction
        for one, given in rated[-1:]:
            if given <= limit:
                number = f"（{one.assessment_id}）" if one.assessment_id else ""
                facts = f"{one.day} 评价{number}满意度 {given} 分，不高于 {limit} 分"
                yield Hit(code, facts, (grounds.assessed(one),))

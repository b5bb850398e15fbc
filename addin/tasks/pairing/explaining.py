"""为什么不是他: why somebody is not suggested for a mentee."""

from __future__ import annotations

import numpy as np

from addin.tasks.pairing.people import Bar, Exclusion, Pool
from addin.tasks.pairing.plan import Plan
from addin.tasks.pairing.problem import SCALE, IntArray
from addin.tasks.pairing.reasons import BARS, EXCLUSIONS
from addin.tasks.pairing.results import Suggestions
from addin.tasks.pairing.scores import PRINCIPLES, Scale, five_scores, totals

__all__ = ["explain", "never"]

_NEVER = {
    Exclusion.RUNNING: "两人正在帮带，不重复结对",
    Exclusion.SELF: "与对象是同一人（姓名、性别、出生年月相同）",
    Exclusion.AVOIDED: "回避人员中有该对象",
    Exclusion.REFUSED: "采纳栏已填“不予结对”",
    Exclusion.MENTOR_DISAGREES: "导师不同意",
    Exclusion.MENTEE_DISAGREES: "对象不同意",
}
assert _NEVER.keys() == EXCLUSIONS.keys()  # noqa: S101  # one sentence per exclusion


def explain(suggestions: Suggestions, mentor_id: str, mentee_id: str) -> str:
    """Answer why a mentor is, or is not, suggested for a mentee.

    Args:
        suggestions: A finished plan.
        mentor_id: The mentor asked about.
        mentee_id: The mentee.
    """
    for plan in suggestions.plans:
        if mentee_id in plan.pool.mentees.ids:
            if mentor_id not in plan.pool.mentors.ids:
                return f"导师库中没有可用的 {mentor_id}，请核对编号和所在行的校验结果"
            mentor = list(plan.pool.mentors.ids).index(mentor_id)
            return _answer(plan, mentor, list(plan.pool.mentees.ids).index(mentee_id))
    return f"{mentee_id} 不在本次结对范围内，请核对编号和状态"


def never(pool: Pool, mentor: int, mentee: int) -> str:
    """Return why a pair cannot be, whatever the plan; "" if it can."""
    who = pool.mentors.names[mentor]
    if bar := Bar(int(pool.mentors.bar[mentor])):
        return f"{who}{'' if bar is Bar.EXPIRED else '已'}{BARS[bar]}"
    link = int(pool.link_of(np.array([mentor]), np.array([mentee]))[0])
    if link >= 0 and (why := Exclusion(int(pool.links.exclusion[link]))):
        return f"{who}：{_NEVER[why]}"
    if pool.mentors.load[mentor] >= pool.mentors.hard[mentor]:
        unit = "个组织" if pool.organisations else "人"
        return f"{who}现帮带 {pool.mentors.load[mentor]} {unit}，已满"
    return ""


def _answer(plan: Plan, mentor: int, mentee: int) -> str:
    pool = plan.pool
    own = plan.mentor[plan.mentee == mentee]
    if mentor in own:
        return f"本次已建议{pool.mentors.names[mentor]}：{_shown(pool, mentor, mentee)}"
    if why := never(pool, mentor, mentee):
        return why
    said = [_shown(pool, mentor, mentee)]
    said += [f"现建议{_shown(pool, int(one), mentee)}" for one in own]
    if full := _full(plan, mentor):
        said.append(full)
    if conclusion := _conclusion(plan, mentor, mentee, own, full=bool(full)):
        said.append(conclusion)
    return "；".join(said)


def _total(pool: Pool, mentors: IntArray, mentee: int) -> IntArray:
    five = five_scores(pool, mentors, np.full(len(mentors), mentee))
    return totals(five, Scale.of(pool.settings))


def _shown(pool: Pool, mentor: int, mentee: int) -> str:
    five = five_scores(pool, np.array([mentor]), np.array([mentee]))
    total = int(totals(five, Scale.of(pool.settings))[0])
    parts = (f"{name} {score * 100:.0f}" for name, score in zip(PRINCIPLES, five[0], strict=True))
    return f"{pool.mentors.names[mentor]}总分 {total * 100 / SCALE:.1f}（{'、'.join(parts)}）"


def _full(plan: Plan, mentor: int) -> str:
    """Say with whom a mentor is full; "" if another could be added within the soft limit."""
    pool, mentors = plan.pool, plan.pool.mentors
    load, limit = int(mentors.load[mentor]), int(mentors.soft[mentor])
    given = plan.mentee[plan.mentor == mentor].tolist()
    if load + len(given) < limit:
        return ""
    unit = "个组织" if pool.organisations else "人"
    whom = f"，本次已安排{'、'.join(pool.mentees.names[at] for at in given)}" if given else ""
    return f"{mentors.names[mentor]}现帮带 {load} {unit}{whom}，带满 {limit} {unit}"


def _conclusion(plan: Plan, mentor: int, mentee: int, own: IntArray, *, full: bool) -> str:
    pool = plan.pool
    if not len(own):
        return "改由其帮带会使更多对象无导师或超出上限" if full else ""
    rival = int(_total(pool, np.array([mentor]), mentee)[0])
    lowest = int(_total(pool, own, mentee).min())
    if rival <= lowest:
        return "" if full and rival == lowest else "总分不高于现建议"
    if full:
        return "总分虽高，但换给该对象会使其他对象总分降低更多"
    if pool.organisations:
        return "总分虽高，但现建议覆盖的薄弱方面更多或总体更优"
    return "总分虽高，但沿用原建议或总体安排更优"

"""Why this pair, why nobody, and why not him: sentences a clerk can read out."""

from __future__ import annotations

from collections import Counter

import numpy as np

from addin.domain.pairing.pools import Bar, Exclusion, Pool, Wish
from addin.domain.pairing.problem import SCALE, IntArray
from addin.domain.pairing.results import Suggestions
from addin.domain.pairing.scores import (
    PRINCIPLES,
    Nearness,
    Scale,
    five_scores,
    nearness_steps,
    totals,
)
from addin.domain.pairing.solve import Plan
from validators.vocabulary import Aspect, Specialty

# SECTION Why this pair and why nobody: sentences a clerk can read out.

NEARNESS = {
    Nearness.VILLAGE: "同村",
    Nearness.TOWNSHIP: "同乡镇",
    Nearness.COUNTY: "同县跨乡镇",
    Nearness.CITY: "同市跨县",
    Nearness.BEYOND: "跨市",
}
BARS = {Bar.PAUSED: "暂停", Bar.LEFT: "调出", Bar.EXPIRED: "聘期已过"}
EXCLUSIONS = {
    Exclusion.RUNNING: "已在帮带",
    Exclusion.SELF: "本人",
    Exclusion.AVOIDED: "回避",
    Exclusion.REFUSED: "不予结对",
    Exclusion.MENTOR_DISAGREES: "导师不同意",
    Exclusion.MENTEE_DISAGREES: "对象不同意",
}
_WISHES = {
    (Wish.FOR, Wish.FOR): "双方同意",
    (Wish.FOR, Wish.OPEN): "导师同意",
    (Wish.OPEN, Wish.FOR): "对象同意",
    (Wish.AGAINST, Wish.OPEN): "导师不同意，由组织指定",
    (Wish.OPEN, Wish.AGAINST): "对象不同意，由组织指定",
    (Wish.AGAINST, Wish.FOR): "导师不同意、对象同意，由组织指定",
    (Wish.FOR, Wish.AGAINST): "导师同意、对象不同意，由组织指定",
    (Wish.AGAINST, Wish.AGAINST): "双方不同意，由组织指定",
}
_COUNTS = ("", "", "两", "三", "四", "五", "六")


def reasons_for(plan: Plan) -> list[str]:
    """Return one sentence for every pair of a plan."""
    pool = plan.pool
    steps = nearness_steps(pool, plan.mentor, plan.mentee)
    links = pool.link_of(plan.mentor, plan.mentee)
    new, scale = plan.new, Scale.of(pool.settings)
    pairs = zip(plan.mentor.tolist(), plan.mentee.tolist(), steps, links, strict=True)
    return [
        "；".join(
            part
            for part in (
                "组织指定" if link >= 0 and pool.links.assigned[link] else "",
                NEARNESS[int(step)],
                _fields(pool, mentor, mentee),
                _strength(pool, scale, mentor, mentee),
                _wishes(pool, int(link)),
                _load(pool, mentor, int(new[mentor])),
            )
            if part
        )
        for mentor, mentee, step, link in pairs
    ]


def _fields(pool: Pool, mentor: int, mentee: int) -> str:
    both = int(pool.mentors.specialties[mentor] & pool.mentees.specialties[mentee])
    words = [str(word) for bit, word in enumerate(Specialty) if both >> bit & 1]
    if not words:
        return ""
    return f"{'所需领域' if pool.organisations else '专业领域'}相近（{'、'.join(words)}）"


def _strength(pool: Pool, scale: Scale, mentor: int, mentee: int) -> str:
    theirs, own = pool.mentees.scores[mentee], pool.mentors.scores[mentor]
    weak = np.flatnonzero((theirs > 0) & (theirs <= scale.weak_at_most))
    whom, who = pool.mentees.names[mentee], pool.mentors.names[mentor]
    if not len(weak):
        return f"{whom}没有摸底打分" if not theirs.any() else f"{whom}没有薄弱方面"
    aspects = [str(word) for at, word in enumerate(Aspect) if at in weak]
    return f"{whom}短板为{'、'.join(aspects)}，{who}{_marks(own[weak].tolist(), aspects, scale)}"


def _marks(scores: list[int], aspects: list[str], scale: Scale) -> str:
    """Say how a mentor does in some aspects: 两项均 4 分以上."""
    least = scale.strong_at_least
    if len(scores) == 1:
        return f"该项 {scores[0]} 分" if scores[0] else "该项没有打分"
    if min(scores) >= least:
        return f"{_COUNTS[len(scores)]}项均 {least} 分以上"
    strong = [aspect for aspect, score in zip(aspects, scores, strict=True) if score >= least]
    if strong:
        return f"在{'、'.join(strong)}方面 {least} 分以上"
    return "、".join(
        f"{aspect} {score} 分" if score else f"{aspect}没有打分"
        for aspect, score in zip(aspects, scores, strict=True)
    )


def _wishes(pool: Pool, link: int) -> str:
    if link < 0:
        return ""
    mentor, mentee = (Wish(side) for side in pool.links.wish[link].tolist())
    return _WISHES.get((mentor, mentee), "")


def _load(pool: Pool, mentor: int, new: int) -> str:
    unit = "个组织" if pool.organisations else "人"
    load, soft = int(pool.mentors.load[mentor]), int(pool.mentors.soft[mentor])
    after = load + new
    now = f"现帮带 {load} {unit}"
    total = f"，本次后共 {after} {unit}" if new > 1 or after >= soft else ""
    if after < soft:
        return f"{now}{total}，有余量"
    if after == soft or load >= after:
        return f"{now}{total}，正好带满"
    return f"{now}{total}，超过提醒值 {soft} {unit}，因没有其他可用导师"


def why_nobody(plan: Plan, mentee: int) -> str:
    """Return why a mentee has no mentor: how many are out of question for which reason."""
    pool = plan.pool
    mentors = pool.mentors
    if not len(mentors):
        return "无可用导师：导师库中没有导师"
    everyone = np.arange(len(mentors))
    link = pool.link_of(everyone, np.full(len(mentors), mentee))
    exclusion = np.append(pool.links.exclusion, Exclusion.NONE)[link]
    full = mentors.load + plan.new >= mentors.hard
    counted: Counter[str] = Counter()
    for bar, why, is_full in zip(mentors.bar.tolist(), exclusion.tolist(), full, strict=True):
        if bar:
            counted[BARS[Bar(bar)]] += 1
        elif why:
            counted[EXCLUSIONS[Exclusion(why)]] += 1
        else:
            counted["已满" if is_full else "有余量但调整后仍无法安排"] += 1
    order = [*EXCLUSIONS.values(), "已满", "有余量但调整后仍无法安排", *BARS.values()]
    said = [f"{word} {counted[word]} 名" for word in order if counted[word]]
    return f"无可用导师：共 {len(mentors)} 名导师，其中{'、'.join(said)}"


# SECTION 为什么不是他: why somebody is not suggested for a mentee.

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

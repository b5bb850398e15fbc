"""Why this pair, why nobody, and why not somebody else: sentences a clerk can read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from addin.domain.pairing.pools import Availability, Exclusion, Pool, Wish
from addin.domain.pairing.problem import SCALE, IntArray
from addin.domain.pairing.scores import (
    PRINCIPLES,
    Nearness,
    Scale,
    nearness_steps,
    principle_scores,
    total_scores,
)
from addin.domain.pairing.solve import Plan
from validators.vocabulary import Aspect, Specialty

_NEARNESS = {
    Nearness.VILLAGE: "同村",
    Nearness.TOWNSHIP: "同乡镇",
    Nearness.COUNTY: "同县跨乡镇",
    Nearness.CITY: "同市跨县",
    Nearness.BEYOND: "跨市",
}
_AVAILABILITY = {
    Availability.PAUSED: "暂停",
    Availability.LEFT: "调出",
    Availability.EXPIRED: "聘期已过",
    Availability.SAME_PERSON: "同一人重复登记",
}
_EXCLUSIONS = {  # in a count of mentors, and said of one
    Exclusion.RUNNING: ("已在帮带", "正在帮带该对象，不重复结对"),
    Exclusion.SELF: ("本人", "与对象是同一人（姓名、性别、出生年月相同）"),
    Exclusion.AVOIDED: ("回避", "的“回避人员”中有该对象"),
    Exclusion.REFUSED: ("不予结对", "已填“不予结对”"),
    Exclusion.MENTOR_DISAGREES: ("导师不同意", "本人不同意"),
    Exclusion.MENTEE_DISAGREES: ("对象不同意", "未获对象同意"),
}
_FULL, _ROOMY = "已满", "未满额，但调整后仍无法安排"
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


def pair_reasons(plan: Plan) -> list[str]:
    """Return why every pair of a plan is suggested, a sentence each."""
    pool, known = plan.pool, plan.pool.known_pairs
    steps = nearness_steps(pool, plan.mentor, plan.mentee)
    known_at = pool.known_pair_of(plan.mentor, plan.mentee).tolist()
    new, scale = plan.new, Scale.of(pool.settings)
    pairs = zip(plan.mentor.tolist(), plan.mentee.tolist(), steps, known_at, strict=True)
    reasons = (
        (
            "组织指定" if at >= 0 and known.assigned[at] else "",
            pool.mentees.situation[mentee],
            _NEARNESS[int(step)],
            _specialties(pool, mentor, mentee),
            _strength(pool, scale, mentor, mentee),
            _wishes(pool, at),
            _load(pool, mentor, int(new[mentor])),
        )
        for mentor, mentee, step, at in pairs
    )
    return ["；".join(filter(None, parts)) for parts in reasons]


def _specialties(pool: Pool, mentor: int, mentee: int) -> str:
    both = int(pool.mentors.specialties[mentor] & pool.mentees.specialties[mentee])
    words = [str(word) for bit, word in enumerate(Specialty) if both >> bit & 1]
    if not words:
        return ""
    return f"{'所需领域' if pool.organisations else '专业领域'}相近（{'、'.join(words)}）"


def _strength(pool: Pool, scale: Scale, mentor: int, mentee: int) -> str:
    baseline, strengths = pool.mentees.scores[mentee], pool.mentors.scores[mentor]
    weak = np.flatnonzero((baseline > 0) & (baseline <= pool.mentees.weak_at_most[mentee]))
    mentee_name, mentor_name = pool.mentees.names[mentee], pool.mentors.names[mentor]
    if not len(weak):
        return f"{mentee_name}无{'薄弱方面' if baseline.any() else '摸底打分'}"
    aspects = [str(word) for at, word in enumerate(Aspect) if at in weak]
    marks = _marks(strengths[weak].tolist(), aspects, scale)
    return f"{mentee_name}短板为{'、'.join(aspects)}，{mentor_name}{marks}"


def _marks(scores: list[int], aspects: list[str], scale: Scale) -> str:
    """Describe a mentor's scores in some aspects, such as 两项均 4 分以上."""
    least = scale.strong_at_least
    if len(scores) == 1:
        return f"该项 {scores[0]} 分" if scores[0] else "该项未打分"
    if min(scores) >= least:
        return f"{_COUNTS[len(scores)]}项均 {least} 分以上"
    strong = [aspect for aspect, score in zip(aspects, scores, strict=True) if score >= least]
    if strong:
        return f"在{'、'.join(strong)}方面 {least} 分以上"
    return "、".join(
        f"{aspect} {score} 分" if score else f"{aspect}未打分"
        for aspect, score in zip(aspects, scores, strict=True)
    )


def _wishes(pool: Pool, known_at: int) -> str:
    if known_at < 0:
        return ""
    mentor, mentee = (Wish(side) for side in pool.known_pairs.wish[known_at].tolist())
    return _WISHES.get((mentor, mentee), "")


def _counter(pool: Pool) -> str:
    return "个组织" if pool.organisations else "人"


def _load(pool: Pool, mentor: int, new: int) -> str:
    unit = _counter(pool)
    load, limit = int(pool.mentors.load[mentor]), int(pool.mentors.limit[mentor])
    after = load + new
    now = f"现帮带 {load} {unit}" if load else "现未帮带"
    total = f"，本次结对后共 {after} {unit}" if new > 1 or after >= limit else ""
    return f"{now}{total}，{'未满额' if after < limit else '恰好满额'}"


def unmatched_reason(plan: Plan, mentee: int) -> str:
    """Return why a mentee has no mentor: how many are ruled out for which reason."""
    pool, mentors = plan.pool, plan.pool.mentors
    situation = "".join(f"；{clause}" for clause in [pool.mentees.situation[mentee]] if clause)
    if not len(mentors):
        return f"无可用导师：导师库中没有导师{situation}"
    index = pool.known_pair_of(np.arange(len(mentors)), np.full(len(mentors), mentee))
    exclusions = pool.known_pairs.at("exclusion", index)
    full = mentors.load + plan.new >= mentors.limit
    counted: Counter[str] = Counter()
    for availability, exclusion, is_full in zip(
        mentors.availability.tolist(), exclusions.tolist(), full, strict=True
    ):
        if availability:
            counted[_AVAILABILITY[Availability(availability)]] += 1
        elif exclusion:
            counted[_EXCLUSIONS[Exclusion(exclusion)][0]] += 1
        else:
            counted[_FULL if is_full else _ROOMY] += 1
    words = [*(short for short, _ in _EXCLUSIONS.values()), _FULL, _ROOMY, *_AVAILABILITY.values()]
    counts = "、".join(f"{word} {counted[word]} 名" for word in words if counted[word])
    return f"无可用导师：共 {len(mentors)} 名导师，其中{counts}{situation}"


def exclusion_reason(pool: Pool, mentor: int, mentee: int) -> str:
    """Return why a pair is impossible whatever the plan; "" if it is not."""
    name = pool.mentors.names[mentor]
    if availability := Availability(int(pool.mentors.availability[mentor])):
        if availability is Availability.SAME_PERSON:
            other = pool.mentors.counted_as[mentor]
            return f"{name}在导师库中有两行登记（姓名、性别、出生年月相同），按 {other} 结对"
        already = "" if availability is Availability.EXPIRED else "已"
        return f"{name}{already}{_AVAILABILITY[availability]}"
    index = pool.known_pair_of(np.array([mentor]), np.array([mentee]))
    if exclusion := Exclusion(int(pool.known_pairs.at("exclusion", index)[0])):
        return f"{name}{_EXCLUSIONS[exclusion][1]}"
    if pool.mentors.load[mentor] >= pool.mentors.limit[mentor]:
        return f"{name}现帮带 {pool.mentors.load[mentor]} {_counter(pool)}，已满"
    return ""


def explain(plans: Iterable[Plan], mentor_id: str, mentee_id: str) -> str:
    """Return why a mentor is, or is not, suggested for a mentee.

    Args:
        plans: The plans of individuals and of organisations.
        mentor_id: The mentor asked about.
        mentee_id: The mentee.
    """
    for plan in plans:
        mentors, mentees = plan.pool.mentors.ids, plan.pool.mentees.ids
        if mentee_id in mentees:
            if mentor_id not in mentors:
                return f"导师库中没有可用的 {mentor_id}，请核对编号和所在行的校验结果"
            return _explanation(plan, mentors.index(mentor_id), mentees.index(mentee_id))
    return f"{mentee_id} 不在本次结对范围内，请核对编号和状态"


def _explanation(plan: Plan, mentor: int, mentee: int) -> str:
    pool = plan.pool
    suggested = plan.mentor[plan.mentee == mentee]
    if mentor in suggested:
        return f"本次已建议{pool.mentors.names[mentor]}：{_shown(pool, mentor, mentee)}"
    if reason := exclusion_reason(pool, mentor, mentee):
        return reason
    full = _full(plan, mentor)
    parts = [
        _shown(pool, mentor, mentee),
        *(f"现建议{_shown(pool, int(other), mentee)}" for other in suggested),
        full,
        _conclusion(plan, mentor, mentee, suggested, full=bool(full)),
    ]
    return "；".join(filter(None, parts))


def _shown(pool: Pool, mentor: int, mentee: int) -> str:
    scores = principle_scores(pool, np.array([mentor]), np.array([mentee]))
    total = int(total_scores(scores, Scale.of(pool.settings))[0])
    parts = (f"{name} {score * 100:.0f}" for name, score in zip(PRINCIPLES, scores[0], strict=True))
    return f"{pool.mentors.names[mentor]}总分 {total * 100 / SCALE:.1f}（{'、'.join(parts)}）"


def _full(plan: Plan, mentor: int) -> str:
    """Return with whom a mentor is full; "" if another could be added."""
    pool, mentors = plan.pool, plan.pool.mentors
    load, limit = int(mentors.load[mentor]), int(mentors.limit[mentor])
    given = plan.mentee[plan.mentor == mentor].tolist()
    if load + len(given) < limit:
        return ""
    unit = _counter(pool)
    names = "、".join(pool.mentees.names[at] for at in given)
    new = f"，本次已安排{names}" if given else ""
    return f"{mentors.names[mentor]}现帮带 {load} {unit}{new}，带满 {limit} {unit}"


def _conclusion(plan: Plan, mentor: int, mentee: int, suggested: IntArray, *, full: bool) -> str:
    pool = plan.pool
    if not len(suggested):
        return "改由其帮带将使更多对象无导师或超出上限" if full else ""
    mentors = np.array([mentor, *suggested])
    scores = principle_scores(pool, mentors, np.full(len(mentors), mentee))
    total, *others = total_scores(scores, Scale.of(pool.settings)).tolist()
    if total <= min(others):
        return "" if full and total == min(others) else "总分不高于现建议"
    if full:
        return "总分虽高，但调整给该对象将使其他对象总分降低更多"
    if pool.organisations:
        return "总分虽高，但现建议覆盖的薄弱方面更多或总体更优"
    return "总分虽高，但沿用原建议或总体安排更优"

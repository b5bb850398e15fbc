"""The hard conditions of a gold mentor, each met or not and why.

Of the pairings that ran in the span every mentee must be 合格 at the end of the period, or on
course: a running pairing is on course unless an aspect stands lower than at the baseline, or
nobody has assessed the mentee since 结对日期 although two intervals of assessment have passed.
A pairing past its 期满日期 is no longer on course: it needs its assessment. Pairings broken off
(终止) are not judged.

负面情形 is the mentor's own, dated in the span or later up to the as-of date; a mentee's is stated
for whoever decides and does not bar the mentor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from addin.tasks.awards.scoring import Score
from addin.tasks.mentors import Help, Mentor, Misconduct
from addin.tasks.months import add_months
from addin.tasks.results import Results
from addin.tasks.shares import exact, in_percent
from addin.tasks.wording import some
from validators.settings import Settings
from validators.vocabulary import MentorStatus, Rating

__all__ = ["Condition", "conditions"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A hard condition: its name, whether it is met, and the facts that say so."""

    name: str
    met: bool
    why: str

    def __str__(self) -> str:
        return f"{self.name}：{'达到' if self.met else '未达到'}（{self.why}）"


def conditions(
    mentor: Mentor,
    helps: Sequence[Help],
    score: Score,
    results: Results,
    misconduct: Mapping[str, Sequence[Misconduct]],
) -> tuple[Condition, ...]:
    """Judge one mentor by every condition.

    Args:
        mentor: Of the pool.
        helps: The pairings that ran in the span.
        score: What they earned.
        results: Of the span.
        misconduct: Recorded facts by mentor or mentee.
    """
    settings = results.sources.settings
    return (
        _total(score, settings),
        _log_rate(score, settings),
        _mentees(helps, results),
        _blameless(mentor, helps, misconduct),
        _active(mentor, helps),
    )


def _total(score: Score, settings: Settings) -> Condition:
    least = settings.gold_total
    return Condition(f"总分不低于 {least} 分", score.total >= least, f"{score.total:g} 分")


def _log_rate(score: Score, settings: Settings) -> Condition:
    rate = score.log_rate
    met = rate is not None and 100 * rate >= exact(settings.gold_log_rate)
    why = "没有应联系的月份" if rate is None else in_percent(rate)
    return Condition(f"日志合规率不低于 {settings.gold_log_rate:g}%", met, why)


def _mentees(helps: Sequence[Help], results: Results) -> Condition:
    problems = [problem for one in helps for problem in _problems(one, results)]
    why = some(problems, "处") if problems else f"{len(helps)} 对结对没有不合格、退步或应评未评"
    return Condition("帮带对象期满合格或进展正常", bool(helps) and not problems, why)


def _problems(one: Help, results: Results) -> Iterator[str]:
    name, final = one.pairing_id or one.mentee_id, results.sources.completions.get(one.pairing_id)
    if final is not None:
        if final.rating is Rating.UNQUALIFIED:
            yield f"{name} {final.day} 期满考核 {final.score:g} 分，不合格"
    elif one.until <= results.last:
        yield f"{name} {one.until} 期满，没有期满考核"
    else:
        yield from _off_course(one, name, results)


def _off_course(one: Help, name: str, results: Results) -> Iterator[str]:
    if fallen := results.fallen(one.mentee_id, one.paired_on):
        yield f"{name} {'、'.join(fallen)}低于摸底"
    interval = results.sources.settings.assessment_months
    late = interval and add_months(one.paired_on, 2 * interval) <= results.last
    if late and not results.assessed(one.mentee_id, one.paired_on):
        yield f"{name} {one.paired_on} 结对后没有评价"


def _blameless(
    mentor: Mentor, helps: Sequence[Help], misconduct: Mapping[str, Sequence[Misconduct]]
) -> Condition:
    own = misconduct.get(mentor.mentor_id, ())
    mentees = sorted({one.mentee_id for one in helps if one.mentee_id in misconduct})
    theirs = f"；帮带对象 {some(mentees, '名')} 有登记，供审核参考" if mentees else ""
    return Condition("无负面情形", not own, _listed(own) + theirs)


def _listed(facts: Iterable[Misconduct]) -> str:
    return some([str(one) for one in facts], "条") or "没有登记"


def _active(mentor: Mentor, helps: Sequence[Help]) -> Condition:
    met = mentor.status is MentorStatus.ACTIVE and bool(helps)
    return Condition("在库且本年度有结对", met, f"{mentor.status}，本年度结对 {len(helps)} 对")

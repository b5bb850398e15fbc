"""What help came to in a span of days: the shares that awards, pool and ranking rest on.

- 职责: the duties whose 截止日期 lies in the span and is past, and those done ahead; done of all.
  Done late is done; working on a duty beyond its 目标次数 earns nothing.
- 日志: the months of the span a pairing owes contacts (`addin.tasks.contacts`). A month is kept if
  its contacts are as many as owed, and in order if those with a complete entry (every recommended
  column of 工作日志 filled) are.
- 成长: the mentee's aspects to raise — the weak ones, without any those below strong — and those
  that stand higher at the last assessment than at the baseline. Only mentees assessed in the
  span, after 结对日期, count. A step of 培养转化 in the span counts as one more aspect raised.
- 期满: the last end-of-period assessment of a pairing, if it was not made before the span.
- 满意度: what mentees gave in the span between 结对日期 and 期满日期.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from addin.tasks.assessed import Assessed, Scores
from addin.tasks.duties import DutyState
from addin.tasks.mentors import Completion, Help
from addin.tasks.shares import Share
from addin.tasks.sources import Sources
from addin.tasks.tallies import Duties, Months, Raised, Satisfaction, Tally
from validators.settings import Settings
from validators.vocabulary import Aspect, DutyProgress, Side

__all__ = ["Results", "aspects_to_raise"]

_UNRATED = (None,) * len(Aspect)


@dataclass(frozen=True)
class Results:
    """Results in the span from `first` to `last`.

    Attributes:
        sources: As of `last` or later: what was done late or assessed after the span's end is
            known.
        first: The span's first day.
        last: Its last day.
    """

    sources: Sources
    first: date
    last: date

    def tally(self, helps: Iterable[Help]) -> Tally:
        """Return what some pairings came to; a mentee helped twice counts once."""
        pairings = tuple(helps)
        since: dict[str, date] = {}
        for one in pairings:
            since[one.mentee_id] = min(one.paired_on, since.get(one.mentee_id, one.paired_on))
        raised = (self.raised(mentee, start) for mentee, start in sorted(since.items()))
        return Tally(
            duties=self.duties((one.pairing_id for one in pairings), Side.MENTOR),
            months=self.months(one.pairing_id for one in pairings),
            raised=tuple(one for one in raised if one.share.of),
            finals=self.finals(one.pairing_id for one in pairings),
            satisfaction=tuple(self.satisfaction(pairings)),
        )

    def months(self, pairing_ids: Iterable[str]) -> Months:
        """Return the months of the span some pairings owe contacts."""
        plans = [
            (code, plan, in_order)
            for code in pairing_ids
            for plan, in_order in self.sources.months(code)
            if self.first <= plan.month <= self.last
        ]
        kept = sum(plan.made >= plan.owed for _, plan, _ in plans)
        missed = sorted((code, plan.month) for code, plan, in_order in plans if not in_order)
        of = len(plans)
        return Months(Share(kept, of), Share(of - len(missed), of), tuple(missed))

    def finals(self, pairing_ids: Iterable[str]) -> tuple[Completion, ...]:
        """Return the end-of-period assessments made in the span."""
        found = (self.sources.completions.get(code) for code in pairing_ids)
        return tuple(
            sorted(
                (one for one in found if one and one.day >= self.first),
                key=lambda one: (one.day, one.pairing_id),
            )
        )

    def satisfaction(self, helps: Iterable[Help]) -> list[Satisfaction]:
        """Return what the mentees of some pairings gave, each assessment once."""
        found = {
            Satisfaction(made.day, made.row, one.mentee_id, made.satisfaction)
            for one in helps
            for made in self.assessed(one.mentee_id, max(one.paired_on, self.first))
            if made.satisfaction is not None and made.day <= one.until
        }
        return sorted(found)

    def duties(self, pairing_ids: Iterable[str], side: Side | None = None) -> Duties:
        """Return the duties of some pairings to be judged; both sides' for None."""
        judged = [
            duty
            for code in pairing_ids
            for duty in self.sources.duties.get(code, ())
            if side in {None, duty.side} and self._is_judged(duty)
        ]
        undone = [one for one in judged if one.progress is not DutyProgress.DONE]
        names = sorted(one.duty_id or f"{one.pairing_id} {one.item}" for one in undone)
        return Duties(Share(len(judged) - len(undone), len(judged)), tuple(names))

    def raised(self, mentee_id: str, since: date) -> Raised:
        """Return a mentee's aspects raised, nothing where nobody assessed it in the span."""
        days = self.sources.steps.get(mentee_id, ())
        steps = sum(self.first <= day <= self.last for day in days)
        made = self.assessed(mentee_id, max(since, self.first))
        if not made:
            return Raised(mentee_id, Share(), steps)
        before, now = self.baseline(mentee_id), made[-1].scores
        wanted = aspects_to_raise(before, self.sources.settings)
        rated = [(before[at] or 0, score) for at in wanted if (score := now[at])]
        return Raised(mentee_id, Share(sum(b < a for b, a in rated), len(rated)), steps)

    def fallen(self, mentee_id: str, since: date) -> tuple[str, ...]:
        """Return the aspects that stand lower at the last assessment than at the baseline."""
        made = self.assessed(mentee_id, since)
        if not made:
            return ()
        pairs = zip(Aspect, self.baseline(mentee_id), made[-1].scores, strict=True)
        return tuple(str(aspect) for aspect, base, now in pairs if base and now and now < base)

    def assessed(self, mentee_id: str, since: date) -> list[Assessed]:
        """Return a mentee's assessments from `since` to the span's last day, in order."""
        made = self.sources.assessments.get(mentee_id, ())
        return [one for one in made if since <= one.day <= self.last]

    def baseline(self, mentee_id: str) -> Scores:
        """Return a mentee's scores before it was helped."""
        return self.sources.baselines.get(mentee_id, _UNRATED)

    def _is_judged(self, duty: DutyState) -> bool:
        done = duty.progress is DutyProgress.DONE
        if duty.due_on > self.last:
            return done and duty.last_done_on is not None and duty.last_done_on <= self.last
        return duty.due_on >= self.first and (done or duty.due_on < self.sources.as_of)


def aspects_to_raise(baseline: Scores, settings: Settings) -> list[int]:
    """Return the numbers of the weak aspects; without any, of those below strong."""
    rated = [(at, score) for at, score in enumerate(baseline) if score]
    weak = [at for at, score in rated if score <= settings.weak_at_most]
    return weak or [at for at, score in rated if score < settings.strong_at_least]

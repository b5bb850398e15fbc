"""What help came to in a span of days: the shares that awards, pool changes and ranking rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from math import floor
from typing import NamedTuple

from addin.domain.duties import DutyState
from addin.domain.facts import Assessment, Completion, Help, Scores, Sources
from validators.settings import Settings
from validators.vocabulary import Aspect, DutyProgress, Side

# SECTION Shares and points that a reader can recompute: whole numbers in, exact fractions between.
#:
#: Points are rounded once, half up to one tenth, and a total is the sum of the rounded points, so
#: that what is shown adds up to what is shown.


class Share(NamedTuple):
    """`done` of `of`: 11 of 12 months."""

    done: int = 0
    of: int = 0

    def plus(self, other: Share) -> Share:
        """Return both together."""
        return Share(self.done + other.done, self.of + other.of)

    @property
    def rate(self) -> Fraction | None:
        """Return done ÷ of, None of nothing."""
        return Fraction(self.done, self.of) if self.of else None


@cache
def exact(number: float | str) -> Fraction:
    """Return a setting's number as written: 12.5 and "12.5" are 25/2."""
    return Fraction(str(number))


def mean(rates: Iterable[Fraction | None]) -> Fraction | None:
    """Return the mean of the rates that are there, None where none is."""
    known = [rate for rate in rates if rate is not None]
    if len(known) < 2:
        return known[0] if known else None
    return Fraction(sum(known), len(known))


def points(weight: Fraction, rate: Fraction | None) -> float:
    """Return weight × rate, half up to one tenth; what is not shown earns nothing."""
    if rate is None:
        return 0.0
    # whole numbers: reducing a fraction for every point shown takes its time
    tenths, parts = 10 * weight.numerator * rate.numerator, weight.denominator * rate.denominator
    return (2 * tenths + parts) // (2 * parts) / 10


def total(shown: Iterable[float]) -> float:
    """Return the sum of points as shown, to one tenth."""
    return sum(round(10 * one) for one in shown) / 10


def in_percent(rate: Fraction | None) -> str:
    """Return a rate as 91.7%, half up, a dash where there is none."""
    return "—" if rate is None else f"{floor(rate * 1000 + Fraction(1, 2)) / 10:g}%"


# SECTION What help came to, as shares and the IDs behind them; `addin.domain.results` says of what.


class Duties(NamedTuple):
    """Duties to be judged: done of all, and the IDs of those not done."""

    share: Share = Share()
    undone: tuple[str, ...] = ()


class Months(NamedTuple):
    """Months owed: those kept, those in order, and pairing and month of those not in order."""

    kept: Share = Share()
    in_order: Share = Share()
    missed: tuple[tuple[str, date], ...] = ()


class RaisedAspects(NamedTuple):
    """One mentee's aspects raised of those to raise, and steps of 培养转化."""

    mentee_id: str
    aspects: Share
    steps: int = 0

    @property
    def share(self) -> Share:
        """Return both together."""
        return Share(self.aspects.done + self.steps, self.aspects.of + self.steps)


class Satisfaction(NamedTuple):
    """The satisfaction one assessment says, 1 to 5; `row` is its row in the assessments' table."""

    day: date
    row: int
    mentee_id: str
    score: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What the help of some pairings came to.

    Attributes:
        duties: Of the mentor's side (责任方 导师).
        months: Of all pairings together.
        raised: By mentee, in ID order; mentees with nothing to raise are left out.
        finals: End-of-period assessments, by day and pairing.
        satisfaction: By day and mentee.
    """

    duties: Duties = field(default_factory=Duties)
    months: Months = field(default_factory=Months)
    raised: tuple[RaisedAspects, ...] = ()
    finals: tuple[Completion, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()

    @property
    def growth(self) -> Share:
        """Return aspects raised and steps, of all to raise."""
        return added(one.share for one in self.raised)

    def final_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean score at the end of the period ÷ the score of 优秀, at most 1."""
        scores = mean(exact(one.score) for one in self.finals)
        if scores is None:
            return None
        return min(Fraction(1), scores / max(1, settings.excellent_score))

    def result_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean of growth and end-of-period scores, of those that are there."""
        return mean((self.growth.rate, self.final_rate(settings)))

    @property
    def mean_satisfaction(self) -> Fraction | None:
        """Return the mean satisfaction, 1 to 5."""
        given = [one.score for one in self.satisfaction]
        return Fraction(sum(given), len(given)) if given else None


def added(shares: Iterable[Share]) -> Share:
    """Return shares together."""
    done = of = 0
    for one in shares:
        done, of = done + one.done, of + one.of
    return Share(done, of)


# SECTION What help came to in a span of days: the shares that awards, pool and ranking rest on.
#:
#: - 职责: the duties whose 截止日期 lies in the span and is past, and those done ahead; done of all.
#:   Done late is done; working on a duty beyond its 目标次数 earns nothing.
#: - 日志: the months of the span a pairing owes contacts (`addin.domain.contacts`). A month is kept if
#:   its contacts are as many as owed, and in order if those with a complete entry (every recommended
#:   column of 工作日志 filled) are.
#: - 成长: the mentee's aspects to raise — the weak ones, without any those below strong — and those
#:   that stand higher at the last assessment than at the baseline. Only mentees assessed in the
#:   span, after 结对日期, count. A step of 培养转化 in the span counts as one more aspect raised.
#: - 期满: the last end-of-period assessment of a pairing, if it was not made before the span.
#: - 满意度: what mentees gave in the span between 结对日期 and 期满日期.

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

    def raised(self, mentee_id: str, since: date) -> RaisedAspects:
        """Return a mentee's aspects raised, nothing where nobody assessed it in the span."""
        days = self.sources.steps.get(mentee_id, ())
        steps = sum(self.first <= day <= self.last for day in days)
        made = self.assessed(mentee_id, max(since, self.first))
        if not made:
            return RaisedAspects(mentee_id, Share(), steps)
        before, now = self.baseline(mentee_id), made[-1].scores
        wanted = aspects_to_raise(before, self.sources.settings)
        rated = [(before[at] or 0, score) for at in wanted if (score := now[at])]
        return RaisedAspects(mentee_id, Share(sum(b < a for b, a in rated), len(rated)), steps)

    def fallen(self, mentee_id: str, since: date) -> tuple[str, ...]:
        """Return the aspects that stand lower at the last assessment than at the baseline."""
        made = self.assessed(mentee_id, since)
        if not made:
            return ()
        pairs = zip(Aspect, self.baseline(mentee_id), made[-1].scores, strict=True)
        return tuple(str(aspect) for aspect, base, now in pairs if base and now and now < base)

    def assessed(self, mentee_id: str, since: date) -> list[Assessment]:
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

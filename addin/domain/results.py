"""`Results`: what pairings came to in a span of days; awards, pool changes and ranking rest on it.

- 职责: the duties whose 截止日期 lies in the span and is past, and those done ahead; done of all.
  Done late is done; working on a duty beyond its 目标次数 earns nothing. Only contacts whose entry
  names the duty count; those proposed for it are told, not counted.
- 日志: the months of the span a pairing owes contacts (`addin.domain.contacts`). A month is kept if
  its contacts are as many as owed, and in order if those with a complete entry (every recommended
  column of 工作日志 filled) are.
- 成长: the mentee's aspects to raise — the weak ones, without any those below strong — and those
  that stand higher at the last assessment than at the baseline. Only mentees assessed in the
  span, after 结对日期, count. A step of 培养转化 in the span counts as one more aspect raised.
- 期满: the last end-of-period assessment of a pairing, if it was not made before the span.
- 满意度: what mentees gave in the span between 结对日期 and 期满日期.

A reader can recompute every number: shares are whole numbers, rates exact fractions. Points are
rounded once, half up to one tenth, and a total is the sum of the rounded points, so that what is
shown adds up to what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache, reduce
from math import floor
from typing import NamedTuple

from addin.domain.duties import DutyState
from addin.domain.facts import Assessment, Completion, LedgerFacts, Pairing, Scores
from validators.settings import Settings
from validators.vocabulary import Aspect, DutyProgress, Side

_UNRATED = (None,) * len(Aspect)
_FEW = 5

# --- shares and points ---


class Share(NamedTuple):
    """`done` of `of`: 11 of 12 months."""

    done: int = 0
    of: int = 0

    def plus(self, other: Share) -> Share:
        """Return both together."""
        return Share(self.done + other.done, self.of + other.of)

    @property
    def rate(self) -> Fraction | None:
        """Return `done` ÷ `of`, None where `of` is 0."""
        return _quotient(self.done, self.of) if self.of else None


def added(shares: Iterable[Share]) -> Share:
    """Return the sum of some shares."""
    return reduce(Share.plus, shares, Share())


@lru_cache(4096)
def _quotient(done: int, of: int) -> Fraction:
    """Return `done` ÷ `of`: making a fraction takes long, and most results come again and again."""
    return Fraction(done, of)


@cache
def exact(number: float | str) -> Fraction:
    """Return a setting's number as written: 12.5 and "12.5" are 25/2."""
    return Fraction(str(number))


def mean(rates: Iterable[Fraction | None]) -> Fraction | None:
    """Return the mean of the rates that are not None, None where all are."""
    known = [rate for rate in rates if rate is not None]
    if len(known) < 2:
        return known[0] if known else None
    return Fraction(sum(known), len(known))


def points(weight: Fraction, rate: Fraction | None) -> float:
    """Return weight × rate, half up to one tenth; 0 where there is no rate."""
    if rate is None:
        return 0.0
    # whole numbers: reducing a fraction for every point shown takes its time
    tenths, parts = 10 * weight.numerator * rate.numerator, weight.denominator * rate.denominator
    return (2 * tenths + parts) // (2 * parts) / 10


def total(shown: Iterable[float]) -> float:
    """Return the sum of points as shown, to one tenth."""
    return sum(round(10 * number) for number in shown) / 10


def in_percent(rate: Fraction | None) -> str:
    """Return a rate as 91.7%, half up, a dash where there is none."""
    return "—" if rate is None else f"{floor(rate * 1000 + Fraction(1, 2)) / 10:g}%"


def some(words: Sequence[str], counter: str = "项") -> str:
    """Return the words joined by 、; of many the first five and how many there are in all."""
    shown = "、".join(words[:_FEW])
    return f"{shown}等 {len(words)} {counter}" if len(words) > _FEW else shown


# --- what some pairings came to ---


class Duties(NamedTuple):
    """Duties to be judged: done of all, the IDs of those not done, contacts proposed for these."""

    share: Share = Share()
    undone: tuple[str, ...] = ()
    pending: int = 0


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
        """Return aspects and steps together."""
        return Share(self.aspects.done + self.steps, self.aspects.of + self.steps)


class Satisfaction(NamedTuple):
    """The satisfaction one assessment says, 1 to 5; `row` is its row in the assessments' table."""

    day: date
    row: int
    mentee_id: str
    score: int


class Tally(NamedTuple):
    """What the help of some pairings came to.

    Attributes:
        duties: Of the mentor's side (责任方 导师).
        months: Of all pairings together.
        raised: By mentee, in ID order; mentees with nothing to raise are left out.
        finals: End-of-period assessments, by day and pairing.
        satisfaction: By day and mentee.
    """

    duties: Duties = Duties()
    months: Months = Months()
    raised: tuple[RaisedAspects, ...] = ()
    finals: tuple[Completion, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()

    @property
    def growth(self) -> Share:
        """Return aspects raised and steps, of all to raise."""
        return added(mentee.share for mentee in self.raised)

    def final_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean score at the end of the period ÷ the score of 优秀, at most 1."""
        scores = mean(exact(final.score) for final in self.finals)
        if scores is None:
            return None
        return min(Fraction(1), scores / max(1, settings.excellent_score))

    def result_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean of growth and end-of-period scores, of those that are there."""
        return mean((self.growth.rate, self.final_rate(settings)))

    @property
    def mean_satisfaction(self) -> Fraction | None:
        """Return the mean satisfaction, 1 to 5."""
        scores = [given.score for given in self.satisfaction]
        return _quotient(sum(scores), len(scores)) if scores else None


@dataclass(frozen=True)
class Results:
    """Results in the span from `first` to `last`.

    Attributes:
        facts: As of `last` or later: what was done late or assessed after the span's end is known.
        first: The span's first day.
        last: Its last day.
    """

    facts: LedgerFacts
    first: date
    last: date

    def tally(self, pairings: Sequence[Pairing]) -> Tally:
        """Return what some pairings came to; a mentee helped twice counts once."""
        codes = [pairing.pairing_id for pairing in pairings]
        return Tally(
            duties=self.duties(codes, Side.MENTOR),
            months=self.months(codes),
            raised=tuple(mentee for mentee in self.raised(pairings) if mentee.share.of),
            finals=self.finals(codes),
            satisfaction=tuple(self.satisfaction(pairings)),
        )

    def months(self, pairing_ids: Iterable[str]) -> Months:
        """Return the months of the span some pairings owe contacts."""
        plans = [
            (code, plan, in_order)
            for code in pairing_ids
            for plan, in_order in self.facts.months(code)
            if self.first <= plan.month <= self.last
        ]
        kept = sum(plan.made >= plan.owed for _, plan, _ in plans)
        missed = sorted((code, plan.month) for code, plan, in_order in plans if not in_order)
        of = len(plans)
        return Months(Share(kept, of), Share(of - len(missed), of), tuple(missed))

    def finals(self, pairing_ids: Iterable[str]) -> tuple[Completion, ...]:
        """Return the end-of-period assessments made in the span."""
        finals = (self.facts.finals.get(code) for code in pairing_ids)
        return tuple(
            sorted(
                (final for final in finals if final and final.day >= self.first),
                key=lambda final: (final.day, final.pairing_id),
            )
        )

    def satisfaction(self, pairings: Iterable[Pairing]) -> list[Satisfaction]:
        """Return what the mentees of some pairings gave, each assessment once."""
        given = {
            Satisfaction(rated.day, rated.row, pairing.mentee_id, rated.satisfaction)
            for pairing in pairings
            for rated in self.assessments(pairing.mentee_id, max(pairing.paired_on, self.first))
            if rated.satisfaction is not None and rated.day <= pairing.until
        }
        return sorted(given)

    def duties(self, pairing_ids: Iterable[str], side: Side | None = None) -> Duties:
        """Return the duties of some pairings to be judged; both sides' for None."""
        judged = [
            duty
            for code in pairing_ids
            for duty in self.facts.duties_of_pairing.get(code, ())
            if side in {None, duty.side} and self._is_judged(duty)
        ]
        undone = [duty for duty in judged if duty.progress is not DutyProgress.DONE]
        names = sorted(duty.duty_id or f"{duty.pairing_id} {duty.item}" for duty in undone)
        pending = sum(len(duty.proposed) for duty in undone)
        return Duties(Share(len(judged) - len(undone), len(judged)), tuple(names), pending)

    def raised(self, pairings: Iterable[Pairing]) -> list[RaisedAspects]:
        """Return the aspects raised of the mentees of some pairings, each once, in ID order."""
        since: dict[str, date] = {}
        for pairing in pairings:
            start = since.get(pairing.mentee_id, pairing.paired_on)
            since[pairing.mentee_id] = min(pairing.paired_on, start)
        return [self.raised_of(mentee, start) for mentee, start in sorted(since.items())]

    def raised_of(self, mentee_id: str, since: date) -> RaisedAspects:
        """Return a mentee's aspects raised; no aspect where nobody assessed it in the span."""
        days = self.facts.steps.get(mentee_id, ())
        steps = sum(self.first <= day <= self.last for day in days)
        assessments = self.assessments(mentee_id, max(since, self.first))
        if not assessments:
            return RaisedAspects(mentee_id, Share(), steps)
        before, now = self.baseline(mentee_id), assessments[-1].scores
        wanted = aspects_to_raise(before, self.facts.settings)
        rated = [(before[at] or 0, score) for at in wanted if (score := now[at])]
        return RaisedAspects(mentee_id, Share(sum(b < a for b, a in rated), len(rated)), steps)

    def fallen(self, mentee_id: str, since: date) -> tuple[str, ...]:
        """Return the aspects that stand lower at the last assessment than at the baseline."""
        assessments = self.assessments(mentee_id, since)
        if not assessments:
            return ()
        pairs = zip(Aspect, self.baseline(mentee_id), assessments[-1].scores, strict=True)
        return tuple(str(aspect) for aspect, base, now in pairs if base and now and now < base)

    def assessments(self, mentee_id: str, since: date) -> list[Assessment]:
        """Return a mentee's assessments from `since` to the span's last day, in order."""
        series = self.facts.assessments.get(mentee_id, ())
        return [assessment for assessment in series if since <= assessment.day <= self.last]

    def baseline(self, mentee_id: str) -> Scores:
        """Return a mentee's scores before it was helped."""
        return self.facts.baselines.get(mentee_id, _UNRATED)

    def _is_judged(self, duty: DutyState) -> bool:
        done = duty.progress is DutyProgress.DONE
        if duty.due_on > self.last:
            return done and duty.last_done_on is not None and duty.last_done_on <= self.last
        return duty.due_on >= self.first and (done or duty.due_on < self.facts.as_of)


def aspects_to_raise(baseline: Scores, settings: Settings) -> list[int]:
    """Return the numbers of the weak aspects; without any, of those below strong."""
    rated = [(at, score) for at, score in enumerate(baseline) if score]
    weak = [at for at, score in rated if score <= settings.weak_at_most]
    return weak or [at for at, score in rated if score < settings.strong_at_least]

"""Flags on weak aspects nobody works on.

Weak aspects share the months: an aspect waits for its turn, and is not idle, as long as a pairing
that runs since then has used every month owed, and every month with a contact, for another weak
aspect, none of them in two months. A month owed counts once it is over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from addin.domain.contacts import PairContacts
from addin.domain.doubts import Maybe
from addin.domain.facts import LedgerFacts, Mentee, Pairing
from addin.domain.flags import flag_rule, flagged
from addin.domain.months import Span, month_of
from validators.rulebook import CitedRow, Violation
from validators.sheets import AssessmentRow, LogEntryRow
from validators.vocabulary import Alert, Aspect


class _IdleAspect(NamedTuple):
    """A weak aspect not worked on: since when, and how many days of that count.

    `least` is how many they are at least, where an entry about it that cannot be used has its day.
    """

    aspect: Aspect
    score: int
    worked_on: date | None
    since: date
    days: int
    least: int
    cited: tuple[CitedRow, ...]

    def __str__(self) -> str:
        last = (
            f"最近一次帮带是 {self.worked_on}"
            if self.worked_on
            else f"{self.since} 以来未开展针对性帮带"
        )
        return f"薄弱方面{self.aspect}（{self.score} 分）{last}，已 {self.days} 天"


class _Idle(NamedTuple):
    """A mentee's weak aspects that are idle for too long, and those that soon will be.

    Attributes:
        mentee: Whose they are.
        late: Those idle for more days than allowed, whatever an entry about them may say.
        near: Those a few days before that.
        unread: Entries not used that may be about any one of them, since it has been idle.
    """

    mentee: Mentee
    late: list[_IdleAspect]
    near: list[_IdleAspect]
    unread: int

    @property
    def doubt(self) -> str:
        """Return what to say of the entries that may be about one of them."""
        if not self.unread:
            return ""
        return f"（另有 {self.unread} 条日志无法识别日期或帮带方面，最多抵 {self.unread} 个方面）"


@flag_rule(
    "flag.aspect.idle",
    "薄弱方面未帮带",
    Alert.YELLOW,
    points=25,
    measure="请导师两周内围绕该薄弱方面安排一次帮带，并列入职责清单",
)
def idle_aspect(facts: LedgerFacts) -> Iterable[Violation]:
    """Weak aspects no contact was about for more days than allowed."""
    for idle in facts.once(_idle_aspects):
        if len(idle.late) > idle.unread:
            for aspect in idle.late:
                yield flagged(idle.mentee, f"{aspect}{idle.doubt}", *aspect.cited)


@flag_rule(
    "flag.aspect.near",
    "薄弱方面即将超期未帮带",
    Alert.BLUE,
    points=5,
    measure="请导师近日围绕该薄弱方面安排一次帮带",
)
def nearly_idle(facts: LedgerFacts) -> Iterable[Violation]:
    """Weak aspects a few days before they are idle for too long."""
    for idle in facts.once(_idle_aspects):
        if len(idle.near) > max(0, idle.unread - len(idle.late)):
            limit = facts.settings_of(idle.mentee.file).idle_aspect_days
            for aspect in idle.near:
                sentence = f"{aspect}，满 {limit} 天将列为黄色{idle.doubt}"
                yield flagged(idle.mentee, sentence, *aspect.cited)


def _idle_aspects(facts: LedgerFacts) -> Iterator[_Idle]:
    """Yield the settled mentees with a weak aspect that is idle for too long, or nearly so.

    An entry not used about one aspect counts as work on it, on its day if that can be read; one
    about an unreadable aspect may be about any one.
    """
    for code, pairings in facts.settled.items():
        mentee = facts.seeking[code]
        if not facts.doubts.has_log(mentee.file):
            continue
        settings = facts.settings_of(mentee.file)
        limit = settings.idle_aspect_days
        late, near = list[_IdleAspect](), list[_IdleAspect]()
        for aspect in _days_idle(facts, mentee, pairings):
            if aspect.least > limit:
                late.append(aspect)
            elif limit - settings.early_days <= aspect.least and aspect.days <= limit:
                near.append(aspect)
        if late or near:
            first = min(aspect.since for aspect in (*late, *near))
            unread = sum(
                maybe.aspect is None and (maybe.day is None or maybe.day > first)
                for maybe in _unread(facts, code)
            )
            yield _Idle(mentee, late, near, unread)


def _days_idle(
    facts: LedgerFacts, mentee: Mentee, pairings: Collection[Pairing]
) -> Iterator[_IdleAspect]:
    """Yield the weak aspects of a mentee that are idle out of their turn, and for how many days."""
    code = mentee.mentee_id
    began = min(pairing.paired_on for pairing in pairings)
    weak = list(_weak(facts, mentee))
    aspects = {aspect for aspect, *_ in weak}
    for aspect, score, since, cited in weak:
        work = _last_work(facts, code, aspect)
        worked_on, rows = (work[0], (cited, work[1])) if work else (None, (cited,))
        start = max(day for day in (began, since, worked_on) if day)
        others = aspects - {aspect}
        if any(_takes_turns(facts, pairing, others, start) for pairing in pairings):
            continue
        days = _counted_days(facts, pairings, start)
        maybe = [
            maybe.day or facts.as_of for maybe in _unread(facts, code) if maybe.aspect is aspect
        ]
        latest = max([start, *maybe])
        least = days if latest == start else _counted_days(facts, pairings, latest)
        yield _IdleAspect(aspect, score, worked_on, start, days, least, rows)


def _weak(
    facts: LedgerFacts, mentee: Mentee
) -> Iterator[tuple[Aspect, int, date | None, CitedRow]]:
    """Yield the aspects weak by the latest scores, since when, and the row that says so.

    Nothing is said of an aspect that a later assessment not used may rate higher.
    """
    limit = facts.settings_of(mentee.file).weak_at_most
    doubtful = facts.doubtful_scores(mentee.mentee_id)
    rated = facts.daily_assessments.get(mentee.mentee_id, ())
    steps = [(mentee.surveyed_on, mentee.scores, -1), *((a.day, a.scores, a.row) for a in rated)]
    steps.reverse()
    for i, aspect in enumerate(Aspect):
        known = ((day, score, row) for day, scores, row in steps if (score := scores[i]))
        run = list(takewhile(lambda step: step[1] <= limit, known))
        if run and all((scores[i] or limit + 1) <= limit for scores in doubtful):
            _, score, row = run[0]
            cited = mentee.cited if row < 0 else facts.cited(AssessmentRow, row)
            yield aspect, score, run[-1][0], cited


def _takes_turns(
    facts: LedgerFacts, pairing: Pairing, others: Collection[Aspect], start: date
) -> bool:
    """Return whether a pairing kept to the turns of the `others` since a weak aspect had its own."""
    if pairing.paired_on > start:
        return False
    contacts = facts.contacts.of_pairing(pairing.pairing_id)
    later = bisect_right(contacts.days, start)
    worked = {
        (month_of(day), aspect)
        for day, aspect in zip(contacts.days[later:], contacts.aspects[later:], strict=True)
    }
    first = month_of(start)
    months = {plan.month for plan in contacts.months} | {month for month, _ in worked}
    turns = [(month, aspect) for month, aspect in worked if aspect in others]
    return len({aspect for _, aspect in turns}) == len(turns) and {
        month for month in months if month > first
    } <= {month for month, _ in turns}


def _contacts(facts: LedgerFacts, code: str) -> Iterator[PairContacts]:
    """Yield the contacts of every running pairing of a mentee, new ones included."""
    for pairing in facts.accepted_running[code]:
        if pairing.pairing_id:
            yield facts.contacts.of_pairing(pairing.pairing_id)


def _last_work(facts: LedgerFacts, code: str, aspect: Aspect) -> tuple[date, CitedRow] | None:
    """Return the last contact on an aspect: its day and entry."""
    worked = [last for each in _contacts(facts, code) if (last := each.last_on(aspect))]
    if not worked:
        return None
    day, row = max(worked)
    return day, facts.cited(LogEntryRow, row)


def _unread(facts: LedgerFacts, code: str) -> set[Maybe]:
    """Return the entries not used that may be contacts of a mentee; a joint one is one."""
    return {
        maybe
        for pairing in facts.accepted_running[code]
        for maybe in facts.doubts.entries(pairing.pairing_id)
    }


def _counted_days(facts: LedgerFacts, pairings: Iterable[Pairing], start: date) -> int:
    """Return the days after `start` on which some pairing did not pause.

    免计时段 are about how often there is contact, so they count here.
    """
    pauses = [_days(pairing.pause) for pairing in pairings]
    first, last = start.toordinal() + 1, facts.as_of.toordinal()
    return last - first + 1 - sum(first <= day <= last for day in set.intersection(*pauses))


def _days(span: Span | None) -> set[int]:
    return {*range(span[0].toordinal(), span[1].toordinal() + 1)} if span else set()

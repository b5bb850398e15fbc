"""Flags on weak aspects nobody works on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from addin.domain.contacts import PairContacts
from addin.domain.flags.evidence import CitedRow, FlagEvidence, Mentee, Pairing
from addin.domain.flags.rule import FlagViolation, flag_rule
from addin.domain.months import Span
from validators.vocabulary import Alert, Aspect


class _Idle(NamedTuple):
    """A weak aspect not worked on: since when, and how many days of that count."""

    aspect: Aspect
    score: int
    worked_on: date | None
    since: date
    days: int
    cited: tuple[CitedRow, ...]

    def told(self) -> str:
        """Word it."""
        last = (
            f"最近一次帮带是 {self.worked_on}" if self.worked_on else f"{self.since} 以来没有帮带过"
        )
        return f"薄弱方面{self.aspect}（{self.score} 分）{last}，已 {self.days} 天"


@flag_rule(
    "flag.aspect.idle",
    name="薄弱方面未帮带",
    level=Alert.YELLOW,
    points=25,
    measure="请导师两周内围绕该薄弱方面安排一次帮带，并在职责清单里列明",
)
def idle(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Weak aspects no contact was about for more days than allowed."""
    for mentee, found in _idle(grounds):
        if found.days > grounds.settings_of(mentee.file).idle_aspect_days:
            yield FlagViolation(mentee.code, found.told(), found.cited)


@flag_rule(
    "flag.aspect.near",
    name="薄弱方面即将超期未帮带",
    level=Alert.BLUE,
    points=5,
    measure="请导师近日围绕该薄弱方面安排一次帮带",
)
def nearly_idle(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Weak aspects a few days before they are idle for too long."""
    for mentee, found in _idle(grounds):
        settings = grounds.settings_of(mentee.file)
        limit = settings.idle_aspect_days
        if limit - settings.early_days <= found.days <= limit:
            yield FlagViolation(
                mentee.code, f"{found.told()}，满 {limit} 天将列为黄色", found.cited
            )


def _idle(grounds: FlagEvidence) -> Iterator[tuple[Mentee, _Idle]]:
    """Yield every weak aspect of every settled mentee with the days it has been idle.

    Nothing is said where an entry or assessment that cannot be used may tell otherwise.
    """
    for code, settled in grounds.settled.items():
        mentee = grounds.mentees[code]
        if code in grounds.doubts.assessed or not grounds.doubts.has_log(mentee.file):
            continue
        weak = list(_weak(grounds, mentee))
        for aspect, score, since, cited in weak:
            worked = _last_work(grounds, code, aspect)
            start = max(day for day in (_first(settled), since, worked and worked[1]) if day)
            if not _doubted(grounds, code, aspect, start):
                days = _counted_days(grounds, settled, start)
                rows = (cited, *((worked[0],) if worked else ()))
                yield mentee, _Idle(aspect, score, worked and worked[1], start, days, rows)


def _weak(
    grounds: FlagEvidence, mentee: Mentee
) -> Iterator[tuple[Aspect, int, date | None, CitedRow]]:
    """Yield the aspects weak by the latest scores, since when, and the row that says so."""
    limit = grounds.settings_of(mentee.file).weak_at_most
    rated = [
        (one.day, one.scores, grounds.assessed(one))
        for one in grounds.assessments.get(mentee.code, ())
    ]
    steps = [(mentee.surveyed_on, mentee.scores, mentee.cited), *rated]
    for i, aspect in enumerate(Aspect):
        known = [(day, score, row) for day, scores, row in steps if (score := scores[i])]
        run = list(takewhile(lambda step: step[1] <= limit, reversed(known)))
        if run:
            yield aspect, run[0][1], run[-1][0], run[0][2]


def _first(settled: Iterable[Pairing]) -> date:
    return min(made.paired_on for made in settled if made.paired_on)


def _all(grounds: FlagEvidence, code: str) -> Iterator[tuple[str, PairContacts]]:
    """Yield the contacts of every running pairing of a mentee, new ones included."""
    for made in grounds.running[code]:
        if made.accepted and made.code:
            yield made.code, grounds.contacts.of_pairing(made.code)


def _last_work(grounds: FlagEvidence, code: str, aspect: Aspect) -> tuple[CitedRow, date] | None:
    """Return the last contact on an aspect: its entry and day."""
    log = grounds.contacts.log
    found = [
        (day, row)
        for _, met in _all(grounds, code)
        for day, row, about in zip(met.days, met.rows, met.aspects, strict=True)
        if about is aspect
    ]
    if not found:
        return None
    day, row = max(found)
    return CitedRow(log, row), day


def _doubted(grounds: FlagEvidence, code: str, aspect: Aspect, start: date) -> bool:
    """Return whether an unreadable entry may be a contact on the aspect since `start`."""
    return any(
        grounds.doubts.contacts(pairing, start, grounds.as_of, aspect)
        for pairing, _ in _all(grounds, code)
    )


def _counted_days(grounds: FlagEvidence, settled: Iterable[Pairing], start: date) -> int:
    """Return the days after `start` on which some pairing did not pause.

    免计时段 are about how often there is contact, so they count here.
    """
    pauses = [_days((made.pause,) if made.pause else ()) for made in settled]
    first, last = start.toordinal() + 1, grounds.as_of.toordinal()
    return last - first + 1 - sum(first <= day <= last for day in set.intersection(*pauses))


def _days(spans: Iterable[Span]) -> set[int]:
    return {day for a, b in spans for day in range(a.toordinal(), b.toordinal() + 1)}

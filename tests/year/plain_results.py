"""Add up again what pairings came to in a span of days: duties, months, growth, endings, satisfaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tests.year.plain_duties import duties
from tests.year.plain_help import Help
from tests.year.plain_rows import SIX, Row, code_of

Part = tuple[int, int]
"""So many of so many."""


class Results:
    """The results of the span from `first` to `last`."""

    def __init__(self, helped: Help, first: date, last: date) -> None:
        self.help, self.first, self.last = helped, first, last
        self.every_duty = duties(helped)

    def overlaps(self, pairing: Row) -> bool:
        """Return whether a pairing ran in the span and was not broken off."""
        inside = pairing["结对日期"] <= self.last and pairing["期满日期"] >= self.first
        return inside and pairing["状态"] != "终止"

    def duties(self, pairings: Iterable[Row], side: str | None) -> tuple[Part, list[str], int]:
        """Return duties due in the span, or done ahead: how many are done, and which are not.

        The last is how many contacts are proposed for those that are not.
        """
        own = {pairing["结对编号"] for pairing in pairings}
        judged = []
        for duty in self.every_duty:
            if code_of(duty.row["结对编号"]) not in own or side not in {None, duty.row["责任方"]}:
                continue
            due, done = duty.row["截止日期"], duty.progress == "已完成"
            if due > self.last:
                counts = done and duty.last_done_on is not None and duty.last_done_on <= self.last
            else:
                counts = due >= self.first and (done or due < self.help.as_of)
            if counts:
                judged.append(duty)
        undone = [duty for duty in judged if duty.progress != "已完成"]
        proposed = sum(len(duty.proposed) for duty in undone)
        done = len(judged) - len(undone), len(judged)
        return done, sorted(duty.code for duty in undone), proposed

    def months(self, pairings: Iterable[Row]) -> tuple[Part, Part, list[tuple[str, date]]]:
        """Return months kept, months in order, and those not in order."""
        owed = [
            (pairing["结对编号"], month)
            for pairing in pairings
            for month in self.help.months(pairing)
            if self.first <= month.first <= self.last
        ]
        kept = sum(month.made >= month.owed for _, month in owed)
        missed = sorted((code, month.first) for code, month in owed if month.complete < month.owed)
        return (kept, len(owed)), (len(owed) - len(missed), len(owed)), missed

    def assessments(self, mentee: str, since: date) -> list[Row]:
        """Return the assessments of a mentee from a day to the span's end."""
        return [
            row for row in self.help.assessments(mentee) if since <= row["评价日期"] <= self.last
        ]

    def raised(self, mentee: str, since: date) -> Part:
        """Return how many of the aspects to raise stand higher than at the survey."""
        rated = self.assessments(mentee, max(since, self.first))
        if not rated or mentee not in self.help.mentees:
            return 0, 0
        base, now = self.help.mentees[mentee], rated[-1]
        weak, strong = (self.help.book.number(name) for name in ("薄弱方面分值", "擅长方面分值"))
        known = [aspect for aspect in SIX if base.get(aspect)]
        wanted = [a for a in known if base[a] <= weak] or [a for a in known if base[a] < strong]
        wanted = [aspect for aspect in wanted if now.get(aspect)]
        return sum(now[aspect] > base[aspect] for aspect in wanted), len(wanted)

    def fallen(self, mentee: str, since: date) -> list[str]:
        """Return the aspects that stand lower than at the survey."""
        rated = self.assessments(mentee, since)
        base = self.help.mentees.get(mentee, {})
        return [
            aspect
            for aspect in SIX
            if rated and base.get(aspect) and rated[-1].get(aspect)
            and rated[-1][aspect] < base[aspect]
        ]  # fmt: skip

    def steps(self, mentee: str) -> int:
        """Return a mentee's conversions in the span; back to 未纳入 is none."""
        return sum(
            self.first <= step["日期"] <= self.last and step["新阶段"] != "未纳入"
            for step in self.help.steps(mentee)
        )

    def finals(self, pairings: Iterable[Row]) -> list[Row]:
        """Return the last end-of-period assessments, but those made before the span."""
        found = (self.help.final(pairing) for pairing in pairings)
        return sorted(
            (final for final in found if final and final["考核日期"] >= self.first),
            key=lambda final: (final["考核日期"], code_of(final["结对编号"])),
        )

    def satisfaction(self, pairings: Iterable[Row]) -> list[int]:
        """Return what mentees said between 结对日期 and the last day of help, each assessment once."""
        given = {}
        for pairing in pairings:
            mentee = code_of(pairing["对象编号"])
            for row in self.assessments(mentee, max(self.first, pairing["结对日期"])):
                inside = row["评价日期"] <= self.help.last_day(pairing)
                if inside and row.get("满意度") is not None:
                    given[id(row)] = row["满意度"]
        return list(given.values())

    def tally(self, pairings: list[Row]) -> Tally:
        """Return what the help of some pairings came to."""
        since: dict[str, date] = {}
        for pairing in sorted(pairings, key=lambda row: row["结对日期"], reverse=True):
            since[code_of(pairing["对象编号"])] = pairing["结对日期"]
        raised = [self.raised(mentee, day) for mentee, day in since.items()]
        kept, in_order, missed = self.months(pairings)
        return Tally(
            *self.duties(pairings, "导师"),
            kept,
            in_order,
            missed,
            (sum(part[0] for part in raised), sum(part[1] for part in raised)),
            sum(map(self.steps, since)),
            self.finals(pairings),
            self.satisfaction(pairings),
        )


class Tally(NamedTuple):
    """What the help of some pairings came to."""

    duties: Part
    undone: list[str]
    proposed: int
    kept: Part
    in_order: Part
    missed: list[tuple[str, date]]
    aspects: Part
    steps: int
    finals: list[Row]
    satisfaction: list[int]

    def result_rate(self, excellent: float) -> Fraction | None:
        """Return 成效: the mean of growth and end-of-period scores, of those that are there."""
        parts = []
        if self.aspects[1] + self.steps:
            parts.append(Fraction(self.aspects[0] + self.steps, self.aspects[1] + self.steps))
        if self.finals:
            parts.append(min(Fraction(1), mean_score(self.finals) / Fraction(str(excellent))))
        return sum(parts) / Fraction(len(parts)) if parts else None


def rate(part: Part) -> Fraction | None:
    """Return a part of a whole, None where there is no whole."""
    return Fraction(*part) if part[1] else None


def mean_score(finals: list[Row]) -> Fraction:
    """Return the mean score at the end of the period."""
    return sum(Fraction(str(final["得分"])) for final in finals) / Fraction(len(finals))


def half_up(weight: Fraction, share: Fraction | None) -> float:
    """Return points to a tenth."""
    return 0.0 if share is None else int(10 * weight * share + Fraction(1, 2)) / 10


def percent(share: Fraction | None) -> str:
    """Return a share as 91.7%."""
    return "—" if share is None else f"{int(1000 * share + Fraction(1, 2)) / 10:g}%"


def some(words: list[str], counter: str) -> str:
    """Return words; of many the first five and how many there are."""
    shown = "、".join(words[:5])
    return f"{shown}等 {len(words)} {counter}" if len(words) > 5 else shown

"""One township of the second style while its stories are cast: people, pairings, contact days, truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from validators.sheets.base import ASPECT_FIELDS
from workbooks.samples.cast import add_individual, add_mentor, add_organisation, add_pairing
from workbooks.samples.world import (
    ASPECTS,
    Entry,
    Mentee,
    Pairing,
    PlantedError,
    World,
    full_months,
    month_end,
    months_between,
)

Span = tuple[date, date]
"""First and last day, both included."""

RHYTHMS = ("weekday", "weekly", "sparse", "party day", "bunched")
"""A fixed weekday every other week, every week, once a month, with or around the 主题党日."""

GRACE, LEAST_DAYS = 30, 15
"""Days a new pairing is spared, and days a month needs to count, as 参数 has them."""

_PARTY_DAYS = range(5, 21)


@dataclass(slots=True, eq=False)
class Life:
    """How the contacts of one pairing go.

    Attributes:
        days: Of the contacts, in order.
        naming: How entries tell of duties: "named" mostly, "all" always, "spoken" by their words
            only, "never".
        forced: A day and the aspect of a contact that falls on it.
        redated: How many days after the as-of date the clerk moved the last duty to, which stays
            undone.
        group: Pairings that meet together on the 主题党日.
    """

    pairing: Pairing
    rhythm: str
    naming: str = "named"
    forced: tuple[date, str] | None = None
    redated: int | None = None
    group: list[Life] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    duties: list[Entry] = field(default_factory=list)
    done: dict[Entry, int] = field(default_factory=dict)


class Township:
    """Casts stories into a world and notes what must be said of each mentee."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.as_of = world.as_of
        self.months = full_months(world.as_of, 5)
        self.lives: list[Life] = []
        self.series: dict[Mentee, tuple[list[list[int]], list[int]]] = {}
        self.reminders: list[tuple[str, str]] = []
        self.completed: list[tuple[Pairing, str]] = []
        self._party_day = self.rng.choice(_PARTY_DAYS)

    @property
    def planned(self) -> int:
        """Return how many contacts are planned."""
        return sum(len(life.days) for life in self.lives)

    def ago(self, days: int) -> date:
        """Return the day so many days before the as-of date."""
        return self.as_of - timedelta(days=days)

    # --- people ---

    def mentee(self, fate: str, paired_on: date, **changes: Any) -> Mentee:
        """Add a mentee, now and then an organisation, chosen some days before `paired_on`."""
        chosen = paired_on - timedelta(days=self.rng.randint(3, 12))
        kind = add_organisation if self.rng.random() < 0.15 else add_individual
        mentee = kind(self.world, fate, chosen, **changes)
        mentee.entry.locked = fate != "plain"
        return mentee

    def individual(self, fate: str, paired_on: date, **changes: Any) -> Mentee:
        """Add an individual chosen some days before `paired_on`."""
        chosen = paired_on - timedelta(days=self.rng.randint(3, 12))
        mentee = add_individual(self.world, fate, chosen, **changes)
        mentee.entry.locked = fate != "plain"
        return mentee

    def rate(self, mentee: Mentee, scores: list[int]) -> None:
        """Let the survey have found `scores`."""
        mentee.baseline = scores
        mentee.entry.values |= dict(zip(ASPECT_FIELDS, scores, strict=True))

    def pair(self, mentee: Mentee, paired_on: date, **options: Any) -> Life:
        """Pair a mentee and plan the contacts.

        Args:
            mentee: Whom.
            paired_on: Since when.
            options: `mentor`, `blocked` spans, `life` (a dict of attributes of `Life`), and fields
                of the pairing's row.
        """
        mentor = options.pop("mentor", None) or add_mentor(self.world, capacity=None)
        blocked, facts = options.pop("blocked", ()), options.pop("life", {})
        mode = options.pop("mode", "一对一")
        pairing = add_pairing(self.world, mentor, mentee, paired_on=paired_on, mode=mode, **options)
        pairing.blocked += blocked
        if ended := options.get("ended_on"):
            pairing.last = ended
        pairing.entry.locked = mentee.fate != "plain"
        if options.get("status") == "终止":
            pairing.entry.locked = True
        if pause := self.pause(pairing):
            pairing.blocked.append(pause)
        rhythm = facts.pop("rhythm", None) or self.rng.choice(RHYTHMS)
        life = Life(pairing, rhythm, **facts)
        self.lives.append(life)
        self.plan(life)
        return life

    # --- contact days ---

    def plan(self, life: Life) -> None:
        """Plan the days of a life's contacts: at least one in every month that has days for it."""
        pairing = life.pairing
        days: set[date] = set()
        for begin, end in months_between(pairing.first, min(pairing.last, self.as_of)):
            span = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
            allowed = [day for day in span if pairing.allows(day)]
            allowed = [day for day in allowed if day.weekday() < 5] or allowed
            if allowed:
                chosen = self._days(life.rhythm, allowed)
                late = end == self.as_of and end != month_end(end) and end.day < 23
                if chosen or not late or self.rng.random() < 0.5:
                    days.update(chosen or [self.rng.choice(allowed)])
        if life.forced:
            days.add(life.forced[0])
        life.days = sorted(days)

    def _days(self, rhythm: str, allowed: list[date]) -> list[date]:
        rng = self.rng
        if rhythm in {"weekday", "weekly"}:
            weekday = rng.choice(allowed).weekday()
            days = [day for day in allowed if day.weekday() == weekday]
            return days[:: 2 if rhythm == "weekday" else 1]
        if rhythm == "sparse":
            return []
        party = min(allowed, key=lambda day: abs(day.day - self._party_day))
        if rhythm == "party day":
            return [party]
        near = [day for day in allowed if abs((day - party).days) <= 3]
        return rng.sample(near, min(len(near), rng.choice((2, 3))))

    # --- what a pairing owes ---

    def pause(self, pairing: Pairing) -> Span | None:
        """Return the pause of a pairing."""
        values = pairing.entry.values
        first = values.get("paused_from")
        return (first, values.get("paused_to", pairing.last)) if first else None

    def is_paused(self, pairing: Pairing, day: date) -> bool:
        """Return whether a pairing pauses on a day."""
        pause = self.pause(pairing)
        return pause is not None and pause[0] <= day <= pause[1]

    def owes(self, pairing: Pairing, month: Span) -> bool:
        """Return whether a month counts for a pairing."""
        spared = [(pairing.first, pairing.first + timedelta(days=GRACE - 1))]
        spared += [span for span in (self.pause(pairing), self.world.exempt) if span]
        days = (month[0] + timedelta(days=n) for n in range((month[1] - month[0]).days + 1))
        counted = sum(
            pairing.first <= day <= pairing.last
            and not any(first <= day <= last for first, last in spared)
            for day in days
        )
        return counted >= LEAST_DAYS

    def is_settled(self, pairing: Pairing) -> bool:
        """Return whether a pairing runs and its grace is over."""
        running = pairing.entry.values["status"] == "帮带中"
        return running and pairing.first + timedelta(days=GRACE) <= self.as_of

    # --- truth ---

    def expect(self, mentee: Mentee, reason: str) -> None:
        """Note that a mentee's help is failing."""
        known = (mentee.mentee_id, reason)
        if known not in self.world.struggling:
            self.world.struggling.append(known)

    def remind(self, mentee: Mentee, reason: str) -> None:
        """Note that something about a mentee is due soon."""
        known = (mentee.mentee_id, reason)
        if known not in self.reminders:
            self.reminders.append(known)

    def warn(self, entry: Entry, field_name: str, kind: str, code: str) -> None:
        """Note a warning a story brings about."""
        entry.flawed = True
        self.world.cited.append(PlantedError(entry, field_name, kind, "warning", code))

    def foresee(self) -> None:
        """Note what follows from silent months, duties not done, ends that are near and waiting."""
        for life in self.lives:
            if self.is_settled(life.pairing):
                self._silence(life)
                self._duties(life)
        for pairing in self.world.pairings:
            left = (pairing.entry.values["until"] - self.as_of).days
            if pairing.entry.values["status"] == "帮带中" and 0 <= left <= 30:
                self.remind(pairing.mentee, "ending")
        for mentee in self.world.mentees:
            self._waiting(mentee)

    def _silence(self, life: Life) -> None:
        met = {(day.year, day.month) for day in life.days}
        plan = [
            (self.owes(life.pairing, month), (month[0].year, month[0].month) in met)
            for month in self.months[:3]
        ]
        silent = [owed and not kept for owed, kept in plan]
        mentee, owed = life.pairing.mentee, sum(owes for owes, _ in plan)
        if silent[0]:
            self.expect(mentee, "missed_two_months" if silent[1] else "missed_month")
        if owed and 100 * (owed - sum(silent)) < 80 * owed:
            self.expect(mentee, "contact_rate")

    def _duties(self, life: Life) -> None:
        pairing = life.pairing
        for duty in life.duties:
            due, lacking = duty.values["due_on"], duty.values["target"] - life.done.get(duty, 0)
            if lacking <= 0 or self.is_paused(pairing, self.as_of) or self.is_paused(pairing, due):
                continue
            if due < self.as_of:
                self.expect(pairing.mentee, "duty_overdue")
            elif (due - self.as_of).days <= 7 and not self._is_to_come(life, due, lacking):
                self.remind(pairing.mentee, "nearly_due")

    def _is_to_come(self, life: Life, due: date, lacking: int) -> bool:
        """Return whether the contacts owed until a month's or the period's end are still to come."""
        if due not in {month_end(due), life.pairing.last}:
            return False
        months = months_between(self.as_of.replace(day=1), month_end(due))
        owed = sum(
            self.owes(life.pairing, month)
            and not any(month[0] <= day <= month[1] for day in life.days)
            for month in months
        )
        return lacking <= owed

    def _waiting(self, mentee: Mentee) -> None:
        running = any(p.entry.values["status"] == "帮带中" for p in mentee.pairings)
        if running or mentee.entry.values["status"] not in {"待结对", "帮带中"}:
            return
        since = max([mentee.entry.values["chosen_on"], *(p.last for p in mentee.pairings)])
        days = (self.as_of - since).days
        if days > 15:
            self.expect(mentee, "unpaired")
        elif days >= 8:
            self.remind(mentee, "waiting")


def weak_at(aspect: str, score: int = 2) -> list[int]:
    """Return six scores of which only one is weak."""
    return [score if name == aspect else 3 for name in ASPECTS]

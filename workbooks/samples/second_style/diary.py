"""The log of the second style: who names a duty, who only speaks of it, and who meets together."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from workbooks.samples.log_entries import Draft, Logbook
from workbooks.samples.second_style.sentences import Sentences
from workbooks.samples.second_style.township import Life, Township
from workbooks.samples.world import ASPECTS, Entry, weight

_SPOKEN, _EAGER, _STOCK = 0.12, 0.4, 0.3
"""How often a contact only speaks of its duty, a further one names one, and an online one is brief."""

_FRESH = 40
"""Days within which a plain mentee's weak aspects were worked on."""


class Diary(Logbook):
    """Writes one township's log from its lives."""

    def __init__(self, town: Township, township: int) -> None:
        super().__init__(town.world)
        self._town = town
        world = town.world
        self.sentences = Sentences(world.rng, world.villages, world.people.villager, township)
        self.texts = self.sentences
        self.spoken: set[Entry] = set()
        first = min((life.pairing.first for life in town.lives), default=town.as_of)
        self._days = [first + timedelta(days=n) for n in range((town.as_of - first).days + 1)]
        self._weights = {day: weight(day) for day in self._days}

    def tell(self) -> None:
        """Write every contact that is planned, and number the entries."""
        joint: set[Life] = set()
        for life in self._town.lives:
            if life in joint:
                continue
            lives = life.group or [life]
            joint.update(lives)
            first_of_month = {
                min(days) for _, days in groupby(life.days, lambda d: (d.year, d.month))
            }
            for day in life.days:
                if len(lives) > 1:
                    self._party_day(lives, day)
                else:
                    self._meet(life, day, first=day in first_of_month)
        for life in self._town.lives:
            self._freshen(life)
        self.number()

    # --- one contact ---

    def _meet(self, life: Life, day: date, *, first: bool) -> None:
        """Write a contact; the first of a month is what the pairing owes."""
        rng = self._town.rng
        if life.forced and day == life.forced[0]:
            self._name_or_not(life, day, life.forced[1])
            return
        duty = self._due(life, day, late=not first)
        named = first or life.naming == "all" or rng.random() < _EAGER
        if duty is None or life.naming == "never" or not named:
            self._unnamed(life, day)
        elif life.naming == "spoken" or (
            life.naming == "named" and rng.random() < _SPOKEN and duty.values["due_on"] >= day
        ):
            self._speak(life, day, duty)
        else:
            self._name(life, day, duty)

    def _due(self, life: Life, day: date, *, late: bool) -> Entry | None:
        """Return the duty an entry is about: the one due first, a late one before others or last."""
        allowed = life.pairing.aspects(day)
        pause = self._town.is_paused
        wanting = [
            duty
            for duty in life.duties
            if life.done.get(duty, 0) < duty.values["target"]
            and duty.values["aspect"] in allowed
            and not pause(life.pairing, duty.values["due_on"])
            and not (life.redated is not None and duty is life.duties[-1])
        ]
        overdue = [duty for duty in wanting if duty.values["due_on"] < day]
        current = [duty for duty in wanting if duty.values["due_on"] >= day]
        ordered = [*overdue, *current] if late else [*current, *overdue]
        return ordered[0] if ordered else None

    def _name_or_not(self, life: Life, day: date, aspect: str) -> None:
        duty = next(
            (d for d in life.duties
             if d.values["aspect"] == aspect and life.done.get(d, 0) < d.values["target"]),
            None,
        )  # fmt: skip
        if duty:
            self._name(life, day, duty)
        else:
            self.entry(day, (life.pairing,), aspect, locked=True)

    def _name(self, life: Life, day: date, duty: Entry) -> None:
        aspect, codes = str(duty.values["aspect"]), (str(duty.values["duty_id"]),)
        self.entry(day, (life.pairing,), aspect, locked=True, duties=codes)
        life.done[duty] = life.done.get(duty, 0) + 1

    def _speak(self, life: Life, day: date, duty: Entry) -> None:
        """Write an entry that says what the duty says and forgets its code."""
        entry = self.entry(day, (life.pairing,), str(duty.values["aspect"]), locked=True)
        entry.values["method"] = duty.values["method"]
        entry.values["content"] = f"{duty.values['item']}。{entry.values['content']}"
        self.spoken.add(entry)
        life.done[duty] = life.done.get(duty, 0) + 1

    def _unnamed(self, life: Life, day: date) -> None:
        """Write an entry on no duty; where judgement depends on it, on another aspect."""
        pairing, plain = life.pairing, life.pairing.mentee.fate == "plain"
        aspects = pairing.aspects(day)
        if not plain:
            about = {duty.values["aspect"] for duty in life.duties}
            aspects = [aspect for aspect in aspects if aspect not in about] or aspects
        weak = [aspect for aspect in pairing.mentee.weak() if aspect in aspects]
        chosen = self._town.rng.choice(weak or aspects)
        entry = self.entry(day, (pairing,), chosen, locked=not plain)
        if entry.values["form"] == "线上" and self._town.rng.random() < _STOCK:
            self._say(entry, self.sentences.stock())

    def _party_day(self, lives: list[Life], day: date) -> None:
        """Write one entry for all pairings of a mentor that met on a 主题党日."""
        duties = [(life, duty) for life in lives if (duty := self._due(life, day, late=True))]
        aspect = str(duties[0][1].values["aspect"]) if duties else self._town.rng.choice(ASPECTS)
        pairings = tuple(life.pairing for life in lives)
        codes = tuple(str(duty.values["duty_id"]) for _, duty in duties)
        entry = self.entry(day, pairings, aspect, locked=True, duties=codes)
        first = pairings[0]
        self._say(entry, self.sentences.party_day(aspect, first.mentor_name, first.mentee.name))
        for life, duty in duties:
            life.done[duty] = life.done.get(duty, 0) + 1

    def _freshen(self, life: Life) -> None:
        """Work on each weak aspect of a plain mentee within the last weeks."""
        pairing = life.pairing
        if pairing.mentee.fate != "plain" or pairing.last < self._town.as_of:
            return
        since = self._town.ago(_FRESH)
        span = (since + timedelta(days=n) for n in range(_FRESH + 1))
        days = [day for day in span if pairing.allows(day) and day.weekday() < 5]
        for aspect in pairing.mentee.weak() if days else ():
            day = self._town.rng.choice(days)
            self.entry(day, (pairing,), aspect, locked=True)
            life.days = sorted([*life.days, day])

    def single(self) -> list[Entry]:
        """Return the entries on one pairing whose words nothing depends on."""
        return [
            entry
            for entry in self.entries
            if not entry.flawed and entry not in self.spoken and len(self.pairings_of[entry]) == 1
        ]

    def _say(self, entry: Entry, draft: Draft) -> None:
        self.drafts[entry] = draft
        entry.values["content"] = draft.text()

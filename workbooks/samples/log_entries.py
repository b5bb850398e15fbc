"""The work log: entries every rule asks for first, then contacts by chance over a year, then copies.

Texts are composed from pools of phrases so that two seldom agree by accident.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from validators.divisions import villages
from validators.vocabulary import Aspect, Method, Role
from workbooks.samples.world import (
    ASPECTS,
    Entry,
    Pairing,
    People,
    World,
    months_between,
    phrases,
    weight,
    words,
)

# --- texts ----------------------------------------------------------------------------------------

_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERS = frozenset("nhkwd")
_DIGITS = "一二三四五六七八"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text with its slots still visible: `template` and one value per slot, in order."""

    template: str
    values: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """Return the finished text."""
        values = iter(self.values)
        return _SLOT.sub(lambda _: next(values)[1], self.template)


@dataclass(frozen=True, slots=True)
class _Topic:
    acts: tuple[str, ...]
    things: tuple[str, ...]
    facts: tuple[str, ...]
    ends: tuple[str, ...]


@cache
def _topics(aspect: str) -> tuple[_Topic, ...]:
    keys = ("acts", "things", "facts", "ends")
    return tuple(
        _Topic(*(tuple(topic[key].split("|")) for key in keys))
        for topic in phrases()["topic"]
        if aspect in topic["aspects"].split("|")
    )


_TRIES = 500
"""Of changing an entry before it is left as it is."""


def called(name: str, rng: random.Random) -> str:
    """Return how an entry calls someone: mostly the full name."""
    draw = rng.random()
    if draw < 0.7 or "·" in name:
        return name
    return f"{'小' if draw < 0.85 else '老'}{name[0]}" if draw < 0.95 else f"{name[0]}同志"


class Texts:
    """Writes the entries of one ledger."""

    def __init__(
        self, rng: random.Random, villages: tuple[str, ...], villager: Callable[[], str]
    ) -> None:
        self._rng = rng
        self._villages = villages
        self._villager = villager

    def draft(self, aspect: str, mentor: str, mentee: str) -> Draft:
        """Return the draft of an entry on `aspect` (an `Aspect` word)."""
        rng = self._rng
        choice = rng.choice
        topic = choice(_topics(Aspect(aspect).value))
        first, second = rng.sample(topic.things, 2)
        act = choice(topic.acts)
        parts = [f"{choice(words('openers'))}{act}{first}"]
        draw = rng.random()
        if draw < 0.35:
            parts[0] += f"和{second}"
        elif draw < 0.6:
            parts.append(f"{choice(topic.acts)}{second}")
        parts.extend(rng.sample(topic.facts, 2 if draw > 0.7 else 1))
        parts.append(choice(topic.ends))
        if rng.random() < 0.75:
            parts.append(choice(words("closers")))
        return self._filled(_joined(parts, rng), mentor, mentee)

    def problem(self, mentee: str) -> str:
        """Return a problem found."""
        return self._filled(self._rng.choice(words("problems")), "", mentee).text()

    def next_step(self, mentee: str) -> str:
        """Return what comes next."""
        return self._filled(self._rng.choice(words("steps")), "", mentee).text()

    def renamed(self, draft: Draft, mentor: str, mentee: str) -> Draft:
        """Return `draft` with every person and village replaced, as it is where none can be."""
        return self._again(draft, mentor, mentee, lambda key: key not in _NUMBERS)

    def renumbered(self, draft: Draft) -> Draft:
        """Return `draft` with every number replaced."""
        return self._again(draft, "", "", lambda key: key in _NUMBERS)

    def _filled(self, template: str, mentor: str, mentee: str) -> Draft:
        keys = _SLOT.findall(template)
        values = tuple((key, self._value(key, mentor, mentee)) for key in keys)
        return Draft(template, values)

    def _again(
        self, draft: Draft, mentor: str, mentee: str, wanted: Callable[[str], bool]
    ) -> Draft:
        changed = draft
        for _ in range(_TRIES):  # who is called by one name only cannot be called otherwise
            if changed.text() != draft.text():
                break
            values = tuple(
                (key, self._value(key, mentor, mentee) if wanted(key) else value)
                for key, value in draft.values
            )
            changed = Draft(draft.template, values)
        return changed

    def _value(self, key: str, mentor: str, mentee: str) -> str:
        rng = self._rng
        values: dict[str, Callable[[], str]] = {
            "n": lambda: str(rng.randint(2, 9)),
            "h": lambda: str(rng.randint(3, 46)),
            "k": lambda: str(rng.randint(11, 160)),
            "w": lambda: str(rng.randint(3, 99) * rng.choice((50, 100, 500, 1000))),
            "d": lambda: _DIGITS[rng.randint(0, 3)],
            "g": lambda: f"{_DIGITS[rng.randint(0, 7)]}组",
            "v": lambda: rng.choice(self._villages),
            "p": self._villager,
            "mentor": lambda: called(mentor, rng),
        }
        return values.get(key, lambda: called(mentee, rng))()


def _joined(parts: list[str], rng: random.Random) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice("，，，，。；") + part
    return text + ("。" if rng.random() < 0.85 else "")


# --- entries --------------------------------------------------------------------------------------


_NAMED, _UNNAMED = 0.7, 0.08
"""How often a contact that fits a duty names it, and how often only its content speaks of it."""


class Logbook:
    """Writes one township's log."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = world.rng
        self.texts = Texts(world.rng, world.villages, world.people.villager)
        self._start = world.as_of - timedelta(days=364)
        self._clerks = [world.people.villager() for _ in range(3)]
        self._days = [self._start + timedelta(days=n) for n in range(365)]
        self._weights = {day: weight(day) for day in self._days}
        self.entries: list[Entry] = []
        self.pairings_of = world.log_pairings
        self.copied: list[dict[str, Any]] = []
        self.shared: dict[int, str] = {}

    def write(self, promised: dict[Entry, int], rows: int) -> None:
        """Write about `rows` entries: required ones, then others by chance."""
        logged = [pairing for pairing in self._world.pairings if pairing.logged]
        for pairing in logged:
            self._monthly(pairing)
            self._weak_aspects(pairing)
            self._promises(pairing, promised)
        self._others(logged, max(0, rows - len(self.entries)))
        self._number()

    def entry(
        self,
        day: date,
        pairs: tuple[Pairing, ...],
        aspect: str,
        *,
        locked: bool,
        duties: tuple[str, ...] = (),
    ) -> Entry:
        """Write one entry on `day`."""
        rng, pairing = self._rng, pairs[0]
        mentee = pairing.mentee.name
        method = rng.choice([word.value for word in Method]) if rng.random() < 0.92 else None
        draft = self.texts.draft(aspect, pairing.mentor_name, mentee)
        values: dict[str, Any] = {
            "date": day,
            "pairing_ids": tuple(sorted(p.pairing_id for p in pairs)),
            "duty_ids": duties,
            "aspect": aspect,
            "role": rng.choice([word.value for word in Role]) if rng.random() < 0.94 else None,
            "method": method,
            "form": "线下" if rng.random() < 0.86 else "线上",
            "place": rng.choice(words("places")) if rng.random() < 0.7 else None,
            "hours": rng.choice((0.5, 1, 1, 1.5, 2, 2, 3, 4)) if rng.random() < 0.5 else None,
            "content": draft.text(),
            "problem": self.texts.problem(mentee) if rng.random() < 0.35 else None,
            "next_step": self.texts.next_step(mentee) if rng.random() < 0.4 else None,
            "recorder": rng.choice(self._clerks) if rng.random() < 0.75 else pairing.mentor_name,
        }
        values = {key: value for key, value in values.items() if value not in {None, "", ()}}
        entry = Entry("log", values, locked=locked)
        self.entries.append(entry)
        self.pairings_of[entry] = pairs
        return entry

    def _allowed(self, pairing: Pairing, first: date, last: date) -> list[date]:
        first, last = max(first, pairing.first), min(last, pairing.last)
        days = self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]
        return [day for day in days if pairing.allows(day)] if pairing.blocked else days

    def _pick(self, days: list[date]) -> date:
        return self._rng.choices(days, [self._weights[day] for day in days])[0]

    def _monthly(self, pairing: Pairing) -> None:
        """Write one contact a month, locked so that no error is planted in it."""
        world = self._world
        first, last = max(pairing.first, self._start), min(pairing.last, world.as_of)
        if pairing.mentee.fate == "new":
            return
        for begin, end in months_between(first, last):
            days = self._allowed(pairing, begin, end)
            complete = end < world.as_of or (end + timedelta(days=1)).day == 1
            if days and (complete or not pairing.sparse_from):
                self._contact(pairing, self._pick(days), pairing.aspects, locked=True)

    def _weak_aspects(self, pairing: Pairing) -> None:
        """Work on each weak aspect of a plain mentee within the last weeks."""
        if pairing.mentee.fate != "plain" or pairing.last < self._world.as_of:
            return
        days = self._allowed(pairing, self._world.as_of - timedelta(days=48), self._world.as_of)
        for aspect in (
            pairing.mentee.weak() if pairing is pairing.mentee.pairings[0] and days else ()
        ):
            self.entry(self._pick(days), (pairing,), aspect, locked=True)

    def _promises(self, pairing: Pairing, promised: dict[Entry, int]) -> None:
        for duty in pairing.duties:
            days = self._allowed(pairing, duty.values["starts_on"], duty.values["due_on"])
            for _ in range(promised.get(duty, 0) if days else 0):
                self._of_duty(pairing, duty, self._pick(days), locked=True)

    def _of_duty(self, pairing: Pairing, duty: Entry, day: date, *, locked: bool) -> None:
        duties = (str(duty.values["duty_id"]),)
        self.entry(day, (pairing,), str(duty.values["aspect"]), locked=locked, duties=duties)

    def _contact(
        self, pairing: Pairing, day: date, aspects: Callable[[date], list[str]], *, locked: bool
    ) -> None:
        """Write one contact: mostly for a duty, whose code is now and then left out, or for none."""
        rng, allowed = self._rng, aspects(day)
        fitting = [d for d in pairing.duties if any(_fits(d, day, a) for a in allowed)]
        draw = rng.random()
        if not fitting or draw > _NAMED + _UNNAMED:
            self.entry(day, (pairing,), rng.choice(allowed), locked=locked)
            return
        duty = rng.choice(fitting)
        if draw < _NAMED:
            self._of_duty(pairing, duty, day, locked=locked)
        else:
            entry = self.entry(day, (pairing,), str(duty.values["aspect"]), locked=locked)
            entry.values["content"] = f"{duty.values['item']}，{entry.values['content']}"

    def _others(self, logged: list[Pairing], rows: int) -> None:
        """Spread further contacts over the pairings and the year."""
        rng = self._rng
        open_days = {pairing: self._open(pairing) for pairing in logged}
        chosen = [pairing for pairing in logged if open_days[pairing][0]]
        shares = [len(open_days[pairing][0]) * rng.uniform(0.4, 1.6) for pairing in chosen]
        for pairing in rng.choices(chosen, shares, k=rows):
            days, weights = open_days[pairing]
            self._other(pairing, rng.choices(days, cum_weights=weights)[0])

    def _open(self, pairing: Pairing) -> tuple[list[date], list[float]]:
        first, last = max(pairing.first, self._start), min(pairing.last, self._world.as_of)
        if pairing.sparse_from:
            last = min(last, pairing.sparse_from - timedelta(days=1))
        days = self._allowed(pairing, first, last)
        return days, list(accumulate(self._weights[day] for day in days))

    def _other(self, pairing: Pairing, day: date) -> None:
        rng = self._rng
        if pairing.mentee.fate == "plain" and rng.random() < 0.05:
            self._joint(pairing, day)
            return
        self._contact(pairing, day, self._favoured(pairing), locked=not _ordinary(pairing))

    def _favoured(self, pairing: Pairing) -> Callable[[date], list[str]]:
        """Return the aspects a contact may be on, now and then only the weak ones."""
        weak = pairing.mentee.weak() if self._rng.random() < 0.3 else ()

        def aspects(day: date) -> list[str]:
            allowed = pairing.aspects(day)
            return [aspect for aspect in allowed if aspect in weak] or allowed

        return aspects

    def _joint(self, pairing: Pairing, day: date) -> None:
        """Write one activity that brings several pairings together."""
        others = [p for p in self._world.plain_pairings() if p is not pairing and p.allows(day)]
        count = min(len(others), self._rng.choice((1, 1, 2, 3)))
        together = (pairing, *self._rng.sample(others, count))
        aspect = self._rng.choice(pairing.aspects(day))
        fitting = [[d for d in p.duties if _fits(d, day, aspect)][:1] for p in together]
        duties = tuple(str(d.values["duty_id"]) for listed in fitting for d in listed)
        named = duties if self._rng.random() < _NAMED else ()
        self.entry(day, together, aspect, locked=not _ordinary(pairing), duties=named)

    def _number(self) -> None:
        """Put the entries in the order they were typed: by day, some a little late."""
        late = {
            entry: entry.values["date"].toordinal() + (self._rng.random() < 0.04) * 3
            for entry in self.entries
        }
        self.entries.sort(key=lambda entry: late[entry])
        for number, entry in enumerate(self.entries, start=1):
            entry.values = {"log_id": self._world.code("log", number), **entry.values}
        self._world.rows["log"] = self.entries


def ordinary(pairs: Iterable[Pairing]) -> bool:
    """Return whether no judgement about a mentee depends on entries of these pairings."""
    return all(_ordinary(pairing) for pairing in pairs)


def _ordinary(pairing: Pairing) -> bool:
    return pairing.mentee.fate in {"plain", "graduated", "closed"}


def _fits(duty: Entry, day: date, aspect: str) -> bool:
    values = duty.values
    return bool(values["aspect"] == aspect and values["starts_on"] <= day <= values["due_on"])


# --- copied entries -------------------------------------------------------------------------------

_SHARE = 0.015
_KINDS = ("exact", "names-changed", "dates-numbers-changed")


def plant_copies(world: World, logbook: Logbook, neighbour: str) -> None:
    """Copy about 1.5 % of the entries; a quarter of the copies come from `neighbour`."""
    copies = max(4, round(len(logbook.entries) * _SHARE))
    foreign = max(1, copies // 4)
    free = [e for e in logbook.entries if e.free and _single(logbook, e)]
    world.rng.shuffle(free)
    for number in range(min(foreign, len(free))):
        _say(logbook, free.pop(), _shared(world.seed, world.unit.unit_code, number), number)
    for number in range(min(foreign, len(free)) if neighbour else 0):
        _copy_neighbour(world, logbook, free.pop(), neighbour, number)
    for number in range(copies - foreign):
        if len(free) >= 2:
            _copy_own(world, logbook, free.pop(), free.pop(), _KINDS[number % 3])


def _single(logbook: Logbook, entry: Entry) -> bool:
    pairs = logbook.pairings_of[entry]
    return len(pairs) == 1 and ordinary(pairs)


def _say(logbook: Logbook, entry: Entry, draft: Draft, number: int) -> None:
    """Give this township's entry a text the next township copies."""
    entry.values["content"] = draft.text()
    entry.locked = True
    logbook.shared[number] = str(entry.values["log_id"])


def _shared(seed: int, unit_code: str, number: int) -> Draft:
    """Return the shared text `number` of a township: the same wherever it is asked for."""
    rng = random.Random(f"shared/{seed}/{unit_code}/{number}")
    people = People(rng, 0)
    texts = Texts(rng, villages(unit_code), people.villager)
    return _rich(texts, rng.choice(ASPECTS), people.villager(), people.villager())


def _rich(texts: Texts, aspect: str, mentor: str, mentee: str) -> Draft:
    """Return a draft long enough to know again, with a number and a name to change."""
    while True:
        draft = texts.draft(aspect, mentor, mentee)
        keys = {key for key, _ in draft.values}
        if len(draft.text()) >= 40 and keys & set("nhwk") and keys & {"mentee", "p", "v"}:
            return draft


def _copy_neighbour(
    world: World, logbook: Logbook, entry: Entry, neighbour: str, number: int
) -> None:
    draft = _shared(world.seed, neighbour, number)
    _settle(logbook, entry, draft, "cross-township", neighbour, None, number)


def _copy_own(world: World, logbook: Logbook, first: Entry, second: Entry, kind: str) -> None:
    source, target = sorted((first, second), key=lambda e: str(e.values["log_id"]))
    names = _names(logbook, source)
    if source.values["date"] == target.values["date"]:
        return
    draft = _rich(logbook.texts, str(source.values["aspect"]), *names)
    source.values["content"] = draft.text()
    source.locked = True
    if kind == "names-changed":
        draft = logbook.texts.renamed(draft, *_names(logbook, target))
        if draft.text() == source.values["content"]:
            return
    elif kind == "dates-numbers-changed":
        draft = logbook.texts.renumbered(draft)
    _settle(logbook, target, draft, kind, world.unit.unit_code, str(source.values["log_id"]), -1)


def _settle(  # the facts of one copy
    logbook: Logbook,
    entry: Entry,
    draft: Draft,
    kind: str,
    source_unit: str,
    source_log_id: str | None,
    number: int,
) -> None:
    entry.values["content"] = draft.text()
    entry.locked = True
    facts: dict[str, Any] = {
        "log_id": entry.values["log_id"],
        "source_unit": source_unit,
        "source_log_id": source_log_id,
        "source_shared": number,
        "kind": kind,
    }
    logbook.copied.append(facts)


def _names(logbook: Logbook, entry: Entry) -> tuple[str, str]:
    pairing = logbook.pairings_of[entry][0]
    return pairing.mentor_name, pairing.mentee.name

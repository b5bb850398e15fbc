"""The work log: what rules require of each pairing first, then the rhythm of a year, in clerks' words."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any

from validators.vocabulary import Aspect, Method, Role
from workbooks.samples.world import Entry, Pair, World, months_between, weight

# SECTION Entry texts as clerks write them, composed from pools so that two seldom agree.

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
def _pools() -> dict[str, Any]:
    source = resources.files("workbooks.samples") / "phrases.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _words(pool: str) -> tuple[str, ...]:
    return tuple(_pools()[pool].split("|"))


@cache
def _topics(aspect: str) -> tuple[_Topic, ...]:
    keys = ("acts", "things", "facts", "ends")
    return tuple(
        _Topic(*(tuple(topic[key].split("|")) for key in keys))
        for topic in _pools()["topic"]
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
        parts = [f"{choice(_words('openers'))}{act}{first}"]
        draw = rng.random()
        if draw < 0.35:
            parts[0] += f"和{second}"
        elif draw < 0.6:
            parts.append(f"{choice(topic.acts)}{second}")
        parts.extend(rng.sample(topic.facts, 2 if draw > 0.7 else 1))
        parts.append(choice(topic.ends))
        if rng.random() < 0.75:
            parts.append(choice(_words("closers")))
        return self._filled(_joined(parts, rng), mentor, mentee)

    def problem(self, mentee: str) -> str:
        """Return a problem found."""
        return self._filled(self._rng.choice(_words("problems")), "", mentee).text()

    def next_step(self, mentee: str) -> str:
        """Return what comes next."""
        return self._filled(self._rng.choice(_words("steps")), "", mentee).text()

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

    def _value(self, key: str, mentor: str, mentee: str) -> str:  # noqa: PLR0911  # one per slot
        rng = self._rng
        if key == "n":
            return str(rng.randint(2, 9))
        if key == "h":
            return str(rng.randint(3, 46))
        if key == "k":
            return str(rng.randint(11, 160))
        if key == "w":
            return str(rng.randint(3, 99) * rng.choice((50, 100, 500, 1000)))
        if key == "d":
            return _DIGITS[rng.randint(0, 3)]
        if key == "g":
            return f"{_DIGITS[rng.randint(0, 7)]}组"
        if key == "v":
            return rng.choice(self._villages)
        if key == "p":
            return self._villager()
        return called(mentor if key == "mentor" else mentee, rng)


def _joined(parts: list[str], rng: random.Random) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice("，，，，。；") + part
    return text + ("。" if rng.random() < 0.85 else "")


# SECTION The work log: what rules require of each pairing first, then the rhythm of a year.

_PLACES = ("村部", "田间地头", "养殖圈舍", "镇会议室", "群众家中", "合作社", "文化广场", "便民大厅",
    "党群服务中心", "电话", "镇党建办", "产业园")  # fmt: skip


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
        self.pairs_of = world.log_pairs
        self.copied: list[dict[str, Any]] = []
        self.shared: dict[int, str] = {}

    def write(self, promised: dict[Entry, int], rows: int) -> None:
        """Write about `rows` entries: required ones, then others by chance."""
        logged = [made for made in self._world.pairs if made.logged]
        for made in logged:
            self._monthly(made)
            self._weak_aspects(made)
            self._promises(made, promised)
        self._others(logged, max(0, rows - len(self.entries)))
        self._number()

    def entry(
        self, day: date, pairs: tuple[Pair, ...], aspect: str, *, locked: bool, duty: str = ""
    ) -> Entry:
        """Write one entry on `day`."""
        rng, made = self._rng, pairs[0]
        mentee = made.mentee.name
        method = rng.choice([word.value for word in Method]) if rng.random() < 0.92 else None
        draft = self.texts.draft(aspect, made.mentor_name, mentee)
        values: dict[str, Any] = {
            "date": day,
            "pairing_ids": tuple(sorted(p.pairing_id for p in pairs)),
            "duty_id": duty,
            "aspect": aspect,
            "role": rng.choice([word.value for word in Role]) if rng.random() < 0.94 else None,
            "method": method,
            "form": "线下" if rng.random() < 0.86 else "线上",
            "place": rng.choice(_PLACES) if rng.random() < 0.7 else None,
            "hours": rng.choice((0.5, 1, 1, 1.5, 2, 2, 3, 4)) if rng.random() < 0.5 else None,
            "content": draft.text(),
            "problem": self.texts.problem(mentee) if rng.random() < 0.35 else None,
            "next_step": self.texts.next_step(mentee) if rng.random() < 0.4 else None,
            "recorder": rng.choice(self._clerks) if rng.random() < 0.75 else made.mentor_name,
        }
        values = {key: value for key, value in values.items() if value not in {None, ""}}
        entry = Entry("log", values, locked=locked)
        self.entries.append(entry)
        self.pairs_of[entry] = pairs
        return entry

    def _allowed(self, made: Pair, first: date, last: date) -> list[date]:
        span = max(0, (last - first).days + 1)
        days = (first + timedelta(days=n) for n in range(span))
        return [day for day in days if day in self._weights and made.allows(day)]

    def _pick(self, days: list[date]) -> date:
        return self._rng.choices(days, [self._weights[day] for day in days])[0]

    def _monthly(self, made: Pair) -> None:
        """Write the one contact each month that nothing may take away."""
        world = self._world
        first, last = max(made.first, self._start), min(made.last, world.as_of)
        if made.mentee.fate == "new":
            return
        for begin, end in months_between(first, last):
            days = self._allowed(made, begin, end)
            whole = end < world.as_of or (end + timedelta(days=1)).day == 1
            if days and (whole or not made.sparse_from):
                day = self._pick(days)
                self.entry(day, (made,), self._rng.choice(made.aspects(day)), locked=True)

    def _weak_aspects(self, made: Pair) -> None:
        """Work on each weak aspect of a plain mentee within the last weeks."""
        if made.mentee.fate != "plain" or made.last < self._world.as_of:
            return
        days = self._allowed(made, self._world.as_of - timedelta(days=48), self._world.as_of)
        for aspect in made.mentee.weak() if made is made.mentee.pairs[0] and days else ():
            self.entry(self._pick(days), (made,), aspect, locked=True)

    def _promises(self, made: Pair, promised: dict[Entry, int]) -> None:
        for duty in made.duties:
            days = self._allowed(made, duty.values["starts_on"], duty.values["due_on"])
            for _ in range(promised.get(duty, 0) if days else 0):
                self._of_duty(made, duty, self._pick(days))

    def _of_duty(self, made: Pair, duty: Entry, day: date) -> None:
        duty_id = str(duty.values["duty_id"])
        self.entry(day, (made,), str(duty.values["aspect"]), locked=True, duty=duty_id)

    def _others(self, logged: list[Pair], rows: int) -> None:
        """Spread further contacts over the pairings and the year."""
        rng = self._rng
        open_days = {made: self._open(made) for made in logged}
        chosen = [made for made in logged if open_days[made][0]]
        shares = [len(open_days[made][0]) * rng.uniform(0.4, 1.6) for made in chosen]
        for made in rng.choices(chosen, shares, k=rows):
            days, weights = open_days[made]
            self._other(made, rng.choices(days, cum_weights=weights)[0])

    def _open(self, made: Pair) -> tuple[list[date], list[float]]:
        first, last = max(made.first, self._start), min(made.last, self._world.as_of)
        if made.sparse_from:
            last = min(last, made.sparse_from - timedelta(days=1))
        days = self._allowed(made, first, last)
        return days, list(accumulate(self._weights[day] for day in days))

    def _other(self, made: Pair, day: date) -> None:
        rng = self._rng
        if made.mentee.fate == "plain" and rng.random() < 0.05:
            self._joint(made, day)
            return
        aspects = made.aspects(day)
        weak = [aspect for aspect in made.mentee.weak() if aspect in aspects]
        aspect = rng.choice(weak) if weak and rng.random() < 0.3 else rng.choice(aspects)
        fitting = [d for d in made.duties if _fits(d, day, aspect)] if rng.random() < 0.5 else []
        if fitting:
            self._of_duty(made, fitting[0], day)
        else:
            self.entry(day, (made,), aspect, locked=not _ordinary(made))

    def _joint(self, made: Pair, day: date) -> None:
        """Write one activity that brings several pairings together."""
        others = [p for p in self._world.plain_pairs() if p is not made and p.allows(day)]
        count = min(len(others), self._rng.choice((1, 1, 2, 3)))
        together = (made, *self._rng.sample(others, count))
        self.entry(day, together, self._rng.choice(made.aspects(day)), locked=not _ordinary(made))

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


def ordinary(pairs: Iterable[Pair]) -> bool:
    """Return whether entries of these pairings decide nothing about anyone."""
    return all(_ordinary(made) for made in pairs)


def _ordinary(made: Pair) -> bool:
    return made.mentee.fate in {"plain", "graduated", "closed"}


def _fits(duty: Entry, day: date, aspect: str) -> bool:
    values = duty.values
    return bool(values["aspect"] == aspect and values["starts_on"] <= day <= values["due_on"])

"""Entry texts as clerks write them, composed from pools so that two seldom agree."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from validators.vocabulary import Aspect

__all__ = ["Draft", "Texts", "called"]

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

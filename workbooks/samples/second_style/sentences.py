"""Sentences of the second style: clauses in official and colloquial registers, short and long.

What one entry tells of, a person, a deed and an outcome, is told by no other honest entry: a person
belongs to one township, and no two of the three stand together twice there.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Any
from zlib import crc32

from validators.vocabulary import Aspect
from workbooks.samples.log_entries import Draft, Texts

_UNITS = 65
_PATIENCE = 200


@cache
def pools() -> dict[str, Any]:
    """Return the word pools."""
    source = resources.files("workbooks.samples.second_style") / "sentences.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def pool(name: str) -> tuple[str, ...]:
    """Return the words of one pool."""
    return tuple(pools()[name].split("|"))


@cache
def _things(aspect: str) -> tuple[str, ...]:
    return tuple(pools()["things"][aspect].split("|"))


@cache
def _people(township: int) -> tuple[str, ...]:
    """Return whom entries of one township speak of."""
    everybody = (trait + role for trait in pool("traits") for role in pool("roles"))
    return tuple(who for who in everybody if crc32(who.encode()) % _UNITS == township)


class Sentences(Texts):
    """Writes the entries of one ledger in the second style."""

    def __init__(
        self,
        rng: random.Random,
        villages: tuple[str, ...],
        villager: Callable[[], str],
        township: int,
    ) -> None:
        super().__init__(rng, villages, villager)
        self._people = _people(township % _UNITS)
        self._told: set[tuple[str, str]] = set()

    def draft(self, aspect: str, mentor: str, mentee: str) -> Draft:
        """Return the draft of an entry on `aspect` in a register of its own."""
        kinds = (self._official, self._colloquial, self._short, self._call)
        (kind,) = self._rng.choices(kinds, (3, 4, 2, 1))
        return self._filled(kind(aspect), mentor, mentee)

    def party_day(self, aspect: str, mentor: str, mentee: str) -> Draft:
        """Return the draft of an entry on a 主题党日."""
        template = f"{self._rng.choice(pool('party_days'))}。会后{self._matter(aspect)}。"
        return self._filled(template, mentor, mentee)

    def stock(self) -> Draft:
        """Return a routine phrase everybody writes."""
        return Draft(f"{self._rng.choice(pool('stock'))}。", ())

    def telling(self, aspect: str, mentor: str, mentee: str, sentences: int = 3) -> Draft:
        """Return the draft of an entry of one to three sentences, with names and numbers."""
        rng = self._rng
        parts = [
            f"{rng.choice(pool('colloquial'))}，{self._matter(aspect)}，{{p}}也在",
            f"{rng.choice(pool('places'))}，{self._matter(aspect)}",
            f"{self._matter(aspect)}，{rng.choice(pool('figures'))}",
        ]
        return self._filled("。".join(parts[:sentences]) + "。", mentor, mentee)

    def clause(self, mentor: str, mentee: str) -> str:
        """Return a long clause about something else."""
        return self._filled(self._rng.choice(pool("added")), mentor, mentee).text()

    def reworded(self, draft: Draft) -> Draft:
        """Return `draft` with one word changed for another that means the same."""
        swaps = [swap.split("=") for swap in pool("swaps")]
        fitting = [(old, new) for old, new in swaps if draft.template.count(old) == 1]
        if not fitting:
            return draft
        old, new = self._rng.choice(fitting)
        return Draft(draft.template.replace(old, new), draft.values)

    def problem(self, mentee: str) -> str:
        """Return a problem found."""
        return self._filled(self._rng.choice(pool("problems")), "", mentee).text()

    def next_step(self, mentee: str) -> str:
        """Return what comes next."""
        return self._filled(self._rng.choice(pool("steps")), "", mentee).text()

    def _official(self, aspect: str) -> str:
        rng = self._rng
        count = rng.choice((2, 2, 3))
        parts = "；".join(f"{pool('points')[n]}{self._matter(aspect)}" for n in range(count))
        return f"{rng.choice(pool('official'))}：{parts}。{rng.choice(pool('closings'))}。"

    def _colloquial(self, aspect: str) -> str:
        rng = self._rng
        text = f"{rng.choice(pool('colloquial'))}，{self._matter(aspect)}"
        if rng.random() < 0.5:
            text += f"。{rng.choice(pool('places'))}，{self._matter(aspect)}"
        if rng.random() < 0.6:
            text += f"，{rng.choice(pool('figures'))}"
        return text + (f"。{rng.choice(pool('asides'))}" if rng.random() < 0.4 else "") + "。"

    def _short(self, aspect: str) -> str:
        return self._matter(aspect)

    def _call(self, aspect: str) -> str:
        return f"{self._rng.choice(pool('calls'))}，{self._matter(aspect)}"

    def _matter(self, aspect: str) -> str:
        """Return who did what, and what came of it."""
        rng = self._rng
        for _ in range(_PATIENCE):
            who = rng.choice(self._people)
            thing = rng.choice(_things(Aspect(aspect).value))
            deed = rng.choice(pool("deeds")).replace("{thing}", thing)
            outcome = rng.choice(pool("actors")) + rng.choice(pool("actions"))
            pairs = set(combinations((who, deed, outcome), 2))
            if not pairs & self._told:
                break
        self._told |= pairs
        return f"{who}{deed}，{outcome}"

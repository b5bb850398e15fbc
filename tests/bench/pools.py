"""People to be paired, from one township to a province, distributed as in ledgers.

Townships differ in size and in how many mentors they have for their mentees; fields, scores and
villages are unevenly filled in; a few pairs are assigned, wished for, refused or to be avoided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from addin.domain.pairing.pools import (
    SERIALS,
    Availability,
    Exclusion,
    KnownPairs,
    Mentees,
    Mentors,
    Pool,
    Wish,
    unit_of,
)
from addin.domain.pairing.scores import Scale, principle_scores, total_scores
from validators.divisions import by_code
from validators.settings import Settings

SPECIALTIES = np.array([20, 18, 13, 9, 7, 7, 7, 4, 9, 2, 2, 2]) / 100
"""How common each 专业领域 is, in the order of `Specialty`: 党建工作 and 产业发展 lead."""
MENTOR_SCORES = (0, 0.05, 0.35, 0.40, 0.20)
MENTEE_SCORES = (0.08, 0.22, 0.40, 0.25, 0.05)
BLANK = 0.1
"""Share of people without fields, and of those without a survey."""
BUSY = 0.3
"""Share of the places that running pairings take."""
TEAMS = (0.4, 0.4, 0.2)
"""Shares of organisations that want 1, 2 and 3 mentors."""
WISHES = {(Wish.FOR, Wish.FOR): 0.06, (Wish.FOR, Wish.OPEN): 0.06, (Wish.OPEN, Wish.FOR): 0.06}
"""Shares of mentees of whom and of one mentor nearby something was written into 意见."""
BARRED = {Exclusion.AVOIDED: 0.02, Exclusion.MENTEE_DISAGREES: 0.01, Exclusion.REFUSED: 0.01}
ASSIGNED = 0.01
"""Share of mentees with a mentor assigned by the organisation."""
THOUGHT_OF = 6
"""Mentors of the township among whom people wish for the best, and are assigned or refuse them."""


@dataclass(frozen=True)
class Size:
    """How many people of which division."""

    name: str
    mentors: int
    individuals: int
    organisations: int
    places: str

    @property
    def people(self) -> str:
        return f"{self.mentors:,} × {self.individuals + self.organisations:,}"


SIZES = {
    size.name: size
    for size in (
        Size("township", 30, 52, 8, "640402104"),
        Size("county", 500, 870, 130, "640402"),
        Size("city", 3_000, 5_200, 800, "6404"),
        Size("province", 30_000, 60_000, 0, "64"),
        Size("province with teams", 30_000, 52_000, 8_000, "64"),
    )
}


def pools_of(size: Size, seed: int = 7) -> tuple[Pool, ...]:
    """Return the pool of individuals and, where there are organisations, theirs."""
    rng = np.random.default_rng(seed)
    towns = _towns(rng, size.places)
    mentors = _mentors(rng, size.mentors, towns)
    individuals = Pool(
        False,
        mentors,
        _mentees(rng, "G", size.individuals, towns, np.ones(size.individuals, np.int64)),
        KnownPairs.none(),
        Settings(),
    )
    pools = [replace(individuals, known_pairs=_known_pairs(rng, individuals))]
    if size.organisations:
        limit = np.full(size.mentors, Settings().organisation_load_limit)
        need = 1 + rng.choice(len(TEAMS), size.organisations, p=TEAMS)
        organisations = Pool(
            True,
            replace(mentors, load=rng.binomial(limit, BUSY), limit=limit),
            _mentees(rng, "Z", size.organisations, towns, need),
            KnownPairs.none(),
            Settings(),
        )
        pools.append(replace(organisations, known_pairs=_known_pairs(rng, organisations)))
    return tuple(pools)


Towns = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Codes and relative sizes of the townships."""


def _towns(rng: np.random.Generator, places: str) -> Towns:
    codes = [
        int(unit.code)
        for unit in by_code().values()
        if unit.level == "township" and unit.code.startswith(places)
    ]
    return np.array(sorted(codes)), rng.gamma(4, size=len(codes))


def _mentors(rng: np.random.Generator, count: int, towns: Towns) -> Mentors:
    settings = Settings()
    own = rng.random(count) < 0.3  # 可带人数 filled in
    limit = np.where(own, rng.integers(1, settings.load_limit + 1, count), settings.load_warning)
    availability = np.where(rng.random(count) < 0.03, Availability.PAUSED, Availability.AVAILABLE)
    people = _people(rng, "D", count, towns, MENTOR_SCORES, in_village=0.4)
    return Mentors(
        veteran=rng.random(count) < 0.4,
        availability=availability.astype(np.int64),
        load=rng.binomial(limit, BUSY),
        limit=limit,
        counted_as=people["ids"],
        **people,
    )


def _mentees(
    rng: np.random.Generator, prefix: str, count: int, towns: Towns, need: NDArray[np.int64]
) -> Mentees:
    return Mentees(
        files=["台账.xlsx"] * count,
        newcomer=rng.random(count) < 0.3,
        demand=need,
        waited=rng.integers(0, 200, count),
        situation=[""] * count,
        weak_at_most=np.full(count, Settings().weak_at_most),
        **_people(rng, prefix, count, towns, MENTEE_SCORES, in_village=0.85),
    )


def _people(
    rng: np.random.Generator,
    prefix: str,
    count: int,
    towns: Towns,
    scores: tuple[float, ...],
    *,
    in_village: float,
) -> dict[str, Any]:
    codes, sizes = towns
    sizes = sizes * rng.uniform(0.7, 1.3, len(codes))
    unit = np.sort(rng.choice(codes, count, p=sizes / sizes.sum()))
    serial = np.arange(count) - np.searchsorted(unit, unit) + 1
    village = np.where(rng.random(count) < in_village, rng.integers(1, 13, count), 0)
    fields = np.zeros(count, np.int64)
    for share in (1, 0.6, 0.3):
        more = 1 << rng.choice(len(SPECIALTIES), count, p=SPECIALTIES)
        fields |= np.where(rng.random(count) < share, more, 0)
    surveyed = rng.random(count) >= BLANK
    points = 1 + rng.choice(len(scores), (count, 6), p=scores)
    return {
        "ids": [f"{prefix}{u}-{s:03}" for u, s in zip(unit.tolist(), serial.tolist(), strict=True)],
        "names": [f"人{number}" for number in range(count)],
        "code": unit * SERIALS + serial,
        "village": np.where(village, unit * 100 + village, 0),
        "village_names": [f"第{number}村" if number else "" for number in village.tolist()],
        "specialties": np.where(rng.random(count) < BLANK, 0, fields),
        "scores": np.where(surveyed[:, None], points, 0),
    }


def _known_pairs(rng: np.random.Generator, pool: Pool) -> KnownPairs:
    """Return at most one fact per mentee, about a mentor of the township people would think of."""
    mentees, mentor = pool.mentees, _obvious(rng, pool)
    here = unit_of(mentees.code)
    facts = [*WISHES, *BARRED, "assigned"]
    shares = np.cumsum([*WISHES.values(), *BARRED.values(), ASSIGNED])
    fact = np.searchsorted(shares, rng.random(len(here)), side="right")
    known = np.flatnonzero(fact < len(facts))
    wish = np.full((len(here), 2), Wish.OPEN, np.int64)
    exclusion = np.zeros(len(here), np.int64)
    for number, what in enumerate(facts):
        if isinstance(what, tuple):
            wish[fact == number] = what
        elif isinstance(what, Exclusion):
            exclusion[fact == number] = what
    # one appointment a mentor, so that all can be kept
    assigned = np.zeros(len(here), np.bool_)
    appointed = np.flatnonzero((fact == len(facts) - 1) & pool.mentors.usable[mentor])
    assigned[appointed[np.unique(mentor[appointed], return_index=True)[1]]] = True
    known_pairs = KnownPairs(
        mentor=mentor,
        mentee=np.arange(len(here)),
        exclusion=exclusion,
        assigned=assigned,
        fixed=assigned,
        drafted=np.zeros(len(here), np.bool_),
        wish=wish,
    )
    return known_pairs.select(known)


def _obvious(rng: np.random.Generator, pool: Pool) -> NDArray[np.int64]:
    """Return the best of a few mentors of the township for every mentee."""
    here, there = unit_of(pool.mentees.code), unit_of(pool.mentors.code)
    first, end = np.searchsorted(there, here), np.searchsorted(there, here, side="right")
    places = rng.random((len(here), THOUGHT_OF)) * np.maximum(end - first, 1)[:, None]
    mentor = np.minimum(first[:, None] + places.astype(np.int64), len(there) - 1)
    mentee = np.repeat(np.arange(len(here)), THOUGHT_OF)
    score = total_scores(principle_scores(pool, mentor.ravel(), mentee), Scale.of(pool.settings))
    best = score.reshape(mentor.shape).argmax(axis=1)
    return np.asarray(np.take_along_axis(mentor, best[:, None], 1)[:, 0])

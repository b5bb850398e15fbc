"""Pools made from arrays, for tests and measurements: people in real townships, at any size."""

from __future__ import annotations

from typing import Any

import numpy as np

from addin.domain.pairing.pools import SERIALS, KnownPairs, Mentees, Mentors, Pool
from validators.divisions import by_code, units
from validators.settings import Settings


def a_pool(
    mentors: int,
    mentees: int,
    *,
    seed: int = 7,
    places: str = "6404",
    organisations: bool = False,
    settings: Settings | None = None,
    busy: float = 0.3,
    most_needed: int = 1,
    specialties: int = 12,
) -> Pool:
    """Return a pool of people spread over the townships of a city, a county or the province (64).

    Args:
        mentors: How many.
        mentees: How many.
        seed: Of the random facts.
        places: Code of the division all townships of which take part.
        organisations: Whether the mentees are organisations.
        settings: The settings.
        busy: Share of places that running pairings take.
        most_needed: Largest number of mentors wanted.
        specialties: How many different specialties there are.
    """
    rng = np.random.default_rng(seed)
    settings = settings or Settings()
    limit = np.full(mentors, settings.load_warning)
    if organisations:
        limit = np.full(mentors, settings.organisation_load_limit)
    else:
        own = rng.random(mentors) < 0.5
        limit = np.where(own, rng.integers(2, settings.load_limit + 1, mentors), limit)
    facts = _people(rng, "D", mentors, places, specialties, (3, 6), in_village=0.4)
    return Pool(
        organisations,
        Mentors(
            veteran=rng.random(mentors) < 0.5,
            availability=np.where(rng.random(mentors) < 0.02, 1, 0),
            load=rng.binomial(limit, busy),
            limit=limit,
            counted_as=facts["ids"],
            **facts,
        ),
        Mentees(
            files=["台账.xlsx"] * mentees,
            newcomer=rng.random(mentees) < 0.3,
            demand=rng.integers(1, most_needed + 1, mentees),
            waited=rng.integers(0, 200, mentees),
            situation=[""] * mentees,
            weak_at_most=np.full(mentees, settings.weak_at_most),
            **_people(
                rng, "Z" if organisations else "G", mentees, places, specialties, (1, 5),
                in_village=0.8,
            ),
        ),
        KnownPairs.none(),
        settings,
    )  # fmt: skip


def _people(
    rng: np.random.Generator,
    prefix: str,
    count: int,
    places: str,
    specialties: int,
    scores: tuple[int, int],
    *,
    in_village: float,
) -> dict[str, Any]:
    codes = sorted(int(code) for code in _townships(places))
    unit = np.sort(rng.choice(codes, count))
    serial = np.arange(count) - np.searchsorted(unit, unit) + 1
    village = np.where(rng.random(count) < in_village, rng.integers(1, 12, count), 0)
    masks = np.zeros(count, np.int64)
    for _ in range(3):
        more = (rng.random(count) < 0.6) | (masks == 0)
        masks |= np.where(more, 1 << rng.integers(0, specialties, count), 0)
    return {
        "ids": [f"{prefix}{u}-{s:03}" for u, s in zip(unit.tolist(), serial.tolist(), strict=True)],
        "names": [f"人{n}" for n in range(count)],
        "code": unit * SERIALS + serial,
        "village": np.where(village, unit * 100 + village, 0),
        "village_names": [f"第{v}村" if v else "" for v in village.tolist()],
        "specialties": np.where(rng.random(count) < 0.1, 0, masks),
        "scores": rng.integers(*scores, (count, 6)),
    }


def _townships(places: str) -> list[str]:
    if len(places) == 2:
        return [d.code for d in by_code().values() if d.level == "township"]
    return [unit.code for unit in units(places[:4]) if unit.code.startswith(places)]


def some_known_pairs(pool: Pool, count: int, seed: int = 11) -> KnownPairs:
    """Return `count` random pairs with random facts."""
    rng = np.random.default_rng(seed)
    size = len(pool.mentors) * len(pool.mentees)
    keys = np.sort(rng.choice(size, min(count, size), replace=False))
    exclusion = np.where(rng.random(len(keys)) < 0.5, rng.integers(1, 7, len(keys)), 0)
    fixed = (rng.random(len(keys)) < 0.2) & (exclusion == 0)
    return KnownPairs(
        mentor=keys % len(pool.mentors),
        mentee=keys // len(pool.mentors),
        exclusion=exclusion,
        assigned=fixed & (rng.random(len(keys)) < 0.5),
        fixed=fixed,
        drafted=fixed | (rng.random(len(keys)) < 0.3),
        wish=rng.integers(0, 3, (len(keys), 2)),
    )

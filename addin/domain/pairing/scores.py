"""The five principles of pairing, each 0–1, and their weighted total.

The principles are the programme's own: 领域相近、帮带便捷、以强带弱、双向自愿、组织统筹. What each
measures is this tool's reading of it; weights and coefficients are settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from addin.domain.pairing.pools import Mentees, Mentors, Pool, unit_of
from addin.domain.pairing.problem import SCALE, IntArray
from validators.settings import Settings
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import OrganisationCategory, Specialty

Floats = NDArray[np.float64]

PRINCIPLES = ("领域相近", "帮带便捷", "以强带弱", "双向自愿", "组织统筹")
UNKNOWN = 0.5
"""Score of a principle nothing is known about: neither for a pair nor against it."""

CATEGORY_SPECIALTIES: dict[OrganisationCategory, tuple[Specialty, ...]] = {
    OrganisationCategory.WEAK: (Specialty.PARTY_BUILDING, Specialty.MASSES, Specialty.GOVERNANCE),
    OrganisationCategory.POOR_ECONOMY: (Specialty.INDUSTRY, Specialty.PROJECTS, Specialty.FINANCE),
    OrganisationCategory.POOR_CONSOLIDATION: (
        Specialty.INDUSTRY, Specialty.WELFARE, Specialty.AGRICULTURE,
    ),
    OrganisationCategory.SHORTCOMINGS: (),
    OrganisationCategory.WEAK_BASE: (Specialty.PARTY_BUILDING, Specialty.MASSES),
}  # fmt: skip
"""Specialties an organisation's category asks of a mentor, since organisations have no 专业领域.

存在短板弱项 asks for none: its weak aspects say where help is needed.
"""

_BITS = {word: 1 << bit for bit, word in enumerate(Specialty)}


class Nearness:
    """Steps of nearness, nearest first; an index into `Scale.nearness`."""

    VILLAGE, TOWNSHIP, COUNTY, CITY, BEYOND = range(5)


@dataclass(frozen=True, slots=True)
class Scale:
    """The settings that scores depend on.

    Attributes:
        weights: Of the five principles; they add up to 1.
        nearness: Of same village, township, county, city, and beyond (5).
        weak_at_most: A mentor's score not above it is no lead over a weak mentee.
        strong_at_least: A mentor's score not below it is strong.
    """

    weights: tuple[float, ...]
    nearness: Floats
    weak_at_most: int
    strong_at_least: int

    @classmethod
    def of(cls, settings: Settings) -> Scale:
        """Read the scale from the settings; five weights of 0 count alike."""
        weights = [max(0.0, float(word)) for word in settings.pairing_weights]
        if not sum(weights):
            weights = [1.0] * len(weights)
        near = [min(1.0, max(0.0, float(word))) for word in settings.nearness]
        return cls(
            tuple(weight / sum(weights) for weight in weights),
            np.array([*near, 0.0]),
            settings.weak_at_most,
            settings.strong_at_least,
        )


def specialty_mask(specialties: Iterable[Specialty] | None) -> int:
    """Return specialties as a bit mask; 0 where nothing was filled in."""
    return sum(_BITS[specialty] for specialty in specialties or ())


def _aspect_masks(marked: NDArray[np.bool_]) -> IntArray:
    """Return six marks per row as a bit mask, bit k for aspect k."""
    return np.asarray((marked.astype(np.int64) << np.arange(len(ASPECT_FIELDS))).sum(axis=1))


def weak_masks(mentees: Mentees) -> IntArray:
    """Return each mentee's weak aspects; an aspect not surveyed (0) is not weak."""
    scores = mentees.scores
    return _aspect_masks((scores > 0) & (scores <= mentees.weak_at_most[:, None]))


def strong_masks(scores: IntArray, scale: Scale) -> IntArray:
    """Return each mentor's strong aspects."""
    return _aspect_masks(scores >= scale.strong_at_least)


def same_field(mentor: IntArray, mentee: IntArray) -> Floats:
    """领域相近: the share of the mentee's 专业领域 that the mentor has; `UNKNOWN` if either is blank.

    Args:
        mentor: Bit masks.
        mentee: Bit masks, of a shape that broadcasts with `mentor`'s; see `CATEGORY_SPECIALTIES`.
    """
    wanted = np.bitwise_count(mentee)
    share = np.bitwise_count(mentor & mentee) / np.maximum(wanted, 1)
    return np.where((mentor == 0) | (wanted == 0), UNKNOWN, share)


def nearness_steps(pool: Pool, mentor: IntArray, mentee: IntArray) -> IntArray:
    """Return the step of nearness of each pair by the division codes in the IDs (GB/T 2260).

    Same village means the same village of the same unit; a county's own unit (640402000) lies in
    the same county as its townships.
    """
    there, here = unit_of(pool.mentors.code), unit_of(pool.mentees.code)
    home, work = pool.mentors.village[mentor], pool.mentees.village[mentee]
    apart = np.full(len(mentor), Nearness.VILLAGE)
    apart += (home != work) | (work == 0)
    for digits in (1, 1_000, 100_000):
        apart += (there // digits)[mentor] != (here // digits)[mentee]
    return apart  # two who differ in a wider unit differ in every narrower one, too


def step_apart(one: int, other: int) -> int:
    """Return the step of nearness of two different units."""
    apart = Nearness.TOWNSHIP
    for digits in (1, 1_000, 100_000):
        apart += one // digits != other // digits
    return apart


def strength_by_mask(mentors: Mentors, scale: Scale) -> Floats:
    """以强带弱 of every mentor for every set of weak aspects (64, n).

    The mean over the weak aspects of (mentor's score - `weak_at_most`) / (5 - `weak_at_most`),
    clipped to 0–1: only what the mentee is weak in counts, and a mentor no better there than a weak
    mentee counts nothing. Without a weak aspect, or without a survey, `UNKNOWN`.
    """
    lead = (mentors.scores - scale.weak_at_most) / max(1, 5 - scale.weak_at_most)
    lead = np.clip(lead, 0.0, 1.0)
    table = np.zeros((1 << len(ASPECT_FIELDS), len(mentors)))
    for k in range(len(ASPECT_FIELDS)):  # aspect after aspect: the same to the bit
        table[1 << k : 2 << k] = table[: 1 << k] + lead[:, k]
    table[1:] /= np.bitwise_count(np.arange(1, len(table)))[:, None]
    table[0] = UNKNOWN
    return table


def free_share(mentors: Mentors) -> Floats:
    """组织统筹 of every mentor: the share of places that is still free.

    The organisation spreads the load and sends mentors with free capacity where they are needed
    (按需统筹); a pair it assigned itself counts 1, see `principle_scores`.
    """
    free = np.clip(mentors.limit - mentors.load, 0, None)
    return np.asarray(free / np.maximum(mentors.limit, 1))


def principle_scores(pool: Pool, mentor: IntArray, mentee: IntArray) -> Floats:
    """Return the five scores of some pairs (n, 5), in the order of `PRINCIPLES`.

    双向自愿 is the mean of both sides' opinion: 同意 1, 服从安排 or nothing yet 0.5, 不同意 0.

    Args:
        pool: Mentors and mentees.
        mentor: Mentor numbers (n).
        mentee: Mentee numbers (n).
    """
    scale, index = Scale.of(pool.settings), pool.known_pair_of(mentor, mentee)
    weak = weak_masks(pool.mentees)
    wish = np.append(pool.known_pairs.wish.sum(axis=1) / 4, UNKNOWN)[index]
    assigned = pool.known_pairs.at("assigned", index)
    return np.column_stack(
        [
            same_field(pool.mentors.specialties[mentor], pool.mentees.specialties[mentee]),
            scale.nearness[nearness_steps(pool, mentor, mentee)],
            strength_by_mask(pool.mentors, scale)[weak[mentee], mentor],
            wish,
            np.where(assigned, 1.0, free_share(pool.mentors)[mentor]),
        ]
    )


def total_scores(five: Floats, scale: Scale) -> IntArray:
    """Return the weighted totals as integers up to `SCALE`, so that equal plans compare equal."""
    total = np.zeros(len(five))
    for k, weight in enumerate(scale.weights):  # one by one: the same to the bit
        total += weight * five[:, k]
    return np.rint(SCALE * total).astype(np.int64)

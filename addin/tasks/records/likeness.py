"""Say how alike two skeletons are, names unknown to the ledger and the order of clauses aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cpdist

from addin.tasks.records.candidates import candidates
from addin.tasks.records.masking import SURNAMES

__all__ = ["Alike", "alike", "likeness"]

_LOWEST = 0.75
"""Below it even three names that differ do not explain a skeleton of usual length."""
_NAMES = 0.4
"""At most this share of two skeletons may be names unknown to the ledger."""
_SURNAMES = frozenset(SURNAMES)
_PLACES = frozenset("村镇乡庄社")


class Alike(NamedTuple):
    """Two skeletons, by index, and their likeness from 0 to 1."""

    left: int
    right: int
    likeness: float


def alike(skeletons: Sequence[str], least: float) -> Iterator[Alike]:
    """Yield the pairs of skeletons whose likeness is `least` or more.

    Args:
        skeletons: Distinct and in text order.
        least: From 0 to 1.
    """
    left, right = candidates(skeletons)
    ones = [skeletons[index] for index in left.tolist()]
    others = [skeletons[index] for index in right.tolist()]
    scores = cpdist(
        ones, others, scorer=Indel.normalized_similarity, score_cutoff=_LOWEST, dtype=np.float32
    )
    for at in np.flatnonzero(scores).tolist():
        score = likeness(ones[at], others[at])
        if score >= least:
            yield Alike(int(left[at]), int(right[at]), score)
    for at in np.flatnonzero(scores == 0).tolist():
        score = _unordered(ones[at], others[at], least)
        if score >= least:
            yield Alike(int(left[at]), int(right[at]), score)


def likeness(one: str, other: str) -> float:
    """Return the share of both skeletons that agrees, unknown names left out.

    The better of two measures: characters that agree in order (normalised indel similarity), and
    pairs of neighbouring characters that agree in any order (Dice), for clauses that moved.
    """
    return max(_without_names(one, other), _unordered(one, other, 0.0))


def _without_names(one: str, other: str) -> float:
    """Return the indel similarity of two skeletons, what reads like two names left out."""
    size = len(one) + len(other)
    names = words = 0
    for start, stop, first, last in _blocks(one, other):
        changed = stop - start + last - first
        if _named(one, start, stop, other, first, last):
            names += changed
        else:
            words += changed
    if names > _NAMES * size:
        words, names = words + names, 0
    return 1 - words / (size - names) if size > names else 0.0


def _blocks(one: str, other: str) -> list[list[int]]:
    """Return where they differ; places a single character apart are one: 王占财, 李占才."""
    blocks: list[list[int]] = []
    for tag, start, stop, first, last in Levenshtein.opcodes(one, other):
        if tag == "equal":
            continue
        if blocks and start - blocks[-1][1] <= 1 and first - blocks[-1][3] <= 1:
            blocks[-1][1], blocks[-1][3] = stop, last
        else:
            blocks.append([start, stop, first, last])
    return blocks


def _named(one: str, start: int, stop: int, other: str, first: int, last: int) -> bool:
    """Return whether the parts that differ read like names of persons or of places."""
    if one[stop : stop + 1] in _PLACES and one[stop : stop + 1] == other[last : last + 1]:
        return 0 < stop - start <= 3 and 0 < last - first <= 3
    if start == stop or first == last:
        return _person(one[start:stop] or other[first:last])
    for before in (0, 1, 2):
        for behind in (0, 1, 2):
            if min(start, first) >= before and (
                _person(one[start - before : stop + behind])
                and _person(other[first - before : last + behind])
            ):
                return True
    return False


def _person(part: str) -> bool:
    return 2 <= len(part) <= 3 and part[0] in _SURNAMES


def _unordered(one: str, other: str, least: float) -> float:
    """Return the Dice coefficient of the pairs of characters; 0 where it cannot be `least`."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 2 or 2 * shorter < least * (shorter + longer):
        return 0.0
    characters = 2 * (Counter(one) & Counter(other)).total() if least else shorter + longer
    if characters < least * (shorter + longer):
        return 0.0
    pairs = [Counter(map(str.__add__, text, text[1:])) for text in (one, other)]
    return 2 * (pairs[0] & pairs[1]).total() / (shorter + longer - 2)

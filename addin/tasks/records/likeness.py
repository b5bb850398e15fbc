"""Say how alike two skeletons are, names unknown to the ledger and the order of clauses aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cpdist

from addin.tasks.records.candidates import candidates
from addin.tasks.records.masking import DOT, SURNAMES

__all__ = ["Alike", "alike", "likeness"]

_LOWEST = 0.75
"""Below it even three names that differ do not explain a skeleton of usual length."""
_MOVED = 0.06
"""Up to this share of characters apart, clauses may have moved."""
_PARTNERS = 8
"""Two skeletons which both have so many nearer ones are not compared: a text with many copies."""
_NAMES = 0.4
"""At most this share of two skeletons may be names unknown to the ledger."""
_SURNAMES = frozenset(SURNAMES)
_DOTTED = 12
"""Characters of the longest name with a dot."""
_PLACES = frozenset("村镇乡庄社")
_OF_VILLAGES = frozenset("集民部委务干支级办里")
"""Behind 村 they make a word: 村集体, 村民, 村部."""
_Part = tuple[str, int, int]


class Alike(NamedTuple):
    """Two skeletons, by index, and their likeness from 0 to 1."""

    left: int
    right: int
    likeness: float


def alike(
    skeletons: Sequence[str], least: float, surnames: frozenset[str] = frozenset()
) -> Iterator[Alike]:
    """Yield the pairs of skeletons whose likeness is `least` or more.

    Likeness is the share of both that agrees in order (normalised indel similarity), what reads
    like names left out; or, for clauses that moved, the share of pairs of neighbouring characters
    that agree in any order (Dice).

    Args:
        skeletons: Distinct and in text order.
        least: From 0 to 1.
        surnames: First characters of names, beyond the common ones.
    """
    left, right, apart = candidates(skeletons)
    ones = [skeletons[index] for index in left.tolist()]
    others = [skeletons[index] for index in right.tolist()]
    scores = cpdist(
        ones, others, scorer=Indel.normalized_similarity, score_cutoff=_LOWEST, dtype=np.float32
    )
    partners: Counter[int] = Counter()
    worth = np.flatnonzero((scores > 0) | (apart <= _MOVED))
    for at in worth[np.argsort(-scores[worth], kind="stable")].tolist():
        one, other = int(left[at]), int(right[at])
        if partners[one] >= _PARTNERS and partners[other] >= _PARTNERS:
            continue
        score = likeness(ones[at], others[at], surnames)
        if score < least and apart[at] <= _MOVED:
            score = _unordered(ones[at], others[at])
        if score >= least:
            partners.update((one, other))
            yield Alike(one, other, score)


def likeness(one: str, other: str, surnames: frozenset[str] = frozenset()) -> float:
    """Return the indel similarity of two skeletons, what reads like two names left out."""
    known = _SURNAMES | surnames
    size = len(one) + len(other)
    names = words = 0
    for start, stop, first, last in _blocks(one, other):
        changed = stop - start + last - first
        if _places(one[stop:], other[last:], changed) or _persons(
            (one, start, stop), (other, first, last), known
        ):
            names += changed
        else:
            words += changed
    if names > _NAMES * size:
        words, names = words + names, 0
    return 1 - words / (size - names) if size > names else 0.0


def _blocks(one: str, other: str) -> list[list[int]]:
    """Return where they differ; places a single character apart are one: 王占财, 李占才."""
    blocks: list[list[int]] = []
    for step in Levenshtein.opcodes(one, other):
        start, first = step.src_start, step.dest_start
        if step.tag == "equal":
            continue
        if blocks and start - blocks[-1][1] <= 1 and first - blocks[-1][3] <= 1:
            blocks[-1][1], blocks[-1][3] = step.src_end, step.dest_end
        else:
            blocks.append([start, step.src_end, first, step.dest_end])
    return blocks


def _places(behind: str, behind_other: str, changed: int) -> bool:
    """Return whether what differs stands before 村, 镇 … in both."""
    same = behind[:2] == behind_other[:2]
    return same and changed <= 6 and behind[:1] in _PLACES and behind[1:2] not in _OF_VILLAGES


def _persons(one: _Part, other: _Part, surnames: frozenset[str]) -> bool:
    """Return whether the parts that differ read like persons' names, with what both share."""
    (text, start, stop), (text_other, first, last) = one, other
    if start == stop or first == last:
        return _person(text[start:stop] or text_other[first:last], surnames)
    return any(
        _person(text[max(start - before, 0) : stop + behind], surnames)
        and _person(text_other[max(first - before, 0) : last + behind], surnames)
        for before in (0, 1, 2)
        for behind in (0, 1)
    )


def _person(part: str, surnames: frozenset[str]) -> bool:
    if DOT in part:
        return len(part) <= _DOTTED
    return 2 <= len(part) <= 3 and part[0] in surnames


def _unordered(one: str, other: str) -> float:
    """Return the Dice coefficient of the pairs of neighbouring characters."""
    pairs = [Counter(map(str.__add__, text, text[1:])) for text in (one, other)]
    total = pairs[0].total() + pairs[1].total()
    return 2 * (pairs[0] & pairs[1]).total() / total if total else 0.0

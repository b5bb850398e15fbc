"""Find pairs of skeletons worth comparing, in time linear in their number, and say how alike two are.

1. Count in how many places each run of four characters stands; one that stands once can match
   nothing.
2. A skeleton's anchors are its locally rarest runs: those rarer than the others within a few
   characters. An edit moves only the anchors beside it (winnowing: Schleimer, Wilkerson, Aiken,
   "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003; here by rarity).
3. Two anchors close to each other are a key. Skeletons with a common key are candidates; of many
   with the same key each is paired with its nearest in text order and with the first.
4. Of those stay the pairs that hold nearly the same characters: 128 bits per skeleton note which,
   and the bits in which two differ are at most the characters that do.
5. Likeness leaves out names the ledger does not know and, for clauses that moved, their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cpdist

from addin.domain.log_hints.skeletons import DOT, SEPARATOR, SURNAMES, Units, encoded

Whole = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Shares = npt.NDArray[np.float64]

_RUN = 4
_WINDOW = 2
"""How many runs to either side an anchor is the rarest of."""
_NEIGHBOURS = 8
_STEPS = (1, 2)
"""A key is an anchor and the next, or the next but one."""
_APART = 0.22
"""Share of their characters in which candidates may differ before names are told apart."""
_TABLE_BITS = 22
_COMMON = 255
_NEVER = np.uint32(2**32 - 1)
_FACTOR = np.uint32(0x9E3779B1)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def candidates(skeletons: Sequence[str]) -> tuple[Whole, Whole, Shares]:
    """Return the candidates: two arrays of indexes, left < right, each pair once, and a third.

    The third says what share of their characters differs at least, in any order.

    Args:
        skeletons: Distinct and in text order, so that the answer depends on nothing else.
    """
    if not skeletons:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    units = encoded(skeletons)
    sketch = _sketch(units)
    owners, keys = _keys(*_anchors(units))
    count = len(skeletons)
    found = [left * count + right for left, right in _pairs(owners, keys, sketch)]
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    left, right = np.divmod(pairs, count)
    return left, right, sketch.apart(left, right)


@dataclass(frozen=True, slots=True)
class _Sketch:
    """Which characters each skeleton holds, hashed to twice 64 bits, and how many units."""

    low: Keys
    high: Keys
    lengths: Whole

    def apart(self, left: Whole, right: Whole) -> Shares:
        """Return the share of characters in which skeletons differ at least."""
        differing = np.bitwise_count(self.low[left] ^ self.low[right])
        differing += np.bitwise_count(self.high[left] ^ self.high[right])
        one, other = self.lengths[left], self.lengths[right]
        shares: Shares = np.maximum(differing, np.abs(one - other)) / (one + other)
        return shares


def _sketch(units: Units) -> _Sketch:
    ends = np.flatnonzero(units == SEPARATOR)
    starts = np.append(0, ends[:-1] + 1)
    words = []
    slots = np.arange(1 << 16, dtype=np.uint32) * _FACTOR >> np.uint32(25)
    for half in (0, 1):
        table = np.uint64(1) << (slots & np.uint32(63)).astype(np.uint64)
        table[slots >> np.uint32(6) != half] = 0
        table[SEPARATOR] = 0
        words.append(np.bitwise_or.reduceat(table[units], starts))
    return _Sketch(words[0], words[1], ends - starts)


def _anchors(units: Units) -> tuple[Whole, Hashes]:
    """Return the text and the hash of every anchor, in order of appearance."""
    span = max(len(units) - _RUN + 1, 0)
    hashes, broken = np.zeros(span, np.uint32), np.zeros(span, np.bool_)
    ends = units == SEPARATOR
    for shift in range(_RUN):
        hashes *= _FACTOR
        hashes += units[shift : shift + span]
        broken |= ends[shift : shift + span]
    hashes *= _FACTOR
    rarity = _rarity(hashes, broken)
    lowest = np.full(span + 2 * _WINDOW, _NEVER)
    lowest[_WINDOW : _WINDOW + span] = rarity
    for shift in (1, 2, 1):  # doubles to four runs, then one more: 2 · _WINDOW + 1
        lowest = np.minimum(lowest[:-shift], lowest[shift:])
    places = np.flatnonzero((rarity == lowest) & (rarity != _NEVER))
    return np.searchsorted(np.flatnonzero(ends), places), hashes[places]


def _rarity(hashes: Hashes, broken: npt.NDArray[np.bool_]) -> Hashes:
    """Return the count of each run above bits of its hash, so that ties are settled alike."""
    bits = _table_bits(len(hashes))
    slots = (hashes >> np.uint32(32 - bits)).astype(np.intp)
    slots[broken] = 0
    table = np.minimum(np.bincount(slots, minlength=1 << bits), _COMMON).astype(np.uint8)
    counts = table[slots]
    rarity = (counts.astype(np.uint32) << np.uint32(24)) | (hashes & np.uint32(0xFFFFFF))
    rarity[broken | (counts < 2)] = _NEVER
    return rarity


def _table_bits(count: int) -> int:
    """Return the bits of a table that counts `count` hashes with few collisions."""
    return min(count.bit_length() + 2, _TABLE_BITS)


def _keys(texts: Whole, hashes: Hashes) -> tuple[Whole, Keys]:
    """Return owner and key of anchors close to each other, those that stand once left out."""
    owners, keys = [], []
    for step in _STEPS:
        same = texts[step:] == texts[:-step]
        joined = hashes[:-step].astype(np.uint64) << np.uint64(32) | hashes[step:]
        owners.append(texts[step:][same])
        keys.append(joined[same] * _MIX)
    owner, key = np.concatenate(owners), np.concatenate(keys)
    slots = (key >> np.uint64(64 - _table_bits(len(key)))).astype(np.intp)
    shared = np.bincount(slots)[slots] > 1
    width = np.uint64(len(texts).bit_length())  # no text has a number beyond that of its anchors
    packed = (key[shared] >> width << width) | owner[shared].astype(np.uint64)
    packed.sort()
    keys_sorted = packed >> width
    return (packed ^ (keys_sorted << width)).astype(np.int64), keys_sorted


def _pairs(owners: Whole, keys: Keys, sketch: _Sketch) -> Iterator[tuple[Whole, Whole]]:
    """Yield pairs with a common key: each with its neighbours and with the first."""
    left = right = np.zeros(0, np.int64)
    if len(keys):
        first = np.append(True, keys[1:] != keys[:-1])
        left, right = owners[first][np.cumsum(first) - 1], owners
    yield _close(left, right, sketch)
    at = np.arange(len(keys))
    for step in range(1, _NEIGHBOURS + 1):
        at = at[: np.searchsorted(at, len(keys) - step)]
        at = at[keys[at] == keys[at + step]]
        yield _close(owners[at], owners[at + step], sketch)


def _close(left: Whole, right: Whole, sketch: _Sketch) -> tuple[Whole, Whole]:
    ordered = left < right
    left, right = left[ordered], right[ordered]
    kept = sketch.apart(left, right) <= _APART
    return left[kept], right[kept]


# --- how alike two skeletons are ---

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

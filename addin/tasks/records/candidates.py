"""Find pairs of skeletons worth comparing, in time linear in their number.

1. Count in how many places each run of four characters stands; one that stands once can match
   nothing.
2. A skeleton's anchors are its locally rarest runs: those rarer than the others within a few
   characters. An edit moves only the anchors beside it (winnowing: Schleimer, Wilkerson, Aiken,
   "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003; here by rarity).
3. Two anchors close to each other are a key. Skeletons with a common key are candidates; of many
   with the same key each is paired with its nearest in text order and with the first.
4. Of those stay the pairs that hold nearly the same characters: 128 bits per skeleton note which,
   and the bits in which two differ are at most the characters that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from addin.tasks.records.masking import SEPARATOR, Units, encoded

__all__ = ["candidates"]

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

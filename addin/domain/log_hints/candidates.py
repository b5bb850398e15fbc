"""Find pairs of skeletons worth comparing, in time linear in their number.

1. Count in how many places each run of four characters stands; one that stands once can match
   nothing.
2. A skeleton's anchors are its locally rarest runs: those rarer than the others within a few
   characters. An edit moves only the anchors beside it (winnowing: Schleimer, Wilkerson, Aiken,
   "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003; here by rarity).
3. Two anchors close to each other are a key. Skeletons with a common key are candidates; of many
   with the same key each is paired with its nearest in text order and with the first.
4. Of those stay the pairs that hold nearly the same characters, and those of which the longer holds
   nearly all characters of the shorter: 128 bits per skeleton note which, and the bits in which two
   differ are at most the characters that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from addin.domain.log_hints.skeletons import SEPARATOR, Units, encoded

Whole = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.uint64]
Shares = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RUN = 4
_WINDOW = 2
"""How many runs to either side an anchor is the rarest of."""
_NEIGHBOURS = 8
_STEPS = (1, 2)
"""A key is an anchor and the next, or the next but one."""
_APART = 0.22
"""Share of their characters in which candidates may differ before names are told apart."""
_FEW = 10
"""So many may differ in any pair: a name and a word in either."""
_MISSING = 0.1
_MISSING_FEW = 2
"""Characters of the shorter, as a share and in number, which the longer may lack to hold it."""
_TABLE_BITS = 22
_COMMON = 255
_NEVER = np.uint32(2**32 - 1)
_FACTOR = np.uint32(0x9E3779B1)
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Candidates(NamedTuple):
    """Pairs of skeletons, by index, each once, and how often runs of characters stand anywhere.

    Attributes:
        left, right: Pairs that may be alike, left < right.
        apart: The share of their characters that differs at least, in any order.
        shorter, longer: Pairs of which the longer may hold the shorter.
    """

    left: Whole
    right: Whole
    apart: Shares
    shorter: Whole
    longer: Whole
    runs: Runs


def candidates(skeletons: Sequence[str]) -> Candidates:
    """Return the pairs worth comparing.

    Args:
        skeletons: Distinct and in text order, so that the answer depends on nothing else; one or
            more.
    """
    units = encoded(skeletons)
    sketch = _sketch(units)
    hashes, broken = run_hashes(units)
    runs = Runs.of(hashes, broken)
    places = _anchors(runs.rarity(hashes, broken))
    before = np.searchsorted(places, np.flatnonzero(units == SEPARATOR))
    texts = np.repeat(np.arange(len(before)), np.diff(before, prepend=0))
    owners, keys = _keys(texts, hashes[places])
    count = len(skeletons)
    near, held = [], []
    for left, right in _pairs(owners, keys):
        close = sketch.close(left, right)
        near.append(left[close] * count + right[close])
        shorter, longer = sketch.holding(left, right)
        held.append(shorter * count + longer)
    left, right = np.divmod(_distinct(near), count)
    return Candidates(
        left, right, sketch.apart(left, right), *np.divmod(_distinct(held), count), runs
    )


def _distinct(pairs: Sequence[Whole]) -> Whole:
    found = np.sort(np.concatenate(pairs))
    distinct: Whole = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
    return distinct


@dataclass(frozen=True, slots=True)
class _Sketch:
    """Which characters each skeleton holds, hashed to twice 64 bits, and how many units."""

    low: Keys
    high: Keys
    lengths: Whole

    def apart(self, left: Whole, right: Whole) -> Shares:
        """Return the share of characters in which skeletons differ at least."""
        shares: Shares = self._differing(left, right) / (self.lengths[left] + self.lengths[right])
        return shares

    def close(self, left: Whole, right: Whole) -> Flags:
        """Return which pairs may be alike."""
        sizes = self.lengths[left] + self.lengths[right]
        close: Flags = self._differing(left, right) <= np.maximum(_APART * sizes, _FEW)
        return close

    def holding(self, left: Whole, right: Whole) -> tuple[Whole, Whole]:
        """Return the shorter and the longer of the pairs of which one may hold the other."""
        swapped = self.lengths[left] > self.lengths[right]
        shorter, longer = np.where(swapped, right, left), np.where(swapped, left, right)
        low, high = self.low[shorter], self.high[shorter]
        missing = np.bitwise_count(low & ~self.low[longer]).astype(np.float32)
        missing += np.bitwise_count(high & ~self.high[longer])
        present = np.bitwise_count(low) + np.bitwise_count(high)
        held = missing <= _MISSING * present + _MISSING_FEW
        return shorter[held], longer[held]

    def _differing(self, left: Whole, right: Whole) -> Shares:
        differing = np.bitwise_count(self.low[left] ^ self.low[right]).astype(np.float64)
        differing += np.bitwise_count(self.high[left] ^ self.high[right])
        more = np.abs(self.lengths[left] - self.lengths[right])
        most: Shares = np.maximum(differing, more)
        return most


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


def run_hashes(units: Units) -> tuple[Hashes, Flags]:
    """Return a hash of the run at every place, and which runs a `SEPARATOR` breaks."""
    span = max(len(units) - RUN + 1, 0)
    hashes, broken = np.zeros(span, np.uint32), np.zeros(span, np.bool_)
    ends = units == SEPARATOR
    for shift in range(RUN):
        hashes *= _FACTOR
        hashes += units[shift : shift + span]
        broken |= ends[shift : shift + span]
    hashes *= _FACTOR
    return hashes, broken


@dataclass(frozen=True, slots=True)
class Runs:
    """In how many places each run of characters stands, by the first bits of its hash."""

    counts: npt.NDArray[np.int64]
    bits: int

    @classmethod
    def of(cls, hashes: Hashes, broken: Flags) -> Runs:
        """Count runs."""
        bits = _table_bits(len(hashes))
        slots = (hashes >> np.uint32(32 - bits)).astype(np.intp)
        slots[broken] = 0
        return cls(np.bincount(slots, minlength=1 << bits), bits)

    def places(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return in how many places each of some runs stands."""
        return self.counts[(hashes >> np.uint32(32 - self.bits)).astype(np.intp)]

    def rarity(self, hashes: Hashes, broken: Flags) -> Hashes:
        """Return the count of each run above bits of its hash, so that ties are settled alike."""
        slots = (hashes >> np.uint32(32 - self.bits)).astype(np.intp)
        few = np.empty(
            len(self.counts), np.uint8
        )  # so small that it stays in the processor's cache
        np.minimum(self.counts, _COMMON, out=few, casting="unsafe")
        counts = few[slots]
        rarity = (counts.astype(np.uint32) << np.uint32(24)) | (hashes & np.uint32(0xFFFFFF))
        rarity[broken | (counts < 2)] = _NEVER
        return rarity


def _anchors(rarity: Hashes) -> Whole:
    """Return the places of all anchors, in order of appearance."""
    span = len(rarity)
    lowest = np.full(span + 2 * _WINDOW, _NEVER)
    lowest[_WINDOW : _WINDOW + span] = rarity
    for shift in (1, 2, 1):  # doubles to four runs, then one more: 2 · _WINDOW + 1
        lowest = np.minimum(lowest[:-shift], lowest[shift:])
    return np.flatnonzero((rarity == lowest) & (rarity != _NEVER))


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


def _pairs(owners: Whole, keys: Keys) -> Iterator[tuple[Whole, Whole]]:
    """Yield pairs with a common key: each with its neighbours and with the first."""
    left = right = np.zeros(0, np.int64)
    if len(keys):
        first = np.append(True, keys[1:] != keys[:-1])
        left, right = owners[first][np.cumsum(first) - 1], owners
    yield left[left < right], right[left < right]
    at = np.arange(len(keys))
    for step in range(1, _NEIGHBOURS + 1):
        at = at[: np.searchsorted(at, len(keys) - step)]
        at = at[keys[at] == keys[at + step]]
        left, right = owners[at], owners[at + step]
        yield left[left < right], right[left < right]

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

An `Index` keeps what all this came to. Where some skeletons go and others come, only those are
looked at anew that hold a run whose rarity changed, and of the pairs only those whose key it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from addin.domain.log_hints.skeletons import BLOCK, SEPARATOR, Kinds, Units, decoded, parts

Whole = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
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
_TOGETHER = 4
"""Units compared at once: 64 bits."""
_OWNER = np.uint64(24)
"""Bits behind a key that say whose it is: for 16 million skeletons."""
_OWNERS = np.uint64((1 << 24) - 1)


class Change(NamedTuple):
    """Which of the texts of an index stay, and which come.

    Attributes:
        kept: Of every text, whether it stays.
        added: New ones.
        fresh: Of every text there will be, whether it is one of `added`.
    """

    kept: Flags
    added: Texts
    fresh: Flags

    @classmethod
    def of(cls, kept: Flags, added: Texts, at: Whole) -> Change:
        """Return a change; `at` says before which text each of `added` comes."""
        before = np.append(0, np.cumsum(kept))
        fresh = np.zeros(before[-1] + len(added), np.bool_)
        fresh[before[at] + np.arange(len(added))] = True
        return cls(kept, added, fresh)

    @property
    def ranks(self) -> Whole:
        """Return by text which one it becomes, -1 if it goes."""
        ranks = np.full(len(self.kept), -1)
        ranks[self.kept] = np.flatnonzero(~self.fresh)
        return ranks


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct texts in the order of their units.

    Attributes:
        units: A `SEPARATOR` behind each.
        starts: Where each begins, and where the last ends.
        lengths: In units.
        low, high: Which characters each holds, hashed to twice 64 bits.
    """

    units: Units
    starts: Whole
    lengths: Counts
    low: Keys
    high: Keys

    @classmethod
    def of(cls, units: Units) -> Texts:
        """Return encoded texts, which are distinct and in order."""
        starts = np.append(0, np.flatnonzero(units == SEPARATOR) + 1)
        lengths = (np.diff(starts) - 1).astype(np.int32)
        return cls(units, starts, lengths, *_characters(units, starts))

    def __len__(self) -> int:
        return len(self.lengths)

    def chosen(self, which: Sequence[int] | Whole) -> list[str]:
        """Return some texts."""
        asked = np.asarray(which, np.int64)
        some = np.zeros(len(self), np.bool_)
        some[asked] = True
        texts = decoded(self.part(np.flatnonzero(some)))
        return [texts[at] for at in (np.cumsum(some)[asked] - 1).tolist()]

    def part(self, which: Whole) -> Units:
        """Return the units of some texts."""
        return np.concatenate([self.units[:0], *parts(self.units, self.starts, which)])

    def only(self, which: Whole) -> Texts:
        """Return some of the texts, in order."""
        lengths = self.lengths[which]
        starts = np.append(0, np.cumsum(lengths + 1, dtype=np.int64))
        return Texts(self.part(which), starts, lengths, self.low[which], self.high[which])

    def blocks(self, which: Flags) -> Iterator[tuple[Whole, Units]]:
        """Yield some texts with their units, few at a time, so that the processor's cache holds all."""
        ranks = np.flatnonzero(which)
        for at, units in enumerate(parts(self.units, self.starts, ranks)):
            yield ranks[at * BLOCK :][:BLOCK], units

    def found(self, texts: Texts, likely: Whole) -> tuple[Whole, Flags]:
        """Return where other texts stand or would stand, and which of them are there.

        Args:
            texts: The others.
            likely: Of these, some among which most of the others are.
        """
        places, there = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
        if not len(self):
            return places, there
        _, ranks = distinct(np.concatenate([self.part(likely), texts.units]))
        known, asked = np.split(ranks, [len(likely)])
        place = np.full(int(ranks.max(initial=-1)) + 1, -1)
        place[known] = likely
        places, there = place[asked], place[asked] >= 0
        heads, wanted = self._heads(), texts._heads()
        first, last = (np.searchsorted(heads, wanted, side) for side in ("left", "right"))
        for at in np.flatnonzero(~there).tolist():
            text = texts._key(at)
            places[at] = bisect_left(
                range(len(self)), text, int(first[at]), int(last[at]), key=self._key
            )
            there[at] = places[at] < last[at] and self._key(places[at]) == text
        return places, there

    def _heads(self) -> Keys:
        places = self.starts[:-1, None] + np.arange(_TOGETHER)
        windows = _windows(self.units.take(places, mode="clip").ravel())
        return _heads(windows, np.arange(len(self)) * _TOGETHER, self.lengths)

    def _key(self, at: int) -> bytes:
        return self.units[self.starts[at] : self.starts[at + 1] - 1].astype(">u2").tobytes()

    def changed(self, change: Change) -> Texts:
        """Return the texts after a change."""
        new = change.added
        if not len(self):
            return new
        kept, fresh = change.kept, change.fresh
        lengths, low, high = (
            _joined(fresh, old[kept], coming)
            for old, coming in (
                (self.lengths, new.lengths), (self.low, new.low), (self.high, new.high)
            )
        )  # fmt: skip
        starts = np.append(0, np.cumsum(lengths + 1, dtype=np.int64))
        units = np.concatenate([*self._pieces(change, new), self.units[:0]])
        return Texts(units, starts, lengths, low, high)

    def _pieces(self, change: Change, new: Texts) -> Iterator[Units]:
        """Yield the units that stay and those that come, in order: few pieces are soon joined."""
        gone, ranks = np.flatnonzero(~change.kept), change.ranks[change.kept]
        at = np.searchsorted(ranks, np.flatnonzero(change.fresh))  # among those that stay
        at = np.append(np.flatnonzero(change.kept), len(self))[at]
        cuts = np.unique(np.concatenate([[0, len(self)], gone, gone + 1, at]))
        coming = np.searchsorted(at, cuts), np.searchsorted(at, cuts, "right")
        spans = zip(
            change.kept[cuts[:-1]].tolist(), self.starts[cuts[:-1]].tolist(),
            self.starts[cuts[1:]].tolist(), *(new.starts[side][:-1].tolist() for side in coming),
            strict=True,
        )  # fmt: skip
        for stays, start, end, first, last in spans:
            yield new.units[first:last]
            if stays:
                yield self.units[start:end]
        yield new.units[new.starts[coming[0][-1]] :]

    def apart(self, left: Whole, right: Whole) -> Shares:
        """Return the share of characters in which texts differ at least."""
        differing = np.bitwise_count(self.low[left] ^ self.low[right])
        differing += np.bitwise_count(self.high[left] ^ self.high[right])
        size, other = self.lengths[left], self.lengths[right]
        shares: Shares = np.maximum(differing, np.abs(size - other)) / (size + other)
        return shares

    def codes(self, pairs: Iterable[tuple[Whole, Whole]]) -> tuple[Whole, Whole]:
        """Return the codes of the pairs that may be alike, and that may hold."""
        own = np.bitwise_count(self.low) + np.bitwise_count(self.high)
        near, held, count = [], [], len(self)
        for left, right in pairs:
            common = np.bitwise_count(self.low[left] & self.low[right])
            common += np.bitwise_count(self.high[left] & self.high[right])
            size, other = self.lengths[left], self.lengths[right]
            characters, others = own[left], own[right]
            differing = np.maximum(characters + others - 2 * common, np.abs(size - other))
            close = differing <= np.maximum(_APART * (size + other), _FEW)
            near.append(left[close] * count + right[close])
            swapped = size > other
            present = np.where(swapped, others, characters)
            within = present - common <= _MISSING * present + _MISSING_FEW
            held.append(np.where(swapped, right * count + left, left * count + right)[within])
        return np.concatenate(near), np.concatenate(held)


def _joined(fresh: Flags, old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the values of `new` where `fresh` says so, those of `old` in between."""
    joined = np.empty(len(fresh), new.dtype)
    joined[fresh], joined[~fresh] = new, old
    return joined


def _characters(units: Units, starts: Whole) -> Iterator[Keys]:
    slots = np.arange(1 << 16, dtype=np.uint32) * _FACTOR >> np.uint32(25)
    for half in (0, 1):
        table = np.uint64(1) << (slots & np.uint32(63)).astype(np.uint64)
        table[slots >> np.uint32(6) != half] = 0
        table[SEPARATOR] = 0
        found = [np.zeros(0, np.uint64)]
        for at in range(0, len(starts) - 1, BLOCK):
            own = starts[at : at + BLOCK + 1]
            found.append(np.bitwise_or.reduceat(table[units[own[0] : own[-1]]], own[:-1] - own[0]))
        yield np.concatenate(found)


def distinct(units: Units) -> tuple[Texts, Whole]:
    """Return the distinct ones of encoded texts, and which of them each text is."""
    starts = np.append(0, np.flatnonzero(units == SEPARATOR) + 1)
    order, first = _in_order(units, starts[:-1], np.diff(starts) - 1)
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(first) - 1
    chosen = parts(units, starts, order[first])
    return Texts.of(np.concatenate([units[:0], *chosen])), ranks


def _in_order(units: Units, starts: Whole, lengths: Whole) -> tuple[Whole, Flags]:
    """Return the texts in the order of their units, and which is the first of those alike.

    A few units of each are compared at once, then the next few of those still alike (radix sort).
    """
    order, first = np.arange(len(starts)), np.ones(len(starts), np.bool_)
    tied, groups, at = order.copy(), np.zeros(len(starts), np.int64), 0
    windows = _windows(units)
    while len(tied):
        own = order[tied]
        heads = _heads(windows, starts[own] + at, lengths[own] - at)
        by = np.lexsort((heads, groups))
        order[tied], own, heads = own[by], own[by], heads[by]
        new = np.append(True, (heads[1:] != heads[:-1]) | (groups[1:] != groups[:-1]))
        first[tied] = new
        at += _TOGETHER
        more = ~(new & np.append(new[1:], True)) & (lengths[own] >= at)
        tied, groups = tied[more], np.cumsum(new)[more]
    return order, first


def _windows(units: Units) -> Keys:
    """Return by place the first units from there on, as one number."""
    padded = np.append(units, np.zeros(_TOGETHER, np.uint16)).astype(">u2")
    return np.ndarray(len(units) + 1, ">u8", padded, strides=(2,))


def _heads(windows: Keys, starts: Whole, lengths: Whole | Counts) -> Keys:
    """Return the first units of texts, each as one number."""
    empty = np.uint64(16) * np.clip(_TOGETHER - lengths, 0, _TOGETHER).astype(np.uint64)
    heads = windows[starts].astype(np.uint64) >> empty << empty
    return np.where(lengths > 0, heads, np.uint64(0))


def run_hashes(units: Units) -> tuple[Hashes, Flags]:
    """Return a hash of the run at every unit, and which runs a `SEPARATOR` or the end breaks."""
    span = max(len(units) - RUN + 1, 0)
    hashes, broken = np.zeros(len(units), np.uint32), np.zeros(len(units), np.bool_)
    ends, whole = np.flatnonzero(units == SEPARATOR), hashes[:span]
    for shift in range(RUN):
        whole *= _FACTOR
        whole += units[shift : shift + span]
        broken[np.maximum(ends - shift, 0)] = True
    whole *= _FACTOR
    broken[span:] = True
    return hashes, broken


@dataclass(frozen=True, slots=True)
class Runs:
    """In how many places each run of characters stands, by the first bits of its hash."""

    counts: Counts
    bits: int

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the counts there are: few places of the table have any."""
        used = np.flatnonzero(self.counts).astype(np.int32)
        return _counted, (used, self.counts[used], self.bits)

    def slots(self, hashes: Hashes) -> Whole:
        """Return where in the table runs are counted."""
        return (hashes >> np.uint32(32 - self.bits)).astype(np.intp)

    def places(self, hashes: Hashes) -> Counts:
        """Return in how many places each of some runs stands."""
        return self.counts[self.slots(hashes)]

    def changed(self, fewer: Iterable[Units], more: Iterable[Units]) -> Runs:
        """Return the counts with some texts gone and others come."""
        counts = self.counts.copy()
        for texts, sign in ((fewer, -1), (more, 1)):
            for units in texts:
                hashes, broken = run_hashes(units)
                np.add.at(counts, self.slots(hashes[~broken]), np.int32(sign))
        return Runs(counts, self.bits)

    def few(self) -> Kinds:
        """Return the counts up to `_COMMON`: so small that they stay in the processor's cache."""
        return np.minimum(self.counts, _COMMON).astype(np.uint8)

    def rarity(self, few: Kinds, hashes: Hashes, broken: Flags) -> Hashes:
        """Return the count of each run above bits of its hash, so that ties are settled alike."""
        counts = few[self.slots(hashes)]
        rarity = (counts.astype(np.uint32) << np.uint32(24)) | (hashes & np.uint32(0xFFFFFF))
        rarity[broken | (counts < 2)] = _NEVER
        return rarity


def _counted(used: Counts, times: Counts, bits: int) -> Runs:
    counts = np.zeros(1 << bits, np.int32)
    counts[used] = times
    return Runs(counts, bits)


def _table_bits(count: int) -> int:
    """Return the bits of a table that counts `count` hashes with few collisions."""
    return min(count.bit_length() + 2, _TABLE_BITS)


def _anchors(rarity: Hashes) -> Whole:
    """Return the places of all anchors, in order of appearance."""
    span = len(rarity)
    lowest = np.full(span + 2 * _WINDOW, _NEVER)
    lowest[_WINDOW : _WINDOW + span] = rarity
    for shift in (1, 2, 1):  # doubles to four runs, then one more: 2 · _WINDOW + 1
        lowest = np.minimum(lowest[:-shift], lowest[shift:])
    return np.flatnonzero((rarity == lowest) & (rarity != _NEVER))


def _keys(owners: Whole, hashes: Hashes) -> Iterator[Keys]:
    """Yield the keys of anchors close to each other, whose they are behind each."""
    for step in _STEPS:
        same = owners[step:] == owners[:-step]
        joined = hashes[:-step].astype(np.uint64) << np.uint64(32) | hashes[step:]
        keys = joined[same] * _MIX >> _OWNER << _OWNER
        yield keys | owners[step:][same].astype(np.uint64)


def _pairs(keys: Keys) -> Iterator[tuple[Whole, Whole]]:
    """Yield pairs with a common key: each with its neighbours and with the first."""
    keys, owners = keys >> _OWNER, (keys & _OWNERS).astype(np.int64)
    first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    shared = ~(first & np.append(first[1:], True)[: len(keys)])  # those alone have no pair
    keys, owners, first = keys[shared], owners[shared], first[shared]
    left, right = owners[first][np.cumsum(first) - 1], owners
    yield left[left < right], right[left < right]
    at = np.arange(len(keys))
    for step in range(1, _NEIGHBOURS + 1):
        at = at[: np.searchsorted(at, len(keys) - step)]
        at = at[keys[at] == keys[at + step]]
        left, right = owners[at], owners[at + step]
        yield left[left < right], right[left < right]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts, each once.

    Attributes:
        codes: One times the number of texts plus the other, in order.
        times: By how many keys they are paired.
        values: What they came to when they were compared, in two steps; NaN for those not
            compared yet.
    """

    codes: Whole
    times: Counts
    values: Shares

    @classmethod
    def none(cls) -> Pairs:
        """Return no pairs."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros((0, 2)))

    def renewed(self, every: Whole, ranks: Whole, count: int) -> Pairs:
        """Return other pairs, with what they came to where they are among these."""
        codes, times = np.unique(every, return_counts=True)
        values = np.full((len(codes), 2), np.nan)
        left, right = (ranks[side] for side in np.divmod(self.codes, max(len(ranks), 1)))
        old = np.where((left >= 0) & (right >= 0), left * count + right, -1)
        at = np.searchsorted(codes, old)
        same = np.append(codes, -2)[at] == old
        values[at[same]] = self.values[same]
        return Pairs(codes, times.astype(np.int32), values)

    def changed(self, fewer: Whole, more: Whole, ranks: Whole, count: int) -> Pairs:
        """Return the pairs after a change.

        Args:
            fewer: Codes of those that some key pairs no more.
            more: Codes of those that some key pairs now, among `count` texts.
            ranks: What becomes of each text.
            count: How many texts there will be.
        """
        times = self.times - np.bincount(
            np.searchsorted(self.codes, fewer), minlength=len(self.codes)
        )
        left, right = (ranks[side] for side in np.divmod(self.codes, max(len(ranks), 1)))
        kept = (times > 0) & (left >= 0) & (right >= 0)
        codes, times = left[kept] * count + right[kept], times[kept].astype(np.int32)
        new, more_times = np.unique(more, return_counts=True)
        at = np.searchsorted(codes, new)
        known = np.append(codes, -1)[at] == new
        times[at[known]] += more_times[known].astype(np.int32)
        added = (new, more_times, np.full((len(new), 2), np.nan))
        old = (codes, times, self.values[kept])
        return Pairs(
            *(np.insert(a, at[~known], b[~known], axis=0) for a, b in zip(old, added, strict=True))
        )


@dataclass(frozen=True, slots=True)
class Index:
    """Texts, and the pairs of them that are worth comparing.

    Attributes:
        least: Units of the shortest text that is compared.
        runs: Of the texts that are compared.
        keys: Each with its text behind it, in order.
        near: Pairs that may be alike, the first in text order first.
        held: Pairs of which the longer may hold the shorter; the shorter first.
    """

    texts: Texts
    least: int
    runs: Runs
    keys: Keys
    near: Pairs
    held: Pairs

    @classmethod
    def empty(cls, least: int, bits: int = 0) -> Index:
        """Return an index without texts, whose runs would be counted by so many bits."""
        runs = Runs(np.zeros(1 << bits, np.int32), bits)
        texts = Texts.of(np.zeros(0, np.uint16))
        return cls(texts, least, runs, np.zeros(0, np.uint64), Pairs.none(), Pairs.none())

    @property
    def compared(self) -> Flags:
        """Return which texts are long enough to be compared."""
        compared: Flags = self.texts.lengths >= self.least
        return compared

    def changed(self, change: Change) -> Index:
        """Return the index after a change."""
        texts = self.texts.changed(change)
        bits = _table_bits(int((texts.lengths + 1)[texts.lengths >= self.least].sum()) - RUN + 1)
        if bits == self.runs.bits:
            return self._of(texts, change)
        every = Change(np.zeros(0, np.bool_), texts, np.ones(len(texts), np.bool_))
        return Index.empty(self.least, bits)._of(texts, every)

    def _of(self, texts: Texts, change: Change) -> Index:
        """Return the index of the texts after a change."""
        compared, anew = texts.lengths >= self.least, change.fresh.copy()
        runs = self.runs.changed(
            (units for _, units in self.texts.blocks(self.compared & ~change.kept)),
            (units for _, units in texts.blocks(compared & change.fresh)),
        )
        few = runs.few()
        other = runs.counts != self.runs.counts if len(self.texts) else np.zeros(0, np.bool_)
        other[other] = few[other] != np.minimum(self.runs.counts[other], _COMMON)
        if other.any():
            bits = min(runs.bits, 16)  # so few rule out nearly all, and stay in the cache
            coarse: Flags = np.logical_or.reduce(other.reshape(1 << bits, -1), axis=1)
            for ranks, units in texts.blocks(compared & ~anew):
                hashes, broken = run_hashes(units)
                maybe = np.flatnonzero(coarse[hashes >> np.uint32(32 - bits)] & ~broken)
                hits = maybe[other[runs.slots(hashes[maybe])]]
                ends = np.cumsum(texts.lengths[ranks] + 1)
                anew[ranks[np.searchsorted(ends, hits, "right")]] = True
        if 2 * np.count_nonzero(anew) > len(anew):
            anew[:] = True  # sooner done than told apart
        keys = [np.zeros(0, np.uint64)]
        for ranks, units in texts.blocks(compared & anew):
            hashes, broken = run_hashes(units)
            places = _anchors(runs.rarity(few, hashes, broken))
            ends = np.cumsum(texts.lengths[ranks] + 1)
            keys += _keys(ranks[np.searchsorted(ends, places, "right")], hashes[places])
        return self._paired(texts, runs, np.sort(np.concatenate(keys)), anew, change.ranks)

    def _paired(self, texts: Texts, runs: Runs, keys: Keys, anew: Flags, ranks: Whole) -> Index:
        """Return the index of other texts, those looked at `anew` having other keys."""
        if anew.all():
            near, held = texts.codes(_pairs(keys))
            pairs = [
                own.renewed(codes, ranks, len(texts))
                for own, codes in ((self.near, near), (self.held, held))
            ]
            return Index(texts, self.least, runs, keys, *pairs)
        rank = ranks[(self.keys & _OWNERS).astype(np.int64)]
        gone, stays = rank < 0, (rank >= 0) & ~anew[rank]
        moved = self.keys >> _OWNER << _OWNER | np.maximum(rank, 0).astype(np.uint64)
        before = moved[~gone & ~stays]
        both, which = np.unique(np.append(before, keys), return_inverse=True)
        more = np.bincount(which, np.where(np.arange(len(which)) < len(before), -1, 1), len(both))
        touched = np.unique(np.append(self.keys[gone], both[more != 0]) >> _OWNER)
        every = np.insert(moved[stays], np.searchsorted(moved[stays], keys), keys)
        lost = self.texts.codes(_pairs(_with_keys(self.keys, touched)))
        found = texts.codes(_pairs(_with_keys(every, touched)))
        pairs = [
            own.changed(fewer, more, ranks, len(texts))
            for own, fewer, more in zip((self.near, self.held), lost, found, strict=True)
        ]
        return Index(texts, self.least, runs, every, *pairs)


def _with_keys(keys: Keys, wanted: Keys) -> Keys:
    """Return those of some keys, with whose they are, that are `wanted`; both in order."""
    starts = np.searchsorted(keys, wanted << _OWNER)
    sizes = np.searchsorted(keys, wanted << _OWNER | _OWNERS, "right") - starts
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found: Keys = keys[np.repeat(starts, sizes) + within]
    return found

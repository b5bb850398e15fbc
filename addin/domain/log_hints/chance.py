"""Tell what two entries share by copying from what everybody writes.

1. How often each run of characters stands in all entries is a model of how entries are written: a
   passage is worth log2(entries ÷ those with its first run) bits, and each further character
   log2(count of the run before ÷ count of the run it ends): nothing inside a stock phrase, much
   where one phrase meets another as nowhere else. The texts in question are left out of the counts.
2. One of n entries shares `bits` with another by chance in n · 2^-bits cases.
3. Two entries alike share enough where no two of all that are as short share as much by chance
   (Bonferroni). Entries in one another share enough where, of all that share as much, chance
   explains one in fifty at most (Benjamini, Hochberg, "Controlling the false discovery rate",
   1995, with the sum of all entries' own chances in place of their number).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import inf, log2
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from addin.domain.log_hints.candidates import RUN, Index, Whole, run_hashes
from addin.domain.log_hints.skeletons import SEPARATOR, encoded

_UNSEEN = 0.5
"""Places in which a run is taken to stand that stands in no other text."""
_NEW = 1.0
"""Bits of a character that carries on what nobody else wrote."""
_BESIDE = 6
"""Characters, as of a name, behind which a passage goes on."""
_MARGIN = 5.0
"""Bits above those that one pair of the whole log shares by chance."""
_FALSE = 0.02
"""Share of entries in one another that chance may explain."""
_ASKED = 10_000
"""Entries from which the chances of all are estimated."""

_OTHER = 4.0
"""Bits at most for the matter of a further passage: who tells of one thing tells of its like."""
_OFTEN = 100
"""Places beyond which a few copies do not matter."""

Block = tuple[int, int]
Bits = npt.NDArray[np.float64]


class Evidence(NamedTuple):
    """What a skeleton shares with another.

    Attributes:
        blocks: The parts: start and end.
        family: The texts in question, which prove nothing about what people write.
    """

    text: str
    blocks: Sequence[Block]
    family: Collection[str]


class Chance:
    """What passages of skeletons are worth as evidence.

    Attributes:
        runs: Of all that are compared.
        texts: They and others.
        compared: Which are compared.
        count: How many.
    """

    def __init__(self, index: Index) -> None:
        self.runs, self.texts = index.runs, index.texts
        self.compared = np.flatnonzero(index.compared)
        self.count = len(self.compared)
        self._lengths = np.sort(index.texts.lengths[self.compared])

    def needed(self, length: int) -> float:
        """Return the bits that a skeleton of `length` must share with one like it."""
        shorter = int(np.searchsorted(self._lengths, length, "right"))
        return log2(self.count) + log2(max(shorter, 1)) + _MARGIN

    def needed_within(self, found: Sequence[float]) -> float:
        """Return the bits that an entry must share with one that holds it.

        Args:
            found: The bits of all that were found in another.
        """
        count = self.count
        asked = self.compared[:: max(1, count // _ASKED)]
        own = np.sort(self.bits_of(asked, 1))
        chances = np.append(np.cumsum(np.exp2(log2(count) - own)[::-1])[::-1], 0.0)
        expected = chances * (count / len(asked))
        ordered = np.sort(np.asarray(found, dtype=np.float64))
        below = expected[np.searchsorted(own, ordered)]
        enough = np.flatnonzero(below <= _FALSE * np.arange(len(ordered), 0, -1))
        return float(ordered[enough[0]]) if len(enough) else inf

    def bits_of(self, texts: Whole, left_out: int) -> Bits:
        """Return what whole texts are worth, their runs counted in `left_out` places fewer."""
        which, back = np.unique(texts, return_inverse=True)
        units = self.texts.part(which)
        hashes, broken = run_hashes(units)
        counts = np.log2(np.maximum(self.runs.places(hashes) - left_out, _UNSEEN))
        steps = np.zeros(len(units))
        steps[1:] = np.maximum(counts[:-1] - counts[1:], 0)
        steps[1:] += _NEW * ((counts[1:] < 0) & (counts[:-1] < 0))
        starts = np.cumsum(self.texts.lengths[which] + 1) - self.texts.lengths[which] - 1
        steps[starts] = log2(self.count) - counts[starts]
        steps[broken] = 0
        bits: Bits = np.add.reduceat(steps, starts)[back] if len(which) else np.zeros(0)
        return bits

    def bits(self, shared: Sequence[Evidence]) -> list[float]:
        """Return what parts of skeletons are worth."""
        if not shared:
            return []
        units = encoded([text for text, _, _ in shared])
        hashes, _ = run_hashes(units)
        places = self.runs.places(hashes).tolist()
        starts = np.append(0, np.flatnonzero(units == SEPARATOR) + 1).tolist()
        return [
            self._bits(one, places[start:stop])
            for one, (start, stop) in zip(shared, pairwise(starts), strict=True)
        ]

    def _bits(self, shared: Evidence, places: Sequence[int]) -> float:
        bits, before, carried = 0.0, -1, 0.0
        for start, stop in shared.blocks:
            own = [
                log2(max(places[at] - self._left_out(places[at], at, shared), _UNSEEN))
                for at in range(start, min(stop - RUN + 1, len(places)))
            ]
            if not own:
                continue
            first = max(range(min(len(own), RUN)), key=own.__getitem__)
            if before < 0:
                bits += log2(self.count) - own[first]
            elif start - before <= _BESIDE:
                bits += max(carried - own[first], 0)
            else:
                bits += min(log2(self.count) - own[first], _OTHER)
            rest = own[first:]
            bits += sum(max(one - two, 0) for one, two in pairwise(rest))
            bits += _NEW * sum(one < 0 > two for one, two in pairwise(rest))
            before, carried = stop, own[-1]
        return bits

    def _left_out(self, places: int, at: int, shared: Evidence) -> int:
        if places > _OFTEN:
            return 0
        run = shared.text[at : at + RUN]
        return sum(run in one for one in shared.family)

"""Say how alike two skeletons are, and which of many are alike or hold one another.

Likeness leaves out names the ledger does not know and, for clauses that moved, their order. One
skeleton holds another in passages: longer stretches in which both agree but for names and a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import inf, log2
from typing import Any, NamedTuple, TypeVar

import numpy as np
from rapidfuzz.distance import Indel, LCSseq, Levenshtein
from rapidfuzz.process import cpdist

from addin.domain.log_hints.candidates import Index
from addin.domain.log_hints.chance import Block, Chance, Evidence
from addin.domain.log_hints.skeletons import DOT

_FARTHEST = 0.25
"""Beyond this share of both even three names that differ do not explain it."""
_FEW = 10
"""So many characters may differ in any pair: a name and a word in either."""
_LOWEST = 0.68
"""What both makes of the shortest."""
_SHORT = 20
"""Shorter skeletons may differ in as many characters as one of this length."""
_MOVED = 0.06
"""Up to this share of characters apart, clauses may have moved."""
_PARTNERS = 8
"""Two skeletons which both have so many nearer ones are not compared: a text with many copies."""
_NAMES = 0.4
"""At most this share of two skeletons may be names unknown to the ledger."""
_LONGEST_NAME = 3
_DOTTED = 12
"""Characters of the longest name with a dot."""
_PLACES = frozenset("村镇乡庄社")
_OF_VILLAGES = frozenset("集民部委务干支级办里")
"""Behind 村 they make a word: 村集体, 村民, 村部."""
Answer = TypeVar("Answer")
_Part = tuple[str, int, int]
_Differing = tuple[int, int, int, int]
"""Start and end in one, start and end in the other."""


class Alike(NamedTuple):
    """Two skeletons, by index, and their likeness from 0 to 1."""

    left: int
    right: int
    likeness: float


class Containment(NamedTuple):
    """Two skeletons, by index, of which the longer holds the shorter or most of it.

    Attributes:
        share: Of the shorter's characters, names left out, that the longer has in passages.
        gap: Where the shorter has the one passage that the longer lacks; None if it lacks none.
        blocks: Where in the shorter both agree.
    """

    shorter: int
    longer: int
    share: float
    gap: Block | None
    blocks: tuple[Block, ...]


def texts_in(near: Iterable[Alike], held: Iterable[Containment]) -> set[int]:
    """Return the texts of some pairs."""
    both = [*((one.left, one.right) for one in near), *((one.shorter, one.longer) for one in held)]
    return {at for pair in both for at in pair}


class Recall:
    """What pairs of texts came to earlier, so that it need not be worked out again.

    Attributes:
        known: From an earlier search of the same settings and surnames.
        used: What this search asked for.
    """

    def __init__(self, known: dict[tuple[str, str, str], Any]) -> None:
        self.known, self.used = known, dict[tuple[str, str, str], Any]()

    def __call__(self, work: Callable[..., Answer], one: str, other: str, *how: Any) -> Answer:
        """Return `work(one, other, *how)`."""
        key = (work.__name__, one, other)
        if key not in self.used:
            self.used[key] = self.known[key] if key in self.known else work(one, other, *how)
        answer: Answer = self.used[key]
        return answer


def alike(
    index: Index, least: float, surnames: frozenset[str], recall: Recall
) -> tuple[list[Alike], list[Containment], Chance | None]:
    """Return the pairs of skeletons that are alike, other pairs of which one holds the other.

    Likeness is the share of both that agrees in order (normalised indel similarity), what reads
    like names left out; or, for clauses that moved, the share of pairs of neighbouring characters
    that agree in any order (Dice). The third tells what they share from what everybody writes.

    Args:
        index: Of the skeletons; what pairs of them come to is noted there.
        least: From 0 to 1.
        surnames: First characters of names.
        recall: What pairs came to earlier.
    """
    if not index.compared.any():
        return [], [], None
    chance = Chance(index)
    how = _How(least, surnames, recall)
    _compare(index)
    near = list(_near(index, how))
    return near, _held(index, near, chance, how), chance


class _How(NamedTuple):
    least: float
    surnames: frozenset[str]
    recall: Recall


def _compare(index: Index) -> None:
    """Compare the pairs that were not yet."""
    news = [np.flatnonzero(np.isnan(own.values[:, 0])) for own in (index.near, index.held)]
    near, held = (own.codes[new] for own, new in zip((index.near, index.held), news, strict=True))
    sides = [*np.divmod(near, count := max(len(index.texts), 1)), *np.divmod(held, count)]
    words = iter(index.texts.chosen(np.concatenate(sides)))
    ones, others, shorter, longer = ([*islice(words, len(side))] for side in sides)
    if ones:
        index.near.values[news[0], 0] = cpdist(
            ones, others, scorer=Indel.normalized_similarity, score_cutoff=_LOWEST, dtype=np.float32
        )
    if shorter:
        index.held.values[news[1], 0] = cpdist(
            shorter, longer, scorer=LCSseq.similarity, dtype=np.int32
        )


def _near(index: Index, how: _How) -> Iterator[Alike]:
    texts, values = index.texts, index.near.values
    left, right = np.divmod(index.near.codes, len(texts))
    scores = values[:, 0].astype(np.float32)
    apart = texts.apart(left, right)
    sizes = texts.lengths[left] + texts.lengths[right]
    partners: Counter[int] = Counter()
    close = (1 - scores) * sizes <= np.maximum(_FARTHEST * sizes, _FEW) + 0.01
    worth = np.flatnonzero(close | (apart <= _MOVED))
    worth = worth[np.argsort(-scores[worth], kind="stable")]
    new = worth[np.isnan(values[worth, 1])]
    words = (texts.chosen(side[new]) for side in (left, right))
    for at, one, other in zip(new.tolist(), *words, strict=True):
        values[at, 1] = _alike(one, other, how, moved=apart[at] <= _MOVED)
    sides = (side[worth].tolist() for side in (left, right))
    for left_one, right_one, score in zip(*sides, values[worth, 1].tolist(), strict=True):
        both = (left_one, right_one)
        # a text with many copies is joined to the nearest only
        if score >= 0 and min(partners[at] for at in both) < _PARTNERS:
            partners.update(both)
            yield Alike(*both, score)


def _alike(one: str, other: str, how: _How, *, moved: bool) -> float:
    """Return the likeness, or that of two texts whose clauses moved; -1 where it is too little."""
    score, enough = _likeness(one, other, how.surnames, how.least)
    if not enough and moved:
        score = _unordered(one, other)
        enough = score >= how.least
    return score if enough else -1


def near(one: str, other: str, surnames: frozenset[str], least: float) -> float:
    """Return the likeness of two skeletons, 0 where it is less than `least`."""
    score, enough = _likeness(one, other, surnames, least)
    return score if enough else 0.0


def _likeness(one: str, other: str, surnames: frozenset[str], least: float) -> tuple[float, bool]:
    """Return the likeness, and whether so few characters differ; short texts may in a word.

    Where more differ, the likeness is not worked out.
    """
    size = len(one) + len(other)
    words, names = _changes(one, other, surnames, _allowed(size, least))
    if names > _NAMES * size:
        words, names = words + names, 0
    size -= names
    enough = size > 0 and words <= _allowed(size, least)
    return (1 - words / size if enough else 0.0), enough


def _allowed(size: int, least: float) -> float:
    """Return how many characters of two texts may differ, which have `size` together."""
    return (1 - least) * max(size, 2 * _SHORT) + 1e-9


def _changes(one: str, other: str, surnames: frozenset[str], most: float = inf) -> tuple[int, int]:
    """Return how many characters of both differ as words, counted to beyond `most`, and as names."""
    names = words = 0
    for parts in _blocks(one, other):
        block = (parts[0][0], parts[-1][1], parts[0][2], parts[-1][3])
        for part in [block] if _named(one, other, block, surnames) else parts:
            changed = part[1] - part[0] + part[3] - part[2]
            if part is block or (len(parts) > 1 and _named(one, other, part, surnames)):
                names += changed
            else:
                words += changed
        if words > most:
            break
    return words, names


def _blocks(one: str, other: str) -> list[list[_Differing]]:
    """Return where they differ, together what a single character parts: 王占财, 李占才."""
    blocks: list[list[_Differing]] = []
    for step in Levenshtein.opcodes(one, other):
        if step.tag == "equal":
            continue
        part = (step.src_start, step.src_end, step.dest_start, step.dest_end)
        if blocks and part[0] - blocks[-1][-1][1] <= 1 and part[2] - blocks[-1][-1][3] <= 1:
            blocks[-1].append(part)
        else:
            blocks.append([part])
    return blocks


def _named(one: str, other: str, part: _Differing, surnames: frozenset[str]) -> bool:
    """Return whether a part that differs reads like names of places or persons."""
    start, stop, first, last = part
    return _places(one[stop:], other[last:], stop - start + last - first) or _persons(
        (one, start, stop), (other, first, last), surnames
    )


def _places(behind: str, behind_other: str, changed: int) -> bool:
    """Return whether what differs stands before 村, 镇 … in both."""
    same = behind[:2] == behind_other[:2]
    return same and changed <= 6 and behind[:1] in _PLACES and behind[1:2] not in _OF_VILLAGES


def _persons(one: _Part, other: _Part, surnames: frozenset[str]) -> bool:
    """Return whether the parts that differ read like persons' names, with what both share."""
    (text, start, stop), (text_other, first, last) = one, other
    if stop - start > _LONGEST_NAME or last - first > _LONGEST_NAME:
        around = text[max(start - 2, 0) : stop + 1] + text_other[max(first - 2, 0) : last + 1]
        if DOT not in around:
            return False
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
    return 2 <= len(part) <= _LONGEST_NAME and part[0] in surnames


def _unordered(one: str, other: str) -> float:
    """Return the Dice coefficient of the pairs of neighbouring characters."""
    pairs = [Counter(map(str.__add__, text, text[1:])) for text in (one, other)]
    total = pairs[0].total() + pairs[1].total()
    return 2 * (pairs[0] & pairs[1]).total() / total if total else 0.0


# --- one skeleton in another ---

_COVERED = 0.66
"""Share of the shorter that the longer has at least, names and a sentence left out."""
_PASSAGE = 6
"""Characters of the shortest passage, and of the longest name or word inside one."""
_PASSAGES = 8
"""Stretches without a difference at most: more are scattered by chance."""
_NAME = 5
"""Characters of names in the shorter that the longer has otherwise."""
_FAMILY = 8
"""Copies of one text that its worth allows for."""
_MOST = 2_000
_ONE_IN = 80
"""So many pairs are looked at closely, those worth most, or one in so many entries."""
_REWORDED = 4.0
"""Bits that the choice of what differs takes away."""
_PARTLY = 13.0
"""Bits beyond those that no two texts share by chance, to make up for a sentence that is missing."""


def _held(index: Index, near: Sequence[Alike], chance: Chance, how: _How) -> list[Containment]:
    """Return the pairs of which the longer holds the shorter and chance does not explain it."""
    kin: dict[int, list[str]] = {}
    found = list(_holding(index, near, chance, how))
    named = [*texts_in(near, found)]
    skeletons = dict(zip(named, index.texts.chosen(named), strict=True))
    for one, other in ((held.shorter, held.longer) for held in found if not held.gap):
        kin.setdefault(one, []).append(skeletons[other])
    for left, right, _ in near:
        for one, other in ((left, right), (right, left)):
            kin.setdefault(one, []).append(skeletons[other])
    shared = [
        Evidence(
            skeletons[held.shorter],
            held.blocks,
            {
                skeletons[held.shorter],
                skeletons[held.longer],
                *kin.get(held.shorter, [])[:_FAMILY],
                *kin.get(held.longer, [])[:_FAMILY],
            },
        )
        for held in found
    ]
    worth = [
        (bits - _REWORDED * (held.share < 1), held)
        for bits, held in zip(chance.bits(shared), found, strict=True)
    ]
    needed = chance.needed_within([bits for bits, held in worth if not held.gap])
    partly = 2 * log2(chance.count) + _PARTLY
    return [held for bits, held in worth if bits >= (partly if held.gap else needed)]


def _holding(
    index: Index, near: Sequence[Alike], chance: Chance, how: _How
) -> Iterator[Containment]:
    """Yield the pairs of which the longer holds the shorter, those left out that are alike."""
    texts, pairs = index.texts, index.held
    count, by_chance = len(texts), log2(chance.count)
    left, right = np.divmod(pairs.codes, count)
    known = [one for a, b, _ in near for one in (a * count + b, b * count + a)]
    new = ~np.isin(pairs.codes, np.array(known, np.int64))
    common, sizes = pairs.values[:, 0], texts.lengths[left]
    changed = (1 - how.least) * np.maximum(sizes, _SHORT) + 1e-9
    missing = sizes - common - changed
    likely = np.flatnonzero(new & ((missing <= _NAME) | (common >= _COVERED * sizes)))
    worth = chance.bits_of(left[likely], 2)
    rank = np.where(missing[likely] <= 1, worth + by_chance, worth)
    wanted = (missing[likely] <= _NAME) & (worth >= by_chance)
    most = max(_MOST, chance.count // _ONE_IN)
    wanted[np.argsort(-np.where(wanted, rank, 0), kind="stable")[most:]] = False
    wanted |= worth >= 2 * by_chance + _PARTLY
    words = (texts.chosen(side[likely[wanted]]) for side in (left, right))
    for at, shorter, longer in zip(likely[wanted].tolist(), *words, strict=True):
        share, gaps, blocks = how.recall(_passages, shorter, longer, how.surnames)
        if len(blocks) <= _PASSAGES:
            if (1 - share) * len(shorter) <= changed[at]:
                yield Containment(int(left[at]), int(right[at]), share, None, blocks)
            elif share >= _COVERED and len(gaps) == 1:
                yield Containment(int(left[at]), int(right[at]), share, gaps[0], blocks)


def _passages(
    shorter: str, longer: str, surnames: frozenset[str]
) -> tuple[float, list[Block], tuple[Block, ...]]:
    """Return the share of the shorter that stands in passages of the longer, its gaps, its blocks."""
    equal = [
        (block.a, block.a + block.size, block.b, block.b + block.size)
        for block in Indel.opcodes(shorter, longer).as_matching_blocks()
        if block.size
    ]
    passages: list[list[tuple[int, int, int, int]]] = []
    for block in equal:
        last = passages[-1][-1] if passages else block
        if passages and block[0] - last[1] <= _PASSAGE and block[2] - last[3] <= _PASSAGE:
            passages[-1].append(block)
        else:
            passages.append([block])
    passages = [own for own in passages if sum(stop - start for start, stop, *_ in own) >= _PASSAGE]
    names = missing = at = 0
    gaps = []
    for own in [*passages, [(len(shorter), len(shorter), 0, 0)]]:
        start, stop, first, end = own[0][0], own[-1][1], own[0][2], own[-1][3]
        gap, at = (at, start), stop
        if _person(shorter[slice(*gap)], surnames):
            names += gap[1] - gap[0]
        elif gap[0] < gap[1]:
            missing += gap[1] - gap[0]
            gaps.append(gap)
        if len(own) > 1:
            changed, named = _changes(shorter[start:stop], longer[first:end], surnames)
            names, missing = names + named // 2, missing + (changed + 1) // 2
    size = len(shorter) - names
    blocks = tuple((start, stop) for own in passages for start, stop, *_ in own)
    gaps = [gap for gap in gaps if gap[1] - gap[0] > 2]
    return (1 - missing / size if size > 0 else 0.0), gaps, blocks


def shared_blocks(one: str, other: str) -> tuple[Block, ...]:
    """Return where in the first both agree."""
    return tuple(
        (op.src_start, op.src_end) for op in Indel.opcodes(one, other) if op.tag == "equal"
    )

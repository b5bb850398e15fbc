"""Log entries whose content stands in an earlier entry, too, whoever and wherever it names.

- Contents are compared by their skeletons: without names, places, dates, numbers, punctuation.
  Equal skeletons are copies, near ones from 近似内容相似度下限 on. Short contents and stock phrases
  (入户走访，了解情况) are nobody's property: see 近似内容最少字数.
- Two entries whose *wording* differs must share a detail besides, unless they are long, name none,
  or share more than everybody's phrases explain (see `chance`): a name, a number of two digits or
  all numbers. Reports on like matters read alike.
- An entry that holds another whole, or all but a sentence of it, is a copy, too, or its source,
  where that is no chance: a clause added, a sentence dropped, two entries made one.
- The source is the earlier entry, by date, then ID.
- A joint activity is none: one entry with several pairings, or several entries of one day in one
  ledger or by one recorder with different pairings.
- The same contact entered twice (day, pairing and content: `log.row.duplicate`) is a copy, however
  short. It is a warning of the validation as well; a superior sees here what he would miss there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple

import numpy as np

from addin.domain.log_hints.candidates import Change, Counts, Index, Texts, Whole, distinct
from addin.domain.log_hints.chance import Block, Chance, Evidence
from addin.domain.log_hints.likeness import (
    Containment,
    Recall,
    alike,
    near,
    shared_blocks,
    texts_in,
)
from addin.domain.log_hints.skeletons import (
    SEPARATOR,
    SURNAMES,
    Words,
    heads,
    holding,
    informative,
    masked,
    shortened,
    skeletons,
    some,
)
from addin.domain.log_hints.sketches import Entry, LogSketch
from validators.divisions import CITY, by_code, short_name
from validators.settings import Settings

_ENDINGS = ("村", "社区", "镇", "乡", "街道", "区", "县")


def known_words(sketches: Iterable[LogSketch], settings: Settings) -> Words:
    """Return every person's and every place's name that the logs may speak of."""
    names, cities = set[str](), set[str]()
    for sketch in sketches:
        names.update(sketch.names)
        cities.add(sketch.city)
    places = {name for city in cities - {""} or {CITY} for name in _places(city)}
    return Words(frozenset(names), frozenset(places | settings.village_aliases.keys()))


def surnames(names: frozenset[str]) -> frozenset[str]:
    """Return the common first characters of names, and those that more than one of `names` has."""
    times = Counter(name[0] for name in names)
    return frozenset(SURNAMES) | {char for char, count in times.items() if count > 1}


def one_activity(one: Entry, other: Entry) -> bool:
    """Return whether entries alike in content may tell of one activity that joined pairings.

    They stand on one day, in one ledger or by one recorder, and name different pairings; the same
    pairing twice is the same contact twice.
    """
    together = one.file == other.file or (one.recorder and one.recorder == other.recorder)
    return one.day == other.day and bool(together) and not {*one.pairings} & {*other.pairings}


@cache
def _places(city: str) -> frozenset[str]:
    """Return the names below a city with and without 村, 镇 …; a stem has two characters."""
    below = (place for code, place in by_code().items() if code.startswith(city) and len(code) > 4)
    names = {short_name(place.name) for place in below}
    stems = {name.removesuffix(end) for name in names for end in _ENDINGS if name.endswith(end)}
    return frozenset(names | {stem for stem in stems if len(stem) > 1})


# --- skeletons that several entries have or nearly have ---

_LONGEST = 500
"""Characters compared; an entry is one or two sentences."""
_FAMILY = 8
"""Texts like one in question that say nothing about what everybody writes, at most."""
_SENTENCE = re.compile("[。；！？;!?\n]+")
_BESIDE = 3
"""Characters, as of a name, by which a passage may begin or end beside its sentence."""


class KnownSearch(NamedTuple):
    """What a search came to that a later one of nearly the same logs need not do again.

    Attributes:
        copies: What was found, by file and row.
        how: The settings it rests on.
        words: The names it masked.
        digests: Of the sketches, by file.
        ranks: By file, which of the skeletons each entry has.
        recalled: See `Recall`.
    """

    copies: tuple[CopiedEntry, ...]
    how: tuple[float, int]
    words: Words
    digests: dict[str, str]
    ranks: dict[str, Counts]
    skeletons: Index
    recalled: dict[tuple[str, str, str], Any]


@dataclass(slots=True)
class Text:
    """A skeleton, the entries that have it, and the near ones with their likeness.

    Attributes:
        entries: In order.
        telling: Whether it is long enough to be compared.
        told: The content of the first in the order of logs.
        held: Texts of which one holds the other, with the share of the shorter that both have.
    """

    skeleton: str
    entries: list[Entry]
    telling: bool
    told: str
    near: list[tuple[float, Text]] = field(default_factory=list)
    held: list[tuple[float, Text]] = field(default_factory=list)
    _first: dict[tuple[date, str], Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note the first entry of each day and pairing."""
        for entry in reversed(self.entries):
            self._first.update({(entry.day, code): entry for code in entry.pairings})

    def source(self, entry: Entry) -> Entry | None:
        """Return the first entry before `entry` that does not tell of the same activity."""
        first = self.entries[0]
        if self.telling and first.day < entry.day:
            return first
        twice = (self._first.get((entry.day, code)) for code in entry.pairings)
        sources = [one for one in twice if one and one < entry and self._same(one, entry)]
        if self.telling and first.day == entry.day:
            sources.extend(self._elsewhere(entry))
        return min(sources, default=None)

    def _same(self, one: Entry, other: Entry) -> bool:
        return self.telling or one.content == other.content

    def _elsewhere(self, entry: Entry) -> Iterator[Entry]:
        """Yield the first of the same day that is not of one activity with `entry`."""
        for other in self.entries:
            if other.day != entry.day or other >= entry:
                return
            if not one_activity(other, entry):
                yield other
                return


@dataclass(frozen=True, slots=True)
class Search:
    """The texts worth looking at, and what tells copying from chance."""

    texts: tuple[Text, ...]
    words: Words
    chance: Chance | None


def _search(
    sketches: Sequence[LogSketch], words: Words, how: tuple[float, int], known: KnownSearch | None
) -> tuple[Search, KnownSearch]:
    """Return the skeletons of several entries and those with a near one, joined to it."""
    index, ranks = _indexed(sketches, words, how, known)
    least, surname = how[0], surnames(words.names)
    recalls = known and known.how == how and surnames(known.words.names) == surname
    recall = Recall(known.recalled if known and recalls else {})
    if not recalls:
        index.near.values[:, 1] = np.nan
    pairs, holding, chance = alike(index, least, surname, recall)
    texts = _texts(index, ranks, sketches, texts_in(pairs, holding), how[1])
    _join(
        (texts[left], texts[right], score)
        for left, right, score in pairs
        if texts[left].telling and texts[right].telling
    )
    for family in _families(list(texts.values())):
        _lead(family, least, surname)
    _hold([(texts[held.shorter], texts[held.longer], held) for held in holding], words)
    searched = KnownSearch((), how, words, {}, ranks, index, recall.used)
    return Search(tuple(texts.values()), words, chance), searched


def _indexed(
    sketches: Sequence[LogSketch], words: Words, how: tuple[float, int], known: KnownSearch | None
) -> tuple[Index, dict[str, Counts]]:
    """Return the index of all skeletons, and by file whose each entry's is."""
    before, stays = _kept(sketches, words, how, known)
    every = np.concatenate([np.zeros(0, np.int32), *stays])
    texts = (
        shortened(masked(some(sketch.units, np.flatnonzero(own < 0)), words), _LONGEST)
        for sketch, own in zip(sketches, stays, strict=True)
    )
    wanted, which = distinct(np.concatenate([np.zeros(0, np.uint16), *texts]))
    index, moved, new = _with_texts(before, every[every >= 0], wanted)
    ranks = np.empty(len(every), np.int32)
    ranks[every >= 0], ranks[every < 0] = moved[every[every >= 0]], new[which]
    by_file = np.split(ranks, np.cumsum([*map(len, stays)], dtype=int))
    return index, dict(zip((sketch.file for sketch in sketches), by_file, strict=False))


def _kept(
    sketches: Sequence[LogSketch], words: Words, how: tuple[float, int], known: KnownSearch | None
) -> tuple[Index, list[Counts]]:
    """Return an index to start from, and by sketch which of its texts each entry has.

    That is -1 for an entry that is new, was changed or holds a name that is new or gone.
    """
    nothing = [np.full(np.count_nonzero(one.units == SEPARATOR), -1, np.int32) for one in sketches]
    if (
        known is None
        or (known.how, known.words.places) != (how, words.places)
        or (known.words != words and heads(known.words) != heads(words))
    ):
        return Index.empty(how[1]), nothing
    other = Words(known.words.names ^ words.names, frozenset())
    stays = list[Counts]()
    for sketch, none in zip(sketches, nothing, strict=True):
        same = known.digests.get(sketch.file) == sketch.digest
        stays.append(known.ranks[sketch.file].copy() if same else none)
        if same and other.names:
            stays[-1][holding(sketch.units, other)] = -1
    fewest = sum(map(len, nothing)) // 2  # resting on less than that is slower than starting anew
    if sum(np.count_nonzero(own >= 0) for own in stays) < fewest:
        return Index.empty(how[1]), nothing
    return known.skeletons, stays


def _with_texts(before: Index, ranks: Counts, wanted: Texts) -> tuple[Index, Whole, Whole]:
    """Return an index of some texts of another and those `wanted`.

    Args:
        before: The other.
        ranks: Of the texts in it that stay.
        wanted: Texts.

    Returns:
        The index, what becomes of each text of the one before, and the rank of each `wanted`.
    """
    kept = np.zeros(len(before.texts), np.bool_)
    kept[ranks] = True
    # most of the texts of a log that changed were in it before
    places, there = before.texts.found(wanted, np.flatnonzero(~kept))
    kept[places[there]] = True
    change = Change.of(kept, wanted.only(np.flatnonzero(~there)), places[~there])
    new = np.empty(len(wanted), np.int64)
    new[there], new[~there] = change.ranks[places[there]], np.flatnonzero(change.fresh)
    return before.changed(change), change.ranks, new


def _texts(
    index: Index,
    ranks: dict[str, Counts],
    sketches: Iterable[LogSketch],
    paired: set[int],
    least: int,
) -> dict[int, Text]:
    """Return by rank the texts that are `paired` or that several entries have."""
    every = np.concatenate([np.zeros(0, np.int32), *ranks.values()])
    times = np.bincount(every, minlength=len(index.texts))
    times[[*paired]] = 2
    entries: dict[int, list[Entry]] = {}
    for sketch in sketches:
        own, entry = ranks[sketch.file], sketch.entries()
        for at in np.flatnonzero(times[own] > 1).tolist():
            entries.setdefault(int(own[at]), []).append(entry(at))
    texts, which = {}, sorted(entries)
    for rank, skeleton in zip(which, index.texts.chosen(which), strict=True):
        mine = entries[rank]
        telling = informative(skeleton, least)
        texts[rank] = Text(skeleton, sorted(mine), telling, mine[0].content)
    return texts


def _join(pairs: Iterable[tuple[Text, Text, float]]) -> None:
    for one, other, score in pairs:
        one.near.append((score, other))
        other.near.append((score, one))


def _families(texts: Sequence[Text]) -> Iterator[list[Text]]:
    """Yield the texts that near ones connect, three and more."""
    seen: set[str] = set()
    for text in texts:
        family, waiting = [], [text]
        while waiting:
            one = waiting.pop()
            if one.skeleton not in seen:
                seen.add(one.skeleton)
                family.append(one)
                waiting.extend(other for _, other in one.near)
        if len(family) > 2:
            yield family


def _lead(family: Sequence[Text], least: float, known: frozenset[str]) -> None:
    """Join every text to the one written first: of many copies not every two were compared."""
    leader = min(family, key=lambda text: text.entries[0])
    joined = {leader.skeleton, *(other.skeleton for _, other in leader.near)}
    scores = (
        (leader, text, near(leader.skeleton, text.skeleton, known, least))
        for text in family
        if text.skeleton not in joined
    )
    _join([pair for pair in scores if pair[2]])


def _hold(pairs: Sequence[tuple[Text, Text, Containment]], words: Words) -> None:
    """Join the texts of which one holds the other, or all but a sentence of it."""
    sentences = _sentences([shorter for shorter, _, held in pairs if held.gap], words)
    for shorter, longer, held in pairs:
        if shorter.telling and (
            not held.gap or _one_sentence(held.gap, sentences[shorter.skeleton])
        ):
            shorter.held.append((held.share, longer))
            longer.held.append((held.share, shorter))


def _family(one: Text, other: Text) -> set[str]:
    """Return the skeletons of two texts and of those near them."""
    near = (text.skeleton for text in (one, other) for _, text in text.near[:_FAMILY])
    return {one.skeleton, other.skeleton, *near}


def _sentences(texts: Sequence[Text], words: Words) -> dict[str, list[int]]:
    """Return by skeleton where its sentences end."""
    split = [_SENTENCE.split(text.told) for text in texts]
    lengths = map(len, skeletons([one for sentences in split for one in sentences], words))
    return {
        text.skeleton: list(accumulate(islice(lengths, len(sentences)), initial=0))
        for text, sentences in zip(texts, split, strict=True)
    }


def _one_sentence(gap: Block, ends: Sequence[int]) -> bool:
    """Return whether a gap is one sentence."""
    return any(
        abs(gap[0] - start) <= _BESIDE and abs(gap[1] - stop) <= _BESIDE
        for start, stop in pairwise(ends)
    )


# --- copies ---

_LONG = 60
"""Skeletons this long do not come out alike by chance."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class CopiedEntry:
    """An entry whose content stands in an earlier entry.

    Attributes:
        file, log_id, row: The entry; `row` is the worksheet's, `log_id` "" where it is blank.
        source_file, source_log_id, source_row: The earlier entry.
        similarity: From 0 to 1, names, places, dates and numbers aside.
        facts: What agrees with what, as a sentence.
    """

    file: str
    log_id: str
    row: int
    source_file: str
    source_log_id: str
    source_row: int
    similarity: float
    facts: str


def copied_entries(
    sketches: Sequence[LogSketch], settings: Settings, known: KnownSearch | None = None
) -> KnownSearch:
    """Return the copied entries of one or many workbooks, with all that a later search can rest on.

    An entry carried over from last year may be the source, but is no copy to speak of again.

    Args:
        sketches: One of each workbook, their order that of entries otherwise alike.
        settings: For 近似内容相似度下限 and 近似内容最少字数.
        known: What an earlier search came to; the copies are the same without it.
    """
    how = settings.copied_similarity / 100, settings.copied_characters
    words = known_words(sketches, settings)
    digests = [(sketch.file, sketch.digest) for sketch in sketches]
    if known and (known.how, known.words, [*known.digests.items()]) == (how, words, digests):
        return known
    search, searched = _search(sketches, words, how, known)
    found = (
        _copy(entry, text, search)
        for text in search.texts
        for entry in text.entries
        if not entry.carried
    )
    copies = sorted(filter(None, found), key=lambda copy: (copy.file, copy.row))
    return searched._replace(digests=dict(digests), copies=tuple(copies))


def _copy(entry: Entry, text: Text, search: Search) -> CopiedEntry | None:
    """Return what `entry` is a copy of: the most similar source, of several the first."""
    own = text.source(entry)
    sources = [(-1.0, own)] if own else []
    for degree, other in text.near:
        source = other.source(entry) if degree == 1 or not own else None
        if source and (degree == 1 or _sure(entry, source, (text, other), search)):
            sources.append((-degree, source))
    if sources:
        unlikeness, source = min(sources)
        return _told(entry, source, -unlikeness)
    held = ((-share, other.source(entry), other) for share, other in text.held)
    holding = [(share, source, other) for share, source, other in held if source]
    if not holding:
        return None
    unlikeness, source, other = min(holding, key=lambda one: one[:2])
    return _told(entry, source, -unlikeness, len(other.skeleton) - len(text.skeleton))


def _sure(entry: Entry, source: Entry, texts: tuple[Text, Text], search: Search) -> bool:
    """Return whether entries of different wording share a detail or much, name none or are long."""
    shorter, longer = sorted(texts, key=lambda text: len(text.skeleton))
    if len(shorter.skeleton) >= _LONG:
        return True
    numbers, names = _details(entry.content, search.words)
    numbers_there, names_there = _details(source.content, search.words)
    if names & names_there or any(len(number) > 1 for number in numbers & numbers_there):
        return True
    if numbers == numbers_there and (bool(numbers) or not (names and names_there)):
        return True
    blocks = shared_blocks(shorter.skeleton, longer.skeleton)
    if search.chance is None:
        return False
    (bits,) = search.chance.bits([Evidence(shorter.skeleton, blocks, _family(shorter, longer))])
    return bits >= search.chance.needed(len(shorter.skeleton))


def _details(content: str, words: Words) -> tuple[set[str], set[str]]:
    """Return the numbers and the persons and places a content names."""
    runs = {content[at : at + size] for size in (2, 3, 4, 5) for at in range(len(content))}
    return {*_NUMBER.findall(content)}, (runs & words.names) | (runs & words.places)


def _told(entry: Entry, source: Entry, share: float, longer: int | None = None) -> CopiedEntry:
    """Return the copy and its sentence.

    Args:
        entry: The copy.
        source: The earlier entry.
        share: Of the content that agrees.
        longer: By how many characters the source is longer, where one holds the other.
    """
    beside, here = "除姓名、地名、日期和数字外", _named(entry)
    there = _named(source, entry.file)
    much = "全部内容" if share == 1 else f" {share:.0%} 的内容"
    if longer is not None:
        facts = (
            f"{here}{beside}，{much.strip()}见于 {there}"
            if longer > 0
            else f"{here}{beside}，含有 {there}的{much.strip()}"
        )
    elif entry.content == source.content:
        facts = f"{here}与 {there}内容完全相同"
    elif share == 1:
        facts = f"{here}与 {there}{beside}内容相同"
    else:
        facts = f"{here}与 {there}{beside}内容有 {share:.0%} 相同"
    return CopiedEntry(
        entry.file,
        entry.log_id,
        entry.row,
        source.file,
        source.log_id,
        source.row,
        round(share, 4),
        facts,
    )


def _named(entry: Entry, beside: str = "") -> str:
    where = (
        f"第 {entry.row} 行"
        if entry.file == beside or not beside
        else (f"{entry.file} 第 {entry.row} 行")
    )
    sheet = "上年日志" if entry.carried else "日志"
    name = f"{sheet} {entry.log_id}（{where}）" if entry.log_id else f"{sheet}（{where}）"
    return f"{entry.day} 的{name}"

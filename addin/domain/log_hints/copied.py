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
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple

from addin.domain.log_hints.chance import Block, Chance, Evidence
from addin.domain.log_hints.likeness import Containment, alike, near, shared_blocks
from addin.domain.log_hints.skeletons import Words, informative, skeletons
from validators.divisions import CITY, by_code, short_name
from validators.ledger import Ledger, SheetPart, Table
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    Row,
    UnitRow,
    model_for,
)

_NAMES: tuple[tuple[type[Row], str], ...] = (
    (MentorRow, "name"),
    (IndividualRow, "name"),
    (OrganisationRow, "secretary"),
    (LogEntryRow, "recorder"),
    (AssessmentRow, "assessor"),
    (UnitRow, "reporter"),
    (UnitRow, "reviewer"),
)
_ENTRY = ("date", "log_id", "pairing_ids", "recorder", "content")
_ENDINGS = ("村", "社区", "镇", "乡", "街道", "区", "县")


class Entry(NamedTuple):
    """One entry; entries sort by date, then ID, then place.

    Attributes:
        log_id: "" where the clerk left it blank.
        row: Row of the worksheet.
        carried: Whether it stands in 上年日志.
    """

    day: date
    log_id: str
    file: str
    row: int
    pairings: tuple[str, ...]
    recorder: str
    content: str
    carried: bool


@dataclass(slots=True)
class Log:
    """The accepted, dated entries of a ledger by content, read from whole columns."""

    ledger: Ledger

    def contents(self) -> tuple[list[int], list[str]]:
        """Return the table rows of the accepted entries with a date, and their contents."""
        entries = self.ledger.table(LogEntryRow).accepted_rows("date", "content")
        told = [(row, text) for row, (day, text) in entries if day and text]
        return [row for row, _ in told], [text for _, text in told]

    def entry(self, index: int) -> Entry:
        """Return the entry of a table row."""
        table = self.ledger.table(LogEntryRow)
        part, local = table.locate(index)
        day, log_id, pairings, recorder, content = (table.column(name)[index] for name in _ENTRY)
        number = part.row_number("content", local)
        carried = model_for(part.key).sheet.carried
        return Entry(
            day, log_id or "", part.file, number, tuple(pairings or ()), recorder or "", content,
            carried,
        )  # fmt: skip


def only_read(ledger: Ledger) -> Ledger:
    """Return the ledger with nothing but what the search reads: small to send elsewhere."""
    wanted: dict[str, set[str]] = {LogEntryRow.sheet.key: {*_ENTRY}}
    for model, name in _NAMES:
        wanted.setdefault(model.sheet.key, set()).add(name)
    tables: dict[str, Table[Any]] = {}
    for key, table in ledger.tables.items():
        fields = wanted.get(key, set())
        parts = table.parts if fields else ()
        tables[key] = Table(table.model, [_reduced(part, fields) for part in parts])
    return Ledger(tables, ledger.unit_codes)


def _reduced(part: SheetPart, fields: Collection[str]) -> SheetPart:
    return replace(part, columns={f: c for f, c in part.columns.items() if f in fields})


def known_words(ledger: Ledger, settings: Settings) -> Words:
    """Return every person's and every place's name the ledger may speak of."""
    cities = {code[:4] for code in ledger.unit_codes.values() if code} or {CITY}
    places = {name for city in cities for name in _places(city)}
    return Words(frozenset(_names(ledger)), frozenset(places | settings.village_aliases.keys()))


def surnames(names: frozenset[str]) -> frozenset[str]:
    """Return the first characters more than one of `names` has."""
    return frozenset(char for char, times in Counter(n[0] for n in names).items() if times > 1)


def one_activity(one: Entry, other: Entry) -> bool:
    """Return whether entries alike in content may tell of one activity that joined pairings.

    They stand on one day, in one ledger or by one recorder, and name different pairings; the same
    pairing twice is the same contact twice.
    """
    together = one.file == other.file or (one.recorder and one.recorder == other.recorder)
    return one.day == other.day and bool(together) and not {*one.pairings} & {*other.pairings}


def _names(ledger: Ledger) -> Iterator[str]:
    for model, column in _NAMES:
        for name in set(ledger.table(model).column(column)):
            if name:
                yield str(name)


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


@dataclass(slots=True)
class Text:
    """A skeleton, the entries that have it, and the near ones with their likeness.

    Attributes:
        rows: Table rows.
        telling: Whether it is long enough to be compared.
        held: Texts of which one holds the other, with the share of the shorter that both have.
    """

    skeleton: str
    rows: list[int]
    telling: bool
    log: Log
    near: list[tuple[float, Text]] = field(default_factory=list)
    held: list[tuple[float, Text]] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)
    _first: dict[tuple[date, str], Entry] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """Return its entries in order; none if it can be neither copy nor source."""
        if not self._entries and (len(self.rows) > 1 or self.near or self.held):
            self._entries = sorted(map(self.log.entry, self.rows))
            for entry in reversed(self._entries):
                self._first.update({(entry.day, code): entry for code in entry.pairings})
        return self._entries

    def source(self, entry: Entry) -> Entry | None:
        """Return the first entry before `entry` that does not tell of the same activity."""
        if not self.entries:
            return None
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


def texts_of(ledger: Ledger, settings: Settings) -> Search:
    """Return the skeletons of several entries and those with a near one, joined to it."""
    log, words = Log(ledger), known_words(ledger, settings)
    rows, contents = log.contents()
    groups = _alike_rows(rows, [text[:_LONGEST] for text in skeletons(contents, words)])
    listed = sorted(skeleton for skeleton in groups if len(skeleton) >= settings.copied_characters)
    least, known = settings.copied_similarity / 100, surnames(words.names)
    pairs, holding, chance = alike(listed, least, known)
    wanted = {listed[at] for left, right, _ in pairs for at in (left, right)}
    wanted.update(listed[at] for held in holding for at in (held.shorter, held.longer))
    wanted.update(skeleton for skeleton, own in groups.items() if isinstance(own, list))
    texts = {
        skeleton: Text(
            skeleton,
            _listed(groups[skeleton]),
            informative(skeleton, settings.copied_characters),
            log,
        )
        for skeleton in sorted(wanted)
    }
    _join(
        (texts[listed[left]], texts[listed[right]], score)
        for left, right, score in pairs
        if texts[listed[left]].telling and texts[listed[right]].telling
    )
    for family in _families(list(texts.values())):
        _lead(family, least, known)
    _hold(
        [(texts[listed[held.shorter]], texts[listed[held.longer]], held) for held in holding], words
    )
    return Search(tuple(texts.values()), words, chance)


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
    split = [_SENTENCE.split(text.log.entry(text.rows[0]).content) for text in texts]
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


def _alike_rows(rows: list[int], texts: list[str]) -> dict[str, int | list[int]]:
    """Return the row of every text, and the rows where there are several: most have one."""
    groups: dict[str, int | list[int]] = {}
    for row, text in zip(rows, texts, strict=True):
        known = groups.setdefault(text, row)
        if isinstance(known, list):
            known.append(row)
        elif known != row:
            groups[text] = [known, row]
    return groups


def _listed(rows: int | list[int]) -> list[int]:
    return rows if isinstance(rows, list) else [rows]


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


def copied(ledger: Ledger, settings: Settings) -> tuple[CopiedEntry, ...]:
    """Return the copied entries of one or many merged ledgers, by file and row.

    An entry carried over from last year may be the source, but is no copy to speak of again.

    Args:
        ledger: After validation: entries an error cites are not used.
        settings: For 近似内容相似度下限 and 近似内容最少字数.
    """
    search = texts_of(ledger, settings)
    found = (
        _copy(entry, text, search)
        for text in search.texts
        for entry in text.entries
        if not entry.carried
    )
    return tuple(sorted(filter(None, found), key=lambda copy: (copy.file, copy.row)))


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
    return f"{entry.day:%Y-%m-%d} 的{name}"

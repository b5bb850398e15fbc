"""The log's skeletons that several entries have or nearly have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from addin.tasks.records.entries import Entry, Log, known_words, one_activity, surnames
from addin.tasks.records.likeness import alike, likeness
from addin.tasks.records.masking import Words, skeletons
from addin.tasks.records.stock import informative
from validators.ledger import Ledger
from validators.settings import Settings

__all__ = ["Text", "texts_of"]

_LONGEST = 500
"""Characters compared; an entry is one or two sentences."""


@dataclass(slots=True)
class Text:
    """A skeleton, the entries that have it, and the near ones with their likeness.

    Attributes:
        rows: Table rows.
        telling: Whether it is long enough to be compared.
        words: What is known of names, for the details two entries share.
    """

    skeleton: str
    rows: list[int]
    telling: bool
    log: Log
    words: Words
    near: list[tuple[float, Text]] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)
    _first: dict[tuple[date, str], Entry] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """Return its entries in order; none if it can be neither copy nor source."""
        if not self._entries and (len(self.rows) > 1 or self.near):
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


def texts_of(ledger: Ledger, settings: Settings) -> list[Text]:
    """Return the skeletons of several entries and those with a near one, joined to it."""
    log, words = Log(ledger), known_words(ledger, settings)
    rows, contents = log.contents()
    groups = _alike_rows(rows, [text[:_LONGEST] for text in skeletons(contents, words)])
    listed = sorted(skeleton for skeleton in groups if len(skeleton) >= settings.copied_characters)
    least, known = settings.copied_similarity / 100, surnames(words.names)
    near = list(alike(listed, least, known))
    wanted = {listed[at] for left, right, _ in near for at in (left, right)}
    wanted.update(skeleton for skeleton, own in groups.items() if isinstance(own, list))
    texts = {
        skeleton: Text(
            skeleton,
            _listed(groups[skeleton]),
            informative(skeleton, settings.copied_characters),
            log,
            words,
        )
        for skeleton in sorted(wanted)
    }
    pairs = [(texts[listed[left]], texts[listed[right]], score) for left, right, score in near]
    _join([pair for pair in pairs if pair[0].telling and pair[1].telling])
    for family in _families(list(texts.values())):
        _lead(family, least, known)
    return list(texts.values())


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
        (leader, text, likeness(leader.skeleton, text.skeleton, known))
        for text in family
        if text.skeleton not in joined
    )
    _join([pair for pair in scores if pair[2] >= least])


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

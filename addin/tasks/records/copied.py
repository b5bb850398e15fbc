"""Find log entries whose content stands in an earlier entry, too, whoever and wherever it names.

What counts:

- Contents are compared by their skeletons: without names, places, dates, numbers, punctuation.
  Equal skeletons are copies, near ones from 近似内容相似度下限 on. Short contents and stock phrases
  (入户走访，了解情况) are nobody's property: see 近似内容最少字数.
- Two entries whose *wording* differs must share a detail besides, unless they are long or name
  none: a name, a number of two digits or all numbers. Reports on like matters read alike.
- The source is the earlier entry, by date, then ID.
- A joint activity is none: one entry with several pairings, or several entries of one day in one
  ledger or by one recorder with different pairings.
- The same contact entered twice (day, pairing and content: `log.row.duplicate`) is a copy, however
  short. It is a warning of the validation as well; a superior sees here what he would miss there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from addin.tasks.records.entries import Entry
from addin.tasks.records.masking import Words
from addin.tasks.records.texts import Text, texts_of
from validators.ledger import Ledger
from validators.settings import Settings

__all__ = ["Copied", "copied"]

_LONG = 60
"""Skeletons this long do not come out alike by chance."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Copied:
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


def copied(ledger: Ledger, settings: Settings) -> tuple[Copied, ...]:
    """Return the copied entries of one or many merged ledgers, by file and row.

    Args:
        ledger: After validation: entries an error cites are not used.
        settings: For 近似内容相似度下限 and 近似内容最少字数.
    """
    texts = texts_of(ledger, settings)
    found = (_copy(entry, text) for text in texts for entry in text.entries)
    return tuple(sorted(filter(None, found), key=lambda copy: (copy.file, copy.row)))


def _copy(entry: Entry, text: Text) -> Copied | None:
    """Return what `entry` is a copy of: the most similar source, of several the first."""
    own = text.source(entry)
    sources = [(-1.0, own)] if own else []
    for likeness, other in text.near:
        source = other.source(entry) if likeness == 1 or not own else None
        if source and (likeness == 1 or _sure(entry, source, text, other)):
            sources.append((-likeness, source))
    if not sources:
        return None
    unlikeness, source = min(sources)
    return _told(entry, source, -unlikeness)


def _sure(entry: Entry, source: Entry, text: Text, other: Text) -> bool:
    """Return whether entries of different wording share a detail, name none or are long."""
    if min(len(text.skeleton), len(other.skeleton)) >= _LONG:
        return True
    numbers, names = _details(entry.content, text.words)
    numbers_there, names_there = _details(source.content, text.words)
    if names & names_there or any(len(number) > 1 for number in numbers & numbers_there):
        return True
    return numbers == numbers_there and (bool(numbers) or not (names and names_there))


def _details(content: str, words: Words) -> tuple[set[str], set[str]]:
    """Return the numbers and the persons and places a content names."""
    runs = {content[at : at + size] for size in (2, 3, 4, 5) for at in range(len(content))}
    return {*_NUMBER.findall(content)}, (runs & words.names) | (runs & words.places)


def _told(entry: Entry, source: Entry, likeness: float) -> Copied:
    if entry.content == source.content:
        how = "内容完全相同"
    elif likeness == 1:
        how = "除姓名、地名、日期和数字外内容相同"
    else:
        how = f"除姓名、地名、日期和数字外内容有 {likeness:.0%} 相同"
    facts = f"{_named(entry)}与 {_named(source, entry.file)}{how}"
    return Copied(
        entry.file,
        entry.log_id,
        entry.row,
        source.file,
        source.log_id,
        source.row,
        round(likeness, 4),
        facts,
    )


def _named(entry: Entry, beside: str = "") -> str:
    where = (
        f"第 {entry.row} 行"
        if entry.file == beside or not beside
        else (f"{entry.file} 第 {entry.row} 行")
    )
    name = f"日志 {entry.log_id}（{where}）" if entry.log_id else f"日志（{where}）"
    return f"{entry.day:%Y-%m-%d} 的{name}"

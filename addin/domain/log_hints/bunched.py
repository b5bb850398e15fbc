"""Many entries for one day by one recorder, and entries bunched at the end of a month or quarter.

Facts for the superior, without a judgement: a day of meetings and a clerk who types up the month's
slips look alike here.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from addin.domain.log_hints.copied import known_words
from addin.domain.log_hints.skeletons import skeletons
from validators.ledger import Ledger, Table
from validators.settings import Settings
from validators.sheets import LogEntryRow

_NAMED = 5
"""Log IDs a sentence names."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at.

    Attributes:
        file: The ledger.
        code: `day.many`, `month.bunched` or `quarter.bunched`.
        facts: The sentence.
        rows: Worksheet rows of the entries it speaks of.
        log_ids: Their IDs, "" where blank.
    """

    file: str
    code: str
    facts: str
    rows: tuple[int, ...]
    log_ids: tuple[str, ...]


class _Entry(NamedTuple):
    """An entry to be counted; `at` is its row in the log's table."""

    file: str
    day: date
    recorder: str | None
    at: int


Cited = tuple[str, str, Sequence[_Entry]]
"""A hint's code, its facts and the entries it speaks of."""


def hints(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Hint, ...]:
    """Return the hints on one or many merged ledgers, by file, code and date.

    Args:
        ledger: After validation: entries an error cites, and those carried over from last year,
            are not used.
        settings: For 同日记录条数提示值, 月末天数, 季末天数, 期末集中比例 and 期末集中最少条数.
        as_of: Months and quarters that end later, and entries dated later, are left out.
    """
    table = ledger.table(LogEntryRow)
    log = list(_entries(table))
    cited = [*_busy_days(ledger, log, settings, as_of), *_bunched(log, settings, as_of)]
    found = (_hint(table, *one) for one in cited)
    return tuple(sorted(found, key=lambda hint: (hint.file, hint.code)))


def _entries(table: Table[LogEntryRow]) -> Iterator[_Entry]:
    files = (part.file for part in table.parts for _ in range(len(part)))
    days, recorders = table.column("date"), table.column("recorder")
    rows = zip(files, days, recorders, table.accepted(), table.carried(), strict=True)
    for at, (file, day, recorder, accepted, carried) in enumerate(rows):
        if day and accepted and not carried:
            yield _Entry(file, day, recorder, at)


def _busy_days(
    ledger: Ledger, log: Sequence[_Entry], settings: Settings, as_of: date
) -> Iterator[Cited]:
    """Yield the days on which one recorder has more entries than usual, a joint activity once."""
    table, limit = ledger.table(LogEntryRow), settings.day_entries
    by_day: dict[tuple[str, date, str], list[_Entry]] = defaultdict(list)
    for entry in log:
        if entry.recorder and entry.day <= as_of:
            by_day[entry.file, entry.day, entry.recorder].append(entry)
    busy = {key: entries for key, entries in by_day.items() if len(entries) > limit}
    if not busy:
        return
    places = [entry.at for entries in busy.values() for entry in entries]
    texts = skeletons(
        [_value(table, at, "content") for at in places], known_words(ledger, settings)
    )
    activity = {at: text or at for at, text in zip(places, texts, strict=True)}
    for (_, day, recorder), entries in sorted(busy.items()):
        activities, count = len({activity[entry.at] for entry in entries}), len(entries)
        if activities > limit:
            joint = f"（内容相同的按一条计，为 {activities} 条）" if activities < count else ""
            when = f"{day.year} 年 {day.month} 月 {day.day} 日"
            yield "day.many", f"{when}记录人{recorder}登记日志 {count} 条{joint}", entries


def _bunched(log: Sequence[_Entry], settings: Settings, as_of: date) -> Iterator[Cited]:
    """Yield the months and quarters whose entries stand mostly on their last days."""
    for code, months, days in (
        ("month.bunched", 1, settings.month_end_days),
        ("quarter.bunched", 3, settings.quarter_end_days),
    ):
        ends = {day: _end_of(day, months) for day in {entry.day for entry in log}}
        by_period: dict[tuple[str, date], list[_Entry]] = defaultdict(list)
        for entry in log:
            by_period[entry.file, ends[entry.day]].append(entry)
        for (_, last), entries in sorted(by_period.items()):
            first, total = last - timedelta(days=days - 1), len(entries)
            if total < settings.period_entries or last > as_of:
                continue
            late = [entry for entry in entries if entry.day >= first]
            share = 100 * len(late) / total
            if late and share >= settings.period_end_share:
                period = f" {last.month} 月" if months == 1 else f"第 {last.month // months} 季度"
                facts = (
                    f"{last.year} 年{period}共登记日志 {total} 条，其中 {len(late)} 条（{share:.0f}%）"
                    f"的日期在 {first.month} 月 {first.day} 日至 {last.month} 月 {last.day} 日"
                )
                yield code, facts, late


def _end_of(day: date, months: int) -> date:
    """Return the last day of the month or quarter of a day."""
    month = day.month + -day.month % months
    return date(day.year, month, monthrange(day.year, month)[1])


def _hint(table: Table[LogEntryRow], code: str, facts: str, entries: Sequence[_Entry]) -> Hint:
    ids = [_value(table, entry.at, "log_id") for entry in entries]
    named = [name for name in ids if name]
    shown = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
    facts = f"{facts}（{shown}）" if shown else facts
    places = [table.locate(entry.at) for entry in entries]
    rows = tuple(part.rows[local] for part, local in places)
    return Hint(entries[0].file, code, facts, rows, tuple(ids))


def _value(table: Table[LogEntryRow], row: int, name: str) -> str:
    """Return one entry's value as text; the whole column need not be decoded for a few."""
    part, local = table.locate(row)
    column = part.columns.get(name)
    code = column.cells.codes[local] if column else -1
    return str(column.values[code] or "") if column and code >= 0 else ""

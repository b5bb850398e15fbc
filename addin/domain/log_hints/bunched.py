"""Many entries for one day by one recorder, and entries bunched at the end of a month or quarter.

Facts for the superior, without a judgement: a day of meetings and a clerk who types up the month's
slips look alike here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from addin.domain.contacts import IntArray
from addin.domain.log_hints.copied import known_words
from addin.domain.log_hints.skeletons import skeletons
from validators.ledger import Ledger, SheetPart, Table
from validators.settings import Settings
from validators.sheets import LogEntryRow, model_for

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


class _Log(NamedTuple):
    """The accepted, dated entries of this year as arrays of equal length, in log order.

    Attributes:
        row: Row in the log's table.
        file: A number of the workbook.
        day: A proleptic Gregorian ordinal.
        recorder: Index in `recorders`, -1 for nobody.
        recorders: Names.
    """

    row: IntArray
    file: IntArray
    day: IntArray
    recorder: IntArray
    recorders: list[str]


Cited = tuple[str, str, Sequence[int]]
"""A hint's code, its facts and the rows in the log's table it speaks of."""


def hints(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Hint, ...]:
    """Return the hints on one or many merged ledgers, by file, code and date.

    Args:
        ledger: After validation: entries an error cites, and those carried over from last year,
            are not used.
        settings: For 同日记录条数提示值, 月末天数, 季末天数, 期末集中比例 and 期末集中最少条数.
        as_of: Months and quarters that end later, and entries dated later, are left out.
    """
    table = ledger.table(LogEntryRow)
    log = _log(table)
    cited = [*_busy_days(ledger, log, settings, as_of), *_bunched(log, settings, as_of)]
    found = (_hint(table, *one) for one in cited)
    return tuple(sorted(found, key=lambda hint: (hint.file, hint.code)))


def _log(table: Table[LogEntryRow]) -> _Log:
    files: dict[str, int] = {}
    recorders: dict[str, int] = {}
    parts = [
        _part_entries(start, part, files.setdefault(part.file, len(files)), recorders)
        for start, part in table.starts()
    ]
    joined = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    row, file, day, recorder = joined or (np.zeros(0, np.int64),) * 4
    return _Log(row, file, day, recorder, list(recorders))


def _part_entries(
    start: int, part: SheetPart, file: int, recorders: dict[str, int]
) -> tuple[IntArray, ...]:
    """Return row, file, day and recorder of a worksheet's entries that are counted."""
    day = _by_row(part, "date", lambda value: value.toordinal() if value else 0)
    names = _by_row(
        part, "recorder", lambda name: recorders.setdefault(name, len(recorders)) if name else -1
    )
    carried = _by_row(part, "carried", lambda value: value is not None)
    used = (day > 0) & (carried == 0) & (not model_for(part.key).sheet.carried)
    used[list(part.rejected)] = False
    rows = np.flatnonzero(used)
    return rows + start, np.full(len(rows), file), day[rows], names[rows]


def _by_row(part: SheetPart, name: str, number: Callable[[Any], int]) -> IntArray:
    """Return a number for the value of field `name` in every row, worked out by distinct value."""
    blank, column = number(None), part.columns.get(name)
    if column is None:
        return np.full(len(part), blank)
    # the value added last answers BLANK, -1
    numbers = np.array([*map(number, column.values), blank], np.int64)
    return numbers.take(np.asarray(column.cells.codes))


def _groups(keys: Sequence[IntArray], more_than: float) -> Iterator[IntArray]:
    """Yield the places of the entries equal in all `keys`, in log order, where there are many."""
    joined = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        joined = joined * (key.max(initial=0) + 1) + key
    order = np.argsort(joined, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(joined[order])) + 1, len(order))
    sizes = np.diff(ends, prepend=0)
    for end, size in zip(ends[sizes > more_than], sizes[sizes > more_than], strict=True):
        yield order[end - size : end]


def _busy_days(ledger: Ledger, log: _Log, settings: Settings, as_of: date) -> Iterator[Cited]:
    """Yield the days on which one recorder has more entries than usual, a joint activity once."""
    table, limit = ledger.table(LogEntryRow), settings.day_entries
    asked = np.flatnonzero((log.recorder >= 0) & (log.day <= as_of.toordinal()))
    keys = [key[asked] for key in (log.file, log.day, log.recorder)]
    busy = [
        (date.fromordinal(int(log.day[at[0]])), log.recorders[log.recorder[at[0]]], log.row[at])
        for at in (asked[group] for group in _groups(keys, max(limit, 0)))
    ]
    if not busy:
        return
    places = [row for *_, rows in busy for row in rows.tolist()]
    texts = skeletons(
        [_value(table, at, "content") for at in places], known_words(ledger, settings)
    )
    activity = {at: text or at for at, text in zip(places, texts, strict=True)}
    for day, recorder, entries in sorted(busy, key=lambda one: one[:2]):
        rows = entries.tolist()
        activities, count = len({activity[row] for row in rows}), len(rows)
        if activities > limit:
            joint = f"（内容相同的按一条计，为 {activities} 条）" if activities < count else ""
            when = f"{day.year} 年 {day.month} 月 {day.day} 日"
            yield "day.many", f"{when}记录人{recorder}登记日志 {count} 条{joint}", rows


def _bunched(log: _Log, settings: Settings, as_of: date) -> Iterator[Cited]:
    """Yield the months and quarters whose entries stand mostly on their last days."""
    known, which = np.unique(log.day, return_inverse=True)
    for code, months, days in (
        ("month.bunched", 1, settings.month_end_days),
        ("quarter.bunched", 3, settings.quarter_end_days),
    ):
        ends = [_end_of(date.fromordinal(day), months) for day in known.tolist()]
        ordinals = np.array([end.toordinal() for end in ends], np.int64)[which]
        for group in _groups((log.file, ordinals), 0):
            last = ends[which[group[0]]]
            first, total = last - timedelta(days=days - 1), len(group)
            if total < settings.period_entries or last > as_of:
                continue
            late = log.row[group[log.day[group] >= first.toordinal()]].tolist()
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


def _hint(table: Table[LogEntryRow], code: str, facts: str, entries: Sequence[int]) -> Hint:
    ids = [_value(table, row, "log_id") for row in entries]
    named = [name for name in ids if name]
    shown = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
    facts = f"{facts}（{shown}）" if shown else facts
    places = [table.locate(row) for row in entries]
    rows = tuple(part.rows[local] for part, local in places)
    return Hint(places[0][0].file, code, facts, rows, tuple(ids))


def _value(table: Table[LogEntryRow], row: int, name: str) -> str:
    """Return one entry's value as text; the whole column need not be decoded for a few."""
    part, local = table.locate(row)
    column = part.columns.get(name)
    code = column.cells.codes[local] if column else -1
    return str(column.values[code] or "") if column and code >= 0 else ""

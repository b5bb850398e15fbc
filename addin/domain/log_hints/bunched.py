"""Many entries for one day by one recorder, and entries bunched at the end of a month or quarter.

Facts for the superior, without a judgement: a day of meetings and a clerk who types up the month's
slips look alike here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from addin.domain.contacts import IntArray
from addin.domain.log_hints.skeletons import Words, skeletons
from validators.ledger import SheetPart, Table
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


class BusyDay(NamedTuple):
    """The entries of one day by one recorder, more than usual.

    Attributes:
        rows: Worksheet rows.
        log_ids: "" where blank.
        contents: By which those of one activity are told.
    """

    file: str
    day: date
    recorder: str
    rows: tuple[int, ...]
    log_ids: tuple[str, ...]
    contents: tuple[str, ...]


class _Log(NamedTuple):
    """The accepted, dated entries of this year as arrays of equal length, in log order.

    Attributes:
        row: Row in the log's table.
        day: A proleptic Gregorian ordinal.
        recorder: Index in `recorders`, -1 for nobody.
        recorders: Names.
    """

    row: IntArray
    day: IntArray
    recorder: IntArray
    recorders: list[str]


def log_shape(
    table: Table[LogEntryRow], settings: Settings, as_of: date
) -> tuple[tuple[BusyDay, ...], tuple[Hint, ...]]:
    """Return the busy days of one workbook's log, and the hints on entries bunched there, by date.

    Args:
        table: After validation: entries an error cites, and those carried over from last year,
            are not used.
        settings: For 同日记录条数提示值, 月末天数, 季末天数, 期末集中比例 and 期末集中最少条数.
        as_of: Months and quarters that end later, and entries dated later, are left out.
    """
    log = _log(table)
    bunched = (
        _hint(code, facts, *_places(table, rows))
        for code, facts, rows in _bunched(log, settings, as_of)
    )
    return tuple(_busy_days(table, log, settings, as_of)), tuple(bunched)


def busy_hints(busy: Sequence[BusyDay], words: Words, limit: float) -> Iterator[Hint]:
    """Yield the hints on busy days, a joint activity counted once.

    Args:
        busy: Days with more entries than `limit`.
        words: Names to mask, so that the contents of a joint activity are equal.
        limit: 同日记录条数提示值.
    """
    texts = iter(skeletons([content for one in busy for content in one.contents], words))
    for one in busy:
        day, count = one.day, len(one.rows)
        activities = len({text or at for at, text in enumerate(islice(texts, count))})
        if activities > limit:
            joint = f"（内容相同的按一条计，为 {activities} 条）" if activities < count else ""
            when = f"{day.year} 年 {day.month} 月 {day.day} 日"
            facts = f"{when}记录人{one.recorder}登记日志 {count} 条{joint}"
            yield _hint("day.many", facts, one.file, one.rows, one.log_ids)


def _log(table: Table[LogEntryRow]) -> _Log:
    recorders: dict[str, int] = {}
    parts = [_part_entries(start, part, recorders) for start, part in table.starts()]
    joined = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    row, day, recorder = joined or (np.zeros(0, np.int64),) * 3
    return _Log(row, day, recorder, list(recorders))


def _part_entries(start: int, part: SheetPart, recorders: dict[str, int]) -> tuple[IntArray, ...]:
    """Return row, day and recorder of a worksheet's entries that are counted."""
    day = by_row(part, "date", lambda value: value.toordinal() if value else 0)
    names = by_row(
        part, "recorder", lambda name: recorders.setdefault(name, len(recorders)) if name else -1
    )
    carried = by_row(part, "carried", lambda value: value is not None)
    used = (day > 0) & (carried == 0) & (not model_for(part.key).sheet.carried)
    used[list(part.rejected)] = False
    rows = np.flatnonzero(used)
    return rows + start, day[rows], names[rows]


def by_row(part: SheetPart, name: str, number: Callable[[Any], int]) -> IntArray:
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


def _busy_days(
    table: Table[LogEntryRow], log: _Log, settings: Settings, as_of: date
) -> Iterator[BusyDay]:
    """Yield the days on which one recorder has more entries than usual."""
    asked = np.flatnonzero((log.recorder >= 0) & (log.day <= as_of.toordinal()))
    groups = _groups([log.day[asked], log.recorder[asked]], max(settings.day_entries, 0))
    busy = [
        (date.fromordinal(int(log.day[at[0]])), log.recorders[log.recorder[at[0]]], log.row[at])
        for at in (asked[group] for group in groups)
    ]
    for day, recorder, entries in sorted(busy, key=lambda one: one[:2]):
        rows = entries.tolist()
        file, numbers, log_ids = _places(table, rows)
        contents = tuple(_value(table, row, "content") for row in rows)
        yield BusyDay(file, day, recorder, numbers, log_ids, contents)


def _bunched(log: _Log, settings: Settings, as_of: date) -> Iterator[tuple[str, str, list[int]]]:
    """Yield the months and quarters whose entries stand mostly on their last days."""
    known, which = np.unique(log.day, return_inverse=True)
    for code, months, days in (
        ("month.bunched", 1, settings.month_end_days),
        ("quarter.bunched", 3, settings.quarter_end_days),
    ):
        ends = [_end_of(date.fromordinal(day), months) for day in known.tolist()]
        ordinals = np.array([end.toordinal() for end in ends], np.int64)[which]
        for group in _groups([ordinals], 0):
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


def _places(
    table: Table[LogEntryRow], entries: Sequence[int]
) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """Return the file, the worksheet rows and the IDs of some entries."""
    places = [table.locate(row) for row in entries]
    rows = tuple(part.rows[local] for part, local in places)
    return places[0][0].file, rows, tuple(_value(table, row, "log_id") for row in entries)


def _hint(
    code: str, facts: str, file: str, rows: tuple[int, ...], log_ids: tuple[str, ...]
) -> Hint:
    named = [name for name in log_ids if name]
    shown = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
    return Hint(file, code, f"{facts}（{shown}）" if shown else facts, rows, log_ids)


def _value(table: Table[LogEntryRow], row: int, name: str) -> str:
    """Return one entry's value as text; the whole column need not be decoded for a few."""
    part, local = table.locate(row)
    column = part.columns.get(name)
    code = column.cells.codes[local] if column else -1
    return str(column.values[code] or "") if column and code >= 0 else ""

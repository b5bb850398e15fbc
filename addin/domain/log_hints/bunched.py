"""Many entries for one day by one recorder, and entries bunched at the end of a month or quarter.

Facts for the superior, without a judgement: a day of meetings and a clerk who types up the month's
slips look alike here.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from addin.domain.log_hints.copied import known_words
from addin.domain.log_hints.skeletons import skeletons
from validators.ledger import Ledger, SheetPart
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


def hints(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Hint, ...]:
    """Return the hints on one or many merged ledgers, by file, code and date.

    Args:
        ledger: After validation: entries an error cites are not used.
        settings: For 同日记录条数提示值, 月末天数, 季末天数, 期末集中比例 and 期末集中最少条数.
        as_of: Months and quarters that end later, and entries dated later, are left out.
    """
    parts = sorted(ledger.table(LogEntryRow).parts, key=lambda part: part.file)
    days = list(_busy_days(ledger, parts, settings, as_of))
    ends = [hint for part in parts for hint in _bunched(part, settings, as_of)]
    return tuple(sorted([*days, *ends], key=lambda hint: (hint.file, hint.code)))


class _Day(NamedTuple):
    part: SheetPart
    recorder: str
    day: date
    rows: list[int]


def _busy_days(
    ledger: Ledger, parts: list[SheetPart], settings: Settings, as_of: date
) -> Iterator[Hint]:
    """Yield the days on which one recorder has more entries than usual, a joint activity once."""
    found = [day for part in parts for day in _days(part, settings.day_entries, as_of)]
    if not found:
        return
    texts = [_content(day.part, row) for day in found for row in day.rows]
    told = iter(skeletons(texts, known_words(ledger, settings)))
    for part, recorder, day, rows in found:
        alike = [next(told) for _ in rows]
        activities = len({text or row for text, row in zip(alike, rows, strict=True)})
        if activities > settings.day_entries:
            joint = f"（内容相同的按一条计，为 {activities} 条）" if activities < len(rows) else ""
            facts = f"{_said(day)}记录人{recorder}登记日志 {len(rows)} 条{joint}"
            yield _hint(part, "day.many", facts, rows)


def _days(part: SheetPart, limit: int, as_of: date) -> list[_Day]:
    if not {"date", "recorder"} <= part.columns.keys():
        return []
    days, names = part.columns["date"].decoded(), part.columns["recorder"].decoded()
    counts = Counter(zip(days, names, strict=True))
    busy = {key for key, times in counts.items() if times > limit and None not in key}
    rows: dict[tuple[date, str], list[int]] = {key: [] for key in sorted(busy)}
    if busy:
        for row, key in enumerate(zip(days, names, strict=True)):
            if key in busy and key[0] <= as_of and row not in part.rejected:
                rows[key].append(row)
    return [_Day(part, name, day, own) for (day, name), own in rows.items() if len(own) > limit]


def _content(part: SheetPart, row: int) -> str:
    column = part.columns.get("content")
    code = column.cells.codes[row] if column else -1
    return str(column.values[code] or "") if column and code >= 0 else ""


def _bunched(part: SheetPart, settings: Settings, as_of: date) -> Iterator[Hint]:
    """Yield the months and quarters whose entries stand mostly on their last days."""
    if "date" not in part.columns:
        return
    days = part.columns["date"].decoded()
    counts = Counter(days)
    counts.subtract(days[row] for row in part.rejected)
    for code, months, last in (
        ("month.bunched", 1, settings.month_end_days),
        ("quarter.bunched", 3, settings.quarter_end_days),
    ):
        for end, first, late, total in _periods(counts, months, last):
            share = 100 * late / total if total else 0
            enough = late and total >= settings.period_entries
            if end <= as_of and enough and share >= settings.period_end_share:
                rows = _rows(part, days, first, end)
                facts = (
                    f"{_period(end, months)}共登记日志 {total} 条，其中 {late} 条（{share:.0f}%）"
                    f"的日期在 {first.month} 月 {first.day} 日至 {end.month} 月 {end.day} 日"
                )
                yield _hint(part, code, facts, rows)


def _periods(
    counts: Counter[date | None], months: int, last: int
) -> Iterator[tuple[date, date, int, int]]:
    """Yield last day, first of the `last` days, entries on those and entries of every period."""
    ends: dict[date, list[date]] = {}
    for day in counts:
        if day:
            ends.setdefault(_end(day, months), []).append(day)
    for end, days in sorted(ends.items()):
        first = end - timedelta(days=last - 1)
        late = sum(counts[day] for day in days if day >= first)
        yield end, first, late, sum(counts[day] for day in days)


def _rows(part: SheetPart, days: list[date | None], first: date, end: date) -> list[int]:
    between = ((row, day) for row, day in enumerate(days) if day and first <= day <= end)
    return [row for row, _ in between if row not in part.rejected]


def _end(day: date, months: int) -> date:
    """Return the last day of the month or quarter of `day`."""
    month = day.month + (-day.month) % months
    return date(day.year, month, monthrange(day.year, month)[1])


def _period(end: date, months: int) -> str:
    return (
        f"{end.year} 年 {end.month} 月" if months == 1 else f"{end.year} 年第 {end.month // 3} 季度"
    )


def _said(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _hint(part: SheetPart, code: str, facts: str, rows: list[int]) -> Hint:
    ids = [str(name or "") for name in _ids(part, rows)]
    named = [name for name in ids if name]
    shown = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
    numbers = tuple(part.row_number("date", row) for row in rows)
    return Hint(part.file, code, f"{facts}（{shown}）" if shown else facts, numbers, tuple(ids))


def _ids(part: SheetPart, rows: list[int]) -> list[str | None]:
    column = part.columns.get("log_id")
    if column is None:
        return [None] * len(rows)
    decoded = column.decoded()
    return [decoded[row] for row in rows]

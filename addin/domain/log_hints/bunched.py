"""Many entries for one day by one recorder, and entries bunched at the end of a month or quarter.

Facts for the superior, without a judgement: a day of meetings and a clerk who types up the month's
slips look alike here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from addin.domain.log_hints.copied import known_words
from addin.domain.log_hints.skeletons import skeletons
from validators.ledger import Ledger, Table
from validators.settings import Settings
from validators.sheets import LogEntryRow

if TYPE_CHECKING:
    import pandas as pd

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


Cited = tuple[str, str, "pd.DataFrame"]
"""A hint's code, its facts and the entries it speaks of."""


def hints(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Hint, ...]:
    """Return the hints on one or many merged ledgers, by file, code and date.

    Args:
        ledger: After validation: entries an error cites, and those carried over from last year,
            are not used.
        settings: For 同日记录条数提示值, 月末天数, 季末天数, 期末集中比例 and 期末集中最少条数.
        as_of: Months and quarters that end later, and entries dated later, are left out.
    """
    from addin.domain.frames import frame  # noqa: PLC0415  # see there

    table = ledger.table(LogEntryRow)
    log = frame(table, "date", "recorder")
    carried = np.array(table.carried(), np.bool_)
    log = log[log["accepted"] & log["date"].notna() & ~carried]
    cited = [*_busy_days(ledger, log, settings, as_of), *_bunched(log, settings, as_of)]
    hints = (_hint(table, *one) for one in cited)
    return tuple(sorted(hints, key=lambda hint: (hint.file, hint.code)))


def _busy_days(
    ledger: Ledger, log: pd.DataFrame, settings: Settings, as_of: date
) -> Iterator[Cited]:
    """Yield the days on which one recorder has more entries than usual, a joint activity once."""
    keys, limit = ["file", "date", "recorder"], settings.day_entries
    past = log[log["date"] <= f"{as_of}"]
    busy = past[past.groupby(keys, observed=True)["row"].transform("size") > limit]
    if busy.empty:
        return
    table = ledger.table(LogEntryRow)
    texts = skeletons(
        [_value(table, at, "content") for at in busy.index], known_words(ledger, settings)
    )
    activity = [text or at for text, at in zip(texts, busy.index, strict=True)]
    for (_, day, recorder), entries in busy.assign(activity=activity).groupby(keys, observed=True):
        activities, count = entries["activity"].nunique(), len(entries)
        if activities > limit:
            joint = f"（内容相同的按一条计，为 {activities} 条）" if activities < count else ""
            when = f"{day.year} 年 {day.month} 月 {day.day} 日"
            yield "day.many", f"{when}记录人{recorder}登记日志 {count} 条{joint}", entries


def _bunched(log: pd.DataFrame, settings: Settings, as_of: date) -> Iterator[Cited]:
    """Yield the months and quarters whose entries stand mostly on their last days."""
    for code, frequency, days in (
        ("month.bunched", "M", settings.month_end_days),
        ("quarter.bunched", "Q", settings.quarter_end_days),
    ):
        end = log["date"].dt.to_period(frequency).dt.end_time.dt.normalize()
        entries = log.assign(end=end, late=log["date"] >= end - timedelta(days=days - 1))
        counts = entries.groupby(["file", "end"], observed=True)["late"].agg(["size", "sum"])
        for (file, last), total, late in counts[
            counts["size"] >= settings.period_entries
        ].itertuples():
            share = 100 * late / total
            if late and last.date() <= as_of and share >= settings.period_end_share:
                first = last - timedelta(days=days - 1)
                cited = entries[(entries["file"] == file) & entries["late"] & (end == last)]
                period = f" {last.month} 月" if frequency == "M" else f"第 {last.quarter} 季度"
                facts = (
                    f"{last.year} 年{period}共登记日志 {total} 条，其中 {late} 条（{share:.0f}%）"
                    f"的日期在 {first.month} 月 {first.day} 日至 {last.month} 月 {last.day} 日"
                )
                yield code, facts, cited


def _hint(table: Table[LogEntryRow], code: str, facts: str, entries: pd.DataFrame) -> Hint:
    ids = [_value(table, at, "log_id") for at in entries.index]
    named = [name for name in ids if name]
    shown = "、".join(named[:_NAMED]) + ("等" if len(named) > _NAMED else "")
    facts = f"{facts}（{shown}）" if shown else facts
    return Hint(entries["file"].iloc[0], code, facts, tuple(entries["row"].tolist()), tuple(ids))


def _value(table: Table[LogEntryRow], row: int, name: str) -> str:
    """Return one entry's value as text; the whole column need not be decoded for a few."""
    part, local = table.locate(row)
    column = part.columns.get(name)
    code = column.cells.codes[local] if column else -1
    return str(column.values[code] or "") if column and code >= 0 else ""

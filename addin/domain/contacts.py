"""Contacts: which log entries are one, and how many each pairing owes and made.

A **contact** is one accepted log entry, dated no later than the as-of date, for one pairing it
names: a joint entry is one contact for each of its pairings, however often it names one. Two
entries of one day are two contacts. Entries whose date or pairings are unreadable are none.

A pairing **owes** `settings.contacts_per_month` contacts in every full calendar month that counts
for it (see `addin.domain.months`). More contacts than owed in one month make up for no other. Its
period ends with its last day (`last_day_of`). Only accepted pairings whose ID stands once owe
anything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from addin.domain.months import Span, add_months, full_months, month_of, next_month, owed_months
from validators import sheets
from validators.ledger import Ledger, SheetPart, Table
from validators.settings import Settings
from validators.vocabulary import Aspect, PairingStatus

IntArray = NDArray[np.int64]


class ContactRows(NamedTuple):
    """Every contact of a log, as arrays of equal length in log order.

    Attributes:
        pairings: The pairing IDs `which` counts in.
        which: Index of the contact's pairing in `pairings`.
        row: Row of its entry in the log's table.
        day: Its day as a proleptic Gregorian ordinal.
    """

    pairings: list[str]
    which: IntArray
    row: IntArray
    day: IntArray


def contact_rows(log: Table[sheets.LogEntryRow], as_of: date) -> ContactRows:
    """Return every contact of a log; see the module for what counts."""
    index: dict[str, int] = {}
    parts = [_part_contacts(part, start, index, as_of) for start, part in log.starts()]
    joined = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)] if parts else []
    which, row, day = joined or (np.zeros(0, np.int64),) * 3
    return ContactRows(list(index), which, row, day)


def _part_contacts(
    part: SheetPart, start: int, index: dict[str, int], as_of: date
) -> tuple[IntArray, IntArray, IntArray]:
    if not {"date", "pairing_ids"} <= part.columns.keys():
        return (np.zeros(0, np.int64),) * 3
    dates, named = part.columns["date"], part.columns["pairing_ids"]
    # Codes index the distinct values; the value added last answers BLANK, -1.
    days = np.array([day.toordinal() if day else 0 for day in [*dates.values, None]])
    ids = [tuple(dict.fromkeys(codes or ())) for codes in [*named.values, None]]
    sizes = np.array([len(codes) for codes in ids])
    starts = np.cumsum(sizes) - sizes
    flat = np.array(
        [index.setdefault(code, len(index)) for codes in ids for code in codes], np.int64
    )
    day, codes = days[_codes(dates.cells.codes)], _codes(named.cells.codes)
    used = (day > 0) & (day <= as_of.toordinal())
    used[list(part.rejected)] = False
    rows = np.flatnonzero(used)
    times = sizes[codes[rows]]
    # The n-th pairing of an entry: counted from where its distinct cell starts in `flat`.
    nth = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    rows = np.repeat(rows, times)
    return flat[starts[codes[rows]] + nth], rows + start, day[rows]


def _codes(codes: object) -> IntArray:
    return np.asarray(codes, dtype=np.int64)


# --- what each pairing owes and made ---


def last_day_of(
    status: PairingStatus | None, span: Span, ended_on: date | None, last: date | None
) -> date:
    """Return the last day of a pairing, which belongs to its period.

    It is 期满日期, unless the pairing was broken off (终止): then 终止日期, and without one the last
    day it is known to have run. Neither lies outside the period.

    Args:
        status: Of the pairing.
        span: 结对日期 and 期满日期.
        ended_on: 终止日期.
        last: The day of its last contact.
    """
    first, until = span
    if status is not PairingStatus.ENDED:
        return until
    return max(first, min(until, ended_on or last or first))


def planned_months(
    period: Span, settings: Settings, pauses: Iterable[Span] = (), *, latest: date
) -> tuple[date, ...]:
    """Return the months up to `latest` in which a pairing owes contacts, the earliest first.

    Args:
        period: 结对日期 and the pairing's last day.
        settings: For grace, exempt periods and the days a month needs.
        pauses: 暂停起止.
        latest: Later months are left out.
    """
    left_out: list[Span] = [*settings.exempt_periods, *pauses]
    if settings.grace_days:
        left_out.append((period[0], period[0] + timedelta(days=settings.grace_days - 1)))
    return _owed_months(period, tuple(left_out), settings.counted_days, latest)


_owed_months = lru_cache(4096)(owed_months)  # many pairings begin and end on the same days


def in_month(days: Sequence[date], month: date) -> int:
    """Return how many of some days in order lie in a month, named by its first day."""
    return bisect_left(days, next_month(month)) - bisect_left(days, month)


class MonthPlan(NamedTuple):
    """One full calendar month a pairing owes contacts: its first day, planned and made."""

    month: date
    owed: int
    made: int

    @property
    def kept(self) -> int:
        """Return the contacts made, no more than owed."""
        return min(self.made, self.owed)


@dataclass(frozen=True, slots=True)
class PairContacts:
    """One pairing's contacts up to the as-of date.

    Attributes:
        pairing_id: The pairing.
        rows: Rows of the entries in the log's table, by day, then in log order.
        days: Their days.
        aspects: Their aspects, None where unreadable.
        months: The full months that count, the earliest first.
        latest: The last full calendar month, whether it counts or not.
    """

    pairing_id: str
    rows: tuple[int, ...]
    days: tuple[date, ...]
    aspects: tuple[Aspect | None, ...]
    months: tuple[MonthPlan, ...]
    latest: date

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def last(self) -> date | None:
        """Return the day of the last contact."""
        return self.days[-1] if self.days else None

    def last_on(self, aspect: Aspect) -> tuple[date, int] | None:
        """Return day and row of the last contact on an aspect."""
        places = range(len(self.rows) - 1, -1, -1)
        at = next((at for at in places if self.aspects[at] is aspect), None)
        return None if at is None else (self.days[at], self.rows[at])

    @property
    def by_aspect(self) -> dict[Aspect, tuple[date, ...]]:
        """Return the days on which each aspect was worked on, in order."""
        days_of: dict[Aspect, list[date]] = defaultdict(list)
        for day, aspect in zip(self.days, self.aspects, strict=True):
            if aspect is not None:
                days_of[aspect].append(day)
        return {aspect: tuple(days) for aspect, days in days_of.items()}

    def last_months(self, count: int = 3) -> tuple[MonthPlan, ...]:
        """Return those of the last `count` full calendar months that count."""
        first = add_months(self.latest, 1 - count)
        return tuple(plan for plan in self.months if plan.month >= first)

    def rate(self, count: int | None = 3) -> float | None:
        """Return contacts kept ÷ owed over the last `count` full months, all for None.

        None where nothing is owed. Keep `last_months` at hand to show the numbers behind it.
        """
        plans = self.months if count is None else self.last_months(count)
        owed = sum(plan.owed for plan in plans)
        return sum(plan.kept for plan in plans) / owed if owed else None

    @property
    def silent_months(self) -> tuple[date, ...]:
        """Return the months in a row without any contact that end with the last full month.

        A month that does not count, as when the pairing paused, ends the row: missed, paused,
        missed is not two in a row. The earliest is first.
        """
        silent: list[date] = []
        for plan in reversed(self.months):
            if plan.made or plan.month != add_months(self.latest, -len(silent)):
                break
            silent.insert(0, plan.month)
        return tuple(silent)


@dataclass(frozen=True)
class Contacts:
    """Every pairing's contacts; built once for all that look at them.

    Attributes:
        ledger: Of one or many workbooks, after validation, so that rejected rows are known.
        settings: What holds for every workbook not in `own`.
        as_of: Later entries are not counted.
        own: By file, the settings of a workbook where they differ, as when townships have exempt
            periods of their own and no superior's settings win.
    """

    ledger: Ledger
    settings: Settings
    as_of: date
    own: Mapping[str, Settings] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """Yield the IDs of the pairings that have a contact."""
        return iter(self._slices)

    def __len__(self) -> int:
        return len(self._sorted.row)

    def count(self, pairing_id: str) -> int:
        """Return how many contacts a pairing has."""
        first, end = self._slices.get(pairing_id, (0, 0))
        return end - first

    def last_day(self, pairing_id: str) -> date | None:
        """Return the day of a pairing's last contact."""
        first, end = self._slices.get(pairing_id, (0, 0))
        return date.fromordinal(int(self._sorted.day[end - 1])) if first < end else None

    def still_owed(self, pairing_id: str, first: date, last: date) -> int:
        """Return how many contacts a pairing is still to make in the months of two days."""
        at = self.known.get(pairing_id)
        settings, pair = self._settings_of(at), self.of_pairing(pairing_id)
        months = self._owed(at, settings, pair.last, until=last)
        owed, made = settings.contacts_per_month, pair.days
        return sum(max(0, owed - in_month(made, m)) for m in months if m >= month_of(first))

    def of_pairing(self, pairing_id: str) -> PairContacts:
        """Return a pairing's contacts and plan; empty for one nobody knows."""
        if pairing_id not in self._by_pairing:
            self._by_pairing[pairing_id] = self._of_pairing(pairing_id)
        return self._by_pairing[pairing_id]

    def _of_pairing(self, pairing_id: str) -> PairContacts:
        first, end = self._slices.get(pairing_id, (0, 0))
        rows, days, aspects = (tuple(values[first:end]) for values in self._columns)
        at = self.known.get(pairing_id)
        settings = self._settings_of(at)
        plans = tuple(
            MonthPlan(month, settings.contacts_per_month, in_month(days, month))
            for month in self._owed(at, settings, days[-1] if days else None, until=self._latest)
        )
        return PairContacts(pairing_id, rows, days, aspects, plans, self._latest)

    @cached_property
    def _latest(self) -> date:
        return full_months(self.as_of, 1)[0]

    @cached_property
    def _columns(self) -> tuple[list[Any], ...]:
        """Return row, day and aspect of every contact, in the order of `_sorted`."""
        rows = self._sorted.row.tolist()
        values = (self.log.column(name) for name in ("date", "aspect"))
        return rows, *(list(map(column.__getitem__, rows)) for column in values)

    @cached_property
    def log(self) -> Table[sheets.LogEntryRow]:
        """Return the log's table, which rows count in."""
        return self.ledger.table(sheets.LogEntryRow)

    @cached_property
    def _pairings(self) -> Table[sheets.PairingRow]:
        return self.ledger.table(sheets.PairingRow)

    @cached_property
    def _sorted(self) -> ContactRows:
        codes, which, row, day = contact_rows(self.log, self.as_of)
        order = np.lexsort((day, which))  # it leaves equals in log order
        return ContactRows(codes, which[order], row[order], day[order])

    @cached_property
    def _slices(self) -> dict[str, tuple[int, int]]:
        codes = self._sorted.pairings
        sizes = np.bincount(self._sorted.which, minlength=len(codes))
        ends = np.cumsum(sizes)
        bounds = zip(codes, (ends - sizes).tolist(), ends.tolist(), strict=True)
        return {code: (first, end) for code, first, end in bounds if first < end}

    @cached_property
    def _by_pairing(self) -> dict[str, PairContacts]:
        return {}

    @cached_property
    def known(self) -> dict[str, int]:
        """Return the row of every accepted pairing whose ID stands once."""
        return self._pairings.accepted_by_id

    def _settings_of(self, at: int | None) -> Settings:
        if at is None or not self.own:
            return self.settings
        return self.own.get(self._pairings.locate(at)[0].file, self.settings)

    @cached_property
    def _spans(self) -> list[tuple[Any, ...]]:
        names = ("paired_on", "until", "paused_from", "paused_to", "status", "ended_on")
        return list(self._pairings.columns(*names))

    def _owed(
        self, at: int | None, settings: Settings, last: date | None, *, until: date
    ) -> tuple[date, ...]:
        """Return the months to `until` the pairing in row `at` owes; `last` is its last contact."""
        if at is None:
            return ()
        start, end, paused, resumed, status, ended_on = self._spans[at]
        if start is None or end is None:
            return ()
        end = last_day_of(status, (start, end), ended_on, last)
        pause = ((paused, resumed or end),) if paused else ()  # without an end it lasts
        return planned_months((start, end), settings, pause, latest=until)

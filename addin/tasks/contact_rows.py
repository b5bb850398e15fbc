"""The contacts a log holds, found on whole columns.

A **contact** is one accepted log entry, dated no later than the as-of date, for one pairing it
names: a joint entry is one contact for each of its pairings, however often it names one. Two
entries of one day are two contacts. Entries whose date or pairings are unreadable are none.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from validators.ledger import SheetPart, Table
from validators.sheets import LogRow

__all__ = ["ContactRows", "contact_rows"]

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


def contact_rows(log: Table[LogRow], as_of: date) -> ContactRows:
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

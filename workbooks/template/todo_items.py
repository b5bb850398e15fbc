"""Compute what 本周待办 lists as its native formulas compute it.

The workbook counts by itself in Excel, WPS and LibreOffice; these functions give the values the
cells are saved with, so that viewers and readers that do not calculate show the same.

A pairing is to be contacted this month if it is 帮带中, within its period, past the grace of a new
pairing and not paused, and the log names it less often than 参数 asks for, from the 1st to today;
a period's last day belongs to it. 期满 is announced while no 期满考核 is concluded for it: a
renewal (续帮) concludes the period that ends about then, not the next. A mentee 待结对 or 帮带中
without a running pairing waits since 确定日期 or the last day of the latest pairing, whichever is
later; a pairing broken off without a date ended with its last contact.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pydantic_core import PydanticCustomError

from validators.cells import DAY_ZERO, FormulaError, Uncalculated
from validators.normalise import day, squeeze_keeping_time
from validators.settings import settings_list
from workbooks.ooxml.dates import day_number
from workbooks.template.formula_sheet import Saved
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    LAST_ROW,
    LISTED_ROWS,
    LedgerRows,
    RawText,
    RowValues,
    code_of,
    shown,
)

LISTED = 12
"""Lines each list shows; the rest is counted."""
ORGANISATION_OFFSET = 10_000
"""Added to the row of an organisation in lists that also hold individuals."""
LONG_ROWS = LAST_ROW - FIRST_ROW + 1
"""Rows of 工作日志, 职责清单 and 成长评价 the page reads."""
BLANK_DAY, UNREADABLE_DAY = 0, -1
"""What stands for a day where none is typed, and where what is typed cannot be read as one."""
FIRST_SERIAL, LAST_SERIAL = 1, 73_415
"""Serial numbers of days in the years the reader takes, 1900 to 2100."""
MENTEE_KEYS = ("individual", "organisation")
BETWEEN_CODES = (BAR, "，", ",", "；", ";", " ", "　", "\n")
"""Characters other than 、 that may follow a code in a log cell.

With 、 in their place and at both ends, 、J…-100、 never matches J…-1000."""
_BETWEEN = {ord(character): "、" for character in BETWEEN_CODES}

_PLAIN_DAY = re.compile(
    r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?(?:[ T]?\d{1,2}:\d{2}(?::[\d.]+)?)?|\d{8}"
)


def day_serial(value: object) -> int:
    """Return the serial number of a day as typed, `BLANK_DAY` or `UNREADABLE_DAY`.

    Text counts in every form a formula can take apart; what else the reader accepts, such as
    2026年5月3日起, is counted among the unread. A number counts as the day it stands for: a formula
    cannot tell whether its cell is shown as a date.
    """
    typed = value.cell if isinstance(value, RawText) else value
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return BLANK_DAY
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        serial = math.floor(typed)
        return serial if FIRST_SERIAL <= typed <= LAST_SERIAL or not typed else UNREADABLE_DAY
    if not isinstance(typed, str | date):
        return UNREADABLE_DAY
    if isinstance(typed, str) and not _PLAIN_DAY.fullmatch(squeeze_keeping_time(typed)):
        return UNREADABLE_DAY
    try:
        return day_number(day(typed))
    except PydanticCustomError:
        return UNREADABLE_DAY


def day_of(serial: int) -> date:
    """Return the day of a serial number."""
    return date.fromordinal(DAY_ZERO.toordinal() + serial)


@dataclass(frozen=True, slots=True)
class Period:
    """The days and numbers the reminders are counted by; days as serial numbers."""

    today: date
    month_start: date
    assessment_start: date
    due_days: int
    ending_days: int
    unpaired_days: int
    grace_days: int
    contacts: int
    assessment_months: int

    @classmethod
    def of(cls, today: date, settings: Mapping[str, object]) -> Period:
        """Return the period around `today` under `settings` (Chinese name → value)."""
        months = max(1, number(settings, "assessment_months"))
        return cls(
            today=today,
            month_start=today.replace(day=1),
            assessment_start=date(today.year, (today.month - 1) // months * months + 1, 1),
            due_days=number(settings, "early_days"),
            ending_days=number(settings, "ending_days"),
            unpaired_days=number(settings, "unpaired_days"),
            grace_days=number(settings, "grace_days"),
            contacts=number(settings, "contacts_per_month"),
            assessment_months=months,
        )


def number(settings: Mapping[str, object], field: str) -> int:
    """Return a whole-number setting, its default where the value is not a number."""
    entry = next(item for item in settings_list() if item.field == field)
    try:
        return math.floor(float(str(settings.get(entry.name, entry.value))))
    except ValueError:
        return int(float(entry.value))


class Reminders:
    """The rows each list of 本周待办 holds, as sort keys whose last digits are worksheet rows.

    Args:
        rows: The ledger's rows; the n-th of a sheet stands in worksheet row `FIRST_ROW` + n.
        period: What they are counted by.

    Attributes:
        columns: The helper columns of `_待办` by name, as far as the ledger has rows; those of
            职责 and 期满 hold the days to come too.
    """

    def __init__(self, rows: LedgerRows, period: Period) -> None:
        self.rows = rows
        self.period = period
        self.today = day_number(period.today)
        self.columns: dict[str, list[Saved]] = {}
        for name, (key, field) in DAY_FIELDS.items():
            self.columns[f"{name}_day"] = [day_serial(row.get(field)) for row in self._read(key)]
        self._add_codes()
        self._contacts = self._contacts_of_month()
        self._assessed = self._assessed_codes()
        self.columns["pairing_end"] = [*map(self._last_day, range(len(self._read("pairing"))))]
        self._add_keys("contact", "pairing", self._contact)
        self._add_keys("ending", "pairing", self._ending, 10_000)
        self._add_keys("duty", "duty", self._duty, 10_000)
        self._add_keys("signature", "assessment", self._signature)
        for key, offset in zip(MENTEE_KEYS, (0, ORGANISATION_OFFSET), strict=True):
            self._add_keys(f"assessment_{key}", key, self._unassessed, offset=offset)
            unpaired = partial(self._unpaired, key)
            self._add_keys(f"unpaired_{key}", key, unpaired, 100_000, offset)

    def keys(self, name: str) -> list[int]:
        """Return the sort keys of a list, complete and in order."""
        days = {"duty": self.period.due_days, "ending": self.period.ending_days}.get(name)
        beyond = math.inf if days is None else (self.today + days + 1) * 10_000
        columns = (self.columns[column] for column in KEY_COLUMNS[name])
        found = (key for column in columns for key in column if isinstance(key, int))
        return sorted(key for key in found if key < beyond)

    def rows_used(self, name: str) -> int:
        """Return the 1-based number of the last row with a day, readable or not; 1 without any."""
        days = enumerate(self._days(f"{name}_day"), 1)
        return max((number for number, serial in days if serial != BLANK_DAY), default=1)

    def entries_of_month(self) -> tuple[int, int]:
        """Return the 1-based numbers of the first and last log entry from the 1st to today."""
        first = day_number(self.period.month_start)
        days = enumerate(self._days("log_day"), 1)
        numbers = [number for number, serial in days if first <= serial <= self.today]
        return min(numbers, default=1), max(numbers, default=1)

    def not_counted(self) -> dict[str, int]:
        """Return by sheet key how many cells with a day are not counted."""
        counts = dict.fromkeys(DATED_KEYS, 0)
        for name, (key, _) in DAY_FIELDS.items():
            days = self._days(f"{name}_day")
            counts[key] += days.count(UNREADABLE_DAY)
            if name in RECORDS:
                counts[key] += sum(serial > self.today for serial in days)
        return counts

    # --- the columns ---

    def _read(self, key: str) -> Sequence[RowValues]:
        return self.rows[key][: rows_read(key)]

    def _add_codes(self) -> None:
        pairings = self._read("pairing")
        self.columns["log_codes"] = [
            f"、{typed.translate(_BETWEEN)}、" if typed else ""
            for row in self._read("log")
            for typed in [text_of(row, "pairing_ids")]
        ]
        self.columns["closed"] = [
            "-" if runs(row) else text_of(row, "pairing_id") for row in pairings
        ]
        self.columns["mentee"] = [code_of(text_of(row, "mentee_id")) for row in pairings]
        self.columns["running"] = [
            int(runs(row) and text_of(row, "mentee_id") != "") for row in pairings
        ]
        self.columns["completed"] = [
            code_of(text_of(row, "pairing_id")) if text_of(row, "conclusion") else ""
            for row in self._read("completion")
        ]

    def _days(self, name: str) -> list[int]:
        return self.columns[name]  # type: ignore[return-value]

    def _day(self, name: str, row: int) -> int:
        return self._days(f"{name}_day")[row]

    def _add_keys(
        self,
        name: str,
        key: str,
        order: Callable[[int, RowValues], int | None],
        factor: int = 1,
        offset: int = 0,
    ) -> None:
        """Add a column of sort keys: what `order` returns × factor + the row; "" for None."""
        orders = [order(number, row) for number, row in enumerate(self._read(key))]
        self.columns[name] = [
            "" if value is None else value * factor + row + offset
            for row, value in enumerate(orders, FIRST_ROW)
        ]

    # --- the lists ---

    def _contacts_of_month(self) -> Counter[str]:
        """Return the log entries from the 1st to today by pairing code."""
        first = day_number(self.period.month_start)
        contacts: Counter[str] = Counter()
        entries = zip(self._days("log_day"), self.columns["log_codes"], strict=True)
        for serial, codes in entries:
            if first <= serial <= self.today:
                contacts.update(set(str(codes).split("、")))
        del contacts[""]
        return contacts

    def _contact(self, number: int, row: RowValues) -> int | None:
        start, until, paused, resumed = (
            self._day(name, number) for name in ("paired", "until", "paused_from", "paused_to")
        )
        suspended = 0 < paused <= self.today and (resumed < 1 or resumed >= self.today)
        expected = (
            text_of(row, "status") == "帮带中"
            and start + self.period.grace_days <= self.today
            and (until < 1 or until >= self.today)
            and not suspended
        )
        made = self._contacts[text_of(row, "pairing_id")]
        return 0 if expected and made < self.period.contacts else None

    def _ending(self, number: int, row: RowValues) -> int | None:
        until = self._day("until", number)
        running = text_of(row, "status") == "帮带中" and until > 0
        wanted = running and not self._is_completed(row, until)
        return until if wanted else None

    def _is_completed(self, pairing: RowValues, until: int) -> bool:
        code = text_of(pairing, "pairing_id")
        about = until - self.period.ending_days
        return bool(code) and any(
            completed == code and (text_of(row, "conclusion") != "续帮" or assessed >= about)
            for completed, assessed, row in zip(
                self.columns["completed"],
                self._days("completion_day"),
                self._read("completion"),
                strict=True,
            )
        )

    def _duty(self, number: int, row: RowValues) -> int | None:
        due = self._day("duty", number)
        wanted = (
            due > 0
            and text_of(row, "progress") != "已完成"
            and code_of(text_of(row, "pairing_id")) not in self.columns["closed"]
        )
        return due if wanted else None

    def _signature(self, number: int, row: RowValues) -> int | None:
        wanted = self._day("assessment", number) > 0 and not text_of(row, "signed_on")
        return 0 if wanted else None

    def _assessed_codes(self) -> set[str]:
        """Return the mentees assessed in this period, up to today."""
        start = day_number(self.period.assessment_start)
        rows = zip(self._days("assessment_day"), self._read("assessment"), strict=True)
        return {
            code_of(text_of(row, "mentee_id")) for day, row in rows if start <= day <= self.today
        }

    def _unassessed(self, _: int, row: RowValues) -> int | None:
        code = text_of(row, "mentee_id")
        wanted = text_of(row, "status") == "帮带中" and (not code or code not in self._assessed)
        return 0 if wanted else None

    def _unpaired(self, key: str, number: int, row: RowValues) -> int | None:
        """Return the day since when a mentee waits for a mentor, if that is too long."""
        code, status = text_of(row, "mentee_id"), text_of(row, "status")
        if not (status == "待结对" or (status == "帮带中" and code)):
            return None
        pairings = [
            at for at, mentee in enumerate(self.columns["mentee"]) if code and mentee == code
        ]
        if any(self.columns["running"][at] for at in pairings):
            return None
        ends = [self._days("pairing_end")[at] for at in pairings]
        since = max([self._day(f"chosen_{key}", number), 0, *ends])
        return since if since and self.today - since > self.period.unpaired_days else None

    def _last_day(self, number: int) -> int:
        """Return the last day of a pairing that is over, 0 of one that runs."""
        row = self._read("pairing")[number]
        if runs(row):
            return 0
        until, ended = (self._day(name, number) for name in ("until", "ended"))
        if text_of(row, "status") == "终止":
            last = ended if ended > 0 else self._last_contact(number)
            return last if until < 1 or ended > 0 else min(last, until)
        return max(0, until)

    def _last_contact(self, number: int) -> int:
        """Return the day of the last log entry that names a pairing, else 结对日期."""
        named = f"、{self.columns['closed'][number]}、"
        days = (
            serial
            for serial, codes in zip(self._days("log_day"), self.columns["log_codes"], strict=True)
            if serial <= self.today and named in str(codes)
        )
        return max([0, self._day("paired", number), *days])


def text_of(row: RowValues, field: str) -> str:
    """Return a cell as text, "" for an error or a formula without a value."""
    value = row.get(field)
    return str(shown(value) or "") if not isinstance(value, FormulaError | Uncalculated) else ""


def runs(row: RowValues) -> bool:
    """Return whether a pairing runs: one without a status does."""
    return text_of(row, "status") in {"", "帮带中"}


KEY_COLUMNS = {
    **{name: (name,) for name in ("contact", "duty", "ending", "signature")},
    **{name: tuple(f"{name}_{key}" for key in MENTEE_KEYS) for name in ("assessment", "unpaired")},
}
"""The columns that hold the keys of each list."""

DAY_FIELDS: Mapping[str, tuple[str, str]] = {
    "log": ("log", "date"),
    "duty": ("duty", "due_on"),
    "assessment": ("assessment", "assessed_on"),
    "paired": ("pairing", "paired_on"),
    "until": ("pairing", "until"),
    "paused_from": ("pairing", "paused_from"),
    "paused_to": ("pairing", "paused_to"),
    "ended": ("pairing", "ended_on"),
    "completion": ("completion", "assessed_on"),
    **{f"chosen_{key}": (key, "chosen_on") for key in MENTEE_KEYS},
}
"""The columns of days the page reads: name → sheet and field."""

RECORDS = ("log", "assessment")
"""The columns of days that count up to today only."""

DATED_KEYS = tuple(dict.fromkeys(key for key, _ in DAY_FIELDS.values()))
"""The sheets with these columns."""


def rows_read(key: str) -> int:
    """Return how many rows of a sheet the page reads."""
    return LONG_ROWS if key in {"log", "duty", "assessment"} else LISTED_ROWS

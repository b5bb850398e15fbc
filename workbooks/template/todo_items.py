"""Compute what 本周待办 lists as its native formulas compute it.

The workbook counts by itself in Excel, WPS and LibreOffice; these functions give the values the
cells are saved with, so that viewers and readers that do not calculate show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from validators.normalise import split_words
from validators.settings import settings_list
from workbooks.ooxml.dates import day_number
from workbooks.template.layout import FIRST_ROW, LISTED_ROWS, LedgerRows, RowValues, code_of, shown

DUE_DAYS, ENDING_DAYS = 7, 30
LISTED = 12
"""Lines each list shows; the rest is counted."""
ORGANISATION_OFFSET = 10_000
"""Added to the row of an organisation in lists that also hold individuals."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days and numbers the reminders are counted by."""

    today: date
    month_start: date
    next_month: date
    assessment_start: date
    due_until: date
    ending_until: date
    unpaired_days: int
    contacts: int
    assessment_months: int

    @classmethod
    def of(cls, today: date, settings: Mapping[str, str]) -> Period:
        """Return the period around `today` under `settings` (Chinese name → value)."""
        months = max(1, number(settings, "assessment_months"))
        return cls(
            today=today,
            month_start=today.replace(day=1),
            next_month=date(today.year + today.month // 12, today.month % 12 + 1, 1),
            assessment_start=date(today.year, (today.month - 1) // months * months + 1, 1),
            due_until=today + timedelta(days=DUE_DAYS),
            ending_until=today + timedelta(days=ENDING_DAYS),
            unpaired_days=number(settings, "unpaired_days"),
            contacts=number(settings, "contacts_per_month"),
            assessment_months=months,
        )

    def rows_of_month(self, entries: Sequence[RowValues]) -> list[int]:
        """Return the 1-based numbers of the log entries dated in this month."""
        return [
            number
            for number, entry in enumerate(entries, 1)
            if (day := _day(entry.get("date"))) is not None
            and self.month_start <= day < self.next_month
        ]


def number(settings: Mapping[str, str], field: str) -> int:
    """Return a whole-number setting, its default where the value is not a number."""
    entry = next(item for item in settings_list() if item.field == field)
    try:
        return int(float(settings.get(entry.name, entry.value)))
    except ValueError:
        return int(float(entry.value))


class Reminders:
    """The rows each list of 本周待办 holds, as sort keys whose last digits are worksheet rows."""

    def __init__(self, rows: LedgerRows, period: Period) -> None:
        self.rows = rows
        self.period = period
        self.closed_codes = [self._closed(row) for row in self._listed("pairing")]
        self.uncontacted = self._uncontacted()
        self.unassessed = {
            key: [self._unassessed(row) for row in self._listed(key)]
            for key in ("individual", "organisation")
        }

    def keys(self) -> dict[str, list[int]]:
        """Return the sort keys of each list by its name, complete and in order."""
        return {
            "contact": [n for n, due in enumerate(self.uncontacted, FIRST_ROW) if due == 1],
            "duty": self._duties(),
            "assessment": self._unassessed_rows(),
            "ending": self._ending(),
            "unpaired": self._unpaired("individual", 0)
            + self._unpaired("organisation", ORGANISATION_OFFSET),
            "signature": self._unsigned(),
        }

    def _listed(self, key: str) -> tuple[RowValues, ...]:
        return self.rows[key][:LISTED_ROWS]

    @staticmethod
    def _closed(row: RowValues) -> str:
        running = row.get("status") in {None, "", "帮带中"}
        return "-" if running else str(shown(row.get("pairing_id")) or "")

    def _uncontacted(self) -> list[int | str]:
        """Return 1 for a running pairing without its contacts this month, 0 with, "" otherwise."""
        counts = self._contacts()
        return [
            int(counts[code_of(row.get("pairing_id"))] < self.period.contacts)
            if self._expects_contact(row)
            else ""
            for row in self._listed("pairing")
        ]

    def _contacts(self) -> Counter[str]:
        """Return the log entries of this month by pairing code."""
        contacts: Counter[str] = Counter()
        entries = self.rows["log"]
        for position in self.period.rows_of_month(entries):
            typed = str(shown(entries[position - 1].get("pairing_ids")) or "")
            contacts.update({code_of(part) for part in split_words(typed)})
        del contacts[""]
        return contacts

    def _expects_contact(self, row: RowValues) -> bool:
        today = self.period.today
        start, end = _day(row.get("paired_on")), _day(row.get("until"))
        paused, resumed = _day(row.get("paused_from")), _day(row.get("paused_to"))
        suspended = paused is not None and paused <= today and (resumed is None or resumed >= today)
        return (
            row.get("status") == "帮带中"
            and (start is None or start <= today)
            and (end is None or end >= today)
            and not suspended
        )

    def _unassessed(self, row: RowValues) -> int | str:
        if row.get("status") != "帮带中":
            return ""
        code = code_of(row.get("mentee_id"))
        start = self.period.assessment_start
        assessed = any(
            code
            and code_of(entry.get("mentee_id")) == code
            and (day := _day(entry.get("assessed_on"))) is not None
            and day >= start
            for entry in self.rows["assessment"]
        )
        return int(not assessed)

    def _unassessed_rows(self) -> list[int]:
        offsets = {"individual": 0, "organisation": ORGANISATION_OFFSET}
        return [
            row + offsets[key]
            for key, due in self.unassessed.items()
            for row, flag in enumerate(due, FIRST_ROW)
            if flag == 1
        ]

    def _duties(self) -> list[int]:
        closed = set(self.closed_codes)
        return sorted(
            day_number(due) * 10_000 + row
            for row, duty in enumerate(self.rows["duty"], FIRST_ROW)
            if (due := _day(duty.get("due_on"))) is not None
            and due <= self.period.due_until
            and duty.get("progress") != "已完成"
            and code_of(duty.get("pairing_id")) not in closed
        )

    def _ending(self) -> list[int]:
        return sorted(
            day_number(until) * 10_000 + row
            for row, pairing in enumerate(self._listed("pairing"), FIRST_ROW)
            if pairing.get("status") == "帮带中"
            and (until := _day(pairing.get("until"))) is not None
            and until <= self.period.ending_until
        )

    def _unpaired(self, key: str, offset: int) -> list[int]:
        return sorted(
            day_number(chosen) * 100_000 + row + offset
            for row, mentee in enumerate(self._listed(key), FIRST_ROW)
            if mentee.get("status") == "待结对"
            and (chosen := _day(mentee.get("chosen_on"))) is not None
            and (self.period.today - chosen).days > self.period.unpaired_days
        )

    def _unsigned(self) -> list[int]:
        return [
            row
            for row, entry in enumerate(self.rows["assessment"], FIRST_ROW)
            if _day(entry.get("assessed_on")) is not None and not entry.get("signed_on")
        ]


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None

"""Work out who is helped by whom, the contacts made, and the months in which they were owed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from tests.year.plain_rows import (
    FILE,
    Book,
    Row,
    code_of,
    codes_of,
    day_of,
    days_from,
    month_of,
    shifted,
)

SEEKING = {"待结对", "帮带中"}
RECOMMENDED = ("帮带作用", "帮带方法", "记录人")


class Contact(NamedTuple):
    """One log entry for one pairing it names; `order` is its place in the log."""

    day: date
    order: int
    entry: Row


class Month(NamedTuple):
    """A full month a pairing owed contacts in: owed, made, and made by complete entries."""

    first: date
    owed: int
    made: int
    complete: int


class Help:
    """The pairings of a ledger as of one day."""

    def __init__(self, book: Book, as_of: date) -> None:
        self.book = book
        self.as_of = as_of

    @cached_property
    def mentees(self) -> dict[str, Row]:
        """Return individuals, then organisations, by ID."""
        rows = [*self.book.rows("个人对象"), *self.book.rows("组织对象")]
        return {row["对象编号"]: row for row in rows}

    @cached_property
    def mentors(self) -> dict[str, Row]:
        """Return the pool in ID order."""
        rows = sorted(self.book.rows("导师库"), key=lambda row: row["导师编号"])
        return {row["导师编号"]: row for row in rows}

    def mentor_name(self, code: str) -> str:
        """Return a mentor's name, the ID of one of another township."""
        return self.mentors[code]["姓名"] if code in self.mentors else code

    @cached_property
    def pairings(self) -> dict[str, Row]:
        """Return the pairings by ID, in sheet order."""
        return {row["结对编号"]: row for row in self.book.rows("结对台账")}

    @cached_property
    def of_mentee(self) -> dict[str, list[Row]]:
        """Return the pairings of each mentee in sheet order."""
        found = defaultdict(list)
        for row in self.pairings.values():
            found[code_of(row["对象编号"])].append(row)
        return found

    @cached_property
    def of_mentor(self) -> dict[str, list[Row]]:
        """Return the pairings of each mentor that began by the day, by day and ID."""
        found = defaultdict(list)
        for row in sorted(
            self.pairings.values(), key=lambda row: (row["结对日期"], row["结对编号"])
        ):
            if row["结对日期"] <= self.as_of:
                found[code_of(row["导师编号"])].append(row)
        return found

    def running(self, mentee: str) -> list[Row]:
        """Return a mentee's pairings in force."""
        return [row for row in self.of_mentee[mentee] if row["状态"] == "帮带中"]

    def settled(self, mentee: str) -> list[Row]:
        """Return those of them whose grace is over."""
        return [
            row
            for row in self.running(mentee)
            if row["结对日期"] + timedelta(self.book.number("新结对宽限天数", row[FILE]))
            <= self.as_of
        ]

    def seeking(self) -> list[str]:
        """Return the mentees 待结对 or 帮带中."""
        return [code for code, row in self.mentees.items() if row["状态"] in SEEKING]

    # --- contacts ---

    @cached_property
    def contacts(self) -> dict[str, list[Contact]]:
        """Return each pairing's contacts, by day, then in the order of the log."""
        found = defaultdict(list)
        for order, entry in enumerate(self.book.rows("工作日志")):
            day = day_of(entry["日期"])
            if day is not None and day <= self.as_of:
                for code in codes_of(entry["结对编号"]):
                    found[code].append(Contact(day, order, entry))
        return {code: sorted(some, key=lambda one: one[:2]) for code, some in found.items()}

    def contacts_of(self, pairing: Row) -> list[Contact]:
        """Return a pairing's contacts."""
        return self.contacts.get(pairing["结对编号"], [])

    def last_day(self, pairing: Row) -> date:
        """Return the last day of a pairing: 终止日期, or the last day it is known to have run."""
        if pairing["状态"] != "终止":
            return pairing["期满日期"]
        if pairing.get("终止日期"):
            return pairing["终止日期"]
        days = [contact.day for contact in self.contacts_of(pairing)]
        return min(max(days, default=pairing["结对日期"]), pairing["期满日期"])

    def pauses_on(self, pairing: Row, day: date) -> bool:
        """Return whether a pairing pauses on a day; a pause without an end lasts."""
        start = pairing.get("暂停起")
        return bool(start) and start <= day <= (pairing.get("暂停止") or self.last_day(pairing))

    def latest_month(self) -> date:
        """Return the last month that is over."""
        return shifted(month_of(self.as_of), -1)

    def owed_months(self, pairing: Row, until: date) -> list[date]:
        """Return the months that begin by a day and in which a pairing owes contacts."""
        file = pairing[FILE]
        grace = timedelta(self.book.number("新结对宽限天数", file))
        exempt = [
            tuple(date.fromisoformat(day) for day in span.split("至"))
            for span in self.book.words("免计时段", file)
        ]
        days = Counter(
            month_of(day)
            for day in days_from(pairing["结对日期"] + grace, self.last_day(pairing))
            if not self.pauses_on(pairing, day)
            and not any(first <= day <= last for first, last in exempt)
        )
        least = self.book.number("计入联系的最少天数", file)
        return sorted(month for month, count in days.items() if count >= least and month <= until)

    def months(self, pairing: Row) -> list[Month]:
        """Return the full months a pairing owed contacts in, the earliest first."""
        contacts = self.contacts_of(pairing)
        made = Counter(month_of(contact.day) for contact in contacts)
        complete = Counter(
            month_of(contact.day)
            for contact in contacts
            if all(contact.entry.get(heading) for heading in RECOMMENDED)
        )
        owed = int(self.book.number("每月联系次数", pairing[FILE]))
        return [
            Month(month, owed, made[month], complete[month])
            for month in self.owed_months(pairing, self.latest_month())
        ]

    def still_owed(self, pairing: Row, until: date) -> int:
        """Return the contacts a pairing is still to make from this month to that of a day."""
        made = Counter(month_of(contact.day) for contact in self.contacts_of(pairing))
        owed = int(self.book.number("每月联系次数", pairing[FILE]))
        return sum(
            max(0, owed - made[month])
            for month in self.owed_months(pairing, until)
            if month >= month_of(self.as_of)
        )

    def silent_months(self, pairing: Row) -> list[date]:
        """Return the months in a row, up to the last one that is over, owed without a contact."""
        owed = {month.first: month for month in self.months(pairing)}
        silent: list[date] = []
        month = self.latest_month()
        while month in owed and not owed[month].made:
            silent.insert(0, month)
            month = shifted(month, -1)
        return silent

    @cached_property
    def doubtful(self) -> dict[str, list[Row]]:
        """Return the entries of each pairing whose day cannot be read or is still to come."""
        found = defaultdict(list)
        for entry in self.book.rows("工作日志"):
            day = day_of(entry["日期"])
            if day is None or day > self.as_of:
                for code in codes_of(entry["结对编号"]):
                    found[code].append(entry)
        return found

    def unplaced(self, file: str) -> int:
        """Return how many such entries of a ledger name no pairing it knows."""
        known = {code for code, row in self.pairings.items() if row[FILE] == file}
        return sum(
            entry[FILE] == file
            and ((day := day_of(entry["日期"])) is None or day > self.as_of)
            and known.isdisjoint(codes_of(entry["结对编号"]))
            for entry in self.book.rows("工作日志")
        )

    # --- the rest of the records ---

    def assessments(self, mentee: str) -> list[Row]:
        """Return a mentee's assessments up to the day, by day, then in sheet order."""
        rows = [
            row
            for row in self.book.rows("成长评价")
            if code_of(row["对象编号"]) == mentee and row["评价日期"] <= self.as_of
        ]
        return sorted(rows, key=lambda row: row["评价日期"])

    def daily_assessments(self, mentee: str) -> list[Row]:
        """Return a mentee's assessments, the last row of each day."""
        return list({row["评价日期"]: row for row in self.assessments(mentee)}.values())

    def completions(self, pairing: Row) -> list[Row]:
        """Return a pairing's end-of-period assessments up to the day, in sheet order."""
        return [
            row
            for row in self.book.rows("期满考核")
            if code_of(row["结对编号"]) == pairing["结对编号"] and row["考核日期"] <= self.as_of
        ]

    def final(self, pairing: Row) -> Row | None:
        """Return the last of them; the worse of one day."""
        return last_of(self.completions(pairing))

    def is_concluded(self, pairing: Row) -> bool:
        """Return whether the period of a pairing is assessed: 续帮 concludes the one before it only.

        An assessment more than a quarter of a period before the end belongs to the period before.
        """
        final = self.final(pairing)
        days = 30 * self.book.number("帮带周期", pairing[FILE]) / 4
        before = final and (pairing["期满日期"] - final["考核日期"]).days > days
        return final is not None and not (final["结论"] == "续帮" and before)

    def steps(self, mentee: str) -> list[Row]:
        """Return a mentee's conversions up to the day, by day."""
        rows = [
            row
            for row in self.book.rows("培养转化")
            if code_of(row["对象编号"]) == mentee and row["日期"] <= self.as_of
        ]
        return sorted(rows, key=lambda row: row["日期"])

    def misconduct(self, person: str, first: date) -> list[Row]:
        """Return a person's 负面情形 from a day on, the oldest first."""
        rows = [
            row
            for row in self.book.rows("负面情形")
            if code_of(row["编号"]) == person and first <= row["日期"] <= self.as_of
        ]
        return sorted(rows, key=lambda row: row["日期"])


def last_of(completions: list[Row]) -> Row | None:
    """Return the last of some end-of-period assessments; the worse of one day."""
    return max(completions, key=lambda row: (row["考核日期"], -row["得分"]), default=None)

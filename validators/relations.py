"""The relations between the rows of a ledger: references, pairings, decisions, the same person.

Rules and computations share these questions. A pairing is in force while its 状态 says so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from validators.columns import Column
from validators.findings import as_typed
from validators.identity import same_unit
from validators.ledger import Ledger, Table
from validators.normalise import person_key, split_words
from validators.settings import Settings
from validators.sheets import (
    CompletionRow,
    ConversionRow,
    ExchangeRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
    model_for,
)
from validators.vocabulary import Conclusion, Mode, PairingStatus, Rating, Source

# --- what IDs refer to ---


class Dangling(NamedTuple):
    """A cell whose IDs do not all stand in the sheets its column refers to.

    Attributes:
        row: The cell's row in its table.
        codes: The IDs that stand nowhere, as the clerk should read them.
        own: Whether they are the ledger's own unit's IDs, or of an unknown unit.
    """

    row: int
    codes: str
    own: bool


def dangling(ledger: Ledger, table: Table[Any], column: Column) -> Iterator[Dangling]:
    """Yield the cells of `column` that name an ID which stands nowhere.

    A workbook whose target sheets are missing, or lack their ID column, has one finding for that;
    it has no other one for every row that refers to them. Nor has it one for an ID that may stand
    in a cell nobody can read: that cell has its own. Such an ID follows the others at most.
    """
    keys = column.refers.keys if column.refers else ()
    known = {code for key in keys for code in ledger.tables[key].by_id}
    for start, part in table.starts():
        typed = part.columns.get(column.field)
        if typed is None or not all(_has_ids(ledger, part.file, key) for key in keys):
            continue
        missing: dict[int, tuple[str, ...]] = {}
        for index, value in enumerate(typed.values):
            codes = (value,) if isinstance(value, str) else value or ()
            if lost := tuple(code for code in codes if code not in known):
                missing[index] = lost
        unit = ledger.unit_codes[part.file]
        lost_codes = {*chain(*missing.values())}
        unread = _unread_ids(ledger, part.file, keys) if missing else 0
        if len(lost_codes) <= unread and _last_number(lost_codes) <= _last_number(known) + unread:
            continue
        for row, index in typed.rows_with({*missing}):
            codes = missing[index]
            several = isinstance(typed.values[index], tuple)
            shown = "、".join(codes) if several else as_typed(typed.cells.values[index])
            yield Dangling(start + row, shown, same_unit(codes[0], unit))


def _unread_ids(ledger: Ledger, file: str, keys: tuple[str, ...]) -> int:
    """Return how many cells of a workbook's ID columns hold something that is no ID."""
    parts = (part for key in keys for part in ledger.tables[key].parts if part.file == file)
    columns = (part.columns.get(model_for(part.key).sheet.id_field or "") for part in parts)
    return sum(
        len(typed.rows_with(index for index in typed.problems if typed.values[index] is None))
        for typed in columns
        if typed
    )


def _last_number(codes: Iterable[str]) -> int:
    """Return the largest number at the end of IDs, 0 for none."""
    return max((int(code.rpartition("-")[2]) for code in codes), default=0)


def _has_ids(ledger: Ledger, file: str, key: str) -> bool:
    id_field = model_for(key).sheet.id_field
    return any(part.file == file and id_field in part.columns for part in ledger.tables[key].parts)


def mentee_places(ledger: Ledger) -> dict[str, tuple[Table[Any], int]]:
    """Return table and row of every mentee by ID; whose row a repeated ID is, nobody knows."""
    return {
        code: (table, index)
        for table in (ledger.table(OrganisationRow), ledger.table(IndividualRow))
        for code, index in table.by_single_id.items()
    }


def is_prepared(completions: Table[CompletionRow], row: int) -> bool:
    """Return whether a row of 期满考核 is only prepared: nothing is typed of its result yet."""
    return all(
        completions.has_cell(row, name) and completions.raw(row, name) is None
        for name in ("assessed_on", "score", "conclusion")
    )


def undated_steps(conversions: Table[ConversionRow]) -> set[str]:
    """Return the mentees whose conversions cannot be put in order: a date is unreadable."""
    steps = conversions.columns("mentee_id", "date")
    return {mentee for mentee, day in steps if mentee and day is None}


# --- who is paired with whom ---


def running(ledger: Ledger) -> Iterator[tuple[int, str, str]]:
    """Yield (row, mentor ID, mentee ID) of every pairing in force."""
    table = ledger.table(PairingRow)
    for index, (mentor, mentee, status) in enumerate(
        table.columns("mentor_id", "mentee_id", "status")
    ):
        if status is PairingStatus.RUNNING and mentor and mentee:
            yield index, mentor, mentee


@dataclass(slots=True)
class Doubt:
    """How many more running pairings people may have: those with an unreadable ID or status.

    Attributes:
        known: Such pairings by the ID that is readable.
        mentors: Those whose mentor is unreadable.
        mentees: Those whose mentee is unreadable.
    """

    known: Counter[str] = field(default_factory=Counter)
    mentors: int = 0
    mentees: int = 0

    def of_mentor(self, mentor: str) -> int:
        """Return how many more mentees `mentor` may have."""
        return self.known[mentor] + self.mentors

    def of_mentee(self, mentee: str) -> int:
        """Return how many more mentors `mentee` may have."""
        return self.known[mentee] + self.mentees


def doubtful(ledger: Ledger) -> Doubt:
    """Count the pairings that may run although they cannot be read."""
    table, doubt = ledger.table(PairingRow), Doubt()
    if not any({"mentor_id", "mentee_id", "status"} <= part.columns.keys() for part in table.parts):
        return Doubt(mentors=1, mentees=1)
    for mentor, mentee, status in table.columns("mentor_id", "mentee_id", "status"):
        if status not in {PairingStatus.RUNNING, None} or (mentor and mentee and status):
            continue
        doubt.known.update(code for code in (mentor, mentee) if code)
        doubt.mentors += mentor is None
        doubt.mentees += mentee is None
    return doubt


def running_by_mentee(ledger: Ledger) -> dict[str, list[int]]:
    """Return the rows of the running pairings of each mentee."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, _, mentee in running(ledger):
        rows[mentee].append(index)
    return rows


def running_individuals(ledger: Ledger) -> dict[str, list[int]]:
    """Return the rows of each mentor's running pairings with individuals."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, mentor, mentee in running(ledger):
        if mentee.startswith("G"):
            rows[mentor].append(index)
    return rows


def usual_load(ledger: Ledger, mentor: str, settings: Settings) -> float:
    """Return how many individuals a mentor should have: 可带人数, else what 参数 says; never more than the limit."""
    table = ledger.table(MentorRow)
    at = table.by_single_id.get(mentor)
    capacity = None if at is None else table.column("capacity")[at]
    usual = settings.load_warning if capacity is None else capacity
    return min(usual, settings.load_limit)


def mode_contradiction(mode: Mode, mentees: tuple[int, int], mentors: tuple[int, int]) -> str:
    """Return how the pairings in force contradict a mode, "" where they may fit it.

    Args:
        mode: The mode that was entered.
        mentees: How many mentees the mentor has, and how many more there may be.
        mentors: How many mentors the mentee has, and how many more there may be.
    """
    one_mentee, many_mentees = mentees[0] == 1, sum(mentees) > 1
    one_mentor, many_mentors = mentors[0] == 1, sum(mentors) > 1
    fits = {
        Mode.ONE_TO_ONE: one_mentee and one_mentor,
        Mode.ONE_TO_MANY: many_mentees and one_mentor,
        Mode.MANY_TO_ONE: many_mentors,
        Mode.TEAM: many_mentees and many_mentors,
        Mode.GROUP: many_mentors,
    }
    return "" if fits[mode] else f"导师正帮带 {mentees[0]} 个对象，对象有 {mentors[0]} 名导师"


# --- what was decided on a pairing ---


class FinalCompletion(NamedTuple):
    """The last usable 期满考核 of a pairing; `row` is its row in the completions' table."""

    day: date
    row: int
    pairing_id: str
    rating: Rating
    conclusion: Conclusion

    def __str__(self) -> str:
        return f"{self.day} 期满考核（{self.pairing_id}）的结论是“{self.conclusion}”"

    def renews(self, until: date, months: int) -> bool:
        """Return whether a period that ends on `until` is the one this assessment renewed to."""
        return is_next_period(self.day, until, months)


def is_next_period(assessed_on: date, until: date, months: int) -> bool:
    """Return whether a period that ends on `until` is the one after that assessed on a day.

    An assessment stands near the end of the period it judges. A period that ends more than a
    quarter of `months`, the length of a period, after it is the next one already.
    """
    return 4 * (until - assessed_on).days > 30 * months


def rating_of(score: float, settings: Settings) -> Rating:
    """Return the rating a score stands for."""
    if score >= settings.excellent_score:
        return Rating.EXCELLENT
    return Rating.QUALIFIED if score >= settings.qualified_score else Rating.UNQUALIFIED


def final_completions(
    ledger: Ledger, settings: Settings, as_of: date
) -> dict[str, FinalCompletion]:
    """Return the last 期满考核 up to a day of every pairing whose ID stands once.

    A row is usable if day, score and conclusion are readable and agree: the rating is that of the
    score or blank, and nobody unqualified graduates. Of several on one day the lowest score counts.
    """
    table = ledger.table(CompletionRow)
    pairings = ledger.table(PairingRow).by_single_id
    names = ("pairing_id", "assessed_on", "score", "rating", "conclusion")
    usable: dict[str, list[tuple[date, float, int, Conclusion]]] = defaultdict(list)
    for row, (code, day, score, rating, conclusion) in enumerate(table.columns(*names)):
        if code not in pairings or None in (day, score, conclusion) or day > as_of:
            continue
        right = rating_of(score, settings)
        blank = rating is None and table.raw(row, "rating") is None
        contradictory = right is Rating.UNQUALIFIED and conclusion is Conclusion.GRADUATE
        if (blank or rating is right) and not contradictory:
            usable[code].append((day, -score, row, conclusion))
    finals = {code: max(listed, key=lambda item: item[:3]) for code, listed in usable.items()}
    return {
        code: FinalCompletion(day, row, code, rating_of(-negative, settings), conclusion)
        for code, (day, negative, row, conclusion) in finals.items()
    }


def renewed_again(ledger: Ledger) -> set[int]:
    """Return the rows of pairings whose mentor and mentee have a later pairing, too."""
    table = ledger.table(PairingRow)
    rows = list(table.columns("mentor_id", "mentee_id", "paired_on"))
    last: dict[tuple[str, str], date] = {}
    for mentor, mentee, day in rows:
        if mentor and mentee and day:
            last[mentor, mentee] = max(day, last.get((mentor, mentee), day))
    return {
        row
        for row, (mentor, mentee, day) in enumerate(rows)
        if day and last.get((mentor, mentee), day) > day
    }


# --- who is the same person ---

PEOPLE = (MentorRow, IndividualRow)

_OF_PERSON = ("name", "gender", "born", "remark", "village")
COMPARED_FIELDS: dict[type[Row], frozenset[str]] = {
    MentorRow: frozenset({"mentor_id", "capacity", *_OF_PERSON}),
    IndividualRow: frozenset({"mentee_id", *_OF_PERSON}),
    OrganisationRow: frozenset({"mentee_id", "name", "village"}),
    PairingRow: frozenset({"pairing_id", "mentor_id", "mentee_id", "mode", "status"}),
}
"""All that rules which compare workbooks, and whoever looks up a name, read of who helps whom."""


_APART = re.compile(r"(?:不是|并非|非)同一人")


def person_keys(table: Table[Any]) -> list[tuple[str, str, date] | None]:
    """Return 姓名 + 性别 + 出生年月 of every row, None where one is missing or 备注 tells namesakes apart."""
    return [
        (person_key(name), gender, born)
        if name and gender and born and not (remark and _APART.search(str(remark)))
        else None
        for name, gender, born, remark in table.columns("name", "gender", "born", "remark")
    ]


def people_in(typed: str) -> set[str]:
    """Return the keys of the people a cell names; "朱 晓明" may be one person or two."""
    names = {*split_words(typed), *re.split(r"[、,，;；\n]", typed)}
    return {person_key(name) for name in names} - {""}


def months_between(start: date, end: date) -> int:
    """Return full months from `start` to `end`."""
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


def years_between(start: date, end: date) -> int:
    """Return full years from `start` to `end`; negative where `end` is earlier."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def is_published(table: Table[Any], row: int) -> bool:
    """Return whether a row is an exchange post a superior sent down: its ID is the superior's."""
    sent_down = {Source.COUNTY, Source.CITY}
    return table.key == ExchangeRow.sheet.key and table.column("origin")[row] in sent_down

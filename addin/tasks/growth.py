"""成长档案: one file per mentee, from baseline to now (一人一册).

A mentee's contacts are those of all its pairings, running or over, so that the figures of all
mentees add up to the log's; a visit by two of its mentors is two. 现任导师 are those of running
pairings. The stage is that of the last conversion, else 培养阶段 as typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.tasks.assessed import Assessed, Scores, assessments
from addin.tasks.contacts import Contacts
from addin.tasks.duties import DutyState, progress
from addin.tasks.growth_record import Completed, Growth, Helper, Mentee
from addin.tasks.leaders import StageHistory, histories
from addin.tasks.organisations import OrganisationState, organisations
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    CompletionRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
)
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import Aspect

__all__ = ["growth"]


def growth(contacts: Contacts, duties: Iterable[DutyState] | None = None) -> tuple[Growth, ...]:
    """Return the file of every accepted mentee whose ID stands once: individuals first.

    Args:
        contacts: Of the ledger whose mentees are followed.
        duties: Where they are known already; counted if None.
    """
    gathered = _Gathered.of(contacts, progress(contacts) if duties is None else duties)
    ledger = contacts.ledger
    return tuple(
        gathered.growth_of(row, mentee)
        for model in (IndividualRow, OrganisationRow)
        for row, mentee in _mentees(ledger, model)
    )


def _mentees(
    ledger: Ledger, model: type[IndividualRow] | type[OrganisationRow]
) -> Iterator[tuple[int, Mentee]]:
    table = ledger.table(model)
    accepted, single = table.accepted(), table.by_single_id
    for row, record in enumerate(table.records()):
        if accepted[row] and record.mentee_id and single.get(record.mentee_id) == row:
            yield row, record


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is looked up by mentee or pairing."""

    contacts: Contacts
    settings: Settings
    series: Mapping[str, tuple[Assessed, ...]]
    helpers: Mapping[str, list[Helper]]
    duties: Mapping[str, list[DutyState]]
    histories: Mapping[str, StageHistory]
    organisations: Mapping[str, OrganisationState]
    completions: Mapping[str, list[Completed]]

    @classmethod
    def of(cls, contacts: Contacts, duties: Iterable[DutyState]) -> _Gathered:
        ledger, as_of, settings = contacts.ledger, contacts.as_of, contacts.settings
        by_pairing: dict[str, list[DutyState]] = defaultdict(list)
        for duty in duties:
            by_pairing[duty.pairing_id].append(duty)
        return cls(
            contacts,
            settings,
            assessments(ledger, as_of),
            _helpers(ledger),
            by_pairing,
            {one.mentee_id: one for one in histories(ledger, as_of)},
            {one.mentee_id: one for one in organisations(ledger, settings, as_of)},
            _completions(ledger, as_of),
        )

    def growth_of(self, row: int, mentee: Mentee) -> Growth:
        mentee_id = mentee.mentee_id or ""
        helpers = tuple(self.helpers.get(mentee_id, ()))
        codes = [one.pairing_id for one in helpers]
        days = [day for code in codes if (day := self.contacts.last_day(code))]
        baseline: Scores = tuple(getattr(mentee, name) for name in ASPECT_FIELDS)
        limit = self.settings.weak_at_most
        return Growth(
            mentee_id=mentee_id,
            mentee=mentee,
            row=row,
            weak=tuple(a for a, s in zip(Aspect, baseline, strict=True) if s and s <= limit),
            baseline=baseline,
            assessments=self.series.get(mentee_id, ()),
            helpers=helpers,
            contacts=sum(map(self.contacts.count, codes)),
            last_contact=max(days, default=None),
            duties=_in_order(self.duties.get(code, ()) for code in codes),
            history=self.histories.get(mentee_id),
            closing=self.organisations.get(mentee_id),
            completions=_in_order(self.completions.get(code, ()) for code in codes),
        )


def _in_order(lists: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(sorted((one for items in lists for one in items), key=lambda one: one.row))


def _helpers(ledger: Ledger) -> dict[str, list[Helper]]:
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    names, known = mentors.column("name"), mentors.by_single_id
    accepted, single = table.accepted(), table.by_single_id
    fields = ("pairing_id", "mentor_id", "mentee_id", "paired_on", "until", "status")
    found: dict[str, list[Helper]] = defaultdict(list)
    for row, (code, mentor, mentee, *facts) in enumerate(table.columns(*fields)):
        if accepted[row] and mentor and mentee and single.get(code) == row:
            name = (names[known[mentor]] if mentor in known else None) or mentor
            found[mentee].append(Helper(code, row, mentor, name, *facts))
    return found


def _completions(ledger: Ledger, as_of: date) -> dict[str, list[Completed]]:
    table = ledger.table(CompletionRow)
    names = ("pairing_id", "assessed_on", "score", "rating", "conclusion")
    found: dict[str, list[Completed]] = defaultdict(list)
    rows = zip(table.accepted(), table.columns(*names), strict=True)
    for row, (accepted, (pairing, day, *facts)) in enumerate(rows):
        if accepted and pairing and day and day <= as_of:
            found[pairing].append(Completed(day, row, pairing, *facts))
    return found

"""What a confirmation writes into the ledger: pairings, duties, appointments, and what follows from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from addin.actions.generated_sheets import numbered, old_rows
from addin.actions.pair import DRAFT_KEY
from addin.domain.duties import aspects_to_work_on, new_duties
from addin.domain.months import add_months
from addin.domain.numbering import Numbering
from addin.domain.pairing.adoption import (
    Adoption,
    Verdict,
    changed_modes,
    judge,
    modes_of,
    path_of,
    shared_aspects,
)
from validators.ledger import Ledger, Table
from validators.relations import mentee_places, running
from validators.settings import Settings
from validators.sheets import DutyRow, DutyTemplateRow, MentorRow, PairingRow, SuggestionRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, MenteeStatus, Mode, PairingPath, PairingStatus
from workbooks.papers.certificates import certificate_numbers
from workbooks.papers.content import Appointment
from workbooks.updates import SheetUpdate, UpdateRow

# SECTION Which certificate the mentors of pairings get: its number and the term of the appointment.


class Term(NamedTuple):
    """One pairing of a mentor: its first and its last day."""

    mentor_id: str
    first: date
    last: date


def appointments(ledger: Ledger, terms: Sequence[Term]) -> Iterator[Appointment]:
    """Yield the certificate of every mentor of this ledger in some pairings, in ID order.

    A term that is not written yet spans the mentor's pairings, those that run included.

    Args:
        ledger: Whose mentors.
        terms: The pairings, whether the ledger has them already or not.
    """
    table, spans = ledger.table(MentorRow), _spans(ledger, terms)
    rows = list(table.columns("name", "certificate", "appointed_on", "appointed_until"))
    pool = []
    for code, index in sorted(table.by_single_id.items()):
        name, number, since, until = rows[index]
        if code in spans or number:
            first, last = spans.get(code, (date.max, date.max))
            appointment = Appointment(code, name or "", number or "", since or first, until or last)
            pool.append(appointment)
    wanted = {one.mentor_id for one in terms}
    # Proposed among all that are given, so that no number is given twice.
    for one, number in zip(pool, certificate_numbers(pool), strict=True):
        if one.mentor_id in wanted:
            yield replace(one, number=number)


def _spans(ledger: Ledger, terms: Iterable[Term]) -> dict[str, tuple[date, date]]:
    """Return the first and last day of everybody's pairings, those of `terms` and running ones."""
    written = list(ledger.table(PairingRow).columns("paired_on", "until"))
    found = [*terms, *((mentor, *written[index]) for index, mentor, _ in running(ledger))]
    days: dict[str, list[date]] = defaultdict(list)
    for mentor, since, until in found:
        days[mentor] += [day for day in (since, until) if day]
    return {mentor: (min(both), max(both)) for mentor, both in days.items() if both}


# SECTION What a confirmation writes into the ledger: pairings, duties, and what follows from them.


@dataclass(frozen=True, slots=True)
class NewPairing:
    """One pairing to be written into 结对台账."""

    pairing_id: str
    adoption: Adoption
    mode: Mode
    path: PairingPath
    paired_on: date
    until: date

    def as_row(self) -> dict[str, Any]:
        """Return its row by field."""
        return {
            "pairing_id": self.pairing_id,
            "mentor_id": self.adoption.mentor_id,
            "mentee_id": self.adoption.mentee_id,
            "mode": self.mode,
            "path": self.path,
            "paired_on": self.paired_on,
            "until": self.until,
            "score": self.adoption.score,
            "status": PairingStatus.RUNNING,
        }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirmation changes.

    Attributes:
        pairings: The new pairings.
        duties: Their duties as rows of 职责清单 by field.
        appointments: Certificates of this ledger's mentors of new pairings.
        refused: Why marked rows did not become pairings, in sentences.
        notes: What else changes, in sentences.
        updates: All changes of the workbook.
    """

    pairings: tuple[NewPairing, ...]
    duties: tuple[Mapping[str, Any], ...]
    appointments: tuple[Appointment, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    updates: tuple[SheetUpdate, ...]


def confirmation(
    ledger: Ledger, settings: Settings, as_of: date, generated: datetime
) -> Confirmation:
    """Turn the adopted rows of one township's 结对建议 into pairings from `as_of` on.

    Adopted rows leave 结对建议; pairings and duties get the next IDs; the mentees' 状态 becomes
    帮带中; a running pairing whose 结对方式 is no longer true gets the true one; a mentor without
    a certificate gets its number and the term of the appointment. Filled cells are not touched
    otherwise.

    Args:
        ledger: The ledger after validation.
        settings: Limits and the period.
        as_of: First day of the pairings.
        generated: 生成时间 of 结对建议.
    """
    verdict = judge(ledger, settings, as_of)
    numbering = Numbering(ledger, next(iter(ledger.unit_codes.values()), ""))
    pairings = tuple(_pairings(ledger, settings, as_of, verdict, numbering))
    duties = tuple(_duties(ledger, settings, pairings, numbering))
    given = tuple(appointments(ledger, [_term(one) for one in pairings]))
    modes = changed_modes(ledger, [_pair(one) for one in pairings])
    changes = (
        _suggestion_update(ledger, verdict, as_of, generated),
        _pairing_update(ledger, pairings, modes),
        *_mentee_updates(ledger, pairings, as_of),
        _mentor_update(ledger, given),
        SheetUpdate("duty", append=duties),
    )
    return Confirmation(
        pairings,
        duties,
        given,
        tuple(f"结对建议第 {row} 行：{reason}" for row, reason in verdict.refused),
        tuple(_notes(ledger, modes, given)),
        tuple(change for change in changes if change.rows is not None or _changes(change)),
    )


def _changes(update: SheetUpdate) -> bool:
    return bool(update.append or update.cells)


def _pair(one: NewPairing) -> tuple[str, str]:
    return one.adoption.mentor_id, one.adoption.mentee_id


def _term(one: NewPairing) -> Term:
    return Term(one.adoption.mentor_id, one.paired_on, one.until)


def _pairings(
    ledger: Ledger, settings: Settings, as_of: date, verdict: Verdict, numbering: Numbering
) -> Iterator[NewPairing]:
    until = add_months(as_of, settings.period_months) - timedelta(days=1)
    new = [(one.mentor_id, one.mentee_id) for one in verdict.adopted]
    facts = _Facts(verdict)
    together = {(mentor, mentee) for _, mentor, mentee in running(ledger)} | {*new}
    modes = modes_of(together, facts.villages)
    for one, pair in zip(verdict.adopted, new, strict=True):
        path = path_of(
            mentor_village=facts.villages.get(pair[0], ""),
            mentee_village=facts.villages.get(pair[1], ""),
            veteran=pair[0] in facts.veterans,
            newcomer=pair[1] in facts.newcomers,
        )
        yield NewPairing(numbering.next(PairingRow.sheet.key), one, modes[pair], path, as_of, until)


class _Facts:
    """What modes and paths follow from, by ID."""

    def __init__(self, verdict: Verdict) -> None:
        pools = verdict.intake.pools
        mentors = pools[0].mentors
        self.villages = dict(zip(mentors.ids, mentors.villages, strict=True))
        self.veterans = {
            code for code, is_one in zip(mentors.ids, mentors.veteran, strict=True) if is_one
        }
        self.newcomers: set[str] = set()
        for pool in pools:
            mentees = pool.mentees
            self.villages |= dict(zip(mentees.ids, mentees.villages, strict=True))
            self.newcomers |= {
                code for code, is_one in zip(mentees.ids, mentees.newcomer, strict=True) if is_one
            }


def _duties(
    ledger: Ledger, settings: Settings, pairings: tuple[NewPairing, ...], numbering: Numbering
) -> Iterator[Mapping[str, Any]]:
    """Yield the duties of every new pairing; a team shares its mentee's aspects."""
    table = ledger.table(DutyTemplateRow)
    templates = [row for row, taken in zip(table.records(), table.accepted(), strict=True) if taken]
    mentors, mentees = ledger.table(MentorRow), mentee_places(ledger)
    teams: dict[str, list[NewPairing]] = defaultdict(list)
    for one in pairings:
        teams[one.adoption.mentee_id].append(one)
    for mentee_id, team in teams.items():
        where, index = mentees[mentee_id]
        mentee = where.record(index)
        strengths = [_strengths(mentors, one.adoption.mentor_id) for one in team]
        shares = shared_aspects(aspects_to_work_on(mentee, settings), strengths)
        for one, aspects in zip(team, shares, strict=True):
            pairing = PairingRow.model_construct(**one.as_row())
            next_id = partial(numbering.next, DutyRow.sheet.key)
            yield from new_duties(pairing, mentee, templates, settings, next_id, aspects)


def _strengths(mentors: Table[MentorRow], mentor_id: str) -> dict[Aspect, int]:
    """Return the six scores of a mentor; none of another township's."""
    index = mentors.by_single_id.get(mentor_id)
    if index is None:
        return {}
    return {
        aspect: mentors.column(field)[index] or 0
        for aspect, field in zip(Aspect, ASPECT_FIELDS, strict=True)
    }


def _suggestion_update(
    ledger: Ledger, verdict: Verdict, as_of: date, generated: datetime
) -> SheetUpdate:
    gone, file = {one.row for one in verdict.adopted}, next(iter(ledger.unit_codes))
    rows = [
        UpdateRow({}, one.row)
        for one in old_rows(ledger, SuggestionRow, file, DRAFT_KEY)
        if one.row not in gone
    ]
    return SheetUpdate(
        SuggestionRow.sheet.key, rows=numbered(rows), as_of=as_of, generated=generated
    )


def _pairing_update(
    ledger: Ledger, pairings: tuple[NewPairing, ...], modes: Mapping[int, Mode]
) -> SheetUpdate:
    table = ledger.table(PairingRow)
    cells: dict[tuple[int, str], object] = {
        (table.place(row, "mode").row, "mode"): mode for row, mode in modes.items()
    }
    return SheetUpdate("pairing", append=tuple(one.as_row() for one in pairings), cells=cells)


def _mentee_updates(
    ledger: Ledger, pairings: tuple[NewPairing, ...], as_of: date
) -> Iterator[SheetUpdate]:
    """Yield the 状态 of every mentee who was waiting."""
    cells: dict[str, dict[tuple[int, str], object]] = {}
    places = mentee_places(ledger)
    for mentee_id in dict.fromkeys(one.adoption.mentee_id for one in pairings):
        table, index = places[mentee_id]
        if table.column("status")[index] != MenteeStatus.PAIRED.value:
            row = table.place(index, "status").row
            found = cells.setdefault(table.key, {})
            found[row, "status"] = MenteeStatus.PAIRED.value
            found[row, "status_since"] = as_of
    yield from (SheetUpdate(key, cells=changed) for key, changed in cells.items())


def _mentor_update(ledger: Ledger, given: tuple[Appointment, ...]) -> SheetUpdate:
    """Return what is blank of every certificate and term."""
    table = ledger.table(MentorRow)
    cells: dict[tuple[int, str], object] = {}
    for one in given:
        index = table.by_single_id[one.mentor_id]
        for field, value in (
            ("certificate", one.number),
            ("appointed_on", one.appointed_on),
            ("appointed_until", one.appointed_until),
        ):
            if table.raw(index, field) is None and value:
                cells[table.place(index, field).row, field] = value
    return SheetUpdate("mentor", cells=cells)


def _notes(
    ledger: Ledger, modes: Mapping[int, Mode], given: tuple[Appointment, ...]
) -> Iterator[str]:
    pairings, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    for row, mode in sorted(modes.items()):
        place = pairings.place(row, "mode")
        yield f"结对台账 {place.cell}：结对方式由“{place.value}”改为“{mode.value}”，与现在的结对一致"
    for one in given:
        index = mentors.by_single_id[one.mentor_id]
        if mentors.raw(index, "certificate") is None and one.number:
            place = mentors.place(index, "certificate")
            yield f"导师库 {place.cell or one.mentor_id}：{one.name}的聘书编号填为“{one.number}”"

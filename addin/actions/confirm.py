"""Confirm pairings: adopted suggestions become rows of 结对台账: `bangdai confirm`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from addin import clock
from addin.actions.generated_sheets import numbered, old_rows
from addin.actions.ledger_set import copy_ledger, read_ledgers
from addin.actions.papers import appointments, papers_of
from addin.domain.duties import aspects_to_work_on, new_duties
from addin.domain.months import add_months
from addin.domain.numbering import Numbering
from addin.domain.pairing.adoption import (
    AdoptionCheck,
    changed_modes,
    check_adoptions,
    shared_aspects,
)
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.relations import mentee_places
from validators.settings import Settings
from validators.sheets import DutyRow, DutyTemplateRow, MentorRow, PairingRow, SuggestionRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, MenteeStatus, Mode, PairingStatus
from workbooks.file_problems import refuse_existing
from workbooks.files import check_writable, replace_atomically
from workbooks.papers.content import Appointment
from workbooks.papers.workbook import write_papers
from workbooks.updates import SheetUpdate, UpdateRow, cell_updates

Pairings = tuple[PairingRow, ...]
_REPLACED = "更换导师"
"""终止原因 of a pairing whose mentee gets another mentor."""


@dataclass(frozen=True, slots=True)
class ConfirmResult:
    """What one confirmation did.

    Attributes:
        pairings: How many pairings were made.
        duties: How many duties were generated for them.
        refused: Why adopted rows did not become pairings, in sentences.
        notes: What else changed in the ledger, in sentences.
        out: The new ledger.
        papers: The workbook of certificates and agreements.
    """

    pairings: int
    duties: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    out: Path
    papers: Path


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

    pairings: Pairings
    duties: tuple[Mapping[str, Any], ...]
    appointments: tuple[Appointment, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    updates: tuple[SheetUpdate, ...]


def confirm_pairings(
    path: Path,
    out: Path,
    *,
    as_of: date,
    papers: Path | None = None,
    generated: datetime | None = None,
    replace: bool = False,
) -> ConfirmResult:
    """Move adopted suggestions into 结对台账 of a copy of the ledger, and write the papers.

    Args:
        path: A ledger whose 结对建议 the clerk has marked.
        out: The new ledger; it must not exist.
        as_of: The day of the confirmation.
        papers: The workbook of certificates, agreements and the ceremony list; next to `out`
            without one. It must not exist.
        generated: 生成时间; now if None.
        replace: Whether a mentee who wants one mentor and has one changes to the marked one.

    Raises:
        UsageError: Nothing is marked, or a target exists.
        WriteRefused: A target cannot be written.
        UnreadableWorkbook: The ledger cannot be read, or not be copied.
    """
    papers = papers or out.with_name(f"{out.stem}-结对材料.xlsx")
    for target in (out, papers):
        refuse_existing(target)
        check_writable(target)
    ledgers = read_ledgers(path, as_of=as_of)
    ledger, settings = ledgers.examined[0].ledger, ledgers.examined[0].settings
    now = generated or clock.now().replace(tzinfo=None)
    confirmed = confirm_adopted(ledger, settings, as_of, now, replace=replace)
    duties = (DutyRow.model_construct(**row) for row in confirmed.duties)
    content = papers_of(ledger, settings, confirmed.pairings, duties, confirmed.appointments, as_of)
    replace_atomically(papers, lambda draft: write_papers(draft, content))
    copy_ledger(ledgers, ledgers.examined[0], out, confirmed.updates)
    counts = len(confirmed.pairings), len(confirmed.duties)
    notes = (*ledgers.report.file_sentences, *confirmed.notes)
    return ConfirmResult(*counts, confirmed.refused, notes, out, papers)


def confirm_adopted(
    ledger: Ledger, settings: Settings, as_of: date, generated: datetime, *, replace: bool = False
) -> Confirmation:
    """Turn the adopted rows of one township's 结对建议 into pairings from `as_of` on.

    Adopted rows leave 结对建议; pairings and duties get the next IDs; the mentees' 状态 becomes
    帮带中; a running pairing whose 结对方式 is no longer true gets the true one; a mentor without
    a certificate gets its number and the term of the appointment. A pairing that is replaced is
    broken off on `as_of`. Filled cells are not touched otherwise.

    Args:
        ledger: The ledger after validation.
        settings: Limits and the period.
        as_of: First day of the pairings.
        generated: 生成时间 of 结对建议.
        replace: Whether a mentee who wants one mentor and has one changes to the marked one.

    Raises:
        UsageError: No row is adopted, or none can become a pairing.
    """
    check = check_adoptions(ledger, settings, as_of, replace=replace)
    refused = tuple(f"结对建议第 {row} 行：{reason}" for row, reason in sorted(check.refused))
    if refused and not check.adopted:
        raise UsageError("没有可以确认的结对：" + "；".join(refused), "请改正后重试")
    if not check.adopted:
        raise UsageError("“结对建议”表没有采纳或组织指定的行", "请先填写“采纳”列，再确认结对")
    numbering = Numbering(ledger, next(iter(ledger.unit_codes.values()), ""))
    pairings = tuple(_pairings(check, settings, as_of, numbering))
    duties = tuple(_duties(ledger, settings, pairings, numbering))
    certificates = tuple(appointments(ledger, pairings))
    new = [adoption.pair for adoption in check.adopted]
    modes = changed_modes(ledger, new, check.replaced)
    ended = tuple(check.replaced.values())
    updates = (
        _suggestion_update(ledger, check, as_of, generated),
        *_pairing_updates(ledger, pairings, modes, ended, as_of),
        *_mentee_updates(ledger, pairings, as_of),
        *_mentor_updates(ledger, certificates),
        SheetUpdate("duty", append=duties),
    )
    return Confirmation(
        pairings,
        duties,
        certificates,
        refused,
        tuple(_notes(ledger, modes, certificates, ended, as_of)),
        tuple(u for u in updates if u.rows is not None or u.append or u.cells),
    )


def _pairings(
    check: AdoptionCheck, settings: Settings, as_of: date, numbering: Numbering
) -> Iterator[PairingRow]:
    until = add_months(as_of, settings.period_months) - timedelta(days=1)
    for adoption in check.adopted:
        yield PairingRow.model_construct(
            pairing_id=numbering.next(PairingRow.sheet.key),
            mentor_id=adoption.mentor_id,
            mentor_name=adoption.mentor_name,
            mentee_id=adoption.mentee_id,
            mode=adoption.mode,
            path=adoption.path,
            paired_on=as_of,
            until=until,
            score=adoption.score,
            status=PairingStatus.RUNNING,
        )


def _duties(
    ledger: Ledger, settings: Settings, pairings: Pairings, numbering: Numbering
) -> Iterator[Mapping[str, Any]]:
    """Yield the duties of every new pairing; a team shares its mentee's aspects."""
    table = ledger.table(DutyTemplateRow)
    templates = table.accepted_records()
    mentors, mentees = ledger.table(MentorRow), mentee_places(ledger)
    next_id = partial(numbering.next, DutyRow.sheet.key)
    teams: dict[str, list[PairingRow]] = defaultdict(list)
    for pairing in pairings:
        teams[pairing.mentee_id].append(pairing)
    for mentee_id, team in teams.items():
        mentee_table, index = mentees[mentee_id]
        mentee = mentee_table.record(index)
        strengths = [_strengths(mentors, pairing.mentor_id) for pairing in team]
        shares = shared_aspects(aspects_to_work_on(mentee, settings), strengths)
        for pairing, aspects in zip(team, shares, strict=True):
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
    ledger: Ledger, check: AdoptionCheck, as_of: date, generated: datetime
) -> SheetUpdate:
    adopted, file = {adoption.row for adoption in check.adopted}, next(iter(ledger.unit_codes))
    rows = [
        UpdateRow({}, old.row)
        for old in old_rows(ledger, SuggestionRow, file)
        if old.row not in adopted
    ]
    return SheetUpdate(
        SuggestionRow.sheet.key, rows=numbered(rows), as_of=as_of, generated=generated
    )


def _pairing_updates(
    ledger: Ledger, pairings: Pairings, modes: Mapping[int, Mode], ended: Iterable[int], as_of: date
) -> list[SheetUpdate]:
    """Return the new pairings as rows, and what changes in the old ones."""
    table = ledger.table(PairingRow)
    cells: dict[tuple[int, str], object] = {(row, "mode"): mode for row, mode in modes.items()}
    for index in ended:
        cells[index, "status"] = PairingStatus.ENDED
        for field, value in (("ended_on", as_of), ("end_reason", _REPLACED)):
            if table.raw(index, field) is None:
                cells[index, field] = value
    rows = tuple(
        pairing.model_dump(exclude_unset=True, exclude={"mentor_name"}) for pairing in pairings
    )
    first, *others = sorted(cell_updates(table, cells), key=lambda update: update.tab) or [
        SheetUpdate("pairing")
    ]
    return [replace(first, append=rows), *others]


def _mentee_updates(ledger: Ledger, pairings: Pairings, as_of: date) -> Iterator[SheetUpdate]:
    """Yield the 状态 of every mentee who was waiting."""
    cells: dict[str, dict[tuple[int, str], object]] = defaultdict(dict)
    places = mentee_places(ledger)
    for mentee_id in dict.fromkeys(pairing.mentee_id for pairing in pairings):
        table, index = places[mentee_id]
        if table.column("status")[index] != MenteeStatus.PAIRED.value:
            cells[table.key][index, "status"] = MenteeStatus.PAIRED.value
            cells[table.key][index, "status_since"] = as_of
    for key, changed in cells.items():
        yield from cell_updates(ledger.tables[key], changed)


def _mentor_updates(ledger: Ledger, certificates: tuple[Appointment, ...]) -> list[SheetUpdate]:
    """Return what is blank of every certificate and term."""
    table = ledger.table(MentorRow)
    cells: dict[tuple[int, str], object] = {}
    for certificate in certificates:
        index = table.by_single_id[certificate.mentor_id]
        for field, value in (
            ("certificate", certificate.number),
            ("appointed_on", certificate.appointed_on),
            ("appointed_until", certificate.appointed_until),
        ):
            if table.raw(index, field) is None and value:
                cells[index, field] = value
    return cell_updates(table, cells)


def _notes(
    ledger: Ledger,
    modes: Mapping[int, Mode],
    certificates: tuple[Appointment, ...],
    ended: Iterable[int],
    as_of: date,
) -> Iterator[str]:
    pairings, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    for row in ended:
        place = pairings.place(row, "status")
        code = pairings.column("pairing_id")[row] or "该行结对"
        yield f"结对台账 {place.cell}：{code} 于 {as_of} 终止，原因“{_REPLACED}”"
    for row, mode in sorted(modes.items()):
        place = pairings.place(row, "mode")
        yield f"结对台账 {place.cell}：结对方式由“{place.value}”改为“{mode.value}”，与现在的结对一致"
    for certificate in certificates:
        index = mentors.by_single_id[certificate.mentor_id]
        if mentors.raw(index, "certificate") is None and certificate.number:
            place = mentors.place(index, "certificate")
            where = place.cell or certificate.mentor_id
            yield f"导师库 {where}：{certificate.name}的聘书编号填为“{certificate.number}”"

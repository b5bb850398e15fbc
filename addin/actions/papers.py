"""Print the papers of pairings, new ones or those that stand in 结对台账: `bangdai papers`.

The papers are the mentors' certificates (聘书), an agreement for every pairing, and the list for the
pairing ceremony.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from addin.actions.ledger_set import LedgerSet, check_target, identify, read_ledgers
from addin.domain.duties import aspects_to_work_on
from validators.divisions import unit_name
from validators.errors import UsageError
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.relations import mentee_places, running
from validators.settings import Settings
from validators.sheets import DutyRow, MentorRow, OrganisationRow, PairingRow, UnitRow
from workbooks.files import replace_atomically
from workbooks.papers.certificates import certificate_numbers
from workbooks.papers.content import FILE_KIND, Appointment, Duty, PairingPaper, Papers, Person
from workbooks.papers.workbook import write_papers


@dataclass(frozen=True, slots=True)
class PapersResult:
    """What was written.

    Attributes:
        pairings: IDs of the pairings with papers.
        left_out: Why wanted pairings have none, in sentences.
        out: The workbook.
    """

    pairings: tuple[str, ...]
    left_out: tuple[str, ...]
    out: Path

    @property
    def exit_code(self) -> int:
        """Return 1 if a wanted pairing has no papers, else 0."""
        return 1 if self.left_out else 0


def reprint(path: Path, out: Path, *, as_of: date, pairings: Collection[str] = ()) -> PapersResult:
    """Write the papers of pairings of the ledger in a file; see `print_papers`.

    Raises:
        UsageError: As `print_papers`; the ledger cannot be read.
        WriteRefused: `out` cannot be written.
    """
    check_target(out, FILE_KIND)
    return print_papers(read_ledgers(path, as_of=as_of), out, pairings=pairings)


def print_papers(ledgers: LedgerSet, out: Path, *, pairings: Collection[str] = ()) -> PapersResult:
    """Write certificates, agreements and the ceremony list of pairings as one workbook.

    Right after a confirmation they equal those the confirmation itself writes, except that the name
    of another township's mentor is no longer known.

    Args:
        ledgers: One ledger.
        out: The workbook; only one of papers is replaced.
        pairings: IDs of the wanted pairings; those of the latest 结对日期 if empty.

    Raises:
        UsageError: There are several ledgers, no such pairing, or none papers can be made of.
        WriteRefused: `out` cannot be written.
    """
    if len(ledgers.examined) != 1:
        raise UsageError("聘书与协议每次只能为一份乡镇台账生成", "请指定一份台账")
    check_target(out, FILE_KIND)
    ledger = ledgers.ledger
    known = dict.fromkeys(ledger.table(PairingRow).by_id, "")
    wanted = identify(pairings, known, "“结对台账”中没有结对", "J640402104-001")
    wanted = wanted or latest_pairings(ledger)
    usable = {row.pairing_id: row for row in _usable_pairings(ledger) if row.pairing_id in wanted}
    left_out = tuple(
        f"结对 {code} 未生成材料，该行或其对象的登记有错误，或编号重复"
        for code in wanted
        if code not in usable
    )
    if not usable:
        raise UsageError(
            "；".join(left_out) or "“结对台账”中尚无结对", "请先确认结对，或改正校验结果中的错误"
        )
    rows = list(usable.values())
    duties = ledger.table(DutyRow).accepted_records()
    certificates = tuple(appointments(ledger, rows))
    papers = papers_of(ledger, ledgers.settings, rows, duties, certificates, ledgers.as_of)
    replace_atomically(out, lambda draft: write_papers(draft, papers))
    return PapersResult(tuple(filter(None, usable)), left_out, out)


def latest_pairings(ledger: Ledger) -> list[str]:
    """Return the IDs of the pairings made on the latest 结对日期, in the order of the sheet."""
    table = ledger.table(PairingRow)
    days = {
        code: day
        for code, day, accepted in zip(
            table.column("pairing_id"), table.column("paired_on"), table.accepted(), strict=True
        )
        if accepted and code and day
    }
    last = max(days.values(), default=None)
    return [code for code, day in days.items() if day == last]


def _usable_pairings(ledger: Ledger) -> Iterator[PairingRow]:
    """Yield the pairings whose rows and mentees can be used, in the order of the sheet."""
    table, mentees = ledger.table(PairingRow), mentee_places(ledger)
    accepted = table.accepted()
    for index in table.by_single_id.values():
        row = table.record(index)
        mentee = mentees.get(row.mentee_id)
        if accepted[index] and mentee and mentee[0].accepted()[mentee[1]]:
            yield row


def papers_of(
    ledger: Ledger,
    settings: Settings,
    pairings: Iterable[PairingRow],
    duties: Iterable[DutyRow],
    certificates: Sequence[Appointment],
    as_of: date,
) -> Papers:
    """Return what the papers of some pairings say.

    Args:
        ledger: The township's ledger; every mentee stands in it.
        settings: What counts as weak, and how often contacts are owed.
        pairings: Written into the ledger or not, in the order they are printed.
        duties: Theirs, perhaps among others.
        certificates: In the order they are printed.
        as_of: The day of the papers.
    """
    form = next(iter(ledger.table(UnitRow).records()), None)
    duties_of: dict[str | None, list[Duty]] = defaultdict(list)
    for duty in duties:
        duties_of[duty.pairing_id].append(
            Duty(duty.side, duty.item, duty.aspect, duty.target, duty.due_on)
        )
    return Papers(
        unit=issuing_unit(ledger),
        year=getattr(form, "year", None) or as_of.year,
        pairings=[
            _paper(ledger, settings, pairing, duties_of[pairing.pairing_id]) for pairing in pairings
        ],
        appointments=certificates,
        contacts_per_month=settings.contacts_per_month,
        as_of=as_of,
    )


def issuing_unit(ledger: Ledger) -> str:
    """Return the full name of the unit that issues a ledger's papers, as on its seal."""
    form = next(iter(ledger.table(UnitRow).records()), None)
    code = next(iter(ledger.unit_codes.values()), "")
    return getattr(form, "reporter_unit", None) or "".join(unit_name(code))


def _paper(
    ledger: Ledger, settings: Settings, pairing: PairingRow, duties: Iterable[Duty]
) -> PairingPaper:
    table, index = mentee_places(ledger)[pairing.mentee_id]
    mentee = table.record(index)
    organisation = isinstance(mentee, OrganisationRow)
    post = mentee.secretary if organisation else _post(mentee.employer, mentee.post)
    return PairingPaper(
        pairing_id=pairing.pairing_id or "",
        mentor=mentor_of(ledger, pairing),
        mentee=Person(mentee.name or "", post or ""),
        organisation=organisation,
        mode=pairing.mode,
        path=pairing.path,
        paired_on=pairing.paired_on,
        until=pairing.until,
        ceremony_on=pairing.ceremony_on,
        weak=aspects_to_work_on(mentee, settings),
        duties=tuple(duties),
    )


def mentor_of(ledger: Ledger, pairing: PairingRow) -> Person:
    """Return the mentor; of another township's only the name is known here."""
    table = ledger.table(MentorRow)
    index = table.by_single_id.get(pairing.mentor_id)
    if index is None:
        unit = "".join(unit_name(unit_of(pairing.mentor_id)))
        return Person(pairing.mentor_name or pairing.mentor_id, unit)
    name, employer, post = (table.column(f)[index] for f in ("name", "employer", "post"))
    return Person(name or "", _post(employer, post))


def _post(employer: str | None, post: str | None) -> str:
    return " ".join(filter(None, (employer, post)))


def appointments(ledger: Ledger, pairings: Collection[PairingRow]) -> Iterator[Appointment]:
    """Yield the certificate of every mentor of this ledger in some pairings, in ID order.

    A term that is not written yet spans the mentor's pairings, those that run included.

    Args:
        ledger: Whose mentors.
        pairings: Whether the ledger has them already or not.
    """
    table, terms = ledger.table(MentorRow), _terms(ledger, pairings)
    rows = list(table.columns("name", "certificate", "appointed_on", "appointed_until"))
    certificates = []
    for code, index in sorted(table.by_single_id.items()):
        name, number, since, until = rows[index]
        if code in terms or number:
            first, last = terms.get(code, (date.max, date.max))
            certificates.append(
                Appointment(code, name or "", number or "", since or first, until or last)
            )
    wanted = {pairing.mentor_id for pairing in pairings}
    # Proposed among all that exist, so that no number is given twice.
    numbers = certificate_numbers(certificates)
    for certificate, number in zip(certificates, numbers, strict=True):
        if certificate.mentor_id in wanted:
            yield replace(certificate, number=number)


def _terms(ledger: Ledger, pairings: Iterable[PairingRow]) -> Mapping[str, tuple[date, date]]:
    """Return the first and last day of every mentor's pairings, `pairings` and the running ones."""
    written = list(ledger.table(PairingRow).columns("paired_on", "until"))
    spans = [(pairing.mentor_id, pairing.paired_on, pairing.until) for pairing in pairings]
    spans += [(mentor, *written[index]) for index, mentor, _ in running(ledger)]
    days: dict[str, list[date]] = defaultdict(list)
    for mentor, *both in spans:
        days[mentor] += filter(None, both)
    return {mentor: (min(known), max(known)) for mentor, known in days.items() if known}

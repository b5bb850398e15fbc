"""The printed papers of pairings, new ones or those that stand in 结对台账 already: `bangdai papers`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.actions.ledger_set import LedgerSet, read_together
from addin.actions.new_pairings import Confirmation, Term, appointments
from addin.domain.duties import aspects_to_work_on
from addin.domain.numbering import unit_of
from validators.divisions import unit_name
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.relations import mentee_places
from validators.settings import Settings
from validators.sheets import (
    DutyRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    UnitRow,
)
from validators.vocabulary import Mode, PairingPath
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.papers.content import FILE_KIND, Appointment, Duty, PairingPaper, Papers, Person
from workbooks.papers.workbook import write_papers

# SECTION The printed papers of pairings: who, which duties, which weak aspects.


@dataclass(frozen=True, slots=True)
class PaperPairing:
    """A pairing the papers are on, new or standing in 结对台账.

    Attributes:
        pairing_id, mode, path, paired_on, until, ceremony_on: As in 结对台账.
        mentor_id, mentee_id: The two.
        mentor_name: The mentor's name where the ledger does not have the mentor; None if unknown.
        duties: Its rows of 职责清单.
    """

    pairing_id: str
    mentor_id: str
    mentor_name: str | None
    mentee_id: str
    mode: Mode
    path: PairingPath | None
    paired_on: date
    until: date
    duties: tuple[Duty, ...]
    ceremony_on: date | None = None


def papers_of(ledger: Ledger, settings: Settings, done: Confirmation, as_of: date) -> Papers:
    """Return what the papers of a confirmation say.

    Args:
        ledger: The ledger before the confirmation.
        settings: What counts as weak, and how often contacts are owed.
        done: The confirmation.
        as_of: The day of the papers.
    """
    duties: dict[str, list[Duty]] = defaultdict(list)
    for row in done.duties:
        duties[row["pairing_id"]].append(
            Duty(row["side"], row["item"], row["aspect"], row["target"], row["due_on"])
        )
    agreed = [
        PaperPairing(
            one.pairing_id, one.adoption.mentor_id, one.adoption.mentor_name,
            one.adoption.mentee_id, one.mode, one.path, one.paired_on, one.until,
            tuple(duties[one.pairing_id]),
        )
        for one in done.pairings
    ]  # fmt: skip
    return papers_on(ledger, settings, agreed, done.appointments, as_of)


def papers_on(
    ledger: Ledger,
    settings: Settings,
    agreed: Iterable[PaperPairing],
    appointments: Sequence[Appointment],
    as_of: date,
) -> Papers:
    """Return what the papers of some pairings say.

    Args:
        ledger: The township's ledger; every mentee stands in it.
        settings: What counts as weak, and how often contacts are owed.
        agreed: The pairings, in the order they are printed.
        appointments: The certificates, in the order they are printed.
        as_of: The day of the papers.
    """
    form = next(iter(ledger.table(UnitRow).records()), None)
    code = next(iter(ledger.unit_codes.values()), "")
    return Papers(
        unit=getattr(form, "reporter_unit", None) or "".join(unit_name(code)),
        year=getattr(form, "year", None) or as_of.year,
        pairings=[_paper(ledger, settings, one) for one in agreed],
        appointments=appointments,
        contacts_per_month=settings.contacts_per_month,
        as_of=as_of,
    )


def _paper(ledger: Ledger, settings: Settings, one: PaperPairing) -> PairingPaper:
    table, index = mentee_places(ledger)[one.mentee_id]
    mentee = table.record(index)
    organisation = one.mentee_id.startswith("Z")
    return PairingPaper(
        pairing_id=one.pairing_id,
        mentor=_mentor(ledger, one),
        mentee=_organisation(mentee) if organisation else _individual(mentee),
        organisation=organisation,
        mode=one.mode,
        path=one.path,
        paired_on=one.paired_on,
        until=one.until,
        ceremony_on=one.ceremony_on,
        weak=aspects_to_work_on(mentee, settings),
        duties=one.duties,
    )


def _mentor(ledger: Ledger, one: PaperPairing) -> Person:
    """Return the mentor; of another township's only the name is known here."""
    table = ledger.table(MentorRow)
    index = table.by_single_id.get(one.mentor_id)
    if index is None:
        county, township = unit_name(unit_of(one.mentor_id))
        return Person(one.mentor_name or one.mentor_id, f"{county}{township}")
    return Person(
        table.column("name")[index] or "",
        _post(table.column("employer")[index], table.column("post")[index]),
    )


def _individual(mentee: IndividualRow) -> Person:
    return Person(mentee.name or "", _post(mentee.employer, mentee.post))


def _organisation(mentee: OrganisationRow) -> Person:
    return Person(mentee.name or "", mentee.secretary or "")


def _post(employer: str | None, post: str | None) -> str:
    return " ".join(part for part in (employer, post) if part)


# SECTION The papers of pairings that stand in 结对台账, once more: `bangdai papers`.

_NAMED = 5


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
    _check(out)
    return print_papers(read_together(path, as_of=as_of), out, as_of=as_of, pairings=pairings)


def print_papers(
    together: LedgerSet, out: Path, *, as_of: date, pairings: Collection[str] = ()
) -> PapersResult:
    """Write certificates, agreements and the ceremony list of pairings as one workbook.

    Made right after a confirmation they are those the confirmation itself writes; only the name of
    another township's mentor is then known no more.

    Args:
        together: One ledger.
        out: The workbook; only one of papers is replaced.
        as_of: The day of the papers.
        pairings: IDs of the wanted pairings; those of the latest 结对日期 if empty.

    Raises:
        UsageError: There are several ledgers, no such pairing, or none papers can be made of.
        WriteRefused: `out` cannot be written.
    """
    if len(together.examined) != 1:
        raise UsageError("聘书与协议一次只为一个乡镇的台账制作", "请给出一个台账文件")
    _check(out)
    ledger, settings = together.ledger, together.settings
    wanted = list(dict.fromkeys(code.strip().upper() for code in pairings))
    wanted = wanted or latest_pairings(ledger)
    _refuse_unknown(ledger, wanted)
    agreed = _agreed(ledger, set(wanted))
    left_out = tuple(_left_out(wanted, {one.pairing_id for one in agreed}))
    if not agreed:
        raise UsageError(
            "；".join(left_out) or "“结对台账”里还没有结对", "请先确认结对，或改正校验结果中的错误"
        )
    given = tuple(
        appointments(ledger, [Term(one.mentor_id, one.paired_on, one.until) for one in agreed])
    )
    papers = papers_on(ledger, settings, agreed, given, as_of)
    replace_atomically(out, lambda draft: write_papers(draft, papers))
    return PapersResult(tuple(one.pairing_id for one in agreed), left_out, out)


def latest_pairings(ledger: Ledger) -> list[str]:
    """Return the IDs of the pairings made on the latest 结对日期, in the order of the sheet."""
    table = ledger.table(PairingRow)
    days = {
        code: day
        for code, day, taken in zip(
            table.column("pairing_id"), table.column("paired_on"), table.accepted(), strict=True
        )
        if taken and code and day
    }
    last = max(days.values(), default=None)
    return [code for code, day in days.items() if day == last]


def _check(out: Path) -> None:
    refuse_foreign(out, FILE_KIND)
    check_writable(out)


def _refuse_unknown(ledger: Ledger, wanted: Collection[str]) -> None:
    known = ledger.table(PairingRow).by_id
    unknown = [code for code in wanted if code not in known]
    if unknown:
        more = f"等 {len(unknown)} 个" if len(unknown) > _NAMED else ""
        raise UsageError(
            f"“结对台账”里没有结对 {'、'.join(unknown[:_NAMED])}{more}",
            "请核对编号，如 J640402104-001",
        )


def _left_out(wanted: Collection[str], made: Collection[str]) -> Iterator[str]:
    for code in wanted:
        if code not in made:
            yield f"结对 {code} 没有出材料，该行或其对象的登记有错误，或编号重复"


def _agreed(ledger: Ledger, wanted: Collection[str]) -> list[PaperPairing]:
    """Return the wanted pairings whose rows can be used, in the order of the sheet."""
    table, mentees, duties = ledger.table(PairingRow), mentee_places(ledger), _duties(ledger)
    taken = table.accepted()
    found = []
    for code, index in table.by_single_id.items():
        row = table.record(index)
        if code in wanted and taken[index] and _is_taken(mentees.get(row.mentee_id)):
            found.append(
                PaperPairing(
                    code, row.mentor_id, row.mentor_name, row.mentee_id, row.mode, row.path,
                    row.paired_on, row.until, tuple(duties[code]), row.ceremony_on,
                )
            )  # fmt: skip
    return found


def _is_taken(place: tuple[Table[Any], int] | None) -> bool:
    return place is not None and place[0].accepted()[place[1]]


def _duties(ledger: Ledger) -> dict[str, list[Duty]]:
    """Return the duties of every pairing, in the order of the sheet."""
    table = ledger.table(DutyRow)
    found: dict[str, list[Duty]] = defaultdict(list)
    for row, taken in zip(table.records(), table.accepted(), strict=True):
        if taken:
            found[row.pairing_id].append(
                Duty(row.side, row.item, row.aspect, row.target, row.due_on)
            )
    return found

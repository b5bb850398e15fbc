"""The printed papers of pairings: who, which duties, which weak aspects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from addin.actions.pairing_rows import Confirmation
from addin.tasks.new_duties import aspects_to_work_on
from addin.tasks.rows import unit_of
from validators.divisions import unit_name
from validators.ledger import Ledger
from validators.rules.relations import mentee_places
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, UnitRow
from validators.vocabulary import Mode, Path
from workbooks.printed.content import Appointment, Duty, PairingPaper, Papers, Person

__all__ = ["Agreed", "papers_of", "papers_on"]


@dataclass(frozen=True, slots=True)
class Agreed:
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
    path: Path | None
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
        Agreed(
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
    agreed: Iterable[Agreed],
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


def _paper(ledger: Ledger, settings: Settings, one: Agreed) -> PairingPaper:
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


def _mentor(ledger: Ledger, one: Agreed) -> Person:
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

"""The printed papers of new pairings: who, which duties, which weak aspects."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from addin.actions.pairing_rows import Confirmation, NewPairing
from addin.tasks.new_duties import aspects_to_work_on
from addin.tasks.rows import unit_of
from validators.divisions import unit_name
from validators.ledger import Ledger
from validators.rules.relations import mentee_places
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, UnitRow
from workbooks.printed.content import Duty, PairingPaper, Papers, Person

__all__ = ["papers_of"]


def papers_of(ledger: Ledger, settings: Settings, done: Confirmation, as_of: date) -> Papers:
    """Return what the papers of a confirmation say.

    Args:
        ledger: The ledger before the confirmation.
        settings: What counts as weak, and how often contacts are owed.
        done: The confirmation.
        as_of: The day of the papers.
    """
    form = next(iter(ledger.table(UnitRow).records()), None)
    code = next(iter(ledger.unit_codes.values()), "")
    duties: dict[str, list[Duty]] = defaultdict(list)
    for row in done.duties:
        duties[row["pairing_id"]].append(
            Duty(row["side"], row["item"], row["aspect"], row["target"], row["due_on"])
        )
    return Papers(
        unit=getattr(form, "reporter_unit", None) or "".join(unit_name(code)),
        year=getattr(form, "year", None) or as_of.year,
        pairings=[
            _paper(ledger, settings, one, tuple(duties[one.pairing_id])) for one in done.pairings
        ],
        appointments=done.appointments,
        contacts_per_month=settings.contacts_per_month,
        as_of=as_of,
    )


def _paper(
    ledger: Ledger, settings: Settings, one: NewPairing, duties: tuple[Duty, ...]
) -> PairingPaper:
    table, index = mentee_places(ledger)[one.adoption.mentee_id]
    mentee = table.record(index)
    organisation = one.adoption.mentee_id.startswith("Z")
    return PairingPaper(
        pairing_id=one.pairing_id,
        mentor=_mentor(ledger, one),
        mentee=_organisation(mentee) if organisation else _individual(mentee),
        organisation=organisation,
        mode=one.mode,
        path=one.path,
        paired_on=one.paired_on,
        until=one.until,
        ceremony_on=None,
        weak=aspects_to_work_on(mentee, settings),
        duties=duties,
    )


def _mentor(ledger: Ledger, one: NewPairing) -> Person:
    """Return the mentor; of another township's only the name is known here."""
    table = ledger.table(MentorRow)
    index = table.by_single_id.get(one.adoption.mentor_id)
    if index is None:
        county, township = unit_name(unit_of(one.adoption.mentor_id))
        return Person(one.adoption.mentor_name or one.adoption.mentor_id, f"{county}{township}")
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

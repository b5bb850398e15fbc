"""Everything that is computed from a ledger's records, each part once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.domain.awards import Award, awards
from addin.domain.contacts import Contacts
from addin.domain.duties import DutyState, progress
from addin.domain.facts import Sources
from addin.domain.flags.judgement import Flag, flags_of
from addin.domain.growth import Growth, growth
from addin.domain.pool_changes import Adjustment, pool_changes
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AwardRow,
    FlagRow,
    GrowthRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PoolChangeRow,
    Row,
)

COMPUTED: dict[type[Row], tuple[str, ...]] = {
    GrowthRow: ("mentee_id",),
    FlagRow: ("mentee_id",),
    AwardRow: ("mentor_id",),
    PoolChangeRow: ("mentor_id", "change"),
}
"""The sheets computed whole, and the fields that say what a row of them is about."""


class ComputedRow(NamedTuple):
    """One row of a computed sheet, and the workbook of the person it is about."""

    file: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a ledger's records come to as of one day.

    Attributes:
        sources: What everything was read from, contacts and duties among it.
        duties: The state of every duty.
        growths: One file per mentee.
        flags: The flagged mentees.
        awards: Every mentor judged.
        changes: Suggested changes of the pool.
    """

    sources: Sources
    duties: tuple[DutyState, ...]
    growths: tuple[Growth, ...]
    flags: tuple[Flag, ...]
    awards: tuple[Award, ...]
    changes: tuple[Adjustment, ...]

    def rows(self) -> dict[type[Row], list[ComputedRow]]:
        """Return the rows of every computed sheet, numbered from 1 where they have a 序号."""
        of = _files(self.sources.ledger)
        flagged = (
            ComputedRow(one.file, {"number": number, **one.as_row()})
            for number, one in enumerate(self.flags, 1)
        )
        return {
            GrowthRow: [ComputedRow(of[one.mentee_id], one.as_row()) for one in self.growths],
            FlagRow: list(flagged),
            AwardRow: [ComputedRow(of[one.mentor.mentor_id], one.as_row()) for one in self.awards],
            PoolChangeRow: [
                ComputedRow(of[one.participant_id], one.as_row()) for one in self.changes
            ],
        }


def roll_up(
    ledger: Ledger, settings: Settings, as_of: date, own: Mapping[str, Settings] | None = None
) -> RollUp:
    """Compute everything from the records of one or many workbooks.

    Args:
        ledger: After validation; rows an error cites are not used.
        settings: What everything is judged by.
        as_of: The day.
        own: By file, the settings of workbooks where no superior's win.
    """
    contacts = Contacts(ledger, settings, as_of, own or {})
    duties = progress(contacts)
    sources = Sources(contacts, duties)
    return RollUp(
        sources,
        duties,
        growth(contacts, duties),
        flags_of(contacts, duties),
        awards(ledger, settings, as_of, sources=sources),
        pool_changes(ledger, settings, as_of, sources=sources),
    )


def _files(ledger: Ledger) -> dict[str, str]:
    """Return the workbook of every mentor and mentee."""
    return dict(_located(ledger))


def _located(ledger: Ledger) -> Iterator[tuple[str, str]]:
    for model in (MentorRow, IndividualRow, OrganisationRow):
        table = ledger.table(model)
        ids = table.column(model.sheet.id_field)
        for start, part in table.starts():
            for code in ids[start : start + len(part)]:
                if code:
                    yield code, part.file

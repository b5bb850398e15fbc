"""`roll_up`: everything that is computed from a ledger's records, each part once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.domain.awards import Award, award_year, awards
from addin.domain.duties import DutyState
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
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


class ComputedRow(NamedTuple):
    """One row of a computed sheet, and the workbook of the person it is about."""

    file: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a ledger's records come to as of one day.

    Attributes:
        facts: What everything was read from, contacts and duties among it.
        growths: One file per mentee.
        flags: The flagged mentees.
        awards: Every mentor judged.
        changes: Suggested changes of the pool.
    """

    facts: LedgerFacts
    growths: tuple[Growth, ...]
    flags: tuple[Flag, ...]
    awards: tuple[Award, ...]
    changes: tuple[Adjustment, ...]

    @property
    def duties(self) -> tuple[DutyState, ...]:
        """Return the state of every duty."""
        return self.facts.duties

    @property
    def award_year(self) -> int:
        """Return the year the awards judge."""
        return award_year(self.facts.ledger, self.facts.as_of)

    def rows(self) -> dict[type[Row], list[ComputedRow]]:
        """Return the rows of every computed sheet, numbered from 1 where they have a 序号."""
        of = files_of_people(self.facts.ledger)
        return {GrowthRow: growth_rows(self.growths, of)} | listed_rows(
            self.flags, self.awards, self.changes, of
        )


def growth_rows(growths: Iterable[Growth], of: Mapping[str, str]) -> list[ComputedRow]:
    """Return the rows of 成长档案."""
    return [ComputedRow(of[one.mentee_id], one.as_row()) for one in growths]


def listed_rows(
    flags: Iterable[Flag],
    awards: Iterable[Award],
    changes: Iterable[Adjustment],
    of: Mapping[str, str],
) -> dict[type[Row], list[ComputedRow]]:
    """Return the rows of the lists that go across townships, with their numbers.

    Args:
        flags: In their order.
        awards: In their order.
        changes: In their order.
        of: The workbook of every mentor and mentee.
    """
    return {
        FlagRow: [
            ComputedRow(flag.file, {"number": number, **flag.as_row()})
            for number, flag in enumerate(flags, 1)
        ],
        AwardRow: [ComputedRow(of[award.mentor.mentor_id], award.as_row()) for award in awards],
        PoolChangeRow: [
            ComputedRow(of[change.participant_id], change.as_row()) for change in changes
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
    facts = LedgerFacts.of(ledger, settings, as_of, own)
    return RollUp(facts, growth(facts), flags(facts), awards(facts), pool_changes(facts))


def files_of_people(ledger: Ledger) -> dict[str, str]:
    """Return the workbook of every mentor and mentee."""
    models: tuple[type[Row], ...] = (MentorRow, IndividualRow, OrganisationRow)
    return {
        code: table.locate(row)[0].file
        for table in (ledger.table(model) for model in models)
        for row, code in enumerate(table.column(table.model.sheet.id_field))
        if code
    }

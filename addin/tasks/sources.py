"""What awards, pool and ranking look up in a ledger, each read once however many ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from addin.tasks.assessed import Assessed, Scores, assessments
from addin.tasks.contacts import Contacts, MonthPlan
from addin.tasks.duties import DutyState, progress
from addin.tasks.mentors import Completion, Help, Mentor, completions, helps_by_mentor, mentors
from addin.tasks.months import month_of
from addin.tasks.rows import taken
from validators.ledger import Ledger, SheetPart
from validators.settings import Settings
from validators.sheets import (
    ConversionRow,
    IndividualRow,
    LogRow,
    OrganisationRow,
    input_columns,
)
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import Stage

__all__ = ["Sources"]


@dataclass(frozen=True)
class Sources:
    """Look-ups in one ledger as of one day.

    Attributes:
        contacts: Of the ledger.
        duty_states: Every duty's state where it is known already; counted if None.
    """

    contacts: Contacts
    duty_states: Iterable[DutyState] | None = None

    @classmethod
    def of(cls, ledger: Ledger, settings: Settings, as_of: date) -> Sources:
        """Return the look-ups of a ledger."""
        return cls(Contacts(ledger, settings, as_of))

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.contacts.ledger

    @property
    def settings(self) -> Settings:
        """Return the settings everything is judged by."""
        return self.contacts.settings

    @property
    def as_of(self) -> date:
        """Return the day everything is judged by."""
        return self.contacts.as_of

    @cached_property
    def mentors(self) -> dict[str, Mentor]:
        """Return the pool by ID, in ID order."""
        return mentors(self.ledger)

    @cached_property
    def helps(self) -> dict[str, tuple[Help, ...]]:
        """Return each mentor's pairings so far."""
        return helps_by_mentor(self.ledger, self.as_of)

    @cached_property
    def completions(self) -> dict[str, Completion]:
        """Return the last end-of-period assessment of each pairing."""
        return completions(self.ledger, self.as_of)

    @cached_property
    def assessments(self) -> dict[str, tuple[Assessed, ...]]:
        """Return each mentee's assessments in order."""
        return assessments(self.ledger, self.as_of)

    @cached_property
    def baselines(self) -> dict[str, Scores]:
        """Return each mentee's scores before it was helped."""
        return {
            mentee: tuple(scores)
            for model in (IndividualRow, OrganisationRow)
            for mentee, *scores in taken(self.ledger, model, "mentee_id", *ASPECT_FIELDS)
            if mentee
        }

    @cached_property
    def steps(self) -> dict[str, list[date]]:
        """Return the days of each mentee's steps of 培养转化; back to 未纳入 is none."""
        found: dict[str, list[date]] = defaultdict(list)
        rows = taken(self.ledger, ConversionRow, "mentee_id", "date", "to_stage")
        for mentee, day, stage in rows:
            if stage is not Stage.NONE and day <= self.as_of:
                found[mentee].append(day)
        return found

    @cached_property
    def duties(self) -> dict[str, list[DutyState]]:
        """Return each pairing's duties."""
        states = progress(self.contacts) if self.duty_states is None else self.duty_states
        found: dict[str, list[DutyState]] = defaultdict(list)
        for duty in states:
            found[duty.pairing_id].append(duty)
        return found

    def months(self, pairing_id: str) -> tuple[tuple[MonthPlan, bool], ...]:
        """Return the months a pairing owes contacts, and whether complete entries suffice."""
        if pairing_id not in self._months:
            made = self.contacts.of_pairing(pairing_id)
            days = self.contacts.log.column("date")
            bad = Counter(month_of(days[row]) for row in self._incomplete.intersection(made.rows))
            self._months[pairing_id] = tuple(
                (plan, plan.made - bad[plan.month] >= plan.owed) for plan in made.months
            )
        return self._months[pairing_id]

    @cached_property
    def _months(self) -> dict[str, tuple[tuple[MonthPlan, bool], ...]]:
        return {}

    @cached_property
    def _incomplete(self) -> frozenset[int]:
        """Return the log's rows that lack a recommended value."""
        names = [column.field for column in input_columns(LogRow) if column.recommended]
        return frozenset(
            start + row
            for start, part in self.contacts.log.starts()
            for name in names
            for row in _without(part, name)
        )


def _without(part: SheetPart, name: str) -> Iterator[int]:
    """Yield the rows of a part without a readable value of field `name`."""
    column = part.columns.get(name)
    if column is None:
        yield from range(len(part))
        return
    yield from column.cells.blank_rows()
    unread = [index for index, value in enumerate(column.values) if value is None]
    yield from (row for row, _ in column.rows_with(unread))

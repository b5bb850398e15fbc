"""Ledgers read, compared, added up and judged: what reports, reminders and exports start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Unpack

from addin.actions.consolidation.gather import ConsolidationInput, gather
from addin.actions.generated_sheets import with_computed
from addin.actions.ledger_set import ReadOptions, ledger_sources
from addin.actions.validate import examine, gc_paused, superior_settings
from addin.domain.rollup import RollUp, roll_up
from validators.divisions import CITY, Division, find_unit
from validators.errors import UsageError
from validators.findings import NOT_READ
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.files import CONSOLIDATED, file_kind


@dataclass(frozen=True, slots=True)
class GatheredLedgers:
    """One ledger of each unit of a city or county, before anything is judged.

    Attributes:
        scope: The city, county or, of a single ledger, its own unit.
        merged: The ledgers taken, findings, figures and states.
        superior: Settings that win over each ledger's own, None where there are none.
    """

    scope: Division
    merged: ConsolidationInput
    superior: Settings | None

    @property
    def as_of(self) -> date:
        """Return the day the ledgers were validated by."""
        return self.merged.report.as_of

    @property
    def ledger(self) -> Ledger:
        """Return the rows of all ledgers together."""
        return Ledger.merged(examined.ledger for examined in self.merged.examined)

    @property
    def settings(self) -> Settings:
        """Return what everything is judged by: the superior's, else a single ledger's own."""
        examined = self.merged.examined
        return self.superior or (examined[0].settings if len(examined) == 1 else Settings())

    @property
    def own_settings(self) -> dict[str, Settings]:
        """Return by file what each ledger says itself; empty where a superior's win."""
        if self.superior:
            return {}
        return {examined.file: examined.settings for examined in self.merged.examined}

    def judged(self) -> tuple[Ledger, RollUp]:
        """Return the ledger with its generated sheets computed anew, and what it comes to."""
        ledger = self.ledger
        records = roll_up(ledger, self.settings, self.as_of, self.own_settings)
        return with_computed(ledger, records), records


@gc_paused()
def gather_ledgers(
    path: Path, *, scope: str | None = None, year: int | None = None, **options: Unpack[ReadOptions]
) -> GatheredLedgers:
    """Read the ledger or ledgers at `path` as a consolidation does.

    Args:
        path: A ledger, a folder of them, or a consolidated workbook.
        scope: Name or code of a city or county; of a single ledger its own unit, else the city.
        year: The 年度 a report is of; that of the day if None.
        options: See `ReadOptions`.

    Raises:
        UsageError: There is no ledger, or none of the place.
        UnknownDivision: `scope` names no place.
    """
    as_of, settings_file = options["as_of"], options.get("settings_file")
    superior = superior_settings(settings_file) if settings_file else None
    if path.is_file() and file_kind(path) == CONSOLIDATED:
        from addin.actions.reports.consolidated_source import gather_consolidated  # noqa: PLC0415

        return gather_consolidated(path, as_of, scope, superior, year)
    sources, others = ledger_sources([path])
    examination = examine(
        sources, as_of=as_of, superior=superior, others=others, jobs=options.get("jobs", 1),
        progress=options.get("progress"),
    )  # fmt: skip
    units = {one.delivery(as_of).code for one in examination.examined}
    alone = not path.is_dir() and len(units) == 1
    division = find_unit(scope or (units.pop() if alone else "") or CITY)
    merged = gather(division, examination, superior, year=year)
    if not merged.examined:
        said = merged.report.findings
        first = next((each for each in said if each.code != NOT_READ), said[0])
        raise UsageError(f"{first.file}：{first.message}", first.suggestion)
    return GatheredLedgers(division, merged, superior)

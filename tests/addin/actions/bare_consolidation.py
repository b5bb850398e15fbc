"""Consolidations worked up without a ledger: any scope, any number of units, figures of any size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

from addin.actions.consolidated_sheets import ReportSheets
from addin.domain.deliveries import Reporter, ReportState, UnitStatus
from addin.domain.rollup import roll_up
from addin.domain.summaries import Figures, Summary
from addin.domain.townships.judged import judgement_of
from validators.divisions import children, find_unit, unit_name
from validators.findings import Finding
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.consolidated.content import Contents, RowBlock, Stamp
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET, finding_columns, ordered, runs_of
from workbooks.consolidated.workbook import write_consolidated

AS_OF = date(2026, 11, 20)
STAMP = Stamp(AS_OF, datetime(2026, 11, 30, 9, 30))
_STATES = (ReportState.REPORTED, ReportState.FAULTY, ReportState.MISSING)


def write_report(
    target: Path, scope: str, n_units: int, findings: Sequence[Finding] = ()
) -> Contents:
    """Write the workbook of a scope with so many townships, as full as they come."""
    division = find_unit(scope)
    counties = children()[division.code] if division.level == "city" else (division,)
    codes = [unit.code for county in counties for unit in children()[county.code]][:n_units]
    states = [
        UnitStatus(
            code, *unit_name(code), _STATES[at % 3], f"{at}.xlsx",
            Reporter("欧阳建国", "0954-2032199"), AS_OF, at, at, "改正错误后重新上报" * 4,
        )
        for at, code in enumerate(codes)
    ]  # fmt: skip
    figures = Figures(
        **dict.fromkeys(("mentors", "individuals", "organisations", "pairings"), 99),
        seeking_individuals=30, paired_individuals=29, entries=3_600, online=400, offline=3_200,
        contacts={f"{year}-{month:02d}": 300 for year in (2025, 2026) for month in range(1, 13)},
        rated=(9,) * 6, before=(20,) * 6, after=(40,) * 6,
    )  # fmt: skip
    ledger = Ledger.merged([])
    records = roll_up(ledger, Settings(), AS_OF, {})
    summary = Summary(dict.fromkeys(codes, figures))
    found = judgement_of(records)
    sheets = ReportSheets(division, summary, states, ledger, found, lambda: ((), ()), {})
    listed = ordered(findings, {})
    blocks = [RowBlock(len(run), partial(finding_columns, run, {})) for run in runs_of(listed)]
    contents = Contents(
        sheets.overview(),
        sheets.grids(),
        {FINDINGS_SHEET: blocks},
        {},
        listed,
        STAMP,
        sheets.memory_rows(),
    )
    write_consolidated(target, contents)
    return contents

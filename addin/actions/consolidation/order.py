"""A consolidation's order, and what is told of it: nothing here loads a reader or judges."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from addin.actions.found_files import Source
from validators.divisions import Division
from validators.findings import NOT_READ, Finding
from validators.vocabulary import Level

if TYPE_CHECKING:
    from addin.actions.validate import Progress
    from addin.domain.deliveries import UnitStatus
    from addin.domain.summaries import Summary
    from validators.findings import Report
    from validators.settings import Settings

_TOTALS = (
    "mentors", "individuals", "organisations", "seeking", "paired", "pairing_rate", "pairings",
    "entries", "contacts", "assessments", "completions", "conversions", "closable", "closed",
)  # fmt: skip
"""Figures of `bangdai consolidate --json`."""
_ROW_COUNTS = ("rows", "accepted", "rejected", "ignored")


@dataclass(frozen=True, slots=True)
class Order:
    """One consolidation to be done.

    Attributes:
        scope: The city or county that adds up.
        out: The workbook to write.
        as_of: What dates are judged by.
        generated: 生成时间, local time.
        sources: The files that may be ledgers.
        others: Those that are not read.
        notices: On files a county did not read.
        superior: Settings that win over each ledger's own.
        previous: An earlier consolidated workbook to compare with.
        bundle: Where to write the ledgers for the superior's consolidation, None for nowhere.
        most_rows: The last row of a worksheet; ledger sheets with more rows continue in others.
        progress: Told of every file done.
    """

    scope: Division
    out: Path
    as_of: date
    generated: datetime
    sources: Sequence[Source]
    others: Sequence[Source]
    notices: Sequence[Finding]
    superior: Settings | None
    previous: Path | None
    bundle: Path | None
    most_rows: int
    progress: Progress | None

    @property
    def carries(self) -> bool:
        """Return whether the workbook carries its ledgers, so that the city needs no other file."""
        return self.scope.level == "county"


class Whole(NamedTuple):
    """All a consolidation came to.

    Attributes:
        report: Findings and row accounts of the merged files, and findings on the others.
        summary: Figures by unit.
        states: The state of every unit.
    """

    report: Report
    summary: Summary
    states: list[UnitStatus]


class Told(NamedTuple):
    """What a command says of a consolidation, as JSON holds it.

    Attributes:
        answer: Of `bangdai consolidate --json`, all but where the workbook is.
        on_files: File, what is wrong with it as such, and what to do.
        exit_code: The command's.
    """

    answer: dict[str, Any]
    on_files: list[list[str]]
    exit_code: int

    @classmethod
    def of(cls, scope: Division, whole: Whole) -> Told:
        """Return what is said of a consolidation."""
        report, total = whole.report, whole.summary.total()
        sheets: dict[str, Counter[str]] = {}
        for count in report.sheets:
            sheets.setdefault(count.sheet, Counter()).update(
                {name: getattr(count, name) for name in _ROW_COUNTS}
            )
        levels = Counter(finding.level for finding in report.findings)
        answer = {
            "as_of": report.as_of.isoformat(),
            "out": "",
            "scope": scope.name,
            "units": [_unit_json(unit) for unit in whole.states],
            "totals": {name: getattr(total, name) for name in _TOTALS},
            "findings": {level.value: levels[level] for level in Level},
            "unread": [
                {"file": f.file, "message": f.message, "suggestion": f.suggestion}
                for f in report.findings
                if f.code == NOT_READ
            ],
            "sheets": {
                sheet: {name: counts[name] for name in _ROW_COUNTS}
                for sheet, counts in sheets.items()
            },
        }
        on_files = [[f.file, f.message, f.suggestion] for f in report.findings if f.told]
        return cls(answer, on_files, report.exit_code)


def _unit_json(unit: UnitStatus) -> dict[str, Any]:
    return {
        "code": unit.code,
        "county": unit.county,
        "township": unit.township,
        "state": unit.state.value,
        "file": unit.file,
        "reporter": unit.reporter.name,
        "office_phone": unit.reporter.office_phone,
        "reported_on": unit.reported_on.isoformat() if unit.reported_on else None,
        "errors": unit.errors,
        "warnings": unit.warnings,
        "todo": unit.todo,
    }


@dataclass(frozen=True)
class ConsolidateResult:
    """What one consolidation read and wrote.

    Attributes:
        out: The workbook written.
        scope: The city or county that was added up.
        told: What a command says of it.
        load: Returns all it came to; of an earlier run that is read from a file.
    """

    out: Path
    scope: Division
    told: Told
    load: Callable[[], Whole]

    @cached_property
    def _whole(self) -> Whole:
        return self.load()

    @property
    def report(self) -> Report:
        """Return findings and row accounts of the merged files, and findings on the others."""
        return self._whole.report

    @property
    def summary(self) -> Summary:
        """Return the figures by unit."""
        return self._whole.summary

    @property
    def states(self) -> list[UnitStatus]:
        """Return the state of every unit."""
        return self._whole.states

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of `bangdai consolidate --json`."""
        return {**self.told.answer, "out": str(self.out)}


def link_to(source: Source, out: Path) -> str:
    """Return the link to a file, "" to a ledger in a bundle, which nobody can open there."""
    path = source.path
    if source.member:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive of a Windows machine
        return path.resolve().as_uri()

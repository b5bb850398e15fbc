"""Consolidate a folder of ledgers into one workbook: `bangdai consolidate`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from addin.actions.examining import Examination, Progress, examine
from addin.actions.overview import contacts_of, memory_rows, overview_of
from addin.actions.sources import Source, discover, file_finding
from addin.actions.summary_sheets import grids
from addin.actions.superior import superior_settings
from addin.tasks.reporting import Delivery, UnitStatus, choose, delivery_of, in_scope, statuses
from addin.tasks.summaries import Summary, merge, summarise
from validators.divisions import CITY, Division, by_code, find_unit
from validators.errors import UsageError
from validators.findings import Finding, Report
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Level
from workbooks.consolidated.content import FILE_KIND, Contents, Place
from workbooks.consolidated.memory import read_memory
from workbooks.consolidated.writer import write_consolidated
from workbooks.files import check_writable, file_kind, refuse_foreign, replace_atomically
from workbooks.locks import claim

__all__ = ["Consolidation", "consolidate"]

_BEIJING = timezone(timedelta(hours=8))  # Windows has no time-zone data


@dataclass(frozen=True, slots=True)
class Consolidation:
    """What one consolidation found and wrote.

    Attributes:
        out: The workbook written.
        scope: The city or county that was added up.
        report: Findings and row accounts of the merged files, and findings on the others.
        summary: Figures by unit.
        states: The state of every unit.
    """

    out: Path
    scope: Division
    report: Report
    summary: Summary
    states: list[UnitStatus]

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of `bangdai consolidate --json`."""
        total = self.summary.total()
        rows = ("rows", "accepted", "rejected", "ignored")
        sheets: dict[str, Counter[str]] = {}
        for count in self.report.sheets:
            sheets.setdefault(count.sheet, Counter()).update(
                {name: getattr(count, name) for name in rows}
            )
        return {
            "as_of": self.report.as_of.isoformat(),
            "out": str(self.out),
            "scope": self.scope.name,
            "units": [_unit_json(one) for one in self.states],
            "totals": {
                "mentors": total.mentors,
                "individuals": total.individuals,
                "organisations": total.organisations,
                "seeking": total.seeking,
                "paired": total.paired,
                "pairing_rate": total.pairing_rate,
                "pairings": total.pairings,
                "entries": total.entries,
                "contacts": dict(total.contacts),
                "assessments": total.assessments,
                "completions": dict(total.completions),
                "conversions": dict(total.conversions),
                "closable": total.closable,
                "closed": total.closed,
            },
            "findings": {level.value: self.report.count(level) for level in Level},
            "sheets": {name: {row: counts[row] for row in rows} for name, counts in sheets.items()},
        }


def consolidate(  # noqa: PLR0913  # the command's options, by keyword only
    paths: Iterable[Path],
    out: Path,
    *,
    as_of: date,
    jobs: int = 1,
    settings_file: Path | None = None,
    previous: Path | None = None,
    scope: str | None = None,
    generated: datetime | None = None,
    progress: Progress | None = None,
) -> Consolidation:
    """Read, validate, add up and write; a bad file never stops the others.

    Args:
        paths: Folders and files with ledgers; consolidated workbooks among them are passed over.
        out: The workbook to write or replace.
        as_of: What dates are judged by.
        jobs: Worker processes.
        settings_file: Settings that win over each ledger's own.
        previous: An earlier consolidated workbook to compare with.
        scope: Name or code of the city or county that adds up; the city without one.
        generated: 生成时间; now if None. Equal inputs and times give equal bytes.
        progress: Told of every file done.

    Raises:
        UsageError: There is nothing to consolidate, or an option cannot be used.
        UnknownDivision: `scope` names no place.
        WriteRefused: `out` is not ours to replace, or cannot be written.
    """
    division = find_unit(scope) if scope else by_code()[CITY]
    sources = _sources(paths, out)
    superior = superior_settings(settings_file) if settings_file else None
    memory = read_memory(previous) if previous else {}
    with claim(out):
        refuse_foreign(out, FILE_KIND)
        check_writable(out, 2 * sum(source.path.stat().st_size for source in sources))
        examination = examine(sources, as_of=as_of, superior=superior, jobs=jobs, progress=progress)
        done = _Merger(division, examination, superior).merged(out, contacts_of(memory))
        contents = Contents(
            overview=overview_of(division, done.summary, done.states, as_of, memory),
            grids=grids(division, done.summary, done.states, as_of),
            ledger=Ledger.merged(one.ledger for one in examination.examined),
            places=_places(examination, sources, done.states, out),
            findings=done.report.findings,
            as_of=as_of,
            generated=(generated or datetime.now(UTC).astimezone(_BEIJING)).replace(tzinfo=None),
            memory=memory_rows(division, done.summary, done.states, as_of),
        )
        replace_atomically(out, lambda draft: write_consolidated(draft, contents))
    return done


def _sources(paths: Iterable[Path], out: Path) -> list[Source]:
    """Return the files that may be ledgers: our own consolidated workbooks are none."""
    found, _ = discover(paths)
    target = out.resolve()
    sources = [
        source
        for source in found
        if source.path.resolve() != target and file_kind(source.path) != FILE_KIND
    ]
    if not sources:
        raise UsageError("没有找到台账文件", "请把各乡镇的台账放在一个文件夹里再汇总")
    return sources


class _Merger:
    """One delivery of each unit is merged; the others are said to be left out.

    `examination` is narrowed to what is merged, in unit order.
    """

    def __init__(
        self, scope: Division, examination: Examination, superior: Settings | None
    ) -> None:
        self.scope = scope
        self.examination = examination
        self.superior = superior

    def merged(self, out: Path, contacts: dict[str, Any]) -> Consolidation:
        """Return the consolidation `out` is written from."""
        deliveries = {
            one.file: delivery_of(one.ledger, one.file, one.digest)
            for one in self.examination.examined
        }
        inside = [one for one in deliveries.values() if in_scope(one.code, self.scope)]
        outside = [one for one in deliveries.values() if one not in inside]
        taken, superseded = choose(inside)
        self._narrow([one.file for one in taken])
        self.examination.notices += [
            *(self._superseded(deliveries[file], best) for file, best in superseded.items()),
            *(self._outside(one) for one in outside),
        ]
        report = self.examination.report(self.superior)
        by_file: dict[str, list[Finding]] = {}
        for finding in report.findings:
            by_file.setdefault(finding.file, []).append(finding)
        states = statuses(
            self.scope,
            taken,
            {file: (deliveries[file], best) for file, best in superseded.items()},
            {finding.file: finding.message for finding in self.examination.unreadable},
            {file: _levels(found) for file, found in by_file.items()},
            contacts,
        )
        summary = merge(
            summarise(one.ledger, report.as_of, one.settings, by_file.get(one.file, ()))
            for one in self.examination.examined
        )
        return Consolidation(out, self.scope, report, summary, states)

    def _narrow(self, files: Sequence[str]) -> None:
        """Keep the examined files that are merged, in this order, and what is said of them."""
        examined = {one.file: one for one in self.examination.examined}
        self.examination.examined = [examined[file] for file in files]
        self.examination.notices = [
            notice for notice in self.examination.notices if notice.code != "file.copy"
        ]

    @staticmethod
    def _superseded(one: Delivery, best: Delivery) -> Finding:
        same = one.digest == best.digest
        reason = "内容完全相同" if same else "同一单位，填报时间较早"
        return file_finding(
            one.file, "file.superseded", Level.WARNING,
            f"与“{best.file}”{reason}，没有汇总本文件", "请确认采用的一份正确，删去另一份",
        )  # fmt: skip

    def _outside(self, one: Delivery) -> Finding:
        return file_finding(
            one.file, "file.out_of_scope", Level.WARNING,
            f"{one.county}{one.township}不属于{self.scope.name}，没有汇总本文件",
            "请核对汇总范围或区划代码",
        )  # fmt: skip


def _unit_json(one: UnitStatus) -> dict[str, Any]:
    return {
        "code": one.code,
        "county": one.county,
        "township": one.township,
        "state": one.state.value,
        "file": one.file,
        "reporter": one.contact.reporter,
        "office_phone": one.contact.office_phone,
        "reported_on": one.reported_on.isoformat() if one.reported_on else None,
        "errors": one.errors,
        "warnings": one.warnings,
        "todo": one.todo,
    }


def _levels(findings: Iterable[Finding]) -> tuple[int, int]:
    counted = Counter(finding.level for finding in findings)
    return counted[Level.ERROR], counted[Level.WARNING]


def _places(
    examination: Examination,
    sources: Iterable[Source],
    states: Iterable[UnitStatus],
    out: Path,
) -> dict[str, Place]:
    """Return labels and relative links of every file, the merged ones first."""
    known = {one.file: one for one in states if one.file}
    paths = {source.file: source.path for source in sources}
    merged = [one.file for one in examination.examined]
    files = [*merged, *(file for file in paths if file not in set(merged))]
    return {file: _place(known.get(file), paths[file], out) for file in files}


def _place(status: UnitStatus | None, path: Path, out: Path) -> Place:
    try:
        link = Path(os.path.relpath(path.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive of a Windows machine
        link = path.resolve().as_uri()
    county, township = (status.county, status.township) if status else ("", "")
    return Place(county, township, link)

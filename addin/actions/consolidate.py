"""Consolidate a folder of ledgers into one workbook: `bangdai consolidate`.

1. Read and validate every file.
2. Choose one ledger of each unit, compare the chosen ones and add them up (`gather`).
3. Compute the report sheets and write everything.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from addin import clock
from addin.actions import consolidated_sheets
from addin.actions.exchange.compare import changes_since
from addin.actions.exchange.states import consolidated_state
from addin.actions.generated_sheets import with_computed
from addin.actions.parcels.bundle import write_bundle
from addin.actions.parcels.carried import carried_ledgers, handed_on
from addin.actions.parcels.earlier import EarlierRun, digest_of, find_earlier, keep_run, members_of
from addin.actions.parcels.shelf import Shelf, shelf_beside
from addin.actions.parcels.version import program_version
from addin.actions.reports.remembered_settings import settings_rows
from addin.actions.validate import (
    Examination,
    ExaminedLedger,
    Progress,
    Source,
    discover,
    examine,
    file_finding,
    gc_paused,
    left_out_finding,
    open_notices,
    refuse_without,
    superior_settings,
    unread_findings,
)
from addin.domain.deliveries import (
    Choice,
    Delivery,
    Reporter,
    UnitStatus,
    Why,
    choose,
    in_scope,
    is_last_years,
    named_elsewhere,
    statuses,
)
from addin.domain.log_hints.copied import only_read
from addin.domain.log_hints.records import log_hints
from addin.domain.rollup import roll_up
from addin.domain.summaries import Summary, merge, summarise
from validators.divisions import CITY, Division, by_code, find_unit
from validators.findings import NOT_READ, Finding, Report
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.settings import Settings
from validators.sheets import LogEntryRow, UnitRow
from validators.vocabulary import Level
from workbooks.consolidated.content import FILE_KIND, Contents, FileLabel, Stamp, read_memory
from workbooks.consolidated.restamp import restamp
from workbooks.consolidated.workbook import write_consolidated
from workbooks.file_locks import claim
from workbooks.files import check_writable, file_kind, refuse_foreign, replace_atomically, saved_at
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.workers import PASSING, in_background

_TOTALS = (
    "mentors", "individuals", "organisations", "seeking", "paired", "pairing_rate", "pairings",
    "entries", "contacts", "assessments", "completions", "conversions", "closable", "closed",
)  # fmt: skip
"""Figures of `bangdai consolidate --json`."""
_ROW_COUNTS = ("rows", "accepted", "rejected", "ignored")


@dataclass(frozen=True, slots=True)
class ConsolidationInput:
    """What is merged and what is known of the rest.

    Attributes:
        examined: The ledgers that are merged, in unit order.
        report: Findings on them and on the files left out; row accounts of the merged ones.
        summary: Figures by unit.
        states: The state of every unit.
    """

    examined: list[ExaminedLedger]
    report: Report
    summary: Summary
    states: list[UnitStatus]


def gather(
    scope: Division,
    examination: Examination,
    superior: Settings | None = None,
    reporters: Mapping[str, Reporter] | None = None,
) -> ConsolidationInput:
    """Choose one ledger of each unit in `scope`, compare them and add them up.

    Args:
        scope: The city or county that adds up.
        examination: All files; its row rejections grow by what comparing finds.
        superior: Settings that win over each ledger's own.
        reporters: By unit code, whom an earlier consolidation knew.
    """
    examined = {ledger.file: ledger for ledger in examination.examined}
    deliveries = [ledger.delivery(examination.as_of) for ledger in examination.examined]
    as_of = examination.as_of
    choice = choose((one for one in deliveries if in_scope(one.code, scope)), as_of)
    merged = [examined[delivery.file] for delivery in choice.taken]
    elsewhere = {
        finding.file: place
        for finding in examination.unreadable
        if (place := named_elsewhere(finding.file, scope))
    }
    unreadable = [each for each in examination.unreadable if each.file not in elsewhere]
    outputs = [each for each in unreadable if each.code == "file.other_kind"]
    unreadable = [each for each in unreadable if each not in outputs]
    notices = [
        *(each._replace(level=Level.WARNING, code=NOT_READ) for each in outputs),
        *(each for each in examination.notices if each.file not in elsewhere),
        *_unreadable_outside(elsewhere, scope),
        *_left_out(choice, examined),
        *_outside(deliveries, scope),
        *_last_years(choice, as_of),
    ]
    own = replace(examination, examined=merged, unreadable=unreadable, notices=notices)
    report = own.report(superior)
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.file, []).append(finding)
    states = statuses(
        scope,
        choice,
        {finding.file: _why_unread(finding) for finding in unreadable},
        {file: _levels(findings) for file, findings in by_file.items()},
        reporters or {},
        as_of,
        {
            f.file: f"{f.message.replace('未读取：', '是', 1)}，{f.suggestion}"
            for f in notices
            if f.code == NOT_READ
        },
        [f.file for f in examination.notices if f.code == NOT_READ and f.level is Level.WARNING],
    )
    summary = merge(
        summarise(ledger.ledger, report.as_of, ledger.settings, by_file.get(ledger.file, ()))
        for ledger in merged
    )
    return ConsolidationInput(merged, report, summary, states)


def _left_out(choice: Choice, examined: Mapping[str, ExaminedLedger]) -> Iterable[Finding]:
    """Yield why files are left out, and of one with another unit's code what is wrong on its form."""
    for file, out in choice.left_out.items():
        yield left_out_finding(out, "file.superseded", "未汇总本文件")
        if out.why is Why.BORROWED:
            named = {UnitRow.sheet.name}
            yield from (f for f in examined[file].findings if squeeze(f.sheet) in named)


def _last_years(choice: Choice, as_of: date) -> Iterable[Finding]:
    for delivery in choice.taken:
        if is_last_years(delivery, as_of):
            yield file_finding(
                delivery.file, "file.last_year", Level.WARNING,
                f"是 {delivery.year} 年度的台账，{as_of.year} 年度台账尚未上报，数据暂按该台账统计",
                f"请督促报送 {as_of.year} 年度的台账",
            )  # fmt: skip


def _outside(deliveries: Iterable[Delivery], scope: Division) -> Iterable[Finding]:
    for delivery in deliveries:
        if not in_scope(delivery.code, scope):
            yield file_finding(
                delivery.file, "file.out_of_scope", Level.WARNING,
                f"{delivery.county}{delivery.township}不属于{scope.name}，未汇总本文件",
                "请核对汇总范围或区划代码",
            )  # fmt: skip


def _unreadable_outside(elsewhere: Mapping[str, str], scope: Division) -> Iterable[Finding]:
    for file, place in elsewhere.items():
        yield file_finding(
            file, "file.out_of_scope", Level.WARNING,
            f"文件无法打开，文件名为{place}，不属于{scope.name}，未计入",
            "请核对汇总范围或文件名",
        )  # fmt: skip


def _why_unread(finding: Finding) -> str:
    """Return why a file cannot be read; of what is no ledger also how to get one."""
    return (
        f"{finding.message}，{finding.suggestion}"
        if finding.code == "file.not_ledger"
        else finding.message
    )


def _levels(findings: Iterable[Finding]) -> tuple[int, int]:
    counted = Counter(finding.level for finding in findings)
    return counted[Level.ERROR], counted[Level.WARNING]


@dataclass(frozen=True, slots=True)
class ConsolidateResult:
    """What one consolidation read and wrote.

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
        sheets: dict[str, Counter[str]] = {}
        for count in self.report.sheets:
            sheets.setdefault(count.sheet, Counter()).update(
                {name: getattr(count, name) for name in _ROW_COUNTS}
            )
        return {
            "as_of": self.report.as_of.isoformat(),
            "out": str(self.out),
            "scope": self.scope.name,
            "units": [_unit_json(unit) for unit in self.states],
            "totals": {name: getattr(total, name) for name in _TOTALS},
            "findings": {level.value: self.report.count(level) for level in Level},
            "unread": [
                {"file": f.file, "message": f.message, "suggestion": f.suggestion}
                for f in self.report.findings
                if f.code == NOT_READ
            ],
            "sheets": {
                sheet: {name: counts[name] for name in _ROW_COUNTS}
                for sheet, counts in sheets.items()
            },
        }


@gc_paused()
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
    cache: bool = False,
    bundle: Path | None = None,
    dask: str = "",
    most_rows: int = WORKSHEET_ROWS,
    progress: Progress | None = None,
) -> ConsolidateResult:
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
        cache: Whether to keep beside `out` what a later run need not do again, and to use what an
            earlier one kept; see `addin.actions.parcels.shelf`.
        bundle: Where to write the ledgers for the superior's consolidation, None for nowhere.
        dask: Address of the Dask cluster that reads the files, "" for workers of this computer; it
            also writes a dataset, see `addin.actions.parcels.dataset`.
        most_rows: The last row of a worksheet; ledger sheets with more rows continue in further ones.
        progress: Told of every file done.

    Raises:
        UsageError: There is nothing to consolidate, or an option cannot be used.
        UnknownDivision: `scope` names no place.
        WriteRefused: `out` is not ours to replace, or cannot be written.
    """
    division = find_unit(scope) if scope else by_code()[CITY]
    named = {out, settings_file, previous, bundle}
    sources, others, notices = _sources(paths, named, division)
    carries = division.level == "county"
    superior = superior_settings(settings_file) if settings_file else None
    memory = read_memory(previous) if previous else {}
    stamp = Stamp(as_of, (generated or clock.now()).replace(tzinfo=None))
    kept = shelf_beside(out, jobs, keeps=cache, bundles=bool(bundle or carries), cluster=dask)
    with claim(out), kept as shelf, ExitStack() as background:
        refuse_foreign(out, FILE_KIND)
        check_writable(out, 2 * sum(path.stat().st_size for path in {s.path for s in sources}))
        if dask:
            _dataset().check_dataset(out)
        if cache:
            key = _key(division, stamp, superior, previous, shelf, (sources, others), out)
            if not (bundle or dask) and (earlier := _used_again(key, shelf, stamp, out)):
                return ConsolidateResult(out, division, *earlier[:3])
        before = previous and background.enter_context(
            in_background(consolidated_state, previous, jobs=jobs)
        )
        examination = examine(
            sources, as_of=as_of, superior=superior, others=others, progress=progress,
            reader=shelf.read,
        )  # fmt: skip
        examination.notices += notices
        unread = [one for one in examination.notices if one.code == NOT_READ]
        handed = shelf.sections, examination.unreadable, unread
        if bundle:
            write_bundle(bundle, *handed)
        merged = gather(division, examination, superior, consolidated_sheets.reporters_of(memory))
        labels, findings = _file_labels(merged, [*sources, *others], out), merged.report.findings
        log = background.enter_context(shelf.printing(merged.examined, labels, findings, most_rows))
        reports, computed = _computed(division, merged, memory, superior, jobs)
        if shelf.cluster:
            judged = reports.records, reports.log_facts
            _dataset().write_dataset(out, shelf.cluster, shelf.parcels, merged, computed, *judged)
        grids, long_sheets = list(reports.grids()), []
        if before:
            totals, lines = changes_since(before.result(), computed, findings, labels)
            grids.append(totals)
            long_sheets.append(lines)
        contents = Contents(
            overview=reports.overview(),
            grids=grids,
            long_sheets=long_sheets,
            ledger=computed,
            labels=labels,
            findings=findings,
            stamp=stamp,
            memory=[*reports.memory_rows(), *settings_rows(division, superior, merged.examined)],
            printed=lambda: {LogEntryRow: log.result()},
            most_rows=most_rows,
            carried=carried_ledgers(*handed) if carries else b"",
        )
        replace_atomically(out, lambda draft: write_consolidated(draft, contents))
        result = merged.report, merged.summary, merged.states
        if cache and not any(finding.code in PASSING for finding in findings):
            run = EarlierRun(*result, stamp.generated, members_of(out))
            shelf.used.add(keep_run(shelf.folder, key, run))
    return ConsolidateResult(out, division, *result)


def _dataset() -> ModuleType:
    """Return the module that writes datasets; it needs the extra bangdai[dask], and this module."""
    from addin.actions.parcels import dataset  # noqa: PLC0415

    return dataset


def _key(
    scope: Division,
    stamp: Stamp,
    superior: Settings | None,
    previous: Path | None,
    shelf: Shelf,
    found: tuple[list[Source], list[Source]],
    out: Path,
) -> str:
    """Return a digest of everything a consolidation rests on but 生成时间."""
    sources, others = found
    files = [
        (*source[1:], _link(source, out), shelf.content(source.path), *saved_at(source.path))
        for source in sources
    ]
    notices = [*open_notices(sources), *unread_findings(others)]
    settings = superior.model_dump_json() if superior else ""
    known = shelf.content(previous) if previous else ""
    return digest_of(
        [program_version(), scope.code, stamp.as_of, settings, known, *files, *notices]
    )


def _used_again(key: str, shelf: Shelf, stamp: Stamp, out: Path) -> EarlierRun | None:
    """Give the workbook of an earlier run of the same files the present time, if there is one."""
    earlier = find_earlier(shelf.folder, key, out)
    if earlier:
        before, now = earlier.generated, stamp.generated
        replace_atomically(out, lambda draft: restamp(out, draft, before, now))
        again = earlier._replace(generated=stamp.generated, members=members_of(out))
        keep_run(shelf.folder, key, again)
        shelf.used.update(shelf.folder.iterdir())
    return earlier


def _sources(
    paths: Iterable[Path], named: Iterable[Path | None], scope: Division
) -> tuple[list[Source], list[Source], list[Finding]]:
    """Return the files that may be ledgers, those that are not read, and notices.

    Ledgers in bundles and counties' workbooks are among the first, and none of the files `named`
    among any.
    """
    workbooks, others = discover(paths)
    known = {path.resolve() for path in named if path}
    workbooks = [source for source in workbooks if source.path.resolve() not in known]
    sources = [source for source in workbooks if file_kind(source.path) != FILE_KIND]
    others += [source for source in workbooks if source not in sources]
    bundled, others, notices = handed_on(
        (other for other in others if other.path.resolve() not in known), scope
    )
    sources = (
        sorted([*sources, *bundled], key=lambda source: PurePosixPath(source.file))
        if bundled
        else sources
    )
    refuse_without(sources, others)
    return sources, others, notices


def _computed(
    scope: Division,
    merged: ConsolidationInput,
    memory: consolidated_sheets.Memory,
    superior: Settings | None,
    jobs: int,
) -> tuple[consolidated_sheets.ReportSheets, Ledger]:
    """Return the report sheets, and the merged ledger with its generated sheets computed anew."""
    ledger = Ledger.merged(examined.ledger for examined in merged.examined)
    own = {} if superior else {examined.file: examined.settings for examined in merged.examined}
    settings = superior or Settings()
    as_of = merged.report.as_of
    with in_background(log_hints, only_read(ledger), settings, as_of, jobs=jobs) as log_facts:
        records = roll_up(ledger, settings, as_of, own)
        computed = with_computed(ledger, records)
        reports = consolidated_sheets.ReportSheets(
            scope, merged.summary, merged.states, ledger, records, log_facts.result(), memory
        )
    return reports, computed


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


def _file_labels(
    merged: ConsolidationInput, sources: Iterable[Source], out: Path
) -> dict[str, FileLabel]:
    """Return labels and relative links of every file, the merged ones first."""
    known = {unit.file: unit for unit in merged.states if unit.file}
    found = {source.file: source for source in sources}
    files = dict.fromkeys([*(examined.file for examined in merged.examined), *found])
    return {file: _place(known.get(file), found[file], out) for file in files}


def _place(status: UnitStatus | None, source: Source, out: Path) -> FileLabel:
    county, township = (status.county, status.township) if status else ("", "")
    return FileLabel(county, township, _link(source, out))


def _link(source: Source, out: Path) -> str:
    """Return the link to a file, "" to a ledger in a bundle, which nobody can open there."""
    path = source.path
    if source.member:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive of a Windows machine
        return path.resolve().as_uri()

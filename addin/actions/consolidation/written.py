"""Do one consolidation: read, compare, add up, judge and write the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from addin.actions import consolidated_sheets
from addin.actions.consolidation.gather import ConsolidationInput, gather
from addin.actions.consolidation.order import Order, Told, Whole, link_to
from addin.actions.exchange.states import places_of, remembered_rows
from addin.actions.found_files import Source
from addin.actions.generated_sheets import with_computed
from addin.actions.parcels.bundle import write_bundle
from addin.actions.parcels.carried import carried_ledgers
from addin.actions.parcels.earlier import EarlierRun, keep_run, members_of
from addin.actions.parcels.examined import examined
from addin.actions.parcels.parcel import packed
from addin.actions.parcels.printed import printing
from addin.actions.parcels.shelf import Shelf
from addin.actions.reports.remembered_settings import settings_rows
from addin.actions.validate import examine, gc_paused
from addin.domain.deliveries import UnitStatus
from addin.domain.log_hints.copied import only_read
from addin.domain.log_hints.records import log_hints
from addin.domain.rollup import roll_up
from validators.findings import NOT_READ
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import LogEntryRow
from workbooks.consolidated import content
from workbooks.consolidated.workbook import write_consolidated
from workbooks.files import replace_atomically
from workbooks.workers import PASSING, in_background


@gc_paused()
def consolidated(order: Order, shelf: Shelf, key: str) -> tuple[Told, Whole]:
    """Do a consolidation.

    Args:
        order: What is to be done.
        shelf: Where workers leave what they read and printed.
        key: By which its result is kept for a later run, "" for not at all.

    Returns:
        What is told of it, and all it came to.

    Raises:
        WriteRefused: The workbook cannot be written.
    """
    memory = content.read_memory(order.previous) if order.previous else {}
    with ExitStack() as background:
        examination = examine(
            order.sources, as_of=order.as_of, superior=order.superior, others=order.others,
            progress=order.progress, reader=partial(examined, shelf),
        )  # fmt: skip
        examination.notices += order.notices
        unread = [one for one in examination.notices if one.code == NOT_READ]
        handed = shelf.sections, examination.unreadable, unread
        if order.bundle:
            write_bundle(order.bundle, *handed)
        reporters = consolidated_sheets.reporters_of(memory)
        merged = gather(order.scope, examination, order.superior, reporters)
        reported = Ledger.merged(each.ledger for each in merged.examined)
        labels = _file_labels(merged, [*order.sources, *order.others], order.out)
        findings = merged.report.findings
        log = background.enter_context(
            printing(shelf, merged.examined, labels, findings, order.most_rows)
        )
        reports, computed = _computed(order, merged, reported, memory, shelf.jobs)
        if shelf.cluster:
            from addin.actions.parcels.dataset import write_dataset  # noqa: PLC0415 - few have one

            judged = reports.records, reports.log_facts
            write_dataset(order.out, shelf.cluster, shelf.parcels, merged, computed, *judged)
        grids, long_sheets = list(reports.grids()), []
        if order.previous:
            # what compares takes long to load, and few runs do
            from addin.actions.exchange.compare import changes_since  # noqa: PLC0415

            digests = {one.file: one.digest for one in merged.examined}
            totals, lines = changes_since(order.previous, reported, findings, labels, digests)
            grids.append(totals)
            long_sheets.append(lines)
        contents = content.Contents(
            overview=reports.overview(),
            grids=grids,
            long_sheets=long_sheets,
            ledger=computed,
            labels=labels,
            findings=findings,
            stamp=content.Stamp(order.as_of, order.generated),
            memory=[
                *reports.memory_rows(),
                *settings_rows(order.scope, order.superior, merged.examined),
                *remembered_rows(reported, places_of(labels)),
            ],
            printed=lambda: {LogEntryRow: log.result()},
            most_rows=order.most_rows,
            carried=carried_ledgers(*handed) if order.carries else b"",
        )
        replace_atomically(order.out, lambda draft: write_consolidated(draft, contents))
    whole = Whole(merged.report, merged.summary, merged.states)
    told = Told.of(order.scope, whole)
    if key and not any(finding.code in PASSING for finding in findings):
        run = EarlierRun(told, order.generated, members_of(order.out), packed(tuple(whole)))
        shelf.used.add(keep_run(shelf.folder, key, run))
    return told, whole


def _computed(
    order: Order,
    merged: ConsolidationInput,
    ledger: Ledger,
    memory: consolidated_sheets.Memory,
    jobs: int,
) -> tuple[consolidated_sheets.ReportSheets, Ledger]:
    """Return the report sheets, and the merged ledger with its generated sheets computed anew."""
    own = {} if order.superior else {each.file: each.settings for each in merged.examined}
    settings = order.superior or Settings()
    as_of = order.as_of
    with in_background(log_hints, only_read(ledger), settings, as_of, jobs=jobs) as log_facts:
        records = roll_up(ledger, settings, as_of, own)
        computed = with_computed(ledger, records)
        reports = consolidated_sheets.ReportSheets(
            order.scope, merged.summary, merged.states, ledger, records, log_facts.result(), memory
        )
    return reports, computed


def _file_labels(
    merged: ConsolidationInput, sources: Iterable[Source], out: Path
) -> dict[str, content.FileLabel]:
    """Return labels and relative links of every file, the merged ones first."""
    known = {unit.file: unit for unit in merged.states if unit.file}
    found = {source.file: source for source in sources}
    files = dict.fromkeys([*(examined.file for examined in merged.examined), *found])
    return {file: _place(known.get(file), found[file], out) for file in files}


def _place(status: UnitStatus | None, source: Source, out: Path) -> content.FileLabel:
    county, township = (status.county, status.township) if status else ("", "")
    return content.FileLabel(county, township, link_to(source, out))

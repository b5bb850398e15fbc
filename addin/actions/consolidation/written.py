"""Do one consolidation: read, compare, add up, judge and write the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from addin.actions import consolidated_sheets
from addin.actions.consolidation.gather import ConsolidationInput, gather
from addin.actions.consolidation.order import Order, Told, Whole, link_to
from addin.actions.exchange.states import places_of, remembered_rows
from addin.actions.found_files import Source
from addin.actions.generated_sheets import ClerkEntries, computed_part
from addin.actions.parcels.bundle import write_bundle
from addin.actions.parcels.carried import carried_ledgers
from addin.actions.parcels.earlier import EarlierRun, keep_run, members_of
from addin.actions.parcels.examined import examined
from addin.actions.parcels.judged import LISTS, JudgedLedger, Rules, judged, judged_ledger
from addin.actions.parcels.parcel import load_parcel, packed
from addin.actions.parcels.printed import printing
from addin.actions.parcels.shelf import Shelf
from addin.actions.reports.remembered_settings import settings_rows
from addin.actions.validate import examine, gc_paused
from addin.domain.awards import award_year
from addin.domain.deliveries import UnitStatus
from addin.domain.log_hints.copied import only_read
from addin.domain.log_hints.records import log_hints
from addin.domain.rollup import files_of_people, listed_rows
from addin.domain.townships.judged import Judgement, judged_together
from validators.findings import NOT_READ
from validators.ledger import Ledger, Table
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
        labels = _file_labels(merged, [*order.sources, *order.others], order.out)
        findings = merged.report.findings
        log = background.enter_context(
            printing(shelf, merged.examined, labels, findings, order.most_rows)
        )
        judgements, reports = _judged(order, merged, memory, shelf)
        lists = _lists(merged, judgements, reports.judgement)
        computed = judged_ledger(shelf, merged.examined, lists)
        if shelf.cluster:
            from addin.actions.parcels.dataset import write_dataset  # noqa: PLC0415 - few have one

            judged = reports.summary, computed, reports.judgement, reports.log_facts
            write_dataset(order.out, shelf.cluster, shelf.parcels, merged, *judged)
        grids, long_sheets = list(reports.grids()), []
        if order.previous:
            # what compares takes long to load, and few runs do
            from addin.actions.exchange.compare import changes_since  # noqa: PLC0415

            digests = {one.file: one.digest for one in merged.examined}
            totals, lines = changes_since(order.previous, computed, findings, labels, digests)
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
                *remembered_rows(reports.ledger, places_of(labels)),
            ],
            printed=lambda: {LogEntryRow: log.result()},
            most_rows=order.most_rows,
            carried=carried_ledgers(*handed) if order.carries else b"",
        )
        replace_atomically(order.out, lambda draft: write_consolidated(draft, contents))
    whole = Whole(merged.report, reports.summary, merged.states)
    told = Told.of(order.scope, whole)
    if key and not any(finding.code in PASSING for finding in findings):
        run = EarlierRun(told, order.generated, members_of(order.out), packed(tuple(whole)))
        shelf.used.add(keep_run(shelf.folder, key, run))
    return told, whole


def _judged(
    order: Order, merged: ConsolidationInput, memory: consolidated_sheets.Memory, shelf: Shelf
) -> tuple[list[JudgedLedger], consolidated_sheets.ReportSheets]:
    """Return what every township came to, and the report sheets on all."""
    people = Ledger.merged(each.ledger for each in merged.examined)
    settings = order.superior or Settings()
    rules = Rules(order.as_of, settings, award_year(people, order.as_of))
    alike = order.superior is not None
    whole = Ledger.merged(load_parcel(shelf.parcels[each.file]).ledger for each in merged.examined)
    with in_background(
        log_hints, only_read(whole), settings, order.as_of, jobs=shelf.jobs
    ) as log_facts:
        judgements = list(judged(shelf, merged.examined, people, rules, alike=alike))
        summary = merged.added_up(one.summary for one in judgements)
        found = judged_together((one.judgement for one in judgements), *rules)
        reports = consolidated_sheets.ReportSheets(
            order.scope, summary, merged.states, people, found, log_facts.result(), memory
        )
    return judgements, reports


def _lists(
    merged: ConsolidationInput, judgements: Iterable[JudgedLedger], found: Judgement
) -> dict[str, Table[Any]]:
    """Return the sheets that list people of all townships."""
    of = files_of_people(Ledger.merged(each.ledger for each in merged.examined))
    entries: dict[str, ClerkEntries] = {}
    for one in judgements:
        for key, entered in one.entries.items():
            entries.setdefault(key, {}).update(entered)
    rows = listed_rows(found.flags, found.awards, found.changes, of)
    return {
        model.sheet.key: Table(
            model, [computed_part(model, rows[model], entries.get(model.sheet.key, {}))]
        )
        for model in LISTS
    }


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

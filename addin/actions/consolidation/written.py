"""Do one consolidation: read, compare, add up, judge and write the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from addin.actions import consolidated_sheets
from addin.actions.consolidation.gather import ConsolidationInput, gather
from addin.actions.consolidation.order import Order, Told, Whole, link_to
from addin.actions.found_files import Source
from addin.actions.generated_sheets import ClerkEntries, computed_part
from addin.actions.parcels.bundle import write_bundle
from addin.actions.parcels.carried import carried_ledgers
from addin.actions.parcels.earlier import EarlierRun, keep_run, members_of
from addin.actions.parcels.examined import examined
from addin.actions.parcels.judged import (
    LISTS,
    JudgedLedger,
    Rules,
    judge_orders,
    judged,
    judged_ledger,
    units_together,
)
from addin.actions.parcels.parcel import packed
from addin.actions.parcels.printed import print_orders, row_blocks
from addin.actions.parcels.searched import log_hints_kept, search_beside
from addin.actions.parcels.shelf import Shelf
from addin.actions.reports.remembered_settings import settings_rows
from addin.actions.validate import examine, gc_paused
from addin.domain.awards import award_year
from addin.domain.deliveries import UnitStatus
from addin.domain.rollup import files_of_people, listed_rows
from addin.domain.townships.judged import judged_together
from validators.ledger import Ledger, Table
from validators.settings import Settings
from validators.sheets import Row
from workbooks.consolidated import content
from workbooks.consolidated.findings_sheet import ordered
from workbooks.consolidated.ledger_sheets import Names, blocks_of
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
    examination = examine(
        order.sources, as_of=order.as_of, superior=order.superior, others=order.others,
        progress=order.progress, reader=partial(examined, shelf),
    )  # fmt: skip
    examination.notices += order.notices
    noticed = [one for one in examination.notices if one.told]
    handed = shelf.sections, examination.unreadable, noticed
    if order.bundle:
        write_bundle(order.bundle, *handed)
    reporters = consolidated_sheets.reporters_of(memory)
    merged = gather(order.scope, examination, order.superior, reporters)
    labels = _file_labels(merged, [*order.sources, *order.others], order.out)
    findings = ordered(merged.report.findings, labels)
    people = Ledger.merged(each.ledger for each in merged.examined)
    settings = order.superior or Settings()
    rules = Rules(order.as_of, settings, award_year(people, order.as_of))
    printed = print_orders(merged.examined, labels, findings, order.most_rows)
    parcels = [shelf.parcels[each.file] for each in merged.examined]
    known = search_beside(shelf), parcels, settings, order.as_of
    with in_background(log_hints_kept, *known, jobs=shelf.jobs) as log_facts:
        townships = dict(
            judged(
                shelf,
                judge_orders(
                    shelf,
                    merged.examined,
                    people,
                    rules,
                    printed,
                    alike=bool(order.superior),
                    keeps_computed=bool(shelf.cluster or order.previous),
                ),
            )
        )
        reports = consolidated_sheets.ReportSheets(
            order.scope,
            merged.added_up(one.summary for one in townships.values()),
            merged.states,
            people,
            judged_together((one.judgement for one in townships.values()), *rules),
            log_facts.result,
            memory,
        )
        lists = _lists(reports, townships)
        listed = {
            model.sheet.name: blocks_of(table, labels, {}, Names(people), order.most_rows)
            for model, table in lists.items()
        }
        rows = row_blocks({file: one.printed for file, one in townships.items()}, labels, findings)
        contents = content.Contents(
            overview=reports.overview(),
            rows=rows | listed,
            labels=labels,
            findings=findings,
            stamp=content.Stamp(order.as_of, order.generated),
            memory=[
                *reports.memory_rows(),
                *settings_rows(order.scope, order.superior, merged.examined),
                *(row for one in townships.values() for row in one.remembered),
            ],
            most_rows=order.most_rows,
            carried=carried_ledgers(*handed) if order.carries else b"",
            grids=reports.grids(),
        )
    contents = _with_all_rows(order, contents, shelf, merged, reports, lists)
    replace_atomically(order.out, lambda draft: write_consolidated(draft, contents))
    whole = Whole(merged.report, reports.summary, merged.states)
    told = Told.of(order.scope, whole)
    as_read = all(map(shelf.is_unchanged, shelf.digests))
    if key and as_read and not any(finding.code in PASSING for finding in findings):
        run = EarlierRun(told, order.generated, members_of(order.out), packed(tuple(whole)))
        shelf.used.add(keep_run(shelf.folder, key, run))
    return told, whole


def _with_all_rows(
    order: Order,
    contents: content.Contents,
    shelf: Shelf,
    merged: ConsolidationInput,
    reports: consolidated_sheets.ReportSheets,
    lists: Mapping[type[Row], Table[Any]],
) -> content.Contents:
    """Do what looks at all cells of every ledger: write the dataset, compare with an earlier workbook."""
    examined = {one.file: one for one in merged.examined}
    units = units_together(reports.ledger)

    def read(file: str) -> Ledger:
        return judged_ledger(shelf, examined[file], units)

    if shelf.cluster:
        from addin.actions.parcels.dataset import write_dataset  # noqa: PLC0415 - few have one

        write_dataset(order.out, shelf.cluster, shelf.parcels, merged, reports, read, lists)
    if not order.previous:
        return contents
    # what compares takes long to load, and few runs do
    from addin.actions.exchange.compare import changes_since  # noqa: PLC0415
    from addin.actions.exchange.kept_state import MergedLedgers  # noqa: PLC0415

    digests = {one.file: one.digest for one in merged.examined}
    places = {file: label.place for file, label in contents.labels.items()}
    now = MergedLedgers(read, contents.findings, places, digests)
    return replace(contents, grids=[*contents.grids, *changes_since(order.previous, now)])


def _lists(
    reports: consolidated_sheets.ReportSheets, townships: Mapping[str, JudgedLedger]
) -> dict[type[Row], Table[Any]]:
    """Return the sheets that list people of all townships."""
    entries: dict[str, ClerkEntries] = {model.sheet.key: {} for model in LISTS}
    for one in townships.values():
        for key, entered in one.entries.items():
            entries[key].update(entered)
    found, of = reports.judgement, files_of_people(reports.ledger)
    rows = listed_rows(found.flags, found.awards, found.changes, of)
    return {
        model: Table(model, [computed_part(model, rows[model], entries[model.sheet.key])])
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

"""Write a consolidated workbook: XlsxWriter writes the frames, `splice` puts the rows in."""

from __future__ import annotations

import io
from pathlib import Path

from xlsxwriter import Workbook

from workbooks.bulk import BulkRows, splice
from workbooks.consolidated.content import FILE_KIND, MEMORY_SHEET, Contents, write_memory
from workbooks.consolidated.findings_sheet import PROBLEMS, ordered, write_problems
from workbooks.consolidated.ledger_sheets import (
    Names,
    bulk_rows,
    merged_models,
    warned_rows,
    write_merged_frame,
)
from workbooks.consolidated.overview import OVERVIEW, write_overview
from workbooks.consolidated.tables import write_grid
from workbooks.plain import plain_workbook
from workbooks.template.styles import Styles


def write_consolidated(target: Path, contents: Contents) -> None:
    """Write `contents` to `target`; equal contents give equal bytes.

    Raises:
        UsageError: A sheet would hold more rows than Excel takes.
    """
    frame = io.BytesIO()
    bulk = _write_frame(frame, contents)
    frame.seek(0)
    splice(frame, target, bulk)


def _write_frame(stream: io.BytesIO, contents: Contents) -> dict[str, BulkRows]:
    workbook = _open(stream, contents)
    styles = Styles(workbook)
    first = workbook.add_worksheet(OVERVIEW)
    write_overview(workbook, first, contents, styles)
    for grid in contents.grids:
        write_grid(workbook.add_worksheet(grid.name), grid, contents.stamp, styles)
    bulk = {}
    warned, names = warned_rows(contents.findings), Names(contents.ledger)
    for model in merged_models():
        rows = bulk_rows(contents.ledger.table(model), contents.labels, warned, names)
        sheet = workbook.add_worksheet(model.sheet.name)
        write_merged_frame(sheet, model, rows, contents, styles)
        bulk[model.sheet.name] = rows
    findings = ordered(contents.findings, contents.labels)
    bulk[PROBLEMS] = write_problems(workbook.add_worksheet(PROBLEMS), findings, contents, styles)
    write_memory(workbook.add_worksheet(MEMORY_SHEET), contents.memory)
    first.activate()
    workbook.close()
    return bulk


def _open(stream: io.BytesIO, contents: Contents) -> Workbook:
    return plain_workbook(
        stream,
        FILE_KIND,
        title=contents.overview.title,
        created=contents.stamp.generated,
        properties={"数据截至": contents.stamp.as_of.isoformat()},
    )

"""Write a consolidated workbook: XlsxWriter writes the frames, `splice` puts the rows in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.bulk import BulkRows, splice
from workbooks.consolidated import content
from workbooks.consolidated.carried_part import add_part
from workbooks.consolidated.findings_sheet import (
    FINDINGS_SHEET,
    WRAPS,
    links_of,
    write_findings_frame,
)
from workbooks.consolidated.index import GUIDE, Entry, write_guide, write_index
from workbooks.consolidated.ledger_sheets import (
    bulk_rows,
    in_sheets,
    merged_about,
    merged_models,
    sheet_name,
    wrapped,
    write_merged_frame,
)
from workbooks.consolidated.overview import OVERVIEW, write_overview
from workbooks.consolidated.printing import number_first
from workbooks.consolidated.tables import INDEX, link_back, write_grids
from workbooks.pages import add_printed_sheet
from workbooks.plain import plain_workbook
from workbooks.reports.content import Document
from workbooks.reports.documents import write_document
from workbooks.template.styles import Styles

BULLETIN = "情况通报"


def write_consolidated(target: Path, contents: content.Contents) -> None:
    """Write `contents` to `target`; equal contents give equal bytes.

    Raises:
        UsageError: A sheet would hold more rows than Excel takes.
    """
    frame = io.BytesIO()
    bulk = _write_frames(frame, contents)
    if contents.carried:
        bare, frame = frame, io.BytesIO()
        add_part(bare, frame, contents.carried)
    frame.seek(0)
    splice(frame, target, bulk)


def _write_frames(stream: io.BytesIO, contents: content.Contents) -> dict[str, BulkRows]:
    workbook = _open(stream, contents)
    styles = Styles(workbook)
    number_first(styles)
    first = workbook.add_worksheet(INDEX)
    write_overview(workbook, workbook.add_worksheet(OVERVIEW), contents, styles)
    _write_bulletin(add_printed_sheet(workbook, BULLETIN), contents.overview, styles)
    long = write_grids(workbook, contents.grids, contents.stamp, styles)
    for grid in contents.grids:
        if grid.group is not content.SheetGroup.DATA:
            link_back(workbook.get_worksheet_by_name(grid.name), len(grid.headings), styles)
    bulk = dict[str, BulkRows]()
    scope, stamp = contents.overview.scope, contents.stamp
    for model in merged_models():
        sheets = in_sheets(contents.rows.get(model.sheet.name, ()), contents.most_rows)
        for number, blocks in enumerate(sheets, 1):
            rows, name = bulk_rows(blocks, wrapped(model)), sheet_name(model, number)
            write_merged_frame(workbook.add_worksheet(name), model, rows, scope, stamp, styles)
            bulk[name] = rows
    findings = contents.findings
    rows = bulk_rows(contents.rows.get(FINDINGS_SHEET, ()), WRAPS)
    rows = replace(rows, links=links_of(findings[: rows.n_rows], contents.labels))
    bulk[FINDINGS_SHEET] = rows
    sheet = workbook.add_worksheet(FINDINGS_SHEET)
    write_findings_frame(sheet, rows, findings, scope, stamp, styles)
    entries = _entries(contents, bulk)
    for entry in entries:
        if entry.empty:
            workbook.get_worksheet_by_name(entry.name).hide()
    write_index(first, contents, entries, styles)
    write_guide(workbook.add_worksheet(GUIDE), entries, styles)
    content.write_memory(workbook.add_worksheet(content.MEMORY_SHEET), contents.memory)
    first.activate()
    workbook.close()
    return long | bulk


def _write_bulletin(sheet: Worksheet, overview: content.Overview, styles: Styles) -> None:
    title = f"{overview.scope}基层干部“导师帮带制”\n工作情况通报"
    document = Document(title, "", [("", overview.bulletin)], overview.signer, None)
    write_document(sheet, document, styles)
    link_back(sheet, 1, styles)


def _entries(contents: content.Contents, bulk: Mapping[str, BulkRows]) -> list[Entry]:
    """Return the lines of 目录, in tab order."""
    report, data = content.SheetGroup.REPORT, content.SheetGroup.DATA
    abouts = {model.sheet.name: merged_about(model) for model in merged_models()}
    abouts[FINDINGS_SHEET] = "校验发现的问题，点位置可打开原台账的单元格"
    return [
        Entry(OVERVIEW, report, "主要数据、与上期对比和图表"),
        Entry(BULLETIN, report, "可直接复制使用的情况通报"),
        *(
            Entry(grid.name, grid.group, grid.about, len(grid.rows) - grid.total_rows, grid.whole)
            for grid in contents.grids
        ),
        *(
            Entry(name, data, abouts[name.partition("(")[0]], rows.n_rows, printed=False)
            for name, rows in bulk.items()
        ),
        Entry(GUIDE, content.SheetGroup.GUIDE, "打印方法、数据口径和各表用法"),
    ]


def _open(stream: io.BytesIO, contents: content.Contents) -> Workbook:
    return plain_workbook(
        stream,
        content.FILE_KIND,
        title=contents.overview.title,
        created=contents.stamp.generated,
        properties={"数据截至": contents.stamp.as_of.isoformat()},
    )

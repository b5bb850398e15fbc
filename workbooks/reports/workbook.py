"""Write a period's report: 一页通, 指标对比, tables with charts, 情况通报 and 公示."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import NumberFormat, SheetGroup
from workbooks.consolidated.tables import Frame, write_frame, write_grid
from workbooks.pages import add_printed_sheet, write_cell
from workbooks.plain import plain_workbook
from workbooks.reports.content import FILE_KIND, MEASURES, MeasureLine, ReportContents
from workbooks.reports.documents import (
    write_charts,
    write_document,
    write_leader_page,
    write_public_notice,
)
from workbooks.template.layout import FIRST_ROW, HEADING_ROW
from workbooks.template.styles import BOX, Styles

LEADERS, CHARTS, NOTICE, PUBLICITY = "一页通", "图表", "情况通报", "公示"


def write_report(target: Path | BinaryIO, contents: ReportContents) -> None:
    """Write a report; equal contents give equal bytes."""
    workbook = plain_workbook(
        target, FILE_KIND, title=contents.title, created=contents.stamp.generated,
        properties={"数据截至": contents.stamp.as_of.isoformat()},
    )  # fmt: skip
    styles = Styles(workbook)
    first = add_printed_sheet(workbook, LEADERS)
    write_measures(add_printed_sheet(workbook, MEASURES), contents, styles)
    charts = add_printed_sheet(workbook, CHARTS)
    for grid in contents.grids:
        write_grid(add_printed_sheet(workbook, grid.name), grid, contents.stamp, styles)
    write_charts(workbook, charts, contents, styles)
    write_leader_page(workbook, first, contents, styles)
    write_document(add_printed_sheet(workbook, NOTICE), contents.notice, styles)
    write_public_notice(add_printed_sheet(workbook, PUBLICITY), contents.publicity, styles)
    first.activate()
    workbook.close()


_COLUMNS = (
    ("指标", 18.0), ("单位", 6.0), ("口径", 6.0), ("本期", 9.0), ("本期（同口径）", 14.0),
    ("上期（同口径）", 14.0), ("增减", 15.0), ("增减幅度", 11.0),
)  # fmt: skip


def write_measures(sheet: Worksheet, contents: ReportContents, styles: Styles) -> None:
    """Write 指标对比: this period, then both periods by the same units."""
    last = HEADING_ROW + len(contents.measures)
    title = f"{contents.period}“导师帮带”指标对比"
    frame = Frame(title, contents.basis, _COLUMNS, len(_COLUMNS), last, SheetGroup.REPORT)
    write_frame(sheet, frame, contents.stamp, styles)
    sheet.set_portrait()
    sheet.freeze_panes(HEADING_ROW, 1)
    for row, line in enumerate(contents.measures, FIRST_ROW):
        sheet.set_row(row - 1, 22)
        for column, (value, number_format) in enumerate(_cells(line), 1):
            align = "left" if column == 1 else "center"
            style = styles.fangsong(11, num_format=number_format, align=align, **BOX)
            write_cell(sheet, row, column, value, style)


def _cells(line: MeasureLine) -> Iterator[tuple[str | float | None, str]]:
    """Yield the values of a line, each with its number format."""
    for text in (line.name, line.unit, line.kind):
        yield text, NumberFormat.TEXT.value
    for value in (line.now, line.same_now, line.before):
        yield value, line.number_format.value
    yield line.change, _CHANGES[line.number_format]
    yield line.growth, "+0.0%;-0.0%;0.0%"


_CHANGES = {
    NumberFormat.WHOLE: "+0;-0;0",
    NumberFormat.DECIMAL: "+0.0;-0.0;0.0",
    NumberFormat.PERCENT: '+0.0"个百分点";-0.0"个百分点";0.0"个百分点"',
}

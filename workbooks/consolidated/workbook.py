"""Write a consolidated workbook: XlsxWriter writes the frames, `splice` puts the rows in."""

from __future__ import annotations

import io
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.cells import BLANK, encode
from validators.findings import Finding
from validators.sheets import SHEETS, UnitRow, columns_by_field
from validators.vocabulary import Level
from workbooks.bulk import MAX_LINKS, BulkRows, Links, splice
from workbooks.consolidated import content
from workbooks.consolidated.carried_part import add_part
from workbooks.consolidated.index import GUIDE, Entry, write_guide, write_index
from workbooks.consolidated.ledger_sheets import (
    Names,
    bulk_rows,
    in_sheets,
    merged_about,
    merged_models,
    number_first,
    sheet_name,
    warned_rows,
    write_merged_frame,
)
from workbooks.consolidated.overview import OVERVIEW, write_overview
from workbooks.consolidated.tables import (
    INDEX,
    WRAPPED,
    Frame,
    cell_style,
    link_back,
    not_printed,
    write_frame,
    write_grid,
    write_long_sheet,
)
from workbooks.masking import mask_phone, mask_text, mask_texts
from workbooks.pages import add_printed_sheet
from workbooks.plain import plain_workbook
from workbooks.reports.content import Document
from workbooks.reports.documents import write_document
from workbooks.template.layout import FIRST_ROW, HEADING_ROW
from workbooks.template.styles import Styles

BULLETIN = "情况通报"
FINDINGS_SHEET = "问题清单"
_COLUMNS = (
    ("级别", 6), ("县(区)", 9), ("乡镇(街道)", 11), ("文件", 24), ("工作表", 10), ("位置", 8),
    ("列名", 12), ("填写内容", 20), ("问题", 40), ("建议", 32),
)  # fmt: skip
_LINKED = "位置"
_COLUMN_LINKED = [name for name, _ in _COLUMNS].index(_LINKED) + 1
_CHUNK = 8_000
_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTICE: 2}
_COLOURS = {Level.ERROR: "#C00000", Level.WARNING: "#9C5700", Level.NOTICE: "#595959"}
_PHONES = frozenset(
    column.heading for model in SHEETS for column in columns_by_field(model).values() if column.mask
)
_OFFICE_PHONE = (UnitRow.sheet.name, columns_by_field(UnitRow)["office_phone"].heading)
_TELEPHONES = _PHONES | {_OFFICE_PHONE[1]}


def write_consolidated(target: Path, contents: content.Contents) -> None:
    """Write `contents` to `target`; equal contents give equal bytes.

    Raises:
        UsageError: A sheet would hold more rows than Excel takes.
    """
    frame = io.BytesIO()
    bulk = _write_frames(frame, contents)
    for model, sheets in contents.printed().items():
        for number, printed in enumerate(sheets, 1):
            name = sheet_name(model, number)
            bulk[name] = replace(bulk[name], printed=printed)
    if contents.carried:
        bare, frame = frame, io.BytesIO()
        add_part(bare, frame, contents.carried)
    frame.seek(0)
    splice(frame, target, bulk)


def _write_frames(stream: io.BytesIO, contents: content.Contents) -> dict[str, BulkRows]:
    workbook = _open(stream, contents)
    styles = Styles(workbook)
    for model in content.PRINTED_APART:
        number_first(model, styles)
    first = workbook.add_worksheet(INDEX)
    write_overview(workbook, workbook.add_worksheet(OVERVIEW), contents, styles)
    _write_bulletin(add_printed_sheet(workbook, BULLETIN), contents.overview, styles)
    for grid in contents.grids:
        sheet = workbook.add_worksheet(grid.name)
        write_grid(sheet, grid, contents.stamp, styles)
        link_back(sheet, len(grid.headings), styles)
    bulk = {}
    for long in contents.long_sheets:
        sheet, data = workbook.add_worksheet(long.name), content.SheetGroup.DATA
        bulk[long.name] = write_long_sheet(sheet, long, contents.stamp, styles, data)
    warned, names = warned_rows(contents.findings), Names(contents.ledger)
    for model in merged_models():
        tables = in_sheets(contents.ledger.table(model).this_year(), contents.most_rows)
        for number, table in enumerate(tables, 1):
            rows, name = bulk_rows(table, contents.labels, warned, names), sheet_name(model, number)
            sheet, scope = workbook.add_worksheet(name), contents.overview.scope
            write_merged_frame(sheet, model, rows, scope, contents.stamp, styles)
            bulk[name] = rows
    findings = _ordered(contents.findings, contents.labels)
    bulk[FINDINGS_SHEET] = _write_findings(
        workbook.add_worksheet(FINDINGS_SHEET), findings, contents, styles
    )
    entries = _entries(contents, bulk)
    for entry in entries:
        if entry.empty:
            workbook.get_worksheet_by_name(entry.name).hide()
    write_index(first, contents, entries, styles)
    write_guide(workbook.add_worksheet(GUIDE), entries, styles)
    content.write_memory(workbook.add_worksheet(content.MEMORY_SHEET), contents.memory)
    first.activate()
    workbook.close()
    return bulk


def _write_bulletin(sheet: Worksheet, overview: content.Overview, styles: Styles) -> None:
    title = f"{overview.scope}基层干部“导师帮带制”\n工作情况通报"
    document = Document(title, "", [("", overview.bulletin)], overview.signer, None)
    write_document(sheet, document, styles)
    link_back(sheet, 1, styles)


def _entries(contents: content.Contents, bulk: Mapping[str, BulkRows]) -> list[Entry]:
    """Return the lines of 目录, in tab order."""
    report, data = content.SheetGroup.REPORT, content.SheetGroup.DATA
    abouts = {model.sheet.name: merged_about(model) for model in merged_models()}
    abouts |= {long.name: long.title for long in contents.long_sheets}
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


# --- 问题清单: findings with links to file and cell, errors first -------------------------------------


def _ordered(findings: Iterable[Finding], labels: Mapping[str, content.FileLabel]) -> list[Finding]:
    """Return errors, then warnings, then notices; each in the order of the merged files."""
    rank = {file: number for number, file in enumerate(labels)}

    def key(finding: Finding) -> tuple[int, int, str, str, int, str]:
        file = rank.get(finding.file, len(rank))
        cell = finding.file, finding.sheet, finding.row, finding.cell
        return _ORDER[finding.level], file, *cell

    return sorted(findings, key=key)


def _write_findings(
    sheet: Worksheet, findings: Sequence[Finding], contents: content.Contents, styles: Styles
) -> BulkRows:
    """Write the frame of the sheet and return the rows of as many findings as it can link.

    Args:
        sheet: The worksheet.
        findings: All findings, in order.
        contents: For the labels of the files and the dates.
        styles: The workbook's formats.
    """
    rows = _rows(findings[:MAX_LINKS], contents.labels)
    note = f"{_note(findings)}；{not_printed(rows.n_rows)}"
    frame = Frame(
        f"{contents.overview.scope}导师帮带台账问题清单", note, _COLUMNS,
        len(_COLUMNS), HEADING_ROW if rows.n_rows else 0, content.SheetGroup.DATA,
    )  # fmt: skip
    write_frame(sheet, frame, contents.stamp, styles)
    for index, (name, width) in enumerate(_COLUMNS):
        linked = {"font_color": "#0563C1", "underline": 1} if name == _LINKED else {}
        style = cell_style(styles, content.NumberFormat.TEXT, width, **linked)
        sheet.write_blank(FIRST_ROW - 1, index, None, style)
    sheet.freeze_panes(HEADING_ROW, 0)
    if rows.n_rows:
        sheet.autofilter(HEADING_ROW - 1, 0, rows.last_row - 1, len(_COLUMNS) - 1)
        for level, colour in _COLOURS.items():
            style = styles.make(font_color=colour)
            rule = {"type": "cell", "criteria": "==", "value": f'"{level.label}"', "format": style}
            sheet.conditional_format(FIRST_ROW - 1, 0, rows.last_row - 1, 0, rule)
    return rows


def _note(findings: Sequence[Finding]) -> str:
    counted = Counter([finding.level for finding in findings])
    count = {level: counted[level] for level in Level}
    text = "　".join(f"{level.label} {number} 条" for level, number in count.items())
    more = len(findings) - MAX_LINKS
    return text + (f"；只列前 {MAX_LINKS} 条，另有 {more} 条未列" if more > 0 else "")


def _rows(findings: Sequence[Finding], labels: Mapping[str, content.FileLabel]) -> BulkRows:
    unknown = content.FileLabel("", "", "")
    label_of = [labels.get(finding.file, unknown) for finding in findings]
    label_of_level = {level: level.label for level in Level}
    columns: list[list[str]] = [
        [label_of_level[finding.level] for finding in findings],
        [label.county for label in label_of],
        [label.township for label in label_of],
        _masked([finding.file for finding in findings]),
        _masked([finding.sheet for finding in findings]),
        [finding.cell or "文件" for finding in findings],
        _masked([finding.heading for finding in findings]),
        _values(findings),
        _masked([_message(finding) for finding in findings]),
        _masked([finding.suggestion for finding in findings]),
    ]
    links = _links(findings, label_of)
    chunks = (
        [encode(column[start : start + _CHUNK]) for column in columns]
        for start in range(0, len(findings), _CHUNK)
    )
    wraps = {index: float(width) for index, (_, width) in enumerate(_COLUMNS) if width >= WRAPPED}
    return BulkRows(FIRST_ROW, len(findings), chunks, links, wraps)


def _masked(texts: list[str]) -> list[str]:
    distinct = [*dict.fromkeys(texts)]
    masked = mask_texts(distinct)
    if masked is distinct:
        return texts
    safe = dict(zip(distinct, masked, strict=True))
    return [safe[text] for text in texts]


def _values(findings: Sequence[Finding]) -> list[str]:
    """Return what `_value` says of each finding, telephones looked at one by one."""
    texts = _masked([finding.value for finding in findings])
    return [
        _value(finding) if finding.heading in _TELEPHONES else text
        for finding, text in zip(findings, texts, strict=True)
    ]


def safe_finding(finding: Finding) -> Finding:
    """Return a finding without personal numbers, as 问题清单 shows it."""
    return finding._replace(
        file=mask_text(finding.file),
        sheet=mask_text(finding.sheet),
        heading=mask_text(finding.heading),
        value=_value(finding),
        message=mask_text(_message(finding)),
        suggestion=mask_text(finding.suggestion),
    )


def _value(finding: Finding) -> str:
    """Return the value as typed without personal numbers; office phones stay."""
    if (finding.sheet, finding.heading) == _OFFICE_PHONE or not finding.value:
        return finding.value
    strict = finding.heading in _PHONES
    return mask_phone(finding.value) if strict else mask_text(finding.value)


def _message(finding: Finding) -> str:
    """Return the sentence; one on a phone repeats it, landlines and typos too."""
    return mask_phone(finding.message) if finding.heading in _PHONES else finding.message


def _links(findings: Sequence[Finding], labels: Sequence[content.FileLabel]) -> Links:
    """Return links to file and cell; none where the file's name would give a number away."""
    targets = {label.link: BLANK for label in labels if label.link}
    usable = [link for link in targets if mask_text(link) == link]
    targets |= {link: number for number, link in enumerate(usable)}
    codes = array("i", [targets.get(label.link, BLANK) for label in labels])
    tabs = {
        tab: "'{}'!".format(tab.replace("'", "''"))
        for tab in {finding.sheet for finding in findings}
    }
    places = [tabs[finding.sheet] + finding.cell if finding.cell else "" for finding in findings]
    return Links(_COLUMN_LINKED, usable, codes, places)

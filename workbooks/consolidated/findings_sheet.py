"""问题清单 of a consolidated workbook: findings with links to file and cell, errors first."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import cast

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import BLANK, CellColumn, encode
from validators.findings import Finding
from validators.sheets import SHEETS, UnitRow, columns_by_field
from validators.vocabulary import Level
from workbooks.bulk import MAX_LINKS, BulkRows, Links
from workbooks.consolidated.content import FileLabel, NumberFormat, SheetGroup, Stamp
from workbooks.consolidated.tables import WRAPPED, Frame, cell_style, not_printed, write_frame
from workbooks.masking import mask_phone, mask_text, mask_texts
from workbooks.template.layout import FIRST_ROW, HEADING_ROW
from workbooks.template.styles import Styles

FINDINGS_SHEET = "问题清单"
LEVEL = "级别"
NO_CELL = "文件"
"""The place of a finding that cites no cell."""

_COLUMNS = (
    (LEVEL, 6), ("县(区)", 9), ("乡镇(街道)", 11), ("文件", 24), ("工作表", 10), ("位置", 8),
    ("列名", 12), ("填写内容", 20), ("问题", 40), ("建议", 32),
)  # fmt: skip
_LINKED = "位置"
_COLUMN_LINKED = [name for name, _ in _COLUMNS].index(_LINKED) + 1
_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTICE: 2}
_COLOURS = {Level.ERROR: "#C00000", Level.WARNING: "#9C5700", Level.NOTICE: "#595959"}
_PHONES = frozenset(
    column.heading for model in SHEETS for column in columns_by_field(model).values() if column.mask
)
_OFFICE_PHONE = (UnitRow.sheet.name, columns_by_field(UnitRow)["office_phone"].heading)
_UNKNOWN = FileLabel("", "", "")
_TELEPHONES = _PHONES | {_OFFICE_PHONE[1]}

WRAPS = {index: float(width) for index, (_, width) in enumerate(_COLUMNS) if width >= WRAPPED}
"""Widths of the columns whose text wraps, by 0-based column."""


def ordered(findings: Iterable[Finding], labels: Mapping[str, FileLabel]) -> list[Finding]:
    """Return errors, then warnings, then notices; each in the order of the merged files."""
    rank = {file: number for number, file in enumerate(labels)}

    def key(finding: Finding) -> tuple[int, int, str, str, int, str]:
        file = rank.get(finding.file, len(rank))
        cell = finding.file, finding.sheet, finding.row, finding.cell
        return _ORDER[finding.level], file, *cell

    return sorted(findings, key=key)


def runs_of(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings that have room on the sheet, in runs of one file and level."""
    listed = findings[:MAX_LINKS]
    return [list(run) for _, run in groupby(listed, lambda finding: (finding.level, finding.file))]


def write_findings_frame(
    sheet: Worksheet,
    rows: BulkRows,
    findings: Sequence[Finding],
    scope: str,
    stamp: Stamp,
    styles: Styles,
) -> None:
    """Write everything but the rows, and the prototype row `splice` fills.

    Args:
        sheet: The worksheet.
        rows: Its rows.
        findings: All findings, more perhaps than there are rows.
        scope: Whose they are.
        stamp: The dates it shows.
        styles: The workbook's formats.
    """
    note = f"{_note(findings)}；{not_printed(rows.n_rows)}"
    frame = Frame(
        f"{scope}导师帮带台账问题清单", note, _COLUMNS,
        len(_COLUMNS), HEADING_ROW if rows.n_rows else 0, SheetGroup.DATA,
    )  # fmt: skip
    write_frame(sheet, frame, stamp, styles)
    for index, style in enumerate(row_styles(styles)):
        sheet.write_blank(FIRST_ROW - 1, index, None, style)
    sheet.freeze_panes(HEADING_ROW, 0)
    if rows.n_rows:
        sheet.autofilter(HEADING_ROW - 1, 0, rows.last_row - 1, len(_COLUMNS) - 1)
        for level, colour in _COLOURS.items():
            style = styles.make(font_color=colour)
            rule = {"type": "cell", "criteria": "==", "value": f'"{level.label}"', "format": style}
            sheet.conditional_format(FIRST_ROW - 1, 0, rows.last_row - 1, 0, rule)


def row_styles(styles: Styles) -> Iterator[Format]:
    """Yield the style of every column of the rows from A on."""
    for name, width in _COLUMNS:
        linked = {"font_color": "#0563C1", "underline": 1} if name == _LINKED else {}
        yield cell_style(styles, NumberFormat.TEXT, width, **linked)


def _note(findings: Sequence[Finding]) -> str:
    counted = Counter([finding.level for finding in findings])
    count = {level: counted[level] for level in Level}
    text = "　".join(f"{level.label} {number} 条" for level, number in count.items())
    more = len(findings) - MAX_LINKS
    return text + (f"；只列前 {MAX_LINKS} 条，另有 {more} 条未列" if more > 0 else "")


def finding_columns(
    findings: Sequence[Finding], labels: Mapping[str, FileLabel]
) -> list[CellColumn]:
    """Return the cells of the rows of one finding or more, column by column from A on."""
    texts = dict(zip(Finding._fields, zip(*findings, strict=True), strict=True))
    label_of_level = {level: level.label for level in Level}
    messages, values = [*texts["message"]], _masked_texts(texts["value"])
    for at, heading in enumerate(texts["heading"]):
        if heading in _TELEPHONES:
            messages[at], values[at] = _message(findings[at]), _value(findings[at])
    files = encode(texts["file"])
    label_of = [labels.get(str(file), _UNKNOWN) for file in files.values]
    return [
        encode(map(label_of_level.__getitem__, texts["level"])),
        CellColumn([label.county for label in label_of], files.codes),
        CellColumn([label.township for label in label_of], files.codes),
        _masked(files),
        _masked(encode(texts["sheet"])),
        encode([cell or NO_CELL for cell in texts["cell"]]),
        _masked(encode(texts["heading"])),
        encode(values),
        _masked(encode(messages)),
        _masked(encode(texts["suggestion"])),
    ]


def _masked(texts: CellColumn) -> CellColumn:
    return CellColumn([*mask_texts(cast("list[str]", texts.values))], texts.codes)


def _masked_texts(texts: Sequence[str]) -> list[str]:
    distinct = [*dict.fromkeys(texts)]
    safe = dict(zip(distinct, mask_texts(distinct), strict=True))
    return [safe[text] for text in texts]


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


def links_of(findings: Sequence[Finding], labels: Mapping[str, FileLabel]) -> Links:
    """Return links to file and cell; none where the file's name would give a number away."""
    label_of = [labels.get(finding.file, _UNKNOWN) for finding in findings]
    targets = {label.link: BLANK for label in label_of if label.link}
    usable = [link for link in targets if mask_text(link) == link]
    targets |= {link: number for number, link in enumerate(usable)}
    codes = array("i", [targets.get(label.link, BLANK) for label in label_of])
    tabs = {
        tab: "'{}'!".format(tab.replace("'", "''"))
        for tab in {finding.sheet for finding in findings}
    }
    places = [tabs[finding.sheet] + finding.cell if finding.cell else "" for finding in findings]
    return Links(_COLUMN_LINKED, usable, codes, places)

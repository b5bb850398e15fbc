"""问题清单: findings with links to file and cell, errors first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsxwriter.worksheet import Worksheet

from validators.findings import Finding
from validators.sheets import UnitRow, columns_by_field
from validators.vocabulary import Level
from workbooks.consolidated.content import Contents, Look, Place
from workbooks.consolidated.pages import body, heading, heading_height, write_top
from workbooks.layout import FIRST_ROW, HEADING_ROW
from workbooks.masking import mask_text
from workbooks.styles import LINE, Styles

__all__ = ["MAX_LINKS", "PROBLEMS", "ordered", "safe", "write_problems"]

MAX_LINKS = 65_530
"""Excel keeps no more hyperlinks on a sheet."""

PROBLEMS = "问题清单"
_COLUMNS = (
    ("级别", 6), ("县(区)", 9), ("乡镇(街道)", 11), ("文件", 24), ("工作表", 10), ("位置", 8),
    ("列名", 12), ("填写内容", 20), ("问题", 40), ("建议", 32),
)  # fmt: skip
_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTICE: 2}
_COLOURS = {Level.ERROR: "#C00000", Level.WARNING: "#9C5700", Level.NOTICE: "#595959"}
_OFFICE_PHONE = (UnitRow.sheet.name, columns_by_field(UnitRow)["office_phone"].heading)


def ordered(findings: Iterable[Finding], places: Mapping[str, Place]) -> list[Finding]:
    """Return errors, then warnings, then notices; each in the order of the merged files."""
    rank = {file: number for number, file in enumerate(places)}
    return sorted(
        findings,
        key=lambda f: (
            _ORDER[f.level],
            rank.get(f.file, len(rank)),
            f.file,
            f.sheet,
            f.row,
            f.cell,
        ),
    )


def safe(finding: Finding) -> Finding:
    """Return a finding without personal numbers; office phones stay."""
    if (finding.sheet, finding.heading) == _OFFICE_PHONE:
        return finding
    return finding._replace(
        file=mask_text(finding.file),
        value=mask_text(finding.value),
        message=mask_text(finding.message),
        suggestion=mask_text(finding.suggestion),
    )


def write_problems(sheet: Worksheet, contents: Contents, styles: Styles) -> None:
    """Write as many findings as the sheet can link, and say how many are left out."""
    findings = ordered(contents.findings, contents.places)
    shown = findings[:MAX_LINKS]
    names = [name for name, _ in _COLUMNS]
    widths = [float(width) for _, width in _COLUMNS]
    write_top(sheet, PROBLEMS, _note(findings), len(names), contents, styles)
    sheet.set_row(HEADING_ROW - 1, heading_height(names, widths))
    for index, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(index, index, width + 0.7)
        sheet.write_string(HEADING_ROW - 1, index, name, heading(styles))
    _write_rows(sheet, shown, contents.places, styles)
    sheet.freeze_panes(HEADING_ROW, 0)
    if shown:
        sheet.autofilter(HEADING_ROW - 1, 0, FIRST_ROW + len(shown) - 2, len(names) - 1)


def _note(findings: list[Finding]) -> str:
    count = {level: sum(f.level is level for f in findings) for level in Level}
    said = "　".join(f"{level.label} {number} 条" for level, number in count.items())
    more = len(findings) - MAX_LINKS
    return said + (f"；只列前 {MAX_LINKS} 条，另有 {more} 条未列" if more > 0 else "")


def _write_rows(
    sheet: Worksheet, findings: list[Finding], places: Mapping[str, Place], styles: Styles
) -> None:
    plain = [body(styles, Look.TEXT, width) for _, width in _COLUMNS]
    level_of = {level: body(styles, Look.TEXT, 6, font_color=c) for level, c in _COLOURS.items()}
    link = styles.make(
        font_name="仿宋", font_size=11, border=1, border_color=LINE, align="center",
        font_color="#0563C1", underline=1,
    )  # fmt: skip
    nowhere = Place("", "", "")
    for row, finding in enumerate(findings, FIRST_ROW - 1):
        place = places.get(finding.file, nowhere)
        told = safe(finding)
        words = (
            told.level.label, place.county, place.township, told.file, told.sheet, told.cell,
            told.heading, told.value, told.message, told.suggestion,
        )  # fmt: skip
        for index, word in enumerate(words):
            sheet.write_string(row, index, word, plain[index])
        sheet.write_string(row, 0, words[0], level_of[told.level])
        target = _target(finding, place)
        if target:
            at = 5 if told.cell else 3
            sheet.write_url(row, at, target, link, told.cell or told.file)


def _target(finding: Finding, place: Place) -> str:
    """Return the link to the cited cell, "" where the file's name would give a number away."""
    if not place.link or mask_text(place.link) != place.link or "#" in place.link:
        return ""
    if not finding.cell:
        return f"external:{place.link}"
    tab = finding.sheet.replace("'", "''")
    return f"external:{place.link}#'{tab}'!{finding.cell}"

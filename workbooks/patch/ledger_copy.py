"""Write a copy of a clerk's ledger with some sheets changed; every other part is byte for byte.

    update_workbook(source, target, updates)
        read_ledger_package       what cannot be copied whole is refused
        sheet_layout              the file's own columns, found by their headings
        SheetWriter               values, look-ups, styles and heights in the text of a sheet's XML
        changed_workbook_parts
        page_values               what 首页 and 本周待办 show then
        replace_atomically        the old target or the new one, never half

Libraries that load and save a workbook lose what they do not know: extension validations, pictures
in cells, some charts. So the package is taken apart and only what changes is rewritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import BinaryIO

from validators.columns import Column
from validators.errors import WriteRefused
from validators.findings import Finding
from validators.sheets import model_for
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.ooxml.markup import attribute, with_attribute, without
from workbooks.ooxml.package import CONTENT_TYPES, MAX_PART_BYTES, ArchiveWriter
from workbooks.patch.file_marks import put_file_marks
from workbooks.patch.package import (
    LedgerPackage,
    changed_workbook_parts,
    read_ledger_package,
    tables_of,
    without_macro_type,
)
from workbooks.patch.page_values import page_values, read_fields
from workbooks.patch.sheet_xml import (
    CellMaker,
    CellXml,
    RowXml,
    SheetXml,
    below_new_rows,
    has_formula,
    is_shared_master,
    moved,
    recached,
    unshare,
)
from workbooks.patch.style_list import StyleList
from workbooks.sheet_writing import LookUps, SheetWriter, Values, sheets_looked_up
from workbooks.template.layout import FILE_KIND, REMINDERS_SHEET, SEARCH_SHEET, row_height
from workbooks.text_fit import CHARACTER, ROW_MOST
from workbooks.update_layout import SheetLayout, TableExtent, layouts_of, tabs_to_show
from workbooks.updates import SheetReport, SheetUpdate, UpdateReport

_LOOKED_AT = 60  # rows whose styles say what is usual in a column
_ON = ("1", "true", "on")
_DOTS = 0.75  # points: a row's height is a whole number of screen dots
_ONE_LINE = 21.75


class ColumnStyles:
    """How the rows of a worksheet look: the usual styles of its columns, widths, fitting heights.

    Args:
        xml: The worksheet.
        fields: The known columns by 1-based worksheet column.
        headed: Every worksheet column with a heading.
        rows: The rows of the body, from which the usual styles are taken.
        digit: Pixels of a digit, by which widths are measured.
    """

    def __init__(
        self,
        xml: SheetXml,
        fields: Mapping[int, Column],
        headed: Iterable[int],
        rows: Iterable[int],
        digit: int,
    ) -> None:
        self._digit = digit
        self._setup = xml.widths_and_styles()
        near = [xml.rows[row].peek() for row in [*rows][-_LOOKED_AT:]]
        self.usual = {at: self._usual(at, near) for at in headed}
        self._widths = {
            column.field: width for at, column in fields.items() if (width := self._width(at))
        }
        self._wrapped = [column for column in fields.values() if column.field in self._widths]

    def style(self, at: int) -> str:
        """Return the style number of a new cell in column `at`."""
        return self.usual.get(at) or self.column_style(at)

    def column_style(self, at: int) -> str:
        """Return the style number of the column's cells that are not there, "" for none."""
        return next((style for first, last, _, style in self._setup if first <= at <= last), "")

    def fit(self, row: RowXml, values: Mapping[str, object], *, grow: bool = False) -> None:
        """Make a row tall enough for its text; one made taller by hand stays so.

        Args:
            row: The row.
            values: What it shows, by field.
            grow: These are only some of its values: never make it less tall.
        """
        points = row_height(self._wrapped, values, self._widths)
        needed = min(ceil(points / _DOTS) * _DOTS, ROW_MOST)
        attributes = row.attributes
        old = float(attribute(attributes, "ht") or 0)
        if grow or attribute(attributes, "customHeight") in _ON:
            needed = max(needed, old)
        if needed != old and not (grow and needed <= _ONE_LINE):
            row.attributes = with_attribute(attributes, "ht", f"{needed:g}")

    def _usual(self, at: int, near: list[dict[int, CellXml]]) -> str:
        """Return the style most of the cells have in a column, else the column's own."""
        styles = Counter(cells[at].style for cells in near if at in cells)
        return styles.most_common(1)[0][0] if styles else self.column_style(at)

    def _width(self, at: int) -> float:
        """Return a column's width in characters."""
        widths = (width for first, last, width, _ in self._setup if first <= at <= last)
        return next(widths, 0.0) * self._digit / CHARACTER


class XmlWorksheet:
    """One worksheet of a package as an `EditableWorksheet`.

    Args:
        xml: The worksheet's XML, changed in place.
        layout: What stands where in it.
        extent: Its table and the rows not to write to.
        maker: Makes the workbook's cells.
    """

    def __init__(
        self, xml: SheetXml, layout: SheetLayout, extent: TableExtent, maker: CellMaker
    ) -> None:
        fields = {at: layout.known(field) for field, at in layout.columns.items()}
        rows = [row for row in xml.rows if row in extent.body_rows and row not in extent.kept]
        self._xml = xml
        self._headed = extent.headed
        self._maker = maker
        self._layout = layout
        self._styles = ColumnStyles(xml, fields, extent.headed, rows, maker.digit)
        self._kept: dict[int, RowXml] = {}

    def clear(self, rows: Sequence[int], end: int, keep: Iterable[int]) -> None:
        """Empty the cells below headings; outside the new table they go altogether."""
        unshare(self._xml)
        self._xml.unmerge([*rows])
        self._kept = {number: self._copy(number) for number in keep}
        for row in rows:
            if row in self._xml.rows:
                self._empty(self._xml.rows[row], dropped=row > end)

    def can_move(self, rows: range) -> bool:
        """Tell whether rows below the data can be moved: a file's always can."""
        return bool(rows)

    def move(self, rows: range, by: int, last: int) -> None:
        """Move whole rows down, with their merged cells, heights and formulas."""
        unshare(self._xml)
        old = {number: self._xml.rows.pop(number) for number in rows if number in self._xml.rows}
        for number in range(rows.start + by, rows.stop + by):
            self._xml.rows.pop(number, None)
        for number, row in old.items():
            new = self._xml.row(number + by)
            new.attributes = row.attributes
            new.cells.update(
                {at: below_new_rows(cell, rows, by, last) for at, cell in row.cells.items()}
            )
        self._xml.move_merges(rows, by)

    def put(self, row: int, at: int, value: object, like: int | None = None) -> None:
        """Put a value into a cell."""
        cells = self._xml.row(row).cells
        if is_shared_master(cells.get(at)):
            unshare(self._xml)
        style = self._style(row, at, like)
        if isinstance(value, date):
            style = self._style_for_days(style, at)
        elif isinstance(value, int | float) and not self._maker.shows_number(value, style):
            style = self._style_for_number(value, style, at)
        cells[at] = self._maker.cell(value, style)

    def formula(self, row: int, at: int, text: str, shown: str, like: int | None = None) -> None:
        """Put a formula that shows a text into a cell, nothing where it is ""."""
        style = self._style(row, at, like)
        cell = self._maker.formula(text, shown, style) if text else CellXml(style)
        self._xml.row(row).cells[at] = cell

    def carry(self, row: int, at: int, kept: int) -> None:
        """Put the cell that stood in the row `kept` here, its style with it."""
        cell = self._kept[kept].cells.get(at)
        if cell:
            self._xml.row(row).cells[at] = moved(cell, at, kept, row)

    def has_formula(self, row: int, at: int) -> bool:
        """Tell whether a cell holds a formula."""
        return has_formula(self._xml.row(row).cells.get(at))

    def is_blank(self, row: int, at: int) -> bool:
        """Tell whether a cell holds nothing."""
        cell = self._xml.row(row).cells.get(at)
        return cell is None or cell.inner is None

    def recalculated(self, row: int, at: int, shown: str) -> None:
        """Note the text that a cell's formula shows now."""
        cells = self._xml.row(row).cells
        cells[at] = recached(cells[at], shown)

    def settle(self, row: int, values: Values, like: int | None = None) -> None:
        """Give a row the cells it lacks, and its height; it is not hidden."""
        xml = self._xml.row(row)
        self._fill(xml)
        before = xml if like is None else self._kept[like]
        xml.attributes = without(before.attributes, "hidden")
        self._styles.fit(xml, values)

    def prepare(self, row: int) -> None:
        """Give a blank row its cells, and a height if it has none."""
        xml = self._xml.row(row)
        self._fill(xml)
        if not attribute(xml.attributes, "ht"):
            self._styles.fit(xml, {})

    def grow(self, row: int, values: Values) -> None:
        """Make a row tall enough for new values in it, never less tall."""
        self._styles.fit(self._xml.row(row), values, grow=True)

    def _style(self, row: int, at: int, like: int | None) -> str:
        kept = self._kept[like].cells.get(at) if like is not None else None
        old = kept or self._xml.row(row).cells.get(at)
        return old.style if old else self._styles.style(at)

    def _style_for_days(self, style: str, at: int) -> str:
        """Return the cell's style, the column's usual one, or a new one: the first to show days."""
        known = (style, self._styles.usual.get(at, ""), self._styles.column_style(at))
        for dated in filter(self._maker.shows_days, known):
            return dated
        return self._maker.style_for_days(style, self._layout.day_format(at))

    def _style_for_number(self, value: float, style: str, at: int) -> str:
        """Return a style that shows a number as it is: the column's usual one or a new one."""
        known = (self._styles.usual.get(at, ""), self._styles.column_style(at))
        shows = (usual for usual in known if usual and self._maker.shows_number(value, usual))
        plain = next(shows, "")
        return plain or self._maker.style_for_numbers(style)

    def _fill(self, row: RowXml) -> None:
        for at in self._headed:
            row.cells.setdefault(at, CellXml(self._styles.usual[at]))

    def _copy(self, number: int) -> RowXml:
        """Return a copy of what stands below headings in a row."""
        old = self._xml.row(number)
        copy = RowXml(number, old.attributes, "")
        copy.cells.update({at: cell for at, cell in old.cells.items() if at in self._styles.usual})
        return copy

    def _empty(self, row: RowXml, *, dropped: bool) -> None:
        """Empty the cells below headings; outside the new table they go altogether.

        Without a cell the column's style shows, which has no borders: no blank pages are printed.
        """
        for at in [at for at in row.cells if at in self._styles.usual]:
            if dropped and self._styles.column_style(at):
                del row.cells[at]
            else:
                row.cells[at] = CellXml(self._styles.usual[at])
        row.attributes = "" if dropped else without(row.attributes, "hidden", "ht", "customHeight")


# --- the copy ------------------------------------------------------------------------------------

Parts = dict[str, str | None]


def update_workbook(
    source: Path,
    target: Path | BinaryIO,
    updates: Sequence[SheetUpdate],
    *,
    digest: str = "",
    as_of: date | None = None,
    marks: Sequence[Finding] | None = None,
) -> UpdateReport:
    """Write `source` with `updates` to `target`; `source` is only read.

    Args:
        source: A ledger, whatever spreadsheet saved it as .xlsx.
        target: A path other than the source's, or a seekable stream.
        updates: At most one for each sheet.
        digest: `LedgerFile.digest` of the reading the updates come from, so that worksheet rows
            are still the same; "" where that is sure.
        as_of: The day 首页 and 本周待办 are saved for; None leaves what it was saved with.
        marks: Mark the cells of these findings, and no others, as 录入校验 does; None leaves the
            marks as they are.

    Raises:
        UpdateRefused: The file is of another format, has macros or was changed meanwhile; it
            lacks a sheet, its headings or a required column; merged cells are in the way.
        UnreadableWorkbook: The file is damaged, harmful or locked with a password.
        WriteRefused: The target is the source, is no ledger of ours, or cannot be written.
    """
    if isinstance(target, Path):
        _refuse_target(source, target)
    models = {model_for(update.key) for update in updates}
    looked_up = [model_for(key) for key in sorted(sheets_looked_up(models))]
    shown = [model_for(key) for key in read_fields()] if as_of else []
    ledger = read_ledger_package(source, {*models, *looked_up, *shown}, digest)
    layouts = layouts_of(ledger.name, ledger.tabs, (*looked_up, *shown), updates)
    keys = {model.sheet.key for model in looked_up}
    parts, report = _changed(ledger, layouts, keys, updates)
    names = {sheet.sheet for sheet in report.sheets}
    if as_of:
        pairs = zip(updates, report.sheets, strict=True)
        written = {update.key: (update, sheet) for update, sheet in pairs if not update.tab}
        firsts = {key: layout for (key, tab), layout in layouts.items() if not tab}
        if page := page_values(ledger, firsts, written, as_of):
            names |= {REMINDERS_SHEET, SEARCH_SHEET}
            parts |= page
    tabs = {t for update in updates for t in tabs_to_show(update, layouts[update.key, update.tab])}
    parts |= changed_workbook_parts(ledger, names, tabs)
    if marks is not None:
        rewritten = {layouts[u.key, u.tab].name for u in updates if u.rows is not None}
        marked = put_file_marks(ledger, parts, (f for f in marks if f.sheet not in rewritten))
        report = replace(report, marked=marked.cells, remarks=marked.remarks)
    if isinstance(target, Path):
        replace_atomically(target, lambda draft: write_package(ledger, draft, parts))
    else:
        write_package(ledger, target, parts)
    return report


def _refuse_target(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        raise WriteRefused("不能覆盖原台账", "请换一个文件名保存")
    refuse_foreign(target, FILE_KIND)
    check_writable(target, 2 * source.stat().st_size if source.exists() else 0)


def _changed(
    ledger: LedgerPackage,
    layouts: Mapping[tuple[str, str], SheetLayout],
    looked_up: Collection[str],
    updates: Sequence[SheetUpdate],
) -> tuple[Parts, UpdateReport]:
    """Return the new text of the parts that change, and what was written."""
    lookups = LookUps(looked_up, layouts, updates)
    parts: Parts = {}
    reports: list[SheetReport] = []
    styles = StyleList(ledger)
    for update in updates:
        layout = layouts[update.key, update.tab]
        changed, report = _changed_sheet(ledger, styles, layout, lookups, update)
        parts |= changed
        reports.append(report)
    parts |= styles.changed()
    return parts, UpdateReport(tuple(reports))


def _changed_sheet(
    ledger: LedgerPackage,
    styles: StyleList,
    layout: SheetLayout,
    lookups: LookUps,
    update: SheetUpdate,
) -> tuple[Parts, SheetReport]:
    part = ledger.part_of(layout.raw)
    xml = SheetXml(ledger.text(part), layout.name)
    tables = tables_of(ledger, part) if layout.heading_row else ()
    extent = TableExtent(layout, tables)
    worksheet = XmlWorksheet(xml, layout, extent, CellMaker(ledger.workbook, layout.name, styles))
    writer, end = SheetWriter(worksheet, layout, extent, lookups), extent.end
    report = writer.write(update)
    changed: Parts = {}
    table = next((table for table in tables if table is extent.table), None)
    if table and (writer.end != end or writer.cleared):
        changed[table.part] = table.resized(writer.end + table.totals, clear=writer.cleared)
    if layout.heading_row:
        xml.refilter(layout.heading_row, max(writer.end, *report.rows, 0), clear=writer.cleared)
        if writer.cleared:
            xml.show_all()
    changed[part] = xml.render()
    return changed, report


def write_package(ledger: LedgerPackage, target: Path | BinaryIO, parts: Parts) -> None:
    """Write a package with the new text of some parts, None for one that is left out."""
    types = parts.get(CONTENT_TYPES) or ledger.text(CONTENT_TYPES)
    if (plain := without_macro_type(types)) != types:
        parts = {**parts, CONTENT_TYPES: plain}
    with ArchiveWriter(target) as archive:
        for name in ledger.package.names():
            if name not in parts:
                archive.write(name, ledger.package.chunks(name, MAX_PART_BYTES))
            elif (text := parts[name]) is not None:
                archive.write(name, [text.encode()])
        for name, text in parts.items():
            if name not in ledger.package and text is not None:
                archive.write(name, [text.encode()])

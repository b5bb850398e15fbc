"""Save what the pages 首页, 本周待办 and 设置 show after an update, in a copy of a ledger.

Excel, WPS and LibreOffice compute the pages when they open the ledger; viewers, and programs that
read values only, show what the cells were saved with.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.cells import escaped
from workbooks.ooxml.markup import attribute, without
from workbooks.ooxml.workbook_part import workbook_part
from workbooks.patch.package import LedgerPackage
from workbooks.raw.book import read_workbook
from workbooks.sheet_writing import plain_cell
from workbooks.table_rows import form_part
from workbooks.template import reminders as native
from workbooks.template.formula_sheet import FormulaCell, filled
from workbooks.template.home import home_cells
from workbooks.template.layout import (
    FIRST_ROW,
    HOME_SHEET,
    REMINDERS_SHEET,
    SEARCH_SHEET,
    SETTINGS_SHEET,
    TODO_SHEET,
    LedgerRows,
)
from workbooks.template.search import TYPED_CELL, Search, fields_read, search_cells, sought_in
from workbooks.template.settings_page import settings_cells
from workbooks.template.todo import todo_cells
from workbooks.template.todo_items import DAY_FIELDS, Period, Reminders
from workbooks.update_layout import SheetLayout
from workbooks.updates import SheetReport, SheetUpdate

Written = Mapping[str, tuple[SheetUpdate, SheetReport]]
"""What was written by sheet key, and where it went."""

_CELL = re.compile(r"<c\s([^>]*[^/>])>(<f.*?)</c>", re.DOTALL)
_FORMULA = re.compile(r"<f(?:\s[^>]*)?/>|<f.*?</f>", re.DOTALL)
_NAMES = re.compile(r'<definedName\s[^>]*?name="([^"]+)"')
_DAYS = set(DAY_FIELDS.values())


def page_values(
    ledger: LedgerPackage, layouts: Mapping[str, SheetLayout], written: Written, as_of: date
) -> dict[str, str]:
    """Return the new text of the parts of the pages and of their helper sheets.

    A ledger without 本周待办, one whose page is that of another template, and one that lacks a
    sheet it reads keep their saved values; so do 首页 and 设置.

    Args:
        ledger: The ledger before the update.
        layouts: Its sheets by key, those of `read_fields` among them.
        written: The update.
        as_of: The day the pages are saved for.
    """
    parts = {sheet.name: sheet.part for sheet in ledger.workbook.sheets}
    names = {*_NAMES.findall(ledger.text(workbook_part(ledger.package)))}
    present = {TODO_SHEET, REMINDERS_SHEET} <= parts.keys()
    if not present or not {name for name, _ in native.defined_names()} <= names:
        return {}
    has_home = {HOME_SHEET, SEARCH_SHEET} <= parts.keys() and read_fields().keys() <= layouts.keys()
    fields = read_fields() if has_home else native.read_fields()
    if not fields.keys() <= layouts.keys():
        return {}
    rows = {key: _rows_after(layouts[key], fields[key], written.get(key)) for key in fields}
    settings: dict[str, object] = {}
    for row in rows["setting"]:
        settings.setdefault(str(row.get("name")), row.get("value"))
    reminders = Reminders(LedgerRows(rows), Period.of(as_of, settings))
    unit = rows["unit"][0]
    page, hidden = todo_cells(reminders, unit)
    pages: dict[str, Iterable[FormulaCell]] = {TODO_SHEET: page}
    helpers: dict[str, Iterable[FormulaCell]] = {REMINDERS_SHEET: hidden}
    if has_home:
        found = Search(reminders, sought_in(_typed(ledger)))
        pages[HOME_SHEET] = home_cells(found, unit)
        pages[SETTINGS_SHEET] = settings_cells(settings)
        helpers[SEARCH_SHEET] = search_cells(found)
    changed = {
        name: _resaved(ledger.text(parts[name]), pages[name]) for name in pages.keys() & parts
    }
    changed |= {name: filled(ledger.text(parts[name]), helpers[name]) for name in helpers}
    return {parts[name]: text for name, text in changed.items()}


def read_fields() -> dict[str, set[str]]:
    """Return the fields the pages read by sheet key."""
    fields = native.read_fields()
    for key, names in fields_read().items():
        fields[key] = fields.get(key, set()) | names
    fields["unit"] |= {"county", "township", "year"}
    return fields


def _typed(ledger: LedgerPackage) -> object:
    """Return what a clerk left in the cell of 首页 for the name of a person."""
    book = read_workbook(ledger.workbook, lambda name: name == HOME_SHEET)
    home = next(sheet for sheet in book.sheets if sheet.name == HOME_SHEET)
    at = Rectangle.parse(TYPED_CELL)
    if at is None or at.left > len(home.columns) or at.top > home.n_rows:
        return None
    return plain_cell(home.columns[at.left - 1].cell(at.top - 1))


def _rows_after(
    layout: SheetLayout, fields: Collection[str], change: tuple[SheetUpdate, SheetReport] | None
) -> list[dict[str, object]]:
    """Return the rows of a sheet after the update, the first that of worksheet row `FIRST_ROW`."""
    if layout.model.sheet.form:
        return [_form_values(layout, fields, change)]
    by_row = {
        row: {field: _value(layout, row, field) for field in fields}
        for row in range(FIRST_ROW, layout.raw.n_rows + 1)
    }
    if change:
        update, report = change
        before = dict(by_row)
        if update.rows is not None:
            for row in layout.used:
                by_row[row] = {}
            for row, new in zip(report.rows, update.rows, strict=True):
                by_row[row] = {**before.get(new.continues or 0, {}), **new.values}
        for row, values in zip(report.rows, update.append, strict=False):
            by_row[row] = dict(values)
        for (row, field), value in update.cells.items():
            by_row.setdefault(row, {})[field] = value
    last = max(by_row, default=FIRST_ROW - 1)
    return [by_row.get(row, {}) for row in range(FIRST_ROW, last + 1)]


def _value(layout: SheetLayout, row: int, field: str) -> object:
    cell = layout.value(row, field)
    return cell if (layout.model.sheet.key, field) in _DAYS else plain_cell(cell)


def _form_values(
    layout: SheetLayout, fields: Collection[str], change: tuple[SheetUpdate, SheetReport] | None
) -> dict[str, object]:
    rows = form_part(layout.raw, layout.model, "").form_rows
    values: dict[str, object] = {
        field: plain_cell(layout.value(rows[field], field)) for field in fields if field in rows
    }
    if change:
        values |= {field: value for (_, field), value in change[0].cells.items()}
    return values


def _resaved(xml: str, cells: Iterable[FormulaCell]) -> str:
    """Return a worksheet whose formulas stay and are saved with new values."""
    values = {cell.at: cell.value for cell in cells}

    def saved(cell: re.Match[str]) -> str:
        at, formula = attribute(f" {cell[1]}", "r"), _FORMULA.match(cell[2])
        if at not in values or formula is None:
            return cell[0]
        value, attributes = values[at], without(f" {cell[1]}", "t").strip()
        kind = ' t="str"' if isinstance(value, str) else ""
        text = escaped(value) if isinstance(value, str) else value
        return f"<c {attributes}{kind}>{formula[0]}<v>{text}</v></c>"

    return _CELL.sub(saved, xml)

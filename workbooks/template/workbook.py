"""Write a township ledger as one plain workbook, blank or filled, from the sheet models."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators import schema
from validators.divisions import Division, unit_name
from validators.settings import settings_list
from validators.sheets import SHEETS, SheetKind
from workbooks.ooxml.package import ArchiveWriter
from workbooks.pages import write_cell
from workbooks.plain import plain_workbook
from workbooks.template.formula_sheet import FormulaCell, filled
from workbooks.template.guide import write_guide
from workbooks.template.home import write_home
from workbooks.template.layout import (
    FILE_KIND,
    FIRST_ROW,
    GUIDE_SHEET,
    HOME_SHEET,
    LISTS_SHEET,
    REMINDERS_SHEET,
    SEARCH_SHEET,
    SETTINGS_SHEET,
    TODO_SHEET,
    LedgerRows,
    RawText,
    RowValues,
)
from workbooks.template.lists import list_cells
from workbooks.template.reminders import defined_names
from workbooks.template.search import Search, search_cells
from workbooks.template.settings_page import write_settings
from workbooks.template.styles import Styles
from workbooks.template.todo import write_todo
from workbooks.template.todo_items import Period, Reminders
from workbooks.template.worksheets import BlankRows, write_form, write_table_sheet

_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed date in the properties: the same ledger is the same bytes."""

_FIXED_HEIGHT = re.compile(rb'(<row r="(\d+)"[^>]*?) customHeight="1"')


def default_duties() -> list[dict[str, Any]]:
    """Return the 职责模板 a new ledger starts with: for each aspect, what both sides do.

    Each line is one duty a clerk can check off from the log. Townships change, add and delete
    lines freely.
    """
    source = resources.files("workbooks.template") / "duty_templates.csv"
    lines = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    numbers = {"target", "months"}
    return [
        {name: int(cell) if name in numbers else cell for name, cell in line.items()}
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet of the clerk's own: its rows from A1 on, as values."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[RawText | None]]


def _write_other(sheet: Worksheet, other: OtherSheet, styles: Styles) -> None:
    for row, cells in enumerate(other.rows, 1):
        for number, value in enumerate(cells, 1):
            if value is not None:
                write_cell(sheet, row, number, value, styles.make(num_format=value.number_format))
    if other.hidden:
        sheet.hide()


def write_ledger(
    target: Path | BinaryIO,
    unit: Division,
    year: int,
    *,
    rows: Mapping[str, Sequence[RowValues]] | None = None,
    settings: Mapping[str, str] | None = None,
    as_of: date,
) -> None:
    """Write the ledger of `unit` for `year`; the same arguments give the same bytes.

    Args:
        target: A path or an open binary file.
        unit: The township, county or city whose ledger it is.
        year: The ledger's year.
        rows: Sheet key → rows of field → Python value (dates, numbers, strings, words, tuples).
            `rows["unit"]` fills the form; `rows["duty_template"]` replaces the default duties.
            Look-ups are computed, whatever the rows say.
        settings: Values of 参数 that differ from the defaults, by Chinese name or field name.
        as_of: The day the calculated values of 本周待办 are saved for.

    Raises:
        TypeError: A row holds a value no cell can hold.
    """
    given = dict(rows or {})
    values = setting_values(settings or {})
    form = {**_unit_values(unit, year), **_known(next(iter(given.get("unit", ())), {}))}
    ledger = LedgerRows(
        {
            "duty_template": default_duties(),
            **given,
            "unit": [form],
            "setting": setting_rows(values),
        }
    )
    write_rows(target, unit, ledger, values, as_of=as_of)


def write_rows(
    target: Path | BinaryIO,
    unit: Division,
    ledger: LedgerRows,
    values: Mapping[str, str],
    *,
    as_of: date,
    others: Sequence[OtherSheet] = (),
    hidden_tabs: Collection[str] = (),
) -> None:
    """Write a ledger that holds exactly these rows, those of 填报信息 and 参数 among them.

    Args:
        target: A path or an open binary file.
        unit: Whose villages are offered.
        ledger: The rows of every sheet.
        values: The value of every setting, by Chinese name.
        as_of: The day the calculated values of 本周待办 are saved for.
        others: Sheets of the clerk's own, after the template's.
        hidden_tabs: Sheets that stay hidden, besides those the template hides.
    """
    draft = BytesIO()
    workbook = _open(draft)
    styles = Styles(workbook)
    form = ledger["unit"][0]
    home, todo = (workbook.add_worksheet(name) for name in (HOME_SHEET, TODO_SHEET))
    # a sheet of last year's rows, or one more part of a table, is there only where it is needed
    models = [model for model in SHEETS if ledger[model.sheet.key] or not model.sheet.joins]
    blank = dict[str, BlankRows]()
    for kind, of_kind in groupby(models, lambda model: model.sheet.kind):
        if kind is SheetKind.SETTINGS:
            write_settings(workbook.add_worksheet(SETTINGS_SHEET), values, styles)
        for model in of_kind:
            sheet = workbook.add_worksheet(model.sheet.name)
            if model.sheet.form:
                write_form(sheet, form, styles, ledger.own(model))
            else:
                blank[sheet.name] = write_table_sheet(sheet, model, ledger, form, styles)
            resting = model.sheet.rests_hidden(filled=bool(ledger[model.sheet.key]))
            if resting or model.sheet.name in hidden_tabs:
                sheet.hide()
    write_guide(workbook.add_worksheet(GUIDE_SHEET), styles)
    for other in others:
        _write_other(workbook.add_worksheet(other.name), other, styles)
    hidden = {LISTS_SHEET: list_cells(workbook, unit, ledger, values["六项行动事项"])}
    reminders = Reminders(ledger, Period.of(as_of, values))
    hidden[REMINDERS_SHEET] = write_todo(todo, reminders, form, styles)
    hidden[SEARCH_SHEET] = [*search_cells(Search(reminders))]
    write_home(home, Search(reminders), form, styles)
    for name in hidden:
        workbook.add_worksheet(name).hide()
    for name, formula in defined_names():
        workbook.define_name(name, formula)
    home.activate()
    parts = {
        sheet.name: f"xl/worksheets/sheet{number}.xml"
        for number, sheet in enumerate(workbook.worksheets(), 1)
    }
    workbook.close()
    tables = {parts[name]: of_sheet for name, of_sheet in blank.items()}
    cells = {parts[name]: of_sheet for name, of_sheet in hidden.items()}
    if isinstance(target, Path):
        with target.open("wb") as stream:
            _complete(draft, stream, tables, cells)
    else:
        _complete(draft, target, tables, cells)


def _complete(
    draft: BinaryIO,
    target: BinaryIO,
    tables: Mapping[str, BlankRows],
    hidden: Mapping[str, Sequence[FormulaCell]],
) -> None:
    """Copy the workbook with all blank rows of tables and the cells of the hidden sheets.

    Row heights of tables stay adjustable.

    XlsxWriter marks every height it writes as chosen by hand, and spreadsheets never change such a
    height again: a second line typed into the cell would stay hidden. Without the mark the height
    stays until the spreadsheet has reason to fit it anew.
    """
    with ZipFile(draft) as package, ArchiveWriter(target) as archive:
        for info in package.infolist():
            content = package.read(info)
            if blank := tables.get(info.filename):
                free = _FIXED_HEIGHT.sub(lambda row: row[1 - (int(row[2]) < FIRST_ROW)], content)
                content = blank.all_in(free)
            elif cells := hidden.get(info.filename):
                content = filled(content.decode(), cells).encode()
            archive.write(info.filename, [content])


def _open(draft: BinaryIO) -> Workbook:
    workbook = plain_workbook(
        draft,
        FILE_KIND,
        title="导师帮带制台账",
        subject="基层干部“导师帮带制”",
        created=_CREATED,
        properties={"模板版本": schema.TEMPLATE_VERSION},
    )
    workbook.set_calc_mode("auto")
    return workbook


def _unit_values(unit: Division, year: int) -> dict[str, object]:
    """Return the values of 填报信息 that follow from unit and year."""
    county, township = unit_name(unit.unit_code)
    return {
        "county": county,
        "township": township or None,
        "code": unit.unit_code,
        "year": year,
        "template_version": schema.TEMPLATE_VERSION,
    }


def _known(values: RowValues) -> dict[str, object]:
    return {field: value for field, value in values.items() if value is not None}


def setting_values(changes: Mapping[str, str]) -> dict[str, str]:
    """Return every setting's value by its Chinese name."""
    return {
        entry.name: changes.get(entry.name, changes.get(entry.field, entry.value))
        for entry in settings_list()
    }


def setting_rows(values: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the rows of 参数 for every setting's value by its Chinese name."""
    return [
        {
            "name": entry.name,
            "value": values[entry.name],
            "unit": entry.unit,
            "meaning": entry.meaning,
            "source": entry.source,
        }
        for entry in settings_list()
    ]

"""A township ledger as one plain workbook, blank or filled, written from the sheet models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from xlsxwriter import Workbook

from validators.divisions import Division, unit_name
from validators.settings import settings_list
from validators.sheets import SHEETS
from validators.sheets.unit import TEMPLATE_VERSION
from workbooks.plain import plain_workbook
from workbooks.template.duty_templates import duty_defaults
from workbooks.template.guide import write_guide
from workbooks.template.layout import (
    FILE_KIND,
    GUIDE_SHEET,
    LISTS_SHEET,
    REMINDERS_SHEET,
    TODO_SHEET,
    LedgerRows,
    RowValues,
    copy_adjustable,
)
from workbooks.template.lists import write_lists
from workbooks.template.styles import Styles
from workbooks.template.todo import write_todo
from workbooks.template.todo_items import Period, Reminders
from workbooks.template.worksheets import write_form, write_table_sheet

_CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed date in the properties: the same ledger is the same bytes."""

_TABLE_PARTS = frozenset(
    f"xl/worksheets/sheet{number}.xml"
    for number, model in enumerate(SHEETS, 2)
    if not model.sheet.form
)
"""Parts of the sheets that hold tables; 本周待办 is the first."""


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
    values = _setting_values(settings or {})
    form = {**_unit_values(unit, year), **_known(next(iter(given.get("unit", ())), {}))}
    ledger = LedgerRows(
        {"duty_template": duty_defaults(), **given, "unit": [form], "setting": _rows_of(values)}
    )
    draft = BytesIO()
    workbook = _open(draft)
    styles = Styles(workbook)
    todo = workbook.add_worksheet(TODO_SHEET)
    for model in SHEETS:
        sheet = workbook.add_worksheet(model.sheet.name)
        if model.sheet.form:
            write_form(sheet, form, styles)
        else:
            write_table_sheet(sheet, model, ledger, form, styles)
    write_guide(workbook.add_worksheet(GUIDE_SHEET), styles)
    lists = workbook.add_worksheet(LISTS_SHEET)
    write_lists(workbook, lists, unit, ledger, values["六项行动事项"])
    reminders = Reminders(ledger, Period.of(as_of, values))
    write_todo(todo, workbook.add_worksheet(REMINDERS_SHEET), reminders, form, styles)
    todo.activate()
    workbook.close()
    with ZipFile(draft) as package:
        if isinstance(target, Path):
            with target.open("wb") as stream:
                copy_adjustable(package, stream, _TABLE_PARTS)
        else:
            copy_adjustable(package, target, _TABLE_PARTS)


def _open(draft: BinaryIO) -> Workbook:
    workbook = plain_workbook(
        draft,
        FILE_KIND,
        title="导师帮带制台账",
        subject="基层干部“导师帮带制”",
        created=_CREATED,
        properties={"模板版本": TEMPLATE_VERSION},
    )
    workbook.set_calc_mode("auto")
    return workbook


def _unit_values(unit: Division, year: int) -> dict[str, object]:
    """Return what the template knows of the form by itself."""
    county, township = unit_name(unit.unit_code)
    return {
        "county": county,
        "township": township or None,
        "code": unit.unit_code,
        "year": year,
        "template_version": TEMPLATE_VERSION,
    }


def _known(values: RowValues) -> dict[str, object]:
    return {field: value for field, value in values.items() if value is not None}


def _setting_values(changes: Mapping[str, str]) -> dict[str, str]:
    """Return every setting's value by its Chinese name."""
    return {
        entry.name: changes.get(entry.name, changes.get(entry.field, entry.value))
        for entry in settings_list()
    }


def _rows_of(values: Mapping[str, str]) -> list[dict[str, object]]:
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

"""Small ledgers as clerks leave them, and a comparison of two packages part by part."""

from __future__ import annotations

import random
import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from tests.workbooks.template.ledger_rows import filled_rows
from validators.columns import Fill
from validators.sheets import (
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
    SuggestionRow,
    UnitRow,
    columns_by_field,
)
from workbooks.template.layout import FILE_KIND, LedgerRows, shown
from workbooks.template.styles import Styles
from workbooks.template.worksheets import write_form, write_table_sheet

MODELS: tuple[type[Row], ...] = (
    UnitRow,
    MentorRow,
    IndividualRow,
    OrganisationRow,
    SuggestionRow,
    PairingRow,
    LogEntryRow,
)
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1">'
    "<x14:formula1><xm:f>导师库!$B$4:$B$60</xm:f></x14:formula1><xm:sqref>T4:T90</xm:sqref>"
    "</x14:dataValidation></x14:dataValidations></ext></extLst>"
)
"""A list validation on another sheet as Excel 2010 and later note it."""


def rows_of(pairings: int = 12) -> dict[str, list[dict[str, Any]]]:
    every = filled_rows(logs=20, pairings=pairings)
    return {model.sheet.key: every[model.sheet.key] for model in MODELS}


def template_ledger(
    path: Path,
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    decorate: Callable[[xlsxwriter.Workbook], None] | None = None,
    **options: Any,
) -> Path:
    """Write the template's own sheets, those of `MODELS`; `decorate` is what the clerk adds."""
    if rows is None and decorate is None and not options:
        path.write_bytes(_plain_ledger())
    else:
        _write_template(path, rows_of() if rows is None else rows, decorate, options)
    return path


@cache
def _plain_ledger() -> bytes:
    """Return the ledger dozens of tests begin with."""
    stream = BytesIO()
    _write_template(stream, rows_of(), None, {})
    return stream.getvalue()


def _write_template(
    target: Path | BytesIO,
    given: Mapping[str, Sequence[Mapping[str, Any]]],
    decorate: Callable[[xlsxwriter.Workbook], None] | None,
    options: Mapping[str, Any],
) -> None:
    with xlsxwriter.Workbook(target, {**_OPTIONS, **options}) as book:
        book.set_custom_property("帮带文件类型", FILE_KIND, "text")
        styles = Styles(book)
        unit = next(iter(given.get("unit", ())), {})
        for model in MODELS:
            sheet = book.add_worksheet(model.sheet.name)
            if model.sheet.form:
                write_form(sheet, unit, styles)
            else:
                write_table_sheet(sheet, model, LedgerRows(given), unit, styles)
        if decorate:
            decorate(book)


def moved_ledger(
    path: Path, seed: int, *, tables: bool = True, own: Sequence[str] = ("联系户", "镇党委意见")
) -> Path:
    """Write sheets whose columns stand in another order and place, with columns of the clerk's."""
    chance = random.Random(seed)
    rows = rows_of()
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        for model in MODELS:
            sheet = book.add_worksheet(model.sheet.name)
            if model.sheet.form:
                write_form(sheet, rows["unit"][0], Styles(book))
                continue
            columns = [*columns_by_field(model).values()]
            names: list[str] = [column.field for column in columns] + [*own]
            chance.shuffle(names)
            top, left = chance.randrange(0, 4), chance.randrange(0, 3)
            if top:
                sheet.write(0, left, model.sheet.title)
            heads = [
                columns_by_field(model)[name].heading if name in columns_by_field(model) else name
                for name in names
            ]
            written = rows[model.sheet.key]
            for n, head in enumerate(heads):
                sheet.write(top, left + n, head)
                kind = next((c.kind.value for c in columns if c.heading == head), "")
                sheet.set_column(left + n, left + n, 12, day if kind == "yyyy-mm-dd" else None)
            for at, values in enumerate(written, top + 1):
                for n, name in enumerate(names):
                    if name in own:
                        sheet.write(at, left + n, f"{name}{at}", bold)
                    elif columns_by_field(model)[name].fill is not Fill.LOOKUP:
                        _write(sheet, at, left + n, values.get(name), day)
            if tables:
                sheet.add_table(
                    top,
                    left,
                    top + max(len(written), 1),
                    left + len(names) - 1,
                    {"name": f"表{model.sheet.key}", "columns": [{"header": h} for h in heads]},
                )
    return path


def decorated(path: Path) -> Path:
    """Write a ledger with a picture, a comment, marks, a name, a chart and x14 validations."""

    def decorate(book: xlsxwriter.Workbook) -> None:
        sheet = book.get_worksheet_by_name("结对建议")
        sheet.insert_image("T6", "章.png", {"image_data": BytesIO(_picture())})
        sheet.write_comment("O4", "已与支部商量")
        sheet.conditional_format("F4:F90", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("T4:T90", {"validate": "integer", "criteria": ">", "value": 0})
        log = book.get_worksheet_by_name("工作日志")
        log.insert_image("T6", "章.png", {"image_data": BytesIO(_picture())})
        notes = book.add_worksheet("镇里的小账")
        notes.write_row(0, 0, ["户数", 12, "=1+1"])
        notes.write_formula("B2", "=SUM(结对建议!F4:F90)", None, 410)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=镇里的小账!$B$1:$B$2"})
        notes.insert_chart("D4", chart)
        book.define_name("本镇户数", "=镇里的小账!$B$1")

    template_ledger(path, None, decorate)
    return edited(path, {"xl/worksheets/sheet5.xml": _with_x14})


def _with_x14(xml: str) -> str:
    if "<extLst>" in xml:  # the data bar's own
        return xml.replace("<extLst>", X14.removesuffix("</extLst>"), 1)
    return xml.replace("</worksheet>", f"{X14}</worksheet>")


def edited(path: Path, changes: Mapping[str, Callable[[str], str]], **added: bytes) -> Path:
    """Change parts of a package as text; `added` are new ones, their names without .xml."""
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, change in changes.items():
        before = parts[name].decode()
        parts[name] = change(before).encode()
        assert parts[name].decode() != before, f"{name} is as it was"
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, content in (parts | added).items():
            package.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    """Return the parts of a package in its order."""
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed_parts(before: Path, after: Path) -> set[str]:
    """Return the names of the parts that differ; the same parts must be there in one order."""
    old, new = parts_of(before), parts_of(after)
    assert [*old] == [*new]
    return {name for name in old if old[name] != new[name]}


def around_rows(xml: bytes) -> tuple[str, str]:
    """Return what stands before and after the rows of a worksheet but its size and merges."""
    head, _, rest = xml.decode().partition("<sheetData>")
    tail = rest.rpartition("</sheetData>")[2]
    return re.sub(r'<dimension ref="[^"]*"', "", head), tail


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    plain = shown(value)
    if isinstance(plain, date):
        sheet.write_datetime(row, column, plain, day)
    elif plain is not None:
        sheet.write(row, column, plain)


def _picture() -> bytes:
    """Return a red dot as .png."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xc0\0\0" * 8) * 8)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )

"""Write a planned file as the program would that a clerk has it from."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from tests.imports.plan import Place, Plan, Tab


def write(plan: Plan, folder: Path, name: str = "名册") -> Path:
    """Write the file into `folder` and return its path."""
    path = folder / f"{name}.{plan.suffix.rpartition('.')[2]}"
    if plan.suffix == ".xlsx":
        path.write_bytes(_xlsx(plan))
    elif plan.suffix in (".csv", ".txt", ".tsv"):
        path.write_bytes(_text(plan))
    else:
        maker = {".html.xls": _html, ".xml.xls": _xml}[plan.suffix]
        path.write_bytes(maker(plan.tabs[0]).encode())
    return path


def _xlsx(plan: Plan) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    formats: dict[tuple[Any, ...], Any] = {}
    for tab in plan.tabs:
        sheet = book.add_worksheet(tab.name or "Sheet1")
        merged = {(row, column): (last, end) for row, column, last, end in tab.merges}
        for place, put in tab.puts.items():
            _cell(book, sheet, tab, place, put, merged.get(place), formats)
        for column in tab.hidden_columns:
            sheet.set_column(column - 1, column - 1, 8, None, {"hidden": True})
        for row in tab.hidden_rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
    book.close()
    return buffer.getvalue()


def _cell(
    book: Any, sheet: Any, tab: Tab, place: Place, put: Any, merge: Any, formats: dict[Any, Any]
) -> None:
    row, column = place[0] - 1, place[1] - 1
    facts: dict[str, Any] = {}
    if isinstance(put.value, datetime):
        facts["num_format"] = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(put.value, date):
        facts["num_format"] = "yyyy-mm-dd"
    if place[0] in tab.struck:
        facts["font_strikeout"] = True
    if place[0] in tab.fills:
        facts["bg_color"] = tab.fills[place[0]]
    key = tuple(sorted(facts.items()))
    style = formats.setdefault(key, book.add_format(facts)) if facts else None
    if merge:
        sheet.merge_range(row, column, merge[0] - 1, merge[1] - 1, "", style)
    if put.formula:
        sheet.write_formula(row, column, put.formula, style, put.value)
    elif isinstance(put.value, date):
        sheet.write_datetime(row, column, put.value, style)
    else:
        sheet.write(row, column, put.value, style)


def _grid(tab: Tab) -> list[list[str]]:
    width = tab.last_column
    grid = [[""] * width for _ in range(tab.last_row)]
    for (row, column), put in tab.puts.items():
        grid[row - 1][column - 1] = str(put.value)
    return grid


def _text(plan: Plan) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter="," if plan.suffix == ".csv" else "\t")
    writer.writerows(_grid(plan.tabs[0]))
    return written.getvalue().encode(plan.encoding)


def _html(tab: Tab) -> str:
    """Return what web pages offer as "export to Excel": a table of HTML."""
    merged = {
        (row, column): (last - row + 1, end - column + 1) for row, column, last, end in tab.merges
    }
    covered = {
        (row + down, column + right)
        for (row, column), (rows, columns) in merged.items()
        for down in range(rows)
        for right in range(columns)
    } - set(merged)
    lines = []
    for row, cells in enumerate(_grid(tab), 1):
        parts = []
        for column, text in enumerate(cells, 1):
            if (row, column) in covered:
                continue
            rows, columns = merged.get((row, column), (1, 1))
            span = f' rowspan="{rows}"' * (rows > 1) + f' colspan="{columns}"' * (columns > 1)
            parts.append(f"<td{span}>{escape(text)}</td>")
        lines.append(f"<tr>{''.join(parts)}</tr>")
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>'
        f'<body><table border="1">{"".join(lines)}</table></body></html>'
    )


def _xml(tab: Tab) -> str:
    """Return a spreadsheet of XML as Excel 2003 saved it."""
    rows = []
    for cells in _grid(tab):
        parts = [
            f'<Cell ss:Index="{column}"><Data ss:Type="String">{escape(text)}</Data></Cell>'
            for column, text in enumerate(cells, 1)
            if text
        ]
        rows.append(f"<Row>{''.join(parts)}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="{tab.name}">'
        f"<Table>{''.join(rows)}</Table></Worksheet></Workbook>"
    )

"""Marks of findings in a copy of a file: fills, notes, and the hidden sheet that remembers them.

What the clerk then does in Excel finds everything as if 录入校验 had marked the open book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from validators.cells import letters
from validators.findings import Finding
from workbooks.cell_marks import (
    HEADINGS,
    MARKS_SHEET,
    CellStyle,
    Place,
    StyleChange,
    exchange,
    marks_of,
    memory_rows,
    remembered,
    unmarked_remark,
)
from workbooks.ooxml.cells import text_element
from workbooks.ooxml.markup import attribute, spliced
from workbooks.ooxml.workbook_part import workbook_part
from workbooks.patch.note_parts import NoteParts
from workbooks.patch.package import LedgerPackage, unusual
from workbooks.patch.part_edits import MAIN, OFFICE, PartEdits
from workbooks.patch.sheet_xml import CellXml, SheetXml
from workbooks.patch.style_list import StyleList
from workbooks.raw.book import read_workbook

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEET_NUMBER = re.compile(r'<sheet\s[^>]*?sheetId="(\d+)"')


class MarkCount(NamedTuple):
    """How many cells are marked, and what is to be said besides."""

    cells: int
    remarks: tuple[str, ...]


class FileCells:
    """The cells of one worksheet of a package as `StyledCells`.

    Args:
        edits: The package's parts.
        part: The worksheet's part.
        name: The tab's name, for messages.
        styles: The workbook's styles.
    """

    def __init__(self, edits: PartEdits, part: str, name: str, styles: StyleList) -> None:
        self._edits = edits
        self._part = part
        self._styles = styles
        self._sheet = SheetXml(edits.text(part), name)
        self._notes = NoteParts(edits, part)

    def styles(self, places: Iterable[Place]) -> dict[Place, CellStyle]:
        """Return the styles of cells."""
        notes = self._notes.texts()
        fills = {place: self._styles.fill_of(self._style(place)) for place in places}
        return {place: CellStyle(fill, notes.get(place, "")) for place, fill in fills.items()}

    def notes(self) -> dict[Place, str]:
        """Return all notes of the sheet."""
        return self._notes.texts()

    def put(self, changes: Sequence[StyleChange], number: int) -> None:
        """Make changes; a cell with a conversation, or one that a merge hides, takes no note."""
        if all(change.before == change.after for change in changes):
            return
        refused = self._notes.conversations() | self._hidden(changes)
        for change in changes:
            if change.before.fill != change.after.fill:
                cells = self._sheet.row(change.row).cells
                style = self._styles.filled(self._style(change.place), change.after.fill)
                cell = cells.get(change.column, CellXml(""))
                cells[change.column] = cell._replace(style=style)
        notes = {
            change.place: change.after.note
            for change in changes
            if change.before.note != change.after.note and change.place not in refused
        }
        self._notes.put(notes, self._sheet, number)
        self._edits.parts[self._part] = self._sheet.render()

    @cached_property
    def _column_styles(self) -> list[tuple[int, int, float, str]]:
        return self._sheet.widths_and_styles()

    def _style(self, place: Place) -> str:
        """Return the style number of a cell, or what shows where there is none."""
        row = self._sheet.rows.get(place[0])
        cell = row.peek().get(place[1]) if row else None
        if cell is not None:
            return cell.style
        if row and attribute(row.attributes, "customFormat") in {"1", "true"}:
            return attribute(row.attributes, "s")
        fitting = (s for first, last, _, s in self._column_styles if first <= place[1] <= last)
        return next(fitting, "")

    def _hidden(self, changes: Iterable[StyleChange]) -> set[Place]:
        merges = self._sheet.merges()
        return {
            change.place
            for change in changes
            for area in merges
            if area.covers(*change.place) and change.place != (area.top, area.left)
        }


def put_file_marks(
    ledger: LedgerPackage, parts: dict[str, str | None], findings: Iterable[Finding]
) -> MarkCount:
    """Take earlier marks off a package and mark the cells of `findings`.

    Args:
        ledger: The package.
        parts: The new text of its parts, changed in place.
        findings: What to mark; earlier marks of other cells go.

    Raises:
        UpdateRefused: A part is in XML no spreadsheet in use writes.
    """
    edits, styles = PartEdits(ledger, parts), StyleList(ledger, parts)
    wanted, left = marks_of(findings)
    earlier = _earlier(ledger)
    known = {sheet.name: (at, sheet.part) for at, sheet in enumerate(ledger.workbook.sheets, 1)}
    marked: list[tuple[str, Sequence[StyleChange]]] = []
    for name in sorted(earlier.keys() | wanted.keys()):
        number, part = known.get(name, (0, ""))
        if part:
            cells = FileCells(edits, part, name, styles)
            planned = exchange(cells, earlier.get(name, ()), wanted.get(name, {}))
            cells.put(planned.changes, number)
            marked.append((name, planned.remembered))
    parts |= styles.changed()
    absent = [(name, changes) for name, changes in earlier.items() if name not in known]
    if marked or earlier:
        _remember(edits, memory_rows([*marked, *absent]))
    count = sum(len(changes) for _, changes in marked)
    return MarkCount(count, (unmarked_remark(left),) if left else ())


# --- memory --------------------------------------------------------------------------------------


def _earlier(ledger: LedgerPackage) -> dict[str, list[StyleChange]]:
    """Return what the hidden sheet remembers, {} where there is none."""
    if MARKS_SHEET not in {sheet.name for sheet in ledger.workbook.sheets}:
        return {}
    book = read_workbook(ledger.workbook, lambda name: name == MARKS_SHEET)
    memory = next(sheet for sheet in book.sheets if sheet.name == MARKS_SHEET)
    columns = memory.columns[: len(HEADINGS)]
    if len(columns) < len(HEADINGS):
        return {}
    return remembered([c.cell(row) for c in columns] for row in range(1, memory.n_rows))


def _remember(edits: PartEdits, rows: Sequence[Sequence[str]]) -> None:
    """Write the hidden sheet, added as the last one where the ledger has none."""
    lines = (
        f'<row r="{number}">{"".join(_cell(number, at, text) for at, text in enumerate(row, 1))}</row>'
        for number, row in enumerate(rows, 1)
    )
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    known = (s.part for s in edits.ledger.workbook.sheets if s.name == MARKS_SHEET and s.part)
    if part := next(known, ""):
        edits.parts[part] = xml
        return
    part = edits.add("xl/worksheets", "sheet{}.xml", xml, _WORKSHEET)
    main = workbook_part(edits.ledger.package)
    relationship = edits.relate(main, "worksheet", part)
    text = edits.text(main)
    number = max(map(int, _SHEET_NUMBER.findall(text)), default=0) + 1
    entry = (
        f'<sheet xmlns:r="{OFFICE}" name="{MARKS_SHEET}" sheetId="{number}" state="hidden" '
        f'r:id="{relationship}"/>'
    )
    end = re.search(r"</sheets>", text)
    if end is None:
        raise unusual("工作簿")
    edits.parts[main] = spliced(end, f"{entry}</sheets>")


def _cell(row: int, column: int, text: str) -> str:
    if not text:
        return ""
    return f'<c r="{letters(column)}{row}" t="inlineStr"><is>{text_element(text)}</is></c>'

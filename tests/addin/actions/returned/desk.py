"""A returned ledger as its clerk has it open: what it says, the rows by heading, and what is typed.

Sheets are read and written by openpyxl; of the product only the names of sheets and columns are used.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from validators.columns import Fill, Kind
from validators.sheets import SHEETS, Row, UnitRow, columns_by_field
from workbooks.template.layout import FIRST_ROW

CODE = re.compile(r"[A-Z]{1,2}\d{9}-\d+")
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?")
_BESIDE = re.compile(r"[\s*★:()（）：]")
_SHOWN = re.compile(r'^=HYPERLINK\(.*"(\w*)"\)$')
_SERIALS = range(20_000, 60_000)


class Note(NamedTuple):
    """A line of 校验结果."""

    level: str
    sheet: str
    cell: str
    heading: str
    value: str
    message: str
    advice: str


Told = tuple[str, str, str, str, str, str]
"""A line of 变动明细 without the unit: sheet, ID or row, kind, heading, old and new content."""


class Edit(NamedTuple):
    """A cell that was typed over, or with no field a row that was emptied."""

    sheet: str
    row: int
    field: str
    old: str
    new: str


@dataclass
class Tab:
    """One worksheet: where its headings stand, and the columns of its fields."""

    model: type[Row]
    sheet: Worksheet
    head: int
    columns: dict[str, int]
    edits: list[Edit]
    merged: dict[tuple[int, int], Any] = field(default_factory=dict)

    def rows(self) -> Iterator[int]:
        """Yield the rows where something is typed."""
        names = {self.columns[name] for name in self.typed()}
        heading = [self.sheet.cell(self.head, at).value for at in names]
        for row in range(self.head + 1, self.sheet.max_row + 1):
            cells = [self.sheet.cell(row, at).value for at in names]
            if any(cell not in (None, "") for cell in cells) and cells != heading:
                yield row

    def typed(self) -> list[str]:
        """Return the fields clerks fill."""
        fields = columns_by_field(self.model)
        return [name for name in self.columns if fields[name].fill is Fill.CLERK]

    def value(self, row: int, name: str) -> Any:
        """Return what a cell holds, of merged cells what the first one holds."""
        at = self.columns.get(name)
        if at is None:
            return None
        cell = self.sheet.cell(row, at)
        if isinstance(cell, MergedCell):
            area = next(a for a in self.sheet.merged_cells.ranges if cell.coordinate in a)
            return self.sheet.cell(area.min_row, area.min_col).value
        return cell.value

    def text(self, row: int, name: str) -> str:
        """Return a cell in plain characters."""
        value = self.value(row, name)
        return "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()

    def code(self, row: int, name: str) -> str:
        """Return the ID in a cell."""
        found = CODE.search(self.text(row, name).upper())
        return found[0] if found else ""

    def codes(self, row: int, name: str) -> list[str]:
        """Return the IDs in a cell."""
        return CODE.findall(self.text(row, name).upper())

    def day(self, row: int, name: str) -> date | None:
        """Return the day in a cell."""
        return as_day(self.value(row, name))

    def shown(self, row: int, name: str) -> str:
        """Return a cell as a reader of the sheet tells it."""
        value, column = self.value(row, name), columns_by_field(self.model)[name]
        if isinstance(value, datetime):
            return f"{value:%Y-%m}" if column.kind is Kind.MONTH else f"{value:%Y-%m-%d}"
        if name == self.model.sheet.id_field and self.code(row, name):
            return self.code(row, name)
        return "" if value is None else str(value).strip()

    def number(self, row: int, name: str, blank: float = 0) -> float:
        """Return the number in a cell, whatever stands behind it."""
        found = re.match(r"[\d.]+", self.text(row, name))
        return float(found[0]) if found else blank

    def find(self, name: str, code: str) -> int:
        """Return the first row with an ID, 0 for none."""
        return next((row for row in self.rows() if self.code(row, name) == code), 0)

    def put(self, row: int, name: str, value: Any) -> None:
        """Type into a cell, taking merged cells apart first."""
        cell = self.sheet.cell(row, self.columns[name])
        for area in [a for a in self.sheet.merged_cells.ranges if cell.coordinate in a]:
            first = self.sheet.cell(area.min_row, area.min_col).value
            self.sheet.unmerge_cells(str(area))
            for at in range(area.min_row, area.max_row + 1):
                self.sheet.cell(at, cell.column).value = first
        old = self.text(row, name)
        cell = self.sheet.cell(row, self.columns[name])
        cell.value = value
        self.edits.append(Edit(self.model.sheet.name, row, name, old, self.text(row, name)))

    def empty(self, row: int) -> None:
        """Clear what is typed in a row."""
        for at in range(1, self.sheet.max_column + 1):
            cell = self.sheet.cell(row, at)
            if not isinstance(cell, MergedCell):
                cell.value = None
        self.edits[:] = [e for e in self.edits if (e.sheet, e.row) != (self.model.sheet.name, row)]
        self.edits.append(Edit(self.model.sheet.name, row, "", "", ""))

    def next_code(self, unit: str) -> str:
        """Return the ID after the last one of the unit."""
        info = self.model.sheet
        numbers = [
            int(code.rpartition("-")[2])
            for row in range(self.head + 1, self.sheet.max_row + 1)
            for code in self.codes(row, info.id_field)
            if unit in code
        ]
        return f"{info.id_prefix}{unit}-{max([0, *numbers]) + 1:0{info.id_width}}"


class Desk:
    """The returned ledger in the file `path`."""

    def __init__(self, path: Path, as_of: date) -> None:
        self.path, self.as_of = path, as_of
        self.book = opened(path)
        self.edits: list[Edit] = []
        self.notes = [*self._notes()]
        self.tabs = {
            model.sheet.key: tab
            for model in SHEETS
            if not model.sheet.form and (tab := self._tab(model)) is not None
        }
        self._before = {key: self._texts(key) for key, tab in self.tabs.items() if tab.typed()}
        self._about = {key: self._keys(key) for key in self._before}
        form = self.book["填报信息"]
        self.form = {
            plain(line[0].value): line[1]
            for line in form.iter_rows(min_col=1, max_col=2)
            if line[0].value
        }
        self._form_before = {label: _form_text(cell) for label, cell in self.form.items()}
        self.unit = str(self.form["行政区划代码"].value)

    def _notes(self) -> Iterator[Note]:
        sheet = self.book["校验结果"]
        lines = sheet.iter_rows(values_only=True)
        next(line for line in lines if line[0] == "级别")
        for line in lines:
            if line[0]:
                note = Note(*(str(cell or "") for cell in line[:7]))
                shown = _SHOWN.search(note.cell)
                yield note._replace(cell=shown[1]) if shown else note

    def _tab(self, model: type[Row]) -> Tab | None:
        sheet = next((s for s in self.book if plain(s.title) == plain(model.sheet.name)), None)
        if sheet is None:
            return None
        names = {}
        for name, column in columns_by_field(model).items():
            names[plain(column.heading)] = name
            names |= {plain(word): name for word in column.synonyms if plain(word) not in names}
        best: dict[str, int] = {}
        head = 0
        for row in range(1, 12):
            found: dict[str, int] = {}
            for at in range(1, sheet.max_column + 1):
                word = names.get(plain(sheet.cell(row, at).value))
                if word:
                    found.setdefault(word, at)
            if len(found) > len(best):
                best, head = found, row
        return Tab(model, sheet, head, best, self.edits)

    def _texts(self, key: str) -> dict[int, dict[str, str]]:
        tab = self.tabs[key]
        return {row: {name: tab.shown(row, name) for name in tab.typed()} for row in tab.rows()}

    def _keys(self, key: str) -> dict[int, str]:
        """Return what the rows are about that the product writes."""
        tab, about = self.tabs[key], self.tabs[key].model.sheet.about
        rows = range(tab.head + 1, tab.sheet.max_row + 1) if about else ()
        return {
            row: "、".join(tab.code(row, n) or tab.text(row, n) for n in about).strip("、")
            for row in rows
        }

    def changes(self) -> Iterator[Told]:
        """Yield what 变动明细 should say: sheet, ID or row, kind, heading, old and new content.

        Rows are told apart by where they stand: a clerk here types over cells and clears rows.
        """
        for column in columns_by_field(UnitRow).values():
            label = plain(column.heading)
            if label in self.form and _form_text(self.form[label]) != self._form_before[label]:
                texts = self._form_before[label], _form_text(self.form[label])
                yield UnitRow.sheet.name, "", "修改", column.heading, *texts
        shown = {(note.sheet, note.cell): note.value for note in self.notes}
        for key, before in self._before.items():
            tab, now = self.tabs[key], self._texts(key)
            name = tab.model.sheet.name
            typed_first = self._about[key].keys() & now.keys() - before.keys()
            for row, texts in [*before.items(), *((row, {}) for row in sorted(typed_first))]:
                if row not in now and not self._about[key]:
                    code = texts.get(tab.model.sheet.id_field)
                    yield name, code or f"第 {row} 行", "删除", "", "", ""
                    continue
                sent_down = now.get(row, {}).get("origin") in {"县级下发", "市级下发"}
                for field_ in now.get(row, texts):
                    old, new = texts.get(field_, ""), now.get(row, {}).get(field_, "")
                    cell = f"{get_column_letter(tab.columns[field_])}{row}"
                    if new != old and ((name, cell) in shown or not sent_down):
                        heading = columns_by_field(tab.model)[field_].heading
                        code = self._about[key].get(row) or now[row].get(tab.model.sheet.id_field)
                        told = shown.get((name, cell), old)
                        yield name, code or f"第 {row} 行", "修改", heading, told, new

    def place(self, note: Note) -> tuple[Tab, int, str]:
        """Return the sheet, the row and the field of a note's cell."""
        tab = next(t for t in self.tabs.values() if t.model.sheet.name == note.sheet)
        letters, row = coordinate_from_string(note.cell)
        names = {get_column_letter(at): name for name, at in tab.columns.items()}
        return tab, row, names.get(letters, "")


def _form_text(cell: Any) -> str:
    day = as_day(cell.value) if isinstance(cell.value, date) else None
    return f"{day or cell.value or ''}".strip()


def opened(path: Path) -> Workbook:
    """Open a workbook with openpyxl."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return load_workbook(path)


def listed_changes(consolidated: Path) -> list[tuple[Any, ...]]:
    """Return the lines of 变动明细, up to the new content, without reading any other sheet."""
    book = load_workbook(consolidated, read_only=True)
    rows = book["变动明细"].iter_rows(min_row=FIRST_ROW, max_col=7, values_only=True)
    lines = [row for row in rows if row[0]]
    book.close()
    return lines


def as_day(value: Any) -> date | None:
    """Return the day somebody sees in a cell."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and int(value) in _SERIALS:
        return date(1899, 12, 30) + timedelta(days=int(value))
    text = unicodedata.normalize("NFKC", str(value or ""))
    if re.fullmatch(r"\d{6}|\d{8}", text):
        text = "-".join(filter(None, (text[:4], text[4:6], text[6:])))
    found = _DAY.search(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def plain(text: Any) -> str:
    """Return a heading without what clerks put in it or leave out."""
    return _BESIDE.sub("", unicodedata.normalize("NFKC", str(text or "")))

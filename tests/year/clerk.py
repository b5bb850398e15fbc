"""A clerk who keeps one ledger by hand, and uses the product only through its actions on files.

Rows are typed in one of two ways, both without the product's own writing: through openpyxl, which
writes the whole workbook anew, or cell by cell into the XML, as a spreadsheet that was open would
leave it. Either way the clerk knows nothing but sheet names, headings and IDs.
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from addin.actions.confirm import ConfirmResult, confirm_pairings
from addin.actions.pair import suggest_pairings
from addin.actions.update import UpdateResult, update_ledgers
from tests.year.plain_rows import HEADING_ROW, NUMBER, Book, Row, code_of, read_book

Cells = dict[str, dict[tuple[int, int], Any]]
"""By sheet, values by worksheet row and column, both from 1."""

_FIRST = HEADING_ROW + 1


class Clerk:
    """Keeps the ledger at `path`; every change makes a new file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.made = 0
        self._headings: dict[str, dict[str, int]] = {}
        self._cells: Cells = defaultdict(dict)
        self._next: dict[str, int] = {}
        self.book = read_book(path)

    def open(self, path: Path) -> Book:
        """Go on with another file."""
        self.path, self.book = path, read_book(path)
        self._cells, self._next, self._headings = defaultdict(dict), {}, {}
        return self.book

    # --- typing ---

    def add(self, sheet: str, **values: Any) -> None:
        """Type a row below the last one of a sheet."""
        rows = self.book.rows(sheet)
        row = self._next.get(sheet, max((row[NUMBER] for row in rows), default=_FIRST - 1) + 1)
        self._next[sheet] = row + 1
        self._type(sheet, row, values)

    def change(self, sheet: str, code: str, **values: Any) -> None:
        """Type into the row that bears an ID in its first column."""
        first = next(iter(self._columns(sheet)))
        row = next(row for row in self.book.rows(sheet) if code_of(row[first]) == code)
        self._type(sheet, row[NUMBER], values)

    def at(self, sheet: str, row: Row, **values: Any) -> None:
        """Type into a row that was read."""
        self._type(sheet, row[NUMBER], values)

    def form(self, **values: Any) -> None:
        """Fill 填报信息: the value stands beside its label."""
        lines = self._lines("填报信息")
        for label, value in values.items():
            row = next(n for n, line in enumerate(lines, 1) if line and line[0] == label)
            self._cells["填报信息"][row, 2] = value

    def setting(self, name: str, value: Any) -> None:
        """Change a value of 参数."""
        lines = self._lines("参数")
        row = next(n for n, line in enumerate(lines, 1) if line and line[0] == name)
        self._cells["参数"][row, 2] = value

    def save(self, *, openpyxl: bool = False) -> Book:
        """Write what was typed, and read the ledger again."""
        target = self._target("填")
        (_by_openpyxl if openpyxl else _by_hand)(self.path, target, self._cells)
        return self.open(target)

    def _type(self, sheet: str, row: int, values: dict[str, Any]) -> None:
        columns = self._columns(sheet)
        for heading, value in values.items():
            self._cells[sheet][row, columns[heading]] = value

    def _columns(self, sheet: str) -> dict[str, int]:
        if sheet not in self._headings:
            line = self._lines(sheet)[HEADING_ROW - 1]
            self._headings[sheet] = {str(name): n for n, name in enumerate(line, 1) if name}
        return self._headings[sheet]

    def _lines(self, sheet: str) -> list[list[Any]]:
        workbook = CalamineWorkbook.from_path(str(self.path))
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    def _target(self, word: str) -> Path:
        self.made += 1
        return self.path.with_name(f"{self.made:03}{word}.xlsx")

    # --- the product's actions ---

    def update(self, day: date, **options: Any) -> UpdateResult:
        """Bring the ledger up to date."""
        target = self._target("更新")
        result = update_ledgers(self.path, target, as_of=day, **options)
        self.open(target)
        return result

    def pair(self, day: date, *mentees: str) -> ConfirmResult:
        """Let mentors be suggested, adopt what is suggested for some mentees, and confirm it."""
        draft = self._target("建议")
        suggest_pairings(self.path, draft, as_of=day)
        self.open(draft)
        for row in self.book.rows("结对建议"):
            if row["对象编号"] in mentees and row["导师编号"]:
                self.at("结对建议", row, 采纳="采纳", 导师意见="同意", 对象意见="服从安排")
        self.save()
        target = self._target("结对")
        result = confirm_pairings(self.path, target, as_of=day)
        self.open(target)
        return result


# --- two ways to type --------------------------------------------------------------------------------


def _by_openpyxl(path: Path, target: Path, cells: Cells) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        book = load_workbook(path)
    for name, typed in cells.items():
        sheet = book[name]
        for (row, column), value in typed.items():
            sheet.cell(row, column).value = value
        last = max((row for row, _ in typed), default=0)
        for table in sheet.tables.values():
            head, _, end = table.ref.rpartition(":")
            letter = re.sub(r"\d", "", end)
            if int(end[len(letter) :]) < last:
                table.ref = table.autoFilter.ref = f"{head}:{letter}{last}"
    book.save(target)


def _by_hand(path: Path, target: Path, cells: Cells) -> None:
    with ZipFile(path) as old, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as new:
        places = _sheet_parts(old)
        typed = {places[name]: values for name, values in cells.items()}
        for part in old.namelist():
            text = old.read(part)
            if part in typed:
                text = _typed(text.decode(), typed[part]).encode()
            new.writestr(part, text)


def _sheet_parts(package: ZipFile) -> dict[str, str]:
    book = package.read("xl/workbook.xml").decode()
    links = package.read("xl/_rels/workbook.xml.rels").decode()
    target = {}
    for link in re.findall(r"<Relationship [^>]*>", links):
        target[re.search(r'Id="([^"]*)"', link)[1]] = re.search(r'Target="([^"]*)"', link)[1]
    return {
        re.search(r'name="([^"]*)"', sheet)[1]: "xl/"
        + target[re.search(r'r:id="([^"]*)"', sheet)[1]].removeprefix("/xl/")
        for sheet in re.findall(r"<sheet [^>]*>", book)
    }


def _typed(xml: str, values: dict[tuple[int, int], Any]) -> str:
    head, data, tail = re.fullmatch(r"(.*<sheetData>)(.*)(</sheetData>.*)", xml, re.DOTALL).groups()
    rows = {
        int(number): (attributes, cells or "")
        for number, attributes, cells in re.findall(
            r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', data, re.DOTALL
        )
    }
    styles = dict(re.findall(r'<c r="([A-Z]+)4" s="(\d+)"', rows.get(4, ("", ""))[1]))
    by_row: dict[int, dict[int, Any]] = defaultdict(dict)
    for (row, column), value in values.items():
        by_row[row][column] = value
    for row, changed in by_row.items():
        attributes, cells = rows.get(row, ("", ""))
        there = {
            _number(letters): cell
            for cell, letters in re.findall(
                r'(<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>))', cells, re.DOTALL
            )
        }
        for column, value in changed.items():
            style = re.search(r' s="(\d+)"', there.get(column, ""))
            name = _letters(column)
            number = style[1] if style else styles.get(name, "0")
            there[column] = _cell(f"{name}{row}", number, value)
        rows[row] = (attributes, "".join(there[column] for column in sorted(there)))
    data = "".join(
        f'<row r="{number}"{attributes}>{cells}</row>'
        for number, (attributes, cells) in sorted(rows.items())
    )
    return head + data + tail


def _cell(at: str, style: str, value: Any) -> str:
    if value is None:
        return f'<c r="{at}" s="{style}"/>'
    if isinstance(value, date):
        return f'<c r="{at}" s="{style}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}" s="{style}"><v>{value}</v></c>'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _letters(column: int) -> str:
    above, last = divmod(column - 1, 26)
    return (_letters(above) if above else "") + chr(65 + last)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number

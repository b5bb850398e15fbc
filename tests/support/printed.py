"""The text of a printed workbook, page by page, held against the cells that were to be printed."""

from __future__ import annotations

import html
import re
import subprocess
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.measure import displayed

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
_SIZE = re.compile(r'<fontspec id="\d+" size="(\d+)"')
_MARGIN = 12.0
"""Points at a page's edge that printers leave blank."""
_INK = 0.6
"""How much of a line's height and width letters surely fill: what overlaps there cannot be read."""
_FIRST = 6
"""So many texts at a sheet's top tell it from the other sheets."""
_NAMED = re.compile(
    r'<definedName name="_xlnm\.Print_(Area|Titles)" localSheetId="(\d+)"[^>]*>([^<]*)<'
)


class Word(NamedTuple):
    """Some letters of a page in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    """One page: its size in points, and its words in the order they were printed in."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Return its letters without spaces; what stands in one cell is in one piece."""
        return _squeezed("".join(word.text for word in self.words))


class Fault(NamedTuple):
    """What is wrong on a page or with a cell."""

    where: str
    what: str
    text: str


def pages_of(pdf: Path) -> list[Page]:
    """Return the pages of a PDF.

    Raises:
        CalledProcessError: pdftotext cannot read it.
    """
    command = ["pdftotext", "-raw", "-bbox", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return [
        Page(
            float(page[1]),
            float(page[2]),
            tuple(
                Word(*map(float, word.groups()[:4]), html.unescape(word[5]))
                for word in _WORD.finditer(page[3])
            ),
        )
        for page in _PAGE.finditer(text)
    ]


def text_sizes(pdf: Path) -> set[float]:
    """Return the sizes at which texts are printed, in points, to a third of a point."""
    command = ["pdftohtml", "-xml", "-i", "-q", "-stdout", "-zoom", "3", str(pdf)]
    xml = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return {int(size) / 3 for size in _SIZE.findall(xml)}


def faults(workbook: Path, pages: Sequence[Page]) -> Iterator[Fault]:
    """Yield what of a workbook's print areas is not whole on its pages.

    A cell's text lacks a letter, a heading is not repeated, words lie off the page or over each
    other.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names what it does not know
        book = openpyxl.load_workbook(workbook, data_only=True)
    printed = _printed_sheets(workbook, book.worksheets)
    of_sheet = _pages_by_sheet(printed, pages)
    for sheet in printed:
        yield from _sheet_faults(sheet, of_sheet[sheet.name])
    for number, page in enumerate(pages, 1):
        yield from (Fault(f"page {number}", *found) for found in _page_faults(page))


def _printed_sheets(workbook: Path, sheets: Sequence[Worksheet]) -> list[_PrintedSheet]:
    """Return the sheets with a print area; of whole columns openpyxl knows none."""
    with ZipFile(workbook) as package:
        xml = package.read("xl/workbook.xml").decode()
    named = {(kind, int(at)): html.unescape(place) for kind, at, place in _NAMED.findall(xml)}
    return [
        _PrintedSheet(
            sheet.title,
            dict(_shown(sheet, named["Area", at])),
            range(*(int(n) + i for i, n in enumerate(_reference(titles).split(":"))))
            if (titles := named.get(("Titles", at)))
            else range(0),
        )
        for at, sheet in enumerate(sheets)
        if ("Area", at) in named
    ]


class _PrintedSheet(NamedTuple):
    """A sheet's print area.

    Attributes:
        name: The sheet's.
        shown: The letters each of its cells shows, by row and column.
        repeated: The rows that stand on every page.
    """

    name: str
    shown: dict[tuple[int, int], str]
    repeated: range

    @property
    def first(self) -> list[str]:
        """Return what stands at its top."""
        return [*self.shown.values()][:_FIRST]


def _pages_by_sheet(
    sheets: Sequence[_PrintedSheet], pages: Iterable[Page]
) -> dict[str, list[Page]]:
    """Return the pages of each sheet: they begin where its first texts stand together."""
    found: dict[str, list[Page]] = {sheet.name: [] for sheet in sheets}
    at = -1
    for page in pages:
        following = range(at + 1, len(sheets))
        at = next((n for n in following if all(t in page.text for t in sheets[n].first)), at)
        assert at >= 0, "the first page is of no sheet"
        found[sheets[at].name].append(page)
    return found


def _sheet_faults(sheet: _PrintedSheet, pages: Sequence[Page]) -> Iterator[Fault]:
    text = "".join(page.text for page in pages)
    for at, shown in sheet.shown.items():
        if shown not in text:
            yield Fault(f"{sheet.name} {at}", "is not whole on paper", shown)
    heads = [shown for (row, _), shown in sheet.shown.items() if row in sheet.repeated]
    for number, page in enumerate(pages, 1):
        missed = [head for head in heads if head not in page.text]
        if missed:
            yield Fault(f"{sheet.name}, page {number}", "lacks headings", "、".join(missed))


def _shown(sheet: Worksheet, areas: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield row and column of the cells that are to be printed with the letters they show."""
    for area in areas.split(","):
        left, top, right, bottom = range_boundaries(_reference(area))
        for row in sheet.iter_rows(top or 1, min(bottom or 1 << 20, sheet.max_row), left, right):
            if sheet.row_dimensions[row[0].row].hidden:
                continue
            for cell in row:
                shown = _squeezed(displayed(cell)) if cell.value is not None else ""
                if shown:
                    yield (cell.row, cell.column), shown


def _reference(place: str) -> str:
    """Return A1:B2 of 'name'!$A$1:$B$2."""
    return place.rpartition("!")[2].replace("$", "")


def _page_faults(page: Page) -> Iterator[tuple[str, str]]:
    for word in page.words:
        beyond = (
            word.left < _MARGIN
            or word.right > page.width - _MARGIN
            or word.top < _MARGIN
            or word.bottom > page.height - _MARGIN
        )
        if beyond:
            yield "off the page", word.text
    inked = sorted(map(_ink, page.words), key=lambda word: word.top)
    for index, word in enumerate(inked):
        for other in inked[index + 1 :]:
            if other.top >= word.bottom:
                break
            if other.left < word.right and word.left < other.right:
                yield "over each other", f"{word.text} | {other.text}"


def _ink(word: Word) -> Word:
    """Return the word without the air around its letters."""
    high = (word.bottom - word.top) * (1 - _INK) / 2
    wide = min(word.right - word.left, word.bottom - word.top) * (1 - _INK) / 2
    return Word(word.left + wide, word.top + high, word.right - wide, word.bottom - high, word.text)


def _squeezed(text: str) -> str:
    return "".join(text.split())

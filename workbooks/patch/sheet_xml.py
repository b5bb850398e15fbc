"""The XML of one worksheet, changed cell by cell and otherwise left as it is.

Rows nobody asks for keep their very text; so does everything before and after the rows, where a
sheet keeps its views, validations, marks and whatever extensions a later Excel added.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from openpyxl.formula.translate import Translator

from validators.cells import letters
from workbooks.ooxml.addresses import Rectangle, column_number
from workbooks.ooxml.cells import as_text, escaped, number, text_element
from workbooks.ooxml.dates import Kind
from workbooks.ooxml.markup import attribute, spliced, with_attribute, without
from workbooks.ooxml.number_formats import valued
from workbooks.ooxml.workbook_part import Workbook
from workbooks.patch.package import FILTER, refiltered, unusual
from workbooks.patch.style_list import StyleList
from workbooks.sheet_writing import renumbered, text_too_long
from workbooks.template.layout import shown
from workbooks.updates import Link

_START = re.compile(r"<sheetData(?:\s[^>]*?)?(/?)>")
_END = "</sheetData>"
_COLUMN = re.compile(r"<col\s[^>]*>")
_USUAL = re.compile(r'r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d+)")?((?: [a-z]+="[^"]*")*)\s*/?')
_DIMENSION = re.compile(r'<dimension\s[^>]*?ref="([^"]*)"')
_MERGES = re.compile(r"<mergeCells[^>]*>(.*?)</mergeCells>", re.DOTALL)
_MERGE = re.compile(r'<mergeCell\s[^>]*?ref="([^"]*)"[^>]*?(?:/>|></mergeCell>)')
_PROPERTIES = re.compile(r"<sheetPr[^>]*>")


class CellXml(NamedTuple):
    """A cell: its style number ("" for none), other attributes, content (None: no content)."""

    style: str
    extra: str = ""
    inner: str | None = None


class RowXml:
    """One `<row>`; its cells are taken apart only when asked for."""

    def __init__(self, number: int, attributes: str, inner: str, text: str = "") -> None:
        self.number = number
        self._attributes = attributes
        self._inner = inner
        self._text = text
        self._cells: dict[int, CellXml] | None = None

    @property
    def attributes(self) -> str:
        """Return the row's attributes but its number and spans."""
        return without(self._attributes, "r", "spans")

    @attributes.setter
    def attributes(self, text: str) -> None:
        self._attributes = text
        self._text = ""

    @property
    def text(self) -> str:
        """Return the XML of the cells as the file holds it."""
        return self._inner

    @property
    def cells(self) -> dict[int, CellXml]:
        """Return the cells by 1-based column, to be changed in place."""
        if self._cells is None:
            self._cells = dict(_cells(self._inner, self.number))
            self._text = ""
        return self._cells

    @property
    def changed(self) -> Collection[int]:
        """Return the columns of the cells if these were taken apart, else nothing."""
        return self._cells or ()

    def peek(self) -> dict[int, CellXml]:
        """Return the cells by 1-based column, to be looked at only."""
        return dict(_cells(self._inner, self.number)) if self._cells is None else self._cells

    def render(self) -> str:
        """Return the XML of the row, as it was where nothing asked for its cells."""
        if self._text:
            return self._text
        start = f'<row r="{self.number}"{self.attributes}'
        if self._cells is not None:
            self._inner = "".join(
                _rendered(letters(at), self.number, self._cells[at]) for at in sorted(self._cells)
            )
        if not self._inner and not self.attributes:
            return ""
        return f"{start}>{self._inner}</row>" if self._inner else f"{start}/>"


class SheetXml:
    """One worksheet part.

    Args:
        xml: Its text.
        name: The tab's name, for messages.

    Raises:
        UpdateRefused: No spreadsheet in use writes XML of this shape.
    """

    def __init__(self, xml: str, name: str) -> None:
        self._name = name
        start = _START.search(xml)
        if start is None or "<worksheet" not in xml[: start.start()]:
            raise self.unusual()
        self.head = xml[: start.start()]
        if start[1]:
            self._opening, inner, self.tail = f"{start[0][:-2].rstrip()}>", "", xml[start.end() :]
        else:
            end = xml.find(_END, start.end())
            self._opening, inner = start[0], xml[start.end() : end]
            self.tail = xml[end + len(_END) :]
            if end < 0:
                raise self.unusual()
        self.rows = {row.number: row for row in self._rows(inner)}

    def unusual(self) -> Exception:
        """Return the refusal of XML of another shape."""
        return unusual(f"工作表“{self._name}”")

    def render(self) -> str:
        """Return the XML of the whole part."""
        texts = {number: self.rows[number].render() for number in sorted(self.rows)}
        head = self._sized([number for number, text in texts.items() if "<c " in text])
        return f"{head}{self._opening}{''.join(texts.values())}{_END}{self.tail}"

    def row(self, number: int) -> RowXml:
        """Return the row, made where there is none."""
        if number not in self.rows:
            self.rows[number] = RowXml(number, "", "")
        return self.rows[number]

    def widths_and_styles(self) -> list[tuple[int, int, float, str]]:
        """Return (first column, last column, width, style) of the columns set up."""
        return [
            (
                int(attribute(column, "min") or 0),
                int(attribute(column, "max") or 0),
                float(attribute(column, "width") or 0),
                attribute(column, "style"),
            )
            for column in _COLUMN.findall(self.head)
        ]

    def merges(self) -> list[Rectangle]:
        """Return the merged areas."""
        found = _MERGES.search(self.tail)
        areas = (Rectangle.parse(ref) for ref in _MERGE.findall(found[1])) if found else ()
        return [area for area in areas if area]

    def unmerge(self, rows: Sequence[int]) -> None:
        """Take out the merges that lie within `rows`."""
        wanted = {*rows}

        def _kept(merge: re.Match[str]) -> str:
            area = Rectangle.parse(merge[1])
            gone = area is not None and wanted.issuperset(range(area.top, area.bottom + 1))
            return "" if gone else merge[0]

        merges = _MERGES.search(self.tail)
        if merges is None:
            return
        left = _MERGE.sub(_kept, merges[1])
        if left != merges[1]:
            count = len(_MERGE.findall(left))
            new = f'<mergeCells count="{count}">{left}</mergeCells>' if count else ""
            self.tail = spliced(merges, new)

    def move_merges(self, rows: range, by: int) -> None:
        """Move the merges that lie within `rows` down."""

        def _moved(merge: re.Match[str]) -> str:
            area = Rectangle.parse(merge[1])
            if area is None or area.top not in rows or area.bottom not in rows:
                return merge[0]
            return spliced(merge, area._replace(top=area.top + by).address, group=1)

        merges = _MERGES.search(self.tail)
        if merges:
            self.tail = spliced(merges, _MERGE.sub(_moved, merges[1]), group=1)

    def refilter(self, heading_row: int, last: int, *, clear: bool) -> None:
        """Let the sheet's own filter reach row `last`; `clear` takes out what it filters by."""
        own, views, others = self.tail.partition("<customSheetViews")
        match = FILTER.search(own)
        area = Rectangle.parse(attribute(match[0], "ref")) if match else None
        if match is None or area is None or not area.top <= heading_row <= area.bottom:
            return
        area = Rectangle.between(area.top, area.left, max(last, area.bottom), area.right)
        new = refiltered(match[0], area.address, clear=clear)
        self.tail = f"{spliced(match, new)}{views}{others}"

    def show_all(self) -> None:
        """Take back the note that some rows are filtered away."""
        self.head = _PROPERTIES.sub(lambda tag: without(tag[0], "filterMode"), self.head, count=1)

    def _rows(self, inner: str) -> Iterator[RowXml]:
        at, last = 0, 0
        while (start := inner.find("<row", at)) >= 0:
            opened = inner.find(">", start)
            if opened < 0 or inner[at:start].strip():
                raise self.unusual()
            alone = inner[opened - 1] == "/"
            closed = opened if alone else inner.find("</row>", opened)
            attributes = inner[start + 4 : opened - alone]
            number = attribute(attributes, "r")
            at = closed + (1 if alone else 6)
            if closed < 0 or not number.isdigit() or int(number) <= last:
                raise self.unusual()
            last = int(number)
            text = "" if alone else inner[opened + 1 : closed]
            yield RowXml(last, attributes, text, inner[start:at])
        if inner[at:].strip():
            raise self.unusual()

    def _sized(self, filled: list[int]) -> str:
        """Return the head with a dimension of the rows `filled` and every column in use."""
        match = _DIMENSION.search(self.head)
        area = Rectangle.parse(match[1]) if match else None
        if match is None or area is None:
            return self.head
        columns = {at for row in self.rows.values() for at in row.changed}
        size = Rectangle.between(
            min([area.top, *filled]),
            min([area.left, *columns]),
            max([area.top, *filled]),
            max([area.right, *columns]),
        )
        return spliced(match, size.address, group=1)


def _cells(inner: str, number: int) -> Iterator[tuple[int, CellXml]]:
    """Yield the cells of a row by column."""
    start, *pieces = inner.split("<c ")
    if start.strip():
        raise unusual(f"第 {number} 行")
    for piece in pieces:
        tag, _, rest = piece.partition(">")
        content: str | None = None
        if not tag.endswith("/"):
            content, closed, rest = rest.rpartition("</c>")
            if not closed:
                raise unusual(f"第 {number} 行")
        match = _USUAL.fullmatch(tag)
        if match is None or ' s="' in match[4]:
            match = _USUAL.fullmatch(_reordered(tag))
        if match is None or rest.strip() or match[2] != str(number):
            raise unusual(f"第 {number} 行")
        yield column_number(match[1]), CellXml(match[3] or "", match[4], content or None)


def _reordered(tag: str) -> str:
    """Return a cell's attributes with reference and style in front."""
    tag = f" {tag.removesuffix('/')}"
    first = [f'{name}="{value}"' for name in ("r", "s") if (value := attribute(tag, name))]
    return " ".join([*first, without(tag, "r", "s").strip()]).strip()


def _rendered(letter: str, number: int, cell: CellXml) -> str:
    style = f' s="{cell.style}"' if cell.style else ""
    start = f'<c r="{letter}{number}"{style}{cell.extra}'
    return f"{start}/>" if cell.inner is None else f"{start}>{cell.inner}</c>"


# --- cells ---------------------------------------------------------------------------------------

FORMULA = re.compile(r"<f(\s[^>]*?)?(?:/>|>(.*?)</f>)", re.DOTALL)
_SHARED = 't="shared"'
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


class CellMaker:
    """Makes cells of one workbook.

    Text goes into the cells themselves, so the table of shared texts stays as it is. It is never
    a formula: only a `Link` or a look-up makes one.

    Args:
        workbook: For its styles and date system.
        sheet: The tab's name, for messages.
        styles: Where styles are added for days and numbers.

    Attributes:
        digit: Pixels of a digit, by which the widths of columns are measured.
    """

    def __init__(self, workbook: Workbook, sheet: str, styles: StyleList) -> None:
        self._sheet = sheet
        self._styles = styles
        self.digit = styles.digit
        self._date1904 = workbook.date1904
        dated = {
            str(at)
            for at, kind in enumerate(workbook.kinds.tolist())
            if kind in (Kind.DATE, Kind.DATETIME)
        }
        self._dated = dated | {""} if "0" in dated else dated
        self._meanings = workbook.meanings.tolist()

    def shows_days(self, style: str) -> bool:
        """Tell whether a number of this style is shown as a date."""
        return style in self._dated

    def style_for_days(self, style: str, code: str) -> str:
        """Return a style like `style` that shows days as `code` has them."""
        new = self._styles.formatted(style, code)
        if new != style:
            self._dated.add(new)
        return new

    def shows_number(self, value: float, style: str) -> bool:
        """Tell whether a number of this style is shown as it is, or as a date."""
        at = int(style or 0)
        if at >= len(self._meanings) or style in self._dated:
            return True
        return valued(value, self._meanings[at]) == value

    def style_for_numbers(self, style: str) -> str:
        """Return a style like `style` that shows numbers as they are."""
        return self._styles.formatted(style, "General")

    def cell(self, value: object, style: str) -> CellXml:
        """Return `value` as a cell; what its style would show wrongly goes in as text.

        Raises:
            UpdateRefused: A text is longer than a cell holds.
        """
        if isinstance(value, Link):
            return self.formula(value.formula, str(value), style)
        plain = shown(value)
        if plain is None:
            return CellXml(style)
        if not isinstance(plain, str):
            digits = number(plain, dated=style in self._dated, date1904=self._date1904)
            if digits is not None:
                return CellXml(style, "", f"<v>{digits}</v>")
            plain = as_text(plain)
        try:
            return CellXml(style, ' t="inlineStr"', f"<is>{text_element(plain)}</is>")
        except ValueError as error:
            raise text_too_long(self._sheet, plain) from error

    def formula(self, text: str, value: str, style: str) -> CellXml:
        """Return a formula that gives text, with the text it gives."""
        return CellXml(style, ' t="str"', f"<f>{escape(text)}</f><v>{escaped(value)}</v>")


def has_formula(cell: CellXml | None) -> bool:
    """Tell whether a cell holds a formula."""
    return cell is not None and "<f" in (cell.inner or "")


def recached(cell: CellXml, value: str) -> CellXml:
    """Return a cell whose formula stays and is noted to give the text `value`."""
    match = FORMULA.search(cell.inner or "")
    formula = match[0] if match else ""
    return CellXml(cell.style, ' t="str"', f"{formula}<v>{escaped(value)}</v>")


def moved(cell: CellXml, column: int, before: int, after: int) -> CellXml:
    """Return a cell in another row: relative references of its formula move with it.

    A formula that fills several cells cannot move; its value stays.
    """
    match = FORMULA.search(cell.inner or "")
    if match is None or before == after:
        return cell
    tag, text = match[1] or "", match[2] or ""
    area = Rectangle.parse(attribute(tag, "ref"))
    if area and area != (before, column, 1, 1):
        new = ""
    else:
        old_at, new_at = f"{letters(column)}{before}", f"{letters(column)}{after}"
        if area:
            tag = with_attribute(tag, "ref", new_at)
        new = f"<f{tag}>{_translated(text, old_at, new_at)}</f>"
    return cell._replace(inner=spliced(match, new))


def below_new_rows(cell: CellXml, rows: range, by: int, last: int) -> CellXml:
    """Return a cell of rows that move down because rows are added above them; see `renumbered`."""
    match = FORMULA.search(cell.inner or "")
    if match is None or not match[2]:
        return cell
    text = renumbered(unescape(match[2], _ENTITIES), rows, by, last)
    return cell._replace(inner=spliced(match, f"<f{match[1] or ''}>{escape(text)}</f>"))


def unshare(sheet: SheetXml) -> None:
    """Write out formulas that are noted once for many cells, so that each cell can change."""
    rows = [row for row in sheet.rows.values() if _SHARED in row.text]
    masters: dict[str, tuple[str, str]] = {}
    for row in rows:
        for at, cell in row.cells.items():
            match = FORMULA.search(cell.inner or "")
            if match and _SHARED in (match[1] or ""):
                index = attribute(match[1], "si")
                here = f"{letters(at)}{row.number}"
                if match[2]:
                    masters[index] = here, match[2]
                origin, text = masters.get(index, (here, ""))
                new = f"<f>{_translated(text, origin, here)}</f>" if text else ""
                row.cells[at] = cell._replace(inner=spliced(match, new))


def is_shared_master(cell: CellXml | None) -> bool:
    """Tell whether other cells' formulas are noted in this one."""
    return cell is not None and _SHARED in (cell.inner or "") and " ref=" in (cell.inner or "")


def _translated(text: str, origin: str, target: str) -> str:
    formula = unescape(text, _ENTITIES)
    return escape(Translator(f"={formula}", origin=origin).translate_formula(target)[1:])

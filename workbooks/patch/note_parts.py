"""Notes of one worksheet: the part that holds their texts, and the drawing that holds their boxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from validators.cells import letters
from workbooks.cell_marks import Place
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.cells import escaped
from workbooks.ooxml.markup import attribute, spliced, unescaped
from workbooks.patch.package import unusual
from workbooks.patch.part_edits import MAIN, OFFICE, PartEdits, with_child
from workbooks.patch.sheet_xml import SheetXml
from workbooks.text_fit import NOTE_WIDTH, note_height

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AUTHOR = "帮带"
_COMMENT = re.compile(r"<comment\s[^>]*>.*?</comment>", re.DOTALL)
_TEXT = re.compile(r"<t(?:\s[^>]*)?>(.*?)</t>", re.DOTALL)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_AUTHORS = re.compile(r"<authors(?:\s*/>|>(.*?)</authors>)", re.DOTALL)
_ONE_AUTHOR = re.compile(r"<author\b[^>]*?(?:/>|>(.*?)</author>)", re.DOTALL)
_LIST = re.compile(r"<commentList(?:\s*/>|>(.*?)</commentList>)", re.DOTALL)
_CONVERSATION = "tc="
"""How the author of the text begins that older programs show for a conversation."""
_SHAPE = re.compile(r"<v:shape\s.*?</v:shape>", re.DOTALL)
_SHAPE_CELL = re.compile(
    r"<x:Row>\s*(\d+)\s*</x:Row>.*?<x:Column>\s*(\d+)\s*</x:Column>", re.DOTALL
)
_SHAPE_NUMBER = re.compile(r'id="_x0000_s(\d+)"')
_AFTER_NOTES = frozenset(
    ["legacyDrawingHF", "drawingHF", "picture", "oleObjects", "mc:AlternateContent", "controls", "webPublishItems", "tableParts", "extLst"]
)  # fmt: skip
_POINTS_A_PIXEL = 0.75
_GAP = 12  # pixels between a cell and its note
_NEW_COMMENTS = (
    f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
)
_NEW_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{}"/></o:shapelayout><v:shapetype id="_x0000_t202" '
    'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke '
    'joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_NEW_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:5pt;width:{width:g}pt;height:{height:g}pt;z-index:1;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" '
    'color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox '
    'style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}'
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)


class NoteParts:
    """The notes of a worksheet of a package.

    Args:
        edits: The package's parts.
        part: The worksheet's part.

    Raises:
        UpdateRefused: The notes are noted in XML no spreadsheet in use writes.
    """

    def __init__(self, edits: PartEdits, part: str) -> None:
        self._edits = edits
        self._part = part
        related = edits.related(part, "comments")
        self._comments = related.target if related else ""
        self._xml = edits.text(self._comments) if self._comments else _NEW_COMMENTS
        self._found = {place: one for one in _COMMENT.findall(self._xml) if (place := _cell(one))}
        if len(self._found) != self._xml.count("<comment ") or not _LIST.search(self._xml):
            raise unusual("批注")

    def texts(self) -> dict[Place, str]:
        """Return the notes by cell."""
        return {place: _text(comment) for place, comment in self._found.items()}

    def conversations(self) -> set[Place]:
        """Return the cells with a conversation, which take no note."""
        names = [unescaped(name) for name in self._authors()]
        talked = {str(at) for at, name in enumerate(names) if name.startswith(_CONVERSATION)}
        return {p for p, one in self._found.items() if attribute(one, "authorId") in talked}

    def put(self, notes: Mapping[Place, str], sheet: SheetXml, number: int) -> None:
        """Write notes, "" for a cell that is to have none; the others stay as they are.

        Args:
            notes: The notes by cell.
            sheet: The worksheet, which names the drawing of its notes.
            number: The sheet's place among the tabs, from 1.
        """
        if not notes:
            return
        author = self._author()
        for place, text in notes.items():
            self._found.pop(place, None)
            if text:
                self._found[place] = _comment(place, author, text)
        inner = "".join(self._found.values())
        found = _LIST.search(self._xml)
        self._xml = spliced(found, f"<commentList>{inner}</commentList>") if found else self._xml
        if self._comments:
            self._edits.parts[self._comments] = self._xml
        else:
            name = self._edits.add("xl", "comments{}.xml", self._xml, _TYPE)
            self._edits.relate(self._part, "comments", name)
        self._draw(notes, sheet, number)

    def _authors(self) -> list[str]:
        found = _AUTHORS.search(self._xml)
        return _ONE_AUTHOR.findall(found[1] or "") if found else []

    def _author(self) -> int:
        """Return the number of our name among the authors, added if it is not there."""
        names = self._authors()
        if _AUTHOR in names:
            return names.index(_AUTHOR)
        found = _AUTHORS.search(self._xml)
        if found is None:
            raise unusual("批注")
        self._xml = spliced(found, f"<authors>{found[1] or ''}<author>{_AUTHOR}</author></authors>")
        return len(names)

    def _draw(self, notes: Mapping[Place, str], sheet: SheetXml, number: int) -> None:
        """Give every written note a box as large as its text, and take the others' boxes away."""
        named = re.search(r"<legacyDrawing\s[^>]*>", sheet.tail)
        related = self._edits.related(self._part, "vmlDrawing") if named else None
        drawing = related.target if related else ""
        xml = self._edits.text(drawing) if drawing else _NEW_DRAWING.format(number)
        end = xml.rfind("</xml>")
        if end < 0:
            raise unusual("批注")
        gone = {(row - 1, column - 1) for row, column in notes}
        kept = _SHAPE.sub(lambda shape: "" if _shape_cell(shape[0]) in gone else shape[0], xml)
        first = max([number * 1024, *map(int, _SHAPE_NUMBER.findall(kept))]) + 1
        grid = _Grid(sheet)
        written = [place for place, text in notes.items() if text]
        shapes = "".join(
            _shape(place, notes[place], first + at, grid) for at, place in enumerate(written)
        )
        end = kept.rfind("</xml>")
        xml = f"{kept[:end]}{shapes}{kept[end:]}"
        if drawing:
            self._edits.parts[drawing] = xml
            return
        self._edits.declare_ending("vml", _VML_TYPE)
        name = self._edits.add("xl/drawings", "vmlDrawing{}.vml", xml, "")
        relationship = self._edits.relate(self._part, "vmlDrawing", name)
        tag = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{relationship}"/>'
        sheet.tail = with_child(sheet.tail, tag, _AFTER_NOTES)


class _Grid:
    """Widths of columns and heights of rows in pixels."""

    def __init__(self, sheet: SheetXml) -> None:
        self._columns = sheet.widths_and_styles()
        self._rows = sheet.rows
        usual = re.search(r"<sheetFormatPr\s[^>]*", sheet.head)
        self._height = float(attribute(usual[0], "defaultRowHeight") or 15) if usual else 15.0
        self._width = float(attribute(usual[0], "defaultColWidth") or 9) if usual else 9.0

    def width(self, at: int) -> int:
        """Return the pixels of a column."""
        widths = (width for first, last, width, _ in self._columns if first <= at <= last)
        return round((next(widths, 0) or self._width) * 7 + 5)

    def height(self, number: int) -> int:
        """Return the pixels of a row."""
        row = self._rows.get(number)
        points = float(attribute(row.attributes, "ht") or 0) if row else 0
        return max(round((points or self._height) / _POINTS_A_PIXEL), 1)


def _anchor(place: Place, height: float, grid: _Grid) -> str:
    """Return where a box begins and ends: column, pixels in it, row, pixels in it, twice."""
    row, column = max(place[0] - 1, 1), place[1] + 1
    right, x = _beyond(column, _GAP + round(NOTE_WIDTH / _POINTS_A_PIXEL), grid.width)
    bottom, y = _beyond(row, _GAP + round(height / _POINTS_A_PIXEL), grid.height)
    numbers = (column - 1, _GAP, row - 1, _GAP, right - 1, x, bottom - 1, y)
    return ", ".join(map(str, numbers))


def _beyond(first: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """Return the row or column some pixels after the beginning of one, and the pixels within it."""
    while pixels > (here := size(first)):
        pixels -= here
        first += 1
    return first, pixels


def _shape(place: Place, text: str, number: int, grid: _Grid) -> str:
    height = note_height(text)
    return _NEW_SHAPE.format(
        number=number, width=NOTE_WIDTH, height=height, anchor=_anchor(place, height, grid),
        row=place[0] - 1, column=place[1] - 1,
    )  # fmt: skip


def _shape_cell(shape: str) -> tuple[int, int] | None:
    found = _SHAPE_CELL.search(shape)
    return (int(found[1]), int(found[2])) if found else None


def _cell(comment: str) -> Place | None:
    area = Rectangle.parse(attribute(comment.partition(">")[0], "ref"))
    return (area.top, area.left) if area else None


def _text(comment: str) -> str:
    return "".join(map(unescaped, _TEXT.findall(_PHONETIC.sub("", comment))))


def _comment(place: Place, author: int, text: str) -> str:
    address = f"{letters(place[1])}{place[0]}"
    return (
        f'<comment ref="{address}" authorId="{author}"><text><r><rPr><sz val="9"/>'
        '<rFont val="宋体"/></rPr>'
        f'<t xml:space="preserve">{escaped(text)}</t></r></text></comment>'
    )

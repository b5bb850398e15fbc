"""WPS's objects, answered by a real LibreOffice, for the add-in's script in a browser.

A page is given `script()`, whose `Application` asks `WpsServer` for each member. A member that Kingsoft's
declarations (npm et-jsapi-declare) do not have is refused and remembered in `Wps.faults`; so is one that
is declared and not written here. What devices are known for holds here, too: `Cells.Item` gives nothing,
`Value` is not to be used, errors come as numbers, colours with blue first, `Enum` is missing.
"""

# ruff: noqa: N802, N803, PLW0108 - Excel's names; classes that stand further below

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import xlwings as xw

from addin.hosts.calc import CalcHost
from addin.hosts.calc.engine import App as CalcApp
from addin.hosts.calc.engine import Book as CalcBook
from addin.hosts.calc.notes import ExcelRefused
from addin.hosts.calc.office import area_of
from addin.hosts.calc.range import Range as CalcRange
from addin.hosts.calc.sheet import Sheet as CalcSheet
from addin.hosts.calc.sheet import Table as CalcTable
from addin.hosts.calc.values import CellError
from tests.support.whole_sheets import number_formats
from tests.support.wps_foresight import LOOKING, Foresight

_DECLARED = Path(__file__).parents[1] / "tools/node_modules/et-jsapi-declare"
_NONE = -4142
_FIRST_ERROR = -2146828288
_ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}  # fmt: skip
_DIRECTIONS = {-4162: "up", -4121: "down", -4159: "left", -4161: "right"}
_DAY_0 = dt.datetime(1899, 12, 30)
_CHOSEN = -1
_FORMULA = 16  # com.sun.star.sheet.CellFlags


# --- what is declared -----------------------------------------------------------------------------

_INTERFACE = re.compile(r"interface (\w+)[^{]*\{")
_MEMBER = re.compile(r"^\s*(readonly )?(\w+)(\(|\??:)(.*)", re.M)
_HELD = re.compile(r": (?:TypedAny<|TypedIDispatch<)?(\w+)>?;$")
_WHERE = {"Application": ("AddonRoot", "EtAddonRoot", "Application")}


class Declared(NamedTuple):
    """What is declared of a member.

    Attributes:
        sort: `readonly`, `property` or `method`.
        kind: The type of what it holds or returns, as far as it is one name.
    """

    sort: str
    kind: str


@cache
def declared() -> dict[str, dict[str, Declared]]:
    """Return the members of every interface."""
    found: dict[str, dict[str, Declared]] = {}
    for file in ("index.d.ts", "addon.et.d.ts", "lib.kso.d.ts", "lib.et.d.ts"):
        text = re.sub(r"/\*.*?\*/", "", (_DECLARED / file).read_text("utf-8"), flags=re.S)
        for match in _INTERFACE.finditer(text):
            body = text[match.end() : text.index("\n", _end_of(text, match.end()))]
            members = found.setdefault(match[1], {})
            for readonly, name, sign, rest in _MEMBER.findall(body):
                sort = "method" if sign == "(" else "readonly" if readonly else "property"
                held = _HELD.search(sign[-1] + rest)
                members[name] = Declared(sort, held[1] if held else "")
    return found


def _end_of(text: str, start: int) -> int:
    depth, at = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def members_of(kind: str) -> dict[str, Declared]:
    """Return the declared members of one of WPS's objects."""
    return {k: v for name in _WHERE.get(kind, (kind,)) for k, v in declared()[name].items()}


# --- WPS's objects --------------------------------------------------------------------------------


class Member:
    """One of WPS's objects; its class has the declared interface's name."""


class Items(Member):
    """A collection."""

    def all(self) -> list[Any]:
        """Return its items."""
        raise NotImplementedError

    Count = property(lambda self: len(self.all()))

    def Item(self, Index: float | str) -> Any:
        if not isinstance(Index, str):
            return self.all()[int(Index) - 1]
        for item in self.all():
            if item.Name.casefold() == Index.casefold():
                return item
        raise ExcelRefused("下标越界")


def kept(name: str, value: Any) -> property:
    """Return a property that keeps what it is set to."""
    return property(
        lambda self: self.__dict__.get(name, value),
        lambda self, value: self.__dict__.update({name: value}),
    )


class Clerk:
    """Who answers dialogues.

    Attributes:
        answers: What is chosen or typed, in order; without one she cancels.
        yes: What is answered where only a click is asked for.
        told: What the message boxes said.
        show: What is done with a dialogue; by default it is answered without being drawn.
        pages: What was opened in a browser.
    """

    def __init__(self) -> None:
        self.answers: Iterator[str] = iter(())
        self.yes = True
        self.told: list[str] = []
        self.pages: list[str] = []
        self.show: Callable[[str, int, int], None] | None = None

    def place(self) -> str | bool:
        """Return the next answer as WPS's own dialogues do, False where she cancels."""
        return next(self.answers, "") or False

    def choice(self, content: dict[str, Any]) -> Any:
        """Return the answer to one of our dialogues."""
        if content["entry"] is not None:
            return next(self.answers, None)
        self.told.append(content["text"])
        choices = [choice for choice, _ in content["choices"]]
        return choices[0 if self.yes else -1]


class Application(Member):
    """WPS itself, over the workbooks open in LibreOffice."""

    def __init__(self, calc: CalcApp | None) -> None:
        self.calc: Any = calc  # None where only dialogues are shown
        self.clerk = Clerk()
        self.storage, self.assist, self.correct = PluginStorage(), OAAssist(self), AutoCorrect()
        self._tables: dict[str, list[tuple[int, str]]] = {}

    ScreenUpdating, EnableEvents, DisplayAlerts = (
        kept(name, True) for name in ("ScreenUpdating", "EnableEvents", "DisplayAlerts")
    )
    StatusBar = kept("StatusBar", False)
    Version = property(lambda self: "12.1.0.17857")
    Workbooks = property(lambda self: Workbooks(self))
    PluginStorage = property(lambda self: self.storage)
    FileSystem = property(lambda self: FileSystem())
    OAAssist = property(lambda self: self.assist)
    AutoCorrect = property(lambda self: self.correct)

    def forget(self) -> None:
        """Look for tables anew: sheets have come or gone."""
        self._tables.clear()

    def tables(self, sheet: CalcSheet) -> list[ListObject]:
        """Return the tables of a sheet; to ask LibreOffice for each sheet's takes long."""
        book = sheet.book
        if book.fullname not in self._tables:
            ranges = book.document.DatabaseRanges
            self._tables[book.fullname] = [
                (ranges.getByName(name).DataArea.Sheet + 1, name) for name in ranges.ElementNames
            ]
        here = sheet.index
        return [
            ListObject(self, CalcTable(sheet, name))
            for at, name in self._tables[book.fullname]
            if at == here
        ]

    @property
    def ActiveWorkbook(self) -> Workbook | None:
        there = self.calc and len(self.calc.books)
        return Workbook(self, self.calc.books.active) if there else None

    @property
    def Selection(self) -> Range | None:
        chosen = self.calc.selection
        return None if chosen is None else Range(self, chosen)

    def GetOpenFilename(self, *_: Any) -> str | bool:
        return self.clerk.place()

    def GetSaveAsFilename(self, InitialFilename: str, *_: Any) -> str | bool:
        assert InitialFilename
        return self.clerk.place()

    def FileDialog(self, fileDialogType: float) -> FileDialog:
        assert fileDialogType == 4
        return FileDialog(self)

    def ShowDialog(self, url: str, title: str, width: float, height: float, isModal: bool) -> None:
        assert title
        assert isModal
        if self.clerk.show:
            self.clerk.show(url, int(width), int(height))
        else:
            number = url.partition("#")[2]
            content = json.loads(self.storage.items[f"bangdai_dialog_{number}"])
            answer = {"answer": self.clerk.choice(content)}
            self.storage.items[f"bangdai_answer_{number}"] = json.dumps(answer)


class AutoCorrect(Member):
    AutoFillFormulasInLists = kept("AutoFillFormulasInLists", True)
    AutoExpandListRange = kept("AutoExpandListRange", True)


class PluginStorage(Member):
    """What the pages of one add-in share; only texts come back."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}

    def setItem(self, key: str, value: Any) -> None:
        self.items[key] = str(value)

    def getItem(self, key: str) -> str | None:
        return self.items.get(key)


class OAAssist(Member):
    def __init__(self, app: Application) -> None:
        self.app = app

    def ShellExecute(self, file: str, params: str = "") -> None:
        self.app.clerk.pages.append(f"{file} {params}".strip())


class FileSystem(Member):
    def ReadFile(self, path: str) -> str:
        return Path(path).read_text("utf-8")


class FileDialog(Member):
    Title = kept("Title", "")
    AllowMultiSelect = kept("AllowMultiSelect", True)

    def __init__(self, app: Application) -> None:
        self.app = app
        self.chosen: str | bool = False

    def Show(self) -> int:
        self.chosen = self.app.clerk.place()
        return _CHOSEN if self.chosen else 0

    SelectedItems = property(lambda self: FileDialogSelectedItems([self.chosen]))


class FileDialogSelectedItems(Items):
    def __init__(self, paths: list[Any]) -> None:
        self.paths = paths

    def all(self) -> list[Any]:
        return self.paths


class Workbooks(Items):
    def __init__(self, app: Application) -> None:
        self.app = app

    def all(self) -> list[Workbook]:
        return [Workbook(self.app, book) for book in self.app.calc.books]

    def Open(self, Filename: str, UpdateLinks: float) -> Workbook:
        assert UpdateLinks == 0
        return Workbook(self.app, self.app.calc.books.open(Filename))


class Workbook(Member):
    def __init__(self, app: Application, book: CalcBook) -> None:
        self.app, self.book = app, book

    Name = property(lambda self: self.book.name)
    FullName = property(lambda self: self.book.fullname)
    Date1904 = property(lambda self: False)
    Worksheets = property(lambda self: Sheets(self))
    ActiveSheet = property(lambda self: Worksheet(self, self.book.sheets.active))

    def Activate(self) -> None:
        self.book.activate()

    def SaveCopyAs(self, Filename: str) -> None:
        self.book.save_copy(Path(Filename))


class Sheets(Items):
    def __init__(self, book: Workbook) -> None:
        self.book = book

    def all(self) -> list[Worksheet]:
        return [Worksheet(self.book, sheet) for sheet in self.book.book.sheets]

    def Item(self, Index: float | str) -> Worksheet:
        at = Index if isinstance(Index, str) else int(Index)
        try:
            return Worksheet(self.book, self.book.book.sheets(at))
        except (IndexError, xw.NoSuchObjectError):
            raise ExcelRefused("下标越界") from None

    def Add(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> Worksheet:
        self.book.app.forget()
        places = [one.sheet if one else None for one in (Before, After)]
        return Worksheet(self.book, self.book.book.sheets.add(*places))


class Worksheet(Member):
    def __init__(self, book: Workbook, sheet: CalcSheet) -> None:
        self.book, self.sheet = book, sheet

    Parent = property(lambda self: self.book)
    ProtectContents = property(lambda self: self.sheet.protected)
    UsedRange = property(lambda self: Range(self.book.app, self.sheet.used_range))
    Rows = property(lambda self: Range(self.book.app, self.sheet.cells, "rows"))
    ListObjects = property(lambda self: ListObjects(self))
    Comments = property(lambda self: Comments(self))
    FilterMode = property(lambda self: CalcHost().is_filtered(xw.Sheet(impl=self.sheet)))

    @property
    def Name(self) -> str:
        return self.sheet.name

    @Name.setter
    def Name(self, name: str) -> None:
        self.sheet.name = name

    @property
    def Visible(self) -> int:
        return -1 if self.sheet.visible else 0

    @Visible.setter
    def Visible(self, value: float) -> None:
        self.sheet.visible = bool(value)

    def Range(self, Cell1: str) -> Range:
        return Range(self.book.app, self.sheet.range(Cell1))

    def Activate(self) -> None:
        if not self.sheet.visible:
            raise ExcelRefused("类 Worksheet 的 Activate 方法无效")
        self.sheet.activate()

    def Delete(self) -> None:
        assert not self.book.app.DisplayAlerts, "WPS would ask"
        self.book.app.forget()
        self.sheet.delete()

    def ShowAllData(self) -> None:
        CalcHost().show_all(xw.Sheet(impl=self.sheet))

    def Unprotect(self, Password: str) -> None:
        CalcHost().unprotect(xw.Sheet(impl=self.sheet))
        assert Password == ""
        if self.sheet.protected:
            raise ExcelRefused("您提供的密码不正确。")

    def Protect(self, Password: str, *_: Any) -> None:
        assert Password == ""
        CalcHost().protect(xw.Sheet(impl=self.sheet))


class Range(Member):
    def __init__(self, app: Application, cells: CalcRange, lines: str = "") -> None:
        self.app, self.cells, self.lines = app, cells, lines

    Row = property(lambda self: self.cells.row)
    Column = property(lambda self: self.cells.column)
    Worksheet = property(
        lambda self: Worksheet(Workbook(self.app, self.cells.book), self.cells.sheet)
    )
    Count = property(lambda self: self.cells.shape[0] if self.lines == "rows" else len(self.cells))
    HasArray = property(lambda self: self.cells.has_array)
    MergeCells = property(lambda self: self.cells.merge_cells)
    MergeArea = property(lambda self: Range(self.app, self.cells.merge_area))
    Interior = property(lambda self: Interior(self.cells))
    Text = property(lambda self: self.cells.uno.getCellByPosition(0, 0).String)

    def Address(self) -> str:
        return self.cells.address

    def Item(self, RowIndex: float, ColumnIndex: float | None = None) -> None:
        """Give nothing, as on some devices."""

    @property
    def Value2(self) -> Any:
        rows = [[_value2(value) for value in row] for row in self.cells.raw_value or []]
        return rows[0][0] if len(self.cells) == 1 else rows

    @Value2.setter
    def Value2(self, value: Any) -> None:
        self.cells.raw_value = _typed(value)

    @property
    def Formula(self) -> Any:
        return self.cells.formula

    Formula2 = property(
        lambda self: self.cells.formula,
        lambda self, value: setattr(self.cells, "formula2", _typed(value)),
    )
    FormulaArray = property(
        lambda self: self.cells.formula_array,
        lambda self, formula: setattr(self.cells, "formula_array", formula),
    )

    @property
    def HasFormula(self) -> bool | None:
        found = self.cells.uno.queryContentCells(_FORMULA).RangeAddresses
        cells = sum((a.EndRow - a.StartRow + 1) * (a.EndColumn - a.StartColumn + 1) for a in found)
        return {0: False, len(self.cells): True}.get(cells)

    NumberFormat = property(
        lambda self: self.cells.number_format,
        lambda self, code: setattr(self.cells, "number_format", code),
    )

    EntireRow = property(lambda self: Range(self.app, self.cells, "rows"))
    EntireColumn = property(lambda self: Range(self.app, self.cells, "columns"))

    @property
    def Hidden(self) -> bool | None:
        assert self.lines, "only whole rows and columns have it"
        return self.cells.row_hidden if self.lines == "rows" else self.cells.column_hidden

    def AutoFit(self) -> None:
        self.cells.autofit("r" if self.lines == "rows" else "c")

    def Merge(self) -> None:
        self.cells.merge(across=False)

    def UnMerge(self) -> None:
        self.cells.unmerge()

    def Select(self) -> None:
        self.cells.select()

    def End(self, Direction: float) -> Range:
        return Range(self.app, self.cells.end(_DIRECTIONS[int(Direction)]))

    @property
    def Comment(self) -> Comment | None:
        return None if self.cells.note is None else Comment(self.app, self.cells)

    def AddComment(self, Text: str) -> Comment:
        if self.cells.note is not None:
            raise ExcelRefused("应用程序定义或对象定义错误")
        self.cells.add_note(Text)
        return Comment(self.app, self.cells)


def _value2(value: Any) -> Any:
    if isinstance(value, CellError):
        return _FIRST_ERROR + _ERRORS[value]
    if isinstance(value, dt.datetime):
        return (value - _DAY_0) / dt.timedelta(days=1)
    return value


def _typed(value: Any) -> Any:
    """Return what is written as LibreOffice's engine takes it."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return None if value == "" else value


class Interior(Member):
    def __init__(self, cells: CalcRange) -> None:
        self.cells = cells

    @property
    def Color(self) -> int:
        red, green, blue = self.cells.color or (255, 255, 255)
        return red | green << 8 | blue << 16

    @Color.setter
    def Color(self, value: float) -> None:
        self.cells.color = int(value)  # Excel's number, blue first

    @property
    def ColorIndex(self) -> int:
        return _NONE if self.cells.color is None else 6

    @ColorIndex.setter
    def ColorIndex(self, value: float) -> None:
        assert value == _NONE
        self.cells.color = None


class Comments(Items):
    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    def all(self) -> list[Comment]:
        return [Comment(self.sheet.book.app, note.location) for note in self.sheet.sheet.notes]


class Comment(Member):
    def __init__(self, app: Application, cells: CalcRange) -> None:
        self.app, self.cells = app, cells

    Parent = property(lambda self: Range(self.app, self.cells))
    Shape = property(lambda self: Shape())

    def Text(self) -> str:
        assert self.cells.note
        return self.cells.note.text

    def Delete(self) -> None:
        assert self.cells.note
        self.cells.note.delete()


class Shape(Member):
    """The box of a note; LibreOffice's grow by themselves."""

    Width = kept("Width", 108.0)
    Height = kept("Height", 59.25)


class ListObjects(Items):
    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    @cached_property
    def tables(self) -> list[ListObject]:
        return self.sheet.book.app.tables(self.sheet.sheet)

    def all(self) -> list[ListObject]:
        return self.tables


class ListObject(Member):
    def __init__(self, app: Application, table: CalcTable) -> None:
        self.app, self.table = app, table

    Name = property(lambda self: self.table.name)
    Range = property(lambda self: Range(self.app, self.table.range))
    ShowHeaders = property(lambda self: self.table.show_headers)
    ShowTotals = property(lambda self: self.table.show_totals)
    ShowAutoFilter = property(lambda self: bool(self.table.api.AutoFilter))
    AutoFilter = property(lambda self: AutoFilter())

    def Resize(self, Range: Any) -> None:
        self.table.resize(xw.Range(impl=Range.cells))


class AutoFilter(Member):
    """A table's filter; LibreOffice tells what it hides by the sheet only."""

    FilterMode = property(lambda self: False)


_AT_ONCE = {
    "ActiveWorkbook",
    "ActiveSheet",
    "Selection",
    "Comment",
    "Item",
    "Add",
    "AddComment",
    "Open",
}
"""Members that hold or return an object, and may have none, or do something: they are not put off."""

KINDS: tuple[type[Member], ...] = (
    Application, AutoCorrect, PluginStorage, OAAssist, FileSystem, FileDialog, FileDialogSelectedItems,
    Workbooks, Workbook, Sheets, Worksheet, Range, Interior, Comments, Comment, Shape, ListObjects,
    ListObject, AutoFilter,
)  # fmt: skip


def _formats(sheet: Worksheet) -> list[Any]:
    areas = defaultdict(list)
    for key, area in number_formats(sheet.sheet):
        areas[key].append(area)
    return [(sheet.book.book.formats.code(key), those) for key, those in areas.items()]


def _formulas(sheet: Worksheet) -> list[Any]:
    found = sheet.sheet.cells.uno.queryContentCells(_FORMULA).RangeAddresses
    return [(True, [area_of(address) for address in found])]


LAID_OUT: dict[str, Callable[[Worksheet], list[Any]]] = {
    "NumberFormat": _formats, "HasFormula": _formulas,
}  # fmt: skip
"""Members of a range that its page works out from the whole sheet: values, each with its areas; False elsewhere."""


# --- the server -----------------------------------------------------------------------------------


class Wps:
    """A running WPS, as a page of the add-in finds it.

    Attributes:
        app: WPS itself.
        faults: What a page did that WPS would not let it do, or what is not written here.
        asked: How often each member was asked for, such as `Range.Value2`; not so if it foresees.
        foresees: Whether it answers what a page will ask next, too, which is quicker.
        lacks: Members this build has not, such as `Range.Formula2`.
        refuses: Members that fail once, such as `Range.Value2 =`.
        refused: How many have failed so.
    """

    def __init__(self, calc: CalcApp | None = None) -> None:
        self.app = Application(calc)
        self.faults: list[str] = []
        self.asked: Counter[str] = Counter()
        self.lacks: set[str] = set()
        self.refuses: set[str] = set()
        self.refused = 0
        self._known: dict[int, Member] = {}
        self._held: dict[str, Member] = {}
        self.foresees = True
        self._foresight = Foresight(self.answer_to, self._guessed)

    def forget(self) -> None:
        """Look up everything anew: sheets were changed by another than the script."""
        self.app.forget()
        self._held.clear()

    def script(self) -> str:
        """Return what a page runs before its own script."""
        source = Path(__file__).with_suffix(".js").read_text("utf-8").strip()
        kinds = {kind.__name__ for kind in KINDS}
        members = {
            kind: {
                name: {
                    "sort": sort,
                    "later": held if held in kinds and name not in _AT_ONCE else "",
                }
                for name, (sort, held) in members_of(kind).items()
            }
            for kind in kinds
        }
        return f"{source}({json.dumps(members)}, {json.dumps(sorted(LOOKING))});"

    def answer(self, message: str) -> str:
        """Return what one member gives, or the error it raises, and what comes next; all as JSON."""
        asked = json.loads(message)
        question = json.loads(asked["question"])
        if not self.foresees:
            return json.dumps({"answer": self.answer_to(question), "ahead": []})
        answer, ahead = self._foresight.answers(question, asked["used"])
        return json.dumps({"answer": answer, "ahead": ahead})

    def _guessed(self, message: dict[str, Any]) -> dict[str, Any]:
        known = len(self.faults)
        answer = self.answer_to(message)
        del self.faults[known:]
        return answer

    def answer_to(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return what one member gives, or the error it raises."""
        try:
            return {"value": self._outward(self._done(message))}
        except ExcelRefused as refused:
            return {"error": str(refused)}
        except Exception as fault:
            if not isinstance(fault, _LackedHere):
                self.faults.append(f"{message}: {fault!r}")
            return {"error": f"{type(fault).__name__}: {fault}"}

    def _at(self, place: Any) -> Member:
        """Return the object at a place: a number, or a member of another place that holds one."""
        if isinstance(place, int):
            return self._known[place]
        if isinstance(place, str):
            return self.app
        on, name, *given = place
        key = json.dumps(place)
        if key not in self._held:
            how = {"call": name, "given": given[0]} if given else {"get": name}
            found = self._done({"on": on, **how})
            assert isinstance(found, Member), f"{name} may give nothing: put it into _AT_ONCE"
            self._held[key] = found
        return self._held[key]

    def _done(self, message: dict[str, Any]) -> Any:
        on = self._at(message["on"])
        if "layout" in message:
            return self._layout(on)
        how = next(way for way in ("get", "set", "call") if way in message)
        name, kind = message[how], type(on).__name__
        asked = f"{kind}.{name}{' =' if how == 'set' else ''}"
        self.asked[asked] += 1
        if how == "set" or (how == "call" and name not in LOOKING):
            self._held.clear()  # what a script holds may be another object from now on
        if asked in self.refuses:
            self.refuses.remove(asked)
            self.refused += 1
            raise ExcelRefused("应用程序定义或对象定义错误")
        if f"{kind}.{name}" in self.lacks:
            if how == "get":
                return None
            raise _LackedHere(name)
        sort = members_of(kind)[name].sort if name in members_of(kind) else "nothing"
        allowed = {"get": ("readonly", "property"), "set": ("property",), "call": ("method",)}
        if sort not in allowed[how]:
            raise TypeError(f"declared as {sort}")
        if how == "get":
            return getattr(on, name)
        if how == "set":
            return setattr(on, name, self._inward(message["value"]))
        return getattr(on, name)(*map(self._inward, message["given"]))

    def _layout(self, sheet: Any) -> dict[str, Any] | None:
        """Return what `Range.NumberFormat` and `Range.HasFormula` of any area come to; None where each counts."""
        members = {f"Range.{name}" for name in LAID_OUT}
        if not self.foresees or members & (self.lacks | self.refuses):
            return None
        return {name: of_sheet(sheet) for name, of_sheet in LAID_OUT.items()}

    def _inward(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return self._at(value["$"]) if "$" in value else None

    def _outward(self, value: Any) -> Any:
        if not isinstance(value, Member):
            return value
        number = len(self._known)
        self._known[number] = value
        return {"$": number, "kind": type(value).__name__}


class _LackedHere(Exception):
    """This build has no such member."""

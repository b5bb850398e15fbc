"""Excel itself, its workbooks and its questions."""

from __future__ import annotations

import warnings
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import win32con
import win32gui
from excel import macros
from excel.grid import address_of, overlap
from excel.objects import Collection, ExcelObject, incoming, plain_properties, refusal
from excel.ranges import Range
from excel.sheets import Sheets, Worksheet

_AUTOMATIC = -4105
_CHOSEN = -1


class Application(ExcelObject):
    """A running Excel.

    Attributes:
        books: The open workbooks, the active one first.
        selection: What is selected in it.
        answers: What the clerk will answer to the next questions of Excel's own.
        asked: The questions.
        statuses: What the status bar showed.
        has_addin: Whether our add-in is open, whose VBA Python calls.
    """

    kind = "_Application"

    def __init__(self) -> None:
        self.window = main_window()
        self.books: list[Workbook] = []
        self.selection: Range | None = None
        self.answers: list[Any] = []
        self.asked: list[str] = []
        self.statuses: list[str] = []
        self.has_addin = True
        self.correct = AutoCorrect()
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = self.Interactive = True
        self.Calculation = _AUTOMATIC
        self.CutCopyMode = False
        self._status: Any = False

    def get_Application(self) -> Application:
        return self

    def get_Hwnd(self) -> int:
        return self.window

    def get_Version(self) -> str:
        return "16.0"

    def get_Name(self) -> str:
        return "Microsoft Excel"

    def get_Workbooks(self) -> Workbooks:
        return Workbooks(self.books, self)

    def get_ActiveWorkbook(self) -> Workbook | None:
        return self.books[0] if self.books else None

    def get_ActiveSheet(self) -> Worksheet | None:
        return self.books[0].active if self.books else None

    def get_Selection(self) -> Range | None:
        return self.selection

    def get_AutoCorrect(self) -> AutoCorrect:
        return self.correct

    def get_StatusBar(self) -> Any:
        return self._status

    def put_StatusBar(self, text: Any) -> None:
        self._status = text
        if isinstance(text, str):
            self.statuses.append(text)

    def do_Intersect(self, one: Any, other: Any, *_: Any) -> Range | None:
        first, second = incoming(one), incoming(other)
        common = overlap(first.area, second.area) if first.sheet is second.sheet else None
        return Range(first.sheet, [common]) if common else None

    def do_InputBox(self, question: str, title: Any = None, default: Any = None, *_: Any) -> Any:
        return self._answer(question, default)

    def do_GetOpenFilename(self, *_: Any) -> Any:
        return self._answer("open", False)

    def do_GetSaveAsFilename(self, proposal: Any = None, *_: Any) -> Any:
        return self._answer("save as", proposal)

    def _answer(self, question: str, default: Any) -> Any:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else default

    def get_FileDialog(self, kind: Any) -> FileDialog:
        return FileDialog(self)

    def do_Run(self, macro: str, *arguments: Any) -> Any:
        return macros.run(self, macro, arguments)

    def do_Goto(self, reference: Any = None, scroll: Any = None) -> None:
        cells = incoming(reference)
        self.books.remove(cells.book)
        self.books.insert(0, cells.book)
        cells.book.active = cells.sheet
        self.selection = cells


plain_properties(
    Application,
    "ScreenUpdating", "EnableEvents", "DisplayAlerts", "Interactive", "Calculation", "CutCopyMode",
)  # fmt: skip


class AutoCorrect(ExcelObject):
    """What Excel does by itself while one types."""

    kind = "AutoCorrect"
    AutoFillFormulasInLists = True
    AutoExpandListRange = True


plain_properties(AutoCorrect, "AutoFillFormulasInLists", "AutoExpandListRange")


class FileDialog(ExcelObject):
    """The dialogue in which a folder is chosen."""

    kind = "FileDialog"
    Title = ""
    AllowMultiSelect = True
    InitialFileName = ""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._chosen: list[str] = []

    def do_Show(self) -> int:
        answer = self._application._answer(self.Title, None)
        self._chosen = [answer] if answer else []
        return _CHOSEN if answer else 0

    def get_SelectedItems(self, at: Any = None) -> Any:
        chosen = ChosenItems(self._chosen)
        return chosen.get_Item(at) if at else chosen


plain_properties(FileDialog, "Title", "AllowMultiSelect", "InitialFileName")


class ChosenItems(Collection):
    """The paths chosen in a dialogue."""

    kind = "FileDialogSelectedItems"


class Workbooks(Collection):
    """The open workbooks."""

    kind = "Workbooks"

    def get_Application(self) -> Application:
        return self.parent

    def do_Open(self, path: str, *_: Any) -> Workbook:
        known = [one for one in self.parent.books if one.path.casefold() == path.casefold()]
        book = known[0] if known else Workbook(self.parent, path)
        book.do_Activate()
        return book

    def do_Add(self, template: Any = None) -> Workbook:
        book = Workbook(self.parent, "")
        book.do_Activate()
        return book


@lru_cache(maxsize=8)
def _calculated(content: bytes) -> Any:
    """Return a workbook with what its formulas gave; the tests open few ledgers, and often."""
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


class Workbook(ExcelObject):
    """A workbook.

    Args:
        application: The Excel it is open in.
        path: The .xlsx, "" for a new one.

    Attributes:
        saved: The openpyxl workbook.
        sheets: Its sheets.
        active: The sheet in front.
        structure_protected: Whether sheets cannot be added, renamed or taken away.
        closed: Whether it was closed; what belonged to it does not answer any more.
    """

    kind = "_Workbook"

    def __init__(self, application: Application, path: str) -> None:
        self.application = application
        self.path = path
        self.closed = False
        self.structure_protected = False
        if path:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.saved = openpyxl.load_workbook(path)
                calculated = _calculated(Path(path).read_bytes())
            pairs = zip(self.saved.worksheets, calculated.worksheets, strict=True)
            self.sheets = [Worksheet(self, *pair) for pair in pairs]
        else:
            self.saved = openpyxl.Workbook()
            self.sheets = [Worksheet(self, self.saved.active)]
        self.active = self.sheets[self.saved.index(self.saved.active)]

    @property
    def book(self) -> Workbook:  # type: ignore[override]
        """The workbook itself."""
        return self

    def refuse_if_protected(self) -> None:
        """Raise where the structure is protected."""
        if self.structure_protected:
            raise refusal("工作簿受保护，不能更改。")

    def close(self) -> None:
        """Close it as the clerk does."""
        self.closed = True
        self.application.books.remove(self)
        self.application.selection = None

    def get_Name(self) -> str:
        return self.path.rsplit("\\", 1)[-1] or "工作簿1"

    def get_FullName(self) -> str:
        return self.path or self.get_Name()

    def get_Path(self) -> str:
        return self.path.rpartition("\\")[0]

    def get_Application(self) -> Application:
        return self.application

    get_Parent = get_Application

    def get_Worksheets(self, *which: Any) -> Any:
        sheets = Sheets(self.sheets, self)
        return sheets.get_Item(*which) if which else sheets

    get_Sheets = get_Worksheets

    def get_ActiveSheet(self) -> Worksheet:
        return self.active

    def get_Names(self) -> Names:
        return Names([Name(self, one) for one in self.saved.defined_names.values()], self)

    def get_Windows(self, *_: Any) -> Windows:
        return Windows([Window(self)], self)

    def get_ProtectStructure(self) -> bool:
        return self.structure_protected

    def do_Activate(self) -> None:
        books = self.application.books
        if self in books:
            books.remove(self)
        books.insert(0, self)
        place = (1, 1, 1, 1)
        self.application.selection = Range(self.active, [place])

    def do_SaveCopyAs(self, path: str) -> None:
        self.saved.save(path)

    def do_Close(self, save: Any = None, *_: Any) -> None:
        self.close()


class Window(ExcelObject):
    """A workbook's window."""

    kind = "Window"

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def do_Activate(self) -> None:
        self.book.do_Activate()


class Windows(Collection):
    """A workbook's windows."""

    kind = "Windows"


class Names(Collection):
    """A workbook's names."""

    kind = "Names"


class Name(ExcelObject):
    """A name of a workbook."""

    kind = "Name"

    def __init__(self, book: Workbook, name: Any) -> None:
        self.book = book
        self._name = name

    def get_Name(self) -> str:
        return str(self._name.name)

    def get_RefersTo(self) -> str:
        return f"={self._name.attr_text}"


def selected_address(application: Application) -> str:
    """Return what is selected, with its sheet."""
    cells = application.selection
    if cells is None:
        return ""
    return f"{cells.sheet.get_Name()}!{address_of(cells.area, rows=False, columns=False)}"


def main_window() -> int:
    """Return a window nested as Excel's are: by these xlwings knows which Excel is in front."""

    def window(name: str, parent: int) -> int:
        kind = win32gui.WNDCLASS()
        kind.lpszClassName, kind.lpfnWndProc = name, {}
        win32gui.RegisterClass(kind)
        style = win32con.WS_CHILD if parent else win32con.WS_OVERLAPPEDWINDOW
        style |= win32con.WS_VISIBLE
        return int(
            win32gui.CreateWindow(name, "Microsoft Excel", style, 0, 0, 99, 99, parent, 0, 0, None)
        )

    main = window("XLMAIN", 0)
    window("EXCEL7", window("XLDESK", main))
    return main

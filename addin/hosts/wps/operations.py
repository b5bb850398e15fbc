"""The protocol of the WPS add-in and its service: every operation, and the conversation about it.

**The conversation.** A click is one conversation. The add-in posts the press and executes what
comes back, until it is done; it never decides anything itself:

    POST /press   {"window": "…", "button": "validate",
                   "book": {"name": "台账.xlsx", "fullname": "C:/…/台账.xlsx", "date1904": false, "rows": 1048576},
                   "app": {"version": "12.1.0.17857", "spills": false}}
    →  {"kind": "ask", "press": "…", "seq": 1, "operations": [{"op": "facts", "book": "…"}, …]}
    POST /answer  {"press": "…", "seq": 1, "results": [{"value": …}, {"error": {…}}, …]}
    →  {"kind": "ask", …, "seq": 2, …}   execute and answer with this seq
    →  {"kind": "wait", …, "seq": 2}     Python still computes: post {"press", "seq": 2, "results": null}
    →  {"kind": "done", "press": "…", "message": "…" or null}   show the message, if there is one
    →  {"kind": "refused", "message": "…"}                      show it; nothing runs

- `window` names one loaded copy of the add-in (a random text it makes when it loads); `book` is the
  active workbook at the click, `rows` how many a sheet of it has. Every operation names its workbook by `fullname`, and the add-in must
  look it up among `Application.Workbooks`: the clerk may have another in front by now.
- All operations of a batch are executed in their order, also after one that fails; there is one
  result for each. An operation's value is `null` where its docstring says none.
- A press ends with `done` only. An answer is accepted once: a second one with the same `seq`, or one
  of a press that is over, is `refused`.
- A press whose page went away while Python was asking (a script stopped, a dialogue closed by force)
  is taken up by the next press of the same window: the answer to that `/press` is the batch the old
  one waits for, which puts everything back, and its `done` says so. The page need not know of it.
- `spills` tells whether `Range.Formula2` exists. An `app` without it counts as false.

**Messages.** Each is one HTTP/1.1 POST of JSON in UTF-8 to `http://127.0.0.1:PORT`, answered within
25 seconds. The add-in may send them by synchronous XMLHttpRequest from `OnAction`, which the oldest
builds have and which hides no ribbon, or go on from a dialogue's page, which only needs `press` and
`seq`. Needed headers:

    Authorization: Bearer TOKEN
    Content-Type: application/json

An `Origin` may be absent, `null`, `file://` or the service's own; everything else is refused with
403, a foreign `Host` with 421, a wrong token with 401, a body over `MOST_BYTES` with 413; those answers
say `{"kind": "refused", "message": "…"}`, too. Preflights of allowed origins are answered.

**Other messages**, with the same headers:

- `GET /status` → `{"service": "bangdai-wps", "protocol": 1, "version": "…", "pid": …, "windows": 1,
  "busy": false}`: for `doctor` and before a first press.
- `POST /presence {"window": "…"}`: held open by an asynchronous request for as long as the add-in is
  loaded; optional. When it breaks off, WPS was closed: a press of that window ends at once, and
  nothing waits for it. A service with a window present does not stop for idleness.
- `POST /cancel {"press": "…"}`: the page goes away (`unload`); the press waits to be taken up.
- `POST /stop {}` → `{"kind": "done", …}`, or `refused` while a button works.

**Port and token.** `addin.hosts.wps.connection` makes them once per installation and keeps them in
`wps.json` in our own folder (`connection.Connection.load`, readable by the user only): `{"token": "…", "port": …,
"addin": "folder of the add-in" or null, "start": [words]}`. The service binds that port; only where another program has
it does it take a free one and write the file anew. The add-in reads both from `service.js` beside its
index.html, which the installation and every start of the service write (`connection.write_script`):

    var BANGDAI_SERVICE = {"port": 51234, "token": "…", "protocol": 1, "start": ["…/python", "…"]};

`start` are the words of the command that starts the service, absent where something else does. The
add-in has `OAAssist.ShellExecute` run it when nobody listens on the port, and tries again until the
service answers; it reads the script anew meanwhile, for the port may be another by then.

**Cells.** A value is `null` for an empty cell, a text, a number (a day is its serial number), a truth
value, or `{"error": "#N/A"}`. (`Value2` hands errors over as numbers: -2146826246 is #N/A only where
the cell's `Text` begins with "#".) Written values never are errors; a text is written as if typed, a
leading apostrophe keeps it as it is. An area is `[first row, first column, rows, columns]` from 1.
A colour is `"#RRGGBB"`, `""` for none.

**Errors.** `{"error": {"kind": "refused", "message": "…"}}` in place of a value; kinds are `ErrorKind`,
the message is what WPS or JavaScript said and goes into the log only.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final

PROTOCOL: Final = 1
"""Raised when an old add-in cannot speak to a new service."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes of one message: a million cells of Chinese text."""

Area = tuple[int, int, int, int]
Value = str | float | bool | None


class ErrorKind(StrEnum):
    """Why an operation failed."""

    REFUSED = "refused"
    """WPS said no: a protected sheet or structure, a merge in the way (Excel's 1004)."""
    MISSING = "missing"
    """The workbook, sheet or table is not there."""
    BUSY = "busy"
    """A cell is being edited, or a dialogue is open."""
    UNSUPPORTED = "unsupported"
    """This build of WPS has no such member."""
    FAILED = "failed"
    """Anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One thing asked of the add-in; in JSON its name as `op` and its fields by name.

    Attributes:
        op: Its name.
        waits: Whether it may wait with others until the next one that needs an answer.
        asks: Whether the clerk answers, who takes the time she needs.
    """

    op: ClassVar[str]
    waits: ClassVar[bool] = False
    asks: ClassVar[bool] = False

    def to_json(self) -> dict[str, Any]:
        """Return it as it is sent."""
        return {"op": self.op, **{f.name: getattr(self, f.name) for f in fields(self)}}


# --- the program ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Books(Operation):
    """Value: `[{"name", "fullname"}, …]` of all open workbooks, the active one first."""

    op = "books"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBook(Operation):
    """Open the file at `path`, without following links. Value: `{"name", "fullname", "date1904", "rows"}`."""

    op = "open_book"
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings(Operation):
    """Value: the settings that a press changes, as an object.

    `{"screen_updating": true, "enable_events": true, "display_alerts": true, "status_bar": "…" or
    false, "fill_formulas": true, "expand_tables": true}`. The last two are `AutoCorrect.AutoFillFormulasInLists` and `.AutoExpandListRange`, `false` in a
    build without them; a status bar that WPS itself writes into is `false`.
    """

    op = "settings"


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSettings(Operation):
    """Set some of `Settings`, given by name; those this build lacks are passed over. No value."""

    op = "set_settings"
    waits = True
    settings: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection(Operation):
    """Value: `{"book": fullname, "sheet": name, "address": "$A$1:$B$2,$D$5"}`; null for no cells."""

    op = "selection"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert(Operation):
    """Show a message of up to 20 lines. Value: `"ok"`, `"yes"`, `"no"` or `"cancel"`.

    Attributes:
        text: What it says; lines end in a line feed.
        title: The window's title.
        buttons: `"ok"`, `"ok_cancel"`, `"yes_no"` or `"yes_no_cancel"`.
        critical: Whether something went wrong.
    """

    op = "alert"
    asks = True
    text: str
    title: str
    buttons: str
    critical: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask(Operation):
    """Let the clerk type an answer. Value: the text, null where she cancels."""

    op = "ask"
    asks = True
    title: str
    question: str
    proposal: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChooseFile(Operation):
    """Let her choose a file to read, of `endings` such as `[".xlsx", ".csv"]`. Value: path or null."""

    op = "choose_file"
    asks = True
    title: str
    endings: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChooseFolder(Operation):
    """Let her choose a folder. Value: its path or null."""

    op = "choose_folder"
    asks = True
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChooseTarget(Operation):
    """Let her choose where a new .xlsx goes, `proposal` being a path. Value: a path or null."""

    op = "choose_target"
    asks = True
    title: str
    proposal: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowPage(Operation):
    """Show a page (a `file://` address) in a browser. No value."""

    op = "show_page"
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyText(Operation):
    """Put a text on the clipboard. Value: whether that worked."""

    op = "copy_text"
    text: str


# --- a workbook -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class BookOperation(Operation):
    """What is done in the workbook with this full name."""

    book: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts(BookOperation):
    """Value: a list of what is known of every worksheet, in tab order.

    `{"name", "visible": -1, 0 or 2, "used": area, "shown": true, "unmerged_from": 4 or null,
    "totals": [row, …]}`. `shown`: surely no used row or column is hidden. `unmerged_from`: the row, among the first 8 used,
    from which on no used cells are merged. `totals`: the rows in which tables show their totals.
    The same as `FactsOf` of hosts/excel/vba/BangDaiLooks.bas.
    """

    op = "facts"


@dataclass(frozen=True, kw_only=True, slots=True)
class SaveCopy(BookOperation):
    """`SaveCopyAs(path)`; the workbook stays the one it is. No value."""

    op = "save_copy"
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddSheet(BookOperation):
    """Add a worksheet after the last one, and leave the active one in front. No value."""

    op = "add_sheet"
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActiveSheet(BookOperation):
    """Value: the name of the worksheet in front."""

    op = "active_sheet"


# --- a worksheet ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetOperation(BookOperation):
    """What is done on the worksheet with this name."""

    sheet: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteSheet(SheetOperation):
    """Delete it without a question. No value."""

    op = "delete_sheet"


@dataclass(frozen=True, kw_only=True, slots=True)
class RenameSheet(SheetOperation):
    """Give it another name. No value."""

    op = "rename_sheet"
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetVisible(SheetOperation):
    """Show its tab or hide it. No value."""

    op = "set_visible"
    visible: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Activate(SheetOperation):
    """Bring it to the front of its workbook; of another workbook, that one too. No value."""

    op = "activate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Select(SheetOperation):
    """Bring it to the front and select the areas. No value."""

    op = "select"
    areas: list[Area]


@dataclass(frozen=True, kw_only=True, slots=True)
class Protection(SheetOperation):
    """Value: whether its contents are protected (`ProtectContents`)."""

    op = "protection"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unprotect(SheetOperation):
    """`Unprotect("")`, never a question. Value: whether it is unprotected now."""

    op = "unprotect"


@dataclass(frozen=True, kw_only=True, slots=True)
class Protect(SheetOperation):
    """Protect it without a password. No value.

    Attributes:
        allowing: The arguments of `Worksheet.Protect` by Excel's names, such as
            `{"AllowFormattingColumns": true}`; all others are left at Excel's defaults, drawings,
            contents and scenarios being protected.
    """

    op = "protect"
    allowing: dict[str, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterState(SheetOperation):
    """Value: whether a filter of the sheet or of one of its tables hides rows."""

    op = "filtered"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowAll(SheetOperation):
    """Show the rows that filters hide; their buttons stay. No value."""

    op = "show_all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables(SheetOperation):
    """Value: for every table `{"name", "area", "headers": true, "totals": false}`."""

    op = "tables"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResizeTable(SheetOperation):
    """Let the table `name` cover `area`. No value."""

    op = "resize_table"
    waits = True
    name: str
    area: Area


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes(SheetOperation):
    """Value: `[[row, column, text], …]` of every note (批注) of the sheet."""

    op = "notes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks(SheetOperation):
    """Value: `[[colour, note], …]` of the cells at `places`, in their order; `""` for no fill or note."""

    op = "looks"
    places: list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PutLooks(SheetOperation):
    """Make cells look so: `[row, column, colour or null, note or null, note's height in points]`.

    null leaves as it is, `""` takes away. A note gets the width `width` in points. Value: the number of notes
    that were not taken (a merged cell, a conversation), which is no error.
    """

    op = "put_looks"
    looks: list[tuple[int, int, str | None, str | None, float]]
    width: float


# --- cells ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaOperation(SheetOperation):
    """What is done with a block of cells."""

    area: Area


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedArea(SheetOperation):
    """Value: the area of `UsedRange`."""

    op = "used"


@dataclass(frozen=True, kw_only=True, slots=True)
class Read(AreaOperation):
    """Value: `{"values": rows, "formulas": columns, "formats": columns}`, the last two where asked for.

    Attributes:
        values: Whether the values are wanted: rows of cells, from `Value2`.
        formulas: Whether formulas are: for every column null where none of its cells has one
            (`HasFormula` is false), else the texts of `Formula2` (`Formula` where WPS does not
            spill) of all its cells.
        formats: `"none"`; `"numbers"` of the columns in which a number stands, `"all"` of all: for
            every column null if not wanted, else runs `[[rows, "yyyy-mm-dd"], …]` from the top, of
            `NumberFormat`. (It is null for cells that differ: halve them.)
    """

    op = "read"
    values: bool
    formulas: bool
    formats: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Write(AreaOperation):
    """Write rows of values of the area's shape, or one row of one value into all its cells. No value.

    Attributes:
        rows: The values; a text beginning with `=` is a formula, null and `""` empty the cell.
        spilling: Write by `Formula2` where this build has it; else by `Value2`.
    """

    op = "write"
    waits = True
    rows: list[list[Value]]
    spilling: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SetFormat(SheetOperation):
    """Give the cells of the areas a number format. No value."""

    op = "set_format"
    waits = True
    areas: list[Area]
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrayFormula(AreaOperation):
    """Value: the array formula the block shares (`HasArray`, `FormulaArray`), null where not all of it does."""

    op = "array_formula"


@dataclass(frozen=True, kw_only=True, slots=True)
class SetArrayFormula(AreaOperation):
    """Let one formula fill the block. No value."""

    op = "set_array_formula"
    waits = True
    formula: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Merges(AreaOperation):
    """Value: the areas of merged cells that meet the block, at most 3,000."""

    op = "merges"


@dataclass(frozen=True, kw_only=True, slots=True)
class SetMerge(AreaOperation):
    """Merge the block, or take its merged cells apart. No value."""

    op = "set_merged"
    waits = True
    merged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden(SheetOperation):
    """Value: runs `[[count, true], [count, false], …]` from `first` to `last`, hidden or not.

    Attributes:
        axis: `"rows"` or `"columns"`; filtered rows are hidden.
        first: The first row or column, from 1.
        last: The last one.
    """

    op = "hidden"
    axis: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FitRows(SheetOperation):
    """Fit the heights of whole rows to what they hold. No value."""

    op = "fit_rows"
    waits = True
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class End(SheetOperation):
    """Value: `[row, column]` of the cell Ctrl+arrow goes to; `direction` is up, down, left or right."""

    op = "end"
    row: int
    column: int
    direction: str


OPERATIONS: Final[tuple[type[Operation], ...]] = (
    Books, OpenBook, Settings, SetSettings, Selection, Alert, Ask, ChooseFile, ChooseFolder,
    ChooseTarget, ShowPage, CopyText, Facts, SaveCopy, AddSheet, ActiveSheet, DeleteSheet,
    RenameSheet, SetVisible, Activate, Select, Protection, Unprotect, Protect, FilterState, ShowAll,
    Tables, ResizeTable, Notes, Looks, PutLooks, UsedArea, Read, Write, SetFormat, ArrayFormula,
    SetArrayFormula, Merges, SetMerge, Hidden, FitRows, End,
)  # fmt: skip
"""Every operation there is."""

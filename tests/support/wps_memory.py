"""Operations of the WPS add-in answered from workbooks in memory: cheap, of any size, computing nothing.

The workbooks are those that stand in for Excel's; their values are what was computed when they were saved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.support.com_excel import _ERRORS, Application, Range, Table, Workbook, Worksheet, _facts
from tests.support.wps_answers import Message
from tests.workbooks.live.refusals import ComError
from workbooks.ooxml.addresses import Rectangle

_NO_FILL = -1


class MemoryAnswers:
    """Answers operations from one workbook in memory.

    Args:
        ledger: Its file.

    Attributes:
        alerts: What the message boxes said.
        done: How often each operation was asked for.
        failing: Says of an operation whether it fails, and how.
    """

    def __init__(self, ledger: Path) -> None:
        self.app = Application()
        self.book = Workbook(self.app, ledger)
        self.alerts: list[str] = []
        self.done: Counter[str] = Counter()
        self.failing: Callable[[Message], Message | None] = lambda operation: None
        self.settings: Message = {
            "screen_updating": True, "enable_events": True, "display_alerts": True,
            "status_bar": False, "fill_formulas": True, "expand_tables": True,
        }  # fmt: skip

    @property
    def contents(self) -> dict[str, Any]:
        """What the workbook holds and looks like."""
        return {
            sheet.Name: (
                {at: cell for at, cell in sheet.cells.items() if cell != (None, None)},
                dict(sheet.notes), {at: fill for at, fill in sheet.fills.items() if fill is not None},
                sheet.protected, sheet.Visible, dict(sheet.ws.tables.items()),
            )
            for sheet in self.book.sheets
        }  # fmt: skip

    @property
    def click(self) -> Message:
        """What a click says of the workbook."""
        return {"name": self.book.Name, "fullname": self.book.FullName}

    def __call__(self, operations: Sequence[Message]) -> list[Message]:
        """Return the results of a batch."""
        results = []
        for operation in operations:
            assert operation.get("book", self.book.FullName) == self.book.FullName
            if error := self.failing(operation):
                results.append({"error": error})
                continue
            self.done[operation["op"]] += 1
            arguments = {
                key: value for key, value in operation.items() if key not in {"op", "book"}
            }
            if "sheet" in arguments:
                name = arguments["sheet"]
                named = [one for one in self.book.sheets if one.Name == name]
                if not named:
                    results.append({"error": {"kind": "missing", "message": name}})
                    continue
                arguments["sheet"] = named[0]
            try:
                results.append({"value": getattr(self, f"_{operation['op']}")(**arguments)})
            except ComError as refusal:
                results.append({"error": {"kind": "refused", "message": str(refusal)}})
        return results

    # --- the program and its sheets --------------------------------------------------------------

    def _books(self) -> list[Message]:
        return [self.click]

    def _settings(self) -> Message:
        return self.settings

    def _set_settings(self, settings: Message) -> None:
        self.settings.update(settings)

    def _selection(self) -> None:
        return None

    def _alert(self, text: str, buttons: str, **_: object) -> str:
        self.alerts.append(text)
        return "yes" if buttons.startswith("yes") else "ok"

    def _facts(self) -> list[Message]:
        names = ("name", "visible", "used", "shown", "unmerged_from", "totals")
        facts = [dict(zip(names, _facts(sheet), strict=True)) for sheet in self.book.sheets]
        return [
            one | {"used": Rectangle.parse(one["used"]), "unmerged_from": one["unmerged_from"] or None,
                   "totals": [*map(int, one["totals"].split())]}
            for one in facts
        ]  # fmt: skip

    def _add_sheet(self, name: str) -> None:
        active, last = self.book.active, self.book.sheets[-1]
        sheet = Worksheet(self.book, self.book.book.create_sheet(name), None)
        self.book.sheets.append(sheet)
        assert last is not sheet
        self.book.active = active

    def _active_sheet(self) -> str:
        return self.book.active.Name

    def _delete_sheet(self, sheet: Worksheet) -> None:
        sheet.Delete()

    def _rename_sheet(self, sheet: Worksheet, name: str) -> None:
        sheet.Name = name

    def _set_visible(self, sheet: Worksheet, visible: bool) -> None:
        sheet.Visible = -1 if visible else 0

    def _activate(self, sheet: Worksheet) -> None:
        sheet.Activate()

    def _select(self, sheet: Worksheet, areas: Sequence[Sequence[int]]) -> None:
        sheet.Activate()
        assert areas

    def _protection(self, sheet: Worksheet) -> bool:
        return sheet.protected

    def _unprotect(self, sheet: Worksheet) -> bool:
        sheet.Unprotect("")
        return not sheet.protected

    def _protect(self, sheet: Worksheet, allowing: Message) -> None:
        sheet.Protect(**allowing)

    def _filtered(self, sheet: Worksheet) -> bool:
        return bool(sheet.FilterMode)

    def _tables(self, sheet: Worksheet) -> list[Message]:
        return [
            {"name": table.Name, "area": Rectangle.parse(table.table.ref), "headers": True,
             "totals": table.ShowTotals}
            for table in (Table(sheet, one) for one in sheet.ws.tables.values())
        ]  # fmt: skip

    def _resize_table(self, sheet: Worksheet, name: str, area: Sequence[int]) -> None:
        sheet.ws.tables[name].ref = Rectangle(*area).address

    def _notes(self, sheet: Worksheet) -> list[list[Any]]:
        return [[*at, text] for at, text in sheet.notes.items()]

    def _looks(self, sheet: Worksheet, places: Sequence[tuple[int, int]]) -> list[list[str]]:
        found = self.app._LooksOf(sheet, [tuple(at) for at in places])
        return [["" if fill == _NO_FILL else _hex(fill), note] for fill, note in found]

    def _put_looks(self, sheet: Worksheet, looks: Sequence[Sequence[Any]], width: float) -> int:
        for row, column, fill, note, height in looks:
            packed = -2 if fill is None else _packed(fill)
            self.app._PutLooks(sheet, [(row, column)], [packed], [note], width, [height])
        return 0

    # --- cells -----------------------------------------------------------------------------------

    def _used(self, sheet: Worksheet) -> Rectangle | None:
        return Rectangle.parse(sheet.UsedRange.Address)

    def _read(
        self, sheet: Worksheet, area: Sequence[int], values: bool, formulas: bool, formats: str
    ) -> Message:
        here = Rectangle(*area)
        rows, columns = range(here.top, here.bottom + 1), range(here.left, here.right + 1)
        cells = sheet.cells
        shown = [[cells.get((row, at), (None, None))[0] for at in columns] for row in rows]
        found: Message = {}
        if values:
            found["values"] = [[_sent(value) for value in row] for row in shown]
        if formulas:
            range_ = Range(sheet, [])
            found["formulas"] = [
                [range_._formula((row, at)) for row in rows]
                if any(cells.get((row, at), (None, None))[1] for row in rows)
                else None
                for at in columns
            ]
        if formats != "none":
            found["formats"] = [
                [[len([*run]), code] for code, run in groupby(sheet.form((row, at)) for row in rows)]
                if formats == "all" or any(type(row[at - here.left]) in {int, float} for row in shown)
                else None
                for at in columns
            ]  # fmt: skip
        return found

    def _write(
        self, sheet: Worksheet, area: Sequence[int], rows: list[list[Any]], spilling: bool
    ) -> None:
        del spilling
        cells = _range(sheet, area)
        if len(rows) == len(rows[0]) == 1:
            cells._write(rows[0][0])
        else:
            cells._write(rows)

    def _set_format(self, sheet: Worksheet, areas: Sequence[Sequence[int]], code: str) -> None:
        for area in areas:
            _range(sheet, area).NumberFormat = code

    def _array_formula(self, sheet: Worksheet, area: Sequence[int]) -> None:
        assert sheet, area

    def _merges(self, sheet: Worksheet, area: Sequence[int]) -> list[Rectangle | None]:
        return [Rectangle.parse(str(one)) for one in _range(sheet, area)._merges()]

    def _hidden(self, sheet: Worksheet, axis: str, first: int, last: int) -> list[list[Any]]:
        rows = axis == "rows"
        lines = ((n, 1, n, 16384) if rows else (1, n, 1048576, n) for n in range(first, last + 1))
        states = (Range(sheet, [one], axis).Hidden for one in lines)
        return [[len([*run]), bool(state)] for state, run in groupby(states)]

    def _fit_rows(self, sheet: Worksheet, first: int, last: int) -> None:
        assert sheet, first <= last


def _range(sheet: Worksheet, area: Sequence[int]) -> Range:
    here = Rectangle(*area)
    return Range(sheet, [(here.top, here.left, here.bottom, here.right)])


def _sent(value: Any) -> Any:
    return {"error": value} if isinstance(value, str) and value in _ERRORS else value


def _hex(packed: int) -> str:
    return f"#{packed & 255:02X}{packed >> 8 & 255:02X}{packed >> 16 & 255:02X}"


def _packed(fill: str) -> int:
    return int(fill[5:7] + fill[3:5] + fill[1:3], 16) if fill else _NO_FILL


def repeat_rows(book: Workbook, tab: str, table: str, rows: int, like: slice) -> None:
    """Lengthen a table in memory by repeating some of its rows.

    Args:
        book: Of the table.
        tab: Its sheet.
        table: Its name.
        rows: How many it has afterwards.
        like: Which are repeated, counted from 0; every number in an ID, or after 第 in a text, becomes the
            new row's own.
    """
    sheet = next(one for one in book.sheets if one.Name == tab)
    area = Rectangle.parse(sheet.ws.tables[table].ref)
    assert area is not None
    first, there = area.top + 1, area.n_rows - 1
    repeated = range(there)[like]
    for number in range(there, rows):
        for at in range(area.left, area.right + 1):
            like_this, new = (first + repeated[number % len(repeated)], at), (first + number, at)
            sheet.formats[new] = sheet.form(like_this)
            if like_this in sheet.cells:
                value, formula = sheet.cells[like_this]
                if isinstance(value, str):
                    value = re.sub(r"(?<=第)\d+|(?<=-)\d{5}$", f"{number + 1:05}", value)
                sheet.cells[new] = (value, formula)
    sheet.ws.tables[table].ref = Rectangle(area.top, area.left, rows + 1, area.n_columns).address

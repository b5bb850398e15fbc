"""Write the hidden sheet `_选项`: what dropdowns offer where a rule cannot hold the words itself.

Every list is a workbook-level name over `INDEX`, which Excel 2016, WPS and LibreOffice all accept
as a dropdown's source and which, unlike `OFFSET`, is not recalculated at every keystroke. Lists of
people and pairings follow what is typed: one array of entries, each where its source row stands, and
one of those that are not empty. They offer `code｜name`, for nobody knows people by their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from validators import divisions
from validators.cells import letters
from validators.columns import Column
from validators.divisions import Division
from validators.sheets import SHEETS, columns_by_field
from workbooks.template.formula_sheet import FormulaCell, Saved, column_array
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    LISTED_ROWS,
    LISTS_SHEET,
    LedgerRows,
    RowValues,
    code_of,
    column_rows,
    typed_rows,
)

INLINE_LIMIT = 255
JOINED = 500
"""Entries of two lists that a list of both offers: more would make opening a ledger slow."""
ACTIONS = 30
"""Items of the 六项行动 setting a dropdown can offer."""

_VILLAGES, _ACTIONS = "选项_村社区", "选项_行动事项"
PEOPLE = "选项_人员"
"""Mentors and mentees, offered where a person is sought."""
_WORDS = {"villages": _VILLAGES, "actions": _ACTIONS}
_REFERRED = {
    ("mentor",): "选项_导师",
    ("individual", "organisation"): "选项_对象",
    ("individual",): "选项_个人对象",
    ("pairing",): "选项_结对",
}
"""Lists of IDs by the keys of the sheets they come from; other IDs have no dropdown."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows of one sheet that a list offers, and how."""

    key: str
    code: str
    names: tuple[str, ...]
    status: str
    without: str

    def formula(self) -> str:
        code, status, *names = (
            column_rows(self.key, field, LISTED_ROWS)
            for field in (self.code, self.status, *self.names)
        )
        shown = '&"→"&'.join(names)
        return f'IF(({code}="")+({status}="{self.without}"),"",{code}&"{BAR}"&{shown})'

    def entry(self, rows: LedgerRows, row: RowValues) -> str:
        code, status = code_of(row.get(self.code)), str(row.get(self.status) or "")
        names = "→".join(rows.text(self.key, field, row) for field in self.names)
        return f"{code}{BAR}{names}" if code and status != self.without else ""


_MENTORS = _Source("mentor", "mentor_id", ("name",), "status", "调出")
_INDIVIDUALS = _Source("individual", "mentee_id", ("name",), "status", "退出")
_ORGANISATIONS = _Source("organisation", "mentee_id", ("name",), "status", "退出")
_PAIRINGS = _Source("pairing", "pairing_id", ("mentor_name", "mentee_name"), "status", "终止")


def list_name(column: Column) -> str:
    """Return the defined name behind a column's dropdown, "" where its words go inline."""
    if column.words:
        return _WORDS[column.words]
    if column.refers:
        return _REFERRED.get(column.refers.keys, "")
    return f"选项_{column.heading}" if _is_long(column) else ""


def villages_of(unit: Division) -> tuple[str, ...]:
    """Return the villages of a township, or of all townships below a county or city."""
    if unit.level == "township":
        return divisions.villages(unit.code)
    below = divisions.children().get(unit.code, ())
    return tuple(dict.fromkeys(name for part in below for name in villages_of(part)))


def list_cells(
    workbook: Workbook, unit: Division, rows: LedgerRows, actions: str
) -> list[FormulaCell]:
    """Return the cells of `_选项` and define the names of its lists.

    Args:
        workbook: The ledger being written.
        unit: Whose villages are offered.
        rows: The ledger's rows, for the calculated values.
        actions: The value of the 六项行动事项 setting.
    """
    writer = _Lists(workbook, rows)
    writer.fixed(_VILLAGES, villages_of(unit))
    for name, words in _long_choices().items():
        writer.fixed(name, words)
    writer.split(_ACTIONS, actions)
    individuals = _REFERRED[_INDIVIDUALS.key,]
    for sources in ((_MENTORS,), (_INDIVIDUALS, _ORGANISATIONS), (_PAIRINGS,)):
        name = _REFERRED[tuple(source.key for source in sources)]
        writer.offered(name, sources, first=individuals if len(sources) > 1 else "")
    writer.joined(PEOPLE, _REFERRED["mentor",], _REFERRED["individual", "organisation"])
    return writer.cells


def _is_long(column: Column) -> bool:
    return len(",".join(column.choices)) > INLINE_LIMIT


def _long_choices() -> dict[str, tuple[str, ...]]:
    columns = (c for model in SHEETS for c in columns_by_field(model).values())
    return {list_name(c): c.choices for c in columns if _is_long(c)}


class _Lists:
    """Makes one list after the other, from left to right."""

    def __init__(self, workbook: Workbook, rows: LedgerRows) -> None:
        self.cells: list[FormulaCell] = []
        self._workbook = workbook
        self._rows = rows
        self._next = 1
        self._offered: dict[str, tuple[str, int, list[str]]] = {}

    def _take(self, heading: str) -> str:
        column = letters(self._next)
        self._next += 1
        self.cells.append(FormulaCell(f"{column}{HEADING_ROW}", "", heading))
        return column

    def _add(self, at: str, formula: str, value: Saved) -> None:
        self.cells.append(FormulaCell(at, formula, value))

    def _define(self, name: str, column: str, count: str, rows: int = 2 * LISTED_ROWS) -> None:
        start = f"{LISTS_SHEET}!${column}${FIRST_ROW}"
        cells = f"{start}:${column}${HEADING_ROW + rows}"
        self._workbook.define_name(name, f"={start}:INDEX({cells},MAX(1,{count}))")

    def fixed(self, name: str, words: tuple[str, ...]) -> None:
        """Make a list that does not change; its name covers exactly its cells."""
        column = self._take(name)
        for offset, word in enumerate(words):
            self._add(f"{column}{FIRST_ROW + offset}", "", word)
        last = FIRST_ROW + max(1, len(words)) - 1
        self._workbook.define_name(name, f"={LISTS_SHEET}!${column}${FIRST_ROW}:${column}${last}")

    def split(self, name: str, typed: str) -> None:
        """Make a list of the parts of one setting, which the superior separates by 、."""
        column = self._take(name)
        words = [word.strip() for word in typed.split("、") if typed]
        source = 'IFERROR(INDEX(参数!$B$4:$B$200,MATCH("六项行动事项",参数!$A$4:$A$200,0))&"","")'
        self._add(f"{column}1", source, typed)
        count = f'IF({column}1="",0,LEN({column}1)-LEN(SUBSTITUTE({column}1,"、",""))+1)'
        self._add(f"{column}2", count, len(words))
        for k in range(ACTIONS):
            formula = f'TRIM(MID(SUBSTITUTE({column}$1,"、",REPT(" ",300)),{k * 300 + 1},300))'
            self._add(f"{column}{FIRST_ROW + k}", formula, words[k] if k < len(words) else "")
        self._define(name, column, f"MIN({ACTIONS},{LISTS_SHEET}!${column}$2)")

    def offered(self, name: str, sources: tuple[_Source, ...], first: str = "") -> None:
        """Make a list of the rows of `sources` that are offered, without gaps.

        Two columns: the entries beside their source rows, and below their number in row 2 those
        that are not empty.

        Args:
            name: Name of the list.
            sources: Sheets whose rows it offers, one after the other.
            first: Name of a second list: the entries of the first source alone.
        """
        beside, column = self._take(f"{name}原序"), self._take(name)
        for number, source in enumerate(sources):
            top = FIRST_ROW + number * LISTED_ROWS
            entries = self._entries(source)
            typed = typed_rows(source.key, (source.code,), LISTED_ROWS)
            self.cells += column_array(
                beside, LISTED_ROWS, source.formula(), entries, top=top, typed=typed
            )
        of_all = [self._entries(source) for source in sources]
        self._compact(column, beside, of_all)
        offered = [entry for of_source in of_all for entry in of_source if entry]
        self._offered[name] = column, LISTED_ROWS * len(sources), offered
        self._define(name, column, f"{LISTS_SHEET}!${column}$2")
        if first:
            self._define(first, column, f"{LISTS_SHEET}!${column}$1")

    def joined(self, name: str, *lists: str) -> None:
        """Make a list of two others, one after the other."""
        column = self._take(name)
        (first, n_first, before), (second, n_second, after) = (self._offered[one] for one in lists)
        rows = JOINED
        place, counts = f"(ROW($A${FIRST_ROW}:$A${HEADING_ROW + rows})-{HEADING_ROW})", f"{first}$2"
        self._add(
            f"{column}2", f"MIN({rows},{first}2+{second}2)", min(rows, len(before) + len(after))
        )

        def at(place: str, letter: str, rows: int) -> str:
            numbers = f"ROW($A${FIRST_ROW}:$A${HEADING_ROW + rows})-{HEADING_ROW}"
            return f"LOOKUP({place},{numbers},{letter}${FIRST_ROW}:{letter}${HEADING_ROW + rows})"

        then = at(f"{place}-{counts}", second, n_second)
        formula = f'IFERROR(IF({place}<={counts},{at(place, first, n_first)},{then}),"")'
        self.cells += column_array(column, rows, formula, [*before, *after])
        self._define(name, column, f"{LISTS_SHEET}!${column}$2", rows)

    def _compact(self, column: str, beside: str, entries: Sequence[Sequence[str]]) -> None:
        """Make the column of what is not empty in `beside`; how many stand in rows 1 and 2.

        Row 1 counts the entries of the first source, row 2 those of all.
        """
        rows = LISTED_ROWS * len(entries)
        texts, places = (f"{c}${FIRST_ROW}:{c}${HEADING_ROW + rows}" for c in (beside, "$A"))
        offered = [entry for of_source in entries for entry in of_source if entry]
        of_first = f"{beside}${FIRST_ROW}:{beside}${HEADING_ROW + LISTED_ROWS}"
        self._add(f"{column}1", f'COUNTIF({of_first},"?*")', sum(map(bool, entries[0])))
        self._add(f"{column}2", f'COUNTIF({texts},"?*")', len(offered))
        place = f'SMALL(IF({texts}="","",ROW({places})),ROW({places})-{HEADING_ROW})'
        formula = f'IFERROR(LOOKUP({place},ROW({places}),{texts}),"")'
        self.cells += column_array(column, rows, formula, offered)

    def _entries(self, source: _Source) -> list[str]:
        """Return one entry for each row of a source, "" where it is not offered."""
        return [source.entry(self._rows, row) for row in self._rows[source.key][:LISTED_ROWS]]

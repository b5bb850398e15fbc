"""Write the hidden sheet `_选项`: what dropdowns offer where a rule cannot hold the words itself.

Every list is a workbook-level name over `INDEX`, which Excel 2016, WPS and LibreOffice all accept
as a dropdown's source and which, unlike `OFFSET`, is not recalculated at every keystroke. Lists of
people and pairings follow what is typed: a running count beside the source rows, then the k-th
counted row. They offer `code｜name`, for nobody knows people by their codes.
"""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators import divisions
from validators.cells import letters
from validators.columns import Column
from validators.divisions import Division
from validators.sheets import SHEETS, columns_by_field
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    LISTED_ROWS,
    LISTS_SHEET,
    LedgerRows,
    RowValues,
    cell,
    code_of,
)

INLINE_LIMIT = 255
ACTIONS = 30
"""Items of the 六项行动 setting a dropdown can offer."""

_VILLAGES, _ACTIONS = "选项_村社区", "选项_行动事项"
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

    def formula(self, row: int) -> str:
        code, status = cell(self.key, self.code, row), cell(self.key, self.status, row)
        names = '&"→"&'.join(cell(self.key, name, row) for name in self.names)
        return f'=IF(({code}="")+({status}="{self.without}"),"",{code}&"{BAR}"&{names})'

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


def write_lists(
    workbook: Workbook, sheet: Worksheet, unit: Division, rows: LedgerRows, actions: str
) -> None:
    """Fill `_选项` and define the names of its lists.

    Args:
        workbook: The ledger being written.
        sheet: Its hidden sheet.
        unit: Whose villages are offered.
        rows: The ledger's rows, for the calculated values.
        actions: The value of the 六项行动事项 setting.
    """
    writer = _Lists(workbook, sheet, rows)
    writer.fixed(_VILLAGES, villages_of(unit))
    for name, words in _long_choices().items():
        writer.fixed(name, words)
    writer.split(_ACTIONS, actions)
    individuals = _REFERRED[_INDIVIDUALS.key,]
    for sources in ((_MENTORS,), (_INDIVIDUALS, _ORGANISATIONS), (_PAIRINGS,)):
        name = _REFERRED[tuple(source.key for source in sources)]
        writer.counted(name, sources, first=individuals if len(sources) > 1 else "")
    sheet.hide()


def _is_long(column: Column) -> bool:
    return len(",".join(column.choices)) > INLINE_LIMIT


def _long_choices() -> dict[str, tuple[str, ...]]:
    columns = (c for model in SHEETS for c in columns_by_field(model).values())
    return {list_name(c): c.choices for c in columns if _is_long(c)}


class _Lists:
    """Writes one list after the other, from left to right."""

    def __init__(self, workbook: Workbook, sheet: Worksheet, rows: LedgerRows) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._rows = rows
        self._next = 1

    def _take(self, heading: str) -> str:
        column = letters(self._next)
        self._next += 1
        self._sheet.write_string(f"{column}{HEADING_ROW}", heading)
        return column

    def _define(self, name: str, column: str, count: str) -> None:
        start = f"{LISTS_SHEET}!${column}${FIRST_ROW}"
        cells = f"{start}:${column}${FIRST_ROW + 2 * LISTED_ROWS - 1}"
        self._workbook.define_name(name, f"={start}:INDEX({cells},MAX(1,{count}))")

    def fixed(self, name: str, words: tuple[str, ...]) -> None:
        """Write a list that does not change; its name covers exactly its cells."""
        column = self._take(name)
        for offset, word in enumerate(words):
            self._sheet.write_string(f"{column}{FIRST_ROW + offset}", word)
        last = FIRST_ROW + max(1, len(words)) - 1
        self._workbook.define_name(name, f"={LISTS_SHEET}!${column}${FIRST_ROW}:${column}${last}")

    def split(self, name: str, typed: str) -> None:
        """Write the parts of one setting, which the superior separates by 、."""
        column = self._take(name)
        words = [word.strip() for word in typed.split("、") if typed]
        source = 'IFERROR(INDEX(参数!$B$4:$B$200,MATCH("六项行动事项",参数!$A$4:$A$200,0))&"","")'
        self._sheet.write_formula(f"{column}1", f"={source}", None, typed)
        self._sheet.write_formula(
            f"{column}2",
            f'=IF({column}1="",0,LEN({column}1)-LEN(SUBSTITUTE({column}1,"、",""))+1)',
            None,
            len(words),
        )
        for k in range(ACTIONS):
            formula = f'=TRIM(MID(SUBSTITUTE({column}$1,"、",REPT(" ",300)),{k * 300 + 1},300))'
            value = words[k] if k < len(words) else ""
            self._sheet.write_formula(f"{column}{FIRST_ROW + k}", formula, None, value)
        self._define(name, column, f"MIN({ACTIONS},{LISTS_SHEET}!${column}$2)")

    def counted(self, name: str, sources: tuple[_Source, ...], first: str = "") -> None:
        """Write the rows of `sources` that are offered, without gaps.

        Three columns: the entry beside its source row, a running count of entries, and the k-th.

        Args:
            name: Name of the list.
            sources: Sheets whose rows it offers, one after the other.
            first: Name of a second list: the entries of the first source alone.
        """
        texts, counts, column = (self._take(name + part) for part in ("原序", "计数", ""))
        last = FIRST_ROW + LISTED_ROWS * len(sources) - 1
        offered = self._entries(sources)
        entries = [entry for entry in offered if entry]
        place = f"MATCH(ROW()-{HEADING_ROW},{counts}${FIRST_ROW}:{counts}${last},0)"
        kth = f'=IFERROR(INDEX({texts}${FIRST_ROW}:{texts}${last},{place}),"")'
        total = 0
        for row, text in enumerate(offered, FIRST_ROW):
            total += bool(text)
            entry = entries[row - FIRST_ROW] if row - FIRST_ROW < len(entries) else ""
            source = sources[(row - FIRST_ROW) // LISTED_ROWS]
            formula = source.formula(FIRST_ROW + (row - FIRST_ROW) % LISTED_ROWS)
            self._sheet.write_formula(f"{texts}{row}", formula, None, text)
            counting = f'=N({counts}{row - 1})+({texts}{row}<>"")'
            self._sheet.write_formula(f"{counts}{row}", counting, None, total)
            self._sheet.write_formula(f"{column}{row}", kth, None, entry)
        self._define(name, column, f"{LISTS_SHEET}!${counts}${last}")
        if first:
            end = FIRST_ROW + LISTED_ROWS - 1
            self._define(first, column, f"{LISTS_SHEET}!${counts}${end}")

    def _entries(self, sources: tuple[_Source, ...]) -> list[str]:
        """Return one entry for each source row, "" where it is not offered."""
        entries = []
        for source in sources:
            rows = self._rows[source.key][:LISTED_ROWS]
            entries += [source.entry(self._rows, row) for row in rows]
            entries += [""] * (LISTED_ROWS - len(rows))
        return entries

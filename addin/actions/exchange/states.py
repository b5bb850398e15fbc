"""The rows and findings of ledgers and of consolidated workbooks, in the form they are compared in."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import count, takewhile
from operator import add
from pathlib import Path
from typing import Any, BinaryIO, Self

from pydantic import BaseModel, ValidationError, model_validator

from addin.actions.parcels.parcel import packed, unpacked
from addin.domain.changes import PlacedFinding, RowSet, State, compared_fields, key_fields
from validators.cells import BLANK, Cell, CellColumn, encode
from validators.checks import check_values
from validators.columns import Column, Kind
from validators.errors import UsageError
from validators.findings import Finding
from validators.identity import claims_as_typed
from validators.ledger import Ledger, SheetPart, Table
from validators.messages import PROBLEMS
from validators.sheets import TABLES, Row, columns_by_field
from validators.vocabulary import Level
from workbooks.consolidated.content import MEMORY_SHEET, read_memory
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET, NO_CELL
from workbooks.consolidated.ledger_sheets import FRONT, ROW_HEADING, normalised_cells, safe_cells
from workbooks.consolidated.reading import (
    WrittenSheet,
    joined_rows,
    read_consolidated,
    read_in_pieces,
)
from workbooks.ooxml.cells import MAX_TEXT, as_text
from workbooks.ooxml.markup import Irregular
from workbooks.reader import model_of_tab
from workbooks.template.layout import all_shown

_DAYS, _IDS = {Kind.DAY, Kind.MONTH}, ("_id", "_ids")
_LEVELS = {level.label: level for level in Level}
_COUNTY, _TOWNSHIP = (heading for heading, _ in FRONT[:2])


def compared_models() -> list[type[Row]]:
    """Return the sheets clerks fill, those among them of which bangdai writes the rows."""
    return [model for model in TABLES if compared_fields(model)]


def _is_remembered(model: type[Row]) -> bool:
    """Tell of which sheets a consolidated workbook does not show all that clerks typed."""
    return not model.sheet.merged or bool(model.sheet.about)


def ledger_state(
    ledger: Ledger,
    findings: Iterable[Finding],
    place: str,
    *,
    merged: bool,
    identified: bool = False,
) -> State:
    """Return the state of the ledger of a unit.

    Args:
        ledger: The rows.
        findings: The findings on them.
        place: The unit.
        merged: Whether it is compared with a consolidated workbook: personal numbers are masked.
        identified: Whether the fields that say which row a row is are enough.
    """
    tables = {model.sheet.name: ledger.table(model).this_year() for model in compared_models()}
    sheets = {
        name: _row_set(table, _fields(table, identified=identified), masked=merged)
        for name, table in tables.items()
    }
    rows = {
        (part.file, part.sheet): (name, start, part)
        for name, table in tables.items()
        for start, part in table.starts()
    }
    return State(place, sheets, [*_placed(findings, rows)])


def _fields(table: Table[Any], *, identified: bool) -> list[str]:
    """Return the fields to compare that a table has."""
    there = {name for part in table.parts for name in part.columns}
    model = table.model
    names = key_fields(model) if identified else (*model.sheet.about, *compared_fields(model))
    return [name for name in names if name in there]


def _row_set(table: Table[Any], names: Iterable[str], *, masked: bool) -> RowSet:
    model: type[Row] = table.model
    fields = columns_by_field(model)
    columns = {
        name: _joined(
            (_texts(part, fields[name], masked=masked), len(part)) for part in table.parts
        )
        for name in names
    }
    rows = array("i")
    for part in table.parts:
        rows.extend(array("i", [0] * len(part)) if part.form_rows else part.rows)
    return RowSet(model, columns, rows)


def _texts(part: SheetPart, column: Column, *, masked: bool) -> CellColumn | None:
    typed = part.columns.get(column.field)
    if typed is None:
        return None
    own = claims_as_typed(typed) if column.field.endswith(_IDS) else typed
    values = normalised_cells(own)
    values = safe_cells(values, column) if masked else values
    return CellColumn([cell_text(value, column) for value in values], own.cells.codes)


def cell_text(value: Cell, column: Column) -> str:
    """Return a cell as the sheet shows it."""
    if column.kind is Kind.MONTH and isinstance(value, date):
        return f"{value:%Y-%m}"
    return as_text(value).strip()


def _joined(parts: Iterable[tuple[CellColumn | None, int]]) -> CellColumn:
    """Join columns of texts, one code for each distinct text; "" is blank."""
    known: dict[Cell, int] = {"": BLANK}
    values: list[Cell] = []
    codes = array("i")
    for column, length in parts:
        if column is None:
            codes.extend([BLANK] * length)
            continue
        new = []
        for value in column.values:
            if value not in known:
                known[value] = len(values)
                values.append(value)
            new.append(known[value])
        new.append(BLANK)  # the last answers `BLANK`
        codes.extend(map(new.__getitem__, column.codes))
    return CellColumn(values, codes)


def _placed(
    findings: Iterable[Finding], rows: Mapping[tuple[str, str], tuple[str, int, SheetPart]]
) -> Iterator[PlacedFinding]:
    for finding in findings:
        name, start, part = rows.get((finding.file, finding.sheet), (finding.sheet, 0, None))
        at = bisect_left(part.rows, finding.row) if part and finding.row else BLANK
        found = part is not None and 0 <= at < len(part.rows) and part.rows[at] == finding.row
        yield PlacedFinding(finding._replace(sheet=name), start + at if found else BLANK)


# --- consolidated workbooks ----------------------------------------------------------------------


class WrittenUnits:
    """What a consolidated workbook shows, a unit at a time: until asked for, rows lie in a file.

    Args:
        path: The workbook.
        rows: An empty file.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
    """

    def __init__(self, path: Path, rows: BinaryIO) -> None:
        self._name, self._memory, self._rows = path.name, read_memory(path), rows
        names = {name for _, name in self._memory}
        self._models = [model for model in compared_models() if _memory_name(model, 0) in names]
        try:
            self._keep(read_in_pieces(path, _read_sheets()))
        except (Irregular, UnicodeDecodeError):
            self._keep(read_consolidated(path, _read_sheets()).items())

    def _keep(self, pieces: Iterable[tuple[str, WrittenSheet]]) -> None:
        self._empty: dict[str, WrittenSheet] = {}
        self._kept: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self._rows.seek(0)
        for name, piece in pieces:
            self._empty.setdefault(name, piece.picked([]))
            rows = defaultdict[str, list[int]](list)
            for row, place in enumerate(_places(piece)):
                rows[place].append(row)
            for place, own in rows.items():
                start, picked = self._rows.tell(), piece.picked(own)
                size = self._rows.write(packed((picked.columns, len(own)), squeezed=False))
                self._kept[place].append((name, start, size))

    @property
    def places(self) -> list[str]:
        """Return the units that have rows, in the order they are merged in."""
        remembered = (place for place, name in self._memory if name.startswith(_MEMORY))
        return [place for place in dict.fromkeys([*remembered, *self._kept]) if place]

    def state(self, place: str) -> State:
        """Return the state of a unit."""
        pieces = defaultdict[str, list[WrittenSheet]](list)
        for name, start, size in self._kept.get(place, ()):
            self._rows.seek(start)
            pieces[name].append(WrittenSheet(*unpacked(self._rows.read(size))))
        written = {name: joined_rows(pieces[name] or [one]) for name, one in self._empty.items()}
        return _written_state(
            place, written, {m.sheet.name: self._remembered(place, m) for m in self._models}
        )

    def _remembered(self, place: str, model: type[Row]) -> RowSet:
        """Return a sheet of a unit as the workbook remembers it.

        Raises:
            UsageError: Somebody changed it.
        """
        names = (_memory_name(model, piece) for piece in count())
        pieces = takewhile(bool, (self._memory.get((place, name)) for name in names))
        try:
            told = _SheetMemory.model_validate_json(
                "".join(map(str, pieces)) or '{"rows": [], "columns": {}}'
            )
        except ValidationError as error:
            consolidated = self._name
            raise UsageError(
                f"“{consolidated}”隐藏的“{MEMORY_SHEET}”表已被改动，无法与它比对",
                "请使用未改动过的汇总表",
            ) from error
        known = columns_by_field(model)
        columns = {name: encode(texts) for name, texts in told.columns.items() if name in known}
        return RowSet(model, columns, array("i", told.rows))


def _read_sheets() -> set[str]:
    shown = (model.sheet.name for model in compared_models() if not _is_remembered(model))
    return {*shown, FINDINGS_SHEET}


def _written_state(
    place: str, written: dict[str, WrittenSheet], remembered: Mapping[str, RowSet]
) -> State:
    """Return the state of a unit from the sheets of a workbook and those it remembers."""
    findings = [*_written_findings(written.pop(FINDINGS_SHEET, WrittenSheet({}, 0)))]
    unread: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for one in findings:
        if one.message == PROBLEMS["date_number"].message.format(value=one.value):
            unread[one.sheet].add((one.row, one.value))
    sheets = {}
    for model in compared_models():
        name = model.sheet.name
        if name in remembered:
            sheets[name] = remembered[name]
        elif name in written:
            sheets[name] = _written_rows(model, written[name], unread[name])
    at = {name: {number: row for row, number in enumerate(s.rows)} for name, s in sheets.items()}
    placed = [PlacedFinding(f, at.get(f.sheet, {}).get(f.row, BLANK)) for f in findings]
    return State(place, sheets, placed)


_MEMORY = "内容·"
_PIECE = MAX_TEXT // 2


class _SheetMemory(BaseModel):
    """What a consolidated workbook remembers of one sheet of a unit: worksheet rows, and texts by field."""

    rows: list[int]
    columns: dict[str, list[str]]

    @model_validator(mode="after")
    def _as_long(self) -> Self:
        if any(len(texts) != len(self.rows) for texts in self.columns.values()):
            raise ValueError("a column is not as long as its sheet")
        return self


MemoryRow = tuple[str, str, str]
"""A unit's place, a name and a text."""


def remembered_rows(ledger: Ledger, place: str) -> Iterator[MemoryRow]:
    """Yield what a consolidated workbook remembers of the sheets a unit typed and it shows otherwise."""
    for model in filter(_is_remembered, compared_models()):
        table = ledger.table(model)
        rows = _row_set(table, _fields(table, identified=False), masked=True)
        columns = {name: [rows.text(name, at) for at in range(len(rows))] for name in rows.columns}
        text = _SheetMemory(rows=rows.rows.tolist(), columns=columns).model_dump_json()
        for at in range(0, len(text), _PIECE):
            yield place, _memory_name(model, at // _PIECE), text[at : at + _PIECE]


def _memory_name(model: type[Row], piece: int) -> str:
    """Return what a piece of the memory of a sheet is called; one cell does not hold every unit's."""
    return f"{_MEMORY}{model.sheet.name}{f'·{piece + 1}' if piece else ''}"


def _written_rows(
    model: type[Row], sheet: WrittenSheet, unread: Collection[tuple[int, str]]
) -> RowSet:
    """Return the rows of a sheet, days and IDs as what rejected rows show was typed for them.

    Args:
        model: The sheet.
        sheet: The rows as written.
        unread: Rows and digits of a number that was typed for a day, and is none; it looks the same.
    """
    fields = columns_by_field(model)
    rows = array("i", (int(row) if row.isdigit() else 0 for row in sheet.texts(ROW_HEADING)))
    columns = {}
    for name in compared_fields(model):
        typed = sheet.columns.get(fields[name].heading)
        if typed is not None:
            values, codes = _meant(typed.values, fields[name]), typed.codes
            if unread and fields[name].kind in _DAYS:
                shown = zip(rows, sheet.texts(fields[name].heading), strict=True)
                more = (len(values) if cell in unread else 0 for cell in shown)
                values, codes = [*values, *typed.values], array("i", map(add, codes, more))
            texts = [cell_text(value, fields[name]) for value in values]
            columns[name] = _joined([(CellColumn([*texts], codes), sheet.n_rows)])
    return RowSet(model, columns, rows)


def _meant(values: list[Cell], column: Column) -> list[Cell]:
    if column.kind not in _DAYS and not column.field.endswith(_IDS):
        return values
    read = all_shown(check_values(column, values).values)
    return [value if meant is None else meant for value, meant in zip(values, read, strict=True)]


def _places(sheet: WrittenSheet) -> Iterator[str]:
    return map("".join, zip(sheet.texts(_COUNTY), sheet.texts(_TOWNSHIP), strict=True))


def _written_findings(sheet: WrittenSheet) -> Iterator[Finding]:
    """Yield the findings, on the sheet of the template that their tab is."""
    names = ("级别", "文件", "工作表", "位置", "列名", "填写内容", "问题", "建议")
    columns = [sheet.texts(name) for name in names]
    for level, file, tab, shown, heading, value, message, advice in zip(*columns, strict=True):
        model = model_of_tab(tab)
        cell = "" if shown == NO_CELL else shown
        number = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0) if cell.isascii() else 0
        yield Finding(
            file, model.sheet.name if model else tab, cell, number, "", heading, "",
            _LEVELS[level], value, message, advice,
        )  # fmt: skip

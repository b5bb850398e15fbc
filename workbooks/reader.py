"""Read a ledger: raw sheets → the rows in use → `Ledger`, and findings on its layout.

`ledger_of` reads what `workbooks.raw` made of a file or `workbooks.live` of an open workbook. A
sheet's headings are found by name (`workbooks.headings`); blank rows, subtotals, notes and repeated
headings are no rows of the ledger.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from validators.cells import BLANK, Cell, CellColumn, encode, letters
from validators.checks import FORMAT_LOST, check_values, read_serials
from validators.columns import Column, Fill, Kind
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart, TypedColumn
from validators.normalise import squeeze
from validators.schema import NewerParts, may_lack, version_on
from validators.sheets import SHEETS, TABLES, Row, SheetKind, UnitRow, columns_by_field, model_for
from validators.vocabulary import Level
from workbooks.files import CONSOLIDATED, KIND_PROPERTY
from workbooks.headings import (
    CHECK_STATE,
    FROM_FILE,
    SERIAL_HEADINGS,
    HeadingMap,
    Oddity,
    heading_key,
    map_headings,
)
from workbooks.ooxml.addresses import column_number
from workbooks.raw.book import RawBook, RawSheet, read_book
from workbooks.template.layout import FILE_KIND

Codes = NDArray[np.intc]
Flags = NDArray[np.bool_]

_SUBTOTAL = re.compile(r"(?:本页|本月|本季度?|本年度?|全年|全乡|全镇)?(?:合计|小计|总计|累计|共计)")
_NOTE = re.compile(
    r"[※*]|(?:填[表报])?(?:注|说明|备注|附注|填表说明|填表人|制表人|填报人|审核人|单位负责人|联系电话|填报时间)"
    r"(?:$|[\d一二三]?[:：.、])"
)
_FEW_CELLS = 6  # notes, signature lines and subtotals fill few cells; longer rows are not looked at


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns of a sheet that hold anything.

    Attributes:
        numbers: The index of each in the others, by 1-based worksheet column.
        values: Their distinct cells.
        codes: Their codes, columns by rows.
    """

    numbers: dict[int, int]
    values: list[list[Cell]]
    codes: Codes


def fill_merged(sheet: RawSheet, first_row: int) -> list[tuple[int, int]]:
    """Fill vertically merged data cells downwards, in the first column of each merge.

    Returns:
        (row, column) of every anchor filled, 1-based.
    """
    anchors = []
    for merge in sheet.merges:
        top, left, bottom = merge.top, merge.left, merge.bottom
        if top < first_row or top == bottom or left > len(sheet.columns):
            continue
        codes = sheet.columns[left - 1].codes
        value = codes[top - 1] if top <= len(codes) else BLANK
        if value != BLANK:
            last = min(bottom, len(codes))
            codes[top - 1 : last] = array("i", [value]) * (last - top + 1)
            anchors.append((top, left))
    return anchors


def table_part(sheet: RawSheet, model: type[Row], heading_map: HeadingMap, file: str) -> SheetPart:
    """Return the rows in use of a table that stand below its headings."""
    start = heading_map.first_row - 1
    grid = _grid(sheet)
    body = _Grid(grid.numbers, grid.values, grid.codes[:, start:])
    used, n_filled = _rows_in_use(model, heading_map, body)
    skipped = used & _not_data(model, heading_map, body, n_filled, used)
    taken = used & ~skipped
    rows = np.flatnonzero(taken)
    part = SheetPart(
        key=model.sheet.key,
        file=file,
        sheet=sheet.name,
        rows=array("i", (rows + start + 1).tolist()),
        columns={},
        ignored=int(skipped.sum()),
        heading_missing=any(o.kind == "missing" for o in heading_map.oddities),
        covered=_covered(sheet, heading_map.first_row) if sheet.merges else frozenset(),
    )
    overwritten = any(merge.bottom > start for merge in sheet.merges)
    columns = _columns(grid, start, taken, sure=not overwritten)
    for name, column in columns_by_field(model).items():
        if (at := heading_map.fields.get(name)) and column.fill is not Fill.LOOKUP:
            part.columns[name] = typed_column(
                column, columns[at], letters(at), heading_map.headings[at]
            )
    if part.heading_missing:
        part.rejected.update(range(len(rows)))
    return part


def _covered(sheet: RawSheet, first_row: int) -> frozenset[tuple[int, str]]:
    """Return the data cells that `fill_merged` gave the value of the merged cell above them."""
    return frozenset(
        (row, letters(merge.left))
        for merge in sheet.merges
        if first_row <= merge.top and merge.left <= len(sheet.columns)
        for row in range(merge.top + 1, min(merge.bottom, sheet.n_rows) + 1)
    )


def typed_column(column: Column, cells: CellColumn, letter: str, heading: str) -> TypedColumn:
    """Check the distinct cells of one column."""
    checked = check_values(column, cells.values)
    return TypedColumn(column.field, letter, heading, cells, checked.values, checked.problems)


def _grid(sheet: RawSheet) -> _Grid:
    filled = {at: column for at, column in enumerate(sheet.columns, 1) if column.values}
    codes = np.frombuffer(b"".join(column.codes for column in filled.values()), np.intc)
    return _Grid(
        {at: index for index, at in enumerate(filled)},
        [column.values for column in filled.values()],
        codes.reshape(len(filled), sheet.n_rows),
    )


def _columns(grid: _Grid, start: int, taken: Flags, *, sure: bool) -> dict[int, CellColumn]:
    """Return by worksheet column the cells of the rows `taken`, counted from row `start`.

    Values are numbered as they appear, so those of the headings come first: where the table
    repeats none of them and no value went with a row, the rest are what the table uses. Where
    that is not `sure`, values are looked for one by one.
    """
    firsts = grid.codes[:, :start].max(axis=1, initial=BLANK) + 1
    body = grid.codes[:, start:]
    lost = np.any(body[:, ~taken] >= 0, axis=1) | (not sure)
    body = body[:, taken]
    filled = body >= 0
    moved = np.where(filled, body - firsts[:, None], BLANK).astype(np.intc, copy=False)
    lost |= np.any((moved < 0) & filled, axis=1)
    return {
        at: _taken(values, own)
        if looked_for
        else CellColumn(values[first:], array("i", row.tobytes()))
        for at, values, own, row, first, looked_for in zip(
            grid.numbers, grid.values, body, moved, firsts.tolist(), lost.tolist(), strict=True
        )
    }


def _taken(values: list[Cell], codes: Codes) -> CellColumn:
    """Return the cells of some rows with only the distinct values they use."""
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True  # code -1 marks the last place, which stands for blank
    used[-1] = False
    renumbered = np.full(len(values) + 1, BLANK, dtype=np.intc)
    renumbered[used] = np.arange(used.sum(), dtype=np.intc)
    kept = list(compress(values, used[:-1].tolist()))
    return CellColumn(kept, array("i", renumbered[codes].tobytes()))


def _rows_in_use(model: type[Row], heading_map: HeadingMap, body: _Grid) -> tuple[Flags, Codes]:
    """Return which rows hold a typed cell, and how many cells each row fills."""
    columns = columns_by_field(model)
    looked_up = {at for name, at in heading_map.fields.items() if columns[name].fill is Fill.LOOKUP}
    typed = [
        at not in looked_up and heading_map.headings.get(at) not in SERIAL_HEADINGS
        for at in body.numbers
    ]
    filled: Flags = body.codes >= 0
    return np.any(filled[typed], axis=0), filled.sum(axis=0, dtype=np.intc)


def _not_data(
    model: type[Row], heading_map: HeadingMap, body: _Grid, n_filled: Codes, used: Flags
) -> Flags:
    """Return which rows are repeated headings, subtotals or notes.

    Rows of nothing but white space are taken out of `used`.
    """
    skipped = _repeated_headings(heading_map, body)
    required = [
        body.numbers[heading_map.fields[n]]
        for n, c in columns_by_field(model).items()
        if c.required and n in heading_map.fields
    ]
    half_empty = 2 * (body.codes[required] >= 0).sum(axis=0) <= len(required)
    sparse = (n_filled > 0) & ((n_filled <= _FEW_CELLS) | half_empty)
    for row in np.flatnonzero(sparse & used & ~skipped).tolist():
        own = body.codes[:, row].tolist()
        cells = [values[at] for values, at in zip(body.values, own, strict=True) if at >= 0]
        used[row] &= not all(isinstance(cell, str) and cell.isspace() for cell in cells)
        skipped[row] = _is_note(cells) or _is_subtotal(cells, half_empty=bool(half_empty[row]))
    return skipped & used


def _repeated_headings(heading_map: HeadingMap, body: _Grid) -> Flags:
    matches = np.zeros(body.codes.shape[1], dtype=np.intc)
    for at, heading in heading_map.headings.items():
        index = body.numbers[at]
        values = body.values[index]
        if heading in values:
            matches += body.codes[index] == values.index(heading)
    return matches >= 2


def _is_subtotal(cells: list[Cell], *, half_empty: bool) -> bool:
    """Return whether one of the first cells says 合计; 合计 2 人 only in a half-empty row."""
    texts = [squeeze(cell) for cell in cells[:3] if isinstance(cell, str)]
    matches = _SUBTOTAL.match if half_empty else _SUBTOTAL.fullmatch
    return any(len(text) <= 12 and matches(text) for text in texts)


def _is_note(cells: list[Cell]) -> bool:
    return all(isinstance(cell, str) and _NOTE.match(squeeze(cell)) for cell in cells)


def form_part(sheet: RawSheet, model: type[Row], file: str) -> SheetPart:
    """Return the one row of a form: each field's value stands right of its label."""
    columns = columns_by_field(model)
    names = {
        heading_key(label): name
        for name, column in columns.items()
        for label in (*column.synonyms, column.heading)
    }
    ends = {(merge.top, merge.left): merge.right for merge in sheet.merges}
    part = SheetPart(model.sheet.key, file, sheet.name, array("i", [1]), {})
    for row in range(1, sheet.n_rows + 1):
        cells = [column.cell(row - 1) for column in sheet.columns]
        for at, label in enumerate(cells, 1):
            name = names.get(heading_key(label)) if isinstance(label, str) else None
            if name and name not in part.columns:
                value_at = ends.get((row, at), at) + 1
                value = encode(cells[value_at - 1 : value_at] or [None])
                part.columns[name] = typed_column(
                    columns[name], value, letters(value_at), str(label)
                )
                part.form_rows[name] = row
    part.rows[0] = min(part.form_rows.values(), default=1)
    part.heading_missing = any(c.required and n not in part.columns for n, c in columns.items())
    if part.heading_missing:
        part.rejected.add(0)
    return part


# --- from a workbook to a ledger ---

OWN_SHEETS = frozenset({"本周待办", "使用说明"})
"""Sheets of the template that hold no rows."""

_READ = {model.sheet.name: model for model in SHEETS if not model.sheet.protected}


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One workbook as read.

    Attributes:
        file: Its path relative to what the user named.
        ledger: Its rows.
        findings: What the layout has to disclose.
        digest: SHA-256 of the file's bytes; "" of a workbook that is open.
    """

    file: str
    ledger: Ledger
    findings: list[Finding]
    digest: str


def read_ledger(path: Path, file: str = "") -> LedgerFile:
    """Read one ledger.

    Args:
        path: The workbook.
        file: How findings name it; the file's own name if empty.

    Raises:
        UnreadableWorkbook: The file cannot be read, or is no ledger.
    """
    book = read_book(path, is_read)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ledger_of(book, file or path.name, digest)


def is_read(name: str) -> bool:
    """Tell of a tab's name whether its cells are part of a ledger."""
    return squeeze(name) in _READ


def other_kind(kind: str) -> UnreadableWorkbook:
    """Return the refusal of a workbook of ours that is no ledger."""
    return UnreadableWorkbook(
        "file.other_kind", f"这是本工具生成的“{kind}”，不是乡镇台账", "请改用各单位上报的台账"
    )


def ledger_of(book: RawBook, label: str, digest: str = "") -> LedgerFile:
    """Return the ledger in a workbook's cells, wherever they come from.

    Args:
        book: The workbook, with the sheets that `is_read` wants; its columns are changed.
        label: How findings name it.
        digest: SHA-256 of the file's bytes.

    Raises:
        UnreadableWorkbook: It is no ledger.
    """
    kind = book.properties.get(KIND_PROPERTY, FILE_KIND)
    if kind != FILE_KIND:
        raise other_kind(kind)
    if any(map(_is_merged, book.sheets)):
        raise other_kind(CONSOLIDATED)
    sheets = {squeeze(sheet.name): sheet for sheet in reversed(book.sheets)}
    if not sheets.keys() & {m.sheet.name for m in SHEETS if m.sheet.kind is SheetKind.INPUT}:
        raise UnreadableWorkbook(
            "file.not_ledger",
            "不是导师帮带台账：没有找到任何一张台账工作表",
            "请用市级下发的模板填报",
        )
    form = sheets.get(UnitRow.sheet.name)
    version = version_on(form_part(form, UnitRow, label)) if form else ""
    newer = NewerParts(sheets=_newer_sheets(sheets, version))
    parts: list[SheetPart] = []
    findings = list(_book_findings(book, sheets, label, newer))
    for name, model in _READ.items():
        if name in sheets:
            part, on_layout = _read_sheet(sheets[name], model, label, version, newer)
            parts.append(part)
            findings.extend(on_layout)
    _read_lost_days(parts)
    if newer:
        findings.insert(0, _older_notice(label, version, newer))
    return LedgerFile(label, Ledger.of(parts, [label]), findings, digest)


def _is_merged(sheet: RawSheet) -> bool:
    """Tell whether a sheet is one of a consolidated workbook, which may have lost its property."""
    first = {value for column in sheet.columns[:8] for value in column.values[:8]}
    return {FROM_FILE, CHECK_STATE} <= first


def _read_lost_days(parts: Iterable[SheetPart]) -> None:
    """Read the few days of further columns in a workbook that has lost its date formats."""
    columns = [
        (columns_by_field(model_for(part.key))[name], typed)
        for part in parts
        for name, typed in part.columns.items()
        if typed.problems
    ]
    lost = (problem.kind for _, typed in columns for problem in typed.problems.values())
    if FORMAT_LOST in lost:
        for column, typed in columns:
            read_serials(column, typed.cells.values, typed, fewest=1)


def _newer_sheets(sheets: Collection[str], version: str) -> list[str]:
    return [
        model.sheet.name
        for model in TABLES
        if model.sheet.name not in sheets and may_lack(version, model.sheet.since)
    ]


def _older_notice(file: str, version: str, newer: NewerParts) -> Finding:
    return _SheetFindings(file, "").at(
        "schema.older", Level.NOTICE, 0, 0, f"本台账为 {version} 版，缺 {newer}，不影响上报",
        "要换成新版的，请用 bangdai update 另存一份，填写的内容都会带过去",
    )  # fmt: skip


def _read_sheet(
    sheet: RawSheet, model: type[Row], file: str, version: str, newer: NewerParts
) -> tuple[SheetPart, list[Finding]]:
    """Return the rows of a sheet and what its layout has to disclose.

    Args:
        sheet: The worksheet; merged cells of its table are filled downwards.
        model: The model of its rows.
        file: How findings name the workbook.
        version: The version of the template it was made from.
        newer: Is told of the columns it lacks because they came later.
    """
    if model.sheet.form:
        part = form_part(sheet, model, file)
        absent = [c for n, c in columns_by_field(model).items() if n not in part.columns]
        _tell_newer(newer, sheet, [c.heading for c in absent if may_lack(version, c.since)])
        findings = [] if not part.heading_missing else [_form_finding(part, model)]
        on_form = _SheetFindings(file, sheet.name)
        return part, [*findings, *_volatile(sheet, part, model, on_form)]
    heading_map = map_headings(sheet, model, version)
    _tell_newer(newer, sheet, heading_map.newer)
    on_sheet = _SheetFindings(file, sheet.name)
    if not heading_map.row:
        return _unmapped(sheet, model, on_sheet)
    anchors = fill_merged(sheet, heading_map.first_row)
    part = table_part(sheet, model, heading_map, file)
    findings = [on_sheet.heading(oddity) for oddity in heading_map.oddities]
    findings += [
        on_sheet.at(
            "table.merged",
            Level.NOTICE,
            row,
            column,
            "合并单元格已按同值向下填充",
            "建议取消合并，逐行填写",
        )
        for row, column in anchors
    ]
    findings += _hidden(sheet, part, heading_map, on_sheet)
    findings += _volatile(sheet, part, model, on_sheet)
    return part, findings


def _tell_newer(newer: NewerParts, sheet: RawSheet, headings: list[str]) -> None:
    if headings:
        newer.columns[squeeze(sheet.name)] = headings


def _unmapped(
    sheet: RawSheet, model: type[Row], on_sheet: _SheetFindings
) -> tuple[SheetPart, list[Finding]]:
    """Reject every filled row of a sheet whose heading row cannot be found."""
    filled = [r for r in range(sheet.n_rows) if any(c.codes[r] >= 0 for c in sheet.columns)]
    part = SheetPart.rejecting(
        model.sheet.key, on_sheet.file, sheet.name, [row + 1 for row in filled]
    )
    finding = on_sheet.at(
        "heading.none",
        Level.ERROR,
        1,
        1,
        "没有找到标题行，本表没有读取",
        "请恢复模板的标题行，列名不要改",
    )
    return part, [finding]


def _form_finding(part: SheetPart, model: type[Row]) -> Finding:
    columns = columns_by_field(model)
    missing = [c.heading for c in columns.values() if c.required and c.field not in part.columns]
    on_sheet = _SheetFindings(part.file, part.sheet)
    return on_sheet.at(
        "heading.missing", Level.ERROR, 1, 1,
        f"缺少项目：{'、'.join(missing)}", "请恢复模板的项目名称，或把内容复制到新模板",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SheetFindings:
    """Makes the findings on one worksheet's layout."""

    file: str
    sheet: str

    def at(
        self, code: str, level: Level, row: int, column: int, message: str, suggestion: str
    ) -> Finding:
        letter = letters(column)
        cell = f"{letter}{row}" if row else ""
        return Finding(
            self.file, self.sheet, cell, row, letter if row else "", "", code, level, "",
            message, suggestion,
        )  # fmt: skip

    def heading(self, oddity: Oddity) -> Finding:
        level, message, suggestion = _HEADINGS[oddity.kind]
        hint = f"；{oddity.hint}可能就是，请改名" if oddity.hint else ""
        finding = self.at(
            f"heading.{oddity.kind}", level, oddity.row, oddity.column,
            message.format(heading=oddity.heading, typed=oddity.typed), f"{suggestion}{hint}",
        )  # fmt: skip
        return finding._replace(heading=oddity.heading, value=oddity.typed)


_HEADINGS = {
    "missing": (Level.ERROR, "缺少必填列“{heading}”，本表各行没有采用", "请恢复这一列的列名"),
    "absent": (Level.WARNING, "缺少列“{heading}”，按空白处理", "请恢复这一列的列名"),
    "duplicate": (Level.ERROR, "列名“{typed}”重复，这一列没有读取", "请删去或改名多余的一列"),
    "renamed": (Level.NOTICE, "列名“{typed}”按“{heading}”读取", "建议用模板的列名"),
    "unknown": (Level.NOTICE, "不认识的列“{typed}”，没有读取", "台账以外的内容请写在备注"),
}


def _volatile(
    sheet: RawSheet, part: SheetPart, model: type[Row], on_sheet: _SheetFindings
) -> Iterator[Finding]:
    """Yield a warning for every day that a formula makes another one tomorrow."""
    for area in sheet.volatile:
        for name, typed in part.columns.items():
            at = column_number(typed.letter)
            dated = columns_by_field(model)[name].kind in (Kind.DAY, Kind.MONTH)
            if not (dated and area.left <= at <= area.right):
                continue
            rows = [part.form_rows[name]] if name in part.form_rows else part.rows
            for row in rows:
                if area.top <= row <= area.bottom:
                    finding = on_sheet.at(
                        "formula.volatile", Level.WARNING, row, at,
                        "日期是 TODAY、NOW 公式算出来的，每天都会变",
                        "请复制这一格，再用“选择性粘贴”粘贴为数值",
                    )  # fmt: skip
                    yield finding._replace(heading=typed.heading)


def _hidden(
    sheet: RawSheet, part: SheetPart, heading_map: HeadingMap, on_sheet: _SheetFindings
) -> Iterator[Finding]:
    hidden = [row for row in part.rows if row in sheet.hidden_rows] if sheet.hidden_rows else []
    if hidden:
        yield on_sheet.at(
            "rows.hidden", Level.NOTICE, hidden[0], 1,
            f"有 {len(hidden)} 行被隐藏或筛选，已照常读取", "请取消筛选和隐藏后核对",
        )  # fmt: skip
    columns = [letters(at) for at in heading_map.fields.values() if at in sheet.hidden_columns]
    if columns:
        yield on_sheet.at(
            "columns.hidden", Level.NOTICE, heading_map.row, 1,
            f"隐藏的列 {'、'.join(columns)} 已照常读取", "请取消隐藏后核对",
        )  # fmt: skip


def _book_findings(
    book: RawBook, sheets: dict[str, RawSheet], file: str, newer: NewerParts
) -> Iterator[Finding]:
    own = {m.sheet.name for m in SHEETS} | OWN_SHEETS
    unknown = [sheet for sheet in book.sheets if squeeze(sheet.name) not in own]
    for code, message in book.notices:
        yield _SheetFindings(file, "").at(code, Level.NOTICE, 0, 0, message, "")
    for sheet in unknown:
        if not sheet.name.startswith("_"):
            message = f"不认识的工作表“{sheet.name}”，没有读取"
            yield _SheetFindings(file, sheet.name).at(
                "sheet.unknown", Level.NOTICE, 0, 0, message, "台账内容请填在模板的工作表里"
            )
    yield from _missing_sheets({*sheets, *newer.sheets}, [s.name for s in unknown], file)
    for name, sheet in sheets.items():
        if sheet.hidden and name in _READ:
            yield _SheetFindings(file, sheet.name).at(
                "sheet.hidden", Level.NOTICE, 0, 0, "工作表被隐藏，已照常读取", "请取消隐藏后核对"
            )


def _missing_sheets(
    present: Collection[str], unknown: Iterable[str], file: str
) -> Iterator[Finding]:
    for name, model in _READ.items():
        if name in present or model.sheet.joins or model.sheet.kind is not SheetKind.INPUT:
            continue
        near = process.extractOne(name, list(unknown), scorer=fuzz.ratio, score_cutoff=60)
        advice = f"“{near[0]}”如果就是，请改名为“{name}”" if near else "请从模板中补上这张表"
        yield _SheetFindings(file, name).at(
            "sheet.missing", Level.ERROR, 0, 0, f"缺少工作表“{name}”", advice
        )

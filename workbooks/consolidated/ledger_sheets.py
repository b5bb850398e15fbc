"""Write the ledger sheets of all units, merged: encoded by distinct values from end to end.

Masking, words and look-ups are worked out once for each distinct value of a worksheet column; the
codes of its rows are passed on as the reader made them. XlsxWriter writes the frame of a sheet,
`bulk.splice` puts its rows in.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import BLANK, Cell, CellColumn
from validators.columns import Column, Kind, Lookup
from validators.findings import Finding, as_typed
from validators.identity import claims_as_typed
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.messages import PROBLEMS
from validators.sheets import TABLES, Row, SheetKind, SuggestionRow, columns_by_field, model_for
from validators.vocabulary import Level
from workbooks.bulk import BulkRows
from workbooks.consolidated.content import FileLabel, NumberFormat, RowBlock, SheetGroup, Stamp
from workbooks.consolidated.tables import Frame, cell_style, colour_rows, not_printed, write_frame
from workbooks.masking import mask_phone, mask_text, mask_texts
from workbooks.ooxml.package import MAX_PART_BYTES
from workbooks.template.layout import (
    CHECK_STATE,
    FIRST_ROW,
    FROM_FILE,
    HEADING_ROW,
    all_shown,
    placed_columns,
    printed_width,
    shown,
)
from workbooks.template.styles import BOX, Styles, number_format

FRONT = (("县(区)", 9.0), ("乡镇(街道)", 11.0), (FROM_FILE, 14.0), (CHECK_STATE, 8.0))
"""Headings and widths of the columns in front of every merged sheet."""

ROW_HEADING = "来源行"
"""The last column: the row in the source file."""

MOST_BYTES = MAX_PART_BYTES * 2 // 3
"""Of the rows of a worksheet, so that what is written can be read back."""

STATES = ("通过", "有误", "有提醒")
_PASSED, _REJECTED, _WARNED = range(3)

WarningRows = Mapping[tuple[str, str], set[int]]


def merged_models() -> tuple[type[Row], ...]:
    """Return the models whose rows are merged."""
    return tuple(m for m in TABLES if m.sheet.merged)


def merged_about(model: type[Row]) -> str:
    """Return what 目录 says of a merged sheet."""
    computed = model.sheet.kind is SheetKind.GENERATED and model is not SuggestionRow
    return "按合并后的台账重新计算" if computed else "各单位填报的内容，合并为一张表"


def warned_rows(findings: Iterable[Finding]) -> dict[tuple[str, str], set[int]]:
    """Return the worksheet rows a warning cites, by file and tab."""
    rows: dict[tuple[str, str], set[int]] = {}
    for finding in findings:
        if finding.row and finding.level is Level.WARNING:
            rows.setdefault((finding.file, finding.sheet), set()).add(finding.row)
    return rows


def sheet_name(model: type[Row], number: int = 1) -> str:
    """Return the name of a merged sheet, or of the sheet `number` its rows continue in."""
    return model.sheet.name if number == 1 else f"{model.sheet.name}({number})"


def in_sheets(blocks: Iterable[RowBlock], most: int) -> list[list[RowBlock]]:
    """Return the blocks of each worksheet a merged sheet takes, one of no rows at least."""
    sheets: list[list[RowBlock]] = [[]]
    row, size = FIRST_ROW, 0
    for block in blocks:
        full = row + block.n_rows - 1 > most or size + block.size > MOST_BYTES
        if full and row > FIRST_ROW:
            sheets.append([])
            row, size = FIRST_ROW, 0
        sheets[-1].append(block)
        row += block.n_rows
        size += block.size
    return sheets


def cut(part: SheetPart, most: int) -> Iterator[SheetPart]:
    """Yield the rows of a part in pieces that a worksheet holds; the part itself where it does."""
    room = most - FIRST_ROW + 1
    if len(part) <= room:
        yield part
        return
    for start in range(0, len(part), room):
        yield part.picked(range(start, min(start + room, len(part))))


def blocks_of(
    table: Table[Any], labels: Mapping[str, FileLabel], warned: WarningRows, names: Names, most: int
) -> list[RowBlock]:
    """Return the rows of one merged sheet, to be printed by this process.

    Args:
        table: The rows; its parts are in order.
        labels: By file.
        warned: See `warned_rows`.
        names: For look-up columns.
        most: The last row of a worksheet.
    """
    return [
        RowBlock(
            len(piece),
            partial(
                part_columns, piece, table.model, labels,
                warned.get((part.file, part.sheet), frozenset()), names,
            ),
        )
        for part in table.this_year().parts
        for piece in cut(part, most)
    ]  # fmt: skip


def bulk_rows(blocks: Sequence[RowBlock], wraps: Mapping[int, float]) -> BulkRows:
    """Return the rows of one worksheet."""
    n_rows = sum(block.n_rows for block in blocks)
    return BulkRows(FIRST_ROW, n_rows, (block.make() for block in blocks), wraps=wraps)


def wrapped(model: type[Row]) -> dict[int, float]:
    """Return the widths of the columns whose text wraps, by 0-based column."""
    columns = enumerate(placed_columns(model), len(FRONT))
    wraps = {i: c.width for i, c in columns if c.kind is Kind.TEXT}
    return {2: FRONT[2][1], **wraps}


@dataclass(slots=True)
class Names:
    """Names that look-up columns show, from all rows of a ledger."""

    ledger: Ledger

    def of(self, lookup: Lookup, code: str) -> str | None:
        """Return the name behind `code`: fields of one sheet joined by →, of several in turn."""
        values = [self._field(key, name, code) for key, name in lookup.fields]
        if len({key for key, _ in lookup.fields}) == 1:
            return "→".join(value or "？" for value in values) if any(values) else None
        return next(filter(None, values), None)

    def _field(self, key: str, name: str, code: str) -> str | None:
        table = self.ledger.tables[key]
        row = table.by_id.get(code)
        if row is None:
            return None
        further = columns_by_field(model_for(key))[name].lookup
        if further:
            inner = table.column(further.key)[row]
            return self.of(further, inner) if inner else None
        value = table.column(name)[row]
        return None if value is None else str(shown(value))


def part_columns(
    part: SheetPart,
    model: type[Row],
    labels: Mapping[str, FileLabel],
    warned: Collection[int],
    names: Names,
) -> Sequence[CellColumn]:
    """Return the cells of one worksheet's rows, column by column from A on.

    Args:
        part: The worksheet.
        model: Of the sheet its rows are merged into.
        labels: By file.
        warned: Its rows that a warning cites.
        names: For look-up columns.
    """
    columns = list(_front(part, labels))
    columns.append(CellColumn(list(STATES), _states(part, warned)))
    columns.extend(_ledger_columns(part, model, names))
    columns.append(_source_rows(part))
    return columns


def _front(part: SheetPart, labels: Mapping[str, FileLabel]) -> Iterator[CellColumn]:
    """Yield county, township and file of every row."""
    origins = part.origins or CellColumn([part.file], array("i", bytes(4 * len(part))))
    files = [str(file) for file in origins.values]
    yield CellColumn([labels[file].county for file in files], origins.codes)
    yield CellColumn([labels[file].township for file in files], origins.codes)
    yield CellColumn([mask_text(file) for file in files], origins.codes)


def _source_rows(part: SheetPart) -> CellColumn:
    """Return the rows in the source file; computed rows stand in none."""
    codes = array("i", range(len(part)))
    if 0 in part.rows:
        codes = array("i", (index if row else BLANK for index, row in enumerate(part.rows)))
    return CellColumn(list(part.rows), codes)


def _states(part: SheetPart, warned: Collection[int]) -> array[int]:
    states = array("i", bytes(4 * len(part)))
    if warned:
        for index, row in enumerate(part.rows):
            if row in warned:
                states[index] = _WARNED
    for index in part.rejected:
        states[index] = _REJECTED
    return states


def _ledger_columns(part: SheetPart, model: type[Row], names: Names) -> Iterator[CellColumn]:
    blank = array("i", [BLANK]) * len(part)
    for column in placed_columns(model):
        typed = part.columns.get(column.lookup.key if column.lookup else column.field)
        if typed is None:
            yield CellColumn([], blank)
        elif column.lookup:
            yield _looked_up(typed, column.lookup, names)
        else:
            own = claims_as_typed(typed) if column.field.endswith(("_id", "_ids")) else typed
            yield _cells(own, column, part.rejected)


def _looked_up(typed: TypedColumn, lookup: Lookup, names: Names) -> CellColumn:
    shown_names = [names.of(lookup, c) if isinstance(c, str) else None for c in typed.values]
    texts = _masked([name or "" for name in shown_names], phones=False)
    return CellColumn(list(texts), typed.cells.codes)


def _cells(typed: TypedColumn, column: Column, rejected: set[int]) -> CellColumn:
    """Return normalised values, and for rejected rows the cells as typed."""
    raw = typed.cells.values
    values = normalised_cells(typed)
    codes = typed.cells.codes
    if rejected:
        used = sorted({codes[row] for row in rejected} - {BLANK})
        moved = {code: len(values) + i for i, code in enumerate(used)}
        values += [raw[code] for code in used]
        codes = array("i", codes)
        for row in rejected:
            if codes[row] != BLANK:
                codes[row] = moved[codes[row]]
    if column.kind is Kind.INTEGER:
        values = [_unrounded(value) for value in values]
    return CellColumn(safe_cells(values, column), codes)


def _unrounded(value: Cell) -> Cell:
    """Return a number that a column of whole numbers would show rounded as text."""
    rounded = isinstance(value, float) and not value.is_integer()
    return as_typed(value) if rounded else value


def normalised_cells(typed: TypedColumn) -> list[Cell]:
    """Return what each distinct cell means; a cell nobody could read stays as typed."""
    cells = [*all_shown(typed.values)]
    blank = [index for index, value in enumerate(cells) if value is None]
    if blank:
        some_unread = None in typed.values
        for index in blank:
            problem = typed.problems.get(index)
            unread = problem is None or PROBLEMS[problem.kind].level is not Level.NOTICE
            cells[index] = typed.cells.values[index] if some_unread and unread else ""
    return cells


def safe_cells(values: list[Cell], column: Column) -> list[Cell]:
    """Mask texts, and numbers long enough to be a phone."""
    others = [index for index, value in enumerate(values) if not isinstance(value, str)]
    safe = [*values]
    for index in others:
        safe[index] = ""
    if len(others) < len(values):
        safe = [*_masked(cast("list[str]", safe), phones=column.mask)]
    for index in others:
        safe[index] = _safe_number(values[index], mask=column.mask)
    return safe


def _masked(texts: list[str], *, phones: bool) -> list[str]:
    if phones:
        return [mask_phone(text) for text in texts]
    return mask_texts(texts)


def _safe_number(value: Cell, *, mask: bool = False) -> Cell:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if not mask and abs(value) < 10**10:
        return value
    text = as_typed(value)
    masked = mask_phone(text) if mask else mask_text(text)
    return value if masked == text else masked


# --- the frame ------------------------------------------------------------------------------------

_REJECTED_FILL, _WARNED_FILL = "#F8CBAD", "#FFF2CC"


def write_merged_frame(
    sheet: Worksheet, model: type[Row], rows: BulkRows, scope: str, stamp: Stamp, styles: Styles
) -> None:
    """Write everything but the rows, and the prototype row `splice` fills."""
    columns = [*FRONT, *((c.heading, c.width) for c in placed_columns(model)), (ROW_HEADING, 7.0)]
    note = f"{not_printed(rows.n_rows)}；“有误”的行按原样保留，不计入汇总数"
    title = f"{scope}{model.sheet.title}"
    printed = len(FRONT) + printed_width(model)
    last = HEADING_ROW if rows.n_rows else 0
    frame = Frame(title, note, columns, printed, last, SheetGroup.DATA)
    write_frame(sheet, frame, stamp, styles)
    _write_prototype(sheet, model, styles)
    sheet.freeze_panes(HEADING_ROW, len(FRONT))
    if rows.n_rows:
        sheet.autofilter(HEADING_ROW - 1, 0, rows.last_row - 1, len(columns) - 1)
        _colour_states(sheet, rows, len(columns), styles)


def _write_prototype(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    for index, style in enumerate(row_styles(model, styles)):
        sheet.write_blank(FIRST_ROW - 1, index, None, style)


def row_styles(model: type[Row], styles: Styles) -> Iterator[Format]:
    """Yield the style of every column from A on."""
    for _, width in FRONT:
        yield cell_style(styles, NumberFormat.TEXT, width)
    for column in placed_columns(model):
        yield styles.fangsong(
            11, **BOX, text_wrap=True, align="left" if column.width >= 14 else "center",
            num_format="@" if column.lookup else number_format(column),
        )  # fmt: skip
    yield cell_style(styles, NumberFormat.WHOLE)


def _colour_states(sheet: Worksheet, rows: BulkRows, width: int, styles: Styles) -> None:
    _, rejected, warned = STATES
    state = len(FRONT) - 1
    for word, fill, first, last in (
        (rejected, _REJECTED_FILL, 0, width - 1),
        (warned, _WARNED_FILL, state, state),
    ):
        style = styles.make(bg_color=fill)
        colour_rows(sheet, (rows.last_row, first, last), state, word, style)

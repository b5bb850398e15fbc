"""Write one worksheet of the ledger, a table of rows or the form 填报信息, with native aids.

Dropdowns, messages, checks and highlights help a clerk without our add-in; they reach row 5,000.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple, get_origin

from pydantic.fields import FieldInfo
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.columns import ROW_LINES, Column, Fill, Kind, annotation_parts, exceeds_row
from validators.sheets import Row, SheetKind, UnitRow, columns_by_field, model_for
from validators.vocabulary import Alert, DutyProgress
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.pages import set_page, write_cell
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    LABEL_COLUMN,
    LAST_ROW,
    TITLE_ROW,
    UNIT_LINE,
    UNIT_ROW,
    VALUE_COLUMN,
    LedgerRows,
    RawText,
    RowValues,
    column_number,
    column_width,
    fit_for_paper,
    form_row,
    heading_lines,
    placed_columns,
    printed_width,
    row_height,
    shown,
    span,
    stamp_column,
    stamp_text,
    table_name,
)
from workbooks.template.lists import list_name
from workbooks.template.styles import (
    BOX,
    HIGHLIGHT_COLOURS,
    PALE,
    TAB_COLOURS,
    Styles,
    number_format,
)
from workbooks.text_fit import digits

ROOM, SPARE = 18, 6
"""A blank table has `ROOM` rows, a filled one ends with `SPARE` blank ones.

Tables grow as the clerk types below them."""
_DIMENSION_END = re.compile(rb'(<dimension ref="[A-Z]+\d+:[A-Z]+)\d+')
UNPRINTED_NOTE = "以下为补充信息，不打印 →"
UNLOCKED = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


def write_table_sheet(
    sheet: Worksheet, model: type[Row], rows: LedgerRows, unit: RowValues, styles: Styles
) -> BlankRows:
    """Write the sheet of `model` with its rows and one of those left blank below them."""
    columns = rows.columns(model)
    _set_columns(sheet, model, columns, styles)
    written = [fit_for_paper(model, values) for values in rows[model.sheet.key]]
    _write_top(sheet, model, unit, written, styles)
    n_rows = len(written)
    room = n_rows if model.sheet.key == "setting" else max(ROOM, n_rows + SPARE)
    blank, last = FIRST_ROW + n_rows, FIRST_ROW + room - 1
    _add_table(sheet, model, columns, last, styles)
    for row in range(FIRST_ROW, min(blank, last) + 1):
        values = written[row - FIRST_ROW] if row - FIRST_ROW < len(written) else {}
        looked_up = {c.field: rows.look_up(c.lookup, values) for c in columns if c.lookup}
        sheet.set_row(row - 1, row_height(columns, {**values, **looked_up}))
    for number, column in enumerate(columns, 1):
        _write_column(sheet, model, (column, number), rows, written, min(blank, last), styles)
    _add_rules(sheet, model)
    _add_highlights(sheet, model, styles)
    # codes, phones and settings are text that looks like numbers: no green corners on them
    cells = f"A{FIRST_ROW}:{letters(len(columns))}{LAST_ROW}"
    sheet.ignore_errors({"number_stored_as_text": cells})
    sheet.freeze_panes(HEADING_ROW, _frozen(model))
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    printed = columns[: printed_width(model)]
    set_page(sheet, TAB_COLOURS[model.sheet.kind], map(column_width, printed))
    # whole columns: spreadsheets print them down to the last row that holds anything
    sheet.print_area(0, 0, WORKSHEET_ROWS - 1, printed_width(model) - 1)
    if model.sheet.protected:
        sheet.protect("", UNLOCKED)
    return BlankRows(blank, last)


class BlankRows(NamedTuple):
    """The rows left blank in a table, which look alike: only the first is written cell by cell.

    Attributes:
        first: The first of them.
        last: The last row of the table.
    """

    first: int
    last: int

    def all_in(self, worksheet: bytes) -> bytes:
        """Return the XML of a worksheet with the rows after the first written like it."""
        if self.last <= self.first:
            return worksheet
        start, end = worksheet.index(b'<row r="%d"' % self.first), worksheet.index(b"</sheetData>")
        row = worksheet[start : worksheet.index(b"</row>", start) + len(b"</row>")]
        parts = re.split(rb'(?<= r=")([A-Z]*)%d(?=")' % self.first, row)
        numbers = range(self.first, self.last + 1)
        rows = (b"".join(_numbered(parts, b"%d" % number)) for number in numbers)
        head = _DIMENSION_END.sub(rb"\g<1>%d" % self.last, worksheet[:start], count=1)
        return b"".join([head, *rows, worksheet[end:]])


def _numbered(parts: Sequence[bytes], number: bytes) -> Iterator[bytes]:
    """Yield what stands between the addresses of a row, and the addresses in the row `number`."""
    for at, part in enumerate(parts):
        yield part + number if at % 2 else part


def unit_line(unit: RowValues, *, short: bool = False) -> tuple[str, str]:
    """Return the formula of the line below the title and what it shows.

    Args:
        unit: The values of 填报信息.
        short: Only the unit, for generated sheets, whose stamp stands beside it.
    """
    parts = [(UNIT_LINE, "reporter_unit"), ("填报人：", "reporter")]
    parts += [("审核人：", "reviewer"), ("填报时间：", "reported_on")]
    used = parts[:1] if short else parts
    formula = '&"　　"&'.join(f'"{label}"&{_unit_text(field)}' for label, field in used)
    value = "　　".join(f"{label}{_as_text(unit.get(field))}" for label, field in used)
    return f"={formula}", value


def lookup_formula(
    model: type[Row], column: Column, key: str = "", where: Callable[[str, str], str] = span
) -> str:
    """Return the table formula of a look-up column: INDEX–MATCH on the code before ｜.

    Fields of one sheet are joined by →; fields of several sheets are tried in turn.

    Args:
        model: The sheet's model.
        column: One of its look-up columns.
        key: A reference to the cell with the code; the template's own column if empty.
        where: Says of a sheet key and a field where that column stands.
    """
    if column.lookup is None:
        raise ValueError(f"{column.heading} is no look-up")
    heading = columns_by_field(model)[column.lookup.key].heading
    key = key or f"{table_name(model)}[[#This Row],[{heading}]]"
    code = f'LEFT({key},FIND("{BAR}",{key}&"{BAR}")-1)'
    values = [
        f"INDEX({where(sheet, field)},MATCH({code},{where(sheet, model_for(sheet).sheet.id_field)},0))"
        for sheet, field in column.lookup.fields
    ]
    if len({sheet for sheet, _ in column.lookup.fields}) == 1:
        joined = '&"→"&'.join(values)
        return f'=IFERROR({joined}&"","")'
    formula = '""'
    for value in reversed(values):
        formula = f'IFERROR({value}&"",{formula})'
    return f"={formula}"


def _unit_text(field: str) -> str:
    at = f"填报信息!${letters(VALUE_COLUMN)}${form_row(UnitRow, field)}"
    return (
        f'IF({at}="","　　　　",TEXT({at},"yyyy-mm-dd"))'
        if field == "reported_on"
        else (f'IF({at}="","　　　　",{at})')
    )


def _as_text(value: object) -> str:
    return str(shown(value) or "　　　　")


def _set_columns(
    sheet: Worksheet, model: type[Row], columns: Sequence[Column], styles: Styles
) -> None:
    for index, column in enumerate(columns):
        style = styles.body(column, border=False, locked=_locked(model, column))
        sheet.set_column(index, index, digits(column_width(column)), style)


def _locked(model: type[Row], column: Column) -> bool:
    return model.sheet.protected and column.fill is not Fill.CLERK


def _write_top(
    sheet: Worksheet,
    model: type[Row],
    unit: RowValues,
    written: Sequence[RowValues],
    styles: Styles,
) -> None:
    """Write title and unit line over the printed columns, a note over the others."""
    width = printed_width(model)
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.set_row(HEADING_ROW - 1, _heading_height(model))
    sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, width - 1, model.sheet.title, styles.title())
    generated = model.sheet.kind is SheetKind.GENERATED
    last = stamp_column(model) - 1 if generated else width
    formula, value = unit_line(unit, short=generated)
    if model.sheet.kind is SheetKind.SETTINGS:
        formula, value = "", model.sheet.help
    elif prose := prose_columns(model):
        formula, value = with_long_note(formula, value, prose, written)
    left, right = (styles.line(align=side, shrink=True) for side in ("left", "right"))
    _merge(sheet, 1, last, left)
    if formula:
        sheet.write_formula(UNIT_ROW - 1, 0, formula, left, value)
    else:
        sheet.write_string(UNIT_ROW - 1, 0, value, left)
    if generated:
        right = styles.heiti(12, bold=True, align="right")
        _merge(sheet, last + 1, width, right)
        sheet.write_string(UNIT_ROW - 1, last, stamp_text(), right)
    if width < len(placed_columns(model)):
        note = styles.line(font_color="#7F7F7F", font_size=10)
        sheet.write_string(UNIT_ROW - 1, width, UNPRINTED_NOTE, note)


def _merge(sheet: Worksheet, first: int, last: int, style: Format) -> None:
    if last > first:
        sheet.merge_range(UNIT_ROW - 1, first - 1, UNIT_ROW - 1, last - 1, "", style)


def _heading_height(model: type[Row]) -> float:
    """Return the height in points that shows every heading in full, beside its filter button."""
    lines = max(heading_lines(column) for column in placed_columns(model))
    return 36.0 if lines == 1 else 15.0 * lines + 18


def _add_table(
    sheet: Worksheet, model: type[Row], placed: Sequence[Column], last: int, styles: Styles
) -> None:
    columns = []
    for column in placed:
        style = styles.heading(column, model.sheet.kind)
        options: dict[str, object] = {"header": column.heading, "header_format": style}
        if column.lookup:
            options["formula"] = lookup_formula(model, column)
        columns.append(options)
    sheet.add_table(
        HEADING_ROW - 1,
        0,
        last - 1,
        len(columns) - 1,
        {"name": table_name(model), "style": "Table Style Light 1", "columns": columns},
    )


def _write_column(
    sheet: Worksheet,
    model: type[Row],
    placed: tuple[Column, int],
    rows: LedgerRows,
    written: Sequence[RowValues],
    last: int,
    styles: Styles,
) -> None:
    column, number = placed
    locked = _locked(model, column)
    style = styles.body(column, locked=locked)
    formula = lookup_formula(model, column) if column.lookup else ""
    for row in range(FIRST_ROW, last + 1):
        values: Mapping[str, object] = (
            written[row - FIRST_ROW] if row - FIRST_ROW < len(written) else {}
        )
        value = values.get(column.field)
        found = rows.look_up(column.lookup, values) if column.lookup else ""
        if isinstance(value, RawText) and not found:
            own = styles.body(column, locked=locked, shown_as=value.number_format)
            write_cell(sheet, row, number, value, own)
        elif column.lookup:
            sheet.write_formula(row - 1, number - 1, formula, style, found)
        else:
            write_cell(sheet, row, number, value, style)


def _frozen(model: type[Row]) -> int:
    """Return how many columns stay in sight: the ID, and the name beside it."""
    columns = placed_columns(model)
    named = next(
        (n for n, c in enumerate(columns[:3], 1) if c.heading in {"姓名", "党组织名称"}), 0
    )
    return named or int(bool(model.sheet.id_field) and column_number(model, model.sheet.id_field))


# --- the form 填报信息 --------------------------------------------------------------------------------

_HEADINGS = ("项目", "填写内容", "说明")
_WIDTHS = (25, 40, 60)


def write_form(
    sheet: Worksheet, values: RowValues, styles: Styles, own: Sequence[Column] = ()
) -> None:
    """Write 填报信息, the clerk's `own` lines last; the other sheets' unit lines read it."""
    facts, columns = UnitRow.sheet, (*columns_by_field(UnitRow).values(), *own)
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, digits(width))
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, facts.title, styles.title())
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.merge_range(1, 0, 1, len(_WIDTHS) - 1, "", styles.line())
    sheet.write_string(UNIT_ROW - 1, 0, f"{facts.help}。红字为必填项。", styles.line())
    heading = styles.heiti(11, align="center", bg_color=PALE[facts.kind], **BOX)
    for index, text in enumerate(_HEADINGS):
        sheet.write_string(HEADING_ROW - 1, index, text, heading)
    sheet.set_row(HEADING_ROW - 1, 28)
    for row, column in enumerate(columns, FIRST_ROW):
        _write_line(sheet, row, column, values.get(column.field), styles)
    sheet.freeze_panes(HEADING_ROW, 0)
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    last = FIRST_ROW + len(columns) - 2
    sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
    set_page(sheet, TAB_COLOURS[facts.kind], _WIDTHS)


def _write_line(sheet: Worksheet, row: int, column: Column, value: object, styles: Styles) -> None:
    colour = "#C00000" if column.required else "#000000"
    label = styles.heiti(12, font_color=colour, indent=1, **BOX)
    number = value.number_format if isinstance(value, RawText) else number_format(column)
    style = styles.fangsong(12, num_format=number, align="left", indent=1, **BOX)
    note = styles.fangsong(11, indent=1, text_wrap=True, **BOX)
    sheet.write_string(row - 1, LABEL_COLUMN - 1, column.heading, label)
    write_cell(sheet, row, VALUE_COLUMN, value, style)
    sheet.write_string(row - 1, VALUE_COLUMN, column.help, note)
    sheet.set_row(row - 1, 30)
    sheet.data_validation(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, _rule_for(column))
    if column.required or column.recommended:
        fill = HIGHLIGHT_COLOURS["missing" if column.required else "recommended"]
        rule = {"type": "blanks", "format": styles.make(bg_color=fill)}
        sheet.conditional_format(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, rule)


# --- texts too long for paper ---------------------------------------------------------------------

_LONG_NOTE = "　　灰底斜体处打印不全，见电子台账"


def prose_columns(model: type[Row]) -> list[tuple[int, Column]]:
    """Return the printed columns clerks write texts of any length into, by 1-based number."""
    placed = enumerate(placed_columns(model), 1)
    return [(number, column) for number, column in placed if column.is_prose]


def longer_than_row(cells: str, line: int) -> str:
    """Return the condition of a worksheet that is `exceeds_row`."""
    feeds = f'LEN({cells})-LEN(SUBSTITUTE({cells},CHAR(10),""))'
    return f"LEN({cells})+{line}*({feeds})>{ROW_LINES * line}"


def with_long_note(
    formula: str, value: str, prose: Iterable[tuple[int, Column]], rows: Iterable[RowValues]
) -> tuple[str, str]:
    """Return formula and text of the line below a title with a note where a text is cut on paper."""
    conditions, long = [], False
    for number, column in prose:
        letter = letters(number)
        cells = f"{letter}${FIRST_ROW}:{letter}${LAST_ROW}"
        conditions.append(f"SUMPRODUCT(--({longer_than_row(cells, column.line_room)}))")
        texts = (str(shown(row.get(column.field)) or "") for row in rows)
        long |= any(exceeds_row(text, column.line_room) for text in texts)
    note = f'IF({"+".join(conditions)}>0,"{_LONG_NOTE}","")'
    return f"{formula}&{note}", f"{value}{_LONG_NOTE}" if long else value


# --- highlighted cells: what is missing, doubled or in the future ---------------------------------

_COLOURS_OF_WORDS = {
    Alert.RED.value: "#FFC7CE",
    Alert.YELLOW.value: "#FFEB9C",
    Alert.BLUE.value: "#BDD7EE",
    DutyProgress.OVERDUE.value: "#FFC7CE",
    DutyProgress.DONE.value: "#C6EFCE",
    "错误": "#FFC7CE",
    "警告": "#FFEB9C",
}
_COLOURED_FIELDS = {"flag": ("level",), "duty": ("progress",), "check": ("level",)}


def _add_highlights(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    """Add the highlights of one table sheet."""
    columns = placed_columns(model)
    if model.sheet.id_field and model.sheet.kind is not SheetKind.SETTINGS:
        number = column_number(model, model.sheet.id_field)
        _highlight(sheet, [number], {"type": "duplicate"}, styles, HIGHLIGHT_COLOURS["double"])
    for field in _COLOURED_FIELDS.get(model.sheet.key, ()):
        for word, colour in _COLOURS_OF_WORDS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            _highlight(sheet, [column_number(model, field)], rule, styles, colour)
    for number, column in prose_columns(model):
        at = f"{letters(number)}{FIRST_ROW}"
        rule = {"type": "formula", "criteria": f"={longer_than_row(at, column.line_room)}"}
        _highlight(sheet, [number], rule, styles, HIGHLIGHT_COLOURS["long"], italic=True)
    typed = [n for n, column in enumerate(columns, 1) if column.fill is Fill.CLERK]
    in_use = _row_in_use(columns)
    _highlight_blank(
        sheet, _where(columns, required=True), in_use, styles, HIGHLIGHT_COLOURS["missing"]
    )
    _highlight_blank(
        sheet, _where(columns, recommended=True), in_use, styles, HIGHLIGHT_COLOURS["recommended"]
    )
    past = _where(columns, past=True)
    if past:
        first = f"{letters(past[0])}{FIRST_ROW}"
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({first}),{first}>TODAY())"}
        _highlight(sheet, past, rule, styles, HIGHLIGHT_COLOURS["future"])
    if typed:
        options = {"type": "formula", "criteria": f"={in_use}", "format": styles.make(**BOX)}
        sheet.conditional_format(FIRST_ROW - 1, 0, LAST_ROW - 1, len(columns) - 1, options)


def _row_in_use(columns: Sequence[Column], row: int = FIRST_ROW) -> str:
    """Return the condition that a clerk typed anything in `row`; look-ups do not count."""
    typed = [n for n, column in enumerate(columns, 1) if column.fill is Fill.CLERK]
    blocks = ",".join(
        f"${letters(first)}{row}:${letters(last)}{row}"
        if last > first
        else f"${letters(first)}{row}"
        for first, last in _runs(typed)
    )
    return f"COUNTA({blocks})>0"


def _highlight_blank(
    sheet: Worksheet, numbers: list[int], in_use: str, styles: Styles, colour: str
) -> None:
    if numbers:
        rule = {
            "type": "formula",
            "criteria": f'=AND({letters(numbers[0])}{FIRST_ROW}="",{in_use})',
        }
        _highlight(sheet, numbers, rule, styles, colour)


def _highlight(
    sheet: Worksheet,
    numbers: list[int],
    rule: dict[str, Any],
    styles: Styles,
    colour: str,
    **font: bool,
) -> None:
    """Add one rule to several columns; its formula is written for the first of them."""
    ranges = [
        f"{letters(first)}{FIRST_ROW}:{letters(last)}{LAST_ROW}" for first, last in _runs(numbers)
    ]
    options = {**rule, "format": styles.make(bg_color=colour, **font)}
    if len(ranges) > 1:
        options["multi_range"] = " ".join(ranges)
    sheet.conditional_format(ranges[0], options)


def _where(columns: Iterable[Column], **facts: bool) -> list[int]:
    return [
        number
        for number, column in enumerate(columns, 1)
        if column.fill is Fill.CLERK
        and all(getattr(column, name) is wanted for name, wanted in facts.items())
    ]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return (first, last) of each run of neighbouring numbers."""
    groups = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]


# --- dropdowns, messages and checks at entry ------------------------------------------------------

_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255
_FIRST_DAY, _LAST_DAY = date(1930, 1, 1), date(2100, 12, 31)
_HIGHEST = 999_999_999


def _add_rules(sheet: Worksheet, model: type[Row]) -> None:
    """Add a message to each heading and a rule to each column that is typed."""
    for index, column in enumerate(placed_columns(model)):
        heading = {"validate": "any", **_message(column)}
        sheet.data_validation(HEADING_ROW - 1, index, HEADING_ROW - 1, index, heading)
        if column.fill is Fill.CLERK:
            rule = _rule_for(column)
            sheet.data_validation(FIRST_ROW - 1, index, LAST_ROW - 1, index, rule)


def _rule_for(column: Column) -> dict[str, Any]:
    """Return XlsxWriter's options for the cells of one column.

    A cell that may hold several words gets its dropdown without an error box: Excel would raise
    one at every honest entry.
    """
    several = any(get_origin(part) is tuple for part in annotation_parts(column.annotation))
    condition = _condition(column)
    strict = condition["validate"] == "any" or (column.strict and condition["validate"] != "length")
    style = {"error_type": "stop" if strict else "warning", "show_error": not several}
    return {**condition, **style, **_message(column)}


def _message(column: Column) -> dict[str, str]:
    return {"input_title": _title(column), "input_message": column.help[:_MESSAGE_LIMIT]}


def _title(column: Column) -> str:
    must = "（必填）" if column.required and column.fill is Fill.CLERK else ""
    return f"{column.heading}{must}"[:_TITLE_LIMIT]


def _condition(column: Column) -> dict[str, Any]:
    if name := list_name(column):
        return {"validate": "list", "source": f"={name}", **_error("不在下拉列表中", column)}
    if column.choices:
        return {
            "validate": "list",
            "source": list(column.choices),
            **_error("不在下拉列表中", column),
        }
    if column.kind in {Kind.DAY, Kind.MONTH}:
        limits = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        return {"validate": "date", **limits, **_error("不是日期", column)}
    if column.kind in {Kind.INTEGER, Kind.DECIMAL}:
        low, high = _bounds(column)
        kind = "integer" if column.kind is Kind.INTEGER else "decimal"
        limits = {"criteria": "between", "minimum": low, "maximum": high}
        return {"validate": kind, **limits, **_error("数字不对", column)}
    if column.is_prose:
        again = f"超过 {column.room // 10 * 10} 字的内容打印不全。确需填写该内容的，请选“是”。"
        limits = {"criteria": "<=", "value": column.room, "error_title": "内容较长"}
        return {"validate": "length", **limits, "error_message": f"“{column.heading}”：{again}"}
    return {"validate": "any"}


def _error(title: str, column: Column) -> dict[str, str]:
    again = "请按提示重新填写。" if column.strict else "确需填写该内容的，请选“是”。"
    if column.kind in {Kind.DAY, Kind.MONTH}:
        example = "2026-05-03" if column.kind is Kind.DAY else "1978-05"
        again = f"请按 {example} 的格式填写，用短横线，不用小数点。"
    return {
        "error_title": title,
        "error_message": f"“{column.heading}”：{column.help}。{again}"[:_MESSAGE_LIMIT],
    }


def _bounds(column: Column) -> tuple[int, int]:
    low, high = 0, _HIGHEST
    for fact in (*column.metadata, *_facts(column.annotation)):
        low = max(low, int(getattr(fact, "ge", None) or 0))
        high = min(high, int(getattr(fact, "le", None) or _HIGHEST))
    return low, high


def _facts(annotation: Any) -> Iterator[Any]:
    for part in annotation_parts(annotation):
        yield from part.metadata if isinstance(part, FieldInfo) else (part,)

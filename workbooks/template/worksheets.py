"""Write one worksheet of the ledger: a table of rows, or the form 填报信息."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.columns import Column, Fill
from validators.sheets import Row, SheetKind, UnitRow, columns_by_field, model_for
from workbooks.pages import set_page, write_cell
from workbooks.template.entry_rules import (
    HIGHLIGHT_COLOURS,
    add_highlights,
    add_rules,
    rule_for,
)
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    LABEL_COLUMN,
    LAST_ROW,
    TITLE_ROW,
    UNIT_ROW,
    VALUE_COLUMN,
    LedgerRows,
    RowValues,
    column_number,
    column_width,
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
from workbooks.template.styles import BOX, PALE, TAB_COLOURS, Styles, number_format

ROOM, SPARE = 18, 6
"""A blank table has `ROOM` rows, a filled one ends with `SPARE` blank ones.

Tables grow as the clerk types below them."""
UNPRINTED_NOTE = "以下为补充信息，不打印 →"
UNLOCKED = {
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
}


def write_table_sheet(
    sheet: Worksheet, model: type[Row], rows: LedgerRows, unit: RowValues, styles: Styles
) -> None:
    """Write the sheet of `model` with its rows and room for more."""
    _set_columns(sheet, model, styles)
    _write_top(sheet, model, unit, styles)
    written = rows[model.sheet.key]
    last = FIRST_ROW + _table_rows(model, len(written)) - 1
    _add_table(sheet, model, last, styles)
    for row in range(FIRST_ROW, last + 1):
        values = written[row - FIRST_ROW] if row - FIRST_ROW < len(written) else {}
        sheet.set_row(row - 1, row_height(placed_columns(model), values))
    for number, column in enumerate(placed_columns(model), 1):
        _write_column(sheet, model, column, number, rows, last, styles)
    add_rules(sheet, model)
    add_highlights(sheet, model, styles)
    # codes, phones and settings are text that looks like numbers: no green corners on them
    cells = f"A{FIRST_ROW}:{letters(len(placed_columns(model)))}{LAST_ROW}"
    sheet.ignore_errors({"number_stored_as_text": cells})
    sheet.freeze_panes(HEADING_ROW, _frozen(model))
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    set_page(sheet, TAB_COLOURS[model.sheet.kind])
    # whole columns: spreadsheets print them down to the last row that holds anything
    sheet.print_area(0, 0, 1_048_575, printed_width(model) - 1)
    if model.sheet.protected:
        sheet.protect("", UNLOCKED)


def unit_line(unit: RowValues, *, short: bool = False) -> tuple[str, str]:
    """Return the formula of the line below the title and what it shows.

    Args:
        unit: The values of 填报信息.
        short: Only the unit, for generated sheets, whose stamp stands beside it.
    """
    parts = [("填报单位（盖章）：", "reporter_unit"), ("填报人：", "reporter")]
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
        f"INDEX({where(sheet, field)},MATCH({code},{where(sheet, _id_field(sheet))},0))"
        for sheet, field in column.lookup.fields
    ]
    if len({sheet for sheet, _ in column.lookup.fields}) == 1:
        joined = '&"→"&'.join(values)
        return f'=IFERROR({joined}&"","")'
    formula = '""'
    for value in reversed(values):
        formula = f'IFERROR({value}&"",{formula})'
    return f"={formula}"


def _id_field(key: str) -> str:
    return model_for(key).sheet.id_field


def _unit_text(field: str) -> str:
    at = f"填报信息!${letters(VALUE_COLUMN)}${form_row(UnitRow, field)}"
    return (
        f'IF({at}="","　　　　",TEXT({at},"yyyy-mm-dd"))'
        if field == "reported_on"
        else (f'IF({at}="","　　　　",{at})')
    )


def _as_text(value: object) -> str:
    return str(shown(value) or "　　　　")


def _table_rows(model: type[Row], written: int) -> int:
    return written if model.sheet.key == "setting" else max(ROOM, written + SPARE)


def _set_columns(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    for index, column in enumerate(placed_columns(model)):
        style = styles.body(column, border=False, locked=_locked(model, column))
        sheet.set_column(index, index, column_width(column), style)


def _locked(model: type[Row], column: Column) -> bool:
    return model.sheet.protected and column.fill is not Fill.CLERK


def _write_top(sheet: Worksheet, model: type[Row], unit: RowValues, styles: Styles) -> None:
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
    _merge(sheet, 1, last, styles.line())
    if formula:
        sheet.write_formula(UNIT_ROW - 1, 0, formula, styles.line(), value)
    else:
        sheet.write_string(UNIT_ROW - 1, 0, value, styles.line())
    if generated:
        right = styles.line(align="right")
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


def _add_table(sheet: Worksheet, model: type[Row], last: int, styles: Styles) -> None:
    columns = []
    for column in placed_columns(model):
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
    column: Column,
    number: int,
    rows: LedgerRows,
    last: int,
    styles: Styles,
) -> None:
    style = styles.body(column, locked=_locked(model, column))
    written = rows[model.sheet.key]
    formula = lookup_formula(model, column) if column.lookup else ""
    for row in range(FIRST_ROW, last + 1):
        values: Mapping[str, object] = (
            written[row - FIRST_ROW] if row - FIRST_ROW < len(written) else {}
        )
        if column.lookup:
            value = rows.look_up(column.lookup, values)
            sheet.write_formula(row - 1, number - 1, formula, style, value)
        else:
            write_cell(sheet, row, number, values.get(column.field), style)


def _frozen(model: type[Row]) -> int:
    """Return how many columns stay in sight: the ID, and the name beside it."""
    columns = placed_columns(model)
    named = next(
        (n for n, c in enumerate(columns[:3], 1) if c.heading in {"姓名", "党组织名称"}), 0
    )
    return named or int(bool(model.sheet.id_field) and column_number(model, model.sheet.id_field))


# --- the form 填报信息 --------------------------------------------------------------------------------

_HEADINGS = ("项目", "填写内容", "说明")
_WIDTHS = (22, 40, 60)


def write_form(sheet: Worksheet, values: RowValues, styles: Styles) -> None:
    """Write 填报信息; the other sheets' unit lines read it."""
    facts = UnitRow.sheet
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, facts.title, styles.title())
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.merge_range(1, 0, 1, len(_WIDTHS) - 1, "", styles.line())
    sheet.write_string(UNIT_ROW - 1, 0, f"{facts.help}。红字为必填项。", styles.line())
    heading = styles.heiti(11, align="center", bg_color=PALE[facts.kind], **BOX)
    for index, text in enumerate(_HEADINGS):
        sheet.write_string(HEADING_ROW - 1, index, text, heading)
    sheet.set_row(HEADING_ROW - 1, 28)
    for field in columns_by_field(UnitRow):
        _write_line(sheet, field, values.get(field), styles)
    sheet.freeze_panes(HEADING_ROW, 0)
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    last = FIRST_ROW + len(columns_by_field(UnitRow)) - 2
    sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
    set_page(sheet, TAB_COLOURS[facts.kind])


def _write_line(sheet: Worksheet, field: str, value: object, styles: Styles) -> None:
    column = columns_by_field(UnitRow)[field]
    row = form_row(UnitRow, field)
    colour = "#C00000" if column.required else "#000000"
    label = styles.heiti(12, font_color=colour, indent=1, **BOX)
    number = number_format(column)
    style = styles.fangsong(12, num_format=number, align="left", indent=1, **BOX)
    note = styles.fangsong(11, font_color="#595959", indent=1, text_wrap=True, **BOX)
    sheet.write_string(row - 1, LABEL_COLUMN - 1, column.heading, label)
    write_cell(sheet, row, VALUE_COLUMN, value, style)
    sheet.write_string(row - 1, VALUE_COLUMN, column.help, note)
    sheet.set_row(row - 1, 30)
    sheet.data_validation(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, rule_for(column))
    if column.required or column.recommended:
        fill = HIGHLIGHT_COLOURS["missing" if column.required else "recommended"]
        rule = {"type": "blanks", "format": styles.make(bg_color=fill)}
        sheet.conditional_format(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, rule)

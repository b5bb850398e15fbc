"""Write the page 本周待办: six counts on cards, and below them who and what is meant.

`todo_cells` has every formula of the page with the value it is saved with; the hidden sheet
`_待办` finds what is listed (see `workbooks.template.reminders`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.sheets import model_for
from workbooks.pages import set_page
from workbooks.template import reminders as native
from workbooks.template.formula_sheet import FormulaCell
from workbooks.template.layout import (
    FIRST_ROW,
    LAST_ROW,
    LISTED_ROWS,
    TITLE_ROW,
    TODO_SHEET,
    UNIT_ROW,
    LedgerRows,
    RowValues,
    shown,
    span,
)
from workbooks.template.styles import HOME_COLOUR, PALE, Styles
from workbooks.template.todo_items import DATED_KEYS, LISTED, ORGANISATION_OFFSET, Reminders, day_of
from workbooks.template.worksheets import unit_line
from workbooks.text_fit import digits

TODAY_CELL = "I2"
"""The visible cell with today's date; everything on the page follows it."""

_CARD_ROW, _LIST_ROW = 4, 8
_NOTE_ROW = _LIST_ROW + 2 * (LISTED + 3)
_BLOCKS = ("B", "C"), ("E", "F"), ("H", "I")
_MASTERS = ("mentor", "individual", "organisation", "pairing")
_NOT_COUNTED = "提示：以下日期无法识别，或记录的日期晚于今天，未计入："
_CORRECT = "请点“规范格式”，仍未计入的请按 2026-05-03 的格式填写。"


@dataclass(frozen=True, slots=True)
class _Card:
    """One count and its list.

    Attributes:
        name: Name of the list in `_待办`.
        title: What the card says.
        caption: What is counted, below the number; {name} stands for a parameter of `_待办`.
        sheet: Key of the sheet a click leads to.
        formula: From the cell of a key to the formula of its line.
        text: From the reminders and a key to what that formula shows.
    """

    name: str
    title: str
    caption: str
    sheet: str
    formula: Callable[[str], str]
    text: Callable[[Reminders, int], str]


# --- lines of the lists: a formula and what it shows ---


def _at(key: str, field: str, row: str) -> str:
    return f"INDEX({span(key, field, first=1)},{row})"


def _row(rows: LedgerRows, key: str, number: int) -> RowValues:
    return rows[key][number - FIRST_ROW]


def _month_day(serial: int) -> str:
    return day_of(serial).strftime("%m-%d")


def _pair(row: str) -> str:
    mentor, mentee = _at("pairing", "mentor_name", row), _at("pairing", "mentee_name", row)
    return f'{mentor}&"→"&{mentee}&"（"&{_at("pairing", "pairing_id", row)}&"）"'


def _pair_text(reminders: Reminders, number: int) -> str:
    rows = reminders.rows
    row = _row(rows, "pairing", number)
    names = "→".join(rows.text("pairing", field, row) for field in ("mentor_name", "mentee_name"))
    return f"{names}（{shown(row.get('pairing_id')) or ''}）"


def _mentee(key: str, field: str) -> str:
    row = f"MOD({key},{ORGANISATION_OFFSET})"
    individual, organisation = (_at(name, field, row) for name in ("individual", "organisation"))
    return f"IF(MOD({key},100000)<{ORGANISATION_OFFSET},{individual},{organisation})"


def _mentee_line(key: str) -> str:
    return f'{_mentee(key, "name")}&"（"&{_mentee(key, "mentee_id")}&"）"'


def _mentee_text(reminders: Reminders, key: int) -> str:
    place = key % 100_000
    kind = "individual" if place < ORGANISATION_OFFSET else "organisation"
    row = _row(reminders.rows, kind, place % ORGANISATION_OFFSET)
    return f"{shown(row.get('name')) or ''}（{shown(row.get('mentee_id')) or ''}）"


def _duty_line(key: str) -> str:
    row, today = f"MOD({key},10000)", native.parameter_cell("today")
    due = f"INT({key}/10000)"
    to_come = f'IF({due}={today},"今天到期",TEXT({due},"mm-dd"))'
    late = f'IF({due}<{today},"逾期 "&({today}-{due})&" 天",{to_come})'
    return f'{late}&"　"&{_at("duty", "pair_names", row)}&"："&{_at("duty", "item", row)}'


def _duty_text(reminders: Reminders, key: int) -> str:
    due, number = divmod(key, 10_000)
    row, late = _row(reminders.rows, "duty", number), reminders.today - due
    when = f"逾期 {late} 天" if late > 0 else _month_day(due) if late else "今天到期"
    names = reminders.rows.text("duty", "pair_names", row)
    return f"{when}　{names}：{shown(row.get('item')) or ''}"


def _ending_line(key: str) -> str:
    until = f"INT({key}/10000)"
    today = native.parameter_cell("today")
    past = f'IF({until}<{today},"已期满　",IF({until}={today},"今天期满　","期满　"))'
    return f'TEXT({until},"mm-dd")&" "&{past}&{_pair(f"MOD({key},10000)")}'


def _ending_text(reminders: Reminders, key: int) -> str:
    until, number = divmod(key, 10_000)
    left = until - reminders.today
    note = "已期满　" if left < 0 else "期满　" if left else "今天期满　"
    return f"{_month_day(until)} {note}{_pair_text(reminders, number)}"


def _unpaired_line(key: str) -> str:
    days = f"({native.parameter_cell('today')}-INT({key}/100000))"
    return f'{_mentee_line(key)}&"　已 "&{days}&" 天"'


def _unpaired_text(reminders: Reminders, key: int) -> str:
    return f"{_mentee_text(reminders, key)}　已 {reminders.today - key // 100_000} 天"


def _signature_line(key: str) -> str:
    day = native.day_cell("assessment", key)
    return f'{_at("assessment", "mentee_name", key)}&"　"&TEXT({day},"mm-dd")&" 评价"'


def _signature_text(reminders: Reminders, key: int) -> str:
    row = _row(reminders.rows, "assessment", key)
    day = reminders.columns["assessment_day"][key - FIRST_ROW]
    name = reminders.rows.text("assessment", "mentee_name", row)
    return f"{name}　{_month_day(int(day))} 评价"


CARDS = (
    _Card("contact", "本月未联系", "对结对，暂停和宽限期内的不计", "log", _pair, _pair_text),
    _Card("duty", "职责到期", "项职责，{due_days} 天内到期或逾期", "duty", _duty_line, _duty_text),
    _Card("assessment", "本期未评价", "名（个）对象，帮带中", "assessment",
          _mentee_line, _mentee_text),
    _Card("ending", "即将期满", "对结对，{ending_days} 天内期满、未考核", "pairing",
          _ending_line, _ending_text),
    _Card("unpaired", "待结对超期", "名（个）对象，超过 {unpaired_days} 天", "individual",
          _unpaired_line, _unpaired_text),
    _Card("signature", "评价待签字", "次评价，对象未签字", "assessment",
          _signature_line, _signature_text),
)  # fmt: skip


# --- every formula with its value ---


def todo_cells(
    reminders: Reminders, unit: RowValues
) -> tuple[list[FormulaCell], list[FormulaCell]]:
    """Return the formulas of the page, and the cells of the hidden sheet `_待办`."""
    today_source = f"{TODO_SHEET}!${TODAY_CELL[0]}${TODAY_CELL[1:]}"
    return [*_page_cells(reminders, unit)], [*native.reminder_cells(reminders, today_source)]


def _page_cells(reminders: Reminders, unit: RowValues) -> Iterator[FormulaCell]:
    formula, value = unit_line(unit, short=True)
    yield FormulaCell("B2", formula.removeprefix("="), value, "unit")
    yield FormulaCell(TODAY_CELL, "TODAY()", reminders.today, "today")
    for index, card in enumerate(CARDS):
        keys, column = reminders.keys(card.name), "BCEFHI"[index]
        caption = _caption(card, reminders)
        count = native.count_cell(card.name)
        yield FormulaCell(f"{column}{_CARD_ROW + 1}", count, len(keys), f"count {card.sheet}")
        yield FormulaCell(f"{column}{_CARD_ROW + 2}", *caption, f"caption {card.sheet}")
        left, top = _BLOCKS[index // 2][0], _list_top(index)
        for number in range(LISTED + 1):
            formula, value = _line(card, number, keys, reminders)
            yield FormulaCell(f"{left}{top + 1 + number}", formula, value, "line")
    yield FormulaCell(f"B{_NOTE_ROW}", *_capacity_note(reminders.rows), "note")
    yield FormulaCell(f"B{_NOTE_ROW + 1}", *_unread_note(reminders.not_counted()), "note")


def list_place(card: _Card) -> str:
    """Return the cell of the page a card's list begins at."""
    index = CARDS.index(card)
    return f"{_BLOCKS[index // 2][0]}{_list_top(index)}"


def _list_top(index: int) -> int:
    return _LIST_ROW + index % 2 * (LISTED + 3)


def _caption(card: _Card, reminders: Reminders) -> tuple[str, str]:
    """Return formula and value of a caption, the number in it as 参数 has it."""
    before, found, rest = card.caption.partition("{")
    if not found:
        return f'"{before}"', before
    name, _, after = rest.partition("}")
    days = getattr(reminders.period, name)
    return f'"{before}"&{native.parameter_cell(name)}&"{after}"', f"{before}{days}{after}"


def _line(card: _Card, number: int, keys: list[int], reminders: Reminders) -> tuple[str, str]:
    """Return formula and value of one line; the last one counts what is not shown."""
    count = native.count_cell(card.name)
    if number == LISTED:
        name = model_for(card.sheet).sheet.name
        more = f"……等 {len(keys)} 项，见“{name}”" if len(keys) > LISTED else ""
        return f'IF({count}>{LISTED},"……等 "&{count}&" 项，见“{name}”","")', more
    empty = "暂无" if number == 0 else ""
    value = card.text(reminders, keys[number]) if number < len(keys) else empty
    return (
        f'IF({number + 1}>{count},"{empty}",{card.formula(native.key_cell(card.name, number))})',
        value,
    )


def _capacity_note(rows: LedgerRows) -> tuple[str, str]:
    """Warn where a sheet holds more rows than the dropdowns and this page read."""
    end = FIRST_ROW + LISTED_ROWS
    beyond = ",".join(
        span(key, "pairing_id" if key == "pairing" else "name", end, LAST_ROW) for key in _MASTERS
    )
    note = f"提示：导师库、对象和结对台账每张表只统计前 {LISTED_ROWS} 行，请将已结束的行另存归档。"
    too_long = any(len(rows[key]) > LISTED_ROWS for key in _MASTERS)
    return f'IF(COUNTA({beyond})>0,"{note}","")', note if too_long else ""


def _unread_note(counts: dict[str, int]) -> tuple[str, str]:
    """Say how many days are not counted, because they cannot be read or are still to come."""
    labels = {key: model_for(key).sheet.name for key in DATED_KEYS}
    cells = {key: native.parameter_cell(f"not_counted_{key}") for key in DATED_KEYS}
    parts = (f'IF({cells[key]}>0,"{labels[key]} "&{cells[key]}&" 处，","")' for key in DATED_KEYS)
    formula = f'IF({"+".join(cells.values())}>0,"{_NOT_COUNTED}"&{"&".join(parts)}&"{_CORRECT}","")'
    texts = "".join(f"{labels[key]} {count} 处，" for key, count in counts.items() if count)
    return formula, f"{_NOT_COUNTED}{texts}{_CORRECT}" if texts else ""


# --- writing ---


def write_todo(
    sheet: Worksheet, reminders: Reminders, unit: RowValues, styles: Styles
) -> list[FormulaCell]:
    """Write the page 本周待办 on `sheet`; return the cells of `_待办`, which its formulas read."""
    looks = _looks(styles)
    _set_up(sheet, styles)
    for index, card in enumerate(CARDS):
        _write_card(sheet, card, index, styles)
        _write_heading(sheet, card, index, looks["line"], styles)
    page, hidden = todo_cells(reminders, unit)
    for cell in page:
        sheet.write_formula(cell.at, f"={cell.formula}", looks.get(cell.style), cell.value)
    return hidden


def _looks(styles: Styles) -> dict[str, Format]:
    """Return the formats by the names the formulas give them."""
    looks = {
        "unit": styles.line(),
        "today": styles.line(num_format="yyyy-mm-dd"),
        "line": styles.fangsong(11, bottom=4, bottom_color="#D9D9D9", indent=1, text_wrap=True),
        "note": styles.line(font_color="#C00000"),
    }
    for sheet in {card.sheet for card in CARDS}:
        box = _box(sheet)
        looks[f"count {sheet}"] = styles.heiti(26, bold=True, num_format="0", **box)
        looks[f"caption {sheet}"] = styles.fangsong(
            10, bottom=1, bottom_color="#BFBFBF", text_wrap=True, **box
        )
    return looks


def _box(sheet: str) -> dict[str, Any]:
    line = "#BFBFBF"
    box: dict[str, Any] = {"bg_color": PALE[model_for(sheet).sheet.kind], "align": "center"}
    return box | {"left": 1, "right": 1, "left_color": line, "right_color": line}


def _set_up(sheet: Worksheet, styles: Styles) -> None:
    sheet.hide_gridlines(2)
    widths = (2, 25, 25, 2, 25, 25, 2, 25, 25, 2)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, digits(width))
    set_page(sheet, HOME_COLOUR, widths)
    sheet.print_area(f"A1:J{_NOTE_ROW + 1}")
    sheet.freeze_panes(_CARD_ROW + 2, 0)
    sheet.repeat_rows(TITLE_ROW - 1, UNIT_ROW - 1)
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.merge_range("B1:I1", TODO_SHEET, styles.title())
    sheet.merge_range("B2:F2", "", styles.line())
    sheet.write_string("H2", "今天：", styles.line(align="right"))
    sheet.set_row(2, 8)


def _write_card(sheet: Worksheet, card: _Card, index: int, styles: Styles) -> None:
    column = "BCEFHI"[index]
    title = styles.heiti(12, top=1, top_color="#BFBFBF", **_box(card.sheet))
    target = f"internal:'{model_for(card.sheet).sheet.name}'!A{FIRST_ROW}"
    sheet.write_url(f"{column}{_CARD_ROW}", target, title, card.title, "点击打开该表")
    for value, criteria, colour in ((0, ">", "#C55A11"), (0, "==", "#548235")):
        style = styles.make(font_color=colour)
        rule = {"type": "cell", "criteria": criteria, "value": value, "format": style}
        sheet.conditional_format(f"{column}{_CARD_ROW + 1}", rule)
    for offset, height in enumerate((24, 38, 33, 10)):
        sheet.set_row(_CARD_ROW - 1 + offset, height)


def _write_heading(sheet: Worksheet, card: _Card, index: int, line: Format, styles: Styles) -> None:
    """Write the heading of a list and join the cells of its lines."""
    left, right = _BLOCKS[index // 2]
    top = _list_top(index)
    heading = styles.heiti(11, bg_color="#D9E1F2", indent=1)
    sheet.merge_range(f"{left}{top}:{right}{top}", card.title, heading)
    sheet.set_row(top - 1, 22)
    for row in range(top + 1, top + LISTED + 2):
        sheet.merge_range(f"{left}{row}:{right}{row}", "", line)
        sheet.set_row(row - 1, 46 if index % 2 else 20)  # duties take up to three lines

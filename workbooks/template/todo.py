"""The page 本周待办: six counts on cards, and below them who and what is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from xlsxwriter.worksheet import Worksheet

from validators.sheets import SheetKind, model_for
from workbooks.template.layout import (
    FIRST_ROW,
    LAST_ROW,
    LISTED_ROWS,
    TITLE_ROW,
    TODO_SHEET,
    UNIT_ROW,
    span,
)
from workbooks.template.reminder_sheet import count_cell, key_cell, today_cell, write_reminders
from workbooks.template.reminders import LISTED, ORGANISATION_OFFSET, Reminders
from workbooks.template.styles import PALE, TAB_COLOURS, Styles
from workbooks.template.table_sheet import set_page, unit_line
from workbooks.template.values import LedgerRows, RowValues, shown

__all__ = ["TODAY_CELL", "write_todo"]

TODAY_CELL = "I2"
"""The visible cell with today's date; everything on the page follows it."""

_CARD_ROW, _LIST_ROW = 4, 8
_BLOCKS = ("B", "C"), ("E", "F"), ("H", "I")
_MASTERS = ("mentor", "individual", "organisation", "pairing")


@dataclass(frozen=True, slots=True)
class _Card:
    """One count and its list.

    Attributes:
        name: Name of the list in `_待办`.
        title: What the card says.
        caption: What is counted, below the number.
        sheet: Key of the sheet a click leads to.
        formula: From the cell of a key to the formula of its line.
        text: From rows, key and today to what that formula shows.
    """

    name: str
    title: str
    caption: str
    sheet: str
    formula: Callable[[str], str]
    text: Callable[[LedgerRows, int, date], str]


def _at(key: str, field: str, row: str) -> str:
    return f"INDEX({span(key, field, first=1)},{row})"


def _row(rows: LedgerRows, key: str, number: int) -> RowValues:
    return rows[key][number - FIRST_ROW]


def _day(value: object) -> str:
    return value.strftime("%m-%d") if isinstance(value, date) else ""


def _pair(row: str) -> str:
    mentor, mentee = _at("pairing", "mentor_name", row), _at("pairing", "mentee_name", row)
    return f'{mentor}&"→"&{mentee}&"（"&{_at("pairing", "pairing_id", row)}&"）"'


def _pair_text(rows: LedgerRows, number: int) -> str:
    row = _row(rows, "pairing", number)
    names = "→".join(rows.text("pairing", field, row) for field in ("mentor_name", "mentee_name"))
    return f"{names}（{shown(row.get('pairing_id')) or ''}）"


def _mentee(key: str, field: str, row: str) -> str:
    individual, organisation = (_at(name, field, row) for name in ("individual", "organisation"))
    return f"IF(MOD({key},100000)<{ORGANISATION_OFFSET},{individual},{organisation})"


def _mentee_row(rows: LedgerRows, key: int) -> RowValues:
    place = key % 100_000
    kind = "individual" if place < ORGANISATION_OFFSET else "organisation"
    return _row(rows, kind, place % ORGANISATION_OFFSET)


def _duty_line(key: str) -> str:
    row = f"MOD({key},10000)"
    due = f"INT({key}/10000)"
    late = f'IF({due}<{today_cell()},"逾期 "&({today_cell()}-{due})&" 天",TEXT({due},"mm-dd"))'
    return f'{late}&"　"&{_at("duty", "pair_names", row)}&"："&{_at("duty", "item", row)}'


def _duty_text(rows: LedgerRows, key: int, today: date) -> str:
    row = _row(rows, "duty", key % 10_000)
    due = row.get("due_on")
    late = (today - due).days if isinstance(due, date) else 0
    when = f"逾期 {late} 天" if late > 0 else _day(due)
    return f"{when}　{rows.text('duty', 'pair_names', row)}：{shown(row.get('item')) or ''}"


def _assessment_line(key: str) -> str:
    row = f"MOD({key},{ORGANISATION_OFFSET})"
    return f'{_mentee(key, "name", row)}&"（"&{_mentee(key, "mentee_id", row)}&"）"'


def _assessment_text(rows: LedgerRows, key: int, today: date) -> str:  # noqa: ARG001
    row = _mentee_row(rows, key)
    return f"{shown(row.get('name')) or ''}（{shown(row.get('mentee_id')) or ''}）"


def _ending_line(key: str) -> str:
    until = f"INT({key}/10000)"
    past = f'IF({until}<{today_cell()},"已期满　","期满　")'
    return f'TEXT({until},"mm-dd")&" "&{past}&{_pair(f"MOD({key},10000)")}'


def _ending_text(rows: LedgerRows, key: int, today: date) -> str:
    until = _row(rows, "pairing", key % 10_000).get("until")
    past = isinstance(until, date) and until < today
    note = "已期满　" if past else "期满　"
    return f"{_day(until)} {note}{_pair_text(rows, key % 10_000)}"


def _unpaired_line(key: str) -> str:
    row = f"MOD({key},{ORGANISATION_OFFSET})"
    days = f"({today_cell()}-INT({key}/100000))"
    code = _mentee(key, "mentee_id", row)
    return f'{_mentee(key, "name", row)}&"（"&{code}&"）　已 "&{days}&" 天"'


def _unpaired_text(rows: LedgerRows, key: int, today: date) -> str:
    row = _mentee_row(rows, key)
    chosen = row.get("chosen_on")
    days = (today - chosen).days if isinstance(chosen, date) else 0
    return f"{_assessment_text(rows, key, today)}　已 {days} 天"


def _signature_line(key: str) -> str:
    day = _at("assessment", "assessed_on", key)
    return f'{_at("assessment", "mentee_name", key)}&"　"&TEXT({day},"mm-dd")&" 评价"'


def _signature_text(rows: LedgerRows, key: int, today: date) -> str:  # noqa: ARG001
    row = _row(rows, "assessment", key)
    return f"{rows.text('assessment', 'mentee_name', row)}　{_day(row.get('assessed_on'))} 评价"


_CARDS = (
    _Card("contact", "本月未联系", "对结对，帮带中且未暂停", "log",
          _pair, lambda rows, key, _: _pair_text(rows, key)),
    _Card("duty", "职责到期", "项职责，7 天内到期或逾期", "duty", _duty_line, _duty_text),
    _Card("assessment", "本期未评价", "名（个）对象，帮带中", "assessment",
          _assessment_line, _assessment_text),
    _Card("ending", "即将期满", "对结对，30 天内期满", "pairing", _ending_line, _ending_text),
    _Card("unpaired", "待结对超期", "名（个）对象，超过规定天数", "individual",
          _unpaired_line, _unpaired_text),
    _Card("signature", "评价待签字", "次评价，对象未签字", "assessment",
          _signature_line, _signature_text),
)  # fmt: skip


def write_todo(
    sheet: Worksheet,
    helper: Worksheet,
    reminders: Reminders,
    unit: RowValues,
    styles: Styles,
) -> None:
    """Write the page 本周待办 on `sheet` and its formulas' helper columns on `helper`."""
    write_reminders(helper, reminders, f"{TODO_SHEET}!${TODAY_CELL[0]}${TODAY_CELL[1:]}", styles)
    _set_up(sheet)
    _write_top(sheet, reminders, unit, styles)
    keys = reminders.keys()
    for index, card in enumerate(_CARDS):
        _write_card(sheet, card, index, len(keys[card.name]), styles)
        _write_list(sheet, card, index, keys[card.name], reminders, styles)
    _write_capacity_note(sheet, reminders, styles)


def _set_up(sheet: Worksheet) -> None:
    sheet.hide_gridlines(2)
    for column, width in zip("ABCDEFGHIJ", (2, 21, 21, 2, 21, 21, 2, 21, 21, 2), strict=True):
        sheet.set_column(f"{column}:{column}", width)
    set_page(sheet, TAB_COLOURS[SheetKind.GENERATED], pages_high=1)
    sheet.print_area("A1:J38")
    sheet.freeze_panes(_CARD_ROW + 2, 0)
    sheet.repeat_rows(TITLE_ROW - 1, UNIT_ROW - 1)


def _write_top(sheet: Worksheet, reminders: Reminders, unit: RowValues, styles: Styles) -> None:
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.merge_range("B1:I1", "本周待办", styles.title())
    formula, value = unit_line(unit, short=True)
    sheet.merge_range("B2:F2", "", styles.line())
    sheet.write_formula("B2", formula, styles.line(), value)
    sheet.write_string("H2", "今天：", styles.line(align="right"))
    serial = (reminders.period.today - date(1899, 12, 30)).days
    style = styles.line(num_format="yyyy-mm-dd")
    sheet.write_formula(TODAY_CELL, "=TODAY()", style, serial)
    sheet.set_row(2, 8)


def _write_card(sheet: Worksheet, card: _Card, index: int, count: int, styles: Styles) -> None:
    column = "BCEFHI"[index]
    fill, line = PALE[model_for(card.sheet).sheet.kind], "#BFBFBF"
    look = {"bg_color": fill, "align": "center", "left": 1, "right": 1}
    look |= {"left_color": line, "right_color": line}
    title = styles.make(font_name="黑体", font_size=12, top=1, top_color=line, **look)
    number = styles.make(font_name="黑体", font_size=26, bold=True, num_format="0", **look)
    small = styles.make(
        font_name="仿宋", font_size=9, font_color="#595959", bottom=1, bottom_color=line,
        text_wrap=True, **look,
    )  # fmt: skip
    target = f"internal:'{model_for(card.sheet).sheet.name}'!A{FIRST_ROW}"
    sheet.write_url(f"{column}{_CARD_ROW}", target, title, card.title, "点击打开这张表")
    at = f"{column}{_CARD_ROW + 1}"
    sheet.write_formula(at, f"={count_cell(card.name)}", number, count)
    sheet.write_string(f"{column}{_CARD_ROW + 2}", card.caption, small)
    for value, criteria, colour in ((0, ">", "#C55A11"), (0, "==", "#548235")):
        style = styles.make(font_color=colour)
        rule = {"type": "cell", "criteria": criteria, "value": value, "format": style}
        sheet.conditional_format(at, rule)
    for offset, height in enumerate((24, 38, 18, 10)):
        sheet.set_row(_CARD_ROW - 1 + offset, height)


def _write_list(
    sheet: Worksheet,
    card: _Card,
    index: int,
    keys: list[int],
    reminders: Reminders,
    styles: Styles,
) -> None:
    left, right = _BLOCKS[index // 2]
    top = _LIST_ROW + index % 2 * (LISTED + 3)
    line = "#D9D9D9"
    heading = styles.make(font_name="黑体", font_size=11, bg_color="#D9E1F2", indent=1)
    sheet.merge_range(f"{left}{top}:{right}{top}", card.title, heading)
    sheet.set_row(top - 1, 22)
    body = styles.make(font_name="仿宋", font_size=11, bottom=4, bottom_color=line, indent=1)
    for number in range(LISTED + 1):
        row = top + 1 + number
        formula, value = _line(card, number, keys, reminders)
        sheet.merge_range(f"{left}{row}:{right}{row}", "", body)
        sheet.write_formula(f"{left}{row}", f"={formula}", body, value)
        sheet.set_row(row - 1, 18)


def _line(card: _Card, number: int, keys: list[int], reminders: Reminders) -> tuple[str, str]:
    """Return formula and value of one line; the last one counts what is not shown."""
    if number == LISTED:
        count, name = count_cell(card.name), model_for(card.sheet).sheet.name
        more = f"……等 {len(keys)} 项，见“{name}”" if len(keys) > LISTED else ""
        return f'IF({count}>{LISTED},"……等 "&{count}&" 项，见“{name}”","")', more
    key = key_cell(card.name, number)
    empty = "暂无" if number == 0 else ""
    if number >= len(keys):
        value = empty
    else:
        value = card.text(reminders.rows, keys[number], reminders.period.today)
    return f'IF({key}="","{empty}",{card.formula(key)})', value


def _write_capacity_note(sheet: Worksheet, reminders: Reminders, styles: Styles) -> None:
    """Say so where a sheet holds more rows than the dropdowns and this page look at."""
    end = FIRST_ROW + LISTED_ROWS
    beyond = ",".join(
        span(key, "pairing_id" if key == "pairing" else "name", end, LAST_ROW) for key in _MASTERS
    )
    note = f"提示：导师库、对象和结对台账每张表只看前 {LISTED_ROWS} 行，请把已结束的行另存归档。"
    too_long = any(len(reminders.rows[key]) > LISTED_ROWS for key in _MASTERS)
    style = styles.line(font_color="#C00000")
    row = _LIST_ROW + 2 * (LISTED + 3)
    sheet.write_formula(
        f"B{row}", f'=IF(COUNTA({beyond})>0,"{note}","")', style, note if too_long else ""
    )

"""Write the page 本周待办, and the hidden sheet of native formulas that find what it lists.

The formulas use only functions of Excel 2016 and WPS. Each list on the hidden sheet is a column of
sort keys; the last digits of a key are the worksheet row it points to. Ranges of the long sheets
end at their last date, so that an empty ledger costs nothing. Each log entry of this month is
written out once as a list of codes; each running pairing then searches those texts, and only those
between the month's first and last entry: with 3,000 entries and 300 pairings LibreOffice
recalculates an edit in a quarter second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.settings import settings_list
from validators.sheets import SheetKind, model_for
from workbooks.ooxml.dates import day_number
from workbooks.pages import set_page
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    LAST_ROW,
    LISTED_ROWS,
    REMINDERS_SHEET,
    TITLE_ROW,
    TODO_SHEET,
    UNIT_ROW,
    LedgerRows,
    RowValues,
    cell,
    shown,
    span,
)
from workbooks.template.styles import PALE, TAB_COLOURS, Styles
from workbooks.template.todo_items import LISTED, ORGANISATION_OFFSET, Reminders
from workbooks.template.worksheets import unit_line

# --- the hidden sheet `_待办` -----------------------------------------------------------------------

LISTS = ("contact", "duty", "assessment", "ending", "unpaired", "signature")
LISTED_LAST = FIRST_ROW + LISTED_ROWS - 1

TODAY, MONTH, NEXT, ASSESSED, DUE, ENDING, DAYS, CONTACTS, MONTHS, LOGS, DUTIES, ASSESSMENTS = (
    f"$B${FIRST_ROW + offset}" for offset in range(12)
)
FIRST_LOG, LAST_LOG = f"$B${FIRST_ROW + 12}", f"$B${FIRST_ROW + 13}"
"""This month's first and last log entry: searching between them is enough."""
_BETWEEN_CODES = {**dict.fromkeys((BAR, "，", ",", "；", ";", " ", "　"), '"{}"'), "\n": "CHAR(10)"}
"""Characters other than 、 that may follow a code in a log cell, and how a formula writes it.

With 、 in its place and at both ends, 、J…-100、 never matches J…-1000."""
_FIRST_LIST = 5
_CLOSED, _UNCONTACTED, _INDIVIDUALS, _ORGANISATIONS, _CODES = "L", "M", "N", "O", "P"


def count_cell(name: str) -> str:
    """Return the cell that counts the list `name`: _待办!$E$2."""
    return f"{REMINDERS_SHEET}!${letters(_FIRST_LIST + LISTS.index(name))}$2"


def key_cell(name: str, line: int) -> str:
    """Return the cell with the key of a list's 0-based `line`."""
    column = letters(_FIRST_LIST + LISTS.index(name))
    return f"{REMINDERS_SHEET}!${column}${FIRST_ROW + line}"


def today_cell() -> str:
    """Return the cell other sheets read today's date from."""
    return f"{REMINDERS_SHEET}!{TODAY}"


def write_reminders(
    sheet: Worksheet, reminders: Reminders, today_source: str, styles: Styles
) -> None:
    """Fill `_待办`; `today_source` is the visible cell that holds today's date."""
    _write_period(sheet, reminders, today_source, styles)
    _write_rows(sheet, reminders)
    _write_codes(sheet, reminders)
    _write_lists(sheet, reminders.keys())
    sheet.hide()


def _write_period(
    sheet: Worksheet, reminders: Reminders, today_source: str, styles: Styles
) -> None:
    period, rows = reminders.period, reminders.rows
    day = styles.make(num_format="yyyy-mm-dd")
    start = f"DATE(YEAR({TODAY}),INT((MONTH({TODAY})-1)/{MONTHS})*{MONTHS}+1,1)"
    lines: list[tuple[str, str, date | int]] = [
        ("今天", today_source, period.today),
        ("本月第一天", f"DATE(YEAR({TODAY}),MONTH({TODAY}),1)", period.month_start),
        ("下月第一天", f"DATE(YEAR({TODAY}),MONTH({TODAY})+1,1)", period.next_month),
        ("本评价期第一天", start, period.assessment_start),
        ("职责提醒到", f"{TODAY}+{(period.due_until - period.today).days}", period.due_until),
        ("期满提醒到", f"{TODAY}+{(period.ending_until - period.today).days}", period.ending_until),
        ("未结对天数", _setting("unpaired_days"), period.unpaired_days),
        ("每月联系次数", _setting("contacts_per_month"), period.contacts),
        ("评价间隔", f"MAX(1,{_setting('assessment_months')})", period.assessment_months),
        ("日志行数", _rows_used("log", "date"), _last_dated(rows["log"], "date")),
        ("职责行数", _rows_used("duty", "due_on"), _last_dated(rows["duty"], "due_on")),
        ("评价行数", _rows_used("assessment", "assessed_on"),
         _last_dated(rows["assessment"], "assessed_on")),
    ]  # fmt: skip
    days = _used("log", "date", LOGS)
    here = f"IF({days}>={MONTH},IF({days}<{NEXT},ROW({days})-{HEADING_ROW}))"
    entries = period.rows_of_month(rows["log"])
    lines += [
        ("本月日志首行", f"MAX(1,MIN({here}))", min(entries, default=1)),
        ("本月日志末行", f"MAX(1,{here})", max(entries, default=1)),
    ]
    for offset, (label, formula, value) in enumerate(lines):
        sheet.write_string(f"A{FIRST_ROW + offset}", label)
        style = day if isinstance(value, date) else None
        at = f"B{FIRST_ROW + offset}"
        sheet.write_array_formula(f"{at}:{at}", f"{{={formula}}}", style, _number(value))


def _number(value: date | int) -> int:
    return day_number(value) if isinstance(value, date) else value


def _setting(field: str) -> str:
    entry = next(item for item in settings_list() if item.field == field)
    value = f'INDEX({span("setting", "value")},MATCH("{entry.name}",{span("setting", "name")},0))'
    return f'IFERROR(INT(VALUE({value}&"")),{entry.value})'


def _rows_used(key: str, field: str) -> str:
    """Return the number of rows down to the last date: a huge number finds the last one."""
    return f"IFERROR(MATCH(1E+10,{span(key, field)}),1)"


def _last_dated(rows: tuple[Mapping[str, object], ...], field: str) -> int:
    dated = [n for n, row in enumerate(rows, 1) if hasattr(row.get(field), "isoformat")]
    return max(dated, default=1)


def _used(key: str, field: str, rows: str) -> str:
    """Return the reference to a column down to the last used row."""
    cells = span(key, field)
    return f"{cells.partition(':')[0]}:INDEX({cells},{rows})"


def _write_rows(sheet: Worksheet, reminders: Reminders) -> None:
    """Write the columns that stand beside the rows of 结对台账, 个人对象 and 组织对象."""
    columns: dict[str, tuple[str, Callable[[int], str], Sequence[object], str]] = {
        _CLOSED: ("已结束的结对", _closed, reminders.closed_codes, "-"),
        _UNCONTACTED: ("本月未联系", _uncontacted, reminders.uncontacted, ""),
        _INDIVIDUALS: ("个人未评价", lambda row: _unassessed("individual", row),
                       reminders.unassessed["individual"], ""),
        _ORGANISATIONS: ("组织未评价", lambda row: _unassessed("organisation", row),
                         reminders.unassessed["organisation"], ""),
    }  # fmt: skip
    for column, (heading, formula, values, blank) in columns.items():
        sheet.write_string(f"{column}{HEADING_ROW}", heading)
        for offset in range(LISTED_ROWS):
            row = FIRST_ROW + offset
            value = values[offset] if offset < len(values) else blank
            sheet.write_formula(f"{column}{row}", formula(row), None, value)


def _write_codes(sheet: Worksheet, reminders: Reminders) -> None:
    """Write beside each log entry of this month the codes it names, each between two 、."""
    entries = reminders.rows["log"]
    this_month = set(reminders.period.rows_of_month(entries))
    sheet.write_string(f"{_CODES}{HEADING_ROW}", "本月日志的结对编号")
    for number in range(1, LAST_ROW - FIRST_ROW + 2):
        row = FIRST_ROW + number - 1
        typed = (
            str(shown(entries[number - 1].get("pairing_ids")) or "") if number in this_month else ""
        )
        value = f"、{_separated(typed)}、" if number in this_month else ""
        sheet.write_formula(f"{_CODES}{row}", _codes(row), None, value)


def _separated(typed: str) -> str:
    return typed.translate({ord(between): "、" for between in _BETWEEN_CODES})


def _codes(row: int) -> str:
    day, text = cell("log", "date", row), cell("log", "pairing_ids", row)
    for between, written in _BETWEEN_CODES.items():
        text = f'SUBSTITUTE({text},{written.format(between)},"、")'
    return f'=IF(({day}>={MONTH})*({day}<{NEXT}),"、"&{text}&"、","")'


def _closed(row: int) -> str:
    status, code = cell("pairing", "status", row), cell("pairing", "pairing_id", row)
    return f'=IF(({status}="")+({status}="帮带中"),"-",{code}&"")'


def _uncontacted(row: int) -> str:
    code, status, start, end, paused, resumed = (
        cell("pairing", field, row)
        for field in ("pairing_id", "status", "paired_on", "until", "paused_from", "paused_to")
    )
    codes = f"${_CODES}${FIRST_ROW}:${_CODES}${LAST_ROW}"
    window = f"INDEX({codes},{FIRST_LOG}):INDEX({codes},{LAST_LOG})"
    counted = f'COUNTIF({window},"*、"&{code}&"、*")'
    running = (
        f'{status}="帮带中",N({start})<={TODAY},OR(NOT(ISNUMBER({end})),N({end})>={TODAY}),'
        f"NOT(AND(ISNUMBER({paused}),N({paused})<={TODAY},"
        f"OR(NOT(ISNUMBER({resumed})),N({resumed})>={TODAY})))"
    )
    needed = f'IF({code}="",{CONTACTS}>0,{counted}<{CONTACTS})'
    return f'=IF(AND({running}),IF({needed},1,0),"")'


def _unassessed(key: str, row: int) -> str:
    code, status = cell(key, "mentee_id", row), cell(key, "status", row)
    days = _used("assessment", "assessed_on", ASSESSMENTS)
    codes = _used("assessment", "mentee_id", ASSESSMENTS)
    since = f'{days},">="&{ASSESSED}'
    count = f'COUNTIFS({codes},{code},{since})+COUNTIFS({codes},{code}&"{BAR}*",{since})'
    return f'=IF({status}="帮带中",IF({code}="",1,IF({count}=0,1,0)),"")'


def _write_lists(sheet: Worksheet, keys: Mapping[str, list[int]]) -> None:
    formulas = {
        "contact": _ordered(_UNCONTACTED),
        "duty": _duty(),
        "assessment": _both(_INDIVIDUALS, _ORGANISATIONS),
        "ending": _ending(),
        "unpaired": _unpaired(),
        "signature": _signature(),
    }
    for name in LISTS:
        column = letters(_FIRST_LIST + LISTS.index(name))
        count, key = formulas[name]
        sheet.write_string(f"{column}{HEADING_ROW}", name)
        sheet.write_array_formula(f"{column}2", f"{{={count}}}", None, len(keys[name]))
        for line in range(LISTED):
            at = f"{column}{FIRST_ROW + line}"
            value = keys[name][line] if line < len(keys[name]) else ""
            formula = key.replace("{k}", str(line + 1))
            sheet.write_array_formula(at, f'{{=IFERROR({formula},"")}}', None, value)


def _beside(column: str) -> str:
    return f"${column}${FIRST_ROW}:${column}${LISTED_LAST}"


def _ordered(column: str) -> tuple[str, str]:
    flags = _beside(column)
    return f"COUNTIF({flags},1)", f"SMALL(IF({flags}=1,ROW({flags})),{{k}})"


def _both(first: str, second: str) -> tuple[str, str]:
    """Return count and key of two flag columns, one after the other."""
    (count, key), (more, other) = _ordered(first), _ordered(second)
    other = other.replace("{k}", f"{{k}}-{count}")
    return f"{count}+{more}", f"IF({{k}}<={count},{key},{other}+{ORGANISATION_OFFSET})"


def _duty() -> tuple[str, str]:
    due = _used("duty", "due_on", DUTIES)
    progress = _used("duty", "progress", DUTIES)
    code = _used("duty", "pairing_id", DUTIES)
    plain = f'LEFT({code},FIND("{BAR}",{code}&"{BAR}")-1)'
    due_now = (
        f'IF(ISNUMBER({due}),IF({due}<={DUE},IF({progress}<>"已完成",'
        f"IF(ISNA(MATCH({plain},{_beside(_CLOSED)},0)),{{item}}))))"
    )
    count = due_now.replace("{item}", "1")
    return f"SUM({count})", f"SMALL({due_now.replace('{item}', f'{due}*10000+ROW({due})')},{{k}})"


def _ending() -> tuple[str, str]:
    status = span("pairing", "status", last=LISTED_LAST)
    until = span("pairing", "until", last=LISTED_LAST)
    key = (
        f'IF({status}="帮带中",IF(ISNUMBER({until}),IF({until}<={ENDING},'
        f"{until}*10000+ROW({until}))))"
    )
    return f'COUNTIFS({status},"帮带中",{until},"<="&{ENDING})', f"SMALL({key},{{k}})"


def _unpaired() -> tuple[str, str]:
    counts, keys = [], []
    for key, offset in (("individual", 0), ("organisation", ORGANISATION_OFFSET)):
        status = span(key, "status", last=LISTED_LAST)
        chosen = span(key, "chosen_on", last=LISTED_LAST)
        counts.append(f'COUNTIFS({status},"待结对",{chosen},"<"&({TODAY}-{DAYS}))')
        keys.append(
            f'SMALL(IF({status}="待结对",IF(ISNUMBER({chosen}),IF({chosen}<{TODAY}-{DAYS},'
            f"{chosen}*100000+ROW({chosen})+{offset}))),{{k}})"
        )
    second = keys[1].replace("{k}", f"{{k}}-{counts[0]}")
    return "+".join(counts), f"IF({{k}}<={counts[0]},{keys[0]},{second})"


def _signature() -> tuple[str, str]:
    day = _used("assessment", "assessed_on", ASSESSMENTS)
    signed = _used("assessment", "signed_on", ASSESSMENTS)
    key = f'IF(ISNUMBER({day}),IF({signed}="",ROW({day})))'
    return f'SUMPRODUCT(ISNUMBER({day})*({signed}=""))', f"SMALL({key},{{k}})"


# --- the page: six counts on cards, and below them who and what is meant --------------------------

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
    sheet: Worksheet, hidden: Worksheet, reminders: Reminders, unit: RowValues, styles: Styles
) -> None:
    """Write the page 本周待办 on `sheet` and the columns its formulas read on `hidden`."""
    write_reminders(hidden, reminders, f"{TODO_SHEET}!${TODAY_CELL[0]}${TODAY_CELL[1:]}", styles)
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
    style = styles.line(num_format="yyyy-mm-dd")
    sheet.write_formula(TODAY_CELL, "=TODAY()", style, day_number(reminders.period.today))
    sheet.set_row(2, 8)


def _write_card(sheet: Worksheet, card: _Card, index: int, count: int, styles: Styles) -> None:
    column = "BCEFHI"[index]
    fill, line = PALE[model_for(card.sheet).sheet.kind], "#BFBFBF"
    box: dict[str, Any] = {"bg_color": fill, "align": "center", "left": 1, "right": 1}
    box |= {"left_color": line, "right_color": line}
    title = styles.heiti(12, top=1, top_color=line, **box)
    number = styles.heiti(26, bold=True, num_format="0", **box)
    small = styles.fangsong(
        9, font_color="#595959", bottom=1, bottom_color=line, text_wrap=True, **box
    )
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
    sheet: Worksheet, card: _Card, index: int, keys: list[int], reminders: Reminders, styles: Styles
) -> None:
    left, right = _BLOCKS[index // 2]
    top = _LIST_ROW + index % 2 * (LISTED + 3)
    line = "#D9D9D9"
    heading = styles.heiti(11, bg_color="#D9E1F2", indent=1)
    sheet.merge_range(f"{left}{top}:{right}{top}", card.title, heading)
    sheet.set_row(top - 1, 22)
    body = styles.fangsong(11, bottom=4, bottom_color=line, indent=1)
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
    """Warn where a sheet holds more rows than the dropdowns and this page read."""
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

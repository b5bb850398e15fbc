"""The hidden sheet `_待办`: native formulas that find what 本周待办 lists.

Only functions of Excel 2016 and WPS. Each list is a column of sort keys; the last digits of a key
are the worksheet row it points to. Ranges of the long sheets end at their last date, so that an
empty ledger costs nothing. Each log entry of this month is written out once as a list of codes;
each running pairing then searches those texts, and only those between the month's first and last
entry: with 3,000 entries and 300 pairings LibreOffice recalculates an edit in a quarter second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.settings import settings_list
from workbooks.template.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LAST_ROW,
    LISTED_ROWS,
    REMINDERS_SHEET,
    cell,
    span,
)
from workbooks.template.reminders import LISTED, ORGANISATION_OFFSET, Reminders
from workbooks.template.styles import Styles
from workbooks.template.values import BAR, shown

__all__ = ["LISTS", "count_cell", "key_cell", "today_cell", "write_reminders"]

LISTS = ("contact", "duty", "assessment", "ending", "unpaired", "signature")
LISTED_LAST = FIRST_ROW + LISTED_ROWS - 1

TODAY, MONTH, NEXT, ASSESSED, DUE, ENDING, DAYS, CONTACTS, MONTHS, LOGS, DUTIES, ASSESSMENTS = (
    f"$B${FIRST_ROW + offset}" for offset in range(12)
)
FIRST_LOG, LAST_LOG = f"$B${FIRST_ROW + 12}", f"$B${FIRST_ROW + 13}"
"""This month's first and last log entry: searching between them is enough."""
_BETWEEN_CODES = {**dict.fromkeys((BAR, "，", ",", "；", ";", " ", "　"), '"{}"'), "\n": "CHAR(10)"}
"""What else than 、 may follow a code in a log cell, and how a formula writes it.

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
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


def _setting(field: str) -> str:
    entry = next(item for item in settings_list() if item.field == field)
    found = f'INDEX({span("setting", "value")},MATCH("{entry.name}",{span("setting", "name")},0))'
    return f'IFERROR(INT(VALUE({found}&"")),{entry.value})'


def _rows_used(key: str, field: str) -> str:
    """Return the number of rows down to the last date: a huge number finds the last one."""
    return f"IFERROR(MATCH(1E+10,{span(key, field)}),1)"


def _last_dated(rows: tuple[Mapping[str, object], ...], field: str) -> int:
    dated = [n for n, row in enumerate(rows, 1) if hasattr(row.get(field), "isoformat")]
    return max(dated, default=1)


def _used(key: str, field: str, rows: str) -> str:
    """Return the reference to a column down to the last used row."""
    whole = span(key, field)
    return f"{whole.partition(':')[0]}:INDEX({whole},{rows})"


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
    done = f'COUNTIFS({codes},{code},{since})+COUNTIFS({codes},{code}&"{BAR}*",{since})'
    return f'=IF({status}="帮带中",IF({code}="",1,IF({done}=0,1,0)),"")'


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
        f"IF(ISNA(MATCH({plain},{_beside(_CLOSED)},0)),{{found}}))))"
    )
    count = due_now.replace("{found}", "1")
    return f"SUM({count})", f"SMALL({due_now.replace('{found}', f'{due}*10000+ROW({due})')},{{k}})"


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

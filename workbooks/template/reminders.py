"""Native formulas of the hidden sheet `_待办`, which find what 本周待办 lists.

The formulas use only functions of Excel 2016 and WPS. Beside each row of a ledger sheet, in the
same worksheet row, stand helper cells: its days as serial numbers, text dates among them, and the
sort keys of the lists it belongs to; the last digits of a key are the worksheet row. A list is the
k smallest keys of one column, or of two beside each other.

A helper column is an array formula over hundreds of rows, never over a single one: engines differ
in what an array over one empty cell is. Long columns are several, each longer than the one above:
where nothing is typed nothing is computed, so that a ledger's rows take the time, not its room. AND, OR, MAX and MIN would make one value of a whole array;
their work is done by products, sums and IF. A key where there is none is a division by zero: an
IF within an IF takes LibreOffice ten times as long over an array. Ranges are counted off from whole
columns, so that rows inserted or deleted between others move nothing.

An array is computed whole, so none depends on today, which is computed anew with every edit: a list
of what is due ends where its sorted keys are past the last day that counts. Columns that do depend
on it have a formula in each cell, which stands once, in a defined name whose references are
relative to the cell's row. A name is evaluated as an array in Excel, where ROW() would be one: the
cells themselves add it.

The log is searched from this month's first to its last entry only: with 3,000 entries and 300
pairings LibreOffice recalculates an edit in a quarter second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import pairwise, starmap

from validators.cells import letters
from validators.settings import settings_list
from workbooks.ooxml.dates import day_number
from workbooks.template import todo_items as items
from workbooks.template.formula_sheet import FormulaCell, Saved, column_array
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    REMINDERS_SHEET,
    cell,
    column_rows,
    span,
    typed_rows,
)

LISTS = ("contact", "duty", "assessment", "ending", "unpaired", "signature")


_PARAMETERS = (
    "today", "month_start", "assessment_start", "due_until", "ending_until", "due_days",
    "ending_days", "unpaired_days", "grace_days", "contacts", "assessment_months", "log_rows",
    "assessment_rows", "first_log", "last_log", *(f"not_counted_{key}" for key in items.DATED_KEYS),
)  # fmt: skip
_FIRST_LIST, _FIRST_HELPER = 5, 12
_PAIRING_COLUMNS = ("closed", "mentee", "running", "pairing_end", "contact", "ending")
_HELPERS = {
    **{f"{name}_day": key for name, (key, _) in items.DAY_FIELDS.items()},
    "log_codes": "log",
    **dict.fromkeys(_PAIRING_COLUMNS, "pairing"),
    "completed": "completion",
    "duty": "duty",
    "signature": "assessment",
    **{f"assessment_{key}": key for key in items.MENTEE_KEYS},
    **{f"unpaired_{key}": key for key in items.MENTEE_KEYS},
}
"""The helper columns from left to right, and the sheet each stands beside."""
_LETTERS = {name: letters(_FIRST_HELPER + at) for at, name in enumerate(_HELPERS)}
_BLANKS: dict[str, Saved] = {
    **{f"{name}_day": 0 for name in items.DAY_FIELDS},
    "closed": "-", "running": 0, "pairing_end": 0,
}  # fmt: skip
"""What a helper cell shows beside a row that holds nothing, where that is not ""."""
_FACTORS = {
    "ending": 10_000,
    "duty": 10_000,
    **{f"unpaired_{key}": 100_000 for key in items.MENTEE_KEYS},
}
"""By what the day in a key is multiplied, so that the row fits behind it."""
_PART_ENDS = 250, 750, 2000
"""Rows after which the next array of a long helper column begins."""
_LAST_DAYS = {"ending": "ending_until", "duty": "due_until"}
"""The parameter with the last day whose keys a list shows."""


def parameter_cell(name: str) -> str:
    """Return the cell a parameter such as `today` is read from: _待办!$B$4."""
    return f"{REMINDERS_SHEET}!$B${FIRST_ROW + _PARAMETERS.index(name)}"


def count_cell(name: str) -> str:
    """Return the cell that counts the list `name`: _待办!$E$2."""
    return f"{REMINDERS_SHEET}!${_list_letter(name)}$2"


def key_cell(name: str, line: int) -> str:
    """Return the cell with the key of a list's 0-based `line`."""
    return f"{REMINDERS_SHEET}!${_list_letter(name)}${FIRST_ROW + line}"


def day_cell(name: str, row: str) -> str:
    """Return the reference to the serial number of a day beside a worksheet row."""
    letter = _LETTERS[f"{name}_day"]
    last = HEADING_ROW + items.rows_read(_HELPERS[f"{name}_day"])
    return f"INDEX({REMINDERS_SHEET}!${letter}$1:${letter}${last},{row})"


def _list_letter(name: str) -> str:
    return letters(_FIRST_LIST + LISTS.index(name))


def reminder_cells(reminders: items.Reminders, today_source: str) -> Iterator[FormulaCell]:
    """Yield the cells of `_待办`; `today_source` is the visible cell that holds today's date."""
    yield from _labels()
    for name, formula, parameter in _parameters(reminders, today_source):
        saved = day_number(parameter) if isinstance(parameter, date) else parameter
        yield FormulaCell(f"B{FIRST_ROW + _PARAMETERS.index(name)}", formula, saved)
    for name in LISTS:
        yield from _list_cells(name, reminders.keys(name))
    for name, key in _HELPERS.items():
        values, rows = reminders.columns[name], items.rows_read(key)
        if name in _CELL_BY_CELL:
            yield from _single_cells(name, rows, values)
        else:
            for part in _parts(rows):
                yield from _array_cells(name, part, values[part.start - FIRST_ROW :])


def _labels() -> Iterator[FormulaCell]:
    """Yield the texts beside and above the formulas."""
    for offset, name in enumerate(_PARAMETERS):
        yield FormulaCell(f"A{FIRST_ROW + offset}", "", name)
    for name in LISTS:
        yield FormulaCell(f"{_list_letter(name)}{HEADING_ROW}", "", name)
    for name, letter in _LETTERS.items():
        yield FormulaCell(f"{letter}{HEADING_ROW}", "", name)


def _parts(rows: int) -> Iterator[range]:
    """Yield the worksheet rows of each array of a helper column."""
    bounds = [FIRST_ROW, *(FIRST_ROW + end for end in _PART_ENDS if end < rows), FIRST_ROW + rows]
    yield from starmap(range, pairwise(bounds))


def _array_cells(name: str, part: range, values: list[Saved]) -> Iterator[FormulaCell]:
    key, field = _TYPED[name]
    blank = _BLANKS.get(name, "")
    typed = typed_rows(key, (field,), part.stop - FIRST_ROW, part.start)
    formula = _keyed(name, _ARRAYS[name](part), part)
    letter = _LETTERS[name]
    yield from column_array(letter, len(part), formula, values, blank, part.start, typed)


def _single_cells(name: str, rows: int, values: list[Saved]) -> Iterator[FormulaCell]:
    formula, blank = _keyed(name, _defined(name)), _BLANKS.get(name, "")
    for offset in range(rows):
        value = values[offset] if offset < len(values) else blank
        yield FormulaCell(f"{_LETTERS[name]}{FIRST_ROW + offset}", formula, value)


def _keyed(name: str, formula: str, rows: range | None = None) -> str:
    """Return the formula of a helper column, with the rows of an array behind its keys."""
    if not any(name in columns for columns in items.KEY_COLUMNS.values()):
        return formula
    row = f"ROW($A${rows[0]}:$A${rows[-1]})" if rows else "ROW()"
    factor = f"*{_FACTORS[name]}" if name in _FACTORS else ""
    offset = f"+{items.ORGANISATION_OFFSET}" if name.endswith("_organisation") else ""
    return f'IFERROR({formula}{factor}+{row}{offset},"")'


def _defined(name: str) -> str:
    """Return the defined name of a helper column.

    The page is saved anew in a ledger that has all these names: who moves a helper column or a
    parameter to another place changes the prefix, so that older ledgers are left alone.
    """
    return f"提醒_{name}"


def defined_names() -> Iterator[tuple[str, str]]:
    """Yield (name, formula) of what single helper cells compute, as seen from cell A1."""
    for name, formula in _CELL_BY_CELL.items():
        yield _defined(name), f"={formula}"


def _list_cells(name: str, keys: list[int]) -> Iterator[FormulaCell]:
    letter = _list_letter(name)
    columns, until = items.KEY_COLUMNS[name], _LAST_DAYS.get(name)
    cells = f"{helper_column(columns[0]).partition(':')[0]}:{helper_column(columns[-1]).partition(':')[2]}"
    due = f'COUNTIF({cells},"<"&({parameter_cell(until)}+1)*{_FACTORS[name]})' if until else ""
    yield FormulaCell(f"{letter}2", due or f"COUNT({cells})", len(keys))
    for line in range(items.LISTED):
        value = keys[line] if line < len(keys) else ""
        formula = f'IF({line + 1}<=${letter}$2,SMALL({cells},{line + 1}),"")'
        yield FormulaCell(f"{letter}{FIRST_ROW + line}", formula, value)


# --- parameters ---


def _parameters(
    reminders: items.Reminders, today_source: str
) -> Iterator[tuple[str, str, date | int]]:
    """Yield (name, formula, value) of each parameter in order."""
    period, today = reminders.period, parameter_cell("today")
    months = parameter_cell("assessment_months")
    start = f"DATE(YEAR({today}),INT((MONTH({today})-1)/{months})*{months}+1,1)"
    yield "today", today_source, period.today
    yield "month_start", f"DATE(YEAR({today}),MONTH({today}),1)", period.month_start
    yield "assessment_start", start, period.assessment_start
    yield "due_until", f"{today}+{parameter_cell('due_days')}", reminders.today + period.due_days
    ending = reminders.today + period.ending_days
    yield "ending_until", f"{today}+{parameter_cell('ending_days')}", ending
    yield "due_days", _setting("early_days"), period.due_days
    yield "ending_days", _setting("ending_days"), period.ending_days
    yield "unpaired_days", _setting("unpaired_days"), period.unpaired_days
    yield "grace_days", _setting("grace_days"), period.grace_days
    yield "contacts", _setting("contacts_per_month"), period.contacts
    yield "assessment_months", f"MAX(1,{_setting('assessment_months')})", period.assessment_months
    for name in ("log", "assessment"):
        yield f"{name}_rows", _last_used(f"{name}_day"), reminders.rows_used(name)
    first, last = reminders.entries_of_month()
    days = helper_column("log_day")
    here = f"({days}>={parameter_cell('month_start')})*({days}<={today})"
    place = f"ROW({days})-{HEADING_ROW}"
    backwards = f"SUMPRODUCT(MAX({here}*({items.LONG_ROWS + 1}-({place}))))"
    yield "first_log", f"MAX(1,MOD({items.LONG_ROWS + 1}-{backwards},{items.LONG_ROWS + 1}))", first
    yield "last_log", f"MAX(1,SUMPRODUCT(MAX({here}*({place}))))", last
    for key, count in reminders.not_counted().items():
        yield f"not_counted_{key}", _not_counted(key), count


def _setting(field: str) -> str:
    """Return the value of a whole-number setting, its default where 参数 lacks it."""
    entry = next(item for item in settings_list() if item.field == field)
    value = f'INDEX({span("setting", "value")},MATCH("{entry.name}",{span("setting", "name")},0))'
    return f'IFERROR(INT(VALUE({value}&"")),{entry.value})'


def _last_used(name: str) -> str:
    cells = helper_column(name)
    return f"MAX(1,SUMPRODUCT(MAX(({cells}<>0)*(ROW({cells})-{HEADING_ROW}))))"


def _not_counted(key: str) -> str:
    """Return the count of days that cannot be read, in records also of days after today."""
    names = [name for name, (sheet, _) in items.DAY_FIELDS.items() if sheet == key]
    counts = [f"COUNTIF({helper_column(f'{name}_day')},{items.UNREADABLE_DAY})" for name in names]
    counts += [
        f'COUNTIF({helper_column(f"{name}_day")},">"&{parameter_cell("today")})'
        for name in names
        if name in items.RECORDS
    ]
    return "+".join(counts)


# --- what the helper columns compute ---


def helper_column(name: str) -> str:
    """Return the reference to a helper column, from the first row it reads to the last."""
    letter = _LETTERS[name]
    last = HEADING_ROW + items.rows_read(_HELPERS[name])
    return f"{REMINDERS_SHEET}!${letter}${FIRST_ROW}:${letter}${last}"


def _used_part(cells: str, rows: str) -> str:
    """Return the reference to a column down to its last used row."""
    return f"{cells.partition(':')[0]}:INDEX({cells},{parameter_cell(rows)})"


def log_columns() -> tuple[str, str]:
    """Return the references to days and codes of 工作日志, down to its last row with a day."""
    days, codes = (
        _used_part(helper_column(f"log_{name}"), "log_rows") for name in ("day", "codes")
    )
    return days, codes


def _field(key: str, field: str, rows: range | None = None) -> str:
    """Return the reference to a column of the ledger: beside `rows`, else all that is read."""
    if rows is None:
        return column_rows(key, field, items.rows_read(key))
    return column_rows(key, field, rows.stop - FIRST_ROW, rows.start)


def _beside(name: str, rows: range) -> str:
    """Return the reference to the cells of a helper column in `rows`."""
    return f"{REMINDERS_SHEET}!${_LETTERS[name]}${rows[0]}:${_LETTERS[name]}${rows[-1]}"


def plain_code(code: str) -> str:
    """Return the formula of the code in front of ｜ in a cell, or in each of an array."""
    return f'LEFT({code},FIND("{BAR}",{code}&"{BAR}")-1)'


_SEPARATORS = {"年": "-", "月": "-", ".": "-", "/": "-", "日": " ", "号": " ", "T": " "}


def _day(key: str, field: str, rows: range) -> str:
    """Return the serial number of a day: of numbers, and of text in the reader's forms.

    DATEVALUE alone would also take 2026年5月 and 5月3日, which the reader does not: year, length
    and last character are looked at first.
    """
    typed = _field(key, field, rows)
    tidied = f'TRIM(ASC(SUBSTITUTE({typed},"　"," ")))'
    plain = tidied
    for character, replacement in _SEPARATORS.items():
        plain = f'SUBSTITUTE({plain},"{character}","{replacement}")'
    plain = f'SUBSTITUTE(SUBSTITUTE(TRIM({plain})," -","-"),"- ","-")'
    middle = (items.LAST_SERIAL + 1) // 2
    serial = f"IF(ABS({typed}-{middle})<{middle},INT({typed}),IF({typed}=0,0,-1))"
    unlike = (
        f"(ABS(LEFT({tidied},4)-2000)>100)+(LEN({tidied})<8)"
        f'+ISNUMBER(FIND(RIGHT({tidied}),"-./年月"))'
    )
    packed = f'DATEVALUE(TEXT({tidied}*1,"0000-00-00"))'
    text = f"IF({unlike},-1,IF(IFERROR({tidied}*1,0)>19000000,{packed},DATEVALUE({plain})))"
    return f'IFERROR(IF(ISNUMBER({typed}),{serial},IF({tidied}="",0,{text})),-1)'


def _log_codes(rows: range) -> str:
    typed = _field("log", "pairing_ids", rows)
    text = typed
    for character in items.BETWEEN_CODES:
        written = "CHAR(10)" if character == "\n" else f'"{character}"'
        text = f'SUBSTITUTE({text},{written},"、")'
    return f'IFERROR(IF({typed}="","","、"&{text}&"、"),"")'


def _runs(status: str) -> str:
    return f'({status}="")+({status}="帮带中")'


def _running(rows: range) -> str:
    runs = _runs(_field("pairing", "status", rows))
    return f'IFERROR(IF(({_beside("mentee", rows)}<>"")*({runs}),1,0),0)'


def _completed(rows: range) -> str:
    code, conclusion = (_field("completion", name, rows) for name in ("pairing_id", "conclusion"))
    return f'IFERROR(IF({conclusion}="","",{plain_code(code)}),"")'


def _ending(rows: range) -> str:
    """Return the last day of a pairing that is not assessed, else an error."""
    until, code = _beside("until_day", rows), _field("pairing", "pairing_id", rows)
    completed = f"{helper_column('completed')},{code},{_field('completion', 'conclusion')}"
    about = f'{helper_column("completion_day")},">="&({until}-{parameter_cell("ending_days")})'
    count = f'(COUNTIFS({completed},"<>续帮")+COUNTIFS({completed},"续帮",{about}))'
    open_ = f'(({code}<>"")*{count}=0)'
    return f'{until}/(({_field("pairing", "status", rows)}="帮带中")*({until}>0)*{open_})'


def _duty(rows: range) -> str:
    """Return the day a duty is due that is not done and of no closed pairing, else an error."""
    due, code = _beside("duty_day", rows), _field("duty", "pairing_id", rows)
    undone = f'({_field("duty", "progress", rows)}<>"已完成")'
    sought = f'IF(({due}>0)*{undone},{plain_code(code)},"-")'  # found at once, other than a blank
    open_ = f"ISNA(MATCH({sought},{helper_column('closed')},0))"
    return f"{due}/(({due}>0)*{undone}*{open_})"


def _signature(rows: range) -> str:
    unsigned = f'({_field("assessment", "signed_on", rows)}="")'
    return f"0/(({_beside('assessment_day', rows)}>0)*{unsigned})"


def _closed(rows: range) -> str:
    status, code = (_field("pairing", name, rows) for name in ("status", "pairing_id"))
    return f'IFERROR(IF({_runs(status)},"-",{code}&""),"-")'


def _mentee(rows: range) -> str:
    return f'IFERROR({plain_code(_field("pairing", "mentee_id", rows))}&"","")'


_ARRAYS: dict[str, Callable[[range], str]] = {
    **{f"{name}_day": partial(_day, *field) for name, field in items.DAY_FIELDS.items()},
    "log_codes": _log_codes,
    "closed": _closed,
    "mentee": _mentee,
    "running": _running,
    "completed": _completed,
    "ending": _ending,
    "duty": _duty,
    "signature": _signature,
}
"""The formulas of the helper columns that are arrays, for some worksheet rows."""

_TYPED: dict[str, tuple[str, str]] = {
    **{f"{name}_day": field for name, field in items.DAY_FIELDS.items()},
    "log_codes": ("log", "pairing_ids"),
    "mentee": ("pairing", "mentee_id"),
    "running": ("pairing", "mentee_id"),
    "completed": ("completion", "pairing_id"),
    "closed": ("pairing", "pairing_id"),
    "ending": ("pairing", "pairing_id"),
    "duty": ("duty", "pairing_id"),
    "signature": items.DAY_FIELDS["assessment"],
}
"""The typed column without which a row of a helper column is blank."""

# --- what single cells compute: references without a row sign are to the cell's own row ---


def _here(name: str) -> str:
    return f"{REMINDERS_SHEET}!${_LETTERS[name]}1"


def _pairing_end() -> str:
    """Return the last day of a pairing that is over; broken off without a date, the last known."""
    until, ended, paired = (_here(f"{name}_day") for name in ("until", "ended", "paired"))
    days, codes = log_columns()
    named = f'ISNUMBER(FIND("、"&{_here("closed")}&"、",{codes}))'
    contact = f"SUMPRODUCT(MAX({named}*({days}<={parameter_cell('today')})*{days}))"
    last = f"MAX(0,{paired},{contact})"
    broken = f"IF({ended}>0,{ended},IF({until}<1,{last},MIN({until},{last})))"
    status = cell("pairing", "status", 1)
    over = f'IF({status}="终止",{broken},MAX(0,{until}))'
    return f"IFERROR(IF({_runs(status)},0,{over}),0)"


def _contact() -> str:
    """Return 0 for a pairing to be contacted this month, an error for others."""
    today, code = parameter_cell("today"), cell("pairing", "pairing_id", 1)
    start, until, paused, resumed = (
        _here(f"{name}_day") for name in ("paired", "until", "paused_from", "paused_to")
    )
    codes, days = (
        f"INDEX({helper_column(name)},{parameter_cell('first_log')}):"
        f"INDEX({helper_column(name)},{parameter_cell('last_log')})"
        for name in ("log_codes", "log_day")
    )
    counted = (
        f'COUNTIFS({codes},"*、"&{code}&"、*",{days},">="&{parameter_cell("month_start")},'
        f'{days},"<="&{today})'
    )
    status = cell("pairing", "status", 1)
    expected = (
        f'{status}="帮带中",{start}+{parameter_cell("grace_days")}<={today},'
        f"OR({until}<1,{until}>={today}),"
        f"NOT(AND({paused}>0,{paused}<={today},OR({resumed}<1,{resumed}>={today})))"
    )
    needed = f'IF({code}="",0,{counted})<{parameter_cell("contacts")}'
    return f"IF(AND({expected}),IF({needed},0,NA()),NA())"


def _assessment(key: str) -> str:
    """Return 0 for a mentee not assessed in this period, an error for others."""
    code, status = (cell(key, field, 1) for field in ("mentee_id", "status"))
    days = _used_part(helper_column("assessment_day"), "assessment_rows")
    codes = column_rows("assessment", "mentee_id", parameter_cell("assessment_rows"))
    within = (
        f'{days},">="&{parameter_cell("assessment_start")},{days},"<="&{parameter_cell("today")}'
    )
    count = f'COUNTIFS({codes},{code},{within})+COUNTIFS({codes},{code}&"{BAR}*",{within})'
    missing = f'IF({code}="",0,{count})=0'
    return f'IF({status}="帮带中",IF({missing},0,NA()),NA())'


def _unpaired(key: str) -> str:
    """Return the day since when a mentee waits for a mentor, an error if that is not too long."""
    code, status = (cell(key, field, 1) for field in ("mentee_id", "status"))
    mentee, running, end = (helper_column(name) for name in ("mentee", "running", "pairing_end"))
    waits = f'({status}="待结对")+({status}="帮带中")*({code}<>"")'
    pairings = f'IF({code}="",0,COUNTIFS({mentee},{code},{running},1))'
    ended = f'IF({code}="",0,SUMPRODUCT(MAX(({mentee}={code})*{end})))'
    since = f"MAX(0,{_here(f'chosen_{key}_day')},{ended})"
    late = f"({since}>0)*({parameter_cell('today')}-{since}>{parameter_cell('unpaired_days')})"
    return f"IF({waits},IF({pairings}=0,IF({late},{since},NA()),NA()),NA())"


_CELL_BY_CELL: dict[str, str] = {
    "pairing_end": _pairing_end(),
    "contact": _contact(),
    **{f"assessment_{key}": _assessment(key) for key in items.MENTEE_KEYS},
    **{f"unpaired_{key}": _unpaired(key) for key in items.MENTEE_KEYS},
}


def read_fields() -> dict[str, set[str]]:
    """Return the fields the page reads by sheet key, those its look-ups lead to among them."""
    fields = {
        "unit": {"reporter_unit"},
        "setting": {"name", "value"},
        "mentor": {"mentor_id", "name"},
        "individual": {"mentee_id", "name", "status"},
        "organisation": {"mentee_id", "name", "status"},
        "pairing": {"pairing_id", "mentor_id", "mentee_id", "status"},
        "duty": {"pairing_id", "item", "progress"},
        "log": {"pairing_ids"},
        "assessment": {"mentee_id", "signed_on"},
        "completion": {"pairing_id", "conclusion"},
    }
    for key, field in items.DAY_FIELDS.values():
        fields[key].add(field)
    return fields

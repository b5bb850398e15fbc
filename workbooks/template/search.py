"""Find a person by name or ID with native formulas: the hidden sheet `_查询`, shown on 首页.

Beside the first rows of 导师库, 个人对象, 组织对象 and 结对台账 stand the keys of what is found, whose
last digits are the worksheet row; a list is the k smallest keys, and beside each stand the facts its
line is made of. A pairing is found by either side, so that everybody of one name is: each line shows
the ID. Where nothing is typed nothing but the keys is computed. See `workbooks.template.reminders`
for what engines can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from validators.cells import letters
from workbooks.template import reminders as native
from workbooks.template import todo_items as items
from workbooks.template.formula_sheet import FormulaCell, Saved, column_array
from workbooks.template.layout import (
    BAR,
    FIRST_ROW,
    HEADING_ROW,
    HOME_SHEET,
    LISTED_ROWS,
    SEARCH_SHEET,
    RowValues,
    code_of,
    column_rows,
    span,
    typed_rows,
)
from workbooks.template.todo_items import Reminders, day_of, runs, text_of

TYPED_CELL = "C14"
"""The cell of 首页 a name or an ID is typed into."""

LINES = {"person": 3, "pair": 8}
"""Lines of each list that are shown; what is found besides is counted."""

_PEOPLE = ("mentor", "individual", "organisation")
_ROLES = ("导师", "个人对象", "组织对象")
_ID_FIELDS = ("mentor_id", "mentee_id", "mentee_id")
_TYPED = {
    **{key: ("name", field) for key, field in zip(_PEOPLE, _ID_FIELDS, strict=True)},
    "pairing": ("mentor_id", "mentee_id"),
}
"""The columns one of which is typed in every row that can be found."""
_PLACES = ("employer", "village", "village")
_OFFSET = 10_000
"""Between the keys of two sheets, and between those of running pairings and the others."""
_LAST = HEADING_ROW + LISTED_ROWS
_SOUGHT = f"{SEARCH_SHEET}!$B$1"

Line = tuple[str, str]
"""A formula and what it shows."""


def fields_read() -> dict[str, set[str]]:
    """Return the fields the search reads by sheet key, besides those of 本周待办."""
    return {
        "mentor": {"employer", "status", "capacity"},
        "individual": {"village"},
        "organisation": {"village"},
        "flag": {"mentee_id", "level", "rules", "handled_on"},
        "growth": {"mentee_id", "trend"},
    }


def sought_in(typed: object) -> str:
    """Return what is searched for, from what is typed: a name, an ID or `code｜name`."""
    code = str(typed or "").partition(BAR)[0].replace("　", " ")
    return " ".join(part for part in code.split(" ") if part)


def _same(text: str, other: str) -> bool:
    return text.casefold() == other.casefold()  # as spreadsheets compare


@dataclass(frozen=True, slots=True)
class Search:
    """What the ledger's formulas find for one name or ID.

    Attributes:
        reminders: The ledger's rows with their days.
        sought: The name or ID, "" for none.
    """

    reminders: Reminders
    sought: str = ""

    def read(self, key: str) -> tuple[RowValues, ...]:
        """Return the rows of a sheet that are searched."""
        return self.reminders.rows[key][:LISTED_ROWS]

    def text(self, key: str, field: str, number: int) -> str:
        """Return a field of a worksheet row as its cell shows it."""
        rows = self.reminders.rows
        return rows.text(key, field, rows[key][number - FIRST_ROW])

    def keys(self, name: str) -> list[Saved]:
        """Return the keys beside a sheet's rows as far as it has any; "" where nothing is found."""
        return [
            self._key(name, number, row) if self._is_found(name, row) else ""
            for number, row in enumerate(self.read(name), FIRST_ROW)
        ]

    def found(self, name: str) -> list[int]:
        """Return the keys of a list, complete and in order."""
        columns = _PEOPLE if name == "person" else ("pairing",)
        return sorted(key for c in columns for key in self.keys(c) if isinstance(key, int))

    def _key(self, name: str, number: int, row: RowValues) -> int:
        if name == "pairing":
            return number if runs(row) else number + _OFFSET
        return number + _PEOPLE.index(name) * _OFFSET

    def _is_found(self, name: str, row: RowValues) -> bool:
        if name == "pairing":
            rows = self.reminders.rows
            texts = [rows.text(name, field, row) for field in ("mentor_name", "mentee_name")]
            texts.append(text_of(row, "pairing_id"))
            texts += [code_of(text_of(row, field)) for field in ("mentor_id", "mentee_id")]
        else:
            texts = [text_of(row, f) for f in ("name", _ID_FIELDS[_PEOPLE.index(name)])]
        return bool(self.sought) and any(_same(text, self.sought) for text in texts)


# --- facts beside the keys: a formula, from the cell of a key and of its code, and its value ------


def _row(key: str) -> str:
    return f"MOD({key},{_OFFSET})"


def _at(key: str, field: str, row: str) -> str:
    return f"INDEX({span(key, field, first=1)},{row})"


def _pick(key: str, fields: tuple[str, ...]) -> str:
    """Return the formula of a field of the sheet a person's key belongs to."""
    pairs = zip(_PEOPLE, fields, strict=True)
    mentor, individual, organisation = (_at(name, field, _row(key)) for name, field in pairs)
    return f"IF({key}<{_OFFSET},{mentor},IF({key}<{2 * _OFFSET},{individual},{organisation}))"


def _picked(search: Search, key: int, fields: tuple[str, ...]) -> str:
    sheet, number = divmod(key, _OFFSET)
    return search.text(_PEOPLE[sheet], fields[sheet], number)


def _pairs(key: str, code: str, *, running: bool) -> str:
    """Return the formula of how many pairings a person has."""
    cells = f"IF({key}<{_OFFSET},{_codes()},{native.helper_column('mentee')})"
    status = column_rows("pairing", "status", LISTED_ROWS)
    runs = f'*(({status}="帮带中")+({status}=""))' if running else ""
    return f'IF({code}="",0,SUMPRODUCT(({cells}={code})*1{runs}))'


def _pairs_value(search: Search, key: int, *, running: bool) -> int:
    code = _picked(search, key, _ID_FIELDS)
    side = "mentor_id" if key < _OFFSET else "mentee_id"
    return sum(
        bool(code) and _same(code_of(text_of(row, side)), code) and (not running or runs(row))
        for row in search.read("pairing")
    )


def _last_contact(key: str, code: str) -> str:
    """Return the formula of the day of the last log entry up to today that names a pairing."""
    del key
    days, codes = native.log_columns()
    named = f'ISNUMBER(FIND("、"&{code}&"、",{codes}))'
    last = f"SUMPRODUCT(MAX({named}*({days}<={native.parameter_cell('today')})*{days}))"
    return f'IF({code}="",0,MAX(0,{last}))'


def _last_contact_value(search: Search, key: int) -> int:
    code, columns = search.text("pairing", "pairing_id", key % _OFFSET), search.reminders.columns
    days = [
        int(day)
        for day, codes in zip(columns["log_day"], columns["log_codes"], strict=True)
        if code and int(day) <= search.reminders.today and f"、{code}、" in str(codes)
    ]
    return max([0, *days])


def _duties(key: str, code: str, *, undone: bool = False, late: bool = False) -> str:
    """Return the formula of how many duties a pairing has."""
    del key
    codes, progress = (
        column_rows("duty", field, items.LONG_ROWS) for field in ("pairing_id", "progress")
    )
    due, today = native.helper_column("duty_day"), native.parameter_cell("today")
    more = f',{progress},"<>已完成"' * (undone or late)
    more += f',{due},">0",{due},"<"&{today}' * late
    wanted = (code, f'{code}&"{BAR}*"')
    return f'IF({code}="",0,{"+".join(f"COUNTIFS({codes},{one}{more})" for one in wanted)})'


def _duties_value(search: Search, key: int, *, undone: bool = False, late: bool = False) -> int:
    code = search.text("pairing", "pairing_id", key % _OFFSET)
    days, today = search.reminders.columns["duty_day"], search.reminders.today
    return sum(
        bool(code)
        and _same(code_of(text_of(row, "pairing_id")), code)
        and (not (undone or late) or text_of(row, "progress") != "已完成")
        and (not late or 0 < int(day) < today)
        for day, row in zip(days, search.reminders.rows["duty"], strict=False)
    )


_Fact = tuple[Callable[[str, str], str], Callable[[Search, int], Saved]]

_FACTS: dict[str, dict[str, _Fact]] = {
    "person": {
        "code": (
            lambda key, _: f'{_pick(key, _ID_FIELDS)}&""',
            lambda search, key: _picked(search, key, _ID_FIELDS),
        ),
        "running": (
            lambda key, code: _pairs(key, code, running=True),
            lambda search, key: _pairs_value(search, key, running=True),
        ),
        "all": (
            lambda key, code: _pairs(key, code, running=False),
            lambda search, key: _pairs_value(search, key, running=False),
        ),
    },
    "pair": {
        "code": (
            lambda key, _: f'{_at("pairing", "pairing_id", _row(key))}&""',
            lambda search, key: search.text("pairing", "pairing_id", key % _OFFSET),
        ),
        "mentee": (
            lambda key, _: f"INDEX({native.helper_column('mentee')},{_row(key)}-{HEADING_ROW})",
            lambda search, key: code_of(search.text("pairing", "mentee_id", key % _OFFSET)),
        ),
        "contact": (_last_contact, _last_contact_value),
        "duties": (_duties, _duties_value),
        "undone": (
            lambda key, code: _duties(key, code, undone=True),
            lambda search, key: _duties_value(search, key, undone=True),
        ),
        "late": (
            lambda key, code: _duties(key, code, late=True),
            lambda search, key: _duties_value(search, key, late=True),
        ),
    },
}
_FIRST_LETTERS = {"person": 4, "pair": 9}
"""The column of each list's keys; those of its facts follow."""
_HELPERS = {"mentor": "Q", "individual": "R", "organisation": "S", "pairing": "T", "codes": "U"}
"""Columns beside the ledger's rows: keys, and the mentors' plain codes of 结对台账."""


def _letter(name: str, fact: str = "") -> str:
    return letters(_FIRST_LETTERS[name] + (1 + [*_FACTS[name]].index(fact) if fact else 0))


def _cell(name: str, line: int, fact: str = "") -> str:
    return f"{SEARCH_SHEET}!${_letter(name, fact)}${FIRST_ROW + line}"


def _count(name: str) -> str:
    return f"{SEARCH_SHEET}!${_letter(name)}$2"


def _codes() -> str:
    return f"{SEARCH_SHEET}!${_HELPERS['codes']}${FIRST_ROW}:${_HELPERS['codes']}${_LAST}"


def search_cells(search: Search) -> Iterator[FormulaCell]:
    """Yield the cells of `_查询`."""
    asked = f"{HOME_SHEET}!${TYPED_CELL[0]}${TYPED_CELL[1:]}"
    plain = f'LEFT({asked},FIND("{BAR}",{asked}&"{BAR}")-1)'
    yield FormulaCell("A1", "", "查询")
    yield FormulaCell("B1", f'TRIM(SUBSTITUTE({plain},"　"," "))', search.sought)
    for name, most in LINES.items():
        yield from _list_cells(search, name, most)
    for name in (*_PEOPLE, "pairing"):
        formula = f'IF({_SOUGHT}="","",IFERROR(IF({_found(name)},{_key(name)},""),""))'
        typed = typed_rows(name, _TYPED[name], LISTED_ROWS)
        found = search.keys(name)
        yield from column_array(_HELPERS[name], LISTED_ROWS, formula, found, typed=typed)
    codes = native.plain_code(column_rows("pairing", "mentor_id", LISTED_ROWS))
    values = [code_of(text_of(row, "mentor_id")) for row in search.read("pairing")]
    typed = typed_rows("pairing", ("mentor_id",), LISTED_ROWS)
    formula = f'IFERROR({codes}&"","")'
    yield from column_array(_HELPERS["codes"], LISTED_ROWS, formula, values, typed=typed)


def _list_cells(search: Search, name: str, most: int) -> Iterator[FormulaCell]:
    found, sheets = search.found(name), _PEOPLE if name == "person" else ("pairing",)
    cells = f"${_HELPERS[sheets[0]]}${FIRST_ROW}:${_HELPERS[sheets[-1]]}${_LAST}"
    yield FormulaCell(f"{_letter(name)}2", f"COUNT({cells})", len(found))
    for line in range(most):
        key = found[line] if line < len(found) else None
        formula = f'IF({line + 1}<={_count(name)},SMALL({cells},{line + 1}),"")'
        at = f"{_letter(name)}{FIRST_ROW + line}"
        yield FormulaCell(at, formula, "" if key is None else key)
        for fact, (of_cell, value) in _FACTS[name].items():
            formula = of_cell(_cell(name, line), _cell(name, line, "code"))
            guarded = f'IF({line + 1}>{_count(name)},"",{formula})'
            saved = "" if key is None else value(search, key)
            yield FormulaCell(f"{_letter(name, fact)}{FIRST_ROW + line}", guarded, saved)


def _found(name: str) -> str:
    """Return the condition that rows of a sheet are sought."""
    if name == "pairing":
        fields: tuple[str, ...] = ("mentor_name", "mentee_name", "pairing_id")
        codes = [_codes(), native.helper_column("mentee")]
    else:
        fields, codes = ("name", _ID_FIELDS[_PEOPLE.index(name)]), []
    texts = [*(column_rows(name, field, LISTED_ROWS) for field in fields), *codes]
    return "+".join(f"({text}={_SOUGHT})" for text in texts)


def _key(name: str) -> str:
    row = f"ROW($A${FIRST_ROW}:$A${_LAST})"
    if name != "pairing":
        return f"{row}+{_PEOPLE.index(name) * _OFFSET}"
    status = column_rows(name, "status", LISTED_ROWS)
    return f'{row}+{_OFFSET}*({status}<>"")*({status}<>"帮带中")'


# --- what 首页 says -------------------------------------------------------------------------------

HINT = "在黄色单元格中输入姓名或编号，或从下拉列表选，下方列出本人的结对、联系、职责、预警和评价。"
_NONE = "请核对姓名，或从下拉列表选，也可以输入编号。"
_SEVERAL = "有重名，均列在下方；只查其中一人的，请输入编号。"
_NO_CONTACT = "本年无联系记录"
_RULES_SHOWN = 13
"""Characters of a flag's rules that are shown."""


def message(search: Search) -> Line:
    """Return formula and text of the line beside the cell a name is typed into."""
    persons, pairs = (len(search.found(name)) for name in LINES)
    person_count, pair_count = map(_count, LINES)
    formula = (
        f'IF({_SOUGHT}="","{HINT}",IF({person_count}+{pair_count}=0,"未找到“"&{_SOUGHT}&"”。{_NONE}",'
        f'IF({person_count}>1,"“"&{_SOUGHT}&"”有 "&{person_count}&" 人（个）{_SEVERAL}",'
        f'"共有结对 "&{pair_count}&" 对。")))'
    )
    if not search.sought:
        return formula, HINT
    if persons > 1:
        return formula, f"“{search.sought}”有 {persons} 人（个）{_SEVERAL}"
    none = f"未找到“{search.sought}”。{_NONE}"
    return formula, f"共有结对 {pairs} 对。" if persons + pairs else none


def overflow(search: Search, name: str) -> Line:
    """Return formula and text of the line that counts what is not shown."""
    most, count = LINES[name], len(search.found(name))
    formula = f'IF({_count(name)}>{most},"……共 "&{_count(name)}&" 条，请输入编号查询","")'
    return formula, f"……共 {count} 条，请输入编号查询" if count > most else ""


def result_lines(search: Search, name: str) -> Iterator[list[Line]]:
    """Yield the cells of each line of a list, from left to right."""
    found, cells = search.found(name), _PERSON if name == "person" else _PAIR
    for line in range(LINES[name]):
        yield [
            (
                f'IF({line + 1}>{_count(name)},"",{formula(line)})',
                text(search, found[line]) if line < len(found) else "",
            )
            for formula, text in cells
        ]


_Shown = tuple[Callable[[int], str], Callable[[Search, int], str]]


def _role(line: int) -> str:
    mentor, individual, organisation = (f'"（{role}　"' for role in _ROLES)
    key = _cell("person", line)
    role = f"IF({key}<{_OFFSET},{mentor},IF({key}<{2 * _OFFSET},{individual},{organisation}))"
    return f'{_pick(key, ("name",) * 3)}&{role}&{_pick(key, ("status",) * 3)}&"）"'


def _role_text(search: Search, key: int) -> str:
    name, status = (_picked(search, key, (field,) * 3) for field in ("name", "status"))
    return f"{name}（{_ROLES[key // _OFFSET]}　{status}）"


def _person_field(*fields: str) -> _Shown:
    return (
        lambda line: f'{_pick(_cell("person", line), fields)}&""',
        lambda search, key: _picked(search, key, fields),
    )


def _pairs_line(line: int) -> str:
    key, running, total = (_cell("person", line, fact) for fact in ("", "running", "all"))
    capacity = _at("mentor", "capacity", _row(key))
    room = f'IF({key}<{_OFFSET},IF({capacity}="","","，可带 "&{capacity}&" 人"),"")'
    return f'"帮带中 "&{running}&" 对，累计 "&{total}&" 对"&{room}'


def _pairs_text(search: Search, key: int) -> str:
    running, total = (_pairs_value(search, key, running=only) for only in (True, False))
    capacity = search.text("mentor", "capacity", key) if key < _OFFSET else ""
    return f"帮带中 {running} 对，累计 {total} 对" + f"，可带 {capacity} 人" * bool(capacity)


def _flag(code: str, *, rules: bool) -> str:
    """Return the formula of a mentee's flag, as long as it is not handled."""
    row = f"MATCH({code},{span('flag', 'mentee_id')},0)"
    level, handled, names = (
        f"INDEX({span('flag', field)},{row})" for field in ("level", "handled_on", "rules")
    )
    reasons = f'&"："&LEFT({names},{_RULES_SHOWN})&IF(LEN({names})>{_RULES_SHOWN},"……","")'
    flag = f'IF({handled}="",{level}&"色预警"{reasons * rules},"预警已处理")'
    return f'IF({code}="","",IFERROR({flag},"未列入预警"))'


def _flag_text(search: Search, code: str, *, rules: bool) -> str:
    if not code:
        return ""
    flagged = _first(search, "flag", code)
    if not flagged:
        return "未列入预警"
    names = text_of(flagged, "rules")
    reasons = f"：{names[:_RULES_SHOWN]}{'……' * (len(names) > _RULES_SHOWN)}" * rules
    handled = text_of(flagged, "handled_on")
    return "预警已处理" if handled else f"{text_of(flagged, 'level')}色预警{reasons}"


def _trend(code: str) -> str:
    """Return the formula of the trend of a mentee's assessments."""
    row = f"MATCH({code},{span('growth', 'mentee_id')},0)"
    return f'IF({code}="","",IFERROR(INDEX({span("growth", "trend")},{row})&"",""))'


def _trend_text(search: Search, code: str) -> str:
    return text_of(_first(search, "growth", code), "trend") if code else ""


def _first(search: Search, key: str, code: str) -> RowValues:
    rows = search.reminders.rows[key]
    return next((row for row in rows if _same(text_of(row, "mentee_id"), code)), {})


def _of_mentee(formula: Callable[[str], str], text: Callable[[Search, str], str]) -> _Shown:
    """Return what is shown of a person who is a mentee; nothing of a mentor."""

    def of_line(line: int) -> str:
        key, code = (_cell("person", line, fact) for fact in ("", "code"))
        return f'IF({key}<{_OFFSET},"",{formula(code)})'

    def of_key(search: Search, key: int) -> str:
        return text(search, _picked(search, key, _ID_FIELDS)) if key >= _OFFSET else ""

    return of_line, of_key


PERSON_HEADINGS = ("姓名（身份、状态）", "编号", "单位或村(社区)", "结对", "预警", "评价趋势")
_PERSON: tuple[_Shown, ...] = (
    (_role, _role_text),
    _person_field(*_ID_FIELDS),
    _person_field(*_PLACES),
    (_pairs_line, _pairs_text),
    _of_mentee(partial(_flag, rules=True), partial(_flag_text, rules=True)),
    _of_mentee(_trend, _trend_text),
)


def _names(line: int) -> str:
    row = _row(_cell("pair", line))
    sides = (
        f'IF({name}="",{_at("pairing", f"{side}_id", row)},{name})'
        for side in ("mentor", "mentee")
        for name in [_at("pairing", f"{side}_name", row)]
    )
    return '&"→"&'.join(sides)


def _names_text(search: Search, key: int) -> str:
    return "→".join(
        search.text("pairing", f"{side}_name", key % _OFFSET)
        or search.text("pairing", f"{side}_id", key % _OFFSET)
        for side in ("mentor", "mentee")
    )


def _code(line: int) -> str:
    status = _at("pairing", "status", _row(_cell("pair", line)))
    return f'{_cell("pair", line, "code")}&CHAR(10)&IF({status}="","帮带中",{status})'


def _code_text(search: Search, key: int) -> str:
    code, status = (search.text("pairing", f, key % _OFFSET) for f in ("pairing_id", "status"))
    return f"{code}\n{status or '帮带中'}"


def _dates(line: int) -> str:
    days = (native.day_cell(name, _row(_cell("pair", line))) for name in _DATES)
    return '&CHAR(10)&"至 "&'.join(f'IF({day}>0,TEXT({day},"yyyy-mm-dd"),"未填")' for day in days)


_DATES = ("paired", "until")


def _dates_text(search: Search, key: int) -> str:
    columns, at = search.reminders.columns, key % _OFFSET - FIRST_ROW
    days = (int(columns[f"{name}_day"][at]) for name in _DATES)
    return "\n至 ".join(day_of(day).isoformat() if day > 0 else "未填" for day in days)


def _contact(line: int) -> str:
    day = _cell("pair", line, "contact")
    return f'IF({day}>0,TEXT({day},"yyyy-mm-dd"),"{_NO_CONTACT}")'


def _contact_text(search: Search, key: int) -> str:
    day = _last_contact_value(search, key)
    return day_of(day).isoformat() if day else _NO_CONTACT


def _duties_line(line: int) -> str:
    total, undone, late = (_cell("pair", line, fact) for fact in ("duties", "undone", "late"))
    counted = f'{total}&" 项，未完成 "&{undone}&" 项"&IF({late}=0,"","，逾期 "&{late}&" 项")'
    return f'IF({total}=0,"未制定",{counted})'


def _duties_text(search: Search, key: int) -> str:
    if not (total := _duties_value(search, key)):
        return "未制定"
    undone, late = _duties_value(search, key, undone=True), _duties_value(search, key, late=True)
    return f"{total} 项，未完成 {undone} 项" + f"，逾期 {late} 项" * bool(late)


def _growing(line: int) -> str:
    code = _cell("pair", line, "mentee")
    trend = _trend(code)
    return f'{_flag(code, rules=False)}&IF({trend}="","","；评价趋势"&{trend})'


def _growing_text(search: Search, key: int) -> str:
    code = code_of(search.text("pairing", "mentee_id", key % _OFFSET))
    flag, trend = _flag_text(search, code, rules=False), _trend_text(search, code)
    return f"{flag}；评价趋势{trend}" if trend else flag


PAIR_HEADINGS = ("导师→对象", "结对编号、状态", "起止日期", "最近联系", "职责", "对象预警与评价")
_PAIR: tuple[_Shown, ...] = (
    (_names, _names_text),
    (_code, _code_text),
    (_dates, _dates_text),
    (_contact, _contact_text),
    (_duties_line, _duties_text),
    (_growing, _growing_text),
)

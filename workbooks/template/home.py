"""Write the page 首页: what is due, what there is to do with a link each, and a search for a person.

`home_cells` has every formula of the page with the value it is saved with; what is due comes from
the hidden sheet `_待办`, whom the search finds from `_查询` (see `workbooks.template.search`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.sheets import SheetKind, UnitRow, model_for
from workbooks.pages import set_page
from workbooks.template import reminders as native
from workbooks.template import search
from workbooks.template.formula_sheet import FormulaCell
from workbooks.template.layout import (
    FIRST_ROW,
    GUIDE_SHEET,
    TODO_SHEET,
    VALUE_COLUMN,
    RowValues,
    column_number,
    form_row,
    shown,
    span,
)
from workbooks.template.lists import PEOPLE
from workbooks.template.search import Search
from workbooks.template.styles import BOX, HOME_COLOUR, LINE, PALE, Styles
from workbooks.template.todo import CARDS, list_place
from workbooks.template.worksheets import unit_line
from workbooks.text_fit import digits

_LETTERS = "BCDEFG"
_WIDTH = 19.5
_TODO_ROW, _TASK_ROW, _SEARCH_ROW = 4, 8, 13
_PERSON_ROW = _SEARCH_ROW + 2
_PAIR_ROW = _PERSON_ROW + search.LINES["person"] + 2
_LAST_ROW = _PAIR_ROW + search.LINES["pair"] + 1


class _Task(NamedTuple):
    """One thing to do.

    Attributes:
        title: What the link says.
        key: The sheet it leads to, "" for 使用说明.
        field: The column whose first free cell it leads to.
        text: When and how.
        other: Key of another sheet that belongs to it, "" for 使用说明.
    """

    title: str
    key: str
    field: str
    text: str
    other: str


_TASKS = (
    _Task("登记导师", "mentor", "name", "一人一行，先填“填报信息”；暂停、调出的更新“状态”", "unit"),
    _Task("登记对象", "individual", "name", "个人填“个人对象”，党组织填“组织对象”", "organisation"),
    _Task("结对", "pairing", "mentor_id", "每对一行，导师和对象从下拉列表选", "completion"),
    _Task("记工作日志", "log", "date", "每次联系后填一行，每对结对每月至少一行", "exchange"),
    _Task(
        "季度评价", "assessment", "mentee_id", "每季度对每名对象评价一次，由对象签字", "conversion"
    ),
    _Task("上报", "", "", "点“上报”按钮；未装加载项的，填写“填报信息”，保存后报送", ""),
)
_NOTHING_DUE = "目前没有待办事项。"


def home_cells(found: Search, unit: RowValues) -> Iterator[FormulaCell]:
    """Yield the formulas of the page.

    Args:
        found: What the search finds, and the reminders.
        unit: The values of 填报信息.
    """
    yield FormulaCell("B1", *_title(unit), "title")
    formula, value = unit_line(unit, short=True)
    yield FormulaCell("B2", formula.removeprefix("="), value, "unit")
    today = found.reminders.period.today.isoformat()
    yield FormulaCell(
        "E2", f'"数据截至："&TEXT({native.parameter_cell("today")},"yyyy-mm-dd")',
        f"数据截至：{today}", "day",
    )  # fmt: skip
    yield from _todo_cells(found)
    for letter, task in zip(_LETTERS, _TASKS, strict=True):
        if task.key:
            yield FormulaCell(f"{letter}{_TASK_ROW + 1}", _first_free(task), task.title, "task")
    yield FormulaCell(f"E{_SEARCH_ROW + 1}", *search.message(found), "note")
    for name, top in (("person", _PERSON_ROW), ("pair", _PAIR_ROW)):
        rows = enumerate(search.result_lines(found, name), top + 1)
        for row, cells in rows:
            for letter, line in zip(_LETTERS, cells, strict=True):
                yield FormulaCell(f"{letter}{row}", *line, "result")
        yield FormulaCell(f"B{row + 1}", *search.overflow(found, name), "note")


def _title(unit: RowValues) -> tuple[str, str]:
    """Return formula and text of whose ledger of which year this is."""
    form = {
        name: f"填报信息!${letters(VALUE_COLUMN)}${form_row(UnitRow, name)}" for name in _TITLED
    }
    place = f'IF({form["township"]}="",{form["county"]},{form["township"]})'
    place_text = shown(unit.get("township")) or shown(unit.get("county")) or ""
    year = shown(unit.get("year"))
    return (
        f'{place}&{form["year"]}&"年度导师帮带制台账"',
        f"{place_text}{'' if year is None else year}年度导师帮带制台账",
    )


_TITLED = ("county", "township", "year")


def _todo_cells(found: Search) -> Iterator[FormulaCell]:
    counts = [len(found.reminders.keys(card.name)) for card in CARDS]
    cells = [native.count_cell(card.name) for card in CARDS]
    total = "+".join(cells)
    formula = f'IF({total}=0,"{_NOTHING_DUE}","共有 "&({total})&" 项待办，点标题查看名单。")'
    text = f"共有 {sum(counts)} 项待办，点标题查看名单。" if sum(counts) else _NOTHING_DUE
    yield FormulaCell(f"D{_TODO_ROW}", formula, text, "heading text")
    for letter, cell, count in zip(_LETTERS, cells, counts, strict=True):
        yield FormulaCell(f"{letter}{_TODO_ROW + 2}", cell, count, "count")


def _first_free(task: _Task) -> str:
    """Return the link to the first free row of a sheet; gaps between rows do no harm."""
    letter = letters(column_number(model_for(task.key), task.field))
    name = model_for(task.key).sheet.name
    row = f"({FIRST_ROW}+COUNTA({span(task.key, task.field)}))"
    return f'HYPERLINK("#\'{name}\'!{letter}"&{row},"{task.title}")'


# --- writing --------------------------------------------------------------------------------------


def write_home(sheet: Worksheet, found: Search, unit: RowValues, styles: Styles) -> None:
    """Write the page 首页 on `sheet`."""
    looks = _looks(styles)
    _set_up(sheet, styles)
    _write_headings(sheet, styles)
    for letter, card in zip(_LETTERS, CARDS, strict=True):
        target = f"internal:'{TODO_SHEET}'!{list_place(card)}"
        at = f"{letter}{_TODO_ROW + 1}"
        sheet.write_url(at, target, looks["card"], card.title, "点击查看名单")
    for letter, task in zip(_LETTERS, _TASKS, strict=True):
        _write_task(sheet, letter, task, looks)
    for name, top in ((search.PERSON_HEADINGS, _PERSON_ROW), (search.PAIR_HEADINGS, _PAIR_ROW)):
        for letter, heading in zip(_LETTERS, name, strict=True):
            sheet.write_string(f"{letter}{top}", heading, looks["table heading"])
    _write_search(sheet, looks)
    for cell in home_cells(found, unit):
        sheet.write_formula(cell.at, f"={cell.formula}", looks[cell.style], cell.value)


def _looks(styles: Styles) -> dict[str, Format]:
    """Return the formats by the names the cells give them."""
    blue, green = PALE[SheetKind.INPUT], PALE[SheetKind.GENERATED]
    sides = {"left": 1, "right": 1, "left_color": LINE, "right_color": LINE}
    middle = {"align": "center", "text_wrap": True}
    foot = {"bottom": 1, "bottom_color": LINE}
    head = {"top": 1, "top_color": LINE, "underline": 1, "font_color": "#1F4E79"}
    return {
        "title": styles.title(),
        "unit": styles.line(),
        "day": styles.heiti(14, bold=True, align="right"),
        "heading text": styles.heiti(12, bottom=1, bottom_color=LINE, align="right"),
        "card": styles.heiti(12, bg_color=green, **middle, **sides, **head),
        "count": styles.heiti(24, bold=True, bg_color=green, num_format="0", **middle, **sides,
                              **foot),
        "task": styles.heiti(13, bg_color=blue, **middle, **sides, **head),
        "task text": styles.fangsong(11, bg_color=blue, **middle, **sides),
        "task other": styles.fangsong(11, bg_color=blue, font_color="#1F4E79", underline=1,
                                      **middle, **sides, **foot),
        "table heading": styles.heiti(11, bg_color=green, **middle, **BOX),
        "result": styles.fangsong(11, text_wrap=True, bottom=4, bottom_color="#BFBFBF"),
        "note": styles.line(text_wrap=True),
        "label": styles.heiti(12, align="right"),
        "typed": styles.fangsong(13, bold=True, bg_color="#FFF2CC", align="center",
                                 num_format="@", **BOX),
    }  # fmt: skip


def _set_up(sheet: Worksheet, styles: Styles) -> None:
    widths = (2, *[_WIDTH] * len(_LETTERS), 2)
    sheet.hide_gridlines(2)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, digits(width))
    set_page(sheet, HOME_COLOUR, widths)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(f"A1:H{_LAST_ROW}")
    heights = {1: 36, 2: 26, 3: 6, 7: 12, 12: 12, _SEARCH_ROW + 1: 34}
    heights |= {_TODO_ROW: 26, _TODO_ROW + 1: 24, _TODO_ROW + 2: 36}
    heights |= {_TASK_ROW: 26, _TASK_ROW + 1: 26, _TASK_ROW + 2: 66, _TASK_ROW + 3: 22}
    heights |= {_SEARCH_ROW: 26, _PERSON_ROW: 22, _PAIR_ROW: 22}
    heights |= {_PERSON_ROW + 1 + line: 38 for line in range(search.LINES["person"])}
    heights |= {_PAIR_ROW + 1 + line: 38 for line in range(search.LINES["pair"])}
    for row, height in heights.items():
        sheet.set_row(row - 1, height)
    sheet.merge_range("B1:G1", "", styles.title())
    sheet.merge_range("B2:D2", "", styles.line())
    sheet.merge_range("E2:G2", "", styles.line())


def _write_headings(sheet: Worksheet, styles: Styles) -> None:
    heading = styles.heiti(13, bottom=1, bottom_color=LINE)
    for row, text in (
        (_TODO_ROW, "一、本周待办"),
        (_TASK_ROW, "二、日常工作"),
        (_SEARCH_ROW, "三、查人"),
    ):
        sheet.write_string(f"B{row}", text, heading)
        for letter in _LETTERS[1:]:
            sheet.write_blank(f"{letter}{row}", None, heading)
    sheet.merge_range(f"D{_TODO_ROW}:G{_TODO_ROW}", "", heading)
    for value, criteria, colour in ((0, ">", "#C55A11"), (0, "==", "#548235")):
        rule = {"type": "cell", "criteria": criteria, "value": value,
                "format": styles.make(font_color=colour)}  # fmt: skip
        sheet.conditional_format(f"B{_TODO_ROW + 2}:G{_TODO_ROW + 2}", rule)


def _write_task(sheet: Worksheet, letter: str, task: _Task, looks: dict[str, Format]) -> None:
    if not task.key:
        at, target = f"{letter}{_TASK_ROW + 1}", f"internal:'{GUIDE_SHEET}'!A1"
        sheet.write_url(at, target, looks["task"], task.title, "点击查看使用说明")
    sheet.write_string(f"{letter}{_TASK_ROW + 2}", task.text, looks["task text"])
    other = model_for(task.other).sheet.name if task.other else GUIDE_SHEET
    at, target = f"{letter}{_TASK_ROW + 3}", f"internal:'{other}'!A1"
    sheet.write_url(at, target, looks["task other"], other, "点击打开该表")


def _write_search(sheet: Worksheet, looks: dict[str, Format]) -> None:
    row, cell = _SEARCH_ROW + 1, search.TYPED_CELL
    sheet.write_string(f"B{row}", "姓名或编号：", looks["label"])
    sheet.merge_range(f"{cell}:D{row}", "", looks["typed"])
    sheet.merge_range(f"E{row}:G{row}", "", looks["note"])
    sheet.data_validation(cell, {
        "validate": "list", "source": f"={PEOPLE}", "show_error": False,
        "input_title": "查人", "input_message": "输入姓名或编号，也可以从下拉列表选。",
    })  # fmt: skip
    for top, name in ((_PERSON_ROW, "person"), (_PAIR_ROW, "pair")):
        foot = top + search.LINES[name] + 1
        sheet.merge_range(f"B{foot}:G{foot}", "", looks["note"])

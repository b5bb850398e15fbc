"""The extension in a real LibreOffice with windows: what a clerk sees, clicks and gets."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xlwings as xw

import tests.support.helper_that_day
from addin.buttons import TAB, buttons
from addin.formulas import FORMULAS
from addin.hosts.calc import calc_app, protect
from addin.hosts.calc.extension.build import toolbar_url
from tests.addin.actions.published import write_posts
from tests.addin.ribbon.pressing import AS_OF, MADE, cells_of, opened, shown_in, tabs_of
from tests.addin.ribbon.pressing import press as headless_press
from tests.support.buttons_and_commands import COMMANDS, LEDGERS, by_commands, written_and_undone
from tests.support.clerks_desktop import ClerksDesktop
from tests.support.shared import SharedFolder
from validators.sheets import columns_by_field, model_for

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def fatal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that makes the helper die."""
    return tmp_path_factory.mktemp("fatal") / "write"


@pytest.fixture(scope="module")
def clerk(fatal: Path) -> Iterator[ClerksDesktop]:
    """Return the clerk's LibreOffice; its helper believes it to be the tests' day."""
    words = [sys.executable, tests.support.helper_that_day.__file__]
    words += [AS_OF.isoformat(), MADE.isoformat(), str(fatal)]
    command = fatal.with_name("helper")
    command.write_text(f"#!/bin/sh\nexec {shlex.join(words)}\n", encoding="utf-8")
    command.chmod(0o755)
    browser = fatal.with_name("browser")
    browser.write_text(f'#!/bin/sh\necho "$1" > {browser}.page\n', encoding="utf-8")
    browser.chmod(0o755)
    desktop = ClerksDesktop(command, BROWSER=str(browser))
    yield desktop
    desktop.stop()


@pytest.fixture
def app(clerk: ClerksDesktop) -> Iterator[xw.App]:
    """Return the tests' own view of what is open there."""
    with calc_app(600, clerk) as app:
        yield app


@pytest.fixture
def ledger(app: xw.App, short_ledger: Path, tmp_path: Path) -> xw.Book:
    return opened(app, short_ledger, tmp_path)


def uno_of(book: xw.Book) -> Any:
    return book.impl.document


def test_toolbars_and_menu_show_every_button(clerk: ClerksDesktop, app: xw.App) -> None:
    frame = uno_of(app.books.add()).CurrentController.Frame

    shown = [*clerk.toolbar(frame, toolbar_url(1)), *clerk.toolbar(frame, toolbar_url(2))]

    assert shown == [button.label for button in buttons()]
    assert clerk.menu(frame, TAB) == {
        group: [button.label for button in members]
        for group, members in groupby(buttons(), key=lambda button: button.group)
    }


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_into_the_open_document_what_its_command_writes(
    ledger: str,
    request: pytest.FixtureRequest,
    clerk: ClerksDesktop,
    app: xw.App,
    calc: xw.App,
    shared_folder: SharedFolder,
    tmp_path: Path,
) -> None:
    source: Path = request.getfixturevalue(ledger)
    expected = by_commands(ledger, source, calc, shared_folder)
    book = opened(app, source, tmp_path)

    written_and_undone(book, lambda name: clerk.press(uno_of(book), name), expected)


# --- buttons that make workbooks, ask for one, or show something ---


ELSEWHERE = {"undo", "insert_formulas", "formulas_to_values", *COMMANDS}
"""Buttons the other tests press."""
WRITING = {
    "papers", "growth_card", "new_ledger", "carry_over", "consolidate", "period_report",
    "return_ledgers", "publish", "submit",
}  # fmt: skip
SHOWING = {
    "receive", "import_tables", "copy_reminders", "next_finding", "settings", "manual",
}  # fmt: skip


def test_every_button_is_pressed() -> None:
    assert {button.id for button in buttons()} == ELSEWHERE | WRITING | SHOWING


def test_buttons_write_the_workbooks_whose_places_the_clerk_chooses(
    clerk: ClerksDesktop, app: xw.App, sample: Path, tmp_path: Path
) -> None:
    ledger = opened(app, sample, tmp_path)
    document, done = uno_of(ledger), set()
    folder, made = tmp_path / "乡镇台账", tmp_path / "生成"
    for place in (folder, made):
        place.mkdir()
    shutil.copyfile(sample, folder / sample.name)

    def press(name: str, *answers: object) -> str:
        said = clerk.press(document, name, *map(str, answers))
        clerk.close_all_but(document)
        done.add(name)
        return said[-1]

    def writes(name: str, *answers: object) -> Path:
        target = made / f"{name}.xlsx"
        assert str(target) in press(name, *answers, target), name
        assert target.exists()
        return target

    ledger.sheets["个人对象"].range("A4").select()
    writes("growth_card")
    papers, by_command = writes("papers"), made / "另一份.xlsx"
    headless_press(ledger, "papers", answers=[str(by_command)])
    ledger.app.books[by_command.name].close()
    assert cells_of(papers) == cells_of(by_command)
    writes("new_ledger", "开城镇")
    writes("carry_over")
    city = writes("consolidate", folder, "原州区")
    writes("period_report", folder, "2026Q2", "原州区")
    assert "退回清单" in press("return_ledgers", folder)
    writes("publish", city)
    writes("submit")
    assert done == WRITING


def test_buttons_take_in_what_the_clerk_chooses_and_show_what_she_asks_for(
    clerk: ClerksDesktop, app: xw.App, sample: Path, tmp_path: Path, fatal: Path
) -> None:
    ledger = opened(app, sample, tmp_path)
    document = uno_of(ledger)
    posts, roster = tmp_path / "下发.xlsx", tmp_path / "导师名册.csv"
    write_posts(posts)
    roster.write_text("导师姓名,性别,单位,职务\n母志鹏,男,镇政府,副镇长\n", encoding="utf-8")

    assert "下发" in clerk.press(document, "receive", str(posts))[-1]
    assert "导入" in clerk.press(document, "import_tables", str(roster))[-1]
    ledger.sheets["个人对象"].range("A4:A12").select()
    assert "已复制" in clerk.press(document, "copy_reminders")[-1]
    assert "帮带提醒】" in clerk.clipboard()
    clerk.press(document, "validate")
    assert clerk.press(document, "next_finding") == []
    clerk.press(document, "settings")
    assert ledger.sheets.active.name == "参数"
    clerk.press(document, "manual")
    assert ".html" in fatal.with_name("browser.page").read_text("utf-8")


# --- formulas -------------------------------------------------------------------------------------


def test_every_formula_is_computed_and_computed_again_after_an_edit(
    clerk: ClerksDesktop, ledger: xw.Book
) -> None:
    sheet = ledger.sheets.add("公式")
    where, column = {}, 2
    for formula in FORMULAS:
        recipe = formula.recipe  # type: ignore[attr-defined]
        sheet.activate()
        sheet.range((3, column)).select()
        if recipe.name == "BD_RISK":
            clerk.press(uno_of(ledger), "insert_formulas", recipe.name)
        else:
            headless_press(ledger, "insert_formulas", answers=[recipe.name])
        where[formula] = column + 1
        column += recipe.width + 2

    first = computed_and_expected(ledger, where)
    ledger.sheets["导师库"].range("B4").value = "马 志强"
    ledger.sheets["工作日志"].range("B5").value = "2026年8月8日"
    ledger.sheets["工作日志"].range("D6").value = "不知道"
    ledger.sheets["个人对象"].range("A4").value = "G640402104-099"
    second = computed_and_expected(ledger, where)

    for one, other in zip(first, second, strict=True):
        assert one.computed == one.expected, one.name
        assert other.computed == other.expected, one.name
    changed = {one.name for one, other in zip(first, second, strict=True) if one != other}
    assert changed >= {"BD_NAME", "BD_DATE", "BD_RISK", "BD_SUGGEST", "BD_CHECK"}

    said = clerk.press(uno_of(ledger), "formulas_to_values")
    assert "转为" in said[-1]
    assert [one.computed for one in computed_and_expected(ledger, where)] == [
        one.computed for one in second
    ]
    assert not sheet.range((3, where[FORMULAS[0]])).formula.startswith("=")


class Column(NamedTuple):
    """What a formula shows in the sheet, and what a direct call gives."""

    name: str
    computed: list[list[Any]]
    expected: list[list[Any]]


def computed_and_expected(ledger: xw.Book, where: dict[Any, int]) -> list[Column]:
    columns = []
    for formula, column in where.items():
        recipe = formula.recipe
        arguments = [argument(ledger, word, recipe.subjects[0]) for word in recipe.arguments]
        answer = formula(*arguments)
        rows = answer if isinstance(answer, list) else [[answer]]
        block = ledger.sheets["公式"].range((3, column), (2 + len(rows), column + recipe.width))
        shown = [[cell or "" for cell in row[: recipe.width]] for row in block.raw_value]
        expected = [[serial(cell) if isinstance(cell, datetime) else cell or "" for cell in row]
                    for row in rows]  # fmt: skip
        shown = [[serial(cell) if isinstance(cell, datetime) else cell for cell in row]
                 for row in shown]  # fmt: skip
        columns.append(Column(recipe.name, shown, expected))
    return columns


def argument(ledger: xw.Book, word: str, subject: str) -> Any:
    """Return what a word of a recipe stands for, as Excel would hand it over."""
    if word == "=TODAY()":
        return datetime.combine(date.today(), time())
    if word.startswith("="):
        name, _, cell = word[1:].partition("!")
        return ledger.sheets[name].range(cell).raw_value[0][0] if cell else float(name)
    key, mark, detail = re.fullmatch(r"([@\w]+)([.:?]?)(\w*)", word).groups()
    model = model_for(subject if key == "@" else key)
    tables = ledger.sheets[model.sheet.name].tables if model.sheet.name in tab_names(ledger) else ()
    table = next(iter(tables), None)
    if table is None:
        return None
    rows = table.range.raw_value
    match mark, detail:
        case ":", "rows":
            return rows[1:]
        case ":", "headings":
            return rows[:1]
        case ":", "sheet":
            return model.sheet.name
        case ":", "first":
            return 4.0
        case ".", field:
            at = rows[0].index(columns_by_field(model)[field].heading)
            return [[row[at]] for row in rows[1:]]
    return rows


def tab_names(ledger: xw.Book) -> list[str]:
    return [sheet.name for sheet in ledger.sheets]


def serial(moment: datetime) -> float:
    return (moment - datetime(1899, 12, 30)) / timedelta(days=1)


# --- bad states -----------------------------------------------------------------------------------


def test_another_workbook_and_a_password_are_told_and_nothing_is_changed(
    clerk: ClerksDesktop, app: xw.App, sample: Path, tmp_path: Path
) -> None:
    other = app.books.add()
    other.sheets[0]["A1"].value = "采购清单"
    assert "不是导师帮带台账" in clerk.press(uno_of(other), "validate")[-1]
    assert other.sheets[0].used_range.value == "采购清单"

    ledger = opened(app, sample, tmp_path)
    for sheet in ledger.sheets:
        protect(sheet, "a secret")
    before = shown_in(ledger)
    assert "密码" in clerk.press(uno_of(ledger), "update_growth")[-1]
    assert shown_in(ledger) == before


def test_what_is_being_typed_into_a_cell_is_taken_in_first(
    clerk: ClerksDesktop, app: xw.App, sample: Path, tmp_path: Path
) -> None:
    ledger = opened(app, sample, tmp_path)
    cell = next(sheet for sheet in ledger.sheets if sheet.name == "导师库").range("AB30")
    cell.select()
    clerk.type(uno_of(ledger), "abc")
    assert cell.value is None

    clerk.press(uno_of(ledger), "settings")

    assert cell.value == "abc"


def test_a_helper_that_dies_midway_leaves_nothing_half_written(
    clerk: ClerksDesktop, app: xw.App, sample: Path, tmp_path: Path, fatal: Path
) -> None:
    ledger = opened(app, sample, tmp_path)
    document, before, tabs = uno_of(ledger), shown_in(ledger), tabs_of(ledger)
    fatal.write_text("9")

    said = clerk.press(document, "update_all")
    fatal.unlink()

    assert "“一键更新”未完成：本工具的程序中途退出" in said[-1]
    assert shown_in(ledger) == before
    assert tabs_of(ledger) == tabs
    assert not document.hasControllersLocked()
    assert not document.UndoManager.isUndoPossible()
    assert "已" in clerk.press(document, "update_growth")[-1]
    assert shown_in(ledger) != before


def test_an_environment_that_is_gone_is_told_by_buttons_and_formulas(
    clerk: ClerksDesktop, app: xw.App, fatal: Path
) -> None:
    book = app.books.add()
    book.sheets[0]["A1"].value = "导师帮带"
    fatal.write_text("1")
    clerk.end_helper()
    clerk.command.rename(clerk.command.with_suffix(".away"))

    book.sheets[0]["A2"].formula = '=BD_NAME("王 秀兰")'
    said = clerk.press(uno_of(book), "validate")
    clerk.command.with_suffix(".away").rename(clerk.command)
    fatal.unlink()

    assert "已不存在。请在终端运行 bangdai calc install" in said[-1]
    assert book.sheets[0]["A2"].value.startswith("导师帮带未启动：")

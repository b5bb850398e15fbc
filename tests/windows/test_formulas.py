"""Formulas over real COM: with every kind of VARIANT they give what a direct call gives."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

import addin.formulas
from addin.formulas import FORMULAS
from tests.addin.formulas.test_through_com import DAY, calls_of
from tests.addin.ribbon.pressing import AS_OF
from tests.support.as_com import tables_of
from tests.support.com_side import MISSING, Cells
from tests.windows.driving import Excel
from validators.sheets import SHEETS
from workbooks.samples import write_samples

NAMES = [one.__name__ for one in FORMULAS]


@pytest.fixture(scope="module")
def ledger(running_excel: Excel, tmp_path_factory: pytest.TempPathFactory) -> tuple[Excel, Path]:
    """Return an Excel with a ledger open."""
    folder = tmp_path_factory.mktemp("ledger")
    write_samples(folder, townships=1, log_rows=200, seed=5, as_of=AS_OF, jobs=1)
    path = next(folder.glob("*.xlsx"))
    running_excel.open(path)
    return running_excel, path


def over_com(argument: Any) -> Any:
    """Return an argument as `Excel.formula` takes it: a range's cells as an array."""
    if isinstance(argument, Cells):
        return rows(argument.values) if isinstance(argument.values, list) else argument.values
    return ("missing",) if type(argument) is int and argument == MISSING else zoned(argument)


def rows(values: list[list[Any]]) -> tuple[str, list[list[Any]]]:
    return "rows", [[zoned(one) for one in row] for row in values]


def zoned(value: Any) -> Any:
    """Return a day as pywin32 wants it: without a zone it moves it by the PC's own."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return ("error", "#N/A") if type(value) is int and value == NOT_AVAILABLE else value


NOT_AVAILABLE = -2146826246


def direct(argument: Any) -> Any:
    if isinstance(argument, Cells):
        return argument.values
    return None if type(argument) is int and argument == MISSING else argument


def written(answer: Any) -> list[list[Any]]:
    """Return a direct answer as xlwings writes it: always rows; a day as it comes back."""
    lines = answer if isinstance(answer, list) else [[answer]]
    return [
        [("day", *one.timetuple()[:6]) if isinstance(one, datetime) else one for one in line]
        for line in lines
    ]


def told(answer: Any) -> list[list[Any]]:
    """Return an answer over COM as rows."""
    if not isinstance(answer, list):
        return [[answer]]
    return answer if answer and isinstance(answer[0], list) else [answer]


def same(excel: Excel, name: str, arguments: list[Any]) -> None:
    answer = told(excel.formula(name, *map(over_com, arguments)))
    assert answer == written(getattr(addin.formulas, name)(*map(direct, arguments))), name


def test_every_formula_gives_the_same_over_com_as_called_directly(
    ledger: tuple[Excel, Path],
) -> None:
    excel, path = ledger
    calls = calls_of(tables_of(path)[0])
    assert {name for name, _ in calls} == set(NAMES)

    for name, arguments in calls:
        same(excel, name, arguments)


def test_ranges_of_the_open_ledger_are_read_as_their_cells(ledger: tuple[Excel, Path]) -> None:
    excel, path = ledger
    tables, headings = tables_of(path)
    tabs = {model.sheet.key: model.sheet.name for model in SHEETS}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        book = load_workbook(path)
    places = {
        id(table): ("range", tabs[key], table_address(table, headings[key]))
        for key, table in tables.items()
        if all(m.max_row < headings[key] for m in book[tabs[key]].merged_cells.ranges)
    }  # `tables_of` fills merged cells, which no table of Excel's has

    asked = 0
    for name, arguments in calls_of(tables):
        given = [
            places.get(id(one.values)) if isinstance(one, Cells) else None for one in arguments
        ]
        asked += sum(map(bool, given))
        handed = [place or over_com(one) for place, one in zip(given, arguments, strict=True)]
        answer = told(excel.formula(name, *handed))
        assert answer == written(getattr(addin.formulas, name)(*map(direct, arguments))), name
    assert asked > 20


def table_address(table: list[list[Any]], heading_row: int) -> str:
    return f"A{heading_row}:{get_column_letter(len(table[0]))}{heading_row + len(table) - 1}"


KINDS: dict[str, tuple[Any, Any]] = {
    "text": ("2026.5.3", [["2026.5.3"]]),
    "number": (46145.0, [[46145.0]]),
    "truth": (True, [[True]]),
    "day": (datetime(2026, 5, 3, tzinfo=UTC), [[datetime(2026, 5, 3)]]),
    "moment": (datetime(2026, 5, 3, 12, tzinfo=UTC), [[datetime(2026, 5, 3, 12)]]),
    "money": (Decimal("12.5"), [[Decimal("12.5")]]),
    "error": (("error", "#N/A"), [["#N/A"]]),
    "empty": (None, [[None]]),
    "missing": (("missing",), None),
    "list": (("list", ["2026.5.3", None, 46145.0]), [["2026.5.3", None, 46145.0]]),
    "column": (("rows", [["2026.5.3"], [None]]), [["2026.5.3"], [None]]),
    "row": (("rows", [["2026.5.3", 46145.0]]), [["2026.5.3", 46145.0]]),
    "errors": (("rows", [[("error", "#REF!")], ["x"]]), [["#REF!"], ["x"]]),
    "cell": (("rows", [["2026.5.3"]]), [["2026.5.3"]]),
}
"""By kind what is handed over, and what a direct call gets of it: rows, nothing if left out."""


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_value_is_an_argument(name: str, ledger: tuple[Excel, Path]) -> None:
    excel, path = ledger
    _, *others = next(call for one, call in calls_of(tables_of(path)[0]) if one == name)
    handed_others, direct_others = list(map(over_com, others)), list(map(direct, others))

    for kind, (handed, plain) in KINDS.items():
        answer = told(excel.formula(name, handed, *handed_others))

        called = getattr(addin.formulas, name)(plain, *direct_others)
        assert answer == written(called), kind


@pytest.mark.parametrize("name", NAMES)
def test_arguments_that_may_be_missing_may_be_of_every_kind_too(
    name: str, ledger: tuple[Excel, Path]
) -> None:
    excel, path = ledger
    first, *others = next(call for one, call in calls_of(tables_of(path)[0]) if one == name)

    for at in range(len(others)):
        for kind in ("text", "money", "error", "empty", "missing", "list"):
            handed, plain = KINDS[kind]
            over = [over_com(one) for one in others]
            plainly = [direct(one) for one in others]
            over[at], plainly[at] = handed, plain
            answer = told(excel.formula(name, over_com(first), *over))
            called = getattr(addin.formulas, name)(direct(first), *plainly)
            assert answer == written(called), (at, kind)


MANY = 20_000


def test_twenty_thousand_rows_come_back_as_twenty_thousand(ledger: tuple[Excel, Path]) -> None:
    excel, _ = ledger
    days = [[f"2026.{at % 12 + 1}.{at % 28 + 1}"] for at in range(MANY)]
    people = [[f"NX640402001-D{at:05}", "张 三", 13812345678.0, DAY] for at in range(MANY)]
    headings = [["导师编号", "姓名", "联系电话", "聘任日期"]]

    for name in ("BD_DATE", "BD_NAME", "BD_PLACE"):
        same(excel, name, [Cells(days)])
    same(excel, "BD_CHECK", [Cells(people), Cells(headings), "导师库", MISSING, DAY, MISSING])


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_every_formula_takes_twenty_thousand_rows(name: str, ledger: tuple[Excel, Path]) -> None:
    excel, path = ledger
    first, *others = next(call for one, call in calls_of(tables_of(path)[0]) if one == name)
    cells = first.values if isinstance(first.values, list) else [[first.values]]
    many = [cells[at % len(cells)] for at in range(MANY)]

    same(excel, name, [Cells(many), *others])

"""The button 导入原有台账: a file into the open ledger, the doubtful columns asked in an open 导入对照."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.actions.imports.import_files import import_files
from addin.actions.new import start_ledger
from tests.addin.ribbon.pressing import AS_OF, MADE, cells_of, lighten, press, shown_in
from validators.sheets import MentorRow
from workbooks.import_sheets.mapping_workbook import AGREED
from workbooks.live.retry import with_retries
from workbooks.reader import read_ledger

UNIT = "640402104"
ROSTER = """导师名册
姓名,性别,出生年月,单位,职务,联系电话,身份证号,群众口碑
马志远,男,1976.05,镇政府,副镇长,13900000001,642221197605011234,好评
王秀兰,女,1980年3月,冯庄村,书记,13900000002,642221198003011248,一般
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start_ledger(UNIT, tmp_path / "开城镇.xlsx", year=2026, as_of=AS_OF)
    lighten(tmp_path / "开城镇.xlsx")
    (tmp_path / "导师名册.csv").write_bytes(ROSTER.encode("gb18030"))
    return tmp_path


@contextmanager
def opened(calc: xw.App, path: Path) -> Iterator[xw.Book]:
    book = calc.books.open(path)
    try:
        yield book
    finally:
        for other in list(calc.books):
            other.close()


def mentors(path: Path) -> list[tuple[Any, ...]]:
    return [*read_ledger(path).ledger.table(MentorRow).columns("name", "born", "phone", "remark")]


def test_a_file_comes_into_the_open_ledger_as_into_a_file_and_is_taken_back(
    calc: xw.App, folder: Path
) -> None:
    roster, saved = folder / "导师名册.csv", folder / "存下.xlsx"
    result = import_files(
        [roster], folder / "另存.xlsx", into=folder / "开城镇.xlsx", as_of=AS_OF, generated=MADE
    )

    with opened(calc, folder / "开城镇.xlsx") as book:
        before = shown_in(book)
        pressed = press(book, "import_tables", answers=[str(roster)])
        book.save(saved)
        press(book, "undo")
        after = shown_in(book)

    told = "\n".join(pressed.alerts)
    assert "新增导师 2 名" in told
    assert "身份证号" in told
    assert "642221" not in told + str(cells_of(saved))
    assert mentors(saved) == mentors(result.ledgers[0].out)
    assert mentors(saved)[0][:3] == ("马志远", date(1976, 5, 1), "13900000001")
    done = (cells_of(path) for path in (saved, result.ledgers[0].out))
    assert len({str(cells["导师库"]) for cells in done}) == 1
    assert after == before


def test_what_is_doubtful_is_asked_in_a_workbook_that_opens_and_is_heard_before_it_is_saved(
    calc: xw.App, folder: Path
) -> None:
    roster, saved = folder / "导师名册.csv", folder / "存下.xlsx"

    with opened(calc, folder / "开城镇.xlsx") as book:
        first = press(book, "import_tables", answers=[str(roster)])
        asked = calc.books["开城镇-导入对照.xlsx"].sheets["导入对照"]
        rows = asked.range("A1", asked.used_range.last_cell).raw_value
        row = next(at for at, line in enumerate(rows, 1) if "群众口碑" in line)
        asked.range(f"E{row}").value = "导师库·备注"
        asked.range(f"H{row}").value = AGREED
        book.activate()
        again = press(with_retries(book), "import_tables", answers=[str(roster)])
        book.save(saved)

    assert "“导入对照”已打开" in first.alerts[0]
    assert "请保存打开的“导入对照”" in again.alerts[0]
    assert [remark for *_, remark in mentors(saved)] == ["群众口碑：好评", "群众口碑：一般"]


def test_who_cancels_imports_nothing(calc: xw.App, folder: Path) -> None:
    with opened(calc, folder / "开城镇.xlsx") as book:
        pressed = press(book, "import_tables", answers=[])

    assert pressed.alerts == ["已取消，未导入。"]

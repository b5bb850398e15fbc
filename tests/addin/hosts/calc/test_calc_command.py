"""`bangdai calc`: buttons pressed in a LibreOffice of their own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import openpyxl
import pytest
import xlwings as xw
from click.testing import CliRunner, Result

from addin import clock
from addin.buttons import find_button
from addin.cli import cli
from validators.errors import BangdaiError, UsageError
from workbooks.live.host import host

pytestmark = pytest.mark.office  # each starts its own


def ask(book: xw.Book) -> None:
    """Write where the clerk stands, what she answers and the day; tell it."""
    chosen = book.app.selection
    book.app.status_bar = "正在新建"
    answers = [host().ask(book, "哪个单位？"), host().ask(book, "哪一年？")]
    book.sheets[0]["A1"].value = [[chosen.address, *answers, clock.today()]]
    book.app.books.add()
    book.app.alert("已记下。\n请核对。")


def tell(book: xw.Book) -> None:
    where = book.app.selection.address
    book.app.alert(f"{book.app.books.active.name}{where}：{book.sheets[0]['B1'].value}")


def refuse(book: xw.Book) -> None:
    book.app.alert("先说一句。")
    raise UsageError("没有可撤销的", "请先点一个按钮")


@pytest.fixture(autouse=True)
def buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = {"new_ledger": ask, "validate": tell, "undo": refuse}
    put = [replace(find_button(name), press=press) for name, press in functions.items()]
    by_name = {**{one.label: one for one in put}, **dict(zip(functions, put, strict=True))}
    monkeypatch.setattr(
        "addin.buttons.find_button", lambda name: by_name.get(name) or find_button(name)
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.create_sheet("成长档案")
    book.save(tmp_path / "台账.xlsx")
    return tmp_path / "台账.xlsx"


def run(ledger: Path, *arguments: str) -> Result:
    out = str(ledger.with_name("结果.xlsx"))
    return CliRunner().invoke(
        cli, ["calc", str(ledger), "--out", out, *arguments], standalone_mode=False
    )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_buttons_run_one_after_the_other_and_tell_what_they_show(ledger: Path) -> None:
    before = digest(ledger)

    done = run(
        ledger, "--button", "新建台账", "--button", "validate", "--select", "成长档案!A5",
        "--answer", "开城镇", "--as-of", "2026-06-30",
    )  # fmt: skip

    assert done.return_value == 0, done.exception
    assert done.output.splitlines() == [
        "■ 新建台账",
        "  已记下。",
        "  请核对。",
        "  状态栏：正在新建",
        "■ 录入校验",
        "  台账.xlsx$A$5：开城镇",
        f"已保存到：{ledger.with_name('结果.xlsx')}　原文件未改动。",
    ]
    first = openpyxl.load_workbook(ledger.with_name("结果.xlsx")).worksheets[0]
    where, unit, year, day = (cell.value for cell in first[1])
    assert (where, unit, year) == ("$A$5", "开城镇", None)
    assert cast("date", day).isoformat()[:10] == "2026-06-30"
    assert digest(ledger) == before


def test_a_refused_button_is_a_sentence_and_nothing_is_written(ledger: Path) -> None:
    done = run(ledger, "--button", "撤销上一步")

    assert isinstance(done.exception, BangdaiError)
    assert str(done.exception) == "没有可撤销的。请先点一个按钮"
    assert done.output == "■ 撤销上一步\n  先说一句。\n"
    assert [path.name for path in ledger.parent.iterdir()] == ["台账.xlsx"]


@pytest.mark.parametrize("place", ["没有的表!A1", "A5", "成长档案!你好"])
def test_a_place_that_is_not_there_is_told(ledger: Path, place: str) -> None:
    done = run(ledger, "--button", "录入校验", "--select", place)

    assert isinstance(done.exception, UsageError)
    assert "成长档案!A5" in str(done.exception)


def test_an_unknown_button_is_told_before_anything_starts(ledger: Path) -> None:
    done = run(ledger, "--button", "录入检验")

    assert "没有“录入检验”这个按钮" in str(done.exception)

"""The buttons 下发通报 and 接收下发 do what their commands do, and what is received can be undone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import xlwings as xw

from addin import clock
from addin.actions.consolidate import consolidate
from addin.actions.exchange.package import read_package
from addin.actions.exchange.publish import publish, write_to
from addin.actions.exchange.receive import receive_posts
from addin.actions.ledger_set import write_changed_copy
from tests.addin.actions.published import a_package, write_posts
from tests.addin.ribbon.pressing import AS_OF, lighten, long_ledger, opened, press, shown_in
from tests.support.books import cells_of
from validators.errors import UsageError
from validators.sheets import ExchangeRow


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return lighten(long_ledger(tmp_path / "台账.xlsx", 12))


def test_what_is_received_is_what_the_command_writes_and_can_be_undone(
    calc: xw.App, ledger: Path, tmp_path: Path
) -> None:
    package = tmp_path / "下发.xlsx"
    write_posts(package)
    (tmp_path / "开").mkdir()
    book = opened(calc, ledger, tmp_path / "开")
    before = shown_in(book)
    take = partial(receive_posts, package=read_package(package))
    write_changed_copy(take, ledger, tmp_path / "令.xlsx", as_of=AS_OF)

    with clock.as_if(AS_OF):
        said = press(book, "receive", answers=[str(package)])

    by_command = shown_in(calc.books.open(tmp_path / "令.xlsx"))
    name = ExchangeRow.sheet.name
    assert shown_in(book)[name] == by_command[name] != before[name]
    assert "新增 2 条" in said.alerts[-1]
    assert said.active == name
    with clock.as_if(AS_OF):
        again = press(book, "receive", answers=[str(package)])
    assert "未作改动" in again.alerts[-1]
    press(book, "undo")
    assert shown_in(book) == before


def test_a_package_of_another_superior_changes_nothing(
    calc: xw.App, ledger: Path, tmp_path: Path
) -> None:
    write_to(tmp_path / "别县.xlsx", a_package(publisher="640422"))
    (tmp_path / "开").mkdir()
    book = opened(calc, ledger, tmp_path / "开")
    before = shown_in(book)

    with clock.as_if(AS_OF), pytest.raises(UsageError):
        press(book, "receive", answers=[str(tmp_path / "别县.xlsx")])
    press(book, "receive")

    assert shown_in(book) == before
    assert not book.app.status_bar


def test_the_package_is_the_one_the_command_writes_and_is_opened(
    calc: xw.App, ledger: Path, tmp_path: Path
) -> None:
    (tmp_path / "报").mkdir()
    ledger.rename(tmp_path / "报" / "台账.xlsx")
    consolidate([tmp_path / "报"], tmp_path / "汇总.xlsx", as_of=AS_OF)
    out = tmp_path / "下发.xlsx"

    said = press(calc.books.add(), "publish", answers=[str(tmp_path / "汇总.xlsx"), str(out)])

    by_command = publish(tmp_path / "汇总.xlsx", tmp_path / "令")
    sheet = "下发内容"
    rows = [
        {c: v for c, v in cells_of(path)[sheet].items() if not c.endswith("2")}
        for path in (out, by_command.out)
    ]
    assert rows[0] == rows[1]
    assert by_command.total in said.alerts[-1]
    assert said.active == sheet or calc.books.active.name == out.name

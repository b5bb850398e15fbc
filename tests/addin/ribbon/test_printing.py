"""Buttons that print: papers and growth_card."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from addin import clock
from addin.actions.cards import write_cards
from addin.actions.ledger_set import read_ledgers
from addin.actions.papers import latest_pairings, reprint
from addin.actions.update import update_ledgers
from addin.buttons import Button
from addin.hosts.calc import CalcHost, Office, calc_app
from addin.ribbon.pairing import papers
from addin.ribbon.records import growth_card
from addin.ribbon.session import selected_rows
from tests.addin.ribbon.pressing import shown_in, tabs_of
from tests.support.books import cells_of
from validators.errors import UsageError, WriteRefused
from validators.ledger import Ledger, Table
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    DutyRow,
    FlagRow,
    GrowthRow,
    IndividualRow,
    LogEntryRow,
    PairingRow,
    Row,
    columns_by_field,
)
from workbooks.live import reading
from workbooks.live.host import use_host
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)

Press = Callable[..., list[str]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample ledger without errors, its generated sheets filled."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=1, log_rows=200, error_rate=0, seed=7, as_of=AS_OF)
    (source,) = folder.glob("*.xlsx")
    update_ledgers(source, folder / "台账.xlsx", as_of=AS_OF)
    return folder / "台账.xlsx"


@pytest.fixture(scope="module")
def ledger(path: Path) -> Ledger:
    return read_ledgers(path, as_of=AS_OF).ledger


@pytest.fixture(scope="module")
def book(calc_office: Office, path: Path) -> Iterator[xw.Book]:
    """The ledger, opened once: what prints changes nothing in it."""
    with calc_app(1200, calc_office) as app:
        kept = app.books.open(path)
        before = shown_in(kept), tabs_of(kept)
        yield kept
        assert (shown_in(kept), tabs_of(kept)) == before


@pytest.fixture
def calc(book: xw.Book) -> Iterator[xw.App]:
    """The application with that workbook alone, whatever a test opens beside it."""
    book.activate()
    yield book.app
    for other in book.app.books:
        if other.fullname != book.fullname:
            other.close()
    book.app.status_bar = None


@pytest.fixture
def changed(calc: xw.App, path: Path, tmp_path_factory: pytest.TempPathFactory) -> xw.Book:
    """A copy for those who change it."""
    copy = tmp_path_factory.mktemp("changed") / "改动.xlsx"
    return calc.books.open(shutil.copy(path, copy))


@pytest.fixture
def press(calc: xw.App) -> Press:
    """Press a button on a book with answers; returned is what its message boxes said."""

    def run(button: Button, book: xw.Book, *answers: object) -> list[str]:
        told = len(calc.impl.alerts)
        with clock.as_if(AS_OF), use_host(CalcHost(map(str, answers))):
            button.press(book)
        return [alert.prompt for alert in calc.impl.alerts[told:]]

    return run


def select(book: xw.Book, table: Table[Any], first: int, last: int | None = None) -> None:
    """Select cells in some rows of a sheet, not those that hold the ID."""
    name = table.place(first, "mentee_id").sheet
    rows = [table.place(one, "mentee_id").row for one in (first, first if last is None else last)]
    book.sheets[name].range((rows[0], 5), (rows[1], 6)).select()


def test_a_card_is_made_of_the_mentee_of_a_row_of_a_computed_sheet(
    book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    """成长档案 holds nothing of the clerk's: it is not part of a ledger as read."""
    assert not ledger.table(GrowthRow).parts
    names = [cell.value for cell in openpyxl.load_workbook(path)["成长档案"]["A"]]
    row = next(at for at, name in enumerate(names, 1) if str(name).startswith("G")) + 3
    book.sheets["成长档案"][f"D{row}"].select()

    press(growth_card, book, tmp_path / "卡.xlsx")

    wanted = [str(names[row - 1])]
    write_cards(path, tmp_path / "照.xlsx", as_of=AS_OF, mentees=wanted)
    assert cells_of(tmp_path / "卡.xlsx") == cells_of(tmp_path / "照.xlsx")


@pytest.mark.parametrize("model", [IndividualRow, PairingRow, FlagRow])
def test_a_card_is_made_of_the_mentee_of_the_selected_row(
    model: type[Row], book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    table = ledger.table(model)
    select(book, table, 2)

    said = press(growth_card, book, tmp_path / "卡.xlsx")

    wanted = table.column("mentee_id")[2]
    write_cards(path, tmp_path / "照.xlsx", as_of=AS_OF, mentees=[wanted])
    assert cells_of(tmp_path / "卡.xlsx") == cells_of(tmp_path / "照.xlsx")
    assert book.app.books.active.name == "卡.xlsx"
    assert "已生成成长档案卡 1 份" in said[-1]


@pytest.mark.parametrize("model", [DutyRow, LogEntryRow, CompletionRow, AssessmentRow])
def test_a_row_that_names_a_pairing_leads_to_its_mentee(
    model: type[Row], book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    table = ledger.table(model)
    place = table.place(1, next(iter(columns_by_field(model))))
    book.sheets[place.sheet].range((place.row, 5)).select()

    press(growth_card, book, tmp_path / "卡.xlsx")

    if model is AssessmentRow:
        wanted = [table.column("mentee_id")[1]]
    else:
        named = table.column("pairing_ids" if model is LogEntryRow else "pairing_id")[1]
        pairings = ledger.table(PairingRow)
        codes = [named] if isinstance(named, str) else named
        wanted = [pairings.column("mentee_id")[pairings.by_id[code]] for code in codes]
    write_cards(path, tmp_path / "照.xlsx", as_of=AS_OF, mentees=wanted)
    assert cells_of(tmp_path / "卡.xlsx") == cells_of(tmp_path / "照.xlsx")


def test_what_is_selected_in_another_workbook_does_not_count(
    book: xw.Book, path: Path, press: Press, tmp_path: Path
) -> None:
    other = book.app.books.open(shutil.copy(path, tmp_path / "另一本.xlsx"))
    other.sheets["个人对象"]["E5"].select()

    with pytest.raises(UsageError, match="未选中帮带对象"):
        press(growth_card, book, tmp_path / "卡.xlsx")


def test_selected_rows_give_a_card_each(
    book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    table = ledger.table(IndividualRow)
    select(book, table, 0, 2)

    press(growth_card, book, tmp_path / "卡.xlsx")

    wanted = table.column("mentee_id")[:3]
    write_cards(path, tmp_path / "照.xlsx", as_of=AS_OF, mentees=wanted)
    assert cells_of(tmp_path / "卡.xlsx") == cells_of(tmp_path / "照.xlsx")


def test_cards_somebody_wrote_on_are_kept_and_the_clerk_is_told_where(
    book: xw.Book, ledger: Ledger, press: Press, tmp_path: Path
) -> None:
    out = tmp_path / "卡.xlsx"

    def printed() -> str:
        select(book, ledger.table(IndividualRow), 0)
        said = "".join(press(growth_card, book, out))
        book.app.books[out.name].close()
        book.activate()
        return said

    untouched = printed()
    cards = openpyxl.load_workbook(out)
    cards.worksheets[0]["Z1"] = "面谈时记下的话"
    cards.save(out)
    typed = out.read_bytes()

    edited, again = printed(), printed()

    (kept,) = (tmp_path / "备份").iterdir()
    assert kept.read_bytes() == typed
    assert str(kept) in edited
    assert "有人改动过" not in untouched + again


@pytest.mark.parametrize("place", ["填报信息!B3", "导师库!A5", "成长档案!A1", "个人对象!C900"])
def test_where_no_mentee_is_selected_a_sentence_says_where_to(
    place: str, book: xw.Book, press: Press, tmp_path: Path
) -> None:
    sheet, _, cell = place.partition("!")
    book.sheets[sheet][cell].select()

    with pytest.raises(UsageError, match="未选中帮带对象"):
        press(growth_card, book, tmp_path / "卡.xlsx")

    assert list(tmp_path.iterdir()) == []
    assert book.app.status_bar is False


def test_papers_are_those_of_the_selected_pairings(
    book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    table = ledger.table(PairingRow)
    select(book, table, 1, 3)

    said = press(papers, book, tmp_path / "材料.xlsx")

    wanted = table.column("pairing_id")[1:4]
    reprint(path, tmp_path / "照.xlsx", as_of=AS_OF, pairings=wanted)
    assert cells_of(tmp_path / "材料.xlsx") == cells_of(tmp_path / "照.xlsx")
    assert book.app.books.active.name == "材料.xlsx"
    assert "已生成 3 对" in said[-1]


@pytest.mark.parametrize("place", ["填报信息!B3", "结对台账!A1"])
def test_without_selected_pairings_papers_are_those_of_the_latest_day(
    place: str, book: xw.Book, ledger: Ledger, path: Path, press: Press, tmp_path: Path
) -> None:
    sheet, _, cell = place.partition("!")
    book.sheets[sheet][cell].select()

    press(papers, book, tmp_path / "材料.xlsx")

    pairings = ledger.table(PairingRow)
    last = max(filter(None, pairings.column("paired_on")))
    assert latest_pairings(ledger) == [
        code for code, day in pairings.columns("pairing_id", "paired_on") if day == last
    ]
    reprint(path, tmp_path / "照.xlsx", as_of=AS_OF)
    assert cells_of(tmp_path / "材料.xlsx") == cells_of(tmp_path / "照.xlsx")


def test_a_selected_pairing_without_an_id_is_told(
    changed: xw.Book, ledger: Ledger, press: Press, tmp_path: Path
) -> None:
    table = ledger.table(PairingRow)
    place = table.place(1, "pairing_id")
    changed.sheets[place.sheet][place.cell].value = None
    select(changed, table, 0, 2)

    with pytest.raises(UsageError, match=f"第 {place.row} 行没有可用的结对编号"):
        press(papers, changed, tmp_path / "材料.xlsx")


@pytest.mark.parametrize("button", [papers, growth_card])
def test_cancelled_nothing_is_written(
    button: Callable[[xw.Book], None], book: xw.Book, ledger: Ledger, press: Press, tmp_path: Path
) -> None:
    select(book, ledger.table(PairingRow), 0)

    assert press(button, book) == ["已取消，未生成文件。"]

    assert len(book.app.books) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("button", [papers, growth_card])
def test_a_file_that_is_not_such_a_one_is_never_overwritten(
    button: Callable[[xw.Book], None], book: xw.Book, ledger: Ledger, press: Press, tmp_path: Path
) -> None:
    out = tmp_path / "旧.xlsx"
    openpyxl.Workbook().save(out)
    before = out.read_bytes()
    select(book, ledger.table(PairingRow), 0)

    with pytest.raises(WriteRefused, match="未覆盖"):
        press(button, book, out)

    assert out.read_bytes() == before


def test_another_workbook_is_told(calc: xw.App, press: Press, tmp_path: Path) -> None:
    for button in (papers, growth_card):
        with pytest.raises(UsageError, match="不是导师帮带台账"):
            press(button, calc.books.add(), tmp_path / "新.xlsx")


@pytest.mark.parametrize(("button", "sheet"), [(papers, "结对台账"), (growth_card, "成长档案")])
def test_a_missing_sheet_is_told(
    button: Callable[[xw.Book], None], sheet: str, changed: xw.Book, press: Press, tmp_path: Path
) -> None:
    changed.sheets[sheet].delete()

    with pytest.raises(UsageError, match=f"没有工作表“{sheet}”"):
        press(button, changed, tmp_path / "新.xlsx")

    assert list(tmp_path.iterdir()) == []


def test_so_many_areas_that_excel_would_name_but_some_are_refused(
    book: xw.Book, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ",".join(f"$A${row}" for row in range(100, 180, 2))
    cells = SimpleNamespace(sheet=book.sheets["个人对象"], address=address)
    monkeypatch.setattr(reading, "selection", lambda _: cells)

    with pytest.raises(UsageError, match="过于零散"):
        selected_rows(book, ledger)

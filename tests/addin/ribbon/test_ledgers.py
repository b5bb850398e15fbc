"""Buttons that make workbooks of their own: new_ledger, carry_over, consolidate, return_ledgers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from addin import clock
from addin.actions.consolidate import consolidate as consolidated
from addin.actions.exchange.return_ledgers import return_ledgers as returned
from addin.actions.new import start_ledger
from addin.buttons import Button
from addin.hosts.calc import CalcHost
from addin.ribbon.ledgers import carry_over, consolidate, new_ledger
from addin.ribbon.townships import return_ledgers
from tests.support.books import cells_of
from validators.errors import UnknownDivision, UsageError
from validators.sheets import MentorRow, UnitRow
from workbooks.live.host import use_host
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 9, 30, tzinfo=clock.now().tzinfo)

Press = Callable[..., list[str]]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "台账"
    write_samples(folder, townships=2, log_rows=40, seed=7, as_of=AS_OF)
    return folder


@pytest.fixture
def ledger(ledgers: Path) -> Path:
    return min(ledgers.glob("*.xlsx"))


@pytest.fixture
def press(calc: xw.App, monkeypatch: pytest.MonkeyPatch) -> Press:
    """Press a button on a book with answers; returned is what its message boxes said."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(button: Button, book: xw.Book, *answers: object) -> list[str]:
        told = len(calc.impl.alerts)
        with clock.as_if(AS_OF), use_host(CalcHost(map(str, answers))):
            button.press(book)
        return [alert.prompt for alert in calc.impl.alerts[told:]]

    return run


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.xlsx")
    }


def test_a_new_ledger_is_the_command_lines_and_opens(
    calc: xw.App, press: Press, tmp_path: Path
) -> None:
    out = tmp_path / "新.xlsx"

    (said,) = press(new_ledger, calc.books.add(), " 开城镇 ", out)

    start_ledger("开城镇", tmp_path / "照.xlsx", year=2026, as_of=AS_OF)
    assert cells_of(out) == cells_of(tmp_path / "照.xlsx")
    assert calc.books.active.name == "新.xlsx"
    assert "已新建原州区开城镇 2026 年度台账" in said


def test_a_place_nobody_knows_is_told_and_nothing_is_written(
    calc: xw.App, press: Press, tmp_path: Path
) -> None:
    with pytest.raises(UnknownDivision, match="开成镇"):
        press(new_ledger, calc.books.add(), "开成镇", tmp_path / "新.xlsx")

    assert list(tmp_path.iterdir()) == []


def test_next_years_ledger_holds_what_stands_in_the_open_one(
    calc: xw.App, press: Press, ledger: Path, tmp_path: Path
) -> None:
    """A name changed and not saved goes along; the open workbook stays as it is."""
    book = calc.books.open(ledger)
    place = read_ledger(ledger).ledger.table(MentorRow).place(0, "name")
    book.sheets[place.sheet][place.cell].value = "改过名"
    before = digests(ledger.parent)

    said = press(carry_over, book, tmp_path / "明年.xlsx")

    book.save(tmp_path / "存过.xlsx")
    last = read_ledger(tmp_path / "存过.xlsx").ledger
    unit = next(iter(last.unit_codes.values()))
    start_ledger(unit, tmp_path / "照.xlsx", year=2027, as_of=AS_OF, last=last)
    assert cells_of(tmp_path / "明年.xlsx") == cells_of(tmp_path / "照.xlsx")
    assert "改过名" in cells_of(tmp_path / "明年.xlsx")["导师库"].values()
    assert calc.books.active.name == "明年.xlsx"
    assert "2027 年度台账" in said[-1]
    assert digests(ledger.parent) == before
    assert book.app.status_bar is False


def test_a_ledger_without_its_code_is_carried_over_for_the_unit_its_names_and_ids_say(
    calc: xw.App, press: Press, ledger: Path, tmp_path: Path
) -> None:
    book = calc.books.open(ledger)
    form = read_ledger(ledger).ledger.table(UnitRow)
    place = form.place(0, "code")
    book.sheets[place.sheet][place.cell].value = None

    press(carry_over, book, tmp_path / "明年.xlsx")

    made = read_ledger(tmp_path / "明年.xlsx").ledger.table(UnitRow)
    assert made.column("code") == form.column("code")
    assert book.app.status_bar is False


def test_a_folder_is_consolidated_as_the_command_line_does_it(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    out = ledgers.with_name("市.xlsx")
    before = digests(ledgers)

    said = press(consolidate, calc.books.add(), ledgers, "固原市", out)

    alike = ledgers.with_name("照.xlsx")
    consolidated([ledgers], alike, as_of=AS_OF, scope="固原市")
    assert cells_of(out) == cells_of(alike)
    assert calc.books.active.name == "市.xlsx"
    assert "固原市填报情况" in said[-1]
    assert digests(ledgers) == before
    steps = [text for text in calc.impl.statuses if text.startswith("汇总乡镇台账：")]
    assert [text.partition("　")[0] for text in steps] == ["汇总乡镇台账：1/2", "汇总乡镇台账：2/2"]
    assert calc.status_bar is False


def test_a_township_adds_up_nothing(
    calc: xw.App, press: Press, ledgers: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="乡镇"):
        press(consolidate, calc.books.add(), ledgers, "开城镇", tmp_path / "市.xlsx")


def test_a_folder_without_ledgers_is_told_and_the_status_bar_is_given_back(
    calc: xw.App, press: Press, tmp_path: Path
) -> None:
    (tmp_path / "空").mkdir()

    with pytest.raises(UsageError, match="未找到台账"):
        press(consolidate, calc.books.add(), tmp_path / "空", "固原市", tmp_path / "市.xlsx")

    assert calc.status_bar is False
    assert calc.screen_updating


@pytest.mark.parametrize(
    ("button", "answers"),
    [
        (new_ledger, []),
        (new_ledger, ["开城镇"]),
        (carry_over, []),
        (consolidate, []),
        (consolidate, ["台账"]),
        (consolidate, ["台账", "固原市"]),
    ],
)
def test_a_cancelled_question_writes_nothing_and_says_so(
    button: Callable[[xw.Book], None],
    answers: list[str],
    calc: xw.App,
    press: Press,
    ledger: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    book, before = calc.books.open(ledger), digests(ledger.parent)

    (said,) = press(button, book, *answers)

    assert said.startswith("已取消，未")
    assert list(tmp_path.iterdir()) == []
    assert digests(ledger.parent) == before
    assert len(calc.books) == 1


@pytest.mark.parametrize(
    ("button", "answers"),
    [(new_ledger, ["开城镇"]), (carry_over, []), (consolidate, ["{folder}", "固原市"])],
)
def test_a_file_that_is_there_is_never_overwritten(
    button: Callable[[xw.Book], None],
    answers: list[str],
    calc: xw.App,
    press: Press,
    ledger: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "旧.xlsx"
    openpyxl.Workbook().save(out)
    before = digests(tmp_path)
    filled = [answer.format(folder=ledger.parent) for answer in answers]

    with pytest.raises(Exception, match=r"未覆盖|未覆盖"):
        press(button, calc.books.open(ledger), *filled, out)

    assert digests(tmp_path) == before


def test_a_folder_is_returned_as_the_command_line_does_it(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    before = digests(ledgers)

    said = press(return_ledgers, calc.books.add(), ledgers)
    in_front = calc.books.active.name
    again = press(return_ledgers, calc.books.add(), ledgers)

    out = ledgers.with_name("台账-退回（2026-06-30）")
    returned(ledgers, ledgers.with_name("照"), as_of=AS_OF)
    assert digests(out).keys() == digests(ledgers.with_name("照")).keys()
    for copy in out.glob("*.xlsx"):
        assert cells_of(copy) == cells_of(ledgers.with_name("照") / copy.name)
    assert in_front == "退回清单.xlsx"
    assert "退回 2 份" in said[-1]
    assert str(out) in said[-1]
    assert "（2）" in again[-1]
    assert "请先关闭" in again[-1]
    assert digests(ledgers) == before
    assert calc.status_bar is False


def test_nothing_is_returned_where_no_folder_is_chosen(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    there = sorted(ledgers.parent.iterdir())

    (said,) = press(return_ledgers, calc.books.add())

    assert "已取消" in said
    assert sorted(ledgers.parent.iterdir()) == there

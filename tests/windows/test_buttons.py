"""Every button over real COM: it writes what its command writes, and undo puts every cell back."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.actions.consolidate import consolidate
from addin.actions.ledger_set import write_changed_copy
from addin.buttons import Button, buttons
from addin.ribbon import LedgerButton
from tests.addin.actions.published import write_posts
from tests.addin.ribbon.pressing import AS_OF, MADE, MARKS
from tests.addin.ribbon.test_imports import ROSTER
from tests.support.buttons_and_commands import COMMANDS
from tests.windows.driving import Excel, Seen
from tests.windows.excel.contents import contents_of
from tests.windows.wine import Wine
from validators.sheets import IndividualRow, LogEntryRow

Command = Callable[[Path, Path], object]

UNDO = "undo"
ANSWERS: dict[str, list[str]] = {
    "new_ledger": ["开城镇"],
    "consolidate": ["D:\\上报", "固原市"],
    "return_ledgers": ["D:\\上报"],
    "period_report": ["D:\\上报", "2026Q2", "固原市"],
    "publish": ["D:\\汇总.xlsx"],
    "receive": ["D:\\下发.xlsx"],
    "insert_formulas": ["BD_RISK"],
    "import_tables": ["D:\\名册.csv"],
}
"""To the questions Excel would not answer itself; all others are answered by what is proposed."""
SHOWS_AND_HIDES = "settings"
"""Writes no cell; pressed again it puts the sheets away, which is not a step to undo."""


def ids(one: Button) -> str:
    return one.id


def ledger_and_command(one: Button) -> tuple[str, Command | None]:
    """Return the ledger in which a button has something to do, and what its command does there."""
    if one.id in COMMANDS:
        return COMMANDS[one.id]
    if isinstance(one, LedgerButton):
        compute = one.compute
        return "short_ledger", lambda source, out: write_changed_copy(
            compute, source, out, as_of=AS_OF
        )
    return "short_ledger", None


def sound(seen: Seen) -> None:
    """Hold what is true of a button whatever it does."""
    assert seen.unwritten == {}, (
        "the stand-in for Excel lacks members: write them in tests/windows/excel"
    )
    assert seen.failures == []
    assert seen.error == ""
    assert "未完成" not in seen.told
    assert "恢复" not in seen.told or "没能" not in seen.told
    assert seen.screen
    assert seen.events
    assert seen.autocorrect


def written_by(command: Command, source: Path, out: Path) -> dict[str, dict[str, Any]]:
    command(source, out)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return contents_of(load_workbook(out))


@pytest.fixture
def reported(wine: Wine, sample: Path) -> None:
    """Put a ledger where the clerk of the city collects them, and a roster beside."""
    wine.linux(ANSWERS["import_tables"][0]).write_bytes(ROSTER.encode("gb18030"))
    folder = wine.linux(ANSWERS["consolidate"][0])
    folder.mkdir(exist_ok=True)
    shutil.copyfile(sample, folder / sample.name)
    consolidate([folder], wine.linux(ANSWERS["publish"][0]), as_of=AS_OF)
    write_posts(wine.linux(ANSWERS["receive"][0]))


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("one", buttons(), ids=ids)
def test_a_button_does_its_work_and_undo_puts_every_cell_back(
    one: Button, request: pytest.FixtureRequest, excel: Excel, wine: Wine, tmp_path: Path
) -> None:
    name, command = ledger_and_command(one)
    source: Path = request.getfixturevalue(name)
    excel.open(source)
    excel.ask("select", sheet=IndividualRow.sheet.name, address="AF4")
    excel.ask("keep")

    seen = excel.press(one.id, ANSWERS.get(one.id, ()))

    sound(seen)
    assert seen.boxes or seen.asked or seen.status or seen.active != IndividualRow.sheet.name
    if command:
        now = {tab: cells for tab, cells in excel.ask("contents").items() if tab != MARKS}
        expected = written_by(command, source, tmp_path / "命令.xlsx")
        assert now.keys() == expected.keys()
        for tab in expected:
            assert now[tab] == expected[tab], tab
        assert excel.ask("differences"), "it has something to write here"
    if excel.ask("differences"):
        excel.ask("front")  # what was made for printing may be there
        own_undo = one.id == SHOWS_AND_HIDES
        undone = excel.press(one.id if own_undo else UNDO)
        sound(undone)
        assert own_undo or "已撤销" in undone.told
        assert excel.ask("differences") == []


def test_without_a_workbook_every_button_says_so_and_excel_lives_on(excel: Excel) -> None:
    for one in buttons():
        seen = excel.press(one.id)

        assert "未连接到 Excel" in seen.error, one.id
        assert seen.boxes == [], one.id


NEEDING = [one for one in buttons() if one.needs]


def test_another_workbook_is_told_to_be_no_ledger_and_stays_as_it_is(excel: Excel) -> None:
    excel.open()
    excel.ask("put", sheet="Sheet", address="A1", value="采购清单")
    excel.ask("keep")

    for one in NEEDING:
        seen = excel.press(one.id)

        assert "不是导师帮带台账" in seen.told, one.id
        sound(seen)
        assert seen.is_still, one.id
    assert excel.ask("differences") == []


def test_each_missing_sheet_is_named(excel: Excel, sample: Path) -> None:
    excel.open(sample)
    for one in NEEDING:
        sheet = one.needs.sheet
        if sheet.form:
            continue
        tabs = excel.ask("contents").keys()
        if sheet.name in tabs:
            excel.ask("rename", sheet=sheet.name, name=f"旧{sheet.name}")

        seen = excel.press(one.id)

        assert f"没有工作表“{sheet.name}”" in seen.told, one.id
        assert seen.is_still, one.id


@pytest.mark.parametrize("one", [one for one in NEEDING if ledger_and_command(one)[1]], ids=ids)
def test_a_sheet_with_a_password_is_named_and_nothing_is_written(
    one: Button, request: pytest.FixtureRequest, excel: Excel
) -> None:
    excel.open(request.getfixturevalue(ledger_and_command(one)[0]))
    excel.ask("protect", password="a secret")
    excel.ask("keep")

    seen = excel.press(one.id)

    assert "密码" in seen.told
    assert excel.ask("differences") == []
    assert seen.is_still


@pytest.mark.parametrize("name", ["fill_numbers", pytest.param("validate", marks=pytest.mark.long)])
def test_an_excel_of_2016_without_our_macros_is_written_the_same(
    name: str, wine: Wine, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ledger, command = COMMANDS[name]
    source = request.getfixturevalue(ledger)
    expected = written_by(command, source, tmp_path / "命令.xlsx")
    with Excel(wine, today=MADE, as_of=AS_OF, library="excel2016") as excel:
        excel.ask("addin", here=False)
        excel.open(source)
        excel.ask("keep")

        seen = excel.press(name)

        sound(seen)
        now = {tab: cells for tab, cells in excel.ask("contents").items() if tab != MARKS}
        assert now == expected
        sound(excel.press(UNDO))
        assert excel.ask("differences") == []


def test_rows_a_filter_hides_are_written_too(
    excel: Excel, short_ledger: Path, tmp_path: Path
) -> None:
    excel.open(short_ledger)
    excel.ask("filter", sheet=LogEntryRow.sheet.name, rows=[5, 6, 7, 8, 9, 10])

    seen = excel.press("fill_numbers")

    sound(seen)
    expected = written_by(COMMANDS["fill_numbers"][1], short_ledger, tmp_path / "补全.xlsx")
    assert excel.ask("contents") == expected


def test_a_sheet_protected_without_a_password_is_written_and_protected_again(
    excel: Excel, short_ledger: Path, tmp_path: Path
) -> None:
    excel.open(short_ledger)
    excel.ask("protect", password="")
    excel.ask("keep")

    seen = excel.press("fill_numbers")

    sound(seen)
    expected = written_by(COMMANDS["fill_numbers"][1], short_ledger, tmp_path / "补全.xlsx")
    assert excel.ask("contents") == expected
    assert not any(place.endswith(" state") for place, _, _ in excel.ask("differences"))

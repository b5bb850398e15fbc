"""Buttons while Excel does not answer, is covered by another window, or goes away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.addin.ribbon.pressing import AS_OF, MADE
from tests.support.buttons_and_commands import COMMANDS
from tests.windows.driving import Excel, Gone
from tests.windows.test_buttons import sound, written_by
from tests.windows.wine import Wine

BUTTON = "fill_numbers"
"""It reads, writes, shows a sheet and tells, with few calls."""
WAYS = ("editing", "rejecting", "dialogue")
SERVER = "pythonw.exe"
FOR_EVER = 600.0
"""Seconds: until the button gives up."""


@pytest.fixture(scope="module")
def undisturbed(running_excel: Excel, request: pytest.FixtureRequest) -> int:
    """Return how many calls the button makes; the first press of all asks more."""
    totals = []
    for _ in range(2):
        running_excel.open(request.getfixturevalue("short_ledger"))
        totals.append(running_excel.press(BUTTON).total)
    return min(totals)


@pytest.fixture
def opened(excel: Excel, short_ledger: Path) -> Excel:
    excel.open(short_ledger)
    excel.ask("keep")
    return excel


@pytest.fixture(scope="module")
def expected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("expected")
    source = request.getfixturevalue("short_ledger")
    return written_by(COMMANDS[BUTTON][1], source, folder / "补全.xlsx")


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(0.02, id="early"),
        pytest.param(0.5, id="midway", marks=pytest.mark.long),
        pytest.param(0.9, id="late"),
    ],
)
@pytest.mark.parametrize("kind", WAYS)
def test_a_button_waits_for_a_busy_excel(
    kind: str, share: float, opened: Excel, undisturbed: int, expected: object
) -> None:
    seen = opened.press(BUTTON, kind=kind, seconds=3, after=int(undisturbed * share))

    sound(seen)
    assert seen.hindered > 2
    assert seen.told.startswith("已补全编号")
    assert opened.ask("contents") == expected
    assert seen.is_still


@pytest.mark.parametrize("share", [0.02, 0.7], ids=["early", "late"])
@pytest.mark.parametrize(
    "kind", [WAYS[0], *(pytest.param(kind, marks=pytest.mark.long) for kind in WAYS[1:])]
)
def test_a_button_gives_up_and_the_next_finds_all_as_it_was(
    kind: str, share: float, opened: Excel, undisturbed: int, expected: object
) -> None:
    given_up = opened.press(BUTTON, kind=kind, seconds=FOR_EVER, after=int(undisturbed * share))
    differences = opened.ask("differences")

    next_time = opened.press(BUTTON)

    assert given_up.failures == []
    assert given_up.hindered > 10
    assert given_up.seconds < 60
    if share < 0.5:
        assert differences == [], given_up
    sound(next_time)
    assert opened.ask("contents") == expected
    assert next_time.is_still


def test_another_excel_in_front_does_not_matter(opened: Excel, expected: object) -> None:
    seen = opened.press(BUTTON, kind="rival", seconds=30, after=3)

    sound(seen)
    assert seen.told.startswith("已补全编号")
    assert opened.ask("contents") == expected
    assert seen.is_still


def test_an_error_of_excel_midway_leaves_nothing_half_written(
    opened: Excel, undisturbed: int
) -> None:
    seen = opened.press(BUTTON, kind="failing", at="Range.Value=")

    assert "未完成" in seen.told
    assert opened.ask("differences") == []
    assert seen.is_still


@pytest.mark.parametrize("share", [0.1, 0.6], ids=["reading", "writing"])
def test_a_workbook_closed_midway_is_told_and_the_next_one_works(
    share: float, opened: Excel, undisturbed: int, short_ledger: Path, expected: object
) -> None:
    seen = opened.press(BUTTON, kind="closing", after=int(undisturbed * share))
    assert seen.books == []
    assert seen.failures == []
    assert seen.seconds < 30

    opened.open(short_ledger)
    again = opened.press(BUTTON)

    sound(again)
    assert opened.ask("contents") == expected
    assert again.is_still


def test_an_excel_gone_midway_takes_python_with_it(
    wine: Wine, short_ledger: Path, undisturbed: int
) -> None:
    before = wine.running(SERVER)
    excel = Excel(wine, today=MADE, as_of=AS_OF)
    excel.open(short_ledger)
    assert wine.running(SERVER) > before

    with pytest.raises(Gone):
        excel.press(BUTTON, kind="vanishing", after=undisturbed // 2)
    excel.end()

    until = time.monotonic() + 60
    while wine.running(SERVER) > before and time.monotonic() < until:
        time.sleep(1)
    assert wine.running(SERVER) == before

"""本周待办 as computed and saved against a plain recomputation from the typed rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.workbooks.template.ledger_rows import AS_OF, code, filled_rows
from tests.workbooks.template.plain_todo import FORMS, NO_DAYS, expected_page, page, typed_rows
from validators.divisions import find_unit
from validators.settings import settings_list
from workbooks.patch.ledger_copy import update_workbook
from workbooks.samples import clean_rows
from workbooks.template.layout import FIRST_ROW, LedgerRows
from workbooks.template.todo_items import (
    BLANK_DAY,
    UNREADABLE_DAY,
    Period,
    Reminders,
    day_of,
    day_serial,
)
from workbooks.template.workbook import write_ledger
from workbooks.updates import SheetUpdate

UNIT = find_unit("原州区开城镇")
DAYS = (date(2026, 6, 12), date(2026, 5, 1), date(2026, 12, 31))
OTHER_SETTINGS = {"临近期满提醒天数": "20", "提前提醒天数": "0", "新结对宽限天数": "120"}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_page_of_a_carelessly_typed_ledger_is_what_plain_code_finds(
    seed: int, tmp_path: Path
) -> None:
    sample = clean_rows("640402104", seed=seed, as_of=DAYS[0], log_rows=120)
    rows = typed_rows({key: list(of_sheet) for key, of_sheet in sample.items()}, seed, DAYS[0])
    saved = tmp_path / "saved.xlsx"

    settings = OTHER_SETTINGS if seed == 2 else {}
    write_ledger(saved, UNIT, 2026, rows=rows, settings=settings, as_of=DAYS[0])

    assert page(saved) == expected_page(saved, DAYS[0])
    assert page(saved)[-1], "some days cannot be read, and the page says so"
    pages = [page(saved)]
    for today in DAYS[1:]:
        copy = tmp_path / f"{today}.xlsx"
        update_workbook(saved, copy, [], as_of=today)
        pages.append(page(copy))
        assert pages[-1] == expected_page(copy, today)
    assert all(any(count != "0" for count in counts) for counts in [*zip(*pages, strict=True)][:6])


def test_a_setting_whose_row_is_gone_has_its_default(tmp_path: Path) -> None:
    rows = filled_rows(logs=40, pairings=12)
    saved, copy = tmp_path / "saved.xlsx", tmp_path / "copy.xlsx"
    write_ledger(saved, UNIT, 2026, rows=rows, settings={"临近期满提醒天数": "0"}, as_of=AS_OF)
    names = [entry.name for entry in settings_list()]
    renamed = {(FIRST_ROW + names.index("临近期满提醒天数"), "name"): "期满提醒"}

    update_workbook(saved, copy, [SheetUpdate("setting", cells=renamed)], as_of=AS_OF)

    assert page(copy) == expected_page(copy, AS_OF)
    assert int(page(copy)[3]) > int(page(saved)[3])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_day_the_reader_takes_is_a_day(form: str) -> None:
    assert day_of(day_serial(form.format(date(2026, 5, 3)))) == date(2026, 5, 3)


@pytest.mark.parametrize("typed", NO_DAYS)
def test_what_a_formula_cannot_take_apart_is_no_day(typed: str) -> None:
    assert day_serial(typed) == UNREADABLE_DAY
    assert day_serial(" ") == BLANK_DAY


def _reminders(rows: dict[str, list[dict[str, Any]]], today: date) -> Reminders:
    return Reminders(LedgerRows(rows), Period.of(today, {}))


def _pairing(**changes: Any) -> dict[str, Any]:
    return {
        "pairing_id": code("J", 1), "mentor_id": code("D", 1), "mentee_id": code("G", 1),
        "paired_on": date(2026, 1, 5), "until": AS_OF, "status": "帮带中", **changes,
    }  # fmt: skip


def test_a_pairing_runs_on_its_last_day_and_not_on_the_next() -> None:
    rows = {"pairing": [_pairing()]}

    assert _reminders(rows, AS_OF).keys("contact") == [4]
    assert _reminders(rows, AS_OF.replace(day=AS_OF.day + 1)).keys("contact") == []


@pytest.mark.parametrize(
    ("final", "listed"),
    [
        ({"conclusion": "出师"}, False),
        ({"conclusion": "续帮", "assessed_on": date(2026, 5, 10)}, False),
        ({"conclusion": "续帮", "assessed_on": date(2025, 5, 10)}, True),
        ({"conclusion": None}, True),
    ],
)
def test_an_ending_is_announced_until_its_final_assessment_is_concluded(
    final: dict[str, Any], listed: bool
) -> None:
    completion = {"pairing_id": f"{code('J', 1)}｜马建军→李小梅", **final}
    rows = {"pairing": [_pairing()], "completion": [completion]}

    assert bool(_reminders(rows, AS_OF).keys("ending")) is listed


def test_a_mentee_whose_pairing_broke_off_waits_since_then() -> None:
    broken = _pairing(status="终止", ended_on=date(2026, 4, 30), until=date(2026, 12, 31))
    mentee = {"mentee_id": code("G", 1), "status": "帮带中", "chosen_on": date(2025, 8, 1)}
    rows = {"pairing": [broken], "individual": [mentee]}

    assert _reminders(rows, date(2026, 5, 15)).keys("unpaired") == []
    key = _reminders(rows, date(2026, 5, 16)).keys("unpaired")[0]
    assert day_of(key // 100_000) == date(2026, 4, 30)


def test_nothing_is_listed_in_a_blank_ledger(tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    write_ledger(saved, UNIT, 2026, as_of=AS_OF)

    assert page(saved) == expected_page(saved, AS_OF)
    assert page(saved)[:6] == ["0"] * 6


def test_rows_beyond_what_the_page_reads_are_not_listed() -> None:
    rows = filled_rows(logs=0, pairings=3)
    rows["pairing"] = [_pairing() for _ in range(605)]

    assert len(_reminders(rows, AS_OF).keys("contact")) == 600

"""Updates written into an open ledger: the same cells as in a file, all or nothing, and back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.actions.ledger_set import read_ledgers
from addin.actions.update import updates_of
from addin.hosts.calc import CalcHost, Office, calc_app, protect
from tests.support.uno_calls import CountedOffice
from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from tests.workbooks.live.saved import differences, saved, values
from tests.workbooks.patch.clerks import moved_ledger, template_ledger
from validators.errors import UpdateRefused
from validators.sheets import MentorRow
from workbooks.live import retry, undo
from workbooks.live.change import changing
from workbooks.live.retry import with_retries
from workbooks.live.undo import changed_since, undo_last
from workbooks.patch.ledger_copy import update_workbook
from workbooks.updates import SheetUpdate, UpdateRow

AS_OF, NOW = date(2026, 6, 30), datetime(2026, 7, 1, 8, 30)
PAIR: dict[str, Any] = {
    "pairing_id": "J640402104-900",
    "mentor_id": "D640402104-003",
    "mentee_id": "G640402104-004",
    "mode": "组织指派",
    "paired_on": date(2026, 7, 1),
    "until": date(2027, 6, 30),
    "status": "帮带中",
}


def brought_up_to_date(ledger: Path) -> Sequence[SheetUpdate]:
    examined = read_ledgers(ledger, as_of=AS_OF).examined[0]
    return updates_of(examined, AS_OF, NOW).updates


def suggestions(count: int, **more: Any) -> SheetUpdate:
    rows = (
        UpdateRow({"number": n, "mentee_id": f"G640402104-{n:03d}", **more})
        for n in range(1, count + 1)
    )
    return SheetUpdate("suggestion", rows=tuple(rows), as_of=AS_OF, generated=NOW)


def written(book: xw.Book, updates: Sequence[SheetUpdate], label: str = "一键更新") -> Any:
    with changing(book, label) as change:
        return change.write(updates)


def as_in_a_file(
    app: xw.App, ledger: Path, folder: Path, updates: Sequence[SheetUpdate]
) -> tuple[Any, dict[str, dict[str, Any]]]:
    """Return the report of the file's writer and what the file shows once it is calculated."""
    copy, again = folder / "文件.xlsx", folder / "文件2.xlsx"
    report = update_workbook(ledger, copy, updates)
    book = app.books.open(copy)
    book.save(again)
    book.close()
    return report, values(again)


# --- the same as in a file -----------------------------------------------------------------------


def test_a_ledger_brought_up_to_date_is_the_same_as_the_file_and_goes_back(
    calc: xw.App, sample: Path, tmp_path: Path
) -> None:
    updates = brought_up_to_date(sample)
    book = calc.books.open(sample)
    before = saved(book, tmp_path / "a.xlsx")

    report = written(book, updates)

    saved(book, tmp_path / "b.xlsx")
    assert (report, values(tmp_path / "b.xlsx")) == as_in_a_file(calc, sample, tmp_path, updates)
    assert changed_since(book) == []
    assert undo_last(book) == "一键更新"
    assert differences(before, saved(book, tmp_path / "c.xlsx")) == []


@pytest.mark.parametrize(("seed", "tables"), [(3, True), (4, False), (8, True)])
def test_moved_columns_and_columns_of_the_clerks_own_are_written_as_in_a_file(
    calc: xw.App, tmp_path: Path, seed: int, tables: bool
) -> None:
    ledger = moved_ledger(tmp_path / "a.xlsx", seed, tables=tables)
    continued = tuple(
        UpdateRow({"number": n, "reason": f"=1+{n}"}, continues=one)
        for n, one in enumerate((9, 7, 12), 1)
    )
    updates = [
        SheetUpdate("suggestion", rows=(*continued, *(suggestions(30, reason="'5/6").rows or ()))),
        SheetUpdate("pairing", append=tuple({**PAIR, "pairing_id": f"J{n}"} for n in range(20))),
        SheetUpdate("log", cells={(8, "place"): "001", (11, "place"): None}),
    ]
    book = calc.books.open(ledger)
    before = saved(book, tmp_path / "b.xlsx")

    report = written(book, updates)

    saved(book, tmp_path / "c.xlsx")
    assert (report, values(tmp_path / "c.xlsx")) == as_in_a_file(calc, ledger, tmp_path, updates)
    undo_last(book)
    assert differences(before, saved(book, tmp_path / "d.xlsx")) == []


def test_new_rows_go_above_the_foot_as_in_a_file_and_go_back(calc: xw.App, tmp_path: Path) -> None:
    rows = [row_of(MentorRow, **mentor_values(number)) for number in (1, 2)]
    foot = [["合计", "2 人"], ["填表人：　审核人："]]
    ledger = write_grids(tmp_path / "a.xlsx", {"导师库": [headings(MentorRow), *rows, *foot]})
    updates = [SheetUpdate("mentor", append=tuple(mentor_values(number) for number in (3, 4, 5)))]
    book = calc.books.open(ledger)
    saved(book, tmp_path / "b.xlsx")

    report = written(book, updates)

    saved(book, tmp_path / "c.xlsx")
    assert report.sheets[0].rows == (4, 5, 6)
    assert (report, values(tmp_path / "c.xlsx")) == as_in_a_file(calc, ledger, tmp_path, updates)
    undo_last(book)
    saved(book, tmp_path / "d.xlsx")
    assert values(tmp_path / "d.xlsx") == values(tmp_path / "b.xlsx")


def test_a_formula_of_the_clerks_moves_with_its_row_and_comes_back(
    calc: xw.App, tmp_path: Path
) -> None:
    def decorate(made: Any) -> None:
        sheet = made.get_worksheet_by_name("结对建议")
        sheet.write("V3", "加一")
        for row in range(4, 12):
            sheet.write_formula(f"V{row}", f"=A{row}+1", None, row)

    ledger = template_ledger(tmp_path / "a.xlsx", None, decorate)
    updates = [SheetUpdate("suggestion", rows=(UpdateRow({"number": 8}, continues=9),))]
    book = calc.books.open(ledger)
    before = saved(book, tmp_path / "b.xlsx")

    written(book, updates)

    assert book.sheets["结对建议"]["V4"].formula == "=A4+1"
    assert book.sheets["结对建议"]["V4"].value == 9
    assert book.sheets["结对建议"]["V5"].value is None
    undo_last(book)
    assert differences(before, saved(book, tmp_path / "c.xlsx")) == []


def test_a_table_grows_and_shrinks_with_its_rows_and_is_put_back(
    calc: xw.App, tmp_path: Path
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    sheet = book.sheets["结对建议"]
    table = sheet.tables[0]
    reach = table.range.address

    written(book, [suggestions(90)], "甲")
    grown = table.range.shape[0]
    written(book, [suggestions(2)], "乙")
    shrunk = table.range.shape[0]

    assert (grown, shrunk) == (1 + 90 + 6, 1 + 18)
    assert sheet["A40"].value is None
    assert [undo_last(book), table.range.shape[0]] == ["乙", grown]
    assert [undo_last(book), table.range.address] == ["甲", reach]
    assert undo_last(book) is None


# --- refusals ------------------------------------------------------------------------------------


def test_a_missing_sheet_and_merged_cells_are_refused_before_anything_is_written(
    calc: xw.App, tmp_path: Path
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    book.sheets["工作日志"].range("B4:B6").merge()
    before = saved(book, tmp_path / "b.xlsx")

    for updates in (
        [suggestions(3), SheetUpdate("log", cells={(5, "date"): date(2026, 6, 1)})],
        [suggestions(3), SheetUpdate("flag", rows=())],
        [suggestions(3), SheetUpdate("pairing", cells={(5, "remark"): "长" * 40_000})],
    ):
        with pytest.raises(UpdateRefused, match="未写入"):
            written(book, updates)

    assert differences(before, saved(book, tmp_path / "c.xlsx")) == []
    assert undo_last(book) is None


def test_a_sheet_with_a_password_is_named_and_no_sheet_is_written(
    calc: xw.App, sample: Path, tmp_path: Path
) -> None:
    book = calc.books.open(sample)
    updates = brought_up_to_date(sample)
    protect(book.sheets["职责清单"], "秘密")
    before = saved(book, tmp_path / "a.xlsx")

    with pytest.raises(UpdateRefused, match="“职责清单”设有保护密码"):
        written(book, updates)

    assert differences(before, saved(book, tmp_path / "b.xlsx")) == []


def test_a_protected_sheet_is_written_and_protected_again(
    calc: xw.App, sample: Path, tmp_path: Path
) -> None:
    book = calc.books.open(sample)
    protected = {"校验结果", "成长档案", "金牌导师"}
    for name in protected:
        protect(book.sheets[name])

    written(book, brought_up_to_date(sample))

    after = saved(book, tmp_path / "a.xlsx")
    assert {name for name, one in after.items() if one["protected"]} == protected
    assert after["校验结果"]["A4"][0] == "错误"


# --- errors in the middle ------------------------------------------------------------------------


RETRY = retry.retry


class Failing:
    """`retry`, failing at one of its calls."""

    def __init__(self, at: int) -> None:
        self.calls, self.at = 0, at

    def __call__(self, call: Callable[[], Any], seconds: float = 10, **_: Any) -> Any:
        if retry._RETRYING.get():  # part of a call that is counted already
            return call()
        self.calls += 1
        if self.calls == self.at:
            raise RuntimeError("planted")
        return RETRY(call, seconds)


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Failing]:
    """Let the n-th thing that a change asks of the spreadsheet fail."""

    def planted(at: int) -> Failing:
        failing = Failing(at)
        monkeypatch.setattr(retry, "retry", failing)
        return failing

    return planted


def test_an_error_at_any_call_leaves_the_workbook_as_it_was(
    calc_office: Office, tmp_path: Path, plant: Callable[[int], Failing]
) -> None:
    with calc_app(300, calc_office) as app:
        book = with_retries(app.books.open(moved_ledger(tmp_path / "a.xlsx", 3)))
        protect(book.sheets["结对建议"])
        before = saved(book, tmp_path / "b.xlsx")
        updates = [suggestions(30, reason="=1+1")]
        counting = plant(0)
        written(book, updates)
        undo_last(book)

        failed = 0
        for at in range(1, counting.calls, 3):  # calls in a row mostly read: alike if they fail
            plant(at)
            try:
                written(book, updates, f"第{at}次")
            except RuntimeError:
                failed += 1
            else:
                break
            plant(0)
            assert book.sheets["结对建议"].impl.protected, at
            if undo_last(book) is None:  # else it failed when all was done, and was undone
                assert app.screen_updating, at
                assert app.status_bar is False, at
            if at % 2 == 0:
                assert differences(before, saved(book, tmp_path / "c.xlsx")) == [], at

        plant(0)
        assert failed > 35
        undo_last(book)
        assert differences(before, saved(book, tmp_path / "d.xlsx")) == []


# --- round trips ---------------------------------------------------------------------------------


def calls_to_write(
    office: Office, ledger: Path, rows: int, plant: Callable[[int], Failing]
) -> tuple[int, int]:
    """Return what rewriting, appending and filling in `rows` rows, and back, asks for.

    Returns:
        How much of Excel, and how many calls LibreOffice makes of it.
    """
    counted, asked = CountedOffice(office), plant(0)
    updates = [
        suggestions(rows, reason="001"),
        SheetUpdate("pairing", append=tuple({**PAIR, "pairing_id": f"J{n}"} for n in range(rows))),
        SheetUpdate("log", cells={(n, "place"): f"{n}" for n in range(4, 4 + rows, 3)}),
    ]
    with calc_app(300, counted) as app:  # type: ignore[arg-type]
        book = with_retries(app.books.open(ledger))
        undo._STEPS.clear()  # looking for a workbook's former name takes calls
        before = counted.calls
        written(book, updates)
        undo_last(book)
        return asked.calls, counted.calls - before


def test_many_times_the_rows_ask_for_no_more(
    calc_office: Office, tmp_path: Path, plant: Callable[[int], Failing]
) -> None:
    ledger = template_ledger(tmp_path / "a.xlsx")

    few = calls_to_write(calc_office, ledger, 40, plant)
    many = calls_to_write(calc_office, ledger, 600, plant)

    assert few == many
    assert min(few) > 100


# --- the clerk goes on ---------------------------------------------------------------------------


def test_what_the_clerk_changes_after_a_step_is_told_before_it_is_undone(
    calc: xw.App, tmp_path: Path
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    written(book, [suggestions(5)])
    sheet = book.sheets["结对建议"]

    unchanged = changed_since(book)
    sheet["C5"].value = "改过"
    sheet["X50"].value = "别处"

    assert unchanged == []
    assert changed_since(book) == ["结对建议!C5"]


def test_several_steps_are_undone_one_by_one_and_twenty_are_remembered(
    calc: xw.App, tmp_path: Path
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    sheet = book.sheets["工作日志"]
    states = []
    for n in range(23):
        states.append(sheet["A1:H30"].value)
        written(book, [SheetUpdate("log", cells={(4 + n % 5, "place"): f"第{n}次"})], f"{n}")

    undone = []
    while (label := undo_last(book)) is not None:
        undone.append(label)
        assert sheet["A1:H30"].value == states[int(label)]

    assert undone == [str(n) for n in range(22, 2, -1)]


def test_a_workbook_saved_under_another_name_keeps_its_steps_and_another_has_none(
    calc: xw.App, tmp_path: Path
) -> None:
    ledger = template_ledger(tmp_path / "a.xlsx")
    book = calc.books.open(ledger)
    written(book, [suggestions(5)])
    other = calc.books.open(shutil.copy(ledger, tmp_path / "别的.xlsx"))

    assert undo_last(other) is None
    book.save(tmp_path / "新名.xlsx")
    assert undo_last(book) == "一键更新"


def test_a_step_is_not_undone_into_rows_that_moved(calc: xw.App, tmp_path: Path) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    sheet = book.sheets["工作日志"]
    before = sheet["A1:H30"].value
    written(book, [SheetUpdate("log", cells={(5, "place"): "村部"})], "规范格式")
    sheet.range("4:4").insert("down")
    moved = sheet["A1:H30"].value

    with pytest.raises(UpdateRefused, match="“工作日志”插入、删除过行") as told:
        changed_since(book)
    with pytest.raises(UpdateRefused):
        undo_last(book)

    assert "“规范格式”" in told.value.message
    assert sheet["A1:H30"].value == moved
    sheet.range("4:4").delete("up")
    assert undo_last(book) == "规范格式"
    assert sheet["A1:H30"].value == before


def test_a_step_that_went_with_a_workbook_closed_unsaved_is_passed_over(
    calc: xw.App, tmp_path: Path
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    before = book.sheets["工作日志"]["A1:H30"].value
    written(book, [SheetUpdate("log", cells={(5, "place"): "村部"})], "规范格式")
    book.save(tmp_path / "a.xlsx")
    written(book, [suggestions(5)], "生成结对建议")
    book.close()
    book = calc.books.open(tmp_path / "a.xlsx")

    asked = changed_since(book)

    assert asked == []
    assert undo_last(book) == "规范格式"
    assert book.sheets["工作日志"]["A1:H30"].value == before
    assert undo_last(book) is None


def test_a_step_whose_sheet_is_gone_is_refused_and_stays(calc: xw.App, tmp_path: Path) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    written(book, [suggestions(5)])
    book.sheets["结对建议"].name = "旧表"

    with pytest.raises(UpdateRefused, match="已改名或删除"):
        undo_last(book)

    book.sheets["旧表"].name = "结对建议"
    assert undo_last(book) == "一键更新"


def test_a_filtered_sheet_is_shown_in_full_and_that_is_told(
    calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = calc.books.open(template_ledger(tmp_path / "a.xlsx"))
    shown: list[str] = []

    monkeypatch.setattr(CalcHost, "is_filtered", lambda _, sheet: sheet.name == "结对建议")
    monkeypatch.setattr(CalcHost, "show_all", lambda _, sheet: shown.append(sheet.name))

    with changing(book, "建议") as change:
        change.write([suggestions(5), SheetUpdate("log", cells={(4, "place"): "x"})])
        remarks = change.remarks

    assert shown == ["结对建议"]
    assert remarks == ["工作表“结对建议”原有筛选，已全部显示"]

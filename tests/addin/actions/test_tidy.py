"""What is read for sure is written in the standard way, and means the same afterwards."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwings as xw
from click.testing import CliRunner
from openpyxl import load_workbook

from addin.actions.tidy import rewritings, tidy_ledger
from addin.cli import cli
from addin.hosts.calc import CalcHost
from addin.ribbon.checking import tidy
from tests.addin.actions.waiting_ledger import waiting_rows, write_waiting
from tests.workbooks.template.plain_todo import expected_page, page
from validators.columns import Fill
from validators.errors import UsageError
from validators.sheets import SHEETS, SettingRow, columns_by_field
from workbooks.live.host import use_host
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=4, log_rows=150, seed=11, as_of=date(2026, 6, 30), jobs=1)
    return folder


def test_a_tidied_ledger_reads_the_same_and_has_nothing_left_to_tidy(
    folder: Path, tmp_path: Path
) -> None:
    changed = 0
    for source in folder.glob("*.xlsx"):
        done = tidy_ledger(source, tmp_path / source.name)
        changed += len(done.rewritings)

        before, after = read_ledger(source).ledger, read_ledger(tmp_path / source.name).ledger
        for model in SHEETS:
            for field in columns_by_field(model):
                offered = {r.value for r in done.rewritings if r.field == field}
                values = zip(
                    before.table(model).column(field), after.table(model).column(field), strict=True
                )
                assert [
                    (source.name, model.sheet.name, field, was, now)
                    for was, now in values
                    if now != was and not (was is None and now in offered)
                ] == []
        assert [one.sentence for one in rewritings(after)] == []
    assert changed > 60


def test_only_what_clerks_type_is_rewritten_and_never_a_doubtful_cell(folder: Path) -> None:
    for source in folder.glob("*.xlsx"):
        ledger = read_ledger(source).ledger
        for one in rewritings(ledger):
            table = next(t for t in ledger.tables.values() if t.key == one.key)
            column = columns_by_field(table.model)[one.field]
            part = table.parts[0]
            typed = part.columns[one.field]
            rows = [at for at in range(len(part)) if part.row_number(one.field, at) == one.row]
            problem = typed.problems[typed.cells.codes[rows[0]]]
            assert column.fill is Fill.CLERK
            assert table.model is not SettingRow
            assert problem.kind in {"normalised", "date_number", "date_serial"}


@pytest.fixture
def odd(odd_once: Path, tmp_path: Path) -> Path:
    """Return a ledger as a clerk left it: odd spellings, merged cells, a number shown as 007."""
    return Path(shutil.copy(odd_once, tmp_path / "台账.xlsx"))


@pytest.fixture(scope="module")
def odd_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = waiting_rows()
    rows["mentor"][1]["name"] = "王 秀兰"
    rows["individual"][1]["chosen_on"] = "2026.6.20"
    rows["individual"][2]["chosen_on"] = "6.20"
    rows["individual"][3]["mentors_needed"] = "1名"
    rows["individual"][4]["mentee_id"] = "g640402104-005"
    source = write_waiting(tmp_path_factory.mktemp("odd") / "台账.xlsx", rows)
    book = load_workbook(source)
    sheet = book["导师库"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, heads["备注"]).value = 7
    sheet.cell(4, heads["备注"]).number_format = "000"
    sheet.cell(5, heads["联系电话"]).value = 13995001234
    sheet.cell(4, heads["单位"]).value = " 开城镇人民政府 "
    sheet.merge_cells(start_row=4, end_row=5, start_column=heads["单位"], end_column=heads["单位"])
    book.save(source)
    return source


def test_each_kind_of_odd_writing_is_told_and_doubtful_or_shown_ones_stay(odd: Path) -> None:
    told = [one.sentence.split(" ", 1) for one in rewritings(read_ledger(odd).ledger)]

    said = [what for _, what in told]
    assert sorted(said) == sorted(
        [
            "“王 秀兰” → “王秀兰”",
            "“ 开城镇人民政府 ” → “开城镇人民政府”",
            "“13995001234”（数字） → “13995001234”（文字）",
            "“2026.6.20” → “2026-06-20”",
            "“1名” → “1”",
            "“g640402104-005” → “G640402104-005”",
        ]
    )


def test_a_merged_cell_is_rewritten_once_and_dates_become_real_dates(
    odd: Path, tmp_path: Path
) -> None:
    done = tidy_ledger(odd, tmp_path / "新.xlsx")

    sheet = load_workbook(tmp_path / "新.xlsx")["个人对象"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    assert sheet.cell(5, heads["确定日期"]).value.date() == date(2026, 6, 20)
    assert sheet.cell(6, heads["确定日期"]).value == "6.20"
    assert len(done.rewritings) == 6


def test_the_command_lists_what_changes_and_writes_only_where_it_is_told(
    odd: Path, tmp_path: Path
) -> None:
    before = odd.read_bytes()
    listed = CliRunner().invoke(cli, ["tidy", str(odd), "--json"])
    written = CliRunner().invoke(cli, ["tidy", str(odd), "--out", str(tmp_path / "新.xlsx")])

    changes = json.loads(listed.output)["changes"]
    assert len(changes) == 6
    assert {"sheet", "cell", "row", "column", "before", "after"} == changes[0].keys()
    assert "有 6 个单元格格式不规范但含义明确" in written.output
    assert "“2026.6.20” → “2026-06-20”" in written.output
    assert (tmp_path / "新.xlsx").exists()
    assert odd.read_bytes() == before


def test_the_page_of_a_tidied_copy_is_saved_for_the_day_given(odd: Path, tmp_path: Path) -> None:
    out = tmp_path / "新.xlsx"

    done = CliRunner().invoke(cli, ["tidy", str(odd), "--out", str(out), "--as-of", "2026-07-15"])

    assert done.exit_code == 0
    assert page(out) == expected_page(out, date(2026, 7, 15))
    assert load_workbook(out, data_only=True)["本周待办"]["I2"].value.date() == date(2026, 7, 15)


def test_an_existing_file_is_never_overwritten(odd: Path, tmp_path: Path) -> None:
    out = tmp_path / "已有.xlsx"
    out.write_bytes(b"a year's work")

    with pytest.raises(UsageError, match="已存在"):
        tidy_ledger(odd, out)

    assert out.read_bytes() == b"a year's work"


@pytest.fixture
def unformatted(tmp_path: Path) -> Path:
    """Return a ledger in which the dates of two sheets are texts, and no cell shows dates."""
    rows = waiting_rows()
    rows["individual"][1]["chosen_on"] = "2026.6.20"
    rows["individual"][1]["born"] = "1988.5"
    rows["mentor"][1]["appointed_on"] = "2026/1/5"
    source = write_waiting(tmp_path / "台账.xlsx", rows)
    book = load_workbook(source)
    for sheet in (book["个人对象"], book["导师库"], book["填报信息"]):
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, datetime):
                    cell.value = cell.value.strftime("%Y.%m.%d")
                cell.number_format = "General"
        for column in sheet.column_dimensions.values():
            column.number_format = "General"
    book.save(source)
    return source


def test_a_text_date_without_a_date_format_becomes_a_real_date_once_and_for_all(
    unformatted: Path, tmp_path: Path
) -> None:
    first = tidy_ledger(unformatted, tmp_path / "一.xlsx")
    second = tidy_ledger(tmp_path / "一.xlsx", tmp_path / "二.xlsx")

    assert len(first.rewritings) > 3
    assert second.rewritings == ()
    sheet = load_workbook(tmp_path / "一.xlsx")["个人对象"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    chosen = sheet.cell(5, heads["确定日期"])
    assert (chosen.value.date(), chosen.number_format) == (date(2026, 6, 20), "yyyy-mm-dd")
    before = load_workbook(unformatted)["个人对象"].cell(5, heads["确定日期"])
    assert [repr(chosen.font), repr(chosen.border)] == [repr(before.font), repr(before.border)]


def test_the_button_too_writes_a_real_date_once_and_for_all(
    unformatted: Path, calc: xw.App
) -> None:
    book = calc.books.open(unformatted)

    counts = []
    for _ in range(2):
        with use_host(CalcHost()):
            tidy.press(book)
        counts.append(calc.impl.alerts[-1].prompt)

    assert counts[0].startswith("已更改 ")
    assert counts[1] == "没有需要规范的内容。"
    cell = next(
        one for one in book.sheets["个人对象"].range("A5:Z5") if one.value == datetime(2026, 6, 20)
    )
    assert cell.number_format == "yyyy-mm-dd"

from __future__ import annotations

import shutil
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from addin.actions.ledger_set import read_ledgers
from addin.actions.update import UpdateResult, update_ledgers
from addin.domain.rollup import roll_up
from tests.addin.actions.decisions.decided_ledger import write_decided
from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from tests.workbooks.template.plain_todo import expected_page, page
from validators.columns import FIRST_VERSION, Fill
from validators.divisions import find_unit
from validators.errors import UsageError, WriteRefused
from validators.ledger import Ledger
from validators.schema import TEMPLATE_VERSION, version_of
from validators.sheets import (
    AwardRow,
    DutyRow,
    FindingRow,
    FlagRow,
    GrowthRow,
    IndividualRow,
    LogEntryRow,
    PoolChangeRow,
    Row,
    columns_by_field,
)
from workbooks.reader import read_ledger
from workbooks.samples import write_samples
from workbooks.template.layout import PAGES, fit_for_paper, shown
from workbooks.template.workbook import write_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

MADE = datetime(2026, 7, 1, 9, 30)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = filled_rows()
    for number in (3, 7):
        rows["log"][number]["log_id"] = None
    rows["flag"][0]["handling"] = "已约谈导师"
    path = tmp_path_factory.mktemp("source") / "开城镇.xlsx"
    write_ledger(path, find_unit("开城镇"), 2026, rows=rows, as_of=AS_OF)
    return path


@pytest.fixture(scope="module")
def done(source: Path, tmp_path_factory: pytest.TempPathFactory) -> UpdateResult:
    out = tmp_path_factory.mktemp("out") / "新.xlsx"
    return update_ledgers(source, out, as_of=AS_OF, generated=MADE)


@pytest.fixture(scope="module")
def ledger(done: UpdateResult) -> Ledger:
    return read_ledger(done.out).ledger


@cache
def opened(path: Path) -> Workbook:
    """Return a written ledger as its cells show it; none is written twice here."""
    return load_workbook(path, data_only=True)


def rows_of(path: Path, model: type[Row]) -> list[dict[str, Any]]:
    """Return the rows of a sheet as its cells show them, by field."""
    sheet = opened(path)[model.sheet.name]
    fields = {column.heading: column.field for column in columns_by_field(model).values()}
    names = [fields[cell.value] for cell in sheet[3]]
    rows = []
    for cells in sheet.iter_rows(min_row=4, values_only=True):
        values = [v.date() if isinstance(v, datetime) else v for v in cells]
        rows.append({n: v for n, v in zip(names, values, strict=True) if v not in {None, ""}})
    return [row for row in rows if row]


def test_missing_ids_go_on_after_the_last(done: UpdateResult, ledger: Ledger) -> None:
    ids = ledger.table(LogEntryRow).column("log_id")

    assert done.ids == 2
    assert (ids[3], ids[7]) == ("R640402104-00301", "R640402104-00302")
    assert len(set(ids)) == len(ids)


def test_what_is_written_is_what_the_records_of_the_new_ledger_come_to(done: UpdateResult) -> None:
    together = read_ledgers(done.out, as_of=AS_OF)

    found = roll_up(together.ledger, together.settings, AS_OF)

    for model, rows in found.rows().items():
        expected = [
            {k: shown(v) for k, v in fit_for_paper(model, row.values).items()} for row in rows
        ]
        expected = [{k: v for k, v in row.items() if v not in {None, ""}} for row in expected]
        by_clerk = {c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK}
        written = [
            {k: v for k, v in row.items() if k not in by_clerk} for row in rows_of(done.out, model)
        ]
        assert written[: len(expected)] == expected, model.sheet.name
    progress = together.ledger.table(DutyRow).column("progress")
    assert found.duties
    assert all(progress[state.row] == state.progress for state in found.duties)


def test_every_generated_sheet_has_rows_and_a_stamp(done: UpdateResult) -> None:
    book = load_workbook(done.out)

    for model in (GrowthRow, AwardRow, FindingRow):
        sheet = book[model.sheet.name]
        assert sheet["A4"].value is not None, model.sheet.name
        stamp = "".join(str(cell.value or "") for cell in sheet[2])
        assert "数据截至：2026-05-20　生成时间：2026-07-01 09:30" in stamp


def test_what_the_clerk_entered_survives_even_where_nothing_is_flagged(
    source: Path, ledger: Ledger
) -> None:
    before = read_ledger(source).ledger.table(FlagRow)
    handled = before.column("mentee_id")[0]

    kept = dict(ledger.table(FlagRow).columns("mentee_id", "handling"))

    assert kept[handled] == "已约谈导师"


def test_findings_lead_to_their_cells(done: UpdateResult) -> None:
    sheet = load_workbook(done.out)[FindingRow.sheet.name]
    links = [str(cell.value) for row in sheet.iter_rows(min_row=4) for cell in row]
    formulas = [text for text in links if text.startswith("=HYPERLINK")]

    assert formulas
    assert all("#'" in text and "'!" in text for text in formulas)


def test_sheets_that_are_typed_stay_byte_for_byte(source: Path, done: UpdateResult) -> None:
    book = load_workbook(source, read_only=True)
    parts = {
        f"xl/worksheets/sheet{number}.xml": name for number, name in enumerate(book.sheetnames, 1)
    }
    with ZipFile(source) as before, ZipFile(done.out) as after:
        changed = {parts[n] for n in parts if before.read(n) != after.read(n)}

    assert changed == {
        "工作日志", "结对建议", "职责清单", "成长档案", "预警名单", "金牌导师", "导师库调整", "校验结果",
        "首页", "本周待办", "设置", "_待办",
    }  # fmt: skip  # 工作日志 for its two IDs, the pages for what they are saved with


def test_the_page_of_the_copy_is_saved_for_the_day_of_the_update(
    source: Path, tmp_path: Path
) -> None:
    later = date(2026, 6, 18)

    update_ledgers(source, tmp_path / "新.xlsx", as_of=later, generated=MADE)

    assert page(tmp_path / "新.xlsx") == expected_page(tmp_path / "新.xlsx", later)
    assert page(tmp_path / "新.xlsx") != page(source)
    assert opened(tmp_path / "新.xlsx")["本周待办"]["I2"].value.date() == later


def test_updating_again_changes_nothing_but_the_time(done: UpdateResult, tmp_path: Path) -> None:
    again = update_ledgers(done.out, tmp_path / "再.xlsx", as_of=AS_OF, generated=MADE)

    assert again.ids == 0
    for model in (GrowthRow, FlagRow, AwardRow, PoolChangeRow, DutyRow):
        assert rows_of(again.out, model) == rows_of(done.out, model), model.sheet.name


def test_a_folder_is_updated_file_by_file_and_a_bad_one_stops_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "上报"
    write_samples(folder, townships=2, log_rows=60, seed=4, as_of=date(2026, 6, 30), jobs=1)
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 cut")

    done = update_ledgers(folder, tmp_path / "新", as_of=date(2026, 6, 30))

    assert done.exit_code == 2
    assert len(list((tmp_path / "新").glob("*.xlsx"))) == 2
    assert [one.problem for one in done.copies] == ["", ""]


def test_nothing_is_overwritten(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "已有.xlsx"
    out.write_bytes(b"a year's work")

    with pytest.raises(UsageError, match="已存在"):
        update_ledgers(source, out, as_of=AS_OF)

    assert out.read_bytes() == b"a year's work"


# --- in place ------------------------------------------------------------------------------------


def test_without_a_copy_the_ledger_itself_is_written_as_the_copy_would_be(
    source: Path, done: UpdateResult, tmp_path: Path
) -> None:
    path = Path(shutil.copy(source, tmp_path / "开城镇.xlsx"))

    placed = update_ledgers(path, None, as_of=AS_OF, generated=MADE)

    assert done.out
    assert path.read_bytes() == done.out.read_bytes()
    (copy,) = placed.copies
    assert copy.backup == tmp_path / "备份" / "开城镇（2026-07-01 093000）.xlsx"
    assert copy.backup.read_bytes() == source.read_bytes()
    assert {file.name for file in tmp_path.iterdir()} == {"开城镇.xlsx", "备份"}
    assert placed.exit_code == 0


def test_decisions_and_an_older_template_keep_the_version_the_clerk_had(tmp_path: Path) -> None:
    path = write_decided(tmp_path / "开城镇.xlsx")
    book = load_workbook(path)
    (cell,) = (row[1] for row in book["填报信息"] if row[0].value == "模板版本")
    cell.value = "2026.1"
    for name, since in PAGES.items():
        if since != FIRST_VERSION:  # what that template did not have
            del book[name]
    book.save(path)
    before = path.read_bytes()

    placed = update_ledgers(
        path, None, as_of=date(2026, 6, 30), generated=MADE, agrees=lambda _: True
    )

    assert [upgrade.problem for upgrade in placed.upgrades] == [""]
    assert placed.agreed
    (copy,) = placed.copies
    assert copy.backup
    assert copy.backup.read_bytes() == before
    ledger = read_ledger(path).ledger
    assert "期满出师" in ledger.table(IndividualRow).column("status")
    assert version_of(ledger) == TEMPLATE_VERSION


def test_a_ledger_that_is_open_is_refused_before_it_is_read(source: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(source, tmp_path / "开城镇.xlsx"))
    (tmp_path / "~$开城镇.xlsx").write_bytes(b"")

    with pytest.raises(WriteRefused, match=r"“开城镇\.xlsx”正在其他程序中打开。请先保存并关闭"):
        update_ledgers(path, None, as_of=AS_OF)

    assert path.read_bytes() == source.read_bytes()
    assert len([*tmp_path.iterdir()]) == 2


def test_of_a_folder_each_ledger_has_its_backup_and_an_open_one_stops_nobody(
    tmp_path: Path,
) -> None:
    write_samples(tmp_path, townships=2, log_rows=60, seed=4, as_of=date(2026, 6, 30), jobs=1)
    first, second = sorted(tmp_path.glob("*.xlsx"))
    (tmp_path / f"~${first.name}").write_bytes(b"")
    before = [first.read_bytes(), second.read_bytes()]

    for times in (1, 2):
        placed = update_ledgers(tmp_path, None, as_of=date(2026, 6, 30), generated=MADE)

        assert placed.exit_code == 2
        assert "正在其他程序中打开" in placed.copies[0].problem
        assert len([*(tmp_path / "备份").iterdir()]) == times  # none is taken for a ledger

    assert first.read_bytes() == before[0]
    assert second.read_bytes() != before[1]
    kept = {file.read_bytes() for file in (tmp_path / "备份").iterdir()}
    assert before[1] in kept

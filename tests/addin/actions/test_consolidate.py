"""ConsolidateResult end to end: states, masks, accounting, determinism, refusals."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.domain.deliveries import ReportState
from tests.support.office import Office, error_cells
from tests.support.ooxml import ooxml_errors
from validators.divisions import by_code
from validators.errors import UsageError, WriteRefused
from validators.findings import as_typed
from validators.vocabulary import Level
from workbooks.consolidated.ledger_sheets import FRONT, merged_models
from workbooks.masking import mask_text
from workbooks.raw.book import read_book
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
GENERATED = datetime(2026, 7, 2, 9, 30)
MOBILE = "13912345678"
SECOND = "15887654321"
IDENTITY = "642221199001011234"
OFFICE_PHONE = "0954-2032199"
HEADING_ROW = 3


def rows_of(code: str, **form: Any) -> dict[str, list[dict[str, Any]]]:
    rows = clean_rows(code, seed=5, as_of=AS_OF, log_rows=60)
    rows["unit"][0] |= form
    return rows


def write(folder: Path, code: str, name: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    write_ledger(folder / name, by_code()[code], 2026, rows=rows, as_of=AS_OF)


def planted_rows() -> dict[str, list[dict[str, Any]]]:
    rows = rows_of("640402104", office_phone=OFFICE_PHONE)
    rows["mentor"][0] |= {"phone": MOBILE, "remark": f"微信同号{MOBILE}"}
    rows["individual"][0] |= {"phone": f"{MOBILE[:3]} {MOBILE[3:7]} {MOBILE[7:]}"}
    rows["log"][0] |= {"content": f"=核对{IDENTITY}，回电{SECOND}"}
    rows["log"][1] |= {"date": f"不详{SECOND}", "content": f"改约，电话{SECOND}"}
    rows["mentor"][1] |= {"phone": f"{SECOND}99"}
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("汇总") / "台账 一批"
    made.mkdir()
    write(made, "640402104", "原州区开城镇.xlsx", planted_rows())
    early, late = (
        rows_of("640402100", reported_on=day) for day in (date(2026, 6, 1), date(2026, 6, 28))
    )
    write(made, "640402100", "三营镇旧.xlsx", early)
    late["carried_log"] = [
        {**row, "log_id": f"R640402100-9000{n}"} for n, row in enumerate(late["log"][:5])
    ]
    write(made, "640402100", "三营镇新.xlsx", late)
    write(made, "640422100", "吉强镇.xlsx", rows_of("640422100", template_version="2099.1"))
    shutil.copy2(made / "吉强镇.xlsx", made / "吉强镇(1).xlsx")  # saved at the same time
    write(made, "640423100", "隆德城关.xlsx", rows_of("640423100", template_version="2025.1"))
    (made / "彭阳县古城镇.xlsx").write_text("不是工作簿", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def done(folder: Path) -> ConsolidateResult:
    out = folder.parent / "固原市汇总.xlsx"
    return consolidate([folder], out, as_of=AS_OF, generated=GENERATED)


@pytest.fixture(scope="module")
def book(done: ConsolidateResult) -> openpyxl.Workbook:
    return openpyxl.load_workbook(done.out)


def table(book: openpyxl.Workbook, name: str) -> list[dict[str, Any]]:
    rows = list(book[name].iter_rows(min_row=HEADING_ROW, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def state_of(done: ConsolidateResult, file: str) -> ReportState:
    return next(one.state for one in done.states if one.file == file)


def test_every_unit_has_its_state(done: ConsolidateResult) -> None:
    files = {
        "原州区开城镇.xlsx": ReportState.FAULTY,
        "三营镇新.xlsx": ReportState.REPORTED,
        "三营镇旧.xlsx": ReportState.DUPLICATE,
        "吉强镇.xlsx": ReportState.OTHER_VERSION,
        "吉强镇(1).xlsx": ReportState.DUPLICATE,
        "隆德城关.xlsx": ReportState.REPORTED,
        "彭阳县古城镇.xlsx": ReportState.FAULTY,
    }

    assert {file: state_of(done, file) for file in files} == files
    broken = next(one for one in done.states if one.file == "彭阳县古城镇.xlsx")
    assert broken.township == "古城镇"
    missing = [one for one in done.states if one.state is ReportState.MISSING]
    assert len(missing) == 65 - 5
    assert len({one.code for one in done.states}) == 65


def test_a_later_ledger_of_one_unit_is_merged_and_the_other_cited(done: ConsolidateResult) -> None:
    superseded = {f.file: f for f in done.report.findings if f.code == "file.superseded"}

    assert superseded.keys() == {"三营镇旧.xlsx", "吉强镇(1).xlsx"}
    assert "三营镇新.xlsx" in superseded["三营镇旧.xlsx"].message
    assert not any(f.code.endswith(".id.duplicate") for f in done.report.findings)


def test_no_personal_number_is_left_anywhere_in_the_package(done: ConsolidateResult) -> None:
    with ZipFile(done.out) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}

    for number in (MOBILE, SECOND, IDENTITY):
        assert [name for name, text in parts.items() if number in text] == []
    spaced = rf"{MOBILE[:3]}.?{MOBILE[3:7]}.?{MOBILE[7:]}"
    assert [name for name, text in parts.items() if re.search(spaced, text)] == []
    assert any("139****5678" in text for text in parts.values())
    assert any(OFFICE_PHONE in text for text in parts.values())


def test_rows_in_are_rows_merged_by_state(done: ConsolidateResult, book: openpyxl.Workbook) -> None:
    counted: dict[str, Counter[str]] = {}
    for model in {m for m in merged_models() if m.sheet.key == "suggestion" or not m.sheet.about}:
        rows = table(book, model.sheet.name)
        counted[model.sheet.name] = Counter(row["校验状态"] for row in rows if row["校验状态"])

    for name, counts in counted.items():
        said = done.as_json()["sheets"].get(name, {"accepted": 0, "rejected": 0})
        assert counts["有误"] == said["rejected"], name
        assert counts["通过"] + counts["有提醒"] == said["accepted"], name
    total = done.summary.total()
    assert total.rows == total.accepted + total.rejected + total.ignored
    assert counted["工作日志"]["有误"] == 1


def test_last_years_log_is_checked_but_neither_merged_nor_counted(
    done: ConsolidateResult, book: openpyxl.Workbook
) -> None:
    merged = [row["日志编号"] for row in table(book, "工作日志")]

    assert done.as_json()["sheets"]["上年日志"]["accepted"] == 5
    assert "上年日志" not in book.sheetnames
    assert not [code for code in merged if code and code.startswith("R640402100-9000")]
    assert len([code for code in merged if code]) == done.summary.total().entries + sum(
        row["校验状态"] == "有误" for row in table(book, "工作日志")
    )


def test_rejected_rows_keep_what_was_typed(book: openpyxl.Workbook) -> None:
    rows = [row for row in table(book, "工作日志") if row["校验状态"] == "有误"]

    assert [row["日期"] for row in rows] == ["不详158****4321"]
    assert rows[0]["来源文件"] == "原州区开城镇.xlsx"


def test_text_that_looks_like_a_formula_stays_text(book: openpyxl.Workbook) -> None:
    cells = [
        cell
        for row in book["工作日志"].iter_rows(min_row=HEADING_ROW + 1)
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=核对")
    ]

    assert [cell.value for cell in cells] == ["=核对642221********1234，回电158****4321"]
    assert all(
        cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row
        if cell is not cells[0]
    )  # fmt: skip


def test_names_stand_beside_codes(book: openpyxl.Workbook) -> None:
    mentors = {row["导师编号"]: row["姓名"] for row in table(book, "导师库")}

    pairings = table(book, "结对台账")

    assert pairings
    known = [row for row in pairings if row["导师编号"] in mentors]
    assert [row["导师姓名"] for row in known] == [mentors[row["导师编号"]] for row in known]


def test_problems_link_to_the_cell_they_cite(
    done: ConsolidateResult, book: openpyxl.Workbook
) -> None:
    rows = list(book["问题清单"].iter_rows(min_row=HEADING_ROW + 1))

    assert len(rows) == len(done.report.findings)
    levels = [row[0].value for row in rows]
    order = [level.label for level in Level]
    assert levels == sorted(levels, key=order.index)
    back = book["问题清单"]["A1"]
    assert (back.value, back.hyperlink.location) == ("返回目录", "'目录'!A1")
    first = rows[0]
    link = first[5].hyperlink
    source = read_book(done.out.parent / link.target.replace("%20", " "))
    tab, _, address = link.location.partition("!")
    assert (tab, address) == (f"'{first[4].value}'", first[5].value)
    sheet = next(one for one in source.sheets if one.name == tab.strip("'"))
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    cell = sheet.columns[column_index_from_string(column) - 1].cell(int(row) - 1)
    assert mask_text(as_typed(cell)) == (first[7].value or "")


def test_the_index_counts_the_rows_of_each_data_sheet(book: openpyxl.Workbook) -> None:
    said = {line[0]: line[2] for line in book["目录"].iter_rows(values_only=True)}

    names = [*(model.sheet.name for model in merged_models()), "问题清单"]
    assert {name: said[name] for name in names} == {name: len(table(book, name)) for name in names}
    assert sum(said[name] > 0 for name in names) > 5


def test_figures_are_those_of_the_rows(done: ConsolidateResult, book: openpyxl.Workbook) -> None:
    accepted = [row for row in table(book, "导师库") if row["校验状态"] != "有误"]
    total = next(row for row in table(book, "县区汇总") if row["县(区)"] == "合计")

    assert total["在库导师"] == sum(row["状态"] == "在库" for row in accepted)
    assert total["联系次数"] == done.summary.total().n_contacts


def test_equal_inputs_give_equal_bytes(done: ConsolidateResult, folder: Path) -> None:
    before = hashlib.sha256(done.out.read_bytes()).hexdigest()

    consolidate([folder], done.out, as_of=AS_OF, generated=GENERATED, jobs=2)

    assert hashlib.sha256(done.out.read_bytes()).hexdigest() == before


def test_the_workbook_is_valid_and_opens_without_errors(
    done: ConsolidateResult, office: Office, tmp_path: Path
) -> None:
    assert ooxml_errors(done.out) == []

    calculated = office.recalculated(done.out, tmp_path / "out")

    # errors in merged cells are the clerks' own text, never computed here
    assert error_cells(calculated) == []


def test_a_run_leaves_its_workbook_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "隆德城关.xlsx", tmp_path)

    consolidate([tmp_path], tmp_path / "汇总.xlsx", as_of=AS_OF, jobs=1)

    assert {path.name for path in tmp_path.iterdir()} == {"隆德城关.xlsx", "汇总.xlsx"}


def test_nothing_foreign_is_replaced(folder: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "别人的.xlsx"
    openpyxl.Workbook().save(foreign)
    ledger = tmp_path / "台账.xlsx"
    shutil.copy(folder / "隆德城关.xlsx", ledger)
    for target in (foreign, ledger):
        before = target.read_bytes()

        with pytest.raises(WriteRefused):
            consolidate([folder / "隆德城关.xlsx"], target, as_of=AS_OF, generated=GENERATED)

        assert target.read_bytes() == before


def test_a_county_expects_its_own_townships_only(folder: Path, tmp_path: Path) -> None:
    done = consolidate(
        [folder], tmp_path / "县.xlsx", as_of=AS_OF, scope="隆德县", generated=GENERATED
    )

    assert {one.county for one in done.states} == {"隆德县"}
    assert done.summary.units.keys() == {"640423100"}
    outside = {f.file for f in done.report.findings if f.code == "file.out_of_scope"}
    assert {"原州区开城镇.xlsx", "三营镇新.xlsx", "彭阳县古城镇.xlsx"} <= outside
    assert done.report.unreadable == []
    overview = shown(tmp_path / "县.xlsx", "总览")
    assert "1/13" in overview
    words = shown(tmp_path / "县.xlsx", "情况通报")
    assert any("隆德县应报台账13份，收到1份" in text for text in words)
    published = shown(tmp_path / "县.xlsx", "通报下发")
    assert "县级下发" in published
    assert "市级下发" not in published


def shown(path: Path, sheet: str) -> list[str]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return [str(cell) for row in rows for cell in row]


def test_errors_are_those_of_all_files_and_of_files_that_cannot_be_read(
    done: ConsolidateResult,
) -> None:
    errors = [f for f in done.report.findings if f.level is Level.ERROR]
    rows = CalamineWorkbook.from_path(str(done.out)).get_sheet_by_name("总览").to_python()
    row, column = next(
        (at, line.index("台账错误")) for at, line in enumerate(rows) if "台账错误" in line
    )

    assert any(finding.file == "彭阳县古城镇.xlsx" for finding in errors)
    assert rows[row + 1][column] == str(len(errors))
    assert sum(unit.errors for unit in done.states) == len(errors)


def test_a_file_of_nobody_is_named_and_counts_for_no_unit(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "台账"
    made.mkdir()
    shutil.copy(folder / "隆德城关.xlsx", made)
    (made / "新建文件.xlsx").write_text("不是工作簿", encoding="utf-8")

    done = consolidate(
        [made], tmp_path / "县.xlsx", as_of=AS_OF, scope="隆德县", generated=GENERATED
    )

    overview = shown(tmp_path / "县.xlsx", "总览")
    assert "1/13" in overview
    words = shown(tmp_path / "县.xlsx", "情况通报")
    assert any("另有1份文件无法识别填报单位" in text for text in words)
    assert done.report.unreadable == ["新建文件.xlsx"]


def test_an_earlier_workbook_is_compared_with_and_knows_whom_to_call(
    done: ConsolidateResult, folder: Path, tmp_path: Path
) -> None:
    few = tmp_path / "少.xlsx"

    again = consolidate(
        [folder / "隆德城关.xlsx"], few, as_of=AS_OF, previous=done.out, generated=GENERATED
    )

    absent = next(one for one in again.states if one.code == "640402104")
    assert absent.state is ReportState.MISSING
    assert absent.reporter.office_phone == OFFICE_PHONE
    texts = shown(few, "总览")
    assert [text for text in texts if text.startswith("较上期 ")] == ["较上期 -4"]  # 已收台账 alone
    assert any("按两期都已汇总的 1 个单位比较，不含本期没有的" in text for text in texts)


def test_the_superiors_settings_win(folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "市级参数.xlsx"
    write_ledger(
        settings, by_code()["640402104"], 2026, settings={"销号验收分数线": "85"}, as_of=AS_OF
    )

    done = consolidate(
        [folder / "隆德城关.xlsx", settings],
        tmp_path / "a.xlsx",
        as_of=AS_OF,
        settings_file=settings,
        generated=GENERATED,
    )

    deviating = [f for f in done.report.findings if f.code == "setting.value.deviates"]
    assert [(f.file, f.value) for f in deviating] == [("隆德城关.xlsx", "70")]
    assert done.summary.units.keys() == {"640423100"}


def test_a_workbook_without_settings_is_no_settings_file(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(other)

    with pytest.raises(UsageError, match="参数"):
        consolidate([folder], tmp_path / "a.xlsx", as_of=AS_OF, settings_file=other)


def test_a_folder_without_ledgers_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="未找到台账"):
        consolidate([tmp_path], tmp_path / "a.xlsx", as_of=AS_OF)


def test_sheets_begin_with_place_file_and_state(book: openpyxl.Workbook) -> None:
    for model in merged_models():
        sheet = book[model.sheet.name]
        headings = [cell.value for cell in sheet[HEADING_ROW]]
        assert headings[: len(FRONT)] == [name for name, _ in FRONT]
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$3"


@pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns
def test_a_number_typed_over_a_heading_is_masked_in_the_list_of_problems(tmp_path: Path) -> None:
    number = "640402196205035635"
    folder = tmp_path / "台账"
    folder.mkdir()
    write(folder, "640402104", "开城镇.xlsx", rows_of("640402104"))
    book = openpyxl.load_workbook(folder / "开城镇.xlsx")
    book["导师库"].cell(HEADING_ROW, 5).value = number
    book.save(folder / "开城镇.xlsx")

    done = consolidate([folder], tmp_path / "汇总.xlsx", as_of=AS_OF, jobs=1)

    with ZipFile(done.out) as package:
        texts = b"".join(map(package.read, package.namelist())).decode("utf-8", "ignore")
    assert f"无法识别的列“{mask_text(number)}”" in texts
    assert number not in texts

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.grown import NEW, NEWER_COLUMNS, NEWEST, OLD, grown_template
from tests.workbooks.grids import UNIT, headings, mentor_values, row_of, write_grids
from validators.errors import UnreadableWorkbook
from validators.rules import RuleContext
from validators.sheets import SHEETS, LogEntryRow, MentorRow, PairingRow, UnitRow, columns_by_field
from validators.validation import count_rows, validate
from workbooks.reader import LedgerFile, read_ledger

HEADINGS = headings(MentorRow)


def mentors(tmp_path: Path, grid: list[list[object]], **kwargs: object) -> LedgerFile:
    return read_ledger(write_grids(tmp_path / "a.xlsx", {"导师库": grid}, **kwargs))  # type: ignore[arg-type]


def row(number: int = 1, **changes: object) -> list[object]:
    return row_of(MentorRow, **mentor_values(number, **changes))


def codes(read: LedgerFile, sheet: str = "导师库") -> dict[str, str]:
    return {finding.cell: finding.code for finding in read.findings if finding.sheet == sheet}


def account(read: LedgerFile, sheet: str = "导师库") -> tuple[int, int, int, int]:
    return next(tuple(c)[2:] for c in count_rows(read.ledger) if c.sheet == sheet)  # type: ignore[return-value]


def test_a_plain_table_is_read_without_a_word(tmp_path: Path) -> None:
    read = mentors(tmp_path, [HEADINGS, row(1), row(2)])

    assert read.findings == []
    assert read.ledger.table(MentorRow).column("born") == [date(1975, 5, 1)] * 2
    assert read.ledger.unit_codes == {"a.xlsx": "640402104"}


@pytest.mark.parametrize("seed", range(8))
def test_columns_may_stand_in_any_order_and_place_with_exact_addresses(
    tmp_path: Path, seed: int
) -> None:
    order = random.Random(seed).sample(range(len(HEADINGS)), len(HEADINGS))
    offset = seed % 3
    grid: list[list[object]] = [["导师库（某镇）"], ["填报单位："]][: seed % 3]
    grid += [[None] * offset + [HEADINGS[i] for i in order]]
    grid += [[None] * offset + [values[i] for i in order] for values in (row(1), row(2, name=None))]

    read = mentors(tmp_path, grid)
    findings = validate(read.ledger, RuleContext(date(2026, 6, 30)))

    missing = next(f for f in findings if f.code == "mentor.name.missing")
    at = offset + order.index(HEADINGS.index("姓名"))
    assert (missing.column, missing.row) == (
        chr(65 + at) if at < 26 else f"A{chr(65 + at - 26)}",
        len(grid),
    )
    assert read.ledger.table(MentorRow).column("mentor_id") == ["D640402104-001", "D640402104-002"]


def test_synonym_headings_are_read_and_disclosed(tmp_path: Path) -> None:
    named = [{"姓名": "导师姓名", "单位": "工 作 单 位"}.get(h, h) for h in HEADINGS]

    read = mentors(tmp_path, [named, row(1)])

    assert codes(read) == {"B1": "heading.renamed", "G1": "heading.renamed"}
    assert read.ledger.table(MentorRow).column("employer") == ["开城镇人民政府"]


def test_one_missing_heading_is_one_finding_and_no_cascade(tmp_path: Path) -> None:
    named = ["姓  明" if h == "姓名" else h for h in HEADINGS]

    read = mentors(tmp_path, [named, row(1), row(2)])
    findings = validate(read.ledger, RuleContext(date(2026, 6, 30)))

    said = [f for f in read.findings if f.code == "heading.missing"]
    assert len(said) == 1
    assert "姓名" in said[0].message
    assert not [f for f in findings if f.code.startswith("mentor.name")]
    assert account(read) == (2, 0, 2, 0)


def test_a_duplicate_heading_cites_the_second_cell(tmp_path: Path) -> None:
    read = mentors(tmp_path, [[*HEADINGS, "姓名"], [*row(1), "别人"]])

    assert codes(read) == {"AC1": "heading.duplicate"}
    assert read.ledger.table(MentorRow).column("name") == ["马建丁"]


def test_a_serial_number_alone_does_not_make_a_row(tmp_path: Path) -> None:
    read = mentors(tmp_path, [["序号", *HEADINGS], [1, *row(1)], [2], [3]])

    assert account(read) == (1, 1, 0, 0)
    assert codes(read) == {}


def test_blank_gaps_never_end_the_table(tmp_path: Path) -> None:
    read = mentors(tmp_path, [HEADINGS, row(1), *[[]] * 30, row(2)])

    assert list(read.ledger.table(MentorRow).parts[0].rows) == [2, 33]


def test_repeated_headings_subtotals_and_notes_are_ignored_and_counted(tmp_path: Path) -> None:
    grid = [
        HEADINGS,
        row(1),
        ["合计", None, "2 人"],
        HEADINGS,
        row(2),
        ["注：本表由组织委员填写"],
        ["填表人：马某", None, None, "审核人：李某"],
    ]

    read = mentors(tmp_path, grid)

    assert account(read) == (6, 2, 0, 4)


def test_a_person_whose_name_looks_like_a_total_is_a_row(tmp_path: Path) -> None:
    read = mentors(tmp_path, [HEADINGS, row(1, name="合计生"), row(2, remark="合计走访 5 户")])

    assert account(read) == (2, 2, 0, 0)


def test_merged_data_cells_are_filled_downwards_and_cite_the_anchor(tmp_path: Path) -> None:
    at = HEADINGS.index("单位")
    grid = [HEADINGS, row(1), row(2, employer=None), row(3, employer=None)]
    letter = chr(65 + at)

    read = mentors(tmp_path, grid, merges={"导师库": [f"{letter}2:{letter}4"]})

    assert read.ledger.table(MentorRow).column("employer") == ["开城镇人民政府"] * 3
    assert codes(read) == {f"{letter}2": "table.merged"}


def test_two_row_headings_are_read_as_one(tmp_path: Path) -> None:
    first = HEADINGS.index("思想情怀")
    upper: list[object] = list(HEADINGS)
    upper[first : first + 6] = ["六个方面评分", None, None, None, None, None]
    lower: list[object] = [None] * len(HEADINGS)
    lower[first : first + 6] = HEADINGS[first : first + 6]

    read = mentors(tmp_path, [upper, lower, row(1, conviction=4, governance=2)])

    table = read.ledger.table(MentorRow)
    assert (table.column("conviction"), table.column("governance")) == ([4], [2])
    assert not [f for f in read.findings if f.level == "error"]


def test_a_sheet_without_headings_rejects_its_rows_and_says_so(tmp_path: Path) -> None:
    read = mentors(tmp_path, [["甲", "乙"], ["张三", 3]])

    assert codes(read) == {"A1": "heading.none"}
    assert account(read) == (2, 0, 2, 0)


def test_lookup_formulas_do_not_make_a_row(tmp_path: Path) -> None:
    grid = [headings(PairingRow), row_of(PairingRow, mentor_name="某某", mentee_name="某某")]
    read = read_ledger(write_grids(tmp_path / "a.xlsx", {"结对台账": grid}))

    assert account(read, "结对台账") == (0, 0, 0, 0)


def test_the_form_reads_the_cell_right_of_each_label_only(tmp_path: Path) -> None:
    form = [[*pair, "填写说明"] for pair in UNIT]
    form[5] = ["填报人", None, "填表人姓名"]

    read = read_ledger(write_grids(tmp_path / "a.xlsx", {"填报信息": form}))
    findings = validate(read.ledger, RuleContext(date(2026, 6, 30)))

    assert read.ledger.table(UnitRow).column("reporter") == [None]
    assert [(f.code, f.cell) for f in findings if f.level == "error"] == [
        ("unit.reporter.missing", "B6")
    ]


def test_missing_and_unknown_sheets_are_named(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "a.xlsx", {})
    book = openpyxl.load_workbook(path)
    book["工作日志"].title = "工作日记"
    book.save(path)

    read = read_ledger(path)

    said = {(f.code, f.sheet): f for f in read.findings}
    assert ("sheet.unknown", "工作日记") in said
    assert "工作日记" in said["sheet.missing", "工作日志"].suggestion


def test_a_workbook_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "b.xlsx")

    with pytest.raises(UnreadableWorkbook, match="不是导师帮带台账") as refused:
        read_ledger(tmp_path / "b.xlsx")

    assert all(f"bangdai {command}" in refused.value.suggestion for command in ("new", "import"))


def test_joint_entries_and_dropdown_texts_read_as_codes(tmp_path: Path) -> None:
    joint = "J640402104-001｜梁某→朱某、j640402104-003"
    grid = [
        headings(LogEntryRow),
        row_of(
            LogEntryRow,
            date=date(2026, 5, 3),
            pairing_ids=joint,
            aspect="业务能力",
            form="线下",
            content="走访",
        ),
    ]

    read = read_ledger(write_grids(tmp_path / "a.xlsx", {"工作日志": grid}))

    assert read.ledger.table(LogEntryRow).column("pairing_ids") == [
        ("J640402104-001", "J640402104-003")
    ]


def test_white_space_does_not_make_a_row(tmp_path: Path) -> None:
    read = mentors(tmp_path, [HEADINGS, row(1, remark="\u3000"), [" ", None, "  "]])

    assert account(read) == (1, 1, 0, 0)
    assert read.ledger.table(MentorRow).column("remark") == [None]


def test_a_total_in_a_narrow_sheet_is_ignored(tmp_path: Path) -> None:
    narrow = ["编号", "情形", "认定单位"]
    grid = [narrow, ["D640402104-001", "迟到", "县纪委"], ["合计", None, "1 件"]]

    read = read_ledger(write_grids(tmp_path / "a.xlsx", {"负面情形": grid}))

    assert account(read, "负面情形") == (2, 0, 1, 1)


def test_a_consolidated_workbook_is_no_ledger(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "a.xlsx", {}, kind="汇总表")

    with pytest.raises(UnreadableWorkbook, match="汇总表"):
        read_ledger(path)


def test_a_heading_of_the_clerks_own_may_not_stand_twice_either(tmp_path: Path) -> None:
    read = mentors(tmp_path, [[*HEADINGS, "分管领导", "分管领导"], row(1)])

    assert codes(read) == {"AC1": "heading.unknown", "AD1": "heading.duplicate"}


# --- ledgers of an older template ---


def versioned(
    tmp_path: Path, version: object, *, newer: bool = False, without: tuple[str, ...] = ()
) -> LedgerFile:
    """Return a ledger of a version, with or without the parts that came with 2026.2."""
    form = [[label, version if label == "模板版本" else value] for label, value in UNIT]
    entry = {
        "date": date(2026, 5, 3), "pairing_ids": "J640402104-001", "aspect": "业务能力",
        "content": "走访", "form": "线下", "place": "村部",
    }  # fmt: skip
    left_out = set() if newer else {*NEWER_COLUMNS}
    at = [i for i, name in enumerate(LogEntryRow.model_fields) if name not in left_out]
    log = [[row[i] for i in at] for row in (headings(LogEntryRow), row_of(LogEntryRow, **entry))]
    path = write_grids(tmp_path / "a.xlsx", {"填报信息": form, "工作日志": log})
    book = openpyxl.load_workbook(path)
    for name in (*without, *(() if newer else ("交流园地",))):
        del book[name]
    book.save(path)
    with grown_template():
        return read_ledger(path)


def test_an_older_ledger_is_complete_and_told_so_in_one_notice(tmp_path: Path) -> None:
    read = versioned(tmp_path, OLD)

    [notice] = read.findings
    assert (notice.code, notice.level, notice.sheet) == ("schema.older", "notice", "")
    assert notice.message == (
        f"本台账为 {OLD} 版，缺 工作日志的“地点”“时长(小时)”列、工作表“交流园地”，不影响上报"
    )
    assert "bangdai update" in notice.suggestion
    assert account(read, "工作日志") == (1, 1, 0, 0)
    with grown_template():
        findings = validate(read.ledger, RuleContext(date(2026, 6, 30)))
    assert [f.code for f in findings if f.code.startswith(("log.hours", "log.place"))] == []
    assert [f.code for f in findings if "version" in f.code] == []


def test_an_older_ledger_that_has_the_newer_parts_is_told_nothing(tmp_path: Path) -> None:
    read = versioned(tmp_path, OLD, newer=True)

    assert read.findings == []
    assert read.ledger.table(LogEntryRow).column("place") == ["村部"]


def test_an_older_ledger_must_still_have_what_its_own_version_has(tmp_path: Path) -> None:
    read = versioned(tmp_path, OLD, without=("负面情形",))

    assert [f.code for f in read.findings] == ["schema.older", "sheet.missing"]
    assert read.findings[1].sheet == "负面情形"


@pytest.mark.parametrize("version", [NEW, NEWEST, "第二版", None])
def test_every_other_ledger_lacks_what_is_missing(tmp_path: Path, version: str | None) -> None:
    read = versioned(tmp_path, version)

    said = [(f.code, f.sheet) for f in read.findings]
    assert said == [
        ("sheet.missing", "交流园地"),
        ("heading.absent", "工作日志"),
        ("heading.absent", "工作日志"),
    ]


def test_a_newer_line_of_the_form_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = columns_by_field(UnitRow)
    form = [pair for pair in UNIT if pair[0] != "审核人"]
    path = write_grids(tmp_path / "a.xlsx", {"填报信息": form})

    monkeypatch.setitem(columns, "reviewer", replace(columns["reviewer"], since=NEW))
    with grown_template():
        read = read_ledger(path)

    assert [f.message for f in read.findings] == [
        f"本台账为 {OLD} 版，缺 填报信息的“审核人”列，不影响上报"
    ]
    assert account(read, "填报信息") == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("参数", False),
        ("负面情形", False),
        ("预警名单", False),
        ("导师库", True),
        ("工作日志", True),
    ],
)
def test_only_a_sheet_that_hides_what_clerks_type_is_told_of(
    tmp_path: Path, sheet: str, told: bool
) -> None:
    path = write_grids(tmp_path / "台账.xlsx", {sheet: [headings(_BY_NAME[sheet])]})
    book = openpyxl.load_workbook(path)
    book[sheet].sheet_state = "hidden"
    book.save(path)

    codes = [f.code for f in read_ledger(path).findings if f.sheet == sheet]

    assert ("sheet.hidden" in codes) is told


_BY_NAME = {model.sheet.name: model for model in SHEETS}

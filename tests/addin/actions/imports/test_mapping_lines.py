from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.actions.imports.mapping_lines import SPLITS, labels, lines_of, with_agreed
from tests.support.sources import a_table, mapped
from validators.errors import UsageError
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, Scale, Split, Target
from workbooks.import_sheets.mapping_workbook import (
    AGREED,
    ASK,
    DONE,
    MappingLine,
    read_mapping,
    write_mapping,
)

COLUMNS: list[tuple[str, str | ColumnMapping]] = [
    ("姓名", "mentor.name"),
    ("电话", "mentor.phone"),
    ("身份证号", mapped("", why="身份证号不导入")),
    ("分管工作", mapped("mentor.post?", others=(Target("mentor", "remark"),))),
    ("收入（元）", mapped("mentor.capacity?")),
]
ROW = ["马志远", "13900000001", "642221197605011234", "包抓冯庄村", 3]


def lines(*columns: tuple[str, str | ColumnMapping], title: str = "") -> list[MappingLine]:
    table = a_table(columns or COLUMNS, ROW[: len(columns) or None], title=title)
    return [*lines_of(with_agreed(table, ()))]


def written(content: list[MappingLine], path: Path) -> Path:
    write_mapping(path, content, [*labels().values()], SPLITS, date(2026, 6, 30))
    return path


def test_a_line_says_where_its_column_goes_and_shows_no_whole_phone_and_no_id_number() -> None:
    name, phone, number, post, _ = lines()

    assert (name.target, name.status, name.samples) == ("导师库·姓名", DONE, "马志远")
    assert (phone.target, phone.samples) == ("导师库·联系电话", "139****0001")
    assert (number.target, number.samples) == ("不导入", "（身份证号，不显示）")
    assert (post.target, post.status) == ("导师库·职务", ASK)
    assert "也可能是导师库·备注" in post.why


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    content = [replace(line, why=line.why or "标题相同") for line in lines()]

    assert read_mapping(written(content, tmp_path / "导入对照.xlsx")) == content


def test_the_workbook_is_read_without_its_hidden_sheet_and_offers_every_target(
    tmp_path: Path,
) -> None:
    book = load_workbook(written(lines(), tmp_path / "导入对照.xlsx"))

    sheet = book["导入对照"]
    offered = {
        rule.sqref.__str__(): rule.formula1 for rule in sheet.data_validations.dataValidation
    }
    assert offered["E4:E8"] == "导入对照_目标"
    assert offered["H4:H8"] == f'"{DONE},{ASK},{AGREED}"'
    assert len(offered["G4:G8"]) <= 255 + 2
    assert {cell.value for cell in book["_选项"]["A"]} == {*labels().values()}
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    ("change", "target", "certain"),
    [
        ({}, Target("mentor", "post"), False),
        ({"status": AGREED}, Target("mentor", "post"), True),
        ({"target": "导师库·备注"}, Target("mentor", "remark"), True),
        ({"target": "备注"}, Target("mentor", "remark"), True),
        ({"target": "不导入"}, NOT_IMPORTED, True),
        ({"target": "个人对象 · 短板弱项"}, Target("individual", "weakness"), True),
    ],
)
def test_what_the_clerk_agreed_to_or_changed_is_certain(
    change: dict[str, str], target: Target, certain: bool
) -> None:
    content = lines()
    content[3] = replace(content[3], **change)

    again = with_agreed(a_table(COLUMNS, ROW), content).mapping.columns[3]

    assert (again.target, again.certain) == (target, certain)


def test_what_was_given_comes_before_what_is_remembered() -> None:
    remembered = lines()
    given = [replace(line, target="不导入", status=AGREED) for line in remembered]

    known = with_agreed(a_table(COLUMNS, ROW), [*given, *remembered]).mapping

    assert {column.target for column in known.columns} == {NOT_IMPORTED}


def test_a_split_and_a_conversion_are_read_back() -> None:
    content = lines()
    content[3] = replace(content[3], split=Split.UNIT_AND_POST.value, status=AGREED)
    content[4] = replace(content[4], split=Scale.YUAN.value, status=AGREED)

    columns = with_agreed(a_table(COLUMNS, ROW), content).mapping.columns

    assert columns[3].split is Split.UNIT_AND_POST
    assert columns[4].scale is Scale.YUAN


BLANKS: list[tuple[str, str | ColumnMapping]] = [
    ("导师", mapped("mentor.name?", split=Split.ABOVE)),
    ("对象", "individual.name"),
]


@pytest.mark.parametrize(
    ("change", "split", "certain"),
    [
        ({}, Split.ABOVE, False),
        ({"status": AGREED}, Split.ABOVE, True),
        ({"split": ""}, Split.NONE, True),
        ({"split": "", "status": AGREED}, Split.NONE, True),
    ],
)
def test_whether_blanks_mean_the_cell_above_is_as_the_clerk_left_it(
    change: dict[str, str], split: Split, certain: bool, tmp_path: Path
) -> None:
    content = lines(*BLANKS)
    content[0] = replace(content[0], **change)
    left = read_mapping(written(content, tmp_path / "导入对照.xlsx"))

    again = with_agreed(a_table(BLANKS, ROW[:2]), left).mapping.columns[0]

    assert (again.split, again.certain) == (split, certain)


def test_blanks_of_a_later_file_are_asked_though_the_first_had_none() -> None:
    before = lines(("导师", "mentor.name"), ("对象", "individual.name"))

    again = with_agreed(a_table(BLANKS, ROW[:2]), before).mapping

    assert [column.certain for column in again.columns] == [False, True]


@pytest.mark.parametrize("wrong", [{"target": "导师库·学历"}, {"split": "拆开", "status": AGREED}])
def test_what_cannot_be_used_is_named(wrong: dict[str, str]) -> None:
    content = lines()
    content[3] = replace(content[3], target="不导入") if "split" in wrong else content[3]
    content[3] = replace(content[3], **wrong)

    with pytest.raises(UsageError, match=r"分管工作.*请从下拉列表中选"):
        with_agreed(a_table(COLUMNS, ROW), content)


def test_what_was_done_without_asking_says_nothing_against_a_new_certainty() -> None:
    before = lines(("姓名", "mentor.name"), ("类别", "mentor.category"))

    fresh = a_table([("姓名", "mentor.name"), ("类别", "mentor.specialties")], ["马志远", "党建"])

    assert with_agreed(fresh, before).mapping == fresh


def test_lists_of_equal_headings_about_others_are_other_layouts() -> None:
    mentors = [("姓名", "mentor.name"), ("类别", mapped("mentor.category"))]
    content = [replace(line, status=AGREED) for line in lines(*mentors)]
    mentees = a_table(
        [("姓名", "individual.name"), ("类别", "individual.category")], ["朱晓明", "村干部"]
    )

    assert with_agreed(mentees, content).mapping == mentees


def test_a_new_question_in_a_known_form_is_asked_and_the_others_are_not() -> None:
    content = [replace(line, status=AGREED) for line in lines()]
    columns = [*COLUMNS[:4], ("爱好", "mentor.remark?"), COLUMNS[4]]

    known = with_agreed(a_table(columns, [*ROW[:4], "下棋", 3]), content).mapping

    assert [column.certain for column in known.columns] == [True, True, True, True, False, True]


def test_equal_headings_in_one_table_are_told_apart_by_their_order() -> None:
    columns = [("姓名", "mentor.name"), ("电话", "mentor.phone"), ("姓名", "individual.name"),
               ("电话", "individual.phone?")]  # fmt: skip
    content = lines(*columns)
    content[3] = replace(content[3], status=AGREED)

    known = with_agreed(a_table(columns, ["马志远", "1", "朱晓明", "2"]), content).mapping

    assert [c.target for c in known.columns] == [c.target for c in a_table(columns).columns]
    assert all(column.certain for column in known.columns)


def test_equal_lines_give_equal_bytes() -> None:
    first, second = BytesIO(), BytesIO()
    for stream in (first, second):
        write_mapping(stream, lines(), [*labels().values()], SPLITS, date(2026, 6, 30))

    assert first.getvalue() == second.getvalue()

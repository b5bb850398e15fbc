import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbooks.foreign.sheets import (
    a_sheet,
    accounted,
    cells_of,
    read,
    reasons,
    records,
    the_table,
)
from validators.sources.tables import Layout, Place

PAIRS = [
    ["开城镇2026年导师帮带结对名册"],
    ["填报单位（盖章）：开城镇党委", None, None, None, None, None, "填报时间：2026年3月10日"],
    ["序号", "导师", None, None, "帮带对象", None, "结对时间", "备注"],
    [None, "姓名", "单位及职务", "联系电话", "姓名", "联系电话"],
    [1, "马志远", "开城镇党委副书记", "13895401234", "朱晓明", "13895409999", "2026.3.5"],
    [2, "王秀兰", "农业服务中心主任", "13995402222", "陈小燕", "13895408888", "2026.3.5"],
    ["合计", None, None, None, "2人"],
    [],
    ["填表人：苏某", None, None, "审核人：王某"],
]
BOTH = [
    ["组别", "身份", "姓名", "性别", "职务"],
    ["第一组", "导师", "马志远", "男", "副镇长"],
    [None, "对象", "朱晓明", "男", "文书"],
    [None, "对象", "陈小燕", "女", "会计"],
    ["第二组", "导师", "李建国", "男", "站长"],
    ["第二组", "对象", "苏海龙", "男", "文书"],
]
MERGES = ("A1:H1", "A3:A4", "G3:G4", "H3:H4", "B3:D3", "E3:F3")


def test_two_rows_of_headings_under_a_title_are_one() -> None:
    source = read(a_sheet(PAIRS, *MERGES, name="结对"))

    (table,) = source.tables
    assert table.headings == (
        "序号", "导师·姓名", "导师·单位及职务", "导师·联系电话", "帮带对象·姓名", "帮带对象·联系电话",
        "结对时间", "备注",
    )  # fmt: skip
    assert [row.number for row in table.rows] == [5, 6]
    assert table.title.startswith("开城镇2026年导师帮带结对名册 填报单位")
    assert table.place(1, 4) == Place("结对", 6, 5)
    why = reasons(source)
    assert why["合计"] == why["2人"] == "合计、小计"
    assert why["填表人：苏某"] == why["审核人：王某"] == "签名"
    assert why["序号"] == why["姓名"] == "表头"
    assert why["开城镇2026年导师帮带结对名册"] == "标题"


def test_group_headings_of_a_text_file_need_no_merge() -> None:
    assert the_table(a_sheet(PAIRS)).headings[1:6] == (
        "导师·姓名", "导师·单位及职务", "导师·联系电话", "帮带对象·姓名", "帮带对象·联系电话",
    )  # fmt: skip


def test_a_cell_merged_down_belongs_to_all_its_rows_and_is_one_cell() -> None:
    table = the_table(
        a_sheet(
            [
                ["导师姓名", "职务", "帮带对象"],
                ["马志远", "副书记", "朱晓明"],
                [None, None, "陈小燕"],
                ["王秀兰", "主任", "苏海龙"],
            ],
            "A2:A3",
            "B2:B3",
        )
    )

    assert [row["导师姓名"] for row in records(table)] == ["马志远", "马志远", "王秀兰"]
    assert table.shared == {(0, 0), (1, 0), (0, 1), (1, 1)}
    assert table.place(0, 0) == table.place(1, 0) == Place("Sheet1", 2, 1)


def test_blocks_by_village_take_the_village_from_the_line_above() -> None:
    source = read(
        a_sheet(
            [
                ["帮带对象名册"],
                ["序号", "姓名", "职务"],
                ["一、冯庄村"],
                [1, "朱晓明", "书记"],
                [2, "陈小燕", "文书"],
                ["小计", 2],
                ["二、柯庄村（1人）"],
                [1, "苏海龙", "文书"],
            ],
            "A3:C3",
            "A7:C7",
        )
    )

    (table,) = source.tables
    assert [row["所在村"] for row in records(table)] == ["冯庄村", "冯庄村", "柯庄村"]
    assert table.place(2, 3) == Place("Sheet1", 7, 1)
    assert reasons(source)["小计"] == "合计、小计"


LINES = {
    "冯庄村": ("所在村", "冯庄村"),
    "（二）柯庄村（2人）": ("所在村", "柯庄村"),
    "三十里铺村": ("所在村", "三十里铺村"),
    "1.二十里铺村委会（整顿村）": ("所在村", "二十里铺村"),
    "【导师】马志远": ("导师", "马志远"),
    "一、导师：李建国（镇人大主席）": ("导师", "李建国(镇人大主席)"),
    "帮带导师　王海林": ("帮带导师", "王海林"),
    "乡村干部": ("类别", "乡村干部"),
    "二、致富带头人：": ("类别", "致富带头人"),
    "（三）站所负责人": ("", ""),
}


@given(st.lists(st.sampled_from([*LINES, "朱晓明", "陈小燕"]), max_size=14))
def test_a_line_speaks_of_the_records_below_it_up_to_the_next_of_its_kind(lines: list[str]) -> None:
    people = {"朱晓明": ["男", "文书", "13895401234"], "陈小燕": ["女", "会计", "13995402222"]}
    rows: list[list[str | None]] = [
        ["姓名", "性别", "职务", "联系电话"],
        ["苏海龙", "男", "文书", "0"],
    ]
    said: dict[str, str] = {}
    expected: list[dict[str, str]] = [{}]
    kinds = list(dict.fromkeys(heading for line in lines if (heading := LINES.get(line, ("",))[0])))
    for line in lines:
        if line in people:
            rows.append([line, *people[line]])
            expected.append({k: v for k, v in said.items() if v})
            continue
        rows.append([line])
        heading, value = LINES[line]
        inner = kinds[kinds.index(heading) :] if heading else kinds
        said |= dict.fromkeys(inner, "")
        if heading:
            said[heading] = value
    rows.append(["苏海龙", "男", "文书", "0"])
    expected.append({k: v for k, v in said.items() if v})

    source = read(a_sheet(rows))

    (table,) = source.tables
    own = ("姓名", "性别", "职务", "联系电话")
    found = [{k: v for k, v in row.items() if k not in own} for row in records(table)]
    assert found == expected
    assert set(accounted(source)) == cells_of(a_sheet(rows))


@pytest.mark.parametrize("line", ["导师：待定", "导师：见附件", "导师职责：宣传政策", "马志远"])
def test_a_line_that_names_no_mentor_speaks_of_nobody(line: str) -> None:
    rows: list[list[str | None]] = [
        ["序号", "姓名", "性别", "职务"],
        [line],
        ["1", "朱晓明", "男", "文书"],
        ["2", "陈小燕", "女", "会计"],
    ]

    source = read(a_sheet(rows, "A2:D2"))

    assert source.tables[0].headings == ("序号", "姓名", "性别", "职务")
    assert reasons(source)[line]


@pytest.mark.parametrize("gap", [[], [[]]])
def test_tables_below_each_other_keep_their_titles(gap: list[list[str]]) -> None:
    mentors, mentees = read(
        a_sheet(
            [
                ["一、导师名册"],
                ["序号", "姓名", "性别", "联系电话"],
                [1, "马志远", "男", "13895401234"],
                *gap,
                ["二、帮带对象名册"],
                ["序号", "姓名", "性别", "联系电话"],
                [1, "朱晓明", "女", "13895409999"],
            ],
            "A1:D1",
            f"A{4 + len(gap)}:D{4 + len(gap)}",
        )
    ).tables

    assert (mentors.title, mentees.title) == ("一、导师名册", "二、帮带对象名册")
    assert [len(mentors), len(mentees)] == [1, 1]


def test_tables_beside_each_other_are_two() -> None:
    left, right = read(
        a_sheet(
            [
                ["导师", None, None, "帮带对象"],
                ["姓名", "职务", None, "姓名", "电话"],
                ["马志远", "副书记", None, "朱晓明", "13895409999"],
                ["王秀兰", "主任", None, "陈小燕", "13895408888"],
                [None, None, None, "苏海龙", "13995407777"],
            ],
            "A1:B1",
            "D1:E1",
        )
    ).tables

    assert (left.title, right.title) == ("导师", "帮带对象")
    assert (len(left), len(right)) == (2, 3)
    assert right.place(2, 0) == Place("Sheet1", 5, 4)


def test_a_page_that_repeats_title_and_headings_goes_on_with_the_table() -> None:
    heading = ["序号", "导师姓名", "帮带对象", "结对时间"]
    rows = [[n, "马志远", f"朱晓{c}", "2026.3.5"] for n, c in enumerate("明红亮", 1)]
    source = read(
        a_sheet(
            [["结对名册"], heading, rows[0], rows[1], ["结对名册（续表）"], heading, rows[2]],
            "A1:D1",
            "A5:D5",
        )
    )

    assert [len(table) for table in source.tables] == [3]
    whys = [loose.why for loose in source.loose if loose.cell.row in (5, 6)]
    assert set(whys) <= {"标题", "续表表头"}


def test_a_column_put_in_by_hand_has_no_heading_on_the_later_pages() -> None:
    heading = ["序号", "姓名", "身份证号", "职务", "电话"]
    rows = [[n, f"朱{c}明", "6" * 18, "文书", "1"] for n, c in enumerate("晓小", 1)]

    table = the_table(
        a_sheet(
            [
                ["名册"],
                heading,
                rows[0],
                ["（续上页）"],
                ["序号", "姓名", None, "职务", "电话"],
                rows[1],
            ]
        )
    )

    assert [row["身份证号"] for row in records(table)] == ["6" * 18] * 2


def test_rows_of_numbers_hints_notes_and_legends_are_no_records() -> None:
    source = read(
        a_sheet(
            [
                ["序号", "姓名", "性别", "联系电话", "备注"],
                [1, 2, 3, 4, 5],
                ["示例", "张某", "男", "13800000000"],
                [1, "马志远", "男", "13895401234"],
                [2, "王秀兰", "女", "13995402222"],
                [3],
                [],
                ["注：1.本表由各村（社区）填写，一式两份。"],
                ["2.联系电话请填写本人手机号码。"],
                ["黄色表示已调离"],
            ]
        )
    )

    (table,) = source.tables
    assert [row["姓名"] for row in records(table)] == ["马志远", "王秀兰"]
    why = reasons(source)
    assert why["4"] == "栏次"
    assert why["示例"] == "示例"
    assert why["注：1.本表由各村（社区）填写，一式两份。"] == "说明"
    assert why["2.联系电话请填写本人手机号码。"] == "说明"
    assert why["黄色表示已调离"] == "图例"
    assert [x.why for x in source.loose if x.cell.row == 6] == ["序号"]


def test_sheets_of_one_layout_are_one_table_with_their_names_as_a_column() -> None:
    def village(name: str, *people: str) -> object:
        rows = [[f"{name}帮带对象"], ["姓名", "职务"], *([person, "文书"] for person in people)]
        return a_sheet(rows, "A1:B1", name=name)

    table = the_table(village("冯庄村", "朱晓明", "陈小燕"), village("柯庄村", "苏海龙"))  # type: ignore[arg-type]

    assert [row["工作表"] for row in records(table)] == ["冯庄村", "冯庄村", "柯庄村"]
    assert [table.place(n, 0).sheet for n in range(3)] == ["冯庄村", "冯庄村", "柯庄村"]
    assert table.place(0, 2).row == 0


def test_mentors_and_mentees_in_one_list_are_two_tables_where_a_column_tells_them_apart() -> None:
    sheet = a_sheet(BOTH, "A2:A4")

    mentors, mentees = read(sheet).tables

    assert [row["姓名"] for row in records(mentors)] == ["马志远", "李建国"]
    assert [row["姓名"] for row in records(mentees)] == ["朱晓明", "陈小燕", "苏海龙"]
    assert [row.get("组别") for row in records(mentees)] == [None, None, "第二组"]
    assert [*mentees.numbers] == [3, 4, 6]


def test_whose_a_duty_is_parts_no_list() -> None:
    rows = [[{"身份": "责任方"}.get(str(cell), cell) for cell in row] for row in BOTH]

    assert len(read(a_sheet(rows)).tables) == 1


def test_a_roster_of_mentors_is_not_joined_to_one_of_mentees() -> None:
    tables = read(
        a_sheet([["姓名", "职务"], ["马志远", "副书记"]], name="导师"),
        a_sheet([["姓名", "职务"], ["朱晓明", "文书"]], name="帮带对象"),
    ).tables

    assert [table.title for table in tables] == ["导师", "帮带对象"]


def test_months_side_by_side_are_a_matrix() -> None:
    months = [f"{n}月" for n in range(1, 13)]
    table = the_table(
        a_sheet([["导师", "帮带对象", *months], ["马志远", "朱晓明", "√", None, "指导账目"]])
    )

    assert table.layout is Layout.MATRIX
    assert records(table) == [
        {"导师": "马志远", "帮带对象": "朱晓明", "1月": "√", "3月": "指导账目"}
    ]


def test_headings_nobody_knows_are_told_by_what_stands_below() -> None:
    table = the_table(a_sheet([["甲栏", "乙栏"], ["什么", 12], ["别的", 13]]))

    assert table.headings == ("甲栏", "乙栏")
    assert len(table) == 2


def test_hidden_columns_and_rows_are_read_and_said() -> None:
    sheet = a_sheet([["姓名", "联系电话"], ["马志远", "13895401234"], ["王秀兰", "13995402222"]])
    sheet.hidden_columns, sheet.hidden_rows = frozenset({2}), frozenset({3})

    source = read(sheet)

    assert [len(table) for table in source.tables] == [2]
    assert [code for code, _ in source.notices] == ["source.hidden_rows", "source.hidden_columns"]


def test_headings_twice_side_by_side_are_two_tables() -> None:
    sheet = a_sheet(
        [
            ["导师名册"],
            ["姓名", "职务", "姓名", "职务"],
            ["马志远", "主任", "王秀兰", "站长"],
            ["李建国", "书记"],
        ],
        "A1:D1",
    )

    left, right = read(sheet).tables

    assert [row["姓名"] for row in records(left)] == ["马志远", "李建国"]
    assert [row["姓名"] for row in records(right)] == ["王秀兰"]
    assert left.title == right.title == "导师名册"


def test_a_merge_over_a_whole_worksheet_is_no_burden() -> None:
    rows = [["姓名", "职务"], *(["马志远", "主任"] for _ in range(15_000))]

    assert len(the_table(a_sheet(rows, "A1:XFD1048576"))) == 15_000

from itertools import combinations

import pytest

from tests.workbooks.foreign.sheets import a_sheet, read, reasons, records, the_table
from validators.sources.tables import Layout, Place
from workbooks.raw.book import RawSheet

MERGES = ("A1:E1", "A2:A3", "A4:A5", "B6:E6", "B7:E7")


def a_form(mentor: str, mentee: str, post: str) -> RawSheet:
    return a_sheet(
        [
            ["导师帮带登记表"],
            ["导师", "姓名", mentor, "性别", "男"],
            [None, "单位及职务", "开城镇党委副书记", "联系电话", "13895401234"],
            ["帮带对象", "姓名", mentee, "性别", "女"],
            [None, "现任职务", post, "政治面貌", "党员"],
            ["短板弱项", "业务不熟，群众工作经验少"],
            ["帮带计划", "第一季度熟悉业务；\n第二季度独立处理村务。"],
            ["单位意见", "（盖章）   年  月  日"],
        ],
        *MERGES,
        name=mentee,
    )


def test_forms_on_several_tabs_are_one_table() -> None:
    source = read(a_form("马志远", "朱晓明", "村党支部书记"), a_form("王秀兰", "陈小燕", "文书"))

    (table,) = source.tables
    assert table.layout is Layout.FORM
    first, second = records(table)
    assert first == {
        "导师·姓名": "马志远", "导师·性别": "男", "导师·单位及职务": "开城镇党委副书记",
        "导师·联系电话": "13895401234", "帮带对象·姓名": "朱晓明", "帮带对象·性别": "女",
        "帮带对象·现任职务": "村党支部书记", "帮带对象·政治面貌": "党员", "工作表": "朱晓明",
        "短板弱项": "业务不熟，群众工作经验少", "帮带计划": "第一季度熟悉业务；\n第二季度独立处理村务。",
    }  # fmt: skip
    assert second["帮带对象·姓名"] == "陈小燕"
    assert table.place(1, 0) == Place("陈小燕", 2, 3)
    assert reasons(source)["（盖章）   年  月  日"] == "签名"


def test_the_first_label_again_begins_the_next_form() -> None:
    rows = []
    for name in ("朱晓明", "陈小燕", "苏海龙"):
        rows += [
            ["帮带对象登记表"],
            ["姓  名", name, "性  别", "男"],
            ["出生年月", "1990.5", "职务", "文书"],
            ["联系电话", "13895409999", "爱好", "读书"],
            [],
        ]
    table = the_table(a_sheet(rows))

    assert [row["姓名"] for row in records(table)] == ["朱晓明", "陈小燕", "苏海龙"]
    assert all(row["爱好"] == "读书" for row in records(table))


def test_values_may_stand_below_their_labels() -> None:
    table = the_table(
        a_sheet(
            [
                ["帮带对象登记表"],
                ["姓 名", "性 别", "民 族"],
                ["朱晓明", "男", "回族"],
                ["出生年月", "政治面貌", "类 别"],
                ["1990.05", "党员", "乡村干部"],
                ["短板弱项"],
                ["不熟悉业务，不会用电脑"],
            ],
            "A1:C1",
            "A6:C6",
            "A7:C7",
        )
    )

    assert records(table) == [
        {
            "姓名": "朱晓明", "性别": "男", "民族": "回族", "出生年月": "1990.05", "政治面貌": "党员",
            "类别": "乡村干部", "短板弱项": "不熟悉业务，不会用电脑",
        }
    ]  # fmt: skip


def test_people_in_columns_are_records() -> None:
    table = the_table(
        a_sheet(
            [
                ["导师情况表"],
                ["姓名", "马志远", "王秀兰", "李建国"],
                ["性别", "男", "女", "男"],
                ["职务", "副书记", "主任", "书记"],
                ["联系电话", "13895401234", None, "13709543333"],
            ],
            "A1:D1",
        )
    )

    assert table.layout is Layout.COLUMNS
    assert records(table)[1] == {"姓名": "王秀兰", "性别": "女", "职务": "主任"}
    assert table.place(2, 3) == Place("Sheet1", 5, 4)


def test_lines_of_text_are_records_that_share_their_cell() -> None:
    table = the_table(
        a_sheet(
            [
                ["结对帮带名单"],
                ["1.导师：马志远（镇党委副书记）  对象：朱晓明（冯庄村文书）"],
                ["2.导师：王秀兰  对象：陈小燕"],
            ]
        )
    )

    assert table.layout is Layout.TEXT
    assert records(table)[0] == {
        "导师": "马志远",
        "导师·单位及职务": "镇党委副书记",
        "对象": "朱晓明",
        "对象·单位及职务": "冯庄村文书",
    }
    assert {table.place(1, at) for at in (0, 2)} == {Place("Sheet1", 3, 1)}


BESIDE = [
    ["帮带对象登记表"],
    ["姓名", "朱晓明", "性别", "男"],
    ["出生年月", "1990.5", "政治面貌", "党员"],
    ["工作单位", "开城镇", "职务", "文书"],
    ["联系电话", "13895409999", "类别", "乡村干部"],
    ["短板弱项", "不熟悉业务"],
    ["填表人：苏某"],
]
BELOW = [
    ["帮带对象登记表"],
    ["姓名", "性别", "民族"],
    ["朱晓明", "男", "回族"],
    ["出生年月", "政治面貌", "类别"],
    ["1990.05", "党员", "乡村干部"],
    ["工作单位", "职务", "电话"],
    ["开城镇", "文书", "13895409999"],
]


@pytest.mark.parametrize("n_blank", [0, 1, 2])
@pytest.mark.parametrize("beside", [True, False])
def test_a_label_without_a_value_takes_no_other_labels(beside: bool, n_blank: int) -> None:
    rows = BESIDE if beside else BELOW
    values = {
        (r, c): rows[r][c - 1] if beside else rows[r - 1][c]
        for r in range(1, len(rows))
        for c in range(len(rows[r]))
        if (c % 2 == 1 if beside else r % 2 == 0)
    }
    for blank in combinations(values, n_blank):
        changed = [
            [None if (r, c) in blank else cell for c, cell in enumerate(row)]
            for r, row in enumerate(rows)
        ]
        wanted = {label: rows[r][c] for (r, c), label in values.items() if (r, c) not in blank}

        assert records(the_table(a_sheet(changed))) == [wanted]

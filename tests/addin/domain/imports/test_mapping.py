from array import array
from dataclasses import replace
from datetime import date

import pytest

from addin.domain.imports.mapping import map_table
from tests.addin.domain.imports.tables import (
    MENTEES,
    MENTORS,
    PHONES,
    VILLAGES,
    a_table,
    mapped,
    targets,
)
from validators.cells import CellColumn
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    Row,
    input_columns,
)
from validators.sources.mapping import NOT_IMPORTED, KnownNames, Scale, Split, Target
from validators.sources.tables import TAB_HEADING, Layout, SourceColumn, SourceTable

DAYS = (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7))


def test_the_same_headings_twice_belong_to_the_person_before_them() -> None:
    table = a_table(
        序号=(1, 2, 3), 导师姓名=MENTORS, 职务=("副书记", "主任", "站长"), 联系电话=PHONES, 帮带对象=MENTEES,
        职务_2=("文书", "书记", "委员"), 联系电话_2=PHONES, 结对时间=DAYS, 备注=(None,) * 3,
    )  # fmt: skip

    assert targets(table) == [
        "", "mentor.name", "mentor.post", "mentor.phone", "individual.name", "individual.post",
        "individual.phone", "pairing.paired_on", "pairing.remark",
    ]  # fmt: skip


def test_group_headings_say_whose_the_columns_are() -> None:
    columns = {
        "帮带对象·姓名": MENTEES, "帮带对象·联系电话": PHONES, "导师·姓名": MENTORS, "导师·联系电话": PHONES,
        "导师·备注": (None, "兼职", None),
    }  # fmt: skip
    table = a_table(**columns)

    assert targets(table) == [
        "individual.name", "individual.phone", "mentor.name", "mentor.phone", "mentor.remark",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "sheet"), [("帮带导师花名册", "mentor"), ("导师帮带制帮带对象花名册", "individual")]
)
def test_a_roster_is_of_those_its_title_names(title: str, sheet: str) -> None:
    table = a_table(title, 姓名=MENTORS, 性别=("男", "女", "男"), 手机号码=PHONES)

    assert targets(table) == [f"{sheet}.name", f"{sheet}.gender", f"{sheet}.phone"]


def test_a_roster_of_nobody_in_particular_is_asked() -> None:
    table = a_table("花名册", 姓名=MENTORS, 性别=("男", "女", "男"), 手机号码=PHONES)

    assert all(target.endswith("?") for target in targets(table))


@pytest.mark.parametrize(("heading", "sheet"), [("导师类别", "mentor"), ("对象类别", "individual")])
def test_a_heading_that_names_somebody_says_whose_roster_it_is(heading: str, sheet: str) -> None:
    table = a_table("", 姓名=MENTORS, 联系电话=PHONES, **{heading: (None,) * 3})

    assert targets(table) == [f"{sheet}.name", f"{sheet}.phone", f"{sheet}.category"]


def test_people_the_ledger_knows_say_whose_roster_it_is() -> None:
    table = a_table("花名册", 姓名=MENTEES, 性别=("男", "女", "男"))

    assert targets(table, KnownNames(individuals=frozenset(MENTEES))) == [
        "individual.name",
        "individual.gender",
    ]


def test_words_of_a_list_say_whose_category_it_is() -> None:
    table = a_table("花名册", 姓名=MENTORS, 类别=("老业务", "老支书", "老乡镇"))

    assert targets(table) == ["mentor.name", "mentor.category"]


def test_an_exported_form_is_a_log() -> None:
    table = a_table("收集结果", **{
        "提交者": ("甲一", "乙二", "丙三"), "提交时间": DAYS, "1.您的姓名（必填）": MENTORS, "2.您的帮带对象": MENTEES,
        "3.帮带日期": DAYS, "4.帮带方式（单选）": ("线上", "线下", "线下"), "5.帮带内容": ("讲解政策", "指导台账", "走访"),
        "6.现场照片": ("https://a.cn/1.jpg",) * 3,
    })  # fmt: skip

    assert targets(table) == [
        "", "", "mentor.name", "individual.name", "log.date", "log.form", "log.content", "",
    ]  # fmt: skip


def test_a_time_of_submission_stands_in_for_a_date_only_when_asked() -> None:
    table = a_table(
        提交时间=DAYS, 导师=MENTORS, 帮带对象=MENTEES, 帮带内容=("走访", "指导", "谈话")
    )

    assert targets(table)[0] == "log.date?"


def test_whoever_fills_a_form_without_a_mentor_is_asked() -> None:
    table = a_table(
        填写人=MENTORS, 帮带对象=MENTEES, 帮带日期=DAYS, 帮带内容=("走访", "指导", "谈话")
    )

    assert targets(table)[0].endswith("?")


def test_an_organisation_among_people_is_no_doubt() -> None:
    names = (*MENTEES[:2], "冯庄村党支部")
    table = a_table(日期=DAYS, 导师=MENTORS, 对象=names, 内容=("走访", "指导", "谈话"))

    assert targets(table)[2] == "individual.name"


def test_several_people_in_a_cell_are_said() -> None:
    table = a_table(导师=MENTORS, 帮带对象=("朱晓明、陈小燕", "苏海龙和田玉梅", "何文静"))

    assert mapped(table)["帮带对象"].split is Split.NAMES


def test_a_phone_behind_a_name_is_said() -> None:
    table = a_table(导师=("马志远13895401234", "王秀兰 13995402222"), 帮带对象=MENTEES[:2])

    assert mapped(table)["导师"].split is Split.NAME_AND_PHONE


@pytest.mark.parametrize(
    ("heading", "cells", "scale"),
    [
        ("思想情怀", (80, 75, 92), Scale.HUNDRED),
        ("思想情怀", ("优", "良", "中"), Scale.WORDS),
        ("思想情怀", (3, 4, 5), Scale.NONE),
    ],
)
def test_scores_on_another_scale_are_asked(
    heading: str, cells: tuple[int, ...], scale: Scale
) -> None:
    table = a_table(
        "成长评价表", 帮带对象=MENTEES, **{heading: cells}, 评价时间=DAYS, 评语=("好", "进步", "稳")
    )

    mapping = mapped(table)[heading]

    assert mapping.target == Target("assessment", "conviction")
    assert (mapping.scale, mapping.certain) == (scale, not scale)


@pytest.mark.parametrize(
    ("heading", "cells", "scale"),
    [
        ("村集体经济年收入（元）", (120_000, 85_000), Scale.YUAN),
        ("村集体经济年收入（万元）", (12, 8.5), Scale.NONE),
        ("村集体经济年收入", (120_000, 85_000), Scale.YUAN),
    ],
)
def test_money_in_another_unit_is_asked(
    heading: str, cells: tuple[float, ...], scale: Scale
) -> None:
    table = a_table(
        党组织名称=("冯庄村党支部", "柯庄村党支部"), 书记=MENTEES[:2], **{heading: cells}
    )

    mapping = mapped(table)[heading]

    assert mapping.target == Target("organisation", "income")
    assert (mapping.scale, mapping.certain) == (scale, not scale)


def test_id_numbers_are_never_imported_whatever_the_heading_says() -> None:
    table = a_table("导师名册", 姓名=MENTORS, 编码=("64222219800101123X",) * 3)

    mapping = mapped(table)["编码"]

    assert (mapping.target, mapping.certain, mapping.why) == (NOT_IMPORTED, True, "身份证号不导入")


def test_an_id_number_within_a_text_makes_no_column_of_them() -> None:
    notes = ("身份证64222219800101123X已核对", None, None)
    table = a_table("导师名册", 姓名=MENTORS, 性别=("男", "女", "男"), 备注=notes)

    assert targets(table)[2] == "mentor.remark"


def test_a_total_of_scores_is_worked_out_again() -> None:
    table = a_table(
        "成长评价表", 帮带对象=MENTEES, 思想情怀=(3, 4, 5), 业务能力=(3, 4, 5), 总分=(6, 8, 10), 评价时间=DAYS
    )  # fmt: skip

    assert targets(table)[3] == ""


def test_a_column_without_a_field_goes_to_the_remarks() -> None:
    table = a_table(
        "导师名册", 姓名=MENTORS, 性别=("男", "女", "男"), 学历=("大专", "本科", "中专")
    )

    assert targets(table)[2] == "mentor.remark"


def test_a_heading_that_its_cells_contradict_is_asked() -> None:
    table = a_table(
        "导师名册", 姓名=MENTORS, 性别=("男", "女", "男"), 联系电话=("白天", "晚上", "周末")
    )

    assert targets(table)[2] == "mentor.phone?"


def test_one_field_is_given_once() -> None:
    table = a_table("导师名册", 姓名=MENTORS, 性别=("男", "女", "男"), 联系电话=PHONES, 手机=PHONES)

    given = [m.target for m in map_table(table).columns if m.target == Target("mentor", "phone")]

    assert len(given) == 1


def test_headings_that_are_merely_alike_are_asked() -> None:
    table = a_table(导师姓名=MENTORS, 帮带对象=MENTEES, 结对始起日期时=DAYS)

    assert targets(table)[2].endswith("?")


def test_numbers_counting_the_rows_are_no_ids() -> None:
    table = a_table("导师名册", 编号=(1, 2, 3), 姓名=MENTORS, 性别=("男", "女", "男"))

    assert targets(table)[0] == ""


def test_answers_in_columns_of_their_own_are_asked() -> None:
    table = a_table("收集结果", **{
        "导师姓名": MENTORS, "帮带对象": MENTEES, "帮带日期": DAYS, "帮带内容": ("走访", "指导", "谈话"),
        "帮带方面(业务能力)": (1, 0, 1), "帮带方面(产业发展)": (0, 1, 1),
    })  # fmt: skip

    found = [mapped(table)[f"帮带方面({answer})"] for answer in ("业务能力", "产业发展")]

    assert {(m.target, m.scale, m.certain) for m in found} == {
        (Target("log", "aspect"), Scale.OPTION, False)
    }


def test_months_are_contents_without_a_day() -> None:
    table = a_table(
        layout=Layout.MATRIX, 导师=MENTORS, 帮带对象=MENTEES,
        **{f"{n}月": ("√", None, "指导") for n in range(1, 5)},
    )  # fmt: skip

    assert targets(table)[2:] == ["log.content?"] * 4


PAIRED = {"导师姓名": ("马志远", None, "王秀兰", None), "帮带对象": (*MENTEES, "高玉梅")}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # every pair has its day: those without a mentor are the mentor's above
        (PAIRED | {"结对时间": ("2026-03-05",) * 4}, "sure"),
        # nobody without a mentor was paired
        (PAIRED | {"结对时间": ("2026-03-05", None, "2026-03-06", None)}, ""),
        (PAIRED | {"结对时间": ("2026-03-05", "2026-03-05", "2026-03-06", None)}, "asked"),
        (PAIRED | {"结对时间": (None,) * 4}, ""),
        (PAIRED, "asked"),
        # who repeats a name leaves no cell blank for it
        (PAIRED | {"导师姓名": ("马志远", "马志远", "王秀兰", None)}, ""),
        # the blank row speaks of somebody
        (PAIRED | {"导师电话": ("13895401234", "13995402222", None, None)}, ""),
        # nothing stands above
        (PAIRED | {"导师姓名": (None, None, "马志远", "王秀兰")}, ""),
    ],
)
def test_a_blank_name_means_the_one_above_where_nothing_speaks_against_it(
    columns: dict[str, tuple[str | None, ...]], expected: str
) -> None:
    where = mapped(a_table("结对名册", **columns))["导师姓名"]

    found = "" if where.split is not Split.ABOVE else "sure" if where.certain else "asked"
    assert found == expected
    assert where.target == Target("mentor", "name")


def test_a_contact_of_nobody_below_one_of_somebody_is_asked() -> None:
    days, contents = ("2026-05-03", "2026-05-10", "2026-05-11"), ("走访", "指导", "谈话")
    of_nobody = a_table(
        "工作日志", 日期=days, 导师=("马志远", None, "王秀兰"), 对象=("朱晓明", None, "陈小燕"),
        内容=contents,
    )  # fmt: skip
    of_a_mentee = a_table(
        "工作日志", 日期=days, 导师=("马志远", None, "王秀兰"), 对象=MENTEES, 内容=contents
    )

    assert targets(of_nobody) == ["log.date", "mentor.name?", "individual.name?", "log.content"]
    assert targets(of_a_mentee) == ["log.date", "mentor.name", "individual.name", "log.content"]


def test_a_blank_village_before_the_names_is_asked() -> None:
    villages = ("冯庄村", None, "柯庄村")

    assert targets(a_table("对象名册", 村名=villages, 姓名=MENTEES))[0] == "individual.village?"
    assert targets(a_table("对象名册", 姓名=MENTEES, 村名=villages))[1] == "individual.village"


def test_text_pasted_from_a_document_is_always_asked() -> None:
    table = a_table(layout=Layout.TEXT, 导师=MENTORS, 对象=MENTEES)

    assert targets(table) == ["mentor.name?", "individual.name?"]


@pytest.mark.parametrize(
    ("tabs", "target"),
    [(VILLAGES, "individual.village"), (MENTORS, "mentor.name"), (("1月", "2月", "3月"), "")],
)
def test_the_names_of_tabs_are_villages_or_people(tabs: tuple[str, ...], target: str) -> None:
    contents = ("走访", "指导", "谈话")
    columns = {"日期": DAYS, "对象": MENTEES, "内容": contents}
    table = a_table("工作日志", **columns)
    assert targets(on_tabs(table, tabs))[3] == target


def on_tabs(table: SourceTable, tabs: tuple[str, ...]) -> SourceTable:
    names = SourceColumn(TAB_HEADING, "", CellColumn(list(tabs), array("i", range(3))))
    return replace(table, columns=(*table.columns, names), tabs=tabs)


@pytest.mark.parametrize(
    ("title", "known", "target"),
    [
        ("马志远导师所带对象名单", KnownNames(), "mentor.name"),
        ("导师：马志远 帮带对象名单", KnownNames(), "mentor.name"),
        ("帮带对象名单 马志远", KnownNames(), "mentor.name?"),
        ("帮带对象名单 马志远", KnownNames(mentors=frozenset(MENTORS)), "mentor.name"),
    ],
)
def test_tabs_of_other_people_than_the_mentees_in_them_are_their_mentors(
    title: str, known: KnownNames, target: str
) -> None:
    table = a_table(title, 对象姓名=MENTEES, 性别=("男", "女", "男"))

    assert targets(on_tabs(table, MENTORS), known)[2] == target


def test_tabs_of_people_beside_whole_pairs_are_asked() -> None:
    columns = {"日期": DAYS, "导师": MENTORS, "对象": MENTEES, "内容": ("走访", "指导", "谈话")}
    recorders = ("海明", "安平", "苏小燕")

    assert targets(on_tabs(a_table("工作日志", **columns), recorders))[4] in {"", "?"}


def test_the_day_of_a_pair_is_certain_in_a_roster_of_organisations_with_their_mentors() -> None:
    villages = ("冯庄村党支部", "柯庄村党支部", "大马庄村党支部")
    table = a_table(
        "软弱涣散村党组织台账", 党组织名称=villages, 党员数=(12, 20, 31), 帮带导师=MENTORS,
        结对时间=DAYS,
    )  # fmt: skip

    assert targets(table)[3] == "pairing.paired_on"


def test_a_column_that_says_whose_the_rows_are_is_not_imported() -> None:
    table = a_table("成员名单 导师", 身份=("导师",) * 3, 姓名=MENTORS, 性别=("男", "女", "男"))

    assert targets(table) == ["", "mentor.name", "mentor.gender"]
    cadres = a_table("对象名册", 身份=("村干部",) * 3, 姓名=MENTEES, 性别=("男", "女", "男"))
    assert targets(cadres)[0].startswith("individual.")


def test_a_grade_beside_scores_is_asked_and_beside_people_a_remark() -> None:
    aspects = dict.fromkeys(("思想情怀", "业务能力", "组织建设", "工作作风"), (3, 4, 5))
    grades = ("合格", "优秀", "合格")
    scored = a_table("成长评价表", 对象=MENTEES, **aspects, 评价时间=DAYS, 等次=grades)

    assert targets(scored)[-1] == "assessment.comment?"
    assert targets(a_table("导师名册", 姓名=MENTORS, 等次=grades))[-1] == "mentor.remark"


def test_a_phone_under_a_heading_nobody_knows_is_no_birth() -> None:
    table = a_table("导师名册", 姓名=MENTORS, Phone=PHONES)

    assert targets(table)[1].startswith("mentor.phone")


@pytest.mark.parametrize("model", [MentorRow, IndividualRow, OrganisationRow, AssessmentRow])
def test_our_own_headings_are_our_own_fields(model: type[Row]) -> None:
    columns = [c for c in input_columns(model) if c.field not in {"carried"}]
    table = a_table(model.sheet.title, **{column.heading: (None,) * 2 for column in columns})

    wanted = [Target(model.sheet.key, column.field) for column in columns]

    assert [mapping.target for mapping in map_table(table).columns] == wanted
    assert all(mapping.certain for mapping in map_table(table).columns)


def test_days_and_contents_of_nobody_are_asked() -> None:
    table = a_table(
        "交流园地",
        编号=("L-1", "L-2", "L-3"),
        日期=DAYS,
        标题=("甲", "乙", "丙"),
        内容=("走访", "指导", "谈话"),
    )

    assert all(target.endswith("?") for target in targets(table))


def test_a_duty_has_no_remarks_for_what_has_no_field() -> None:
    table = a_table(
        "职责清单",
        导师=MENTORS,
        帮带对象=MENTEES,
        事项=("甲", "乙", "丙"),
        次数=(1, 2, 3),
        备注=(None, "略", None),
    )

    assert targets(table)[4] in {"", "?"}

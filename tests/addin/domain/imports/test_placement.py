from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.imports.account import Fate, Placement
from addin.domain.imports.placement import place
from addin.domain.imports.readings import TypedCell
from tests.build import UNIT, a_ledger, a_log_entry, a_mentor, a_pairing, ledger_of
from tests.support.sources import a_table, mapped, notes_of
from validators.ledger import Ledger
from validators.sources.mapping import Scale, Split, TableMapping
from validators.sources.tables import Layout

EMPTY = {
    key: []
    for key in ("mentor", "individual", "organisation", "pairing", "duty", "log", "assessment",
                "conversion", "completion", "misconduct", "exchange")
}  # fmt: skip
ROSTER = [
    ("导师·姓名", "mentor.name"),
    ("导师·单位", "mentor.employer"),
    ("导师·电话", "mentor.phone"),
    ("对象·姓名", "individual.name"),
    ("对象·单位", "individual.employer"),
    ("结对时间", "pairing.paired_on"),
]


def blank() -> Ledger:
    return a_ledger(**EMPTY)


def placed(*tables: TableMapping, ledger: Ledger | None = None) -> Placement:
    """Place tables, and hold that every cell and row has exactly one fate."""
    placement = place(tables, ledger or blank(), UNIT)
    cells = sum(
        len({
            table.table.place(row, at)
            for at, column in enumerate(table.table.columns)
            for row in range(len(table.table))
            if column.cells.codes[row] >= 0
        })
        for table in placement.tables
    )  # fmt: skip
    assert placement.cells().total() == cells
    assert placement.rows().total() == sum(len(table.table) for table in placement.tables)
    return placement


def values(placement: Placement, key: str, *fields: str) -> list[tuple[object, ...]]:
    return [tuple(one.values.get(f) for f in fields) for one in placement.new(key)]


def told(placement: Placement) -> str:
    return "\n".join(
        f"{note.fate} {note.heading} {note.cell} {note.sentence}" for note in notes_of(placement)
    )


# --- one row feeds several sheets ---


def test_a_line_of_a_roster_becomes_a_mentor_a_mentee_and_their_pairing() -> None:
    row = ["马志远", "镇政府", "13900000001", "朱晓明", "冯庄村", "2026年3月1日"]
    placement = placed(a_table(ROSTER, row))

    assert values(placement, "mentor", "mentor_id", "name", "employer", "phone") == [
        ("D640402104-001", "马志远", "镇政府", "13900000001")
    ]
    assert values(placement, "individual", "mentee_id", "name") == [("G640402104-001", "朱晓明")]
    assert values(placement, "pairing", "pairing_id", "mentor_id", "mentee_id", "paired_on") == [
        ("J640402104-001", "D640402104-001", "G640402104-001", date(2026, 3, 1))
    ]
    assert placement.cells() == Counter({Fate.PLACED: 6})


def test_what_the_source_does_not_say_stays_blank() -> None:
    placement = placed(a_table(ROSTER, ["马志远", None, None, "朱晓明", None, None]))

    (mentor,) = placement.new("mentor")
    (pairing,) = placement.new("pairing")
    assert mentor.values.keys() == {"mentor_id", "name"}
    assert pairing.values.keys() == {"pairing_id", "mentor_id", "mentee_id"}


def test_one_mentor_merged_over_several_mentees_is_one_person_and_nothing_is_asked() -> None:
    rows = [["马志远", "镇政府", None, name, None, None] for name in ("朱晓明", "陈小燕", "苏海龙")]
    table = a_table(ROSTER, *rows, merged=[(0, 0, 2), (1, 0, 2)])

    placement = placed(table)

    assert len(placement.new("mentor")) == 1
    assert len(placement.new("pairing")) == 3
    assert told(placement) == ""
    assert placement.cells()[Fate.PLACED] == 5


@given(
    cells=st.lists(st.sampled_from(["马志远", "王秀兰", None]), min_size=1, max_size=12),
    tabs=st.lists(st.booleans(), max_size=12),
)
def test_a_blank_is_the_cell_above_it_in_its_tab(cells: list[str | None], tabs: list[bool]) -> None:
    where = mapped("mentor.name", split=Split.ABOVE)
    mentees = [f"朱{chr(0x4E00 + n)}明" for n in range(len(cells))]
    rows = [*zip(cells, mentees, strict=True)]
    plain = a_table([("导师", where), ("对象", "individual.name")], *rows)
    names, tab = [], 0
    for begins in [*tabs, *[False] * len(cells)][: len(cells)]:
        tab += begins
        names.append(f"表{tab}")
    mapping = replace(plain, table=replace(plain.table, tabs=tuple(names)))
    above = list(cells)
    for at in range(1, len(above)):
        if above[at] is None and names[at] == names[at - 1]:
            above[at] = above[at - 1]

    placement = placed(mapping)

    table = placement.tables[0].table
    assert [table.columns[0].cells.cell(at) for at in range(len(cells))] == above
    codes = {one.values["mentor_id"]: one.name for one in placement.new("mentor")}
    paired = {str(one.values["mentee_id"]): codes[one.values["mentor_id"]]
              for one in placement.new("pairing")}  # fmt: skip
    mine = [paired.get(str(one.values["mentee_id"])) for one in placement.new("individual")]
    assert mine == above
    assert placement.cells().total() == len(cells) - cells.count(None) + len(mentees)


def test_one_mentor_typed_on_several_lines_is_one_person_and_that_is_said_once() -> None:
    rows = [["马志远", "镇政府", None, name, None, None] for name in ("朱晓明", "陈小燕", "苏海龙")]
    placement = placed(a_table(ROSTER, *rows))

    assert len(placement.new("mentor")) == 1
    assert told(placement).count("按姓名和单位认定为同一人") == 1


def test_mentees_in_one_cell_are_as_many_people_and_that_is_said() -> None:
    row = ["马志远", "镇政府", None, "朱晓明、陈小燕", None, "2026-03-01"]
    placement = placed(a_table(ROSTER, row))

    assert values(placement, "individual", "name") == [("朱晓明",), ("陈小燕",)]
    assert len(placement.new("pairing")) == 2
    assert "一个单元格 2 人，已分为 朱晓明、陈小燕" in told(placement)


def test_phones_beside_names_go_to_the_phones() -> None:
    cell = "朱晓明（13811112222）、陈小燕（139 3333 4444）"
    placement = placed(a_table([("对象及电话", "individual.name")], [cell]))

    assert values(placement, "individual", "name", "phone") == [
        ("朱晓明", "13811112222"), ("陈小燕", "13933334444"),
    ]  # fmt: skip


def test_what_stands_beside_a_name_is_kept_in_the_remark() -> None:
    placement = placed(a_table([("导师", "mentor.name")], ["马志远（镇党委副书记）"]))

    assert values(placement, "mentor", "name", "remark") == [("马志远", "导师：镇党委副书记")]


@pytest.mark.parametrize(
    ("typed", "employer", "post"),
    [
        ("开城镇人民政府副镇长", "开城镇人民政府", "副镇长"),
        ("冯庄村党支部书记", "冯庄村党支部", "书记"),
        ("开城镇 党委副书记", "开城镇", "党委副书记"),
        ("原州区农业农村局农技站站长", "原州区农业农村局农技站", "站长"),
        ("致富带头人", None, "致富带头人"),
        ("冯庄村", "冯庄村", None),
    ],
)
def test_unit_and_post_in_one_cell_are_split(typed: str, employer: str, post: str) -> None:
    where = mapped("mentor.employer", split=Split.UNIT_AND_POST)
    placement = placed(a_table([("姓名", "mentor.name"), ("单位及职务", where)], ["马志远", typed]))

    assert values(placement, "mentor", "employer", "post") == [(employer, post)]


def test_a_party_branch_among_the_mentees_is_an_organisation() -> None:
    row = ["马志远", None, None, "冯庄村党支部", "冯庄村部", None]
    placement = placed(a_table(ROSTER, row))

    assert values(placement, "organisation", "mentee_id", "name", "remark") == [
        ("Z640402104-001", "冯庄村党支部", "对象·单位：冯庄村部")
    ]
    assert placement.new("individual") == []


def test_a_person_whose_name_ends_as_a_villages_does_stays_a_person() -> None:
    placement = placed(a_table(ROSTER, ["马志远", None, None, "王村", "冯庄村部", None]))

    assert values(placement, "individual", "name") == [("王村",)]
    assert placement.new("organisation") == []


def test_a_person_of_another_township_is_said() -> None:
    placement = placed(a_table(ROSTER[:2], ["杨生华", "头营镇人民政府"]))

    assert len(placement.new("mentor")) == 1
    assert "单位在“头营镇”" in told(placement)


def test_a_post_written_with_its_unit_is_no_other_post() -> None:
    known = a_mentor(1, employer="冯庄村委会", post="冯庄村委会副主任")
    columns = [("姓名", "mentor.name"), ("单位", "mentor.employer"), ("职务", "mentor.post")]
    ledger = a_ledger(**{**EMPTY, "mentor": [known]})
    placement = placed(a_table(columns, ["马志远", "冯庄村委会", "副主任"]), ledger=ledger)

    assert "不同" not in told(placement)


def test_an_answer_without_a_field_stands_behind_the_content_also_where_it_came_later() -> None:
    columns = [*LOG, ("还有什么困难", mapped("log.content?", confidence=0.3))]
    row = ["2026-04-02", "马志远", "朱晓明", "到村里一起核对台账", "缺资金"]
    first = placed(a_table(columns, row), ledger=ledger_of())
    entry = a_log_entry(2, date=date(2026, 4, 2), content="到村里一起核对台账")
    columns[-1] = ("还有什么困难", mapped("log.content", confidence=0.3))
    second = placed(a_table(columns, row), ledger=ledger_of(lambda w: w["log"].append(entry)))
    third = placed(a_table(columns, row), ledger=ledger_of())

    assert values(first, "log", "content") == [("到村里一起核对台账",)]
    assert [one.written for one in second.completed("log")] == [
        {"content": "到村里一起核对台账；还有什么困难：缺资金"}
    ]
    assert values(third, "log", "content") == [("到村里一起核对台账；还有什么困难：缺资金",)]


def test_of_two_people_of_one_name_the_pair_decides() -> None:
    mentors = [a_mentor(1), a_mentor(3, name="马志远", born=date(1990, 1, 1))]
    row = ["2026-04-02", "马志远", "朱晓明", "到村里"]
    placement = placed(a_table(LOG, row), ledger=a_ledger(mentor=mentors, pairing=[a_pairing(1)]))

    assert values(placement, "log", "pairing_ids") == [(("J640402104-001",),)]


# --- the same person ---

PEOPLE = [
    ("姓名", "mentor.name"), ("性别", "mentor.gender"), ("出生年月", "mentor.born"),
    ("单位", "mentor.employer"), ("职务", "mentor.post"),
]  # fmt: skip


def test_the_same_person_with_one_field_different_keeps_the_first_and_tells_the_other() -> None:
    rows = [
        ["马志远", "男", "1976.05", "镇政府", "副镇长"], ["马志远", "男", "1976.05", "镇政府", "科员"],
    ]  # fmt: skip
    placement = placed(a_table(PEOPLE, *rows))

    assert values(placement, "mentor", "post") == [("副镇长",)]
    assert "重复 职务 E4 与已有的“副镇长”不同，已保留原有内容，请核对" in told(placement)


def test_two_people_of_one_name_are_two_and_that_is_said() -> None:
    rows = [
        ["马志远", "男", "1976-05", "镇政府", "副镇长"], ["马志远", "男", "1990-01", "冯庄村", "文书"],
    ]  # fmt: skip
    placement = placed(a_table(PEOPLE, *rows))

    assert len(placement.new("mentor")) == 2
    assert "同名" in told(placement)


def test_people_the_ledger_has_get_what_they_lack_and_keep_what_they_have() -> None:
    ledger = a_ledger(**{**EMPTY, "mentor": [a_mentor(1, phone=None, post=None)]})
    placement = placed(
        a_table([*PEOPLE, ("电话", "mentor.phone")],
                ["马志远", "男", "1976-05", "区委组织部", "副镇长", "13900000009"]),
        ledger=ledger,
    )  # fmt: skip

    (completed,) = placement.completed("mentor")
    assert completed.row == 0
    assert completed.written == {"post": "副镇长", "phone": "13900000009"}
    assert placement.new("mentor") == []
    assert "与已有的“镇人民政府”不同" in told(placement)


def test_certificates_of_earlier_years_find_their_mentor_by_name() -> None:
    columns = [("姓名", "mentor.name"), ("证书编号", "mentor.certificate")]
    ledger = a_ledger(**{**EMPTY, "mentor": [a_mentor(1)]})

    placement = placed(a_table(columns, ["马志远", "金导〔2025〕3号"]), ledger=ledger)

    assert placement.completed("mentor")[0].written == {"certificate": "金导〔2025〕3号"}
    assert told(placement) == ""


def test_the_next_ids_follow_those_of_the_ledger() -> None:
    placement = placed(
        a_table(PEOPLE, ["金玉霞", "女", "1980-01", "镇政府", "干部"]), ledger=ledger_of()
    )

    assert values(placement, "mentor", "mentor_id") == [("D640402104-003",)]


def test_ids_of_an_older_ledger_of_the_unit_stay_and_what_names_them_too() -> None:
    people = a_table([("编号", "mentor.mentor_id"), ("姓名", "mentor.name")],
                     ["D640402104-013", "马志远"], [None, "王秀兰"])  # fmt: skip
    mentees = a_table([("编号", "individual.mentee_id"), ("姓名", "individual.name")],
                      ["G640402104-007", "朱晓明"])  # fmt: skip
    pairs = a_table([("结对编号", "pairing.pairing_id"), ("导师编号", "pairing.mentor_id"),
                     ("对象编号", "pairing.mentee_id")],
                    ["J640402104-021", "D640402104-013", "G640402104-007"])  # fmt: skip
    log = a_table([("日期", "log.date"), ("结对编号", "log.pairing_ids"), ("内容", "log.content")],
                  ["2026-05-03", "J640402104-021", "到村里"])  # fmt: skip
    placement = placed(log, people, mentees, pairs)

    assert values(placement, "mentor", "mentor_id") == [("D640402104-013",), ("D640402104-014",)]
    assert values(placement, "pairing", "pairing_id", "mentor_id", "mentee_id") == [
        ("J640402104-021", "D640402104-013", "G640402104-007")
    ]
    assert values(placement, "log", "pairing_ids") == [(("J640402104-021",),)]
    assert placement.cells().keys() == {Fate.PLACED}


def test_ids_that_others_have_are_numbered_anew_and_what_names_them_follows() -> None:
    ledger = a_ledger(**{**EMPTY, "mentor": [a_mentor(1, name="李建国")]})
    people = a_table([("编号", "mentor.mentor_id"), ("姓名", "mentor.name")],
                     ["D640402104-001", "马志远"])  # fmt: skip
    pairs = a_table([("导师编号", "pairing.mentor_id"), ("对象", "individual.name")],
                    ["D640402104-001", "朱晓明"])  # fmt: skip
    placement = placed(people, pairs, ledger=ledger)

    assert values(placement, "mentor", "mentor_id", "name") == [("D640402104-002", "马志远")]
    assert values(placement, "pairing", "mentor_id") == [("D640402104-002",)]
    assert "已重新编为 D640402104-002" in told(placement)


# --- entries ---

LOG = [
    ("提交时间", "log.date"), ("导师姓名", "mentor.name"), ("对象姓名", "individual.name"),
    ("帮带内容", "log.content"),
]  # fmt: skip


def test_an_entry_finds_its_pairing_by_the_names() -> None:
    row = [datetime(2026, 4, 2, 15, 30), "马志远", "朱晓明", "到村里一起核对台账"]
    placement = placed(a_table(LOG, row), ledger=ledger_of())

    assert values(placement, "log", "log_id", "date", "pairing_ids", "content") == [
        ("R640402104-00002", date(2026, 4, 2), ("J640402104-001",), "到村里一起核对台账")
    ]
    assert placement.cells() == Counter({Fate.PLACED: 4})


def test_an_entry_already_in_the_ledger_is_skipped_and_importing_twice_adds_nothing() -> None:
    known = a_log_entry()
    row = ["2026.5.3", "马志远", "朱晓明", f"{known['content']}。"]
    placement = placed(a_table(LOG, row, row), ledger=ledger_of())

    assert placement.new("log") == []
    assert placement.cells() == Counter({Fate.DUPLICATE: 8})
    assert "台账中已有同一天、同一对、内容相同的记录" in told(placement)


def test_equal_entries_of_one_file_are_one() -> None:
    row = ["2026-04-02", "马志远", "朱晓明", "到村里一起核对台账"]
    placement = placed(a_table(LOG, row, row), ledger=ledger_of())

    assert len(placement.new("log")) == 1
    assert placement.rows() == Counter({Fate.PLACED: 1, Fate.DUPLICATE: 1})


def test_of_two_periods_of_a_pair_the_day_decides() -> None:
    pairings = [
        a_pairing(1, paired_on=date(2025, 3, 1), until=date(2026, 2, 28), status="期满"),
        a_pairing(2, paired_on=date(2026, 3, 1), until=date(2027, 2, 28)),
    ]
    rows = [["2026-02-20", "马志远", "朱晓明", "甲事"], ["2026-03-02", "马志远", "朱晓明", "乙事"],
            ["2024-03-02", "马志远", "朱晓明", "丙事"]]  # fmt: skip
    placement = placed(a_table(LOG, *rows), ledger=a_ledger(pairing=pairings))

    whom = [ids for (ids,) in values(placement, "log", "pairing_ids")]
    assert whom == [("J640402104-001",), ("J640402104-002",), TypedCell("马志远→朱晓明")]


def test_nobody_is_made_up_from_a_log() -> None:
    placement = placed(
        a_table(LOG, ["2026-04-02", "马志远", "某新人", "到村里"]), ledger=ledger_of()
    )

    assert placement.new("individual") == []
    assert values(placement, "log", "pairing_ids", "content") == [
        (TypedCell("马志远→某新人"), "到村里")
    ]
    assert "台账中没有“某新人”" in told(placement)


def test_an_entry_whose_people_came_later_gets_its_pairing_then() -> None:
    entry = a_log_entry(1, date=date(2026, 4, 2), pairing_ids="马志远→朱晓明", content="到村里")
    row = ["2026-04-02", "马志远", "朱晓明", "到村里"]
    placement = placed(a_table(LOG, row), ledger=ledger_of(lambda w: w.update(log=[entry])))

    (completed,) = placement.completed("log")
    assert completed.written == {"pairing_ids": ("J640402104-001",)}


def test_a_joint_activity_names_all_its_pairings() -> None:
    pairings = [a_pairing(1), a_pairing(2, mentee_id="G640402104-002")]
    row = ["2026-04-02", "马志远", "朱晓明、陈小燕", "一起看项目"]
    placement = placed(a_table(LOG, row), ledger=a_ledger(pairing=pairings))

    assert values(placement, "log", "pairing_ids") == [(("J640402104-001", "J640402104-002"),)]


@pytest.mark.parametrize(
    "doubtful", [{0: "log.place?"}, {1: "?", 2: "mentor.remark?"}, {3: "log.problem?"}]
)
def test_entries_wait_while_their_day_people_or_content_are_doubtful_whatever_is_proposed(
    doubtful: dict[int, str],
) -> None:
    columns = [(name, doubtful.get(at, where)) for at, (name, where) in enumerate(LOG)]
    row = ["2026-04-02", "马志远", "朱晓明", "到村里"]
    placement = placed(a_table(columns, row), ledger=ledger_of())

    assert placement.new("log") == []
    assert placement.cells() == Counter({Fate.WAITING: 4})


def test_a_vague_date_keeps_its_text_and_is_asked() -> None:
    placement = placed(a_table(LOG, ["5月上旬", "马志远", "朱晓明", "到村里"]), ledger=ledger_of())

    assert values(placement, "log", "date") == [(TypedCell("5月上旬"),)]
    assert placement.cells()[Fate.UNREADABLE] == 1
    assert "无法识别 提交时间 A3" in told(placement)


def test_a_matrix_of_months_becomes_entries_whose_day_is_asked() -> None:
    columns = [("导师", "mentor.name"), ("对象", "individual.name"), ("3月", "log.content"),
               ("4月", "log.content")]  # fmt: skip
    table = a_table(
        columns,
        ["马志远", "朱晓明", "看项目", "跑手续"],
        title="2026年帮带记录",
        layout=Layout.MATRIX,
    )
    placement = placed(table, ledger=ledger_of())

    assert values(placement, "log", "date", "content", "pairing_ids") == [
        (TypedCell("2026年3月"), "看项目", ("J640402104-001",)),
        (TypedCell("2026年4月"), "跑手续", ("J640402104-001",)),
    ]


def test_one_column_an_option_becomes_one_answer_and_several_are_kept_as_text() -> None:
    columns = [*LOG, ("帮带方面-业务能力", "log.aspect"), ("帮带方面-产业发展", "log.aspect")]
    rows = [
        ["2026-04-02", "马志远", "朱晓明", "甲", 1, 0],
        ["2026-04-03", "马志远", "朱晓明", "乙", 1, 1],
    ]
    placement = placed(a_table(columns, *rows), ledger=ledger_of())

    assert values(placement, "log", "aspect") == [("业务能力",), (TypedCell("业务能力、产业发展"),)]


def test_an_assessment_is_of_the_mentee_it_names() -> None:
    columns = [("对象", "individual.name"), ("评价时间", "assessment.assessed_on"),
               ("思想情怀", mapped("assessment.conviction", scale=Scale.HUNDRED))]  # fmt: skip
    placement = placed(a_table(columns, ["朱晓明", "2026-03-20", 76]), ledger=ledger_of())

    assert values(placement, "assessment", "mentee_id", "conviction") == [("G640402104-001", 4)]


# --- what waits, what is declined, what cannot be read ---


def test_a_doubtful_column_waits_and_the_rest_is_imported() -> None:
    columns = [("姓名", "mentor.name"), ("类别", "mentor.category?")]
    placement = placed(a_table(columns, ["马志远", "老支书"]))

    assert values(placement, "mentor", "name", "category") == [("马志远", None)]
    assert placement.cells() == Counter({Fate.PLACED: 1, Fate.WAITING: 1})
    assert placement.cells()[Fate.WAITING]


def test_entries_wait_as_a_whole_while_it_is_doubtful_what_they_are() -> None:
    columns = [*LOG[:3], ("说明", "log.content?")]
    placement = placed(
        a_table(columns, ["2026-04-02", "马志远", "朱晓明", "到村里"]), ledger=ledger_of()
    )

    assert placement.new("log") == []
    assert placement.cells() == Counter({Fate.WAITING: 4})


def test_what_cannot_be_read_stands_in_its_cell_as_typed() -> None:
    placement = placed(a_table(PEOPLE, ["马志远", "男", "1978.1.x", "镇政府", "副镇长"]))

    assert values(placement, "mentor", "born") == [(TypedCell("1978.1.x"),)]
    assert placement.cells()[Fate.UNREADABLE] == 1


def test_what_stands_beside_a_recorders_name_is_not_lost() -> None:
    columns = [*LOG, ("记录人", "log.recorder")]
    row = ["2026-04-02", "马志远", "朱晓明", "到村里", "马志远（副镇长）"]
    placement = placed(a_table(columns, row), ledger=ledger_of())

    assert values(placement, "log", "recorder") == [(TypedCell("马志远（副镇长）"),)]
    assert placement.cells()[Fate.UNREADABLE] == 1


def test_a_phone_that_lost_its_digits_is_never_repaired() -> None:
    columns = [("姓名", "mentor.name"), ("电话", "mentor.phone")]
    placement = placed(a_table(columns, ["马志远", "1.38E+10"]))

    assert values(placement, "mentor", "phone") == [(TypedCell("1.38E+10"),)]


def test_columns_without_a_field_go_to_the_remark_with_their_heading() -> None:
    columns = [("姓名", "mentor.name"), ("学历", "mentor.remark"), ("备注", "mentor.remark")]
    placement = placed(a_table(columns, ["马志远", "本科", "市级劳模"]))

    assert values(placement, "mentor", "remark") == [("学历：本科；市级劳模",)]
    assert placement.cells() == Counter({Fate.PLACED: 1, Fate.REMARK: 2})


@pytest.mark.parametrize(
    "cell", ["642221197605011234", "64222119760501123X", 642221197605011200, "642221760501123"]
)
def test_an_id_number_is_copied_nowhere(cell: object) -> None:
    columns = [("姓名", "mentor.name"), ("证件", "mentor.remark"), ("身份证号", ""),
               ("电话", "mentor.phone")]  # fmt: skip
    row = [f"马志远 {cell}" if isinstance(cell, str) else "马志远", cell, cell, cell]
    placement = placed(a_table(columns, row))

    written = str([record.values for record in placement.new("mentor")]) + str(notes_of(placement))
    assert "6422211976" not in written.replace("table=", "")
    assert "642221760501" not in written
    assert values(placement, "mentor", "name", "remark") == [("马志远", None)]
    assert placement.id_numbers >= 3


def test_links_are_listed_and_the_column_is_declined() -> None:
    columns = [*LOG, ("现场照片", mapped("", why="照片链接"))]
    row = ["2026-04-02", "马志远", "朱晓明", "到村里", "https://example.invalid/1.jpg"]
    placement = placed(a_table(columns, row), ledger=ledger_of())

    assert placement.cells()[Fate.DECLINED] == 1
    assert any(note.typed == "https://example.invalid/1.jpg" for note in notes_of(placement))


def test_rows_struck_through_and_rows_of_other_units_are_declined_and_said() -> None:
    columns = [("乡镇", "unit.township"), ("姓名", "mentor.name")]
    table = a_table(
        columns, ["开城镇", "马志远"], ["头营镇", "王秀兰"], ["开城镇", "李建国"], struck=[2]
    )
    placement = placed(table)

    assert values(placement, "mentor", "name") == [("马志远",)]
    assert "有删除线" in told(placement)
    assert "头营镇" in told(placement)


def test_amounts_in_yuan_become_ten_thousands_only_where_that_was_said() -> None:
    columns = [
        ("党组织名称", "organisation.name"),
        ("收入（元）", mapped("organisation.income", scale=Scale.YUAN)),
    ]
    placement = placed(a_table(columns, ["冯庄村党支部", 125000]))

    assert values(placement, "organisation", "income") == [(12.5,)]


def test_people_come_before_what_is_recorded_of_them_whatever_the_order_of_the_files() -> None:
    log = a_table(LOG, ["2026-04-02", "马志远", "朱晓明", "到村里"])
    roster = a_table(ROSTER, ["马志远", "镇政府", None, "朱晓明", "冯庄村", "2026-03-01"])
    placement = placed(log, roster)

    assert values(placement, "log", "pairing_ids") == [(("J640402104-001",),)]

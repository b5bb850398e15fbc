"""Rosters of pairs, a mentor and whom they help on one line: rows 1 to 3 and 24 of the list."""

from __future__ import annotations

from tests.imports.cast import Cast, Fields, Hand, Pair
from tests.imports.layouts.layout import Wording, layout
from tests.imports.plan import NUMBER, Plan, Tab, ask, remark, to
from validators.sources.mapping import Split

MENTOR = to("mentor.name")
MENTEE = to("individual.name")
MENTOR_POST = to("mentor.employer", "mentor.post", split=Split.UNIT_AND_POST)
MENTEE_POST = to("individual.employer", "individual.post", split=Split.UNIT_AND_POST)
MENTOR_PHONE = to("mentor.phone")
MENTOR_SAID = to("mentor.post")
MENTEE_PHONE = to("individual.phone")
PAIRED_ON = to("pairing.paired_on")
APPRENTICED = to("pairing.paired_on", "pairing.ceremony_on")
"""拜师 is both: the ceremony, and the day help begins."""
NOTES = remark("notes")


def unit_and_post(person: Fields) -> str:
    return f"{person['employer']}{person['post']}"


def expect_pair(plan: Plan, pair: Pair, *, phones: bool = True, posts: bool = True) -> None:
    """Expect what a line about a pair says: two people and a pairing."""
    for sheet, person in (("mentor", pair.mentor), ("individual", pair.mentee)):
        fields = {"name": person["name"]}
        if posts:
            fields["employer+post"] = unit_and_post(person)
        if phones:
            fields["phone"] = person["phone"]
        plan.expect(sheet, **fields)
    plan.expect(
        "pairing", mentor=pair.names[0], mentee=pair.names[1], paired_on=pair.pairing["paired_on"]
    )


def groups(tab: Tab, row: int, words: list[str], answers: int) -> None:
    """Write a two-row heading: group headings over several columns, the others merged down.

    A word is `导师*3` for a heading over three columns, and "" over a column with its own heading.
    """
    column = 1
    for word in words:
        name, _, width = word.partition("*")
        tab.put(row, column, name)
        tab.merge(row, column, row, column + int(width or 1) - 1)
        column += int(width or 1)
    assert column == answers + 1


def merge_down(tab: Tab, row: int, columns: list[int]) -> None:
    """Merge headings that have no group with the cell below them."""
    for column in columns:
        tab.puts[row, column] = tab.puts.pop((row + 1, column))
        tab.merge(row, column, row + 1, column)


@layout(
    1,
    "结对名册（两行表头）",
    """
    标题: {镇}基层干部“导师帮带制”结对名册
    分组: |导师*3|帮带对象*3||
    表头: 序号|姓名|单位及职务|联系电话|姓名|单位及职务|联系电话|结对时间|备注

    标题: {县}{镇}导师结对帮带情况统计表
    分组: |导师基本情况*3|帮带对象基本情况*3||
    表头: 编号|姓名|工作单位及职务|手机号码|姓名|所在单位及职务|手机号码|结对日期|说明
    ======
    标题: {镇}“导师帮带”一对一结对安排表
    分组: |帮带导师*3|被帮带人*3||
    表头: 序 号|姓 名|现任职务（含单位）|电话|姓 名|现任职务（含单位）|电话|确定结对时间|备 注

    标题: {镇}青年干部成长导师结对花名册
    分组: |结对导师*3|年轻干部*3||
    表头: 序号|导师姓名|单位职务|联系方式|姓名|单位职务|联系方式|签订协议时间|备注
    """,
)
def two_row_headings(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    answers = [
        NUMBER, MENTOR, MENTOR_POST, MENTOR_PHONE, MENTEE, MENTEE_POST, MENTEE_PHONE, PAIRED_ON,
        NOTES,
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    groups(tab, 2, wording.words("分组"), len(answers))
    tab.table(3, wording.words(), answers, _lines(cast, hand, NOTES), "pair")
    merge_down(tab, 2, [1, 8, 9])
    for pair in cast.personal_pairs:
        expect_pair(plan, pair)
    return plan


def _lines(cast: Cast, hand: Hand, *extra: object) -> list[list[object]]:
    return [
        [
            number,
            pair.mentor["name"],
            unit_and_post(pair.mentor),
            hand.phone(pair.mentor["phone"]),
            pair.mentee["name"],
            unit_and_post(pair.mentee),
            hand.phone(pair.mentee["phone"]),
            hand.day(pair.pairing["paired_on"]),
            *(("第二批" if number % 4 == 2 else None) for _ in extra),
        ]
        for number, pair in enumerate(cast.personal_pairs, 1)
    ]


@layout(
    1,
    "结对名册（同名列两次）",
    """
    标题: {镇}导师帮带结对名册
    表头: 序号|导师姓名|单位及职务|联系电话|帮带对象|单位及职务|联系电话|结对时间|备注

    标题: {镇}“导师帮带制”结对帮带台账
    表头: 序号|帮带导师|职务|电话|帮带对象姓名|职务|电话|结对日期|备注
    ======
    标题: {镇}2026年结对帮带一览表
    表头: 序号|师傅姓名|所在单位及职务|手机号|徒弟姓名|所在单位及职务|手机号|拜师时间|备注

    标题: {镇}导师帮带对应表
    表头: NO.|导师|工作单位及职务|联系方式|对象|工作单位及职务|联系方式|建立帮带关系时间|其他说明
    """,
)
def repeated_headings(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("结对名册")
    headings = wording.words()
    posts_only = headings[2] == "职务"
    answers = [
        NUMBER, MENTOR,
        to("mentor.post", "mentor.employer", split=Split.UNIT_AND_POST) if not posts_only
        else to("mentor.post"),
        MENTOR_PHONE, MENTEE,
        MENTEE_POST if not posts_only else to("individual.post"),
        MENTEE_PHONE, APPRENTICED if "拜师" in headings[7] else PAIRED_ON, NOTES,
    ]  # fmt: skip
    lines = _lines(cast, hand, NOTES)
    if posts_only:
        for line, pair in zip(lines, cast.personal_pairs, strict=True):
            line[2], line[5] = pair.mentor["post"], pair.mentee["post"]
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, headings, answers, lines, "pair")
    for pair in cast.personal_pairs:
        expect_pair(plan, pair, posts=not posts_only)
    return plan


@layout(
    1,
    "结对名册（姓名带电话）",
    """
    标题: {镇}结对帮带联系表
    表头: 序号|导师（联系电话）|帮带对象（联系电话）|对象所在村|结对时间

    标题: {镇}导师帮带通讯录
    表头: 序号|导师及电话|对象及电话|所在村|结对日期
    ======
    标题: {镇}导师帮带结对联络表
    表头: 序号|帮带导师及联系方式|帮带对象及联系方式|对象所在村（社区）|开始帮带时间

    标题: {镇}导师帮带花名
    表头: 序号|师傅姓名（手机）|徒弟姓名（手机）|徒弟所在村|结对时间
    """,
)
def name_with_phone(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    answers = [
        NUMBER,
        to("mentor.name", "mentor.phone", split=Split.NAME_AND_PHONE),
        to("individual.name", "individual.phone", split=Split.NAME_AND_PHONE),
        to("individual.village"),
        PAIRED_ON,
    ]
    brackets = "（{}）" if wording.number % 2 == 0 else " {}"
    lines = [
        [
            number,
            *(
                person["name"] + brackets.format(person["phone"])
                for person in (pair.mentor, pair.mentee)
            ),
            pair.mentee.get("village"),
            hand.day(pair.pairing["paired_on"]),
        ]
        for number, pair in enumerate(cast.personal_pairs, 1)
    ]
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "pair")
    for pair in cast.personal_pairs:
        expect_pair(plan, pair, posts=False)
        plan.expect("village", person=pair.mentee["name"], village=pair.mentee.get("village"))
    plan.expected.pop("village")
    return plan


@layout(
    2,
    "导师单元格向下合并",
    """
    标题: {镇}导师帮带结对名册
    表头: 序号|导师姓名|单位及职务|联系电话|帮带对象|单位及职务|联系电话|结对时间

    标题: {镇}一名导师带多名对象结对情况表
    表头: 序号|导师|导师单位及职务|导师电话|对象|对象单位及职务|对象电话|结对日期
    ======
    标题: {镇}“师带徒”结对表
    表头: 序号|师傅|师傅单位职务|师傅手机|徒弟|徒弟单位职务|徒弟手机|结对时间

    标题: {镇}帮带小组情况表
    表头: 组别|帮带导师姓名|帮带导师单位及职务|帮带导师联系电话|帮带对象姓名|帮带对象单位及职务|帮带对象联系电话|帮带起始时间
    """,
)
def mentor_merged_down(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    answers = [
        NUMBER, MENTOR, MENTOR_POST, MENTOR_PHONE, MENTEE, MENTEE_POST, MENTEE_PHONE, PAIRED_ON
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.line(2, wording.words())
    row = 3
    for number, mentor in enumerate(cast.mentors, 1):
        pairs = cast.of(mentor)
        if not pairs:
            continue
        ids = [f"pair{row + place}" for place in range(len(pairs))]
        shared = (number, mentor["name"], unit_and_post(mentor), hand.phone(mentor["phone"]))
        for column, value in enumerate(shared, 1):
            tab.put(row, column, value, *ids, answer=answers[column - 1])
            tab.merge(row, column, row + len(pairs) - 1, column)
        for pair, record in zip(pairs, ids, strict=True):
            mentee = pair.mentee
            cells = (
                mentee["name"],
                unit_and_post(mentee),
                hand.phone(mentee["phone"]),
                hand.day(pair.pairing["paired_on"]),
            )
            tab.record(row, answers[4:], cells, record, 5)
            expect_pair(plan, pair)
            row += 1
    return plan


@layout(
    2,
    "导师写在对象上方一行",
    """
    标题: {镇}导师帮带对象名单
    组: 【导师】{导师}
    表头: 序号|姓名|性别|工作单位|职务|联系电话

    标题: {镇}结对帮带名册
    组: {汉}、导师：{导师}（{数}人）
    表头: 序号|帮带对象|性别|单位|职务|手机
    ======
    标题: {镇}导师带徒安排
    组: 第{汉}组：师傅：{导师}
    表头: 序号|徒弟姓名|性别|所在单位|现任职务|电话

    标题: {镇}“导师帮带制”分组名单
    组: ({汉}) 帮带导师：{导师}|职务：{职务}|电话：{电话}
    表头: 序号|姓名|性别|单位|职务|联系方式
    """,
)
def mentor_in_a_line_above(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("名单")
    answers = [
        NUMBER, MENTEE, to("individual.gender"), to("individual.employer"), to("individual.post"),
        MENTEE_PHONE,
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.line(2, wording.words())
    row = 3
    for number, mentor in enumerate(mentor for mentor in cast.mentors if cast.of(mentor)):
        pairs = cast.of(mentor)
        line, row = row, row + 1
        ids = [f"pair{row + place}" for place in range(len(pairs))]
        words = {
            "导师": mentor["name"], "职务": mentor["post"], "电话": mentor["phone"],
            "汉": "一二三四五六七八九十"[number % 10], "数": str(len(pairs)),
        }  # fmt: skip
        parts = wording.words("组")
        for at, part in enumerate(text.format(**words) for text in parts):
            tab.put(line, 1 + 2 * at, part, *ids, answer=(MENTOR, MENTOR_SAID, MENTOR_PHONE)[at])
        plan.expect(
            "mentor", name=mentor["name"],
            **({"post": mentor["post"], "phone": mentor["phone"]} if len(parts) > 1 else {}),
        )  # fmt: skip
        for place, (pair, record) in enumerate(zip(pairs, ids, strict=True), 1):
            mentee = pair.mentee
            said = {
                name: mentee.get(name) for name in ("name", "gender", "employer", "post", "phone")
            }
            cells = [place, *said.values()]
            tab.record(row, answers, cells, record)
            plan.expect("individual", **said)
            plan.expect("pairing", mentor=mentor["name"], mentee=mentee["name"])
            row += 1
    return plan


@layout(
    3,
    "一格多名对象",
    """
    标题: {镇}导师帮带分组名单
    表头: 序号|导师姓名|单位及职务|联系电话|帮带对象|备注

    标题: {镇}导师联系帮带对象名单
    表头: 序号|导师|工作单位及职务|电话|帮带对象姓名|备注
    ======
    标题: {镇}结对帮带安排
    表头: 序号|帮带导师|单位职务|手机|所带对象|备注

    标题: {镇}“一对多”结对名单
    表头: 序号|师傅|单位及职务|联系方式|徒弟名单|说明
    """,
)
def several_in_a_cell(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("分组")
    answers = [
        NUMBER, MENTOR, MENTOR_POST, MENTOR_PHONE, to("individual.name", split=Split.NAMES), NOTES
    ]  # fmt: skip
    joint = "、" if wording.number % 2 == 0 else "，"
    lines = []
    for mentor in cast.mentors:
        pairs = cast.of(mentor)
        if pairs:
            names = joint.join(pair.mentee["name"] for pair in pairs)
            lines.append(
                [len(lines) + 1, mentor["name"], unit_and_post(mentor), hand.phone(mentor["phone"]),
                 names, "组长单位" if not lines else None]
            )  # fmt: skip
            plan.expect(
                "mentor", name=mentor["name"], phone=mentor["phone"],
                **{"employer+post": unit_and_post(mentor)},
            )  # fmt: skip
        for pair in pairs:
            plan.expect("individual", name=pair.mentee["name"])
            plan.expect("pairing", mentor=pair.names[0], mentee=pair.names[1])
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "mentor")
    return plan


@layout(
    24,
    "逐行粘贴的文字",
    """
    标题: {镇}导师帮带结对名单
    句式: {数}.导师：{导师}（{职务}） 对象：{对象}（{对象职务}）

    标题: 结对名单
    句式: 导师：{导师}，{职务}；帮带对象：{对象}，{对象职务}
    ======
    标题: {镇}结对情况
    句式: 帮带导师：{导师}（{职务}）——帮带对象：{对象}（{对象职务}）

    标题: 师徒名单
    句式: 师傅：{导师}（{职务}）　徒弟：{对象}（{对象职务}）
    """,
)
def pasted_lines(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], placed=False)
    tab = plan.tab("Sheet1")
    tab.put(1, 1, wording["标题"])
    for number, pair in enumerate(cast.personal_pairs, 1):
        words = {
            "数": number,
            "导师": pair.mentor["name"],
            "职务": unit_and_post(pair.mentor),
            "对象": pair.mentee["name"],
            "对象职务": unit_and_post(pair.mentee),
        }
        text = wording["句式"]
        for name, value in words.items():
            text = text.replace(f"{{{name}}}", str(value))
        tab.put(number + 1, 1, text, f"pair{number}", answer=ask("line"))
    return plan

"""Rosters of mentors and of those they help: rows 4, 5, 7 to 9, 16, 19 to 22 and 25 of the list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from tests.imports.cast import COUNTY, TOWNSHIP, Cast, Fields, Hand
from tests.imports.layouts.layout import Wording, layout
from tests.imports.layouts.pairs import MENTOR_POST, unit_and_post
from tests.imports.plan import NUMBER, Answer, Plan, Tab, either, nothing, remark, to
from validators.sources.mapping import Split, Target

SCHOOLING = ("大专", "本科", "高中", "研究生")
NAME, GENDER, ETHNICITY = to("mentor.name"), to("mentor.gender"), to("mentor.ethnicity")
POLITICS, PHONE = to("mentor.politics"), to("mentor.phone")
SPECIALTIES = to("mentor.specialties")
G_NAME, G_GENDER, G_BORN = to("individual.name"), to("individual.gender"), to("individual.born")
G_POST, G_SINCE = to("individual.post"), to("individual.in_post_since")
G_CATEGORY, G_WEAKNESS = to("individual.category"), to("individual.weakness")
G_NAME_AGAIN = either(nothing("tab"), remark("tab"), G_NAME)
G_PHONE, G_VILLAGE = to("individual.phone"), to("individual.village")


def schooling(person: Fields) -> str:
    """Return how long somebody went to school: no field of ours, the same for the same person."""
    return SCHOOLING[sum(map(ord, person["name"])) % len(SCHOOLING)]


def age(person: Fields) -> int:
    return 2026 - int(person["born"].year)


def specialties(person: Fields) -> str:
    return "、".join(person.get("specialties", ()))


BORN_WITH_AGE = Answer(
    "mentor.born",
    frozenset({Target("mentor", "born")}),
    splits=frozenset({Split.NONE, Split.AGE_OR_BIRTH}),
)
"""Our own reader of months passes over an age behind one."""
MENTOR_ROSTER = [
    NUMBER, NAME, GENDER, ETHNICITY, BORN_WITH_AGE, POLITICS,
    remark("schooling"), MENTOR_POST, remark("working_since"), SPECIALTIES, remark("notes"),
]  # fmt: skip


def mentor_line(number: int, person: Fields, hand: Hand) -> list[Any]:
    return [
        number,
        person["name"],
        person["gender"],
        person["ethnicity"].removesuffix("族") if number % 3 == 0 else person["ethnicity"],
        f"{hand.month(person['born'])}（{age(person)}岁）",
        person["politics"],
        schooling(person),
        unit_and_post(person),
        hand.month(person.get("grassroots_since")),
        specialties(person),
        "县级推荐" if number % 5 == 1 else None,
    ]


def expect_mentor(plan: Plan, person: Fields, *fields: str) -> None:
    _expect(plan, "mentor", person, fields)


def expect_individual(plan: Plan, person: Fields, *fields: str) -> None:
    _expect(plan, "individual", person, fields)


def _expect(plan: Plan, sheet: str, person: Fields, fields: Sequence[str]) -> None:
    values = {name: person.get(name) for name in ("name", *fields) if name != "employer+post"}
    if "employer+post" in fields:
        values["employer+post"] = unit_and_post(person)
    plan.expect(sheet, **values)


@layout(
    4,
    "导师名册",
    """
    标题: {镇}导师库人员名册
    表头: 序号|姓名|性别|民族|出生年月（岁）|政治面貌|学历|工作单位及职务|参加工作时间|专长|备注

    标题: {县}基层干部导师推荐人选汇总表
    表头: 序号|姓 名|性别|民族|出生年月|政治面貌|文化程度|单位及职务|参加工作时间|特长|备注
    ======
    标题: {镇}帮带导师人选花名册
    表头: 序号|导师姓名|性 别|民 族|出生年月⏎（年龄）|政治⏎面貌|最高学历|现工作单位及职务|参加工作年月|擅长领域|备 注

    标题: {镇}选聘导师基本情况一览表
    表头: 序|名字|性别|民族|出生日期（周岁）|政治面目|学历学位|所在单位和职务|何时参加工作|业务专长|其他
    """,
)
def mentor_roster(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("导师名册" if wording.number % 2 == 0 else "Sheet1")
    tab.title(1, wording["标题"], len(MENTOR_ROSTER))
    lines = [mentor_line(number, person, hand) for number, person in enumerate(cast.mentors, 1)]
    tab.table(2, wording.words(), MENTOR_ROSTER, lines, "mentor")
    for person in cast.mentors:
        expect_mentor(
            plan, person, "gender", "ethnicity", "born", "politics", "employer+post", "specialties"
        )
    return plan


MENTEE_ROSTER = [NUMBER, G_NAME, G_GENDER, G_BORN, G_POST, G_SINCE, G_CATEGORY, G_WEAKNESS,
                 remark("wants")]  # fmt: skip


def mentee_line(number: int, person: Fields, hand: Hand) -> list[Any]:
    wants = ("希望学习项目申报", "想提高材料写作", "学习矛盾调解", None)
    return [
        number,
        person["name"],
        person["gender"],
        hand.month(person["born"]),
        person["post"],
        hand.month(person.get("in_post_since")),
        person["category"],
        person.get("weakness"),
        wants[number % len(wants)],
    ]


MENTEE_FIELDS = ("gender", "born", "post", "in_post_since", "category", "weakness")


@layout(
    5,
    "帮带对象名册",
    """
    标题: {镇}帮带对象名册
    表头: 序号|姓名|性别|出生年月|现任职务|任职时间|类别|短板弱项|帮带需求

    标题: {镇}“导师帮带制”帮带对象情况摸底表
    表头: 序号|对象姓名|性别|出生日期|职务|任现职时间|对象类别|存在短板|帮带需求
    ======
    标题: {镇}需帮带干部统计表
    表头: 序号|姓名|性别|出生年月|现职务|现任职务时间|人员类别|薄弱环节|希望得到的帮助

    标题: {镇}年轻干部、村干部帮带对象登记表
    表头: 编号|被帮带人姓名|性别|出生年月|担任职务|任职年月|帮带对象类型|短板和不足|个人需求
    """,
)
def mentee_roster(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("对象名册" if wording.number % 2 == 0 else "Sheet1")
    tab.title(1, wording["标题"], len(MENTEE_ROSTER))
    lines = [mentee_line(number, person, hand) for number, person in enumerate(cast.individuals, 1)]
    tab.table(2, wording.words(), MENTEE_ROSTER, lines, "mentee")
    for person in cast.individuals:
        expect_individual(plan, person, *MENTEE_FIELDS)
    return plan


VILLAGE_ROSTER = [G_VILLAGE, NUMBER, G_NAME, G_GENDER, G_POST, G_PHONE]


def by_village(people: list[Fields]) -> list[tuple[str, list[Fields]]]:
    """Return people of villages; those without one are not in such a paper."""
    rural = sorted((p for p in people if p.get("village")), key=lambda person: person["village"])
    return [(village, list(group)) for village, group in groupby(rural, lambda p: p["village"])]


@layout(
    7,
    "村名向下合并带小计",
    """
    标题: {镇}各村帮带对象统计表
    表头: 村名|序号|姓名|性别|职务|联系电话
    小计: 小计
    合计: 合计

    标题: {镇}帮带对象分村花名册
    表头: 所在村|序号|对象姓名|性别|现任职务|电话
    小计: {村}小计
    合计: 总计
    ======
    标题: {镇}各村（社区）被帮带人员名单
    表头: 村（社区）|序号|姓名|性别|担任职务|手机号码
    小计: 本村合计
    合计: 全镇合计

    标题: {镇}分村帮带人员表
    表头: 行政村|序号|姓  名|性别|村内职务|联系方式
    小计: 小  计
    合计: 合  计
    """,
)
def villages_merged(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    tab.title(1, wording["标题"], len(VILLAGE_ROSTER))
    tab.line(2, wording.words())
    row, total = 2, 0
    for village, group in by_village(cast.rows["individual"]):
        ids = [f"mentee{row + place}" for place in range(1, len(group) + 1)]
        tab.put(row + 1, 1, village, *ids, answer=G_VILLAGE)
        tab.merge(row + 1, 1, row + len(group), 1)
        for number, (person, record) in enumerate(zip(group, ids, strict=True), 1):
            row += 1
            cells = (number, person["name"], person["gender"], person["post"],
                     hand.phone(person["phone"]))  # fmt: skip
            tab.record(row, VILLAGE_ROSTER[1:], cells, record, 2)
            expect_individual(plan, person, "gender", "village", "post", "phone")
        row += 1
        total += len(group)
        tab.put(row, 1, wording["小计"].replace("{村}", village))
        tab.put(row, 3, f"{len(group)}人" if wording.number % 2 else len(group))
    tab.put(row + 1, 1, wording["合计"])
    tab.put(row + 1, 3, total)
    return plan


def _two(wording: Wording) -> tuple[list[str], list[str]]:
    return wording.words("导师表头"), wording.words("对象表头")


TWO_TABLES = """
    标题: {镇}导师库
    导师表头: 序号|姓名|性别|单位|职务|联系电话|类别
    对象标题: {镇}帮带对象
    对象表头: 序号|姓名|性别|单位|职务|联系电话|类别

    标题: 一、导师名单
    导师表头: 序号|姓名|性别|工作单位|职务|电话|导师类别
    对象标题: 二、帮带对象名单
    对象表头: 序号|姓名|性别|工作单位|职务|电话|对象类别
    ======
    标题: 表一：帮带导师情况
    导师表头: 序号|姓名|性别|所在单位|现任职务|手机号码|导师类型
    对象标题: 表二：被帮带对象情况
    对象表头: 序号|姓名|性别|所在单位|现任职务|手机号码|对象类型

    标题: （一）导师队伍
    导师表头: 序号|导师姓名|性别|单位名称|职务|手机|入选类别
    对象标题: （二）帮带对象
    对象表头: 序号|对象姓名|性别|单位名称|职务|手机|所属类别
    """
TWO_M = [NUMBER, NAME, GENDER, to("mentor.employer"), to("mentor.post"), PHONE,
         to("mentor.category")]  # fmt: skip
TWO_G = [NUMBER, G_NAME, G_GENDER, to("individual.employer"), G_POST, G_PHONE, G_CATEGORY]
TWO_FIELDS = ("gender", "employer", "post", "phone", "category")


def two_line(number: int, person: Fields, hand: Hand) -> list[Any]:
    return [number, person["name"], person["gender"], person["employer"], person["post"],
            hand.phone(person["phone"]), person["category"]]  # fmt: skip


def _lines(people: list[Fields], hand: Hand) -> list[list[Any]]:
    return [two_line(number, person, hand) for number, person in enumerate(people, 1)]


def _expect_two(plan: Plan, cast: Cast) -> None:
    for person in cast.mentors:
        expect_mentor(plan, person, *TWO_FIELDS)
    for person in cast.individuals:
        expect_individual(plan, person, *TWO_FIELDS)


@layout(8, "一张表上下两块", TWO_TABLES)
def two_tables_below(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    mentor_headings, mentee_headings = _two(wording)
    tab.title(1, wording["标题"], 7)
    row = tab.table(2, mentor_headings, TWO_M, _lines(cast.mentors, hand), "mentor") + 1
    tab.title(row, wording["对象标题"], 7)
    tab.table(row + 1, mentee_headings, TWO_G, _lines(cast.individuals, hand), "mentee")
    _expect_two(plan, cast)
    return plan


@layout(8, "一张表左右两块", TWO_TABLES)
def two_tables_beside(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    mentor_headings, mentee_headings = _two(wording)
    tab.title(1, wording["标题"], 7)
    tab.table(2, mentor_headings, TWO_M, _lines(cast.mentors, hand), "mentor")
    tab.title(1, wording["对象标题"], 7, left=9)
    tab.table(2, mentee_headings, TWO_G, _lines(cast.individuals, hand), "mentee", left=9)
    _expect_two(plan, cast)
    return plan


@layout(
    9,
    "一村一张工作表",
    """
    标题: {村}帮带对象名单
    表名: {村}
    表头: 序号|姓名|性别|现任职务|联系电话

    标题: {镇}{村}帮带对象登记表
    表名: {村}
    表头: 序号|对象姓名|性别|职务|电话
    ======
    标题: {村}被帮带人员基本情况
    表名: {村}
    表头: 序号|姓名|性别|村内职务|手机

    标题: {镇}“导师帮带”对象名册
    表名: {村}
    表头: 序号|姓  名|性别|担任职务|联系方式
    """,
)
def tab_a_village(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], tab_name=G_VILLAGE)
    answers = [NUMBER, G_NAME, G_GENDER, G_POST, G_PHONE]
    for village, group in by_village(cast.rows["individual"]):
        tab = plan.tab(wording["表名"].replace("{村}", village))
        tab.title(1, wording["标题"].replace("{村}", village), len(answers))
        lines = [
            (number, person["name"], person["gender"], person["post"], hand.phone(person["phone"]))
            for number, person in enumerate(group, 1)
        ]
        tab.table(2, wording.words(), answers, lines, village)
        for person in group:
            expect_individual(plan, person, "gender", "post", "phone", "village")
    return plan


@layout(
    16,
    "去年的旧台账",
    """
    导师表头: 编号|姓名|性别|民族|出生年月|政治面貌|工作单位|职务|导师类别|专业领域|联系电话|状态|备注
    对象表头: 编号|姓名|性别|出生年月|工作单位|职务|任现职时间|对象类别|短板弱项|联系电话|确定日期|状态|备注
    结对表头: 编号|导师编号|导师姓名|对象编号|对象姓名|结对方式|结对日期|期满日期|状态

    导师表头: 导师代码|导师姓名|性别|民族|出生日期|政治面貌|所在单位|现任职务|类别|专业领域|电话|状态|备注
    对象表头: 对象代码|对象姓名|性别|出生日期|所在单位|现任职务|任职时间|类别|短板|电话|确定时间|状态|备注
    结对表头: 结对代码|导师代码|导师|对象代码|对象|结对方式|结对时间|期满时间|状态
    ======
    导师表头: 导师编码|姓名|性别|民族|出生年月|政治面貌|单位名称|职务|导师类型|专业特长|手机号码|在库状态|备注
    对象表头: 对象编码|姓名|性别|出生年月|单位名称|职务|任现职年月|对象类型|短板不足|手机号码|确定为对象时间|当前状态|备注
    结对表头: 结对编码|导师编码|导师名字|对象编码|对象名字|帮带方式|结对起始日期|结对截止日期|结对状态

    导师表头: 导师编号|导师名称|男/女|民族|出生月份|政治面貌|单位全称|岗位职务|导师分类|擅长领域|联系方式|目前状态|说明
    对象表头: 对象编号|对象名称|男/女|出生月份|单位全称|岗位职务|任现岗时间|对象分类|弱项短板|联系方式|纳入时间|目前状态|说明
    结对表头: 结对编号|导师编号|导师名称|对象编号|对象名称|结对形式|开始日期|结束日期|目前状态
    """,
)
def older_ledger(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    mentors, mentees, pairs = plan.tab("导师库"), plan.tab("个人对象"), plan.tab("结对台账")
    fields = [
        "mentor_id",
        "name",
        "gender",
        "ethnicity",
        "born",
        "politics",
        "employer",
        "post",
        "category",
        "specialties",
        "phone",
        "status",
        "remark",
    ]
    mentors.title(1, f"{COUNTY}{TOWNSHIP}导师库（2025年度）", len(fields))
    lines = [[_typed(person, name, hand) for name in fields] for person in cast.mentors]
    mentors.table(
        2, wording.words("导师表头"), [_old("mentor", name) for name in fields], lines, "mentor"
    )
    fields = [
        "mentee_id",
        "name",
        "gender",
        "born",
        "employer",
        "post",
        "in_post_since",
        "category",
        "weakness",
        "phone",
        "chosen_on",
        "status",
        "remark",
    ]
    mentees.title(1, f"{COUNTY}{TOWNSHIP}个人帮带对象台账（2025年度）", len(fields))
    lines = [[_typed(person, name, hand) for name in fields] for person in cast.individuals]
    mentees.table(
        2, wording.words("对象表头"), [_old("individual", name) for name in fields], lines, "mentee"
    )
    answers = [
        _old("pairing", "pairing_id"),
        to("pairing.mentor_id", "mentor.mentor_id"),
        to("mentor.name", "pairing.mentor_name"),
        to("pairing.mentee_id", "individual.mentee_id"),
        to("individual.name", "pairing.mentee_name"),
        to("pairing.mode"),
        to("pairing.paired_on"),
        to("pairing.until"),
        to("pairing.status"),
    ]
    pairs.title(1, f"{COUNTY}{TOWNSHIP}结对台账（2025年度）", len(answers))
    lines = [
        [
            pair.pairing["pairing_id"], pair.mentor["mentor_id"], pair.mentor["name"],
            pair.mentee["mentee_id"], pair.mentee["name"], pair.pairing["mode"],
            hand.day(pair.pairing["paired_on"]), hand.day(pair.pairing["until"]), "帮带中",
        ]
        for pair in cast.personal_pairs
    ]  # fmt: skip
    pairs.table(2, wording.words("结对表头"), answers, lines, "pair")
    for person in cast.mentors:
        expect_mentor(
            plan, person, "gender", "ethnicity", "born", "politics", "employer", "post", "category",
            "specialties", "phone", "status",
        )  # fmt: skip
    for person in cast.individuals:
        expect_individual(plan, person, *MENTEE_FIELDS, "employer", "phone", "chosen_on", "status")
    for pair in cast.personal_pairs:
        plan.expect(
            "pairing", mentor=pair.names[0], mentee=pair.names[1], status="帮带中",
            **{name: pair.pairing[name] for name in ("mode", "paired_on", "until")},
        )  # fmt: skip
    return plan


def _old(sheet: str, field: str) -> Any:
    return remark("notes") if field == "remark" else to(f"{sheet}.{field}")


def _typed(person: Fields, field: str, hand: Hand) -> Any:
    value = person.get(field)
    if field == "phone":
        return hand.phone(str(value))
    if field in ("born", "in_post_since"):
        return hand.month(value)
    if field == "chosen_on":
        return hand.day(value)
    return "、".join(value) if isinstance(value, tuple) else value


@layout(
    19,
    "往年金牌导师证书",
    """
    标题: 2025年度{县}金牌导师名单
    表头: 序号|姓名|单位及职务|证书编号|聘任时间|聘期

    标题: {镇}导师聘书发放登记表
    表头: 序号|导师姓名|工作单位及职务|聘任证书编号|聘任日期|聘期至
    ======
    标题: {县}优秀导师聘任情况
    表头: 序号|获聘导师|单位及职务|聘书号|颁发时间|聘期截止

    标题: {镇}导师证书台账
    表头: 序号|姓名|单位职务|证书号码|受聘时间|有效期至
    """,
)
def certificates(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    ends = "至" in wording.words()[5] or "截止" in wording.words()[5]
    end = to("mentor.appointed_until") if ends else remark("term")
    answers = [
        NUMBER, NAME, MENTOR_POST, to("mentor.certificate"), to("mentor.appointed_on"), end
    ]  # fmt: skip
    lines = [
        [
            number, person["name"], unit_and_post(person), person["certificate"],
            hand.day(person["appointed_on"]),
            hand.day(person["appointed_until"]) if ends else "三年",
        ]
        for number, person in enumerate(cast.mentors, 1)
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "mentor")
    fields = [
        "employer+post",
        "certificate",
        "appointed_on",
        *(["appointed_until"] if ends else []),
    ]
    for person in cast.mentors:
        expect_mentor(plan, person, *fields)
    return plan


@layout(
    20,
    "行列倒置的名册",
    """
    标题: {镇}导师基本信息
    表头: 姓名|性别|民族|出生年月|政治面貌|单位|职务|联系电话

    标题: {镇}导师情况对照表
    表头: 导师姓名|性别|民族|出生日期|政治面貌|工作单位|现任职务|电话
    ======
    标题: {镇}帮带导师信息
    表头: 导师|性别|民族|出生年月|政治面貌|所在单位|担任职务|手机号码

    标题: {镇}导师信息采集
    表头: 姓 名|性 别|民 族|出生月份|政治面貌|单位名称|职 务|联系方式
    """,
)
def transposed(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("name", "gender", "ethnicity", "born", "politics", "employer", "post", "phone")
    people = cast.mentors[:6]
    tab.title(1, wording["标题"], len(people) + 1)
    for row, (heading, name) in enumerate(zip(wording.words(), fields, strict=True), 2):
        tab.put(row, 1, heading)
        for column, person in enumerate(people, 2):
            value = _typed(person, name, hand)
            tab.put(row, column, value, f"mentor{column}", answer=to(f"mentor.{name}"))
    for person in people:
        expect_mentor(plan, person, *fields[1:])
    return plan


@layout(
    21,
    "表头在第六行",
    """
    附件: 附件2
    标题: 固原市基层干部“导师帮带制”导师登记表
    期间: （2026年第二季度）
    单位: 填报单位（盖章）：{镇}党委|填报时间：2026年6月28日
    说明: 说明：本表由各乡镇填写，职务填写现任职务全称。
    表头: 序号|姓名|性别|出生年月|政治面貌|单位|职务|导师类别|联系电话

    附件: 附件：
    标题: {县}导师库人员信息采集表
    期间: 2026年度
    单位: 单位：{镇}人民政府|填表人：马小云
    说明: 注：1.出生年月精确到月；2.联系电话填写手机。
    表头: 序号|导师姓名|性别|出生日期|政治面貌|工作单位|现任职务|类别|手机
    ======
    附件: 附表1
    标题: {镇}选派导师情况登记表
    期间: 截至2026年6月30日
    单位: 填报单位：中共{镇}委员会|审核人：杨生财
    说明: 填表要求：请如实填写，不得空项。
    表头: 序号|姓名|性别|出生年月|政治面貌|所在单位|担任职务|导师类型|联系方式

    附件: 附件3-1
    标题: {镇}“导师帮带”工作导师花名册
    期间: 二〇二六年上半年
    单位: 报送单位：{镇}党建办|报送日期：2026.6.28
    说明: 备注：导师类别分为老业务、老乡镇、老支书等。
    表头: 序号|姓　名|性别|出生年月|政治面貌|工作单位|职　务|入选类型|手机号
    """,
)
def headings_in_row_six(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("name", "gender", "born", "politics", "employer", "post", "category", "phone")
    answers = [NUMBER, *(to(f"mentor.{name}") for name in fields)]
    tab.put(1, 1, wording["附件"])
    tab.title(2, wording["标题"], len(answers))
    tab.title(3, wording["期间"], len(answers))
    unit, filled = wording.words("单位")
    tab.put(4, 1, unit)
    tab.merge(4, 1, 4, 5)
    tab.put(4, 6, filled)
    tab.title(5, wording["说明"], len(answers))
    lines = [
        [number, *(_typed(person, name, hand) for name in fields)]
        for number, person in enumerate(cast.mentors, 1)
    ]
    tab.table(6, wording.words(), answers, lines, "mentor")
    for person in cast.mentors:
        expect_mentor(plan, person, *fields[1:])
    return plan


@layout(
    22,
    "表头带换行、空格和提示",
    """
    标题: {镇}帮带对象信息表
    表头: 序号|姓　名|性⏎别|出生年月⏎（如1990.05）|工作单位⏎（全称）|职　务|任现职⏎时　间|对象类别⏎（从下拉中选）|联系电话⏎（手机）

    标题: {镇}帮带对象采集表
    表头: 序 号|姓 名 *|性 别|出 生⏎年 月|单位名称（全称）|现 任 职 务|任职时间（年月）|类 别|联系电话（11位）
    ======
    标题: {镇}帮带人员采集表
    表头: 序⏎号|姓　　名⏎（必填）|性　别|出生⏎年月|所在单位⏎（填全称）|现　任⏎职　务|任现职务⏎年　月|人员类别⏎（单选）|手　机⏎号　码

    标题: {镇}对象信息汇总
    表头: 序号|*姓名|*性别|*出生年月【格式：1990-05】|*工作单位|*职务（含职级）|任现职时间|*对象类别（四选一）|*手机号码
    """,
)
def headings_with_breaks(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("name", "gender", "born", "employer", "post", "in_post_since", "category", "phone")
    answers = [NUMBER, *(to(f"individual.{name}") for name in fields)]
    tab.title(1, wording["标题"], len(answers))
    lines = [
        [number, *(_typed(person, name, hand) for name in fields)]
        for number, person in enumerate(cast.individuals, 1)
    ]
    tab.table(2, wording.words(), answers, lines, "mentee")
    for person in cast.individuals:
        expect_individual(plan, person, *fields[1:])
    return plan


@layout(
    25,
    "盖章签字和续表",
    """
    标题: {镇}导师名册
    续表: 续表
    表头: 序号|姓名|性别|单位|职务|联系电话|类别
    落款: 填报单位（盖章）：|审核人：杨生财|填报人：马小云

    标题: {县}{镇}基层导师登记表
    续表: （续上页）
    表头: 序号|姓名|性别|工作单位|职务|电话|导师类别
    落款: 单位负责人（签字）：|经办人：马小云|2026年6月28日
    ======
    标题: {镇}导师汇总表
    续表: 导师汇总表（续）
    表头: 序号|导师姓名|性别|所在单位|现任职务|手机|导师类型
    落款: 党委（章）|党委书记：|填表日期：2026.06.28

    标题: {镇}帮带导师一览
    续表: 续表1
    表头: 序号|姓名|性别|单位全称|职务|手机号码|入选类别
    落款: 主要领导签字：|分管领导签字：|制表人：马小云
    """,
)
def sealed_and_continued(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    lines = _lines(cast.mentors, hand)
    half = len(lines) // 2
    tab.title(1, wording["标题"], 7)
    row = tab.table(2, wording.words(), TWO_M, lines[:half], "first")
    tab.put(row, 1, wording["续表"])
    row = tab.table(row + 1, wording.words(), TWO_M, lines[half:], "second") + 1
    for column, words in zip((1, 4, 6), wording.words("落款"), strict=True):
        tab.put(row, column, words)
    for person in cast.mentors:
        expect_mentor(plan, person, *TWO_FIELDS)
    return plan


FORMS = """
    标题: {镇}帮带对象登记表
    标签: 姓名|性别|民族|出生年月|政治面貌|联系电话|单位及职务|对象类别|短板弱项|帮带计划

    标题: 基层干部“导师帮带制”帮带对象信息卡
    标签: 姓  名|性  别|民  族|出生年月|政治面貌|联系电话|工作单位及职务|类  别|存在短板|帮带措施
    ======
    标题: {镇}结对帮带对象登记卡
    标签: 对象姓名|性别|民族|出生日期|政治面貌|手机号码|现工作单位及职务|帮带对象类别|主要短板|帮带计划安排

    标题: {镇}干部成长登记表
    标签: 姓 名|性 别|民 族|出生年月|政治⏎面貌|联系⏎方式|所在单位及职务|人员类别|短板⏎不足|成长⏎计划
    """
FORM_FIELDS = ("gender", "ethnicity", "born", "politics", "phone", "employer+post", "category",
               "weakness")  # fmt: skip


def _form(tab: Tab, top: int, person: Fields, wording: Wording, hand: Hand, record: str) -> int:
    """Write one form, label and value beside each other; return the row after it."""
    labels = wording.words("标签")
    answers = [
        G_NAME, G_GENDER, to("individual.ethnicity"), G_BORN, to("individual.politics"), G_PHONE,
        to("individual.employer", "individual.post", split=Split.UNIT_AND_POST), G_CATEGORY,
        G_WEAKNESS, remark("plan"),
    ]  # fmt: skip
    values = [
        person["name"], person["gender"], person["ethnicity"], hand.month(person["born"]),
        person["politics"], hand.phone(person["phone"]), unit_and_post(person), person["category"],
        person.get("weakness"), "每月见面一次，跟着导师完成一个项目的申报。",
    ]  # fmt: skip
    tab.title(top, wording["标题"], 6)
    for place in range(6):
        row, column = top + 1 + place // 3, 1 + place % 3 * 2
        tab.put(row, column, labels[place])
        tab.put(row, column + 1, values[place], record, answer=answers[place])
    for place, row, last in ((6, top + 3, top + 3), (7, top + 4, top + 4), (8, top + 5, top + 5),
                             (9, top + 6, top + 10)):  # fmt: skip
        tab.put(row, 1, labels[place])
        tab.put(row, 2, values[place], record, answer=answers[place])
        tab.merge(row, 1, last, 1)
        tab.merge(row, 2, last, 6)
    return top + 11


@layout(10, "登记表（一表数份）", FORMS)
def forms_in_a_sheet(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("登记表")
    row = 1
    for number, person in enumerate(cast.individuals, 1):
        row = _form(tab, row, person, wording, hand, f"form{number}") + 1
        expect_individual(plan, person, *FORM_FIELDS)
    return plan


@layout(10, "登记表（一人一张工作表）", FORMS)
def form_a_tab(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], tab_name=G_NAME_AGAIN)
    for person in cast.individuals:
        _form(plan.tab(person["name"]), 1, person, wording, hand, person["name"])
        expect_individual(plan, person, *FORM_FIELDS)
    return plan


@layout(10, "登记表（值在标签下面）", FORMS)
def values_below_labels(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], tab_name=G_NAME_AGAIN)
    labels = wording.words("标签")
    fields = ("name", "gender", "ethnicity", "born", "politics", "phone")
    for person in cast.individuals:
        tab = plan.tab(person["name"])
        tab.title(1, wording["标题"], 6)
        for column, (label, name) in enumerate(zip(labels[:6], fields, strict=True), 1):
            tab.put(2, column, label)
            tab.put(
                3, column, _typed(person, name, hand), person["name"],
                answer=to(f"individual.{name}"),
            )  # fmt: skip
        below = ((6, unit_and_post(person)), (8, person.get("weakness")))
        answers = {
            6: to("individual.employer", "individual.post", split=Split.UNIT_AND_POST),
            8: G_WEAKNESS,
        }
        for row, (place, value) in zip((4, 6), below, strict=True):
            tab.put(row, 1, labels[place])
            tab.merge(row, 1, row, 6)
            tab.put(row + 1, 1, value, person["name"], answer=answers[place])
            tab.merge(row + 1, 1, row + 1, 6)
        expect_individual(plan, person, *(field for field in FORM_FIELDS if field != "category"))
    return plan

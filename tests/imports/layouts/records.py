"""Logs, assessments, duties and weak organisations: rows 6, 11, 12, 17 and 18 of the list."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from tests.imports.cast import Cast, Contact, Hand
from tests.imports.layouts.layout import Wording, layout
from tests.imports.layouts.pairs import APPRENTICED, MENTEE, MENTOR
from tests.imports.plan import NUMBER, Answer, Asking, Plan, ask, either, nothing, remark, to
from validators.sheets.base import ASPECT_FIELDS

DATE, CONTENT = to("log.date"), to("log.content")
FORM, ASPECT, METHOD = to("log.form"), to("log.aspect"), to("log.method")
PLACE, RECORDER = to("log.place"), to("log.recorder")
PROBLEM, NEXT_STEP = to("log.problem"), to("log.next_step")
TOWNSHIP_COLUMN = either(nothing("township"), to("unit.township"), remark("township"))
"""The unit is known already: it may be used to check, be kept, or be left."""
PROGRESS = either(nothing("progress"), remark("progress"))
"""Progress is counted from the log: it may be kept, never taken for the count."""


def expect_contact(plan: Plan, contact: Contact, *fields: str) -> None:
    """Expect an entry of the log, told by its pair, day and content."""
    plan.expect(
        "log",
        mentor=contact.pair.names[0],
        mentee=contact.pair.names[1],
        **{name: contact.entry.get(name) for name in ("date", "content", *fields)},
    )


@layout(
    6,
    "软弱涣散党组织台账",
    """
    标题: {镇}软弱涣散基层党组织整顿台账
    表头: 序号|乡镇|村|党组织名称|书记|党员数|软弱涣散类型|村集体经济收入（万元）|存在问题|整改措施|完成时限|包抓领导

    标题: {镇}薄弱党组织情况表
    表头: 序号|乡镇（街道）|所在村|党组织全称|书记姓名|党员人数|组织类别|集体经济年收入（万元）|主要问题|提升措施|提升期限|联系领导
    ======
    标题: {镇}后进党组织晋位升级台账
    表头: 序号|所属乡镇|行政村|支部名称|支部书记|党员总数（名）|后进类型|上年村集体收入（万元）|问题表现|整顿措施|整改时限|包村领导

    标题: {镇}基层党组织帮带提升表
    表头: 序号|乡 镇|村（社区）|党支部名称|党组织书记|现有党员（人）|类型|集体经济收入/万元|突出问题|帮带措施|完成期限|县级包抓领导
    """,
)
def weak_organisations(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("village", "name", "secretary", "members", "category", "income")
    answers = [
        NUMBER,
        TOWNSHIP_COLUMN,
        *(to(f"organisation.{name}") for name in fields),
        remark("problems"),
        to("organisation.measures"),
        to("organisation.measures_due"),
        remark("leader"),
    ]
    problems = ("班子不团结，议事不规范", "集体经济底子薄", "组织生活不经常")
    lines = [
        [
            number, "开城镇", *(row[name] for name in fields), problems[number % 3],
            row["measures"], hand.day(row["measures_due"]), ("李向前", "王海军")[number % 2],
        ]
        for number, row in enumerate(cast.organisations, 1)
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "organisation")
    for row in cast.organisations:
        plan.expect(
            "organisation", **{name: row[name] for name in (*fields, "measures", "measures_due")}
        )
    return plan


LOG_COLUMNS = [NUMBER, DATE, MENTOR, MENTEE, FORM, CONTENT, NEXT_STEP, RECORDER]
LOG_WORDS = """
    标题: {镇}导师帮带工作日志（2026年）
    表头: 序号|日期|导师|对象|帮带形式|内容|下步打算|记录人

    标题: {镇}结对帮带工作记录
    表头: 序号|帮带日期|导师姓名|对象姓名|形式|帮带内容|下一步打算|记录人
    ======
    标题: {镇}帮带活动登记簿
    表头: 序号|时间|帮带导师|帮带对象|方式（线上/线下）|主要内容|下步计划|填写人

    标题: {镇}师徒帮带纪实
    表头: 编号|活动日期|师傅姓名|徒弟姓名|帮带形式|帮带事项及过程|后续安排|记录员
    """


def log_lines(contacts: list[Contact], dates: list[Any]) -> list[list[Any]]:
    return [
        [
            number, day, *contact.pair.names, contact.entry["form"], contact.entry["content"],
            contact.entry.get("next_step"), contact.entry.get("recorder"),
        ]
        for number, (contact, day) in enumerate(zip(contacts, dates, strict=True), 1)
    ]  # fmt: skip


LOG_FIELDS = ("form", "next_step", "recorder")


@layout(11, "工作日志（完整日期）", LOG_WORDS)
def log_with_whole_dates(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("日志")
    tab.title(1, wording["标题"], len(LOG_COLUMNS))
    dates = [hand.day(contact.entry["date"]) for contact in cast.contacts]
    tab.table(2, wording.words(), LOG_COLUMNS, log_lines(cast.contacts, dates), "entry")
    for contact in cast.contacts:
        expect_contact(plan, contact, *LOG_FIELDS)
    return plan


@layout(11, "工作日志（5.3、5月3日、上旬）", LOG_WORDS)
def log_with_short_dates(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], placed=False)
    tab = plan.tab("日志")
    vague = to("log.date", asking=Asking.MAY)
    answers = [vague if answer is DATE else answer for answer in LOG_COLUMNS]
    tab.title(1, wording["标题"], len(answers))
    dates = [_short(number, contact) for number, contact in enumerate(cast.contacts)]
    tab.table(2, wording.words(), answers, log_lines(cast.contacts, dates), "entry")
    return plan


def _short(number: int, contact: Contact) -> str:
    day = contact.entry["date"]
    spelt = (f"{day.month}.{day.day}", f"{day.month}月{day.day}日", f"{day.month}月上旬")
    return spelt[number % len(spelt)]


@layout(
    11,
    "一名导师一张日志",
    """
    标题: 导师{导师}帮带记录
    表头: 序号|日期|帮带对象|帮带内容|形式|发现问题

    标题: {镇}导师帮带手册（{导师}）
    表头: 序号|帮带时间|对象姓名|帮带内容|帮带方式|存在问题
    ======
    标题: {导师}同志帮带工作纪实
    表头: 序号|时间|被帮带人|工作内容|线上/线下|问题

    标题: 帮带日志——{导师}
    表头: 序号|活动时间|徒弟|主要内容|帮带形式|对象存在的问题
    """,
)
def log_a_mentor(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], tab_name=MENTOR)
    answers = [NUMBER, DATE, MENTEE, CONTENT, FORM, PROBLEM]
    contacts = sorted(cast.contacts, key=lambda contact: contact.pair.names[0])
    for mentor, group in groupby(contacts, key=lambda contact: contact.pair.names[0]):
        tab = plan.tab(mentor)
        tab.title(1, wording["标题"].replace("{导师}", mentor), len(answers))
        lines = []
        for number, contact in enumerate(group, 1):
            entry = contact.entry
            lines.append(
                [number, hand.day(entry["date"]), contact.pair.names[1], entry["content"],
                 entry["form"], entry.get("problem")]
            )  # fmt: skip
            expect_contact(plan, contact, "form", "problem")
        tab.table(2, wording.words(), answers, lines, mentor)
    return plan


MATRIX = """
    标题: {镇}2026年导师帮带月度情况统计表
    表头: 序号|导师|帮带对象
    月份: {数}月

    标题: {镇}结对帮带每月联系情况（2026年）
    表头: 序号|导师姓名|对象姓名
    月份: {数}月份
    ======
    标题: 2026年度{镇}帮带联系登记（按月）
    表头: 序号|帮带导师|被帮带人
    月份: 2026年{数}月

    标题: {镇}师徒每月见面记录2026
    表头: 序号|师傅|徒弟
    月份: {汉}月
    """
MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _matrix(cast: Cast, wording: Wording, shown: Any, field: str) -> Plan:
    """Write a column a month; the month is known, the day of each entry must be asked."""
    plan = Plan([], placed=False)
    tab = plan.tab("Sheet1")
    months = [
        wording["月份"].replace("{数}", str(month)).replace("{汉}", MONTHS[month - 1])
        for month in range(1, 13)
    ]
    answers = [NUMBER, MENTOR, MENTEE, *(_month(field, month) for month in range(1, 13))]
    met: dict[tuple[str, str], dict[int, Contact]] = {}
    for contact in cast.contacts:
        day = contact.entry["date"]
        if day.year == 2026:
            met.setdefault(contact.pair.names, {})[day.month] = contact
    lines = [
        [number, *names, *(shown(entries.get(month)) for month in range(1, 13))]
        for number, (names, entries) in enumerate(met.items(), 1)
    ]
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words() + months, answers, lines, "pair")
    return plan


def _month(field: str, month: int) -> Answer:
    return Answer(f"month{month}", to(field).targets, Asking.MAY)


@layout(12, "按月打勾", MATRIX)
def matrix_of_ticks(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _matrix(cast, wording, lambda contact: "√" if contact else None, "log.date")


@layout(12, "按月写内容", MATRIX)
def matrix_of_contents(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _matrix(
        cast, wording, lambda contact: contact.entry["content"] if contact else None, "log.content"
    )


ASPECT_WORDS = "思想情怀|业务能力|组织建设|工作作风|产业发展|基层治理"
ASSESSMENTS = f"""
    标题: {{镇}}帮带对象成长评价汇总表
    表头: 序号|对象|{ASPECT_WORDS}|评价时间|评价人|评语

    标题: {{镇}}帮带成效季度测评表
    表头: 序号|对象姓名|{ASPECT_WORDS}|评价日期|评价人|综合评语
    ======
    标题: {{镇}}帮带对象阶段评分表
    表头: 序号|被帮带人|思想情怀得分|业务能力得分|组织建设得分|工作作风得分|产业发展得分|基层治理得分|测评时间|打分人|评价意见

    标题: {{镇}}对象成长情况打分
    表头: 序号|姓名|思想情怀方面|业务能力方面|组织建设方面|工作作风方面|产业发展方面|基层治理方面|打分日期|测评人|简要评价
    """


def _assessments(cast: Cast, wording: Wording, hand: Hand, shown: Any, placed: bool) -> Plan:
    plan = Plan([], placed=placed)
    tab = plan.tab("Sheet1")
    scores = [
        to(f"assessment.{name}") if placed else ask(f"assessment.{name}") for name in ASPECT_FIELDS
    ]
    answers = [
        NUMBER, MENTEE, *scores, to("assessment.assessed_on"), to("assessment.assessor"),
        to("assessment.comment"),
    ]  # fmt: skip
    people = {row["mentee_id"]: row for row in cast.individuals}
    rows = [row for row in cast.rows["assessment"] if row["mentee_id"] in people]
    lines = [
        [
            number, people[row["mentee_id"]]["name"], *(shown(row[name]) for name in ASPECT_FIELDS),
            hand.day(row["assessed_on"]), row.get("assessor"), row.get("comment"),
        ]
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "assessment")
    for row in rows if placed else ():
        fields = (*ASPECT_FIELDS, "assessed_on", "assessor", "comment")
        plan.expect(
            "assessment",
            mentee=people[row["mentee_id"]]["name"],
            **{name: row.get(name) for name in fields},
        )
    return plan


@layout(17, "成长评价（五分制）", ASSESSMENTS)
def assessments_out_of_five(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _assessments(cast, wording, hand, int, placed=True)


@layout(17, "成长评价（百分制）", ASSESSMENTS)
def assessments_out_of_a_hundred(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _assessments(cast, wording, hand, lambda score: 55 + score * 8, placed=False)


@layout(17, "成长评价（优良中差）", ASSESSMENTS)
def assessments_in_words(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    words = ("", "差", "差", "中", "良", "优")
    return _assessments(cast, wording, hand, lambda score: words[score], placed=False)


@layout(
    18,
    "职责清单",
    """
    标题: {镇}导师帮带职责清单
    表头: 序号|导师|帮带对象|责任主体|帮带方面|职责事项|目标次数|完成时限|完成情况

    标题: {镇}导师与对象双向责任清单
    表头: 序号|导师姓名|对象姓名|责任方|方面|职责事项|目标次数|截止日期|完成情况
    ======
    标题: {镇}帮带任务分解表
    表头: 序号|帮带导师|被帮带人|责任主体|所属方面|任务内容|计划次数|完成期限|进展情况

    标题: {镇}师徒责任清单
    表头: 序号|师傅|徒弟|由谁负责|帮带方向|具体事项|应完成次数|最迟完成时间|落实情况
    """,
)
def duties(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    pairs = {pair.pairing["pairing_id"]: pair for pair in cast.pairs}
    rows = [row for row in cast.rows["duty"] if row["pairing_id"] in pairs][:16]
    answers = [
        NUMBER, MENTOR, MENTEE, to("duty.side"), to("duty.aspect"), to("duty.item"),
        to("duty.target"), to("duty.due_on"), PROGRESS,
    ]  # fmt: skip
    done = ("正在推进", "已完成", "未开始")
    lines = [
        [
            number, *pairs[row["pairing_id"]].names, row["side"], row["aspect"], row["item"],
            row["target"], hand.day(row["due_on"]), done[number % 3],
        ]
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "duty")
    for row in rows:
        mentor, mentee = pairs[row["pairing_id"]].names
        fields = ("side", "aspect", "item", "target", "due_on")
        plan.expect("duty", mentor=mentor, mentee=mentee, **{name: row[name] for name in fields})
    return plan


@layout(
    18,
    "期满考核结果",
    """
    标题: {镇}导师帮带期满考核结果
    表头: 序号|导师|帮带对象|考核日期|考核得分|考核等次|考核结论|考核单位

    标题: {镇}期满考核汇总表
    表头: 序号|导师姓名|对象姓名|考核时间|期满考核得分|等次|结论|组织考核单位
    ======
    标题: {镇}“导师帮带制”期满考核登记
    表头: 序号|师傅|徒弟|期满考核时间|考核成绩|考核等级|考核意见|考核单位

    标题: {县}{镇}帮带对象出师考核一览
    表头: 编号|帮带导师|被帮带人|考核日期|考核分数|评定等次|期满结论|考核单位
    """,
)
def completions(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("assessed_on", "score", "rating", "conclusion", "assessor")
    answers = [NUMBER, MENTOR, MENTEE, *(to(f"completion.{name}") for name in fields)]
    outcomes = ((92, "优秀", "出师"), (75, "合格", "续帮"), (63, "不合格", "调整"))
    lines = []
    for number, pair in enumerate(cast.personal_pairs, 1):
        day = date(2026, 6, number % 28 + 1)
        outcome = (*outcomes[number % 3], "开城镇党委")
        lines.append([number, *pair.names, hand.day(day), *outcome])
        said = dict(zip(fields, (day, *outcome), strict=True))
        plan.expect("completion", mentor=pair.names[0], mentee=pair.names[1], **said)
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "completion")
    return plan


@layout(
    18,
    "培养转化登记",
    """
    标题: {镇}“两个带头人”培养转化台账
    表头: 序号|姓名|原阶段|新阶段|转化时间|依据文号|带动人数|人均增收（元）

    标题: {镇}帮带对象培养转化情况
    表头: 序号|对象姓名|转化前阶段|转化后阶段|转化日期|文件文号|带动人数|人均增收
    ======
    标题: {镇}两个带头人转化登记表
    表头: 序号|对象|原培养阶段|现培养阶段|转化年月日|任职文件|带动群众人数|带动人均增收（元）

    标题: {镇}致富带头人转化名单
    表头: 序号|帮带对象|转化前身份|转化后身份|转化时间|文号|带动人数|人均增收(元)
    """,
)
def conversions(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    fields = ("from_stage", "to_stage", "date", "document", "people_led", "income_gain")
    answers = [NUMBER, MENTEE, *(to(f"conversion.{name}") for name in fields)]
    lines = []
    for number, person in enumerate(cast.individuals, 1):
        stages = ("致富带头人", "后备干部", "村党组织带头人")[number % 2 :][:2]
        day, paper = date(2026, 5, number % 28 + 1), f"开党发〔2026〕{number}号"
        numbers = (5 + number, 1000 + 100 * number)
        lines.append([number, person["name"], *stages, hand.day(day), paper, *numbers])
        said = dict(zip(fields, (*stages, day, paper, *numbers), strict=True))
        plan.expect("conversion", mentee=person["name"], **said)
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "conversion")
    return plan


@layout(
    22,
    "收入以元计",
    """
    标题: {镇}村级集体经济情况表
    表头: 序号|所在村|党组织名称|书记姓名|党员数|村集体经济年收入（元）

    标题: {镇}村党组织基本情况
    表头: 序号|村名|党支部名称|书记|党员人数|集体经济收入(元)
    ======
    标题: {镇}各村党组织情况统计
    表头: 序号|行政村|支部名称|支部书记|党员总数|上年集体收入⏎单位：元

    标题: {镇}村集体收入摸底
    表头: 序号|村（社区）|党组织全称|党组织书记|党员（名）|2025年村集体收入/元
    """,
)
def income_in_yuan(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], placed=False)
    tab = plan.tab("Sheet1")
    fields = ("village", "name", "secretary", "members")
    answers = [NUMBER, *(to(f"organisation.{name}") for name in fields), ask("income")]
    lines = [
        [number, *(row[name] for name in fields), round(row["income"] * 10_000)]
        for number, row in enumerate(cast.organisations, 1)
    ]
    tab.title(1, wording["标题"], len(answers))
    tab.table(2, wording.words(), answers, lines, "organisation")
    return plan


@layout(
    16,
    "一本多表（只有姓名）",
    """
    表名: 导师|结对|日志
    导师表头: 序号|姓名|性别|单位|职务|电话
    结对表头: 序号|导师|帮带对象|结对方式|结对时间|期满时间
    日志表头: 序号|日期|导师|帮带对象|形式|内容|地点

    表名: 1.导师名单|2.结对情况|3.工作记录
    导师表头: 序号|导师姓名|性别|工作单位|职务|联系电话
    结对表头: 序号|导师姓名|对象姓名|结对方式|结对日期|期满日期
    日志表头: 序号|帮带日期|导师姓名|对象姓名|帮带形式|帮带内容|帮带地点
    ======
    表名: 师傅|师徒|活动
    导师表头: 序号|师傅姓名|性别|所在单位|担任职务|手机
    结对表头: 序号|师傅|徒弟|结对形式|拜师时间|出师时间
    日志表头: 序号|活动日期|师傅|徒弟|线上线下|活动内容|活动地点

    表名: 附表1|附表2|附表3
    导师表头: 序号|导师|性别|单位名称|职务|联系方式
    结对表头: 序号|帮带导师|被帮带人|帮带模式|起始时间|到期时间
    日志表头: 序号|活动时间|帮带导师|被帮带人|方式|主要内容|地点
    """,
)
def book_of_names(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    mentors, pairs, log = (plan.tab(name) for name in wording.words("表名"))
    fields = ("name", "gender", "employer", "post")
    lines: list[list[Any]] = [
        [number, *(person[name] for name in fields), hand.phone(person["phone"])]
        for number, person in enumerate(cast.mentors, 1)
    ]
    answers = [NUMBER, *(to(f"mentor.{name}") for name in (*fields, "phone"))]
    mentors.table(1, wording.words("导师表头"), answers, lines, "mentor")
    lines = [
        [
            number, *pair.names, pair.pairing["mode"], hand.day(pair.pairing["paired_on"]),
            hand.day(pair.pairing["until"]),
        ]
        for number, pair in enumerate(cast.personal_pairs, 1)
    ]  # fmt: skip
    terms = ("mode", "paired_on", "until")
    days = [APPRENTICED if "拜师" in heading else None for heading in wording.words("结对表头")[3:]]
    columns = [day or to(f"pairing.{name}") for day, name in zip(days, terms, strict=True)]
    answers = [NUMBER, MENTOR, MENTEE, *columns]
    pairs.table(1, wording.words("结对表头"), answers, lines, "pair")
    contacts = [contact for contact in cast.contacts if contact.pair.person]
    lines = [
        [
            number, hand.day(contact.entry["date"]), *contact.pair.names, contact.entry["form"],
            contact.entry["content"], contact.entry.get("place"),
        ]
        for number, contact in enumerate(contacts, 1)
    ]  # fmt: skip
    answers = [NUMBER, DATE, MENTOR, MENTEE, FORM, CONTENT, PLACE]
    log.table(1, wording.words("日志表头"), answers, lines, "entry")
    for person in cast.mentors:
        plan.expect("mentor", **{name: person[name] for name in (*fields, "phone")})
    for pair in cast.personal_pairs:
        plan.expect(
            "pairing", mentor=pair.names[0], mentee=pair.names[1],
            **{name: pair.pairing[name] for name in terms},
        )  # fmt: skip
        plan.expect("individual", name=pair.names[1])
    for contact in contacts:
        expect_contact(plan, contact, "form", "place")
    return plan

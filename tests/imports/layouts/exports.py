"""Exports of online forms and text files: rows 13 to 15 and 23 of the list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from tests.imports.cast import Cast, Contact, Hand
from tests.imports.layouts.layout import Wording, layout
from tests.imports.layouts.pairs import MENTEE, MENTOR
from tests.imports.layouts.people import TWO_FIELDS, TWO_M, expect_mentor, two_line
from tests.imports.layouts.records import (
    CONTENT,
    DATE,
    FORM,
    LOG_COLUMNS,
    LOG_FIELDS,
    LOG_WORDS,
    PLACE,
    expect_contact,
    log_lines,
)
from tests.imports.plan import Answer, Asking, Plan, ask, either, nothing, remark, to
from validators.sources.mapping import Split
from validators.vocabulary import Aspect

SUBMITTER = either(remark("submitter"), nothing("submitter"), to("log.recorder"))
SUBMITTED = either(nothing("submitted"), remark("submitted"))
PHOTOS = nothing("photos")


def sent_at(contact: Contact, number: int) -> datetime:
    """Return when a form was sent: on the evening of the day, or the day after."""
    day = contact.entry["date"] + timedelta(days=number % 2)
    return datetime.combine(day, time(18 + number % 4, number % 60, 7))


def _photo(number: int) -> str:
    return f"https://forms.example.com/file/2026/{number:06d}.jpg"


@layout(
    13,
    "收集表导出（宽表）",
    """
    表头: 提交者（自动）|提交时间（自动）|1.您的姓名（必填）|2.帮带对象（必填）|3.帮带日期（必填）|4.帮带方式（单选）|5.帮带内容（必填）|6.现场照片

    表头: 提交者|提交时间|1.导师姓名|2.帮带对象姓名|3.帮带日期|4.形式（线上/线下）|5.帮带内容|6.照片
    ======
    表头: 填写人|填写时间|Q1:您的姓名（导师）|Q2:您帮带的对象|Q3:本次帮带日期|Q4:本次帮带形式|Q5:本次帮带主要内容|Q6:上传照片

    表头: 提交人昵称|提交答卷时间|1、请填写导师姓名|2、请填写被帮带人姓名|3、开展帮带的日期|4、采取的形式|5、请简要描述帮带过程|6、请上传活动照片（最多3张）
    """,
)
def form_export(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1" if wording.number % 2 else "表单数据")
    answers = [SUBMITTER, SUBMITTED, MENTOR, MENTEE, DATE, FORM, CONTENT, PHOTOS]
    lines = [
        [
            contact.pair.names[0][-2:], sent_at(contact, number), *contact.pair.names,
            hand.day(contact.entry["date"]), contact.entry["form"], contact.entry["content"],
            _photo(number) if number % 3 else None,
        ]
        for number, contact in enumerate(cast.contacts)
    ]  # fmt: skip
    tab.table(1, wording.words(), answers, lines, "entry")
    for contact in cast.contacts:
        expect_contact(plan, contact, "form")
    return plan


@layout(
    13,
    "收集表导出（只有提交时间）",
    """
    表头: 提交时间|您的姓名|帮带对象|帮带地点|帮带内容

    表头: 提交时间|导师姓名|对象姓名|地点|帮带内容
    ======
    表头: 答题时间|1.您是哪位导师|2.您帮带的是谁|3.在哪里帮带|4.做了什么

    表头: 提交日期时间|导师|被帮带人|帮带地点（村、组）|活动内容
    """,
)
def form_export_without_day(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([])
    tab = plan.tab("Sheet1")
    day = to("log.date", asking=Asking.MAY)  # when it was sent is not when it was done
    answers = [day, MENTOR, MENTEE, PLACE, CONTENT]
    lines = [
        [
            datetime.combine(contact.entry["date"], time(19, number % 60)).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            *contact.pair.names, contact.entry.get("place"), contact.entry["content"],
        ]
        for number, contact in enumerate(cast.contacts)
    ]  # fmt: skip
    tab.table(1, wording.words(), answers, lines, "entry")
    for contact in cast.contacts:
        expect_contact(plan, contact, "place")
    return plan


@layout(
    14,
    "收集表导出（一格多选）",
    """
    表头: 序号|提交时间|导师姓名|对象姓名|帮带日期|帮带方面（多选）|帮带内容
    分隔: ┋

    表头: 编号|提交时间|您的姓名|帮带对象|帮带日期|帮带了哪些方面|帮带内容
    分隔: 、
    ======
    表头: 序号|答题时间|1.导师|2.对象|3.帮带时间|4.涉及哪几个方面【多选题】|5.帮带内容
    分隔: ┋

    表头: ID|提交时间|导师|被帮带人|活动日期|所属方面(可多选)|活动内容
    分隔: ;
    """,
)
def several_answers(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], placed=False)
    tab = plan.tab("Sheet1")
    answers = [nothing("number"), SUBMITTED, MENTOR, MENTEE, DATE, ask("log.aspect"), CONTENT]
    every = list(Aspect)
    lines = []
    for number, contact in enumerate(cast.contacts, 1):
        aspect = contact.entry["aspect"]
        second = (
            [every[number % 6].value] if number % 3 == 0 and every[number % 6] != aspect else []
        )
        lines.append(
            [
                number, sent_at(contact, number), *contact.pair.names,
                hand.day(contact.entry["date"]), wording["分隔"].join([aspect, *second]),
                contact.entry["content"],
            ]
        )  # fmt: skip
    tab.table(1, wording.words(), answers, lines, "entry")
    return plan


@layout(
    14,
    "收集表导出（一项一列0/1）",
    """
    表头: 序号|提交时间|导师姓名|对象姓名|帮带日期
    选项: 帮带方面:{项}
    其后: 帮带内容

    表头: 编号|提交时间|1.您的姓名|2.帮带对象|3.帮带日期
    选项: 4.帮带方面（{项}）
    其后: 5.帮带内容
    ======
    表头: 序号|答题时间|导师|对象|活动时间
    选项: Q4.本次帮带的方面-{项}
    其后: Q5.帮带内容

    表头: 序号|提交答卷时间|1、导师姓名|2、被帮带人姓名|3、帮带日期
    选项: 4、{项}
    其后: 5、帮带过程
    """,
)
def option_columns(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], placed=False)
    tab = plan.tab("Sheet1")
    options = [wording["选项"].replace("{项}", aspect.value) for aspect in Aspect]
    answers = [
        nothing("number"), SUBMITTED, MENTOR, MENTEE, DATE,
        *(option(aspect) for aspect in Aspect), CONTENT,
    ]  # fmt: skip
    lines = [
        [
            number, sent_at(contact, number), *contact.pair.names,
            hand.day(contact.entry["date"]),
            *(int(contact.entry["aspect"] == aspect) for aspect in Aspect),
            contact.entry["content"],
        ]
        for number, contact in enumerate(cast.contacts, 1)
    ]  # fmt: skip
    headings = [*wording.words(), *options, wording["其后"]]
    tab.table(1, headings, answers, lines, "entry")
    return plan


def option(aspect: Aspect) -> Answer:
    """Return the answer for one option's column of 0 and 1."""
    return either(ask(f"option {aspect}"), to("log.aspect", split=Split.CHOICES))


def _text_file(cast: Cast, wording: Wording, hand: Hand, encoding: str, suffix: str) -> Plan:
    """Return a log as a text file: no title, days as a program writes them."""
    plan = Plan([], suffix, encoding)
    tab = plan.tab("")
    dates = [contact.entry["date"].strftime("%Y/%m/%d") for contact in cast.contacts]
    tab.table(1, wording.words(), LOG_COLUMNS, log_lines(cast.contacts, dates), "entry")
    for contact in cast.contacts:
        expect_contact(plan, contact, *LOG_FIELDS)
    return plan


@layout(15, "日志 CSV（GBK）", LOG_WORDS)
def csv_in_gbk(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _text_file(cast, wording, hand, "gb18030", ".csv")


@layout(15, "日志 CSV（UTF-8 带 BOM）", LOG_WORDS)
def csv_with_mark(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _text_file(cast, wording, hand, "utf-8-sig", ".csv")


@layout(15, "日志文本（UTF-16 制表符）", LOG_WORDS)
def unicode_text(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _text_file(cast, wording, hand, "utf-16", ".txt")


PEOPLE_WORDS = """
    表头: 序号|姓名|性别|单位|职务|联系电话|导师类别
    标题: {镇}导师名册

    表头: 编号|导师姓名|性别|工作单位|现任职务|手机|类别
    标题: {镇}导师库人员表
    ======
    表头: 序号|帮带导师|性别|所在单位|担任职务|手机号码|导师类型
    标题: {镇}帮带导师情况

    表头: 序号|导师|性别|单位名称|职务|联系方式|入选类别
    标题: {镇}导师花名
    """


@layout(15, "名册 CSV（电话成了科学计数）", PEOPLE_WORDS)
def csv_with_lost_digits(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    plan = Plan([], ".csv", "gb18030")
    tab = plan.tab("")
    lines: list[list[Any]] = [
        two_line(number, person, hand) for number, person in enumerate(cast.mentors, 1)
    ]
    for line in lines:
        typed = str(line[5])
        line[5] = f"{int(typed):.2E}" if typed.isdigit() else typed
    tab.table(1, wording.words(), TWO_M, lines, "mentor")
    for person in cast.mentors:
        expect_mentor(plan, person, *(name for name in TWO_FIELDS if name != "phone"))
    return plan


def _old_software(cast: Cast, wording: Wording, hand: Hand, suffix: str) -> Plan:
    plan = Plan([], suffix)
    tab = plan.tab("Sheet1")
    tab.title(1, wording["标题"], 7)
    lines = [two_line(number, person, hand) for number, person in enumerate(cast.mentors, 1)]
    tab.table(2, wording.words(), TWO_M, lines, "mentor")
    for person in cast.mentors:
        expect_mentor(plan, person, *TWO_FIELDS)
    return plan


@layout(23, "网页表格存成 .xls", PEOPLE_WORDS)
def html_as_xls(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _old_software(cast, wording, hand, ".html.xls")


@layout(23, "XML 表格存成 .xls", PEOPLE_WORDS)
def xml_as_xls(cast: Cast, wording: Wording, hand: Hand) -> Plan:
    return _old_software(cast, wording, hand, ".xml.xls")

"""工作日志 and 上年日志: every contact of a mentor with one or several mentees."""

from typing import Annotated, ClassVar

from validators.columns import Reference, column
from validators.fields import (
    Account,
    Day,
    DutyIds,
    Hours,
    LogId,
    PairingIds,
    PersonName,
    Text,
    Words,
)
from validators.sheets.base import Row, Sheet, SheetKind, computed
from validators.sheets.duty import DutyRow
from validators.sheets.pairing import PairingRow
from validators.vocabulary import Aspect, ContactForm, Method, Role


class LogEntryRow(Row):
    """One contact; a joint activity names several pairings."""

    sheet: ClassVar = Sheet(
        name="工作日志",
        key="log",
        kind=SheetKind.INPUT,
        title="导师帮带工作日志",
        help="每次联系一行；一次活动带多人的，结对编号用顿号分开",
        id_field="log_id",
        id_prefix="R",
        id_width=5,
        bulk=True,
    )

    log_id: Annotated[
        LogId | None,
        column(
            "日志编号",
            width=19,
            help="R+9 位区划代码-序号，如 R640402104-00001；可留空，由“编号补全”填写",
            synonyms=("编号",),
        ),
    ] = None
    date: Annotated[
        Day,
        column(
            "日期",
            width=12,
            help="联系当天，如 2026-05-03",
            synonyms=("帮带日期", "联系日期"),
            past=True,
        ),
    ]
    pairing_ids: Annotated[
        PairingIds,
        column(
            "结对编号",
            width=21,
            help="从下拉列表选，集体活动填多个，用顿号分开",
            refers=Reference(PairingRow, suggestion="请核对结对编号，多个编号用顿号分开"),
        ),
    ]
    duty_ids: Annotated[
        DutyIds | None,
        column(
            "职责编号",
            width=18,
            help="选本次联系完成的职责，选填后计入完成次数；集体活动每对结对可填一个，用顿号分开",
            printed=False,
            refers=Reference(
                DutyRow, suggestion="请核对职责编号，不能确定的可以留空，多个编号用顿号分开"
            ),
        ),
    ] = None
    aspect: Annotated[Aspect, column("帮带方面", width=9, help="六个方面之一", synonyms=("方面",))]
    role: Annotated[
        Role | None, column("帮带作用", width=4.5, help="传、帮、带、培或促", recommended=True)
    ] = None
    method: Annotated[
        Method | None, column("帮带方法", width=11, help="从下拉列表选", recommended=True)
    ] = None
    form: Annotated[ContactForm, column("形式", width=6, help="线下或线上")]
    place: Annotated[
        Words | None, column("地点", width=14, help="开展帮带的地点", repeats=True, printed=False)
    ] = None
    hours: Annotated[
        Hours | None,
        column(
            "时长(小时)", width=6, help="可以不填", printed=False, synonyms=("时长", "时长（小时）")
        ),
    ] = None
    content: Annotated[
        Account,
        column("内容", width=32, help="用一两句话写明做了什么", synonyms=("帮带内容", "工作内容")),
    ]
    problem: Annotated[Text | None, column("发现问题", width=19, help="没有的可以不填")] = None
    next_step: Annotated[Text | None, column("下步打算", width=19, help="没有的可以不填")] = None
    recorder: Annotated[
        PersonName | None, column("记录人", width=9, help="记录人姓名", recommended=True)
    ] = None
    duty_proposed: Annotated[
        DutyIds | None,
        computed(
            "职责编号建议",
            18,
            "未填职责编号的，按方面、方法和内容推荐，采纳后计入职责",
            printed=False,
            since="2026.2",
        ),
    ] = None


class CarriedLogRow(LogEntryRow):
    """One contact of last year that this year's judgement still needs."""

    sheet: ClassVar = Sheet(
        name="上年日志",
        key="carried_log",
        kind=SheetKind.INPUT,
        title="导师帮带工作日志（上年结转）",
        help="结转带入的上年联系，研判时一并计算，不计入本年日志；无需填写，有误可以更正",
        id_field="log_id",
        id_prefix="R",
        id_width=5,
        joins=LogEntryRow.sheet.key,
        carried=True,
        since="2026.2",
    )

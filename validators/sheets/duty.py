"""职责清单 and 职责模板: what mentor and mentee owe each other, and what a new pairing starts with."""

from typing import Annotated, ClassVar

from pydantic import Field

from validators.columns import Lookup, column
from validators.fields import Count, Day, DutyId, PairingId, Points, Text
from validators.sheets.base import Remark, Row, Sheet, SheetKind, computed
from validators.sheets.pairing import PairingRow
from validators.vocabulary import Aspect, DutyProgress, Method, Side, Subject


class DutyRow(Row):
    """One duty of one pairing; generated from templates, open to the clerk's hand."""

    sheet: ClassVar = Sheet(
        name="职责清单",
        key="duty",
        kind=SheetKind.GENERATED,
        title="导师帮带职责清单",
        help="确认结对时按模板生成，可增删修改，进度由工作日志计算",
        id_field="duty_id",
        id_prefix="ZR",
        id_width=4,
    )

    duty_id: Annotated[
        DutyId | None,
        column(
            "职责编号",
            width=18,
            help="ZR+9 位区划代码-序号，如 ZR640402104-0001；可留空，由“编号补全”填写",
            synonyms=("编号",),
        ),
    ] = None
    pairing_id: Annotated[
        PairingId, column("结对编号", width=16, help="从下拉列表选", refers=PairingRow)
    ]
    pair_names: Annotated[
        Text | None,
        column(
            "导师→对象",
            width=14,
            help="自动带出，无需填写",
            lookup=Lookup("pairing_id", (("pairing", "mentor_name"), ("pairing", "mentee_name"))),
        ),
    ] = None
    side: Annotated[Side, column("责任方", width=7, help="导师或对象")]
    aspect: Annotated[Aspect, column("帮带方面", width=9, help="六个方面之一")]
    item: Annotated[Text, column("职责事项", width=22, help="写明具体事项")]
    method: Annotated[Method | None, column("帮带方法", width=11, help="从下拉列表选")] = None
    target: Annotated[
        Annotated[Count, Field(ge=1)],
        column("目标次数", width=4.5, help="期限内应完成的次数", unit="次"),
    ]
    starts_on: Annotated[Day, column("开始日期", width=12, help="如 2026-03-01")]
    due_on: Annotated[
        Day, column("截止日期", width=12, help="如 2026-12-31", synonyms=("完成期限",))
    ]
    done: Annotated[Count | None, computed("已完成次数", 6, "由日志计算", unit="次")] = None
    rate: Annotated[Points | None, computed("完成率", 7, "百分数，由日志计算", unit="%")] = None
    last_done_on: Annotated[Day | None, computed("最近完成", 12, "由日志计算")] = None
    progress: Annotated[
        DutyProgress | None, computed("进度", 7, "未开始、进行中、已完成或逾期，由日志计算")
    ] = None


class DutyTemplateRow(Row):
    """One duty template; applies where subject, category and weak aspect fit."""

    sheet: ClassVar = Sheet(
        name="职责模板",
        key="duty_template",
        kind=SheetKind.SETTINGS,
        title="职责清单模板",
        help="确认结对时按对象类别和薄弱方面取用，可以增删修改",
        merged=False,
    )

    subject: Annotated[Subject, column("适用对象", width=8, help="个人或组织")]
    category: Annotated[
        Text | None, column("适用类别", width=20, help="只适用于某一类对象的在此填写，留空为全部")
    ] = None
    aspect: Annotated[Aspect, column("帮带方面", width=9, help="对象在哪个方面薄弱时取用")]
    side: Annotated[Side, column("责任方", width=7, help="导师或对象")]
    item: Annotated[Text, column("职责事项", width=48, help="写明具体事项")]
    method: Annotated[Method | None, column("帮带方法", width=11, help="从下拉列表选")] = None
    target: Annotated[
        Annotated[Count, Field(ge=1)],
        column("目标次数", width=8, help="与同一方面其他职责的次数之比，按联系计划折算", unit="次"),
    ]
    months: Annotated[
        Annotated[Count, Field(ge=1, le=60)],
        column("期限(月)", width=9, help="同一方面中，期限短的先完成"),
    ]
    remark: Remark = None

"""职责模板: the duties a new pairing starts with (S5)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from validators.columns import column
from validators.fields import Count, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Aspect, Method, Side, Subject

__all__ = ["DutyTemplateRow"]


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
        Text | None, column("适用类别", width=20, help="只适用于哪一类对象；留空为全部")
    ] = None
    aspect: Annotated[Aspect, column("帮带方面", width=9, help="对象在哪个方面薄弱时取用")]
    side: Annotated[Side, column("责任方", width=7, help="导师或对象")]
    item: Annotated[Text, column("职责事项", width=48, help="做什么，写具体")]
    method: Annotated[Method | None, column("帮带方法", width=11, help="从下拉列表选")] = None
    target: Annotated[Annotated[Count, Field(ge=1)], column("目标次数", width=8, help="期限内次数")]
    months: Annotated[
        Annotated[Count, Field(ge=1, le=60)],
        column("期限(月)", width=9, help="从结对日期起算几个月"),
    ]
    remark: Annotated[Text | None, column("备注", width=14, help="其他需要说明的事项")] = None

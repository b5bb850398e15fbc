"""预警名单: mentees whose help is failing (S10)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from validators.columns import Fill, column
from validators.fields import Count, Day, MenteeId, Points, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Alert


class FlagRow(Row):
    """One flagged mentee with the facts and the clerk's handling."""

    sheet: ClassVar = Sheet(
        name="预警名单",
        key="flag",
        kind=SheetKind.GENERATED,
        title="导师帮带预警名单",
        help="由“预警研判”写出；处理情况由乡镇填写，重新研判时保留",
    )

    number: Annotated[
        Count | None, column("序号", width=5, help="自动编号", fill=Fill.COMPUTED)
    ] = None
    mentee_id: Annotated[
        MenteeId, column("对象编号", width=16, help="帮带对象", fill=Fill.COMPUTED)
    ]
    mentee_name: Annotated[
        Text | None, column("对象名称", width=14, help="帮带对象", fill=Fill.COMPUTED)
    ] = None
    mentors: Annotated[
        Text | None, column("导师", width=14, help="现任导师", fill=Fill.COMPUTED)
    ] = None
    level: Annotated[
        Alert | None, column("级别", width=5, help="红、黄或蓝", fill=Fill.COMPUTED)
    ] = None
    score: Annotated[
        Points | None, column("风险分", width=7, help="0 至 100", fill=Fill.COMPUTED)
    ] = None
    rules: Annotated[
        Text | None, column("触发规则", width=22, help="触发了哪几条", fill=Fill.COMPUTED)
    ] = None
    facts: Annotated[
        Text | None, column("依据", width=40, help="日期、数字和条目编号", fill=Fill.COMPUTED)
    ] = None
    measure: Annotated[
        Text | None, column("建议措施", width=28, help="建议怎么帮", fill=Fill.COMPUTED)
    ] = None
    handling: Annotated[Text | None, column("处理情况", width=24, help="采取了什么措施")] = None
    handled_on: Annotated[Day | None, column("处理日期", width=11, help="处理的日期")] = None

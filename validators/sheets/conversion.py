"""培养转化: steps between the "two leaders" (S8)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from validators.columns import Lookup, column
from validators.fields import Count, Day, IndividualId, Money, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Stage

__all__ = ["ConversionRow"]


class ConversionRow(Row):
    """One change of one mentee's training stage."""

    sheet: ClassVar = Sheet(
        name="培养转化",
        key="conversion",
        kind=SheetKind.INPUT,
        title="“两个带头人”培养转化登记表",
        help="每次转化一行，有文件依据才填",
    )

    mentee_id: Annotated[
        IndividualId,
        column("对象编号", width=16, help="从下拉列表选", source="individuals", strict=False),
    ]
    mentee_name: Annotated[
        Text | None,
        column(
            "对象名称",
            width=9,
            help="自动带出，不用填写",
            lookup=Lookup("mentee_id", (("individual", "name"),)),
        ),
    ] = None
    date: Annotated[
        Day, column("日期", width=11, help="转化的日期", synonyms=("转化日期",), past=True)
    ]
    from_stage: Annotated[Stage, column("原阶段", width=13, help="从下拉列表选")]
    to_stage: Annotated[Stage, column("新阶段", width=13, help="从下拉列表选")]
    document: Annotated[
        Text | None, column("依据文号", width=20, help="任职或确定文件的文号", recommended=True)
    ] = None
    people_led: Annotated[Count | None, column("带动人数", width=8, help="带动群众人数")] = None
    income_gain: Annotated[
        Money | None,
        column(
            "人均增收(元)",
            width=8,
            help="带动群众人均年增收，单位元",
            synonyms=("人均增收", "人均增收（元）"),
        ),
    ] = None

"""负面情形: facts that bar a mentor from the yearly award."""

from __future__ import annotations

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import AnyParticipantId, Day, Text
from validators.sheets.base import Row, Sheet, SheetKind

__all__ = ["MisconductRow"]


class MisconductRow(Row):
    """One recorded fact about a mentor or a mentee."""

    sheet: ClassVar = Sheet(
        name="负面情形",
        key="misconduct",
        kind=SheetKind.INPUT,
        title="导师帮带负面情形登记表",
        help="有认定文件或认定单位的才填",
    )

    date: Annotated[
        Day, column("日期", width=11, help="认定的日期", synonyms=("认定日期",), past=True)
    ]
    participant_id: Annotated[
        AnyParticipantId,
        column("编号", width=16, help="导师或对象编号", synonyms=("人员编号", "导师或对象编号")),
    ]
    fact: Annotated[Text, column("情形", width=36, help="写明事实")]
    confirmed_by: Annotated[Text, column("认定单位", width=18, help="由哪个单位认定")]

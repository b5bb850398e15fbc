"""导师库调整: suggested changes of the mentor pool, and what was decided on them."""

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import AnyParticipantId, Day, Text
from validators.sheets.base import Row, Sheet, SheetKind, computed
from validators.vocabulary import PoolChange, PoolDecision


class PoolChangeRow(Row):
    """One suggested change and the clerk's decision."""

    sheet: ClassVar = Sheet(
        name="导师库调整",
        key="pool",
        kind=SheetKind.GENERATED,
        about=("mentor_id", "change"),
        title="导师库动态调整建议表",
        help="由“导师库调整”生成；决定由乡镇填写，重新生成时保留",
    )

    mentor_id: Annotated[AnyParticipantId, computed("导师编号", 16, "导师；调入时为出师对象")]
    mentor_name: Annotated[Text | None, computed("导师姓名", 9, "导师")] = None
    change: Annotated[PoolChange, computed("建议", 14, "调入、暂停、调出或增加帮带人数")]
    reason: Annotated[Text, computed("理由", 44, "依据的事实")]
    decision: Annotated[PoolDecision | None, column("决定", width=9, help="同意、暂缓或不同意")] = (
        None
    )
    decided_on: Annotated[Day | None, column("日期", width=12, help="决定的日期")] = None

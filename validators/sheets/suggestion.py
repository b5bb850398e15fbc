"""结对建议: suggested pairings and the clerk's decisions on them (S3)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from validators.columns import Fill, column
from validators.fields import Count, MenteeId, MentorId, Points, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Decision, Mode, Opinion, PairingPath

_SCORE = "0 至 100，按“参数”表的权重计入匹配分"


class SuggestionRow(Row):
    """One suggested pairing."""

    sheet: ClassVar = Sheet(
        name="结对建议",
        key="suggestion",
        kind=SheetKind.GENERATED,
        title="导师帮带结对建议表",
        help="由“生成结对建议”写出；采纳和意见由乡镇填写，重新生成时保留",
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
    mentor_id: Annotated[
        MentorId | None,
        column("导师编号", width=16, help="建议的导师；没有可用导师的留空", fill=Fill.COMPUTED),
    ] = None
    mentor_name: Annotated[
        Text | None, column("导师姓名", width=9, help="建议的导师", fill=Fill.COMPUTED)
    ] = None
    score: Annotated[
        Points | None, column("匹配分", width=7, help="五项加权总分", fill=Fill.COMPUTED)
    ] = None
    same_field: Annotated[
        Points | None, column("领域相近", width=4.5, help=_SCORE, fill=Fill.COMPUTED)
    ] = None
    nearness: Annotated[
        Points | None, column("帮带便捷", width=4.5, help=_SCORE, fill=Fill.COMPUTED)
    ] = None
    strength: Annotated[
        Points | None, column("以强带弱", width=4.5, help=_SCORE, fill=Fill.COMPUTED)
    ] = None
    willing: Annotated[
        Points | None, column("双向自愿", width=4.5, help=_SCORE, fill=Fill.COMPUTED)
    ] = None
    planned: Annotated[
        Points | None, column("组织统筹", width=4.5, help=_SCORE, fill=Fill.COMPUTED)
    ] = None
    mode: Annotated[
        Mode | None, column("结对方式", width=13, help="由结果得出", fill=Fill.COMPUTED)
    ] = None
    path: Annotated[
        PairingPath | None, column("帮带路径", width=8, help="由双方身份得出", fill=Fill.COMPUTED)
    ] = None
    reason: Annotated[
        Text | None, column("理由", width=36, help="为什么这样建议", fill=Fill.COMPUTED)
    ] = None
    decision: Annotated[
        Decision | None, column("采纳", width=9, help="采纳、组织指定或不予结对")
    ] = None
    mentor_opinion: Annotated[
        Opinion | None, column("导师意见", width=9, help="同意、不同意或服从安排")
    ] = None
    mentee_opinion: Annotated[
        Opinion | None, column("对象意见", width=9, help="同意、不同意或服从安排")
    ] = None
    remark: Annotated[Text | None, column("备注", width=14, help="其他需要说明的事项")] = None

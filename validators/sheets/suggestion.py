"""结对建议: suggested pairings and the clerk's decisions on them."""

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import Count, MenteeId, MentorId, Points, Text
from validators.sheets.base import Remark, Row, Sheet, SheetKind, computed
from validators.vocabulary import Decision, Mode, Opinion, PairingPath

_SCORE = "0 至 100，按“参数”表的权重计入匹配分"


class SuggestionRow(Row):
    """One suggested pairing."""

    sheet: ClassVar = Sheet(
        name="结对建议",
        key="suggestion",
        kind=SheetKind.GENERATED,
        about=("mentee_id", "mentor_id"),
        title="导师帮带结对建议表",
        help="由“生成结对建议”生成；采纳和意见由乡镇填写，重新生成时保留",
    )

    number: Annotated[Count | None, computed("序号", 5, "自动编号")] = None
    mentee_id: Annotated[MenteeId, computed("对象编号", 16, "帮带对象")]
    mentee_name: Annotated[Text | None, computed("对象名称", 11, "帮带对象")] = None
    mentor_id: Annotated[
        MentorId | None, computed("导师编号", 16, "建议的导师；没有可用导师的留空")
    ] = None
    mentor_name: Annotated[Text | None, computed("导师姓名", 9, "建议的导师")] = None
    score: Annotated[Points | None, computed("匹配分", 7, "五项加权总分", unit="分")] = None
    same_field: Annotated[Points | None, computed("领域相近", 4.5, _SCORE, unit="分")] = None
    nearness: Annotated[Points | None, computed("帮带便捷", 4.5, _SCORE, unit="分")] = None
    strength: Annotated[Points | None, computed("以强带弱", 4.5, _SCORE, unit="分")] = None
    willing: Annotated[Points | None, computed("双向自愿", 4.5, _SCORE, unit="分")] = None
    planned: Annotated[Points | None, computed("组织统筹", 4.5, _SCORE, unit="分")] = None
    mode: Annotated[Mode | None, computed("结对方式", 10, "按结对结果确定")] = None
    path: Annotated[
        PairingPath | None, computed("帮带路径", 8, "按双方身份确定", printed=False)
    ] = None
    reason: Annotated[Text | None, computed("理由", 25, "建议的理由")] = None
    decision: Annotated[
        Decision | None, column("采纳", width=8, help="采纳、组织指定或不予结对")
    ] = None
    mentor_opinion: Annotated[
        Opinion | None, column("导师意见", width=8, help="同意、不同意或服从安排")
    ] = None
    mentee_opinion: Annotated[
        Opinion | None, column("对象意见", width=8, help="同意、不同意或服从安排")
    ] = None
    remark: Remark = None

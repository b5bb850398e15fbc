"""金牌导师: the yearly ranking of mentors, from whose top the gold mentors are taken."""

from typing import Annotated, ClassVar

from validators.fields import Count, MentorId, Points, Text
from validators.sheets.base import Row, Sheet, SheetKind, computed
from validators.vocabulary import Shortlisted


class AwardRow(Row):
    """One mentor's scores and hard conditions."""

    sheet: ClassVar = Sheet(
        name="金牌导师",
        key="award",
        kind=SheetKind.GENERATED,
        about=("mentor_id",),
        title="金牌导师评选得分表",
        help="由“金牌导师”生成，请勿手工修改",
        protected=True,
    )

    number: Annotated[Count | None, computed("序号", 5, "自动编号")] = None
    mentor_id: Annotated[MentorId, computed("导师编号", 16, "导师")]
    mentor_name: Annotated[Text | None, computed("导师姓名", 9, "导师")] = None
    employer: Annotated[Text | None, computed("单位", 20, "工作单位")] = None
    duty_score: Annotated[Points | None, computed("履职", 7, "职责完成得分", unit="分")] = None
    record_score: Annotated[Points | None, computed("档案日志", 8, "记录规范得分", unit="分")] = (
        None
    )
    result_score: Annotated[Points | None, computed("成效", 7, "对象成长得分", unit="分")] = None
    satisfaction_score: Annotated[
        Points | None, computed("满意度", 7, "对象满意度得分", unit="分")
    ] = None
    total: Annotated[Points | None, computed("总分", 7, "四项之和", unit="分")] = None
    basis: Annotated[
        Text | None, computed("得分依据", 160, "四项得分的计算依据", printed=False)
    ] = None
    standing: Annotated[
        Text | None,
        computed(
            "达标情况",
            60,
            "硬性条件是否全部达到及未达到的条件，供打印",
            summary_of="conditions",
            since="2026.5",
        ),
    ] = None
    conditions: Annotated[Text | None, computed("硬性条件", 160, "逐条写明是否达到及原因")] = None
    shortlisted: Annotated[
        Shortlisted | None,
        computed("入围", 8, "入围、未入围；名额末位无法确定先后的为并列，提请集体研究"),
    ] = None

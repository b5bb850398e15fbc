"""成长档案: how far each mentee has grown in the six aspects since the baseline; computed."""

from typing import Annotated, Any, ClassVar

from validators.fields import Count, Day, MenteeId, Score, Text
from validators.sheets.base import Row, Sheet, SheetKind, computed
from validators.vocabulary import GrowthTrend, Stage


def _score(heading: str, help: str) -> Any:  # noqa: A002
    return computed(heading, 4.5, help, unit="分")


class GrowthRow(Row):
    """One mentee's growth from baseline to the latest assessment."""

    sheet: ClassVar = Sheet(
        name="成长档案",
        key="growth",
        kind=SheetKind.GENERATED,
        about=("mentee_id",),
        title="帮带对象成长档案",
        help="由“更新成长档案”生成，请勿手工修改",
        protected=True,
    )

    mentee_id: Annotated[MenteeId, computed("对象编号", 16, "帮带对象")]
    mentee_name: Annotated[Text | None, computed("对象名称", 11, "帮带对象")] = None
    category: Annotated[
        Text | None, computed("对象类别", 11, "个人或组织的类别", printed=False)
    ] = None
    post: Annotated[Text | None, computed("职务", 11, "个人现任职务", printed=False)] = None
    mentors: Annotated[Text | None, computed("导师", 14, "现任导师")] = None
    weak_aspects: Annotated[Text | None, computed("薄弱方面", 10, "摸底不超过 2 分的方面")] = None
    conviction_base: Annotated[Score | None, _score("思想情怀·基线", "摸底得分")] = None
    conviction_now: Annotated[Score | None, _score("思想情怀·最新", "最近评价得分")] = None
    conviction_change: Annotated[int | None, _score("思想情怀·变化", "最新减基线")] = None
    competence_base: Annotated[Score | None, _score("业务能力·基线", "摸底得分")] = None
    competence_now: Annotated[Score | None, _score("业务能力·最新", "最近评价得分")] = None
    competence_change: Annotated[int | None, _score("业务能力·变化", "最新减基线")] = None
    organisation_base: Annotated[Score | None, _score("组织建设·基线", "摸底得分")] = None
    organisation_now: Annotated[Score | None, _score("组织建设·最新", "最近评价得分")] = None
    organisation_change: Annotated[int | None, _score("组织建设·变化", "最新减基线")] = None
    conduct_base: Annotated[Score | None, _score("工作作风·基线", "摸底得分")] = None
    conduct_now: Annotated[Score | None, _score("工作作风·最新", "最近评价得分")] = None
    conduct_change: Annotated[int | None, _score("工作作风·变化", "最新减基线")] = None
    industry_base: Annotated[Score | None, _score("产业发展·基线", "摸底得分")] = None
    industry_now: Annotated[Score | None, _score("产业发展·最新", "最近评价得分")] = None
    industry_change: Annotated[int | None, _score("产业发展·变化", "最新减基线")] = None
    governance_base: Annotated[Score | None, _score("基层治理·基线", "摸底得分")] = None
    governance_now: Annotated[Score | None, _score("基层治理·最新", "最近评价得分")] = None
    governance_change: Annotated[int | None, _score("基层治理·变化", "最新减基线")] = None
    contacts: Annotated[Count | None, computed("联系次数", 4.5, "日志中的联系次数", unit="次")] = (
        None
    )
    last_contact: Annotated[Day | None, computed("最近联系", 12, "最近一次联系的日期")] = None
    duties_done: Annotated[Text | None, computed("职责完成", 8, "已完成/应完成项数")] = None
    stage: Annotated[
        Stage | None, computed("培养阶段", 10, "“两个带头人”培养阶段", printed=False)
    ] = None
    results: Annotated[Text | None, computed("帮带成效", 16, "带动人数、人均增收等")] = None
    trend: Annotated[GrowthTrend | None, computed("成长趋势", 8, "上升、平稳、下降或待评价")] = None

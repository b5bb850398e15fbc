"""成长评价: the quarterly assessments of the mentees in the six aspects."""

from typing import Annotated, ClassVar

from validators.columns import Lookup, column
from validators.fields import AssessmentId, Day, MenteeId, PersonName, Score, Text
from validators.sheets.base import (
    CarriedOver,
    CompetenceRated,
    ConductRated,
    ConvictionRated,
    GovernanceRated,
    IndustryRated,
    OrganisationRated,
    Row,
    Sheet,
    SheetKind,
)
from validators.sheets.mentee import MENTEE
from validators.vocabulary import AssessmentChannel


class AssessmentRow(Row):
    """One assessment of one mentee."""

    sheet: ClassVar = Sheet(
        name="成长评价",
        key="assessment",
        kind=SheetKind.INPUT,
        title="帮带对象成长评价表",
        help="每季度对每名对象评价一次，对象签字后填签字日期",
        id_field="assessment_id",
        id_prefix="P",
        id_width=4,
    )

    assessment_id: Annotated[
        AssessmentId | None,
        column(
            "评价编号",
            width=17,
            help="P+9 位区划代码-序号，如 P640402104-0001；可留空，由“编号补全”填写",
            synonyms=("编号",),
        ),
    ] = None
    mentee_id: Annotated[MenteeId, column("对象编号", width=16, help="从下拉列表选", refers=MENTEE)]
    mentee_name: Annotated[
        Text | None,
        column(
            "对象名称",
            width=14,
            help="自动带出，无需填写",
            lookup=Lookup("mentee_id", (("individual", "name"), ("organisation", "name"))),
        ),
    ] = None
    assessed_on: Annotated[
        Day, column("评价日期", width=12, help="如 2026-06-28", synonyms=("评价时间",), past=True)
    ]
    conviction: ConvictionRated
    competence: CompetenceRated
    organisation: OrganisationRated
    conduct: ConductRated
    industry: IndustryRated
    governance: GovernanceRated
    satisfaction: Annotated[
        Score | None,
        column(
            "满意度",
            width=6,
            help="对象对导师的满意度，1–5 分",
            synonyms=("满意度(1-5)",),
            recommended=True,
            unit="分",
        ),
    ] = None
    channel: Annotated[
        AssessmentChannel | None, column("采集方式", width=8, help="纸质、电话或座谈")
    ] = None
    signed_on: Annotated[
        Day | None, column("对象签字日期", width=12, help="对象本人签字确认的日期", past=True)
    ] = None
    assessor: Annotated[PersonName | None, column("评价人", width=9, help="评价人姓名")] = None
    comment: Annotated[Text | None, column("评语", width=30, help="用一两句话写明")] = None
    carried: CarriedOver = None

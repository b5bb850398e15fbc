"""个人对象 and 组织对象: the people and the Party organisations that are helped."""

from typing import Annotated, ClassVar

from pydantic import Field

from validators import fields, vocabulary
from validators.columns import Reference, column
from validators.sheets.base import (
    ChosenOn,
    Competence,
    Conduct,
    Conviction,
    EthnicGroup,
    Governance,
    Industry,
    Organisation,
    PersonalPhone,
    PoliticalStatus,
    Remark,
    Row,
    Sheet,
    SheetKind,
    SurveyedOn,
)


class IndividualRow(Row):
    """One individual mentee."""

    sheet: ClassVar = Sheet(
        name="个人对象",
        key="individual",
        kind=SheetKind.INPUT,
        title="基层干部导师帮带制个人帮带对象台账",
        help="每名帮带对象一行；退出或出师的保留原行，更新状态",
        id_field="mentee_id",
        id_prefix="G",
    )

    mentee_id: Annotated[
        fields.IndividualId | None,
        column(
            "对象编号",
            width=16,
            help="G+9 位区划代码-序号，如 G640402104-001；可留空，由“编号补全”填写",
            synonyms=("帮带对象编号", "编号"),
        ),
    ] = None
    name: Annotated[
        fields.PersonName,
        column("姓名", width=8, help="对象姓名，中间不加空格", synonyms=("对象姓名",)),
    ]
    gender: Annotated[vocabulary.Gender, column("性别", width=5, help="选男或女")]
    ethnicity: EthnicGroup = None
    born: Annotated[
        fields.Month,
        column(
            "出生年月", width=9, help="如 1990-05", synonyms=("出生日期", "出生年月日"), past=True
        ),
    ]
    politics: PoliticalStatus = None
    employer: Annotated[
        fields.Words,
        column(
            "单位",
            width=15,
            help="工作单位或所在村全称",
            repeats=True,
            synonyms=("工作单位", "所在单位"),
        ),
    ]
    post: Annotated[
        fields.Words,
        column("职务", width=12, help="现任职务", repeats=True, synonyms=("现任职务",)),
    ]
    in_post_since: Annotated[
        fields.Month | None,
        column(
            "任现职时间",
            width=9,
            help="如 2025-11",
            printed=False,
            synonyms=("任职时间",),
            past=True,
        ),
    ] = None
    village: Annotated[
        fields.Village | None,
        column(
            "所在村(社区)",
            width=9,
            help="村干部和致富带头人填所在村（社区），写“冯庄村”，不写“冯庄村委会”",
            synonyms=("所在村", "村(社区)", "所在村（社区）"),
            words="villages",
            repeats=True,
        ),
    ] = None
    category: Annotated[
        vocabulary.MenteeCategory,
        column("对象类别", width=12, help="从下拉列表选", synonyms=("类别", "帮带对象类别")),
    ]
    specialties: Annotated[
        fields.Specialties | None,
        column(
            "专业领域",
            width=14,
            help="从下拉列表选，多项用顿号分开",
            printed=False,
            recommended=True,
        ),
    ] = None
    post_traits: Annotated[
        fields.PostTraits | None,
        column("岗位特点", width=12, help="从下拉列表选，多项用顿号分开", printed=False),
    ] = None
    weakness: Annotated[
        fields.Text | None,
        column("短板弱项", width=13, help="用一两句话写明短板", synonyms=("短板", "弱项")),
    ] = None
    conviction: Conviction = None
    competence: Competence = None
    organisation: Organisation = None
    conduct: Conduct = None
    industry: Industry = None
    governance: Governance = None
    surveyed_on: SurveyedOn = None
    mentors_needed: Annotated[
        Annotated[fields.Count, Field(ge=1, le=5)] | None,
        column("需导师数", width=4.5, help="需要的导师名数，留空按 1 名", printed=False, unit="人"),
    ] = None
    chosen_on: ChosenOn
    stage: Annotated[
        vocabulary.Stage | None,
        column("培养阶段", width=12, help="“两个带头人”培养阶段，从下拉列表选", printed=False),
    ] = None
    status: Annotated[
        vocabulary.MenteeStatus, column("状态", width=8, help="待结对、帮带中、期满出师或退出")
    ]
    status_since: Annotated[
        fields.Day | None,
        column("状态变更日期", width=12, help="状态最近一次变动的日期", printed=False, past=True),
    ] = None
    phone: PersonalPhone = None
    remark: Remark = None


class OrganisationRow(Row):
    """One organisation to be helped."""

    sheet: ClassVar = Sheet(
        name="组织对象",
        key="organisation",
        kind=SheetKind.INPUT,
        title="基层干部导师帮带制组织帮带对象台账",
        help="每个帮带的村（社区）党组织一行；销号由县级批准后填日期",
        id_field="mentee_id",
        id_prefix="Z",
    )

    mentee_id: Annotated[
        fields.OrganisationId | None,
        column(
            "对象编号",
            width=16,
            help="Z+9 位区划代码-序号，如 Z640402104-001；可留空，由“编号补全”填写",
            synonyms=("组织编号", "编号"),
        ),
    ] = None
    name: Annotated[
        fields.Text,
        column("党组织名称", width=17, help="党组织全称，如 冯庄村党支部", synonyms=("组织名称",)),
    ]
    village: Annotated[
        fields.Village,
        column(
            "所在村(社区)",
            width=9,
            help="写“冯庄村”，不写“冯庄村委会”",
            synonyms=("所在村", "村(社区)", "所在村（社区）"),
            words="villages",
            repeats=True,
        ),
    ]
    secretary: Annotated[
        fields.PersonName, column("书记姓名", width=9, help="党组织书记姓名", synonyms=("书记",))
    ]
    members: Annotated[
        fields.Count | None, column("党员数", width=7, help="正式党员和预备党员人数", unit="人")
    ] = None
    category: Annotated[
        vocabulary.OrganisationCategory,
        column("组织类别", width=14, help="从下拉列表选", synonyms=("类别",)),
    ]
    income: Annotated[
        fields.TenThousand | None,
        column(
            "村集体经济年收入(万元)",
            width=10,
            help="上一年度村集体经济收入，单位万元",
            printed=False,
            synonyms=("集体经济年收入(万元)", "村集体经济年收入（万元）"),
        ),
    ] = None
    conviction: Conviction = None
    competence: Competence = None
    organisation: Organisation = None
    conduct: Conduct = None
    industry: Industry = None
    governance: Governance = None
    surveyed_on: SurveyedOn = None
    mentors_needed: Annotated[
        Annotated[fields.Count, Field(ge=1, le=3)] | None,
        column(
            "需导师数",
            width=4.5,
            help="需要的导师名数，1 至 3 名，留空按 1 名",
            printed=False,
            unit="人",
        ),
    ] = None
    chosen_on: ChosenOn
    action_items: Annotated[
        fields.Text | None,
        column(
            "六项行动事项",
            width=14,
            help="上级在“参数”表列出的“六项行动”事项，从下拉列表选",
            words="actions",
            printed=False,
        ),
    ] = None
    measures: Annotated[
        fields.Text | None, column("提升措施", width=16, help="写明措施内容和责任人")
    ] = None
    measures_due: Annotated[
        fields.Day | None, column("提升期限", width=12, help="提升措施完成的期限")
    ] = None
    inspector: Annotated[
        fields.Text | None, column("验收单位", width=14, help="县级验收单位", printed=False)
    ] = None
    inspection_score: Annotated[
        fields.Marks | None,
        column("验收得分", width=8, help="0 至 100 分", printed=False, unit="分"),
    ] = None
    votes: Annotated[
        fields.Count | None,
        column("测评总票", width=8, help="群众测评总票数", printed=False, unit="票"),
    ] = None
    votes_against: Annotated[
        fields.Count | None,
        column("不满意票", width=8, help="群众测评不满意票数", printed=False, unit="票"),
    ] = None
    closed_on: Annotated[
        fields.Day | None,
        column("销号批准日期", width=12, help="县级批准销号的日期", printed=False, past=True),
    ] = None
    status: Annotated[
        vocabulary.OrganisationStatus, column("状态", width=8, help="待结对、帮带中、已销号或退出")
    ]
    status_since: Annotated[
        fields.Day | None,
        column("状态变更日期", width=12, help="状态最近一次变动的日期", printed=False, past=True),
    ] = None
    remark: Remark = None


MENTEE = Reference((IndividualRow, OrganisationRow), suggestion="请核对编号，或先登记该对象")
"""A mentee's ID, of a person or an organisation."""

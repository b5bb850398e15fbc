"""导师库: the mentors a unit can pair with mentees."""

from typing import Annotated, ClassVar

from validators import fields
from validators.columns import column
from validators.sheets.base import (
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
)
from validators.vocabulary import Gender, MentorCategory, MentorStatus


class MentorRow(Row):
    """One mentor of the pool."""

    sheet: ClassVar = Sheet(
        name="导师库",
        key="mentor",
        kind=SheetKind.INPUT,
        title="基层干部导师帮带制导师库",
        help="每名导师一行；调出的保留原行，更新状态",
        id_field="mentor_id",
        id_prefix="D",
    )

    mentor_id: Annotated[
        fields.MentorId | None,
        column(
            "导师编号",
            width=16,
            help="D+9 位区划代码-序号，如 D640402104-001；可留空，由“编号补全”填写",
            synonyms=("导师代码", "编号"),
        ),
    ] = None
    name: Annotated[
        fields.PersonName,
        column("姓名", width=8, help="导师姓名，中间不加空格", synonyms=("导师姓名",)),
    ]
    gender: Annotated[Gender, column("性别", width=5, help="选男或女")]
    ethnicity: EthnicGroup = None
    born: Annotated[
        fields.Month,
        column(
            "出生年月", width=9, help="如 1978-05", synonyms=("出生日期", "出生年月日"), past=True
        ),
    ]
    politics: PoliticalStatus = None
    employer: Annotated[
        fields.Words,
        column(
            "单位", width=16, help="工作单位全称", repeats=True, synonyms=("工作单位", "所在单位")
        ),
    ]
    post: Annotated[
        fields.Words,
        column("职务", width=12, help="现任职务", repeats=True, synonyms=("现任职务",)),
    ]
    village: Annotated[
        fields.Village | None,
        column(
            "所在村(社区)",
            width=10,
            help="村干部填所在村（社区），写“冯庄村”，不写“冯庄村委会”；机关干部留空",
            synonyms=("所在村", "村(社区)", "所在村（社区）"),
            words="villages",
            repeats=True,
        ),
    ] = None
    category: Annotated[
        MentorCategory, column("导师类别", width=13, help="从下拉列表选", synonyms=("类别",))
    ]
    grassroots_since: Annotated[
        fields.Month | None,
        column("参加基层工作时间", width=9, help="如 1998-07", printed=False, past=True),
    ] = None
    specialties: Annotated[
        fields.Specialties | None,
        column("专业领域", width=11, help="从下拉列表选，多项用顿号分开", recommended=True),
    ] = None
    conviction: Conviction = None
    competence: Competence = None
    organisation: Organisation = None
    conduct: Conduct = None
    industry: Industry = None
    governance: Governance = None
    capacity: Annotated[
        fields.Count | None,
        column(
            "可带人数",
            width=4.5,
            help="最多可帮带的个人数；留空按“参数”表",
            printed=False,
            synonyms=("可帮带人数",),
            unit="人",
        ),
    ] = None
    avoid: Annotated[
        fields.Text | None,
        column(
            "回避人员", width=12, help="不宜结对的对象姓名或编号，多人用顿号分开", printed=False
        ),
    ] = None
    certificate: Annotated[
        fields.Text | None,
        column(
            "聘书编号", width=16, help="聘任证书编号", printed=False, synonyms=("聘任证书编号",)
        ),
    ] = None
    appointed_on: Annotated[
        fields.Day | None,
        column("聘任日期", width=12, help="如 2026-03-01", printed=False, recommended=True),
    ] = None
    appointed_until: Annotated[
        fields.Day | None,
        column("聘期至", width=12, help="聘期最后一天，如 2027-02-28", synonyms=("聘期止",)),
    ] = None
    joined_on: Annotated[
        fields.Day | None,
        column(
            "纳入日期",
            width=12,
            help="进入导师库的日期",
            printed=False,
            synonyms=("入库日期",),
            past=True,
        ),
    ] = None
    status: Annotated[MentorStatus, column("状态", width=6, help="在库、暂停或调出")]
    status_since: Annotated[
        fields.Day | None,
        column("状态变更日期", width=12, help="暂停或调出的日期", printed=False, past=True),
    ] = None
    phone: PersonalPhone = None
    remark: Remark = None

"""个人对象: individual mentees (S2)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from validators.columns import column
from validators.fields import (
    Count,
    Day,
    IndividualId,
    Month,
    Name,
    Phone,
    PostTraits,
    Specialties,
    Text,
    Village,
)
from validators.sheets.aspects import (
    Competence,
    Conduct,
    Conviction,
    Governance,
    Industry,
    Organisation,
)
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Ethnicity, Gender, MenteeCategory, MenteeStatus, Politics, Stage

__all__ = ["IndividualRow"]


class IndividualRow(Row):
    """One individual mentee."""

    sheet: ClassVar = Sheet(
        name="个人对象",
        key="individual",
        kind=SheetKind.INPUT,
        title="基层干部导师帮带制个人帮带对象台账",
        help="每位帮带对象一行；退出或出师的不删行，改状态",
        id_field="mentee_id",
        id_prefix="G",
    )

    mentee_id: Annotated[
        IndividualId | None,
        column(
            "对象编号",
            width=16,
            help="G+9 位区划代码-序号，如 G640402104-001；可留空，由“编号补全”填写",
            synonyms=("帮带对象编号", "编号"),
        ),
    ] = None
    name: Annotated[
        Name, column("姓名", width=9, help="对象姓名，中间不加空格", synonyms=("对象姓名",))
    ]
    gender: Annotated[Gender, column("性别", width=5, help="选男或女")]
    ethnicity: Annotated[
        Ethnicity | None, column("民族", width=7, help="写全称，如汉族、回族", printed=False)
    ] = None
    born: Annotated[
        Month,
        column(
            "出生年月", width=9, help="如 1990-05", synonyms=("出生日期", "出生年月日"), past=True
        ),
    ]
    politics: Annotated[
        Politics | None, column("政治面貌", width=11, help="从下拉列表选", printed=False)
    ] = None
    employer: Annotated[
        Text,
        column("单位", width=18, help="工作单位或所在村全称", synonyms=("工作单位", "所在单位")),
    ]
    post: Annotated[Text, column("职务", width=14, help="现任职务", synonyms=("现任职务",))]
    in_post_since: Annotated[
        Month | None,
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
        Village | None,
        column(
            "所在村(社区)",
            width=13,
            help="村干部和致富带头人填所在村（社区），写“冯庄村”，不写“冯庄村委会”",
            synonyms=("所在村", "村(社区)", "所在村（社区）"),
            source="villages",
            strict=False,
        ),
    ] = None
    category: Annotated[
        MenteeCategory,
        column("对象类别", width=14, help="从下拉列表选", synonyms=("类别", "帮带对象类别")),
    ]
    specialties: Annotated[
        Specialties | None,
        column("专业领域", width=14, help="从下拉列表选；有多项时用顿号分开", recommended=True),
    ] = None
    post_traits: Annotated[
        PostTraits | None,
        column("岗位特点", width=12, help="从下拉列表选；有多项时用顿号分开", printed=False),
    ] = None
    weakness: Annotated[
        Text | None,
        column("短板弱项", width=20, help="用一两句话写清短板", synonyms=("短板", "弱项")),
    ] = None
    conviction: Conviction = None
    competence: Competence = None
    organisation: Organisation = None
    conduct: Conduct = None
    industry: Industry = None
    governance: Governance = None
    surveyed_on: Annotated[
        Day | None,
        column("摸底日期", width=11, help="六个方面摸底打分的日期", printed=False, past=True),
    ] = None
    mentors_needed: Annotated[
        Annotated[Count, Field(ge=1, le=5)] | None,
        column("需导师数", width=4.5, help="需要几名导师；留空按 1 名", printed=False),
    ] = None
    chosen_on: Annotated[
        Day,
        column(
            "确定日期", width=11, help="确定为帮带对象的日期", synonyms=("确定时间",), past=True
        ),
    ]
    stage: Annotated[
        Stage | None, column("培养阶段", width=12, help="“两个带头人”培养阶段，从下拉列表选")
    ] = None
    status: Annotated[MenteeStatus, column("状态", width=8, help="待结对、帮带中、期满出师或退出")]
    status_since: Annotated[
        Day | None,
        column("状态变更日期", width=12, help="状态最近一次变动的日期", printed=False, past=True),
    ] = None
    phone: Annotated[
        Phone | None,
        column(
            "联系电话",
            width=13,
            help="手机或座机",
            mask=True,
            printed=False,
            synonyms=("电话", "手机"),
        ),
    ] = None
    remark: Annotated[Text | None, column("备注", width=14, help="其他需要说明的事项")] = None

"""组织对象: village and community Party organisations as mentees (S2, S9)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from validators.columns import column
from validators.fields import Count, Day, Name, OrganisationId, Points, TenThousand, Text, Village
from validators.sheets.aspects import (
    Competence,
    Conduct,
    Conviction,
    Governance,
    Industry,
    Organisation,
)
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import OrganisationCategory, OrganisationStatus

__all__ = ["OrganisationRow"]


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
        OrganisationId | None,
        column(
            "对象编号",
            width=16,
            help="Z+9 位区划代码-序号，如 Z640402104-001；可留空，由“编号补全”填写",
            synonyms=("组织编号", "编号"),
        ),
    ] = None
    name: Annotated[
        Text,
        column("党组织名称", width=22, help="党组织全称，如 冯庄村党支部", synonyms=("组织名称",)),
    ]
    village: Annotated[
        Village,
        column(
            "所在村(社区)",
            width=13,
            help="写“冯庄村”，不写“冯庄村委会”",
            synonyms=("所在村", "村(社区)", "所在村（社区）"),
            source="villages",
            strict=False,
        ),
    ]
    secretary: Annotated[
        Name, column("书记姓名", width=9, help="党组织书记姓名", synonyms=("书记",))
    ]
    members: Annotated[Count | None, column("党员数", width=7, help="正式党员和预备党员人数")] = (
        None
    )
    category: Annotated[
        OrganisationCategory,
        column("组织类别", width=18, help="从下拉列表选", synonyms=("类别",)),
    ]
    income: Annotated[
        TenThousand | None,
        column(
            "村集体经济年收入(万元)",
            width=10,
            help="上一年度村集体经济收入，单位万元",
            synonyms=("集体经济年收入(万元)", "村集体经济年收入（万元）"),
        ),
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
        Annotated[Count, Field(ge=1, le=3)] | None,
        column("需导师数", width=4.5, help="需要几名导师，1 至 3 名；留空按 1 名", printed=False),
    ] = None
    chosen_on: Annotated[
        Day,
        column(
            "确定日期", width=11, help="确定为帮带对象的日期", synonyms=("确定时间",), past=True
        ),
    ]
    action_items: Annotated[
        Text | None,
        column(
            "六项行动事项",
            width=14,
            help="上级在“参数”表列出的“六项行动”事项，从下拉列表选",
            source="actions",
            strict=False,
            printed=False,
        ),
    ] = None
    measures: Annotated[Text | None, column("提升措施", width=22, help="写清做什么、谁来做")] = None
    measures_due: Annotated[Day | None, column("提升期限", width=11, help="提升措施完成的期限")] = (
        None
    )
    inspector: Annotated[
        Text | None, column("验收单位", width=14, help="县级验收单位", printed=False)
    ] = None
    inspection_score: Annotated[Points | None, column("验收得分", width=8, help="0 至 100 分")] = (
        None
    )
    votes: Annotated[
        Count | None, column("测评总票", width=8, help="群众测评总票数", printed=False)
    ] = None
    votes_against: Annotated[
        Count | None, column("不满意票", width=8, help="群众测评不满意票数", printed=False)
    ] = None
    closed_on: Annotated[
        Day | None, column("销号批准日期", width=12, help="县级批准销号的日期", past=True)
    ] = None
    status: Annotated[
        OrganisationStatus, column("状态", width=8, help="待结对、帮带中、已销号或退出")
    ]
    status_since: Annotated[
        Day | None,
        column("状态变更日期", width=12, help="状态最近一次变动的日期", printed=False, past=True),
    ] = None
    remark: Annotated[Text | None, column("备注", width=14, help="其他需要说明的事项")] = None

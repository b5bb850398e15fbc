"""预警名单: the mentees whose help is failing, and what was done about it."""

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import Count, Day, MenteeId, Points, Text
from validators.sheets.base import Row, Sheet, SheetKind, computed
from validators.vocabulary import Alert


class FlagRow(Row):
    """One flagged mentee with the facts and the clerk's handling."""

    sheet: ClassVar = Sheet(
        name="预警名单",
        key="flag",
        kind=SheetKind.GENERATED,
        about=("mentee_id",),
        title="导师帮带预警名单",
        help="由“预警研判”生成；处理情况由乡镇填写，重新研判时保留",
    )

    number: Annotated[Count | None, computed("序号", 5, "自动编号")] = None
    mentee_id: Annotated[MenteeId, computed("对象编号", 16, "帮带对象")]
    mentee_name: Annotated[Text | None, computed("对象名称", 14, "帮带对象")] = None
    mentors: Annotated[Text | None, computed("导师", 14, "现任导师")] = None
    level: Annotated[Alert | None, computed("级别", 5, "红、黄或蓝")] = None
    score: Annotated[Points | None, computed("风险分", 7, "0 至 100", unit="分")] = None
    rules: Annotated[Text | None, computed("触发规则", 15, "触发的预警规则")] = None
    main_facts: Annotated[
        Text | None,
        computed("主要依据", 31, "“依据”列的摘要，供打印", summary_of="facts", since="2026.5"),
    ] = None
    facts: Annotated[Text | None, computed("依据", 160, "日期、数字和条目编号")] = None
    measure: Annotated[Text | None, computed("建议措施", 25, "建议采取的措施")] = None
    handling: Annotated[Text | None, column("处理情况", width=17, help="已采取的措施")] = None
    handled_on: Annotated[Day | None, column("处理日期", width=12, help="处理的日期")] = None

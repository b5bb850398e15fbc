"""培养转化, 期满考核 and 负面情形: the decisions on a mentee, a pairing or a mentor."""

from typing import Annotated, ClassVar

from validators.columns import Lookup, Reference, column
from validators.fields import (
    AnyParticipantId,
    Count,
    Day,
    IndividualId,
    Marks,
    Money,
    PairingId,
    Text,
)
from validators.sheets.base import CarriedOver, Row, Sheet, SheetKind
from validators.sheets.mentee import MENTEE, IndividualRow, OrganisationRow
from validators.sheets.mentor import MentorRow
from validators.sheets.pairing import PairingRow
from validators.vocabulary import Conclusion, Rating, Stage


class CompletionRow(Row):
    """One end-of-period assessment."""

    sheet: ClassVar = Sheet(
        name="期满考核",
        key="completion",
        kind=SheetKind.INPUT,
        title="导师帮带期满考核表",
        help="结对期满考核后填一行",
    )

    pairing_id: Annotated[
        PairingId, column("结对编号", width=16, help="从下拉列表选", refers=PairingRow)
    ]
    pair_names: Annotated[
        Text | None,
        column(
            "导师→对象",
            width=20,
            help="自动带出，无需填写",
            lookup=Lookup("pairing_id", (("pairing", "mentor_name"), ("pairing", "mentee_name"))),
        ),
    ] = None
    assessed_on: Annotated[Day, column("考核日期", width=12, help="如 2026-12-20", past=True)]
    score: Annotated[
        Marks, column("得分", width=7, help="0 至 100 分", synonyms=("考核得分",), unit="分")
    ]
    rating: Annotated[Rating, column("等次", width=8, help="优秀、合格或不合格")]
    assessor: Annotated[Text | None, column("考核单位", width=40, help="组织考核的单位")] = None
    conclusion: Annotated[Conclusion, column("结论", width=7, help="出师、续帮或调整")]
    carried: CarriedOver = None


class ConversionRow(Row):
    """One change of one mentee's training stage, between the "two leaders"."""

    sheet: ClassVar = Sheet(
        name="培养转化",
        key="conversion",
        kind=SheetKind.INPUT,
        title="“两个带头人”培养转化登记表",
        help="每次转化一行，有文件依据的填写",
    )

    mentee_id: Annotated[
        IndividualId,
        column(
            "对象编号",
            width=16,
            help="从下拉列表选",
            refers=Reference(
                IndividualRow, "{heading} {codes} 不在个人对象和组织对象中", MENTEE.suggestion
            ),
        ),
    ]
    mentee_name: Annotated[
        Text | None,
        column(
            "对象名称",
            width=9,
            help="自动带出，无需填写",
            lookup=Lookup("mentee_id", (("individual", "name"),)),
        ),
    ] = None
    date: Annotated[
        Day, column("日期", width=12, help="转化的日期", synonyms=("转化日期",), past=True)
    ]
    from_stage: Annotated[Stage, column("原阶段", width=13, help="从下拉列表选")]
    to_stage: Annotated[Stage, column("新阶段", width=13, help="从下拉列表选")]
    document: Annotated[
        Text | None, column("依据文号", width=36, help="任职或确定文件的文号", recommended=True)
    ] = None
    people_led: Annotated[
        Count | None, column("带动人数", width=8, help="带动群众人数", unit="人")
    ] = None
    income_gain: Annotated[
        Money | None,
        column(
            "人均增收(元)",
            width=8,
            help="带动群众人均年增收，单位元",
            synonyms=("人均增收", "人均增收（元）"),
        ),
    ] = None
    carried: CarriedOver = None


class MisconductRow(Row):
    """One recorded fact about a mentor or a mentee; it bars a mentor from the yearly award."""

    sheet: ClassVar = Sheet(
        name="负面情形",
        key="misconduct",
        kind=SheetKind.INPUT,
        rare=True,
        title="导师帮带负面情形登记表",
        help="有认定文件或认定单位的填写",
    )

    date: Annotated[
        Day, column("日期", width=12, help="认定的日期", synonyms=("认定日期",), past=True)
    ]
    participant_id: Annotated[
        AnyParticipantId,
        column(
            "编号",
            width=16,
            help="导师或对象编号",
            synonyms=("人员编号", "导师或对象编号"),
            refers=Reference(
                (MentorRow, IndividualRow, OrganisationRow),
                "编号 {codes} 不是本台账的导师或对象",
                "请核对编号",
            ),
        ),
    ]
    fact: Annotated[Text, column("情形", width=70, help="写明事实")]
    confirmed_by: Annotated[Text, column("认定单位", width=18, help="作出认定的单位")]
    carried: CarriedOver = None

"""结对台账: the confirmed pairings of mentors with mentees."""

from typing import Annotated, ClassVar

from validators.columns import Lookup, Reference, column
from validators.fields import Day, MenteeId, MentorId, PairingId, Points, Text
from validators.sheets.base import CarriedOver, Remark, Row, Sheet, SheetKind
from validators.sheets.mentee import MENTEE
from validators.sheets.mentor import MentorRow
from validators.vocabulary import Mode, PairingPath, PairingStatus


class PairingRow(Row):
    """One pairing; it belongs to the mentee's ledger."""

    sheet: ClassVar = Sheet(
        name="结对台账",
        key="pairing",
        kind=SheetKind.INPUT,
        title="基层干部导师帮带制结对台账",
        help="每对导师和对象一行；期满或终止的保留原行，更新状态",
        id_field="pairing_id",
        id_prefix="J",
    )

    pairing_id: Annotated[
        PairingId | None,
        column(
            "结对编号",
            width=16,
            help="J+对象所在乡镇代码-序号，如 J640402104-001；可留空，由“编号补全”填写",
            synonyms=("编号",),
        ),
    ] = None
    mentor_id: Annotated[
        MentorId,
        column(
            "导师编号",
            width=16,
            help="从下拉列表选；外乡镇导师直接填写编号",
            refers=Reference(
                MentorRow, suggestion="请核对编号，或先在导师库登记该导师", elsewhere=True
            ),
        ),
    ]
    mentor_name: Annotated[
        Text | None,
        column(
            "导师姓名",
            width=9,
            help="自动带出，无需填写",
            lookup=Lookup("mentor_id", (("mentor", "name"),)),
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
    mode: Annotated[Mode, column("结对方式", width=13, help="从下拉列表选")]
    path: Annotated[PairingPath | None, column("帮带路径", width=8, help="从下拉列表选")] = None
    paired_on: Annotated[
        Day, column("结对日期", width=12, help="签订协议的日期", synonyms=("结对时间",))
    ]
    ceremony_on: Annotated[
        Day | None,
        column("仪式日期", width=12, help="举行结对仪式的日期", printed=False, past=True),
    ] = None
    until: Annotated[
        Day, column("期满日期", width=12, help="帮带期最后一天", synonyms=("期满时间",))
    ]
    score: Annotated[
        Points | None, column("匹配分", width=7, help="确认结对时写入", printed=False, unit="分")
    ] = None
    paused_from: Annotated[
        Day | None, column("暂停起", width=12, help="暂停帮带的第一天", printed=False)
    ] = None
    paused_to: Annotated[
        Day | None, column("暂停止", width=12, help="暂停帮带的最后一天", printed=False)
    ] = None
    status: Annotated[PairingStatus, column("状态", width=8, help="帮带中、期满或终止")]
    ended_on: Annotated[
        Day | None,
        column(
            "终止日期", width=12, help="提前终止的填实际终止日期", printed=False, past=True,
            since="2026.2",
        ),
    ] = None  # fmt: skip
    end_reason: Annotated[Text | None, column("终止原因", width=16, help="终止的写明原因")] = None
    carried: CarriedOver = None
    remark: Remark = None

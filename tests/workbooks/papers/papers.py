"""Papers to print in tests: ordinary ones, and texts longer than anybody types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from validators.vocabulary import Aspect, Mode, PairingPath, Side
from workbooks.papers.content import Appointment, Duty, PairingPaper, Papers, Person

START, END = date(2026, 3, 1), date(2027, 2, 28)
UNIT = "中共固原市原州区开城镇委员会"
MENTOR = Person("马志远", "原州区开城镇人民政府 党委副书记")
MENTEE = Person("李小燕", "开城镇党政办公室 科员")
VILLAGE = Person("中共原州区开城镇冯庄村支部委员会", "柯志强")

LONG_NAME = "阿卜杜热西提·买买提明·艾合买提江"
LONG_POST = "固原市原州区开城镇社会治安综合治理和应急管理办公室 三级主任科员兼综合执法队队长"
LONG_UNIT = "中共宁夏回族自治区固原市原州区开城镇委员会基层党建工作领导小组办公室"
LONG_DUTY = "指导对象从头到尾办理一件群众反映强烈的难事，讲清怎么判断、怎么处置、怎么向群众解释"


def duties(
    number: int, item: str = "拿出一件办结的难事，讲清怎么判断、怎么处置"
) -> tuple[Duty, ...]:
    """Return `number` duties, the mentor's and the mentee's in turn."""
    sides = (Side.MENTOR, Side.MENTEE)
    return tuple(
        Duty(sides[one % 2], f"{item}（{one + 1}）", Aspect.COMPETENCE, 4, date(2026, 9, 1))
        for one in range(number)
    )


def a_pairing(number: int = 1, **changes: Any) -> PairingPaper:
    fields: dict[str, Any] = {
        "pairing_id": f"J640402104-{number:03d}",
        "mentor": MENTOR,
        "mentee": MENTEE,
        "organisation": False,
        "mode": Mode.ONE_TO_ONE,
        "path": PairingPath.OLD_TO_NEW,
        "paired_on": START,
        "until": END,
        "ceremony_on": START,
        "weak": (Aspect.COMPETENCE, Aspect.ORGANISATION),
        "duties": duties(6),
    }
    return PairingPaper(**{**fields, **changes})


def a_team(first: int, size: int = 3) -> list[PairingPaper]:
    """Return the pairings of one organisation with a team of mentors."""
    return [
        a_pairing(
            first + one,
            mentor=Person(f"帮带导师{'甲乙丙丁戊'[one]}", "开城镇农业综合服务中心 主任"),
            mentee=VILLAGE,
            organisation=True,
            mode=Mode.GROUP,
        )
        for one in range(size)
    ]


def an_appointment(serial: int = 1, **changes: Any) -> Appointment:
    fields: dict[str, Any] = {
        "mentor_id": f"D640402104-{serial:03d}",
        "name": f"导师{serial}号",
        "number": "",
        "appointed_on": START,
        "appointed_until": END,
    }
    return Appointment(**{**fields, **changes})


def papers(
    pairings: Sequence[PairingPaper] = (), appointments: Sequence[Appointment] = (), **changes: Any
) -> Papers:
    fields: dict[str, Any] = {
        "unit": UNIT,
        "year": 2026,
        "pairings": pairings,
        "appointments": appointments,
        "contacts_per_month": 1,
        "as_of": START,
    }
    return Papers(**{**fields, **changes})


def township() -> Papers:
    """Return what one township prints: everything at once."""
    return papers(
        [
            a_pairing(1, mode=Mode.ONE_TO_MANY),
            a_pairing(2, mode=Mode.ONE_TO_MANY, mentee=Person("海生贵", "冯庄村 村委会委员")),
            a_pairing(
                3, mentor=Person("虎建军", "民政办 主任"), mentee=Person("赵丽", ""), path=None
            ),
            *a_team(4),
        ],
        [
            an_appointment(one, name=name)
            for one, name in enumerate(("马志远", "虎建军", "苏桂兰"), 1)
        ],
    )

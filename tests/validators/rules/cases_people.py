"""Cases of the rules on the form, IDs, people and the mentor pool."""

from __future__ import annotations

from datetime import date

from tests.build import (
    OTHER_UNIT,
    a_conversion,
    a_mentor,
    a_pairing,
    a_post,
    add,
    an_assessment,
    an_individual,
    an_organisation,
    change,
    code,
)
from tests.validators.rules.case import ERROR, NOTICE, WARNING, Case
from validators.settings import Settings

_EMPTY = {"status": "待结对"}


def _helped_by_first(*numbers: int):
    """Return edits that give mentor 1 more running pairings with individuals."""
    return [
        change("pairing", 0, mode="一对多"),
        add("individual", *(an_individual(n) for n in numbers)),
        add("pairing", *(a_pairing(n + 1, mentee_id=code("G", n), mode="一对多") for n in numbers)),
    ]


UNIT = [
    Case(
        "unit.code.unknown",
        ERROR,
        [change("unit", 0, code="990402104")],
        ["unit[0].code"],
        [change("unit", 0, code="６４０４０２１０４")],
    ),
    Case(
        "unit.code.unknown",  # the county exists, the township does not
        ERROR,
        [change("unit", 0, code="640402999")],
        ["unit[0].code"],
        [],
    ),
    Case(
        "unit.name.mismatch",
        ERROR,
        [change("unit", 0, township="三营镇")],
        ["unit[0].township"],
        [change("unit", 0, township="开城镇 ")],
    ),
    Case(
        "unit.name.mismatch",
        ERROR,
        [change("unit", 0, county="西吉县")],
        ["unit[0].county"],
        [change("unit", 0, county="原 州 区")],
    ),
    Case(
        "unit.reported_on.stale",
        WARNING,
        [change("unit", 0, reported_on=date(2026, 4, 20))],  # the newest entry is of 20 June
        ["unit[0].reported_on"],
        [change("unit", 0, reported_on=date(2026, 4, 21))],
    ),
    Case(
        "unit.reported_on.stale",
        WARNING,
        [change("unit", 0, reported_on=date(2026, 5, 20))],
        ["unit[0].reported_on"],
        [change("unit", 0, reported_on=date(2026, 5, 21))],
        Settings(report_months=1),
    ),
    Case(
        "unit.version.other",
        WARNING,
        [change("unit", 0, template_version="2099.1")],
        ["unit[0].template_version"],
        [change("unit", 0, template_version="2025.1")],
    ),
]

IDS = [
    Case(
        "mentor.id.duplicate",
        ERROR,
        [add("mentor", a_mentor(3, mentor_id="d640402104－002"))],
        ["mentor[1].mentor_id", "mentor[2].mentor_id"],
        [add("mentor", a_mentor(3, mentor_id=None), a_mentor(4, mentor_id=None))],
    ),
    Case(
        "assessment.id.duplicate",
        ERROR,
        [add("assessment", an_assessment(1, assessed_on=date(2026, 3, 20)))],
        ["assessment[0].assessment_id", "assessment[1].assessment_id"],
        [add("assessment", an_assessment(2, assessed_on=date(2026, 3, 20)))],
    ),
    Case(
        "individual.id.foreign",
        ERROR,
        [add("individual", an_individual(7, mentee_id=code("G", 7, OTHER_UNIT), **_EMPTY))],
        ["individual[2].mentee_id"],
        [add("individual", an_individual(7, **_EMPTY))],
    ),
    Case(
        "exchange.id.foreign",
        ERROR,
        [add("exchange", a_post(9, unit=OTHER_UNIT))],
        ["exchange[1].exchange_id"],
        [add("exchange", a_post(9, unit="640400000", origin="市级下发"))],
    ),
    Case(
        "individual.id.blank",
        NOTICE,
        [add("individual", an_individual(7, mentee_id=None, **_EMPTY))],
        ["individual[2].mentee_id"],
        [add("individual", an_individual(7, **_EMPTY))],
    ),
    Case(
        "log.date.future",
        ERROR,
        [change("log", 0, date=date(2026, 7, 1))],
        ["log[0].date"],
        [change("log", 0, date=date(2026, 6, 30))],
    ),
    Case(
        "individual.born.future",
        ERROR,
        [add("individual", an_individual(7, born=date(2090, 1, 1), in_post_since=None, **_EMPTY))],
        ["individual[2].born"],
        [],
    ),
]

CLOSED = [
    change("organisation", 0, status="已销号", closed_on=date(2026, 6, 1)),
    change("pairing", 1, status="终止", ended_on=date(2026, 6, 1), end_reason="已批准销号"),
]
ENDS_TODAY = [
    change("pairing", 0, until=date(2026, 6, 30)),
    change("duty", 0, due_on=date(2026, 6, 30)),
]


def a_decision(pool_change: str, **changes):
    return {
        "mentor_id": code("D"),
        "mentor_name": "马志远",
        "change": pool_change,
        "reason": "近三个月没有联系",
        "decision": "同意",
        "decided_on": date(2026, 6, 10),
        **changes,
    }


PEOPLE = [
    Case(
        "mentor.person.duplicate",
        WARNING,
        [add("mentor", a_mentor(3, name="马 志远", born="1976年5月"))],
        ["mentor[0].name", "mentor[2].name"],
        [
            add("mentor", a_mentor(3, name="马志远", gender="女")),
            add(
                "mentor", a_mentor(4, name="马志远", born="1976年5月", remark="与上面的不是同一人")
            ),
        ],
    ),
    Case(
        "individual.person.duplicate",
        WARNING,
        [add("individual", an_individual(7, name="陈小燕", **_EMPTY))],
        ["individual[1].name", "individual[2].name"],
        [add("individual", an_individual(7, name="陈小燕", born=date(1992, 4, 1), **_EMPTY))],
    ),
    Case(
        "mentor.born.implausible",
        WARNING,
        [change("mentor", 0, born=date(1945, 6, 1))],
        ["mentor[0].born"],
        [change("mentor", 0, born=date(1945, 7, 1))],
    ),
    Case(
        "individual.born.implausible",
        WARNING,
        [change("individual", 0, born=date(2008, 7, 1), in_post_since=None)],
        ["individual[0].born"],
        [change("individual", 0, born=date(2008, 6, 1), in_post_since=None)],
    ),
    Case(
        "mentor.village.unknown",
        WARNING,
        [change("mentor", 0, village="关台村")],
        ["mentor[0].village"],
        [change("mentor", 0, village="冯庄村委会")],
    ),
    Case(
        "individual.village.unknown",
        WARNING,
        [change("individual", 0, village="三营村")],
        ["individual[0].village"],
        [change("individual", 0, village="旧庄村")],
        Settings(village_aliases={"旧庄村": "冯庄村"}),
    ),
    Case(
        "organisation.village.unknown",
        WARNING,
        [change("organisation", 0, village="关台村")],
        ["organisation[0].village"],
        [change("organisation", 0, village="开城村村民委员会")],
    ),
]

MENTORS = [
    Case(
        "mentor.appointment.order",
        ERROR,
        [change("mentor", 0, appointed_until=date(2024, 12, 31))],
        ["mentor[0].appointed_until"],
        [change("mentor", 1, appointed_on=date(2026, 3, 1), appointed_until=date(2027, 3, 1))],
    ),
    Case(
        "mentor.appointment.expired",
        WARNING,
        [change("mentor", 0, appointed_until=date(2026, 6, 29))],
        ["mentor[0].appointed_until"],
        [change("mentor", 0, appointed_until=date(2026, 6, 30)), *ENDS_TODAY],
    ),
    Case(
        "mentor.appointment.short",
        WARNING,
        [change("mentor", 0, appointed_until=date(2027, 2, 27))],
        ["mentor[0].appointed_until"],
        [change("mentor", 0, appointed_until=date(2027, 2, 28))],
    ),
    Case(
        "mentor.status.decided",
        WARNING,
        [add("pool", a_decision("调出"))],
        ["mentor[0].status"],
        [add("pool", a_decision("调出", decision="暂缓"))],
    ),
    Case(
        "mentor.status.decided",
        WARNING,
        [add("pool", a_decision("暂停"))],
        ["mentor[0].status"],
        [  # taken in again after the decision
            add("pool", a_decision("暂停")),
            change("mentor", 0, status_since=date(2026, 6, 11)),
        ],
    ),
    Case(
        "mentor.grassroots.order",
        ERROR,
        [change("mentor", 0, grassroots_since=date(1991, 4, 1))],
        ["mentor[0].grassroots_since"],
        [change("mentor", 0, grassroots_since=date(1991, 5, 1))],
    ),
    Case(
        "mentor.category.experience",
        WARNING,
        [change("mentor", 0, grassroots_since=date(2021, 7, 1))],
        ["mentor[0].category"],
        [change("mentor", 0, grassroots_since=date(2021, 6, 1))],
    ),
    Case(
        "mentor.category.experience",
        WARNING,
        [change("mentor", 0, category="老支书", grassroots_since=date(2023, 6, 1))],
        ["mentor[0].category"],
        [change("mentor", 0, category="优秀公务员", grassroots_since=date(2023, 6, 1))],
    ),
    Case(
        "mentor.status.undated",
        WARNING,
        [add("mentor", a_mentor(3, status="暂停"))],
        ["mentor[2].status_since"],
        [add("mentor", a_mentor(3, status="暂停", status_since=date(2026, 6, 1)))],
    ),
    Case(
        "mentor.load.high",
        WARNING,
        _helped_by_first(3, 4, 5),
        ["mentor[0].mentor_id"],
        _helped_by_first(3, 4),
    ),
    Case(
        "mentor.load.high",
        WARNING,
        [*_helped_by_first(3), change("mentor", 0, capacity=1)],
        ["mentor[0].mentor_id"],
        [*_helped_by_first(3, 4, 5), change("mentor", 0, capacity=4)],
    ),
    Case(
        "mentor.load.exceeded",
        ERROR,
        _helped_by_first(3, 4, 5, 6, 7),
        [f"pairing[{row}].mentor_id" for row in (0, 3, 4, 5, 6, 7)],
        [*_helped_by_first(3, 4, 5, 6), change("mentor", 0, capacity=5)],
    ),
]

MENTEES = [
    Case(
        "individual.in_post.order",
        ERROR,
        [change("individual", 0, in_post_since=date(2007, 2, 1))],
        ["individual[0].in_post_since"],
        [change("individual", 0, in_post_since=date(2007, 3, 1))],
    ),
    Case(
        "individual.status.unpaired",
        WARNING,
        [change("individual", 1, status="帮带中")],
        ["individual[1].status"],
        [change("individual", 1, status="待结对", status_since=date(2026, 4, 1))],
    ),
    Case(
        "organisation.status.unpaired",
        WARNING,
        [add("organisation", an_organisation(2))],
        ["organisation[1].status"],
        [add("organisation", an_organisation(2, **_EMPTY))],
    ),
    Case(
        "individual.status.paired",
        WARNING,
        [change("individual", 0, status="待结对")],
        ["individual[0].status"],
        [
            change("individual", 0, status="退出"),
            change("pairing", 0, status="终止", end_reason="对象外出务工"),
        ],
    ),
    Case(
        "organisation.status.paired",
        WARNING,
        [change("organisation", 0, status="待结对")],
        ["organisation[0].status"],
        [],
    ),
    Case(
        "individual.stage.mismatch",
        WARNING,
        [change("individual", 0, stage="后备干部")],
        ["individual[0].stage"],
        [
            # typed out of order: the latest by date decides
            change("conversion", 0, date=date(2026, 6, 20), from_stage="致富带头人"),
            change("conversion", 0, to_stage="后备干部"),
            change("individual", 0, stage="后备干部"),
            add("conversion", a_conversion()),
        ],
    ),
    Case(
        "organisation.votes.order",
        ERROR,
        [change("organisation", 0, votes=40, votes_against=41)],
        ["organisation[0].votes_against"],
        [change("organisation", 0, votes=40, votes_against=40)],
    ),
    *(
        Case(
            "organisation.closed.condition",
            WARNING,
            [*CLOSED, change("organisation", 0, **facts)],
            ["organisation[0].closed_on"],
            [
                *CLOSED,
                change("organisation", 0, inspection_score=70),
                change("organisation", 0, votes=40, votes_against=20),
            ],
        )
        for facts in (
            {"inspection_score": None},
            {"inspection_score": 69.5},
            {"inspection_score": 80, "votes": 40, "votes_against": 21},
        )
    ),
    Case(
        "organisation.closed.undated",
        WARNING,
        [add("organisation", an_organisation(2, status="已销号"))],
        ["organisation[1].closed_on"],
        [
            add(
                "organisation",
                an_organisation(
                    2, status="已销号", closed_on=date(2026, 6, 1), inspection_score=88
                ),
            )
        ],
    ),
    Case(
        "organisation.name.duplicate",
        WARNING,
        [
            add(
                "organisation",
                an_organisation(2, name="二十里铺村党支部", village="二十里铺村", **_EMPTY),
            )
        ],
        ["organisation[0].name", "organisation[1].name"],
        [add("organisation", an_organisation(2, name="二十里铺村党支部", **_EMPTY))],
    ),
]

CASES = [*UNIT, *IDS, *PEOPLE, *MENTORS, *MENTEES]

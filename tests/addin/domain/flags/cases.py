"""A case and a near miss of every flag rule, at 1 July 2026."""

from __future__ import annotations

from datetime import date

from tests.addin.domain.flags.case import FIRST, J1, J2, ORGANISATION, Case, log, without
from tests.build import a_completion, a_pairing, add, an_assessment, an_individual, change, code
from validators.settings import Settings

SECOND = code("G", 3)
SCORES = ("conviction", "competence", "organisation", "conduct", "industry", "governance")


def scored(index: int, *scores: int, **changes):
    """Return an edit of an assessment's scores; the survey's are 3, 2, 3, 4, 2, 3."""
    return change("assessment", index, **dict(zip(SCORES, scores, strict=True)), **changes)


def waiting_since(day: date):
    return add("individual", an_individual(3, chosen_on=day, surveyed_on=day, status="待结对"))


def more_mentees(last: int):
    """Return edits that give mentor 1 individuals 4 to `last` as well."""
    numbers = range(4, last + 1)
    return [
        add("individual", *(an_individual(n, surveyed_on=None) for n in numbers)),
        add("pairing", *(a_pairing(n + 1, mentee_id=code("G", n)) for n in numbers)),
    ]


def shared_mentor(capacity: int | None, **changes):
    """Return edits that give mentor 1 a second individual."""
    return [
        change("mentor", 0, capacity=capacity),
        add("individual", an_individual(3)),
        add("pairing", a_pairing(4, mentee_id=SECOND, **changes)),
    ]


def broken_off(**changes):
    """Return edits of a mentee whose only pairing was broken off, who is still 帮带中."""
    return [
        add("individual", an_individual(3, status="帮带中")),
        add(
            "pairing",
            a_pairing(4, mentee_id=SECOND, status="终止", end_reason="导师调离", **changes),
        ),
    ]


CASES = [
    Case(
        "flag.contact.two_months",
        [without(J1, 5, 6)],
        {FIRST},
        [J1, "马志远", "2026-05、2026-06 未联系", "2026-04-10", code("R", 1)],
        [  # the rule's own example: 1 May and 30 June are fine
            without(J1, 5, 6),
            log((J1, date(2026, 5, 1), "产业发展"), (J1, date(2026, 6, 30), "产业发展")),
        ],
    ),
    Case(
        "flag.contact.two_months",
        [without(J1, 4, 5, 6)],
        {FIRST},
        ["2026-04、2026-05、2026-06 未联系", "2026-03-01 结对以来未登记联系"],
        [  # May does not count: only 14 of its days are left
            without(J1, 5, 6),
            change("pairing", 0, paused_from=date(2026, 5, 1), paused_to=date(2026, 5, 17)),
        ],
    ),
    Case(
        "flag.contact.month",
        [without(J1, 6)],
        {FIRST},
        ["2026-06 未联系", "2026-05-12", code("R", 2)],
        [without(J1, 6), log((J1, date(2026, 6, 30), "产业发展"))],
    ),
    Case(
        "flag.contact.rate",
        [without(J1, 4)],
        {FIRST},
        ["应联系 3 次", "完成 2 次", "66.6%", "80%", "2026-04"],
        [
            without(J1, 4),
            change("pairing", 0, paused_from=date(2026, 4, 1), paused_to=date(2026, 4, 20)),
        ],
    ),
    Case(
        "flag.duty.overdue",
        [change("duty", 0, due_on=date(2026, 6, 30), target=3)],
        {FIRST},
        [code("ZR"), "2026-06-30", "逾期 1 天", "目标 3 次，完成 2 次", code("R", 1), code("R", 3)],
        [change("duty", 0, due_on=date(2026, 6, 30), target=2)],
    ),
    Case(
        "flag.duty.overdue",
        [change("duty", 0, due_on=date(2026, 6, 1))],
        {FIRST},
        ["逾期 30 天"],
        [change("duty", 0, due_on=date(2026, 7, 1))],
    ),
    Case(
        "flag.duty.near",
        [change("duty", 0, due_on=date(2026, 7, 8))],
        {FIRST},
        ["2026-07-08", "还有 7 天"],
        [change("duty", 0, due_on=date(2026, 7, 9))],
    ),
    Case(
        "flag.duty.near",
        [change("duty", 0, due_on=date(2026, 7, 1))],
        {FIRST},
        ["应于 2026-07-01 完成，当日到期"],
        [change("duty", 0, due_on=date(2026, 7, 9))],
    ),
    Case(
        "flag.score.falling",
        [scored(0, 2, 2, 3, 4, 2, 3)],
        {FIRST},
        ["2025-02-05 摸底", "2026-06-20", code("P"), "思想情怀 3→2", "合计 17→16 分"],
        [scored(0, 2, 3, 3, 4, 2, 3)],
    ),
    Case(
        "flag.score.falling",  # one aspect falls by two while the total rises
        [scored(0, 4, 4, 4, 2, 3, 4)],
        {FIRST},
        ["工作作风 4→2", "合计 17→21 分"],
        [scored(0, 4, 4, 4, 3, 3, 4)],
    ),
    Case(
        "flag.score.falling",
        [scored(0, 4, 4, 4, 3, 3, 4)],
        {FIRST},
        ["工作作风 4→3"],
        [scored(0, 4, 4, 4, 4, 3, 4)],
        Settings(steep_fall=1),
    ),
    Case(
        "flag.score.aspect",
        [scored(0, 2, 3, 3, 4, 2, 3)],
        {FIRST},
        ["思想情怀 3→2", "合计 17→17 分"],
        [scored(0, 3, 3, 3, 4, 2, 3)],
    ),
    Case(
        "flag.score.flat",
        [
            scored(0, 3, 2, 3, 4, 2, 3, assessed_on=date(2026, 3, 20)),
            add("assessment", an_assessment(2)),
            scored(1, 3, 2, 3, 5, 2, 3),
        ],
        {FIRST},
        ["摸底", code("P"), code("P", 2), "业务能力 2 分", "低于 4 分的方面未提升：思想情怀 3 分、业务能力 2 分、组织建设 3 分、产业发展 2 分、基层治理 3 分"],
        [
            scored(0, 3, 2, 3, 4, 2, 3, assessed_on=date(2026, 3, 20)),
            add("assessment", an_assessment(2)),
            scored(1, 4, 3, 4, 4, 3, 4),
        ],
    ),
    Case(
        "flag.score.flat",  # one low aspect stands still while the others rise
        [
            scored(0, 4, 3, 3, 4, 2, 4, assessed_on=date(2026, 3, 20)),
            add("assessment", an_assessment(2)),
            scored(1, 4, 3, 4, 4, 2, 4),
        ],
        {FIRST},
        ["低于 4 分的方面未提升：产业发展 2 分"],
        [  # it rose at the first of the two
            scored(0, 4, 3, 3, 4, 3, 4, assessed_on=date(2026, 3, 20)),
            add("assessment", an_assessment(2)),
            scored(1, 4, 3, 4, 4, 3, 4),
        ],
    ),
    Case(
        "flag.score.flat",
        [
            scored(0, 3, 2, 3, 4, 2, 3),
            add("assessment", an_assessment(2, assessed_on=date(2026, 3, 20))),
            scored(1, 3, 2, 3, 4, 2, 3),
        ],
        {FIRST},
        ["2026-03-20", "2026-06-20"],
        [scored(0, 3, 2, 3, 4, 2, 3)],  # one assessment says nothing yet
    ),
    Case(
        "flag.aspect.idle",
        [without(J2, 6, aspect="产业发展")],
        {ORGANISATION},
        ["产业发展（1 分）", "2026-04-11", "已 81 天"],
        [
            without(J2, 6, aspect="产业发展"),
            log((J2, date(2026, 5, 2), "产业发展")),
        ],
    ),
    Case(
        "flag.aspect.idle",
        [without(J2, 4, 5, 6, aspect="产业发展")],
        {ORGANISATION},
        ["2026-03-01 以来未开展针对性帮带", "已 122 天"],
        [  # 63 of the days are a pause
            without(J2, 4, 5, 6, aspect="产业发展"),
            change("pairing", 1, paused_from=date(2026, 3, 5), paused_to=date(2026, 5, 6)),
        ],
    ),
    Case(
        "flag.aspect.near",
        [without(J2, 6, aspect="产业发展"), log((J2, date(2026, 5, 2), "产业发展"))],
        {ORGANISATION},
        ["已 60 天", "满 60 天将列为黄色"],
        [without(J2, 6, aspect="产业发展"), log((J2, date(2026, 5, 10), "产业发展"))],
    ),
    Case(
        "flag.pairing.unpaired",
        [waiting_since(date(2026, 6, 15))],
        {SECOND},
        ["2026-06-15 确定为帮带对象", "16 天", "超过 15 天"],
        [waiting_since(date(2026, 6, 16))],
    ),
    Case(
        "flag.pairing.unpaired",
        [waiting_since(date(2025, 2, 1)), add("pairing", a_pairing(4, mentee_id=SECOND, status="期满",
            paired_on=date(2025, 6, 1), until=date(2026, 5, 31), ceremony_on=None))],
        {SECOND},
        ["上一结对 J640402104-004 2026-05-31 期满", "已 31 天"],
        [waiting_since(date(2025, 2, 1)), add("pairing", a_pairing(4, mentee_id=SECOND, status="期满",
            paired_on=date(2025, 7, 1), until=date(2026, 6, 29), ceremony_on=None))],
    ),
    Case(
        "flag.pairing.unpaired",  # broken off on a known day, the mentee still said to be helped
        broken_off(ended_on=date(2026, 6, 10)),
        {SECOND},
        ["上一结对 J640402104-004 2026-06-10 终止，已 21 天未结对"],
        broken_off(ended_on=date(2026, 6, 20)),
    ),
    Case(
        "flag.pairing.unpaired",  # broken off on a day nobody wrote down: the last contact
        [*broken_off(), log((code("J", 4), date(2026, 5, 20), "产业发展"))],
        {SECOND},
        ["上一结对 J640402104-004 已终止（未填终止日期，自最近一次联系 2026-05-20 起算）", "已 42 天"],
        [*broken_off(), log((code("J", 4), date(2026, 6, 20), "产业发展"))],
    ),
    Case(
        "flag.pairing.unpaired",  # and never contacted: the day of pairing
        broken_off(),
        {SECOND},
        ["自结对日期 2026-03-01 起算"],
        [  # the mentee became 待结对 later: it ended no earlier
            *broken_off(),
            change("individual", 2, status="待结对", status_since=date(2026, 6, 20)),
        ],
    ),
    Case(
        "flag.pairing.waiting",
        [waiting_since(date(2026, 6, 16))],
        {SECOND},
        ["15 天未结对", "期限 15 天"],
        [waiting_since(date(2026, 6, 24))],
    ),
    Case(
        "flag.pairing.ending",
        [change("pairing", 0, until=date(2026, 7, 31))],
        {FIRST},
        [J1, "导师马志远", "2026-07-31 期满", "还有 30 天", "尚未期满考核"],
        [change("pairing", 0, until=date(2026, 8, 1))],
    ),
    Case(
        "flag.pairing.ending",
        [change("pairing", 0, until=date(2026, 7, 1))],
        {FIRST},
        ["2026-07-01 当日期满，尚未期满考核"],
        [  # assessed ahead: 续帮 or 出师 is decided
            change("pairing", 0, until=date(2026, 7, 1)),
            add("completion", a_completion(pairing_id=J1, assessed_on=date(2026, 6, 29))),
        ],
    ),
    Case(
        "flag.pairing.ending",
        [change("pairing", 0, until=date(2026, 7, 31))],
        {FIRST},
        ["还有 30 天"],
        [  # it ended: another rule asks for the next mentor
            change("pairing", 0, until=date(2026, 6, 30)),
        ],
    ),
    Case(
        "flag.pairing.ending",
        [change("pairing", 0, until=date(2026, 8, 30))],
        {FIRST},
        ["还有 60 天"],
        [change("pairing", 0, until=date(2026, 8, 31))],
        Settings(ending_days=60),
    ),
    Case(
        "flag.mentor.inactive",
        [change("mentor", 0, status="调出", status_since=date(2026, 6, 1))],
        {FIRST},
        [J1, "马志远", code("D"), "2026-06-01 起已调出"],
        [
            change("mentor", 0, status="调出", status_since=date(2026, 6, 1)),
            change("pairing", 0, paused_from=date(2026, 6, 1), paused_to=date(2026, 8, 1)),
        ],
    ),
    Case(
        "flag.mentor.overloaded",
        shared_mentor(1),
        {FIRST, SECOND},
        ["正在帮带 2 人，超过 1 人", J1, code("J", 4)],
        shared_mentor(2),
    ),
    Case(
        "flag.mentor.overloaded",
        shared_mentor(2) + more_mentees(5),
        {FIRST, SECOND, *(code("G", n) for n in range(4, 6))},
        ["正在帮带 4 人，超过 2 人"],
        shared_mentor(None) + more_mentees(5),  # a blank 可带人数 limits new pairings only
    ),
    Case(
        "flag.mentor.overloaded",
        shared_mentor(None) + more_mentees(7),
        {FIRST, SECOND, *(code("G", n) for n in range(4, 8))},
        ["正在帮带 6 人，超过 5 人"],
        shared_mentor(None) + more_mentees(6),
    ),
    Case(
        "flag.mentor.overloaded",
        shared_mentor(1, paired_on=date(2026, 6, 10), ceremony_on=None, until=date(2027, 6, 9)),
        {FIRST},  # the second pairing is in its grace
        ["正在帮带 2 人"],
        shared_mentor(1, status="终止", end_reason="对象外出务工"),
    ),
    Case(
        "flag.satisfaction.low",
        [change("assessment", 0, satisfaction=2)],
        {FIRST},
        ["2026-06-20", code("P"), "满意度 2 分"],
        [change("assessment", 0, satisfaction=3)],
    ),
]  # fmt: skip

"""Cases of the rules on pairings, duties, the log and what comes of them."""

from __future__ import annotations

from datetime import date

from tests.build import (
    OTHER_UNIT,
    a_completion,
    a_conversion,
    a_duty,
    a_log_entry,
    a_mentor,
    a_misconduct,
    a_pairing,
    a_post,
    add,
    an_assessment,
    an_individual,
    change,
    code,
)
from tests.validators.rules.case import ERROR, NOTICE, WARNING, Case
from validators.settings import Settings

SECOND_MENTOR = code("D", 2)


def _mentors_of_first(*numbers: int, **changes):
    """Return edits that give individual 1 further mentors."""
    return [
        add("mentor", *(a_mentor(n) for n in numbers)),
        add("pairing", *(a_pairing(n + 1, mentor_id=code("D", n), **changes) for n in numbers)),
    ]


def _closed_and_left(since):
    def edit(world):
        world["pairing"][1].update(status="期满", until=date(2026, 5, 31))
        closing = {"inspection_score": 82, "votes": 30, "votes_against": 3}
        closing["closed_on"] = date(2026, 6, 10)
        world["organisation"][0].update(status="退出", status_since=since, **closing)

    return edit


def _agreed(**cells):
    values = {"mentor_id": code("D", 1), "mentor_name": "马志远", "change": "增加帮带人数"}
    return {**values, "reason": "成效好", "decision": "同意", **cells}


def ended(day: date | None):
    """Return an edit that breaks off the pairing of 2025-03-01 to 2026-02-28."""
    return change("pairing", 2, status="终止", ended_on=day, end_reason="导师工作调动")


PAIRINGS = [
    Case(
        "pairing.mentor.unknown",
        ERROR,
        [change("pairing", 2, mentor_id=code("D", 99))],
        ["pairing[2].mentor_id"],
        [change("pairing", 2, mentor_id=f"{code('D', 2)}｜王秀兰")],
    ),
    Case(
        "pairing.mentor.elsewhere",
        NOTICE,
        [change("pairing", 2, mentor_id=code("D", 9, OTHER_UNIT))],
        ["pairing[2].mentor_id"],
        [change("pairing", 2, mentor_id=SECOND_MENTOR)],
    ),
    Case(
        "pairing.mentee.unknown",
        ERROR,
        [change("pairing", 2, mentee_id=code("Z", 99))],
        ["pairing[2].mentee_id"],
        [],
    ),
    Case(
        "pairing.period.order",
        ERROR,
        [change("pairing", 2, until=date(2025, 3, 1))],
        ["pairing[2].until"],
        [],
    ),
    Case(
        "pairing.period.length",
        WARNING,
        [change("pairing", 2, until=date(2025, 3, 20))],
        ["pairing[2].until"],
        [change("pairing", 2, until=date(2025, 4, 1))],
    ),
    Case(
        "pairing.period.length",
        WARNING,
        [change("pairing", 2, until=date(2028, 4, 1))],
        ["pairing[2].until"],
        [change("pairing", 2, until=date(2028, 3, 1))],
    ),
    Case(
        "pairing.pause.order",
        ERROR,
        [change("pairing", 0, paused_from=date(2026, 6, 10), paused_to=date(2026, 6, 9))],
        ["pairing[0].paused_to"],
        [change("pairing", 0, paused_from=date(2026, 6, 10), paused_to=date(2026, 6, 10))],
    ),
    Case(
        "pairing.pause.outside",
        WARNING,
        [change("pairing", 0, paused_from=date(2026, 2, 28))],
        ["pairing[0].paused_from"],
        [change("pairing", 0, paused_from=date(2026, 6, 1))],
    ),
    Case(
        "pairing.status.expired",
        WARNING,
        [change("pairing", 0, until=date(2026, 6, 29)), change("duty", 0, due_on=date(2026, 6, 1))],
        ["pairing[0].status"],
        [change("pairing", 0, until=date(2026, 6, 30)), change("duty", 0, due_on=date(2026, 6, 1))],
    ),
    Case(
        "pairing.status.early",
        WARNING,
        [change("pairing", 1, status="期满"), change("organisation", 0, status="待结对")],
        ["pairing[1].status"],
        [  # assessed ahead of time: the assessment ended it
            change("pairing", 1, status="期满"),
            change("organisation", 0, status="待结对"),
            add("completion", a_completion(pairing_id=code("J", 2), assessed_on=date(2026, 6, 1))),
        ],
    ),
    Case(
        "pairing.status.early",
        WARNING,
        [change("pairing", 2, until=date(2026, 7, 1)), lambda world: world.update(completion=[])],
        ["pairing[2].status"],
        [change("pairing", 2, until=date(2026, 6, 30)), lambda world: world.update(completion=[])],
    ),
    Case(
        "pairing.ended.outside",
        WARNING,
        [ended(date(2026, 3, 1))],
        ["pairing[2].ended_on"],
        [ended(date(2026, 2, 28))],
    ),
    Case(
        "pairing.ended.outside",
        WARNING,
        [ended(date(2025, 2, 28))],
        ["pairing[2].ended_on"],
        [ended(date(2025, 3, 1))],
    ),
    Case(
        "pairing.ended.status",
        WARNING,
        [change("pairing", 0, ended_on=date(2026, 6, 1))],
        ["pairing[0].status"],
        [ended(date(2025, 6, 1))],
    ),
    Case(
        "pairing.ended.missing",
        NOTICE,
        [ended(None)],
        ["pairing[2].ended_on"],
        [ended(date(2025, 6, 1))],
    ),
    Case(
        "pairing.mentee.finished",
        WARNING,
        [change("individual", 0, status="期满出师")],
        ["pairing[0].status"],
        [change("individual", 0, status="帮带中")],
    ),
    Case(
        "pairing.mentee.finished",
        WARNING,
        [change("organisation", 0, closed_on=date(2026, 6, 1), inspection_score=80)],
        ["pairing[1].status"],
        [change("organisation", 0, inspection_score=80)],
    ),
    Case(
        "pairing.reason.missing",
        WARNING,
        [change("pairing", 2, status="终止")],
        ["pairing[2].end_reason"],
        [change("pairing", 2, status="终止", end_reason="导师工作调动")],
    ),
    Case(
        "pairing.mentor.inactive",
        WARNING,
        [change("mentor", 0, status="调出", status_since=date(2026, 6, 1))],
        ["pairing[0].mentor_id"],
        [
            add("mentor", a_mentor(3, status="调出", status_since=date(2026, 6, 1))),
            change("pairing", 2, mentor_id=code("D", 3)),
        ],
    ),
    Case(
        "pairing.mentor.term",
        WARNING,
        [change("mentor", 1, appointed_on=date(2026, 3, 2))],
        ["pairing[1].paired_on"],
        [change("mentor", 1, appointed_on=date(2026, 3, 1))],
    ),
    Case(
        "pairing.paired.early",
        WARNING,
        [change("individual", 0, chosen_on=date(2026, 3, 2))],
        ["pairing[0].paired_on"],
        [change("individual", 0, chosen_on=date(2026, 3, 1))],
    ),
]

STRUCTURE = [
    Case(
        "pairing.mentee.crowded",
        ERROR,
        [change("pairing", 0, mode="多对一"), *_mentors_of_first(3, 4, 5, mode="多对一")],
        [f"pairing[{row}].mentee_id" for row in (0, 3, 4, 5)],
        [change("pairing", 0, mode="多对一"), *_mentors_of_first(3, 4, mode="组团帮")],
    ),
    Case(
        "pairing.pair.duplicate",
        ERROR,
        # the repeated pairing makes both sides look like several, which these modes allow
        [
            change("pairing", 0, mode="多对多·小团队"),
            add("pairing", a_pairing(4, mode="多对多·小团队")),
        ],
        ["pairing[0].mentee_id", "pairing[3].mentee_id"],
        [add("pairing", a_pairing(4, status="终止", end_reason="重复登记"))],
    ),
    Case(
        "pairing.mentor.avoided",
        ERROR,
        [change("mentor", 0, avoid="李四、朱 晓明")],
        ["pairing[0].mentor_id"],
        [change("mentor", 0, avoid="李四、陈小燕")],
    ),
    Case(
        "pairing.mentor.avoided",
        ERROR,
        [change("mentor", 1, avoid=code("Z"))],
        ["pairing[1].mentor_id"],
        [change("mentor", 1, avoid=code("Z", 2))],
    ),
    Case(
        "pairing.self",
        ERROR,
        [
            change("mentor", 0, name="阿依 古丽·买买提", gender="女", born=date(1992, 3, 1)),
            change("mentor", 0, grassroots_since=date(2014, 7, 1)),
            change("individual", 0, name="阿依古丽•买买提"),
        ],
        ["pairing[0].mentee_id"],
        [
            change("mentor", 0, name="朱晓明", gender="女", born=date(1992, 4, 1)),
            change("mentor", 0, grassroots_since=date(2014, 7, 1)),
        ],
    ),
    Case(
        "pairing.self",
        ERROR,
        [
            change("mentor", 0, name="朱晓明", gender="女", born=date(1992, 3, 1)),
            change("mentor", 0, grassroots_since=date(2014, 7, 1)),
        ],
        ["pairing[0].mentee_id"],
        [
            change("mentor", 0, name="朱晓明", gender="女", born=date(1992, 3, 1)),
            change("mentor", 0, grassroots_since=date(2014, 7, 1)),
            change("individual", 0, remark="与导师不是同一人"),
        ],
    ),
    Case(
        "pairing.mode.mismatch",
        WARNING,
        [
            add("individual", an_individual(5)),
            add("pairing", a_pairing(9, mentee_id=code("G", 5), mode="一对多")),
        ],
        ["pairing[0].mode"],
        [change("pairing", 0, mode="一对多")],  # the mentor may have mentees in other ledgers
    ),
    Case(
        "pairing.mode.mismatch",
        WARNING,
        [
            add("individual", an_individual(5)),
            add("pairing", a_pairing(9, mentee_id=code("G", 5), mode="一对一")),
        ],
        ["pairing[0].mode", "pairing[3].mode"],
        [  # an organisation is counted apart
            change("pairing", 1, mentor_id=code("D", 1))
        ],
    ),
    Case(
        "pairing.mode.mismatch",
        WARNING,
        [change("pairing", 0, mode="多对一")],
        ["pairing[0].mode"],
        [change("pairing", 0, mode="多对一"), *_mentors_of_first(3, mode="多对一")],
    ),
    Case(
        "pairing.mode.mismatch",
        WARNING,
        [
            change("pairing", 0, mode="跨村带"),
            change("mentor", 0, village="冯庄村"),
            change("individual", 0, village="冯庄村委会"),
        ],
        ["pairing[0].mode"],
        [change("pairing", 0, mode="跨村带")],
    ),
    Case(
        "pairing.mode.mismatch",
        WARNING,
        [change("pairing", 0, mode="多对多·小团队")],
        ["pairing[0].mode"],
        [
            change("pairing", 0, mode="多对多·小团队"),
            *_mentors_of_first(3, mode="组团帮"),
            add("individual", an_individual(5)),
            add("pairing", a_pairing(9, mentee_id=code("G", 5), mode="一对多")),
        ],
    ),
]

DUTIES = [
    Case(
        "duty.pairing.unknown",
        ERROR,
        [add("duty", a_duty(2, pairing_id=code("J", 99)))],
        ["duty[1].pairing_id"],
        [add("duty", a_duty(2))],
    ),
    Case(
        "duty.period.order",
        ERROR,
        [change("duty", 0, due_on=date(2026, 2, 28))],
        ["duty[0].due_on"],
        [change("duty", 0, due_on=date(2026, 3, 1))],
    ),
    Case(
        "duty.period.outside",
        WARNING,
        [change("duty", 0, due_on=date(2027, 3, 1))],
        ["duty[0].due_on"],
        [change("duty", 0, due_on=date(2027, 2, 28))],
    ),
    Case(
        "duty.period.outside",
        WARNING,
        [change("duty", 0, starts_on=date(2026, 2, 28))],
        ["duty[0].starts_on"],
        [],
    ),
]

LOG = [
    Case(
        "log.pairing.unknown",
        ERROR,
        [change("log", 0, pairing_ids=f"{code('J')}、{code('J', 98)}")],
        ["log[0].pairing_ids"],
        [change("log", 0, pairing_ids=f"{code('J')}, {code('J', 2).lower()}")],
    ),
    Case(
        "log.duty.unknown",
        ERROR,
        [change("log", 0, duty_ids=code("ZR", 99))],
        ["log[0].duty_ids"],
        [change("log", 0, duty_ids=None)],
    ),
    Case(
        "log.duty.unnamed",
        NOTICE,
        [
            change("log", 0, duty_ids=None),
            add("log", a_log_entry(2, date=date(2026, 5, 4), duty_ids=None)),
        ],
        ["log[0].duty_ids"],
        [change("log", 0, duty_ids=None, pairing_ids=code("J", 2))],
    ),
    Case(
        "log.duty.mismatch",
        WARNING,
        [change("log", 0, pairing_ids=code("J", 2))],
        ["log[0].duty_ids"],
        [change("log", 0, pairing_ids=f"{code('J', 2)}、{code('J')}")],
    ),
    Case(
        "log.date.outside",
        ERROR,
        [change("log", 0, date=date(2026, 2, 28))],
        ["log[0].date"],
        [change("log", 0, date=date(2026, 3, 1))],
    ),
    Case(
        "log.date.outside",  # between the periods of both pairings
        ERROR,
        [
            change("pairing", 2, until=date(2025, 12, 31)),
            change("log", 0, date=date(2026, 2, 1), pairing_ids=f"{code('J')}、{code('J', 3)}"),
        ],
        ["log[0].date"],
        [change("log", 0, date=date(2026, 2, 1), pairing_ids=f"{code('J')}、{code('J', 3)}")],
    ),
    Case(
        "log.date.paused",
        WARNING,
        [change("pairing", 0, paused_from=date(2026, 5, 1), paused_to=date(2026, 5, 3))],
        ["log[0].date"],
        [
            change("pairing", 0, paused_from=date(2026, 5, 1), paused_to=date(2026, 5, 3)),
            change("log", 0, pairing_ids=f"{code('J')}、{code('J', 2)}"),
        ],
    ),
    Case(
        "log.row.duplicate",
        WARNING,
        [add("log", a_log_entry(2, duty_ids=None))],
        ["log[0].content", "log[1].content"],
        [add("log", a_log_entry(2, date=date(2026, 5, 4)))],
    ),
]

OUTCOMES = [
    Case(
        "assessment.mentee.unknown",
        ERROR,
        [change("assessment", 0, mentee_id=code("G", 99))],
        ["assessment[0].mentee_id"],
        [change("assessment", 0, mentee_id=code("Z"))],
    ),
    Case(
        "conversion.mentee.unknown",
        ERROR,
        [add("conversion", a_conversion(mentee_id=code("G", 99)))],
        ["conversion[1].mentee_id"],
        [add("conversion", a_conversion(mentee_id=code("G", 2)))],
    ),
    Case(
        "assessment.day.duplicate",
        WARNING,
        [add("assessment", an_assessment(2))],
        ["assessment[0].assessed_on", "assessment[1].assessed_on"],
        [add("assessment", an_assessment(2, mentee_id=code("Z")))],
    ),
    Case(
        "assessment.signed.early",
        WARNING,
        [change("assessment", 0, signed_on=date(2026, 6, 19))],
        ["assessment[0].signed_on"],
        [change("assessment", 0, signed_on=date(2026, 6, 20))],
    ),
    Case(
        "conversion.stage.same",
        ERROR,
        [change("conversion", 0, from_stage="致富带头人")],
        ["conversion[0].to_stage"],
        [],
    ),
    Case(
        "conversion.stage.chain",
        WARNING,
        [
            change("individual", 0, stage="村党组织带头人"),
            add(
                "conversion",
                a_conversion(
                    date=date(2026, 6, 9), from_stage="后备干部", to_stage="村党组织带头人"
                ),
            ),
        ],
        ["conversion[1].from_stage"],
        [
            change("individual", 0, stage="后备干部"),
            add(
                "conversion",
                a_conversion(date=date(2026, 6, 9), from_stage="致富带头人", to_stage="后备干部"),
            ),
        ],
    ),
    Case(
        "completion.pairing.unknown",
        ERROR,
        [change("completion", 0, pairing_id=code("J", 99))],
        ["completion[0].pairing_id"],
        [],
    ),
    Case(
        "completion.pairing.duplicate",
        WARNING,
        [add("completion", a_completion(assessed_on=date(2026, 3, 9)))],
        ["completion[0].pairing_id", "completion[1].pairing_id"],
        [add("completion", a_completion(pairing_id=code("J", 2)))],
    ),
    Case(
        "completion.rating.mismatch",
        ERROR,
        [change("completion", 0, score=90)],
        ["completion[0].rating"],
        [change("completion", 0, score=89.5)],
    ),
    Case(
        "completion.rating.mismatch",
        ERROR,
        [change("completion", 0, score=79)],
        ["completion[0].rating"],
        [change("completion", 0, score=80)],
        Settings(qualified_score=80),
    ),
    Case(
        "completion.conclusion.mismatch",
        ERROR,
        [change("completion", 0, score=60, rating="不合格")],
        ["completion[0].conclusion"],
        [
            change("completion", 0, score=60, rating="不合格", conclusion="调整"),
            change("individual", 1, status="待结对"),
        ],
    ),
    Case(
        "misconduct.participant.unknown",
        ERROR,
        [add("misconduct", a_misconduct(participant_id=code("G", 99)))],
        ["misconduct[1].participant_id"],
        [add("misconduct", a_misconduct(participant_id=code("Z")))],
    ),
    Case(
        "exchange.reply.unknown",
        ERROR,
        [add("exchange", a_post(2, kind="答复", reply_to=code("L", 99)))],
        ["exchange[1].reply_to"],
        [add("exchange", a_post(2, kind="答复", reply_to=code("L", 99, OTHER_UNIT)))],
    ),
    Case(
        "exchange.reply.missing",
        WARNING,
        [add("exchange", a_post(2, kind="答复"))],
        ["exchange[1].reply_to"],
        [add("exchange", a_post(2, kind="答复", reply_to=code("L")))],
    ),
    Case(
        "individual.status.contradicts",
        WARNING,
        [change("individual", 1, status="退出")],
        ["individual[1].status"],
        [change("individual", 1, status="退出", status_since=date(2026, 4, 1))],
    ),
    Case(
        "pairing.status.contradicts",
        WARNING,
        [change("completion", 0, conclusion="续帮"), change("individual", 1, status="待结对")],
        ["pairing[2].status"],
        [change("completion", 0, conclusion="调整"), change("individual", 1, status="待结对")],
    ),
    Case(
        "organisation.status.contradicts",
        WARNING,
        [_closed_and_left(date(2026, 6, 10))],
        ["organisation[0].status"],
        [_closed_and_left(date(2026, 6, 11))],
    ),
    Case(
        "pool.decision.undated",
        WARNING,
        [add("pool", _agreed(decided_on=None))],
        ["pool[0].decided_on"],
        [add("pool", _agreed(decision="暂缓", decided_on=None))],
    ),
]

LONG = {"content": "经验" * 284}
TEXTS = [
    Case(
        "exchange.content.long",
        NOTICE,
        [add("exchange", a_post(2, **LONG))],
        ["exchange[1].content"],
        [  # a cell shows 567; a post of the county is not the township's to shorten
            add("exchange", a_post(2, content="经" * 567), a_post(3, origin="县级下发", **LONG))
        ],
    ),
    Case(
        "log.next_step.long",
        NOTICE,
        [change("log", 0, next_step="续\n" * 27 + "办")],
        ["log[0].next_step"],
        [change("log", 0, next_step="续" * 216)],
    ),
]

CASES = [*TEXTS, *PAIRINGS, *STRUCTURE, *DUTIES, *LOG, *OUTCOMES]

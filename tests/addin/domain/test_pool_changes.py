"""Who should leave, rest, take more and come in; and who nearly should."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.facts import LedgerFacts
from addin.domain.pool_changes import Adjustment, pool_changes
from tests.addin.domain.gold import MONTHS, a_golden_township, drop
from tests.build import MONTH_OVER as AS_OF
from tests.build import (
    OTHER_UNIT,
    Edit,
    World,
    a_completion,
    a_conversion,
    a_log_entry,
    a_mentor,
    a_misconduct,
    a_pairing,
    add,
    an_assessment,
    an_individual,
    an_organisation,
    change,
    code,
)
from validators.settings import Settings
from validators.sheets import PoolChangeRow

D1, G1, J1 = code("D"), code("G"), code("J")


def suggested(
    *edits: Edit, mentors: int = 1, settings: Settings | None = None, as_of: date = AS_OF
) -> list[Adjustment]:
    ledger = a_golden_township(*edits, mentors=mentors, as_of=as_of)
    return list(pool_changes(LedgerFacts.of(ledger, settings or Settings(), as_of)))


def changes(*edits: Edit, **terms: Any) -> list[tuple[str, str]]:
    return [(str(one.change), one.participant_id) for one in suggested(*edits, **terms)]


def test_a_good_township_without_anybody_waiting_changes_nothing() -> None:
    assert changes(mentors=3) == []


# --- bringing in ---------------------------------------------------------------------------------


def graduate(**final: Any) -> list[Edit]:
    """Return the edits that make individual 1 finish with 优秀."""
    result = {"score": 92, "rating": "优秀", "conclusion": "出师", **final}
    return [
        change("individual", 0, status="期满出师", status_since=date(2026, 6, 12)),
        change("pairing", 0, status="期满", until=date(2026, 6, 10)),
        add("completion", a_completion(pairing_id=J1, assessed_on=date(2026, 6, 12), **result)),
    ]


def test_a_mentee_who_finished_with_excellence_is_brought_in() -> None:
    (one,) = suggested(*graduate())

    assert one.as_row() == {
        "mentor_id": G1,
        "mentor_name": "王二红",
        "change": "调入",
        "reason": f"2026-06-12 期满考核 92 分，优秀，出师（{J1}），尚未纳入导师库",
    }
    PoolChangeRow(**one.as_row())


@pytest.mark.parametrize(
    "edits",
    [
        graduate(score=89, rating="合格"),
        graduate(conclusion="续帮"),
        graduate()[1:],  # still 帮带中
        [*graduate(), add("misconduct", a_misconduct(participant_id=G1))],
        [*graduate(), add("mentor", a_mentor(
            5, name="王 二红", gender="女", born=date(1992, 3, 1), grassroots_since=None, status="调出",
            status_since=date(2026, 6, 20),
        ))],
        [*graduate(), add("mentor", a_mentor(
            5, name="王二红", gender="女", born=date(1992, 3, 1), grassroots_since=None,
            employer=None,
        ))],  # rejected, but says who it is
        [*graduate(), change("completion", 0, score="不详")],  # rejected
    ],
)  # fmt: skip
def test_who_is_not_that_good_or_a_mentor_already_is_not_brought_in(edits: list[Edit]) -> None:
    assert changes(*edits) == []


def test_a_namesake_born_in_another_month_is_another_person() -> None:
    namesake = a_mentor(5, name="王二红", gender="女", born=date(1992, 4, 1))

    assert changes(*graduate(), add("mentor", namesake)) == [("调入", G1)]


# --- leaving -------------------------------------------------------------------------------------


def test_misconduct_of_the_last_year_and_of_the_mentor_is_a_reason_to_leave() -> None:
    def recorded(**facts: Any) -> Edit:
        return add("misconduct", a_misconduct(**{"participant_id": D1, **facts}))

    (one,) = suggested(recorded())

    assert (one.change, one.participant_id) == ("调出", D1)
    assert one.reasons == ("负面情形：2026-04-08 无故缺席结对仪式（镇党委认定）",)
    assert changes(recorded(date=date(2025, 7, 2))) == [("调出", D1)]
    assert changes(recorded(date=date(2025, 7, 1))) == []
    assert changes(recorded(participant_id=G1)) == []


def test_an_appointment_that_ended_is_a_reason_only_without_a_running_pairing() -> None:
    ended = change("mentor", 0, appointed_until=date(2026, 6, 29))
    today = change("mentor", 0, appointed_until=AS_OF)
    idle = [drop("pairing", 0), drop("log", *range(5)), drop("duty", 0)]

    assert changes(ended) == []
    assert changes(today, *idle) == []
    (one,) = suggested(ended, *idle)
    assert one.reasons == ("聘期 2026-06-29 已满，没有正在帮带的结对",)


@pytest.mark.parametrize(
    ("pairing", "found"),
    [
        ({"status": "终止", "end_reason": "导师工作调动"}, [("调出", D1)]),
        ({"status": "终止", "end_reason": "导师已退休"}, [("调出", D1)]),
        ({"status": "终止", "end_reason": "对象工作调动"}, []),
        ({"status": "终止", "end_reason": "导师与对象商定"}, []),
        ({"status": "帮带中", "end_reason": "导师工作调动"}, []),
    ],
)
def test_a_mentor_who_left_the_post_should_leave(pairing: dict[str, Any], found: list[Any]) -> None:
    assert changes(change("pairing", 0, **pairing)) == found


def test_who_was_paired_again_has_not_left_the_post() -> None:
    again = a_pairing(9, paired_on=date(2026, 6, 20))
    left = change("pairing", 0, status="终止", end_reason="导师工作调动")

    assert changes(left, add("pairing", again)) == []


def without_effect(world: World) -> None:
    """Pair since December, assess twice, and nothing rises."""
    world["pairing"][0] |= {"paired_on": date(2025, 12, 30), "until": date(2026, 12, 29)}
    unmoved = {"competence": 2, "industry": 2}
    world["assessment"] = [
        an_assessment(1, assessed_on=date(2026, 3, 20), signed_on=None, **unmoved),
        an_assessment(2, assessed_on=date(2026, 6, 20), **unmoved),
    ]


def test_help_without_effect_is_a_reason_to_leave() -> None:
    (one,) = suggested(without_effect)

    assert one.change == "调出"
    assert one.reasons == (f"帮带满 6 个月并按期评价的对象 {G1}，应提升 2 个方面，均未提升",)


@pytest.mark.parametrize(
    "nearly",
    [
        change("assessment", 1, industry=3),  # one rose
        drop("assessment", 0),  # one assessment is too few
        change("pairing", 0, paired_on=date(2026, 1, 2)),  # one day too young
        add("conversion", a_conversion()),
    ],
)
def test_some_effect_or_too_little_time_is_none(nearly: Edit) -> None:
    assert changes(without_effect, nearly) == []


# --- resting -------------------------------------------------------------------------------------


def test_months_without_any_contact_over_all_pairings_are_a_reason_to_rest() -> None:
    (one,) = suggested(drop("log", *[MONTHS.index(month) for month in (4, 5, 6)]))

    assert (one.change, one.participant_id) == ("暂停", D1)
    assert one.reasons == ("2026-04 至 2026-06 名下 1 对结对均未联系，最近一次联系 2026-03-10",)


@pytest.mark.parametrize(
    "nearly",
    [
        [drop("log", 3, 4)],  # May and June only
        [drop("log", 2, 3, 4), change("pairing", 0, paused_from=date(2026, 4, 1),
                                      paused_to=date(2026, 4, 30))],
        [drop("log", 2, 3, 4), add("pairing", a_pairing(9, paired_on=date(2026, 5, 20))),
         add("log", a_log_entry(99, pairing_ids=code("J", 9), date=date(2026, 5, 21)))],
    ],
)  # fmt: skip
def test_a_contact_a_pause_or_fewer_months_are_none(nearly: list[Edit]) -> None:
    assert changes(*nearly) == []


def test_the_months_are_a_setting() -> None:
    assert changes(drop("log", 3, 4), settings=Settings(pool_idle_months=2)) == [("暂停", D1)]
    assert changes(drop("log", 3, 4), settings=Settings(pool_idle_months=0)) == []


def test_failed_assessments_are_a_reason_from_half_of_them_on() -> None:
    def final(number: int, score: int) -> list[Edit]:
        mentee = an_individual(number + 50, status="退出", status_since=date(2026, 6, 1))
        pairing = a_pairing(
            number + 50, mentee_id=code("G", number + 50), status="期满",
            paired_on=date(2025, 3, 1), ceremony_on=None, until=date(2026, 2, 28),
        )  # fmt: skip
        rating = "不合格" if score < 70 else "合格"
        completion = a_completion(
            pairing_id=code("J", number + 50), score=score, rating=rating, conclusion="调整"
        )
        return [
            add("individual", mentee), add("pairing", pairing), add("completion", completion)
        ]  # fmt: skip

    failed, passed, more = final(1, 60), final(2, 80), final(3, 85)

    (one,) = suggested(*failed, *passed)
    assert one.change == "暂停"
    assert one.reasons == (f"近期期满考核 2 次，不合格 1 次（{code('J', 51)} 60 分）",)
    assert changes(*failed, *passed, *more) == []


def test_who_should_leave_is_not_asked_to_rest() -> None:
    found = changes(
        drop("log", 2, 3, 4), add("misconduct", a_misconduct(participant_id=D1)), mentors=1
    )

    assert found == [("调出", D1)]


# --- taking more ---------------------------------------------------------------------------------


def wait(*numbers: int, **changes_: Any) -> Edit:
    rows = [an_individual(n, name="柳" + "东南西北中"[n % 5], status="待结对", **changes_)
            for n in numbers]  # fmt: skip
    return add("individual", *rows)


def test_a_good_mentor_with_room_takes_who_waits() -> None:
    (one,) = suggested(wait(31, 32))

    assert (one.change, one.participant_id) == ("增加帮带人数", D1)
    assert one.reasons == (
        "成效率 100%，联系完成率 100%；现帮带 1 人，上限 5 人；"
        "本乡镇有 2 名对象待结对，可再帮带 2 人",
    )


@pytest.mark.parametrize(
    "edit",
    [
        change("assessment", 0, competence=2),  # 成效 50%
        drop("log", 1, 3),  # 60% of the months
        change("mentor", 0, appointed_until=date(2026, 6, 29)),
        change("mentor", 0, status="暂停", status_since=date(2026, 6, 1)),
        change("pairing", 0, status="期满", until=date(2026, 6, 29)),  # helps nobody now
    ],
)
def test_who_is_not_good_or_not_there_takes_nobody(edit: Edit) -> None:
    assert changes(wait(31), edit) == []


def test_nobody_goes_beyond_the_limit_and_the_least_loaded_goes_first() -> None:
    found = suggested(wait(31, 32, 33), mentors=2, settings=Settings(load_limit=2))

    assert [(one.participant_id[-1], one.reasons[0][-8:]) for one in found] == [
        ("1", "可再帮带 1 人"),
        ("2", "可再帮带 1 人"),
    ]


def test_room_under_a_mentors_own_capacity_goes_first() -> None:
    full, roomy = change("mentor", 0, capacity=1), change("mentor", 1, capacity=3)

    (one,) = suggested(wait(31, 32), full, roomy, mentors=2)

    assert one.participant_id == code("D", 2)
    assert "可带 3 人，上限 5 人" in one.reasons[0]


def test_only_individuals_of_the_same_township_who_have_nobody_wait() -> None:
    organisation = an_organisation(9, status="待结对")
    elsewhere = an_individual(77, unit=OTHER_UNIT, status="待结对")

    assert changes(add("organisation", organisation)) == []
    assert changes(add("individual", elsewhere)) == []
    assert changes(change("individual", 0, status="待结对")) == []  # has a running pairing


def test_the_order_of_rows_changes_nothing() -> None:
    edits = [*graduate(), wait(31, 32, 33), drop("log", 12, 13, 14)]

    def backwards(world: World) -> None:
        for rows in world.values():
            rows.reverse()

    there = suggested(*edits, mentors=4)
    back = suggested(*edits, backwards, mentors=4)

    assert there == back
    assert [str(one.change) for one in there] == ["暂停", *["增加帮带人数"] * 2, "调入"]

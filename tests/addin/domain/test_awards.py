"""Gold mentors: every item, every condition, the quota, ties and the list for 公示."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.awards import Award, award_year, awards, public_list, public_words, quota
from addin.domain.facts import LedgerFacts
from tests.addin.domain.gold import MONTHS, a_golden_township, drop, merged
from tests.build import MONTH_OVER as AS_OF
from tests.build import (
    OTHER_UNIT,
    UNIT,
    Edit,
    a_completion,
    a_conversion,
    a_duty,
    a_log_entry,
    a_misconduct,
    a_pairing,
    add,
    an_assessment,
    change,
    code,
)
from validators.divisions import by_code
from validators.settings import Settings, read_settings
from validators.sheets import AwardRow
from validators.vocabulary import Shortlisted

D1, G1, J1 = code("D"), code("G"), code("J")
PERFECT = {"履职": 30.0, "档案日志": 20.0, "成效": 30.0, "满意度": 20.0}


def judged(*edits: Edit, settings: Settings | None = None, **terms: Any) -> Award:
    (one,) = awards(
        LedgerFacts.of(a_golden_township(*edits), settings or Settings(), AS_OF), **terms
    )
    return one


def points(one: Award) -> dict[str, float]:
    return {item.name: item.points for item in one.score.items}


def unmet(one: Award) -> list[str]:
    return [condition.name[:4] for condition in one.conditions if not condition.met]


# --- items ---------------------------------------------------------------------------------------


def test_a_faultless_year_earns_every_point_and_meets_every_condition() -> None:
    one = judged()

    assert points(one) == PERFECT
    assert (one.score.total, unmet(one), one.shortlisted) == (100.0, [], True)
    assert one.score.basis == (
        "履职 30 分：到期或已完成的导师职责 1 项，完成 1 项；"
        "档案日志 20 分：应联系 5 个月次，合规 5 个；"
        "成效 30 分：应提升 2 个方面，提升 2 个，尚未期满考核；"
        "满意度 20 分：评价 1 次，平均 5 分"
    )


@pytest.mark.parametrize(
    ("duty", "earned"),
    [
        ({"target": 9}, 15.0),  # due, not done
        ({"target": 9, "due_on": date(2026, 12, 31)}, 30.0),  # not due yet
        ({"target": 9, "due_on": AS_OF}, 30.0),  # the last day is still left
        ({"due_on": date(2026, 12, 31)}, 30.0),  # done ahead
        ({"target": 9, "side": "对象"}, 30.0),  # the mentee's, not the mentor's
        ({"target": 9, "pairing_id": "J640402104-009"}, 30.0),  # rejected
    ],
)
def test_duties_count_by_what_is_done_of_what_is_due(duty: dict[str, Any], earned: float) -> None:
    aspect = {"aspect": "工作作风", "starts_on": date(2026, 1, 5), "due_on": date(2026, 5, 31)}
    done = [
        a_log_entry(90 + n, date=date(2026, 3, 10 + n), duty_ids=code("ZR", 2), aspect="工作作风")
        for n in range(4)
    ]

    one = judged(add("duty", a_duty(2, **{**aspect, "target": 4, **duty})), add("log", *done))

    assert points(one)["履职"] == earned


def test_work_beyond_the_target_and_longer_logs_earn_nothing() -> None:
    more = [
        a_log_entry(100 + n, date=date(2026, 5, 1 + n), duty_ids=None, content=f"又去一次 {n}" * 20)
        for n in range(20)
    ]

    assert points(judged(add("log", *more))) == points(judged())


def test_a_mentor_none_of_whose_duties_any_entry_names_is_not_shortlisted() -> None:
    unnamed = [change("log", n, duty_ids=None) for n in range(len(MONTHS))]
    about_it = [
        change("log", n, content="核对产业项目的申报和验收材料") for n in range(len(MONTHS))
    ]

    by_volume, proposed = judged(*unnamed), judged(*unnamed, *about_it)

    assert judged().shortlisted
    assert (points(by_volume)["履职"], by_volume.shortlisted) == (0.0, False)
    assert (points(proposed)["履职"], proposed.shortlisted) == (0.0, False)
    assert "完成 0 项（未完成：ZR640402104-0001，另有 2 条待确认）" in proposed.score.basis


def test_no_duty_due_shows_nothing_and_earns_nothing() -> None:
    one = judged(drop("duty", 0), *(change("log", n, duty_ids=None) for n in range(len(MONTHS))))

    assert points(one) == {**PERFECT, "履职": 0.0}
    assert "没有到期或已完成的导师职责" in one.score.basis


def test_a_month_needs_a_contact_with_a_complete_entry() -> None:
    missed = judged(drop("log", 1))
    incomplete = judged(change("log", 1, recorder=None))
    made_up = judged(
        change("log", 1, recorder=None), add("log", a_log_entry(99, date=date(2026, 3, 20)))
    )

    assert points(missed)["档案日志"] == points(incomplete)["档案日志"] == 16.0
    assert f"合规 4 个（不合规：{J1} 2026-03）" in incomplete.score.basis
    assert unmet(incomplete) == ["日志合规"]
    assert points(made_up)["档案日志"] == 20.0


def test_growth_is_what_was_raised_of_the_weak_aspects() -> None:
    one = judged(change("assessment", 0, competence=2))

    assert points(one)["成效"] == 15.0
    assert unmet(one) == ["总分不低"]


def test_without_weak_aspects_those_below_strong_are_to_be_raised() -> None:
    strong = change("individual", 0, competence=4, industry=4)

    one = judged(strong, change("assessment", 0, competence=4, industry=4, conviction=4))

    assert one.tally.growth == (1, 3)  # 思想情怀 of 思想情怀、组织建设、基层治理
    assert points(one)["成效"] == 10.0


def test_a_step_of_conversion_counts_as_one_more_aspect_raised() -> None:
    one = judged(change("assessment", 0, competence=2), add("conversion", a_conversion()))
    before = a_conversion(date=date(2025, 12, 31))

    assert one.tally.growth == (2, 3)
    assert "应提升 2 个方面，提升 1 个，培养转化 1 次" in one.score.basis
    assert judged(add("conversion", before)).tally.growth == (2, 2)


def test_end_of_period_scores_count_against_the_score_of_excellence() -> None:
    finished = change("pairing", 0, until=date(2026, 6, 10), status="期满")

    def of(score: float, rating: str) -> Award:
        return judged(
            finished,
            change("assessment", 0, assessed_on=date(2026, 6, 1)),
            add("completion", a_completion(
                pairing_id=J1, assessed_on=date(2026, 6, 15), score=score, rating=rating,
                conclusion="续帮",
            )),
        )  # fmt: skip

    assert points(of(95, "优秀"))["成效"] == 30.0
    assert points(of(81, "合格"))["成效"] == 28.5  # (2/2 + 81/90) / 2
    assert unmet(of(81, "合格")) == []
    assert unmet(of(60, "不合格")) == ["帮带对象"]


def test_satisfaction_is_the_mean_of_what_was_given_in_the_year_and_the_period() -> None:
    given = [
        an_assessment(2, assessed_on=date(2026, 4, 1), satisfaction=4),
        an_assessment(3, assessed_on=date(2026, 5, 1), satisfaction=None),
        an_assessment(4, assessed_on=date(2026, 1, 4), satisfaction=1),  # before the pairing
        an_assessment(5, assessed_on=date(2025, 12, 1), satisfaction=1),
    ]

    one = judged(add("assessment", *given))

    assert points(one)["满意度"] == 18.0
    assert "评价 2 次，平均 4.5 分" in one.score.basis


def test_the_weights_are_settings() -> None:
    one = judged(settings=Settings(gold_weights=("40", "10", "25.5", "24.5")))

    assert list(points(one).values()) == [40.0, 10.0, 25.5, 24.5]


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "condition"),
    [
        (change("assessment", 0, conviction=2), "帮带对象"),  # 3 at the baseline
        (change("mentor", 0, status="暂停", status_since=date(2026, 6, 1)), "在库且本"),
        (add("misconduct", a_misconduct(participant_id=D1)), "无负面情"),
        (change("pairing", 0, until=date(2026, 6, 29)), "帮带对象"),  # past and not assessed
    ],
)
def test_each_condition_bars_by_itself(edit: Edit, condition: str) -> None:
    one = judged(edit)

    assert unmet(one) == [condition]
    assert (one.place, one.shortlisted) == (None, False)
    assert f"{condition}" in one.as_row()["conditions"]


@pytest.mark.parametrize(
    "edit",
    [
        change("assessment", 0, conviction=3),
        add("misconduct", a_misconduct(participant_id=D1, date=date(2025, 12, 31))),
        add("misconduct", a_misconduct(participant_id=G1)),  # the mentee's
        change("pairing", 0, until=date(2026, 7, 1)),
    ],
)
def test_a_near_miss_of_a_condition_does_not_bar(edit: Edit) -> None:
    assert unmet(judged(edit)) == []


def test_a_mentee_nobody_assessed_is_not_on_course_after_two_intervals() -> None:
    unassessed = drop("assessment", 0)
    young = change("pairing", 0, paired_on=date(2026, 1, 31))

    assert "帮带对象" not in unmet(judged(unassessed))  # 5 July is the day
    late = awards(LedgerFacts.of(a_golden_township(unassessed), Settings(), date(2026, 7, 5)))
    assert "2026-01-05 结对后未评价" in late[0].as_row()["conditions"]
    assert "帮带对象" not in unmet(judged(unassessed, young))


def test_the_reasons_say_what_was_found() -> None:
    barred = judged(add("misconduct", a_misconduct(participant_id=D1)))

    row = barred.as_row()
    assert "无负面情形：未达到（2026-04-08 无故缺席结对仪式（镇党委认定））" in row["conditions"]
    assert row["shortlisted"] is Shortlisted.NO
    AwardRow(**row)


def test_the_total_shown_is_what_is_judged() -> None:
    edits = (
        change("assessment", 0, satisfaction=3),
        add(  # 30 + 20 + 30 + 12
            "assessment", an_assessment(2, assessed_on=date(2026, 6, 1), satisfaction=2)
        ),
    )

    one = judged(*edits)

    assert (one.score.total, unmet(one)) == (90.0, [])
    assert unmet(judged(*edits, settings=Settings(gold_total=91))) == ["总分不低"]


# --- who is judged -------------------------------------------------------------------------------


def test_only_mentors_who_helped_in_the_year_are_judged() -> None:
    ledger = a_golden_township(
        change("pairing", 0, status="终止", end_reason="对象外出务工"), mentors=2
    )

    assert [one.mentor.mentor_id for one in awards(LedgerFacts.of(ledger, Settings(), AS_OF))] == [
        code("D", 2)
    ]
    assert awards(LedgerFacts.of(ledger, Settings(), AS_OF), 2025) == ()


def test_a_past_year_is_judged_by_its_own_days() -> None:
    later = date(2027, 2, 10)
    ledger = a_golden_township(
        add("misconduct", a_misconduct(participant_id=D1, date=date(2027, 1, 20))),
        add("assessment", an_assessment(9, assessed_on=date(2027, 1, 2), satisfaction=1)),
        as_of=later,
    )

    (one,) = awards(LedgerFacts.of(ledger, Settings(), later), 2026)

    assert one.tally.months.in_order == (5, 11)
    assert len(one.tally.satisfaction) == 1
    assert "无负面情" in unmet(one)  # it became known before the list


def test_a_list_made_in_january_from_last_years_ledger_judges_last_year() -> None:
    later = date(2027, 1, 15)
    ledger = a_golden_township(as_of=later)
    facts = LedgerFacts.of(ledger, Settings(), later)

    (one,) = awards(facts)

    assert award_year(facts.ledger, facts.as_of) == one.year == 2026
    assert one == awards(facts, 2026)[0]
    assert one.tally.months.in_order == (5, 11)
    assert "2026 年度结对 1 对" in one.as_row()["conditions"]
    assert awards(facts, 2027) != awards(facts)


def test_the_awards_of_the_last_day_stay_the_same_in_january() -> None:
    days = [date(2026, month, 10) for month in range(7, 13)]
    entries = [a_log_entry(50 + n, date=day, duty_ids=None) for n, day in enumerate(days)]

    def row(day: date) -> dict[str, Any]:
        ledger = a_golden_township(add("log", *entries), as_of=day)
        return awards(LedgerFacts.of(ledger, Settings(), day))[0].as_row()

    assert row(date(2027, 1, 1)) == row(date(2027, 1, 4)) == row(date(2027, 1, 31))
    assert row(date(2027, 1, 4))["total"] == 100


def test_a_ledger_of_next_year_judges_nobody_before_it_begins() -> None:
    ledger = a_golden_township(change("unit", 0, year=2027))

    assert awards(LedgerFacts.of(ledger, Settings(), AS_OF)) == ()


def test_several_ledgers_are_judged_for_the_year_of_most() -> None:
    last = a_golden_township(change("unit", 0, year=2025))
    ledgers = [a_golden_township(unit=unit, file=unit) for unit in (OTHER_UNIT, "640402100")]

    assert award_year(merged(last, *ledgers), AS_OF) == 2026


def test_a_rejected_row_is_not_used() -> None:
    one = judged(add("misconduct", a_misconduct(participant_id=D1, date="不详")))

    assert unmet(one) == []


def test_a_mentor_who_helps_elsewhere_counts_once_with_all_pairings() -> None:
    there = a_golden_township(
        change("pairing", 0, mentor_id=D1), drop("log", 0), unit=OTHER_UNIT, file="官厅镇.xlsx"
    )

    found = awards(LedgerFacts.of(merged(a_golden_township(), there), Settings(), AS_OF))

    (one,) = [award for award in found if award.mentor.mentor_id == D1]
    assert one.n_mentees == 2
    assert one.tally.months.in_order == (9, 10)
    assert len(found) == 1


# --- quota and ties ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mentors", "share", "most"),
    [(0, 10, 1), (1, 10, 1), (19, 10, 1), (20, 10, 2), (29, 10, 2), (30, 10, 3), (80, 12.5, 10),
     (79, 12.5, 9), (1000, 0.1, 1), (3, 100, 3)],
)  # fmt: skip
def test_the_quota_is_rounded_down_and_at_least_one(mentors: int, share: float, most: int) -> None:
    assert quota(mentors, Settings.model_construct(gold_quota=share)) == most


def shortlist(*edits: Edit, mentors: int = 4, share: float = 50) -> list[str]:
    ledger = a_golden_township(*edits, mentors=mentors)
    found = awards(LedgerFacts.of(ledger, Settings(gold_quota=share), AS_OF))
    return [one.mentor.mentor_id[-1] for one in found if one.shortlisted]


def test_the_best_within_the_quota_are_taken() -> None:
    worse = [change("assessment", at, satisfaction=5 - at) for at in (1, 2)]

    assert shortlist(*worse, drop("log", 15)) == ["1", "2"]


def test_equals_at_the_cut_are_all_listed_and_told_how_to_choose() -> None:
    ledger = a_golden_township(change("assessment", 3, satisfaction=4), mentors=4)

    found = awards(LedgerFacts.of(ledger, Settings(gold_quota=50), AS_OF))

    assert [one.place.rank for one in found if one.place] == [1, 1, 1, 4]
    assert not any(one.shortlisted for one in found)
    assert [one.as_row()["shortlisted"] for one in found] == ["并列", "并列", "并列", "未入围"]
    assert (
        found[0]
        .as_row()["conditions"]
        .endswith(
            "县内符合条件的第 1 名，名额 2 名；3 人各项得分和对象数相同，剩余名额 2 名，提请集体研究确定"
        )
    )
    assert found[3].as_row()["conditions"].endswith("县内符合条件的第 4 名，名额 2 名")


def test_equals_within_the_quota_are_all_taken() -> None:
    lower = change("assessment", 2, satisfaction=4), change("assessment", 3, satisfaction=4)

    assert shortlist(*lower) == ["1", "2"]


def test_equal_totals_are_told_apart_by_results_first() -> None:
    """Mentor 1 loses 4 points of 满意度, mentor 2 as many of 档案日志 and keeps the better item."""
    lower = change("assessment", 0, satisfaction=4), drop("log", 5)

    found = awards(
        LedgerFacts.of(
            a_golden_township(*lower, mentors=2), Settings(gold_quota=50, gold_log_rate=0), AS_OF
        )
    )

    assert [(one.mentor.mentor_id[-1], one.score.total) for one in found] == [
        ("2", 96.0),
        ("1", 96.0),
    ]
    assert [one.shortlisted for one in found] == [True, False]


def test_who_reached_the_same_with_more_mentees_goes_first() -> None:
    mentee = add("pairing", a_pairing(9, mentor_id=code("D", 2), paired_on=date(2026, 6, 20)))

    assert shortlist(mentee, mentors=2, share=50) == ["2"]


def test_counties_have_quotas_of_their_own() -> None:
    there = a_golden_township(unit="640422100", file="吉强镇.xlsx")

    found = awards(LedgerFacts.of(merged(there, a_golden_township(mentors=1)), Settings(), AS_OF))

    assert [(one.number, one.county, one.shortlisted) for one in found] == [
        (1, "原州区", True),
        (2, "西吉县", True),
    ]


def test_the_quota_counts_mentors_in_the_pool_only() -> None:
    gone = [change("mentor", at, status="调出", status_since=date(2026, 1, 2)) for at in (2, 3)]
    idle = [drop("pairing", 2, 3), drop("duty", 2, 3), drop("log", *range(10, 20))]
    lower = change("assessment", 1, satisfaction=4)

    assert shortlist(*idle, lower) == ["1", "2"]
    assert shortlist(*gone, *idle, lower) == ["1"]


def test_the_order_of_rows_changes_nothing() -> None:
    def backwards(world: dict[str, list[Any]]) -> None:
        for rows in world.values():
            rows.reverse()

    lower = change("assessment", 1, satisfaction=3), drop("log", 11)
    there = awards(
        LedgerFacts.of(a_golden_township(*lower, mentors=4), Settings(gold_quota=50), AS_OF)
    )
    back = awards(
        LedgerFacts.of(
            a_golden_township(*lower, backwards, mentors=4), Settings(gold_quota=50), AS_OF
        )
    )

    assert [one.as_row() for one in there] == [one.as_row() for one in back]


# --- 公示 ----------------------------------------------------------------------------------------


def test_the_public_list_names_the_shortlisted_and_nothing_personal() -> None:
    ledger = a_golden_township(change("assessment", 1, satisfaction=4), mentors=2)

    (line,) = public_list(awards(LedgerFacts.of(ledger, Settings(), AS_OF)))

    assert line._asdict() == {
        "number": 1,
        "county": "原州区",
        "name": "马二明",
        "employer": "镇人民政府",
        "post": "四级调研员",
        "total": 100.0,
    }
    assert UNIT not in "".join(map(str, line))


def test_what_the_settings_say_of_the_publication_is_in_it_and_room_is_left_for_the_rest() -> None:
    scope = by_code()["640402"]
    typed, problems = read_settings(
        [
            ("公示期", "2026-12-01至2026-12-07"),
            ("监督电话", "0954-2000001"),
            ("公示受理单位", "原州区委组织部干部监督室"),
            ("公示落款", "中共原州区委组织部干部科"),
        ]
    )

    said = public_words(scope, 2026, 3, AS_OF, typed)
    blank = public_words(scope, 2026, 3, AS_OF, Settings())

    assert problems == {}
    assert said.closing[0] == "公示期：2026年12月1日至2026年12月7日（不少于5个工作日）。"
    assert said.closing[-2:] == ("受理单位：原州区委组织部干部监督室", "监督电话：0954-2000001")
    assert said.signer == "中共原州区委组织部干部科"
    assert "　　　年　月　日至　　　年　月　日" in blank.closing[0]
    assert blank.closing[-2:] == ("受理单位：", "监督电话：")
    assert blank.signer == "中共原州区委组织部"

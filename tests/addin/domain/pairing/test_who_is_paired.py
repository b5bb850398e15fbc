"""Who is to be paired, how often, and by whose limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.pairing.ledger_pools import joint_settings
from addin.domain.pairing.suggest import Suggestions, suggest
from tests.addin.domain.pairing.ledgers import Sheets, a_draft_row, a_name, build, random_sheets
from tests.build import AS_OF, OTHER_UNIT, UNIT, RowCells, a_mentor, a_pairing, an_individual, code
from validators.relations import running
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow

few = settings(deadline=None)


def _sheets(
    mentors: list[RowCells],
    mentees: list[RowCells],
    pairings: list[RowCells] | None = None,
    drafts: list[RowCells] | None = None,
) -> Sheets:
    return {
        UNIT: {
            "mentor": mentors,
            "individual": mentees,
            "organisation": [],
            "pairing": pairings or [],
            "suggestion": drafts or [],
        }
    }


def _plan(sheets: Sheets, **options: Any) -> Suggestions:
    return suggest(build(sheets), Settings(), AS_OF, **options)


def _pairs(plan: Suggestions) -> set[tuple[str, str]]:
    return {(pair.mentor_id, pair.mentee_id) for pair in plan.pairs}


# --- limits ---


def test_two_full_mentors_assigned_leave_room_for_one_mentor_and_are_both_named() -> None:
    """Places lost with both were once filled with two others."""
    full = [an_individual(n, name=f"已结对{n}", status="帮带中") for n in range(2, 8)]
    sheets = _sheets(
        [a_mentor(n, capacity=3) for n in (1, 2, 3, 4)],
        [an_individual(1, status="待结对", mentors_needed=1), *full],
        [a_pairing(n, mentor_id=code("D", 1 + n % 2), mentee_id=code("G", n)) for n in range(2, 8)],
        [a_draft_row(code("D", n), code("G", 1), decision="组织指定") for n in (1, 2)],
    )

    plan = _plan(sheets)

    assert Counter(pair.mentee_id for pair in plan.pairs) == {code("G", 1): 1}
    dropped = plan.as_json()["not_kept"]
    assert [pair["mentor_id"] for pair in dropped] == [code("D", 1), code("D", 2)]
    assert all("现帮带 3 人，已满" in pair["reason"] for pair in dropped)
    reasons = [row.reason for row in plan.set_aside]
    assert [reason[:8] for reason in reasons] == ["组织指定未保留："] * 2


@few
@given(st.integers(0, 10**9), st.booleans())
def test_nobody_gets_more_mentors_than_wanted_whatever_is_assigned(seed: int, reopen: bool) -> None:
    sheets = random_sheets(seed, mentors=3, mentees=5)
    for rows in sheets.values():
        for row in rows["suggestion"]:
            row["decision"] = "组织指定" if row["decision"] else "采纳"
    ledger, plan = build(sheets), _plan(sheets, reopen=reopen)
    default = Settings()
    before = Counter(mentee for _, _, mentee in running(ledger))
    for model, most in (
        (IndividualRow, default.mentors_per_individual),
        (OrganisationRow, default.mentors_per_organisation),
    ):
        for row in ledger.table(model).records():
            new = sum(pair.mentee_id == row.mentee_id for pair in plan.pairs)
            has = 0 if reopen else before[row.mentee_id]
            assert not new or has + new <= min(row.mentors_needed or 1, most)


def test_of_two_assigned_to_the_only_place_the_other_is_told_who_has_it() -> None:
    """The other gets somebody nobody assigned, which is no reason."""
    mentees = [an_individual(n, name=a_name("王", str(n)), status="待结对") for n in (1, 2)]
    drafts = [a_draft_row(code("D", 1), code("G", n), decision="组织指定") for n in (1, 2)]
    plan = _plan(_sheets([a_mentor(1, capacity=1), a_mentor(2)], mentees, drafts=drafts))

    (dropped,) = plan.dropped
    assert len(plan.pairs) == 2
    (kept,) = (pair for pair in plan.pairs if pair.mentor_id == code("D", 1))
    assert dropped.mentee_id != kept.mentee_id
    assert dropped.reason == f"马志远已带满（本次安排{kept.mentee_name}）"


def test_an_assignment_wins_over_an_adopted_pair_of_the_same_mentee() -> None:
    sheets = _sheets(
        [a_mentor(1), a_mentor(2, specialties="财务管理")],
        [an_individual(1, status="待结对")],
        drafts=[
            a_draft_row(code("D", 1), code("G", 1), decision="采纳"),
            a_draft_row(code("D", 2), code("G", 1), decision="组织指定"),
        ],
    )

    plan = _plan(sheets)

    assert _pairs(plan) == {(code("D", 2), code("G", 1))}
    assert [pair.mentor_id for pair in plan.dropped] == [code("D", 1)]


def test_an_assignment_to_somebody_who_is_not_waiting_is_named() -> None:
    sheets = _sheets(
        [a_mentor(1)],
        [an_individual(1, status="退出")],
        drafts=[a_draft_row(code("D", 1), code("G", 1), decision="组织指定")],
    )

    (dropped,) = _plan(sheets).dropped

    assert "不在待结对范围内" in dropped.reason


# --- one person twice in the pool ---


@few
@given(st.integers(0, 10**9))
def test_a_person_in_the_pool_twice_has_one_capacity(seed: int) -> None:
    sheets = random_sheets(seed, mentors=3, draft=False)
    mine = list(sheets[UNIT]["mentor"])
    for number, row in enumerate(mine, 60):
        sheets[UNIT]["mentor"].append({**row, "mentor_id": code("D", number)})
        row["capacity"] = None
    ledger, plan = build(sheets), _plan(sheets)

    rows = {row.mentor_id: row for row in ledger.table(MentorRow).records()}
    helped: dict[Any, set[str]] = defaultdict(set)
    limits: dict[Any, list[int]] = defaultdict(list)
    for row in rows.values():
        limits[row.name, row.born] += [] if row.capacity is None else [row.capacity]
    pairs = {(mentor, mentee) for _, mentor, mentee in running(ledger)} | _pairs(plan)
    for mentor, mentee in pairs:
        if mentee.startswith("G"):
            helped[rows[mentor].name, rows[mentor].born].add(mentee)
    for pair in plan.pairs:
        person = rows[pair.mentor_id].name, rows[pair.mentor_id].born
        if pair.mentee_id.startswith("G"):
            most = min([*(limits[person] or [Settings().load_warning]), Settings().load_limit])
            assert len(helped[person]) <= most
    teams = Counter((rows[mentor].name, mentee) for mentor, mentee in _pairs(plan))
    assert max(teams.values(), default=1) == 1, "nobody is two mentors of one mentee"


def test_the_other_row_of_the_same_person_is_named() -> None:
    twice = [a_mentor(1), {**a_mentor(1), "mentor_id": code("D", 9)}]
    drafts = [a_draft_row(code("D", 9), code("G", 1), decision="组织指定")]
    plan = _plan(_sheets(twice, [an_individual(1, status="待结对")], drafts=drafts))

    assert _pairs(plan) == {(code("D", 1), code("G", 1))}
    assert "有两行登记" in plan.dropped[0].reason
    assert f"按 {code('D', 1)} 结对" in plan.dropped[0].reason


# --- each ledger's own settings ---


def _two_townships(**mentee: Any) -> Sheets:
    def township(unit: str) -> dict[str, list[RowCells]]:
        waiting = [an_individual(1, unit=unit, status="待结对", **mentee)]
        mentors = [a_mentor(n, unit=unit) for n in (1, 2, 3)]
        return {"mentor": mentors, "individual": waiting, "organisation": [], "pairing": []}

    return {unit: township(unit) for unit in (UNIT, OTHER_UNIT)}


def test_each_ledgers_own_limits_hold_for_its_own_people() -> None:
    own = {f"{UNIT}.xlsx": Settings(mentors_per_individual=1), f"{OTHER_UNIT}.xlsx": Settings()}

    plan = _plan(_two_townships(mentors_needed=3), own=own)

    teams = Counter(pair.mentee_id for pair in plan.pairs)
    assert teams == {code("G", 1): 1, code("G", 1, OTHER_UNIT): 3}


def test_what_is_weak_follows_the_mentees_own_ledger() -> None:
    own = {f"{UNIT}.xlsx": Settings(weak_at_most=3), f"{OTHER_UNIT}.xlsx": Settings()}
    scores = dict.fromkeys(("conviction", "competence", "organisation", "conduct"), 3)

    plan = _plan(_two_townships(**scores, industry=5, governance=5), own=own)

    here, there = plan.pairs
    assert "短板为思想情怀、业务能力、组织建设、工作作风" in here.reason
    assert "无薄弱方面" in there.reason


def test_a_joint_plan_scores_by_what_all_agree_on_and_says_where_they_do_not() -> None:
    same = {"a.xlsx": Settings(churn=9), "b.xlsx": Settings(churn=9)}
    odd = {"a.xlsx": Settings(churn=9, load_warning=2), "b.xlsx": Settings()}

    agreed, silent = joint_settings(same)
    default, said = joint_settings(odd)

    assert (agreed.churn, silent) == (9, [])
    assert default.churn == 5
    assert "“建议变动扣分”不一致，统一按默认值 5 计分，未采用 a.xlsx 的" in said[0]
    assert "“导师帮带人数提醒值”不一致，各按本台账参数处理" in said[1]


# --- who has waited longest ---


def test_among_equals_the_longest_waiting_gets_the_only_place() -> None:
    for longest in (1, 2, 3):
        days = {n: date(2026, 6, 20) for n in (1, 2, 3)} | {longest: date(2026, 5, 1)}
        mentees = [
            an_individual(n, name=a_name("王", str(n)), status="待结对", chosen_on=days[n])
            for n in days
        ]

        plan = _plan(_sheets([a_mentor(1, capacity=1)], mentees))

        assert _pairs(plan) == {(code("D", 1), code("G", longest))}


def test_waiting_begins_with_the_end_of_the_last_pairing() -> None:
    """Chosen first, but helped until June: the other has waited longer."""
    mentees = [
        an_individual(1, name="甲", status="待结对", chosen_on=date(2025, 1, 1)),
        an_individual(2, name="乙", status="待结对", chosen_on=date(2026, 3, 1)),
    ]
    over = a_pairing(1, status="终止", ended_on=date(2026, 6, 20), end_reason="导师调离")
    sheets = _sheets([a_mentor(1, capacity=1)], mentees, [over])

    assert _pairs(_plan(sheets)) == {(code("D", 1), code("G", 2))}


@pytest.mark.parametrize(
    ("pairing", "said"),
    [
        (
            {"status": "终止", "ended_on": date(2026, 6, 20)},
            f"上一结对 {code('J', 1)} 2026-06-20 终止，状态仍是“帮带中”，按待结对处理",
        ),
        (
            {"status": "期满", "until": date(2026, 6, 25)},
            f"上一结对 {code('J', 1)} 2026-06-25 期满，状态仍是“帮带中”，按待结对处理",
        ),
        (
            {"status": "终止"},
            f"上一结对 {code('J', 1)} 已终止（未填终止日期，自结对日期 "
            f"{a_pairing(1)['paired_on']} 起算），状态仍是“帮带中”，按待结对处理",
        ),
        ({"mentee_id": code("G", 7)}, "状态是“帮带中”，结对台账中没有其结对，按待结对处理"),
    ],
)
def test_who_is_left_without_a_pairing_is_paired_again_and_told(
    pairing: dict[str, Any], said: str
) -> None:
    mentees = [an_individual(1, status="帮带中"), an_individual(7, name="七", status="帮带中")]
    running_one = a_pairing(7, mentee_id=code("G", 7))
    rows = [a_pairing(1, **pairing), *([running_one] if pairing.get("status") else [])]

    plan = _plan(_sheets([a_mentor(1)], mentees, rows))

    (pair,) = plan.pairs
    assert pair.mentee_id == code("G", 1)
    assert said in pair.reason


def test_nobody_to_pair_is_explained_by_what_there_is() -> None:
    mentees = [an_individual(1, status="帮带中"), an_individual(2, name="乙", status="退出")]

    plan = _plan(_sheets([a_mentor(1)], mentees, [a_pairing(1)]))

    assert plan.pairs == plan.unmatched == ()
    assert plan.idle == "登记的对象中帮带中 1 名（个）、退出 1 名（个），没有需安排导师的"
    assert plan.as_json()["notes"] == [plan.idle]

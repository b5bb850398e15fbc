"""Every suggestion and every non-suggestion has a sentence a clerk can defend."""

from __future__ import annotations

from typing import Any

import pytest

from addin.domain.pairing.explain import explain
from addin.domain.pairing.suggest import Suggestions, suggest
from tests.addin.domain.pairing.ledgers import Sheets, a_draft_row, build
from tests.build import AS_OF, UNIT, RowCells, a_mentor, a_pairing, an_individual, code
from validators.divisions import villages
from validators.settings import Settings

MENTOR, RIVAL, MENTEE = code("D", 1), code("D", 2), code("G", 1)


def _sheets(
    mentors: list[RowCells], mentees: list[RowCells], drafts: list[RowCells] | None = None
) -> Sheets:
    return {
        UNIT: {
            "mentor": mentors,
            "individual": mentees,
            "organisation": [],
            "pairing": [],
            "suggestion": drafts or [],
        }
    }


def _plan(sheets: Sheets, **changes: Any) -> Suggestions:
    return suggest(build(sheets), Settings(**changes), AS_OF)


def _weak(number: int = 1, **changes: Any) -> RowCells:
    facts = {"status": "待结对", "competence": 2, "governance": 1, "industry": 3, **changes}
    return an_individual(number, **facts)


def test_a_pair_says_what_speaks_for_it() -> None:
    agreed = a_draft_row(MENTOR, MENTEE, mentor_opinion="同意", mentee_opinion="同意")

    (pair,) = _plan(_sheets([a_mentor(1)], [_weak()], [agreed])).pairs

    assert pair.reason == (
        "同乡镇；专业领域相近（产业发展）；朱晓明短板为业务能力、基层治理，马志远两项均 4 分以上；"
        "双方同意；现未帮带，未满额"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"village": villages(UNIT)[1]}, "同村"),
        ({"specialties": "政策法规"}, "同乡镇；朱晓明短板为"),
        ({"competence": 3}, "马志远在基层治理方面 4 分以上"),
        ({"competence": 3, "governance": 2}, "马志远业务能力 3 分、基层治理 2 分"),
        ({"competence": None, "governance": 3}, "马志远业务能力未打分、基层治理 3 分"),
    ],
)
def test_a_reason_says_what_is_so(changes: dict[str, Any], said: str) -> None:
    (pair,) = _plan(_sheets([a_mentor(1, **changes)], [_weak()])).pairs

    assert said in pair.reason


@pytest.mark.parametrize(("capacity", "served"), [(None, 1), (2, 2)])
def test_a_blank_capacity_means_the_usual_number_for_new_pairings(
    capacity: int | None, served: int
) -> None:
    sheets = _sheets([a_mentor(1, capacity=capacity)], [_weak(n) for n in (1, 2)])

    plan = _plan(sheets, load_warning=1)

    assert len(plan.pairs) == served
    assert all(f"{served} 人，恰好满额" in pair.reason for pair in plan.pairs if served > 1)


def test_a_mentees_one_weak_aspect_and_none() -> None:
    one, none, blank = (
        _weak(1, governance=3),
        _weak(2, competence=3, governance=3),
        _weak(3, **dict.fromkeys(
            ("conviction", "competence", "organisation", "conduct", "industry", "governance")
        )),
    )  # fmt: skip

    reasons = [pair.reason for pair in _plan(_sheets([a_mentor(1)], [one, none, blank])).pairs]

    assert "朱晓明短板为业务能力，马志远该项 4 分" in reasons[0]
    assert "陈小燕无薄弱方面" in reasons[1]
    assert "苏海龙无摸底打分" in reasons[2]


def test_a_weaker_rival_is_compared_by_all_five_scores() -> None:
    mentors = [a_mentor(1), a_mentor(2, competence=2, governance=2)]

    said = explain(_plan(_sheets(mentors, [_weak()])).plans, RIVAL, MENTEE)

    assert said.startswith("王秀兰总分 ")
    for principle in ("领域相近", "帮带便捷", "以强带弱", "双向自愿", "组织统筹"):
        assert said.count(principle) == 2
    assert "现建议马志远总分 " in said
    assert said.endswith("总分不高于现建议")


def test_a_rival_who_is_full_is_said_to_be_full_and_with_whom() -> None:
    mentors = [a_mentor(1, capacity=1), a_mentor(2, specialties=None, competence=3)]
    plan = _plan(_sheets(mentors, [_weak(1), _weak(2)]))
    left = next(pair for pair in plan.pairs if pair.mentor_id == RIVAL)
    other = next(pair for pair in plan.pairs if pair.mentor_id == MENTOR)

    said = explain(plan.plans, MENTOR, left.mentee_id)

    assert f"马志远现帮带 0 人，本次已安排{other.mentee_name}，带满 1 人" in said
    assert said.endswith("总分虽高，但调整给该对象将使其他对象总分降低更多")


@pytest.mark.parametrize(
    ("rival", "draft", "said"),
    [
        ({"status": "暂停"}, {}, "王秀兰已暂停"),
        ({"status": "调出"}, {}, "王秀兰已调出"),
        ({"appointed_until": "2026-01-31"}, {}, "王秀兰聘期已过"),
        ({"avoid": "朱晓明"}, {}, "王秀兰的“回避人员”中有该对象"),
        ({"avoid": MENTEE}, {}, "王秀兰的“回避人员”中有该对象"),
        ({"capacity": 0}, {}, "王秀兰现帮带 0 人，已满"),
        ({}, {"decision": "不予结对"}, "王秀兰已填“不予结对”"),
        ({}, {"mentor_opinion": "不同意"}, "王秀兰本人不同意"),
        ({}, {"mentee_opinion": "不同意"}, "王秀兰未获对象同意"),
        (
            {"name": "朱晓明", "gender": "女", "born": "1992-03"},
            {},
            "朱晓明与对象是同一人（姓名、性别、出生年月相同）",
        ),
    ],
)
def test_who_may_not_is_said_why(rival: dict[str, Any], draft: dict[str, Any], said: str) -> None:
    drafts = [a_draft_row(RIVAL, MENTEE, **draft)] if draft else []
    plan = _plan(_sheets([a_mentor(1), a_mentor(2, **rival)], [_weak()], drafts))

    assert [pair.mentor_id for pair in plan.pairs] == [MENTOR]
    assert explain(plan.plans, RIVAL, MENTEE) == said


def test_who_helps_already_is_not_suggested_again() -> None:
    sheets = _sheets([a_mentor(1), a_mentor(2)], [_weak(mentors_needed=2)])
    sheets[UNIT]["pairing"] = [a_pairing(1, mentor_id=RIVAL)]

    plan = _plan(sheets)

    assert [(pair.mentor_id, pair.mode) for pair in plan.pairs] == [(MENTOR, "多对一")]
    assert explain(plan.plans, RIVAL, MENTEE) == "王秀兰正在帮带该对象，不重复结对"


def test_a_refused_mentor_is_replaced_and_the_change_says_why() -> None:
    refused = a_draft_row(MENTOR, MENTEE, decision="不予结对", remark="另有任务")

    plan = _plan(_sheets([a_mentor(1), a_mentor(2, competence=3)], [_weak()], [refused]))

    (change,) = plan.changes
    assert (change.before, change.after) == (MENTOR, RIVAL)
    assert change.sentence == "朱晓明的导师由马志远调整为王秀兰（马志远已填“不予结对”）"
    (kept,) = plan.set_aside
    assert (kept.mentor_id, kept.decision, kept.remark) == (MENTOR, "不予结对", "另有任务")


def test_an_old_suggestion_stays_unless_another_is_better_by_the_deduction() -> None:
    mentors = [a_mentor(1, industry=5), a_mentor(2, competence=5, governance=5)]
    draft = [a_draft_row(MENTOR, MENTEE)]
    better = _plan(_sheets(mentors, [_weak()])).pairs[0]

    stays = _plan(_sheets(mentors, [_weak()], draft), churn=15)
    moves = _plan(_sheets(mentors, [_weak()], draft), churn=0)

    assert better.mentor_id == RIVAL
    assert [pair.mentor_id for pair in stays.pairs] == [MENTOR]
    assert stays.changes == ()
    assert "总分虽高，但沿用原建议或总体安排更优" in explain(stays.plans, RIVAL, MENTEE)
    assert [pair.mentor_id for pair in moves.pairs] == [RIVAL]
    assert moves.changes[0].sentence == "朱晓明的导师由马志远调整为王秀兰（重新计算后总体更优）"


def test_questions_about_strangers_are_answered() -> None:
    plan = _plan(_sheets([a_mentor(1)], [_weak()]))

    assert "请核对编号和状态" in explain(plan.plans, MENTOR, code("G", 99))
    assert "请核对编号" in explain(plan.plans, code("D", 99), MENTEE)
    assert explain(plan.plans, MENTOR, MENTEE).startswith("本次已建议马志远")

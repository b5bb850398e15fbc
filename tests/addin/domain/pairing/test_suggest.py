"""A plan keeps every limit and every word of the clerk, and forgets nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.pairing.ledger_pools import read_pools
from addin.domain.pairing.suggest import Suggestions, suggest
from tests.addin.domain.pairing.ledgers import Sheets, a_draft_row, build, random_sheets, with_draft
from tests.build import AS_OF, OTHER_UNIT, UNIT, a_mentor, an_individual, code
from validators.ledger import Ledger
from validators.relations import running
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, SuggestionRow

SETTINGS = Settings()
seeds = st.integers(0, 10**9)
few = settings(deadline=None)


def _plan(sheets: Sheets, **options: Any) -> Suggestions:
    return suggest(build(sheets), SETTINGS, AS_OF, **options)


def _pairs(plan: Suggestions) -> set[tuple[str, str]]:
    return {(pair.mentor_id, pair.mentee_id) for pair in plan.pairs}


def _rows(ledger: Ledger, model: Any) -> dict[str, Any]:
    return {getattr(row, model.sheet.id_field): row for row in ledger.table(model).records()}


def _waiting(ledger: Ledger, *statuses: str) -> Iterator[str]:
    """Yield who is 待结对, or 帮带中 without a running pairing; or who has one of some 状态."""
    helped = {mentee for _, _, mentee in running(ledger)}
    for model in (IndividualRow, OrganisationRow):
        for code_, row in _rows(ledger, model).items():
            alone = row.status == "待结对" or (row.status == "帮带中" and code_ not in helped)
            if row.status in statuses or (not statuses and alone):
                yield code_


@few
@given(seeds)
def test_nobody_who_waits_is_forgotten(seed: int) -> None:
    ledger = build(random_sheets(seed))

    plan = suggest(ledger, SETTINGS, AS_OF)

    paired = {pair.mentee_id for pair in plan.pairs}
    unmatched = {one.mentee_id for one in plan.unmatched}
    assert paired | unmatched == set(_waiting(ledger))
    assert not paired & unmatched
    assert all(one.reason for one in plan.unmatched)


@few
@given(seeds, st.booleans())
def test_no_limit_is_passed(seed: int, reopen: bool) -> None:
    ledger = build(random_sheets(seed, mentors=3))

    plan = suggest(ledger, SETTINGS, AS_OF, reopen=reopen)

    again = {*_waiting(ledger, "待结对", "帮带中")} if reopen else set()
    running_now = {(d, e) for _, d, e in running(ledger) if e not in again}
    mentors, people = _rows(ledger, MentorRow), _rows(ledger, IndividualRow)
    for prefix, usual in (("G", SETTINGS.load_warning), ("Z", SETTINGS.organisation_load_limit)):
        loads = Counter(d for d, e in running_now | _pairs(plan) if e.startswith(prefix))
        before = Counter(d for d, e in running_now if e.startswith(prefix))
        for mentor in {d for d, e in _pairs(plan) if e.startswith(prefix)}:
            own = mentors[mentor].capacity if prefix == "G" else None
            most = usual if own is None else min(own, SETTINGS.load_limit)
            assert before[mentor] < loads[mentor] <= most
    for mentee, count in Counter(e for _, e in running_now | _pairs(plan)).items():
        if mentee in {e for _, e in _pairs(plan)}:
            needed = {**people, **_rows(ledger, OrganisationRow)}[mentee].mentors_needed or 1
            assert count <= needed


@few
@given(seeds, st.booleans())
def test_no_exclusion_is_broken(seed: int, reopen: bool) -> None:
    ledger = build(random_sheets(seed))

    plan = suggest(ledger, SETTINGS, AS_OF, reopen=reopen)

    mentors, people = _rows(ledger, MentorRow), _rows(ledger, IndividualRow)
    draft = {(row.mentor_id, row.mentee_id): row for row in ledger.table(SuggestionRow).records()}
    busy = {(d, e) for _, d, e in running(ledger)}
    assert len(_pairs(plan)) == len(plan.pairs)
    for mentor, mentee in _pairs(plan):
        avoid = mentors[mentor].avoid or ""
        assert mentors[mentor].status == "在库"
        assert mentors[mentor].appointed_until >= AS_OF
        assert mentee not in avoid
        assert mentee not in people or people[mentee].name not in avoid
        assert reopen or (mentor, mentee) not in busy
        if row := draft.get((mentor, mentee)):
            assert row.decision != "不予结对"
            against = "不同意" in {row.mentor_opinion, row.mentee_opinion}
            assert not against or row.decision == "组织指定"


@few
@given(seeds)
def test_what_was_assigned_or_adopted_stays_or_is_said_not_to(seed: int) -> None:
    sheets = random_sheets(seed)

    plan = _plan(sheets)

    ledger = build(sheets)
    done = {(d, e) for _, d, e in running(ledger)} | _pairs(plan)
    lost = {
        pair
        for pair, row in read_pools(ledger, SETTINGS, AS_OF).draft.items()
        if row.fixed and pair not in done
    }
    assert {(pair.mentor_id, pair.mentee_id) for pair in plan.dropped} == lost
    named = {(pair["mentor_id"], pair["mentee_id"]) for pair in plan.as_json()["not_kept"]}
    assert named == lost
    aside = {(row.mentor_id, row.mentee_id): row.reason for row in plan.set_aside}
    for pair in plan.dropped:
        assert pair.reason
        assert str(pair) in plan.warnings
        assert pair.reason in aside.get((pair.mentor_id, pair.mentee_id), pair.reason)


@few
@given(seeds)
def test_the_clerks_words_survive(seed: int) -> None:
    ledger = build(random_sheets(seed))

    plan = suggest(ledger, SETTINGS, AS_OF)

    shown = {(row.mentor_id, row.mentee_id): row for row in (*plan.pairs, *plan.set_aside)}
    assert len(shown) == len(plan.pairs) + len(plan.set_aside)
    known, waiting = _rows(ledger, MentorRow), {pair.mentee_id for pair in plan.pairs}
    for row in ledger.table(SuggestionRow).records():
        words = (row.decision, row.mentor_opinion, row.mentee_opinion, row.remark)
        if any(words) and row.mentor_id in known and row.mentee_id in waiting:
            kept = shown[row.mentor_id, row.mentee_id]
            assert words == (kept.decision, kept.mentor_opinion, kept.mentee_opinion, kept.remark)


@few
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, chance: Random) -> None:
    sheets = random_sheets(seed)

    plan = _plan(sheets)
    shuffled = suggest(build(dict(reversed(sheets.items())), chance), SETTINGS, AS_OF)

    for name in ("pairs", "unmatched", "changes", "set_aside", "stages", "warnings"):
        assert getattr(shuffled, name) == getattr(plan, name), name


@few
@given(seeds, st.booleans())
def test_the_changes_are_the_difference_of_the_two_plans(seed: int, reopen: bool) -> None:
    sheets = random_sheets(seed, draft=False)
    first = _plan(sheets, reopen=reopen)
    sheets = with_draft(sheets, first.pairs)
    sheets[UNIT]["mentor"].append(a_mentor(50, status="在库", name="新导师"))
    sheets[UNIT]["individual"].append(an_individual(50, status="待结对", name="新对象"))

    ledger = build(sheets)
    second = suggest(ledger, SETTINGS, AS_OF, reopen=reopen)

    waiting = {pair.mentee_id for pair in second.pairs} | {u.mentee_id for u in second.unmatched}
    known = _pairs(first) | {(d, e) for _, d, e in running(ledger) if reopen}
    before = {pair for pair in known if pair[1] in waiting}
    gone = {(c.before, c.mentee_id) for c in second.changes if c.before}
    come = {(c.after, c.mentee_id) for c in second.changes if c.after}
    assert gone == before - _pairs(second)
    assert come == _pairs(second) - before


@few
@given(seeds)
def test_one_mentee_more_moves_few(seed: int) -> None:
    sheets = random_sheets(seed, draft=False, mentors=8, mentees=8)
    first = _plan(sheets)
    sheets = with_draft(sheets, first.pairs)
    sheets[UNIT]["individual"].append(an_individual(50, status="待结对", name="新对象"))

    second = _plan(sheets)

    moved = {c.mentee_id for c in second.changes} - {code("G", 50)}
    assert len(moved) <= 3


def test_a_second_run_moves_nothing() -> None:
    sheets = random_sheets(3, draft=False)
    first = _plan(sheets)

    second = _plan(with_draft(sheets, first.pairs))

    assert first.pairs
    assert _pairs(second) == _pairs(first)
    assert second.changes == ()
    assert all(pair.kept for pair in second.pairs)


def _one_each(**mentor: Any) -> Sheets:
    mentee = an_individual(1, status="待结对")
    return {
        UNIT: {
            "mentor": [a_mentor(1, **mentor)],
            "individual": [mentee],
            "organisation": [],
            "pairing": [],
        }
    }


def test_a_mentor_may_help_a_mentee_of_another_township() -> None:
    sheets = _one_each()
    sheets[OTHER_UNIT] = {
        "mentor": [],
        "individual": [an_individual(1, unit=OTHER_UNIT, status="待结对")],
        "organisation": [],
        "pairing": [],
    }

    plan = _plan(sheets)

    assert {pair.mentor_id for pair in plan.pairs} == {code("D", 1)}
    assert plan.pairs[1].scores.nearness == 0.5
    assert "同县跨乡镇" in plan.pairs[1].reason


@pytest.mark.parametrize(
    ("mentor", "said"),
    [
        ({"status": "暂停"}, "暂停 1 名"),
        ({"status": "调出"}, "调出 1 名"),
        ({"appointed_until": "2026-06-29"}, "聘期已过 1 名"),
        ({"avoid": "朱晓明"}, "回避 1 名"),
        ({"capacity": 0}, "已满 1 名"),
    ],
)
def test_who_gets_nobody_is_told_why(mentor: dict[str, Any], said: str) -> None:
    plan = _plan(_one_each(**mentor))

    assert plan.pairs == ()
    (one,) = plan.unmatched
    assert one.reason.startswith("无可用导师：")
    assert said in one.reason


def test_a_mentee_without_an_id_is_told_to_get_one() -> None:
    sheets = _one_each()
    sheets[UNIT]["individual"][0]["mentee_id"] = None

    plan = _plan(sheets)

    assert plan.pairs == ()
    assert any("没有编号" in text for text in plan.warnings)


def test_assigned_against_their_will_is_paired_and_says_so() -> None:
    sheets = _one_each()
    sheets[UNIT]["suggestion"] = [
        a_draft_row(code("D", 1), code("G", 1), decision="组织指定", mentee_opinion="不同意")
    ]

    plan = _plan(sheets)

    (pair,) = plan.pairs
    assert pair.scores.planned == 1
    assert pair.reason.startswith("组织指定；")
    assert "对象不同意，由组织指定" in pair.reason


@pytest.mark.parametrize(("needed", "kept"), [(1, 1), (2, 2)])
def test_assigned_pairs_are_kept_up_to_the_number_needed(needed: int, kept: int) -> None:
    sheets = _one_each()
    sheets[UNIT]["individual"][0]["mentors_needed"] = needed
    sheets[UNIT]["mentor"].append(a_mentor(2))
    sheets[UNIT]["suggestion"] = [
        a_draft_row(code("D", n), code("G", 1), decision="组织指定") for n in (1, 2)
    ]

    plan = _plan(sheets)

    assert len(plan.pairs) == kept
    assert len(plan.dropped) == 2 - kept
    assert all("还需 1 名导师" in pair.reason for pair in plan.dropped)


def test_the_json_has_what_the_command_promises() -> None:
    answer = _plan(_one_each()).as_json()

    assert list(answer) == [
        "suggestions", "unmatched", "not_kept", "notes", "objective", "bound", "gap", "seconds",
    ]  # fmt: skip
    assert list(answer["suggestions"][0]) == [
        "mentor_id", "mentee_id", "scores", "total", "mode", "path", "reason",
    ]  # fmt: skip
    assert answer["suggestions"][0]["scores"].keys() == {
        "领域相近", "帮带便捷", "以强带弱", "双向自愿", "组织统筹",
    }  # fmt: skip
    assert answer["objective"] == answer["bound"] > 0
    assert answer["gap"] == 0
    assert answer["seconds"].keys() == {"scoring", "candidates", "solve"}

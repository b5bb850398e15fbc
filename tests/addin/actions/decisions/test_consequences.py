"""What follows from decisions, one by one, and as properties of ledgers nobody chose by hand."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.actions.decisions.consequences import Consequence, consequences
from addin.actions.validate import RuleContext
from tests.build import (
    AS_OF,
    FIRST_ROW,
    World,
    a_completion,
    a_conversion,
    a_pairing,
    a_world,
    an_individual,
    an_organisation,
    change,
    code,
    ledger_of,
)
from validators.ledger import Ledger
from validators.settings import Settings
from validators.validation import validate
from workbooks.template.layout import shown

DAY = timedelta(days=1)


def ledger_from(world: World) -> Ledger:
    def edit(default: World) -> None:
        default.clear()
        default.update(deepcopy(world))

    ledger = ledger_of(edit)
    validate(ledger, RuleContext(AS_OF))
    return ledger


def proposals(world: World, as_of: date = AS_OF) -> tuple[Consequence, ...]:
    return consequences(ledger_from(world), Settings(), as_of)


def applied(world: World, listed: tuple[Consequence, ...]) -> World:
    """Return the world with what is proposed typed into it."""
    after = deepcopy(world)
    for proposal in listed:
        if proposal.added:
            for added in proposal.added:
                row = {name: shown(value) for name, value in added.items()}
                category = {"category": "老业务"} if proposal.key == "mentor" else {}
                after[proposal.key].append({**row, **category})
        else:
            after[proposal.key][proposal.row - FIRST_ROW][proposal.field] = shown(proposal.value)
    return after


def said(world: World, as_of: date = AS_OF) -> dict[tuple[str, int, str], Any]:
    """Return what is proposed by sheet, row (from 0) and field."""
    return {
        (one.key, one.row - FIRST_ROW, one.field): shown(one.value)
        for one in proposals(world, as_of)
    }


def world_with(*edits: Any) -> World:
    world = a_world()
    for edit in edits:
        edit(world)
    return world


def finished(conclusion: str, **assessment: Any) -> World:
    """Return a world whose third pairing is over, assessed, and not brought up to date."""
    return world_with(
        change("pairing", 2, status="帮带中"),
        change("individual", 1, status="帮带中", status_since=date(2025, 3, 1)),
        change("completion", 0, conclusion=conclusion, **assessment),
    )


def test_a_valid_ledger_follows_its_decisions_already() -> None:
    assert said(a_world()) == {}


def test_graduation_ends_the_pairing_and_lets_the_mentee_go() -> None:
    assert said(finished("出师")) == {
        ("pairing", 2, "status"): "期满",
        ("individual", 1, "status"): "期满出师",
        ("individual", 1, "status_since"): date(2026, 3, 5),
    }


def test_a_change_of_mentor_makes_the_mentee_wait() -> None:
    assert said(finished("调整")) == {
        ("pairing", 2, "status"): "期满",
        ("individual", 1, "status"): "待结对",
        ("individual", 1, "status_since"): date(2026, 3, 5),
    }


def test_a_renewal_moves_the_end_by_a_period() -> None:
    assert said(finished("续帮")) == {("pairing", 2, "until"): date(2027, 2, 28)}


def test_a_period_renewed_a_year_late_begins_with_the_assessment() -> None:
    world = finished("续帮")
    world["pairing"][2].update(paired_on=date(2025, 2, 1), until=date(2025, 4, 30))

    assert said(world) == {("pairing", 2, "until"): date(2027, 3, 4)}


def test_an_end_moved_by_hand_stays() -> None:
    world = finished("续帮")
    world["pairing"][2]["until"] = date(2026, 8, 31)

    assert said(world) == {}


def test_a_renewal_in_a_pairing_of_its_own_ends_the_first() -> None:
    world = finished("续帮")
    again = a_pairing(4, mentee_id=code("G", 2), paired_on=date(2026, 3, 6), until=date(2027, 3, 5))
    world["pairing"].append(again)

    assert said(world) == {("pairing", 2, "status"): "期满"}


def test_until_the_last_day_is_over_the_pairing_runs_on() -> None:
    world = finished("出师", assessed_on=date(2026, 2, 20))

    assert said(world, date(2026, 2, 28)) == {}
    assert said(world, date(2026, 3, 1)) == {
        ("pairing", 2, "status"): "期满",
        ("individual", 1, "status"): "期满出师",
        ("individual", 1, "status_since"): date(2026, 2, 28),
    }


def test_a_status_changed_after_the_decision_stays() -> None:
    world = finished("出师")
    world["individual"][1]["status_since"] = date(2026, 4, 1)

    assert said(world) == {("pairing", 2, "status"): "期满"}


def test_a_mentee_with_another_mentor_is_helped_on() -> None:
    world = finished("出师")
    world["pairing"].append(a_pairing(4, mentor_id=code("D", 2), mentee_id=code("G", 2)))

    assert said(world) == {("pairing", 2, "status"): "期满"}


@pytest.mark.parametrize(
    "assessment", [{"score": 60, "rating": "不合格"}, {"score": 95}, {"assessed_on": "上旬"}]
)
def test_an_assessment_that_contradicts_itself_decides_nothing(assessment: Any) -> None:
    assert said(finished("出师", **assessment)) == {}


def test_a_blank_rating_follows_from_the_score_and_the_rest_with_it() -> None:
    listed = said(finished("出师", score=93, rating=None))

    assert listed[("completion", 0, "rating")] == "优秀"
    assert listed[("individual", 1, "status")] == "期满出师"


def test_a_pairing_broken_off_makes_the_mentee_wait_or_leave() -> None:
    world = world_with(change("pairing", 0, ended_on=date(2026, 6, 10)))

    assert said(world) == {
        ("pairing", 0, "status"): "终止",
        ("individual", 0, "status"): "待结对",
        ("individual", 0, "status_since"): date(2026, 6, 10),
    }
    world["pairing"][0]["end_reason"] = "对象调离本县"
    assert said(world)["individual", 0, "status"] == "退出"


def test_closing_an_organisation_ends_its_pairing() -> None:
    world = world_with(change("organisation", 0, closed_on=date(2026, 6, 1)))

    assert said(world) == {
        ("pairing", 1, "status"): "终止",
        ("pairing", 1, "ended_on"): date(2026, 6, 1),
        ("pairing", 1, "end_reason"): "党组织已销号",
        ("organisation", 0, "status"): "已销号",
        ("organisation", 0, "status_since"): date(2026, 6, 1),
    }


def test_a_mentee_with_a_running_pairing_is_helped() -> None:
    world = world_with(change("individual", 0, status="待结对"))

    assert said(world) == {
        ("individual", 0, "status"): "帮带中",
        ("individual", 0, "status_since"): date(2026, 3, 1),
    }


def test_the_stage_is_that_of_the_last_conversion_unless_it_is_none_of_its_steps() -> None:
    world = world_with(change("individual", 0, stage="未纳入"))

    assert said(world) == {("individual", 0, "stage"): "致富带头人"}
    world["individual"][0]["stage"] = "村党组织带头人"
    assert said(world) == {}
    world["individual"][0]["stage"] = None
    world["conversion"].append(a_conversion(date=date(2026, 6, 2), to_stage="后备干部"))
    assert said(world) == {("individual", 0, "stage"): "后备干部"}


def agreed(kind: str, **cells: Any) -> dict[str, Any]:
    return {
        "mentor_id": code("D", 1),
        "change": kind,
        "reason": "现帮带 1 人，可带 1 人，上限 5 人；本乡镇有 2 名对象待结对，可再帮带 2 人",
        "decision": "同意",
        "decided_on": date(2026, 6, 15),
        **cells,
    }


@pytest.mark.parametrize(("kind", "status"), [("调出", "调出"), ("暂停", "暂停")])
def test_an_agreed_change_of_the_pool_changes_the_mentor(kind: str, status: str) -> None:
    world = {**a_world(), "pool": [agreed(kind)]}

    assert said(world) == {
        ("mentor", 0, "status"): status,
        ("mentor", 0, "status_since"): date(2026, 6, 15),
    }


@pytest.mark.parametrize(
    "cells",
    [{"decision": "暂缓"}, {"decision": None}, {"decided_on": None}, {"decided_on": AS_OF + DAY}],
)
def test_what_is_not_agreed_to_on_a_day_changes_nothing(cells: dict[str, Any]) -> None:
    assert said({**a_world(), "pool": [agreed("调出", **cells)]}) == {}


def test_an_agreed_load_counts_as_the_reason_does_until_it_is_used() -> None:
    world = {**a_world(), "pool": [agreed("增加帮带人数")]}

    assert said(world) == {("mentor", 0, "capacity"): 3}
    world["mentor"][0]["capacity"] = 4
    assert said(world) == {}
    world["mentor"][0]["capacity"] = None
    world["pairing"].append(
        a_pairing(4, mentee_id=code("G", 2), paired_on=date(2026, 6, 20), until=date(2027, 6, 19))
    )
    world["individual"][1].update(status="帮带中")
    assert said(world) == {}


def test_an_agreed_mentee_becomes_a_mentor_with_the_last_scores() -> None:
    world = {**a_world(), "pool": [agreed("调入", mentor_id=code("G", 1))]}

    (entry,) = proposals(world)

    (added,) = entry.added
    mentee = world["individual"][0]
    assert {name: shown(added[name]) for name in ("name", "gender", "employer", "post")} == {
        name: mentee[name] for name in ("name", "gender", "employer", "post")
    }
    assert added["competence"] == world["assessment"][0]["competence"] == 3
    assert added["joined_on"] == date(2026, 6, 15)
    assert "mentor_id" not in added, "the next number is filled in with the other blank IDs"
    assert proposals(applied(world, (entry,))) == ()


def test_a_text_that_cannot_be_read_is_not_written_over() -> None:
    world = world_with(change("individual", 0, status="待结对", status_since="上旬"))

    assert said(world) == {("individual", 0, "status"): "帮带中"}


# --- properties ---

DAYS = st.sampled_from(
    [date(2025, 1, 10), date(2025, 7, 1), date(2026, 1, 15), date(2026, 6, 1), date(2026, 6, 29)]
)
LATER = st.one_of(DAYS, st.sampled_from([AS_OF, AS_OF + DAY, date(2026, 12, 31)]))
MAYBE = st.one_of(st.none(), LATER)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return three individuals and an organisation with any pairings, decisions and statuses."""
    world = a_world()
    words = st.sampled_from
    world["individual"] = [
        an_individual(
            number, status=draw(words(["待结对", "帮带中", "期满出师", "退出", None])),
            status_since=draw(MAYBE), stage=draw(words([None, "未纳入", "致富带头人", "后备干部"])),
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    world["organisation"] = [
        an_organisation(
            1, status=draw(words(["待结对", "帮带中", "已销号", "退出"])), closed_on=draw(MAYBE),
            status_since=draw(MAYBE),
        )
    ]  # fmt: skip
    mentees = [code("G", 1), code("G", 2), code("G", 3), code("Z", 1)]
    world["pairing"] = [
        a_pairing(
            number, mentor_id=code("D", draw(words([1, 2]))), mentee_id=draw(words(mentees)),
            paired_on=draw(DAYS), until=draw(LATER), status=draw(words(["帮带中", "期满", "终止"])),
            ended_on=draw(MAYBE), end_reason=draw(words([None, "对象调离", "工作变动"])),
        )
        for number in range(1, draw(st.integers(1, 5)))
    ]  # fmt: skip
    world["completion"] = [
        a_completion(
            pairing_id=code("J", draw(st.integers(1, 4))), assessed_on=draw(LATER), score=score,
            rating=draw(words([None, "优秀" if score > 89 else "合格" if score > 69 else "不合格"])),
            conclusion=draw(words(["出师", "续帮", "调整"])),
        )
        for score in draw(st.lists(words([50, 75, 95]), max_size=4))
    ]  # fmt: skip
    stages = ["未纳入", "致富带头人", "后备干部"]
    world["conversion"] = [
        a_conversion(
            mentee_id=code("G", draw(words([1, 2]))), date=draw(LATER),
            from_stage=draw(words(stages)), to_stage=draw(words(stages)),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    kinds = ["调出", "暂停", "增加帮带人数", "调入"]
    world["pool"] = [
        agreed(
            kind, mentor_id=code("G" if kind == "调入" else "D", draw(words([1, 2]))),
            decision=draw(words(["同意", "不同意"])), decided_on=draw(MAYBE),
        )
        for kind in draw(st.lists(words(kinds), max_size=3))
    ]  # fmt: skip
    return world


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_applied_once_nothing_is_left_to_propose(world: World) -> None:
    after = applied(world, proposals(world))

    assert proposals(after) == ()


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_afterwards_statuses_are_those_the_decision_sheets_say(world: World) -> None:
    """Recomputed by plain code from the typed rows; what was dated later or contradicts stays."""
    after = applied(world, proposals(world))

    for pairing, before in zip(after["pairing"], world["pairing"], strict=True):
        conclusion = _conclusion(world, pairing["pairing_id"])
        if before["status"] != "帮带中":
            assert pairing == before
        elif conclusion in ("出师", "调整") and before["until"] < AS_OF:
            assert pairing["status"] == "期满"
        elif conclusion is None and before["ended_on"] is None and before["mentee_id"][0] == "G":
            assert pairing == before
    for mentee, before in zip(after["individual"], world["individual"], strict=True):
        of = [p for p in after["pairing"] if p["mentee_id"] == mentee["mentee_id"]]
        running = [p for p in of if p["status"] == "帮带中"]
        if running and before["status"] == "待结对" and before["status_since"] is None:
            assert mentee["status"] == "帮带中"
            assert mentee["status_since"] == min(p["paired_on"] for p in running)
        if of and not running and before["status"] == "帮带中" and not before["status_since"]:
            last = max(of, key=lambda p: (p["paired_on"], p["pairing_id"]))
            conclusion = _conclusion(world, last["pairing_id"])
            wanted = {"出师": "期满出师", "调整": "待结对"}.get(conclusion or "")
            if conclusion is None and last["status"] == "终止":
                wanted = "退出" if last["end_reason"] == "对象调离" else "待结对"
            assert mentee["status"] == (wanted or "帮带中")
        if before["status"] in ("期满出师", "退出"):
            assert mentee["status"] == before["status"]


def _conclusion(world: World, pairing: str) -> str | None:
    """Return the conclusion of the last usable assessment of a pairing, the worst of a day."""
    usable = [
        (row["assessed_on"], -row["score"], number, row["conclusion"])
        for number, row in enumerate(world["completion"])
        if row["pairing_id"] == pairing
        and row["assessed_on"] <= AS_OF
        and not (row["score"] < 70 and row["conclusion"] == "出师")
        and any(known["pairing_id"] == pairing for known in world["pairing"])
    ]
    return max(usable)[3] if usable else None

"""Measures, actions and closing of organisations; stages of the two leaders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.conversions import ROUTES, histories, leaders
from addin.domain.organisations import (
    OrganisationState,
    action_counts,
    model_townships,
    organisations,
)
from tests.build import (
    AS_OF,
    OTHER_UNIT,
    UNIT,
    a_conversion,
    a_ledger,
    a_unit,
    an_individual,
    an_organisation,
    code,
)
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from validators.vocabulary import Stage

FORWARD, ONWARD, WHOLE, BACK = ROUTES


def state(settings: Settings | None = None, **changes: Any) -> OrganisationState:
    ledger = a_ledger(organisation=[an_organisation(**changes)])
    [found] = organisations(ledger, settings or Settings(), AS_OF)
    return found


@pytest.mark.parametrize(
    ("changes", "closing"),
    [
        ({}, "尚未验收"),
        ({"inspection_score": 88}, "尚未验收"),
        ({"inspection_score": 88, "votes": 0, "votes_against": 0}, "尚未验收"),
        ({"inspection_score": 70, "votes": 50, "votes_against": 25}, "达到销号条件，待县级验收"),
        ({"inspection_score": 69.5, "votes": 50, "votes_against": 0}, "未达到销号条件"),
        ({"inspection_score": 90, "votes": 50, "votes_against": 26}, "未达到销号条件"),
        ({"status": "已销号", "closed_on": date(2026, 5, 1)}, "已销号"),
        ({"status": "退出"}, "已退出"),
    ],
)
def test_closing_is_said_and_left_to_the_county(changes: dict[str, Any], closing: str) -> None:
    assert state(**changes).closing == closing


def test_the_numbers_behind_a_closing_are_told() -> None:
    facts = {"inspection_score": 88, "votes": 60, "votes_against": 3}

    assert state(**facts).why == (
        "验收得分 88（标准不低于 70），不满意票 3/60 票，占 5.0%（标准不超过 50%）"
    )
    assert state(Settings(closing_score=90), **facts).closing == "未达到销号条件"
    assert state(status="已销号", closed_on=date(2026, 5, 1)).why == "2026-05-01 县级批准销号"


@pytest.mark.parametrize(
    ("changes", "measure"),
    [
        ({"measures_due": AS_OF}, "提升中"),
        ({"measures_due": date(2026, 6, 29)}, "超过提升期限"),
        ({"measures": None}, "未填提升措施"),
        ({"measures_due": None}, "未填提升期限"),
        ({"status": "已销号", "measures_due": date(2026, 1, 1)}, "已结束"),
    ],
)
def test_measures_are_overdue_the_day_after(changes: dict[str, Any], measure: str) -> None:
    assert state(**changes).measure == measure


def test_actions_are_counted_in_the_superiors_order() -> None:
    settings = Settings(action_items=("强班子", "兴产业", "优服务"))
    rows = [
        an_organisation(1, action_items="兴产业、强班子"),
        an_organisation(2, action_items="兴产业"),
        an_organisation(3, action_items="其他事项"),
    ]

    found = organisations(a_ledger(organisation=rows), settings, AS_OF)

    assert list(action_counts(found, settings).items()) == [
        ("强班子", 1),
        ("兴产业", 2),
        ("优服务", 0),
        ("其他事项", 1),
    ]


def test_model_townships_are_told_by_the_form() -> None:
    ledgers = [
        a_ledger(file="甲.xlsx"),
        a_ledger(
            file="乙.xlsx", unit=OTHER_UNIT, form=[a_unit(unit=OTHER_UNIT, model_township="")]
        ),
    ]

    assert model_townships(Ledger.merged(ledgers)) == {UNIT: True, OTHER_UNIT: None}


@pytest.mark.parametrize("without", [["organisation"], ["organisation.status"], ["individual"]])
def test_missing_sheets_and_columns_are_no_error(without: list[str]) -> None:
    ledger = a_ledger(without=[*without])
    validate(ledger, RuleContext(AS_OF))

    assert len(organisations(ledger, Settings(), AS_OF)) <= 1
    assert len(leaders(ledger, AS_OF).histories) <= 1


def test_repeated_and_rejected_organisations_are_left_out() -> None:
    rows = [an_organisation(1), an_organisation(1), an_organisation(2, category="别的")]
    ledger = a_ledger(organisation=rows)
    validate(ledger, RuleContext(AS_OF))

    assert organisations(ledger, Settings(), AS_OF) == ()


# --- the two leaders -----------------------------------------------------------------------------


def step(day: date, before: str, after: str, **changes: Any) -> dict[str, Any]:
    return a_conversion(date=day, from_stage=before, to_stage=after, **changes)


def test_a_history_follows_the_conversions_by_day_with_their_documents() -> None:
    steps = [
        step(date(2026, 5, 2), "后备干部", "村党组织带头人", document="乙", people_led=None,
             income_gain=None),
        step(date(2025, 9, 1), "致富带头人", "后备干部", document="甲", people_led=30),
    ]  # fmt: skip
    ledger = a_ledger(individual=[an_individual(stage="致富带头人")], conversion=steps)

    [found] = histories(ledger, AS_OF)

    assert found.path == (Stage.PROSPERITY_LEADER, Stage.RESERVE_CADRE, Stage.VILLAGE_LEADER)
    assert [one.document for one in found.steps] == ["甲", "乙"]
    assert found.stage is Stage.VILLAGE_LEADER
    assert found.result is not None
    assert found.result.people_led == 30
    assert [found.completed(route) for route in ROUTES] == [True, True, True, False]


def test_conversions_after_the_as_of_date_have_not_happened() -> None:
    steps = [step(date(2026, 6, 30), "致富带头人", "后备干部")]
    ledger = a_ledger(individual=[an_individual(stage="致富带头人")], conversion=steps)

    [before] = histories(ledger, date(2026, 6, 29))

    assert (before.stage, before.path) == (Stage.PROSPERITY_LEADER, (Stage.PROSPERITY_LEADER,))


def test_the_reverse_way_is_a_route_of_its_own() -> None:
    steps = [step(date(2026, 5, 2), "村党组织带头人", "致富带头人")]
    found = leaders(a_ledger(individual=[an_individual()], conversion=steps), AS_OF).total()

    assert [found.rate(route) for route in ROUTES] == [0, None, 0, 1]


def test_rates_are_added_up_by_township_and_county() -> None:
    ledgers = [
        a_ledger(
            file="甲.xlsx",
            individual=[an_individual(1), an_individual(2, stage="致富带头人")],
            conversion=[
                step(date(2026, 5, 2), "致富带头人", "后备干部", people_led=10, income_gain=1000)
            ],
        ),
        a_ledger(
            file="乙.xlsx",
            unit=OTHER_UNIT,
            individual=[an_individual(1, unit=OTHER_UNIT)],
            conversion=[
                step(
                    date(2026, 5, 2), "致富带头人", "村党组织带头人", people_led=30,
                    income_gain=3000, mentee_id=code("G", 1, OTHER_UNIT),
                )
            ],
        ),
    ]  # fmt: skip

    found = leaders(Ledger.merged(ledgers), AS_OF)

    assert found.units[UNIT].rate(FORWARD) == 1 / 2
    assert found.units[OTHER_UNIT].rate(FORWARD) == 1
    assert found.county("640402").rate(FORWARD) == 2 / 3
    assert found.total().people_led == 40
    assert found.total().income_gain == (10 * 1000 + 30 * 3000) / 40


def test_who_is_not_in_training_is_not_followed() -> None:
    rows = [an_individual(1, stage="未纳入"), an_individual(2)]

    found = leaders(a_ledger(individual=rows, conversion=[]), AS_OF)

    assert found.histories == ()
    assert found.total().rate(BACK) is None
    assert found.total().income_gain is None
    assert found.county("640402") == found.total()

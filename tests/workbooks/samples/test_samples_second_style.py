"""The second style: duties as they are confirmed, rhythms, who names a duty, and what is copied."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from addin.actions.demo import confirmed_duties
from validators.divisions import units
from workbooks.samples import STYLES, clean_rows
from workbooks.samples.delivery import Order, chosen_units, make_world
from workbooks.samples.log_entries import Logbook
from workbooks.samples.second_style.stories import STORIES
from workbooks.samples.world import World

AS_OF = date(2026, 6, 17)


def told(
    position: int, *, rows: int = 700, struggling: bool = True, seed: int = 7
) -> tuple[World, Logbook]:
    codes = [unit.code for unit in chosen_units(65)]
    order = Order(
        codes[position], codes[position - 1], position, seed, AS_OF, rows, 0.0, struggling, 2,
        confirmed_duties,
    )  # fmt: skip
    return make_world(order)


@pytest.fixture(scope="module")
def town() -> tuple[World, Logbook]:
    return told(0)


def values(world: World, sheet: str) -> list[dict[str, Any]]:
    return [entry.values for entry in world.of(sheet)]


def test_every_style_is_offered_by_its_number() -> None:
    assert sorted(STYLES) == [1, 2]


def owed_months(pairing: dict[str, Any], exempt: tuple[date, date]) -> int:
    """Count the months with fifteen days after the grace that are not exempt."""
    first, last = pairing["paired_on"] + timedelta(30), pairing["until"]
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    counted = Counter((d.year, d.month) for d in days if not exempt[0] <= d <= exempt[1])
    return sum(count >= 15 for count in counted.values())


def test_a_pairings_duties_ask_for_one_contact_in_each_month_it_owes(
    town: tuple[World, Logbook],
) -> None:
    world, _ = town
    assert world.exempt
    pairings = {one["pairing_id"]: one for one in values(world, "pairing")}
    asked = Counter[str]()
    for duty in values(world, "duty"):
        asked[duty["pairing_id"]] += duty["target"]

    first_year = {
        code: pairing
        for code, pairing in pairings.items()
        if code in asked and pairing["until"] - pairing["paired_on"] < timedelta(400)
    }
    assert len(first_year) > 20
    assert {code: asked[code] for code in first_year} == {
        code: owed_months(pairing, world.exempt) for code, pairing in first_year.items()
    }


def test_clerks_name_a_duty_of_the_pairing_and_leave_some_out(town: tuple[World, Logbook]) -> None:
    world, _ = town
    owner = {duty["duty_id"]: duty["pairing_id"] for duty in values(world, "duty")}
    named = [entry for entry in values(world, "log") if "duty_ids" in entry]

    assert 0.2 < len(named) / len(values(world, "log")) < 0.9
    assert all(owner[code] in entry["pairing_ids"] for entry in named for code in entry["duty_ids"])
    assert any(len(entry["duty_ids"]) > 1 for entry in named)


def test_stories_hold_what_changes_within_a_year() -> None:
    pairings, mentors, completions = [], [], []
    for position in range(10):
        world, _ = told(position)
        pairings += values(world, "pairing")
        mentors += values(world, "mentor")
        completions += values(world, "completion")

    assert {one["status"] for one in mentors} == {"在库", "暂停", "调出"}
    assert any("paused_from" in one for one in pairings)
    assert any("ended_on" in one and one["status"] == "终止" for one in pairings)
    assert {one["conclusion"] for one in completions} == {"续帮", "出师"}


def test_nobody_struggles_where_nobody_is_meant_to() -> None:
    worlds = [told(position, struggling=False)[0] for position in (0, 3, 6)]

    assert [world.struggling for world in worlds] == [[], [], []]
    assert all(world.reminded for world in worlds)


def test_stories_on_both_sides_of_a_limit_are_told() -> None:
    failing = Counter(failing for _, failing in STORIES)

    assert min(failing.values()) >= 30


def test_without_what_makes_duties_the_second_style_is_refused() -> None:
    code = units()[0].code
    with pytest.raises(TypeError, match="duties"):
        make_world(Order(code, "", 0, 7, AS_OF, 60, 0.0, style=2))
    assert clean_rows(code, seed=7, as_of=AS_OF, log_rows=60)["log"]


def test_the_same_order_tells_the_same_stories() -> None:
    first, second = told(2, rows=200), told(2, rows=200)

    assert values(first[0], "log") == values(second[0], "log")
    assert first[1].copied == second[1].copied

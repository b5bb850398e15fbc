"""What each measure counts, by township, and that volume changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.facts import LedgerFacts
from addin.domain.ranking import MEASURES, Standing, ranking
from tests.addin.domain.gold import a_golden_township, drop, merged
from tests.build import MONTH_OVER as AS_OF
from tests.build import (
    OTHER_UNIT,
    UNIT,
    Edit,
    World,
    a_completion,
    a_conversion,
    a_duty,
    a_log_entry,
    a_pairing,
    add,
    an_individual,
    an_organisation,
    change,
    code,
)
from validators.settings import Settings

J1 = code("J")


def measured(*edits: Edit, mentors: int = 2) -> dict[str, tuple[int, int]]:
    (one,) = ranking(LedgerFacts.of(a_golden_township(*edits, mentors=mentors), Settings(), AS_OF))
    return {part.name: tuple(part.share) for part in one.measured if part.share.of}


FAULTLESS = {"结对": (2, 2), "按月联系": (10, 10), "职责完成": (2, 2), "成长提升": (4, 4)}


def test_a_faultless_township_has_all_of_everything() -> None:
    assert measured() == FAULTLESS


@pytest.mark.parametrize(
    ("edit", "name", "share"),
    [
        (add("individual", an_individual(31, status="待结对")), "结对", (2, 3)),
        (add("individual", an_individual(31, status="退出")), "结对", (2, 2)),
        (add("organisation", an_organisation(9, status="待结对")), "结对", (2, 3)),
        (drop("log", 0), "按月联系", (9, 10)),
        (change("log", 0, recorder=None), "按月联系", (10, 10)),  # rough, but a contact
        (change("duty", 0, target=9), "职责完成", (1, 2)),
        (add("duty", a_duty(9, side="对象", target=9, aspect="工作作风", due_on=date(2026, 6, 1))),
         "职责完成", (2, 3)),
        (change("assessment", 0, industry=2), "成长提升", (3, 4)),
        (add("conversion", a_conversion()), "成长提升", (4, 4)),
        (change("individual", 0, stage="致富带头人"), "培养转化", (0, 1)),
        (add("conversion", a_conversion(from_stage="致富带头人", to_stage="后备干部")),
         "培养转化", (1, 2)),  # and is now on the next step
        (add("organisation", an_organisation(9, status="已销号", closed_on=date(2026, 6, 1))),
         "组织销号", (1, 1)),
        (add("organisation", an_organisation(9, status="待结对", measures_due=date(2026, 6, 1))),
         "组织销号", (0, 1)),
        (add("organisation", an_organisation(
            9, status="待结对", measures_due=date(2026, 6, 1), inspection_score=88, votes=50,
            votes_against=3)), "组织销号", (1, 1)),
    ],
)  # fmt: skip
def test_each_measure_counts_what_it_says(edit: Edit, name: str, share: tuple[int, int]) -> None:
    assert measured(edit)[name] == share


@pytest.mark.parametrize(
    ("score", "rating", "passed"), [(92, "优秀", 1), (70, "合格", 1), (69, "不合格", 0)]
)
def test_end_of_period_assessments_count_by_their_rating(
    score: int, rating: str, passed: int
) -> None:
    final = a_completion(
        pairing_id=J1, assessed_on=date(2026, 6, 12), score=score, rating=rating, conclusion="续帮"
    )

    found = measured(
        change("pairing", 0, status="期满", until=date(2026, 6, 10)), add("completion", final)
    )

    assert found["期满合格"] == (passed, 1)


def test_pairings_count_where_the_mentee_lives() -> None:
    helps_here = change("pairing", 0, mentor_id=code("D", 1, OTHER_UNIT))
    there = a_golden_township(
        drop("pairing", 0), drop("log", *range(5)), drop("duty", 0), drop("individual", 0),
        drop("assessment", 0), unit=OTHER_UNIT, file="官厅镇.xlsx",
    )  # fmt: skip

    (one,) = ranking(
        LedgerFacts.of(merged(a_golden_township(helps_here), there), Settings(), AS_OF)
    )

    assert one.unit == UNIT
    assert one.measured[MEASURES.index("按月联系")].share == (5, 5)


def two_townships(*edits: Edit) -> tuple[Standing, ...]:
    """Return the ranking of 开城镇 after `edits` beside a township that missed a month."""
    worse = [drop("log", 1), change("assessment", 1, competence=2)]
    other = a_golden_township(*worse, mentors=2, unit=OTHER_UNIT, file="官厅镇.xlsx")
    return ranking(
        LedgerFacts.of(merged(a_golden_township(*edits, mentors=2), other), Settings(), AS_OF)
    )


def twice(world: World) -> None:
    again = [{**row, "log_id": code("R", 5000 + n)} for n, row in enumerate(world["log"])]
    world["log"] += again


def test_twice_the_log_changes_nothing() -> None:
    assert two_townships(twice) == two_townships()
    assert two_townships(twice, drop("log", 0)) == two_townships()  # the copy still counts


def test_more_contacts_longer_texts_and_more_work_on_done_duties_change_nothing() -> None:
    more = [
        a_log_entry(900 + n, date=date(2026, 4, 1 + n), duty_ids=None, content="再去一次" * 50)
        for n in range(25)
    ]

    assert two_townships(add("log", *more)) == two_townships()


def test_more_of_the_same_rates_moves_further_from_the_mean_only() -> None:
    first, second = two_townships()

    assert (first.unit, second.unit) == (UNIT, OTHER_UNIT)
    assert first.score > second.score
    assert first.measured[0].points == second.measured[0].points == 15.0


def test_pairings_broken_off_are_not_measured() -> None:
    ended = a_pairing(9, mentee_id=code("G", 2), status="终止", end_reason="对象外出务工",
                      paired_on=date(2026, 1, 5))  # fmt: skip

    assert measured(add("pairing", ended)) == FAULTLESS


def test_the_order_of_rows_and_ledgers_changes_nothing() -> None:
    def backwards(world: dict[str, list[Any]]) -> None:
        for rows in world.values():
            rows.reverse()

    edits = drop("log", 3), change("assessment", 1, industry=2)
    here = a_golden_township(*edits, mentors=2)
    there = a_golden_township(unit=OTHER_UNIT, file="官厅镇.xlsx")
    turned = a_golden_township(*edits, backwards, mentors=2)

    assert ranking(LedgerFacts.of(merged(here, there), Settings(), AS_OF)) == ranking(
        LedgerFacts.of(merged(there, turned), Settings(), AS_OF)
    )


def test_in_january_last_years_ledger_is_ranked_for_its_own_year() -> None:
    def shares(day: date) -> dict[str, tuple[int, int]]:
        (one,) = ranking(LedgerFacts.of(a_golden_township(mentors=2), Settings(), day))
        return {part.name: tuple(part.share) for part in one.measured}

    assert shares(date(2027, 1, 5)) == shares(date(2027, 1, 25))
    assert shares(date(2027, 1, 5))["成长提升"] == FAULTLESS["成长提升"]

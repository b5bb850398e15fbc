"""Planted struggling mentees are found, others left alone, and far better than by one rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.bench.flags import Delivery, Score, deliver, quiet, struggling
from validators.vocabulary import Alert

AS_OF = date(2026, 6, 17)


@pytest.fixture(scope="module", params=[3, 11])
def delivery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    folder: Path = tmp_path_factory.mktemp(f"flags{request.param}")
    return deliver(folder, AS_OF, seed=request.param, townships=8, log_rows=300, error_rate=0.06)


def test_nearly_all_struggling_mentees_are_flagged_and_hardly_any_other(delivery: Delivery) -> None:
    planted = set(delivery.planted())

    score = Score.of(struggling(delivery.flags()), planted)
    baseline = Score.of(quiet(delivery.facts()), planted)

    assert len(planted) >= 30
    assert score.precision >= 0.95
    assert score.recall >= 0.95
    assert baseline.f1 < 0.7


def test_every_fact_names_rows_of_the_mentees_own_ledger(delivery: Delivery) -> None:
    for flag in delivery.flags():
        for hit in flag.hits:
            assert hit.evidence
            if not hit.code.startswith("flag.mentor."):  # a mentor may belong to another one
                assert {row.file for row in hit.evidence} == {flag.file}


@pytest.mark.parametrize("as_of", [date(2026, 6, 30), date(2026, 3, 2)])
def test_hardly_anyone_is_red_where_nobody_struggles(as_of: date, tmp_path: Path) -> None:
    clean = deliver(
        tmp_path, as_of, seed=5, townships=4, log_rows=300, error_rate=0.05, struggling=False
    )

    found = clean.flags()
    red = [flag for flag in found if flag.level is Alert.RED]

    assert clean.truth.struggling == []
    assert len(clean.facts().seeking) > 40
    assert len(red) <= 0.01 * len(clean.facts().seeking)
    assert struggling(found) == set()

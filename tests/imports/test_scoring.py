"""The scores tell a right reading from a wrong one: tried with a reader that knows the answers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.imports.disturbances import DISTURBANCES, Disturbance
from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.oracle import perfect
from tests.imports.scoring import Verdict, score
from validators.sources.mapping import Target
from validators.sources.tables import Source


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_right_reading_of_a_layout_scores_in_full(name: str) -> None:
    for wording in (LAYOUTS[name].wordings[0], LAYOUTS[name].wordings[-1]):
        plan = LAYOUTS[name].plan(wording.number)

        result = score(plan, *perfect(plan))

        assert set(result.verdicts) <= {Verdict.RIGHT, Verdict.DOUBTED}, result.remarks
        assert (result.kept, result.phantoms, result.unaccounted) == (result.records, 0, 0)


@pytest.mark.parametrize("disturb", DISTURBANCES)
def test_a_disturbed_file_has_its_right_answers_still(disturb: Disturbance) -> None:
    plan = LAYOUTS["结对名册（同名列两次）"].plan(0)
    assert disturb(plan, Random(5))

    result = score(plan, *perfect(plan))

    assert result.right == 1
    assert (result.kept, result.phantoms, result.unaccounted) == (result.records, 0, 0)


def test_a_column_that_surely_goes_elsewhere_is_wrong() -> None:
    plan = LAYOUTS["导师名册"].plan(0)
    source, (mapping,) = perfect(plan)
    astray = replace(mapping.columns[1], target=Target("individual", "name"))
    columns = (mapping.columns[0], astray, *mapping.columns[2:])

    result = score(plan, source, [replace(mapping, columns=columns)])

    assert result.verdicts[Verdict.WRONG] == 1


def test_a_column_asked_about_without_need_is_not_right() -> None:
    plan = LAYOUTS["导师名册"].plan(0)
    source, (mapping,) = perfect(plan)
    columns = tuple(replace(column, certain=False) for column in mapping.columns)

    result = score(plan, source, [replace(mapping, columns=columns)])

    assert result.right == 0
    assert result.wrong == 0


def test_a_title_read_as_a_record_and_a_cell_on_no_account_are_counted() -> None:
    plan = LAYOUTS["导师名册"].plan(0)
    source, mappings = perfect(plan)
    lost = Source(source.file, source.tables, source.loose[1:])

    result = score(plan, lost, mappings)

    assert result.unaccounted == 1

"""Every flag rule flags its case with the facts, and leaves its near miss alone."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from addin.domain.flags.judgement import RULES
from tests.addin.domain.flags.case import Case, judge
from tests.addin.domain.flags.cases import CASES
from validators.vocabulary import Alert


def facts_of(case: Case, edits):
    return {
        flag.mentee_id: hit.facts
        for flag in judge(*edits, settings=case.settings)
        for hit in flag.hits
        if hit.code == case.code
    }


def test_the_calm_world_flags_nobody() -> None:
    assert judge() == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_failing_mentee_is_flagged_with_the_facts(case: Case) -> None:
    found = facts_of(case, case.failing)

    assert set(found) == case.mentees
    for facts in found.values():
        assert [part for part in case.told if part not in facts] == [], facts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_near_miss_is_not_flagged(case: Case) -> None:
    assert facts_of(case, case.near) == {}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_facts_and_measures_are_plain_chinese(case: Case) -> None:
    for flag in judge(*case.failing, settings=case.settings):
        for sentence in (flag.measure, *(hit.facts for hit in flag.hits)):
            assert re.search(r"[\u4e00-\u9fff]", sentence)
            assert not re.search(r"None|[{}]|datetime|Status", sentence)
            assert not sentence.endswith("。")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_fact_names_the_rows_it_rests_on(case: Case) -> None:
    for flag in judge(*case.failing, settings=case.settings):
        for hit in flag.hits:
            assert hit.evidence
            codes = {row.code for row in hit.evidence}
            entries = set(re.findall(r"\b(?:R|P|ZR)\d{9}-\d+", hit.facts))
            assert entries <= codes, hit.facts


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in RULES} == {case.code for case in CASES}


def test_codes_and_names_are_given_once() -> None:
    assert max(Counter(rule.code for rule in RULES).values()) == 1
    assert max(Counter(rule.name for rule in RULES).values()) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_looks_for_and_what_to_do(rule) -> None:
    assert rule.check.__doc__
    assert re.search(r"[\u4e00-\u9fff]", rule.measure)
    assert not rule.measure.endswith("。")


def test_graver_rules_weigh_more() -> None:
    points = {level: [rule.points for rule in RULES if rule.level is level] for level in Alert}

    assert min(points[Alert.RED]) > max(points[Alert.YELLOW])
    assert min(points[Alert.YELLOW]) > max(points[Alert.BLUE]) > 0

"""How hits become a flag: levels, a score whose parts add up, settings, the two forms shown."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import RULES, Flag, flags
from tests.addin.domain.flags.case import (
    AS_OF,
    FIRST,
    J1,
    ORGANISATION,
    calm,
    checked,
    judge,
    without,
)
from tests.addin.domain.flags.cases import scored
from tests.build import OTHER_UNIT, a_ledger, a_world, change
from validators.columns import Fill
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings, read_settings
from validators.sheets import FlagRow, columns_by_field
from validators.validation import validate
from validators.vocabulary import Alert

EVERYTHING = [
    without(J1, 4, 5, 6),
    change("duty", 0, due_on=date(2026, 6, 1)),
    scored(0, 2, 1, 3, 4, 1, 3, satisfaction=1),
    change("mentor", 0, status="暂停", status_since=date(2026, 6, 1)),
]
"""Edits that let mentee 1 hit nearly every rule."""


@pytest.fixture(scope="module")
def troubled() -> Ledger:
    return checked(*EVERYTHING)


def only(found: tuple[Flag, ...], mentee: str = FIRST) -> Flag:
    (flag,) = (flag for flag in found if flag.mentee_id == mentee)
    return flag


points = st.dictionaries(st.sampled_from([rule.name for rule in RULES]), st.integers(0, 130))


@given(points)
def test_the_parts_add_up_to_the_score_whatever_the_points(
    troubled: Ledger, points: dict[str, int]
) -> None:
    for flag in flags(LedgerFacts.of(troubled, Settings(flag_points=points), AS_OF)):
        assert sum(hit.points for hit in flag.hits) == flag.score
        assert min(100, sum(hit.full for hit in flag.hits)) == flag.score
        assert all(0 <= hit.points <= hit.full for hit in flag.hits)
        shown = flag.as_row()["rules"]
        assert all(f"{hit.name} {hit.points} 分" in shown for hit in flag.hits if hit.points)
        assert shown.count("（总分已满）") == sum(hit.points < hit.full for hit in flag.hits)


def test_a_score_beyond_100_is_cut_from_the_lightest_rules(troubled: Ledger) -> None:
    flag = only(flags(LedgerFacts.of(troubled, Settings(), AS_OF)))

    assert flag.score == 100
    assert [(hit.name, hit.points) for hit in flag.hits[:2]] == [
        ("连续两月未联系", 60),
        ("导师不在库", 40),
    ]
    assert {hit.points for hit in flag.hits[2:]} == {0}
    assert "联系完成率低（总分已满）" in flag.as_row()["rules"]


def test_two_months_of_silence_are_red_and_one_is_yellow() -> None:
    assert only(judge(without(J1, 5, 6))).level is Alert.RED
    assert only(judge(without(J1, 6))).level is Alert.YELLOW


def test_several_serious_matters_together_are_red() -> None:
    edits = [scored(0, 2, 2, 3, 4, 2, 3, satisfaction=2)]

    flag = only(judge(*edits))

    assert {hit.level for hit in flag.hits} == {Alert.YELLOW}
    assert (flag.score, flag.level) == (70, Alert.RED)
    assert only(judge(*edits, settings=Settings(red_score=71))).level is Alert.YELLOW


def test_a_light_matter_alone_is_blue() -> None:
    flag = only(judge(change("duty", 0, due_on=date(2026, 7, 5))))

    assert (flag.level, flag.score) == (Alert.BLUE, 5)


def test_points_are_changed_by_name_and_0_turns_a_rule_off() -> None:
    typed, problems = read_settings([("预警规则分值", "上月未联系=35、联系完成率低＝0分")])

    flag = only(judge(without(J1, 6), settings=typed))

    assert problems == {}
    assert [(hit.name, hit.points) for hit in flag.hits] == [("上月未联系", 35)]


def test_red_comes_first_then_the_higher_score() -> None:
    edits = [without(J1, 6), without(code_of_organisation(), 5, 6)]

    found = judge(*edits, change("assessment", 0, satisfaction=4))

    assert [flag.mentee_id for flag in found] == [ORGANISATION, FIRST]


def code_of_organisation() -> str:
    return J1[:-1] + "2"


def test_a_flag_names_the_mentee_and_the_mentors() -> None:
    flag = only(judge(without(J1, 6)))

    assert (flag.file, flag.mentee_name) == ("开城镇.xlsx", "朱晓明")
    assert flag.mentor_names == ("马志远",)
    assert [hit.code for hit in flag.hits] == ["flag.contact.month", "flag.contact.rate"]
    assert flag.measure.count("；") >= 1


def test_the_row_fills_every_computed_column_of_the_flag_list() -> None:
    row = only(judge(without(J1, 6))).as_row()

    columns = columns_by_field(FlagRow).values()
    computed = {c.field for c in columns if c.fill is Fill.COMPUTED and not c.summary_of}
    assert set(row) == computed - {"number"}
    assert FlagRow.model_construct(**row).level is Alert.YELLOW
    assert row["rules"] == "上月未联系 30 分、联系完成率低 15 分"
    assert row["score"] == 45
    assert row["facts"].endswith("。")


def test_the_json_has_the_keys_agreed_on() -> None:
    said = only(judge(without(J1, 6))).as_json()

    assert list(said) == ["file", "mentee_id", "mentor_id", "level", "score", "rules", "measure"]
    assert [set(rule) for rule in said["rules"]] == [{"code", "points", "facts"}] * 2
    assert sum(rule["points"] for rule in said["rules"]) == said["score"]
    assert json.loads(json.dumps(said, ensure_ascii=False))["level"] == "黄"


def test_a_rejected_mentee_is_not_judged() -> None:
    assert judge(without(J1, 5, 6), change("individual", 0, gender="先生")) == ()


def test_new_pairings_are_left_in_peace() -> None:
    young = change("pairing", 0, paired_on=date(2026, 6, 2), ceremony_on=None)
    older = change("pairing", 0, paired_on=date(2026, 6, 1), ceremony_on=None)
    edits = [change("log", n, pairing_ids=code_of_organisation()) for n in range(3)]
    unhappy = change("assessment", 0, satisfaction=1)

    assert judge(*edits, unhappy, young) == ()
    assert only(judge(*edits, unhappy, older)).hits[0].code == "flag.satisfaction.low"


def test_a_new_satisfaction_is_not_held_against_the_next_mentor() -> None:
    before = change("assessment", 0, satisfaction=1, assessed_on=date(2026, 2, 27), signed_on=None)

    assert judge(before) == ()


def test_a_mentor_of_another_township_counts_once_in_the_merged_ledger() -> None:
    """Each township alone sees one mentee of the mentor; together they are one too many."""
    mentor = {"mentor_id": J1.replace("J", "D")}
    own = checked(change("mentor", 0, capacity=1))
    other = checked_other(change("pairing", 0, **mentor))
    together = Ledger.merged([own, other])

    overloaded = {
        flag.mentee_id
        for flag in flags(LedgerFacts.of(together, Settings(), AS_OF))
        if any(hit.code == "flag.mentor.overloaded" for hit in flag.hits)
    }

    assert overloaded == {FIRST, FIRST.replace("640402104", OTHER_UNIT)}
    assert flags(LedgerFacts.of(own, Settings(), AS_OF)) == ()


def checked_other(*edits) -> Ledger:
    world = a_world(OTHER_UNIT)
    calm(world)
    for entry in world["log"]:
        entry["pairing_ids"] = entry["pairing_ids"].replace("640402104", OTHER_UNIT)
        entry["log_id"] = entry["log_id"].replace("640402104", OTHER_UNIT)
    for edit in edits:
        edit(world)
    ledger = a_ledger(file="邻镇.xlsx", unit=OTHER_UNIT, form=world.pop("unit"), **world)
    validate(ledger, RuleContext(AS_OF))
    return ledger


def test_a_workbook_keeps_its_own_exempt_period_where_no_superior_decides() -> None:
    ledger = checked(without(J1, 6))
    own = {"开城镇.xlsx": Settings(exempt_periods=((date(2026, 6, 1), date(2026, 6, 30)),))}

    assert flags(LedgerFacts.of(ledger, Settings(), AS_OF, own)) == ()
    assert len(flags(LedgerFacts.of(ledger, Settings(), AS_OF))) == 1

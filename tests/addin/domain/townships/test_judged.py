"""Townships judged one at a time come to what they come to in one ledger, however they are entangled."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from addin.domain.facts import LedgerFacts
from addin.domain.growth import growth
from addin.domain.rollup import roll_up
from addin.domain.townships.judged import (
    Judgement,
    TownshipJudgement,
    judge_township,
    judged_together,
    judgement_of,
)
from addin.domain.townships.shared_mentors import SharedMentors, lent_rows, picked_rows
from tests.addin.domain.gold import a_golden_township, checked
from tests.build import MONTH_OVER as AS_OF
from tests.build import OTHER_UNIT, UNIT, World, code
from validators.ledger import Ledger
from validators.relations import COMPARED_FIELDS
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate_across

UNITS = (UNIT, OTHER_UNIT, "640402106")
ABSENT = "640402107"
YEAR = 2026
COMPARED = {model.sheet.key: fields for model, fields in COMPARED_FIELDS.items()}

numbers = st.integers(1, 4)
units = st.sampled_from([*UNITS, ABSENT])


def ids(*prefixes: str) -> st.SearchStrategy[str]:
    return st.builds(code, st.sampled_from(prefixes), numbers, units)


def or_garbled(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.sampled_from([None, "不详"]))


CHANGES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "mentor": {
        "mentor_id": ids("D"),
        "name": st.sampled_from(["马一明", "王一红", "王二红"]),
        "status": st.sampled_from(["在库", "暂停", "调出"]),
        "capacity": st.integers(1, 3),
        "appointed_until": st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    },
    "individual": {
        "mentee_id": ids("G"),
        "status": st.sampled_from(["待结对", "帮带中", "期满出师", "退出"]),
        "industry": st.integers(1, 5),
    },
    "pairing": {
        "mentor_id": ids("D"),
        "mentee_id": ids("G"),
        "pairing_id": ids("J"),
        "status": st.sampled_from(["帮带中", "期满", "终止"]),
        "until": st.dates(date(2026, 2, 1), date(2027, 2, 1)),
        "ended_on": st.dates(date(2026, 2, 1), AS_OF),
    },
    "duty": {"pairing_id": ids("J"), "duty_id": ids("ZR"), "target": st.integers(1, 4)},
    "log": {
        "pairing_ids": ids("J"),
        "duty_ids": ids("ZR"),
        "date": st.dates(date(2026, 1, 1), date(2026, 7, 9)),
    },
    "assessment": {"mentee_id": ids("G"), "satisfaction": st.integers(1, 5)},
}
more = {
    "completion": st.fixed_dictionaries(
        {
            "pairing_id": ids("J"),
            "assessed_on": st.dates(date(2026, 2, 1), AS_OF),
            "score": st.sampled_from([50, 70, 95]),
            "rating": st.sampled_from(["不合格", "合格", "优秀"]),
            "conclusion": st.sampled_from(["出师", "续帮"]),
        }
    ),
    "misconduct": st.fixed_dictionaries(
        {
            "participant_id": ids("D", "G"),
            "date": st.dates(date(2026, 1, 1), AS_OF),
            "fact": st.just("受到诫勉"),
            "confirmed_by": st.just("县纪委"),
        }
    ),
}
Change = tuple[str, int, str, Any]
changes = st.sampled_from([(key, name) for key, of in CHANGES.items() for name in of]).flatmap(
    lambda at: st.tuples(
        st.just(at[0]), st.integers(0, 3), st.just(at[1]), or_garbled(CHANGES[at[0]][at[1]])
    )
)
rows = st.sampled_from(sorted(more)).flatmap(lambda key: st.tuples(st.just(key), more[key]))


@st.composite
def townships(draw: st.DrawFn) -> list[Ledger]:
    return [
        a_township(unit, draw(st.lists(changes, max_size=8)), draw(st.lists(rows, max_size=4)))
        for unit in UNITS[: draw(st.integers(1, 3))]
    ]


def a_township(
    unit: str, edits: Sequence[Change], added: Sequence[tuple[str, dict[str, Any]]]
) -> Ledger:
    def edit(world: World) -> None:
        for key, at, name, value in edits:
            table = world[key]
            table[at % len(table)][name] = value
        for key, row in added:
            world[key].append(dict(row))

    return checked(a_golden_township(edit, mentors=3, unit=unit, file=f"{unit}.xlsx"))


def own_settings(ledgers: Sequence[Ledger]) -> dict[str, Settings]:
    return {
        file: Settings(grace_days=10 * at, load_limit=2 + at)
        for at, ledger in enumerate(ledgers)
        for file in ledger.unit_codes
    }


def judged_one_by_one(ledgers: Sequence[Ledger]) -> tuple[list[LedgerFacts], list[Judgement]]:
    merged, own = Ledger.merged(ledgers), own_settings(ledgers)
    shared = SharedMentors(merged.with_fields(COMPARED))
    order = {file: at for at, ledger in enumerate(ledgers) for file in ledger.unit_codes}
    facts, found = list[LedgerFacts](), list[TownshipJudgement]()
    for file, at in order.items():
        near = {order[each.file]: each for each in shared.around(file)}
        group: list[Ledger] = []
        for number, ledger in enumerate(ledgers):
            if number == at:
                group.append(ledger)
            elif number in near:
                alone = Ledger.merged([ledger], merged.unit_codes.values())
                group.append(picked_rows(alone, near[number].people))
                group += [lent_rows(ledger)] if near[number].lends else []
        delivered = shared.delivered_of(file) if len(ledgers) > 1 else frozenset[str]()
        together = Ledger.merged(group, delivered)
        facts.append(LedgerFacts.of(together, Settings(), AS_OF, own))
        judged = judge_township(together.by_file()[file], facts[-1], YEAR)
        found.append(pickle.loads(pickle.dumps(judged)))  # as a worker sends it
    return facts, [judged_together(found, AS_OF, Settings(), YEAR)]


def growth_files(facts: LedgerFacts, files: set[str]) -> list[dict[str, Any]]:
    return [
        one.as_row()
        for one in growth(facts)
        if facts.ledger.table(type(one.mentee)).locate(one.row)[0].file in files
    ]


def duty_states(facts: LedgerFacts, files: set[str]) -> list[tuple[Any, ...]]:
    return [
        (state.duty_id, state.pairing_id, *state.as_row().values(), len(state.proposed))
        for state in facts.duties
        if facts.ledger.tables["duty"].locate(state.row)[0].file in files
    ]


@given(townships())
def test_townships_one_by_one_come_to_what_all_in_one_ledger_do(ledgers: list[Ledger]) -> None:
    whole = Ledger.merged(ledgers)
    validate_across(whole, RuleContext(AS_OF, Settings()))
    records = roll_up(whole, Settings(), AS_OF, own_settings(ledgers))
    expected = judgement_of(records)

    facts, (found,) = judged_one_by_one(ledgers)

    assert [one.as_row() for one in found.awards] == [one.as_row() for one in expected.awards]
    assert [one.merit for one in found.awards] == [one.merit for one in expected.awards]
    assert found.flags == expected.flags
    assert found.changes == expected.changes
    assert found.standings == expected.standings
    assert found.leaders.units == expected.leaders.units
    known = [(one.mentee_id, one.closing, one.why) for one in expected.organisations]
    assert [(one.mentee_id, one.closing, one.why) for one in found.organisations] == known
    for ledger, own in zip(ledgers, facts, strict=True):
        files = {*ledger.unit_codes}
        assert growth_files(own, files) == growth_files(records.facts, files)
        assert duty_states(own, files) == duty_states(records.facts, files)


@given(townships())
def test_comparing_needs_no_more_than_the_compared_fields(ledgers: list[Ledger]) -> None:
    context = RuleContext(AS_OF, Settings(load_limit=2))
    few = deepcopy([one.with_fields(COMPARED) for one in ledgers])

    whole = validate_across(Ledger.merged(ledgers), context)

    assert validate_across(Ledger.merged(few), context) == whole
    for one, same in zip(few, ledgers, strict=True):
        assert [part.rejected for part in one.parts()] == [part.rejected for part in same.parts()]

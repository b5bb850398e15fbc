"""Questions wait until an answer names them; experiences rank by the units they reached."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.domain.exchange import experiences, unanswered
from tests.build import AS_OF, OTHER_UNIT, a_ledger, a_post, code
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate


def posts(*rows: dict[str, Any], other: tuple[dict[str, Any], ...] = ()) -> Ledger:
    """Return the ledger of one township's posts, merged with another's if there are some."""
    ledgers = [a_ledger(exchange=list(rows))]
    if other:
        ledgers.append(a_ledger(file="官厅镇.xlsx", unit=OTHER_UNIT, exchange=list(other)))
    for ledger in ledgers:
        validate(ledger, RuleContext(AS_OF))
    return Ledger.merged(ledgers) if other else ledgers[0]


def an_answer(number: int, to: str, **changes: Any) -> dict[str, Any]:
    return a_post(
        number,
        **{"kind": "答复", "reply_to": to, "author": "区委组织部", "title": "答复", **changes},
    )


def an_experience(number: int, **changes: Any) -> dict[str, Any]:
    return a_post(number, **{"kind": "经验", "title": "先跟后带", **changes})


def asked(ledger: Ledger, **settings: Any) -> list[str]:
    return [one.exchange_id for one in unanswered(ledger, Settings(**settings), AS_OF)]


def test_a_question_waits_from_the_day_after_the_limit() -> None:
    ledger = posts(a_post(1, date=date(2026, 6, 15)), a_post(2, date=date(2026, 6, 14)))

    (question,) = unanswered(ledger, Settings(), AS_OF)

    assert (question.exchange_id, question.days) == (code("L", 2), 16)
    assert question.origin == ("开城镇.xlsx", 5)
    assert question.fact == "2026-06-14 提出，已 16 天未答复"
    assert asked(ledger, unanswered_days=14) == [code("L", 2), code("L", 1)]


def test_an_answer_is_a_reply_of_that_kind_to_that_question() -> None:
    ledger = posts(
        a_post(1),
        an_answer(2, code("L", 1)),
        a_post(3),
        an_experience(4, reply_to=code("L", 3)),
        a_post(5),
        an_answer(6, code("L", 4)),
    )

    assert asked(ledger) == [code("L", 3), code("L", 5)]


def test_an_answer_after_the_as_of_date_or_rejected_answers_nothing() -> None:
    ledger = posts(
        a_post(1), an_answer(2, code("L", 1), date="不详"),
        a_post(3), an_answer(4, code("L", 3), date=date(2026, 7, 1)),
    )  # fmt: skip

    assert asked(ledger) == [code("L", 1), code("L", 3)]


def test_a_question_without_an_id_cannot_be_answered_and_says_so() -> None:
    ledger = posts(a_post(1, exchange_id=None), an_answer(2, code("L", 2)))

    (question,) = unanswered(ledger, Settings(), AS_OF)

    assert question.exchange_id == ""
    assert "请先补全编号" in question.fact


def test_a_published_question_counts_once_and_is_cited_at_home() -> None:
    sent_down = a_post(1, origin="市级下发")
    ledger = posts(an_experience(9), a_post(1), other=(a_post(2, unit=OTHER_UNIT), sent_down))

    found = {one.exchange_id: one.origin for one in unanswered(ledger, Settings(), AS_OF)}

    assert found == {code("L", 1): ("开城镇.xlsx", 5), code("L", 2, OTHER_UNIT): ("官厅镇.xlsx", 4)}


def test_an_answer_published_in_one_ledger_answers_in_another() -> None:
    ledger = posts(
        a_post(1), other=(an_answer(7, code("L", 1), unit=OTHER_UNIT, origin="市级下发"),)
    )

    assert asked(ledger) == []


def test_experiences_rank_by_units_before_replies() -> None:
    busy, useful, lonely = (code("L", number) for number in (1, 2, 3))
    ledger = posts(
        an_experience(1), an_experience(2), an_experience(3),
        *(an_answer(10 + n, busy, author="甲镇党委") for n in range(5)),
        an_answer(20, useful, author="甲镇党委"), an_answer(21, useful, author="乙镇党委"),
        an_answer(30, lonely, author="开城镇党委"),
    )  # fmt: skip

    found = experiences(ledger, AS_OF)

    assert [one.exchange_id for one in found] == [useful, busy]
    assert found[0].units == ("乙镇党委", "甲镇党委")
    assert found[0].fact == f"2 个单位回复 2 条（{code('L', 20)}、{code('L', 21)}）"
    assert len(found[1].replies) == 5


def test_equal_experiences_stand_newest_first_then_by_id_whatever_the_rows_order() -> None:
    rows = [
        an_experience(1, date=date(2026, 5, 1)), an_experience(2, date=date(2026, 5, 9)),
        an_experience(3, date=date(2026, 5, 9)),
        *(an_answer(10 + n, code("L", n), author="甲镇党委") for n in (1, 2, 3)),
    ]  # fmt: skip

    there = [one.exchange_id for one in experiences(posts(*rows), AS_OF)]
    back = [one.exchange_id for one in experiences(posts(*reversed(rows)), AS_OF)]

    assert there == back == [code("L", 2), code("L", 3), code("L", 1)]

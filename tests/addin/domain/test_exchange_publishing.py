"""What is sent down are posts 通报 that a ledger takes in."""

from __future__ import annotations

from addin.domain.exchange import experiences, notices, unanswered
from addin.domain.facts import LedgerFacts
from addin.domain.ranking import ranking
from tests.addin.domain.gold import a_golden_township, checked
from tests.build import AS_OF, a_ledger, a_post, add, code
from validators.divisions import CITY, by_code
from validators.settings import Settings
from validators.validation import count_rows
from validators.vocabulary import Source


def test_ranking_experiences_and_questions_become_posts_a_ledger_accepts() -> None:
    ledger = a_golden_township(
        add(
            "exchange",
            a_post(1),
            a_post(2, kind="经验", title="先跟后带"),
            a_post(3, kind="答复", reply_to=code("L", 2), author="甲镇党委"),
        )
    )

    rows = notices(
        by_code()[CITY],
        AS_OF,
        ranking(LedgerFacts.of(ledger, Settings(), AS_OF)),
        experiences(ledger, AS_OF),
        unanswered(ledger, Settings(), AS_OF),
    )

    assert [row["title"] for row in rows] == [
        "比学赶帮排名（截至 2026-06-30）",
        "回复较多的经验（截至 2026-06-30）",
        "待答复的问题（截至 2026-06-30）",
    ]
    assert rows[0]["content"].startswith("第 1 名 原州区开城镇 ")
    assert rows[1]["content"] == f"{code('L', 2)} 开城镇党委《先跟后带》，1 个单位回复"
    assert "2026-05-10 提出，已 51 天未答复" in rows[2]["content"]
    assert {row["origin"] for row in rows} == {Source.CITY}
    cells = [{**row, "kind": "通报", "origin": "市级下发"} for row in rows]
    taken = checked(a_ledger(exchange=cells))
    (count,) = [one for one in count_rows(taken) if one.sheet == "交流园地"]
    assert (count.accepted, count.rejected) == (3, 0)


def test_nothing_to_tell_is_no_post() -> None:
    assert notices(by_code()[CITY], AS_OF) == ()


def test_a_post_says_who_sent_it_down() -> None:
    standings = ranking(LedgerFacts.of(a_golden_township(), Settings(), AS_OF))

    (post,) = notices(by_code()["640402"], AS_OF, standings)

    assert (post["author"], post["origin"]) == ("原州区", Source.COUNTY)
    taken = checked(a_ledger(exchange=[{**post, "kind": "通报", "origin": "县级下发"}]))
    (count,) = [one for one in count_rows(taken) if one.sheet == "交流园地"]
    assert (count.accepted, count.rejected) == (1, 0)

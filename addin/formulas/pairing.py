"""BD_MATCH, BD_WHY, BD_SUGGEST: what 生成结对建议 thinks of any mentor and mentee.

A waiting mentee is seen as the draft sees it. One that is being helped is seen as if its pairings
were decided anew: what they cost its mentors now does not count against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from addin.domain.pairing.candidates import Edges
from addin.domain.pairing.explain import exclusion_reason, explain, pair_reasons
from addin.domain.pairing.ledger_pools import read_pools
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import SCALE, Solution
from addin.domain.pairing.scores import Scale, principle_scores, total_scores
from addin.domain.pairing.solve import Plan, problem_of
from addin.domain.pairing.suggest import Suggestions, suggest
from addin.formulas import ranges as arg
from addin.formulas.ledger import FormulaLedger, one_cell, validated
from addin.formulas.ranges import Answer, Argument, Given, Plain, broadcast, id_of, udf
from validators.errors import UsageError
from validators.sheets import IndividualRow, OrganisationRow, SuggestionRow

_MOST = 50
"""Mentors that can be listed for one mentee."""
_LISTED = 3
"""Mentors 插入公式 asks for."""


@udf("匹配分", about=(SuggestionRow,))
def BD_MATCH(
    mentor: arg.Mentors,
    mentee: arg.Mentees,
    mentors: arg.MentorsPool,
    individuals: arg.Individuals,
    organisations: arg.Organisations = None,
    pairings: arg.Pairings = None,
    drafts: arg.SuggestionsTable = None,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
) -> Answer:
    """导师和对象的匹配分（0 至 100），与“结对建议”的匹配分一致；不能结对的注明原因。编号可以各为一列，逐行对应。"""
    tables = (mentors, individuals, organisations, pairings, drafts)
    matching = validated(tables, settings, as_of).once(_Matching)
    return broadcast(
        mentor.block, mentee.block, lambda who, whom: matching.score(id_of(who), id_of(whom))
    )


@udf("匹配理由", about=(SuggestionRow,))
def BD_WHY(
    mentor: arg.Mentors,
    mentee: arg.Mentees,
    mentors: arg.MentorsPool,
    individuals: arg.Individuals,
    organisations: arg.Organisations = None,
    pairings: arg.Pairings = None,
    drafts: arg.SuggestionsTable = None,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
) -> Answer:
    """建议或不建议该导师帮带该对象的理由，与“结对建议”的理由一致。编号可以各为一列，逐行对应。"""
    tables = (mentors, individuals, organisations, pairings, drafts)
    matching = validated(tables, settings, as_of).once(_Matching)
    return broadcast(
        mentor.block, mentee.block, lambda who, whom: matching.why(id_of(who), id_of(whom))
    )


@udf("推荐导师", about=(IndividualRow, OrganisationRow))
def BD_SUGGEST(
    mentee: arg.Mentees,
    n: Annotated[Any, Argument("列出的导师名数，1 至 50", f"={_LISTED}")],
    mentors: arg.MentorsPool,
    individuals: arg.Individuals,
    organisations: arg.Organisations = None,
    pairings: arg.Pairings = None,
    drafts: arg.SuggestionsTable = None,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
) -> Annotated[Answer, _LISTED]:
    """为对象列出若干名导师：先列“结对建议”选定的，其余按匹配分从高到低。一个对象的，每名导师一行（编号、姓名、匹配分、理由）；一列对象的，每个对象一行。"""
    tables = (mentors, individuals, organisations, pairings, drafts)
    matching = validated(tables, settings, as_of).once(_Matching)
    mentees, most = mentee.block, _count(n)
    if mentees.single:
        return matching.listed(id_of(mentees.rows[0][0]), most)
    return [matching.named(id_of(cell), most) for cell in mentees.cells()]


def _count(n: Given) -> int:
    cell = one_cell(n)
    if not isinstance(cell, int) or not 1 <= cell <= _MOST:
        raise UsageError(f"第 {n.number} 个参数应是 1 至 50 的整数", "如 3")
    return cell


@dataclass(frozen=True)
class _Matching:
    """The pools, scores and suggestions of a small ledger, each computed when first asked for."""

    ledger: FormulaLedger

    def score(self, mentor: str, mentee: str) -> Plain:
        """Return the score of a pair, or why there is none."""
        if not (mentor and mentee):
            return ""
        at = self._at(mentor, mentee)
        if isinstance(at, str):
            return at
        return exclusion_reason(*at) or _scores(at[0], np.array([at[1]]), at[2])[0]

    def why(self, mentor: str, mentee: str) -> Plain:
        """Return why a pair is suggested, or why not."""
        if not (mentor and mentee):
            return ""
        if (mentor, mentee) in self._reasons:
            return self._reasons[mentor, mentee]
        at = self._at(mentor, mentee)
        if isinstance(at, str):
            return at
        if at[0] in self._waiting:
            return explain(self._suggestions.plans, mentor, mentee)
        return exclusion_reason(*at) or _reason(*at)

    def listed(self, mentee: str, most: int) -> list[list[Plain]]:
        """Return the first mentors of a mentee: ID, name, score, reason, one a row."""
        ranking = self._ranking(mentee)
        if isinstance(ranking, str):
            return [[ranking, "", "", ""]]
        rows: list[list[Plain]] = []
        for pool, who, whom, score in ranking[:most]:
            code = pool.mentors.ids[who]
            chosen = self._reasons.get((code, mentee))
            reason = _reason(pool, who, whom) if chosen is None else f"本次建议；{chosen}"
            rows.append([code, pool.mentors.names[who], score, reason])
        return rows or [["没有可用的导师", "", "", ""]]

    def named(self, mentee: str, most: int) -> list[Plain]:
        """Return the first mentors of a mentee in one row of `most` texts."""
        ranking = self._ranking(mentee)
        if isinstance(ranking, str):
            return [ranking, *[""] * (most - 1)]
        texts: list[Plain] = [
            f"{pool.mentors.names[who]} {pool.mentors.ids[who]} {score:g} 分"
            for pool, who, _, score in ranking[:most]
        ]
        texts = texts or ["没有可用的导师"]
        return [*texts, *[""] * (most - len(texts))]

    def _ranking(self, mentee: str) -> str | list[tuple[Pool, int, int, float]]:
        """Return pool, mentor, mentee and score of all possible pairs, the suggested ones first."""
        if not mentee:
            return ""
        place = self._mentees.get(mentee)
        if place is None:
            return _unknown(mentee)
        pool, whom = place
        able = [who for who in range(len(pool.mentors)) if not exclusion_reason(pool, who, whom)]
        scores = _scores(pool, np.array(able, np.int64), whom)
        pairs = [(pool, who, whom, score) for who, score in zip(able, scores, strict=True)]
        ids = pool.mentors.ids
        chosen = {code for code, other in self._reasons if other == mentee}
        return sorted(pairs, key=lambda pair: (ids[pair[1]] not in chosen, -pair[3], ids[pair[1]]))

    def _at(self, mentor: str, mentee: str) -> tuple[Pool, int, int] | str:
        """Return where a pair stands, or why it stands nowhere."""
        place = self._mentees.get(mentee)
        if place is None:
            return _unknown(mentee)
        at = self._mentors.get(mentor)
        if at is None:
            return f"导师库中没有可用的 {mentor}，请核对编号和所在行的校验结果"
        return place[0], at, place[1]

    @cached_property
    def _waiting(self) -> tuple[Pool, Pool]:
        ledger = self.ledger
        return read_pools(ledger.ledger, ledger.settings, ledger.as_of).pools

    @cached_property
    def _mentors(self) -> dict[str, int]:
        # the pools number the same mentors
        return {code: at for at, code in enumerate(self._waiting[0].mentors.ids)}

    @cached_property
    def _mentees(self) -> dict[str, tuple[Pool, int]]:
        """Return pool and number of every mentee, the pools of waiting mentees winning."""
        ledger = self.ledger
        reopened = read_pools(ledger.ledger, ledger.settings, ledger.as_of, reopen=True).pools
        return {
            code: (pool, at)
            for pool in (*reopened, *self._waiting)
            for at, code in enumerate(pool.mentees.ids)
        }

    @cached_property
    def _suggestions(self) -> Suggestions:
        ledger = self.ledger
        return suggest(ledger.ledger, ledger.settings, ledger.as_of)

    @cached_property
    def _reasons(self) -> dict[tuple[str, str], str]:
        return {(pair.mentor_id, pair.mentee_id): pair.reason for pair in self._suggestions.pairs}


def _unknown(mentee: str) -> str:
    return f"{mentee} 不在待结对和帮带中的对象之列，请核对编号、状态和所在行的校验结果"


def _scores(pool: Pool, mentors: Any, mentee: int) -> list[float]:
    """Return scores as 结对建议 shows them."""
    five = principle_scores(pool, mentors, np.full(len(mentors), mentee))
    total = total_scores(five, Scale.of(pool.settings)) / SCALE
    return [round(100 * score, 2) for score in total.tolist()]


def _reason(pool: Pool, mentor: int, mentee: int) -> str:
    """Return the reason of a pair as if it were the only one suggested."""
    edges = Edges(np.array([mentor]), np.array([mentee]))
    solution = Solution(np.ones(1, np.bool_), (), 0.0)
    plan = Plan(pool, edges.mentor, edges.mentee, problem_of(pool, edges), solution, {})
    return pair_reasons(plan)[0]

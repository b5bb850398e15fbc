"""BD_MATCH, BD_WHY, BD_SUGGEST: what 生成结对建议 thinks of any mentor and mentee.

A waiting mentee is seen as the draft sees it. One that is being helped is seen as if its pairings
were decided anew: what they cost its mentors now does not count against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import xlwings as xw

from addin.domain.pairing.candidates import Edges
from addin.domain.pairing.explain import exclusion_reason, explain, pair_reasons
from addin.domain.pairing.ledger_pools import read_pools
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import SCALE, Solution
from addin.domain.pairing.scores import Scale, principle_scores, total_scores
from addin.domain.pairing.solve import Plan, problem_of
from addin.domain.pairing.suggest import Suggestions, suggest
from addin.formulas.ledger import FormulaLedger, Given, judged, one_cell
from addin.formulas.ranges import (
    Answer,
    AsOf,
    Drafts,
    Individuals,
    Mentees,
    Mentors,
    MentorsPool,
    Organisations,
    Pairings,
    Plain,
    SettingsTable,
    block,
    broadcast,
    id_of,
    never_raising,
)
from validators.errors import UsageError
from validators.sheets import (
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
    SettingRow,
    SuggestionRow,
)

_MOST = 50
"""Mentors listed for one mentee."""


@xw.func
@never_raising
def BD_MATCH(
    mentor: Mentors,
    mentee: Mentees,
    mentors: MentorsPool,
    individuals: Individuals,
    organisations: Organisations = None,
    pairings: Pairings = None,
    drafts: Drafts = None,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """导师和对象的匹配分（0 至 100），与“结对建议”的匹配分一致；不能结对的写明原因。编号可以各是一列，逐行对应。"""
    seen = _matching((mentors, individuals, organisations, pairings, drafts), settings, as_of)
    return broadcast(
        block(mentor), block(mentee), lambda who, whom: seen.score(id_of(who), id_of(whom))
    )


@xw.func
@never_raising
def BD_WHY(
    mentor: Mentors,
    mentee: Mentees,
    mentors: MentorsPool,
    individuals: Individuals,
    organisations: Organisations = None,
    pairings: Pairings = None,
    drafts: Drafts = None,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """为什么建议或不建议这名导师帮带这个对象，与“结对建议”的理由一致。编号可以各是一列，逐行对应。"""
    seen = _matching((mentors, individuals, organisations, pairings, drafts), settings, as_of)
    return broadcast(
        block(mentor), block(mentee), lambda who, whom: seen.why(id_of(who), id_of(whom))
    )


@xw.func
@never_raising
def BD_SUGGEST(
    mentee: Mentees,
    n: Annotated[Any, {"doc": "列出几名导师，1 至 50", "ndim": 2, "err_to_str": True}],
    mentors: MentorsPool,
    individuals: Individuals,
    organisations: Organisations = None,
    pairings: Pairings = None,
    drafts: Drafts = None,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """给对象列出几名导师：先是“结对建议”选定的，再按匹配分从高到低。一个对象时每名导师一行（编号、姓名、匹配分、理由）；一列对象时每个对象一行。"""
    seen = _matching((mentors, individuals, organisations, pairings, drafts), settings, as_of)
    asked, most = block(mentee), _count(n)
    if asked.single:
        return seen.listed(id_of(asked.rows[0][0]), most)
    return [seen.named(id_of(cell), most) for cell in asked.cells()]


def _count(n: Any) -> int:
    cell = one_cell(2, n)
    if not isinstance(cell, int) or not 1 <= cell <= _MOST:
        raise UsageError("第 2 个参数应是 1 至 50 的整数", "如 3")
    return cell


def _matching(tables: tuple[Any, ...], settings: Any, as_of: Any) -> _Matching:
    models: tuple[type[Row], ...] = (
        MentorRow,
        IndividualRow,
        OrganisationRow,
        PairingRow,
        SuggestionRow,
    )
    found = judged(
        [Given(at, *one) for at, one in enumerate(zip(models, tables, strict=True), 3)],
        Given(8, SettingRow, settings),
        Given(9, SettingRow, as_of),
    )
    return found.once(_Matching)


@dataclass(frozen=True)
class _Matching:
    """What the pairing knows of a small ledger, each thing found out when asked for."""

    found: FormulaLedger

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
        found = self._ranked(mentee)
        if isinstance(found, str):
            return [[found, "", "", ""]]
        rows: list[list[Plain]] = []
        for pool, who, whom, score in found[:most]:
            code = pool.mentors.ids[who]
            chosen = (code, mentee) in self._reasons
            reason = self._reasons[code, mentee] if chosen else _reason(pool, who, whom)
            said = f"本次建议；{reason}" if chosen else reason
            rows.append([code, pool.mentors.names[who], score, said])
        return rows or [["没有可用的导师", "", "", ""]]

    def named(self, mentee: str, most: int) -> list[Plain]:
        """Return the first mentors of a mentee in one row of `most` texts."""
        found = self._ranked(mentee)
        if isinstance(found, str):
            return [found, *[""] * (most - 1)]
        texts: list[Plain] = [
            f"{pool.mentors.names[who]} {pool.mentors.ids[who]} {score:g} 分"
            for pool, who, _, score in found[:most]
        ]
        texts = texts or ["没有可用的导师"]
        return [*texts, *[""] * (most - len(texts))]

    def _ranked(self, mentee: str) -> str | list[tuple[Pool, int, int, float]]:
        """Return pool, mentor, mentee and score of all possible pairs, the suggested ones first."""
        if not mentee:
            return ""
        place = self._mentees.get(mentee)
        if place is None:
            return _unknown(mentee)
        pool, whom = place
        able = [who for who in range(len(pool.mentors)) if not exclusion_reason(pool, who, whom)]
        scores = _scores(pool, np.array(able, np.int64), whom)
        found = [(pool, who, whom, score) for who, score in zip(able, scores, strict=True)]
        ids = pool.mentors.ids
        chosen = {code for code, other in self._reasons if other == mentee}
        return sorted(found, key=lambda one: (ids[one[1]] not in chosen, -one[3], ids[one[1]]))

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
        return read_pools(self.found.ledger, self.found.settings, self.found.as_of).pools

    @cached_property
    def _mentors(self) -> dict[str, int]:
        # the pools number the same mentors
        return {code: at for at, code in enumerate(self._waiting[0].mentors.ids)}

    @cached_property
    def _mentees(self) -> dict[str, tuple[Pool, int]]:
        """Return pool and number of every mentee: a waiting one's own, else the reopened."""
        found = self.found
        again = read_pools(found.ledger, found.settings, found.as_of, reopen=True).pools
        return {
            code: (pool, at)
            for pool in (*again, *self._waiting)
            for at, code in enumerate(pool.mentees.ids)
        }

    @cached_property
    def _suggestions(self) -> Suggestions:
        return suggest(self.found.ledger, self.found.settings, self.found.as_of)

    @cached_property
    def _reasons(self) -> dict[tuple[str, str], str]:
        return {(pair.mentor_id, pair.mentee_id): pair.reason for pair in self._suggestions.pairs}


def _unknown(mentee: str) -> str:
    return f"{mentee} 不在待结对和帮带中的对象里，请核对编号、状态和所在行的校验结果"


def _scores(pool: Pool, mentors: Any, mentee: int) -> list[float]:
    """Return scores as 结对建议 shows them."""
    five = principle_scores(pool, mentors, np.full(len(mentors), mentee))
    total = total_scores(five, Scale.of(pool.settings)) / SCALE
    return [round(100 * one, 2) for one in total.tolist()]


def _reason(pool: Pool, mentor: int, mentee: int) -> str:
    """Return the reason of a pair as if it were the only one suggested."""
    edges = Edges(np.array([mentor]), np.array([mentee]))
    alone = Solution(np.ones(1, np.bool_), (), 0.0)
    return pair_reasons(Plan(pool, edges.mentor, edges.mentee, problem_of(pool, edges), alone, {}))[
        0
    ]

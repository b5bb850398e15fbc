"""Suggest who mentors whom, with a reason for every pair and for every change since the last draft.

The result is what 结对建议 shows: pairs, mentees nobody can be found for, what moved, and how good
the plan is proven to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

import numpy as np

from addin.domain.pairing.adoption import modes_of, path_of
from addin.domain.pairing.explain import exclusion_reason, pair_reasons, unmatched_reason
from addin.domain.pairing.ledger_pools import DraftRow, LedgerPools, Pair, fits_row, read_pools
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import SCALE, WORTH, IntArray, Stage
from addin.domain.pairing.scores import PRINCIPLES, Scale, principle_scores, total_scores
from addin.domain.pairing.solve import Plan, Solver, make_plan, solve
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Decision, Mode, Opinion, PairingPath


@dataclass(frozen=True, slots=True)
class PrincipleScores:
    """The five principles' scores of a pair, each 0–1."""

    same_field: float
    nearness: float
    strength: float
    willing: float
    planned: float

    def by_name(self) -> dict[str, float]:
        """Return the scores by the principles' Chinese names."""
        values = (self.same_field, self.nearness, self.strength, self.willing, self.planned)
        return {name: round(v, 4) for name, v in zip(PRINCIPLES, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row of 结对建议.

    Attributes:
        file: The mentee's workbook, where the row belongs.
        total: Weighted total, 0–1, four decimals.
        kept: Whether the pair stood in the draft before, or runs already and was reopened.
        mode: None for a row that stays only because the clerk entered something, see
            `Suggestions.set_aside`.
    """

    mentor_id: str
    mentee_id: str
    mentor_name: str
    mentee_name: str
    file: str
    scores: PrincipleScores
    total: float
    mode: Mode | None
    path: PairingPath | None
    reason: str
    decision: Decision | None = None
    mentor_opinion: Opinion | None = None
    mentee_opinion: Opinion | None = None
    remark: str | None = None
    kept: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai pair --json` prints of it."""
        return {
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
            "scores": self.scores.by_name(),
            "total": self.total,
            "mode": self.mode,
            "path": self.path,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class UnmatchedMentee:
    """A waiting mentee who gets nobody, and why."""

    mentee_id: str
    mentee_name: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class DroppedPair:
    """A pair assigned or adopted in the last draft that could not be kept, and why."""

    mentor_id: str
    mentee_id: str
    decision: Decision
    reason: str

    def __str__(self) -> str:
        return (
            f"结对建议中“{self.decision}”的 {self.mentor_id}→{self.mentee_id} 未保留：{self.reason}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai pair --json` prints of it."""
        return {
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
            "decision": self.decision,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class SuggestionChange:
    """A mentee's mentor in the last draft and in this plan, None for none, and what to say of it."""

    mentee_id: str
    before: str | None
    after: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Pairs a clerk can defend.

    Attributes:
        pairs: Suggested pairs by mentee ID and mentor ID, individuals first.
        unmatched: Waiting mentees without a suggestion.
        changes: The difference between the last draft and this plan.
        set_aside: Rows of the last draft that are not suggested any more but hold an entry of the
            clerk's (refusals among them): kept, so that they are not forgotten.
        unscored: Pairs of such rows of which no scores can be told, neither from the pools nor
            from the row.
        dropped: What was assigned or adopted and could not be kept.
        left_out: How many who wait cannot be paired because of their row or their ID.
        idle: Why nobody is to be paired; "" where somebody is.
        stages: What is proven of each stage, individuals first.
        seconds: Time by step: scoring, candidates, solve.
        warnings: What was left out or could not be kept.
        plans: The plan of individuals and that of organisations, for explanations.
    """

    pairs: tuple[Suggestion, ...]
    unmatched: tuple[UnmatchedMentee, ...]
    changes: tuple[SuggestionChange, ...]
    set_aside: tuple[Suggestion, ...]
    unscored: frozenset[Pair]
    dropped: tuple[DroppedPair, ...]
    left_out: int
    idle: str
    stages: tuple[Stage, ...]
    seconds: dict[str, float]
    warnings: tuple[str, ...]
    plans: tuple[Plan, Plan]

    @property
    def follows_draft(self) -> bool:
        """Return whether an earlier draft was there, so that changes are news."""
        before = any(change.before for change in self.changes)
        return before or bool(self.set_aside) or any(pair.kept for pair in self.pairs)

    @property
    def objective(self) -> int:
        """Return the total score of all pairs x 10^4, with the bonus for keeping the draft."""
        return sum(stage.objective for stage in self.stages if stage.name == WORTH)

    @property
    def bound(self) -> float:
        """Return the total that no plan as good in the earlier stages can exceed."""
        return sum(stage.bound for stage in self.stages if stage.name == WORTH)

    @property
    def gap(self) -> float:
        """Return the largest gap of any stage; 0 when everything is proven optimal."""
        return max((stage.gap for stage in self.stages), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai pair --json` prints."""
        return {
            "suggestions": [pair.as_json() for pair in self.pairs],
            "unmatched": [
                {"mentee_id": mentee.mentee_id, "reason": mentee.reason}
                for mentee in self.unmatched
            ],
            "not_kept": [pair.as_json() for pair in self.dropped],
            "notes": [*self.warnings, *filter(None, [self.idle])],
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
        }


def suggest(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    reopen: bool = False,
    own: Mapping[str, Settings] | None = None,
    solver: Solver = solve,
) -> Suggestions:
    """Pair the waiting mentees of a ledger.

    Mentors' capacities for individuals and for organisations are separate, so each kind of mentee
    is a problem of its own.

    Args:
        ledger: One township's ledger, or a county's or city's merged one, after validation.
        settings: The rules' numbers; the superior's where there are any.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether running pairings are decided anew, too.
        own: By file, the settings that hold for a ledger's own mentors and mentees.
        solver: Finds the optimum.
    """
    known = read_pools(ledger, settings, as_of, reopen=reopen, own=own)
    individuals, organisations = (make_plan(pool, solver) for pool in known.pools)
    plans = (individuals, organisations)
    pairs = {pair for plan in plans for pair in _pairs_of(plan)}
    modes = modes_of({*known.running, *pairs}, known.villages)
    before, refused = _last_draft(known)
    dropped = tuple(_dropped(known, plans, pairs))
    pools: tuple[Pool, ...] = known.pools
    if not reopen and any(row.by_clerk for row in known.draft.values()):
        # rows about mentees who are not to be paired now are shown with their scores, too
        pools += read_pools(ledger, settings, as_of, reopen=True, own=own).pools
    unmatched = tuple(_unmatched(known, plans))
    aside = tuple(_set_aside(pools, known.draft, pairs, dropped))
    return Suggestions(
        pairs=tuple(row for plan in plans for row in _suggested(plan, known.draft, modes)),
        unmatched=unmatched,
        changes=tuple(change for plan in plans for change in changes_of(plan, before, refused)),
        set_aside=aside,
        unscored=frozenset(_unscored(known, pairs, aside, Scale.of(settings))),
        dropped=dropped,
        left_out=known.left_out,
        idle="" if pairs or unmatched else _idle(known),
        stages=tuple(stage for plan in plans for stage in plan.solution.stages),
        seconds={
            step: round(sum(plan.seconds[step] for plan in plans), 6)
            for step in individuals.seconds
        },
        warnings=(*known.warnings, *map(str, dropped)),
        plans=plans,
    )


def _pairs_of(plan: Plan) -> Iterator[Pair]:
    return _ids(plan.pool, plan.mentor, plan.mentee)


def _ids(pool: Pool, mentors: IntArray, mentees: IntArray) -> Iterator[Pair]:
    for mentor, mentee in zip(mentors.tolist(), mentees.tolist(), strict=True):
        yield pool.mentors.ids[mentor], pool.mentees.ids[mentee]


def _last_draft(known: LedgerPools) -> tuple[set[Pair], set[Pair]]:
    """Return the draft this plan follows: what might have stayed, and what was refused."""
    refused = {pair for pair, row in known.draft.items() if row.refused}
    before = known.draft.keys() | set(known.reopened)
    return before - refused - set(known.running), refused


def _suggested(
    plan: Plan, draft: dict[Pair, DraftRow], modes: dict[Pair, Mode]
) -> Iterator[Suggestion]:
    index = plan.pool.known_pair_of(plan.mentor, plan.mentee)
    drafted = plan.pool.known_pairs.at("drafted", index).tolist()
    rows = _rows(plan.pool, plan.mentor, plan.mentee, pair_reasons(plan), draft)
    for row, kept in zip(rows, drafted, strict=True):
        yield replace(row, kept=kept, mode=modes[row.mentor_id, row.mentee_id])


def _rows(
    pool: Pool,
    mentors: IntArray,
    mentees: IntArray,
    reasons: Sequence[str],
    draft: dict[Pair, DraftRow],
) -> Iterator[Suggestion]:
    """Yield pairs with their scores and the clerk's columns; the mode is left open."""
    scores = principle_scores(pool, mentors, mentees)
    totals = total_scores(scores, Scale.of(pool.settings)).tolist()
    pairs = zip(mentors.tolist(), mentees.tolist(), _ids(pool, mentors, mentees), strict=True)
    for row, (mentor, mentee, ids) in enumerate(pairs):
        old = draft.get(ids)
        yield Suggestion(
            *ids,
            mentor_name=pool.mentors.names[mentor],
            mentee_name=pool.mentees.names[mentee],
            file=pool.mentees.files[mentee],
            scores=PrincipleScores(*scores[row].tolist()),
            total=totals[row] / SCALE,
            mode=None,
            path=path_of(
                mentor_village=pool.mentors.village_names[mentor],
                mentee_village=pool.mentees.village_names[mentee],
                veteran=bool(pool.mentors.veteran[mentor]),
                newcomer=bool(pool.mentees.newcomer[mentee]),
            ),
            reason=reasons[row],
            decision=old.decision if old else None,
            mentor_opinion=old.mentor_opinion if old else None,
            mentee_opinion=old.mentee_opinion if old else None,
            remark=old.remark if old else None,
        )


def _set_aside(
    pools: Sequence[Pool],
    draft: dict[Pair, DraftRow],
    chosen: set[Pair],
    dropped: Iterable[DroppedPair],
) -> Iterator[Suggestion]:
    """Yield the draft's rows with an entry of the clerk's that are not suggested now.

    Args:
        pools: Where a pair is looked up, the first wins.
        draft: The last draft.
        chosen: The pairs suggested now.
        dropped: Those that should have been kept.
    """
    lost = {(pair.mentor_id, pair.mentee_id): pair for pair in dropped}
    left = {pair for pair, row in draft.items() if row.by_clerk and pair not in chosen}
    for pool in pools:
        mentor_at, mentee_at = (
            {code: at for at, code in enumerate(people.ids)}
            for people in (pool.mentors, pool.mentees)
        )
        here = sorted(pair for pair in left if pair[0] in mentor_at and pair[1] in mentee_at)
        left -= set(here)
        mentors = np.array([mentor_at[mentor] for mentor, _ in here], np.int64)
        mentees = np.array([mentee_at[mentee] for _, mentee in here], np.int64)
        reasons = []
        for pair, *at in zip(here, mentors.tolist(), mentees.tolist(), strict=True):
            if pair in lost:
                reasons.append(f"{lost[pair].decision}未保留：{lost[pair].reason}")
            else:
                why = exclusion_reason(pool, *at) or "总体安排中有更合适的导师"
                reasons.append(f"本次未建议：{why}")
        yield from _rows(pool, mentors, mentees, reasons, draft)


def _unscored(
    known: LedgerPools, chosen: set[Pair], aside: Iterable[Suggestion], scale: Scale
) -> Iterator[Pair]:
    scored = chosen | {(row.mentor_id, row.mentee_id) for row in aside}
    for pair, row in known.draft.items():
        if pair not in scored and not fits_row(row, scale):
            yield pair


def _unmatched(known: LedgerPools, plans: tuple[Plan, Plan]) -> Iterator[UnmatchedMentee]:
    for plan in plans:
        mentees = plan.pool.mentees
        for at in plan.unserved.tolist():
            reason = unmatched_reason(plan, at)
            yield UnmatchedMentee(mentees.ids[at], mentees.names[at], mentees.files[at], reason)
    for mentee in known.served:
        yield UnmatchedMentee(*mentee, "已有足够的导师在帮带，不再建议；请将状态改为“帮带中”")


def _dropped(
    known: LedgerPools, plans: tuple[Plan, Plan], chosen: set[Pair]
) -> Iterator[DroppedPair]:
    """Yield which assigned or adopted rows could not be kept, and why."""
    served = {code for code, _, _ in known.served}
    plan_of = {code: plan for plan in plans for code in plan.pool.mentees.ids}
    stays = chosen.union(known.running)
    helped = {mentee for _, mentee in known.running}
    for (mentor, mentee), row in sorted(known.draft.items()):
        if row.decision is None or not row.fixed or (mentor, mentee) in stays:
            continue
        if mentee in plan_of:
            reason = _dropped_reason(plan_of[mentee], mentor, mentee)
        elif mentee in served or mentee in helped:
            reason = "该对象已有足够的导师；需更换导师的，请先在结对台账终止原结对"
        else:
            reason = "该对象不在待结对范围内，请核对编号、状态和所在行的校验结果"
        yield DroppedPair(mentor, mentee, row.decision, reason)


def _dropped_reason(plan: Plan, mentor_id: str, mentee_id: str) -> str:
    pool = plan.pool
    if mentor_id not in pool.mentors.ids:
        return "导师库中没有该导师，或其所在行有错误"
    mentor, mentee = pool.mentors.ids.index(mentor_id), pool.mentees.ids.index(mentee_id)
    if reason := _hindrance(plan, mentor, mentee):
        return reason
    # a mentor with room is given nobody who was assigned to them only for others who were
    wanted = int(pool.mentees.demand[mentee])
    return f"该对象还需 {wanted} 名导师，已由其他采纳或组织指定的导师帮带"


def _idle(known: LedgerPools) -> str:
    """Return why nobody is to be paired."""
    if known.left_out:
        return f"有 {known.left_out} 名（个）待结对的对象未参加结对，原因见“注意”"
    counts = [
        f"{status or '状态未填写或无法识别'} {count} 名（个）"
        for status, count in known.statuses.items()
    ]
    if not counts:
        return "“个人对象”和“组织对象”表中尚无对象"
    return f"登记的对象中{'、'.join(counts)}，没有需安排导师的"


def changes_of(
    plan: Plan, drafted: Iterable[Pair], refused: Iterable[Pair]
) -> Iterator[SuggestionChange]:
    """Yield the difference between the draft and the plan, mentee by mentee.

    Args:
        plan: The new plan.
        drafted: (mentor ID, mentee ID) of the draft's rows that might have stayed.
        refused: Those that were refused. They explain a new mentor, and are no news otherwise.
    """
    before, against = _by_mentee(sorted(drafted)), _by_mentee(sorted(refused))
    after = _by_mentee(_pairs_of(plan))
    mentor_at = {code: at for at, code in enumerate(plan.pool.mentors.ids)}
    for mentee, code in enumerate(plan.pool.mentees.ids):
        gone = [mentor for mentor in before[code] if mentor not in after[code]]
        added = [mentor for mentor in after[code] if mentor not in before[code]]
        others = [mentor for mentor in against[code] if mentor not in gone]
        gone += others[: max(0, len(added) - len(gone))]
        for old, new in zip_longest(gone, added):
            yield SuggestionChange(code, old, new, _sentence(plan, mentee, old, new, mentor_at))


def _by_mentee(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    mentors: dict[str, list[str]] = defaultdict(list)
    for mentor, mentee in pairs:
        mentors[mentee].append(mentor)
    return mentors


def _sentence(
    plan: Plan, mentee: int, old: str | None, new: str | None, mentor_at: Mapping[str, int]
) -> str:
    names = plan.pool.mentors.names
    mentee_name = plan.pool.mentees.names[mentee]
    new_name = names[mentor_at[new]] if new is not None else ""
    if old is None:
        return f"{mentee_name}新增建议导师{new_name}"
    old_name = names[mentor_at[old]] if old in mentor_at else old
    change = f"的导师由{old_name}调整为{new_name}" if new_name else f"不再建议由{old_name}帮带"
    return f"{mentee_name}{change}（{_change_reason(plan, mentee, old, mentor_at)}）"


def _change_reason(plan: Plan, mentee: int, old: str, mentor_at: Mapping[str, int]) -> str:
    if old not in mentor_at:
        return "原导师不在导师库中"
    return _hindrance(plan, mentor_at[old], mentee) or "重新计算后总体更优"


def _hindrance(plan: Plan, mentor: int, mentee: int) -> str:
    """Return why a mentor cannot take a mentee: ruled out, or full by the plan; "" for neither."""
    pool = plan.pool
    if reason := exclusion_reason(pool, mentor, mentee):
        return reason
    given = plan.mentee[plan.mentor == mentor].tolist()
    if pool.mentors.load[mentor] + len(given) < pool.mentors.limit[mentor]:
        return ""
    names = "、".join(pool.mentees.names[at] for at in given)
    return f"{pool.mentors.names[mentor]}已带满（本次安排{names}）"

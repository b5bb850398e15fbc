"""Propose who should mentor whom, with a reason for every line (S3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from addin.tasks.pairing.changes import changes_of
from addin.tasks.pairing.draft import DraftRow
from addin.tasks.pairing.explaining import never
from addin.tasks.pairing.intake import Intake, take_in
from addin.tasks.pairing.modes import modes_of, path_of
from addin.tasks.pairing.people import Pool
from addin.tasks.pairing.plan import Plan, Solver, make_plan
from addin.tasks.pairing.problem import SCALE, IntArray
from addin.tasks.pairing.reasons import reasons_for, why_nobody
from addin.tasks.pairing.results import Scores, SuggestedPair, Suggestions, Unmatched
from addin.tasks.pairing.scores import Scale, five_scores, totals
from addin.tasks.pairing.solve import solve
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Mode

__all__ = ["suggest"]

Pair = tuple[str, str]


def suggest(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    reopen: bool = False,
    solver: Solver = solve,
) -> Suggestions:
    """Pair the waiting mentees of a ledger.

    Individuals and organisations have places of their own and are solved apart.

    Args:
        ledger: One township's ledger, or a county's or city's merged one, after validation.
        settings: The rules' numbers; the superior's where there are any.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether running pairings are decided anew, too.
        solver: What finds the optimum.
    """
    intake = take_in(ledger, settings, as_of, reopen=reopen)
    individuals, organisations = (make_plan(pool, solver) for pool in intake.pools)
    plans = (individuals, organisations)
    modes = _modes(intake, plans)
    pairs = [pair for plan in plans for pair in _pairs(plan, intake.draft, modes)]
    aside = [pair for plan in plans for pair in _set_aside(plan, intake.draft)]
    return Suggestions(
        pairs=tuple(pairs),
        unmatched=tuple(_unmatched(intake, plans)),
        changes=tuple(change for plan in plans for change in changes_of(plan, *_before(intake))),
        set_aside=tuple(aside),
        stages=tuple(stage for plan in plans for stage in plan.solution.stages),
        seconds={
            step: round(sum(plan.seconds[step] for plan in plans), 6)
            for step in individuals.seconds
        },
        warnings=(*intake.warnings, *_not_kept(intake, plans)),
        plans=plans,
    )


def _ids(plan: Plan) -> Iterator[Pair]:
    pool = plan.pool
    for mentor, mentee in zip(plan.mentor.tolist(), plan.mentee.tolist(), strict=True):
        yield pool.mentors.ids[mentor], pool.mentees.ids[mentee]


def _modes(intake: Intake, plans: tuple[Plan, Plan]) -> dict[Pair, Mode]:
    """Derive the modes from running and suggested pairs together."""
    villages: dict[str, str] = {}
    for pool in intake.pools:
        for people in (pool.mentors, pool.mentees):
            villages |= zip(people.ids, people.villages, strict=True)
    together = {*intake.running, *(pair for plan in plans for pair in _ids(plan))}
    return modes_of(together, villages)


def _pairs(
    plan: Plan, draft: dict[Pair, DraftRow], modes: dict[Pair, Mode]
) -> Iterator[SuggestedPair]:
    link = plan.pool.link_of(plan.mentor, plan.mentee)
    drafted = np.append(plan.pool.links.drafted, False)[link]  # the answer to -1
    rows = _rows(plan.pool, plan.mentor, plan.mentee, reasons_for(plan), draft)
    for row, kept in zip(rows, drafted.tolist(), strict=True):
        yield replace(row, kept=kept, mode=modes[row.mentor_id, row.mentee_id])


def _rows(
    pool: Pool,
    mentor: IntArray,
    mentee: IntArray,
    reasons: Sequence[str],
    draft: dict[Pair, DraftRow],
) -> Iterator[SuggestedPair]:
    """Yield pairs with their scores and the clerk's columns; the mode is left open."""
    five = five_scores(pool, mentor, mentee)
    total = totals(five, Scale.of(pool.settings)).tolist()
    mentors, mentees = pool.mentors, pool.mentees
    pairs = zip(mentor.tolist(), mentee.tolist(), strict=True)
    for row, (who, whom) in enumerate(pairs):
        old = draft.get((mentors.ids[who], mentees.ids[whom]))
        yield SuggestedPair(
            mentor_id=mentors.ids[who],
            mentee_id=mentees.ids[whom],
            mentor_name=mentors.names[who],
            mentee_name=mentees.names[whom],
            file=mentees.files[whom],
            scores=Scores(*five[row].tolist()),
            total=total[row] / SCALE,
            mode=None,
            path=path_of(
                mentor_village=mentors.villages[who],
                mentee_village=mentees.villages[whom],
                veteran=bool(mentors.veteran[who]),
                newcomer=bool(mentees.newcomer[whom]),
            ),
            reason=reasons[row],
            decision=old.decision if old else None,
            mentor_opinion=old.mentor_opinion if old else None,
            mentee_opinion=old.mentee_opinion if old else None,
            remark=old.remark if old else None,
        )


def _set_aside(plan: Plan, draft: dict[Pair, DraftRow]) -> Iterator[SuggestedPair]:
    """Yield the draft's rows the clerk wrote on that are not suggested now."""
    pool, chosen = plan.pool, set(_ids(plan))
    links = [
        at
        for at, (mentor, mentee) in enumerate(_linked(pool))
        if (mentor, mentee) not in chosen
        and (row := draft.get((mentor, mentee))) is not None
        and row.by_clerk
    ]
    mentor, mentee = pool.links.mentor[links], pool.links.mentee[links]
    causes = [
        never(pool, *pair) or "总体安排中有更合适的导师"
        for pair in zip(mentor.tolist(), mentee.tolist(), strict=True)
    ]
    yield from _rows(pool, mentor, mentee, [f"本次未建议：{cause}" for cause in causes], draft)


def _linked(pool: Pool) -> Iterator[Pair]:
    for mentor, mentee in zip(pool.links.mentor, pool.links.mentee, strict=True):
        yield pool.mentors.ids[mentor], pool.mentees.ids[mentee]


def _unmatched(intake: Intake, plans: tuple[Plan, Plan]) -> Iterator[Unmatched]:
    for plan in plans:
        mentees = plan.pool.mentees
        for at in plan.unserved.tolist():
            yield Unmatched(
                mentees.ids[at], mentees.names[at], mentees.files[at], why_nobody(plan, at)
            )
    for code, name, file in intake.served:
        yield Unmatched(code, name, file, "已有足够的导师在帮带，不再建议；请把状态改为“帮带中”")


def _before(intake: Intake) -> tuple[set[Pair], set[Pair]]:
    """Return the draft this plan follows: what might have stayed, and what was refused."""
    refused = {pair for pair, row in intake.draft.items() if row.refused}
    before = intake.draft.keys() | set(intake.reopened)
    return before - refused - set(intake.running), refused


def _not_kept(intake: Intake, plans: tuple[Plan, Plan]) -> Iterator[str]:
    """Say which assigned or adopted rows could not be kept, and why."""
    chosen = {pair for plan in plans for pair in _ids(plan)} | set(intake.running)
    served = {code for code, _, _ in intake.served}
    for (mentor, mentee), row in sorted(intake.draft.items()):
        if not row.fixed or (mentor, mentee) in chosen:
            continue
        why = "该对象已有足够的导师" if mentee in served else ""
        for plan in plans:
            if mentee in plan.pool.mentees.ids:
                why = _why_not_kept(plan.pool, mentor, mentee)
        if why:
            yield f"结对建议中“{row.decision}”的 {mentor}→{mentee} 没有保留：{why}"


def _why_not_kept(pool: Pool, mentor: str, mentee: str) -> str:
    if mentor not in pool.mentors.ids:
        return "导师库中没有这位导师，或其所在行有错误"
    at = list(pool.mentors.ids).index(mentor), list(pool.mentees.ids).index(mentee)
    return never(pool, *at) or f"{pool.mentors.names[at[0]]}已带满，安排不下"

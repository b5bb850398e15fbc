"""Propose who should mentor whom, with a reason for every line, and say what moved since the last draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest

import numpy as np

from addin.domain.pairing.adoption import modes_of, path_of
from addin.domain.pairing.explain import never, reasons_for, why_nobody
from addin.domain.pairing.ledger_pools import DraftRow, Intake, take_in
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import SCALE, IntArray
from addin.domain.pairing.results import Change, Scores, SuggestedPair, Suggestions, Unmatched
from addin.domain.pairing.scores import Scale, five_scores, totals
from addin.domain.pairing.solve import Plan, Solver, make_plan, solve
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Mode

# SECTION What moved between the last draft and this plan, and why.


def changes_of(
    plan: Plan, drafted: Iterable[tuple[str, str]], refused: Iterable[tuple[str, str]]
) -> Iterator[Change]:
    """Yield the difference between the draft and the plan, mentee by mentee.

    Args:
        plan: The new plan.
        drafted: (mentor ID, mentee ID) of the draft's rows that might have stayed.
        refused: Those that were refused. They explain a new mentor, and are no news otherwise.
    """
    before, against = _by_mentee(drafted), _by_mentee(refused)
    after: dict[str, list[int]] = defaultdict(list)
    for mentor, mentee in zip(plan.mentor.tolist(), plan.mentee.tolist(), strict=True):
        after[plan.pool.mentees.ids[mentee]].append(mentor)
    where = {code: at for at, code in enumerate(plan.pool.mentors.ids)}
    for at, code in enumerate(plan.pool.mentees.ids):
        new = [plan.pool.mentors.ids[mentor] for mentor in after[code]]
        gone = [one for one in before[code] if one not in new]
        added = [one for one in new if one not in before[code]]
        gone += [one for one in against[code] if one not in gone][: max(0, len(added) - len(gone))]
        for old, now in zip_longest(gone, added):
            yield Change(code, old, now, _sentence(plan, at, old, now, where))


def _by_mentee(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for mentor, mentee in sorted(pairs):
        found[mentee].append(mentor)
    return found


def _sentence(
    plan: Plan, mentee: int, old: str | None, now: str | None, where: Mapping[str, int]
) -> str:
    names = plan.pool.mentors.names
    whom = plan.pool.mentees.names[mentee]
    new = names[where[now]] if now is not None else ""
    if old is None:
        return f"{whom}：新增建议导师{new}"
    was = names[where[old]] if old in where else old
    what = f"导师由{was}改为{new}" if new else f"不再建议{was}"
    return f"{whom}：{what}，{_cause(plan, mentee, old, where)}"


def _cause(plan: Plan, mentee: int, old: str, where: Mapping[str, int]) -> str:
    if old not in where:
        return "原导师不在导师库中"
    pool, mentor = plan.pool, where[old]
    if why := never(pool, mentor, mentee):
        return why
    given = plan.mentee[plan.mentor == mentor].tolist()
    if pool.mentors.load[mentor] + len(given) >= pool.mentors.soft[mentor]:
        whom = "、".join(pool.mentees.names[at] for at in given)
        return f"{pool.mentors.names[mentor]}已带满（本次安排{whom}）"
    return "重新计算后总体更优"


# SECTION Propose who should mentor whom, with a reason for every line (S3).

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

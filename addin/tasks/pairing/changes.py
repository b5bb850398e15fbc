"""What moved between the last draft and this plan, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from addin.tasks.pairing.explaining import never
from addin.tasks.pairing.plan import Plan
from addin.tasks.pairing.results import Change

__all__ = ["changes_of"]


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

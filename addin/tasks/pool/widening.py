"""增加帮带人数: good mentors with room in townships where mentees wait.

A mentor 在库 whose appointment has not ended, with a pairing that runs and nothing that speaks for
resting or leaving, is good where 成效 (see `addin.tasks.awards.scoring`) reaches
`settings.pool_widen_result` percent and the share of months kept `settings.contact_rate` percent.
Each mentee who waits in the mentor's township — 待结对 or 帮带中 without a running pairing — goes
in turn to the good mentor with room under 可带人数, then with the fewest mentees, then with the
best results, then the first by ID; nobody goes beyond `settings.load_limit`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from addin.tasks.pool.standing import Case
from addin.tasks.rows import taken, unit_of
from addin.tasks.shares import exact, in_percent
from validators.ledger import Ledger
from validators.rules.relations import running, running_individuals
from validators.settings import Settings
from validators.sheets import IndividualRow
from validators.vocabulary import MenteeStatus, MentorStatus

__all__ = ["Wider", "waiting", "widen"]

_SEEKING = frozenset({MenteeStatus.UNPAIRED, MenteeStatus.PAIRED})


class Wider(NamedTuple):
    """A mentor who can take more, and the numbers that say so."""

    case: Case
    more: int
    waiting: int
    load: int
    result: Fraction
    kept: Fraction

    @property
    def reason(self) -> str:
        """Return the facts it rests on."""
        limit = self.case.contacts.settings.load_limit
        capacity = self.case.mentor.capacity
        own = f"可带 {capacity} 人，" if capacity is not None else ""
        return (
            f"成效率 {in_percent(self.result)}，联系完成率 {in_percent(self.kept)}；"
            f"现帮带 {self.load} 人，{own}上限 {limit} 人；"
            f"本乡镇有 {self.waiting} 名对象待结对，可再帮带 {self.more} 人"
        )


def waiting(ledger: Ledger) -> dict[str, list[str]]:
    """Return the individuals who wait for a mentor by the unit of their ID, in ID order.

    A pairing whose row an error cites still says that its mentee does not wait.
    """
    paired = {mentee for _, _, mentee in running(ledger)}
    found: dict[str, list[str]] = defaultdict(list)
    for mentee, status in taken(ledger, IndividualRow, "mentee_id", "status"):
        if mentee and status in _SEEKING and mentee not in paired:
            found[unit_of(mentee)].append(mentee)
    return {unit: sorted(mentees) for unit, mentees in found.items()}


def widen(cases: Iterable[Case], ledger: Ledger, settings: Settings) -> Iterator[Wider]:
    """Yield who should take more mentees, in ID order."""
    needed, loads = waiting(ledger), running_individuals(ledger)
    good: dict[str, list[Wider]] = defaultdict(list)
    for case in cases:
        unit = case.mentor.unit
        if unit in needed and (one := _judge(case, settings)):
            load = len(loads.get(case.mentor.mentor_id, ()))
            good[unit].append(one._replace(waiting=len(needed[unit]), load=load))
    for unit in sorted(good):
        yield from _share_out(good[unit], len(needed[unit]), settings)


def _judge(case: Case, settings: Settings) -> Wider | None:
    mentor, last = case.mentor, case.results.last
    appointed = mentor.appointed_until is None or mentor.appointed_until >= last
    if mentor.status is not MentorStatus.ACTIVE or not appointed or not case.running:
        return None
    result, kept = case.tally.result_rate(settings), case.tally.months.kept.rate
    if result is None or 100 * result < exact(settings.pool_widen_result):
        return None
    if kept is None or 100 * kept < exact(settings.contact_rate):
        return None
    return Wider(case, more=0, waiting=0, load=0, result=result, kept=kept)


def _share_out(good: list[Wider], mentees: int, settings: Settings) -> Iterator[Wider]:
    given: Counter[str] = Counter()
    for _ in range(mentees):
        room = [one for one in good if one.load + given[_id(one)] < settings.load_limit]
        if not room:
            break
        given[_id(min(room, key=lambda one: _turn(one, given[_id(one)])))] += 1
    for one in sorted(good, key=_id):
        if more := given[_id(one)]:
            yield one._replace(more=more)


def _id(one: Wider) -> str:
    return one.case.mentor.mentor_id


def _turn(one: Wider, given: int) -> tuple[bool, int, Fraction, str]:
    capacity, load = one.case.mentor.capacity, one.load + given
    return capacity is not None and load >= capacity, load, -one.result, _id(one)

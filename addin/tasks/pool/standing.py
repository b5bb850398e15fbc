"""调出 and 暂停: mentors who should leave the pool or rest, and the facts that say so.

Leave, for a mentor 在库 or 暂停, where any of these holds:

- 负面情形 of the mentor recorded in the last `settings.period_months` months;
- 聘期至 is past and no pairing runs;
- the last pairing was broken off because the mentor left the post (终止原因 names 导师 and a move,
  retirement or the like) and none runs or began since;
- no effect: of the mentees helped for `settings.pool_effect_months` months by pairings that run,
  each assessed as often as that time asks for, no aspect rose, none took a step of 培养转化 and no
  pairing ended 合格 or better.

Rest, for a mentor 在库, where any of these holds:

- in each of the last `settings.pool_idle_months` full months some pairing owed a contact, and no
  running pairing has had any since;
- at least `settings.pool_failed_share` percent of the end-of-period assessments of the last
  `settings.period_months` months say 不合格.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from addin.tasks.contacts import Contacts
from addin.tasks.mentors import Help, Mentor, Misconduct
from addin.tasks.months import add_months, full_months
from addin.tasks.results import Results
from addin.tasks.shares import exact
from addin.tasks.tallies import Tally
from addin.tasks.wording import some
from validators.vocabulary import MentorStatus, PairingStatus, Rating

__all__ = ["Case", "reasons_to_leave", "reasons_to_rest"]

_LEFT_POST = ("调动", "调离", "调走", "离任", "离岗", "退休", "辞职", "去世", "病故")


@dataclass(frozen=True)
class Case:
    """One mentor before the question whether to stay.

    Attributes:
        mentor: As typed.
        helps: All pairings so far.
        results: Of the last `settings.period_months` months.
        misconduct: The mentor's own in that span.
    """

    mentor: Mentor
    helps: tuple[Help, ...]
    results: Results
    misconduct: Sequence[Misconduct]

    @cached_property
    def lasting(self) -> tuple[Help, ...]:
        """Return the pairings of the span that were not broken off."""
        first, last = self.results.first, self.results.last
        return tuple(
            one
            for one in self.helps
            if one.status is not PairingStatus.ENDED and one.overlaps(first, last)
        )

    @cached_property
    def tally(self) -> Tally:
        """Return what these brought."""
        return self.results.tally(self.lasting)

    @property
    def running(self) -> tuple[Help, ...]:
        """Return the pairings in force."""
        return tuple(one for one in self.helps if one.runs)

    @property
    def contacts(self) -> Contacts:
        """Return the ledger's contacts."""
        return self.results.sources.contacts


def reasons_to_leave(case: Case) -> Iterator[str]:
    """Yield why a mentor should leave the pool."""
    if case.mentor.status is MentorStatus.LEFT:
        return
    if case.misconduct:
        yield f"负面情形：{some([str(one) for one in case.misconduct], '条')}"
    until = case.mentor.appointed_until
    if until and until < case.results.last and not case.running:
        yield f"聘期 {until} 已满，没有正在帮带的结对"
    yield from _left_post(case)
    yield from _no_effect(case)


def reasons_to_rest(case: Case) -> Iterator[str]:
    """Yield why a mentor should pause."""
    if case.mentor.status is not MentorStatus.ACTIVE:
        return
    yield from _idle(case)
    finals = case.results.finals(one.pairing_id for one in case.lasting)
    failed = [one for one in finals if one.rating is Rating.UNQUALIFIED]
    share = exact(case.contacts.settings.pool_failed_share)
    if failed and 100 * len(failed) >= share * len(finals):
        names = [f"{one.pairing_id} {one.score:g} 分" for one in failed]
        yield f"近期期满考核 {len(finals)} 次，不合格 {len(failed)} 次（{some(names, '次')}）"


def _left_post(case: Case) -> Iterator[str]:
    if not case.helps or case.running:
        return
    last = max(case.helps, key=lambda one: (one.paired_on, one.pairing_id))
    said = last.end_reason
    if (
        last.status is PairingStatus.ENDED
        and "导师" in said
        and any(word in said for word in _LEFT_POST)
    ):
        yield f"最近的结对 {last.pairing_id} 因“{said}”终止，没有正在帮带的结对，请核实是否已离岗"


def _no_effect(case: Case) -> Iterator[str]:
    settings, results = case.contacts.settings, case.results
    months, interval = settings.pool_effect_months, max(1, settings.assessment_months)
    old = [one for one in case.running if add_months(one.paired_on, months) <= results.last]
    judged = {
        one.mentee_id: results.raised(one.mentee_id, one.paired_on)
        for one in old
        if len(results.assessed(one.mentee_id, one.paired_on)) >= max(1, months // interval)
    }
    of = sum(one.aspects.of for one in judged.values())
    if of and not any(one.share.done for one in judged.values()) and not _brought(case.tally):
        yield (
            f"帮带满 {months} 个月并按期评价的对象 {some(sorted(judged), '名')}，"
            f"应提升 {of} 个方面，均没有提升"
        )


def _brought(tally: Tally) -> bool:
    """Return whether any help in the span brought a step up or a pass."""
    passed = any(one.rating is not Rating.UNQUALIFIED for one in tally.finals)
    return passed or any(one.share.done for one in tally.raised)


def _idle(case: Case) -> Iterator[str]:
    contacts = case.contacts
    months = full_months(contacts.as_of, contacts.settings.pool_idle_months)
    if not months or not case.running:
        return
    made = [contacts.of_pairing(one.pairing_id) for one in case.running]
    owed = {plan.month for one in made for plan in one.months}
    last = max((one.last for one in made if one.last), default=None)
    if owed.issuperset(months) and (last is None or last < months[-1]):
        seen = f"最近一次联系 {last}" if last else "从未联系"
        yield (f"{months[-1]:%Y-%m} 至 {months[0]:%Y-%m} 名下 {len(made)} 对结对都没有联系，{seen}")

"""导师库调整: who should enter the pool, pause, leave it or take more mentees, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts
from addin.domain.facts import Completion, Help, Mentor, Misconduct, Sources, misconduct_by_person
from addin.domain.months import add_months, full_months
from addin.domain.results import Results, Tally, exact, in_percent
from addin.domain.rows import some, taken, unit_of
from validators.ledger import Ledger
from validators.normalise import person_key
from validators.relations import running, running_individuals
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow
from validators.vocabulary import (
    Conclusion,
    MenteeStatus,
    MentorStatus,
    PairingStatus,
    PoolChange,
    Rating,
)

# SECTION 调入: mentees who finished with 优秀 and are not yet mentors.
#:
#: An individual 期满出师 whose last end-of-period assessment says 优秀 and 出师 is proposed, unless a
#: row of 导师库 is the same person (姓名, 性别 and 出生年月) whatever its status, or 负面情形 is recorded
#: in the last `settings.period_months` months.


class Graduate(NamedTuple):
    """A mentee fit to be a mentor, and the assessment that says so."""

    mentee_id: str
    name: str
    final: Completion

    @property
    def reason(self) -> str:
        """Return the fact it rests on."""
        return (
            f"{self.final.day} 期满考核 {self.final.score:g} 分，优秀，出师"
            f"（{self.final.pairing_id}），尚未进入导师库"
        )


def graduates(
    ledger: Ledger,
    helps: Iterable[Help],
    completions: Mapping[str, Completion],
    blamed: Container[str],
) -> Iterator[Graduate]:
    """Yield the mentees to bring in, in ID order.

    Args:
        ledger: Its individuals and its pool.
        helps: All pairings.
        completions: The last end-of-period assessment by pairing.
        blamed: Mentees of whom 负面情形 is recorded.
    """
    finals = _last_finals(helps, completions)
    # all rows: one an error cites still says that its person is a mentor
    mentors = {_person(row) for row in ledger.table(MentorRow).columns("name", "gender", "born")}
    rows = taken(ledger, IndividualRow, "mentee_id", "status", "name", "gender", "born")
    for mentee, status, *person in sorted(rows, key=lambda row: row[0] or ""):
        final = finals.get(mentee or "")
        passed = status is MenteeStatus.GRADUATED and final and _excellent(final)
        if final and passed and mentee not in blamed and _person(person) not in mentors:
            yield Graduate(mentee, person[0], final)


def _last_finals(
    helps: Iterable[Help], completions: Mapping[str, Completion]
) -> dict[str, Completion]:
    """Return each mentee's last end-of-period assessment; the worse of one day."""
    found: dict[str, Completion] = {}
    for one in helps:
        final = completions.get(one.pairing_id)
        known = found.get(one.mentee_id)
        if final and (known is None or (final.day, -final.score) > (known.day, -known.score)):
            found[one.mentee_id] = final
    return found


def _excellent(final: Completion) -> bool:
    return final.rating is Rating.EXCELLENT and final.conclusion is Conclusion.GRADUATE


def _person(row: Sequence[Any]) -> tuple[Any, ...]:
    name, gender, born = row
    return person_key(name or ""), gender, born


# SECTION 调出 and 暂停: mentors who should leave the pool or rest, and the facts that say so.
#:
#: Leave, for a mentor 在库 or 暂停, where any of these holds:
#:
#: - 负面情形 of the mentor recorded in the last `settings.period_months` months;
#: - 聘期至 is past and no pairing runs;
#: - the last pairing was broken off because the mentor left the post (终止原因 names 导师 and a move,
#:   retirement or the like) and none runs or began since;
#: - no effect: of the mentees helped for `settings.pool_effect_months` months by pairings that run,
#:   each assessed as often as that time asks for, no aspect rose, none took a step of 培养转化 and no
#:   pairing ended 合格 or better.
#:
#: Rest, for a mentor 在库, where any of these holds:
#:
#: - in each of the last `settings.pool_idle_months` full months some pairing owed a contact, and no
#:   running pairing has had any since;
#: - at least `settings.pool_failed_share` percent of the end-of-period assessments of the last
#:   `settings.period_months` months say 不合格.

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


# SECTION 增加帮带人数: good mentors with room in townships where mentees wait.
#:
#: A mentor 在库 whose appointment has not ended, with a pairing that runs and nothing that speaks for
#: resting or leaving, is good where 成效 (see `addin.domain.awards`) reaches
#: `settings.pool_widen_result` percent and the share of months kept `settings.contact_rate` percent.
#: Each mentee who waits in the mentor's township — 待结对 or 帮带中 without a running pairing — goes
#: in turn to the good mentor with room under 可带人数, then with the fewest mentees, then with the
#: best results, then the first by ID; nobody goes beyond `settings.load_limit`.

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


# SECTION The suggestions of 导师库调整; deciding is the clerk's.
#:
#: Nobody gets two: who should leave is not asked to rest, and who should rest takes no more mentees.


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One suggested change.

    Attributes:
        participant_id: The mentor; the mentee to bring in.
        name: Whose it is.
        change: What to do.
        reasons: The facts that say so, each a sentence without full stop.
    """

    participant_id: str
    name: str
    change: PoolChange
    reasons: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        """Return the computed cells of its row in 导师库调整 by field."""
        return {
            "mentor_id": self.participant_id,
            "mentor_name": self.name,
            "change": self.change,
            "reason": "；".join(self.reasons),
        }


def pool_changes(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    sources: Sources | None = None,
) -> tuple[Adjustment, ...]:
    """Return what should change in the pool: 调出, 暂停, 增加帮带人数, 调入, each in ID order.

    Args:
        ledger: One township's or merged.
        settings: The superior's where there is one.
        as_of: The day everything is judged by; the months before it are looked at.
        sources: Of the same ledger, settings and day where others have looked there, too.
    """
    first = add_months(as_of, -settings.period_months) + timedelta(days=1)
    found = sources or Sources.of(ledger, settings, as_of)
    results = Results(found, first, as_of)
    misconduct = misconduct_by_person(ledger, first, as_of)
    leave, rest, stay = [], [], []
    for mentor in found.mentors.values():
        own = found.helps.get(mentor.mentor_id, ())
        blame = misconduct.get(mentor.mentor_id, ())
        case = Case(mentor, own, results, blame)
        if reasons := tuple(reasons_to_leave(case)):
            leave.append(_of(case, PoolChange.RELEASE, reasons))
        elif reasons := tuple(reasons_to_rest(case)):
            rest.append(_of(case, PoolChange.PAUSE, reasons))
        else:
            stay.append(case)
    wider = (
        _of(one.case, PoolChange.WIDEN, (one.reason,)) for one in widen(stay, ledger, settings)
    )
    everyone = [one for of_mentor in found.helps.values() for one in of_mentor]
    enter = (
        Adjustment(one.mentee_id, one.name, PoolChange.BRING_IN, (one.reason,))
        for one in graduates(ledger, everyone, found.completions, misconduct)
    )
    return (*leave, *rest, *wider, *enter)


def _of(case: Case, change: PoolChange, reasons: tuple[str, ...]) -> Adjustment:
    return Adjustment(case.mentor.mentor_id, case.mentor.name, change, reasons)

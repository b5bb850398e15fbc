"""导师库调整: who should leave the pool, rest, take more mentees or enter it; the clerk decides.

**调出**, for a mentor 在库 or 暂停, where any of these holds:

- 负面情形 of the mentor recorded in the last `settings.period_months` months;
- 聘期至 is past and no pairing runs;
- the last pairing was broken off because the mentor left the post (终止原因 names 导师 and a move,
  retirement or the like) and none runs or began since;
- no effect: of the mentees helped for `settings.pool_effect_months` months by pairings that run,
  each assessed as often as that time asks for, no aspect rose, none took a step of 培养转化 and no
  pairing ended 合格 or better.

**暂停**, for a mentor 在库, where any of these holds:

- in each of the last `settings.pool_idle_months` full months some pairing owed a contact, and no
  running pairing has had any since;
- at least `settings.pool_failed_share` percent of the end-of-period assessments of the last
  `settings.period_months` months say 不合格.

**增加帮带人数**: a mentor 在库 whose appointment has not ended, with a pairing that runs and nothing
that speaks for resting or leaving, where 成效 (see `addin.domain.awards`) reaches
`settings.pool_widen_result` percent and the share of months kept `settings.contact_rate` percent.
Each mentee who waits in the mentor's township — 待结对 or 帮带中 without a running pairing — goes in
turn to such a mentor with room under 可带人数, then with the fewest mentees, then with the best
results, then the first by ID; nobody goes beyond `settings.load_limit`.

**调入**: an individual 期满出师 whose last end-of-period assessment says 优秀 and 出师, unless a row of
导师库 is the same person (姓名, 性别 and 出生年月) whatever its status, or 负面情形 is recorded in the
last `settings.period_months` months.

Nobody gets two suggestions: who should leave is not asked to rest, and who should rest takes no more
mentees.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from addin.domain.facts import (
    SEEKING,
    Completion,
    LedgerFacts,
    Mentor,
    Misconduct,
    Pairing,
    last_of,
)
from addin.domain.months import add_months, full_months
from addin.domain.results import Results, Tally, added, exact, in_percent, some
from validators import sheets, vocabulary
from validators.identity import unit_of
from validators.normalise import person_key
from validators.relations import running_individuals
from validators.settings import Settings

Person = tuple[str, vocabulary.Gender | None, date | None]
"""姓名 as people are compared, 性别 and 出生年月."""

_LEFT_POST = ("调动", "调离", "调走", "离任", "离岗", "退休", "辞职", "去世", "病故")


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
    change: vocabulary.PoolChange
    reasons: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        """Return the computed cells of its row in 导师库调整 by field."""
        return {
            "mentor_id": self.participant_id,
            "mentor_name": self.name,
            "change": self.change,
            "reason": "；".join(self.reasons),
        }


class PoolJudgement(NamedTuple):
    """What should change in a pool, as far as one township's ledger says.

    Attributes:
        changes: 调出, 暂停 and 增加帮带人数.
        graduates: Who may be brought in, unless another pool has the person.
        persons: The people of the pool.
    """

    changes: tuple[Adjustment, ...]
    graduates: tuple[Graduate, ...]
    persons: frozenset[Person]


def pool_changes(facts: LedgerFacts) -> tuple[Adjustment, ...]:
    """Return what should change in the pool: 调出, 暂停, 增加帮带人数, 调入, each in ID order."""
    return together([judge_pool(facts)])


def together(judgements: Iterable[PoolJudgement]) -> tuple[Adjustment, ...]:
    """Return what should change in the pools of some townships, in the order of `pool_changes`."""
    judgements = list(judgements)
    persons = frozenset[Person]().union(*(one.persons for one in judgements))
    changes = [change for one in judgements for change in one.changes]
    changes += (
        Adjustment(
            graduate.mentee_id, graduate.name, vocabulary.PoolChange.BRING_IN, (graduate.reason,)
        )
        for one in judgements
        for graduate in one.graduates
        if graduate.person not in persons
    )
    return tuple(sorted(changes, key=lambda one: (_KINDS.index(one.change), one.participant_id)))


_KINDS = (
    vocabulary.PoolChange.RELEASE, vocabulary.PoolChange.PAUSE, vocabulary.PoolChange.WIDEN,
    vocabulary.PoolChange.BRING_IN,
)  # fmt: skip


def judge_pool(facts: LedgerFacts) -> PoolJudgement:
    """Judge the mentors and graduates of a ledger."""
    first = add_months(facts.as_of, -facts.settings.period_months) + timedelta(days=1)
    results = Results(facts, first, facts.as_of)
    misconduct = facts.misconduct(first, facts.as_of)
    changes, stay = list[Adjustment](), list[Case]()
    for mentor in facts.mentors.values():
        pairings = facts.pairings_of_mentor.get(mentor.mentor_id, ())
        case = Case(mentor, pairings, results, misconduct.get(mentor.mentor_id, ()))
        if reasons := tuple(reasons_to_leave(case)):
            changes.append(_of(case, vocabulary.PoolChange.RELEASE, reasons))
        elif reasons := tuple(reasons_to_rest(case)):
            changes.append(_of(case, vocabulary.PoolChange.PAUSE, reasons))
        else:
            stay.append(case)
    changes += (
        _of(one.case, vocabulary.PoolChange.WIDEN, (one.reason,)) for one in widen(stay, facts)
    )
    fit = tuple(fit_to_help(facts, misconduct))
    return PoolJudgement(tuple(changes), fit, _persons(facts))


@dataclass(frozen=True)
class Case:
    """One mentor before the question whether to stay.

    Attributes:
        mentor: As typed.
        pairings: All so far.
        results: Of the last `settings.period_months` months.
        misconduct: The mentor's own in that span.
    """

    mentor: Mentor
    pairings: tuple[Pairing, ...]
    results: Results
    misconduct: Sequence[Misconduct]

    @cached_property
    def lasting(self) -> tuple[Pairing, ...]:
        """Return the pairings of the span that were not broken off."""
        first, last = self.results.first, self.results.last
        return tuple(
            pairing
            for pairing in self.pairings
            if pairing.status is not vocabulary.PairingStatus.ENDED
            and pairing.overlaps(first, last)
        )

    @cached_property
    def tally(self) -> Tally:
        """Return what growth and end-of-period assessments say of these."""
        codes = [pairing.pairing_id for pairing in self.lasting]
        raised = (mentee for mentee in self.results.raised(self.lasting) if mentee.share.of)
        return Tally(raised=tuple(raised), finals=self.results.finals(codes))

    @property
    def kept(self) -> Fraction | None:
        """Return the share of the months these owe contacts that are kept."""
        return self.results.months(pairing.pairing_id for pairing in self.lasting).kept.rate

    @property
    def running(self) -> tuple[Pairing, ...]:
        """Return the pairings in force."""
        return tuple(pairing for pairing in self.pairings if pairing.runs)

    @property
    def settings(self) -> Settings:
        """Return the settings everything is judged by."""
        return self.results.facts.settings


def _of(case: Case, change: vocabulary.PoolChange, reasons: tuple[str, ...]) -> Adjustment:
    return Adjustment(case.mentor.mentor_id, case.mentor.name, change, reasons)


# --- 调出 and 暂停 ---


def reasons_to_leave(case: Case) -> Iterator[str]:
    """Yield why a mentor should leave the pool."""
    if case.mentor.status is vocabulary.MentorStatus.LEFT:
        return
    if case.misconduct:
        yield f"负面情形：{some([*map(str, case.misconduct)], '条')}"
    until = case.mentor.appointed_until
    if until and until < case.results.last and not case.running:
        yield f"聘期 {until} 已满，没有正在帮带的结对"
    yield from _left_post(case)
    yield from _no_effect(case)


def reasons_to_rest(case: Case) -> Iterator[str]:
    """Yield why a mentor should pause."""
    if case.mentor.status is not vocabulary.MentorStatus.ACTIVE:
        return
    yield from _idle(case)
    finals = case.results.finals(pairing.pairing_id for pairing in case.lasting)
    failed = [final for final in finals if final.rating is vocabulary.Rating.UNQUALIFIED]
    share = exact(case.settings.pool_failed_share)
    if failed and 100 * len(failed) >= share * len(finals):
        names = [f"{final.pairing_id} {final.score:g} 分" for final in failed]
        yield f"近期期满考核 {len(finals)} 次，不合格 {len(failed)} 次（{some(names, '次')}）"


def _left_post(case: Case) -> Iterator[str]:
    if not case.pairings or case.running:
        return
    last = max(case.pairings, key=lambda pairing: (pairing.paired_on, pairing.pairing_id))
    reason = last.end_reason
    left = "导师" in reason and any(word in reason for word in _LEFT_POST)
    if last.status is vocabulary.PairingStatus.ENDED and left:
        yield f"最近的结对 {last.pairing_id} 因“{reason}”终止，没有正在帮带的结对，请核实是否已离岗"


def _no_effect(case: Case) -> Iterator[str]:
    results, months = case.results, case.settings.pool_effect_months
    least = max(1, months // max(1, case.settings.assessment_months))
    judged = {
        pairing.mentee_id: results.raised_of(pairing.mentee_id, pairing.paired_on)
        for pairing in case.running
        if add_months(pairing.paired_on, months) <= results.last
        and len(results.assessments(pairing.mentee_id, pairing.paired_on)) >= least
    }
    of = added(raised.aspects for raised in judged.values()).of
    risen = any(raised.share.done for raised in judged.values())
    if of and not risen and not _brought(case.tally):
        yield (
            f"帮带满 {months} 个月并按期评价的对象 {some(sorted(judged), '名')}，"
            f"应提升 {of} 个方面，均未提升"
        )


def _brought(tally: Tally) -> bool:
    """Return whether any help in the span brought a step up or a pass."""
    passed = any(final.rating is not vocabulary.Rating.UNQUALIFIED for final in tally.finals)
    return passed or any(mentee.share.done for mentee in tally.raised)


def _idle(case: Case) -> Iterator[str]:
    contacts = case.results.facts.contacts
    months = full_months(contacts.as_of, case.settings.pool_idle_months)
    if not months or not case.running:
        return
    met = [contacts.of_pairing(pairing.pairing_id) for pairing in case.running]
    owed = {plan.month for pair in met for plan in pair.months}
    last = max((pair.last for pair in met if pair.last), default=None)
    if owed.issuperset(months) and (last is None or last < months[-1]):
        seen = f"最近一次联系 {last}" if last else "从未联系"
        yield f"{months[-1]:%Y-%m} 至 {months[0]:%Y-%m} 名下 {len(met)} 对结对均未联系，{seen}"


# --- 增加帮带人数 ---


class LoadIncrease(NamedTuple):
    """A mentor who can take more, and the numbers that say so."""

    case: Case
    more: int
    waiting: int
    load: int
    result: Fraction
    kept: Fraction

    @property
    def mentor_id(self) -> str:
        """Return the mentor's ID."""
        return self.case.mentor.mentor_id

    @property
    def reason(self) -> str:
        """Return the facts it rests on."""
        limit, capacity = self.case.settings.load_limit, self.case.mentor.capacity
        own = f"可带 {capacity} 人，" if capacity is not None else ""
        return (
            f"成效率 {in_percent(self.result)}，联系完成率 {in_percent(self.kept)}；"
            f"现帮带 {self.load} 人，{own}上限 {limit} 人；"
            f"本乡镇有 {self.waiting} 名对象待结对，可再帮带 {self.more} 人"
        )


def waiting(facts: LedgerFacts) -> dict[str, list[str]]:
    """Return the individuals who wait for a mentor by the unit of their ID, in ID order.

    A pairing whose row an error cites still says that its mentee does not wait.
    """
    by_unit: dict[str, list[str]] = defaultdict(list)
    rows = facts.ledger.table(sheets.IndividualRow).accepted_rows("mentee_id", "status")
    for _, (mentee, status) in rows:
        if mentee and status in SEEKING and mentee not in facts.running:
            by_unit[unit_of(mentee)].append(mentee)
    return {unit: sorted(mentees) for unit, mentees in by_unit.items()}


def widen(cases: Iterable[Case], facts: LedgerFacts) -> Iterator[LoadIncrease]:
    """Yield who should take more mentees, in ID order."""
    needed, loads = waiting(facts), running_individuals(facts.ledger)
    good: dict[str, list[LoadIncrease]] = defaultdict(list)
    for case in cases:
        unit = case.mentor.unit
        if unit in needed and (increase := _judge(case)):
            load = len(loads.get(increase.mentor_id, ()))
            good[unit].append(increase._replace(waiting=len(needed[unit]), load=load))
    for unit in sorted(good):
        yield from _share_out(good[unit], len(needed[unit]), facts.settings.load_limit)


def _judge(case: Case) -> LoadIncrease | None:
    mentor, settings = case.mentor, case.settings
    appointed = mentor.appointed_until is None or mentor.appointed_until >= case.results.last
    if mentor.status is not vocabulary.MentorStatus.ACTIVE or not appointed or not case.running:
        return None
    result = case.tally.result_rate(settings)
    if result is None or 100 * result < exact(settings.pool_widen_result):
        return None
    kept = case.kept
    if kept is None or 100 * kept < exact(settings.contact_rate):
        return None
    return LoadIncrease(case, more=0, waiting=0, load=0, result=result, kept=kept)


def _share_out(good: list[LoadIncrease], mentees: int, limit: int) -> Iterator[LoadIncrease]:
    given: Counter[str] = Counter()
    for _ in range(mentees):
        room = [increase for increase in good if increase.load + given[increase.mentor_id] < limit]
        if not room:
            break
        chosen = min(room, key=lambda increase: _turn(increase, given[increase.mentor_id]))
        given[chosen.mentor_id] += 1
    for increase in sorted(good, key=lambda increase: increase.mentor_id):
        if more := given[increase.mentor_id]:
            yield increase._replace(more=more)


def _turn(increase: LoadIncrease, given: int) -> tuple[bool, int, Fraction, str]:
    capacity, load = increase.case.mentor.capacity, increase.load + given
    return capacity is not None and load >= capacity, load, -increase.result, increase.mentor_id


# --- 调入 ---


class Graduate(NamedTuple):
    """A mentee fit to be a mentor, who it is, and the assessment that says so."""

    mentee_id: str
    name: str
    person: Person
    final: Completion

    @property
    def reason(self) -> str:
        """Return the fact it rests on."""
        return (
            f"{self.final.day} 期满考核 {self.final.score:g} 分，优秀，出师"
            f"（{self.final.pairing_id}），尚未纳入导师库"
        )


def graduates(facts: LedgerFacts, blamed: Container[str]) -> Iterator[Graduate]:
    """Yield the mentees to bring in, in ID order; of those `blamed` 负面情形 is recorded."""
    pool = _persons(facts)
    yield from (one for one in fit_to_help(facts, blamed) if one.person not in pool)


def _persons(facts: LedgerFacts) -> frozenset[Person]:
    """Return the people of the pool; a row an error cites still says that its person is a mentor."""
    pool = facts.ledger.table(sheets.MentorRow).columns("name", "gender", "born")
    return frozenset(map(_person, pool))


def fit_to_help(facts: LedgerFacts, blamed: Container[str]) -> Iterator[Graduate]:
    """Yield the mentees fit to be mentors, who may be mentors already, in ID order."""
    finals = _last_finals(facts)
    rows = facts.ledger.table(sheets.IndividualRow).accepted_rows(
        "mentee_id", "status", "name", "gender", "born"
    )
    for _, (mentee, status, *person) in sorted(rows, key=lambda row: row[1][0] or ""):
        final = finals.get(mentee or "")
        passed = status is vocabulary.MenteeStatus.GRADUATED and final and _excellent(final)
        if final and passed and mentee not in blamed:
            yield Graduate(mentee, person[0], _person(person), final)


def _last_finals(facts: LedgerFacts) -> dict[str, Completion]:
    """Return each mentee's last end-of-period assessment; the worse of one day."""
    by_mentee: dict[str, list[Completion]] = defaultdict(list)
    for pairings in facts.pairings_of_mentor.values():
        for pairing in pairings:
            if final := facts.finals.get(pairing.pairing_id):
                by_mentee[pairing.mentee_id].append(final)
    return {mentee: last_of(finals) for mentee, finals in by_mentee.items()}


def _excellent(final: Completion) -> bool:
    return (
        final.rating is vocabulary.Rating.EXCELLENT
        and final.conclusion is vocabulary.Conclusion.GRADUATE
    )


def _person(row: Sequence[Any]) -> Person:
    name, gender, born = row
    return person_key(name or ""), gender, born

"""Flags on pairings: none yet, or a mentor who cannot give the help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from addin.domain.flags.evidence import CitedRow, FlagEvidence, Mentee, Pairing
from addin.domain.flags.rule import FlagViolation, flag_rule
from validators.settings import Settings
from validators.vocabulary import Alert, MentorStatus, PairingStatus

_INDIVIDUAL = "G"


@flag_rule(
    "flag.pairing.unpaired",
    name="超期未结对",
    level=Alert.YELLOW,
    points=40,
    measure="请乡镇党委一周内研究确定导师；本乡镇没有合适人选的，报县级统筹调配",
)
def unpaired(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Mentees without a running pairing for more days than allowed."""
    for mentee, since, told in _waiting(grounds):
        days = (grounds.as_of - since).days
        limit = grounds.settings_of(mentee.file).unpaired_days
        if days > limit:
            yield FlagViolation(
                mentee.code, f"{told}，已 {days} 天没有结对，超过 {limit} 天", (mentee.cited,)
            )


@flag_rule(
    "flag.pairing.waiting",
    name="结对即将超期",
    level=Alert.BLUE,
    points=5,
    measure="请尽快从结对建议中选定导师",
)
def waiting(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Mentees without a running pairing a few days before that is too long."""
    for mentee, since, told in _waiting(grounds):
        days = (grounds.as_of - since).days
        settings = grounds.settings_of(mentee.file)
        limit = settings.unpaired_days
        if limit - settings.early_days <= days <= limit:
            yield FlagViolation(
                mentee.code, f"{told}，已 {days} 天没有结对，期限 {limit} 天", (mentee.cited,)
            )


@flag_rule(
    "flag.mentor.inactive",
    name="导师不在库",
    level=Alert.YELLOW,
    points=40,
    measure="请尽快为对象调整导师，原结对改为终止并写明原因",
)
def inactive_mentor(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Running pairings whose mentor is 暂停 or 调出."""
    for settled in grounds.settled.values():
        for made in settled:
            mentor = grounds.mentors.get(made.mentor_id)
            if mentor and mentor.status is not MentorStatus.ACTIVE and not grounds.is_paused(made):
                when = f"{mentor.since} 起" if mentor.since else ""
                facts = (
                    f"结对 {made.code} 的导师{mentor.name}（{made.mentor_id}）"
                    f"{when}已{mentor.status}，结对仍是帮带中"
                )
                yield FlagViolation(made.mentee_id, facts, (made.cited, mentor.cited))


@flag_rule(
    "flag.mentor.overloaded",
    name="导师超员",
    level=Alert.YELLOW,
    points=30,
    measure="请把部分对象调给其他导师，或为对象增配导师",
)
def overloaded_mentor(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Mentors with more running mentees than they may take; organisations are counted apart."""
    for group in _overloads(grounds):
        numbers = "、".join(made.code or made.mentee_id for made in group.pairings)
        kind = "人" if group.individuals else "个组织"
        facts = (
            f"导师{group.name}（{group.mentor_id}）正在帮带 {group.load} {kind}，"
            f"超过 {group.capacity} {kind}：结对 {numbers}"
        )
        rows = (group.cited, *(made.cited for made in group.pairings))
        for made in group.pairings:
            if grounds.is_settled(made):
                yield FlagViolation(made.mentee_id, facts, rows)


def _waiting(grounds: FlagEvidence) -> Iterator[tuple[Mentee, date, str]]:
    """Yield the mentees without a running pairing: since when, and what happened then."""
    for mentee in grounds.mentees.values():
        if mentee.code in grounds.running or grounds.doubts.may_be_paired(mentee.code, mentee.file):
            continue
        known = list(_beginnings(grounds, mentee))
        if known:
            yield mentee, *max(known)


def _beginnings(grounds: FlagEvidence, mentee: Mentee) -> Iterator[tuple[date, str]]:
    if mentee.chosen_on is None:
        return
    yield mentee.chosen_on, f"{mentee.chosen_on} 确定为帮带对象"
    for status, until in grounds.ended.get(mentee.code, ()):
        if status is PairingStatus.EXPIRED and until and until <= grounds.as_of:
            yield until, f"上一结对 {until} 期满"
        elif status is PairingStatus.ENDED and mentee.status_since:
            yield mentee.status_since, f"{mentee.status_since} 终止结对后转为待结对"


class _Overload(NamedTuple):
    mentor_id: str
    name: str
    cited: CitedRow
    individuals: bool
    load: int
    capacity: int
    pairings: list[Pairing]


def _overloads(grounds: FlagEvidence) -> Iterator[_Overload]:
    """Yield the mentors over capacity, rejected pairings counted: the load may be why."""
    held: dict[tuple[str, bool], list[Pairing]] = defaultdict(list)
    for pairings in grounds.running.values():
        for made in pairings:
            held[made.mentor_id, made.mentee_id.startswith(_INDIVIDUAL)].append(made)
    for (code, individuals), pairings in held.items():
        mentor = grounds.mentors.get(code)
        if mentor is None:
            continue
        load = len({made.mentee_id for made in pairings})
        settings = grounds.settings_of(grounds.file_of(mentor.cited))
        most = _most(settings, mentor.capacity if individuals else None, individuals=individuals)
        if load > most:
            yield _Overload(code, mentor.name, mentor.cited, individuals, load, most, pairings)


def _most(settings: Settings, capacity: int | None, *, individuals: bool) -> int:
    """Return how many a mentor may take: 可带人数, or the usual number, within the limit."""
    if not individuals:
        return settings.organisation_load_limit
    return min(settings.load_warning if capacity is None else capacity, settings.load_limit)

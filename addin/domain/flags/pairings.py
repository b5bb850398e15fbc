"""Flags on pairings: none yet, one that ends soon, or a mentor who cannot give the help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from addin.domain.facts import LedgerFacts, Mentee, Mentor, Pairing
from addin.domain.flags import flag_rule, flagged
from validators.rulebook import Violation
from validators.settings import Settings
from validators.sheets import PairingRow
from validators.vocabulary import Alert, MentorStatus

_INDIVIDUAL = "G"


@flag_rule(
    "flag.pairing.unpaired",
    "超期未结对",
    Alert.YELLOW,
    points=40,
    measure="请乡镇党委一周内研究确定导师；本乡镇没有合适人选的，报县级统筹调配",
)
def unpaired(facts: LedgerFacts) -> Iterable[Violation]:
    """Mentees without a running pairing for more days than allowed."""
    for mentee, days, told in facts.once(_waiting):
        limit = facts.settings_of(mentee.file).unpaired_days
        if days > limit:
            yield flagged(mentee, f"{told}，已 {days} 天未结对，超过 {limit} 天", mentee.cited)


@flag_rule(
    "flag.pairing.waiting",
    "结对即将超期",
    Alert.BLUE,
    points=5,
    measure="请尽快从结对建议中选定导师",
)
def waiting(facts: LedgerFacts) -> Iterable[Violation]:
    """Mentees without a running pairing a few days before that is too long."""
    for mentee, days, told in facts.once(_waiting):
        settings = facts.settings_of(mentee.file)
        limit = settings.unpaired_days
        if limit - settings.early_days <= days <= limit:
            yield flagged(mentee, f"{told}，已 {days} 天未结对，期限 {limit} 天", mentee.cited)


@flag_rule(
    "flag.pairing.ending",
    "临近期满",
    Alert.BLUE,
    points=5,
    measure="请准备期满考核，商定续帮或出师",
)
def ending(facts: LedgerFacts) -> Iterable[Violation]:
    """Running pairings a few weeks before their 期满日期 that are not yet assessed (期满考核)."""
    unassessed = list(_unassessed(facts))
    in_file = Counter(pairing.file for _, pairing, _ in unassessed)
    for mentee, pairing, left in unassessed:
        unread = facts.doubts.unplaced_completions(pairing.file)
        if in_file[pairing.file] > unread:
            when = f"期满，还有 {left} 天" if left else "当日期满"
            sentence = (
                f"结对 {pairing.pairing_id}（导师{facts.mentor_name(pairing.mentor_id)}）"
                f"{pairing.until} {when}，尚未期满考核"
            )
            if unread:
                sentence += f"（本台账另有 {unread} 条期满考核无法确定是哪对结对）"
            yield flagged(mentee, sentence, pairing.cited)


def _unassessed(facts: LedgerFacts) -> Iterator[tuple[Mentee, Pairing, int]]:
    """Yield the pairings that end in a few weeks without an assessment, and the days left."""
    for mentee in facts.seeking.values():
        for pairing in facts.accepted_running.get(mentee.mentee_id, ()):
            left = (pairing.until - facts.as_of).days
            near = 0 <= left <= facts.settings_of(pairing.file).ending_days
            code = pairing.pairing_id
            concluded = facts.is_concluded(pairing) or facts.doubts.may_be_completed(
                code, pairing.file
            )
            if near and code and not concluded:
                yield mentee, pairing, left


@flag_rule(
    "flag.mentor.inactive",
    "导师不在库",
    Alert.YELLOW,
    points=40,
    measure="请尽快为对象调整导师，原结对改为终止并写明原因",
)
def inactive_mentor(facts: LedgerFacts) -> Iterable[Violation]:
    """Running pairings whose mentor is 暂停 or 调出."""
    for code, pairings in facts.settled.items():
        for pairing in pairings:
            mentor = facts.mentors.get(pairing.mentor_id)
            away = mentor is not None and mentor.status is not MentorStatus.ACTIVE
            if mentor and away and not pairing.pauses_on(facts.as_of):
                when = f"{mentor.status_since} 起" if mentor.status_since else ""
                sentence = (
                    f"结对 {pairing.pairing_id} 的导师{mentor.name}（{mentor.mentor_id}）"
                    f"{when}已{mentor.status}，结对状态仍是“帮带中”"
                )
                yield flagged(facts.seeking[code], sentence, pairing.cited, mentor.cited)


@flag_rule(
    "flag.mentor.overloaded",
    "导师超员",
    Alert.YELLOW,
    points=30,
    measure="请将部分对象调整给其他导师，或为对象增配导师",
)
def overloaded_mentor(facts: LedgerFacts) -> Iterable[Violation]:
    """Mentors with more running mentees than they may take; organisations are counted apart.

    Rejected pairings count for the load, which may be the very error.
    """
    table = facts.ledger.table(PairingRow)
    codes, starts = table.column("pairing_id"), table.column("paired_on")
    for mentor, individuals, held in _loads(facts):
        load = len({mentee for _, mentee in held})
        capacity = _capacity(facts.settings_of(mentor.cited.file), mentor, individuals)
        if load <= capacity:
            continue
        kind = "人" if individuals else "个组织"
        numbers = "、".join(codes[row] or mentee for row, mentee in held)
        sentence = (
            f"导师{mentor.name}（{mentor.mentor_id}）正在帮带 {load} {kind}，"
            f"超过 {capacity} {kind}：结对 {numbers}"
        )
        rows = [facts.cited(PairingRow, row) for row, _ in held]
        for cited, (row, code) in zip(rows, held, strict=True):
            if code in facts.seeking and facts.is_settled(starts[row], cited.file):
                yield flagged(facts.seeking[code], sentence, mentor.cited, *rows)


def _waiting(facts: LedgerFacts) -> Iterator[tuple[Mentee, int, str]]:
    """Yield the mentees without a running pairing: for how many days, and what happened then."""
    waiting = [
        mentee
        for code, mentee in facts.seeking.items()
        if code not in facts.running and not facts.doubts.may_be_paired(code, mentee.file)
    ]
    in_file = Counter(mentee.file for mentee in waiting)
    for mentee in waiting:
        unread = facts.doubts.unplaced_pairings(mentee.file)
        since = facts.waiting_since(mentee)
        if since and in_file[mentee.file] > unread:
            doubt = f"（本台账另有 {unread} 条结对无法确定对象）" if unread else ""
            yield mentee, (facts.as_of - since[0]).days, f"{since[1]}{doubt}"


def _loads(facts: LedgerFacts) -> Iterator[tuple[Mentor, bool, list[tuple[int, str]]]]:
    """Yield (mentor, whether of individuals, row and mentee of the running pairings).

    Pairings stand in ledger order, and mentors in the order of their first.
    """
    held: dict[tuple[str, bool], list[tuple[int, str]]] = defaultdict(list)
    for mentee, pairings in facts.running.items():
        for row, mentor_id in pairings:
            held[mentor_id, mentee.startswith(_INDIVIDUAL)].append((row, mentee))
    for rows in held.values():
        rows.sort()
    for (code, individuals), rows in sorted(held.items(), key=lambda load: load[1]):
        if mentor := facts.mentors.get(code):
            yield mentor, individuals, rows


def _capacity(settings: Settings, mentor: Mentor, individuals: bool) -> int:
    """Return how many a mentor may have: 可带人数 if it is given, within the limit.

    The usual number (`load_warning`) limits new pairings only.
    """
    if not individuals:
        return settings.organisation_load_limit
    limit = settings.load_limit
    return limit if mentor.capacity is None else min(mentor.capacity, limit)

"""Flags on duties: overdue, or due in a few days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from addin.domain.duties import DutyState
from addin.domain.facts import LedgerFacts, Pairing
from addin.domain.flags import flag_rule, flagged
from validators.rulebook import Violation
from validators.sheets import DutyRow, LogEntryRow
from validators.vocabulary import Alert, DutyProgress


@flag_rule(
    "flag.duty.overdue",
    "职责逾期",
    Alert.YELLOW,
    points=30,
    measure="请责任方两周内补做逾期职责并登记日志；确不需要的，修改职责清单",
)
def overdue(facts: LedgerFacts) -> Iterable[Violation]:
    """Duties past their 截止日期 with fewer contacts than their 目标次数."""
    for pairing, duty in facts.once(_open):
        if duty.progress is DutyProgress.OVERDUE:
            late = (facts.as_of - duty.due_on).days
            yield _violation(facts, pairing, duty, f"已逾期 {late} 天")


@flag_rule(
    "flag.duty.near", "职责即将到期", Alert.BLUE, points=5, measure="请责任方在截止日期前完成职责"
)
def nearly_due(facts: LedgerFacts) -> Iterable[Violation]:
    """Duties not done a few days before their 截止日期, unless the contact plan will see to them.

    A duty due at the end of a month, or of the period, is not spoken of while the contacts still
    owed by then are as many as it lacks: the month is not over.
    """
    for pairing, duty in facts.once(_open):
        left = (duty.due_on - facts.as_of).days
        near = 0 <= left <= facts.settings_of(pairing.file).early_days
        if near and not _is_planned(facts, pairing, duty):
            when = f"还有 {left} 天" if left else "当日到期"
            yield _violation(facts, pairing, duty, when)


def _open(facts: LedgerFacts) -> Iterator[tuple[Pairing, DutyState]]:
    """Yield the duties not done, of settled pairings that neither pause nor paused at the due day.

    Nothing is said where entries that are proposed for a duty, or that cannot be used, may have done
    the rest.
    """
    settled = {one.pairing_id: one for pairings in facts.settled.values() for one in pairings}
    for duty in facts.duties:
        pairing = settled.get(duty.pairing_id)
        if (
            pairing is not None
            and duty.progress is not DutyProgress.DONE
            and facts.doubts.has_log(pairing.file)
            and not pairing.pauses_on(facts.as_of)
            and not pairing.pauses_on(duty.due_on)
            and duty.done + len(duty.proposed) + _maybe_done(facts, duty) < duty.target
        ):
            yield pairing, duty


def _is_planned(facts: LedgerFacts, pairing: Pairing, duty: DutyState) -> bool:
    ends_a_month = (duty.due_on + timedelta(days=1)).day == 1
    if not (ends_a_month or duty.due_on == pairing.until):
        return False
    owed = facts.contacts.still_owed(duty.pairing_id, facts.as_of, duty.due_on)
    return duty.target - duty.done <= owed


def _maybe_done(facts: LedgerFacts, duty: DutyState) -> int:
    return facts.doubts.contacts(
        duty.pairing_id, duty.starts_on, facts.as_of, duty.aspect, duty.duty_id
    )


def _violation(facts: LedgerFacts, pairing: Pairing, duty: DutyState, when: str) -> Violation:
    cited = facts.cited(DutyRow, duty.row)
    name = duty.duty_id or f"职责清单第 {cited.origin[1]} 行"
    counted = "、".join(code for code in duty.entries if code)
    sentence = (
        f"职责 {name}“{duty.item}”（责任方{duty.side}）应于 {duty.due_on} 完成，{when}，"
        f"目标 {duty.target} 次，完成 {duty.done} 次"
        + (f"（{counted}）" if counted else "")
        + duty.pending
    )
    entries = (facts.cited(LogEntryRow, row) for row in duty.rows)
    return flagged(facts.seeking[pairing.mentee_id], sentence, cited, *entries)

"""Flags on duties: overdue, or due in a few days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from addin.domain.duties import DutyState
from addin.domain.flags.evidence import CitedRow, FlagEvidence, Pairing
from addin.domain.flags.rule import FlagViolation, flag_rule
from validators.sheets import DutyRow
from validators.vocabulary import Alert, DutyProgress


@flag_rule(
    "flag.duty.overdue",
    name="职责逾期",
    level=Alert.YELLOW,
    points=30,
    measure="请责任方两周内补做逾期职责并登记日志；确已不需要的，修改职责清单",
)
def overdue(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Duties past their 截止日期 with fewer contacts than their 目标次数."""
    for made, duty in _open(grounds):
        if duty.progress is DutyProgress.OVERDUE:
            late = (grounds.as_of - duty.due_on).days
            yield _hit(grounds, made, duty, f"应于 {duty.due_on} 完成，已逾期 {late} 天")


@flag_rule(
    "flag.duty.near",
    name="职责即将到期",
    level=Alert.BLUE,
    points=5,
    measure="请责任方在截止日期前完成职责",
)
def nearly_due(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Duties not done a few days before their 截止日期."""
    for made, duty in _open(grounds):
        left = (duty.due_on - grounds.as_of).days
        if 0 <= left <= grounds.settings_of(made.file).early_days:
            yield _hit(grounds, made, duty, f"应于 {duty.due_on} 完成，还有 {left} 天")


def _open(grounds: FlagEvidence) -> Iterator[tuple[Pairing, DutyState]]:
    """Yield the duties not done, of settled pairings that neither pause nor paused at the due day.

    Nothing is said where entries that cannot be used may have done the rest.
    """
    settled = {made.code: made for pairings in grounds.settled.values() for made in pairings}
    for duty in grounds.duties:
        made = settled.get(duty.pairing_id)
        if (
            made is not None
            and duty.progress is not DutyProgress.DONE
            and grounds.doubts.has_log(made.file)
            and not grounds.is_paused(made)
            and not (made.pause and made.pause[0] <= duty.due_on <= made.pause[1])
            and duty.done + _maybe_done(grounds, duty) < duty.target
        ):
            yield made, duty


def _maybe_done(grounds: FlagEvidence, duty: DutyState) -> int:
    return grounds.doubts.contacts(
        duty.pairing_id, duty.starts_on, grounds.as_of, duty.aspect, duty.duty_id
    )


def _hit(grounds: FlagEvidence, made: Pairing, duty: DutyState, when: str) -> FlagViolation:
    table, log = grounds.ledger.table(DutyRow), grounds.contacts.log
    name = duty.duty_id or f"职责清单第 {table.place(duty.row, 'item').row} 行"
    counted = "、".join(code for code in duty.entries if code)
    facts = (
        f"职责 {name}“{duty.item}”（责任方{duty.side}）{when}，"
        f"目标 {duty.target} 次，完成 {duty.done} 次" + (f"（{counted}）" if counted else "")
    )
    rows = (CitedRow(table, duty.row), *(CitedRow(log, row) for row in duty.rows))
    return FlagViolation(made.mentee_id, facts, rows)

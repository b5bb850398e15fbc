"""Rules on single pairings: references, dates, status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from validators.ledger import Ledger, Table
from validators.rules.base import Hit, Terms, rule
from validators.rules.relations import MENTEES, dangling, mentee_places, running, same_unit
from validators.sheets import MentorRow, PairingRow
from validators.vocabulary import Level, MentorStatus, PairingStatus


def _unknown_mentors(ledger: Ledger, own: bool) -> Iterable[Hit]:
    for hit, mentor, file in dangling(ledger, PairingRow, "mentor_id", MentorRow):
        if same_unit(mentor, ledger.unit_codes[file]) is own:
            yield hit


@rule(
    "pairing.mentor.unknown",
    Level.ERROR,
    "导师编号 {value} 不在导师库中",
    "请核对编号，或先在导师库登记这位导师",
)
def unknown_mentor(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings whose mentor carries the own unit's code and is not in the pool."""
    yield from _unknown_mentors(ledger, own=True)


@rule(
    "pairing.mentor.elsewhere",
    Level.NOTICE,
    "导师 {value} 属于其他单位，待汇总核对",
    "不用处理；市县汇总时会核对",
)
def mentor_elsewhere(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings whose mentor belongs to another unit's ledger."""
    yield from _unknown_mentors(ledger, own=False)


@rule(
    "pairing.mentee.unknown",
    Level.ERROR,
    "对象编号 {value} 不在个人对象和组织对象中",
    "请核对编号，或先登记这个对象",
)
def unknown_mentee(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings whose mentee is registered nowhere in the ledger."""
    for hit, _, _ in dangling(ledger, PairingRow, "mentee_id", *MENTEES):
        yield hit


@rule(
    "pairing.period.order", Level.ERROR, "期满日期 {value} 不晚于结对日期 {start}", "请核对两个日期"
)
def period_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings that end before they begin."""
    table = ledger.table(PairingRow)
    for index, (start, end) in enumerate(table.columns("paired_on", "until")):
        if start and end and end <= start:
            yield Hit(table, index, "until", {"start": start})


@rule(
    "pairing.period.length",
    Level.WARNING,
    "结对日期 {start} 到期满日期 {value} 的帮带期过{which}",
    "帮带期一般为 12 个月，请核对日期",
)
def period_length(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Periods shorter than a month or longer than three years (the longest published)."""
    table = ledger.table(PairingRow)
    for index, (start, end) in enumerate(table.columns("paired_on", "until")):
        days = (end - start).days if start and end else 365
        if 0 < days < 28 or days > 3 * 366:
            which = "短" if days < 28 else "长"
            yield Hit(table, index, "until", {"start": start, "which": which})


@rule("pairing.pause.order", Level.ERROR, "暂停止 {value} 早于暂停起 {start}", "请核对两个日期")
def pause_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pauses that end before they begin."""
    table = ledger.table(PairingRow)
    for index, (start, end) in enumerate(table.columns("paused_from", "paused_to")):
        if start and end and end < start:
            yield Hit(table, index, "paused_to", {"start": start})


@rule(
    "pairing.pause.outside",
    Level.WARNING,
    "暂停起 {value} 不在帮带期 {start} 至 {end} 内",
    "请核对暂停日期",
)
def pause_outside(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pauses that begin outside the period."""
    table = ledger.table(PairingRow)
    for index, (start, end, pause) in enumerate(table.columns("paired_on", "until", "paused_from")):
        if start and end and pause and start < end and not start <= pause <= end:
            yield Hit(table, index, "paused_from", {"start": start, "end": end})


@rule(
    "pairing.status.expired",
    Level.WARNING,
    "期满日期 {until} 已过，状态仍是“帮带中”",
    "请填期满考核并把状态改为期满；续帮的请改期满日期",
)
def expired_status(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Running pairings behind the end of their period."""
    table = ledger.table(PairingRow)
    for index, (start, until, status) in enumerate(table.columns("paired_on", "until", "status")):
        in_order = until and not (start and until <= start)
        if in_order and status is PairingStatus.RUNNING and until < terms.as_of:
            yield Hit(table, index, "status", {"until": until})


@rule("pairing.reason.missing", Level.WARNING, "状态是“终止”，没有写终止原因", "请补填终止原因")
def missing_reason(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Ended pairings without a reason."""
    table = ledger.table(PairingRow)
    for index, (status, reason) in enumerate(table.columns("status", "end_reason")):
        if status is PairingStatus.ENDED and reason is None:
            yield Hit(table, index, "end_reason")


@rule(
    "pairing.mentor.inactive",
    Level.WARNING,
    "导师 {value} 的状态是“{status}”，仍在帮带",
    "请调整导师，或核对导师状态",
)
def inactive_mentor(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Running pairings of mentors who paused or left."""
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    statuses = mentors.column("status")
    for index, mentor, _ in running(ledger):
        at = mentors.by_single_id.get(mentor)
        status = None if at is None else statuses[at]
        if status in {MentorStatus.PAUSED, MentorStatus.LEFT}:
            yield Hit(table, index, "mentor_id", {"status": status})


@rule(
    "pairing.mentor.term",
    Level.WARNING,
    "结对日期 {value} 不在导师聘期 {start} 至 {end} 内",
    "请核对结对日期和导师聘期",
)
def outside_term(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings made outside the mentor's appointment."""
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    term = list(mentors.columns("appointed_on", "appointed_until"))
    for index, (mentor, paired) in enumerate(table.columns("mentor_id", "paired_on")):
        if paired and mentor in mentors.by_single_id:
            start, end = term[mentors.by_single_id[mentor]]
            if start and end and start <= end and not start <= paired <= end:
                yield Hit(table, index, "paired_on", {"start": start, "end": end})


@rule(
    "pairing.paired.early",
    Level.WARNING,
    "结对日期 {value} 早于对象确定日期 {chosen}",
    "请核对两个日期",
)
def paired_early(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Pairings made before the mentee was chosen."""
    table, known = ledger.table(PairingRow), mentee_places(ledger)
    for index, (mentee, paired) in enumerate(table.columns("mentee_id", "paired_on")):
        chosen = _chosen_on(known, mentee)
        if paired and chosen and paired < chosen:
            yield Hit(table, index, "paired_on", {"chosen": chosen})


def _chosen_on(known: dict[str, tuple[Table[Any], int]], mentee: str | None) -> date | None:
    if mentee not in known:
        return None
    table, row = known[mentee]
    chosen: date | None = table.column("chosen_on")[row]
    return chosen

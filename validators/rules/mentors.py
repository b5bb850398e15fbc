"""Rules on the mentor pool."""

from __future__ import annotations

from collections.abc import Iterable

from validators.ledger import Ledger
from validators.rules.base import Hit, Terms, rule
from validators.rules.people import started_as_child, years_between
from validators.rules.relations import running_individuals
from validators.sheets import MentorRow
from validators.vocabulary import Level, MentorCategory, MentorStatus

VETERANS = {
    MentorCategory.SPECIALIST,
    MentorCategory.TOWNSHIP_VETERAN,
    MentorCategory.SECRETARY_VETERAN,
}


@rule(
    "mentor.appointment.order", Level.ERROR, "聘期至 {value} 早于聘任日期 {start}", "请核对两个日期"
)
def appointment_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Appointments that end before they begin."""
    table = ledger.table(MentorRow)
    for index, (start, end) in enumerate(table.columns("appointed_on", "appointed_until")):
        if start and end and end < start:
            yield Hit(table, index, "appointed_until", {"start": start})


@rule(
    "mentor.appointment.expired",
    Level.WARNING,
    "聘期 {value} 已过，状态仍是“在库”",
    "请续聘并更新聘期，或把状态改为暂停、调出",
)
def appointment_expired(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Active mentors whose appointment has ended."""
    table = ledger.table(MentorRow)
    rows = table.columns("appointed_on", "appointed_until", "status")
    for index, (start, end, status) in enumerate(rows):
        in_order = end and not (start and end < start)
        if in_order and status is MentorStatus.ACTIVE and end < terms.as_of:
            yield Hit(table, index, "appointed_until")


@rule(
    "mentor.grassroots.order",
    Level.ERROR,
    "参加基层工作时间 {value} 时不满 15 岁（出生年月 {born}）",
    "请核对出生年月和参加基层工作时间",
)
def grassroots_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Grassroots work that begins in childhood."""
    yield from started_as_child(ledger.table(MentorRow), "grassroots_since")


@rule(
    "mentor.category.experience",
    Level.WARNING,
    "“{value}”参加基层工作只有 {years} 年，少于 {least} 年",
    "请核对导师类别和参加基层工作时间",
)
def veteran_experience(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Veterans (老业务、老乡镇、老支书) with few years at the grassroots."""
    table = ledger.table(MentorRow)
    least = terms.settings.veteran_years
    for index, (category, since) in enumerate(table.columns("category", "grassroots_since")):
        if category in VETERANS and since and since <= terms.as_of:
            years = years_between(since, terms.as_of)
            if years < least:
                yield Hit(table, index, "category", {"years": years, "least": least})


@rule(
    "mentor.status.undated",
    Level.WARNING,
    "状态是“{status}”，没有填状态变更日期",
    "请补填状态变更日期",
)
def undated_status(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Paused or released mentors without a date."""
    table = ledger.table(MentorRow)
    for index, (status, since) in enumerate(table.columns("status", "status_since")):
        if status in {MentorStatus.PAUSED, MentorStatus.LEFT} and since is None:
            yield Hit(table, index, "status_since", {"status": status})


@rule(
    "mentor.load.high",
    Level.WARNING,
    "正在帮带 {load} 人，超过 {capacity} 人",
    "请核对结对台账，或把部分对象调给其他导师",
)
def high_load(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Mentors with more running individuals than they should take, within the limit."""
    table = ledger.table(MentorRow)
    loads = running_individuals(ledger)
    for index, (mentor, capacity) in enumerate(table.columns("mentor_id", "capacity")):
        load = len(loads.get(mentor, ()))
        usual = terms.settings.load_warning if capacity is None else capacity
        if usual < load <= terms.settings.load_limit and not table.has_error(index, "capacity"):
            yield Hit(table, index, "mentor_id", {"load": load, "capacity": usual})

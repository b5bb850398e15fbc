"""Flags on contacts: months of silence, and a rate below what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from addin.domain.contacts import PairContacts
from addin.domain.facts import LedgerFacts, Pairing
from addin.domain.flags import flag_rule, flagged
from addin.domain.months import add_months
from validators.rulebook import Violation
from validators.sheets import LogEntryRow
from validators.vocabulary import Alert

MONTHS = 3
"""Over how many full months the contact rate is taken: 近三个月."""


@flag_rule(
    "flag.contact.two_months",
    "连续两月未联系",
    Alert.RED,
    points=60,
    measure="请导师三日内上门联系并补上帮带安排，由乡镇党委约谈导师；确实无法履职的调整导师",
)
def two_months(facts: LedgerFacts) -> Iterable[Violation]:
    """The last two full months that count, or more, without any contact of a pairing."""
    for pairing, contacts, silent in _silent(facts):
        if len(silent) >= 2:
            yield _silence(facts, pairing, contacts, silent)


@flag_rule(
    "flag.contact.month",
    "上月未联系",
    Alert.YELLOW,
    points=30,
    measure="请导师一周内联系一次并登记日志；因故不能帮带的，在结对台账填写暂停起止",
)
def last_month(facts: LedgerFacts) -> Iterable[Violation]:
    """The last full month, and only that one, without any contact of a pairing."""
    for pairing, contacts, silent in _silent(facts):
        if len(silent) == 1:
            yield _silence(facts, pairing, contacts, silent)


@flag_rule(
    "flag.contact.rate",
    "联系完成率低",
    Alert.YELLOW,
    points=15,
    measure="请导师和对象商定每月固定的联系时间，补足联系次数",
)
def low_rate(facts: LedgerFacts) -> Iterable[Violation]:
    """Fewer contacts over the last three full months than the share of the plan asked for."""
    for pairing, contacts in _pairings(facts):
        plans = contacts.last_months(MONTHS)
        owed, kept = sum(p.owed for p in plans), sum(p.kept for p in plans)
        least = facts.settings_of(pairing.file).contact_rate
        if not owed or 100 * kept >= least * owed:
            continue
        if facts.doubts.contacts(pairing.pairing_id, plans[0].month, facts.as_of):
            continue
        short = _months(plan.month for plan in plans if plan.kept < plan.owed)
        sentence = (
            f"{_named(facts, pairing)}近三个月按计划应联系 {owed} 次，"
            f"完成 {kept} 次，{_rate(kept, owed)}，低于 {least:g}%；次数不足的月份：{short}"
        )
        counted = {plan.month for plan in plans}
        rows = [row for row, day in _entries(contacts) if day.replace(day=1) in counted]
        yield _violation(facts, pairing, sentence, rows)


def _pairings(facts: LedgerFacts) -> Iterator[tuple[Pairing, PairContacts]]:
    """Yield every settled pairing whose workbook has a log, with its contacts."""
    for pairings in facts.settled.values():
        for pairing in pairings:
            if facts.doubts.has_log(pairing.file):
                yield pairing, facts.contacts.of_pairing(pairing.pairing_id)


def _silent(facts: LedgerFacts) -> Iterator[tuple[Pairing, PairContacts, tuple[date, ...]]]:
    """Yield the pairings with the months in a row, the last one included, surely silent.

    A month is sure if no entry that cannot be read may be a contact in it.
    """
    for pairing, contacts in _pairings(facts):
        if not contacts.months or contacts.months[-1].made:
            continue  # nearly all have met: passed over quickly
        code, months = pairing.pairing_id, list[date]()
        for month in reversed(contacts.silent_months):
            if facts.doubts.contacts(code, month, _end(month)):
                break
            months.insert(0, month)
        if months:
            yield pairing, contacts, tuple(months)


def _silence(
    facts: LedgerFacts, pairing: Pairing, contacts: PairContacts, silent: tuple[date, ...]
) -> Violation:
    until = _end(silent[-1])
    before = [(row, day) for row, day in _entries(contacts) if day < silent[0]][-1:]
    after = [(row, day) for row, day in _entries(contacts) if day > until][-1:]
    sentence = f"{_named(facts, pairing)}{_months(silent)} 没有联系"
    for row, day in before:
        sentence += f"，此前最近一次是 {day}（{_code(facts, row)}）"
    if not (before or after):
        sentence += f"，{pairing.paired_on} 结对以来没有登记过联系"
    for row, day in after:
        sentence += f"，{day} 已恢复联系（{_code(facts, row)}）"
    if unplaced := facts.doubts.unplaced(pairing.file, silent[0], until):
        sentence += f"（本台账另有 {unplaced} 条日志看不出是哪对结对，改正后可再研判）"
    return _violation(facts, pairing, sentence, [row for row, _ in (*before, *after)])


def _violation(
    facts: LedgerFacts, pairing: Pairing, sentence: str, rows: Iterable[int]
) -> Violation:
    entries = (facts.cited(LogEntryRow, row) for row in rows)
    return flagged(facts.seeking[pairing.mentee_id], sentence, pairing.cited, *entries)


def _entries(contacts: PairContacts) -> Iterator[tuple[int, date]]:
    return zip(contacts.rows, contacts.days, strict=True)


def _end(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def _code(facts: LedgerFacts, row: int) -> str:
    """Return an entry's ID, or its place where it has none yet."""
    log = facts.contacts.log
    return log.column("log_id")[row] or f"工作日志第 {log.place(row, 'date').row} 行"


def _named(facts: LedgerFacts, pairing: Pairing) -> str:
    """Return `结对 J640402104-001（导师马志远）`."""
    return f"结对 {pairing.pairing_id}（导师{facts.mentor_name(pairing.mentor_id)}）"


def _months(firsts: Iterable[date]) -> str:
    """Return `2026-04、2026-05`."""
    return "、".join(f"{first:%Y-%m}" for first in firsts)


def _rate(part: int, of: int) -> str:
    """Return a share as `66.7%`, cut after one decimal so that it never looks reached."""
    tenths = 1000 * part // of
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"

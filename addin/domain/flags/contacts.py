"""Flags on contacts: months of silence, and a rate below what is owed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from addin.domain.contacts import MonthPlan, PairContacts
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
    measure="请导师三日内上门联系并补充帮带安排，由乡镇党委约谈导师；确实无法履职的，调整导师",
)
def two_months(facts: LedgerFacts) -> Iterable[Violation]:
    """Two or more months in a row, up to the last full one, without any contact of a pairing."""
    for pairing, contacts, silence in facts.once(_silent):
        if silence.in_a_row:
            yield _silent_months(facts, pairing, contacts, silence)


@flag_rule(
    "flag.contact.month",
    "上月未联系",
    Alert.YELLOW,
    points=30,
    measure="请导师一周内联系一次并登记日志；因故不能帮带的，在结对台账填写暂停起止",
)
def last_month(facts: LedgerFacts) -> Iterable[Violation]:
    """The last full month without any contact of a pairing, where no two in a row are."""
    for pairing, contacts, silence in facts.once(_silent):
        if silence.last and not silence.in_a_row:
            yield _silent_months(facts, pairing, contacts, silence)


@flag_rule(
    "flag.contact.rate",
    "联系完成率低",
    Alert.YELLOW,
    points=15,
    measure="请导师和对象商定每月固定的联系时间，补足联系次数",
)
def low_rate(facts: LedgerFacts) -> Iterable[Violation]:
    """Fewer contacts over the last three full months than the share of the plan asked for."""
    for pairing, contacts in facts.once(_pairings):
        plans = contacts.last_months(MONTHS)
        owed, kept = sum(p.owed for p in plans), sum(p.kept for p in plans)
        least = facts.settings_of(pairing.file).contact_rate
        if not owed or 100 * kept >= least * owed:
            continue
        if 100 * (kept + _maybe_kept(facts, pairing, plans)) >= least * owed:
            continue
        short = _months(plan.month for plan in plans if plan.kept < plan.owed)
        sentence = (
            f"{_named(facts, pairing)}近三个月按计划应联系 {owed} 次，"
            f"完成 {kept} 次，完成率 {_rate(kept, owed)}，低于 {least:g}%；次数不足的月份：{short}"
            + _doubt(facts, pairing, {plan.month for plan in plans})
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


class _Silence(NamedTuple):
    """Months without a contact up to the last full one, and what may excuse some of them.

    Attributes:
        months: Those no dated entry that cannot be used may excuse, the earliest first.
        latest: The last full month.
        undated: Entries whose day cannot be read; each may excuse any one of the months.
    """

    months: tuple[date, ...]
    latest: date
    undated: int

    @property
    def in_a_row(self) -> bool:
        """Return whether two months in a row are silent whatever the undated entries excuse."""
        return _pairs(self.months) > self.undated

    @property
    def last(self) -> bool:
        """Return whether the last month is, or else two in a row are, whatever they excuse."""
        return self.latest in self.months and 1 + _pairs(self.months[:-1]) > self.undated


def _pairs(months: Sequence[date]) -> int:
    """Return how many months must be excused so that no two in a row remain."""
    pairs, before = 0, date.min
    for month in months:
        if month == add_months(before, 1):
            pairs, before = pairs + 1, date.min
        else:
            before = month
    return pairs


def _silent(facts: LedgerFacts) -> Iterator[tuple[Pairing, PairContacts, _Silence]]:
    """Yield the pairings with months in a row, the last one included, without a contact."""
    for pairing, contacts in facts.once(_pairings):
        if not contacts.months or contacts.months[-1].made:
            continue  # nearly all have met: passed over quickly
        dated, undated = facts.doubts.months(pairing.pairing_id)
        silent = tuple(month for month in contacts.silent_months if month not in dated)
        if silent:
            yield pairing, contacts, _Silence(silent, contacts.latest, undated)


def _maybe_kept(facts: LedgerFacts, pairing: Pairing, plans: Iterable[MonthPlan]) -> int:
    """Return how many of the contacts missing in some months entries not used may be."""
    dated, undated = facts.doubts.months(pairing.pairing_id)
    missing = {plan.month: plan.owed - plan.kept for plan in plans}
    in_month = sum(min(short, dated[month]) for month, short in missing.items())
    return min(in_month + undated, sum(missing.values()))


def _doubt(facts: LedgerFacts, pairing: Pairing, months: Collection[date]) -> str:
    """Return what to say of entries not used that lie in some months or on an unreadable day."""
    dated, undated = facts.doubts.months(pairing.pairing_id)
    unused = sum(dated[month] for month in months)
    told = [f"另有 {unused} 条日志有错误，未计入"] if unused else []
    told += [f"另有 {undated} 条日志日期无法识别，最多抵 {undated} 个月"] if undated else []
    return f"（{'；'.join(told)}）" if told else ""


def _silent_months(
    facts: LedgerFacts, pairing: Pairing, contacts: PairContacts, silence: _Silence
) -> Violation:
    silent = silence.months
    until = _end(silent[-1])
    before = [(row, day) for row, day in _entries(contacts) if day < silent[0]][-1:]
    after = [(row, day) for row, day in _entries(contacts) if day > until][-1:]
    sentence = f"{_named(facts, pairing)}{_months(silent)} 未联系"
    for row, day in before:
        sentence += f"，此前最近一次是 {day}（{_code(facts, row)}）"
    if not (before or after):
        sentence += f"，{pairing.paired_on} 结对以来未登记联系"
    for row, day in after:
        sentence += f"，{day} 已恢复联系（{_code(facts, row)}）"
    sentence += _doubt(facts, pairing, contacts.silent_months)
    if unplaced := facts.doubts.unplaced(pairing.file, silent[0], until):
        sentence += f"（本台账另有 {unplaced} 条日志无法确定是哪对结对，请改正后再研判）"
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

"""Flags on contacts: months of silence, and a rate below what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import takewhile

from addin.domain.contacts import PairContacts
from addin.domain.flags import rule
from addin.domain.flags.evidence import CitedRow, FlagEvidence, Pairing
from addin.domain.flags.rule import FlagViolation, flag_rule
from addin.domain.months import add_months
from validators.sheets import LogEntryRow
from validators.vocabulary import Alert

MONTHS = 3
"""Over how many full months the contact rate is taken: 近三个月."""


@flag_rule(
    "flag.contact.two_months",
    name="连续两月未联系",
    level=Alert.RED,
    points=60,
    measure="请导师三日内上门联系并补上帮带安排，由乡镇党委约谈导师；确实无法履职的调整导师",
)
def two_months(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """The last two full months that count, or more, without any contact of a pairing."""
    for made, met, silent in _silent(grounds):
        if len(silent) >= 2:
            yield _silence(grounds, made, met, silent)


@flag_rule(
    "flag.contact.month",
    name="上月未联系",
    level=Alert.YELLOW,
    points=30,
    measure="请导师一周内联系一次并登记日志；因故不能帮带的，在结对台账填写暂停起止",
)
def last_month(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """The last full month, and only that one, without any contact of a pairing."""
    for made, met, silent in _silent(grounds):
        if len(silent) == 1:
            yield _silence(grounds, made, met, silent)


@flag_rule(
    "flag.contact.rate",
    name="联系完成率低",
    level=Alert.YELLOW,
    points=15,
    measure="请导师和对象商定每月固定的联系时间，补足联系次数",
)
def low_rate(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """Fewer contacts over the last three full months than the share of the plan asked for."""
    for made, met in _pairings(grounds):
        plans = met.last_months(MONTHS)
        owed, kept = sum(p.owed for p in plans), sum(p.kept for p in plans)
        least = grounds.settings_of(made.file).contact_rate
        if not owed or 100 * kept >= least * owed or _doubted(grounds, made, plans[0].month):
            continue
        short = rule.months(plan.month for plan in plans if plan.kept < plan.owed)
        facts = (
            f"{rule.of_pairing(grounds, made)}近三个月按计划应联系 {owed} 次，"
            f"完成 {kept} 次，{rule.rate(kept, owed)}，低于 {least:g}%；次数不足的月份：{short}"
        )
        counted = {plan.month for plan in plans}
        rows = [row for row, day in _entries(met) if day.replace(day=1) in counted]
        yield _hit(grounds, made, facts, rows)


def _pairings(grounds: FlagEvidence) -> Iterator[tuple[Pairing, PairContacts]]:
    """Yield every settled pairing whose workbook has a log, with its contacts."""
    for settled in grounds.settled.values():
        for made in settled:
            if made.code and grounds.doubts.has_log(made.file):
                yield made, grounds.contacts.of_pairing(made.code)


def _silent(grounds: FlagEvidence) -> Iterator[tuple[Pairing, PairContacts, tuple[date, ...]]]:
    """Yield the pairings with the months in a row, the last one included, surely silent."""
    for made, met in _pairings(grounds):
        if met.months and not met.months[-1].made:  # nearly all have met: passed over quickly
            sure = _surely(grounds, made, met.silent_months)
            if sure:
                yield made, met, sure


def _surely(grounds: FlagEvidence, made: Pairing, months: tuple[date, ...]) -> tuple[date, ...]:
    """Return the last of these months in which no unreadable entry may be a contact."""
    run = takewhile(lambda month: not _doubted(grounds, made, month, month), reversed(months))
    return tuple(run)[::-1]


def _doubted(grounds: FlagEvidence, made: Pairing, first: date, last: date | None = None) -> bool:
    """Return whether an unreadable entry may be a contact from month `first` to month `last`."""
    end = grounds.as_of if last is None else add_months(last, 1) - timedelta(days=1)
    return bool(grounds.doubts.contacts(made.code or "", first, end))


def _silence(
    grounds: FlagEvidence, made: Pairing, met: PairContacts, silent: tuple[date, ...]
) -> FlagViolation:
    until = add_months(silent[-1], 1)
    before = [(row, day) for row, day in _entries(met) if day < silent[0]][-1:]
    after = [(row, day) for row, day in _entries(met) if day >= until][-1:]
    told = f"{rule.of_pairing(grounds, made)}{rule.months(silent)} 没有联系"
    if before:
        told += f"，此前最近一次是 {before[0][1]}（{_code(grounds, before[0][0])}）"
    else:
        told += f"，{made.paired_on} 结对以来没有登记过联系" if not after else ""
    if after:
        told += f"，{after[0][1]} 已恢复联系（{_code(grounds, after[0][0])}）"
    unplaced = grounds.doubts.unplaced(made.file, silent[0], until - timedelta(days=1))
    if unplaced:
        told += f"（本台账另有 {unplaced} 条日志看不出是哪对结对，改正后可再研判）"
    return _hit(grounds, made, told, [row for row, _ in (*before, *after)])


def _entries(met: PairContacts) -> Iterator[tuple[int, date]]:
    return zip(met.rows, met.days, strict=True)


def _code(grounds: FlagEvidence, row: int) -> str:
    """Return an entry's ID, or its place where it has none yet."""
    log = grounds.contacts.log
    return (
        log.column(LogEntryRow.sheet.id_field)[row] or f"工作日志第 {log.place(row, 'date').row} 行"
    )


def _hit(grounds: FlagEvidence, made: Pairing, facts: str, rows: Iterable[int]) -> FlagViolation:
    log = grounds.contacts.log
    return FlagViolation(made.mentee_id, facts, (made.cited, *(CitedRow(log, row) for row in rows)))

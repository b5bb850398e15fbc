"""Rules on duties and the work log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from validators.ledger import Ledger
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule, wrong_order
from validators.sheets import DutyRow, LogEntryRow, PairingRow
from validators.vocabulary import Level

Span = tuple[date, date]


@rule("duty.period.order", Level.ERROR, "截止日期 {value} 早于开始日期 {start}", "请核对两个日期")
def duty_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Duties due before they start."""
    yield from wrong_order(ledger.table(DutyRow), "starts_on", "due_on")


@rule(
    "duty.period.outside",
    Level.WARNING,
    "{heading} {value} 不在结对的帮带期 {start} 至 {end} 内",
    "请核对职责日期和结对日期",
)
def duty_outside(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Duties that start before or end after their pairing."""
    table, spans = ledger.table(DutyRow), _pairing_spans(ledger)
    rows = table.columns("pairing_id", "starts_on", "due_on")
    for index, (pairing, start, due) in enumerate(rows):
        span = spans.get(pairing)
        if span and start and due and start <= due:
            facts = {"start": span[0], "end": span[1]}
            if start < span[0]:
                yield Violation(table, index, "starts_on", facts)
            if due > span[1]:
                yield Violation(table, index, "due_on", facts)


def _pairing_spans(ledger: Ledger, start: str = "paired_on", end: str = "until") -> dict[str, Span]:
    pairings = ledger.table(PairingRow)
    starts, ends = pairings.column(start), pairings.column(end)
    return {
        code: (starts[row], ends[row])
        for code, row in pairings.by_single_id.items()
        if starts[row] and ends[row] and starts[row] <= ends[row]
    }


@rule(
    "log.duty.mismatch",
    Level.WARNING,
    "职责 {duty} 属于结对 {pairing}，不属于本条的结对",
    "请核对职责编号和结对编号",
)
def log_of_other_duty(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Entries whose duty belongs to none of their pairings."""
    table = ledger.table(LogEntryRow)
    duties = ledger.table(DutyRow)
    owner_of = duties.column("pairing_id")
    owners = {duty: owner_of[row] for duty, row in duties.by_single_id.items()}
    for index, (named, pairings) in enumerate(table.columns("duty_ids", "pairing_ids")):
        for duty in named or ():
            if pairings and (owner := owners.get(duty)) and owner not in pairings:
                yield Violation(table, index, "duty_ids", {"duty": duty, "pairing": owner})
                break


@rule(
    "log.duty.unnamed",
    Level.NOTICE,
    "工作日志有 {count} 条未填职责编号，不计入职责完成次数{proposed}",
    "请核对建议后点“采纳职责建议”，或从下拉列表选职责编号；与职责无关的无需填写",
)
def log_without_duty(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Entries that name no duty though their pairing has some: one notice a workbook."""
    table = ledger.table(LogEntryRow)
    owners = set(ledger.table(DutyRow).column("pairing_id")) - {None}
    proposed = table.column("duty_proposed")
    for start, part in table.starts():
        named, pairings = part.columns.get("duty_ids"), part.columns.get("pairing_ids")
        if not (owners and named and pairings):
            continue
        codes = pairings.cells.codes
        with_duties = {i for i, v in enumerate(pairings.values) if v and not owners.isdisjoint(v)}
        rows = [row for row in named.cells.blank_rows() if codes[row] in with_duties]
        if rows:
            known = sum(proposed[start + row] is not None for row in rows)
            told = f"，其中 {known} 条已有职责编号建议" if known else ""
            facts = {"count": len(rows), "proposed": told}
            yield Violation(table, start + rows[0], "duty_ids", facts)


@rule(
    "log.date.outside",
    Level.ERROR,
    "日期 {value} 不在结对的帮带期 {start} 至 {end} 内",
    "请核对日期和结对编号",
)
def log_outside_period(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Entries before or after the period of all their pairings."""
    table = ledger.table(LogEntryRow)
    for index, span in _outside(ledger, _pairing_spans(ledger), context):
        yield Violation(table, index, "date", {"start": span[0], "end": span[1]})


def _outside(
    ledger: Ledger, spans: dict[str, Span], context: RuleContext
) -> Iterator[tuple[int, Span]]:
    table, known = ledger.table(LogEntryRow), ledger.table(PairingRow).by_id
    periods = {
        codes: [spans[code] for code in named]
        for codes in set(table.column("pairing_ids")) - {None}
        if (named := [code for code in codes if code in known])
        and all(code in spans for code in named)
    }
    rows = table.columns("date", "pairing_ids")
    # Most entries lie in the period of their first pairing: these are passed over quickly.
    first = {codes: own[0] for codes, own in periods.items()}
    always = (date.min, date.max)
    doubtful = [
        (index, day, codes)
        for index, (day, codes) in enumerate(rows)
        if day and not (span := first.get(codes, always))[0] <= day <= span[1]
    ]
    for index, day, codes in doubtful:
        own = periods[codes]
        if day <= context.as_of and not any(start <= day <= end for start, end in own):
            yield index, (min(s for s, _ in own), max(e for _, e in own))


@rule(
    "log.date.paused",
    Level.WARNING,
    "日期 {value} 在结对的暂停时段 {start} 至 {end} 内",
    "请核对日期，或更正结对台账的暂停起止",
)
def log_during_pause(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Entries while all their pairings pause."""
    table = ledger.table(LogEntryRow)
    pauses = _pairing_spans(ledger, "paused_from", "paused_to")
    days = table.column("date") if pauses else []
    for start, part in table.starts():
        column = part.columns.get("pairing_ids")
        if not pauses or not column:
            continue
        pausable = (i for i, v in enumerate(column.values) if v and pauses.keys() >= {*v})
        for row, which in column.rows_with(pausable):
            day, spans = days[start + row], [pauses[code] for code in column.values[which]]
            if day and all(first <= day <= last for first, last in spans):
                facts = {"start": spans[0][0], "end": spans[0][1]}
                yield Violation(table, start + row, "date", facts)


@rule(
    "log.row.duplicate",
    Level.WARNING,
    "日期、结对和内容与 {others} 完全相同",
    "重复登记的请只保留一行；集体活动请合并为一行，结对编号用顿号分开",
)
def duplicate_entry(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Entries equal in date, pairings and content."""
    table = ledger.table(LogEntryRow)
    days, pairings = table.column("date"), table.column("pairing_ids")
    for same in repeated(table.column("content")).values():
        keys = [(days[row], pairings[row]) for row in same]
        for key, group in repeated(keys).items():
            if all(key):
                yield from cite_each(table, [same[i] for i in group], "content")

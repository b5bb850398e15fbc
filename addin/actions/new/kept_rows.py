"""Which rows of a ledger are carried over: those that next year's judgement needs, and no others.

Judged on any day of the new year, the ledger carried over must say of everybody it holds what both
years' ledgers say when they are read together. So these are kept:

- every mentor, and what is recorded about mentors (负面情形);
- every mentee 待结对 or 帮带中;
- every pairing that is 帮带中, or whose 期满日期 is no more than `settings.period_months` months
  before the new year begins, for awards and pool changes look that far back; each mentor's last
  pairing, whose end may speak for leaving the pool; the mentees fit to be mentors (调入);
- every row an error finding cites: what cannot be read may still excuse somebody;
- questions of 交流园地 that nobody answered, and rows of 结对建议, 预警名单 and 导师库调整 on which the
  clerk wrote;

and with a row that is kept, until nothing more comes to it, the rows it names and the rows that are
about it: with a mentee all its pairings, assessments and conversions, with a pairing its duties, its
log entries and its end-of-period assessments, with a joint entry every pairing it names, also one of
which an unreadable cell says no more than the number. Nothing kept names an ID that is left behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from itertools import chain
from typing import Any

from addin.domain.facts import SEEKING, LedgerFacts
from addin.domain.months import add_months
from addin.domain.pool_changes import graduates
from validators import sheets
from validators.columns import Fill
from validators.ledger import Table
from validators.vocabulary import ExchangeKind, PairingStatus

RECORDS: tuple[type[sheets.Row], ...] = (
    sheets.MentorRow, sheets.IndividualRow, sheets.OrganisationRow, sheets.PairingRow,
    sheets.DutyRow, sheets.LogEntryRow, sheets.AssessmentRow, sheets.ConversionRow,
    sheets.CompletionRow, sheets.MisconductRow, sheets.ExchangeRow,
)  # fmt: skip
"""The tables whose rows hang together."""

GENERATED: tuple[type[sheets.Row], ...] = (
    sheets.SuggestionRow,
    sheets.FlagRow,
    sheets.PoolChangeRow,
)
"""The tables that are computed anew, of which only what the clerk wrote is kept."""

_OTHERS = {(sheets.PairingRow, "mentor_id"), (sheets.ExchangeRow, "reply_to")}
"""References that do not make a row part of what it names: a mentor had many pairings."""

Place = tuple[type[sheets.Row], int]
"""A table, and a row in it."""


def kept_rows(facts: LedgerFacts, year: int) -> dict[type[sheets.Row], list[int]]:
    """Return the rows to carry over by the model of their table, in the table's order.

    Args:
        facts: Of the ledger of one workbook after validation.
        year: The year it is carried over into.
    """
    references = _References(facts)
    kept: dict[type[sheets.Row], set[int]] = {model: set() for model in (*RECORDS, *GENERATED)}
    waiting = list(_wanted(facts, date(year, 1, 1)))
    while waiting:
        model, row = waiting.pop()
        if row not in kept[model]:
            kept[model].add(row)
            waiting.extend(references.of(model, row))
    for model in GENERATED:
        kept[model].update(_annotated(facts.ledger.table(model)))
    return {model: sorted(row for row in rows if row >= 0) for model, rows in kept.items()}


# --- what is kept for its own sake ---


def _wanted(facts: LedgerFacts, new_year: date) -> Iterator[Place]:
    ledger = facts.ledger
    for model in RECORDS:
        accepted = ledger.table(model).accepted()
        yield from ((model, row) for row, taken in enumerate(accepted) if not taken)
    yield from ((sheets.MentorRow, row) for row in range(len(ledger.table(sheets.MentorRow))))
    for model in (sheets.IndividualRow, sheets.OrganisationRow):
        states = enumerate(ledger.table(model).column("status"))
        yield from ((model, row) for row, status in states if status is None or status in SEEKING)
    yield from ((sheets.PairingRow, row) for row in _pairings(facts, new_year))
    codes = ledger.table(sheets.IndividualRow).by_id
    yield from ((sheets.IndividualRow, codes[fit.mentee_id]) for fit in graduates(facts, ()))
    yield from ((sheets.ExchangeRow, row) for row in _questions(ledger.table(sheets.ExchangeRow)))


def _pairings(facts: LedgerFacts, new_year: date) -> Iterator[int]:
    """Yield the pairings that run, those that ended lately, and the last of each mentor."""
    since = add_months(new_year, -facts.settings.period_months)
    for row, (status, until) in enumerate(
        facts.ledger.table(sheets.PairingRow).columns("status", "until")
    ):
        if status in {PairingStatus.RUNNING, None} or until is None or until >= since:
            yield row
    for pairings in facts.pairings_of_mentor.values():
        yield max(pairings, key=lambda one: (one.paired_on, one.pairing_id)).cited.row


def _questions(table: Table[sheets.ExchangeRow]) -> Iterator[int]:
    """Yield the questions nobody answered, however new."""
    kinds, replies = table.column("kind"), table.column("reply_to")
    answers = zip(kinds, replies, strict=True)
    answered = {code for kind, code in answers if kind is ExchangeKind.ANSWER and code}
    for row, (code, kind) in enumerate(table.columns("exchange_id", "kind")):
        if kind is ExchangeKind.QUESTION and code not in answered:
            yield row


def _annotated(table: Table[Any]) -> Iterator[int]:
    """Yield the rows of a generated sheet on which the clerk wrote anything, readable or not."""
    model: type[sheets.Row] = table.model
    columns = sheets.columns_by_field(model).values()
    typed = [column.field for column in columns if column.fill is Fill.CLERK]
    for row in range(len(table)):
        if any(table.raw(row, name) is not None for name in typed):
            yield row


# --- what comes along ---


class _References:
    """Which rows name which, both ways."""

    def __init__(self, facts: LedgerFacts) -> None:
        self._facts = facts
        self._named: dict[Place, list[Place]] = defaultdict(list)
        self._about: dict[Place, list[Place]] = defaultdict(list)
        self._ids = {model: self._rows_by_id(model) for model in RECORDS}
        for model in RECORDS:
            for column in sheets.columns_by_field(model).values():
                if column.refers:
                    targets = [t for t in column.refers.targets if t in self._ids]
                    self._note(model, column.field, targets)

    def of(self, model: type[sheets.Row], row: int) -> Iterator[Place]:
        """Yield the rows that come with one."""
        return chain(self._named[model, row], self._about[model, row])

    def _rows_by_id(self, model: type[sheets.Row]) -> dict[str, list[int]]:
        table, rows = self._facts.ledger.table(model), defaultdict(list)
        if table.model.sheet.id_field:
            for row, code in enumerate(table.column(table.model.sheet.id_field)):
                rows[code].append(row)
            rows.pop(None, None)
        return rows

    def _note(
        self, model: type[sheets.Row], name: str, targets: Collection[type[sheets.Row]]
    ) -> None:
        table = self._facts.ledger.table(model)
        for row, value in enumerate(table.column(name)):
            codes = (value,) if isinstance(value, str) else value or self._guessed(table, row, name)
            self._stand_in(codes, targets)
            for target in targets:
                for place in {
                    (target, at) for code in codes for at in self._ids[target].get(code, ())
                }:
                    self._named[model, row].append(place)
                    if (model, name) not in _OTHERS:
                        self._about[place].append((model, row))

    def _stand_in(self, codes: Collection[str], targets: Collection[type[sheets.Row]]) -> None:
        """Give an ID that no row owns a row of its own below 0: what names it hangs together."""
        for code in codes:
            if targets and not any(code in self._ids[target] for target in targets):
                first = self._ids[next(iter(targets))]
                first[code] = [-1 - len(first)]

    def _guessed(self, table: Table[Any], row: int, name: str) -> Collection[str]:
        """Return the pairings an unreadable cell of the log may name."""
        if name != "pairing_ids" or (raw := table.raw(row, name)) is None:
            return ()
        return self._facts.doubts.guessed(table.locate(row)[0].file, raw)

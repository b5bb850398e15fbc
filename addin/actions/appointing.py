"""Which certificate the mentors of pairings get: its number and the term of the appointment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from validators.ledger import Ledger
from validators.rules.relations import running
from validators.sheets import MentorRow, PairingRow
from workbooks.printed.content import Appointment
from workbooks.printed.numbers import certificate_numbers

__all__ = ["Term", "appointments"]


class Term(NamedTuple):
    """One pairing of a mentor: its first and its last day."""

    mentor_id: str
    first: date
    last: date


def appointments(ledger: Ledger, terms: Sequence[Term]) -> Iterator[Appointment]:
    """Yield the certificate of every mentor of this ledger in some pairings, in ID order.

    A term that is not written yet spans the mentor's pairings, those that run included.

    Args:
        ledger: Whose mentors.
        terms: The pairings, whether the ledger has them already or not.
    """
    table, spans = ledger.table(MentorRow), _spans(ledger, terms)
    rows = list(table.columns("name", "certificate", "appointed_on", "appointed_until"))
    pool = []
    for code, index in sorted(table.by_single_id.items()):
        name, number, since, until = rows[index]
        if code in spans or number:
            first, last = spans.get(code, (date.max, date.max))
            appointment = Appointment(code, name or "", number or "", since or first, until or last)
            pool.append(appointment)
    wanted = {one.mentor_id for one in terms}
    # Proposed among all that are given, so that no number is given twice.
    for one, number in zip(pool, certificate_numbers(pool), strict=True):
        if one.mentor_id in wanted:
            yield replace(one, number=number)


def _spans(ledger: Ledger, terms: Iterable[Term]) -> dict[str, tuple[date, date]]:
    """Return the first and last day of everybody's pairings, those of `terms` and running ones."""
    written = list(ledger.table(PairingRow).columns("paired_on", "until"))
    found = [*terms, *((mentor, *written[index]) for index, mentor, _ in running(ledger))]
    days: dict[str, list[date]] = defaultdict(list)
    for mentor, since, until in found:
        days[mentor] += [day for day in (since, until) if day]
    return {mentor: (min(both), max(both)) for mentor, both in days.items() if both}

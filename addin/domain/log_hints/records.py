"""The quality of a log's records: copied entries, busy days, entries bunched at a period's end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from addin.domain.log_hints.bunched import Hint, busy_hints
from addin.domain.log_hints.copied import CopiedEntry, KnownSearch, copied_entries
from addin.domain.log_hints.sketches import LogSketch, sketches_of
from validators.ledger import Ledger
from validators.settings import Settings


class LogHints(NamedTuple):
    """Copied entries, then busy days and entries bunched at a period's end."""

    copies: tuple[CopiedEntry, ...]
    hints: tuple[Hint, ...]


def log_hints(ledger: Ledger, settings: Settings, as_of: date) -> LogHints:
    """Return what the records of one or many merged ledgers show; see `log_sketch`."""
    return log_hints_of(sketches_of(ledger, settings, as_of), settings)[0]


def log_hints_of(
    sketches: Sequence[LogSketch], settings: Settings, known: KnownSearch | None = None
) -> tuple[LogHints, KnownSearch]:
    """Return what the records of many workbooks show, and what a later search can rest on.

    Args:
        sketches: One of each workbook, made with the same settings and as of the same day.
        settings: Theirs.
        known: What an earlier search of nearly the same workbooks came to; the answer is the same
            without it.
    """
    searched = copied_entries(sketches, settings, known)
    busy = [day for sketch in sketches for day in sketch.busy]
    hints = [
        *busy_hints(busy, searched.words, settings.day_entries),
        *(hint for sketch in sketches for hint in sketch.bunched),
    ]
    hints.sort(key=lambda hint: (hint.file, hint.code))
    return LogHints(searched.copies, tuple(hints)), searched

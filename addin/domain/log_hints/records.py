"""The quality of a log's records: copied entries, busy days, entries bunched at a period's end."""

from __future__ import annotations

from datetime import date

from addin.domain.log_hints.bunched import Hint, hints
from addin.domain.log_hints.copied import CopiedEntry, copied
from validators.ledger import Ledger
from validators.settings import Settings


def log_hints(
    ledger: Ledger, settings: Settings, as_of: date
) -> tuple[tuple[CopiedEntry, ...], tuple[Hint, ...]]:
    """Return copied entries, then busy days and entries bunched at a period's end."""
    return copied(ledger, settings), hints(ledger, settings, as_of)

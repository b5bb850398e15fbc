"""Flag mentees whose help is failing, and hint at what the log's records look like: `bangdai flags`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from addin.domain.log_hints.bunched import Hint
from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.log_hints.records import log_hints
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import FlagRow

if TYPE_CHECKING:
    from addin.actions.ledger_set import LedgerSet


@dataclass(frozen=True, slots=True)
class FlagsResult:
    """Who needs help, and what the records look like.

    Attributes:
        flags: The flagged mentees, the gravest first.
        copied: Entries whose content stands in an earlier one.
        hints: Busy days and entries bunched at a period's end.
        files: A sentence on every file that was not read, or not whole.
    """

    flags: tuple[Flag, ...]
    copied: tuple[CopiedEntry, ...]
    hints: tuple[Hint, ...]
    files: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai flags --json` prints."""
        return {
            "flags": [flag.as_json() for flag in self.flags],
            "copied": [
                {
                    "file": entry.file,
                    "log_id": entry.log_id,
                    "source_file": entry.source_file,
                    "source_log_id": entry.source_log_id,
                    "similarity": round(entry.similarity, 4),
                }
                for entry in self.copied
            ],
            "files": [*self.files],
        }


def flag_mentees(ledgers: LedgerSet) -> FlagsResult:
    """Flag the mentees of the ledgers and look at the records."""
    ledger, settings, as_of = ledgers.ledger, ledgers.settings, ledgers.as_of
    facts = LedgerFacts.of(ledger, settings, as_of, ledgers.own_settings)
    files = (*ledgers.report.file_sentences, *ledgers.unsure(FlagRow))
    return replace(with_hints(flags(facts), ledger, settings, as_of), files=files)


def with_hints(
    flagged: tuple[Flag, ...], ledger: Ledger, settings: Settings, as_of: date
) -> FlagsResult:
    """Add to flags that are known already what the records look like."""
    return FlagsResult(flagged, *log_hints(ledger, settings, as_of))

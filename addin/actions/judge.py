"""Flags, hints on records and gold mentors of one or many ledgers: `flags`, `awards`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.actions.ledger_set import LedgerSet
from addin.domain.awards import Award, awards, public_list
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from addin.domain.log_hints.bunched import Hint, hints
from addin.domain.log_hints.copied import CopiedEntry, copied
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.masking import mask_text


@dataclass(frozen=True, slots=True)
class FlagsResult:
    """Who needs help, and what the records look like.

    Attributes:
        flags: The flagged mentees, the gravest first.
        copied: Entries whose content stands in an earlier one.
        hints: Busy days and entries bunched at a period's end.
    """

    flags: tuple[Flag, ...]
    copied: tuple[CopiedEntry, ...]
    hints: tuple[Hint, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai flags --json` prints."""
        return {
            "flags": [one.as_json() for one in self.flags],
            "copied": [
                {
                    "file": one.file,
                    "log_id": one.log_id,
                    "source_file": one.source_file,
                    "source_log_id": one.source_log_id,
                    "similarity": round(one.similarity, 4),
                }
                for one in self.copied
            ],
        }


@dataclass(frozen=True, slots=True)
class AwardsResult:
    """The mentors' year."""

    awards: tuple[Award, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai awards --json` prints; the list for 公示 is masked."""
        return {
            "awards": [_award(one) for one in self.awards],
            "public": [
                {
                    "number": one.number,
                    "county": one.county,
                    "name": one.name,
                    "employer": mask_text(one.employer),
                    "post": mask_text(one.post),
                    "total": one.total,
                }
                for one in public_list(self.awards)
            ],
        }


def flag(together: LedgerSet) -> FlagsResult:
    """Judge every mentee and look at the records."""
    ledger, settings = together.ledger, together.settings
    as_of = together.report.as_of
    facts = LedgerFacts.of(ledger, settings, as_of, together.own_settings)
    return flagged(flags(facts), ledger, settings, as_of)


def flagged(
    flags: tuple[Flag, ...], ledger: Ledger, settings: Settings, as_of: date
) -> FlagsResult:
    """Return the mentees that were flagged, and look at the records."""
    return FlagsResult(flags, copied(ledger, settings), hints(ledger, settings, as_of))


def judge_mentors(together: LedgerSet) -> AwardsResult:
    """Score every mentor of the pool for the year of the as-of date."""
    as_of = together.report.as_of
    facts = LedgerFacts.of(together.ledger, together.settings, as_of, together.own_settings)
    return AwardsResult(awards(facts))


def _award(one: Award) -> dict[str, Any]:
    row = one.as_row()
    return {
        "mentor_id": row["mentor_id"],
        "name": row["mentor_name"],
        "county": one.county,
        "scores": {item.name: item.points for item in one.score.items},
        "total": row["total"],
        "conditions": [
            {"name": each.name, "met": each.met, "why": each.why} for each in one.conditions
        ],
        "shortlisted": one.shortlisted,
    }

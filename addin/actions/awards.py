"""Score the mentors and propose who becomes a gold mentor: `bangdai awards`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addin.actions.ledger_set import LedgerSet
from addin.domain.awards import Award, award_year, awards, public_list
from addin.domain.facts import LedgerFacts
from validators.sheets import AwardRow
from validators.vocabulary import Shortlisted
from workbooks.masking import mask_text


@dataclass(frozen=True, slots=True)
class AwardsResult:
    """Every mentor of the pool, scored for one year; `files` has a sentence on each not read whole."""

    year: int
    awards: tuple[Award, ...]
    files: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai awards --json` prints; the list for 公示 is masked."""
        return {
            "year": self.year,
            "awards": [_award(award) for award in self.awards],
            "public": [
                {
                    "number": line.number,
                    "county": line.county,
                    "name": line.name,
                    "employer": mask_text(line.employer),
                    "post": mask_text(line.post),
                    "total": line.total,
                }
                for line in public_list(self.awards)
            ],
            "files": [*self.files],
        }


def score_mentors(ledgers: LedgerSet, year: int | None = None) -> AwardsResult:
    """Score every mentor of the pool for a year, that of the ledgers if None."""
    ledger, settings, as_of = ledgers.ledger, ledgers.settings, ledgers.as_of
    facts = LedgerFacts.of(ledger, settings, as_of, ledgers.own_settings)
    year = year or award_year(facts.ledger, facts.as_of)
    files = (*ledgers.report.file_sentences, *ledgers.unsure(AwardRow))
    return AwardsResult(year, awards(facts, year), files)


def _award(award: Award) -> dict[str, Any]:
    row = award.as_row()
    return {
        "mentor_id": row["mentor_id"],
        "name": row["mentor_name"],
        "county": award.county,
        "scores": {item.name: item.points for item in award.score.items},
        "total": row["total"],
        "conditions": [
            {"name": condition.name, "met": condition.met, "why": condition.why}
            for condition in award.conditions
        ],
        "shortlisted": award.shortlisted,
        "tied": award.outcome is Shortlisted.TIED,
    }

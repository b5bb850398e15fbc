"""A renewal (续帮) concludes the period it was made for; the next one is assessed by itself."""

from __future__ import annotations

from datetime import date

import pytest

from addin.domain.awards import awards
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from tests.addin.domain.gold import a_golden_township
from tests.build import a_completion, add, change, code
from validators.ledger import Ledger
from validators.settings import Settings

MADE = date(2026, 5, 20)


def renewed(until: date) -> Ledger:
    """Return a township whose first pairing was renewed in May 2026 and ends on a day."""
    made = a_completion(
        pairing_id=code("J"), assessed_on=MADE, score=80, rating="合格", conclusion="续帮"
    )
    return a_golden_township(
        change("pairing", 0, paired_on=date(2025, 6, 1), until=until), add("completion", made)
    )


@pytest.mark.parametrize(
    ("until", "as_of", "ending"),
    [
        (date(2026, 5, 31), date(2026, 5, 25), False),
        (date(2027, 5, 31), date(2026, 5, 25), False),
        (date(2027, 5, 31), date(2027, 5, 10), True),
        (date(2027, 5, 31), date(2027, 5, 31), True),
    ],
)
def test_the_next_period_is_announced_again(until: date, as_of: date, ending: bool) -> None:
    found = flags(LedgerFacts.of(renewed(until), Settings(), as_of))

    assert any(hit.code == "flag.pairing.ending" for flag in found for hit in flag.hits) == ending


@pytest.mark.parametrize(("until", "missing"), [(date(2026, 5, 31), 0), (date(2026, 11, 30), 1)])
def test_the_next_period_needs_its_own_assessment(until: date, missing: int) -> None:
    facts = LedgerFacts.of(renewed(until), Settings(), date(2026, 12, 31))

    texts = [award.as_row()["conditions"] for award in awards(facts, 2026)]

    assert sum(f"{until} 期满，尚未期满考核" in text for text in texts) == missing

"""期满日期 is the last day of help: on it a pairing is judged as on the day before."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from addin.domain.awards import awards
from addin.domain.contacts import Contacts
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.growth import growth
from addin.domain.pool_changes import pool_changes
from addin.domain.ranking import ranking
from tests.addin.domain.gold import a_golden_township
from tests.build import change
from validators.ledger import Ledger
from validators.settings import Settings

LAST_DAYS = [date(2026, 6, 30), date(2026, 12, 31), date(2027, 2, 27), date(2026, 9, 15)]


def ending(until: date) -> Ledger:
    return a_golden_township(change("pairing", 0, until=until))


def said(ledger: Ledger, day: date) -> dict[str, object]:
    """Return everything judged on a day, the days left and since apart."""
    facts = LedgerFacts.of(ledger, Settings(), day)
    counts = re.compile(r"当日(?=到期|期满)|，?(还有|已) \d+ 天")
    return {
        "flags": [
            [(hit.code, counts.sub("", hit.facts)) for hit in flag.hits] for flag in flags(facts)
        ],
        "awards": [award.as_row() for award in awards(facts)],
        "growth": [file.as_row() for file in growth(facts)],
        "pool": [adjustment.as_row() for adjustment in pool_changes(facts)],
        "ranking": [line.measured for line in ranking(facts)],
    }


@pytest.mark.parametrize("until", LAST_DAYS)
def test_the_last_day_is_judged_as_the_day_before(until: date) -> None:
    ledger = ending(until)

    assert said(ledger, until) == said(ledger, until - timedelta(days=1))


@pytest.mark.parametrize("until", LAST_DAYS)
def test_an_assessment_is_missing_from_the_day_after_the_last(until: date) -> None:
    ledger = ending(until)

    def missing(day: date) -> bool:
        facts = LedgerFacts.of(ledger, Settings(), day)
        return any("尚未期满考核" in award.as_row()["conditions"] for award in awards(facts, 2026))

    assert not missing(until)
    assert missing(until + timedelta(days=1)) == (until.year == 2026 and until < date(2026, 12, 31))


@pytest.mark.parametrize("ended", [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 15)])
def test_a_pairing_broken_off_owes_what_one_that_ended_that_day_owes(ended: date) -> None:
    broken = a_golden_township(
        change("pairing", 0, status="终止", ended_on=ended, end_reason="对象外出务工")
    )
    over = a_golden_township(change("pairing", 0, status="期满", until=ended))

    def owed(ledger: Ledger) -> list[date]:
        contacts = Contacts(ledger, Settings(), date(2026, 8, 1))
        (code,) = {*ledger.tables["pairing"].column("pairing_id")[:1]}
        return [plan.month for plan in contacts.of_pairing(code).months]

    assert owed(broken) == owed(over)

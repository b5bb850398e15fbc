"""What a contact is, what a pairing owes, and how one follows from the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.contacts import Contacts, MonthPlan
from tests.build import MONTH_OVER as AS_OF
from tests.build import OTHER_UNIT, a_ledger, a_log_entry, a_pairing, code, ledger_of
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from validators.vocabulary import Aspect

FIRST, SECOND = code("J", 1), code("J", 2)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def checked(*rows: dict[str, Any], **sheets: Any) -> Ledger:
    ledger = a_ledger(log=list(rows), **sheets)
    validate(ledger, RuleContext(AS_OF))
    return ledger


def entry(number: int, day: date, **changes: Any) -> dict[str, Any]:
    return a_log_entry(number, date=day, duty_ids=None, **changes)


def contacts(*rows: dict[str, Any], settings: Settings | None = None, **sheets: Any) -> Contacts:
    return Contacts(checked(*rows, **sheets), settings or Settings(), AS_OF)


def plans(found: Contacts, pairing: str = FIRST) -> dict[int, tuple[int, int]]:
    months = found.of_pairing(pairing).months
    return {plan.month.month: (plan.owed, plan.made) for plan in months}


def test_a_joint_entry_is_one_contact_for_each_of_its_pairings() -> None:
    twice = f"{FIRST}、{SECOND}、{FIRST}"

    found = contacts(entry(1, date(2026, 5, 3), pairing_ids=twice), entry(2, date(2026, 4, 2)))

    assert found.of_pairing(FIRST).days == (date(2026, 4, 2), date(2026, 5, 3))
    assert found.of_pairing(SECOND).rows == (0,)
    assert (found.count(FIRST), found.count(SECOND), len(found)) == (2, 1, 3)
    assert set(found) == {FIRST, SECOND}


def test_two_entries_of_one_day_are_two_contacts_in_log_order() -> None:
    day = date(2026, 5, 3)

    found = contacts(entry(1, day, aspect="产业发展"), entry(2, day, aspect="组织建设")).of_pairing(
        FIRST
    )

    assert found.rows == (0, 1)
    assert found.by_aspect == {Aspect.INDUSTRY: (day,), Aspect.ORGANISATION: (day,)}


@pytest.mark.parametrize(
    "changes",
    [
        {"date": "不详"},
        {"date": date(2026, 7, 2)},
        {"pairing_ids": "J1"},
        {"pairing_ids": code("J", 77)},
        {"aspect": "其他"},
        {"date": date(2024, 1, 5)},
    ],
)
def test_an_entry_with_an_error_is_no_contact(changes: dict[str, Any]) -> None:
    found = contacts(a_log_entry(1, duty_ids=None) | changes, entry(2, date(2026, 4, 2)))

    assert found.of_pairing(FIRST).rows == (1,)


def test_entries_after_the_as_of_date_are_not_counted() -> None:
    ledger = ledger_of()

    assert Contacts(ledger, Settings(), date(2026, 5, 3)).count(FIRST) == 1
    assert Contacts(ledger, Settings(), date(2026, 5, 2)).count(FIRST) == 0


def test_the_month_of_the_grace_is_not_owed_and_full_months_are() -> None:
    found = contacts(entry(1, date(2026, 3, 20)), entry(2, date(2026, 5, 3)))

    assert plans(found) == {4: (1, 0), 5: (1, 1), 6: (1, 0)}
    assert found.of_pairing(FIRST).rate() == pytest.approx(1 / 3)
    assert found.of_pairing(FIRST).silent_months == (JUNE,)


def test_contacts_at_both_ends_of_two_months_leave_none_silent() -> None:
    found = contacts(
        entry(1, date(2026, 4, 9)), entry(2, date(2026, 5, 1)), entry(3, date(2026, 6, 30))
    ).of_pairing(FIRST)

    assert found.silent_months == ()
    assert found.rate() == 1


def test_many_contacts_in_one_month_make_up_for_no_other() -> None:
    found = contacts(*(entry(n, date(2026, 5, n)) for n in range(1, 9))).of_pairing(FIRST)

    assert found.last_months() == (
        MonthPlan(date(2026, 4, 1), 1, 0),
        MonthPlan(MAY, 1, 8),
        MonthPlan(JUNE, 1, 0),
    )
    assert found.rate() == pytest.approx(1 / 3)


def test_exempt_and_paused_months_are_not_owed() -> None:
    exempt = Settings.model_validate({"免计时段": "2026-05-10至2026-05-31"})
    paused = a_pairing(paused_from=date(2026, 6, 1), paused_to=date(2026, 6, 20))

    found = contacts(entry(1, date(2026, 4, 2)), settings=exempt, pairing=[paused])

    assert plans(found) == {4: (1, 1)}
    assert found.of_pairing(FIRST).silent_months == ()


def test_a_pause_without_an_end_lasts() -> None:
    found = contacts(pairing=[a_pairing(paused_from=date(2026, 5, 2))])

    assert list(plans(found)) == [4]


def test_months_around_an_exempt_one_are_not_silent_in_a_row() -> None:
    exempt = Settings.model_validate({"免计时段": "2026-05-01至2026-05-31"})

    silent = contacts(settings=exempt).of_pairing(FIRST)
    spoken = contacts(entry(1, date(2026, 5, 6)), settings=exempt).of_pairing(FIRST)

    assert silent.silent_months == (JUNE,)
    assert spoken.silent_months == (JUNE,)


def test_townships_may_have_exempt_periods_of_their_own() -> None:
    exempt = Settings.model_validate({"免计时段": "2026-05-01至2026-05-31"})
    ledgers = [a_ledger(file="甲.xlsx", log=[]), a_ledger(file="乙.xlsx", unit=OTHER_UNIT, log=[])]

    found = Contacts(Ledger.merged(ledgers), Settings(), AS_OF, {"乙.xlsx": exempt})

    assert list(plans(found)) == [4, 5, 6]
    assert list(plans(found, code("J", 1, OTHER_UNIT))) == [4, 6]


@pytest.mark.parametrize(
    ("status", "until", "months"),
    [
        ("期满", date(2026, 5, 16), [4, 5]),
        ("期满", date(2026, 5, 14), [4]),
        ("终止", date(2027, 2, 28), [4]),
    ],
)
def test_a_pairing_that_is_over_owes_no_more(status: str, until: date, months: list[int]) -> None:
    over = a_pairing(status=status, until=until, end_reason="调离")

    found = contacts(entry(1, date(2026, 4, 28)), pairing=[over])

    assert list(plans(found)) == months


def test_a_pairing_nobody_can_tell_owes_nothing() -> None:
    found = contacts(pairing=[a_pairing(), a_pairing()])

    assert found.of_pairing(FIRST).months == ()
    assert len(found.of_pairing("J640402104-999")) == 0
    assert found.of_pairing(FIRST).rate() is None
    assert found.of_pairing(FIRST).last is None


@pytest.mark.parametrize("missing", ["log", "log.date", "log.aspect", "pairing", "pairing.until"])
def test_missing_sheets_and_columns_leave_the_rest(missing: str) -> None:
    ledger = a_ledger(without=[missing])
    validate(ledger, RuleContext(AS_OF))

    found = Contacts(ledger, Settings(), AS_OF)

    assert len(found) == (0 if missing in {"log", "log.date"} else 1)
    assert bool(found.of_pairing(FIRST).months) == (not missing.startswith("pairing"))

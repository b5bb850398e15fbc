"""The form of the flag tests: a calm world, what is changed in it, and who is then flagged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from tests.build import MONTH_OVER as AS_OF
from tests.build import Edit, World, a_log_entry, code, ledger_of
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate

FIRST, ORGANISATION = code("G", 1), code("Z", 1)

J1, J2 = code("J", 1), code("J", 2)

CONTACTS = (
    (J1, date(2026, 4, 10), "产业发展"),
    (J1, date(2026, 5, 12), "业务能力"),
    (J1, date(2026, 6, 15), "产业发展"),
    (J2, date(2026, 4, 11), "产业发展"),
    (J2, date(2026, 5, 13), "组织建设"),
    (J2, date(2026, 6, 16), "产业发展"),
    (J2, date(2026, 6, 18), "组织建设"),
)
"""Contacts that leave nothing to flag at 1 July."""


@dataclass(frozen=True)
class Case:
    """A change that makes a rule flag someone, and a near miss that does not.

    Attributes:
        code: The rule.
        failing: Edits of the calm world.
        mentees: Whom the rule then flags.
        told: Parts of the facts.
        near: Edits that almost do.
        settings: What is judged by.
    """

    code: str
    failing: list[Edit]
    mentees: set[str]
    told: list[str]
    near: list[Edit]
    settings: Settings = field(default_factory=Settings)

    def __str__(self) -> str:
        return self.code


def log(*contacts: tuple[str, date, str], **changes: Any) -> Edit:
    """Return an edit that appends entries to the log; those on the duty's aspect name it."""

    def edit(world: World) -> None:
        for pairing, day, aspect in contacts:
            taken = [int(entry["log_id"][-5:]) for entry in world["log"]]
            number = max(taken, default=0) + 1
            named = code("ZR") if (pairing, aspect) == (J1, "产业发展") else None
            entry = a_log_entry(number, duty_ids=named, content=f"第{number}次联系，商量下一步")
            entry |= {"pairing_ids": pairing, "date": day, "aspect": aspect}
            world["log"].append(entry | changes)

    return edit


def without(pairing: str, *months: int, aspect: str = "") -> Edit:
    """Return an edit that takes a pairing's contacts of some months out of the log."""

    def edit(world: World) -> None:
        world["log"] = [
            entry
            for entry in world["log"]
            if entry["pairing_ids"] != pairing
            or entry["date"].month not in months
            or (aspect and entry["aspect"] != aspect)
        ]

    return edit


def calm(world: World) -> None:
    """Give the default world's pairings the contacts they owe."""
    world["log"] = []
    log(*CONTACTS)(world)


def checked(*edits: Edit, settings: Settings | None = None) -> Ledger:
    """Return the validated ledger of the calm world after `edits`."""
    ledger = ledger_of(calm, *edits)
    validate(ledger, RuleContext(AS_OF, settings or Settings()))
    return ledger


def judge(*edits: Edit, settings: Settings | None = None) -> tuple[Flag, ...]:
    """Return the flags of the calm world after `edits`."""
    return flags(LedgerFacts.of(checked(*edits, settings=settings), settings or Settings(), AS_OF))

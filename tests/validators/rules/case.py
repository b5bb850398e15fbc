"""The form of the rule tests: what is changed in a valid world, and which cells are then cited."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.build import AS_OF, OTHER_UNIT, Edit, ledger_of
from validators.findings import Finding
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate, validate_across
from validators.vocabulary import Level

ERROR, WARNING, NOTICE = Level.ERROR, Level.WARNING, Level.NOTICE

OWN_FILE, OTHER_FILE = "开城镇.xlsx", "邻镇.xlsx"


@dataclass(frozen=True)
class Case:
    """A change that breaks exactly one rule, and a near miss that breaks none.

    Attributes:
        code: The code of the findings.
        level: Their level.
        broken: Edits of the default world that break the rule.
        cells: The cells cited, as `sheet[row].field`.
        near: Edits that almost break it.
        settings: What the rule judges by.
    """

    code: str
    level: Level
    broken: list[Edit]
    cells: list[str]
    near: list[Edit]
    settings: Settings | None = None

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class AcrossCase:
    """As `Case`, over two workbooks; cells are prefixed `own:` or `other:`."""

    code: str
    level: Level
    broken: tuple[list[Edit], list[Edit]]
    cells: list[str]
    near: tuple[list[Edit], list[Edit]]

    def __str__(self) -> str:
        return self.code


def judge(edits: list[Edit], settings: Settings | None = None) -> tuple[Ledger, list[Finding]]:
    ledger = ledger_of(*edits, file=OWN_FILE)
    return ledger, validate(ledger, RuleContext(AS_OF, settings or Settings()))


def judge_across(
    own: list[Edit], other: list[Edit]
) -> tuple[dict[str, Ledger], list[Finding], list[Finding]]:
    """Return the ledgers, the findings of each alone, and the findings of both together."""
    ledgers = {
        "own": ledger_of(*own, file=OWN_FILE),
        "other": ledger_of(*other, unit=OTHER_UNIT, file=OTHER_FILE),
    }
    context = RuleContext(AS_OF)
    alone = [finding for ledger in ledgers.values() for finding in validate(ledger, context)]
    together = validate_across(Ledger.merged(ledgers.values()), context, alone)
    return ledgers, alone, together


def stands_at(ledger: Ledger, cell: str) -> tuple[str, str, str]:
    """Return (file, sheet, address) of `sheet[row].field`."""
    key, row, field = re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", cell).groups()
    place = ledger.tables[key].place(int(row), field)
    assert place.cell
    return place.file, place.sheet, place.cell

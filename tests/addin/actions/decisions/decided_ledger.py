"""A ledger whose decisions are typed and whose statuses still say what was before."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.build import World, a_completion, a_pairing, a_world, an_individual, code
from validators.divisions import find_unit
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)


def decided_rows() -> World:
    """Return rows: one pairing to graduate, one to renew, one to change, one ending soon."""
    world = a_world()
    world["setting"] = []
    world["individual"] = [
        an_individual(1, stage="未纳入"),
        *(an_individual(number, status_since=date(2025, 7, 1)) for number in (2, 3, 4)),
        an_individual(5),
    ]
    over = {"paired_on": date(2025, 6, 1), "until": date(2026, 5, 31)}
    ceremony: dict[str, Any] = {"ceremony_on": date(2025, 6, 1)}
    world["pairing"] = [
        a_pairing(1),
        a_pairing(2, mentor_id=code("D", 2), mentee_id=code("G", 2), **over, **ceremony),
        a_pairing(3, mentor_id=code("D", 2), mentee_id=code("G", 3), **over, **ceremony),
        a_pairing(4, mentor_id=code("D", 1), mentee_id=code("G", 4), **over, **ceremony),
        a_pairing(
            5, mentor_id=code("D", 2), mentee_id=code("G", 5), paired_on=date(2025, 7, 11),
            until=date(2026, 7, 10), **ceremony,
        ),
        a_pairing(6, mentor_id=code("D", 2), mentee_id=code("Z", 1)),
    ]  # fmt: skip
    world["completion"] = [
        a_completion(pairing_id=code("J", 2), assessed_on=date(2026, 6, 5), score=92, rating=None),
        a_completion(pairing_id=code("J", 3), assessed_on=date(2026, 6, 5), conclusion="续帮"),
        a_completion(pairing_id=code("J", 4), assessed_on=date(2026, 6, 6), conclusion="调整"),
    ]
    return world


def write_decided(path: Path) -> Path:
    """Write the ledger to `path`."""
    write_ledger(path, find_unit("开城镇"), 2026, rows=decided_rows(), as_of=AS_OF)
    return path

"""Makes and writes one township's ledger; runs in a worker process."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from validators.divisions import full_name
from workbooks.samples.book import plan_book
from workbooks.samples.sheet_errors import plant_sheet_errors
from workbooks.samples.township import Order, make_world
from workbooks.samples.truth import Delivered, error_places, row_lines
from workbooks.samples.world import World
from workbooks.samples.writing import write_book

__all__ = ["deliver"]


def deliver(task: tuple[Path, Order]) -> Delivered:
    """Write the ledger an order asks for and return what is known about it."""
    out, order = task
    world, logbook = make_world(order)
    book = plan_book(world, random.Random(f"layout/{order.seed}/{order.unit_code}"))
    if order.error_rate:
        plant_sheet_errors(book, order.position)
    file = f"{full_name(world.unit)}.xlsx"
    write_book(book, out / file)
    entries = [entry for rows in world.rows.values() for entry in rows]
    return Delivered(
        file=file,
        unit_code=order.unit_code,
        rows=row_lines(book, file),
        errors=error_places(book, file),
        struggling=[
            {"file": file, "mentee_id": mentee_id, "reason": reason}
            for mentee_id, reason in world.struggling
        ],
        copied=[*logbook.copied, *_repeated(world)],
        shared=logbook.shared,
        log_days={str(e.values.get("log_id")): e.values["date"] for e in world.of("log")},
        row_count=len(entries),
        flawed_count=sum(entry.flawed for entry in entries),
    )


def _repeated(world: World) -> list[dict[str, Any]]:
    """Return contacts entered twice: whoever looks for copies finds them, too."""
    return [
        {
            "log_id": other.values["log_id"],
            "source_unit": world.unit.unit_code,
            "source_log_id": one.values["log_id"],
            "source_shared": -1,
            "kind": "exact",
        }
        for one, other in world.repeated
    ]

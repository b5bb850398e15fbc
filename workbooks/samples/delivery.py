"""Makes and writes one township's ledger; runs in a worker process."""

from __future__ import annotations

import random
from pathlib import Path

from validators.divisions import full_name
from workbooks.samples.book import plan_book
from workbooks.samples.township import Order, make_world
from workbooks.samples.truth import Delivered, error_places, row_lines
from workbooks.samples.writing import write_book

__all__ = ["deliver"]


def deliver(task: tuple[Path, Order]) -> Delivered:
    """Write the ledger an order asks for and return what is known about it."""
    out, order = task
    world, logbook = make_world(order)
    book = plan_book(world, random.Random(f"layout/{order.seed}/{order.unit_code}"))
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
        copied=logbook.copied,
        shared=logbook.shared,
        row_count=len(entries),
        flawed_count=sum(entry.flawed for entry in entries),
    )

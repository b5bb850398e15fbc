"""One township from nothing to its workbook; runs in a worker process."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from validators.divisions import Division, children, full_name, units
from workbooks.samples.book import plan_book, write_book
from workbooks.samples.cast import cast, excuse_or_trouble
from workbooks.samples.copies import plant_copies
from workbooks.samples.errors import plant_errors, plant_oddities, plant_scenes, plant_sheet_errors
from workbooks.samples.log_entries import Logbook
from workbooks.samples.records import (
    assess,
    assign_duties,
    completions,
    conversions,
    exchange,
    misconduct,
    settings,
    templates,
)
from workbooks.samples.truth import SampleLedger, error_places, row_lines
from workbooks.samples.world import World

# SECTION One township from nothing to its rows: cast, duties, log, assessments, errors, copies.


@dataclass(frozen=True, slots=True)
class Order:
    """What to make for one township.

    Attributes:
        unit_code: The township.
        neighbour: Unit code of the delivery's previous township, "" without one.
        position: Place in the delivery, from 0.
        struggling: Whether some mentees' help is failing.
    """

    unit_code: str
    neighbour: str
    position: int
    seed: int
    as_of: date
    log_rows: int
    error_rate: float
    struggling: bool = True


def chosen_units(count: int) -> list[Division]:
    """Return `count` townships, taken from the counties in turn."""
    counties = {unit.parent_code for unit in units()}
    queues = [list(children()[code]) for code in sorted(counties)]
    longest = max(len(queue) for queue in queues)
    turns = [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]
    return turns[:count]


def make_world(order: Order) -> tuple[World, Logbook]:
    """Make every row of a township's ledger."""
    unit = next(unit for unit in units() if unit.code == order.unit_code)
    world = World(unit, seed=order.seed, as_of=order.as_of, log_rows=order.log_rows)
    world.neighbour = order.neighbour
    cast(world, order.neighbour, order.position, struggling=order.struggling)
    plant_scenes(world, order.position, order.error_rate, struggling=order.struggling)
    excuse_or_trouble(world)
    promised = assign_duties(world)
    logbook = Logbook(world)
    logbook.write(promised, order.log_rows)
    assess(world)
    conversions(world)
    completions(world)
    misconduct(world)
    exchange(world)
    settings(world)
    templates(world)
    plant_copies(world, logbook, order.neighbour)
    plant_oddities(world, logbook)
    plant_errors(world, order.position, order.error_rate)
    return world, logbook


# SECTION Makes and writes one township's ledger; runs in a worker process.


def deliver(task: tuple[Path, Order]) -> SampleLedger:
    """Write the ledger an order asks for and return what is known about it."""
    out, order = task
    world, logbook = make_world(order)
    book = plan_book(world, random.Random(f"layout/{order.seed}/{order.unit_code}"))
    if order.error_rate:
        plant_sheet_errors(book, order.position)
    file = f"{full_name(world.unit)}.xlsx"
    write_book(book, out / file)
    entries = [entry for rows in world.rows.values() for entry in rows]
    return SampleLedger(
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

"""One township from nothing to its rows: cast, duties, log, assessments, errors, copies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from validators.divisions import Division, children, units
from workbooks.samples.assessments import assess
from workbooks.samples.cast import cast
from workbooks.samples.copies import plant_copies
from workbooks.samples.duties import assign_duties, templates
from workbooks.samples.errors import plant_errors, plant_scenes
from workbooks.samples.fates import excuse_or_trouble
from workbooks.samples.logs import Logbook
from workbooks.samples.oddities import plant_oddities
from workbooks.samples.records import completions, conversions, exchange, misconduct, settings
from workbooks.samples.world import World

__all__ = ["Order", "chosen_units", "make_world"]


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

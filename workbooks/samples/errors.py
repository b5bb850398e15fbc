"""Deals the errors out: every kind gets its turn in some township, whatever the seed."""

from __future__ import annotations

from collections.abc import Sequence

from workbooks.samples.cell_errors import CELL_ERRORS
from workbooks.samples.flaws import Flaw, plant
from workbooks.samples.log_errors import LOG_ERRORS
from workbooks.samples.record_errors import RECORD_ERRORS
from workbooks.samples.rule_errors import RULE_ERRORS
from workbooks.samples.scene_errors import HARMLESS_SCENES, SCENES
from workbooks.samples.world import World

__all__ = ["FLAWS", "plant_errors", "plant_scenes"]

_ROW_ERRORS = (
    *RULE_ERRORS,
    *RECORD_ERRORS,
    *(f for f in CELL_ERRORS if not f.code.startswith("log.")),
)
FLAWS: tuple[Flaw, ...] = (*SCENES, *_ROW_ERRORS, *LOG_ERRORS)
"""Every kind of error, in the order it is dealt out."""

_ROWS_BESIDE_THE_LOG = 300


def plant_scenes(
    world: World, position: int, error_rate: float, *, struggling: bool = True
) -> None:
    """Cast the scenes of this township: they need people, so they come before the log."""
    scenes = SCENES if struggling else HARMLESS_SCENES
    total = error_rate * (world.log_rows + _ROWS_BESIDE_THE_LOG * world.size)
    count = min(4, round(total * 0.08)) if total >= 1 else 0
    for turn in range(count):
        plant(world, scenes[(position * count + turn) % len(scenes)])


def plant_errors(world: World, position: int, error_rate: float) -> None:
    """Plant errors in finished rows until `error_rate` of all rows are spoilt."""
    rows = sum(len(entries) for entries in world.rows.values())
    wanted = round(rows * error_rate)
    spoilt = sum(entry.flawed for entries in world.rows.values() for entry in entries)
    beside = min(26, round(wanted * 0.4)) if wanted else 0
    spoilt += _deal(world, _ROW_ERRORS, position * beside, min(beside, wanted - spoilt))
    _deal(world, LOG_ERRORS, position * (wanted - beside), wanted - spoilt)


def _deal(world: World, flaws: Sequence[Flaw], start: int, rows: int) -> int:
    """Plant flaws in turn from `start` on until `rows` rows are spoilt."""
    spoilt = turn = 0
    while spoilt < rows and turn < rows + 3 * len(flaws):
        spoilt += plant(world, flaws[(start + turn) % len(flaws)])
        turn += 1
    return spoilt

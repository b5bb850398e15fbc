"""Errors of the log that need its pairings: planted on entries that decide nothing."""

from __future__ import annotations

from datetime import date, timedelta

from workbooks.samples.cell_errors import CELL_ERRORS
from workbooks.samples.flaws import Cells, Flaw, candidates, pick
from workbooks.samples.rows import Entry
from workbooks.samples.world import World

__all__ = ["LOG_ERRORS"]


def _single(world: World) -> list[Entry]:
    return [e for e in candidates(world, "log") if len(world.log_pairs[e]) == 1]


def _unknown_pairing(world: World) -> Cells:
    entry = pick(world, _single(world))
    if entry is None:
        return []
    entry.values["pairing_ids"] = (world.code("pairing", 870 + world.rng.randint(0, 9)),)
    return [(entry, "pairing_ids")]


def _one_unknown(world: World) -> Cells:
    """Add an unknown pairing to a joint activity whose others are right."""
    joint = [e for e in candidates(world, "log") if len(world.log_pairs[e]) > 1]
    entry = pick(world, joint)
    if entry is None:
        return []
    unknown = world.code("pairing", 860 + world.rng.randint(0, 9))
    entry.values["pairing_ids"] = (*entry.values["pairing_ids"], unknown)
    return [(entry, "pairing_ids")]


def _unknown_duty(world: World) -> Cells:
    entry = pick(world, [e for e in candidates(world, "log") if "duty_id" not in e.values])
    if entry is None:
        return []
    entry.values["duty_id"] = world.code("duty", 8800 + world.rng.randint(0, 9))
    return [(entry, "duty_id")]


def _malformed_duty(world: World) -> Cells:
    entry = pick(world, [e for e in candidates(world, "log") if "duty_id" not in e.values])
    if entry is None:
        return []
    entry.typed["duty_id"] = world.code("duty", 1)[1:]
    return [(entry, "duty_id")]


def _others_duty(world: World) -> Cells:
    """Name a duty of another pairing, one already worked on."""
    entry = pick(world, [e for e in _single(world) if "duty_id" not in e.values])
    if entry is None:
        return []
    mine = world.log_pairs[entry][0].pairing_id
    duties = [
        e for e in world.of("duty")
        if not e.flawed and e.values["pairing_id"] != mine
        and e.values["duty_id"] in world.used_duties()
    ]  # fmt: skip
    duty = pick(world, duties)
    if duty is None:
        return []
    entry.values["duty_id"] = duty.values["duty_id"]
    return [(entry, "duty_id")]


def _outside(world: World) -> Cells:
    """Move an entry before its pairing began."""
    year_ago = world.as_of - timedelta(days=360)
    late = [e for e in _single(world) if world.log_pairs[e][0].first > year_ago]
    entry = pick(world, late)
    if entry is None:
        return []
    first = world.log_pairs[entry][0].first
    entry.values["date"] = first - timedelta(days=world.rng.randint(1, 40))
    return [(entry, "date")]


def _paused(world: World) -> Cells:
    """Move an entry of a paused pairing into the pause."""
    paused = {m.pairing_id: m for m in world.pairs if m.mentee.fate == "paused" and m.logged}
    entries = [
        e for e in world.of("log")
        if not e.flawed and len(e.values["pairing_ids"]) == 1 and "duty_id" not in e.values
        and e.values["pairing_ids"][0] in paused and _spare_contact(world, e)
    ]  # fmt: skip
    entry = pick(world, entries)
    if entry is None:
        return []
    made = paused[entry.values["pairing_ids"][0]]
    first: date = made.entry.values["paused_from"]
    room = (world.as_of - first).days
    entry.values["date"] = first + timedelta(days=world.rng.randint(0, room))
    return [(entry, "date")]


def _spare_contact(world: World, entry: Entry) -> bool:
    """Return whether the month has another contact of the same pairing, and that one is right."""
    month = entry.values["date"].replace(day=1)
    return any(
        other is not entry
        and other.locked
        and not other.flawed
        and other.values["pairing_ids"] == entry.values["pairing_ids"]
        and other.values["date"].replace(day=1) == month
        for other in world.of("log")
    )


def _row_twice(world: World) -> Cells:
    """Enter one contact twice; it is a copied entry, too."""
    entries = _single(world)
    if len(entries) < 2:
        return []
    one, other = world.rng.sample(entries, 2)
    if "duty_id" in other.values:
        return []
    for name in ("date", "pairing_ids", "content"):
        other.values[name] = one.values[name]
    world.repeated.append((one, other))
    return [(one, "content"), (other, "content")]


def _id_twice(world: World) -> Cells:
    one, other = world.rng.sample(candidates(world, "log"), 2)
    other.values["log_id"] = one.values["log_id"]
    return [(one, "log_id"), (other, "log_id")]


def _foreign(world: World) -> Cells:
    entry = pick(world, candidates(world, "log"))
    if entry is None or not world.neighbour:
        return []
    number = int(world.unit.code[2:]) * 1000 + len(world.cited)
    entry.values["log_id"] = world.code("log", number, world.neighbour)
    return [(entry, "log_id")]


LOG_ERRORS: tuple[Flaw, ...] = (
    *(flaw for flaw in CELL_ERRORS if flaw.code.startswith("log.")),
    Flaw("code that is nowhere", "log.pairing.unknown", "error", _unknown_pairing),
    Flaw("code that is nowhere", "log.pairing.unknown", "error", _one_unknown),
    Flaw("code that is nowhere", "log.duty.unknown", "error", _unknown_duty),
    Flaw("code not in the form", "log.duty_id.code_malformed", "error", _malformed_duty),
    Flaw("duty of another pairing", "log.duty.mismatch", "warning", _others_duty),
    Flaw("contact outside the period", "log.date.outside", "error", _outside),
    Flaw("contact outside the period", "log.date.outside", "error", _outside),
    Flaw("contact during a pause", "log.date.paused", "warning", _paused),
    Flaw("contact entered twice", "log.row.duplicate", "warning", _row_twice),
    Flaw("same code given twice", "log.id.duplicate", "error", _id_twice),
    Flaw("code of another township", "log.id.foreign", "error", _foreign),
)
"""Every error planted in the log."""

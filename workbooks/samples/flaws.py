"""What an error is, and where one may be planted without touching anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbooks.samples.logs import ordinary
from workbooks.samples.rows import Cited, Entry
from workbooks.samples.world import World

__all__ = ["Cells", "Flaw", "candidates", "pick", "plant"]

Cells = list[tuple[Entry, str]]
"""The cells an error touches; empty where this ledger has no place for it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One kind of error.

    Attributes:
        kind: What went wrong, in English.
        code: The finding's code.
        level: error or warning.
        spoil: Plants it once and returns the cells it touches.
    """

    kind: str
    code: str
    level: str
    spoil: Callable[[World], Cells]


def plant(world: World, flaw: Flaw) -> int:
    """Plant `flaw` once; return how many rows it spoilt."""
    cells = flaw.spoil(world)
    for entry, name in cells:
        entry.flawed = True
        world.cited.append(Cited(entry, name, flaw.kind, flaw.level, flaw.code))
    return len({id(entry) for entry, _ in cells})


def pick(world: World, entries: list[Entry]) -> Entry | None:
    """Return one of the entries by chance."""
    return world.rng.choice(entries) if entries else None


def candidates(world: World, sheet: str) -> list[Entry]:
    """Return the rows of a sheet that decide nothing: spoiling one spoils no other cell."""
    allowed = _ALLOWED.get(sheet)
    entries = [entry for entry in world.of(sheet) if entry.free]
    return [entry for entry in entries if allowed(world, entry)] if allowed else entries


def _spare(world: World, entry: Entry) -> bool:
    return entry in world.spares


def _unremarkable(world: World, entry: Entry) -> bool:
    fates = {"plain", "graduated", "left"}
    return any(m.entry is entry and m.fate in fates for m in world.mentees)


def _plain_organisation(world: World, entry: Entry) -> bool:
    return any(m.entry is entry and m.fate == "plain" for m in world.mentees)


def _unknown_to_others(world: World, entry: Entry) -> bool:
    return any(made.entry is entry and not made.logged for made in world.pairs) and (
        entry.values["status"] == "终止"
    )


def _unused_duty(world: World, entry: Entry) -> bool:
    return entry.values["duty_id"] not in world.used_duties() and _owner_fate(world, entry) in {
        "plain",
        "graduated",
    }


def _owner_fate(world: World, entry: Entry) -> str:
    code = entry.values["pairing_id"]
    return next((m.mentee.fate for m in world.pairs if m.pairing_id == code), "")


def _ordinary_log(world: World, entry: Entry) -> bool:
    return ordinary(world.log_pairs[entry])


def _of_unremarkable(world: World, entry: Entry) -> bool:
    code = entry.values["mentee_id"]
    fates = {"plain", "graduated"}
    return any(m.mentee_id == code and m.fate in fates for m in world.mentees)


def _single_step(world: World, entry: Entry) -> bool:
    code = entry.values.get("mentee_id")
    steps = [e for e in world.of("conversion") if e.values.get("mentee_id") == code]
    return len(steps) == 1


_ALLOWED: dict[str, Callable[[World, Entry], bool]] = {
    "mentor": _spare,
    "individual": _unremarkable,
    "organisation": _plain_organisation,
    "pairing": _unknown_to_others,
    "duty": _unused_duty,
    "log": _ordinary_log,
    "assessment": _of_unremarkable,
    "conversion": _single_step,
}

"""Kinds of planted error, their registration, and the rows that may hold one.

An error may only be planted in a row that decides nothing else: spoiling it must not make a rule
report a second cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbooks.samples.log_entries import ordinary
from workbooks.samples.world import Entry, PlantedError, World

Cells = list[tuple[Entry, str]]
"""The cells an error touches, as row and field; empty where this ledger has no place for it."""

Spoil = Callable[[World], Cells]
Plant = Callable[..., Cells]
Rows = str | Callable[[World], list[Entry]]


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
    spoil: Spoil


class FlawList(list[Flaw]):
    """Kinds of error in the order they are dealt out, registered at the functions that plant them."""

    def error(
        self, kind: str, code: str, *, rows: Rows | None = None, sheets: Sequence[str] = ()
    ) -> Callable[[Plant], Plant]:
        """Register the decorated function as an error of level error.

        It is called with the township, then with a row picked from `rows` by chance, where there
        is one, or with each of `sheets`.

        Args:
            kind: What goes wrong, in English.
            code: The finding's code; `{sheet}` in it stands for each of `sheets`.
            rows: The rows to pick from, or the key of a sheet for its `candidates`.
            sheets: Keys of sheets, each an error of its own.
        """
        return self._register(kind, code, "error", rows, sheets)

    def warning(
        self, kind: str, code: str, *, rows: Rows | None = None, sheets: Sequence[str] = ()
    ) -> Callable[[Plant], Plant]:
        """Register the decorated function as an error of level warning; see `error`."""
        return self._register(kind, code, "warning", rows, sheets)

    def _register(
        self, kind: str, code: str, level: str, rows: Rows | None, sheets: Sequence[str]
    ) -> Callable[[Plant], Plant]:
        def register(plant: Plant) -> Plant:
            if rows is not None:
                self.append(Flaw(kind, code, level, on_row(rows, plant)))
            elif sheets:
                for key in sheets:
                    self.append(
                        Flaw(kind, code.format(sheet=key), level, partial(plant, sheet=key))
                    )
            else:
                self.append(Flaw(kind, code, level, plant))
            return plant

        return register


def on_row(rows: Rows, plant: Plant) -> Spoil:
    """Return a function that spoils one of `rows`, picked by chance, if there is any."""

    def spoil(world: World) -> Cells:
        entries = candidates(world, rows) if isinstance(rows, str) else rows(world)
        entry = pick(world, entries)
        return [] if entry is None else plant(world, entry)

    return spoil


def plant(world: World, flaw: Flaw) -> int:
    """Plant `flaw` once; return how many rows it spoilt."""
    cells = flaw.spoil(world)
    for entry, name in cells:
        entry.flawed = True
        world.cited.append(PlantedError(entry, name, flaw.kind, flaw.level, flaw.code))
    return len({id(entry) for entry, _ in cells})


def pick(world: World, entries: list[Entry]) -> Entry | None:
    """Return one of the entries by chance."""
    return world.rng.choice(entries) if entries else None


def candidates(world: World, sheet: str) -> list[Entry]:
    """Return the rows of a sheet of which spoiling one makes no other cell wrong."""
    allowed = _ALLOWED.get(sheet)
    entries = [entry for entry in world.of(sheet) if entry.free]
    return [entry for entry in entries if allowed(world, entry)] if allowed else entries


def where(world: World, sheet: str, **wanted: Any) -> Entry | None:
    """Return one of the candidates with the `wanted` values (True: any value)."""
    fitting = [
        entry
        for entry in candidates(world, sheet)
        if all(
            name in entry.values if value is True else entry.values.get(name) == value
            for name, value in wanted.items()
        )
    ]
    return pick(world, fitting)


def change_row(entry: Entry | None, name: str, value: Any, *, cited: str = "") -> Cells:
    """Change one field of `entry`; `value` may depend on its values, None blanks the cell."""
    if entry is None:
        return []
    wrong = value(entry.values) if callable(value) else value
    if wrong is None:
        entry.values.pop(name, None)
    else:
        entry.values[name] = wrong
    return [(entry, cited or name)]


# --- which rows decide nothing, by sheet ----------------------------------------------------------


def _spare(world: World, entry: Entry) -> bool:
    return entry in world.spares


def _unremarkable(world: World, entry: Entry) -> bool:
    fates = {"plain", "graduated", "left"}
    return any(m.entry is entry and m.fate in fates for m in world.mentees)


def _plain_organisation(world: World, entry: Entry) -> bool:
    return any(m.entry is entry and m.fate == "plain" for m in world.mentees)


def _unknown_to_others(world: World, entry: Entry) -> bool:
    unlogged = any(p.entry is entry and not p.logged for p in world.pairings)
    return unlogged and entry.values["status"] == "终止"


def _unused_duty(world: World, entry: Entry) -> bool:
    code = entry.values["pairing_id"]
    fate = next((p.mentee.fate for p in world.pairings if p.pairing_id == code), "")
    return entry.values["duty_id"] not in world.used_duties() and fate in {"plain", "graduated"}


def _ordinary_log(world: World, entry: Entry) -> bool:
    return ordinary(world.log_pairings[entry])


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

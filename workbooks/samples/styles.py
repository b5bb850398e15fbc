"""The styles samples come in: who is cast, what is logged, and what is copied.

A further style is one class with these methods and its line in `STYLES`; places, people, planted
errors, layout and writing are common to all.
"""

from __future__ import annotations

from typing import Protocol

from workbooks.samples.cast import cast, excuse_or_trouble
from workbooks.samples.log_entries import Logbook, plant_copies
from workbooks.samples.records import assess, assign_duties, templates
from workbooks.samples.second_style.style import SecondStyle
from workbooks.samples.world import World


class Style(Protocol):
    """Fills one township."""

    def __init__(self, world: World) -> None:
        """Take an empty world."""

    def cast(self, position: int, *, struggling: bool) -> None:
        """Add people and pairings; `position` in the delivery rotates what is rare."""

    def record(self) -> Logbook:
        """Add duties, log entries and assessments, and note who struggles."""

    def copy(self, logbook: Logbook) -> None:
        """Copy some of the entries."""


class FirstStyle:
    """Mentees with a fate each, met by chance over the year; duties of its own."""

    def __init__(self, world: World) -> None:
        self._world = world

    def cast(self, position: int, *, struggling: bool) -> None:
        """Give every mentee a fate."""
        cast(self._world, self._world.neighbour, position, struggling=struggling)

    def record(self) -> Logbook:
        """Write what the fates ask for first, then contacts by chance."""
        excuse_or_trouble(self._world)
        promised = assign_duties(self._world)
        logbook = Logbook(self._world)
        logbook.write(promised, self._world.log_rows)
        assess(self._world)
        templates(self._world)
        return logbook

    def copy(self, logbook: Logbook) -> None:
        """Copy entries exactly, and with names or numbers changed."""
        plant_copies(self._world, logbook, self._world.neighbour)


STYLES: dict[int, type[Style]] = {1: FirstStyle, 2: SecondStyle}
"""Every style by its number."""

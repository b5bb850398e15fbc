"""Odd but right: what a careless check would report although nothing is wrong."""

from __future__ import annotations

from datetime import date

from workbooks.samples.assessments import SCORE_FIELDS
from workbooks.samples.flaws import candidates
from workbooks.samples.logs import Logbook
from workbooks.samples.rows import Entry
from workbooks.samples.world import World

__all__ = ["plant_oddities"]

_STARTS = ("=", "-", "@", "+", "'", "{=", "https://", "\\\\", "😀", "𠮷")
_LEAP_DAY = date(2024, 2, 29)


def plant_oddities(world: World, logbook: Logbook) -> None:
    """Give some rows values that look wrong and are right."""
    entries = candidates(world, "log")
    for start in _STARTS:
        if entries:
            _begin(world, entries, start)
    for parts in (12, 80):
        if entries:
            _lengthen(logbook, entries.pop(world.rng.randrange(len(entries))), parts)
    spares = [entry for entry in world.spares if entry.free]
    if spares and world.as_of > _LEAP_DAY:
        spares[0].values["joined_on"] = _LEAP_DAY
    if len(spares) > 2:
        spares[1].values |= dict.fromkeys(SCORE_FIELDS, 5)
        spares[2].values["mentor_id"] = world.code("mentor", 1000 + len(world.of("mentor")))
    for entry in spares[:3]:
        entry.locked = True
        world.spares.remove(entry)


def _begin(world: World, entries: list[Entry], start: str) -> None:
    entry = entries.pop(world.rng.randrange(len(entries)))
    entry.values["content"] = start + str(entry.values["content"])
    entry.locked = True


def _lengthen(logbook: Logbook, entry: Entry, parts: int) -> None:
    """Write a text of several hundred or several thousand characters."""
    made = logbook.pairs_of[entry][0]
    drafts = (
        logbook.texts.draft(str(entry.values["aspect"]), made.mentor_name, made.mentee.name)
        for _ in range(parts)
    )
    entry.values["content"] = "".join(draft.text() for draft in drafts)
    entry.locked = True

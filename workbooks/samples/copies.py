"""Plants copied log entries: word for word, names changed, numbers changed, from next door."""

from __future__ import annotations

import random
from typing import Any

from validators.divisions import villages
from workbooks.samples.log_entries import Draft, Logbook, Texts, ordinary
from workbooks.samples.world import ASPECTS, Entry, People, World

_SHARE = 0.015
_KINDS = ("exact", "names-changed", "dates-numbers-changed")


def plant_copies(world: World, logbook: Logbook, neighbour: str) -> None:
    """Copy about 1.5 % of the entries; a quarter of the copies come from `neighbour`."""
    copies = max(4, round(len(logbook.entries) * _SHARE))
    foreign = max(1, copies // 4)
    free = [e for e in logbook.entries if e.free and _single(logbook, e)]
    world.rng.shuffle(free)
    for number in range(min(foreign, len(free))):
        _say(logbook, free.pop(), _shared(world.seed, world.unit.unit_code, number), number)
    for number in range(min(foreign, len(free)) if neighbour else 0):
        _copy_neighbour(world, logbook, free.pop(), neighbour, number)
    for number in range(copies - foreign):
        if len(free) >= 2:
            _copy_own(world, logbook, free.pop(), free.pop(), _KINDS[number % 3])


def _single(logbook: Logbook, entry: Entry) -> bool:
    pairs = logbook.pairs_of[entry]
    return len(pairs) == 1 and ordinary(pairs)


def _say(logbook: Logbook, entry: Entry, draft: Draft, number: int) -> None:
    """Give this township's entry a text the next township copies."""
    entry.values["content"] = draft.text()
    entry.locked = True
    logbook.shared[number] = str(entry.values["log_id"])


def _shared(seed: int, unit_code: str, number: int) -> Draft:
    """Return the shared text `number` of a township: the same wherever it is asked for."""
    rng = random.Random(f"shared/{seed}/{unit_code}/{number}")
    people = People(rng, 0)
    texts = Texts(rng, villages(unit_code), people.villager)
    return _rich(texts, rng.choice(ASPECTS), people.villager(), people.villager())


def _rich(texts: Texts, aspect: str, mentor: str, mentee: str) -> Draft:
    """Return a draft long enough to know again, with a number and a name to change."""
    while True:
        draft = texts.draft(aspect, mentor, mentee)
        keys = {key for key, _ in draft.values}
        if len(draft.text()) >= 40 and keys & set("nhwk") and keys & {"mentee", "p", "v"}:
            return draft


def _copy_neighbour(
    world: World, logbook: Logbook, entry: Entry, neighbour: str, number: int
) -> None:
    draft = _shared(world.seed, neighbour, number)
    _settle(logbook, entry, draft, "cross-township", neighbour, None, number)


def _copy_own(world: World, logbook: Logbook, one: Entry, other: Entry, kind: str) -> None:
    source, target = sorted((one, other), key=lambda e: str(e.values["log_id"]))
    names = _names(logbook, source)
    if source.values["date"] == target.values["date"]:
        return
    draft = _rich(logbook.texts, str(source.values["aspect"]), *names)
    source.values["content"] = draft.text()
    source.locked = True
    if kind == "names-changed":
        draft = logbook.texts.renamed(draft, *_names(logbook, target))
        if draft.text() == source.values["content"]:
            return
    elif kind == "dates-numbers-changed":
        draft = logbook.texts.renumbered(draft)
    _settle(logbook, target, draft, kind, world.unit.unit_code, str(source.values["log_id"]), -1)


def _settle(  # the facts of one copy
    logbook: Logbook,
    entry: Entry,
    draft: Draft,
    kind: str,
    source_unit: str,
    source_log_id: str | None,
    number: int,
) -> None:
    entry.values["content"] = draft.text()
    entry.locked = True
    facts: dict[str, Any] = {
        "log_id": entry.values["log_id"],
        "source_unit": source_unit,
        "source_log_id": source_log_id,
        "source_shared": number,
        "kind": kind,
    }
    logbook.copied.append(facts)


def _names(logbook: Logbook, entry: Entry) -> tuple[str, str]:
    made = logbook.pairs_of[entry][0]
    return made.mentor_name, made.mentee.name

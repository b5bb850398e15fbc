"""Errors of who helps whom: small scenes of their own people, cast before the log is written.

Mentees of scenes with the fate "new" were chosen a few days ago and have no log; those with the
fate "plain" are logged like everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from workbooks.samples.cast import add_individual, add_mentor, add_pairing
from workbooks.samples.flaws import Cells, FlawList, Spoil
from workbooks.samples.world import Entry, Mentee, Pairing, World, add_months

LOAD_LIMIT = 5
"""Individuals a mentor may have at most."""

SCENES = FlawList()
"""Errors that need people of their own, in the order they are dealt out."""


# --- too many mentees, a mentor who left, a period that ended -------------------------------------


def _long_pairing(world: World, mentor: Entry, *, ceremony: int = 3, mode: str) -> Pairing:
    """Pair a new mentee with `mentor` months ago."""
    paired_on = world.ceremonies[ceremony]
    mentee = add_individual(world, "plain", paired_on - timedelta(days=5 if ceremony == 3 else 4))
    return add_pairing(world, mentor, mentee, paired_on=paired_on, mode=mode)


def _struggles(world: World, pairing: Pairing, reason: str) -> None:
    pairing.mentee.entry.locked = True
    pairing.entry.locked = True
    world.struggling.append((pairing.mentee.mentee_id, reason))


def _overload(world: World, mentor: Entry, count: int) -> list[Pairing]:
    """Give a mentor `count` mentees for months.

    All of them struggle where that is more than 可带人数 or the limit; a mentor whose 可带人数 is
    blank may have more than the usual number.
    """
    most = mentor.values.get("capacity", LOAD_LIMIT)
    pairings = []
    for _ in range(count):
        pairings.append(_long_pairing(world, mentor, mode="一对多"))
        if count > most:
            _struggles(world, pairings[-1], "mentor_over_capacity")
    return pairings


@SCENES.warning("mentor with four mentees", "mentor.load.high")
def _four_mentees(world: World) -> Cells:
    mentor = add_mentor(world, capacity=None)
    _overload(world, mentor, 4)
    return [(mentor, "mentor_id")]


@SCENES.warning("mentor over the own limit", "mentor.load.high")
def _over_own_limit(world: World) -> Cells:
    mentor = add_mentor(world, capacity=1)
    _overload(world, mentor, 2)
    return [(mentor, "mentor_id")]


@SCENES.error("mentor with six mentees", "mentor.load.exceeded")
def _six_mentees(world: World) -> Cells:
    mentor = add_mentor(world, capacity=None)
    pairings = _overload(world, mentor, 6)
    mentor.locked = True
    return [(pairing.entry, "mentor_id") for pairing in pairings]


@SCENES.warning("mentor no longer active", "pairing.mentor.inactive")
def _inactive(world: World) -> Cells:
    status = world.rng.choice(("暂停", "调出"))
    mentor = add_mentor(world, status=status, status_since=world.ago(8, 40))
    pairing = _long_pairing(world, mentor, ceremony=2, mode="一对一")
    _struggles(world, pairing, "mentor_inactive")
    mentor.locked = True
    return [(pairing.entry, "mentor_id")]


@SCENES.warning("running past its end", "pairing.status.expired")
def _expired(world: World) -> Cells:
    """Let a pairing run on a few days past its end; everything else about it is fine."""
    until = world.ago(2, 3)
    paired_on = add_months(until, -12) + timedelta(days=1)
    mentee = add_individual(world, "bare", paired_on - timedelta(days=5))
    pairing = add_pairing(
        world, add_mentor(world), mentee, paired_on=paired_on, mode="一对一", until=until
    )
    mentee.entry.locked = True
    return [(pairing.entry, "status")]


# --- newcomers: nothing else of the ledger knows their pairings -----------------------------------


def _newcomer(world: World, **changes: Any) -> Mentee:
    return add_individual(world, "new", world.ago(4, 11), **changes)


def _pair(
    world: World, mentee: Mentee, mentor: Entry | None = None, *, mode: str = "一对一", **more: Any
) -> Pairing:
    """Pair a newcomer."""
    paired_on = more.pop("paired_on", mentee.entry.values["chosen_on"] + timedelta(days=2))
    mentor = mentor or add_mentor(world)
    pairing = add_pairing(world, mentor, mentee, paired_on=paired_on, mode=mode, **more)
    pairing.logged = False
    mentor.locked = mentee.entry.locked = True
    return pairing


@SCENES.error("same pair twice", "pairing.pair.duplicate")
def _same_pair(world: World) -> Cells:
    mentor = add_mentor(world, village=world.villages[0])
    mentee = _newcomer(world, village=world.villages[1])
    pairings = [_pair(world, mentee, mentor, mode="跨村带") for _ in range(2)]
    return [(pairing.entry, "mentee_id") for pairing in pairings]


@SCENES.error("same code given twice", "pairing.id.duplicate")
def _same_code(world: World) -> Cells:
    pairings = [_pair(world, _newcomer(world)) for _ in range(2)]
    pairings[1].entry.values["pairing_id"] = pairings[0].pairing_id
    return [(pairing.entry, "pairing_id") for pairing in pairings]


@SCENES.error("mentee with four mentors", "pairing.mentee.crowded")
def _crowded(world: World) -> Cells:
    mentee = _newcomer(world, mentors_needed=3)
    pairings = [_pair(world, mentee, mode="多对一") for _ in range(4)]
    return [(pairing.entry, "mentee_id") for pairing in pairings]


@SCENES.warning("paired before the appointment", "pairing.mentor.term")
def _before_appointment(world: World) -> Cells:
    mentor = add_mentor(world, appointed_on=world.ago(0, 1), joined_on=None)
    pairing = _pair(world, _newcomer(world), mentor, paired_on=world.ago(2, 3))
    chosen_on = pairing.first - timedelta(days=2)
    pairing.mentee.entry.values |= {"chosen_on": chosen_on, "surveyed_on": chosen_on}
    return [(pairing.entry, "paired_on")]


@SCENES.error("mentor who must avoid the mentee", "pairing.mentor.avoided")
def _avoided(world: World) -> Cells:
    pairing = _pair(world, _newcomer(world))
    assert pairing.mentor is not None  # noqa: S101  # new pairings have one of this ledger
    whom = pairing.mentee.name if world.rng.random() < 0.5 else pairing.mentee.mentee_id
    pairing.mentor.values["avoid"] = f"{world.people.villager()}、{whom}"
    return [(pairing.entry, "mentor_id")]


@SCENES.error("mentor and mentee are one person", "pairing.self")
def _own_mentor(world: World) -> Cells:
    mentor = add_mentor(world)
    same = {name: mentor.values[name] for name in ("name", "gender", "born")}
    pairing = _pair(world, _newcomer(world, in_post_since=None, **same), mentor)
    return [(pairing.entry, "mentee_id")]


@SCENES.warning("paired before being chosen", "pairing.paired.early")
def _early(world: World) -> Cells:
    pairing = _pair(world, _newcomer(world))
    chosen_on = min(world.as_of, pairing.first + timedelta(days=2))
    pairing.mentee.entry.values["chosen_on"] = chosen_on
    return [(pairing.entry, "paired_on")]


def _changed(cited: str, **changes: Callable[[Pairing], Any] | Any) -> Spoil:
    """Return a scene of one new pairing with `changes`; a callable gets the pairing."""

    def spoil(world: World) -> Cells:
        pairing = _pair(world, _newcomer(world))
        for name, change in changes.items():
            pairing.entry.values[name] = change(pairing) if callable(change) else change
        if pairing.entry.values["status"] == "终止":
            pairing.mentee.entry.values["status"] = "退出"
        return [(pairing.entry, cited)]

    return spoil


def _appointed_until(pairing: Pairing, day: date) -> date:
    """Return `day`, on which the mentor is still appointed."""
    if pairing.mentor:
        pairing.mentor.values["appointed_until"] = day
    return day


def _after_start(days: int) -> Callable[[Pairing], Any]:
    return lambda pairing: pairing.first + timedelta(days=days)


SCENES.error("period ends before it starts", "pairing.period.order")(
    _changed("until", until=_after_start(-20), status="终止", end_reason="对象外出务工")
)
SCENES.warning("period of more than three years", "pairing.period.length")(
    _changed(
        "until", until=lambda pairing: _appointed_until(pairing, add_months(pairing.first, 40))
    )
)
SCENES.warning("period of less than a month", "pairing.period.length")(
    _changed("until", until=_after_start(19))
)
SCENES.error("pause ends before it starts", "pairing.pause.order")(
    _changed("paused_to", paused_from=_after_start(40), paused_to=_after_start(25))
)
SCENES.warning("pause outside the period", "pairing.pause.outside")(
    _changed("paused_from", paused_from=_after_start(-30), paused_to=_after_start(20))
)
for _mode in ("多对多·小团队", "多对一"):
    SCENES.warning("mode against the pairings", "pairing.mode.mismatch")(
        _changed("mode", mode=_mode)
    )

HARMLESS_SCENES = tuple(
    scene
    for scene in SCENES
    if not scene.code.startswith("mentor.load.") and scene.code != "pairing.mentor.inactive"
)
"""Those in which nobody's help is failing."""

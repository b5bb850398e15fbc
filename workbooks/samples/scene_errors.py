"""Errors of who helps whom: small scenes of their own people, cast before the log is written.

Mentees of scenes with the fate "new" were chosen a few days ago and have no log; those with the
fate "plain" are logged like everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from workbooks.samples.cast import individual, mentor, pair
from workbooks.samples.flaws import Cells, Flaw, error, warned
from workbooks.samples.world import Entry, Mentee, Pair, World, add_months


def _newcomer(world: World, **changes: Any) -> Mentee:
    return individual(world, "new", world.ago(4, 11), **changes)


def _new_pair(
    world: World, mentee: Mentee, helper: Entry | None = None, *, mode: str = "一对一", **more: Any
) -> Pair:
    """Pair a newcomer; nothing else of the ledger knows the pairing."""
    paired_on = more.pop("paired_on", mentee.entry.values["chosen_on"] + timedelta(days=2))
    helper = helper or mentor(world)
    made = pair(world, helper, mentee, paired_on=paired_on, mode=mode, **more)
    made.logged = False
    helper.locked = True
    return made


def _pairing(cited: str, **changes: Callable[[Pair], Any] | Any) -> Callable[[World], Cells]:
    """Return a scene of one new pairing with `changes`; a callable gets the pairing."""

    def spoil(world: World) -> Cells:
        made = _new_pair(world, _newcomer(world))
        for name, change in changes.items():
            made.entry.values[name] = change(made) if callable(change) else change
        made.mentee.entry.locked = True
        if made.entry.values["status"] == "终止":
            made.mentee.entry.values["status"] = "退出"
        return [(made.entry, cited)]

    return spoil


def _after_start(days: int) -> Callable[[Pair], Any]:
    return lambda made: made.first + timedelta(days=days)


def _overloaded(count: int) -> Callable[[World], Cells]:
    """Give one mentor too many mentees, for months: all of them struggle."""

    def spoil(world: World) -> Cells:
        helper = mentor(world, capacity=None)
        pairs = []
        for _ in range(count):
            paired_on = world.ceremonies[3]
            mentee = individual(world, "plain", paired_on - timedelta(days=5))
            made = pair(world, helper, mentee, paired_on=paired_on, mode="一对多")
            pairs.append(made)
            _struggles(world, made, "mentor_over_capacity")
        helper.locked = True
        if count > 5:
            return [(made.entry, "mentor_id") for made in pairs]
        return [(helper, "mentor_id")]

    return spoil


def _over_own_limit(world: World) -> Cells:
    helper = mentor(world, capacity=1)
    for _ in range(2):
        paired_on = world.ceremonies[3]
        mentee = individual(world, "plain", paired_on - timedelta(days=5))
        _struggles(
            world,
            pair(world, helper, mentee, paired_on=paired_on, mode="一对多"),
            "mentor_over_capacity",
        )
    return [(helper, "mentor_id")]


def _struggles(world: World, made: Pair, reason: str) -> None:
    made.mentee.entry.locked = True
    made.entry.locked = True
    world.struggling.append((made.mentee.mentee_id, reason))


def _inactive(world: World) -> Cells:
    status = world.rng.choice(("暂停", "调出"))
    helper = mentor(world, status=status, status_since=world.ago(8, 40))
    paired_on = world.ceremonies[2]
    mentee = individual(world, "plain", paired_on - timedelta(days=4))
    made = pair(world, helper, mentee, paired_on=paired_on, mode="一对一")
    _struggles(world, made, "mentor_inactive")
    helper.locked = True
    return [(made.entry, "mentor_id")]


def _expired(world: World) -> Cells:
    """Let a pairing run on a few days past its end; everything else about it is fine."""
    until = world.ago(2, 3)
    paired_on = add_months(until, -12) + timedelta(days=1)
    mentee = individual(world, "bare", paired_on - timedelta(days=5))
    made = pair(world, mentor(world), mentee, paired_on=paired_on, mode="一对一", until=until)
    mentee.entry.locked = True
    return [(made.entry, "status")]


def _twice(world: World) -> Cells:
    helper, mentee = mentor(world, village=world.villages[0]), _newcomer(
        world, village=world.villages[1]
    )  # fmt: skip
    pairs = [_new_pair(world, mentee, helper, mode="跨村带") for _ in range(2)]
    mentee.entry.locked = True
    return [(made.entry, "mentee_id") for made in pairs]


def _same_code(world: World) -> Cells:
    pairs = [_new_pair(world, _newcomer(world)) for _ in range(2)]
    pairs[1].entry.values["pairing_id"] = pairs[0].pairing_id
    for made in pairs:
        made.mentee.entry.locked = True
    return [(made.entry, "pairing_id") for made in pairs]


def _crowded(world: World) -> Cells:
    mentee = _newcomer(world, mentors_needed=3)
    pairs = [_new_pair(world, mentee, mode="多对一") for _ in range(4)]
    mentee.entry.locked = True
    return [(made.entry, "mentee_id") for made in pairs]


def _before_appointment(world: World) -> Cells:
    helper = mentor(world, appointed_on=world.ago(0, 1), joined_on=None)
    made = _new_pair(world, _newcomer(world), helper, paired_on=world.ago(2, 3))
    made.mentee.entry.values["chosen_on"] = made.first - timedelta(days=2)
    made.mentee.entry.values["surveyed_on"] = made.first - timedelta(days=2)
    made.mentee.entry.locked = True
    return [(made.entry, "paired_on")]


def _avoided(world: World) -> Cells:
    made = _new_pair(world, _newcomer(world))
    assert made.mentor is not None  # noqa: S101  # new pairings have one of this ledger
    whom = made.mentee.name if world.rng.random() < 0.5 else made.mentee.mentee_id
    made.mentor.values["avoid"] = f"{world.people.villager()}、{whom}"
    made.mentee.entry.locked = True
    return [(made.entry, "mentor_id")]


def _own_mentor(world: World) -> Cells:
    helper = mentor(world)
    same = {name: helper.values[name] for name in ("name", "gender", "born")}
    made = _new_pair(world, _newcomer(world, in_post_since=None, **same), helper)
    made.mentee.entry.locked = True
    return [(made.entry, "mentee_id")]


def _early(world: World) -> Cells:
    made = _new_pair(world, _newcomer(world))
    chosen = made.mentee.entry.values
    chosen["chosen_on"] = min(world.as_of, made.first + timedelta(days=2))
    made.mentee.entry.locked = True
    return [(made.entry, "paired_on")]


SCENES: tuple[Flaw, ...] = (
    warned("mentor with four mentees", "mentor.load.high", _overloaded(4)),
    warned("mentor over the own limit", "mentor.load.high", _over_own_limit),
    error("mentor with six mentees", "mentor.load.exceeded", _overloaded(6)),
    warned("mentor no longer active", "pairing.mentor.inactive", _inactive),
    warned("running past its end", "pairing.status.expired", _expired),
    error("same pair twice", "pairing.pair.duplicate", _twice),
    error("same code given twice", "pairing.id.duplicate", _same_code),
    error("mentee with four mentors", "pairing.mentee.crowded", _crowded),
    warned("paired before the appointment", "pairing.mentor.term", _before_appointment),
    error("mentor who must avoid the mentee", "pairing.mentor.avoided", _avoided),
    error("mentor and mentee are one person", "pairing.self", _own_mentor),
    warned("paired before being chosen", "pairing.paired.early", _early),
    error("period ends before it starts", "pairing.period.order",
           _pairing("until", until=_after_start(-20), status="终止", end_reason="对象外出务工")),
    warned("period of more than three years", "pairing.period.length",
            _pairing("until", until=lambda made: add_months(made.first, 40))),
    warned("period of less than a month", "pairing.period.length",
            _pairing("until", until=_after_start(19))),
    error("pause ends before it starts", "pairing.pause.order",
           _pairing("paused_to", paused_from=_after_start(40), paused_to=_after_start(25))),
    warned("pause outside the period", "pairing.pause.outside",
            _pairing("paused_from", paused_from=_after_start(-30), paused_to=_after_start(20))),
    warned("mode against the pairings", "pairing.mode.mismatch", _pairing("mode", mode="一对多")),
    warned("mode against the pairings", "pairing.mode.mismatch", _pairing("mode", mode="多对一")),
)  # fmt: skip
"""Errors that need people of their own."""

HARMLESS_SCENES = tuple(
    scene
    for scene in SCENES
    if not scene.code.startswith("mentor.load.") and scene.code != "pairing.mentor.inactive"
)
"""Those in which nobody's help is failing."""

"""Stories of the second style: one mentee's help each, on and beside the limits of every rule.

`Township.foresee` notes what follows from silent months, duties, ends and waiting; whatever else must
be said of a mentee a story says itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from workbooks.samples.cast import add_individual, add_mentor
from workbooks.samples.second_style.sentences import pool
from workbooks.samples.second_style.township import RHYTHMS, Life, Span, Township, weak_at
from workbooks.samples.world import ASPECTS, Mentee, add_months

Story = Callable[[Township], object]

STORIES: list[tuple[Story, bool]] = []
"""Every story but the usual one, and whether anybody's help is failing in it."""

DAY = timedelta(days=1)


def story(
    *variants: Any, failing: bool
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Register a story, with each of `variants` as its further argument if there are any."""

    def register(tell: Callable[..., object]) -> Callable[..., object]:
        told: list[Story] = [partial(tell, variant=variant) for variant in variants]
        STORIES.extend((one, failing) for one in told or [tell])
        return tell

    return register


# --- help as it should be -------------------------------------------------------------------------


def kept(town: Township) -> None:
    """One to three mentees of one mentor, met in one rhythm."""
    rng = town.rng
    rhythm, count = rng.choice(RHYTHMS), rng.choice((1, 1, 2, 3))
    mentor = add_mentor(town.world, in_village=rng.random() < 0.3, capacity=None)
    paired_on = town.ago(rng.randint(35, 325))
    mode = "一对多" if count > 1 else "一对一"
    lives = []
    for _ in range(count):
        mentee = (
            town.mentee("plain", paired_on) if count == 1 else town.individual("plain", paired_on)
        )
        lives.append(
            town.pair(mentee, paired_on, mentor=mentor, mode=mode, life={"rhythm": rhythm})
        )
    if rhythm == "party day":
        for life in lives:
            life.group, life.days = lives, lives[0].days


@story(failing=False)
def turns(town: Township) -> None:
    """Three weak aspects that take turns, one contact a month."""
    paired_on = town.ago(town.rng.randint(140, 200))
    mentee = town.individual("turns", paired_on)
    town.rate(mentee, [2, 4, 1, 4, 2, 4])
    town.series[mentee] = [], []
    town.pair(mentee, paired_on, life={"rhythm": "party day", "naming": "all"})


@story(failing=False)
def team(town: Township) -> None:
    """One mentee with two mentors."""
    paired_on = town.ago(town.rng.randint(60, 300))
    mentee = town.individual("team", paired_on, mentors_needed=2)
    for _ in range(2):
        town.pair(mentee, paired_on, mode="多对一", life={"naming": "all"})


@story(failing=False)
def renewed(town: Township) -> None:
    """A pairing renewed after its first year."""
    paired_on = town.ago(town.rng.randint(385, 420))
    mentee = town.individual("renewed", paired_on)
    life = _steady(town, mentee, paired_on)
    values = life.pairing.entry.values
    values["until"] = life.pairing.last = add_months(paired_on, 24) - DAY
    town.plan(life)
    town.completed.append((life.pairing, "续帮"))


def _steady(town: Township, mentee: Mentee, paired_on: Any = None, **options: Any) -> Life:
    """Pair a mentee who is met every week and whose duties are always named."""
    life = {"rhythm": "weekly", "naming": "all"} | options.pop("life", {})
    return town.pair(mentee, paired_on, life=life, **options)


# --- silent months --------------------------------------------------------------------------------


def _silent(town: Township, *back: int, **options: Any) -> Life:
    """Pair someone months ago who is not met in the full months so far back."""
    paired_on = town.ago(town.rng.randint(215, 300))
    mentee = town.mentee("silent", paired_on)
    blocked = [town.months[n - 1] for n in back]
    return town.pair(mentee, paired_on, blocked=blocked, **options)


@story((1,), (1, 2), (1, 2, 3), (2,), (3,), (1, 3), failing=True)
def silent_months(town: Township, variant: tuple[int, ...]) -> None:
    """Months without a contact among the last three."""
    _silent(town, *variant)


@story(failing=False)
def silent_before(town: Township) -> None:
    """A month without a contact before the last three, made up for since."""
    _silent(town, 4, life={"rhythm": "weekly", "naming": "all"})


@story(failing=True)
def missed_paused_missed(town: Township) -> None:
    """Two silent months with a pause between."""
    first, last = town.months[1]
    _silent(town, 1, 3, paused_from=first, paused_to=last)


@story(14, 15, failing=True)
def rest_of_month(town: Township, variant: int) -> None:
    """A month of which a pause leaves so many days, none of them used."""
    first, last = town.months[0]
    _silent(town, 1, paused_from=first + variant * DAY, paused_to=last)


@story(14, 15, failing=True)
def rest_after_grace(town: Township, variant: int) -> None:
    """A new pairing of whose last full month so many days come after its grace."""
    month = town.months[0]
    paired_on = month[1] - (30 + variant - 1) * DAY
    mentee = town.mentee("young", paired_on)
    town.pair(mentee, paired_on, blocked=[month])


@story("first", "last", failing=False)
def one_day(town: Township, variant: str) -> None:
    """A month with a contact on its first or last day only."""
    first, last = town.months[0]
    rest: Span = (first + DAY, last) if variant == "first" else (first, last - DAY)
    paired_on = town.ago(town.rng.randint(215, 300))
    mentee = town.mentee("one day", paired_on)
    _steady(town, mentee, paired_on, blocked=[rest])


@story(failing=False)
def exempt(town: Township) -> None:
    """Nobody met in a month the township does not count."""
    paired_on = town.ago(town.rng.randint(215, 300))
    spared = [m for m in town.months[:3] if _is_exempt(town, m)]
    mentee = town.mentee("exempt month", paired_on)
    _steady(town, mentee, paired_on, blocked=spared)


def _is_exempt(town: Township, month: Span) -> bool:
    span = town.world.exempt
    if not span:
        return False
    left = sum(
        not span[0] <= month[0] + n * DAY <= span[1] for n in range((month[1] - month[0]).days + 1)
    )
    return left < 15


# --- leave, succession, waiting, ends -------------------------------------------------------------


@story("在库", "暂停", failing=False)
def maternity_leave(town: Township, variant: str) -> None:
    """A pairing that pauses for months; what becomes of the mentor meanwhile is no matter."""
    paired_on = town.ago(town.rng.randint(215, 300))
    mentee = town.individual("leave", paired_on, gender="女")
    since = town.ago(20) if variant != "在库" else None
    mentor = add_mentor(town.world, capacity=None, status=variant, status_since=since)
    mentor.locked = True
    life = _steady(
        town, mentee, paired_on, mentor=mentor, paused_from=town.months[1][0] + 9 * DAY,
        paused_to=town.ago(-50),
    )  # fmt: skip
    if variant != "在库":
        town.warn(
            life.pairing.entry, "mentor_id", "mentor no longer active", "pairing.mentor.inactive"
        )


@story(failing=False)
def study_leave(town: Township) -> None:
    """A pairing that paused for five weeks and goes on."""
    paired_on = town.ago(town.rng.randint(215, 300))
    mentee = town.individual("leave", paired_on)
    _steady(town, mentee, paired_on, paused_from=town.ago(95), paused_to=town.ago(60))


def _left(town: Township, ended: int, fate: str, **changes: Any) -> tuple[Mentee, Life]:
    """Let a mentor leave so many days ago after helping someone for months."""
    stopped, paired_on = town.ago(ended), town.ago(ended + town.rng.randint(90, 160))
    mentee = town.individual(fate, paired_on, **changes)
    mentor = add_mentor(town.world, capacity=None, status="调出", status_since=stopped)
    mentor.locked = True
    life = _steady(
        town, mentee, paired_on, mentor=mentor, status="终止", ended_on=stopped,
        end_reason=town.rng.choice(pool("ended")),
    )  # fmt: skip
    return mentee, life


@story(20, 60, 120, failing=False)
def succeeded(town: Township, variant: int) -> None:
    """A mentor who left and the next one, since so many days."""
    mentee, _ = _left(town, variant + 9, "succeeded")
    _steady(town, mentee, town.ago(variant))


@story(7, 8, 15, failing=False)
@story(16, 40, failing=True)
def left_alone(town: Township, variant: int) -> None:
    """Someone whose mentor left so many days ago."""
    _left(town, variant, "left alone", status="待结对")


@story(7, 8, 15, failing=False)
@story(16, 40, failing=True)
def unpaired(town: Township, variant: int) -> None:
    """Someone chosen so many days ago."""
    mentee = add_individual(town.world, "chosen", town.ago(variant), status="待结对")
    mentee.entry.locked = True


@story(0, 7, 30, 31, failing=False)
def ending(town: Township, variant: int) -> None:
    """A pairing that ends in so many days."""
    until = town.ago(-variant)
    paired_on = add_months(until + DAY, -12)
    mentee = town.individual("ending", paired_on)
    _steady(town, mentee, paired_on, until=until)


# --- mentors --------------------------------------------------------------------------------------


@story("暂停", "调出", failing=True)
def inactive(town: Township, variant: str) -> None:
    """A mentor who is away while the pairing runs."""
    _inactive(town, town.rng.randint(100, 300), variant)


@story(29, 30, failing=True)
def inactive_new(town: Township, variant: int) -> None:
    """A mentor who went away from a pairing of so many days; thirty days are spared."""
    _inactive(town, variant, "暂停")


def _inactive(town: Township, age: int, status: str) -> None:
    paired_on = town.ago(age)
    mentee = town.mentee("mentor away", paired_on)
    since = town.ago(min(age - 1, 20))
    mentor = add_mentor(town.world, capacity=None, status=status, status_since=since)
    mentor.locked = True
    life = _steady(town, mentee, paired_on, mentor=mentor)
    town.warn(life.pairing.entry, "mentor_id", "mentor no longer active", "pairing.mentor.inactive")
    if age >= 30:
        town.expect(mentee, "mentor_inactive")


@story((2, 2), (None, 4), (None, 5), failing=False)
@story((2, 3), (1, 2), failing=True)
def load(town: Township, variant: tuple[int | None, int]) -> None:
    """A mentor with 可带人数 or without, and so many individuals."""
    capacity, count = variant
    mentor = add_mentor(town.world, capacity=capacity)
    mentor.locked = True
    paired_on = town.ago(town.rng.randint(100, 300))
    for _ in range(count):
        mentee = town.individual("load", paired_on)
        _steady(town, mentee, paired_on, mentor=mentor, mode="一对多", life={"rhythm": "sparse"})
        if capacity and count > capacity:
            town.expect(mentee, "mentor_over_capacity")
    if count > min(3, capacity or 3):
        town.warn(mentor, "mentor_id", "mentor with many mentees", "mentor.load.high")


# --- aspects and scores ---------------------------------------------------------------------------


@story((52, 0), (53, 0), (60, 0), (70, 10), failing=False)
@story((61, 0), (71, 10), (90, 0), failing=True)
def idle_aspect(town: Township, variant: tuple[int, int]) -> None:
    """A weak aspect last worked on so many days ago, of which the pairing paused some."""
    days, paused = variant
    paired_on = town.ago(town.rng.randint(250, 300))
    mentee = town.individual("idle aspect", paired_on)
    aspect = town.rng.choice(ASPECTS)
    town.rate(mentee, weak_at(aspect, town.rng.choice((1, 2))))
    town.series[mentee] = [], []
    pause = {"paused_from": town.ago(30 + paused - 1), "paused_to": town.ago(30)} if paused else {}
    life = _steady(town, mentee, paired_on, life={"forced": (town.ago(days), aspect)}, **pause)
    life.pairing.shunned.append((aspect, town.ago(days - 1), town.as_of))
    if days - paused > 60:
        town.expect(mentee, "weak_aspect_idle")
    elif days - paused >= 53:
        town.remind(mentee, "nearly_idle")


_FOURS = [4, 4, 4, 4, 4, 4]


@story(
    ("score_falling", _FOURS, [4, 4, 4, 4, 4, 3]),
    ("score_falling", [4, 4, 4, 5, 4, 4], [5, 5, 4, 3, 4, 4]),
    ("score_falling", [4, 4, 4, 5, 4, 4], [5, 5, 5, 3, 5, 4]),
    ("no_rise", [3, 4, 4, 4, 4, 4], [3, 5, 4, 4, 5, 4]),
    ("no_rise", [3, 3, 4, 4, 4, 4], [3, 3, 4, 5, 4, 4]),
    failing=True,
)
@story(
    ("one_aspect_falling", _FOURS, [5, 4, 4, 4, 4, 3]),
    ("one_aspect_falling", _FOURS, [5, 5, 4, 4, 4, 3]),
    ("", _FOURS, _FOURS),
    ("", [3, 4, 4, 4, 4, 4], [4, 4, 4, 4, 4, 4]),
    failing=False,
)
def scores(town: Township, variant: tuple[str, list[int], list[int]]) -> None:
    """Two assessments after a survey of threes."""
    reason, *series = variant
    paired_on = add_months(town.as_of, -6) - town.rng.randint(8, 60) * DAY
    mentee = town.mentee("scores", paired_on)
    town.rate(mentee, [3] * 6)
    town.series[mentee] = series, [4, 5]
    _steady(town, mentee, paired_on)
    if reason == "one_aspect_falling":
        town.remind(mentee, reason)
    elif reason:
        town.expect(mentee, reason)


@story(failing=False)
def assessed_once(town: Township) -> None:
    """One assessment without any rise."""
    paired_on = add_months(town.as_of, -3) - town.rng.randint(8, 60) * DAY
    mentee = town.mentee("assessed once", paired_on)
    town.rate(mentee, [3] * 6)
    town.series[mentee] = [[3] * 6], [4]
    _steady(town, mentee, paired_on)


@story([4, 1], [5, 2], failing=True)
@story([4, 3], [1, 4], failing=False)
def satisfaction(town: Township, variant: list[int]) -> None:
    """Two assessments with these satisfactions."""
    paired_on = add_months(town.as_of, -6) - town.rng.randint(8, 60) * DAY
    mentee = town.mentee("satisfaction", paired_on)
    town.rate(mentee, [3] * 6)
    town.series[mentee] = [_FOURS, _FOURS], variant
    _steady(town, mentee, paired_on)
    if variant[-1] <= 2:
        town.expect(mentee, "low_satisfaction")


# --- duties ---------------------------------------------------------------------------------------


@story(failing=True)
def never_named(town: Township) -> None:
    """Contacts in time, none of which names or speaks of a duty."""
    paired_on = town.ago(town.rng.randint(150, 300))
    mentee = town.mentee("never named", paired_on)
    town.pair(mentee, paired_on, life={"naming": "never"})


@story(failing=False)
def spoken_of(town: Township) -> None:
    """Contacts that speak of their duties and name none."""
    paired_on = town.ago(town.rng.randint(150, 300))
    mentee = town.mentee("spoken of", paired_on)
    town.pair(mentee, paired_on, life={"rhythm": "sparse", "naming": "spoken"})


@story(-1, -20, failing=True)
@story(0, 7, 8, failing=False)
def redated(town: Township, variant: int) -> None:
    """The last duty moved by the clerk to so many days from now, and not begun."""
    paired_on = town.ago(town.rng.randint(150, 250))
    mentee = town.mentee("redated", paired_on)
    _steady(town, mentee, paired_on, life={"redated": variant})

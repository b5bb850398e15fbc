"""The second style: stories cast in turn until the log is long enough."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from typing import Any

from validators.divisions import units
from validators.sheets import columns_by_field, model_for
from workbooks.samples.cast import add_individual, finished, from_next_door, one_to_one, prepare
from workbooks.samples.log_entries import Logbook
from workbooks.samples.records import SETTINGS, add_assessment
from workbooks.samples.second_style.copies import plant_copies
from workbooks.samples.second_style.diary import Diary
from workbooks.samples.second_style.stories import STORIES, kept
from workbooks.samples.second_style.township import RHYTHMS, Life, Township
from workbooks.samples.world import (
    NEW_YEAR,
    Mentee,
    Pairing,
    World,
    add_months,
    full_months,
    workday,
)

_STORIES_AT_LEAST, _ROWS_OF_ONE = 6, 45
"""Stories of the shortest log, and about how many log rows one takes, with its part of the usual ones."""


class SecondStyle:
    """Casts stories, and writes what happens in them."""

    def __init__(self, world: World) -> None:
        if world.duties is None:
            raise TypeError("the second style needs what makes the duties of a new pairing")
        self._world = world
        self._duties = world.duties
        self._town = Township(world)

    def cast(self, position: int, *, struggling: bool) -> None:
        """Tell two stories and a usual one in turn, until the log will be long enough."""
        world, town = self._world, self._town
        world.exempt = _exempt(world.as_of, position)
        prepare(world)
        stories = [tell for tell, failing in STORIES if struggling or not failing]
        turns = max(_STORIES_AT_LEAST, world.log_rows // _ROWS_OF_ONE)
        for turn in range(100 * len(stories)):
            if turn >= _STORIES_AT_LEAST and town.planned >= world.log_rows:
                break
            if turn % 2 == 0:
                kept(town)
            stories[(position * turns + turn) % len(stories)](town)
        self._rare()

    def _rare(self) -> None:
        """Add newcomers, those who wait, last year's pairings and a mentor from next door."""
        world = self._world
        for fate, low, high in (("new", 2, 12), ("waiting", 0, 7)):
            chosen = world.ago(low, high)
            status = "帮带中" if fate == "new" else "待结对"
            mentee = add_individual(world, fate, chosen, status=status)
            if fate == "new":
                one_to_one(world, mentee)
        finished(world)
        if world.neighbour:
            from_next_door(world, world.neighbour)

    def record(self) -> Logbook:
        """Add duties, log and assessments, and note what must be said of everybody."""
        world, town = self._world, self._town
        known = {life.pairing for life in town.lives}
        for pairing in world.pairings:
            if pairing.logged and pairing not in known and pairing.mentee.fate != "new":
                life = Life(pairing, world.rng.choice(RHYTHMS))
                town.lives.append(life)
                town.plan(life)
        templates = self._templates()
        for life in town.lives:
            if life.pairing.mentee.fate != "bare":
                self._assign(life, templates)
        codes = [unit.code for unit in units()]
        diary = Diary(town, codes.index(world.unit.code))
        diary.tell()
        self._assess()
        self._complete()
        town.foresee()
        world.reminded = town.reminders
        return diary

    def copy(self, logbook: Logbook) -> None:
        """Copy some of the entries."""
        assert isinstance(logbook, Diary)  # noqa: S101  # it is the one `record` made
        plant_copies(self._world, logbook, self._world.neighbour)

    # --- duties ---

    def _templates(self) -> list[dict[str, Any]]:
        """Add the 职责模板 every new ledger starts with."""
        source = resources.files("workbooks.template") / "duty_templates.csv"
        lines = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
        kinds = columns_by_field(model_for("duty_template"))
        for line in lines:
            values: dict[str, Any] = {name: line[name] for name in kinds if line.get(name)}
            values |= {name: int(line[name]) for name in ("target", "months")}
            self._world.add("duty_template", values, locked=True)
        return [entry.values for entry in self._world.of("duty_template")]

    def _assign(self, life: Life, templates: list[dict[str, Any]]) -> None:
        """Add the duties `confirm` makes; a period extended since was the usual one then."""
        world, pairing = self._world, life.pairing
        values = dict(pairing.entry.values)
        values["until"] = min(values["until"], add_months(pairing.first, 12) - timedelta(days=1))
        exempt = world.exempt
        shown = f"{exempt[0].isoformat()}至{exempt[1].isoformat()}" if exempt else ""
        settings = [(name, shown if name == "免计时段" else value) for name, value, _ in SETTINGS]
        rows = self._duties(values, pairing.mentee.entry.values, templates, settings)
        if life.redated is not None and rows:
            rows[-1]["due_on"] = world.as_of + timedelta(days=life.redated)
        locked = pairing.entry.locked
        life.duties = [world.add("duty", row, locked=locked) for row in rows]
        pairing.duties += life.duties

    # --- assessments and ends ---

    def _assess(self) -> None:
        """Add every mentee's quarterly assessments."""
        listed = [
            (day, mentee, scores, satisfaction)
            for mentee in self._world.mentees
            if mentee.fate not in {"new", "waiting", "bare"} and mentee.pairings
            for day, scores, satisfaction in self._series(mentee)
        ]
        for day, mentee, scores, satisfaction in sorted(listed, key=lambda one: one[0]):
            add_assessment(self._world, day, mentee, scores, satisfaction)

    def _series(self, mentee: Mentee) -> Iterator[tuple[date, list[int], int]]:
        """Yield day, scores and satisfaction of a mentee's assessments; scores rise as a rule."""
        rng, as_of = self._world.rng, self._world.as_of
        logged = [pairing for pairing in mentee.pairings if pairing.logged]
        if not logged:
            return
        first, last = min(p.first for p in logged), min(as_of, max(p.last for p in logged))
        days = [workday(add_months(first, 3 * n)) for n in range(1, 9)]
        days = [day for day in days if day <= last and not self._is_paused(logged, day)]
        planned, satisfactions = self._town.series.get(mentee, (None, None))
        scores = mentee.baseline
        for number, day in enumerate(days):
            if planned is not None and number >= len(planned):
                return
            scores = planned[number] if planned is not None else _risen(rng.random(), scores)
            given = satisfactions[number] if satisfactions else rng.choice((3, 4, 4, 5, 5))
            yield day, scores, given

    def _is_paused(self, pairings: list[Pairing], day: date) -> bool:
        return all(self._town.is_paused(pairing, day) for pairing in pairings)

    def _complete(self) -> None:
        for pairing, conclusion in self._town.completed:
            day = min(self._world.as_of, add_months(pairing.first, 12) - timedelta(days=3))
            values = {
                "pairing_id": pairing.pairing_id,
                "assessed_on": day,
                "score": 88,
                "rating": "合格",
                "assessor": f"{self._world.unit.name}党建办",
                "conclusion": conclusion,
            }
            self._world.add("completion", values, locked=True)


def _exempt(as_of: date, position: int) -> tuple[date, date]:
    """Return what a township does not count: most of last month, a month before it, or 春节."""
    months = full_months(as_of, 2)
    if position % 5 == 1:  # fourteen days are left: one too few
        first, last = months[0]
        return first + timedelta(days=14), last
    if position % 5 == 3:
        return months[1]
    month, day = NEW_YEAR.get(as_of.year, (2, 8))
    festival = date(as_of.year, month, day)
    return festival - timedelta(days=6), festival + timedelta(days=9)


def _risen(draw: float, scores: list[int]) -> list[int]:
    return [score + 1 if score < 4 or (score == 4 and draw < 0.25) else score for score in scores]

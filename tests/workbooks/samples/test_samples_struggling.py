"""Who struggles, by an independent reading of the flags; and how badly a simple rule does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from workbooks.samples.delivery import Order, chosen_units, make_world
from workbooks.samples.world import World

ASPECTS = {
    "思想情怀": "conviction",
    "业务能力": "competence",
    "组织建设": "organisation",
    "工作作风": "conduct",
    "产业发展": "industry",
    "基层治理": "governance",
}


@lru_cache(4)  # of the two readings of the flags; neither changes it
def _world(
    position: int, as_of: date, *, rate: float = 0.03, rows: int = 1200, struggling: bool = True
) -> World:
    codes = [unit.code for unit in chosen_units(65)]
    town, neighbour = codes[position], codes[position - 1]
    return make_world(Order(town, neighbour, position, 7, as_of, rows, rate, struggling))[0]


def _month_back(day: date, back: int) -> tuple[int, int]:
    month = day.year * 12 + day.month - 1 - back
    return month // 12, month % 12 + 1


class _Flags:
    """Reads accepted rows only: those without an error of level error."""

    def __init__(self, world: World, *, strict: bool) -> None:
        rejected = {id(c.entry) for c in world.cited if c.level == "error"}
        self.strict = strict
        self.as_of = world.as_of
        self.rows: dict[str, list[dict[str, Any]]] = {
            sheet: [e.values for e in entries if id(e) not in rejected]
            for sheet, entries in world.rows.items()
        }
        self.contacts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for log in self.of("log"):
            for code in log["pairing_ids"]:
                self.contacts[code].append(log)
        self.running: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for pairing in self.of("pairing"):
            if pairing["status"] == "帮带中":
                self.running[pairing["mentee_id"]].append(pairing)
        exempt = next(r for r in self.of("setting") if r["name"] == "免计时段").get("value", "")
        self.exempt = tuple(map(int, exempt[:7].split("-"))) if exempt else None
        self.back = 1

    def of(self, sheet: str) -> list[dict[str, Any]]:
        return self.rows.get(sheet, [])

    def flagged(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        mentors = {m["mentor_id"]: m for m in self.of("mentor")}
        load = Counter(
            p["mentor_id"] for ps in self.running.values() for p in ps if p["mentee_id"][0] == "G"
        )
        for mentee in [*self.of("individual"), *self.of("organisation")]:
            code = mentee["mentee_id"]
            if mentee["status"] not in {"待结对", "帮带中"}:
                continue
            if not self.running[code]:
                if (self.as_of - mentee["chosen_on"]).days > 15:
                    found[code].append("unpaired")
                continue
            old = [p for p in self.running[code] if (self.as_of - p["paired_on"]).days >= 30]
            for pairing in old:
                found[code] += self._contact_flags(pairing)
                found[code] += self._duty_flags(pairing)
                mentor = mentors.get(pairing["mentor_id"])
                if mentor and mentor["status"] != "在库":
                    found[code].append("mentor_inactive")
                if mentor and load[pairing["mentor_id"]] > min(5, mentor.get("capacity", 5)):
                    found[code].append("mentor_over_capacity")
            found[code] += self._growth_flags(mentee, old)
        return {code: reasons for code, reasons in found.items() if reasons}

    def _counted(self, pairing: dict[str, Any]) -> list[tuple[int, int]]:
        """Return the last three full months of the period that count, the latest first."""
        months = [_month_back(self.as_of, n) for n in range(self.back, self.back + 3)]
        start = (pairing["paired_on"].year, pairing["paired_on"].month)
        pause = (pairing.get("paused_from"), pairing.get("paused_to"))
        counted = []
        for month in months:
            paused = pause[0] and pause[0] <= date(*month, 1) and date(*month, 28) <= pause[1]
            if month >= start and month != self.exempt and not paused:
                counted.append(month)
        return counted

    def _contact_flags(self, pairing: dict[str, Any]) -> Iterator[str]:
        days = [log["date"] for log in self.contacts[pairing["pairing_id"]]]
        seen = Counter((day.year, day.month) for day in days)
        months = self._counted(pairing)
        latest = _month_back(self.as_of, self.back)
        if months and months[0] == latest and not seen[latest]:
            yield (
                "missed_two_months" if not seen[months[min(1, len(months) - 1)]] else "missed_month"
            )
        contacted = (
            sum(1 for m in months if seen[m]) if self.strict else sum(seen[m] for m in months)
        )
        if months and contacted / len(months) < 0.8:
            yield "contact_rate"

    def _duty_flags(self, pairing: dict[str, Any]) -> Iterator[str]:
        for duty in self.of("duty"):
            if duty["pairing_id"] != pairing["pairing_id"] or duty["due_on"] >= self.as_of:
                continue
            done = [
                log for log in self.contacts[pairing["pairing_id"]]
                if duty.get("duty_id") in log.get("duty_ids", ())
                or (not self.strict
                and log["aspect"] == duty["aspect"]
                and duty["starts_on"] <= log["date"] <= duty["due_on"])
            ]  # fmt: skip
            if len(done) < duty["target"]:
                yield "duty_overdue"

    def _growth_flags(self, mentee: dict[str, Any], old: list[dict[str, Any]]) -> Iterator[str]:
        series = sorted(
            (a for a in self.of("assessment") if a["mentee_id"] == mentee["mentee_id"]),
            key=lambda a: a["assessed_on"],
        )
        if series and series[-1].get("satisfaction", 5) <= 2:
            yield "low_satisfaction"
        if not old:
            return
        fields = ASPECTS.values()
        if len(series) >= 2:
            before, now = series[-2], series[-1]
            if any(now[f] < before[f] for f in fields):
                yield "score_falling"
            if self.strict and any(now[f] <= before[f] < 4 for f in fields):
                yield "no_rise"
        if not self.strict and len(series) >= 3:
            means = [sum(a[f] for f in fields) / 6 for a in series[-3:]]
            if means[0] < 4 and max(means) <= means[0]:
                yield "no_rise"
        worked = {
            log["aspect"]
            for p in self.running[mentee["mentee_id"]]
            for log in self.contacts[p["pairing_id"]]
            if (self.as_of - log["date"]).days <= 60
        }
        now = series[-1] if series and not self.strict else mentee
        weak = {aspect for aspect, field in ASPECTS.items() if now.get(field, 3) <= 2}
        if weak - worked and min((self.as_of - p["paired_on"]).days for p in old) >= 60:
            yield "weak_aspect_idle"


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("as_of", [date(2026, 6, 17), date(2026, 6, 30), date(2026, 3, 2)])
@pytest.mark.parametrize("position", [0, 8, 17, 43])
def test_exactly_the_planted_mentees_struggle_however_the_flags_are_read(
    position: int, as_of: date, strict: bool
) -> None:
    world = _world(position, as_of)

    flagged = _Flags(world, strict=strict).flagged()
    planted = dict(world.struggling)

    assert {code: flagged[code] for code in set(flagged) - set(planted)} == {}
    assert {code: planted[code] for code in set(planted) - set(flagged)} == {}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("position", [0, 8, 17, 43])
def test_nobody_struggles_where_nobody_is_meant_to(position: int, strict: bool) -> None:
    world = _world(position, date(2026, 6, 30), struggling=False)

    assert world.struggling == []
    assert _Flags(world, strict=strict).flagged() == {}
    assert len(world.mentees) > 20
    assert len(world.cited) > 20


def test_flagging_everyone_without_a_contact_for_30_days_scores_below_point_seven() -> None:
    hits = misses = false = 0
    for position in range(0, 65, 9):
        world = _world(position, date(2026, 6, 17))
        flags = _Flags(world, strict=True)
        recent = {
            code
            for code, logs in flags.contacts.items()
            if max(log["date"] for log in logs) >= world.as_of - timedelta(days=30)
        }
        quiet = {
            mentee["mentee_id"]
            for sheet in ("individual", "organisation")
            for mentee in flags.of(sheet)
            if mentee["status"] in {"帮带中", "待结对"}
            and not any(p["pairing_id"] in recent for p in flags.running[mentee["mentee_id"]])
        }
        planted = {code for code, _ in world.struggling}
        hits += len(quiet & planted)
        misses += len(planted - quiet)
        false += len(quiet - planted)

    f1 = 2 * hits / (2 * hits + misses + false)
    assert hits
    assert f1 <= 0.7


def test_every_reason_to_struggle_is_planted_somewhere() -> None:
    reasons: Counter[str] = Counter()
    for position in range(65):
        world = _world(position, date(2026, 6, 17), rate=0.06, rows=100)  # scenes go by the errors
        reasons.update(reason for _, reason in world.struggling)

    assert min(reasons.values()) >= 3
    assert len(reasons) == 11

"""Errors between cells of finished rows: IDs, references, orders, contradictions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.divisions import children, short_name, units
from validators.sheets import model_for
from workbooks.samples.actors import individual, mentor, organisation
from workbooks.samples.flaws import (
    Cells,
    Flaw,
    candidates,
    change,
    change_row,
    error,
    pick,
    warned,
    where,
)
from workbooks.samples.world import World

__all__ = ["RULE_ERRORS"]

_NO_VILLAGES = ("关台村", "新庄台村", "双井子村", "五里铺村", "红旗坪村")


def _duplicate_id(sheet: str) -> Flaw:
    name = model_for(sheet).sheet.id_field

    def spoil(world: World) -> Cells:
        entries = candidates(world, sheet)
        if len(entries) < 2:
            return []
        one, other = world.rng.sample(entries, 2)
        other.values[name] = one.values[name]
        return [(one, name), (other, name)]

    return Flaw("same code given twice", f"{sheet}.id.duplicate", "error", spoil)


def _foreign_id(sheet: str) -> Flaw:
    name = model_for(sheet).sheet.id_field

    def spoil(world: World) -> Cells:
        others = [u.unit_code for u in units() if u.code != world.unit.code]
        number = int(world.unit.code[2:]) * 10 + len(world.cited) % 10
        taken = world.code(sheet, number, world.rng.choice(others))
        wanted = {"origin": "本乡镇"} if sheet == "exchange" else {}
        return change_row(where(world, sheet, **wanted), name, taken)

    return Flaw("code of another township", f"{sheet}.id.foreign", "error", spoil)


def _person_twice(sheet: str) -> Flaw:
    def spoil(world: World) -> Cells:
        entry = pick(world, candidates(world, sheet))
        if entry is None:
            return []
        changes = {key: entry.values[key] for key in ("name", "gender", "born")}
        if sheet == "mentor":
            began = {"grassroots_since": entry.values.get("grassroots_since")}
            other = mentor(world, in_village=False, person=None, **changes, **began)
        else:
            other = individual(
                world, "waiting", world.ago(1, 9), status="待结对", in_post_since=None, **changes
            ).entry
        return [(entry, "name"), (other, "name")]

    return Flaw("same person entered twice", f"{sheet}.person.duplicate", "warning", spoil)


def _unknown_village(sheet: str) -> Flaw:
    def spoil(world: World) -> Cells:
        county = {short_name(v.name) for t in children()[world.unit.code[:6]]
                  for v in children().get(t.code, ())}  # fmt: skip
        name = world.rng.choice([v for v in _NO_VILLAGES if v not in county])
        return change(world, sheet, "village", name)

    return Flaw("village that is not in the township", f"{sheet}.village.unknown", "warning", spoil)


def _organisation_twice(world: World) -> Cells:
    entry = pick(world, candidates(world, "organisation"))
    if entry is None:
        return []
    same = {"name": entry.values["name"], "village": entry.values["village"]}
    other = organisation(world, "waiting", world.ago(1, 9), status="待结对", **same)
    return [(entry, "name"), (other.entry, "name")]


def _mentor(name: str, value: Any, cited: str = "", **also: Any) -> Any:
    """Return a spoiler that spoils a spare mentor; `also` sets further, right values."""

    def spoil(world: World) -> Cells:
        wanted = {"status": "在库"}
        entry = where(world, "mentor", **wanted)
        if entry is not None:
            for key, change in also.items():
                entry.values[key] = change(world) if callable(change) else change
        made = value(world) if callable(value) and value.__name__ == "_at" else value
        return change_row(entry, name, made, cited=cited)

    return spoil


def _years_ago(years: float, spread: int = 200) -> Any:
    def _at(world: World) -> date:
        return world.ago(round(years * 365.25), round(years * 365.25) + spread)

    return _at


def _month_ago(years: float) -> Any:
    def _at(world: World) -> date:
        return world.ago(round(years * 365.25), round(years * 365.25) + 300).replace(day=1)

    return _at


def _status(sheet: str, fate: str, status: str, code: str) -> Flaw:
    """Give a mentee a status its pairings contradict; newcomers are in no other trouble."""

    def spoil(world: World) -> Cells:
        entries = [
            m.entry
            for m in world.mentees
            if m.fate == fate and m.entry.sheet == sheet and m.entry.free
        ]
        entries = [e for e in entries if e.values["status"] != status]
        return change_row(pick(world, entries), "status", status)

    return Flaw("status its pairings contradict", code, "warning", spoil)


def _stage_mismatch(world: World) -> Cells:
    steps = {e.values["mentee_id"]: e for e in candidates(world, "conversion")}
    entries = [e for e in candidates(world, "individual") if e.values["mentee_id"] in steps]
    entry = pick(world, entries)
    if entry is not None:
        steps[entry.values["mentee_id"]].locked = True
    return change_row(entry, "stage", "未纳入")


def _votes(world: World) -> Cells:
    entry = pick(world, candidates(world, "organisation"))
    if entry is not None:
        entry.values["votes"] = 60
    return change_row(entry, "votes_against", 75)


def _closed(name: str, value: Any, cited: str, *, blank: bool = False) -> Any:
    def spoil(world: World) -> Cells:
        entries = [m.entry for m in world.mentees if m.fate == "closed" and m.entry.free]
        return change_row(pick(world, entries), name, None if blank else value, cited=cited)

    return spoil


def _born(sheet: str) -> Flaw:
    def spoil(world: World) -> Cells:
        age = world.rng.randint(83, 92)
        return change(world, sheet, "born", date(world.as_of.year - age, 3, 1))

    return Flaw("older than eighty", f"{sheet}.born.implausible", "warning", spoil)


def _in_post(world: World) -> Cells:
    entry = where(world, "individual", in_post_since=True)
    return change_row(entry, "in_post_since", lambda v: v["born"].replace(year=v["born"].year + 9))


def _township_name(world: World) -> Cells:
    names = [u.name for u in units() if u.parent_code == world.unit.parent_code]
    other = world.rng.choice([name for name in names if name != world.unit.name])
    return change(world, "unit", "township", other)


RULE_ERRORS: tuple[Flaw, ...] = (
    *map(_duplicate_id, ("mentor", "duty", "assessment", "exchange")),
    *map(_foreign_id, ("mentor", "duty", "assessment", "exchange")),
    _person_twice("mentor"),
    _person_twice("individual"),
    *map(_unknown_village, ("individual", "organisation")),
    warned("organisation entered twice", "organisation.name.duplicate", _organisation_twice),
    error("appointment ends before it starts", "mentor.appointment.order",
           _mentor("appointed_until", lambda v: v["appointed_on"] - timedelta(days=31))),
    warned("appointment ran out", "mentor.appointment.expired",
            _mentor("appointed_until", _years_ago(0.1, 60), appointed_on=_years_ago(3.1))),
    error("at work before the age of fifteen", "mentor.grassroots.order",
           _mentor("grassroots_since", lambda v: v["born"].replace(year=v["born"].year + 12))),
    warned("veteran with too few years", "mentor.category.experience",
            _mentor("category", "老业务", grassroots_since=_month_ago(2.5))),
    warned("pause without a date", "mentor.status.undated",
            _mentor("status", "暂停", cited="status_since")),
    _born("mentor"),
    _born("individual"),
    error("in post before the age of fifteen", "individual.in_post.order", _in_post),
    _status("individual", "waiting", "帮带中", "individual.status.unpaired"),
    _status("individual", "new", "待结对", "individual.status.paired"),
    _status("organisation", "waiting", "帮带中", "organisation.status.unpaired"),
    _status("organisation", "new", "待结对", "organisation.status.paired"),
    warned("stage behind the latest step", "individual.stage.mismatch", _stage_mismatch),
    error("more votes against than votes", "organisation.votes.order", _votes),
    warned("closed without enough points", "organisation.closed.condition",
            _closed("inspection_score", 62, "closed_on")),
    warned("closed without a date", "organisation.closed.undated",
            _closed("closed_on", None, "closed_on", blank=True)),
    warned("ended without a reason", "pairing.reason.missing",
            lambda world: change(world, "pairing", "end_reason", None)),
    error("township against its code", "unit.name.mismatch", _township_name),
)  # fmt: skip
"""Errors of codes, people and organisations, each on rows nothing else relies on."""

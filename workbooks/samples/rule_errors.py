"""Errors between cells of finished rows: IDs, references, orders, contradictions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.divisions import children, short_name, units
from validators.sheets import model_for
from workbooks.samples.actors import individual, mentor, organisation
from workbooks.samples.flaws import Cells, Flaw, candidates, pick
from workbooks.samples.rows import Entry
from workbooks.samples.world import World

__all__ = ["RULE_ERRORS"]

_NO_VILLAGES = ("关台村", "新庄台村", "双井子村", "五里铺村", "红旗坪村")


def _set(world: World, sheet: str, name: str, value: Any, *, cited: str = "") -> Cells:
    """Change one field of a row that decides nothing; `value` may depend on the row."""
    return _set_on(pick(world, candidates(world, sheet)), name, value, cited=cited)


def _set_on(entry: Entry | None, name: str, value: Any, *, cited: str = "") -> Cells:
    if entry is None:
        return []
    wrong = value(entry.values) if callable(value) else value
    if wrong is None:
        entry.values.pop(name, None)
    else:
        entry.values[name] = wrong
    return [(entry, cited or name)]


def _where(world: World, sheet: str, **wanted: Any) -> Entry | None:
    """Return a row that decides nothing and has the `wanted` values (True: any value)."""
    fitting = [
        entry
        for entry in candidates(world, sheet)
        if all(
            name in entry.values if value is True else entry.values.get(name) == value
            for name, value in wanted.items()
        )
    ]
    return pick(world, fitting)


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
        return _set(world, sheet, name, taken)

    return Flaw("code of another township", f"{sheet}.id.foreign", "error", spoil)


def _person_twice(sheet: str) -> Flaw:
    def spoil(world: World) -> Cells:
        entry = pick(world, candidates(world, sheet))
        if entry is None:
            return []
        changes = {key: entry.values[key] for key in ("name", "gender", "born")}
        if sheet == "mentor":
            began = {"grassroots_since": entry.values.get("grassroots_since")}
            other = mentor(world, **changes, **began)
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
        return _set(world, sheet, "village", name)

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
        entry = _where(world, "mentor", **wanted)
        if entry is not None:
            for key, change in also.items():
                entry.values[key] = change(world) if callable(change) else change
        made = value(world) if callable(value) and value.__name__ == "_at" else value
        return _set_on(entry, name, made, cited=cited)

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
        return _set_on(pick(world, entries), "status", status)

    return Flaw("status its pairings contradict", code, "warning", spoil)


def _stage_mismatch(world: World) -> Cells:
    steps = {e.values["mentee_id"]: e for e in candidates(world, "conversion")}
    entries = [e for e in candidates(world, "individual") if e.values["mentee_id"] in steps]
    entry = pick(world, entries)
    if entry is not None:
        steps[entry.values["mentee_id"]].locked = True
    return _set_on(entry, "stage", "未纳入")


def _chain(world: World) -> Cells:
    second = [e for e in world.of("conversion") if e.free and e.values["from_stage"] == "后备干部"]
    return _set_on(pick(world, second), "from_stage", "未纳入")


def _votes(world: World) -> Cells:
    entry = pick(world, candidates(world, "organisation"))
    if entry is not None:
        entry.values["votes"] = 60
    return _set_on(entry, "votes_against", 75)


def _closed(name: str, value: Any, cited: str, *, blank: bool = False) -> Any:
    def spoil(world: World) -> Cells:
        entries = [m.entry for m in world.mentees if m.fate == "closed" and m.entry.free]
        return _set_on(pick(world, entries), name, None if blank else value, cited=cited)

    return spoil


def _born(sheet: str) -> Flaw:
    def spoil(world: World) -> Cells:
        age = world.rng.randint(83, 92)
        return _set(world, sheet, "born", date(world.as_of.year - age, 3, 1))

    return Flaw("older than eighty", f"{sheet}.born.implausible", "warning", spoil)


def _in_post(world: World) -> Cells:
    entry = _where(world, "individual", in_post_since=True)
    return _set_on(entry, "in_post_since", lambda v: v["born"].replace(year=v["born"].year + 9))


def _rating(world: World) -> Cells:
    swapped = {"优秀": "合格", "合格": "优秀"}
    return _set(world, "completion", "rating", lambda v: swapped[v["rating"]])


def _conclusion(world: World) -> Cells:
    entry = pick(world, candidates(world, "completion"))
    if entry is not None:
        entry.values |= {"score": 61, "rating": "不合格"}
    return [(entry, "conclusion")] if entry else []


def _completion_twice(world: World) -> Cells:
    entry = pick(world, candidates(world, "completion"))
    if entry is None:
        return []
    other = world.add("completion", dict(entry.values))
    return [(entry, "pairing_id"), (other, "pairing_id")]


def _signed_early(world: World) -> Cells:
    entry = _where(world, "assessment", signed_on=True)
    early = timedelta(days=world.rng.randint(1, 9))
    return _set_on(entry, "signed_on", lambda v: v["assessed_on"] - early)


def _assessed_twice(world: World) -> Cells:
    """Repeat an assessment that leaves nothing to rise: it must not look like standing still."""
    scores = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
    entries = [
        e for e in candidates(world, "assessment") if min(e.values[name] for name in scores) >= 4
    ]
    entry = pick(world, entries)
    if entry is None:
        return []
    values = {k: v for k, v in entry.values.items() if k != "assessment_id"}
    return [(entry, "assessed_on"), (world.add("assessment", values), "assessed_on")]


def _future_assessment(world: World) -> Cells:
    entry = pick(world, candidates(world, "assessment"))
    if entry is not None:
        entry.values.pop("signed_on", None)
    return _set_on(entry, "assessed_on", world.as_of + timedelta(days=world.rng.randint(1, 30)))


def _unknown(sheet: str, name: str, target: str, code: str, **wanted: Any) -> Flaw:
    def spoil(world: World) -> Cells:
        number = 880 + world.rng.randint(0, 9) if target != "duty" else 8800
        return _set_on(_where(world, sheet, **wanted), name, world.code(target, number))

    return Flaw("code that is nowhere", code, "error", spoil)


def _duty_order(world: World) -> Cells:
    entry = pick(world, candidates(world, "duty"))
    return _set_on(entry, "starts_on", lambda v: v["due_on"] + timedelta(days=9), cited="due_on")


def _duty_outside(late: bool) -> Any:
    def spoil(world: World) -> Cells:
        entry = pick(world, candidates(world, "duty"))
        if entry is None:
            return []
        code = entry.values["pairing_id"]
        made = next(made for made in world.pairs if made.pairing_id == code)
        gap = timedelta(days=world.rng.randint(5, 60))
        return _set_on(entry, *(("due_on", made.last + gap) if late
                                else ("starts_on", made.first - gap)))  # fmt: skip

    return spoil


def _township_name(world: World) -> Cells:
    names = [u.name for u in units() if u.parent_code == world.unit.parent_code]
    other = world.rng.choice([name for name in names if name != world.unit.name])
    return _set(world, "unit", "township", other)


def _warned(kind: str, code: str, spoil: Any) -> Flaw:
    return Flaw(kind, code, "warning", spoil)


def _error(kind: str, code: str, spoil: Any) -> Flaw:
    return Flaw(kind, code, "error", spoil)


RULE_ERRORS: tuple[Flaw, ...] = (
    *map(_duplicate_id, ("mentor", "duty", "assessment", "exchange")),
    *map(_foreign_id, ("mentor", "duty", "assessment", "exchange")),
    _person_twice("mentor"),
    _person_twice("individual"),
    *map(_unknown_village, ("individual", "organisation")),
    _warned("organisation entered twice", "organisation.name.duplicate", _organisation_twice),
    _error("appointment ends before it starts", "mentor.appointment.order",
           _mentor("appointed_until", lambda v: v["appointed_on"] - timedelta(days=31))),
    _warned("appointment ran out", "mentor.appointment.expired",
            _mentor("appointed_until", _years_ago(0.1, 60), appointed_on=_years_ago(3.1))),
    _error("at work before the age of fifteen", "mentor.grassroots.order",
           _mentor("grassroots_since", lambda v: v["born"].replace(year=v["born"].year + 12))),
    _warned("veteran with too few years", "mentor.category.experience",
            _mentor("category", "老业务", grassroots_since=_month_ago(2.5))),
    _warned("pause without a date", "mentor.status.undated",
            _mentor("status", "暂停", cited="status_since")),
    _born("mentor"),
    _born("individual"),
    _error("in post before the age of fifteen", "individual.in_post.order", _in_post),
    _status("individual", "waiting", "帮带中", "individual.status.unpaired"),
    _status("individual", "new", "待结对", "individual.status.paired"),
    _status("organisation", "waiting", "帮带中", "organisation.status.unpaired"),
    _status("organisation", "new", "待结对", "organisation.status.paired"),
    _warned("stage behind the latest step", "individual.stage.mismatch", _stage_mismatch),
    _error("more votes against than votes", "organisation.votes.order", _votes),
    _warned("closed without enough points", "organisation.closed.condition",
            _closed("inspection_score", 62, "closed_on")),
    _warned("closed without a date", "organisation.closed.undated",
            _closed("closed_on", None, "closed_on", blank=True)),
    _error("duty ends before it starts", "duty.period.order", _duty_order),
    _warned("duty beyond its pairing", "duty.period.outside", _duty_outside(late=True)),
    _warned("duty beyond its pairing", "duty.period.outside", _duty_outside(late=False)),
    _unknown("duty", "pairing_id", "pairing", "duty.pairing.unknown"),
    _unknown("assessment", "mentee_id", "individual", "assessment.mentee.unknown"),
    _unknown("conversion", "mentee_id", "individual", "conversion.mentee.unknown"),
    _unknown("completion", "pairing_id", "pairing", "completion.pairing.unknown"),
    _unknown("misconduct", "participant_id", "mentor", "misconduct.participant.unknown"),
    _unknown("exchange", "reply_to", "exchange", "exchange.reply.unknown", kind="答复"),
    _unknown("pairing", "mentor_id", "mentor", "pairing.mentor.unknown"),
    _unknown("pairing", "mentee_id", "individual", "pairing.mentee.unknown"),
    _warned("assessed twice on one day", "assessment.day.duplicate", _assessed_twice),
    _warned("signed before it was assessed", "assessment.signed.early", _signed_early),
    _error("day after the as-of date", "assessment.assessed_on.future", _future_assessment),
    _error("step to the same stage", "conversion.stage.same",
           lambda world: _set(world, "conversion", "from_stage", lambda v: v["to_stage"],
                              cited="to_stage")),
    _warned("step from another stage", "conversion.stage.chain", _chain),
    _error("rating against the score", "completion.rating.mismatch", _rating),
    _error("graduated without qualifying", "completion.conclusion.mismatch", _conclusion),
    _warned("assessed twice at the end", "completion.pairing.duplicate", _completion_twice),
    _warned("answer to nothing", "exchange.reply.missing",
            lambda world: _set_on(_where(world, "exchange", kind="答复"), "reply_to", None)),
    _warned("ended without a reason", "pairing.reason.missing",
            lambda world: _set(world, "pairing", "end_reason", None)),
    _error("township against its code", "unit.name.mismatch", _township_name),
)  # fmt: skip
"""Errors planted when every row is there, each on rows nothing else relies on."""

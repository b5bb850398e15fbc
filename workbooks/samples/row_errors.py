"""Errors between cells of finished rows: IDs, references, orders, contradictions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.divisions import children, short_name, units
from validators.sheets import model_for
from workbooks.samples.cast import individual, mentor, organisation
from workbooks.samples.cell_errors import CELL_ERRORS
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
from workbooks.samples.world import Entry, World

# SECTION Errors of the log that need its pairings: planted on entries that decide nothing.


def _single(world: World) -> list[Entry]:
    return [e for e in candidates(world, "log") if len(world.log_pairs[e]) == 1]


def _unknown_pairing(world: World) -> Cells:
    entry = pick(world, _single(world))
    if entry is None:
        return []
    entry.values["pairing_ids"] = (world.code("pairing", 870 + world.rng.randint(0, 9)),)
    return [(entry, "pairing_ids")]


def _one_unknown(world: World) -> Cells:
    """Add an unknown pairing to a joint activity whose others are right."""
    joint = [e for e in candidates(world, "log") if len(world.log_pairs[e]) > 1]
    entry = pick(world, joint)
    if entry is None:
        return []
    unknown = world.code("pairing", 860 + world.rng.randint(0, 9))
    entry.values["pairing_ids"] = (*entry.values["pairing_ids"], unknown)
    return [(entry, "pairing_ids")]


def _unknown_duty(world: World) -> Cells:
    entry = pick(world, [e for e in candidates(world, "log") if "duty_id" not in e.values])
    if entry is None:
        return []
    entry.values["duty_id"] = world.code("duty", 8800 + world.rng.randint(0, 9))
    return [(entry, "duty_id")]


def _malformed_duty(world: World) -> Cells:
    entry = pick(world, [e for e in candidates(world, "log") if "duty_id" not in e.values])
    if entry is None:
        return []
    entry.typed["duty_id"] = world.code("duty", 1)[1:]
    return [(entry, "duty_id")]


def _others_duty(world: World) -> Cells:
    """Name a duty of another pairing, one already worked on."""
    entry = pick(world, [e for e in _single(world) if "duty_id" not in e.values])
    if entry is None:
        return []
    mine = world.log_pairs[entry][0].pairing_id
    duties = [
        e for e in world.of("duty")
        if not e.flawed and e.values["pairing_id"] != mine
        and e.values["duty_id"] in world.used_duties()
    ]  # fmt: skip
    duty = pick(world, duties)
    if duty is None:
        return []
    entry.values["duty_id"] = duty.values["duty_id"]
    return [(entry, "duty_id")]


def _outside(world: World) -> Cells:
    """Move an entry before its pairing began."""
    year_ago = world.as_of - timedelta(days=360)
    late = [e for e in _single(world) if world.log_pairs[e][0].first > year_ago]
    entry = pick(world, late)
    if entry is None:
        return []
    first = world.log_pairs[entry][0].first
    entry.values["date"] = first - timedelta(days=world.rng.randint(1, 40))
    return [(entry, "date")]


def _paused(world: World) -> Cells:
    """Move an entry of a paused pairing into the pause."""
    paused = {m.pairing_id: m for m in world.pairs if m.mentee.fate == "paused" and m.logged}
    entries = [
        e for e in world.of("log")
        if not e.flawed and len(e.values["pairing_ids"]) == 1 and "duty_id" not in e.values
        and e.values["pairing_ids"][0] in paused and _spare_contact(world, e)
    ]  # fmt: skip
    entry = pick(world, entries)
    if entry is None:
        return []
    made = paused[entry.values["pairing_ids"][0]]
    first: date = made.entry.values["paused_from"]
    room = (world.as_of - first).days
    entry.values["date"] = first + timedelta(days=world.rng.randint(0, room))
    return [(entry, "date")]


def _spare_contact(world: World, entry: Entry) -> bool:
    """Return whether the month has another contact of the same pairing, and that one is right."""
    month = entry.values["date"].replace(day=1)
    return any(
        other is not entry
        and other.locked
        and not other.flawed
        and other.values["pairing_ids"] == entry.values["pairing_ids"]
        and other.values["date"].replace(day=1) == month
        for other in world.of("log")
    )


def _row_twice(world: World) -> Cells:
    """Enter one contact twice; it is a copied entry, too."""
    entries = _single(world)
    if len(entries) < 2:
        return []
    one, other = world.rng.sample(entries, 2)
    if "duty_id" in other.values:
        return []
    for name in ("date", "pairing_ids", "content"):
        other.values[name] = one.values[name]
    world.repeated.append((one, other))
    return [(one, "content"), (other, "content")]


def _id_twice(world: World) -> Cells:
    entries = candidates(world, "log")
    if len(entries) < 2:
        return []
    one, other = world.rng.sample(entries, 2)
    other.values["log_id"] = one.values["log_id"]
    return [(one, "log_id"), (other, "log_id")]


def _foreign(world: World) -> Cells:
    entry = pick(world, candidates(world, "log"))
    if entry is None or not world.neighbour:
        return []
    number = int(world.unit.code[2:]) * 1000 + len(world.cited)
    entry.values["log_id"] = world.code("log", number, world.neighbour)
    return [(entry, "log_id")]


LOG_ERRORS: tuple[Flaw, ...] = (
    *(flaw for flaw in CELL_ERRORS if flaw.code.startswith("log.")),
    Flaw("code that is nowhere", "log.pairing.unknown", "error", _unknown_pairing),
    Flaw("code that is nowhere", "log.pairing.unknown", "error", _one_unknown),
    Flaw("code that is nowhere", "log.duty.unknown", "error", _unknown_duty),
    Flaw("code not in the form", "log.duty_id.code_malformed", "error", _malformed_duty),
    Flaw("duty of another pairing", "log.duty.mismatch", "warning", _others_duty),
    Flaw("contact outside the period", "log.date.outside", "error", _outside),
    Flaw("contact outside the period", "log.date.outside", "error", _outside),
    Flaw("contact during a pause", "log.date.paused", "warning", _paused),
    Flaw("contact entered twice", "log.row.duplicate", "warning", _row_twice),
    Flaw("same code given twice", "log.id.duplicate", "error", _id_twice),
    Flaw("code of another township", "log.id.foreign", "error", _foreign),
)
"""Every error planted in the log."""


# SECTION Errors of duties, assessments and the rarer sheets: references, orders, contradictions.


def _rating(world: World) -> Cells:
    swapped = {"优秀": "合格", "合格": "优秀"}
    return change(world, "completion", "rating", lambda v: swapped[v["rating"]])


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
    entry = where(world, "assessment", signed_on=True)
    early = timedelta(days=world.rng.randint(1, 9))
    return change_row(entry, "signed_on", lambda v: v["assessed_on"] - early)


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
    return change_row(entry, "assessed_on", world.as_of + timedelta(days=world.rng.randint(1, 30)))


def _unknown(sheet: str, name: str, target: str, code: str, **wanted: Any) -> Flaw:
    def spoil(world: World) -> Cells:
        number = 880 + world.rng.randint(0, 9) if target != "duty" else 8800
        return change_row(where(world, sheet, **wanted), name, world.code(target, number))

    return Flaw("code that is nowhere", code, "error", spoil)


def _duty_order(world: World) -> Cells:
    entry = pick(world, candidates(world, "duty"))
    return change_row(entry, "starts_on", lambda v: v["due_on"] + timedelta(days=9), cited="due_on")


def _duty_outside(late: bool) -> Any:
    def spoil(world: World) -> Cells:
        entry = pick(world, candidates(world, "duty"))
        if entry is None:
            return []
        code = entry.values["pairing_id"]
        made = next(made for made in world.pairs if made.pairing_id == code)
        gap = timedelta(days=world.rng.randint(5, 60))
        return change_row(entry, *(("due_on", made.last + gap) if late
                                else ("starts_on", made.first - gap)))  # fmt: skip

    return spoil


def _chain(world: World) -> Cells:
    second = [e for e in world.of("conversion") if e.free and e.values["from_stage"] == "后备干部"]
    return change_row(pick(world, second), "from_stage", "未纳入")


RECORD_ERRORS: tuple[Flaw, ...] = (
    error("duty ends before it starts", "duty.period.order", _duty_order),
    warned("duty beyond its pairing", "duty.period.outside", _duty_outside(late=True)),
    warned("duty beyond its pairing", "duty.period.outside", _duty_outside(late=False)),
    _unknown("duty", "pairing_id", "pairing", "duty.pairing.unknown"),
    _unknown("assessment", "mentee_id", "individual", "assessment.mentee.unknown"),
    _unknown("conversion", "mentee_id", "individual", "conversion.mentee.unknown"),
    _unknown("completion", "pairing_id", "pairing", "completion.pairing.unknown"),
    _unknown("misconduct", "participant_id", "mentor", "misconduct.participant.unknown"),
    _unknown("exchange", "reply_to", "exchange", "exchange.reply.unknown", kind="答复"),
    _unknown("pairing", "mentor_id", "mentor", "pairing.mentor.unknown"),
    _unknown("pairing", "mentee_id", "individual", "pairing.mentee.unknown"),
    warned("assessed twice on one day", "assessment.day.duplicate", _assessed_twice),
    warned("signed before it was assessed", "assessment.signed.early", _signed_early),
    error("day after the as-of date", "assessment.assessed_on.future", _future_assessment),
    error("step to the same stage", "conversion.stage.same",
           lambda world: change(world, "conversion", "from_stage", lambda v: v["to_stage"],
                              cited="to_stage")),
    warned("step from another stage", "conversion.stage.chain", _chain),
    error("rating against the score", "completion.rating.mismatch", _rating),
    error("graduated without qualifying", "completion.conclusion.mismatch", _conclusion),
    warned("assessed twice at the end", "completion.pairing.duplicate", _completion_twice),
    warned("answer to nothing", "exchange.reply.missing",
            lambda world: change_row(where(world, "exchange", kind="答复"), "reply_to", None)),
)  # fmt: skip
"""Errors of records, each on rows nothing else relies on."""


# SECTION Errors between cells of finished rows: IDs, references, orders, contradictions.

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

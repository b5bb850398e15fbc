"""Errors between cells of finished rows: IDs, references, orders, contradictions.

Each list is in the order its errors are dealt out; every error is planted on rows nothing else
relies on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from validators.divisions import children, short_name, units
from validators.sheets import model_for
from validators.sheets.base import ASPECT_FIELDS
from workbooks.samples.cast import add_individual, add_mentor, add_organisation
from workbooks.samples.cell_errors import CELL_ERRORS
from workbooks.samples.flaws import Cells, FlawList, Spoil, candidates, change_row, pick, where
from workbooks.samples.world import Entry, World

PEOPLE_ERRORS = FlawList()
"""Errors of codes, mentors, mentees and the reporting form."""

RECORD_ERRORS = FlawList()
"""Errors of duties, assessments and the rarer sheets."""

CONTACT_ERRORS = FlawList(flaw for flaw in CELL_ERRORS if flaw.code.startswith("log."))
"""Every error planted in the log."""

_NO_VILLAGES = ("关台村", "新庄台村", "双井子村", "五里铺村", "红旗坪村")
_MENTEES = ("individual", "organisation")
_NUMBERED = ("mentor", "duty", "assessment", "exchange")


def _changed(sheet: str, name: str, value: Any, *, cited: str = "", **wanted: Any) -> Spoil:
    """Return a function that changes one field of a row with the `wanted` values."""
    return lambda world: change_row(where(world, sheet, **wanted), name, value, cited=cited)


# --- mentors, mentees and the reporting form ------------------------------------------------------


@PEOPLE_ERRORS.error("same code given twice", "{sheet}.id.duplicate", sheets=_NUMBERED)
def _duplicate_id(world: World, sheet: str) -> Cells:
    name = model_for(sheet).sheet.id_field
    entries = candidates(world, sheet)
    if len(entries) < 2:
        return []
    first, second = world.rng.sample(entries, 2)
    second.values[name] = first.values[name]
    return [(first, name), (second, name)]


@PEOPLE_ERRORS.error("code of another township", "{sheet}.id.foreign", sheets=_NUMBERED)
def _foreign_id(world: World, sheet: str) -> Cells:
    others = [u.unit_code for u in units() if u.code != world.unit.code]
    number = int(world.unit.code[2:]) * 10 + len(world.cited) % 10
    taken = world.code(sheet, number, world.rng.choice(others))
    wanted = {"origin": "本乡镇"} if sheet == "exchange" else {}
    return change_row(where(world, sheet, **wanted), model_for(sheet).sheet.id_field, taken)


@PEOPLE_ERRORS.warning("same person entered twice", "mentor.person.duplicate", rows="mentor")
def _mentor_twice(world: World, entry: Entry) -> Cells:
    same = {key: entry.values[key] for key in ("name", "gender", "born")}
    began = entry.values.get("grassroots_since")
    return [(entry, "name"), (add_mentor(world, grassroots_since=began, **same), "name")]


@PEOPLE_ERRORS.warning(
    "same person entered twice", "individual.person.duplicate", rows="individual"
)
def _individual_twice(world: World, entry: Entry) -> Cells:
    same = {key: entry.values[key] for key in ("name", "gender", "born")}
    other = add_individual(
        world, "waiting", world.ago(1, 9), status="待结对", in_post_since=None, **same
    )
    return [(entry, "name"), (other.entry, "name")]


@PEOPLE_ERRORS.warning(
    "village that is not in the township", "{sheet}.village.unknown", sheets=_MENTEES
)
def _unknown_village(world: World, sheet: str) -> Cells:
    townships = children()[world.unit.code[:6]]
    county = {short_name(v.name) for t in townships for v in children().get(t.code, ())}
    name = world.rng.choice([v for v in _NO_VILLAGES if v not in county])
    return change_row(where(world, sheet), "village", name)


@PEOPLE_ERRORS.warning(
    "organisation entered twice", "organisation.name.duplicate", rows="organisation"
)
def _organisation_twice(world: World, entry: Entry) -> Cells:
    same = {"name": entry.values["name"], "village": entry.values["village"]}
    other = add_organisation(world, "waiting", world.ago(1, 9), status="待结对", **same)
    return [(entry, "name"), (other.entry, "name")]


def _year_of_life(year: int) -> Callable[[dict[str, Any]], date]:
    return lambda values: values["born"].replace(year=values["born"].year + year)


def _years_ago(world: World, years: float, spread: int = 200) -> date:
    return world.ago(round(years * 365.25), round(years * 365.25) + spread)


PEOPLE_ERRORS.error("appointment ends before it starts", "mentor.appointment.order")(
    _changed(
        "mentor", "appointed_until", lambda v: v["appointed_on"] - timedelta(days=31),
        status="在库",
    )
)  # fmt: skip


@PEOPLE_ERRORS.warning("appointment ran out", "mentor.appointment.expired")
def _appointment_over(world: World) -> Cells:
    entry = where(world, "mentor", status="在库")
    if entry is not None:
        entry.values["appointed_on"] = _years_ago(world, 3.1)
    return change_row(entry, "appointed_until", _years_ago(world, 0.1, 60))


PEOPLE_ERRORS.error("at work before the age of fifteen", "mentor.grassroots.order")(
    _changed("mentor", "grassroots_since", _year_of_life(12), status="在库")
)


@PEOPLE_ERRORS.warning("veteran with too few years", "mentor.category.experience")
def _young_veteran(world: World) -> Cells:
    entry = where(world, "mentor", status="在库")
    if entry is not None:
        entry.values["grassroots_since"] = _years_ago(world, 2.5, 300).replace(day=1)
    return change_row(entry, "category", "老业务")


PEOPLE_ERRORS.warning("pause without a date", "mentor.status.undated")(
    _changed("mentor", "status", "暂停", cited="status_since", status="在库")
)


@PEOPLE_ERRORS.warning(
    "older than eighty", "{sheet}.born.implausible", sheets=("mentor", "individual")
)
def _too_old(world: World, sheet: str) -> Cells:
    age = world.rng.randint(83, 92)
    return change_row(where(world, sheet), "born", date(world.as_of.year - age, 3, 1))


PEOPLE_ERRORS.error("in post before the age of fifteen", "individual.in_post.order")(
    _changed("individual", "in_post_since", _year_of_life(9), in_post_since=True)
)


def _contradicted_status(sheet: str, fate: str, status: str) -> Spoil:
    """Give a mentee a status its pairings contradict; newcomers are in no other trouble."""

    def spoil(world: World) -> Cells:
        entries = [
            m.entry
            for m in world.mentees
            if m.fate == fate and m.entry.sheet == sheet and m.entry.free
        ]
        entries = [e for e in entries if e.values["status"] != status]
        return change_row(pick(world, entries), "status", status)

    return spoil


for _sheet in _MENTEES:
    for _fate, _status, _problem in (
        ("waiting", "帮带中", "unpaired"),
        ("new", "待结对", "paired"),
    ):
        PEOPLE_ERRORS.warning("status its pairings contradict", f"{_sheet}.status.{_problem}")(
            _contradicted_status(_sheet, _fate, _status)
        )


@PEOPLE_ERRORS.warning("stage behind the latest step", "individual.stage.mismatch")
def _stage_mismatch(world: World) -> Cells:
    steps = {e.values["mentee_id"]: e for e in candidates(world, "conversion")}
    entries = [e for e in candidates(world, "individual") if e.values["mentee_id"] in steps]
    entry = pick(world, entries)
    if entry is not None:
        steps[entry.values["mentee_id"]].locked = True
    return change_row(entry, "stage", "未纳入")


@PEOPLE_ERRORS.error(
    "more votes against than votes", "organisation.votes.order", rows="organisation"
)
def _votes(_world: World, entry: Entry) -> Cells:
    entry.values["votes"] = 60
    return change_row(entry, "votes_against", 75)


def _closed(world: World) -> list[Entry]:
    return [m.entry for m in world.mentees if m.fate == "closed" and m.entry.free]


@PEOPLE_ERRORS.warning(
    "closed without enough points", "organisation.closed.condition", rows=_closed
)
def _closed_too_early(_world: World, entry: Entry) -> Cells:
    return change_row(entry, "inspection_score", 62, cited="closed_on")


@PEOPLE_ERRORS.warning("closed without a date", "organisation.closed.undated", rows=_closed)
def _closed_undated(_world: World, entry: Entry) -> Cells:
    return change_row(entry, "closed_on", None)


PEOPLE_ERRORS.warning("ended without a reason", "pairing.reason.missing")(
    _changed("pairing", "end_reason", None)
)


@PEOPLE_ERRORS.error("township against its code", "unit.name.mismatch")
def _township_name(world: World) -> Cells:
    names = [u.name for u in units() if u.parent_code == world.unit.parent_code]
    other = world.rng.choice([name for name in names if name != world.unit.name])
    return change_row(where(world, "unit"), "township", other)


# --- duties, assessments and the rarer sheets -----------------------------------------------------


@RECORD_ERRORS.error("duty ends before it starts", "duty.period.order", rows="duty")
def _duty_order(_world: World, entry: Entry) -> Cells:
    return change_row(entry, "starts_on", lambda v: v["due_on"] + timedelta(days=9), cited="due_on")


def _outside_period(world: World, entry: Entry, *, late: bool) -> Cells:
    code = entry.values["pairing_id"]
    pairing = next(pairing for pairing in world.pairings if pairing.pairing_id == code)
    gap = timedelta(days=world.rng.randint(5, 60))
    if late:
        return change_row(entry, "due_on", pairing.last + gap)
    return change_row(entry, "starts_on", pairing.first - gap)


for _late in (True, False):
    RECORD_ERRORS.warning("duty beyond its pairing", "duty.period.outside", rows="duty")(
        partial(_outside_period, late=_late)
    )


def _unknown(sheet: str, name: str, target: str, **wanted: Any) -> Spoil:
    def spoil(world: World) -> Cells:
        number = 880 + world.rng.randint(0, 9)
        return change_row(where(world, sheet, **wanted), name, world.code(target, number))

    return spoil


for _code, _spoil in {
    "duty.pairing": _unknown("duty", "pairing_id", "pairing"),
    "assessment.mentee": _unknown("assessment", "mentee_id", "individual"),
    "conversion.mentee": _unknown("conversion", "mentee_id", "individual"),
    "completion.pairing": _unknown("completion", "pairing_id", "pairing"),
    "misconduct.participant": _unknown("misconduct", "participant_id", "mentor"),
    "exchange.reply": _unknown("exchange", "reply_to", "exchange", kind="答复"),
    "pairing.mentor": _unknown("pairing", "mentor_id", "mentor"),
    "pairing.mentee": _unknown("pairing", "mentee_id", "individual"),
}.items():
    RECORD_ERRORS.error("code that is nowhere", f"{_code}.unknown")(_spoil)


@RECORD_ERRORS.warning("assessed twice on one day", "assessment.day.duplicate")
def _assessed_twice(world: World) -> Cells:
    """Repeat an assessment that leaves nothing to rise: it must not look like standing still."""
    entries = [
        e
        for e in candidates(world, "assessment")
        if min(e.values[name] for name in ASPECT_FIELDS) >= 4
    ]
    entry = pick(world, entries)
    if entry is None:
        return []
    values = {k: v for k, v in entry.values.items() if k != "assessment_id"}
    return [(entry, "assessed_on"), (world.add("assessment", values), "assessed_on")]


@RECORD_ERRORS.warning("signed before it was assessed", "assessment.signed.early")
def _signed_early(world: World) -> Cells:
    entry = where(world, "assessment", signed_on=True)
    early = timedelta(days=world.rng.randint(1, 9))
    return change_row(entry, "signed_on", lambda v: v["assessed_on"] - early)


@RECORD_ERRORS.error("day after the as-of date", "assessment.assessed_on.future")
def _future_assessment(world: World) -> Cells:
    entry = pick(world, candidates(world, "assessment"))
    if entry is not None:
        entry.values.pop("signed_on", None)
    return change_row(entry, "assessed_on", world.as_of + timedelta(days=world.rng.randint(1, 30)))


RECORD_ERRORS.error("step to the same stage", "conversion.stage.same")(
    _changed("conversion", "from_stage", lambda v: v["to_stage"], cited="to_stage")
)


@RECORD_ERRORS.warning("step from another stage", "conversion.stage.chain")
def _broken_chain(world: World) -> Cells:
    second = [e for e in world.of("conversion") if e.free and e.values["from_stage"] == "后备干部"]
    return change_row(pick(world, second), "from_stage", "未纳入")


RECORD_ERRORS.error("rating against the score", "completion.rating.mismatch")(
    _changed("completion", "rating", lambda v: {"优秀": "合格", "合格": "优秀"}[v["rating"]])
)


@RECORD_ERRORS.error(
    "graduated without qualifying", "completion.conclusion.mismatch", rows="completion"
)
def _conclusion(_world: World, entry: Entry) -> Cells:
    entry.values |= {"score": 61, "rating": "不合格"}
    return [(entry, "conclusion")]


@RECORD_ERRORS.warning(
    "assessed twice at the end", "completion.pairing.duplicate", rows="completion"
)
def _completion_twice(world: World, entry: Entry) -> Cells:
    other = world.add("completion", dict(entry.values))
    return [(entry, "pairing_id"), (other, "pairing_id")]


RECORD_ERRORS.warning("answer to nothing", "exchange.reply.missing")(
    _changed("exchange", "reply_to", None, kind="答复")
)


# --- the log --------------------------------------------------------------------------------------


def _single(world: World) -> list[Entry]:
    return [e for e in candidates(world, "log") if len(world.log_pairings[e]) == 1]


def _joint(world: World) -> list[Entry]:
    return [e for e in candidates(world, "log") if len(world.log_pairings[e]) > 1]


def _without_duty(world: World) -> list[Entry]:
    return [e for e in candidates(world, "log") if "duty_ids" not in e.values]


def _single_without_duty(world: World) -> list[Entry]:
    return [e for e in _single(world) if "duty_ids" not in e.values]


@CONTACT_ERRORS.error("code that is nowhere", "log.pairing.unknown", rows=_single_without_duty)
def _unknown_pairing(world: World, entry: Entry) -> Cells:
    unknown = world.code("pairing", 870 + world.rng.randint(0, 9))
    return change_row(entry, "pairing_ids", (unknown,))


@CONTACT_ERRORS.error("code that is nowhere", "log.pairing.unknown", rows=_joint)
def _unknown_pairing_among_others(world: World, entry: Entry) -> Cells:
    unknown = world.code("pairing", 860 + world.rng.randint(0, 9))
    return change_row(entry, "pairing_ids", (*entry.values["pairing_ids"], unknown))


@CONTACT_ERRORS.error("code that is nowhere", "log.duty.unknown", rows=_without_duty)
def _unknown_duty(world: World, entry: Entry) -> Cells:
    return change_row(entry, "duty_ids", (world.code("duty", 8800 + world.rng.randint(0, 9)),))


@CONTACT_ERRORS.error("code not in the form", "log.duty_ids.code_malformed", rows=_without_duty)
def _malformed_duty(world: World, entry: Entry) -> Cells:
    entry.typed["duty_ids"] = world.code("duty", 1)[1:]
    return [(entry, "duty_ids")]


@CONTACT_ERRORS.warning("duty of another pairing", "log.duty.mismatch", rows=_single_without_duty)
def _others_duty(world: World, entry: Entry) -> Cells:
    """Name a duty of another pairing that has been worked on already."""
    own = world.log_pairings[entry][0].pairing_id
    duties = [
        e for e in world.of("duty")
        if not e.flawed and e.values["pairing_id"] != own
        and e.values["duty_id"] in world.used_duties()
    ]  # fmt: skip
    duty = pick(world, duties)
    return change_row(entry, "duty_ids", (duty.values["duty_id"],)) if duty else []


def _of_young_pairing(world: World) -> list[Entry]:
    year_ago = world.as_of - timedelta(days=360)
    return [e for e in _single(world) if world.log_pairings[e][0].first > year_ago]


@CONTACT_ERRORS.error("contact outside the period", "log.date.outside", rows=_of_young_pairing)
@CONTACT_ERRORS.error("contact outside the period", "log.date.outside", rows=_of_young_pairing)
def _before_period(world: World, entry: Entry) -> Cells:
    first = world.log_pairings[entry][0].first
    return change_row(entry, "date", first - timedelta(days=world.rng.randint(1, 40)))


def _of_paused_pairing(world: World) -> list[Entry]:
    """Return contacts whose month has another right one of the same pairing."""
    paused = {p.pairing_id for p in world.pairings if p.mentee.fate == "paused" and p.logged}
    return [
        e for e in world.of("log")
        if not e.flawed and len(e.values["pairing_ids"]) == 1 and "duty_ids" not in e.values
        and e.values["pairing_ids"][0] in paused and _spare_contact(world, e)
    ]  # fmt: skip


@CONTACT_ERRORS.warning("contact during a pause", "log.date.paused", rows=_of_paused_pairing)
def _during_pause(world: World, entry: Entry) -> Cells:
    code = entry.values["pairing_ids"][0]
    pairing = next(p for p in reversed(world.pairings) if p.pairing_id == code)
    first: date = pairing.entry.values["paused_from"]
    room = (world.as_of - first).days
    return change_row(entry, "date", first + timedelta(days=world.rng.randint(0, room)))


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


@CONTACT_ERRORS.warning("contact entered twice", "log.row.duplicate")
def _contact_twice(world: World) -> Cells:
    """Enter one contact twice; it is a copied entry, too."""
    entries = _single(world)
    if len(entries) < 2:
        return []
    first, second = world.rng.sample(entries, 2)
    if "duty_ids" in second.values:
        return []
    for name in ("date", "pairing_ids", "content"):
        second.values[name] = first.values[name]
    world.repeated.append((first, second))
    return [(first, "content"), (second, "content")]


CONTACT_ERRORS.error("same code given twice", "{sheet}.id.duplicate", sheets=("log",))(
    _duplicate_id
)


@CONTACT_ERRORS.error("code of another township", "log.id.foreign", rows="log")
def _foreign_log_id(world: World, entry: Entry) -> Cells:
    if not world.neighbour:
        return []
    number = int(world.unit.code[2:]) * 1000 + len(world.cited)
    return change_row(entry, "log_id", world.code("log", number, world.neighbour))

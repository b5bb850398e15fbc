"""Errors of duties, assessments and the rarer sheets: references, orders, contradictions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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

__all__ = ["RECORD_ERRORS"]


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

"""Errors one cell shows by itself: every way of typing a value that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from validators.columns import Kind
from validators.sheets import columns_by_field, model_for
from workbooks.samples.flaws import Cells, Flaw, FlawList, Spoil, candidates, on_row
from workbooks.samples.world import (
    CellInput,
    Entry,
    ErrorFormula,
    GeneralNumber,
    UncalculatedFormula,
    World,
)

_WRONG_WORDS = {"gender": "不详", "ethnicity": "外族", "politics": "积极分子", "category": "老专家",
    "status": "正常", "mode": "老带少", "path": "老带少", "side": "双方", "aspect": "党建",
    "method": "谈心法", "form": "现场", "role": "教", "channel": "微信", "rating": "良好",
    "conclusion": "毕业", "kind": "提问", "stage": "村支书", "to_stage": "村支书",
    "origin": "县级", "model_township": "有"}  # fmt: skip
_TOO_MUCH: dict[str, tuple[float, ...]] = {"hours": (25, 36, 0), "score": (105, 120, -3),
    "target": (0, -1), "mentors_needed": (9, 0), "members": (-5,), "capacity": (-1,),
    "people_led": (-8,), "income_gain": (-500,), "income": (-3.2,)}  # fmt: skip
_PHONES = ("1380000123", "0954-20", "139000012345", "电话见通讯录", "12300001111")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class _Case:
    """One cell to spoil: its field, its right value, whether it holds a month."""

    world: World
    name: str
    value: Any
    month: bool


Spelling = Callable[[_Case], CellInput]
"""Returns the cell a clerk types instead of the right value."""

CELL_ERRORS = FlawList()
"""Every cell error by sheet and field."""


def _cell_error(
    kind: str, problem: str, targets: str, *, level: str = "error"
) -> Callable[[Spelling], Spelling]:
    """Register a spelling as an error of each of `targets`: sheet.field, separated by blanks."""

    def register(spelling: Spelling) -> Spelling:
        for target in targets.split():
            spoil = _spoil_cell(target, problem, spelling)
            CELL_ERRORS.append(Flaw(kind, f"{target}.{problem}", level, spoil))
        return spelling

    return register


def _spoil_cell(target: str, problem: str, spelling: Spelling) -> Spoil:
    sheet, _, name = target.partition(".")
    month = columns_by_field(model_for(sheet))[name].kind is Kind.MONTH

    def suitable(world: World) -> list[Entry]:
        return [e for e in candidates(world, sheet) if _suits(e.values, name, problem)]

    def spoil(world: World, entry: Entry) -> Cells:
        entry.typed[name] = spelling(_Case(world, name, entry.values.get(name), month))
        return [(entry, name)]

    return on_row(suitable, spoil)


def _suits(values: dict[str, Any], name: str, problem: str) -> bool:
    """Return whether the cell is filled, and no rule would notice a second cell."""
    if name not in values:
        return False
    return not (problem == "date_serial" and values[name].year < 1955)


@_cell_error(
    "required cell left blank", "missing",
    "mentor.employer mentor.gender individual.post individual.name organisation.secretary "
    "duty.item assessment.competence misconduct.fact exchange.title log.content log.form "
    "log.aspect log.content log.date",
)  # fmt: skip
def _missing(_case: _Case) -> CellInput:
    return None


@_cell_error(
    "word not in the list", "choice",
    "mentor.category mentor.gender individual.ethnicity individual.politics individual.stage "
    "organisation.category pairing.mode pairing.path duty.side duty.method assessment.channel "
    "completion.rating exchange.kind log.aspect log.form log.method log.role",
)  # fmt: skip
def _choice(case: _Case) -> CellInput:
    return _WRONG_WORDS[case.name]


@_cell_error(
    "code not in the form", "code_malformed",
    "mentor.mentor_id duty.duty_id assessment.assessment_id assessment.mentee_id "
    "exchange.exchange_id misconduct.participant_id log.log_id log.pairing_ids",
)  # fmt: skip
def _malformed(case: _Case) -> CellInput:
    code = case.value[0] if isinstance(case.value, tuple) else str(case.value)
    head, _, tail = code.partition("-")
    return case.world.rng.choice(
        (f"{head}{tail}", f"{head[:-1]}-{tail}", f"{head}-{tail[-2:]}", tail)
    )


@_cell_error(
    "day that does not exist", "date_unreadable",
    "mentor.joined_on mentor.grassroots_since individual.surveyed_on assessment.assessed_on "
    "completion.assessed_on exchange.date duty.starts_on log.date log.date",
)  # fmt: skip
def _unreadable(case: _Case) -> CellInput:
    year = case.world.as_of.year
    words = ("五一", "待定", f"{year}-02-30", f"{year}-13-05", "年底", "开春后")
    return case.world.rng.choice(words[:2] + words[3:] if case.month else words)


@_cell_error(
    "day or year missing in a date", "date_ambiguous",
    "mentor.appointed_on individual.born individual.chosen_on organisation.surveyed_on "
    "assessment.signed_on duty.due_on pairing.ceremony_on conversion.date log.date log.date",
)  # fmt: skip
def _ambiguous(case: _Case) -> CellInput:
    day, year = case.world.rng.randint(1, 12), case.world.as_of.year
    if case.month:
        return case.world.rng.choice(("5/6", f"{day}/{day}", GeneralNumber(1978.1)))
    short = f"{year % 100}.{day}.3"
    return case.world.rng.choice(
        (f"{day}/6", short, f"{year}.{day}", GeneralNumber(year + 0.5), f"{day}月3日")
    )


@_cell_error(
    "date typed as one number", "date_number",
    "mentor.born mentor.joined_on individual.in_post_since individual.surveyed_on "
    "assessment.assessed_on organisation.chosen_on duty.due_on misconduct.date log.date",
)  # fmt: skip
def _packed(case: _Case) -> CellInput:
    return GeneralNumber(int(f"{case.value:%Y%m}" if case.month else f"{case.value:%Y%m%d}"))


@_cell_error(
    "date without a date format", "date_serial",
    "mentor.appointed_until individual.chosen_on assessment.signed_on completion.assessed_on "
    "organisation.measures_due pairing.paired_on log.date",
)  # fmt: skip
def _serial(case: _Case) -> CellInput:
    return GeneralNumber(max(20_001, (case.value - _EPOCH).days))


@_cell_error(
    "year out of range", "date_out_of_range",
    "mentor.joined_on individual.born individual.surveyed_on assessment.assessed_on "
    "exchange.date log.date",
)  # fmt: skip
def _out_of_years(case: _Case) -> CellInput:
    year = case.world.rng.choice((case.value.year + 200, case.value.year - 1000))
    return f"{year:04d}-{case.value.month:02d}-{case.value.day:02d}"


@_cell_error(
    "words instead of a number", "number_unreadable",
    "organisation.members organisation.income duty.target conversion.people_led "
    "assessment.satisfaction log.hours",
)  # fmt: skip
def _no_number(case: _Case) -> CellInput:
    return case.world.rng.choice(("约3人", "三十多", "不到5万", "十几户", "好几次", "3～5"))


@_cell_error(
    "fraction where whole numbers count", "number_not_integer",
    "organisation.members assessment.governance duty.target conversion.people_led "
    "mentor.industry",
)  # fmt: skip
def _fraction(case: _Case) -> CellInput:
    return (
        GeneralNumber(case.value + 0.5) if case.world.rng.random() < 0.6 else f"{case.value + 0.5}"
    )


@_cell_error(
    "number out of range", "out_of_range",
    "mentor.conduct individual.conviction organisation.industry assessment.organisation "
    "assessment.satisfaction completion.score duty.target pairing.score "
    "conversion.income_gain log.hours log.hours",
)  # fmt: skip
def _too_much(case: _Case) -> CellInput:
    return GeneralNumber(case.world.rng.choice(_TOO_MUCH.get(case.name, (0, 6, 7, 10))))


@_cell_error(
    "long number lost its last digits", "digits_lost",
    "mentor.certificate mentor.phone individual.phone conversion.document log.place",
)  # fmt: skip
def _lost_digits(case: _Case) -> CellInput:
    return GeneralNumber(case.world.rng.randint(10**15, 9 * 10**15) // 100 * 100)


@_cell_error(
    "formula shows an error", "formula_error",
    "mentor.post individual.employer organisation.measures duty.item assessment.comment "
    "exchange.content completion.assessor misconduct.confirmed_by log.content log.place "
    "log.next_step log.date",
)  # fmt: skip
def _error_cell(case: _Case) -> CellInput:
    return ErrorFormula(case.world.rng.choice(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!")))


@_cell_error(
    "formula never calculated", "formula_uncalculated",
    "mentor.employer individual.weakness organisation.measures duty.item assessment.comment "
    "exchange.content log.content log.place",
)  # fmt: skip
def _unsaved(case: _Case) -> CellInput:
    return UncalculatedFormula(case.world.rng.choice(('="第"&1&"组"', "=SUM(1,2)", "=TODAY()")))


@_cell_error(
    "control character in a text", "control_character",
    "mentor.post individual.employer duty.item exchange.content log.content log.problem",
)  # fmt: skip
def _control(case: _Case) -> CellInput:
    text = str(case.value)
    return text[:2] + case.world.rng.choice("\x07\x0b\x1f") + text[2:]


@_cell_error(
    "day after the as-of date", "future",
    "mentor.joined_on individual.surveyed_on organisation.surveyed_on completion.assessed_on "
    "misconduct.date pairing.ceremony_on exchange.date unit.reported_on log.date log.date",
)  # fmt: skip
def _future(case: _Case) -> CellInput:
    if case.month:
        return (case.world.as_of + timedelta(days=case.world.rng.randint(62, 300))).replace(day=1)
    return case.world.as_of + timedelta(days=case.world.rng.randint(1, 9))


@_cell_error(
    "phone with a digit too many or too few", "phone_malformed",
    "mentor.phone individual.phone unit.office_phone", level="warning"
)  # fmt: skip
def _bad_phone(case: _Case) -> CellInput:
    return case.world.rng.choice(_PHONES)

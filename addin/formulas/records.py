"""BD_DUTY, BD_GROWTH, BD_RISK, BD_GOLD: what the generated sheets say, for single IDs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import xlwings as xw

from addin.formulas.arguments import (
    AsOf,
    Assessments,
    Completions,
    Conversions,
    Duties,
    Individuals,
    Log,
    Mentees,
    Mentors,
    MentorsPool,
    Misconducts,
    Organisations,
    Pairings,
    SettingsTable,
)
from addin.formulas.cells import Answer, Plain, block, id_of, never_raising, plain
from addin.formulas.intake import Given, Judged, judged
from addin.tasks.awards import Award, awards
from addin.tasks.duties import DutyState, progress
from addin.tasks.flags.judge import Flag, flags_of
from addin.tasks.growth import growth
from addin.tasks.growth_record import Growth
from addin.tasks.sources import Sources
from validators.cells import Cell
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    IndividualRow,
    LogRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
    SettingRow,
)

__all__ = ["BD_DUTY", "BD_GOLD", "BD_GROWTH", "BD_RISK"]

T = TypeVar("T")


@xw.func
@never_raising
def BD_DUTY(
    duty: Annotated[
        Any, {"doc": "职责编号所在的单元格，可以是一列", "ndim": 2, "err_to_str": True}
    ],
    duties: Duties,
    log: Log,
    pairings: Pairings,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """职责已完成几次，按工作日志计算，与“职责清单”的已完成次数一致。"""
    found = _judged(2, {DutyRow: duties, LogRow: log, PairingRow: pairings}, settings, as_of)
    asked, known = block(duty), found.once(_duties)
    rows: list[list[Plain]] = [
        [_of(cell, known, (found, DutyRow), lambda one: [one.done], ("",))[0] for cell in row]
        for row in asked.rows
    ]
    return rows[0][0] if asked.single else rows


@xw.func
@never_raising
def BD_GROWTH(
    mentee: Mentees,
    individuals: Individuals,
    organisations: Organisations,
    assessments: Assessments,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """对象六个方面各变化了几分（最近一次评价减基线）和成长趋势，共 7 列：思想情怀、业务能力、组织建设、工作作风、产业发展、基层治理、成长趋势。"""
    tables: dict[type[Row], Any] = {
        IndividualRow: individuals, OrganisationRow: organisations, AssessmentRow: assessments
    }  # fmt: skip
    found = _judged(2, tables, settings, as_of)
    known = found.once(_growth)
    return [
        _of(cell, known, (found, _mentee_model(cell)), _growth_cells, ("",) * 7)
        for cell in block(mentee).cells()
    ]


@xw.func
@never_raising
def BD_RISK(
    mentee: Mentees,
    individuals: Individuals,
    organisations: Organisations,
    mentors: MentorsPool,
    pairings: Pairings,
    duties: Duties,
    log: Log,
    assessments: Assessments,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """对象的预警级别、风险分、触发规则和依据，共 4 列，与“预警名单”一致；没有触发任何规则的写“无预警”。"""
    tables: dict[type[Row], Any] = {
        IndividualRow: individuals, OrganisationRow: organisations, MentorRow: mentors,
        PairingRow: pairings, DutyRow: duties, LogRow: log, AssessmentRow: assessments,
    }  # fmt: skip
    found = _judged(2, tables, settings, as_of)
    known = found.once(_flags)
    return [
        _of(cell, known, (found, _mentee_model(cell)), _flag_cells, ("无预警", "", "", ""))
        for cell in block(mentee).cells()
    ]


@xw.func
@never_raising
def BD_GOLD(
    mentor: Mentors,
    mentors: MentorsPool,
    individuals: Individuals,
    organisations: Organisations,
    pairings: Pairings,
    duties: Duties,
    log: Log,
    assessments: Assessments,
    conversions: Conversions,
    completions: Completions,
    misconducts: Misconducts,
    settings: SettingsTable = None,
    as_of: AsOf = None,
) -> Answer:
    """导师本年度的金牌导师得分，共 6 列：履职、档案日志、成效、满意度、总分、是否入围，与“金牌导师”表一致；本年度没有帮带的写明。"""
    tables: dict[type[Row], Any] = {
        MentorRow: mentors, IndividualRow: individuals, OrganisationRow: organisations,
        PairingRow: pairings, DutyRow: duties, LogRow: log, AssessmentRow: assessments,
        ConversionRow: conversions, CompletionRow: completions, MisconductRow: misconducts,
    }  # fmt: skip
    found = _judged(2, tables, settings, as_of)
    known = found.once(_awards)
    return [
        _of(cell, known, (found, MentorRow), _award_cells, ("本年度没有帮带", *[""] * 5))
        for cell in block(mentor).cells()
    ]


def _judged(
    first: int, tables: Mapping[type[Row], object], settings: object, as_of: object
) -> Judged:
    """Return the ledger of consecutive arguments from number `first` on, then 参数 and the day."""
    given = [Given(at, *one) for at, one in enumerate(tables.items(), first)]
    after = first + len(given)
    return judged(given, Given(after, SettingRow, settings), Given(after + 1, SettingRow, as_of))


def _duties(found: Judged) -> dict[str, DutyState]:
    """Return the duties by ID; whose duty a repeated ID is, nobody knows."""
    known = found.ledger.table(DutyRow).by_single_id
    states = {one.row: one for one in progress(found.contacts)}
    return {code: states[row] for code, row in known.items() if row in states}


def _growth(found: Judged) -> dict[str, Growth]:
    return {one.mentee_id: one for one in growth(found.contacts)}


def _flags(found: Judged) -> dict[str, Flag]:
    return {one.mentee_id: one for one in flags_of(found.contacts)}


def _awards(found: Judged) -> dict[str, Award]:
    sources = Sources(found.contacts)
    made = awards(found.ledger, found.settings, found.as_of, sources=sources)
    return {one.mentor.mentor_id: one for one in made}


def _growth_cells(one: Growth) -> list[Any]:
    return [*one.change, one.trend]


def _flag_cells(flag: Flag) -> list[Any]:
    row = flag.as_row()
    return [row[name] for name in ("level", "score", "rules", "facts")]


_AWARD = (
    "duty_score", "record_score", "result_score", "satisfaction_score", "total", "shortlisted",
)  # fmt: skip


def _award_cells(award: Award) -> list[Any]:
    row = award.as_row()
    return [row[name] for name in _AWARD]


def _mentee_model(cell: Cell | None) -> type[Row]:
    return OrganisationRow if id_of(cell).startswith("Z") else IndividualRow


def _of(
    cell: Cell | None,
    known: Mapping[str, T],
    found: tuple[Judged, type[Row]],
    cells: Callable[[T], Sequence[Any]],
    nothing: tuple[str, ...],
) -> list[Plain]:
    """Return what is known of an ID in as many cells as `nothing` has.

    Args:
        cell: The ID.
        known: What is known, by ID.
        found: The ledger, and the sheet that owns the ID.
        cells: Makes cells of what is known.
        nothing: For an ID of the sheet of which nothing is known.
    """
    code, (where, model) = id_of(cell), found
    if not code:
        return [""] * len(nothing)
    if code in known:
        return [plain(value) for value in cells(known[code])]
    table = where.ledger.table(model)
    row = table.by_single_id.get(code)
    if row is not None and table.accepted()[row]:
        return [*nothing]
    there = code in table.by_id
    said = (
        "所在行有错误或编号重复，没有采用" if there else f"不在“{model.sheet.name}”中，请核对编号"
    )
    return [f"{code} {said}", *[""] * (len(nothing) - 1)]

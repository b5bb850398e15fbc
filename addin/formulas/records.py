"""BD_DUTY, BD_GROWTH, BD_RISK, BD_GOLD: what the generated sheets say, for single IDs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from addin.domain.awards import Award, awards
from addin.domain.duties import DutyState, duty_report
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from addin.domain.growth import Growth, growth
from addin.formulas import ranges as arg
from addin.formulas.ledger import FormulaLedger, one_year, validated
from addin.formulas.ranges import Answer, Argument, Plain, id_of, plain, udf
from validators.cells import Cell
from validators.sheets import DutyRow, IndividualRow, MentorRow, OrganisationRow, Row

T = TypeVar("T")

_MENTEES = (IndividualRow, OrganisationRow)


@udf("职责完成次数", about=(DutyRow,))
def BD_DUTY(
    duty: Annotated[Any, Argument("职责编号所在的单元格，可以为一列", "@.duty_id")],
    duties: arg.Duties,
    log: arg.Log,
    pairings: arg.Pairings,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
    carried: arg.CarriedLog = None,
) -> Answer:
    """职责的已完成次数：工作日志中填有该职责编号的计入，与“职责清单”的已完成次数一致。"""
    ledger = validated([duties, log, pairings, carried], settings, as_of)
    states, ids = ledger.once(_duties), duty.block
    rows: list[list[Plain]] = [
        [_cells(cell, states, (ledger, DutyRow), _duty_cells, ("",))[0] for cell in row]
        for row in ids.rows
    ]
    return rows[0][0] if ids.single else rows


@udf("成长变化", about=_MENTEES)
def BD_GROWTH(
    mentee: arg.Mentees,
    individuals: arg.Individuals,
    organisations: arg.Organisations,
    assessments: arg.Assessments,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
) -> Annotated[Answer, 7]:
    """对象六个方面的分值变化（最近一次评价减基线）和评价趋势，共 7 列：思想情怀、业务能力、组织建设、工作作风、产业发展、基层治理、评价趋势。"""
    tables = [individuals, organisations, assessments]
    ledger = validated(tables, settings, as_of)
    growths = ledger.once(_growth)
    return [
        _cells(cell, growths, (ledger, _mentee_model(cell)), _growth_cells, ("",) * 7)
        for cell in mentee.block.cells()
    ]


_FLAG_FIELDS = ("level", "score", "rules", "facts")


@udf("预警", about=_MENTEES)
def BD_RISK(
    mentee: arg.Mentees,
    individuals: arg.Individuals,
    organisations: arg.Organisations,
    mentors: arg.MentorsPool,
    pairings: arg.Pairings,
    duties: arg.Duties,
    log: arg.Log,
    assessments: arg.Assessments,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
    completions: arg.CompletionsTable = None,
    carried: arg.CarriedLog = None,
) -> Annotated[Answer, len(_FLAG_FIELDS)]:
    """对象的预警级别、风险分、触发规则和依据，共 4 列，与“预警名单”一致；未触发任何规则的写“无预警”。未选期满考核的不判断临近期满。"""
    # The last arguments came later: formulas written before them stay valid.
    tables = [
        individuals, organisations, mentors, pairings, duties, log, assessments, completions,
        carried,
    ]  # fmt: skip
    ledger = validated(tables, settings, as_of)
    by_mentee = ledger.once(_flags)
    return [
        _cells(cell, by_mentee, (ledger, _mentee_model(cell)), _flag_cells, ("无预警", "", "", ""))
        for cell in mentee.block.cells()
    ]


_AWARD_FIELDS = (
    "duty_score", "record_score", "result_score", "satisfaction_score", "total", "shortlisted",
)  # fmt: skip


@udf("金牌得分", about=(MentorRow,))
def BD_GOLD(
    mentor: arg.Mentors,
    mentors: arg.MentorsPool,
    individuals: arg.Individuals,
    organisations: arg.Organisations,
    pairings: arg.Pairings,
    duties: arg.Duties,
    log: arg.Log,
    assessments: arg.Assessments,
    conversions: arg.Conversions,
    completions: arg.Completions,
    misconducts: arg.Misconducts,
    settings: arg.SettingsTable = None,
    as_of: arg.AsOf = None,
    carried: arg.CarriedLog = None,
    year: arg.Year = None,
) -> Annotated[Answer, len(_AWARD_FIELDS)]:
    """导师本年度的金牌导师得分，共 6 列：履职、档案日志、成效、满意度、总分、是否入围，与“金牌导师”表一致；本年度无帮带的注明。"""
    tables = [
        mentors,
        individuals,
        organisations,
        pairings,
        duties,
        log,
        assessments,
        conversions,
        completions,
        misconducts,
        carried,
    ]
    ledger = validated(tables, settings, as_of)
    judged = _awards(ledger, one_year(year))
    return [
        _cells(cell, judged, (ledger, MentorRow), _award_cells, ("本年度无帮带", *[""] * 5))
        for cell in mentor.block.cells()
    ]


def _duties(ledger: FormulaLedger) -> dict[str, DutyState]:
    """Return the duties by ID, without those whose ID stands twice: nobody knows which is meant."""
    rows = ledger.ledger.table(DutyRow).by_single_id
    states = {state.row: state for state in duty_report(ledger.contacts).states}
    return {code: states[row] for code, row in rows.items() if row in states}


def _growth(ledger: FormulaLedger) -> dict[str, Growth]:
    return {file.mentee_id: file for file in growth(LedgerFacts(ledger.contacts))}


def _flags(ledger: FormulaLedger) -> dict[str, Flag]:
    return {flag.mentee_id: flag for flag in flags(LedgerFacts(ledger.contacts))}


def _awards(ledger: FormulaLedger, year: int | None) -> dict[str, Award]:
    """Return the awards of a year by mentor, computed once for every year."""
    known: dict[int | None, dict[str, Award]] = ledger.once(_years_judged)
    if year not in known:
        judged = awards(LedgerFacts(ledger.contacts), year)
        known[year] = {award.mentor.mentor_id: award for award in judged}
    return known[year]


def _years_judged(_: FormulaLedger) -> dict[int | None, dict[str, Award]]:
    return {}


def _duty_cells(state: DutyState) -> list[Any]:
    return [state.done]


def _growth_cells(growth: Growth) -> list[Any]:
    return [*growth.change, growth.trend]


def _flag_cells(flag: Flag) -> list[Any]:
    row = flag.as_row()
    return [row[field] for field in _FLAG_FIELDS]


def _award_cells(award: Award) -> list[Any]:
    row = award.as_row()
    return [row[field] for field in _AWARD_FIELDS]


def _mentee_model(cell: Cell | None) -> type[Row]:
    return OrganisationRow if id_of(cell).startswith("Z") else IndividualRow


def _cells(
    cell: Cell | None,
    results: Mapping[str, T],
    owner: tuple[FormulaLedger, type[Row]],
    cells_of: Callable[[T], Sequence[Any]],
    nothing: tuple[str, ...],
) -> list[Plain]:
    """Return what is known of an ID in as many cells as `nothing` has.

    Args:
        cell: The ID.
        results: What is known, by ID.
        owner: The ledger, and the sheet in which the ID is given out.
        cells_of: Makes cells of a result.
        nothing: For an ID of the sheet of which nothing is known.
    """
    code, (ledger, model) = id_of(cell), owner
    if not code:
        return [""] * len(nothing)
    if code in results:
        return [plain(value) for value in cells_of(results[code])]
    table = ledger.ledger.table(model)
    row = table.by_single_id.get(code)
    if row is not None and table.accepted()[row]:
        return [*nothing]
    problem = (
        "所在行有错误或编号重复，未采用"
        if code in table.by_id
        else f"不在“{model.sheet.name}”中，请核对编号"
    )
    return [f"{code} {problem}", *[""] * (len(nothing) - 1)]

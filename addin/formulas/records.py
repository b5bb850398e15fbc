"""BD_CHECK, BD_DUTY, BD_GROWTH, BD_RISK, BD_GOLD: findings, and what the generated sheets say, for single rows and IDs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import xlwings as xw

from addin.domain.awards import Award, awards
from addin.domain.duties import DutyState, progress
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from addin.domain.growth import Growth, growth
from addin.formulas.ledger import FormulaLedger, Given, judged, one_word
from addin.formulas.ranges import (
    Answer,
    AsOf,
    Assessments,
    Block,
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
    Plain,
    SettingsTable,
    block,
    id_of,
    never_raising,
    plain,
)
from validators.cells import Cell
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import (
    SHEETS,
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
    SettingRow,
)
from workbooks.template.layout import FIRST_ROW

# SECTION BD_CHECK: what is wrong with every row of a table.

_TABLES = {model.sheet.name: model for model in SHEETS if not model.sheet.form}
_ROWS = 1_048_576  # of a worksheet
_RANGE = {"ndim": 2, "err_to_str": True}


@xw.func
@never_raising
def BD_CHECK(
    rows: Annotated[Any, {"doc": "要检查的行，如 tbl_log", **_RANGE}],
    headings: Annotated[Any, {"doc": "这些行的标题行，如 tbl_log[#Headers]", **_RANGE}],
    sheet: Annotated[Any, {"doc": "是台账的哪张表，如“工作日志”", **_RANGE}],
    settings: SettingsTable = None,
    as_of: AsOf = None,
    first_row: Annotated[
        Any, {"doc": "第一行在工作表中的行号；不填按模板为 4，提示中的单元格以此为准", **_RANGE}
    ] = None,
) -> Answer:
    """逐行检查一张台账表，每行写出问题，没有问题的为空。只查这张表自己看得出的问题；和其他表对照的问题请用“录入校验”。"""
    given, above = block(rows), block(headings)
    if given.width != above.width:
        raise UsageError("第 1、2 个参数的列数不一致", "请选同一张表的数据行和标题行")
    word = one_word(3, sheet)
    model = _TABLES.get(squeeze(word))
    if model is None:
        raise UsageError(f"第 3 个参数“{word}”不是台账的表名", f"可填：{'、'.join(_TABLES)}")
    first = _row_number(first_row)
    table = Given(2, model, Block((*above.rows, *given.rows)), first - above.height)
    known = Given(4, SettingRow, None if model is SettingRow else settings)
    found = judged([table], known, Given(5, SettingRow, as_of))
    said = _by_row(found, model)
    texts: list[list[Any]] = [[said.get(first + at, "")] for at in range(given.height)]
    return texts[0][0] if given.height == 1 else texts


def _row_number(typed: Any) -> int:
    word = one_word(6, typed)
    if not word:
        return FIRST_ROW
    if not word.isdecimal() or not 0 < int(word) <= _ROWS:
        raise UsageError(f"第 6 个参数“{word}”不是行号", "请填数字，如 4，或不填")
    return int(word)


def _by_row(found: FormulaLedger, model: type[Row]) -> dict[int, str]:
    """Return the findings of a sheet by worksheet row, from left to right."""
    said: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for one in found.findings:
        if one.sheet == model.sheet.name:
            text = f"{one.heading}：{one.message}，{one.suggestion}"
            said[one.row].append((len(one.column), one.column, text))
    return {row: "；".join(text for *_, text in sorted(texts)) for row, texts in said.items()}


# SECTION BD_DUTY, BD_GROWTH, BD_RISK, BD_GOLD: what the generated sheets say, for single IDs.

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
    found = _judged(2, {DutyRow: duties, LogEntryRow: log, PairingRow: pairings}, settings, as_of)
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
    completions: Completions = None,
) -> Answer:
    """对象的预警级别、风险分、触发规则和依据，共 4 列，与“预警名单”一致；没有触发任何规则的写“无预警”。不给期满考核的不判断临近期满。"""
    tables: dict[type[Row], Any] = {
        IndividualRow: individuals, OrganisationRow: organisations, MentorRow: mentors,
        PairingRow: pairings, DutyRow: duties, LogEntryRow: log, AssessmentRow: assessments,
    }  # fmt: skip
    found = _judged(2, tables, settings, as_of, {CompletionRow: completions})
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
        PairingRow: pairings, DutyRow: duties, LogEntryRow: log, AssessmentRow: assessments,
        ConversionRow: conversions, CompletionRow: completions, MisconductRow: misconducts,
    }  # fmt: skip
    found = _judged(2, tables, settings, as_of)
    known = found.once(_awards)
    return [
        _of(cell, known, (found, MentorRow), _award_cells, ("本年度没有帮带", *[""] * 5))
        for cell in block(mentor).cells()
    ]


def _judged(
    first: int,
    tables: Mapping[type[Row], object],
    settings: object,
    as_of: object,
    later: Mapping[type[Row], object] | None = None,
) -> FormulaLedger:
    """Return the ledger of consecutive arguments from number `first` on, then 参数 and the day.

    Tables that came `later` follow these, so that formulas written before stay valid.
    """
    given = [Given(at, *one) for at, one in enumerate(tables.items(), first)]
    after = first + len(given)
    given += [Given(at, *one) for at, one in enumerate((later or {}).items(), after + 2)]
    return judged(given, Given(after, SettingRow, settings), Given(after + 1, SettingRow, as_of))


def _duties(found: FormulaLedger) -> dict[str, DutyState]:
    """Return the duties by ID; whose duty a repeated ID is, nobody knows."""
    known = found.ledger.table(DutyRow).by_single_id
    states = {one.row: one for one in progress(found.contacts)}
    return {code: states[row] for code, row in known.items() if row in states}


def _growth(found: FormulaLedger) -> dict[str, Growth]:
    return {one.mentee_id: one for one in growth(LedgerFacts(found.contacts))}


def _flags(found: FormulaLedger) -> dict[str, Flag]:
    return {one.mentee_id: one for one in flags(LedgerFacts(found.contacts))}


def _awards(found: FormulaLedger) -> dict[str, Award]:
    return {one.mentor.mentor_id: one for one in awards(LedgerFacts(found.contacts))}


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
    found: tuple[FormulaLedger, type[Row]],
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

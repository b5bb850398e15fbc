"""Rules on the reporting form, and rules that compare workbooks on the merged ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from validators import schema
from validators.divisions import is_unit, unit_name
from validators.identity import is_claim, same_unit, unit_of
from validators.ledger import Ledger, Table
from validators.relations import (
    PEOPLE,
    months_between,
    person_keys,
    running_individuals,
    usual_load,
)
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule
from validators.rules.pairings import contradicted_modes
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    LogEntryRow,
    MentorRow,
    PairingRow,
    UnitRow,
)
from validators.vocabulary import Level

# --- comparing workbooks, on the merged ledger ---


def _in_several_files(table: Table[Any], keys: list[Any], field: str) -> Iterator[Violation]:
    for rows in repeated(keys).values():
        if len({table.locate(row)[0].file for row in rows}) > 1:
            yield from cite_each(table, rows, field, with_file=True)


@rule(
    "{sheet}.person.duplicate",
    Level.WARNING,
    "姓名、性别、出生年月与其他台账的 {others} 相同，可能是同一人",
    "请两个单位核对，同一人只在一份台账登记，不是同一人的请在“备注”注明“不是同一人”",
    across=True,
)
def same_person_across(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """The same 姓名 + 性别 + 出生年月 in more than one workbook, each under an ID of its own."""
    for model in PEOPLE:
        table = ledger.table(model)
        own = zip(table.column(model.sheet.id_field), person_keys(table), strict=True)
        keys = [None if is_claim(code) else key for code, key in own]
        yield from _in_several_files(table, keys, "name")


@rule(
    "pairing.mentor.unknown",
    Level.ERROR,
    "{unit}台账中没有导师编号 {value}",
    "请与导师所在单位核对编号",
    across=True,
)
def unknown_mentor_across(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentors of another unit whose delivered ledger lacks them."""
    table, known = ledger.table(PairingRow), ledger.table(MentorRow).by_id
    delivered = {code: file for file, code in ledger.unit_codes.items() if code}
    for index, mentor in enumerate(table.column("mentor_id")):
        if mentor and mentor not in known:
            home = delivered.get(unit_of(mentor))
            if home and home != table.locate(index)[0].file:
                yield Violation(table, index, "mentor_id", {"unit": home})


@rule(
    "mentor.load.exceeded",
    Level.ERROR,
    "导师 {value} 在各台账合计正在帮带 {load} 人，超过上限 {limit} 人",
    "请两个单位核对，将部分对象调整给其他导师（每名导师不超过 {usual} 人），并更正结对方式",
    across=True,
)
def exceeded_load_across(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Other units' pairings of a mentor beyond the limit only when workbooks are added up.

    Those of the mentor's own unit are cited by the rule on one workbook where they alone exceed it.
    """
    table, limit = ledger.table(PairingRow), context.settings.load_limit
    for mentor, rows in running_individuals(ledger).items():
        files = {row: table.locate(row)[0].file for row in rows} if len(rows) > limit else {}
        if len({*files.values()}) > 1:
            facts: dict[str, float] = {"load": len(rows), "limit": limit}
            facts["usual"] = usual_load(ledger, mentor, context.settings)
            for row, file in files.items():
                if not same_unit(mentor, ledger.unit_codes[file]):
                    yield Violation(table, row, "mentor_id", facts)


@rule(
    "pairing.mode.elsewhere",
    Level.NOTICE,
    "结对方式“{value}”与各台账合计的实际不符：{fact}",
    "请按实际结对情况更正结对方式",
    across=True,
)
def wrong_mode_across(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Modes that the running pairings of all workbooks together contradict.

    A notice: the pairings of another unit make it so, which the unit that cites them cannot see.
    """
    yield from contradicted_modes(ledger)


# --- the reporting form ---


@rule("unit.code.unknown", Level.ERROR, "区划代码 {value} 不存在", "请使用模板自带的 9 位代码")
def unknown_code(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Codes that name no unit of Ningxia."""
    table = ledger.table(UnitRow)
    for index, code in enumerate(table.column("code")):
        if code and not is_unit(code):
            yield Violation(table, index, "code")


@rule(
    "unit.name.mismatch",
    Level.ERROR,
    "代码 {code} 对应{right}，表中填写的是“{value}”",
    "请核对单位名称和区划代码",
)
def wrong_name(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Names that do not fit the code."""
    table = ledger.table(UnitRow)
    for index, (code, county, township) in enumerate(table.columns("code", "county", "township")):
        if code and is_unit(code):
            right = unit_name(code)
            facts = {"code": code, "right": "".join(right)}
            if township and township != right[1]:
                yield Violation(table, index, "township", facts)
            elif county and county != right[0]:
                yield Violation(table, index, "county", facts)


@rule(
    "unit.reported_on.stale",
    Level.WARNING,
    "填报时间 {value} 比最近一次登记（{sheet_name} {newest}）早 {months} 个月以上",
    "请在上报前将填报时间改为上报当天",
)
def stale_report(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Forms dated months (`settings.report_months`) before the newest entry of the ledger."""
    table, months = ledger.table(UnitRow), context.settings.report_months
    for index, reported in enumerate(table.column("reported_on")):
        file = table.locate(index)[0].file
        entries = list(_newest_entries(ledger, file, context.as_of))
        if reported and entries:
            newest, name = max(entries)
            if months_between(reported, newest) >= months:
                facts = {"sheet_name": name, "newest": newest, "months": months}
                yield Violation(table, index, "reported_on", facts)


def _newest_entries(ledger: Ledger, file: str, as_of: date) -> Iterator[tuple[date, str]]:
    """Yield the newest day up to `as_of` in each sheet of a workbook that records what happened."""
    for model, field in _DATED:
        for part in ledger.table(model).parts:
            column = part.columns.get(field) if part.file == file else None
            days = [day for day in column.values if day and day <= as_of] if column else []
            if days:
                yield max(days), part.sheet


_DATED = (
    (LogEntryRow, "date"),
    (AssessmentRow, "assessed_on"),
    (ConversionRow, "date"),
    (CompletionRow, "assessed_on"),
)


@rule(
    "unit.version.other",
    Level.WARNING,
    "模板版本是 {value}，本工具支持到 {current}",
    "请核对版本，高于本工具的请先升级本工具",
)
def unsupported_version(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Ledgers made from a newer template than ours, or whose version is no version."""
    table = ledger.table(UnitRow)
    for index, version in enumerate(table.column("template_version")):
        if version and not schema.is_supported(version):
            facts = {"current": schema.TEMPLATE_VERSION}
            yield Violation(table, index, "template_version", facts)

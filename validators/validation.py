"""Run the column checks and the rules over a ledger, and account for its rows."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from validators.checks import FORMAT_LOST, shown
from validators.columns import Column, Fill, Kind
from validators.findings import Finding, SheetCount, as_typed
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.messages import PROBLEMS, describe
from validators.rules import RULES, RuleContext
from validators.settings import Settings, read_settings
from validators.sheets import Row, SettingRow, columns_by_field, model_for
from validators.vocabulary import Level

_SEVERITY = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTICE: 2}


def validate(ledger: Ledger, context: RuleContext) -> list[Finding]:
    """Check every cell and run every rule that looks at one workbook.

    Error findings reject the rows they cite: `SheetPart.rejected` is updated.

    Returns:
        At most one finding per cited cell, the most severe one; of equals that of the rule which
        comes first in `RULES`.
    """
    kept: dict[tuple[str, str, str], Finding] = {}
    for table in ledger.tables.values():
        for part in table.parts:
            for finding in _column_findings(table, part):
                kept[finding.file, finding.sheet, finding.cell] = finding
    _add_rules(kept, ledger, context, across=False)
    return list(kept.values())


def validate_across(
    ledger: Ledger, context: RuleContext, findings: Iterable[Finding] = ()
) -> list[Finding]:
    """Run the rules that compare workbooks over a merged ledger.

    Args:
        ledger: The merged ledger.
        context: What rules judge by.
        findings: What `validate` said of the workbooks; a cell it cites as an error stays so.

    Returns:
        All findings, with at most one per cited cell.
    """
    kept = {(f.file, f.sheet, f.cell or f.code): f for f in findings}
    _add_rules(kept, ledger, context, across=True)
    return list(kept.values())


def _add_rules(
    kept: dict[tuple[str, str, str], Finding], ledger: Ledger, context: RuleContext, *, across: bool
) -> None:
    for rule in RULES:
        if rule.across is not across:
            continue
        for violation, finding in rule.findings(ledger, context):
            key = (finding.file, finding.sheet, finding.cell)
            if key in kept and _SEVERITY[kept[key].level] <= _SEVERITY[finding.level]:
                continue
            kept[key] = finding
            if finding.level is Level.ERROR:
                part, row = violation.table.locate(violation.row)
                part.rejected.add(row)


class _Words(NamedTuple):
    """What the findings on equal cells of one column share."""

    code: str
    level: Level
    value: str
    message: str
    suggestion: str


def _column_findings(table: Table[Row], part: SheetPart) -> Iterator[Finding]:
    for field, column in columns_by_field(table.model).items():
        typed = part.columns.get(field)
        if typed is None or column.fill is Fill.LOOKUP:
            continue
        yield from _problems(part, column, typed)
        if column.required:
            yield from _missing(part, column, typed)
        elif column.recommended:
            yield from _not_recommended(part, column, typed)


def _problems(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Finding]:
    if not typed.problems:
        return
    prefix = f"{model_for(part.key).sheet.table_key}.{column.field}."
    worded: dict[int, _Words] = {}  # one sentence for all its rows
    for index, problem in typed.problems.items():
        value = as_typed(typed.cells.values[index], month=column.kind is Kind.MONTH)
        sentences = describe(problem.kind, column, value, problem.context)
        level = problem.level
        worded[index] = _Words(prefix + problem.kind, level, value, *sentences)
    place = (part.file, part.sheet, typed.letter, typed.heading)
    lost = {i for i, problem in typed.problems.items() if problem.kind == FORMAT_LOST}
    if lost:
        yield _format_lost(part, column, typed, lost)
        worded = {i: words for i, words in worded.items() if i not in lost}
    for row, index in typed.rows_with(worded):
        words = worded[index]
        if words.level is Level.ERROR:
            part.rejected.add(row)
        if typed.problems[index].kind == "ditto" and column.repeats:
            words = _offering(words, column, typed.above(row))
        yield _finding(place, part.row_number(typed.field, row), words)


def _format_lost(part: SheetPart, column: Column, typed: TypedColumn, lost: set[int]) -> Finding:
    """Return the one finding on a column whose days are bare numbers."""
    rows = typed.rows_with(lost)
    row, index = rows[0]
    facts = {"value": as_typed(typed.cells.values[index]), **typed.problems[index].context}
    return _worded(part, column, typed, row, FORMAT_LOST, count=len(rows), **facts)


def _offering(words: _Words, column: Column, value: Any) -> _Words:
    """Return what is said of a mark such as 同上, with the value above where there is one."""
    if value is None:
        return words
    offer = f"上一单元格是“{as_typed(shown(column, value))}”，相同的可点“规范格式”补填；"
    return words._replace(suggestion=offer + words.suggestion)


def _missing(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Finding]:
    for row in typed.cells.blank_rows():
        part.rejected.add(row)
        yield _worded(part, column, typed, row, "missing")


def _not_recommended(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Finding]:
    row, count = typed.cells.first_blank()
    if count:
        yield _worded(part, column, typed, row, "recommended", count=count)


def _worded(
    part: SheetPart, column: Column, typed: TypedColumn, row: int, kind: str, **facts: object
) -> Finding:
    value = str(facts.get("value", ""))
    message, suggestion = describe(kind, column, value, facts)
    code = f"{model_for(part.key).sheet.table_key}.{column.field}.{kind}"
    place = (part.file, part.sheet, typed.letter, typed.heading)
    number = part.row_number(typed.field, row)
    return _finding(place, number, _Words(code, PROBLEMS[kind].level, value, message, suggestion))


def _finding(place: tuple[str, str, str, str], number: int, words: _Words) -> Finding:
    file, sheet, letter, heading = place
    return Finding(file, sheet, f"{letter}{number}", number, letter, heading, *words)


def count_rows(ledger: Ledger) -> list[SheetCount]:
    """Account for the rows of every worksheet: rows = accepted + rejected + ignored."""
    counts: dict[tuple[str, str], SheetCount] = {}
    for part in ledger.parts():
        n_rejected = len(part.rejected)
        before = counts.get((part.file, part.sheet)) or SheetCount(
            part.file, part.sheet, 0, 0, 0, 0
        )
        counts[part.file, part.sheet] = before._replace(
            rows=before.rows + len(part) + part.ignored,
            accepted=before.accepted + len(part) - n_rejected,
            rejected=before.rejected + n_rejected,
            ignored=before.ignored + part.ignored,
        )
    return [*counts.values()]


def settings_of(ledger: Ledger, superior: Settings | None) -> tuple[Settings, list[Finding]]:
    """Return the settings one ledger is judged by.

    Args:
        ledger: A ledger of one workbook.
        superior: City or county settings, which win over the township's.

    Returns:
        The settings, and findings on unreadable and deviating values.
    """
    table = ledger.table(SettingRow)
    rows = list(table.columns("name", "value"))
    own, problems = read_settings((name, value) for name, value in rows if name)
    findings = [
        finding
        for row, (name, value) in enumerate(rows)
        if name
        for finding in _setting_findings(table, row, name, value, problems, own, superior)
    ]
    judged_by = superior.model_copy(update={"used_ids": own.used_ids}) if superior else own
    return judged_by, findings


def _setting_findings(
    table: Table[SettingRow],
    row: int,
    name: str,
    value: str | None,
    problems: dict[str, str],
    own: Settings,
    superior: Settings | None,
) -> Iterator[Finding]:
    place = table.place(row, "name" if problems.get(name) == "unknown" else "value")

    def say(code: str, level: Level, message: str, suggestion: str) -> Finding:
        return Finding(
            **place._asdict(), code=code, level=level, message=message, suggestion=suggestion
        )

    if problems.get(name) == "unknown":
        yield say(
            "setting.name.unknown",
            Level.NOTICE,
            f"未找到参数“{name}”，未使用该行",
            "请核对参数名称",
        )
    elif name in problems:
        part, local = table.locate(row)
        part.rejected.add(local)
        yield say(
            "setting.value.unreadable", Level.ERROR,
            f"参数“{name}”的值“{value}”无效，已按默认值处理", "请对照“含义”重新填写",
        )  # fmt: skip
    elif superior and value is not None:
        field = next(f for f, info in Settings.model_fields.items() if info.title == name)
        if field != "used_ids" and getattr(superior, field) != getattr(own, field):
            what = _exempt(own, superior) if field == _EXEMPT else ""
            yield say(
                "setting.value.deviates", Level.WARNING,
                f"参数“{name}”与上级下发的不一致{what}，已按上级参数处理", "请改为上级下发的值",
            )  # fmt: skip
    elif name == Settings.model_fields[_EXEMPT].title and (what := _exempt(own, Settings())):
        yield say(
            "setting.exempt.months", Level.WARNING,
            f"参数“{name}”由本单位自行设定{what}，所列时段不计联系", "请上级核对应否免计，不应免计的请删除",
        )  # fmt: skip


_EXEMPT = "exempt_periods"

_WEEK = 7


def _exempt(own: Settings, superior: Settings) -> str:
    """Return the months a unit exempts by itself and its superior does not, "" where none."""
    months = _exempt_months(own).keys() - _exempt_months(superior).keys()
    return f"，整月免计 {'、'.join(sorted(months))}" if months else ""


def _exempt_months(settings: Settings) -> dict[str, int]:
    """Return the days left, by month as 2026-05, of the months of which not a week is left."""
    days = {
        date.fromordinal(day)
        for first, last in settings.exempt_periods
        for day in range(first.toordinal(), last.toordinal() + 1)
    }
    exempt = Counter((day.year, day.month) for day in days)
    left = {month: monthrange(*month)[1] - count for month, count in exempt.items()}
    return {f"{year}-{month:02}": n for (year, month), n in left.items() if n < _WEEK}

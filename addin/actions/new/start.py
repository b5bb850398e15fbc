"""Start a ledger: blank for a unit, or carried over from last year's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.actions.ledger_set import fill_ids, refuse_existing
from addin.actions.new.kept_rows import kept_rows
from addin.domain.facts import LedgerFacts
from addin.domain.numbering import last_numbers
from validators import sheets
from validators.cells import FormulaError, Uncalculated
from validators.columns import Column
from validators.divisions import Division, find_unit, full_name
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import settings_of, validate
from validators.vocabulary import PairingStatus
from workbooks.files import check_writable, replace_atomically
from workbooks.template.layout import as_it_was
from workbooks.template.workbook import write_ledger

Rows = list[dict[str, object]]

CARRIED = "上年结转"
"""What 结转 says of a row of last year."""

_UNKNOWN = FormulaError("#N/A")
"""Stands where a formula was never calculated."""

_NOT_CARRIED = {"year", "reported_on", "template_version"}
_PEOPLE = (
    ("mentor", "导师", "名"),
    ("individual", "个人对象", "名"),
    ("organisation", "组织对象", "个"),
    ("running", "未期满结对", "对"),
)
_RECORDS = (
    ("ended", "已结束的结对", "对"),
    ("duty", "职责", "项"),
    ("carried_log", "上年日志", "条"),
    ("assessment", "成长评价", "次"),
    ("completion", "期满考核", "次"),
    ("conversion", "培养转化", "次"),
    ("misconduct", "负面情形", "条"),
)


@dataclass(frozen=True, slots=True)
class NewLedgerResult:
    """The new ledger, and one sentence on what was written."""

    out: Path
    sentence: str


def start_ledger(
    unit: str, out: Path, *, year: int, as_of: date, last: Ledger | None = None
) -> NewLedgerResult:
    """Write the blank ledger of a unit, or carry last year's over.

    Args:
        unit: Name or code of a township, county or city.
        out: The file to write; it must not exist.
        year: The ledger's year.
        as_of: What 本周待办 is calculated for when first opened.
        last: Last year's ledger, that of one workbook.

    Raises:
        UnknownDivision: No such unit, or several.
        UsageError: `out` exists, or `last` belongs to another unit.
        WriteRefused: `out` cannot be written.
    """
    division = find_unit(unit)
    refuse_existing(out)
    check_writable(out)
    rows: dict[str, Rows] = {}
    settings: dict[str, str] = {}
    if last:
        _check_unit(last, division)
        rows, settings = carry_over(last, year, as_of)
    replace_atomically(
        out,
        lambda draft: write_ledger(
            draft, division, year, rows=rows, settings=settings or None, as_of=as_of
        ),
    )
    return NewLedgerResult(out, _sentence(division, year, out, rows, carried=last is not None))


def next_year(ledger: Ledger, as_of: date) -> int:
    """Return the year a ledger is carried over into: the one after its own, but no past one."""
    own = next(iter(ledger.table(sheets.UnitRow).column("year")), None)
    return max(own + 1, as_of.year) if own else as_of.year


def _check_unit(last: Ledger, division: Division) -> None:
    file, code = next(iter(last.unit_codes.items()), ("", ""))
    if code and code != division.unit_code:
        raise UsageError(
            f"“{file}”的区划代码是 {code}，不是{full_name(division)}（{division.unit_code}）",
            "请用同一单位上年的台账结转",
        )


def carry_over(ledger: Ledger, year: int, as_of: date) -> tuple[dict[str, Rows], dict[str, str]]:
    """Return what a year's ledger starts with: rows by sheet key, and settings by name.

    Which rows these are, `kept_rows` says. Blank IDs are filled first, so that every row can be
    named. Cells are written as they are read, those that cannot be read as they were typed; rows of
    last year say so in 结转, and the log's go to 上年日志. The last number of every kind of ID goes
    into the setting 已用编号, so that IDs go on where they stopped.

    Args:
        ledger: Last year's, that of one workbook; its rejected rows are noted.
        year: The year it is carried over into.
        as_of: The day last year's ledger is judged by.
    """
    own, _ = settings_of(ledger, None)
    validate(ledger, RuleContext(as_of, own))
    ledger, _ = fill_ids(ledger)
    unit, templates = ledger.table(sheets.UnitRow), ledger.table(sheets.DutyTemplateRow)
    form = [{f: v for f, v in _row(unit, 0).items() if f not in _NOT_CARRIED}] if len(unit) else []
    rows = {unit.key: form, templates.key: [_row(templates, row) for row in range(len(templates))]}
    for model, kept in kept_rows(LedgerFacts.of(ledger, own, as_of), year).items():
        rows[_written_to(model).sheet.key] = _carried_rows(ledger.table(model), kept)
    names = ledger.table(sheets.SettingRow).columns("name", "value")
    settings = {name: value for name, value in names if name and value is not None}
    title = Settings.model_fields["used_ids"].title or ""
    settings[title] = "、".join(
        f"{prefix}={number}" for prefix, number in sorted(last_numbers(ledger).items())
    )
    return {key: kept for key, kept in rows.items() if kept}, settings


def _written_to(model: type[sheets.Row]) -> type[sheets.Row]:
    """Return the sheet for last year's rows of a table, its own where there is none."""
    for other in sheets.SHEETS:
        if other.sheet.carried and other.sheet.joins == model.sheet.key:
            return other
    return model


def _carried_rows(table: Table[Any], kept: list[int]) -> Rows:
    """Return the cells of the rows kept, those carried over before first, marked where possible."""
    before = table.carried()
    ordered = sorted(kept, key=lambda row: (not before[row], row))
    model: type[sheets.Row] = table.model
    mark = {"carried": CARRIED} if "carried" in sheets.columns_by_field(model) else {}
    return [_row(table, row) | mark for row in ordered]


def _row(table: Table[Any], row: int) -> dict[str, object]:
    model: type[sheets.Row] = table.model
    columns = sheets.columns_by_field(model)
    return {name: _cell(table, row, column) for name, column in columns.items()}


def _cell(table: Table[Any], row: int, column: Column) -> object:
    """Return what a cell means, or the cell as it was typed where that cannot be said."""
    name = column.field
    value = table.column(name)[row]
    if value is not None and not table.has_error(row, name):
        return value
    raw = table.raw(row, name)
    # its value is unknown: an error stays to be corrected, a blank would look as if nothing was there
    return as_it_was(_UNKNOWN if isinstance(raw, Uncalculated) else raw, column)


def _sentence(
    division: Division, year: int, out: Path, rows: dict[str, Rows], *, carried: bool
) -> str:
    if not carried:
        return f"已新建{full_name(division)} {year} 年度台账：{out}"
    running = sum(row["status"] == PairingStatus.RUNNING for row in rows.get("pairing", ()))
    counts = {
        **{key: len(kept) for key, kept in rows.items()},
        "running": running,
        "ended": len(rows.get("pairing", ())) - running,
    }
    told, records = (
        "、".join(f"{label} {counts.get(key, 0)} {word}" for key, label, word in listed)
        for listed in (_PEOPLE, _RECORDS)
    )
    return (
        f"已结转{full_name(division)} {year} 年度台账：{told}；编号接续上年。"
        f"研判所需的上年记录已一并带入：{records}。已保存到：{out}"
    )

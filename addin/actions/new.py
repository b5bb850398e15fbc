"""Start a ledger: blank for a unit, or carried over from last year's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.actions.ledger_set import refuse_existing
from addin.domain.numbering import last_numbers
from validators import sheets
from validators.divisions import Division, find_unit, full_name
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.settings import Settings
from validators.vocabulary import MenteeStatus, OrganisationStatus, PairingStatus
from workbooks.files import check_writable, replace_atomically
from workbooks.template.workbook import write_ledger

Rows = list[dict[str, Any]]

_NOT_CARRIED = {"year", "reported_on", "template_version"}
_OPEN_MENTEES = {MenteeStatus.UNPAIRED, MenteeStatus.PAIRED}
_OPEN_ORGANISATIONS = {OrganisationStatus.UNPAIRED, OrganisationStatus.PAIRED}


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
        rows, settings = carry_over(last)
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


def carry_over(ledger: Ledger) -> tuple[dict[str, Rows], dict[str, str]]:
    """Return what next year's ledger starts with: rows by sheet key, and settings by name.

    Kept: all mentors, open mentees, open pairings with their duties, duty templates and settings.
    Left behind: logs, assessments and everything closed. The last number of every kind of ID goes
    into the setting 已用编号, so that IDs go on where they stopped.
    """
    pairings = [
        row
        for row in _rows(ledger.table(sheets.PairingRow))
        if row["status"] == PairingStatus.RUNNING
    ]
    open_ids = {row["pairing_id"] for row in pairings}
    paired = {row["mentee_id"] for row in pairings}
    rows = {
        "unit": [
            {field: row[field] for field in row if field not in _NOT_CARRIED}
            for row in _rows(ledger.table(sheets.UnitRow))
        ],
        "mentor": _rows(ledger.table(sheets.MentorRow)),
        "individual": _open(ledger.table(sheets.IndividualRow), _OPEN_MENTEES, paired),
        "organisation": _open(ledger.table(sheets.OrganisationRow), _OPEN_ORGANISATIONS, paired),
        "pairing": pairings,
        "duty": [
            row for row in _rows(ledger.table(sheets.DutyRow)) if row["pairing_id"] in open_ids
        ],
        "duty_template": _rows(ledger.table(sheets.DutyTemplateRow)),
    }
    names = ledger.table(sheets.SettingRow).columns("name", "value")
    settings = {name: value for name, value in names if name and value is not None}
    title = Settings.model_fields["used_ids"].title or ""
    settings[title] = "、".join(
        f"{prefix}={number}" for prefix, number in sorted(last_numbers(ledger).items())
    )
    return {key: kept for key, kept in rows.items() if kept}, settings


def _rows(table: Table[Any]) -> Rows:
    model: type[sheets.Row] = table.model
    names = list(sheets.columns_by_field(model))
    return [dict(zip(names, row, strict=True)) for row in table.columns(*names)]


def _open(table: Table[Any], wanted: set[Any], paired: set[str]) -> Rows:
    return [r for r in _rows(table) if r["status"] in wanted or r["mentee_id"] in paired]


def _sentence(
    division: Division, year: int, out: Path, rows: dict[str, Rows], *, carried: bool
) -> str:
    if not carried:
        return f"已新建{full_name(division)} {year} 年度台账：{out}"
    counts = [
        f"{label} {len(rows.get(key, []))} {unit}"
        for key, label, unit in (
            ("mentor", "导师", "名"),
            ("individual", "个人对象", "名"),
            ("organisation", "组织对象", "个"),
            ("pairing", "未期满结对", "对"),
        )
    ]
    return f"已结转{full_name(division)} {year} 年度台账：{'、'.join(counts)}；编号接续上年。写到 {out}"

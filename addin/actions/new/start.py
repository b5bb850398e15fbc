"""Start a ledger: blank for a unit, or carried over from last year's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from validators.divisions import Division, find_unit, full_name
from validators.errors import UsageError
from validators.sheets import UnitRow
from validators.vocabulary import PairingStatus
from workbooks.file_problems import refuse_existing
from workbooks.files import check_writable, replace_atomically
from workbooks.template.workbook import write_ledger

if TYPE_CHECKING:  # a blank ledger needs nothing of last year's
    from addin.actions.new.carry_over import Rows
    from validators.ledger import Ledger

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
        from addin.actions.new.carry_over import carry_over  # noqa: PLC0415 - a blank one needs less

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
    own = next(iter(ledger.table(UnitRow).column("year")), None)
    return max(own + 1, as_of.year) if own else as_of.year


def _check_unit(last: Ledger, division: Division) -> None:
    file, code = next(iter(last.unit_codes.items()), ("", ""))
    if code and code != division.unit_code:
        raise UsageError(
            f"“{file}”的区划代码是 {code}，不是{full_name(division)}（{division.unit_code}）",
            "请用同一单位上年的台账结转",
        )


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

"""Hold the generated sheets of a ledger against what plain code makes of the typed rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.year.plain_awards import award_rows
from tests.year.plain_duties import duties
from tests.year.plain_flags import flags
from tests.year.plain_growth import growth_rows
from tests.year.plain_help import Help
from tests.year.plain_pool import pool_rows
from tests.year.plain_rows import Book, Row, code_of

KEPT = "本次无此建议，决定留存备查"
"""What 导师库调整 says of a row that only stands there because the clerk decided on it."""


def expected(helped: Help, year: int) -> dict[str, list[Row]]:
    """Return the rows of every generated sheet, and the computed cells of 职责清单."""
    return {
        "成长档案": growth_rows(helped),
        "预警名单": flags(helped),
        "金牌导师": award_rows(helped, year),
        "导师库调整": pool_rows(helped),
        "职责清单": [
            {"职责编号": duty.code, **duty.computed()} for duty in duties(helped)
        ],
    }  # fmt: skip


def differences(wanted: dict[str, list[Row]], found: dict[str, list[Row]], day: date) -> list[str]:
    """Return where two sets of sheets differ: who is missing, in which order, and in which cells."""
    told = []
    for sheet, rows in wanted.items():
        there = {_who(row): row for row in found.get(sheet, []) if row.get("理由") != KEPT}
        order = [_who(row) for row in rows]
        if order != list(there):
            told.append(f"{day} {sheet}: expected {order}\n    found    {list(there)}")
        for row in rows:
            cells = there.get(_who(row), {})
            told += [
                f"{day} {sheet} {heading} of {_who(row)}:\n"
                f"    expected {value}\n    found    {cells.get(heading)}"
                for heading, value in row.items()
                if plain(value) != plain(cells.get(heading))
            ]
    return told


def _who(row: Row) -> str:
    """Return what a row is about."""
    code = row.get("对象编号") or row.get("导师编号") or row["职责编号"]
    return f"{code} {row.get('建议') or ''}".strip()


def plain(value: Any) -> Any:
    """Return a value to compare by: numbers as float, days as text, blank as None."""
    if isinstance(value, bool) or value is None or value == "":
        return None
    if isinstance(value, int | float):
        return float(value)
    return str(value)


def read_together(before: Book, now: Book) -> Book:
    """Return last year's ledger and this year's as one, by IDs and the mark 上年结转.

    People are those the new ledger holds, as it has them. A record of both is as the new ledger has
    it; of records without an ID of their own, those not marked as carried over are new. 上年日志 is
    not looked at: the entries are the old ledger's.
    """
    keyed = {
        "结对台账": "结对编号", "职责清单": "职责编号", "工作日志": "日志编号", "成长评价": "评价编号",
    }  # fmt: skip
    tables = dict(now.tables)
    for sheet, heading in keyed.items():
        rows = {code_of(row[heading]): row for row in before.rows(sheet)}
        fresh = {code_of(row[heading]): row for row in now.rows(sheet)}
        tables[sheet] = [{**row, **fresh.get(code, {})} for code, row in rows.items()]
        tables[sheet] += [row for code, row in fresh.items() if code not in rows]
    for sheet in ("培养转化", "期满考核", "负面情形"):
        fresh_rows = [row for row in now.rows(sheet) if not row.get("结转")]
        tables[sheet] = [*before.rows(sheet), *fresh_rows]
    file = next(iter(now.settings))
    for rows in tables.values():
        for row in rows:
            row["_file"] = file
    return Book(tables, now.settings, now.forms, now.common)

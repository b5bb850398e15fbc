"""A ledger in which people wait for a mentor: what pairing is for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from validators.divisions import find_unit
from validators.sheets import SuggestionRow, columns_by_field
from validators.sheets.base import ASPECT_FIELDS
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.template.workbook import write_ledger
from workbooks.updates import SheetUpdate

AS_OF = date(2026, 6, 30)
UNIT = "640402104"

Rows = dict[str, list[dict[str, Any]]]


def mentor(number: int, name: str, strong: str, unit: str = UNIT, **changes: Any) -> dict[str, Any]:
    scores = {field: 5 if field == strong else 3 for field in ASPECT_FIELDS}
    return {
        "mentor_id": f"D{unit}-{number:03}",
        "name": name,
        "gender": "男",
        "born": date(1970 + number, 3, 1),
        "employer": "开城镇人民政府",
        "post": "干部",
        "category": "老乡镇",
        "grassroots_since": date(1995, 7, 1),
        "specialties": "党建工作、产业发展",
        "status": "在库",
        **scores,
        **changes,
    }


def individual(
    number: int, name: str, weak: str, unit: str = UNIT, **changes: Any
) -> dict[str, Any]:
    scores = {field: 1 if field == weak else 3 for field in ASPECT_FIELDS}
    return {
        "mentee_id": f"G{unit}-{number:03}",
        "name": name,
        "gender": "女",
        "born": date(1990, number, 1),
        "employer": "开城镇人民政府",
        "post": "干事",
        "category": "乡村干部",
        "specialties": "产业发展",
        "chosen_on": date(2026, 6, 20),
        "status": "待结对",
        **scores,
        **changes,
    }


def organisation(
    number: int, village: str, weak: tuple[str, ...], unit: str = UNIT, **changes: Any
) -> dict[str, Any]:
    scores = {field: 2 if field in weak else 3 for field in ASPECT_FIELDS}
    return {
        "mentee_id": f"Z{unit}-{number:03}",
        "name": f"{village}党支部",
        "village": village,
        "secretary": "马文学",
        "category": "软弱涣散",
        "chosen_on": date(2026, 6, 20),
        "status": "待结对",
        "mentors_needed": 2,
        **scores,
        **changes,
    }


def form(unit: str = UNIT) -> dict[str, Any]:
    return {
        "reporter_unit": "开城镇党委",
        "reporter": "李建国",
        "office_phone": "0954-2032000",
        "reported_on": date(2026, 6, 30),
        "year": 2026,
        "code": unit,
    }


def waiting_rows() -> Rows:
    """Return four mentors, one with a running pairing; five individuals and a village waiting."""
    return {
        "unit": [form()],
        "mentor": [
            mentor(1, "马志远", "conduct", village="冯庄村"),
            mentor(2, "王秀兰", "industry"),
            mentor(3, "李建国", "governance", avoid="田玉梅"),
            mentor(4, "杨生华", "competence", status="暂停", status_since=date(2026, 5, 1)),
        ],
        "individual": [
            individual(1, "朱晓明", "conduct", village="冯庄村", status="帮带中"),
            individual(2, "陈小燕", "industry"),
            individual(3, "苏海龙", "governance", village="冯庄村"),
            individual(4, "田玉梅", "governance"),
            individual(5, "白云飞", "conduct", village="冯庄村"),
        ],
        "organisation": [organisation(1, "大马庄村", ("industry", "governance"))],
        "pairing": [
            {
                "pairing_id": f"J{UNIT}-001",
                "mentor_id": f"D{UNIT}-001",
                "mentee_id": f"G{UNIT}-001",
                "mode": "一对一",
                "path": "强带弱",
                "paired_on": date(2026, 6, 21),
                "until": date(2027, 6, 20),
                "status": "帮带中",
            }
        ],
    }


def write_waiting(path: Path, rows: Rows | None = None, unit: str = "开城镇") -> Path:
    write_ledger(path, find_unit(unit), 2026, rows=rows or waiting_rows(), as_of=AS_OF)
    return path


def mark(source: Path, target: Path, marks: dict[tuple[str, str], dict[str, Any]]) -> Path:
    """Save a copy with entries in 结对建议, as a clerk would: by (mentor, mentee), by heading."""
    table = read_ledger(source).ledger.table(SuggestionRow)
    fields = {column.heading: name for name, column in columns_by_field(SuggestionRow).items()}
    left, cells = dict(marks), {}
    for at, pair in enumerate(table.columns("mentor_id", "mentee_id")):
        for heading, value in left.pop(pair, {}).items():
            cells[table.place(at, fields[heading]).row, fields[heading]] = value
    assert not left, "no such rows"
    update_workbook(source, target, [SheetUpdate("suggestion", cells=cells)])
    return target

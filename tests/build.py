"""Make ledger rows and ledgers for tests: one small, valid, consistent world to change one thing in.

A row is a dict keyed by field that holds cells as a clerk would type them. `a_world()` holds the
rows of every sheet:

- mentor 1 helps individual 1 (running) and helped individual 2 (completed);
- mentor 2 helps organisation 1 (running);
- a duty, a log entry, an assessment and a conversion belong to individual 1.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from validators.cells import Cell, encode, letters
from validators.checks import check_values
from validators.columns import Column, Fill
from validators.divisions import unit_name, villages
from validators.ledger import Ledger, SheetPart, TypedColumn
from validators.schema import TEMPLATE_VERSION
from validators.sheets import Row, columns_by_field, model_for

AS_OF = date(2026, 6, 30)
MONTH_OVER = date(2026, 7, 1)
"""The first day on which the month of `AS_OF` is a full one."""
UNIT = "640402104"
"""开城镇 of 原州区."""
OTHER_UNIT = "640402105"
FIRST_ROW = 4
"""Worksheet row of a table's first data row, as in the template."""

RowCells = dict[str, Cell | None]
World = dict[str, list[RowCells]]
Edit = Callable[[World], None]

_MENTORS = ("马志远", "王秀兰", "李建国", "杨生华", "赵国平")
_MENTEES = (
    "朱晓明",
    "陈小燕",
    "苏海龙",
    "田玉梅",
    "白云飞",
    "何文静",
    "柳青山",
    "丁向东",
    "金玉霞",
)


def code(prefix: str, number: int = 1, unit: str = UNIT) -> str:
    """Return an ID such as D640402104-001, padded as its sheet pads it."""
    width = {"R": 5, "ZR": 4, "P": 4, "L": 4}.get(prefix, 3)
    return f"{prefix}{unit}-{number:0{width}}"


def a_unit(*, unit: str = UNIT, **changes: Any) -> RowCells:
    county, township = unit_name(unit)
    return {
        "county": county or "原州区",
        "township": township or None,
        "code": unit,
        "year": 2026,
        "reporter_unit": f"中共{township or county}委员会",
        "reporter": "马小云",
        "reviewer": "杨生财",
        "office_phone": "0954-2032000",
        "reported_on": date(2026, 6, 28),
        "model_township": "是",
        "template_version": TEMPLATE_VERSION,
        **changes,
    }


def _scores(*values: int) -> RowCells:
    names = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
    return dict(zip(names, values, strict=True))


def a_mentor(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "mentor_id": code("D", number, unit),
        "name": _MENTORS[(number - 1) % len(_MENTORS)] + ("" if unit == UNIT else "辉"),
        "gender": "男",
        "ethnicity": "回族",
        "born": date(1976, 5, 1),
        "politics": "中共党员",
        "employer": "镇人民政府",
        "post": "四级调研员",
        "village": villages(unit)[0],
        "category": "老乡镇",
        "grassroots_since": date(1998, 7, 1),
        "specialties": "产业发展、乡村治理",
        **_scores(5, 4, 4, 5, 4, 4),
        "appointed_on": date(2025, 1, 1),
        "appointed_until": date(2027, 12, 31),
        "joined_on": date(2024, 12, 20),
        "status": "在库",
        "phone": "13900000001",
        **changes,
    }


def an_individual(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "mentee_id": code("G", number, unit),
        "name": _MENTEES[(number - 1) % len(_MENTEES)] + ("" if unit == UNIT else "阳"),
        "gender": "女",
        "ethnicity": "汉族",
        "born": date(1992, 3, 1),
        "politics": "中共党员",
        "employer": "冯庄村村民委员会",
        "post": "村委会副主任",
        "in_post_since": date(2025, 1, 1),
        "village": villages(unit)[1],
        "category": "乡村干部",
        "specialties": "产业发展",
        "post_traits": "直接服务群众",
        "weakness": "产业项目经验少",
        **_scores(3, 2, 3, 4, 2, 3),
        "surveyed_on": date(2025, 2, 5),
        "chosen_on": date(2025, 2, 1),
        "status": "帮带中",
        **changes,
    }


def an_organisation(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    village = villages(unit)[1 + number]
    return {
        "mentee_id": code("Z", number, unit),
        "name": f"{village}党支部",
        "village": village,
        "secretary": "罗成",
        "members": 32,
        "category": "集体经济薄弱",
        "income": 12.5,
        **_scores(3, 3, 2, 3, 1, 3),
        "surveyed_on": date(2026, 2, 5),
        "mentors_needed": 1,
        "chosen_on": date(2026, 2, 1),
        "measures": "盘活闲置校舍，发展养殖合作社",
        "measures_due": date(2026, 12, 31),
        "status": "帮带中",
        **changes,
    }


def a_pairing(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "pairing_id": code("J", number, unit),
        "mentor_id": code("D", 1, unit),
        "mentee_id": code("G", 1, unit),
        "mode": "一对一",
        "path": "乡带村",
        "paired_on": date(2026, 3, 1),
        "ceremony_on": date(2026, 3, 5),
        "until": date(2027, 2, 28),
        "score": 86.5,
        "status": "帮带中",
        **changes,
    }


def a_duty(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "duty_id": code("ZR", number, unit),
        "pairing_id": code("J", 1, unit),
        "side": "导师",
        "aspect": "产业发展",
        "item": "带对象全程参与一个产业项目的申报和验收",
        "method": "放手压担法",
        "target": 4,
        "starts_on": date(2026, 3, 1),
        "due_on": date(2026, 12, 31),
        **changes,
    }


def a_log_entry(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "log_id": code("R", number, unit),
        "date": date(2026, 5, 3),
        "pairing_ids": code("J", 1, unit),
        "duty_ids": code("ZR", 1, unit),
        "aspect": "产业发展",
        "role": "带",
        "method": "放手压担法",
        "form": "线下",
        "place": "冯庄村部",
        "hours": 1.5,
        "content": "一起核对养殖圈棚补贴的申报材料，讲清验收要看哪几样",
        "recorder": "朱晓明",
        **changes,
    }


def an_assessment(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "assessment_id": code("P", number, unit),
        "mentee_id": code("G", 1, unit),
        "assessed_on": date(2026, 6, 20),
        **_scores(3, 3, 3, 4, 3, 3),
        "satisfaction": 5,
        "channel": "座谈",
        "signed_on": date(2026, 6, 21),
        "assessor": "杨生财",
        **changes,
    }


def a_conversion(*, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "mentee_id": code("G", 1, unit),
        "date": date(2026, 5, 20),
        "from_stage": "未纳入",
        "to_stage": "致富带头人",
        "document": "开党发〔2026〕12号",
        "people_led": 18,
        "income_gain": 2600,
        **changes,
    }


def a_completion(*, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "pairing_id": code("J", 3, unit),
        "assessed_on": date(2026, 3, 5),
        "score": 86,
        "rating": "合格",
        "assessor": "原州区委组织部",
        "conclusion": "出师",
        **changes,
    }


def a_misconduct(*, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "date": date(2026, 4, 8),
        "participant_id": code("D", 2, unit),
        "fact": "无故缺席结对仪式",
        "confirmed_by": "镇党委",
        **changes,
    }


def a_post(number: int = 1, *, unit: str = UNIT, **changes: Any) -> RowCells:
    return {
        "exchange_id": code("L", number, unit),
        "date": date(2026, 5, 10),
        "kind": "问题",
        "author": "开城镇党委",
        "title": "跨村帮带怎样安排时间",
        "content": "两个村相距较远，导师每月能到村几次合适？",
        "origin": "本乡镇",
        **changes,
    }


def a_setting(name: str = "导师帮带人数上限", value: Cell | None = "5") -> RowCells:
    return {"name": name, "value": value}


def a_world(unit: str = UNIT) -> World:
    """Return the rows of every sheet of a valid ledger."""
    return {
        "unit": [a_unit(unit=unit)],
        "mentor": [a_mentor(1, unit=unit), a_mentor(2, unit=unit)],
        "individual": [
            an_individual(1, unit=unit, stage="致富带头人"),
            an_individual(2, unit=unit, status="期满出师", status_since=date(2026, 3, 5)),
        ],
        "organisation": [an_organisation(1, unit=unit)],
        "pairing": [
            a_pairing(1, unit=unit),
            a_pairing(2, unit=unit, mentor_id=code("D", 2, unit), mentee_id=code("Z", 1, unit)),
            a_pairing(
                3,
                unit=unit,
                mentee_id=code("G", 2, unit),
                paired_on=date(2025, 3, 1),
                ceremony_on=date(2025, 3, 5),
                until=date(2026, 2, 28),
                status="期满",
            ),
        ],
        "duty": [a_duty(unit=unit)],
        "log": [a_log_entry(unit=unit)],
        "assessment": [an_assessment(unit=unit)],
        "conversion": [a_conversion(unit=unit)],
        "completion": [a_completion(unit=unit)],
        "misconduct": [a_misconduct(unit=unit)],
        "exchange": [a_post(unit=unit)],
        "setting": [a_setting()],
    }


def change(key: str, index: int, **cells: Any) -> Edit:
    """Return an edit of one row of a world."""

    def edit(world: World) -> None:
        world[key][index].update(cells)

    return edit


def add(key: str, *rows: RowCells) -> Edit:
    """Return an edit that appends rows to a sheet of a world."""

    def edit(world: World) -> None:
        world.setdefault(key, []).extend(rows)

    return edit


def ledger_of(*edits: Edit, unit: str = UNIT, file: str = "开城镇.xlsx") -> Ledger:
    """Return the ledger of the default world after `edits`."""
    world = a_world(unit)
    for edit in edits:
        edit(world)
    return a_ledger(file=file, unit=unit, form=world.pop("unit"), **world)


def a_ledger(
    *,
    file: str = "开城镇.xlsx",
    unit: str = UNIT,
    form: list[RowCells] | None = None,
    without: Collection[str] = (),
    **sheets: list[RowCells],
) -> Ledger:
    """Return a checked ledger of one workbook.

    Args:
        file: Its name.
        unit: Whose world fills the sheets not given.
        form: The row of 填报信息; `unit`'s if None.
        without: Sheets ("mentor") and columns ("mentor.status_since") the workbook lacks.
        sheets: Rows by sheet key; what is not given comes from `a_world`.
    """
    world = {**a_world(unit), **sheets}
    if form is not None:
        world["unit"] = form
    parts = [
        _part(model_for(key), rows, file, without)
        for key, rows in world.items()
        if key not in without
    ]
    return Ledger.of(parts, [file])


def _part(
    model: type[Row], rows: Sequence[RowCells], file: str, without: Collection[str]
) -> SheetPart:
    sheet = model.sheet
    columns = columns_by_field(model)
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"{sheet.key} has no {unknown}"
    numbers = [1] if sheet.form else range(FIRST_ROW, FIRST_ROW + len(rows))
    part = SheetPart(sheet.key, file, sheet.name, array("i", numbers), {})
    for at, column in enumerate(columns.values(), 1):
        name = column.field
        if column.fill is Fill.LOOKUP or f"{sheet.key}.{name}" in without:
            continue
        letter = "B" if sheet.form else letters(at)
        if any(name in row for row in rows):
            part.columns[name] = a_column(column, [row.get(name) for row in rows], letter)
        else:
            part.columns[name] = _blank_column(column, len(rows), letter)
        if sheet.form:
            part.form_rows[name] = at + 2
    return part


@cache  # most columns of most ledgers: a third of the time that makes one
def _blank_column(column: Column, rows: int, letter: str) -> TypedColumn:
    return a_column(column, [None] * rows, letter)


def a_column(column: Column, cells: Sequence[Cell | None], letter: str = "A") -> TypedColumn:
    """Return a checked column of a worksheet."""
    encoded = encode(cells)
    checked = check_values(column, encoded.values)
    return TypedColumn(
        column.field, letter, column.heading, encoded, checked.values, checked.problems
    )

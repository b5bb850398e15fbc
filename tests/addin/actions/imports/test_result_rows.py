from __future__ import annotations

from datetime import date, datetime

from addin.actions.imports.result_rows import import_updates, result_update, totals
from addin.domain.imports.account import Placement
from addin.domain.imports.placement import place
from tests.build import UNIT, a_ledger, a_mentor
from tests.support.sources import a_table, mapped
from validators.ledger import Ledger
from validators.sources.mapping import TableMapping
from validators.sources.tables import BETWEEN, LooseCell, SourceCell
from workbooks.template.layout import FIRST_ROW, LAST_ROW
from workbooks.updates import Link, SheetReport, SheetUpdate, UpdateReport

COLUMNS = [
    ("姓名", "mentor.name"), ("出生年月", "mentor.born"), ("职务", "mentor.post"),
    ("电话", "mentor.phone"), ("学历", "mentor.remark"), ("身份证号", mapped("", why="身份证号不导入")),
    ("爱好", "mentor.specialties?"),
]  # fmt: skip
ROW = ["王秀兰", "78年", "书记", "1390000", "大专", "642221198003011248", "下棋"]


def placed(*tables: TableMapping, ledger: Ledger) -> Placement:
    return place(tables, ledger, UNIT)


def results(placement: Placement, ledger: Ledger, rows: tuple[int, ...] = ()) -> SheetUpdate:
    report = UpdateReport((SheetReport("mentor", "导师库", rows, 0, (), stamped=False),))
    said = [f"{totals(placement)}。"]
    return result_update(
        placement, ledger, report, said, date(2026, 6, 30), datetime(2026, 7, 1, 9, 30)
    )


def test_new_rows_are_appended_and_what_rows_lacked_is_filled_in() -> None:
    ledger = a_ledger(mentor=[a_mentor(1, post=None)])
    rows = [["马志远", "1976-05", "副镇长", None, None, None, None], ROW]
    (update,) = import_updates(placed(a_table(COLUMNS, *rows), ledger=ledger), ledger)

    assert update.key == "mentor"
    assert update.cells == {(FIRST_ROW, "post"): "副镇长"}
    assert [dict(row) for row in update.append] == [{
        "mentor_id": "D640402104-002", "name": "王秀兰", "born": "78年", "post": "书记",
        "phone": "1390000", "remark": "学历：大专",
    }]  # fmt: skip


def test_what_asks_for_something_comes_first_with_a_link_to_where_it_was_written() -> None:
    ledger = a_ledger(mentor=[])
    placement = placed(a_table(COLUMNS, ROW), ledger=ledger)
    update = results(placement, ledger, (9,))
    rows = [row.values for row in update.rows or ()]

    assert [row["fate"] for row in rows] == [
        "概况", "概况", "等待确认", "无法识别", "不导入", "备注",
    ]  # fmt: skip
    born = next(row for row in rows if row.get("heading") == "出生年月")
    assert (born["source_cell"], born["typed"]) == ("B3", "78年")
    assert isinstance(born["cell"], Link)
    assert born["cell"].sheet == "导师库"
    assert str(born["cell"]).endswith("9")


def test_a_line_between_the_records_is_told_with_its_place_and_its_text() -> None:
    ledger = a_ledger(mentor=[])
    placement = placed(a_table(COLUMNS, ROW), ledger=ledger)
    placement.loose = [
        ("名册.xlsx", LooseCell(SourceCell("花名册", row, 1, text), why))
        for row, text, why in (
            (1, "导师花名册", "标题"),
            (3, "（一）站所负责人 13922223333", BETWEEN),
            (7, "（二）镇领导班子", BETWEEN),
        )
    ]
    update = results(placement, ledger)

    rows = [row.values for row in update.rows or ()]
    lines = [
        (r["source_sheet"], r["source_cell"], r["typed"]) for r in rows if r.get("source_cell")
    ]
    assert ("花名册", "A3", "（一）站所负责人 139****3333") in lines
    assert ("花名册", "A7", "（二）镇领导班子") in lines
    assert "标题 1 个单元格" in str(rows[-1]["message"])


def test_neither_a_whole_phone_nor_an_id_number_stands_in_it() -> None:
    ledger = a_ledger(mentor=[a_mentor(1)])
    rows = [["马志远", None, None, "13922223333", None, "642221197605011234", None]]
    update = results(placed(a_table(COLUMNS, *rows), ledger=ledger), ledger)

    said = str([dict(row.values) for row in update.rows or ()])
    assert "139****3333" in said
    assert "13922223333" not in said
    assert "6422211976" not in said


def test_more_than_a_sheet_holds_is_counted() -> None:
    ledger = a_ledger(mentor=[])
    rows = [[f"王{chr(0x4E00 + n)}兰", "78年", "书记", None, None, None, None] for n in range(5200)]
    update = results(placed(a_table(COLUMNS, *rows), ledger=ledger), ledger)

    assert len(update.rows or ()) == LAST_ROW - FIRST_ROW
    assert "未列出" in str((update.rows or ())[-1].values["message"])

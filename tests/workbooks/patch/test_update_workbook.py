"""Updates of a clerk's ledger: what grows, what stays, and what is refused."""

from __future__ import annotations

import re
import shutil
import warnings
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msoffcrypto
import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from tests.support.office import Office, error_cells
from tests.support.ooxml import all_ooxml_errors
from tests.workbooks.patch.clerks import (
    X14,
    around_rows,
    changed_parts,
    decorated,
    edited,
    moved_ledger,
    parts_of,
    rows_of,
    template_ledger,
)
from validators.divisions import find_unit
from validators.errors import BangdaiError, UnreadableWorkbook, UpdateRefused, WriteRefused
from validators.sheets import PairingRow, SuggestionRow
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.template.workbook import write_ledger
from workbooks.updates import SheetUpdate, UpdateRow

SUGGESTION, PAIRING, LOG = (f"xl/worksheets/sheet{number}.xml" for number in (5, 6, 7))
TABLES = {SUGGESTION: "xl/tables/table4.xml", PAIRING: "xl/tables/table5.xml"}
PAIR: dict[str, Any] = {
    "pairing_id": "J640402104-900",
    "mentor_id": "D640402104-003",
    "mentee_id": "G640402104-004",
    "mode": "组织指派",
    "paired_on": date(2026, 7, 1),
    "until": date(2027, 6, 30),
    "status": "帮带中",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return template_ledger(tmp_path / "台账.xlsx")


def suggested(number: int, **more: Any) -> UpdateRow:
    return UpdateRow({"number": number, "mentee_id": f"G640402104-{number:03d}", **more})


def suggestions(count: int, **more: Any) -> SheetUpdate:
    return SheetUpdate("suggestion", rows=tuple(suggested(n, **more) for n in range(1, count + 1)))


def updated(source: Path, *updates: SheetUpdate, **more: Any) -> Path:
    target = source.with_name("新台账.xlsx")
    update_workbook(source, target, updates, **more)
    return target


def sheet(path: Path, name: str, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path, **options)[name]


def ref(path: Path, part: str) -> list[str]:
    return re.findall(r' ref="([^"]*)"', parts_of(path)[TABLES[part]].decode())


# --- untouched parts -----------------------------------------------------------------------------


def test_a_picture_a_comment_a_chart_marks_and_new_validations_survive(tmp_path: Path) -> None:
    source = decorated(tmp_path / "a.xlsx")

    target = updated(source, suggestions(40), SheetUpdate("pairing", append=(PAIR,)))

    allowed = {SUGGESTION, PAIRING, *TABLES.values()}
    assert changed_parts(source, target) <= allowed
    head, tail = around_rows(parts_of(source)[SUGGESTION])
    assert around_rows(parts_of(target)[SUGGESTION]) == (head, tail)
    assert X14.removesuffix("</extLst>").removeprefix("<extLst>") in tail
    assert "<drawing " in tail
    assert "<legacyDrawing " in tail
    assert sheet(target, "结对建议")["O4"].comment.text.endswith("已与支部商量")


def test_schema_and_spreadsheet_find_no_fault_and_look_ups_are_as_calculated(
    tmp_path: Path, office: Office
) -> None:
    source = decorated(tmp_path / "a.xlsx")
    moved = moved_ledger(tmp_path / "b.xlsx", seed=3)
    plain = moved_ledger(tmp_path / "c.xlsx", seed=4, tables=False)
    updates = [
        suggestions(30, reason="同在本乡镇", mentor_id="D640402104-001"),
        SheetUpdate("pairing", append=tuple({**PAIR, "pairing_id": f"J{n}"} for n in range(20))),
    ]
    targets = [tmp_path / f"{one.stem}_neu.xlsx" for one in (source, moved, plain)]

    for one, target in zip((source, moved, plain), targets, strict=True):
        update_workbook(one, target, updates)
    calculated = [office.recalculated(one, tmp_path / "lo") for one in targets]

    assert all_ooxml_errors(targets) == {}
    for one, again in zip(targets, calculated, strict=True):
        assert error_cells(again) == []
        assert looked_up(one) == looked_up(again)
        assert any(name for name, _ in looked_up(one))


def looked_up(path: Path) -> list[tuple[Any, Any]]:
    """Return mentor's and mentee's name of each pairing as the file says they were calculated."""
    found = sheet(path, "结对台账", data_only=True)
    heads = {
        cell.value: (cell.row, cell.column)
        for row in found.iter_rows(max_row=6)
        for cell in row
        if cell.value
    }
    row, left = heads["导师姓名"]
    right = heads["对象名称"][1]
    return [
        (found.cell(at, left).value or "", found.cell(at, right).value or "")
        for at in range(row + 14, found.max_row + 1)
    ]


def test_the_source_is_only_read(ledger: Path) -> None:
    before = ledger.read_bytes()

    updated(ledger, suggestions(3))

    assert ledger.read_bytes() == before


def test_a_sheet_given_nothing_to_write_keeps_its_very_bytes(ledger: Path) -> None:
    assert (
        changed_parts(ledger, updated(ledger, SheetUpdate("log"), SheetUpdate("pairing"))) == set()
    )


# --- rewriting -----------------------------------------------------------------------------------


def test_a_table_grows_with_its_rows_and_keeps_blank_ones(ledger: Path) -> None:
    target = updated(ledger, suggestions(30))

    assert ref(ledger, SUGGESTION) == ["A3:R21", "A3:R21"]
    assert ref(target, SUGGESTION) == ["A3:R39", "A3:R39"]
    found = sheet(target, "结对建议")
    assert found.dimensions == "A1:R39"
    assert found["A33"].value == 30
    assert [found[f"B{row}"].value for row in (34, 39)] == [None, None]
    assert found["B39"].style_id == found["B20"].style_id
    assert found["B40"].style_id != found["B39"].style_id


def test_a_shrunk_table_leaves_no_borders_below_itself(ledger: Path) -> None:
    long = updated(ledger, suggestions(60))
    target = long.with_name("短.xlsx")

    update_workbook(long, target, [suggestions(2)])

    assert ref(target, SUGGESTION) == ["A3:R21", "A3:R21"]
    assert sheet(target, "结对建议").dimensions == "A1:R21"
    assert len(read_ledger(target).ledger.table(SuggestionRow)) == 2


def test_an_empty_body_leaves_a_blank_table(ledger: Path) -> None:
    target = updated(ledger, SheetUpdate("suggestion", rows=()))

    assert ref(target, SUGGESTION)[0] == "A3:R21"
    assert len(read_ledger(target).ledger.table(SuggestionRow)) == 0


def test_the_clerks_own_columns_move_along_with_their_looks_and_formulas(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        own = book.get_worksheet_by_name("结对建议")
        red = book.add_format({"bg_color": "#FF0000"})
        own.write(2, 18, "镇里意见")
        own.write(2, 19, 2025)
        for row in range(3, 8):
            own.write(row, 18, f"第{row}行", red if row == 4 else None)
            own.write_formula(row, 19, f"=F{row + 1}*2+$A$3", None, 7)

    source = template_ledger(tmp_path / "a.xlsx", decorate=add)
    rows = (suggested(1), UpdateRow({"number": 2, "score": 50}, 5), UpdateRow({"number": 3}, 4))

    found = sheet(updated(source, SheetUpdate("suggestion", rows=rows)), "结对建议")

    assert [found[f"S{row}"].value for row in range(4, 9)] == [None, "第4行", "第3行", None, None]
    assert found["S5"].fill.start_color.rgb == "FFFF0000"
    assert found["S4"].fill.fill_type is None
    assert [found[f"T{row}"].value for row in (4, 5, 6, 7)] == [
        None,
        "=F5*2+$A$3",
        "=F6*2+$A$3",
        None,
    ]
    assert found["B5"].value == sheet(source, "结对建议")["B5"].value
    assert (found["F5"].value, found["F6"].value) == (50, sheet(source, "结对建议")["F4"].value)


def test_formulas_noted_once_for_many_cells_are_written_out(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        own = book.get_worksheet_by_name("结对建议")
        own.write(2, 18, "两倍")
        for row in (3, 4, 5):
            own.write_formula(row, 18, "=F4*2" if row == 3 else "=0", None, row)

    source = template_ledger(tmp_path / "a.xlsx", decorate=add)
    shared = '<f t="shared" ref="S4:S6" si="0">F4*2</f>'

    def share(xml: str) -> str:
        return xml.replace("<f>F4*2</f>", shared).replace("<f>0</f>", '<f t="shared" si="0"/>')

    edited(source, {SUGGESTION: share})
    rows = (UpdateRow({"number": 1}, 6), UpdateRow({"number": 2}, 5))

    found = sheet(updated(source, SheetUpdate("suggestion", rows=rows)), "结对建议")

    assert [found[f"S{row}"].value for row in (4, 5, 6)] == ["=F4*2", "=F5*2", None]


def test_new_rows_flow_around_notes_and_nothing_of_the_clerk_is_lost(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        own = book.get_worksheet_by_name("结对建议")
        own.write("A12", "说明：以上建议经镇党委会议讨论")
        own.merge_range("B23:B24", "")
        own.merge_range("B60:B61", "")

    source = template_ledger(tmp_path / "a.xlsx", decorate=add)

    target = updated(source, suggestions(22))

    found = sheet(target, "结对建议")
    assert found["A12"].value == "说明：以上建议经镇党委会议讨论"
    assert [found[f"A{row}"].value for row in (11, 13, 16)] == [8, 9, 12]
    assert {str(one) for one in found.merged_cells.ranges} == {"A1:Q1", "A2:L2", "M2:Q2", "B60:B61"}
    assert ref(target, SUGGESTION)[0] == "A3:R32"
    assert len(read_ledger(target).ledger.table(SuggestionRow)) == 22


def test_rows_a_filter_hid_show_again(ledger: Path) -> None:
    def hide(xml: str) -> str:
        xml = re.sub(r'<row r="([567])"', r'<row r="\1" hidden="1"', xml)
        return xml.replace("<sheetPr>", '<sheetPr filterMode="1">')

    criteria = '<filterColumn colId="1"><filters><filter val="x"/></filters></filterColumn>'
    edited(
        ledger,
        {
            SUGGESTION: hide,
            TABLES[SUGGESTION]: lambda xml: xml.replace(
                '<autoFilter ref="A3:R21"/>', f'<autoFilter ref="A3:R21">{criteria}</autoFilter>'
            ),
        },
    )

    target = updated(ledger, suggestions(5))

    assert b"hidden=" not in parts_of(target)[SUGGESTION]
    assert b"filterMode" not in parts_of(target)[SUGGESTION]
    assert b'<autoFilter ref="A3:R21"/>' in parts_of(target)[TABLES[SUGGESTION]]


def test_rows_are_tall_enough_for_their_text(ledger: Path) -> None:
    found = sheet(updated(ledger, suggestions(3, reason="理由很长，" * 30)), "结对建议")

    assert found.row_dimensions[4].height > 8 * 14
    assert found.row_dimensions[8].height < 25


def test_the_stamp_says_when_the_sheet_was_made(ledger: Path) -> None:
    stamp = {"as_of": date(2026, 6, 30), "generated": datetime(2026, 7, 1, 9, 5)}
    update = SheetUpdate("suggestion", rows=(suggested(1),), **stamp)  # type: ignore[arg-type]

    target = updated(ledger, update)

    assert (
        sheet(target, "结对建议")["M2"].value == "数据截至：2026-06-30　生成时间：2026-07-01 09:05"
    )


# --- rows below and single cells -----------------------------------------------------------------


def test_new_rows_go_below_the_last_one_in_use_with_its_look_ups(ledger: Path) -> None:
    target = ledger.with_name("b.xlsx")

    report = update_workbook(ledger, target, [SheetUpdate("pairing", append=(PAIR, PAIR))])

    assert report.sheets[0].rows == (16, 17)
    found, shown = sheet(target, "结对台账"), sheet(target, "结对台账", data_only=True)
    assert found["C16"].value == sheet(ledger, "结对台账")["C16"].value
    mentor = next(one for one in rows_of()["mentor"] if one["mentor_id"] == PAIR["mentor_id"])
    assert shown["C17"].value == mentor["name"]
    assert ref(target, PAIRING) == ref(ledger, PAIRING)


def test_a_table_grows_by_rows_that_do_not_fit(ledger: Path) -> None:
    target = updated(ledger, SheetUpdate("pairing", append=(PAIR,) * 10))

    assert ref(ledger, PAIRING)[0] == "A3:R21"
    assert ref(target, PAIRING) == ["A3:R31", "A3:R31"]
    found = sheet(target, "结对台账")
    assert "tbl_pairing[[#This Row],[导师编号]]" in found["C31"].value
    assert found["H25"].number_format == "yyyy-mm-dd"


def test_notes_below_a_table_go_down_before_new_rows(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        book.get_worksheet_by_name("结对台账").merge_range("A24:L24", "注：本表一式两份")

    source = template_ledger(tmp_path / "a.xlsx", decorate=add)
    target = tmp_path / "b.xlsx"

    report = update_workbook(source, target, [SheetUpdate("pairing", append=(PAIR,) * 12)])

    assert report.sheets[0].rows == tuple(range(16, 28))
    assert ref(target, PAIRING)[0] == "A3:R27"
    after = sheet(target, "结对台账")
    (note,) = [row for row in range(24, 60) if after.cell(row, 1).value == "注：本表一式两份"]
    assert note > 27
    assert f"A{note}:L{note}" in map(str, after.merged_cells.ranges)
    assert "A24:L24" not in map(str, after.merged_cells.ranges)
    assert after["C25"].value.startswith("=IFERROR(INDEX(导师库!$B$4:$B$5000,")
    assert "[#This Row],[导师编号]" in after["C25"].value
    assert len(read_ledger(target).ledger.table(PairingRow)) == 24


def test_a_single_cell_keeps_its_style_and_refreshes_the_look_up(ledger: Path) -> None:
    cells = {(5, "mentor_id"): "D640402104-002", (5, "paused_from"): date(2026, 5, 1)}

    target = updated(ledger, SheetUpdate("pairing", cells=cells))

    before, after = sheet(ledger, "结对台账"), sheet(target, "结对台账")
    assert after["B5"].style_id == before["B5"].style_id
    assert after["O5"].value == datetime(2026, 5, 1)
    mentor = next(one for one in rows_of()["mentor"] if one["mentor_id"] == "D640402104-002")
    assert sheet(target, "结对台账", data_only=True)["C5"].value == mentor["name"]
    for row in after.iter_rows():
        for cell in row:
            if cell.coordinate not in ("B5", "O5"):
                assert cell.value == before[cell.coordinate].value


def test_new_rows_are_found_by_look_ups_of_the_same_update(ledger: Path) -> None:
    mentor = {"mentor_id": "D640402104-777", "name": "新来的"}
    pair = {**PAIR, "mentor_id": "D640402104-777"}
    updates = [SheetUpdate("mentor", append=({**rows_of()["mentor"][0], **mentor},))]

    target = updated(ledger, *updates, SheetUpdate("pairing", append=(pair,)))

    assert sheet(target, "结对台账", data_only=True)["C16"].value == "新来的"


def test_a_form_is_filled_beside_its_label(ledger: Path) -> None:
    target = updated(ledger, SheetUpdate("unit", cells={(10, "reviewer"): "李审核"}))

    assert sheet(target, "填报信息")["B10"].value == "李审核"


def test_days_are_counted_from_1904_where_the_workbook_does(tmp_path: Path) -> None:
    source = template_ledger(tmp_path / "a.xlsx", date_1904=True)

    target = updated(source, SheetUpdate("pairing", append=(PAIR,)))

    assert read_ledger(target).ledger.table(PairingRow).column("paired_on")[-1] == date(2026, 7, 1)
    assert sheet(target, "结对台账")["H16"].value == datetime(2026, 7, 1)


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("x")', "{=1}", "+86", "-1", "@SUM(A1)", "\tcmd", "https://x.cn", "\\\\a\\b"],
)
def test_text_stays_text_whatever_it_begins_with(ledger: Path, text: str) -> None:
    target = updated(ledger, suggestions(1, reason=text))

    cell = sheet(target, "结对建议")["M4"]
    assert (cell.value, cell.hyperlink) == (text, None)
    assert cell.data_type != "f"
    assert read_ledger(target).ledger.table(SuggestionRow).raw(0, "reason") == text
    assert parts_of(target)[SUGGESTION].count(b"<f") == parts_of(ledger)[SUGGESTION].count(b"<f")


def test_spaces_and_control_characters_come_back_as_they_were(ledger: Path) -> None:
    text = "  前后有空格\n第二行\x07_x0041_\r "

    target = updated(ledger, suggestions(1, reason=text))

    assert read_ledger(target).ledger.table(SuggestionRow).raw(0, "reason") == text


# --- the workbook's own parts --------------------------------------------------------------------


CHAIN = (
    b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</calcChain>'
)


def with_chain(path: Path, cells: bytes) -> Path:
    """Put in what Excel notes of its formulas, and take out the mark to calculate on opening."""
    override = (
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.calcChain+xml"/></Types>'
    )
    relation = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/calcChain" Target="calcChain.xml"/></Relationships>'
    )
    return edited(
        path,
        {
            "[Content_Types].xml": lambda xml: xml.replace("</Types>", override),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace("</Relationships>", relation),
            "xl/workbook.xml": lambda xml: xml.replace(' fullCalcOnLoad="1"', ""),
        },
        **{"xl/calcChain.xml": CHAIN % cells},
    )


def test_the_chain_of_formulas_goes_if_it_names_a_changed_sheet(ledger: Path) -> None:
    with_chain(ledger, b'<c r="A2" i="7"/><c r="C4" i="6"/><c r="C5"/>')

    target = updated(ledger, SheetUpdate("pairing", append=(PAIR,)))

    assert "xl/calcChain.xml" not in parts_of(target)
    assert not [name for name, xml in parts_of(target).items() if b"calcChain" in xml]
    assert all_ooxml_errors([target]) == {}


def test_the_chain_of_formulas_stays_if_it_names_other_sheets(ledger: Path) -> None:
    with_chain(ledger, b'<c r="A2" i="7"/>')

    target = updated(ledger, SheetUpdate("pairing", append=(PAIR,)))

    assert changed_parts(ledger, target) == {"xl/workbook.xml", PAIRING}


def test_the_chain_of_formulas_goes_if_it_names_what_the_page_is_counted_from(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.xlsx"
    write_ledger(ledger, find_unit("原州区开城镇"), 2026, as_of=date(2026, 5, 1))
    sheets = parts_of(ledger)["xl/workbook.xml"].decode().partition('name="_待办" sheetId="')[2]
    with_chain(ledger, f'<c r="L5" i="{sheets.partition(chr(34))[0]}" a="1"/>'.encode())
    target = tmp_path / "target.xlsx"

    update_workbook(ledger, target, [], as_of=date(2026, 6, 1))

    assert "xl/calcChain.xml" not in parts_of(target)


def test_what_excel_saved_is_calculated_when_it_is_opened(ledger: Path) -> None:
    with_chain(ledger, b'<c r="A2" i="7"/>')

    target = updated(ledger, suggestions(1))

    assert b'<calcPr calcId="124519" fullCalcOnLoad="1"/>' in parts_of(target)["xl/workbook.xml"]


# --- refused -------------------------------------------------------------------------------------


def renamed(path: Path, old: str, new: str) -> Path:
    return edited(path, {"xl/sharedStrings.xml": lambda xml: xml.replace(f">{old}<", f">{new}<")})


def test_a_missing_optional_column_is_left_out_and_told(ledger: Path) -> None:
    renamed(ledger, "理由", "镇里自己的一列")

    report = update_workbook(ledger, ledger.with_name("b.xlsx"), [suggestions(2, reason="因为")])

    assert report.sheets[0].missing == ("理由",)


def test_a_missing_required_column_is_refused(ledger: Path) -> None:
    renamed(ledger, "对象编号", "镇里自己的一列")

    with pytest.raises(UpdateRefused, match=r"工作表“结对建议”缺少列“对象编号”.*请恢复该列"):
        updated(ledger, suggestions(2))


def test_a_missing_sheet_is_refused(ledger: Path) -> None:
    edited(ledger, {"xl/workbook.xml": lambda xml: xml.replace('"结对建议"', '"结对建议1"')})

    with pytest.raises(UpdateRefused, match=r"缺少工作表“结对建议”.*请从模板"):
        updated(ledger, suggestions(2))


def test_missing_headings_are_refused(ledger: Path) -> None:
    edited(ledger, {SUGGESTION: lambda xml: re.sub(r'<row r="3".*?</row>', "", xml)})

    with pytest.raises(UpdateRefused, match=r"未找到标题行.*请恢复模板的标题行"):
        updated(ledger, suggestions(2))


def test_a_cell_that_a_merged_one_covers_is_refused(ledger: Path) -> None:
    merge = '<mergeCell ref="L5:L6"/></mergeCells>'
    edited(ledger, {PAIRING: lambda xml: xml.replace("</mergeCells>", merge)})

    with pytest.raises(UpdateRefused, match=r"L6 位于合并单元格 L5:L6 中.*请取消合并"):
        updated(ledger, SheetUpdate("pairing", cells={(6, "remark"): "x"}))


def test_a_text_too_long_for_a_cell_is_refused(ledger: Path) -> None:
    with pytest.raises(UpdateRefused, match=r"超过 32767 字"):
        updated(ledger, SheetUpdate("pairing", cells={(6, "remark"): "长" * 32768}))


def test_a_file_changed_meanwhile_is_refused(ledger: Path) -> None:
    digest = read_ledger(ledger).digest
    updated(ledger, suggestions(1), digest=digest).replace(ledger)

    with pytest.raises(UpdateRefused, match=r"又有改动.*请保存并关闭"):
        updated(ledger, suggestions(1), digest=digest)


def test_macros_are_never_copied(ledger: Path) -> None:
    edited(
        ledger,
        {
            "[Content_Types].xml": lambda xml: xml.replace(
                "</Types>",
                '<Override PartName="/xl/workbook.xml" '
                'ContentType="application/vnd.ms-office.vbaProject"/></Types>',
            )
        },
    )

    with pytest.raises(UpdateRefused, match=r"带有宏.*另存为 \.xlsx"):
        updated(ledger, suggestions(1))


@pytest.mark.parametrize("name", ["legacy.xls", "legacy.ods"])
def test_older_formats_are_refused(tmp_path: Path, name: str) -> None:
    source = shutil.copy(Path(__file__).parents[2] / "data" / name, tmp_path)

    with pytest.raises(UpdateRefused, match=r"不能写入.*另存为 \.xlsx"):
        updated(Path(source), suggestions(1))


def test_a_file_locked_with_a_password_is_refused(ledger: Path) -> None:
    locked = BytesIO()
    OOXMLFile(BytesIO(ledger.read_bytes())).encrypt("secret", locked)
    ledger.write_bytes(locked.getvalue())

    with pytest.raises(UnreadableWorkbook, match=r"打开密码"):
        updated(ledger, suggestions(1))


def test_a_file_excel_opens_without_asking_is_updated(ledger: Path) -> None:
    locked = BytesIO()
    OOXMLFile(BytesIO(ledger.read_bytes())).encrypt("VelvetSweatshop", locked)
    ledger.write_bytes(locked.getvalue())
    assert msoffcrypto.OfficeFile(BytesIO(ledger.read_bytes())).is_encrypted()

    assert len(read_ledger(updated(ledger, suggestions(4))).ledger.table(SuggestionRow)) == 4


def test_xml_no_spreadsheet_writes_is_refused_not_guessed(ledger: Path) -> None:
    edited(ledger, {SUGGESTION: lambda xml: xml.replace("<sheetData>", "<sheetData><!-- x -->")})

    with pytest.raises(UpdateRefused, match=r"内部格式特殊.*另存为 \.xlsx"):
        updated(ledger, suggestions(1))


def test_the_source_is_never_the_target(ledger: Path) -> None:
    before = ledger.read_bytes()
    ledger.with_name("别名.xlsx").symlink_to(ledger)

    for target in (ledger, ledger.with_name("别名.xlsx")):
        with pytest.raises(WriteRefused, match=r"不能覆盖原台账"):
            update_workbook(ledger, target, [suggestions(1)])
    assert ledger.read_bytes() == before


def test_a_file_that_is_not_ours_is_never_replaced(ledger: Path) -> None:
    target = ledger.with_name("别人的.xlsx")
    target.write_bytes(b"not ours")

    with pytest.raises(WriteRefused, match=r"不是本工具生成的"):
        update_workbook(ledger, target, [suggestions(1)])
    assert target.read_bytes() == b"not ours"


def test_nothing_is_left_behind_by_a_refusal(ledger: Path) -> None:
    with pytest.raises(BangdaiError):
        updated(ledger, SheetUpdate("pairing", cells={(6, "remark"): "长" * 40000}))

    assert [path.name for path in ledger.parent.iterdir()] == [ledger.name]


def test_a_stream_can_be_written_to(ledger: Path) -> None:
    stream = BytesIO()

    update_workbook(ledger, stream, [suggestions(1)])

    with ZipFile(stream) as package:
        assert package.testzip() is None


def test_the_same_update_gives_the_same_bytes(ledger: Path) -> None:
    streams = [BytesIO(), BytesIO()]

    for stream in streams:
        update_workbook(ledger, stream, [suggestions(9)])

    assert streams[0].getvalue() == streams[1].getvalue()

import io
import re
from array import array
from datetime import date, datetime, time
from zipfile import ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.support import onlyoffice
from tests.support.ooxml import ooxml_errors
from validators.cells import CellColumn, FormulaError, Uncalculated, encode
from workbooks.bulk import BulkRows, splice
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.ooxml.cells import MAX_TEXT

HEADINGS = ["编号", "日期", "时长", "到场", "内容"]


def a_workbook(first_row=3, prototype=True, sheet="日志", **options):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as workbook:
        formats = [
            workbook.add_format({"num_format": code, "border": 1})
            for code in ["@", "yyyy-mm-dd", '0.0"小时"', "General", "@"]
        ]
        workbook.add_worksheet("说明").write("A1", "请先阅读")
        ledger = workbook.add_worksheet(sheet)
        ledger.write("A1", "帮带日志")
        ledger.write_row(first_row - 2, 0, HEADINGS)
        ledger.autofilter(first_row - 2, 0, first_row + 100, 4)
        ledger.freeze_panes(first_row - 1, 1)
        if prototype:
            for index, look in enumerate(formats):
                ledger.write_blank(first_row - 1, index, None, look)
        after = workbook.add_worksheet("附表")
        after.write("A1", "内容")
        after.write_url("A2", "internal:'说明'!A1", string="返回")
    return stream


def columns_of(rows):
    return [encode(cells) for cells in zip(*rows, strict=True)]


def filled(source, rows, chunk=2, first_row=3):
    chunks = [columns_of(rows[start : start + chunk]) for start in range(0, len(rows), chunk)]
    target = io.BytesIO()
    splice(source, target, {"日志": BulkRows(first_row, len(rows), chunks)})
    target.seek(0)
    return target


def sheet_xml(stream, number=2):
    return ZipFile(stream).read(f"xl/worksheets/sheet{number}.xml").decode()


ROWS = [
    ("RZ1", date(2025, 3, 1), 1.5, True, "到村走访"),
    ("RZ2", datetime(2025, 3, 2, 9, 30), 2, False, '=HYPERLINK("http://x")'),
    ("RZ3", None, None, None, " 前后空格 "),
    ("RZ4", "三月五日", "两小时", "是", "https://example.cn & <b>"),
    ("RZ5", date(2025, 3, 5), 0.25, True, "到村走访"),
]


def test_openpyxl_reads_back_every_cell_with_its_type():
    book = load_workbook(filled(a_workbook(), ROWS))
    cells = [[cell.value for cell in row] for row in book["日志"].iter_rows(min_row=3)]
    expected = [list(row) for row in ROWS]
    expected[0][1] = datetime(2025, 3, 1)
    expected[4][1] = datetime(2025, 3, 5)
    assert cells == expected
    assert {cell.data_type for row in book["日志"].iter_rows() for cell in row} <= set("nsdb")


def test_calamine_reads_back_every_cell():
    book = CalamineWorkbook.from_filelike(filled(a_workbook(), ROWS))
    rows = book.get_sheet_by_name("日志").to_python()
    assert rows[0][0] == "帮带日志"
    assert rows[1] == HEADINGS
    assert rows[2:] == [["" if cell is None else cell for cell in row] for row in ROWS]


def test_every_cell_wears_its_columns_format_blank_ones_too():
    sheet = load_workbook(filled(a_workbook(), ROWS))["日志"]
    for row in sheet.iter_rows(min_row=3):
        assert [cell.number_format for cell in row] == [
            "@", "yyyy-mm-dd", '0.0"小时"', "General", "@",
        ]  # fmt: skip
        assert all(cell.border.left.style == "thin" for cell in row)


def test_rows_and_cells_follow_each_other_without_places():
    xml = sheet_xml(filled(a_workbook(), ROWS))
    rows = xml.partition('<row r="2"')[2].partition("</row>")[2].partition("</sheetData>")[0]
    assert rows.count("<row ") == len(ROWS)
    assert [row.count("<c ") for row in rows.split("</row>")] == [5] * len(ROWS) + [0]
    assert ' r="' not in rows
    assert '<dimension ref="A1:E7"/>' in xml


@pytest.mark.parametrize(("headings", "first"), [(2, 3), (2, 4), (2, 9), (1, 3)])
def test_the_first_row_stands_where_it_shall_also_below_a_gap(headings, first):
    source = io.BytesIO()
    with xlsxwriter.Workbook(source) as workbook:
        sheet = workbook.add_worksheet("日志")
        for row in range(headings):
            sheet.write(row, 0, "标题")
        sheet.write_blank(first - 1, 0, None, workbook.add_format({"border": 1}))
        sheet.write_blank(first - 1, 1, None, workbook.add_format({"border": 1}))
    stream = filled(source, [("甲", None), (None, 2), ("乙", 3)], first_row=first)
    assert [[cell.value for cell in row] for row in load_workbook(stream)["日志"].iter_rows(first)] == [
        ["甲", None], [None, 2], ["乙", 3],
    ]  # fmt: skip
    stream.seek(0)
    rows = CalamineWorkbook.from_filelike(stream).get_sheet_by_name("日志").to_python()
    assert rows[first - 1 :] == [["甲", ""], ["", 2], ["乙", 3]]


@pytest.mark.office
def test_other_programs_read_the_rows_where_they_stand(tmp_path, office):
    rows = [
        (f"RZ{n}", None, n / 4 if n % 3 else None, None, "到村走访" * n or None) for n in range(9)
    ]
    book = tmp_path / "a.xlsx"
    book.write_bytes(filled(a_workbook(first_row=5), rows, chunk=4, first_row=5).getvalue())
    expected = {
        f"日志 {row} {column}": str(cell if isinstance(cell, str) else f"{cell:g}")
        for row, cells in enumerate(rows, 5)
        for column, cell in enumerate(cells, 1)
        if cell is not None
    }

    saved = load_workbook(office.recalculated(book, tmp_path / "calc"))["日志"]
    (grid,) = onlyoffice.recalculated([book], date(2026, 6, 30))

    below = saved.iter_rows(min_row=5, values_only=True)
    assert [cells[:5] for cells in below if any(cells)] == rows
    assert {at: grid.get(at) for at in grid if int(at.split()[1]) >= 5} == expected
    assert ooxml_errors(book) == []


def test_nothing_becomes_a_formula_or_a_link():
    rows = [(text, None, Uncalculated("1+1"), FormulaError("#REF!"), "http://x.cn") for text in
            ["=1+1", "{=1}", "+cmd|'/c calc'!A1", "@SUM(A1)", "-1"]]  # fmt: skip
    stream = filled(a_workbook(), rows)
    assert "<f" not in sheet_xml(stream)
    assert "<hyperlink" not in sheet_xml(stream)
    sheet = load_workbook(stream)["日志"]
    assert [cell.value for cell in sheet["A"][2:]] == [row[0] for row in rows]
    assert sheet["D3"].data_type == "s"


def test_every_other_part_keeps_its_bytes():
    source = a_workbook()
    before, after = ZipFile(source), ZipFile(filled(source, ROWS[:1] * 9, chunk=9))
    assert sorted(before.namelist()) == sorted(after.namelist())
    changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed == {"xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"}


def test_the_rest_of_the_bulk_sheet_is_left_as_the_caller_set_it():
    source = a_workbook()
    before, after = sheet_xml(source), sheet_xml(filled(source, ROWS))
    assert after.partition("</sheetData>")[2] == before.partition("</sheetData>")[2]
    assert "<autoFilter" in after
    assert "<pane" in after


def test_two_builds_are_the_same_bytes():
    source = a_workbook()
    assert filled(source, ROWS).getvalue() == filled(source, ROWS).getvalue()


def test_texts_used_often_are_shared_and_counted():
    rows = [
        (f"RZ{n}", None, n % 3, "是" if n % 2 else 5, "走访" if n % 4 else None) for n in range(40)
    ]
    stream = filled(a_workbook(), rows, chunk=20)
    shared = ZipFile(stream).read("xl/sharedStrings.xml").decode()
    stated = re.search(r'count="(\d+)" uniqueCount="(\d+)"', shared)
    uses = sum(sheet_xml(stream, n).count('t="s"') for n in (1, 2, 3))
    assert (int(stated[1]), int(stated[2])) == (uses, shared.count("<si>"))
    assert shared.count("走访") == 1
    assert sheet_xml(stream).count("inlineStr") == 40


def test_a_workbook_without_shared_strings_gets_texts_in_place():
    source = a_workbook(constant_memory=True)
    rows = [(f"RZ{n}", None, 1, True, "走访") for n in range(40)]
    book = CalamineWorkbook.from_filelike(filled(source, rows, chunk=40))
    assert [row[4] for row in book.get_sheet_by_name("日志").to_python()[2:]] == ["走访"] * 40


def test_no_rows_leave_a_sheet_that_ends_with_its_headings():
    stream = filled(a_workbook(), [])
    assert '<dimension ref="A1:E2"/>' in sheet_xml(stream)
    assert load_workbook(stream)["日志"].max_row == 2


def test_one_row_in_a_chunk_of_its_own():
    assert load_workbook(filled(a_workbook(), ROWS[:1]))["日志"]["E3"].value == "到村走访"


def test_an_empty_chunk_between_others_adds_nothing():
    chunks = [columns_of(ROWS[:2]), [CellColumn([], array("i"))] * 5, columns_of(ROWS[2:])]
    target = io.BytesIO()
    splice(a_workbook(), target, {"日志": BulkRows(3, 5, chunks)})
    assert [cell.value for cell in load_workbook(target)["日志"]["A"][2:]] == [r[0] for r in ROWS]


def test_a_file_is_written_and_replaced(tmp_path):
    source, target = tmp_path / "源.xlsx", tmp_path / "汇总.xlsx"
    source.write_bytes(a_workbook().getvalue())
    target.write_bytes(b"old" * 99_999)
    splice(source, target, {"日志": BulkRows(3, 5, [columns_of(ROWS)])})
    assert load_workbook(target)["日志"]["A7"].value == "RZ5"


def test_chunks_are_made_while_writing_not_before():
    asked = []

    def chunks():
        for start in range(5):
            asked.append(start)
            yield columns_of(ROWS[start : start + 1])

    rows = BulkRows(3, 5, chunks())
    assert asked == []
    splice(a_workbook(), io.BytesIO(), {"日志": rows})
    assert asked == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("promised", [4, 6])
def test_fewer_or_more_rows_than_promised_are_an_error(promised):
    with pytest.raises(ValueError, match="5 rows came"):
        splice(a_workbook(), io.BytesIO(), {"日志": BulkRows(3, promised, [columns_of(ROWS)])})


def test_rows_past_the_end_of_a_worksheet_are_an_error():
    with pytest.raises(ValueError, match="1048576"):
        splice(a_workbook(), io.BytesIO(), {"日志": BulkRows(3, WORKSHEET_ROWS - 1, [])})


def test_columns_of_unequal_length_are_an_error():
    columns = columns_of(ROWS)
    columns[2] = encode([1, 2])
    with pytest.raises(ValueError, match="column C has 2 of 5 rows"):
        splice(a_workbook(), io.BytesIO(), {"日志": BulkRows(3, 5, [columns])})


def test_a_missing_prototype_is_an_error():
    with pytest.raises(ValueError, match="row 3 is not"):
        filled(a_workbook(prototype=False), ROWS)


def test_a_row_with_content_is_no_prototype():
    with pytest.raises(ValueError, match="row 2 is not"):
        filled(a_workbook(prototype=False), ROWS, first_row=2)


def test_an_unknown_sheet_is_an_error():
    with pytest.raises(KeyError, match="没有"):
        splice(a_workbook(), io.BytesIO(), {"没有": BulkRows(3, 0, [])})


def test_too_long_a_text_is_an_error_not_a_shorter_text():
    with pytest.raises(ValueError, match="does not fit a cell"):
        filled(a_workbook(), [("字" * (MAX_TEXT + 1), None, None, None, None)])


texts = st.text(st.characters(codec="utf-8", exclude_characters="_\r\ufffe\uffff"), max_size=8)
printable = texts.map(lambda text: re.sub("[\x00-\x1f]", "", text))
cells = st.none() | printable | st.integers(-(10**14), 10**14) | st.booleans() | st.floats(
    allow_nan=False, allow_infinity=False, width=32
) | st.dates(date(1900, 3, 1), date(2100, 1, 1))  # fmt: skip
tables = st.lists(st.tuples(cells, st.none() | st.dates(date(1900, 3, 1)), cells, cells, printable),
                  min_size=1, max_size=9)  # fmt: skip


def as_read(cell, dated):
    if cell is None or cell == "":
        return ""
    if isinstance(cell, date) and not dated:
        return str(cell)
    return cell


@settings(deadline=None)
@given(tables, st.integers(1, 4))
def test_any_table_comes_back(rows, chunk):
    book = CalamineWorkbook.from_filelike(filled(a_workbook(), rows, chunk=chunk))
    read = book.get_sheet_by_name("日志").to_python(skip_empty_area=False)[2:]
    expected = [[as_read(cell, dated=place == 1) for place, cell in enumerate(row)] for row in rows]
    while expected and not any(cell != "" for cell in expected[-1]):
        expected.pop()
    assert read[: len(expected)] == expected
    assert all(cell == "" for row in read[len(expected) :] for cell in row)


def test_a_time_of_day_shows_as_one_only_in_a_column_of_times():
    rows = [("RZ1", time(9, 30), time(9, 30), None, None)]
    sheet = load_workbook(filled(a_workbook(), rows))["日志"]
    assert sheet["C3"].value == "09:30:00"
    assert ">0.3958333333333333<" in sheet_xml(filled(a_workbook(), rows))


def test_several_wide_sheets_share_one_table_of_texts():
    source, target = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(source) as workbook:
        border = workbook.add_format({"border": 1})
        for name in ["日志", "评估 & 考核"]:
            sheet = workbook.add_worksheet(name)
            columns = [{"header": f"列{n}"} for n in range(30)]
            sheet.add_table(0, 0, 6, 29, {"columns": columns})
            for column in range(30):
                sheet.write_blank(1, column, None, border)
    rows = [[f"值{column}" for column in range(30)]] * 6
    bulk = {name: BulkRows(2, 6, [columns_of(rows)]) for name in ["日志", "评估 & 考核"]}
    splice(source, target, bulk)
    book = load_workbook(target)
    for sheet in book:
        assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == rows
        assert sheet["AD7"].border.left.style == "thin"
        assert len(sheet.tables) == 1
    assert ZipFile(target).read("xl/sharedStrings.xml").decode().count("值29<") == 1

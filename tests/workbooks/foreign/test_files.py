from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.workbooks.foreign.sheets import records
from validators.errors import UnreadableWorkbook
from workbooks.foreign import read_source, source_of

LINES = (
    '日期,导师,对象,内容\n5.3,马志远,朱晓明,"指导账目，讲解“三会一课”"\n5.4,王秀兰,陈小燕,走访\n'
)
FIRST = {"日期": "5.3", "导师": "马志远", "对象": "朱晓明", "内容": "指导账目，讲解“三会一课”"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_of_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = LINES.replace(",", delimiter)

    (table,) = source_of(text.encode(encoding), "5月日志.csv").tables

    assert records(table)[0] == FIRST
    assert len(table) == 2
    assert table.sheet == "5月日志"


def test_numbers_of_a_text_file_stay_as_they_are_typed() -> None:
    text = "姓名,联系电话\n马志远,1.38E+10\n王秀兰,0954-2032000\n"

    (table,) = source_of(text.encode(), "a.csv").tables

    assert [row["联系电话"] for row in records(table)] == ["1.38E+10", "0954-2032000"]


def test_lines_that_nothing_parts_are_one_column() -> None:
    text = "结对名单\n导师：马志远，对象：朱晓明\n导师：王秀兰，对象：陈小燕\n"

    (table,) = source_of(text.encode(), "a.txt").tables

    assert [row["对象"] for row in records(table)] == ["朱晓明", "陈小燕"]


def test_bytes_of_no_known_encoding_are_no_file_of_ours() -> None:
    with pytest.raises(UnreadableWorkbook, match="文字编码无法识别"):
        source_of(b"\x80\xff\xff\x81,\xff\n\xff\xff", "a.csv")


def test_a_web_page_that_ends_in_xls() -> None:
    page = (
        "<html><head><meta charset=gb2312></head><body><table><tr><td colspan=3>导师名册</td></tr>"
        "<tr><th rowspan=2>序号</th><th colspan=2>导师</th></tr><tr><td>姓名</td><td>联系<br>电话</td></tr>"
        "<tr><td>1</td><td>马志远&nbsp;</td><td>13895401234</td></tr></table></body></html>"
    )

    (table,) = source_of(page.encode("gb18030"), "导师.xls").tables

    assert records(table) == [{"序号": "1", "导师·姓名": "马志远", "导师·联系电话": "13895401234"}]


def test_an_xml_spreadsheet_that_ends_in_xls() -> None:
    names = "urn:schemas-microsoft-com:office:spreadsheet"

    def row(*cells: tuple[str, str]) -> str:
        inner = (f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>' for kind, value in cells)
        return f"<Row>{''.join(inner)}</Row>"

    text = (
        f'<?xml version="1.0"?><Workbook xmlns="{names}" xmlns:ss="{names}"><Worksheet ss:Name="名册"><Table>'
        '<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">导师名册</Data></Cell></Row>'
        + row(("String", "姓名"), ("String", "出生年月"), ("String", "党龄"))
        + '<Row ss:Index="4"><Cell><Data ss:Type="String">马志远</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Number">12</Data></Cell></Row></Table></Worksheet></Workbook>'
    )

    (table,) = source_of(text.encode(), "导师.xls").tables

    assert records(table) == [{"姓名": "马志远", "党龄": 12}]
    assert table.numbers[0] == 4


def a_workbook(change: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["姓名", "职务"], ["马志远", "主任"], ["王秀兰", "站长"]):
        sheet.append(row)
    change(book)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_rows_struck_through_are_told() -> None:
    def strike(book: Workbook) -> None:
        for cell in book.worksheets[0][3]:
            cell.font = Font(strike=True)

    (table,) = source_of(a_workbook(strike), "名册.xlsx").tables

    assert table.struck == {1}
    assert [row.struck for row in table.rows] == [False, True]


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book.create_sheet("旧").append(["一些文字"])
        book["旧"].sheet_state = "hidden"

    path = tmp_path / "名册.xlsx"
    path.write_bytes(a_workbook(hide))

    source = read_source(path)

    assert ("source.hidden_sheet", "工作表“旧”已隐藏，已照常读取") in source.notices
    assert [x.cell.sheet for x in source.loose if x.cell.value == "一些文字"] == ["旧"]

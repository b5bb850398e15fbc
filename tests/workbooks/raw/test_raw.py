from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workbooks.raw.hostile import (
    REL,
    STRICT_MAIN,
    STRICT_REL,
    binary_workbook,
    book_of,
    package,
    parts,
    redeclare_size,
    worksheet,
)
from validators.cells import Cell, CellColumn, FormulaError, Shown, Uncalculated
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.markup import Irregular
from workbooks.raw import sheet
from workbooks.raw.book import RawBook, RawSheet, read_book, read_bytes

DATA = Path(__file__).parents[2] / "data"
TEXT = "<c r='A1' t='s'><v>0</v></c>"


def cells_of(sheet: RawSheet) -> dict[tuple[int, int], tuple[type, Cell]]:
    """Return every non-empty cell with its type, by 1-based row and column."""
    return {
        (row + 1, index + 1): (type(cell), cell)
        for index, column in enumerate(sheet.columns)
        for row in range(sheet.n_rows)
        if (cell := column.cell(row)) is not None
    }


def only(data: bytes, name: str = "台账.xlsx") -> dict[tuple[int, int], Cell]:
    return {at: cell for at, (_, cell) in cells_of(read_bytes(data, name).sheets[0]).items()}


def refusal(data: bytes, name: str = "台账.xlsx") -> UnreadableWorkbook:
    with pytest.raises(UnreadableWorkbook) as caught:
        read_bytes(data, name)
    return caught.value


def tolerant(data: bytes, monkeypatch: pytest.MonkeyPatch) -> RawBook:
    def refuse(*_: object) -> None:
        raise Irregular("test")

    with monkeypatch.context() as patch:
        patch.setattr(sheet, "scan_rows", refuse)
        return read_bytes(data, "台账.xlsx")


# ---- the fast path against what was written, against openpyxl and against the tolerant path

TEXTS = st.one_of(
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(
        [
            "20260503",
            "1.5",
            "TRUE",
            "2026-05-03",
            "NA",
            " 张 三 ",
            "𠮷😀",
            "<&>\"'",
            "a\nb",
            "=1+1",
            "#REF!",
        ]
    ),
)
CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**6), 10**15 - 1),
    st.sampled_from([20260503, 1, 0, 46145, 99999999, 100000000]),
    st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: not float(value).is_integer()),
    st.booleans(),
    st.dates(date(1906, 1, 1), date(2099, 12, 31)),
    st.datetimes(datetime(1906, 1, 1), datetime(2099, 12, 31)).map(
        lambda value: value.replace(microsecond=0)
    ),
    st.times().map(lambda value: value.replace(microsecond=0)),
    st.sampled_from([FormulaError("#REF!"), FormulaError("#N/A")]),
)
GRIDS = st.dictionaries(
    st.tuples(st.integers(1, 30), st.sampled_from([1, 2, 3, 4, 26, 27, 28, 52, 53])),
    CELLS,
    min_size=1,
    max_size=80,
)


def written(grid: dict[tuple[int, int], Cell]) -> bytes:
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("工作日志")
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": 'yyyy"年"m"月"d"日" hh:mm:ss'}),
        time: book.add_format({"num_format": "h:mm:ss"}),
    }
    for (row, column), cell in grid.items():
        if isinstance(cell, FormulaError):
            sheet.write_formula(row - 1, column - 1, "=A1", None, cell.text)
        elif isinstance(cell, str):
            sheet.write_string(row - 1, column - 1, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(row - 1, column - 1, cell)
        elif isinstance(cell, int | float):
            sheet.write_number(row - 1, column - 1, cell)
        else:
            sheet.write_datetime(row - 1, column - 1, cell, formats[type(cell)])
    book.close()
    return stream.getvalue()


def canonical(cell: Cell) -> tuple[type, Cell]:
    if isinstance(cell, datetime) and cell.time() == time():
        return date, cell.date()
    if isinstance(cell, float):
        kept = float(f"{cell:.16G}")  # what XlsxWriter writes
        return (int, int(kept)) if kept.is_integer() else (float, kept)
    return type(cell), cell


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(GRIDS)
def test_every_cell_is_read_as_it_was_written(grid: dict[tuple[int, int], Cell]) -> None:
    sheet = read_bytes(written(grid), "台账.xlsx").sheets[0]

    assert cells_of(sheet) == {at: canonical(cell) for at, cell in grid.items()}
    assert sheet.n_rows == max(row for row, _ in grid)
    assert len(sheet.columns) == max(column for _, column in grid)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GRIDS)
def test_the_tolerant_path_reads_the_same(
    monkeypatch: pytest.MonkeyPatch, grid: dict[tuple[int, int], Cell]
) -> None:
    data = written(grid)

    slow = tolerant(data, monkeypatch)

    assert cells_of(read_bytes(data, "台账.xlsx").sheets[0]) == cells_of(slow.sheets[0])


@settings(max_examples=25, deadline=None)
@given(GRIDS)
def test_openpyxl_agrees_after_its_own_rewrite(grid: dict[tuple[int, int], Cell]) -> None:
    stream = BytesIO()
    source = openpyxl.load_workbook(BytesIO(written(grid)), data_only=True)
    source.save(stream)

    sheet = read_bytes(stream.getvalue(), "台账.xlsx").sheets[0]

    reference = openpyxl.load_workbook(stream, data_only=True).active
    expected = {
        (cell.row, cell.column): canonical(
            FormulaError(cell.value) if cell.data_type == "e" else cell.value
        )
        for row in reference.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert cells_of(sheet) == expected


def test_distinct_values_are_in_order_of_first_appearance() -> None:
    data = written({(1, 1): "乙", (2, 1): 1, (3, 1): "甲", (4, 1): True, (5, 1): "乙", (7, 1): "1"})

    column = read_bytes(data, "台账.xlsx").sheets[0].columns[0]

    assert list(map(repr, column.values)) == ["'乙'", "1", "'甲'", "True", "'1'"]
    assert column.codes.tolist() == [0, 1, 2, 3, 0, -1, 4]


# ---- what cells can hold


def test_error_cells_and_uncalculated_formulas_are_never_blank() -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><f>B9</f><v>#REF!</v></c><c r="B1"><f>A1&amp;"x"</f></c>'
        '<c r="C1"><f>A1</f><v></v></c><c r="D1"><f>A1</f><v/></c>'
        '<c r="E1" t="str"><f>""</f><v></v></c><c r="F1" t="str"><f>A2</f><v>好</v></c>'
        '<c r="G1" s="0"/><c r="H1" t="str"><f>A2</f></c><c r="I1"><f t="shared" si="0"/></c></row>'
    )

    cells = only(book_of(rows))

    assert cells == {
        (1, 1): FormulaError("#REF!"),
        (1, 2): Uncalculated('A1&"x"'),
        (1, 3): Uncalculated("A1"),
        (1, 4): Uncalculated("A1"),
        (1, 6): "好",
        (1, 8): Uncalculated("A2"),
        (1, 9): Uncalculated(""),
    }


@pytest.mark.parametrize("number", [27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58, 14, 22])
def test_built_in_date_formats_are_dates(number: int) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>46145</v></c><c r="B1" s="0"><v>46145</v></c></row>'

    cells = only(book_of(rows, styles=(0, number)))

    assert cells == {(1, 1): date(2026, 5, 3), (1, 2): 46145}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("60", Shown(60)),
        ("-5", -5),
        ("0", Shown(0)),
        ("1", Shown(1)),
        ("2026.6", Shown(2026.6)),
        ("2192", Shown(2192)),
        ("2193", date(1906, 1, 1)),
        ("46145.5", datetime(2026, 5, 3, 12)),
        ("46144.9999999999", date(2026, 5, 3)),
        ("2958466", 2958466),
        ("0.5", Shown(0.5)),
    ],
)
def test_serials_that_are_no_day_stay_numbers(value: str, expected: Cell) -> None:
    cells = only(book_of(f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>', styles=(0, 14)))

    assert cells == {(1, 1): expected}


def test_1904_workbooks_are_honoured() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>44683</v></c><c r="B1" s="1"><v>0</v></c></row>'

    book = read_bytes(book_of(rows, styles=(0, 14), settings='date1904="1"'), "台账.xlsx")

    assert book.date1904
    assert [column.values for column in book.sheets[0].columns] == [[date(2026, 5, 3)], [Shown(0)]]


def test_text_of_every_storage_is_exact() -> None:
    shared = (
        '<si><t>张三</t><phoneticPr fontId="1" type="noConversion"/></si>'
        '<si><r><rPr><b/></rPr><t>富</t></r><r><t xml:space="preserve"> 文本</t></r></si>'
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
        "<si><t>一_x000D_\n二_x005F_x000D_</t></si><si><t/></si><si/><si><t>&#128512;&amp;</t></si>"
        "<si><t>张三</t></si>"
    )
    cells = "".join(f'<c r="{"ABCDEFGH"[i]}1" t="s"><v>{i}</v></c>' for i in range(8))
    inline = '<c r="I1" t="inlineStr"><is><t>内</t></is></c><c r="J1" t="str"><v>a_x0041_</v></c>'

    sheet = read_bytes(
        book_of(f'<row r="1">{cells}{inline}</row>', shared=shared), "台.xlsx"
    ).sheets[0]

    assert [column.cell(0) for column in sheet.columns] == [
        "张三", "富 文本", "東京", "一\r\n二_x000D_", None, None, "😀&", "张三", "内", "aA",
    ]  # fmt: skip


@pytest.mark.parametrize("after", ["", '<c r="C1" t="inlineStr"><is><t>后</t></is></c>'])
def test_an_inline_text_without_anything_in_it_is_an_empty_cell(after: str) -> None:
    row = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr" />{after}</row>'

    assert only(book_of(row)) == {(1, 1): 1, **({(1, 3): "后"} if after else {})}


def test_numbers_keep_being_numbers_and_long_ones_show_all_their_digits() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>20260503</v></c><c r="B1" t="str"><v>20260503</v></c>'
        '<c r="C1"><v>6.4222319900101E+17</v></c><c r="D1"><v>13800001234</v></c>'
        '<c r="E1"><v>1.0</v></c><c r="F1"><v>1E400</v></c><c r="G1"><v>1_000</v></c></row>'
    )

    cells = only(book_of(rows))

    assert list(cells.values())[:6] == [
        20260503,
        "20260503",
        642223199001010048,
        13800001234,
        1,
        "1E400",
    ]
    assert cells[1, 7] == "1_000"
    assert type(cells[1, 5]) is int


# ---- where cells are


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c><v>1</v></c><c t="str"><v>x</v></c></row><row r="4"><c r="B4"><v>2</v></c></row>',
        "<row r='4'><c r='B4'><v>2</v></c></row><row r='1'><c r='A1'><v>1</v></c>"
        "<c r='B1' t='str'><v>x</v></c></row>",
        '<row r="1">\n <c r="A1">\n <v>1</v>\n </c><!-- c -->'
        '<c r="B1" t="str"><v><![CDATA[x]]></v></c>'
        '</row><row r="4"><c r="B4"><v>2</v></c></row>',
        '<row r="1" ht="3"><c s="0" r="A1"><v>1</v></c><c t="str" r="B1"><v>x</v></c></row>'
        '<row ht="3" r="4"><c r="B4"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is>'
        "<r><rPr><b/></rPr><t>x</t></r>"
        '</is></c></row><row r="4"><c r="B4"><v xml:space="preserve">2</v></c></row>',
    ],
)
def test_unusual_xml_is_read_by_the_tolerant_path(rows: str) -> None:
    assert only(book_of(rows)) == {(1, 1): 1, (1, 2): "x", (4, 2): 2}


def test_prefixed_names_are_read() -> None:
    sheet = worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    for name in ("worksheet", "sheetData", "row", "c ", "c>", "v"):
        sheet = sheet.replace(f"<{name}", f"<x:{name}").replace(f"</{name}", f"</x:{name}")
    contents = parts(sheet.replace("xmlns=", "xmlns:x="), shared="<si><t>甲</t></si>")

    assert only(package(contents)) == {(1, 1): "甲"}


def test_strict_packages_are_read() -> None:
    rows = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="d"><v>2026-05-03</v></c>'
        '<c r="D2" t="d"><v>2026-05-03T09:30:00</v></c></row>'
    )
    contents = parts(
        worksheet(rows, main=STRICT_MAIN),
        shared="<si><t>甲</t></si>",
        main=STRICT_MAIN,
        rel=STRICT_REL,
    )

    assert only(package(contents)) == {
        (2, 2): "甲",
        (2, 3): date(2026, 5, 3),
        (2, 4): datetime(2026, 5, 3, 9, 30),
    }


def test_utf16_parts_are_read() -> None:
    contents: dict[str, str | bytes] = dict(parts(""))
    sheet = worksheet('<row r="1"><c r="A1" t="str"><v>甲</v></c></row>').replace("UTF-8", "UTF-16")
    contents["xl/worksheets/sheet1.xml"] = sheet.encode("utf-16")

    assert only(package(contents)) == {(1, 1): "甲"}


def test_a_wrong_dimension_hides_no_row() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 500))
    for lie in ("A1", "A1:XFD1048576", "garbage"):
        sheet = worksheet(rows, before=f'<dimension ref="{lie}"/>')

        assert len(only(package(parts(sheet)))) == 499


def test_stray_far_cells_are_reported_and_real_rows_read() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>5</v></c></row>'
        '<row r="20"><c r="B20"><v>2</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    )

    book = read_bytes(book_of(rows), "台账.xlsx")

    assert book.sheets[0].n_rows == 20
    assert len(book.sheets[0].columns) == 2
    assert [code for code, _ in book.notices] == ["sheet.stray_cells"]
    assert "XFD1、XFD1048576" in book.notices[0][1]


def test_rows_after_a_long_gap_are_read_when_they_are_many() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{r}"><c r="A{r}"><v>7</v></c></row>' for r in range(50_001, 50_101)
    )

    book = read_bytes(book_of(rows), "台账.xlsx")

    assert book.sheets[0].n_rows == 50_100
    assert not book.notices


def test_cells_scattered_over_the_whole_sheet_are_refused() -> None:
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>1</v></c>' for c in "ABCDEFGHIJ") + "</row>"
        for r in range(9_000, 1_048_577, 9_000)
    )
    wide = "".join(
        f'<c r="{a}{b}1048576"><v>1</v></c>' for a in "ABCD" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )

    assert refusal(book_of(f'{rows}<row r="1048576">{wide}</row>')).code == "file.too_sparse"


def test_a_million_formatted_empty_rows_cost_little(tmp_path: Path) -> None:
    blank = "".join(
        f'<row r="{r}" spans="1:3" s="1" customFormat="1"><c r="A{r}" s="1"/>'
        f'<c r="B{r}" s="1"/></row>'
        for r in range(3, 1_048_577)
    )
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>{blank}'
    path = tmp_path / "台账.xlsx"
    path.write_bytes(book_of(rows))

    sheet = read_book(path).sheets[0]

    assert (sheet.n_rows, len(sheet.columns)) == (2, 2)


def test_fifty_thousand_merges_are_read() -> None:
    merges = "".join(f'<mergeCell ref="A{r}:B{r}"/>' for r in range(1, 50_001))
    sheet = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>', after=f"<mergeCells>{merges}</mergeCells>"
    )

    found = read_bytes(package(parts(sheet)), "台账.xlsx").sheets[0].merges

    assert len(found) == 50_000
    assert found[6].address == "A7:B7"


def test_hidden_rows_columns_and_sheets_are_disclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="B2"><v>1</v></c></row>'
        '<row r="3"><c r="C3"><v>1</v></c></row><row r="9" hidden="1"/>',
        before='<cols><col min="2" max="16384" hidden="1" width="3"/></cols>',
    )
    contents = parts(sheet)
    contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
        'sheetId="1"', 'sheetId="1" state="veryHidden"'
    )

    for book in (
        read_bytes(package(contents), "台.xlsx"),
        tolerant(package(contents), monkeypatch),
    ):
        assert book.sheets[0].hidden
        assert book.sheets[0].hidden_rows == frozenset({2})
        assert book.sheets[0].hidden_columns == frozenset({2, 3})


def test_sheets_not_wanted_are_named_only() -> None:
    stream = BytesIO()
    source = openpyxl.Workbook()
    source.active.title = "导师库"
    source.active["A1"] = "甲"
    source.create_sheet("无关")["A1"] = "乙"
    source.save(stream)

    book = read_bytes(stream.getvalue(), "台账.xlsx", lambda name: name == "导师库")

    assert [(sheet.name, len(sheet.columns)) for sheet in book.sheets] == [
        ("导师库", 1),
        ("无关", 0),
    ]


def test_custom_properties_are_text() -> None:
    stream = BytesIO()
    source = xlsxwriter.Workbook(stream)
    source.add_worksheet()
    source.set_custom_property("模板版本", "2026.1")
    source.set_custom_property("年度", 2026)
    source.close()

    assert read_bytes(stream.getvalue(), "台账.xlsx").properties == {
        "模板版本": "2026.1",
        "年度": "2026",
    }


# ---- what a file can be


def small() -> bytes:
    return written({(1, 1): "编号", (2, 1): "甲", (2, 2): date(2026, 5, 3), (3, 2): 1.5})


def test_a_file_cut_anywhere_is_reported_as_damaged() -> None:
    data = small()

    for size in range(1, len(data), 512):
        assert refusal(data[:size]).code in {"file.corrupt", "file.csv"}
    assert refusal(b"").code == "file.empty"


def test_a_flipped_byte_is_never_read_as_different_content() -> None:
    data = small()
    expected = cells_of(read_bytes(data, "台账.xlsx").sheets[0])

    for at in range(0, len(data), 61):
        changed = data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :]
        try:
            book = read_bytes(changed, "台账.xlsx")
        except UnreadableWorkbook:
            continue
        assert cells_of(book.sheets[0]) == expected, at


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("编号,姓名\n1,张三\n".encode("gbk"), "file.csv"),
        ("编号,姓名\n1,张三\n".encode("utf-8-sig"), "file.csv"),
        ("编号\t姓名\n1\t张三\n".encode("utf-16"), "file.csv"),
        ("<html><body><table><tr><td>编号</td></tr></table></body></html>".encode(), "file.html"),
        ("<HTML xmlns:x='x'><TABLE>编号</TABLE></HTML>".encode("gbk"), "file.html"),
        (
            b'<?xml version="1.0"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "file.xml2003",
        ),
        (bytes(4096), "file.corrupt"),
        (b"PK\x05\x06" + bytes(18), "file.not_workbook"),
    ],
)
def test_disguised_files_are_named_for_what_they_are(data: bytes, code: str) -> None:
    for name in ("台账.xlsx", "台账.xls"):
        error = refusal(data, name)

        assert error.code == code
        assert error.message


def test_pictures_and_other_office_files_are_not_workbooks() -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n\0\0", "照片.png").code == "file.not_workbook"
    assert (
        refusal(package({"[Content_Types].xml": "", "word/document.xml": ""})).code
        == "file.not_workbook"
    )
    assert refusal(package({"台账.xlsx": small()})).code == "file.not_workbook"


def test_content_decides_over_the_extension() -> None:
    book = read_bytes(small(), "台账.xls")

    assert cells_of(book.sheets[0])[2, 2] == (date, date(2026, 5, 3))
    assert book.notices[0][0] == "file.wrong_extension"
    assert not read_bytes(small(), "台账.XLSX").notices


@pytest.mark.parametrize("respelled", [str.lower, str.upper, lambda name: name.replace("/", "\\")])
def test_parts_are_found_however_another_program_spells_their_names(
    respelled: Callable[[str], str],
) -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    spelled = parts(worksheet(rows), shared="<si><t>甲</t></si>")

    book = read_bytes(package({respelled(name): part for name, part in spelled.items()}), "a.xlsx")

    assert cells_of(book.sheets[0]) == {(1, 1): (str, "甲")}


@pytest.mark.parametrize("start", [b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"])
def test_a_sheet_of_the_oldest_excels_is_named_for_what_it_is(start: bytes) -> None:
    assert refusal(start + bytes(200)).code == "file.legacy_excel"


def encrypted(password: str) -> bytes:
    stream = BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(BytesIO(small())).encrypt(password, stream)
    return stream.getvalue()


def test_excels_silent_password_is_opened_and_disclosed() -> None:
    book = read_bytes(encrypted("VelvetSweatshop"), "台账.xlsx")

    assert cells_of(book.sheets[0])[2, 1] == (str, "甲")
    assert [code for code, _ in book.notices] == ["file.encrypted_default"]


def test_a_real_password_is_asked_to_be_removed() -> None:
    error = refusal(encrypted("机密"))

    assert error.code == "file.password"
    assert str(error) == "文件有打开密码。请取消密码后另存再上报"


@pytest.mark.parametrize("name", ["legacy.xls", "legacy.ods"])
def test_legacy_formats_keep_addresses_types_and_errors(name: str) -> None:
    book = read_book(DATA / name)

    cells = {at: cell for at, (_, cell) in cells_of(book.sheets[0]).items()}
    assert cells[2, 2] == "编号"
    assert cells[3, 3] == date(2026, 5, 3)
    assert (cells[3, 5], cells[4, 5]) == ("20260503", 20260503)
    assert cells[5, 5] == datetime(2026, 5, 3, 9, 30)
    assert cells[8, 5] == time(9, 30)
    assert cells[5, 4] == FormulaError("#DIV/0!")
    assert cells[6, 3] == FormulaError("#N/A")
    assert book.sheets[1].hidden


_MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
    'm:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
)


def test_merges_of_an_ods_are_known() -> None:
    office, table = (
        "urn:oasis:names:tc:opendocument:xmlns:" + name for name in ("office", "table")
    )
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"

    def cell(value: str, spans: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{spans}><text:p>{value}</text:p></table:table-cell>'

    rows = [
        cell("名册", ' table:number-columns-spanned="2"') + "<table:covered-table-cell/>",
        cell("马志远", ' table:number-rows-spanned="2"') + cell("朱晓明"),
        "<table:covered-table-cell/>" + cell("陈小燕"),
    ]
    content = (
        f'<office:document-content xmlns:office="{office}:1.0" xmlns:table="{table}:1.0" xmlns:text="{text}"><office:body>'
        f'<office:spreadsheet><table:table table:name="结对">'
        f"{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table></office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", _MANIFEST)

    (sheet,) = read_bytes(stream.getvalue(), "结对.ods").sheets

    assert [merge.address for merge in sheet.merges] == ["A1:B1", "A2:A3"]
    assert sheet.columns[0].cell(1) == "马志远"


def test_error_cells_of_an_xlsb_are_restored() -> None:
    book = read_bytes(binary_workbook(), "台账.xlsb")

    cells = {at: cell for at, (_, cell) in cells_of(book.sheets[0]).items()}
    assert cells == {
        (2, 1): 7,
        (2, 2): FormulaError("#REF!"),
        (3, 200): FormulaError("#N/A"),
        (3, 201): 8,
    }


# ---- packages that attack


def test_document_types_are_refused_unread() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    external = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for declaration in (bomb, external):
        for part in (
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
            "xl/workbook.xml",
            "xl/styles.xml",
        ):
            contents = parts(
                worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
                shared="<si><t>&a;</t></si>",
            )
            head, _, rest = contents[part].rpartition("?>\n")
            contents[part] = f"{head}?>\n{declaration}{rest}" if head else declaration + rest

            assert refusal(package(contents)).code == "file.unsafe", part


def test_a_zip_bomb_is_refused_before_inflating() -> None:
    contents: dict[str, str | bytes] = dict(parts(""))
    contents["xl/worksheets/sheet1.xml"] = bytes(64 << 20)

    assert refusal(package(contents)).code == "file.unsafe"


@pytest.mark.parametrize("size", [10, 3_000_000_000])
def test_a_lying_size_is_refused(size: int) -> None:
    data = redeclare_size(small(), "xl/worksheets/sheet1.xml", size)

    assert refusal(data).code in {"file.unsafe", "file.too_big", "file.corrupt"}


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "C:\\x", "xl\\..\\..\\x"])
def test_paths_out_of_the_package_are_refused(name: str) -> None:
    contents = parts(worksheet(""))

    assert refusal(package({**contents, name: "x"})).code == "file.unsafe"


def test_too_many_entries_are_refused() -> None:
    contents = {f"xl/media/{number}.png": "" for number in range(20_001)}

    assert refusal(package({**parts(worksheet("")), **contents})).code == "file.unsafe"


def test_shared_string_counts_are_not_believed() -> None:
    contents = parts(
        worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared="<si><t>甲</t></si>"
    )
    contents["xl/sharedStrings.xml"] = contents["xl/sharedStrings.xml"].replace(
        'uniqueCount="9"', 'uniqueCount="4294967295"'
    )

    assert only(package(contents)) == {(1, 1): "甲"}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
    ],
)
def test_impossible_cells_are_reported_as_damage(rows: str) -> None:
    assert refusal(book_of(rows)).code == "file.corrupt"


def test_a_missing_part_is_reported_as_damage() -> None:
    contents = parts(worksheet(""))
    for part in ("xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        kept = {name: text for name, text in contents.items() if name != part}

        assert refusal(package(kept)).code == "file.corrupt"


def test_a_file_that_is_gone_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook) as caught:
        read_book(tmp_path / "没有.xlsx")
    assert caught.value.code == "file.unopenable"


def test_all_columns_have_the_same_length() -> None:
    sheet = read_bytes(written({(2, 2): "x", (9, 5): 1}), "台账.xlsx").sheets[0]

    assert {len(column.codes) for column in sheet.columns} == {9}
    assert isinstance(sheet.columns[0], CellColumn)
    assert sheet.columns[0].values == []


def test_sheets_of_many_blocks_are_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}" t="s"><v>{r % 3}</v></c>'
        f'<c r="AB{r}"><v>{r / 8}</v></c></row>'
        for r in range(1, 40_001)
    )
    sheet = worksheet(rows, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')
    data = package(parts(sheet, shared="<si><t>甲</t></si><si><t>乙</t></si><si><t>甲</t></si>"))

    fast = read_bytes(data, "台账.xlsx").sheets[0]

    assert fast.columns[0].values == list(range(1, 40_001))
    assert fast.columns[1].values == ["乙", "甲"]
    assert fast.columns[27].cell(39_998) == 39_999 / 8
    assert [merge.address for merge in fast.merges] == ["A1:B2"]
    assert cells_of(fast) == cells_of(tolerant(data, monkeypatch).sheets[0])


def test_several_small_sheets_keep_their_own_rows() -> None:
    stream = BytesIO()
    source = openpyxl.Workbook()
    source.active["B2"] = "一"
    source.create_sheet("空")
    for number in range(3, 8):
        source.create_sheet(f"表{number}").cell(number, number, number)
    source.save(stream)

    book = read_bytes(stream.getvalue(), "台账.xlsx")

    assert {at: cell for at, (_, cell) in cells_of(book.sheets[0]).items()} == {(2, 2): "一"}
    assert book.sheets[1].n_rows == 0
    for number, read in enumerate(book.sheets[2:], 3):
        assert cells_of(read) == {(number, number): (int, number)}


def test_one_unusual_sheet_does_not_change_the_others() -> None:
    contents = parts(worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    contents["xl/worksheets/sheet2.xml"] = worksheet("<row><c><v>2</v></c></row>")
    contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="乙" sheetId="2" r:id="rId9"/></sheets>'
    )
    relations = "xl/_rels/workbook.xml.rels"
    contents[relations] = contents[relations].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{REL}/worksheet" Target="/xl/worksheets/sheet2.xml"/>'
        "</Relationships>",
    )

    book = read_bytes(package(contents), "台账.xlsx")

    assert [sheet.columns[0].values for sheet in book.sheets] == [[1], [2]]


@pytest.mark.parametrize("odd", range(5))
def test_shared_strings_of_mixed_shapes_keep_their_order(odd: int) -> None:
    shapes = [
        "<si><t>{}</t></si>",
        '<si><t xml:space="preserve">{}</t></si>',
        '<si><t>{}</t><phoneticPr fontId="1" type="noConversion"/></si>',
        '<si><t>{}</t><phoneticPr fontId="2"/></si>',
        "<si><r><t>{}</t></r></si>",
    ]
    for usual in shapes:
        for place in (0, 3, 6):
            items = [usual] * 7
            items[place] = shapes[odd]
            shared = "".join(item.format(f"第{at}") for at, item in enumerate(items))
            cells = "".join(f'<c r="{"ABCDEFG"[at]}1" t="s"><v>{at}</v></c>' for at in range(7))

            found = only(book_of(f'<row r="1">{cells}</row>', shared=shared))

            assert list(found.values()) == [f"第{at}" for at in range(7)]

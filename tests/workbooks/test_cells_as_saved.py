"""Ledgers as other programs and other hands save them: read, asked about and tidied as files."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from addin.actions.tidy import tidy_ledger
from addin.actions.validate import Source, examine
from addin.sentences import tidy_lines
from tests.addin.actions.waiting_ledger import AS_OF, waiting_rows, write_waiting
from tests.workbooks.raw.binary_dates import binary_workbook_of
from validators.cells import Shown
from validators.errors import UpdateRefused
from validators.findings import Finding
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, PairingRow
from validators.vocabulary import Level
from workbooks.patch.ledger_copy import update_workbook
from workbooks.raw.book import read_bytes
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

Edit = Callable[[Workbook], None]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_waiting(tmp_path_factory.mktemp("saved") / "台账.xlsx", waiting_rows())


def put(book: Workbook, sheet: str, row: int, heading: str, value: Any, code: str = "") -> None:
    at = next(cell.column for cell in book[sheet][3] if cell.value == heading)
    cell = book[sheet].cell(row, at)
    code = code or cell.number_format
    cell.value = value
    cell.number_format = code


def edited(source: Path, target: Path, *cells: tuple[Any, ...]) -> Path:
    book = load_workbook(source)
    for cell in cells:
        put(book, *cell)
    book.save(target)
    return target


def findings(path: Path) -> list[Finding]:
    (examined,) = examine([Source(path, path.name)], as_of=AS_OF).examined
    return [f for f in examined.findings if not f.code.endswith(".recommended")]


def said(path: Path) -> dict[str, str]:
    return {f"{f.sheet}!{f.heading}{f.row}": f.code.rpartition(".")[2] for f in findings(path)}


def test_numbers_under_date_formats_are_asked_for_and_certain_ones_offered(
    blank: Path, tmp_path: Path
) -> None:
    path = edited(
        blank,
        tmp_path / "台账.xlsx",
        ("导师库", 4, "出生年月", 1978.05, "yyyy-mm"),
        ("导师库", 5, "出生年月", 1978.1, "yyyy-mm"),
        ("导师库", 6, "出生年月", 197805, "yyyy-mm"),
        ("导师库", 7, "出生年月", 1978.05, "General"),
        ("个人对象", 5, "确定日期", 2026.6, "yyyy-mm-dd"),
        ("个人对象", 6, "确定日期", 20260503, "yyyy-mm-dd"),
        ("组织对象", 4, "提升期限", 2027, "yyyy/m/d"),
    )

    assert said(path) == {
        "导师库!出生年月4": "date_number",
        "导师库!出生年月5": "date_ambiguous",
        "导师库!出生年月6": "date_number",
        "导师库!出生年月7": "normalised",
        "个人对象!确定日期5": "date_ambiguous",
        "个人对象!确定日期6": "date_number",
        "组织对象!提升期限4": "date_ambiguous",
    }
    assert not [f for f in findings(path) if "190" in "".join(map(str, f))]
    done = tidy_ledger(path, tmp_path / "新.xlsx", as_of=AS_OF)
    assert sorted(line.partition(" ")[2] for line in tidy_lines(done.rewritings)) == [
        "“1978.05” → “1978-05”",
        "“1978.05” → “1978-05”",
        "“197805” → “1978-05”",
        "“20260503” → “2026-05-03”",
    ]
    after = read_ledger(tmp_path / "新.xlsx").ledger
    assert after.table(MentorRow).column("born") == [
        date(1978, 5, 1), None, date(1978, 5, 1), date(1978, 5, 1)
    ]  # fmt: skip
    assert after.table(IndividualRow).column("chosen_on")[2] == date(2026, 5, 3)


def test_what_a_format_shows_is_read_or_asked_for_once(blank: Path, tmp_path: Path) -> None:
    path = edited(
        blank,
        tmp_path / "台账.xlsx",
        ("组织对象", 4, "验收得分", 0.86, "0%"),
        ("组织对象", 4, "测评总票", 100),
        ("组织对象", 4, "不满意票", 0.12, "0%"),
        ("组织对象", 4, "村集体经济年收入(万元)", 394_000, '#,##0"元"'),
        ("组织对象", 4, "党员数", 61.6, "0"),
        ("结对台账", 4, "结对编号", 1, '"J640402104-"000'),
        ("导师库", 4, "聘书编号", 12, '"固导聘字"000"号"'),
    )

    assert said(path) == {
        "组织对象!验收得分4": "normalised",
        "组织对象!不满意票4": "number_shown",
        "组织对象!村集体经济年收入(万元)4": "normalised",
        "组织对象!党员数4": "number_shown",
        "结对台账!结对编号4": "normalised",
        "导师库!聘书编号4": "normalised",
    }
    tidy_ledger(path, tmp_path / "新.xlsx", as_of=AS_OF)
    sheet = load_workbook(tmp_path / "新.xlsx")["组织对象"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    score, income = (sheet.cell(4, heads[h]) for h in ("验收得分", "村集体经济年收入(万元)"))
    assert (score.value, income.value) == (86, 39.4)
    assert "%" not in score.number_format
    assert "元" not in income.number_format
    again = read_ledger(tmp_path / "新.xlsx").ledger
    assert again.table(OrganisationRow).column("inspection_score") == [86]
    assert again.table(PairingRow).column("pairing_id") == ["J640402104-001"]


def test_lost_date_formats_are_one_finding_and_one_change_a_column(
    blank: Path, tmp_path: Path
) -> None:
    book = load_workbook(blank)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, datetime):
                    cell.number_format = "General"
    path = tmp_path / "台账.xlsx"
    book.save(path)

    found = findings(path)
    done = tidy_ledger(path, tmp_path / "新.xlsx", as_of=AS_OF)

    assert {f.code.rpartition(".")[2] for f in found} == {"date_format_lost"}
    assert {f.level for f in found} == {Level.WARNING}
    assert len({(f.sheet, f.column) for f in found}) == len(found) == 9
    assert len(list(tidy_lines(done.rewritings))) == len(found) < len(done.rewritings)
    assert findings(tmp_path / "新.xlsx") == []
    before, after = read_ledger(blank).ledger, read_ledger(tmp_path / "新.xlsx").ledger
    assert after.table(MentorRow).column("born") == before.table(MentorRow).column("born")


VOLATILE = '<c r="{0}"{1}><f>TODAY()-1</f><v>46200</v></c>'


def test_a_day_that_changes_every_day_is_a_warning(blank: Path, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    edited(blank, path, ("个人对象", 5, "确定日期", date(2026, 6, 20)))
    book = read_bytes(path.read_bytes(), path.name)
    at = next(f for f in (c.values for c in book.sheets[3].columns) if "确定日期" in f)
    assert at
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    changed = 0
    for name, xml in parts.items():
        if name.startswith("xl/worksheets/sheet") and b">46193<" in xml:
            changed += xml.count(b"<v>46193</v>")
            parts[name] = xml.replace(b"<v>46193</v>", b"<f>TODAY()-1</f><v>46193</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)

    found = findings(path)

    assert changed > 4
    assert {f.code for f in found} == {"formula.volatile"}
    assert "粘贴为数值" in found[0].suggestion
    assert found[0].heading == "确定日期"
    assert len(found) == changed


def test_days_percentages_and_literals_of_an_xlsb_are_read() -> None:
    data = binary_workbook_of(
        {0: "General", 1: "yyyy-mm-dd", 2: "0%", 3: '"J640402104-"000'},
        [(46145, 1), (46145.5, 1), (2026.6, 1), (5.3, 1), (0.86, 2), (17, 3), (46145, 0)],
    )

    cells = [column.values[0] for column in read_bytes(data, "台账.xlsb").sheets[0].columns]

    assert cells == [
        date(2026, 5, 3), datetime(2026, 5, 3, 12), Shown(2026.6), Shown(5.3),
        Shown(0.86, "86%"), Shown(17, "J640402104-017"), 46145,
    ]  # fmt: skip


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="工作日志"><table:table-row>{cells}</table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""
ODS_CELL = (
    '<table:table-cell office:value-type="{}" office:{}="{}"><text:p>{}</text:p></table:table-cell>'
)


def test_days_percentages_and_literals_of_an_ods_are_read(tmp_path: Path) -> None:
    path = tmp_path / "台账.ods"
    cells = [
        ("date", "date-value", "2026-05-03", "2026-05-03"),
        ("date", "date-value", "1905-07-18T14:24:00", "1905-07-18"),
        ("date", "date-value", "1900-01-04T07:12:00", "1900-01-04"),
        ("percentage", "value", "0.86", "86%"),
        ("float", "value", "17", "J640402104-017"),
        ("float", "value", "12.34", "12.3"),
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        content = ODS.format(cells="".join(ODS_CELL.format(*cell) for cell in cells))
        archive.writestr("content.xml", content)

    read = [c.values[0] for c in read_bytes(path.read_bytes(), path.name).sheets[0].columns]

    assert read == [
        date(2026, 5, 3), Shown(2026.6), Shown(5.3), Shown(0.86, "86%"),
        Shown(17, "J640402104-017"), 12.34,
    ]  # fmt: skip


# --- packages ------------------------------------------------------------------------------------


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target


TYPES = "[Content_Types].xml"
NOTHING = [SheetUpdate("mentor", cells={})]


def test_a_type_that_is_only_declared_is_no_macro(blank: Path, tmp_path: Path) -> None:
    def declare(parts: dict[str, bytes]) -> None:
        default = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        types = parts[TYPES].replace(main, macro)
        parts[TYPES] = types.replace(b"<Override", default + b"<Override", 1)

    path = repacked(blank, tmp_path / "台账.xlsx", declare)

    update_workbook(path, tmp_path / "新.xlsx", NOTHING)

    with zipfile.ZipFile(tmp_path / "新.xlsx") as archive:
        assert b"macroEnabled" not in archive.read(TYPES)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/odd.bin"])
def test_a_real_macro_is_refused_whatever_its_name(blank: Path, tmp_path: Path, part: str) -> None:
    def add(parts: dict[str, bytes]) -> None:
        parts[part] = b"macro"
        override = (
            f'<Override PartName="/{part}" ContentType="application/vnd.ms-office.vbaProject"/>'
        )
        parts[TYPES] = parts[TYPES].replace(b"</Types>", override.encode() + b"</Types>")

    path = repacked(blank, tmp_path / "台账.xlsx", add)

    with pytest.raises(UpdateRefused, match="带有宏"):
        update_workbook(path, tmp_path / "新.xlsx", NOTHING)


def test_white_space_around_custom_properties_is_no_part_of_them(
    blank: Path, tmp_path: Path
) -> None:
    def space(parts: dict[str, bytes]) -> None:
        name = "docProps/custom.xml"
        parts[name] = (
            parts[name]
            .replace(b"<vt:lpwstr>", b"<vt:lpwstr>\n  ")
            .replace(b"</vt:lpwstr>", b"\n</vt:lpwstr>")
        )

    path = repacked(blank, tmp_path / "台账.xlsx", space)

    assert findings(path) == []


PANIC = """
import os, sys
from workbooks.workers import run_guarded
from tests.workbooks.test_cells_as_saved import panics

print([result.message for _, result in run_guarded(panics, [1], jobs=1)])
"""


def panics(_: int) -> None:
    import os  # noqa: PLC0415

    os.write(2, b"thread panicked at src/lib.rs\nstack backtrace:")
    raise _Panic("index out of range")


class _Panic(BaseException):
    """Like a panic in Rust: no Exception."""


def test_a_panic_of_a_reader_is_one_sentence_and_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PANIC], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.stderr == ""
    assert done.stdout.count("文件已损坏、无法打开，请重新上报") == 1

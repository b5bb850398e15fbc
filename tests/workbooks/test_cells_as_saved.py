"""Ledgers as other programs and other hands save them: read, asked about and tidied as files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from addin.actions.tidy import TidyResult, tidy_ledger
from addin.sentences import tidy_lines
from tests.addin.actions.waiting_ledger import AS_OF, waiting_rows, write_waiting
from tests.support.office import Office
from tests.workbooks.raw.binary_dates import binary_workbook_of
from validators.cells import Shown
from validators.errors import UpdateRefused
from validators.findings import Finding
from validators.rules import RuleContext
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, PairingRow
from validators.validation import validate
from validators.vocabulary import Level
from workbooks.patch.ledger_copy import update_workbook
from workbooks.raw.book import read_bytes
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns


CELLS: list[tuple[str, int, str, Any, str, str]] = [
    ("导师库", 4, "出生年月", 1978.05, "yyyy-mm", "date_number"),
    ("导师库", 5, "出生年月", 1978.1, "yyyy-mm", "date_ambiguous"),
    ("导师库", 6, "出生年月", 197805, "yyyy-mm", "date_number"),
    ("导师库", 7, "出生年月", 1978.05, "General", "normalised"),
    ("个人对象", 5, "确定日期", 2026.6, "yyyy-mm-dd", "date_ambiguous"),
    ("个人对象", 6, "确定日期", 20260503, "yyyy-mm-dd", "date_number"),
    ("组织对象", 4, "提升期限", 2027, "yyyy/m/d", "date_ambiguous"),
    ("组织对象", 4, "验收得分", 0.86, "0%", "normalised"),
    ("组织对象", 4, "测评总票", 100, "0", ""),
    ("组织对象", 4, "不满意票", 0.12, "0%", "number_shown"),
    ("组织对象", 4, "村集体经济年收入(万元)", 394_000, '#,##0"元"', "normalised"),
    ("组织对象", 4, "党员数", 61.6, "0", "number_shown"),
    ("结对台账", 4, "结对编号", 1, '"J640402104-"000', "normalised"),
    ("导师库", 4, "聘书编号", 12, '"固导聘字"000"号"', "not_text"),
]
"""Sheet, row, heading, number, its format, and the kind of finding it has."""


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_waiting(tmp_path_factory.mktemp("saved") / "台账.xlsx", waiting_rows())


@pytest.fixture(scope="module")
def odd(blank: Path) -> Path:
    book = load_workbook(blank)
    type_in(book, [cell[:-1] for cell in CELLS])
    book.save(blank.with_name("odd.xlsx"))
    return blank.with_name("odd.xlsx")


def type_in(book: Workbook, cells: Iterable[tuple[str, int, str, Any, str]]) -> None:
    for sheet, row, heading, value, code in cells:
        at = next(cell.column for cell in book[sheet][3] if cell.value == heading)
        cell = book[sheet].cell(row, at)
        cell.value = value
        cell.number_format = code


@pytest.fixture(scope="module")
def tidied(odd: Path) -> TidyResult:
    return tidy_ledger(odd, odd.with_name("tidied.xlsx"), as_of=AS_OF)


def findings(path: Path) -> list[Finding]:
    read = read_ledger(path)
    found = [*read.findings, *validate(read.ledger, RuleContext(AS_OF))]
    return [f for f in found if not f.code.endswith(".recommended")]


def test_every_number_shown_as_something_else_has_one_finding(odd: Path) -> None:
    found = findings(odd)

    assert {(f.sheet, f.row, f.heading): f.code.rpartition(".")[2] for f in found} == {
        (sheet, row, heading): kind for sheet, row, heading, *_, kind in CELLS if kind
    }
    assert len({(f.sheet, f.cell) for f in found}) == len(found)
    assert not [f for f in found if "190" in "".join(map(str, f))]


def test_certain_readings_are_offered_and_no_other(tidied: TidyResult) -> None:
    assert sorted(line.partition(" ")[2] for line in tidy_lines(tidied.rewritings)) == sorted(
        [
            "“1978.05” → “1978-05”",
            "“1978.05” → “1978-05”",
            "“197805” → “1978-05”",
            "“20260503” → “2026-05-03”",
            "“86%” → “86”",
            "“394,000元” → “39.4”",
            "“J640402104-001”（数字） → “J640402104-001”（文字）",
        ]
    )


def test_what_was_offered_stands_in_the_copy_and_shows_as_it_is(tidied: TidyResult) -> None:
    assert tidied.out
    ledger = read_ledger(tidied.out).ledger
    sheet = load_workbook(tidied.out)["组织对象"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    score, income = (sheet.cell(4, heads[h]) for h in ("验收得分", "村集体经济年收入(万元)"))

    may = date(1978, 5, 1)
    assert ledger.table(MentorRow).column("born") == [may, None, may, may]
    assert ledger.table(IndividualRow).column("chosen_on")[2] == date(2026, 5, 3)
    assert ledger.table(OrganisationRow).column("inspection_score") == [86]
    assert ledger.table(PairingRow).column("pairing_id") == ["J640402104-001"]
    assert (score.value, income.value) == (86, 39.4)
    assert "%" not in score.number_format
    assert "元" not in income.number_format


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target


def test_lost_date_formats_are_one_finding_and_one_change_a_column(
    blank: Path, tmp_path: Path
) -> None:
    def forget(parts: dict[str, bytes]) -> None:
        parts["xl/styles.xml"] = re.sub(
            rb'formatCode="yyyy[^"]*"', b'formatCode="General"', parts["xl/styles.xml"]
        )

    path = repacked(blank, tmp_path / "台账.xlsx", forget)

    found = findings(path)
    done = tidy_ledger(path, tmp_path / "新.xlsx", as_of=AS_OF)

    assert {f.code.rpartition(".")[2] for f in found} == {"date_format_lost"}
    assert {f.level for f in found} == {Level.WARNING}
    assert len({(f.sheet, f.column) for f in found}) == len(found) > 5
    assert len(list(tidy_lines(done.rewritings))) == len(found) < len(done.rewritings)
    assert findings(tmp_path / "新.xlsx") == []
    before, after = read_ledger(blank).ledger, read_ledger(tmp_path / "新.xlsx").ledger
    assert after.table(MentorRow).column("born") == before.table(MentorRow).column("born")


def test_a_day_that_changes_every_day_is_a_warning(blank: Path, tmp_path: Path) -> None:
    day = b"<v>46193</v>"  # 2026-06-20

    def calculate(parts: dict[str, bytes]) -> None:
        for name, xml in list(parts.items()):
            if name.startswith("xl/worksheets/sheet"):
                parts[name] = xml.replace(b">" + day, b"><f>IF(1,TODAY()-1)</f>" + day)

    found = findings(repacked(blank, tmp_path / "台账.xlsx", calculate))

    assert len(found) == len(waiting_rows()["individual"]) + len(waiting_rows()["organisation"])
    assert {(f.code, f.level, f.heading) for f in found} == {
        ("formula.volatile", Level.WARNING, "确定日期")
    }
    assert "粘贴为数值" in found[0].suggestion


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
MANIFEST = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
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
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        content = ODS.format(cells="".join(ODS_CELL.format(*cell) for cell in cells))
        archive.writestr("content.xml", content)

    read = [c.values[0] for c in read_bytes(path.read_bytes(), path.name).sheets[0].columns]

    assert read == [
        date(2026, 5, 3), Shown(2026.6), Shown(5.3), Shown(0.86, "86%"),
        Shown(17, "J640402104-017"), 12.34,
    ]  # fmt: skip


@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_an_older_or_another_program_says_of_each_cell_what_excel_says(
    blank: Path, tmp_path: Path, office: Office, extension: str
) -> None:
    book = load_workbook(blank)
    hours = [
        (1.5, "[h]:mm"), (0.0625, "h:mm"), (0.5, "yyyy-mm-dd"), (90, '0"分钟"'), (1.5, "0.0"), (2, "h:mm"),
    ]  # fmt: skip
    cells = [("工作日志", row, "时长(小时)", *cell) for row, cell in enumerate(hours, 4)]
    cells += [cell[:-1] for cell in CELLS if cell[3] != 20260503]  # no day of the year 57371
    type_in(book, [*cells, ("职责清单", 4, "完成率", 100, 'General"%"')])
    book["导师库"].row_dimensions[5].hidden = True
    saved = tmp_path / "台账.xlsx"
    book.save(saved)

    other = office.saved_as(saved, tmp_path / "other", extension)

    expected = {f[1:] for f in findings(office.recalculated(saved, tmp_path / "same"))}
    assert {f[1:] for f in findings(other)} == expected
    assert {f[-2] for f in findings(other)} >= {"有 1 行被隐藏或筛选，已照常读取"}


# --- packages ------------------------------------------------------------------------------------


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

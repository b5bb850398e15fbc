"""The workbook of papers as a file: properties, sheets, cells, bytes."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.workbooks.papers import papers as of
from validators.errors import UnreadableWorkbook
from workbooks.files import file_kind
from workbooks.papers.content import FILE_KIND, Papers, Person
from workbooks.papers.workbook import write_papers
from workbooks.reader import read_ledger


def written(content: Papers) -> bytes:
    target = BytesIO()
    write_papers(target, content)
    return target.getvalue()


def opened(content: Papers) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(BytesIO(written(content)), rich_text=False)


def texts(book: Workbook, name: str) -> list[str]:
    return [str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value]


def test_equal_papers_are_equal_bytes_and_others_are_not() -> None:
    assert written(of.township()) == written(of.township())
    assert written(of.township()) != written(replace(of.township(), contacts_per_month=2))


def test_it_is_known_for_what_it_is_and_refused_as_a_ledger(tmp_path: Path) -> None:
    file = tmp_path / "结对材料.xlsx"
    write_papers(file, of.township())

    assert file_kind(file) == FILE_KIND == "结对材料"
    with pytest.raises(UnreadableWorkbook, match="结对材料"):
        read_ledger(file)


def test_each_kind_of_paper_has_its_sheet_and_nothing_else() -> None:
    both = of.township()

    assert opened(both).sheetnames == ["结对仪式名单", "聘书", "帮带协议书"]
    assert opened(replace(both, pairings=())).sheetnames == ["聘书"]
    assert opened(replace(both, appointments=())).sheetnames == ["结对仪式名单", "帮带协议书"]
    assert opened(of.papers()).sheetnames == ["结对仪式名单"]


def test_more_than_a_sheet_of_page_breaks_holds_go_on_another() -> None:
    book = opened(of.papers((), [of.an_appointment(one) for one in range(1, 702)]))

    assert book.sheetnames == ["聘书", "聘书（2）", "聘书（3）"]
    assert [len(book[name].row_breaks.brk) for name in book.sheetnames] == [299, 299, 100]


def test_what_was_typed_is_never_a_formula() -> None:
    formula = '=HYPERLINK("http://例","点")'
    pairing = of.a_pairing(
        mentor=Person(formula, formula),
        mentee=Person("+1+1", "@SUM(A1)"),
        duties=of.duties(2, item=formula),
    )

    target = written(of.papers([pairing], [of.an_appointment(name=formula)], unit="=1+1"))

    with ZipFile(BytesIO(target)) as package:
        sheets = [name for name in package.namelist() if "worksheets/" in name]
        assert len(sheets) == 3
        assert not any(b"<f>" in package.read(name) for name in sheets)
        assert not any(b"<hyperlink" in package.read(name) for name in sheets)
        assert "HYPERLINK" in package.read("xl/sharedStrings.xml").decode()


def test_no_mobile_number_is_printed() -> None:
    phone = "13812345678"
    pairing = of.a_pairing(
        mentor=Person("马志远", f"副书记 {phone}"), duties=of.duties(1, f"打电话{phone}联系")
    )

    with ZipFile(BytesIO(written(of.papers([pairing])))) as package:
        content = package.read("xl/sharedStrings.xml").decode()

    assert phone not in content
    assert content.count("138****5678") >= 3


def test_people_of_several_pairings_are_one_tall_cell() -> None:
    sheet = opened(of.township())["结对仪式名单"]

    merged = {str(one): sheet.cell(one.min_row, one.min_col).value for one in sheet.merged_cells}

    assert merged["B5:B6"] == "马志远"
    assert merged["I5:I6"] is None  # signs once
    assert merged["D9:D11"] == of.VILLAGE.name
    assert merged["E9:E11"] == "党组织书记　柯志强"
    assert [sheet.cell(row, 1).value for row in (5, 6, 7, 9, 10, 11)] == list("123456")


def test_the_day_of_the_ceremony_is_left_open_where_it_is_unknown_or_differs() -> None:
    def day(*days: date | None) -> str:
        pairings = [of.a_pairing(one, ceremony_on=day) for one, day in enumerate(days, 1)]
        return next(
            one for one in texts(opened(of.papers(pairings)), "结对仪式名单") if "仪式时间" in one
        )

    assert day(of.START, of.START) == "仪式时间：2026年3月1日"
    assert day(None) == day(of.START, of.END) == "仪式时间：　　　年　　月　　日"


def test_the_agreement_says_what_the_ledger_knows() -> None:
    content = of.papers([of.a_pairing()], contacts_per_month=2)

    said = "".join(texts(opened(content), "帮带协议书"))

    assert "马志远　原州区开城镇人民政府 党委副书记" in said
    assert "结对方式为一对一，帮带路径为老带新。帮带期限自2026年3月1日起至2027年2月28日止。" in said
    assert "每月至少联系2次" in said
    assert "本协议一式三份" in said
    assert said.count("4次2026-09-01") == 6


def test_rows_are_never_higher_than_excel_takes() -> None:
    endless = "帮" * 3000
    pairing = of.a_pairing(
        mentor=Person("马" * 300, endless),
        mentee=Person(endless, endless),
        duties=of.duties(2, endless),
    )

    target = written(of.papers([pairing], [of.an_appointment(name=endless)], unit=endless))

    with ZipFile(BytesIO(target)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "sheets/" in name]
    heights = [float(one) for sheet in sheets for one in re.findall(r' ht="([\d.]+)"', sheet)]
    assert max(heights) < 409

"""Texts of up to 2,000 characters: printed whole, or it is said that they are not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.support.measure import TALLEST_ROW, broken, misfits
from tests.support.office import Office
from tests.support.printed import pages_of
from tests.workbooks.template.ledger_rows import AS_OF
from validators.columns import Column, Fill, Kind
from validators.divisions import find_unit
from validators.sheets import SHEETS, ExchangeRow, FlagRow, columns_by_field
from workbooks.consolidated.content import PRINTED_ROWS, Grid, Heading, NumberFormat, Stamp
from workbooks.consolidated.tables import write_listing
from workbooks.template.layout import column_width, fit_for_paper
from workbooks.template.workbook import write_ledger
from workbooks.template.worksheets import with_long_note

LENGTHS = st.integers(0, 2000)
WORDS = st.sampled_from(
    [
        "经镇党委会议研究，",
        "“三会一课”",
        "J640402104-003",
        "（2026年第3次）",
        "Excel台账",
        "。",
        "\n",
    ]
)
PROSE = [
    column for model in SHEETS for column in columns_by_field(model).values() if column.is_prose
]
COMPUTED = [
    (model, column)
    for model in SHEETS
    for column in columns_by_field(model).values()
    if column.fill is Fill.COMPUTED and column.printed and column.kind is Kind.TEXT
]
NOTE = "灰底斜体处打印不全，见电子台账"


@given(st.sampled_from(PROSE), st.lists(WORDS, min_size=1, max_size=60), LENGTHS)
def test_what_clerks_type_fits_the_tallest_row_or_is_marked(
    column: Column, words: list[str], length: int
) -> None:
    text = "".join(words * (1 + length // len("".join(words))))[:length]

    _, line = with_long_note('=""', "", [(1, column)], [{column.field: text}])

    assert (NOTE in line) or _fits(text, column)


@given(st.sampled_from(COMPUTED), st.lists(WORDS, min_size=1, max_size=60), LENGTHS)
def test_what_is_computed_fits_the_tallest_row_or_says_that_it_goes_on(
    placed: tuple[Any, Column], words: list[str], length: int
) -> None:
    model, column = placed
    text = "".join(words * (1 + length // len("".join(words))))[:length]

    printed = str(fit_for_paper(model, {column.field: text}).get(column.field) or "")

    assert _fits(printed, column)
    assert "……" in printed or _plain(printed) == _plain(text)


def _fits(text: str, column: Column) -> bool:
    hanzi = column_width(column) * 7 * 0.75 / 11  # 7 pixels to the character, 0.75 points to those
    lines = [line for part in text.split("\n") for line in broken(part, hanzi)]
    return len(lines) * 11 * 1.2 <= TALLEST_ROW


def _plain(text: str) -> str:
    return text.replace("（2026年第3次）", "").replace(" ", "")


def test_a_long_text_has_its_summary_on_paper_and_stands_whole_beside_it() -> None:
    facts = "结对 J640402104-001 2026-09 未联系；" * 60
    columns = columns_by_field(FlagRow)

    row = fit_for_paper(FlagRow, {"facts": facts})

    assert row["facts"] == facts
    assert str(row["main_facts"]).endswith("……等 60 项")
    assert (columns["facts"].printed, columns["main_facts"].printed) == (False, True)


@pytest.mark.parametrize(("length", "noted"), [(560, False), (2000, True)])
def test_paper_says_that_a_text_goes_on_in_the_sheet(
    length: int, noted: bool, office: Office, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.xlsx"
    post = {
        "date": AS_OF,
        "kind": "经验",
        "author": "开城镇",
        "title": "经验",
        "content": "经" * length,
    }
    write_ledger(ledger, find_unit("开城镇"), 2026, rows={"exchange": [post]}, as_of=AS_OF)

    text = "".join(page.text for page in pages_of(office.pdf(ledger, tmp_path / "pdf")))

    assert (NOTE in text) == noted
    assert ("经" * length in text) or noted
    cut = [one.cell for one in misfits(ledger) if one.sheet == ExchangeRow.sheet.name]
    assert bool(cut) == noted


@pytest.mark.parametrize("length", [40, 500, 2000])
@pytest.mark.parametrize("long", [False, True])
def test_a_list_marks_the_cells_paper_shows_in_part_and_says_so(
    long: bool, length: int, tmp_path: Path
) -> None:
    text, path = ("固原市2026年通报，" * 200)[:length], tmp_path / "listing.xlsx"
    texts = Heading("内容", 40, NumberFormat.TEXT)
    rows = [("短", text), *[("短", "短")] * (PRINTED_ROWS if long else 1)]
    grid = Grid("通报", "通报", "说明", (Heading("标题", 20, NumberFormat.TEXT), texts), rows)
    stamp = Stamp(AS_OF, datetime(2026, 11, 20, 9, 30))

    write_listing(path, "清单", "清单", [grid], stamp)

    sheet = load_workbook(path, rich_text=True)["通报"]
    cut = [one.cell for one in misfits(path)]
    assert [sheet["B4"].value, sheet["B5"].value] == [text, "短"]
    assert ("打印不全，全文见单元格" in str(sheet["A2"].value)) == (length == 2000) == bool(cut)
    marked = [c.sqref for c in sheet.conditional_formatting] if long else sheet["B4"].font.i
    assert bool(marked) == (length == 2000)
    assert not sheet["B5"].font.i

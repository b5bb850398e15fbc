"""The shipped examples: what the code makes, plausible throughout, and small."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from addin.actions.demo import write_examples
from addin.actions.found_files import Source
from addin.actions.validate import examine
from validators.ledger import Ledger
from validators.sheets import (
    AssessmentRow,
    AwardRow,
    CarriedLogRow,
    FindingRow,
    FlagRow,
    GrowthRow,
    LogEntryRow,
    PairingRow,
    PoolChangeRow,
    SuggestionRow,
)
from workbooks import examples
from workbooks.consolidated import carried_part
from workbooks.reader import read_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

COMMITTED = Path(examples.__file__).parent
FILLED = [township.file for township in examples.TOWNSHIPS]
LEDGERS_OF_COUNTY = carried_part.PART
"""It names the program's build and when each file was saved: other tests read it."""

ALL = [examples.BLANK, *FILLED, examples.COUNTY]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    write_examples(folder)
    return folder


@pytest.fixture(scope="module")
def ledgers() -> dict[str, Ledger]:
    return {file: read_ledger(COMMITTED / file).ledger for file in FILLED}


@pytest.mark.parametrize("name", ALL)
def test_the_committed_workbook_is_what_the_code_makes_part_by_part(fresh: Path, name: str) -> None:
    with ZipFile(fresh / name) as made, ZipFile(COMMITTED / name) as kept:
        assert made.namelist() == kept.namelist()
        different = [part for part in made.namelist() if made.read(part) != kept.read(part)]
        different = [part for part in different if part != LEDGERS_OF_COUNTY]

    assert not different, "run: python -m workbooks.examples"


def test_nothing_else_is_shipped_and_all_together_it_is_small() -> None:
    files = {path.name: path.stat().st_size for path in COMMITTED.glob("*.xlsx")}

    assert files.keys() == {*ALL}
    assert sum(files.values()) < 1_500_000


def test_only_the_ledger_with_slips_has_errors_and_these_are_the_slips() -> None:
    sources = [Source(COMMITTED / file, file) for file in FILLED]

    found = {
        ledger.file: [f.code for f in ledger.findings if f.level.value != "notice"]
        for ledger in examine(sources, as_of=examples.AS_OF).examined
    }

    assert found == {
        FILLED[0]: [],
        FILLED[1]: [],
        FILLED[2]: ["assessment.satisfaction.out_of_range", "log.pairing.unknown"],
    }  # fmt: skip


@pytest.mark.parametrize("file", FILLED)
def test_generated_sheets_are_filled_and_say_of_which_day_they_are(file: str) -> None:
    book = openpyxl.load_workbook(COMMITTED / file, read_only=True)
    tables = {
        model.sheet.name: [row for row in book[model.sheet.name].values if any(row)]
        for model in (GrowthRow, FlagRow, AwardRow, PoolChangeRow, SuggestionRow, FindingRow)
    }

    for name, rows in tables.items():
        assert len(rows) > 3, name
        assert f"数据截至：{examples.AS_OF}" in " ".join(
            str(cell) for row in rows[:2] for cell in row
        )
    shown = " ".join(str(cell) for rows in tables.values() for row in rows for cell in row)
    assert "入围" in shown
    assert "已约谈导师" in shown


def test_records_are_of_this_year_and_those_of_last_year_are_marked(
    ledgers: dict[str, Ledger],
) -> None:
    for ledger in ledgers.values():
        days = ledger.table(LogEntryRow).this_year().column("date")
        assert {day.year for day in days if day} == {examples.AS_OF.year}
        assert max(day for day in days if day) <= examples.AS_OF
        carried = [part for part in ledger.table(CarriedLogRow).parts if part.key == "carried_log"]
        assert {day.year for part in carried for day in part.columns["date"].values if day} <= {
            examples.AS_OF.year - 1
        }
        rated = ledger.table(AssessmentRow).columns("assessed_on", "carried")
        assert all((day.year < examples.AS_OF.year) == bool(mark) for day, mark in rated if day)


def test_no_row_is_there_to_try_the_product_out(ledgers: dict[str, Ledger]) -> None:
    texts = [
        value
        for ledger in ledgers.values()
        for table in ledger.tables.values()
        for part in table.parts
        if part.key not in {"setting", "duty_template", "check"}
        for column in part.columns.values()
        for value in column.cells.values
        if isinstance(value, str)
    ]

    odd = re.compile(r"[=+@'\\{-]|https?:|.*[\U00010000-\U0010ffff]", re.DOTALL)
    assert [text for text in texts if odd.match(text)] == []
    logged = [
        len(text)
        for ledger in ledgers.values()
        for text in ledger.table(LogEntryRow).column("content")
        if text
    ]
    assert max(logged) < 200


def test_townships_help_each_other_and_the_county_adds_them_up(ledgers: dict[str, Ledger]) -> None:
    crossing = [
        (str(mentor)[1:10], str(mentee)[1:10])
        for ledger in ledgers.values()
        for mentor, mentee in ledger.table(PairingRow).columns("mentor_id", "mentee_id")
        if mentor and mentee and mentor[1:10] != mentee[1:10]
    ]
    codes = [township.unit_code for township in examples.TOWNSHIPS]
    assert {*crossing} == {(codes[0], codes[1]), (codes[1], codes[2])}

    book = openpyxl.load_workbook(COMMITTED / examples.COUNTY, read_only=True)
    headings, *rows = book["填报情况"].iter_rows(min_row=3, values_only=True)
    who, state = headings.index("乡镇(街道)"), headings.index("填报情况")
    sent = {row[who]: row[state] for row in rows if row[state] not in {None, "未报"}}
    assert sent == {"开城镇": "已报", "三营镇": "已报", "头营镇": "有误"}

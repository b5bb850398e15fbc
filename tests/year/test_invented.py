"""Random small ledgers: what the product computes of them is what plain code computes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.ranking import ranking
from addin.domain.rollup import RollUp, roll_up
from tests.build import a_ledger, a_unit
from tests.year.invented import Inventor, Rows
from tests.year.plain_help import Help
from tests.year.plain_ranking import ranking_rows
from tests.year.plain_rows import FILE, NUMBER, Book, Row, together
from tests.year.sheets_again import differences, expected
from tests.year.township import UNIT
from validators.ledger import Ledger
from validators.rulebook import RuleContext
from validators.settings import Settings, read_settings, settings_list, show
from validators.sheets import SHEETS, DutyRow, LogEntryRow, columns_by_field
from validators.validation import validate

LEDGER, YEAR = "开城镇.xlsx", 2026
MODELS = {model.sheet.name: model for model in SHEETS}


def ledger_of(rows: Rows, file: str) -> Ledger:
    """Return a checked ledger of rows by heading."""
    unit = rows["导师库"][0]["导师编号"][1:10]
    sheets = {}
    for name, some in rows.items():
        fields = {column.heading: f for f, column in columns_by_field(MODELS[name]).items()}
        sheets[MODELS[name].sheet.key] = [
            {fields[heading]: value for heading, value in row.items()} for row in some
        ]
    form = [a_unit(unit=unit, year=YEAR)]
    return a_ledger(file=file, unit=unit, form=form, exchange=[], setting=[], **sheets)


def accepted(rows: Rows, settings: Settings, day: date, file: str = LEDGER) -> tuple[Rows, Ledger]:
    """Return the rows without those an error cites, but entries nobody can date, and their ledger."""
    while True:
        ledger = ledger_of(rows, file)
        validate(ledger, RuleContext(day, settings))
        codes = {row["结对编号"] for row in rows["结对台账"]}
        left = {}
        for name, some in rows.items():
            (part,) = ledger.table(MODELS[name]).parts
            left[name] = [
                row
                for at, row in enumerate(some)
                if at not in part.rejected or (name == "工作日志" and _undated(row, codes, day))
            ]
        if left == rows:
            return rows, ledger
        rows = left


def _undated(entry: Row, codes: set[str], day: date) -> bool:
    """Return whether an entry's day cannot be read, or lies ahead, and nothing else is wrong."""
    typed = entry["日期"]
    return isinstance(typed, str) or (typed > day and entry["结对编号"] in codes)


def computed(records: RollUp) -> dict[str, list[Row]]:
    """Return the rows of the generated sheets and of 职责清单 by heading."""
    sheets = {
        model.sheet.name: [headed(model, row.values) for row in rows]
        for model, rows in records.rows().items()
    }
    codes = records.facts.ledger.table(DutyRow).column("duty_id")
    sheets["职责清单"] = [
        headed(DutyRow, {"duty_id": codes[state.row], **state.as_row()}) for state in records.duties
    ]
    return sheets


def headed(model: Any, values: dict[str, Any]) -> Row:
    columns = columns_by_field(model)
    return {columns[field].heading: value for field, value in values.items()}


def with_proposals(rows: Rows, records: RollUp, file: str) -> Rows:
    """Return the rows of a ledger with 职责编号建议 as the product proposes it."""
    proposals = records.facts.duty_report.proposals
    starts = records.facts.ledger.table(LogEntryRow).starts()
    first = next(start for start, part in starts if part.file == file)
    log = [
        {**row, "职责编号建议": "、".join(proposals.get(at, ()))}
        for at, row in enumerate(rows[LogEntryRow.sheet.name], first)
    ]
    return {**rows, LogEntryRow.sheet.name: log}


def plain_book(rows: Rows, records: RollUp, file: str, settings: Settings) -> Book:
    """Return the rows as plain code reads them."""
    tables = {
        name: [{FILE: file, NUMBER: number, **row} for number, row in enumerate(some, 4)]
        for name, some in with_proposals(rows, records, file).items()
    }
    common = {entry.name: show(getattr(settings, entry.field)) for entry in settings_list()}
    return Book(tables, {file: common}, {}, common)


def own_settings(inventor: Inventor) -> Settings:
    typed = {name: value for name, value in inventor.settings().items() if value}
    settings, problems = read_settings(typed.items())
    assert not problems
    return settings


@pytest.mark.parametrize("block", range(2))
def test_plain_code_agrees_on_ledgers_made_at_random(block: int) -> None:
    told: list[str] = []
    for seed in range(20 * block, 20 * block + 20):
        inventor = Inventor(seed)
        settings = own_settings(inventor)
        rows, ledger = accepted(inventor.ledger(), settings, inventor.as_of)
        records = roll_up(ledger, settings, inventor.as_of)

        book = plain_book(rows, records, LEDGER, settings)
        wanted = expected(Help(book, inventor.as_of), YEAR)

        lines = differences(wanted, computed(records), inventor.as_of)
        told += [f"seed {seed}: {line}" for line in lines]

    assert told == []


# --- several townships -----------------------------------------------------------------------------

UNITS = ("640402104", "640402105", "640422100")
"""Two of one county and one of another."""


def in_unit(rows: Rows, code: str) -> Rows:
    """Return the rows as those of another township."""
    return {
        name: [
            {
                heading: value.replace(UNIT, code) if isinstance(value, str) else value
                for heading, value in row.items()
            }
            for row in some
        ]
        for name, some in rows.items()
    }


def sent_away(rows: Rows, code: str, inventor: Inventor) -> None:
    """Give some mentees a mentor of the next township."""
    other = UNITS[(UNITS.index(code) + 1) % len(UNITS)]
    for row in rows["结对台账"]:
        if inventor.maybe(0.2):
            row["导师编号"] = row["导师编号"].replace(code, other)


@pytest.mark.parametrize("seed", range(500, 504))
def test_plain_code_agrees_on_merged_townships(seed: int) -> None:
    as_of = Inventor(seed).as_of
    ledgers, typed, own = [], {}, {}
    for number, code in enumerate(UNITS):
        inventor = Inventor(1000 * seed + number)
        inventor.as_of, file = as_of, f"{code}.xlsx"
        own[file] = own_settings(inventor)
        rows = in_unit(inventor.ledger(), code)
        sent_away(rows, code, inventor)
        typed[file], ledger = accepted(rows, own[file], as_of, file)
        ledgers.append(ledger)
    merged, common = Ledger.merged(ledgers), Settings()
    records = roll_up(merged, common, as_of, own)
    books = [plain_book(rows, records, file, own[file]) for file, rows in typed.items()]
    blank = {entry.name: show(getattr(common, entry.field)) for entry in settings_list()}
    helped = Help(together(books, blank), as_of)

    assert differences(expected(helped, YEAR), computed(records), as_of) == []
    assert [
        (one.unit, one.rank, one.score, "；".join(part.fact for part in one.measured))
        for one in ranking(records.facts)
    ] == [
        (row["unit"], row["名次"], row["得分"], row["依据"]) for row in ranking_rows(helped, YEAR)
    ]

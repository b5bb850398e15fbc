"""Whole ledgers that the tools of this folder break, kill and mutate."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from addin.actions.pair import suggest_pairings
from tests.addin.actions.waiting_ledger import mark, write_waiting
from validators.divisions import by_code
from validators.sheets import MentorRow, SuggestionRow
from workbooks.reader import read_ledger
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)

UNIT = "640402104"


def example_ledger(path: Path) -> Path:
    """Write a filled ledger, some of whose values look wrong and are right, to `path`."""
    rows = clean_rows(UNIT, seed=2026, as_of=AS_OF, log_rows=400)
    write_ledger(path, by_code()[UNIT], AS_OF.year, rows=rows, as_of=AS_OF)
    return path


def adopted_ledger(path: Path) -> Path:
    """Write a ledger with one suggestion the clerk has adopted to `path`."""
    draft = path.with_name("draft.xlsx")
    suggested = path.with_name("suggested.xlsx")
    suggest_pairings(write_waiting(draft), suggested, as_of=AS_OF)
    table = read_ledger(suggested, suggested.name).ledger.table(SuggestionRow)
    ids = list(table.columns("mentor_id", "mentee_id"))[:2]
    adopt = {"采纳": "采纳", "导师意见": "同意", "对象意见": "同意"}
    mark(suggested, path, dict.fromkeys(ids, adopt))
    draft.unlink()
    suggested.unlink()
    return path


def untidy_ledger(path: Path) -> Path:
    """Write the filled ledger with a few cells in odd spellings to `path`."""
    book = load_workbook(example_ledger(path))
    sheet = book[MentorRow.sheet.name]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for row, typed in enumerate(("2026.3.1", "2026年3月1日", "２０２６／３／１"), start=4):
        sheet.cell(row, columns["聘任日期"]).value = typed
    book.save(path)
    return path

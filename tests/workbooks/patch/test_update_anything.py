"""Random updates of ledgers saved by several programs: what was asked for, and nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support.office import Office
from tests.workbooks.patch.clerks import changed_parts, moved_ledger, template_ledger
from validators.columns import Fill
from validators.sheets import PairingRow, Row, SuggestionRow, columns_by_field
from workbooks.headings import map_headings
from workbooks.patch.ledger_copy import update_workbook
from workbooks.raw.book import RawSheet, read_book
from workbooks.template.layout import shown
from workbooks.updates import SheetUpdate, UpdateReport, UpdateRow

Cells = dict[tuple[int, int], object]

_TEXT = st.text(
    st.sampled_from("帮带张三丰，。｜、=+-@'\"&<> \n\t_x0041abc123😀𠮷"), min_size=1, max_size=24
)
_VALUES = {
    "mentee_name": _TEXT,
    "reason": _TEXT,
    "score": st.one_of(st.none(), st.floats(0, 100), st.integers(0, 100)),
    "number": st.integers(1, 999),
    "remark": st.one_of(st.none(), _TEXT),
}
_MENTORS = st.sampled_from([f"D640402104-{n:03d}" for n in range(1, 30)])
_PAIRING = {
    "pairing_id": _TEXT,
    "paired_on": st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    "end_reason": st.one_of(st.none(), _TEXT),
}
_NEW_ROW = st.fixed_dictionaries({}, optional=_VALUES)
_NEW_PAIRING = st.fixed_dictionaries({"mentor_id": _MENTORS}, optional=_PAIRING)


CALC = pytest.param("LibreOffice", marks=pytest.mark.office)


@pytest.fixture(scope="module", params=["template", "openpyxl", CALC, "moved", "no table"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param.replace(" ", "_"))
    if request.param in ("moved", "no table"):
        return moved_ledger(folder / "a.xlsx", seed=5, tables=request.param == "moved")
    source = template_ledger(folder / "a.xlsx")
    if request.param == "openpyxl":
        book = loaded(source)
        book.save(folder / "b.xlsx")
        return folder / "b.xlsx"
    if request.param == "LibreOffice":
        office: Office = request.getfixturevalue("office")
        return office.recalculated(source, folder / "lo")
    return source


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking whole workbooks takes minutes
)
@given(data=st.data())
def test_what_was_asked_for_is_written_and_nothing_else(ledger: Path, data: st.DataObject) -> None:
    before = unchanged_sheets(ledger)
    old_rows = data_rows(before["结对建议"], SuggestionRow)
    updates = [
        SheetUpdate("suggestion", rows=tuple(data.draw(st.lists(new_rows(old_rows), max_size=25)))),
        SheetUpdate(
            "pairing",
            append=tuple(data.draw(st.lists(_NEW_PAIRING, max_size=9))),
            cells=data.draw(st.dictionaries(places(before["结对台账"]), _TEXT, max_size=4)),
        ),
    ]

    with TemporaryDirectory() as folder:
        target = Path(folder) / "new.xlsx"
        report = update_workbook(ledger, target, updates)
        after = sheets(target)
        changed = changed_parts(ledger, target)
        by_openpyxl = in_openpyxl(target, "结对建议", "结对台账")

    touched = {part for part in changed if "worksheets/sheet" in part or "tables/table" in part}
    assert changed - touched <= {"xl/workbook.xml"}
    assert len({part for part in touched if "sheet" in part}) <= 2
    wanted = expected(before, report, updates)
    for name in ("结对建议", "结对台账"):
        assert typed(after[name]) == wanted[name]
        written = {at: value for at, value in wanted[name].items() if at not in typed(before[name])}
        assert {at: by_openpyxl[name].get(at) for at in written} == written
    for name in before.keys() - {"结对建议", "结对台账"}:
        assert filled(before[name]) == filled(after[name])


def new_rows(old: list[int]) -> st.SearchStrategy[UpdateRow]:
    return st.builds(UpdateRow, _NEW_ROW, st.one_of(st.none(), st.sampled_from(old)))


def places(sheet: RawSheet) -> st.SearchStrategy[tuple[int, str]]:
    rows = data_rows(sheet, PairingRow)
    return st.tuples(st.sampled_from(rows), st.sampled_from(["remark", "end_reason", "status"]))


def expected(
    before: Mapping[str, RawSheet], report: UpdateReport, updates: list[SheetUpdate]
) -> dict[str, Cells]:
    """Return what the two sheets must hold, by a second way of saying it."""
    suggestion, pairing = before["结对建议"], before["结对台账"]
    found = map_headings(suggestion, SuggestionRow)
    first = {at: v for at, v in filled(suggestion).items() if at[0] < found.first_row}
    for number, row in zip(report.sheets[0].rows, updates[0].rows or (), strict=True):
        if row.continues:
            first |= {
                (number, at): value
                for (old, at), value in filled(suggestion).items()
                if old == row.continues
            }
        put(first, number, row.values, found.fields)
    found = map_headings(pairing, PairingRow)
    second = typed(pairing)
    for number, values in zip(report.sheets[1].rows, updates[1].append, strict=True):
        put(second, number, values, found.fields)
    for (number, field), value in updates[1].cells.items():
        put(second, number, {field: value}, found.fields)
    return {"结对建议": first, "结对台账": second}


def put(cells: Cells, row: int, values: Mapping[str, Any], columns: Mapping[str, int]) -> None:
    for field, value in values.items():
        cells.pop((row, columns[field]), None)
        if shown(value) is not None:
            cells[row, columns[field]] = shown(value)


def typed(sheet: RawSheet) -> Cells:
    """Return all cells but those of look-up columns."""
    model = next(one for one in (SuggestionRow, PairingRow) if one.sheet.name == sheet.name)
    known = columns_by_field(model)
    fields = map_headings(sheet, model).fields
    looked_up = {at for name, at in fields.items() if known[name].fill is Fill.LOOKUP}
    first = map_headings(sheet, model).first_row
    return {
        at: value for at, value in filled(sheet).items() if at[1] not in looked_up or at[0] < first
    }


def sheets(path: Path) -> dict[str, RawSheet]:
    return {sheet.name: sheet for sheet in read_book(path).sheets}


@cache
def unchanged_sheets(path: Path) -> dict[str, RawSheet]:
    """Return the sheets of a ledger that stays as it is."""
    return sheets(path)


def filled(sheet: RawSheet) -> Cells:
    return {
        (row + 1, at): column.values[code]
        for at, column in enumerate(sheet.columns, 1)
        for row, code in enumerate(column.codes)
        if code >= 0
    }


def data_rows(sheet: RawSheet, model: type[Row]) -> list[int]:
    found = map_headings(sheet, model)
    at = found.fields["mentee_id"]
    return [row for row, column in filled(sheet) if column == at and row >= found.first_row]


def loaded(path: Path, **how: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl knows no whole columns to print
        return openpyxl.load_workbook(path, **how)


def in_openpyxl(path: Path, *names: str) -> dict[str, Cells]:
    """Return what the cells of some sheets hold, days as dates."""
    book = loaded(path, read_only=True)
    found: dict[str, Cells] = {}
    for name in names:
        book[name].reset_dimensions()  # LibreOffice says how far formats reach
        found[name] = {
            (cell.row, cell.column): value.date() if isinstance(value, datetime) else value
            for row in book[name].iter_rows()
            for cell in row
            if (value := cell.value) is not None
        }
    book.close()
    return found

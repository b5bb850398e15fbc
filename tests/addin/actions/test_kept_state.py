"""What a run kept tells the same of it as its workbook does, and is not believed of another."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from addin.actions.consolidate import consolidate
from addin.actions.exchange import states
from addin.actions.exchange.compare import compare_files
from addin.actions.exchange.kept_state import compared, kept_run
from addin.actions.exchange.states import WrittenUnits
from addin.actions.parcels import CACHE
from addin.domain.changes import Change, State
from tests.addin.actions.returned.desk import listed_changes, opened
from validators.checks import check_values
from validators.sheets import TABLES, LogEntryRow, columns_by_field
from workbooks.consolidated.reading import WrittenSheet, read_in_pieces
from workbooks.ooxml.markup import Irregular
from workbooks.samples import write_samples
from workbooks.template.layout import FIRST_ROW

AS_OF = date(2026, 6, 30)
_COLUMNS = {
    (model.sheet.name, column.heading): column
    for model in TABLES
    for column in columns_by_field(model).values()
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two workbooks of the same townships, full of planted errors."""
    made = tmp_path_factory.mktemp("两期")
    for name, rate in (("上期", 0.1), ("本期", 0.05)):
        write_samples(
            made / name, as_of=AS_OF, townships=2, log_rows=40, error_rate=rate, seed=5, jobs=1
        )
        consolidate([made / name], made / f"{name}.xlsx", as_of=AS_OF, cache=True)
    return made


def told(change: Change) -> tuple[str, ...]:
    """Return a change with old texts in one writing: a workbook keeps rejected rows as typed."""
    column = _COLUMNS.get((change.sheet, change.heading))
    value = column and change.old and check_values(column, [change.old]).values[0]
    return (*change[:5], "" if change.kind == "删除" else str(value or change.old), change.new)


def changes_told(workbook: Path) -> list[tuple[str, ...]]:
    """Return the lines of 变动明细 in their order."""
    rows = listed_changes(workbook)
    return [told(Change(*(str(cell or "") for cell in row))) for row in rows]  # type: ignore[arg-type]


def lines(runs: Path, out: Path) -> list[tuple[str, ...]]:
    """Return the lines of 变动明细 of 本期 against 上期."""
    consolidate([runs / "本期"], out, as_of=AS_OF, previous=runs / "上期.xlsx")
    return changes_told(out)


def test_what_was_kept_gives_the_changes_the_workbook_gives(runs: Path, tmp_path: Path) -> None:
    assert kept_run(runs / "上期.xlsx") is not None
    kept = lines(runs, tmp_path / "甲.xlsx")
    shutil.rmtree(runs / CACHE / "上期.xlsx")
    assert kept_run(runs / "上期.xlsx") is None

    assert lines(runs, tmp_path / "乙.xlsx") == kept
    assert len(kept) > 50


@pytest.mark.parametrize("tab", ["工作日志", "2工作 日志"])
def test_against_their_own_workbook_ledgers_have_not_changed(tmp_path: Path, tab: str) -> None:
    """Among them rows that are rejected, which a workbook shows as typed, and renamed sheets."""
    folder, day = tmp_path / "台账", date(2026, 4, 30)
    write_samples(folder, as_of=AS_OF, townships=3, log_rows=150, error_rate=0.3, seed=5, jobs=1)
    for ledger in folder.glob("*.xlsx"):
        book = opened(ledger)
        typed = book[LogEntryRow.sheet.name]
        typed.title = tab
        for row, value in ((9, "20260315"), (10, 20260315)):
            typed.cell(row, 2).value = value
            typed.cell(row, 3).value = "无此结对"
        book.save(ledger)
    before, after = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    consolidate([folder], before, as_of=day)

    consolidate([folder], after, as_of=day, previous=before)

    lines = changes_told(after)
    assert {line[3] for line in lines} == {"问题仍存在"}
    assert sum("“20260315”是数值" in line[5] for line in lines) == 3
    again = compare_files(before, after, as_of=day).comparison.changes
    assert Counter(map(told, again)) == Counter(lines)


@pytest.mark.parametrize("cache", [True, False])
def test_a_sheet_that_is_missing_as_before_is_a_problem_that_is_left(
    runs: Path, tmp_path: Path, *, cache: bool
) -> None:
    folder, before = shutil.copytree(runs / "本期", tmp_path / "台账"), tmp_path / "上期.xlsx"
    ledger = min(folder.glob("*.xlsx"))
    book = load_workbook(ledger)
    del book[LogEntryRow.sheet.name]
    book.save(ledger)
    consolidate([folder], before, as_of=AS_OF, cache=cache)

    out = tmp_path / "本期.xlsx"
    consolidate([folder], out, as_of=AS_OF, previous=before)

    rows = [row[:6] for row in listed_changes(out)]
    missing = [row[3] for row in rows if "缺少" in str(row[5]) and "工作日志" in str(row)]
    assert missing == ["问题仍存在"]


@pytest.mark.parametrize("irregular", [False, True])
def test_the_units_of_a_workbook_have_the_rows_and_findings_it_shows_of_them(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, irregular: bool
) -> None:
    def broken_off(*read: Any) -> Iterator[tuple[str, WrittenSheet]]:
        yield from islice(read_in_pieces(*read), 3)
        raise Irregular("of another program")

    if irregular:
        monkeypatch.setattr(states, "read_in_pieces", broken_off)
    with (tmp_path / "行").open("w+b") as rows:
        units = WrittenUnits(runs / "上期.xlsx", rows)
        parts = {place: units.state(place) for place in units.places}

    book = opened(runs / "上期.xlsx")
    models = [m for m in TABLES if m.sheet.merged and m.sheet.id_field and m.sheet.name in book]
    for model in models:
        name, field = model.sheet.name, model.sheet.id_field
        ids = shown(book[name], columns_by_field(model)[field].heading)
        rows_of = {place: part.sheets[name] for place, part in parts.items()}
        assert ids == Counter(
            (place, one.text(field, at)) for place, one in rows_of.items() for at in range(len(one))
        )
    assert shown(book["问题清单"], "问题") == Counter(
        (place, one.finding.message) for place, part in parts.items() for one in part.findings
    )


def test_a_unit_of_one_side_alone_is_named_and_not_listed() -> None:
    state, units = State("开城镇", {}, []), [("开城镇", None), ("三营镇", None)]

    came, went = (
        compared(known, now, lambda *_: (state, state))
        for known, now in ((["开城镇"], units), (["三营镇", "开城镇"], units[:1]))
    )

    assert (came.changes, came.only_new, came.only_old) == ((), ("三营镇",), ())
    assert (went.changes, went.only_new, went.only_old) == ((), (), ("三营镇",))


def shown(sheet: Worksheet, heading: str) -> Counter[tuple[str, str]]:
    """Return what a column shows, with the unit of each row."""
    headings, *rows = sheet.iter_rows(min_row=FIRST_ROW - 1, values_only=True)
    at = [headings.index(name) for name in ("县(区)", "乡镇(街道)", heading)]
    cells = (["" if row[i] is None else str(row[i]).strip() for i in at] for row in rows)
    return Counter((f"{county}{township}", text) for county, township, text in cells if county)


def test_of_another_workbook_or_a_damaged_folder_nothing_is_believed(
    runs: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(runs, tmp_path / "两期")
    before = folder / "本期.xlsx"
    assert kept_run(before) is not None
    parcel = min((folder / CACHE / before.name).glob("*.parcel"))
    content = parcel.read_bytes()
    parcel.write_bytes(content[:-9])
    assert kept_run(before) is None
    parcel.unlink()
    assert kept_run(before) is None
    parcel.write_bytes(content)
    shutil.copy(folder / "上期.xlsx", before)
    assert kept_run(before) is None

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

from addin.actions.consolidate import consolidate
from addin.actions.exchange import states
from addin.actions.exchange.kept_state import kept_run
from addin.actions.exchange.states import WrittenUnits, consolidated_state
from addin.actions.parcels import CACHE
from addin.domain.changes import Change, ChangeKind, compare_states
from tests.addin.actions.returned.desk import listed_changes
from validators.checks import check_values
from validators.sheets import TABLES, LogEntryRow, columns_by_field
from validators.vocabulary import Level
from workbooks.consolidated.reading import WrittenSheet, read_in_pieces
from workbooks.ooxml.markup import Irregular
from workbooks.samples import write_samples

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
    return (*change[:5], str(value or change.old) if change.kind == "修改" else "", change.new)


def lines(runs: Path, out: Path) -> Counter[tuple[str, ...]]:
    """Return the lines of 变动明细 of 本期 against 上期."""
    before = runs / "上期.xlsx"
    consolidate([runs / "本期"], out, as_of=AS_OF, previous=before)
    return Counter(told(Change(*(str(cell or "") for cell in row))) for row in listed_changes(out))  # type: ignore[arg-type]


def test_what_was_kept_gives_the_changes_the_workbook_gives(runs: Path, tmp_path: Path) -> None:
    assert kept_run(runs / "上期.xlsx") is not None
    kept = lines(runs, tmp_path / "甲.xlsx")
    shutil.rmtree(runs / CACHE / "上期.xlsx")
    assert kept_run(runs / "上期.xlsx") is None

    assert lines(runs, tmp_path / "乙.xlsx") == kept
    assert kept.total() > 50


def test_against_their_own_workbook_ledgers_have_not_changed(tmp_path: Path) -> None:
    """Among them rows that are rejected, which a workbook shows as typed.

    A day typed in digits alone it shows like a number typed for a day, which is none.
    """
    write_samples(
        tmp_path / "台账", as_of=AS_OF, townships=3, log_rows=150, error_rate=0.3, seed=5, jobs=1
    )
    before, after, day = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx", date(2026, 4, 30)
    consolidate([tmp_path / "台账"], before, as_of=day)

    consolidate([tmp_path / "台账"], after, as_of=day, previous=before)

    told = {row[3] for row in listed_changes(after) if not str(row[5]).isdigit()}
    assert told == {"问题仍存在"}


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

    lines = [row[:6] for row in listed_changes(out)]
    missing = [row[3] for row in lines if "缺少" in str(row[5]) and "工作日志" in str(row)]
    assert missing == ["问题仍存在"]


@pytest.mark.parametrize("irregular", [False, True])
def test_a_workbook_shows_the_same_in_pieces_as_whole(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, irregular: bool
) -> None:
    def broken_off(*read: Any) -> Iterator[tuple[str, WrittenSheet]]:
        yield from islice(read_in_pieces(*read), 3)
        raise Irregular("of another program")

    if irregular:
        monkeypatch.setattr(states, "read_in_pieces", broken_off)
    path = runs / "上期.xlsx"
    whole = consolidated_state(path)
    with (tmp_path / "行").open("w+b") as rows:
        units = WrittenUnits(path, rows)
        parts = {place: units.state(place) for place in units.places}

    assert parts.keys() == whole.places()
    grave = [one for one in whole.findings if one.finding.level is not Level.NOTICE]
    for place, part in parts.items():
        kinds = [change.kind for change in compare_states(part, whole).changes]
        assert kinds == [ChangeKind.LEFT] * sum(one.place == place for one in grave)
        for name, sheet in part.sheets.items():
            assert len(sheet) == [
                *map(whole.sheets[name].place, range(len(whole.sheets[name])))
            ].count(place)


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

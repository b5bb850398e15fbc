"""Every figure a consolidation adds up from a folder of ledgers, worked out again by plain code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from addin.actions.consolidate import consolidate
from addin.actions.new import start_ledger
from tests.year.plain_folder import (
    grids,
    merged_book,
    overview_cards,
    saved_cards,
    saved_series,
    series,
    table,
)
from tests.year.plain_help import Help
from tests.year.plain_rows import Row, read_book
from tests.year.sheets_again import differences, expected, plain
from validators.divisions import unit_name
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

ROOT = Path(__file__).parents[2]


class Consolidation(NamedTuple):
    """A consolidated workbook, and the rows it merged as of its day."""

    out: Path
    helped: Help
    grids: dict[str, list[Row]]
    series: dict[str, Any]
    received: str
    errors: int


def consolidated(ledgers: Path, out: Path, as_of: date) -> Consolidation:
    """Consolidate a folder of ledgers, whatever made them."""
    result = consolidate([ledgers], out, as_of=as_of)
    (blank,) = (ROOT / "workbooks" / "examples").glob("*空白*.xlsx")
    book = merged_book(out, sorted(ledgers.rglob("*.xlsx")), read_book(blank).common)
    units = {row["导师编号"][1:10] for row in book.rows("导师库")}
    names = {code: (name[0], name[1] or "（本级）") for code in units for name in [unit_name(code)]}
    helped = Help(book, as_of)
    return Consolidation(
        out,
        helped,
        grids(helped, as_of.year, names),
        series(helped, names, Counter(str(unit.state) for unit in result.states)),
        f"{len(units)}/{len(result.states)}",
        sum(finding.level == "error" for finding in result.report.findings),
    )


def samples(folder: Path) -> date:
    """Write a delivery of the sample makers."""
    day = date(2026, 6, 17)
    write_samples(folder, townships=3, log_rows=150, error_rate=0, seed=3, as_of=day)
    return day


def carried_over(folder: Path) -> date:
    """Write the ledgers of a new year, carried over from samples, before anything is typed."""
    before, year_end = folder.with_name("上年"), date(2026, 12, 20)
    write_samples(before, townships=2, log_rows=120, error_rate=0, seed=5, as_of=year_end)
    folder.mkdir()
    for path in sorted(before.glob("*.xlsx")):
        last = read_ledger(path).ledger
        unit = next(iter(last.unit_codes.values()))
        start_ledger(unit, folder / path.name, year=2027, as_of=date(2027, 1, 4), last=last)
    return date(2027, 1, 25)


@pytest.fixture(scope="module", params=[samples, carried_over])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Consolidation:
    folder = tmp_path_factory.mktemp("folder")
    make: Callable[[Path], date] = request.param
    day = make(folder / "in")
    return consolidated(folder / "in", folder / "汇总.xlsx", day)


def test_growth_flags_awards_pool_and_duties_follow_from_the_merged_rows(
    city: Consolidation,
) -> None:
    day = city.helped.as_of
    wanted = expected(city.helped, day.year)

    assert differences(wanted, city.helped.book.tables, day) == []
    assert all(wanted.values())


def unlike(wanted: Row, found: Row) -> dict[str, tuple[Any, Any]]:
    """Return the cells in which a row differs: expected and found."""
    cells = {
        heading: (plain(value), plain(found.get(heading))) for heading, value in wanted.items()
    }
    return {
        heading: (a, b)
        for heading, (a, b) in cells.items()
        if (pytest.approx(a) if isinstance(a, float) else a) != b
    }


def figures_in(row: Row) -> list[Any]:
    """Return the figures of a row that are not nothing."""
    return [value for value in row.values() if isinstance(value, int | float) and value]


@pytest.mark.parametrize(
    "name", ["县区汇总", "六个方面", "乡镇汇总", "比学赶帮", "两个带头人转化", "组织销号"]
)
def test_the_report_sheets_follow_from_the_merged_rows(city: Consolidation, name: str) -> None:
    wanted = city.grids[name]
    keys = [key for key in ("县(区)", "乡镇(街道)", "对象编号") if key in wanted[0]]
    found = {tuple(row[key] for key in keys): row for row in table(city.out, name)}

    differing = [
        cells
        for row in wanted
        if (cells := unlike(row, found.pop(tuple(row[key] for key in keys), {})))
    ]

    assert differing == []
    assert not any(figures_in(row) for row in found.values())


def test_the_cards_of_the_overview_follow_from_the_merged_rows(city: Consolidation) -> None:
    assert saved_cards(city.out) == overview_cards(city.helped, city.received, city.errors)


def test_the_figures_behind_the_charts_follow_from_the_merged_rows(city: Consolidation) -> None:
    saved = saved_series(city.out)

    others = {name for name in saved["结对率"] if name not in city.series["结对率"]}
    assert [saved["结对率"].pop(name) for name in others] == [None] * len(others)
    for name, wanted in city.series.items():
        assert saved[name].keys() == wanted.keys()
        for label, figures in wanted.items():
            pairs = figures if isinstance(figures, tuple) else (figures,)
            found = saved[name][label]
            assert pytest.approx(pairs) == (found if isinstance(found, tuple) else (found,))
    assert any(city.series["联系次数"].values()) or city.helped.as_of.month == 1


def test_the_list_for_the_public_names_who_is_shortlisted(city: Consolidation) -> None:
    shortlisted = [
        (row["导师姓名"], row["总分"])
        for row in expected(city.helped, city.helped.as_of.year)["金牌导师"]
        if row["入围"] == "入围"
    ]

    assert [
        (row["姓名"], row["总分"]) for row in table(city.out, "金牌导师公示") if row["姓名"]
    ] == shortlisted

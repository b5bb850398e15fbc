"""County, then city: from bundles and workbooks all comes out as from the ledgers themselves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.gather import ConsolidationInput, gather
from addin.actions.found_files import Source, discover
from addin.actions.parcels import BUNDLE
from addin.actions.parcels.bundle import unbundled, write_bundle
from addin.actions.parcels.carried import carried_ledgers, handed_on
from addin.actions.parcels.examined import examined as examined_by
from addin.actions.parcels.shelf import Shelf
from addin.actions.validate import Examination, examine
from addin.domain.rollup import roll_up
from validators.divisions import CITY, by_code
from validators.findings import Report
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.consolidated.carried_part import add_part
from workbooks.consolidated.findings_sheet import safe_finding
from workbooks.samples import write_samples

AS_OF = date(2026, 11, 22)
STAMP = datetime(2026, 11, 23, 9)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return ledgers of six townships with mentors in common, a copy, and a file nobody can read."""
    made = tmp_path_factory.mktemp("台账")
    write_samples(made, as_of=AS_OF, townships=6, log_rows=24, jobs=1)
    files = sorted(made.glob("*.xlsx"))
    again = made / f"{files[0].stem}（补报）.xlsx"
    shutil.copy(files[0], again)
    broken = made / "打不开.xlsx"
    broken.write_bytes(files[1].read_bytes()[:3_000])
    return [*files, again, broken]


def laid_out(folder: Path, ledgers: Iterable[Path], counties: Iterable[int]) -> list[Path]:
    """Copy every ledger into the folder of its county."""
    folders = []
    for path, county in zip(ledgers, counties, strict=True):
        target = folder / f"县{county}"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target / path.name)
        folders.append(target)
    return sorted(set(folders))


def examined(
    sources: list[Source], folder: Path, *, bundles: bool = False
) -> tuple[Examination, Shelf]:
    folder.mkdir()
    shelf = Shelf(folder, 1, bundles=bundles)
    return examine(sources, as_of=AS_OF, reader=partial(examined_by, shelf)), shelf


def figures(merged: ConsolidationInput) -> list[object]:
    """Return everything a consolidation says."""
    ledger = Ledger.merged(one.ledger for one in merged.examined)
    own = {one.file: one.settings for one in merged.examined}
    rows = roll_up(ledger, Settings(), AS_OF, own).rows()
    return [merged.report, merged.summary, merged.states, rows]


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(counties=st.lists(st.integers(1, 3), min_size=8, max_size=8))
def test_however_ledgers_are_split_among_counties_the_city_says_the_same(
    counties: list[int], ledgers: list[Path]
) -> None:
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        city = work / "市"
        city.mkdir()
        carried: list[Source] = []
        for folder in laid_out(work / "县", ledgers, counties):
            sources, _ = discover([folder])
            county, shelf = examined(sources, work / f"{folder.name}格", bundles=True)
            bundle = city / f"{folder.name}{BUNDLE}"
            write_bundle(bundle, shelf.sections, county.unreadable, ())
            workbook = work / f"{folder.name}.xlsx"
            with ledgers[0].open("rb") as any_package, workbook.open("wb") as target:
                add_part(
                    any_package, target, carried_ledgers(shelf.sections, county.unreadable, ())
                )
            carried += unbundled(workbook, workbook.name)[0]
        bundled, left, _ = handed_on(discover([city])[1], by_code()[CITY])
        direct, _ = discover([work / "县"])
        assert not left
        order = [source.file for source in direct]
        ways = {"直接": direct}
        for name, sources in (("逐级", bundled), ("汇总表", carried)):
            assert sorted(one.file for one in sources) == sorted(order)
            ways[name] = sorted(sources, key=lambda one: order.index(one.file))
        said = [
            figures(gather(by_code()[CITY], examined(sources, work / name)[0]))
            for name, sources in ways.items()
        ]
    assert said[0] == said[1]
    for one, other in zip(said[0], said[2], strict=True):
        assert masked(one) == masked(other)


def masked(figure: object) -> object:
    """Return a figure as the workbook shows it: personal numbers of findings masked."""
    if isinstance(figure, Report):
        return replace(figure, findings=[*map(safe_finding, figure.findings)])
    return figure


def parts(path: Path) -> dict[str, str]:
    """Return the parts of a workbook; there are no links to ledgers that are not there."""
    with ZipFile(path) as package:
        every = {name: package.read(name) for name in package.namelist() if name.endswith("xml")}
    return {
        name: re.sub("<hyperlinks>.*?</hyperlinks>", "", data.decode(), flags=re.DOTALL)
        for name, data in every.items()
    }


def test_a_city_consolidates_the_bundles_of_its_counties(
    ledgers: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "市").mkdir()
    options = {"as_of": AS_OF, "jobs": 2, "generated": STAMP}
    for folder in laid_out(tmp_path / "县", ledgers, [1, 2, 3, 1, 2, 3, 1, 2]):
        bundle = tmp_path / "市" / f"{folder.name}{BUNDLE}"
        consolidate([folder], tmp_path / f"{folder.name}.xlsx", bundle=bundle, **options)
        assert bundle.stat().st_mode & 0o077 == 0
    direct = consolidate([tmp_path / "县"], tmp_path / "直接.xlsx", **options)
    stepwise = consolidate([tmp_path / "市"], tmp_path / "逐级.xlsx", **options)
    assert parts(direct.out) == parts(stepwise.out)
    assert (direct.report, direct.states) == (stepwise.report, stepwise.states)


def test_a_bundle_of_another_version_is_one_finding(
    ledgers: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [Source(path, path.name) for path in ledgers[:1]]
    _, shelf = examined(sources, tmp_path / "格", bundles=True)
    bundle = tmp_path / f"原州区{BUNDLE}"
    monkeypatch.setattr("addin.actions.parcels.bundle.program_version", lambda: "昨天")
    write_bundle(bundle, shelf.sections, (), ())
    monkeypatch.undo()
    members, _, _ = handed_on([Source(bundle, bundle.name)], by_code()[CITY])
    examination, _ = examined(members, tmp_path / "市")
    assert [(one.file, one.code) for one in examination.unreadable] == [
        (bundle.name, "file.bundle")
    ]
    bundle.write_bytes(b"PK")
    assert (
        len(
            examined(handed_on([Source(bundle, bundle.name)], by_code()[CITY])[0], tmp_path / "坏")[
                0
            ].unreadable
        )
        == 1
    )

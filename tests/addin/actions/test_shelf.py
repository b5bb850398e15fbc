"""What a consolidation leaves for the next one is believed only as long as it is true."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.actions import consolidate as module
from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.actions.parcels import CACHE, DamagedParcel
from addin.actions.parcels.bundle import read_member, unbundled
from addin.actions.parcels.earlier import RESULT, find_earlier
from addin.actions.parcels.parcel import sections_of
from addin.actions.parcels.printed import ROWS, printed_rows
from tests.addin.actions.test_parcels import assert_same
from validators.divisions import by_code
from validators.errors import WriteRefused
from validators.findings import NOT_READ
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
STAMP = datetime(2026, 7, 2, 9)
UNITS = ("640402104", "640402001", "640422100")


def run(folder: Path, name: str = "汇总.xlsx", *, cache: bool = True) -> ConsolidateResult:
    scope = "原州区" if name.startswith("县") else None
    return consolidate(
        [folder], folder.parent / name, as_of=AS_OF, generated=STAMP, cache=cache, scope=scope
    )


def in_full(folder: Path, name: str = "全部重读.xlsx") -> ConsolidateResult:
    return run(folder, name, cache=False)


@pytest.fixture(scope="module")
def consolidated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of ledgers that the city and a county have consolidated."""
    folder = tmp_path_factory.mktemp("市") / "台账"
    folder.mkdir()
    for code in UNITS:
        rows = clean_rows(code, seed=5, as_of=AS_OF, log_rows=6)
        write_ledger(folder / f"{code}.xlsx", by_code()[code], 2026, rows=rows, as_of=AS_OF)
    for name in ("汇总.xlsx", "县.xlsx"):
        run(folder, name)
    return folder


@pytest.fixture
def folder(consolidated: Path, tmp_path: Path) -> Path:
    return shutil.copytree(consolidated.parent, tmp_path / "市") / "台账"


def kept(folder: Path, name: str, suffix: str = "") -> list[Path]:
    return sorted((folder.parent / CACHE / name).glob(f"*{suffix}"))


def believed(path: Path) -> object:
    """Return what is taken from a file of the cache, None if nothing is."""
    if path.suffix == RESULT:
        return find_earlier(path.parent, path.stem, path.parents[2] / path.parent.name)
    if path.suffix == ROWS:
        rows = printed_rows(path)
        return rows and [(sheet, one.n_rows, one.piece) for sheet, one in rows]
    try:
        return sections_of(path)
    except DamagedParcel:
        return None


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_of_a_file_with_any_byte_changed_nothing_is_believed(
    data: st.DataObject, consolidated: Path
) -> None:
    path = data.draw(
        st.sampled_from([*kept(consolidated, "汇总.xlsx"), *kept(consolidated, "县.xlsx")])
    )
    content, before = path.read_bytes(), believed(path)
    assert before
    near_an_end = st.integers(0, min(400, len(content) - 1))
    at = data.draw(st.one_of(near_an_end, near_an_end.map(lambda n: -1 - n)))
    changed = bytearray(content)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        path.write_bytes(changed[: data.draw(st.sampled_from([len(content), at or 1]))])
        assert believed(path) in (None, before)
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("suffix", [".read", ".parcel", ".judged", ROWS, RESULT, ".searched"])
def test_a_county_hands_on_the_same_after_its_cache_was_damaged(folder: Path, suffix: str) -> None:
    for path in kept(folder, "县.xlsx", suffix):
        path.write_bytes(path.read_bytes()[:-20])
    (folder.parent / "县.xlsx").unlink()

    assert handed_on(run(folder, "县.xlsx")) == handed_on(in_full(folder, "县（全）.xlsx"))


def test_a_county_hands_on_when_a_ledger_was_saved_last(folder: Path) -> None:
    for path in folder.iterdir():
        os.utime(path, (1_790_000_000, 1_790_000_000))

    assert handed_on(run(folder, "县.xlsx")) == handed_on(in_full(folder, "县（全）.xlsx"))


def handed_on(county: ConsolidateResult) -> list[object]:
    """Return what a county's workbook says of every ledger it carries."""
    read = [read_member(one) for one in unbundled(county.out, "县.xlsx")[0]]
    assert read
    return [(one.findings, one.digest, saved, [*one.ledger.parts()]) for one, saved in read]


def test_a_ledger_changed_while_it_is_read_is_not_taken_for_what_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = (folder / f"{code}.xlsx" for code in (UNITS[0], UNITS[-1]))
    content, times = last.read_bytes(), last.stat()
    (folder / "说明.txt").write_text("新", encoding="utf-8")
    for path in kept(folder, "汇总.xlsx", ".parcel"):
        path.unlink()

    with changing(monkeypatch, lambda: last.write_bytes(first.read_bytes())):
        run(folder)
    last.write_bytes(content)
    os.utime(last, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert_same(run(folder), in_full(folder))


@contextmanager
def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> Iterator[None]:
    """Have something changed between the look at all files and their reading."""
    key_of = module._key

    def changed(*known: object) -> str:
        key = key_of(*known)  # type: ignore[arg-type] # as it is called
        change()
        return key

    with monkeypatch.context() as patched:
        patched.setattr(module, "_key", changed)
        yield


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file")
@pytest.mark.parametrize("cache", [True, False])
def test_a_file_the_system_does_not_let_be_read_stops_no_other(
    folder: Path, *, cache: bool
) -> None:
    (folder / "读不了.xlsx").symlink_to("/proc/self/mem")

    result = run(folder, cache=cache)

    read = {unit.code: unit.file for unit in result.states if unit.file}
    assert {code: read[code] for code in UNITS} == {code: f"{code}.xlsx" for code in UNITS}
    (unread,) = (one for one in result.report.findings if one.file == "读不了.xlsx")
    assert unread.message == "文件无法打开（磁盘读写出错）"


def test_where_no_cache_can_be_kept_the_run_does_without(folder: Path) -> None:
    shutil.rmtree(folder.parent / CACHE)
    (folder.parent / CACHE).write_text("别人的文件", encoding="utf-8")

    assert_same(run(folder), in_full(folder))


def test_what_cannot_be_left_in_the_cache_is_no_fault_of_a_ledger(folder: Path) -> None:
    for path in kept(folder, "汇总.xlsx"):
        path.unlink()
        path.with_suffix(".tmp").mkdir(exist_ok=True)  # where its draft would be

    with pytest.raises(WriteRefused, match=f"“{CACHE}”不可用（是一个文件夹），“汇总.xlsx”未保存"):
        run(folder)


def test_a_notice_goes_with_the_file_it_is_on(folder: Path) -> None:
    city = folder.parent / "县报"
    city.mkdir()
    shutil.copy2(folder.parent / "县.xlsx", city / "本月.xlsx")
    consolidate([folder], city / "上月.xlsx", as_of=date(2026, 5, 31), scope="原州区")
    assert passed_over(run(city)) == ["上月.xlsx"]
    (city / "上月.xlsx").unlink()

    assert passed_over(run(city)) == []


def passed_over(result: ConsolidateResult) -> list[str]:
    return [one.file for one in result.report.findings if one.code == NOT_READ]

"""Parcels and the cache of a consolidation: equal to a full run, and never trusted."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.actions.found_files import Source
from addin.actions.parcels import CACHE
from addin.actions.parcels.parcel import (
    DamagedParcel,
    load_log,
    load_parcel,
    packed,
    save_parcel,
    unpacked,
)
from addin.actions.validate import ExaminedLedger, Task, examine_one
from tests.support.ooxml import ooxml_errors
from validators.divisions import by_code
from validators.sheets import LogEntryRow
from workbooks.consolidated.ledger_sheets import merged_models
from workbooks.consolidated.reading import read_consolidated
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
UNITS = {"640402104": "开城镇", "640422100": "吉强镇", "640423100": "城关镇"}


def write(folder: Path, code: str, *, seed: int = 5, log_rows: int = 30) -> Path:
    rows = clean_rows(code, seed=seed, as_of=AS_OF, log_rows=log_rows)
    rows["log"][3]["date"] = "不详"
    path = folder / f"{UNITS[code]}.xlsx"
    path.unlink(missing_ok=True)
    write_ledger(path, by_code()[code], 2026, rows=rows, as_of=AS_OF)
    return path


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("原件")
    for code in UNITS:
        write(made, code)
    (made / "坏的.xlsx").write_text("不是工作簿", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def consolidated(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(originals, tmp_path_factory.mktemp("汇总") / "台账")
    run(folder)
    return folder.parent


@pytest.fixture
def folder(consolidated: Path, tmp_path: Path) -> Path:
    """Return a folder of ledgers that has been consolidated once."""
    return shutil.copytree(consolidated, tmp_path / "市") / "台账"


@pytest.fixture(scope="module")
def examined(originals: Path) -> ExaminedLedger:
    path = originals / "开城镇.xlsx"
    return examine_one(Task(Source(path, path.name), AS_OF, None))


def run(
    folder: Path,
    name: str = "汇总.xlsx",
    *,
    minute: int = 0,
    cache: bool = True,
    day: date = AS_OF,
    previous: Path | None = None,
) -> ConsolidateResult:
    out = folder.parent / name
    stamp = datetime(2026, 7, 2, 9, minute)
    return consolidate(
        [folder], out, as_of=day, jobs=2, generated=stamp, cache=cache, previous=previous
    )


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def assert_same(one: ConsolidateResult, other: ConsolidateResult) -> None:
    assert parts(one.out) == parts(other.out)
    assert (one.report, one.summary, one.states) == (other.report, other.summary, other.states)


def kept(folder: Path, name: str = "汇总.xlsx") -> dict[str, int]:
    cache = folder.parent / CACHE / name
    return {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}


def in_full(folder: Path, minute: int, day: date = AS_OF) -> ConsolidateResult:
    return run(folder, "全部重读.xlsx", minute=minute, cache=False, day=day)


def test_an_unchanged_folder_is_not_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("addin.actions.consolidation.written.examine", None)
        run(folder, minute=15)
        again = run(folder, minute=30)
    assert_same(again, in_full(folder, 30))


def test_nothing_that_reads_or_judges_is_loaded_for_an_unchanged_folder(folder: Path) -> None:
    run(folder)
    script = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from addin import sentences; from addin.actions.consolidate import consolidate\n"
        f"done = consolidate([Path({str(folder)!r})], Path({str(folder.parent / '汇总.xlsx')!r}),"
        f" as_of=date.fromisoformat({str(AS_OF)!r}), jobs=2, cache=True)\n"
        "assert list(sentences.consolidation_totals(done)) and done.as_json()\n"
        "sys.exit(' '.join({'numpy', 'pydantic', 'python_calamine', 'pebble'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "\n")


def test_only_the_changed_ledger_is_read_again(folder: Path) -> None:
    before = kept(folder)
    write(folder, "640422100", seed=8, log_rows=41)  # the rows below move
    assert_same(run(folder, minute=1), in_full(folder, 1))
    after = kept(folder)
    same = before.items() & after.items()
    for suffix in (".parcel", ".rows"):
        assert len([name for name, _ in same if name.endswith(suffix)]) == 2
        assert len([name for name in after if name.endswith(suffix)]) == 3  # the old one is gone


def test_a_lost_result_is_made_again_from_what_was_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "坏的.xlsx").unlink()
    run(folder)
    (result,) = (folder.parent / CACHE / "汇总.xlsx").glob("*.result")
    result.unlink()
    with monkeypatch.context() as patched:
        for work in ("examined._examine_into", "judged._judge"):  # workers cannot be sent these
            patched.setattr(f"addin.actions.parcels.{work}", lambda order: order)
        again = run(folder, minute=1)
    assert_same(again, in_full(folder, 1))


def test_other_files_names_and_times_are_seen(folder: Path) -> None:
    (folder / "开城镇.xlsx").rename(folder / "开城.xlsx")
    os.utime(folder / "吉强镇.xlsx", (1, 1))
    (folder / "说明.txt").write_text("新", encoding="utf-8")
    assert_same(run(folder, minute=1), in_full(folder, 1))


def test_an_output_that_was_replaced_is_written_anew(folder: Path) -> None:
    out = folder.parent / "汇总.xlsx"
    first = parts(out)
    later = in_full(folder, 5)
    shutil.copy(later.out, out)
    assert parts(out) != first
    assert parts(run(folder).out) == first


def test_another_day_is_judged_anew(folder: Path) -> None:
    day = date(2026, 9, 1)
    assert_same(run(folder, day=day), in_full(folder, 0, day))


def test_a_damaged_cache_is_ignored(folder: Path) -> None:
    (folder.parent / "汇总.xlsx").unlink()
    for number, path in enumerate(sorted((folder.parent / CACHE / "汇总.xlsx").iterdir())):
        path.write_bytes(b"" if number % 2 else path.read_bytes()[:-9])
    assert_same(run(folder, minute=1), in_full(folder, 1))


@pytest.mark.parametrize("before", [b"", rb"\"A\": \""], ids=["rows", "looks"])
def test_printed_rows_that_were_changed_are_printed_again(folder: Path, before: bytes) -> None:
    (folder.parent / "汇总.xlsx").unlink()
    for path in (folder.parent / CACHE / "汇总.xlsx").glob("*.rows"):
        data = path.read_bytes()
        at = data.rindex(before) + len(before) if before else 300
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert_same(run(folder, minute=1), in_full(folder, 1))


def test_a_run_that_compares_has_the_computed_sheets_an_earlier_one_did_not_keep(
    folder: Path, consolidated: Path
) -> None:
    before = consolidated / "汇总.xlsx"
    compared = run(folder, previous=before)
    assert_same(compared, run(folder, "无缓存.xlsx", cache=False, previous=before))


def test_one_worker_comes_to_the_same(folder: Path, consolidated: Path) -> None:
    out, stamp = folder.parent / "一.xlsx", datetime(2026, 7, 2, 9)
    one = consolidate([folder], out, as_of=AS_OF, jobs=1, generated=stamp)
    assert parts(one.out) == parts(consolidated / "汇总.xlsx")


def test_look_ups_show_names_that_stand_in_other_ledgers(tmp_path: Path) -> None:
    cast = {code: clean_rows(code, seed=5, as_of=AS_OF, log_rows=30) for code in UNITS}
    first, second, third = cast.values()
    first["pairing"][0]["mentor_id"] = third["mentor"][0]["mentor_id"]
    third["pairing"][1]["mentor_id"] = second["mentor"][2]["mentor_id"]
    (tmp_path / "台账").mkdir()
    for code, rows in cast.items():
        path = tmp_path / "台账" / f"{UNITS[code]}.xlsx"
        write_ledger(path, by_code()[code], 2026, rows=rows, as_of=AS_OF)

    out = run(tmp_path / "台账").out

    sheets = read_consolidated(out, {"结对台账", "成长评价", "期满考核"})
    people = {"mentor": "mentor_id", "individual": "mentee_id", "organisation": "mentee_id"}
    names = {
        row[field]: row["name"]
        for rows in cast.values()
        for key, field in people.items()
        for row in rows[key]
    }
    pairs = {
        row["pairing_id"]: f"{names[row['mentor_id']]}→{names[row['mentee_id']]}"
        for rows in cast.values()
        for row in rows["pairing"]
    }
    for name, code, shown in (
        ("结对台账", "导师编号", "导师姓名"),
        ("结对台账", "对象编号", "对象名称"),
        ("成长评价", "对象编号", "对象名称"),
        ("期满考核", "结对编号", "导师→对象"),
    ):
        codes = sheets[name].texts(code)
        assert sheets[name].texts(shown) == [(names | pairs)[one] for one in codes]
        assert len(codes) > 1


def test_without_a_cache_nothing_is_left(folder: Path) -> None:
    run(folder, cache=False)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["台账", "汇总.xlsx"]


def test_what_an_aborted_run_left_is_not_taken_for_this_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = clean_rows("640402104", seed=5, as_of=AS_OF, log_rows=30)
    (tmp_path / "台账").mkdir()
    for text in ("到村走访，查看土地流转合同。", "到村走访，查看产业到户台账。"):
        rows["log"][0]["content"] = text
        path = tmp_path / "台账" / "开城镇.xlsx"
        path.unlink(missing_ok=True)
        write_ledger(path, by_code()["640402104"], 2026, rows=rows, as_of=AS_OF)
        with monkeypatch.context() as aborted:
            aborted.setattr("addin.actions.parcels.shelf.shutil.rmtree", lambda *_, **__: None)
            out = run(tmp_path / "台账", cache=False).out
        log = read_consolidated(out, {"工作日志"})["工作日志"]
        assert text in log.texts("内容")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_the_owner_may_look_into_the_cache(folder: Path) -> None:
    assert (folder.parent / CACHE).stat().st_mode & 0o077 == 0


def test_a_parcel_holds_the_ledger_as_it_was(examined: ExaminedLedger, tmp_path: Path) -> None:
    path = tmp_path / "1.parcel"
    save_parcel(examined, path)
    loaded = load_parcel(path)
    assert (loaded.file, loaded.findings, loaded.settings, loaded.digest, loaded.saved) == (
        examined.file, examined.findings, examined.settings, examined.digest, examined.saved
    )  # fmt: skip
    for key, table in examined.ledger.tables.items():
        assert loaded.ledger.tables[key].parts == table.parts
    assert load_log(path) == examined.ledger.table(LogEntryRow).parts


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-1], lambda data: b"{}\n" + data, lambda data: data.replace(b"version", b"Version"),
     lambda data: data[:200] + bytes(9) + data[209:]],
    ids=["cut", "headless", "other version", "overwritten"],
)  # fmt: skip
def test_a_spoilt_parcel_is_refused(
    examined: ExaminedLedger, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "1.parcel"
    save_parcel(examined, path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(DamagedParcel):
        load_parcel(path)


class Evil:
    """Would run a command where a pickle is trusted."""

    def __init__(self, target: object) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return self.target, ("true",)  # type: ignore[return-value]


@pytest.mark.parametrize("target", [os.system, eval, pickle.loads, io.open, Path])
def test_a_section_can_hold_no_code(target: object) -> None:
    with pytest.raises(DamagedParcel):
        unpacked(packed([Evil(target)]))


@pytest.mark.parametrize("most", [43, 200], ids=["ledgers cut", "ledgers whole"])
def test_a_sheet_that_is_full_continues_in_another(folder: Path, most: int) -> None:
    whole = run(folder)
    out = folder.parent / "分表.xlsx"
    split = consolidate(
        [folder], out, as_of=AS_OF, jobs=2, generated=datetime(2026, 7, 2, 9), most_rows=most
    )
    books = [CalamineWorkbook.from_path(result.out) for result in (whole, split)]
    names = [name for name in books[1].sheet_names if name.startswith("工作日志")]
    assert names[:2] == ["工作日志", "工作日志(2)"]
    one, *parts = (book.get_sheet_by_name(name).to_python() for book, name in
                   [(books[0], "工作日志"), *((books[1], name) for name in names)])  # fmt: skip
    assert all(len(part) <= most for part in parts)
    merged = {model.sheet.name for model in merged_models()}
    assert [row for part in parts for row in part[3:]] == one[3:]
    read = [
        {
            (name, heading): sheet.texts(heading)
            for name, sheet in read_consolidated(result.out, merged).items()
            for heading in sheet.columns
        }
        for result in (whole, split)
    ]
    assert read[0] == read[1]
    assert ooxml_errors(out) == []

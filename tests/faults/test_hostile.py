from __future__ import annotations

import resource
import socket
import time
from hashlib import sha256
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import openpyxl
import pytest

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.actions.found_files import discover
from addin.actions.validate import Examination, examine
from tests.faults.hostile import INJECTIONS, Hostile, good_ledger, hostile_files
from tests.faults.inputs import AS_OF
from validators.sheets import MentorRow

LOOKS_ALIVE = {*INJECTIONS, *(text.strip() for text in INJECTIONS)}  # edges are trimmed
SECONDS = 120  # for sixty files on a busy machine; a bomb or a loop takes longer than any machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile") / "in"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, Hostile]:
    good = good_ledger(folder)
    chosen = [file for file in hostile_files(good) if not _is_left_out(file)]
    for file in chosen:
        (folder / file.name).write_bytes(file.data)
    return {file.name: file for file in chosen}


def _is_left_out(file: Hostile) -> bool:
    """Keep a sample of the cuts; the long run of all is `test_raw`'s, without a process each."""
    return file.name.startswith("cut") and int(file.name[3:-5]) % (512 * 5)


@pytest.fixture(scope="module")
def examination(folder: Path, files: dict[str, Hostile]) -> Examination:
    before = {path: sha256(path.read_bytes()).digest() for path in folder.iterdir()}
    start = time.monotonic()
    result = examine(discover([folder])[0], as_of=AS_OF)
    assert time.monotonic() - start < SECONDS
    assert {path: sha256(path.read_bytes()).digest() for path in folder.iterdir()} == before
    return result


def test_every_hostile_file_gives_one_finding_and_the_others_finish(
    files: dict[str, Hostile], examination: Examination
) -> None:
    refused = {finding.file: finding for finding in examination.unreadable}
    read = {ledger.file: ledger for ledger in examination.examined}

    assert "good.xlsx" in read
    assert refused.keys() == {name for name, file in files.items() if not file.readable}
    assert len(refused) == len(examination.unreadable)
    for name, finding in refused.items():
        assert finding.code in files[name].codes, name
        assert finding.message
        assert finding.suggestion
    for name, file in files.items():
        if file.readable:
            codes = {finding.code for finding in read[name].findings}
            assert set(file.codes) <= codes, name
            assert len(read[name].ledger.table(MentorRow)) == len(INJECTIONS), name


def test_nothing_reaches_out_of_the_package_or_takes_much_memory(
    folder: Path, examination: Examination
) -> None:
    assert examination.examined
    assert not list(folder.parent.rglob("evil*"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < 1 << 30


@pytest.fixture(scope="module")
def done(folder: Path, examination: Examination) -> ConsolidateResult:
    assert examination
    inputs = folder.parent / "few"
    inputs.mkdir()
    for name in ("good.xlsx", "macro.xlsm", "xlm.xlsx", "bomb.xlsx", "cut2560.xlsx"):
        (inputs / name).write_bytes((folder / name).read_bytes())
    return consolidate([inputs], folder.parent / "out.xlsx", as_of=AS_OF)


def test_no_macro_formula_or_link_of_an_input_is_in_the_output(done: ConsolidateResult) -> None:
    with ZipFile(done.out) as package:
        names = package.namelist()
        texts = [package.read(name).decode() for name in names if name.endswith((".xml", ".rels"))]

    assert not [name for name in names if "vba" in name or "macro" in name or "external" in name]
    assert not [
        text for text in texts if "<f>" in text and "evil" in text.partition("<f>")[2][:200]
    ]
    sheet = openpyxl.load_workbook(done.out)["导师库"]
    remarks = {
        cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value in LOOKS_ALIVE
    }
    assert {text.strip() for text in remarks} == {text.strip() for text in INJECTIONS}
    assert {cell.data_type for cell in remarks.values()} == {"s"}
    assert not any(cell.hyperlink for cell in remarks.values())


def test_reading_opens_no_connection(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from validators.errors import UnreadableWorkbook  # noqa: PLC0415
    from workbooks.reader import read_ledger  # noqa: PLC0415

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for path in folder.glob("entity2*"):
        with pytest.raises(UnreadableWorkbook):
            read_ledger(path, path.name)

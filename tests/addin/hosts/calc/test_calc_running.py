"""An action on a copy of the clerk's workbook."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from msoffcrypto.format.ooxml import OOXMLFile

from addin.hosts.calc import HostFailed, Office, run_button
from validators.errors import WriteRefused


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["'编号", 1])
    book.save(tmp_path / "台账.xlsx")
    return tmp_path / "台账.xlsx"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mark(book: xw.Book) -> None:
    book.sheets[0]["C1"].value = "已校验"
    book.save()  # what a button does: it reaches the copy only


def test_the_result_is_a_new_file_and_the_clerks_stays(
    ledger: Path, tmp_path: Path, calc_office: Office
) -> None:
    before = digest(ledger)

    run_button(ledger, mark, tmp_path / "结果.xlsx", office=calc_office)

    assert openpyxl.load_workbook(tmp_path / "结果.xlsx").worksheets[0]["C1"].value == "已校验"
    assert digest(ledger) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["台账.xlsx", "结果.xlsx"]


def test_the_clerks_file_is_never_the_target(ledger: Path, calc_office: Office) -> None:
    with pytest.raises(WriteRefused, match="不能覆盖"):
        run_button(ledger, mark, ledger, office=calc_office)


def test_a_failing_action_writes_nothing(ledger: Path, tmp_path: Path, calc_office: Office) -> None:
    def fail(book: xw.Book) -> None:
        mark(book)
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        run_button(ledger, fail, tmp_path / "结果.xlsx", office=calc_office)

    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


def test_what_is_no_workbook_is_told(tmp_path: Path, calc_office: Office) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")

    with pytest.raises(HostFailed, match="无法打开"):
        run_button(tmp_path / "坏.xlsx", mark, tmp_path / "结果.xlsx", office=calc_office)


def test_a_workbook_with_a_password_is_told(
    ledger: Path, tmp_path: Path, calc_office: Office
) -> None:
    with ledger.open("rb") as plain, (tmp_path / "密.xlsx").open("wb") as locked:
        OOXMLFile(plain).encrypt("密码", locked)

    with pytest.raises(HostFailed, match="无法打开"):
        run_button(tmp_path / "密.xlsx", mark, tmp_path / "结果.xlsx", office=calc_office)

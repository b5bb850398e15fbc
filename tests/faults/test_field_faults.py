from __future__ import annotations

import re
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.actions.found_files import discover, open_notices
from addin.actions.validate import examine
from addin.domain.pairing.adoption import modes_of
from tests.faults.inputs import AS_OF
from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from validators.divisions import units, villages
from validators.errors import UnreadableWorkbook
from validators.sheets import MentorRow
from validators.vocabulary import Mode
from workbooks.cards.workbook import _sheet_name
from workbooks.files import free_path
from workbooks.raw.book import read_bytes
from workbooks.reader import read_ledger

TABLE = "姓名,性别\n张三,男\n"


def ledger(path: Path, mentors: int = 1) -> Path:
    rows = [row_of(MentorRow, **mentor_values(n)) for n in range(1, mentors + 1)]
    plain = [[c if isinstance(c, int | date | None) else str(c) for c in row] for row in rows]
    return write_grids(path, {"导师库": [headings(MentorRow), *plain]})


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8", "utf-16"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".xls"])
def test_text_files_in_any_encoding_are_asked_to_be_saved_as_xlsx(
    encoding: str, suffix: str
) -> None:
    with pytest.raises(UnreadableWorkbook) as caught:
        read_bytes(TABLE.encode(encoding), f"台账{suffix}")

    assert caught.value.code in {"file.csv", "file.text", "file.corrupt"}
    assert ".xlsx" in caught.value.suggestion or "重新上报" in caught.value.suggestion


def test_a_lock_file_is_no_ledger_and_its_holder_is_named(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    name = "马建国"
    owner = bytes(55) + len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    (tmp_path / "~$开城镇.xlsx").write_bytes(owner.ljust(165, b"\0"))

    sources, others = discover([tmp_path])

    assert [source.file for source in sources] == ["开城镇.xlsx"]
    assert others == []
    (notice,) = open_notices(sources)
    assert name in notice.message
    assert "可能有未保存的修改" in notice.message


def test_a_file_that_changes_while_it_is_read_is_read_whole_or_refused(tmp_path: Path) -> None:
    versions = [ledger(tmp_path / f"{n}.xlsx", n).read_bytes() for n in (1, 9)]
    target, stop = tmp_path / "台账.xlsx", threading.Event()
    target.write_bytes(versions[0])

    def rewrite() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            target.write_bytes(versions[turn % 2])  # in place, as a slow copy does
            draft = tmp_path / "draft"
            draft.write_bytes(versions[(turn + 1) % 2])
            draft.replace(target)
            stop.wait(turn % 5 * 0.02)  # a copy ends some time

    thread = threading.Thread(target=rewrite)
    thread.start()
    seen = set()
    try:
        for _ in range(25):
            try:
                seen.add(len(read_ledger(target, target.name).ledger.table(MentorRow)))
            except UnreadableWorkbook as refusal:
                assert refusal.message  # noqa: PT017 - either way is right
    finally:
        stop.set()
        thread.join()

    assert seen <= {1, 9}
    assert seen


@given(
    st.text(max_size=60)
    | st.sampled_from(["../../x", "CON", "a" * 300, "[x]:*?/\\", "'x'", "\x00\x1f"])
)
def test_no_name_leaves_the_folder_or_meets_another(typed: str) -> None:
    name = _sheet_name(f"1 {typed}")

    assert 0 < len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
    assert not name.endswith("'")
    assert _sheet_name(f"2 {typed}") != name


def test_a_second_file_of_one_name_is_numbered(tmp_path: Path) -> None:
    free_path(tmp_path, "开城镇").touch()

    assert free_path(tmp_path, "开城镇").name == "开城镇（2）.xlsx"


def test_villages_of_one_name_in_two_townships_stay_apart() -> None:
    seen: dict[str, str] = {}
    first, second, village = next(
        (seen[village], unit.code, village)
        for unit in units()
        for village in villages(unit.code)
        if seen.setdefault(village, unit.code) != unit.code
    )
    mentor, neighbour, mentee = f"D{first}-001", f"D{second}-001", f"G{second}-001"

    modes = modes_of(
        {(mentor, mentee), (neighbour, mentee.replace("-001", "-002"))},
        dict.fromkeys((mentor, neighbour, mentee, mentee.replace("-001", "-002")), village),
    )

    assert modes[mentor, mentee] is Mode.CROSS_VILLAGE
    assert modes[neighbour, mentee.replace("-001", "-002")] is Mode.ONE_TO_ONE


def test_folders_in_folders_are_searched_and_a_folder_of_bad_files_finishes(tmp_path: Path) -> None:
    bad = tmp_path / "坏的"
    (bad / "一" / "二").mkdir(parents=True)
    for n, data in enumerate((b"", b"PK", b"\xd0\xcf\x11\xe0", b"<html>", TABLE.encode())):
        (bad / "一" / "二" / f"{n}.xlsx").write_bytes(data)
    (bad / "说明.txt").write_text("不是台账", encoding="utf-8")

    sources, others = discover([tmp_path])
    examination = examine(sources, as_of=AS_OF)

    assert [source.file for source in sources] == [f"坏的/一/二/{n}.xlsx" for n in range(5)]
    assert [source.file for source in others] == ["坏的/说明.txt"]
    assert [finding.file for finding in examination.unreadable] == [s.file for s in sources]
    assert examination.examined == []
    assert examination.report().exit_code == 2

"""Ledgers put in the place of their earlier versions, which are kept: 备份."""

from __future__ import annotations

import errno
import os
import stat
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import FrameType
from zipfile import ZipFile

import openpyxl
import pytest
from xlsxwriter import Workbook as XlsxWorkbook

from validators.errors import UpdateRefused, WriteRefused
from workbooks import backups
from workbooks.backups import KEPT, edited_copies, is_backup, keep_edited, replace_keeping_backup
from workbooks.file_locks import claim

NOW = datetime(2026, 11, 30, 9, 5, 7)


def workbook(path: Path, text: str) -> None:
    """Write the least that opens as a workbook."""
    with ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", text)


def text_of(path: Path) -> str:
    with ZipFile(path) as package:
        return package.read("xl/workbook.xml").decode()


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "开城镇.xlsx"
    workbook(path, "第 0 版")
    return path


def replace(path: Path, text: str, moment: datetime = NOW) -> Path:
    return replace_keeping_backup(
        path, lambda draft: workbook(draft, text), digest=digest(path), moment=moment
    )


def kept(path: Path) -> dict[str, str]:
    return {copy.name: text_of(copy) for copy in (path.parent / "备份").iterdir()}


def only_the_old_one(path: Path) -> bool:
    """Tell whether the ledger is the old one, and nothing else is there."""
    folder = path.parent / "备份"
    others = [p for p in path.parent.rglob("*") if p not in {path, folder}]
    return text_of(path) == "第 0 版" and not [p for p in others if not p.name.startswith("~$")]


def test_where_nothing_can_be_kept_the_place_is_named_and_nothing_replaced(ledger: Path) -> None:
    (ledger.parent / "备份").touch()

    with pytest.raises(WriteRefused) as refused:
        replace(ledger, "第 1 版")

    assert str(ledger.parent / "备份") in refused.value.message
    assert "因此“开城镇.xlsx”未更新" in refused.value.message
    assert "保存位置" not in refused.value.suggestion  # nobody was asked for one
    assert text_of(ledger) == "第 0 版"


def test_the_new_version_takes_the_place_and_the_old_one_is_kept(ledger: Path) -> None:
    copy = replace(ledger, "第 1 版")

    assert text_of(ledger) == "第 1 版"
    assert copy == ledger.parent / "备份" / "开城镇（2026-11-30 090507）.xlsx"
    assert kept(ledger) == {copy.name: "第 0 版"}


def test_two_versions_of_one_second_are_both_kept(ledger: Path) -> None:
    for number in (1, 2, 3):
        replace(ledger, f"第 {number} 版")

    stamp = "开城镇（2026-11-30 090507）"
    assert kept(ledger) == {
        f"{stamp}.xlsx": "第 0 版", f"{stamp}（2）.xlsx": "第 1 版", f"{stamp}（3）.xlsx": "第 2 版",
    }  # fmt: skip


def test_the_last_thirty_of_this_ledger_stay_and_nothing_of_others_goes(ledger: Path) -> None:
    folder = ledger.parent / "备份"
    folder.mkdir()
    foreign = ["开城镇.xlsx", "开城镇（旧）.xlsx", "张易镇（2020-01-01 000000）.xlsx"]
    for name in foreign:
        workbook(folder / name, "别的")

    for number in range(1, KEPT + 6):
        replace(ledger, f"第 {number} 版", NOW + timedelta(seconds=number // 2))

    copies = {name: text for name, text in kept(ledger).items() if name not in foreign}
    assert set(copies.values()) == {f"第 {number} 版" for number in range(5, KEPT + 5)}
    assert len(copies) == KEPT == 30
    assert set(foreign) <= kept(ledger).keys()


def test_the_copy_just_made_stays_though_the_clock_was_set_back(ledger: Path) -> None:
    for number in range(KEPT):
        replace(ledger, f"第 {number + 1} 版", NOW + timedelta(days=number))

    copy = replace(ledger, "最新", NOW - timedelta(days=400))

    assert text_of(copy) == f"第 {KEPT} 版"
    assert len(kept(ledger)) == KEPT


@pytest.mark.parametrize(
    "lock", ["~$开城镇.xlsx", ".~lock.开城镇.xlsx#", ".~开城镇.xlsx", ".~城镇.xlsx"]
)
@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_ledger_somebody_has_open_is_left_alone(ledger: Path, lock: str, meanwhile: bool) -> None:
    opened = ledger.with_name(lock)

    def write(draft: Path) -> None:
        opened.touch()
        workbook(draft, "第 1 版")

    if not meanwhile:
        opened.touch()
    with pytest.raises(WriteRefused, match=r"“开城镇\.xlsx”正在其他程序中打开。请先保存并关闭"):
        replace_keeping_backup(ledger, write, digest=digest(ledger), moment=NOW)

    opened.unlink()
    assert only_the_old_one(ledger)


def test_what_windows_refuses_to_replace_keeps_no_copy(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ERROR_SHARING_VIOLATION, by which Excel keeps an open file to itself."""
    real = Path.replace

    def held(draft: Path, target: Path) -> Path:
        if target == ledger:
            problem = PermissionError(errno.EACCES, "held", str(ledger))
            problem.winerror = 32  # type: ignore[attr-defined]
            raise problem
        return real(draft, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(WriteRefused, match="正被其他程序占用"):
        replace(ledger, "第 1 版")

    assert only_the_old_one(ledger)


def test_a_ledger_saved_meanwhile_is_left_alone(ledger: Path) -> None:
    computed_from = digest(ledger)
    workbook(ledger, "别人刚保存的")

    with pytest.raises(UpdateRefused, match=r"“开城镇\.xlsx”在读取后又有改动，未更新"):
        replace_keeping_backup(
            ledger, lambda draft: workbook(draft, "第 1 版"), digest=computed_from, moment=NOW
        )

    assert text_of(ledger) == "别人刚保存的"
    assert kept(ledger) == {}


def test_an_interruption_after_the_replacement_keeps_the_copy(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backups.replace_atomically

    def interrupted(target: Path, *arguments: object, **others: object) -> None:
        real(target, *arguments, **others)  # type: ignore[arg-type]
        if target == ledger:
            raise KeyboardInterrupt

    monkeypatch.setattr(backups, "replace_atomically", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace(ledger, "第 1 版")

    assert text_of(ledger) == "第 1 版"
    assert [*kept(ledger).values()] == ["第 0 版"]


def test_a_second_run_on_the_same_ledger_is_refused(ledger: Path) -> None:
    with claim(ledger), pytest.raises(WriteRefused, match=r"正由.*写入"):
        replace(ledger, "第 1 版")

    assert only_the_old_one(ledger)


@pytest.mark.parametrize("name", ["开城镇.xls", "开城镇.xlsm", "开城镇.csv"])
def test_another_format_is_not_replaced_by_an_xlsx(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"old")

    with pytest.raises(WriteRefused, match=f"“{name}”不是 .xlsx 文件，不能直接更新。请加 --out"):
        replace(path, "第 1 版")

    assert [*tmp_path.iterdir()] == [path]


def test_a_link_stays_one_and_the_copy_lies_beside_the_file(ledger: Path, tmp_path: Path) -> None:
    link = tmp_path / "桌面" / "台账.xlsx"
    link.parent.mkdir()
    link.symlink_to(ledger)

    copy = replace(link, "第 1 版")

    assert link.is_symlink()
    assert text_of(ledger) == "第 1 版"
    assert copy.parent == ledger.parent / "备份"


def test_a_private_ledger_has_a_private_copy(ledger: Path) -> None:
    ledger.chmod(0o600)

    copy = replace(ledger, "第 1 版")

    assert [stat.S_IMODE(p.stat().st_mode) for p in (ledger, copy)] == [0o600, 0o600]


def test_a_file_that_bears_the_folders_name_stops_it(ledger: Path) -> None:
    ledger.with_name("备份").write_text("记事")

    with pytest.raises(WriteRefused, match=r"备份”.*有同名的文件"):
        replace(ledger, "第 1 版")

    assert text_of(ledger) == "第 0 版"
    assert len([*ledger.parent.iterdir()]) == 2


def test_of_generated_workbooks_those_alone_are_kept_that_somebody_saved(tmp_path: Path) -> None:
    path, saved = tmp_path / "季报.xlsx", set[bytes]()
    keep_edited(path, NOW)
    for version in range(3):
        with XlsxWorkbook(path) as book:
            book.set_properties({"created": NOW})
            book.add_worksheet("一页通").write(0, 0, version)
        keep_edited(path, NOW)
        assert not edited_copies()
        book = openpyxl.load_workbook(path)
        book["一页通"]["B1"] = "领导改的一句话"
        book.save(path)
        saved.add(path.read_bytes())

        for n in range(2):
            keep_edited(path, NOW + timedelta(seconds=n))

        (copy,) = edited_copies()
        assert copy.read_bytes() == path.read_bytes()
        assert not edited_copies()
        assert {copy.read_bytes() for copy in (tmp_path / "备份").iterdir()} == saved
    assert all(is_backup(f"备份/{copy.name}") for copy in (tmp_path / "备份").iterdir())


def test_copies_are_known_by_folder_and_name() -> None:
    assert is_backup("张易镇/备份/张易镇（2026-11-30 090507）（2）.xlsx")
    assert not is_backup("张易镇/张易镇（2026-11-30 090507）.xlsx")
    assert not is_backup("备份/张易镇（终稿）.xlsx")


LINES_OF = {"backups.py", "files.py"}


def on_disk(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return the files of a folder and of those in it: name, number, size and time."""
    found = []
    for entry in os.scandir(folder):
        state = entry.stat(follow_symlinks=False)
        found.append((entry.path, state.st_ino, state.st_size, state.st_mtime_ns))
        if entry.is_dir(follow_symlinks=False):
            found += on_disk(Path(entry.path))
    return found


def changes_made(path: Path, text: str, most: int) -> bool:
    """Replace a ledger in a process that dies once its lines have changed the disk `most` times.

    Returns:
        Whether it came to its end.
    """
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    before, changes = on_disk(path.parent), 0

    def look(frame: FrameType, event: str, _: object) -> object:
        nonlocal before, changes
        if Path(frame.f_code.co_filename).name not in LINES_OF:
            return None
        if event == "line" and (now := on_disk(path.parent)) != before:
            before, changes = now, changes + 1
        if changes >= most:
            os._exit(9)  # nothing is tidied up, as by a kill
        return look

    try:
        sys.settrace(look)  # type: ignore[arg-type]
        replace(path, text)
        os._exit(0)
    finally:
        os._exit(3)


def test_killed_after_any_change_the_old_or_the_new_version_is_there_whole(ledger: Path) -> None:
    ended, most, deaths = False, 0, {"old": 0, "new": 0}
    while not ended:
        workbook(ledger, "第 0 版")
        for copy in (ledger.parent / "备份").glob("开城镇*.xlsx"):
            copy.unlink()

        ended = changes_made(ledger, "第 1 版", most)

        now, copies = text_of(ledger), (ledger.parent / "备份").glob("开城镇*.xlsx")
        versions = [text_of(copy) for copy in copies]
        assert now in {"第 0 版", "第 1 版"}
        assert now == "第 0 版" or versions == ["第 0 版"]
        deaths["old" if now == "第 0 版" else "new"] += 1
        most += 1

    assert min(deaths.values()) > 1
    assert not [path for path in ledger.parent.rglob("*") if path.name.startswith(".bangdai")]

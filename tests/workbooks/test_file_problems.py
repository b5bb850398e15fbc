"""What Windows says of files, and what it takes no files as; its numbers of errors come as it gives them."""

from __future__ import annotations

import errno
import getpass
import os
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from validators.errors import UnreadableWorkbook, WriteRefused
from workbooks.file_locks import claim, holder_here
from workbooks.file_problems import make_folder, output_path, reason
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.raw.book import read_book


def write_empty(draft: Path) -> None:
    xlsxwriter.Workbook(draft).close()


def windows_error(number: int, winerror: int, path: Path | None = None) -> OSError:
    """Return an error as Python raises it on Windows."""
    kind = PermissionError if number == errno.EACCES else OSError
    error = kind(number, os.strerror(number), str(path) if path else None)
    error.winerror = winerror  # type: ignore[attr-defined]
    return error


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workbook of ours another program keeps to itself."""
    target = tmp_path / "汇总.xlsx"
    replace_atomically(target, write_empty)
    opened = Path.open

    def refusing(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == target.name:
            raise windows_error(errno.EACCES, 32, path)
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", refusing)
    return target


@pytest.mark.parametrize("check", [refuse_foreign, check_writable])
def test_a_file_another_program_keeps_to_itself_is_not_called_foreign(
    check: Any, held: Path
) -> None:
    with pytest.raises(WriteRefused, match="正被其他程序占用") as refused:
        check(held)

    assert "不是本工具" not in str(refused.value)
    assert "关闭" in refused.value.suggestion


def test_that_open_says_no_permission_only_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "汇总.xlsx"
    path.touch()
    problem = PermissionError(
        errno.EACCES, os.strerror(errno.EACCES), str(path)
    )  # as `open` has it
    free = reason(problem)

    def renaming(*_: str) -> None:
        raise windows_error(errno.EACCES, 32, path)

    monkeypatch.setattr(os, "rename", renaming)

    assert (free, reason(problem)) == ("没有权限", "正被其他程序占用")


def test_a_draft_that_cannot_take_a_held_files_place_says_who_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "汇总.xlsx"

    def refusing(draft: Path, _: Path) -> None:
        raise windows_error(errno.EACCES, 32, draft)

    monkeypatch.setattr(Path, "replace", refusing)

    with pytest.raises(WriteRefused, match="正被其他程序占用"):
        replace_atomically(target, write_empty)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["CON.xlsx", "con", "nul.xlsx", "COM1.xlsx", "LPT9.tar.xlsx", "aux .xlsx", "PRN/汇总.xlsx", "CONIN$"],
)  # fmt: skip
@pytest.mark.parametrize("check", [refuse_foreign, check_writable, output_path])
def test_names_of_devices_are_refused(check: Any, name: str, tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="保留的设备名"):
        check(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["汇总.xlsx ", "汇总.", "上报 /汇总.xlsx", "上报./汇总.xlsx", "汇总…. ."]
)
def test_names_windows_would_cut_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="以空格或句点结尾"), claim(tmp_path / name):
        pass
    with pytest.raises(WriteRefused, match="以空格或句点结尾"):
        replace_atomically(tmp_path / name, write_empty)


@pytest.mark.parametrize("name", ["a?b.xlsx", "全市*.xlsx", '"汇总".xlsx', "一|二.xlsx"])
def test_characters_windows_has_in_no_name_are_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="不允许的字符"):
        output_path(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["CONTACT.xlsx", "com.xlsx", "COM10.xlsx", "结尾空格 .xlsx", ".隐藏.xlsx", "../a.xlsx", "a.b/c.xlsx"]
)  # fmt: skip
def test_names_that_only_look_so_are_taken(name: str, tmp_path: Path) -> None:
    assert output_path(tmp_path / name) == (tmp_path / name).resolve()


@pytest.mark.parametrize("exists", [True, False])
def test_a_path_that_is_too_long_is_called_so_whether_its_folder_exists_or_not(
    exists: bool, tmp_path: Path
) -> None:
    deep = tmp_path / "很长的文件夹名称" / ("层" * 80) / ("层" * 80)
    if exists:
        deep.mkdir(parents=True)

    with pytest.raises(WriteRefused, match=r"路径太长（\d{3} 个字符）") as refused:
        output_path(deep / "全市汇总.xlsx", longest=200)

    assert "不存在" not in str(refused.value)
    assert output_path(deep / "全市汇总.xlsx", longest=400).name == "全市汇总.xlsx"


def test_a_draft_needs_room_too(tmp_path: Path) -> None:
    short = tmp_path / "a.xlsx"

    with pytest.raises(WriteRefused, match="路径太长"):
        output_path(short, longest=len(str(short)) + 5)


def test_a_name_that_is_too_long_is_cut_in_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="文件名太长（265 个字符）") as refused:
        replace_atomically(tmp_path / ("长" * 260 + ".xlsx"), write_empty)

    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_reason_is_in_english(number: int) -> None:
    assert not re.search("[A-Za-z]", reason(OSError(number, os.strerror(number))))


@pytest.mark.parametrize(
    ("winerror", "words"),
    [
        (32, "占用"),
        (33, "占用"),
        (206, "太长"),
        (123, "不允许的字符"),
        (112, "空间不足"),
        (53, "无法连接"),
        (5, "没有权限"),
    ],
)
def test_what_windows_says_is_told_apart(winerror: int, words: str) -> None:
    number = errno.EACCES if winerror in {5, 32, 33} else errno.ENOENT

    assert words in reason(windows_error(number, winerror))


def test_a_ledger_that_may_not_be_read_is_told_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "台账.xlsx"
    path.touch()

    def refusing(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refusing)

    with pytest.raises(UnreadableWorkbook, match="没有权限") as refused:
        read_book(path)

    assert "Permission" not in str(refused.value)


def test_a_user_without_a_name_can_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise ModuleNotFoundError("No module named 'pwd'")

    monkeypatch.setattr(getpass, "getuser", nameless)

    with claim(tmp_path / "汇总.xlsx"):
        assert holder_here().user == "未知用户"


def test_a_folder_that_cannot_be_made_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(WriteRefused, match="无法新建（不是文件夹）"):
        make_folder(tmp_path / "file" / "副本")
    with pytest.raises(WriteRefused, match="设备名"):
        make_folder(tmp_path / "NUL")

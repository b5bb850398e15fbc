"""Each check on a PC on which just that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from addin.hosts.checks import Check
from addin.hosts.excel.doctor import examine
from addin.hosts.excel.install import ZONE, Places, install
from addin.hosts.excel.vba_module import xlwings_version
from tests.addin.hosts.excel.windows import EXCEL, FakeRegistry, a_pc, an_addin

SECURITY = r"HKCU\Software\{}Microsoft\Office\16.0\Excel\Security"


@pytest.fixture
def pc(tmp_path: Path) -> Places:
    """A PC on which everything is in place."""
    places = a_pc(tmp_path)
    install(places, an_addin(tmp_path))
    package = tmp_path / "site" / "pywin32-1.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Name: pywin32\nVersion: 1\n")
    (package / "RECORD").write_text("pywin32_system32/pythoncom311.dll,,\nreadme.txt,,\n")
    library = tmp_path / "site" / "pywin32_system32" / "pythoncom311.dll"
    library.parent.mkdir()
    library.touch()
    return places


def wrong(pc: Places, registry: FakeRegistry | None = None) -> list[Check]:
    root = next(folder for folder in pc.home.parents if (folder / "bundle").is_dir())
    checks = examine(
        pc,
        registry or FakeRegistry(),
        (root / "bundle" / "导师帮带.xlam").read_bytes(),
        [str(root / "site")],
    )
    assert len(checks) == 11
    assert all(check.found for check in checks)
    return [check for check in checks if not check.ok]


def test_nothing_is_wrong_where_everything_is_in_place(pc: Places) -> None:
    assert wrong(pc) == []


def test_a_lost_binary_is_found_by_every_version_of_the_library(
    pc: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "site" / "pywin32_system32" / "pythoncom311.dll"
    gone.unlink()
    monkeypatch.setattr(Distribution, "files", None)  # later ones leave out what is gone

    assert [check.name for check in wrong(pc)] == ["程序文件"]


def test_looking_changes_nothing(pc: Places, tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    before = state()

    wrong(pc)

    assert state() == before


@pytest.mark.parametrize(
    ("spoil", "name", "found", "todo"),
    [
        (lambda pc: pc.interpreter.unlink(), "Python", "缺少 .*pythonw.exe", "隔离区恢复"),
        (
            lambda pc: (pc.home / "venv" / f"xlwings32-{xlwings_version()}.dll").unlink(),
            "与 Excel 连接的 DLL", "缺少 .*xlwings32-", "白名单",
        ),
        (
            lambda pc: next(pc.home.parents[4].rglob("pythoncom311.dll")).unlink(),
            "程序文件", "缺少 .*pythoncom311.dll", "pywin32_system32”加入信任",
        ),
        (lambda pc: pc.configuration.unlink(), "配置文件", "没有 ", "bangdai addin install"),
        (
            lambda pc: pc.configuration.write_bytes(b'"INTERPRETER_WIN","C:\\old.exe"\r\n'),
            "配置文件", "指向其他 Python", "bangdai addin install",
        ),
        (
            lambda pc: pc.configuration.write_bytes(b"\xff\xff\xff"),
            "配置文件", "无法读取", "bangdai addin install",
        ),
        (lambda pc: pc.addin.unlink(), "加载项文件", "没有 ", "杀毒软件"),
        (lambda pc: pc.addin.write_bytes(b"old"), "加载项文件", "版本不一致", "关闭全部 Excel"),
        (
            lambda pc: (pc.xlstart / "导师帮带 (1).xlam").touch(),
            "多余的副本", r"导师帮带 \(1\)\.xlam", "按钮重复显示",
        ),
        (
            lambda pc: Path(f"{pc.addin}{ZONE}").touch(),
            "“来自互联网”标记", "拒绝运行", "解除锁定",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_what_to_do(
    pc: Places, spoil: Callable[[Places], object], name: str, found: str, todo: str
) -> None:
    spoil(pc)

    (check,) = wrong(pc)

    assert check.name == name
    assert re.search(found, check.found)
    assert todo in check.todo


@pytest.mark.parametrize(
    ("key", "value", "found", "todo"),
    [
        (SECURITY.format("") + r"\Trusted Locations", "AllLocationsDisabled", "受信任位置", "信任中心"),
        (SECURITY.format("Policies\\"), "RequireAddinSig", "数字签名", "电脑管理员"),
        (SECURITY.format("Policies\\"), "DisableAllAddins", "全部加载项", "电脑管理员"),
    ],
)  # fmt: skip
def test_a_setting_that_stops_addins_is_explained(
    pc: Places, key: str, value: str, found: str, todo: str
) -> None:
    (check,) = wrong(pc, FakeRegistry({EXCEL: "x", (key, value): 1}))

    assert check.name == "信任设置"
    assert found in check.found
    assert todo in check.todo


DISABLED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"


def disabled_item(path: str, before: bytes) -> bytes:
    """Return an item as Excel writes it: some numbers, then the path in UTF-16."""
    return before + path.encode("utf-16-le") + b"\0\0"


@pytest.mark.parametrize("before", [b"\1\0\0\0\x50\0\0\0", b"\1\0\0"])
def test_the_addin_excel_disabled_after_a_crash_is_pointed_to(pc: Places, before: bytes) -> None:
    item = disabled_item(str(pc.addin), before)

    (check,) = wrong(pc, FakeRegistry({EXCEL: "x", (DISABLED, "1A2B"): item}))

    assert "导师帮带.xlam" in check.found
    assert "禁用项目" in check.todo


def test_what_else_excel_disabled_is_none_of_ours(pc: Places) -> None:
    item = disabled_item(r"C:\Addins\other.xlam", b"\1\0\0\0")

    assert wrong(pc, FakeRegistry({EXCEL: "x", (DISABLED, "1A2B"): item})) == []


def test_a_pc_without_excel_is_told_what_still_works(pc: Places) -> None:
    (check,) = wrong(pc, FakeRegistry({}))

    assert check.found == "未找到"
    assert "bangdai validate" in check.todo


@pytest.mark.parametrize(
    ("key", "name", "value", "program"),
    [
        (
            r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\et.exe", "",
            r"C:\WPS\et.exe", r"C:\WPS\et.exe",
        ),
        (
            r"HKCU\Software\Classes\KET.Sheet.12\shell\new\command", "",
            r'"C:\WPS\wps.exe" /et "%1"', r"C:\WPS\wps.exe",
        ),
        (
            r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot",
            r"C:\WPS", r"C:\WPS\office6\et.exe",
        ),
    ],
)  # fmt: skip
def test_a_pc_with_wps_only_is_told_what_to_try_for_nobody_knows(
    pc: Places, key: str, name: str, value: str, program: str
) -> None:
    registry = FakeRegistry({(key, name): value})

    checks = examine(pc, registry, pc.addin.read_bytes(), [])

    assert [check for check in checks if not check.ok] == []
    (check,) = [check for check in checks if check.untested]
    assert check.verdict == "未验证"
    assert check.found == f"未找到，本机安装的是 WPS（{program}）"
    assert "bangdai wps install" in check.todo
    assert str(pc.addin) in check.todo


def test_an_excel_installed_for_one_user_is_found(pc: Places) -> None:
    key = EXCEL[0].replace("HKLM", "HKCU")

    assert wrong(pc, FakeRegistry({(key, ""): r"C:\Office\EXCEL.EXE"})) == []


def test_of_two_pythons_both_are_named(pc: Places) -> None:
    pc.configuration.write_bytes(b'"INTERPRETER_WIN","D:\\Python\\pythonw.exe"\r\n')

    (check,) = wrong(pc)

    assert r"D:\Python\pythonw.exe" in check.found
    assert r"%LOCALAPPDATA%\BangDai\venv\Scripts\pythonw.exe" in check.found
    assert "两个 Python" in check.todo


def test_a_folder_that_cannot_be_written_is_named(pc: Places, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    (check,) = wrong(replace(pc, home=pc.home / "venv" / "Scripts" / "pythonw.exe" / "x"))

    assert check.name == "日志文件夹"
    assert "无法写入" in check.found

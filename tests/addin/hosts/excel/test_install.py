from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from addin.hosts.excel.install import ANSI, ZONE, Places, install, uninstall
from tests.addin.hosts.excel.windows import a_pc, an_addin
from validators.errors import UsageError, WriteRefused


def test_installing_puts_the_addin_where_excel_opens_it(tmp_path: Path) -> None:
    pc, addin = a_pc(tmp_path), an_addin(tmp_path)

    install(pc, addin)

    assert pc.addin == Path(pc.environment["APPDATA"], "Microsoft/Excel/XLSTART/导师帮带.xlam")
    assert pc.addin.read_bytes() == addin.read_bytes()
    assert [file.name for file in pc.xlstart.iterdir()] == ["导师帮带.xlam"]


def test_the_configuration_spares_the_users_name_which_vba_might_not_read(tmp_path: Path) -> None:
    pc = a_pc(tmp_path, user="李𠮷")  # a character GBK lacks

    install(pc, an_addin(tmp_path))

    assert pc.configuration.relative_to(pc.environment["USERPROFILE"]) == Path(
        ".bangdai/bangdai.conf"
    )
    assert pc.configuration.read_bytes() == (
        b'"INTERPRETER_WIN","%LOCALAPPDATA%\\BangDai\\venv\\Scripts\\pythonw.exe"\r\n'
    )


def test_a_python_elsewhere_is_written_in_the_systems_code_page(tmp_path: Path) -> None:
    pc = replace(a_pc(tmp_path), interpreter=Path("/工具/pythonw.exe"))

    install(pc, an_addin(tmp_path))

    assert "工具".encode(ANSI) in pc.configuration.read_bytes()


def test_a_python_whose_path_vba_cannot_read_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    pc = replace(a_pc(tmp_path), interpreter=Path("/𠮷/pythonw.exe"))

    with pytest.raises(UsageError, match="系统代码页没有的字：“𠮷”"):
        install(pc, an_addin(tmp_path))

    assert not pc.addin.exists()
    assert not pc.configuration.exists()


def test_the_mark_of_the_web_does_not_come_along(tmp_path: Path) -> None:
    pc, addin = a_pc(tmp_path), an_addin(tmp_path)
    pc.xlstart.mkdir(parents=True)
    for file in (addin, pc.addin):  # on Linux a stream is a file of that name
        Path(f"{file}{ZONE}").write_text("[ZoneTransfer]\nZoneId=3")

    install(pc, addin)

    assert not Path(f"{pc.addin}{ZONE}").exists()


def locked(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_an_addin_excel_has_open_is_left_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc, addin = a_pc(tmp_path), an_addin(tmp_path)
    install(pc, addin)
    before = pc.addin.read_bytes()
    addin.write_bytes(b"newer")
    monkeypatch.setattr(Path, "replace", locked)

    with pytest.raises(WriteRefused, match="正在被 Excel 使用。请关闭全部 Excel 窗口后重试"):
        install(pc, addin)

    assert pc.addin.read_bytes() == before
    assert [file.name for file in pc.xlstart.iterdir()] == ["导师帮带.xlam"]


def test_an_addin_excel_has_open_is_not_uninstalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc = a_pc(tmp_path)
    install(pc, an_addin(tmp_path))
    monkeypatch.setattr(Path, "unlink", locked)

    with pytest.raises(WriteRefused, match="正在被 Excel 使用"):
        uninstall(pc)

    assert pc.addin.exists()
    assert pc.configuration.exists()


def test_uninstalling_removes_what_installing_wrote_and_nothing_else(tmp_path: Path) -> None:
    pc = a_pc(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    install(pc, an_addin(tmp_path))
    (pc.xlstart / "PERSONAL.XLSB").touch()

    removed = uninstall(pc)

    left = set(tmp_path.rglob("*")) - set(before) - set((tmp_path / "bundle").rglob("*"))
    assert removed == [pc.addin, pc.configuration]
    assert {path.name for path in left if path.is_file()} == {"PERSONAL.XLSB"}
    assert not pc.configuration.parent.exists()


def test_uninstalling_twice_does_nothing(tmp_path: Path) -> None:
    assert uninstall(a_pc(tmp_path)) == []


def test_elsewhere_than_on_windows_it_says_so() -> None:
    with pytest.raises(UsageError, match="没有 APPDATA、USERPROFILE 这个环境变量"):
        Places.of({"LOCALAPPDATA": "x"})

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from addin.cli import cli
from tests.addin.hosts.excel.windows import a_pc


@pytest.fixture
def run() -> CliRunner:
    return CliRunner()


def test_build_writes_the_file_and_says_where(run: CliRunner, tmp_path: Path) -> None:
    done = run.invoke(cli, ["addin", "build", "--out", str(tmp_path)], standalone_mode=False)

    assert done.return_value == 0, done.exception
    assert done.output == f"已生成 {tmp_path / '导师帮带.xlam'}\n"


def test_install_then_doctor_then_uninstall(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc = a_pc(tmp_path)
    for name, value in pc.environment.items():
        monkeypatch.setenv(name, value)

    done = [
        run.invoke(cli, ["addin", command], standalone_mode=False)
        for command in ("install", "doctor", "uninstall", "uninstall")
    ]

    assert [one.exception for one in done] == [None] * 4
    assert f"已装入 {pc.addin}" in done[0].output
    assert "正常　加载项文件" in done[1].output
    assert "异常　桌面版 Excel：未找到\n　　　处理办法：" in done[1].output
    assert done[1].output.endswith("项有问题，请逐项处理后再自检一次。\n")
    assert done[1].return_value == 1
    assert f"已删除 {pc.addin}" in done[2].output
    assert "未安装过加载项" in done[3].output


@pytest.mark.parametrize("command", ["install", "uninstall", "doctor"])
def test_elsewhere_than_on_windows_a_sentence_says_so(
    run: CliRunner, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("APPDATA", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)

    done = run.invoke(cli, ["addin", command], standalone_mode=False)

    assert "不是 Windows" in str(done.exception)

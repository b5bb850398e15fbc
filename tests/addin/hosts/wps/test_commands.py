from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from addin.cli import cli
from addin.hosts.wps import start as starting
from addin.hosts.wps.connection import Connection, is_running, service_command, service_lock
from tests.addin.hosts.wps.computers import THEIRS, Computer, a_computer


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    monkeypatch.setattr(starting, "run_quietly", lambda words: False)
    return a_computer(tmp_path, monkeypatch)


def said(*words: str) -> tuple[object, str]:
    """Return what a command gives back, or its problem, and its output."""
    done = CliRunner().invoke(cli, ["wps", *words], standalone_mode=False)
    return done.return_value if done.exception is None else done.exception, done.output


def test_install_then_doctor_then_uninstall(pc: Computer) -> None:
    pc.write_list(THEIRS)

    installed, checked, removed, again = (
        said(command) for command in ("install", "doctor", "uninstall", "uninstall")
    )

    assert f"已装入 {pc.places.folder}。\n请关闭全部 WPS 窗口后重新打开" in installed[1]
    assert checked[0] == 1
    assert "异常　WPS 表格：未找到\n　　　处理办法：" in checked[1]
    assert f"正常　加载项登记：{pc.places.publish_list}\n" in checked[1]
    assert "未验证　WPS 加载情况：WPS 尚无加载记录\n　　　可试：请打开 WPS 表格" in checked[1]
    assert checked[1].endswith("有 1 项有问题，请逐项处理后再自检一次。\n")
    assert installed[1].endswith(checked[1])
    assert removed[0] == 0
    assert f"已从 {pc.places.publish_list} 注销。\n已删除 {pc.places.folder}\n" in removed[1]
    assert pc.places.publish_list.read_text("utf-8") == THEIRS
    assert "未安装过加载项，无需卸载。" in again[1]


def test_a_list_that_cannot_be_read_is_told_with_the_place_of_its_copy(pc: Computer) -> None:
    pc.write_list("<jsplugins")

    _, output = said("install")

    (copy,) = pc.places.addins.glob("publish-*.xml")
    assert output.startswith(f"原有的 publish.xml 无法读取，已另存为 {copy}，并新建一份。\n")
    assert copy.read_text() == "<jsplugins"


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_nothing_changes_while_a_button_works(
    pc: Computer, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(starting, "ask_service", lambda *_: {"kind": "refused", "message": "…"})
    pc.write_list(THEIRS)
    pc.places.home.mkdir(parents=True)

    with service_lock(pc.places.home):
        problem, _ = said(command)

    assert str(problem) == "本机服务正在执行按钮，未作改动。请等待按钮完成后重试"
    assert pc.places.publish_list.read_text("utf-8") == THEIRS


def test_the_service_is_started_once_and_ended_by_installing_anew(pc: Computer) -> None:
    said("install")

    started, again = said("start"), said("start")

    assert started == (0, "本机服务已启动，空闲后自动停止。\n")
    assert again == (0, "本机服务已在运行。\n")
    kept = Connection.load(pc.places.home)
    assert kept.start == tuple(service_command())
    assert "正在运行，进程 " in said("doctor")[1]
    said("install")
    assert not is_running(pc.places.home)
    assert Connection.load(pc.places.home) == kept


def test_a_service_that_does_not_start_is_a_sentence(
    pc: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "service_command", lambda: [os.devnull])
    monkeypatch.setattr(starting, "_PATIENCE", 0.2)

    problem, _ = said("start")

    assert str(problem) == "本机服务未启动。请运行 bangdai wps doctor 自检"

"""Each check on a computer on which just that is wrong."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from addin.hosts.checks import Check
from addin.hosts.wps import connection, doctor
from addin.hosts.wps.connection import Connection
from addin.hosts.wps.doctor import Surroundings, examine
from addin.hosts.wps.install import install
from addin.hosts.wps.program import Program
from addin.hosts.wps.publish_list import with_entry
from tests.addin.hosts.wps.computers import THEIRS, Computer, a_computer, files_under

WPS = Program("/opt/kingsoft/wps-office/office6/et", "12.1.2.22571")
AROUND = Surroundings(WPS, packages=[])


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """A computer on which everything is in place."""
    pc = a_computer(tmp_path, monkeypatch)
    pc.write_list(THEIRS)
    install(pc.places, pc.systemd)
    pc.note(enable=True, isload=True, mode=1)
    return pc


def wrong(pc: Computer, around: Surroundings = AROUND) -> list[Check]:
    checks = examine(pc.places, around)
    assert len(checks) == 11
    assert all(check.found for check in checks)
    return [check for check in checks if not check.ok or check.untested]


def test_nothing_is_wrong_where_everything_is_in_place(pc: Computer) -> None:
    assert wrong(pc) == []


def test_looking_changes_nothing(pc: Computer) -> None:
    before = files_under(pc.home)

    wrong(pc)

    assert files_under(pc.home) == before


def relisted(version: str) -> Callable[[Computer], object]:
    return lambda pc: pc.write_list(with_entry(THEIRS.encode(), version))


def edited(old: bytes, new: bytes) -> Callable[[Computer], object]:
    return lambda pc: pc.write_list(pc.places.publish_list.read_bytes().replace(old, new))


def twice(pc: Computer) -> None:
    (ours,) = re.findall(rb"<jsplugin name.*?/>", pc.places.publish_list.read_bytes())
    edited(ours, ours + ours)(pc)


@pytest.mark.parametrize(
    ("spoil", "name", "found", "todo"),
    [
        (lambda pc: pc.write_list(THEIRS), "加载项登记", "publish.xml 中未登记", "bangdai wps install"),
        (lambda pc: pc.places.publish_list.unlink(), "加载项登记", "未登记", "bangdai wps install"),
        (lambda pc: pc.write_list("<a/>"), "加载项登记", "无法读取", "原文件另存一份"),
        (relisted("0.0.9"), "加载项登记", "登记的是 0.0.9", "bangdai wps install"),
        (twice, "加载项登记", "登记了 2 次", "bangdai wps install"),
        (edited(b'enable="enable_dev" install="null" customDomain', b'enable="false" customDomain'),
         "加载项登记", "已停用", "bangdai wps install"),
        (lambda pc: (pc.places.folder / "main.js").write_text(""), "加载项文件",
         "main.js 缺失或被改动", "bangdai wps install"),
        (lambda pc: (pc.places.folder / "images" / "bangdai_undo.svg").unlink(), "加载项文件",
         "images/bangdai_undo.svg 缺失或被改动", "bangdai wps install"),
        (lambda pc: pc.note(enable=False, isload=True), "WPS 加载情况", "已停用", "勾选 bangdai"),
        (lambda pc: pc.note(enable=True, isload=False), "WPS 加载情况", "未加载", "点“允许”"),
        (lambda pc: (pc.places.folder / "service.js").write_text("var BANGDAI_SERVICE;"), "连接设置",
         "不一致", "重新打开 WPS"),
        (lambda pc: (pc.places.folder / "service.js").chmod(0o644), "口令文件权限",
         "service.js 可被其他用户读取", "bangdai wps install"),
        (lambda pc: (pc.places.home / "wps.json").chmod(0o640), "口令文件权限",
         "wps.json 可被其他用户读取", "bangdai wps install"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_to_do(
    pc: Computer, spoil: Callable[[Computer], object], name: str, found: str, todo: str
) -> None:
    spoil(pc)

    (check,) = wrong(pc)

    assert check.name == name
    assert found in check.found
    assert todo in check.todo
    assert not check.untested


@pytest.mark.parametrize(
    "repaired",
    [
        lambda pc: pc.write_list("<a/>"),
        lambda pc: (pc.places.folder / "main.js").write_text(""),
        lambda pc: (pc.places.home / "wps.json").chmod(0o640),
        lambda pc: (pc.places.folder / "service.js").write_text(""),
        twice,
    ],
)
def test_what_it_says_to_do_helps(pc: Computer, repaired: Callable[[Computer], object]) -> None:
    repaired(pc)

    install(pc.places, pc.systemd)

    assert wrong(pc) == []


@pytest.mark.parametrize(
    "noted", ["", "{", "[]", '{"et": []}', '{"et": {"x": 1, "namelist": "x"}}']
)
def test_without_a_note_of_wps_nobody_knows_whether_it_loads(pc: Computer, noted: str) -> None:
    (pc.places.addins / "authaddin.json").write_text(noted)

    (check,) = wrong(pc)

    assert (check.name, check.verdict) == ("WPS 加载情况", "未验证")
    assert "点“允许”" in check.todo


def test_a_note_of_another_add_in_is_none_of_ours(pc: Computer) -> None:
    pc.note(name="other", enable=False, isload=False)

    (check,) = wrong(pc)

    assert check.found == "WPS 尚无加载记录"


# --- the program ---


@pytest.mark.parametrize(
    ("program", "found", "todo", "untested"),
    [
        (None, "未找到", "请安装 WPS 2019", False),
        (replace(WPS, version="10.1.0.6757"), "版本 10.1.0.6757", "请升级到 WPS 2019", False),
        (replace(WPS, sandboxed=True), "Flatpak", "改装 WPS 官网的安装包", True),
    ],
)
def test_a_wps_that_cannot_load_it_is_told_apart(
    pc: Computer, program: Program | None, found: str, todo: str, untested: bool
) -> None:
    (check,) = wrong(pc, replace(AROUND, program=program))

    assert (check.name, check.untested) == ("WPS 表格", untested)
    assert found in check.found
    assert todo in check.todo


def test_a_version_nobody_knows_is_no_fault(pc: Computer) -> None:
    assert wrong(pc, replace(AROUND, program=replace(WPS, version=""))) == []


# --- the service ---


@contextmanager
def listening(port: int) -> Iterator[None]:
    with socket.socket() as foreign:
        foreign.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        foreign.bind(("127.0.0.1", port))
        foreign.listen()
        yield


def test_a_port_that_another_program_has_is_named(pc: Computer) -> None:
    with listening(Connection.load(pc.places.home).port):
        (check,) = wrong(pc)

        assert "被其他程序占用" in check.found
        assert "改用其他端口" in check.todo
        assert wrong(pc, replace(AROUND, listens=True)) == [], "it is systemd's"


def test_a_service_that_does_not_answer_is_told(
    pc: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.service_lock(pc.places.home):
        (check,) = wrong(pc)

    assert check.found == "正在运行，但无应答"


def test_before_the_first_installation_every_missing_thing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc = a_computer(tmp_path, monkeypatch)

    lines = {check.name: check.found for check in wrong(pc)}

    assert set(lines) == {"加载项登记", "加载项文件", "WPS 加载情况", "连接设置", "本机服务"}


def test_missing_components_are_named(pc: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "uvicorn" else sys)

    (check,) = wrong(pc)

    assert check.found == "缺少 uvicorn"
    assert "bangdai[wps]" in check.todo


def test_a_python_that_is_gone_is_named(pc: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "service_command", lambda: ["/gone/python3"])

    (check,) = wrong(pc)

    assert check.found == "缺少 /gone/python3"
    assert "白名单" in check.todo

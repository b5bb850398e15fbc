from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from addin.hosts.user_files import DRAFT
from addin.hosts.wps import install as installing
from addin.hosts.wps.build import addin_files
from addin.hosts.wps.connection import Connection
from addin.hosts.wps.install import Places, install, uninstall, version
from addin.hosts.wps.program import Program
from addin.hosts.wps.publish_list import entries
from tests.addin.hosts.wps.computers import THEIRS, Computer, a_computer, files_under
from validators.errors import WriteRefused
from workbooks.file_locks import claim


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return a_computer(tmp_path, monkeypatch)


def our_entries(pc: Computer) -> list[str]:
    """Return the folders our entries of the list name."""
    listed = entries(pc.places.publish_list.read_bytes())
    return [entry.attributes["url"] for entry in listed if entry.is_ours]


# --- where ---


@pytest.mark.parametrize(
    ("environment", "sandboxed", "place"),
    [
        ({"APPDATA": "/C/张 三/Roaming", "HOME": "/h"}, False, "/C/张 三/Roaming/kingsoft/wps/jsaddons"),
        ({"HOME": "/home/张 三"}, False, "/home/张 三/.local/share/Kingsoft/wps/jsaddons"),
        ({"HOME": "/h", "XDG_DATA_HOME": "/d"}, False, "/d/Kingsoft/wps/jsaddons"),
        ({"HOME": "/h", "XDG_DATA_HOME": "d"}, False, "/h/.local/share/Kingsoft/wps/jsaddons"),
        ({"HOME": "/h"}, True, "/h/.var/app/com.wps.Office/data/Kingsoft/wps/jsaddons"),
    ],
)  # fmt: skip
def test_wps_has_its_add_ins_where_kingsofts_tools_put_them(
    environment: dict[str, str], sandboxed: bool, place: str
) -> None:
    found = Places.of(Program("et", "", sandboxed=sandboxed), environment)

    assert found.addins == Path(place)
    assert found.publish_list == Path(place, "publish.xml")


# --- install ---


@pytest.mark.parametrize("windows", [False, True])
def test_installing_puts_the_whole_add_in_beside_the_list_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows: bool
) -> None:
    pc = a_computer(tmp_path / str(windows), monkeypatch, windows=windows)

    done = install(pc.places, pc.systemd)

    held = files_under(done.folder)
    script = held.pop("service.js").decode()
    assert held == addin_files()
    assert our_entries(pc) == [done.folder.name]
    assert done.folder.parent == pc.places.addins
    kept = Connection.load(pc.places.home)
    said = json.loads(re.sub(r"^var BANGDAI_SERVICE = |;\n$", "", script))
    assert (said["port"], said["token"], kept.addin) == (kept.port, kept.token, done.folder)
    assert Path(said["start"][0]).is_file()
    assert (done.folder / "service.js").stat().st_mode & 0o077 == 0


def test_other_add_ins_are_kept_to_the_byte(pc: Computer) -> None:
    pc.write_list(THEIRS)

    install(pc.places, pc.systemd)

    head, tail = THEIRS.split("\n</jsplugins>")
    content = pc.places.publish_list.read_text("utf-8")
    assert content.startswith(head)
    assert content.endswith(f"\n</jsplugins>{tail}")


def test_installing_twice_changes_nothing_but_mends_what_is_damaged(pc: Computer) -> None:
    folder = install(pc.places, pc.systemd).folder
    before = files_under(pc.home)
    (folder / "main.js").write_text("")
    (folder / "ribbon.xml").unlink()

    install(pc.places, pc.systemd)

    assert files_under(pc.home) == before


def test_a_newer_version_replaces_the_older(pc: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    old = install(pc.places, pc.systemd).folder
    newer = {**addin_files(), "main.js": b"newer"}
    monkeypatch.setattr(installing, "addin_files", lambda: newer)

    new = install(pc.places, pc.systemd).folder

    assert new != old
    assert our_entries(pc) == [new.name]
    assert [folder.name for folder in pc.places.addins.iterdir() if folder.is_dir()] == [new.name]
    assert (new / "main.js").read_bytes() == b"newer"


def test_a_list_that_cannot_be_read_is_set_aside_under_todays_date(pc: Computer) -> None:
    pc.write_list(b"<jsplugins><jsplugin")

    done = install(pc.places, pc.systemd)

    assert done.damaged
    assert done.damaged.read_bytes() == b"<jsplugins><jsplugin"
    assert re.fullmatch(r"publish-无法读取-\d{8}-\d{6}\.xml", done.damaged.name)
    assert our_entries(pc) == [done.folder.name]


def test_a_port_that_another_program_has_taken_is_given_up_with_its_token(pc: Computer) -> None:
    install(pc.places, pc.systemd)
    before = Connection.load(pc.places.home)
    with socket.socket() as foreign:
        foreign.bind(("127.0.0.1", before.port))
        foreign.listen()

        install(pc.places, pc.systemd)

    after = Connection.load(pc.places.home)
    assert after.port != before.port
    assert after.token != before.token


def test_a_second_installation_at_the_same_time_is_told_to_wait(pc: Computer) -> None:
    pc.write_list(THEIRS)

    with claim(pc.places.publish_list), pytest.raises(WriteRefused, match="请等待其完成后重试"):
        install(pc.places, pc.systemd)

    assert files_under(pc.places.addins) == {"publish.xml": THEIRS.encode()}


# --- stopped in the middle ---

FEW = {"index.html": b"<html>", "main.js": b"", "ribbon.xml": b"<customUI/>", "images/a.svg": b""}
"""An add-in that is small, so that it can be installed often."""

CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}


def apart(pc: Computer, content: bytes, dies_before: int = -1, ready: int = -1) -> int:
    """Install another version in a process of its own; return its number.

    Args:
        pc: Where.
        content: Of the version's script.
        dies_before: It dies before its change of this number to a file.
        ready: A pipe, until whose end it waits.
    """
    if child := os.fork():
        return child
    changes = count()

    def die(event: str, arguments: tuple[object, ...]) -> None:
        reads = event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES and not reads and next(changes) == dies_before:
            os._exit(9)

    try:
        installing.addin_files = lambda: {**FEW, "main.js": content}
        if ready >= 0:
            os.read(ready, 1)
        sys.addaudithook(die)
        install(pc.places, pc.systemd)
        os._exit(0)
    except WriteRefused as refused:
        os._exit(3 if "请等待其完成后重试" in str(refused) else 4)
    finally:
        os._exit(8)


def code_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def whole(pc: Computer, contents: list[bytes], files: dict[str, bytes]) -> bool:
    """Tell whether the list names one folder, and that has every file of one of some versions."""
    (name,) = our_entries(pc)
    held = files_under(pc.places.addins / name)
    return (
        held.pop("main.js") in contents
        and "service.js" in held
        and all(held.get(name) == data for name, data in files.items() if name != "main.js")
    )


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "addin_files", lambda: FEW)


def test_an_installation_killed_at_any_moment_leaves_the_old_one_or_the_new_one(
    pc: Computer, few: None
) -> None:
    pc.write_list(THEIRS)
    install(pc.places, pc.systemd)
    old, step = b"", 0

    while (code := code_of(apart(pc, new := f"version {step}".encode(), step))) == 9:
        assert whole(pc, [old, new], FEW), f"killed before change {step}"
        old = (pc.places.addins / our_entries(pc)[0] / "main.js").read_bytes()
        step += 1

    assert (code, step > 20) == (0, True)
    assert whole(pc, [new], FEW)
    left = [path.name for path in pc.places.addins.iterdir()]
    assert not [name for name in left if name.startswith(DRAFT)]
    assert "办公助手" in pc.places.publish_list.read_text("utf-8")


def test_two_installations_at_once_end_with_one_whole_add_in(pc: Computer) -> None:
    pc.write_list(THEIRS)
    ready, go = os.pipe()
    both = [apart(pc, content, ready=ready) for content in (b"one", b"two")]

    os.write(go, b"12")
    codes = {code_of(child) for child in both}

    assert 0 in codes
    assert codes <= {0, 3}
    assert whole(pc, [b"one", b"two"], FEW)
    assert "办公助手" in pc.places.publish_list.read_text("utf-8")


@pytest.mark.parametrize("step", ["_write_folder", "replace_file", "_register"])
def test_an_installation_that_fails_at_a_step_leaves_the_old_one(
    pc: Computer, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    install(pc.places, pc.systemd)
    old = our_entries(pc)
    monkeypatch.setattr(installing, "addin_files", lambda: {**addin_files(), "main.js": b"newer"})

    def full(*_: object) -> None:
        raise WriteRefused("磁盘空间不足")

    monkeypatch.setattr(installing, step, full)
    with pytest.raises(WriteRefused):
        install(pc.places, pc.systemd)

    assert our_entries(pc) == old
    assert whole(pc, [addin_files()["main.js"]], addin_files())


# --- uninstall ---


def test_uninstalling_takes_what_was_installed_and_nothing_else(pc: Computer) -> None:
    pc.write_list(THEIRS)
    pc.note(enable=True, isload=True)
    (pc.places.addins / "other_1.0").mkdir()
    (pc.places.addins / "bangdai_backup").mkdir()
    (pc.places.addins / "other_1.0" / "main.js").write_text("x")
    before = files_under(pc.home)
    folder = install(pc.places, pc.systemd).folder

    removed = uninstall(pc.places, pc.systemd)

    assert files_under(pc.home) == before
    assert (pc.places.addins / "bangdai_backup").is_dir()
    assert removed == [pc.places.publish_list, folder, pc.places.home / "wps.json"]


def test_uninstalling_a_list_of_ours_removes_it(pc: Computer) -> None:
    install(pc.places, pc.systemd)

    uninstall(pc.places, pc.systemd)

    assert files_under(pc.home) == {}


def test_uninstalling_twice_does_nothing(pc: Computer) -> None:
    assert uninstall(pc.places, pc.systemd) == []
    assert not pc.places.addins.exists()


def test_a_list_that_cannot_be_read_is_not_touched_by_uninstalling(pc: Computer) -> None:
    install(pc.places, pc.systemd)
    pc.write_list(b"<broken")
    before = files_under(pc.home)

    with pytest.raises(WriteRefused, match="无法读取，未改动。请先修复或移走该文件，再卸载"):
        uninstall(pc.places, pc.systemd)

    assert files_under(pc.home) == before


def test_an_add_in_that_wps_has_open_is_a_sentence(
    pc: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(pc.places, pc.systemd)

    def locked(folder: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder / "images" / "a.svg"))

    monkeypatch.setattr(shutil, "rmtree", locked)

    with pytest.raises(WriteRefused, match="正在被 WPS 使用。请关闭全部 WPS 窗口后重试"):
        uninstall(pc.places, pc.systemd)

    assert not pc.places.publish_list.exists(), "WPS no longer loads it all the same"


# --- versions ---


def test_the_version_is_four_numbers_that_follow_the_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = version()
    monkeypatch.setattr(installing, "addin_files", lambda: {**addin_files(), "main.js": b"other"})

    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d{1,5}", before)
    assert version() != before


# --- systemd ---


def test_systemd_listens_on_the_port_and_starts_this_python(pc: Computer) -> None:
    pc.systemctl.there = True

    install(pc.places, pc.systemd)

    socket, service = (unit.read_text() for unit in pc.systemd.units)
    assert f"\nListenStream=127.0.0.1:{Connection.load(pc.places.home).port}\n" in socket
    assert f'\nExecStart="{sys.prefix}/bin/python3" "-I" "-m" "addin" "wps" "serve"\n' in service
    assert pc.systemd.listens()


def test_uninstalling_takes_the_units_away(pc: Computer) -> None:
    pc.systemctl.there = True
    install(pc.places, pc.systemd)

    removed = uninstall(pc.places, pc.systemd)

    assert set(pc.systemd.units) < set(removed)
    assert files_under(pc.home) == {}
    assert not pc.systemctl.active


@pytest.mark.parametrize("refuses", ["daemon-reload", "enable", "restart"])
def test_where_systemd_refuses_no_unit_is_left(pc: Computer, refuses: str) -> None:
    pc.systemctl.there, pc.systemctl.refuses = True, refuses

    done = install(pc.places, pc.systemd)

    assert not any(unit.exists() for unit in pc.systemd.units)
    assert our_entries(pc) == [done.folder.name]


def test_without_systemd_no_unit_is_written(pc: Computer) -> None:
    install(pc.places, pc.systemd)

    assert pc.systemctl.asked == ["is-active bangdai-wps.socket", "show-environment"]
    assert not pc.systemd.folder.exists()


def test_odd_signs_in_paths_are_written_as_systemd_reads_them(pc: Computer) -> None:
    pc.systemctl.there = True

    pc.systemd.install(50000, ['/张 三/50%/"a"$b\\c/python3', "-I"])

    line = pc.systemd.units[1].read_text("utf-8").partition("ExecStart=")[2]
    assert line == '"/张 三/50%%/\\"a\\"$$b\\\\c/python3" "-I"\n'
    if verify := shutil.which("systemd-analyze"):
        python = Path(sys.prefix, "bin", "python3")
        pc.systemd.install(50000, [str(python), "-I"])
        checked = subprocess.run(
            [verify, "verify", "--user", *map(str, pc.systemd.units)],
            capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(pc.home)},
        )  # fmt: skip
        assert (checked.returncode, checked.stderr) == (0, "")

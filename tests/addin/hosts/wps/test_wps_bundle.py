"""The folder for computers without internet, for each kind of them, and really installed from."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from click.testing import CliRunner

from addin.cli import cli
from addin.cli import wps as commands
from addin.hosts.offline import setup_offline
from addin.hosts.offline.bundle import PYTHON, SOURCE, TARGETS, Pin, download, pins_for
from addin.hosts.offline.setup_offline import damaged, install_from
from addin.hosts.user_files import home
from addin.hosts.wps.bundle import make_bundle
from tests.addin.hosts.excel.test_bundle import a_wheel, checked_out, published
from tests.addin.hosts.wps.computers import a_computer
from validators.errors import WriteRefused

LOCK = """anywhere==1.0 --hash=sha256:{0}
onlylinux==2.0 ; sys_platform == 'linux' --hash=sha256:{0}
onlywindows==3.0 ; sys_platform == 'win32' --hash=sha256:{0}
onlyarm==4.0 ; platform_machine == 'aarch64' --hash=sha256:{0}
""".format("a" * 64)


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("windows", ["anywhere", "onlywindows"]),
        ("x86_64", ["anywhere", "onlylinux"]),
        ("aarch64", ["anywhere", "onlylinux", "onlyarm"]),
        ("loongarch64", ["anywhere", "onlylinux"]),
    ],
)
def test_the_lock_is_read_for_each_kind_of_computer(target: str, names: list[str]) -> None:
    assert [pin.name for pin in pins_for(LOCK, "3.11.9", TARGETS[target])] == names


@pytest.mark.parametrize("target", TARGETS)
def test_our_own_lock_names_what_the_service_needs(target: str) -> None:
    pins = pins_for((SOURCE / "requirements.lock").read_text("utf-8"), PYTHON, TARGETS[target])

    names = {pin.name for pin in pins}
    assert {"starlette", "uvicorn", "h11", "xlwings", "pandas"} <= names
    assert ("pywin32" in names) is (target == "windows")


def test_the_command_offers_every_kind_of_computer() -> None:
    (option,) = [one for one in commands.bundle.params if one.name == "target"]

    assert list(option.type.choices) == list(TARGETS)  # type: ignore[attr-defined]


def arm_wheels(folder: Path) -> Path:
    """Fill a folder with published wheels for ARM beside those for Windows."""
    published(folder)
    a_wheel(folder, "numbers", "4.0", "cp311-cp311-manylinux_2_27_aarch64", {"numbers_.py": ""})
    return folder


def offline(monkeypatch: pytest.MonkeyPatch, index: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


def test_wheels_for_another_processor_are_fetched_by_their_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = arm_wheels(tmp_path / "index")
    offline(monkeypatch, index)
    (wheel,) = index.glob("*aarch64.whl")
    pin = Pin("numbers", "4.0", (hashlib.sha256(wheel.read_bytes()).hexdigest(),))

    download([pin], "3.11.9", TARGETS["aarch64"], tmp_path / "wheels")

    assert [file.name for file in (tmp_path / "wheels").iterdir()] == [wheel.name]


def test_what_a_processor_has_no_wheels_of_is_counted_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = arm_wheels(tmp_path / "index")
    offline(monkeypatch, index)
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in index.iterdir()}
    pins = [
        Pin("everywhere", "1.0", tuple(digests.values())),
        Pin("numbers", "4.0", tuple(digests.values())),
        Pin("onlywindows", "2.0", tuple(digests.values())),
    ]

    with pytest.raises(WriteRefused) as refused:
        download(pins, "3.11.9", TARGETS["loongarch64"], tmp_path / "wheels")

    assert refused.value.message == (
        "loongarch64 的电脑缺少 2 个程序文件（共 3 个）：numbers、onlywindows"
    )
    assert "x86_64" in refused.value.suggestion


@pytest.fixture
def empty_checkout(tmp_path: Path) -> Path:
    """A checkout that needs no other package."""
    checkout = checked_out(tmp_path / "checkout", published(tmp_path / "published"))
    (checkout / "requirements.lock").write_text("")
    return checkout


def page_of(folder: Path) -> str:
    page = (folder / "安装说明.html").read_text("utf-8")
    assert "{" not in page.partition("<body>")[2]
    return page


def test_a_folder_for_linux_brings_its_script_which_unpacks_python_and_starts_the_installation(
    tmp_path: Path, empty_checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, folder, user = os.uname().machine, tmp_path / "安装 文件夹", tmp_path / "张 三"
    installer = f"cpython-3.11.9-{machine}-unknown-linux-gnu-install_only.tar.gz"
    monkeypatch.setattr(
        "addin.hosts.wps.bundle.make_bundle",
        lambda out, target, python: make_bundle(
            out, target, python, empty_checkout, lambda *_: None
        ),
    )

    done = CliRunner().invoke(
        cli, ["wps", "bundle", "--for", machine, "--out", str(folder)], standalone_mode=False
    )

    assert done.exception is None
    assert f"已放入“{folder}”：5 个文件" in done.output
    assert f"请下载后放入： {installer}（python-build-standalone）" in done.output
    assert damaged(folder) == []
    assert {file.name for file in folder.iterdir()} == {
        "wheels", "requirements.txt", "install.sh", "install.py", "安装说明.html", "SHA256SUMS.txt",
    }  # fmt: skip
    assert installer in page_of(folder)
    assert f"{machine} 处理器" in page_of(folder)
    user.mkdir()
    (tmp_path / "python3").write_text('#!/bin/sh\necho "RUN $PWD $*"\n')
    (tmp_path / "python3").chmod(0o755)
    with tarfile.open(folder / installer.replace("9-", "9+20240814-"), "w:gz") as archive:
        archive.add(tmp_path / "python3", "python/bin/python3")
    started = subprocess.run(
        ["sh", str(folder / "install.sh")], env={"HOME": str(user), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert started.stdout.endswith(f"RUN {folder} -I install.py\n")
    assert (user / ".local/share/bangdai/python/bin/python3").exists()


def test_a_folder_for_windows_is_started_as_that_for_excel(
    tmp_path: Path, empty_checkout: Path
) -> None:
    made = make_bundle(tmp_path / "out", "windows", "3.11.9", empty_checkout, lambda *_: None)

    assert made.installer == "python-3.11.9-amd64.exe"
    assert (made.folder / "install.ps1").exists()
    assert "install.ps1" in page_of(made.folder)
    assert not list(made.folder.glob("*.xlam"))


@pytest.mark.parametrize(
    ("files", "words"),
    [([], ["wps", "install"]), (["导师帮带.xlam"], ["addin", "install", "--addin"])],
)
def test_without_excels_add_in_the_folder_installs_that_of_wps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], words: list[str]
) -> None:
    for name in files:
        (tmp_path / name).touch()
    (tmp_path / "SHA256SUMS.txt").touch()
    run: list[list[str]] = []
    monkeypatch.setattr(setup_offline, "_run", lambda command: run.append(command) or 0)
    monkeypatch.setattr("venv.EnvBuilder", MagicMock())

    assert install_from(tmp_path, tmp_path / "venv") == 0

    assert [command[1:4] for command in run] == [["-I", "-m", "pip"], ["-I", "-m", "addin"]]
    assert run[1][4 : 4 + len(words)] == words


def test_on_linux_it_goes_where_the_service_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[Path] = []
    monkeypatch.setattr(setup_offline, "install_from", lambda _, target: places.append(target) or 0)
    monkeypatch.setattr("sys.stdin", None)
    a_computer(tmp_path, monkeypatch)

    assert setup_offline.main() == 0
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert setup_offline.main() == 0

    assert places == [
        tmp_path / "张 三" / ".local" / "share" / "bangdai" / "venv",
        tmp_path / "data" / "bangdai" / "venv",
    ]
    assert home() == places[1].parent

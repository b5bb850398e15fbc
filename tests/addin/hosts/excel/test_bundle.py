"""The folder for PCs without internet, made from small packages and really installed from."""

from __future__ import annotations

import base64
import hashlib
import json
import locale
import shutil
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import pytest

from addin.cli import addin as commands
from addin.cli import console
from addin.hosts.excel.bundle import make_bundle
from addin.hosts.offline import setup_offline
from addin.hosts.offline.bundle import (
    PYTHON,
    SOURCE,
    WINDOWS,
    Bundle,
    Pin,
    Target,
    download,
    pins_for,
    requirement_lines,
)
from addin.hosts.offline.setup_offline import damaged, install_from, prepare
from tests.support.shared import SharedFolder
from validators.errors import UsageError, WriteRefused

LOCK = """# made by a tool
everywhere==1.0 \\
    --hash=sha256:{everywhere} \\
    --hash=sha256:{other}
onlywindows==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:{onlywindows}
onlymac==3.0 ; sys_platform == 'darwin' \\
    --hash=sha256:{other}
numbers==4.0 ; python_full_version < '3.12' \\
    --hash=sha256:{numbers}
numbers==5.0 ; python_full_version >= '3.12' \\
    --hash=sha256:{other}
"""


def a_wheel(folder: Path, name: str, version: str, tag: str, files: dict[str, str]) -> Path:
    """Write a wheel pip installs; the same arguments give the same bytes."""
    info = f"{name}-{version}.dist-info"
    parts = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(
        f"{path},sha256={digest.decode().rstrip('=')},{len(text.encode())}\n"
        for path, text in parts.items()
        for digest in [base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())]
    )
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-{tag}.whl"
    with ZipFile(wheel, "w") as package:
        for path, text in {**parts, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            package.writestr(path, text)
    return wheel


def published(folder: Path) -> Path:
    """Fill a folder with published Windows wheels."""
    a_wheel(folder, "everywhere", "1.0", "py3-none-any", {"everywhere.py": ""})
    a_wheel(folder, "onlywindows", "2.0", "cp311-cp311-win_amd64", {"onlywindows.py": ""})
    a_wheel(folder, "numbers", "4.0", "cp311-abi3-win_amd64", {"numbers_.py": ""})
    return folder


def checked_out(source: Path, index: Path) -> Path:
    """Write a checkout with a lock file whose own wheel says what it was called with."""
    (source / "addin").mkdir(parents=True)
    (source / "addin" / "__init__.py").touch()
    (source / "addin" / "__main__.py").write_text("import sys; print('CALLED', sys.argv[1:])\n")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "bangdai"\nversion = "9.8"\nrequires-python = ">=3.11"\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["addin"]\n'
    )
    digests = {
        wheel.name.partition("-")[0]: hashlib.sha256(wheel.read_bytes()).hexdigest()
        for wheel in index.glob("*.whl")
    }
    (source / "requirements.lock").write_text(LOCK.format(other="0" * 64, **digests))
    return source


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return published(tmp_path / "index")


@pytest.fixture
def checkout(tmp_path: Path, index: Path) -> Path:
    return checked_out(tmp_path / "checkout", index)


@pytest.fixture
def made(shared_folder: SharedFolder, tmp_path: Path) -> Bundle:
    """A copy of the bundle, its wheels downloaded by pip from a folder instead of the internet."""

    def make(folder: Path) -> None:
        index = published(folder / "index")
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PIP_NO_INDEX", "1")
            environment.setenv("PIP_FIND_LINKS", str(index))
            environment.setenv("PIP_CONFIG_FILE", "/dev/null")
            bundle = make_bundle(
                folder / "安装文件夹", "3.11.9", checked_out(folder / "checkout", index)
            )
        (folder / "bundle.json").write_text(
            json.dumps([bundle.count, bundle.size, bundle.installer])
        )

    shared = shared_folder("bundle", make)
    copy = shutil.copytree(shared / "安装文件夹", tmp_path / "安装文件夹")
    return Bundle(copy, *json.loads((shared / "bundle.json").read_text()))


def test_the_lock_is_read_for_windows_whatever_machine_this_is() -> None:
    pins = pins_for(LOCK.format(**dict.fromkeys(("everywhere", "onlywindows", "numbers",
                                                         "other"), "a" * 64)), "3.11.9", WINDOWS)  # fmt: skip

    assert [(pin.name, pin.version) for pin in pins] == [
        ("everywhere", "1.0"),
        ("onlywindows", "2.0"),
        ("numbers", "4.0"),
    ]
    assert len(pins[0].hashes) == 2


def test_our_own_lock_names_what_excel_on_windows_needs_with_hashes() -> None:
    pins = pins_for((SOURCE / "requirements.lock").read_text("utf-8"), PYTHON, WINDOWS)

    assert {"xlwings", "pywin32", "pydantic", "pandas"} <= {pin.name for pin in pins}
    assert "appscript" not in {pin.name for pin in pins}
    assert len({pin.name for pin in pins}) == len(pins)
    assert all(pin.hashes for pin in pins)


def test_the_folder_holds_what_a_pc_needs_and_names_what_it_lacks(made: Bundle) -> None:
    held = {file.relative_to(made.folder).as_posix() for file in made.folder.rglob("*.*")}

    assert held == {
        "wheels/everywhere-1.0-py3-none-any.whl",
        "wheels/onlywindows-2.0-cp311-cp311-win_amd64.whl",
        "wheels/numbers-4.0-cp311-abi3-win_amd64.whl",
        "wheels/bangdai-9.8-py3-none-any.whl",
        "requirements.txt",
        "导师帮带.xlam",
        "install.ps1",
        "install.py",
        "安装说明.html",
        "SHA256SUMS.txt",
    }
    assert made.installer == "python-3.11.9-amd64.exe"
    assert made.count == len(held) - 1
    assert damaged(made.folder) == []


def test_every_package_is_pinned_to_the_one_file_that_is_there(made: Bundle) -> None:
    lines = (made.folder / "requirements.txt").read_text().splitlines()

    digests = {
        hashlib.sha256(wheel.read_bytes()).hexdigest()
        for wheel in (made.folder / "wheels").glob("*.whl")
    }
    assert {line.partition("--hash=sha256:")[2] for line in lines} == digests
    assert [line.split()[0] for line in lines][-1] == "bangdai==9.8"


def test_the_page_and_the_script_name_the_installer_and_leave_no_blank(made: Bundle) -> None:
    page = (made.folder / "安装说明.html").read_text("utf-8")
    script = (made.folder / "install.ps1").read_bytes()

    assert "python-3.11.9-amd64.exe" in page
    assert f"逐个核对本文件夹中 {made.count} 个文件" in page
    assert "{" not in page.partition("<body>")[2]
    assert script.startswith(b"\xef\xbb\xbf"), "Windows PowerShell reads other scripts as GBK"
    assert "$version = '3.11'" in script.decode("utf-8-sig")
    assert "{PYTHON}" not in script.decode("utf-8-sig")


def test_a_folder_that_is_whole_is_installed_and_started(
    checkout: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "here"
    a_wheel(index, "everywhere", "1.0", "py3-none-any", {"everywhere.py": ""})
    wheel = next(index.glob("*.whl"))
    (checkout / "requirements.lock").write_text(
        f"everywhere==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    )

    def from_here(_: list[Pin], __: str, ___: Target, folder: Path) -> None:
        (folder / wheel.name).write_bytes(wheel.read_bytes())

    made = make_bundle(tmp_path / "bundle", "3.11.9", checkout, from_here)
    target = tmp_path / "李四" / "venv"

    code = install_from(made.folder, target)

    assert code == 0
    addin = made.folder / "导师帮带.xlam"
    assert f"CALLED ['addin', 'install', '--addin', '{addin}']" in capfd.readouterr().out
    python = target / "bin" / "python"
    subprocess.run([python, "-I", "-c", "import everywhere, addin"], check=True)


def test_a_damaged_folder_installs_nothing_and_names_the_files(
    made: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (made.folder / "wheels" / "numbers-4.0-cp311-abi3-win_amd64.whl").write_bytes(b"changed")
    (made.folder / "导师帮带.xlam").unlink()

    code = install_from(made.folder, tmp_path / "venv")

    said = capsys.readouterr().out
    assert code == 2
    assert "内容不符：wheels/numbers-4.0-cp311-abi3-win_amd64.whl" in said
    assert "缺少 导师帮带.xlam" in said
    assert not (tmp_path / "venv").exists()


def test_the_installer_needs_nothing_that_is_not_there_yet(made: Bundle, tmp_path: Path) -> None:
    """It runs before any package is installed, and on Windows only."""
    (made.folder / "requirements.txt").unlink()

    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(made.folder / "install.py")],
        env={"LOCALAPPDATA": str(tmp_path), "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert answer.returncode == 2, answer.stderr
    assert "缺少 requirements.txt" in answer.stdout


def test_a_wheel_that_is_not_the_locked_one_is_refused(index: Path) -> None:
    wheels = sorted(index.glob("*.whl"))

    with pytest.raises(ValueError, match="is not the file the lock names"):
        requirement_lines([Pin("everywhere", "1.0", ("0" * 64,))], wheels)
    with pytest.raises(ValueError, match="has 0 wheels"):
        requirement_lines([Pin("everywhere", "1.1", ())], wheels)


def test_a_wheel_that_cannot_be_had_is_a_sentence(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))

    with pytest.raises(WriteRefused, match="部分程序文件未下载成功"):
        download([Pin("missing", "1.0", ("0" * 64,))], "3.11.9", WINDOWS, tmp_path / "wheels")


def test_a_folder_with_something_in_it_is_let_be(tmp_path: Path, checkout: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "台账.xlsx").touch()

    with pytest.raises(WriteRefused, match="中已有内容"):
        make_bundle(tmp_path / "full", source=checkout)

    assert [file.name for file in (tmp_path / "full").iterdir()] == ["台账.xlsx"]


def test_away_from_the_source_it_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"没有 requirements\.lock"):
        make_bundle(tmp_path / "out", source=tmp_path)


def test_the_command_offers_the_version_the_bundle_is_made_for() -> None:
    (option,) = [one for one in commands.bundle.params if one.name == "python"]

    assert option.default == PYTHON
    assert setup_offline.HASHES == "SHA256SUMS.txt"


# --- output ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code_page", "encoding"),
    [
        (936, "gbk"),
        (54936, "gb18030"),
        (65001, "utf-8"),
        (0, locale.getpreferredencoding(False)),
        (None, "utf-8"),
    ],
)
def test_redirected_text_is_in_the_consoles_code_page_so_that_findstr_finds_it(
    code_page: int | None, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_offline, "console_code_page", lambda: code_page)
    written = BytesIO()
    stream = TextIOWrapper(written, encoding="ascii")

    prepare(stream)
    stream.write("错误 5 条 𠮷")
    stream.flush()

    assert "错误".encode(encoding) in written.getvalue()
    assert ("𠮷" in written.getvalue().decode(encoding)) is (encoding != "gbk")


def test_json_is_utf_8_among_text_of_any_code_page(monkeypatch: pytest.MonkeyPatch) -> None:
    written = BytesIO()
    stream = TextIOWrapper(written, encoding="gbk")
    monkeypatch.setattr(sys, "stdout", stream)

    console.say("正在读取")
    console.say_json({"级别": "错误"})

    first, second, _ = written.getvalue().split(b"\n")
    assert first.decode("gbk") == "正在读取"
    assert json.loads(second.decode("utf-8")) == {"级别": "错误"}


def test_an_installation_without_a_keyboard_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Nul(StringIO):
        def isatty(self) -> bool:
            return True  # as Windows says of NUL

    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(setup_offline, "install_from", lambda *_: 0)
    monkeypatch.setattr(sys, "stdin", Nul())

    assert setup_offline.main() == 0

"""Installation, self-check and bundle on a PC with a real registry and a real profile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from addin.hosts.excel.vba_module import xlwings_version
from addin.hosts.offline.setup_offline import damaged
from tests.windows.command_runs import contents, differences
from tests.windows.holding import READERS, held
from tests.windows.wine import PYTHON_HOME, ROOT, VENV, Wine

CONSOLE = "gbk"
ADDIN = r"D:\bundle\导师帮带.xlam"
APP_PATHS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
EXCEL = (rf"{APP_PATHS}\excel.exe", "", r"C:\Program Files\Microsoft Office\EXCEL.EXE")
XLSTART = r"%APPDATA%\Microsoft\Excel\XLSTART"
CONFIGURATION = r"%USERPROFILE%\.bangdai\bangdai.conf"
SECURITY = r"HKCU\Software\{}Microsoft\Office\16.0\Excel\Security"
DISABLED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems"


@pytest.fixture(scope="module")
def excel(wine: Wine) -> Iterator[None]:
    """Let the registry say that Excel is there."""
    key, _, program = EXCEL
    wine.run("reg", "add", key, "/ve", "/d", program, "/f")
    yield
    wine.run("reg", "delete", key, "/f")


def xlstart(wine: Wine) -> Path:
    return wine.home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"


# --- install and uninstall ---


def test_it_is_installed_checked_and_taken_away_again(excel: None, wine: Wine) -> None:
    installed = wine.bangdai("addin", "install", "--addin", ADDIN)

    text = installed.text(CONSOLE)
    assert installed.code == 0, text
    assert text.endswith("全部正常。\n")
    target = xlstart(wine) / "导师帮带.xlam"
    assert target.read_bytes() == wine.linux(ADDIN).read_bytes()
    configuration = wine.home / ".bangdai" / "bangdai.conf"
    assert configuration.read_text(CONSOLE) == (
        '"INTERPRETER_WIN","%LOCALAPPDATA%\\BangDai\\venv\\Scripts\\pythonw.exe"\n'
    )

    removed = wine.bangdai("addin", "uninstall")

    assert removed.code == 0, removed.text(CONSOLE)
    assert removed.text(CONSOLE).count("已删除") == 2
    assert not target.exists()
    assert not configuration.parent.exists()


@pytest.mark.long
def test_while_excel_has_it_open_it_is_neither_replaced_nor_taken_away(
    excel: None, wine: Wine
) -> None:
    wine.bangdai("addin", "install", "--addin", ADDIN)
    target = xlstart(wine) / "导师帮带.xlam"
    before = target.read_bytes()

    with held(wine, target, READERS):
        answers = [wine.bangdai("addin", verb) for verb in ("install", "uninstall")]

    for done in answers:
        assert done.code == 2
        assert "正在被 Excel 使用。请关闭全部 Excel 窗口后重试" in done.text(CONSOLE)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


# --- self-check ---


@dataclass(frozen=True)
class State:
    """Something wrong on the PC, and what the self-check must say.

    Attributes:
        name: What it is called among the tests.
        check: The line it is told on.
        found: What is said of it.
        todo: A word of the advice.
        also: Another line that says the same.
        values: Registry values: key, name, value.
        without: A registry key that is missing.
        files: Files and what is in them; None for one that is gone.
    """

    name: str
    check: str
    found: str
    todo: str
    also: str = ""
    values: tuple[tuple[str, str, Any], ...] = ()
    without: str = ""
    files: dict[str, str | None] = field(default_factory=dict)


STATES = (
    State("no Excel", "桌面版 Excel", "未找到", "桌面版 Excel 2010", without=EXCEL[0]),
    State(
        "from the internet", "“来自互联网”标记", "拒绝运行", "解除锁定",
        files={rf"{XLSTART}\导师帮带.xlam:Zone.Identifier": "[ZoneTransfer]\nZoneId=3\n"},
    ),
    State(
        "no trusted places", "信任设置", "全部受信任位置", "信任中心",
        values=((SECURITY.format("") + r"\Trusted Locations", "AllLocationsDisabled", 1),),
    ),
    State(
        "no add-ins by policy", "信任设置", "全部加载项", "电脑管理员",
        values=((SECURITY.format("Policies\\"), "DisableAllAddins", 1),),
    ),
    State(
        "signatures by policy", "信任设置", "数字签名", "电脑管理员",
        values=((SECURITY.format("Policies\\"), "RequireAddinSig", 1),),
    ),
    State(
        "disabled after a crash", "被停用的项目", "停用了 导师帮带.xlam", "禁用项目",
        values=((DISABLED, "2A5F3C", ["binary", r"c:\users\导师帮带.xlam"]),),
    ),
    State(
        "DLL in quarantine", "与 Excel 连接的 DLL", "缺少", "隔离区恢复", also="程序文件",
        files={rf"{VENV}\xlwings64-{xlwings_version()}.dll": None},
    ),
    State(
        "program in quarantine", "程序文件", "pythoncom311.dll", "隔离区恢复",
        files={rf"{VENV}\Lib\site-packages\pywin32_system32\pythoncom311.dll": None},
    ),
    State(
        "another Python", "配置文件", "指向其他 Python", "bangdai addin install",
        files={CONFIGURATION: f'"INTERPRETER_WIN","{PYTHON_HOME}\\pythonw.exe"\n'},
    ),
    State(
        "older add-in", "加载项文件", "版本不一致", "关闭全部 Excel",
        files={rf"{XLSTART}\导师帮带.xlam": "older"},
    ),
    State(
        "two copies", "多余的副本", "导师帮带 (1).xlam", "按钮重复显示",
        files={rf"{XLSTART}\导师帮带 (1).xlam": "a copy"},
    ),
)  # fmt: skip

HARMLESS = State(
    "another's add-in disabled", "", "", "",
    values=((DISABLED, "2A5F3D", ["binary", r"c:\users\别的加载项.xlam"]),),
)  # fmt: skip

WPS_ONLY = State(
    "WPS only", "", "", "",
    values=((r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot", r"C:\WPS"),),
    without=EXCEL[0],
)  # fmt: skip

EXAMINE = """
import json, os, sys, winreg
from contextlib import ExitStack
from click.testing import CliRunner
from addin.cli import cli

def opened(key):
    hive, _, path = key.partition("\\\\")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    return winreg.CreateKeyEx(roots[hive], path, 0, winreg.KEY_ALL_ACCESS)

def plant_value(undo, key, name, value):
    handle = undo.enter_context(opened(key))
    if isinstance(value, list):
        kind, value = winreg.REG_BINARY, value[1].encode("utf-16-le")
    else:
        kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
    winreg.SetValueEx(handle, name, 0, kind, value)
    undo.callback(winreg.DeleteValue, handle, name)

def take_key(undo, key):
    handle = undo.enter_context(opened(key))
    value, kind = winreg.QueryValueEx(handle, "")
    winreg.DeleteKey(handle, "")
    undo.callback(lambda: winreg.SetValueEx(opened(key), "", 0, kind, value))

def plant_file(undo, path, text):
    path = os.path.expandvars(path)
    aside = os.path.join(os.environ["TEMP"], "aside")
    if os.path.exists(path):
        os.rename(path, aside)
        undo.callback(os.rename, aside, path)
    if text is not None:
        with open(path, "w", encoding="gbk") as stream:
            stream.write(text)
        undo.callback(os.remove, path)

def examine():
    done = CliRunner().invoke(cli, ["addin", "doctor"], standalone_mode=False)
    if done.exception:
        raise done.exception
    return [done.return_value, done.output.splitlines()]

said = {"": examine()}
for state in json.loads(sys.argv[1]):
    with ExitStack() as undo:
        for value in state["values"]:
            plant_value(undo, *value)
        if state["without"]:
            take_key(undo, state["without"])
        for path, text in state["files"].items():
            plant_file(undo, path, text)
        said[state["name"]] = examine()
said["again"] = examine()
sys.stdout.buffer.write(json.dumps(said).encode())
"""


@pytest.fixture(scope="module")
def said(excel: None, wine: Wine) -> Iterator[dict[str, tuple[int, list[str]]]]:
    """Return what the self-check says in each state, all of them planted in one process."""
    wine.bangdai("addin", "install", "--addin", ADDIN)
    states = json.dumps([asdict(state) for state in (*STATES, HARMLESS, WPS_ONLY)])
    done = wine.python("-c", EXAMINE, states, timeout=600)
    assert done.code == 0, done.text(CONSOLE)
    yield json.loads(done.out)
    wine.bangdai("addin", "uninstall")


@pytest.mark.long
@pytest.mark.parametrize("state", ["", HARMLESS.name, "again"])
def test_nothing_is_wrong_on_a_pc_where_all_is_in_place(
    state: str, said: dict[str, tuple[int, list[str]]]
) -> None:
    code, lines = said[state]

    assert code == 0, lines
    assert lines[-1] == "全部正常。"
    assert all(line.startswith("正常") for line in lines[:-1])


@pytest.mark.long
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_what_is_wrong_is_named_with_what_to_do(
    state: State, said: dict[str, tuple[int, list[str]]]
) -> None:
    code, lines = said[state.name]
    wrong = [at for at, line in enumerate(lines) if line.startswith("异常")]
    told = [lines[at].partition("：")[0].removeprefix("异常　") for at in wrong]

    assert code == 1
    assert told == [name for name in (state.check, state.also) if name]
    assert state.found in lines[wrong[0]]
    assert state.todo in lines[wrong[0] + 1]
    assert lines[-1].startswith(f"有 {len(wrong)} 项有问题")


@pytest.mark.long
def test_with_wps_alone_nobody_knows_and_it_says_what_to_try(
    said: dict[str, tuple[int, list[str]]],
) -> None:
    code, lines = said[WPS_ONLY.name]

    assert code == 0
    assert lines[0] == r"未验证　桌面版 Excel：未找到，本机安装的是 WPS（C:\WPS\office6\et.exe）"
    assert "可试：请用 bangdai wps install" in lines[1]
    assert lines[-1] == "未发现问题，有 1 项未验证。"


# --- the bundle ---

_TOOLS = ("editables", "hatchling", "packaging", "pathspec", "pluggy", "trove_classifiers")
"""What builds a wheel."""
_LOCKED = ("click", "et_xmlfile")
"""Enough of the lock: what is fetched and how is the same for the other packages."""


def a_checkout(wine: Wine, folder: Path) -> Path:
    """Copy what a bundle is made of; its lock names two packages only."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "examples", "pictures")
    for room in ("addin", "validators", "workbooks"):
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE.md"):
        shutil.copyfile(ROOT / name, folder / name)
    lines = (wine.drive_d / "bundle" / "requirements.txt").read_text().splitlines()
    kept = [line for line in lines if line.partition("==")[0].replace("-", "_") in _LOCKED]
    assert len(kept) == len(_LOCKED)
    (folder / "requirements.lock").write_text("\n".join(kept) + "\n")
    return folder


def the_tools(wine: Wine, folder: Path) -> Path:
    """Gather pip and what builds wheels, which a clerk's Python has not."""
    shutil.rmtree(folder, ignore_errors=True)
    bundled = wine.linux(PYTHON_HOME) / "Lib" / "ensurepip" / "_bundled"
    (pip,) = bundled.glob("pip-*.whl")
    shutil.unpack_archive(pip, folder, "zip")
    here = Path(sys.modules["pytest"].__file__ or "").parents[1]
    for tool in _TOOLS:
        for found in here.glob(f"{tool}*"):
            shutil.copytree(found, folder / found.name)
    return folder


@pytest.mark.long
def test_a_bundle_made_on_windows_is_the_one_made_on_linux(wine: Wine, tmp_path: Path) -> None:
    source = a_checkout(wine, wine.drive_d / "源代码")
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    wheels = wine.base / "wheels"
    tools = the_tools(wine, wine.drive_d / "工具")
    shutil.rmtree(wine.drive_d / "包", ignore_errors=True)
    python = [sys.executable, "-m", "addin", "addin", "bundle", "--out"]
    environment = {**offline, "PIP_FIND_LINKS": str(wheels)}
    subprocess.run([*python, tmp_path / "包"], cwd=source, env=environment, check=True)

    links = {"PIP_FIND_LINKS": wine.windows(wheels), "PYTHONPATH": wine.windows(tools)}
    done = wine.bangdai(
        "addin", "bundle", "--out", r"D:\包", cwd=source, env={**offline, **links}, timeout=900
    )

    assert done.code == 0, done.text(CONSOLE)
    bundles = (tmp_path / "包", wine.drive_d / "包")
    assert [damaged(bundle) for bundle in bundles] == [[], []]
    assert differences(*map(without_our_digest, bundles)) == []


def without_our_digest(bundle: Path) -> dict[str, bytes]:
    """Return what is in a bundle; our own wheel says on which system it was made."""
    found = contents(bundle)
    ours = rb"[0-9a-f]{64}(?=  (wheels/bangdai|requirements\.txt))|(?<=bangdai==).*"
    for name in ("SHA256SUMS.txt", "requirements.txt"):
        assert re.search(ours, found[name])
        found[name] = re.sub(ours, b"", found[name])
    return found


@pytest.mark.long
def test_away_from_the_source_no_bundle_is_made(wine: Wine) -> None:
    done = wine.bangdai("addin", "bundle", "--out", r"D:\没有包")

    assert done.code == 2
    assert "请在源代码文件夹中运行本命令" in done.text(CONSOLE)
    assert not (wine.drive_d / "没有包").exists()


@pytest.mark.long
def test_a_bundle_installs_without_internet_and_without_anybody_to_answer(
    excel: None, wine: Wine
) -> None:
    """install.ps1 starts this line; its log is one text in one writing."""
    home = wine.drive_d / "本地"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    lines = (
        "@echo off",
        "set LOCALAPPDATA=D:\\本地",
        f'"{PYTHON_HOME}\\python.exe" -I D:\\bundle\\install.py < NUL > D:\\本地\\安装.txt 2>&1',
        "exit /b %errorlevel%",
    )
    (home / "安装.cmd").write_bytes("\r\n".join([*lines, ""]).encode(CONSOLE))

    done = wine.run("cmd", "/c", r"D:\本地\安装.cmd", timeout=1800)

    log = (home / "安装.txt").read_bytes().decode(CONSOLE)
    assert done.code == 0, log
    assert "Traceback" not in log
    for step in ("1/3 ", "2/3 ", "3/3 ", "已装入 ", "全部正常。"):
        assert step in log
    assert (home / "BangDai" / "venv" / "Scripts" / "pythonw.exe").exists()

"""What a command says where a Windows sends it: a file, a pipe, nobody; and whom it asks."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.addin.actions.decisions.decided_ledger import AS_OF, write_decided
from tests.windows.wine import VENV, Done, Wine
from workbooks.samples import write_samples

DAY = ("--as-of", AS_OF.isoformat())
SCRIPTS = f"{VENV}\\Scripts"
BANGDAI = f'"{SCRIPTS}\\python.exe" -m addin'
CONSOLE = "gbk"
"""Code page 936, which findstr and PowerShell's > read."""

FIND_AN_ERROR = (
    f'"{SCRIPTS}\\python.exe" -c '
    r"""^"import sys; sys.exit('[\u9519\u8bef]'.encode('gbk') not in sys.stdin.buffer.read())^" """
)
"""findstr 错误, which Wine has only a name of."""


@pytest.fixture
def desk(wine: Wine, tmp_path: Path) -> Path:
    """Return a folder of the PC with a ledger whose decisions want statuses changed."""
    folder = wine.drive_d / "控制台"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_decided(folder / "台账.xlsx")
    return folder


def shell(wine: Wine, desk: Path, *lines: str) -> Done:
    """Run lines as a .cmd file, written as a Chinese Windows reads it."""
    text = "\r\n".join(["@echo off", *lines, ""])
    (desk / "run.cmd").write_bytes(text.encode(CONSOLE))
    return wine.run("cmd", "/c", "run.cmd", cwd=desk, timeout=300)


def validate(what: str = "") -> str:
    return f"{BANGDAI} validate 台账.xlsx {' '.join(DAY)} {what}"


# --- redirected ---


def test_what_is_redirected_is_read_by_what_reads_this_windows_text(wine: Wine, desk: Path) -> None:
    lines = (validate("> 结果.txt"), validate(f"| {FIND_AN_ERROR}"), "echo %errorlevel%")

    done = shell(wine, desk, *lines)

    text = (desk / "结果.txt").read_bytes().decode(CONSOLE)
    assert "[错误] 期满考核!E4（等次）" in text
    assert done.out.split() == [b"0"], done.text(CONSOLE)


@pytest.mark.long
def test_what_is_wrong_is_redirected_in_the_same_writing(wine: Wine, desk: Path) -> None:
    done = shell(wine, desk, f"{BANGDAI} validate 没有.xlsx 2> 错.txt", "echo %errorlevel%")

    assert "没有.xlsx”不存在，请核对路径" in (desk / "错.txt").read_bytes().decode(CONSOLE)
    assert done.out.split() == [b"2"]


@pytest.mark.long
def test_what_programs_read_is_utf_8(wine: Wine, desk: Path) -> None:
    shell(wine, desk, validate("--json > 结果.json"))

    said = json.loads((desk / "结果.json").read_bytes().decode("utf-8"))
    assert any(each["sheet"] == "期满考核" for each in said["findings"])


# --- nobody there ---

BEHIND = f"""
import json, pathlib, subprocess, sys
pythonw = r"{SCRIPTS}\\pythonw.exe"
ask = "import pathlib, sys; pathlib.Path('streams.txt').write_text(repr((sys.stdout, sys.stderr)))"
codes = [
    subprocess.run([pythonw, *words], creationflags=subprocess.DETACHED_PROCESS).returncode
    for words in (["-c", ask], ["-m", "addin", *sys.argv[1:]])
]
print(json.dumps(codes))
"""


def test_without_a_console_a_command_does_its_work(wine: Wine, desk: Path) -> None:
    words = ("update", "台账.xlsx", "--out", "已更新.xlsx", "--jobs", "2", *DAY)

    done = wine.python("-c", BEHIND, *words, cwd=desk, timeout=300)

    assert json.loads(done.out) == [0, 0], done.text(CONSOLE)
    assert (desk / "streams.txt").read_text() == "(None, None)"
    assert (desk / "已更新.xlsx").exists()


@pytest.mark.long
def test_where_nobody_can_answer_nobody_is_asked(wine: Wine, desk: Path) -> None:
    """NUL calls itself a terminal."""
    words = " ".join(DAY)
    lines = [
        f"{BANGDAI} update 台账.xlsx --out 已更新.xlsx {words} < NUL",
        "echo %errorlevel%",
        f"{BANGDAI} submit 台账.xlsx --out 上报 {words} < NUL",
        "echo %errorlevel%",
    ]

    said = shell(wine, desk, *lines).text(CONSOLE)

    updated, submitted, *_ = said.split("\n0\n")
    assert "有 10 处状态、日期等应随之更新" in updated
    assert "加 --apply-decisions" in updated
    assert (desk / "已更新.xlsx").exists()
    assert "未上报。请先改正错误" in submitted
    assert said.endswith("\n1\n")
    assert not (desk / "上报").exists()


# --- beside each other ---


@pytest.fixture
def reported(desk: Path) -> str:
    """Return the name of a folder with two townships' ledgers."""
    write_samples(desk / "上报", townships=2, log_rows=200, error_rate=0.03, seed=7, as_of=AS_OF)
    return "上报"


def consolidation(reported: str) -> tuple[str, ...]:
    return ("consolidate", reported, "--out", "汇总.xlsx", "--jobs", "2", *DAY)


@pytest.mark.long
def test_of_two_consolidations_into_one_file_the_second_is_told_of_the_first(
    reported: str, wine: Wine, desk: Path
) -> None:
    words = consolidation(reported)
    first = wine.start(f"{SCRIPTS}\\python.exe", "-m", "addin", *words, cwd=desk)
    until = time.monotonic() + 120
    while not list(desk.glob(".bangdai-*.holder")) and time.monotonic() < until:
        time.sleep(0.02)

    second = wine.bangdai(*words, cwd=desk)
    out, err = first.communicate(timeout=300)

    assert second.code == 2, second.text(CONSOLE)
    assert "“汇总.xlsx”正由王小芳（电脑 " in second.text(CONSOLE)
    assert first.returncode == 1, (out + err).decode(CONSOLE)
    assert [path.name for path in desk.glob(".bangdai*")] == []


KILL = """
import json, pathlib, psutil, subprocess, sys, time
first = subprocess.Popen([sys.executable, "-m", "addin", *sys.argv[1:]], stdout=subprocess.PIPE)
until = time.monotonic() + 120
while not list(pathlib.Path().glob(".bangdai-*.holder")) and time.monotonic() < until:
    time.sleep(0.02)
time.sleep(1)
workers = psutil.Process(first.pid).children(recursive=True)
first.kill()
first.wait()
gone, alive = psutil.wait_procs(workers, timeout=30)
print(json.dumps([len(gone), len(alive)]))
"""


@pytest.mark.long
def test_after_a_killed_consolidation_the_next_one_cleans_up(
    reported: str, wine: Wine, desk: Path
) -> None:
    words = consolidation(reported)

    killed = wine.python("-c", KILL, *words, cwd=desk, timeout=300)
    done = wine.bangdai(*words, cwd=desk)

    assert json.loads(killed.out)[1] == 0, killed.text(CONSOLE)
    assert done.code == 1, done.text(CONSOLE)
    assert (desk / "汇总.xlsx").exists()
    assert [path.name for path in desk.glob(".bangdai*")] == []


@pytest.mark.long
def test_a_user_without_a_name_consolidates(reported: str, wine: Wine, desk: Path) -> None:
    nameless = [f"set {name}=" for name in ("USERNAME", "USER", "LOGNAME", "LNAME")]
    command = f"{BANGDAI} {' '.join(consolidation(reported))}"

    done = shell(wine, desk, *nameless, command)

    assert done.code == 1, done.text(CONSOLE)
    assert (desk / "汇总.xlsx").exists()

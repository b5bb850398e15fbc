"""Files as Windows has them: held by other programs, named as it forbids, far down, on a server."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.faults.inputs import AS_OF
from tests.windows.holding import NOBODY, READERS, held
from tests.windows.wine import Done, Wine
from workbooks.samples import write_samples

pytestmark = pytest.mark.long

DAY = ("--as-of", AS_OF.isoformat())


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two townships' ledgers."""
    folder = tmp_path_factory.mktemp("files") / "上报"
    write_samples(folder, townships=2, log_rows=20, error_rate=0.03, seed=7, as_of=AS_OF)
    return folder


@pytest.fixture
def desk(wine: Wine, reported: Path) -> Path:
    """Return a folder of the PC with those ledgers in it."""
    folder = wine.drive_d / "桌 面（一）"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(reported, folder / "上报")
    return folder


def ledger(desk: Path) -> Path:
    return min((desk / "上报").glob("*.xlsx"))


def consolidate(wine: Wine, desk: Path, out: str, *more: str) -> Done:
    words = ("上报", "--out", out, "--jobs", "1", *DAY, *more)
    return wine.bangdai("consolidate", *words, cwd=desk)


def refusal(done: Done, *wanted: str) -> str:
    """Return the sentence of a command that refused; it is Chinese but for names and paths."""
    text = done.text("gbk")
    assert done.code == 2, text
    assert "Traceback" not in text
    assert not re.search(r"[a-z]+ [a-z]+", text), text
    for word in wanted:
        assert word in text
    return text


def drafts(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".bangdai*")]


# --- files in use ---


@pytest.mark.parametrize("share", [NOBODY, READERS], ids=["nobody", "readers"])
def test_a_consolidation_another_program_has_open_is_left_alone_and_named(
    share: int, wine: Wine, desk: Path
) -> None:
    assert consolidate(wine, desk, "汇总.xlsx").code in {0, 1}
    before = (desk / "汇总.xlsx").read_bytes()

    with held(wine, desk / "汇总.xlsx", share):
        done = consolidate(wine, desk, "汇总.xlsx")

    text = refusal(done, "汇总.xlsx")
    assert "不是本工具生成" not in text
    assert re.search("占用|打开", text)
    assert (desk / "汇总.xlsx").read_bytes() == before
    assert drafts(desk) == []


def test_a_ledger_excel_has_open_is_read_as_it_was_saved(wine: Wine, desk: Path) -> None:
    file = ledger(desk)
    closed = wine.bangdai("validate", f"上报/{file.name}", "--json", *DAY, cwd=desk)

    with held(wine, file, READERS):
        opened = wine.bangdai("validate", f"上报/{file.name}", "--json", *DAY, cwd=desk)

    assert opened == closed
    assert closed.code == 1


def test_a_ledger_nobody_may_read_is_a_finding_and_the_other_is_consolidated(
    wine: Wine, desk: Path
) -> None:
    file = ledger(desk)

    with held(wine, file, NOBODY):
        alone = wine.bangdai("validate", f"上报/{file.name}", *DAY, cwd=desk)
        both = consolidate(wine, desk, "汇总.xlsx")

    for done in (alone, both):
        text = done.text("gbk")
        assert done.code == 2, text
        assert file.name in text
        assert re.search("占用|打开", text), text
        assert "Permission" not in text
        assert "Traceback" not in text
    assert (desk / "汇总.xlsx").exists()


def test_a_read_only_file_is_not_replaced(wine: Wine, desk: Path) -> None:
    assert consolidate(wine, desk, "汇总.xlsx").code in {0, 1}
    before = (desk / "汇总.xlsx").read_bytes()
    wine.run("attrib", "+r", "汇总.xlsx", cwd=desk)

    refusal(consolidate(wine, desk, "汇总.xlsx"), "汇总.xlsx")

    assert (desk / "汇总.xlsx").read_bytes() == before
    assert drafts(desk) == []


# --- names and paths ---

TOLD = """
import contextlib, io, json, sys
from addin import cli

def told(words):
    text = io.StringIO()
    sys.argv = ["bangdai", *words]
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        try:
            cli.main()
        except SystemExit as end:
            return end.code, text.getvalue()

day, *targets = json.loads(sys.argv[1])
said = [told(["new", "开城镇", "--as-of", day, "--out", target]) for target in targets]
sys.stdout.buffer.write(json.dumps(said).encode())
"""
FAR_DOWN = "\\".join(["很长的文件夹名称" * 3] * 12)
TARGETS = {
    "CON.xlsx": "“CON.xlsx”是 Windows 保留的设备名",
    "nul.xlsx": "“nul.xlsx”是 Windows 保留的设备名",
    "com1.汇总.xlsx": "“com1.汇总.xlsx”是 Windows 保留的设备名",
    "aux\\台账.xlsx": "“aux”是 Windows 保留的设备名",
    "结尾是点.xlsx.": "以空格或句点结尾",
    "结尾是空格.xlsx ": "以空格或句点结尾",
    "问?号.xlsx": "不允许的字符“?”",
    "没有\\这个\\文件夹.xlsx": "没有\\这个”不存在",
    "Q:\\没有的盘.xlsx": "文件夹“Q:\\”不存在",
    "上报": "“上报”已存在，未覆盖",
    f"{FAR_DOWN}\\开城镇.xlsx": "路径太长",
    f"D:\\桌 面（一）\\{'长' * 250}.xlsx": "路径太长",
    "长" * 300 + ".xlsx": "文件名太长",
}
"""What a clerk may ask for in vain, and what she must be told."""


def test_a_name_windows_does_not_take_is_refused_in_a_sentence(wine: Wine, desk: Path) -> None:
    (desk / FAR_DOWN.replace("\\", "/")).mkdir(parents=True)
    before = sorted(desk.rglob("*"))

    done = wine.python("-c", TOLD, json.dumps([AS_OF.isoformat(), *TARGETS]), cwd=desk)

    assert done.code == 0, done.text("gbk")
    for target, (code, text) in zip(TARGETS, json.loads(done.out), strict=True):
        assert TARGETS[target] in refusal(Done(code, b"", text.encode("gbk")))
    assert sorted(desk.rglob("*")) == before


# --- servers ---


def test_ledgers_on_a_server_are_consolidated_there(wine: Wine, desk: Path) -> None:
    """By the name of its share, then by the letter of a drive mapped to that, in its place."""
    drives = wine.prefix / "dosdevices"
    share = drives / "unc" / "bangdai" / "share"
    share.parent.mkdir(parents=True, exist_ok=True)
    for link, target in ((share, desk), (drives / "n:", share)):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    wine.run("reg", "add", r"HKLM\Software\Wine\Drives", "/v", "n:", "/d", "network", "/f")
    written = []

    try:
        for root in ("\\\\bangdai\\share", "N:"):
            places = (f"{root}\\上报", "--out", f"{root}\\汇总.xlsx")
            done = wine.bangdai("consolidate", *places, "--jobs", "2", *DAY)
            assert done.code == 1, done.text("gbk")
            written.append((desk / "汇总.xlsx").stat().st_ino)
    finally:
        (drives / "n:").unlink()  # or it would be the drive of whatever runs in the desk

    assert written[0] != written[1]
    assert drafts(desk) == []

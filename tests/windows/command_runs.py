"""Every command of ours: what it is run on, and what a run leaves.

A command that is not listed here fails a test of the command line.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from addin.actions.confirm import confirm_pairings
from addin.actions.consolidate import consolidate
from tests.addin.actions.decisions.decided_ledger import write_decided
from tests.addin.actions.published import write_posts
from tests.addin.actions.waiting_ledger import waiting_rows, write_waiting
from tests.addin.ribbon.pressing import long_ledger
from tests.faults.inputs import AS_OF, adopted_ledger, example_ledger, untidy_ledger
from workbooks.samples import write_samples

INPUTS = "输入"
_DAY = ("--as-of", AS_OF.isoformat())
_TWO = ("--jobs", "2", *_DAY)


@dataclass(frozen=True)
class Run:
    """One call of a command, in an empty folder beside the inputs.

    Attributes:
        command: The words that call it.
        arguments: What follows them.
        quick: Whether it is one of the few that also run in the standard set.
    """

    command: str
    arguments: tuple[str, ...]
    quick: bool = False

    @property
    def name(self) -> str:
        """What it is called among the tests and the folders."""
        chosen = [word.strip("-") for word in self.arguments if word.startswith("--")]
        told = [word for word in chosen if word not in {"out", "as-of", "jobs"}]
        return "-".join((*self.command.split(), *told))

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs it reads."""
        return [w.removeprefix(_on("")) for w in self.arguments if w.startswith(_on(""))]

    @property
    def is_json(self) -> bool:
        """Whether another program reads what it says."""
        return "--json" in self.arguments


def _on(file: str) -> str:
    return f"../{INPUTS}/{file}"


RUNS = (
    Run("demo", ("--out", "演示")),
    Run("samples", ("--out", "样例", "--townships", "2", "--log-rows", "30", *_TWO)),
    Run("new", ("开城镇", "--out", "新 台账.xlsx", *_DAY), quick=True),
    Run("new", ("开城镇", "--out", "结转.xlsx", "--carry-over", _on("写法.xlsx"), *_DAY)),
    Run("validate", (_on("上报"), "--all", *_TWO), quick=True),
    Run("validate", (_on("上报"), "--json", *_TWO), quick=True),
    Run("number", (_on("缺号.xlsx"), "--out", "补全.xlsx", *_DAY)),
    Run("tidy", (_on("写法.xlsx"), "--out", "规范.xlsx", *_DAY), quick=True),
    Run("submit", (_on("写法.xlsx"), "--out", "送", "--tidy", "--with-errors", *_DAY)),
    Run("pair", (_on("待结对.xlsx"), "--out", "建议.xlsx", *_DAY)),
    Run("pair", (_on("上报"), "--out", "建议", "--json", *_TWO)),
    Run("confirm", (_on("采纳.xlsx"), "--out", "已结对.xlsx", *_DAY)),
    Run("papers", (_on("已结对.xlsx"), "--out", "材料.xlsx", *_DAY)),
    Run("update", (_on("日志.xlsx"), "--out", "已更新.xlsx", *_TWO)),
    Run("update", (_on("上报"), "--out", "全部", "--apply-decisions", "--accept-duties", *_TWO)),
    Run("accept", (_on("日志.xlsx"), "--out", "采纳.xlsx", *_DAY)),
    Run("complete", (_on("已决定.xlsx"), "--out", "期满.xlsx", *_DAY)),
    Run("cards", (_on("已决定.xlsx"), "--out", "卡.xlsx", *_TWO)),
    Run("flags", (_on("上报"), *_TWO)),
    Run("flags", (_on("上报"), "--json", *_TWO)),
    Run("awards", (_on("上报"), *_TWO)),
    Run("awards", (_on("上报"), "--json", *_TWO)),
    Run("consolidate", (_on("上报"), "--out", "汇总.xlsx", *_TWO)),
    Run("consolidate", (_on("上报"), "--out", "又.xlsx", "--previous", _on("汇总.xlsx"), *_TWO)),
    Run("export", (_on("上报"), "--out", "数据", "--format", "csv", *_TWO)),
    Run("return", (_on("上报"), "--out", "退回", *_TWO)),
    Run("report", (_on("上报"), "--period", "2026H1", "--out", "半年报.xlsx", *_TWO)),
    Run("remind", (_on("上报"), "--out", "提醒.xlsx", *_TWO)),
    Run("compare", (_on("写法.xlsx"), _on("日志.xlsx"), "--out", "变动.xlsx", *_TWO)),
    Run("publish", (_on("汇总.xlsx"), "下发")),
    Run("receive", (_on("日志.xlsx"), "--package", _on("下发.xlsx"), "--out", "收.xlsx", *_DAY)),
    Run("import", (_on("名册.csv"), "--unit", "开城镇", "--out", "导入.xlsx", *_DAY)),
    Run("addin build", ("--out", "加载项")),
    Run("calc build", ("--out", "扩展")),
)

ELSEWHERE = {
    "addin install": "test_installation.py",
    "addin uninstall": "test_installation.py",
    "addin doctor": "test_installation.py",
    "addin bundle": "test_installation.py",
    "wps install": "test_wps.py",
    "wps uninstall": "test_wps.py",
    "wps doctor": "test_wps.py",
    "wps start": "test_wps.py",
    "wps stop": "test_wps.py",
}
"""Commands that do something on Windows only, and the module that runs them."""

NEVER_ON_WINDOWS = {
    "calc press", "calc install", "calc uninstall", "calc doctor", "wps bundle", "wps serve",
}  # fmt: skip
"""`calc` needs LibreOffice; `addin bundle` and `wps start` do what the other two do."""


def make_input(folder: Path, name: str) -> None:
    """Write one of the files or folders the runs read, unless it is there."""
    if not (folder / name).exists():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of openpyxl, about areas to be printed
            _MAKERS[name](folder / name)


def _missing_ids(path: Path) -> None:
    rows = waiting_rows()
    rows["individual"][1]["mentee_id"] = None
    write_waiting(path, rows)


def _paired(path: Path) -> None:
    adopted = adopted_ledger(path.with_name("采纳到结对.xlsx"))
    confirm_pairings(adopted, path, papers=None, as_of=AS_OF)


def _reported(folder: Path) -> None:
    write_samples(folder, townships=3, log_rows=60, error_rate=0.03, seed=7, as_of=AS_OF)
    example_ledger(folder / "另一份.xlsx")


def _roster(path: Path) -> None:
    lines = ("姓名,性别,出生年月,工作单位,职务", "王秀兰,女,1978-05,开城镇政府,农业农村办主任",
             "马志远,男,1981-11,开城镇政府,党建办干事")  # fmt: skip
    path.write_text("\r\n".join(lines), encoding="gb18030")


def _consolidated(path: Path) -> None:
    make_input(path.parent, "上报")
    consolidate([path.parent / "上报"], path, as_of=AS_OF, jobs=1)


_MAKERS: dict[str, Callable[[Path], object]] = {
    "上报": _reported,
    "写法.xlsx": untidy_ledger,
    "已决定.xlsx": write_decided,
    "已结对.xlsx": _paired,
    "待结对.xlsx": write_waiting,
    "名册.csv": _roster,
    "日志.xlsx": lambda path: long_ledger(path, 20),
    "汇总.xlsx": _consolidated,
    "下发.xlsx": write_posts,
    "缺号.xlsx": _missing_ids,
    "采纳.xlsx": adopted_ledger,
}


def run_here(run: Run, folder: Path) -> tuple[int, bytes]:
    """Run a command on this machine; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "addin", *run.command.split(), *run.arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout


# --- what a run leaves ---

_PACKAGES = (".xlsx", ".xlam", ".whl")
_CORE = "docProps/core.xml"
_MOMENT = re.compile(
    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ|生成时间：[-0-9]+ [:0-9]+".encode()
)
"""When it was made, in the properties of a workbook and below the titles of generated sheets."""


def contents(folder: Path) -> dict[str, bytes]:
    """Return all that is in a folder, workbooks by their parts, without moments and line ends."""
    found = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if file.suffix not in _PACKAGES:
            found[name] = _with_our_line_ends(file.read_bytes())
            continue
        with zipfile.ZipFile(file) as package:
            for part in package.namelist():
                found[f"{name}/{part}"] = _comparable(part, package.read(part))
    return found


def digests(folder: Path) -> dict[str, str]:
    """Return every file of a folder by its digest."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def differences(here: dict[str, bytes], there: dict[str, bytes]) -> list[str]:
    """Return where two folders differ: what only one has, and the first place in each part."""
    alone = [f"only here: {name}" for name in here.keys() - there.keys()]
    alone += [f"only on Windows: {name}" for name in there.keys() - here.keys()]
    apart = [name for name in here.keys() & there.keys() if here[name] != there[name]]
    return sorted([*alone, *(f"{n}: {_around(here[n], there[n])}" for n in apart)])


def _comparable(part: str, content: bytes) -> bytes:
    if part.endswith((".xml", ".rels", ".vml")):  # XlsxWriter ends lines as the system does
        content = _with_our_line_ends(content)
    made = part == _CORE or part.startswith("xl/")
    return _MOMENT.sub(b"", content) if made else content


def _with_our_line_ends(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _around(here: bytes, there: bytes) -> str:
    """Return the surroundings of the first difference."""
    pairs = enumerate(zip(here, there, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(here), len(there)))
    near = slice(max(0, at - 60), at + 60)
    return " | ".join(repr(side[near].decode("utf-8", "replace")) for side in (here, there))

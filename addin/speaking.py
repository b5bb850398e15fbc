"""What the command line says: sentences, progress and reports in plain Chinese."""

from __future__ import annotations

import contextlib
import gettext
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from addin.sentences import (
    consolidation_lines,
    consolidation_totals,
    finding_line,
    findings_total,
)
from validators.findings import Finding, Report
from validators.vocabulary import Level

if TYPE_CHECKING:
    from addin.actions.consolidating import Consolidation

__all__ = [
    "complain",
    "prepare_streams",
    "progress",
    "say",
    "show_consolidation",
    "show_report",
    "speak_chinese",
]

_SHOWN_PER_FILE = 20


def speak_chinese() -> None:
    """Make the command-line library speak from our catalogue, whatever the system's language."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))


def prepare_streams() -> None:
    """Let Chinese through on any console: a character it lacks becomes `?`, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            redirected = not stream.isatty()
            stream.reconfigure(encoding="utf-8" if redirected else None, errors="replace")


def say(text: str) -> None:
    """Print to standard output."""
    print(text)


def complain(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on standard error while work goes on; silent where nobody watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None, file="")

        def step(done: int, total: int, file: str) -> None:
            bar.update(task, completed=done, total=total, file=file)

        yield step


def show_report(report: Report, passed_over: Sequence[str], *, everything: bool) -> None:
    """Print findings by file, then the totals."""
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.file, []).append(finding)
    for file, findings in by_file.items():
        _show_file(file, findings, everything=everything)
    for file in passed_over:
        say(f"未读取（不是工作簿）：{file}")
    rows = [
        sum(getattr(count, name) for count in report.sheets)
        for name in ("rows", "accepted", "rejected", "ignored")
    ]
    say(
        f"共 {rows[0]} 行：采用 {rows[1]} 行，有误 {rows[2]} 行，不计（重复标题、合计、说明）{rows[3]} 行。"
    )
    say(findings_total(report.findings))


def _show_file(file: str, findings: list[Finding], *, everything: bool) -> None:
    say(f"■ {file}　{findings_total(findings)}")
    order = list(Level)
    serious = [f for f in findings if everything or f.level is not Level.NOTICE]
    serious.sort(key=lambda f: (order.index(f.level), f.sheet, f.row, f.column))
    shown = serious if everything else serious[:_SHOWN_PER_FILE]
    for finding in shown:
        say(f"  {finding_line(finding)}")
    if len(serious) > len(shown):
        say(f"  ……另有 {len(serious) - len(shown)} 条，加 --all 全部列出")


def show_consolidation(done: Consolidation) -> None:
    """Print who has not reported or must correct something, and where the workbook is."""
    units, findings, where = consolidation_totals(done)
    say(units)
    for line in consolidation_lines(done):
        say(f"  {line}")
    say(findings)
    say(where)

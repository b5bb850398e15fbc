"""What the command line says: sentences, progress and reports in plain Chinese."""

from __future__ import annotations

import contextlib
import gettext
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from validators.findings import Finding, Report
from validators.vocabulary import Level

if TYPE_CHECKING:
    from addin.actions.carding import Carded
    from addin.actions.confirming import Confirmed
    from addin.actions.consolidating import Consolidation
    from addin.actions.suggesting import Suggested

__all__ = [
    "complain",
    "prepare_streams",
    "progress",
    "say",
    "show_carded",
    "show_confirmed",
    "show_consolidation",
    "show_report",
    "show_suggested",
    "speak_chinese",
]

_SHOWN_PER_FILE = 20
_SHOWN_PAIRS = 40
_SHOWN_IDS = 10


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
    say(_totals(report.findings))


def _show_file(file: str, findings: list[Finding], *, everything: bool) -> None:
    say(f"■ {file}　{_totals(findings)}")
    order = list(Level)
    serious = [f for f in findings if everything or f.level is not Level.NOTICE]
    serious.sort(key=lambda f: (order.index(f.level), f.sheet, f.row, f.column))
    shown = serious if everything else serious[:_SHOWN_PER_FILE]
    for finding in shown:
        say(f"  {sentence(finding)}")
    if len(serious) > len(shown):
        say(f"  ……另有 {len(serious) - len(shown)} 条，加 --all 全部列出")


def show_consolidation(done: Consolidation) -> None:
    """Print who has not reported or must correct something, and where the workbook is."""
    states = Counter(unit.state.value for unit in done.states)
    counted = "，".join(f"{state} {count} 个" for state, count in states.most_common())
    say(f"{done.scope.name}填报情况：{counted}。")
    for finding in done.report.findings:
        if not finding.sheet and finding.level is not Level.NOTICE:
            say(f"  {finding.file}：{finding.message}　→ {finding.suggestion}")
    say(_totals(done.report.findings) + "，明细见“问题清单”。")
    say(f"已汇总：{done.out}")


def show_suggested(done: Suggested) -> None:
    """Print the suggested pairs, whom nobody can help, what moved, and where it was written."""
    for line in done.together.file_findings:
        say(f"  {line}")
    plan = done.plan
    for pair in plan.pairs[:_SHOWN_PAIRS]:
        score = f"{100 * pair.total:.1f} 分"
        say(
            f"  {pair.mentee_id} {pair.mentee_name} ← {pair.mentor_id} {pair.mentor_name}　{score}　{pair.reason}"
        )
    if len(plan.pairs) > _SHOWN_PAIRS:
        say(f"  ……另有 {len(plan.pairs) - _SHOWN_PAIRS} 对，见写出的文件，或加 --json 全部列出")
    for one in plan.unmatched:
        say(f"  {one.mentee_id} {one.mentee_name}：{one.reason}")
    for warning in plan.warnings:
        say(f"  注意：{warning}")
    if plan.follows_draft:
        for change in plan.changes:
            say(f"  变动：{change.sentence}")
    waiting = len({pair.mentee_id for pair in plan.pairs}) + len(plan.unmatched)
    proof = "已证明没有更好的方案" if plan.gap == 0 else f"与最优方案的差距不超过 {plan.gap:.2%}"
    say(
        f"待结对 {waiting} 名（个），建议 {len(plan.pairs)} 对，"
        f"{len(plan.unmatched)} 名（个）无可用导师；{proof}。"
    )
    for copied in done.copied:
        if copied.problem:
            say(f"  {copied.file} 没有写出：{copied.problem}")
    if done.out:
        say(f"已写到：{done.out}　请在“结对建议”表填写采纳和双方意见，原台账没有改动。")


def show_confirmed(done: Confirmed) -> None:
    """Print what became pairings, what did not and why, and where it was written."""
    for line in done.refused:
        say(f"  没有结对：{line}")
    for line in done.notes:
        say(f"  {line}")
    say(f"已确认结对 {done.pairings} 对，生成职责 {done.duties} 条。")
    say(f"新台账：{done.out}")
    if done.papers:
        say(f"聘书、协议和结对仪式名单：{done.papers}")


def show_carded(done: Carded) -> None:
    """Print how many cards there are, who has none, and where they were written."""
    for line in done.together.file_findings:
        say(f"  {line}")
    if done.left_out:
        some = "、".join(done.left_out[:_SHOWN_IDS])
        more = " 等" if len(done.left_out) > _SHOWN_IDS else ""
        say(
            f"  {len(done.left_out)} 名（个）对象没有制卡，台账该行有错误或编号重复，"
            f"请校验改正后重做：{some}{more}"
        )
    say(f"成长档案卡 {done.cards} 份，已写到：{done.out}")


def sentence(finding: Finding) -> str:
    """Return one finding as one line: level, place, what, what to do."""
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    where = f"{place}（{finding.heading}）" if finding.heading else place
    advice = f"　→ {finding.suggestion}" if finding.suggestion else ""
    return f"[{finding.level.label}] {where} {finding.message}{advice}"


def _totals(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.level for finding in findings)
    return "，".join(f"{level.label} {counts[level]} 条" for level in Level)

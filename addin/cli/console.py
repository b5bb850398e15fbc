"""What the command line prints: sentences, progress and reports in plain Chinese."""

from __future__ import annotations

import contextlib
import gettext
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from addin.sentences import (
    award_line,
    awards_total,
    confirmation_lines,
    confirmation_total,
    consolidation_lines,
    consolidation_totals,
    finding_line,
    findings_total,
    flag_lines,
    flags_total,
    pair_line,
    suggestion_remarks,
    suggestions_total,
    tidy_total,
)
from validators.findings import Finding, Report
from validators.vocabulary import Level

if TYPE_CHECKING:
    from addin.actions.cards import CardsResult
    from addin.actions.confirm import ConfirmResult
    from addin.actions.consolidate import Consolidation
    from addin.actions.judge import AwardsResult, FlagsResult
    from addin.actions.ledger_set import CopyResult, LedgerSet
    from addin.actions.pair import PairResult
    from addin.actions.papers import PapersResult
    from addin.actions.tidy import TidyResult
    from addin.actions.update import UpdateResult


# SECTION What the command line says: sentences, progress and reports in plain Chinese.

_SHOWN_PER_FILE = 20


def speak_chinese() -> None:
    """Make the command-line library speak from our catalogue, whatever the system's language."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("messages", str(Path(__file__).parents[1] / "locale"))


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


# SECTION What the commands on pairings and records say of their results.

_SHOWN = 40
"""Lines of one kind that are printed; the rest is counted."""
_NAMED = 10
"""IDs that are named in one sentence."""


def show_suggested(done: PairResult) -> None:
    """Print the suggested pairs, whom nobody can help, what moved, and where it was written."""
    _files(done.together)
    plan = done.plan
    for pair in plan.pairs[:_SHOWN]:
        say(f"  {pair_line(pair)}")
    if len(plan.pairs) > _SHOWN:
        say(f"  ……另有 {len(plan.pairs) - _SHOWN} 对，见写出的文件，或加 --json 全部列出")
    for line in suggestion_remarks(plan):
        say(f"  {line}")
    say(suggestions_total(plan))
    _problems(done.copied)
    if done.out:
        say(f"已写到：{done.out}　请在“结对建议”表填写采纳和双方意见，原台账没有改动。")


def show_confirmed(done: ConfirmResult) -> None:
    """Print what became pairings, what did not and why, and where it was written."""
    for line in confirmation_lines(done.refused, done.notes):
        say(f"  {line}")
    say(confirmation_total(done.pairings, done.duties))
    say(f"新台账：{done.out}")
    if done.papers:
        say(f"聘书、协议和结对仪式名单：{done.papers}")


def show_tidied(done: TidyResult) -> None:
    """Print every cell that is written otherwise now, and where."""
    _files(done.together)
    for one in done.rewritings:
        say(f"  {one.sentence}")
    say(tidy_total(len(done.rewritings)))
    if done.out:
        say(f"已写到：{done.out}　原台账没有改动。")
    elif done.rewritings:
        say("没有写文件；要改好的台账，请加 --out。")


def show_updated(done: UpdateResult) -> None:
    """Print what was left out, how many ledgers and IDs were brought up to date, and where."""
    _files(done.together)
    _problems(done.copied)
    for upgrade in done.upgrades:
        say(f"  {upgrade.sentence}")
    written = sum(not one.problem for one in done.copied)
    say(f"已更新 {written} 个台账，补全编号 {done.ids} 个；原台账没有改动。")
    say(f"写到：{done.out}")


def show_flagged(together: LedgerSet, found: FlagsResult) -> None:
    """Print the flagged mentees with their facts, then what the records look like."""
    _files(together)
    for one in found.flags[:_SHOWN]:
        for line in flag_lines(one):
            say(line)
    _more(len(found.flags))
    for copy in found.copied[:_SHOWN]:
        say(f"记录质量提示　{copy.facts}")
    _more(len(found.copied))
    for hint in found.hints[:_SHOWN]:
        say(f"记录质量提示　{hint.facts}")
    _more(len(found.hints))
    say(flags_total(found))


def show_judged(together: LedgerSet, found: AwardsResult) -> None:
    """Print the shortlisted mentors, and how the others missed it."""
    _files(together)
    for one in found.awards[:_SHOWN]:
        say(award_line(one))
        for condition in one.conditions:
            if not condition.met:
                say(f"      {condition}")
    _more(len(found.awards))
    say(awards_total(found.awards))


def show_carded(done: CardsResult) -> None:
    """Print how many cards there are, who has none, and where they were written."""
    _files(done.together)
    if done.left_out:
        some = "、".join(done.left_out[:_NAMED])
        more = " 等" if len(done.left_out) > _NAMED else ""
        say(
            f"  {len(done.left_out)} 名（个）对象没有制卡，台账该行有错误或编号重复，"
            f"请校验改正后重做：{some}{more}"
        )
    say(f"成长档案卡 {done.cards} 份，已写到：{done.out}")


def show_reprinted(done: PapersResult) -> None:
    """Print how many pairings have papers, which do not and why, and where they were written."""
    for line in done.left_out:
        say(f"  {line}")
    say(f"聘书、协议和结对仪式名单 {len(done.pairings)} 对，已写到：{done.out}")


def _files(together: LedgerSet) -> None:
    for line in together.file_findings:
        say(f"  {line}")


def _problems(copied: Iterable[CopyResult]) -> None:
    for one in copied:
        if one.problem:
            say(f"  {one.file} 没有写出：{one.problem}")


def _more(count: int) -> None:
    if count > _SHOWN:
        say(f"  ……另有 {count - _SHOWN} 条，加 --json 全部列出")

"""Print results and progress on the command line."""

from __future__ import annotations

import contextlib
import gettext
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from addin.lazy import lazy_module

if TYPE_CHECKING:
    from rich.progress import Progress

    from addin import sentences
    from addin.actions.awards import AwardsResult
    from addin.actions.cards import CardsResult
    from addin.actions.confirm import ConfirmResult
    from addin.actions.consolidation.order import ConsolidateResult
    from addin.actions.decisions.complete import CompleteResult
    from addin.actions.decisions.consequences import Consequence
    from addin.actions.decisions.submit import Submission, SubmitResult
    from addin.actions.exchange.compare import CompareResult
    from addin.actions.exchange.publish import PublishResult
    from addin.actions.exchange.return_ledgers import ReturnResult
    from addin.actions.flags import FlagsResult
    from addin.actions.imports.import_files import ImportResult
    from addin.actions.ledger_set import LedgerChangeResult
    from addin.actions.pair import PairResult
    from addin.actions.papers import PapersResult
    from addin.actions.reports.export import ExportResult
    from addin.actions.reports.remind import RemindResult
    from addin.actions.reports.report import ReportResult
    from addin.actions.tidy import TidyResult
    from addin.actions.update import UpdateResult
    from addin.hosts.checks import Check
    from addin.hosts.offline.bundle import Bundle
    from validators.findings import Finding, Report
else:
    sentences = lazy_module("addin.sentences")

_SHOWN = 40
"""Results of one kind that are printed; the rest is counted."""
_SHOWN_PER_FILE = 20


def speak_chinese() -> None:
    """Make the command-line library speak from our catalogue, whatever the system's language."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("messages", str(Path(__file__).parents[1] / "locale"))


def prepare_streams() -> None:
    """Let Chinese through on any console and into any file: see `prepare`."""
    from addin.hosts.offline.setup_offline import prepare

    for stream in (sys.stdout, sys.stderr):
        prepare(stream)


def say(*lines: str) -> None:
    """Print lines to standard output."""
    for line in lines:
        print(line)


def say_json(content: dict[str, Any]) -> None:
    """Print a result for other programs: JSON is UTF-8, whatever the console's code page."""
    text = json.dumps(content, ensure_ascii=False)
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{text}\n".encode())
        return
    print(text)


def complain(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr)


_BARS: list[Progress] = []
"""The bars that were shown; one still moving would write over a question."""


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar on standard error while work goes on; silent where nobody watches."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeColumn(),
        TextColumn("{task.fields[file]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        _BARS.append(bar)
        task = bar.add_task(title, total=None, file="")

        def step(done: int, total: int, file: str) -> None:
            bar.update(task, completed=done, total=total, file=file)

        yield step


def show_bundle(bundle: Bundle) -> None:
    """Print what was gathered, and the one thing to be fetched by hand."""
    source = "www.python.org" if bundle.installer.endswith(".exe") else "python-build-standalone"
    say(
        f"已放入“{bundle.folder}”：{bundle.count} 个文件，{bundle.size / 1e6:.0f} MB，已逐个核对。",
        f"还缺少 Python 安装包，请下载后放入： {bundle.installer}（{source}）。",
        "然后将整个文件夹复制给填报人员，按其中的“安装说明.html”安装。",
    )


def show_checks(checks: Sequence[Check]) -> int:
    """Print what a self-check found, and return how many things are wrong."""
    for check in checks:
        say(f"{check.verdict}　{check.name}：{check.found}")
        if check.todo:
            say(f"　　　{'可试' if check.untested else '处理办法'}：{check.todo}。")
    wrong = sum(not check.ok for check in checks)
    untested = sum(check.untested for check in checks)
    if wrong:
        say(f"有 {wrong} 项有问题，请逐项处理后再自检一次。")
    else:
        say(f"未发现问题，有 {untested} 项未验证。" if untested else "全部正常。")
    return wrong


def show_report(report: Report, *, everything: bool) -> None:
    """Print findings by file, then the files that were not read, then the totals."""
    from validators.findings import NOT_READ

    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.code != NOT_READ:
            by_file.setdefault(finding.file, []).append(finding)
    for file, findings in by_file.items():
        _show_file(file, findings, everything=everything)
    unread = (finding for finding in report.findings if finding.code == NOT_READ)
    say(*(f"□ {f.file}　{f.message}　→ {f.suggestion}" for f in unread))
    say(sentences.rows_total(report), sentences.findings_total(report.findings))


def _show_file(file: str, findings: list[Finding], *, everything: bool) -> None:
    say(f"■ {file}　{sentences.findings_total(findings)}")
    from validators.vocabulary import Level

    order = list(Level)
    serious = [f for f in findings if everything or f.told or f.level is not Level.NOTICE]
    serious.sort(key=lambda f: (order.index(f.level), f.sheet, f.row, f.column))
    shown = serious if everything else serious[:_SHOWN_PER_FILE]
    _say_indented(map(sentences.finding_line, shown))
    if len(serious) > len(shown):
        say(f"  ……另有 {len(serious) - len(shown)} 条，加 --all 全部列出")


def show_consolidation(result: ConsolidateResult) -> None:
    """Print who has not reported or must correct something, and where the workbook is."""
    units, findings, where = sentences.consolidation_totals(result)
    say(units)
    _say_indented(sentences.consolidation_lines(result))
    say(findings, where)


def show_edited() -> None:
    """Print where workbooks are kept that somebody had changed and the command replaced."""
    for line in sentences.edited_lines():
        complain(line)


def show_return(result: ReturnResult) -> None:
    """Print what to send to each township, what could not be returned, and where everything is."""
    _say_indented(sentences.return_lines(result))
    say(result.total, f"退回的台账和退回清单：{result.out}")


def show_comparison(result: CompareResult) -> None:
    """Print what changed, and where the whole list is."""
    changes = result.comparison.changes
    one = len(result.comparison.places) == 1
    shown = (change._replace(place="") if one else change for change in changes[:_SHOWN])
    _say_indented(map(sentences.change_line, shown))
    if len(changes) > _SHOWN:
        say(f"  ……另有 {len(changes) - _SHOWN} 处，见生成的文件，或加 --json 全部列出")
    say(*sentences.changes_total(result.comparison))
    if result.out:
        say(f"变动明细：{result.out}")


def show_publication(result: PublishResult) -> None:
    """Print what is published, which answers are not, and where it is."""
    _say_indented(result.unsent)
    say(result.total, f"下发文件：{result.out}")


def show_suggestions(result: PairResult) -> None:
    """Print the suggested pairs, whom nobody can help, what moved, and where it was written."""
    plan = result.suggestions
    _say_indented(result.ledgers.report.file_sentences)
    _say_indented(map(sentences.pair_line, plan.pairs[:_SHOWN]))
    if len(plan.pairs) > _SHOWN:
        say(f"  ……另有 {len(plan.pairs) - _SHOWN} 对，见生成的文件，或加 --json 全部列出")
    _say_indented(sentences.suggestion_remarks(plan))
    say(*filter(None, [result.numbering]), sentences.suggestions_total(plan))
    _say_indented(sentences.copy_lines(result.copies))
    if result.out:
        say(sentences.written_copy(result.out, "请在“结对建议”表填写采纳和双方意见，"))


def show_confirmation(result: ConfirmResult) -> None:
    """Print what became pairings, what did not and why, and where it was written."""
    _say_indented(sentences.confirmation_lines(result.refused, result.notes))
    say(sentences.confirmation_total(result.pairings, result.duties), f"新台账：{result.out}")
    if result.papers:
        say(f"聘书、协议和结对仪式名单：{result.papers}")


def show_completion(result: CompleteResult) -> None:
    """Print what was prepared and what followed, and where ledger and certificates are."""
    ending, printed = result.ending, result.certificates
    _say_indented(result.ledgers.report.file_sentences)
    _say_indented([*ending.lines, *printed.left_out])
    say(sentences.ending_total(len(ending.prepared), len(ending.proposals)))
    say(sentences.written_copy(result.out) if result.out else "未生成新台账。")
    say(sentences.certificates_total(len(printed.certificates), result.papers))


def show_tidy(result: TidyResult) -> None:
    """Print every cell that is written otherwise now, and where."""
    _say_indented(result.ledgers.report.file_sentences)
    _say_indented(sentences.tidy_lines(result.rewritings))
    say(sentences.tidy_total(len(result.rewritings)))
    if result.out:
        say(sentences.written_copy(result.out))
    elif result.rewritings:
        say("未生成文件；需生成更改后的台账的，请加 --out。")


def show_change(result: LedgerChangeResult) -> None:
    """Print what a ledger button computed, and where it was written."""
    _say_indented(result.ledgers.report.file_sentences)
    say(*result.change.sentences)
    _say_indented(result.change.details)
    say(sentences.written_copy(result.out) if result.out else "未生成文件。")


def agrees_to_decisions(
    proposals: Mapping[str, Sequence[Consequence]], *, given: bool = False
) -> bool:
    """List what follows from decisions; ask on a terminal whether it shall be written.

    Args:
        proposals: What follows, by file.
        given: Whether it was agreed to beforehand; nobody is asked then.
    """
    while _BARS:
        _BARS.pop().stop()
    for file, listed in proposals.items():
        say(f"■ {file}　{sentences.decisions_total(len(listed))}")
        _say_indented(proposal.sentence for proposal in listed[:_SHOWN])
        if len(listed) > _SHOWN:
            say(f"  ……另有 {len(listed) - _SHOWN} 处")
    return _agrees("是否一并更新？", given=given)


def sends_with_errors(submission: Submission, *, given: bool = False) -> bool:
    """Tell the errors of a ledger; ask on a terminal whether it is sent all the same."""
    errors = submission.errors
    say(sentences.errors_total(len(errors)))
    _say_indented(map(sentences.finding_line, errors[:_SHOWN]))
    if len(errors) > _SHOWN:
        say(f"  ……另有 {len(errors) - _SHOWN} 条，请用 bangdai validate 查看全部")
    return _agrees("是否仍要上报？", given=given)


def agrees_to_tidy(submission: Submission, *, given: bool = False) -> bool:
    """List odd spellings; ask on a terminal whether they are written in the standard way."""
    changes = submission.rewritings
    say(sentences.tidy_total(len(changes)))
    _say_indented(islice(sentences.tidy_lines(changes), _SHOWN))
    return _agrees("是否改为规范格式后上报？", given=given)


def _agrees(question: str, *, given: bool) -> bool:
    """Return `given`, or on a terminal the answer to a question."""
    if given or sys.stdin is None or not sys.stdin.isatty():
        return given
    try:
        return click.confirm(question, default=True)
    except click.Abort as abort:
        if isinstance(abort.__context__, EOFError):  # Windows' NUL calls itself a terminal
            return False
        raise


def show_submission(result: SubmitResult) -> None:
    """Print what was sent and where it is, or how to send it all the same."""
    _say_indented(result.ledgers.report.file_sentences)
    if result.out is None:
        say("未上报。请先改正错误；仍要上报的，请加 --with-errors。")
        return
    day = result.ledgers.as_of
    say(*sentences.submission_sentences(result.out, day, result.tidied, result.formulas))
    say("原台账未改动。")


def show_update(result: UpdateResult) -> None:
    """Print what was left out, how many ledgers and IDs were brought up to date, and where."""
    _say_indented(f"{sentence}。" for sentence in result.withheld)
    _say_indented(result.ledgers.report.file_sentences)
    _say_indented(sentences.copy_lines(result.copies))
    _say_indented(upgrade.sentence for upgrade in result.upgrades)
    if result.proposals:
        count = sum(map(len, result.proposals.values()))
        say(sentences.decisions_end(count, agreed=result.agreed))
    say(sentences.update_total(result), *sentences.duties_total(result.duties))
    say(*sentences.update_places(result))


def show_import(result: ImportResult) -> None:
    """Print what was imported into which ledger, what waits, and what was not read."""
    for ledger in result.ledgers:
        say(*sentences.import_lines(ledger))
    _say_indented(left.sentence for left in result.left)
    say(*sentences.import_end(result))


def show_flags(result: FlagsResult) -> None:
    """Print the flagged mentees with their facts, then what the records look like."""
    _say_indented(result.files)
    _say_first(sentences.flag_lines(flag) for flag in result.flags)
    _say_first([f"记录质量提示　{copy.facts}"] for copy in result.copied)
    _say_first([f"记录质量提示　{hint.facts}"] for hint in result.hints)
    say(sentences.flags_total(result))


def show_awards(result: AwardsResult) -> None:
    """Print the shortlisted mentors, and how the others missed it."""
    _say_indented(result.files)
    _say_first(map(sentences.award_lines, result.awards))
    say(sentences.awards_total(result.awards, result.year))


def show_export(result: ExportResult) -> None:
    """Print which files were doubtful, and how many tables and rows were written where."""
    _say_indented(result.files)
    say(f"共 {len(result.rows)} 张表、{sum(result.rows.values())} 行，已导出到：{result.out}")


def show_period_report(result: ReportResult, pdf: Path | None) -> None:
    """Print how the period compares, what was written where, and how to get a PDF if there is none."""
    _say_indented(result.files)
    say(*result.sentences, sentences.pdf_line(pdf))


def show_reminders(result: RemindResult) -> None:
    """Print how many texts there are, and where."""
    _say_indented(result.files)
    mentors = sum(bool(each.mentor_id) for each in result.reminders)
    townships = len(result.reminders) - mentors
    say(f"提醒文本：乡镇（街道）{townships} 条、导师 {mentors} 条，已保存到：{result.out}")
    say(f"文字版：{result.plain}")


def show_cards(result: CardsResult) -> None:
    """Print how many cards there are, who has none, and where they were written."""
    _say_indented(result.ledgers.report.file_sentences)
    _say_indented(sentences.cards_remarks(result))
    say(f"成长档案卡 {result.cards} 份，已保存到：{result.out}")


def show_papers(result: PapersResult) -> None:
    """Print how many pairings have papers, which do not and why, and where they were written."""
    _say_indented(result.left_out)
    say(f"聘书、协议和结对仪式名单 {len(result.pairings)} 对，已保存到：{result.out}")


def _say_indented(lines: Iterable[str]) -> None:
    say(*(f"  {line}" for line in lines))


def _say_first(results: Iterable[Iterable[str]]) -> None:
    """Print the lines of the first results, and count the others."""
    every = list(results)
    for lines in every[:_SHOWN]:
        say(*lines)
    if len(every) > _SHOWN:
        say(f"  ……另有 {len(every) - _SHOWN} 条，加 --json 全部列出")

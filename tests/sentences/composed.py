"""Whole messages as users get them, from really running the product on planted faults.

One finding for each code, the reasons of each flag, and what the commands say. They come from the cases
of the rules, from a sample with planted errors and from the runs of the commands, so that a rule or a
command that is added stands here by itself.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner

from addin.actions.found_files import discover
from addin.actions.validate import examine
from addin.cli import cli
from addin.domain.flags.judgement import RULES
from addin.sentences import finding_line
from tests.addin.domain.flags import cases as flag_cases
from tests.addin.domain.flags.case import judge as judge_flags
from tests.faults.inputs import AS_OF
from tests.validators.rules import cases_across, cases_people, cases_work
from tests.validators.rules.case import judge, judge_across
from tests.windows.command_runs import INPUTS, RUNS, Run, make_input
from validators.findings import Finding
from validators.messages import PROBLEMS
from workbooks.samples import write_samples

_HEAD = """\
Whole messages as users get them: place, what is wrong, what to do. Read a change as a clerk would.
Written by `python -m tests.sentences`; tests/test_sentences.py compares it."""

_SHOWN = 8
"""Lines shown of what a command says."""

_SAMPLES = "上报"
"""Runs on this folder of samples take long and say what others say."""

_NAMES_ONLY = {"demo", "samples", "addin build"}
"""Commands that say but the names of files."""

_ALSO = [
    Run(command, (f"../{INPUTS}/已决定.xlsx", *out, "--as-of", AS_OF.isoformat()))
    for command, out in {
        "validate": (),
        "flags": (),
        "awards": (),
        "consolidate": ("--out", "汇总.xlsx", "--scope", "原州区"),
    }.items()
]
"""Runs on one ledger of those that are made on the samples."""


def messages() -> str:
    """Return findings, reasons of flags and the words of commands, to be read."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        sections = {
            "校验结果": [finding_line(finding) for finding in one_of_each(_findings(work))],
            "预警依据": list(_reasons()),
            "命令输出": list(_said(work)),
        }
    told = (line for name, lines in sections.items() for line in ("", f"== {name} ==", "", *lines))
    return "\n".join((_HEAD, *told, ""))


def one_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """Return the first finding of each rule and of each problem a cell can have, by code."""
    first: dict[str, Finding] = {}
    for finding in findings:
        problem = finding.code.rpartition(".")[2]
        first.setdefault(problem if problem in PROBLEMS else finding.code, finding)
    return [first[kind] for kind in sorted(first)]


def _findings(work: Path) -> Iterator[Finding]:
    for case in {case.code: case for case in (*cases_people.CASES, *cases_work.CASES)}.values():
        yield from judge(case.broken, case.settings)[1]
    for across in {case.code: case for case in cases_across.CASES}.values():
        yield from judge_across(*across.broken)[2]
    folder = work / "样例"
    write_samples(folder, townships=1, log_rows=60, error_rate=0.5, seed=7, as_of=AS_OF, jobs=1)
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "网页.xls").write_text("<html><body>名册</body></html>", encoding="utf-8")
    (folder / "名册.docx").write_bytes(b"PK")
    sources, others = discover([folder])
    yield from examine(sources, as_of=AS_OF, others=others).report().findings


def _reasons() -> Iterator[str]:
    """Yield the sentence of each flag, once for each wording."""
    measures = {rule.code: rule.measure for rule in RULES}
    said: dict[str, str] = {}
    for case in flag_cases.CASES:
        for flag in judge_flags(*case.failing, settings=case.settings):
            for hit in flag.hits:
                if hit.code == case.code:
                    wording = re.sub(r"[\w()（）、-]*\d[\w-]*", "", hit.facts)
                    said.setdefault(wording, f"{hit.shown()}：{hit.facts}　→ {measures[hit.code]}")
    yield from said.values()


def _said(work: Path) -> Iterator[str]:
    inputs = work / INPUTS
    inputs.mkdir()
    for run in (*RUNS, *_ALSO):
        if run.is_json or run.command in _NAMES_ONLY or _SAMPLES in run.inputs:
            continue
        folder = work / run.name
        folder.mkdir()
        for name in run.inputs:
            make_input(inputs, name)
        yield from _lines_of(run, folder)


def _lines_of(run: Run, folder: Path) -> Iterator[str]:
    with chdir(folder):
        answer = CliRunner().invoke(cli, [*run.command.split(), *run.arguments])
    yield f"$ bangdai {run.command} {' '.join(run.arguments)}"
    lines = [line.rstrip() for line in answer.output.splitlines() if line.strip()]
    half = _SHOWN // 2
    yield from lines if len(lines) <= _SHOWN else [*lines[:half], "…", *lines[-half:]]

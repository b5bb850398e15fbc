"""Compare steps by ratio: fresh processes, interleaved, so that a busy machine slows all alike.

    python tests/bench/ratios.py --repeat 7 "base=python -c 'import openpyxl'" "ours=bangdai --help"

The first step is the base of the ratios. From Python: `compare([Step(...), ...])`, `markdown(...)`.
POSIX only (`os.wait4`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_LAUNCHER = """
import ctypes, os, sys, time
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
code = os.waitstatus_to_exitcode(status)
cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
try:
    while True:
        _, _, usage = os.wait4(-1, 0)
        cpu += usage.ru_utime + usage.ru_stime
except ChildProcessError:
    print([code, wall, cpu, peak])
"""
"""Starts one command and prints [exit code, wall s, CPU s, ru_maxrss].

A process of its own, because a child's peak begins at the size of the process that starts it; and
wait4, because the peak in RUSAGE_CHILDREN is that of all children so far. On Linux it adopts what the
command leaves behind (PR_SET_CHILD_SUBREAPER): the server that starts workers, and so their time.
"""


class StepFailed(Exception):
    """A measured command ended with an error; its times would mean nothing."""


@dataclass(frozen=True)
class Step:
    """A named command to measure."""

    name: str
    command: tuple[str, ...]

    @classmethod
    def python(cls, name: str, code: str, *arguments: str) -> Step:
        """Measure Python `code` in a fresh interpreter, the one running now."""
        return cls(name, (sys.executable, "-c", code, *arguments))

    @classmethod
    def parse(cls, text: str) -> Step:
        """Read `name=command with arguments` as a shell would split it."""
        name, separator, command = text.partition("=")
        if not (name and separator and command):
            raise ValueError(f"not name=command: {text}")
        return cls(name, tuple(shlex.split(command)))


class Run(NamedTuple):
    """One process: seconds of wall and processor time (with its children) and peak bytes."""

    wall: float
    cpu: float
    peak_bytes: int


@dataclass(frozen=True)
class Result:
    """The runs of one step in medians; ratios are of wall time to the base run of the same round.

    Attributes:
        ratio: Median of the paired ratios; `lowest` and `highest` are their range.
        wall: Seconds.
        cpu: User and system seconds, children included.
        peak_bytes: Largest resident size of any one process of the step; never below that of the
            bare interpreter which starts it, about 10 MB.
    """

    name: str
    ratio: float
    lowest: float
    highest: float
    wall: float
    cpu: float
    peak_bytes: int


def compare(steps: Sequence[Step], repeat: int = 7) -> list[Result]:
    """Run every step once per round for `repeat` rounds, after one unmeasured round.

    Every other round runs backwards, so that no step always follows the same one. Python keeps its
    bytecode from round to round, as where a program is installed.

    Raises:
        StepFailed: A command ended with an error.
    """
    if not steps or repeat < 1:
        raise ValueError("at least one step and one round are needed")
    runs: list[list[Run]] = [[] for _ in steps]
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for step in steps:
            _measure(step, environment)
        for number in range(repeat):
            order = range(len(steps)) if number % 2 == 0 else reversed(range(len(steps)))
            for index in order:
                runs[index].append(_measure(steps[index], environment))
    return [_result(step, own, runs[0]) for step, own in zip(steps, runs, strict=True)]


def markdown(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table."""
    lines = [
        "| step | ratio | range | wall s | CPU s | peak MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {result.name} | {result.ratio:.2f} | {result.lowest:.2f}–{result.highest:.2f} "
        f"| {result.wall:.2f} | {result.cpu:.2f} | {result.peak_bytes / 1e6:.0f} |"
        for result in results
    ]
    return "\n".join(lines)


def _measure(step: Step, environment: Mapping[str, str]) -> Run:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *step.command],
        stdout=subprocess.PIPE,
        check=True,
        env=environment,
    )
    code, wall, cpu, peak = json.loads(answer.stdout)
    if code:
        raise StepFailed(f"{step.name} ended with {code}: {shlex.join(step.command)}")
    return Run(wall, cpu, peak if sys.platform == "darwin" else peak * 1024)


def _result(step: Step, runs: list[Run], base: list[Run]) -> Result:
    ratios = [own.wall / other.wall for own, other in zip(runs, base, strict=True)]
    return Result(
        step.name,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.peak_bytes for run in runs),
    )


def main() -> None:
    """Measure the steps named on the command line and print the table."""
    parser = argparse.ArgumentParser(description="Compare commands by ratio to the first.")
    parser.add_argument("--repeat", type=int, default=7, help="measured rounds (default 7)")
    parser.add_argument("steps", nargs="+", type=Step.parse, metavar="NAME=COMMAND")
    arguments = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.repeat} rounds\n"
    )
    print(markdown(compare(arguments.steps, arguments.repeat)))


if __name__ == "__main__":
    main()

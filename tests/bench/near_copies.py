"""Speed of the search for copied entries, as ratios to python-calamine in the same run; its finds.

    python -m tests.bench.near_copies [--folder DIR] [--rounds 5]
    python -m tests.bench.near_copies --found [--style 2] [--townships 10] [--log-rows 600] [SEED ...]

R is the time python-calamine alone takes to read every sheet of all files in one process. The
search runs over a quarter, half and all of the same ledgers, read and validated beforehand; start-up
and imports are left out of both. Without `--folder` 65 sample ledgers of 3,000 log rows are written
first. With `--found` the copies found are compared with those planted: an entry is a hit if it is
said to be a copy of an entry it was made of.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

from python_calamine import CalamineWorkbook

from addin.actions.demo import make_samples
from addin.domain.log_hints.records import log_hints
from tests.bench.consolidation import AS_OF
from tests.bench.flags import Score
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import LogEntryRow
from validators.validation import validate
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

SHARES = (1, 2, 4)
"""The files are searched by the quarter: 1, 2 and 4 of them."""


def ledgers_of(folder: Path) -> list[Ledger]:
    """Read and validate the ledgers of `folder`."""
    ledgers = []
    for path in sorted(folder.glob("*.xlsx")):
        ledger = read_ledger(path).ledger
        validate(ledger, RuleContext(AS_OF))
        ledgers.append(ledger)
    return ledgers


def read_all(folder: Path) -> None:
    """Read every sheet of every file, as R is defined."""
    for path in sorted(folder.glob("*.xlsx")):
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def search(ledgers: list[Ledger]) -> None:
    """Search a merged ledger no column of which was decoded before."""
    log_hints(Ledger.merged(ledgers), Settings(), AS_OF)


def seconds(work: object, *arguments: object) -> tuple[float, float]:
    """Return wall and processor seconds of a call."""
    assert callable(work)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments)
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(folder: Path, rounds: int) -> list[str]:
    """Return a Markdown table of medians; every round measures R and each size."""
    ledgers = ledgers_of(folder)
    parts = [ledgers[: round(len(ledgers) * share / 4)] for share in SHARES]
    gc.freeze()
    times: list[list[tuple[float, float]]] = [[] for _ in range(len(parts) + 1)]
    for _ in range(rounds):
        times[0].append(seconds(read_all, folder))
        for own, part in zip(times[1:], parts, strict=True):
            own.append(seconds(search, part))
    lines = [
        "| step | entries | ratio | range | ratio of CPU |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    names = ["R: python-calamine reads every sheet", *["copied entries"] * len(parts)]
    for name, part, own in zip(names, [ledgers, *parts], times, strict=True):
        size = sum(len(ledger.table(LogEntryRow)) for ledger in part)
        walls = [mine[0] / base[0] for mine, base in zip(own, times[0], strict=True)]
        cpus = [mine[1] / base[1] for mine, base in zip(own, times[0], strict=True)]
        lines.append(
            f"| {name} | {size:,} | {statistics.median(walls):.2f} "
            f"| {min(walls):.2f}–{max(walls):.2f} | {statistics.median(cpus):.2f} |"
        )
    return lines


def finds(folder: Path) -> tuple[Score, int]:
    """Return how many of the planted copies of `folder` are found, and how many entries it has."""
    ledger = Ledger.merged(ledgers_of(folder))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["copied"]
    pairs = {tuple(copy.values())[:4] for copy in truth}
    planted = {pair[:2] for pair in pairs}
    found = {
        (one.file, one.log_id, one.source_file, one.source_log_id)
        for one in log_hints(ledger, Settings(), AS_OF).copies
    }
    hits = {pair[:2] for pair in found & pairs}
    score = Score(len(hits), len(planted - hits), len(found) - len(hits))
    return score, len(ledger.table(LogEntryRow))


def compare(seeds: list[int], **size: int) -> None:
    """Print a line for each seed."""
    print("| seed | entries | hits | misses | false | precision | recall |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            make_samples(Path(folder), as_of=AS_OF, seed=seed, jobs=os.cpu_count() or 1, **size)
            score, entries = finds(Path(folder))
        print(
            f"| {seed} | {entries:,} | {score.hits} | {score.misses} | {score.false} "
            f"| {score.precision:.4f} | {score.recall:.4f} |"
        )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=[7])
    parser.add_argument("--found", action="store_true", help="compare with the planted copies")
    parser.add_argument("--style", type=int, default=1)
    parser.add_argument("--townships", type=int, default=65)
    parser.add_argument("--log-rows", type=int, default=3000)
    parser.add_argument("--folder", type=Path, help="ledgers to use instead of fresh samples")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.found:
        size = {name: getattr(arguments, name) for name in ("style", "townships", "log_rows")}
        compare(arguments.seeds, **size)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary) / "samples"
        if not arguments.folder:
            write_samples(folder, as_of=AS_OF, jobs=os.cpu_count() or 1)
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.rounds} rounds\n"
        )
        print("\n".join(measure(folder, arguments.rounds)))


if __name__ == "__main__":
    main()

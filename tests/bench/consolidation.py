"""Speed of reading, validating and consolidating, as ratios to python-calamine in the same run.

    python -m tests.bench.consolidation [--folder DIR] [--rounds 5] [--naive]

R is the time python-calamine alone takes to read every sheet of all files in one process. Without
`--folder` 65 sample ledgers of 3,000 log rows are written first.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from addin.actions.found_files import discover
from addin.actions.validate import examine
from tests.bench.ratios import Step, compare, markdown
from workbooks.samples import write_samples

AS_OF = date(2026, 11, 22)

CALAMINE = """
import sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
"""

ONE_PROCESS = """
import gc, sys
from datetime import date
from pathlib import Path
from validators.rules import RuleContext
from validators.validation import validate
from workbooks.reader import read_ledger
gc.disable()
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    ledger = read_ledger(path).ledger
    validate(ledger, RuleContext(date.fromisoformat(sys.argv[2])))
"""

TIMED = """
import time
started = time.perf_counter()
{work}
print(time.perf_counter() - started)
"""
"""Times the work behind the imports; the imports are the first lines of the two programs above."""

COMMAND = '"$0" -m addin "$@" || [ $? -eq 1 ]'
"""Error findings, exit 1, are what the samples are for."""


def command(name: str, *arguments: str) -> Step:
    """Measure a command of bangdai in a process of its own."""
    return Step(name, ("sh", "-c", COMMAND, sys.executable, *arguments))


def steps(folder: Path, work: Path) -> list[Step]:
    """Return the steps to compare, the base first."""
    day = AS_OF.isoformat()
    out = str(work / "汇总.xlsx")
    two = ("--as-of", day, "--jobs", "2")
    again = ("consolidate", str(folder), "--out", str(work / "再汇总.xlsx"), *two)
    changed = f'printf x >> "{min(folder.glob("*.xlsx"))}"; {COMMAND}'
    return [
        Step.python("R: python-calamine reads every sheet", CALAMINE, str(folder)),
        Step.python("start-up alone: the imports", "import addin.actions.consolidation.written"),
        Step.python("read + validate, one process", ONE_PROCESS, str(folder), day),
        command("bangdai validate, two workers", "validate", str(folder), *two),
        command(
            "bangdai consolidate, two workers",
            *("consolidate", str(folder), "--out", out, *two, "--no-cache"),
        ),
        command("the same again, nothing changed (but the first time)", *again),
        Step("the same again, one ledger changed", ("sh", "-c", changed, sys.executable, *again)),
    ]


def without_start_up(folder: Path, rounds: int) -> str:
    """Return the ratios of reading and validating alone, interpreter and imports left out."""
    sources, _ = discover([folder])
    examine(sources[:2], as_of=AS_OF, jobs=2)  # the server that starts workers is up now
    one, two = [], []
    for _ in range(rounds):
        base = _timed(CALAMINE, folder)
        one.append(_timed(ONE_PROCESS, folder) / base)
        started = time.perf_counter()
        examine(sources, as_of=AS_OF, jobs=2)
        two.append((time.perf_counter() - started) / base)
    lines = ["| start-up left out | ratio | range |", "| --- | ---: | ---: |"]
    for name, ratios in (("one process", one), ("two workers, rows sent back", two)):
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        lines.append(f"| read + validate, {name} | {statistics.median(ratios):.2f} | {spread} |")
    return "\n".join(lines)


def _timed(code: str, folder: Path) -> float:
    head, _, work = code.partition("\nfor ")
    program = head + TIMED.format(work=f"for {work}")
    command = [sys.executable, "-c", program, str(folder), AS_OF.isoformat()]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="ledgers to use instead of fresh samples")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--naive", action="store_true", help="also run the script a user would write"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = work / "samples"
        if arguments.folder:
            shutil.copytree(arguments.folder, folder)  # a step changes a ledger
        else:
            write_samples(folder, as_of=AS_OF, jobs=os.cpu_count() or 1)
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.rounds} rounds\n"
        )
        print(markdown(compare(steps(folder, work), arguments.rounds)))
        print("\n" + without_start_up(folder, arguments.rounds))
        if arguments.naive:
            base = steps(folder, work)[0]
            script = str(Path(__file__).with_name("naive.py"))
            naive = Step(
                "pandas + openpyxl, a model per row",
                (sys.executable, script, str(folder), str(work / "n.xlsx")),
            )
            print("\n" + markdown(compare([base, naive], 1)))


if __name__ == "__main__":
    main()

"""Account for every workbook of a folder: read, refused in words, or a fault.

    python -m tests.bench.wild FOLDER

Meant for workbooks made by others, such as the test files in the source distributions of XlsxWriter,
openpyxl and python-calamine. Prints how many files ended how, and every file that is a fault.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from validators.errors import UnreadableWorkbook
from workbooks.raw.book import read_book
from workbooks.workers import run_guarded

SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".csv"}
FAULTS = {"file.reader_failed", "file.reader_died", "file.too_slow", "file.too_big"}


def outline(path: Path) -> tuple[int, int]:
    """Return how many sheets and cells a workbook has."""
    book = read_book(path)
    cells = sum(code >= 0 for sheet in book.sheets for c in sheet.columns for code in c.codes)
    return len(book.sheets), cells


def account(folder: Path) -> tuple[Counter[str], list[str]]:
    """Read every workbook under `folder`; return how many ended how, and the faults."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    ends: Counter[str] = Counter()
    faults = []
    for path, result in run_guarded(outline, paths, jobs=1, timeout_seconds=60):
        if not isinstance(result, UnreadableWorkbook):
            ends["read" if result[1] else "read, no cells"] += 1
            continue
        ends[result.code] += 1
        if result.code in FAULTS:
            faults.append(f"{path.relative_to(folder)}: {result}")
    return ends, faults


def main() -> None:
    """Print the account of the folder named."""
    ends, faults = account(Path(sys.argv[1]))
    print(f"{sum(ends.values())} files")
    for end, count in ends.most_common():
        print(f"{count:6} {end}")
    for fault in faults:
        print(f"fault: {fault}")


if __name__ == "__main__":
    main()

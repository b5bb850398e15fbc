"""Speed of an import, as ratios to python-calamine's reading of the same rows in the same process.

    python -m tests.bench.import_speed [--rows 20000] [--rounds 7]

R is the time python-calamine alone takes to read the workbook. Rounds are interleaved and paired;
start-up is left out of both. The text file holds the same rows as the workbook, which calamine
cannot read: its R is that of the workbook.
"""

from __future__ import annotations

import argparse
import csv
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from addin.actions.imports.import_files import known_names
from addin.actions.validate import gc_paused
from addin.domain.imports.mapping import map_table
from addin.domain.imports.placement import place
from tests.imports.cast import AS_OF, UNIT
from tests.imports.landed import Rows, ledger_of
from validators.ledger import Ledger
from validators.sources.mapping import TableMapping
from validators.sources.tables import Source
from workbooks.foreign import read_source
from workbooks.samples import clean_rows

HEADINGS = (
    "提交者（自动）", "提交时间（自动）", "1.您的姓名（必填）", "2.帮带对象（必填）", "3.帮带日期（必填）",
    "4.帮带方式（单选）", "5.帮带内容（必填）", "6.现场照片",
)  # fmt: skip


def pairs_of_a_township() -> Rows:
    """Return a ledger's people and running pairs, as many as a busy township has."""
    rows = clean_rows(UNIT, seed=7, as_of=AS_OF, log_rows=1600)
    names: set[str] = set()
    for key in ("mentor", "individual", "organisation"):
        rows[key] = [r for r in rows[key] if not (r["name"] in names or names.add(r["name"]))]  # type: ignore[func-returns-value]
    mentors = {row["mentor_id"] for row in rows["mentor"]}
    mentees = {row["mentee_id"] for row in rows["individual"] + rows["organisation"]}
    pairs = [
        row
        for row in rows["pairing"]
        if row["mentor_id"] in mentors and row["mentee_id"] in mentees and row["status"] == "帮带中"
    ]
    return {
        **{key: rows[key] for key in ("mentor", "individual", "organisation")},
        "pairing": pairs,
    }


def answers(base: Rows, count: int) -> list[list[Any]]:
    """Return the rows an online form was sent with: everybody's contacts, every text its own."""
    rng, lines = Random(1), []
    names = {
        str(row.get("mentor_id") or row.get("mentee_id")): row["name"]
        for key in ("mentor", "individual", "organisation")
        for row in base[key]
    }
    texts = [
        str(row["content"]) for row in clean_rows(UNIT, seed=8, as_of=AS_OF, log_rows=400)["log"]
    ]
    for number in range(count):
        pairing = rng.choice(base["pairing"])
        day: date = min(
            pairing["paired_on"] + timedelta(rng.randint(0, 300)), max(AS_OF, pairing["paired_on"])
        )
        sent = datetime(day.year, day.month, day.day, 19, number % 60, number % 59)
        mentor, mentee = names[pairing["mentor_id"]], names[pairing["mentee_id"]]
        text = f"{rng.choice(texts)}（第{number}次）"
        link = f"https://forms.example.com/file/{number}.jpg"
        lines.append([mentor[-2:], sent, mentor, mentee, day, "线下", text, link])
    return lines


def write_files(folder: Path, lines: list[list[Any]]) -> tuple[Path, Path]:
    """Write the rows as a workbook and as a text file in GBK."""
    workbook, text = folder / "收集结果.xlsx", folder / "收集结果.csv"
    with xlsxwriter.Workbook(workbook, {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet("收集结果")
        day, moment = (
            book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
        )
        sheet.write_row(0, 0, HEADINGS)
        for row, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, date):
                    style = moment if isinstance(value, datetime) else day
                    sheet.write_datetime(row, column, value, style)
                else:
                    sheet.write(row, column, value)
    with text.open("w", encoding="gb18030", newline="") as opened:
        csv.writer(opened).writerows([HEADINGS, *lines])
    return workbook, text


def calamine(path: Path) -> int:
    """Read every sheet as R is defined."""
    book = CalamineWorkbook.from_path(path)
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def mapped(source: Source, ledger: Ledger) -> list[TableMapping]:
    known = known_names(ledger, UNIT)
    return [map_table(table, known) for table in source.tables]


def main(arguments: list[str]) -> None:
    """Print the ratios of reading, mapping and placing, and of all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    base = pairs_of_a_township()
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), answers(base, options.rows))
        ratios: dict[str, list[float]] = {}
        for _ in range(options.rounds):
            unit = timed(calamine, files[0])[0]
            for path in files:
                for step, seconds in steps(path, base):
                    ratios.setdefault(f"{path.suffix} {step}", []).append(seconds / unit)
            ratios.setdefault("R in seconds", []).append(unit)
    for name, values in ratios.items():
        low, high = min(values), max(values)
        print(f"| {name} | {statistics.median(values):.2f} | {low:.2f}–{high:.2f} |")


@gc_paused()  # as whoever imports files does
def steps(path: Path, base: Rows) -> list[tuple[str, float]]:
    """Return the processor time of each step of one import."""
    ledger = ledger_of(base)
    reading, source = timed(read_source, path)
    mapping, mappings = timed(mapped, source, ledger)
    placing, placement = timed(lambda: place(mappings, ledger, UNIT))
    entries = len(placement.new("log"))
    return [
        ("read", reading), ("map", mapping), (f"place ({entries} entries)", placing),
        ("all", reading + mapping + placing),
    ]  # fmt: skip


def timed(call: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Return the processor time of a call, and what it returned."""
    gc.collect()
    started = time.process_time()
    answer = call(*arguments)
    return time.process_time() - started, answer


if __name__ == "__main__":
    main(sys.argv[1:])

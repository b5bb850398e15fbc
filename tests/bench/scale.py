"""How consolidation grows with the number of ledgers and of rows: time a ledger, peak memory, parts.

    python -m tests.bench.scale --sizes 65 260 1000 --rows 60
    python -m tests.bench.scale --sizes 65 --rows 16500 --count
    python -m tests.bench.scale --sizes 65 260 --rows 60 --dask

Guyuan has 65 townships, so the program runs on a copy of itself in which the city has more, invented
ones. Ledgers are cheap to make: a small cast of people and a log whose contents are random words.
Processor time and memory are those of all processes of a run (PSS: what they share is counted once),
read every half second. `--count` opens the workbook with openpyxl, too, and counts the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import psutil

AS_OF = date(2026, 11, 22)
TOP = Path(__file__).parents[2]
CITY, PER_COUNTY, VILLAGES = "6404", 20, 12
_HANZI = "山水田林路桥井泉沟梁塬坪川湾岭坡庄堡寨营店铺园圃仓场站坊巷街门台亭桃杏李梅松柏杨柳槐"
_PAUSE = 0.5
_LONG = 2_000
"""Log rows from which on one ledger is made and given to every township under its own codes."""


class Run(NamedTuple):
    """What one command took: seconds of wall, seconds of all processors, peak PSS in bytes."""

    wall: float
    cpu: float
    peak: int


def nation(folder: Path, townships: int) -> None:
    """Copy the program into a folder, with as many townships in the city as are wanted."""
    for room in ("addin", "workbooks", "validators"):
        shutil.copytree(TOP / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "validators" / "data" / "ningxia_divisions.csv"
    lines = []
    for number in range(max(townships - 65, 0)):
        county = f"{CITY}{50 + number // PER_COUNTY:02d}"
        if number % PER_COUNTY == 0:
            lines.append(f"{county},{_named(number // PER_COUNTY)}试县,county,{CITY}")
        code = f"{county}{100 + number % PER_COUNTY}"
        lines.append(f"{code},{_named(number)}试乡,township,{county}")
        lines += [f"{code}{200 + n},{_named(n)}试村委会,village,{code}" for n in range(VILLAGES)]
    with table.open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _named(number: int) -> str:
    return _HANZI[number // len(_HANZI)] + _HANZI[number % len(_HANZI)]


def write_ledgers(folder: Path, townships: int, rows: int) -> None:
    """Write a ledger of every township; run in a copy made by `nation`."""
    from validators.divisions import by_code, full_name, units  # noqa: PLC0415 - of the copy

    first, *others = units(CITY)[:townships]
    model = folder / f"{full_name(first)}.xlsx"
    if not model.exists():
        _write(model, first, rows)
    for unit in others:
        path = folder / f"{full_name(unit)}.xlsx"
        if path.exists():
            continue
        if rows <= _LONG:
            _write(path, unit, rows)
        else:
            county = by_code()[first.parent_code].name, by_code()[unit.parent_code].name
            _rename(model, path, [(first.code, unit.code), county, (first.name, unit.name)])


def _write(path: Path, unit: Any, rows: int) -> None:
    from workbooks.samples import clean_rows  # noqa: PLC0415 - of the copy
    from workbooks.template.workbook import write_ledger  # noqa: PLC0415

    world = clean_rows(unit.code, seed=7, as_of=AS_OF, log_rows=20)
    draw = random.Random(unit.code)
    entries = world["log"]
    length = 14 if rows <= _LONG else 3  # too short to be a copy
    world["log"] = [
        {
            **draw.choice(entries),
            "log_id": f"R{unit.code}-{number:05d}",
            "date": AS_OF - timedelta(days=draw.randrange(300)),
            "content": "".join(draw.choices(_HANZI, k=length)),
            "duty_ids": None,
            "problem": None,
            "next_step": None,
        }
        for number in range(1, rows + 1)
    ]
    draft = path.with_suffix(".tmp")
    write_ledger(draft, unit, AS_OF.year, rows=world, as_of=AS_OF)
    draft.replace(path)


def _rename(source: Path, target: Path, names: list[tuple[str, str]]) -> None:
    """Write a ledger anew as another township's: a long one takes ten seconds to make."""
    with ZipFile(source) as archive, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as copy:
        for name in archive.namelist():
            data = archive.read(name)
            for old, new in names:
                data = data.replace(old.encode(), new.encode())
            copy.writestr(name, data)


def measured(command: list[str], environment: dict[str, str], beside: int = 0) -> Run:
    """Run a command; exit 1, error findings, is fine.

    Args:
        command: The command.
        environment: Its environment.
        beside: A session whose processes work for it, and are there already.
    """
    before = sum(cpu for cpu, _ in _taken(beside).values())
    started, taken, peak = time.perf_counter(), dict[int, float](), 0
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None:
            now = _taken(process.pid) | _taken(beside)
            taken |= {pid: cpu for pid, (cpu, _) in now.items()}
            peak = max(peak, sum(memory for _, memory in now.values()))
            time.sleep(_PAUSE)
    wall = time.perf_counter() - started
    taken |= {pid: cpu for pid, (cpu, _) in _taken(beside).items()}
    if process.returncode not in {0, 1}:
        raise SystemExit(f"exit {process.returncode}: {' '.join(command)}")
    return Run(wall, sum(taken.values()) - before, peak)


def _taken(session: int) -> dict[int, tuple[float, int]]:
    """Return processor seconds and PSS in bytes of the processes of a session, by number."""
    found = {}
    for one in psutil.process_iter() if session else ():
        with suppress(psutil.Error, OSError):
            if os.getsid(one.pid) == session:
                found[one.pid] = sum(one.cpu_times()[:2]), one.memory_full_info().pss
    return found


@contextmanager
def cluster(environment: dict[str, str]) -> Iterator[tuple[list[str], int]]:
    """Start a two-worker Dask cluster on loopback; yield the option that names it, and its session."""
    serve = (
        "import sys\nfrom distributed import LocalCluster\nif __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as c:\n"
        "        print(c.scheduler_address, flush=True)\n        sys.stdin.read()\n"
    )
    script = Path(environment["PYTHONPATH"]) / "serve.py"
    script.write_text(serve, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield ["--dask", process.stdout.readline().strip()], process.pid
        process.communicate()


def counted(workbook: Path) -> dict[str, int]:
    """Return the rows of every sheet of the log as openpyxl reads them."""
    book = openpyxl.load_workbook(workbook, read_only=True)
    counts = {}
    for sheet in (sheet for sheet in book if sheet.title.startswith("工作日志")):
        rows = sheet.iter_rows(min_row=4, max_col=1, values_only=True)
        counts[sheet.title] = sum(value is not None for (value,) in rows)
    return counts


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[65, 260, 1000])
    parser.add_argument("--rows", type=int, default=60, help="log entries of a ledger")
    parser.add_argument("--count", action="store_true", help="count the rows of the workbook")
    parser.add_argument("--dask", action="store_true", help="also on a two-worker cluster")
    parser.add_argument("--keep", type=Path, help="a folder for the ledgers, used again")
    parser.add_argument("--write", nargs=3, metavar=("DIR", "SIZE", "ROWS"), help="write only")
    arguments = parser.parse_args()
    if arguments.write:
        folder, size, rows = arguments.write
        write_ledgers(Path(folder), int(size), int(rows))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work, copy = Path(temporary), Path(temporary) / "program"
        copy.mkdir()
        nation(copy, max(arguments.sizes))
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONSAFEPATH": "1"}
        print("| ledgers | way | processor s a ledger | wall s a ledger | peak MB (PSS) |")
        print("| ---: | --- | ---: | ---: | ---: |")
        for size in arguments.sizes:
            folder = (arguments.keep or work) / f"{size}x{arguments.rows}"
            folder.mkdir(parents=True, exist_ok=True)
            writes = [__file__, "--write", str(folder), str(size), str(arguments.rows)]
            subprocess.run([sys.executable, *writes], env=environment, check=True)
            _row(size, "two workers", folder, work, environment, [])
            if arguments.dask:
                with cluster(environment) as (option, session):
                    for way in ("two Dask workers, first run", "again, the modules loaded"):
                        _row(size, way, folder, work, environment, option, session)
            if arguments.count:
                print(json.dumps(counted(work / "汇总.xlsx"), ensure_ascii=False))


def _row(
    size: int,
    way: str,
    folder: Path,
    work: Path,
    environment: dict[str, str],
    option: list[str],
    beside: int = 0,
) -> None:
    command = [
        sys.executable, "-m", "addin", "consolidate", str(folder), "--out", str(work / "汇总.xlsx"),
        "--as-of", AS_OF.isoformat(), "--jobs", "2", "--no-cache", *option,
    ]  # fmt: skip
    run = measured(command, environment, beside)
    print(
        f"| {size} | {way} | {run.cpu / size:.3f} | {run.wall / size:.3f} | {run.peak / 1e6:,.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import members
from validators.checks import list_adapter
from validators.errors import UnreadableWorkbook
from validators.sheets import SHEETS, Row, columns_by_field
from workbooks.workers import IN_FLIGHT_PER_JOB, run_guarded

ROOT = Path(__file__).parents[2]


class Panic(BaseException):
    """Like a panic in Rust: no Exception."""


def act(word: str) -> str:
    if word == "abort":
        os.abort()
    if word == "exit":
        os._exit(3)
    if word == "memory":
        bytearray(8 << 30)
    if word == "sleep":
        time.sleep(60)
    if word == "panic":
        os.write(2, b"thread panicked at src/lib.rs: stack backtrace")
        raise Panic("range end index 7 out of range")
    if word == "unreadable":
        raise UnreadableWorkbook("file.corrupt", "文件损坏")
    return word.upper()


def code(result: object) -> object:
    return result.code if isinstance(result, UnreadableWorkbook) else result


def test_each_fault_costs_one_item_and_order_is_kept() -> None:
    words = ["a", "abort", "b", "memory", "panic", "c", "sleep", "unreadable", "exit", "d"]

    results = list(run_guarded(act, words, jobs=2, timeout_seconds=2, memory_bytes=1 << 30))

    assert [(word, code(result)) for word, result in results] == [
        ("a", "A"),
        ("abort", "file.reader_died"),
        ("b", "B"),
        ("memory", "file.too_big"),
        ("panic", "file.corrupt"),
        ("c", "C"),
        ("sleep", "file.too_slow"),
        ("unreadable", "file.corrupt"),
        ("exit", "file.reader_died"),
        ("d", "D"),
    ]


PANIC = """
from tests.workbooks.test_workers import act
from workbooks.workers import run_guarded

print([result.message for _, result in run_guarded(act, ["panic"], jobs=1)])
"""


def collects(_: str) -> bool:
    return gc.isenabled()


def test_workers_and_their_server_look_for_no_reference_cycles() -> None:
    script = (
        "import gc; from workbooks.workers import _context\n"
        "if __name__ == '__main__':\n"
        "    with _context('workbooks.workers').Pool(1) as pool:\n"
        "        print(pool.apply(gc.isenabled))"
    )
    served = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert served.stdout.split() == [b"False"]
    assert [*run_guarded(collects, ["a"], jobs=1)] == [("a", False)]


def has_what_reading_needs(model: type[Row]) -> bool:
    """Tell whether a worker that has done nothing yet can read the columns of a sheet."""
    before = list_adapter.cache_info().misses
    for column in columns_by_field(model).values():
        list_adapter(column)
    return "workbooks.reader" in sys.modules and list_adapter.cache_info().misses == before


def test_workers_start_with_what_reading_needs() -> None:
    assert all(ready for _, ready in run_guarded(has_what_reading_needs, SHEETS, jobs=1))


def test_a_panic_of_a_reader_is_one_sentence_and_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PANIC], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stderr == ""
    assert done.stdout.count("文件已损坏、无法打开") == 1


def test_items_are_taken_only_a_little_ahead() -> None:
    taken = []

    def items() -> Iterator[str]:
        for number in range(50):
            taken.append(number)
            yield str(number)

    ahead = []
    for seen, _ in enumerate(run_guarded(act, items(), jobs=1), 1):
        ahead.append(len(taken) - seen)

    assert len(ahead) == 50
    assert max(ahead) < IN_FLIGHT_PER_JOB


def test_stopping_early_leaves_no_worker_behind() -> None:
    results = run_guarded(act, ["a", "sleep", "sleep"], jobs=2)

    started = time.monotonic()
    assert next(iter(results)) == ("a", "A")
    results.close()  # type: ignore[attr-defined]

    assert time.monotonic() - started < 30


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent another way there")
def test_ctrl_c_stops_the_workers() -> None:
    script = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # also where Ctrl-C is ignored
        "from tests.workbooks.test_workers import act\n"
        "from workbooks.workers import run_guarded\n"
        "if __name__ == '__main__':\n"
        "    for word, _ in run_guarded(act, ['a', 'sleep', 'sleep', 'sleep'], jobs=2):\n"
        "        print(word, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "a\n"

        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert "KeyboardInterrupt" in errors
    assert process.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="killed another way there")
def test_the_workers_of_a_killed_command_end_with_it() -> None:
    script = (
        "from tests.workbooks.test_workers import act\n"
        "from workbooks.workers import in_background, run_guarded\n"
        "if __name__ == '__main__':\n"
        "    with in_background(act, 'a', jobs=2) as answer:\n"
        "        answer.result()\n"  # its worker waits for more from here on
        "        for word, _ in run_guarded(act, ['a', 'sleep', 'sleep', 'sleep'], jobs=2):\n"
        "            print(word, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"a\n"
        group = process.pid

        process.kill()

    until = time.monotonic() + 15
    while (left := members(group)) and time.monotonic() < until:
        time.sleep(0.05)
    for each in left:
        os.kill(each, signal.SIGKILL)
    assert left == []


def test_modules_in_the_folder_a_command_is_run_in_are_not_imported(tmp_path: Path) -> None:
    for name in ("multiprocessing", "pickle", "numpy", "encodings"):
        (tmp_path / f"{name}.py").write_text("open('imported', 'w').close()\n", "utf-8")
    (tmp_path / "ledgers").mkdir()
    for name in "甲乙":
        (tmp_path / "ledgers" / f"{name}.csv").write_text("无", "utf-8")
    command = Path(sys.executable).with_name("bangdai")
    done = subprocess.run(
        [command, "validate", "ledgers", "--jobs", "2"],
        check=False, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in {1, 2}, done.stderr
    assert "甲.csv" in done.stdout + done.stderr
    assert not (tmp_path / "imported").exists()

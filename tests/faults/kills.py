"""Kill commands at random moments and account for every file they touch.

    python -m tests.faults.kills 300

Each round starts one of the commands in a process of its own, kills that with
signal 9 at a random moment and looks at what is left: the inputs, the target and the drafts; of an
update in place, the ledger and its earlier version in 备份, too.
After a few kills of a command it runs to its end, which must clean up after the killed ones.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from tests.faults.inputs import AS_OF, adopted_ledger, example_ledger, untidy_ledger
from tests.support.processes import members

_OURS = ".bangdai-*"
_KILLS_BEFORE_A_FULL_RUN = 5
_IN_PLACE = "update in place"
_ENDED = 30.0  # seconds a killed command's workers may take to notice

Arguments = Callable[[Path, Path], list[str]]

COMMANDS: dict[str, Arguments] = {
    "consolidate": lambda inputs, out: ["consolidate", str(inputs), "--out", str(out)],
    "update": lambda inputs, out: ["update", str(inputs / "ledger.xlsx"), "--out", str(out)],
    _IN_PLACE: lambda _, out: ["update", str(out)],
    "confirm": lambda inputs, out: ["confirm", str(inputs / "adopted.xlsx"), "--out", str(out)],
    "tidy": lambda inputs, out: ["tidy", str(inputs / "untidy.xlsx"), "--out", str(out)],
}


@dataclass(slots=True)
class Account:
    """What a series of kills left behind."""

    rounds: Counter[str] = field(default_factory=Counter)
    ended_before: Counter[str] = field(default_factory=Counter)
    half_files: list[str] = field(default_factory=list)
    changed_inputs: list[str] = field(default_factory=list)
    lost_versions: list[str] = field(default_factory=list)
    left_at_once: int = 0
    left_after_next_start: list[str] = field(default_factory=list)
    workers_alive: list[str] = field(default_factory=list)


def kill_at_random(folder: Path, rounds: int, seed: int = 0) -> Account:
    """Kill a command `rounds` times, in turn each of `COMMANDS`.

    Args:
        folder: An empty folder to work in.
        rounds: How many kills.
        seed: Of the moments.
    """
    chance, account = random.Random(seed), Account()
    originals = folder / "originals"
    originals.mkdir()
    example_ledger(originals / "ledger.xlsx")
    adopted_ledger(originals / "adopted.xlsx")
    untidy_ledger(originals / "untidy.xlsx")
    one = _full_run(folder / "trial", originals, "consolidate", account)
    lasts = dict.fromkeys(COMMANDS, one)  # until it is known of each
    for number in range(rounds):
        name = list(COMMANDS)[number % len(COMMANDS)]
        after = chance.uniform(0, lasts[name] * 1.05)
        _one_kill(folder / name, originals, name, after, account)
        turn = number // len(COMMANDS) + 1
        if turn % _KILLS_BEFORE_A_FULL_RUN == 0 or number + len(COMMANDS) >= rounds:
            lasts[name] = _full_run(folder / name, originals, name, account)
        if number % 20 == 19:
            print(number + 1, account, file=sys.stderr, flush=True)
    return account


def _one_kill(folder: Path, originals: Path, name: str, after: float, account: Account) -> None:
    process = _started(folder, originals, name)
    time.sleep(after)
    try:
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
    except ProcessLookupError:
        status = 0
    account.rounds[name] += 1
    account.ended_before[name] += not os.WIFSIGNALED(status)
    if not _group_ends(process):
        account.workers_alive.append(f"{folder.name} {name}")
    _look(folder, originals, name, account)
    account.left_at_once += len(_left(folder))


def _full_run(folder: Path, originals: Path, name: str, account: Account) -> float:
    """Run a command to its end: nothing of the killed ones before it may be left.

    Returns:
        How many seconds it took.
    """
    start = time.monotonic()
    _, status = os.waitpid(_started(folder, originals, name), 0)
    lasted = time.monotonic() - start
    written = folder / "out" / "out.xlsx"
    if not written.exists() or _digest(written) == _digest(originals / "ledger.xlsx"):
        raise RuntimeError(f"{name} writes nothing: status {status}")
    account.left_after_next_start += [f"{name}: {each}" for each in _left(folder)]
    _look(folder, originals, name, account)
    return lasted


def _look(folder: Path, originals: Path, name: str, account: Account) -> None:
    """Hold the inputs and the target against what they were and may be."""
    for original in originals.iterdir():
        if _digest(folder / "inputs" / original.name) != _digest(original):
            account.changed_inputs.append(f"{folder.name} {name}: {original.name}")
    found = (folder / "out").rglob("*.xlsx")
    files = [each for each in found if each.is_file() and not each.name.startswith(".")]
    for file in files:
        if not _is_whole(file):
            account.half_files.append(f"{folder.name} {name}: {file.name}")
    if name == _IN_PLACE and _digest(originals / "ledger.xlsx") not in map(_digest, files):
        account.lost_versions.append(f"{folder.name} {name}")


def _is_whole(file: Path) -> bool:
    try:
        with ZipFile(file) as package:
            return package.testzip() is None and bool(package.read("xl/workbook.xml"))
    except (BadZipFile, KeyError, OSError):
        return False


def _left(folder: Path) -> list[str]:
    """Return our own drafts, locks and notes anywhere under the folder."""
    return [str(path.relative_to(folder)) for path in folder.rglob(_OURS)]


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _started(folder: Path, originals: Path, name: str) -> int:
    """Start a command on copies of the inputs in a process group of its own; return its id."""
    inputs, out, temporary = folder / "inputs", folder / "out", folder / "tmp"
    if not folder.exists():
        for place in (inputs, out, temporary):
            place.mkdir(parents=True)
        for original in originals.iterdir():
            shutil.copyfile(original, inputs / original.name)
    target = out / "out.xlsx"
    if name != "consolidate":  # the others overwrite nothing
        for earlier in out.rglob("*.xlsx"):  # the papers of `confirm` and what is in 备份, too
            if not earlier.name.startswith("."):
                earlier.unlink()
    if name == _IN_PLACE:
        shutil.copyfile(originals / "ledger.xlsx", target)
    process = os.fork()
    if process:
        return process
    try:
        _become(["bangdai", *COMMANDS[name](inputs, target), "--as-of", f"{AS_OF}"], temporary)
    finally:
        os._exit(3)  # whatever happens, the child never goes on as its parent


def _become(arguments: list[str], temporary: Path) -> None:
    """Run the command line in this process, silently, with drafts of its own."""
    os.setsid()
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    sys.argv = arguments
    _forget_servers()
    from addin.cli import program  # noqa: PLC0415 - the child alone runs it

    program()


def _forget_servers() -> None:
    """Let this process start its workers as a command does, not by its parent's servers."""
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    server._forkserver_address = server._forkserver_alive_fd = server._forkserver_pid = None
    tracker: Any = resource_tracker._resource_tracker
    tracker._fd = tracker._pid = None
    started = sys.modules["__main__"]  # what workers would import again
    started.__spec__ = None
    vars(started).pop("__file__", None)


def _group_ends(group: int) -> bool:
    """Tell whether all processes a killed one started end by themselves; end them otherwise."""
    until = time.monotonic() + _ENDED
    while time.monotonic() < until:
        if not members(group):
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


def main() -> None:
    """Kill as often as the command line says and print the account."""
    import addin.actions.consolidation.written  # noqa: PLC0415 - once for all children
    import addin.actions.update  # noqa: F401, PLC0415

    with tempfile.TemporaryDirectory() as folder:
        account = kill_at_random(Path(folder), int(sys.argv[1]))
    for name in Account.__dataclass_fields__:
        print(f"{name}: {getattr(account, name)}")


if __name__ == "__main__":
    main()

"""Every command under Windows' Python, as a process of its own: it does what it does on Linux."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.windows.command_runs import (
    INPUTS,
    RUNS,
    Run,
    contents,
    differences,
    digests,
    make_input,
    run_here,
)
from tests.windows.wine import Wine

CONSOLE = "gbk"


@dataclass(frozen=True)
class Places:
    """Where the runs are done.

    Attributes:
        here: A folder of this machine.
        there: One of the PC.
    """

    here: Path
    there: Path


@pytest.fixture(scope="module")
def places(wine: Wine, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Return two folders for runs."""
    both = Places(tmp_path_factory.mktemp("commands"), wine.drive_d / "命令")
    shutil.rmtree(both.there, ignore_errors=True)
    for folder in (both.here, both.there):
        (folder / INPUTS).mkdir(parents=True)
    return both


def said(run: Run, code: int, out: bytes, encoding: str) -> tuple[int, object]:
    """Return what was told as it would be told here, without how long it took."""
    if run.is_json:
        told = json.loads(out.decode("utf-8").replace("\\\\", "/"))
        told.pop("seconds", None)
        return code, told
    return code, out.decode(encoding).replace("\r\n", "\n").replace("\\", "/")


@pytest.mark.parametrize(
    "run",
    [pytest.param(run, id=run.name, marks=[] if run.quick else pytest.mark.long) for run in RUNS],
)
def test_a_command_says_and_leaves_what_it_does_on_linux(
    run: Run, places: Places, wine: Wine
) -> None:
    here, there = places.here / run.name, places.there / run.name
    for folder in (here, there):
        folder.mkdir()
    for name in run.inputs:
        make_input(places.here / INPUTS, name)
    shutil.copytree(places.here / INPUTS, places.there / INPUTS, dirs_exist_ok=True)
    before = digests(places.here / INPUTS)

    code, out = run_here(run, here)
    done = wine.bangdai(*run.command.split(), *run.arguments, cwd=there, timeout=900)

    assert code in {0, 1}, out.decode()
    there_said = said(run, done.code, done.out + done.err, CONSOLE)
    assert there_said == said(run, code, out if run.is_json else _as_a_console_shows(out), CONSOLE)
    assert differences(contents(here), contents(there)) == []
    assert digests(places.here / INPUTS) == digests(places.there / INPUTS) == before


def _as_a_console_shows(out: bytes) -> bytes:
    """Return a text with what code page 936 lacks replaced."""
    return out.decode("utf-8").encode(CONSOLE, "replace")

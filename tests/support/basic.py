"""Call a workbook's VBA in a private LibreOffice."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

CONTROL = "<control>"
"""Stands for an object as an argument, as the ribbon hands one over."""

_SCRIPT = Path(__file__).with_name("basic_in_office.py")


class BasicFailed(AssertionError):
    """LibreOffice or its Python is missing, or it did not answer."""


def call_basic(
    workbook: Path,
    profile: Path,
    calls: list[tuple[str, list[Any]]],
    replace: dict[str, str] | None = None,
) -> list[Any]:
    """Return what each call of `Module.Procedure` gave, in order; None from a Sub.

    LibreOffice compiles all modules together: where one does not compile, every call silently gives
    "". So begin with a call whose answer is known.

    Args:
        workbook: A .xlsm or .xlam file.
        profile: An empty or missing folder for LibreOffice's settings.
        calls: Names and arguments.
        replace: Sources to put in the place of modules, by name.

    Raises:
        BasicFailed: There was no answer.
    """
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None or shutil.which("soffice") is None:
        raise BasicFailed("LibreOffice is not installed: start the tests with `sh tests/run`")
    task = {
        "workbook": str(workbook.resolve()),
        "profile": str(profile.resolve()),
        "replace": replace or {},
        "calls": calls,
    }
    answer = subprocess.run(
        [python, str(_SCRIPT)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    if answer.returncode:
        raise BasicFailed(answer.stderr)
    results: list[Any] = json.loads(answer.stdout)
    return results

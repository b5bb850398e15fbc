"""Microsoft's Open XML SDK judging workbooks against the schema of one Office version."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

OfficeVersion = Literal[
    "Office2007",
    "Office2010",
    "Office2013",
    "Office2016",
    "Office2019",
    "Office2021",
    "Microsoft365",
]

_QUICKLY = {"DOTNET_TieredPGO": "0", "DOTNET_gcConcurrent": "0"}
"""A third of its time went into what pays in a run of minutes: measuring itself, a second collector."""

_TOOLS = Path(__file__).parents[1] / "tools" / "node_modules" / "@xarsh"


class ValidatorFailed(AssertionError):
    """The validator is not installed or gave no answer; a bad workbook is an answer."""


def ooxml_errors(workbook: Path, version: OfficeVersion = "Office2016") -> list[str]:
    """Return what is wrong with one .xlsx, .xlsm or .xlam file, [] where it is valid.

    Each error reads `part xpath: description`; a file that is no Office file at all has one error.

    Raises:
        ValidatorFailed: The validator is missing or broken.
    """
    answer = subprocess.run(
        [_validator(), str(workbook), version],
        env=os.environ | _QUICKLY, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    try:
        # the exit code is 0 for invalid files too: only the answer counts
        report = json.loads(answer.stdout.decode("utf-8-sig"))
    except ValueError:
        said = (answer.stdout + answer.stderr).decode("utf-8", "replace")
        raise ValidatorFailed(f"the validator ended with {answer.returncode}: {said}") from None
    found = [
        f"{error['path'] or workbook.name} {error['xPath'] or ''}: {error['description']}"
        for error in report["errors"]
    ]
    if bool(found) is bool(report["ok"]):
        raise ValidatorFailed(f"the validator contradicts itself: {report}")
    return found


def all_ooxml_errors(
    workbooks: list[Path], version: OfficeVersion = "Office2016"
) -> dict[str, list[str]]:
    """Return the errors of each invalid file by name; {} when all are valid.

    The validator takes one file per start (about 0.4 s), so two run side by side.
    """
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda workbook: ooxml_errors(workbook, version), workbooks)
    return {
        str(workbook): errors for workbook, errors in zip(workbooks, answers, strict=True) if errors
    }


def _validator() -> str:
    for binary in sorted(_TOOLS.glob("ooxml-validator-*/ooxml-validator*")):
        return str(binary)
    raise ValidatorFailed("the Open XML validator is not installed: run `sh tests/run`")

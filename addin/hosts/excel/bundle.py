"""The folder from which a clerk's Windows PC without internet gets the add-in for Excel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from addin.hosts.excel.build import build_addin
from addin.hosts.offline.bundle import PYTHON, SOURCE, WINDOWS, Bundle, Contents, Fetch, gather

_PYTHON_IN_VENV = r"%LOCALAPPDATA%\BangDai\venv\Scripts\python.exe"


def make_bundle(
    out: Path, python: str = PYTHON, source: Path = SOURCE, fetch: Fetch | None = None
) -> Bundle:
    """Gather the bundle in `out`, which must be missing or empty, and check it by its own list.

    Args:
        out: The folder.
        python: The Python version of the clerks' PCs, such as 3.11.9.
        source: The checkout.
        fetch: Where wheels come from; the package index when None.

    Raises:
        UsageError: This is not run from a checkout.
        WriteRefused: The folder is not empty, or a wheel cannot be had.
    """
    words = {
        "{DOCTOR}": f"cmd /k {_PYTHON_IN_VENV} -m addin addin doctor",
        "{UNINSTALL}": f"cmd /k {_PYTHON_IN_VENV} -m addin addin uninstall",
    }
    manual = files("addin.hosts.excel").joinpath("manual.html").read_bytes()
    return gather(out, python, WINDOWS, Contents(build_addin, manual, words), source, fetch)

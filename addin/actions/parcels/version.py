"""The version of the program that decides whether a file made by another run may be used again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOMS = ("validators", "workbooks", "addin/actions", "addin/domain")


@cache
def program_version() -> str:
    """Return a digest of the modules that read, judge and write, and of their packages' versions.

    It changes with every rule, sheet and default, and with the libraries that read and write.
    """
    top = Path(__file__).parents[3]
    digest = hashlib.sha256()
    for package in ("numpy", "python-calamine", "pydantic", "XlsxWriter", "rapidfuzz"):
        digest.update(f"{package}={version(package)};".encode())
    for path in sorted(path for room in _ROOMS for path in (top / room).rglob("*")):
        if path.suffix in {".py", ".csv"}:
            digest.update(path.relative_to(top).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]

"""Hold files open as other programs on a Windows PC do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.windows.wine import VENV, Wine

NOBODY, READERS = 0, 1
"""Who may open the file meanwhile: nobody, or who only reads, as Excel has it."""

_PROGRAM = """
import sys, win32con, win32file
access = win32con.GENERIC_READ | win32con.GENERIC_WRITE
handle = win32file.CreateFile(
    sys.argv[1], access, int(sys.argv[2]), None, win32con.OPEN_EXISTING, 0, None
)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(wine: Wine, file: Path, share: int) -> Iterator[None]:
    """Hold a file open for reading and writing inside the `with` block.

    Args:
        wine: The PC.
        file: A file of this machine.
        share: `NOBODY` or `READERS`.
    """
    words = ("-c", _PROGRAM, wine.windows(file), str(share))
    with wine.start(f"{VENV}\\Scripts\\python.exe", *words) as holder:  # it ends with its input
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        yield

"""Print a workbook to PDF with LibreOffice, where the machine has one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 300
_ON_WINDOWS = ("ProgramFiles", "ProgramFiles(x86)")


def print_pdf(workbook: Path) -> Path | None:
    """Write a PDF of all printed pages beside a workbook, in place of an earlier one.

    LibreOffice gets a profile of its own, so that one that is open is left alone.

    Returns:
        The PDF, None where there is no LibreOffice or it did not manage.
    """
    program = installed_soffice()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        profile = (Path(folder) / "profile").as_uri()
        command = [
            program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
            "--outdir", folder, str(workbook.resolve()),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603  # the program found above
            made = Path(folder) / workbook.with_suffix(".pdf").name
            return Path(shutil.copyfile(made, workbook.with_suffix(".pdf")))
        except (OSError, subprocess.SubprocessError):
            return None


def installed_soffice() -> str | None:
    """Return LibreOffice's program: of the search path, or where Windows puts it."""
    places = [
        Path(os.environ[name]) / "LibreOffice" / "program" / "soffice.exe"
        for name in _ON_WINDOWS
        if name in os.environ
    ]
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((str(place) for place in places if place.is_file()), None)

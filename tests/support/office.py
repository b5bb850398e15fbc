"""A private headless LibreOffice that recalculates workbooks and turns them into pictures."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import warnings
from pathlib import Path

import openpyxl

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
</oor:items>
"""
"""As in a Chinese office, and recalculate .xlsx on loading: the default trusts saved values."""


class OfficeFailed(AssertionError):
    """LibreOffice is missing, could not open a workbook, or did not finish in time."""


class Office:
    """Conversions by one LibreOffice profile; conversions of one profile must not overlap.

    Args:
        profile: An empty or missing folder for LibreOffice's settings, not shared with another
            process.
        timeout: Seconds one conversion may take.

    Raises:
        OfficeFailed: LibreOffice or pdftoppm is not installed.
    """

    def __init__(self, profile: Path, timeout: float = 120) -> None:
        for program in ("soffice", "pdftoppm"):
            if shutil.which(program) is None:
                raise OfficeFailed(
                    f"{program} is not installed: start the tests with `sh tests/run`"
                )
        self.profile = profile.resolve()
        self.timeout = timeout
        settings = self.profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")

    def recalculated(self, workbook: Path, folder: Path) -> Path:
        """Open `workbook`, compute every formula anew and save it as .xlsx in `folder`."""
        return self._convert([workbook], folder, "xlsx", "Calc MS Excel 2007 XML")[0]

    def pdf(self, workbook: Path, folder: Path) -> Path:
        """Print all sheets of `workbook` to one PDF in `folder`."""
        return self._convert([workbook], folder, "pdf", "calc_pdf_Export")[0]

    def pages(self, workbook: Path, folder: Path, dpi: int = 80) -> list[Path]:
        """Print `workbook` to pictures in `folder`, one .png per printed page in page order."""
        pdf = self.pdf(workbook, folder)
        _run(["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(pdf.with_suffix(""))], self.timeout)
        return sorted(folder.glob(f"{_escaped(pdf.stem)}-*.png"), key=_page_number)

    def convert(self, workbooks: list[Path], folder: Path, extension: str = "xlsx") -> list[Path]:
        """Convert several workbooks with different names in one start; "xlsx" recalculates them."""
        return self._convert(workbooks, folder, extension, "")

    def _convert(
        self, workbooks: list[Path], folder: Path, extension: str, export_filter: str
    ) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        targets = [folder / f"{workbook.stem}.{extension}" for workbook in workbooks]
        if len(set(targets)) < len(targets) or set(targets) & set(workbooks):
            raise OfficeFailed("two conversions would write the same file, or one its own source")
        for target in targets:
            target.unlink(missing_ok=True)
        said = _run(
            [
                "soffice",
                f"-env:UserInstallation={self.profile.as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                f"{extension}:{export_filter}" if export_filter else extension,
                "--outdir",
                str(folder),
                *map(str, workbooks),
            ],
            self.timeout,
        )
        # soffice exits with 0 even when it could not open the file
        lost = [str(target) for target in targets if not target.exists()]
        if lost:
            raise OfficeFailed(f"LibreOffice did not write {', '.join(lost)}: {said}")
        return targets


def error_cells(workbook: Path) -> list[str]:
    """Return the cells of a calculated workbook that hold an error, as `sheet!B2 #DIV/0!`.

    Formulas must have been calculated by a spreadsheet (see `Office.recalculated`): a library
    that writes formulas saves no error of its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names the extensions it drops
        book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
        try:
            return [
                f"{sheet.title}!{cell.coordinate} {cell.value}"
                for sheet in book.worksheets
                for row in sheet.iter_rows()
                for cell in row
                if cell.data_type == "e"
            ]
        finally:
            book.close()


def _run(command: list[str], timeout: float) -> str:
    """Run `command` in its own process group, ended as a whole when the time is up."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        start_new_session=True,
    ) as process:
        try:
            said = process.communicate(timeout=timeout)[0].decode("utf-8", "replace").strip()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise OfficeFailed(f"{command[0]} took more than {timeout:g} s") from None
    if process.returncode:
        raise OfficeFailed(f"{command[0]} ended with {process.returncode}: {said}")
    return said


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _page_number(picture: Path) -> int:
    return int(picture.stem.rpartition("-")[2])

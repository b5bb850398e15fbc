"""A running headless LibreOffice that recalculates workbooks and turns them into pictures."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl

from addin.hosts.calc import Office as CalcOffice
from addin.hosts.calc.office import properties, url_of


class OfficeFailed(AssertionError):
    """A program is missing, or LibreOffice could not open or write a workbook."""


_FILTERS = {"xls": "MS Excel 97", "ods": "calc8"}


class Office:
    """Conversions by one LibreOffice that runs already: a start of its own takes a second each.

    Its settings are those of a Chinese office, and it recalculates every .xlsx it opens.

    Args:
        running: The process; it may have workbooks open.
        timeout: Seconds one conversion may take.

    Raises:
        OfficeFailed: pdftoppm is not installed.
    """

    def __init__(self, running: CalcOffice, timeout: float = 120) -> None:
        if shutil.which("pdftoppm") is None:
            raise OfficeFailed("pdftoppm is not installed: start the tests with `sh tests/run`")
        self.running = running
        self.timeout = timeout

    def recalculated(self, workbook: Path, folder: Path) -> Path:
        """Open `workbook`, compute every formula anew and save it as .xlsx in `folder`."""
        return self._convert(workbook, folder, "xlsx", "Calc MS Excel 2007 XML")

    def saved_as(self, workbook: Path, folder: Path, extension: str) -> Path:
        """Save `workbook` in `folder` as a file of an older or another program: xls or ods."""
        return self._convert(workbook, folder, extension, _FILTERS[extension])

    def pdf(self, workbook: Path, folder: Path) -> Path:
        """Print all sheets of `workbook` to one PDF in `folder`."""
        return self._convert(workbook, folder, "pdf", "calc_pdf_Export")

    def pages(self, workbook: Path, folder: Path, dpi: int = 80) -> list[Path]:
        """Print `workbook` to pictures in `folder`, one .png per printed page in page order."""
        pdf = self.pdf(workbook, folder)
        command = ["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(pdf.with_suffix(""))]
        subprocess.run(command, check=True, timeout=self.timeout)
        return sorted(folder.glob(f"{_escaped(pdf.stem)}-*.png"), key=_page_number)

    def picture(
        self, workbook: Path, sheet: str, target: Path, *, page: int = 1, dpi: int = 80
    ) -> None:
        """Draw one printed page of one sheet, whatever the workbook's other sheets print.

        Args:
            workbook: The workbook.
            sheet: The sheet's name; it may be hidden.
            target: The .png to write.
            page: The page, from 1.
            dpi: Pixels to the inch.

        Raises:
            OfficeFailed: There is no such sheet.
        """
        with tempfile.TemporaryDirectory() as folder:
            only = partial(_print_only, shown=sheet)
            pdf = self._convert(workbook, Path(folder), "pdf", "calc_pdf_Export", only)
            numbers = ["-f", str(page), "-l", str(page), "-singlefile"]
            command = ["pdftoppm", "-png", "-r", str(dpi), *numbers]
            subprocess.run([*command, str(pdf), str(target.with_suffix(""))], check=True)

    def _convert(
        self,
        workbook: Path,
        folder: Path,
        extension: str,
        export_filter: str,
        change: Callable[[Any], None] = lambda _: None,
    ) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{workbook.stem}.{extension}"
        if target == workbook:
            raise OfficeFailed(f"{workbook} would be its own source")
        target.unlink(missing_ok=True)
        with self.running.within(self.timeout):
            try:
                document = self.running.desktop.loadComponentFromURL(
                    url_of(workbook), "_blank", 0, properties(Hidden=True)
                )
            except Exception as problem:  # UNO's exceptions cannot be imported before it is loaded
                raise OfficeFailed(f"LibreOffice cannot open {workbook}: {problem}") from problem
            if document is None:
                raise OfficeFailed(f"LibreOffice cannot open {workbook}")
            try:
                change(document)
                document.storeToURL(url_of(target), properties(FilterName=export_filter))
            finally:
                document.close(True)
        return target


def _print_only(document: Any, shown: str) -> None:
    """Take all print areas but one sheet's away: LibreOffice prints hidden sheets, too."""
    sheets = document.Sheets
    if not sheets.hasByName(shown):
        raise OfficeFailed(f"there is no sheet {shown} among {sheets.ElementNames}")
    sheets.getByName(shown).IsVisible = True
    for name in sheets.ElementNames:
        if name != shown:
            sheets.getByName(name).setPrintAreas(())


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


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _page_number(picture: Path) -> int:
    return int(picture.stem.rpartition("-")[2])

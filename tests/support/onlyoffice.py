"""ONLYOFFICE's engine (PyPI document-builder), which computes the formulas of a workbook anew.

It has an own process: `python -m tests.support.onlyoffice TODAY ANSWER WORKBOOK…` writes the values
of all cells as JSON. The engine is under the AGPL and never part of the product.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

Grid = dict[str, str]
"""What non-empty cells show, unformatted, by sheet, row and column: `本周待办 2 9`."""

_SAVED = re.compile(r"</f><v>[^<]*</v>")
_TODAY = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)><f>TODAY\(\)</f>')
_NAMES = re.compile(r'<sheet name="([^"]+)"')


class EngineFailed(AssertionError):
    """The engine is not installed or gave no answer."""


def recalculated(workbooks: Sequence[Path], today: date) -> list[Grid]:
    """Return the values ONLYOFFICE computes in workbooks that are saved without any.

    Args:
        workbooks: Workbooks of ours; they are not changed.
        today: What TODAY() is.

    Raises:
        EngineFailed: There is no answer.
    """
    with TemporaryDirectory() as temporary:
        answer = Path(temporary) / "answer.json"
        command = [sys.executable, "-m", __name__, today.isoformat(), str(answer)]
        done = subprocess.run(
            [*command, *map(str, workbooks)], capture_output=True, check=False, timeout=600
        )
        if not answer.exists():
            said = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise EngineFailed(f"document-builder ended with {done.returncode}: {said}")
        grids: list[Grid] = json.loads(answer.read_text("utf-8"))
    return grids


# --- the process that has the engine ---------------------------------------------------------------

_READ = """
var found = {};
Api.GetSheets().forEach(function (sheet) {
    var used = sheet.GetUsedRange(), values = used.GetValue2();
    (Array.isArray(values) ? values : [[values]]).forEach(function (row, r) {
        (Array.isArray(row) ? row : [row]).forEach(function (value, c) {
            if (value !== "" && value !== null) {
                found[[sheet.GetName(), used.GetRow() + r, used.GetCol() + c].join(" ")] = value;
            }
        });
    });
});
return JSON.stringify(found);
"""
_TOUCH = """
var cell = Api.GetSheet(%s).GetRange(%s), value = cell.GetValue2();
if (value !== "") { cell.SetValue(value + "x"); cell.SetValue(%s || value); }
return "";
"""
"""A cell is changed and changed back: what depends on it is computed, and nothing else."""


class _Engine:
    def __init__(self) -> None:
        import docbuilder  # noqa: PLC0415 - loads the engine

        self._value, self._builder = docbuilder.CDocBuilderValue, docbuilder.CDocBuilder()

    def grid(self, workbook: Path, today: int, changed: Sequence[tuple[str, str]]) -> Grid:
        """Return the values of a workbook after cells of it were touched, the first being today."""
        if self._builder.OpenFile(str(workbook), ""):
            raise EngineFailed(f"ONLYOFFICE cannot open {workbook}")
        self._builder.GetContext()
        for number, at in enumerate(changed):
            sheet, cell = map(json.dumps, at)
            self._run(_TOUCH % (sheet, cell, f'"{today}"' if not number else '""'))
        grid: Grid = json.loads(self._run(_READ))
        self._builder.CloseFile()
        return grid

    def _run(self, script: str) -> Any:
        value = self._value()
        self._builder.ExecuteCommand(f"(function () {{{script}}})()", value)
        return value.ToString()


def _without_values(workbook: Path, target: Path) -> list[tuple[str, str]]:
    """Copy a workbook without what its formulas show; return the cells to touch, today's first."""
    with ZipFile(workbook) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        names = _NAMES.findall(source.read("xl/workbook.xml").decode())
        today, others = [], []
        for part in source.namelist():
            content = source.read(part)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part)
            if number:
                text, name = content.decode(), names[int(number[1]) - 1]
                today += [(name, found[1]) for found in _TODAY.finditer(text)]
                if not name.startswith("_"):
                    others.append((name, "A4"))  # a list is right once its sheet was changed
                text = _TODAY.sub(r'<c r="\1"\2>', text)
                content = _SAVED.sub("</f>", text).encode()
            copy.writestr(part, content)
    return [*today, *(at for at in others if at[0] in _LISTED)]


_LISTED = ("导师库", "个人对象", "组织对象", "结对台账")


def _main(today: str, answer: str, *workbooks: str) -> None:
    engine, serial = _Engine(), (date.fromisoformat(today) - date(1899, 12, 30)).days
    grids = []
    with TemporaryDirectory() as temporary:
        for number, workbook in enumerate(workbooks):
            copy = Path(temporary) / f"{number}.xlsx"
            grids.append(engine.grid(copy, serial, _without_values(Path(workbook), copy)))
        Path(answer).write_text(json.dumps(grids), "utf-8")
    os._exit(0)  # the engine's own end is a crash


if __name__ == "__main__":
    _main(*sys.argv[1:])

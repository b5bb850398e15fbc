"""What other programs save is read as the workbook it was: .xls and .ods by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.writing import write
from tests.support.office import Office
from validators.sources.tables import Source
from workbooks.foreign import read_source


@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_a_paper_reads_the_same_in_every_format(
    extension: str, office: Office, tmp_path: Path
) -> None:
    plan = LAYOUTS["导师单元格向下合并"].plan(0)
    workbook = write(plan, tmp_path)

    saved = read_source(office.saved_as(workbook, tmp_path / extension, extension))

    assert shape(saved) == shape(read_source(workbook))


def shape(source: Source) -> list[object]:
    """Return what a file's tables hold."""
    return [
        (table.headings, [row.cells for row in table.rows], table.shared) for table in source.tables
    ]

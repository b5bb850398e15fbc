"""Print rows of a consolidated workbook before there is one, in whatever process has their cells."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import BinaryIO

from validators.cells import CellColumn
from workbooks.bulk import BulkRows, PrintedRows, Prototype, print_rows, prototypes_of
from workbooks.consolidated import findings_sheet, ledger_sheets
from workbooks.consolidated.content import FILE_KIND, Stamp
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET
from workbooks.plain import plain_workbook
from workbooks.template.layout import FIRST_ROW
from workbooks.template.styles import Styles


def print_block(sheet: str, columns: Sequence[CellColumn], stream: BinaryIO) -> PrintedRows:
    """Print some rows of a merged sheet or of 问题清单, to stand wherever they will.

    Args:
        sheet: Its name; that of the first one where its rows continue in others.
        columns: The cells: see `ledger_sheets.part_columns` and `findings_sheet.finding_columns`.
        stream: A file that is open for writing; the rows are added at its end.
    """
    return print_rows(columns, _prototypes()[sheet], _wraps()[sheet], stream)


@cache
def _prototypes() -> Mapping[str, Prototype]:
    """Return how the rows of every sheet look that may be printed apart, by name.

    Their styles come first in every consolidated workbook, so nothing else of it need be known.
    """
    stream = io.BytesIO()
    workbook = plain_workbook(stream, FILE_KIND, title="", created=datetime(2000, 1, 1))  # noqa: DTZ001
    styles = Styles(workbook)
    number_first(styles)
    rows, stamp = BulkRows(FIRST_ROW, 1, ()), Stamp(date.min, datetime.min)  # noqa: DTZ901
    for model in ledger_sheets.merged_models():
        sheet = workbook.add_worksheet(model.sheet.name)
        ledger_sheets.write_merged_frame(sheet, model, rows, "", stamp, styles)
    sheet = workbook.add_worksheet(FINDINGS_SHEET)
    findings_sheet.write_findings_frame(sheet, rows, (), "", stamp, styles)
    workbook.close()
    return prototypes_of(stream, FIRST_ROW)


@cache
def _wraps() -> Mapping[str, Mapping[int, float]]:
    models = ledger_sheets.merged_models()
    of_models = {model.sheet.name: ledger_sheets.wrapped(model) for model in models}
    return {**of_models, FINDINGS_SHEET: findings_sheet.WRAPS}


def number_first(styles: Styles) -> None:
    """Give the styles of these rows the first numbers of a workbook.

    Numbers are given in the order of use, so nothing may be written before.
    """
    models = ledger_sheets.merged_models()
    rows = (ledger_sheets.row_styles(model, styles) for model in models)
    for style in chain(*rows, findings_sheet.row_styles(styles)):
        style._get_xf_index()

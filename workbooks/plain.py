"""Start a workbook in which text stays text, and which says what kind of file it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.files import KIND_PROPERTY
from workbooks.text_fit import OWN_FONT

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_column_width": 72,
}


class _PlainWorksheet(Worksheet):  # type: ignore[misc] # XlsxWriter ships no types
    """A worksheet whose formulas use functions of Excel 2007 only.

    XlsxWriter looks for each of 29 newer functions in every formula, to write their prefix: two
    thirds of the time a ledger takes.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")

    def _get_range_data(self, *area: int) -> list[str | None]:
        """Leave blank cells out of the figures a chart keeps: XlsxWriter keeps zeros."""
        return [value if value != "" else None for value in super()._get_range_data(*area)]


class _PlainWorkbook(Workbook):  # type: ignore[misc] # XlsxWriter ships no types
    worksheet_class = _PlainWorksheet


def plain_workbook(
    target: Path | BinaryIO,
    kind: str,
    *,
    title: str,
    created: datetime,
    subject: str = "",
    properties: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Workbook:
    """Open a workbook to write; no text in it becomes a formula or a link.

    Args:
        target: A path or an open binary file.
        kind: 帮带文件类型, by which our commands know what they may read or replace.
        title: Title in the document properties.
        created: Date in the document properties; a fixed one makes equal content equal bytes.
        subject: Subject in the document properties.
        properties: Further custom properties.
        options: Further options of XlsxWriter.
    """
    font = {"font_name": OWN_FONT, "font_size": 10}  # XlsxWriter adds to it
    defaults = {**_OPTIONS, "default_format_properties": font}
    workbook = _PlainWorkbook(target, {**defaults, **(options or {})})
    workbook.set_properties({"title": title, "subject": subject, "created": created})
    for name, value in {KIND_PROPERTY: kind, **(properties or {})}.items():
        workbook.set_custom_property(name, value, "text")
    workbook.set_size(26_000, 15_000)
    return workbook

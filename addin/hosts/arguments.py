"""Arguments that Excel and WPS are given alike."""

from __future__ import annotations

from typing import Final

from workbooks.template.worksheets import UNLOCKED

_ALLOWING = {
    "format_columns": "AllowFormattingColumns",
    "format_rows": "AllowFormattingRows",
    "sort": "AllowSorting",
    "autofilter": "AllowFiltering",
}
"""What the template calls an allowance, and what they call it."""

PROTECTION: Final = {_ALLOWING[name]: allowed for name, allowed in UNLOCKED.items()}
"""What `Worksheet.Protect` allows in a sheet that is protected as the template's are."""

TABLE_ENDINGS: Final = (
    ".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt",
)  # fmt: skip
"""Files that are read as tables."""

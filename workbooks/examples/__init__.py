"""A blank and a filled ledger to open before running anything.

    python -m workbooks.examples

writes them anew; a test keeps the committed files equal, part by part, to what the code makes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from validators.divisions import by_code
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

__all__ = ["AS_OF", "BLANK", "FILLED", "write_examples"]

AS_OF = date(2026, 6, 30)
UNIT = "640402104"
BLANK = "开城镇2026年台账（空白）.xlsx"
FILLED = "开城镇2026年台账（样例）.xlsx"


def write_examples(folder: Path) -> None:
    """Write both ledgers into `folder`."""
    unit = by_code()[UNIT]
    rows = clean_rows(UNIT, seed=2026, as_of=AS_OF, log_rows=400)
    write_ledger(folder / BLANK, unit, AS_OF.year, as_of=AS_OF)
    write_ledger(folder / FILLED, unit, AS_OF.year, rows=rows, as_of=AS_OF)

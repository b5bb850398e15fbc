"""Changes computed from one ledger, whether it is open in a spreadsheet or a file.

A button writes them into the open workbook; its command writes a copy of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from addin import clock
from addin.actions.generated_sheets import sheet_update
from addin.actions.ledger_set import LedgerSet, copy_ledger, read_ledgers, refuse_existing
from addin.actions.validate import ExaminedLedger
from addin.buttons import LedgerChange
from addin.domain.rollup import RollUp, roll_up
from validators.sheets import Row
from workbooks.files import check_writable
from workbooks.updates import SheetUpdate


@dataclass(frozen=True, slots=True)
class DatedLedger:
    """One ledger after its checks, with the day and the time its changes are computed for.

    Attributes:
        examined: Its rows, findings and settings.
        as_of: The day everything is judged by.
        generated: 生成时间 of what is made of it.
    """

    examined: ExaminedLedger
    as_of: date
    generated: datetime

    def rolled_up(self, model: type[Row]) -> tuple[RollUp, SheetUpdate]:
        """Return what the records come to, and the update of the generated sheet of `model`."""
        examined = self.examined
        rollup = roll_up(examined.ledger, examined.settings, self.as_of)
        return rollup, sheet_update(rollup, model, examined.file, self.as_of, self.generated)


@dataclass(frozen=True, slots=True)
class LedgerChangeResult:
    """What changed in a copy of a ledger; `out` is None where nothing had to be changed."""

    ledgers: LedgerSet
    change: LedgerChange
    out: Path | None


def write_changed_copy(
    compute: Callable[[DatedLedger], LedgerChange],
    path: Path,
    out: Path,
    *,
    as_of: date,
    settings_file: Path | None = None,
) -> LedgerChangeResult:
    """Write a copy of a ledger with the changes `compute` returns; without any, write nothing.

    Args:
        compute: Returns the changes and what is said of them.
        path: A ledger; it stays as it is.
        out: The copy.
        as_of: The day everything is judged by.
        settings_file: Settings that win over the ledger's own.

    Raises:
        UsageError: There is no readable ledger, `out` exists, or nothing can be computed.
        WriteRefused: `out` cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    refuse_existing(out)
    check_writable(out)
    ledgers = read_ledgers(path, as_of=as_of, settings_file=settings_file)
    examined = ledgers.examined[0]
    change = compute(DatedLedger(examined, as_of, clock.now().replace(tzinfo=None)))
    if not change.updates:
        return LedgerChangeResult(ledgers, change, None)
    copy_ledger(ledgers, examined, out, change.updates)
    return LedgerChangeResult(ledgers, change, out)

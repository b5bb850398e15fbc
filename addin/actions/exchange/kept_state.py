"""The state of an earlier consolidated workbook from what its run kept: a sixth of the time of reading it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from addin.actions.exchange.states import consolidated_state, ledger_state
from addin.actions.parcels import CACHE, PARCEL
from addin.actions.parcels.earlier import RESULT, find_earlier
from addin.actions.parcels.parcel import DamagedParcel, load_parcel
from addin.actions.validate import ExaminedLedger
from addin.domain.changes import State
from validators.ledger import Ledger
from workbooks.consolidated.workbook import safe_finding


def earlier_state(workbook: Path) -> State:
    """Return the state a consolidated workbook shows, from what was kept beside it if that is of it.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
    """
    return kept_state(workbook) or consolidated_state(workbook)


def kept_state(workbook: Path) -> State | None:
    """Return the state of a workbook's ledgers, None where not all it was made of is there."""
    folder = workbook.parent / CACHE / workbook.name
    found = (find_earlier(folder, path.stem, workbook) for path in folder.glob(f"*{RESULT}"))
    run = next(filter(None, found), None)
    if run is None:
        return None
    try:
        whole = run.load()
        merged = dict.fromkeys(count.file for count in whole.report.sheets)
        ledgers = {one.file: one.ledger for one in _examined(folder) if one.file in merged}
    except DamagedParcel:
        return None
    if ledgers.keys() != merged.keys():
        return None
    places = {unit.file: f"{unit.county}{unit.township}" for unit in whole.states}
    findings = map(safe_finding, whole.report.findings)
    together = Ledger.merged(ledgers[file] for file in merged)
    return ledger_state(together, findings, places, merged=True)


def _examined(folder: Path) -> Iterator[ExaminedLedger]:
    yield from map(load_parcel, folder.glob(f"*{PARCEL}"))

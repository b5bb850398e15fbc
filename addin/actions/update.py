"""Bring a ledger up to date, all generated sheets and missing IDs: `bangdai update`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

from addin import clock
from addin.actions.generated_sheets import check_update, sheet_updates, unread_sheets, withheld
from addin.actions.ledger_set import (
    CopyResult,
    LedgerSet,
    ReadOptions,
    copy_ledgers,
    exit_code,
    fill_ids,
    read_ledgers,
)
from addin.actions.pair import holds_other_units, retyped_update, suggestion_update
from addin.actions.upgrade import UpgradeResult, upgrade_older
from addin.actions.validate import ExaminedLedger
from addin.domain.pairing.suggest import suggest
from addin.domain.rollup import roll_up
from validators.findings import Finding
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.schema import may_lack, version_of
from validators.sheets import Row, model_for
from workbooks.updates import SheetUpdate


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What was brought up to date.

    Attributes:
        ledgers: The ledgers.
        out: The workbook or folder written.
        copies: What became of every ledger.
        ids: How many missing IDs were filled.
        upgrades: The ledgers of an older template, whose copies are of the current one.
        withheld: A sentence on every generated sheet that stays as it was, since a sheet it rests
            on was not read.
    """

    ledgers: LedgerSet
    out: Path
    copies: tuple[CopyResult, ...]
    ids: int
    upgrades: tuple[UpgradeResult, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read or copied, 1 if a sheet was not updated, else 0."""
        return exit_code(self.ledgers, copies=self.copies, left_out=self.withheld)


@dataclass(frozen=True, slots=True)
class LedgerUpdate:
    """What brings one ledger up to date.

    Attributes:
        updates: All changes, one for each sheet.
        ids: How many missing IDs they fill.
        findings: What is still to be corrected then.
        withheld: A sentence on every generated sheet that stays as it is.
    """

    updates: tuple[SheetUpdate, ...]
    ids: int
    findings: tuple[Finding, ...]
    withheld: tuple[str, ...] = ()


def update_ledgers(
    path: Path, out: Path, *, generated: datetime | None = None, **options: Unpack[ReadOptions]
) -> UpdateResult:
    """Write copies of a ledger or a folder of ledgers with everything computed anew.

    The copy of a ledger of an older template is a ledger of the current one.

    Args:
        path: A ledger, or a folder of them.
        out: The copy, or the folder of copies; nothing is overwritten.
        generated: 生成时间; now if None.
        options: How the ledgers are read.

    Raises:
        UsageError: There is no readable ledger, or a copy exists.
        WriteRefused: A copy cannot be written.
        UpdateRefused: The single ledger cannot be copied sheet by sheet.
    """
    ledgers = read_ledgers(path, **options)
    now = generated or clock.now().replace(tzinfo=None)
    ids = 0
    unread = {ledger.file: unread_sheets(ledger.ledger) for ledger in ledgers.examined}

    def updates(ledger: ExaminedLedger) -> Sequence[SheetUpdate]:
        nonlocal ids
        update = updates_of(ledger, ledgers.as_of, now, unread[ledger.file])
        ids += update.ids
        return update.updates

    with TemporaryDirectory() as drafts:
        current, upgrades = upgrade_older(ledgers, Path(drafts), ledgers.as_of)
        copies = copy_ledgers(current, path, out, updates)
    sentences = tuple(
        sentence if len(unread) == 1 else f"{file}：{sentence}"
        for file, missed in unread.items()
        for sentence in withheld(missed).values()
    )
    return UpdateResult(ledgers, out, copies, ids, upgrades, sentences)


def updates_of(
    examined: ExaminedLedger,
    as_of: date,
    generated: datetime,
    unread: Mapping[type[Row], str] | None = None,
) -> LedgerUpdate:
    """Return all changes that bring one ledger up to date.

    职责清单 keeps its rows: only what the log says of them is written. 结对建议 is left alone
    while it holds a mentor of another township: this ledger alone cannot judge that draft. Only
    rows in which the clerk put another mentor get that pair's scores. A sheet that rests on one that
    was not read stays as it is.

    Args:
        examined: The ledger.
        as_of: The day everything is judged by.
        generated: 生成时间.
        unread: The sheets that were not read; looked for in the ledger if None.
    """
    file, settings = examined.file, examined.settings
    kept = withheld(unread_sheets(examined.ledger) if unread is None else unread)
    ledger, ids = fill_ids(examined.ledger)
    open_findings = _still_open(examined.findings, ids)
    updates = [*sheet_updates(roll_up(ledger, settings, as_of), file, as_of, generated)]
    suggestions = suggest(ledger, settings, as_of)
    if holds_other_units(ledger):
        retyped = retyped_update(ledger, suggestions, file)
        updates += [retyped] if retyped.cells else []
    else:
        updates.append(suggestion_update(ledger, suggestions, file, as_of, generated))
    updates = [*ids, *(update for update in updates if update.key not in kept)]
    updates.append(check_update(ledger, open_findings, file, as_of, generated))
    count = sum(len(update.cells) for update in ids)
    present = (update for update in _joined(updates) if not _came_later(ledger, update.key))
    return LedgerUpdate(tuple(present), count, tuple(open_findings), tuple(kept.values()))


def _came_later(ledger: Ledger, key: str) -> bool:
    """Return whether a ledger of an older template lacks the sheet `key`."""
    model = model_for(key)
    held = any(part.key == key for part in ledger.table(model).parts)
    return not held and may_lack(version_of(ledger), model.sheet.since)


def _still_open(findings: Iterable[Finding], ids: Iterable[SheetUpdate]) -> list[Finding]:
    """Return the findings without those on IDs that are filled now."""
    gone = {
        (f"{sheet.table_key}.id.blank", sheet.name, row)
        for update in ids
        for sheet in [model_for(update.key).sheet]
        for row, _ in update.cells
    }
    return [f for f in findings if (f.code, squeeze(f.sheet), f.row) not in gone]


def _joined(updates: Iterable[SheetUpdate]) -> Iterator[SheetUpdate]:
    """Yield one update for each sheet."""
    by_tab: dict[tuple[str, str], SheetUpdate] = {}
    for update in updates:
        before = by_tab.get((update.key, update.tab))
        by_tab[update.key, update.tab] = (
            replace(update, cells={**before.cells, **update.cells}) if before else update
        )
    yield from by_tab.values()

"""Bring a ledger up to date, all generated sheets and missing IDs: `bangdai update`.

What follows from decisions typed elsewhere is written, too, if that is agreed to; see
`addin.actions.decisions.consequences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Unpack

from addin import clock
from addin.actions.decisions.consequences import (
    Agreement,
    Consequence,
    apply_decisions,
    consequences,
)
from addin.actions.generated_sheets import (
    check_update,
    left_out,
    sheet_update,
    sheet_updates,
    unread_sheets,
    withheld,
)
from addin.actions.ledger_set import (
    CopyResult,
    DatedLedger,
    LedgerSet,
    ReadOptions,
    copy_ledgers,
    exit_code,
    fill_ids,
    read_ledgers,
    replace_ledgers,
    with_values,
)
from addin.actions.pair import holds_other_units, retyped_update, suggestion_update
from addin.actions.upgrade import UpgradeResult, upgrade_older
from addin.actions.validate import ExaminedLedger
from addin.domain.duties import DutyReport
from addin.domain.facts import LedgerFacts
from addin.domain.pairing.suggest import suggest
from addin.domain.rollup import roll_up
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart, Table
from validators.schema import may_lack, version_of
from validators.sheets import DutyRow, LogEntryRow, Row, model_for
from workbooks.files import check_writable, scratch_folder
from workbooks.updates import SheetUpdate, cell_updates

_NAMED, _PROPOSED = "duty_ids", "duty_proposed"
"""Fields of 工作日志: 职责编号 and 职责编号建议."""


# --- duties the log does not name ---


def proposal_updates(ledger: Ledger, report: DutyReport, file: str) -> list[SheetUpdate]:
    """Return what changes of 职责编号建议 in one workbook: which duty an entry may belong to."""
    table, cells = ledger.table(LogEntryRow), dict[tuple[int, str], object]()
    proposals = report.proposals
    for start, part in table.starts():
        column = part.columns.get(_PROPOSED)
        if part.file != file or column is None:
            continue
        blank = set(column.cells.blank_rows())
        for row, code in enumerate(column.cells.codes):
            proposal = proposals.get(start + row)
            if (row not in blank or proposal) and (code < 0 or column.values[code] != proposal):
                cells[start + row, _PROPOSED] = proposal
    return cell_updates(table, cells)


def accept_duties(ledger: Ledger, report: DutyReport) -> tuple[Ledger, list[SheetUpdate]]:
    """Let the entries of one workbook that name no duty name the one they are proposed for.

    Args:
        ledger: The ledger of one workbook, after validation; it is not changed.
        report: What its log says of the duties.

    Returns:
        The ledger with them, and the cells of 职责编号 that were blank.
    """
    table, proposals = ledger.table(LogEntryRow), report.proposals
    parts, cells = list[SheetPart](), dict[tuple[int, str], object]()
    for start, part in table.starts():
        accepted = {
            row - start: codes
            for row, codes in proposals.items()
            if _NAMED in part.columns and start <= row < start + len(part)
        }
        parts.append(with_values(part, _NAMED, accepted) if accepted else part)
        cells |= {(start + row, _NAMED): codes for row, codes in accepted.items()}
    tables = {**ledger.tables, table.key: Table(LogEntryRow, parts)}
    return replace(ledger, tables=tables), cell_updates(table, cells)


def acceptance(dated: DatedLedger) -> tuple[list[SheetUpdate], int, DutyReport]:
    """Return the changes that accept every proposal, how many there are, and the duties then."""
    examined, day = dated.examined, dated.as_of
    before = LedgerFacts.of(examined.ledger, examined.settings, day).duty_report
    ledger, accepted = accept_duties(examined.ledger, before)
    records = roll_up(ledger, examined.settings, day)
    after = records.facts.duty_report
    updates = [
        *_joined([*accepted, *proposal_updates(ledger, after, examined.file)]),
        sheet_update(records, DutyRow, examined.file, day, dated.generated),
    ]
    return updates, sum(len(update.cells) for update in accepted), after


# --- the whole ledger ---


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What was brought up to date.

    Attributes:
        ledgers: The ledgers.
        out: The workbook or folder of copies; None where the ledgers themselves were written.
        copies: What became of every ledger.
        ids: How many missing IDs were filled.
        duties: What the logs say of the duties.
        accepted: How many proposals of 职责编号建议 were accepted.
        upgrades: The ledgers of an older template, whose copies are of the current one.
        withheld: A sentence on every generated sheet that is not there, or stays as it was, since a
            sheet it rests on was not read.
        proposals: What follows from decisions in each ledger, by file.
        agreed: Whether that was written.
    """

    ledgers: LedgerSet
    out: Path | None
    copies: tuple[CopyResult, ...]
    ids: int
    duties: tuple[DutyReport, ...] = ()
    accepted: int = 0
    upgrades: tuple[UpgradeResult, ...] = ()
    proposals: Mapping[str, Sequence[Consequence]] = field(default_factory=dict)
    agreed: bool = False
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
        duties: What the log says of the duties then.
        accepted: How many proposals of 职责编号建议 are accepted.
        withheld: A sentence on every generated sheet that stays as it is.
    """

    updates: tuple[SheetUpdate, ...]
    ids: int
    findings: tuple[Finding, ...]
    duties: DutyReport
    accepted: int
    withheld: tuple[str, ...] = ()


def update_ledgers(
    path: Path,
    out: Path | None,
    *,
    agrees: Agreement = lambda _: False,
    accept: bool = False,
    generated: datetime | None = None,
    **options: Unpack[ReadOptions],
) -> UpdateResult:
    """Bring a ledger or a folder of ledgers up to date, everything computed anew.

    A ledger of an older template becomes one of the current template.

    Args:
        path: A ledger, or a folder of them.
        out: The copy, or the folder of copies, nothing is overwritten; None to write the ledgers
            themselves, whose earlier versions are kept in 备份.
        agrees: Asked whether what follows from decisions shall be written; not if nothing does.
        accept: Whether the proposals of 职责编号建议 are accepted.
        generated: 生成时间; now if None.
        options: How the ledgers are read.

    Raises:
        UsageError: There is no readable ledger, or a copy exists.
        WriteRefused: A copy cannot be written, or the single ledger is open in some program.
        UpdateRefused: The single ledger cannot be copied sheet by sheet.
    """
    if out is None and path.is_file():
        check_writable(path)
    ledgers = read_ledgers(path, **options)
    now = generated or clock.now().replace(tzinfo=None)
    made: dict[str, LedgerUpdate] = {}
    unread = {ledger.file: unread_sheets(ledger.ledger) for ledger in ledgers.examined}

    def updates(ledger: ExaminedLedger) -> Sequence[SheetUpdate]:
        missed = unread[ledger.file]
        update = updates_of(ledger, ledgers.as_of, now, accept=accept, unread=missed)
        made[ledger.file] = update
        return update.updates

    with scratch_folder() as drafts:
        current, upgrades = upgrade_older(ledgers, drafts, ledgers.as_of)
        proposals = _proposals(current)
        agreed = bool(proposals) and agrees(proposals)
        if agreed:
            current = apply_decisions(current, drafts, proposals)
        if out is None:
            copies = replace_ledgers(current, path, ledgers, updates, now)
        else:
            copies = copy_ledgers(current, path, out, updates)
    ids = sum(update.ids for update in made.values())
    accepted = sum(update.accepted for update in made.values())
    duties = tuple(update.duties for update in made.values())
    missed = tuple(
        sentence if len(made) == 1 else f"{file}：{sentence}"
        for file, update in made.items()
        for sentence in update.withheld
    )
    return UpdateResult(
        ledgers, out, copies, ids, duties, accepted, upgrades, proposals, agreed, missed
    )


def _proposals(ledgers: LedgerSet) -> dict[str, tuple[Consequence, ...]]:
    """Return what follows from decisions by file, files in which nothing does left out."""
    proposals = {
        ledger.file: consequences(ledger.ledger, ledger.settings, ledgers.as_of)
        for ledger in ledgers.examined
    }
    return {file: listed for file, listed in proposals.items() if listed}


def updates_of(
    examined: ExaminedLedger,
    as_of: date,
    generated: datetime,
    *,
    accept: bool = False,
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
        accept: Whether the proposals of 职责编号建议 are accepted.
        unread: The sheets that were not read; looked for in the ledger if None.
    """
    file, settings = examined.file, examined.settings
    kept = withheld(unread_sheets(examined.ledger) if unread is None else unread)
    kept = left_out(examined.absent) | kept
    ledger, ids = fill_ids(examined.ledger)
    open_findings = _still_open(examined.findings, ids)
    accepted = list[SheetUpdate]()
    if accept:
        proposed = LedgerFacts.of(ledger, settings, as_of).duty_report
        ledger, accepted = accept_duties(ledger, proposed)
    records = roll_up(ledger, settings, as_of)
    duties = records.facts.duty_report
    updates = [*sheet_updates(records, file, as_of, generated)]
    suggestions = suggest(ledger, settings, as_of)
    if holds_other_units(ledger):
        retyped = retyped_update(ledger, suggestions, file)
        updates += [retyped] if retyped.cells else []
    else:
        updates.append(suggestion_update(ledger, suggestions, file, as_of, generated))
    updates.append(check_update(ledger, open_findings, file, as_of, generated))
    computed = (update for update in updates if update.key not in kept)
    updates = [*ids, *accepted, *proposal_updates(ledger, duties, file), *computed]
    filled, named = (sum(len(update.cells) for update in some) for some in (ids, accepted))
    present = (update for update in _joined(updates) if not _came_later(ledger, update.key))
    return LedgerUpdate(
        tuple(present), filled, tuple(open_findings), duties, named, tuple(kept.values())
    )


def _came_later(ledger: Ledger, key: str) -> bool:
    """Return whether a ledger of an older template lacks the sheet `key`."""
    model = model_for(key)
    held = any(part.key == key for part in ledger.table(model).parts)
    return not held and may_lack(version_of(ledger), model.sheet.since)


def _still_open(findings: Iterable[Finding], ids: Iterable[SheetUpdate]) -> list[Finding]:
    """Return the findings without those on IDs that are filled now."""
    gone = {
        (f"{sheet.table_key}.id.blank", update.tab or sheet.name, row)
        for update in ids
        for sheet in [model_for(update.key).sheet]
        for row, _ in update.cells
    }
    return [f for f in findings if (f.code, f.sheet, f.row) not in gone]


def _joined(updates: Iterable[SheetUpdate]) -> Iterator[SheetUpdate]:
    """Yield one update for each sheet."""
    by_tab: dict[tuple[str, str], SheetUpdate] = {}
    for update in updates:
        before = by_tab.get((update.key, update.tab))
        by_tab[update.key, update.tab] = (
            replace(update, cells={**before.cells, **update.cells}) if before else update
        )
    yield from by_tab.values()

"""Buttons beside their commands: what each writes into a ledger, pressed in whichever program."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from addin.actions.confirm import confirm_pairings
from addin.actions.decisions.complete import complete_pairings
from addin.actions.generated_sheets import check_update, sheet_update
from addin.actions.ledger_set import fill_ids, read_ledgers, write_changed_copy
from addin.actions.pair import suggest_pairings
from addin.actions.tidy import tidy_ledger
from addin.actions.update import proposal_updates, update_ledgers
from addin.actions.validate import ExaminedLedger
from addin.buttons import buttons
from addin.domain.rollup import roll_up
from addin.ribbon import LedgerButton
from tests.addin.ribbon.pressing import AS_OF, MADE, shown_in, tabs_of
from tests.support.shared import SharedFolder
from validators.sheets import AwardRow, DutyRow, FlagRow, GrowthRow, PoolChangeRow, Row
from workbooks.patch.ledger_copy import update_workbook
from workbooks.updates import SheetUpdate

Updates = Callable[[ExaminedLedger], Sequence[SheetUpdate]]
Command = Callable[[Path, Path], object]
Shown = tuple[dict[str, dict[tuple[int, int], Any]], dict[str, bool]]


def writing(updates: Updates) -> Command:
    """Return what writes a copy of a file with these changes."""

    def run(source: Path, out: Path) -> None:
        one = read_ledgers(source, as_of=AS_OF).examined[0]
        update_workbook(source, out, updates(one), digest=one.digest)

    return run


def sheet_of(model: type[Row]) -> Command:
    def updates(one: ExaminedLedger) -> list[SheetUpdate]:
        found = roll_up(one.ledger, one.settings, AS_OF)
        return [sheet_update(found, model, one.file, AS_OF, MADE)]

    return writing(updates)


def check(one: ExaminedLedger) -> list[SheetUpdate]:
    return [check_update(one.ledger, one.findings, one.file, AS_OF, MADE)]


def duties(one: ExaminedLedger) -> list[SheetUpdate]:
    found = roll_up(one.ledger, one.settings, AS_OF)
    proposals = proposal_updates(one.ledger, found.facts.duty_report, one.file)
    return [*proposals, sheet_update(found, DutyRow, one.file, AS_OF, MADE)]


def accept(source: Path, out: Path) -> None:
    button = next(button for button in buttons() if button.id == "accept_duties")
    assert isinstance(button, LedgerButton)
    write_changed_copy(button.compute, source, out, as_of=AS_OF)


COMMANDS: dict[str, tuple[str, Command]] = {
    "validate": ("sample", writing(check)),
    "tidy": ("sample", tidy_ledger),
    "fill_numbers": ("short_ledger", writing(lambda one: fill_ids(one.ledger)[1])),
    "suggest": ("short_ledger", lambda source, out: suggest_pairings(source, out, as_of=AS_OF)),
    "confirm": ("adopted", lambda source, out: confirm_pairings(source, out, as_of=AS_OF)),
    "update_all": ("sample", lambda source, out: update_ledgers(source, out, as_of=AS_OF)),
    "update_duties": ("sample", writing(duties)),
    "accept_duties": ("short_ledger", accept),
    "update_growth": ("sample", sheet_of(GrowthRow)),
    "flags": ("sample", sheet_of(FlagRow)),
    "gold_mentors": ("sample", sheet_of(AwardRow)),
    "pool": ("sample", sheet_of(PoolChangeRow)),
    "complete": ("decided", lambda source, out: complete_pairings(source, out, as_of=AS_OF)),
}


LEDGERS = {
    ledger: [name for name, (used, _) in COMMANDS.items() if used == ledger]
    for ledger in ("sample", "short_ledger", "adopted", "decided")
}
"""The writing buttons by the ledger in which each has something to write."""


def by_commands(
    ledger: str, source: Path, calc: xw.App, shared_folder: SharedFolder
) -> dict[str, Shown]:
    """Return what the commands of a ledger's buttons make of it: every cell as LibreOffice shows it, and the tabs.

    Looked at once for all programs: to open the workbook costs as much as to press the button.
    """

    def look(folder: Path) -> None:
        found = {}
        for name in LEDGERS[ledger]:
            COMMANDS[name][1](source, folder / f"{name}.xlsx")
            book = calc.books.open(folder / f"{name}.xlsx")
            found[name] = shown_in(book), tabs_of(book)
            book.close()
        (folder / "shown").write_bytes(pickle.dumps(found))

    shown = shared_folder(f"by-commands-{ledger}", look) / "shown"
    found: dict[str, Shown] = pickle.loads(shown.read_bytes())
    return found


def written_and_undone(
    book: xw.Book, press: Callable[[str], Sequence[str]], expected: Mapping[str, Shown]
) -> None:
    """Press buttons one after the other, each undone before the next one.

    What one step had left, no other would have taken away: `book` is compared with what it was at the end, too.

    Args:
        book: An open ledger, as the program shows it.
        press: Presses a button by its id in that program, and returns what was said.
        expected: What the command of each button makes of the same ledger.

    Raises:
        AssertionError: A button wrote something else than its command, or left something behind.
    """
    before, tabs = shown_in(book), tabs_of(book)
    for name, (cells, seen) in expected.items():
        book.activate()
        press(name)
        written = shown_in(book)

        assert tabs_of(book) == seen, name
        assert written.keys() == cells.keys(), name
        for sheet in cells:
            assert written[sheet] == cells[sheet], (name, sheet)
        assert written != before, name
        assert "已撤销" in press("undo")[-1], name
        assert shown_in(book) == before, name
        assert tabs_of(book) == tabs, name

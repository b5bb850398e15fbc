"""Send the ledger to the superior: `bangdai submit` and the button 上报.

What is sent is a copy named by unit and day, with 填报时间 filled in and our formulas turned into the
values they show, so that it reads the same on a computer without the add-in. Errors are told first;
whether to send all the same, and whether to write odd spellings in the standard way, is the clerk's
to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from addin.actions.formula_cells import OURS, shows_nothing
from addin.actions.ledger_set import LedgerSet, read_ledgers
from addin.actions.tidy import Rewriting, rewritings, tidy_updates
from addin.actions.validate import ExaminedLedger
from validators.divisions import find_unit
from validators.errors import UsageError
from validators.findings import Finding
from validators.sheets import UnitRow
from validators.vocabulary import Level
from workbooks.file_problems import make_folder, refuse_existing
from workbooks.files import check_writable, free_path, replace_atomically, scratch_folder
from workbooks.patch.formula_values import Formulas, FormulaValues, write_values
from workbooks.patch.ledger_copy import update_workbook
from workbooks.updates import SheetUpdate

_FORMULAS = Formulas(
    re.compile(OURS.pattern.encode(), re.IGNORECASE),
    lambda text: OURS.search(text) is not None,
    shows_nothing,
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What sending one ledger comes to.

    Attributes:
        name: The copy's name without ending.
        errors: What the superior's consolidation will not count.
        rewritings: Cells with one certain meaning that are not written in the standard way.
        reported: The change that fills in 填报时间.
    """

    name: str
    errors: tuple[Finding, ...]
    rewritings: tuple[Rewriting, ...]
    reported: SheetUpdate

    @classmethod
    def of(cls, examined: ExaminedLedger, as_of: date) -> Submission:
        """Prepare the sending of a ledger on a day.

        Raises:
            UsageError: The form does not say whose ledger it is, or has no 填报时间.
        """
        form = examined.ledger.table(UnitRow)
        code = next(iter(examined.ledger.unit_codes.values()), "")
        if not code:
            raise UsageError("“填报信息”中没有可用的区划代码", "请先改正区划代码后再上报")
        if not form.has_cell(0, "reported_on"):
            raise UsageError("“填报信息”中没有“填报时间”", "请从模板中补上该行后再上报")
        year = form.column("year")[0] or as_of.year
        errors = (finding for finding in examined.findings if finding.level is Level.ERROR)
        return cls(
            f"{find_unit(code).name}{year}年台账（{as_of.isoformat()}上报）",
            tuple(errors),
            tuple(rewritings(examined.ledger)),
            SheetUpdate(form.key, cells={(form.place(0, "reported_on").row, "reported_on"): as_of}),
        )

    def updates(self, *, tidy: bool) -> list[SheetUpdate]:
        """Return the changes of the ledger, one for each sheet; `tidy` rewrites odd spellings."""
        rewritten = tidy_updates(self.rewritings) if tidy else []
        key = self.reported.key
        same = next((update for update in rewritten if update.key == key), self.reported)
        reported = SheetUpdate(key, cells={**same.cells, **self.reported.cells})
        return [*(update for update in rewritten if update.key != key), reported]


def check_target(out: Path) -> None:
    """Check that the copy can be written.

    Raises:
        UsageError: `out` exists.
        WriteRefused: Nothing can be written there.
    """
    refuse_existing(out)
    check_writable(out)


def write_submission(
    source: Path,
    out: Path,
    reported_on: date,
    updates: Sequence[SheetUpdate] = (),
    digest: str = "",
) -> FormulaValues:
    """Write the copy that is sent.

    Args:
        source: The ledger's file; it is only read.
        out: The copy; nothing may stand there.
        reported_on: 填报时间, which the lines below the titles show.
        updates: Changes of the ledger.
        digest: Of the reading the updates come from; see `update_workbook`.

    Returns:
        How many formulas are values now, and which show no result and stay.

    Raises:
        UsageError: `out` exists.
        WriteRefused: It cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    check_target(out)
    written: list[FormulaValues] = []
    with scratch_folder() as drafts:
        draft = drafts / "draft.xlsx"
        update_workbook(source, draft, updates, digest=digest, as_of=reported_on)
        replace_atomically(
            out, lambda target: written.append(write_values(draft, target, _FORMULAS, reported_on))
        )
    return written[0]


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What was sent; `out` is None where the clerk would rather correct the errors first."""

    ledgers: LedgerSet
    submission: Submission
    tidied: int
    formulas: FormulaValues
    out: Path | None

    @property
    def exit_code(self) -> int:
        """Return 1 where the ledger has errors, sent or not, else 0."""
        return 1 if self.submission.errors else 0


def submit_ledger(
    path: Path,
    folder: Path,
    *,
    as_of: date,
    sends: Callable[[Submission], bool],
    tidies: Callable[[Submission], bool],
    settings_file: Path | None = None,
) -> SubmitResult:
    """Write the copy of a ledger that is sent into a folder, made if it does not exist.

    Args:
        path: A ledger; it stays as it is.
        folder: Where the copy goes; nothing there is overwritten.
        as_of: The day of sending.
        sends: Asked whether a ledger with errors is sent.
        tidies: Asked whether odd spellings are written in the standard way.
        settings_file: Settings that win over the ledger's own.

    Raises:
        UsageError: There is no readable ledger, or it does not say whose it is.
        WriteRefused: The copy cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    ledgers = read_ledgers(path, as_of=as_of, settings_file=settings_file)
    examined = ledgers.examined[0]
    submission = Submission.of(examined, as_of)
    if submission.errors and not sends(submission):
        return SubmitResult(ledgers, submission, 0, FormulaValues(0, ()), None)
    tidy = bool(submission.rewritings) and tidies(submission)
    make_folder(folder)
    out = free_path(folder, submission.name)
    source = ledgers.sources[examined.file].path
    formulas = write_submission(source, out, as_of, submission.updates(tidy=tidy), examined.digest)
    tidied = len(submission.rewritings) if tidy else 0
    return SubmitResult(ledgers, submission, tidied, formulas, out)

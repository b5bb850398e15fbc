"""The ledgers a user named, read as one and, changed, written as copies: a file, or a folder of townships."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from addin.actions.validate import ExaminedLedger, Progress, Source, discover, examine
from validators.errors import BangdaiError, UsageError
from validators.findings import Report
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.settings import Settings, read_settings
from validators.sheets import SettingRow
from validators.vocabulary import Level
from workbooks.files import file_kind
from workbooks.headings import map_headings
from workbooks.patch.ledger_copy import update_workbook
from workbooks.raw.book import read_book
from workbooks.reader import table_part
from workbooks.template.layout import FILE_KIND
from workbooks.updates import SheetUpdate, UpdateReport

# SECTION The superior's settings file: any ledger, or any workbook with a 参数 sheet.


def superior_settings(path: Path) -> Settings:
    """Read the settings that win over each ledger's own.

    Raises:
        UnreadableWorkbook: The file cannot be read.
        UsageError: It has no 参数 sheet, or a value on it cannot be used.
    """
    name = SettingRow.sheet.name
    book = read_book(path, lambda tab: squeeze(tab) == name)
    sheet = next((one for one in book.sheets if squeeze(one.name) == name), None)
    found = map_headings(sheet, SettingRow) if sheet else None
    if sheet is None or found is None or not {"name", "value"} <= found.fields.keys():
        raise UsageError(f"“{path.name}”没有“参数”表", "请用带“参数”表的台账或参数文件")
    ledger = Ledger.of([table_part(sheet, SettingRow, found, path.name)], [path.name])
    rows = ledger.table(SettingRow).columns("name", "value")
    settings, problems = read_settings((name, value) for name, value in rows if name)
    wrong = [name for name, kind in problems.items() if kind != "unknown"]
    if wrong:
        raise UsageError(f"“{path.name}”的参数“{'”、“'.join(wrong)}”的值不能用", "请改正后重试")
    return settings


# SECTION One ledger out of what a user named: a file, or a folder of townships taken as one.


@dataclass(frozen=True, slots=True)
class LedgerSet:
    """The ledgers a command works on, one of each unit, compared with each other.

    Attributes:
        examined: The readable ledgers, one of each unit.
        sources: Their files, by the name findings give them.
        ledger: Their rows together; those an error cites are rejected.
        settings: What everything is computed by: the superior's, else a single ledger's own.
        own_settings: By file, what each ledger says itself; empty where a superior's win.
        report: Findings on them and on the files left out.
    """

    examined: tuple[ExaminedLedger, ...]
    sources: dict[str, Source]
    ledger: Ledger
    settings: Settings
    own_settings: dict[str, Settings]
    report: Report

    @property
    def file_findings(self) -> list[str]:
        """Return a sentence for every file that was left out or is doubtful."""
        return [
            f"{found.file}：{found.message}。{found.suggestion}".rstrip("。") + "。"
            for found in self.report.findings
            if not found.sheet and found.level is not Level.NOTICE
        ]


def ledger_sources(paths: Iterable[Path]) -> list[Source]:
    """Return the files that may be ledgers: our own outputs of other kinds are passed over.

    Raises:
        UsageError: There are none.
    """
    found, _ = discover(paths)
    sources = [one for one in found if file_kind(one.path) in {None, FILE_KIND}]
    if not sources:
        raise UsageError("没有找到台账文件", "请给出乡镇台账，或放台账的文件夹")
    return sources


def read_together(
    path: Path,
    *,
    as_of: date,
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> LedgerSet:
    """Read, validate and compare the ledger or the ledgers at `path`.

    Args:
        path: A ledger or a folder of them.
        as_of: What dates are judged by.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        progress: Told of every file done.

    Raises:
        UsageError: There is no ledger, or none can be read.
    """
    sources = ledger_sources([path])
    superior = superior_settings(settings_file) if settings_file else None
    examination = examine(sources, as_of=as_of, superior=superior, jobs=jobs, progress=progress)
    if not examination.examined:
        first = examination.unreadable[0]
        raise UsageError(f"{first.file}：{first.message}", first.suggestion)
    report = examination.report(superior)
    examined = tuple(examination.chosen())
    own = examined[0].settings if len(examined) == 1 else Settings()
    return LedgerSet(
        examined,
        {one.file: one for one in sources},
        Ledger.merged(one.ledger for one in examined),
        superior or own,
        {} if superior else {one.file: one.settings for one in examined},
        report,
    )


# SECTION Write changes into copies of ledgers; the clerks' own files stay as they are.


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What became of one ledger of a folder; `problem` is "" where its copy was written."""

    file: str
    problem: str = ""


def refuse_existing(out: Path) -> None:
    """Raise `UsageError` if something stands at `out`: a ledger is never overwritten."""
    if out.exists():
        raise UsageError(f"“{out}”已存在，没有覆盖", "请换一个文件名，或先移走原文件")


def copy_ledger(
    together: LedgerSet, one: ExaminedLedger, out: Path, updates: Sequence[SheetUpdate]
) -> UpdateReport:
    """Write a copy of one ledger with `updates`.

    Args:
        together: The ledgers it was read with.
        one: The ledger.
        out: The copy; nothing may stand there.
        updates: What to change.

    Raises:
        UsageError: `out` exists.
        WriteRefused: It cannot be written.
        UpdateRefused: The workbook cannot be copied sheet by sheet, or changed meanwhile.
    """
    refuse_existing(out)
    return update_workbook(together.sources[one.file].path, out, updates, digest=one.digest)


def copy_folder(
    together: LedgerSet, out: Path, updates: Callable[[ExaminedLedger], Sequence[SheetUpdate]]
) -> tuple[CopyResult, ...]:
    """Write a copy of every ledger into the folder `out`, under its own name.

    A ledger that cannot be copied never stops the others.

    Args:
        together: The ledgers.
        out: The folder; made if it does not exist.
        updates: Gives what to change in one.

    Raises:
        UsageError: One of the copies exists already; nothing is written then.
    """
    targets = {one.file: out / Path(one.file).with_suffix(".xlsx") for one in together.examined}
    for target in targets.values():
        refuse_existing(target)
    done = []
    for one in together.examined:
        target = targets[one.file]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_ledger(together, one, target, updates(one))
        except BangdaiError as problem:
            done.append(CopyResult(one.file, str(problem)))
        else:
            done.append(CopyResult(one.file))
    return tuple(done)

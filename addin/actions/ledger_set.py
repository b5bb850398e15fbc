"""The ledgers a user named, read as one and, changed, written as copies: a file, or a folder of townships.

The clerks' own files are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Required, TypedDict

from addin import clock
from addin.actions.generated_sheets import sheet_update
from addin.actions.validate import ExaminedLedger, Progress, Source, discover, examine
from addin.buttons import LedgerChange
from addin.domain.results import some
from addin.domain.rollup import RollUp, roll_up
from validators.errors import BangdaiError, UsageError
from validators.findings import Report
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.settings import Settings, read_settings
from validators.sheets import Row, SettingRow
from validators.vocabulary import Level
from workbooks.files import check_writable, file_kind, refuse_foreign
from workbooks.headings import map_headings
from workbooks.patch.ledger_copy import update_workbook
from workbooks.raw.book import read_book
from workbooks.reader import table_part
from workbooks.template.layout import FILE_KIND
from workbooks.updates import SheetUpdate, UpdateReport


class ReadOptions(TypedDict, total=False):
    """How a command reads its ledgers: the options `read_ledgers` takes.

    Attributes:
        as_of: What dates are judged by.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes; 1 if not given.
        progress: Told of every file read.
    """

    as_of: Required[date]
    settings_file: Path | None
    jobs: int
    progress: Progress | None


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
    def as_of(self) -> date:
        """Return the day everything is judged by."""
        return self.report.as_of

    @property
    def file_findings(self) -> list[str]:
        """Return a sentence for every file that was left out or is doubtful."""
        return [
            f"{finding.file}：{finding.message}。{finding.suggestion}".rstrip("。") + "。"
            for finding in self.report.findings
            if not finding.sheet and finding.level is not Level.NOTICE
        ]


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What became of one ledger; `problem` is "" where its copy was written."""

    file: str
    problem: str = ""


def exit_code(
    ledgers: LedgerSet, *, copies: Iterable[CopyResult] = (), left_out: Collection[str] = ()
) -> int:
    """Return 2 if a file could not be read or copied, 1 if something wanted is left out, else 0."""
    if ledgers.report.unreadable or any(copy.problem for copy in copies):
        return 2
    return 1 if left_out else 0


def superior_settings(path: Path) -> Settings:
    """Read the settings that win over each ledger's own.

    Args:
        path: Any ledger, or any workbook with a 参数 sheet.

    Raises:
        UnreadableWorkbook: The file cannot be read.
        UsageError: It has no 参数 sheet, or a value on it cannot be used.
    """
    name = SettingRow.sheet.name
    book = read_book(path, lambda tab: squeeze(tab) == name)
    sheet = next((sheet for sheet in book.sheets if squeeze(sheet.name) == name), None)
    headings = map_headings(sheet, SettingRow) if sheet else None
    if sheet is None or headings is None or not {"name", "value"} <= headings.fields.keys():
        raise UsageError(f"“{path.name}”没有“参数”表", "请用带“参数”表的台账或参数文件")
    ledger = Ledger.of([table_part(sheet, SettingRow, headings, path.name)], [path.name])
    rows = ledger.table(SettingRow).columns("name", "value")
    settings, problems = read_settings((name, value) for name, value in rows if name)
    wrong = [name for name, kind in problems.items() if kind != "unknown"]
    if wrong:
        raise UsageError(f"“{path.name}”的参数“{'”、“'.join(wrong)}”的值不能用", "请改正后重试")
    return settings


def ledger_sources(paths: Iterable[Path]) -> list[Source]:
    """Return the files that may be ledgers: our own outputs of other kinds are passed over.

    Raises:
        UsageError: There are none.
    """
    workbooks, _ = discover(paths)
    sources = [source for source in workbooks if file_kind(source.path) in {None, FILE_KIND}]
    if not sources:
        raise UsageError("没有找到台账文件", "请给出乡镇台账，或放台账的文件夹")
    return sources


def read_ledgers(
    path: Path,
    *,
    as_of: date,
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> LedgerSet:
    """Read, validate and compare the ledger or the ledgers at `path`; see `ReadOptions`.

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
        {source.file: source for source in sources},
        Ledger.merged(ledger.ledger for ledger in examined),
        superior or own,
        {} if superior else {ledger.file: ledger.settings for ledger in examined},
        report,
    )


def normalise_ids(
    ids: Iterable[str], known: Collection[str], where: str, example: str
) -> list[str]:
    """Return the IDs a user typed as the ledger writes them, each once.

    Args:
        ids: As typed.
        known: The ledger's.
        where: How the refusal begins: where such an ID should stand.
        example: An ID of the kind.

    Raises:
        UsageError: The ledger does not have one of them.
    """
    wanted = list(dict.fromkeys(code.strip().upper() for code in ids))
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise UsageError(f"{where} {some(unknown, '个')}", f"请核对编号，如 {example}")
    return wanted


def refuse_existing(out: Path) -> None:
    """Raise `UsageError` if something stands at `out`: a ledger is never overwritten."""
    if out.exists():
        raise UsageError(f"“{out}”已存在，没有覆盖", "请换一个文件名，或先移走原文件")


def check_target(out: Path, kind: str) -> None:
    """Check that an output can be written.

    Raises:
        WriteRefused: Something else than an earlier output of `kind` stands there, or nothing can
            be written there.
    """
    refuse_foreign(out, kind)
    check_writable(out)


def copy_ledger(
    ledgers: LedgerSet, ledger: ExaminedLedger, out: Path, updates: Sequence[SheetUpdate]
) -> UpdateReport:
    """Write a copy of one ledger with `updates`.

    Args:
        ledgers: The ledgers it was read with.
        ledger: The ledger.
        out: The copy; nothing may stand there.
        updates: What to change.

    Raises:
        UsageError: `out` exists.
        WriteRefused: It cannot be written.
        UpdateRefused: The workbook cannot be copied sheet by sheet, or changed meanwhile.
    """
    refuse_existing(out)
    source = ledgers.sources[ledger.file].path
    return update_workbook(source, out, updates, digest=ledger.digest, as_of=ledgers.as_of)


def copy_ledgers(
    ledgers: LedgerSet,
    path: Path,
    out: Path,
    updates: Callable[[ExaminedLedger], Sequence[SheetUpdate]],
) -> tuple[CopyResult, ...]:
    """Write changed copies of what the user named: of a file to `out`, of a folder into `out`.

    In a folder, copies keep their names, and a ledger that cannot be copied never stops the others.

    Args:
        ledgers: The ledgers.
        path: The file or folder they were read from.
        out: The copy, or the folder of copies, made if it does not exist.
        updates: Returns what to change in one ledger.

    Raises:
        UsageError: One of the copies exists already; nothing is written then.
        WriteRefused, UpdateRefused: See `copy_ledger`; of a single file only.
    """
    if not path.is_dir():
        ledger = ledgers.examined[0]
        copy_ledger(ledgers, ledger, out, updates(ledger))
        return (CopyResult(ledger.file),)
    targets = {
        ledger.file: out / Path(ledger.file).with_suffix(".xlsx") for ledger in ledgers.examined
    }
    for target in targets.values():
        refuse_existing(target)
    copies = []
    for ledger in ledgers.examined:
        target = targets[ledger.file]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_ledger(ledgers, ledger, target, updates(ledger))
        except BangdaiError as problem:
            copies.append(CopyResult(ledger.file, str(problem)))
        else:
            copies.append(CopyResult(ledger.file))
    return tuple(copies)


# --- changes of one ledger, which a button writes into the open book and its command into a copy ---


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

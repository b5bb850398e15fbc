"""Find, read and validate ledgers in guarded workers: the first half of every command on files."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from addin.domain.deliveries import Choice, Delivery, LeftOut, Why, choose, delivery_of
from validators.errors import UnreadableWorkbook, UsageError
from validators.findings import NOT_READ, Finding, Report
from validators.identity import identity_of, place_name
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.rules import RuleContext
from validators.settings import Settings, read_settings
from validators.sheets import SettingRow
from validators.validation import count_rows, settings_of, validate, validate_across
from validators.vocabulary import Level
from workbooks.backups import in_backups, is_backup
from workbooks.file_locks import office_lock
from workbooks.files import file_kind, saved_at
from workbooks.other_files import OWN_OUTPUT, other_file
from workbooks.workers import run_guarded

if TYPE_CHECKING:
    from workbooks.reader import LedgerFile

WORKBOOK_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".htm", ".html"}
)
"""What a clerk may send as a ledger; the content decides whether it is one."""

_PASSED_OVER = ("~$", ".")
"""How the names of lock files and of our own unfinished outputs begin."""

Progress = Callable[[int, int, str], None]
"""Called with how many files are done, how many there are, and the file just done."""


class Source(NamedTuple):
    """One file to read, the name findings give it, and its place in `path` if that is a bundle."""

    path: Path
    file: str
    member: str = ""


def discover(paths: Iterable[Path]) -> tuple[list[Source], list[Source]]:
    """Return the workbooks among `paths`, folders searched through, and the files passed over.

    A file in a folder is named relative to that folder; lock files, our own unfinished outputs and
    the earlier versions kept in folders 备份 are left out without mention. Whatever else lies in such
    a folder is passed over, too.

    Raises:
        UsageError: A path does not exist.
    """
    workbooks: list[Source] = []
    others: list[Source] = []
    for source in _walk(paths):
        if is_backup(source.file):
            continue
        wanted = source.path.suffix.lower() in WORKBOOK_SUFFIXES and not in_backups(source.file)
        (workbooks if wanted else others).append(source)
    return workbooks, others


def _walk(paths: Iterable[Path]) -> Iterator[Source]:
    for path in paths:
        if path.is_file():
            yield Source(path, path.name)
        elif path.is_dir():
            for inside in sorted(path.rglob("*")):
                relative = inside.relative_to(path)
                hidden = any(part.startswith(_PASSED_OVER) for part in relative.parts)
                if inside.is_file() and not hidden:
                    yield Source(inside, relative.as_posix())
        else:
            raise UsageError(f"未找到“{path}”", "请核对文件或文件夹的路径")


def file_finding(file: str, code: str, level: Level, message: str, suggestion: str = "") -> Finding:
    """Return a finding on a whole file."""
    return Finding(file, "", "", 0, "", "", code, level, "", message, suggestion)


def open_notices(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a notice for every file somebody has open: it may lack unsaved changes."""
    for source in sources:
        holder = office_lock(source.path)
        if holder is not None:
            who = f"“{holder}”" if holder else "有人"
            yield file_finding(
                source.file, "file.open", Level.NOTICE,
                f"文件正由{who}打开，可能有未保存的修改", "请保存并关闭后重新上报",
            )  # fmt: skip


def unread_findings(others: Iterable[Source]) -> Iterator[Finding]:
    """Yield why each file of a folder that is not read is not, and what to do."""
    for source in others:
        kind = None if in_backups(source.file) else file_kind(source.path)
        other = OWN_OUTPUT if kind else other_file(source.file)
        what = f"本工具生成的“{kind}”" if kind else other.what
        level = Level.WARNING if other.may_hold_ledger else Level.NOTICE
        yield file_finding(source.file, NOT_READ, level, f"未读取：{what}", other.todo)


def refuse_without(sources: Collection[Source], others: Sequence[Source]) -> None:
    """Raise `UsageError` if there is no file that may be a ledger, saying what the others are."""
    if not sources:
        unread = [f"“{f.file}”{f.message}，{f.suggestion}" for f in unread_findings(others[:3])]
        todo = "请指定乡镇台账或其所在的文件夹"
        raise UsageError("未找到台账文件", "；".join([*unread, todo]))


def superior_settings(path: Path) -> Settings:
    """Read the settings that win over each ledger's own.

    Args:
        path: Any ledger, or any workbook with a 参数 sheet.

    Raises:
        UnreadableWorkbook: The file cannot be read.
        UsageError: It has no 参数 sheet, or a value on it cannot be used.
    """
    # few commands are given settings, and the reader takes long to load
    from workbooks.raw.book import read_book  # noqa: PLC0415
    from workbooks.table_rows import read_rows  # noqa: PLC0415

    name = SettingRow.sheet.name
    book = read_book(path, lambda tab: squeeze(tab) == name)
    sheet = next((sheet for sheet in book.sheets if squeeze(sheet.name) == name), None)
    reading = read_rows(sheet, SettingRow, path.name) if sheet else None
    if reading is None or not {"name", "value"} <= reading.headings.fields.keys():
        raise UsageError(f"“{path.name}”没有“参数”表", "请用含“参数”表的台账或参数文件")
    ledger = Ledger.of(reading.parts, [path.name])
    rows = ledger.table(SettingRow).columns("name", "value")
    settings, problems = read_settings((name, value) for name, value in rows if name)
    wrong = [name for name, kind in problems.items() if kind != "unknown"]
    if wrong:
        raise UsageError(f"“{path.name}”的参数“{'”、“'.join(wrong)}”的值无效", "请改正后重试")
    return settings


class Task(NamedTuple):
    """One file to examine, the day it is judged by, and the settings that win over its own."""

    source: Source
    as_of: date
    superior: Settings | None


@dataclass(slots=True)
class ExaminedLedger:
    """One readable ledger after its checks, the settings it was judged by, and `saved_at`.

    `absent` has the keys of the generated sheets its workbook lacks.
    """

    file: str
    ledger: Ledger
    findings: list[Finding]
    digest: str
    settings: Settings
    saved: tuple[datetime, ...] = ()
    absent: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the findings by column: most of their texts repeat."""
        columns = list(zip(*self.findings, strict=True))
        others = (self.digest, self.settings, self.saved, self.absent)
        return _restored, (self.file, self.ledger, columns, *others)

    def delivery(self, as_of: date) -> Delivery:
        """Return what its 填报信息 says."""
        return delivery_of(self.ledger, self.file, self.digest, as_of, self.saved)


def _restored(
    file: str, ledger: Ledger, columns: list[tuple[Any, ...]], *others: Any
) -> ExaminedLedger:
    findings = list(map(Finding._make, zip(*columns, strict=True)))
    return ExaminedLedger(file, ledger, findings, *others)


Reader = Callable[[Sequence[Task]], Iterable[tuple[Task, ExaminedLedger | UnreadableWorkbook]]]
"""Examines files and yields each with what it came to, in the order given."""


@dataclass(slots=True)
class Examination:
    """The result of reading and validating files.

    Attributes:
        as_of: The date everything was judged by.
        examined: The readable ledgers, in the order given.
        unreadable: A finding for every file that could not be read.
        notices: Findings on files as such.
    """

    as_of: date
    examined: list[ExaminedLedger] = field(default_factory=list)
    unreadable: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    def report(self, superior: Settings | None = None) -> Report:
        """Compare the workbooks, one of each unit, and return the report on all of them."""
        findings = [finding for ledger in self.examined for finding in ledger.findings]
        compared = [ledger.ledger for ledger in self.chosen()]
        if len(compared) > 1:
            context = RuleContext(self.as_of, superior or Settings())
            findings = validate_across(Ledger.merged(compared), context, findings)
        on_files = [*self.unreadable, *self.notices, *self._left_out()]
        report = Report(self.as_of, [*on_files, *findings])
        report.sheets = [count for ledger in self.examined for count in count_rows(ledger.ledger)]
        report.unreadable = [finding.file for finding in self.unreadable]
        return report

    def chosen(self) -> list[ExaminedLedger]:
        """Return one ledger of each unit, in the order given; a single one whosever it is."""
        if len(self.examined) == 1:
            return list(self.examined)
        taken = {delivery.file for delivery in self._choice().taken}
        return [ledger for ledger in self.examined if ledger.file in taken]

    def _choice(self) -> Choice:
        return choose((ledger.delivery(self.as_of) for ledger in self.examined), self.as_of)

    def _left_out(self) -> Iterator[Finding]:
        if len(self.examined) > 1:
            for out in self._choice().left_out.values():
                code = "file.copy" if out.why is Why.COPY else "file.same_unit"
                yield left_out_finding(out, code, "未参加台账之间的比对")


_LEFT_OUT = {
    Why.LAST_YEAR: ("file.last_year", Level.WARNING),
    Why.BORROWED: ("file.borrowed_code", Level.WARNING),
    Why.UNKNOWN: ("file.unidentified", Level.ERROR),
    Why.UNDECIDED: ("file.undecided", Level.ERROR),
}


def left_out_finding(out: LeftOut, displaced: str, consequence: str) -> Finding:
    """Return the finding on a ledger that is not taken.

    Args:
        out: The ledger and the reason.
        displaced: The code where another of the unit is taken for being later or the same.
        consequence: What becomes of it.
    """
    code, level = _LEFT_OUT.get(out.why, (displaced, Level.WARNING))
    return file_finding(out.delivery.file, code, level, f"{out.reason}，{consequence}", out.todo)


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause Python's search for reference cycles: none arise, and it takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@gc_paused()
def examine(
    sources: Iterable[Source],
    *,
    as_of: date,
    superior: Settings | None = None,
    others: Iterable[Source] = (),
    jobs: int = 1,
    progress: Progress | None = None,
    reader: Reader | None = None,
) -> Examination:
    """Read and validate every file on its own; a bad one never stops the others.

    Args:
        sources: The files.
        as_of: What dates are judged by.
        superior: City or county settings, which win over each ledger's own.
        others: Files that are not read, to be told.
        jobs: Worker processes.
        progress: Told of every file done.
        reader: Examines the files instead of `jobs` workers of this computer.
    """
    tasks = [Task(source, as_of, superior) for source in sources]
    notices = [*open_notices(task.source for task in tasks), *unread_findings(others)]
    examination = Examination(as_of, notices=notices)
    results = reader(tasks) if reader else run_guarded(examine_one, tasks, jobs=jobs)
    for done, (task, result) in enumerate(results, 1):
        if isinstance(result, UnreadableWorkbook):
            examination.unreadable.append(
                file_finding(
                    task.source.file, result.code, Level.ERROR, result.message, result.suggestion
                )
            )
        else:
            examination.examined.append(result)
        if progress:
            progress(done, len(tasks), task.source.file)
    return examination


def examine_one(task: Task) -> ExaminedLedger:
    """Read and validate one file.

    Raises:
        UnreadableWorkbook: It cannot be read.
    """
    from workbooks.reader import read_ledger  # noqa: PLC0415 - only the workers read

    path, file, _ = task.source
    return judge(read_ledger(path, file), task, saved_at(path))


def judge(read: LedgerFile, task: Task, saved: tuple[datetime, ...]) -> ExaminedLedger:
    """Validate a ledger that has been read.

    Args:
        read: The ledger; its parts learn what is rejected of them.
        task: By what it is judged.
        saved: See `saved_at`.
    """
    settings, on_settings = settings_of(read.ledger, task.superior)
    findings = validate(read.ledger, RuleContext(task.as_of, settings))
    return ExaminedLedger(
        read.file,
        read.ledger,
        [*_identified(read.ledger, read.file), *read.findings, *on_settings, *findings],
        read.digest,
        settings,
        saved,
        read.absent,
    )


def _identified(ledger: Ledger, file: str) -> Iterator[Finding]:
    """Yield a notice where the form's code does not say whose ledger it is, but other things do."""
    identity = identity_of(ledger)
    if identity.unit and identity.unit != identity.code:
        grounds = identity.grounds if not identity.code else "单位名称和编号"
        yield file_finding(
            file, "file.identified", Level.NOTICE,
            f"区划代码填写不正确，按{grounds}认定为{place_name(identity.unit)}的台账",
            f"请在“填报信息”填写区划代码 {identity.unit}",
        )  # fmt: skip

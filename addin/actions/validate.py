"""Find, read and validate ledgers in guarded workers: the first half of every command on files."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from addin.actions.found_files import Source, file_finding, open_notices, unread_findings
from addin.domain.deliveries import Choice, Delivery, LeftOut, Why, choose, delivery_of
from validators.errors import UnreadableWorkbook, UsageError
from validators.findings import Finding, Report, columns_of, findings_of
from validators.identity import Identity, identity_of, place_name
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.relations import COMPARED_FIELDS
from validators.rules import RuleContext
from validators.settings import Settings, default_settings, read_settings
from validators.sheets import SettingRow
from validators.validation import count_rows, settings_of, validate, validate_across
from validators.vocabulary import Level
from workbooks.files import saved_at
from workbooks.workers import run_guarded

if TYPE_CHECKING:
    from workbooks.reader import LedgerFile

Progress = Callable[[int, int, str], None]
"""Called with how many files are done, how many there are, and the file just done."""


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

    `absent` has the keys of the generated sheets its workbook lacks; `identity` says whose it is;
    `delivered` is what its 填报信息 says, once somebody asked for it.
    """

    file: str
    ledger: Ledger
    findings: list[Finding]
    digest: str
    settings: Settings
    saved: tuple[datetime, ...] = ()
    absent: frozenset[str] = frozenset()
    identity: Identity | None = None
    delivered: Delivery | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the findings by column."""
        columns = columns_of(self.findings)
        kept = (self.saved, self.absent, self.identity, self.delivered)
        return _restored, (self.file, self.ledger, columns, self.digest, self.settings, *kept)

    def delivery(self, as_of: date) -> Delivery:
        """Return what its 填报信息 says."""
        if self.delivered is None:
            self.identity = self.identity or identity_of(self.ledger)
            self.delivered = delivery_of(
                self.ledger, self.identity, self.file, self.digest, as_of, self.saved
            )
        return self.delivered


_known_settings: dict[str, Settings] = {}


def _restored(
    file: str, ledger: Ledger, columns: list[tuple[Any, ...]], digest: str, *others: Any
) -> ExaminedLedger:
    """Return an unpickled ledger that shares its settings with others."""
    settings, *rest = others
    settings = _known_settings.setdefault(settings.model_dump_json(), settings)
    return ExaminedLedger(file, ledger, findings_of(columns), digest, settings, *rest)


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
            context = RuleContext(self.as_of, superior or default_settings())
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
    whole: bool = True,
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
        whole: Whether all cells are wanted, more than a report takes.
    """
    tasks = [Task(source, as_of, superior) for source in sources]
    notices = [*open_notices(task.source for task in tasks), *unread_findings(others)]
    examination = Examination(as_of, notices=notices)
    function = examine_one if whole else examine_for_report
    results = reader(tasks) if reader else run_guarded(function, tasks, jobs=jobs)
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


def examine_for_report(task: Task) -> ExaminedLedger:
    """Read and validate one file, and keep of its cells only what rules compare between workbooks.

    Two thirds of the cells are the log's, which none does.

    Raises:
        UnreadableWorkbook: It cannot be read.
    """
    examined = examine_one(task)
    content = partial(_content_of, task)
    delivered = replace(examined.delivery(task.as_of), content=content)
    fields = {model.sheet.key: names for model, names in COMPARED_FIELDS.items()}
    ledger = examined.ledger.with_fields(fields)
    return replace(examined, ledger=ledger, delivered=delivered)


def _content_of(task: Task) -> str:
    """Return what tells equal ledgers of one unit: hardly any two are compared, so it is read again."""
    return examine_one(task).delivery(task.as_of).content()


def judge(read: LedgerFile, task: Task, saved: tuple[datetime, ...]) -> ExaminedLedger:
    """Validate a ledger that has been read.

    Args:
        read: The ledger; its parts learn what is rejected of them.
        task: By what it is judged.
        saved: See `saved_at`.
    """
    settings, on_settings = settings_of(read.ledger, task.superior)
    findings = validate(read.ledger, RuleContext(task.as_of, settings))
    identity = identity_of(read.ledger)
    return ExaminedLedger(
        read.file,
        read.ledger,
        [*_identified(identity, read.file), *read.findings, *on_settings, *findings],
        read.digest,
        settings,
        saved,
        read.absent,
        identity,
    )


def _identified(identity: Identity, file: str) -> Iterator[Finding]:
    """Yield a notice where the form's code does not say whose ledger it is, but other things do."""
    if identity.unit and identity.unit != identity.code:
        grounds = identity.grounds if not identity.code else "单位名称和编号"
        yield file_finding(
            file, "file.identified", Level.NOTICE,
            f"区划代码未填写或填写不正确，按{grounds}认定为{place_name(identity.unit)}的台账",
            f"请在“填报信息”填写区划代码 {identity.unit}",
        )  # fmt: skip

"""The ledgers a user named, read as one and, changed, written as copies: a file, or a folder of townships.

The clerks' own files are never changed.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Required, TypedDict

from addin import clock
from addin.actions.found_files import Source, discover, refuse_without
from addin.actions.generated_sheets import refuse_withheld, sheet_update, unsure
from addin.actions.validate import ExaminedLedger, Progress, examine, superior_settings
from addin.buttons import LedgerChange
from addin.domain.numbering import Numbering
from addin.domain.results import some
from addin.domain.rollup import RollUp, roll_up
from validators.cells import CellColumn
from validators.errors import BangdaiError, UsageError
from validators.findings import Report
from validators.ledger import Ledger, SheetPart, TypedColumn
from validators.normalise import person_key
from validators.settings import Settings
from validators.sheets import IndividualRow, OrganisationRow, Row, model_for
from validators.vocabulary import Level
from workbooks.backups import keep_edited, replace_keeping_backup
from workbooks.file_problems import make_folder, refuse_existing
from workbooks.files import check_writable, file_kind, refuse_foreign
from workbooks.patch.ledger_copy import update_workbook
from workbooks.template.layout import FILE_KIND
from workbooks.updates import SheetUpdate, UpdateReport, tab_of


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

    def unsure(self, model: type[Row]) -> list[str]:
        """Return a sentence on every ledger of which a sheet was not read that `model` rests on."""
        said = ((one.file, unsure(one.ledger, model)) for one in self.examined)
        return [f"{file}：{sentence}。" for file, sentence in said if sentence]


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What became of one ledger; `problem` is "" where its copy was written.

    `backup` is the earlier version that was kept, where the ledger itself was written.
    """

    file: str
    problem: str = ""
    backup: Path | None = None


def exit_code(
    ledgers: LedgerSet, *, copies: Iterable[CopyResult] = (), left_out: Collection[str] = ()
) -> int:
    """Return 2 if a file could not be read or copied, 1 if something wanted is left out, else 0."""
    if ledgers.report.unreadable or any(copy.problem for copy in copies):
        return 2
    return 1 if left_out else 0


def ledger_sources(paths: Iterable[Path]) -> tuple[list[Source], list[Source]]:
    """Return the files that may be ledgers, and the others: our outputs of other kinds, too.

    Raises:
        UsageError: There are none that may be ledgers.
    """
    workbooks, others = discover(paths)
    sources = [source for source in workbooks if file_kind(source.path) in {None, FILE_KIND}]
    others += [source for source in workbooks if source not in sources]
    refuse_without(sources, others)
    return sources, others


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
    sources, others = ledger_sources([path])
    superior = superior_settings(settings_file) if settings_file else None
    examination = examine(
        sources, as_of=as_of, superior=superior, others=others, jobs=jobs, progress=progress
    )
    report = examination.report(superior)
    examined = tuple(examination.chosen())
    if not examined:
        on_files = [finding for finding in report.findings if finding.told]
        first = min(on_files, key=lambda finding: [*Level].index(finding.level))
        raise UsageError(f"{first.file}：{first.message}", first.suggestion)
    own = examined[0].settings if len(examined) == 1 else Settings()
    return LedgerSet(
        examined,
        {source.file: source for source in sources},
        Ledger.merged(ledger.ledger for ledger in examined),
        superior or own,
        {} if superior else {ledger.file: ledger.settings for ledger in examined},
        report,
    )


def read_again(ledgers: LedgerSet, copies: Mapping[str, Path]) -> LedgerSet:
    """Return the ledgers with those that changed, `copies` by file, read and checked anew."""
    superior = None if ledgers.own_settings else ledgers.settings
    sources = {file: Source(path, file) for file, path in copies.items()}
    new = {
        ledger.file: ledger
        for ledger in examine(sources.values(), as_of=ledgers.as_of, superior=superior).examined
    }
    return replace(
        ledgers,
        examined=tuple(new.get(ledger.file, ledger) for ledger in ledgers.examined),
        sources={**ledgers.sources, **sources},
    )


def identify(typed: Iterable[str], known: Mapping[str, str], where: str, example: str) -> list[str]:
    """Return the IDs a user means, as the ledger writes them, each once.

    Args:
        typed: IDs, or names of those who have one.
        known: Names by the ledger's IDs, "" where an ID is of no name.
        where: How the refusal begins: where such an ID should stand.
        example: An ID of the kind.

    Raises:
        UsageError: The ledger does not have one of them, or several share the name.
    """
    by_name: dict[str, list[str]] = defaultdict(list)
    for code, name in known.items():
        by_name[person_key(name)].append(code)
    wanted: dict[str, None] = {}
    unknown: list[str] = []
    for word in typed:
        code = word.strip().upper()
        called = [code] if code in known else by_name.get(person_key(word) or "?", [])
        if len(called) > 1:
            raise UsageError(
                f"姓名或名称为“{word}”的有 {len(called)} 个：{'、'.join(called)}", "请填写编号"
            )
        wanted |= dict.fromkeys(called)
        unknown += [] if called else [word.strip()]
    if unknown:
        raise UsageError(f"{where} {some(unknown, '个')}", f"请核对编号，如 {example}")
    return list(wanted)


def mentee_names(ledger: Ledger) -> dict[str, str]:
    """Return the names of individuals and organisations by ID, in ledger order."""
    return {
        code: name or ""
        for model in (IndividualRow, OrganisationRow)
        for code, name in ledger.table(model).columns("mentee_id", "name")
        if code
    }


def check_target(out: Path, kind: str) -> None:
    """Check that an output can be written; an earlier one that somebody edited is kept in 备份.

    Raises:
        WriteRefused: Something else than an earlier output of `kind` stands there, or nothing can
            be written there.
    """
    refuse_foreign(out, kind)
    check_writable(out)
    keep_edited(out, clock.now())


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

    def write(ledger: ExaminedLedger) -> CopyResult:
        target = targets[ledger.file]
        make_folder(target.parent)
        copy_ledger(ledgers, ledger, target, updates(ledger))
        return CopyResult(ledger.file)

    return tuple(_one_by_one(ledgers, write))


def replace_ledgers(
    ledgers: LedgerSet,
    path: Path,
    read: LedgerSet,
    updates: Callable[[ExaminedLedger], Sequence[SheetUpdate]],
    moment: datetime,
) -> tuple[CopyResult, ...]:
    """Write changes into the ledgers themselves, each after its earlier version is kept in 备份.

    In a folder, a ledger that cannot be written never stops the others.

    Args:
        ledgers: The ledgers, or drafts of them.
        path: The file or folder they were read from.
        read: The ledgers as they were read from there.
        updates: Returns what to change in one ledger.
        moment: The time in the names of the earlier versions.

    Raises:
        WriteRefused, UpdateRefused: See `replace_keeping_backup`; of a single file only.
    """
    digests = {ledger.file: ledger.digest for ledger in read.examined}

    def write(ledger: ExaminedLedger) -> CopyResult:
        source, changes = ledgers.sources[ledger.file].path, updates(ledger)

        def fill(draft: Path) -> None:
            with draft.open("r+b") as stream:
                update_workbook(source, stream, changes, digest=ledger.digest, as_of=ledgers.as_of)

        original, digest = read.sources[ledger.file].path, digests[ledger.file]
        backup = replace_keeping_backup(original, fill, digest=digest, moment=moment)
        return CopyResult(ledger.file, backup=backup)

    if not path.is_dir():
        return (write(ledgers.examined[0]),)
    return tuple(_one_by_one(ledgers, write))


def _one_by_one(
    ledgers: LedgerSet, write: Callable[[ExaminedLedger], CopyResult]
) -> Iterator[CopyResult]:
    """Yield what became of each ledger; one that cannot be written never stops the others."""
    for ledger in ledgers.examined:
        try:
            yield write(ledger)
        except BangdaiError as problem:
            yield CopyResult(ledger.file, str(problem))


# --- missing IDs ---


def fill_ids(ledger: Ledger) -> tuple[Ledger, list[SheetUpdate]]:
    """Give every row of one workbook that lacks its ID the next one (编号补全).

    Only empty cells get an ID; what stands in one, readable or not, stays. A sheet without an ID
    column is left alone. Nothing is filled where the unit's code is unreadable.

    Args:
        ledger: The ledger of one workbook, after validation; it is not changed.

    Returns:
        The ledger with every ID, and the cells that were blank.
    """
    unit_code = next(iter(ledger.unit_codes.values()), "")
    if not unit_code:
        return ledger, []
    numbering = Numbering(ledger, unit_code)
    parts: list[SheetPart] = []
    updates: dict[tuple[str, str], SheetUpdate] = {}
    for part in ledger.parts():
        filled = dict(_filled(part, numbering))
        field = model_for(part.key).sheet.id_field
        parts.append(with_values(part, field, filled) if filled else part)
        if filled:
            cells: dict[tuple[int, str], object] = {
                (part.rows[row], field): code for row, code in filled.items()
            }
            place = part.key, tab_of(part.key, part.sheet)
            before = updates.get(place)
            cells |= before.cells if before else {}
            updates[place] = SheetUpdate(part.key, cells=cells, tab=place[1])
    if not updates:
        return ledger, []
    return Ledger.of(parts, ledger.unit_codes), [*updates.values()]


def _filled(part: SheetPart, numbering: Numbering) -> Iterator[tuple[int, str]]:
    """Yield (row of the part, its new ID)."""
    column = part.columns.get(model_for(part.key).sheet.id_field)
    if column:
        for row in column.cells.blank_rows():
            yield row, numbering.next(part.key)


def with_values(
    part: SheetPart, field: str, filled: Mapping[int, str | tuple[str, ...]]
) -> SheetPart:
    """Return a part with values in cells of a column that were blank, by row of the part."""
    column = part.columns[field]
    codes, first = array("i", column.cells.codes), len(column.cells.values)
    for number, row in enumerate(filled):
        codes[row] = first + number
    typed = [*column.values, *filled.values()]
    texts = (value if isinstance(value, str) else "、".join(value) for value in filled.values())
    cells = CellColumn([*column.cells.values, *texts], codes)
    values = TypedColumn(field, column.letter, column.heading, cells, typed, column.problems)
    return replace(part, columns={**part.columns, field: values})


def numbered_ledgers(ledgers: LedgerSet) -> tuple[LedgerSet, dict[str, list[SheetUpdate]]]:
    """Return the ledgers with every ID, and by file the cells that were blank; see `fill_ids`."""
    examined, filled = [], {}
    for one in ledgers.examined:
        ledger, filled[one.file] = fill_ids(one.ledger)
        examined.append(replace(one, ledger=ledger) if filled[one.file] else one)
    if any(filled.values()):
        joined = Ledger.merged(one.ledger for one in examined)
        ledgers = replace(ledgers, examined=tuple(examined), ledger=joined)
    return ledgers, filled


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
        """Return what the records come to, and the update of the generated sheet of `model`.

        Raises:
            UsageError: A sheet it rests on was not read.
        """
        examined = self.examined
        refuse_withheld(examined.ledger, model)
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

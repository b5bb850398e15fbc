"""Import files into ledgers: a new one, one there is, or one for each unit of a folder.

    read_sources        tables of the files, in guarded workers
    with_agreed         what an earlier 导入对照 says of their columns
    place               records of the ledger, and where every cell went
    import_updates      the changes, the same for a file and an open book
    result_update       导入结果, once it is known where the rows stand
    write_mapping       导入对照 beside the ledger

What is certain is imported at once; a doubtful column waits in 导入对照. Importing the same files again
adds only what waited.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from addin import clock
from addin.actions.imports.mapping_lines import SPLITS, MarkedTable, labels, lines_of, with_agreed
from addin.actions.imports.result_rows import COUNTED, import_updates, result_update, totals
from addin.actions.imports.sources import Left, read_sources, units_of
from addin.actions.ledger_set import fill_ids, read_ledgers
from addin.actions.new import start_ledger
from addin.actions.upgrade import upgrade_older
from addin.actions.validate import Progress, gc_paused
from addin.domain.imports.account import Placement
from addin.domain.imports.mapping import map_table
from addin.domain.imports.placement import note_loose, place
from validators.divisions import Division, find_unit, full_name, villages
from validators.errors import BangdaiError, UnreadableWorkbook, UsageError, WriteRefused
from validators.ledger import Ledger
from validators.sheets import IndividualRow, MentorRow, OrganisationRow
from validators.sources.mapping import KnownNames
from validators.sources.tables import Source
from workbooks.file_problems import refuse_existing
from workbooks.files import (
    check_writable,
    free_path,
    refuse_foreign,
    replace_atomically,
    scratch_folder,
)
from workbooks.import_sheets import mapping_workbook
from workbooks.import_sheets.mapping_workbook import ASK, MappingLine, read_mapping, write_mapping
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate, UpdateReport

_FOLDER_MAPPING = "导入对照.xlsx"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing some files into one ledger comes to.

    Attributes:
        ledger: The ledger, every row with its ID.
        tables: The tables and where their columns go.
        placement: The records and the account.
        updates: The changes, one for each tab.
        said: Sentences on the whole that 导入结果 begins with.
        left: The files that were not read, which it names, too.
    """

    ledger: Ledger
    tables: tuple[MarkedTable, ...]
    placement: Placement
    updates: tuple[SheetUpdate, ...]
    said: tuple[str, ...]
    left: tuple[Left, ...] = ()

    @classmethod
    def of(
        cls, ledger: Ledger, sources: Sequence[Source], agreed: Sequence[MappingLine],
        left: Sequence[Left] = (),
    ) -> ImportPlan:  # fmt: skip
        """Map and place the tables of some files.

        Raises:
            UsageError: Nobody can tell whose ledger it is, or a line of 导入对照 cannot be used.
        """
        unit = next(iter(ledger.unit_codes.values()), "")
        if not unit:
            raise UsageError("“填报信息”中没有可用的区划代码", "请先填写区划代码后再导入")
        numbered, ids = fill_ids(ledger)
        known = known_names(numbered, unit)
        tables = [
            with_agreed(map_table(table, known), agreed)
            for source in sources
            for table in source.tables
        ]
        placement = place((table.mapping for table in tables), numbered, unit)
        note_loose(placement, sources)
        updates = import_updates(placement, numbered, ids)
        hidden = [f"{s.file}：{told}。" for s in sources for _, told in s.notices]
        said = (*_said(placement), *hidden)
        return cls(numbered, tuple(tables), placement, tuple(updates), said, tuple(left))

    @property
    def asked(self) -> int:
        """How many columns wait for the clerk's word."""
        return sum(not c.certain for table in self.tables for c in table.mapping.columns)

    def result(self, report: UpdateReport, as_of: date, generated: datetime) -> SheetUpdate:
        """Return 导入结果 once it is known where the changes went."""
        said = [*self.said, *(file.sentence for file in self.left)]
        return result_update(self.placement, self.ledger, report, said, as_of, generated)


def known_names(ledger: Ledger, unit: str) -> KnownNames:
    """Return the names by which columns are recognised: the ledger's people, the unit's villages."""
    mentors, individuals, organisations = (
        frozenset(name for name in ledger.table(model).column("name") if name)
        for model in (MentorRow, IndividualRow, OrganisationRow)
    )
    return KnownNames(mentors, individuals, organisations, frozenset(villages(unit)))


def _said(placement: Placement) -> list[str]:
    said = [f"{totals(placement)}。"]
    waiting = sum(not column.certain for t in placement.tables for column in t.mapping.columns)
    if waiting:
        said.append(
            f"有 {waiting} 列不能确定，未导入，请打开同一文件夹的“导入对照”逐列确认，保存后再导入一次相同文件。"
        )
    if placement.id_numbers:
        said.append(
            f"来源中有 {placement.id_numbers} 个单元格为身份证号，未导入，也未保存在任何文件中。"
        )
    said.append(
        "来源中没有的必填项未代填，请点“录入校验”逐项补填；无法识别的内容按原样写入，请一并改正。"
    )
    return said


# --- results ---


@dataclass(frozen=True, slots=True)
class LedgerImport:
    """What was imported into one ledger.

    Attributes:
        unit: The unit's name.
        out: The ledger written.
        plan: What it comes to; None where it failed.
        backup: The copy of the ledger as it was, None of a new one.
        problem: Why nothing was written, "" where it was.
    """

    unit: str
    out: Path
    plan: ImportPlan | None
    backup: Path | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        ledgers: By unit.
        left: The files that were not imported.
        mapping: The 导入对照 written, None where there was no table.
        asked: How many columns wait for the clerk's word.
    """

    ledgers: tuple[LedgerImport, ...]
    left: tuple[Left, ...]
    mapping: Path | None
    asked: int

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read or a ledger written, 1 if columns wait, else 0."""
        if any(left.failed for left in self.left) or any(one.problem for one in self.ledgers):
            return 2
        return 1 if self.asked else 0

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai import --json` prints."""
        left = [{"file": one.file, "why": one.why, "todo": one.todo} for one in self.left]
        ledgers = [_ledger_json(one) for one in self.ledgers]
        mapping = str(self.mapping) if self.mapping else None
        return {"ledgers": ledgers, "left": left, "mapping": mapping, "asked": self.asked}


def _ledger_json(one: LedgerImport) -> dict[str, Any]:
    answer: dict[str, Any] = {"unit": one.unit, "out": str(one.out), "problem": one.problem}
    answer["backup"] = str(one.backup) if one.backup else None
    if one.plan:
        placement = one.plan.placement
        answer |= {
            "new": {key: len(placement.new(key)) for key, _, _ in COUNTED},
            "completed": {key: len(placement.completed(key)) for key, _, _ in COUNTED},
            "rows": {str(fate): count for fate, count in placement.rows().items()},
            "cells": {str(fate): count for fate, count in placement.cells().items()},
            "said": list(one.plan.said),
        }
    return answer


# --- on files ---


@gc_paused()
def import_files(  # noqa: PLR0913  # the options of the command
    paths: Sequence[Path],
    out: Path | None,
    *,
    unit: str = "",
    into: Path | None = None,
    mapping: Path | None = None,
    as_of: date | None = None,
    generated: datetime | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> ImportResult:
    """Import files and folders into a new ledger, into one there is, or into one for each unit.

    Args:
        paths: What to import; it is only read.
        out: The ledger to write; a folder where there may be several units. With `into` None means
            that ledger itself, of which a dated copy is kept.
        unit: Whose ledger it becomes; told by the files where it is "".
        into: The ledger to import into.
        mapping: A 导入对照 the clerk gave back.
        as_of: The day 本周待办 is saved for; today if None.
        generated: 生成时间; now if None.
        jobs: Worker processes.
        progress: Told of every file read.

    Raises:
        UsageError: There is nothing to import, the unit cannot be told, or `out` exists.
        UnknownDivision: There is no such unit.
        WriteRefused, UpdateRefused: The single ledger cannot be written.
        UnreadableWorkbook: 导入对照 cannot be read.
    """
    day, now = as_of or clock.today(), generated or clock.now().replace(tzinfo=None)
    target = out or into
    if target is None:
        raise UsageError("未指定写入的台账", "请用 --out 指定新台账，或用 --into 指定导入的台账")
    whose = find_unit(unit) if unit else None
    given = _given_lines(mapping)
    sources, left = read_sources(paths, jobs=jobs, progress=progress)
    single = target.suffix.lower() == ".xlsx"
    memory = memory_of(target) if single else target / _FOLDER_MAPPING
    agreed = [*given, *remembered(memory)]
    run = _Run(agreed, day, now)
    if into:
        ledgers = [run.into(into, out, sources, left)] if sources else []
    else:
        groups, lost = _by_unit(sources, whose)
        left += lost
        if single and len(groups) > 1:
            names = "、".join(division.name for division in groups)
            todo = "请用 --out 指定一个文件夹，每个单位一份台账；或用 --unit 指定单位"
            raise UsageError(f"所选文件属于 {len(groups)} 个单位：{names}", todo)
        outs = [target if single else target / f"{division.name}.xlsx" for division in groups]
        ledgers = [
            run.new(division, out, group, left if single else [], alone=single)
            for (division, group), out in zip(groups.items(), outs, strict=True)
        ]
    tables = [table for one in ledgers if one.plan for table in one.plan.tables]
    written, asked = write_memory(memory, tables, agreed, day)
    return ImportResult(tuple(ledgers), tuple(left), written, asked)


def _given_lines(mapping: Path | None) -> list[MappingLine]:
    if mapping is None:
        return []
    lines = read_mapping(mapping)
    if not lines:
        raise UsageError(f"“{mapping.name}”不是导入对照", "请用导入时生成的“导入对照”")
    return lines


def _by_unit(
    sources: Sequence[Source], whose: Division | None
) -> tuple[dict[Division, list[Source]], list[Left]]:
    groups: dict[Division, list[Source]] = {}
    lost = []
    for source in sources:
        named = [whose] if whose else units_of(source, [*map(map_table, source.tables)])
        for division in named:
            groups.setdefault(division, []).append(source)
        if not named:
            todo = "请在文件名中写明乡镇名称，或用 --unit 单独导入"
            lost.append(Left(source.file, "无法确定属于哪个乡镇", todo))
    if not groups and lost:
        raise UsageError(lost[0].sentence.rstrip("。"), "")
    return groups, lost


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the command: what it agreed to, and its day."""

    agreed: Sequence[MappingLine]
    day: date
    now: datetime

    def new(
        self, division: Division, out: Path, sources: Sequence[Source], left: Sequence[Left], *,
        alone: bool,
    ) -> LedgerImport:  # fmt: skip
        """Write a new ledger; of several a failure never stops the others."""
        name = full_name(division)
        try:
            refuse_existing(out)
            out.parent.mkdir(parents=True, exist_ok=True)
            with scratch_folder() as drafts:
                blank = drafts / out.name
                start_ledger(division.unit_code, blank, year=self.day.year, as_of=self.day)
                ledger = read_ledger(blank, out.name).ledger
                plan = ImportPlan.of(ledger, sources, self.agreed, left)
                self._write(plan, blank, out, drafts)
        except BangdaiError as problem:
            if alone:
                raise
            return LedgerImport(name, out, None, problem=str(problem))
        return LedgerImport(name, out, plan)

    def into(
        self, ledger: Path, out: Path | None, sources: Sequence[Source], left: Sequence[Left]
    ) -> LedgerImport:
        """Import into a ledger: into a copy of it, or into itself with a dated copy kept."""
        if out:
            refuse_existing(out)
        check_writable(out or ledger, 2 * ledger.stat().st_size)
        with scratch_folder() as drafts:
            read = read_ledgers(ledger, as_of=self.day)
            current, upgrades = upgrade_older(read, drafts, self.day)
            for upgrade in upgrades:
                if upgrade.problem:
                    raise UsageError(
                        upgrade.sentence.rstrip("。"), "请先用 bangdai update 换用新模板"
                    )
            (examined,) = current.examined
            plan = ImportPlan.of(examined.ledger, sources, self.agreed, left)
            draft = drafts / "draft.xlsx"
            source = current.sources[examined.file].path
            self._write(plan, source, draft, drafts, digest=examined.digest)
            backup = None
            if out is None:
                backup = free_path(ledger.parent, f"{ledger.stem}（{self.day}导入前）")
                shutil.copy2(ledger, backup)
            replace_atomically(out or ledger, lambda path: _copy(draft, path))
        unit = next(iter(plan.ledger.unit_codes.values()))
        return LedgerImport(full_name(find_unit(unit)), out or ledger, plan, backup)

    def _write(
        self, plan: ImportPlan, source: Path, target: Path, drafts: Path, digest: str = ""
    ) -> None:
        between = drafts / "between.xlsx"
        report = update_workbook(source, between, plan.updates, digest=digest, as_of=self.day)
        update_workbook(between, target, [plan.result(report, self.day, self.now)])


def _copy(draft: Path, target: Path) -> None:
    shutil.copyfile(draft, target)


# --- 导入对照 ---


def memory_of(ledger: Path) -> Path:
    """Return the 导入对照 that belongs to a ledger: it lies beside it."""
    return ledger.with_name(f"{ledger.stem}-{mapping_workbook.SHEET}.xlsx")


def remembered(memory: Path) -> list[MappingLine]:
    """Return what was agreed to before, [] where nothing or nothing readable is there."""
    with suppress(UnreadableWorkbook):
        return read_mapping(memory) if memory.exists() else []
    return []


def write_memory(
    memory: Path, tables: Sequence[MarkedTable], agreed: Sequence[MappingLine], as_of: date
) -> tuple[Path | None, int]:
    """Write 导入对照: the layouts of this import first, then those known from before.

    Where the workbook is open elsewhere, or something else has its name, another name is taken.

    Returns:
        Where it was written, None without any table; and how many columns are asked about.
    """
    if not tables:
        return None, 0
    lines = _merged(tables, agreed)
    asked = sum(line.status == ASK for line in lines)
    marks = {line.layout for line in lines}
    before: dict[tuple[str, str, int], MappingLine] = {}
    for line in agreed:
        if line.layout not in marks:
            before.setdefault((line.layout, line.column, line.occurrence), line)
    every, offered = [*lines, *before.values()], [*labels().values()]

    def write(path: Path) -> None:
        write_mapping(path, every, offered, SPLITS, as_of)

    try:
        refuse_foreign(memory, mapping_workbook.FILE_KIND)
        check_writable(memory)
        replace_atomically(memory, write)
    except WriteRefused:
        memory = free_path(memory.parent, memory.stem)
        replace_atomically(memory, write)
    return memory, asked


def _merged(tables: Sequence[MarkedTable], agreed: Sequence[MappingLine]) -> list[MappingLine]:
    """Return the lines of all tables, of a layout that came several times the least certain."""
    lines: dict[tuple[str, str, int], MappingLine] = {}
    files: dict[str, dict[str, None]] = {}
    for table in tables:
        files.setdefault(table.mark, {})[table.mapping.table.file] = None
        for line in lines_of(table, agreed):
            key = (line.layout, line.column, line.occurrence)
            if key not in lines or (line.status == ASK and lines[key].status != ASK):
                lines[key] = line
    return [
        replace(line, file=f"{line.file} 等 {count} 个文件") if count > 1 else line
        for line in lines.values()
        for count in [len(files[line.layout])]
    ]


# --- into the open ledger ---


def import_open(
    ledger: Ledger, path: Path, memory: Path, shown: Sequence[MappingLine]
) -> tuple[ImportPlan, list[MappingLine]]:
    """Return what importing one file into the open ledger comes to, and what was agreed to.

    Raises:
        UsageError: The file cannot be imported.
    """
    sources, left = read_sources([path])
    if not sources:
        raise UsageError(left[0].sentence.partition("。")[0], left[0].todo)
    agreed = [*shown, *remembered(memory)]
    return ImportPlan.of(ledger, sources, agreed, left), agreed

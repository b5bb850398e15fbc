"""Find and read the files to be imported, and tell whose ledger each belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.actions.found_files import Source as File
from addin.actions.found_files import discover
from addin.actions.validate import Progress
from validators.divisions import Division, by_code, townships_called, units, villages
from validators.errors import UnreadableWorkbook, UsageError
from validators.findings import as_typed
from validators.identity import filed_unit, unit_named_in
from validators.normalise import squeeze
from validators.sources.mapping import TableMapping, Target
from validators.sources.tables import Source
from workbooks.backups import in_backups
from workbooks.files import file_kind
from workbooks.foreign import source_of
from workbooks.other_files import other_file
from workbooks.raw.book import file_bytes
from workbooks.template.layout import FILE_KIND
from workbooks.workers import run_guarded

_TEXT_TABLES = frozenset({".tsv", ".txt", ".xml"})
"""Endings of files that may hold a table, besides those of workbooks."""
_LEDGER_TODO = (
    "无需导入：更新请用“一键更新”（bangdai update），汇总请用“汇总乡镇台账”（bangdai consolidate），"
    "新建下一年度台账请用“结转”（bangdai new --carry-over）"
)
_TOWNSHIP = Target("unit", "township")
_FEW = 2
"""Villages that must be named before a file is taken for a township's by them."""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was not imported, and why.

    Attributes:
        file: Its name.
        why: What it is, or what is wrong with it.
        todo: What the clerk should do.
        failed: Whether it should have been read.
    """

    file: str
    why: str
    todo: str
    failed: bool = True

    @property
    def sentence(self) -> str:
        """What a clerk is told."""
        return f"{self.file}：{self.why}。{self.todo}".rstrip("。") + "。"


def read_sources(
    paths: Iterable[Path], *, jobs: int = 1, progress: Progress | None = None
) -> tuple[list[Source], list[Left]]:
    """Read the files to be imported; a bad one never stops the others.

    Returns:
        The sources, and the files that were not read.

    Raises:
        UsageError: A path does not exist, or there is no file at all.
    """
    files, others = discover(paths)
    tabular = [file for file in others if file.path.suffix.lower() in _TEXT_TABLES]
    texts = [file for file in tabular if not in_backups(file.file)]
    left = [_passed_over(file) for file in others if file not in texts]
    own = {file: _own_output(file) for file in [*files, *texts]}
    left += [passed for passed in own.values() if passed]
    wanted = [file for file, passed in own.items() if not passed]
    if not wanted and not left:
        raise UsageError("未找到可以导入的文件", "请指定名册、记录等表格文件，或其所在的文件夹")
    sources = []
    for done, (file, result) in enumerate(run_guarded(_read_one, wanted, jobs=jobs), 1):
        if isinstance(result, UnreadableWorkbook):
            left.append(Left(file.file, result.message, result.suggestion))
        elif not result.tables:
            left.append(Left(file.file, "未找到表格", "请核对是否为需导入的名册或记录"))
        else:
            sources.append(result)
        if progress:
            progress(done, len(wanted), file.file)
    return sources, left


def _read_one(file: File) -> Source:
    return source_of(file_bytes(file.path), file.file)


def _own_output(file: File) -> Left | None:
    """Return why a workbook of ours is not imported, None of any other."""
    kind = file_kind(file.path)
    if kind == FILE_KIND:
        return Left(file.file, "是本工具的台账", _LEDGER_TODO)
    return Left(file.file, f"是本工具生成的“{kind}”", "无需导入", failed=False) if kind else None


def _passed_over(file: File) -> Left:
    other = other_file(file.file)
    return Left(file.file, f"未读取：{other.what}", other.todo, failed=other.may_hold_ledger)


# --- whose they are ---


def units_of(source: Source, mappings: Sequence[TableMapping]) -> list[Division]:
    """Return the townships a source is of, none where nobody can tell.

    A column of townships says it row by row; else the file's name, what stands above the tables,
    and the villages and townships its cells name, in this order.
    """
    listed = {code: None for mapping in mappings for code in _in_column(mapping)}
    if listed:
        return [by_code()[code] for code in listed]
    if code := filed_unit(source.file):
        return [by_code()[code]]
    titles = [table.title for table in source.tables] + [table.sheet for table in source.tables]
    titles += [as_typed(loose.cell.value) for loose in source.loose]
    for text in titles:
        if unit := unit_named_in(text, units()):
            return [unit]
    unit = _by_places(source)
    return [unit] if unit else []


def _in_column(mapping: TableMapping) -> Iterator[str]:
    for column, where in zip(mapping.table.columns, mapping.columns, strict=True):
        if where.certain and where.target == _TOWNSHIP:
            for cell in column.cells.values:
                called = [u for u in townships_called(as_typed(cell)) if u in units()]
                if len(called) == 1:
                    yield called[0].code


def _by_places(source: Source) -> Division | None:
    """Return the township most of a source's villages are of, if there is one."""
    texts = {
        squeeze(cell)
        for table in source.tables
        for column in table.columns
        for cell in column.cells.values
        if isinstance(cell, str)
    }
    counts: Counter[Division] = Counter()
    for unit in units():
        named = sum(unit.name in text for text in texts)
        counts[unit] = 2 * named + len(texts & {*villages(unit.unit_code)})
    (best, most), (_, second) = counts.most_common(2)
    return best if most >= _FEW and most > 2 * second else None

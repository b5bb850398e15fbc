"""Ledgers inside a county's consolidated workbook, so that the city needs no other file of it.

The part `workbooks.consolidated.carried_part.PART` of the package is a bundle in which every personal
number is masked as the sheets mask it. Programs that save the workbook anew drop the part; the city is
then told what to ask the county for.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile, ZipInfo

from addin.actions.found_files import Source, file_finding
from addin.actions.parcels import BUNDLE
from addin.actions.parcels.bundle import LIST, list_of, listed_in, unbundled
from addin.actions.parcels.parcel import packed, sections_of, unpacked
from addin.domain.results import some
from validators.cells import Shown, Uncalculated
from validators.columns import Column
from validators.divisions import Division, by_code
from validators.errors import UnreadableWorkbook, UsageError
from validators.findings import NOT_READ, Finding
from validators.ledger import SheetPart, TypedColumn
from validators.sheets import UnitRow, columns_by_field, model_for
from validators.vocabulary import Level
from workbooks.consolidated.carried_part import part_of
from workbooks.consolidated.content import scope_and_day
from workbooks.consolidated.findings_sheet import safe_finding
from workbooks.consolidated.ledger_sheets import safe_cells
from workbooks.consolidated.reading import read_consolidated
from workbooks.files import CONSOLIDATED, file_kind, saved_at
from workbooks.masking import mask_phone, mask_text

# --- the county's side -----------------------------------------------------------------------------


def carried_ledgers(
    ledgers: Mapping[str, tuple[str, Path]],
    unreadable: Iterable[Finding],
    notices: Iterable[Finding],
) -> bytes:
    """Return the part with a county's ledgers.

    Args:
        ledgers: By file name, a digest of the file, and where it lies as read.
        unreadable: Findings on the files that could not be read.
        notices: Findings on files that were not read, or were open.
    """
    stream = io.BytesIO()
    told = ([safe_finding(one) for one in findings] for findings in (unreadable, notices))
    names = ((mask_text(file), digest) for file, (digest, _) in ledgers.items())
    listed = list_of(names, *told)
    with ZipFile(stream, "w") as archive:
        archive.writestr(ZipInfo(LIST), listed)
        for number, (_, path) in enumerate(ledgers.values()):
            archive.writestr(ZipInfo(str(number)), _masked_section(sections_of(path)[0]))
    return stream.getvalue()


def _masked_section(section: bytes) -> bytes:
    """Return a ledger as read in which no personal number can be read; see `as_read`."""
    parts, findings, *others = unpacked(section)
    hidden = [_masked_part(part) for part in parts]
    return packed((hidden, [tuple(safe_finding(Finding(*one))) for one in findings], *others))


def _masked_part(part: SheetPart) -> SheetPart:
    model = model_for(part.key)
    fields = columns_by_field(model)
    columns = {
        name: column
        if model is UnitRow and name == "office_phone"  # it exists to be called
        else _masked_column(column, fields[name])
        for name, column in part.columns.items()
    }
    return replace(part, file=mask_text(part.file), columns=columns)


def _masked_column(typed: TypedColumn, column: Column) -> TypedColumn:
    mask = mask_phone if column.mask else mask_text
    problems = {
        index: problem._replace(
            context={
                name: mask(told) if isinstance(told, str) else told
                for name, told in problem.context.items()
            }
        )
        for index, problem in typed.problems.items()
    }
    return replace(
        typed,
        heading=mask_text(typed.heading),
        cells=replace(typed.cells, values=_masked_values(typed.cells.values, column)),
        values=_masked_values(typed.values, column),
        problems=problems,
    )


def _masked_values(values: Sequence[Any], column: Column) -> list[Any]:
    return safe_cells([_plain(value) for value in values], column)


def _plain(value: Any) -> Any:
    """Return a value of more than one text with each masked; others as they are."""
    if isinstance(value, tuple):
        return tuple(map(mask_text, value))
    if isinstance(value, Shown | Uncalculated):
        told = {str(value), f"{value.number:.15g}"} if isinstance(value, Shown) else {str(value)}
        return mask_text(str(value)) if any(mask_text(text) != text for text in told) else value
    return value


# --- the city's side -------------------------------------------------------------------------------

_STATES_SHEET = "填报情况"


class _CountyWorkbook(NamedTuple):
    """A county's workbook that carries its ledgers; see `_contents`."""

    source: Source
    scope: str
    as_of: str
    n_ledgers: int
    contents: frozenset[str]


def handed_on(
    others: Iterable[Source], scope: Division, taken: Collection[str] = ()
) -> tuple[list[Source], list[Source], list[Finding]]:
    """Return the ledgers that bundles and counties' workbooks hold, the other files, and notices.

    A workbook of `scope` itself is an output of ours like any other. Of one county the workbook that
    reaches latest counts, and none beside a bundle of the same ledgers.

    Args:
        others: Files that are no ledgers.
        scope: What adds up.
        taken: Names that other files have.
    """
    every = [*others]
    bundles = [one for one in every if one.path.suffix == BUNDLE]
    held = (_contents(one.path) for one in bundles)
    bundled = frozenset[str]().union(*(contents for _, contents in filter(None, held)))
    sources: list[Source] = []
    notices: list[Finding] = []
    latest: dict[str, _CountyWorkbook] = {}
    left: list[Source] = []
    for other in every:
        if other in bundles:
            continue
        handed = _handed(other, scope)
        if isinstance(handed, Finding):
            notices.append(handed)
        elif handed is None:
            left.append(other)
        elif handed.contents and handed.contents <= bundled:
            notices.append(_passed_over(other, "县（区）的汇总表，帮带包中已有这些台账"))
        else:
            both = [handed, latest.get(handed.scope, handed)]
            earlier, last = sorted(both, key=lambda one: (one.as_of, saved_at(one.source.path)))
            latest[handed.scope] = last
            if earlier is not last:
                what = f"县（区）的汇总表，较新的是“{last.source.file}”"
                notices.append(_passed_over(earlier.source, what))
    for path, file, _ in [*bundles, *(each.source for each in latest.values())]:
        ledgers, found = unbundled(path, file, {*taken, *(one.file for one in sources)})
        sources += ledgers
        notices += found
    return sources, left, [*notices, *map(_read, latest.values())]


def _contents(path: Path) -> tuple[int, frozenset[str]] | None:
    """Return of a bundle, or the one in a workbook, how many ledgers it holds, and what.

    That is digests of these, and the masked names of files its county could not read; None where it
    cannot be used.
    """
    with suppress(UnreadableWorkbook, KeyError, TypeError, ValueError):
        listed = listed_in(path)
        digests = [digest for _, digest in listed["ledgers"]]
        unread = (mask_text(name) for name, *_ in listed["unreadable"])
        return len(digests), frozenset([*digests, *unread])
    return None


def _handed(other: Source, scope: Division) -> _CountyWorkbook | Finding | None:
    """Return what a county's workbook hands on, why it hands on nothing, None of any other file."""
    path = other.path
    if path.suffix.lower() != ".xlsx" or file_kind(path) != CONSOLIDATED:
        return None
    with suppress(UsageError, UnreadableWorkbook):
        code, day = scope_and_day(path)
        if code == scope.code or not code.startswith(scope.code):
            return None
        county = by_code()[code].name
        if not part_of(path):
            return _wanting(other, county, "其中的台账数据不可用（汇总表已另存或修改）")
        contents = _contents(path)
        if contents is None:
            return _wanting(other, county, "由另一版本的工具生成")
        return _CountyWorkbook(other, code, day.isoformat(), *contents)
    return None


def _wanting(other: Source, county: str, why: str) -> Finding:
    """Return what to ask a county for whose workbook does not hold its ledgers."""
    states = read_consolidated(other.path, {_STATES_SHEET}).get(_STATES_SHEET)
    told = zip(*map(states.texts, ("行政区划代码", "文件")), strict=True) if states else ()
    files = [f"“{file}”" for code, file in told if code and file]
    which = f"台账（{some(files, '份')}）" if files else "各乡镇台账"
    return file_finding(
        other.file, NOT_READ, Level.WARNING, f"未读取：{county}的汇总表，{why}",
        f"请{county}用相同版本的工具重新汇总后报原文件，或报帮带包，或报{which}",
    )  # fmt: skip


def _passed_over(other: Source, what: str) -> Finding:
    return file_finding(other.file, NOT_READ, Level.NOTICE, f"未读取：{what}", "无需处理")


def _read(handed: _CountyWorkbook) -> Finding:
    return file_finding(
        handed.source.file, "file.carried", Level.NOTICE,
        f"已读取汇总表中的 {handed.n_ledgers} 份台账，数据截至 {handed.as_of}",
        "不是最新的，请县（区）重新汇总后再报",
    )  # fmt: skip

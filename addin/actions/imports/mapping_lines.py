"""Turn the mappings of tables into the lines of 导入对照, and the lines a clerk agreed to into mappings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from addin.domain.imports.readings import REMARK, plain_text
from validators.errors import UsageError
from validators.names import without_id_numbers
from validators.normalise import squeeze
from validators.sheets import input_columns, model_for
from validators.sources.labels import SUBJECTS
from validators.sources.mapping import (
    NOT_IMPORTED,
    ColumnMapping,
    Scale,
    Split,
    TableMapping,
    Target,
)
from validators.sources.tables import SourceColumn, SourceTable
from workbooks.import_sheets import mapping_workbook
from workbooks.import_sheets.mapping_workbook import AGREED, ASK, DONE, MappingLine
from workbooks.masking import mask_phone, mask_text

_SHEETS = tuple(sheet for sheet in SUBJECTS if sheet != "unit")
_TOWNSHIP = Target("unit", "township")
_SAMPLES, _LONGEST = 3, 18
_ENOUGH = 0.6
"""Share of headings two layouts must have in common, so that one knows of the other."""

SPLITS = (*(split.value for split in Split if split), *(scale.value for scale in Scale if scale))


@cache
def labels() -> dict[Target, str]:
    """Return what every target is called in 导入对照, in the order of the dropdown."""
    known = {NOT_IMPORTED: mapping_workbook.NOT_IMPORTED}
    for key in _SHEETS:
        model = model_for(key)
        for column in input_columns(model):
            known[Target(key, column.field)] = f"{model.sheet.name}·{column.heading}"
    return {**known, _TOWNSHIP: "填报信息·乡镇(街道)"}


@cache
def _targets() -> dict[str, Target]:
    return {squeeze(label): target for target, label in labels().items()}


def label(target: Target) -> str:
    """Return what one target is called."""
    model = model_for(target.sheet) if target.sheet else None
    return labels().get(target) or (f"{model.sheet.name}·{target.field}" if model else "")


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """A mapped table, and the mark by which its layout is known again.

    Attributes:
        mapping: The table with its mapping.
        mark: Made of the headings and of what the table is about as it was mapped by itself: a list
            of mentors and one of mentees may have the same headings.
    """

    mapping: TableMapping
    mark: str


def layout_mark(mapping: TableMapping) -> str:
    """Return the mark of a layout as it was mapped by itself: what it is about, and its headings."""
    sheets = Counter(column.target.sheet for column in mapping.columns if column.target.sheet)
    about = sheets.most_common(1)[0][0] if sheets else ""
    text = "\n".join(map(squeeze, mapping.table.headings))
    return f"{about}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def column_names(table: SourceTable) -> list[tuple[str, int]]:
    """Return what each column is called in 导入对照, and how many of the name stand before it."""
    seen: Counter[str] = Counter()
    names = []
    for number, column in enumerate(table.columns, 1):
        name = column.name or f"（第 {number} 列，没有标题）"
        names.append((name, seen[squeeze(name)]))
        seen[squeeze(name)] += 1
    return names


def lines_of(marked: MarkedTable, agreed: Iterable[MappingLine] = ()) -> Iterator[MappingLine]:
    """Yield the lines of one table; what the clerk agreed to stays so."""
    mapping, mark = marked.mapping, marked.mark
    table, before = mapping.table, _known_layout(mapping.table, mark, agreed)
    columns = zip(column_names(table), table.columns, mapping.columns, strict=True)
    for (name, occurrence), column, where in columns:
        old = before.get((squeeze(name), occurrence))
        status = ASK if not where.certain else AGREED if old and old.status == AGREED else DONE
        others = "、".join(map(label, where.others[:3]))
        also = f"也可能是{others}" if others and not where.certain else ""
        split = (where.split or where.scale).value
        yield MappingLine(
            table.file, table.sheet, name, _samples(column, where), label(where.target),
            where.confidence, split, status, "；".join(filter(None, (where.why, also))), mark,
            label(where.target), occurrence, split,
        )  # fmt: skip


def _samples(column: SourceColumn, where: ColumnMapping) -> str:
    texts = []
    for cell in column.cells.values[:_SAMPLES]:
        kept = without_id_numbers(cell)
        if kept is not cell:
            return "（身份证号，不显示）"
        text = " ".join(plain_text(cell).split())
        masked = mask_phone(text) if where.target.field == "phone" else mask_text(text)
        texts.append(masked if len(masked) <= _LONGEST else f"{masked[:_LONGEST]}…")
    return "，".join(texts)


def with_agreed(mapping: TableMapping, lines: Iterable[MappingLine]) -> MarkedTable:
    """Return a mapping in which what a 导入对照 says of the same layout is certain.

    A layout is the same where it is about the same and most headings are the same; new columns stay
    as they were mapped. What the clerk said wins over everything; what was done without asking only
    over a doubt.

    Args:
        mapping: The table as it was mapped.
        lines: The lines of a 导入对照; of several on one column the first counts.

    Raises:
        UsageError: A line names a target there is not.
    """
    mark = layout_mark(mapping)
    known = _known_layout(mapping.table, mark, lines)
    columns = []
    for (name, occurrence), where in zip(column_names(mapping.table), mapping.columns, strict=True):
        line = known.get((squeeze(name), occurrence))
        doubted = not where.certain and where.split is not Split.ABOVE  # blanks are of this file
        wins = line and (line.said or (line.settled and doubted))
        columns.append(_agreed(line, where, mapping) if line and wins else where)
    return MarkedTable(replace(mapping, columns=tuple(columns)), mark)


def _known_layout(
    table: SourceTable, mark: str, lines: Iterable[MappingLine]
) -> dict[tuple[str, int], MappingLine]:
    """Return the lines of the layout most like a table's, {} where none is like it."""
    layouts: dict[str, dict[tuple[str, int], MappingLine]] = {}
    for line in lines:
        known = layouts.setdefault(line.layout, {})
        known.setdefault((squeeze(line.column), line.occurrence), line)
    if mark in layouts:
        return layouts[mark]
    own = {(squeeze(name), occurrence) for name, occurrence in column_names(table)}
    about = mark.partition("-")[0]
    alike = {
        other: len(own & {*columns}) / len(own | {*columns})
        for other, columns in layouts.items()
        if own and other.partition("-")[0] == about
    }
    best = max(alike, key=lambda other: alike[other], default="")
    return layouts[best] if best and alike[best] >= _ENOUGH else {}


def _agreed(line: MappingLine, where: ColumnMapping, mapping: TableMapping) -> ColumnMapping:
    target = _target(line, mapping)
    word = squeeze(line.split)
    split = next((split for split in Split if split and split.value == word), Split.NONE)
    scale = next((scale for scale in Scale if scale and scale.value == word), Scale.NONE)
    if word and not split and not scale:
        raise UsageError(
            f"导入对照中“{line.column}”的拆分/换算“{line.split}”无效", "请从下拉列表中选"
        )
    why = where.why if target == where.target else "按导入对照"
    return ColumnMapping(target, 1.0, certain=True, split=split, scale=scale, why=why)


def _target(line: MappingLine, mapping: TableMapping) -> Target:
    word = squeeze(line.target)
    if word == "备注":
        sheets = Counter(column.target.sheet for column in mapping.columns if column.target.sheet)
        likely = [key for key, _ in sheets.most_common() if Target(key, REMARK) in labels()]
        return Target(likely[0], REMARK) if likely else NOT_IMPORTED
    target = _targets().get(word)
    if target is None:
        raise UsageError(f"导入对照中“{line.column}”的目标“{line.target}”无效", "请从下拉列表中选")
    return target

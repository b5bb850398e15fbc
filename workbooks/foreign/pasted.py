"""Read text pasted from a document: one line a record, such as 导师：张某（镇党委副书记） 对象：李某."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.sources.labels import label_of
from validators.sources.tables import Layout, SourceCell, SourceRow, SourceTable, table_of_rows
from workbooks.foreign.grid import IN_TABLE, Grid

_LABELLED = re.compile(r"([\u4e00-\u9fff（）()]{2,10})\s*[:：]\s*")
_NAME = re.compile(r"([\u4e00-\u9fff·]{2,8})\s*[（(]([^（）()]{2,30})[）)]")
_NUMBERING = re.compile(
    r"^\s*(?:\d{1,3}[.、．)）]|[（(]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*"
)
_EDGES = " \t\u3000，,；;。、|"


def pasted_table(grid: Grid, left: int, right: int, file: str) -> SourceTable | None:
    """Return the table of the lines that hold labels with values, None where there are none."""
    lines: list[tuple[int, int, dict[tuple[str, str], str]]] = []
    for row in range(1, grid.n_rows + 1):
        for column in grid.columns_filled(row, left, right):
            parts = dict(_parts(grid.text(row, column)))
            if len({group or heading for group, heading in parts}) > 1:
                lines.append((row, column, parts))
    if not lines:
        return None
    headings = [*dict.fromkeys(key for _, _, parts in lines for key in parts)]
    rows = []
    for row, column, parts in lines:
        grid.mark(row - 1, column - 1, IN_TABLE)
        cells = {
            headings.index(key): SourceCell(grid.sheet.name, row, column, value)
            for key, value in parts.items()
        }
        rows.append(SourceRow(row, cells))
    title = " ".join(_title(grid, lines[0][0]))
    return table_of_rows(file, title, Layout.TEXT, headings, rows)


def _title(grid: Grid, before: int) -> Iterator[str]:
    for row in range(max(1, before - 4), before):
        for column in grid.columns_filled(row, 1, grid.n_columns):
            grid.mark(row - 1, column - 1, "标题")
            yield grid.text(row, column)


def _parts(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((group, heading), value) of the labels in a line; what stands in brackets is apart."""
    plain = _NUMBERING.sub("", text)
    found = [m for m in _LABELLED.finditer(plain) if label_of(m[1])]
    ends = [*(m.start() for m in found[1:]), len(plain)]
    for match, end in zip(found, ends, strict=False):
        heading, value = match[1], plain[match.end() : end].strip(_EDGES)
        label = label_of(heading)
        named = _NAME.fullmatch(value)
        if named and label and label.role and label.person == "name":
            yield ("", heading), named[1]
            yield (heading, "单位及职务"), named[2]
        elif value:
            yield ("", heading), value

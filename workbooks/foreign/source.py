"""Read a file that is no ledger: its tables wherever they stand, and the cells outside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from validators.sources.labels import roles_in
from validators.sources.tables import LooseCell, Source, SourceTable
from workbooks.foreign.alike import joined_tables, parted_by_role, tab_says_something
from workbooks.foreign.bodies import Body, table_of, titles
from workbooks.foreign.forms import form_tables, looks_like_forms
from workbooks.foreign.grid import Flags, Grid
from workbooks.foreign.heads import Head, find_heads, halves
from workbooks.foreign.pasted import pasted_table
from workbooks.foreign.strikes import struck_cells
from workbooks.foreign.texts import decoded, is_text, read_text
from workbooks.foreign.web_tables import (
    is_web_page,
    is_xml_spreadsheet,
    read_web_page,
    read_xml_spreadsheet,
)
from workbooks.raw.book import RawBook, RawSheet, file_bytes, read_bytes

_CONTINUED = re.compile(r"续|接上")


def read_source(path: Path) -> Source:
    """Read a file.

    Raises:
        UnreadableWorkbook: With the code and the plain words a clerk needs. Some damaged files end
            the process instead, so this runs in a guarded worker (`workbooks.workers`).
    """
    return source_of(file_bytes(path), path.name)


def source_of(data: bytes, name: str) -> Source:
    """Read a file already in memory; see `read_source`."""
    if is_text(data):
        book, struck = _of_text(decoded(data), name), {}
    else:
        book = read_bytes(data, name)
        struck = struck_cells(data) if data.startswith(b"PK") and _is_xlsx(data) else {}
    return source_of_book(book, name, struck)


def _of_text(text: str, name: str) -> RawBook:
    """Return the tables of a text file: a web page, an XML spreadsheet, or lines."""
    if is_xml_spreadsheet(text):
        return read_xml_spreadsheet(text)
    return read_web_page(text) if is_web_page(text) else read_text(text, name)


def _is_xlsx(data: bytes) -> bool:
    return b"xl/workbook.xml" in data or b"[Content_Types].xml" in data


def source_of_book(
    book: RawBook, name: str, struck: dict[str, frozenset[tuple[int, int]]] | None = None
) -> Source:
    """Return the tables in the worksheets of a file, and what stands outside them."""
    tables: list[SourceTable] = []
    loose: list[LooseCell] = []
    notices = list(book.notices)
    for sheet in book.sheets:
        if not sheet.columns or not sheet.n_rows:
            continue
        grid = Grid(sheet, (struck or {}).get(sheet.name, frozenset()))
        tables += _tables(grid, name)
        loose += grid.loose()
        notices += _notices(sheet)
    parts = (part for table in joined_tables(tables) for part in parted_by_role(table))
    return Source(name, tuple(parts), tuple(loose), tuple(notices))


def _notices(sheet: RawSheet) -> Iterator[tuple[str, str]]:
    """Yield what was read although nobody sees it."""
    if sheet.hidden:
        yield "source.hidden_sheet", f"工作表“{sheet.name}”已隐藏，已照常读取"
    if sheet.hidden_rows:
        yield (
            "source.hidden_rows",
            f"工作表“{sheet.name}”有 {len(sheet.hidden_rows)} 行被隐藏，已照常读取",
        )
    if sheet.hidden_columns:
        yield (
            "source.hidden_columns",
            f"工作表“{sheet.name}”有 {len(sheet.hidden_columns)} 列被隐藏，已照常读取",
        )


def _tables(grid: Grid, file: str) -> Iterator[SourceTable]:
    for left, right in _strips(grid):
        if looks_like_forms(grid, left, right):
            yield from form_tables(grid, left, right, file)
            continue
        heads = _distinct(grid, find_heads(grid, left, right))
        after = 0
        if not heads and (table := pasted_table(grid, left, right, file)):
            yield table
        for head, following in pairwise([*heads, None]):
            if head is None:
                break
            last = _last_row(grid, head, following)
            title = [*titles(grid, head, after)]
            if tab_says_something(grid.sheet.name):
                title.append(grid.sheet.name)
            after = last
            for part in halves(head):
                body = Body(grid, part, last)
                body.sort()
                if body.records:
                    yield table_of(body, file, " ".join(title))


def _strips(grid: Grid) -> list[tuple[int, int]]:
    """Return the ranges of columns with tables of their own, beside each other."""
    used: Flags = np.asarray(grid.filled.any(axis=1))
    for merge in grid.sheet.merges:
        if merge.n_columns > 1 and merge.n_rows == 1 and grid.filled[merge.left - 1, merge.top - 1]:
            continue  # a title over several tables parts none
        used[merge.left - 1 : merge.right] |= used[merge.left - 1 : merge.left]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], used.astype(np.int8), [0]])))
    runs = [(int(a) + 1, int(b)) for a, b in edges.reshape(-1, 2)]
    strips: list[tuple[int, int]] = []
    for left, right in runs:
        if strips and not (
            right > left and _has_head(grid, left, right) and _has_head(grid, *strips[-1])
        ):
            strips[-1] = (strips[-1][0], right)
        else:
            strips.append((left, right))
    return strips


def _has_head(grid: Grid, left: int, right: int) -> bool:
    return bool((grid.labels[left - 1 : right].sum(axis=0) >= 2).any())


def _distinct(grid: Grid, heads: list[Head]) -> list[Head]:
    """Return the heads that begin a table: not those that repeat the one before on a later page."""
    kept: list[Head] = []
    for head in heads:
        if kept and _is_same(head, kept[-1]):
            title = " ".join(_texts_above(grid, head, kept[-1].bottom))
            first = " ".join(_texts_above(grid, kept[-1], 0))
            if not title or _CONTINUED.search(title) or roles_in(title) <= roles_in(first):
                continue
        kept.append(head)
    return kept


def _is_same(head: Head, before: Head) -> bool:
    """Tell whether headings stand again, perhaps without one or two that were added by hand."""
    known = {h.number: key for h, key in zip(before.headings, before.keys, strict=True)}
    again = {h.number: key for h, key in zip(head.headings, head.keys, strict=True) if key[1]}
    same = sum(known.get(number) == key for number, key in again.items())
    return same == len(again) and 10 * same >= 7 * len(known)


def _texts_above(grid: Grid, head: Head, after: int) -> Iterator[str]:
    """Yield the lone texts right above a heading."""
    row = head.top - 1
    while row > after and _is_lone(grid, row, head):
        yield from (grid.text(row, c) for c in grid.columns_filled(row, head.left, head.right))
        row -= 1


def _is_lone(grid: Grid, row: int, head: Head) -> bool:
    """Tell whether a row holds nothing, a title, or the line of unit and date under it."""
    cells = grid.columns_filled(row, head.left, head.right)
    texts = [grid.text(row, column) for column in cells]
    if not cells:
        return True
    if len(cells) == 1:
        wide = grid.area(row, cells[0]).n_columns > 1
        return bool(texts[0]) and (wide or len(texts[0]) >= 4 or cells[0] == head.left)
    return all(re.match(r".{1,12}[:：]|（?单位[:：]|\d{4}年", text) for text in texts)


def _last_row(grid: Grid, head: Head, following: Head | None) -> int:
    """Return the last row that may belong to the table under a heading."""
    if following is None:
        return grid.n_rows
    row = following.top - 1
    while row > head.bottom and _is_lone(grid, row, following):
        row -= 1
    return row

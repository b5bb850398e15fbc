"""Find the headings of tables: one to three rows of labels side by side, wherever they stand.

A row is a heading where its cells are labels that are known, or look like labels above cells of
another kind. Rows that complete each other (a merged group over the headings it spans) are one
heading. Rows in which labels and values take turns belong to a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from validators.cells import Cell
from validators.sources.labels import Use, answers, label_of, plain_heading, roles_in
from workbooks.foreign.grid import Flags, Grid

_LABEL_LIKE = re.compile(r"[^\d，。；!！,;]{1,24}(?:[（(].{0,30})?|\d{1,2}[.、．].{2,40}")
_LONGEST_GROUP = 16
_MOST_ROWS = 3
_MOST_MONTHS_OF_A_FORM = 2
_WIDE = 0.8
"""A cell over this share of a table's width is its title."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading cell: its worksheet column, the heading above it, and itself."""

    number: int
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of one table.

    Attributes:
        top: First worksheet row of the headings.
        bottom: Last one.
        left: First column.
        right: Last one.
        headings: From left to right; a column without one has the text "".
    """

    top: int
    bottom: int
    left: int
    right: int
    headings: tuple[Heading, ...]

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return what tells its layout from others."""
        return tuple((plain_heading(h.group)[0], plain_heading(h.text)[0]) for h in self.headings)


def find_heads(grid: Grid, left: int, right: int) -> list[Head]:
    """Return the headings in some columns of a sheet, from top to bottom; repeated ones, too."""
    rows = [*_candidates(grid, left, right)]
    if not rows and (row := _by_contrast(grid, left, right)):
        rows = [row]
    heads: list[Head] = []
    for row in rows:
        if heads and row <= heads[-1].bottom:
            continue
        top, bottom = _extent(grid, row, left, right, heads[-1].bottom if heads else 0)
        head = _head(grid, top, bottom, left, right)
        if heads and _is_alone(grid, heads[-1], head):
            heads.pop()
        heads.append(head)
    return heads


def _candidates(grid: Grid, left: int, right: int) -> Iterator[int]:
    """Yield the rows at least half of whose cells are known labels, or all of which look like some."""
    columns = slice(left - 1, right)
    n_filled = grid.filled[columns].sum(axis=0)
    n_labels = grid.labels[columns].sum(axis=0)
    for index in np.flatnonzero((n_labels >= 2) & (3 * n_labels >= n_filled)).tolist():
        row = index + 1
        cells = grid.columns_filled(row, left, right)
        texts = [grid.text(row, column) for column in cells]
        like = all(map(is_label_like, texts)) and 3 * len(set(texts)) >= 2 * len(texts)
        known = 2 * n_labels[index] >= n_filled[index] and sum(map(is_label_like, texts)) > 1
        if (known or like) and not is_form_row(grid, row, cells):
            yield row


def is_label_like(text: str) -> bool:
    """Tell whether a text could be a heading."""
    return bool(_LABEL_LIKE.fullmatch(text)) or (bool(text) and label_of(text) is not None)


def is_form_row(grid: Grid, row: int, cells: list[int]) -> bool:
    """Tell whether labels and values, or labels and gaps, take turns in a row."""
    labels = [grid.label(row, column) for column in cells]
    if any(label is not None and label.use is Use.SERIAL for label in labels):
        return False
    months = sum(label is not None and label.use is Use.MONTH for label in labels)
    if months > _MOST_MONTHS_OF_A_FORM:
        return False
    kinds = [is_strong(grid, row, c) or _spans_labels(grid, row, c) for c in cells]
    if not any(kinds) or len(cells) < 2:
        return len(cells) < 2
    together = sum(a and b for a, b in pairwise(kinds))
    turns = sum(a and not b for a, b in pairwise(kinds))
    if together == 0 and turns:
        return turns >= min(2, sum(kinds)) or _labels_around(grid, row, cells)
    if together or turns:
        return _are_blanks_between(grid, row, cells) and _labels_around(grid, row, cells)
    return False


def is_strong(grid: Grid, row: int, column: int) -> bool:
    """Tell whether a cell is a label that is no answer to another one: no 党员, no 5月."""
    text = grid.text(row, column)
    if not text or not grid.labels[column - 1, row - 1] or text in answers():
        return False
    label = label_of(text)
    return label is not None and label.use is not Use.MONTH


def _spans_labels(grid: Grid, row: int, column: int) -> bool:
    """Tell whether a label stands over several others."""
    area = grid.area(row, column)
    below = [c for c in range(area.left, area.right + 1) if area.bottom < grid.n_rows]
    return area.n_columns > 1 and sum(grid.labels[c - 1, area.bottom] for c in below) > 1


def _are_blanks_between(grid: Grid, row: int, cells: list[int]) -> bool:
    """Tell whether an empty cell that no merge covers follows most of the cells."""
    gaps = 0
    for at, column in enumerate(cells):
        end = grid.area(row, column).right
        following = cells[at + 1] if at + 1 < len(cells) else end + 2
        gaps += following > end + 1
    return gaps * 2 > len(cells)


def _labels_around(grid: Grid, row: int, cells: list[int]) -> bool:
    """Tell whether another label stands above or below the first one of a row."""
    above, below = row - 1, grid.area(row, cells[0]).bottom + 1
    near = (number for number in (above, below) if 1 <= number <= grid.n_rows)
    return any(is_strong(grid, number, cells[0]) for number in near)


def _by_contrast(grid: Grid, left: int, right: int) -> int:
    """Return the first row of label-like texts above cells of other kinds, 0 where there is none."""
    columns = slice(left - 1, right)
    n_filled = grid.filled[columns].sum(axis=0)
    for index in np.flatnonzero(n_filled >= 2).tolist()[:12]:
        row = index + 1
        cells = grid.columns_filled(row, left, right)
        texts = [grid.text(row, column) for column in cells]
        wide = any(grid.area(row, column).n_columns > 1 for column in cells)
        if not all(map(is_label_like, texts)) or len(set(texts)) < len(texts) or wide:
            continue
        below = [grid.cell(row + 1, column) for column in cells]
        others = sum(_is_value(cell) for cell in below)
        return row if others else 0
    return 0


def _is_value(cell: Cell | None) -> bool:
    return cell is not None and not (isinstance(cell, str) and is_label_like(cell.strip()))


# --- headings of several rows -------------------------------------------------------------------


def _extent(grid: Grid, row: int, left: int, right: int, after: int) -> tuple[int, int]:
    """Return the first and the last row of the heading that a row belongs to."""
    top = bottom = row
    while bottom - top + 1 < _MOST_ROWS and bottom < grid.n_rows:
        if not _completes(grid, bottom, bottom + 1, left, right):
            break
        bottom += 1
    while bottom - top + 1 < _MOST_ROWS and top - 1 > after:
        if not _completes(grid, top - 1, top, left, right):
            break
        top -= 1
    return top, bottom


def _completes(grid: Grid, upper: int, lower: int, left: int, right: int) -> bool:
    """Tell whether two rows are one heading: what both fill is a group over several columns."""
    above, below = (grid.columns_filled(row, left, right) for row in (upper, lower))
    if not above or len(below) < 2:
        return False
    texts = [grid.text(lower, column) for column in below]
    n_known = sum(bool(grid.labels[column - 1, lower - 1]) for column in below)
    if not all(map(is_label_like, texts)) or 2 * n_known < len(below):
        return False
    if is_form_row(grid, lower, below) or (len(above) > 1 and is_form_row(grid, upper, above)):
        return False
    if not all(map(is_label_like, (grid.text(upper, column) for column in above))):
        return False
    merged = any(grid.area(upper, column).n_columns > 1 for column in above)
    groups = []
    for at, column in enumerate(above):
        end = grid.area(upper, column).right
        if not merged:
            end = (above[at + 1] if at + 1 < len(above) else right + 1) - 1
        under = [c for c in below if column <= c <= end]
        if under and end == column:
            return False
        if under:
            groups.append((column, end))
    return bool(groups) and not _is_title(grid, upper, above, below)


def _is_title(grid: Grid, row: int, above: list[int], below: list[int]) -> bool:
    """Tell whether a row above headings is a title: one cell over most of them, or at their left."""
    if len(above) > 1:
        return False
    area, text = grid.area(row, above[0]), grid.text(row, above[0])
    width = min(area.right, below[-1]) - below[0] + 1
    group = roles_in(text) and len(text) <= _LONGEST_GROUP and above[0] > below[0]
    return width >= _WIDE * (below[-1] - below[0] + 1) or not group


def _head(grid: Grid, top: int, bottom: int, left: int, right: int) -> Head:
    used: Flags = np.asarray(grid.filled[left - 1 : right, top - 1 : bottom].any(axis=1))
    for row in range(top, bottom + 1):
        for column in grid.columns_filled(row, left, right):
            used[column - left : min(grid.area(row, column).right, right) - left + 1] = True
    places = np.flatnonzero(used) + left
    first, last = int(places[0]), int(places[-1])
    headings = tuple(
        _heading(grid, top, bottom, number, first) for number in range(first, last + 1)
    )
    return Head(top, bottom, first, last, headings)


def _heading(grid: Grid, top: int, bottom: int, number: int, left: int) -> Heading:
    """Return the heading of a column: its lowest text, and those of the groups above."""
    parts: list[str] = []
    for row in range(top, bottom + 1):
        area = grid.area(row, number)
        text = one_line(grid.text(area.top, area.left))
        if not text and row < bottom and area.n_columns == 1 and grid.text(bottom, number):
            text = _spreading(grid, row, number, left)
        if text and text not in parts[-1:]:
            parts.append(text)
    if not parts:
        return Heading(number, "", "")
    return Heading(number, "·".join(parts[:-1]), parts[-1])


def _spreading(grid: Grid, row: int, number: int, left: int) -> str:
    """Return the group to the left of a cell in a row without merges, as a .csv has it."""
    before = grid.columns_filled(row, left, number)
    if any(grid.area(row, column).n_columns > 1 for column in before) or not before:
        return ""
    below = grid.text(row + 1, before[-1])
    return one_line(grid.text(row, before[-1])) if below else ""


def one_line(text: str) -> str:
    """Return a heading without line breaks and the spaces between its characters."""
    if text.isascii():
        return " ".join(text.split())
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", " ".join(text.split()))


def _is_alone(grid: Grid, before: Head, head: Head) -> bool:
    """Tell whether nothing but a line of labels stands under the earlier heading, and it is poorer."""
    between = grid.filled[:, before.bottom : head.top - 1].any()
    return not between and len(before.headings) < len(head.headings)


def halves(head: Head) -> list[Head]:
    """Return a head whose headings stand twice side by side, to save paper, as two."""
    middle, rest = divmod(len(head.headings), 2)
    keys = head.keys
    if rest or middle < 2 or keys[:middle] != keys[middle:]:
        return [head]
    return [
        Head(head.top, head.bottom, part[0].number, part[-1].number, part)
        for part in (head.headings[:middle], head.headings[middle:])
    ]

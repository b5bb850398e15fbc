"""Undo what the last buttons changed.

A macro empties Excel's own list of what can be undone, so each workbook has a list here. It lasts
as long as the spreadsheet is open. A step is put back by position, so it is refused once rows of a
sheet it wrote were inserted, deleted or sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xlwings as xw

from validators.errors import UpdateRefused
from workbooks.live.cells import Formula, read_grid
from workbooks.live.host import sheets_of, unlocked
from workbooks.live.reading import AT_ONCE, rows_of, used_area
from workbooks.live.snapshot import AddedSheet, Snapshot
from workbooks.live.suspended_ui import suspended_autocorrect, suspended_ui
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.columns import MAX_COLUMNS


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The rows of a sheet after a step had written to it.

    Attributes:
        sheet: The sheet's name.
        areas: The blocks that were written.
        extent: The sheet's cells.
        rows: A number for what each row holds, formulas left out; None for a blank one.
    """

    sheet: str
    areas: tuple[Rectangle, ...]
    extent: Rectangle
    rows: tuple[int | None, ...]

    @classmethod
    def of(cls, sheet: xw.Sheet, name: str, areas: Iterable[Rectangle]) -> RowOrder:
        """Look at a sheet as it is now."""
        used = used_area(sheet)
        extent = used._replace(n_columns=min(used.n_columns, MAX_COLUMNS))
        return cls(name, tuple(areas), extent, _rows(sheet, extent))

    def moved(self, sheet: xw.Sheet) -> bool:
        """Tell whether rows stand elsewhere now, so that the blocks would hit other rows.

        Rows sorted within a block as wide as the sheet do no harm: it is put back as a whole.
        """
        used = used_area(sheet)
        extent = rows_of(self.extent, self.extent.top, max(used.bottom, self.extent.bottom))
        now = _rows(sheet, extent)
        often = Counter(self.rows)
        place = {row: at for at, row in enumerate(self.rows) if row and often[row] == 1}
        return any(
            row in place
            and place[row] != at
            and now[place[row]] != row
            and not self._as_a_whole(place[row], at)
            for at, row in enumerate(now)
            if row is not None
        )

    def _as_a_whole(self, *indexes: int) -> bool:
        rows = [self.extent.top + index for index in indexes]
        return any(
            left <= self.extent.left
            and self.extent.right < left + width
            and all(top <= row < top + height for row in rows)
            for top, left, height, width in self.areas
        )


def _rows(sheet: xw.Sheet, extent: Rectangle) -> tuple[int | None, ...]:
    bottom = min(extent.bottom, extent.top + AT_ONCE // extent.n_columns - 1)
    cells = read_grid(sheet, rows_of(extent, extent.top, bottom))
    plain = (tuple(None if isinstance(cell, Formula) else cell for cell in row) for row in cells)
    return tuple(hash(row) if any(cell is not None for cell in row) else None for row in plain)


# --- steps ----------------------------------------------------------------------------------------

STEPS = 20
"""How many steps of a workbook are remembered."""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What one button changed.

    Attributes:
        label: What the button did.
        snapshots: What was there before each change, in their order.
        orders: How the rows of the written sheets stood afterwards.
    """

    label: str
    snapshots: tuple[Snapshot, ...]
    orders: tuple[RowOrder, ...] = ()


_STEPS: dict[Key, list[Step]] = {}


def remember(book: xw.Book, step: Step) -> None:
    """Put a step on a workbook's list; the oldest goes if there are too many."""
    steps = _steps(book)
    steps.append(step)
    del steps[:-STEPS]


def undo_last(book: xw.Book) -> str | None:
    """Put back what the last step changed; return its label, None where there is none.

    Where something goes wrong the step stays, to be tried once more.

    Raises:
        UpdateRefused: A sheet of the step is gone, has a password, or its rows were moved; nothing
            is changed then.
        ExcelBusy: Excel did not answer.
    """
    steps = _steps(book)
    _drop_undone(book, steps)
    if not steps:
        return None
    step = steps[-1]
    sheets = _sheets_of(book, step)
    with suspended_ui(book), suspended_autocorrect(book), unlocked([*sheets.values()]):
        for snapshot in reversed(step.snapshots):
            if snapshot.sheet in sheets:
                snapshot.restore(sheets[snapshot.sheet])
    steps.pop()
    return step.label


def changed_since(book: xw.Book) -> list[str]:
    """Return where the clerk changed something the last step had written: 结对建议!C5.

    Raises:
        UpdateRefused: The step cannot be undone, see `undo_last`.
        ExcelBusy: Excel did not answer.
    """
    steps = _steps(book)
    _drop_undone(book, steps)
    if not steps:
        return []
    _sheets_of(book, steps[-1])
    return _changed(book, steps[-1])


def _changed(book: xw.Book, step: Step) -> list[str]:
    sheets = sheets_of(book)
    places = (
        f"{snapshot.sheet}!{cell}"
        for snapshot in step.snapshots
        if snapshot.sheet in sheets
        for cell in snapshot.changed(sheets[snapshot.sheet])
    )
    return [*dict.fromkeys(places)]


def _drop_undone(book: xw.Book, steps: list[Step]) -> None:
    """Forget steps that left nothing: their workbook was closed unsaved and opened again."""
    while steps and _changed(book, steps[-1]) and _is_undone(book, steps[-1]):
        steps.pop()


def _is_undone(book: xw.Book, step: Step) -> bool:
    """Tell whether everything a step wrote is as it was before, in rows that did not move."""
    sheets = sheets_of(book)
    undone = all(snapshot.undone(sheets.get(snapshot.sheet)) for snapshot in step.snapshots)
    return undone and not _moved(sheets, step)


def _moved(sheets: Mapping[str, xw.Sheet], step: Step) -> str:
    """Return a sheet whose rows were moved after a step, "" without one."""
    there = (order for order in step.orders if order.sheet in sheets)
    return next((order.sheet for order in there if order.moved(sheets[order.sheet])), "")


def _sheets_of(book: xw.Book, step: Step) -> dict[str, xw.Sheet]:
    """Return the sheets of a step that are there.

    Raises:
        UpdateRefused: One is missing that the step did not add, or its rows were moved.
    """
    sheets = sheets_of(book)
    added = {part.sheet for part in step.snapshots if isinstance(part, AddedSheet)}
    wanted = {part.sheet for part in step.snapshots}
    for name in wanted - added - sheets.keys():
        raise UpdateRefused(
            f"工作表“{name}”已改名或删除，“{step.label}”不能撤销",
            "请恢复原表名，再点一次“撤销上一步”",
        )
    if name := _moved(sheets, step):
        raise UpdateRefused(
            f"点“{step.label}”以后，工作表“{name}”插入、删除过行或重新排过序，为避免写错行，未撤销",
            "请先将行恢复到原来的位置（如按 Ctrl+Z），再点一次“撤销上一步”",
        )
    return {name: sheet for name, sheet in sheets.items() if name in wanted}


def _steps(book: xw.Book) -> list[Step]:
    """Return the list of a workbook, also of one saved under another name since."""
    pid, name = book.app.pid, _path_of(book)
    if (pid, name) not in _STEPS:
        _STEPS[pid, name] = _renamed(book, pid) or []
    return _STEPS[pid, name]


def _path_of(book: xw.Book) -> str:
    """Return where a workbook lies; of one in the cloud xlwings may know the name only."""
    try:
        return book.fullname
    except xw.XlwingsError:
        return book.name


def _renamed(book: xw.Book, pid: int) -> list[Step] | None:
    """Return the list of a workbook that is no longer open under its name and is this one."""
    open_now = {_path_of(other) for other in book.app.books}
    for key in [key for key in _STEPS if key[0] == pid and key[1] not in open_now]:
        steps = _STEPS.pop(key)
        if steps and _fits(book, steps[-1]):
            return steps
    return None


def _fits(book: xw.Book, step: Step) -> bool:
    """Tell whether a workbook holds just what a step left in it."""
    sheets = sheets_of(book)
    return all(
        snapshot.sheet in sheets and not snapshot.changed(sheets[snapshot.sheet])
        for snapshot in step.snapshots
    )

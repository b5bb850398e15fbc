"""The clerk's own way back: what the last buttons changed, put back as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xlwings as xw

from validators.errors import UpdateRefused
from workbooks.live.cells import Formula, read_grid
from workbooks.live.host import sheets_of, unlocked
from workbooks.live.reading import AT_ONCE, Area, used_area
from workbooks.live.retry import retry
from workbooks.live.snapshot import AddedSheet, Kept
from workbooks.live.suspended_ui import quiet, unaided
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.columns import MAX_COLUMNS

# SECTION In which order the rows of a sheet stand: an undo by position must not write into other rows.


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The rows of a sheet after a step had written to it.

    Attributes:
        sheet: The sheet's name.
        areas: The blocks that were written.
        reach: The sheet's cells.
        rows: A number for what each row holds, formulas left out; None for a blank one.
    """

    sheet: str
    areas: tuple[Rectangle, ...]
    reach: Area
    rows: tuple[int | None, ...]

    @classmethod
    def of(cls, sheet: xw.Sheet, name: str, areas: Iterable[Rectangle]) -> RowOrder:
        """Look at a sheet as it is now."""
        used = used_area(sheet)
        right = min(used.right, used.left + MAX_COLUMNS - 1)
        reach = used._replace(right=right)
        return cls(name, tuple(areas), reach, _rows(sheet, reach))

    def moved(self, sheet: xw.Sheet) -> bool:
        """Tell whether rows stand elsewhere now, so that the blocks would hit other rows.

        Rows sorted within a block as wide as the sheet do no harm: it is put back as a whole.
        """
        used = used_area(sheet)
        reach = self.reach._replace(bottom=max(used.bottom, self.reach.bottom))
        now = _rows(sheet, reach)
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
        rows = [self.reach.top + index for index in indexes]
        return any(
            left <= self.reach.left
            and self.reach.right < left + width
            and all(top <= row < top + height for row in rows)
            for top, left, height, width in self.areas
        )


def _rows(sheet: xw.Sheet, reach: Area) -> tuple[int | None, ...]:
    bottom = min(reach.bottom, reach.top + AT_ONCE // reach.width - 1)
    cells = read_grid(reach.within(reach.top, bottom).on(sheet))
    held = (tuple(None if isinstance(one, Formula) else one for one in row) for row in cells)
    return tuple(hash(row) if any(one is not None for one in row) else None for row in held)


# SECTION The clerk's own way back: what the last buttons changed, put back as it was.
#:
#: A macro empties Excel's own list of what can be undone, so each workbook has a list here. It lasts
#: as long as the spreadsheet is open.

STEPS = 20
"""How many steps of a workbook are remembered."""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Step:
    """What one button changed.

    Attributes:
        label: What the button did.
        kept: What was kept before each change, in their order.
        orders: How the rows of the written sheets stood afterwards.
    """

    label: str
    kept: tuple[Kept, ...]
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
    with quiet(book), unaided(book), unlocked([*sheets.values()]):
        for kept in reversed(step.kept):
            if kept.sheet in sheets:
                kept.restore(sheets[kept.sheet])
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
    found: dict[str, None] = {}
    sheets = sheets_of(book)
    for kept in step.kept:
        if kept.sheet in sheets:
            cells = kept.changed(sheets[kept.sheet])
            found.update(dict.fromkeys(f"{kept.sheet}!{cell}" for cell in cells))
    return [*found]


def _drop_undone(book: xw.Book, steps: list[Step]) -> None:
    """Forget steps that left nothing: their workbook was closed unsaved and opened again."""
    while steps and _changed(book, steps[-1]) and _is_undone(book, steps[-1]):
        steps.pop()


def _is_undone(book: xw.Book, step: Step) -> bool:
    """Tell whether everything a step wrote is as it was before, in rows that did not move."""
    sheets = sheets_of(book)
    return all(kept.undone(sheets.get(kept.sheet)) for kept in step.kept) and not _moved(
        sheets, step
    )


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
    added = {kept.sheet for kept in step.kept if isinstance(kept, AddedSheet)}
    wanted = {kept.sheet for kept in step.kept}
    for name in wanted - added - sheets.keys():
        raise UpdateRefused(
            f"工作表“{name}”已改名或删除，“{step.label}”不能撤销",
            "请把表名改回来，再点一次“撤销上一步”",
        )
    if name := _moved(sheets, step):
        raise UpdateRefused(
            f"点“{step.label}”以后，工作表“{name}”插入、删除过行或重新排过序，撤销会写错行，没有撤销",
            "请先把行恢复到原来的位置（如按 Ctrl+Z），再点一次“撤销上一步”",
        )
    return {name: sheet for name, sheet in sheets.items() if name in wanted}


def _steps(book: xw.Book) -> list[Step]:
    """Return the list of a workbook, also of one saved under another name since."""
    pid, name = retry(lambda: book.app.pid), retry(lambda: _path_of(book))
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
    open_now = retry(lambda: {_path_of(one) for one in book.app.books})
    for key in [key for key in _STEPS if key[0] == pid and key[1] not in open_now]:
        steps = _STEPS.pop(key)
        if steps and _fits(book, steps[-1]):
            return steps
    return None


def _fits(book: xw.Book, step: Step) -> bool:
    """Tell whether a workbook holds just what a step left in it."""
    sheets = sheets_of(book)
    return all(kept.sheet in sheets and not kept.changed(sheets[kept.sheet]) for kept in step.kept)

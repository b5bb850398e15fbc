"""Change an open workbook all or nothing, and so that the clerk can take it back.

    with changing(book, "更新职责清单") as change:
        report = change.write(updates)

A snapshot is taken of whatever is touched. After an error everything is put back and the error goes
on; otherwise the snapshots become one step of 撤销上一步.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date

import xlwings as xw

from validators.errors import BangdaiError, UpdateRefused
from validators.findings import Finding
from workbooks.live.cells import MAX_FORMULA, Formula, Grid, is_dated, put_array
from workbooks.live.host import (
    forget_facts,
    host,
    is_filtered,
    is_hidden,
    name_of,
    protect,
    sheets_of,
    unprotect,
)
from workbooks.live.marks import put_marks
from workbooks.live.snapshot import ArraySnapshot, CellsSnapshot, HiddenTab, Snapshot, fill
from workbooks.live.suspended_ui import suspended_autocorrect, suspended_ui
from workbooks.live.undo import RowOrder, Step, remember
from workbooks.live.writing import apply, as_content, prepare
from workbooks.ooxml.addresses import Rectangle, block
from workbooks.updates import SheetUpdate, UpdateReport

_DAY = "yyyy-mm-dd"


class NotRestored(BangdaiError):
    """After an error not everything could be put back."""


class Change:
    """What a button does to a workbook.

    Args:
        book: The workbook.

    Attributes:
        remarks: What the clerk should be told besides, in plain sentences.
    """

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self._snapshots: list[Snapshot] = []
        self._opened: set[str] = set()
        self._protected: list[xw.Sheet] = []
        self.remarks: list[str] = []

    def write(self, updates: Sequence[SheetUpdate]) -> UpdateReport:
        """Write updates: the same cells as `update_workbook` writes into a file.

        Raises:
            UpdateRefused: As there, or a sheet is protected with a password; nothing is changed.
        """
        prepared = prepare(self._book, updates)
        changed = [update for update in prepared if update.blocks]
        self.unlock([update.sheet for update in changed])
        for update in changed:
            apply(update, self.keep)
        self.show(sorted({tab for update in changed for tab in update.tabs}))
        return UpdateReport(tuple(update.report for update in prepared))

    def show(self, tabs: Iterable[str]) -> None:
        """Show tabs that are hidden; a workbook whose structure is protected keeps them so."""
        sheets = sheets_of(self._book)
        for name in tabs:
            if name in sheets and is_hidden(sheets[name]):
                with suppress(Exception):  # what was written is written
                    sheets[name].visible = True
                    self.keep(HiddenTab(name))

    def put(
        self, sheet: xw.Sheet, row: int, column: int, values: Sequence[Sequence[object]]
    ) -> None:
        """Write a block of values; text stays text, a day gets a format that shows it.

        Raises:
            UpdateRefused: The sheet is protected with a password, or a text is too long.
        """
        self.unlock([sheet])
        area = Rectangle(row, column, len(values), len(values[0]))
        if array := ArraySnapshot.of(sheet, area):
            self.keep(array)
        before = self._keep_cells(sheet, area)
        pairs = [
            [_dated(value, code) for value, code in zip(*both, strict=True)]
            for both in zip(values, before.codes, strict=True)
        ]
        contents: Grid = [[as_content(*pair, before.sheet) for pair in line] for line in pairs]
        fill(sheet, before, contents, [[code for _, code in line] for line in pairs])

    def put_formulas(
        self,
        sheet: xw.Sheet,
        row: int,
        column: int,
        formulas: Sequence[Sequence[str]],
        array: bool = False,
    ) -> None:
        """Write a block of formulas with their equals signs.

        Args:
            sheet: The sheet.
            row: The first row.
            column: The first column.
            formulas: Rows of formulas.
            array: The first one is an array formula that fills the whole block; the others are
                not looked at. Otherwise each may spill where Excel can.

        Raises:
            UpdateRefused: The sheet is protected with a password, or a formula is too long.
        """
        if any(len(text) > MAX_FORMULA for line in formulas for text in line):
            raise UpdateRefused(
                f"工作表“{sheet.name}”的公式超过 {MAX_FORMULA} 个字符，未写入",
                "请缩小公式引用的范围",
            )
        self.unlock([sheet])
        before = self._keep_cells(sheet, Rectangle(row, column, len(formulas), len(formulas[0])))
        if array:
            put_array(block(sheet, before.area), formulas[0][0])
        else:
            contents: Grid = [[Formula(text) for text in line] for line in formulas]
            fill(sheet, before, contents, before.codes)

    def mark(self, findings: Sequence[Finding]) -> int:
        """Mark the cells of findings, at most 300 and the gravest first; earlier marks go.

        Returns:
            How many cells are marked; `remarks` say if more have findings.

        Raises:
            UpdateRefused: A sheet is protected with a password.
        """
        return put_marks(self, self._book, findings)

    def say(self, text: str) -> None:
        """Show in the status bar what is going on."""
        self._book.app.status_bar = text

    # --- what `changing` does --------------------------------------------------------------------

    def finish(self, label: str) -> Step:
        """Remember how everything is now, and return it as a step."""
        sheets = sheets_of(self._book)
        areas: dict[str, list[Rectangle]] = {}
        for snapshot in self._snapshots:
            snapshot.seal(sheets[snapshot.sheet])
            if isinstance(snapshot, CellsSnapshot):
                areas.setdefault(snapshot.sheet, []).append(snapshot.area)
        orders = [RowOrder.of(sheets[name], name, written) for name, written in areas.items()]
        protect([*self._protected])
        return Step(label, tuple(self._snapshots), tuple(orders))

    def take_back(self) -> None:
        """Put everything back as it was.

        Raises:
            NotRestored: Something could not be put back.
        """
        try:
            with ExitStack() as steps:  # the last one added is taken first; all are taken
                steps.callback(lambda: protect([*self._protected]))
                for snapshot in self._snapshots:
                    steps.callback(self._restore, snapshot)
                steps.callback(unprotect, self._protected)  # should `finish` have protected them
        except Exception as problem:
            raise NotRestored(
                "出错后未能完全恢复原状", "请不要保存，关闭工作簿后重新打开"
            ) from problem

    def _restore(self, snapshot: Snapshot) -> None:
        sheet = sheets_of(self._book).get(snapshot.sheet)
        if sheet is not None:
            snapshot.restore(sheet)

    # --- for what writes -------------------------------------------------------------------------

    def keep(self, snapshot: Snapshot) -> None:
        """Have something put back if the change fails or is undone."""
        forget_facts()
        self._snapshots.append(snapshot)

    def unlock(self, sheets: Sequence[xw.Sheet]) -> None:
        """Take protections away until the change is finished, and show what a filter hides.

        Raises:
            UpdateRefused: A sheet is protected with a password; all stay protected then.
        """
        names = {name_of(sheet): sheet for sheet in sheets}
        new = {name: sheet for name, sheet in names.items() if name not in self._opened}
        self._protected += unprotect(new.values())
        self._opened.update(new)
        for name, sheet in new.items():
            if is_filtered(sheet):
                host().show_all(sheet)
                self.remarks.append(f"工作表“{name}”原有筛选，已全部显示")

    def _keep_cells(self, sheet: xw.Sheet, area: Rectangle) -> CellsSnapshot:
        snapshot = CellsSnapshot.of(sheet, area)
        self.keep(snapshot)
        return snapshot


def _dated(value: object, code: str) -> tuple[object, str]:
    """Return a value with the number format it needs."""
    return value, _DAY if isinstance(value, date) and not is_dated(code) else code


@contextmanager
def changing(book: xw.Book, label: str) -> Iterator[Change]:
    """Let the body change a workbook all or nothing; `label` names the step for the clerk.

    Raises:
        NotRestored: After an error something could not be put back.
    """
    with suspended_ui(book), suspended_autocorrect(book):
        change = Change(book)
        try:
            yield change
            step = change.finish(label)
            if step.snapshots:
                remember(book, step)
        except BaseException:
            change.take_back()
            raise

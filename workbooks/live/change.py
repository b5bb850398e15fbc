"""Change an open workbook all or nothing, and so that the clerk can take it back.

    with changing(book, "更新职责清单") as change:
        report = change.write(updates)

Whatever is touched is kept first. An error puts everything back and goes on; otherwise what was
kept becomes one step of 撤销上一步.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date

import xlwings as xw

from validators.errors import BangdaiError, UpdateRefused
from workbooks.live.areas import Rectangle, block
from workbooks.live.busy import patiently
from workbooks.live.contents import Formula, Grid
from workbooks.live.exact import MAX_FORMULA, write_grid
from workbooks.live.formats import Codes, is_dated
from workbooks.live.host import host
from workbooks.live.keeping import (
    Kept,
    KeptCells,
    KeptHeights,
    KeptMerge,
    KeptTable,
    change_formats,
    find_sheet,
    unlocked,
)
from workbooks.live.paper import as_content
from workbooks.live.quiet import quiet
from workbooks.live.undo import Step, remember
from workbooks.live.writing import Prepared, prepare
from workbooks.updates import SheetUpdate, UpdateReport

__all__ = ["Change", "NotRestored", "changing"]

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
        self._kept: list[Kept] = []
        self._open = ExitStack()
        self._opened: set[str] = set()
        self.remarks: list[str] = []

    def write(self, updates: Sequence[SheetUpdate]) -> UpdateReport:
        """Write updates: the same cells as `update_workbook` writes into a file.

        Raises:
            UpdateRefused: As there, or a sheet is protected with a password; nothing is changed.
        """
        prepared = prepare(self._book, updates)
        self._unlock([one.sheet for one in prepared if one.blocks])
        for one in prepared:
            if one.blocks:
                self._apply(one)
        return UpdateReport(tuple(one.report for one in prepared))

    def put(
        self, sheet: xw.Sheet, row: int, column: int, values: Sequence[Sequence[object]]
    ) -> None:
        """Write a block of values; text stays text, a day gets a format that shows it.

        Raises:
            UpdateRefused: The sheet is protected with a password, or a text is too long.
        """
        self._unlock([sheet])
        kept = self._keep(sheet, (row, column, len(values), len(values[0])))
        pairs = [
            [_dated(value, code) for value, code in zip(*both, strict=True)]
            for both in zip(values, kept.codes, strict=True)
        ]
        contents: Grid = [[as_content(*pair, sheet.name) for pair in line] for line in pairs]
        self._fill(sheet, kept, contents, [[code for _, code in line] for line in pairs])

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
                f"工作表“{sheet.name}”的公式超过 {MAX_FORMULA} 个字符，没有写入",
                "请缩小公式引用的范围",
            )
        self._unlock([sheet])
        kept = self._keep(sheet, (row, column, len(formulas), len(formulas[0])))
        if not array:
            contents: Grid = [[Formula(text) for text in line] for line in formulas]
            self._fill(sheet, kept, contents, kept.codes)
            return
        cells = block(sheet, kept.area)

        def write() -> None:
            cells.formula_array = formulas[0][0]

        patiently(write)

    def say(self, text: str) -> None:
        """Show in the status bar what is going on."""
        app = self._book.app

        def show() -> None:
            app.status_bar = text

        patiently(show)

    # --- what `changing` does --------------------------------------------------------------------

    def finish(self) -> tuple[Kept, ...]:
        """Remember how everything is now, and return what was kept."""
        for kept in self._kept:
            sheet = find_sheet(self._book, kept.sheet)
            if sheet is not None:
                kept.seal(sheet)
        self._open.close()
        return tuple(self._kept)

    def take_back(self) -> None:
        """Put everything back as it was.

        Raises:
            NotRestored: Something could not be put back.
        """
        problems = [problem for kept in reversed(self._kept) if (problem := self._restored(kept))]
        try:
            self._open.close()
        except Exception as problem:
            problems.append(problem)
        if problems:
            raise NotRestored(
                "出错以后没能完全恢复原状", "请不要保存，关闭工作簿后重新打开"
            ) from problems[0]

    def _restored(self, kept: Kept) -> Exception | None:
        try:
            sheet = find_sheet(self._book, kept.sheet)
            if sheet is not None:
                kept.restore(sheet)
        except Exception as problem:
            return problem
        return None

    # --- steps -----------------------------------------------------------------------------------

    def _unlock(self, sheets: Sequence[xw.Sheet]) -> None:
        new = [sheet for sheet in sheets if sheet.name not in self._opened]
        self._open.enter_context(unlocked(new))
        self._opened.update(sheet.name for sheet in new)
        for sheet in new:
            if patiently(lambda one=sheet: host().is_filtered(one)):  # type: ignore[misc]
                patiently(lambda one=sheet: host().show_all(one))  # type: ignore[misc]
                self.remarks.append(f"工作表“{sheet.name}”原来筛选了部分行，已全部显示")

    def _apply(self, one: Prepared) -> None:
        for area in one.unmerged:
            self._kept.append(KeptMerge(one.sheet.name, area))
            cells = block(one.sheet, area)
            patiently(cells.unmerge)
        grows = one.table is not None and one.end > one.table.bottom
        if grows:
            self._resize(one)
        if one.fitted:
            heights = KeptHeights(one.sheet.name, one.fitted[0], one.fitted[-1])
            self._kept.append(heights)
        for part in one.blocks:
            kept = KeptCells(
                one.sheet.name,
                part.area,
                part.window.part(part.window.before, part.area),
                part.window.part(part.window.codes_before, part.area),
            )
            self._kept.append(kept)
            contents = part.window.part(part.window.after, part.area)
            self._fill(one.sheet, kept, contents, part.window.part(part.window.codes, part.area))
        if one.table is not None and not grows:
            self._resize(one)
        if one.fitted:
            heights.restore(one.sheet)

    def _resize(self, one: Prepared) -> None:
        if one.table is None:
            return
        table = one.table
        top, left, width = table.top, table.left, table.right - table.left + 1
        area = (top, left, table.bottom - top + 1, width)
        self._kept.append(KeptTable(one.sheet.name, table.name, area))
        KeptTable(one.sheet.name, table.name, (top, left, one.end - top + 1, width)).restore(
            one.sheet
        )

    def _keep(self, sheet: xw.Sheet, area: Rectangle) -> KeptCells:
        kept = KeptCells.of(sheet, area)
        self._kept.append(kept)
        return kept

    def _fill(self, sheet: xw.Sheet, kept: KeptCells, contents: Grid, codes: Codes) -> None:
        cells = block(sheet, kept.area)
        change_formats(cells, kept.codes, codes)
        write_grid(cells, contents, codes)


def _dated(value: object, code: str) -> tuple[object, str]:
    """Return a value with the number format it needs."""
    return value, _DAY if isinstance(value, date) and not is_dated(code) else code


@contextmanager
def changing(book: xw.Book, label: str) -> Iterator[Change]:
    """Let the body change a workbook all or nothing; `label` names the step for the clerk.

    Raises:
        NotRestored: After an error something could not be put back.
    """
    with quiet(book):
        change = Change(book)
        try:
            yield change
            kept = change.finish()
        except BaseException:
            change.take_back()
            raise
        if kept:
            remember(book, Step(label, kept))

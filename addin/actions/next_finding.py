"""Lead from one cell listed in 校验结果 to the next (下一个问题)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from validators.normalise import squeeze
from validators.sheets import FindingRow
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.book import RawBook, RawSheet
from workbooks.update_layout import SheetLayout, sheet_layout, stamp_place

_STAMPED = re.compile(r"数据截至：\d{4}")


class CellPlace(NamedTuple):
    """A cell: the tab's name, 1-based row and column."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """One line of 校验结果 that leads to a cell.

    Attributes:
        number: Which of them it is, from 1.
        of: How many there are.
        row: The line's row in 校验结果.
        place: Where it leads.
        cell: The same, as an address.
        text: What is wrong and what to do.
    """

    number: int
    of: int
    row: int
    place: CellPlace
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class ListedFindings:
    """The findings listed in 校验结果.

    Attributes:
        results: The tab of 校验结果.
        checked: Whether anything was ever written there.
        findings: The lines that lead to a cell one can see.
        unreachable: By tab, how many lines lead nowhere: the tab is gone or hidden.
    """

    results: str
    checked: bool
    findings: tuple[ListedFinding, ...]
    unreachable: dict[str, int]

    def after(self, here: CellPlace | None) -> ListedFinding | None:
        """Return the finding after a selected cell, the first one after the last; None without any.

        Pressing Enter or Tab after a correction moves the selection down or right: the cell that
        was left counts. Elsewhere the nearest finding below on the same sheet is next.
        """
        if not self.findings or here is None:
            return next(iter(self.findings), None)
        if here.sheet == self.results:
            return next((f for f in self.findings if f.row == here.row), self.findings[0])
        index = {finding.place: at for at, finding in enumerate(self.findings)}
        above = here._replace(row=here.row - 1)
        left = here._replace(column=here.column - 1)
        for place in (here, above, left):
            if place in index:
                return self.findings[(index[place] + 1) % len(self.findings)]
        below = [f for f in self.findings if f.place.sheet == here.sheet and f.place > here]
        return min(below, key=lambda finding: finding.place, default=self.findings[0])


def is_results(name: str) -> bool:
    """Tell whether a tab is 校验结果."""
    return squeeze(name) == FindingRow.sheet.name


def listed_findings(book: RawBook) -> ListedFindings:
    """Return the findings listed in 校验结果.

    Args:
        book: The workbook, 校验结果 read, of the others at least the names.

    Raises:
        UpdateRefused: Its headings cannot be found.
    """
    raw = next(sheet for sheet in book.sheets if is_results(sheet.name))
    layout = sheet_layout(raw, FindingRow)
    lines = [(row, place) for row in layout.used if (place := _place(layout, row))]
    visible = {sheet.name for sheet in book.sheets if not sheet.hidden}
    reachable = [(row, place) for row, place in lines if place.sheet in visible]
    findings = tuple(
        ListedFinding(
            number, len(reachable), row, place, str(layout.value(row, "cell")), _text(layout, row)
        )
        for number, (row, place) in enumerate(reachable, 1)
    )
    unreachable = Counter(place.sheet for _, place in lines if place.sheet not in visible)
    return ListedFindings(raw.name, _is_stamped(raw, layout), findings, dict(unreachable))


def _place(layout: SheetLayout, row: int) -> CellPlace | None:
    cell = Rectangle.parse(str(layout.value(row, "cell") or ""))
    return cell and CellPlace(str(layout.value(row, "sheet_name") or ""), cell.top, cell.left)


def _text(layout: SheetLayout, row: int) -> str:
    level, sheet, cell, heading, message, suggestion = (
        str(layout.value(row, field) or "")
        for field in ("level", "sheet_name", "cell", "heading", "message", "suggestion")
    )
    where = f"{sheet}!{cell}（{heading}）" if heading else f"{sheet}!{cell}"
    advice = f"　→ {suggestion}" if suggestion else ""
    return f"[{level}] {where} {message}{advice}"


def _is_stamped(raw: RawSheet, layout: SheetLayout) -> bool:
    place = stamp_place(layout)
    if place is None:
        return bool(layout.used)
    row, at = place
    text = raw.columns[at - 1].cell(row - 1) if at <= len(raw.columns) else None
    return bool(layout.used) or bool(_STAMPED.search(str(text or "")))

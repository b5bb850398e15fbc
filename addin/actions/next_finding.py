"""下一个问题: from one cell of 校验结果 to the next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from validators.normalise import squeeze
from validators.sheets import FindingRow
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.book import RawBook, RawSheet
from workbooks.update_layout import SheetLayout, sheet_layout, stamp_place

_STAMPED = re.compile(r"数据截至：\d{4}")


class Spot(NamedTuple):
    """A cell: the tab's name, 1-based row and column."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of 校验结果 that leads to a cell.

    Attributes:
        number: Which of them it is, from 1.
        of: How many there are.
        listed: The line's row in 校验结果.
        spot: Where it leads.
        cell: The same, as an address.
        line: What is wrong and what to do.
    """

    number: int
    of: int
    listed: int
    spot: Spot
    cell: str
    line: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What 校验结果 leads to.

    Attributes:
        results: The tab of 校验结果.
        checked: Whether anything was ever written there.
        stops: The lines that lead to a cell one can see.
        lost: By tab, how many lines lead nowhere: the tab is gone or hidden.
    """

    results: str
    checked: bool
    stops: tuple[Stop, ...]
    lost: dict[str, int]

    def after(self, here: Spot | None) -> Stop | None:
        """Return the stop after a selected cell, the first one after the last; None without any.

        Pressing Enter or Tab after a correction moves the selection down or right: the cell that
        was left counts. Elsewhere the nearest stop below on the same sheet is next.
        """
        if not self.stops or here is None:
            return next(iter(self.stops), None)
        if here.sheet == self.results:
            at_line = (stop for stop in self.stops if stop.listed == here.row)
            return next(at_line, self.stops[0])
        by_spot = {stop.spot: at for at, stop in enumerate(self.stops)}
        above = here._replace(row=here.row - 1)
        left = here._replace(column=here.column - 1)
        for spot in (here, above, left):
            if spot in by_spot:
                return self.stops[(by_spot[spot] + 1) % len(self.stops)]
        below = [stop for stop in self.stops if stop.spot.sheet == here.sheet and stop.spot > here]
        return min(below, key=lambda stop: stop.spot, default=self.stops[0])


def is_results(name: str) -> bool:
    """Tell whether a tab is 校验结果."""
    return squeeze(name) == FindingRow.sheet.name


def walk_of(book: RawBook) -> Walk:
    """Return what 校验结果 leads to.

    Args:
        book: The workbook, 校验结果 read, of the others at least the names.

    Raises:
        UpdateRefused: Its headings cannot be found.
    """
    raw = next(sheet for sheet in book.sheets if is_results(sheet.name))
    layout = sheet_layout(raw, FindingRow)
    lines = [(row, spot) for row in layout.used if (spot := _spot(layout, row))]
    seen = {sheet.name for sheet in book.sheets if not sheet.hidden}
    led = [(row, spot) for row, spot in lines if spot.sheet in seen]
    stops = tuple(_stops(layout, led))
    lost = Counter(spot.sheet for _, spot in lines if spot.sheet not in seen)
    return Walk(raw.name, _is_stamped(raw, layout), stops, dict(lost))


def _stops(layout: SheetLayout, led: Sequence[tuple[int, Spot]]) -> Iterator[Stop]:
    for number, (row, spot) in enumerate(led, 1):
        cell = str(layout.value(row, "cell"))
        yield Stop(number, len(led), row, spot, cell, _line(layout, row))


def _spot(layout: SheetLayout, row: int) -> Spot | None:
    cell = Rectangle.parse(str(layout.value(row, "cell") or ""))
    return cell and Spot(str(layout.value(row, "sheet_name") or ""), cell.top, cell.left)


def _line(layout: SheetLayout, row: int) -> str:
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

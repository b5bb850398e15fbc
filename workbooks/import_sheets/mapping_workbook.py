"""Write 导入对照, one line a column of the imported files, and read it back as the clerk left it.

The workbook is also the memory of layouts: it lies beside the ledger, and what it says of a layout
holds for the next file with the same headings. Its hidden columns say which layout a line belongs
to and what was proposed; all else a clerk may read and change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.cells import Shown, letters
from validators.findings import as_typed
from validators.normalise import squeeze
from validators.sheets import SheetKind
from workbooks.pages import set_page
from workbooks.plain import plain_workbook
from workbooks.raw.book import read_book
from workbooks.template.styles import BOX, HIGHLIGHT_COLOURS, PALE, TAB_COLOURS, Styles
from workbooks.text_fit import heading_height, lines_in_column

FILE_KIND = SHEET = "导入对照"
NOT_IMPORTED = "不导入"
DONE, ASK, AGREED = "已导入", "请确认", "已确认"
"""状态 of a line: certain; to be looked at; looked at by the clerk."""

_OPTIONS, _NAME = "_选项", "导入对照_目标"
_HEADINGS = (
    ("文件", 15), ("工作表", 9), ("源列", 14), ("内容举例", 27), ("目标", 20), ("把握", 6),
    ("拆分/换算", 12), ("状态", 8), ("说明", 18), ("布局", 14), ("建议目标", 20), ("序", 5),
    ("建议拆分", 12),
)  # fmt: skip
_SHOWN = 9
"""Columns that are printed; the others are hidden."""
_TITLE, _HELP, _HEAD, _FIRST = 0, 1, 2, 3
_LINE = 16.5
_AIR = 0.7
_USE = (
    "请查看“状态”为“请确认”的行：目标正确的，将状态改为“已确认”；不正确的，在“目标”中另选一项（不需要的选“不导入”）。"
    "其他行已按所列目标导入，有误的也可以更正。更正后保存，再导入一次相同文件；"
    "以后导入标题相同的文件，均按此处理，不再询问。"
)


@dataclass(frozen=True, slots=True)
class MappingLine:
    """Where one column of one layout goes.

    Attributes:
        file: The file it was last met in.
        sheet: The tab.
        column: The column's name, 导师·姓名 for one below a merged heading.
        samples: A few of its values, phones masked.
        target: 工作表·列, or 不导入.
        confidence: From 0 to 1.
        split: How its cells are split or converted, "" for not at all.
        status: `DONE`, `ASK` or `AGREED`.
        why: A phrase on why, and what else it may be.
        layout: The mark of the layout.
        proposed: The target that was proposed.
        occurrence: 0 for the first column of its name in the layout.
        proposed_split: What was proposed for `split`.
    """

    file: str
    sheet: str
    column: str
    samples: str
    target: str
    confidence: float
    split: str = ""
    status: str = DONE
    why: str = ""
    layout: str = ""
    proposed: str = ""
    occurrence: int = 0
    proposed_split: str = ""

    @property
    def said(self) -> bool:
        """Whether the clerk said it: agreed to, or changed."""
        proposed = self.proposed, self.proposed_split
        return self.status == AGREED or (self.target, self.split) != proposed

    @property
    def settled(self) -> bool:
        """Whether it holds without being asked again."""
        return self.said or self.status != ASK


def write_mapping(
    target: Path | BinaryIO,
    lines: Sequence[MappingLine],
    targets: Sequence[str],
    splits: Sequence[str],
    as_of: date,
) -> None:
    """Write the workbook; equal lines give equal bytes.

    Args:
        target: A path or an open binary file.
        lines: Layout by layout.
        targets: What the dropdown of 目标 offers.
        splits: What that of 拆分/换算 offers.
        as_of: The day in its properties.
    """
    workbook = plain_workbook(
        target, FILE_KIND, title="原有台账导入对照", created=datetime.combine(as_of, time())
    )
    styles = Styles(workbook)
    sheet = workbook.add_worksheet(SHEET)
    _write_head(sheet, styles, sum(line.status == ASK for line in lines))
    for at, line in enumerate(lines, _FIRST):
        _write_line(sheet, at, line, styles)
    _write_lists(workbook, targets)
    last = max(_FIRST + len(lines) - 1, _FIRST)
    _offer(sheet, last, splits)
    _finish(sheet, styles, last)
    workbook.close()


def _write_head(sheet: Worksheet, styles: Styles, asked: int) -> None:
    sheet.set_row(_TITLE, 34)
    sheet.merge_range(_TITLE, 0, _TITLE, _SHOWN - 1, "原有台账导入对照", styles.title())
    told = f"有 {asked} 列请确认。" if asked else "全部列均已导入。"
    words = f"{told}{_USE}"
    width = sum(width for _, width in _HEADINGS[:_SHOWN])
    style = styles.fangsong(11, text_wrap=True, align="left")
    sheet.merge_range(_HELP, 0, _HELP, _SHOWN - 1, words, style)
    sheet.set_row(_HELP, _LINE * lines_in_column(words, width) + 6)
    sheet.set_row(_HEAD, heading_height(_HEADINGS))
    typed = {"目标", "拆分/换算", "状态"}
    for at, (name, characters) in enumerate(_HEADINGS):
        fill = PALE[SheetKind.INPUT] if name in typed else "#EDEDED"
        style = styles.heiti(11, align="center", text_wrap=True, bg_color=fill, **BOX)
        sheet.set_column(at, at, characters + _AIR, None, {"hidden": at >= _SHOWN})
        sheet.write_string(_HEAD, at, name, style)


def _write_line(sheet: Worksheet, at: int, line: MappingLine, styles: Styles) -> None:
    values = (
        line.file, line.sheet, line.column, line.samples, line.target, line.confidence, line.split,
        line.status, line.why, line.layout, line.proposed, line.occurrence,
        line.proposed_split,
    )  # fmt: skip
    left = styles.fangsong(11, text_wrap=True, align="left", num_format="@", **BOX)
    middle = styles.fangsong(11, text_wrap=True, align="center", num_format="@", **BOX)
    share = styles.fangsong(11, align="center", num_format="0%", **BOX)
    for column, value in enumerate(values):
        if isinstance(value, float):
            sheet.write_number(at, column, value, share)
        elif isinstance(value, int):
            sheet.write_number(at, column, value)
        else:
            sheet.write_string(at, column, value, middle if column == 7 else left)
    heights = (
        lines_in_column(str(value), width)
        for value, (_, width) in zip(values[:_SHOWN], _HEADINGS, strict=False)
    )
    sheet.set_row(at, max(21.0, _LINE * max(heights) + 4))


def _write_lists(workbook: Workbook, targets: Sequence[str]) -> None:
    lists = workbook.add_worksheet(_OPTIONS)
    lists.hide()
    for row, word in enumerate(targets):
        lists.write_string(row, 0, word)
    workbook.define_name(_NAME, f"={_OPTIONS}!$A$1:$A${len(targets)}")


def _offer(sheet: Worksheet, last: int, splits: Sequence[str]) -> None:
    """Put dropdowns into the columns a clerk changes."""
    sources: dict[int, object] = {4: f"={_NAME}", 6: [*splits], 7: [DONE, ASK, AGREED]}
    titles = {4: ("目标", "该列写入的表和列，不需要的选“不导入”"),
              6: ("拆分/换算", "一个单元格有几项内容的拆分方法，单位不同的换算方法；没有的留空"),
              7: ("状态", "核对无误的改为“已确认”")}  # fmt: skip
    for column, source in sources.items():
        title, message = titles[column]
        sheet.data_validation(_FIRST, column, last, column, {
            "validate": "list", "source": source, "input_title": title, "input_message": message,
            "error_title": title, "error_message": "请从下拉列表中选",
        })  # fmt: skip


def _finish(sheet: Worksheet, styles: Styles, last: int) -> None:
    shown = (_FIRST, 0, last, _SHOWN - 1)
    for status, colour in ((ASK, HIGHLIGHT_COLOURS["recommended"]), (AGREED, "#E2EFDA")):
        criteria = f'=${letters(8)}{_FIRST + 1}="{status}"'
        rule = {"type": "formula", "criteria": criteria, "format": styles.make(bg_color=colour)}
        sheet.conditional_format(*shown, rule)
    sheet.freeze_panes(_FIRST, 3)
    sheet.autofilter(_HEAD, 0, last, _SHOWN - 1)
    sheet.repeat_rows(_TITLE, _HEAD)
    widths = (characters + _AIR for _, characters in _HEADINGS[:_SHOWN])
    set_page(sheet, TAB_COLOURS[SheetKind.INPUT], widths)
    sheet.print_area(0, 0, last, _SHOWN - 1)


# --- reading back ---


def read_mapping(path: Path) -> list[MappingLine]:
    """Read the lines of a workbook, [] of a workbook that is none.

    Raises:
        UnreadableWorkbook: The file cannot be read.
    """
    book = read_book(path, lambda tab: squeeze(tab) == SHEET)
    sheet = next((sheet for sheet in book.sheets if squeeze(sheet.name) == SHEET), None)
    if sheet is None:
        return []
    rows = ([column.cell(row) for column in sheet.columns] for row in range(sheet.n_rows))
    return [*lines_of_rows(rows)]


def lines_of_rows(rows: Iterable[Sequence[object]]) -> Iterator[MappingLine]:
    """Yield the lines in the values of a sheet, from a file or an open workbook."""
    at: dict[str, int] = {}
    for row in rows:
        words = [squeeze(as_typed(value)) for value in row]
        if not at:
            if {"源列", "目标", "状态"} <= {*words}:
                at = {name: words.index(name) for name, _ in _HEADINGS if name in words}
            continue
        cells = {name: row[column] for name, column in at.items() if column < len(row)}
        if squeeze(as_typed(cells.get("目标"))) and cells.get("源列") is not None:
            yield _line(cells)


def _line(cells: dict[str, object]) -> MappingLine:
    def text(name: str) -> str:
        return as_typed(cells.get(name)).strip()

    def number(name: str) -> float:
        value = cells.get(name)
        value = value.number if isinstance(value, Shown) else value
        return float(value) if isinstance(value, int | float) else 0.0

    return MappingLine(
        text("文件"), text("工作表"), text("源列"), text("内容举例"), text("目标"), number("把握"),
        text("拆分/换算"), text("状态") or ASK, text("说明"), text("布局"),
        text("建议目标") or text("目标"), int(number("序")),
        text("建议拆分" if "建议拆分" in cells else "拆分/换算"),
    )  # fmt: skip

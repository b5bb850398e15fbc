"""Write 目录, the first sheet, and 使用说明, the last: what each sheet holds and how to print it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import PRINTED_ROWS, Contents, SheetGroup
from workbooks.consolidated.tables import link_back
from workbooks.pages import full_date, set_page
from workbooks.template.styles import BOX, Styles
from workbooks.text_fit import digits, lines_in_column

GUIDE = "使用说明"

_COLUMNS = (("工作表", 16.0), ("内容", 50.0), ("行数", 10.0), ("打印", 10.0))
_RIGHT = len(_COLUMNS) - 1
_ROW = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet as 目录 lists it.

    Attributes:
        name: The sheet.
        group: Its group.
        about: What it holds.
        n_rows: Its rows, None where rows say nothing.
        printed: Whether it is printed whole; of the others the heading is.
    """

    name: str
    group: SheetGroup
    about: str
    n_rows: int | None = None
    printed: bool = True

    @property
    def empty(self) -> bool:
        """Return whether it is a data sheet without a row: it is hidden."""
        return self.group is SheetGroup.DATA and not self.n_rows


def write_index(
    sheet: Worksheet, contents: Contents, entries: Iterable[Entry], styles: Styles
) -> None:
    """Write the title, the day the data reach to, and a linked line for each sheet by group."""
    overview, stamp = contents.overview, contents.stamp
    title = f"{overview.scope}基层干部“导师帮带制”工作汇总"
    _open(sheet, title)
    lines = (
        (f"数据截至：{full_date(stamp.as_of)}", styles.heiti(18, align="center"), 34),
        (overview.reach, styles.fangsong(12, align="center"), 22),
        (
            f"生成时间：{stamp.generated:%Y-%m-%d %H:%M}　点工作表名称可直接打开",
            styles.fangsong(11, align="center"),
            22,
        ),
    )
    sheet.merge_range(0, 0, 0, _RIGHT, title, styles.title())
    for row, (text, style, height) in enumerate(lines, 1):
        sheet.merge_range(row, 0, row, _RIGHT, text, style)
        sheet.set_row(row, height)
    row = len(lines) + 1
    for column, (name, _) in enumerate(_COLUMNS):
        sheet.write_string(row, column, name, styles.heiti(11, align="center", **BOX))
    sheet.set_row(row, _ROW)
    for group, listed in groupby(entries, lambda entry: entry.group):
        row += 1
        band = styles.heiti(12, font_color="#FFFFFF", bg_color=group.colour, **BOX)
        sheet.merge_range(row, 0, row, _RIGHT, group.label, band)
        sheet.set_row(row, _ROW)
        for entry in listed:
            row += 1
            _write_entry(sheet, row, entry, styles)
    sheet.print_area(0, 0, row, _RIGHT)
    sheet.fit_to_pages(1, 1)


def _open(sheet: Worksheet, title: str) -> None:
    sheet.hide_gridlines(2)
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, digits(width))
    set_page(sheet, SheetGroup.GUIDE.colour, [w for _, w in _COLUMNS], portrait=True)
    sheet.set_row(0, 44 if lines_in_column(title, sum(w for _, w in _COLUMNS), 18) == 1 else 64)


def _write_entry(sheet: Worksheet, row: int, entry: Entry, styles: Styles) -> None:
    plain = styles.fangsong(11, text_wrap=True, **BOX)
    centred = styles.fangsong(11, align="center", **BOX)
    if entry.empty:
        sheet.write_string(row, 0, entry.name, plain)
    else:
        link = styles.fangsong(11, font_color="#0563C1", underline=1, **BOX)
        sheet.write_url(row, 0, f"internal:'{entry.name}'!A1", link, entry.name)
    sheet.write_string(row, 1, entry.about, plain)
    if entry.n_rows is None:
        sheet.write_string(row, 2, "—", centred)
    else:
        sheet.write_number(row, 2, entry.n_rows, styles.fangsong(
            11, align="center", num_format="#,##0", **BOX))  # fmt: skip
    printed = "不打印" if entry.empty else "全部" if entry.printed else "只打表头"
    sheet.write_string(row, 3, printed, centred)
    sheet.set_row(row, _ROW * lines_in_column(entry.about, _COLUMNS[1][1]))


# --- 使用说明 -------------------------------------------------------------------------------------


def write_guide(sheet: Worksheet, entries: Sequence[Entry], styles: Styles) -> None:
    """Write how to print, how the figures are made, and what to do with the lists."""
    _open(sheet, GUIDE)
    sheet.merge_range(0, 0, 0, _RIGHT, f"汇总表{GUIDE}", styles.title())
    link_back(sheet, _RIGHT + 1, styles)
    row = 1
    width = sum(width for _, width in _COLUMNS)
    for heading, paragraphs in _sections(entries):
        sheet.merge_range(row, 0, row, _RIGHT, heading, styles.heiti(13))
        sheet.set_row(row, 28)
        for text in paragraphs:
            row += 1
            style = styles.fangsong(12, text_wrap=True, valign="top", align="left")
            sheet.merge_range(row, 0, row, _RIGHT, f"　　{text}", style)
            sheet.set_row(row, 18.0 * lines_in_column(f"　　{text}", width, 12) + 4)
        row += 1
    sheet.print_area(0, 0, row - 1, _RIGHT)


def _sections(entries: Sequence[Entry]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    follow_up = "、".join(e.name for e in entries if e.group is SheetGroup.FOLLOW_UP)
    return (
        ("一、打印", (
            "打印报告：在“打印”中选“打印整个工作簿”。报告各表全部打印；"
            "数据各表每张只打印一页表头，排在报告之后，可在“页数”中只填报告的页码。",
            f"督办各表（{follow_up}）不超过 {PRINTED_ROWS} 行的随报告打印，超过的只打印表头。",
            "打印数据表：选中需打印的各列和各行，在“打印”中选“打印选定区域”"
            "（WPS 和 Excel 相同；LibreOffice 为“选定的单元格”），表头会在每页重复。",
            "页脚写有“请用 A3 纸打印”的，请用 A3 纸，其余均用 A4 纸。",
        )),
        ("二、口径", (
            "各表数据按合并后的台账计算，只计通过校验的行；有误的行按原样保留在数据各表，不计入汇总。",
            "应结对=待结对+帮带中；结对率=其中有帮带中结对的÷应结对；"
            "人均帮带=帮带中结对÷正在帮带的导师；集体活动按每对结对各计一次联系。",
            "与上期对比：汇总时用 --previous 指明上期汇总表。",
        )),
        ("三、使用", (
            "请先看“总览”和“情况通报”，再按“催报单”督促报送；"
            "“问题清单”点位置可直接打开原台账的单元格。",
            "个人电话和身份证号已隐去部分数字；办公电话供催报联系，全部显示。",
            "本工作簿由汇总生成，请勿在其中修改数据；需改动的请在各乡镇台账中更正后重新汇总。",
        )),
    )  # fmt: skip

"""总览: key figures as cards, four native charts, and a paragraph ready to paste."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.charts import WIDTH, place_charts, write_series
from workbooks.consolidated.content import Card, Contents, Overview
from workbooks.consolidated.pages import GREEN, lines_of
from workbooks.template.layout import stamp_text
from workbooks.template.styles import Styles
from workbooks.template.table_sheet import set_page

__all__ = ["OVERVIEW", "write_overview"]

OVERVIEW = "总览"

_PER_ROW = 8
_SPAN = WIDTH // _PER_ROW
_CARDS_AT = 2  # 0-based rows from here on
_CARD_ROWS = 4
_CHART_ROWS = 13
_LINE_OF_TEXT = 124  # characters of 12 points across the page


def write_overview(
    workbook: Workbook, sheet: Worksheet, contents: Contents, styles: Styles
) -> None:
    """Write the first sheet: two printed pages, figures and charts, then words and tables."""
    overview = contents.overview
    sheet.hide_gridlines(2)
    sheet.set_column(0, WIDTH - 1, 7.6)
    sheet.set_row(0, 38)
    sheet.merge_range(0, 0, 0, WIDTH - 1, overview.title, styles.title())
    stamp = stamp_text(contents.stamp.as_of, contents.stamp.generated)
    sheet.merge_range(1, 0, 1, WIDTH - 1, stamp, styles.line(align="center", font_size=10))
    _write_cards(sheet, overview.cards, styles)
    charts_at = _CARDS_AT + _CARD_ROWS * -(-len(overview.cards) // _PER_ROW)
    words_at = charts_at + 2 * _CHART_ROWS
    series_at = _write_bulletin(sheet, overview, words_at, styles)
    last = write_series(sheet, overview, series_at, styles)
    place_charts(workbook, sheet, OVERVIEW, overview, (charts_at, series_at))
    sheet.set_h_pagebreaks([words_at])
    sheet.print_area(0, 0, last, WIDTH - 1)
    set_page(sheet, GREEN)


def _write_cards(sheet: Worksheet, cards: Sequence[Card], styles: Styles) -> None:
    box = {"align": "center", "bg_color": "#F3F8EE"}
    edge = {"left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF"}
    looks = (
        styles.make(font_name="黑体", font_size=10, font_color="#595959", **box, **edge),
        styles.make(font_name="黑体", font_size=17, font_color="#375623", **box, **edge),
        styles.make(font_name="仿宋", font_size=9, font_color="#7F7F7F", **box, **edge),
    )
    for number, card in enumerate(cards):
        row = _CARDS_AT + number // _PER_ROW * _CARD_ROWS
        column = number % _PER_ROW * _SPAN
        for line, text in enumerate((card.label, card.value, card.change)):
            sheet.merge_range(row + line, column, row + line, column + _SPAN - 1, text, looks[line])
    for row in range(_CARDS_AT, _CARDS_AT + _CARD_ROWS * -(-len(cards) // _PER_ROW)):
        sheet.set_row(row, (18, 27, 15, 5)[(row - _CARDS_AT) % _CARD_ROWS])


def _write_bulletin(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> int:
    """Write the paragraphs, one merged cell each, and return the row after them."""
    head = styles.make(font_name="黑体", font_size=14, bottom=2, bottom_color=GREEN)
    sheet.set_row(row, 26)
    sheet.merge_range(row, 0, row, WIDTH - 1, "情况通报（可直接复制使用）", head)
    look = styles.make(font_name="仿宋", font_size=12, text_wrap=True, valign="top", align="left")
    for paragraph in overview.bulletin:
        row += 1
        sheet.merge_range(row, 0, row, WIDTH - 1, f"　　{paragraph}", look)
        sheet.set_row(row, 19.0 * lines_of(f"　　{paragraph}", _LINE_OF_TEXT) + 6)
    sheet.set_row(row + 1, 12)
    return row + 2

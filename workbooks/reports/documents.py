"""Write the pages of a report: the page for leaders, 情况通报 in official form, and 公示."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import Card, Grid
from workbooks.pages import PAGE_NUMBERS, PageFormat, PageWriter, full_date, printable
from workbooks.reports.charts import MANY, comparison_chart
from workbooks.reports.content import AREAS, MONTHS, Document, PublicNotice, ReportContents
from workbooks.template.layout import stamp_text
from workbooks.template.styles import Styles

_LEADER_PAGE = PageFormat(landscape=False, side=36, top=36, bottom=36)
_LEADER_WIDTH, _LEADER_COLUMNS = 520.0, 8
_CHART_POINTS = 156.0
_CHART_PAGE = PageFormat(landscape=True, side=36, top=36, bottom=40)
_CHART_PAGE_WIDTH, _CHART_PAGE_HEIGHT = 768.0, 222.0

_DOCUMENT_PAGE = PageFormat(landscape=False, side=79, top=90, bottom=80)
_DOCUMENT_WIDTH = 436.0
_BODY, _AIR = 16.0, 8.0
"""Points of the text of an official document, 三号, and between its paragraphs."""
_SIGNED = 6 * _BODY
"""Points that 落款 takes."""


def write_leader_page(
    workbook: Workbook, sheet: Worksheet, contents: ReportContents, styles: Styles
) -> None:
    """Write one A4 page: figures, two charts, then what matters, cut to the page."""
    widths = [_LEADER_WIDTH / _LEADER_COLUMNS] * _LEADER_COLUMNS
    pages, whole = PageWriter(sheet, widths, _LEADER_PAGE), (0, _LEADER_COLUMNS - 1)
    pages.add_row(max(36, pages.height(contents.title, whole, 18, 10)))
    pages.put(whole, contents.title, styles.title(text_wrap=True))
    pages.add_row(20)
    stamp = stamp_text(contents.stamp.as_of, contents.stamp.generated)
    pages.put(whole, stamp, styles.line(align="center"))
    _write_cards(pages, contents.cards, styles)
    pages.add_row(6)
    pages.add_row(_CHART_POINTS)
    _place_charts(workbook, sheet, pages.row, contents)
    pages.add_row(6)
    _write_sections(pages, contents.sections, styles)
    pages.finish()


def _write_cards(pages: PageWriter, cards: Sequence[Card], styles: Styles) -> None:
    """Write four cards a row: label, figure, change."""
    box = {"align": "center", "bg_color": "#F3F8EE"}
    edge = {"left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF"}
    looks = (
        (18.0, styles.heiti(10, font_color="#595959", **box, **edge)),
        (26.0, styles.heiti(17, font_color="#375623", **box, **edge)),
        (16.0, styles.fangsong(9, font_color="#595959", **box, **edge)),
    )
    for start in range(0, len(cards), 4):
        row = cards[start : start + 4]
        for line, (height, style) in enumerate(looks):
            pages.add_row(height)
            for at, card in enumerate(row):
                text = (card.label, card.value, card.change)[line]
                pages.put((2 * at, 2 * at + 1), text, style)
        pages.add_row(5)


def _place_charts(workbook: Workbook, sheet: Worksheet, row: int, contents: ReportContents) -> None:
    many = len(_grid(contents, AREAS).rows) > MANY
    drawn = _CHARTS[:1] if many else (_CHARTS[0], _CHARTS[-1])
    for at, (name, heading, title) in enumerate(drawn):
        chart = comparison_chart(
            workbook, _grid(contents, name), heading, title, percent=name == AREAS, small=True
        )
        width = _LEADER_WIDTH / len(drawn)
        chart.set_size({"width": width * 4 / 3 - 6, "height": _CHART_POINTS * 4 / 3 - 6})
        sheet.insert_chart(row, at * _LEADER_COLUMNS // 2, chart, _OFFSET)


_OFFSET = {"x_offset": 3, "y_offset": 3, "object_position": 2}
_CHARTS = (
    (AREAS, "按月联系率", "按月联系率"),
    (AREAS, "职责完成率", "职责完成率"),
    (AREAS, "结对率", "结对率"),
    (MONTHS, "本期", "按月联系次数"),
)
"""The sheet, the heading of this period's figures and the title of each chart."""


def _grid(contents: ReportContents, name: str) -> Grid:
    return next(grid for grid in contents.grids if grid.name == name)


def write_charts(
    workbook: Workbook, sheet: Worksheet, contents: ReportContents, styles: Styles
) -> None:
    """Write the charts across landscape pages, two on each."""
    pages = PageWriter(sheet, [_CHART_PAGE_WIDTH], _CHART_PAGE)
    sheet.set_footer(PAGE_NUMBERS)
    pages.add_row(34)
    pages.put(0, f"{contents.title}：图表", styles.title())
    pages.add_row(20)
    pages.put(0, contents.basis, styles.line(align="center"))
    size = {"width": _CHART_PAGE_WIDTH * 4 / 3 - 8, "height": _CHART_PAGE_HEIGHT * 4 / 3 - 10}
    for name, heading, title in _CHARTS:
        pages.add_row(_CHART_PAGE_HEIGHT)
        chart = comparison_chart(
            workbook, _grid(contents, name), heading, title, percent=name == AREAS
        )
        chart.set_size(size)
        sheet.insert_chart(pages.row, 0, chart, _OFFSET)
    pages.finish()


def _write_sections(
    pages: PageWriter, sections: Sequence[tuple[str, Sequence[str]]], styles: Styles
) -> None:
    """Write headings and lines as large as the page allows; long ones are cut if need be."""
    whole = (0, _LEADER_COLUMNS - 1)
    size, most = next(
        (look for look in _LOOKS if _needed(pages, sections, *look) <= pages.left), _LOOKS[-1]
    )
    heading = styles.heiti(size + 0.5, bottom=1, bottom_color="#548235")
    style = styles.fangsong(size, text_wrap=True, align="left")
    for title, lines in sections:
        pages.add_row(1.9 * size)
        pages.put(whole, title, heading)
        for line in lines:
            text = pages.fit(printable(line), whole, size, most)
            pages.add_row(pages.height(text, whole, size, 3))
            pages.put(whole, text, style)


_LOOKS = (*((size, 9) for size in (11.5, 11.0, 10.5, 10.0, 9.5)), (9.5, 3), (9.5, 2), (9.5, 1))
"""Points of the text, and lines a paragraph may have."""


def _needed(
    pages: PageWriter, sections: Sequence[tuple[str, Sequence[str]]], size: float, most: int
) -> float:
    whole = (0, _LEADER_COLUMNS - 1)
    texts = [pages.fit(printable(line), whole, size, most) for _, part in sections for line in part]
    return len(sections) * 1.9 * size + sum(pages.height(t, whole, size, 3) for t in texts)


# --- official documents ---------------------------------------------------------------------------


def write_document(sheet: Worksheet, document: Document, styles: Styles) -> None:
    """Write 标题, 主送, 正文 and 落款 in official form."""
    pages = PageWriter(sheet, [_DOCUMENT_WIDTH], _DOCUMENT_PAGE)
    sheet.set_footer(PAGE_NUMBERS)
    pages.add_row(pages.height(document.title, 0, 22, 14))
    pages.put(0, document.title, _title(styles))
    pages.add_row(14)
    body = styles.fangsong(_BODY, text_wrap=True, align="left", valign="top")
    heading = styles.heiti(_BODY, align="left")
    if document.addressee:
        _add(pages, document.addressee, body)
    for name, paragraphs in document.sections:
        if name:
            pages.ensure_room(5 * _BODY)
            _add(pages, f"　　{name}", heading)
        parts = [part for text in paragraphs for part in _split(pages, f"　　{printable(text)}")]
        for part in parts:
            if (name, part) == (document.sections[-1][0], parts[-1]):  # never a page of 落款 only
                pages.ensure_room(pages.close_height(part, 0, _BODY, _AIR) + _SIGNED)
            _add(pages, part, body)
    _sign(pages, document.signer, full_date(document.day), styles)
    pages.finish()


def _title(styles: Styles) -> Format:
    return styles.make(font_name="宋体", font_size=22, bold=True, align="center", text_wrap=True)


def _add(pages: PageWriter, text: str, style: Format) -> None:
    pages.add_row(pages.close_height(text, 0, _BODY, _AIR))
    pages.put(0, text, style)


def _split(pages: PageWriter, text: str) -> Sequence[str]:
    """Return a paragraph in pieces of at most half a page, cut at the ends of sentences."""
    if pages.close_height(text, 0, _BODY, _AIR) < 350:
        return [text]
    middle = text.find("。", len(text) // 2) + 1 or len(text)
    return [text] if middle >= len(text) else [text[:middle], *_split(pages, text[middle:])]


def _sign(pages: PageWriter, signer: str, day: str, styles: Styles) -> None:
    pages.ensure_room(_SIGNED)
    pages.add_row(2 * _BODY)
    right = styles.fangsong(_BODY, align="right", indent=2)
    for text in (signer, day):
        _add(pages, text, right)


def write_public_notice(sheet: Worksheet, notice: PublicNotice, styles: Styles) -> None:
    """Write 公示: opening, the list of names, period, telephone, unit and day to fill in."""
    total = sum(width for _, width in notice.headings)
    widths = [_DOCUMENT_WIDTH * width / total for _, width in notice.headings]
    pages, whole = PageWriter(sheet, widths, _DOCUMENT_PAGE), (0, len(widths) - 1)
    sheet.set_footer(PAGE_NUMBERS)
    pages.add_row(pages.height(notice.title, whole, 22, 14))
    pages.put(whole, notice.title, _title(styles))
    pages.add_row(14)
    body = styles.fangsong(_BODY, text_wrap=True, align="left", valign="top")

    def add(text: str) -> None:
        pages.add_row(pages.close_height(text, whole, _BODY, _AIR))
        pages.put(whole, text, body)

    def add_headings() -> None:
        pages.add_row(30)
        for column, (name, _) in enumerate(notice.headings):
            pages.put(column, name, styles.heiti(12, border=1, align="center"))

    add(f"　　{notice.opening}")
    cell = styles.fangsong(12, border=1, align="center", text_wrap=True)
    for number, row in enumerate(notice.rows):
        height = max(26.0, *(pages.height(t, at, 12) for at, t in enumerate(row)))
        if pages.ensure_room(height + 30 * (not number)) or not number:
            add_headings()
        pages.add_row(height)
        for column, text in enumerate(row):
            pages.put(column, text, cell)
    pages.add_row(10)
    for paragraph in notice.closing:
        add(f"　　{paragraph}")
    pages.ensure_room(6 * _BODY)
    pages.add_row(_BODY)
    for text in (notice.signer, full_date(None)) if notice.rows else ():
        pages.add_row(26)
        pages.put(whole, text, styles.fangsong(_BODY, align="right", indent=2))
    pages.finish()

"""Write 情况通报: the paragraphs as an official paper that is printed or pasted as it stands."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import Contents, SheetGroup
from workbooks.consolidated.tables import link_back
from workbooks.pages import PAGE_NUMBERS, PageFormat, PageWriter, full_date
from workbooks.template.styles import Styles

BULLETIN = "情况通报"

_PAGE = PageFormat(landscape=False, side=76, top=76, bottom=64)
_WIDTH = 436.0
_TITLE, _TEXT = 22, 16


def write_bulletin(sheet: Worksheet, contents: Contents, styles: Styles) -> None:
    """Write title, paragraphs, and room for the unit's name and stamp."""
    overview = contents.overview
    page = PageWriter(sheet, [_WIDTH], _PAGE)
    sheet.set_tab_color(SheetGroup.REPORT.colour)
    sheet.set_footer(PAGE_NUMBERS)
    title = f"{overview.scope}基层干部“导师帮带制”\n工作情况通报"
    heading = styles.make(
        font_name="宋体", font_size=_TITLE, bold=True, align="center", text_wrap=True
    )
    page.add_row(page.height(title, 0, _TITLE, air=20))
    page.put(0, title, heading)
    stamp = f"（数据截至{full_date(contents.stamp.as_of)}）"
    page.add_row(40)
    page.put(0, stamp, styles.fangsong(_TEXT, align="center", valign="top"))
    text = styles.fangsong(_TEXT, text_wrap=True, valign="top", align="left")
    for paragraph in overview.bulletin:
        words = f"　　{paragraph}"
        page.add_row(page.height(words, 0, _TEXT))
        page.put(0, words, text)
    right = styles.fangsong(_TEXT, align="right", indent=2)
    page.ensure_room(84)
    page.add_row(30)
    for words in ("（印发单位）　　", full_date(None)):
        page.add_row(27)
        page.put(0, words, right)
    page.finish()
    link_back(sheet, 1, styles)
    sheet.set_column(1, 1, 12)

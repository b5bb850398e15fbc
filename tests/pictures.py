"""Draw the README's pictures from real sheets: `python -m tests.pictures`.

Needs LibreOffice, pdftoppm and the fonts of Debian's fonts-noto-cjk, fonts-arphic-uming and
fonts-arphic-ukai, which stand in for 宋体, 黑体 and 仿宋. What depends on today is drawn as of the
examples' date.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlwings as xw

from addin import clock
from addin.actions.cards import write_cards
from addin.hosts.calc import Office as CalcOffice
from addin.hosts.calc import run_button
from addin.hosts.excel.build import ribbon_xml
from addin.ribbon.checking import validate
from tests.support.fonts import use_fonts
from tests.support.office import Office
from tests.support.ribbon import draw_ribbon
from tests.workbooks.papers.papers import township
from validators.sheets import FindingRow, IndividualRow, MentorRow
from workbooks import examples
from workbooks.consolidated.overview import OVERVIEW
from workbooks.consolidated.tables import INDEX
from workbooks.consolidated.workbook import BULLETIN
from workbooks.papers.workbook import write_papers
from workbooks.template.layout import HOME_SHEET, TODO_SHEET

PICTURES = Path("workbooks/pictures")
DPI = 80
CARD_OF = "G640402104-005"

Drawn = tuple[str, int, str]
"""A sheet, one of its printed pages from 1, and the picture's name."""

OF_LEDGER: tuple[Drawn, ...] = (
    (HOME_SHEET, 1, "home"),
    (TODO_SHEET, 1, "reminders"),
    (MentorRow.sheet.name, 1, "mentors"),
)
OF_COUNTY: tuple[Drawn, ...] = (
    (INDEX, 1, "index"),
    (OVERVIEW, 1, "overview"),
    (BULLETIN, 1, "bulletin"),
    ("催报单", 1, "chase"),
)


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        use_fonts(work)
        with CalcOffice() as running:
            office = Office(running, timeout=600)
            made = Path(examples.__file__).parent
            draw(office, as_of_the_examples(made / examples.FILLED, work), OF_LEDGER)
            draw(office, made / examples.COUNTY, OF_COUNTY)
            draw_papers(office, work)
            draw_card(office, work)
            draw_validated(office, work)
            draw_ribbon(ribbon_xml(), PICTURES / "ribbon.png", office, work)
    print(f"written to {PICTURES}", file=sys.stderr)


def draw(office: Office, workbook: Path, drawn: Iterable[Drawn]) -> None:
    """Draw pages of sheets of one workbook."""
    for sheet, page, name in drawn:
        office.picture(workbook, sheet, PICTURES / f"{name}.png", page=page, dpi=DPI)


def draw_papers(office: Office, work: Path) -> None:
    """Draw a certificate and the first page of an agreement."""
    papers = work / "结对材料.xlsx"
    write_papers(papers, township())
    draw(office, papers, [("聘书", 1, "certificate"), ("帮带协议书", 1, "agreement")])


def draw_card(office: Office, work: Path) -> None:
    """Draw the first page of the growth card of somebody who made a step."""
    cards = work / "成长档案卡.xlsx"
    write_cards(_FILLED, cards, as_of=examples.AS_OF, mentees=[CARD_OF])
    with ZipFile(cards) as package:
        names = sheet_names(package)
    draw(office, cards, [(names[1], 1, "card")])


def draw_validated(office: Office, work: Path) -> None:
    """Draw a sheet with marked cells and 校验结果, as 录入校验 leaves them in an open ledger."""
    target = work / "validated.xlsx"
    with clock.as_if(examples.AS_OF):
        run_button(_FILLED, _mistaken, target)
    sheets = ((IndividualRow.sheet.name, 1, "validated"), (FindingRow.sheet.name, 1, "findings"))
    draw(office, target, sheets)


def _mistaken(book: xw.Book) -> None:
    """Make mistakes a clerk makes, and validate."""
    sheet = book.sheets[IndividualRow.sheet.name]
    headings = sheet.range("A3:AB3").value
    for row, heading, typed in _MISTAKES:
        sheet.range((row, headings.index(heading) + 1)).value = typed
    validate.press(book)


def sheet_names(package: ZipFile) -> list[str]:
    """Return the names of a workbook's sheets in tab order."""
    return re.findall(r'<sheet name="([^"]+)"', package.read("xl/workbook.xml").decode())


def as_of_the_examples(ledger: Path, work: Path) -> Path:
    """Copy a ledger that takes the examples' date for today."""
    day = (examples.AS_OF - date(1899, 12, 30)).days
    target = work / "ledger.xlsx"
    with ZipFile(ledger) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"TODAY()", str(day).encode()))
    return target


_FILLED = Path(examples.__file__).parent / examples.FILLED
_MISTAKES = (
    (5, "姓名", "马 建国"),
    (6, "性别", "男性的"),
    (7, "出生年月", "2016-03"),
    (8, "对象编号", "G640402104-002"),
    (9, "所在村(社区)", "开城村委会那边"),
    (10, "业务能力", 6),
    (11, "确定日期", "2027-01-03"),
)


if __name__ == "__main__":
    main()

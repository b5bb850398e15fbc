"""Draw the README's pictures from real sheets: `python -m tests.pictures`.

Needs LibreOffice and pdftoppm. The ledger's 本周待办 is drawn as of the examples' date.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlwings as xw

from addin import clock
from addin.actions.cards import write_cards
from addin.actions.consolidate import consolidate
from addin.hosts.calc import Office as CalcOffice
from addin.hosts.calc import run_button
from addin.hosts.excel.build import ribbon_xml
from addin.ribbon.checking import validate
from tests.support.office import Office
from tests.support.ribbon import draw_ribbon
from tests.workbooks.papers.papers import township
from validators.sheets import FindingRow, IndividualRow
from workbooks import examples
from workbooks.papers.workbook import write_papers
from workbooks.samples import write_samples

PICTURES = Path("workbooks/pictures")
DPI = 80
CARD_OF = "G640402104-005"


def main() -> None:
    """Write the pictures of a filled ledger and of a consolidated workbook."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, CalcOffice() as running:
        work = Path(temporary)
        office = Office(running, timeout=600)
        ledger = _as_of_the_examples(Path(examples.__file__).parent / examples.FILLED, work)
        pages = office.pages(ledger, work / "ledger", DPI)
        for page, name in ((1, "reminders"), (3, "mentors")):
            shutil.copy(pages[page - 1], PICTURES / f"{name}.png")
        write_samples(
            work / "samples", log_rows=120, error_rate=0.004, seed=5, as_of=examples.AS_OF, jobs=2
        )
        for path in sorted((work / "samples").glob("泾源县*.xlsx")):
            path.unlink()  # a county that has not reported
        out = work / "固原市汇总.xlsx"
        consolidate([work / "samples"], out, as_of=examples.AS_OF, jobs=2)
        pages = office.pages(out, work / "city", DPI)
        for page, name in ((1, "overview"), (2, "bulletin"), (3, "chase")):
            shutil.copy(pages[page - 1], PICTURES / f"{name}.png")
        draw_papers(office, work)
        draw_card(office, work)
        draw_validated(office, work)
        draw_ribbon(ribbon_xml(), PICTURES / "ribbon.png", office, work)
    print(f"written to {PICTURES}", file=sys.stderr)


def draw_papers(office: Office, work: Path) -> None:
    """Draw a certificate and the first page of an agreement."""
    papers = work / "结对材料.xlsx"
    write_papers(papers, township())
    pages = office.pages(papers, work / "papers", DPI)
    for page, name in ((2, "certificate"), (5, "agreement")):
        shutil.copy(pages[page - 1], PICTURES / f"{name}.png")


def draw_card(office: Office, work: Path) -> None:
    """Draw the first page of the growth card of somebody who made a step."""
    ledger = Path(examples.__file__).parent / examples.FILLED
    cards = work / "成长档案卡.xlsx"
    write_cards(ledger, cards, as_of=examples.AS_OF, mentees=[CARD_OF])
    shutil.copy(office.pages(cards, work / "cards", DPI)[1], PICTURES / "card.png")


def draw_validated(office: Office, work: Path) -> None:
    """Draw a sheet with marked cells and 校验结果, as 录入校验 leaves them in an open ledger."""
    target = work / "validated.xlsx"
    with clock.as_if(examples.AS_OF):
        run_button(_LEDGER, _mistaken, target)
    pages = office.pages(target, work / "pages", DPI)
    for model, name in ((IndividualRow, "validated"), (FindingRow, "findings")):
        page = _page_of(work / "pages" / "validated.pdf", model.sheet.title)
        shutil.copy(pages[page], PICTURES / f"{name}.png")


def _mistaken(book: xw.Book) -> None:
    """Make mistakes a clerk makes, and validate."""
    sheet = book.sheets[IndividualRow.sheet.name]
    headings = sheet.range("A3:AB3").value
    for row, heading, typed in _MISTAKES:
        sheet.range((row, headings.index(heading) + 1)).value = typed
    validate.press(book)


def _page_of(pdf: Path, title: str) -> int:
    """Return the first page with a title, from 0."""
    command = ["pdftotext", "-layout", str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return next(at for at, page in enumerate(text.split("\f")) if title in page)


_LEDGER = Path(examples.__file__).parent / examples.FILLED
_MISTAKES = (
    (5, "姓名", "马 建国"),
    (6, "性别", "男性的"),
    (7, "出生年月", "2016-03"),
    (8, "对象编号", "G640402104-002"),
    (9, "所在村(社区)", "开城村委会那边"),
    (10, "业务能力", 6),
    (11, "确定日期", "2027-01-03"),
)


def _as_of_the_examples(ledger: Path, work: Path) -> Path:
    day = (examples.AS_OF - type(examples.AS_OF)(1899, 12, 30)).days
    target = work / "ledger.xlsx"
    with ZipFile(ledger) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for name in source.namelist():
            part = source.read(name)
            copy.writestr(name, part.replace(b"TODAY()", str(day).encode()))
    return target


if __name__ == "__main__":
    main()

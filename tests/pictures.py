"""Draw the README's pictures from real sheets: `python -m tests.pictures`.

Needs LibreOffice and pdftoppm. The ledger's 本周待办 is drawn as of the examples' date.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from addin.actions.consolidating import consolidate
from addin.hosts.excel.ribbon_xml import ribbon_xml
from tests.support.office import Office
from tests.support.ribbon import draw_ribbon
from tests.workbooks.printed.papers import township
from workbooks import examples
from workbooks.printed.writer import write_papers
from workbooks.samples import write_samples

PICTURES = Path("workbooks/pictures")
DPI = 80


def main() -> None:
    """Write the pictures of a filled ledger and of a consolidated workbook."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        office = Office(work / "profile", timeout=600)
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
        draw_ribbon(ribbon_xml(), PICTURES / "ribbon.png", office, work)
    print(f"written to {PICTURES}", file=sys.stderr)


def draw_papers(office: Office, work: Path) -> None:
    """Draw a certificate and the first page of an agreement."""
    papers = work / "结对材料.xlsx"
    write_papers(papers, township())
    pages = office.pages(papers, work / "papers", DPI)
    for page, name in ((2, "certificate"), (5, "agreement")):
        shutil.copy(pages[page - 1], PICTURES / f"{name}.png")


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

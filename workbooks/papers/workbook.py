"""Write the papers of new pairings as one workbook ready for the printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import BinaryIO, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.sheets import SheetKind
from workbooks.pages import MEASURE
from workbooks.papers.agreements import write_agreements
from workbooks.papers.ceremony import write_ceremony
from workbooks.papers.certificates import certificate_numbers, write_certificates
from workbooks.papers.content import FILE_KIND, Papers
from workbooks.plain import plain_workbook
from workbooks.template.styles import TAB_COLOURS, Styles

_CEREMONY, _CERTIFICATES, _AGREEMENTS = "结对仪式名单", "聘书", "帮带协议书"
_MOST_A_SHEET = 300
"""Excel takes 1,023 page breaks a sheet, and nobody scrolls that far."""

_T = TypeVar("_T")


def write_papers(target: Path | BinaryIO, papers: Papers) -> None:
    """Write ceremony list, certificates and agreements; equal papers give equal bytes.

    A kind of paper nobody needs gets no sheet; certificates and agreements for more than 300 go
    on to further sheets.

    Args:
        target: A path or an open binary file.
        papers: What to print.
    """
    workbook = plain_workbook(
        target,
        FILE_KIND,
        title="导师帮带制结对材料",
        created=datetime.combine(papers.as_of, time()),
        properties={"数据截至": papers.as_of.isoformat()},
        options=MEASURE,
    )
    styles = Styles(workbook)
    if papers.pairings or not papers.appointments:
        write_ceremony(_sheet(workbook, _CEREMONY), papers, styles)
    numbers = certificate_numbers(papers.appointments)
    appointments = [
        replace(one, number=number)
        for one, number in zip(papers.appointments, numbers, strict=True)
    ]
    for name, some in _shared_out(_CERTIFICATES, appointments):
        write_certificates(_sheet(workbook, name), some, papers.unit, styles)
    for name, pairings in _shared_out(_AGREEMENTS, papers.pairings):
        write_agreements(_sheet(workbook, name), pairings, papers, styles)
    workbook.close()


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook.add_worksheet(name)
    sheet.set_tab_color(TAB_COLOURS[SheetKind.GENERATED])
    return sheet


def _shared_out(name: str, things: Sequence[_T]) -> Iterator[tuple[str, Sequence[_T]]]:
    """Yield sheet names with what each sheet holds: 聘书, then 聘书（2）."""
    for number, start in enumerate(range(0, len(things), _MOST_A_SHEET), 1):
        yield name if number == 1 else f"{name}（{number}）", things[start : start + _MOST_A_SHEET]

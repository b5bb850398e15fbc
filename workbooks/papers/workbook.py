"""Write the papers of new and of finished pairings as workbooks ready for the printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO, TypeVar

from workbooks.pages import add_printed_sheet, printed_workbook
from workbooks.papers.agreements import write_agreements
from workbooks.papers.ceremony import write_ceremony
from workbooks.papers.certificates import (
    certificate_numbers,
    write_certificates,
    write_completion_certificates,
)
from workbooks.papers.content import FILE_KIND, CompletionCertificate, Papers
from workbooks.template.styles import Styles

_CEREMONY, _CERTIFICATES, _AGREEMENTS = "结对仪式名单", "聘书", "帮带协议书"
_MOST_A_SHEET = 300
"""Excel takes 1,023 page breaks a sheet, and nobody scrolls that far."""

_T = TypeVar("_T")


def write_papers(target: Path | BinaryIO, papers: Papers) -> None:
    """Write ceremony list, certificates and agreements; equal papers give equal bytes.

    A kind of paper nobody needs gets no sheet; certificates and agreements for more than 300 go
    on to further sheets.
    """
    workbook = printed_workbook(target, FILE_KIND, "导师帮带制结对材料", papers.as_of)
    styles = Styles(workbook)
    if papers.pairings or not papers.appointments:
        write_ceremony(add_printed_sheet(workbook, _CEREMONY), papers, styles)
    numbers = certificate_numbers(papers.appointments)
    appointments = [
        replace(appointment, number=number)
        for appointment, number in zip(papers.appointments, numbers, strict=True)
    ]
    for name, part in _split(_CERTIFICATES, appointments):
        write_certificates(add_printed_sheet(workbook, name), part, papers.unit, styles)
    for name, pairings in _split(_AGREEMENTS, papers.pairings):
        write_agreements(add_printed_sheet(workbook, name), pairings, papers, styles)
    workbook.close()


def write_completions(
    target: Path | BinaryIO, unit: str, certificates: Sequence[CompletionCertificate], as_of: date
) -> None:
    """Write 出师证书 and 期满证书, a sheet for each kind; equal content gives equal bytes.

    Args:
        target: A path or an open binary file.
        unit: Full name of the unit that issues them.
        certificates: In the order they are printed.
        as_of: The day they are made.
    """
    workbook = printed_workbook(target, FILE_KIND, "导师帮带制期满材料", as_of)
    styles = Styles(workbook)
    for name, graduated in (("出师证书", True), ("期满证书", False)):
        wanted = [one for one in certificates if one.graduated is graduated]
        for tab, part in _split(name, wanted):
            sheet = add_printed_sheet(workbook, tab)
            write_completion_certificates(sheet, part, unit, styles)
    workbook.close()


def _split(name: str, items: Sequence[_T]) -> Iterator[tuple[str, Sequence[_T]]]:
    """Yield sheet names with what each sheet holds: 聘书, then 聘书（2）."""
    for number, start in enumerate(range(0, len(items), _MOST_A_SHEET), 1):
        yield name if number == 1 else f"{name}（{number}）", items[start : start + _MOST_A_SHEET]

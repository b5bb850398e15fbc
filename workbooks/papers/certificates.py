"""Write 聘书, 出师证书 and 期满证书, each on a landscape page of A4 in a red frame.

Numbers are proposed for new 聘书; the others carry the ID of their pairing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from validators.divisions import unit_name
from workbooks.pages import PageFormat, PageWriter, full_date, printable
from workbooks.papers.content import Appointment, CompletionCertificate
from workbooks.template.styles import Styles
from workbooks.text_fit import lines_on_paper

_PAGE = PageFormat(landscape=True, side=34, top=30, bottom=30)
_WIDTHS = (12, 46, 598, 46, 12)
"""Points: the gap between the two frames, the air inside them, the text."""

_TEXT = (2, 2)
_GAP = 12
_RED = "#C00000"
_NUMBER, _TITLE, _NAME, _BODY, _CLOSING, _UNIT, _DATE, _FOOT = 42, 108, 48, 104, 40, 62, 40, 20
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = ("", "十", "二十", "三十")
_HINT = "编号为空的，由本工具按“导师编号”的序号拟定，请核对后打印，也可以直接修改。"
_PAIRING_HINT = "编号为结对编号，本单位另有证书编号的可以直接修改。"


def write_certificates(
    sheet: Worksheet, appointments: Sequence[Appointment], unit: str, styles: Styles
) -> None:
    """Write one page per appointment.

    Args:
        sheet: An empty worksheet.
        appointments: With the numbers to be printed; "" leaves room to write one in.
        unit: The full name of the issuing unit.
        styles: The workbook's formats.
    """
    _write_pages(sheet, map(_appointment, appointments), unit, styles)


def write_completion_certificates(
    sheet: Worksheet, certificates: Sequence[CompletionCertificate], unit: str, styles: Styles
) -> None:
    """Write one page per certificate of completion; see `write_certificates`."""
    _write_pages(sheet, map(_completion, certificates), unit, styles)


@dataclass(frozen=True, slots=True)
class _Wording:
    """What one certificate says: `size` is the title's, `hint` explains the number's cell."""

    number: str
    hint: str
    title: str
    size: int
    name: str
    text: str
    closing: str
    signed_on: date


def _appointment(appointment: Appointment) -> _Wording:
    start, end = full_date(appointment.appointed_on), full_date(appointment.appointed_until)
    return _Wording(
        appointment.number, _HINT, "聘　书", 66, f"{printable(appointment.name)} 同志：",
        f"　　兹聘请您为基层干部“导师帮带制”导师，聘期自{start}至{end}。", "　　此聘。",
        appointment.appointed_on,
    )  # fmt: skip


def _completion(certificate: CompletionCertificate) -> _Wording:
    start, end = full_date(certificate.paired_on), full_date(certificate.until)
    name, mentor = printable(certificate.mentee), printable(certificate.mentor)
    you = "你支部" if certificate.organisation else "您"
    result = "准予出师" if certificate.graduated else "帮带期满"
    return _Wording(
        certificate.pairing_id, _PAIRING_HINT,
        "出师证书" if certificate.graduated else "期满证书", 54,
        f"{name}：" if certificate.organisation else f"{name} 同志：",
        f"　　{you}自{start}至{end}参加基层干部“导师帮带制”，由{mentor}同志帮带，"
        f"经期满考核，等次为{certificate.rating}，{result}。",
        "　　特发此证。", certificate.issued_on,
    )  # fmt: skip


def _write_pages(sheet: Worksheet, wordings: Iterable[_Wording], unit: str, styles: Styles) -> None:
    pages = PageWriter(sheet, _WIDTHS, _PAGE)
    sheet.center_vertically()
    for wording in wordings:
        pages.new_page()
        _Certificate(pages, styles).write(wording, printable(unit))
    pages.finish()


class _Certificate:
    """Writes one certificate; every row carries its part of the two frames."""

    def __init__(self, pages: PageWriter, styles: Styles) -> None:
        self._pages = pages
        self._styles = styles

    def write(self, wording: _Wording, unit: str) -> None:
        number = wording.number or "　" * 12
        self._edge(top=5)
        self._line(_NUMBER, f"编号：{number}", font_size=14, align="right", shrink=True, top=1)
        self._explain_number(wording.hint)
        self._line(
            _TITLE, wording.title, font_name="宋体", font_size=wording.size, bold=True,
            font_color=_RED, align="center",
        )  # fmt: skip
        self._line(_NAME, wording.name, font_size=24, bold=True, shrink=True)
        size = next(
            (s for s in (24, 22) if lines_on_paper(wording.text, self._pages.width(_TEXT), s) < 4),
            20,
        )
        text = self._pages.fit(wording.text, _TEXT, size, 4)
        self._line(_BODY, text, font_size=size, text_wrap=True)
        self._line(_CLOSING, wording.closing, font_size=24)
        signed = f"{unit}（盖章）"
        size = 20 if lines_on_paper(signed, self._pages.width(_TEXT), 20) == 1 else 18
        signed = self._pages.fit(signed, _TEXT, size, 2)
        self._line(_UNIT, signed, font_size=size, align="right", valign="bottom", text_wrap=True)
        self._line(_DATE, spelled_date(wording.signed_on), font_size=20, align="right")
        self._line(_FOOT, "", bottom=1)
        self._edge(bottom=5)

    def _explain_number(self, hint: str) -> None:
        self._pages.sheet.data_validation(
            self._pages.row, *_TEXT, self._pages.row,
            {"validate": "any", "input_title": "证书编号", "input_message": hint},
        )  # fmt: skip

    def _edge(self, **border: int) -> None:
        """Write a row between the frames."""
        self._pages.add_row(_GAP)
        last = len(_WIDTHS) - 1
        for column in range(len(_WIDTHS)):
            side = {0: {"left": 5}, last: {"right": 5}}.get(column, {})
            self._pages.put(column, "", self._style(**border, **side))

    def _line(self, height: float, text: str, **properties: Any) -> None:
        """Write a row inside the frames."""
        self._pages.add_row(height)
        inner: dict[str, int] = {
            side: properties[side] for side in ("top", "bottom") if side in properties
        }
        sides: tuple[dict[str, int], ...] = (
            {"left": 5}, {"left": 1, **inner}, {}, {"right": 1, **inner}, {"right": 5},
        )  # fmt: skip
        for column, side in enumerate(sides):
            if column != _TEXT[0]:
                self._pages.put(column, "", self._style(**side))
        self._pages.put(_TEXT, text, self._style(**{"font_name": "仿宋", **properties}))

    def _style(self, **properties: Any) -> Any:
        colours = {
            f"{side}_color": _RED
            for side in ("left", "right", "top", "bottom")
            if side in properties
        }
        return self._styles.make(**properties, **colours)


def spelled_date(day: date) -> str:
    """Return 二〇二六年三月一日."""
    year = str(day.year).translate(_DIGITS)
    return f"{year}年{_spelled(day.month)}月{_spelled(day.day)}日"


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (str(ones).translate(_DIGITS) if ones else "")


# --- numbers --------------------------------------------------------------------------------------

_MENTOR_ID = re.compile(r"D(\d{9})-(\d+)")


def certificate_numbers(appointments: Sequence[Appointment]) -> tuple[str, ...]:
    """Return the appointments' certificate numbers in order: the given ones, or proposed ones.

    The proposal is 开城镇导聘字〔2026〕001号: the place in the mentor's ID, the year of the
    appointment, the serial number of the ID. It depends on no other mentor, so making the papers
    again gives the same. Where somebody already has that number, it goes on after the highest.
    "" where the ID names no known place.
    """
    numbers = [appointment.number.strip() for appointment in appointments]
    taken = set(numbers) - {""}
    clashing = []
    for place, appointment in enumerate(appointments):
        if not numbers[place]:
            proposed = _proposed(appointment, _serial(appointment))
            if proposed in taken:
                clashing.append(place)
            else:
                numbers[place] = proposed
                taken |= {proposed} - {""}
    serial = max(map(_serial, appointments), default=0)
    for place in clashing:
        while (proposed := _proposed(appointments[place], serial := serial + 1)) in taken:
            pass
        numbers[place] = proposed
        taken.add(proposed)
    return tuple(numbers)


def _serial(appointment: Appointment) -> int:
    parts = _MENTOR_ID.fullmatch(appointment.mentor_id)
    return int(parts[2]) if parts else 0


def _proposed(appointment: Appointment, serial: int) -> str:
    parts = _MENTOR_ID.fullmatch(appointment.mentor_id)
    county, township = unit_name(parts[1]) if parts else ("", "")
    place = township or county
    return f"{place}导聘字〔{appointment.appointed_on.year}〕{serial:03d}号" if place else ""

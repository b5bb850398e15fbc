"""Values as cells of a certain workbook, and old cells moved to another row."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, unescape

from openpyxl.formula.translate import Translator

from validators.cells import letters
from workbooks.bulk.cell_xml import as_text, escaped, number, text_element
from workbooks.package.markup import area, attribute, with_attribute
from workbooks.package.sheet_xml import CellXml, SheetXml
from workbooks.raw.ooxml import Workbook
from workbooks.raw.serials import Kind
from workbooks.sheet_writing import text_too_long
from workbooks.template.values import shown
from workbooks.updates import Link

__all__ = ["CellMaker", "has_formula", "is_shared_master", "moved", "recached", "unshare"]

_FORMULA = re.compile(r"<f(\s[^>]*?)?(?:/>|>(.*?)</f>)", re.DOTALL)
_SHARED = 't="shared"'
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


class CellMaker:
    """Makes cells of one workbook.

    Text goes into the cells themselves, so the table of shared texts stays as it is. It is never
    a formula: only a `Link` or a look-up makes one.

    Args:
        workbook: For its styles and date system.
        sheet: The tab's name, for messages.
    """

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self._sheet = sheet
        self._date1904 = workbook.date1904
        dated = {
            str(at)
            for at, kind in enumerate(workbook.kinds.tolist())
            if kind in (Kind.DATE, Kind.DATETIME)
        }
        self._dated = dated | {""} if "0" in dated else dated

    def shows_days(self, style: str) -> bool:
        """Tell whether a number of this style is shown as a date."""
        return style in self._dated

    def cell(self, value: object, style: str) -> CellXml:
        """Return `value` as a cell; what its style would show wrongly goes in as text.

        Raises:
            UpdateRefused: A text is longer than a cell holds.
        """
        if isinstance(value, Link):
            return self.formula(value.formula, str(value), style)
        plain = shown(value)
        if plain is None:
            return CellXml(style)
        if not isinstance(plain, str):
            digits = number(plain, dated=style in self._dated, date1904=self._date1904)
            if digits is not None:
                return CellXml(style, "", f"<v>{digits}</v>")
            plain = as_text(plain)
        try:
            return CellXml(style, ' t="inlineStr"', f"<is>{text_element(plain)}</is>")
        except ValueError as error:
            raise text_too_long(self._sheet, plain) from error

    def formula(self, text: str, value: str, style: str) -> CellXml:
        """Return a formula that gives text, with the text it gives."""
        return CellXml(style, ' t="str"', f"<f>{escape(text)}</f><v>{escaped(value)}</v>")


def has_formula(cell: CellXml | None) -> bool:
    """Tell whether a cell holds a formula."""
    return cell is not None and "<f" in (cell.inner or "")


def recached(cell: CellXml, value: str) -> CellXml:
    """Return a cell whose formula stays and is noted to give the text `value`."""
    found = _FORMULA.search(cell.inner or "")
    formula = found[0] if found else ""
    return CellXml(cell.style, ' t="str"', f"{formula}<v>{escaped(value)}</v>")


def moved(cell: CellXml, column: int, before: int, after: int) -> CellXml:
    """Return a cell in another row: relative references of its formula move with it.

    A formula that fills several cells cannot move; its value stays.
    """
    found = _FORMULA.search(cell.inner or "")
    if found is None or before == after:
        return cell
    tag, text = found[1] or "", found[2] or ""
    where = area(attribute(tag, "ref"))
    if where and where != (before, column, before, column):
        new = ""
    else:
        old_at, new_at = f"{letters(column)}{before}", f"{letters(column)}{after}"
        if where:
            tag = with_attribute(tag, "ref", new_at)
        new = f"<f{tag}>{_translated(text, old_at, new_at)}</f>"
    inner = cell.inner or ""
    return cell._replace(inner=f"{inner[: found.start()]}{new}{inner[found.end() :]}")


def unshare(sheet: SheetXml) -> None:
    """Write out formulas that are noted once for many cells, so that each cell can change."""
    rows = [row for row in sheet.rows.values() if _SHARED in row.text]
    masters: dict[str, tuple[str, str]] = {}
    for row in rows:
        for at, cell in row.cells.items():
            found = _FORMULA.search(cell.inner or "")
            if found and _SHARED in (found[1] or ""):
                index = attribute(found[1], "si")
                here = f"{letters(at)}{row.number}"
                if found[2]:
                    masters[index] = here, found[2]
                origin, text = masters.get(index, (here, ""))
                inner = cell.inner or ""
                new = f"<f>{_translated(text, origin, here)}</f>" if text else ""
                row.cells[at] = cell._replace(
                    inner=f"{inner[: found.start()]}{new}{inner[found.end() :]}"
                )


def is_shared_master(cell: CellXml | None) -> bool:
    """Tell whether other cells' formulas are noted in this one."""
    return cell is not None and _SHARED in (cell.inner or "") and " ref=" in (cell.inner or "")


def _translated(text: str, origin: str, target: str) -> str:
    formula = unescape(text, _ENTITIES)
    return escape(Translator(f"={formula}", origin=origin).translate_formula(target)[1:])

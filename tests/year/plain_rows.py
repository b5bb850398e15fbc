"""Read ledgers as plain rows: dicts from heading to what stands in the cell, and 参数 by name.

Nothing of the product is used: cells come from calamine, and a heading is what row 3 says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

Row = dict[str, Any]

SIX = ("思想情怀", "业务能力", "组织建设", "工作作风", "产业发展", "基层治理")
HEADING_ROW = 3
FILE, NUMBER = "_file", "_row"
"""Where a row stands: the name of its file, and its worksheet row."""


@dataclass
class Book:
    """One ledger, or several together.

    Attributes:
        tables: Rows by sheet name.
        settings: 参数 of each file, by name as typed.
        forms: 填报信息 of each file.
        common: 参数 everything that is not about one file is judged by.
    """

    tables: dict[str, list[Row]]
    settings: dict[str, dict[str, str]]
    forms: dict[str, Row]
    common: dict[str, str] = field(default_factory=dict)

    def rows(self, sheet: str) -> list[Row]:
        """Return the rows of a sheet, none where it is missing."""
        return self.tables.get(sheet, [])

    def number(self, name: str, file: str | None = None) -> float:
        """Return a number of 参数: that of a file, else the common one."""
        typed = self.settings[file] if file else self.common
        return float(str(typed[name]).rstrip("%"))

    def words(self, name: str, file: str | None = None) -> list[str]:
        """Return a list of 参数."""
        typed = self.settings[file] if file else self.common
        return [word for word in str(typed.get(name) or "").split("、") if word]


def read_book(path: Path) -> Book:
    """Read one ledger."""
    workbook = CalamineWorkbook.from_path(str(path))
    tables = {}
    for name in workbook.sheet_names:
        if name.startswith("_") or name in {"首页", "本周待办", "设置", "使用说明", "填报信息"}:
            continue
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        tables[name] = list(_table(cells, path.name))
    settings = {row["参数名称"]: str(row["值"] or "") for row in tables.pop("参数")}
    form = workbook.get_sheet_by_name("填报信息").to_python(skip_empty_area=False)
    forms = {str(line[0]): value_of(line[1]) for line in form if len(line) > 1 and line[0]}
    return Book(tables, {path.name: settings}, {path.name: forms}, settings)


def together(books: Iterable[Book], common: dict[str, str]) -> Book:
    """Return several ledgers as one, in the order given."""
    tables: dict[str, list[Row]] = {}
    whole = Book(tables, {}, {}, common)
    for book in books:
        for name, rows in book.tables.items():
            tables.setdefault(name, []).extend(rows)
        whole.settings.update(book.settings)
        whole.forms.update(book.forms)
    return whole


def _table(cells: list[list[Any]], file: str) -> Iterable[Row]:
    if len(cells) < HEADING_ROW:
        return
    headings = [str(cell) for cell in cells[HEADING_ROW - 1]]
    for number, line in enumerate(cells[HEADING_ROW:], HEADING_ROW + 1):
        values = {
            heading: value_of(cell)
            for heading, cell in zip(headings, line, strict=False)
            if heading
        }
        if any(value is not None for value in values.values()):
            yield {**values, FILE: file, NUMBER: number}


def value_of(cell: Any) -> Any:
    """Return a cell's value: text stripped, whole numbers as int, days as date, blank as None."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def day_of(cell: Any) -> date | None:
    """Return a day that is typed as one, or as text such as 2026.9.15; None for anything else."""
    if isinstance(cell, date):
        return cell
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", str(cell or ""))
    return date(*map(int, found.groups())) if found else None


def codes_of(cell: Any) -> list[str]:
    """Return the codes a cell names, each once: J…-001、J…-003, or J…-017｜梁某→朱某."""
    words = re.split(r"[、，,；;\s]+", str(cell or ""))
    return list(dict.fromkeys(word.partition("｜")[0] for word in words if word))


def code_of(cell: Any) -> str:
    """Return the code of a cell that names one."""
    return next(iter(codes_of(cell)), "")


def scores_of(row: Row) -> list[int | None]:
    """Return the six scores of a row."""
    return [row.get(aspect) for aspect in SIX]


def shifted(day: date, months: int) -> date:
    """Return a day some calendar months later; the 31st becomes the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(1)).day
    return date(year, month + 1, min(day.day, last))


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def days_from(first: date, last: date) -> Iterable[date]:
    """Yield the days from `first` to `last`."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)


def figure(value: float) -> str:
    """Return a number without needless zeros: 92, 92.5."""
    return f"{value:g}"

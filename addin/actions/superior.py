"""The superior's settings file: any ledger, or any workbook with a 参数 sheet."""

from __future__ import annotations

from pathlib import Path

from validators.errors import UsageError
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.settings import Settings, read_settings
from validators.sheets import SettingRow
from workbooks.headings import map_headings
from workbooks.raw.book import read_book
from workbooks.tables import table_part

__all__ = ["superior_settings"]


def superior_settings(path: Path) -> Settings:
    """Read the settings that win over each ledger's own.

    Raises:
        UnreadableWorkbook: The file cannot be read.
        UsageError: It has no 参数 sheet, or a value on it cannot be used.
    """
    name = SettingRow.sheet.name
    book = read_book(path, lambda tab: squeeze(tab) == name)
    sheet = next((one for one in book.sheets if squeeze(one.name) == name), None)
    found = map_headings(sheet, SettingRow) if sheet else None
    if sheet is None or found is None or not {"name", "value"} <= found.fields.keys():
        raise UsageError(f"“{path.name}”没有“参数”表", "请用带“参数”表的台账或参数文件")
    ledger = Ledger.of([table_part(sheet, SettingRow, found, path.name)], [path.name])
    rows = ledger.table(SettingRow).columns("name", "value")
    settings, problems = read_settings((name, value) for name, value in rows if name)
    wrong = [name for name, kind in problems.items() if kind != "unknown"]
    if wrong:
        raise UsageError(f"“{path.name}”的参数“{'”、“'.join(wrong)}”的值不能用", "请改正后重试")
    return settings

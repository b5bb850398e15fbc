"""What a button asks of the spreadsheet depends on the ledger's sheets, never on its rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import xlwings as xw

from addin.buttons import buttons
from addin.hosts.calc import Office, calc_app
from tests.addin.actions.published import write_posts
from tests.addin.ribbon.pressing import lighten, long_ledger, opened, press
from tests.support.engine_calls import engine_calls
from workbooks.live import undo

WITHOUT_ROWS = {
    "new_ledger", "carry_over", "consolidate", "return_ledgers", "period_report", "publish",
}  # fmt: skip
"""These write files of their own; `carry_over` reads the open ledger as all others do."""

ORDER = [one.id for one in buttons() if one.id not in WITHOUT_ROWS]


def calls(office: Office, source: Path, folder: Path) -> dict[str, Counter[str]]:
    """Return what each button asks, pressed one after the other."""
    found = {}
    with calc_app(300, office) as app:
        undo._STEPS.clear()  # else the first button looks whether an older workbook was renamed
        book = opened(app, source, folder)
        for name in ORDER:
            answers = _prepared(book, name, folder)
            with engine_calls() as asked:
                press(book, name, answers=answers)
            found[name] = asked.by_name
    return found


def _prepared(book: xw.Book, name: str, folder: Path) -> list[str]:
    """Put the workbook into a state in which the button has something to do."""
    if name == "confirm":
        sheet = book.sheets["结对建议"]
        headings = sheet.range("A3:R3").value
        for heading, word in (("采纳", "采纳"), ("导师意见", "同意"), ("对象意见", "同意")):
            sheet.range(4, headings.index(heading) + 1).value = word
    if name == "growth_card":
        book.sheets["个人对象"].activate()
        book.sheets["个人对象"].range("A4").select()
    if name in {"papers", "growth_card", "submit"}:
        return [str(folder / f"{name}.xlsx")]
    if name == "import_tables":
        roster = folder / "导师名册.csv"
        roster.write_text("导师姓名,性别,单位,职务\n母志鹏,男,镇政府,副镇长\n", encoding="utf-8")
        return [str(roster)]
    if name == "receive":
        write_posts(folder / "下发.xlsx")
        return [str(folder / "下发.xlsx")]
    if name == "insert_formulas":
        book.sheets["个人对象"].activate()
        book.sheets["个人对象"].range("AF4").select()
        return ["BD_RISK"]
    if name == "formulas_to_values":
        log = book.sheets["工作日志"]
        rows = log.tables["tbl_log"].data_body_range.rows.count
        log.range((4, 26), (3 + rows, 26)).formula_array = '=IF(TRUE,"红",BD_RISK(A4))'
    return []


def test_twenty_times_the_rows_make_no_more_calls(calc_office: Office, tmp_path: Path) -> None:
    folders = [tmp_path / "few", tmp_path / "many"]
    for folder in folders:
        folder.mkdir()

    few = calls(calc_office, lighten(long_ledger(tmp_path / "few.xlsx", 12)), folders[0])
    many = calls(calc_office, lighten(long_ledger(tmp_path / "many.xlsx", 240)), folders[1])

    assert min(asked.total() for asked in few.values()) > 20
    more = {name: many[name] - few[name] for name in ORDER}
    assert {name: asked for name, asked in more.items() if asked} == {}
    assert many == few

"""A button of the group 台账: bring in what the unit has already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from addin import sentences
from addin.ribbon import button
from addin.ribbon.session import folder_of, open_new, reading, status, tell, write_and_report
from validators.sheets import ImportNoteRow, UnitRow

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.imports.import_files import ImportPlan
    from workbooks.import_sheets.mapping_workbook import MappingLine
    from workbooks.updates import SheetUpdate, UpdateReport


@button(
    "导入原有台账", group="台账", icon="ImportExcel", needs=UnitRow,
    help="选择名册、登记表、工作记录或问卷导出的文件，导入本台账，来源文件不改动。能够确定的列直接导入，"
    "不能确定的列入“导入对照”，确认后再点一次；每一单元格的去向列在“导入结果”。",
)  # fmt: skip
def import_tables(book: xw.Book) -> None:
    """Import one file into the open ledger; doubtful columns wait in 导入对照, which is opened."""
    from addin.actions.imports.import_files import import_open, memory_of, write_memory
    from workbooks.live.host import host, sheets_of

    path = host().choose_file(book, "请选择要导入的文件")
    if path is None:
        tell(book, (), "已取消，未导入。")
        return
    with reading(book, import_tables) as opened:
        status(book, f"{import_tables.label}：正在读取“{path.name}”……")
        memory = memory_of(folder_of(book) / book.name)
        shown = [*_open_lines(book)]
        plan, agreed = import_open(opened.examined.ledger, path, memory, shown)
    has_result = ImportNoteRow.sheet.name in sheets_of(book)

    def results(report: UpdateReport) -> list[SheetUpdate]:
        return [plan.result(report, opened.as_of, opened.generated)] if has_result else []

    written = write_and_report(book, import_tables, plan.updates, results)
    keep = bool(shown) and not plan.asked
    mapping = None if keep else write_memory(memory, plan.tables, agreed, opened.as_of)[0]
    if mapping and plan.asked:
        open_new(book, mapping)
    tell(book, written.remarks, *_told(plan, has_result=has_result, keep=keep))


def _told(plan: ImportPlan, *, has_result: bool, keep: bool) -> Iterator[str]:
    yield from sentences.import_account(plan, has_result=has_result)
    if keep:
        yield "请保存打开的“导入对照”：以后导入标题相同的文件，均按此处理。"
    elif plan.asked:
        yield "“导入对照”已打开，请确认后保存，回到台账再点一次“导入原有台账”，选择同一文件。"
    yield "可点“撤销上一步”恢复。"


def _open_lines(book: xw.Book) -> Iterator[MappingLine]:
    """Yield what a 导入对照 that is open says, saved or not."""
    from workbooks.import_sheets.mapping_workbook import SHEET, lines_of_rows

    for other in book.app.books:
        for sheet in other.sheets:
            if other.name != book.name and sheet.name == SHEET:
                last = sheet.used_range.last_cell
                yield from lines_of_rows(sheet.range("A1", last).raw_value)

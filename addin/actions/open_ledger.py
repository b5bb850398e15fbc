"""The ledger a clerk has open, read and checked: what every button begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlwings as xw

from addin import clock
from addin.actions.found_files import Source
from addin.actions.ledger_set import LedgerSet
from addin.actions.validate import Examination, ExaminedLedger, gc_paused
from validators.errors import UnreadableWorkbook, UsageError
from validators.rules import RuleContext
from validators.sheets import SHEETS, SheetKind, model_for
from validators.validation import settings_of, validate
from workbooks.live.host import sheets_of
from workbooks.live.reading import kind_of, read_live
from workbooks.reader import model_of_tab
from workbooks.template.layout import FILE_KIND

_NO_LEDGER = "请先打开乡镇台账，切换到台账窗口后再点；尚无台账的，请点“新建台账”"
_IMPORT = "是原有名册、记录的，请在台账中点“导入原有台账”选择该文件"


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """An open ledger after its checks.

    Attributes:
        book: The workbook.
        examined: Its rows and findings.
        as_of: The day it was judged by.
        generated: 生成时间 of what is computed from it.
    """

    book: xw.Book
    examined: ExaminedLedger
    as_of: date
    generated: datetime

    @property
    def ledger_set(self) -> LedgerSet:
        """The ledger as a set of one, for actions that take several; its file is not read again."""
        examined = self.examined
        file = examined.file
        return LedgerSet(
            (examined,),
            {file: Source(Path(file), file)},
            examined.ledger,
            examined.settings,
            {file: examined.settings},
            Examination(self.as_of, [examined]).report(),
        )


@gc_paused()
def open_ledger(book: xw.Book) -> OpenLedger:
    """Read and check the ledger in an open workbook, saved or not.

    Raises:
        UsageError: It is no ledger, or cannot be read.
        ExcelBusy: Excel did not answer.
    """
    as_of, generated = clock.today(), clock.now().replace(tzinfo=None)
    try:
        read = read_live(book)
    except UnreadableWorkbook as error:
        buttons = f"{_NO_LEDGER}；{_IMPORT}"
        suggestion = buttons if error.code == "file.not_ledger" else error.suggestion
        raise UsageError(f"“{_name(book)}”：{error.message}", suggestion) from error
    settings, on_settings = settings_of(read.ledger, None)
    findings = validate(read.ledger, RuleContext(as_of, settings))
    findings = [*read.findings, *on_settings, *findings]
    examined = ExaminedLedger(
        read.file, read.ledger, findings, read.digest, settings, absent=read.absent
    )
    return OpenLedger(book, examined, as_of, generated)


def needs(book: xw.Book | None, key: str) -> None:
    """Check that the workbook in front has the sheet a button works on.

    Args:
        book: The workbook in front, None without any.
        key: Key of the sheet; `unit` asks for a ledger, whichever of its sheets are there; "" for
            nothing.

    Raises:
        UsageError: There is no workbook, it is no ledger, or the sheet is missing.
        ExcelBusy: Excel did not answer.
    """
    if not key:
        return
    if book is None:
        raise UsageError("没有打开的工作簿", _NO_LEDGER)
    tabs = [*sheets_of(book)]
    if kind_of(tabs) != FILE_KIND:
        raise UsageError(
            f"当前工作簿“{_name(book)}”是本工具生成的“{kind_of(tabs)}”，不是乡镇台账", _NO_LEDGER
        )
    models = [model for model in map(model_of_tab, tabs) if model]
    names = {model.sheet.name for model in models}
    if not names & {m.sheet.name for m in SHEETS if m.sheet.kind is SheetKind.INPUT}:
        raise UsageError(f"当前工作簿“{_name(book)}”不是导师帮带台账", f"{_NO_LEDGER}；{_IMPORT}")
    wanted = model_for(key).sheet.name
    if key != "unit" and wanted not in names:
        raise UsageError(
            f"台账“{_name(book)}”中没有工作表“{wanted}”",
            f"请从模板中补上该表，表名为“{wanted}”，再点一次",
        )


def _name(book: xw.Book) -> str:
    return book.name

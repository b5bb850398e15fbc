"""Buttons of the group 校验: find what is wrong, go there, correct what is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addin import sentences
from addin.buttons import LedgerChange
from addin.ribbon import button, ledger_button
from addin.ribbon.session import agrees, hint, reading, show_cell, tell, write
from validators.errors import UsageError
from validators.sheets import FindingRow, UnitRow

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.ledger_set import DatedLedger
    from addin.actions.next_finding import CellPlace, ListedFindings


@button(
    "录入校验", group="校验", icon="ErrorChecking", needs=UnitRow, large=True,
    help="逐个单元格检查整份台账：有问题的单元格标色并加批注，全部问题列在“校验结果”。不改动已填内容。",
)  # fmt: skip
def validate(book: xw.Book) -> None:
    """List every finding in 校验结果 and mark the cells."""
    from addin.actions.generated_sheets import check_update

    with reading(book, validate) as opened:
        examined, findings = opened.examined, opened.examined.findings
        update = check_update(
            examined.ledger, findings, examined.file, opened.as_of, opened.generated
        )
    written = write(book, validate, [update], findings)
    tell(book, written.remarks, *sentences.validation_sentences(findings, written.marked))


@button(
    "下一个问题", group="校验", icon="ReviewNextComment", needs=FindingRow,
    help="跳到“校验结果”中的下一个问题单元格，并说明修改方法。",
)  # fmt: skip
def next_finding(book: xw.Book) -> None:
    """Select the next cell of 校验结果; the status bar says what to do."""
    from addin.actions.next_finding import is_results, listed_findings
    from workbooks.live.reading import raw_sheets

    listed = listed_findings(raw_sheets(book, is_results, with_hidden=True))
    if not listed.checked:
        raise UsageError("尚无校验结果", "请先点“录入校验”")
    finding = listed.after(_selected(book))
    if finding is None:
        total = "没有可跳转的问题。" if listed.unreachable else "全部问题已查看。"
        tell(book, _unreachable(listed), total)
        return
    count = f"第 {finding.number}/{finding.of} 个"
    if not show_cell(book, finding.place, finding.cell):
        where = f"未能切换到“{finding.place.sheet}”{finding.cell}，请手动切换。"
        tell(book, _unreachable(listed), count, finding.text, where)
        return
    hint(book, "　".join([count, finding.text, *_unreachable(listed)]))


def _selected(book: xw.Book) -> CellPlace | None:
    from addin.actions.next_finding import CellPlace
    from workbooks.live.reading import selection

    cells = selection(book)
    if cells is None:
        return None
    return CellPlace(cells.sheet.name, cells.row, cells.column)


def _unreachable(listed: ListedFindings) -> list[str]:
    return [
        f"（工作表“{name}”已删除或被隐藏，跳过 {count} 条）"
        for name, count in listed.unreachable.items()
    ]


@button(
    "规范格式", group="校验", icon="FormatPainter", needs=UnitRow,
    help="将格式不规范但含义明确的日期、姓名、数字改为规范格式。先列出拟改内容，同意后更改，可以撤销。",
)  # fmt: skip
def tidy(book: xw.Book) -> None:
    """Show what would be written otherwise; write it if the clerk agrees."""
    from addin.actions.tidy import rewritings, tidy_updates

    with reading(book, tidy) as opened:
        changes = list(rewritings(opened.examined.ledger))
    total = sentences.tidy_total(len(changes))
    if not changes:
        tell(book, (), total)
        return
    question = "是否改为规范格式？更改后可点“撤销上一步”恢复。"
    if agrees(book, [*sentences.tidy_lines(changes)], total, question):
        written = write(book, tidy, tidy_updates(changes))
        tell(book, written.remarks, f"已更改 {len(changes)} 个单元格。")


@ledger_button(
    "编号补全", group="校验", icon="AdpPrimaryKey", needs=UnitRow, command="number",
    help="为没有编号的行接续编号，已有编号不变。",
)  # fmt: skip
def fill_numbers(dated: DatedLedger) -> LedgerChange:
    """Give every row without an ID the next one."""
    from addin.actions.ledger_set import fill_ids

    ledger = dated.examined.ledger
    if not any(ledger.unit_codes.values()):
        raise UsageError("“填报信息”中的行政区划代码无法读取，不能编号", "请先填写 9 位代码后重试")
    _, updates = fill_ids(ledger)
    sentence = "已补全编号：" if updates else "没有缺少编号的行。"
    return LedgerChange(updates, [sentence], list(sentences.numbers_lines(ledger, updates)))

"""Buttons of the group 校验: find what is wrong, go there, correct what is sure."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from addin.actions.generated_sheets import check_update
from addin.actions.next_finding import (
    CellPlace,
    ListedFindings,
    is_results,
    listed_findings,
)
from addin.actions.open_ledger import needs
from addin.actions.tidy import rewritings, tidy_updates
from addin.actions.update import fill_ids
from addin.buttons import button
from addin.ribbon.session import agrees, hint, reading, show_sheet, tell, write
from addin.sentences import findings_total, tidy_total
from validators.errors import UsageError
from validators.findings import Finding
from workbooks.live.change import Change
from workbooks.live.reading import raw_sheets, selection
from workbooks.live.retry import retry
from workbooks.updates import SheetUpdate, UpdateReport


def validate(book: xw.Book) -> None:
    """录入校验: list every finding in 校验结果 and mark the cells."""
    one = button("validate")
    with reading(book, one) as opened:
        ledger, findings = opened.examined.ledger, opened.examined.findings
        update = check_update(
            ledger, findings, opened.examined.file, opened.as_of, opened.generated
        )
    marked = 0

    def mark(change: Change, _: UpdateReport) -> None:
        nonlocal marked
        change.say(f"{one.label}：共 {len(findings)} 条，正在标出有问题的单元格……")
        marked = change.mark(findings)

    written = write(book, one, [update], mark)
    tell(book, written.remarks, *_validated(findings, marked))


def _validated(findings: Sequence[Finding], marked: int) -> list[str]:
    if not findings:
        return ["没有发现问题。"]
    said = [f"已给 {marked} 个单元格标色并加批注。"] if marked else []
    return [
        f"{findings_total(findings)}。",
        *said,
        "全部问题列在“校验结果”：点其中的单元格可以跳过去，也可以点“下一个问题”逐条改。",
        "改正后再点一次“录入校验”，标记随之更新。",
    ]


def next_finding(book: xw.Book) -> None:
    """下一个问题: select the next cell of 校验结果; the status bar says what to do."""
    needs(book, button("next_finding").sheet)
    listed = listed_findings(raw_sheets(book, is_results))
    if not listed.checked:
        raise UsageError("还没有校验结果", "请先点“录入校验”")
    finding = listed.after(_selected(book))
    if finding is None:
        done = "没有可以跳到的问题了。" if listed.unreachable else "没有问题了。"
        tell(book, _unreachable(listed), done)
        return
    show_sheet(book, finding.place.sheet)
    retry(lambda: book.sheets[finding.place.sheet].range(finding.cell).select())
    count = f"第 {finding.number}/{finding.of} 个"
    hint(book, "　".join([count, finding.text, *_unreachable(listed)]))


def _selected(book: xw.Book) -> CellPlace | None:
    cells = selection(book)
    if cells is None:
        return None
    return CellPlace(*retry(lambda: (cells.sheet.name, cells.row, cells.column)))


def _unreachable(listed: ListedFindings) -> list[str]:
    return [
        f"（工作表“{name}”不在了或被隐藏，跳过 {count} 条）"
        for name, count in listed.unreachable.items()
    ]


def tidy(book: xw.Book) -> None:
    """规范格式: show what would be written otherwise; write it if the clerk agrees."""
    one = button("tidy")
    with reading(book, one) as opened:
        found = list(rewritings(opened.examined.ledger))
    total = tidy_total(len(found))
    if not found:
        tell(book, (), total)
        return
    question = "改成规范写法吗？改后点“撤销上一步”可以恢复。"
    if agrees(book, [each.sentence for each in found], total, question):
        written = write(book, one, tidy_updates(found))
        tell(book, written.remarks, f"已改好 {len(found)} 个单元格。")


def fill_numbers(book: xw.Book) -> None:
    """编号补全: give every row without an ID the next one."""
    one = button("fill_numbers")
    with reading(book, one) as opened:
        ledger = opened.examined.ledger
        if not any(ledger.unit_codes.values()):
            raise UsageError(
                "“填报信息”里的行政区划代码读不出，不能编号", "请先填好 9 位代码再点一次"
            )
        _, updates = fill_ids(ledger)
    if updates:
        written = write(book, one, updates)
        filled = [_filled(written.tab(update.key), update) for update in updates]
        tell(book, [*filled, *written.remarks], "已补全编号：")
    else:
        tell(book, (), "没有缺编号的行。")


def _filled(sheet: str, update: SheetUpdate) -> str:
    codes = [str(code) for code in update.cells.values()]
    through = f"{codes[0]} 至 {codes[-1]}" if len(codes) > 1 else codes[0]
    return f"{sheet} {len(codes)} 行：{through}"

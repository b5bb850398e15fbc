"""Buttons of the groups 过程 and 研判: what the ledger's records come to."""

from __future__ import annotations

import xlwings as xw

from addin.actions.generated_sheets import sheet_update
from addin.actions.judge import flagged
from addin.actions.open_ledger import OpenLedger
from addin.actions.update import updates_of
from addin.actions.upgrade import upgrade_hint
from addin.buttons import Button, button
from addin.domain.rollup import RollUp, roll_up
from addin.ribbon.session import reading, tell, write
from addin.sentences import (
    award_line,
    awards_total,
    findings_total,
    flag_title,
    flags_total,
    pool_line,
    pool_total,
)
from validators.sheets import AwardRow, DutyRow, FlagRow, GrowthRow, PoolChangeRow, Row
from workbooks.live.change import Change
from workbooks.updates import SheetUpdate, UpdateReport


def update_all(book: xw.Book) -> None:
    """一键更新: compute every generated sheet anew, fill missing IDs, validate."""
    one = button("update_all")
    with reading(book, one) as opened:
        done = updates_of(opened.examined, opened.as_of, opened.generated)
    marked = 0

    def mark(change: Change, report: UpdateReport) -> None:
        nonlocal marked
        # Rows of a rewritten sheet have moved: what was found in them stood elsewhere.
        moved = {
            sheet.sheet
            for sheet, update in zip(report.sheets, done.updates, strict=True)
            if update.rows is not None
        }
        change.say(f"{one.label}：正在标出有问题的单元格……")
        marked = change.mark([found for found in done.findings if found.sheet not in moved])

    written = write(book, one, done.updates, mark)
    sheets = "、".join(sheet.sheet for sheet in written.report.sheets)
    tell(
        book, written.remarks, f"已更新：{sheets}。", f"补全编号 {done.ids} 个。",
        f"校验：{findings_total(done.findings)}，已标出 {marked} 个单元格。",
        *upgrade_hint(opened.examined.ledger),
    )  # fmt: skip


def update_duties(book: xw.Book) -> None:
    """更新职责清单: count what the log says of every duty."""
    one = button("update_duties")
    found, update = _computed(book, one, DutyRow)
    written = write(book, one, [update])
    tell(
        book, written.remarks, f"已按工作日志重新计算 {len(found.duties)} 项职责的完成次数和进度。"
    )


def update_growth(book: xw.Book) -> None:
    """更新成长档案: one file for every mentee."""
    one = button("update_growth")
    found, update = _computed(book, one, GrowthRow)
    written = write(book, one, [update])
    tell(book, written.remarks, f"已更新 {len(found.growths)} 名（个）对象的成长档案。")


def flags(book: xw.Book) -> None:
    """预警研判: fill 预警名单 with the mentees whose help is failing."""
    one = button("flags")
    with reading(book, one) as opened:
        found, update = _rolled_up(opened, FlagRow)
        ledger, settings = opened.examined.ledger, opened.examined.settings
        result = flagged(found.flags, ledger, settings, opened.as_of)
    written = write(book, one, [update])
    tell(
        book, [*written.remarks, *map(flag_title, result.flags)], flags_total(result),
        "依据和建议写在“预警名单”；处理后请填“处理情况”，再次研判时保留。",
    )  # fmt: skip


def gold_mentors(book: xw.Book) -> None:
    """金牌导师: score every mentor and propose who is awarded."""
    one = button("gold_mentors")
    found, update = _computed(book, one, AwardRow)
    written = write(book, one, [update])
    tell(book, [*written.remarks, *map(award_line, found.awards)], awards_total(found.awards))


def pool(book: xw.Book) -> None:
    """导师库调整: propose who enters and leaves the pool of mentors."""
    one = button("pool")
    found, update = _computed(book, one, PoolChangeRow)
    written = write(book, one, [update])
    tell(book, [*written.remarks, *map(pool_line, found.changes)], pool_total(found.changes))


def _computed(book: xw.Book, one: Button, model: type[Row]) -> tuple[RollUp, SheetUpdate]:
    """Read the ledger; return what its records come to, and the update of one sheet."""
    with reading(book, one) as opened:
        return _rolled_up(opened, model)


def _rolled_up(opened: OpenLedger, model: type[Row]) -> tuple[RollUp, SheetUpdate]:
    examined = opened.examined
    found = roll_up(examined.ledger, examined.settings, opened.as_of)
    return found, sheet_update(found, model, examined.file, opened.as_of, opened.generated)

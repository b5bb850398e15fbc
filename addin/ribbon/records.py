"""Buttons of the groups 过程 and 研判: what the ledger's records come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addin import sentences
from addin.buttons import LedgerChange
from addin.ribbon import button, ledger_button
from addin.ribbon.session import (
    agrees_to_decisions,
    ask_target,
    file_stem,
    open_new,
    reading,
    selected_mentees,
    selected_mentors,
    tell,
    write,
    write_again,
)
from validators.errors import UsageError
from validators.sheets import (
    AwardRow,
    DutyRow,
    FlagRow,
    GrowthRow,
    LogEntryRow,
    PairingRow,
    PoolChangeRow,
    UnitRow,
)

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.ledger_set import DatedLedger
    from addin.actions.open_ledger import OpenLedger
    from addin.actions.update import LedgerUpdate
    from validators.ledger import Ledger

# --- 过程 ---


@button(
    "一键更新", group="过程", icon="RefreshAll", needs=UnitRow, large=True,
    help="更新职责清单、成长档案、预警名单、金牌导师、导师库调整和结对建议，补全编号，并重新校验。"
    "期满考核、培养转化、销号、导师库调整已有决定的，先列出需随之更新的状态和日期，同意后一并更新。",
)  # fmt: skip
def update_all(book: xw.Book) -> None:
    """Compute every generated sheet anew, fill missing IDs, validate; first what was decided."""
    from addin.actions.decisions.consequences import consequences, decision_updates
    from addin.actions.upgrade import upgrade_hint

    with reading(book, update_all) as opened:
        examined = opened.examined
        proposals = consequences(examined.ledger, examined.settings, opened.as_of)
        update = None if proposals else _update(opened)
    agreed = agrees_to_decisions(book, proposals)
    if agreed:
        written, update = write_again(book, update_all, decision_updates(proposals), _update)
    else:
        update = update or _update(opened)
        written = write(book, update_all, update.updates, update.findings)
    sheets = "、".join(sheet.sheet for sheet in written.report.sheets)
    decided = [sentences.decisions_end(len(proposals), agreed=True)] if agreed else []
    tell(
        book, written.remarks, *(f"{sentence}。" for sentence in update.withheld), *decided,
        f"已更新：{sheets}。", f"补全编号 {update.ids} 个。",
        *sentences.duties_total([update.duties]),
        f"校验：{sentences.findings_total(update.findings)}，已标出 {written.marked} 个单元格。",
        *upgrade_hint(opened.examined.ledger),
    )  # fmt: skip


def _update(opened: OpenLedger) -> LedgerUpdate:
    from addin.actions.update import updates_of

    return updates_of(opened.examined, opened.as_of, opened.generated)


@ledger_button(
    "更新职责清单", group="过程", icon="AccessTableTasks", needs=DutyRow,
    help="按工作日志重新计算每项职责的完成次数和进度，为未填职责编号的日志提出建议。",
)  # fmt: skip
def update_duties(dated: DatedLedger) -> LedgerChange:
    """Count what the log says of every duty, and propose duties for entries that name none."""
    from addin.actions.update import proposal_updates

    rollup, update = dated.rolled_up(DutyRow)
    report, examined = rollup.facts.duty_report, dated.examined
    proposals = proposal_updates(examined.ledger, report, examined.file)
    total = f"已按工作日志重新计算 {len(rollup.duties)} 项职责的完成次数和进度。"
    return LedgerChange([*proposals, update], [total, *sentences.duties_total([report])])


@ledger_button(
    "采纳职责建议", group="过程", icon="ReviewAcceptChange", needs=LogEntryRow, command="accept",
    help="将“职责编号建议”填入空白的职责编号，计入职责完成次数；已填的不变，可以撤销。",
)  # fmt: skip
def accept_duties(dated: DatedLedger) -> LedgerChange:
    """Let entries that name no duty name the one they are proposed for."""
    from addin.actions.update import acceptance

    updates, count, report = acceptance(dated)
    rest = sentences.duties_total([report])
    if not count:
        return LedgerChange([], ["没有可采纳的职责编号建议。", *rest])
    total = f"已采纳职责编号建议 {count} 条，职责清单已重新计算。"
    return LedgerChange(updates, [total, *rest])


@ledger_button(
    "更新成长档案", group="过程", icon="ChartInsert", needs=GrowthRow,
    help="按成长评价、工作日志和登记表更新每名对象的成长档案。",
)  # fmt: skip
def update_growth(dated: DatedLedger) -> LedgerChange:
    """Compute one growth file for every mentee."""
    rollup, update = dated.rolled_up(GrowthRow)
    return LedgerChange([update], [f"已更新 {len(rollup.growths)} 名（个）对象的成长档案。"])


@button(
    "成长档案卡", group="过程", icon="FilePrint", needs=GrowthRow,
    help="为选中的帮带对象生成成长档案卡，一人一册，可直接打印。请先选中对象所在的行，可选多行。",
)  # fmt: skip
def growth_card(book: xw.Book) -> None:
    """Print the card of every mentee in the selected rows."""
    from addin.actions.cards import print_cards

    with reading(book, growth_card) as opened:
        ledger = opened.examined.ledger
        mentees = selected_mentees(book, ledger)
        if not mentees:
            raise UsageError(
                "未选中帮带对象",
                "请在“个人对象”“组织对象”“结对台账”“工作日志”“成长档案”等表中选中该对象所在的行后再点",
            )
        name = _name(ledger, mentees[0]) if len(mentees) == 1 else file_stem(book)
    target = ask_target(book, "成长档案卡的保存位置", f"{name}成长档案卡")
    if target is None:
        tell(book, (), "已取消，未生成文件。")
        return
    result = print_cards(opened.ledger_set, target, mentees=mentees)
    open_new(book, result.out)
    left_out = [f"{code} 未生成档案卡，该行有错误或编号重复" for code in result.left_out]
    total = f"已生成成长档案卡 {result.cards} 份，可直接打印。"
    tell(book, left_out, total, f"保存在：{result.out}")


@button(
    "复制提醒", group="过程", icon="Copy", needs=PairingRow,
    help="复制本周待办的提醒文本，可粘贴到微信。选中导师、对象或结对所在的行，复制该导师的提醒；"
    "否则复制全乡镇（街道）的提醒。",
)  # fmt: skip
def copy_reminders(book: xw.Book) -> None:
    """Put what is due of the selected mentors, or of the whole township, where it can be pasted."""
    from addin.actions.reports.remind import reminders_of
    from workbooks.live.host import host

    with reading(book, copy_reminders) as opened:
        chosen = selected_mentors(book, opened.examined.ledger)
        found = list(reminders_of(opened.examined, opened.as_of))
    texts = [each.text for each in found if each.mentor_id in chosen]
    if chosen and not texts:
        tell(book, (), "选中的导师没有到期事项，未复制。")
        return
    text = "\n\n".join(texts or [found[0].text])
    copied = host().copy_text(text)
    if copied:
        tell(book, text.splitlines(), "提醒文本已复制，可粘贴到微信。")
    else:
        tell(book, (), "无法写入剪贴板，请从此处复制提醒文本。", text)


def _name(ledger: Ledger, mentee_id: str) -> str:
    from validators.relations import mentee_places

    place = mentee_places(ledger).get(mentee_id)
    return (place[0].column("name")[place[1]] if place else None) or mentee_id


# --- 研判 ---


@ledger_button(
    "预警研判", group="研判", icon="AccessTableIssues", needs=FlagRow, large=True,
    help="研判帮带次数不足、成长停滞、临近期满等情形，列明依据，填入“预警名单”。",
)  # fmt: skip
def flags(dated: DatedLedger) -> LedgerChange:
    """Fill 预警名单 with the mentees whose help is failing."""
    from addin.actions.flags import with_hints

    rollup, update = dated.rolled_up(FlagRow)
    ledger, settings = dated.examined.ledger, dated.examined.settings
    result = with_hints(rollup.flags, ledger, settings, dated.as_of)
    advice = "依据和建议列在“预警名单”；处理后请填写“处理情况”，再次研判时保留。"
    return LedgerChange(
        [update],
        [sentences.flags_total(result), advice],
        [*map(sentences.flag_title, result.flags)],
    )


@ledger_button(
    "金牌导师", group="研判", icon="HappyFace", needs=AwardRow,
    help="按评选条件和各项得分排出金牌导师建议名单，填入“金牌导师”。",
)  # fmt: skip
def gold_mentors(dated: DatedLedger) -> LedgerChange:
    """Score every mentor and propose who is awarded."""
    rollup, update = dated.rolled_up(AwardRow)
    awards = rollup.awards
    return LedgerChange(
        [update],
        [sentences.awards_total(awards, rollup.award_year)],
        [*map(sentences.award_line, awards)],
    )


@ledger_button(
    "导师库调整", group="研判", icon="SortDialog", needs=PoolChangeRow,
    help="按考核结果和负面情形提出导师库进、出、留的建议，填入“导师库调整”。",
)  # fmt: skip
def pool(dated: DatedLedger) -> LedgerChange:
    """Propose who enters and leaves the pool of mentors."""
    rollup, update = dated.rolled_up(PoolChangeRow)
    return LedgerChange(
        [update],
        [sentences.pool_total(rollup.changes)],
        [*map(sentences.pool_line, rollup.changes)],
    )

"""Buttons of the group 结对, and those that print papers and cards as a workbook of their own."""

from __future__ import annotations

import xlwings as xw

from addin.actions.cards import print_cards
from addin.actions.confirm import confirm_adopted
from addin.actions.open_ledger import OpenLedger
from addin.actions.pair import holds_other_units, suggestion_update
from addin.actions.papers import latest_pairings, print_papers
from addin.buttons import button
from addin.domain.pairing.suggest import suggest as suggested
from addin.ribbon.ledgers import ask_target, open_new
from addin.ribbon.session import (
    agrees,
    reading,
    selected_mentees,
    selected_rows,
    show_sheet,
    tell,
    write,
)
from addin.sentences import (
    confirmation_lines,
    confirmation_total,
    pair_line,
    suggestion_remarks,
    suggestions_total,
)
from validators.errors import UsageError
from validators.relations import mentee_places
from validators.sheets import PairingRow

# SECTION Buttons of the group 结对: suggest who helps whom, and confirm what was decided.


def suggest(book: xw.Book) -> None:
    """生成结对建议: fill 结对建议 for everybody who waits for a mentor."""
    one = button("suggest")
    with reading(book, one) as opened:
        ledger, file = opened.examined.ledger, opened.examined.file
        plan = suggested(ledger, opened.examined.settings, opened.as_of)
        update = suggestion_update(ledger, plan, file, opened.as_of, opened.generated)
    if holds_other_units(ledger) and not agrees(
        book,
        (),
        "“结对建议”里有其他乡镇的导师，是县、市统筹时提出的。",
        "只用本台账重新生成，会去掉其中没有填写意见的建议。继续吗？",
    ):
        return
    written = write(book, one, [update])
    details = [*written.remarks, *suggestion_remarks(plan), *map(pair_line, plan.pairs)]
    then = ["请在“结对建议”填写采纳和双方意见，再点“确认结对”。"] if plan.pairs else []
    tell(book, details, suggestions_total(plan), *then)


def confirm(book: xw.Book) -> None:
    """确认结对: turn the adopted suggestions into pairings with duties."""
    one = button("confirm")
    with reading(book, one) as opened:
        done = confirm_adopted(
            opened.examined.ledger, opened.examined.settings, opened.as_of, opened.generated
        )
    written = write(book, one, done.updates)
    show_sheet(book, written.tab(PairingRow.sheet.key))
    tell(
        book, [*confirmation_lines(done.refused, done.notes), *written.remarks],
        confirmation_total(len(done.pairings), len(done.duties)),
        "点“聘书与协议”可以打印聘书、协议和仪式名单。",
    )  # fmt: skip


# SECTION Buttons that print: papers and growth_card; what they make is a workbook of its own.

_CANCELLED = "已取消，没有生成文件。"


def papers(book: xw.Book) -> None:
    """聘书与协议: certificates, agreements and the ceremony list of the selected or latest pairings."""
    one = button("papers")
    with reading(book, one) as opened:
        wanted = _pairings(opened)
    target = ask_target(book, "结对材料保存到哪里？", f"{_unit(opened)}结对材料")
    if target is None:
        tell(book, (), _CANCELLED)
        return
    done = print_papers(opened.ledger_set, target, pairings=wanted)
    open_new(book, done.out)
    tell(
        book, done.left_out,
        f"已生成 {len(done.pairings)} 对的聘书、协议和结对仪式名单，可直接打印。", f"保存在：{done.out}",
    )  # fmt: skip


def growth_card(book: xw.Book) -> None:
    """成长档案卡: the printable card of every mentee in the selected rows."""
    one = button("growth_card")
    with reading(book, one) as opened:
        wanted = _mentees(opened)
        name = _name(opened, wanted[0]) if len(wanted) == 1 else _unit(opened)
    target = ask_target(book, "成长档案卡保存到哪里？", f"{name}成长档案卡")
    if target is None:
        tell(book, (), _CANCELLED)
        return
    done = print_cards(opened.ledger_set, target, mentees=wanted)
    open_new(book, done.out)
    left_out = [f"{code} 没有制卡，该行有错误或编号重复" for code in done.left_out]
    tell(book, left_out, f"已生成成长档案卡 {done.cards} 份，可直接打印。", f"保存在：{done.out}")


def _pairings(opened: OpenLedger) -> list[str]:
    """Return the pairings of the selected rows of 结对台账, else those of the latest day.

    Raises:
        UsageError: There are none, or a selected one has no ID yet.
    """
    ledger = opened.examined.ledger
    chosen = selected_rows(opened.book, ledger)
    if chosen and chosen.table.model is PairingRow and chosen.indexes:
        codes = chosen.values("pairing_id")
        if None in codes:
            row = chosen.table.place(chosen.indexes[codes.index(None)], "pairing_id").row
            raise UsageError(
                f"结对台账第 {row} 行还没有能用的结对编号", "请先点“编号补全”，再生成材料"
            )
        return codes
    latest = latest_pairings(ledger)
    if not latest:
        raise UsageError("“结对台账”里还没有结对", "请先确认结对，或改正校验结果中的错误")
    return latest


def _mentees(opened: OpenLedger) -> list[str]:
    """Return the mentees of the selected rows.

    Raises:
        UsageError: The selection names none.
    """
    found = selected_mentees(opened.book, opened.examined.ledger)
    if not found:
        raise UsageError(
            "没有选中帮带对象",
            "请在“个人对象”“组织对象”“结对台账”“工作日志”“成长档案”等表里选中该对象所在的行再点",
        )
    return found


def _name(opened: OpenLedger, mentee_id: str) -> str:
    place = mentee_places(opened.examined.ledger).get(mentee_id)
    return (place[0].column("name")[place[1]] if place else None) or mentee_id


def _unit(opened: OpenLedger) -> str:
    return opened.book.name.rpartition(".")[0] or opened.book.name

"""Buttons of the group 结对: suggest and confirm pairings, print their papers, end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addin import sentences
from addin.ribbon import button
from addin.ribbon.session import (
    agrees,
    ask_target,
    file_stem,
    open_new,
    reading,
    selected_rows,
    show_sheet,
    tell,
    write,
)
from validators.errors import UsageError
from validators.sheets import CompletionRow, PairingRow, SuggestionRow

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.open_ledger import OpenLedger


@button(
    "生成结对建议", group="结对", icon="AccessTableContacts", needs=SuggestionRow, large=True,
    help="为待结对的对象提出导师人选，列明得分和理由，填入“结对建议”，由党委研究决定；缺少的编号先补全。",
)  # fmt: skip
def suggest(book: xw.Book) -> None:
    """Fill 结对建议 for everybody who waits for a mentor."""
    from addin.actions.generated_sheets import refuse_withheld
    from addin.actions.ledger_set import fill_ids
    from addin.actions.pair import holds_other_units, suggestion_update
    from addin.domain.pairing.suggest import suggest as suggestions

    with reading(book, suggest) as opened:
        refuse_withheld(opened.examined.ledger, SuggestionRow)
        (ledger, numbers), file = fill_ids(opened.examined.ledger), opened.examined.file
        plan = suggestions(ledger, opened.examined.settings, opened.as_of)
        update = suggestion_update(ledger, plan, file, opened.as_of, opened.generated)
    if holds_other_units(ledger) and not agrees(
        book,
        (),
        "“结对建议”中有其他乡镇的导师，是县、市统筹时提出的。",
        "仅用本台账重新生成，将删除其中未填写意见的建议。是否继续？",
    ):
        return
    written = write(book, suggest, [*numbers, update])
    details = [
        *written.remarks,
        *(f"已补全编号：{line}" for line in sentences.numbers_lines(ledger, numbers)),
        *sentences.suggestion_remarks(plan),
        *map(sentences.pair_line, plan.pairs),
    ]
    then = ["请在“结对建议”填写采纳和双方意见，再点“确认结对”。"] if plan.pairs else []
    tell(book, details, sentences.suggestions_total(plan), *then)


@button(
    "确认结对", group="结对", icon="ReviewAcceptChange", needs=SuggestionRow,
    help="将“结对建议”中采纳的建议转入“结对台账”，并生成职责清单。",
)  # fmt: skip
def confirm(book: xw.Book) -> None:
    """Turn the adopted suggestions into pairings with duties."""
    from addin.actions.confirm import confirm_adopted
    from addin.domain.pairing.adoption import check_adoptions

    with reading(book, confirm) as opened:
        facts = opened.examined.ledger, opened.examined.settings, opened.as_of
        rows = check_adoptions(*facts).replaceable
    replace = bool(rows) and agrees(
        book,
        (),
        f"结对建议第 {'、'.join(map(str, rows))} 行的对象已有导师。",
        "是否更换为所选导师并终止原结对？选“否”的，上述各行不结对。",
    )
    result = confirm_adopted(*facts, opened.generated, replace=replace)
    written = write(book, confirm, result.updates)
    show_sheet(book, written.tab(PairingRow.sheet.key))
    tell(
        book, [*sentences.confirmation_lines(result.refused, result.notes), *written.remarks],
        sentences.confirmation_total(len(result.pairings), len(result.duties)),
        "点“聘书与协议”可以打印聘书、协议和仪式名单。",
    )  # fmt: skip


@button(
    "聘书与协议", group="结对", icon="SignatureLineInsert", needs=PairingRow,
    help="为新结对生成导师聘书、帮带协议和仪式名单，另存为可直接打印的工作簿。",
)  # fmt: skip
def papers(book: xw.Book) -> None:
    """Print certificates, agreements and the ceremony list of the selected or latest pairings."""
    from addin.actions.papers import print_papers

    with reading(book, papers) as opened:
        pairings = _pairings(opened)
    target = ask_target(book, "结对材料的保存位置", f"{file_stem(book)}结对材料")
    if target is None:
        tell(book, (), "已取消，未生成文件。")
        return
    result = print_papers(opened.ledger_set, target, pairings=pairings)
    open_new(book, result.out)
    tell(
        book, result.left_out,
        f"已生成 {len(result.pairings)} 对的聘书、协议和结对仪式名单，可直接打印。",
        f"保存在：{result.out}",
    )  # fmt: skip


@button(
    "期满处理", group="结对", icon="AcceptInvitation", needs=CompletionRow,
    help="为临近期满和已期满的结对在“期满考核”各生成一行；填写考核日期、得分和结论后再点一次，"
    "等次、状态、续帮的期满日期随之更新，出师证书、期满证书可直接打印。",
)  # fmt: skip
def complete(book: xw.Book) -> None:
    """Prepare rows of 期满考核, write what follows from those filled in, print certificates."""
    from addin.actions.decisions.complete import certificates, ending_pairings

    with reading(book, complete) as opened:
        judged = opened.examined.ledger, opened.examined.settings, opened.as_of
        ending, printed = ending_pairings(*judged), certificates(*judged)
    lines = ending.lines
    total = sentences.ending_total(len(ending.prepared), len(ending.proposals))
    if ending.updates:
        question = "是否写入台账？写入后可点“撤销上一步”恢复。"
        if not agrees(book, lines, total, question):
            tell(book, (), "已取消，未改动。")
            return
        lines = [*write(book, complete, ending.updates).remarks, *lines]
    target = None
    if printed.certificates:
        target = ask_target(book, "期满证书的保存位置", f"{file_stem(book)}期满证书")
    if target:
        printed.write(target, opened.as_of)
        open_new(book, target)
    count = len(printed.certificates)
    tell(book, [*lines, *printed.left_out], total, sentences.certificates_total(count, target))


def _pairings(opened: OpenLedger) -> list[str]:
    """Return the pairings of the selected rows of 结对台账, else those of the latest day.

    Raises:
        UsageError: There are none, or a selected one has no ID yet.
    """
    from addin.actions.papers import latest_pairings

    ledger = opened.examined.ledger
    chosen = selected_rows(opened.book, ledger)
    if chosen and chosen.table.model is PairingRow and chosen.indexes:
        codes = chosen.values("pairing_id")
        if None in codes:
            row = chosen.table.place(chosen.indexes[codes.index(None)], "pairing_id").row
            raise UsageError(
                f"结对台账第 {row} 行没有可用的结对编号", "请先点“编号补全”，再生成材料"
            )
        return codes
    latest = latest_pairings(ledger)
    if not latest:
        raise UsageError("“结对台账”中尚无结对", "请先确认结对，或改正校验结果中的错误")
    return latest

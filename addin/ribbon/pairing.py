"""Buttons of the group 结对: suggest who helps whom, and confirm what was decided."""

from __future__ import annotations

import xlwings as xw

from addin.actions.confirming import nothing_confirmed
from addin.actions.drafting import draft_update, holds_other_units
from addin.actions.pairing_rows import confirmation
from addin.buttons import button
from addin.ribbon.working import agrees, reading, show_sheet, tell, write
from addin.sentences import (
    confirmation_lines,
    confirmation_total,
    pair_line,
    suggestion_remarks,
    suggestions_total,
)
from addin.tasks.pairing.suggest import suggest as suggested
from validators.errors import UsageError
from validators.sheets import PairingRow

__all__ = ["confirm", "suggest"]


def suggest(book: xw.Book) -> None:
    """生成结对建议: fill 结对建议 for everybody who waits for a mentor."""
    one = button("suggest")
    with reading(book, one) as opened:
        ledger, file = opened.examined.ledger, opened.examined.file
        plan = suggested(ledger, opened.examined.settings, opened.as_of)
        update = draft_update(ledger, plan, file, opened.as_of, opened.generated)
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
        done = confirmation(
            opened.examined.ledger, opened.examined.settings, opened.as_of, opened.generated
        )
        if not done.pairings:
            raise UsageError(*nothing_confirmed(done))
    written = write(book, one, done.updates)
    show_sheet(book, written.tab(PairingRow.sheet.key))
    tell(
        book, [*confirmation_lines(done.refused, done.notes), *written.remarks],
        confirmation_total(len(done.pairings), len(done.duties)),
        "点“聘书与协议”可以打印聘书、协议和仪式名单。",
    )  # fmt: skip

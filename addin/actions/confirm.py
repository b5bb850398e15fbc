"""Confirm pairings: adopted suggestions become rows of 结对台账: `bangdai confirm`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from addin import clock
from addin.actions.ledger_set import copy_ledger, read_together, refuse_existing
from addin.actions.new_pairings import Confirmation, confirmation
from addin.actions.papers import papers_of
from validators.errors import UsageError
from workbooks.files import check_writable, replace_atomically
from workbooks.papers.workbook import write_papers


@dataclass(frozen=True, slots=True)
class ConfirmResult:
    """What one confirmation did.

    Attributes:
        pairings: How many pairings were made.
        duties: How many duties were generated for them.
        refused: Why adopted rows did not become pairings, in sentences.
        notes: What else changed in the ledger, in sentences.
        out: The new ledger.
        papers: The workbook of certificates and agreements; None if nothing was confirmed.
    """

    pairings: int
    duties: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    out: Path
    papers: Path | None


def confirm_pairings(
    path: Path,
    out: Path,
    *,
    as_of: date,
    papers: Path | None = None,
    generated: datetime | None = None,
) -> ConfirmResult:
    """Move adopted suggestions into 结对台账 of a copy of the ledger, and write the papers.

    Args:
        path: A ledger whose 结对建议 the clerk has marked.
        out: The new ledger; it must not exist.
        as_of: The day of the confirmation.
        papers: The workbook of certificates, agreements and the ceremony list; beside `out`
            without one. It must not exist.
        generated: 生成时间; now if None.

    Raises:
        UsageError: Nothing is marked, or a target exists.
        WriteRefused: A target cannot be written.
        UnreadableWorkbook: The ledger cannot be read, or not be copied.
    """
    papers = papers or out.with_name(f"{out.stem}-结对材料.xlsx")
    for target in (out, papers):
        refuse_existing(target)
        check_writable(target)
    together = read_together(path, as_of=as_of)
    one = together.examined[0]
    done = confirmation(
        one.ledger, one.settings, as_of, generated or clock.now().replace(tzinfo=None)
    )
    if not done.pairings:
        raise UsageError(*nothing_confirmed(done))
    printed = papers_of(one.ledger, one.settings, done, as_of)
    replace_atomically(papers, lambda draft: write_papers(draft, printed))
    copy_ledger(together, one, out, done.updates)
    return ConfirmResult(
        len(done.pairings), len(done.duties), done.refused, done.notes, out, papers
    )


def nothing_confirmed(done: Confirmation) -> tuple[str, str]:
    """Return why nothing was confirmed, and what to do."""
    if done.refused:
        return "没有可以确认的结对：" + "；".join(done.refused), "请改正后重试"
    return "“结对建议”表没有采纳或组织指定的行", "请先在“采纳”一栏填写，再确认结对"

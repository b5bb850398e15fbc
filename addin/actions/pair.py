"""Suggest pairings for a ledger, a county or the city: `bangdai pair`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from addin import clock
from addin.actions.generated_sheets import Key, rewritten
from addin.actions.ledger_set import CopyResult, LedgerSet, copy_folder, copy_ledger, read_together
from addin.actions.validate import ExaminedLedger, Progress
from addin.domain.numbering import unit_of
from addin.domain.pairing.results import SuggestedPair, Suggestions, Unmatched
from addin.domain.pairing.suggest import suggest
from validators.columns import Fill
from validators.divisions import unit_name
from validators.ledger import Ledger
from validators.relations import same_unit
from validators.sheets import SuggestionRow, columns_by_field
from workbooks.consolidated.content import Grid, Heading, NumberFormat, Stamp
from workbooks.consolidated.tables import write_listing
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.updates import SheetUpdate

# SECTION The draft: suggested pairings as rows of 结对建议, the clerk's entries kept.

DRAFT_KEY = ("mentee_id", "mentor_id")
"""What a row of 结对建议 is about."""

_KEPT = "本次未建议，保留填写的意见备查"


def draft_update(
    ledger: Ledger, plan: Suggestions, file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 结对建议 of one workbook anew.

    Suggested pairs come first, mentees nobody can help next, and last the rows that are no longer
    suggested but hold an entry of the clerk's: those leave the sheet only through a confirmation.

    Args:
        ledger: The ledger or ledgers the plan was made for.
        plan: The suggestions.
        file: The workbook whose mentees are wanted.
        as_of: The day the data reach to.
        generated: When the plan was made.
    """
    reasons = {(one.mentee_id, one.mentor_id): one.reason for one in plan.set_aside}

    def left(key: Key) -> dict[str, object]:
        return {"reason": reasons.get(key, _KEPT)}

    rows = rewritten(ledger, SuggestionRow, file, _rows(plan, file), DRAFT_KEY, left)
    return SheetUpdate(SuggestionRow.sheet.key, rows=rows, as_of=as_of, generated=generated)


def holds_other_units(ledger: Ledger) -> bool:
    """Tell whether 结对建议 of one workbook holds a mentor of another township.

    Such a draft was made for a county or the city: one ledger alone cannot judge it.
    """
    unit = next(iter(ledger.unit_codes.values()), "")
    mentors = ledger.table(SuggestionRow).column("mentor_id")
    return not all(same_unit(mentor, unit) for mentor in mentors if mentor)


def _rows(plan: Suggestions, file: str) -> Iterator[dict[str, object]]:
    yield from (_pair_values(pair) for pair in plan.pairs if pair.file == file)
    yield from (_unmatched_values(one) for one in plan.unmatched if one.file == file)


def _pair_values(pair: SuggestedPair) -> dict[str, object]:
    scores = {field: round(100 * value, 1) for field, value in asdict(pair.scores).items()}
    return {
        "mentee_id": pair.mentee_id,
        "mentee_name": pair.mentee_name,
        "mentor_id": pair.mentor_id,
        "mentor_name": pair.mentor_name,
        "score": round(100 * pair.total, 2),
        **scores,
        "mode": pair.mode,
        "path": pair.path,
        "reason": pair.reason,
    }


def _unmatched_values(one: Unmatched) -> dict[str, object]:
    blank = dict.fromkeys(
        field
        for field, column in columns_by_field(SuggestionRow).items()
        if column.fill is Fill.COMPUTED
    )
    return {
        **blank,
        "mentee_id": one.mentee_id,
        "mentee_name": one.mentee_name,
        "reason": one.reason,
    }


# SECTION Suggest pairings for a ledger, a county or the city: `bangdai pair`.

LISTING_KIND = "结对建议汇总"
"""帮带文件类型 of the workbook that lists a county's or the city's suggestions."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """What was suggested and where it was written.

    Attributes:
        together: The ledgers it was made for.
        plan: The suggestions.
        out: The workbook or folder written, None without one.
        copied: What became of every ledger of a folder; empty otherwise.
    """

    together: LedgerSet
    plan: Suggestions
    out: Path | None = None
    copied: tuple[CopyResult, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read or copied, else 0."""
        lost = self.together.report.unreadable or any(one.problem for one in self.copied)
        return 2 if lost else 0


def suggest_pairings(
    path: Path,
    out: Path | None,
    *,
    as_of: date,
    settings_file: Path | None = None,
    reopen: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> PairResult:
    """Suggest a mentor for everybody who waits for one, and write the draft if asked to.

    Args:
        path: A ledger, or a folder of ledgers taken as one.
        out: For a ledger, its copy with the draft. For a folder, a folder of such copies, or a
            workbook (.xlsx) that lists everything. Nothing is overwritten but such a list.
        as_of: What dates are judged by.
        settings_file: Settings that win over each ledger's own.
        reopen: Also those who have a mentor may get another.
        jobs: Worker processes.
        progress: Told of every file read.

    Raises:
        UsageError: There is no readable ledger, or `out` exists.
        WriteRefused: `out` cannot be written.
        UnreadableWorkbook: A ledger's copy cannot be made.
    """
    together = read_together(
        path, as_of=as_of, settings_file=settings_file, jobs=jobs, progress=progress
    )
    plan = suggest(together.ledger, together.settings, as_of, reopen=reopen)
    if out is None:
        return PairResult(together, plan)
    generated = clock.now().replace(tzinfo=None)

    def updates(one: ExaminedLedger) -> list[SheetUpdate]:
        return [draft_update(together.ledger, plan, one.file, as_of, generated)]

    if path.is_file():
        one = together.examined[0]
        copy_ledger(together, one, out, updates(one))
    elif out.suffix.lower() == ".xlsx":
        _write_list(out, plan, Stamp(as_of, generated))
    else:
        return PairResult(together, plan, out, copy_folder(together, out, updates))
    return PairResult(together, plan, out)


def _write_list(out: Path, plan: Suggestions, stamp: Stamp) -> None:
    refuse_foreign(out, LISTING_KIND)
    check_writable(out)
    grids = (_pairs(plan), _unmatched(plan), _changes(plan))
    replace_atomically(
        out, lambda draft: write_listing(draft, LISTING_KIND, "导师帮带结对建议", grids, stamp)
    )


_PLACE = (
    Heading("序号", 5),
    Heading("县(区)", 8, NumberFormat.TEXT),
    Heading("乡镇(街道)", 11, NumberFormat.TEXT),
    Heading("对象编号", 17, NumberFormat.TEXT),
    Heading("对象名称", 14, NumberFormat.TEXT),
)


def _place(number: int, mentee_id: str, name: str) -> tuple[int, str, str, str, str]:
    county, township = unit_name(unit_of(mentee_id))
    return number, county, township, mentee_id, name


def _pairs(plan: Suggestions) -> Grid:
    headings = (
        *_PLACE, Heading("导师编号", 17, NumberFormat.TEXT), Heading("导师姓名", 9, NumberFormat.TEXT),
        Heading("导师所在乡镇(街道)", 11, NumberFormat.TEXT), Heading("匹配分", 7, NumberFormat.DECIMAL),
        Heading("领域相近", 5), Heading("帮带便捷", 5), Heading("以强带弱", 5),
        Heading("双向自愿", 5), Heading("组织统筹", 5), Heading("结对方式", 13, NumberFormat.TEXT),
        Heading("帮带路径", 8, NumberFormat.TEXT), Heading("理由", 44, NumberFormat.TEXT),
    )  # fmt: skip
    rows = [
        (
            *_place(number, pair.mentee_id, pair.mentee_name), pair.mentor_id, pair.mentor_name,
            unit_name(unit_of(pair.mentor_id))[1], round(100 * pair.total, 1),
            *(round(100 * value) for value in asdict(pair.scores).values()),
            pair.mode, pair.path, pair.reason,
        )
        for number, pair in enumerate(plan.pairs, 1)
    ]  # fmt: skip
    note = f"共 {len(rows)} 对；各项 0 至 100 分，按“参数”表的权重计入匹配分"
    return Grid("结对建议", "导师帮带结对建议汇总表", note, headings, rows, frozen=5)


def _unmatched(plan: Suggestions) -> Grid:
    rows = [
        (*_place(number, one.mentee_id, one.mentee_name), one.reason)
        for number, one in enumerate(plan.unmatched, 1)
    ]
    headings = (*_PLACE, Heading("原因", 70, NumberFormat.TEXT))
    return Grid("无可用导师", "无可用导师的帮带对象", f"共 {len(rows)} 名（个）", headings, rows)


def _changes(plan: Suggestions) -> Grid:
    rows = [
        (number, one.mentee_id, one.before or "—", one.after or "—", one.sentence)
        for number, one in enumerate(plan.changes, 1)
    ]
    headings = (
        Heading("序号", 5), Heading("对象编号", 17, NumberFormat.TEXT), Heading("原建议导师", 17, NumberFormat.TEXT),
        Heading("现建议导师", 17, NumberFormat.TEXT), Heading("变动原因", 70, NumberFormat.TEXT),
    )  # fmt: skip
    note = f"共 {len(rows)} 处；与上次建议相比"
    return Grid("变动清单", "结对建议变动清单", note, headings, rows)

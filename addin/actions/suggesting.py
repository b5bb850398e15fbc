"""Suggest pairings for a ledger, a county or the city: `bangdai pair`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from addin import clock
from addin.actions.copying import Copied, copy_folder, copy_ledger
from addin.actions.drafting import draft_update
from addin.actions.examining import Examined, Progress
from addin.actions.together import Together, read_together
from addin.tasks.pairing.results import Suggestions
from addin.tasks.pairing.suggest import suggest
from addin.tasks.rows import unit_of
from validators.divisions import unit_name
from workbooks.consolidated.content import Grid, Heading, Look, Stamp
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.listing import write_listing
from workbooks.updates import SheetUpdate

__all__ = ["LISTING_KIND", "Suggested", "suggest_pairings"]

LISTING_KIND = "结对建议汇总"
"""帮带文件类型 of the workbook that lists a county's or the city's suggestions."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was suggested and where it was written.

    Attributes:
        together: The ledgers it was made for.
        plan: The suggestions.
        out: The workbook or folder written, None without one.
        copied: What became of every ledger of a folder; empty otherwise.
    """

    together: Together
    plan: Suggestions
    out: Path | None = None
    copied: tuple[Copied, ...] = ()

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
) -> Suggested:
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
        return Suggested(together, plan)
    generated = clock.now().replace(tzinfo=None)

    def updates(one: Examined) -> list[SheetUpdate]:
        return [draft_update(together.ledger, plan, one.file, as_of, generated)]

    if path.is_file():
        one = together.examined[0]
        copy_ledger(together, one, out, updates(one))
    elif out.suffix.lower() == ".xlsx":
        _write_list(out, plan, Stamp(as_of, generated))
    else:
        return Suggested(together, plan, out, copy_folder(together, out, updates))
    return Suggested(together, plan, out)


def _write_list(out: Path, plan: Suggestions, stamp: Stamp) -> None:
    refuse_foreign(out, LISTING_KIND)
    check_writable(out)
    grids = (_pairs(plan), _unmatched(plan), _changes(plan))
    replace_atomically(
        out, lambda draft: write_listing(draft, LISTING_KIND, "导师帮带结对建议", grids, stamp)
    )


_PLACE = (
    Heading("序号", 5),
    Heading("县(区)", 8, Look.TEXT),
    Heading("乡镇(街道)", 11, Look.TEXT),
    Heading("对象编号", 17, Look.TEXT),
    Heading("对象名称", 14, Look.TEXT),
)


def _place(number: int, mentee_id: str, name: str) -> tuple[int, str, str, str, str]:
    county, township = unit_name(unit_of(mentee_id))
    return number, county, township, mentee_id, name


def _pairs(plan: Suggestions) -> Grid:
    headings = (
        *_PLACE, Heading("导师编号", 17, Look.TEXT), Heading("导师姓名", 9, Look.TEXT),
        Heading("导师所在乡镇(街道)", 11, Look.TEXT), Heading("匹配分", 7, Look.DECIMAL),
        Heading("领域相近", 5), Heading("帮带便捷", 5), Heading("以强带弱", 5),
        Heading("双向自愿", 5), Heading("组织统筹", 5), Heading("结对方式", 13, Look.TEXT),
        Heading("帮带路径", 8, Look.TEXT), Heading("理由", 44, Look.TEXT),
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
    headings = (*_PLACE, Heading("原因", 70, Look.TEXT))
    return Grid("无可用导师", "无可用导师的帮带对象", f"共 {len(rows)} 名（个）", headings, rows)


def _changes(plan: Suggestions) -> Grid:
    rows = [
        (number, one.mentee_id, one.before or "—", one.after or "—", one.sentence)
        for number, one in enumerate(plan.changes, 1)
    ]
    headings = (
        Heading("序号", 5), Heading("对象编号", 17, Look.TEXT), Heading("原建议导师", 17, Look.TEXT),
        Heading("现建议导师", 17, Look.TEXT), Heading("变动原因", 70, Look.TEXT),
    )  # fmt: skip
    note = f"共 {len(rows)} 处；与上次建议相比"
    return Grid("变动清单", "结对建议变动清单", note, headings, rows)

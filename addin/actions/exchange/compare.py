"""Compare two ledgers or two consolidated workbooks: `bangdai compare`, and 变动明细 of a 汇总."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from addin import clock
from addin.actions.exchange.kept_state import MergedLedgers, compared, kept_run
from addin.actions.exchange.states import WrittenUnits, ledger_state
from addin.actions.found_files import Source
from addin.actions.ledger_set import check_target
from addin.actions.parcels import DamagedParcel
from addin.actions.validate import examine, superior_settings
from addin.domain.changes import Change, ChangeKind, Comparison, State, compare_states
from validators.errors import UsageError
from workbooks.consolidated.content import Grid, Heading, SheetGroup, Stamp, text_heading
from workbooks.consolidated.tables import write_listing
from workbooks.files import CONSOLIDATED, file_kind, replace_atomically

FILE_KIND = "变动明细"
"""Value of the document property `帮带文件类型`."""

_OLD, _NEW = "原", "现"
_COLOURS = {
    ChangeKind.REMOVED.value: "#C00000",
    ChangeKind.NEW.value: "#C00000",
    ChangeKind.LEFT.value: "#9C5700",
    ChangeKind.FIXED.value: "#00703C",
    ChangeKind.ADDED.value: "#00703C",
}
_MATCHED = "按编号对应，没有编号的按内容对应；问题只列错误和警告"


@dataclass(frozen=True, slots=True)
class CompareResult:
    """What changed from one file to another, and the workbook that says so, if one was asked for."""

    comparison: Comparison
    out: Path | None

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of `bangdai compare --json`."""
        return {
            "units": {
                place: {kind.value: counts[kind] for kind in ChangeKind}
                for place, counts in self.comparison.counts().items()
            },
            "only_old": list(self.comparison.only_old),
            "only_new": list(self.comparison.only_new),
            "changes": [change._asdict() for change in self.comparison.changes],
        }


def compare_files(
    old: Path,
    new: Path,
    *,
    as_of: date,
    out: Path | None = None,
    settings_file: Path | None = None,
    jobs: int = 1,
    generated: datetime | None = None,
) -> CompareResult:
    """Compare two ledgers, or two consolidated workbooks.

    Args:
        old: The file before.
        new: The file now.
        as_of: What dates are judged by.
        out: The workbook to write, None for none.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        generated: 生成时间; now if None.

    Raises:
        UsageError: One is a ledger and the other is none, a file is no ledger, or they are of two units.
        UnreadableWorkbook: A file cannot be read.
        WriteRefused: `out` is not ours to replace, or cannot be written.
    """
    kinds = {file_kind(path) == CONSOLIDATED for path in (old, new)}
    if len(kinds) > 1:
        raise UsageError("两个文件中只有一个是汇总表，不能比对", "请指定两份台账，或两个汇总表")
    if out:
        check_target(out, FILE_KIND)
    if kinds == {True}:
        comparison = _consolidated(old, new)
    else:
        comparison = compare_states(*_ledgers(old, new, as_of, settings_file, jobs))
    if out:
        stamp = Stamp(as_of, (generated or clock.now()).replace(tzinfo=None))
        grid, lines = change_sheets(comparison, f"{old.name} → {new.name}")
        replace_atomically(
            out, lambda draft: write_listing(draft, FILE_KIND, grid.title, [grid, lines], stamp)
        )
    return CompareResult(comparison, out)


def _consolidated(old: Path, new: Path) -> Comparison:
    with TemporaryFile() as rows, TemporaryFile() as more:
        before, after = WrittenUnits(old, rows), WrittenUnits(new, more)
        units = ((place, after) for place in after.places)
        return compared(
            before.places, units, lambda place, now: (before.state(place), now.state(place))
        )


def _ledgers(
    old: Path, new: Path, as_of: date, settings_file: Path | None, jobs: int
) -> tuple[State, State]:
    superior = superior_settings(settings_file) if settings_file else None
    sources = [Source(old, _OLD), Source(new, _NEW)]
    examination = examine(sources, as_of=as_of, superior=superior, jobs=jobs)
    for finding in examination.unreadable:
        name = (old if finding.file == _OLD else new).name
        raise UsageError(f"“{name}”：{finding.message}", finding.suggestion)
    before, after = examination.examined
    delivery = after.delivery(as_of)
    whose = before.delivery(as_of).identity, delivery.identity
    said, says = ({one.code, one.named, one.numbered} - {""} for one in whose)
    if said and says and said.isdisjoint(says):
        raise UsageError(
            f"“{old.name}”和“{new.name}”不是同一单位的台账", "请指定同一单位的两份台账"
        )
    place = f"{delivery.county}{delivery.township}" or "本台账"
    was, now = (
        ledger_state(each.ledger, each.findings, place, merged=False) for each in (before, after)
    )
    return was, now


def changes_since(previous: Path, now: MergedLedgers) -> tuple[Grid, Grid]:
    """Return what changed since an earlier consolidated workbook: 变动汇总 and 变动明细.

    Args:
        previous: The earlier workbook.
        now: What is merged now.

    Raises:
        UsageError: `previous` is no consolidated workbook of ours.
        UnreadableWorkbook: It cannot be read.
    """
    comparison, kept = None, kept_run(previous)
    if kept:
        with suppress(DamagedParcel):
            comparison = kept.compared(now)
    if comparison is None:
        with TemporaryFile() as rows:
            written = WrittenUnits(previous, rows)
            comparison = compared(
                written.places,
                now.by_place(),
                lambda place, unit: (written.state(place), unit.state()),
            )
    totals, lines = change_sheets(comparison, "与上期汇总表比对")
    return totals, replace(lines, group=SheetGroup.DATA)


# --- sheets --------------------------------------------------------------------------------------


def change_sheets(comparison: Comparison, between: str) -> tuple[Grid, Grid]:
    """Return 变动汇总, a row for each unit, and 变动明细, a row for each change.

    Args:
        comparison: What changed.
        between: What was compared, in a few words.
    """
    return _totals(comparison, between), _lines(comparison.changes)


def _totals(comparison: Comparison, between: str) -> Grid:
    kinds = (
        (ChangeKind.ADDED, "新增行"), (ChangeKind.REMOVED, "删除行"), (ChangeKind.FIXED, "问题已改正"),
        (ChangeKind.LEFT, "问题仍存在"), (ChangeKind.NEW, "问题新出现"),
    )  # fmt: skip
    headings = (
        Heading("序号", 5), text_heading("单位", 24), Heading("修改行", 8), Heading("修改处", 8),
        *(Heading(name, 8) for _, name in kinds), text_heading("说明", 30),
    )  # fmt: skip
    changed, counts = comparison.changed_rows(), comparison.counts()
    rows: list[list[Any]] = [
        [
            place, changed[place], counts[place][ChangeKind.CHANGED],
            *(counts[place][kind] for kind, _ in kinds), "",
        ]
        for place in comparison.places
    ]  # fmt: skip
    blank = [None] * (len(kinds) + 2)
    rows += [[place, *blank, "上期未报送台账，不列变动"] for place in comparison.only_new]
    rows += [[place, *blank, "本期未报送台账，不列变动"] for place in comparison.only_old]
    totals = [sum(row[at] or 0 for row in rows) for at in range(1, len(kinds) + 3)]
    numbered = [[number, *row] for number, row in enumerate(rows, 1)]
    return Grid(
        "变动汇总", "导师帮带台账变动汇总", between, headings,
        [*numbered, [None, "合计", *totals, ""]], total_rows=1, frozen=2,
        group=SheetGroup.FOLLOW_UP, about="与上期汇总相比各单位改动的行和问题",
    )  # fmt: skip


def _lines(changes: Sequence[Change]) -> Grid:
    headings = (
        text_heading("单位", 17), text_heading("工作表", 10), text_heading("编号", 21), text_heading("变动", 11),
        text_heading("列名", 12), text_heading("原内容", 32), text_heading("现内容", 32),
    )  # fmt: skip
    rows = [
        (c.place, c.sheet, c.key, c.kind.value, c.heading, _cut(c.old), _cut(c.new))
        for c in changes
    ]
    title = "导师帮带台账变动明细"
    return Grid(
        FILE_KIND, title, _MATCHED, headings, rows, "变动", _COLOURS, "font_color", about=title
    )


_LONGEST = 400


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"

"""Suggest pairings for a ledger, a county or the city: `bangdai pair`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from addin import clock
from addin.actions.generated_sheets import Key, old_rows, rewritten_rows, unread_sheets, withheld
from addin.actions.ledger_set import (
    CopyResult,
    LedgerSet,
    ReadOptions,
    check_target,
    copy_ledgers,
    exit_code,
    identify,
    mentee_names,
    numbered_ledgers,
    read_ledgers,
)
from addin.actions.validate import ExaminedLedger
from addin.domain.pairing.explain import explain
from addin.domain.pairing.ledger_pools import joint_settings
from addin.domain.pairing.suggest import (
    PrincipleScores,
    Suggestion,
    Suggestions,
    UnmatchedMentee,
    suggest,
)
from validators.columns import Fill
from validators.divisions import unit_name
from validators.identity import same_unit, unit_of
from validators.ledger import Ledger
from validators.sheets import MentorRow, SuggestionRow, columns_by_field
from workbooks.consolidated.content import Grid, Heading, NumberFormat, Stamp
from workbooks.consolidated.tables import write_listing
from workbooks.files import replace_atomically
from workbooks.updates import SheetUpdate

LISTING_KIND = "结对建议汇总"
"""帮带文件类型 of the workbook that lists a county's or the city's suggestions."""
_OF_THE_PAIR = ("mentor_name", "score", *PrincipleScores.__dataclass_fields__, "mode", "path")
"""The fields that follow from who is paired with whom."""
_KEPT = "本次未建议，已填意见留存备查"

_text = partial(Heading, number_format=NumberFormat.TEXT)
_PLACE = (
    Heading("序号", 5), _text("县(区)", 8), _text("乡镇(街道)", 11), _text("对象编号", 17),
    _text("对象名称", 14),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairResult:
    """What was suggested and where it was written.

    Attributes:
        ledgers: The ledgers it was made for.
        suggestions: The suggestions.
        out: The workbook or folder written, None without one.
        copies: What became of every ledger; empty where no ledger was to be copied.
        ids: How many missing IDs were filled first.
        withheld: A sentence on every 结对建议 that stays as it was, since a sheet it rests on was
            not read.
    """

    ledgers: LedgerSet
    suggestions: Suggestions
    out: Path | None = None
    copies: tuple[CopyResult, ...] = ()
    ids: int = 0
    withheld: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read or copied, 1 if all who wait were left out, else 0."""
        plan = self.suggestions
        waiting = ["待结对"] if plan.idle and plan.left_out else []
        return exit_code(self.ledgers, copies=self.copies, left_out=[*waiting, *self.withheld])

    @property
    def numbering(self) -> str:
        """Return how many IDs were filled, and where they stand; "" for none."""
        if not self.ids:
            return ""
        if self.copies:
            return f"有 {self.ids} 行没有编号，已在新台账中补全。"
        return f"有 {self.ids} 行没有编号，已按补全后的编号安排；台账中的编号请点“编号补全”或用 bangdai update 补填。"

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai pair --json` prints."""
        plan = self.suggestions.as_json()
        notes = [*self.withheld, *filter(None, [self.numbering]), *plan["notes"]]
        return {**plan, "notes": notes, "files": self.ledgers.report.file_sentences}

    def why(self, mentor: str, mentee: str) -> str:
        """Return why a mentor is, or is not, suggested for a mentee.

        Args:
            mentor: ID or name.
            mentee: ID or name.

        Raises:
            UsageError: The ledgers know no such mentor or mentee, or several of the name.
        """
        ledger = self.ledgers.ledger
        mentors = {
            code: name or ""
            for code, name in ledger.table(MentorRow).columns("mentor_id", "name")
            if code
        }
        (mentor_id,) = identify([mentor], mentors, "导师库中没有导师", "D640402104-001")
        (mentee_id,) = identify([mentee], mentee_names(ledger), "台账中没有对象", "G640402104-001")
        return explain(self.suggestions.plans, mentor_id, mentee_id)


def suggest_pairings(
    path: Path, out: Path | None, *, reopen: bool = False, **options: Unpack[ReadOptions]
) -> PairResult:
    """Suggest a mentor for every waiting mentee, and write the draft if asked to.

    Rows without an ID get one first, in the copies. Where no superior's settings win, the limits of
    each ledger's own 参数 hold for its mentors and mentees.

    Args:
        path: A ledger, or a folder of ledgers taken as one.
        out: For a ledger, its copy with the draft. For a folder, a folder of such copies, or a
            workbook (.xlsx) that lists everything. Nothing is overwritten but such a list.
        reopen: Whether those who have a mentor may get another, too.
        options: How the ledgers are read.

    Raises:
        UsageError: There is no readable ledger, or `out` exists.
        WriteRefused: `out` cannot be written.
        UnreadableWorkbook: A ledger's copy cannot be made.
    """
    ledgers, filled = numbered_ledgers(read_ledgers(path, **options))
    ids = sum(len(update.cells) for updates in filled.values() for update in updates)
    suggestions = _suggestions(ledgers, reopen=reopen)
    kept = {
        ledger.file: sentence
        for ledger in ledgers.examined
        if (sentence := withheld(unread_sheets(ledger.ledger)).get(SuggestionRow.sheet.key))
    }
    missed = tuple(f"{file}：{sentence}。" for file, sentence in kept.items())
    if out is None:
        return PairResult(ledgers, suggestions, ids=ids, withheld=missed)
    as_of, generated = ledgers.as_of, clock.now().replace(tzinfo=None)
    if path.is_dir() and out.suffix.lower() == ".xlsx":
        _write_list(out, suggestions, Stamp(as_of, generated))
        return PairResult(ledgers, suggestions, out, ids=ids, withheld=missed)

    def updates_of(ledger: ExaminedLedger) -> list[SheetUpdate]:
        if ledger.file in kept:
            return filled[ledger.file]
        update = suggestion_update(ledgers.ledger, suggestions, ledger.file, as_of, generated)
        return [*filled[ledger.file], update]

    copies = copy_ledgers(ledgers, path, out, updates_of)
    return PairResult(ledgers, suggestions, out, copies, ids, missed)


def _suggestions(ledgers: LedgerSet, *, reopen: bool) -> Suggestions:
    """Suggest pairs by the superior's settings, else by each ledger's own and a joint yardstick."""
    settings, deviations = ledgers.settings, list[str]()
    if len(ledgers.own_settings) > 1:
        settings, deviations = joint_settings(ledgers.own_settings)
    plan = suggest(ledgers.ledger, settings, ledgers.as_of, reopen=reopen, own=ledgers.own_settings)
    return replace(plan, warnings=(*plan.warnings, *deviations))


def suggestion_update(
    ledger: Ledger, suggestions: Suggestions, file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 结对建议 of one workbook anew, the clerk's entries kept.

    Suggested pairs come first, mentees nobody can be found for next, and last the rows that are no
    longer suggested but hold an entry of the clerk's: those leave the sheet only through a
    confirmation.

    Args:
        ledger: The ledger or ledgers the suggestions were made for.
        suggestions: The suggestions.
        file: The workbook whose mentees are wanted.
        as_of: The day the data reach to.
        generated: When the suggestions were made.
    """
    aside = {(row.mentee_id, row.mentor_id): row for row in suggestions.set_aside}
    lost = {(pair.mentee_id, pair.mentor_id): pair for pair in suggestions.dropped}

    def remaining(key: Key) -> dict[str, object]:
        if key in aside:
            return _pair_row(aside[key])
        reason = f"{lost[key].decision}未保留：{lost[key].reason}" if key in lost else _KEPT
        unscored = dict.fromkeys(_OF_THE_PAIR) if key[::-1] in suggestions.unscored else {}
        return {**unscored, "reason": reason}

    values = _rows(suggestions, file)
    rows = rewritten_rows(ledger, SuggestionRow, file, values, remaining)
    return SheetUpdate(SuggestionRow.sheet.key, rows=rows, as_of=as_of, generated=generated)


def retyped_update(ledger: Ledger, suggestions: Suggestions, file: str) -> SheetUpdate:
    """Return what is to be corrected in 结对建议 of one workbook where its rows stay as they are.

    A row in which the clerk put another mentor shows that pair's scores, not the suggested one's.

    Args:
        ledger: The ledger the suggestions were made for.
        suggestions: The suggestions.
        file: The workbook.
    """
    table, cells = ledger.table(SuggestionRow), dict[tuple[int, str], object]()
    known = {(r.mentee_id, r.mentor_id): r for r in (*suggestions.pairs, *suggestions.set_aside)}
    names = table.column("mentor_name")
    for at, old in enumerate(old_rows(ledger, SuggestionRow, file)):
        values: dict[str, object] = {}
        if old.key in known and known[old.key].mentor_name != names[at]:
            values = _pair_row(known[old.key])
        elif old.key[::-1] in suggestions.unscored:
            values = dict.fromkeys(_OF_THE_PAIR)
        cells |= {(old.row, field): value for field, value in values.items()}
    return SheetUpdate(SuggestionRow.sheet.key, cells=cells)


def holds_other_units(ledger: Ledger) -> bool:
    """Tell whether 结对建议 of one workbook holds a mentor of another township.

    Such a draft was made for a county or the city: one ledger alone cannot judge it.
    """
    unit = next(iter(ledger.unit_codes.values()), "")
    mentors = ledger.table(SuggestionRow).column("mentor_id")
    return not all(same_unit(mentor, unit) for mentor in mentors if mentor)


def _rows(suggestions: Suggestions, file: str) -> Iterator[dict[str, object]]:
    yield from (_pair_row(pair) for pair in suggestions.pairs if pair.file == file)
    yield from (_unmatched_row(mentee) for mentee in suggestions.unmatched if mentee.file == file)


def _pair_row(pair: Suggestion) -> dict[str, object]:
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


def _unmatched_row(mentee: UnmatchedMentee) -> dict[str, object]:
    computed = (
        field
        for field, column in columns_by_field(SuggestionRow).items()
        if column.fill is Fill.COMPUTED
    )
    return {
        **dict.fromkeys(computed),
        "mentee_id": mentee.mentee_id,
        "mentee_name": mentee.mentee_name,
        "reason": mentee.reason,
    }


def _write_list(out: Path, suggestions: Suggestions, stamp: Stamp) -> None:
    check_target(out, LISTING_KIND)
    grids = (
        _pair_grid(suggestions), _unmatched_grid(suggestions), _dropped_grid(suggestions),
        _change_grid(suggestions),
    )  # fmt: skip
    replace_atomically(
        out, lambda draft: write_listing(draft, LISTING_KIND, "导师帮带结对建议", grids, stamp)
    )


def _place(number: int, mentee_id: str, name: str) -> tuple[int, str, str, str, str]:
    county, township = unit_name(unit_of(mentee_id))
    return number, county, township, mentee_id, name


def _pair_grid(suggestions: Suggestions) -> Grid:
    headings = (
        *_PLACE, _text("导师编号", 17), _text("导师姓名", 9), _text("导师所在乡镇(街道)", 11),
        Heading("匹配分", 7, NumberFormat.DECIMAL), Heading("领域相近", 5), Heading("帮带便捷", 5),
        Heading("以强带弱", 5), Heading("双向自愿", 5), Heading("组织统筹", 5),
        _text("结对方式", 13), _text("帮带路径", 8), _text("理由", 44),
    )  # fmt: skip
    rows = [
        (
            *_place(number, pair.mentee_id, pair.mentee_name), pair.mentor_id, pair.mentor_name,
            unit_name(unit_of(pair.mentor_id))[1], round(100 * pair.total, 1),
            *(round(100 * value) for value in asdict(pair.scores).values()),
            pair.mode, pair.path, pair.reason,
        )
        for number, pair in enumerate(suggestions.pairs, 1)
    ]  # fmt: skip
    note = f"共 {len(rows)} 对；各项 0 至 100 分，按“参数”表的权重计入匹配分"
    return Grid("结对建议", "导师帮带结对建议汇总表", note, headings, rows, frozen=5)


def _unmatched_grid(suggestions: Suggestions) -> Grid:
    rows = [
        (*_place(number, mentee.mentee_id, mentee.mentee_name), mentee.reason)
        for number, mentee in enumerate(suggestions.unmatched, 1)
    ]
    headings = (*_PLACE, _text("原因", 70))
    return Grid("无可用导师", "无可用导师的帮带对象", f"共 {len(rows)} 名（个）", headings, rows)


def _dropped_grid(suggestions: Suggestions) -> Grid:
    rows = [
        (number, pair.mentee_id, pair.mentor_id, pair.decision, pair.reason)
        for number, pair in enumerate(suggestions.dropped, 1)
    ]
    headings = (
        Heading("序号", 5), _text("对象编号", 17), _text("导师编号", 17), _text("采纳", 9),
        _text("原因", 70),
    )  # fmt: skip
    title = "未保留的采纳和组织指定"
    return Grid("未保留", title, f"共 {len(rows)} 条", headings, rows)


def _change_grid(suggestions: Suggestions) -> Grid:
    rows = [
        (number, change.mentee_id, change.before or "—", change.after or "—", change.sentence)
        for number, change in enumerate(suggestions.changes, 1)
    ]
    headings = (
        Heading("序号", 5), _text("对象编号", 17), _text("原建议导师", 17), _text("现建议导师", 17),
        _text("变动原因", 70),
    )  # fmt: skip
    note = f"共 {len(rows)} 处；与上次建议相比"
    return Grid("变动清单", "结对建议变动清单", note, headings, rows)

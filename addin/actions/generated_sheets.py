"""The generated sheets of ledgers computed anew, the clerks' own entries kept.

Of one ledger they become `SheetUpdate`s: the update names, for every computed row, the old row
whose entries move along. Of a merged ledger they become `SheetPart`s, so that they are written like
every other sheet of a consolidated workbook.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from addin.domain.duties import DutyState
from addin.domain.rollup import ComputedRow, RollUp
from validators.cells import encode
from validators.columns import Fill
from validators.errors import UsageError
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.schema import may_lack, version_of
from validators.sheets import (
    SHEETS,
    AssessmentRow,
    AwardRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    FindingRow,
    FlagRow,
    GrowthRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    PoolChangeRow,
    Row,
    SuggestionRow,
    columns_by_field,
)
from validators.vocabulary import Level
from workbooks.template.layout import FIRST_ROW, LAST_ROW, all_shown, fit_for_paper
from workbooks.updates import Link, SheetUpdate, UpdateRow

Key = tuple[Any, ...]
"""The values that say what a row is about; None where unreadable."""

ClerkEntries = dict[Key, dict[str, Any]]
"""What clerks entered into a generated sheet, by file and what the row is about."""

_DUTY_FIELDS = ("done", "rate", "last_done_on", "progress")
_REMAINING: dict[type[Row], dict[str, object]] = {
    FlagRow: {"level": None, "score": None, "rules": None, "measure": None,
              "facts": "本次研判无预警，处理情况留存备查"},
    PoolChangeRow: {"reason": "本次无此建议，决定留存备查"},
}  # fmt: skip
"""Values of a row that is not computed any more but holds the clerk's entries."""
_PEOPLE: tuple[type[Row], ...] = (MentorRow, IndividualRow, OrganisationRow, PairingRow)
_WORK: tuple[type[Row], ...] = (*_PEOPLE, LogEntryRow, AssessmentRow, CompletionRow)
RESTS_ON: dict[type[Row], tuple[type[Row], ...]] = {
    SuggestionRow: _PEOPLE,
    DutyRow: (PairingRow, LogEntryRow),
    GrowthRow: (*_WORK, DutyRow, ConversionRow),
    FlagRow: (*_WORK, DutyRow),
    AwardRow: (*_WORK, DutyRow, ConversionRow, MisconductRow),
    PoolChangeRow: (*_WORK, DutyRow, MisconductRow),
}
"""The sheets with typed rows each generated sheet rests on. Where one of them was not read, what would be
computed is wrong, and the sheet stays as it is."""
_MOST = LAST_ROW - FIRST_ROW
_LEVELS = list(Level)


@dataclass(frozen=True, slots=True)
class OldRow:
    """One row of a generated sheet as it stands.

    Attributes:
        row: Worksheet row.
        key: What it is about.
        annotated: Whether the clerk entered anything, readable or not.
    """

    row: int
    key: Key
    annotated: bool


def unread_sheets(ledger: Ledger) -> dict[type[Row], str]:
    """Return the input sheets of one workbook that were not read, and why in Chinese.

    A sheet that came with a later version of the template is not missed.
    """
    version = version_of(ledger)
    unread: dict[type[Row], str] = {}
    for model in {model: None for models in RESTS_ON.values() for model in models}:
        parts = [part for part in ledger.table(model).parts if part.key == model.sheet.key]
        if not parts and not may_lack(version, model.sheet.since):
            unread[model] = "没有该工作表"
        elif missed := [part for part in parts if part.heading_missing]:
            unread[model] = "标题行不全" if missed[0].columns else f"“{missed[0].sheet}”未读取"
    return unread


def withheld(unread: Mapping[type[Row], str]) -> dict[str, str]:
    """Return the generated sheets that must stay as they are, and a sentence on each.

    Args:
        unread: The sheets that were not read; see `unread_sheets`.

    Returns:
        By the sheet's key.
    """
    return {
        model.sheet.key: f"“{model.sheet.name}”未更新，保留原内容，所需的{lacking}未读取"
        for model in RESTS_ON
        if (lacking := _lacking(model, unread))
    }


def _lacking(model: type[Row], unread: Mapping[type[Row], str]) -> str:
    """Return the sheets not read that a generated sheet rests on, with the reason of each."""
    needed = (model for model in RESTS_ON[model] if model in unread)
    return "、".join(f"“{model.sheet.name}”（{unread[model]}）" for model in needed)


def unsure(ledger: Ledger, model: type[Row]) -> str:
    """Return why what one workbook comes to on a generated sheet is not to be relied on, "" if it is."""
    lacking = _lacking(model, unread_sheets(ledger))
    return f"{lacking}未读取，“{model.sheet.name}”仅供参考" if lacking else ""


def left_out(absent: Collection[str]) -> dict[str, str]:
    """Return a sentence on each generated sheet that a workbook does not have, by the sheet's key."""
    return {
        model.sheet.key: f"台账中没有“{model.sheet.name}”表，未更新；需要时请从模板中复制"
        for model in SHEETS
        if model.sheet.key in absent
    }


def refuse_withheld(ledger: Ledger, model: type[Row]) -> None:
    """Raise `UsageError` where a sheet that a generated sheet rests on was not read."""
    sentence = withheld(unread_sheets(ledger)).get(model.sheet.key)
    if sentence:
        raise UsageError(sentence, "请先补上工作表或恢复标题行后再更新")


def sheet_updates(
    records: RollUp, file: str, as_of: date, generated: datetime
) -> Iterator[SheetUpdate]:
    """Yield 职责清单, 成长档案, 预警名单, 金牌导师 and 导师库调整 of one workbook.

    Args:
        records: What the ledger's records come to.
        file: The workbook.
        as_of: The day the data reach to.
        generated: When it was computed.
    """
    yield _duty_update(records, file, as_of, generated)
    ledger = records.facts.ledger
    for model, rows in records.rows().items():
        values = [row.values for row in rows if row.file == file]
        body = rewritten_rows(ledger, model, file, values, _remaining(model))
        last = date(records.award_year, 12, 31) if model is AwardRow else as_of
        yield SheetUpdate(model.sheet.key, rows=body, as_of=min(as_of, last), generated=generated)


def _remaining(model: type[Row]) -> Callable[[Key], Mapping[str, object]]:
    return lambda _: _REMAINING.get(model, {})


def sheet_update(
    records: RollUp, model: type[Row], file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return the one of `sheet_updates` that is of the sheet of `model`."""
    updates = sheet_updates(records, file, as_of, generated)
    return next(update for update in updates if update.key == model.sheet.key)


def _duty_update(records: RollUp, file: str, as_of: date, generated: datetime) -> SheetUpdate:
    """Return the computed cells of 职责清单 of one workbook; its rows stay as they are."""
    table = records.facts.ledger.table(DutyRow)
    cells: dict[tuple[int, str], object] = {}
    for state in records.duties:
        part, local = table.locate(state.row)
        if part.file == file:
            row = part.rows[local]
            cells |= {(row, field): value for field, value in state.as_row().items()}
    return SheetUpdate(DutyRow.sheet.key, cells=cells, as_of=as_of, generated=generated)


def check_update(
    ledger: Ledger, findings: Iterable[Finding], file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 校验结果 of one workbook: the gravest first, each with a link to its cell."""
    sheet_at = {part.sheet: at for at, part in enumerate(ledger.parts())}
    listed = [finding for finding in findings if finding.file == file]
    listed.sort(key=lambda f: (_LEVELS.index(f.level), sheet_at.get(f.sheet, -1), f.row))
    rows = [UpdateRow(_finding_row(finding)) for finding in listed[:_MOST]]
    if len(listed) > _MOST:
        more = f"另有 {len(listed) - _MOST} 条未列出，请先改正以上问题后再校验"
        rows[-1] = UpdateRow({"level": "提示", "sheet_name": "校验结果", "message": more})
    return SheetUpdate(FindingRow.sheet.key, rows=tuple(rows), as_of=as_of, generated=generated)


def _finding_row(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.label,
        "sheet_name": finding.sheet or "（整个文件）",
        "cell": Link(finding.sheet, finding.cell) if finding.cell else None,
        "heading": finding.heading or None,
        "value": finding.value or None,
        "message": finding.message,
        "suggestion": finding.suggestion or None,
    }


def old_rows(ledger: Ledger, model: type[Row], file: str) -> Iterator[OldRow]:
    """Yield the rows of a generated sheet in `file`, rejected ones too.

    Args:
        ledger: One workbook's ledger or several together.
        model: The sheet.
        file: The workbook.
    """
    table = ledger.table(model)
    clerk_fields = _clerk_fields(model)
    keys = list(table.columns(*model.sheet.about))
    for start, part in table.starts():
        if part.file == file:
            for index, row in enumerate(part.rows, start):
                annotated = any(table.raw(index, field) is not None for field in clerk_fields)
                yield OldRow(row, keys[index], annotated)


def rewritten_rows(
    ledger: Ledger,
    model: type[Row],
    file: str,
    rows: Iterable[Mapping[str, object]],
    remaining: Callable[[Key], Mapping[str, object]],
) -> tuple[UpdateRow, ...]:
    """Return a sheet's rows anew; what the clerk entered moves along with its row.

    A row that is not computed any more stays at the end if the clerk entered anything.

    Args:
        ledger: The ledger before.
        model: The sheet.
        file: The workbook.
        rows: The computed rows by field, in order.
        remaining: Returns the values of a row that stays at the end, by its key.
    """
    old: dict[Key, list[OldRow]] = {}
    for row in old_rows(ledger, model, file):
        old.setdefault(row.key, []).append(row)
    new: list[UpdateRow] = []
    for values in rows:
        before = old.get(tuple(values.get(field) for field in model.sheet.about))
        new.append(UpdateRow(values, before.pop(0).row if before else None))
    kept = [row for same in old.values() for row in same if row.annotated]
    kept.sort(key=lambda row: row.row)
    new += [UpdateRow(remaining(row.key), row.row) for row in kept]
    return numbered(new) if "number" in columns_by_field(model) else tuple(new)


def numbered(rows: Iterable[UpdateRow]) -> tuple[UpdateRow, ...]:
    """Return the rows with their 序号."""
    return tuple(
        UpdateRow({**row.values, "number": number}, row.continues)
        for number, row in enumerate(rows, 1)
    )


def _clerk_fields(model: type[Row]) -> list[str]:
    return [c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK]


def with_computed(ledger: Ledger, records: RollUp) -> Ledger:
    """Return a merged ledger with its generated sheets as `records` has them.

    Growth files, flags, gold mentors and pool changes replace what the townships' own sheets say,
    with the clerks' entries taken over by what a row is about; the duties keep their rows and get
    the computed cells.

    Args:
        ledger: The merged ledger; it is not changed.
        records: What its records come to.
    """
    tables: dict[str, Table[Any]] = dict(ledger.tables)
    for model, rows in records.rows().items():
        part = computed_part(model, rows, clerk_entries(ledger, model))
        tables[model.sheet.key] = Table(model, [part])
    tables[DutyRow.sheet.key] = Table(DutyRow, list(duty_parts(ledger, records.duties)))
    return replace(ledger, tables=tables)


def computed_part(
    model: type[Row], rows: Sequence[ComputedRow], entries: ClerkEntries
) -> SheetPart:
    """Return the rows of a computed sheet in their order, whatever workbooks they belong to."""
    key = model.sheet.about
    merged = [
        entries.get((row.file, *(row.values.get(field) for field in key)), {})
        | fit_for_paper(model, row.values)
        for row in rows
    ]
    columns = {field: _column(model, field, merged) for field in columns_by_field(model)}
    unnumbered, origins = array("i", bytes(4 * len(merged))), encode(row.file for row in rows)
    name = model.sheet.name
    return SheetPart(model.sheet.key, "", name, unnumbered, columns, origins=origins)


def clerk_entries(ledger: Ledger, model: type[Row]) -> ClerkEntries:
    """Return what the clerks entered, by file and what the row is about; the first row wins."""
    table, fields = ledger.table(model), _clerk_fields(model)
    entries: ClerkEntries = {}
    files = (part.file for part in table.parts for _ in range(len(part)))
    keys, rows = table.columns(*model.sheet.about), table.columns(*fields) if fields else ()
    for file, key, values in zip(files, keys, rows, strict=False):
        if any(value is not None for value in values):
            entries.setdefault((file, *key), dict(zip(fields, values, strict=True)))
    return entries


def _column(model: type[Row], field: str, rows: Sequence[dict[str, Any]]) -> TypedColumn:
    heading = columns_by_field(model)[field].heading
    values = [row.get(field) for row in rows]
    cells = encode(all_shown(values))
    return TypedColumn(field, "", heading, cells, list(cells.values), {})


def duty_parts(ledger: Ledger, duties: Iterable[DutyState]) -> Iterator[SheetPart]:
    """Yield the worksheets of 职责清单 with their computed cells.

    Args:
        ledger: The ledger.
        duties: The state of every duty in it.
    """
    table = ledger.table(DutyRow)
    states = {state.row: state.as_row() for state in duties}
    for start, part in table.starts():
        rows = [states.get(start + local, {}) for local in range(len(part))]
        computed = {field: _column(DutyRow, field, rows) for field in _DUTY_FIELDS}
        yield replace(part, columns={**part.columns, **computed})

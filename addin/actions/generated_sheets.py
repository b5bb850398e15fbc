"""The generated sheets of a ledger computed anew, the clerk's own entries kept."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from addin.domain.rollup import COMPUTED, ComputedRow, RollUp
from validators.cells import encode
from validators.columns import Fill
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.sheets import DutyRow, FindingRow, FlagRow, PoolChangeRow, Row, columns_by_field
from validators.vocabulary import Level
from workbooks.template.layout import FIRST_ROW, LAST_ROW, shown
from workbooks.updates import Link, SheetUpdate, UpdateRow

# SECTION Computed sheets as parts of the merged ledger, so that they are written like every other.

_DUTY_FIELDS = ("done", "rate", "last_done_on", "progress")


def with_computed(ledger: Ledger, found: RollUp) -> Ledger:
    """Return the merged ledger with the computed sheets as `found` has them.

    Growth files, flags, gold mentors and pool changes replace what the townships' own sheets say,
    with the clerks' entries taken over by what a row is about; the duties keep their rows and get
    the computed cells.

    Args:
        ledger: The merged ledger; it is not changed.
        found: What its records come to.
    """
    tables: dict[str, Table[Any]] = dict(ledger.tables)
    for model, rows in found.rows().items():
        tables[model.sheet.key] = Table(model, [_part(ledger, model, rows)])
    tables[DutyRow.sheet.key] = Table(DutyRow, list(_duties(ledger, found)))
    return replace(ledger, tables=tables)


def _part(ledger: Ledger, model: type[Row], rows: Sequence[ComputedRow]) -> SheetPart:
    """Return the rows in their order, whatever workbooks they belong to."""
    entered, key = _entered(ledger, model), COMPUTED[model]
    whole = [_joined(row.values, entered, row.file, key) for row in rows]
    columns = {field: _column(model, field, whole) for field in columns_by_field(model)}
    unnumbered, origins = array("i", bytes(4 * len(whole))), encode(row.file for row in rows)
    name = model.sheet.name
    return SheetPart(model.sheet.key, "", name, unnumbered, columns, origins=origins)


def _joined(
    values: dict[str, Any], entered: dict[Any, dict[str, Any]], file: str, key: tuple[str, ...]
) -> dict[str, Any]:
    own = entered.get((file, *(values.get(field) for field in key)))
    return {**own, **values} if own else values


def _entered(ledger: Ledger, model: type[Row]) -> dict[Any, dict[str, Any]]:
    """Return what the clerks entered, by file and what the row is about; the first row wins."""
    table = ledger.table(model)
    fields = [c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK]
    found: dict[Any, dict[str, Any]] = {}
    files = (part.file for part in table.parts for _ in range(len(part)))
    keys, entries = table.columns(*COMPUTED[model]), table.columns(*fields) if fields else ()
    for file, key, values in zip(files, keys, entries, strict=False):
        if any(value is not None for value in values):
            found.setdefault((file, *key), dict(zip(fields, values, strict=True)))
    return found


def _column(model: type[Row], field: str, rows: Sequence[dict[str, Any]]) -> TypedColumn:
    heading = columns_by_field(model)[field].heading
    cells = encode(shown(row.get(field)) for row in rows)
    return TypedColumn(field, "", heading, cells, list(cells.values), {})


def _duties(ledger: Ledger, found: RollUp) -> Iterator[SheetPart]:
    table = ledger.table(DutyRow)
    states = {state.row: state.as_row() for state in found.duties}
    for start, part in table.starts():
        rows = [states.get(start + local, {}) for local in range(len(part))]
        computed = {field: _column(DutyRow, field, rows) for field in _DUTY_FIELDS}
        yield replace(part, columns={**part.columns, **computed})


# SECTION Write a generated sheet anew without losing what the clerk entered in its rows.

Key = tuple[Any, ...]
"""The values that say what a row is about; None where unreadable."""


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


def old_rows(ledger: Ledger, model: type[Row], file: str, key: tuple[str, ...]) -> Iterator[OldRow]:
    """Yield the rows of a generated sheet in `file`, rejected ones too.

    Args:
        ledger: One workbook's ledger or several together.
        model: The sheet.
        file: The workbook.
        key: Fields that say what a row is about.
    """
    table = ledger.table(model)
    by_clerk = [c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK]
    keys = list(table.columns(*key))
    for start, part in table.starts():
        if part.file == file:
            for local, row in enumerate(part.rows):
                index = start + local
                entered = any(table.raw(index, field) is not None for field in by_clerk)
                yield OldRow(row, keys[index], entered)


def rewritten(  # the facts of one sheet
    ledger: Ledger,
    model: type[Row],
    file: str,
    rows: Iterable[Mapping[str, object]],
    key: tuple[str, ...],
    left: Callable[[Key], Mapping[str, object]],
) -> tuple[UpdateRow, ...]:
    """Return a sheet's rows anew; what the clerk entered moves along with its row.

    A row that is not computed any more stays at the end if the clerk entered anything.

    Args:
        ledger: The ledger before.
        model: The sheet.
        file: The workbook.
        rows: The computed rows by field, in order.
        key: Fields that say what a row is about.
        left: What a row that stays at the end says of itself, by its key.
    """
    old: dict[Key, list[OldRow]] = {}
    for one in old_rows(ledger, model, file, key):
        old.setdefault(one.key, []).append(one)
    new: list[UpdateRow] = []
    for values in rows:
        before = old.get(tuple(values.get(field) for field in key))
        new.append(UpdateRow(values, before.pop(0).row if before else None))
    kept = [one for some in old.values() for one in some if one.annotated]
    kept.sort(key=lambda one: one.row)
    new += [UpdateRow(left(one.key), one.row) for one in kept]
    return numbered(new) if "number" in columns_by_field(model) else tuple(new)


def numbered(rows: Iterable[UpdateRow]) -> tuple[UpdateRow, ...]:
    """Return the rows with their 序号."""
    return tuple(
        UpdateRow({**row.values, "number": number}, row.continues)
        for number, row in enumerate(rows, 1)
    )


# SECTION The generated sheets of one workbook, computed anew.

_LEFT: dict[type[Row], dict[str, object]] = {
    FlagRow: {"level": None, "score": None, "rules": None, "measure": None,
              "facts": "本次研判没有预警，处理情况留存备查"},
    PoolChangeRow: {"reason": "本次没有这条建议，决定留存备查"},
}  # fmt: skip
"""What a row says that is not computed any more but holds the clerk's entries."""

_MOST = LAST_ROW - FIRST_ROW
_LEVELS = list(Level)


def sheet_updates(
    found: RollUp, file: str, as_of: date, generated: datetime
) -> Iterator[SheetUpdate]:
    """Yield every sheet of one workbook that is computed from the records."""
    yield duty_update(found, file, as_of, generated)
    yield from computed_updates(found, file, as_of, generated)


def sheet_update(
    found: RollUp, model: type[Row], file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return one of them: the update of the sheet of `model`."""
    updates = sheet_updates(found, file, as_of, generated)
    return next(update for update in updates if update.key == model.sheet.key)


def computed_updates(
    found: RollUp, file: str, as_of: date, generated: datetime
) -> Iterator[SheetUpdate]:
    """Yield 成长档案, 预警名单, 金牌导师 and 导师库调整 of one workbook.

    Args:
        found: What the ledger's records come to.
        file: The workbook.
        as_of: The day the data reach to.
        generated: When it was computed.
    """
    ledger = found.facts.ledger
    for model, rows in found.rows().items():
        left = _LEFT.get(model, {})

        def said(_: Key, left: dict[str, object] = left) -> dict[str, object]:
            return left

        own = [row.values for row in rows if row.file == file]
        body = rewritten(ledger, model, file, own, COMPUTED[model], said)
        yield SheetUpdate(model.sheet.key, rows=body, as_of=as_of, generated=generated)


def duty_update(found: RollUp, file: str, as_of: date, generated: datetime) -> SheetUpdate:
    """Return the computed cells of 职责清单 of one workbook; its rows stay as they are."""
    table = found.facts.ledger.table(DutyRow)
    cells: dict[tuple[int, str], object] = {}
    for state in found.duties:
        part, local = table.locate(state.row)
        if part.file == file:
            row = part.rows[local]
            cells |= {(row, field): value for field, value in state.as_row().items()}
    return SheetUpdate(DutyRow.sheet.key, cells=cells, as_of=as_of, generated=generated)


def check_update(
    ledger: Ledger, findings: Iterable[Finding], file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 校验结果 of one workbook: the gravest first, each with a link to its cell."""
    parts = [part for table in ledger.tables.values() for part in table.parts]
    places = {part.sheet: at for at, part in enumerate(parts)}
    own = [one for one in findings if one.file == file]
    own.sort(key=lambda one: (_LEVELS.index(one.level), places.get(one.sheet, -1), one.row))
    rows = [UpdateRow(_check(one)) for one in own[:_MOST]]
    if len(own) > _MOST:
        more = f"另有 {len(own) - _MOST} 条没有列出，请先改正以上问题再校验"
        rows[-1] = UpdateRow({"level": "提示", "sheet_name": "校验结果", "message": more})
    return SheetUpdate(FindingRow.sheet.key, rows=tuple(rows), as_of=as_of, generated=generated)


def _check(finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.label,
        "sheet_name": finding.sheet or "（整个文件）",
        "cell": Link(finding.sheet, finding.cell) if finding.cell else None,
        "heading": finding.heading or None,
        "value": finding.value or None,
        "message": finding.message,
        "suggestion": finding.suggestion or None,
    }

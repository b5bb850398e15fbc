"""The generated sheets of one workbook, computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from addin.actions.rewriting import Key, rewritten
from addin.tasks.rollup import COMPUTED, RollUp
from validators.findings import Finding
from validators.ledger import Ledger
from validators.sheets import CheckRow, DutyRow, FlagRow, PoolRow, Row
from validators.vocabulary import Level
from workbooks.template.layout import FIRST_ROW, LAST_ROW
from workbooks.updates import Link, SheetUpdate, UpdateRow

__all__ = ["check_update", "computed_updates", "duty_update", "sheet_update", "sheet_updates"]

_LEFT: dict[type[Row], dict[str, object]] = {
    FlagRow: {"level": None, "score": None, "rules": None, "measure": None,
              "facts": "本次研判没有预警，处理情况留存备查"},
    PoolRow: {"reason": "本次没有这条建议，决定留存备查"},
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
    ledger = found.sources.ledger
    for model, rows in found.rows().items():
        left = _LEFT.get(model, {})

        def said(_: Key, left: dict[str, object] = left) -> dict[str, object]:
            return left

        own = [row.values for row in rows if row.file == file]
        body = rewritten(ledger, model, file, own, COMPUTED[model], said)
        yield SheetUpdate(model.sheet.key, rows=body, as_of=as_of, generated=generated)


def duty_update(found: RollUp, file: str, as_of: date, generated: datetime) -> SheetUpdate:
    """Return the computed cells of 职责清单 of one workbook; its rows stay as they are."""
    table = found.sources.ledger.table(DutyRow)
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
    return SheetUpdate(CheckRow.sheet.key, rows=tuple(rows), as_of=as_of, generated=generated)


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

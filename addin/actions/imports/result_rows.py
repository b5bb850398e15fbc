"""Turn what an import comes to into changes of the ledger, and its account into 导入结果."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from addin.domain.imports.account import Fate, Note, Placement, Record, TableAccount
from addin.domain.imports.readings import TypedCell, plain_text
from validators.cells import Cell, letters
from validators.findings import as_typed
from validators.ledger import Ledger
from validators.names import without_id_numbers
from validators.sheets import ImportNoteRow, columns_by_field, model_for
from validators.sources.tables import BETWEEN
from workbooks.masking import mask_phone, mask_text
from workbooks.template.layout import FIRST_ROW, LAST_ROW
from workbooks.updates import Link, SheetUpdate, UpdateReport, UpdateRow, cell_updates

_MOST = LAST_ROW - FIRST_ROW
_LONGEST_CELL = 32_767
_TOTAL = "概况"
COUNTED = (
    ("mentor", "导师", "名"), ("individual", "个人对象", "名"), ("organisation", "组织对象", "个"),
    ("pairing", "结对", "对"), ("log", "工作日志", "条"), ("assessment", "成长评价", "次"),
    ("duty", "职责", "项"), ("completion", "期满考核", "次"), ("conversion", "培养转化", "次"),
)  # fmt: skip


def import_updates(
    placement: Placement, ledger: Ledger, before: Iterable[SheetUpdate] = ()
) -> list[SheetUpdate]:
    """Return the changes an import makes, one for each tab."""
    joined: dict[tuple[str, str], SheetUpdate] = {(u.key, u.tab): u for u in before}

    def join(update: SheetUpdate) -> None:
        old = joined.get((update.key, update.tab))
        joined[update.key, update.tab] = replace(
            update, append=(*(old.append if old else ()), *update.append),
            cells={**(old.cells if old else {}), **update.cells},
        )  # fmt: skip

    for key, records in placement.records.items():
        if rows := [_written(record.written) for record in records if record.row is None]:
            join(SheetUpdate(key, append=tuple(rows)))
        cells = {
            (record.row, name): value
            for record in placement.completed(key)
            if record.row is not None
            for name, value in _written(record.written).items()
        }
        for update in cell_updates(ledger.table(model_for(key)), cells):
            join(update)
    return [*joined.values()]


def _written(values: Mapping[str, object]) -> dict[str, object]:
    """Return values as they are written; what could not be read as it was typed."""
    return {
        name: _cell(value.cell) if isinstance(value, TypedCell) else value
        for name, value in values.items()
    }


def _cell(cell: Cell) -> object:
    if isinstance(cell, str):
        return cell[:_LONGEST_CELL]
    plain = isinstance(cell, int | float | date) and not isinstance(cell, bool)
    return cell if plain else plain_text(cell)


# --- 导入结果 ---


class _Places:
    """Where the records of an import stand in the ledger once it is written."""

    def __init__(self, ledger: Ledger, report: UpdateReport) -> None:
        self._ledger = ledger
        self._new = {sheet.key: sheet for sheet in report.sheets if sheet.rows}

    def link(self, record: Record, name: str) -> tuple[str, Link | None]:
        """Return the tab and a link to a field of a record, or to the row's first column."""
        table = self._ledger.table(model_for(record.key))
        sheet = model_for(record.key).sheet.name
        if record.row is not None:
            part, local = table.locate(record.row)
            row: int | None = part.row_number(name, local)
        else:
            part = next((part for part in table.parts if part.key == record.key), None)  # type: ignore[assignment]
            written = self._new.get(record.key)
            number = record.number
            row = next(iter(written.rows[number : number + 1]), None) if written else None
        if part is None or row is None:
            return sheet, None
        columns = part.columns
        column = columns.get(name) or columns.get("name") or next(iter(columns.values()), None)
        return part.sheet, Link(part.sheet, f"{column.letter}{row}") if column else None


def result_update(
    placement: Placement, ledger: Ledger, report: UpdateReport, said: Sequence[str], as_of: date,
    generated: datetime,
) -> SheetUpdate:  # fmt: skip
    """Return 导入结果: the totals of every table, then each row and cell not simply written.

    Args:
        placement: What was imported.
        ledger: The ledger before.
        report: What was written into it.
        said: Sentences on the whole: files not read, what to do next.
        as_of: The day of the stamp.
        generated: When it was made.
    """
    places = _Places(ledger, report)
    rows: list[dict[str, object]] = [
        {"fate": _TOTAL, "source_file": "（全部）", "message": sentence} for sentence in said
    ]
    rows += [_total_row(table) for table in placement.tables]
    notes = [(table, note) for table in placement.tables for note in table.notes]
    notes.sort(key=lambda pair: _ORDER.index(pair[1].fate))  # what asks for something comes first
    rows += [_note_row(table, note, places) for table, note in notes]
    rows += _loose_rows(placement)
    if len(rows) > _MOST:
        more = f"另有 {len(rows) - _MOST} 条未列出，请先处理以上各条后再导入一次"
        rows = [*rows[: _MOST - 1], {"fate": _TOTAL, "source_file": "（全部）", "message": more}]
    return SheetUpdate(
        ImportNoteRow.sheet.key, rows=tuple(map(UpdateRow, rows)), as_of=as_of, generated=generated
    )


_ORDER = [Fate.WAITING, Fate.UNREADABLE, Fate.DUPLICATE, Fate.PLACED, Fate.DECLINED, Fate.REMARK]


def _total_row(table: TableAccount) -> dict[str, object]:
    source = table.table
    message = f"共 {len(source)} 行：{_listed(table.rows(), '行')}。按单元格数：{_listed(table.cells(), '个单元格')}"
    return {
        "fate": _TOTAL, "source_file": source.file, "source_sheet": source.sheet,
        "typed": _shown(source.title) or None, "message": message,
    }  # fmt: skip


def _listed(counts: Mapping[Fate, int], unit: str) -> str:
    return (
        "，".join(f"{fate} {counts[fate]} {unit}" for fate in Fate if counts.get(fate))
        or "没有内容"
    )


def _loose_rows(placement: Placement) -> Iterator[dict[str, object]]:
    """Yield what stands outside the records: the lines between them one by one."""
    by_file: dict[str, Counter[str]] = {}
    for file, loose in placement.loose:
        if loose.why == BETWEEN:
            cell = loose.cell
            yield {
                "fate": str(Fate.DECLINED), "source_file": file, "source_sheet": cell.sheet,
                "source_cell": f"{letters(cell.column)}{cell.row}",
                "typed": _shown(as_typed(without_id_numbers(cell.value))) or None,
                "message": "小标题未导入；写明以下各行的导师、所在村等的，请另加一列填写后再导入一次",
            }  # fmt: skip
        else:
            by_file.setdefault(file, Counter())[loose.why] += 1
    for file, reasons in by_file.items():
        listed = "，".join(f"{why} {count} 个单元格" for why, count in reasons.most_common())
        message = f"表格以外的文字未导入：{listed}"
        yield {"fate": str(Fate.DECLINED), "source_file": file, "message": message}


def _note_row(table: TableAccount, note: Note, places: _Places) -> dict[str, object]:
    count = f"（{note.count} 个单元格）" if note.count > 1 else ""
    row: dict[str, object] = {
        "fate": str(note.fate), "source_file": table.table.file, "source_sheet": note.place.sheet,
        "source_cell": note.cell or None, "heading": note.heading or None,
        "typed": _shown(note.typed) or None, "message": f"{note.sentence}{count}",
    }  # fmt: skip
    if note.record:
        name = note.field if note.field in columns_by_field(model_for(note.record.key)) else "name"
        row["sheet_name"], row["cell"] = places.link(note.record, name)
    return row


def _shown(text: str) -> str:
    masked = mask_text(" ".join(text.split()))
    return mask_phone(masked) if masked.replace("-", "").isdigit() else masked


def totals(placement: Placement) -> str:
    """Return one sentence on what was added and completed."""
    counts = [(what, len(placement.new(key)), unit) for key, what, unit in COUNTED]
    new = [f"{what} {count} {unit}" for what, count, unit in counts if count]
    completed = sum(len(placement.completed(key)) for key in placement.records)
    added = f"新增{'、'.join(new)}" if new else "没有新增"
    return f"{added}；补充了已有的 {completed} 行" if completed else added

"""Read a ledger file: any workbook → raw sheets → `Ledger` and findings on its layout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from validators.cells import letters
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart
from validators.normalise import squeeze
from validators.sheets import SHEETS, Row, SheetKind, columns_by_field
from validators.vocabulary import Level
from workbooks.files import KIND_PROPERTY
from workbooks.headings import HeadingMap, Oddity, map_headings
from workbooks.raw.book import RawBook, RawSheet, read_book
from workbooks.tables import fill_merged, form_part, table_part
from workbooks.template.layout import FILE_KIND

__all__ = ["OWN_SHEETS", "LedgerFile", "is_read", "ledger_of", "other_kind", "read_ledger"]

OWN_SHEETS = frozenset({"本周待办", "使用说明"})
"""Sheets of the template that hold no rows."""

_READ = {model.sheet.name: model for model in SHEETS if not model.sheet.protected}


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One workbook as read.

    Attributes:
        file: Its path relative to what the user named.
        ledger: Its rows.
        findings: What the layout has to disclose.
        digest: SHA-256 of the file's bytes; "" of a workbook that is open.
    """

    file: str
    ledger: Ledger
    findings: list[Finding]
    digest: str


def read_ledger(path: Path, file: str = "") -> LedgerFile:
    """Read one ledger.

    Args:
        path: The workbook.
        file: How findings name it; the file's own name if empty.

    Raises:
        UnreadableWorkbook: The file cannot be read, or is no ledger.
    """
    book = read_book(path, is_read)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ledger_of(book, file or path.name, digest)


def is_read(name: str) -> bool:
    """Tell of a tab's name whether its cells are part of a ledger."""
    return squeeze(name) in _READ


def other_kind(kind: str) -> UnreadableWorkbook:
    """Return the refusal of a workbook of ours that is no ledger."""
    return UnreadableWorkbook(
        "file.other_kind", f"这是本工具生成的“{kind}”，不是乡镇台账", "请改用各单位上报的台账"
    )


def ledger_of(book: RawBook, label: str, digest: str = "") -> LedgerFile:
    """Return the ledger in a workbook's cells, wherever they come from.

    Args:
        book: The workbook, with the sheets that `is_read` wants; its columns are changed.
        label: How findings name it.
        digest: SHA-256 of the file's bytes.

    Raises:
        UnreadableWorkbook: It is no ledger.
    """
    kind = book.properties.get(KIND_PROPERTY, FILE_KIND)
    if kind != FILE_KIND:
        raise other_kind(kind)
    sheets = {squeeze(sheet.name): sheet for sheet in reversed(book.sheets)}
    if not sheets.keys() & {m.sheet.name for m in SHEETS if m.sheet.kind is SheetKind.INPUT}:
        raise UnreadableWorkbook(
            "file.not_ledger",
            "不是导师帮带台账：没有找到任何一张台账工作表",
            "请用市级下发的模板填报",
        )
    parts: list[SheetPart] = []
    findings = list(_book_findings(book, sheets, label))
    for name, model in _READ.items():
        if name in sheets:
            part, said = _read_sheet(sheets[name], model, label)
            parts.append(part)
            findings.extend(said)
    return LedgerFile(label, Ledger.of(parts, [label]), findings, digest)


def _read_sheet(sheet: RawSheet, model: type[Row], file: str) -> tuple[SheetPart, list[Finding]]:
    if model.sheet.form:
        part = form_part(sheet, model, file)
        said = [] if not part.heading_missing else [_form_finding(part, model)]
        return part, said
    found = map_headings(sheet, model)
    say = _Speaker(file, sheet.name, model.sheet.key)
    if not found.row:
        return _unmapped(sheet, model, say)
    anchors = fill_merged(sheet, found.first_row)
    part = table_part(sheet, model, found, file)
    findings = [say.heading(oddity) for oddity in found.oddities]
    findings += [
        say.at(
            "table.merged",
            Level.NOTICE,
            row,
            column,
            "合并单元格已按同值向下填充",
            "建议取消合并，逐行填写",
        )
        for row, column in anchors
    ]
    findings += _hidden(sheet, part, found, say)
    return part, findings


def _unmapped(sheet: RawSheet, model: type[Row], say: _Speaker) -> tuple[SheetPart, list[Finding]]:
    """Reject every filled row of a sheet whose heading row cannot be found."""
    filled = [r for r in range(sheet.n_rows) if any(c.codes[r] >= 0 for c in sheet.columns)]
    part = SheetPart.rejecting(model.sheet.key, say.file, sheet.name, [row + 1 for row in filled])
    finding = say.at(
        "heading.none",
        Level.ERROR,
        1,
        1,
        "没有找到标题行，本表没有读取",
        "请恢复模板的标题行，列名不要改",
    )
    return part, [finding]


def _form_finding(part: SheetPart, model: type[Row]) -> Finding:
    columns = columns_by_field(model)
    missing = [c.heading for c in columns.values() if c.required and c.field not in part.columns]
    say = _Speaker(part.file, part.sheet, part.key)
    return say.at(
        "heading.missing", Level.ERROR, 1, 1,
        f"缺少项目：{'、'.join(missing)}", "请恢复模板的项目名称，或把内容复制到新模板",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Words findings on one worksheet's layout."""

    file: str
    sheet: str
    key: str = ""

    def at(
        self, code: str, level: Level, row: int, column: int, message: str, suggestion: str
    ) -> Finding:
        letter = letters(column)
        cell = f"{letter}{row}" if row else ""
        return Finding(
            self.file, self.sheet, cell, row, letter if row else "", "", code, level, "",
            message, suggestion,
        )  # fmt: skip

    def heading(self, oddity: Oddity) -> Finding:
        level, message, suggestion = _HEADINGS[oddity.kind]
        hint = f"；{oddity.hint}可能就是，请改名" if oddity.hint else ""
        finding = self.at(
            f"heading.{oddity.kind}", level, oddity.row, oddity.column,
            message.format(heading=oddity.heading, typed=oddity.typed), f"{suggestion}{hint}",
        )  # fmt: skip
        return finding._replace(heading=oddity.heading, value=oddity.typed)


_HEADINGS = {
    "missing": (Level.ERROR, "缺少必填列“{heading}”，本表各行没有采用", "请恢复这一列的列名"),
    "absent": (Level.WARNING, "缺少列“{heading}”，按空白处理", "请恢复这一列的列名"),
    "duplicate": (Level.ERROR, "列名“{typed}”重复，这一列没有读取", "请删去或改名多余的一列"),
    "renamed": (Level.NOTICE, "列名“{typed}”按“{heading}”读取", "建议用模板的列名"),
    "unknown": (Level.NOTICE, "不认识的列“{typed}”，没有读取", "台账以外的内容请写在备注"),
}


def _hidden(
    sheet: RawSheet, part: SheetPart, found: HeadingMap, say: _Speaker
) -> Iterator[Finding]:
    hidden = [row for row in part.rows if row in sheet.hidden_rows] if sheet.hidden_rows else []
    if hidden:
        yield say.at(
            "rows.hidden", Level.NOTICE, hidden[0], 1,
            f"有 {len(hidden)} 行被隐藏或筛选，已照常读取", "请取消筛选和隐藏后核对",
        )  # fmt: skip
    columns = [letters(at) for at in found.fields.values() if at in sheet.hidden_columns]
    if columns:
        yield say.at(
            "columns.hidden", Level.NOTICE, found.row, 1,
            f"隐藏的列 {'、'.join(columns)} 已照常读取", "请取消隐藏后核对",
        )  # fmt: skip


def _book_findings(book: RawBook, sheets: dict[str, RawSheet], file: str) -> Iterator[Finding]:
    own = {m.sheet.name for m in SHEETS} | OWN_SHEETS
    unknown = [sheet for sheet in book.sheets if squeeze(sheet.name) not in own]
    for code, message in book.notices:
        yield _Speaker(file, "").at(code, Level.NOTICE, 0, 0, message, "")
    for sheet in unknown:
        if not sheet.name.startswith("_"):
            message = f"不认识的工作表“{sheet.name}”，没有读取"
            yield _Speaker(file, sheet.name).at(
                "sheet.unknown", Level.NOTICE, 0, 0, message, "台账内容请填在模板的工作表里"
            )
    yield from _missing_sheets(sheets, [s.name for s in unknown], file)
    for name, sheet in sheets.items():
        if sheet.hidden and name in _READ:
            yield _Speaker(file, sheet.name).at(
                "sheet.hidden", Level.NOTICE, 0, 0, "工作表被隐藏，已照常读取", "请取消隐藏后核对"
            )


def _missing_sheets(
    sheets: dict[str, RawSheet], unknown: Iterable[str], file: str
) -> Iterator[Finding]:
    for name, model in _READ.items():
        if name in sheets or model.sheet.kind is not SheetKind.INPUT:
            continue
        near = process.extractOne(name, list(unknown), scorer=fuzz.ratio, score_cutoff=60)
        advice = f"“{near[0]}”如果就是，请改名为“{name}”" if near else "请从模板中补上这张表"
        yield _Speaker(file, name).at(
            "sheet.missing", Level.ERROR, 0, 0, f"缺少工作表“{name}”", advice
        )

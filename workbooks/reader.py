"""Read a ledger: raw sheets → the rows in use → `Ledger`, and findings on its layout.

`ledger_of` reads what `workbooks.raw` made of a file or `workbooks.live` of an open workbook. A
sheet's headings are found by name (`workbooks.headings`); blank rows, subtotals, notes and repeated
headings are no rows of the ledger.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, pairwise, takewhile
from pathlib import Path

from rapidfuzz import fuzz, process

from validators.cells import letters
from validators.checks import FORMAT_LOST, read_serials
from validators.columns import Kind
from validators.divisions import village_names
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger, SheetPart
from validators.normalise import squeeze
from validators.schema import NewerParts, may_lack, version_on
from validators.sheets import SHEETS, TABLES, Row, SheetKind, UnitRow, columns_by_field, model_for
from validators.vocabulary import Level
from workbooks.files import CONSOLIDATED, KIND_PROPERTY
from workbooks.headings import Oddity
from workbooks.ooxml.addresses import column_number
from workbooks.raw.book import RawBook, RawSheet, file_bytes, read_bytes
from workbooks.row_kinds import RowKind
from workbooks.table_rows import TableReading, form_part, read_rows
from workbooks.template.layout import CHECK_STATE, FILE_KIND, FROM_FILE, HEADING_ROW, PAGES

OWN_SHEETS = frozenset(PAGES)
"""Sheets of the template that hold no rows."""

_ROWED = tuple(
    model.sheet.name
    for model in SHEETS
    if model.sheet.kind is SheetKind.INPUT and not model.sheet.form
)
_BY_NAME = {model.sheet.name: model for model in SHEETS}
_SPAN = r"(?:20\d\d年)?(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月?[-—~～至到、]\d{1,2}月|(?:\d|[一二三四五六七八九十]){1,2}月份?|Q[1-4])"
_VILLAGE_PART = r"[-_—·.]?[(]?([^()]+?)[)]?"


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One workbook as read.

    Attributes:
        file: Its path relative to what the user named.
        ledger: Its rows.
        findings: What the layout has to disclose.
        digest: SHA-256 of the file's bytes; "" of a workbook that is open.
        absent: Keys of the generated sheets of its version that the workbook does not have.
    """

    file: str
    ledger: Ledger
    findings: list[Finding]
    digest: str
    absent: frozenset[str] = frozenset()


def read_ledger(path: Path, file: str = "") -> LedgerFile:
    """Read one ledger.

    Args:
        path: The workbook.
        file: How findings name it; the file's own name if empty.

    Raises:
        UnreadableWorkbook: The file cannot be read, or is no ledger.
    """
    data = file_bytes(path)
    book = read_bytes(data, path.name, is_read)
    return ledger_of(book, file or path.name, hashlib.sha256(data).hexdigest())


@cache
def model_of_tab(name: str) -> type[Row] | None:
    """Return whose rows a tab's cells are, None where they are no sheet of the template.

    Spaces in the name do not matter, nor a number in front. An input sheet may be split:
    工作日志1-3月, 导师库 (2), 工作日志（冯庄村）.
    """
    plain = squeeze(name)
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    for own, model in _BY_NAME.items():
        if model.sheet.kind is SheetKind.INPUT and not model.sheet.form and not model.sheet.joins:
            before, found, after = plain.partition(own)
            if found and not (before and after) and _is_part(before, after):
                return model
    return None


def _is_part(before: str, after: str) -> bool:
    """Return whether what stands before or after a sheet's name in a tab's says which part it is."""
    # hardly a workbook has such a tab, and compiling takes longer than reading a sheet
    dated = (
        before and re.fullmatch(rf"{_SPAN}[-_—·.]?|(?:附[件表])?\d{{1,2}}[-_—·.、:]?", before)
    ) or (
        after
        and re.fullmatch(
            rf"[-_—·.]?[(]?(?:{_SPAN}|续表?\d?|补[充录]?|新增|[一二三四五六七八九十]{{1,2}}|\d{{1,2}}|表)[)]?",
            after,
        )
    )
    place = re.fullmatch(_VILLAGE_PART, before or after)
    return bool(dated) or (place is not None and place[1] in village_names())


def is_read(name: str) -> bool:
    """Tell of a tab's name whether its cells are part of a ledger."""
    model = model_of_tab(name)
    return model is not None and not model.sheet.protected


def tabs_by_model(sheets: Iterable[RawSheet]) -> dict[type[Row], list[RawSheet]]:
    """Return the worksheets of every model, the one with the template's name first."""
    tabs: dict[type[Row], list[RawSheet]] = {model: [] for model in SHEETS}
    for sheet in sheets:
        if model := model_of_tab(sheet.name):
            tabs[model].append(sheet)
    for model, named in tabs.items():
        own = model.sheet.name
        named.sort(key=lambda sheet: (sheet.name != own, squeeze(sheet.name) != own))
    return {model: named for model, named in tabs.items() if named}


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
    if any(map(_is_merged, book.sheets)):
        raise other_kind(CONSOLIDATED)
    tabs = tabs_by_model(sheet for sheet in book.sheets if is_read(sheet.name))
    if not any(model.sheet.kind is SheetKind.INPUT for model in tabs):
        raise UnreadableWorkbook(
            "file.not_ledger",
            "不是导师帮带台账：未找到任何一张台账工作表",
            "请用台账模板填报，模板用 bangdai new 或按钮“新建台账”生成；"
            "原有的名册、记录等，用 bangdai import 或按钮“导入原有台账”导入",
        )
    form = tabs.get(UnitRow, ())
    version = version_on(form_part(form[0], UnitRow, label)) if form else ""
    names = {model.sheet.name for model in tabs} | {squeeze(sheet.name) for sheet in book.sheets}
    newer = NewerParts(sheets=_newer_sheets(names, version))
    reading = _LedgerReading(label, version, newer)
    reading.findings.extend(_book_findings(book, tabs, label, newer))
    for model, sheets in tabs.items():
        reading.read(model, sheets)
    _read_lost_days(reading.parts)
    if newer:
        reading.findings.insert(0, _older_notice(label, version, newer))
    absent = frozenset(
        model.sheet.key
        for model in SHEETS
        if model.sheet.kind is SheetKind.GENERATED
        and model.sheet.name not in names
        and not may_lack(version, model.sheet.since)
    )
    ledger = Ledger.of(reading.parts, [label])
    return LedgerFile(label, ledger, reading.findings, digest, absent)


def _is_merged(sheet: RawSheet) -> bool:
    """Tell whether a sheet is one of a consolidated workbook, which may have lost its property."""
    first = {value for column in sheet.columns[:8] for value in column.values[:8]}
    return {FROM_FILE, CHECK_STATE} <= first


def _read_lost_days(parts: Iterable[SheetPart]) -> None:
    """Read the few days of further columns in a workbook that has lost its date formats."""
    columns = [
        (columns_by_field(model_for(part.key))[name], typed)
        for part in parts
        for name, typed in part.columns.items()
        if typed.problems
    ]
    lost = (problem.kind for _, typed in columns for problem in typed.problems.values())
    if FORMAT_LOST in lost:
        for column, typed in columns:
            read_serials(column, typed.cells.values, typed, fewest=1)


def _newer_sheets(sheets: Collection[str], version: str) -> list[str]:
    return [
        model.sheet.name
        for model in TABLES
        if model.sheet.name not in sheets and may_lack(version, model.sheet.since)
    ]


def _older_notice(file: str, version: str, newer: NewerParts) -> Finding:
    return _SheetFindings(file, "").at(
        "schema.older", Level.NOTICE, 0, 0, f"本台账为 {version} 版，缺 {newer}，不影响上报",
        "需换用新版的，请用 bangdai update 更新，已填内容全部保留",
    )  # fmt: skip


@dataclass(slots=True)
class _LedgerReading:
    """Reads the sheets of one workbook one after the other.

    Attributes:
        file: How findings name the workbook.
        version: The version of the template it was made from.
        newer: Is told of the columns it lacks because they came later.
        parts: What was read.
        findings: What the layout has to disclose.
    """

    file: str
    version: str
    newer: NewerParts
    parts: list[SheetPart] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, model: type[Row], sheets: Sequence[RawSheet]) -> None:
        """Read the sheets of one model as one table; of copies, and of a form, only the first."""
        several = model.sheet.kind is SheetKind.INPUT and not model.sheet.form
        before: list[SheetPart] = []
        for sheet in sheets:
            on_sheet = _SheetFindings(self.file, sheet.name)
            parts, findings = self._read_sheet(sheet, model, on_sheet)
            if before and (not several or _is_copy(before, parts)):
                before.append(self._passed_over(before, parts, on_sheet))
                continue
            if before or squeeze(sheet.name) != model.sheet.name:
                self.findings.append(on_sheet.read_as(model.sheet.name, alone=len(sheets) == 1))
            before += parts
            self.findings += findings
        self.parts += before

    def _passed_over(
        self, before: Sequence[SheetPart], parts: Sequence[SheetPart], on_sheet: _SheetFindings
    ) -> SheetPart:
        """Return the account of a copy: its rows are ignored, or rejected where they differ."""
        known = set(_row_cells(before))
        differs = any(cells not in known for cells in _row_cells(parts))
        self.findings.append(on_sheet.unread_copy(before[0].sheet, differs=differs))
        key, rows = before[0].key, [row for part in parts for row in part.rows]
        if differs:
            return SheetPart.rejecting(key, self.file, on_sheet.sheet, rows)
        ignored = len(rows) + sum(part.ignored for part in parts)
        return SheetPart(key, self.file, on_sheet.sheet, array("i"), {}, ignored=ignored)

    def _read_sheet(
        self, sheet: RawSheet, model: type[Row], on_sheet: _SheetFindings
    ) -> tuple[list[SheetPart], list[Finding]]:
        """Return the rows of a sheet and what its layout has to disclose.

        Merged cells of its table are filled downwards.
        """
        if model.sheet.form:
            part = form_part(sheet, model, self.file)
            absent = [c for n, c in columns_by_field(model).items() if n not in part.columns]
            came_later = [c.heading for c in absent if may_lack(self.version, c.since)]
            _tell_newer(self.newer, sheet, came_later)
            missing = [_form_finding(part, model)] if part.heading_missing else []
            return [part], [*missing, *_volatile(sheet, part, model, on_sheet)]
        reading = read_rows(sheet, model, self.file, self.version, fill=True)
        _tell_newer(self.newer, sheet, reading.headings.newer)
        if not reading.blocks:
            return _unmapped(sheet, model, on_sheet)
        findings = [*on_sheet.layout(sheet, reading), *_hidden(sheet, reading, on_sheet)]
        for part in reading.parts:
            findings += _volatile(sheet, part, model, on_sheet)
        return reading.parts, findings


def read_sheets(book: RawBook) -> list[RawSheet]:
    """Return the worksheets whose rows make the ledger: copies of a sheet are left out."""
    read: list[RawSheet] = []
    for model, sheets in tabs_by_model(s for s in book.sheets if is_read(s.name)).items():
        before: list[SheetPart] = []
        for sheet in sheets[: 1 if model.sheet.form else None]:
            parts = [] if model.sheet.form else read_rows(sheet, model, "").parts
            if not (
                before and (model.sheet.kind is not SheetKind.INPUT or _is_copy(before, parts))
            ):
                read.append(sheet)
                before += parts
    return read


def _is_copy(before: Sequence[SheetPart], parts: Sequence[SheetPart]) -> bool:
    """Return whether half of the rows of a sheet, by ID or else by all cells, were read before."""
    known, rows = set(_row_keys(before)), list(_row_keys(parts))
    return bool(rows) and 2 * sum(row in known for row in rows) >= len(rows)


def _row_keys(parts: Iterable[SheetPart]) -> Iterator[object]:
    for part in parts:
        ids = part.columns.get(model_for(part.key).sheet.id_field)
        codes = ids.decoded() if ids else [None] * len(part)
        yield from (code or cells for code, cells in zip(codes, _row_cells([part]), strict=True))


def _row_cells(parts: Iterable[SheetPart]) -> Iterator[object]:
    """Yield what each row holds, whatever the order of the columns."""
    for part in parts:
        for row in range(len(part)):
            cells = ((name, column.cells.cell(row)) for name, column in part.columns.items())
            yield frozenset((name, cell) for name, cell in cells if cell is not None)


def _tell_newer(newer: NewerParts, sheet: RawSheet, headings: list[str]) -> None:
    if headings:
        newer.columns[squeeze(sheet.name)] = headings


def _unmapped(
    sheet: RawSheet, model: type[Row], on_sheet: _SheetFindings
) -> tuple[list[SheetPart], list[Finding]]:
    """Reject every filled row of a sheet whose heading row cannot be found."""
    filled = [r for r in range(sheet.n_rows) if any(c.codes[r] >= 0 for c in sheet.columns)]
    part = SheetPart.rejecting(
        model.sheet.key, on_sheet.file, sheet.name, [row + 1 for row in filled]
    )
    finding = on_sheet.at(
        "heading.none", Level.ERROR, 1, 1,
        "未找到标题行，本表未读取", "请恢复模板的标题行，勿改列名",
    )  # fmt: skip
    return [part], [finding]


def _form_finding(part: SheetPart, model: type[Row]) -> Finding:
    columns = columns_by_field(model)
    missing = [c.heading for c in columns.values() if c.required and c.field not in part.columns]
    on_sheet = _SheetFindings(part.file, part.sheet)
    return on_sheet.at(
        "heading.missing", Level.ERROR, 1, 1,
        f"缺少项目：{'、'.join(missing)}", "请恢复模板的项目名称，或将内容复制到新模板",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SheetFindings:
    """Makes the findings on one worksheet's layout."""

    file: str
    sheet: str

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
        """Return what is said of a heading."""
        level, message, suggestion = _HEADINGS[oddity.kind]
        facts = {"heading": oddity.heading, "typed": oddity.typed, "hint": oddity.hint}
        hint = (
            f"；{' '.join(oddity.hint.split())}可能是该列，请改名"
            if oddity.hint and "{hint}" not in message
            else ""
        )
        finding = self.at(
            f"heading.{oddity.kind}", level, oddity.row, oddity.column,
            " ".join(message.format(**facts).split()),
            f"{suggestion.format(**facts)}{hint}",
        )  # fmt: skip
        return finding._replace(heading=oddity.heading, value=oddity.typed)

    def unread_copy(self, name: str, *, differs: bool) -> Finding:
        """Return what is said of a sheet that holds the rows of another, and perhaps more."""
        level, todo = Level.WARNING, "请删除该表"
        message = f"工作表“{self.sheet}”与“{name}”内容相同，未重复读取"
        if differs:
            level, todo = Level.ERROR, f"请核对，将只在该表填写的内容移到“{name}”，再删除该表"
            message = f"工作表“{self.sheet}”与“{name}”大部分行相同，部分行不同，未读取"
        return self.at("sheet.copy", level, 0, 0, message, todo)

    def read_as(self, name: str, *, alone: bool) -> Finding:
        """Return what is said of a sheet under another name."""
        message, todo = f"工作表“{self.sheet}”作为“{name}”读取", f"建议将表名改为“{name}”"
        if not alone:
            message = f"工作表“{self.sheet}”作为“{name}”的一部分读取"
            todo = f"建议将各行并入“{name}”，“本周待办”和自动带出的内容只取其中一张表"
        return self.at("sheet.part", Level.NOTICE, 0, 0, message, todo)

    def layout(self, sheet: RawSheet, reading: TableReading) -> Iterator[Finding]:
        """Yield what the layout of a table has to disclose."""
        for at, block in enumerate(reading.blocks):
            oddities = block.headings.oddities
            yield from map(self.heading, _told_together(oddities) if at else oddities)
        for row, column in reading.anchors:
            yield self.at(
                "table.merged", Level.NOTICE, row, column, "合并单元格已按同值向下填充",
                "建议取消合并，逐行填写",
            )  # fmt: skip
        for block in reading.blocks[1:]:
            yield self.at(
                "table.block", Level.NOTICE, block.headings.row, 1,
                f"第 {block.headings.row} 行起列的次序不同，已按这一行的列名读取",
                "建议改为与上方相同的次序，并删除该行列名",
            )  # fmt: skip
        rows = chain.from_iterable(part.rows for part in reading.parts)
        above = [*takewhile(reading.headings.row.__gt__, rows)]
        if above:
            yield self.at(
                "rows.above", Level.NOTICE, above[0], 1,
                f"标题行上方有 {len(above)} 行（{_spans(above)}），已照常读取",
                "请将标题行移到最上方",
            )  # fmt: skip
        yield from self._ignored(reading)
        yield from self._outside(sheet, reading)

    def _ignored(self, reading: TableReading) -> Iterator[Finding]:
        """Yield one notice for each kind of row that was left out, and for each other table."""
        for kind in RowKind:
            rows = sorted(row for row, why in reading.ignored.items() if why is kind)
            if not rows or kind is RowKind.UNREAD:
                continue
            if kind is RowKind.OTHER_TABLE:
                yield self.at(
                    "table.other", Level.NOTICE, rows[0], 1,
                    f"{_spans(rows)}是另一张表，未读取", "台账以外的表请另放一张工作表",
                )  # fmt: skip
                continue
            yield self.at(
                "rows.ignored", Level.NOTICE, rows[0], 1,
                f"{_spans(rows)}是{kind.value}，未作为台账内容读取",
                "如是台账内容，请将各列填写完整",
            )  # fmt: skip

    def _outside(self, sheet: RawSheet, reading: TableReading) -> Iterator[Finding]:
        """Yield a notice for each run of columns without a heading that hold cells."""
        headed = {at for block in reading.blocks for at in block.headings.headings}
        headed |= {at for block in reading.blocks for at in block.headings.beside}
        run: list[int] = []
        first_row = reading.headings.row
        cells = {
            at: [row for row in range(first_row - 1, sheet.n_rows) if column.codes[row] >= 0]
            for at, column in enumerate(sheet.columns, 1)
            if column.values and at not in headed
        }
        filled = [at for at, rows in cells.items() if rows]
        for before, at in pairwise([0, *filled]):
            run = [*run, at] if run and at == before + 1 else [at]
            if at + 1 in filled:
                continue
            row = min(cells[run[0]]) + 1
            count = sum(len(cells[n]) for n in run)
            where = letters(run[0]) if len(run) == 1 else f"{letters(run[0])}–{letters(run[-1])}"
            yield self.at(
                "cells.outside", Level.NOTICE, row, run[0],
                f"{where} 列没有列名，有 {count} 个单元格未读取", "台账以外的内容请另放一张工作表",
            )  # fmt: skip


def _told_together(oddities: Sequence[Oddity]) -> list[Oddity]:
    """Return oddities with one of all columns that a block may lack, for the sheet has them above."""
    told = [oddity for oddity in oddities if oddity.kind != "absent"]
    absent = [oddity for oddity in oddities if oddity.kind == "absent"]
    if not absent:
        return told
    names = "”“".join(oddity.heading for oddity in absent)
    return [*told, replace(absent[0], heading=names, hint="")]


def _spans(rows: Sequence[int]) -> str:
    """Return rows in words: 第 3–5、9 行; of many the first."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    texts = [f"{first}" if first == last else f"{first}–{last}" for first, last in spans]
    more = f"等 {len(rows)} " if len(texts) > _MOST_SPANS else " "
    return f"第 {'、'.join(texts[:_MOST_SPANS])}{more}行"


_MOST_SPANS = 8
_HEADINGS = {
    "missing": (Level.ERROR, "缺少必填列“{heading}”，本表各行未采用", "请恢复该列的列名"),
    "absent": (Level.WARNING, "缺少列“{heading}”，按空白处理", "请恢复该列的列名"),
    "duplicate": (Level.ERROR, "列名“{typed}”与 {hint}重复，该列未读取", "请删除或改名多余的一列"),
    "renamed": (Level.NOTICE, "列名“{typed}”按“{heading}”读取", "建议采用模板的列名"),
    "joined": (
        Level.ERROR,
        "“{heading}”合写在“{typed}”一列中，未读取",
        "请拆分为“{heading}”两列，分别填写",
    ),
    "unit": (
        Level.WARNING,
        "“{typed}”的单位与“{heading}”不同，未读取",
        "请换算该列，再将列名改为“{heading}”",
    ),
    "unitless": (
        Level.WARNING,
        "“{typed}”未写明单位，未读取",
        "请核对该列的单位，再将列名改为“{heading}”",
    ),
    "pasted": (
        Level.ERROR,
        "{hint}与本表的列名相同（{typed}），未读取",
        "如是本表内容，请移到本表下方；其他内容请另放一张工作表",
    ),
    "beside": (Level.NOTICE, "{hint}是另一张表（{typed}），未读取", "台账以外的表请另放一张工作表"),
    "unknown": (Level.NOTICE, "无法识别的列“{typed}”，未读取", "台账以外的内容请另放一张工作表"),
}


def _volatile(
    sheet: RawSheet, part: SheetPart, model: type[Row], on_sheet: _SheetFindings
) -> Iterator[Finding]:
    """Yield a warning for every day that a formula makes another one tomorrow."""
    for area in sheet.volatile:
        for name, typed in part.columns.items():
            at = column_number(typed.letter)
            dated = columns_by_field(model)[name].kind in (Kind.DAY, Kind.MONTH)
            if not (dated and area.left <= at <= area.right):
                continue
            rows = [part.form_rows[name]] if name in part.form_rows else part.rows
            for row in rows:
                if area.top <= row <= area.bottom:
                    finding = on_sheet.at(
                        "formula.volatile", Level.WARNING, row, at,
                        "日期由 TODAY、NOW 公式计算，每天变化",
                        "请复制该单元格，再用“选择性粘贴”粘贴为数值",
                    )  # fmt: skip
                    yield finding._replace(heading=typed.heading)


def _hidden(sheet: RawSheet, reading: TableReading, on_sheet: _SheetFindings) -> Iterator[Finding]:
    heading_map = reading.headings
    hidden = [row for row in reading.rows if row in sheet.hidden_rows] if sheet.hidden_rows else []
    if hidden:
        yield on_sheet.at(
            "rows.hidden", Level.NOTICE, hidden[0], 1,
            f"有 {len(hidden)} 行被隐藏或筛选，已照常读取", "请取消筛选和隐藏后核对",
        )  # fmt: skip
    columns = [letters(at) for at in heading_map.fields.values() if at in sheet.hidden_columns]
    if columns:
        yield on_sheet.at(
            "columns.hidden", Level.NOTICE, heading_map.row, 1,
            f"隐藏的列 {'、'.join(columns)} 已照常读取", "请取消隐藏后核对",
        )  # fmt: skip


def _book_findings(
    book: RawBook, tabs: dict[type[Row], list[RawSheet]], file: str, newer: NewerParts
) -> Iterator[Finding]:
    unknown = [
        s for s in book.sheets if squeeze(s.name) not in OWN_SHEETS and not model_of_tab(s.name)
    ]
    present = {*(model.sheet.name for model in tabs), *newer.sheets}
    for code, message in book.notices:
        yield _SheetFindings(file, "").at(code, Level.NOTICE, 0, 0, message, "")
    for sheet in unknown:
        if not sheet.name.startswith("_"):
            message = f"无法识别的工作表“{sheet.name}”，未读取"
            near = next(
                (own for own in _ROWED if own in squeeze(sheet.name) and own in present), ""
            )
            todo = (
                f"如有台账内容，请移到“{near}”；无用的请删除"
                if near
                else "台账内容请填在模板的工作表中"
            )
            yield _SheetFindings(file, sheet.name).at(
                "sheet.unknown", Level.WARNING if near else Level.NOTICE, 0, 0, message, todo
            )
    yield from _missing_sheets(present, [s.name for s in unknown], file)
    for model, sheet in ((model, sheet) for model, named in tabs.items() for sheet in named):
        resting = model.sheet.rests_hidden(filled=sheet.n_rows > HEADING_ROW)
        if sheet.hidden and model.sheet.kind is SheetKind.INPUT and not resting:
            yield _SheetFindings(file, sheet.name).at(
                "sheet.hidden", Level.NOTICE, 0, 0, "工作表被隐藏，已照常读取", "请取消隐藏后核对"
            )


def _missing_sheets(
    present: Collection[str], unknown: Collection[str], file: str
) -> Iterator[Finding]:
    for name, model in _BY_NAME.items():
        if name in present or model.sheet.joins or model.sheet.kind is not SheetKind.INPUT:
            continue
        holding = [tab for tab in unknown if name in squeeze(tab)]
        least = 0 if holding else 60
        near = process.extractOne(name, holding or unknown, scorer=fuzz.ratio, score_cutoff=least)
        advice = f"“{near[0]}”如果是该表，请改名为“{name}”" if near else "请从模板中补上该表"
        yield _SheetFindings(file, name).at(
            "sheet.missing", Level.ERROR, 0, 0, f"缺少工作表“{name}”", advice
        )

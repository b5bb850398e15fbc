"""Bring a ledger of an older template up to date: everything it holds, in a ledger of the current one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from addin.actions.ledger_set import LedgerSet, read_again
from validators import schema
from validators.cells import Cell, FormulaError, Uncalculated, letters
from validators.columns import Column, own_column
from validators.divisions import find_unit
from validators.errors import BangdaiError, UsageError
from validators.findings import as_typed
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.schema import may_lack, version_on
from validators.sheets import SHEETS, Row, SettingRow, UnitRow, columns_by_field
from workbooks.headings import SERIAL_HEADINGS
from workbooks.raw.book import RawBook, RawSheet, read_book
from workbooks.reader import model_of_tab, read_sheets
from workbooks.table_rows import form_part, read_rows
from workbooks.template.layout import PAGES, LedgerRows, RawText, as_it_was, placed_columns
from workbooks.template.workbook import (
    OtherSheet,
    default_duties,
    setting_rows,
    setting_values,
    write_rows,
)

Rows = list[dict[str, object]]

_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


@dataclass(frozen=True, slots=True)
class UpgradeResult:
    """What became of a ledger of an older template; `problem` is "" where it was brought up to date."""

    file: str
    version: str
    problem: str = ""

    @property
    def sentence(self) -> str:
        """What a clerk is told."""
        if self.problem:
            return f"“{self.file}”仍是 {self.version} 版，未换用新模板：{self.problem}"
        return (
            f"“{self.file}”是 {self.version} 版，已换用 {schema.TEMPLATE_VERSION} 版模板："
            "已填内容、自加的列和工作表全部保留，公式只保留结果。"
        )


def upgrade_hint(ledger: Ledger) -> tuple[str, ...]:
    """Return the sentence that offers to bring an open ledger up to date, if it is an older one."""
    version = schema.version_of(ledger)
    if not schema.is_older(version):
        return ()
    return (
        f"本台账是 {version} 版模板，现行的是 {schema.TEMPLATE_VERSION} 版。需换用新版的，请保存并关闭后运行"
        " bangdai update 台账文件，已填内容全部保留，更新前的台账存入“备份”文件夹。",
    )


def upgrade_older(
    ledgers: LedgerSet, drafts: Path, as_of: date
) -> tuple[LedgerSet, tuple[UpgradeResult, ...]]:
    """Bring the ledgers of older templates up to date.

    Args:
        ledgers: The ledgers.
        drafts: A folder for the ledgers of the current template.
        as_of: The day everything is judged by.

    Returns:
        The ledgers, those of an older template replaced by their drafts; and what became of these.
        One that cannot be brought up to date stays as it is.
    """
    copies, results = {}, []
    for number, ledger in enumerate(ledgers.examined):
        version = schema.version_of(ledger.ledger)
        if not schema.is_older(version):
            continue
        draft = drafts / f"{number}.xlsx"
        try:
            upgrade_ledger(ledgers.sources[ledger.file].path, draft, as_of=as_of)
        except BangdaiError as error:
            results.append(UpgradeResult(ledger.file, version, str(error)))
            continue
        results.append(UpgradeResult(ledger.file, version))
        copies[ledger.file] = draft
    return read_again(ledgers, copies), tuple(results)


def upgrade_ledger(path: Path, out: Path, *, as_of: date) -> None:
    """Write a ledger of the current template that holds everything the ledger at `path` holds.

    Cells stay as they were typed, readable or not. Merged cells of a table are filled downwards;
    formulas leave their values; the clerk's own columns become the last of their tables, her own
    sheets the last of the workbook. Look-ups are computed; a text typed over one stays where the
    look-up finds nothing. Rows that are no data, such as subtotals, go to a sheet of their own.

    Raises:
        UnreadableWorkbook: The file cannot be read.
        UnknownDivision: Its form does not say whose ledger it is.
        UsageError: A formula was never calculated, so that its value is unknown.
    """
    content = _Content.of(read_book(path))
    unit = find_unit(content.unit_code)
    ledger = LedgerRows({"duty_template": default_duties(), **content.rows}, content.own)
    content.settle_lookups(ledger)
    write_rows(
        out, unit, ledger, content.settings, as_of=as_of, others=content.others,
        hidden_tabs=content.hidden,
    )  # fmt: skip


@dataclass(slots=True)
class _Content:
    """What an older ledger holds, in the terms of the current template.

    Attributes:
        rows: Sheet key → rows of field → cell.
        own: Sheet key → the clerk's own columns.
        others: Sheets of her own, and those whose headings cannot be found.
        settings: The value of every setting by Chinese name.
        unit_code: The code on the form, "" where it is unreadable.
        leftovers: Rows of tables that are no data: worksheet, row and cells by column.
        hidden: Names of sheets the clerk hid.
    """

    rows: dict[str, Rows] = field(default_factory=dict)
    own: dict[str, list[Column]] = field(default_factory=dict)
    others: list[OtherSheet] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    unit_code: str = ""
    leftovers: list[tuple[RawSheet, int, list[tuple[int, Cell]]]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, book: RawBook) -> _Content:
        """Take over the sheets of a workbook."""
        content = cls(rows={UnitRow.sheet.key: [{}]})
        models = {model.sheet.name: model for model in SHEETS}
        read = {id(sheet) for sheet in read_sheets(book)}
        version = next((version_on(form_part(sheet, UnitRow, "")) for sheet in book.sheets
                        if model_of_tab(sheet.name) is UnitRow), "")  # fmt: skip
        for sheet in book.sheets:
            name = squeeze(sheet.name)
            model = model_of_tab(sheet.name) if id(sheet) in read else models.get(name)
            if sheet.hidden and model:
                content.hidden.add(model.sheet.name)
            if model is UnitRow:
                content.add_form(sheet)
            elif model and (id(sheet) in read or model.sheet.protected):
                content.add_table(sheet, model)
            elif not name.startswith("_") and (name not in PAGES or may_lack(version, PAGES[name])):
                content.add_other(sheet, sheet.name)
        content.complete_settings()
        content.keep_leftovers()
        return content

    def add_form(self, sheet: RawSheet) -> None:
        """Take over 填报信息; lines the template does not know are the clerk's own."""
        key, columns = UnitRow.sheet.key, columns_by_field(UnitRow)
        part = form_part(sheet, UnitRow, "")
        values: dict[str, object] = {
            name: _value(sheet, row, typed.cells.cell(0), columns[name])
            for name, typed in part.columns.items()
            for row in [part.form_rows[name]]
        }
        code = part.columns.get("code")
        self.unit_code = next(iter(code.decoded() if code else ()), None) or ""
        own = self.own.setdefault(key, [])
        known = set(part.form_rows.values())
        for row in range(min(known, default=1), sheet.n_rows + 1):
            cells = dict(_cells(sheet, row))
            if row not in known and cells:
                at = min(cells)
                note = as_typed(cells.get(at + 2))
                own.append(own_column(f"own_{row}", as_typed(cells[at]), help=note))
                values[f"own_{row}"] = _value(sheet, row, cells.get(at + 1))
        values["template_version"] = schema.TEMPLATE_VERSION
        self.rows[key] = [values]

    def add_table(self, sheet: RawSheet, model: type[Row]) -> None:
        """Take over a sheet of rows with the columns the clerk added."""
        reading = read_rows(sheet, model, "", fill=True)
        headings = reading.headings
        if not headings.row:
            self.add_other(sheet, f"{sheet.name}（原表）")
            return
        columns = columns_by_field(model)
        known = {at: columns[name] for name, at in headings.fields.items()}
        own = _own_columns(sheet, model, headings.row, headings.first_row, known)
        listed = self.own.setdefault(model.sheet.key, [])
        listed += [column for column in own.values() if column not in listed]
        for block, part in zip(reading.blocks, reading.parts, strict=True):
            by_number = {at: columns[name] for name, at in block.headings.fields.items()}
            self.rows.setdefault(model.sheet.key, []).extend(
                {
                    column.field: _value(sheet, row, cell, by_number.get(at))
                    for at, cell in _cells(sheet, row)
                    if (column := by_number.get(at) or own.get(at))
                    and not (column.lookup and isinstance(cell, Uncalculated | FormulaError))
                }
                for row in part.rows
            )
        untyped = {at for at, column in known.items() if column.lookup}
        untyped |= {at for at, text in headings.headings.items() if text in SERIAL_HEADINGS}
        heads = {block.headings.row for block in reading.blocks}
        rows = {*range(headings.first_row, sheet.n_rows + 1)}.difference(reading.rows, heads)
        for row in sorted(rows):
            cells = [(at, cell) for at, cell in _cells(sheet, row) if at not in untyped]
            if cells:
                self.leftovers.append((sheet, row, cells))

    def add_other(self, sheet: RawSheet, name: str) -> None:
        """Take over a sheet the template does not know, as values."""
        rows = [
            [_raw(_value(sheet, row, column.cell(row - 1))) for column in sheet.columns]
            for row in range(1, sheet.n_rows + 1)
        ]
        self._add_sheet(name, hidden=sheet.hidden, rows=rows)

    def _add_sheet(
        self, name: str, *, hidden: bool, rows: Sequence[Sequence[RawText | None]]
    ) -> None:
        taken = {model.sheet.name for model in SHEETS} | PAGES.keys()
        taken |= {other.name for other in self.others}
        plain = _NO_SHEET_NAME.sub("_", name).strip("'")[:_LONGEST_NAME]
        unique = _unique(plain, {one.casefold() for one in taken}, _LONGEST_NAME)
        self.others.append(OtherSheet(unique, hidden, rows))

    def keep_leftovers(self) -> None:
        """Make a sheet of the rows that are no data: subtotals, notes and repeated headings."""
        if self.leftovers:
            headings = [RawText(text) for text in ("工作表", "原行号", "内容")]
            rows: list[Sequence[RawText | None]] = [headings]
            for sheet, row, cells in self.leftovers:
                kept = [_raw(_value(sheet, row, cell)) for _, cell in cells]
                rows.append([RawText(sheet.name), RawText(row), *kept])
            self._add_sheet("原表合计和说明", hidden=False, rows=rows)

    def complete_settings(self) -> None:
        """Add the settings that came later to those of the ledger."""
        rows = self.rows.setdefault(SettingRow.sheet.key, [])
        typed = {squeeze(_text(row.get("name"))): row.get("value") for row in rows}
        values = {name: _text(value) for name, value in typed.items() if value is not None}
        self.settings = setting_values(values)
        rows += [row for row in setting_rows(setting_values({})) if row["name"] not in typed]

    def settle_lookups(self, ledger: LedgerRows) -> None:
        """Drop what look-ups showed, but keep what was typed over those that find nothing."""
        for model in SHEETS:
            for column in columns_by_field(model).values():
                if column.lookup is None:
                    continue
                for row in self.rows.get(model.sheet.key, ()):
                    cell = row.pop(column.field, None)
                    if isinstance(cell, str | int | float) and not ledger.look_up(
                        column.lookup, row
                    ):
                        row[column.field] = RawText(cell)


def _own_columns(
    sheet: RawSheet, model: type[Row], heading_row: int, first_row: int, known: Iterable[int]
) -> dict[int, Column]:
    """Return by worksheet column the columns with a heading or cells that name no field."""
    taken = {column.heading.casefold() for column in placed_columns(model)}
    own: dict[int, Column] = {}
    for at, cells in enumerate(sheet.columns, 1):
        heading = as_typed(cells.cell(heading_row - 1)).strip()
        if at in known or not (heading or any(code >= 0 for code in cells.codes[first_row - 1 :])):
            continue
        heading = _unique(heading or "无列名", taken, 255)
        taken.add(heading.casefold())
        own[at] = own_column(f"own_{at}", heading)
    return own


def _unique(name: str, taken: set[str], longest: int) -> str:
    """Return `name`, numbered where it is taken: the headings of a table and tabs differ."""
    number, unique = 1, name[:longest]
    while unique.casefold() in taken:
        number += 1
        unique = f"{name[: longest - len(str(number))]}{number}"
    return unique


def _cells(sheet: RawSheet, row: int) -> Iterator[tuple[int, Cell]]:
    """Yield (worksheet column, cell) for the cells of a row that hold anything."""
    for at, column in enumerate(sheet.columns, 1):
        if (cell := column.cell(row - 1)) is not None:
            yield at, cell


def _value(sheet: RawSheet, row: int, cell: Cell | None, column: Column | None = None) -> object:
    """Return a cell as a value of its column where it is one, else as it was typed.

    Raises:
        UsageError: It is a formula that was never calculated.
    """
    if isinstance(cell, Uncalculated):
        at = next((at for at, other in _cells(sheet, row) if other is cell), 1)
        raise UsageError(
            f"工作表“{sheet.name}”的 {letters(at)}{row} 是未计算的公式，无法读取数值",
            "请用 Excel 或 WPS 打开台账，保存后再更新",
        )
    return as_it_was(cell, column)


def _raw(value: object) -> RawText | None:
    return value if value is None or isinstance(value, RawText) else RawText(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    return as_typed(value.cell if isinstance(value, RawText) else value)

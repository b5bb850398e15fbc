"""A consolidated workbook read back as the ledgers it was made of, for reports and exports.

It holds what counts: the merged rows with their files and whether an error cites them, the state of
every unit, the day the data reach to, and by what settings it was judged. It does not hold phones, forms
and last year's log.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from addin.actions.consolidation.gather import ConsolidationInput
from addin.actions.found_files import file_finding
from addin.actions.reports.computed import GatheredLedgers
from addin.actions.reports.remembered_settings import remembered_settings
from addin.actions.validate import ExaminedLedger
from addin.domain.deliveries import Reporter, ReportState, UnitStatus
from validators.cells import CellColumn
from validators.divisions import by_code, find_unit
from validators.errors import UsageError
from validators.findings import Finding, Report
from validators.ledger import Ledger, SheetPart
from validators.normalise import day
from validators.settings import Settings
from validators.sheets import Row, columns_by_field
from validators.vocabulary import Level
from workbooks.consolidated.content import read_memory, scope_and_day
from workbooks.consolidated.ledger_sheets import ROW_HEADING, STATES, merged_models
from workbooks.consolidated.reading import WrittenSheet, read_consolidated
from workbooks.table_rows import typed_column
from workbooks.template.layout import CHECK_STATE, FROM_FILE

_UNITS = "填报情况"
_REJECTED = STATES[1]


def gather_consolidated(
    path: Path, as_of: date, scope: str | None, superior: Settings | None, year: int | None
) -> GatheredLedgers:
    """Read a consolidated workbook as if its ledgers had been read.

    Args:
        path: The workbook.
        as_of: What stands for today; the workbook's own day where that is earlier.
        scope: Name or code of a city or county in it; the whole workbook without one.
        superior: Settings to judge by, those the workbook was judged by if None.
        year: The 年度 a report is of; what was last year's when the workbook was made is not then.

    Raises:
        UsageError: It is no consolidated workbook, or none of its units lie in `scope`.
        UnreadableWorkbook: It cannot be read.
    """
    memory = read_memory(path)
    code, reaches_to = scope_and_day(path, memory)
    known = remembered_settings(memory, code)
    wins = superior or (known and known.superior)
    own_settings = known.own if known else {}
    division = find_unit(scope) if scope else by_code()[code]
    sheets = read_consolidated(path, {_UNITS, *(model.sheet.name for model in merged_models())})
    states = [state for state in _states(sheets[_UNITS]) if state.code.startswith(division.code)]
    if year and year < reaches_to.year:
        states = [_of_its_year(state) for state in states]
    units = {state.file: state.code for state in states if state.file and state.code}
    reached = min(as_of, reaches_to)
    parts: dict[str, list[SheetPart]] = defaultdict(list)
    for model in merged_models():
        if model.sheet.name in sheets:
            for part in _parts(sheets[model.sheet.name], model):
                parts[part.file].append(part)
    examined = [
        ExaminedLedger(
            file, _ledger(own, file, units[file]), [], "",
            wins or own_settings.get(units[file], Settings()),
        )
        for file, own in parts.items()
        if file in units
    ]  # fmt: skip
    if not examined:
        raise UsageError(f"“{path.name}”中没有{division.name}的台账", "请核对汇总表和范围")
    told = [] if superior or known else [_without_settings(path.name)]
    merged = ConsolidationInput(examined, Report(reached, told), states)
    return GatheredLedgers(division, merged, wins)


def _without_settings(file: str) -> Finding:
    return file_finding(
        file, "file.settings_unknown", Level.WARNING,
        "汇总表由旧版工具生成，不含各乡镇的参数，按默认参数计算",
        "各乡镇参数不同的，请重新汇总，或改用台账所在的文件夹",
    )  # fmt: skip


def _of_its_year(state: UnitStatus) -> UnitStatus:
    """Return the state of last year's ledger among ledgers of its own year."""
    if state.is_further or state.state is not ReportState.LAST_YEAR:
        return state
    return replace(state, state=ReportState.FAULTY if state.errors else ReportState.REPORTED)


def _ledger(parts: list[SheetPart], file: str, unit: str) -> Ledger:
    return Ledger(Ledger.of(parts, [file]).tables, {file: unit})


def _states(sheet: WrittenSheet) -> Iterator[UnitStatus]:
    """Yield the state of every unit, further files among them."""
    names = (
        "行政区划代码", "县(区)", "乡镇(街道)", _UNITS, "文件", "填报人", "办公电话", "填报时间",
        "错误数", "警告数", "说明",
    )  # fmt: skip
    seen: set[str] = set()
    for values in zip(*map(sheet.texts, names), strict=True):
        code, county, township, state, file, name, phone, reported, errors, warnings, todo = values
        further = code in seen
        seen.add(code)
        yield UnitStatus(
            code, county, township if not township.startswith("（") else "", ReportState(state),
            file, Reporter(name, phone), day(reported) if reported else None,
            int(float(errors or 0)), int(float(warnings or 0)), todo, further and bool(code),
        )  # fmt: skip


def _parts(sheet: WrittenSheet, model: type[Row]) -> Iterator[SheetPart]:
    """Yield the rows of each file."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, file in enumerate(sheet.texts(FROM_FILE)):
        rows_of[file].append(row)
    numbers, states = sheet.texts(ROW_HEADING), sheet.texts(CHECK_STATE)
    for file, rows in rows_of.items():
        yield SheetPart(
            model.sheet.key,
            file,
            model.sheet.name,
            array("i", (int(float(numbers[row] or 0)) for row in rows)),
            {
                column.field: typed_column(column, _picked(cells, rows), "", column.heading)
                for column in columns_by_field(model).values()
                if (cells := sheet.columns.get(column.heading))
            },
            rejected={at for at, row in enumerate(rows) if states[row] == _REJECTED},
        )


def _picked(cells: CellColumn, rows: list[int]) -> CellColumn:
    """Return some rows of a column, with those distinct values only that they hold."""
    codes = [cells.codes[row] for row in rows]
    used: Mapping[int, int] = {
        code: at for at, code in enumerate(dict.fromkeys(code for code in codes if code >= 0))
    }
    values = [cells.values[code] for code in used]
    return CellColumn(values, array("i", (used.get(code, -1) for code in codes)))

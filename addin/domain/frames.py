"""`frames`: the rows of a ledger as one typed pandas DataFrame a sheet, for counting and analysis.

>>> log = frames(ledger)["log"]
>>> log[log["accepted"]].groupby(log["date"].dt.to_period("M")).size()

Columns are named by field (`validators.sheets`); six more say whose a row is and where it stands.
Types follow from the sheet's model, and every cell that is blank or unreadable is missing:

=====================================  =========================================================
words of a closed list                 `category` with all its words, in the list's order
days and months (the month's 1st)      `datetime64[s]`
whole numbers, numbers                 `Int64`, `Float64`
IDs, names and texts                   `string`
several IDs or words in one cell       `object`: tuples, None where there is none
=====================================  =========================================================

Import this module where a frame is made, not at the top of another one: pandas takes longer to
import than all the rest of a short command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_origin

import numpy as np
import pandas as pd

from addin.domain.reports.figure_tables import FigureRow
from validators.columns import Column, Kind, annotation_parts
from validators.divisions import unit_name
from validators.ledger import Ledger, SheetPart, Table
from validators.sheets import Row, columns_by_field

R = TypeVar("R", bound=Row)

_DTYPES = {
    Kind.DAY: "datetime64[s]",
    Kind.MONTH: "datetime64[s]",
    Kind.INTEGER: "Int64",
    Kind.DECIMAL: "Float64",
}


def frames(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return a DataFrame of every sheet by the sheet's key, rejected rows included.

    Args:
        ledger: Of one or many workbooks; only after validation are rejected rows known.

    Returns:
        For each sheet its fields, and in front `unit_code` (9 digits), `county` and `township` of
        the workbook, `file` (the workbook), `row` (1-based worksheet row, 0 of a computed row) and
        `accepted` (whether no error finding cites the row). Tables of figures
        (`addin.domain.reports.figure_tables`), which name their unit themselves, have their fields alone.
    """
    return {key: _framed(table, ledger.unit_codes) for key, table in ledger.tables.items()}


def frame(table: Table[R], *names: str) -> pd.DataFrame:
    """Return the DataFrame of one sheet; of the fields `names` alone if some are given."""
    columns = columns_by_field(table.model)
    fields = {name: _values(table.parts, columns[name]) for name in names or columns}
    if issubclass(table.model, FigureRow):
        return pd.DataFrame(fields)
    places: dict[str, Any] = {
        "file": _files(table.parts),
        "row": np.concatenate([np.zeros(0, np.int64), *(part.rows for part in table.parts)]),
        "accepted": np.array(table.accepted(), np.bool_),
    }
    return pd.DataFrame(places | fields)


PLACES = {
    "unit_code": "9 位行政区划代码",
    "county": "县（区）名称",
    "township": "乡镇（街道）名称，县级、市级本级为空",
    "file": "来源文件",
    "row": "来源文件的行号，由本工具计算的行为 0",
    "accepted": "是否通过校验",
}
"""The columns in front of every sheet's own, and what they mean."""


def _framed(table: Table[Any], units: Mapping[str, str]) -> pd.DataFrame:
    framed = frame(table)
    if issubclass(table.model, FigureRow):
        return framed
    codes = {file: units.get(file, "") for file in framed["file"].cat.categories}
    named = {file: (code, *unit_name(code)) for file, code in codes.items()}
    for at, name in enumerate(("unit_code", "county", "township")):
        if name not in framed:  # 填报信息 says it itself
            told = framed["file"].map({file: names[at] or None for file, names in named.items()})
            framed.insert(at, name, told.astype("string"))
    return framed


def _files(parts: Iterable[SheetPart]) -> pd.Categorical:
    """Return the workbook of every row; of computed rows that of whom they are about."""
    named = [
        (part.origins.values, np.asarray(part.origins.codes))
        if part.origins
        else ([part.file], np.zeros(len(part), np.intp))
        for part in parts
    ]
    at = {file: number for number, file in enumerate(dict.fromkeys(f for n, _ in named for f in n))}
    codes = [
        np.array([at[file] for file in files], np.intp)[own] for files, own in named if len(own)
    ]
    return pd.Categorical.from_codes(np.concatenate([np.zeros(0, np.intp), *codes]), [*at])


def _values(parts: Iterable[SheetPart], column: Column) -> pd.Series[Any]:
    dtype = _dtype(column)
    series = [pd.Series(_part_values(part, column.field, dtype)) for part in parts]
    return pd.concat(series, ignore_index=True) if series else pd.Series([], dtype=dtype)


def _part_values(part: SheetPart, name: str, dtype: Any) -> Any:
    """Return the values of a field: the distinct ones are converted, then picked by code."""
    column = part.columns.get(name)
    values = column.values if column else []
    codes = np.asarray(column.cells.codes) if column else np.full(len(part), -1)
    if dtype is object:  # an array of tuples would become a table
        picked = np.empty(len(codes), object)
        picked[:] = [values[code] if code >= 0 else None for code in codes]
        return picked
    return pd.array(values, dtype=dtype).take(codes, allow_fill=True)


def is_list(column: Column) -> bool:
    """Return whether cells of a column hold several IDs or words."""
    return any(get_origin(part) is tuple for part in annotation_parts(column.annotation))


def _dtype(column: Column) -> Any:
    if is_list(column):
        return object
    if column.choices:
        return pd.CategoricalDtype(column.choices)
    return _DTYPES.get(column.kind, "string")

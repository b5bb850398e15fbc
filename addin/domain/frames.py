"""`frames`: the rows of a ledger as one typed pandas DataFrame a sheet, for counting and analysis.

>>> log = frames(ledger)["log"]
>>> log[log["accepted"]].groupby(log["date"].dt.to_period("M")).size()

Columns are named by field (`validators.sheets`); three more say where a row stands. Types follow
from the sheet's model, and every cell that is blank or unreadable is missing:

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

from collections.abc import Iterable
from typing import Any, TypeVar, get_origin

import numpy as np
import pandas as pd

from validators.columns import Column, Kind, annotation_parts
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
        For each sheet its fields and `file` (the workbook), `row` (1-based worksheet row) and
        `accepted` (whether no error finding cites the row).
    """
    return {key: frame(table) for key, table in ledger.tables.items()}


def frame(table: Table[R], *names: str) -> pd.DataFrame:
    """Return the DataFrame of one sheet; of the fields `names` alone if some are given."""
    columns = columns_by_field(table.model)
    places: dict[str, Any] = {
        "file": pd.Categorical([part.file for part in table.parts]).repeat(
            [*map(len, table.parts)]
        ),
        "row": np.concatenate([np.zeros(0, np.int64), *(part.rows for part in table.parts)]),
        "accepted": np.array(table.accepted(), np.bool_),
    }
    fields = {name: _values(table.parts, columns[name]) for name in names or columns}
    return pd.DataFrame(places | fields)


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


def _dtype(column: Column) -> Any:
    if any(get_origin(part) is tuple for part in annotation_parts(column.annotation)):
        return object
    if column.choices:
        return pd.CategoricalDtype(column.choices)
    return _DTYPES.get(column.kind, "string")

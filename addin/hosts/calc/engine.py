"""The engine xlwings is given: Excel's place taken by LibreOffice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xlwings as xw

from addin.hosts.calc.app import Apps
from addin.hosts.calc.values import CellError

__all__ = ["CalcEngine", "engine"]


class CalcEngine:
    """What xlwings asks of an engine."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(x: Any, date_format: Any) -> Any:
        """Return a value of an action's data as a cell takes it; None empties the cell."""
        del date_format
        if isinstance(x, np.generic):
            x = None if pd.isna(x) else x.item()
        if isinstance(x, pd.Timestamp):
            return x.to_pydatetime()
        return None if x is None or x is pd.NA or x is pd.NaT or x != x else x  # noqa: PLR0124 - NaN

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Return what cells hold as the caller wants empty cells, dates, numbers and errors."""

        def clean(value: Any) -> Any:
            if value is None:
                return empty_as
            if isinstance(value, CellError):
                return str(value) if err_to_str else None
            if isinstance(value, dt.datetime):
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour,
                    minute=value.minute, second=value.second,
                    microsecond=value.microsecond, tzinfo=None,
                )  # fmt: skip
            is_number = number_builder is not None and isinstance(value, float)
            return number_builder(value) if number_builder and is_number else value

        return [[clean(value) for value in row] for row in data]


_ENGINE = CalcEngine()


def engine() -> xw.Engine:
    """Return the engine, known to xlwings as "libreoffice" (but not made its active one)."""
    for known in xw.engines:
        if known.impl is _ENGINE:
            return known
    made = xw.Engine(impl=_ENGINE)
    xw.engines.add(made)
    return made

"""Loaded once by the server that workers are forked from: what each would else make for itself."""

from __future__ import annotations

import gc

gc.disable()  # imports leave no cycles, and looking for some takes a tenth of their time

import pebble  # noqa: E402, F401 - workers run in it
import psutil  # noqa: E402, F401 - each worker asks how much memory it has

import workbooks.reader  # noqa: E402, F401 - what nearly every worker runs
from validators.checks import list_adapter  # noqa: E402
from validators.settings import Settings  # noqa: E402
from validators.sheets import SHEETS, columns_by_field  # noqa: E402

Settings()
for _model in SHEETS:
    for _column in columns_by_field(_model).values():
        list_adapter(_column)

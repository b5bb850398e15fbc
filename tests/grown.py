"""A template that has grown: two more columns and one more sheet.

Columns and a sheet of today are marked as newer than the first version, so that a ledger of the
first version may lack them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from validators import schema
from validators.schema import TEMPLATE_VERSION
from validators.sheets import ExchangeRow, LogEntryRow, columns_by_field
from workbooks import headings

OLD, NEW, NEWEST = TEMPLATE_VERSION, "2026.6", "2027.1"
NEWER_COLUMNS = {"hours": "时长(小时)", "place": "地点"}
"""Newer columns of 工作日志."""


@contextmanager
def grown_template() -> Iterator[None]:
    """Let the current version of the template be `NEW` for a while."""
    columns = columns_by_field(LogEntryRow)
    with pytest.MonkeyPatch.context() as patch:
        headings._mapped.cache_clear()
        patch.setattr(schema, "TEMPLATE_VERSION", NEW)
        patch.setattr(ExchangeRow, "sheet", replace(ExchangeRow.sheet, since=NEW))
        for name in NEWER_COLUMNS:
            patch.setitem(columns, name, replace(columns[name], since=NEW))
        yield
    headings._mapped.cache_clear()

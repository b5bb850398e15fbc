"""One test for each sheet over all its columns: hundreds of columns need no test each."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from validators.sheets import SHEETS, Row, columns_by_field


def for_every_column(test: Callable[..., None]) -> Callable[[type[Row]], None]:
    """Let a test that takes a `column`, and perhaps its `model`, run over every sheet's columns."""
    wanted = inspect.signature(test).parameters

    @pytest.mark.parametrize("model", SHEETS, ids=lambda model: model.sheet.key)
    def of_sheet(model: type[Row]) -> None:
        for column in columns_by_field(model).values():
            facts = {"model": model, "column": column}
            try:
                test(**{name: facts[name] for name in wanted})
            except BaseException as failure:
                failure.add_note(f"column {column.field}")
                raise

    of_sheet.__name__ = test.__name__
    return of_sheet

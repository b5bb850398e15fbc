"""Counting what an action asks of the spreadsheet: every call xlwings makes of the engine.

Over COM each of them is a trip to Excel's process and back. What the engine itself asks of LibreOffice
to answer one is not counted here; see `uno_calls` for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any

import pytest

from addin.hosts.calc.cells import Cells
from addin.hosts.calc.engine import App, Book, Books
from addin.hosts.calc.notes import Note
from addin.hosts.calc.range import Range
from addin.hosts.calc.sheet import Sheet, Sheets, Table, Tables
from addin.hosts.xlwings_engine import PlacedCells, PlacedSheet

_CLASSES = (
    App, Book, Books, Cells, Note, PlacedCells, PlacedSheet, Range, Sheet, Sheets, Table, Tables,
)  # fmt: skip
_KNOWN_HERE = {"engine", "api", "impl", "areas", "coords"}
"""What an object knows of itself without asking."""


class EngineCalls:
    """Calls by name, such as `Range.raw_value`; those the engine makes of itself are not counted."""

    def __init__(self) -> None:
        self.by_name: Counter[str] = Counter()
        self._inside = False

    def __int__(self) -> int:
        return self.by_name.total()

    def counting(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that is counted unless another one made it."""

        @wraps(call)
        def counted(*arguments: Any, **named: Any) -> Any:
            if self._inside:
                return call(*arguments, **named)
            self.by_name[name] += 1
            self._inside = True
            try:
                return call(*arguments, **named)
            finally:
                self._inside = False

        return counted


@contextmanager
def engine_calls() -> Iterator[EngineCalls]:
    """Count while the body runs."""
    calls = EngineCalls()
    with pytest.MonkeyPatch.context() as patch:
        for kind in _CLASSES:
            for name, member in [*vars(kind).items()]:
                wrapped = _wrapped(calls, f"{kind.__name__}.{name}", member)
                if wrapped is not None and name not in _KNOWN_HERE:
                    patch.setattr(kind, name, wrapped)
        yield calls


def _wrapped(calls: EngineCalls, name: str, member: object) -> object | None:
    if name.partition(".")[2].startswith("_") and not name.endswith(("__call__", "__len__")):
        return None
    if isinstance(member, property):
        read, write = member.fget, member.fset
        return property(
            read and calls.counting(name, read), write and calls.counting(f"{name} =", write)
        )
    return calls.counting(name, member) if isinstance(member, FunctionType) else None

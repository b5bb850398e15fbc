"""Run formulas through xlwings' own COM-side code, with Windows' modules stood in for.

A program of its own, so that the stand-ins stay here: pickled calls in, pickled answers out. A call
is (name, arguments); an argument is what COM hands over, or a `Cells` for a range of the sheet.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import pickle
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

MISSING = -2147352572
"""What COM hands over for an argument left out."""

_RANGE = "{00020846-0000-0000-C000-000000000046}"


@dataclass
class Cells:
    """A range; `values` is a scalar for one cell, else rows."""

    values: Any


class _ComTime(dt.datetime):
    """A moment as pywin32 has it: with a time zone."""


class _Excel:
    """A range object of Excel, as far as reading its values goes."""

    def __init__(self, values: Any) -> None:
        self.Value = _in_com(values)
        identity = SimpleNamespace(iid=_RANGE)
        kind = SimpleNamespace(GetTypeAttr=lambda: identity)
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: kind)
        rows = self.Value if isinstance(self.Value, tuple) else ((self.Value,),)
        self.Rows = SimpleNamespace(Count=len(rows))
        self.Columns = SimpleNamespace(Count=len(rows[0]))
        self.Row = self.Column = 1
        self.Worksheet = MagicMock()
        self.Address = "$A$1"
        self.Count = len(rows) * len(rows[0])


def _in_com(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(map(_in_com, value))
    if isinstance(value, dt.datetime):
        return _ComTime(*value.timetuple()[:6], tzinfo=dt.UTC)
    return value


def _stand_ins() -> None:
    for name in [
        "pywintypes",
        "pythoncom",
        "win32api",
        "win32con",
        "win32gui",
        "win32process",
        "win32event",
        "win32timezone",
        "win32com",
        "win32com.client",
        "win32com.client.dynamic",
        "win32com.client.gencache",
        "win32com.server",
        "win32com.server.dispatcher",
        "win32com.server.policy",
        "win32com.server.util",
        "xlwings._win32patch",
    ]:
        sys.modules[name] = MagicMock(name=name)
    types: Any = sys.modules["pywintypes"]
    types.TimeType, types.com_error = _ComTime, type("com_error", (Exception,), {})
    types.IID = str
    sys.modules["win32timezone"].TimeZoneInfo.utc = lambda: dt.UTC  # type: ignore[attr-defined]
    client: Any = sys.modules["win32com.client"]
    for base in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(client, base, type(base, (), {}))
    sys.modules["pythoncom"].__file__ = "pythoncom.dll"
    for name in ("windll", "oledll", "PyDLL"):
        setattr(ctypes, name, MagicMock(name=name))


def _main() -> None:
    import xlwings as xw  # noqa: PLC0415 - in this order

    _stand_ins()
    from xlwings import _xlwindows  # noqa: PLC0415 - in this order

    xw._xlwindows = _xlwindows
    xw.engines.add(xw.Engine(impl=_xlwindows.engine))
    from xlwings import udfs  # noqa: PLC0415 - in this order

    xw.func = udfs.xlfunc  # as `import xlwings` does on Windows
    calls = pickle.load(sys.stdin.buffer)
    answers = []
    for name, arguments in calls:
        handed = [_Excel(a.values) if isinstance(a, Cells) else _in_com(a) for a in arguments]
        answer = udfs.call_udf("addin.formulas", name, tuple(handed), None, _Excel(None))
        answers.append(answer)
    sys.stdout.buffer.write(pickle.dumps(answers))
    sys.stdout.flush()
    udfs.com_executor.shutdown()


if __name__ == "__main__":
    sys.modules["tests.support.com_side"] = sys.modules["__main__"]  # what the calls are pickled as
    _main()

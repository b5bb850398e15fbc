"""The interfaces of Excel's type library: which members an object has, by name and by number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pythoncom


@dataclass
class Interface:
    """One interface.

    Attributes:
        info: Its ITypeInfo.
        numbers: The members' numbers by their names in lower case.
        names: Their names by number.
        kinds: By number whether it is called, read or set (INVOKE_…, added up).
    """

    info: Any
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, info: Any) -> Interface:
        """Read the members of a type."""
        interface = cls(info)
        for at in range(info.GetTypeAttr().cFuncs):
            function = info.GetFuncDesc(at)
            name = info.GetNames(function.memid)[0]
            interface.numbers[name.lower()] = function.memid
            interface.names[function.memid] = name
            kinds = interface.kinds
            kinds[function.memid] = kinds.get(function.memid, 0) | function.invkind
        return interface


class Library:
    """A type library; interfaces are read when they are first asked for.

    Args:
        path: The .tlb file.
    """

    def __init__(self, path: str) -> None:
        self._library = pythoncom.LoadTypeLib(path)
        self._places = {
            self._library.GetDocumentation(at)[0]: at
            for at in range(self._library.GetTypeInfoCount())
        }
        self._read: dict[str, Interface] = {}

    def __getitem__(self, name: str) -> Interface:
        if name not in self._read:
            self._read[name] = Interface.of(self._library.GetTypeInfo(self._places[name]))
        return self._read[name]

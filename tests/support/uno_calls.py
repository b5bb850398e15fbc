"""Counting what goes to LibreOffice and back: every attribute and call of a remote object."""

from __future__ import annotations

from typing import Any

from addin.hosts.calc import Office


class CountedOffice:
    """A running LibreOffice whose calls are counted; it is used like the office itself."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.calls = 0
        self.desktop = _Counted(office.desktop, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._office, name)


class _Counted:
    """A remote object, or one of its methods, that counts and hands on."""

    def __init__(self, remote: Any, office: CountedOffice) -> None:
        self.__dict__.update(_remote=remote, _office=office)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._remote, name)
        if callable(found) and not _is_remote(found):
            return lambda *arguments: self._called(found, arguments)
        self._office.calls += 1
        return _wrapped(found, self._office)

    def __setattr__(self, name: str, value: Any) -> None:
        self._office.calls += 1
        setattr(self._remote, name, value)

    def _called(self, method: Any, arguments: tuple[Any, ...]) -> Any:
        self._office.calls += 1
        bare = (a._remote if isinstance(a, _Counted) else a for a in arguments)
        return _wrapped(method(*bare), self._office)


def _is_remote(thing: Any) -> bool:
    return type(thing).__name__ == "pyuno"


def _wrapped(thing: Any, office: CountedOffice) -> Any:
    return _Counted(thing, office) if _is_remote(thing) else thing

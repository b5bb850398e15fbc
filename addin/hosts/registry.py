"""The registry of Windows, of which self-checks read a few values; nothing is ever written there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
"""Under which installed programs say where they are."""

if TYPE_CHECKING and sys.platform == "win32":
    import winreg


class Registry(Protocol):
    """A registry, real or made for a test. Keys begin with HKCU or HKLM."""

    def value(self, key: str, name: str) -> object | None:
        """Return a value, None where the key or the value does not exist; name "" is the default."""

    def values(self, key: str) -> list[object]:
        """Return all values of a key, none where it does not exist."""


class WindowsRegistry:
    """This PC's registry."""

    if sys.platform == "win32":

        def value(self, key: str, name: str) -> object | None:
            """Return a value, None where the key or the value does not exist."""
            import winreg  # noqa: PLC0415 - it exists on Windows only

            with _opened(key) as handle:
                try:
                    return winreg.QueryValueEx(handle, name)[0] if handle else None
                except OSError:
                    return None

        def values(self, key: str) -> list[object]:
            """Return all values of a key, none where it does not exist."""
            import winreg  # noqa: PLC0415

            with _opened(key) as handle:
                if handle is None:
                    return []
                count = winreg.QueryInfoKey(handle)[1]
                return [winreg.EnumValue(handle, index)[1] for index in range(count)]

    else:

        def value(self, key: str, name: str) -> object | None:  # noqa: ARG002
            """Return None: there is no registry."""
            return None

        def values(self, key: str) -> list[object]:  # noqa: ARG002
            """Return nothing: there is no registry."""
            return []


if sys.platform == "win32":

    @contextmanager
    def _opened(key: str) -> Iterator[winreg.HKEYType | None]:
        import winreg  # noqa: PLC0415

        hive, _, path = key.partition("\\")
        root = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}[hive]
        try:
            handle = winreg.OpenKey(root, path)
        except OSError:
            yield None
            return
        with handle:
            yield handle

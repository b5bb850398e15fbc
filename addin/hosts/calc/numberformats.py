"""Number formats of one document: Excel's codes and LibreOffice's keys, remembered once looked up.

Codes are registered in the document's own language (Chinese): an English one would be saved as
`[$-409]yyyy-mm-dd`. There, General is called 常规, and date letters come back as capitals.
"""

from __future__ import annotations

import re
from typing import Any

from addin.hosts.calc.bridge import struct

__all__ = ["GENERAL", "NumberFormats"]

GENERAL = 0
"""The key of the format General."""

_DATE, _TIME, _LOGICAL, _TEXT = 2, 4, 1024, 256
_KEPT = r'"[^"]*"|\\.|\[[^\]]*\]'
_CAPITALS = re.compile(rf"(?P<kept>{_KEPT})|(?P<letters>[A-Z]+)")
_GENERAL_CODE = re.compile(rf"(?P<kept>{_KEPT})|(?P<general>General)", re.IGNORECASE)


class NumberFormats:
    """The formats of one UNO document."""

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._own = struct("lang.Locale")  # empty: the document's
        self._general = str(self._formats.getByKey(GENERAL).FormatString)
        self._keys: dict[str, int] = {}
        self._codes: dict[int, str] = {GENERAL: "General"}
        self._kinds: dict[int, int] = {}

    @property
    def truth(self) -> int:
        """The key of the format that makes a number a truth value."""
        if "truth" not in self._keys:
            self._keys["truth"] = int(self._formats.getStandardFormat(_LOGICAL, self._own))
        return self._keys["truth"]

    def key(self, code: str) -> int:
        """Return the key of an Excel format code, registered if it is new.

        Raises:
            com.sun.star.util.MalformedNumberFormatException: This is no format code.
        """
        if code not in self._keys:
            self._keys[code] = self._registered(code)
            self._codes.setdefault(self._keys[code], code)
        return self._keys[code]

    def code(self, key: int) -> str:
        """Return the Excel format code of `key`; a truth value's is General, as in Excel."""
        if key not in self._codes:
            self._codes[key] = "General" if self.is_truth(key) else self._excel_code(key)
        return self._codes[key]

    def is_date(self, key: int) -> bool:
        """Tell whether Excel gives cells of this format as dates (a time alone is a number)."""
        return bool(self._kind(key) & _DATE)

    def is_truth(self, key: int) -> bool:
        """Tell whether cells of this format hold truth values."""
        return bool(self._kind(key) & _LOGICAL)

    def is_text(self, key: int) -> bool:
        """Tell whether what is written into cells of this format stays text."""
        return bool(self._kind(key) & _TEXT)

    def _kind(self, key: int) -> int:
        if key == GENERAL:
            return 0
        if key not in self._kinds:
            self._kinds[key] = int(self._formats.getByKey(key).Type)
        return self._kinds[key]

    def _registered(self, code: str) -> int:
        if code.lower() == "general":
            return GENERAL
        own = _GENERAL_CODE.sub(lambda m: m["kept"] or self._general, code)
        found = int(self._formats.queryKey(own, self._own, False))
        return found if found >= 0 else int(self._formats.addNew(own, self._own))

    def _excel_code(self, key: int) -> str:
        code = str(self._formats.getByKey(key).FormatString).replace(self._general, "General")
        if not self._kind(key) & (_DATE | _TIME):
            return code
        return _CAPITALS.sub(lambda m: m["kept"] or m["letters"].lower(), code)

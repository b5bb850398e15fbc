"""The base of the word lists, and the words every room shares."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from validators.normalise import squeeze

__all__ = ["Level", "Word", "YesNo"]


class Word(StrEnum):
    """A closed list of words, matched after NFKC and without inner spaces ("在 库" is 在库)."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        plain = squeeze(value)
        return next((member for member in cls if member.value == plain), None)


class Level(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """Return the word a clerk reads."""
        return {"error": "错误", "warning": "警告", "notice": "提示"}[self.value]


class YesNo(Word):
    """是/否."""

    YES = "是"
    NO = "否"

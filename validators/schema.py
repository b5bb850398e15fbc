"""The version of the ledger's schema: which template a ledger was made from, and what it may lack.

The schema grows: `column(..., since="2026.2")` and `Sheet(..., since="2026.2")` say which version
of the template introduced them. A ledger made from an older template is complete without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from validators.columns import FIRST_VERSION
from validators.ledger import Ledger, SheetPart
from validators.sheets import UnitRow

TEMPLATE_VERSION = "2026.5"
"""Written into every new ledger as 模板版本; moves whenever a sheet or a column changes."""

_VERSION = re.compile(r"\d{4}\.\d{1,3}")


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are ordered; () for other text."""
    return tuple(map(int, version.split("."))) if _VERSION.fullmatch(version) else ()


def is_older(version: str) -> bool:
    """Return whether a readable `version` comes before the current one."""
    return () < version_key(version) < version_key(TEMPLATE_VERSION)


def is_supported(version: str) -> bool:
    """Return whether `version` is the current one or an older one."""
    return version == TEMPLATE_VERSION or is_older(version)


def may_lack(version: str, since: str) -> bool:
    """Return whether a ledger of `version` is complete without what came with version `since`.

    No template is older than the first one. A ledger whose version cannot be read is held to be
    of the current one.
    """
    known = version_key(version) or version_key(TEMPLATE_VERSION)
    return version_key(since) > max(known, version_key(FIRST_VERSION))


def version_of(ledger: Ledger) -> str:
    """Return the 模板版本 of a ledger of one workbook, "" where it is missing or unreadable."""
    return next((version_on(part) for part in ledger.table(UnitRow).parts), "")


def version_on(form: SheetPart) -> str:
    """Return the 模板版本 a form says, "" where it is missing or unreadable."""
    column = form.columns.get("template_version")
    return next(iter(column.decoded() if column else ()), None) or ""


@dataclass(slots=True)
class NewerParts:
    """What a ledger of an older version lacks because it came later.

    Attributes:
        columns: Headings by the name of the sheet that lacks them.
        sheets: Names of the sheets it lacks.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.columns or self.sheets)

    def __str__(self) -> str:
        parts = [f"{name}的“{'”“'.join(names)}”列" for name, names in self.columns.items()]
        if self.sheets:
            parts.append(f"工作表“{'”“'.join(self.sheets)}”")
        return "、".join(parts)

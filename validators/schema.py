"""The version of the ledger's schema: which template a ledger was made from, and what it may lack.

The schema grows: `column(..., since="2026.2")` and `Sheet(..., since="2026.2")` say which version
of the template introduced them. A ledger made from an older template is complete without them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo

from validators.columns import FIRST_VERSION, Column, annotation_parts
from validators.ledger import Ledger, SheetPart
from validators.sheets import SHEETS, Row, UnitRow, columns_by_field

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


def schema_hash(models: Iterable[type[Row]] = SHEETS) -> str:
    """Return a hash of all sheets and columns that changes whenever ledgers change.

    Widths, help texts and everything else that does not matter to a ledger in the field is left
    out.
    """
    facts = [[_sheet_facts(model), *map(_column_facts, columns_by_field(model).values())]
             for model in models]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:16]


def _sheet_facts(model: type[Row]) -> list[Any]:
    sheet = model.sheet
    return [
        sheet.key, sheet.name, sheet.kind.name, sheet.id_field, sheet.id_prefix, sheet.form,
        sheet.protected, sheet.since,
    ]  # fmt: skip


def _column_facts(column: Column) -> list[Any]:
    parts = annotation_parts(column.annotation)
    inner = [fact for part in parts if isinstance(part, FieldInfo) for fact in part.metadata]
    bounds = [
        f"{name}={value}"
        for fact in (*column.metadata, *inner)
        for name in ("ge", "gt", "le", "lt")
        if (value := getattr(fact, name, None)) is not None
    ]
    return [
        column.field, column.heading, column.kind.name, column.fill.name, column.required,
        column.choices, column.refers.keys if column.refers else (), bounds, column.since,
    ]  # fmt: skip

"""A ledger's rows while it is written: values as cells show them, and what look-ups find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum

from validators.columns import Lookup
from validators.sheets import columns_by_field, model_for

__all__ = ["LedgerRows", "RowValues", "code_of", "shown"]

RowValues = Mapping[str, object]
BAR = "｜"


def shown(value: object) -> str | int | float | date | None:
    """Return `value` as its cell holds it: words for enums, 、 between several, None for blank."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return "、".join(str(shown(part)) for part in value) or None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | int | float | date):
        return value if value != "" else None
    if value is None:
        return None
    raise TypeError(f"a cell cannot hold {value!r}")


def code_of(value: object) -> str:
    """Return the code of a cell such as `J640402104-017｜梁某→朱某`."""
    return str(shown(value) or "").partition(BAR)[0]


class LedgerRows:
    """The rows of every sheet, keyed by sheet key; sheets without rows are empty."""

    def __init__(self, rows: Mapping[str, Sequence[RowValues]]) -> None:
        self._rows = {key: tuple(sheet_rows) for key, sheet_rows in rows.items()}
        self._by_id: dict[str, dict[str, RowValues]] = {}

    def __getitem__(self, key: str) -> tuple[RowValues, ...]:
        return self._rows.get(key, ())

    def find(self, key: str, code: str) -> RowValues | None:
        """Return the first row of sheet `key` whose ID is `code`."""
        if key not in self._by_id:
            id_field = model_for(key).sheet.id_field
            found: dict[str, RowValues] = {}
            for row in self[key]:
                found.setdefault(code_of(row.get(id_field)), row)
            found.pop("", None)
            self._by_id[key] = found
        return self._by_id[key].get(code)

    def look_up(self, lookup: Lookup, row: RowValues) -> str:
        """Return what the native look-up shows in `row`, "" where it finds nothing."""
        code = code_of(row.get(lookup.key))
        parts = [
            self.text(key, field, found)
            for key, field in lookup.fields
            if (found := self.find(key, code))
        ]
        joined = len({key for key, _ in lookup.fields}) == 1
        return "→".join(parts) if joined else next(iter(parts), "")

    def text(self, key: str, field: str, row: RowValues) -> str:
        """Return one field as text, looked up where it is a look-up column."""
        lookup = columns_by_field(model_for(key))[field].lookup
        return self.look_up(lookup, row) if lookup else str(shown(row.get(field)) or "")

"""IDs such as D640402104-001: the unit a code carries, and the next free number of every kind."""

from __future__ import annotations

from collections.abc import Iterator

from validators.ledger import Ledger
from validators.relations import is_published
from validators.settings import Settings
from validators.sheets import SettingRow, model_for


def last_numbers(ledger: Ledger) -> dict[str, int]:
    """Return the highest number in use by prefix (D, G, Z, J, ZR, R, P, L) of one unit's ledger.

    Posts a superior sent down carry others' IDs and do not count. Numbers of earlier years count too: a carry-over writes them into the setting 已用编号.
    """
    highest: dict[str, int] = {}
    for prefix, number in (*_used_before(ledger), *_in_use(ledger)):
        highest[prefix] = max(highest.get(prefix, 0), number)
    return highest


def _in_use(ledger: Ledger) -> Iterator[tuple[str, int]]:
    for table in ledger.tables.values():
        if id_field := table.model.sheet.id_field:
            for row, code in enumerate(table.column(id_field)):
                if code and not is_published(table, row):
                    stem, _, number = code.rpartition("-")
                    yield stem[:-9], int(number)


def _used_before(ledger: Ledger) -> Iterator[tuple[str, int]]:
    name = Settings.model_fields["used_ids"].title
    typed = dict(ledger.table(SettingRow).columns("name", "value")).get(name) or ""
    for part in typed.split("、"):
        prefix, _, number = part.partition("=")
        if number.isdigit():
            yield prefix, int(number)


class Numbering:
    """Hands out IDs of one unit, each once."""

    def __init__(self, ledger: Ledger, unit_code: str) -> None:
        self._last = last_numbers(ledger)
        self._unit_code = unit_code

    def reserve(self, code: str) -> None:
        """Never hand out an ID that is in use elsewhere, nor one below it."""
        stem, _, number = code.rpartition("-")
        self._last[stem[:-9]] = max(self._last.get(stem[:-9], 0), int(number))

    def next(self, key: str) -> str:
        """Return the next ID of the sheet `key`, padded as its IDs are."""
        sheet = model_for(key).sheet
        number = self._last[sheet.id_prefix] = self._last.get(sheet.id_prefix, 0) + 1
        return f"{sheet.id_prefix}{self._unit_code}-{number:0{sheet.id_width}}"

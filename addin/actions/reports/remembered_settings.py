"""参数 in the memory of a consolidated workbook, so that reports from it judge as it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from addin.actions.validate import ExaminedLedger
from validators.divisions import Division
from validators.settings import Settings
from workbooks.consolidated.content import Memory

_NAME = "参数"
_OWN = "各单位自定"


class RememberedSettings(NamedTuple):
    """What a consolidated workbook was judged by: a superior's settings, or by unit code its own."""

    superior: Settings | None
    own: dict[str, Settings]


def settings_rows(
    scope: Division, superior: Settings | None, examined: Iterable[ExaminedLedger]
) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of the memory that say by what everything was judged.

    Args:
        scope: What was added up.
        superior: Settings that won over each ledger's own, None where there were none.
        examined: The ledgers that were merged.
    """
    yield scope.code, _NAME, superior.model_dump_json(exclude_defaults=True) if superior else _OWN
    for ledger in () if superior else examined:
        unit = next(iter(ledger.ledger.unit_codes.values()), "")
        if unit and ledger.settings != Settings():
            yield unit, _NAME, ledger.settings.model_dump_json(exclude_defaults=True)


def remembered_settings(memory: Memory, scope_code: str) -> RememberedSettings | None:
    """Return what a workbook was judged by, None of one that does not say so.

    Args:
        memory: Of the workbook.
        scope_code: The code of what it adds up.
    """
    told = {code: str(value) for (code, name), value in memory.items() if name == _NAME}
    whole = told.pop(scope_code, "")
    if not whole:
        return None
    own = {code: Settings.model_validate_json(text) for code, text in told.items()}
    superior = None if whole == _OWN else Settings.model_validate_json(whole)
    return RememberedSettings(superior, own)

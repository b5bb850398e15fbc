"""The number of calls a button makes depends on the ledger's sheets, never on its rows."""

from __future__ import annotations

from pathlib import Path

from addin.hosts.calc import Office, calc_app
from tests.addin.ribbon.pressing import opened, press
from tests.support.uno_calls import CountedOffice

_SAME = 1.02
"""A long sheet is read in blocks of many thousand cells: a dozen calls more in some thousands."""

NAMES = (
    "validate", "next_finding", "tidy", "fill_numbers", "suggest", "update_duties", "update_growth",
    "flags", "gold_mentors", "pool", "update_all", "undo", "settings", "manual",
)  # fmt: skip


def calls(office: Office, source: Path, folder: Path) -> dict[str, int]:
    """Return the calls of each button, pressed one after the other."""
    counted = CountedOffice(office)
    found = {}
    with calc_app(300, counted) as app:  # type: ignore[arg-type]
        book = opened(app, source, folder)
        for name in NAMES:
            before = counted.calls
            press(book, name)
            found[name] = counted.calls - before
    return found


def test_a_hundred_times_the_rows_make_no_more_calls(
    calc_office: Office, short_ledger: Path, tall_ledger: Path, tmp_path: Path
) -> None:
    (tmp_path / "多").mkdir()

    few = calls(calc_office, short_ledger, tmp_path)
    many = calls(calc_office, tall_ledger, tmp_path / "多")

    assert min(few.values()) > 0
    assert {name for name in NAMES if many[name] > few[name] * _SAME} == set()

"""Ledgers the buttons are pressed on, and the day it is there, as fixtures.

A folder's conftest imports them: buttons are pressed in LibreOffice and on Windows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from addin import clock
from addin.actions.pair import suggest_pairings
from tests.addin.actions.decisions.decided_ledger import write_decided
from tests.addin.actions.waiting_ledger import mark, write_waiting
from tests.addin.ribbon.pressing import AS_OF, MADE, lighten, long_ledger
from tests.support.shared import SharedFolder
from workbooks.samples import write_samples

WHOLE = "完整台账.xlsx"
"""Beside a ledger that was lightened: what it was before."""


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    china = clock.now().tzinfo
    monkeypatch.setattr(clock, "now", lambda: MADE.replace(tzinfo=china))
    with clock.as_if(AS_OF):
        yield


@pytest.fixture(scope="session")
def sample(shared_folder: SharedFolder) -> Path:
    """Return a real township's ledger with planted errors and odd spellings."""

    def write(folder: Path) -> None:  # of this seed no rows are hidden
        write_samples(folder, townships=1, log_rows=40, seed=3, as_of=AS_OF, jobs=1)

    return next(shared_folder("ribbon-sample", write).glob("*.xlsx"))


@pytest.fixture(scope="session")
def adopted(shared_folder: SharedFolder) -> Path:
    """Return a ledger whose suggestions the clerk has adopted, but for one."""
    return _lightened(shared_folder, "ribbon-adopted", _write_adopted)


def _write_adopted(target: Path) -> None:
    source = write_waiting(target.with_name("待结对.xlsx"))
    done = suggest_pairings(source, target.with_name("建议.xlsx"), as_of=AS_OF)
    pairs = [(pair.mentor_id, pair.mentee_id) for pair in done.suggestions.pairs]
    entries = {pair: {"采纳": "采纳", "导师意见": "同意", "对象意见": "同意"} for pair in pairs}
    entries[pairs[-1]] = {"采纳": "采纳", "导师意见": "不同意"}
    mark(target.with_name("建议.xlsx"), target, entries)


@pytest.fixture(scope="session")
def decided(shared_folder: SharedFolder) -> Path:
    """Return a ledger whose decisions are typed and whose statuses say what was before."""
    return _lightened(shared_folder, "ribbon-decided", write_decided)


@pytest.fixture(scope="session")
def short_ledger(shared_folder: SharedFolder) -> Path:
    """Return a ledger with 100 log rows."""
    return _lightened(shared_folder, "short", lambda path: long_ledger(path, 100))


def _lightened(shared_folder: SharedFolder, name: str, write: Callable[[Path], object]) -> Path:
    def both(folder: Path) -> None:
        write(folder / WHOLE)
        lighten(Path(shutil.copy(folder / WHOLE, folder / "台账.xlsx")))

    return shared_folder(name, both) / "台账.xlsx"

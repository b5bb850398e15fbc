"""Ledgers the buttons are pressed on, and the day it is there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from addin import clock
from addin.actions.pair import suggest_pairings
from tests.addin.actions.waiting_ledger import mark, write_waiting
from tests.addin.ribbon.pressing import AS_OF, MADE, long_ledger
from workbooks.samples import write_samples


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    china = clock.now().tzinfo
    monkeypatch.setattr(clock, "now", lambda: MADE.replace(tzinfo=china))
    with clock.as_if(AS_OF):
        yield


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real township's ledger with planted errors and odd spellings."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=1, log_rows=40, seed=3, as_of=AS_OF, jobs=1)  # no hidden rows
    return next(folder.glob("*.xlsx"))


@pytest.fixture(scope="session")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger whose suggestions the clerk has adopted, but for one."""
    folder = tmp_path_factory.mktemp("adopted")
    source = write_waiting(folder / "待结对.xlsx")
    done = suggest_pairings(source, folder / "建议.xlsx", as_of=AS_OF)
    pairs = [(pair.mentor_id, pair.mentee_id) for pair in done.suggestions.pairs]
    entries = {pair: {"采纳": "采纳", "导师意见": "同意", "对象意见": "同意"} for pair in pairs}
    entries[pairs[-1]] = {"采纳": "采纳", "导师意见": "不同意"}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return mark(folder / "建议.xlsx", folder / "台账.xlsx", entries)


@pytest.fixture(scope="session")
def short_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger with 100 log rows."""
    return long_ledger(tmp_path_factory.mktemp("short") / "台账.xlsx", 100)


@pytest.fixture(scope="session")
def tall_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same ledger with 10,000 log rows."""
    return long_ledger(tmp_path_factory.mktemp("tall") / "台账.xlsx", 10_000)

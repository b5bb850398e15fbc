"""The ledgers buttons are pressed on, and the day it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.addin.ribbon.ledgers import adopted, decided, sample, short_ledger, that_day
from tests.addin.ribbon.pressing import lighten, long_ledger
from tests.support.shared import SharedFolder

__all__ = ["adopted", "decided", "sample", "short_ledger", "that_day"]


@pytest.fixture(scope="session")
def ledger(shared_folder: SharedFolder) -> Path:
    """Return a small ledger with errors to be marked."""
    return shared_folder("wps", lambda it: lighten(long_ledger(it / "台账.xlsx", 12))) / "台账.xlsx"

"""Ledgers opened in a LibreOffice that is the host."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from addin.hosts.calc import CalcHost
from tests.support.shared import SharedFolder
from workbooks.live.host import use_host
from workbooks.samples import write_samples


@pytest.fixture(autouse=True)
def host() -> Iterator[CalcHost]:
    """Let LibreOffice be the host."""
    with use_host(CalcHost()):
        yield CalcHost()


@pytest.fixture(scope="session")
def sample(shared_folder: SharedFolder) -> Path:
    """Return a sample ledger of 120 log rows."""

    def write(folder: Path) -> None:
        write_samples(folder, townships=1, log_rows=120, seed=7, as_of=date(2026, 6, 30))

    return next(shared_folder("live-sample", write).glob("*.xlsx"))

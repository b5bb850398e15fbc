"""Fixtures every test can ask for. A missing program fails the test; nothing is skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw

from addin.hosts.calc import Office as CalcOffice
from addin.hosts.calc import calc_app
from tests.support.office import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return LibreOffice with a profile of its own; each xdist worker is a session."""
    return Office(tmp_path_factory.mktemp("libreoffice") / "profile")


@pytest.fixture(scope="session")
def calc_office() -> Iterator[CalcOffice]:
    """Return a running LibreOffice to drive through xlwings, one for each xdist worker."""
    with CalcOffice() as running:
        yield running


@pytest.fixture
def calc(calc_office: CalcOffice) -> Iterator[xw.App]:
    """Return an xlwings App over LibreOffice, without workbooks."""
    with calc_app(120, calc_office) as app:
        yield app

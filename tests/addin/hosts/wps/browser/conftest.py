"""The add-in in a browser, with WPS's objects answered by LibreOffice; one of each for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw

from addin.hosts.wps.build import build_addin
from addin.hosts.wps.connection import Connection
from tests.addin.hosts.wps.browser.driving import Window, running_service
from tests.support.chromium import Chromium
from tests.support.wps_application import Wps


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Return a running browser."""
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built add-in, which no service has written into yet."""
    return build_addin(tmp_path_factory.mktemp("wps") / "bangdai_0.1.0")


@pytest.fixture(scope="session")
def service(addin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Run the service that the add-in finds."""
    with running_service(tmp_path_factory.mktemp("service"), addin) as connection:
        yield connection


@pytest.fixture
def wps(calc: xw.App) -> Iterator[Wps]:
    """Return WPS's objects over LibreOffice; what the script did wrong to them fails the test."""
    objects = Wps(calc.impl)
    yield objects
    assert objects.faults == []


@pytest.fixture
def window(chromium: Chromium, wps: Wps, addin: Path) -> Iterator[Window]:
    """Return a window of WPS with the add-in loaded."""
    with Window(chromium, wps, addin) as opened:
        yield opened

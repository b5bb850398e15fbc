"""The add-in in a browser, with WPS's objects answered by LibreOffice; one of each for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from addin.hosts.wps.build import build_addin
from tests.support.chromium import Chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Return a running browser."""
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built add-in, which no service has written into yet."""
    return build_addin(tmp_path_factory.mktemp("wps") / "bangdai_0.1.0")

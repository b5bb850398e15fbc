"""Fixtures every test can ask for. A missing program fails the test; nothing is skipped."""

from __future__ import annotations

import pytest

from tests.support.office import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return LibreOffice with a profile of its own; each xdist worker is a session."""
    return Office(tmp_path_factory.mktemp("libreoffice") / "profile")

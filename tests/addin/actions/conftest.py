from __future__ import annotations

from pathlib import Path

import pytest

from tests.addin.actions.judged_samples import AS_OF
from workbooks.samples import write_samples


@pytest.fixture(scope="session")
def judged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return sample ledgers with planted troubles, for the commands that judge."""
    path = tmp_path_factory.mktemp("judged")
    write_samples(path, townships=4, log_rows=300, seed=9, as_of=AS_OF)
    return path

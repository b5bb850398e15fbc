from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from validators.rules import RuleContext
from validators.validation import validate
from workbooks import examples
from workbooks.reader import read_ledger

COMMITTED = Path(examples.__file__).parent


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    examples.write_examples(folder)
    return folder


@pytest.mark.parametrize("name", [examples.BLANK, examples.FILLED])
def test_the_committed_ledger_is_what_the_code_makes_part_by_part(fresh: Path, name: str) -> None:
    with ZipFile(fresh / name) as made, ZipFile(COMMITTED / name) as kept:
        assert made.namelist() == kept.namelist()
        different = [part for part in made.namelist() if made.read(part) != kept.read(part)]

    assert not different, "run: python -m workbooks.examples"


def test_the_filled_ledger_has_no_error_and_no_warning() -> None:
    read = read_ledger(COMMITTED / examples.FILLED)

    findings = [*read.findings, *validate(read.ledger, RuleContext(examples.AS_OF))]

    assert [f for f in findings if f.level != "notice"] == []

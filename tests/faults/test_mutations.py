from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.mutations import Account, run


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return run(tmp_path_factory.mktemp("mutated"), 30)


def test_every_typed_row_is_accepted_rejected_or_ignored(account: Account) -> None:
    assert account.vanished == []
    assert account.unnamed == []
    assert account.rows == account.accepted + account.rejected + account.ignored
    assert min(account.accepted, account.rejected, account.ignored) > 0


def test_nothing_of_an_input_comes_alive_in_an_output(account: Account) -> None:
    assert account.outputs == 1
    assert account.alive == []


def test_no_planted_number_is_left_unmasked(account: Account, tmp_path: Path) -> None:
    assert account.planted > 20
    assert account.unmasked == []
    assert not list(tmp_path.iterdir())

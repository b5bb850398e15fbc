from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import COMMANDS, Account, kill_at_random
from workbooks import files

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return kill_at_random(tmp_path_factory.mktemp("killed"), len(COMMANDS), seed=3)


def test_every_command_was_killed(account: Account) -> None:
    assert account.rounds == dict.fromkeys(COMMANDS, 1)
    assert account.ended_before.total() < account.rounds.total()


def test_no_file_is_left_half_written_and_no_input_is_changed(account: Account) -> None:
    assert account.half_files == []
    assert account.changed_inputs == []
    assert account.lost_versions == []


def test_what_killed_runs_left_goes_with_the_next(account: Account) -> None:
    assert account.left_after_next_start == []


def test_a_draft_folder_of_a_dead_process_goes_and_that_of_a_live_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(tmp_path))
    dead = tmp_path / f".bangdai-{files._host_mark()}-{2**22 - 1}-aa.tmp"
    dead.mkdir()
    (dead / "draft.xlsx").touch()

    with files.scratch_folder() as first, files.scratch_folder() as second:
        assert not dead.exists()
        assert first.exists()
        assert second.exists()
        assert first.stat().st_mode & 0o077 == 0

    assert list(tmp_path.iterdir()) == []

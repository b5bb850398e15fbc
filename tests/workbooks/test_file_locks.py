import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from validators.errors import WriteRefused
from workbooks.file_locks import claim, holder_here, office_lock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from workbooks.file_locks import claim
with claim(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def target(tmp_path):
    return tmp_path / "全市汇总.xlsx"


def holding(target):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(target)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_run_is_refused_and_told_who_holds_the_claim(target):
    with holding(target) as process:
        with pytest.raises(WriteRefused) as caught, claim(target):
            pass
        here = holder_here()
        for part in (here.user, here.host, f"进程 {process.pid}", here.since[:10]):
            assert part in caught.value.message
        process.stdin.close()
    with claim(target):
        pass


def test_a_killed_holders_claim_is_free_at_once(target):
    with holding(target) as process:
        process.kill()
    with claim(target):
        pass


def test_one_process_cannot_claim_twice_but_other_files_are_free(target):
    with claim(target):
        with pytest.raises(WriteRefused, match=f"进程 {os.getpid()}"), claim(target):
            pass
        with claim(target.with_name("另一个.xlsx")):
            pass
        with pytest.raises(WriteRefused), claim(target):  # the first refusal freed nothing
            pass


def test_the_claim_ends_with_its_block_even_by_an_error(target):
    with pytest.raises(ZeroDivisionError), claim(target):
        raise ZeroDivisionError
    with claim(target):
        pass
    assert list(target.parent.iterdir()) == []


def test_an_interrupted_run_leaves_nothing_behind(target):
    with holding(target) as process:
        process.send_signal(signal.SIGINT)
    assert list(target.parent.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_claim(target):
    with holding(target) as process:
        process.kill()
    assert list(target.parent.iterdir()) != []
    with claim(target):
        pass
    assert list(target.parent.iterdir()) == []


def test_a_refused_run_takes_nothing_away_from_the_holder(target):
    with claim(target):
        held = sorted(target.parent.iterdir())
        with pytest.raises(WriteRefused), claim(target):
            pass
        assert sorted(target.parent.iterdir()) == held


CONTEND = """
import os, sys
from pathlib import Path
from validators.errors import WriteRefused
from workbooks.file_locks import claim
target, inside = Path(sys.argv[1]), Path(sys.argv[2])
claims = 0
while claims < 150:
    try:
        with claim(target):
            os.close(os.open(inside, os.O_CREAT | os.O_EXCL))  # fails if another one is inside
            os.unlink(inside)
            claims += 1
    except WriteRefused:
        pass
"""


def test_runs_that_take_turns_never_hold_the_claim_together(target, tmp_path_factory):
    inside = tmp_path_factory.mktemp("inside") / "file"
    command = [sys.executable, "-c", CONTEND, str(target), str(inside)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(3)
    ]
    for run in runs:
        assert run.communicate(timeout=60)[1] == ""
    assert list(target.parent.iterdir()) == []


def test_an_unreadable_note_does_not_hide_the_claim(target):
    with claim(target):
        for note in target.parent.glob(".bangdai-*.holder"):
            note.write_text("{")
        with pytest.raises(WriteRefused, match="正由另一个程序写入"), claim(target):
            pass


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(WriteRefused, match="不存在或不能写入"), claim(tmp_path / "a" / "b.xlsx"):
        pass


def an_owner_file(name, ansi):
    """What Excel writes: 1 + 54 bytes in the local code page, 2 + 108 bytes in UTF-16."""
    wide = name.encode("utf-16-le")
    content = bytes([len(ansi)]) + ansi.ljust(54) + len(name).to_bytes(2, "little")
    return content + wide.ljust(108, b" ")


@pytest.mark.parametrize("name", ["王小明", "Wang Xiaoming"])
def test_excels_owner_file_names_the_user(target, name):
    content = an_owner_file(name, name.encode("gb18030"))
    assert len(content) == 165
    target.with_name(f"~${target.name}").write_bytes(content)
    assert office_lock(target) == name


def test_an_owner_file_without_the_wide_name_is_read_in_the_local_code_page(target):
    content = b"\x06" + "王小明".encode("gb18030").ljust(53)
    target.with_name(f"~${target.name}").write_bytes(content)
    assert office_lock(target) == "王小明"


@pytest.mark.parametrize("content", [b"", b"\xff", bytes(165)])
def test_a_strange_owner_file_still_says_the_file_is_open(target, content):
    target.with_name(f"~${target.name}").write_bytes(content)
    assert office_lock(target) == ""


@pytest.mark.parametrize(
    ("content", "name"), [(",李雷,PC,1.1.2026 9:00,file:///x;", "李雷"), (",,,,;", ""), ("", "")]
)
def test_libreoffices_lock_names_the_user(target, content, name):
    target.with_name(f".~lock.{target.name}#").write_text(content, encoding="utf-8")
    assert office_lock(target) == name


def test_no_lock_file_means_nobody(target):
    assert office_lock(target) is None

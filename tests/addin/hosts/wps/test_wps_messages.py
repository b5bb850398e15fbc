"""How many messages a click takes: as many for 10,000 rows of the log as for 100."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.hosts.wps.presses import Presses
from tests.addin.hosts.wps.clicks import in_this_day, light_ledger, presses_in, sending
from tests.support.shared import SharedFolder
from tests.support.wps_answers import Addin
from tests.support.wps_memory import MemoryAnswers, repeat_rows
from workbooks.live import undo

BUTTONS = ("validate", "fill_numbers", "undo", "next_finding")
"""Reading, rewriting a sheet, marking, writing here and there, taking back."""


@pytest.fixture(scope="session")
def hundred_rows(shared_folder: SharedFolder) -> Path:
    """Return a ledger with 100 log rows."""
    return shared_folder("wps-100", lambda it: light_ledger(it / "台账.xlsx", 100)) / "台账.xlsx"


@pytest.fixture
def presses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Presses:
    in_this_day(monkeypatch)
    undo._STEPS.clear()
    return presses_in(tmp_path)


def messages(presses: Presses, answers: MemoryAnswers, *, spills: bool) -> dict[str, int]:
    addin = Addin(sending(presses), answers, f"窗口 {id(answers)}", spills=spills)
    counts = {}
    for name in BUTTONS:
        done = addin.click(name, answers.click)
        assert (done["kind"], done["message"]) == ("done", None)
        counts[name] = addin.messages
    return counts


@pytest.mark.parametrize(("spills", "rows"), [(False, 10_000), (True, 1_000)])
def test_a_hundred_times_the_rows_make_no_more_messages(
    presses: Presses, hundred_rows: Path, tmp_path: Path, spills: bool, rows: int
) -> None:
    few, many = MemoryAnswers(hundred_rows), MemoryAnswers(hundred_rows)
    repeat_rows(many.book, "工作日志", "tbl_log", rows)

    less, more = (messages(presses, answers, spills=spills) for answers in (few, many))

    # the gravest findings, which are marked, lie on fewer sheets there
    assert more.pop("validate") <= less.pop("validate") < 80
    assert more == less
    assert max(less.values()) < 40
    assert not (tmp_path / "bangdai.log").exists()
    assert "已撤销" in many.alerts[-1]

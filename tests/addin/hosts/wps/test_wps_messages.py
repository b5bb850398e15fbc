"""How many messages a click takes: which sheets are marked counts, and not how many rows there are.

Marks are at most 300, the gravest first: of rows with findings, more would leave other sheets unmarked.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from addin.hosts.wps.presses import Presses
from tests.addin.hosts.wps.clicks import in_this_day, presses_in, sending
from tests.addin.ribbon.pressing import lighten, long_ledger
from tests.support.shared import SharedFolder
from tests.support.wps_answers import Addin
from tests.support.wps_memory import MemoryAnswers, repeat_rows
from workbooks.live import undo

BUTTONS = ("validate", "fill_numbers", "undo")
"""Reading, rewriting a sheet, marking, writing here and there, taking back."""


@pytest.fixture(scope="session")
def thirty_rows(shared_folder: SharedFolder) -> Path:
    """Return a ledger with 30 log rows."""
    return (
        shared_folder("wps-30", lambda it: lighten(long_ledger(it / "台账.xlsx", 30))) / "台账.xlsx"
    )


@pytest.fixture
def presses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Presses:
    in_this_day(monkeypatch)
    undo._STEPS.clear()
    return presses_in(tmp_path)


def clicked(presses: Presses, answers: MemoryAnswers, *, spills: bool) -> dict[str, Counter[str]]:
    """Return how many messages of each kind every button takes, and the marks on every sheet."""
    addin = Addin(sending(presses), answers, f"窗口 {id(answers)}", spills=spills)
    found = {}
    for name in BUTTONS:
        answers.done.clear()
        talk = [*addin.conversation(name, answers.click)]
        assert (talk[-1]["kind"], talk[-1]["message"]) == ("done", None)
        assert answers.done["facts"] == 1, name  # of all sheets: hundreds of questions to WPS
        found[name] = Counter(message["kind"] for message in talk if message["kind"] != "wait")
        if name == "validate":
            found["marks"] = Counter(
                {sheet.Name: len(sheet.notes) for sheet in answers.book.sheets}
            )
    return found


@pytest.mark.parametrize(("spills", "rows"), [(False, 3_000), (True, 300)])
def test_a_hundred_times_the_rows_make_no_more_messages(
    presses: Presses, thirty_rows: Path, tmp_path: Path, spills: bool, rows: int
) -> None:
    few, many = MemoryAnswers(thirty_rows), MemoryAnswers(thirty_rows)
    repeat_rows(many.book, "工作日志", "tbl_log", rows, like=slice(10, None))  # without findings

    less, more = (clicked(presses, answers, spills=spills) for answers in (few, many))

    assert len(+less["marks"]) > 3
    assert more == less
    assert less["validate"]["ask"] < 80
    assert max(less[name]["ask"] for name in BUTTONS if name != "validate") < 40
    assert not (tmp_path / "bangdai.log").exists()
    assert "已撤销" in many.alerts[-1]

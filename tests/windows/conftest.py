"""A Windows PC for the tests of this folder, and a table of what they took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addin.ribbon.ledgers import adopted, decided, sample, short_ledger, that_day
from tests.addin.ribbon.pressing import AS_OF, MADE
from tests.windows.driving import Excel
from tests.windows.setup import set_up
from tests.windows.wine import Wine

__all__ = ["adopted", "decided", "sample", "short_ledger", "that_day"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Windows."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("windows")


@pytest.fixture(scope="session")
def wine() -> Iterator[Wine]:
    """Return a PC that is switched on, with this checkout installed; one for the whole run."""
    with Wine() as pc:
        set_up(pc)
        pc.switch_on()
        yield pc


@pytest.fixture(scope="session")
def running_excel(wine: Wine) -> Iterator[Excel]:
    """Return an Excel that all tests share: to start Python behind it takes long."""
    with Excel(wine, today=MADE, as_of=AS_OF) as excel:
        yield excel


@pytest.fixture
def excel(running_excel: Excel) -> Excel:
    """Return the Excel, without workbooks."""
    running_excel.ask("close")
    return running_excel


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print by module how many checks there were, and their seconds."""
    seconds: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                module = report.nodeid.partition("::")[0].rpartition("/")[2]
                seconds[module] += report.duration
                counts[module] += report.when == "call"
    terminalreporter.section("Windows")
    for module, taken in seconds.items():
        terminalreporter.line(f"{module:32} {counts[module]:4} checks {taken:7.1f} s")

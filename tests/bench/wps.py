"""Clicks in the add-in for WPS, timed and counted: `python -m tests.bench.wps [button …]`.

A real browser, the real service, and LibreOffice in the place of WPS, which takes most of the time: what
it took is taken off, and so is not what stopping the browser for each question costs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from addin.hosts.calc import Office, calc_app
from addin.hosts.wps.build import build_addin
from tests.addin.hosts.wps.browser.driving import Window, running_service
from tests.addin.ribbon.pressing import long_ledger
from tests.support.chromium import Chromium
from tests.support.wps_application import Wps

BUTTONS = ("validate", "undo", "fill_numbers", "undo", "flags", "undo")
ROWS = (100, 3_000, 10_000)


class TimedWps(Wps):
    """WPS's objects that know how long they took to answer.

    Attributes:
        seconds: What all answers took.
    """

    seconds = 0.0

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            return super()._answer(message)
        finally:
            self.seconds += time.perf_counter() - started


def main(names: tuple[str, ...]) -> None:
    """Print a table."""
    print("| log rows | button | messages | questions to WPS | s | without LibreOffice |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as temporary, Chromium() as browser:
        work = Path(temporary)
        addin = build_addin(work / "addin")
        with running_service(work / "service", addin):
            for rows in ROWS:
                _measure(long_ledger(work / f"{rows}.xlsx", rows), rows, names, browser, addin)


def _measure(
    ledger: Path, rows: int, names: tuple[str, ...], browser: Chromium, addin: Path
) -> None:
    with Office() as office, calc_app(3_000, office) as app:
        app.books.open(ledger)
        wps = TimedWps(app.impl)
        with Window(browser, wps, addin) as window:
            for name in names:
                wps.seconds, started = 0.0, time.perf_counter()
                wps.asked.clear()
                seen = window.press(name)
                taken = time.perf_counter() - started
                asked, ours = wps.asked.total(), taken - wps.seconds
                print(f"| {rows} | {name} | {seen.messages} | {asked} | {taken:.1f} | {ours:.1f} |", flush=True)  # fmt: skip
                assert wps.faults == []


if __name__ == "__main__":
    main((*sys.argv[1:],) or BUTTONS)

"""Clicks in the add-in for WPS, timed and counted: `python -m tests.bench.wps [button …]`, each with undo after it.

A real browser, the real service, and LibreOffice in the place of WPS. Each click is made twice: LibreOffice
answers the first one, for which the browser stops at every question; the second is answered within the page
by what was answered to the first, so that what is left is ours: the service and the add-in's script.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from addin.buttons import find_button
from addin.hosts.calc import Office, calc_app
from addin.hosts.ribbon import control_id
from addin.hosts.wps.build import build_addin
from tests.addin.hosts.wps.browser.driving import Window, running_service
from tests.addin.ribbon.pressing import long_ledger
from tests.support.chromium import Chromium
from tests.support.wps_application import Wps

BUTTONS = ("validate", "fill_numbers", "flags")
ROWS = (100, 3_000, 10_000)
REPEATED = 3
_WITHIN_THE_PAGE = """
var remembered = [], asked = 0, strange = "", waited = 0, request = sent;
askPython = function (question) {
  var it = remembered[asked++];
  if (it && it[0] === JSON.stringify(JSON.parse(JSON.parse(question).question).on)) { return it[1]; }
  strange = strange || question + " for " + it;
  return JSON.stringify({answer: {error: "not asked before"}, ahead: []});
};
sent = function (name, body, later) {
  var started = performance.now();
  try { return request(name, body, later); } finally { waited += performance.now() - started; }
};
function timed(answers, control) {
  remembered = answers;
  asked = waited = 0;
  var started = performance.now();
  OnAction(control);
  return [performance.now() - started - waited, waited, strange || (asked < remembered.length ? "too few" : "")];
}
"""


class RememberingWps(Wps):
    """WPS's objects that know what they answered, and how long it took.

    Attributes:
        seconds: What all answers took.
        remembered: The object of every question, as JSON, and its answer.
    """

    seconds = 0.0

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.foresees = False
        self.remembered: list[tuple[str, str]] = []

    def answer(self, message: str) -> str:
        """Return what one member gives."""
        started = time.perf_counter()
        answer = super().answer(message)
        self.seconds += time.perf_counter() - started
        on = json.loads(json.loads(message)["question"])["on"]
        self.remembered.append((json.dumps(on, ensure_ascii=False, separators=(",", ":")), answer))
        return answer


def main(names: tuple[str, ...]) -> None:
    """Print a table: seconds of the whole click, and what of them is whose."""
    print(
        "| rows | button | messages | questions | s | LibreOffice | stops | service | CPU | script |"
    )
    print("| ---: | --- |" + " ---: |" * 8)
    with tempfile.TemporaryDirectory() as temporary, Chromium() as browser:
        work = Path(temporary)
        addin = build_addin(work / "addin")
        with running_service(work / "service", addin):
            for rows in ROWS:
                ledger = long_ledger(work / f"{rows}.xlsx", rows)
                with Office() as office, calc_app(3_000, office) as app:
                    app.books.open(ledger)
                    wps = RememberingWps(app.impl)
                    for name in names:
                        _measure(f"| {rows}", (name, "undo"), Window(browser, wps, addin))


def _measure(row: str, names: tuple[str, ...], window: Window) -> None:
    """Click the buttons, which end as they began, then click them from memory."""
    wps, clicks = window.wps, []
    assert isinstance(wps, RememberingWps)
    with window:
        window.press("undo")  # the first click of a window asks for the open workbooks, too
        for name in names:
            wps.seconds, wps.remembered = 0.0, []
            wps.asked.clear()
            started = time.perf_counter()
            messages = window.press(name).messages
            taken = time.perf_counter() - started
            clicks.append((name, messages, wps.asked.total(), taken, wps.seconds, wps.remembered))
        assert wps.faults == []
        window.page.run(_WITHIN_THE_PAGE)
        ours = [
            [_from_memory(window, click[0], click[-1]) for click in clicks] for _ in range(REPEATED)
        ]
    for (name, messages, asked, taken, office, _), found in zip(
        clicks, zip(*ours, strict=True), strict=True
    ):
        service, cpu, script = min(found)
        stops = taken - office - script - service
        parts = " | ".join(f"{part:.2f}" for part in (taken, office, stops, service, cpu, script))
        print(f"{row} | {name} | {messages} | {asked} | {parts} |", flush=True)


def _from_memory(
    window: Window, name: str, remembered: list[tuple[str, str]]
) -> tuple[float, float, float]:
    """Return the seconds a click costs the service, how many of them it works, and the script."""
    control = json.dumps({"Id": control_id(find_button(name))})
    began = time.process_time()
    script, service, strange = window.page.run(f"timed({json.dumps(remembered)}, {control})")
    assert not strange, strange
    return service / 1000, time.process_time() - began, script / 1000


if __name__ == "__main__":
    main((*sys.argv[1:],) or BUTTONS)

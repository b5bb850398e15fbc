"""The helper of the LibreOffice extension as of a day; it can be made to die while it writes.

    python helper_that_day.py 2026-06-30 2026-07-01T09:30 FILE

While FILE is there, it holds the number of the write before which the process ends.
"""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from addin import clock
from addin.hosts.calc.extension import helper
from addin.hosts.calc.range import Range


def main(day: str, moment: str, fatal: str) -> None:
    china = clock.now().tzinfo
    made = datetime.fromisoformat(moment).replace(tzinfo=china)
    clock.now = lambda: made
    clock.today = lambda: date.fromisoformat(day)
    whole = Range.raw_value
    written = 0

    def write(cells: Range, value: Any) -> None:
        nonlocal written
        written += 1
        if Path(fatal).exists() and written >= int(Path(fatal).read_text()):
            os._exit(9)
        whole.fset(cells, value)  # type: ignore[attr-defined]

    Range.raw_value = whole.setter(write)  # type: ignore[attr-defined]
    helper.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)

"""The half of 导师帮带 that runs in our own Python: carries presses out and computes formulas.

`component.py` starts it as `python -m addin.hosts.calc.extension.helper` and writes requests to its
standard input, one JSON object a line; each is answered by one line that bears its number:

    {"number": 1, "formula": "BD_RISK", "arguments": [{"rows": [[…]], "slot": 0}, {"value": 46203}]}
    {"number": 2, "press": "validate", "pipe": "bangdai…", "door": "document1", "pid": 4711}

Formulas are answered while a press is going on, for what it writes makes LibreOffice recalculate.
The process ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any, BinaryIO

from addin.formulas.ranges import Answer, Block, block
from validators.errors import BangdaiError
from workbooks.ooxml.dates import to_serial

Json = Any


class Formulas:
    """Computes formulas; keeps the large arguments that come again with every one of a column."""

    def __init__(self) -> None:
        self._kept: dict[int, Block] = {}

    def answer(self, name: str, arguments: list[Json]) -> list[list[Json]]:
        """Return what a formula gives, as rows of texts and numbers.

        Args:
            name: The formula.
            arguments: `value` is a single one, `rows` are cells, which are kept where there is a
                `slot`, `slot` alone is what was kept.
        """
        from addin import formulas  # noqa: PLC0415 - a press alone needs none

        given = [self._unpacked(argument) for argument in arguments]
        while given and given[-1] is None:
            given.pop()
        return list(_rows(getattr(formulas, name)(*given)))

    def _unpacked(self, argument: Json) -> Block | str | float | None:
        if "value" in argument:
            value: str | float | None = argument["value"]
            return value
        if "rows" not in argument:
            return self._kept[argument["slot"]]
        cells = replace(block(argument["rows"]), tells_blanks=True)
        if "slot" in argument:
            self._kept[argument["slot"]] = cells
        return cells


def _rows(answer: Answer) -> Iterator[list[Json]]:
    """Yield rows of what Calc takes: days are numbers there."""
    for row in answer if isinstance(answer, list) else [[answer]]:
        yield [to_serial(cell) if isinstance(cell, datetime) else cell for cell in row]


class Answers:
    """Writes answers, a line each, from whichever thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._lock = stream, Lock()

    def give(self, number: int, answer: Json) -> None:
        """Write one."""
        line = json.dumps({"number": number, "answer": answer}).encode("ascii") + b"\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()


def serve(requests: BinaryIO, answers: Answers) -> None:
    """Answer requests until there are no more."""
    formulas = Formulas()
    with ThreadPoolExecutor(1, "press") as presses:
        for line in requests:
            request = json.loads(line)
            number = request["number"]
            if "press" in request:
                presses.submit(_press, request, answers)
            else:
                answers.give(number, formulas.answer(request["formula"], request["arguments"]))


def _press(request: Json, answers: Answers) -> None:
    problem = ""
    try:
        from addin.hosts.calc.extension.desktop import press  # noqa: PLC0415 - a formula needs none

        press(request["press"], request["pipe"], request["door"], request["pid"])
    except BangdaiError as error:
        problem = str(error)
    except ImportError as error:
        problem = f"本工具的程序文件不齐（{error}）。请重新安装本工具。"
    answers.give(request["number"], {"problem": problem})


def main() -> None:
    """Answer on what was the standard output; what is printed from now on goes nowhere."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, Answers(stream))


if __name__ == "__main__":
    main()
    os._exit(0)  # a press that hangs may not keep it alive

"""Drive the stand-in Excel from a test: open a ledger, press buttons, look at what is there.

with Excel(wine) as excel:
    excel.open(ledger)
    seen = excel.press("validate")
    assert "未发现问题" in seen.told
"""

from __future__ import annotations

import base64
import json
import pickle
import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.windows.wine import VENV, Wine

HERE = Path(__file__).parent
_PATIENCE = 180.0


class Gone(Exception):
    """The stand-in ended, as Excel does when it crashes."""


@dataclass(frozen=True)
class Seen:
    """What a clerk saw of one button.

    Attributes:
        error: What the VBA would show: Python raised it.
        boxes: Title and text of the message boxes.
        asked: Excel's own questions.
        statuses: What the status bar showed.
        status: What it shows now, False for Excel's own words.
        screen: Whether the screen is updated.
        events: Whether events are on.
        autocorrect: Whether Excel fills formulas down by itself.
        active: The tab in front.
        selected: The selected cells.
        books: The paths of the open workbooks, the one in front first.
        calls: By member how often it was called.
        unwritten: Members the stand-in lacks.
        failures: Errors of the stand-in itself.
        refused: What Excel refused.
        hindered: How often trouble stood in the way of a call.
        seconds: How long it took.
    """

    error: str
    boxes: list[list[str]]
    asked: list[str]
    statuses: list[str]
    status: Any
    screen: bool
    events: bool
    autocorrect: bool
    active: str
    selected: str
    books: list[str]
    calls: dict[str, int]
    unwritten: dict[str, int]
    failures: list[str]
    refused: list[str]
    hindered: int
    seconds: float

    @property
    def told(self) -> str:
        """The texts of all message boxes."""
        return "\n".join(text for _, text in self.boxes)

    @property
    def total(self) -> int:
        """How many calls were made."""
        return sum(self.calls.values())

    @property
    def is_still(self) -> bool:
        """Whether Excel was left as it was: screen, events, auto-correction, status bar."""
        return self.screen and self.events and self.autocorrect and self.status is False


class Excel:
    """A running stand-in, with Python behind it.

    Args:
        wine: The PC.
        today: What day and time it is for Python.
        as_of: The day by which it judges; that day if None.
        library: Which Excel it is by its type library: "excel" or "excel2016".
    """

    def __init__(
        self,
        wine: Wine,
        today: datetime | None = None,
        as_of: date | None = None,
        library: str = "excel",
    ) -> None:
        self._wine = wine
        self._process = wine.start(
            f"{VENV}\\Scripts\\python.exe", "-m", "excel", f"D:\\{library}.tlb",
            env={"PYTHONPATH": wine.windows(HERE), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self._errors: list[bytes] = []
        self._reader = threading.Thread(target=self._read_errors, daemon=True)
        self._reader.start()
        self.ask("start")
        if today:
            self.set_clock(today, as_of or today.date())

    def set_clock(self, now: datetime, as_of: date) -> None:
        """Let it be another time for Python, and judge by a day."""
        self.ask(
            "execute",
            code=f"""
import addin.clock, datetime
addin.clock._AS_IF.set(datetime.date.fromisoformat({as_of.isoformat()!r}))
now = datetime.datetime.fromisoformat({now.isoformat()!r}).replace(tzinfo=addin.clock._CHINA)
addin.clock.now = lambda now=now: now
""",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End Excel; Python follows by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(1)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            with suppress(ValueError):  # being read from to the last
                pipe.close()

    def ask(self, do: str, **more: Any) -> Any:
        """Let it do something; return its answer.

        Raises:
            Gone: It ended.
            RuntimeError: It could not.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(_PATIENCE, process.kill)
        late.start()
        try:
            process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            late.cancel()
        if not line:
            raise Gone(b"".join(self._errors).decode("gbk", "replace")[-3000:])
        answer = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(f"{do}: {answer['failed']}")
        return answer["answer"]

    def open(self, path: Path | None = None) -> Path:
        """Open a copy of a workbook on drive D:, or a new one; close all others."""
        self.ask("close")
        folder = self._wine.drive_d / "台账"
        folder.mkdir(exist_ok=True)
        copy = folder / (path.name if path else "")
        if path:
            shutil.copyfile(path, copy)
        self.ask("open", path=self._wine.windows(copy) if path else "")
        return copy

    def press(
        self, button: str, answers: Sequence[Any] = (), *, yes: bool = True, **trouble: Any
    ) -> Seen:
        """Press a button.

        Args:
            button: Its id.
            answers: To Excel's own questions in order; what is proposed is taken after these.
            yes: The answer to every question of ours.
            trouble: What goes wrong meanwhile: the arguments of `excel.trouble.Trouble`.
        """
        seen = self.ask("press", button=button, answers=list(answers), yes=yes, trouble=trouble)
        return Seen(**seen)

    def formula(self, name: str, *arguments: Any) -> Any:
        """Call a formula.

        Args:
            name: The function.
            arguments: Plain values, or ("range", sheet, address), ("missing",), ("error", "#N/A"),
                ("rows", [[…]]), ("list", […]). An amount of money is a Decimal.
        """
        given = base64.b64encode(pickle.dumps(arguments)).decode()
        return pickle.loads(base64.b64decode(self.ask("formula", name=name, arguments=given)))

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._errors.append(line)

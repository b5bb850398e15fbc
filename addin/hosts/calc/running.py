"""Run an action in a LibreOffice of its own, on a copy of the clerk's workbook."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings as xw

from addin.hosts.calc.engine import engine
from addin.hosts.calc.host import CalcHost
from addin.hosts.calc.office import Office
from validators.errors import WriteRefused
from workbooks.files import replace_atomically
from workbooks.live.host import use_host

__all__ = ["calc_app", "run_button"]


@contextmanager
def calc_app(seconds: float = 600, office: Office | None = None) -> Iterator[xw.App]:
    """Yield an xlwings App over LibreOffice; its workbooks are closed at the end, unsaved.

    Args:
        seconds: How long everything may take. LibreOffice is killed when the time is up, for a
            call into a hung process never returns.
        office: A running LibreOffice to use and to leave running; without one, a private one is
            started and ended.

    Raises:
        HostFailed: LibreOffice is missing, does not start, or took too long.
    """
    used = office or Office()
    app = engine().impl.apps.attach(used)
    before = xw.engines.active
    engine().activate()  # some of xlwings' calls ask for the active one
    try:
        with used.within(seconds):
            try:
                yield xw.App(impl=app)
            finally:
                if used.running:
                    app.close_books()
    finally:
        xw.engines.active = before
        engine().impl.apps.forget(app)
        if office is None:
            used.stop()


def run_button(
    path: Path,
    action: Callable[[xw.Book], object],
    out: Path,
    *,
    answers: Iterable[str] = (),
    seconds: float = 600,
    office: Office | None = None,
) -> None:
    """Open a copy of the workbook at `path`, run `action` on it, and save the result to `out`.

    The clerk's file is never written to: what LibreOffice saves lacks a table's style and parts it
    does not know. If the action fails, nothing is written.

    Args:
        path: The clerk's workbook.
        action: What to do with the copy; it finds this host by `workbooks.live.host.host()`.
        out: Where the result goes.
        answers: What is answered to the action's questions, in order.
        seconds: How long everything may take.
        office: A running LibreOffice to use.

    Raises:
        WriteRefused: `out` is the workbook itself, or cannot be written.
        HostFailed: LibreOffice is missing, cannot open the workbook, or took too long.
    """
    if out.resolve() == path.resolve():
        raise WriteRefused(f"不能覆盖原文件“{path}”", "请用 --out 换一个文件名")
    with tempfile.TemporaryDirectory(prefix="bangdai-calc-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        with calc_app(seconds, office) as app:
            book = app.books.open(copy)
            with use_host(CalcHost(answers)):
                action(book)
            saved = Path(folder) / "saved.xlsx"
            book.save(saved)
        replace_atomically(out, lambda draft: _copied(saved, draft))


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)

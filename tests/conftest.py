"""Fixtures every test can ask for. A missing program fails the test; nothing is skipped."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from typing import NoReturn

import pytest
import xlwings as xw
from hypothesis import settings

from addin.hosts.calc import Office as CalcOffice
from addin.hosts.calc import calc_app
from tests.support.fonts import use_fonts
from tests.support.office import Office
from tests.support.openpyxl_reading import quicken_openpyxl
from tests.support.ready_workers import ready_workers
from tests.support.shared import SharedFolder

settings.register_profile("suite", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
"""Properties are tried on fewer inputs than hypothesis would by itself: the suite has 5 minutes."""

OFFICE_FIXTURES = {"office", "calc_office", "calc"}
"""A test that asks for one of these, by whatever other fixture, is marked `office`."""


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let every second worker begin with the last file: what one has compiled, the other reads."""
    report = yield
    if isinstance(collector, pytest.Directory) and _WORKER.endswith(("1", "3", "5", "7", "9")):
        report.result.reverse()
    return report


_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_PROCESSORS = os.sched_getaffinity(0)
_OWN_PROCESSOR = sorted(_PROCESSORS)[int(_WORKER.removeprefix("gw") or 0) % len(_PROCESSORS)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts LibreOffice, so that `-m "not office"` is the quick loop; longest first.

    The second worker begins with the quick half and takes over what is left of the long one: where
    the longest tests came last, it would wait for them.
    """
    for item in items:
        if OFFICE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("office")
    items.sort(key=lambda item: (_turn(item), item.path))


def pytest_collection_finish() -> None:
    """Leave all that was imported out of the search for reference cycles: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20)
    gc.enable()


def _turn(item: pytest.Item) -> int:
    if not item.get_closest_marker("office"):
        return 2
    return 0 if "ribbon" in item.path.parts else 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test that starts LibreOffice without being marked: the quick loop is without it.

    LibreOffice and whoever asks it take turns: on one processor a question costs half of what it does
    between two, where each has to be woken.
    """
    with_office = OFFICE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    os.sched_setaffinity(0, {_OWN_PROCESSOR} if with_office else _PROCESSORS)
    CalcOffice._started = _start if item.get_closest_marker("office") else _refuse  # type: ignore[method-assign]


def pytest_configure() -> None:
    """Make quick what the tests do most: reading workbooks and starting workers."""
    gc.disable()  # collecting thousands of tests leaves no cycles
    quicken_openpyxl()
    ready_workers()


_start = CalcOffice._started


def _refuse(*_: object) -> NoReturn:
    pytest.fail("this starts LibreOffice: mark the test with pytest.mark.office")


@pytest.fixture(scope="session")
def calc_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalcOffice]:
    """Return a running LibreOffice to drive through xlwings, one for each xdist worker."""
    use_fonts(tmp_path_factory.mktemp("fonts"))
    with CalcOffice() as running:
        yield running


@pytest.fixture(scope="session")
def office(calc_office: CalcOffice) -> Office:
    """Return what recalculates and prints workbooks in the same LibreOffice."""
    return Office(calc_office)


@pytest.fixture
def calc(calc_office: CalcOffice) -> Iterator[xw.App]:
    """Return an xlwings App over LibreOffice, without workbooks."""
    with calc_app(600, calc_office) as app:  # many buttons, on a busy machine
        yield app


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SharedFolder:
    """Return what fills a folder once for all xdist workers."""
    base = tmp_path_factory.getbasetemp()
    return SharedFolder((base if worker_id == "master" else base.parent) / "shared")

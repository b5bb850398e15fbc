"""Have the files of a folder examined into parcels, those that lie on a shelf already left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from addin.actions.parcels import PARCEL
from addin.actions.parcels.bundle import read_member, read_section
from addin.actions.parcels.cluster import Job
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import DamagedParcel, load_head, save_parcel, sections_of
from addin.actions.parcels.shelf import Shelf, to_do
from addin.actions.parcels.version import program_version
from addin.actions.validate import ExaminedLedger, Task, judge
from addin.domain.log_hints.sketches import LogSketch, log_sketch
from validators.errors import UnreadableWorkbook
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.files import saved_at
from workbooks.workers import run_guarded


class _Order(NamedTuple):
    """A file to examine, where its parcel shall lie, and where what was read of it, None for nowhere."""

    task: Task
    parcel: Path
    read: Path | None

    @property
    def job(self) -> Job:
        """Return the order as one for a cluster."""
        work = partial(_examine_there, self.task, reads=self.read is not None)
        return Job(self.task.source.path, work, self.parcel.with_suffix(""))


def examined(
    shelf: Shelf, tasks: Sequence[Task]
) -> Iterator[tuple[Task, ExaminedLedger | UnreadableWorkbook]]:
    """Examine files in workers; see `addin.actions.validate.Reader`.

    The ledgers hold the cells alone that are looked at of all of them at once.
    """
    orders = {task.source.file: _order(shelf, n, task) for n, task in enumerate(tasks)}
    kept: dict[str, ExaminedLedger] = {}
    problems: dict[str, UnreadableWorkbook | None] = {}
    fresh = _examined(shelf, orders, kept)
    for file, order in orders.items():
        while not (file in kept or file in problems) and (done := next(fresh, None)):
            problems[done[0].task.source.file] = done[1]
        if problem := problems.get(file):
            yield order.task, problem
            continue
        shelf.parcels[file] = order.parcel
        shelf.used.add(order.parcel)
        if order.read:
            shelf.sections[file] = order.read
            shelf.used.add(order.read)
        yield order.task, kept.get(file) or load_head(order.parcel)


def _examined(
    shelf: Shelf, orders: Mapping[str, _Order], kept: dict[str, ExaminedLedger]
) -> Iterator[tuple[_Order, UnreadableWorkbook | None]]:
    """Have files examined into their parcels, and yield for each why it is unreadable.

    Those whose parcels lie there are put into `kept`.
    """
    left = {file: (order, _left(shelf, order)) for file, order in orders.items()}
    missing, wanted = to_do(left, partial(_kept, shelf), kept)
    if shelf.cluster:
        some = [*wanted]
        yield from zip(some, shelf.cluster.run(order.job for order in some), strict=True)
        return
    yield from run_guarded(_examine_into, wanted, jobs=min(shelf.jobs, missing or 1))


def _left(shelf: Shelf, order: _Order) -> Path | None:
    lacking = order.read and not order.read.exists()
    return order.parcel if shelf.keeps and not lacking else None


def _kept(shelf: Shelf, order: _Order) -> ExaminedLedger | None:
    try:
        sections_of(order.parcel)  # nothing of it may be damaged: it will be wanted
        examined = load_head(order.parcel)
    except DamagedParcel:
        return None
    source = order.task.source
    if not source.member:
        examined.saved = shelf.saved_at(source.path)
        delivered = examined.delivered
        examined.delivered = delivered and replace(delivered, saved=examined.saved)
    return examined


def _order(shelf: Shelf, number: int, task: Task) -> _Order:
    key = ""
    if shelf.keeps:
        with suppress(OSError):  # the worker says what is the matter
            key = _key(shelf, task)
    parcel = shelf.folder / f"{key or number}{PARCEL}"
    return _Order(task, parcel, parcel.with_suffix(".read") if shelf.bundles else None)


def _key(shelf: Shelf, task: Task) -> str:
    """Return a digest of everything an examined ledger rests on but the time it was saved."""
    settings = task.superior.model_dump_json() if task.superior else ""
    content, (_, *names) = shelf.content(task.source.path), task.source
    return digest_of([program_version(), content, names, task.as_of.isoformat(), settings])


def _examine_there(task: Task, path: Path, target: Path, *, reads: bool) -> None:
    """Examine a copy of a task's file into a parcel of the name `target`."""
    there = task._replace(source=task.source._replace(path=path))
    parcel = target.with_suffix(PARCEL)
    _examine_into(_Order(there, parcel, target.with_suffix(".read") if reads else None))


def _examine_into(order: _Order) -> None:
    """Examine a file into its parcel; what was read is written before judging marks its rows."""
    from workbooks.reader import read_ledger  # noqa: PLC0415 - only the workers read

    path, file, member = order.task.source
    if member:
        read, saved = read_member(order.task.source)
    else:
        read, saved = read_ledger(path, file), saved_at(path)
    if order.read:
        order.read.write_bytes(read_section(read, saved))
    ledger = judge(read, order.task, saved)
    ledger.delivery(order.task.as_of)
    save_parcel(ledger, order.parcel, _sketch(ledger.ledger, order.task))


def _sketch(ledger: Ledger, task: Task) -> LogSketch:
    """Return the sketch of a log as one of several that are merged."""
    apart = Ledger.merged([ledger], ledger.unit_codes.values())
    return log_sketch(apart, task.superior or Settings(), task.as_of)

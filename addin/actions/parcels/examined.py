"""Have the files of a folder examined into parcels, those that lie on a shelf already left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from addin.actions.parcels import PARCEL, DamagedParcel
from addin.actions.parcels.bundle import as_read, read_member
from addin.actions.parcels.cluster import Job
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import load_head, save_parcel, save_sections, sections_of
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
        parcel, read = _places(shelf, order, fresh=file not in kept)
        examined = kept.get(file) or load_head(parcel)
        shelf.parcels[file] = parcel
        shelf.used.add(parcel)
        if read:
            shelf.sections[file] = examined.digest, read
            shelf.used.add(read)
        yield order.task, examined


def _places(shelf: Shelf, order: _Order, *, fresh: bool) -> tuple[Path, Path | None]:
    """Return where a ledger lies, and what was read of it.

    If its file was changed while workers read it, nobody shall take it for what it is named by.
    """
    parcel, read = order.parcel, order.read
    if fresh and shelf.keeps and not shelf.is_unchanged(order.task.source.path):
        parcel = parcel.replace(shelf.folder / f"{token_hex()}{PARCEL}")
        read = read and read.replace(parcel.with_suffix(read.suffix))
    return parcel, read


def _examined(
    shelf: Shelf, orders: Mapping[str, _Order], kept: dict[str, ExaminedLedger]
) -> Iterator[tuple[_Order, UnreadableWorkbook | None]]:
    """Have files examined into their parcels, and yield for each why it is unreadable.

    Those whose parcels lie there are put into `kept`.

    Raises:
        OSError: They cannot be written.
    """
    left = {file: (order, order.parcel if shelf.keeps else None) for file, order in orders.items()}
    missing, wanted = to_do(left, partial(_kept, shelf), kept)
    if shelf.cluster:
        some = [*wanted]
        yield from zip(some, shelf.cluster.run(order.job for order in some), strict=True)
        return
    for order, problem in run_guarded(_examine_into, wanted, jobs=min(shelf.jobs, missing or 1)):
        if isinstance(problem, OSError):
            raise problem
        yield order, problem


def _kept(shelf: Shelf, order: _Order) -> ExaminedLedger | None:
    source = order.task.source
    try:
        for path in filter(None, (order.parcel, order.read)):
            sections_of(path)  # nothing of it may be damaged: it will be wanted
        examined = load_head(order.parcel)
        saved = examined.saved if source.member else shelf.saved_at(source.path)
    except (DamagedParcel, OSError):
        return None
    if saved != examined.saved:
        if order.read:  # it says when, too
            return None
        examined.saved, delivered = saved, examined.delivered
        examined.delivered = delivered and replace(delivered, saved=examined.saved)
    return examined


def _order(shelf: Shelf, number: int, task: Task) -> _Order:
    key = ""
    if shelf.keeps:
        with suppress(OSError):  # the worker says what is the matter
            key = _key(shelf, task)
        key = key or token_hex()
    parcel = shelf.folder / f"{key or number}{PARCEL}"
    return _Order(task, parcel, parcel.with_suffix(".read") if shelf.bundles else None)


def _key(shelf: Shelf, task: Task) -> str:
    """Return a digest of everything an examined ledger rests on but the time it was saved."""
    settings = task.superior.model_dump_json() if task.superior else ""
    content, (_, *names) = shelf.content(task.source.path), task.source
    return digest_of([program_version(), content, names, task.as_of.isoformat(), settings])


def _examine_there(task: Task, path: Path, target: Path, *, reads: bool) -> OSError | None:
    """Examine a copy of a task's file into a parcel of the name `target`."""
    there = task._replace(source=task.source._replace(path=path))
    parcel = target.with_suffix(PARCEL)
    return _examine_into(_Order(there, parcel, target.with_suffix(".read") if reads else None))


def _examine_into(order: _Order) -> OSError | None:
    """Examine a file into its parcel; what was read is written before judging marks its rows.

    Returns:
        Why the parcel cannot be written: that is no fault of the file.
    """
    from workbooks.reader import read_ledger  # noqa: PLC0415 - only the workers read

    path, file, member = order.task.source
    if member:
        read, saved = read_member(order.task.source)
    else:
        read, saved = read_ledger(path, file), saved_at(path)
    try:
        if order.read:
            save_sections(order.read, [as_read(read, saved)])
        ledger = judge(read, order.task, saved)
        ledger.delivery(order.task.as_of)
        save_parcel(ledger, order.parcel, _sketch(ledger.ledger, order.task))
    except OSError as problem:
        return problem
    return None


def _sketch(ledger: Ledger, task: Task) -> LogSketch:
    """Return the sketch of a log as one of several that are merged."""
    apart = Ledger.merged([ledger], ledger.unit_codes.values())
    return log_sketch(apart, task.superior or Settings(), task.as_of)

"""A folder in which workers leave the ledgers they examined, and the rows they printed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from addin.actions.parcels import CACHE
from addin.actions.parcels.bundle import read_member, read_section
from addin.actions.parcels.cluster import Cluster, Job, cluster_at
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import DRAFT, DamagedParcel, load_log, load_parcel, save_parcel
from addin.actions.parcels.version import program_version
from addin.actions.validate import ExaminedLedger, Task, judge
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger
from validators.sheets import LogEntryRow, model_for
from workbooks.bulk import PrintedRows, Prototype, print_rows
from workbooks.consolidated.content import FileLabel
from workbooks.consolidated.ledger_sheets import (
    Names,
    part_columns,
    printed_prototype,
    warned_rows,
    worksheet_rows,
    wrapped,
)
from workbooks.file_problems import output_path
from workbooks.files import saved_at
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.ooxml.package import DeflatedPiece
from workbooks.reader import read_ledger
from workbooks.template.layout import FIRST_ROW
from workbooks.workers import run_guarded

ROWS = ".rows"
"""The suffix of printed rows."""


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


class _PrintOrder(NamedTuple):
    """One worksheet of a log to print: the `at`-th of its parcel, from row `first_row` of the worksheet `sheet`."""

    parcel: Path
    at: int
    first_row: int
    label: FileLabel
    rejected: tuple[int, ...]
    warned: tuple[int, ...]
    prototype: Prototype
    sheet: int

    @property
    def key(self) -> str:
        """Return a digest of everything the printed rows rest on."""
        styles = sorted(self.prototype.styles.items()), sorted(self.prototype.dated)
        return digest_of([self.parcel.name, *self[1:6], self.prototype.attributes, *styles])


@contextmanager
def shelf_beside(
    out: Path, jobs: int, *, keeps: bool, bundles: bool = False, cluster: str = ""
) -> Iterator[Shelf]:
    """Make the shelf of an output, and remove what is not kept when the work is done.

    Its files hold what the ledgers hold, so only their owner may read them.

    Args:
        out: The output, in a folder that exists.
        jobs: Worker processes.
        keeps: Whether a later run shall find what this one leaves.
        bundles: See `Shelf`.
        cluster: Address of the Dask cluster that examines the files, "" for workers of this computer.
    """
    every = output_path(out).parent / CACHE
    folder = every / out.name
    for each in (every, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    try:
        with cluster_at(cluster) if cluster else nullcontext() as connected:
            shelf = Shelf(folder, jobs, keeps, bundles, connected)
            yield shelf
            shelf.sweep()
    finally:
        if not keeps:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # other outputs have theirs in it
                every.rmdir()


@dataclass(slots=True)
class Shelf:
    """The parcels of one run, and with `keeps` of later ones.

    A parcel that is kept is named by what it rests on, so it can never be wrong, only useless: the
    file's content and name, the settings, the day and the version of the program. Printed rows are
    named by their parcel, where they stand and what was found in them.

    Attributes:
        folder: Where they lie.
        jobs: Worker processes.
        keeps: Whether the folder outlasts the run.
        bundles: Whether ledgers are wanted as they were read, too.
        cluster: The Dask cluster that examines the files, None for workers of this computer.
        parcels: By file.
        sections: Of the ledgers as they were read, by file.
        used: Every file of the folder that this run made or used.
        digests: Of files' content, by path.
    """

    folder: Path
    jobs: int
    keeps: bool = False
    bundles: bool = False
    cluster: Cluster | None = None
    parcels: dict[str, Path] = field(default_factory=dict)
    sections: dict[str, Path] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    digests: dict[Path, str] = field(default_factory=dict)

    def read(
        self, tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, ExaminedLedger | UnreadableWorkbook]]:
        """Examine files in workers; see `addin.actions.validate.Reader`."""
        orders = [self._order(n, task) for n, task in enumerate(tasks)]
        kept = [self._kept(order) for order in orders]
        wanted = [order for order, ledger in zip(orders, kept, strict=True) if not ledger]
        fresh = self._examined(wanted)
        for order, ledger in zip(orders, kept, strict=True):
            problem = None if ledger else next(fresh)
            if problem:
                yield order.task, problem
                continue
            self.parcels[order.task.source.file] = order.parcel
            self.used.add(order.parcel)
            if order.read:
                self.sections[order.task.source.file] = order.read
                self.used.add(order.read)
            yield order.task, ledger or load_parcel(order.parcel)

    def _examined(self, orders: Sequence[_Order]) -> Iterator[UnreadableWorkbook | None]:
        """Have files examined into their parcels; yield for each why it is unreadable."""
        if self.cluster:
            yield from self.cluster.run(order.job for order in orders)
            return
        for _, problem in run_guarded(_examine_into, orders, jobs=self.jobs):
            yield problem

    def sweep(self) -> None:
        """Remove what this run had no use for."""
        for path in self.folder.iterdir():
            if path not in self.used:
                path.unlink(missing_ok=True)

    def _order(self, number: int, task: Task) -> _Order:
        key = ""
        if self.keeps:
            with suppress(OSError):  # the worker says what is the matter
                key = self._key(task)
        parcel = self.folder / f"{key or number}.parcel"
        return _Order(task, parcel, parcel.with_suffix(".read") if self.bundles else None)

    def content(self, path: Path) -> str:
        """Return a digest of a file's content."""
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.digests[path]

    def _key(self, task: Task) -> str:
        """Return a digest of everything an examined ledger rests on but the time it was saved."""
        settings = task.superior.model_dump_json() if task.superior else ""
        content, (_, *names) = self.content(task.source.path), task.source
        return digest_of([program_version(), content, names, task.as_of.isoformat(), settings])

    def _kept(self, order: _Order) -> ExaminedLedger | None:
        lacking = order.read and not order.read.exists()
        if not self.keeps or lacking or not order.parcel.exists():
            return None
        try:
            examined = load_parcel(order.parcel)
        except DamagedParcel:
            return None
        source = order.task.source
        return examined if source.member else replace(examined, saved=saved_at(source.path))

    @contextmanager
    def printing(
        self,
        examined: Iterable[ExaminedLedger],
        labels: dict[str, FileLabel],
        findings: Iterable[Finding],
        most_rows: int = WORKSHEET_ROWS,
    ) -> Iterator[Future[list[PrintedRows]]]:
        """Let the workers print the merged log while this process goes on.

        Args:
            examined: The ledgers in the order of the rows; what is rejected of them is settled.
            labels: By file.
            findings: All there are.
            most_rows: The last row of a worksheet.

        Yields:
            The rows to come, of every sheet they take.
        """
        orders = list(self._print_orders(examined, labels, findings, most_rows))
        with ThreadPoolExecutor(1) as thread:
            yield thread.submit(self._print_all, orders)

    def _print_all(self, orders: Sequence[_PrintOrder]) -> list[PrintedRows]:
        there = {path.name.partition("-")[0]: path for path in self.folder.glob(f"*{ROWS}")}
        keys = [order.key for order in orders]
        pieces = {key: _piece(there[key]) for key in keys if key in there}
        wanted = [order for order, key in zip(orders, keys, strict=True) if key not in pieces]
        for order, piece in run_guarded(_print, wanted, jobs=self.jobs):
            # a worker that died is no reason to fail
            done = _print(order) if isinstance(piece, UnreadableWorkbook) else piece
            pieces[order.key] = done
        self.used.update(piece.path for piece in pieces.values())
        sheets: dict[int, PrintedRows] = {}
        for order, key in zip(orders, keys, strict=True):
            sheet = sheets.setdefault(order.sheet, PrintedRows(order.prototype, []))
            sheet.pieces.append(pieces[key])
        return [*sheets.values()]

    def _print_orders(
        self,
        examined: Iterable[ExaminedLedger],
        labels: dict[str, FileLabel],
        findings: Iterable[Finding],
        most_rows: int,
    ) -> Iterator[_PrintOrder]:
        warned, prototype = warned_rows(findings), printed_prototype(LogEntryRow)
        parts = [
            (ledger.file, at, part)
            for ledger in examined
            for at, part in enumerate(ledger.ledger.table(LogEntryRow).parts)
            if not model_for(part.key).sheet.carried
        ]
        if any(len(part) > most_rows - FIRST_ROW + 1 for *_, part in parts):
            return  # one would have to be cut: the sheet is written here then
        places = worksheet_rows((len(part) for *_, part in parts), most_rows)
        for (file, at, part), (sheet, row) in zip(parts, places, strict=True):
            cited = warned.get((part.file, part.sheet), ())
            yield _PrintOrder(
                self.parcels[file], at, row, labels[part.file], tuple(sorted(part.rejected)),
                tuple(sorted(cited)), prototype, sheet,
            )  # fmt: skip


def _examine_there(task: Task, path: Path, target: Path, *, reads: bool) -> None:
    """Examine a copy of a task's file into a parcel of the name `target`."""
    there = task._replace(source=task.source._replace(path=path))
    parcel = target.with_suffix(".parcel")
    _examine_into(_Order(there, parcel, target.with_suffix(".read") if reads else None))


def _examine_into(order: _Order) -> None:
    """Examine a file into its parcel; what was read is written before judging marks its rows."""
    path, file, member = order.task.source
    if member:
        read, saved = read_member(order.task.source)
    else:
        read, saved = read_ledger(path, file), saved_at(path)
    if order.read:
        order.read.write_bytes(read_section(read, saved))
    save_parcel(judge(read, order.task, saved), order.parcel)


def _print(order: _PrintOrder) -> DeflatedPiece:
    part = load_log(order.parcel)[order.at]
    part.rejected = set(order.rejected)
    labels, names = {part.file: order.label}, Names(Ledger.of([], []))
    columns = part_columns(part, LogEntryRow, labels, {*order.warned}, names)
    draft = order.parcel.with_name(f"{order.key}{DRAFT}")
    piece = print_rows(columns, order.first_row, order.prototype, wrapped(LogEntryRow), draft)
    path = draft.with_name(f"{order.key}-{piece.size}-{piece.crc}{ROWS}")
    draft.replace(path)
    return piece._replace(path=path)


def _piece(path: Path) -> DeflatedPiece:
    """Return printed rows that are kept; their file's name says what must be known of them."""
    _, size, crc = path.stem.split("-")
    return DeflatedPiece(path, int(size), int(crc))

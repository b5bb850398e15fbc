"""A folder in which workers leave the ledgers they examined, and the rows they printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from addin.actions.parcels.parcel import load_log, load_parcel, save_parcel
from addin.actions.validate import ExaminedLedger, Task, examine_one
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
    wrapped,
)
from workbooks.ooxml.package import Deflated
from workbooks.template.layout import FIRST_ROW
from workbooks.workers import run_guarded


class _Order(NamedTuple):
    """A file to examine, and where its parcel shall lie."""

    task: Task
    parcel: Path


class _PrintOrder(NamedTuple):
    """One worksheet of a log to print: the `at`-th of its parcel, from worksheet row `first_row`."""

    parcel: Path
    at: int
    first_row: int
    label: FileLabel
    rejected: frozenset[int]
    warned: frozenset[int]
    prototype: Prototype
    out: Path


@dataclass(slots=True)
class Shelf:
    """The parcels of one run.

    Attributes:
        folder: Where they lie.
        jobs: Worker processes.
        parcels: By file.
    """

    folder: Path
    jobs: int
    parcels: dict[str, Path] = field(default_factory=dict)

    def read(
        self, tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, ExaminedLedger | UnreadableWorkbook]]:
        """Examine files in workers; see `addin.actions.validate.Reader`."""
        orders = [_Order(task, self._place(n)) for n, task in enumerate(tasks)]
        for order, problem in run_guarded(_examine_into, orders, jobs=self.jobs):
            if problem:
                yield order.task, problem
            else:
                self.parcels[order.task.source.file] = order.parcel
                yield order.task, load_parcel(order.parcel)

    def _place(self, number: int) -> Path:
        return self.folder / f"{number}.parcel"

    @contextmanager
    def printing(
        self,
        examined: Iterable[ExaminedLedger],
        labels: dict[str, FileLabel],
        findings: Iterable[Finding],
    ) -> Iterator[Future[PrintedRows]]:
        """Let the workers print the merged log while this process goes on.

        Args:
            examined: The ledgers in the order of the rows; what is rejected of them is settled.
            labels: By file.
            findings: All there are.
        """
        prototype = printed_prototype(LogEntryRow)
        orders = list(self._print_orders(examined, labels, findings, prototype))
        with ThreadPoolExecutor(1) as thread:
            yield thread.submit(_print_all, orders, prototype, self.jobs)

    def _print_orders(
        self,
        examined: Iterable[ExaminedLedger],
        labels: dict[str, FileLabel],
        findings: Iterable[Finding],
        prototype: Prototype,
    ) -> Iterator[_PrintOrder]:
        warned, row = warned_rows(findings), FIRST_ROW
        for ledger in examined:
            for at, part in enumerate(ledger.ledger.table(LogEntryRow).parts):
                if model_for(part.key).sheet.carried:
                    continue
                parcel = self.parcels[ledger.file]
                yield _PrintOrder(
                    parcel, at, row, labels[part.file], frozenset(part.rejected),
                    frozenset(warned.get((part.file, part.sheet), ())), prototype,
                    parcel.with_suffix(f".{at}.rows"),
                )  # fmt: skip
                row += len(part)


def _examine_into(order: _Order) -> None:
    save_parcel(examine_one(order.task), order.parcel)


def _print_all(orders: Sequence[_PrintOrder], prototype: Prototype, jobs: int) -> PrintedRows:
    pieces = []
    for order, piece in run_guarded(_print, orders, jobs=jobs):
        pieces.append(_print(order) if isinstance(piece, UnreadableWorkbook) else piece)
    return PrintedRows(prototype, pieces)


def _print(order: _PrintOrder) -> Deflated:
    part = load_log(order.parcel)[order.at]
    part.rejected = set(order.rejected)
    labels, names = {part.file: order.label}, Names(Ledger.of([], []))
    columns = part_columns(part, LogEntryRow, labels, order.warned, names)
    return print_rows(columns, order.first_row, order.prototype, wrapped(LogEntryRow), order.out)

"""Have the rows of the merged log printed, those that lie on a shelf already left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from addin.actions.parcels import DRAFT
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import load_log
from addin.actions.parcels.shelf import Shelf
from addin.actions.validate import ExaminedLedger
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger
from validators.sheets import LogEntryRow, model_for
from workbooks.bulk import PrintedRows, Prototype, print_rows
from workbooks.consolidated import ledger_sheets
from workbooks.consolidated.content import FileLabel
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.ooxml.package import DeflatedPiece
from workbooks.template.layout import FIRST_ROW
from workbooks.workers import run_guarded

ROWS = ".rows"
"""The suffix of printed rows."""


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
def printing(
    shelf: Shelf,
    examined: Iterable[ExaminedLedger],
    labels: dict[str, FileLabel],
    findings: Iterable[Finding],
    most_rows: int = WORKSHEET_ROWS,
) -> Iterator[Future[list[PrintedRows]]]:
    """Let the workers print the merged log while this process goes on.

    Args:
        shelf: Where the rows are left.
        examined: The ledgers in the order of the rows; what is rejected of them is settled.
        labels: By file.
        findings: All there are.
        most_rows: The last row of a worksheet.

    Yields:
        The rows to come, of every sheet they take.
    """
    orders = list(_print_orders(shelf, examined, labels, findings, most_rows))
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(_print_all, shelf, orders)


def _print_all(shelf: Shelf, orders: Sequence[_PrintOrder]) -> list[PrintedRows]:
    there = {path.name.partition("-")[0]: path for path in shelf.folder.glob(f"*{ROWS}")}
    keys = [order.key for order in orders]
    pieces = {key: _piece(there[key]) for key in keys if key in there}
    wanted = [order for order, key in zip(orders, keys, strict=True) if key not in pieces]
    for order, piece in run_guarded(_print, wanted, jobs=shelf.jobs):
        # a worker that died is no reason to fail
        done = _print(order) if isinstance(piece, UnreadableWorkbook) else piece
        pieces[order.key] = done
    shelf.used.update(piece.path for piece in pieces.values())
    sheets: dict[int, PrintedRows] = {}
    for order, key in zip(orders, keys, strict=True):
        sheet = sheets.setdefault(order.sheet, PrintedRows(order.prototype, []))
        sheet.pieces.append(pieces[key])
    return [*sheets.values()]


def _print_orders(
    shelf: Shelf,
    examined: Iterable[ExaminedLedger],
    labels: dict[str, FileLabel],
    findings: Iterable[Finding],
    most_rows: int,
) -> Iterator[_PrintOrder]:
    warned, prototype = (
        ledger_sheets.warned_rows(findings),
        ledger_sheets.printed_prototype(LogEntryRow),
    )
    parts = [
        (ledger.file, at, part)
        for ledger in examined
        for at, part in enumerate(ledger.ledger.table(LogEntryRow).parts)
        if not model_for(part.key).sheet.carried
    ]
    if any(len(part) > most_rows - FIRST_ROW + 1 for *_, part in parts):
        return  # one would have to be cut: the sheet is written here then
    places = ledger_sheets.worksheet_rows((len(part) for *_, part in parts), most_rows)
    for (file, at, part), (sheet, row) in zip(parts, places, strict=True):
        cited = warned.get((part.file, part.sheet), ())
        yield _PrintOrder(
            shelf.parcels[file], at, row, labels[part.file], tuple(sorted(part.rejected)),
            tuple(sorted(cited)), prototype, sheet,
        )  # fmt: skip


def _print(order: _PrintOrder) -> DeflatedPiece:
    part = load_log(order.parcel)[order.at]
    part.rejected = set(order.rejected)
    labels, names = {part.file: order.label}, ledger_sheets.Names(Ledger.of([], []))
    columns = ledger_sheets.part_columns(part, LogEntryRow, labels, {*order.warned}, names)
    draft = order.parcel.with_name(f"{order.key}{DRAFT}")
    piece = print_rows(
        columns, order.first_row, order.prototype, ledger_sheets.wrapped(LogEntryRow), draft
    )
    path = draft.with_name(f"{order.key}-{piece.size}-{piece.crc}{ROWS}")
    draft.replace(path)
    return piece._replace(path=path)


def _piece(path: Path) -> DeflatedPiece:
    """Return printed rows that are kept; their file's name says what must be known of them."""
    _, size, crc = path.stem.split("-")
    return DeflatedPiece(path, int(size), int(crc))

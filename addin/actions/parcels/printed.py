"""Have rows of merged sheets and of 问题清单 printed, those that lie on a shelf already left out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from addin.actions.parcels import DRAFT
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import load_parcel
from addin.actions.parcels.shelf import Shelf
from addin.actions.validate import ExaminedLedger
from validators.cells import CellColumn
from validators.columns import Lookup
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.sheets import MentorRow, Row, model_for
from workbooks.bulk import PrintedRows
from workbooks.consolidated.content import FileLabel, RowBlock
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET, finding_columns, runs_of
from workbooks.consolidated.ledger_sheets import Names, WarningRows, cut, part_columns, warned_rows
from workbooks.consolidated.printing import print_block, prototypes
from workbooks.ooxml.package import DeflatedPiece
from workbooks.workers import run_guarded

ROWS = ".rows"
"""The suffix of a file of printed rows: blocks one after the other, then a line of JSON on them."""


class _PartOrder(NamedTuple):
    """A worksheet to print: the `at`-th of a table, its indexes that are rejected, its rows that are warned of."""

    key: str
    at: int
    rejected: tuple[int, ...]
    warned: tuple[int, ...]


class _PrintOrder(NamedTuple):
    """The rows of one ledger to print.

    Attributes:
        parcel: The ledger.
        label: Of its rows.
        parts: Its worksheets.
        runs: Runs of the findings on it; those that lie in the parcel, by their numbers there.
        names: What its look-ups show from other ledgers.
        delivered: Of the units its mentors' IDs name those whose ledgers are merged, too; None
            where it is the only ledger.
        most_rows: The last row of a worksheet.
    """

    parcel: Path
    label: FileLabel
    parts: tuple[_PartOrder, ...]
    runs: tuple[tuple[int | Finding, ...], ...]
    names: tuple[tuple[tuple[Lookup, str], str | None], ...]
    delivered: tuple[str, ...] | None
    most_rows: int

    @property
    def path(self) -> Path:
        """Return the file for the rows, named by everything they rest on."""
        return self.parcel.with_name(f"{digest_of([self.parcel.name, *self[1:]])}{ROWS}")


@contextmanager
def printing(
    shelf: Shelf,
    examined: Sequence[ExaminedLedger],
    merged: Ledger,
    models: Collection[type[Row]],
    labels: Mapping[str, FileLabel],
    findings: Sequence[Finding],
    most_rows: int,
) -> Iterator[dict[str, list[RowBlock]]]:
    """Let the workers print rows of the ledgers while this process goes on.

    Args:
        shelf: Where the rows are left.
        examined: The ledgers in the order of the rows; what is rejected of them is settled.
        merged: All of them as one, for what look-ups show.
        models: The merged sheets to print; 问题清单 is printed, too.
        labels: By file.
        findings: All there are, in the order of 问题清单.
        most_rows: The last row of a worksheet.

    Yields:
        The rows to come, in blocks by sheet name; see `workbooks.consolidated.content.Contents`.
    """
    runs, warned = runs_of(findings), warned_rows(findings)
    on_file: dict[str, list[Sequence[Finding]]] = defaultdict(list)
    for run in runs:
        on_file[run[0].file].append(run)
    names, units = Names(merged).elsewhere(), {*merged.unit_codes.values()}
    orders = [
        _PrintOrder(
            shelf.parcels[one.file], labels[one.file],
            tuple(_part_orders(one.ledger, models, warned)),
            tuple(_numbered(one.findings, run) for run in on_file[one.file]),
            tuple(sorted(names.get(one.file, {}).items(), key=repr)),
            _named(one.ledger, units) if len(examined) > 1 else None, most_rows,
        )
        for one in examined
    ]  # fmt: skip
    with ThreadPoolExecutor(1) as thread:
        printed = thread.submit(_print_all, shelf, orders)
        yield _blocks(examined, orders, runs, labels, printed)


def _part_orders(
    ledger: Ledger, models: Collection[type[Row]], warned: WarningRows
) -> Iterator[_PartOrder]:
    for model in models:
        for at, part in enumerate(ledger.table(model).parts):
            if len(part) and not model_for(part.key).sheet.carried:
                cited = warned.get((part.file, part.sheet), ())
                rejected = tuple(sorted(part.rejected))
                yield _PartOrder(model.sheet.key, at, rejected, tuple(sorted(cited)))


def _numbered(own: Sequence[Finding], run: Sequence[Finding]) -> tuple[int | Finding, ...]:
    """Return findings, those of a ledger by their numbers among its `own`."""
    numbers = {id(finding): number for number, finding in enumerate(own)}
    return tuple(numbers.get(id(finding), finding) for finding in run)


def _named(ledger: Ledger, units: Collection[str]) -> tuple[str, ...]:
    """Return those of some units that the IDs of a ledger's mentors name."""
    codes = ledger.table(MentorRow).column("mentor_id")
    return tuple(sorted({unit_of(code) for code in {*codes} if code}.intersection(units)))


def _blocks(
    examined: Sequence[ExaminedLedger],
    orders: Sequence[_PrintOrder],
    runs: Sequence[Sequence[Finding]],
    labels: Mapping[str, FileLabel],
    printed: Future[list[list[PrintedRows]]],
) -> dict[str, list[RowBlock]]:
    """Return the rows to come as the sheets have them, findings on other files to be printed here."""
    blocks: dict[str, list[RowBlock]] = defaultdict(list)
    makers = {}
    for number, (one, order) in enumerate(zip(examined, orders, strict=True)):
        makers[one.file] = _makers(printed, number)
        for wanted in order.parts:
            part = one.ledger.tables[wanted.key].parts[wanted.at]
            blocks[model_for(wanted.key).sheet.name] += [
                RowBlock(len(piece), make)
                for piece, make in zip(cut(part, order.most_rows), makers[one.file], strict=False)
            ]
    for run in runs:
        own = makers.get(run[0].file)
        make = next(own) if own else partial(finding_columns, run, labels)
        blocks[FINDINGS_SHEET].append(RowBlock(len(run), make))
    return blocks


def _makers(
    printed: Future[list[list[PrintedRows]]], number: int
) -> Iterator[Callable[[], PrintedRows]]:
    """Yield what waits for the rows of the order `number`, a block after the other."""
    for place in count():
        yield partial(_taken, printed, number, place)


def _taken(printed: Future[list[list[PrintedRows]]], number: int, place: int) -> PrintedRows:
    return printed.result()[number][place]


def _print_all(shelf: Shelf, orders: Sequence[_PrintOrder]) -> list[list[PrintedRows]]:
    paths = [order.path for order in orders]
    shelf.used.update(paths)
    found = [kept_rows(path) if shelf.keeps else None for path in paths]
    wanted = [order for order, rows in zip(orders, found, strict=True) if rows is None]
    for order, result in run_guarded(_print, wanted, jobs=min(shelf.jobs, len(wanted) or 1)):
        if isinstance(result, UnreadableWorkbook):  # a worker that died is no reason to fail
            _print(order)
    return [rows or kept_rows(path) or [] for rows, path in zip(found, paths, strict=True)]


def _print(order: _PrintOrder) -> None:
    write_rows(order.path, _cells(order))


def _cells(order: _PrintOrder) -> Iterator[tuple[str, Sequence[CellColumn]]]:
    """Yield the sheet and the cells of every block of rows of a ledger."""
    examined = load_parcel(order.parcel)
    apart = (
        [] if order.delivered is None else [Ledger({}, {unit: unit for unit in order.delivered})]
    )
    names = Names(Ledger.merged([examined.ledger, *apart]), dict(order.names))
    labels = {examined.file: order.label}
    for key, at, rejected, warned in order.parts:
        model, part = model_for(key), names.ledger.tables[key].parts[at]
        part.rejected = {*rejected}
        for piece in cut(part, order.most_rows):
            yield model.sheet.name, part_columns(piece, model, labels, {*warned}, names)
    for run in order.runs:
        findings = [examined.findings[one] if isinstance(one, int) else one for one in run]
        yield FINDINGS_SHEET, finding_columns(findings, labels)


def write_rows(path: Path, blocks: Iterable[tuple[str, Sequence[CellColumn]]]) -> None:
    """Print blocks of rows into a file.

    Args:
        path: The file to make or replace.
        blocks: The sheet of each and its cells; see `print_block`.
    """
    draft = path.with_suffix(DRAFT)
    with draft.open("wb") as stream:
        printed = [(name, print_block(name, columns, stream)) for name, columns in blocks]
    told = [(name, rows.n_rows, *rows.piece[1:]) for name, rows in printed]
    checksum = isal_zlib.crc32(draft.read_bytes())
    with draft.open("ab") as stream:
        stream.write(b"\n" + json.dumps([checksum, told]).encode())
    draft.replace(path)


def kept_rows(path: Path) -> list[PrintedRows] | None:
    """Return the blocks of rows in a file in their order, None where it is missing or damaged."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        rows, _, line = path.read_bytes().rpartition(b"\n")
        checksum, told = json.loads(line)
        if isal_zlib.crc32(rows) == checksum:
            return [
                PrintedRows(prototypes()[name], n_rows, DeflatedPiece(path, *piece))
                for name, n_rows, *piece in told
            ]
    return None

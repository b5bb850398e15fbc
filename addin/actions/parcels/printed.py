"""The rows of one ledger printed into a file: its merged sheets and what was found of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from addin.actions.parcels import DRAFT
from addin.actions.validate import ExaminedLedger
from validators.findings import Finding
from validators.ledger import Ledger
from validators.sheets import Row
from workbooks.bulk import PrintedRows, Prototype
from workbooks.consolidated.content import FileLabel, RowBlock
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET, finding_columns, runs_of
from workbooks.consolidated.ledger_sheets import Names, WarningRows, cut, part_columns, warned_rows
from workbooks.consolidated.printing import print_block
from workbooks.ooxml.package import DeflatedPiece

ROWS = ".rows"
"""The suffix of printed rows: blocks one after the other, a line of JSON on them, a checksum of all."""


class PrintOrder(NamedTuple):
    """What of a ledger is printed, beside its rows.

    Attributes:
        label: Of its rows.
        warned: The rows that warnings cite, by tab.
        runs: Runs of the findings on it; those it was examined to have, by their numbers.
        most_rows: The last row of a worksheet.
    """

    label: FileLabel
    warned: dict[str, tuple[int, ...]]
    runs: tuple[tuple[int | Finding, ...], ...]
    most_rows: int


def print_orders(
    examined: Iterable[ExaminedLedger],
    labels: Mapping[str, FileLabel],
    findings: Sequence[Finding],
    most_rows: int,
) -> Iterator[PrintOrder]:
    """Yield what is printed of each ledger.

    Args:
        examined: The ledgers.
        labels: By file.
        findings: All there are, in the order of 问题清单.
        most_rows: The last row of a worksheet.
    """
    warned: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for (file, tab), rows in warned_rows(findings).items():
        warned[file][tab] = tuple(sorted(rows))
    runs: dict[str, list[Sequence[Finding]]] = defaultdict(list)
    for run in runs_of(findings):
        runs[run[0].file].append(run)
    for one in examined:
        numbers = {id(finding): number for number, finding in enumerate(one.findings)}
        numbered = (
            tuple(numbers.get(id(finding), finding) for finding in run) for run in runs[one.file]
        )
        yield PrintOrder(labels[one.file], warned[one.file], tuple(numbered), most_rows)


def print_ledger(
    own: Ledger,
    names: Names,
    models: Iterable[type[Row]],
    found: Sequence[Finding],
    order: PrintOrder,
    target: Path,
) -> None:
    """Print the rows of a ledger, and the findings on it, into a file.

    Args:
        own: The ledger of one workbook; what is rejected of it is settled.
        names: For look-up columns.
        models: The sheets to print.
        found: The findings it was examined to have.
        order: What else is printed.
        target: The file to write.
    """
    (file,) = own.unit_codes
    labels = {file: order.label}
    warned: WarningRows = {(file, tab): {*rows} for tab, rows in order.warned.items()}
    draft, printed = target.with_suffix(DRAFT), list[tuple[str, PrintedRows]]()
    with draft.open("wb") as stream:
        for model in models:
            for part in own.table(model).this_year().parts:
                cited = warned.get((part.file, part.sheet), set())
                for piece in cut(part, order.most_rows) if len(part) else ():
                    columns = part_columns(piece, model, labels, cited, names)
                    name = model.sheet.name
                    printed.append((name, print_block(name, columns, stream)))
        for run in order.runs:
            findings = [found[one] if isinstance(one, int) else one for one in run]
            columns = finding_columns(findings, labels)
            printed.append((FINDINGS_SHEET, print_block(FINDINGS_SHEET, columns, stream)))
    told = [(sheet, rows.n_rows, *rows.piece[1:]) for sheet, rows in printed]
    looks = json.dumps({sheet: rows.prototype.told() for sheet, rows in printed}, sort_keys=True)
    line = b"\n" + json.dumps([told, looks]).encode()
    checksum = isal_zlib.crc32(line, isal_zlib.crc32(draft.read_bytes()))
    with draft.open("ab") as stream:
        stream.write(b"%b\n%d" % (line, checksum))
    draft.replace(target)


def printed_rows(path: Path) -> list[tuple[str, PrintedRows]] | None:
    """Return the blocks of rows in a file with their sheets, None if it is missing or damaged."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        content = path.read_bytes()
        end = content.rindex(b"\n")
        if isal_zlib.crc32(memoryview(content)[:end]) == int(content[end:]):
            told, looks = json.loads(content[content.rindex(b"\n", 0, end) : end])
            prototypes = _prototypes(looks)
            return [
                (sheet, PrintedRows(prototypes[sheet], n_rows, DeflatedPiece(path, *piece)))
                for sheet, n_rows, *piece in told
            ]
    return None


@cache
def _prototypes(looks: str) -> dict[str, Prototype]:
    """Return how the rows of sheets look, as files say it; most say the same."""
    return {sheet: Prototype.of(told) for sheet, told in json.loads(looks).items()}


def row_blocks(
    printed: Mapping[str, Iterable[tuple[str, PrintedRows]]],
    labels: Mapping[str, FileLabel],
    findings: Sequence[Finding],
) -> dict[str, list[RowBlock]]:
    """Return the rows of the sheets; findings on other files are to be printed by this process.

    Args:
        printed: The blocks of every ledger by file, in the order of the rows.
        labels: By file.
        findings: All there are, in the order of 问题清单.
    """
    blocks: dict[str, list[RowBlock]] = defaultdict(list)
    listed: dict[str, list[RowBlock]] = defaultdict(list)
    for file, own in printed.items():
        for sheet, rows in own:
            kept = listed[file] if sheet == FINDINGS_SHEET else blocks[sheet]
            kept.append(RowBlock(rows.n_rows, _giving(rows)))
    of_file = {file: iter(own) for file, own in listed.items()}
    for run in runs_of(findings):
        own_runs = of_file.get(run[0].file)
        here = RowBlock(len(run), partial(finding_columns, run, labels))
        blocks[FINDINGS_SHEET].append(next(own_runs) if own_runs else here)
    return blocks


def _giving(rows: PrintedRows) -> Callable[[], PrintedRows]:
    return lambda: rows

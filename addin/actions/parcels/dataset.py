"""The Parquet dataset beside a workbook that a Dask cluster helped to consolidate.

It holds what `bangdai export --format parquet` writes, the same tables, types and 数据字典.csv, divided
into folders as Hive, Spark, DuckDB and pyarrow read them: `log/county=西吉县/township=吉强镇/….parquet`.
The log is written by the workers that read it, straight into the folder where they see it; where they
do not, the finished files come back. The other tables rest on all townships and are written here.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from addin.actions.parcels import PARCEL
from addin.actions.parcels.cluster import Cluster, LeftFiles
from addin.actions.parcels.judged import LISTS, units_together
from addin.actions.parcels.parcel import load_log
from addin.actions.reports.export import (
    DICTIONARY,
    exported_rows,
    flat_frames,
    masked,
    refuse_foreign_folder,
    write_dictionary,
    write_partitions,
    writer_of,
)
from addin.actions.validate import ExaminedLedger
from addin.domain.reports.dictionary import data_dictionary
from addin.domain.reports.figure_tables import FigureSources, figure_tables
from validators.errors import BangdaiError, UnreadableWorkbook
from validators.ledger import Ledger, Table
from validators.sheets import LogEntryRow, Row, UnitRow, columns_by_field
from workbooks.consolidated.ledger_sheets import Names, merged_models
from workbooks.file_problems import refusing

if TYPE_CHECKING:
    from addin.actions.consolidated_sheets import ReportSheets
    from addin.actions.consolidation.gather import ConsolidationInput

_LOG = LogEntryRow.sheet.key
_ROWS = "rows"
_MODELS: tuple[type[Row], ...] = (UnitRow, *merged_models())
_AT_A_TIME = 16
"""Townships written together: a table of few rows takes as long as one of many."""


class LogOrder(NamedTuple):
    """The log of one ledger to write.

    Attributes:
        file: The ledger.
        unit: Its unit's code.
        number: The ledger's among all, which names the Parquet file.
        rejected: Of each worksheet, the rows that comparing all ledgers left rejected.
        folder: The dataset.
        mark: What stands in the file `_MARK` of it, by which a worker knows that it sees it.
    """

    file: str
    unit: str
    number: int
    rejected: tuple[tuple[int, ...], ...]
    folder: Path
    mark: str


_MARK = ".bangdai-mark"


def check_dataset(out: Path) -> None:
    """Refuse before the work where the dataset of a workbook could not be written.

    Raises:
        UsageError: DuckDB is missing.
        WriteRefused: Something else stands there.
    """
    writer_of("parquet")
    refuse_foreign_folder(dataset_beside(out))


def dataset_beside(out: Path) -> Path:
    """Return the folder of the dataset of a workbook."""
    return out.with_name(f"{out.stem}-数据")


def write_dataset(
    out: Path,
    cluster: Cluster,
    parcels: Mapping[str, Path],
    merged: ConsolidationInput,
    reports: ReportSheets,
    read: Callable[[str], Ledger],
    lists: Mapping[type[Row], Table[Any]],
) -> None:
    """Write the dataset of a workbook, in place of an earlier one.

    Args:
        out: The workbook.
        cluster: The cluster that examined the ledgers.
        parcels: By file.
        merged: The ledgers that are merged; what is rejected of them is settled.
        reports: What they and their records come to.
        read: Returns the ledger of a file, its growth files and duties computed.
        lists: The computed tables that go across townships.

    Raises:
        WriteRefused: It cannot be written, or something else stands there.
    """
    target = dataset_beside(out)
    refuse_foreign_folder(target)
    with (
        refusing(target),
        tempfile.TemporaryDirectory(prefix=".", dir=out.absolute().parent) as draft,
    ):
        folder, mark = Path(draft) / target.name, secrets.token_hex(16)
        folder.mkdir()
        (folder / _MARK).write_text(mark, encoding="ascii")
        for left in cluster.again(write_log, _orders(parcels, merged.examined, folder, mark)):
            if isinstance(left, UnreadableWorkbook):
                raise BangdaiError("集群未能写入日志数据", "请检查集群后重新汇总")
            for name, content in left.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        (folder / _MARK).unlink()
        names = Names(reports.ledger)
        _write_townships(folder, [one.file for one in merged.examined], read, names)
        _write_others(folder, merged, reports, lists, names)
        if target.exists():
            shutil.rmtree(target)
        folder.replace(target)


def _orders(
    parcels: Mapping[str, Path], examined: Sequence[ExaminedLedger], folder: Path, mark: str
) -> Iterator[tuple[Path, LogOrder]]:
    for number, one in enumerate(examined):
        parts = one.ledger.table(LogEntryRow).parts
        rejected = tuple(tuple(sorted(part.rejected)) for part in parts)
        if any(map(len, parts)):
            unit = one.ledger.unit_codes[one.file]
            order = LogOrder(one.file, unit, number, rejected, folder, mark)
            yield parcels[one.file].with_suffix(""), order


def write_log(left: LeftFiles, order: LogOrder) -> dict[str, bytes]:
    """Write the log of one ledger on a worker.

    Returns:
        The files by their names in the dataset, {} where they were written there.
    """
    with tempfile.TemporaryDirectory(prefix="bangdai-") as temporary:
        parcel, folder = Path(temporary) / PARCEL, Path(temporary) / "data"
        parcel.write_bytes(left.files[PARCEL])
        parts = load_log(parcel)
        for part, rejected in zip(parts, order.rejected, strict=True):
            part.file, part.rejected = order.file, set(rejected)
        shared = False
        with suppress(OSError):
            shared = (order.folder / _MARK).read_text(encoding="ascii") == order.mark
        target = order.folder if shared else folder
        own = Ledger.of([], [])
        own.tables[_LOG] = Table(LogEntryRow, parts)
        own.unit_codes[order.file] = order.unit
        _write(masked(exported_rows(own, [LogEntryRow])), target, f"{_ROWS}-{order.number}-")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _write_townships(
    folder: Path, files: Sequence[str], read: Callable[[str], Ledger], names: Names
) -> None:
    """Write the tables whose rows are a township's own, but the log, some townships at a time."""
    models = [model for model in _MODELS if model not in (LogEntryRow, *LISTS)]
    fields = {model.sheet.key: columns_by_field(model) for model in models}
    rest, units = iter(files), units_together(names.ledger)
    for number in count():
        some = [read(file).with_fields(fields) for file in islice(rest, _AT_A_TIME)]
        if not some:
            return
        written = masked(exported_rows(Ledger.merged(some, units), models, names))
        tables = {key: table for key, table in written.tables.items() if len(table)}
        _write(replace(written, tables=tables), folder, f"{_ROWS}-{number}-")


def _write_others(
    folder: Path,
    merged: ConsolidationInput,
    reports: ReportSheets,
    lists: Mapping[type[Row], Table[Any]],
    names: Names,
) -> None:
    """Write the tables that go across townships, those without rows, and what all columns are."""
    ledger, report = reports.ledger, merged.report
    figures = FigureSources(
        reports.summary, merged.states, ledger.unit_codes, reports.judgement,
        reports.log_facts(), report.findings,
    )  # fmt: skip
    listed = Ledger({model.sheet.key: table for model, table in lists.items()}, ledger.unit_codes)
    exported = exported_rows(listed, LISTS, names)
    every = {model.sheet.key: Table(model) for model in _MODELS}
    missing = {key: table for key, table in every.items() if not (folder / key).exists()}
    written = masked(Ledger(missing | exported.tables | figure_tables(figures), ledger.unit_codes))
    _write(written, folder, _ROWS)
    write_dictionary(folder / DICTIONARY, data_dictionary(Ledger({**every, **written.tables}, {})))


def _write(ledger: Ledger, folder: Path, name: str) -> None:
    write_partitions(folder, flat_frames(ledger), data_dictionary(ledger), name)

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from addin.actions.parcels import PARCEL
from addin.actions.parcels.cluster import Cluster, LeftFiles
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
from validators.sheets import LogEntryRow, Row, UnitRow
from workbooks.consolidated.ledger_sheets import merged_models
from workbooks.file_problems import refusing

if TYPE_CHECKING:
    from addin.actions.consolidation.gather import ConsolidationInput
    from addin.domain.log_hints.bunched import Hint
    from addin.domain.log_hints.copied import CopiedEntry
    from addin.domain.summaries import Summary
    from addin.domain.townships.judged import Judgement

    LogFacts = tuple[Sequence[CopiedEntry], Sequence[Hint]]

_LOG = LogEntryRow.sheet.key
_ROWS = "rows"


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
    summary: Summary,
    ledger: Ledger,
    judgement: Judgement,
    log_facts: LogFacts,
) -> None:
    """Write the dataset of a workbook, in place of an earlier one.

    Args:
        out: The workbook.
        cluster: The cluster that examined the ledgers.
        parcels: By file.
        merged: The ledgers that are merged; what is rejected of them is settled.
        summary: Figures by unit.
        ledger: The merged ledger, its generated sheets computed.
        judgement: What its records come to.
        log_facts: Copied log entries, and hints on busy days.

    Raises:
        WriteRefused: It cannot be written, or something else stands there.
    """
    target = dataset_beside(out)
    refuse_foreign_folder(target)
    figures = FigureSources(
        summary, merged.states, ledger.unit_codes, judgement, log_facts, merged.report.findings
    )
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
        _write_others(folder, ledger, figures)
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


def _write_others(folder: Path, ledger: Ledger, figures: FigureSources) -> None:
    """Write every table but the log, and what all columns are."""
    order: list[type[Row]] = [UnitRow, *merged_models()]
    others = exported_rows(ledger, [model for model in order if model is not LogEntryRow])
    others.tables |= figure_tables(figures)
    written = masked(others)
    if not (folder / _LOG).exists():  # not one row in all ledgers
        written.tables[_LOG] = Table(LogEntryRow)
    _write(written, folder, _ROWS)
    keys = dict.fromkeys([*(model.sheet.key for model in order), *written.tables])
    tables = {key: written.tables.get(key, Table(LogEntryRow)) for key in keys}
    write_dictionary(folder / DICTIONARY, data_dictionary(Ledger(tables, {})))


def _write(ledger: Ledger, folder: Path, name: str) -> None:
    write_partitions(folder, flat_frames(ledger), data_dictionary(ledger), name)

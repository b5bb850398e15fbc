"""Hand the merged ledger and all computed tables to other programs: `bangdai export`.

The tables are those of `addin.domain.frames.frames(exported_ledger(…))`, each with a file or a table of
its own, and 数据字典.csv says what each column is. Parquet and DuckDB are written by DuckDB, which
comes with `bangdai[export]`; CSV needs nothing.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from addin.actions.ledger_set import ReadOptions
from addin.actions.reports.computed import GatheredLedgers, gather_ledgers
from addin.domain.frames import frames, is_list
from addin.domain.log_hints.records import log_hints
from addin.domain.reports.dictionary import ADDED, HEADINGS, ColumnEntry, data_dictionary, is_phone
from addin.domain.reports.figure_tables import FigureSources, figure_tables
from addin.domain.townships.judged import judgement_of
from validators.columns import Column
from validators.errors import UsageError, WriteRefused
from validators.identity import claims_as_typed
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.sheets import Row, UnitRow, columns_by_field
from workbooks.consolidated.ledger_sheets import Names, merged_models
from workbooks.file_problems import make_folder, refusing
from workbooks.masking import mask_phone, mask_text

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet", "duckdb")
DICTIONARY = "数据字典.csv"
DATABASE = "bangdai.duckdb"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Texts a spreadsheet would compute when it opens a CSV file."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was exported.

    Attributes:
        out: The folder.
        rows: By table, how many.
        gathered: The ledgers.
    """

    out: Path
    rows: dict[str, int]
    gathered: GatheredLedgers

    @property
    def files(self) -> tuple[str, ...]:
        """Return a sentence for every file that was left out, not read or is doubtful."""
        return self.gathered.merged.report.file_sentences

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai export --json` prints."""
        return {"out": str(self.out), "tables": self.rows, "files": self.files}


def export_ledgers(
    path: Path,
    out: Path,
    file_format: str,
    *,
    with_phones: bool = False,
    scope: str | None = None,
    **options: Unpack[ReadOptions],
) -> ExportResult:
    """Write every table of the ledger or ledgers at `path` into the folder `out`.

    Args:
        path: A ledger, or a folder of them.
        out: A new or empty folder, or that of an earlier export, which is replaced.
        file_format: One of `FORMATS`.
        with_phones: Whether phones and ID numbers stay as typed; of a single ledger only.
        scope: Name or code of the city or county; the city without one.
        options: See `ReadOptions`.

    Raises:
        UsageError: There is no ledger, phones of a folder are asked for, or DuckDB is missing.
        WriteRefused: Something else stands in `out`, or nothing can be written there.
    """
    if with_phones and path.is_dir():
        raise UsageError(
            "联系电话不隐去的，只限导出本单位的一份台账", "请指定一份台账，或删除 --with-phones"
        )
    writer_of(file_format)
    refuse_foreign_folder(out)
    gathered = gather_ledgers(path, scope=scope, **options)
    return write_export(gathered, out, file_format, with_phones=with_phones)


def write_export(
    gathered: GatheredLedgers, out: Path, file_format: str, *, with_phones: bool = False
) -> ExportResult:
    """Write every table of ledgers that were read; see `export_ledgers`."""
    write = writer_of(file_format)
    refuse_foreign_folder(out)
    ledger = exported_ledger(gathered, with_phones=with_phones)
    tables, entries = flat_frames(ledger), data_dictionary(ledger)
    make_folder(out)
    draft_folder = tempfile.TemporaryDirectory(prefix=".", dir=out.absolute().parent)
    with refusing(out), draft_folder as draft:
        write(Path(draft), tables, entries)
        write_dictionary(Path(draft) / DICTIONARY, entries)
        for old in _earlier(out, ledger.tables):
            old.unlink()
        for made in sorted(Path(draft).iterdir()):
            made.replace(out / made.name)
    return ExportResult(out, {key: len(table) for key, table in tables.items()}, gathered)


def refuse_foreign_folder(out: Path) -> None:
    """Raise `WriteRefused` if something else than an earlier export stands there."""
    if out.exists() and not out.is_dir():
        raise WriteRefused(f"“{out}”不是文件夹，未覆盖", "请换一个文件夹")
    if out.is_dir() and any(out.iterdir()) and not (out / DICTIONARY).exists():
        raise WriteRefused(f"文件夹“{out}”中有其他文件，未导出", "请换一个新的或空的文件夹")


def _earlier(out: Path, keys: Iterable[str]) -> Iterator[Path]:
    """Yield the files of an earlier export, of whatever format."""
    names = [f"{key}.{suffix}" for key in keys for suffix in ("csv", "parquet")]
    yield from filter(Path.exists, (out / name for name in (*names, DATABASE)))


# --- the tables -----------------------------------------------------------------------------------


def exported_ledger(gathered: GatheredLedgers, *, with_phones: bool = False) -> Ledger:
    """Return the merged ledger with the tables of figures, ready for `frames`.

    Its rows are those of the consolidated workbook: this year's, generated sheets computed anew,
    names looked up. Personal numbers are masked unless `with_phones`.
    """
    ledger, records = gathered.judged()
    merged, facts = gathered.merged, records.facts
    hints = log_hints(facts.ledger, facts.settings, facts.as_of)
    exported = exported_rows(ledger)
    exported.tables |= figure_tables(
        FigureSources(
            merged.summary,
            merged.states,
            ledger.unit_codes,
            judgement_of(records),
            hints,
            merged.report.findings,
        )
    )
    return exported if with_phones else masked(exported)


def exported_rows(
    ledger: Ledger, models: Iterable[type[Row]] = (), names: Names | None = None
) -> Ledger:
    """Return the rows of a ledger as they are exported, phones as typed.

    Args:
        ledger: Its generated sheets computed.
        models: The sheets wanted, all that are exported without them.
        names: Of people in other ledgers, too.
    """
    names = names or Names(ledger)
    tables: dict[str, Table[Any]] = {
        model.sheet.key: Table(
            model, [_resolved(part, model, names) for part in ledger.table(model).this_year().parts]
        )
        for model in models or (UnitRow, *merged_models())
    }
    return Ledger(tables, dict(ledger.unit_codes))


def _resolved(part: SheetPart, model: type[Row], names: Names) -> SheetPart:
    """Return a part with names looked up, and IDs as the clerks typed them."""
    columns = dict(part.columns)
    for column in columns_by_field(model).values():
        lookup, field = column.lookup, column.field
        if lookup is None:
            if field in columns and field.endswith(("_id", "_ids")):
                columns[field] = claims_as_typed(columns[field])
        elif key := part.columns.get(lookup.key):
            told = [
                names.of(lookup, code) if isinstance(code, str) else None for code in key.values
            ]
            columns[field] = replace(
                key, field=field, heading=column.heading, values=told, problems={}
            )
    return replace(part, columns=columns)


def masked(ledger: Ledger) -> Ledger:
    """Return a ledger in which no phone and no ID number can be read, names of files included."""
    tables = {
        key: Table(table.model, [_masked_part(part, table.model) for part in table.parts])
        for key, table in ledger.tables.items()
    }
    return Ledger(tables, {mask_text(file): code for file, code in ledger.unit_codes.items()})


def _masked_part(part: SheetPart, model: Any) -> SheetPart:
    columns = columns_by_field(model)
    origins = part.origins and replace(
        part.origins, values=[mask_text(str(file)) for file in part.origins.values]
    )
    hidden = {name: _masked_column(own, columns[name]) for name, own in part.columns.items()}
    return replace(part, file=mask_text(part.file), columns=hidden, origins=origins)


def _masked_column(typed: TypedColumn, column: Column) -> TypedColumn:
    mask = mask_phone if is_phone(column) else mask_text
    return replace(
        typed, values=[mask(each) if type(each) is str else each for each in typed.values]
    )


def flat_frames(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return the frames, several IDs or words of a cell joined by 、."""
    tables = frames(ledger)
    for key, table in ledger.tables.items():
        model: type[Row] = table.model
        for column in filter(is_list, columns_by_field(model).values()):
            joined = ["、".join(cell) if cell else None for cell in tables[key][column.field]]
            tables[key][column.field] = joined
            tables[key] = tables[key].astype({column.field: "string"})
    return tables


# --- the formats ----------------------------------------------------------------------------------

Writer = Callable[[Path, "dict[str, pd.DataFrame]", Sequence[ColumnEntry]], None]


def writer_of(file_format: str) -> Writer:
    """Return what writes a format; refuse before anything is read."""
    if file_format == "csv":
        return _write_csv
    try:
        import duckdb  # noqa: F401, PLC0415  # an extra
    except ImportError as missing:
        raise UsageError(
            f"未安装 duckdb，无法写入 {file_format} 格式",
            '请先执行 pip install "bangdai[export]"，或改用 --format csv',
        ) from missing
    return _write_parquet if file_format == "parquet" else _write_database


def _write_csv(folder: Path, tables: dict[str, pd.DataFrame], _: Sequence[ColumnEntry]) -> None:
    for key, table in tables.items():
        safe = table.apply(_without_formulas)
        with (folder / f"{key}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            safe.to_csv(stream, index=False, date_format="%Y-%m-%d", lineterminator="\r\n")


def _without_formulas(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column whose texts no spreadsheet computes: an apostrophe stands in front."""
    if column.dtype != "string":
        return column
    return column.mask(column.str.startswith(_FORMULA_STARTS).fillna(value=False), "'" + column)


def _write_parquet(
    folder: Path, tables: dict[str, pd.DataFrame], entries: Sequence[ColumnEntry]
) -> None:
    import duckdb  # noqa: PLC0415  # an extra

    with duckdb.connect() as connection:
        for key, own in _filled(connection, tables, entries):
            _copy(connection, own, folder / f"{key}.parquet")


PARTITIONS = ("county", "township")
"""The columns by which the tables of a dataset are divided into folders."""


def write_partitions(
    folder: Path, tables: dict[str, pd.DataFrame], entries: Sequence[ColumnEntry], name: str
) -> None:
    """Add Parquet files to a dataset: `table/county=…/township=…/name.parquet`.

    A table that says itself whose its rows are, and one without rows, is one file `table/name.parquet`.

    Args:
        folder: The dataset.
        tables: By key.
        entries: Their columns.
        name: Of the files, so that several processes can add to one table.
    """
    import duckdb  # noqa: PLC0415  # an extra

    with duckdb.connect() as connection:
        for key, own in _filled(connection, tables, entries):
            make_folder(folder / key)
            placed = {entry.column for entry in own if entry.source == ADDED}
            if placed.issuperset(PARTITIONS) and len(tables[key]):
                by = f"PARTITION_BY ({', '.join(PARTITIONS)}), OVERWRITE_OR_IGNORE"
                _copy(connection, own, folder / key, f", {by}, FILENAME_PATTERN {_quoted(name)}")
            else:
                _copy(connection, own, folder / key / f"{name}.parquet")


def _copy(connection: Any, entries: Sequence[ColumnEntry], path: Path, more: str = "") -> None:
    """Write a table of a connection as Parquet; the files say what its columns are."""
    first, described = entries[0], [_described(entry) for entry in entries]
    facts = {"table": first.table_name, "columns": json.dumps(described, ensure_ascii=False)}
    told = ", ".join(f"{_quoted(name)}: {_quoted(text)}" for name, text in facts.items())
    connection.execute(
        f'COPY "{first.table}" TO {_quoted(path.as_posix())} '
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{told}}}{more})"
    )


def _write_database(
    folder: Path, tables: dict[str, pd.DataFrame], entries: Sequence[ColumnEntry]
) -> None:
    import duckdb  # noqa: PLC0415  # an extra

    with duckdb.connect(folder / DATABASE) as connection:
        for key, own in _filled(connection, tables, entries):
            connection.execute(f'COMMENT ON TABLE "{key}" IS {_quoted(own[0].table_name)}')
            for entry in own:
                told = "，".join(filter(None, [entry.heading, entry.meaning, entry.unit]))
                connection.execute(f'COMMENT ON COLUMN "{key}"."{entry.column}" IS {_quoted(told)}')


def _filled(
    connection: Any, tables: dict[str, pd.DataFrame], entries: Sequence[ColumnEntry]
) -> Iterator[tuple[str, list[ColumnEntry]]]:
    """Make and fill each table, and yield its key with its entries."""
    for key, table in tables.items():
        own = [entry for entry in entries if entry.table == key]
        columns = ", ".join(f'"{entry.column}" {entry.type}' for entry in own)
        values = ", ".join(
            f"string_split(\"{entry.column}\", '、')" if entry.type.endswith("[]")
            else f'"{entry.column}"'
            for entry in own
        )  # fmt: skip
        connection.execute(f'CREATE TABLE "{key}" ({columns})')
        connection.register("_rows", table)
        connection.execute(f'INSERT INTO "{key}" SELECT {values} FROM _rows')  # noqa: S608  # names of our models
        connection.unregister("_rows")
        yield key, own


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _described(entry: ColumnEntry) -> dict[str, str]:
    told = ("heading", "type", "values", "meaning", "unit", "source")
    return {"name": entry.column} | {name: getattr(entry, name) for name in told}


def write_dictionary(path: Path, entries: Sequence[ColumnEntry]) -> None:
    """Write 数据字典.csv."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows((*entry[:-1], "是" if entry.is_masked else "") for entry in entries)

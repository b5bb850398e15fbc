"""Exports hold what frames and the consolidated workbook do, typed, documented and masked."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from addin.actions.consolidate import consolidate
from addin.actions.reports.computed import GatheredLedgers, gather_ledgers
from addin.actions.reports.export import (
    DATABASE,
    DICTIONARY,
    FORMATS,
    export_ledgers,
    exported_ledger,
    write_export,
)
from addin.cli import cli
from addin.domain.frames import frames
from validators.divisions import by_code
from validators.errors import UsageError, WriteRefused
from validators.ledger import Ledger, Table
from workbooks.consolidated.ledger_sheets import merged_models
from workbooks.samples import clean_rows
from workbooks.template.layout import placed_columns
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
MOBILE, LANDLINE, IDENTITY = "13912345678", "0954-2032199", "642221199001011234"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("导出") / "台账"
    made.mkdir()
    for code in ("640402104", "640422100"):
        rows = clean_rows(code, seed=5, as_of=AS_OF, log_rows=40)
        if code == "640402104":
            rows["unit"][0] |= {"office_phone": LANDLINE}
            rows["mentor"][0] |= {"phone": MOBILE, "remark": f"微信同号{MOBILE}"}
            rows["mentor"][1] |= {"born": "不详"}
            rows["log"][0] |= {"content": f"=核对{IDENTITY}"}
            rows["log"][1] |= {"pairing_ids": f"{rows['pairing'][0]['pairing_id']}、无此结对"}
        name = f"{by_code()[code].name}{MOBILE}.xlsx"
        write_ledger(made / name, by_code()[code], 2026, rows=rows, as_of=AS_OF)
    return made


@pytest.fixture(scope="module")
def gathered(folder: Path) -> GatheredLedgers:
    return gather_ledgers(folder, as_of=AS_OF)


@pytest.fixture(scope="module")
def ledger(gathered: GatheredLedgers) -> Ledger:
    return exported_ledger(gathered)


@pytest.fixture(scope="module")
def expected(ledger: Ledger) -> dict[str, pd.DataFrame]:
    return frames(ledger)


@pytest.fixture(scope="module", params=FORMATS)
def exported(
    request: pytest.FixtureRequest, gathered: GatheredLedgers, tmp_path_factory: Any
) -> Path:
    out: Path = tmp_path_factory.mktemp(request.param) / "data"
    write_export(gathered, out, request.param)
    return out


def dictionary(out: Path) -> dict[str, dict[str, dict[str, str]]]:
    tables: dict[str, dict[str, dict[str, str]]] = {}
    with (out / DICTIONARY).open(encoding="utf-8-sig", newline="") as stream:
        for entry in csv.DictReader(stream):
            tables.setdefault(entry["表"], {})[entry["列"]] = entry
    return tables


def from_csv(text: str, kind: str) -> Any:
    """Read a cell of a CSV file by the type the dictionary gives its column."""
    if text == "":
        return None
    if kind == "VARCHAR[]":
        return text.split("、")
    text = text[1:] if text[0] == "'" and text[1:2] in tuple("=+-@") else text
    readers = {"DATE": date.fromisoformat, "BIGINT": int, "DOUBLE": float, "BOOLEAN": "True".__eq__}
    return readers.get(kind, str)(text)


@cache  # nothing changes an export
def read_back(out: Path) -> dict[str, list[dict[str, Any]]]:
    """Read an export by other means than those that wrote it."""
    types = {key: {n: e["类型"] for n, e in own.items()} for key, own in dictionary(out).items()}
    if (out / DATABASE).exists():
        with duckdb.connect(out / DATABASE, read_only=True) as base:
            names = base.execute(
                "select table_name, column_name, data_type from duckdb_columns() where not internal"
            )
            assert {tuple(row) for row in names.fetchall()} == {
                (key, name, kind) for key, own in types.items() for name, kind in own.items()
            }
            return {
                key: [
                    dict(zip(own, row, strict=True))
                    for row in base.execute(f'select * from "{key}"').fetchall()
                ]
                for key, own in types.items()
            }
    if (out / "log.parquet").exists():
        return {key: pq.read_table(out / f"{key}.parquet").to_pylist() for key in types}
    tables = {}
    for key, own in types.items():
        with (out / f"{key}.csv").open(encoding="utf-8-sig", newline="") as stream:
            tables[key] = [
                {name: from_csv(text, own[name]) for name, text in row.items()}
                for row in csv.DictReader(stream)
            ]
    return tables


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if value is None or value is pd.NA or value != value:
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


@pytest.fixture(scope="module")
def expected_rows(expected: dict[str, pd.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    return {
        key: [
            {str(name): plain(value) for name, value in row.items()}
            for row in frame.to_dict("records")
        ]
        for key, frame in expected.items()
    }


def test_reading_back_gives_the_frames_with_their_types(
    exported: Path, expected_rows: dict[str, list[dict[str, Any]]]
) -> None:
    tables = read_back(exported)

    assert list(tables) == list(expected_rows)
    for key, rows in tables.items():
        wanted = expected_rows[key]
        assert rows == wanted, key
        assert [list(map(type, row.values())) for row in rows] == [
            [date if isinstance(v, date) else type(v) for v in row.values()] for row in wanted
        ]


def test_rows_are_those_of_the_consolidated_workbook(
    folder: Path, expected: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    done = consolidate(
        [folder], tmp_path / "汇总.xlsx", as_of=AS_OF, generated=datetime(2026, 7, 1)
    )
    book = CalamineWorkbook.from_path(done.out)

    for model in merged_models():
        heading, *rows = book.get_sheet_by_name(model.sheet.name).to_python()[2:]
        told = [dict(zip(heading, row, strict=True)) for row in rows]
        frame = expected[model.sheet.key]
        columns = [c for c in placed_columns(model) if c.field in frame]
        for row, own in zip(told, frame.to_dict("records"), strict=True):
            assert row["来源文件"] == own["file"]
            assert (row["校验状态"] != "有误") == own["accepted"]
            if own["accepted"]:
                shown = {c.heading: plain(own[c.field]) for c in columns}
                assert {h: told_cell(row[h]) for h in shown} == {
                    h: told_cell("、".join(v) if isinstance(v, list) else v)
                    for h, v in shown.items()
                }, (model.sheet.name, own["row"])


def told_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.replace(day=1) if value.day == 1 else value
    return None if value in {None, ""} else value


def test_every_column_is_documented(exported: Path, expected: dict[str, pd.DataFrame]) -> None:
    told = dictionary(exported)

    assert {key: list(own) for key, own in told.items()} == {
        key: list(frame) for key, frame in expected.items()
    }
    lacking = [
        (key, name)
        for key, own in told.items()
        for name, entry in own.items()
        if not (entry["列名"] and entry["含义"] and entry["类型"] and entry["来源"])
    ]
    assert lacking == []
    assert told["organisation"]["income"]["单位"] == "万元"
    assert told["mentor"]["conviction"]["单位"] == "分"
    assert told["mentor"]["status"]["取值"] == "在库、暂停、调出"
    unmeasured = {
        name
        for own in told.values()
        for name, entry in own.items()
        if entry["类型"] in {"BIGINT", "DOUBLE"} and not entry["单位"]
    }
    assert unmeasured == {"row", "year", "number", "rank", "done", "of"}


def test_parquet_and_database_describe_themselves(
    gathered: GatheredLedgers, tmp_path: Path
) -> None:
    write_export(gathered, tmp_path / "p", "parquet")
    write_export(gathered, tmp_path / "d", "duckdb")

    facts = pq.read_schema(tmp_path / "p" / "mentor.parquet").metadata
    with duckdb.connect(tmp_path / "d" / DATABASE, read_only=True) as base:
        told = base.execute(
            "select comment from duckdb_columns() where table_name='mentor' and column_name='born'"
        ).fetchone()

    assert facts[b"table"].decode() == "导师库"
    assert '"heading": "出生年月"' in facts[b"columns"].decode()
    assert told is not None
    assert told[0].startswith("出生年月，")


def test_no_personal_number_is_handed_on(exported: Path) -> None:
    texts = [
        text
        for rows in read_back(exported).values()
        for row in rows
        for value in row.values()
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    ]

    for number in (MOBILE, LANDLINE, IDENTITY):
        assert [text for text in texts if number in text] == []
    assert "139****5678" in texts


def test_phones_stay_in_the_export_of_ones_own_ledger_alone(folder: Path, tmp_path: Path) -> None:
    own = folder / f"开城镇{MOBILE}.xlsx"

    export_ledgers(own, tmp_path / "own", "csv", as_of=AS_OF, with_phones=True)
    with pytest.raises(UsageError, match="只限导出本单位的一份台账"):
        export_ledgers(folder, tmp_path / "all", "csv", as_of=AS_OF, with_phones=True)

    assert MOBILE in (tmp_path / "own" / "mentor.csv").read_text(encoding="utf-8-sig")
    assert not (tmp_path / "all").exists()


def test_a_later_export_replaces_an_earlier_one_and_nothing_else(
    gathered: GatheredLedgers, tmp_path: Path
) -> None:
    out, foreign = tmp_path / "data", tmp_path / "别的"
    foreign.mkdir()
    (foreign / "信.txt").write_text("不要动", encoding="utf-8")
    write_export(gathered, out, "parquet")

    write_export(gathered, out, "csv")

    assert {path.suffix for path in out.iterdir()} == {".csv"}
    with pytest.raises(WriteRefused, match="中有其他文件"):
        write_export(gathered, foreign, "csv")
    assert [path.name for path in foreign.iterdir()] == ["信.txt"]


def test_without_duckdb_it_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    answer = CliRunner().invoke(
        cli, ["export", str(folder), "--out", str(tmp_path / "d"), "--format", "duckdb"]
    )

    assert isinstance(answer.exception, UsageError)
    assert "bangdai[export]" in str(answer.exception)
    assert not (tmp_path / "d").exists()


def test_the_command_counts_tables_and_rows(folder: Path, tmp_path: Path) -> None:
    arguments = ["export", str(folder), "--out", str(tmp_path / "d"), "--as-of", "2026-06-30"]

    answer = CliRunner().invoke(cli, [*arguments, "--jobs", "1"], standalone_mode=False)

    assert answer.return_value == 1, "a birth date that cannot be read is an error"
    assert f"已导出到：{tmp_path / 'd'}" in answer.output


def test_an_empty_ledger_has_every_table(ledger: Ledger, expected: dict[str, Any]) -> None:
    empty = frames(Ledger({key: Table(table.model) for key, table in ledger.tables.items()}, {}))

    assert {key: len(frame) for key, frame in empty.items()} == dict.fromkeys(expected, 0)
    assert {k: list(f) for k, f in empty.items()} == {k: list(f) for k, f in expected.items()}

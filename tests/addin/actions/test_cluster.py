"""The same workbook from the workers of a real Dask cluster, whatever becomes of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from zipfile import ZipFile

import duckdb
import pytest

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.actions.found_files import Source
from addin.actions.parcels import judged
from addin.actions.parcels.cluster import LeftFiles
from addin.actions.parcels.dataset import LogOrder, write_log
from addin.actions.parcels.parcel import save_parcel
from addin.actions.reports.export import DICTIONARY, export_ledgers
from addin.actions.validate import Task, examine_one
from validators.errors import UsageError
from validators.sheets import LogEntryRow
from workbooks.samples import write_samples

AS_OF = date(2026, 11, 22)

SERVE = """
import json, sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        pids = [worker.process.process.pid for worker in cluster.workers.values()]
        print(json.dumps([cluster.scheduler_address, pids]), flush=True)
        sys.stdin.read()
"""


class Cluster(NamedTuple):
    address: str
    pids: list[int]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    script = tmp_path / "serve.py"
    script.write_text(SERVE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Cluster(*json.loads(process.stdout.readline()))
    finally:
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("十个乡镇")
    write_samples(made, as_of=AS_OF, townships=10, log_rows=20, jobs=1)
    return made


@pytest.fixture
def folder(samples: Path, tmp_path: Path) -> Path:
    made = tmp_path / "台账"
    shutil.copytree(samples, made)
    first = min(made.glob("*.xlsx"))
    (made / "打不开.xlsx").write_bytes(first.read_bytes()[:3_000])
    shutil.copy2(first, made / f"{first.stem}（补报）.xlsx")
    return made


def contents(result: ConsolidateResult) -> tuple[object, ...]:
    with ZipFile(result.out) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return parts, result.report, result.summary, result.states


def test_a_worker_that_is_killed_loses_nothing(
    cluster: Cluster, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    left_for_here: list[object] = []

    def kill_one(done: int, total: int, _: str) -> None:
        if not killed and done < total:
            os.kill(cluster.pids[0], signal.SIGKILL)
            killed.append(done)

    stamp = datetime(2026, 11, 23)
    with monkeypatch.context() as patch:
        patch.setattr(
            judged, "run_guarded", lambda _, orders, **__: left_for_here.extend(orders) or ()
        )
        there = consolidate(
            [folder], tmp_path / "集群.xlsx", as_of=AS_OF, generated=stamp, dask=cluster.address,
            progress=kill_one,
        )  # fmt: skip
    assert left_for_here == []
    here = consolidate([folder], tmp_path / "本机.xlsx", as_of=AS_OF, generated=stamp, jobs=2)
    assert killed
    assert len(here.report.unreadable) == 1
    assert contents(there) == contents(here)
    exported = tmp_path / "导出"
    export_ledgers(folder, exported, "parquet", as_of=AS_OF)
    assert_same_tables(tmp_path / "集群-数据", exported)


def assert_same_tables(dataset: Path, exported: Path) -> None:
    """Assert that a dataset holds what an export does, its log written by township."""
    assert (dataset / DICTIONARY).read_bytes() == (exported / DICTIONARY).read_bytes()
    tables = sorted(path.stem for path in exported.glob("*.parquet"))
    assert sorted(path.name for path in dataset.iterdir() if path.is_dir()) == tables
    for table in tables:
        found = duckdb.sql(
            f"SELECT * FROM read_parquet('{dataset}/{table}/**/*.parquet', hive_partitioning=true)"
        )
        wanted = duckdb.sql(f"SELECT * FROM '{exported}/{table}.parquet'")
        types = [
            dict(zip(one.columns, map(str, one.types), strict=True)) for one in (found, wanted)
        ]
        assert types[0] == types[1], table
        listed = ", ".join(f'"{name}"' for name in wanted.columns)
        rows = [
            sorted(map(repr, relation.select(listed).fetchall())) for relation in (found, wanted)
        ]
        assert rows[0] == rows[1], table
    places = {path.parent.relative_to(dataset).as_posix() for path in dataset.glob("log/*/*/*")}
    assert f"log/county={quote('原州区')}/township={quote('南关街道')}" in places
    assert not [path for path in dataset.parent.iterdir() if path.name.startswith(".")]


def test_a_worker_that_does_not_see_the_folder_sends_the_files(
    folder: Path, tmp_path: Path
) -> None:
    path = min(folder.glob("*.xlsx"))
    examined = examine_one(Task(Source(path, path.name), AS_OF, None))
    save_parcel(examined, tmp_path / "1.parcel")
    rejected = tuple(tuple(part.rejected) for part in examined.ledger.table(LogEntryRow).parts)
    there = tmp_path / "那里"
    order = LogOrder(path.name, "640402001", 3, rejected, there, "mark")

    sent = write_log(LeftFiles.of(tmp_path / "1"), order)

    (name,) = sent
    assert re.fullmatch(r"log/county=\S+/township=\S+/rows-3-0.parquet", name)
    (there / name).parent.mkdir(parents=True)
    (there / name).write_bytes(sent[name])
    [counted] = duckdb.sql(
        f"SELECT count(*), sum(accepted::INT) FROM '{there}/log/*/*/*.parquet'"
    ).fetchall()
    total = len(examined.ledger.table(LogEntryRow))
    assert counted == (total, total - sum(map(len, rejected)))


def test_where_no_cluster_answers_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无法连接 Dask 集群"):
        consolidate([folder], tmp_path / "汇总.xlsx", as_of=AS_OF, dask="不是地址")

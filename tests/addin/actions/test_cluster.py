"""The same workbook from the workers of a real Dask cluster, whatever becomes of them."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import quote
from zipfile import ZipFile

import duckdb
import pytest
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from addin.actions.found_files import Source
from addin.actions.parcels import DamagedParcel, judged
from addin.actions.parcels.cluster import Cluster as CommonCluster
from addin.actions.parcels.cluster import Job, LeftFiles, _result
from addin.actions.parcels.dataset import LogOrder, write_log
from addin.actions.parcels.parcel import save_parcel
from addin.actions.reports.export import DICTIONARY, export_ledgers
from addin.actions.validate import Task, examine_one
from validators.errors import BangdaiError, UnreadableWorkbook, UsageError
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
    made = tmp_path_factory.mktemp("七个乡镇")
    write_samples(made, as_of=AS_OF, townships=7, log_rows=20, jobs=1)
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


class Answer:
    """What a client gives for a task: an answer, or the error that came instead of one."""

    def __init__(
        self, answer: object = None, *, error: Exception | None = None, workers: int = 1
    ) -> None:
        self._answer, self._error = answer, error
        self.client = SimpleNamespace(nthreads=lambda: dict.fromkeys(range(workers), 1))
        self.is_cancelled = False

    def result(self, timeout: float) -> object:
        assert timeout > 300  # by then Dask has given a silent worker up
        if self._error:
            raise self._error
        return self._answer

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (ModuleNotFoundError("addin"), "集群上的 bangdai 与本机版本不同"),
        (AttributeError("_judge_there"), "集群上的 bangdai 与本机版本不同"),
        (DamagedParcel("of another version"), "集群上的 bangdai 与本机版本不同"),
        (FutureCancelledError("1", "scheduler-connection-lost"), "与 Dask 集群的连接中断"),
        (CommClosedError("gone"), "与 Dask 集群的连接中断"),
    ],
)
def test_what_a_cluster_cannot_do_is_told(came: Exception, told: str) -> None:
    with pytest.raises(BangdaiError, match=told):
        _result(Answer(error=came))


def test_a_file_nobody_comes_to_an_end_with_is_given_up() -> None:
    hanging = Answer(error=TimeoutError())
    assert _result(hanging).code == "file.too_slow"
    assert hanging.is_cancelled
    with pytest.raises(BangdaiError, match="Dask 集群上没有可用的机器"):
        _result(Answer(error=TimeoutError(), workers=0))


def test_a_worker_whose_disk_is_full_is_no_fault_of_a_ledger(tmp_path: Path) -> None:
    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"a": 1}

        def submit(self, work: Callable[..., object], *task: object, **_: object) -> Answer:
            return Answer(work(*task))

    path = tmp_path / "开城镇.xlsx"
    path.write_bytes(b"")
    full = OSError(errno.ENOSPC, "full")
    jobs = [Job(path, lambda *_: full, tmp_path / "1")]
    with pytest.raises(BangdaiError, match="有机器不能写入临时文件（磁盘空间不足）"):
        [*CommonCluster(Client()).run(jobs)]


def test_a_file_that_cannot_be_read_here_is_not_sent(tmp_path: Path) -> None:
    reason = UnreadableWorkbook("file.unreadable", "文件无法打开", "")

    def work(path: Path, _: Path) -> None:
        raise reason

    client = SimpleNamespace(nthreads=lambda: {"a": 1})  # it takes nothing
    jobs = [Job(tmp_path / "没有.xlsx", work, tmp_path / "1")]
    assert [*CommonCluster(client).run(jobs)] == [reason]

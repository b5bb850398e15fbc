"""The same workbook from the workers of a real Dask cluster, whatever becomes of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from addin.actions.consolidate import consolidate
from addin.actions.consolidation.order import ConsolidateResult
from validators.errors import UsageError
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "台账"
    write_samples(made, as_of=AS_OF, townships=10, log_rows=20, jobs=1)
    first = min(made.glob("*.xlsx"))
    (made / "打不开.xlsx").write_bytes(first.read_bytes()[:3_000])
    shutil.copy2(first, made / f"{first.stem}（补报）.xlsx")
    return made


def contents(result: ConsolidateResult) -> tuple[object, ...]:
    with ZipFile(result.out) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return parts, result.report, result.summary, result.states


def test_a_worker_that_is_killed_loses_nothing(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(done: int, total: int, _: str) -> None:
        if not killed and done < total:
            os.kill(cluster.pids[0], signal.SIGKILL)
            killed.append(done)

    stamp = datetime(2026, 11, 23)
    there = consolidate(
        [folder], tmp_path / "集群.xlsx", as_of=AS_OF, generated=stamp, dask=cluster.address,
        progress=kill_one,
    )  # fmt: skip
    here = consolidate([folder], tmp_path / "本机.xlsx", as_of=AS_OF, generated=stamp, jobs=2)
    assert killed
    assert len(here.report.unreadable) == 1
    assert contents(there) == contents(here)


def test_where_no_cluster_answers_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无法连接 Dask 集群"):
        consolidate([folder], tmp_path / "汇总.xlsx", as_of=AS_OF, dask="不是地址")

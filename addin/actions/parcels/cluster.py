"""Run one function over files on the workers of a Dask cluster that is already there.

The files travel to the workers and what they leave travels back, so no folder need be shared. A task
whose worker is lost is given to another one; a file that takes several workers down is unreadable, like
one that takes a process of this computer down.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from addin.actions.parcels.version import program_version
from validators.errors import BangdaiError, UnreadableWorkbook, UsageError
from workbooks.workers import DIED, guarded

_RETRIES = 3
_IN_FLIGHT_PER_THREAD = 3
_CONNECT_SECONDS = 15


class LeftFiles(NamedTuple):
    """The files a function left, by suffix, and the version of the program it is of."""

    version: str
    files: dict[str, bytes]


class Job(NamedTuple):
    """A file to be worked on elsewhere.

    Attributes:
        path: The file.
        work: Called there with the path of a copy and a path without suffix; it leaves files of that
            name and some suffix.
        target: The path here, without suffix, by which these are named.
    """

    path: Path
    work: Callable[[Path, Path], None]
    target: Path


def run_on_cluster(address: str, jobs: Sequence[Job]) -> Iterator[UnreadableWorkbook | None]:
    """Yield for every job, in order, why its file is unreadable, None where it is done.

    Args:
        address: The scheduler's, such as tcp://10.0.0.1:8786.
        jobs: Sent as the cluster can take them, so that memory does not grow with their number.

    Raises:
        UsageError: There is no cluster at the address, or it runs another version of the program.
    """
    with _connected(address) as client:
        threads = sum(client.nthreads().values()) or 1
        waiting: deque[tuple[Job, Any]] = deque()
        for job in jobs:
            waiting.append((job, _submitted(client, job)))
            if len(waiting) >= threads * _IN_FLIGHT_PER_THREAD:
                yield _received(*waiting.popleft())
        while waiting:
            yield _received(*waiting.popleft())


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        from distributed import Client  # noqa: PLC0415 - of the extra bangdai[dask]
    except ModuleNotFoundError as missing:
        raise UsageError("没有安装 Dask", "请安装 bangdai[dask] 后再用 --dask") from missing
    try:
        make: Any = Client  # Dask leaves it untyped
        client = make(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"无法连接 Dask 集群“{address}”", "请核对地址，确认调度器已启动"
        ) from problem
    try:
        yield client
    finally:
        client.close()


def _submitted(client: Any, job: Job) -> Any:
    content, seconds = job.path.read_bytes(), job.path.stat().st_mtime
    return client.submit(
        _work, job.path.name, content, seconds, job.work, retries=_RETRIES, pure=False
    )


def _work(
    name: str, content: bytes, seconds: float, work: Callable[[Path, Path], None]
) -> LeftFiles | UnreadableWorkbook:
    """Work on a file on a worker."""
    with tempfile.TemporaryDirectory(prefix="bangdai-") as folder:
        path, target = Path(folder) / name, Path(folder) / "parcel"
        path.write_bytes(content)
        os.utime(path, (seconds, seconds))
        problem = guarded(lambda _: work(path, target), path)
        if isinstance(problem, UnreadableWorkbook):
            return problem
        left = Path(folder).glob("parcel.*")
        return LeftFiles(program_version(), {file.suffix: file.read_bytes() for file in left})


def _received(job: Job, future: Any) -> UnreadableWorkbook | None:
    from distributed import KilledWorker  # noqa: PLC0415 - of the extra bangdai[dask]

    try:
        result = future.result()
    except KilledWorker:
        return DIED
    except OSError as problem:
        raise BangdaiError("与 Dask 集群的连接中断", "请恢复集群后重新汇总") from problem
    if isinstance(result, UnreadableWorkbook):
        return result
    if result.version != program_version():
        raise UsageError("集群上的 bangdai 与本机版本不同", "请在集群和本机安装同一版本")
    for suffix, content in result.files.items():
        job.target.with_suffix(suffix).write_bytes(content)
    return None

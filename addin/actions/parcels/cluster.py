"""Run one function over files on the workers of a Dask cluster that is already there.

The files travel to the workers and what they leave travels back, so no folder need be shared. A task
whose worker is lost is given to another one; a file that takes several workers down is unreadable, like
one that takes a process of this computer down.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from addin.actions.parcels import DamagedParcel
from addin.actions.parcels.version import program_version
from validators.errors import BangdaiError, UnreadableWorkbook, UsageError
from workbooks.file_problems import reason
from workbooks.workers import DIED, guarded, too_slow

R = TypeVar("R")

_RETRIES = 3
_IN_FLIGHT_PER_THREAD = 3
_CONNECT_SECONDS = 15
_PATIENCE = 900.0
"""Seconds until a file is given up; Dask gives up a worker that is silent after 300."""


class LeftFiles(NamedTuple):
    """The files a function left, by suffix, and the version of the program it is of."""

    version: str
    files: dict[str, bytes]

    @classmethod
    def of(cls, target: Path) -> LeftFiles:
        """Return what lies here by the name `target`, whatever the suffix."""
        left = target.parent.glob(f"{target.name}.*")
        return cls(program_version(), {path.suffix: path.read_bytes() for path in left})


class Job(NamedTuple):
    """A file to be worked on elsewhere.

    Attributes:
        path: The file.
        work: Called there with the path of a copy and a path without suffix; it leaves files of that
            name and some suffix, or returns why they cannot be written.
        target: The path here, without suffix, by which these are named.
    """

    path: Path
    work: Callable[[Path, Path], OSError | None]
    target: Path


class Cluster:
    """A cluster for the time of one run; what a file came to stays there, too, for `again`.

    Args:
        client: Connected to it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._results: dict[Path, Any] = {}

    def run(self, jobs: Iterable[Job]) -> Iterator[UnreadableWorkbook | None]:
        """Yield for every job, in order, why its file is unreadable, None where it is done.

        Args:
            jobs: Sent as the cluster can take them, so that memory does not grow with their number.

        Raises:
            UsageError: The cluster runs another version of the program.
        """
        for job, future in self._in_turn((job, self._submitted(job)) for job in jobs):
            yield _received(job, future)

    def again(self, work: Callable[..., R], orders: Iterable[tuple[Path, Any]]) -> Iterator[R]:
        """Yield, in any order, what `work` makes of what jobs left, on the workers that have it.

        Args:
            work: Called there with `LeftFiles` and an order.
            orders: Targets of jobs, each with an order. What an earlier run left lies here and is sent.
        """
        left = ((self._results.get(at) or LeftFiles.of(at), order) for at, order in orders)
        sent = (self._client.submit(work, *one, retries=_RETRIES, pure=False) for one in left)
        yield from map(_result, self._in_turn(sent))

    def _in_turn(self, sent: Iterable[R]) -> Iterator[R]:
        """Yield what is sent off, in order, as many things later as the cluster can take."""
        waiting: deque[R] = deque()
        for one in sent:
            waiting.append(one)
            if len(waiting) >= _IN_FLIGHT_PER_THREAD * sum(self._client.nthreads().values()):
                yield waiting.popleft()
        yield from waiting

    def _submitted(self, job: Job) -> Any:
        """Send a job's file off; what cannot be read here is worked on here, to be told why."""
        try:
            content, seconds = job.path.read_bytes(), job.path.stat().st_mtime
        except OSError:
            return guarded(lambda _: job.work(job.path, job.target), job.path)
        task = _work, job.path.name, content, seconds, job.work
        self._results[job.target] = self._client.submit(*task, retries=_RETRIES, pure=False)
        return self._results[job.target]


@contextmanager
def cluster_at(address: str) -> Iterator[Cluster]:
    """Connect to a cluster.

    Args:
        address: The scheduler's, such as tcp://10.0.0.1:8786.

    Raises:
        UsageError: There is no cluster at the address, or Dask is not installed.
    """
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
        yield Cluster(client)
    finally:
        client.close()


def _work(
    name: str, content: bytes, seconds: float, work: Callable[[Path, Path], OSError | None]
) -> LeftFiles | UnreadableWorkbook | OSError:
    """Work on a file on a worker."""
    with tempfile.TemporaryDirectory(prefix="bangdai-") as folder:
        path, target = Path(folder) / name, Path(folder) / "parcel"
        path.write_bytes(content)
        os.utime(path, (seconds, seconds))
        problem = guarded(lambda _: work(path, target), path)
        return problem or LeftFiles.of(target)


def _received(job: Job, future: Any) -> UnreadableWorkbook | None:
    done_here = future is None or isinstance(future, UnreadableWorkbook | OSError)
    result = future if done_here else _result(future)
    if result is None or isinstance(result, UnreadableWorkbook):
        return result
    if isinstance(result, OSError):
        raise BangdaiError(
            f"有机器不能写入临时文件（{reason(result)}）", "请清理集群和本机的磁盘后重新汇总"
        )
    if result.version != program_version():
        raise _other_version()
    for suffix, content in result.files.items():
        job.target.with_suffix(suffix).write_bytes(content)
    return None


def _result(future: Any) -> Any:
    """Return what a worker came to, or why nobody will come to anything."""
    from distributed import KilledWorker  # noqa: PLC0415 - of the extra bangdai[dask]

    try:
        return future.result(timeout=_PATIENCE)
    except KilledWorker:
        return DIED
    except TimeoutError as problem:
        if not future.client.nthreads():
            raise BangdaiError("Dask 集群上没有可用的机器", "请恢复集群后重新汇总") from problem
        future.cancel()
        return too_slow(_PATIENCE)
    except (OSError, CancelledError) as problem:
        raise BangdaiError("与 Dask 集群的连接中断", "请恢复集群后重新汇总") from problem
    except (ImportError, AttributeError, DamagedParcel) as problem:
        raise _other_version() from problem


def _other_version() -> UsageError:
    return UsageError("集群上的 bangdai 与本机版本不同", "请在集群和本机安装同一版本")

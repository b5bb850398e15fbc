"""A folder in which a consolidation leaves what a later one need not do again."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from addin.actions.parcels import CACHE, DRAFT, DamagedParcel
from validators.errors import WriteRefused
from workbooks.file_problems import output_path, reason
from workbooks.files import saved_at, scratch_folder

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from addin.actions.parcels.cluster import Cluster

Order = TypeVar("Order")
Result = TypeVar("Result")

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
"""Errors in writing that name no file."""


@contextmanager
def shelf_beside(
    out: Path, jobs: int, *, keeps: bool, bundles: bool = False, cluster: str = ""
) -> Iterator[Shelf]:
    """Make the shelf of an output, and remove what is not kept when the work is done.

    Its files hold what the ledgers hold, so only their owner may read them.

    Args:
        out: The output, in a folder that exists.
        jobs: Worker processes.
        keeps: Whether a later run shall find what this one leaves.
        bundles: See `Shelf`.
        cluster: Address of the Dask cluster that examines the files, "" for workers of this computer.

    Raises:
        UsageError: There is no such cluster.
        WriteRefused: What the run leaves there cannot be written.
    """
    target = output_path(out)
    beside = _folder_beside(target)
    with nullcontext(beside) if beside else scratch_folder() as folder:
        try:
            with _connected(cluster) as there:
                shelf = Shelf(folder, jobs, keeps and folder == beside, bundles, there)
                yield shelf
                shelf.sweep()
        except (OSError, DamagedParcel) as problem:
            raise _told(target, folder, problem) from problem
        finally:
            if not keeps:
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(OSError):  # other outputs have theirs in it
                    folder.parent.rmdir()


def _told(target: Path, folder: Path, problem: OSError | DamagedParcel) -> Exception:
    """Return what to say of a shelf that cannot be used; a problem with anything else as it is."""
    why = "其中的文件已损坏"
    if isinstance(problem, OSError):
        if problem.errno not in _FULL and folder not in Path(problem.filename or "").parents:
            return problem
        why = reason(problem)
    return WriteRefused(
        f"“{CACHE}”不可用（{why}），“{target.name}”未保存", "请删除该文件夹后重新汇总"
    )


def _folder_beside(target: Path) -> Path | None:
    """Make the folder of an output, None where it cannot be written: it may be another user's."""
    folder = target.parent / CACHE / target.name
    try:
        for each in (folder.parent, folder):
            each.mkdir(mode=0o700, exist_ok=True)
        probe = folder / DRAFT
        probe.touch()
        probe.unlink()
    except OSError:
        return None
    return folder


def _connected(address: str) -> AbstractContextManager[Cluster | None]:
    if not address:
        return nullcontext()
    from addin.actions.parcels.cluster import cluster_at  # noqa: PLC0415 - few have a cluster

    return cluster_at(address)


@dataclass(slots=True)
class Shelf:
    """The parcels of one run, and with `keeps` of later ones.

    A parcel that is kept is named by what it rests on, so it can never be wrong, only useless: the
    file's content and name, the settings, the day and the version of the program. Printed rows
    keep wherever they will stand: they are named as what they rest on, too.

    Attributes:
        folder: Where they lie.
        jobs: Worker processes.
        keeps: Whether the folder outlasts the run.
        bundles: Whether ledgers are wanted as they were read, too.
        cluster: The Dask cluster that examines the files, None for workers of this computer.
        parcels: By file.
        judged: What these came to, by file.
        sections: Of the ledgers as they were read, by file: a digest of that, and where it lies.
        used: Every file of the folder that this run made or used.
        digests: Of files' content, by path, each with the file's `_stamp` before it was read.
        moments: When files were saved, by path.
    """

    folder: Path
    jobs: int
    keeps: bool = False
    bundles: bool = False
    cluster: Cluster | None = None
    parcels: dict[str, Path] = field(default_factory=dict)
    judged: dict[str, Path] = field(default_factory=dict)
    sections: dict[str, tuple[str, Path]] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    digests: dict[Path, tuple[str, object]] = field(default_factory=dict)
    moments: dict[Path, tuple[datetime, datetime]] = field(default_factory=dict)

    def sweep(self) -> None:
        """Remove what this run had no use for."""
        for path in self.folder.iterdir():
            if path not in self.used:
                with suppress(OSError):  # another program looks at it
                    path.unlink()

    def content(self, path: Path) -> str:
        """Return a digest of a file's content."""
        if path not in self.digests:
            stamp = _stamp(path)
            self.digests[path] = hashlib.sha256(path.read_bytes()).hexdigest(), stamp
        return self.digests[path][0]

    def is_unchanged(self, path: Path) -> bool:
        """Return whether a file is still the one whose content was looked at."""
        with suppress(OSError, KeyError):
            return self.digests[path][1] == _stamp(path)
        return False

    def saved_at(self, path: Path) -> tuple[datetime, datetime]:
        """Return when a file was saved, read once: see `workbooks.files.saved_at`."""
        if path not in self.moments:
            self.moments[path] = saved_at(path)
        return self.moments[path]


def _stamp(path: Path) -> object:
    """Return what changes when a file does."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def to_do(
    orders: Mapping[str, tuple[Order, Path | None]],
    load: Callable[[Order], Result | None],
    done: dict[str, Result],
) -> tuple[int, Iterator[Order]]:
    """Return how many orders no earlier run did, and those that are to do.

    Workers are busy with the first ones while the files of the others are read; what these came to
    is put into `done`, and those whose files cannot be used follow.

    Args:
        orders: By ledger, each with the file an earlier run may have left, None for surely none.
        load: Returns what an order came to, None if its file cannot be used.
        done: By ledger.
    """
    lies = {name for name, (_, left) in orders.items() if left and left.exists()}

    def wanted() -> Iterator[Order]:
        yield from (order for name, (order, _) in orders.items() if name not in lies)
        for name in [name for name in orders if name in lies]:
            order, _ = orders[name]
            result = load(order)
            if result is None:
                yield order
            else:
                done[name] = result

    return len(orders) - len(lies), wanted()

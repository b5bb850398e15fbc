"""A folder in which a consolidation leaves what a later one need not do again."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from addin.actions.parcels import CACHE
from workbooks.file_problems import output_path
from workbooks.files import saved_at

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from addin.actions.parcels.cluster import Cluster

Order = TypeVar("Order")
Result = TypeVar("Result")


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
    """
    every = output_path(out).parent / CACHE
    folder = every / out.name
    for each in (every, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    try:
        with _connected(cluster) as there:
            shelf = Shelf(folder, jobs, keeps, bundles, there)
            yield shelf
            shelf.sweep()
    finally:
        if not keeps:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # other outputs have theirs in it
                every.rmdir()


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
        sections: Of the ledgers as they were read, by file.
        used: Every file of the folder that this run made or used.
        digests: Of files' content, by path.
        moments: When files were saved, by path.
    """

    folder: Path
    jobs: int
    keeps: bool = False
    bundles: bool = False
    cluster: Cluster | None = None
    parcels: dict[str, Path] = field(default_factory=dict)
    judged: dict[str, Path] = field(default_factory=dict)
    sections: dict[str, Path] = field(default_factory=dict)
    used: set[Path] = field(default_factory=set)
    digests: dict[Path, str] = field(default_factory=dict)
    moments: dict[Path, tuple[datetime, datetime]] = field(default_factory=dict)

    def sweep(self) -> None:
        """Remove what this run had no use for."""
        for path in self.folder.iterdir():
            if path not in self.used:
                path.unlink(missing_ok=True)

    def content(self, path: Path) -> str:
        """Return a digest of a file's content."""
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.digests[path]

    def saved_at(self, path: Path) -> tuple[datetime, datetime]:
        """Return when a file was saved, read once: see `workbooks.files.saved_at`."""
        if path not in self.moments:
            self.moments[path] = saved_at(path)
        return self.moments[path]


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

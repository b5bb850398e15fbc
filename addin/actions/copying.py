"""Write changes into copies of ledgers; the clerks' own files stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.actions.examining import Examined
from addin.actions.together import Together
from validators.errors import BangdaiError, UsageError
from workbooks.package.writer import update_workbook
from workbooks.updates import SheetUpdate, UpdateReport

__all__ = ["Copied", "copy_folder", "copy_ledger", "refuse_existing"]


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one ledger of a folder; `problem` is "" where its copy was written."""

    file: str
    problem: str = ""


def refuse_existing(out: Path) -> None:
    """Raise `UsageError` if something stands at `out`: a ledger is never overwritten."""
    if out.exists():
        raise UsageError(f"“{out}”已存在，没有覆盖", "请换一个文件名，或先移走原文件")


def copy_ledger(
    together: Together, one: Examined, out: Path, updates: Sequence[SheetUpdate]
) -> UpdateReport:
    """Write a copy of one ledger with `updates`.

    Args:
        together: The ledgers it was read with.
        one: The ledger.
        out: The copy; nothing may stand there.
        updates: What to change.

    Raises:
        UsageError: `out` exists.
        WriteRefused: It cannot be written.
        UpdateRefused: The workbook cannot be copied sheet by sheet, or changed meanwhile.
    """
    refuse_existing(out)
    return update_workbook(together.sources[one.file].path, out, updates, digest=one.digest)


def copy_folder(
    together: Together, out: Path, updates: Callable[[Examined], Sequence[SheetUpdate]]
) -> tuple[Copied, ...]:
    """Write a copy of every ledger into the folder `out`, under its own name.

    A ledger that cannot be copied never stops the others.

    Args:
        together: The ledgers.
        out: The folder; made if it does not exist.
        updates: Gives what to change in one.

    Raises:
        UsageError: One of the copies exists already; nothing is written then.
    """
    targets = {one.file: out / Path(one.file).with_suffix(".xlsx") for one in together.examined}
    for target in targets.values():
        refuse_existing(target)
    done = []
    for one in together.examined:
        target = targets[one.file]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_ledger(together, one, target, updates(one))
        except BangdaiError as problem:
            done.append(Copied(one.file, str(problem)))
        else:
            done.append(Copied(one.file))
    return tuple(done)

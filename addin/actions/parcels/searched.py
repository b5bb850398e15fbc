"""Look for copied entries, and keep what the search came to for the next run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from addin.actions.parcels import DamagedParcel
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import (
    load_parcel,
    load_sketch,
    save_sections,
    sections_of,
    unpacked,
)
from addin.actions.parcels.shelf import Shelf
from addin.actions.parcels.version import program_version
from addin.domain.log_hints.sketches import log_sketch
from validators.settings import Settings

if TYPE_CHECKING:
    from addin.domain.log_hints.records import LogHints


def search_beside(shelf: Shelf) -> Path | None:
    """Return where a shelf keeps the search, None if it keeps nothing."""
    if not shelf.keeps:
        return None
    path = shelf.folder / f"{digest_of([program_version()])}.searched"
    shelf.used.add(path)
    return path


def log_hints_kept(
    path: Path | None, parcels: Sequence[Path], settings: Settings, as_of: date
) -> LogHints:
    """Return what the records show, resting on the search kept at `path`, which is renewed.

    Args:
        path: None for nowhere.
        parcels: The ledgers, in order; their sketches are read here, where they are wanted.
        settings: See `log_hints_of`.
        as_of: The day the sketches were made for.
    """
    from addin.domain.log_hints.records import log_hints_of  # noqa: PLC0415 - only who searches

    known = None
    if path:
        with suppress(OSError, DamagedParcel):
            known = unpacked(sections_of(path)[0])
    sketches = [*map(load_sketch, parcels)]
    if len(parcels) == 1:  # its IDs need not be kept apart from others
        sketches = [log_sketch(load_parcel(parcels[0]).ledger, settings, as_of)]
    hints, searched = log_hints_of(sketches, settings, known)
    if path and searched is not known:
        with suppress(OSError):  # the next run searches anew
            save_sections(path, [searched], squeezed=False)
    return hints

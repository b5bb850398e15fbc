"""Examined ledgers as files: handed over by workers, kept for the next run, passed on by a county."""

CACHE = ".帮带缓存"
"""The folder beside outputs in which each has one of its name; it may be removed at any time."""

BUNDLE = ".帮带包"
"""The suffix of a bundle; see `addin.actions.parcels.bundle`."""

PARCEL = ".parcel"
"""The suffix of an examined ledger."""

DRAFT = ".tmp"
"""The suffix of a file that is not complete yet."""


class DamagedParcel(Exception):
    """A file is no parcel, is damaged, or was written by another version of the program."""

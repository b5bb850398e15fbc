"""Examined ledgers as files: handed over by workers, kept for the next run, passed on by a county."""

CACHE = ".帮带缓存"
"""The folder beside outputs in which each has one of its name; it may be removed at any time."""

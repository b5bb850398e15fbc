"""The time in China, where every ledger is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))  # a fixed offset: Windows has no time-zone data
_AS_IF: ContextVar[date | None] = ContextVar("as_if", default=None)


def now() -> datetime:
    """Return the present time in China, with its offset."""
    return datetime.now(UTC).astimezone(_CHINA)


def today() -> date:
    """Return the day in China, or the one everything shall be judged by."""
    return _AS_IF.get() or now().date()


@contextmanager
def as_if(day: date) -> Iterator[None]:
    """Judge everything in the body by another day than today."""
    token = _AS_IF.set(day)
    try:
        yield
    finally:
        _AS_IF.reset(token)

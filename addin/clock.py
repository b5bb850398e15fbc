"""The time in China, where every ledger is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

__all__ = ["now"]

_CHINA = timezone(timedelta(hours=8))  # a fixed offset: Windows has no time-zone data


def now() -> datetime:
    """Return the present time in China, with its offset."""
    return datetime.now(UTC).astimezone(_CHINA)

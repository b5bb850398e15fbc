"""How facts are worded: pairings, months, counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from addin.tasks.flags.grounds import Grounds, Pairing

__all__ = ["month", "months", "of_pairing", "rate"]


def of_pairing(grounds: Grounds, made: Pairing) -> str:
    """Return `结对 J640402104-001（导师马志远）`."""
    return f"结对 {made.code}（导师{grounds.mentor_name(made.mentor_id)}）"


def month(first: date) -> str:
    """Return `2026-05`."""
    return f"{first:%Y-%m}"


def months(firsts: Iterable[date]) -> str:
    """Return `2026-04、2026-05`."""
    return "、".join(map(month, firsts))


def rate(part: int, whole: int) -> str:
    """Return a share as `66.7%`, cut after one decimal so that it never looks reached."""
    tenths = 1000 * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"

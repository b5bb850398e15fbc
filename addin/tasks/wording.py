"""Words the tasks share when they state facts."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["some"]

_FEW = 5


def some(words: Sequence[str], counter: str = "项") -> str:
    """Return the words joined by 、; of many the first five and how many there are in all."""
    shown = "、".join(words[:_FEW])
    return f"{shown}等 {len(words)} {counter}" if len(words) > _FEW else shown

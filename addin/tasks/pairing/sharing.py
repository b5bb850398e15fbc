"""Which mentor of a team works on which weak aspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from validators.vocabulary import Aspect

__all__ = ["shared_aspects"]


def shared_aspects(
    aspects: Sequence[Aspect], team: Sequence[Mapping[Aspect, int]]
) -> list[tuple[Aspect, ...]]:
    """Return what every mentor of a team works on, so that each aspect has one.

    An aspect goes to the mentor with the highest score in it; of equals to the one with fewer
    aspects so far, then to the first. A mentor left with none works on the team's aspect he is
    best at, beside the other.

    Args:
        aspects: What the mentee is to be helped with.
        team: The six scores of every mentor, 0 or absent where unknown; at least one mentor.
    """
    if len(team) == 1:
        return [tuple(aspects)]
    shares: list[list[Aspect]] = [[] for _ in team]
    for aspect in aspects:
        best = max(
            range(len(team)), key=lambda one: (team[one].get(aspect, 0), -len(shares[one]), -one)
        )
        shares[best].append(aspect)
    for share, scores in zip(shares, team, strict=True):
        if not share and aspects:
            share.append(max(aspects, key=lambda aspect: scores.get(aspect, 0)))
    return [tuple(share) for share in shares]

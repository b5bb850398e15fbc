"""What is known of single pairs: the last draft with the clerk's columns, and who must not meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from addin.tasks.pairing.people import Exclusion, Links, Wish
from validators.ledger import Ledger
from validators.normalise import person_key
from validators.rules.relations import people_in
from validators.sheets import SuggestionRow
from validators.vocabulary import Decision, Opinion

__all__ = ["DraftRow", "Facts", "draft_of", "links_of"]

Facts = Mapping[str, Any]
"""A mentor's or mentee's row by field, with its ID under `id`."""
Pair = tuple[str, str]

_DECISIONS = (None, Decision.ADOPT, Decision.ASSIGNED, Decision.REFUSE)
_OPINIONS = (None, Opinion.OBEY, Opinion.AGREE, Opinion.DISAGREE)
_WISHES = {Opinion.AGREE: Wish.FOR, Opinion.DISAGREE: Wish.AGAINST}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What a row of 结对建议 says of a pair besides its scores."""

    mentor_id: str
    mentee_id: str
    mentor_name: str | None
    mentee_name: str | None
    decision: Decision | None
    mentor_opinion: Opinion | None
    mentee_opinion: Opinion | None
    remark: str | None

    @property
    def by_clerk(self) -> bool:
        """Return whether the clerk wrote anything."""
        return any((self.decision, self.mentor_opinion, self.mentee_opinion, self.remark))

    @property
    def refused(self) -> bool:
        """Return whether the clerk or one of the two is against it and nobody assigned it."""
        against = Opinion.DISAGREE in {self.mentor_opinion, self.mentee_opinion}
        return self.decision is Decision.REFUSE or (
            against and self.decision is not Decision.ASSIGNED
        )

    @property
    def fixed(self) -> bool:
        """Return whether the pair is to be kept: assigned, or adopted and not refused."""
        return not self.refused and self.decision in {Decision.ASSIGNED, Decision.ADOPT}

    @property
    def exclusion(self) -> Exclusion:
        """Return why the row itself excludes the pair."""
        if not self.refused:
            return Exclusion.NONE
        if self.decision is Decision.REFUSE:
            return Exclusion.REFUSED
        if self.mentor_opinion is Opinion.DISAGREE:
            return Exclusion.MENTOR_DISAGREES
        return Exclusion.MENTEE_DISAGREES


def draft_of(ledger: Ledger) -> tuple[dict[Pair, DraftRow], int]:
    """Return the accepted rows of 结对建议 by (mentor ID, mentee ID), and how many were not.

    A pair that stands twice counts with the stricter word of each column.
    """
    table = ledger.table(SuggestionRow)
    names = tuple(DraftRow.__dataclass_fields__)
    rows: dict[Pair, list[DraftRow]] = defaultdict(list)
    accepted = table.accepted()
    for taken, row in zip(accepted, table.columns(*names), strict=True):
        if taken and row[0] and row[1]:
            rows[row[0], row[1]].append(DraftRow(*row))
    return {pair: _joined(found) for pair, found in rows.items()}, accepted.count(False)


def _joined(rows: list[DraftRow]) -> DraftRow:
    first = rows[0]
    return DraftRow(
        first.mentor_id,
        first.mentee_id,
        first.mentor_name,
        first.mentee_name,
        max((row.decision for row in rows), key=_DECISIONS.index),
        max((row.mentor_opinion for row in rows), key=_OPINIONS.index),
        max((row.mentee_opinion for row in rows), key=_OPINIONS.index),
        max(row.remark or "" for row in rows) or None,
    )


def links_of(
    mentors: Sequence[Facts],
    mentees: Sequence[Facts],
    draft: Mapping[Pair, DraftRow],
    *,
    stays: Collection[Pair],
    reopened: Collection[Pair],
) -> Links:
    """Return what is known of pairs.

    Args:
        mentors: All mentors in ID order.
        mentees: The mentees to be paired in ID order.
        draft: The last draft.
        stays: Running pairings that stay.
        reopened: Running pairings that are decided anew: the draft this plan follows.
    """
    mentor_at = {row["id"]: at for at, row in enumerate(mentors)}
    mentee_at = {row["id"]: at for at, row in enumerate(mentees)}
    excluded: dict[tuple[int, int], Exclusion] = {}
    for at, (mentor, mentee) in _numbered(draft, mentor_at, mentee_at):
        excluded[at] = draft[mentor, mentee].exclusion
    excluded.update((at, Exclusion.AVOIDED) for at in _avoided(mentors, mentees))
    excluded.update((at, Exclusion.SELF) for at in _selves(mentors, mentees))
    for at, _ in _numbered(stays, mentor_at, mentee_at):
        excluded[at] = Exclusion.RUNNING
    for at, _ in _numbered(reopened, mentor_at, mentee_at):
        excluded.setdefault(at, Exclusion.NONE)
    pairs = sorted(excluded)
    ids = [(mentors[mentor]["id"], mentees[mentee]["id"]) for mentee, mentor in pairs]
    rows = [draft.get(pair) for pair in ids]
    return Links(
        mentor=np.array([mentor for _, mentor in pairs], np.int64),
        mentee=np.array([mentee for mentee, _ in pairs], np.int64),
        exclusion=np.array([excluded[pair] for pair in pairs], np.int64),
        assigned=_marks(row and row.decision is Decision.ASSIGNED for row in rows),
        fixed=_marks(row and row.fixed for row in rows),
        drafted=_marks(
            (row and not row.refused) or pair in reopened
            for row, pair in zip(rows, ids, strict=True)
        ),
        wish=np.array([_wishes(row) for row in rows], np.int64).reshape(-1, 2),
    )


def _numbered(
    pairs: Collection[Pair], mentor_at: Mapping[str, int], mentee_at: Mapping[str, int]
) -> Iterator[tuple[tuple[int, int], Pair]]:
    """Yield ((mentee number, mentor number), pair) where both are known."""
    for pair in pairs:
        if pair[0] in mentor_at and pair[1] in mentee_at:
            yield (mentee_at[pair[1]], mentor_at[pair[0]]), pair


def _avoided(mentors: Sequence[Facts], mentees: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    named: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(mentees):
        for key in {person_key(row["id"]), person_key(row["name"] or "")} - {""}:
            named[key].append(at)
    for mentor, row in enumerate(mentors):
        for key in people_in(row["avoid"]) if row["avoid"] else ():
            yield from ((mentee, mentor) for mentee in named.get(key, ()))


def _selves(mentors: Sequence[Facts], mentees: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    who: dict[Any, list[int]] = defaultdict(list)
    for at, row in enumerate(mentors):
        who[_identity(row)].append(at)
    for mentee, row in enumerate(mentees):
        if key := _identity(row):
            yield from ((mentee, mentor) for mentor in who.get(key, ()))


def _identity(row: Facts) -> tuple[Any, ...] | None:
    """Return 姓名 + 性别 + 出生年月 as `rules.people.person_keys` has them; None of organisations."""
    name, gender, born = row["name"], row.get("gender"), row.get("born")
    return (person_key(name), gender, born) if name and gender and born else None


def _marks(values: Any) -> Any:
    return np.array([bool(value) for value in values], np.bool_)


def _wishes(row: DraftRow | None) -> tuple[Wish, Wish]:
    opinions = (row.mentor_opinion, row.mentee_opinion) if row else (None, None)
    first, second = (
        Wish.OPEN if opinion is None else _WISHES.get(opinion, Wish.OPEN) for opinion in opinions
    )
    return first, second

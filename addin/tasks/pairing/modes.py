"""结对方式 and 帮带路径 (S3): both follow from who is paired with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from validators.ledger import Ledger
from validators.rules.relations import mentee_places, mode_contradiction, running
from validators.sheets import MentorRow, PairingRow
from validators.vocabulary import Mode, Path

__all__ = ["changed_modes", "mode_of", "modes_of", "path_of"]

Pair = tuple[str, str]
"""(mentor ID, mentee ID)."""


def mode_of(mentees: int, mentors: int, *, organisation: bool, villages: tuple[str, str]) -> Mode:
    """Return the 结对方式 of one pair.

    Args:
        mentees: How many the mentor helps, organisations included.
        mentors: How many help the mentee.
        organisation: Whether the mentee is an organisation.
        villages: The mentor's village and the mentee's, "" for none.
    """
    if mentors > 1:
        if organisation:
            return Mode.GROUP
        return Mode.TEAM if mentees > 1 else Mode.MANY_TO_ONE
    if all(villages) and villages[0] != villages[1]:
        return Mode.CROSS_VILLAGE
    return Mode.ONE_TO_MANY if mentees > 1 else Mode.ONE_TO_ONE


def path_of(*, mentor_village: str, mentee_village: str, veteran: bool, newcomer: bool) -> Path:
    """Return the 帮带路径 of one pair.

    乡带村: the mentor works for no village, the mentee does. 老带新: 老业务、老乡镇 or 老支书 helps
    one newly in post. 强带弱 otherwise.
    """
    if mentee_village and not mentor_village:
        return Path.TOWNSHIP_TO_VILLAGE
    return Path.OLD_TO_NEW if veteran and newcomer else Path.STRONG_TO_WEAK


def modes_of(pairs: Collection[Pair], villages: Mapping[str, str]) -> dict[Pair, Mode]:
    """Return the mode of every pair if these are all pairings there are.

    Args:
        pairs: Running and suggested pairs together.
        villages: Village names by the IDs of mentors and mentees; absent or "" for none.
    """
    by_mentor = Counter(mentor for mentor, _ in pairs)
    by_mentee = Counter(mentee for _, mentee in pairs)
    return {
        (mentor, mentee): mode_of(
            by_mentor[mentor],
            by_mentee[mentee],
            organisation=mentee.startswith("Z"),
            villages=(villages.get(mentor, ""), villages.get(mentee, "")),
        )
        for mentor, mentee in pairs
    }


def changed_modes(ledger: Ledger, new: Iterable[Pair]) -> dict[int, Mode]:
    """Return the running pairings whose 结对方式 new pairs make untrue, with the true one.

    A mentor with one mentee more no longer helps 一对一. What still fits, stays as the clerk
    wrote it.

    Args:
        ledger: The ledger before the new pairs are written.
        new: The pairs to be confirmed.

    Returns:
        Modes by row of 结对台账.
    """
    added = set(new)
    rows = {(mentor, mentee): row for row, mentor, mentee in running(ledger)}
    pairs = added | rows.keys()
    by_mentor = Counter(mentor for mentor, _ in pairs)
    by_mentee = Counter(mentee for _, mentee in pairs)
    touched = {code for pair in added for code in pair}
    written, derived = ledger.table(PairingRow).column("mode"), modes_of(pairs, _villages(ledger))
    changed: dict[int, Mode] = {}
    for pair, row in rows.items():
        mode: Any = written[row]
        if mode in {None, Mode.CROSS_VILLAGE} or pair in added or not touched & set(pair):
            continue
        if mode_contradiction(mode, (by_mentor[pair[0]], 0), (by_mentee[pair[1]], 0)):
            changed[row] = derived[pair]
    return changed


def _villages(ledger: Ledger) -> dict[str, str]:
    mentors = ledger.table(MentorRow)
    places = {code: (mentors, row) for code, row in mentors.by_single_id.items() if code}
    places |= mentee_places(ledger)
    return {
        code: table.column("village")[row] or ""
        for code, (table, row) in places.items()
        if code is not None
    }

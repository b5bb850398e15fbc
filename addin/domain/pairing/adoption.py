"""From adopted rows of 结对建议 to pairings: which may be, in which mode, who works on which aspect.

结对方式 (mode) and 帮带路径 (path) both follow from who is paired with whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from addin.domain.pairing.ledger_pools import DraftRow, Pair, fits_row, read_pools
from addin.domain.pairing.pools import Availability, Exclusion, Pool
from addin.domain.pairing.problem import SCALE
from addin.domain.pairing.scores import Scale, principle_scores, total_scores
from validators.identity import same_unit, unit_of
from validators.ledger import Ledger
from validators.relations import mentee_places, mode_contradiction, running
from validators.settings import Settings
from validators.sheets import MentorRow, PairingRow, SuggestionRow
from validators.vocabulary import Aspect, Decision, Mode, PairingPath

_AVAILABILITY = {
    Availability.PAUSED: "导师的状态是“暂停”",
    Availability.LEFT: "导师的状态是“调出”",
    Availability.EXPIRED: "导师的聘期已过",
    Availability.SAME_PERSON: "导师与 {other} 是同一人，请改用 {other}",
}
_EXCLUSIONS = {
    Exclusion.SELF: "导师和对象是同一人",
    Exclusion.AVOIDED: "对象在导师的回避人员中",
    Exclusion.REFUSED: "已填“不予结对”",
    Exclusion.MENTOR_DISAGREES: "导师意见是“不同意”",
    Exclusion.MENTEE_DISAGREES: "对象意见是“不同意”",
}


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adopted row of 结对建议 that becomes a pairing.

    Attributes:
        row: Worksheet row.
        mentor_id: The mentor, perhaps of another township.
        mentee_id: The mentee.
        mentor_name: The mentor's; None where nobody knows it.
        score: 匹配分 of this mentor with this mentee, 0 to 100, whatever pair the row was suggested
            for; None where it cannot be known.
        path: 帮带路径.
        mode: 结对方式, all running and adopted pairings considered.
    """

    row: int
    mentor_id: str
    mentee_id: str
    mentor_name: str | None
    score: float | None
    path: PairingPath
    mode: Mode

    @property
    def pair(self) -> Pair:
        """Return (mentor ID, mentee ID)."""
        return self.mentor_id, self.mentee_id


@dataclass(frozen=True, slots=True)
class AdoptionCheck:
    """What a confirmation does with the marked rows of 结对建议.

    Attributes:
        adopted: Those that become pairings, in the sheet's order. Where not all can, 组织指定 comes
            before 采纳.
        refused: Worksheet row and reason of those that do not.
        replaced: Rows of 结对台账 of running pairings that end, by (mentor ID, mentee ID).
        replaceable: Worksheet rows refused only because their mentee's one mentor is not replaced.
    """

    adopted: tuple[Adoption, ...]
    refused: tuple[tuple[int, str], ...]
    replaced: Mapping[Pair, int]
    replaceable: tuple[int, ...]


def check_adoptions(
    ledger: Ledger, settings: Settings, as_of: date, *, replace: bool = False
) -> AdoptionCheck:
    """Check every row of 结对建议 marked 采纳 or 组织指定.

    A row is refused where a rule would make an error of the pairing: the row is cited by an
    error, somebody disagrees, the two must not meet, they are paired already, the mentor takes
    nobody or has no place left, or the mentee has all the mentors wanted.

    Args:
        ledger: One township's ledger after validation.
        settings: Limits.
        as_of: The day of the confirmation.
        replace: Whether a mentee who wants one mentor and has one changes to the marked one.
    """
    checker = _AdoptionChecker(ledger, settings, as_of, replace)
    accepted: list[tuple[int, DraftRow]] = []
    refused: list[tuple[int, str]] = []
    marked = sorted(
        _marked(ledger),
        key=lambda item: item[1] is None or item[1].decision is not Decision.ASSIGNED,
    )
    for row, draft in marked:
        reason = checker.refusal(draft) if draft else "本行有错误，请先按校验结果改正"
        if draft and not reason:
            checker.accept(draft)
            accepted.append((row, draft))
        else:
            refused.append((row, reason))
    modes = modes_of(checker.pairs, checker.villages)
    return AdoptionCheck(
        tuple(
            Adoption(
                row, draft.mentor_id, draft.mentee_id, checker.mentor_name(draft),
                checker.score(draft), checker.path(draft), modes[draft.mentor_id, draft.mentee_id],
            )
            for row, draft in sorted(accepted, key=lambda item: item[0])
        ),
        tuple(refused),
        checker.replaced,
        tuple(row for row, draft in marked if draft in checker.replaceable),
    )  # fmt: skip


def _marked(ledger: Ledger) -> Iterator[tuple[int, DraftRow | None]]:
    """Yield worksheet row and values of the marked rows, in the sheet's order.

    The values are None where an error cites the row, 采纳 is unreadable or the mentor is missing.
    """
    table = ledger.table(SuggestionRow)
    rows = table.columns(*DraftRow.__dataclass_fields__)
    for index, (accepted, values) in enumerate(zip(table.accepted(), rows, strict=True)):
        draft = DraftRow(*values)
        marked = draft.decision in {Decision.ADOPT, Decision.ASSIGNED}
        unreadable = draft.decision is None and table.raw(index, "decision") is not None
        if marked or unreadable:
            part, local = table.locate(index)
            usable = marked and accepted and draft.mentor_id and draft.mentee_id
            yield part.rows[local], draft if usable else None


class _AdoptionChecker:
    """Counts mentors' and mentees' pairings while rows are accepted one after the other."""

    def __init__(self, ledger: Ledger, settings: Settings, as_of: date, replace: bool) -> None:
        self.replace = replace
        self.rows = {(mentor, mentee): row for row, mentor, mentee in running(ledger)}
        self.replaced: dict[Pair, int] = {}
        self.replaceable: list[DraftRow] = []
        known = read_pools(ledger, settings, as_of, reopen=True)
        waiting = read_pools(ledger, settings, as_of).pools
        self.unit = next(iter(ledger.unit_codes.values()), "")
        self.villages = known.villages
        self.mentors = {code: at for at, code in enumerate(known.pools[0].mentors.ids)}
        self.mentees = {
            code: (pool, at) for pool in known.pools for at, code in enumerate(pool.mentees.ids)
        }
        # scores are those of 生成结对建议, which sees who waits beside what runs
        self.scored = self.mentees | {
            code: (pool, at) for pool in waiting for at, code in enumerate(pool.mentees.ids)
        }
        self.scale = Scale.of(settings)
        people = known.pools[0].mentors
        self.person = dict(zip(people.ids, people.counted_as, strict=True))
        self.pairs = set(self.rows)
        helped = {(self._person(mentor), mentee) for mentor, mentee in self.pairs}
        self.load = Counter((person, mentee[0]) for person, mentee in helped)
        self.helped = Counter(mentee for _, mentee in self.pairs)

    def accept(self, draft: DraftRow) -> None:
        """Count a pair from now on, and not the one it replaces."""
        if old := self._old(draft):
            self.replaced[old] = self.rows[old]
            self.pairs.discard(old)
            self.load[self._person(old[0]), draft.mentee_id[0]] -= 1
            self.helped[draft.mentee_id] -= 1
        self.pairs.add((draft.mentor_id, draft.mentee_id))
        self.load[self._person(draft.mentor_id), draft.mentee_id[0]] += 1
        self.helped[draft.mentee_id] += 1

    def _old(self, draft: DraftRow) -> Pair | None:
        """Return the running pairing a pair takes the place of: the mentee's one and only."""
        pool, mentee = self.mentees[draft.mentee_id]
        if int(pool.mentees.demand[mentee]) != 1:
            return None
        old = [pair for pair in self.pairs if pair[1] == draft.mentee_id and pair in self.rows]
        return old[0] if len(old) == self.helped[draft.mentee_id] == 1 else None

    def _person(self, mentor_id: str) -> str:
        """Return the ID a mentor's capacity is counted by."""
        return self.person.get(mentor_id, mentor_id)

    def score(self, draft: DraftRow) -> float | None:
        """Return the 匹配分 of an accepted pair."""
        if draft.mentor_id not in self.mentors:
            return draft.score if fits_row(draft, self.scale) else None
        pool, mentee = self.scored[draft.mentee_id]
        five = principle_scores(
            pool, np.array([self.mentors[draft.mentor_id]]), np.array([mentee], np.int64)
        )
        return round(100 * int(total_scores(five, self.scale)[0]) / SCALE, 2)

    def mentor_name(self, draft: DraftRow) -> str | None:
        """Return the name of an accepted pair's mentor."""
        if draft.mentor_id in self.mentors:
            pool, _ = self.mentees[draft.mentee_id]
            return pool.mentors.names[self.mentors[draft.mentor_id]]
        return draft.mentor_name if fits_row(draft, self.scale) else None

    def path(self, draft: DraftRow) -> PairingPath:
        """Return the 帮带路径 of an accepted pair."""
        pool, mentee = self.mentees[draft.mentee_id]
        mentor = self.mentors.get(draft.mentor_id)
        return path_of(
            mentor_village=self.villages.get(draft.mentor_id, ""),
            mentee_village=self.villages[draft.mentee_id],
            veteran=mentor is not None and bool(pool.mentors.veteran[mentor]),
            newcomer=bool(pool.mentees.newcomer[mentee]),
        )

    def refusal(self, draft: DraftRow) -> str:
        """Return why a row cannot become a pairing, "" if it can."""
        if (draft.mentor_id, draft.mentee_id) in self.pairs:
            return f"{draft.mentor_id} 与 {draft.mentee_id} 已在结对台账中帮带"
        if draft.exclusion is not Exclusion.NONE:
            return _EXCLUSIONS[draft.exclusion]
        if draft.mentee_id not in self.mentees:
            return f"对象 {draft.mentee_id} 不是待结对或帮带中的对象，或其所在行有错误"
        pool, mentee = self.mentees[draft.mentee_id]
        unable = self._mentor(draft, pool, mentee)
        full = self._mentee_full(draft, pool, mentee)
        if full and not unable and self._old(draft):
            if self.replace:
                return ""
            self.replaceable.append(draft)
        return full or unable

    def _mentee_full(self, draft: DraftRow, pool: Pool, mentee: int) -> str:
        has, wanted = self.helped[draft.mentee_id], int(pool.mentees.demand[mentee])
        if has < wanted:
            return ""
        return (
            f"对象 {draft.mentee_id} 需 {wanted} 名导师，已有 {has} 名；"
            "需更换导师的，请在确认时选择更换，或先在结对台账终止原结对；需增加的，请更新“需导师数”"
        )

    def _mentor(self, draft: DraftRow, pool: Pool, mentee: int) -> str:
        if draft.mentor_id not in self.mentors:
            if same_unit(draft.mentor_id, self.unit):
                return f"导师库没有 {draft.mentor_id}，或所在行有错误"
            return ""  # another township's: checked when the ledgers are merged
        mentor, mentors = self.mentors[draft.mentor_id], pool.mentors
        if availability := Availability(mentors.availability[mentor]):
            return _AVAILABILITY[availability].format(other=mentors.counted_as[mentor])
        known = pool.known_pairs
        for at in ((known.mentor == mentor) & (known.mentee == mentee)).nonzero()[0]:
            if reason := _EXCLUSIONS.get(Exclusion(known.exclusion[at])):
                return reason
        most = int(mentors.limit[mentor])
        has = self.load[self._person(draft.mentor_id), draft.mentee_id[0]]
        if has < most:
            return ""
        kind = "组织" if pool.organisations else "个人"
        return f"导师 {draft.mentor_id} 已帮带{kind} {has} 个，已达上限 {most} 个"


def mode_of(mentees: int, mentors: int, *, organisation: bool, villages: tuple[str, str]) -> Mode:
    """Return the 结对方式 of one pair.

    Args:
        mentees: How many mentees of this kind the mentor has; organisations are counted apart.
        mentors: How many mentors the mentee has.
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


def path_of(
    *, mentor_village: str, mentee_village: str, veteran: bool, newcomer: bool
) -> PairingPath:
    """Return the 帮带路径 of one pair.

    乡带村: the mentor works for no village, the mentee does. 老带新: 老业务、老乡镇 or 老支书 helps
    one newly in post. 强带弱 otherwise.
    """
    if mentee_village and not mentor_village:
        return PairingPath.TOWNSHIP_TO_VILLAGE
    return PairingPath.OLD_TO_NEW if veteran and newcomer else PairingPath.STRONG_TO_WEAK


def modes_of(pairs: Collection[Pair], villages: Mapping[str, str]) -> dict[Pair, Mode]:
    """Return the mode of every pair if these are all pairings there are.

    Args:
        pairs: Running and suggested pairs together.
        villages: Village names by the IDs of mentors and mentees; absent or "" for none. Villages
            of one name in two townships are two.
    """

    def home(person: str) -> str:
        village = villages.get(person, "")
        return f"{unit_of(person)}{village}" if village else ""

    by_mentor = Counter((mentor, mentee[0]) for mentor, mentee in pairs)
    by_mentee = Counter(mentee for _, mentee in pairs)
    return {
        (mentor, mentee): mode_of(
            by_mentor[mentor, mentee[0]],
            by_mentee[mentee],
            organisation=mentee.startswith("Z"),
            villages=(home(mentor), home(mentee)),
        )
        for mentor, mentee in pairs
    }


def changed_modes(
    ledger: Ledger, new: Iterable[Pair], over: Collection[Pair] = ()
) -> dict[int, Mode]:
    """Return the running pairings whose 结对方式 new pairs contradict, with the true one.

    A mentor with a second mentee is no longer 一对一. What still fits stays as the clerk wrote it.

    Args:
        ledger: The ledger before the new pairs are written.
        new: The pairs to be confirmed.
        over: Running pairs they take the place of.

    Returns:
        Modes by row of 结对台账.
    """
    added = set(new)
    rows = {
        (mentor, mentee): row
        for row, mentor, mentee in running(ledger)
        if (mentor, mentee) not in over
    }
    pairs = added | rows.keys()
    by_mentor = Counter((mentor, mentee[0]) for mentor, mentee in pairs)
    by_mentee = Counter(mentee for _, mentee in pairs)
    touched = {code for pair in added.union(over) for code in pair}
    written, derived = ledger.table(PairingRow).column("mode"), modes_of(pairs, _villages(ledger))
    changed: dict[int, Mode] = {}
    for pair, row in rows.items():
        mode: Any = written[row]
        if mode in {None, Mode.CROSS_VILLAGE} or pair in added or not touched & set(pair):
            continue
        if mode_contradiction(mode, (by_mentor[pair[0], pair[1][0]], 0), (by_mentee[pair[1]], 0)):
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


def shared_aspects(
    aspects: Sequence[Aspect], team: Sequence[Mapping[Aspect, int]]
) -> list[tuple[Aspect, ...]]:
    """Divide a mentee's aspects among a team, so that each aspect has a mentor.

    An aspect goes to the mentor with the highest score in it; of equals to the one with fewer
    aspects so far, then to the first. A mentor left with none shares the aspect they are best at.

    Args:
        aspects: What the mentee is to be helped with.
        team: The six scores of every mentor, 0 or absent where unknown; at least one mentor.
    """
    if len(team) == 1:
        return [tuple(aspects)]
    shares: list[list[Aspect]] = [[] for _ in team]
    for aspect in aspects:
        best = max(
            range(len(team)), key=lambda at: (team[at].get(aspect, 0), -len(shares[at]), -at)
        )
        shares[best].append(aspect)
    for share, scores in zip(shares, team, strict=True):
        if not share and aspects:
            share.append(max(aspects, key=lambda aspect: scores.get(aspect, 0)))
    return [tuple(share) for share in shares]

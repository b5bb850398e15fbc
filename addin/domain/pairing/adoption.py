"""Which rows of 结对建议 may become pairings now, in which mode, and who works on which weak aspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.domain.pairing.ledger_pools import DraftRow, Intake, take_in
from addin.domain.pairing.pools import Bar, Exclusion, Mentors, Pool
from validators.ledger import Ledger
from validators.relations import mentee_places, mode_contradiction, running, same_unit
from validators.settings import Settings
from validators.sheets import MentorRow, PairingRow, SuggestionRow
from validators.vocabulary import Aspect, Decision, Mode, PairingPath

# SECTION Which rows of 结对建议 may become pairings now, and why the others may not.

_BARS = {
    Bar.PAUSED: "导师的状态是“暂停”",
    Bar.LEFT: "导师的状态是“调出”",
    Bar.EXPIRED: "导师的聘期已过",
}
_EXCLUSIONS = {
    Exclusion.SELF: "导师和对象是同一个人",
    Exclusion.AVOIDED: "对象在导师的回避人员中",
    Exclusion.REFUSED: "已填“不予结对”",
    Exclusion.MENTOR_DISAGREES: "导师意见是“不同意”",
    Exclusion.MENTEE_DISAGREES: "对象意见是“不同意”",
}


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adopted row of 结对建议.

    Attributes:
        index: Row of the ledger's table.
        row: Worksheet row.
        mentor_id: The mentor, perhaps of another township.
        mentee_id: The mentee.
        mentor_name: As the row shows it.
        score: 匹配分, 0 to 100; None where the clerk added the row by hand.
    """

    index: int
    row: int
    mentor_id: str
    mentee_id: str
    mentor_name: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a confirmation does with the adopted rows.

    Attributes:
        adopted: Those that become pairings, in the sheet's order.
        refused: Worksheet row and reason of those that do not.
        intake: What was read of mentors and mentees.
    """

    adopted: tuple[Adoption, ...]
    refused: tuple[tuple[int, str], ...]
    intake: Intake


def judge(ledger: Ledger, settings: Settings, as_of: date) -> Verdict:
    """Judge every row of 结对建议 marked 采纳 or 组织指定, in the sheet's order.

    A row is refused where a rule would make an error of the pairing: the row is cited by an
    error, somebody disagrees, the two must not meet, they are paired already, the mentor takes
    nobody or has no place left, or the mentee has all the mentors wanted.

    Args:
        ledger: One township's ledger after validation.
        settings: Limits.
        as_of: The day of the confirmation.
    """
    court = _Court(ledger, settings, take_in(ledger, settings, as_of, reopen=True))
    adopted, refused = [], []
    for one, row in _marked(ledger):
        reason = court.objection(one, row)
        if reason:
            refused.append((one.row, reason))
        else:
            court.accept(one)
            adopted.append(one)
    refused += [(row, "本行有错误，请先按校验结果改正") for row in _rejected(ledger)]
    return Verdict(tuple(adopted), tuple(sorted(refused)), court.intake)


def _marked(ledger: Ledger) -> Iterator[tuple[Adoption, DraftRow]]:
    table = ledger.table(SuggestionRow)
    names = tuple(DraftRow.__dataclass_fields__)
    scores, accepted = table.column("score"), table.accepted()
    for index, values in enumerate(table.columns(*names)):
        row = DraftRow(*values)
        marked = row.decision in {Decision.ADOPT, Decision.ASSIGNED}
        if accepted[index] and marked and row.mentor_id and row.mentee_id:
            part, local = table.locate(index)
            yield (
                Adoption(
                    index, part.rows[local], row.mentor_id, row.mentee_id, row.mentor_name,
                    scores[index],
                ),
                row,
            )  # fmt: skip


def _rejected(ledger: Ledger) -> Iterator[int]:
    """Yield the worksheet rows that are marked but cited by an error, or lack the mentor."""
    table = ledger.table(SuggestionRow)
    rows = table.columns("decision", "mentor_id", "mentee_id")
    for index, (taken, (decision, mentor, mentee)) in enumerate(
        zip(table.accepted(), rows, strict=True)
    ):
        marked = decision in {Decision.ADOPT, Decision.ASSIGNED}
        unread = decision is None and table.raw(index, "decision") is not None
        if (marked and not (taken and mentor and mentee)) or unread:
            part, local = table.locate(index)
            yield part.rows[local]


class _Court:
    """Keeps count of the places as rows are accepted one after the other."""

    def __init__(self, ledger: Ledger, settings: Settings, intake: Intake) -> None:
        self.settings, self.intake = settings, intake
        self.unit = next(iter(ledger.unit_codes.values()), "")
        self.mentors = {code: at for at, code in enumerate(intake.pools[0].mentors.ids)}
        self.mentees = {
            code: (pool, at) for pool in intake.pools for at, code in enumerate(pool.mentees.ids)
        }
        self.pairs = {(mentor, mentee) for _, mentor, mentee in running(ledger)}
        self.load = Counter((mentor, mentee[0]) for mentor, mentee in self.pairs)
        self.helped = Counter(mentee for _, mentee in self.pairs)

    def accept(self, one: Adoption) -> None:
        """Count a pair from now on."""
        self.pairs.add((one.mentor_id, one.mentee_id))
        self.load[one.mentor_id, one.mentee_id[0]] += 1
        self.helped[one.mentee_id] += 1

    def objection(self, one: Adoption, row: DraftRow) -> str:
        """Return why a row cannot become a pairing, "" if it can."""
        if (one.mentor_id, one.mentee_id) in self.pairs:
            return f"{one.mentor_id} 与 {one.mentee_id} 已在结对台账中帮带"
        if row.exclusion is not Exclusion.NONE:
            return _EXCLUSIONS[row.exclusion]
        if one.mentee_id not in self.mentees:
            return f"对象 {one.mentee_id} 不是待结对或帮带中的对象，或所在行有错误"
        pool, mentee = self.mentees[one.mentee_id]
        return self._mentee_full(one, pool, mentee) or self._mentor(one, pool, mentee)

    def _mentee_full(self, one: Adoption, pool: Pool, mentee: int) -> str:
        has, wanted = self.helped[one.mentee_id], int(pool.mentees.need[mentee])
        if has < wanted:
            return ""
        return (
            f"对象 {one.mentee_id} 需 {wanted} 名导师，已有 {has} 名；"
            "要换导师请先在结对台账终止原结对，要增加请改需导师数"
        )

    def _mentor(self, one: Adoption, pool: Pool, mentee: int) -> str:
        if one.mentor_id not in self.mentors:
            if same_unit(one.mentor_id, self.unit):
                return f"导师库没有 {one.mentor_id}，或所在行有错误"
            return ""  # another township's: checked when the ledgers are merged
        at, mentors = self.mentors[one.mentor_id], pool.mentors
        if (bar := Bar(mentors.bar[at])) is not Bar.NONE:
            return _BARS[bar]
        return self._excluded(pool, at, mentee) or self._full(one, mentors, at)

    def _excluded(self, pool: Pool, mentor: int, mentee: int) -> str:
        links = pool.links
        for link in ((links.mentor == mentor) & (links.mentee == mentee)).nonzero()[0]:
            if reason := _EXCLUSIONS.get(Exclusion(links.exclusion[link])):
                return reason
        return ""

    def _full(self, one: Adoption, mentors: Mentors, at: int) -> str:
        has, most = self.load[one.mentor_id, one.mentee_id[0]], int(mentors.hard[at])
        kind = "组织" if one.mentee_id.startswith("Z") else "个人"
        if has < most:
            return ""
        return f"导师 {one.mentor_id} 已帮带{kind} {has} 个，到了上限 {most} 个"


# SECTION 结对方式 and 帮带路径 (S3): both follow from who is paired with whom.

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


# SECTION Which mentor of a team works on which weak aspect.


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

"""A ledger's rows as pools: who may mentor, who waits, and what is known of single pairs.

Known of a pair is what the last draft (结对建议 with the clerk's columns) says, whether the two must
not meet (回避人员, the same person), and whether they are paired already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from addin.domain.pairing.pools import (
    Availability,
    Exclusion,
    KnownPairs,
    Mentees,
    Mentors,
    Pool,
    Wish,
    number_of,
)
from addin.domain.pairing.scores import CATEGORY_SPECIALTIES, specialty_mask
from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.relations import people_in, running, years_between
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, SuggestionRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    VETERANS,
    Decision,
    MenteeCategory,
    MenteeStatus,
    MentorStatus,
    Opinion,
    OrganisationStatus,
)

Pair = tuple[str, str]
"""(mentor ID, mentee ID)."""
Person = Mapping[str, Any]
"""A mentor's or mentee's row by field, with its ID under `id` and its workbook under `file`."""

# from the least to the strictest word, where a pair stands twice
_DECISIONS = (None, Decision.ADOPT, Decision.ASSIGNED, Decision.REFUSE)
_OPINIONS = (None, Opinion.OBEY, Opinion.AGREE, Opinion.DISAGREE)
_WISHES = {Opinion.AGREE: Wish.FOR, Opinion.DISAGREE: Wish.AGAINST}
_AVAILABILITY = {
    MentorStatus.ACTIVE: Availability.AVAILABLE,
    MentorStatus.PAUSED: Availability.PAUSED,
}
_WAITING = {MenteeStatus.UNPAIRED, OrganisationStatus.UNPAIRED}
_PAIRED = {MenteeStatus.PAIRED, OrganisationStatus.PAIRED}


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
        """Return whether the clerk entered anything."""
        return any((self.decision, self.mentor_opinion, self.mentee_opinion, self.remark))

    @property
    def refused(self) -> bool:
        """Return whether the clerk or one of the two is against it and nobody assigned it."""
        return self.exclusion is not Exclusion.NONE

    @property
    def fixed(self) -> bool:
        """Return whether the pair is to be kept: assigned, or adopted and not refused."""
        return not self.refused and self.decision in {Decision.ASSIGNED, Decision.ADOPT}

    @property
    def exclusion(self) -> Exclusion:
        """Return why the row itself excludes the pair."""
        if self.decision is Decision.REFUSE:
            return Exclusion.REFUSED
        if self.decision is Decision.ASSIGNED:
            return Exclusion.NONE
        if self.mentor_opinion is Opinion.DISAGREE:
            return Exclusion.MENTOR_DISAGREES
        if self.mentee_opinion is Opinion.DISAGREE:
            return Exclusion.MENTEE_DISAGREES
        return Exclusion.NONE


@dataclass(frozen=True, slots=True)
class LedgerPools:
    """What a ledger gives the pairing.

    Attributes:
        pools: The pool of individuals and the pool of organisations.
        draft: The rows of 结对建议 by (mentor ID, mentee ID).
        served: (ID, name, file) of waiting mentees who already have all the mentors they need.
        running: (mentor ID, mentee ID) of the running pairings that stay.
        reopened: Those that are decided anew.
        warnings: What was left out, in sentences.
    """

    pools: tuple[Pool, Pool]
    draft: dict[Pair, DraftRow]
    served: tuple[tuple[str, str, str], ...]
    running: tuple[Pair, ...]
    reopened: tuple[Pair, ...]
    warnings: tuple[str, ...]

    @property
    def villages(self) -> dict[str, str]:
        """Return the village of every mentor and mentee by ID, "" for none."""
        villages: dict[str, str] = {}
        for pool in self.pools:
            for people in (pool.mentors, pool.mentees):
                villages |= zip(people.ids, people.village_names, strict=True)
        return villages


def read_pools(
    ledger: Ledger, settings: Settings, as_of: date, *, reopen: bool = False
) -> LedgerPools:
    """Read the pools of individuals and of organisations.

    Args:
        ledger: A ledger after validation, of one workbook or many.
        settings: Limits and what counts as weak.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether mentees with running pairings are paired anew.
    """
    reader = _PoolReader(ledger, settings, as_of, reopen)
    pools = reader.pool(IndividualRow), reader.pool(OrganisationRow)
    return LedgerPools(
        pools,
        reader.draft,
        tuple(reader.served),
        tuple(sorted(reader.stays)),
        tuple(sorted(reader.reopened)),
        tuple(reader.warnings),
    )


def draft_of(ledger: Ledger) -> tuple[dict[Pair, DraftRow], int]:
    """Return the accepted rows of 结对建议 by (mentor ID, mentee ID), and how many were not.

    A pair that stands twice counts with the stricter word of each column.
    """
    table = ledger.table(SuggestionRow)
    fields = tuple(DraftRow.__dataclass_fields__)
    rows: dict[Pair, list[DraftRow]] = defaultdict(list)
    accepted = table.accepted()
    for is_accepted, row in zip(accepted, table.columns(*fields), strict=True):
        if is_accepted and row[0] and row[1]:
            rows[row[0], row[1]].append(DraftRow(*row))
    return {pair: _strictest(same) for pair, same in rows.items()}, accepted.count(False)


def _strictest(rows: list[DraftRow]) -> DraftRow:
    return replace(
        rows[0],
        decision=max((row.decision for row in rows), key=_DECISIONS.index),
        mentor_opinion=max((row.mentor_opinion for row in rows), key=_OPINIONS.index),
        mentee_opinion=max((row.mentee_opinion for row in rows), key=_OPINIONS.index),
        remark=max(row.remark or "" for row in rows) or None,
    )


class _PoolReader:
    """One pass over a ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, as_of: date, reopen: bool) -> None:
        self.ledger, self.settings, self.as_of = ledger, settings, as_of
        self.villages: dict[tuple[str, str], int] = {}
        self.served: list[tuple[str, str, str]] = []
        self.warnings: list[str] = []
        self.mentors = self._accepted(MentorRow)
        self.statuses = _WAITING | _PAIRED if reopen else _WAITING
        self.mentees = {model: self._waiting(model) for model in (IndividualRow, OrganisationRow)}
        again = {row["id"] for rows in self.mentees.values() for row in rows} if reopen else set()
        pairs = {(mentor, mentee) for _, mentor, mentee in running(ledger)}
        self.reopened = {pair for pair in pairs if pair[1] in again}
        self.stays = pairs - self.reopened
        self.draft, unread = draft_of(ledger)
        if unread:
            self.warnings.append(
                f"结对建议表有 {unread} 行有错误，没有采用，请按校验结果改正后重新生成"
            )

    def pool(self, model: Any) -> Pool:
        """Return the pool of one kind of mentee."""
        organisations, rows = model is OrganisationRow, self.mentees[model]
        known = self._known_pairs(rows)
        mentors = self._mentors(organisations)
        # A pair to be kept is paired even where nobody else is wanted; the solver allows for it.
        kept = known.fixed & (known.exclusion == Exclusion.NONE) & mentors.usable[known.mentor]
        demand = self._demand(rows, organisations)
        demand[known.mentee[kept]] = np.maximum(demand[known.mentee[kept]], 1)
        self.served += [
            (row["id"], row["name"] or "", row["file"])
            for row, wanted in zip(rows, demand, strict=True)
            if wanted <= 0
        ]
        short = np.flatnonzero(demand > 0)
        mentees = self._mentees([rows[at] for at in short], demand[short])
        known = known.select(np.isin(known.mentee, short))
        known = replace(known, mentee=np.searchsorted(short, known.mentee))
        return Pool(organisations, mentors, mentees, known, self.settings)

    def _accepted(self, model: Any) -> list[Person]:
        """Return the accepted rows whose ID stands once, in ID order."""
        table = self.ledger.table(model)
        accepted = table.accepted()
        numbered = sorted((number_of(code), at) for code, at in table.by_single_id.items() if code)
        return [_person(table, at) for _, at in numbered if accepted[at]]

    def _waiting(self, model: Any) -> list[Person]:
        rows = [row for row in self._accepted(model) if row["status"] in self.statuses]
        statuses = self.ledger.table(model).column("status")
        left_out = sum(status in self.statuses for status in statuses) - len(rows)
        if left_out:
            self.warnings.append(
                f"{model.sheet.name}表有 {left_out} 个对象没有编号、编号重复或所在行有错误，"
                "没有参加结对，请先补全编号并按校验结果改正"
            )
        return rows

    def _demand(self, rows: list[Person], organisations: bool) -> Any:
        settings = self.settings
        most = (
            settings.mentors_per_organisation if organisations else settings.mentors_per_individual
        )
        busy = Counter(mentee for _, mentee in self.stays)
        return _integers(
            min(max(1, row["mentors_needed"] or 1), max(1, most)) - busy[row["id"]] for row in rows
        )

    def _mentors(self, organisations: bool) -> Mentors:
        rows, settings = self.mentors, self.settings
        prefix = "Z" if organisations else "G"
        load = Counter(mentor for mentor, mentee in self.stays if mentee.startswith(prefix))
        usual, most = settings.load_warning, settings.load_limit
        if organisations:
            usual = most = settings.organisation_load_limit
        own = [None if organisations else row["capacity"] for row in rows]
        return Mentors(
            veteran=np.array([row["category"] in VETERANS for row in rows], np.bool_),
            availability=_integers(self._availability(row) for row in rows),
            load=_integers(load[row["id"]] for row in rows),
            soft=_integers(min(usual if limit is None else limit, most) for limit in own),
            hard=_integers(min(most if limit is None else limit, most) for limit in own),
            specialties=_integers(specialty_mask(row["specialties"]) for row in rows),
            **self._people(rows),
        )

    def _availability(self, row: Person) -> Availability:
        availability = _AVAILABILITY.get(row["status"], Availability.LEFT)
        until = row["appointed_until"]
        if availability is Availability.AVAILABLE and until and until < self.as_of:
            return Availability.EXPIRED
        return availability

    def _mentees(self, rows: list[Person], demand: Any) -> Mentees:
        return Mentees(
            files=[row["file"] for row in rows],
            specialties=_integers(
                specialty_mask(row.get("specialties") or CATEGORY_SPECIALTIES.get(row["category"]))
                for row in rows
            ),
            newcomer=np.array([self._is_new(row) for row in rows], np.bool_),
            demand=demand,
            **self._people(rows),
        )

    def _is_new(self, row: Person) -> bool:
        since = row.get("in_post_since")
        recent = since and 0 <= years_between(since, self.as_of) < self.settings.newcomer_years
        return row["category"] is MenteeCategory.NEW_LEADER or bool(recent)

    def _people(self, rows: list[Person]) -> dict[str, Any]:
        scores = [[row[aspect] or 0 for aspect in ASPECT_FIELDS] for row in rows]
        return {
            "ids": [row["id"] for row in rows],
            "names": [row["name"] or "" for row in rows],
            "code": _integers(number_of(row["id"]) for row in rows),
            "village": _integers(self._village(row["id"], row["village"]) for row in rows),
            "village_names": [row["village"] or "" for row in rows],
            "scores": np.array(scores, np.int64).reshape(-1, len(ASPECT_FIELDS)),
        }

    def _village(self, code: str, name: str | None) -> int:
        if not name:
            return 0
        village = (code.rpartition("-")[0][1:], self.settings.village_aliases.get(name, name))
        return self.villages.setdefault(village, len(self.villages) + 1)

    def _known_pairs(self, mentees: list[Person]) -> KnownPairs:
        mentor_at = {row["id"]: at for at, row in enumerate(self.mentors)}
        mentee_at = {row["id"]: at for at, row in enumerate(mentees)}

        def numbered(pairs: Collection[Pair]) -> Iterator[tuple[tuple[int, int], Pair]]:
            """Yield ((mentee number, mentor number), pair) where both are known."""
            for pair in pairs:
                if pair[0] in mentor_at and pair[1] in mentee_at:
                    yield (mentee_at[pair[1]], mentor_at[pair[0]]), pair

        exclusions = {at: self.draft[pair].exclusion for at, pair in numbered(self.draft)}
        exclusions |= dict.fromkeys(_avoided(self.mentors, mentees), Exclusion.AVOIDED)
        exclusions |= dict.fromkeys(_same_person(self.mentors, mentees), Exclusion.SELF)
        exclusions |= {at: Exclusion.RUNNING for at, _ in numbered(self.stays)}
        for at, _ in numbered(self.reopened):
            exclusions.setdefault(at, Exclusion.NONE)
        numbers = sorted(exclusions)
        pairs = [(self.mentors[mentor]["id"], mentees[mentee]["id"]) for mentee, mentor in numbers]
        rows = [self.draft.get(pair) for pair in pairs]
        return KnownPairs(
            mentor=_integers(mentor for _, mentor in numbers),
            mentee=_integers(mentee for mentee, _ in numbers),
            exclusion=_integers(exclusions[at] for at in numbers),
            assigned=_flags(row and row.decision is Decision.ASSIGNED for row in rows),
            fixed=_flags(row and row.fixed for row in rows),
            drafted=_flags(
                (row and not row.refused) or pair in self.reopened
                for row, pair in zip(rows, pairs, strict=True)
            ),
            wish=np.array([_wishes(row) for row in rows], np.int64).reshape(-1, 2),
        )


def _avoided(mentors: list[Person], mentees: list[Person]) -> Iterator[tuple[int, int]]:
    """Yield (mentee number, mentor number) of the pairs 回避人员 rules out, by name or by ID."""
    named: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(mentees):
        for key in {person_key(row["id"]), person_key(row["name"] or "")} - {""}:
            named[key].append(at)
    for mentor, row in enumerate(mentors):
        for key in people_in(row["avoid"]) if row["avoid"] else ():
            yield from ((mentee, mentor) for mentee in named.get(key, ()))


def _same_person(mentors: list[Person], mentees: list[Person]) -> Iterator[tuple[int, int]]:
    """Yield (mentee number, mentor number) of people who are mentor and mentee."""
    mentors_by_identity: dict[Any, list[int]] = defaultdict(list)
    for at, row in enumerate(mentors):
        mentors_by_identity[_identity(row)].append(at)
    for mentee, row in enumerate(mentees):
        if key := _identity(row):
            yield from ((mentee, mentor) for mentor in mentors_by_identity.get(key, ()))


def _identity(row: Person) -> tuple[Any, ...] | None:
    """Return 姓名 + 性别 + 出生年月 as `rules.people.person_keys` has them; None of organisations."""
    name, gender, born = row["name"], row.get("gender"), row.get("born")
    return (person_key(name), gender, born) if name and gender and born else None


def _wishes(row: DraftRow | None) -> tuple[Wish, Wish]:
    if row is None:
        return Wish.OPEN, Wish.OPEN
    mentor, mentee = (
        Wish.OPEN if opinion is None else _WISHES.get(opinion, Wish.OPEN)
        for opinion in (row.mentor_opinion, row.mentee_opinion)
    )
    return mentor, mentee


def _person(table: Table[Any], at: int) -> Person:
    row = {name: table.column(name)[at] for name in table.model.model_fields}
    return {**row, "id": row[table.model.sheet.id_field], "file": table.locate(at)[0].file}


def _integers(values: Iterable[int]) -> Any:
    return np.array(list(values), np.int64)


def _flags(values: Iterable[Any]) -> Any:
    return np.array([bool(value) for value in values], np.bool_)

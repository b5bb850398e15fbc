"""A ledger's rows as pools: who may help, whom to help, and the last draft with the clerk's columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from addin.domain.pairing.pools import (
    Bar,
    Exclusion,
    Links,
    Mentees,
    Mentors,
    Pool,
    Wish,
    number_of,
)
from addin.domain.pairing.scores import CATEGORY_FIELDS, specialty_mask
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

# SECTION What is known of single pairs: the last draft with the clerk's columns, and who must not meet.

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


# SECTION A ledger's rows as pools: who may help, whom to help, and what is known of single pairs.

_BARS = {MentorStatus.ACTIVE: Bar.NONE, MentorStatus.PAUSED: Bar.PAUSED}
_WAITING = {MenteeStatus.UNPAIRED, OrganisationStatus.UNPAIRED}
_HELPED = {MenteeStatus.PAIRED, OrganisationStatus.PAIRED}


@dataclass(frozen=True, slots=True)
class Intake:
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
    draft: dict[tuple[str, str], DraftRow]
    served: tuple[tuple[str, str, str], ...]
    running: tuple[tuple[str, str], ...]
    reopened: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def take_in(ledger: Ledger, settings: Settings, as_of: date, *, reopen: bool = False) -> Intake:
    """Read what pairing needs.

    Args:
        ledger: A ledger after validation, of one workbook or many.
        settings: Limits and what counts as weak.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether mentees with running pairings are paired anew.
    """
    reading = _Reading(ledger, settings, as_of, reopen)
    individuals, organisations = reading.pool(IndividualRow), reading.pool(OrganisationRow)
    return Intake(
        (individuals, organisations),
        reading.draft,
        tuple(reading.served),
        tuple(sorted(reading.stays)),
        tuple(sorted(reading.reopened)),
        tuple(reading.warnings),
    )


class _Reading:
    """One pass over a ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, as_of: date, reopen: bool) -> None:
        self.ledger, self.settings, self.as_of = ledger, settings, as_of
        self.places: dict[tuple[str, str], int] = {}
        self.served: list[tuple[str, str, str]] = []
        self.warnings: list[str] = []
        self.mentors = self._taken(MentorRow)
        self.wanted = _WAITING | _HELPED if reopen else _WAITING
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
        links = links_of(self.mentors, rows, self.draft, stays=self.stays, reopened=self.reopened)
        mentors = self._mentors(organisations)
        # A pair to be kept is paired even where nobody else is wanted; the solver allows for it.
        kept = links.fixed & (links.exclusion == Exclusion.NONE) & mentors.usable[links.mentor]
        need = self._need(rows, organisations)
        need[links.mentee[kept]] = np.maximum(need[links.mentee[kept]], 1)
        short = np.flatnonzero(need > 0)
        self.served += [
            (row["id"], row["name"] or "", row["file"])
            for row, wanted in zip(rows, need, strict=True)
            if wanted <= 0
        ]
        mentees = self._mentees([rows[at] for at in short], need[short])
        links = _renumbered(links, short)
        return Pool(organisations, mentors, mentees, links, self.settings)

    def _taken(self, model: Any) -> list[dict[str, Any]]:
        """Return the accepted rows whose ID stands once, in ID order."""
        table = self.ledger.table(model)
        accepted = table.accepted()
        known = sorted((number_of(code), at) for code, at in table.by_single_id.items() if code)
        return [_row(table, at) for _, at in known if accepted[at]]

    def _waiting(self, model: Any) -> list[dict[str, Any]]:
        rows = [row for row in self._taken(model) if row["status"] in self.wanted]
        statuses = self.ledger.table(model).column("status")
        left_out = sum(status in self.wanted for status in statuses) - len(rows)
        if left_out:
            self.warnings.append(
                f"{model.sheet.name}表有 {left_out} 个对象没有编号、编号重复或所在行有错误，"
                "没有参加结对，请先补全编号并按校验结果改正"
            )
        return rows

    def _need(self, rows: list[dict[str, Any]], organisations: bool) -> Any:
        settings = self.settings
        most = settings.mentors_per_individual
        if organisations:
            most = settings.mentors_per_organisation
        busy = Counter(mentee for _, mentee in self.stays)
        return _whole(
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
            bar=_whole(self._bar(row) for row in rows),
            load=_whole(load[row["id"]] for row in rows),
            soft=_whole(min(usual if places is None else places, most) for places in own),
            hard=_whole(min(most if places is None else places, most) for places in own),
            specialties=_whole(specialty_mask(row["specialties"]) for row in rows),
            **self._people(rows),
        )

    def _bar(self, row: dict[str, Any]) -> Bar:
        bar = _BARS.get(row["status"], Bar.LEFT)
        until = row["appointed_until"]
        return Bar.EXPIRED if bar is Bar.NONE and until and until < self.as_of else bar

    def _mentees(self, rows: list[dict[str, Any]], need: Any) -> Mentees:
        return Mentees(
            files=[row["file"] for row in rows],
            specialties=_whole(
                specialty_mask(row.get("specialties") or CATEGORY_FIELDS.get(row["category"]))
                for row in rows
            ),
            newcomer=np.array([self._is_new(row) for row in rows], np.bool_),
            need=need,
            **self._people(rows),
        )

    def _is_new(self, row: dict[str, Any]) -> bool:
        since = row.get("in_post_since")
        recent = since and 0 <= years_between(since, self.as_of) < self.settings.newcomer_years
        return row["category"] is MenteeCategory.NEW_LEADER or bool(recent)

    def _people(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        scores = [[row[aspect] or 0 for aspect in ASPECT_FIELDS] for row in rows]
        return {
            "ids": [row["id"] for row in rows],
            "names": [row["name"] or "" for row in rows],
            "code": _whole(number_of(row["id"]) for row in rows),
            "place": _whole(self._place(row["id"], row["village"]) for row in rows),
            "villages": [row["village"] or "" for row in rows],
            "scores": np.array(scores, np.int64).reshape(-1, len(ASPECT_FIELDS)),
        }

    def _place(self, code: str, village: str | None) -> int:
        if not village:
            return 0
        named = self.settings.village_aliases.get(village, village)
        return self.places.setdefault((code.rpartition("-")[0][1:], named), len(self.places) + 1)


def _renumbered(links: Links, mentees: Any) -> Links:
    """Return the links of some mentees, numbered among these."""
    kept = links.picked(np.isin(links.mentee, mentees))
    return replace(kept, mentee=np.searchsorted(mentees, kept.mentee))


def _row(table: Table[Any], at: int) -> dict[str, Any]:
    row = {name: table.column(name)[at] for name in table.model.model_fields}
    return {**row, "id": row[table.model.sheet.id_field], "file": table.locate(at)[0].file}


def _whole(values: Iterable[int]) -> Any:
    return np.array(list(values), np.int64)

"""A ledger's rows as pools: who may mentor, who waits, and what is known of single pairs.

Known of a pair is what the last draft (结对建议 with the clerk's columns) says, whether the two must
not meet (回避人员, the same person), and whether they are paired already.

Whoever is 待结对 is to be paired, and whoever is 帮带中 without a running pairing. They have waited
since 确定日期 or the end of their last pairing. A mentor who is in the pool twice has one capacity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from addin.domain.contacts import Contacts
from addin.domain.doubts import Doubts
from addin.domain.facts import PairingEnd
from addin.domain.pairing.pools import (
    SERIALS,
    Availability,
    Exclusion,
    KnownPairs,
    Mentees,
    Mentors,
    Pool,
    Wish,
    number_of,
)
from addin.domain.pairing.scores import CATEGORY_SPECIALTIES, Scale, specialty_mask, step_apart
from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.relations import people_in, running, years_between
from validators.settings import Settings
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, PairingRow, SuggestionRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    VETERANS,
    Decision,
    MenteeCategory,
    MenteeStatus,
    MentorStatus,
    Opinion,
    OrganisationStatus,
    PairingStatus,
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
_ROUNDED = 0.06
"""Scores in 结对建议 are rounded to a tenth."""
_JOINT = ("pairing_weights", "nearness", "strong_at_least", "churn")
"""Settings a joint plan needs one value of, so that scores can be compared."""
_OWN = (
    "load_warning", "load_limit", "organisation_load_limit", "mentors_per_individual",
    "mentors_per_organisation", "weak_at_most", "newcomer_years",
)  # fmt: skip
"""Settings that hold in each ledger for its own mentors and mentees."""


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
    score: float | None = None
    nearness: float | None = None

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
        left_out: How many who wait cannot be paired because of their row or their ID.
        statuses: How many mentees there are by 状态, "" for none or an unreadable one.
        warnings: What was left out, in sentences.
    """

    pools: tuple[Pool, Pool]
    draft: dict[Pair, DraftRow]
    served: tuple[tuple[str, str, str], ...]
    running: tuple[Pair, ...]
    reopened: tuple[Pair, ...]
    left_out: int
    statuses: Mapping[str, int]
    warnings: tuple[str, ...]

    @property
    def villages(self) -> dict[str, str]:
        """Return the village of every mentor and mentee by ID, "" for none."""
        villages: dict[str, str] = {}
        for pool in self.pools:
            for people in (pool.mentors, pool.mentees):
                villages |= zip(people.ids, people.village_names, strict=True)
        return villages


def joint_settings(own: Mapping[str, Settings]) -> tuple[Settings, list[str]]:
    """Return the settings a joint plan of several ledgers scores by, and how they deviate.

    A value all ledgers agree on holds; of others the default does. Limits, and who is weak or new in
    post, are not settled here: for those each ledger's own settings hold.

    Args:
        own: By file, what each ledger says itself.
    """
    default, agreed, sentences = Settings(), dict[str, Any](), []
    for name in _JOINT:
        said = {file: getattr(settings, name) for file, settings in own.items()}
        usual = getattr(default, name)
        if len({*said.values()}) == 1:
            agreed[name] = next(iter(said.values()))
        elif deviating := [file for file, value in said.items() if value != usual]:
            title, value = Settings.model_fields[name].title, _shown(usual)
            sentences.append(
                f"各台账的参数“{title}”不一致，统一按默认值 {value} 计分，"
                f"未采用 {'、'.join(deviating)} 的"
            )
    differing = [
        f"“{Settings.model_fields[name].title}”"
        for name in _OWN
        if len({getattr(settings, name) for settings in own.values()}) > 1
    ]
    if differing:
        sentences.append(f"各台账的参数{'、'.join(differing)}不一致，各按本台账参数处理")
    return default.model_copy(update=agreed), sentences


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"


def read_pools(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    reopen: bool = False,
    own: Mapping[str, Settings] | None = None,
) -> LedgerPools:
    """Read the pools of individuals and of organisations.

    Args:
        ledger: A ledger after validation, of one workbook or many.
        settings: Limits and what counts as weak.
        as_of: The day appointments and terms in office are judged by.
        reopen: Whether mentees with running pairings are paired anew.
        own: By file, the settings of workbooks where no superior's win.
    """
    reader = _PoolReader(ledger, settings, as_of, reopen, own or {})
    pools = reader.pool(IndividualRow), reader.pool(OrganisationRow)
    return LedgerPools(
        pools,
        reader.draft,
        tuple(reader.served),
        tuple(sorted(reader.stays)),
        tuple(sorted(reader.reopened)),
        reader.left_out,
        reader.found,
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


def fits_row(row: DraftRow, scale: Scale) -> bool:
    """Return whether a row with another township's mentor was suggested for that mentor.

    Nothing else is known of that mentor here. Where the clerk put them into the row of another,
    帮带便捷 betrays it: it follows from the two IDs.
    """
    if row.nearness is None:
        return False
    mentor, mentee = (number_of(code) // SERIALS for code in (row.mentor_id, row.mentee_id))
    expected = 100 * scale.nearness[step_apart(mentor, mentee)]
    return mentor != mentee and bool(abs(row.nearness - expected) < _ROUNDED)


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

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        as_of: date,
        reopen: bool,
        own: Mapping[str, Settings],
    ) -> None:
        self.ledger, self.settings, self.as_of, self.own = ledger, settings, as_of, own
        self.villages: dict[tuple[str, str], int] = {}
        self.served: list[tuple[str, str, str]] = []
        self.warnings: list[str] = []
        self.left_out = 0
        self.found: Counter[str] = Counter()
        self.mentors = self._accepted(MentorRow)
        self.availability = [self._availability(row) for row in self.mentors]
        self.counted_as = self._one_of_each()
        pairs = {(mentor, mentee) for _, mentor, mentee in running(ledger)}
        self.helped = {mentee for _, mentee in pairs}
        self.ends = _last_ends(ledger, settings, as_of)
        self.mentees = {
            model: self._waiting(model, reopen) for model in (IndividualRow, OrganisationRow)
        }
        again = {row["id"] for rows in self.mentees.values() for row in rows} if reopen else set()
        self.reopened = {pair for pair in pairs if pair[1] in again}
        self.stays = pairs - self.reopened
        self.draft, unread = draft_of(ledger)
        if unread:
            self.warnings.append(
                f"“结对建议”表有 {unread} 行有错误，未采用，请按校验结果改正后重新生成"
            )

    def pool(self, model: Any) -> Pool:
        """Return the pool of one kind of mentee."""
        organisations, rows = model is OrganisationRow, self.mentees[model]
        known = self._known_pairs(rows)
        mentors = self._mentors(organisations)
        demand = self._demand(rows, organisations)
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

    def _settings_of(self, row: Person) -> Settings:
        return self.own.get(row["file"], self.settings)

    def _accepted(self, model: Any) -> list[Person]:
        """Return the accepted rows whose ID stands once, in ID order."""
        table = self.ledger.table(model)
        accepted = table.accepted()
        numbered = sorted((number_of(code), at) for code, at in table.by_single_id.items() if code)
        return [_person(table, at) for _, at in numbered if accepted[at]]

    def _waiting(self, model: Any, reopen: bool) -> list[Person]:
        """Return who is to be paired, in ID order."""
        rows = self._accepted(model)
        waiting = [row for row in rows if row["status"] in _WAITING]
        paired = [row for row in rows if row["status"] in _PAIRED]
        statuses = self.ledger.table(model).column("status")
        self.found.update(str(status or "") for status in statuses)
        left_out = sum(status in _WAITING for status in statuses) - len(waiting)
        self.left_out += left_out
        if left_out:
            self.warnings.append(
                f"{model.sheet.name}表有 {left_out} 个对象没有编号、编号重复或所在行有错误，"
                "未参加结对，请先补全编号并按校验结果改正"
            )
        doubts = Doubts(self.ledger, self.as_of)
        alone = [row for row in paired if row["id"] not in self.helped]
        unclear = [row for row in alone if doubts.may_be_paired(row["id"], row["file"])]
        if unclear and not reopen:
            names = "、".join(row["name"] or row["id"] for row in unclear)
            self.warnings.append(
                f"{names}的状态是“帮带中”，结对台账中没有可识别的结对，可能在无法识别的行中，"
                "未参加结对，请先按校验结果改正结对台账"
            )
        sure = {row["id"] for row in alone} - {row["id"] for row in unclear}
        chosen = [row for row in paired if reopen or row["id"] in sure]
        return sorted([*waiting, *chosen], key=lambda row: number_of(row["id"]))

    def _demand(self, rows: list[Person], organisations: bool) -> Any:
        name = "mentors_per_organisation" if organisations else "mentors_per_individual"
        busy = Counter(mentee for _, mentee in self.stays)
        return _integers(
            min(max(1, row["mentors_needed"] or 1), max(1, getattr(self._settings_of(row), name)))
            - busy[row["id"]]
            for row in rows
        )

    def _one_of_each(self) -> dict[str, str]:
        """Return the ID each mentor's capacity is counted by: one of each person's.

        Of several it is the first whose owner takes mentees.
        """
        same: dict[Any, list[int]] = defaultdict(list)
        for at, row in enumerate(self.mentors):
            same[_identity(row) or at].append(at)
        chosen = {
            at: min(group, key=lambda one: (self.availability[one] > 0, one))
            for group in same.values()
            for at in group
        }
        ids = [row["id"] for row in self.mentors]
        return {code: ids[chosen[at]] for at, code in enumerate(ids)}

    def _mentors(self, organisations: bool) -> Mentors:
        rows, counted_as = self.mentors, [self.counted_as[row["id"]] for row in self.mentors]
        prefix = "Z" if organisations else "G"
        pairs = {
            (self.counted_as.get(mentor, mentor), mentee)
            for mentor, mentee in self.stays
            if mentee.startswith(prefix)
        }
        load = Counter(mentor for mentor, _ in pairs)
        given: dict[str, list[int]] = defaultdict(list)
        for row, code in zip(rows, counted_as, strict=True):
            if row["capacity"] is not None and not organisations:
                given[code].append(row["capacity"])
        return Mentors(
            veteran=np.array([row["category"] in VETERANS for row in rows], np.bool_),
            availability=_integers(
                availability or (code != row["id"] and Availability.SAME_PERSON)
                for row, code, availability in zip(rows, counted_as, self.availability, strict=True)
            ),
            load=_integers(load[code] for code in counted_as),
            limit=_integers(
                self._limit(row, given[code], organisations)
                for row, code in zip(rows, counted_as, strict=True)
            ),
            counted_as=counted_as,
            specialties=_integers(specialty_mask(row["specialties"]) for row in rows),
            **self._people(rows),
        )

    def _limit(self, row: Person, given: list[int], organisations: bool) -> int:
        """Return how many a mentor may have: 可带人数, where blank the usual number."""
        settings = self._settings_of(row)
        if organisations:
            return int(settings.organisation_load_limit)
        return int(min([*(given or [settings.load_warning]), settings.load_limit]))

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
            waited=_integers(self._days_waited(row) for row in rows),
            situation=[self._situation(row) for row in rows],
            weak_at_most=_integers(self._settings_of(row).weak_at_most for row in rows),
            **self._people(rows),
        )

    def _days_waited(self, row: Person) -> int:
        """Return the days since 确定日期 or the end of the last pairing, whichever is later."""
        end = self.ends.get(row["id"])
        since = max(filter(None, (row["chosen_on"], end and end[0])), default=self.as_of)
        return max(0, (self.as_of - since).days)

    def _situation(self, row: Person) -> str:
        if row["id"] in self.helped:
            return ""
        typed = "，状态仍是“帮带中”，按待结对处理" if row["status"] in _PAIRED else ""
        if row["id"] in self.ends:
            return f"{self.ends[row['id']][1]}{typed}"
        return "状态是“帮带中”，结对台账中没有其结对，按待结对处理" if typed else ""

    def _is_new(self, row: Person) -> bool:
        since = row.get("in_post_since")
        recent = (
            since and 0 <= years_between(since, self.as_of) < self._settings_of(row).newcomer_years
        )
        return row["category"] is MenteeCategory.NEW_LEADER or bool(recent)

    def _people(self, rows: list[Person]) -> dict[str, Any]:
        scores = [[row[aspect] or 0 for aspect in ASPECT_FIELDS] for row in rows]
        return {
            "ids": [row["id"] for row in rows],
            "names": [row["name"] or "" for row in rows],
            "code": _integers(number_of(row["id"]) for row in rows),
            "village": _integers(self._village(row) for row in rows),
            "village_names": [row["village"] or "" for row in rows],
            "scores": np.array(scores, np.int64).reshape(-1, len(ASPECT_FIELDS)),
        }

    def _village(self, row: Person) -> int:
        name = row["village"]
        if not name:
            return 0
        aliases = self._settings_of(row).village_aliases
        village = (row["id"].rpartition("-")[0][1:], str(aliases.get(name, name)))
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
        for (mentee, mentor), exclusion in list(exclusions.items()):
            person = mentee, mentor_at[self.counted_as[self.mentors[mentor]["id"]]]
            if exclusion and not exclusions.get(person):
                exclusions[person] = exclusion
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


def _last_ends(ledger: Ledger, settings: Settings, as_of: date) -> dict[str, tuple[date, str]]:
    """Return the last day of each mentee's last pairing that is over, and a clause on it.

    It is 终止日期 of one broken off, without it the last day it is known to have run, and 期满日期
    otherwise.
    """
    ends: dict[str, tuple[date, str]] = {}
    contacts: Contacts | None = None
    names = ("pairing_id", "mentee_id", "status", "paired_on", "until", "ended_on")
    for code, mentee, status, paired_on, until, ended_on in ledger.table(PairingRow).columns(
        *names
    ):
        if not mentee or status in {PairingStatus.RUNNING, None}:
            continue
        day, last = ended_on if status is PairingStatus.ENDED else until, None
        if status is PairingStatus.ENDED and ended_on is None:
            contacts = contacts or Contacts(ledger, settings, as_of)
            last = contacts.last_day(code) if code else None
            day = min(filter(None, (last or paired_on, until)), default=None)
        if day:
            end = day, str(PairingEnd(day, code or "", status, ended_on, last))
            ends[mentee] = max(end, ends.get(mentee, end))
    return ends


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

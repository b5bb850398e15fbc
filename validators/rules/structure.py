"""Rules on the pairings together: who may mentor whom, how many, and in which mode."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.rules.base import Hit, Terms, cite_each, repeated, rule
from validators.rules.people import person_keys
from validators.rules.relations import (
    doubtful,
    mentee_places,
    mode_contradiction,
    people_in,
    running,
    running_by_mentee,
    running_by_mentor,
    running_individuals,
)
from validators.sheets import IndividualRow, MentorRow, PairingRow
from validators.vocabulary import Level, Mode


@rule(
    "mentor.load.exceeded",
    Level.ERROR,
    "导师 {value} 正在帮带 {load} 人，超过上限 {limit} 人",
    "请把部分对象调给其他导师",
)
def exceeded_load(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """All running pairings with individuals of a mentor beyond the limit."""
    table = ledger.table(PairingRow)
    limit = terms.settings.load_limit
    for rows in running_individuals(ledger).values():
        if len(rows) > limit:
            for row in rows:
                yield Hit(table, row, "mentor_id", {"load": len(rows), "limit": limit})


@rule(
    "pairing.mentee.crowded",
    Level.ERROR,
    "对象 {value} 同时有 {mentors} 名导师，超过上限 {limit} 名",
    "请核对结对台账，终止多余的结对",
)
def crowded_mentee(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """All running pairings of a mentee with too many mentors."""
    table = ledger.table(PairingRow)
    settings = terms.settings
    mentors = table.column("mentor_id")
    for mentee, rows in running_by_mentee(ledger).items():
        individual = mentee.startswith("G")
        limit = settings.mentors_per_individual if individual else settings.mentors_per_organisation
        count = len({mentors[row] for row in rows})
        if count > limit:
            for row in rows:
                yield Hit(table, row, "mentee_id", {"mentors": count, "limit": limit})


@rule(
    "pairing.pair.duplicate",
    Level.ERROR,
    "同一导师和对象重复结对，还出现在 {others}",
    "请只留一行，其余删去或改为终止",
)
def duplicate_pair(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """The same mentor and mentee in more than one running pairing."""
    table = ledger.table(PairingRow)
    pairs = list(running(ledger))
    for group in repeated([(mentor, mentee) for _, mentor, mentee in pairs]).values():
        yield from cite_each(table, [pairs[i][0] for i in group], "mentee_id")


@rule(
    "pairing.mentor.avoided",
    Level.ERROR,
    "导师 {value} 的回避人员中有对象 {mentee}",
    "请另选导师，或核对导师库的回避人员",
)
def avoided_pair(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Running pairings the mentor must not have (回避人员)."""
    table, mentors, known = ledger.table(PairingRow), ledger.table(MentorRow), mentee_places(ledger)
    avoid = {
        code: people_in(typed)
        for code, row in mentors.by_single_id.items()
        if (typed := mentors.column("avoid")[row])
    }
    for index, mentor, mentee in running(ledger):
        if mentor in avoid:
            people, row = known.get(mentee, (None, 0))
            name = people.column("name")[row] if people else None
            if avoid[mentor] & {person_key(mentee), person_key(name or "")}:
                yield Hit(table, index, "mentor_id", {"mentee": name or mentee})


@rule(
    "pairing.self",
    Level.ERROR,
    "对象 {value} 与导师是同一人（姓名、性别、出生年月相同）",
    "请另选导师",
)
def own_mentor(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """People paired with themselves."""
    table, mentors, people = (
        ledger.table(PairingRow),
        ledger.table(MentorRow),
        ledger.table(IndividualRow),
    )
    mentor_keys, mentee_keys = person_keys(mentors), person_keys(people)
    for index, mentor, mentee in running(ledger):
        if mentor in mentors.by_single_id and mentee in people.by_single_id:
            key = mentor_keys[mentors.by_single_id[mentor]]
            if key and key == mentee_keys[people.by_single_id[mentee]]:
                yield Hit(table, index, "mentee_id")


@rule(
    "pairing.mode.mismatch",
    Level.WARNING,
    "结对方式“{value}”与实际不符：{fact}",
    "请按实际结对情况改结对方式",
)
def wrong_mode(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Modes that the running pairings contradict; mentors of other ledgers are not judged."""
    table, mentors, known = ledger.table(PairingRow), ledger.table(MentorRow), mentee_places(ledger)
    by_mentor, by_mentee = running_by_mentor(ledger), running_by_mentee(ledger)
    modes, doubt = table.column("mode"), doubtful(ledger)
    for index, mentor, mentee in running(ledger):
        at = mentors.by_single_id.get(mentor)
        if modes[index] is None or at is None or mentee not in known:
            continue
        if modes[index] is Mode.CROSS_VILLAGE:
            fact = _same_village((mentors, at), known[mentee])
        else:
            fact = mode_contradiction(
                modes[index],
                (len(by_mentor[mentor]), doubt.of_mentor(mentor)),
                (len(by_mentee[mentee]), doubt.of_mentee(mentee)),
            )
        if fact:
            yield Hit(table, index, "mode", {"fact": fact})


def _same_village(*people: tuple[Table[Any], int]) -> str:
    if any(table.has_error(row, "village") for table, row in people):
        return ""
    first, second = (table.column("village")[row] for table, row in people)
    return "" if first and second and first != second else "导师与对象不是两个村的人"

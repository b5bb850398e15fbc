"""Small random ledgers to pair: two townships, with last drafts, refusals and running pairings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from tests.build import (
    OTHER_UNIT,
    UNIT,
    RowCells,
    a_ledger,
    a_mentor,
    a_pairing,
    an_individual,
    an_organisation,
    code,
)
from validators.divisions import villages
from validators.ledger import Ledger
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Decision, Opinion, Specialty

Sheets = dict[str, dict[str, list[RowCells]]]
"""Unit → sheet key → rows."""
_EMPTY: list[RowCells] = []
_SHEETS = ("duty", "log", "assessment", "conversion", "completion", "misconduct", "exchange")


def build(sheets: Sheets, shuffle: Random | None = None) -> Ledger:
    """Return the merged ledger, with shuffled rows if a source of chance is given."""
    ledgers = []
    for unit, rows in sheets.items():
        taken = {key: list(part) for key, part in rows.items()}
        for part in taken.values():
            if shuffle:
                shuffle.shuffle(part)
        empty = dict.fromkeys(_SHEETS, _EMPTY)
        ledgers.append(a_ledger(file=f"{unit}.xlsx", unit=unit, **empty, **taken))
    return Ledger.merged(ledgers)


def a_draft_row(mentor: str, mentee: str, **changes: Any) -> RowCells:
    return {"mentor_id": mentor, "mentee_id": mentee, "score": 80, **changes}


def with_draft(sheets: Sheets, pairs: Iterable[Any]) -> Sheets:
    """Return the sheets with suggested pairs as their drafts."""
    drafts: dict[str, list[RowCells]] = {unit: [] for unit in sheets}
    for pair in pairs:
        unit = pair.mentee_id[1:10]
        row = a_draft_row(
            pair.mentor_id,
            pair.mentee_id,
            decision=pair.decision,
            mentor_opinion=pair.mentor_opinion,
            mentee_opinion=pair.mentee_opinion,
            remark=pair.remark,
        )
        drafts[unit].append(row)
    return {unit: {**rows, "suggestion": drafts[unit]} for unit, rows in sheets.items()}


def random_sheets(seed: int, *, mentors: int = 4, mentees: int = 6, draft: bool = True) -> Sheets:
    """Return random rows for two townships; the same seed gives the same rows."""
    chance = Random(seed)
    sheets = {unit: _township(chance, unit, mentors, mentees) for unit in (UNIT, OTHER_UNIT)}
    every = {
        key: [row[field] for rows in sheets.values() for row in rows[key]]
        for key, field in (
            ("mentor", "mentor_id"),
            ("individual", "mentee_id"),
            ("organisation", "mentee_id"),
        )
    }
    for unit, rows in sheets.items():
        own = [row["mentee_id"] for key in ("individual", "organisation") for row in rows[key]]
        rows["pairing"] = _pairings(chance, unit, every["mentor"], own)
        if draft:
            rows["suggestion"] = _drafts(chance, every["mentor"], own)
    return sheets


def _township(chance: Random, unit: str, mentors: int, mentees: int) -> dict[str, list[RowCells]]:
    people = [
        an_individual(
            n,
            unit=unit,
            name=a_name("王", f"{n}{unit[-1]}") if chance.random() < 0.9 else "张三",
            status=chance.choice(["待结对", "待结对", "待结对", "帮带中", "退出"]),
            village=chance.choice([None, *villages(unit)[:3]]),
            mentors_needed=chance.choice([None, 1, 1, 2]),
            **_facts(chance, 1),
        )
        for n in range(1, chance.randint(0, mentees) + 1)
    ]
    organisations = [
        an_organisation(
            n,
            unit=unit,
            status=chance.choice(["待结对", "待结对", "帮带中"]),
            mentors_needed=chance.choice([None, 1, 2, 3]),
            category=chance.choice(["软弱涣散", "集体经济薄弱", "存在短板弱项"]),
            **_scores(chance, 1),
        )
        for n in range(1, chance.randint(0, 2) + 1)
    ]
    return {
        "mentor": [
            _mentor(chance, unit, n, [row["mentee_id"] for row in people])
            for n in range(1, chance.randint(0, mentors) + 1)
        ],
        "individual": people,
        "organisation": organisations,
    }


def a_name(surname: str, digits: str) -> str:
    """Return a person's name of its own for some digits."""
    return surname + digits.translate(str.maketrans("0123456789", "岭春夏秋冬东南西北中"))


def _mentor(chance: Random, unit: str, number: int, people: list[Any]) -> RowCells:
    avoid = chance.choice([None, None, "张三", *people])
    return a_mentor(
        number,
        unit=unit,
        name=a_name("李", f"{number}{unit[-1]}"),
        status=chance.choice(["在库"] * 6 + ["暂停", "调出"]),
        appointed_until=chance.choice(["2027-12-31"] * 6 + ["2026-01-31"]),
        capacity=chance.choice([None, None, 0, 1, 2, 4, 9]),
        village=chance.choice([None, *villages(unit)[:3]]),
        avoid=avoid,
        category=chance.choice(["老乡镇", "优秀共产党员"]),
        **_facts(chance, 3),
    )


def _facts(chance: Random, least: int) -> RowCells:
    words = chance.sample([word.value for word in Specialty][:4], chance.randint(0, 2))
    return {"specialties": "、".join(words) or None, **_scores(chance, least)}


def _scores(chance: Random, least: int) -> RowCells:
    return {
        name: None if chance.random() < 0.1 else chance.randint(least, min(5, least + 3))
        for name in ASPECT_FIELDS
    }


def _pairings(chance: Random, unit: str, mentors: list[Any], mentees: list[Any]) -> list[RowCells]:
    pairs = {(m, e) for m in mentors for e in mentees if chance.random() < 0.08}
    return [
        a_pairing(
            number,
            unit=unit,
            mentor_id=mentor,
            mentee_id=mentee,
            status=chance.choice(["帮带中", "帮带中", "期满"]),
        )
        for number, (mentor, mentee) in enumerate(sorted(pairs), 1)
    ]


def _drafts(chance: Random, mentors: list[Any], mentees: list[Any]) -> list[RowCells]:
    def some(words: Any) -> str | None:
        return chance.choice([None, None, *(word.value for word in words)])

    mentors = [*mentors, code("D", 77)]  # one nobody knows
    pairs = {(m, e) for m in mentors for e in mentees if chance.random() < 0.2}
    return [
        a_draft_row(
            mentor,
            mentee,
            decision=some(Decision),
            mentor_opinion=some(Opinion),
            mentee_opinion=some(Opinion),
            remark=chance.choice([None, "已谈话"]),
        )
        for mentor, mentee in sorted(pairs)
    ]


Edit = Callable[[Sheets], None]

"""The flag list (预警名单): who is flagged, at which level, with which score, and on what facts.

1. Every rule of `RULES` looks at the ledger; one whose points are 0 is not used.
2. A mentee's violations are put together: a rule counts once, however many facts it found.
3. The score is the sum of the rules' points, at most 100: what goes beyond is taken from the
   lightest rules, so that the parts shown still add up.
4. The level is the highest of the rules hit, and 红 from `red_score` points on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from addin.domain.facts import LedgerFacts, Mentee
from addin.domain.flags import FlagRule, __path__
from validators.rulebook import Violation, collect
from validators.settings import Settings
from validators.vocabulary import Alert

RULES: tuple[FlagRule, ...] = collect("addin.domain.flags", __path__, FlagRule)
"""Every rule."""

FULL_SCORE = 100
"""The score's upper end."""

_GRAVITY = {Alert.RED: 0, Alert.YELLOW: 1, Alert.BLUE: 2}


class Evidence(NamedTuple):
    """A row of the ledger: worksheet row `row` (1-based), `code` the ID it owns, "" without."""

    file: str
    sheet: str
    row: int
    code: str


class RuleHit(NamedTuple):
    """One rule a mentee hit.

    Attributes:
        code: The rule's code.
        name: Its name.
        level: The level it gives by itself.
        points: Its part of the risk score.
        full: Its points before the score was cut to 100.
        facts: What was found.
        evidence: The rows that show it.
    """

    code: str
    name: str
    level: Alert
    points: int
    full: int
    facts: str
    evidence: tuple[Evidence, ...]

    def shown(self) -> str:
        """Return name and points as the sheet shows them."""
        points = f" {self.points} 分" if self.points else ""
        return f"{self.name}{points}{'（总分已满）' if self.points < self.full else ''}"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flagged mentee.

    Attributes:
        file: The ledger the mentee belongs to.
        mentee_id: The mentee.
        mentee_name: Name of the person or organisation.
        mentor_ids: Mentors of the running pairings.
        mentor_names: Their names; the ID of a mentor whose ledger is not here.
        level: 红, 黄 or 蓝.
        score: 0–100, the sum of the hits' points.
        hits: The rules hit, the gravest first.
        measure: What to do.
    """

    file: str
    mentee_id: str
    mentee_name: str
    mentor_ids: tuple[str, ...]
    mentor_names: tuple[str, ...]
    level: Alert
    score: int
    hits: tuple[RuleHit, ...]
    measure: str

    def as_row(self) -> dict[str, Any]:
        """Return the fields of the mentee's row in 预警名单, without 序号 and the clerk's own."""
        return {
            "mentee_id": self.mentee_id,
            "mentee_name": self.mentee_name,
            "mentors": "、".join(self.mentor_names) or None,
            "level": self.level,
            "score": self.score,
            "rules": "、".join(hit.shown() for hit in self.hits),
            "facts": "。".join(hit.facts for hit in self.hits) + "。",
            "measure": self.measure,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the flag as `bangdai flags --json` prints it."""
        return {
            "file": self.file,
            "mentee_id": self.mentee_id,
            "mentor_id": "、".join(self.mentor_ids),
            "level": str(self.level),
            "score": self.score,
            "rules": [
                {"code": hit.code, "points": hit.points, "facts": hit.facts} for hit in self.hits
            ],
            "measure": self.measure,
        }


Violations = Mapping[FlagRule, list[Violation]]


def flags(facts: LedgerFacts) -> tuple[Flag, ...]:
    """Judge every mentee 待结对 or 帮带中 of one or many workbooks.

    Returns:
        The flagged mentees in the order of `by_gravity`.
    """
    return by_gravity(flagged_mentees(facts))


def by_gravity(flagged: Iterable[Flag]) -> tuple[Flag, ...]:
    """Return flags as the list shows them: 红 before 黄 before 蓝, then by score, in ledger order."""
    return tuple(sorted(flagged, key=lambda flag: (_GRAVITY[flag.level], -flag.score)))


def flagged_mentees(facts: LedgerFacts) -> list[Flag]:
    """Return the flags on every mentee 待结对 or 帮带中, individuals first, in ledger order."""
    violations: dict[str, dict[FlagRule, list[Violation]]] = defaultdict(lambda: defaultdict(list))
    for rule in RULES:
        for violation in rule.check(facts):
            code = violation.table.column(violation.field)[violation.row]
            mentee = facts.seeking[code]
            if rule.points_by(facts.settings_of(mentee.file)):
                violations[code][rule].append(violation)
    return [
        _flag(facts, mentee, violations[code])
        for code, mentee in facts.seeking.items()
        if code in violations
    ]


def _flag(facts: LedgerFacts, mentee: Mentee, violations: Violations) -> Flag:
    settings = facts.settings_of(mentee.file)
    hits = _weighed(violations, settings)
    score = sum(hit.points for hit in hits)
    gravest = min((hit.level for hit in hits), key=_GRAVITY.__getitem__)
    running = facts.running.get(mentee.mentee_id, ())
    mentors = tuple(dict.fromkeys(mentor for _, mentor in running))
    measures = {rule.code: rule.measure for rule in violations}
    return Flag(
        file=mentee.file,
        mentee_id=mentee.mentee_id,
        mentee_name=mentee.name,
        mentor_ids=mentors,
        mentor_names=tuple(map(facts.mentor_name, mentors)),
        level=Alert.RED if score >= settings.red_score else gravest,
        score=score,
        hits=hits,
        measure="；".join(dict.fromkeys(measures[hit.code] for hit in hits)),
    )


def _weighed(violations: Violations, settings: Settings) -> tuple[RuleHit, ...]:
    """Return the rules hit with their points, the gravest first, together at most 100.

    Rules of equal level and points stand in the order of their codes.
    """
    points = {rule: rule.points_by(settings) for rule in violations}
    left, hits = FULL_SCORE, []
    order = sorted(violations, key=lambda rule: (_GRAVITY[rule.level], -points[rule], rule.code))
    for rule in order:
        counted = min(points[rule], left)
        left -= counted
        facts = "；".join(violation.facts["facts"] for violation in violations[rule])
        evidence = tuple(_evidence(violations[rule]))
        hits.append(
            RuleHit(rule.code, rule.name, rule.level, counted, points[rule], facts, evidence)
        )
    return tuple(hits)


def _evidence(violations: Iterable[Violation]) -> Iterator[Evidence]:
    cited = (row for violation in violations for row in violation.evidence)
    for table, row in dict.fromkeys(cited):
        id_field = table.model.sheet.id_field
        part, local = table.locate(row)
        code = table.column(id_field)[row] if id_field else ""
        yield Evidence(part.file, part.sheet, part.rows[local], code or "")

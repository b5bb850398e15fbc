"""The flag list: who is flagged, at which level, with which score, and on what facts.

1. Every rule of `RULES` looks at the ledger; one whose points are 0 is not used.
2. A mentee's hits are put together: a rule counts once, however many facts it found.
3. The score is the sum of the rules' points, at most 100: what goes beyond is taken from the
   lightest rules, so that the parts shown still add up.
4. The level is the highest of the rules hit, and 红 from `red_score` points on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts
from addin.domain.duties import DutyState
from addin.domain.flags import aspects, assessments, pairings
from addin.domain.flags import contacts as on_contacts
from addin.domain.flags import duties as on_duties
from addin.domain.flags.evidence import FlagEvidence
from addin.domain.flags.rule import FlagRule, FlagViolation
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Alert

_MODULES = (on_contacts, on_duties, assessments, aspects, pairings)

RULES: tuple[FlagRule, ...] = tuple(
    item for module in _MODULES for item in vars(module).values() if isinstance(item, FlagRule)
)
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
        cut = f"（原 {self.full} 分，总分封顶 {FULL_SCORE}）" if self.points < self.full else ""
        return f"{self.name} {self.points} 分{cut}"


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


def flags(
    ledger: Ledger, settings: Settings, as_of: date, own: Mapping[str, Settings] | None = None
) -> tuple[Flag, ...]:
    """Judge every mentee 待结对 or 帮带中 of one or many workbooks.

    Args:
        ledger: A validated ledger; rows an error cites are not used.
        settings: Limits, days and points.
        as_of: The day everything is judged by.
        own: By file, the settings of a workbook where they differ and no superior's win.

    Returns:
        The flagged mentees: 红 before 黄 before 蓝, then by score, in ledger order.
    """
    return flags_of(Contacts(ledger, settings, as_of, own or {}))


def flags_of(contacts: Contacts, duties: Iterable[DutyState] | None = None) -> tuple[Flag, ...]:
    """Do as `flags` with what is known already; duties are counted if None."""
    grounds = FlagEvidence(contacts, duties)
    found: dict[str, dict[FlagRule, list[FlagViolation]]] = defaultdict(lambda: defaultdict(list))
    for rule in RULES:
        for hit in rule.check(grounds):
            mentee = grounds.mentees.get(hit.mentee_id)
            if mentee and rule.points_by(grounds.settings_of(mentee.file)):
                found[hit.mentee_id][rule].append(hit)
    made = [_flag(grounds, code, found[code]) for code in grounds.mentees if code in found]
    return tuple(sorted(made, key=lambda flag: (_GRAVITY[flag.level], -flag.score)))


def _flag(grounds: FlagEvidence, code: str, found: Mapping[FlagRule, list[FlagViolation]]) -> Flag:
    mentee = grounds.mentees[code]
    settings = grounds.settings_of(mentee.file)
    hits = _weighed(found, settings)
    score = sum(hit.points for hit in hits)
    gravest = min((hit.level for hit in hits), key=_GRAVITY.__getitem__)
    mentors = list(dict.fromkeys(made.mentor_id for made in grounds.running.get(code, ())))
    measures = {rule.code: rule.measure for rule in found}
    return Flag(
        file=mentee.file,
        mentee_id=code,
        mentee_name=mentee.name,
        mentor_ids=tuple(mentors),
        mentor_names=tuple(map(grounds.mentor_name, mentors)),
        level=Alert.RED if score >= settings.red_score else gravest,
        score=score,
        hits=hits,
        measure="；".join(dict.fromkeys(measures[hit.code] for hit in hits)),
    )


def _weighed(
    found: Mapping[FlagRule, list[FlagViolation]], settings: Settings
) -> tuple[RuleHit, ...]:
    """Return the rules hit with their points, the gravest first, together at most 100."""
    points = {rule: rule.points_by(settings) for rule in found}
    left, hits = FULL_SCORE, []
    for rule in sorted(found, key=lambda rule: (_GRAVITY[rule.level], -points[rule], rule.code)):
        counted = min(points[rule], left)
        left -= counted
        hits.append(
            RuleHit(
                rule.code,
                rule.name,
                rule.level,
                counted,
                points[rule],
                "；".join(hit.facts for hit in found[rule]),
                tuple(_evidence(found[rule])),
            )
        )
    return tuple(hits)


def _evidence(hits: Iterable[FlagViolation]) -> Iterable[Evidence]:
    for table, row in dict.fromkeys(cited for hit in hits for cited in hit.rows):
        id_field = table.model.sheet.id_field
        part, local = table.locate(row)
        code = table.column(id_field)[row] if id_field else ""
        yield Evidence(part.file, part.sheet, part.rows[local], code or "")

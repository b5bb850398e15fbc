"""预警: flags on mentees whose help is failing, with facts, a level and what to do about it.

A flag rule is one decorated function in the file of its subject; the package is searched for them
(`addin.domain.flags.judgement.RULES`), and `judgement.flags` puts together what they find::

    @flag_rule("flag.pairing.unpaired", "超期未结对", Alert.YELLOW, points=40, measure="…")
    def unpaired(facts):
        ...
        yield flagged(mentee, "2026-05-01 确定为帮带对象，已 60 天没有结对", mentee.cited)

A rule may yield several violations for one mentee; their facts stand side by side and its points
count once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from addin.domain.facts import LedgerFacts, Mentee
from validators.rulebook import CitedRow, Violation
from validators.settings import Settings
from validators.vocabulary import Alert

__all__ = ["FlagRule", "flag_rule", "flagged"]

FlagFunction = Callable[[LedgerFacts], Iterable[Violation]]


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A registered rule.

    Attributes:
        code: Stable code.
        name: What the flag list calls it; 参数 changes its points by this name.
        level: The level it gives by itself.
        points: Its part of the risk score, unless 参数 says otherwise.
        measure: What to do.
        check: The function; its docstring says what it looks for.
    """

    code: str
    name: str
    level: Alert
    points: int
    measure: str
    check: FlagFunction

    def points_by(self, settings: Settings) -> int:
        """Return its points where `settings` may have changed them; 0 turns it off."""
        return settings.flag_points.get(self.name, self.points)


def flag_rule(
    code: str, name: str, level: Alert, *, points: int, measure: str
) -> Callable[[FlagFunction], FlagRule]:
    """Register a function as a flag rule; `validators.rulebook.collect` finds it."""
    return partial(FlagRule, code, name, level, points, measure)


def flagged(mentee: Mentee, facts: str, *evidence: CitedRow) -> Violation:
    """Return a violation of a mentee.

    Args:
        mentee: Who is flagged.
        facts: A Chinese sentence without full stop: dates, numbers, entry IDs.
        evidence: The rows it rests on.
    """
    return Violation(*mentee.cited, "mentee_id", {"facts": facts}, evidence)

"""What a flag rule is: a code, a name, a level, points, a measure and one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from addin.domain.flags.evidence import CitedRow, FlagEvidence, Pairing
from validators.settings import Settings
from validators.vocabulary import Alert

# SECTION What a flag rule is: a code, a name, a level, points, a measure and one function.
#:
#: @flag_rule("flag.pairing.unpaired", name="超期未结对", level=Alert.YELLOW, points=30, measure="…")
#: def unpaired(grounds):
#:     ...
#:     yield Hit(mentee_id, "2026-05-01 确定为帮带对象，至 2026-06-30 已 60 天没有结对", (row,))
#:
#: A rule may yield several hits for one mentee; their facts stand side by side and its points count
#: once.


class FlagViolation(NamedTuple):
    """What one rule says of one mentee.

    Attributes:
        mentee_id: The mentee.
        facts: A Chinese sentence without full stop: dates, numbers, entry IDs.
        rows: The rows it rests on.
    """

    mentee_id: str
    facts: str
    rows: tuple[CitedRow, ...]


RuleFunction = Callable[[FlagEvidence], Iterable[FlagViolation]]


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
    check: RuleFunction

    def points_by(self, settings: Settings) -> int:
        """Return its points where `settings` may have changed them; 0 turns it off."""
        return settings.flag_points.get(self.name, self.points)


def flag_rule(
    code: str, *, name: str, level: Alert, points: int, measure: str
) -> Callable[[RuleFunction], FlagRule]:
    """Register a function as a rule; the package's `RULES` lists it."""

    def register(check: RuleFunction) -> FlagRule:
        return FlagRule(code, name, level, points, measure, check)

    return register


# SECTION How facts are worded: pairings, months, counts.


def of_pairing(grounds: FlagEvidence, made: Pairing) -> str:
    """Return `结对 J640402104-001（导师马志远）`."""
    return f"结对 {made.code}（导师{grounds.mentor_name(made.mentor_id)}）"


def month(first: date) -> str:
    """Return `2026-05`."""
    return f"{first:%Y-%m}"


def months(firsts: Iterable[date]) -> str:
    """Return `2026-04、2026-05`."""
    return "、".join(map(month, firsts))


def rate(part: int, whole: int) -> str:
    """Return a share as `66.7%`, cut after one decimal so that it never looks reached."""
    tenths = 1000 * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"

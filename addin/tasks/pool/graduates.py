"""调入: mentees who finished with 优秀 and are not yet mentors.

An individual 期满出师 whose last end-of-period assessment says 优秀 and 出师 is proposed, unless a
row of 导师库 is the same person (姓名, 性别 and 出生年月) whatever its status, or 负面情形 is recorded
in the last `settings.period_months` months.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from addin.tasks.mentors import Completion, Help
from addin.tasks.rows import taken
from validators.ledger import Ledger
from validators.normalise import person_key
from validators.sheets import IndividualRow, MentorRow
from validators.vocabulary import Conclusion, MenteeStatus, Rating

__all__ = ["Graduate", "graduates"]


class Graduate(NamedTuple):
    """A mentee fit to be a mentor, and the assessment that says so."""

    mentee_id: str
    name: str
    final: Completion

    @property
    def reason(self) -> str:
        """Return the fact it rests on."""
        return (
            f"{self.final.day} 期满考核 {self.final.score:g} 分，优秀，出师"
            f"（{self.final.pairing_id}），尚未进入导师库"
        )


def graduates(
    ledger: Ledger,
    helps: Iterable[Help],
    completions: Mapping[str, Completion],
    blamed: Container[str],
) -> Iterator[Graduate]:
    """Yield the mentees to bring in, in ID order.

    Args:
        ledger: Its individuals and its pool.
        helps: All pairings.
        completions: The last end-of-period assessment by pairing.
        blamed: Mentees of whom 负面情形 is recorded.
    """
    finals = _last_finals(helps, completions)
    # all rows: one an error cites still says that its person is a mentor
    mentors = {_person(row) for row in ledger.table(MentorRow).columns("name", "gender", "born")}
    rows = taken(ledger, IndividualRow, "mentee_id", "status", "name", "gender", "born")
    for mentee, status, *person in sorted(rows, key=lambda row: row[0] or ""):
        final = finals.get(mentee or "")
        passed = status is MenteeStatus.GRADUATED and final and _excellent(final)
        if final and passed and mentee not in blamed and _person(person) not in mentors:
            yield Graduate(mentee, person[0], final)


def _last_finals(
    helps: Iterable[Help], completions: Mapping[str, Completion]
) -> dict[str, Completion]:
    """Return each mentee's last end-of-period assessment; the worse of one day."""
    found: dict[str, Completion] = {}
    for one in helps:
        final = completions.get(one.pairing_id)
        known = found.get(one.mentee_id)
        if final and (known is None or (final.day, -final.score) > (known.day, -known.score)):
            found[one.mentee_id] = final
    return found


def _excellent(final: Completion) -> bool:
    return final.rating is Rating.EXCELLENT and final.conclusion is Conclusion.GRADUATE


def _person(row: Sequence[Any]) -> tuple[Any, ...]:
    name, gender, born = row
    return person_key(name or ""), gender, born

"""Measure every township for the ranking: `ranking(ledger, settings, as_of)`.

The year so far, by the unit of the mentee or pairing (the ledger's unit where an ID is blank):

- 结对: mentees 待结对 or 帮带中 with a running pairing, of all such.
- 按月联系: months that pairings owe contacts and that have as many as owed, of all owed.
- 职责完成: duties due or done ahead, of both sides, that are done.
- 成长提升: aspects raised of those to raise (`addin.tasks.results`), mentees of pairings in the year.
- 期满合格: end-of-period assessments that say 合格 or 优秀, of all.
- 培养转化: 致富带头人 who became 后备干部 or more, and 后备干部 who became 村党组织带头人, of all who
  were such (`addin.tasks.leaders`); this counts all years, for the way takes several.
- 组织销号: organisations closed or 达到销号条件, of these and those past 提升期限.

Contacts beyond those owed, work on a duty beyond its target, and longer texts change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from addin.tasks.exchange.ranking import MEASURES, Standing, rank
from addin.tasks.leaders import ROUTES, leaders
from addin.tasks.mentors import Help
from addin.tasks.organisations import ClosingState, MeasureState, organisations
from addin.tasks.results import Results
from addin.tasks.rows import placed, unit_of
from addin.tasks.shares import Share
from addin.tasks.sources import Sources
from addin.tasks.tallies import added
from validators.ledger import Ledger
from validators.rules.relations import running
from validators.settings import Settings
from validators.sheets import IndividualRow, OrganisationRow
from validators.vocabulary import PairingStatus, Rating

__all__ = ["ranking"]

_SEEKING = frozenset({"待结对", "帮带中"})
_STEPS = ROUTES[:2]

Counted = tuple[str, int, Share]
"""A unit, the place of the measure in `MEASURES`, and what to add."""


def ranking(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    sources: Sources | None = None,
) -> tuple[Standing, ...]:
    """Rank the units of a ledger by what the year so far brought, the best first.

    Args:
        ledger: Merged; the only unit of a township's own ledger is compared with itself.
        settings: For the weights and the damping.
        as_of: The day everything is judged by.
        sources: Of the same ledger, settings and day where others have looked there, too.
    """
    found = sources or Sources.of(ledger, settings, as_of)
    results = Results(found, date(as_of.year, 1, 1), as_of)
    counts: dict[str, list[Share]] = defaultdict(lambda: [Share()] * len(MEASURES))
    for counted in (_paired(ledger), _helped(results), _converted(found), _closed(found)):
        for unit, at, share in counted:
            counts[unit][at] = counts[unit][at].plus(share)
    return rank(counts, settings)


def _paired(ledger: Ledger) -> Iterator[Counted]:
    """Yield 结对; a pairing whose row an error cites still says that its mentee has a mentor."""
    paired = {mentee for _, _, mentee in running(ledger)}
    for model in (IndividualRow, OrganisationRow):
        for (file, _), (mentee, status) in placed(ledger, model, "mentee_id", "status"):
            if status in _SEEKING:
                unit = unit_of(mentee) if mentee else ledger.unit_codes.get(file, "")
                yield unit, 0, Share(int(mentee in paired), 1)


def _helped(results: Results) -> Iterator[Counted]:
    """Yield 按月联系, 职责完成, 成长提升 and 期满合格 of the pairings of the span."""
    by_unit: dict[str, list[Help]] = defaultdict(list)
    for helps in results.sources.helps.values():
        for one in helps:
            if one.status is not PairingStatus.ENDED and one.overlaps(results.first, results.last):
                by_unit[unit_of(one.mentee_id)].append(one)
    for unit, own in by_unit.items():
        codes = [one.pairing_id for one in own]
        finals = results.finals(codes)
        since: dict[str, date] = {}
        for one in own:
            since[one.mentee_id] = min(one.paired_on, since.get(one.mentee_id, one.paired_on))
        yield unit, 1, results.months(codes).kept
        yield unit, 2, results.duties(codes).share
        yield unit, 3, added(results.raised(*one).aspects for one in since.items())
        passed = sum(one.rating is not Rating.UNQUALIFIED for one in finals)
        yield unit, 4, Share(passed, len(finals))


def _converted(found: Sources) -> Iterator[Counted]:
    for unit, figures in leaders(found.ledger, found.as_of).units.items():
        for at in range(len(_STEPS)):
            yield unit, 5, Share(figures.completed[at], figures.entered[at])


def _closed(found: Sources) -> Iterator[Counted]:
    for one in organisations(found.ledger, found.settings, found.as_of):
        done = one.closing in {ClosingState.CLOSED, ClosingState.READY}
        if done or one.measure is MeasureState.OVERDUE:
            yield unit_of(one.mentee_id), 6, Share(int(done), 1)

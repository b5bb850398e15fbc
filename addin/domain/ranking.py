"""比学赶帮: townships ranked by rates of results, so that volume does not pay.

Seven measures of the year that awards judge, up to the day (`addin.domain.awards.award_year`), each
`done` of `of` (`MEASURES`), by the unit of the mentee or pairing (the ledger's unit where an ID is
blank); `settings.ranking_weights` says what each is worth:

- 结对: mentees 待结对 or 帮带中 with a running pairing, of all such.
- 按月联系: months that pairings owe contacts and that have as many as owed, of all owed.
- 职责完成: duties due or done ahead, of both sides, that are done.
- 成长提升: aspects raised of those to raise (`addin.domain.results`), mentees of pairings in the year.
- 期满合格: end-of-period assessments that say 合格 or 优秀, of all.
- 培养转化: 致富带头人 who became 后备干部 or more, and 后备干部 who became 村党组织带头人, of all who
  were such (`addin.domain.conversions`); this counts all years, for the way takes several.
- 组织销号: organisations closed or 达到销号条件, of these and those past 提升期限.

Contacts beyond those owed, work on a duty beyond its target, and longer texts change nothing.

A township's rate is damped towards the mean of all townships,

    rate = (done + m · p) / (of + m),   p = Σ done / Σ of over all,   m = settings.ranking_prior

so that one success out of one does not outrank nineteen out of twenty, and a township that has
nothing to be measured by stands at the mean. This is the m-estimate (B. Cestnik, Estimating
probabilities: a crucial task in machine learning, ECAI 1990), Laplace's rule of succession with the
mean as prior. A measure nobody can be measured by earns nobody points. Points are rounded to a tenth
and add up to the score shown; equal scores share a rank, and the next one is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from addin.domain.awards import award_year
from addin.domain.conversions import ROUTES, leaders
from addin.domain.facts import SEEKING, LedgerFacts, Pairing
from addin.domain.organisations import ClosingState, MeasureState, organisations
from addin.domain.results import Results, Share, added, exact, points, total
from validators.divisions import unit_name
from validators.identity import unit_of
from validators.rulebook import CitedRow
from validators.settings import Settings
from validators.sheets import IndividualRow, OrganisationRow
from validators.vocabulary import PairingStatus, Rating

MEASURES = ("结对", "按月联系", "职责完成", "成长提升", "期满合格", "培养转化", "组织销号")

Counts = Sequence[Share]
"""One township's shares in the order of `MEASURES`."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measure of one township.

    Attributes:
        name: One of `MEASURES`.
        share: The township's own numbers.
        points: Points earned, to one tenth.
    """

    name: str
    share: Share
    points: float

    @property
    def fact(self) -> str:
        """Return the numbers behind the points."""
        return f"{self.name} {self.share.done}/{self.share.of} 得 {self.points:g} 分"


@dataclass(frozen=True, slots=True)
class Standing:
    """One township's place: its rank, its score and the measures that add up to it."""

    unit: str
    rank: int
    score: float
    measured: tuple[Measurement, ...]

    @property
    def county(self) -> str:
        """Return the county's name."""
        return unit_name(self.unit)[0]

    @property
    def township(self) -> str:
        """Return the township's name, "" for a county's own unit."""
        return unit_name(self.unit)[1]


def rank(counts: Mapping[str, Counts], settings: Settings) -> tuple[Standing, ...]:
    """Rank units by their shares, the best first; units of equal score in code order.

    Args:
        counts: By 9-digit unit code; units with nothing to be measured by are left out.
        settings: For the weights and the damping.
    """
    seen = {unit: shares for unit, shares in counts.items() if any(share.of for share in shares)}
    everyone = [added(column) for column in zip(*seen.values(), strict=True)]
    measured = {
        unit: tuple(_measure(at, share, everyone[at], settings) for at, share in enumerate(shares))
        for unit, shares in seen.items()
    }
    scores = {unit: total(part.points for part in parts) for unit, parts in measured.items()}
    return tuple(
        Standing(unit, 1 + sum(other > score for other in scores.values()), score, measured[unit])
        for unit, score in sorted(scores.items(), key=lambda standing: (-standing[1], standing[0]))
    )


def _measure(at: int, share: Share, everyone: Share, settings: Settings) -> Measurement:
    damped = _damped(share, everyone, settings.ranking_prior)
    return Measurement(MEASURES[at], share, points(exact(settings.ranking_weights[at]), damped))


def _damped(share: Share, everyone: Share, prior: int) -> Fraction | None:
    typical = everyone.rate
    if typical is None:
        return None
    if not share.of + prior:
        return typical
    return (share.done + prior * typical) / (share.of + prior)


# --- what is measured ---

_STEPS = ROUTES[:2]

Counted = tuple[str, int, Share]
"""A unit, the place of the measure in `MEASURES`, and what to add."""


def ranking(facts: LedgerFacts) -> tuple[Standing, ...]:
    """Rank the units of a ledger by what its year so far brought, the best first.

    The only unit of a township's own ledger is compared with itself.
    """
    return rank(counts(facts, award_year(facts.ledger, facts.as_of)), facts.settings)


def counts(facts: LedgerFacts, year: int) -> dict[str, Counts]:
    """Count what is measured of every unit of a ledger in a year, up to the day."""
    results = Results(facts, date(year, 1, 1), min(date(year, 12, 31), facts.as_of))
    counted: dict[str, list[Share]] = defaultdict(lambda: [Share()] * len(MEASURES))
    for each in (_paired(facts), _helped(results), _converted(facts), _closed(facts)):
        for unit, at, share in each:
            counted[unit][at] = counted[unit][at].plus(share)
    return dict(counted)


def _paired(facts: LedgerFacts) -> Iterator[Counted]:
    """Yield 结对; a pairing whose row an error cites still says that its mentee has a mentor."""
    for model in (IndividualRow, OrganisationRow):
        table = facts.ledger.table(model)
        for row, (mentee, status) in table.accepted_rows("mentee_id", "status"):
            if status in SEEKING:
                file = CitedRow(table, row).file
                unit = unit_of(mentee) if mentee else facts.ledger.unit_codes.get(file, "")
                yield unit, 0, Share(int(mentee in facts.running), 1)


def _helped(results: Results) -> Iterator[Counted]:
    """Yield 按月联系, 职责完成, 成长提升 and 期满合格 of the pairings of the span."""
    by_unit: dict[str, list[Pairing]] = defaultdict(list)
    for pairings in results.facts.pairings_of_mentor.values():
        for pairing in pairings:
            lasting = pairing.status is not PairingStatus.ENDED
            if lasting and pairing.overlaps(results.first, results.last):
                by_unit[unit_of(pairing.mentee_id)].append(pairing)
    for unit, own in by_unit.items():
        codes = [pairing.pairing_id for pairing in own]
        finals = results.finals(codes)
        yield unit, 1, results.months(codes).kept
        yield unit, 2, results.duties(codes).share
        yield unit, 3, added(mentee.aspects for mentee in results.raised(own))
        passed = sum(final.rating is not Rating.UNQUALIFIED for final in finals)
        yield unit, 4, Share(passed, len(finals))


def _converted(facts: LedgerFacts) -> Iterator[Counted]:
    for unit, figures in leaders(facts.ledger, facts.as_of).units.items():
        for at in range(len(_STEPS)):
            yield unit, 5, Share(figures.completed[at], figures.entered[at])


def _closed(facts: LedgerFacts) -> Iterator[Counted]:
    for organisation in organisations(facts.ledger, facts.settings, facts.as_of):
        done = organisation.closing in {ClosingState.CLOSED, ClosingState.READY}
        if done or organisation.measure is MeasureState.OVERDUE:
            yield unit_of(organisation.mentee_id), 6, Share(int(done), 1)

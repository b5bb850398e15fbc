"""`Judgement`: what the records of one or many townships came to, added up from each by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from addin.domain.awards import Award, judged_mentors, placed, pool_sizes
from addin.domain.conversions import LeaderFigures, Leaders, leaders
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, by_gravity, flagged_mentees
from addin.domain.organisations import OrganisationState, organisations
from addin.domain.pool_changes import Adjustment, PoolJudgement, judge_pool, together
from addin.domain.ranking import Counts, Standing, counts, rank, ranking
from addin.domain.results import Share
from addin.domain.rollup import RollUp
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import IndividualRow


@dataclass(frozen=True, slots=True)
class TownshipJudgement:
    """What one township's records came to, before it is compared with others.

    Attributes:
        individuals: Flags on individuals, in ledger order.
        organisations: Flags on organisations, in ledger order.
        awards: Its mentors who helped in the year, without a place.
        pool: How many mentors 在库 it has, by county.
        changes: What should change in its pool.
        counts: What is ranked, by unit.
        leaders: Figures of those in training, by unit.
        states: Of its organisations, in sheet order.
    """

    individuals: tuple[Flag, ...]
    organisations: tuple[Flag, ...]
    awards: tuple[Award, ...]
    pool: Mapping[str, int]
    changes: PoolJudgement
    counts: Mapping[str, Counts]
    leaders: Mapping[str, LeaderFigures]
    states: tuple[OrganisationState, ...]


def judge_township(own: Ledger, facts: LedgerFacts, year: int) -> TownshipJudgement:
    """Judge a township.

    Args:
        own: Its ledger after validation, of one workbook.
        facts: Of that ledger together with its neighbours' rows
            (`addin.domain.townships.shared_mentors`).
        year: The year the awards judge.
    """
    (file,) = own.unit_codes
    strangers = {unit for each, unit in facts.ledger.unit_codes.items() if each != file}
    mentors = [one for one in facts.mentors.values() if one.cited.file == file]
    codes = {one.mentor_id for one in mentors}
    flagged = [flag for flag in flagged_mentees(facts) if flag.file == file]
    people = {*own.table(IndividualRow).column("mentee_id")}
    pool = judge_pool(facts)
    return TownshipJudgement(
        tuple(flag for flag in flagged if flag.mentee_id in people),
        tuple(flag for flag in flagged if flag.mentee_id not in people),
        tuple(one.unbound for one in judged_mentors(facts, year) if one.mentor.mentor_id in codes),
        pool_sizes(mentors),
        pool._replace(
            changes=tuple(one for one in pool.changes if one.participant_id in codes),
            graduates=tuple(one for one in pool.graduates if one.mentee_id in people),
        ),
        {unit: shares for unit, shares in counts(facts, year).items() if unit not in strangers},
        leaders(own, facts.as_of).units,
        organisations(own, facts.settings, facts.as_of),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the records of some townships came to as of one day.

    Attributes:
        as_of: The day.
        settings: What everything is judged by.
        year: The year the awards judge.
        flags: The flagged mentees, the gravest first.
        awards: The mentors who helped in the year, county by county, the best first.
        changes: What should change in the pools.
        standings: The units ranked.
        leaders: Figures of those in training, by unit.
        organisations: The state of every organisation, in ledger order.
    """

    as_of: date
    settings: Settings
    year: int
    flags: tuple[Flag, ...]
    awards: tuple[Award, ...]
    changes: tuple[Adjustment, ...]
    standings: tuple[Standing, ...]
    leaders: Leaders
    organisations: tuple[OrganisationState, ...]


def judgement_of(records: RollUp) -> Judgement:
    """Return what the records of a ledger of all townships came to."""
    facts = records.facts
    ledger, as_of, settings = facts.ledger, facts.as_of, facts.settings
    return Judgement(
        as_of,
        settings,
        records.award_year,
        records.flags,
        records.awards,
        records.changes,
        ranking(facts),
        leaders(ledger, as_of),
        organisations(ledger, settings, as_of),
    )


def judged_together(
    townships: Iterable[TownshipJudgement], as_of: date, settings: Settings, year: int
) -> Judgement:
    """Compare and add up what townships came to, in the order of their ledgers."""
    townships = list(townships)
    flagged = [flag for one in townships for flag in one.individuals]
    flagged += (flag for one in townships for flag in one.organisations)
    pool: dict[str, int] = defaultdict(int)
    shares: dict[str, list[Share]] = {}
    led: dict[str, LeaderFigures] = {}
    for one in townships:
        for county, size in one.pool.items():
            pool[county] += size
        for unit, counted in one.counts.items():
            before = shares.get(unit)
            shares[unit] = [*map(Share.plus, before, counted)] if before else [*counted]
        for unit, figures in one.leaders.items():
            led[unit] = led.get(unit, LeaderFigures()) + figures
    return Judgement(
        as_of,
        settings,
        year,
        by_gravity(flagged),
        placed((award for one in townships for award in one.awards), pool, settings),
        together(one.changes for one in townships),
        rank(shares, settings),
        Leaders(units=dict(sorted(led.items()))),
        tuple(state for one in townships for state in one.states),
    )

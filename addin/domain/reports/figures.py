"""Figures of units in a period: what stood at its end, and what happened in it.

What stood is counted from each ledger as it was on the last day (`earlier.ledger_on`) by the same
code as 总览 (`addin.domain.summaries`), and flags are judged as of that day. What happened is counted
from rows dated in the period. A month owed, or a duty due, that ends with the period is judged from
the day after.

A comparison adds up only units that both periods have: a unit is there if its ledger holds an
accepted mentor, mentee or pairing by the period's end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from addin.domain.contacts import Contacts, contact_rows
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from addin.domain.reports.earlier import ledger_on, ran_until
from addin.domain.reports.period import Period
from addin.domain.results import Results
from addin.domain.summaries import Figures, Sums, summarise
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.vocabulary import (
    Alert,
    ContactForm,
    DutyProgress,
    MentorStatus,
    OrganisationStatus,
    Rating,
    Stage,
)


@dataclass(frozen=True, slots=True)
class PeriodFigures(Sums):
    """What one unit comes to in a period; `+` adds two.

    Attributes:
        stock: Figures of the period's last day, as in 总览.
        active: IDs of the mentors 在库.
        helpers: Those of them with a running pairing, in whichever unit of the period.
        contacts: Contacts in the period.
        online: Those of them 线上.
        begun: Pairings begun.
        ended: Pairings that ended, 期满 or 终止.
        assessments: Assessments made.
        graded: End-of-period assessments.
        excellent: Those 优秀.
        reserve_cadres: Conversions to 后备干部.
        village_leaders: Conversions to 村党组织带头人.
        closed: Organisations whose closing was approved.
        months_owed: Months that pairings owed contacts.
        months_kept: Those with as many as owed.
        duties_due: Duties of both sides due.
        duties_done: Those done.
        red: Mentees flagged 红 on the last day.
        yellow: Mentees flagged 黄.
        blue: Mentees flagged 蓝.
    """

    stock: Figures = field(default_factory=Figures)
    active: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    contacts: int = 0
    online: int = 0
    begun: int = 0
    ended: int = 0
    assessments: int = 0
    graded: int = 0
    excellent: int = 0
    reserve_cadres: int = 0
    village_leaders: int = 0
    closed: int = 0
    months_owed: int = 0
    months_kept: int = 0
    duties_due: int = 0
    duties_done: int = 0
    red: int = 0
    yellow: int = 0
    blue: int = 0

    @property
    def helping(self) -> int:
        """Return how many of the mentors 在库 have a running pairing."""
        return len(self.helpers)

    @property
    def contact_rate(self) -> float | None:
        """Return the share of months with as many contacts as owed, None where none was owed."""
        return rate(self.months_kept, self.months_owed)

    @property
    def duty_rate(self) -> float | None:
        """Return the share of duties due that were done, None where none was due."""
        return rate(self.duties_done, self.duties_due)

    @property
    def is_there(self) -> bool:
        """Return whether the unit had begun: a mentor, a mentee or a pairing is known."""
        stock = self.stock
        return bool(self.active or stock.individuals or stock.organisations or stock.pairings)


def rate(done: float, of: float) -> float | None:
    """Return done ÷ of, None where there is nothing to be done."""
    return done / of if of else None


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a comparison.

    Attributes:
        name: As it stands in tables.
        unit: What it counts, "%" for a share.
        value: Returns the figure of some units together; None where there is none.
        digits: Decimals shown.
        is_flow: Whether it happened in the period; else it stood at its end.
    """

    name: str
    unit: str
    value: Callable[[PeriodFigures], float | None]
    digits: int = 0
    is_flow: bool = True


_stock = partial(Measure, is_flow=False)

MEASURES = (
    _stock("在库导师", "名", lambda f: f.stock.mentors),
    _stock("其中正在帮带", "名", lambda f: f.helping),
    _stock("个人对象", "名", lambda f: f.stock.individuals),
    _stock("组织对象", "个", lambda f: f.stock.organisations),
    _stock("帮带中结对", "对", lambda f: f.stock.pairings),
    _stock("结对率", "%", lambda f: f.stock.pairing_rate, digits=1),
    _stock("人均帮带", "个", lambda f: f.stock.load, digits=1),
    Measure("新结对", "对", lambda f: f.begun),
    Measure("期满和终止", "对", lambda f: f.ended),
    Measure("联系次数", "次", lambda f: f.contacts),
    Measure("线上占比", "%", lambda f: rate(f.online, f.contacts), digits=1),
    Measure("按月联系率", "%", lambda f: f.contact_rate, digits=1),
    Measure("到期职责", "项", lambda f: f.duties_due),
    Measure("职责完成率", "%", lambda f: f.duty_rate, digits=1),
    Measure("成长评价", "人次", lambda f: f.assessments),
    _stock("六方面均分变化", "分", lambda f: f.stock.gain, digits=1),
    Measure("期满考核", "对", lambda f: f.graded),
    Measure("考核优秀", "对", lambda f: f.excellent),
    Measure("转后备干部", "人", lambda f: f.reserve_cadres),
    Measure("转村党组织带头人", "人", lambda f: f.village_leaders),
    Measure("组织销号", "个", lambda f: f.closed),
    _stock("红色预警", "个", lambda f: f.red),
    _stock("黄色预警", "个", lambda f: f.yellow),
    _stock("蓝色预警", "个", lambda f: f.blue),
)


@dataclass(frozen=True, slots=True)
class PeriodLedger:
    """One workbook's ledger, and what it is judged by."""

    ledger: Ledger
    settings: Settings


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """A period's figures by unit code, and its flags.

    Attributes:
        period: The period.
        day: The day its figures speak of: its last one, or an earlier day while it lasts.
        units: Figures of every unit that was there.
        flags: As of the day.
        facts: Of all ledgers as they stood on the day.
    """

    period: Period
    day: date
    units: Mapping[str, PeriodFigures]
    flags: Sequence[Flag]
    facts: LedgerFacts

    def of(self, codes: Iterable[str]) -> PeriodFigures:
        """Return the figures of some units together."""
        return PeriodFigures.added(self.units[code] for code in codes if code in self.units)


def period_result(
    ledgers: Sequence[PeriodLedger], period: Period, as_of: date, superior: Settings | None = None
) -> PeriodResult:
    """Count a period from the ledgers of one or many workbooks.

    Args:
        ledgers: After validation, one of each unit.
        period: The period.
        as_of: The day the ledgers speak of.
        superior: Settings that win over each ledger's own, None where there are none.
    """
    day = min(period.last, as_of)
    stood = [
        replace(each, ledger=ledger_on(each.ledger, day, each.settings, as_of)) for each in ledgers
    ]
    figures: dict[str, PeriodFigures] = defaultdict(PeriodFigures)
    for each in stood:
        unit, own = _counted(each, period.first, day)
        figures[unit] += own
    merged = Ledger.merged(each.ledger for each in stood)
    settings = superior or (stood[0].settings if len(stood) == 1 else Settings())
    own_settings = {} if superior else {f: e.settings for e in stood for f in e.ledger.unit_codes}
    facts = LedgerFacts.of(merged, settings, day, own_settings)
    flagged = flags(facts)
    after = min(as_of, day + timedelta(days=1))
    judged = facts if after == day else LedgerFacts.of(merged, settings, after, own_settings)
    for unit, added in (*_flagged(flagged, merged.unit_codes), *_owed(judged, period.first, day)):
        figures[unit] += added
    engaged = frozenset[str]().union(*(own.stock.engaged for own in figures.values()))
    there = {
        unit: replace(own, helpers=own.active & engaged)
        for unit, own in sorted(figures.items())
        if own.is_there
    }
    return PeriodResult(period, day, there, flagged, facts)


def _counted(own: PeriodLedger, first: date, day: date) -> tuple[str, PeriodFigures]:
    """Return a workbook's unit and what its rows count."""
    ledger = own.ledger
    ((unit, stock),) = summarise(ledger, day, own.settings).units.items()

    def within(model: type[Row], field_name: str, *names: str) -> Iterator[tuple[Any, ...]]:
        table = ledger.table(model)
        carried = table.carried()
        for row, (on, *values) in table.accepted_rows(field_name, *names):
            if on and first <= on <= day and not carried[row]:
                yield tuple(values)

    ratings = [rating for (rating,) in within(CompletionRow, "assessed_on", "rating")]
    stages = Counter(stage for (stage,) in within(ConversionRow, "date", "to_stage"))
    closings = within(OrganisationRow, "closed_on", "status")
    contacts, online = _contacts(ledger, first, day)
    pairings = ledger.table(PairingRow)
    ends = ran_until(Contacts(ledger, own.settings, day, {}))
    active = {
        mentor
        for _, (mentor, status) in ledger.table(MentorRow).accepted_rows("mentor_id", "status")
        if status is MentorStatus.ACTIVE and mentor
    }
    return unit, PeriodFigures(
        stock=stock,
        active=frozenset(active),
        contacts=contacts,
        online=online,
        begun=sum(first <= on <= day for _, (on,) in pairings.accepted_rows("paired_on")),
        ended=sum(
            bool(end and first <= end <= day)
            for end, accepted in zip(ends, pairings.accepted(), strict=True)
            if accepted
        ),
        assessments=sum(1 for _ in within(AssessmentRow, "assessed_on")),
        graded=len(ratings),
        excellent=ratings.count(Rating.EXCELLENT),
        reserve_cadres=stages[Stage.RESERVE_CADRE],
        village_leaders=stages[Stage.VILLAGE_LEADER],
        closed=sum(status is OrganisationStatus.CLOSED for (status,) in closings),
    )


def _contacts(ledger: Ledger, first: date, day: date) -> tuple[int, int]:
    """Return the contacts of the period, and how many of them are 线上."""
    log = ledger.table(LogEntryRow).this_year()
    contacts = contact_rows(log, day)
    rows = contacts.row[contacts.day >= first.toordinal()].tolist()
    forms = log.column("form")
    return len(rows), sum(forms[row] is ContactForm.ONLINE for row in rows)


UnitFigures = Iterator[tuple[str, PeriodFigures]]


def _flagged(flagged: Iterable[Flag], units: Mapping[str, str]) -> UnitFigures:
    for flag in flagged:
        level = flag.level
        yield (
            units.get(flag.file, ""),
            PeriodFigures(
                red=int(level is Alert.RED),
                yellow=int(level is Alert.YELLOW),
                blue=int(level is Alert.BLUE),
            ),
        )


def _owed(facts: LedgerFacts, first: date, day: date) -> UnitFigures:
    """Yield months owed and kept, and duties due and done, of the unit whose mentees they are."""
    results = Results(facts, first, day)
    by_unit: dict[str, list[str]] = defaultdict(list)
    for pairing in facts.pairings:
        if pairing.pairing_id:
            by_unit[unit_of(pairing.mentee_id)].append(pairing.pairing_id)
    for unit, codes in by_unit.items():
        kept = results.months(codes).kept
        due = [
            duty
            for code in codes
            for duty in facts.duties_of_pairing.get(code, ())
            if first <= duty.due_on <= day
        ]
        done = sum(duty.progress is DutyProgress.DONE for duty in due)
        yield (
            unit,
            PeriodFigures(
                months_owed=kept.of, months_kept=kept.done, duties_due=len(due), duties_done=done
            ),
        )


# --- comparing two periods ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure in both periods.

    Attributes:
        measure: The measure.
        now: Of all units in this period.
        same_now: Of the units both periods have.
        before: Of the same units in the period before; None where there is none.
    """

    measure: Measure
    now: float | None
    same_now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """Return how much it changed in the same units; of a share in percentage points."""
        if self.same_now is None or self.before is None:
            return None
        factor = 100 if self.measure.unit == "%" else 1
        return round(factor * (self.same_now - self.before), self.measure.digits) + 0.0

    @property
    def growth(self) -> float | None:
        """Return the change ÷ what was before, None of a share and where that is not positive."""
        if self.same_now is None or not self.before or self.before < 0 or self.measure.unit == "%":
            return None
        return self.same_now / self.before - 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period and the one before, by the same units.

    Attributes:
        now: This period.
        before: The period before, None where its ledgers are not there.
    """

    now: PeriodResult
    before: PeriodResult | None = None

    @property
    def same(self) -> tuple[str, ...]:
        """Return the units both periods have, in code order."""
        return tuple(u for u in self.now.units if self.before and u in self.before.units)

    @property
    def only_now(self) -> tuple[str, ...]:
        """Return the units that were not there in the period before."""
        return tuple(u for u in self.now.units if self.before and u not in self.before.units)

    @property
    def only_before(self) -> tuple[str, ...]:
        """Return the units that are not there in this period."""
        before = self.before.units if self.before else ()
        return tuple(unit for unit in before if unit not in self.now.units)

    def changes(self, prefix: str = "") -> tuple[MeasureChange, ...]:
        """Return every measure of the units whose code begins with `prefix`."""
        own = [unit for unit in self.now.units if unit.startswith(prefix)]
        same = [unit for unit in self.same if unit.startswith(prefix)]
        now, same_now = self.now.of(own), self.now.of(same)
        before = self.before.of(same) if self.before and same else None
        return tuple(
            MeasureChange(
                measure,
                measure.value(now),
                measure.value(same_now) if before else None,
                measure.value(before) if before else None,
            )
            for measure in MEASURES
        )

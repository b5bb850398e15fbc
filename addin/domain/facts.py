"""`LedgerFacts`: what awards, flags, growth, pool changes and ranking look up in a ledger.

Everything is read when first asked for and once, however many judgements ask. Rows an error finding
cites are not used, with one exception: a pairing whose mentor, mentee and status can be read still
says who is with whom (`LedgerFacts.running`). That keeps its mentee from being called unpaired, and
counts for the load of its mentor, which may be the very error.

A mentor is one mentor wherever the pairings stand: in a merged ledger those in other townships'
ledgers count with the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from addin.domain.contacts import Contacts, MonthPlan, last_day_of
from addin.domain.doubts import Doubts
from addin.domain.duties import DutyReport, DutyState, duty_report
from addin.domain.months import Span, month_of
from validators import vocabulary
from validators.identity import unit_of
from validators.ledger import Ledger, SheetPart
from validators.relations import is_next_period, running
from validators.rulebook import CitedRow
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
    input_columns,
)
from validators.sheets.base import ASPECT_FIELDS

T = TypeVar("T")

Scores = tuple[int | None, ...]
"""Six scores in the order of `Aspect`, None where there is none."""

MenteeState = vocabulary.MenteeStatus | vocabulary.OrganisationStatus

SEEKING: frozenset[str] = frozenset(
    {vocabulary.MenteeStatus.UNPAIRED, vocabulary.MenteeStatus.PAIRED}
)
"""待结对 and 帮带中, of individuals and organisations: who has or needs a mentor."""

UNPAIRED: frozenset[str] = frozenset(
    {vocabulary.MenteeStatus.UNPAIRED, vocabulary.OrganisationStatus.UNPAIRED}
)
"""待结对."""


class Mentor(NamedTuple):
    """A mentor of the pool, as typed."""

    cited: CitedRow
    mentor_id: str
    name: str
    gender: vocabulary.Gender
    born: date
    employer: str
    post: str
    capacity: int | None
    appointed_until: date | None
    status: vocabulary.MentorStatus
    status_since: date | None

    @property
    def unit(self) -> str:
        """Return the 9-digit code of the unit whose mentor this is."""
        return unit_of(self.mentor_id)

    @property
    def county(self) -> str:
        """Return the 6-digit code of the county, of the city for the city's own mentors."""
        return self.unit[:6]


class Mentee(NamedTuple):
    """An individual or organisation whose ID stands once."""

    cited: CitedRow
    mentee_id: str
    name: str
    status: MenteeState
    status_since: date | None
    chosen_on: date | None
    surveyed_on: date | None
    scores: Scores

    @property
    def file(self) -> str:
        """Return the workbook the mentee belongs to."""
        return self.cited.file


class Pairing(NamedTuple):
    """One pairing; `pairing_id` is "" where the clerk left it blank."""

    cited: CitedRow
    pairing_id: str
    mentor_id: str
    mentee_id: str
    paired_on: date
    until: date
    status: vocabulary.PairingStatus
    ended_on: date | None
    end_reason: str
    paused_from: date | None
    paused_to: date | None

    @property
    def file(self) -> str:
        """Return the workbook the pairing stands in."""
        return self.cited.file

    @property
    def runs(self) -> bool:
        """Return whether the pairing is in force."""
        return self.status is vocabulary.PairingStatus.RUNNING

    @property
    def pause(self) -> Span | None:
        """Return first and last day of its pause; a pause without an end lasts."""
        return (self.paused_from, self.paused_to or self.until) if self.paused_from else None

    def overlaps(self, first: date, last: date) -> bool:
        """Return whether the period has a day from `first` to `last`."""
        return self.paired_on <= last and self.until >= first

    def pauses_on(self, day: date) -> bool:
        """Return whether the pairing pauses on a day."""
        return self.pause is not None and self.pause[0] <= day <= self.pause[1]


class PairingEnd(NamedTuple):
    """The end of a pairing: its last day, and what it rests on.

    `pairing_id` is "" where it is blank; `last_contact` is the day of the last contact.
    """

    day: date
    pairing_id: str
    status: vocabulary.PairingStatus
    ended_on: date | None
    last_contact: date | None

    @property
    def undated(self) -> bool:
        """Return whether the pairing was broken off and 终止日期 is blank."""
        return self.status is vocabulary.PairingStatus.ENDED and self.ended_on is None

    def __str__(self) -> str:
        name = f"上一结对 {self.pairing_id}".strip()
        if not self.undated:
            return f"{name} {self.day} {self.status}"
        known = "最近一次联系" if self.last_contact else "结对日期"
        return f"{name} 已终止（未填终止日期，自{known} {self.day} 起算）"


class Assessment(NamedTuple):
    """An assessment of a mentee; `row` is its row in the assessments' table."""

    day: date
    row: int
    assessment_id: str | None
    scores: Scores
    satisfaction: int | None


class Completion(NamedTuple):
    """An end-of-period assessment; `row` is its row in the completions' table."""

    day: date
    row: int
    pairing_id: str
    score: float
    rating: vocabulary.Rating
    conclusion: vocabulary.Conclusion


class Misconduct(NamedTuple):
    """A recorded fact about a mentor or a mentee (负面情形)."""

    cited: CitedRow
    participant_id: str
    day: date
    fact: str
    confirmed_by: str

    def __str__(self) -> str:
        return f"{self.day} {self.fact}（{self.confirmed_by}认定）"


@dataclass(frozen=True)
class LedgerFacts:
    """Look-ups in one ledger as of one day.

    Attributes:
        contacts: Of the ledger; they hold the ledger, the settings and the day, too.
    """

    contacts: Contacts

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        settings: Settings,
        as_of: date,
        own: Mapping[str, Settings] | None = None,
    ) -> LedgerFacts:
        """Return the look-ups of a ledger.

        Args:
            ledger: Of one or many workbooks, after validation.
            settings: What everything is judged by.
            as_of: The day everything is judged by.
            own: By file, the settings of workbooks where no superior's win.
        """
        return cls(Contacts(ledger, settings, as_of, own or {}))

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.contacts.ledger

    @property
    def settings(self) -> Settings:
        """Return the settings everything is judged by."""
        return self.contacts.settings

    @property
    def as_of(self) -> date:
        """Return the day everything is judged by."""
        return self.contacts.as_of

    def settings_of(self, file: str) -> Settings:
        """Return the settings that hold for a workbook."""
        return self.contacts.own.get(file, self.settings)

    def once(self, judge: Callable[[LedgerFacts], Iterable[T]]) -> list[T]:
        """Return what `judge` finds in these facts, worked out once for all that ask."""
        if judge not in self._found:
            self._found[judge] = list(judge(self))
        return self._found[judge]

    @cached_property
    def _found(self) -> dict[Callable[[LedgerFacts], Iterable[Any]], list[Any]]:
        return {}

    def cited(self, model: type[Row], row: int) -> CitedRow:
        """Return row `row` of the sheet of `model` as one to cite."""
        return CitedRow(self.ledger.table(model), row)

    @cached_property
    def doubts(self) -> Doubts:
        """Return what cannot be read and might excuse a mentee."""
        return Doubts(self.ledger, self.as_of)

    def doubtful_scores(self, mentee_id: str) -> list[Scores]:
        """Return the scores of the mentee's assessments not used that may be the latest.

        A later good assessment supersedes an earlier one, whatever is wrong with that.
        """
        series = self.assessments.get(mentee_id, ())
        latest = series[-1].day if series else date.min
        doubtful = self.doubts.assessments.get(mentee_id, ())
        return [scores for day, scores in doubtful if day is None or day > latest]

    # --- people ---

    @cached_property
    def mentors(self) -> dict[str, Mentor]:
        """Return the pool by ID, in ID order; without an ID nobody helps anyone."""
        table = self.ledger.table(MentorRow)
        rows = table.accepted_rows(*Mentor._fields[1:])
        pool = (Mentor(CitedRow(table, row), *values) for row, values in rows if values[0])
        return {mentor.mentor_id: mentor for mentor in sorted(pool, key=lambda m: m.mentor_id)}

    def mentor_name(self, mentor_id: str) -> str:
        """Return a mentor's name; the ID where the ledger does not know the mentor."""
        return self.mentors[mentor_id].name if mentor_id in self.mentors else mentor_id

    @cached_property
    def mentees(self) -> dict[str, Mentee]:
        """Return the mentees whose ID stands once, individuals first, in ledger order."""
        names = (
            "mentee_id", "name", "status", "status_since", "chosen_on", "surveyed_on",
            *ASPECT_FIELDS,
        )  # fmt: skip
        mentees = {}
        for model in (IndividualRow, OrganisationRow):
            table = self.ledger.table(model)
            single = table.by_single_id
            for row, (code, name, status, since, chosen, surveyed, *scores) in table.accepted_rows(
                *names
            ):
                if code and single.get(code) == row:
                    mentees[code] = Mentee(
                        CitedRow(table, row),
                        code,
                        name,
                        status,
                        since,
                        chosen,
                        surveyed,
                        tuple(scores),
                    )
        return mentees

    @cached_property
    def seeking(self) -> dict[str, Mentee]:
        """Return the mentees 待结对 or 帮带中."""
        return {code: mentee for code, mentee in self.mentees.items() if mentee.status in SEEKING}

    @cached_property
    def baselines(self) -> dict[str, Scores]:
        """Return each mentee's scores before it was helped."""
        return {
            mentee: tuple(scores)
            for model in (IndividualRow, OrganisationRow)
            for _, (mentee, *scores) in self.ledger.table(model).accepted_rows(
                "mentee_id", *ASPECT_FIELDS
            )
            if mentee
        }

    def misconduct(self, first: date, last: date) -> dict[str, tuple[Misconduct, ...]]:
        """Return 负面情形 from `first` to `last` by mentor or mentee ID, the oldest first."""
        table = self.ledger.table(MisconductRow)
        by_person: dict[str, list[Misconduct]] = defaultdict(list)
        for row, values in table.accepted_rows("participant_id", "date", "fact", "confirmed_by"):
            misconduct = Misconduct(CitedRow(table, row), *values)
            if first <= misconduct.day <= last:
                by_person[misconduct.participant_id].append(misconduct)
        return {
            person: tuple(
                sorted(listed, key=lambda misconduct: (misconduct.day, misconduct.cited.file))
            )
            for person, listed in by_person.items()
        }

    # --- pairings ---

    @cached_property
    def pairings(self) -> tuple[Pairing, ...]:
        """Return the accepted pairings, in ledger order."""
        table = self.ledger.table(PairingRow)
        return tuple(
            Pairing(
                CitedRow(table, row), code or "", mentor, mentee, start, until, status,
                ended_on, reason or "", paused, resumed,
            )
            for row, (code, mentor, mentee, start, until, status, ended_on, reason, paused, resumed)
            in table.accepted_rows(*Pairing._fields[1:])
        )  # fmt: skip

    @cached_property
    def pairings_of_mentor(self) -> dict[str, tuple[Pairing, ...]]:
        """Return each mentor's pairings that began by the day, in the order of days and IDs."""
        by_mentor: dict[str, list[Pairing]] = defaultdict(list)
        for pairing in self.pairings:
            if pairing.paired_on <= self.as_of:
                by_mentor[pairing.mentor_id].append(pairing)
        return {mentor: tuple(sorted(some, key=_by_day)) for mentor, some in by_mentor.items()}

    @cached_property
    def running(self) -> dict[str, list[tuple[int, str]]]:
        """Return (row, mentor ID) of each mentee's running pairings, rejected rows included."""
        by_mentee: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for row, mentor, mentee in running(self.ledger):
            by_mentee[mentee].append((row, mentor))
        return dict(by_mentee)

    @cached_property
    def accepted_running(self) -> dict[str, list[Pairing]]:
        """Return the running pairings of each mentee whose rows are accepted."""
        by_mentee: dict[str, list[Pairing]] = defaultdict(list)
        for pairing in self.pairings:
            if pairing.runs:
                by_mentee[pairing.mentee_id].append(pairing)
        return dict(by_mentee)

    @cached_property
    def settled(self) -> dict[str, tuple[Pairing, ...]]:
        """Return the running pairings, their grace over, of each mentee 待结对 or 帮带中.

        Only pairings whose ID stands once are there: contacts and duties name it.
        """
        settled = {}
        for code in self.seeking:
            pairings = tuple(
                pairing
                for pairing in self.accepted_running.get(code, ())
                if pairing.pairing_id in self.contacts.known
                and self.is_settled(pairing.paired_on, pairing.file)
            )
            if pairings:
                settled[code] = pairings
        return settled

    def is_settled(self, paired_on: date | None, file: str) -> bool:
        """Return whether the grace of a pairing that began on a day is over."""
        grace = timedelta(days=self.settings_of(file).grace_days)
        return paired_on is not None and paired_on + grace <= self.as_of

    @cached_property
    def ends(self) -> dict[str, list[PairingEnd]]:
        """Return the ends of the pairings each mentee had before, rejected rows included.

        A pairing is over by the day; one whose end cannot be read has none.
        """
        ends: dict[str, list[PairingEnd]] = defaultdict(list)
        names = ("pairing_id", "mentee_id", "status", "paired_on", "until", "ended_on")
        over = set(vocabulary.PairingStatus) - {vocabulary.PairingStatus.RUNNING}
        for code, mentee, status, start, until, ended_on in self.ledger.table(PairingRow).columns(
            *names
        ):
            if mentee and status in over and (until := until or ended_on):
                last = self.contacts.last_day(code or "")
                day = last_day_of(status, (start or until, until), ended_on, last)
                ends[mentee].append(
                    PairingEnd(min(day, self.as_of), code or "", status, ended_on, last)
                )
        return dict(ends)

    def waiting_since(self, mentee: Mentee) -> tuple[date, str] | None:
        """Return since when a mentee without a running pairing waits, and a sentence that says why.

        It is the end of the last pairing, or 确定日期 where that is later or there was none. A pairing
        broken off without 终止日期 ended at the latest when its mentee became 待结对. None where
        neither is known.
        """
        beginnings = []
        if ends := self.ends.get(mentee.mentee_id):
            end = max(ends, key=lambda end: (end.day, end.pairing_id))
            beginnings.append((end.day, str(end)))
            changed = mentee.status_since
            if end.undated and mentee.status in UNPAIRED and changed and end.day <= changed:
                beginnings.append((min(changed, self.as_of), f"{changed} 终止结对后转为待结对"))
        elif mentee.mentee_id in self.was_paired:
            return None
        if mentee.chosen_on:
            beginnings.append((mentee.chosen_on, f"{mentee.chosen_on} 确定为帮带对象"))
        return max(beginnings, default=None)

    @cached_property
    def was_paired(self) -> frozenset[str]:
        """Return every mentee a pairing names, running or over."""
        return frozenset(filter(None, self.ledger.table(PairingRow).column("mentee_id")))

    # --- what the pairings brought ---

    @cached_property
    def completions(self) -> dict[str, tuple[Completion, ...]]:
        """Return the end-of-period assessments of each pairing up to the day, in ledger order."""
        by_pairing: dict[str, list[Completion]] = defaultdict(list)
        names = ("assessed_on", "pairing_id", "score", "rating", "conclusion")
        for row, (day, *facts) in self.ledger.table(CompletionRow).accepted_rows(*names):
            completion = Completion(day, row, *facts)
            if day <= self.as_of:
                by_pairing[completion.pairing_id].append(completion)
        return {pairing: tuple(listed) for pairing, listed in by_pairing.items()}

    @cached_property
    def finals(self) -> dict[str, Completion]:
        """Return the last end-of-period assessment of each pairing; the worse of one day."""
        return {pairing: last_of(listed) for pairing, listed in self.completions.items()}

    def is_concluded(self, pairing: Pairing) -> bool:
        """Return whether an end-of-period assessment concludes a pairing's present period.

        A renewal (续帮) concludes the period it was made for, not the one it renews to.
        """
        final, months = (
            self.finals.get(pairing.pairing_id),
            self.settings_of(pairing.file).period_months,
        )
        return final is not None and not (
            final.conclusion is vocabulary.Conclusion.RENEW
            and is_next_period(final.day, pairing.until, months)
        )

    @cached_property
    def assessments(self) -> dict[str, tuple[Assessment, ...]]:
        """Return each mentee's assessments up to the day, by day, then in ledger order."""
        return assessments(self.ledger, self.as_of)

    @cached_property
    def daily_assessments(self) -> dict[str, list[Assessment]]:
        """Return each mentee's assessments by day; of several on one day the last row's."""
        return {
            mentee: list({assessment.day: assessment for assessment in series}.values())
            for mentee, series in self.assessments.items()
        }

    @cached_property
    def steps(self) -> dict[str, list[date]]:
        """Return the days of each mentee's steps of 培养转化; back to 未纳入 is none."""
        steps: dict[str, list[date]] = defaultdict(list)
        rows = self.ledger.table(ConversionRow).accepted_rows("mentee_id", "date", "to_stage")
        for _, (mentee, day, stage) in rows:
            if stage is not vocabulary.Stage.NONE and day <= self.as_of:
                steps[mentee].append(day)
        return dict(steps)

    @cached_property
    def duty_report(self) -> DutyReport:
        """Return what the log says of the duties."""
        return duty_report(self.contacts)

    @property
    def duties(self) -> tuple[DutyState, ...]:
        """Return the state of every duty, in ledger order."""
        return self.duty_report.states

    @cached_property
    def duties_of_pairing(self) -> dict[str, list[DutyState]]:
        """Return each pairing's duties."""
        by_pairing: dict[str, list[DutyState]] = defaultdict(list)
        for duty in self.duties:
            by_pairing[duty.pairing_id].append(duty)
        return dict(by_pairing)

    def months(self, pairing_id: str) -> tuple[tuple[MonthPlan, bool], ...]:
        """Return the months a pairing owes contacts, and whether complete entries suffice."""
        if pairing_id not in self._months:
            contacts = self.contacts.of_pairing(pairing_id)
            days = self.contacts.log.column("date")
            incomplete = self._incomplete.intersection(contacts.rows)
            missing = Counter(month_of(days[row]) for row in incomplete)
            self._months[pairing_id] = tuple(
                (plan, plan.made - missing.get(plan.month, 0) >= plan.owed)
                for plan in contacts.months
            )
        return self._months[pairing_id]

    @cached_property
    def _months(self) -> dict[str, tuple[tuple[MonthPlan, bool], ...]]:
        return {}

    @cached_property
    def _incomplete(self) -> frozenset[int]:
        """Return the log's rows that lack a recommended value."""
        names = [column.field for column in input_columns(LogEntryRow) if column.recommended]
        return frozenset(
            start + row
            for start, part in self.contacts.log.starts()
            for name in names
            for row in _without(part, name)
        )


def assessments(ledger: Ledger, as_of: date) -> dict[str, tuple[Assessment, ...]]:
    """Return each mentee's accepted assessments up to `as_of` by day, then in ledger order."""
    names = ("mentee_id", "assessed_on", "assessment_id", "satisfaction", *ASPECT_FIELDS)
    by_mentee: dict[str, list[Assessment]] = defaultdict(list)
    rows = ledger.table(AssessmentRow).accepted_rows(*names)
    for row, (mentee, day, code, satisfaction, *scores) in rows:
        if day <= as_of:
            by_mentee[mentee].append(Assessment(day, row, code, tuple(scores), satisfaction))
    return {mentee: tuple(sorted(series)) for mentee, series in by_mentee.items()}


def trend(
    baseline: Scores, series: Sequence[Assessment], settings: Settings
) -> vocabulary.GrowthTrend:
    """Return 成长趋势: the latest assessment against the one before it.

    The first assessment is held against the baseline; 待评价 where no aspect is rated by both. 下降
    means the same as for the flag on falling scores (`has_fallen`).
    """
    rated = [baseline, *(assessment.scores for assessment in series)][-2:]
    changes = score_changes(*rated) if len(rated) == 2 else []
    if not changes:
        return vocabulary.GrowthTrend.UNKNOWN
    if has_fallen(changes, settings):
        return vocabulary.GrowthTrend.FALLING
    rising = sum(changes) > 0
    return vocabulary.GrowthTrend.RISING if rising else vocabulary.GrowthTrend.STEADY


def score_changes(before: Scores, now: Scores) -> list[int]:
    """Return by how much each aspect both rate has changed."""
    return [new - old for old, new in zip(before, now, strict=True) if old and new]


def has_fallen(changes: Collection[int], settings: Settings) -> bool:
    """Return whether scores have fallen: all together, or one aspect by `settings.steep_fall`."""
    return sum(changes) < 0 or min(changes, default=0) <= -max(1, settings.steep_fall)


def last_of(completions: Iterable[Completion]) -> Completion:
    """Return the last of some end-of-period assessments; the worse of one day."""
    return max(completions, key=lambda completion: (completion.day, -completion.score))


def _by_day(pairing: Pairing) -> tuple[date, str, str]:
    return pairing.paired_on, pairing.pairing_id, pairing.mentee_id


def _without(part: SheetPart, name: str) -> Iterator[int]:
    """Yield the rows of a part without a readable value of field `name`."""
    column = part.columns.get(name)
    if column is None:
        yield from range(len(part))
        return
    yield from column.cells.blank_rows()
    unread = [index for index, value in enumerate(column.values) if value is None]
    yield from (row for row, _ in column.rows_with(unread))

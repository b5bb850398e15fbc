"""Statuses and dates that follow from decisions typed elsewhere: `bangdai update --apply-decisions`.

A decision is typed once: 期满考核, 培养转化, 销号批准日期, 终止日期, and 决定 in 导师库调整. What
follows from it is proposed, never written unasked:

- **等次** of an assessment where it is blank, by 得分.
- **A pairing** 帮带中: 期满 once 期满考核 says 出师 or 调整 and its last day is over, or a later pairing
  of the same two renews it; 终止 from its 终止日期 on, or from the day its organisation was closed.
  续帮 moves 期满日期 one period on: the next period begins the day after the last one, or on the day
  of an assessment that came so late that the next period would be nearly over. It has duties of its
  own, planned as those of a new pairing, for what is weak by the latest scores.
- **A mentee**: 帮带中 with a running pairing; without one 期满出师 or 待结对 by the conclusion on the
  last pairing, 待结对 after a pairing broken off, 退出 where 终止原因 says that the mentee left;
  an organisation 已销号 by 销号批准日期. What an organisation becomes after 出师 is the county's to say.
- **培养阶段** by the last conversion, if the mentee stands at an earlier step of it or at none.
- **A mentor**: 调出 or 暂停, or 可带人数 as the agreed reason counts it; an agreed 调入 adds the mentee
  to 导师库.

Rows are read as typed, whatever else is wrong with them; a decision that contradicts itself, or has
no day, decides nothing. A status dated later than the decision stays, as does one that contradicts
it: rules find those (`{sheet}.status.contradicts`). Nothing is left to propose once it is applied.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from addin.actions.ledger_set import LedgerSet, read_again
from addin.domain.duties import new_duties
from addin.domain.duties.plan import Mentee
from addin.domain.facts import Assessment, assessments
from addin.domain.months import add_months
from addin.domain.numbering import Numbering
from validators import relations, sheets, vocabulary
from validators.errors import UpdateRefused
from validators.findings import as_typed
from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.settings import Settings
from validators.sheets.base import ASPECT_FIELDS, columns_by_field
from validators.vocabulary import Conclusion, PairingStatus, PoolChange
from workbooks.patch.ledger_copy import update_workbook
from workbooks.template.layout import shown
from workbooks.updates import SheetUpdate, tab_of

_LEFT_WORDS = ("退出", "调动", "调离", "调走", "离任", "离岗", "退休", "辞职", "去世", "病故")
_WIDENED = re.compile(r"现帮带 (\d+) 人.*可再帮带 (\d+) 人", re.DOTALL)
_TAKEN_OVER = (
    "name", "gender", "ethnicity", "born", "politics", "employer", "post", "village", "specialties",
    "phone",
)  # fmt: skip
"""What a new mentor's row has from the mentee's."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One cell, or with `added` new rows of one sheet, that follow from a decision.

    Attributes:
        key: The sheet's key.
        sheet: Tab name.
        row: 1-based worksheet row, 0 for a new one.
        cell: Address, "" in a new row.
        who: Whose row it is: a name, or a pairing's ID.
        field: The column's field.
        heading: Its heading as typed.
        before: The cell as typed.
        value: What it should hold.
        why: The decision, as a clerk reads it.
        decided_in: The key of the sheet the decision stands in.
        added: The new rows' values by field, none where a cell changes.
    """

    key: str
    sheet: str
    row: int
    cell: str
    who: str
    field: str
    heading: str
    before: str
    value: object
    why: str
    decided_in: str
    added: tuple[Mapping[str, object], ...] = ()

    @property
    def sentence(self) -> str:
        """Return what changes and why, as one line."""
        if self.added and self.key == sheets.DutyRow.sheet.key:
            count = len(self.added)
            return f"{self.sheet} 新增 {self.who} 下一周期的职责 {count} 项：{self.why}"
        if self.added:
            return f"{self.sheet} 新增一行“{self.who}”：{self.why}，请补填导师类别"
        after = as_typed(shown(self.value))
        change = f"{self.heading}“{self.before}” → “{after}”"
        return f"{self.sheet}!{self.cell} {self.who} {change}：{self.why}"


def decision_updates(proposals: Iterable[Consequence]) -> list[SheetUpdate]:
    """Return the changes of the ledger that write what is proposed."""
    cells: dict[tuple[str, str], dict[tuple[int, str], object]] = defaultdict(dict)
    added: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for proposal in proposals:
        if proposal.added:
            added[proposal.key].extend(proposal.added)
        else:
            place = proposal.key, tab_of(proposal.key, proposal.sheet)
            cells[place][proposal.row, proposal.field] = proposal.value
    for key in added:
        cells.setdefault(next((place for place in cells if place[0] == key), (key, "")), {})
    return [
        SheetUpdate(key, cells=changed, append=tuple(added.pop(key, ())), tab=tab)
        for (key, tab), changed in cells.items()
    ]


def apply_decisions(
    ledgers: LedgerSet, drafts: Path, proposals: Mapping[str, Sequence[Consequence]]
) -> LedgerSet:
    """Return the ledgers with what is proposed written into drafts of them, and read again.

    A ledger that cannot be copied stays as it is; whoever copies it then says why.

    Args:
        ledgers: The ledgers.
        drafts: A folder for the drafts.
        proposals: What is proposed by file.
    """
    copies = {}
    for number, ledger in enumerate(ledgers.examined):
        draft, listed = drafts / f"decided-{number}.xlsx", proposals.get(ledger.file)
        if listed:
            source, updates = ledgers.sources[ledger.file].path, decision_updates(listed)
            with suppress(UpdateRefused):
                update_workbook(source, draft, updates, digest=ledger.digest)
                copies[ledger.file] = draft
    return read_again(ledgers, copies)


def consequences(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Consequence, ...]:
    """Return what follows from the decisions of one workbook's ledger and is not typed yet."""
    decisions = _Decisions(ledger, settings, as_of)
    return (
        *_ratings(decisions),
        *(pairings := tuple(_pairings(decisions))),
        *_duties(decisions, pairings),
        *_mentees(decisions),
        *_stages(decisions),
        *_mentors(decisions),
    )


class Decision(NamedTuple):
    """A decision as a clerk reads it, and the key of the sheet it stands in."""

    words: str
    sheet: str

    @classmethod
    def completed(cls, final: relations.FinalCompletion) -> Decision:
        """Return the conclusion of a 期满考核."""
        return cls(str(final), sheets.CompletionRow.sheet.key)

    @classmethod
    def closed(cls, day: date) -> Decision:
        """Return the county's approval."""
        return cls(f"销号批准日期是 {day}", sheets.OrganisationRow.sheet.key)

    @classmethod
    def paired(cls, words: str) -> Decision:
        """Return what a row of 结对台账 says."""
        return cls(words, sheets.PairingRow.sheet.key)


class _Pairing(NamedTuple):
    """A pairing as typed, or as it is once the decisions on it are applied."""

    row: int
    pairing_id: str | None
    mentor_id: str | None
    mentee_id: str | None
    paired_on: date | None
    until: date | None
    status: PairingStatus | None
    ended_on: date | None
    end_reason: str | None

    @property
    def last_day(self) -> date | None:
        """Return the last day of a pairing that is over, None where it is not known."""
        return self.ended_on if self.status is PairingStatus.ENDED else self.until


@dataclass(frozen=True)
class _Decisions:
    """The decisions of one workbook's ledger as of a day."""

    ledger: Ledger
    settings: Settings
    as_of: date

    @cached_property
    def finals(self) -> dict[str, relations.FinalCompletion]:
        return relations.final_completions(self.ledger, self.settings, self.as_of)

    @cached_property
    def assessments(self) -> dict[str, tuple[Assessment, ...]]:
        return assessments(self.ledger, self.as_of)

    @cached_property
    def closed(self) -> dict[str, date]:
        """Return 销号批准日期 of every organisation that has one."""
        table = self.ledger.table(sheets.OrganisationRow)
        days = table.column("closed_on")
        return {
            code: days[row]
            for code, row in table.by_single_id.items()
            if days[row] and days[row] <= self.as_of
        }

    @cached_property
    def outcomes(self) -> list[tuple[_Pairing, _Pairing, Decision | None]]:
        """Return every pairing as typed, as it is after the decisions, and which decided that."""
        table, again = self.ledger.table(sheets.PairingRow), relations.renewed_again(self.ledger)
        outcomes = []
        for row, values in enumerate(table.columns(*_Pairing._fields[1:])):
            typed = _Pairing(row, *values)
            outcomes.append((typed, *_outcome(typed, self, renewed=row in again)))
        return outcomes

    def final(self, pairing: _Pairing) -> relations.FinalCompletion | None:
        return self.finals.get(pairing.pairing_id or "")

    def change(
        self, table: Table[Any], row: int, name: str, value: object, why: Decision
    ) -> Iterator[Consequence]:
        """Yield the change of a cell, unless it says so already or cannot be read or written."""
        part, local = table.locate(row)
        if name not in part.columns or table.column(name)[row] == value:
            return
        place = table.place(row, name)
        unreadable = table.column(name)[row] is None and table.raw(row, name) is not None
        if not unreadable and (part.row_number(name, local), place.column) not in part.covered:
            model: type[sheets.Row] = table.model
            names = columns_by_field(model)
            who = next((table.column(n)[row] for n in ("name", "pairing_id") if n in names), "")
            yield Consequence(
                table.key, place.sheet, place.row, place.cell, who or "", name, place.heading,
                place.value, value, why.words, why.sheet,
            )  # fmt: skip

    def status(
        self, table: Table[Any], row: int, status: object, since: date, why: Decision
    ) -> Iterator[Consequence]:
        """Yield the change of 状态 and 状态变更日期, unless the status was changed after `since`."""
        changed = table.column("status_since")[row]
        if not (changed and changed > since):
            status_changes = list(self.change(table, row, "status", status, why))
            yield from status_changes
            if status_changes:
                yield from self.change(table, row, "status_since", since, why)


# --- 期满考核 and pairings ---


def _ratings(decisions: _Decisions) -> Iterator[Consequence]:
    table = decisions.ledger.table(sheets.CompletionRow)
    for row, score in enumerate(table.column("score")):
        if score is not None and table.raw(row, "rating") is None:
            rating = relations.rating_of(score, decisions.settings)
            why = Decision(f"得分 {score:g}", table.key)
            yield from decisions.change(table, row, "rating", rating, why)


def _outcome(
    pairing: _Pairing, decisions: _Decisions, *, renewed: bool
) -> tuple[_Pairing, Decision | None]:
    """Return a pairing as it is after the decisions on it, and which decided that."""
    if pairing.status is not PairingStatus.RUNNING:
        return pairing, None
    final, until = decisions.final(pairing), pairing.until
    over = until is not None and until < decisions.as_of
    if final and over and (renewed or final.conclusion is not Conclusion.RENEW):
        return pairing._replace(status=PairingStatus.EXPIRED), Decision.completed(final)
    ended, closed = pairing.ended_on, decisions.closed.get(pairing.mentee_id or "")
    start = pairing.paired_on or date.min
    if ended:
        if start <= ended <= min(decisions.as_of, until or ended):
            why = Decision.paired(f"终止日期是 {ended}")
            return pairing._replace(status=PairingStatus.ENDED), why
    elif closed and start <= closed:
        return _closed(pairing, closed), Decision.closed(closed)
    elif final and until and final.conclusion is Conclusion.RENEW and not renewed:
        months = decisions.settings.period_months
        if months > 0 and not final.renews(until, months):
            return pairing._replace(until=_renewed(until, final, months)), Decision.completed(final)
    return pairing, None


def _renewed(until: date, final: relations.FinalCompletion, months: int) -> date:
    """Return the last day of the period that follows one which ended on `until`."""
    day = timedelta(days=1)
    end = add_months(until + day, months) - day
    return end if final.renews(end, months) else add_months(final.day, months) - day


def _closed(pairing: _Pairing, closed: date) -> _Pairing:
    if pairing.until and pairing.until <= closed:
        return pairing._replace(status=PairingStatus.EXPIRED)
    reason = pairing.end_reason or "党组织已销号"
    return pairing._replace(status=PairingStatus.ENDED, ended_on=closed, end_reason=reason)


def _pairings(decisions: _Decisions) -> Iterator[Consequence]:
    table = decisions.ledger.table(sheets.PairingRow)
    for typed, outcome, why in decisions.outcomes:
        for name in ("until", "status", "ended_on", "end_reason"):
            if why and getattr(typed, name) != (value := getattr(outcome, name)):
                yield from decisions.change(table, typed.row, name, value, why)


def _duties(decisions: _Decisions, pairings: Iterable[Consequence]) -> Iterator[Consequence]:
    """Yield the duties of the next period of every pairing whose 期满日期 moves."""
    ledger, settings = decisions.ledger, decisions.settings
    table, duties = ledger.table(sheets.PairingRow), ledger.table(sheets.DutyRow)
    unit_code = next(iter(ledger.unit_codes.values()), "")
    if not (duties.parts and unit_code):
        return
    numbering = Numbering(ledger, unit_code)
    templates = ledger.table(sheets.DutyTemplateRow).accepted_records()
    due = {(code, day) for code, day in duties.columns("pairing_id", "due_on") if day}
    known = settings.model_copy(update={"grace_days": 0})  # those who go on know each other
    for renewal in pairings:
        at = table.by_single_id.get(renewal.who)
        if renewal.field != "until" or at is None:
            continue
        record = table.record(at)
        if any(code == renewal.who and day > record.until for code, day in due):
            continue  # the clerk has written duties of the next period
        first = record.until + timedelta(days=1)
        pairing = record.model_copy(update={"paired_on": first, "until": renewal.value})
        if (mentee := _by_latest_scores(decisions, record.mentee_id)) is None:
            continue
        added = new_duties(pairing, mentee, templates, known, lambda: numbering.next(duties.key))
        if added:
            yield Consequence(
                duties.key, duties.parts[0].sheet, 0, "", renewal.who, "", "", "", None,
                renewal.why, renewal.decided_in, tuple(added),
            )  # fmt: skip


def _by_latest_scores(decisions: _Decisions, mentee_id: str) -> Mentee | None:
    """Return a mentee's row with the scores of its latest assessment, as far as it has one."""
    for model in (sheets.IndividualRow, sheets.OrganisationRow):
        table: Table[Any] = decisions.ledger.table(model)
        if (row := table.by_single_id.get(mentee_id)) is not None:
            series = decisions.assessments.get(mentee_id, ())
            scores = zip(ASPECT_FIELDS, series[-1].scores, strict=True) if series else ()
            rated = {name: score for name, score in scores if score}
            mentee: Mentee = table.record(row).model_copy(update=rated)
            return mentee
    return None


# --- mentees ---


def _mentees(decisions: _Decisions) -> Iterator[Consequence]:
    by_mentee: dict[str, list[_Pairing]] = defaultdict(list)
    for _, outcome, _ in decisions.outcomes:
        if outcome.mentee_id:
            by_mentee[outcome.mentee_id].append(outcome)
    doubt = relations.doubtful(decisions.ledger)
    for model in (sheets.IndividualRow, sheets.OrganisationRow):
        table: Table[Any] = decisions.ledger.table(model)
        for mentee, row in table.by_single_id.items():
            if closed := decisions.closed.get(mentee):
                if _open(table, row):
                    state = vocabulary.OrganisationStatus.CLOSED
                    yield from decisions.status(table, row, state, closed, Decision.closed(closed))
            elif (pairings := by_mentee[mentee]) and not doubt.of_mentee(mentee):
                yield from _mentee(decisions, table, row, pairings)


def _open(table: Table[Any], row: int) -> bool:
    """Return whether a mentee is 待结对 or 帮带中, or its status is blank."""
    status = table.column("status")[row]
    if status is None:
        return table.raw(row, "status") is None
    return status in {vocabulary.MenteeStatus.UNPAIRED, vocabulary.MenteeStatus.PAIRED}


def _mentee(
    decisions: _Decisions, table: Table[Any], row: int, pairings: Sequence[_Pairing]
) -> Iterator[Consequence]:
    helped = table.column("status")[row] == vocabulary.MenteeStatus.PAIRED
    run = [pairing for pairing in pairings if pairing.status is PairingStatus.RUNNING]
    if run:
        days = [p.paired_on for p in run if p.paired_on and p.paired_on <= decisions.as_of]
        if days and not helped and _open(table, row):
            why = Decision.paired(f"{min(days)} 起有正在帮带的结对")
            yield from decisions.status(table, row, _state(table, "PAIRED"), min(days), why)
        return
    last = max(pairings, key=lambda pairing: (pairing.paired_on or date.min, pairing.row))
    final = decisions.final(last)
    if not helped or last.status is None:
        return
    if final:
        why = Decision.completed(final)
        since = min(max(final.day, last.last_day or final.day), decisions.as_of)
        if final.conclusion is Conclusion.CHANGE:
            yield from decisions.status(table, row, _state(table, "UNPAIRED"), since, why)
        elif final.conclusion is Conclusion.GRADUATE and table.model is sheets.IndividualRow:
            graduated = vocabulary.MenteeStatus.GRADUATED
            yield from decisions.status(table, row, graduated, since, why)
    elif last.status is PairingStatus.ENDED:
        reason = last.end_reason or ""
        left = "对象" in reason and any(word in reason for word in _LEFT_WORDS)
        detail = f"（{reason}）" if reason else ""
        why = Decision.paired(f"结对 {last.pairing_id or '编号未填'} 已终止{detail}")
        since = min(last.ended_on or decisions.as_of, decisions.as_of)
        state = _state(table, "LEFT" if left else "UNPAIRED")
        yield from decisions.status(table, row, state, since, why)


def _state(table: Table[Any], name: str) -> object:
    """Return a status both kinds of mentees have, in the words of this one."""
    individual = table.model is sheets.IndividualRow
    states = vocabulary.MenteeStatus if individual else vocabulary.OrganisationStatus
    return states[name]


def _stages(decisions: _Decisions) -> Iterator[Consequence]:
    conversions = decisions.ledger.table(sheets.ConversionRow)
    undated = relations.undated_steps(conversions)
    steps: dict[str, list[tuple[date, int, Any, Any]]] = defaultdict(list)
    names = ("mentee_id", "date", "from_stage", "to_stage")
    for row, (mentee, day, before, after) in enumerate(conversions.columns(*names)):
        if mentee and mentee not in undated and before and after and day <= decisions.as_of:
            steps[mentee].append((day, row, before, after))
    table = decisions.ledger.table(sheets.IndividualRow)
    stages = table.column("stage")
    for mentee, row in table.by_single_id.items():
        path = sorted(steps[mentee], key=lambda step: step[:2])
        passed = {stage for *_, before, after in path for stage in (before, after)}
        if path and (stages[row] is None or stages[row] in passed):
            day, _, _, stage = path[-1]
            why = Decision(f"{day} 培养转化为“{stage}”", conversions.key)
            yield from decisions.change(table, row, "stage", stage, why)


# --- 导师库调整 ---


class _Agreed(NamedTuple):
    """A suggested change of the pool that was agreed to on a day."""

    day: date
    row: int
    participant_id: str
    change: PoolChange
    reason: str

    @property
    def why(self) -> Decision:
        return Decision(f"{self.day} 同意{self.change}", sheets.PoolChangeRow.sheet.key)


def _mentors(decisions: _Decisions) -> Iterator[Consequence]:
    table, changes = decisions.ledger.table(sheets.MentorRow), _agreed(decisions)
    statuses = vocabulary.MentorStatus
    moves: dict[str, _Agreed] = {}
    brought: dict[str, _Agreed] = {}
    for agreed in changes:
        row = table.by_single_id.get(agreed.participant_id)
        if agreed.change is PoolChange.BRING_IN:
            brought.setdefault(agreed.participant_id, agreed)
        elif row is not None and agreed.change is PoolChange.WIDEN:
            yield from _widened(decisions, table, row, agreed)
        elif row is not None:
            moves[agreed.participant_id] = agreed  # the last day's holds
    for mentor, agreed in moves.items():
        row = table.by_single_id[mentor]
        status, since = (table.column(name)[row] for name in ("status", "status_since"))
        leaves = agreed.change is PoolChange.RELEASE
        before = {statuses.ACTIVE, statuses.PAUSED} if leaves else {statuses.ACTIVE}
        if status in before and since != agreed.day:
            after = statuses.LEFT if leaves else statuses.PAUSED
            yield from decisions.status(table, row, after, agreed.day, agreed.why)
    yield from _new_mentors(decisions, brought)


def _agreed(decisions: _Decisions) -> list[_Agreed]:
    """Return the agreed changes by day; of one day 调出 comes last."""
    table = decisions.ledger.table(sheets.PoolChangeRow)
    names = ("mentor_id", "change", "decision", "decided_on", "reason")
    agreed = [
        _Agreed(day, row, code, change, reason or "")
        for row, (code, change, decision, day, reason) in enumerate(table.columns(*names))
        if decision is vocabulary.PoolDecision.AGREE and code and change and day
        if day <= decisions.as_of
    ]
    return sorted(agreed, key=lambda one: (one.day, one.change is PoolChange.RELEASE, one.row))


def _widened(
    decisions: _Decisions, table: Table[Any], row: int, agreed: _Agreed
) -> Iterator[Consequence]:
    """Yield 可带人数; a pairing made after the decision has used it up."""
    counted = _WIDENED.search(agreed.reason)
    used = any(
        typed.mentor_id == agreed.participant_id
        and typed.paired_on is not None
        and typed.paired_on > agreed.day
        for typed, _, _ in decisions.outcomes
    )
    if counted and not used:
        wanted, capacity = int(counted[1]) + int(counted[2]), table.column("capacity")[row]
        if capacity is None or capacity < wanted:
            yield from decisions.change(table, row, "capacity", wanted, agreed.why)


def _new_mentors(decisions: _Decisions, brought: Mapping[str, _Agreed]) -> Iterator[Consequence]:
    """Yield a row of 导师库 for every mentee to be brought in whose person is not there yet."""
    ledger = decisions.ledger
    pool, mentees = ledger.table(sheets.MentorRow), ledger.table(sheets.IndividualRow)
    if not pool.parts:
        return
    people = {_person(values) for values in pool.columns("name", "gender", "born")}
    for mentee, agreed in brought.items():
        row = mentees.by_single_id.get(mentee)
        if row is None or None in (person := _person(mentees.column(n)[row] for n in _PERSON)):
            continue
        if person in people:
            continue
        people.add(person)
        series = decisions.assessments.get(mentee, ())
        baseline = [mentees.column(name)[row] for name in ASPECT_FIELDS]
        scores = series[-1].scores if series else baseline
        values = {name: mentees.column(name)[row] for name in _TAKEN_OVER}
        values |= dict(zip(ASPECT_FIELDS, scores, strict=True))
        values |= {"joined_on": agreed.day, "status": vocabulary.MentorStatus.ACTIVE}
        added = {name: value for name, value in values.items() if value is not None}
        yield Consequence(
            pool.key, pool.parts[0].sheet, 0, "", values["name"], "", "", "", None, *agreed.why,
            (added,),
        )  # fmt: skip


_PERSON = ("name", "gender", "born")


def _person(values: Iterable[Any]) -> tuple[Any, ...]:
    name, gender, born = values
    return person_key(name) if name else None, gender, born


Agreement = Callable[[Mapping[str, Sequence[Consequence]]], bool]
"""Asked whether what is proposed, by file, shall be applied."""

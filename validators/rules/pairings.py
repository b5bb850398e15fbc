"""Rules on pairings: references, dates and status; who may mentor whom, how many, in which mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.relations import (
    dangling,
    doubtful,
    is_prepared,
    mentee_places,
    mode_contradiction,
    people_in,
    person_keys,
    running,
    running_by_mentee,
    running_individuals,
    usual_load,
)
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule, wrong_order
from validators.sheets import (
    CompletionRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    columns_by_field,
)
from validators.vocabulary import (
    Level,
    MenteeStatus,
    MentorStatus,
    Mode,
    OrganisationStatus,
    PairingStatus,
)

_OVER = {
    MenteeStatus.GRADUATED,
    MenteeStatus.LEFT,
    OrganisationStatus.CLOSED,
    OrganisationStatus.LEFT,
}


@rule(
    "pairing.mentor.elsewhere",
    Level.NOTICE,
    "导师 {value} 属于其他单位，待汇总核对",
    "无需处理，市、县汇总时核对",
)
def mentor_elsewhere(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings whose mentor belongs to another unit's ledger."""
    table, column = ledger.table(PairingRow), columns_by_field(PairingRow)["mentor_id"]
    for cell in dangling(ledger, table, column):
        if not cell.own:
            yield Violation(table, cell.row, column.field)


@rule(
    "pairing.period.order", Level.ERROR, "期满日期 {value} 不晚于结对日期 {start}", "请核对两个日期"
)
def period_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings that end before they begin."""
    table = ledger.table(PairingRow)
    for index, (start, end) in enumerate(table.columns("paired_on", "until")):
        if start and end and end <= start:
            yield Violation(table, index, "until", {"start": start})


@rule(
    "pairing.period.length",
    Level.WARNING,
    "结对日期 {start} 到期满日期 {value} 的帮带期过{which}",
    "帮带期一般为 12 个月，请核对日期",
)
def period_length(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Periods shorter than a month or longer than three years (the longest published)."""
    table = ledger.table(PairingRow)
    for index, (start, end) in enumerate(table.columns("paired_on", "until")):
        days = (end - start).days if start and end else 365
        if 0 < days < 28 or days > 3 * 366:
            which = "短" if days < 28 else "长"
            yield Violation(table, index, "until", {"start": start, "which": which})


@rule("pairing.pause.order", Level.ERROR, "暂停止 {value} 早于暂停起 {start}", "请核对两个日期")
def pause_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pauses that end before they begin."""
    yield from wrong_order(ledger.table(PairingRow), "paused_from", "paused_to")


@rule(
    "pairing.pause.outside",
    Level.WARNING,
    "暂停起 {value} 不在帮带期 {start} 至 {end} 内",
    "请核对暂停日期",
)
def pause_outside(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pauses that begin outside the period."""
    yield from _outside_period(ledger, "paused_from")


def _outside_period(ledger: Ledger, field: str) -> Iterator[Violation]:
    """Yield the pairings whose day in `field` lies outside a period that is in order."""
    table = ledger.table(PairingRow)
    for index, (start, end, day) in enumerate(table.columns("paired_on", "until", field)):
        if start and end and day and start < end and not start <= day <= end:
            yield Violation(table, index, field, {"start": start, "end": end})


@rule(
    "pairing.status.expired",
    Level.WARNING,
    "期满日期 {until} 已过，状态仍是“帮带中”",
    "请{first}将状态改为期满；续帮的请更新期满日期",
)
def expired_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Running pairings behind the last day of their period."""
    table, assessed = ledger.table(PairingRow), _assessed(ledger)
    rows = table.columns("paired_on", "until", "status", "pairing_id")
    for index, (start, until, status, code) in enumerate(rows):
        in_order = until and not (start and until <= start)
        if in_order and status is PairingStatus.RUNNING and until < context.as_of:
            first = "" if code in assessed else "填期满考核并"
            yield Violation(table, index, "status", {"until": until, "first": first})


@rule(
    "pairing.status.early",
    Level.WARNING,
    "期满日期 {until} 未到，也未期满考核，状态已是“期满”",
    "仍在帮带的请改为帮带中；提前结束的请改为终止，并填写终止日期和终止原因",
)
def early_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings said to be over before the end of their period that nobody has assessed."""
    table, assessed = ledger.table(PairingRow), _assessed(ledger)
    rows = table.columns("pairing_id", "until", "status")
    for index, (code, until, status) in enumerate(rows):
        early = status is PairingStatus.EXPIRED and until and until > context.as_of
        if early and code not in assessed:
            yield Violation(table, index, "status", {"until": until})


def _assessed(ledger: Ledger) -> set[str | None]:
    """Return the pairings with an end-of-period assessment; a row only prepared is none."""
    table = ledger.table(CompletionRow)
    codes = enumerate(table.column("pairing_id"))
    return {code for row, code in codes if not is_prepared(table, row)}


@rule(
    "pairing.ended.outside",
    Level.WARNING,
    "终止日期 {value} 不在帮带期 {start} 至 {end} 内",
    "请核对终止日期、结对日期和期满日期",
)
def ended_outside(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings broken off before they began or after the end of their period."""
    yield from _outside_period(ledger, "ended_on")


@rule(
    "pairing.ended.status",
    Level.WARNING,
    "已填终止日期 {ended}，状态是“{value}”",
    "已终止的请将状态改为终止，未终止的请清空终止日期",
)
def ended_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings with a day on which they were broken off that are not said to be."""
    table = ledger.table(PairingRow)
    for index, (status, ended) in enumerate(table.columns("status", "ended_on")):
        if ended and status and status is not PairingStatus.ENDED:
            yield Violation(table, index, "status", {"ended": ended})


@rule(
    "pairing.ended.missing",
    Level.NOTICE,
    "状态是“终止”，未填终止日期，暂以最近一次联系日期为终止日期",
    "请补填终止日期",
)
def missing_end(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings broken off on a day nobody wrote down."""
    table = ledger.table(PairingRow)
    for index, (status, ended) in enumerate(table.columns("status", "ended_on")):
        if status is PairingStatus.ENDED and ended is None:
            yield Violation(table, index, "ended_on")


@rule(
    "pairing.mentee.finished",
    Level.WARNING,
    "对象{why}，结对状态仍是“{value}”",
    "请按实际把结对状态改为期满或终止；仍在帮带的请更正对象状态",
)
def finished_mentee(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Running pairings whose mentee graduated or left, or whose organisation is closed."""
    table, known = ledger.table(PairingRow), mentee_places(ledger)
    for index, _, mentee in running(ledger):
        if mentee in known and (why := _finished(*known[mentee])):
            yield Violation(table, index, "status", {"why": why})


def _finished(table: Table[Any], row: int) -> str:
    """Return why a mentee needs no mentor any more, "" where it does."""
    status = table.column("status")[row]
    closed_on = table.column("closed_on")[row] if table.model is OrganisationRow else None
    if closed_on:
        return f"已于 {closed_on} 批准销号"
    return f"的状态是“{status}”" if status in _OVER else ""


@rule("pairing.reason.missing", Level.WARNING, "状态是“终止”，未填终止原因", "请补填终止原因")
def missing_reason(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Ended pairings without a reason."""
    table = ledger.table(PairingRow)
    for index, (status, reason) in enumerate(table.columns("status", "end_reason")):
        if status is PairingStatus.ENDED and reason is None:
            yield Violation(table, index, "end_reason")


@rule(
    "pairing.mentor.inactive",
    Level.WARNING,
    "导师 {value} 的状态是“{status}”，仍在帮带",
    "请调整导师并更正结对方式，或核对导师状态",
)
def inactive_mentor(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Running pairings of mentors who paused or left."""
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    statuses = mentors.column("status")
    for index, mentor, _ in running(ledger):
        at = mentors.by_single_id.get(mentor)
        status = None if at is None else statuses[at]
        if status in {MentorStatus.PAUSED, MentorStatus.LEFT}:
            yield Violation(table, index, "mentor_id", {"status": status})


@rule(
    "pairing.mentor.term",
    Level.WARNING,
    "结对日期 {value} 不在导师聘期 {start} 至 {end} 内",
    "请核对结对日期和导师聘期",
)
def outside_term(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings made outside the mentor's appointment."""
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    term = list(mentors.columns("appointed_on", "appointed_until"))
    for index, (mentor, paired) in enumerate(table.columns("mentor_id", "paired_on")):
        if paired and mentor in mentors.by_single_id:
            start, end = term[mentors.by_single_id[mentor]]
            if start and end and start <= end and not start <= paired <= end:
                yield Violation(table, index, "paired_on", {"start": start, "end": end})


@rule(
    "pairing.paired.early",
    Level.WARNING,
    "结对日期 {value} 早于对象确定日期 {chosen}",
    "请核对两个日期",
)
def paired_early(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings made before the mentee was chosen."""
    table, known = ledger.table(PairingRow), mentee_places(ledger)
    for index, (mentee, paired) in enumerate(table.columns("mentee_id", "paired_on")):
        chosen = _chosen_on(known, mentee)
        if paired and chosen and paired < chosen:
            yield Violation(table, index, "paired_on", {"chosen": chosen})


def _chosen_on(known: dict[str, tuple[Table[Any], int]], mentee: str | None) -> date | None:
    if mentee not in known:
        return None
    table, row = known[mentee]
    chosen: date | None = table.column("chosen_on")[row]
    return chosen


# --- the pairings together: who may mentor whom, how many, and in which mode ---


@rule(
    "mentor.load.exceeded",
    Level.ERROR,
    "导师 {value} 正在帮带 {load} 人，超过上限 {limit} 人",
    "请将部分对象调整给其他导师（每名导师不超过 {usual} 人），并更正结对方式",
)
def exceeded_load(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """All running pairings with individuals of a mentor beyond the limit."""
    table = ledger.table(PairingRow)
    limit = context.settings.load_limit
    for mentor, rows in running_individuals(ledger).items():
        if len(rows) > limit:
            facts: dict[str, float] = {"load": len(rows), "limit": limit}
            facts["usual"] = usual_load(ledger, mentor, context.settings)
            for row in rows:
                yield Violation(table, row, "mentor_id", facts)


@rule(
    "pairing.mentee.crowded",
    Level.ERROR,
    "对象 {value} 同时有 {mentors} 名导师，超过上限 {limit} 名",
    "请核对结对台账，终止多余的结对",
)
def crowded_mentee(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """All running pairings of a mentee with too many mentors."""
    table = ledger.table(PairingRow)
    settings = context.settings
    mentors = table.column("mentor_id")
    for mentee, rows in running_by_mentee(ledger).items():
        individual = mentee.startswith("G")
        limit = settings.mentors_per_individual if individual else settings.mentors_per_organisation
        count = len({mentors[row] for row in rows})
        if count > limit:
            for row in rows:
                yield Violation(table, row, "mentee_id", {"mentors": count, "limit": limit})


@rule(
    "pairing.pair.duplicate",
    Level.ERROR,
    "同一导师和对象重复结对，还出现在 {others}",
    "请只保留一行，其余删除或改为终止",
)
def duplicate_pair(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """The same mentor and mentee in more than one running pairing."""
    table = ledger.table(PairingRow)
    pairs = list(running(ledger))
    for group in repeated([(mentor, mentee) for _, mentor, mentee in pairs]).values():
        yield from cite_each(table, [pairs[i][0] for i in group], "mentee_id")


@rule(
    "pairing.mentor.avoided",
    Level.ERROR,
    "导师 {value} 的回避人员中有对象 {mentee}",
    "请另选导师，或核对导师库的回避人员",
)
def avoided_pair(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Running pairings the mentor must not have (回避人员)."""
    table, mentors, known = ledger.table(PairingRow), ledger.table(MentorRow), mentee_places(ledger)
    avoid = {
        code: people_in(typed)
        for code, row in mentors.by_single_id.items()
        if (typed := mentors.column("avoid")[row])
    }
    for index, mentor, mentee in running(ledger):
        if mentor in avoid:
            people, row = known.get(mentee, (None, 0))
            name = people.column("name")[row] if people else None
            if avoid[mentor] & {person_key(mentee), person_key(name or "")}:
                yield Violation(table, index, "mentor_id", {"mentee": name or mentee})


@rule(
    "pairing.self",
    Level.ERROR,
    "对象 {value} 与导师是同一人（姓名、性别、出生年月相同）",
    "请另选导师，不是同一人的请在该对象的“备注”注明“不是同一人”",
)
def own_mentor(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """People paired with themselves."""
    table, mentors, people = (
        ledger.table(PairingRow),
        ledger.table(MentorRow),
        ledger.table(IndividualRow),
    )
    mentor_keys, mentee_keys = person_keys(mentors), person_keys(people)
    for index, mentor, mentee in running(ledger):
        if mentor in mentors.by_single_id and mentee in people.by_single_id:
            key = mentor_keys[mentors.by_single_id[mentor]]
            if key and key == mentee_keys[people.by_single_id[mentee]]:
                yield Violation(table, index, "mentee_id")


@rule(
    "pairing.mode.mismatch",
    Level.WARNING,
    "结对方式“{value}”与实际不符：{fact}",
    "请按实际结对情况更正结对方式",
)
def wrong_mode(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Modes that the running pairings contradict; mentors of other ledgers are not judged.

    A mentor may have further mentees in other ledgers, which one ledger cannot know.
    """
    yield from contradicted_modes(ledger, elsewhere=1)


def contradicted_modes(ledger: Ledger, *, elsewhere: int = 0) -> Iterable[Violation]:
    """Yield the modes that the running pairings contradict.

    The mentees of a mentor are counted by kind: individuals and organisations apart.

    Args:
        ledger: Of one or many workbooks.
        elsewhere: How many more mentees a mentor may have in other workbooks.
    """
    table, mentors, known = ledger.table(PairingRow), ledger.table(MentorRow), mentee_places(ledger)
    by_mentor = Counter((mentor, mentee[0]) for _, mentor, mentee in running(ledger))
    by_mentee = running_by_mentee(ledger)
    modes, doubt = table.column("mode"), doubtful(ledger)
    for index, mentor, mentee in running(ledger):
        at = mentors.by_single_id.get(mentor)
        if modes[index] is None or at is None or mentee not in known:
            continue
        if modes[index] is Mode.CROSS_VILLAGE:
            fact = _same_village((mentors, at), known[mentee])
        else:
            fact = mode_contradiction(
                modes[index],
                (by_mentor[mentor, mentee[0]], doubt.of_mentor(mentor) + elsewhere),
                (len(by_mentee[mentee]), doubt.of_mentee(mentee)),
            )
        if fact:
            yield Violation(table, index, "mode", {"fact": fact})


def _same_village(*people: tuple[Table[Any], int]) -> str:
    if any(table.has_error(row, "village") for table, row in people):
        return ""
    first, second = (table.column("village")[row] for table, row in people)
    return "" if first and second and first != second else "导师与对象不属于两个村"

"""Rules on mentors and mentees: the pool, individuals and organisations, the same person twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache

from validators.divisions import children, is_unit, unit_name, villages
from validators.ledger import Ledger, Table
from validators.relations import (
    PEOPLE,
    doubtful,
    person_keys,
    running,
    running_by_mentee,
    running_individuals,
    undated_steps,
    years_between,
)
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule, wrong_order
from validators.sheets import (
    ConversionRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    PoolChangeRow,
    Row,
)
from validators.vocabulary import (
    VETERANS,
    Level,
    MenteeStatus,
    MentorStatus,
    OrganisationStatus,
    PoolChange,
    PoolDecision,
)

PLACED = (MentorRow, IndividualRow, OrganisationRow)


@rule(
    "{sheet}.person.duplicate",
    Level.WARNING,
    "姓名、性别、出生年月与 {others} 相同，可能是同一人",
    "是同一人的请只保留一行，不是同一人的请在“备注”注明“不是同一人”",
)
def same_person(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """The same 姓名 + 性别 + 出生年月 under more than one ID, unless 备注 tells them apart."""
    for model in PEOPLE:
        table = ledger.table(model)
        ids = table.column(model.sheet.id_field)
        for rows in repeated(person_keys(table)).values():
            if len({ids[row] or row for row in rows}) > 1:
                yield from cite_each(table, rows, "name")


@rule(
    "{sheet}.born.implausible",
    Level.WARNING,
    "按出生年月 {value} 推算为 {age} 岁，不合常理",
    "请核对出生年月",
)
def implausible_age(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """People younger than 18 or older than 80."""
    for model in PEOPLE:
        table = ledger.table(model)
        for index, born in enumerate(table.column("born")):
            if born and not 18 <= (age := years_between(born, context.as_of)) <= 80 and age >= 0:
                yield Violation(table, index, "born", {"age": age})


@rule(
    "{sheet}.village.unknown", Level.WARNING, "“{value}”不在{unit}的村（社区）名单中", "{nearest}"
)
def unknown_village(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Villages that are not in the unit's list of divisions."""
    for model in PLACED:
        table = ledger.table(model)
        for start, part in table.starts():
            unit = ledger.unit_codes[part.file]
            column = part.columns.get("village")
            if column and (known := known_villages(unit)):
                renamed = context.settings.village_aliases
                odd = [
                    i for i, v in enumerate(column.values) if v and renamed.get(v, v) not in known
                ]
                for row, which in column.rows_with(odd):
                    yield Violation(
                        table, start + row, "village", _advice(column.values[which], unit)
                    )


@cache
def known_villages(unit_code: str) -> frozenset[str]:
    """Return the villages a unit's people may live in: its own, or all of its county's.

    None for a city or an unknown code, whose people are not judged.
    """
    if not is_unit(unit_code):
        return frozenset()
    townships = (unit.code for unit in children().get(unit_code[:6], ()))
    own = villages(unit_code)
    return frozenset(own or (village for code in townships for village in villages(code)))


def _advice(village: str, unit: str) -> dict[str, str]:
    near = get_close_matches(village, sorted(known_villages(unit)), n=3, cutoff=0.4)
    county, township = unit_name(unit)
    return {
        "unit": township or county,
        "nearest": f"相近的有：{'、'.join(near)}；村名已变更的，请在“参数”表“村名对照”中登记"
        if near
        else "请核对村名；村名已变更的，请在“参数”表“村名对照”中登记",
    }


def started_as_child(table: Table[Row], field: str, years: int = 15) -> Iterator[Violation]:
    """Yield rows whose date in `field` lies before the person was `years` old."""
    for index, (born, start) in enumerate(table.columns("born", field)):
        if born and start and years_between(born, start) < years:
            yield Violation(table, index, field, {"born": f"{born:%Y-%m}"})


# --- individual mentees and organisations ---


@rule(
    "individual.in_post.order",
    Level.ERROR,
    "任现职时间 {value} 时不满 15 岁（出生年月 {born}）",
    "请核对出生年月和任现职时间",
)
def in_post_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Posts that begin in childhood."""
    yield from started_as_child(ledger.table(IndividualRow), "in_post_since")


def _mentees(
    ledger: Ledger,
) -> Iterator[tuple[Table[IndividualRow] | Table[OrganisationRow], int, str, str]]:
    for table in (ledger.table(IndividualRow), ledger.table(OrganisationRow)):
        for index, (code, status) in enumerate(table.columns("mentee_id", "status")):
            if code and status:
                yield table, index, code, status


@rule(
    "{sheet}.status.unpaired",
    Level.WARNING,
    "状态是“帮带中”，结对台账中没有正在帮带的结对{over}",
    "请登记结对，或将状态改为待结对、期满出师或退出",
)
def unpaired_but_helped(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentees said to be helped without a running pairing, be it that theirs ended."""
    paired, doubt, over = running_by_mentee(ledger), doubtful(ledger), _over(ledger)
    for table, index, code, status in _mentees(ledger):
        helped = status in {MenteeStatus.PAIRED, OrganisationStatus.PAIRED}
        if helped and code not in paired and not doubt.of_mentee(code):
            yield Violation(table, index, "status", {"over": over.get(code, "")})


def _over(ledger: Ledger) -> dict[str, str]:
    """Return what to say of the last pairing of each mentee, if it is over."""
    rows = ledger.table(PairingRow).columns("mentee_id", "paired_on", "pairing_id", "status")
    pairings = ((mentee, start, code or "", status) for mentee, start, code, status in rows)
    return {
        mentee: f"（{f'上一结对 {code}'.strip()} 已{status}）"
        for mentee, start, code, status in sorted(
            pairing for pairing in pairings if all((pairing[0], pairing[1], pairing[3]))
        )
    }


@rule(
    "{sheet}.status.paired",
    Level.WARNING,
    "状态是“待结对”，结对台账中已有正在帮带的结对",
    "请将状态改为帮带中，或核对结对台账",
)
def paired_but_waiting(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentees said to wait although a pairing runs."""
    paired = running_by_mentee(ledger)
    for table, index, code, status in _mentees(ledger):
        if status in {MenteeStatus.UNPAIRED, OrganisationStatus.UNPAIRED} and code in paired:
            yield Violation(table, index, "status")


@rule(
    "individual.stage.mismatch",
    Level.WARNING,
    "培养阶段“{value}”与培养转化最近一次的“{latest}”不一致",
    "请核对培养阶段和培养转化登记",
)
def stage_mismatch(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Stages that differ from the latest registered conversion."""
    conversions = ledger.table(ConversionRow)
    undated = undated_steps(conversions)
    steps = [
        step
        for step in conversions.columns("mentee_id", "date", "to_stage")
        if step[0] and step[0] not in undated
    ]
    latest = {code: stage for code, _, stage in sorted(steps, key=lambda step: step[1])}
    table = ledger.table(IndividualRow)
    for index, (code, stage) in enumerate(table.columns("mentee_id", "stage")):
        if stage and latest.get(code) and latest[code] is not stage:
            yield Violation(table, index, "stage", {"latest": latest[code]})


@rule(
    "organisation.votes.order", Level.ERROR, "不满意票 {value} 多于测评总票 {votes}", "请核对票数"
)
def votes_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """More votes against than votes."""
    table = ledger.table(OrganisationRow)
    for index, (votes, against) in enumerate(table.columns("votes", "votes_against")):
        if votes is not None and against is not None and against > votes:
            yield Violation(table, index, "votes_against", {"votes": votes})


@rule(
    "organisation.closed.condition",
    Level.WARNING,
    "已填销号批准日期，但{why}",
    "请核对验收得分和测评票数；销号以县级批准文件为准",
)
def closed_without_condition(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Closed organisations that do not meet the condition for closing."""
    table = ledger.table(OrganisationRow)
    rows = table.columns("closed_on", "inspection_score", "votes", "votes_against")
    for index, (closed, score, votes, against) in enumerate(rows):
        readable = not (
            table.has_error(index, "inspection_score") or table.has_error(index, "votes_against")
        )
        if closed and readable and (why := _why_not_closed(context, score, votes, against)):
            yield Violation(table, index, "closed_on", {"why": why})


def _why_not_closed(
    context: RuleContext, score: float | None, votes: int | None, against: int | None
) -> str:
    least, most = context.settings.closing_score, context.settings.closing_votes
    if score is None:
        return "未填验收得分"
    if score < least:
        return f"验收得分 {score:g} 低于 {least}"
    if votes and against is not None and against * 100 > most * votes:
        return f"不满意票 {against} 票超过总票 {votes} 票的 {most:g}%"
    return ""


@rule(
    "organisation.closed.undated",
    Level.WARNING,
    "状态是“已销号”，未填销号批准日期",
    "请补填县级批准销号的日期；未批准的请将状态改为帮带中",
)
def closed_undated(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Closed organisations without the date of approval."""
    table = ledger.table(OrganisationRow)
    for index, (status, closed) in enumerate(table.columns("status", "closed_on")):
        if status is OrganisationStatus.CLOSED and closed is None:
            yield Violation(table, index, "closed_on")


@rule(
    "organisation.name.duplicate",
    Level.WARNING,
    "同一村的党组织有多行登记，还出现在 {others}",
    "请只保留一行",
)
def same_organisation(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """The same name and village more than once."""
    table = ledger.table(OrganisationRow)
    keys = [
        (name, village) if name and village else None
        for name, village in table.columns("name", "village")
    ]
    for rows in repeated(keys).values():
        yield from cite_each(table, rows, "name")


# --- the mentor pool ---


@rule(
    "mentor.appointment.order", Level.ERROR, "聘期至 {value} 早于聘任日期 {start}", "请核对两个日期"
)
def appointment_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Appointments that end before they begin."""
    yield from wrong_order(ledger.table(MentorRow), "appointed_on", "appointed_until")


@rule(
    "mentor.appointment.expired",
    Level.WARNING,
    "聘期 {value} 已过，状态仍是“在库”",
    "请续聘并更新聘期，或将状态改为暂停、调出",
)
def appointment_expired(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Active mentors whose appointment has ended."""
    table = ledger.table(MentorRow)
    rows = table.columns("appointed_on", "appointed_until", "status")
    for index, (start, end, status) in enumerate(rows):
        in_order = end and not (start and end < start)
        if in_order and status is MentorStatus.ACTIVE and end < context.as_of:
            yield Violation(table, index, "appointed_until")


@rule(
    "mentor.appointment.short",
    Level.WARNING,
    "聘期至 {value} 早于正在帮带的结对的期满日期：{pairings}",
    "请续聘并更新聘期，或核对结对的期满日期",
)
def short_appointment(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentors whose appointment ends before a running pairing does; one finding a mentor."""
    table, pairings = ledger.table(MentorRow), ledger.table(PairingRow)
    codes, untils = pairings.column("pairing_id"), pairings.column("until")
    running_of: dict[str, list[int]] = defaultdict(list)
    for row, mentor, _ in running(ledger):
        running_of[mentor].append(row)
    rows = table.columns("mentor_id", "appointed_on", "appointed_until")
    for index, (mentor, start, end) in enumerate(rows):
        if end and not (start and end < start):
            late = [
                f"{codes[row] or '未编号'} {untils[row]}"
                for row in running_of.get(mentor, ())
                if untils[row] and untils[row] > end
            ]
            if late:
                yield Violation(table, index, "appointed_until", {"pairings": "、".join(late)})


@rule(
    "mentor.status.decided",
    Level.WARNING,
    "导师库调整中已{day}同意{change}，状态仍是“{value}”",
    "请按决定更新状态和状态变更日期；决定有误的请更正“导师库调整”",
)
def decided_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentors 在库 although it was decided that they pause or leave.

    One whose status was changed later, or who was taken in again later, is 在库 rightly.
    """
    table, decisions = ledger.table(MentorRow), ledger.table(PoolChangeRow)
    leaving = {PoolChange.RELEASE, PoolChange.PAUSE}
    agreed = {
        mentor: (change, day)
        for mentor, change, decision, day in decisions.columns(
            "mentor_id", "change", "decision", "decided_on"
        )
        if mentor and change in leaving and decision is PoolDecision.AGREE
    }
    for index, (mentor, status, since) in enumerate(
        table.columns("mentor_id", "status", "status_since")
    ):
        if mentor in agreed and status is MentorStatus.ACTIVE:
            change, day = agreed[mentor]
            if not (day and since and since > day):
                facts = {"change": change, "day": f"于 {day} " if day else ""}
                yield Violation(table, index, "status", facts)


@rule(
    "mentor.grassroots.order",
    Level.ERROR,
    "参加基层工作时间 {value} 时不满 15 岁（出生年月 {born}）",
    "请核对出生年月和参加基层工作时间",
)
def grassroots_order(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Grassroots work that begins in childhood."""
    yield from started_as_child(ledger.table(MentorRow), "grassroots_since")


@rule(
    "mentor.category.experience",
    Level.WARNING,
    "“{value}”参加基层工作只有 {years} 年，少于 {least} 年",
    "请核对导师类别和参加基层工作时间",
)
def veteran_experience(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Veterans (老业务、老乡镇、老支书) with few years at the grassroots."""
    table = ledger.table(MentorRow)
    least = context.settings.veteran_years
    for index, (category, since) in enumerate(table.columns("category", "grassroots_since")):
        if category in VETERANS and since and since <= context.as_of:
            years = years_between(since, context.as_of)
            if years < least:
                yield Violation(table, index, "category", {"years": years, "least": least})


@rule(
    "mentor.status.undated",
    Level.WARNING,
    "状态是“{status}”，未填状态变更日期",
    "请补填状态变更日期",
)
def undated_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Paused or released mentors without a date."""
    table = ledger.table(MentorRow)
    for index, (status, since) in enumerate(table.columns("status", "status_since")):
        if status in {MentorStatus.PAUSED, MentorStatus.LEFT} and since is None:
            yield Violation(table, index, "status_since", {"status": status})


@rule(
    "mentor.load.high",
    Level.WARNING,
    "正在帮带 {load} 人，超过 {capacity} 人",
    "请核对结对台账，或将部分对象调整给其他导师并更正结对方式",
)
def high_load(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Mentors with more running individuals than they should take, within the limit."""
    table = ledger.table(MentorRow)
    loads = running_individuals(ledger)
    for index, (mentor, capacity) in enumerate(table.columns("mentor_id", "capacity")):
        load = len(loads.get(mentor, ()))
        usual = context.settings.load_warning if capacity is None else capacity
        if usual < load <= context.settings.load_limit and not table.has_error(index, "capacity"):
            yield Violation(table, index, "mentor_id", {"load": load, "capacity": usual})

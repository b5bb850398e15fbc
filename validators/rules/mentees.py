"""Rules on individual mentees and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.ledger import Ledger, Table
from validators.rules.base import Hit, Terms, cite_each, repeated, rule
from validators.rules.people import started_as_child
from validators.rules.relations import doubtful, running_by_mentee, undated_steps
from validators.sheets import ConversionRow, IndividualRow, OrganisationRow
from validators.vocabulary import Level, MenteeStatus, OrganisationStatus


@rule(
    "individual.in_post.order",
    Level.ERROR,
    "任现职时间 {value} 时不满 15 岁（出生年月 {born}）",
    "请核对出生年月和任现职时间",
)
def in_post_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
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
    "状态是“帮带中”，结对台账里没有正在帮带的结对",
    "请登记结对，或把状态改为待结对、期满出师或退出",
)
def unpaired_but_helped(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Mentees said to be helped without a running pairing."""
    paired, doubt = running_by_mentee(ledger), doubtful(ledger)
    for table, index, code, status in _mentees(ledger):
        helped = status in {MenteeStatus.PAIRED, OrganisationStatus.PAIRED}
        if helped and code not in paired and not doubt.of_mentee(code):
            yield Hit(table, index, "status")


@rule(
    "{sheet}.status.paired",
    Level.WARNING,
    "状态是“待结对”，结对台账里已有正在帮带的结对",
    "请把状态改为帮带中，或核对结对台账",
)
def paired_but_waiting(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Mentees said to wait although a pairing runs."""
    paired = running_by_mentee(ledger)
    for table, index, code, status in _mentees(ledger):
        if status in {MenteeStatus.UNPAIRED, OrganisationStatus.UNPAIRED} and code in paired:
            yield Hit(table, index, "status")


@rule(
    "individual.stage.mismatch",
    Level.WARNING,
    "培养阶段“{value}”与培养转化最近一次的“{latest}”不一致",
    "请核对培养阶段和培养转化登记",
)
def stage_mismatch(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
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
            yield Hit(table, index, "stage", {"latest": latest[code]})


@rule(
    "organisation.votes.order", Level.ERROR, "不满意票 {value} 多于测评总票 {votes}", "请核对票数"
)
def votes_order(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """More votes against than votes."""
    table = ledger.table(OrganisationRow)
    for index, (votes, against) in enumerate(table.columns("votes", "votes_against")):
        if votes is not None and against is not None and against > votes:
            yield Hit(table, index, "votes_against", {"votes": votes})


@rule(
    "organisation.closed.condition",
    Level.WARNING,
    "填了销号批准日期，但{why}",
    "请核对验收得分和测评票数；销号以县级批准文件为准",
)
def closed_without_condition(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Closed organisations that do not meet the condition for closing."""
    table = ledger.table(OrganisationRow)
    rows = table.columns("closed_on", "inspection_score", "votes", "votes_against")
    for index, (closed, score, votes, against) in enumerate(rows):
        readable = not (
            table.has_error(index, "inspection_score") or table.has_error(index, "votes_against")
        )
        if closed and readable and (why := _why_not_closed(terms, score, votes, against)):
            yield Hit(table, index, "closed_on", {"why": why})


def _why_not_closed(
    terms: Terms, score: float | None, votes: int | None, against: int | None
) -> str:
    least, most = terms.settings.closing_score, terms.settings.closing_votes
    if score is None:
        return "没有验收得分"
    if score < least:
        return f"验收得分 {score:g} 低于 {least}"
    if votes and against is not None and against * 100 > most * votes:
        return f"不满意票 {against} 票超过总票 {votes} 票的 {most:g}%"
    return ""


@rule(
    "organisation.closed.undated",
    Level.WARNING,
    "状态是“已销号”，没有销号批准日期",
    "请补填县级批准销号的日期；未批准的请把状态改回帮带中",
)
def closed_undated(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Closed organisations without the date of approval."""
    table = ledger.table(OrganisationRow)
    for index, (status, closed) in enumerate(table.columns("status", "closed_on")):
        if status is OrganisationStatus.CLOSED and closed is None:
            yield Hit(table, index, "closed_on")


@rule(
    "organisation.name.duplicate",
    Level.WARNING,
    "同一村的党组织登记了多次，还出现在 {others}",
    "请只留一行",
)
def same_organisation(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """The same name and village more than once."""
    table = ledger.table(OrganisationRow)
    keys = [
        (name, village) if name and village else None
        for name, village in table.columns("name", "village")
    ]
    for rows in repeated(keys).values():
        yield from cite_each(table, rows, "name")

"""Rules on assessments, conversions, completions, misconduct and the exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from validators import relations
from validators.ledger import Ledger
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule, wrong_order
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    ExchangeRow,
    IndividualRow,
    OrganisationRow,
    PairingRow,
    PoolChangeRow,
)
from validators.vocabulary import (
    Conclusion,
    ExchangeKind,
    Level,
    MenteeStatus,
    OrganisationStatus,
    PairingStatus,
    PoolDecision,
    Rating,
)


@rule(
    "assessment.day.duplicate",
    Level.WARNING,
    "同一对象同一天有多次评价，还出现在 {others}",
    "请只保留一次评价",
)
def assessed_twice(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """The same mentee assessed twice on one day."""
    table = ledger.table(AssessmentRow)
    keys = [key if all(key) else None for key in table.columns("mentee_id", "assessed_on")]
    for rows in repeated(keys).values():
        yield from cite_each(table, rows, "assessed_on")


@rule(
    "assessment.signed.early",
    Level.WARNING,
    "对象签字日期 {value} 早于评价日期 {start}",
    "请核对两个日期",
)
def signed_early(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Assessments signed before they were made."""
    yield from wrong_order(ledger.table(AssessmentRow), "assessed_on", "signed_on")


@rule(
    "conversion.stage.same",
    Level.ERROR,
    "原阶段和新阶段都是“{value}”",
    "请核对，阶段无变化的无需登记",
)
def same_stage(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Conversions that change nothing."""
    table = ledger.table(ConversionRow)
    for index, (before, after) in enumerate(table.columns("from_stage", "to_stage")):
        if before and before is after:
            yield Violation(table, index, "to_stage")


@rule(
    "conversion.stage.chain",
    Level.WARNING,
    "原阶段“{value}”与该对象上一次转化后的“{previous}”不一致",
    "请核对是否漏登或填错",
)
def broken_chain(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Conversions that do not start where the previous one ended."""
    table = ledger.table(ConversionRow)
    rows = table.columns("mentee_id", "date", "from_stage", "to_stage")
    undated = relations.undated_steps(table)
    steps = sorted(
        (mentee, day, index, before, after)
        for index, (mentee, day, before, after) in enumerate(rows)
        if mentee and mentee not in undated
    )
    for (m1, _, _, _, reached), (m2, _, index, before, _) in pairwise(steps):
        if m1 == m2 and reached and before and before is not reached:
            yield Violation(table, index, "from_stage", {"previous": reached})


@rule(
    "completion.pairing.duplicate",
    Level.WARNING,
    "同一结对有多次考核登记，还出现在 {others}",
    "请只保留最终一次",
)
def completed_twice(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings with more than one completion."""
    table = ledger.table(CompletionRow)
    for rows in repeated(table.column("pairing_id")).values():
        yield from cite_each(table, rows, "pairing_id")


@rule(
    "completion.rating.mismatch",
    Level.ERROR,
    "得分 {score:g} 应为“{right}”，填写的是“{value}”",
    "请核对得分和等次",
)
def wrong_rating(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Ratings that do not follow from the score (≥ 90 优秀, ≥ 70 合格)."""
    table = ledger.table(CompletionRow)
    for index, (score, rating) in enumerate(table.columns("score", "rating")):
        if score is not None and rating:
            right = relations.rating_of(score, context.settings)
            if rating is not right:
                yield Violation(table, index, "rating", {"score": score, "right": right})


@rule(
    "completion.conclusion.mismatch",
    Level.ERROR,
    "等次是“不合格”，结论不能是“出师”",
    "请核对等次，无误的将结论改为续帮或调整，并更正结对和对象的状态",
)
def wrong_conclusion(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Graduations without a pass."""
    table = ledger.table(CompletionRow)
    for index, (rating, conclusion) in enumerate(table.columns("rating", "conclusion")):
        if rating is Rating.UNQUALIFIED and conclusion is Conclusion.GRADUATE:
            yield Violation(table, index, "conclusion")


# --- statuses against the decisions they follow from ---

_AGAINST = {
    Conclusion.GRADUATE: {MenteeStatus.UNPAIRED, MenteeStatus.LEFT},
    Conclusion.RENEW: {MenteeStatus.GRADUATED},
    Conclusion.CHANGE: {MenteeStatus.GRADUATED},
}
"""By conclusion the statuses of a mentee that contradict it; 帮带中 is only not yet brought up."""


@rule(
    "{sheet}.status.contradicts",
    Level.WARNING,
    "{fact}，状态仍是“{value}”",
    "请核对，登记有误的更正登记，状态有误的更正状态",
)
def contradicting_status(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Statuses typed against 期满考核 or 销号批准日期, unless they changed after the decision."""
    finals = relations.final_completions(ledger, context.settings, context.as_of)
    yield from _pairings_against(ledger, context, finals)
    yield from _mentees_against(ledger, finals)
    yield from _organisations_against(ledger, context)


def _pairings_against(
    ledger: Ledger, context: RuleContext, finals: dict[str, relations.FinalCompletion]
) -> Iterator[Violation]:
    """Yield the pairings that ended although 期满考核 renews them."""
    table, again = ledger.table(PairingRow), relations.renewed_again(ledger)
    for row, (code, until, status) in enumerate(table.columns("pairing_id", "until", "status")):
        final = finals.get(code)
        if final and final.conclusion is Conclusion.RENEW and status is PairingStatus.EXPIRED:
            renewed = until and final.renews(until, context.settings.period_months)
            if not renewed and row not in again:
                yield Violation(table, row, "status", {"fact": final})


def _mentees_against(
    ledger: Ledger, finals: dict[str, relations.FinalCompletion]
) -> Iterator[Violation]:
    """Yield the individuals whose last pairing was concluded otherwise."""
    table, pairings = ledger.table(IndividualRow), ledger.table(PairingRow)
    paired, doubt = relations.running_by_mentee(ledger), relations.doubtful(ledger)
    last: dict[str, tuple[date, str | None, date | None]] = {}
    for code, mentee, day, until in pairings.columns(
        "pairing_id", "mentee_id", "paired_on", "until"
    ):
        if mentee and day and day >= last.get(mentee, (day,))[0]:
            last[mentee] = (day, code, until)
    for row, (mentee, status, since) in enumerate(
        table.columns("mentee_id", "status", "status_since")
    ):
        _, code, until = last.get(mentee, (None, None, None))
        final = finals.get(code or "")
        if final is None or mentee in paired or doubt.of_mentee(mentee):
            continue
        later = since and since > max(final.day, until or final.day)
        if status in _AGAINST[final.conclusion] and not later:
            yield Violation(table, row, "status", {"fact": final})


def _organisations_against(ledger: Ledger, context: RuleContext) -> Iterator[Violation]:
    """Yield the organisations that left (退出) although the county closed their case."""
    table = ledger.table(OrganisationRow)
    rows = table.columns("status", "status_since", "closed_on")
    for row, (status, since, closed) in enumerate(rows):
        left = status is OrganisationStatus.LEFT and closed and closed <= context.as_of
        if left and not (since and since > closed):
            yield Violation(table, row, "status", {"fact": f"销号批准日期是 {closed}"})


@rule(
    "pool.decision.undated",
    Level.WARNING,
    "决定是“同意”，未填日期，导师库不会随之更新",
    "请补填决定日期，再点“一键更新”",
)
def undated_decision(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Agreed changes of the pool without the day of the decision."""
    table = ledger.table(PoolChangeRow)
    for row, decision in enumerate(table.column("decision")):
        if decision is PoolDecision.AGREE and table.raw(row, "decided_on") is None:
            yield Violation(table, row, "decided_on")


@rule(
    "exchange.reply.missing",
    Level.WARNING,
    "类型是“答复”，未填回复编号",
    "请补填所答复问题的编号，不是答复的请更正类型",
)
def reply_without_question(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Answers that do not say what they answer."""
    table = ledger.table(ExchangeRow)
    for index, (kind, reply) in enumerate(table.columns("kind", "reply_to")):
        if kind is ExchangeKind.ANSWER and reply is None:
            yield Violation(table, index, "reply_to")

"""Rules on assessments, conversions, completions, misconduct and the exchange."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from validators.ledger import Ledger
from validators.relations import undated_steps
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule, wrong_order
from validators.settings import Settings
from validators.sheets import AssessmentRow, CompletionRow, ConversionRow, ExchangeRow
from validators.vocabulary import Conclusion, ExchangeKind, Level, Rating


@rule(
    "assessment.day.duplicate",
    Level.WARNING,
    "同一对象同一天评价了多次，还出现在 {others}",
    "请只留一次评价",
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
    "请核对，没有变化的不用登记",
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
    undated = undated_steps(table)
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
    "同一结对考核登记了多次，还出现在 {others}",
    "请只留最终一次",
)
def completed_twice(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Pairings with more than one completion."""
    table = ledger.table(CompletionRow)
    for rows in repeated(table.column("pairing_id")).values():
        yield from cite_each(table, rows, "pairing_id")


@rule(
    "completion.rating.mismatch",
    Level.ERROR,
    "得分 {score:g} 应为“{right}”，填的是“{value}”",
    "请核对得分和等次",
)
def wrong_rating(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Ratings that do not follow from the score (≥ 90 优秀, ≥ 70 合格)."""
    table = ledger.table(CompletionRow)
    for index, (score, rating) in enumerate(table.columns("score", "rating")):
        if score is not None and rating:
            right = rating_of(score, context.settings)
            if rating is not right:
                yield Violation(table, index, "rating", {"score": score, "right": right})


def rating_of(score: float, settings: Settings) -> Rating:
    """Return the rating a score stands for."""
    if score >= settings.excellent_score:
        return Rating.EXCELLENT
    return Rating.QUALIFIED if score >= settings.qualified_score else Rating.UNQUALIFIED


@rule(
    "completion.conclusion.mismatch",
    Level.ERROR,
    "等次是“不合格”，结论不能是“出师”",
    "请改为续帮或调整，或核对等次",
)
def wrong_conclusion(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Graduations without a pass."""
    table = ledger.table(CompletionRow)
    for index, (rating, conclusion) in enumerate(table.columns("rating", "conclusion")):
        if rating is Rating.UNQUALIFIED and conclusion is Conclusion.GRADUATE:
            yield Violation(table, index, "conclusion")


@rule(
    "exchange.reply.missing", Level.WARNING, "类型是“答复”，没有填回复编号", "请填所答复问题的编号"
)
def reply_without_question(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Answers that do not say what they answer."""
    table = ledger.table(ExchangeRow)
    for index, (kind, reply) in enumerate(table.columns("kind", "reply_to")):
        if kind is ExchangeKind.ANSWER and reply is None:
            yield Violation(table, index, "reply_to")

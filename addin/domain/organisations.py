"""Organisations: measures due, 六项行动, and how near each is to being closed (销号).

Closing is the county's decision. The ledger says 达到销号条件，待县级验收 when 验收得分 and the
share of 不满意票 meet the settings, and records the approval when its date is filled in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from validators import sheets
from validators.ledger import Ledger
from validators.normalise import split_words
from validators.settings import Settings
from validators.vocabulary import OrganisationStatus, YesNo

_OPEN = frozenset({OrganisationStatus.UNPAIRED, OrganisationStatus.PAIRED})


class MeasureState(StrEnum):
    """How 提升措施 stand against 提升期限."""

    MISSING = "未填提升措施"
    UNDATED = "未填提升期限"
    RUNNING = "提升中"
    OVERDUE = "超过提升期限"
    OVER = "已结束"


class ClosingState(StrEnum):
    """How near an organisation is to being closed."""

    LEFT = "已退出"
    CLOSED = "已销号"
    READY = "达到销号条件，待县级验收"
    NOT_MET = "未达到销号条件"
    UNKNOWN = "尚未验收"


@dataclass(frozen=True, slots=True)
class OrganisationState:
    """One accepted organisation.

    Attributes:
        row: Its row in the organisations' table.
        actions: Its 六项行动 items.
        dissatisfied: Share of 不满意票 in percent, None where it cannot be told.
        closing: How near it is to being closed.
        why: The numbers behind that, as a clerk reads them.
        closed_on: 销号批准日期.
    """

    row: int
    mentee_id: str
    name: str | None
    village: str | None
    status: OrganisationStatus | None
    measures: str | None
    measures_due: date | None
    measure: MeasureState
    actions: tuple[str, ...]
    inspection_score: float | None
    dissatisfied: float | None
    closing: ClosingState
    why: str
    closed_on: date | None


def organisations(ledger: Ledger, settings: Settings, as_of: date) -> tuple[OrganisationState, ...]:
    """Return the state of every accepted organisation whose ID stands once, in sheet order."""
    table = ledger.table(sheets.OrganisationRow)
    rows = table.accepted_by_id.values()
    return tuple(_state(row, table.record(row), settings, as_of) for row in rows)


def meets_closing_condition(
    score: float | None, votes: int | None, against: int | None, settings: Settings
) -> bool | None:
    """Return whether inspection and vote meet the settings, None where one is missing."""
    share = _dissatisfied(votes, against)
    if score is None or share is None:
        return None
    return score >= settings.closing_score and share <= settings.closing_votes


def action_counts(states: Iterable[OrganisationState], settings: Settings) -> dict[str, int]:
    """Return how many organisations work on each 六项行动 item.

    The superior's items come first, also those nobody works on; others follow as typed.
    """
    counted = Counter(item for state in states for item in state.actions)
    others = sorted(counted.keys() - set(settings.action_items))
    return {item: counted[item] for item in (*settings.action_items, *others)}


def model_townships(ledger: Ledger) -> Mapping[str, bool | None]:
    """Return by unit code whether the form says it is an 一抓两整示范乡创建 unit; None if blank."""
    table = ledger.table(sheets.UnitRow)
    return {
        code: None if answer is None else answer is YesNo.YES
        for code, answer in table.columns("code", "model_township")
        if code
    }


def _dissatisfied(votes: int | None, against: int | None) -> float | None:
    return 100 * against / votes if votes and against is not None else None


def _state(
    row: int, record: sheets.OrganisationRow, settings: Settings, as_of: date
) -> OrganisationState:
    closing = _closing(record, settings)
    return OrganisationState(
        row=row,
        mentee_id=record.mentee_id or "",
        name=record.name,
        village=record.village,
        status=record.status,
        measures=record.measures,
        measures_due=record.measures_due,
        measure=_measure(record, as_of),
        actions=tuple(split_words(record.action_items or "")),
        inspection_score=record.inspection_score,
        dissatisfied=_dissatisfied(record.votes, record.votes_against),
        closing=closing,
        why=_why(record, closing, settings),
        closed_on=record.closed_on,
    )


def _measure(record: sheets.OrganisationRow, as_of: date) -> MeasureState:
    if record.status not in _OPEN:
        return MeasureState.OVER
    if not record.measures:
        return MeasureState.MISSING
    if record.measures_due is None:
        return MeasureState.UNDATED
    return MeasureState.OVERDUE if record.measures_due < as_of else MeasureState.RUNNING


def _closing(record: sheets.OrganisationRow, settings: Settings) -> ClosingState:
    ended = {
        OrganisationStatus.CLOSED: ClosingState.CLOSED,
        OrganisationStatus.LEFT: ClosingState.LEFT,
    }
    if record.status in ended:
        return ended[record.status]
    met = meets_closing_condition(
        record.inspection_score, record.votes, record.votes_against, settings
    )
    if met is None:
        return ClosingState.UNKNOWN
    return ClosingState.READY if met else ClosingState.NOT_MET


def _why(record: sheets.OrganisationRow, closing: ClosingState, settings: Settings) -> str:
    """Return the numbers behind a state."""
    if closing is ClosingState.CLOSED:
        return f"{record.closed_on} 县级批准销号" if record.closed_on else "未填销号批准日期"
    if closing is ClosingState.LEFT:
        return ""
    score, share = record.inspection_score, _dissatisfied(record.votes, record.votes_against)
    facts = [
        "未填验收得分"
        if score is None
        else f"验收得分 {score:g}（标准不低于 {settings.closing_score}）",
        "未填测评票数"
        if share is None
        else f"不满意票 {record.votes_against}/{record.votes} 票，占 {share:.1f}%"
        f"（标准不超过 {settings.closing_votes:g}%）",
    ]
    return "，".join(facts)

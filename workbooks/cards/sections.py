"""A card as blocks of lines, from the masthead to the signatures."""

from __future__ import annotations

from datetime import date

from validators.vocabulary import Aspect
from workbooks.cards.block import Block, fact_lines, shown_day
from workbooks.cards.content import Card, Scores
from workbooks.cards.lines import (
    ALL,
    LAST,
    Cell,
    Line,
    head,
    heading,
    label,
    left,
    line,
    middle,
    signed,
)
from workbooks.cards.records import (
    assessments,
    completions,
    contacts,
    duties,
    mentors,
    milestones,
)
from workbooks.printed.words import plain

__all__ = [
    "RADAR_COLUMNS",
    "blocks",
    "continued",
    "masthead",
]

RADAR_COLUMNS = (4, LAST)
"""The chart stands here, beside the score table."""

_TITLE = {"font_name": "宋体", "font_size": 20, "bold": True, "align": "center"}
_SMALL = {"font_name": "仿宋", "font_size": 10, "shrink": True}
_SIGN = {"font_name": "仿宋", "font_size": 11, "valign": "top", "indent": 1}
_EDGE = "#7F7F7F"
_NO_DAY = "　　　年　　月　　日"
_SIGNATURE_ROWS = (22, 44, 24)


def masthead(card: Card, as_of: date) -> list[Line]:
    """Return the title and the line below it."""
    cells = (
        Cell((0, 3), f"单位：{plain(card.unit)}", {**_SMALL, "align": "left"}),
        Cell((4, 6), f"编号：{plain(card.mentee_id)}", {**_SMALL, "align": "center"}),
        Cell((7, LAST), f"数据截至 {as_of}", {**_SMALL, "align": "right"}),
    )
    return [Line(36, (Cell(ALL, "基层干部“导师帮带制”成长档案", _TITLE),)), Line(20, cells)]


def continued(card: Card, page: int) -> Line:
    """Return the line at the top of a further page."""
    name = plain(f"{card.name}　{card.mentee_id}")
    look = {**_SMALL, "bottom": 1, "bottom_color": _EDGE}
    return Line(
        20,
        (
            Cell((0, 6), f"成长档案（续）　{name}", {**look, "align": "left"}),
            Cell((7, LAST), f"第 {page} 页", {**look, "align": "right"}),
        ),
    )


def blocks(card: Card, *, finished: bool = True) -> list[Block]:
    """Return the sections of a card with as many contacts as two pages could hold.

    Args:
        card: The card.
        finished: Whether finished duties are listed, too.
    """
    return [
        Block(heading("一、基本情况"), None, tuple(fact_lines(card.facts))),
        mentors(card),
        _aspects(card),
        assessments(card),
        duties(card, finished=finished),
        contacts(card),
        milestones(card),
        completions(card),
        _signatures(card),
    ]


def _aspects(card: Card) -> Block:
    """Return the score table that the radar chart is drawn from; the chart stands beside it."""
    latest = card.assessments[-1].day if card.assessments else None
    lines = [
        line(label(0, 0, aspect.value), middle(1, 1, before), middle(2, 2, now), signed(3, change))
        for aspect, before, now, change in zip(
            Aspect, card.baseline, card.latest, _changes(card.baseline, card.latest), strict=True
        )
    ]
    first = head((0, 0, "六个方面"), (1, 1, "摸底"), (2, 2, "最新"), (3, 3, "变化"))
    lines += [
        line(
            label(0, 0, "打分日期"),
            middle(1, 1, shown_day(card.surveyed_on), 1),
            middle(2, 2, shown_day(latest), 1),
            middle(3, 3, ""),
        ),
        line(
            label(0, 0, "薄弱方面"),
            left(1, 3, card.weak or ("无" if any(card.baseline) else "")),
        ),
        line(label(0, 0, "成长趋势"), left(1, 3, card.trend)),
    ]
    empty = not any(card.baseline) and not any(card.latest)
    beside = Cell(
        RADAR_COLUMNS,
        "尚未摸底打分，也没有评价" if empty else "",
        middle(0, 0, "").look,
        rows=1 + len(lines),
    )
    top = Line(
        first.height, (*first.cells, beside), first.height + sum(one.height for one in lines)
    )
    return Block(heading("三、六个方面（1 至 5 分）"), None, (top, *lines), whole=True)


def _changes(before: Scores, after: Scores) -> Scores:
    return tuple(b - a if a and b else None for a, b in zip(before, after, strict=True))


def _signatures(card: Card) -> Block:
    """Return three boxes to sign in."""
    who = "党组织书记签字（盖章）：" if card.organisation else "对象签字："
    texts = ((who, "导师签字：", "单位（盖章）："), ("",) * 3, (_NO_DAY,) * 3)
    last = len(texts) - 1
    lines = []
    for at, (height, row) in enumerate(zip(_SIGNATURE_ROWS, texts, strict=True)):
        edges = {side: 1 for side, on in (("top", at == 0), ("bottom", at == last)) if on}
        cells = []
        for place, text in enumerate(row):
            look = {**_SIGN, "left": 1, "right": 1, **edges}
            look |= {f"{side}_color": _EDGE for side in ("left", "right", *edges)}
            cells.append(Cell((3 * place, 3 * place + 2), text, look))
        lines.append(Line(height, tuple(cells)))
    return Block(Line(10, ()), None, tuple(lines), whole=True)

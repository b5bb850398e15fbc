"""The tables of a card: mentors, assessments, duties, contacts, milestones, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from validators.vocabulary import Aspect, DutyProgress
from workbooks.cards.block import Block, fact_lines, shown_day, table
from workbooks.cards.content import Card, Contact
from workbooks.cards.lines import LAST, Line, head, heading, label, left, line, middle

__all__ = [
    "MOST_CONTACTS",
    "assessments",
    "completions",
    "contacts",
    "duties",
    "mentors",
    "milestones",
    "with_last",
]

_NAMED = 2
_RECORD = "六、帮带记录"
MOST_CONTACTS = 40
"""More lines than a page holds beside everything else."""


def mentors(card: Card) -> Block:
    """Return the pairings, with the contacts each counts."""
    columns = head(
        (0, 0, "导师"), (1, 3, "单位职务"), (4, 5, "结对编号"), (6, 7, "帮带期限"), (8, 8, "状态")
    )
    lines = [
        line(
            middle(0, 0, one.name, 4),
            left(1, 3, one.post, 4),
            middle(4, 5, one.pairing_id, 1),
            middle(6, 7, f"{shown_day(one.paired_on)}\n至 {shown_day(one.until)}"),
            middle(8, 8, f"{one.status}\n联系{one.contacts}次"),
        )
        for one in card.mentors
    ]
    return table("二、结对导师", "", columns, lines, "尚未结对")


def assessments(card: Card) -> Block:
    """Return the assessments with the sum of six scores."""
    names = ("评价日期", *Aspect, "满意度", "六项合计")
    columns = head(*((at, at, str(name)) for at, name in enumerate(names)))
    lines = [
        line(
            middle(0, 0, shown_day(one.day), 1),
            *(middle(at, at, score) for at, score in enumerate(one.scores, 1)),
            middle(7, 7, one.satisfaction),
            middle(8, 8, sum(one.scores) if all(one.scores) else None),  # type: ignore[arg-type]
        )
        for one in card.assessments
    ]
    return table("四、成长评价", "", columns, lines, "尚无评价")


def duties(card: Card, *, finished: bool) -> Block:
    """Return the duties; without the `finished` ones where they take too much room."""
    done = sum(one.progress == DutyProgress.DONE for one in card.duties)
    columns = head(
        (0, 0, "责任方"), (1, 1, "帮带方面"), (2, 4, "职责事项"), (5, 5, "完成/目标"),
        (6, 6, "截止日期"), (7, 7, "最近完成"), (8, 8, "进度"),
    )  # fmt: skip
    lines = [
        line(
            middle(0, 0, one.side),
            middle(1, 1, one.aspect),
            left(2, 4, one.item),
            middle(5, 5, f"{one.done}/{one.target}", 1),
            middle(6, 6, shown_day(one.due_on), 1),
            middle(7, 7, shown_day(one.last_done_on), 1),
            middle(8, 8, one.progress),
        )
        for one in card.duties
        if finished or one.progress != DutyProgress.DONE
    ]
    note = f"共 {len(card.duties)} 项，已完成 {done} 项"
    if done and not finished:
        note += "；已完成的不再列出，见职责清单"
    if card.duties and not lines:
        return Block(heading("五、职责清单", note))
    return table("五、职责清单", note, columns, lines, "尚无职责")


def contacts(card: Card) -> Block:
    """Return the last contacts, more than fit; see `with_last`."""
    columns = head((0, 0, "日期"), (1, 1, "帮带方面"), (2, 2, "导师"), (3, LAST, "内容"))
    lines = [_contact(one) for one in card.contacts[-MOST_CONTACTS:]]
    return replace(table(_RECORD, "", columns, lines, "尚无联系记录"), contacts=True)


def _contact(one: Contact) -> Line:
    told = f"【{one.form}】{one.content}" if one.form else one.content
    return line(
        middle(0, 0, shown_day(one.day), 1),
        middle(1, 1, one.aspect),
        middle(2, 2, _together(one.mentors)),
        left(3, LAST, told),
    )


def _together(mentors: tuple[str, ...]) -> str:
    """Return the names; of more than two only the first."""
    return "、".join(mentors) if len(mentors) <= _NAMED else f"{mentors[0]}\n等{len(mentors)}人"


def _times(card: Card, shown: int) -> str:
    """Return how many contacts and entries there are, and which are listed."""
    entries = len(card.contacts)
    told = f"联系 {card.times} 次"
    if card.times != entries:
        told += f"，日志 {entries} 条（一条记几名导师算几次）"
    unit = "次" if card.times == entries else "条"
    if shown < entries:
        told += f"；列最近 {shown} {unit}，另有 {entries - shown} {unit}，见工作日志"
    return told


def milestones(card: Card) -> Block:
    """Return the dated steps, and below them what came of it."""
    lines = [
        line(middle(0, 0, shown_day(one.day), 1), label(1, 1, one.kind), left(2, LAST, one.text))
        for one in card.milestones
    ]
    return table(
        "七、成长历程和成效", "", head((0, 0, "日期"), (1, 1, "事项"), (2, LAST, "内容")),
        [*lines, *fact_lines(card.results)], "尚无登记",
    )  # fmt: skip


def completions(card: Card) -> Block:
    """Return what was judged at the end of each period."""
    columns = head(
        (0, 0, "考核日期"), (1, 2, "导师"), (3, 4, "结对编号"), (5, 5, "得分"), (6, 6, "等次"),
        (7, LAST, "结论"),
    )  # fmt: skip
    lines = [
        line(
            middle(0, 0, shown_day(one.day), 1),
            middle(1, 2, one.mentor),
            middle(3, 4, one.pairing_id, 1),
            middle(5, 5, one.score),
            middle(6, 6, one.rating),
            middle(7, LAST, one.conclusion),
        )
        for one in card.completions
    ]
    return table("八、期满考核", "", columns, lines, "尚未期满考核")


def with_last(parts: Sequence[Block], card: Card, shown: int) -> list[Block]:
    """Return the sections with the last `shown` of the contacts in them."""
    return [
        replace(
            one,
            title=heading(_RECORD, _times(card, shown)),
            lines=one.lines[len(one.lines) - shown :],
        )
        if one.contacts and one.lines
        else one
        for one in parts
    ]

"""Sections of a growth card, and the two forms they make: of a person, and of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from validators.vocabulary import Aspect, DutyProgress, PairingStatus
from workbooks.cards.content import Card, Contact, Fact, Scores
from workbooks.cards.lines import (
    ALL,
    EDGE,
    LAST,
    Cell,
    Column,
    Group,
    Line,
    fact_rows,
    facts_with_photo,
    head,
    heading,
    height,
    label,
    left,
    line,
    middle,
    row,
    signed,
    table_row,
    text,
)
from workbooks.pages import full_date


@dataclass(frozen=True, slots=True)
class Block:
    """A section.

    Attributes:
        title: What it is called; the form numbers it.
        note: Small print beside the title.
        head: The table's headings, repeated on a new page.
        groups: Its lines; those of a group stay on one page.
    """

    title: str
    note: str = ""
    head: Line | None = None
    groups: tuple[Group, ...] = ()


def _single(rows: Sequence[Group]) -> tuple[Group, ...]:
    """Let rows that take several lines go on with any of them on a new page."""
    return tuple((line,) for group in rows for line in group)


def _table(
    title: str,
    columns: Sequence[Column],
    values: Sequence[Sequence[str | float | None]],
    none: str,
    note: str = "",
) -> Block:
    """Return a table, or its title alone where there is nothing to show."""
    if not values:
        return Block(f"{title}：{none}")
    rows = [table_row(columns, each) for each in values]
    return Block(title, note, head(columns), _single(rows))


def _iso(day: date | None) -> str:
    """Return the day as 2026-06-30, "" for none."""
    return day.isoformat() if day else ""


def _period(first: date | None, last: date | None) -> str:
    return f"{_iso(first)}\n至 {_iso(last)}" if first or last else ""


# --- the tables -----------------------------------------------------------------------------------

_MENTORS = (
    Column("导师", 0, 0), Column("单位职务", 1, 3, left=True), Column("结对编号", 4, 5),
    Column("帮带期限", 6, 7), Column("状态", LAST, LAST),
)  # fmt: skip
_ASSESSMENTS = tuple(
    Column(str(name), at, at) for at, name in enumerate(("评价日期", *Aspect, "满意度", "六项合计"))
)
_DUTIES = (
    Column("责任方", 0, 0), Column("帮带方面", 1, 1), Column("职责事项", 2, 4, left=True),
    Column("完成/目标", 5, 5), Column("截止日期", 6, 6), Column("最近完成", 7, 7),
    Column("进度", LAST, LAST),
)  # fmt: skip
_MILESTONES = (Column("日期", 0, 0), Column("事项", 1, 1), Column("内容", 2, LAST, left=True))
_COMPLETIONS = (
    Column("考核日期", 0, 0), Column("导师", 1, 2), Column("结对编号", 3, 4),
    Column("得分", 5, 5), Column("等次", 6, 6), Column("结论", 7, LAST),
)  # fmt: skip


def _mentors(card: Card) -> Block:
    """Return the pairings, with the contacts each counts."""
    values = [
        (
            m.name, m.post, m.pairing_id, _period(m.paired_on, m.until),
            f"{m.status}\n联系{m.contacts}次",
        )
        for m in card.mentors
    ]  # fmt: skip
    return _table("结对导师", _MENTORS, values, "尚未结对")


def _assessments(card: Card) -> Block:
    """Return the assessments: six scores with their sum, and below them what the assessor says."""
    groups: list[Group] = []
    for each in card.assessments:
        scores = (_iso(each.day), *each.scores, each.satisfaction, _total(each.scores))
        said, *more = row(
            label(0, 0, "评语"), left(1, 5, each.comment), label(6, 6, "评价人"),
            middle(7, LAST, each.assessor),
        )  # fmt: skip
        groups += [(*table_row(_ASSESSMENTS, scores), said), *_single([tuple(more)])]
    if not groups:
        return Block("成长评价：尚无评价")
    note = f"共 {len(card.assessments)} 次，各方面 1 至 5 分"
    return Block("成长评价", note, head(_ASSESSMENTS), tuple(groups))


def _total(scores: Scores) -> int | None:
    return sum(filter(None, scores)) if all(scores) else None


def _duties(card: Card) -> Block:
    """Return all duties."""
    done = sum(duty.progress == DutyProgress.DONE for duty in card.duties)
    values = [
        (
            duty.side, duty.aspect, duty.item, f"{duty.done}/{duty.target}", _iso(duty.due_on),
            _iso(duty.last_done_on), duty.progress,
        )
        for duty in card.duties
    ]  # fmt: skip
    note = f"共 {len(card.duties)} 项，已完成 {done} 项"
    return _table("职责清单", _DUTIES, values, "尚无职责", note)


def _contacts(card: Card) -> Block:
    """Return all contacts; where several mentors come together, they have more room."""
    last = 3 if any(len(each.mentors) > 1 for each in card.contacts) else 2
    columns = (
        Column("日期", 0, 0), Column("帮带方面", 1, 1), Column("导师", 2, last),
        Column("帮带内容", last + 1, LAST, left=True),
    )  # fmt: skip
    values = [
        (_iso(each.day), each.aspect, "、".join(each.mentors), _told(each))
        for each in card.contacts
    ]
    entries, times = len(card.contacts), card.times
    note = f"联系 {times} 次"
    if times != entries:
        note += f"，日志 {entries} 条（一条涉及几名导师的计几次）"
    return _table("帮带记录", columns, values, "尚无联系记录", note)


def _told(contact: Contact) -> str:
    form = f"【{contact.form}】" if contact.form else ""
    further = (("发现问题", contact.problem), ("下步打算", contact.next_step))
    return "\n".join(
        [form + contact.content, *(f"{what}：{said}" for what, said in further if said)]
    )


def _milestones(title: str, card: Card) -> Block:
    """Return the dated steps."""
    rows = [
        row(middle(0, 0, _iso(step.day)), label(1, 1, step.kind), left(2, LAST, step.text))
        for step in card.milestones
    ]
    if not rows:
        return Block(f"{title}：尚无登记")
    return Block(title, "", head(_MILESTONES), _single(rows))


def _facts(title: str, facts: Sequence[Fact], none: str) -> Block:
    if not facts:
        return Block(f"{title}：{none}")
    return Block(title, groups=_single([*fact_rows(facts)]))


def _completions(card: Card) -> Block:
    """Return the completions, one line for each 期满考核."""
    values = [
        (_iso(c.day), c.mentor, c.pairing_id, c.score, c.rating, c.conclusion)
        for c in card.completions
    ]
    return _table("期满考核", _COMPLETIONS, values, "尚未期满考核")


# --- the six aspects ------------------------------------------------------------------------------

RADAR_COLUMNS = (4, LAST)
"""The chart stands here, beside the score table."""

_SCORE_HEADINGS = ("六个方面", "摸底", "最新", "变化")


def _aspects(card: Card) -> Block:
    """Return the score table that the radar chart is drawn from; the chart stands beside it."""
    if not any(card.baseline) and not any(card.latest):
        return Block("六个方面：尚未摸底评分和评价")
    latest = card.assessments[-1].day if card.assessments else None
    lines = [
        line(label(0, 0, aspect.value), middle(1, 1, before), middle(2, 2, now), signed(3, change))
        for aspect, before, now, change in zip(
            Aspect, card.baseline, card.latest, _changes(card.baseline, card.latest), strict=True
        )
    ]
    days = (("摸底", card.surveyed_on), ("最新", latest))
    facts = (
        ("打分日期", "\n".join(f"{what} {day}" for what, day in days if day)),
        ("薄弱方面", card.weak or ("无" if any(card.baseline) else "")),
        ("评价趋势", card.trend),
    )
    lines += [line(label(0, 0, name), left(1, 3, value)) for name, value in facts]
    first = line(*(label(at, at, heading) for at, heading in enumerate(_SCORE_HEADINGS)))
    beside = middle(*RADAR_COLUMNS, "", 1 + len(lines))
    top = Line(first.height, (*first.cells, beside), first.height + height(lines))
    return Block("六个方面（1 至 5 分）", groups=((top, *lines),))


def _changes(before: Scores, after: Scores) -> Scores:
    return tuple(b - a if a and b else None for a, b in zip(before, after, strict=True))


# --- the top of a page, and the place to sign in ---------------------------------------------------

_TITLE = {"font_name": "宋体", "font_size": 22, "bold": True, "align": "center"}
_CONTINUED = {
    "font_name": "仿宋", "font_size": 10, "text_wrap": True, "bottom": 1, "bottom_color": EDGE,
}  # fmt: skip
_SIGN = {"font_name": "仿宋", "font_size": 11, "valign": "top", "align": "left", "indent": 1}
_SIGNATURE_ROWS = (22, 44, 24)
_PERSON = "基层干部“导师帮带制”成长档案"
_ORGANISATION = "村（社区）党组织“导师帮带制”帮带档案"


def masthead(card: Card, as_of: date, pages: int) -> list[Line]:
    """Return the top of the first of so many pages: the title, and whose file it is."""
    current = [m for m in card.mentors if m.status == PairingStatus.RUNNING] or card.mentors
    names = "、".join(dict.fromkeys(mentor.name for mentor in current))
    first = min((m.paired_on for m in current if m.paired_on), default=None)
    last = max((m.until for m in current if m.until), default=None)
    facts = (
        Fact("建档单位", card.unit), Fact("档案编号", card.mentee_id),
        Fact("数据截至", _iso(as_of)), Fact("帮带导师", names or "尚未结对"),
        Fact("帮带期限", _period(first, last)), Fact("页　　码", f"第 1 页，共 {pages} 页"),
    )  # fmt: skip
    title = Cell(ALL, _ORGANISATION if card.organisation else _PERSON, _TITLE)
    return [Line(46, (title,)), *(line for group in fact_rows(facts) for line in group)]


def continued(card: Card, page: int, pages: int) -> Group:
    """Return the line at the top of a further page."""
    kind = "帮带档案" if card.organisation else "成长档案"
    whose = f"{kind}（续）　{card.name}　{card.mentee_id}"
    return row(
        text((0, 6), whose, {**_CONTINUED, "align": "left"}),
        text((7, LAST), f"第 {page} 页，共 {pages} 页", {**_CONTINUED, "align": "right"}),
    )


def _signatures(card: Card) -> Block:
    """Return a box for what the superior says, and three to sign in."""
    superior = "县（区）委组织部验收意见：" if card.organisation else "乡镇（街道）党（工）委意见："
    who = "党组织书记签字（盖章）：" if card.organisation else "对象签字："
    day = full_date(None)
    lines = _boxes(((superior,), ("",), (f"（盖章）{day}",)), right=True)
    lines += _boxes(((who, "导师签字：", "填报单位（盖章）："), ("",) * 3, (day,) * 3))
    return Block("签字确认", groups=(tuple(lines),))


def _boxes(texts: Sequence[Sequence[str]], *, right: bool = False) -> list[Line]:
    """Return boxes side by side: what is asked for, room to write, and the day."""
    lines, last = [], len(texts) - 1
    for at, (tall, each) in enumerate(zip(_SIGNATURE_ROWS, texts, strict=True)):
        edges = {side: 1 for side, on in (("top", at == 0), ("bottom", at == last)) if on}
        style = {**_SIGN, "left": 1, "right": 1, **edges}
        style |= {f"{side}_color": EDGE for side in ("left", "right", *edges)}
        style |= {"align": "right"} if right and at == last else {}
        wide = (LAST + 1) // len(each)
        cells = (Cell((wide * n, wide * n + wide - 1), said, style) for n, said in enumerate(each))
        lines.append(Line(tall, tuple(cells)))
    return lines


# --- the two forms --------------------------------------------------------------------------------

_NUMERALS = (*"一二三四五六七八九十", "十一")


def sections(card: Card) -> list[tuple[Line, Block]]:
    """Return the sections of a card with their numbered titles."""
    blocks = _of_organisation(card) if card.organisation else _of_person(card)
    return [
        (heading(f"{numeral}、{block.title}", block.note), block)
        for numeral, block in zip(_NUMERALS[: len(blocks)], blocks, strict=True)
    ]


def _of_person(card: Card) -> list[Block]:
    basics = Block("基本情况", groups=_with_photo(card.facts))
    return [
        basics,
        _mentors(card),
        _aspects(card),
        _assessments(card),
        _duties(card),
        _contacts(card),
        _milestones("成长历程", card),
        _facts("培养成效", card.results, "尚无登记"),
        _completions(card),
        _signatures(card),
    ]


def _with_photo(facts: Sequence[Fact]) -> tuple[Group, ...]:
    beside, *below = facts_with_photo(facts)
    return (beside, *_single(below))


def _of_organisation(card: Card) -> list[Block]:
    return [
        _facts("党组织基本情况", card.facts, "尚未填写"),
        _mentors(card),
        _aspects(card),
        _facts("提升措施", card.plan, "尚未填写"),
        _assessments(card),
        _duties(card),
        _contacts(card),
        _milestones("提升历程", card),
        _completions(card),
        _facts("验收销号", card.results, "尚未验收"),
        _signatures(card),
    ]

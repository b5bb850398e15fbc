"""Lay out a growth card: bordered lines in sections, from the masthead to the signatures, on A4.

A card has two pages and lists as many of its last contacts as they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from validators.vocabulary import Aspect, DutyProgress
from workbooks.cards.content import Card, Fact, Scores
from workbooks.pages import Columns, PageFormat, full_date, printable
from workbooks.text_fit import shortened, text_height

# --- cells and lines on a grid of nine columns ----------------------------------------------------

WIDTHS = (55.5,) * 9
"""Points; labels take one column, facts three."""

LAST = len(WIDTHS) - 1
ALL = (0, LAST)
BORDER = {"border": 1, "border_color": "#7F7F7F"}
_SIZE = 10
_LEAST = 19.0
_AIR = 4.0
_TABLE = {"font_name": "仿宋", "font_size": _SIZE, "text_wrap": True, **BORDER}
_LABEL = {**_TABLE, "font_name": "黑体", "align": "center", "bg_color": "#F2F2F2"}
_MIDDLE = {**_TABLE, "align": "center"}
_LEFT = {**_TABLE, "align": "left"}
_NARROW = {**_MIDDLE, "text_wrap": False, "shrink": True}
_HEADING = {"font_name": "黑体", "font_size": 12, "valign": "bottom"}
_NOTE = {"font_name": "仿宋", "font_size": 10, "valign": "bottom", "align": "left", "shrink": True}
_HEADING_HEIGHT = 22.0
_TITLE_ENDS = 1

Style = Mapping[str, Any]
"""Format properties, as XlsxWriter takes them."""


class Cell(NamedTuple):
    """Text or a number across columns, and rows where it is taller than its line."""

    columns: Columns
    value: str | float
    style: Style
    rows: int = 1


class Line(NamedTuple):
    """Cells of one row; `radar` is the height of a chart that begins beside it."""

    height: float
    cells: tuple[Cell, ...]
    radar: float = 0.0


def span(columns: Columns) -> float:
    """Return the points `columns` are wide."""
    return float(sum(WIDTHS[columns[0] : columns[1] + 1]))


def label(first: int, last: int, text: str) -> Cell:
    """Return a heading of a table or of a fact."""
    return Cell((first, last), text, _LABEL)


def middle(first: int, last: int, value: str | float | None, most: int = 3) -> Cell:
    """Return a centred cell of at most `most` lines; a single line is set smaller to fit."""
    if isinstance(value, int | float):
        return Cell((first, last), value, _NARROW)
    if most == 1:
        return Cell((first, last), _tidy(value), _NARROW)
    return _fitted(value, (first, last), most, _MIDDLE)


def signed(at: int, value: int | None) -> Cell:
    """Return a change with its sign."""
    return Cell((at, at), "" if value is None else value, {**_NARROW, "num_format": "+0;-0;0"})


def left(first: int, last: int, text: str | None, most: int = 3) -> Cell:
    """Return a cell of running text of at most `most` lines."""
    return _fitted(text, (first, last), most, _LEFT)


def line(*cells: Cell) -> Line:
    """Return a line tall enough for its cells."""
    heights = (
        text_height(cell.value, span(cell.columns), _SIZE, _AIR)
        for cell in cells
        if isinstance(cell.value, str) and not cell.style.get("shrink")
    )
    return Line(max([_LEAST, *heights]), cells)


class Column(NamedTuple):
    """A column of a table; its cells have at most `most` lines, `left` ones hold running text."""

    heading: str
    first: int
    last: int
    most: int = 3
    left: bool = False


def head(columns: Sequence[Column]) -> Line:
    """Return the headings of a table."""
    return line(*(label(column.first, column.last, column.heading) for column in columns))


def rows(columns: Sequence[Column], values: Iterable[Sequence[str | float | None]]) -> list[Line]:
    """Return one line of a table for each row of `values`, in the order of the columns."""
    return [
        line(
            *(
                left(at.first, at.last, None if value is None else str(value), at.most)
                if at.left
                else middle(at.first, at.last, value, at.most)
                for at, value in zip(columns, row, strict=True)
            )
        )
        for row in values
    ]


def heading(text: str, note: str = "") -> Line:
    """Return the line above a section, with a note in small print beside the title."""
    if not note:
        return Line(_HEADING_HEIGHT, (Cell(ALL, text, _HEADING),))
    title, beside = (0, _TITLE_ENDS), (_TITLE_ENDS + 1, LAST)
    return Line(_HEADING_HEIGHT, (Cell(title, text, _HEADING), Cell(beside, note, _NOTE)))


def _tidy(text: str | None) -> str:
    return "\n".join(printable(part) for part in (text or "").split("\n"))


def _fitted(text: str | None, columns: Columns, most: int, style: Style) -> Cell:
    return Cell(columns, shortened(_tidy(text), span(columns), _SIZE, most), style)


# --- sections: a title, and lines that may continue on another page -------------------------------

_PER_LINE = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A section.

    Attributes:
        title: Its first line.
        head: The table's headings, repeated on a new page.
        lines: The rest.
        unbroken: Whether it stays on one page.
        contacts: Whether its lines are contacts.
    """

    title: Line
    head: Line | None = None
    lines: tuple[Line, ...] = ()
    unbroken: bool = False
    contacts: bool = False


def table(
    title: str, note: str, columns: Sequence[Column], lines: Sequence[Line], none: str
) -> Block:
    """Return a table, or one line where there is nothing to show."""
    if not lines:
        return Block(heading(f"{title}：{none}"))
    return Block(heading(title, note), head(columns), tuple(lines))


def fact_lines(facts: Sequence[Fact]) -> Iterator[Line]:
    """Yield facts three to a line; a wide one has a line of its own."""
    waiting: list[Fact] = []
    for fact in facts:
        if not fact.wide:
            waiting.append(fact)
        if waiting and (fact.wide or len(waiting) == _PER_LINE):
            yield _three(waiting)
            waiting = []
        if fact.wide:
            yield line(label(0, 0, fact.label), left(1, LAST, fact.text, 6))
    if waiting:
        yield _three(waiting)


def _three(facts: Sequence[Fact]) -> Line:
    cells: list[Cell] = []
    for place in range(_PER_LINE):
        fact = facts[place] if place < len(facts) else Fact("", "")
        start = _PER_LINE * place
        cells += [label(start, start, fact.label), middle(start + 1, start + 2, fact.text, 4)]
    return line(*cells)


def _iso(day: date | None) -> str:
    """Return the day as 2026-06-30, "" for none."""
    return day.isoformat() if day else ""


# --- the tables -----------------------------------------------------------------------------------

_NAMED = 2
_RECORD = "六、帮带记录"
MOST_CONTACTS = 40
"""More lines than a page holds beside everything else."""


_MENTORS = (
    Column("导师", 0, 0, 4), Column("单位职务", 1, 3, 4, left=True), Column("结对编号", 4, 5, 1),
    Column("帮带期限", 6, 7), Column("状态", 8, 8),
)  # fmt: skip
_ASSESSMENTS = tuple(
    Column(str(name), at, at, 1 if at == 0 else 3)
    for at, name in enumerate(("评价日期", *Aspect, "满意度", "六项合计"))
)
_DUTIES = (
    Column("责任方", 0, 0), Column("帮带方面", 1, 1), Column("职责事项", 2, 4, left=True),
    Column("完成/目标", 5, 5, 1), Column("截止日期", 6, 6, 1), Column("最近完成", 7, 7, 1),
    Column("进度", 8, 8),
)  # fmt: skip
_CONTACTS = (
    Column("日期", 0, 0, 1), Column("帮带方面", 1, 1), Column("导师", 2, 2),
    Column("内容", 3, LAST, left=True),
)  # fmt: skip
_MILESTONES = (Column("日期", 0, 0), Column("事项", 1, 1), Column("内容", 2, LAST))
_COMPLETIONS = (
    Column("考核日期", 0, 0, 1), Column("导师", 1, 2), Column("结对编号", 3, 4, 1),
    Column("得分", 5, 5), Column("等次", 6, 6), Column("结论", 7, LAST),
)  # fmt: skip


def mentors(card: Card) -> Block:
    """Return the pairings, with the contacts each counts."""
    values = [
        (
            m.name, m.post, m.pairing_id, f"{_iso(m.paired_on)}\n至 {_iso(m.until)}",
            f"{m.status}\n联系{m.contacts}次",
        )
        for m in card.mentors
    ]  # fmt: skip
    return table("二、结对导师", "", _MENTORS, rows(_MENTORS, values), "尚未结对")


def assessments(card: Card) -> Block:
    """Return the assessments with the sum of six scores."""
    values = [(_iso(a.day), *a.scores, a.satisfaction, _total(a.scores)) for a in card.assessments]
    return table("四、成长评价", "", _ASSESSMENTS, rows(_ASSESSMENTS, values), "尚无评价")


def _total(scores: Scores) -> int | None:
    return sum(filter(None, scores)) if all(scores) else None


def duties(card: Card, *, finished: bool) -> Block:
    """Return the duties, with or without the `finished` ones."""
    done = sum(duty.progress == DutyProgress.DONE for duty in card.duties)
    values = [
        (
            duty.side, duty.aspect, duty.item, f"{duty.done}/{duty.target}", _iso(duty.due_on),
            _iso(duty.last_done_on), duty.progress,
        )
        for duty in card.duties
        if finished or duty.progress != DutyProgress.DONE
    ]  # fmt: skip
    note = f"共 {len(card.duties)} 项，已完成 {done} 项"
    if done and not finished:
        note += "；已完成的不再列出，见职责清单"
    if card.duties and not values:
        return Block(heading("五、职责清单", note))
    return table("五、职责清单", note, _DUTIES, rows(_DUTIES, values), "尚无职责")


def contacts(card: Card) -> Block:
    """Return the last contacts, more than fit; `with_last` cuts them."""
    values = [
        (
            _iso(contact.day), contact.aspect, _names(contact.mentors),
            f"【{contact.form}】{contact.content}" if contact.form else contact.content,
        )
        for contact in card.contacts[-MOST_CONTACTS:]
    ]  # fmt: skip
    block = table(_RECORD, "", _CONTACTS, rows(_CONTACTS, values), "尚无联系记录")
    return replace(block, contacts=True)


def _names(mentors: tuple[str, ...]) -> str:
    """Return the names, of more than two only the first with their number."""
    return "、".join(mentors) if len(mentors) <= _NAMED else f"{mentors[0]}\n等{len(mentors)}人"


def _times(card: Card, shown: int) -> str:
    """Return how many contacts and entries there are, and which are listed."""
    entries = len(card.contacts)
    text = f"联系 {card.times} 次"
    if card.times != entries:
        text += f"，日志 {entries} 条（一条涉及几名导师的计几次）"
    unit = "次" if card.times == entries else "条"
    if shown < entries:
        text += f"；只列最近 {shown} {unit}，另有 {entries - shown} {unit}，见工作日志"
    return text


def milestones(card: Card) -> Block:
    """Return the dated steps, and the results below them."""
    lines = [
        line(middle(0, 0, _iso(step.day), 1), label(1, 1, step.kind), left(2, LAST, step.text))
        for step in card.milestones
    ]
    lines += fact_lines(card.results)
    return table("七、成长历程和成效", "", _MILESTONES, lines, "尚无登记")


def completions(card: Card) -> Block:
    """Return the completions, one line for each 期满考核."""
    values = [
        (_iso(c.day), c.mentor, c.pairing_id, c.score, c.rating, c.conclusion)
        for c in card.completions
    ]
    return table("八、期满考核", "", _COMPLETIONS, rows(_COMPLETIONS, values), "尚未期满考核")


def with_last(blocks: Sequence[Block], card: Card, shown: int) -> list[Block]:
    """Return the sections with the last `shown` of the contacts in them."""
    return [
        replace(
            block,
            title=heading(_RECORD, _times(card, shown)),
            lines=block.lines[len(block.lines) - shown :],
        )
        if block.contacts and block.lines
        else block
        for block in blocks
    ]


# --- the whole card -------------------------------------------------------------------------------

RADAR_COLUMNS = (4, LAST)
"""The chart stands here, beside the score table."""

_TITLE = {"font_name": "宋体", "font_size": 20, "bold": True, "align": "center"}
_SMALL = {"font_name": "仿宋", "font_size": 10, "shrink": True}
_SIGN = {"font_name": "仿宋", "font_size": 11, "valign": "top", "indent": 1}
_EDGE = "#7F7F7F"
_SCORE_HEADINGS = ("六个方面", "摸底", "最新", "变化")
_SIGNATURE_ROWS = (22, 44, 24)


def masthead(card: Card, as_of: date) -> list[Line]:
    """Return the title and the line below it."""
    cells = (
        Cell((0, 3), f"单位：{printable(card.unit)}", {**_SMALL, "align": "left"}),
        Cell((4, 6), f"编号：{printable(card.mentee_id)}", {**_SMALL, "align": "center"}),
        Cell((7, LAST), f"数据截至 {as_of}", {**_SMALL, "align": "right"}),
    )
    return [Line(36, (Cell(ALL, "基层干部“导师帮带制”成长档案", _TITLE),)), Line(20, cells)]


def continued(card: Card, page: int) -> Line:
    """Return the line at the top of a further page."""
    name = printable(f"{card.name}　{card.mentee_id}")
    style = {**_SMALL, "bottom": 1, "bottom_color": _EDGE}
    title = Cell((0, 6), f"成长档案（续）　{name}", {**style, "align": "left"})
    return Line(20, (title, Cell((7, LAST), f"第 {page} 页", {**style, "align": "right"})))


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
    first = line(*(label(at, at, text) for at, text in enumerate(_SCORE_HEADINGS)))
    lines += [
        line(
            label(0, 0, "打分日期"),
            middle(1, 1, _iso(card.surveyed_on), 1),
            middle(2, 2, _iso(latest), 1),
            middle(3, 3, ""),
        ),
        line(
            label(0, 0, "薄弱方面"), left(1, 3, card.weak or ("无" if any(card.baseline) else ""))
        ),
        line(label(0, 0, "评价趋势"), left(1, 3, card.trend)),
    ]
    empty = not any(card.baseline) and not any(card.latest)
    beside = Cell(
        RADAR_COLUMNS,
        "尚未摸底评分和评价" if empty else "",
        middle(0, 0, "").style,
        rows=1 + len(lines),
    )
    top = Line(first.height, (*first.cells, beside), first.height + _height(lines))
    return Block(heading("三、六个方面（1 至 5 分）"), None, (top, *lines), unbroken=True)


def _changes(before: Scores, after: Scores) -> Scores:
    return tuple(b - a if a and b else None for a, b in zip(before, after, strict=True))


def _signatures(card: Card) -> Block:
    """Return three boxes to sign in."""
    who = "党组织书记签字（盖章）：" if card.organisation else "对象签字："
    texts = ((who, "导师签字：", "单位（盖章）："), ("",) * 3, (full_date(None),) * 3)
    last = len(texts) - 1
    lines = []
    for at, (height, row) in enumerate(zip(_SIGNATURE_ROWS, texts, strict=True)):
        edges = {side: 1 for side, on in (("top", at == 0), ("bottom", at == last)) if on}
        cells = []
        for place, text in enumerate(row):
            style = {**_SIGN, "left": 1, "right": 1, **edges}
            style |= {f"{side}_color": _EDGE for side in ("left", "right", *edges)}
            cells.append(Cell((3 * place, 3 * place + 2), text, style))
        lines.append(Line(height, tuple(cells)))
    return Block(Line(10, ()), None, tuple(lines), unbroken=True)


# --- pages ----------------------------------------------------------------------------------------

PAGE = PageFormat(landscape=False, side=40, top=40, bottom=40)
_WISHED = 2
_FEWEST = 4
"""Contacts a card lists even if it takes a third page."""


def card_pages(card: Card, as_of: date) -> list[list[Line]]:
    """Return the lines of each page of a card.

    Finished duties and all but the last few contacts give way before a third page is begun.
    """
    best = _filled(card, as_of, blocks(card))
    if len(best) > _WISHED:
        shorter = _filled(card, as_of, blocks(card, finished=False))
        best = shorter if len(shorter) <= _WISHED else best
    return best


def _filled(card: Card, as_of: date, sections: Sequence[Block]) -> list[list[Line]]:
    """Return the pages with the most contacts that fit on two, found by bisection."""
    high = min(len(card.contacts), MOST_CONTACTS)
    low = min(_FEWEST, high)
    best = _paginated(card, as_of, with_last(sections, card, low))
    if len(best) > _WISHED:
        return best
    while low < high:
        middle = (low + high + 1) // 2
        pages = _paginated(card, as_of, with_last(sections, card, middle))
        if len(pages) <= _WISHED:
            low, best = middle, pages
        else:
            high = middle - 1
    return best


def _paginated(card: Card, as_of: date, sections: Sequence[Block]) -> list[list[Line]]:
    pages = [masthead(card, as_of)]
    for block in sections:
        opening = [block.title, *([block.head] if block.head else [])]
        together = [*opening, *(block.lines if block.unbroken else block.lines[:1])]
        _place(pages, together, card)
        for further in block.lines[len(together) - len(opening) :]:
            _place(pages, [further], card, [block.head] if block.head else [])
    return pages


def _place(
    pages: list[list[Line]], lines: Sequence[Line], card: Card, repeated: Sequence[Line] = ()
) -> None:
    """Put lines that stay together on the last page, or on a new one below `repeated`."""
    if _height([*pages[-1], *lines]) > PAGE.room:
        pages.append([continued(card, len(pages) + 1), *repeated])
    pages[-1].extend(lines)


def _height(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)

"""结对仪式名单: who is paired with whom, to be read out and signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import Side
from workbooks.pages import Flow, Page, full_date, plain, shortened
from workbooks.papers.content import PairingPaper, Papers, Person
from workbooks.template.styles import Styles

_PAGE = Page(landscape=True, side=36, top=40, bottom=46)
_COLUMNS = (
    ("序号", 28), ("导师", 56), ("导师单位职务", 130), ("帮带对象", 84), ("对象单位职务", 130),
    ("结对\n方式", 48), ("帮带\n路径", 44), ("帮带期限", 88), ("导师签字", 66), ("对象签字", 66),
)  # fmt: skip
_LAST = len(_COLUMNS) - 1
_BY_MENTOR, _BY_MENTEE = (1, 2, 8), (3, 4, 9)
"""Columns that say the same for every pairing of a mentor, of a mentee."""

_HEAD_ROWS = 3
_SIZE = 11
_LEAST = 38.0
"""Points of a row's height, so that it can be signed in."""

_TOTAL = 28.0
"""Points of the last line; kept free on every page, so that it never stands on one alone."""

_MOST_LINES = 8


def write_ceremony(sheet: Worksheet, papers: Papers, styles: Styles) -> None:
    """Write the list: individuals first, then Party organisations, one line per pairing."""
    flow = Flow(sheet, [width for _, width in _COLUMNS], _PAGE, repeated=_HEAD_ROWS)
    sheet.set_footer('&C&"仿宋,Regular"&10第 &P 页，共 &N 页')
    _write_head(flow, papers, styles)
    sheet.freeze_panes(_HEAD_ROWS, 0)
    number = 0
    for title, part in _parts(papers.pairings):
        groups = _groups(part)
        if title:
            flow.keep(26 + _height(flow, groups[0]) + _TOTAL)
            flow.add(26)
            flow.put((0, _LAST), title, styles.make(font_name="黑体", font_size=12, border=1))
        for block in _blocks(flow, groups):
            _write_block(flow, block, number, styles)
            number += len(block)
    flow.add(_TOTAL)
    flow.put((0, _LAST), _total(papers.pairings), styles.line(font_size=_SIZE))
    flow.finish()


def _write_head(flow: Flow, papers: Papers, styles: Styles) -> None:
    flow.add(40)
    flow.put((0, _LAST), f"{papers.year}年基层干部“导师帮带制”结对仪式名单", styles.title())
    days = {one.ceremony_on for one in papers.pairings}
    day = days.pop() if len(days) == 1 else None
    unit = shortened(f"组织单位：{plain(papers.unit)}", flow.width(0, 3), _SIZE, _MOST_LINES)
    flow.add(max(26, flow.height(unit, (0, 3), _SIZE)))
    line = styles.line(font_size=_SIZE, text_wrap=True)
    flow.put((0, 3), unit, line)
    flow.put((4, 5), f"仪式时间：{full_date(day) if day else '　　　年　　月　　日'}", line)
    flow.put((6, _LAST), "仪式地点：", line)
    flow.add(38)
    heading = styles.make(
        font_name="黑体", font_size=_SIZE, align="center", text_wrap=True, border=1
    )
    for column, (name, _) in enumerate(_COLUMNS):
        flow.put((column, column), name, heading)


def _parts(pairings: Sequence[PairingPaper]) -> list[tuple[str, list[PairingPaper]]]:
    """Return individuals and organisations, with titles where there are both."""
    people = [one for one in pairings if not one.organisation]
    organisations = [one for one in pairings if one.organisation]
    if people and organisations:
        return [("一、结对帮带个人", people), ("二、结对帮带党组织", organisations)]
    return [("", part) for part in (people, organisations) if part]


def _groups(pairings: Sequence[PairingPaper]) -> list[list[PairingPaper]]:
    """Return the pairings that share people, directly or through others, kept together.

    Within a group they stand by mentor, or by mentee where several mentors help few mentees.
    """
    group_of: dict[tuple[Side, Person], list[PairingPaper]] = {}
    for pairing in pairings:
        near = {id(group): group for key in _keys(pairing) if (group := group_of.get(key))}
        joined = [*chain.from_iterable(near.values()), pairing]
        group_of |= {key: joined for one in joined for key in _keys(one)}
    order = {id(one): place for place, one in enumerate(pairings)}
    groups = {id(group): group for group in group_of.values()}.values()
    first_first = sorted(groups, key=lambda group: min(order[id(one)] for one in group))
    return [_sorted(group, order) for group in first_first]


def _keys(pairing: PairingPaper) -> tuple[tuple[Side, Person], ...]:
    return (Side.MENTOR, pairing.mentor), (Side.MENTEE, pairing.mentee)


def _sorted(group: list[PairingPaper], order: dict[int, int]) -> list[PairingPaper]:
    group = sorted(group, key=lambda one: order[id(one)])
    mentors, mentees = ([one.mentor for one in group], [one.mentee for one in group])
    if len(set(mentees)) < len(set(mentors)):
        return sorted(group, key=lambda one: (mentees.index(one.mentee), order[id(one)]))
    return sorted(group, key=lambda one: (mentors.index(one.mentor), order[id(one)]))


def _blocks(flow: Flow, groups: list[list[PairingPaper]]) -> Iterator[list[PairingPaper]]:
    """Yield runs of rows that stay on one page, turning the page where they need one."""
    for group in groups:
        flow.keep(_height(flow, group) + _TOTAL)
        rest = list(group)
        while rest:
            block = [rest.pop(0)]
            while rest and _height(flow, [*block, rest[0]]) <= flow.left - _TOTAL:
                block.append(rest.pop(0))
            yield block
            if rest:
                flow.turn()


def _height(flow: Flow, group: Sequence[PairingPaper]) -> float:
    return sum(_row_height(flow, one) for one in group)


def _row_height(flow: Flow, pairing: PairingPaper) -> float:
    cells = enumerate(_texts(flow, pairing, 1))
    return max(_LEAST, *(flow.height(text, (column, column), _SIZE) for column, text in cells))


def _texts(flow: Flow, pairing: PairingPaper, number: int) -> tuple[str, ...]:
    mentee_post = plain(pairing.mentee.post)
    if pairing.organisation:
        mentee_post = f"党组织书记　{mentee_post}"
    texts = (
        str(number), plain(pairing.mentor.name), plain(pairing.mentor.post),
        plain(pairing.mentee.name), mentee_post, pairing.mode.value,
        pairing.path.value if pairing.path else "",
        f"{pairing.paired_on}\n至{pairing.until}", "", "",
    )  # fmt: skip
    return tuple(
        shortened(text, flow.width(column, column), _SIZE, _MOST_LINES)
        for column, text in enumerate(texts)
    )


def _write_block(flow: Flow, block: list[PairingPaper], number: int, styles: Styles) -> None:
    """Write rows of one page; what repeats from row to row is one tall cell."""
    middle = styles.make(
        font_name="仿宋", font_size=_SIZE, border=1, align="center", text_wrap=True
    )
    left = styles.make(font_name="仿宋", font_size=_SIZE, border=1, align="left", text_wrap=True)
    mentors, mentees = [one.mentor for one in block], [one.mentee for one in block]
    spans = [*zip(_runs(mentors), _runs(mentees), strict=True)]
    for place, (pairing, (of_mentor, of_mentee)) in enumerate(
        zip(block, spans, strict=True), number + 1
    ):
        flow.add(_row_height(flow, pairing))
        for column, text in enumerate(_texts(flow, pairing, place)):
            rows = of_mentor if column in _BY_MENTOR else of_mentee if column in _BY_MENTEE else 1
            if rows:
                style = left if column in (2, 4) else middle
                flow.put((column, column), text, style, rows)


def _runs(people: Sequence[Person]) -> list[int]:
    """Return the length of each run of equal people at its first place, 0 at the others."""
    lengths = [len([*run]) for _, run in groupby(people)]
    return [place for length in lengths for place in (length, *[0] * (length - 1))]


def _total(pairings: Sequence[PairingPaper]) -> str:
    mentors = len({one.mentor for one in pairings})
    people = len({one.mentee for one in pairings if not one.organisation})
    organisations = len({one.mentee for one in pairings if one.organisation})
    return (
        f"共结对 {len(pairings)} 对：导师 {mentors} 人，"
        f"帮带个人 {people} 人，帮带党组织 {organisations} 个。"
    )

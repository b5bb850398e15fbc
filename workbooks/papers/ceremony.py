"""Write 结对仪式名单: a table of pairings to be read out and signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import Side
from workbooks.pages import PAGE_NUMBERS, PageFormat, PageWriter, full_date, printable
from workbooks.papers.content import PairingPaper, Papers, Person
from workbooks.template.styles import Styles

_PAGE = PageFormat(landscape=True, side=36, top=40, bottom=46)
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
    pages = PageWriter(sheet, [width for _, width in _COLUMNS], _PAGE, repeated=_HEAD_ROWS)
    sheet.set_footer(PAGE_NUMBERS)
    _write_head(pages, papers, styles)
    sheet.freeze_panes(_HEAD_ROWS, 0)
    number = 0
    for title, part in _parts(papers.pairings):
        groups = _groups(part)
        if title:
            pages.ensure_room(26 + _height(pages, groups[0]) + _TOTAL)
            pages.add_row(26)
            pages.put((0, _LAST), title, styles.heiti(12, border=1))
        for block in _blocks(pages, groups):
            _write_block(pages, block, number, styles)
            number += len(block)
    pages.add_row(_TOTAL)
    pages.put((0, _LAST), _total(papers.pairings), styles.line(font_size=_SIZE))
    pages.finish()


def _write_head(pages: PageWriter, papers: Papers, styles: Styles) -> None:
    pages.add_row(40)
    pages.put((0, _LAST), f"{papers.year}年基层干部“导师帮带制”结对仪式名单", styles.title())
    days = {pairing.ceremony_on for pairing in papers.pairings}
    day = days.pop() if len(days) == 1 else None
    unit = pages.fit(f"组织单位：{printable(papers.unit)}", (0, 3), _SIZE, _MOST_LINES)
    pages.add_row(max(26, pages.height(unit, (0, 3), _SIZE)))
    line = styles.line(font_size=_SIZE, text_wrap=True)
    pages.put((0, 3), unit, line)
    pages.put((4, 5), f"仪式时间：{full_date(day)}", line)
    pages.put((6, _LAST), "仪式地点：", line)
    pages.add_row(38)
    heading = styles.heiti(_SIZE, align="center", text_wrap=True, border=1)
    for column, (name, _) in enumerate(_COLUMNS):
        pages.put(column, name, heading)


def _parts(pairings: Sequence[PairingPaper]) -> list[tuple[str, list[PairingPaper]]]:
    """Return individuals and organisations, with titles where there are both."""
    individuals = [pairing for pairing in pairings if not pairing.organisation]
    organisations = [pairing for pairing in pairings if pairing.organisation]
    if individuals and organisations:
        return [("一、结对帮带个人", individuals), ("二、结对帮带党组织", organisations)]
    return [("", part) for part in (individuals, organisations) if part]


def _groups(pairings: Sequence[PairingPaper]) -> list[list[PairingPaper]]:
    """Return the pairings that share people, directly or through others, kept together.

    Within a group they stand by mentor, or by mentee where several mentors help few mentees.
    """
    group_of: dict[tuple[Side, Person], list[PairingPaper]] = {}
    for pairing in pairings:
        near = {id(group): group for key in _keys(pairing) if (group := group_of.get(key))}
        joined = [*chain.from_iterable(near.values()), pairing]
        group_of |= {key: joined for member in joined for key in _keys(member)}
    order = {id(pairing): place for place, pairing in enumerate(pairings)}
    groups = {id(group): group for group in group_of.values()}.values()
    ordered = [sorted(group, key=lambda pairing: order[id(pairing)]) for group in groups]
    return [_by_person(group) for group in sorted(ordered, key=lambda group: order[id(group[0])])]


def _keys(pairing: PairingPaper) -> tuple[tuple[Side, Person], ...]:
    return (Side.MENTOR, pairing.mentor), (Side.MENTEE, pairing.mentee)


def _by_person(group: list[PairingPaper]) -> list[PairingPaper]:
    mentors = [pairing.mentor for pairing in group]
    mentees = [pairing.mentee for pairing in group]
    if len(set(mentees)) < len(set(mentors)):
        return sorted(group, key=lambda pairing: mentees.index(pairing.mentee))
    return sorted(group, key=lambda pairing: mentors.index(pairing.mentor))


def _blocks(pages: PageWriter, groups: list[list[PairingPaper]]) -> Iterator[list[PairingPaper]]:
    """Yield runs of rows that stay on one page, turning the page where they need one."""
    for group in groups:
        pages.ensure_room(_height(pages, group) + _TOTAL)
        rest = list(group)
        while rest:
            block = [rest.pop(0)]
            while rest and _height(pages, [*block, rest[0]]) <= pages.left - _TOTAL:
                block.append(rest.pop(0))
            yield block
            if rest:
                pages.new_page()


def _height(pages: PageWriter, group: Sequence[PairingPaper]) -> float:
    return sum(_row_height(pages, pairing) for pairing in group)


def _row_height(pages: PageWriter, pairing: PairingPaper) -> float:
    cells = enumerate(_texts(pages, pairing, 1))
    return max(_LEAST, *(pages.height(text, column, _SIZE) for column, text in cells))


def _texts(pages: PageWriter, pairing: PairingPaper, number: int) -> tuple[str, ...]:
    mentee_post = printable(pairing.mentee.post)
    if pairing.organisation:
        mentee_post = f"党组织书记　{mentee_post}"
    texts = (
        str(number), printable(pairing.mentor.name), printable(pairing.mentor.post),
        printable(pairing.mentee.name), mentee_post, pairing.mode.value,
        pairing.path.value if pairing.path else "",
        f"{pairing.paired_on}\n至{pairing.until}", "", "",
    )  # fmt: skip
    return tuple(pages.fit(text, column, _SIZE, _MOST_LINES) for column, text in enumerate(texts))


def _write_block(pages: PageWriter, block: list[PairingPaper], number: int, styles: Styles) -> None:
    """Write rows of one page; what repeats from row to row is one tall cell."""
    middle = styles.fangsong(_SIZE, border=1, align="center", text_wrap=True)
    left = styles.fangsong(_SIZE, border=1, align="left", text_wrap=True)
    of_mentors = _runs([pairing.mentor for pairing in block])
    of_mentees = _runs([pairing.mentee for pairing in block])
    rows = enumerate(zip(block, of_mentors, of_mentees, strict=True), number + 1)
    for place, (pairing, of_mentor, of_mentee) in rows:
        pages.add_row(_row_height(pages, pairing))
        for column, text in enumerate(_texts(pages, pairing, place)):
            tall = of_mentor if column in _BY_MENTOR else of_mentee if column in _BY_MENTEE else 1
            if tall:
                pages.put(column, text, left if column in (2, 4) else middle, tall)


def _runs(people: Sequence[Person]) -> list[int]:
    """Return the length of each run of equal people at its first place, 0 at the others."""
    lengths = [len([*run]) for _, run in groupby(people)]
    return [place for length in lengths for place in (length, *[0] * (length - 1))]


def _total(pairings: Sequence[PairingPaper]) -> str:
    mentors = len({pairing.mentor for pairing in pairings})
    people = len({pairing.mentee for pairing in pairings if not pairing.organisation})
    organisations = len({pairing.mentee for pairing in pairings if pairing.organisation})
    organisations = len({pairing.mentee for pairing in pairings if pairing.organisation})
    return (
        f"共结对 {len(pairings)} 对：导师 {mentors} 人，"
        f"帮带个人 {people} 人，帮带党组织 {organisations} 个。"
    )

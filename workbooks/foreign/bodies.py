"""The rows below a heading: which are records, which are totals, notes and signatures, and why."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from validators.cells import CellColumn
from validators.divisions import short_name, village_names
from validators.names import is_like_person
from validators.normalise import squeeze
from validators.sources.labels import Use, is_choice, label_of, role_of
from validators.sources.mapping import Target
from validators.sources.tables import BETWEEN, Layout, Place, SourceColumn, SourceTable
from workbooks.foreign.grid import IN_TABLE, Codes, Flags, Grid
from workbooks.foreign.heads import Head
from workbooks.row_kinds import RowKind, is_example, kind_by_words
from workbooks.table_rows import used_cells

HEADING, REPEAT, TITLE, TOTAL, NOTE, SIGNATURE, LEGEND, NUMBERS, SERIAL, EXAMPLE = (
    "表头", "续表表头", "标题", "合计、小计", "说明", "签名", "图例", "栏次", "序号", "示例",
)  # fmt: skip
"""Why a cell belongs to no record."""

_SPARSE = 3
_FEWEST_MONTHS = 3
_LONG = 24
_LEGEND = re.compile(
    r"[红黄绿蓝灰橙紫].{0,3}[色底字].{0,8}(?:表示|代表|为|是|[:：—-])|图例|标[红黄绿蓝灰]"
)
_SIGNED = re.compile(
    r".{0,12}(?:签[字名章]|盖章|公章|审核|审批|制表|填表|填报|负责人|经办|书记|日期|年\s*月\s*日).{0,10}[:：（(]?.{0,16}"
)
_BRACKETED_NUMBER = re.compile(
    r"[（(\[]?\d{1,2}[)）\]]?|[甲乙丙丁]|栏次|[（(]\d{1,2}[)）]\s*=.*|第?\d{1,2}栏"
)
_VILLAGE = re.compile(r"[\u4e00-\u9fff]{1,7}(?:村|社区|村委会|居委会)")
_NUMBERING = re.compile(
    r"[(（]?[一二三四五六七八九十\d]{1,3}(?:[)）][、.．]?|[、.．])|第[一二三四五六七八九十\d]{1,3}[组批][:：]?"
)
_PEOPLE = re.compile(r"[(（](?:共?\d+[人名个]|[^（()）]*[组批])[)）]$")
_NAME = re.compile(r"[^\W\d_a-zA-Z见待附另详略空缺无]{2,4}")
"""Also a rare surname behind 导师：, but not 待定 or 见附件."""
_LABELLED = re.compile(r"[【\[(（]?([^:：】\])）]{2,8})(?:[】\])）][:：]?|[:：])(.+)")
_CONTINUED = re.compile(r".{0,20}[（(]?(?:续表?|接上[表页])[一二三四五六七八九十\d]*[)）]?.{0,8}")


class SectionCell(NamedTuple):
    """What a line between the records says of those below it.

    Attributes:
        row: The line's worksheet row.
        column: The worksheet column of its cell.
        group: As of a column's heading.
        heading: 导师, 所在村 or 类别.
        text: 马志远.
    """

    row: int
    column: int
    group: str
    heading: str
    text: str


@dataclass(slots=True)
class Body:
    """The rows of one table, sorted.

    Args:
        grid: The sheet.
        head: The table's headings.
        last: The last worksheet row that may belong to it.

    Attributes:
        records: The worksheet rows that are records.
        sections: What each line says that stands over the records of a village, a mentor or a
            category; nothing of one that nobody knows.
    """

    grid: Grid
    head: Head
    last: int
    records: list[int] = field(default_factory=list)
    sections: dict[int, list[SectionCell]] = field(default_factory=dict)

    def sort(self) -> None:
        """Tell records from what stands between and below them, and mark every cell."""
        grid, head = self.grid, self.head
        for row in range(head.top, head.bottom + 1):
            for column in grid.columns_filled(row, head.left, head.right):
                grid.mark(row - 1, column - 1, HEADING)
        columns = slice(head.left - 1, head.right)
        body: Flags = grid.filled[columns, head.bottom : self.last]
        counted = body[[not is_serial(heading.text) for heading in head.headings]].sum(axis=0)
        data: Flags = np.asarray(body.any(axis=0))
        repeats = self._repeats(columns)
        doubtful = data & (
            (counted <= min(_SPARSE, max(1, len(head.headings) // 2))) | repeats | self._spoken()
        )
        doubtful[:2] |= data[:2]
        dense = np.flatnonzero(data & ~doubtful)
        self._judge(data, doubtful, repeats, counted, int(dense[-1]) if len(dense) else -1)
        rows = np.flatnonzero(data) + head.bottom
        self.records = [int(row) + 1 for row in rows]
        for cell in () if self.records else self.section_cells():
            grid.mark(cell.row - 1, cell.column - 1, BETWEEN)
        for column in range(head.left - 1, head.right):
            grid.mark(rows, column, IN_TABLE)  # type: ignore[arg-type]

    def _judge(
        self, data: Flags, doubtful: Flags, repeats: Flags, counted: Codes, last_dense: int
    ) -> None:
        """Take the rows out of `data` that are no records, and mark their cells."""
        ended = False
        for index in np.flatnonzero(doubtful).tolist():
            row = self.head.bottom + index + 1
            if said := self._section(row):
                why = IN_TABLE
            elif repeats[index]:
                why = REPEAT
            else:
                why = self._why(index, counted, last_dense, ended=ended)
            if not why:
                continue
            data[index] = False
            if said or why == BETWEEN:
                self.sections[row] = said
            ended = ended or (index > last_dense and why in {NOTE, SIGNATURE, LEGEND})
            for column in self.grid.columns_filled(row, self.head.left, self.head.right):
                self.grid.mark(row - 1, column - 1, why)

    def _why(self, index: int, counted: Codes, last_dense: int, *, ended: bool) -> str:
        """Return why a doubtful row is no record, "" where it is one."""
        grid, head = self.grid, self.head
        row = head.bottom + index + 1
        cells = grid.columns_filled(row, head.left, head.right)
        texts = [squeeze(grid.text(row, column)) for column in cells]
        texts = [text for text in texts if text]
        if counted[index] == 0 and not any(text for text in texts if not text.isdecimal()):
            return SERIAL
        if index < 2 and self._numbers_columns(row, cells):
            return NUMBERS
        few = counted[index] <= _SPARSE
        kind = kind_by_words(texts, half_empty=2 * len(cells) <= len(head.headings) or few)
        if kind is RowKind.TOTAL:
            return TOTAL
        if any(map(is_example, texts[:2])):
            return EXAMPLE
        if not few:
            return ""
        return self._why_sparse(row, texts, kind, after=index > last_dense, ended=ended)

    def _why_sparse(
        self, row: int, texts: list[str], kind: RowKind | None, *, after: bool, ended: bool
    ) -> str:
        grid, head = self.grid, self.head
        cells = grid.columns_filled(row, head.left, head.right)
        wide = max(grid.area(row, column).n_columns for column in cells)
        spread = 2 * wide >= len(head.headings) and wide > 1
        alone = len(texts) == len(cells) == 1
        foot = SIGNATURE if any(map(_SIGNED.fullmatch, texts)) else NOTE
        if any(map(_LEGEND.search, texts)):
            return LEGEND
        if alone and _CONTINUED.fullmatch(texts[0]):
            return TITLE
        headed = spread or _NUMBERING.match(texts[0] if texts else "")
        if alone and (_village(texts[0]) or (headed and not after and len(texts[0]) <= _LONG)):
            return BETWEEN
        if (
            kind is RowKind.NOTE
            or ended
            or (alone and (spread or (after and len(texts[0]) > _LONG)))
        ):
            return foot
        labelled = bool(texts) and all(re.match(r".{1,12}[:：]", text) for text in texts)
        return SIGNATURE if after and labelled and len(texts) == len(cells) else ""

    def section_cells(self) -> Iterator[SectionCell]:
        """Yield what the lines between the records say."""
        return (cell for cells in self.sections.values() for cell in cells)

    def _section(self, row: int) -> list[SectionCell]:
        """Return what a line says of the records below it, [] where it is none or nobody knows."""
        columns = self.grid.columns_filled(row, self.head.left, self.head.right)
        texts = [squeeze(self.grid.text(row, column)) for column in columns]
        if not columns or not all(texts):
            return []
        said = [_labelled(text) for text in texts]
        role = role_of(said[0][0])[0]
        if role and all(label for label, _ in said):
            names = [("", said[0][0]), *((said[0][0], label) for label, _ in said[1:])]
        elif len(texts) == 1 and (alone := self._alone(texts[0]))[0]:
            names, said = [("", alone[0])], [alone]
        else:
            return []
        return [
            SectionCell(row, column, *name, value)
            for column, name, (_, value) in zip(columns, names, said, strict=True)
        ]

    def _alone(self, text: str) -> tuple[str, str]:
        """Return the heading and the value of a line that names a village or a category, else ""."""
        labels = [label_of(heading.text) for heading in self.head.headings]
        if (village := _village(text)) and not any(x and x.person == "village" for x in labels):
            return "所在村", village
        told = any(x and any(t.field == "category" for t in x.targets) for x in labels)
        listed = any(is_choice(target, word := _bare(text)) for target in _CATEGORIES)
        return ("类别", word) if listed and not told else ("", "")

    def _numbers_columns(self, row: int, cells: list[int]) -> bool:
        """Tell whether a row under the headings numbers the columns: 1 2 3, 甲 乙 1 2."""
        found = [str(self.grid.cell(row, column)).strip() for column in cells]
        counting = [int(text) for text in found if text.isdecimal() and len(text) < 3]
        in_order = [n - counting[0] for n in counting] == [*range(len(counting))]
        return len(cells) > 2 and in_order and all(map(_BRACKETED_NUMBER.fullmatch, found))

    def _repeats(self, columns: slice) -> Flags:
        """Tell in which rows the headings stand again."""
        codes = self.grid.codes[columns]
        same = np.zeros(self.last - self.head.bottom, np.intc)
        for row in range(self.head.top, self.head.bottom + 1):
            of_row = codes[:, row - 1]
            here = of_row >= 0
            if here.sum() < 2:
                continue
            again = codes[here, self.head.bottom : self.last] == of_row[here, None]
            same = np.maximum(same, 100 * again.sum(axis=0) // int(here.sum()))
        return same >= 60

    def _spoken(self) -> Flags:
        """Tell in which rows one of the first cells may be a total, an example or a note."""
        flags = np.zeros(self.last - self.head.bottom, bool)
        for number in range(self.head.left, min(self.head.left + 4, self.head.right + 1)):
            values = self.grid.column(number).values
            short = [isinstance(c, str) and len(c) <= _LONG and not c[:1].isdigit() for c in values]
            texts = {n: squeeze(str(values[n])) for n in np.flatnonzero(short).tolist()}
            telling = [
                code
                for code, text in texts.items()
                if kind_by_words([text], half_empty=True) or is_example(text) or _labelled(text)[0]
            ]
            if telling:
                body = self.grid.codes[number - 1, self.head.bottom : self.last]
                flags |= np.isin(body, telling)
        return flags


def is_serial(text: str) -> bool:
    """Tell whether a heading is that of a column that numbers the rows."""
    label = label_of(text)
    return label is not None and label.use is Use.SERIAL


def is_foot(text: str) -> bool:
    """Tell whether a text stands below tables and forms: a signature, a note."""
    plain = squeeze(text)
    noted = kind_by_words([plain], half_empty=True) is RowKind.NOTE
    signed = re.search(r"[:：]|年\s*月\s*日", plain) and _SIGNED.fullmatch(plain)
    return bool(plain) and (noted or bool(signed))


_CATEGORIES = (Target("individual", "category"), Target("mentor", "category"))


def _bare(text: str) -> str:
    """Return a line without its number and how many people stand below it: 一、冯庄村（3人）."""
    return _PEOPLE.sub("", _NUMBERING.sub("", text, count=1)).rstrip(":：")


def _labelled(text: str) -> tuple[str, str]:
    """Return label and value of 【导师】马志远 and 职务：副镇长, ("", "") of any other text."""
    plain = _bare(text)
    match = _LABELLED.fullmatch(plain)
    role, rest = role_of(plain)
    heading, value = match.groups() if match else (plain.removesuffix(rest) if role else "", rest)
    label = label_of(heading)
    if label is None or not label.person:
        return "", ""
    name = re.sub(r"[(（].*|同志$", "", value)
    named = is_like_person(name) or (match and _NAME.fullmatch(name))
    return (heading, value) if named or (match and label.person != "name") else ("", "")


def _village(text: str) -> str:
    """Return the village a line names: 一、冯庄村（3人）."""
    plain = re.sub(r"[（(][^（(]*[）)]$", "", _bare(text))
    return short_name(plain) if plain in village_names() or _VILLAGE.fullmatch(plain) else ""


# --- tables ---------------------------------------------------------------------------------------


def table_of(body: Body, file: str, title: str) -> SourceTable:
    """Return the table of the records under a heading."""
    grid, head = body.grid, body.head
    rows = np.array(body.records, np.intc) - 1
    columns: list[SourceColumn] = []
    places: dict[tuple[int, int], Place] = {}
    shared: set[tuple[int, int]] = set()
    merges = _merges_down(grid, head, body.records)
    for at, heading in enumerate(head.headings):
        codes = grid.codes[heading.number - 1][rows]
        for first, last, top in merges.get(heading.number, ()):
            _share(body, heading.number, codes, (first, last, top), at, places, shared)
        cells = used_cells(grid.column(heading.number).values, codes)
        columns.append(SourceColumn(heading.text, heading.group, cells, heading.number))
    columns += _section_columns(body, len(columns), places, shared)
    kept = [at for at, column in enumerate(columns) if column.heading or column.cells.values]
    if len(kept) < len(columns):
        columns = [columns[at] for at in kept]
        index = {at: n for n, at in enumerate(kept)}
        places = {(r, index[at]): place for (r, at), place in places.items()}
        shared = {(r, index[at]) for r, at in shared}
    return SourceTable(
        file, grid.sheet.name, title, _layout(head), tuple(columns), array("i", body.records), (),
        places, frozenset(shared), _struck(body),
    )  # fmt: skip


def _share(
    body: Body, number: int, codes: Codes, merge: tuple[int, int, int], at: int,
    places: dict[tuple[int, int], Place], shared: set[tuple[int, int]],
) -> None:  # fmt: skip
    """Give the records of a merge the cell it shows; a cell of their own below it stays theirs."""
    first, last, top = merge
    grid, records = body.grid, body.records
    code = grid.codes[number - 1, top - 1]
    if code < 0:
        return
    covered = [n for n in range(first, last + 1) if codes[n] < 0 or records[n] == top]
    for record in covered:
        codes[record] = code
        places[record, at] = Place(grid.sheet.name, top, number)
        if len(covered) > 1:
            shared.add((record, at))
    grid.mark(top - 1, number - 1, IN_TABLE)


def _layout(head: Head) -> Layout:
    """Return how records stand: three months side by side make a matrix."""
    labels = (label_of(part) for h in head.headings for part in {h.text, h.group} if part)
    months = sum(label is not None and label.use is Use.MONTH for label in labels)
    return Layout.MATRIX if months >= _FEWEST_MONTHS else Layout.ROWS


def _merges_down(
    grid: Grid, head: Head, records: list[int]
) -> dict[int, list[tuple[int, int, int]]]:
    """Return by column (first record, last record, top row) of the merges over several rows."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    if not records:
        return found
    listed = np.array(records)
    for merge in grid.sheet.merges:
        inside = head.left <= merge.left <= head.right and merge.top > head.bottom
        if merge.n_rows > 1 and inside:
            first = int(np.searchsorted(listed, merge.top))
            last = int(np.searchsorted(listed, merge.bottom, "right")) - 1
            if first <= last:
                found.setdefault(merge.left, []).append((first, last, merge.top))
    return found


def _section_columns(
    body: Body, at: int, places: dict[tuple[int, int], Place], shared: set[tuple[int, int]]
) -> Iterator[SourceColumn]:
    """Yield what lines between the records say of those below, as columns.

    It holds up to the next line of its kind or of one that stood before it: a mentor's within a
    village's. A line that nobody knows ends them all.
    """
    kinds = [*dict.fromkeys((cell.group, cell.heading) for cell in body.section_cells())]
    for number, (group, heading) in enumerate(kinds, at):
        outer = kinds[: kinds.index((group, heading)) + 1]
        values: list[str] = []
        codes = array("i", [-1]) * len(body.records)
        ends = [
            row for row, cells in body.sections.items()
            if not cells or any((cell.group, cell.heading) in outer for cell in cells)
        ]  # fmt: skip
        for cell in body.section_cells():
            if (cell.group, cell.heading) != (group, heading):
                continue
            end = min((row for row in ends if row > cell.row), default=body.last + 1)
            records = [n for n, record in enumerate(body.records) if cell.row < record < end]
            if not records:
                body.grid.mark(cell.row - 1, cell.column - 1, BETWEEN)
                continue
            values.append(cell.text)
            for record in records:
                codes[record] = len(values) - 1
                places[record, number] = Place(body.grid.sheet.name, cell.row, cell.column)
                shared.add((record, number))
        yield SourceColumn(heading, group, CellColumn(list(values), codes))


def _struck(body: Body) -> frozenset[int]:
    """Return the records at least half of whose cells are struck through."""
    if not body.grid.struck:
        return frozenset()
    found = []
    for record, row in enumerate(body.records):
        cells = body.grid.columns_filled(row, body.head.left, body.head.right)
        struck = sum((row, column) in body.grid.struck for column in cells)
        if cells and 2 * struck >= len(cells):
            found.append(record)
    return frozenset(found)


def titles(grid: Grid, head: Head, after: int) -> Iterator[str]:
    """Yield the texts above a heading, and mark them."""
    for row in range(max(after + 1, head.top - 10), head.top):
        cells = grid.columns_filled(row, head.left, head.right)
        for column in cells:
            if not grid.is_free(row, column):
                continue
            text = grid.text(row, column)
            labelled = bool(re.match(r".{1,12}[:：]", text))
            grid.mark(row - 1, column - 1, NOTE if labelled or len(text) > 3 * _LONG else TITLE)
            if text:
                yield text

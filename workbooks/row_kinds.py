"""Tell the rows of a table from what stands between and below them: totals, notes, signatures.

A row is judged by its cells. Those of columns that hold more than free text are *evidence* where
they have the column's shape: an ID, a day, a number, a word of the list, a name. A row with its own
ID is a row of the ledger, whatever else it says; one without any evidence is none if its words say
so, if it fits no column, or if a gap sets it apart from the rows above. Half-typed rows right below
the others stay rows, so that what they lack is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from itertools import islice, takewhile

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from validators import names, normalise
from validators.cells import BLANK, Cell, Shown, Uncalculated
from validators.columns import Column, Fill, Kind, annotation_parts
from validators.divisions import village_names
from validators.normalise import squeeze
from validators.sheets import SHEETS, Row, columns_by_field
from workbooks.headings import SERIAL_HEADINGS, HeadingMap, field_named
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.texts import SheetTexts

Codes = NDArray[np.intc]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


class RowKind(Enum):
    """Why a row with cells is no row of the ledger; the value is what a clerk is told."""

    HEADING = "重复的标题行"
    NUMBERS = "列的序号"
    TOTAL = "合计、小计行"
    NOTE = "说明、小标题或签名"
    EXAMPLE = "示例行"
    OTHER_TABLE = "另一张表"
    UNREAD = "只在未读取的列中有内容"


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a sheet that hold anything.

    Attributes:
        numbers: The index of each in the others, by 1-based worksheet column.
        values: Their distinct cells.
        codes: Their codes, columns by rows.
        odd: Index and code of the cells that `oddities` may speak of.
    """

    numbers: dict[int, int]
    values: list[list[Cell]]
    codes: Codes
    odd: Sequence[tuple[int, int]] = ()


# --- words --------------------------------------------------------------------------------------

_NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL})
_LONGEST_LABEL = 12
_FEW_CELLS = 6  # notes, signature lines and subtotals fill few cells; longer rows are not looked at
_TOTAL_WORDS = frozenset(
    """
    计 合计 小计 总计 累计 共计 汇总 总和 求和 总数 总人数 平均 平均值 平均分 平均数 均值 最高 最低 最高分 最低分 最大值
    最小值 中位数 计数 汇总行 合计行 計 合計 小計 總計 集計 彙總 加總
    합계 총계 요약 소계 total totals subtotal grandtotal sum summary average count gesamt summe ergebnis
    gesamtergebnis totale totaal totalt totalsumma suma sumatotal razem итог итого всего підсумок усього
    общо сума summa yhteensä összesen összeg celkem souhrn spolu toplam geneltoplam σύνολο ukupno skupaj
    ukupnizbroj vsota kokku kopā išviso tổng tổngcộng jumlah ผลรวม รวม סה"כ סכוםכולל المجموع الإجمالي कुल
    """.split()  # noqa: SIM905
)
"""What tables call their row of totals in Excel's languages, without spaces and in lower case."""
_SUBTOTAL = re.compile(
    r".{0,12}?(?:合计|小计|总计|累计|共计|汇总|合計|小計|總計|集計)(?:[人户次]?数|时长|金额|收入|得?分)?[:：]?(?:[\d.,]+[人名个条次户万元村件%]*)?"
)
_COUNTED = re.compile(r"(?:以上)?共(?:计|有)?[:：]?\d+[人名个条次户村件行].{0,4}")
_NOTE = re.compile(
    r"[※*★]|(?:填[表报])?(?:注意?|说明|备注|附注|附[件表]?|其中|填表说明|填报说明|注意事项|几点说明|指标解释|备考)(?:$|[\d一二三]?[:：.、,])"
)
_SECTION = re.compile(
    r"(?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}\)?[、.:]|[甲乙丙丁戊己庚辛壬癸][、.])."
    r"|第[一二三四五六七八九十\d]+[部章节类批组].*"
)
_ABOUT = re.compile(
    r"(?:以上|以下|上述|本[表页册]|此[表页]|请勿|请不要).*|(?:数据)?截[至止][到于:]?.*\d.*"
)
"""What speaks of the table itself, where it stands alone in its row."""
_SIGNATURE = re.compile(
    r"(?:填[表报写]|制表|编[制造]|审[核批定查阅]|复[核审查]|校[对核]|经[办手]|承办|统计|报[送出]|联系)(?:人员?|者)(?:签[字名章])?"
    r"|(?:单位|部门|主要|分管)?(?:负责人|负责同志|领导)(?:签[字名章])?|(?:填[报表]|报送|上报|打印|制表)(?:单位|日期|时间)"
)
"""The labels of a signature line, as people also write them without a colon."""
_VOID = re.compile(r"[/／\\|—–\-~～×xX*…。.]{1,8}|无")
"""What a clerk fills a row with that shall stay empty."""
_END = re.compile(
    r"[(（—\-*/~]*(?:(?:[本此][页表])?以下?空白|[本此][页表]无正文|以下(?:无.{2,4}|为空.*|略)|下略|[本此][页表](?:到此)?(?:结束|完毕?)"
    r"|(?:到此)?(?:完毕?|结束)|end|续表?|[接转承续][上下]页)[)）—\-*/~。]*"
    r"|[-—]*第?\d*页.{0,3}共?\d*页?[-—]*|第\d+页|[-—]\d+[-—]|(?:\d{4})?_*年_*月_*日"
    r"|.{0,10}[(（](?:盖章|公章|签[字名章]|单位盖章|签字盖章|章)[)）]|(?:盖章|公章|签[字名章])(?:处|[:：].*)?"
    r"|[\d〇零○一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^:：,，。;；]{1,16}[:：].{0,40}")
_SIGNED = re.compile(
    r"[(（]?.{0,10}(?:负责人|负责同志|责任人|[填制编]表|[填制编造][表报]?人|填报|审[核批定查阅]人?|复[核审查]人?|校[对核]人?|经[办手]人?|承办人?|记录员|统计员|"
    r"统计人|签[字名章发收]人?|盖章|公章|书记|主任|[镇乡站所局科]长|领导|主管|联系人|联系电话|电话|报[出送]|日期|时间|单位|部门|意见|打印|抄送|报送|批准人?|核准人?|监督人?|见证人?"
    r")(?:[(（].{1,8}[)）])?[:：]"
)
_EXAMPLE = re.compile(
    r"[(（【\[]?(?:填[写表报])?(?:示例|样例|范例|举例|例)(?:行|数据|\d{0,2})[)）】\]]?(?:$|[:：、.].*)|[(（【\[](?:填[写表报])?(?:示例|样例|范例|例)[)）】\]].*|(?:例如|example|sample|e\.g\.)[:：]?.*",
    re.IGNORECASE,
)
_SURE_EXAMPLE = re.compile(
    r".{0,24}[(\[【](?:填[写表报])?(?:示例|样例|范例|例)(?:行|数据)?(?:[,，].{0,12})?[)\]】]"
    r"|(?:[本此]行)?(?:为|是)?(?:填[写表报])?(?:示例|样例|范例)(?:行|数据)?(?:[:：].*|[,，].{0,12}|[→↓]+)"
)
"""What makes an example of a row wherever it stands."""
_ID = re.compile(r"[\s\W_]*[A-Za-zＡ-Ｚａ-ｚ]{1,3}[\s\-－—]*[\d０-９]{3}")
_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]+(?:[·•・.．][{_HAN}]+)+")
_HEADING = re.compile(rf"[{_HAN}A-Za-z()/、]{{1,16}}")
_BRACKETED = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_DATE = re.compile(r"[\s(（]*[\d０-９]{2}")


_TOTAL_STARTS = frozenset(word[0] for word in _TOTAL_WORDS)


def oddities(texts: SheetTexts) -> list[tuple[int, int]]:
    """Return column index and code of the texts that are white, or may name an example or a total."""
    return [
        *texts.starting(_begins_total, _LONGEST_LABEL),
        *texts.starting(_begins_oddity),
        *texts.holding("例"),
    ]


@lru_cache(maxsize=1 << 14)
def _begins_total(first: str) -> bool:
    return first.casefold() in _TOTAL_STARTS


@lru_cache(maxsize=1 << 14)
def _begins_oddity(first: str) -> bool:
    return first in "eEsS" or not first.isalnum()


def _is_total(text: str) -> bool:
    plain = _BRACKETED.sub("", text).rstrip(":：").casefold()
    return plain in _TOTAL_WORDS or bool(_COUNTED.fullmatch(plain))


def _is_foot(text: str) -> bool:
    """Return whether a text can stand only below a table, whatever the column."""
    signed = _SIGNED.match(text) or _SIGNATURE.fullmatch(_BRACKETED.sub("", text))
    return bool(signed or _NOTE.match(text) or _END.fullmatch(text))


# --- evidence -----------------------------------------------------------------------------------

Shape = Callable[[Cell], bool]


@cache
def _shape(column: Column) -> Shape | None:
    """Return what tells a cell of a column from any other text; None of free text."""
    if column.refers or column.field.endswith(("_id", "_ids")):
        return lambda cell: bool(_ID.match(cell if type(cell) is str else _as_text(cell)))
    if column.kind in {Kind.DAY, Kind.MONTH}:
        return _is_like_a_day
    if column.kind in {Kind.INTEGER, Kind.DECIMAL}:
        return _is_like_a_number
    if column.choices:
        return lambda cell: _is_like_a_choice(squeeze(_as_text(cell)), column)
    return _is_like_a_name if _holds_names(column) else None


def _as_text(cell: Cell) -> str:
    """Return what a cell shows where that is text, "" of others."""
    return cell.text if isinstance(cell, Shown) else cell if isinstance(cell, str) else ""


@cache
def _holds_names(column: Column) -> bool:
    """Return whether a column holds names: much else looks like one, so that these are no evidence."""
    known = (*column.metadata, *annotation_parts(column.annotation))
    readers = (part.func for part in known if isinstance(part, BeforeValidator))
    return any(reader in (normalise.name, names.person) for reader in readers)


def _is_like_a_name(cell: Cell) -> bool:
    text = squeeze(cell) if isinstance(cell, str) else ""
    return bool(_NAME.fullmatch(text)) and text not in _heading_words()


@cache
def _heading_words() -> frozenset[str]:
    """Return what columns are called in any sheet."""
    columns = [column for model in SHEETS for column in columns_by_field(model).values()]
    words = {word for column in columns for word in (column.heading, *column.synonyms)}
    return frozenset(map(squeeze, words | SERIAL_HEADINGS))


def _is_like_a_day(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_DATE.match(cell)) and not _END.fullmatch(squeeze(cell))
    return isinstance(cell, date | int | float) and not isinstance(cell, bool)


def _is_like_a_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell.strip()[:1].isdigit() and len(cell) <= 12
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_like_a_choice(text: str, column: Column) -> bool:
    return bool(text) and any(
        choice.startswith(text) or text.startswith(choice) for choice in column.choices
    )


_ENOUGH = 2
"""Cells of their columns' shapes that make a row one of the ledger."""
_FEW_ROWS = 16
_NO_CODE = BLANK - 1


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Compares the cells of a block with the shapes of their columns, of the rows asked for alone.

    Args:
        body: The block.
        columns: The columns with a shape by their index; names are no evidence.
        shapes: Their shapes.
        own: The index of the column of the sheet's own IDs, -1 where there is none.
    """

    body: Grid
    columns: dict[int, Column]
    shapes: dict[int, Shape]
    own: int

    @classmethod
    def of(cls, model: type[Row], body: Grid, typed: dict[int, Column]) -> _Shapes:
        shapes = {i: s for i, c in typed.items() if (s := _shape(c)) and not _holds_names(c)}
        columns = {i: typed[i] for i in shapes}
        own = (i for i, column in columns.items() if column.field == model.sheet.id_field)
        return cls(body, columns, shapes, next(own, -1))

    def fits(self, index: int, rows: Places) -> Flags:
        """Return which of some rows have a cell of the shape of a column."""
        codes, values = self.body.codes[index, rows], self.body.values[index]
        known = np.zeros(len(values) + 1, bool)
        known[codes] = True
        known[-1] = False  # stands for blank
        tells = self.shapes[index]
        used = known.nonzero()[0].tolist()
        known[used] = [tells(values[code]) for code in used]
        fitting: Flags = known[codes]
        return fitting

    def has_own(self, rows: Places) -> Flags:
        """Return which of some rows have an ID of their own."""
        return self.fits(self.own, rows) if self.own >= 0 else np.zeros(len(rows), bool)

    def count(self, rows: Places) -> Codes:
        """Return how many cells of some rows have their column's shape, `_ENOUGH` for more.

        Columns of few values come first, after which nearly every row has enough. The few that are
        left are looked at one by one: array arithmetic for each column takes longer.
        """
        counts, left = np.zeros(len(rows), np.intc), np.arange(len(rows))
        indexes = sorted(self.columns, key=lambda index: len(self.body.values[index]))
        for index in indexes:
            if len(left) <= _FEW_ROWS:
                break
            counts[left] += self.fits(index, rows[left])
            left = left[counts[left] < _ENOUGH]
        for at in left.tolist():
            counts[at] = self._count_in(rows[at], indexes)
        return counts

    def _count_in(self, row: int, indexes: Iterable[int]) -> int:
        codes, values = self.body.codes[:, row].tolist(), self.body.values
        cells = ((i, values[i][codes[i]]) for i in indexes if codes[i] >= 0)
        fitting = (index for index, cell in cells if self.shapes[index](cell))
        return sum(1 for _ in islice(fitting, _ENOUGH))

    def are_complete(self, rows: Places) -> Flags:
        """Return of which rows half of the required cells that have a shape are there and have it."""
        needed = [i for i, c in self.columns.items() if c.required and i != self.own]
        found = sum((self.fits(i, rows).astype(np.intc) for i in needed), np.zeros(len(rows), int))
        return (2 * found >= max(len(needed), 2)) & bool(needed)


@dataclass(slots=True)
class _Evidence:
    """What the cells of the rows of a block speak for.

    Attributes:
        shapes: Compares cells with their columns.
        filled: Whether a row has a cell in a column that is read, but for look-ups.
        any: Whether it has a cell anywhere, but for look-ups and row numbers.
        n_filled: How many cells it has.
        half_empty: Whether no more than half of the required cells are there.
        n_fitting: How many of its cells have their column's shape, of the rows looked at.
        own: Whether its own ID has, of the rows looked at.
    """

    shapes: _Shapes
    filled: Flags
    any: Flags
    n_filled: Codes
    half_empty: Flags
    n_fitting: Codes = field(init=False)
    own: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.n_fitting = np.zeros(len(self.filled), np.intc)
        self.own = np.zeros(len(self.filled), bool)

    def doubtful(self, data: Flags, others: Flags) -> Places:
        """Return the rows of `data` to be judged closer: without an ID or much else, or of `others`."""
        rows = np.flatnonzero(data)
        self.n_fitting[rows] = self.shapes.count(rows)
        sparse = (self.n_filled <= _FEW_CELLS) | self.half_empty | (self.n_fitting < _ENOUGH)
        rows = np.flatnonzero(data & (sparse | others))
        self.own[rows] = self.shapes.has_own(rows)
        return rows[~self.own[rows] | others[rows]]


def _evidence(
    model: type[Row], heading_map: HeadingMap, body: Grid, typed: dict[int, Column]
) -> _Evidence:
    filled: Flags = body.codes >= 0
    for index, code in body.odd:
        if str(body.values[index][code]).isspace():
            filled[index] &= body.codes[index] != code
    columns = columns_by_field(model)
    passed_over = [
        body.numbers[at]
        for at, heading in heading_map.headings.items()
        if at in body.numbers and heading in SERIAL_HEADINGS
    ]
    passed_over += [
        body.numbers[at]
        for name, at in heading_map.fields.items()
        if at in body.numbers and columns[name].fill is Fill.LOOKUP
    ]
    counted = [index for index in body.numbers.values() if index not in passed_over]
    required = [index for index, column in typed.items() if column.required]
    return _Evidence(
        _Shapes.of(model, body, typed),
        np.any(filled[list(typed)], axis=0), np.any(filled[counted], axis=0),
        filled.sum(axis=0, dtype=np.intc), 2 * filled[required].sum(axis=0) <= len(required),
    )  # fmt: skip


# --- rows ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class RowSorter:
    """Sorts the rows of one block.

    Args:
        model: The sheet's model.
        heading_map: The block's columns.
        body: Its rows; the first is worksheet row `top`.
        top: 1-based.
        merges: The sheet's merged cells.
        totals: Worksheet rows that a table shows its totals in.

    Attributes:
        ignored: Worksheet rows with cells that are no rows of the ledger, and why.
    """

    model: type[Row]
    heading_map: HeadingMap
    body: Grid
    top: int
    merges: Sequence[Rectangle]
    totals: Collection[int]
    ignored: dict[int, RowKind] = field(default_factory=dict)
    _typed: dict[int, Column] = field(init=False)
    _spread: set[int] = field(init=False)

    def __post_init__(self) -> None:
        columns = columns_by_field(self.model)
        self._typed = {
            self.body.numbers[at]: columns[name]
            for name, at in self.heading_map.fields.items()
            if at in self.body.numbers and columns[name].fill is not Fill.LOOKUP
        }
        self._spread = {merge.top for merge in self.merges if merge.right - merge.left >= 2}

    def data_rows(self) -> Flags:
        """Return which rows of the body are rows of the ledger; `ignored` says why others are not."""
        evidence = _evidence(self.model, self.heading_map, self.body, self._typed)
        numbers = np.arange(self.top, self.top + len(evidence.filled))
        above, below = numbers < self.heading_map.row, numbers >= self.heading_map.first_row
        data = evidence.filled & (above | below)
        repeated = self._repeated_headings()
        marked = self._examples_and_totals() | self._in_totals() | repeated | above
        marked |= numbers == self.heading_map.first_row
        for at in evidence.doubtful(data, marked).tolist():
            if above[at]:
                data[at] = self._is_data_above(at, evidence)
            elif not data[at]:
                continue  # went with another table
            elif kind := (self._heading_kind if repeated[at] else self._kind)(at, evidence, data):
                data[at] = False
                self.ignored[self.top + at] = kind
                if kind is RowKind.OTHER_TABLE:
                    self._leave_other_table(at, evidence, data, with_ids=bool(repeated[at]))
        for at in np.flatnonzero(evidence.any & ~evidence.filled & below).tolist():
            self.ignored[self.top + at] = RowKind.UNREAD
        return data

    def _leave_other_table(
        self, start: int, evidence: _Evidence, data: Flags, *, with_ids: bool
    ) -> None:
        """Ignore the rows of another table, up to the next row that is surely the ledger's.

        Where it has a column of the ledger's own IDs, `with_ids`, these make no row surely so.
        """
        rows, shapes = np.arange(start + 1, len(data)), evidence.shapes
        complete = shapes.are_complete(rows)
        sure = rows[complete if with_ids else shapes.has_own(rows) | complete]
        end = int(sure[0]) if len(sure) else len(data)
        for at in np.flatnonzero(data[start:end]).tolist():
            data[start + at] = False
            self.ignored[self.top + start + at] = RowKind.OTHER_TABLE

    def _heading_kind(self, at: int, _: _Evidence, __: Flags) -> RowKind:
        """Return what a row with some headings of the block is: with more others it heads a table."""
        own = {self.body.numbers[place]: text for place, text in self.heading_map.headings.items()}
        same, other = 0, 0
        for index, cell in self._cells(at):
            text = squeeze(cell) if isinstance(cell, str) else ""
            if text and text == squeeze(own.get(index, "")):
                same += 1
            elif _HEADING.fullmatch(text) and not names.is_ditto(text):
                other += 1
        return RowKind.OTHER_TABLE if other > same else RowKind.HEADING

    def _kind(self, at: int, evidence: _Evidence, data: Flags) -> RowKind | None:
        """Return why a doubtful row is none of the ledger, None where it is one."""
        row, few = self.top + at, evidence.n_filled[at] <= _FEW_CELLS
        cells = [*self._cells(at)]
        if row == self.heading_map.first_row and _numbers_columns(cells):
            return RowKind.NUMBERS
        if row in self.totals:
            return RowKind.TOTAL
        if any(is_example(cell) for _, cell in cells[:3]) or any(
            _is_sure_example(cell) for _, cell in cells
        ):
            return RowKind.EXAMPLE
        if not evidence.own[at] and _is_labelled_total(cells):
            return RowKind.TOTAL
        bare = not evidence.n_fitting[at]
        if evidence.own[at] or not (few or evidence.half_empty[at] or bare):
            return None
        texts = [squeeze(cell) for _, cell in cells if isinstance(cell, str)]
        kind = kind_by_words(texts, half_empty=bool(evidence.half_empty[at]))
        if kind is RowKind.NOTE and not bare and not self._is_misfit(*cells[0]):
            kind = None
        if kind is None and self._is_sum(cells, at):
            kind = RowKind.TOTAL
        if kind is None and bare:
            kind = self._bare_kind(
                row, cells, texts, apart=row > self.heading_map.first_row and not data[at - 1]
            )
        return kind

    def _bare_kind(
        self, row: int, cells: list[tuple[int, Cell]], texts: list[str], *, apart: bool
    ) -> RowKind | None:
        """Return what a row none of whose cells has its column's shape is; `apart` from rows above."""
        misfits = sum(self._is_misfit(*cell) for cell in cells)
        place = len(texts) == len(cells) == 1 and texts[0] in village_names()
        named = not place and any(
            index in self._typed and _holds_names(self._typed[index]) and _is_like_a_name(cell)
            for index, cell in cells
        )
        headed = any(text in _heading_words() for text in texts)
        labels = sum(bool(_LABEL.fullmatch(text)) for text in texts)
        uncalculated = all(isinstance(cell, Uncalculated) for _, cell in cells)
        if (
            (len(cells) == 1 and (misfits or apart or place) and not named)
            or (len(cells) <= 2 and row in self._spread)
            or (uncalculated and apart)
            or (misfits and labels == len(cells) and not apart)
            or (misfits == len(cells) and self._is_own_id(cells[0][0]) and not apart)
            or (misfits and apart and 2 * labels >= len(cells))
        ):
            return RowKind.NOTE
        other = misfits > 1 or (misfits and headed and apart)
        if other and self._heads_a_table(cells, texts):
            return RowKind.OTHER_TABLE
        return RowKind.NOTE if misfits == len(cells) > 1 else None

    def _heads_a_table(self, cells: list[tuple[int, Cell]], texts: list[str]) -> bool:
        """Return whether cells side by side hold different words without digits, as headings do."""
        side_by_side = [*self.body.numbers]
        places = [side_by_side[index] for index, _ in cells]
        return len(cells) == len({*texts}) == places[-1] - places[0] + 1 > 1 and all(
            map(_HEADING.fullmatch, texts)
        )

    def _is_own_id(self, index: int) -> bool:
        return index in self._typed and self._typed[index].field == self.model.sheet.id_field

    def _is_misfit(self, index: int, cell: Cell) -> bool:
        """Return whether a cell stands in a column whose cells have a shape, and has another.

        Of what is no text only numbers where IDs and words of a list belong.
        """
        column = self._typed.get(index)
        shape = _shape(column) if column else None
        if column is None or shape is None or shape(cell):
            return False
        worded = column.kind is Kind.TEXT and not _holds_names(column)
        return isinstance(cell, str) or (worded and isinstance(cell, int | float))

    def _is_sum(self, cells: list[tuple[int, Cell]], at: int) -> bool:
        """Return whether a row adds up: it holds numbers alone, where others hold words too.

        Numbers that a row must have are a sum or a mean only where no row could have them.
        """
        required = [index for index, column in self._typed.items() if column.required]
        worded = [index for index in required if self._typed[index].kind not in _NUMERIC]
        numbers = all(
            index in self._typed
            and self._typed[index].kind in _NUMERIC
            and isinstance(cell, int | float | Uncalculated)
            for index, cell in cells
        )
        if not (numbers and cells) or any(self.body.codes[index, at] >= 0 for index in worded):
            return False
        if not any(self.body.codes[index, at] >= 0 for index in required):
            return len(required) > 1
        return len(worded) > 1 and any(
            self._typed[index].kind is Kind.INTEGER and isinstance(cell, float)
            for index, cell in cells
        )

    def _is_data_above(self, at: int, evidence: _Evidence) -> bool:
        """Return whether a row above the headings is a row of the ledger, not a title."""
        texts = (cell for _, cell in self._cells(at) if isinstance(cell, str))
        n_named = sum(bool(field_named(self.model, text)) for text in texts)
        is_row = evidence.n_fitting[at] >= _ENOUGH and n_named < 2
        return bool(evidence.own[at] or (is_row and not _numbers_columns([*self._cells(at)])))

    def _cells(self, at: int) -> Iterator[tuple[int, Cell]]:
        for index, code in enumerate(self.body.codes[:, at].tolist()):
            if code >= 0:
                cell = self.body.values[index][code]
                if not (isinstance(cell, str) and cell.isspace()):
                    yield index, cell

    def _repeated_headings(self) -> Flags:
        own = np.full((len(self.body.codes), 1), _NO_CODE, np.intc)
        for at, heading in self.heading_map.headings.items():
            index = self.body.numbers[at]
            values = self.body.values[index]
            if heading in values:
                own[index] = values.index(heading)
        repeated: Flags = (self.body.codes == own).sum(axis=0) >= 2
        return repeated

    def _examples_and_totals(self) -> Flags:
        """Return which rows have a cell that says so: of an example one of the first, however full."""
        flags = np.zeros(self.body.codes.shape[1], dtype=bool)
        for index, code in self.body.odd:
            cell = str(self.body.values[index][code])
            named = len(cell) <= _LONGEST_LABEL and _names_total(cell)
            if named or is_example(cell) or _is_sure_example(cell):
                flags |= self.body.codes[index] == code
        return flags

    def _in_totals(self) -> Flags:
        flags = np.zeros(self.body.codes.shape[1], dtype=bool)
        for row in self.totals:
            if 0 <= row - self.top < len(flags):
                flags[row - self.top] = True
        return flags


def is_example(cell: Cell) -> bool:
    """Tell whether a cell says that its row is an example."""
    return isinstance(cell, str) and len(cell) <= 40 and bool(_EXAMPLE.fullmatch(squeeze(cell)))


def _is_sure_example(cell: Cell) -> bool:
    return isinstance(cell, str) and "例" in cell and bool(_SURE_EXAMPLE.fullmatch(squeeze(cell)))


def _names_total(cell: str) -> bool:
    return _begins_total(cell.lstrip()[:1]) and _is_total(squeeze(cell))


def _numbers_columns(cells: list[tuple[int, Cell]]) -> bool:
    """Return whether cells number the columns, from left to right: 1 2 3, (1) (2) (3), 甲 乙 1 2."""
    texts = [_NOT_NUMBERING.sub("", squeeze(str(cell))) for _, cell in cells]
    stems = sum(1 for _ in takewhile(_STEMS.__contains__, texts))
    counted = [*_STEMS[:stems], *map(str, range(1, len(texts) - stems + 1))]
    return len(texts) > _ENOUGH and texts == counted


_STEMS = "甲乙丙丁戊己庚辛壬癸"
_NOT_NUMBERING = re.compile(r"[()栏列第]")


def _is_labelled_total(cells: list[tuple[int, Cell]]) -> bool:
    """Return whether cells are one that names a total and, right of it, numbers alone."""
    (_, label), *numbers = cells
    return (
        isinstance(label, str)
        and bool(numbers)
        and _names_total(label)
        and all(isinstance(cell, int | float | Uncalculated) for _, cell in numbers)
    )


def kind_by_words(texts: list[str], *, half_empty: bool) -> RowKind | None:
    """Return what the words of a row with few cells say it is."""
    first = texts[:3]
    if any(_is_total(text) for text in first) or (
        half_empty and any(len(text) <= 20 and _SUBTOTAL.fullmatch(text) for text in first)
    ):
        return RowKind.TOTAL
    alone = texts[0] if len(texts) == 1 else ""
    signed = bool(texts) and (
        all(map(_is_foot, texts))
        or bool(_SIGNED.match(texts[0]) or _SIGNATURE.fullmatch(texts[0]))
        or bool(_SECTION.match(alone) or _ABOUT.fullmatch(alone))
    )
    void = bool(texts) and all(map(_VOID.fullmatch, texts))
    return RowKind.NOTE if (signed and half_empty) or void else None
